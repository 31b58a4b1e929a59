//! Values of stepped ranges as tools in Python count them.
//!
//! Optuna and others take `low + k·step` as decimal fractions: 0 + 7·0.1 is 0.7 to them, where
//! arithmetic in binary gives 0.7000000000000001, which then lies beyond the range's end.

use crate::import::{Domain, Parameter};

/// `low + k·step` as exact decimal fractions give it.
pub fn value(low: f64, step: f64, k: f64) -> f64 {
    exact(low, step, k).unwrap_or(low + k * step)
}

/// The value of the range that `x` is.
pub fn nearest(low: f64, step: f64, x: f64) -> f64 {
    value(low, step, libm::round((x - low) / step))
}

/// A parameter's value, on its steps where it has some.
pub fn own(parameter: &Parameter, x: f64) -> f64 {
    match parameter.domain {
        Domain::Number { low, step: Some(step), .. } => nearest(low, step, x),
        _ => x,
    }
}

/// None where the numbers are of too different a size.
fn exact(low: f64, step: f64, k: f64) -> Option<f64> {
    let ((low, a), (step, b)) = (decimal(low)?, decimal(step)?);
    let least = a.min(b);
    let at = |digits: i128, power: i32| {
        digits.checked_mul(10_i128.checked_pow(power.checked_sub(least)? as u32)?)
    };
    let sum = at(low, a)?.checked_add(at(step, b)?.checked_mul(k as i128)?)?;
    format!("{sum}e{least}").parse().ok()
}

/// A number's shortest digits, and the power of ten that they are multiplied by.
fn decimal(x: f64) -> Option<(i128, i32)> {
    let text = format!("{x:e}");
    let (digits, power) = text.split_once('e')?;
    let behind = digits.split_once('.').map_or(0, |(_, behind)| behind.len() as i32);
    Some((digits.replace('.', "").parse().ok()?, power.parse::<i32>().ok()? - behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_counted_in_decimal_fractions() {
        assert_eq!(value(0.0, 0.1, 7.0), 0.7);
        assert_eq!(value(0.05, 0.1, 9.0), 0.95);
        assert_eq!((value(16.0, 16.0, 3.0), value(-1.5, 0.25, 2.0)), (64.0, -1.0));
        assert_eq!(value(1e-7, 3e-7, 3.0), 1e-6);
        assert_eq!(nearest(0.0, 0.1, 0.1 * 3.0), 0.3);
        // Of numbers too far apart, plain arithmetic.
        assert_eq!(value(1e30, 1e-30, 5.0), 1e30);
    }
}
