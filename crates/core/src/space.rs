//! The search space: named parameters with ranges and scales. A [`Point`] is one value for each
//! parameter.
//!
//! Every strategy works in the unit cube; [`Space::to_unit`] and [`Space::from_unit`] are the only
//! way in and out, so a strategy never knows whether a range is logarithmic.
//!
//! | parameter | value | in the unit cube |
//! |---|---|---|
//! | float | any in `[low, high]` | its place between the ends, on its scale |
//! | stepped, integer | `low + k·step` | the middle of its cell; cells reach half a step to both sides, so all have a share |
//! | choice | the choice's number, from 0 | the middle of its cell, one of as many equal ones |
//! | conditional, not active | its low end | where its low end lies |

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

/// A stepped range has no more values than these: more than any two trials tell apart, and few
/// enough to be counted, listed and multiplied anywhere.
pub const MAX_VALUES: usize = 1_000_000;

/// Which values of its range a parameter can take.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Kind {
    /// Every one.
    #[default]
    Float,
    /// `low + k·step`, both ends included; an integer has step 1.
    Step(f64),
    /// Numbers 0 to n − 1 of n named choices without an order. A range within them leaves out the
    /// others.
    Choice(Vec<String>),
}

/// When a conditional parameter counts, by the value of an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Condition {
    /// Parameter `param` is at least `value`: the units of layer 2 count while there are 2 layers.
    AtLeast { param: usize, value: f64 },
    /// Parameter `param` is exactly `value`: an optimiser's own settings count while it is chosen.
    Is { param: usize, value: f64 },
}

/// A parameter: a name of the field's, a closed range, a scale, its kind. One that can take one
/// value is fixed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Param {
    pub name: String,
    pub low: f64,
    pub high: f64,
    pub scale: Scale,
    #[serde(default)]
    pub kind: Kind,
    /// None for a parameter that always counts.
    #[serde(default)]
    pub when: Option<Condition>,
}

/// Why a range can't be searched.
#[derive(Clone, Debug, PartialEq)]
pub enum RangeError {
    /// The low end does not lie below the high end, or an end is not finite.
    Empty { name: String, low: f64, high: f64 },
    /// A logarithmic range that touches zero, or a −log(1 − x) range that touches one, the half
    /// steps beyond its ends included.
    OffScale { name: String, end: f64, scale: Scale },
    /// A step that is not above zero, or so small that there are more than [`MAX_VALUES`].
    Step { name: String, step: f64 },
    /// No choices, or one that the value is not the number of.
    Choices { name: String, choices: usize },
    /// A condition on the parameter itself, a later one or none at all.
    Condition { name: String, param: usize },
    /// A value that the parameter can't take.
    Value { name: String, value: f64 },
}

impl Param {
    /// A float over `[low, high]`. One-value ranges (`low == high`) are allowed.
    pub fn new(name: &str, low: f64, high: f64, scale: Scale) -> Result<Self, RangeError> {
        Self::with_kind(name, low, high, scale, Kind::Float)
    }

    /// `low`, `low + step`, … up to `high` at most.
    pub fn stepped(
        name: &str,
        low: f64,
        high: f64,
        scale: Scale,
        step: f64,
    ) -> Result<Self, RangeError> {
        let steps = (high - low) / step;
        if !(step > 0.0 && steps < MAX_VALUES as f64) {
            return Err(RangeError::Step { name: name.into(), step });
        }
        Self::with_kind(name, low, low + (steps + 1e-9).floor() * step, scale, Kind::Step(step))
    }

    pub fn integer(name: &str, low: i32, high: i32, scale: Scale) -> Result<Self, RangeError> {
        Self::stepped(name, low.into(), high.into(), scale, 1.0)
    }

