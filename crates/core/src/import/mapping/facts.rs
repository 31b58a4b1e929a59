//! What stands in a column of a table, as far as that says what the column is.

use super::columns::{names_outcome, names_state};
use super::names::words;
use super::state::{named_state, truth};
use super::times::is_time;
use super::{Role, constraints, kept};
use crate::data::number::{is_missing, may_be_missing};
use crate::import::limits::MAX_CHOICES;
use crate::import::table::Table;
use crate::sort::ascending;
use std::collections::HashSet;

/// Different fields that people write out as choices: of more, a few words among numbers are
/// missing values.
const FEW: usize = 10;

/// Rows from which on texts that are all different name them.
const LABELS: usize = 8;

/// Words in names of what is searched on a log scale nearly always.
const OF_DECADES: &[&str] = &[
    "lr", "learning", "decay", "wd", "l1", "l2", "alpha", "lambda", "eta", "eps", "epsilon", "tol",
];

fn is_of_decades(name: &str) -> bool {
    words(name).iter().any(|word| OF_DECADES.contains(&word.as_str()))
}

/// How far sorted numbers are, on a scale, from being spread evenly between their ends: the largest
/// distance of their distribution from the uniform one (Kolmogorov and Smirnov's), each value in
/// the middle of its step, so that a grid is as even as numbers drawn at random.
fn unevenness(numbers: &[f64], scale: fn(f64) -> f64) -> f64 {
    let (Some(low), Some(high)) = (numbers.first(), numbers.last()) else { return 0.0 };
    let (low, width) = (scale(*low), scale(*high) - scale(*low));
    let (mut below, mut most) = (0, 0.0_f64);
    for equal in numbers.chunk_by(|a, b| a == b) {
        let middle = (below as f64 + 0.5 * equal.len() as f64) / numbers.len() as f64;
        most = most.max((middle - (scale(equal[0]) - low) / width).abs());
        below += equal.len();
    }
    most
}

/// What stands in a column.
pub struct Facts {
    /// Whether all that stands there is a number, but for words of missing values.
    pub numeric: bool,
    /// Whether more than half of what stands there is: enough for a measured value, which is
    /// missing where a trial failed.
    pub mostly_numeric: bool,
    /// Whether all that stands there are lists of numbers.
    pub lists: bool,
    /// Whether the column is named as one of states or outcomes, and most of its words are those.
    pub states: bool,
    /// Whether all that stands there is true or not, in words or as 1 and 0.
    pub truths: bool,
    /// Whether all that stands there are dates, with or without a time.
    pub times: bool,
    /// Fields that hold something.
    pub filled: usize,
    /// Different ones of these; counting stops beyond the number of choices.
    pub distinct: usize,
    pub integer: bool,
    pub low: f64,
    pub high: f64,
    /// How far the numbers are from being spread evenly: as they are, and by their logarithms.
    spread: [f64; 2],
}

impl Facts {
    pub fn of(table: &Table, at: usize) -> Self {
        let fields = || table.column(at).filter(|field| !is_missing(field));
        let mut distinct = HashSet::new();
        for field in fields() {
            distinct.insert(field);
            if distinct.len() > MAX_CHOICES {
                break;
            }
        }
        let filled = fields().count();
        let (mut numbers, mut found, mut blank, mut none) = (Vec::new(), 0, 0, false);
        for field in fields() {
            match table.number(at, field) {
                Some(number) => {
                    found += 1;
                    numbers.extend(Some(number).filter(|x| x.is_finite()));
                }
                None => {
                    blank += usize::from(may_be_missing(field));
                    none |= field.eq_ignore_ascii_case("none");
                }
            }
        }
        ascending(&mut numbers);
        // Python's None is a choice like any other where there are few.
        let all = found + blank == filled && (!none || distinct.len() > FEW);
        let of_states = |name: &String| names_state(name) || names_outcome(name);
        let named = table.header.get(at).is_some_and(of_states);
        let states = || fields().filter(|field| named_state(field).is_some()).count();
        let kept = kept(table, at);
        Self {
            numeric: !numbers.is_empty() && all,
            mostly_numeric: !numbers.is_empty() && 2 * found > filled,
            lists: filled > 0
                && fields().all(|field| constraints(table, at, kept, field).is_some()),
            states: named && filled > 0 && 2 * states() > filled,
            truths: filled > 0 && fields().all(|field| truth(field).is_some()),
            times: filled > 0 && fields().all(is_time),
            filled,
            distinct: distinct.len(),
            integer: numbers.iter().all(|x| x.trunc() == *x),
            low: numbers.first().copied().unwrap_or(f64::NAN),
            high: numbers.last().copied().unwrap_or(f64::NAN),
            spread: [unevenness(&numbers, |x| x), unevenness(&numbers, f64::ln)],
        }
    }

