//! The first line of a file of results: what they are of.

use crate::error::Error;
use crate::input::Input;
use crate::options::{MAX_SEEDS, MAX_SIDE};
use crate::shard::Shard;
use serde::{Deserialize, Serialize};
use std::path::Path;
use tunescape_core::landscape_file::{Axis, VERSION};
use tunescape_core::link;
use tunescape_core::setup::{LessonSetup, Screen, Setup};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Landscape,
    Study,
    Race,
    Train,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Landscape => "landscape",
            Kind::Study => "study",
            Kind::Race => "race",
            Kind::Train => "train",
        }
    }
}

/// What results are of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    pub tunescape: Kind,
    pub version: u32,
    /// Of all that makes the numbers what they are: files of the same hash can be merged.
    pub hash: String,
    /// A link, after its #.
    pub setup: String,
    pub seeds: usize,
    /// Of a table that was trained on, with the choices of how it is read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub data: Option<String>,
    /// The GPU that trained, by its name; none for the CPU.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gpu: Option<String>,
    /// How many units of work the whole has.
    pub units: u64,
    pub parameters: Vec<String>,
    /// Of a landscape, across and up.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub axes: Vec<Axis>,
    /// Cells along a side that were asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub side: Option<usize>,
    /// Of a run that ends before the set-up's last epoch, and what is changed while it trains.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub epochs: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub then: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub shard: Option<Shard>,
}

impl Header {
    pub fn new(kind: Kind, input: &Input, seeds: usize, units: u64) -> Self {
        let mut header = Self {
            tunescape: kind,
            version: VERSION,
            hash: String::new(),
            setup: link::write(&input.setup),
            seeds,
            data: input.fingerprint.clone(),
            gpu: None,
            units,
            parameters: input.setup.space.iter().map(|(p, _)| p.name.to_owned()).collect(),
            axes: Vec::new(),
            side: None,
            epochs: None,
            then: Vec::new(),
            shard: None,
        };
        header.seal(&input.setup);
        header
    }

    /// Computes the hash anew, after a change.
    pub fn seal(&mut self, setup: &Setup) {
        // What is on show changes no number.
        let mut neutral =
            Setup { screen: Screen::Search, lesson: LessonSetup::default(), ..setup.clone() };
        (neutral.search.run, neutral.search.shown, neutral.search.notes) = (0, 0, Vec::new());
        // One GPU's numbers are another's, within the tolerance.
        let mut told = vec![serde_json::json!([
            self.tunescape,
            self.version,
            env!("CARGO_PKG_VERSION"),
            link::write(&neutral),
            self.seeds,
            self.data,
            self.gpu.is_some(),
            self.units,
            self.side,
        ])];
        // What few files have leaves the hash of all others as it is.
        if self.epochs.is_some() || !self.then.is_empty() {
            told.push(serde_json::json!([self.epochs, self.then]));
        }
        let told: String = told.iter().map(ToString::to_string).collect();
        self.hash = format!("{:016x}", seahash::hash(told.as_bytes()));
    }

    /// Whether a file's numbers are such that work has: what is missing is told unit by unit.
    pub fn check(&self, path: &Path) -> Result<(), Error> {
        if !(1..=MAX_SEEDS as usize).contains(&self.seeds) {
            let why = format!("{} seeds, of 1 to {MAX_SEEDS}", self.seeds);
            return Err(Error::file(path, why));
        }
        let seeds = self.seeds as u64;
        let most = match self.tunescape {
            // A block has at least one cell.
            Kind::Landscape => {
                let cells = self.axes.iter().take(2).map(|axis| axis.values.len() as u64);
                cells.map(|n| n.min(MAX_SIDE as u64)).product()
            }
            Kind::Study => self.setup(path)?.search.budget as u64,
            Kind::Race => self.setup(path)?.race.strategies.len() as u64 * seeds,
            Kind::Train => seeds,
        };
        if self.units > most {
            let why = format!("{} units, of {most} at most", self.units);
            return Err(Error::file(path, why));
        }
        Ok(())
    }

    /// The set-up of a file of results.
    pub fn setup(&self, path: &Path) -> Result<Setup, Error> {
        link::read(&self.setup).map_err(|error| Error::file(path, crate::check::link(&error)))
    }
}
