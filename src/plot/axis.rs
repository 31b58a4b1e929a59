//! Ticks of an axis.

use tunescape_core::space::{Param, Scale};

/// Places (0 to 1 along the axis) and values to write there.
pub fn ticks(param: &Param, wanted: usize) -> Vec<(f64, f64)> {
    let values = match param.scale {
        _ if !param.moves() => Vec::new(),
        _ if param.count().is_some_and(|n| {
            n <= 2 * wanted || param.is_choice() || param.scale == Scale::Linear
        }) =>
        {
            let count = param.count().unwrap_or(1);
            let every = if param.is_choice() { 1 } else { count.div_ceil(2 * wanted) };
            (0..count).step_by(every).map(|i| param.value(i)).collect()
        }
        Scale::Linear => linear(param.low, param.high, wanted),
        Scale::Log => logarithmic(param.low, param.high, wanted),
        Scale::Complement => {
            let ends = [0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999];
            let inside: Vec<f64> =
                ends.into_iter().filter(|v| (param.low..=param.high).contains(v)).collect();
            if inside.len() >= 3 { inside } else { linear(param.low, param.high, wanted) }
        }
    };
    let values = values.into_iter().filter(|v| param.count().is_none() || param.takes(*v));
    values
        .map(|v| (param.to_unit(v), v))
        .filter(|(u, _)| (-1e-9..=1.0 + 1e-9).contains(u))
        .collect()
}

/// Round numbers between two ends.
pub fn linear(low: f64, high: f64, wanted: usize) -> Vec<f64> {
    let span = high - low;
    if !(span.is_finite() && span > 0.0) {
        return vec![low];
    }
    let raw = span / wanted.max(1) as f64;
    let ten = 10_f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|m| m * ten)
        .find(|s| *s >= raw * 0.999)
        .unwrap_or(10.0 * ten);
    // Ends that are as near to each other as numbers get have no round numbers between them.
    if !(step.is_finite() && step > 0.0) {
        return vec![low];
    }
    let (first, last) = ((low / step - 1e-9).ceil() as i64, (high / step + 1e-9).floor() as i64);
    (first..=last).map(|i| i as f64 * step).collect()
}

/// Powers of ten between two positive ends, with 2 and 5 where there are few; round numbers where
/// there are none.
pub fn logarithmic(low: f64, high: f64, wanted: usize) -> Vec<f64> {
    let decades = (low.log10().floor() as i32)..=(high.log10().ceil() as i32);
    let with = |digits: &[f64]| -> Vec<f64> {
        let all = decades.clone().flat_map(|d| digits.iter().map(move |m| m * 10_f64.powi(d)));
        all.filter(|v| (low * 0.9999..=high * 1.0001).contains(v)).collect()
    };
    let tens = with(&[1.0]);
    if tens.len() > wanted {
        let every = tens.len().div_ceil(wanted);
        return tens.into_iter().step_by(every).collect();
    }
    if tens.len() >= 3 {
        return tens;
    }
    let more = with(&[1.0, 2.0, 5.0]);
    if more.len() >= 2 { more } else { linear(low, high, wanted) }
}
