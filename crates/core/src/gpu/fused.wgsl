// Trains whole trials: one invocation carries one trial through all batches of a dispatch's epochs, with its
// weights, velocity and gradient in its own memory. The twin of `cpu.rs` and `kernel.rs`, operation by operation.
//
// This is a template: `gpu/shader.rs` and `gpu/network.rs` fill in what stands between dollar signs. Every variable
// has an initial value: some compilers skip the zero that the language promises.

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

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> trials: array<Trial>;
@group(0) @binding(2) var<storage, read> streams: array<Stream>;
// Rows: inputs, then targets.
@group(0) @binding(3) var<storage, read> data: array<f32>;
// For each stream and epoch where its list begins; a list is the number of batches and where each begins; a batch is
// its number of rows, a and b of its rate as bits, the number of its update, and where each row begins in `data`.
@group(0) @binding(4) var<storage, read> order: array<u32>;
// [weights, slots of the rule, counters][trial], after the last finite epoch; where it is remembered, the same after the
// best epoch, and the validation loss then.
@group(0) @binding(5) var<storage, read_write> state: array<f32>;
// [epoch][training loss, training score, validation loss, validation score][trial], as bits.
@group(0) @binding(6) var<storage, read_write> reports: array<u32>;

var<private> w: array<f32, $PARAMETERS$> = array<f32, $PARAMETERS$>();
var<private> g: array<f32, $PARAMETERS$> = array<f32, $PARAMETERS$>();
$SLOTS$var<private> counters: vec3f = vec3f();

fn train(h: Trial, keys: vec2u, list: u32) {
    for (var batch = 0u; batch < order[list]; batch++) {
        let at = order[list + 1u + batch];
        let count = order[at];
        let share = 1.0 / f32(count);
        $DROP$
        for (var r = 0u; r < count; r++) {
            let row = order[at + 4u + r];
$TRAIN_FORWARD$
$BACKWARD$
        }
$GRADIENT$
        let rate = rate_of(h, bitcast<f32>(order[at + 1u]), bitcast<f32>(order[at + 2u]), order[at + 3u]);
        let prepared = prepare(h, rate, counters);
        counters = prepared.counters;
        for (var i = 0u; i < $PARAMETERS$u; i++) {
            let made = stepped(h, prepared.update, i, w[i], $OLD$, g[i]);
            w[i] = made.x;
            $NEW$
            g[i] = 0.0;
        }
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
        $LOAD$
    }
    let counted = $COUNTERS$u * stride + trial;
    counters = vec3f(state[counted], state[counted + stride], state[counted + 2u * stride]);
    for (var epoch = 0u; epoch < params.epochs; epoch++) {
        if (params.train != 0u) {
            train(h, vec2u(stream.seed_low, stream.seed_high), order[h.stream * params.epochs + epoch]);
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
            $STORE$
        }
        state[counted] = counters.x;
        state[counted + stride] = counters.y;
        state[counted + 2u * stride] = counters.z;
        $REMEMBER$
    }
}
