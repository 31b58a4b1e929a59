//! From a study to what strategies see: a space, and events with losses to be minimised.
//!
//! | in the study | to a strategy |
//! |---|---|
//! | maximise | the negated value |
//! | complete, with a number | that loss |
//! | complete, worse than any number | diverged |
//! | pruned | stopped at its last step, with its value or last report |
//! | running | proposed, without an end: a strategy hears an assumed result |
//! | violates a constraint | diverged: worse than every feasible trial, whatever its value |
//! | failed, waiting, without a value, better than any number | left out |
//! | conditional parameter | a condition on another parameter that tells when it occurs; else the middle of its range where it is absent |

mod layout;
mod results;

pub use results::add_results;

use super::{Direction, ImportedStudy, ImportedTrial, TrialState};
use crate::search::{Outcome, Proposal, Reason, Strategy};
use crate::space::{Point, Space};
use crate::study::{Event, EventError, MAX_EPOCHS, Study};
use layout::Layout;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use tunescape_engine::train::Report;

/// Which objectives are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aim {
    pub objective: usize,
    /// Another objective that is minimised as well, by strategies with [`Strategy::pareto`].
    pub second: Option<usize>,
}

/// Why no strategy can be asked about a study.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConvertError {
    /// There is no such objective.
    Objective { objective: usize, objectives: usize },
    /// No parameter with a range that can be searched.
    NoParameter,
}

impl fmt::Display for ConvertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Objective { objective, objectives } => {
                write!(f, "objective {objective} of {objectives}")
            }
            Self::NoParameter => f.write_str("no parameter that can be searched"),
        }
    }
}

impl std::error::Error for ConvertError {}

/// What could not be taken over as it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Remark {
    /// Trials lie outside of the parameter's range, or it was changed on the way: it is wider now.
    Widened { parameter: String },
    /// Values between the steps: every number counts now.
    OffGrid { parameter: String },
    /// Nothing tells when the parameter occurs: in so many trials it stands in the middle of its
    /// range.
    Filled { parameter: String, trials: usize },
    /// A range that can't be searched: the parameter is left out.
    LeftOut { parameter: String },
    /// So many trials tell a strategy nothing: failed, waiting, without a value or a parameter.
    Silent { trials: usize },
    /// So many of the trials' attributes are shown: more would make too large a table.
    Attributes { shown: usize, of: usize },
    /// So many trials violate a constraint: to a strategy they are worse than every feasible one.
    Infeasible { trials: usize },
}

/// What a strategy hears of one trial.
#[derive(Clone, Debug)]
struct Told {
    point: Point,
    reason: Reason,
    /// Intermediate values by step.
    reports: Arc<[(usize, f32)]>,
    cost: Option<f64>,
    /// None while it runs.
    outcome: Option<Outcome>,
    feasible: bool,
}

impl Told {
    /// A trial that violates a constraint counts as diverged: its value is that of a place where
    /// nobody may be, and would draw a model there.
    fn heard(&self) -> Option<Outcome> {
        self.outcome.map(|outcome| if self.feasible { outcome } else { Outcome::Diverged })
    }
}

/// A study as strategies see it.
#[derive(Clone, Debug)]
pub struct Converted {
    pub space: Space,
    /// The study's parameter that each of the space's is.
    pub parameters: Vec<usize>,
    pub remarks: Vec<Remark>,
    /// For each of the study's trials; none for silent ones.
    told: Vec<Option<Told>>,
}

impl Converted {
    /// The study after its first `n` trials, as they are numbered in the file. Those that have ended
    /// come first, as a strategy counts what it was truly told: [`Converted::order`] says which
    /// trial each is. Intermediate values are told to strategies that learn from them.
    pub fn study(&self, strategy: &Strategy, n: usize) -> Result<Study, EventError> {
        let mut study = Study::new(strategy.clone(), self.space.clone());
        let order = self.order(n);
        let told = order.iter().filter_map(|&place| self.told[place].as_ref());
        for (trial, told) in told.enumerate() {
            let proposal = Proposal { point: told.point.clone(), reason: told.reason.clone() };
            study.apply(Event::Proposed { trial, proposal })?;
            let learns = strategy.name.reads_curves();
            for &(epoch, value) in told.reports.iter().filter(|_| learns) {
                // Strategies look at the validation loss alone; what the file gives is that.
                let (train_loss, valid_loss) = (value, value);
                let report = Report { train_loss, valid_loss, train_score: 0.0, valid_score: 0.0 };
                study.apply(Event::Reported { trial, epoch, report })?;
            }
            if let Some(cost) = told.cost {
                study.apply(Event::Spent { trial, cost })?;
            }
            if let Some(outcome) = told.heard() {
                study.apply(Event::Completed { trial, outcome })?;
            }
        }
        Ok(study)
    }

    /// The trials of the file that a strategy hears of after the first `n`, in the order in which it
    /// numbers them: those that have ended, then those that run.
    pub fn order(&self, n: usize) -> Vec<usize> {
        let first = || self.told.iter().take(n).enumerate();
        let of = |ended: bool| {
            first().filter(move |(_, told)| {
                told.as_ref().is_some_and(|told| told.outcome.is_some() == ended)
            })
        };
        of(true).chain(of(false)).map(|(place, _)| place).collect()
    }

    /// How a trial ended, whether feasible or not, by its place in the file; none for one that runs or is silent.
    pub fn outcome(&self, place: usize) -> Option<Outcome> {
        self.told.get(place)?.as_ref()?.outcome
    }

    /// Whether another objective is minimised as well.
    pub fn has_costs(&self) -> bool {
        self.told.iter().flatten().any(|told| told.cost.is_some())
    }

