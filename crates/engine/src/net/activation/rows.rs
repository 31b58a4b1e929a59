//! One block for each activation. Arguments of exponentials are clamped by [`math`], or here where
//! a product with z would otherwise blow up.

use super::Unit;
use crate::net::{Init, Lanes, Real, math};
use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI, PI};

#[inline(always)]
fn one<V: Lanes>() -> V {
    V::splat(1.0)
}

#[inline(always)]
fn negative<V: Lanes>(z: V) -> V {
    V::splat(0.0).sub(z)
}

fn positive_part<R: Real>(z: R) -> R {
    if z.value() > 0.0 { z } else { R::of(0.0) }
}

/// p = 1/(1 + e^−z) and 1 − p, both with a small relative error, unlike [`math::sigmoid`].
#[inline(always)]
fn logistic<V: Lanes>(z: V) -> (V, V) {
    let e = math::exp(negative(z));
    let p = one::<V>().div(one::<V>().add(e));
    (p, p.mul(e))
}

/// z
pub struct Linear;
impl Unit for Linear {
    const NAME: &'static str = "linear";
    const FORMULA: &'static str = "f(z) = z";
    const INIT: Init = Init::XavierUniform;
    const WGSL: [&'static str; 2] = ["return z;", "return 1.0;"];
    #[inline(always)]
    fn value<V: Lanes>(z: V) -> V {
        z
    }
    #[inline(always)]
    fn slope<V: Lanes>(_: V, _: V) -> V {
        one()
    }
    fn exact<R: Real>(z: R) -> R {
        z
    }
}

/// max(z, 0); the slope at 0 is 0.
pub struct Relu;
impl Unit for Relu {
    const NAME: &'static str = "ReLU";
    const FORMULA: &'static str = "f(z) = max(0, z)";
    const INIT: Init = Init::HeUniform;
    const WGSL: [&'static str; 2] =
        ["return select(z, 0.0, z < 0.0);", "return select(0.0, 1.0, a > 0.0);"];
    #[inline(always)]
    fn value<V: Lanes>(z: V) -> V {
        z.at_least(V::splat(0.0))
    }
    #[inline(always)]
    fn slope<V: Lanes>(_: V, a: V) -> V {
        a.if_greater(V::splat(0.0), one(), V::splat(0.0))
    }
    fn exact<R: Real>(z: R) -> R {
        positive_part(z)
    }
}

/// z where positive, else z/100; the slope at 0 is 1/100.
pub struct LeakyRelu;
impl Unit for LeakyRelu {
    const NAME: &'static str = "leaky ReLU";
    const FORMULA: &'static str = "f(z) = max(z, 0.01z)";
    const INIT: Init = Init::HeUniform;
    const WGSL: [&'static str; 2] =
        ["return select(0.01 * z, z, z > 0.0);", "return select(0.01, 1.0, a > 0.0);"];
    #[inline(always)]
    fn value<V: Lanes>(z: V) -> V {
        z.if_greater(V::splat(0.0), z, V::splat(0.01).mul(z))
    }
    #[inline(always)]
    fn slope<V: Lanes>(_: V, a: V) -> V {
        a.if_greater(V::splat(0.0), one(), V::splat(0.01))
    }
    fn exact<R: Real>(z: R) -> R {
        if z.value() > 0.0 { z } else { R::of(0.01) * z }
    }
}

/// z where positive, else e^z − 1 (Clevert et al. 2015, α = 1).
pub struct Elu;
impl Unit for Elu {
    const NAME: &'static str = "ELU";
    const FORMULA: &'static str = "f(z) = z  (z > 0),  e^z − 1  (z ≤ 0)";
    const INIT: Init = Init::HeUniform;
    const WGSL: [&'static str; 2] = [
        "return select(exp_of(min(z, 0.0)) - 1.0, z, z > 0.0);",
        "return select(a + 1.0, 1.0, a > 0.0);",
    ];
    #[inline(always)]
    fn value<V: Lanes>(z: V) -> V {
        z.if_greater(V::splat(0.0), z, math::exp(z.at_most(V::splat(0.0))).sub(one()))
    }
    #[inline(always)]
    fn slope<V: Lanes>(_: V, a: V) -> V {
        a.if_greater(V::splat(0.0), one(), a.add(one()))
    }
    fn exact<R: Real>(z: R) -> R {
        if z.value() > 0.0 { z } else { z.exp_m1() }
    }
}

const SELU_SCALE: f64 = 1.050_700_987_355_480_5;
const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;

/// λz where positive, else λα(e^z − 1) (Klambauer et al. 2017).
pub struct Selu;
impl Unit for Selu {
    const NAME: &'static str = "SELU";
    const FORMULA: &'static str = "f(z) = 1.0507z  (z > 0),  1.7581(e^z − 1)  (z ≤ 0)";
    const INIT: Init = Init::LecunNormal;
    const WGSL: [&'static str; 2] = [
        "return select(1.7580993408473766 * (exp_of(min(z, 0.0)) - 1.0), 1.0507009873554805 * z, z > 0.0);",
        "return select(a + 1.7580993408473766, 1.0507009873554805, a > 0.0);",
    ];
    #[inline(always)]
    fn value<V: Lanes>(z: V) -> V {
        let below = V::splat((SELU_SCALE * SELU_ALPHA) as f32)
            .mul(math::exp(z.at_most(V::splat(0.0))).sub(one()));
        z.if_greater(V::splat(0.0), V::splat(SELU_SCALE as f32).mul(z), below)
    }
    #[inline(always)]
    fn slope<V: Lanes>(_: V, a: V) -> V {
        let below = a.add(V::splat((SELU_SCALE * SELU_ALPHA) as f32));
        a.if_greater(V::splat(0.0), V::splat(SELU_SCALE as f32), below)
    }
    fn exact<R: Real>(z: R) -> R {
        R::of(SELU_SCALE) * if z.value() > 0.0 { z } else { R::of(SELU_ALPHA) * z.exp_m1() }
    }
}

/// z·Φ(z), Φ being the normal distribution function (Hendrycks and Gimpel 2016).
pub struct Gelu;
impl Unit for Gelu {
    const NAME: &'static str = "GELU";
    const FORMULA: &'static str = "f(z) = z·Φ(z)";
    const INIT: Init = Init::HeUniform;
    const BY_SUM: bool = true;
    const WGSL: [&'static str; 2] = [
        "return max(z, -10.0) * (0.5 + 0.5 * erf_of(0.7071067811865475 * z));",
        "let c = limited(z, 10.0);
    return 0.5 + 0.5 * erf_of(0.7071067811865475 * c) + 0.3989423 * c * exp_of(-0.5 * c * c);",
    ];
    #[inline(always)]
    fn value<V: Lanes>(z: V) -> V {
        z.at_least(V::splat(-10.0)).mul(normal(z))
    }
    #[inline(always)]
    fn slope<V: Lanes>(z: V, _: V) -> V {
        let c = z.at_most(V::splat(10.0)).at_least(V::splat(-10.0));
        let density = V::splat(0.398_942_3).mul(c).mul(math::exp(V::splat(-0.5).mul(c).mul(c)));
        normal(c).add(density)
    }
    fn exact<R: Real>(z: R) -> R {
        z * R::of(0.5) * (R::of(1.0) + (z * R::of(FRAC_1_SQRT_2)).erf())
    }
}

/// Φ(z) = ½ + ½ erf(z/√2)
#[inline(always)]
fn normal<V: Lanes>(z: V) -> V {
    let half = V::splat(0.5);
    half.add(half.mul(math::erf(V::splat(FRAC_1_SQRT_2 as f32).mul(z))))
}

/// √(8/π) = 2√(2/π), and that times 0.044715.
const GELU_A: f32 = 1.595_769;
const GELU_B: f32 = 0.071_354_814;

/// ½z(1 + tanh(√(2/π)(z + 0.044715 z³))), computed as z/(1 + e^−u) with u twice that argument.
pub struct GeluTanh;
impl Unit for GeluTanh {
    const NAME: &'static str = "GELU (tanh)";
    const FORMULA: &'static str = "f(z) = ½z(1 + tanh(√(2/π)·(z + 0.044715z³)))";
    const INIT: Init = Init::HeUniform;
    const BY_SUM: bool = true;
    const WGSL: [&'static str; 2] = [
        "let c = limited(z, 10.0);
    return max(z, -10.0) / (1.0 + exp_of(-(c * (1.5957691 + 0.071354814 * (c * c)))));",
        "let c = limited(z, 10.0);
    let e = exp_of(-(c * (1.5957691 + 0.071354814 * (c * c))));
    let p = 1.0 / (1.0 + e);
    return p + c * (1.5957691 + 0.21406444 * (c * c)) * (p * (p * e));",
    ];
    #[inline(always)]
    fn value<V: Lanes>(z: V) -> V {
        let c = z.at_most(V::splat(10.0)).at_least(V::splat(-10.0));
        let u = c.mul(V::splat(GELU_A).add(V::splat(GELU_B).mul(c.mul(c))));
        z.at_least(V::splat(-10.0)).div(one::<V>().add(math::exp(negative(u))))
    }
    #[inline(always)]
    fn slope<V: Lanes>(z: V, _: V) -> V {
        let c = z.at_most(V::splat(10.0)).at_least(V::splat(-10.0));
        let square = c.mul(c);
        let (p, rest) = logistic(c.mul(V::splat(GELU_A).add(V::splat(GELU_B).mul(square))));
        let inner = c.mul(V::splat(GELU_A).add(V::splat(3.0 * GELU_B).mul(square)));
        p.add(inner.mul(p.mul(rest)))
    }
    fn exact<R: Real>(z: R) -> R {
        let u = R::of(FRAC_2_SQRT_PI * FRAC_1_SQRT_2) * (z + R::of(0.044715) * z * z * z);
        R::of(0.5) * z * (R::of(1.0) + u.tanh())
    }
}

/// z/(1 + e^−z), also called swish (Elfwing et al. 2017).
pub struct Silu;
impl Unit for Silu {
    const NAME: &'static str = "SiLU";
    const FORMULA: &'static str = "f(z) = z·σ(z),  σ(z) = 1/(1 + e^(−z))";
    const INIT: Init = Init::HeUniform;
    const BY_SUM: bool = true;
    const WGSL: [&'static str; 2] = [
        "return max(z, -80.0) / (1.0 + exp_of(-z));",
        "let c = limited(z, 80.0);
    let e = exp_of(-c);
    let p = 1.0 / (1.0 + e);
    return p + c * (p * (p * e));",
    ];
    #[inline(always)]
    fn value<V: Lanes>(z: V) -> V {
        z.at_least(V::splat(-80.0)).div(one::<V>().add(math::exp(negative(z))))
    }
    #[inline(always)]
    fn slope<V: Lanes>(z: V, _: V) -> V {
        let c = z.at_most(V::splat(80.0)).at_least(V::splat(-80.0));
        let (p, rest) = logistic(c);
        p.add(c.mul(p.mul(rest)))
    }
    fn exact<R: Real>(z: R) -> R {
        z * z.sigmoid()
    }
}

/// z·tanh(softplus z) (Misra 2019). With e = e^z and n = e(e + 2), tanh(softplus z) = n/(n + 2).
pub struct Mish;
impl Unit for Mish {
    const NAME: &'static str = "Mish";
    const FORMULA: &'static str = "f(z) = z·tanh(ln(1 + e^z))";
    const INIT: Init = Init::HeUniform;
    const BY_SUM: bool = true;
    const WGSL: [&'static str; 2] = [
        "let e = exp_of(min(z, 20.0));
    let n = e * (e + 2.0);
    return max(z, -80.0) * (n / (n + 2.0));",
        "let c = clamp(z, -80.0, 20.0);
    let e = exp_of(c);
    let m = e * (e + 2.0) + 2.0;
    return (e * (e + 2.0)) / m + c * (e / (1.0 + e)) * (4.0 * (m - 1.0) / (m * m));",
    ];
    #[inline(always)]
    fn value<V: Lanes>(z: V) -> V {
        let two = V::splat(2.0);
        let e = math::exp(z.at_most(V::splat(20.0)));
        let n = e.mul(e.add(two));
        z.at_least(V::splat(-80.0)).mul(n.div(n.add(two)))
    }
    #[inline(always)]
    fn slope<V: Lanes>(z: V, _: V) -> V {
        let two = V::splat(2.0);
        let c = z.at_most(V::splat(20.0)).at_least(V::splat(-80.0));
        let e = math::exp(c);
        let n = e.mul(e.add(two));
        let m = n.add(two);
        // 1 − tanh² = 4(n + 1)/(n + 2)²
        let rest = V::splat(4.0).mul(m.sub(one())).div(m.mul(m));
        n.div(m).add(c.mul(e.div(one::<V>().add(e))).mul(rest))
    }
    fn exact<R: Real>(z: R) -> R {
        z * z.softplus().tanh()
    }
}

/// ln(1 + e^z), as max(z, 0) + ln(1 + e^−|z|).
pub struct Softplus;
impl Unit for Softplus {
    const NAME: &'static str = "softplus";
    const FORMULA: &'static str = "f(z) = ln(1 + e^z)";
    const INIT: Init = Init::HeUniform;
    const WGSL: [&'static str; 2] =
        ["return max(z, 0.0) + ln_of(1.0 + exp_of(-abs(z)));", "return 1.0 - exp_of(-a);"];
    #[inline(always)]
    fn value<V: Lanes>(z: V) -> V {
        let magnitude = z.at_least(negative(z));
        z.at_least(V::splat(0.0)).add(math::ln(one::<V>().add(math::exp(negative(magnitude)))))
    }
    #[inline(always)]
    fn slope<V: Lanes>(_: V, a: V) -> V {
        one::<V>().sub(math::exp(negative(a)))
    }
    fn exact<R: Real>(z: R) -> R {
        z.softplus()
    }
}

/// tanh z
pub struct Tanh;
impl Unit for Tanh {
    const NAME: &'static str = "tanh";
    const FORMULA: &'static str = "f(z) = tanh z";
    const INIT: Init = Init::XavierUniform;
    const WGSL: [&'static str; 2] = ["return tanh_of(z);", "return 1.0 - a * a;"];
    #[inline(always)]
    fn value<V: Lanes>(z: V) -> V {
        math::tanh(z)
    }
    #[inline(always)]
    fn slope<V: Lanes>(_: V, a: V) -> V {
        one::<V>().sub(a.mul(a))
    }
    fn exact<R: Real>(z: R) -> R {
        z.tanh()
    }
}

/// 1/(1 + e^−z)
pub struct Sigmoid;
impl Unit for Sigmoid {
    const NAME: &'static str = "sigmoid";
    const FORMULA: &'static str = "f(z) = 1/(1 + e^(−z))";
    const INIT: Init = Init::XavierUniform;
    const WGSL: [&'static str; 2] = ["return sigmoid_of(z);", "return a * (1.0 - a);"];
    #[inline(always)]
    fn value<V: Lanes>(z: V) -> V {
        math::sigmoid(z)
    }
    #[inline(always)]
    fn slope<V: Lanes>(_: V, a: V) -> V {
        a.mul(one::<V>().sub(a))
    }
    fn exact<R: Real>(z: R) -> R {
        z.sigmoid()
    }
}

/// sin z, constant where |z| > 1000π (Sitzmann et al. 2020, with frequency 1).
pub struct Sine;
impl Unit for Sine {
    const NAME: &'static str = "sine";
    const FORMULA: &'static str = "f(z) = sin z";
    const INIT: Init = Init::HeUniform;
    const BY_SUM: bool = true;
    const WGSL: [&'static str; 2] = ["return sin_of(z);", "return cos_of(z);"];
    #[inline(always)]
    fn value<V: Lanes>(z: V) -> V {
        math::sin(z)
    }
    #[inline(always)]
    fn slope<V: Lanes>(z: V, _: V) -> V {
        math::cos(z)
    }
    fn exact<R: Real>(z: R) -> R {
        let limit = 1000.0 * PI;
        if z.value().abs() > limit { R::of(0.0) } else { z.sin() }
    }
}