    /// Whether the values were searched on a log scale: over a decade at least, and spread more
    /// evenly by their logarithms than as they are. Where the two are close the name decides.
    fn is_log(&self, name: &str) -> bool {
        let ratio = self.high / self.low;
        if self.low <= 0.0 || ratio < 10.0 {
            return false;
        }
        let [plain, log] = self.spread;
        let close = if is_of_decades(name) { 0.15 } else { -0.05 };
        // Two values have no shape.
        if self.distinct < 3 { ratio >= 100.0 } else { log < plain + close }
    }

    /// Whether words stand there that are not just true or false.
    pub fn is_words(&self) -> bool {
        self.filled > 0 && !self.numeric && !self.truths
    }

    /// Whether each row has its own text: a file's path, the name of a job. A model learns nothing
    /// from it; of few rows a choice may be tried just once.
    pub fn is_label(&self) -> bool {
        let own = self.distinct == self.filled || self.distinct > MAX_CHOICES;
        own && !self.mostly_numeric && self.filled >= LABELS
    }

    /// What the column of a name is if it is a parameter.
    pub fn parameter(&self, name: &str) -> Role {
        if self.numeric {
            Role::Number { log: self.is_log(name), integer: self.integer }
        } else if self.filled == 0 {
            Role::Ignored
        } else if self.distinct <= MAX_CHOICES {
            Role::Categorical
        } else {
            Role::Attribute
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Whether numbers under a name are said to have been searched on a log scale.
    fn log(name: &str, numbers: &[f64]) -> bool {
        let mut table = Table::new("x.csv", vec![name.into()], Vec::new());
        assert!(numbers.iter().all(|x| table.push([x.to_string().as_str()].into_iter())));
        match Facts::of(&table, 0).parameter(name) {
            Role::Number { log, .. } => log,
            _ => panic!("no number"),
        }
    }

    fn drawn(n: usize, seed: u64) -> Vec<f64> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        (0..n).map(|_| rng.random::<f64>()).collect()
    }

    #[test]
    fn what_is_spread_evenly_is_no_log_scale_however_far_it_reaches() {
        for (n, seeds) in [(10, 20), (100, 10), (10_000, 3)] {
            let linear = (0..seeds).filter(|seed| !log("dropout", &drawn(n, *seed))).count();
            assert!(linear as f64 >= 0.9 * seeds as f64, "{n}: {linear} of {seeds}");
            let decades = |seed| -> Vec<f64> {
                drawn(n, seed).into_iter().map(|u| 10_f64.powf(4.0 * u - 5.0)).collect()
            };
            let logs = (0..seeds).filter(|seed| log("x", &decades(*seed))).count();
            assert!(logs as f64 >= 0.9 * seeds as f64, "{n}: {logs} of {seeds}");
        }
        let whole: Vec<f64> = (1..=1000).map(f64::from).collect();
        assert!(!log("units", &whole));
        // Nor does a name make it one.
        assert!(!log("lr", &drawn(1000, 7)));
    }

    #[test]
    fn grids_of_decades_and_of_doubles_are_log_scales() {
        let rates = [1e-4, 1e-3, 1e-2, 1e-1];
        assert!(log("rate", &rates) && log("rate", &rates.map(|rate| [rate; 7]).concat()));
        assert!(log("units", &[16.0, 32.0, 64.0, 128.0, 256.0, 512.0]));
        assert!(!log("units", &[32.0, 64.0, 128.0]), "less than a decade");
    }

    #[test]
    fn where_it_is_close_the_name_decides() {
        // Between even and even by logarithms.
        let between: Vec<f64> = (0..=10)
            .map(|i| f64::from(i) / 10.0)
            .map(|u| 0.5 * (0.08 + 0.92 * u) + 0.5 * 12.5_f64.powf(u - 1.0))
            .collect();
        assert!(log("weight_decay", &between) && log("optimizer.lr", &between));
        assert!(!log("dropout", &between));
        assert!(log("x", &[0.001, 0.1]) && !log("x", &[1.0, 20.0]), "two values have no shape");
    }
}
