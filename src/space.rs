//! The search space: named parameters with ranges and scales. A [`Point`] is one value for each parameter.
//!
//! Every strategy works in the unit cube; [`Space::to_unit`] and [`Space::from_unit`] are the only way in
//! and out, so a strategy never knows whether a range is logarithmic.

use serde::{Deserialize, Serialize};

/// One value for each parameter of a [`Space`], in the parameters' own units.
pub type Point = Vec<f64>;

/// How a range is laid out between its ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// Equal steps are equal differences.
    Linear,
    /// Equal steps are equal ratios; the range lies above zero.
    Log,
    /// Equal steps are equal ratios of 1 − x: −log(1 − x), for a momentum below 1.
    Complement,
}

impl Scale {
    fn forward(self, x: f64) -> f64 {
        match self {
            Scale::Linear => x,
            Scale::Log => libm::log(x),
            Scale::Complement => -libm::log(1.0 - x),
        }
    }

    fn inverse(self, u: f64) -> f64 {
        match self {
            Scale::Linear => u,
            Scale::Log => libm::exp(u),
            Scale::Complement => 1.0 - libm::exp(-u),
        }
    }
}

/// A float parameter: a name of the field's, a closed range, a scale.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Param {
    pub name: String,
    pub low: f64,
    pub high: f64,
    pub scale: Scale,
}

/// Why a range can't be searched.
#[derive(Clone, Debug, PartialEq)]
pub enum RangeError {
    /// The low end does not lie below the high end, or an end is not finite.
    Empty { name: String, low: f64, high: f64 },
    /// A logarithmic range that touches zero, or a −log(1 − x) range that touches one.
    OffScale { name: String, end: f64, scale: Scale },
}

impl Param {
    /// A parameter over `[low, high]`. One-value ranges (`low == high`) are allowed.
    pub fn new(name: &str, low: f64, high: f64, scale: Scale) -> Result<Self, RangeError> {
        let name = name.to_string();
        if !(low <= high && low.is_finite() && high.is_finite()) {
            return Err(RangeError::Empty { name, low, high });
        }
        match scale {
            Scale::Log if low <= 0.0 => Err(RangeError::OffScale { name, end: low, scale }),
            Scale::Complement if high >= 1.0 => Err(RangeError::OffScale { name, end: high, scale }),
            _ => Ok(Self { name, low, high, scale }),
        }
    }

    /// Where `x` lies between the ends on this parameter's scale: 0 at `low`, 1 at `high`, not clamped.
    pub fn to_unit(&self, x: f64) -> f64 {
        let (a, b) = (self.scale.forward(self.low), self.scale.forward(self.high));
        if a == b { 0.5 } else { (self.scale.forward(x) - a) / (b - a) }
    }

    /// The value at `u` of the way from `low` to `high`, clamped into the range.
    pub fn from_unit(&self, u: f64) -> f64 {
        let (a, b) = (self.scale.forward(self.low), self.scale.forward(self.high));
        match u {
            u if u <= 0.0 => self.low,
            u if u >= 1.0 => self.high,
            u => self.scale.inverse(a + if u.is_nan() { 0.5 } else { u } * (b - a)).clamp(self.low, self.high),
        }
    }
}

/// The parameters that are searched, in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Space {
    pub params: Vec<Param>,
}

impl Space {
    pub fn new(params: Vec<Param>) -> Self {
        Self { params }
    }

    pub fn dim(&self) -> usize {
        self.params.len()
    }

    /// The unit-cube coordinates of a point.
    pub fn to_unit(&self, point: &[f64]) -> Vec<f64> {
        self.params.iter().zip(point).map(|(p, &x)| p.to_unit(x)).collect()
    }

    /// The point at these unit-cube coordinates.
    pub fn from_unit(&self, unit: &[f64]) -> Point {
        self.params.iter().zip(unit).map(|(p, &u)| p.from_unit(u)).collect()
    }

    /// Whether every value lies in its range.
    pub fn contains(&self, point: &[f64]) -> bool {
        point.len() == self.dim() && self.params.iter().zip(point).all(|(p, &x)| p.low <= x && x <= p.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_cube_and_back_on_every_scale() {
        for (low, high, scale) in [(-2.0, 3.0, Scale::Linear), (1e-4, 10.0, Scale::Log), (0.0, 0.99, Scale::Complement)]
        {
            let p = Param::new("p", low, high, scale).unwrap();
            for i in 0..=10 {
                let u = f64::from(i) / 10.0;
                assert!((p.to_unit(p.from_unit(u)) - u).abs() < 1e-12, "{scale:?} at {u}");
            }
            assert_eq!((p.from_unit(-1.0), p.from_unit(2.0)), (low, high));
        }
    }

    #[test]
    fn ranges_that_cannot_be_searched_are_refused() {
        assert!(matches!(Param::new("p", 1.0, 0.0, Scale::Linear), Err(RangeError::Empty { .. })));
        assert!(matches!(Param::new("p", f64::NAN, 0.0, Scale::Linear), Err(RangeError::Empty { .. })));
        assert!(matches!(Param::new("p", 0.0, 1.0, Scale::Log), Err(RangeError::OffScale { .. })));
        assert!(matches!(Param::new("p", 0.0, 1.0, Scale::Complement), Err(RangeError::OffScale { .. })));
        assert_eq!(Param::new("p", 0.5, 0.5, Scale::Log).unwrap().from_unit(0.7), 0.5);
    }
}
