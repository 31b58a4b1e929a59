//! Every hyperparameter that can be searched: a row each, with the range that is usual for it.

use crate::setup::Setup;
use crate::setup::settings;
use crate::setup::training::ScheduleKind;
use crate::space::Scale;
use serde::Serialize;
use tunescape_engine::net::{Activation, Init, MAX_HIDDEN, MAX_UNITS};
use tunescape_engine::optim::{NUMBERS, Rule};

/// Units of a layer that is added, where there is none to take after.
pub const USUAL_UNITS: usize = 8;

/// One hyperparameter as a search sees it.
pub struct Parameter {
    /// Its name in links.
    pub name: &'static str,
    /// What it sets, by its path in a set-up.
    pub key: &'static str,
    pub values: Values,
    /// Whether trials that differ in it need populations of their own.
    pub apart: bool,
    /// Reads and writes its value in a set-up; of a choice, its number among all choices.
    pub get: fn(&Setup) -> f64,
    pub set: fn(&mut Setup, f64),
}

/// What a hyperparameter can be.
pub enum Values {
    /// A number, its usual range and scale; a whole one has step 1.
    Number { low: f64, high: f64, scale: Scale, whole: bool },
    /// One of some names, those of links; the usual ones.
    Choice { all: fn() -> Vec<String>, usual: &'static [&'static str] },
}

impl Parameter {
    pub fn by_name(name: &str) -> Option<&'static Parameter> {
        PARAMETERS.iter().find(|p| p.name == name)
    }

    /// Whether it can change while a network trains.
    pub fn can_change(&self) -> bool {
        // Squares are gathered from the first update on.
        !self.apart && self.name != "initial_accumulator"
    }

    /// The ends that its range may have: those of the set-up's number.
    pub fn limits(&self) -> (f64, f64) {
        match settings::range(self.key) {
            Some(range) => range,
            None if self.layer().is_some() => (1.0, MAX_UNITS as f64),
            None => (0.0, MAX_HIDDEN as f64),
        }
    }

    pub fn is_whole(&self) -> bool {
        matches!(self.values, Values::Number { whole: true, .. })
    }

    /// The names of all its choices; none of a number.
    pub fn choices(&self) -> Vec<String> {
        match self.values {
            Values::Choice { all, .. } => all(),
            Values::Number { .. } => Vec::new(),
        }
    }

    /// The hidden layer whose units it is, from 1.
    pub fn layer(&self) -> Option<usize> {
        self.name.strip_prefix("units_")?.parse().ok()
    }

    /// Whether it makes a difference to a network, and how it is trained, as the set-up has them.
    pub fn acts(&self, setup: &Setup) -> bool {
        let training = &setup.training;
        if let Some(layer) = self.layer() {
            return layer <= setup.net.hidden.len() || setup.space.get("layers").is_some();
        }
        if self.name == "rate_decay" {
            return training.schedule.kind == ScheduleKind::InverseTime;
        }
        if self.key.starts_with("training.schedule.") && self.name != "schedule" {
            return training.schedule.kind.numbers().contains(&self.name);
        }
        NUMBERS.iter().find(|n| n.name == self.name).is_none_or(|n| (n.used)(training.rule))
    }
}

/// The names that links use.
fn names<T: Serialize>(all: &[T]) -> Vec<String> {
    all.iter().filter_map(|x| Some(serde_json::to_value(x).ok()?.as_str()?.to_owned())).collect()
}

fn number_of<T: PartialEq>(all: &[T], x: &T) -> f64 {
    all.iter().position(|one| one == x).unwrap_or(0) as f64
}

fn with_number<T: Copy>(all: &[T], number: f64) -> T {
    all[(number as usize).min(all.len() - 1)]
}

macro_rules! number {
    ($name:literal, $key:literal, $low:literal..$high:literal, $scale:ident, whole: $whole:literal, apart: $apart:literal, $($path:ident).+) => {
        Parameter {
            name: $name,
            key: $key,
            values: Values::Number { low: $low, high: $high, scale: Scale::$scale, whole: $whole },
            apart: $apart,
            get: |s| s.$($path).+ as f64,
            set: |s, x| s.$($path).+ = x as _,
        }
    };
}

/// One of `optim::NUMBERS`: each trial of a population has its own.
macro_rules! hyper {
    ($name:ident, $low:literal..$high:literal, $scale:ident) => {
        Parameter {
            name: stringify!($name),
            key: concat!("training.", stringify!($name)),
            values: Values::Number { low: $low, high: $high, scale: Scale::$scale, whole: false },
            apart: false,
            get: |s| s.training.$name,
            set: |s, x| s.training.$name = x,
        }
    };
}

macro_rules! schedule {
    ($name:ident, $low:literal..$high:literal, $scale:ident, whole: $whole:literal) => {
        Parameter {
            name: stringify!($name),
            key: concat!("training.schedule.", stringify!($name)),
            ..number!("", "", $low..$high, $scale, whole: $whole, apart: true, training.schedule.$name)
        }
    };
}

macro_rules! choice {
    ($name:literal, $key:literal, $type:ident, $usual:expr, $get:expr, $set:expr) => {
        Parameter {
            name: $name,
            key: $key,
            values: Values::Choice { all: || names(&$type::ALL), usual: &$usual },
            apart: true,
            get: |s| number_of(&$type::ALL, &$get(s)),
            set: |s, x| $set(s, with_number(&$type::ALL, x)),
        }
    };
}

