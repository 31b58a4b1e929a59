//! What the inputs and classes of a data set are called.

use super::texts::t;
use tunescape_core::data::builtin;
use tunescape_core::worker::Overview;

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
