// Trains whole trials: one invocation carries one trial through all batches of a dispatch's epochs, with its
// weights, velocity and gradient in its own memory. The twin of `cpu.rs` and `kernel.rs`, operation by operation.
//
// This is a template: `gpu/shader.rs` and `gpu/network.rs` fill in what stands between dollar signs. Every variable
// has an initial value: some compilers skip the zero that the language promises.

// Bits of infinity: more is a NaN. Compilers may assume that neither occurs, so both are told by their bits.
const INFINITE = 0x7f800000u;

struct Params {
    // Trials of the population.
    trials: u32,
    // This dispatch trains the trials from `first` to before `end`.
    first: u32,
    end: u32,
    epochs: u32,
    // 0 to score only.
    train: u32,
    // Bits of the loss above which a trial has diverged.
    bound: u32,
}

struct Trial {
    learning_rate: f32,
    momentum: f32,
    l2: f32,
    stream: u32,
    // 0 when it has diverged or is retired.
    live: u32,
}

// Where the rows of a stream lie in `data`, and how many they are.
struct Stream {
    train: u32,
    train_rows: u32,
    valid: u32,
    valid_rows: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> trials: array<Trial>;
@group(0) @binding(2) var<storage, read> streams: array<Stream>;
// Rows: inputs, then targets.
@group(0) @binding(3) var<storage, read> data: array<f32>;
// For each stream and epoch where its list begins; a list is the number of batches, then for each batch its number of
// rows and where each begins in `data`.
@group(0) @binding(4) var<storage, read> order: array<u32>;
// [weights, then velocity][trial], after the last finite epoch.
@group(0) @binding(5) var<storage, read_write> state: array<f32>;
// [epoch][training loss, training score, validation loss, validation score][trial], as bits.
@group(0) @binding(6) var<storage, read_write> reports: array<u32>;

var<private> w: array<f32, $PARAMETERS$> = array<f32, $PARAMETERS$>();
var<private> v: array<f32, $PARAMETERS$> = array<f32, $PARAMETERS$>();
var<private> g: array<f32, $PARAMETERS$> = array<f32, $PARAMETERS$>();

$HORNER$
fn limited(x: f32, limit: f32) -> f32 {
    return clamp(x, -limit, limit);
}

fn tanh_of(z: f32) -> f32 {
    let x = limited(z, $TANH_LIMIT$);
    let t = x * x;
    return x * tanh_p(t) / tanh_q(t);
}

fn sigmoid_of(z: f32) -> f32 {
    return 0.5 + 0.5 * tanh_of(0.5 * z);
}

fn exp_of(z: f32) -> f32 {
    let x = limited(z, $EXP_LIMIT$);
    let n = round(x * $LOG2_E$);
    let r = x - n * $LN2_HIGH$ - n * $LN2_LOW$;
    let power = bitcast<f32>((i32(n) << 23u) + 0x3f800000);
    return (r * r * exp_p(r) + r + 1.0) * power;
}

fn ln_of(x: f32) -> f32 {
    let bits = bitcast<i32>(x);
    let e = (bits - $ROOT_HALF$) >> 23u;
    let s = bitcast<f32>(bits - (e << 23u)) - 1.0;
    let square = s * s;
    let n = f32(e);
    return s + (square * s * ln_p(s) - square * 0.5 + n * $LN2_LOW$) + n * $LN2_HIGH$;
}

fn erf_of(z: f32) -> f32 {
    let x = limited(z, $ERF_LIMIT$);
    let t = x * x;
    return x * erf_p(t) / erf_q(t);
}

// (r, s) with sin z = s sin r and cos z = s cos r.
fn half_turns(z: f32) -> vec2f {
    let x = limited(z, $TURN_LIMIT$);
    let n = round(x * 0.31830987);
    let r = x - n * $PI_0$ - n * $PI_1$ - n * $PI_2$;
    return vec2f(r, select(1.0, -1.0, (i32(n) & 1) != 0));
}

fn sin_of(z: f32) -> f32 {
    let turn = half_turns(z);
    let square = turn.x * turn.x;
    return turn.y * (turn.x + turn.x * square * sin_p(square));
}

fn cos_of(z: f32) -> f32 {
    let turn = half_turns(z);
    let square = turn.x * turn.x;
    return turn.y * (1.0 + (square * square * cos_p(square) - square * 0.5));
}

// The activations in use: f(z), and f'(z) given z and a = f(z).
$ACTIVATIONS$
// The new weight and velocity.
fn update(h: Trial, w: f32, v: f32, gradient: f32) -> vec2f {
    let g = gradient + h.l2 * w;
    $RULE$
    return vec2f(w - h.learning_rate * step, select(next, 0.0, abs(next) < $TINY$));
}

fn train(h: Trial, list: u32) {
    var at = list + 1u;
    for (var batch = 0u; batch < order[list]; batch++) {
        let count = order[at];
        let share = 1.0 / f32(count);
        for (var r = 1u; r <= count; r++) {
            let row = order[at + r];
$FORWARD$
$BACKWARD$
        }
        for (var i = 0u; i < $PARAMETERS$u; i++) {
            let updated = update(h, w[i], v[i], g[i]);
            w[i] = updated.x;
            v[i] = updated.y;
            g[i] = 0.0;
        }
        at += 1u + count;
    }
}

// Mean loss, and the score's sum: rows classified correctly, or squared errors.
fn score(begin: u32, count: u32) -> vec2f {
    var sums = vec2f();
    for (var block = 0u; block < count; block += $BLOCK$) {
        // A sum for each block of rows: one sum over many rows would lose digits.
        var block_sums = vec2f();
        for (var r = block; r < min(block + $BLOCK$, count); r++) {
            let row = begin + r * $STRIDE$;
$FORWARD$
$SCORE$
            block_sums += vec2f(loss, points);
        }
        sums += block_sums;
    }
    return vec2f(sums.x * (1.0 / f32(count * $TERMS$)), sums.y);
}

fn magnitude(x: f32) -> u32 {
    return bitcast<u32>(x) & 0x7fffffffu;
}

@compute @workgroup_size($WORKGROUP$)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let trial = params.first + id.x;
    if (trial >= params.end || trials[trial].live == 0u) {
        return;
    }
    let h = trials[trial];
    let stream = streams[h.stream];
    let stride = params.trials;
    let width = params.end - params.first;
    for (var i = 0u; i < $PARAMETERS$u; i++) {
        w[i] = state[i * stride + trial];
        v[i] = state[($PARAMETERS$u + i) * stride + trial];
    }
    for (var epoch = 0u; epoch < params.epochs; epoch++) {
        if (params.train != 0u) {
            train(h, order[h.stream * params.epochs + epoch]);
        }
        let fit = score(stream.train, stream.train_rows);
        let valid = score(stream.valid, stream.valid_rows);
        // A NaN among the weights makes every loss one: it counts, even where a compiler's minimum loses it.
        var largest = 0u;
        for (var i = 0u; i < $PARAMETERS$u; i++) {
            largest = max(largest, magnitude(w[i]));
        }
        let diverged = magnitude(fit.x) > params.bound || magnitude(valid.x) >= INFINITE || largest > INFINITE;
        let lost = params.train != 0u && diverged;
        let at = epoch * 4u * width + id.x;
        reports[at] = select(bitcast<u32>(fit.x), INFINITE, lost);
        reports[at + width] = bitcast<u32>(fit.y);
        reports[at + 2u * width] = bitcast<u32>(valid.x);
        reports[at + 3u * width] = bitcast<u32>(valid.y);
        if (lost) {
            return;
        }
        for (var i = 0u; i < $PARAMETERS$u; i++) {
            state[i * stride + trial] = w[i];
            state[($PARAMETERS$u + i) * stride + trial] = v[i];
        }
    }
}
