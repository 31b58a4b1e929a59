//! A part of the work: every n-th unit from the i-th on.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The largest number of parts.
const MAX_SHARDS: u64 = 1_000_000;

/// The `part`-th of `of`, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct Shard {
    part: u64,
    of: u64,
}

/// A shard as a file has it, which may be none.
#[derive(Deserialize)]
struct Parts {
    part: u64,
    of: u64,
}

impl TryFrom<Parts> for Shard {
    type Error = String;

    fn try_from(Parts { part, of }: Parts) -> Result<Self, String> {
        Self::new(part, of)
    }
}

impl Shard {
    fn new(part: u64, of: u64) -> Result<Self, String> {
        if of > MAX_SHARDS {
            Err(format!("{of} shards, of {MAX_SHARDS} at most"))
        } else if (1..=of).contains(&part) {
            Ok(Self { part, of })
        } else {
            Err(format!("shard {part}/{of}: {part} is not between 1 and {of}"))
        }
    }

    pub fn has(self, unit: u64) -> bool {
        unit % self.of == self.part - 1
    }

    /// The shard, of so many, that has a unit.
    pub fn with(unit: u64, of: u64) -> Self {
        Self { part: unit % of + 1, of }
    }

    pub fn of(self) -> u64 {
        self.of
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (part, of) = text.split_once('/').ok_or("a shard is written as 2/8")?;
        let number = |text: &str| text.parse::<u64>().map_err(|_| format!("{text:?} is no number"));
        Self::new(number(part)?, number(of)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_in_one_shard() {
        let shards: Vec<Shard> = (1..=3).map(|i| format!("{i}/3").parse().unwrap()).collect();
        for unit in 0..20 {
            let has: Vec<_> = shards.iter().filter(|shard| shard.has(unit)).collect();
            assert_eq!(has, [&Shard::with(unit, 3)]);
        }
        for wrong in ["", "1", "0/2", "3/2", "a/2", "1/0", "1/b", "1/99999999"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
        let read = |part: u64, of: u64| {
            serde_json::from_value::<Shard>(serde_json::json!({ "part": part, "of": of }))
        };
        assert_eq!(read(2, 3).unwrap(), shards[1]);
        for [part, of] in [[1, 0], [0, 2], [3, 2], [1, MAX_SHARDS + 1]] {
            assert!(read(part, of).is_err(), "{part}/{of}");
        }
    }
}
