//! Numbers that the readable network of [`super::plain`] runs on: double precision, or dual
//! numbers, which carry a derivative along.
//!
//! With [`Dual`] weights w + εv, the gradient's tangent is the Hessian times v, exactly (forward
//! over reverse; Pearlmutter 1994). A `Dual<Dual<f64>>` carries a second derivative.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number with the functions that networks are made of.
pub trait Real:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// A constant.
    fn of(x: f64) -> Self;
    /// The number without its derivatives: what branches go by.
    fn value(self) -> f64;
    fn exp(self) -> Self;
    fn exp_m1(self) -> Self;
    fn ln(self) -> Self;
    fn ln_1p(self) -> Self;
    fn tanh(self) -> Self;
    fn erf(self) -> Self;
    fn sin(self) -> Self;
    fn cos(self) -> Self;

    /// 1/(1 + e^−z), without overflow.
    fn sigmoid(self) -> Self {
        let one = Self::of(1.0);
        if self.value() < 0.0 {
            let e = self.exp();
            e / (one + e)
        } else {
            one / (one + (-self).exp())
        }
    }

    /// ln(1 + e^z), without overflow.
    fn softplus(self) -> Self {
        if self.value() > 0.0 { self + (-self).exp().ln_1p() } else { self.exp().ln_1p() }
    }
}

impl Real for f64 {
    fn of(x: f64) -> f64 {
        x
    }
    fn value(self) -> f64 {
        self
    }
    fn exp(self) -> f64 {
        libm::exp(self)
    }
    fn exp_m1(self) -> f64 {
        libm::expm1(self)
    }
    fn ln(self) -> f64 {
        libm::log(self)
    }
    fn ln_1p(self) -> f64 {
        libm::log1p(self)
    }
    fn tanh(self) -> f64 {
        libm::tanh(self)
    }
    fn erf(self) -> f64 {
        libm::erf(self)
    }
    fn sin(self) -> f64 {
        libm::sin(self)
    }
    fn cos(self) -> f64 {
        libm::cos(self)
    }
}

/// value + tangent·ε, with ε² = 0: the tangent is the derivative of the value by whatever ε stands
/// for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual<R> {
    pub value: R,
    pub tangent: R,
}

impl<R: Real> Dual<R> {
    /// f(self), given f and f′ there.
    fn chain(self, value: R, slope: R) -> Self {
        Self { value, tangent: slope * self.tangent }
    }
}

impl<R: Real> Add for Dual<R> {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        Self { value: self.value + o.value, tangent: self.tangent + o.tangent }
    }
}

impl<R: Real> Sub for Dual<R> {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        Self { value: self.value - o.value, tangent: self.tangent - o.tangent }
    }
}

impl<R: Real> Mul for Dual<R> {
    type Output = Self;
    fn mul(self, o: Self) -> Self {
        Self {
            value: self.value * o.value,
            tangent: self.tangent * o.value + self.value * o.tangent,
        }
    }
}

impl<R: Real> Div for Dual<R> {
    type Output = Self;
    fn div(self, o: Self) -> Self {
        let value = self.value / o.value;
        Self { value, tangent: (self.tangent - value * o.tangent) / o.value }
    }
}

impl<R: Real> Neg for Dual<R> {
    type Output = Self;
    fn neg(self) -> Self {
        Self { value: -self.value, tangent: -self.tangent }
    }
}

impl<R: Real> Real for Dual<R> {
    fn of(x: f64) -> Self {
        Self { value: R::of(x), tangent: R::of(0.0) }
    }
    fn value(self) -> f64 {
        self.value.value()
    }
    fn exp(self) -> Self {
        let e = self.value.exp();
        self.chain(e, e)
    }
    fn exp_m1(self) -> Self {
        self.chain(self.value.exp_m1(), self.value.exp())
    }
    fn ln(self) -> Self {
        self.chain(self.value.ln(), R::of(1.0) / self.value)
    }
    fn ln_1p(self) -> Self {
        self.chain(self.value.ln_1p(), R::of(1.0) / (R::of(1.0) + self.value))
    }
    fn tanh(self) -> Self {
        let t = self.value.tanh();
        self.chain(t, R::of(1.0) - t * t)
    }
    fn erf(self) -> Self {
        let slope = R::of(std::f64::consts::FRAC_2_SQRT_PI) * (-(self.value * self.value)).exp();
        self.chain(self.value.erf(), slope)
    }
    fn sin(self) -> Self {
        self.chain(self.value.sin(), self.value.cos())
    }
    fn cos(self) -> Self {
        self.chain(self.value.cos(), -self.value.sin())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every function's first and second derivative against finite differences.
    #[test]
    fn tangents_are_derivatives() {
        type Twice = Dual<Dual<f64>>;
        type Function<R> = fn(R) -> R;
        type Row = (Function<f64>, Function<Dual<f64>>, Function<Twice>);
        let functions: [Row; 11] = [
            (Real::exp, Real::exp, Real::exp),
            (Real::exp_m1, Real::exp_m1, Real::exp_m1),
            (Real::ln, Real::ln, Real::ln),
            (Real::ln_1p, Real::ln_1p, Real::ln_1p),
            (Real::tanh, Real::tanh, Real::tanh),
            (Real::erf, Real::erf, Real::erf),
            (Real::sin, Real::sin, Real::sin),
            (Real::cos, Real::cos, Real::cos),
            (Real::sigmoid, Real::sigmoid, Real::sigmoid),
            (Real::softplus, Real::softplus, Real::softplus),
            (
                |x| x / (x * x - 9.0),
                |x| x / (x * x - Dual::of(9.0)),
                |x| x / (x * x - Dual::of(9.0)),
            ),
        ];
        for (n, (plain, once, twice)) in functions.into_iter().enumerate() {
            for x in [0.3, 0.9, 2.0] {
                let h = 1e-5;
                let dual = |x: f64| once(Dual { value: x, tangent: 1.0 });
                let numeric = (plain(x + h) - plain(x - h)) / (2.0 * h);
                assert!((dual(x).tangent - numeric).abs() < 1e-7, "{n} at {x}");
                let numeric = (dual(x + h).tangent - dual(x - h).tangent) / (2.0 * h);
                let seed = Dual {
                    value: Dual { value: x, tangent: 1.0 },
                    tangent: Dual { value: 1.0, tangent: 0.0 },
                };
                assert!((twice(seed).tangent.tangent - numeric).abs() < 1e-7, "{n} at {x}");
            }
        }
    }
}
