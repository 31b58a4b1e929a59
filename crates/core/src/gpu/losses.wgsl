// The losses: what an output of a row adds to the row's loss, and the slope, the derivative by its logit. The twin of
// `net/loss` of the engine. Which functions a network calls, and for which outputs, is chosen in `losses.rs`.
//
// `z` is a logit and `y` its target. `share` is 1 / rows of the batch: the loss is the mean over the rows. Where it is
// the mean over the outputs, too, `scale` is `share` times the constant factor of the slope.

// A probability as a target, moved towards `even`, which is the same for all classes.
fn smoothed(smoothing: f32, y: f32, even: f32) -> f32 {
    return (1.0 - smoothing) * y + smoothing * even;
}

// One of two classes, 0 or 1.

fn binary_loss(z: f32, y: f32) -> f32 {
    return select(z, 0.0, z < 0.0) - z * y + ln_of(1.0 + exp_of(-abs(z)));
}

fn binary_slope(z: f32, y: f32, share: f32) -> f32 {
    return (sigmoid_of(z) - y) * share;
}

fn hinge_loss(z: f32, y: f32) -> f32 {
    return max(0.0, 1.0 - z * (2.0 * y - 1.0));
}

fn hinge_slope(z: f32, y: f32, share: f32) -> f32 {
    let side = 2.0 * y - 1.0;
    return select(0.0, -side * share, 1.0 - z * side > 0.0);
}

// 1 where the class is predicted, else 0.
fn binary_points(z: f32, y: f32) -> f32 {
    return select(0.0, 1.0, (z > 0.0) == (y > 0.5));
}

// One of several classes: `own` is the logit of the row's class, `other` the largest of the rest.

// The logarithm of the sum of all powers, given their `total` after the largest logit, `top`, was taken off each.
fn log_sum(total: f32, top: f32) -> f32 {
    return ln_of(total) + top;
}

// `power` is e to the logit less the largest logit; `scale` is share / total.
fn softmax_slope(power: f32, scale: f32, y: f32, share: f32) -> f32 {
    return power * scale - y * share;
}

// A term of the Kullback-Leibler divergence, given the `log_sum` of the row.
fn divergence(z: f32, y: f32, norm: f32) -> f32 {
    return select(0.0, y * (ln_of(max(y, 1e-37)) + norm - z), y > 0.0);
}

fn margin_loss(own: f32, other: f32) -> f32 {
    return max(0.0, 1.0 + other - own);
}

// What the largest other logit is pushed down by, and the own one up.
fn margin_slope(own: f32, other: f32, share: f32) -> f32 {
    return select(0.0, share, 1.0 + other - own > 0.0);
}

// The points of a row once class `k` has been looked at: 0 if it beats the row's class, `label`. The first of equal
// logits wins.
fn points_after(points: f32, own: f32, rival: f32, k: u32, label: u32) -> f32 {
    return select(points, 0.0, (k < label && own <= rival) || (k > label && own < rival));
}

// Numbers.

fn squared_loss(z: f32, y: f32) -> f32 {
    return (z - y) * (z - y);
}

fn squared_slope(z: f32, y: f32, scale: f32) -> f32 {
    return (z - y) * scale;
}

fn absolute_loss(z: f32, y: f32) -> f32 {
    return abs(z - y);
}

fn absolute_slope(z: f32, y: f32, scale: f32) -> f32 {
    return sign(z - y) * scale;
}

fn huber_loss(z: f32, y: f32, limit: f32) -> f32 {
    let near = min(abs(z - y), limit);
    return near * (abs(z - y) - 0.5 * near);
}

fn huber_slope(z: f32, y: f32, limit: f32, scale: f32) -> f32 {
    return limited(z - y, limit) * scale;
}

