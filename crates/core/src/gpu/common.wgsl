// What both layouts share: the structs of the host, the functions of `math.rs`, the activation, the update rule.

// Bits of infinity: more is a NaN. Compilers may assume that neither occurs, so both are told by their bits.
const INFINITE = 0x7f800000u;

struct Trial {
    learning_rate: f32,
    momentum: f32,
    dampening: f32,
    beta2: f32,
    epsilon: f32,
    momentum_decay: f32,
    l2: f32,
    decay: f32,
    l1: f32,
    clip_norm: f32,
    clip_value: f32,
    dropout: f32,
    label_smoothing: f32,
    rate_decay: f32,
    // What plateaus have multiplied the rate by.
    plateau: f32,
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
    // Of what is drawn.
    seed_low: u32,
    seed_high: u32,
}

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
// 0 instead of what is tiny.
fn flushed(x: f32) -> f32 {
    return select(x, 0.0, abs(x) < $TINY$);
}

fn average(old: f32, share: f32, fresh: f32) -> f32 {
    return share * old + (1.0 - share) * fresh;
}

// The rate of update `t`, for which the schedule gives `a` and `b`.
fn rate_of(h: Trial, a: f32, b: f32, t: u32) -> f32 {
    $RATE$
}

// Whether parameter `i` is a bias that penalties leave alone.
fn spared(i: u32) -> bool {
    $SPARED$
}

// What one update of a trial needs besides the gradient, as `optim::Update` has it.
struct Update {
    rate: f32,
    fresh: f32,
    first: f32,
    now: f32,
    second: f32,
}

// The momentum of NAdam's update `k`.
fn mu(h: Trial, k: f32) -> f32 {
    return h.momentum * (1.0 - 0.5 * exp_of(h.momentum_decay * $LN_096$ * k));
}

struct Prepared {
    update: Update,
    counters: vec3f,
}

// The next update, and the counters after it.
fn prepare(h: Trial, rate: f32, counters: vec3f) -> Prepared {
    let next = vec3f(counters.x + 1.0, counters.y * h.momentum, counters.z * h.beta2);
    let made = $PREPARED$(h, counters, Prepared(Update(rate, 1.0, 0.0, 0.0, 0.0), next));
    return Prepared(made.update, vec3f(made.counters.x, flushed(made.counters.y), flushed(made.counters.z)));
}

// The gradient of parameter `i` with L1, and clipped by value.
fn penalised(h: Trial, i: u32, w: f32, gradient: f32) -> f32 {
    var g = gradient;
    $PENALISE$return g;
}

// What a gradient whose squares add up to `squares` is multiplied with.
fn clip_factor(h: Trial, squares: f32) -> f32 {
    return select(1.0, min(h.clip_norm / (sqrt(squares) + 1e-6), 1.0), h.clip_norm > 0.0);
}

// The new value of parameter `i`, and its slots.
fn stepped(h: Trial, u: Update, i: u32, w: f32, old: vec3f, gradient: f32) -> vec4f {
    let penalty = !spared(i);
    let g = gradient + select(0.0, h.l2, penalty) * w;
    let kept = w - u.rate * select(0.0, h.decay, penalty) * w;
    let moved = $MOVED$(h, u, old, g);
    return vec4f(flushed(kept - u.rate * moved.by), $FLUSHED$);
}

$DROPOUT$fn magnitude(x: f32) -> u32 {
    return bitcast<u32>(x) & 0x7fffffffu;
}
