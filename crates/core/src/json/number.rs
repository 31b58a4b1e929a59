//! Numbers in JSON to the last bit, those that are not finite as well.

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use tunescape_engine::train::Report;

/// A number in single precision; as a text where it is not finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Single(pub f32);

impl Serialize for Single {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_finite() {
            serializer.serialize_f32(self.0)
        } else {
            serializer.collect_str(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Single {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The shortest digits of a single lie nearest to it in double precision as well.
        given(deserializer).map(|x| Self(x as f32))
    }
}

/// A number in double precision; as a text where it is not finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Double(pub f64);

impl Serialize for Double {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_finite() {
            serializer.serialize_f64(self.0)
        } else {
            serializer.collect_str(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Double {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        given(deserializer).map(Self)
    }
}

/// What stands for a number: one, or a text for what JSON has no number for.
struct Given;

impl Visitor<'_> for Given {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a number, or a text that is one")
    }

    fn visit_f64<E>(self, x: f64) -> Result<f64, E> {
        Ok(x)
    }

    fn visit_i64<E>(self, x: i64) -> Result<f64, E> {
        Ok(x as f64)
    }

    fn visit_u64<E>(self, x: u64) -> Result<f64, E> {
        Ok(x as f64)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<f64, E> {
        text.parse().map_err(E::custom)
    }
}

fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    deserializer.deserialize_any(Given)
}

/// A report as four numbers: losses and scores, each on the training rows first.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Four([Single; 4]);

impl From<&Report> for Four {
    fn from(r: &Report) -> Self {
        Self([r.train_loss, r.valid_loss, r.train_score, r.valid_score].map(Single))
    }
}

impl From<&Four> for Report {
    fn from(Four([a, b, c, d]): &Four) -> Self {
        Report { train_loss: a.0, valid_loss: b.0, train_score: c.0, valid_score: d.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_number_comes_back() {
        let mut bits = 1_u32;
        for _ in 0..20_000 {
            bits = bits.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let x = f32::from_bits(bits);
            let text = serde_json::to_string(&Single(x)).unwrap();
            let back: Single = serde_json::from_str(&text).unwrap();
            assert!(back.0.to_bits() == x.to_bits() || back.0.is_nan() && x.is_nan(), "{text}");
        }
        for x in [f32::INFINITY, f32::NEG_INFINITY, 0.0, -0.0, f32::MIN_POSITIVE, f32::MAX] {
            let text = serde_json::to_string(&Single(x)).unwrap();
            let back: Single = serde_json::from_str(&text).unwrap();
            assert_eq!(back.0.to_bits(), x.to_bits(), "{text}");
        }
    }
}
