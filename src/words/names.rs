//! What settings and hyperparameters are called.

use super::texts::t;
use tunescape_core::setup::{PARAMETERS, Parameter, Setting};

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
