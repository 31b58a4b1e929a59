//! Why a point was chosen, as data.

use super::Acquisition;
use crate::space::Point;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use std::cell::Cell;

/// Why a point was chosen, as data; the page turns it into a sentence in the reader's language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reason {
    /// Cell `index` of a grid: `columns` values of the first parameter, `rows` combinations of the
    /// others.
    Grid { index: usize, columns: usize, rows: usize },
    /// A uniform draw on the parameters' scales.
    Random,
    /// Point `index` of a space-filling sequence: Sobol, Halton or Latin hypercube.
    Sequence { index: usize },
    /// The candidate whose good density beats its bad one by most.
    Parzen {
        /// Trials that count as good, best first; the others are the bad ones.
        good: Vec<usize>,
        /// Points drawn from the good density; where parameters are chosen one by one, each
        /// parameter's n-th draw stands in the n-th point.
        candidates: Vec<Point>,
        /// log good − log bad of each candidate; where parameters are chosen one by one, the sum
        /// of theirs.
        scores: Vec<f64>,
        /// The candidate taken; none where parameters are not all chosen together.
        winner: Option<usize>,
        /// log good − log bad of the point.
        score: f64,
    },
    /// The candidate whose good density beats its bad one by most, both of the trials at one rung.
    Rung {
        /// Epochs after which they were compared; none for the end of training.
        epochs: Option<usize>,
        /// How many of them count as good and as bad, and how many points were drawn near the good
        /// ones.
        good: usize,
        bad: usize,
        candidates: usize,
        /// log good − log bad of the point.
        score: f64,
    },
    /// Drawn from the normal distribution of a generation.
    Sampled {
        generation: usize,
        /// Number in the generation, `member` of `of`.
        member: usize,
        of: usize,
        /// Step size in the unit cube.
        step: f64,
        /// Draws that fell outside the ranges before this one.
        outside: usize,
    },
    /// Bred from two earlier trials.
    Bred {
        generation: usize,
        member: usize,
        of: usize,
        parents: [usize; 2],
        /// Which parent each parameter comes from.
        from: Vec<u8>,
        /// Which parameters were drawn anew.
        mutated: Vec<bool>,
    },
    /// Drawn near good trials, in a range that shrinks.
    Annealed {
        /// Trial that each parameter's range lies around.
        around: Vec<usize>,
        /// Share of each range that is drawn from.
        width: f64,
    },
    /// A move of the simplex: the trials that are its worst corner and what came of flipping it,
    /// where they count.
    Simplex { step: SimplexStep, worst: Option<usize>, flipped: Option<usize> },
    /// A space-filling first point, `index` of `of`, before there is a model.
    Startup { index: usize, of: usize },
    /// The best acquisition found.
    Model {
        acquisition: Acquisition,
        /// What the model expects here, in the objective's units: the median of its prediction,
        /// and the ends of the 68 % interval around it. The model is of a transformed
        /// loss, so the interval is longer above. It takes a diverged trial as the worst
        /// value seen.
        median: f64,
        band: [f64; 2],
        /// Best value so far and the trial that has it; none while every trial diverged.
        best: Option<(usize, f64)>,
        /// What gains count from, in the objective's units: the best value, or under noise the
        /// best expectation, less ξ.
        level: f64,
        /// Chance that the value here lies below `level`, by the same prediction.
        chance: f64,
        /// The acquisition's value here, by that model alone (not times `finite`): E max(level −
        /// value, 0) for expected improvement (or its logarithm), chance of a gain for
        /// probability of improvement, the bound or the drawn function as a loss.
        value: f64,
        /// κ in use.
        kappa: f64,
        /// Share of the lead over a typical place (median prediction, median doubt) that comes
        /// from predicting less (exploiting), 0 to 1; the rest comes from more doubt
        /// (exploring). None where neither leads.
        exploit: Option<f64>,
        /// Chance that training stays finite here, by the model of where runs diverge; 1 where it
        /// has none.
        finite: f64,
        /// Number of the nearest earlier trial in the unit cube.
        nearest: usize,
    },
    /// Chosen for a low loss and a low cost together (see [`parego`](super::parego)).
    Weighed {
        /// Share of the weight that the loss has, 0 to 1; the cost has the rest.
        loss: f64,
        /// Why it was chosen by the two put together: numbers are of both, 0 for the best of each
        /// seen and 1 for the worst.
        #[serde(deserialize_with = "once")]
        of: Box<Reason>,
    },
    /// A step against the slope of the best trial of a descent.
    Downhill {
        /// That trial's number.
        from: usize,
        /// Length of the step in the unit cube.
        step: f64,
        /// How much the loss falls there by the unit of the cube.
        slope: f64,
    },
    /// Placed by hand.
    Hand,
    /// A first point, `index` of `of`, where the model of an earlier study expects low losses: of
    /// so many candidates it expects less at `better`.
    Foreseen { index: usize, of: usize, better: usize, candidates: usize },
}

