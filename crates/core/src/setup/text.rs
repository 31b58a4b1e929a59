//! A set-up within a message or a file, as the JSON that links are made of: one way to write it is
//! enough.

use super::Setup;
use crate::json;
use serde::{Deserialize, Deserializer, Serializer, de};

/// Writes it without its lesson, with which nobody who reads it has anything to do.
pub fn serialize<S: Serializer>(setup: &Setup, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&json::write(&Setup { lesson: Default::default(), ..setup.clone() }))
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Setup, D::Error> {
    json::read(&String::deserialize(deserializer)?).map_err(de::Error::custom)
}
