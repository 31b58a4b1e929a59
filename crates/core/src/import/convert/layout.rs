//! The space of a study: ranges wide enough for its trials, and what tells when a parameter occurs.

use super::Remark;
use crate::import::{Domain, ImportedStudy, ImportedTrial, Parameter, TrialState};
use crate::space::{Condition, Param, Point, Scale, Space};

/// The space, and which parameter each of its own is.
pub struct Layout {
    pub space: Space,
    pub order: Vec<usize>,
    /// What stands where a parameter is absent and nothing tells why.
    fill: Vec<f64>,
}

/// Trials that conditions are looked for in; what is found is then held against all.
const SAMPLE: usize = 2_000;

impl Layout {
    pub fn new(
        study: &ImportedStudy,
        usable: &[&ImportedTrial],
        remarks: &mut Vec<Remark>,
    ) -> Self {
        let mut layout =
            Self { space: Space::new(Vec::new()), order: Vec::new(), fill: Vec::new() };
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
    pub fn point(&self, trial: &ImportedTrial) -> Option<Point> {
        let mut point: Point = Vec::with_capacity(self.order.len());
        for ((&at, param), &fill) in self.order.iter().zip(&self.space.params).zip(&self.fill) {
            point.push(match trial.params.get(at).copied().flatten() {
                Some(x) => x,
                None if ended(&trial) => {
                    if param.when.is_some() {
                        param.low
                    } else {
                        fill
                    }
                }
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
