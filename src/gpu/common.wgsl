// What both layouts share: the structs of the host, the functions of `math.rs`, the activation, the update rule.

// Bits of infinity: more is a NaN. Compilers may assume that neither occurs, so both are told by their bits.
const INFINITE = 0x7f800000u;

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

fn activate(z: f32) -> f32 {
    return $ACTIVATE$;
}

// f'(z), given a = f(z).
fn slope(a: f32) -> f32 {
    return $SLOPE$;
}

// The new weight and velocity.
fn update(h: Trial, w: f32, v: f32, gradient: f32) -> vec2f {
    let g = gradient + h.l2 * w;
    $RULE$
    return vec2f(w - h.learning_rate * step, select(next, 0.0, abs(next) < $TINY$));
}

fn magnitude(x: f32) -> u32 {
    return bitcast<u32>(x) & 0x7fffffffu;
}