/// No number of a reason, and no count of cells, is larger; no list of one is longer.
const MAX_NUMBER: usize = 1 << 20;
const MAX_LISTED: usize = 4096;

impl Reason {
    /// Whether it can be of a search of so many parameters: links bring reasons, and what a page
    /// makes of one takes as long as its numbers are large.
    pub fn fits(&self, parameters: usize) -> bool {
        let small = |numbers: &[usize]| {
            numbers.len() <= MAX_LISTED && numbers.iter().all(|n| *n <= MAX_NUMBER)
        };
        match self {
            Self::Grid { index, columns, rows } => {
                let cells = columns.saturating_mul(*rows);
                small(&[*index, *columns, *rows, cells])
            }
            Self::Sequence { index } => small(&[*index]),
            Self::Parzen { good, candidates, scores, winner, .. } => {
                small(good)
                    && candidates.len() <= MAX_LISTED
                    && candidates.iter().all(|point| point.len() == parameters)
                    && scores.len() <= candidates.len()
                    && winner.is_none_or(|winner| winner < candidates.len())
            }
            Self::Rung { epochs, good, bad, candidates, .. } => {
                small(&[epochs.unwrap_or(0), *good, *bad, *candidates])
            }
            Self::Sampled { generation, member, of, outside, .. } => {
                small(&[*generation, *member, *of, *outside])
            }
            Self::Bred { generation, member, of, parents, from, mutated } => {
                small(&[*generation, *member, *of])
                    && small(parents)
                    && from.len() <= parameters
                    && mutated.len() <= parameters
            }
            Self::Annealed { around, .. } => small(around),
            Self::Simplex { worst, flipped, .. } => {
                small(&[worst.unwrap_or(0), flipped.unwrap_or(0)])
            }
            Self::Startup { index, of } => small(&[*index, *of]),
            Self::Model { best, nearest, .. } => small(&[best.map_or(0, |best| best.0), *nearest]),
            Self::Weighed { of, .. } => of.fits(parameters),
            Self::Downhill { from, .. } => small(&[*from]),
            Self::Foreseen { index, of, better, candidates } => {
                small(&[*index, *of, *better, *candidates])
            }
            Self::Random | Self::Hand => true,
        }
    }

    /// Gives the trials that a model's or a simplex's reason names other numbers.
    pub fn renumber(&mut self, number: &impl Fn(usize) -> usize) {
        match self {
            Self::Simplex { worst, flipped, .. } => {
                worst.iter_mut().chain(flipped).for_each(|trial| *trial = number(*trial));
            }
            Self::Model { best, nearest, .. } => {
                best.iter_mut()
                    .map(|best| &mut best.0)
                    .chain([nearest])
                    .for_each(|trial| *trial = number(*trial));
            }
            Self::Weighed { of, .. } => of.renumber(number),
            _ => {}
        }
    }
}

/// A reason inside another. Links bring reasons: one that lies deeper would use up the stack.
fn once<'de, D: Deserializer<'de>>(from: D) -> Result<Box<Reason>, D::Error> {
    thread_local!(static INSIDE: Cell<bool> = const { Cell::new(false) });
    if INSIDE.replace(true) {
        return Err(D::Error::custom("a reason inside a reason inside a reason"));
    }
    let reason = Reason::deserialize(from);
    INSIDE.set(false);
    reason.map(Box::new)
}

/// What the simplex of Nelder and Mead does with a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SimplexStep {
    /// A corner of a new simplex.
    Corner,
    Reflect,
    Expand,
    ContractOut,
    ContractIn,
    Shrink,
}

/// A point to try and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    pub point: Point,
    pub reason: Reason,
}
