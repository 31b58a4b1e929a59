//! What training changes in one trial: enough to go on from there.

use super::error::TrainError;
use crate::net::Net;
use crate::optim::{Hyper, Rule};
use serde::{Deserialize, Serialize};

/// What training changes in one trial.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Laid out as [`Net`] says.
    pub weights: Vec<f32>,
    /// What the rule remembers of each parameter: as many vectors like `weights` as the rule has
    /// slots.
    pub slots: Vec<Vec<f32>>,
    /// Updates so far; the product of β₁ over them (of NAdam's μ); the product of β₂.
    pub counters: [f32; 3],
}

impl State {
    /// The counters before the first update.
    pub const COUNTERS: [f32; 3] = [0.0, 1.0, 1.0];

    /// The state before the first update.
    pub fn new(weights: &[f32], rule: Rule, hyper: &Hyper) -> Self {
        let slot = vec![rule.slot_start(hyper); weights.len()];
        Self {
            weights: weights.to_vec(),
            slots: vec![slot; rule.facts().slots],
            counters: Self::COUNTERS,
        }
    }

    /// Refuses a state of another network or rule.
    pub fn check(&self, net: &Net, rule: Rule) -> Result<(), TrainError> {
        let (wanted, slots) = (net.parameters(), rule.facts().slots);
        let given = self
            .slots
            .iter()
            .map(Vec::len)
            .chain([self.weights.len()])
            .find(|&given| given != wanted);
        match given {
            Some(given) => Err(TrainError::Weights { given, wanted }),
            None if self.slots.len() != slots => Err(TrainError::Weights {
                given: self.slots.len() * wanted,
                wanted: slots * wanted,
            }),
            None => Ok(()),
        }
    }
}
