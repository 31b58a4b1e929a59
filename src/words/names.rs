//! What settings and hyperparameters are called.

use super::texts::t;
use tunescape_core::data::builtin;
use tunescape_core::setup::{PARAMETERS, Parameter, Setting};
use tunescape_core::worker::Overview;

/// What a setting is called where it is set; one that has no control of its own has the name that a
/// link uses.
pub fn name(path: &str) -> String {
    if let Some(label) = Setting::of(path).and_then(|setting| setting.label) {
        return t!(format!("{label}"));
    }
    let (of, end) = match path.strip_prefix("space.") {
        Some(of) => of.split_once('.').unwrap_or((of, "")),
        None => (path, ""),
    };
    let found = PARAMETERS.iter().find(|p| p.name == of || p.key == of);
    let name = found.map_or_else(|| of.to_owned(), parameter);
    match end {
        "0" => t!("search.low", name = name),
        "1" => t!("search.high", name = name),
        _ => name,
    }
}

/// What the inputs of a set are called.
pub fn columns(data: &Overview) -> Vec<String> {
    data.columns.iter().map(|name| of_data(data, name)).collect()
}

/// What the classes of a set are called, or the number that it predicts.
pub fn target(data: &Overview) -> Vec<String> {
    data.target.iter().map(|name| of_data(data, name)).collect()
}

/// Names of a set that comes with the page are told in the reader's language, those of the reader's
/// own table as they stand there; pixels, digits and classes that a set has not got are nothing that
/// a language has words for.
fn of_data(data: &Overview, name: &str) -> String {
    let built_in = builtin::ALL.iter().any(|set| set.name == data.name);
    match built_in && data.image.is_none() && name != "–" {
        true => t!(format!("name.{name}")),
        false => name.to_owned(),
    }
}

/// What a hyperparameter is called that can be searched.
pub fn parameter(p: &Parameter) -> String {
    match (p.name, p.layer()) {
        (_, Some(layer)) => t!("net.units", layer = layer),
        ("learning_rate", _) => t!("search.learning_rate"),
        ("momentum", _) => t!("search.momentum"),
        ("batch", _) => t!("net.batch"),
        ("rule", _) => t!("net.rule"),
        ("layers", _) => t!("net.layers"),
        ("activation", _) => t!("net.activation"),
        ("init", _) => t!("net.init"),
        ("schedule", _) => t!("schedule.title"),
        (name, _) if p.key.starts_with("training.schedule.") => {
            format!("{}: {}", t!("schedule.title"), t!(format!("schedule.number.{name}")))
        }
        (name, _) => t!(format!("hyper.{name}")),
    }
}