    /// Trials, silent ones and those told by hand included.
    pub fn len(&self) -> usize {
        self.told.len()
    }

    pub fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// Adds a trial that was told by hand: what came of a proposal. False where its point is not of
    /// the space, or its value not finite.
    pub fn tell(&mut self, proposal: Proposal, outcome: Outcome) -> bool {
        let finite = match outcome {
            Outcome::Value(loss) | Outcome::Pruned { loss, .. } => loss.is_finite(),
            Outcome::Diverged | Outcome::Refused => true,
        };
        let fits = self.space.contains(&proposal.point) && finite;
        if fits {
            let Proposal { point, reason } = proposal;
            let (reports, cost, outcome) = (Arc::default(), None, Some(outcome));
            self.told.push(Some(Told { point, reason, reports, cost, outcome, feasible: true }));
        }
        fits
    }
}

/// The study as strategies see it, trials in order.
pub fn convert(study: &ImportedStudy, aim: Aim) -> Result<Converted, ConvertError> {
    let objectives = study.directions.len();
    for objective in [Some(aim.objective), aim.second].into_iter().flatten() {
        if objective >= objectives {
            return Err(ConvertError::Objective { objective, objectives });
        }
    }
    let mut remarks = Vec::new();
    let usable: Vec<&ImportedTrial> = study
        .trials
        .iter()
        .filter(|trial| outcome(study, trial, aim.objective).is_some())
        .collect();
    let layout = Layout::new(study, &usable, &mut remarks);
    if layout.space.dim() == 0 {
        return Err(ConvertError::NoParameter);
    }
    let told = |trial: &ImportedTrial| {
        let outcome = outcome(study, trial, aim.objective)?;
        Some(told(study, trial, layout.point(trial)?, outcome, aim))
    };
    let told: Vec<Option<Told>> = study.trials.iter().map(told).collect();
    let trials = told.iter().filter(|told| told.is_none()).count();
    remarks.extend((trials > 0).then_some(Remark::Silent { trials }));
    let trials = told.iter().flatten().filter(|told| !told.feasible).count();
    remarks.extend((trials > 0).then_some(Remark::Infeasible { trials }));
    Ok(Converted { space: layout.space, parameters: layout.order, remarks, told })
}

/// A value of an objective as something to be minimised.
pub fn loss(study: &ImportedStudy, objective: usize, value: f64) -> f64 {
    match study.directions.get(objective) {
        Some(Direction::Maximize) => -value,
        _ => value,
    }
}

/// What a strategy hears of a trial: an end, or none while it runs; `None` for a silent one.
fn outcome(
    study: &ImportedStudy,
    trial: &ImportedTrial,
    objective: usize,
) -> Option<Option<Outcome>> {
    let value = trial.values.get(objective).map(|&value| loss(study, objective, value));
    match trial.state {
        TrialState::Running => Some(None),
        TrialState::Failed | TrialState::Waiting => None,
        TrialState::Complete => match value? {
            value if value.is_finite() => Some(Some(Outcome::Value(value))),
            f64::INFINITY => Some(Some(Outcome::Diverged)),
            _ => None,
        },
        TrialState::Pruned => {
            // Reports are of the first objective.
            let reported = || trial.reports.iter().rev().find(|(_, v)| v.is_finite());
            let reported = || reported().map(|(_, value)| loss(study, 0, *value));
            let value = value.filter(|v| v.is_finite());
            let known = value.or_else(|| if objective == 0 { reported() } else { None });
            let epoch = trial.reports.last().map_or(0, |(step, _)| *step);
            // Steps may be counted finer than any trial trains.
            let epoch = usize::try_from(epoch).unwrap_or(MAX_EPOCHS).min(MAX_EPOCHS);
            let stopped = |loss| Outcome::Pruned { epoch, loss };
            Some(Some(known.map_or(Outcome::Diverged, stopped)))
        }
    }
}

fn told(
    study: &ImportedStudy,
    trial: &ImportedTrial,
    point: Point,
    outcome: Option<Outcome>,
    aim: Aim,
) -> Told {
    let report = |&(step, value): &(u64, f64)| {
        let value = loss(study, 0, value) as f32;
        let step = usize::try_from(step).ok().filter(|step| *step <= MAX_EPOCHS)?;
        Some((step, value)).filter(|_| value.is_finite())
    };
    // While a trial runs nothing is known of its constraints.
    let feasible = outcome.is_none() || trial.is_feasible();
    let reports = trial.reports.iter().filter(|_| feasible).filter_map(report).collect();
    let second = aim
        .second
        .filter(|_| feasible)
        .and_then(|at| Some(loss(study, at, *trial.values.get(at)?)));
    let cost = second.filter(|cost| cost.is_finite());
    Told { point, reason: Reason::Hand, reports, cost, outcome, feasible }
}

/// The trials that no other beats in one objective without being worse in the other, by rising
/// first objective: the front of two objectives.
pub fn front(study: &ImportedStudy, first: usize, second: usize) -> Vec<usize> {
    let both = |(place, trial): (usize, &ImportedTrial)| {
        let one = |at: usize| Some(loss(study, at, *trial.values.get(at)?)).filter(|x| !x.is_nan());
        let complete = trial.state == TrialState::Complete;
        Some((place, [one(first)?, one(second)?])).filter(|_| complete && trial.is_feasible())
    };
    let (places, costs): (Vec<usize>, Vec<[f64; 2]>) =
        study.trials.iter().enumerate().filter_map(both).unzip();
    crate::study::pareto(&costs).into_iter().map(|at| places[at]).collect()
}