macro_rules! units {
    ($name:literal, $layer:literal) => {
        Parameter {
            name: $name,
            key: "net.units",
            values: Values::Number { low: 2.0, high: 32.0, scale: Scale::Log, whole: true },
            apart: true,
            get: |s| {
                s.net.hidden.get($layer - 1).or(s.net.hidden.last()).map_or(USUAL_UNITS, |&n| n)
                    as f64
            },
            set: |s, x| {
                if let Some(units) = s.net.hidden.get_mut($layer - 1) {
                    *units = x as usize;
                }
            },
        }
    };
}

fn set_layers(setup: &mut Setup, layers: f64) {
    let last = setup.net.hidden.last().map_or(USUAL_UNITS, |&n| n);
    setup.net.hidden.resize((layers as usize).min(MAX_HIDDEN), last);
}

/// The rows, in the order in which a point has their values. A rule comes before the numbers that
/// are customary for it, and the layers before their units.
pub const PARAMETERS: &[Parameter] = &[
    number!("learning_rate", "run.learning_rate", 0.003..10.0, Log, whole: false, apart: false, run.learning_rate),
    number!("momentum", "run.momentum", 0.0..0.99, Linear, whole: false, apart: false, run.momentum),
    number!("batch", "training.batch", 4.0..256.0, Log, whole: true, apart: true, training.batch),
    choice!(
        "rule",
        "training.rule",
        Rule,
        ["momentum", "nesterov", "rms-prop", "adam"],
        |s: &Setup| s.training.rule,
        |s: &mut Setup, rule| s.training.choose(rule)
    ),
    hyper!(l2, 1e-6..0.1, Log),
    hyper!(decay, 1e-4..1.0, Log),
    hyper!(l1, 1e-6..0.1, Log),
    hyper!(dropout, 0.0..0.5, Linear),
    hyper!(label_smoothing, 0.0..0.3, Linear),
    hyper!(clip_norm, 0.1..10.0, Log),
    hyper!(clip_value, 0.01..1.0, Log),
    hyper!(dampening, 0.0..0.9, Linear),
    hyper!(beta2, 0.9..0.9999, Complement),
    hyper!(epsilon, 1e-10..0.01, Log),
    hyper!(momentum_decay, 1e-4..0.1, Log),
    hyper!(initial_accumulator, 0.0..1.0, Linear),
    choice!(
        "schedule",
        "training.schedule.kind",
        ScheduleKind,
        ["constant", "step", "exponential", "cosine"],
        |s: &Setup| s.training.schedule.kind,
        |s: &mut Setup, kind| s.training.schedule.kind = kind
    ),
    hyper!(rate_decay, 1e-5..0.1, Log),
    schedule!(every, 5.0..60.0, Linear, whole: true),
    schedule!(gamma, 0.3..1.0, Linear, whole: false),
    schedule!(warmup, 0.0..20.0, Linear, whole: true),
    schedule!(lowest, 1e-5..0.1, Log, whole: false),
    schedule!(rise, 0.05..0.5, Linear, whole: false),
    schedule!(div, 2.0..100.0, Log, whole: false),
    schedule!(final_div, 10.0..100_000.0, Log, whole: false),
    schedule!(factor, 0.05..0.8, Linear, whole: false),
    schedule!(patience, 1.0..30.0, Linear, whole: true),
    schedule!(threshold, 1e-5..0.01, Log, whole: false),
    Parameter {
        name: "layers",
        key: "net.hidden",
        values: Values::Number { low: 1.0, high: 4.0, scale: Scale::Linear, whole: true },
        apart: true,
        get: |s| s.net.hidden.len() as f64,
        set: set_layers,
    },
    units!("units_1", 1),
    units!("units_2", 2),
    units!("units_3", 3),
    units!("units_4", 4),
    units!("units_5", 5),
    units!("units_6", 6),
    units!("units_7", 7),
    units!("units_8", 8),
    units!("units_9", 9),
    choice!(
        "activation",
        "net.activation",
        Activation,
        ["tanh", "relu", "sigmoid", "gelu"],
        |s: &Setup| s.net.activation,
        |s: &mut Setup, activation| {
            s.net.activation = activation;
            s.net.activations.clear();
        }
    ),
    choice!(
        "init",
        "net.init",
        Init,
        ["xavier-uniform", "he-normal", "normal", "zeros"],
        |s: &Setup| s.net.init,
        |s: &mut Setup, init| s.net.init = init
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_reads_what_it_writes_and_its_usual_values_are_in_range() {
        for (n, p) in PARAMETERS.iter().enumerate() {
            let mut setup = Setup::default();
            setup.net.hidden = vec![7; MAX_HIDDEN];
            let tried = match p.values {
                Values::Number { low, high, .. } => {
                    assert!(
                        p.limits().0 <= low && low < high && high <= p.limits().1,
                        "{}: {:?}",
                        p.name,
                        p.limits()
                    );
                    vec![low, high]
                }
                Values::Choice { usual, .. } => {
                    let all = p.choices();
                    assert!(usual.iter().all(|u| all.iter().any(|a| a == u)), "{all:?}");
                    (0..all.len()).map(|i| i as f64).collect()
                }
            };
            for x in tried {
                let before = setup.clone();
                (p.set)(&mut setup, x);
                assert_eq!((p.get)(&setup), x, "{}", p.name);
                assert_eq!(setup.check(), Ok(()), "{}", p.name);
                assert!(x == (p.get)(&before) || setup != before);
            }
            assert!(PARAMETERS.iter().skip(n + 1).all(|other| other.name != p.name));
        }
        assert!(
            (1..=MAX_HIDDEN).all(|layer| Parameter::by_name(&format!("units_{layer}")).is_some())
        );
        // Every number that a trial can have of its own can be searched.
        assert!(NUMBERS.iter().all(|n| Parameter::by_name(n.name).is_some_and(|p| !p.apart)));
    }
}
