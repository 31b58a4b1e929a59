//! A study as a file: lines of JSON, a table, Optuna's journal, the page's own.

use super::tune;
use super::{Out, Told, Trained, trials};
use crate::error::Error;
use crate::options::Format;
use crate::store::{Store, put, text};
use serde::Serialize;
use serde_json::{Map, Value};
use tunescape_core::export::{journal, of_study, page};
use tunescape_core::import::Time;
use tunescape_core::json::number::{Double, Four};
use tunescape_core::search::{Outcome, Reason};
use tunescape_core::setup::Setup;
use tunescape_core::space::Point;
use tunescape_core::study::Trial;
use tunescape_core::worker::Overview;

/// A trial's line: what it came to, and what it takes to tell it again.
#[derive(Serialize)]
struct Line<'a> {
    unit: u64,
    values: Map<String, Value>,
    ended: &'static str,
    /// By the study's metric; of one that was stopped, what it had then.
    score: Option<f64>,
    epochs: usize,
    reason: &'a Reason,
    point: &'a Point,
    judged: &'a Option<(usize, Vec<Option<Double>>)>,
    curve: &'a [Option<Double>],
    #[serde(skip_serializing_if = "Option::is_none")]
    slope: &'a Option<Vec<f64>>,
    reports: &'a [Four],
}

/// Writes what there is of a study.
pub fn write(
    store: &Store,
    setup: &Setup,
    overview: &Overview,
    format: Format,
    out: Out,
) -> Result<(), Error> {
    let trained = trials(store)?;
    let mut told = Told::new(setup, overview);
    told.advance(&trained)?;
    let study = &told.study;
    match format {
        Format::Page => put(out, &page::study(setup, study, overview.task)),
        Format::Journal => {
            let now = chrono::Local::now().naive_local().and_utc().timestamp_micros();
            let text = journal::write(&of_study(setup, study, overview.task), Time(now));
            put(out, text.trim_end_matches('\n'))
        }
        Format::Tune => put(out, tune::script(setup, study, overview.task).trim_end()),
        Format::Csv => csv(store, setup, overview, study.trials(), out),
        Format::Jsonl => {
            put(out, &text(&store.header))?;
            let objective = setup.objective(overview.task);
            for (unit, trial) in (0_u64..).zip(study.trials()) {
                let score = trial.outcome.and_then(Outcome::seen);
                let known = trained.get(&unit).filter(|known| known.point == trial.point);
                let none = Trained::default();
                let Trained { judged, curve, slope, reports, .. } = known.unwrap_or(&none);
                let line = Line {
                    unit,
                    values: named(setup, trial),
                    ended: page::ended(trial.outcome),
                    score: score.map(|cost| objective.cost(cost)),
                    epochs: trial.epochs(),
                    reason: &trial.reason,
                    point: &trial.point,
                    judged,
                    curve,
                    slope,
                    reports,
                };
                put(out, &text(&line))?;
            }
            // What is trained ahead of its turn.
            if told.is_over() {
                return Ok(());
            }
            let mut ahead = trained.range(study.trials().len() as u64..);
            ahead.try_for_each(|(_, trial)| put(out, &text(trial)))
        }
    }
}

/// The values of a trial by their names; of a parameter that does not count there, none.
fn named(setup: &Setup, trial: &Trial) -> Map<String, Value> {
    let active = setup.searched().active(&trial.point);
    let values = setup.exact(&trial.point).into_iter().zip(active);
    let value = |(text, active): (String, bool)| match text.parse::<f64>() {
        _ if !active => Value::Null,
        Ok(number) => number.into(),
        Err(_) => text.into(),
    };
    setup.space.iter().map(|(p, _)| p.name.to_owned()).zip(values.map(value)).collect()
}

fn csv(
    store: &Store,
    setup: &Setup,
    overview: &Overview,
    trials: &[Trial],
    out: Out,
) -> Result<(), Error> {
    let objective = setup.objective(overview.task);
    let metric = serde_json::to_value(objective.metric).unwrap_or_default();
    let score = format!("validation-{}", metric.as_str().unwrap_or("loss"));
    put(out, &format!("trial,{},ended,{score},epochs", store.header.parameters.join(",")))?;
    for (n, trial) in trials.iter().enumerate() {
        let score = trial.outcome.and_then(Outcome::seen).map(|cost| objective.cost(cost));
        let score = score.map(|score| score.to_string()).unwrap_or_default();
        let exact = setup.exact(&trial.point).into_iter();
        let active = setup.searched().active(&trial.point);
        // What does not count in a trial has no value there.
        let values =
            exact.zip(active).map(|(value, counts)| if counts { value } else { "".into() });
        let values = values.collect::<Vec<String>>().join(",");
        let ended = page::ended(trial.outcome);
        put(out, &format!("{},{values},{ended},{score},{}", n + 1, trial.epochs()))?;
    }
    Ok(())
}
