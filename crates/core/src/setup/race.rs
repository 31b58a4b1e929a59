//! The race's part of a set-up.

use crate::search::StrategyName;
use crate::space::Point;
use crate::study::race::Effort;
use serde::{Deserialize, Serialize};

/// So many strategies race at most.
pub const MAX_RACERS: usize = 6;

/// So many landscapes that were seen are remembered.
pub const MAX_SEEN: usize = 20;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RaceSetup {
    /// Who races, each once, two to [`MAX_RACERS`]; in the order of the maps.
    pub strategies: Vec<StrategyName>,
    /// What the budget is counted in.
    pub effort: Effort,
    /// How often each strategy spends the budget, each time with another seed.
    pub repeats: usize,
    /// Whether the learner races as well, on a hidden map.
    pub you: bool,
    /// The learner's trials.
    pub hand: Vec<Point>,
    /// [Numbers](crate::class_codes::landscape_number) of the landscapes that the learner has
    /// seen since the first of these trials: on them no more are placed.
    pub seen: Vec<u32>,
    /// The same of those that were seen before: the code of trials on them says so.
    pub known: Vec<u32>,
}

impl Default for RaceSetup {
    /// Grid, random and Bayesian, 8 times each.
    fn default() -> Self {
        let strategies = vec![StrategyName::Grid, StrategyName::Random, StrategyName::Bayesian];
        let (hand, seen, known) = (Vec::new(), Vec::new(), Vec::new());
        Self { strategies, effort: Effort::Trials, repeats: 8, you: false, hand, seen, known }
    }
}

impl RaceSetup {
    /// Adds a strategy, or takes it away; two to [`MAX_RACERS`] stay.
    pub fn toggle(&mut self, name: StrategyName) {
        match self.strategies.iter().position(|&s| s == name) {
            Some(place) if self.strategies.len() > 2 => drop(self.strategies.remove(place)),
            None if self.strategies.len() < MAX_RACERS && name.races() => {
                self.strategies.push(name)
            }
            _ => {}
        }
    }

    /// Remembers that the learner has seen a landscape.
    pub fn see(&mut self, number: u32) {
        remember(&mut self.seen, number);
    }

    /// The same, for the trials to come.
    pub fn know(&mut self, number: u32) {
        remember(&mut self.known, number);
    }

    /// Whether two to [`MAX_RACERS`] strategies are named, each once.
    pub fn is_fair(&self) -> bool {
        let names = &self.strategies;
        (2..=MAX_RACERS).contains(&names.len())
            && names.iter().all(|name| name.races())
            && names.iter().enumerate().all(|(i, name)| !names[..i].contains(name))
    }
}

/// Puts a number last, once; the first makes room.
pub fn remember(numbers: &mut Vec<u32>, number: u32) {
    numbers.retain(|own| *own != number);
    numbers.push(number);
    if numbers.len() > MAX_SEEN {
        numbers.remove(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_last_is_remembered() {
        let mut race = RaceSetup::default();
        [1, 2, 1].into_iter().for_each(|number| race.see(number));
        assert_eq!(race.seen, [2, 1]);
        (3..100).for_each(|number| race.see(number));
        assert_eq!((race.seen.len(), race.seen[0], race.seen[19]), (MAX_SEEN, 80, 99));
    }

    #[test]
    fn two_to_six_race_and_each_once() {
        let mut race = RaceSetup::default();
        race.toggle(StrategyName::Grid);
        race.toggle(StrategyName::Random);
        assert_eq!(race.strategies, [StrategyName::Random, StrategyName::Bayesian]);
        StrategyName::ALL
            .into_iter()
            .filter(|n| !matches!(n, StrategyName::Random | StrategyName::Bayesian))
            .for_each(|n| race.toggle(n));
        assert_eq!(race.strategies.len(), MAX_RACERS);
        assert!(race.is_fair());
        race.strategies[1] = race.strategies[0];
        assert!(!race.is_fair());
        race.strategies = vec![StrategyName::Random, StrategyName::Hypergradient];
        assert!(!race.is_fair());
    }
}
