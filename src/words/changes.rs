//! What two set-ups differ in, in words.

use super::format::{number, pairs};
use super::names::parameter;
use super::parameters;
use super::texts::t;
use tunescape_core::setup::{Difference, Parameter, Setup, changed};

/// What two set-ups differ in, as the first has it.
pub fn differences(old: &Setup, new: &Setup) -> String {
    let one = |difference| match difference {
        Difference::Data => t!(format!("data.{}", old.data.name)),
        Difference::Parameter(p) => format!("{} = {}", parameter(p), value(p, old)),
    };
    pairs(&changed(old, new).into_iter().map(one).collect::<Vec<_>>())
}

/// What a set-up has of a parameter.
pub fn value(parameter: &Parameter, setup: &Setup) -> String {
    let x = (parameter.get)(setup);
    match parameter.choices().get(x as usize) {
        Some(choice) => parameters::choice(parameter, choice),
        None => number(x),
    }
}
