//! Words for what is wrong with a set-up, or with the link that holds it.

use super::format::number;
use super::names::name;
use super::texts::t;
use tunescape_core::data::drawn::{MAX_POINTS, MIN_POINTS, MIN_POINTS_EACH};
use tunescape_core::link::{LinkError, PACKED, PACKED_STUDY};
use tunescape_core::setup::SetupError;

/// What was wrong with a link; the default set-up was opened instead.
pub fn link(error: &LinkError) -> String {
    t!("error.link", why = link_why(error))
}

/// The same without saying what was opened.
pub fn link_why(error: &LinkError) -> String {
    match error {
        LinkError::Form { part } if [PACKED, PACKED_STUDY].contains(&part.as_str()) => {
            t!("error.link_damaged")
        }
        LinkError::Key { key } if key == PACKED => t!("error.link_packed"),
        LinkError::Form { part } => t!("error.link_form", part = part),
        LinkError::Version { found } if found.is_empty() => t!("error.link_no_version"),
        LinkError::Version { found } => t!("error.link_version", found = found),
        LinkError::Key { key } => t!("error.link_key", key = key),
        LinkError::Value { key, value } => t!("error.link_value", key = key, value = value),
        LinkError::Setup(error) => setup(error),
    }
}

/// Why a set-up can't be.
pub fn setup(error: &SetupError) -> String {
    match error {
        SetupError::Data { name } => t!("error.missing", name = name),
        SetupError::Drawn { .. } => {
            t!("error.drawn", all = MIN_POINTS, each = MIN_POINTS_EACH, most = MAX_POINTS)
        }
        SetupError::Also { name } => t!("error.also", name = name),
        SetupError::Several { given, limit } => t!("error.several", given = given, limit = limit),
        SetupError::Range { key, value, low, high } => {
            t!(
                "error.range",
                key = name(key),
                value = number(*value),
                low = number(*low),
                high = number(*high)
            )
        }
        SetupError::Empty { key, low, high } => {
            t!("error.empty", key = name(key), low = number(*low), high = number(*high))
        }
        SetupError::Scale { key } => t!("error.scale", key = name(key)),
        SetupError::Step { key, step } => t!("error.step", key = name(key), step = number(*step)),
        SetupError::Choices { key, .. } => t!("error.choices", key = name(key)),
        SetupError::Searched { given, limit } => t!("error.searched", given = given, limit = limit),
        SetupError::NoTest { .. } => t!("error.no_test"),
        SetupError::Layers { limit, .. } => t!("error.layers", limit = limit),
        SetupError::Units { given, limit } => t!("error.units", given = given, limit = limit),
        SetupError::Side { given } => t!("error.side", given = given),
        SetupError::Race { given, limit } => t!("error.race", given = given, limit = limit),
        SetupError::Hand { trial } => t!("error.hand", trial = trial + 1),
        SetupError::Many { key, given, limit } => {
            t!("error.many", key = name(key), given = given, limit = limit)
        }
        SetupError::Long { key, given, limit } => {
            t!("error.long", key = name(key), given = given, limit = limit)
        }
        SetupError::Part { part, .. } => t!("error.no_part", part = part),
        SetupError::Axis { name, .. } => t!("error.no_axis", name = name),
        SetupError::Note { trial } => t!("error.no_trial", trial = trial + 1),
        SetupError::Earlier { trial } => t!("error.earlier", trial = trial + 1),
        SetupError::Trials { run, shown } => t!("error.trials", run = run, shown = shown),
    }
}
