//! Searched parameters and their values in words.

use crate::setup::network;
use crate::setup::training;
use crate::words::format;
use crate::words::names;
use crate::words::texts::t;
use tunescape_core::setup::Parameter;
use tunescape_core::setup::Setup;
use tunescape_core::setup::space::Range;
use tunescape_core::setup::training::ScheduleKind;
use tunescape_core::state::State;
use tunescape_engine::net::{Activation, Init};
use tunescape_engine::optim::Rule;

/// What one of a parameter's choices is called; `choice` as links have it.
pub fn choice(parameter: &Parameter, choice: &str) -> String {
    let at = parameter.choices().iter().position(|c| c == choice).unwrap_or(0);
    match parameter.name {
        "rule" => t!(format!("rule.{}", Rule::ALL[at].key())),
        "schedule" => t!(format!("schedule.{}", training::schedule_key(ScheduleKind::ALL[at]))),
        "init" => t!(format!("init.{}", network::init_key(Init::ALL[at]))),
        _ => Activation::ALL[at].facts().name.into(),
    }
}

/// A value of a searched parameter.
pub fn value(parameter: &Parameter, range: &Range, x: f64) -> String {
    match range {
        Range::Numbers { .. } => format::number(x),
        Range::Choices(names) => {
            names.get(x as usize).map_or_else(String::new, |name| choice(parameter, name))
        }
    }
}

/// A value of the parameter of this name; as a number where it is not searched.
pub fn value_of(setup: &Setup, name: &str, x: f64) -> String {
    let found = setup.space.iter().find(|(p, _)| p.name == name);
    found.map_or_else(|| format::number(x), |(p, range)| value(p, range, x))
}

/// The values of a point, one for each searched parameter; a dash for one that does not count
/// there.
pub fn values(setup: &Setup, point: &[f64]) -> Vec<String> {
    let counts = setup.searched().active(point);
    let one =
        |(((p, range), &x), counts)| if counts { value(p, range, x) } else { "–".to_string() };
    setup.space.iter().zip(point).zip(counts).map(one).collect()
}

/// A point in words: each name and its value.
pub fn point(state: &State, point: &[f64]) -> String {
    pairs(state, point, |name, value| format!("{name} = {value}"))
}

/// A point within a sentence.
pub fn within(state: &State, point: &[f64]) -> String {
    pairs(state, point, |name, value| format!("{} {value}", format::within(&name)))
}

fn pairs(state: &State, point: &[f64], pair: fn(String, String) -> String) -> String {
    let names = state.setup.space.iter().map(|(p, _)| names::parameter(p));
    let pairs = names.zip(values(&state.setup, point)).filter(|(_, value)| value != "–");
    format::pairs(&pairs.map(|(name, value)| pair(name, value)).collect::<Vec<_>>())
}
