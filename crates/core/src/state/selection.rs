//! Which trials the reader looks at: filtered by how they ended, brushed along the axes of the
//! linked plots.

use super::search::StudyState;
use crate::search::Outcome;
use crate::setup::Setup;
use crate::sort::ascending;
use serde::{Deserialize, Serialize};

/// Some of the trials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Filter {
    #[default]
    All,
    /// The best quarter of those that ended well.
    Best,
    Diverged,
    Stopped,
    Noted,
}

impl Filter {
    pub const ALL: [Filter; 5] =
        [Filter::All, Filter::Best, Filter::Diverged, Filter::Stopped, Filter::Noted];

    pub fn key(self) -> &'static str {
        match self {
            Filter::All => "all",
            Filter::Best => "best",
            Filter::Diverged => "diverged",
            Filter::Stopped => "stopped",
            Filter::Noted => "noted",
        }
    }
}

/// How the reader looks at the trials.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// Column of the table, and whether from its largest value down.
    pub sort: (usize, bool),
    pub filter: Filter,
    /// Axes of the linked plots of which a stretch is brushed, from 0 to 1.
    pub brushed: Vec<(usize, [f64; 2])>,
    /// The axis that is being brushed, and where that began.
    began: Option<(usize, f64)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Brush {
    Begin(usize, f64),
    To(f64),
    End,
    /// This stretch of an axis; all of it for an empty one.
    Set(usize, [f64; 2]),
    Clear,
}

impl Look {
    pub fn brush(&mut self, brush: Brush) {
        match (brush, self.began) {
            (Brush::Begin(axis, at), _) => {
                self.began = Some((axis, at));
                self.brushed.retain(|b| b.0 != axis);
            }
            (Brush::To(at), Some((axis, from))) => {
                self.brush(Brush::Set(axis, [from.min(at), from.max(at)]))
            }
            (Brush::To(_), None) => {}
            (Brush::End, _) => self.began = None,
            (Brush::Set(axis, [low, high]), _) => {
                self.brushed.retain(|b| b.0 != axis);
                let whole = low <= 0.0 && high >= 1.0;
                if !whole && high - low > 0.01 {
                    self.brushed.push((axis, [low, high]));
                }
            }
            (Brush::Clear, _) => (self.brushed, self.began) = (Vec::new(), None),
        }
    }

    /// The stretch of an axis that is brushed.
    pub fn stretch(&self, axis: usize) -> Option<[f64; 2]> {
        self.brushed.iter().find(|b| b.0 == axis).map(|b| b.1)
    }
}

impl StudyState {
    /// Those of the first `shown` trials that pass the filter.
    pub fn kept(&self, setup: &Setup) -> Vec<bool> {
        let trials = || self.study.trials().iter().take(setup.search.shown);
        let cost = |trial: &crate::study::Trial| match trial.outcome {
            Some(Outcome::Value(cost)) => cost,
            _ => f64::INFINITY,
        };
        let mut costs: Vec<f64> = trials().map(cost).filter(|cost| cost.is_finite()).collect();
        ascending(&mut costs);
        let quarter =
            costs.len().div_ceil(4).checked_sub(1).map_or(f64::NEG_INFINITY, |last| costs[last]);
        let keeps = |(n, trial): (usize, &crate::study::Trial)| match self.look.filter {
            Filter::All => true,
            Filter::Best => cost(trial) <= quarter,
            Filter::Diverged => trial.outcome == Some(Outcome::Diverged),
            Filter::Stopped => matches!(trial.outcome, Some(Outcome::Pruned { .. })),
            Filter::Noted => setup.search.note(n).is_some(),
        };
        let inside = |at: &Vec<f64>| {
            self.look
                .brushed
                .iter()
                .all(|(axis, [a, b])| at.get(*axis).is_none_or(|at| (*a..=*b).contains(at)))
        };
        let places = self.places(setup.search.shown);
        trials().enumerate().zip(&places).map(|(trial, at)| keeps(trial) && inside(at)).collect()
    }

    /// Where each of the first trials lies on the axes of the linked plots, from 0 to 1: its
    /// values, and last its cost, one without any as the worst.
    pub fn places(&self, shown: usize) -> Vec<Vec<f64>> {
        let trials = || self.study.trials().iter().take(shown);
        let cost = |trial: &crate::study::Trial| trial.outcome.and_then(Outcome::seen);
        let costs = || trials().filter_map(cost);
        let (low, high) = (costs().fold(f64::MAX, f64::min), costs().fold(f64::MIN, f64::max));
        let share = |cost: f64| if high > low { (cost - low) / (high - low) } else { 0.5 };
        let place = |trial: &crate::study::Trial| {
            let mut at = self.study.space().to_unit(&trial.point);
            at.push(cost(trial).map_or(1.0, share));
            at
        };
        trials().map(place).collect()
    }
}