    /// One of these, without an order.
    pub fn choice(name: &str, choices: &[&str]) -> Result<Self, RangeError> {
        if choices.is_empty() {
            return Err(RangeError::Choices { name: name.into(), choices: 0 });
        }
        let kind = Kind::Choice(choices.iter().map(|c| c.to_string()).collect());
        Self::with_kind(name, 0.0, (choices.len() - 1) as f64, Scale::Linear, kind)
    }

    fn with_kind(
        name: &str,
        low: f64,
        high: f64,
        scale: Scale,
        kind: Kind,
    ) -> Result<Self, RangeError> {
        let param = Self { name: name.into(), low, high, scale, kind, when: None };
        param.check().map(|()| param)
    }

    fn check(&self) -> Result<(), RangeError> {
        let Self { low, high, scale, .. } = *self;
        if !(low <= high && low.is_finite() && high.is_finite()) {
            return Err(RangeError::Empty { name: self.name.clone(), low, high });
        }
        let half = 0.5 * self.step();
        match scale {
            Scale::Log if low - half <= 0.0 => {
                Err(RangeError::OffScale { name: self.name.clone(), end: low, scale })
            }
            Scale::Complement if high + half >= 1.0 => {
                Err(RangeError::OffScale { name: self.name.clone(), end: high, scale })
            }
            _ => Ok(()),
        }
    }

    /// The parameter held at one value.
    pub fn fixed(mut self, value: f64) -> Result<Self, RangeError> {
        if !self.takes(value) {
            return Err(RangeError::Value { name: self.name, value });
        }
        (self.low, self.high) = (value, value);
        Ok(self)
    }

    /// Distance of neighbouring values; 0 for a float.
    fn step(&self) -> f64 {
        match self.kind {
            Kind::Float => 0.0,
            Kind::Step(step) => step,
            Kind::Choice(_) => 1.0,
        }
    }

    /// How many values it can take; none for a float's range.
    pub fn count(&self) -> Option<usize> {
        if self.low == self.high {
            return Some(1);
        }
        let step = self.step();
        (step > 0.0).then(|| (((self.high - self.low) / step + 1e-9) as usize).saturating_add(1))
    }

    /// Its value number `index`, from 0, of those that [`Param::count`] counts.
    pub fn value(&self, index: usize) -> f64 {
        self.low + index as f64 * self.step()
    }

    /// Whether it has more than one value.
    pub fn moves(&self) -> bool {
        self.low < self.high
    }

    pub fn is_choice(&self) -> bool {
        matches!(self.kind, Kind::Choice(_))
    }

    /// Whether `x` is one of its values.
    pub fn takes(&self, x: f64) -> bool {
        let step = self.step();
        let steps = (x - self.low) / step;
        self.low <= x
            && x <= self.high
            && (step == 0.0 || (steps - libm::round(steps)).abs() < 1e-6)
    }

    /// The ends on its scale, half a step out.
    fn ends(&self) -> (f64, f64) {
        let half = 0.5 * self.step();
        (self.scale.forward(self.low - half), self.scale.forward(self.high + half))
    }

    /// Where `x` lies between the ends on this parameter's scale, not clamped. A float: 0 at `low`,
    /// 1 at `high`.
    pub fn to_unit(&self, x: f64) -> f64 {
        let (a, b) = self.ends();
        if a == b { 0.5 } else { (self.scale.forward(x) - a) / (b - a) }
    }

    /// How far `x` is from `low` (0) to `high` (1) on this parameter's scale; a stepped one's ends
    /// are ends here.
    pub fn along(&self, x: f64) -> f64 {
        let (a, b) = (self.scale.forward(self.low), self.scale.forward(self.high));
        if a == b { 0.5 } else { (self.scale.forward(x) - a) / (b - a) }
    }

    /// The cell of the unit interval that becomes the value `x`; a float's has no width.
    pub fn cell(&self, x: f64) -> (f64, f64) {
        let half = 0.5 * self.step();
        (self.to_unit(x - half), self.to_unit(x + half))
    }

