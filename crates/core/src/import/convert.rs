//! From a study to what strategies see: a space, and events with losses to be minimised.
//!
//! | in the study | to a strategy |
//! |---|---|
//! | maximise | the negated value |
//! | complete, with a number | that loss |
//! | complete, worse than any number | diverged |
//! | pruned | stopped at its last step, with its value or last report |
//! | running | proposed, without an end: a strategy hears an assumed result |
//! | failed, waiting, without a value, better than any number | left out |
//! | conditional parameter | a condition on another parameter that tells when it occurs; else the middle of its range where it is absent |

use super::{Direction, Domain, ImportedStudy, ImportedTrial, Parameter, TrialState};
use crate::search::{Outcome, Proposal, Reason, Strategy};
use crate::space::{Condition, Param, Point, Scale, Space};
use crate::study::{Event, EventError, Study};
use serde::{Deserialize, Serialize};
use std::fmt;
use tunescape_engine::train::Report;

/// Which objectives are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aim {
    pub objective: usize,
    /// Another objective that is minimised as well, by strategies with [`Strategy::pareto`].
    pub second: Option<usize>,
    /// Whether intermediate values are told, for strategies and pruners that learn from curves.
    pub curves: bool,
}

/// Why no strategy can be asked about a study.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
}

/// What a strategy hears of one trial.
#[derive(Clone, Debug)]
struct Told {
    point: Point,
    reason: Reason,
    /// Intermediate values by step.
    reports: Vec<(usize, f32)>,
    cost: Option<f64>,
    /// None while it runs.
    outcome: Option<Outcome>,
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
    /// trial each is.
    pub fn study(&self, strategy: &Strategy, n: usize) -> Result<Study, EventError> {
        let mut study = Study::new(strategy.clone(), self.space.clone());
        let order = self.order(n);
        let told = order.iter().filter_map(|&place| self.told[place].as_ref());
        for (trial, told) in told.enumerate() {
            let proposal = Proposal { point: told.point.clone(), reason: told.reason.clone() };
            study.apply(Event::Proposed { trial, proposal })?;
            for &(epoch, value) in &told.reports {
                // Strategies look at the validation loss alone; what the file gives is that.
                let (train_loss, valid_loss) = (value, value);
                let report =
                    Report { train_loss, valid_loss, train_score: 0.0, valid_score: 0.0 };
                study.apply(Event::Reported { trial, epoch, report })?;
            }
            if let Some(cost) = told.cost {
                study.apply(Event::Spent { trial, cost })?;
            }
            if let Some(outcome) = told.outcome {
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
            let (reports, cost, outcome) = (Vec::new(), None, Some(outcome));
            self.told.push(Some(Told { point, reason, reports, cost, outcome }));
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
            let epoch = usize::try_from(epoch).unwrap_or(usize::MAX);
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
        Some((usize::try_from(step).ok()?, value)).filter(|_| value.is_finite())
    };
    let reports = trial.reports.iter().filter(|_| aim.curves).filter_map(report).collect();
    let second = aim.second.and_then(|at| Some(loss(study, at, *trial.values.get(at)?)));
    let cost = second.filter(|cost| cost.is_finite());
    Told { point, reason: Reason::Hand, reports, cost, outcome }
}

/// The trials that no other beats in one objective without being worse in the other, by rising
/// first objective: the front of two objectives.
pub fn front(study: &ImportedStudy, first: usize, second: usize) -> Vec<usize> {
    let both = |(place, trial): (usize, &ImportedTrial)| {
        let one = |at: usize| Some(loss(study, at, *trial.values.get(at)?)).filter(|x| !x.is_nan());
        let complete = trial.state == TrialState::Complete;
        let feasible = trial.constraints.iter().all(|c| *c <= 0.0);
        Some((place, [one(first)?, one(second)?])).filter(|_| complete && feasible)
    };
    let (places, costs): (Vec<usize>, Vec<[f64; 2]>) =
        study.trials.iter().enumerate().filter_map(both).unzip();
    crate::study::pareto(&costs).into_iter().map(|at| places[at]).collect()
}

/// The space, and which parameter each of its own is.
struct Layout {
    space: Space,
    order: Vec<usize>,
    /// What stands where a parameter is absent and nothing tells why.
    fill: Vec<f64>,
}

/// Trials that conditions are looked for in; what is found is then held against all.
const SAMPLE: usize = 2_000;

impl Layout {
    fn new(study: &ImportedStudy, usable: &[&ImportedTrial], remarks: &mut Vec<Remark>) -> Self {
        let mut layout = Self { space: Space::new(Vec::new()), order: Vec::new(), fill: Vec::new() };
        let mut later = Vec::new();
        for (at, parameter) in study.parameters.iter().enumerate() {
            let Some(param) = range(parameter, at, usable, remarks) else {
                remarks.push(Remark::LeftOut { parameter: parameter.name.clone() });
                continue;
            };
            // One that still runs may not have come to all of its parameters.
            let lacks = |t: &&&ImportedTrial| ended(t) && t.params.get(at) == Some(&None);
            match usable.iter().filter(lacks).count() {
                0 => layout.push(at, param),
                absent => later.push((at, param, absent)),
            }
        }
        // A condition may be on a parameter that is conditional itself.
        while let Some((next, condition)) = later.iter().enumerate().find_map(|(i, (at, _, _))| {
            layout.condition(study, *at, usable).map(|condition| (i, condition))
        }) {
            let (at, mut param, _) = later.remove(next);
            param.when = Some(condition);
            layout.push(at, param);
        }
        for (at, param, trials) in later {
            let parameter = param.name.clone();
            remarks.push(Remark::Filled { parameter, trials });
            layout.push(at, param);
        }
        layout
    }

    fn push(&mut self, at: usize, param: Param) {
        self.fill.push(param.from_unit(0.5));
        self.space.params.push(param);
        self.order.push(at);
    }

    /// What tells when a parameter occurs: that another has one value, or a value and no less.
    fn condition(
        &self,
        study: &ImportedStudy,
        at: usize,
        usable: &[&ImportedTrial],
    ) -> Option<Condition> {
        let ended = || usable.iter().filter(|t| ended(t));
        self.order.iter().enumerate().find_map(|(param, &parent)| {
            let pair = |t: &&ImportedTrial| (t.params[parent], t.params[at].is_some());
            let choice = matches!(study.parameters[parent].domain, Domain::Categorical(_));
            let first = ended().map(pair).find(|(_, there)| *there)?.0?;
            let value = if choice {
                first
            } else {
                let least = ended().map(pair).filter(|(_, there)| *there);
                least.filter_map(|(x, _)| x).fold(f64::INFINITY, f64::min)
            };
            let tells = |(x, there): (Option<f64>, bool)| {
                there == x.is_some_and(|x| if choice { x == value } else { x >= value })
            };
            let all = ended().take(SAMPLE).map(pair).all(tells) && ended().map(pair).all(tells);
            all.then_some(if choice {
                Condition::Is { param, value }
            } else {
                Condition::AtLeast { param, value }
            })
        })
    }

    /// A trial's point; none where a trial that still runs lacks a parameter, or one does not fit.
    fn point(&self, trial: &ImportedTrial) -> Option<Point> {
        let mut point: Point = Vec::with_capacity(self.order.len());
        for ((&at, param), &fill) in self.order.iter().zip(&self.space.params).zip(&self.fill) {
            point.push(match trial.params.get(at).copied().flatten() {
                Some(x) => x,
                None if ended(&trial) => if param.when.is_some() { param.low } else { fill },
                None => return None,
            });
        }
        self.space.settle(&mut point);
        self.space.contains(&point).then_some(point)
    }
}

fn ended(trial: &&ImportedTrial) -> bool {
    matches!(trial.state, TrialState::Complete | TrialState::Pruned)
}

/// A parameter as strategies see it, wide enough for all trials; none where that can't be.
fn range(
    parameter: &Parameter,
    at: usize,
    usable: &[&ImportedTrial],
    remarks: &mut Vec<Remark>,
) -> Option<Param> {
    let (name, given) = (&parameter.name, parameter.name.clone());
    let values = || usable.iter().filter_map(|t| t.params.get(at).copied().flatten());
    let &Domain::Number { low, high, log, step, .. } = &parameter.domain else {
        let Domain::Categorical(choices) = &parameter.domain else { return None };
        let names: Vec<String> = choices.iter().map(|choice| choice.to_string()).collect();
        return Param::choice(name, &names.iter().map(String::as_str).collect::<Vec<_>>()).ok();
    };
    // Of a logarithm only what lies above zero counts.
    let fits = |x: &f64| !log || *x > 0.0;
    let least = values().filter(fits).fold(low, f64::min);
    let most = values().filter(fits).fold(high, f64::max);
    if least < low || most > high {
        remarks.push(Remark::Widened { parameter: name.clone() });
    }
    if !(most - least).is_finite() {
        return None;
    }
    let scale = if log { Scale::Log } else { Scale::Linear };
    let stepped = step.and_then(|step| {
        // A grid that begins at the low end; what lies below goes on with it.
        let below = libm::ceil((low - least) / step - 1e-9).max(0.0);
        let low = low - below * step;
        Param::stepped(name, low, most.max(low), scale, step).ok()
    });
    match stepped.filter(|param| values().filter(fits).all(|x| param.takes(x))) {
        Some(param) => Some(param),
        None => {
            remarks.extend(step.map(|_| Remark::OffGrid { parameter: given }));
            Param::new(name, least, most, scale).ok()
        }
    }
}
