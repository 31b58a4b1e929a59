//! The trials of the study as the page around an embed is told of them: when they change, and when
//! it asks, at most five times a second. The reader's notes are not among them.

use super::embed::Told;
use super::{Effect, State, Timer};
use crate::export::page::ended;
use crate::search::Outcome;
use crate::setup::space::Range;
use crate::study::Trial;
use serde::{Deserialize, Serialize};
use tunescape_engine::train::Report;

/// Milliseconds between two tellings at least.
pub const PAUSE: f64 = 200.0;
/// Trials that are told of at most; no study of the page has more.
pub const MAX_TRIALS: usize = 200;
/// Points of a curve at most: of a longer one evenly many, its first and its last among them.
pub const MAX_POINTS: usize = 200;

/// What has been found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// The number of the last question that this answers; 0: none.
    pub asked: u32,
    /// Names of the hyperparameters that are searched, as in links.
    pub parameters: Vec<String>,
    /// What trials are judged by, as in links, and whether more of it is better.
    pub metric: String,
    pub maximize: bool,
    /// Trials on show: the reader may have stepped back.
    pub shown: usize,
    pub trials: Vec<Row>,
}

/// One trial.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// From 1.
    pub trial: usize,
    /// A value for each hyperparameter, choices by their names in links; null for one that does not
    /// count for this trial.
    pub values: Vec<Value>,
    /// `running`, `completed`, `diverged`, `pruned` or `refused`.
    pub state: String,
    /// In the metric; null where it did not go to its end.
    pub score: Option<f64>,
    /// Epochs that it was trained for.
    pub epochs: usize,
    /// Where they were asked for: epoch, training loss, validation loss, the losses before the
    /// first epoch first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curve: Option<Vec<(usize, f32, f32)>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Number(f64),
    Choice(String),
    None,
}

/// What was told last, and what is to be told.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Teller {
    /// When, in milliseconds since the page was opened.
    at: f64,
    /// Of which study: its events, trials on show, its set-up. What has none of them changed has
    /// no news.
    told: (usize, usize, String),
    /// What was told, without curves.
    last: Option<Results>,
    /// The number of the last question that is not yet answered, and whether one of them wants
    /// curves.
    asked: Option<(u32, bool)>,
    waits: bool,
}

impl Default for Teller {
    fn default() -> Self {
        Self { at: -PAUSE, told: (0, 0, String::new()), last: None, asked: None, waits: false }
    }
}

impl State {
    /// The page around this one asks for the trials.
    pub(super) fn asked_for_results(&mut self, number: u32, curves: bool) {
        if let Some(teller) = &mut self.teller {
            let curves = curves || teller.asked.is_some_and(|(_, curves)| curves);
            teller.asked = Some((number, curves));
        }
    }

    /// It may be told again.
    pub(super) fn results_are_due(&mut self) {
        if let Some(teller) = &mut self.teller {
            teller.waits = false;
        }
    }

    /// The trials are those that the page around was told of before this one was taken away.
    pub(super) fn results_are_known(&mut self, setup: &str) {
        let shown = self.setup.search.shown.min(self.study.done());
        let told = (self.study.study.events().len(), shown, setup.to_owned());
        let last = Some(self.results(0, false));
        if let Some(teller) = &mut self.teller {
            (teller.told, teller.last) = (told, last);
        }
        self.tell_results(setup);
    }

    /// Tells of the trials if there is news, or a question, and it is not too early.
    pub(super) fn tell_results(&mut self, setup: &str) {
        let Some(mut teller) = self.teller.take() else { return };
        let study = &self.study.study;
        let events = study.events().len();
        let now = (events, self.setup.search.shown.min(self.study.done()), setup);
        let old = (teller.told.0, teller.told.1, teller.told.2.as_str());
        // Another set-up without trials, as at the beginning, is no news of trials.
        let news = now != old && (events, old.0) != (0, 0);
        let early = teller.at + PAUSE - self.now;
        if (news || teller.asked.is_some()) && early > 0.0 {
            if !teller.waits {
                teller.waits = true;
                self.emit(Effect::Wait(Timer::Results, early.ceil() as u32));
            }
        } else if news || teller.asked.is_some() {
            let (asked, curves) = teller.asked.take().unwrap_or_default();
            teller.told = (now.0, now.1, setup.to_owned());
            let plain = self.results(0, false);
            let same = teller.last.as_ref() == Some(&plain);
            teller.last = Some(plain.clone());
            // Much of a set-up is nothing to its trials.
            if asked > 0 || !same {
                teller.at = self.now;
                let results = if asked > 0 { self.results(asked, curves) } else { plain };
                self.emit(Effect::Tell(Told::Results(results)));
            }
        }
        self.teller = Some(teller);
    }

    fn results(&self, asked: u32, curves: bool) -> Results {
        let study = &self.study.study;
        let metric = self.setup.objective(self.task()).metric;
        let row = |(n, trial): (usize, &Trial)| Row {
            trial: n + 1,
            values: self.values_of(trial),
            state: ended(trial.outcome).into(),
            score: trial.outcome.and_then(Outcome::loss).map(|cost| self.scored(cost)),
            epochs: trial.epochs(),
            curve: curves.then(|| curve(trial)),
        };
        let name = serde_json::to_value(metric).unwrap_or_default();
        Results {
            asked,
            parameters: self.setup.space.iter().map(|(p, _)| p.name.to_owned()).collect(),
            metric: name.as_str().unwrap_or_default().to_owned(),
            maximize: metric.higher_is_better(),
            shown: self.setup.search.shown.min(self.study.done()),
            trials: study.trials().iter().enumerate().take(MAX_TRIALS).map(row).collect(),
        }
    }

    fn values_of(&self, trial: &Trial) -> Vec<Value> {
        let active = self.study.study.space().active(&trial.point);
        let value = |((&x, counts), (_, range)): ((&f64, bool), (_, &Range))| match range {
            _ if !counts => Value::None,
            Range::Numbers { .. } => Value::Number(x),
            Range::Choices(names) => {
                names.get(x as usize).map_or(Value::None, |name| Value::Choice(name.clone()))
            }
        };
        trial.point.iter().zip(active).zip(self.setup.space.iter()).map(value).collect()
    }
}

/// A trial's losses, as far as it went.
fn curve(trial: &Trial) -> Vec<(usize, f32, f32)> {
    let went: Vec<&(usize, Report)> =
        trial.curve.iter().filter(|(epoch, _)| *epoch <= trial.epochs()).collect();
    let last = went.len().saturating_sub(1);
    let points = went.len().min(MAX_POINTS);
    let point = |i: usize| {
        let (epoch, report) = went[if points > 1 { i * last / (points - 1) } else { 0 }];
        (*epoch, report.train_loss, report.valid_loss)
    };
    (0..points).map(point).collect()
}