    /// The value at `u` of the way from `low` to `high`, clamped into the range; the one whose cell
    /// `u` lies in.
    pub fn from_unit(&self, u: f64) -> f64 {
        let (a, b) = self.ends();
        let x = match u {
            u if u <= 0.0 => return self.low,
            u if u >= 1.0 => return self.high,
            u => self.scale.inverse(a + if u.is_nan() { 0.5 } else { u } * (b - a)),
        };
        let step = self.step();
        let x = if step > 0.0 { self.low + libm::round((x - self.low) / step) * step } else { x };
        x.clamp(self.low, self.high)
    }
}

/// A number in so many digits. Single precision, in which everything is trained, tells seven apart.
pub fn in_digits(x: f64, digits: usize) -> f64 {
    format!("{x:.*e}", digits.max(1) - 1).parse().unwrap_or(x)
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

    /// Parameter `child` counts only under a condition on an earlier one.
    pub fn when(mut self, child: usize, condition: Condition) -> Result<Self, RangeError> {
        let (Condition::AtLeast { param, .. } | Condition::Is { param, .. }) = condition;
        match self.params.get_mut(child) {
            Some(at) if param < child => at.when = Some(condition),
            at => {
                return Err(RangeError::Condition {
                    name: at.map_or(String::new(), |p| p.name.clone()),
                    param,
                });
            }
        }
        Ok(self)
    }

    pub fn dim(&self) -> usize {
        self.params.len()
    }

    /// Whether each parameter counts at a point. One that depends on a parameter that does not count
    /// does not either.
    pub fn active(&self, point: &[f64]) -> Vec<bool> {
        let mut active: Vec<bool> = Vec::with_capacity(self.dim());
        for p in &self.params {
            let holds = |param: usize, met: &dyn Fn(f64) -> bool| {
                active.get(param).copied().unwrap_or(false)
                    && point.get(param).is_some_and(|&x| met(x))
            };
            active.push(match p.when {
                None => true,
                Some(Condition::AtLeast { param, value }) => holds(param, &|x| x >= value),
                Some(Condition::Is { param, value }) => holds(param, &|x| x == value),
            });
        }
        active
    }

    /// The unit-cube coordinates of a point.
    pub fn to_unit(&self, point: &[f64]) -> Vec<f64> {
        self.params.iter().zip(point).map(|(p, &x)| p.to_unit(x)).collect()
    }

    /// The point at these unit-cube coordinates.
    pub fn from_unit(&self, unit: &[f64]) -> Point {
        let mut point: Point = self.params.iter().zip(unit).map(|(p, &u)| p.from_unit(u)).collect();
        self.settle(&mut point);
        point
    }

    /// Puts parameters that do not count at their low ends.
    pub fn settle(&self, point: &mut [f64]) {
        if self.params.iter().any(|p| p.when.is_some()) {
            let active = self.active(point);
            let at = point.iter_mut().zip(&self.params).zip(active);
            at.filter(|(_, active)| !active).for_each(|((x, p), _)| *x = p.low);
        }
    }

    /// Whether every value lies in its range and on its step, and what does not count stands at its
    /// low end.
    pub fn contains(&self, point: &[f64]) -> bool {
        point.len() == self.dim()
            && self
                .params
                .iter()
                .zip(point)
                .zip(self.active(point))
                .all(|((p, &x), active)| if active { p.takes(x) } else { x == p.low })
    }

    /// Bounds of the unit cube; an axis that can't move is held where `to_unit` puts it.
    pub fn bounds(&self) -> Vec<(f64, f64)> {
        self.params.iter().map(|p| if p.moves() { (0.0, 1.0) } else { (0.5, 0.5) }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_cube_and_back_on_every_scale() {
        for (low, high, scale) in
            [(-2.0, 3.0, Scale::Linear), (1e-4, 10.0, Scale::Log), (0.0, 0.99, Scale::Complement)]
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
        assert!(matches!(
            Param::new("p", f64::NAN, 0.0, Scale::Linear),
            Err(RangeError::Empty { .. })
        ));
        assert!(matches!(Param::new("p", 0.0, 1.0, Scale::Log), Err(RangeError::OffScale { .. })));
        // 2³² − 1 steps, whose values can't be counted in 32 bits, and as many as there may be.
        let (high, step) = (0.499_999_999_883_584_7, 1.164_153_218_269_348_1e-10);
        let many = Param::stepped("p", 0.0, high, Scale::Linear, step);
        assert!(matches!(many, Err(RangeError::Step { .. })));
        let most = Param::stepped("p", 1.0, 1e6, Scale::Linear, 1.0).unwrap();
        assert_eq!(most.count(), Some(MAX_VALUES));
        let counted = Param { high: f64::MAX, ..most }.count();
        assert_eq!(counted, Some(usize::MAX), "never 0, whatever a range holds");
        assert!(matches!(
            Param::new("p", 0.0, 1.0, Scale::Complement),
            Err(RangeError::OffScale { .. })
        ));
        assert_eq!(Param::new("p", 0.5, 0.5, Scale::Log).unwrap().from_unit(0.7), 0.5);
    }

    #[test]
    fn every_value_of_a_stepped_range_has_its_cell() {
        let params = [
            Param::stepped("batch", 8.0, 70.0, Scale::Linear, 8.0).unwrap(),
            Param::integer("units", 1, 9, Scale::Log).unwrap(),
            Param::choice("activation", &["tanh", "relu", "gelu"]).unwrap(),
        ];
        for (p, count) in params.iter().zip([8, 9, 3]) {
            assert_eq!(p.count(), Some(count), "{}", p.name);
            let mut edge = 0.0;
            for k in 0..count {
                let x = p.low + k as f64 * p.step();
                assert!(p.takes(x));
                assert_eq!(p.from_unit(p.to_unit(x)), x);
                let (a, b) = p.cell(x);
                assert!((a - edge).abs() < 1e-12 && b > a);
                assert_eq!([p.from_unit(a + 1e-9), p.from_unit(b - 1e-9)], [x; 2]);
                edge = b;
            }
            assert!((edge - 1.0).abs() < 1e-12);
        }
        assert_eq!(params[0].high, 64.0);
        assert!(!params[0].takes(12.0) && params[1].clone().fixed(2.5).is_err());
        let relu = params[2].clone().fixed(1.0).unwrap();
        assert_eq!((relu.count(), relu.from_unit(0.9), relu.to_unit(1.0)), (Some(1), 1.0, 0.5));
        assert!(matches!(
            Param::stepped("p", 0.0, 1.0, Scale::Linear, 0.0),
            Err(RangeError::Step { .. })
        ));
        assert!(matches!(
            Param::stepped("p", 1.0, 9.0, Scale::Log, 2.0),
            Err(RangeError::OffScale { .. })
        ));
        assert!(matches!(Param::choice("p", &[]), Err(RangeError::Choices { .. })));
    }

    #[test]
    fn what_hangs_on_a_layer_that_is_not_there_stands_at_its_low_end() {
        let units = |name| Param::integer(name, 4, 8, Scale::Linear).unwrap();
        let space = Space::new(vec![
            Param::integer("layers", 1, 3, Scale::Linear).unwrap(),
            units("a"),
            units("b"),
        ]);
        let space = space.when(1, Condition::AtLeast { param: 0, value: 2.0 }).unwrap();
        let space = space.when(2, Condition::AtLeast { param: 0, value: 3.0 }).unwrap();
        assert_eq!(space.from_unit(&[0.5, 0.9, 0.9]), [2.0, 8.0, 4.0]);
        assert_eq!(space.active(&[2.0, 8.0, 4.0]), [true, true, false]);
        assert!(space.contains(&[2.0, 8.0, 4.0]) && !space.contains(&[2.0, 8.0, 5.0]));
        assert!(space.when(1, Condition::Is { param: 1, value: 4.0 }).is_err());
    }
}
