//! This page's own `study.json`: the set-up as a link, and what became of each trial.

use super::lenient::parse;
use super::limits::{MAX_ATTRIBUTE, MAX_REPORTS, MAX_TRIALS, cut};
use super::{
    Choice, Direction, Domain, ImportError, ImportedStudy, ImportedTrial, Note, Parameter,
    TrialState, check_size,
};
use crate::link;
use crate::metrics::Metric;
use crate::setup::Setup;
use crate::sort::sort_by_key;
use crate::space::{Kind, Param, Scale};
use serde_json::Value;

/// Whether a file is likely such a one: it has a set-up and trials, in any order.
pub fn looks_like_one(bytes: &[u8]) -> bool {
    let has = |word: &[u8]| bytes.windows(word.len()).any(|part| part == word);
    has(b"\"setup\"") && has(b"\"trials\"")
}

/// The study of such a file.
pub fn read(bytes: &[u8]) -> Result<ImportedStudy, ImportError> {
    check_size(bytes)?;
    let wrong = |what: &str| ImportError::Page(what.to_string());
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| wrong("not text"))?;
    let tree = parse(text).ok_or_else(|| wrong("not JSON"))?;
    let setup = tree.get("setup").and_then(Value::as_str).ok_or_else(|| wrong("no setup"))?;
    let setup = link::read(setup).map_err(|_| wrong("a setup that can't be read"))?;
    let trials = tree.get("trials").and_then(Value::as_array).ok_or_else(|| wrong("no trials"))?;
    let metric: Metric = tree
        .get("metric")
        .and_then(|metric| crate::json::of(metric.clone()).ok())
        .unwrap_or(Metric::Loss);
    Ok(study(&setup, metric, trials))
}

fn study(setup: &Setup, metric: Metric, trials: &[Value]) -> ImportedStudy {
    let space = setup.searched();
    let parameters: Vec<Parameter> = space.params.iter().map(parameter).collect();
    let maximize = metric.higher_is_better();
    // Which number of a curve is the objective; of other metrics curves have none.
    let reported = match metric {
        Metric::Loss => Some("valid_loss"),
        Metric::Accuracy | Metric::R2 => Some("valid_score"),
        _ => None,
    };
    let metric = serde_json::to_value(metric).ok();
    let metric = metric.as_ref().and_then(Value::as_str).unwrap_or_default().to_string();
    let mut notes = Vec::new();
    let mut reports = MAX_REPORTS;
    let mut lost = vec![0; parameters.len()];
    let mut made: Vec<ImportedTrial> = Vec::new();
    for (number, value) in trials.iter().take(MAX_TRIALS).enumerate() {
        let mut trial = trial(number, value, &parameters, reported, &mut lost);
        if trial.values.is_empty() && text(value, "ended") == "diverged" {
            // As Optuna has it: a number that is worse than any other.
            trial.values = vec![if maximize { f64::NEG_INFINITY } else { f64::INFINITY }];
        }
        trial.reports.truncate(reports);
        reports -= trial.reports.len();
        // What does not count at a point stands at its low end in the file.
        let point: Vec<f64> =
            trial.params.iter().zip(&space.params).map(|(x, p)| x.unwrap_or(p.low)).collect();
        let active = space.active(&point);
        trial.params.iter_mut().zip(active).filter(|(_, a)| !a).for_each(|(x, _)| *x = None);
        made.push(trial);
    }
    let dropped = trials.len() - made.len();
    notes.extend((dropped > 0).then_some(Note::Trials { dropped }));
    for (parameter, dropped) in parameters.iter().zip(lost) {
        let parameter = parameter.name.clone();
        notes.extend((dropped > 0).then_some(Note::Values { parameter, dropped }));
    }
    ImportedStudy {
        name: setup.data.name.clone(),
        directions: vec![if maximize { Direction::Maximize } else { Direction::Minimize }],
        metric_names: vec![metric],
        parameters,
        trials: made,
        user_attributes: Vec::new(),
        notes,
    }
}

/// A parameter of a space as a study has it. A scale that Optuna does not know becomes linear.
pub fn parameter(param: &Param) -> Parameter {
    let domain = match &param.kind {
        Kind::Choice(names) => {
            Domain::Categorical(names.iter().map(|n| Choice::Text(n.clone())).collect())
        }
        kind => {
            let step = if let Kind::Step(step) = kind { Some(*step) } else { None };
            let integer = step.is_some_and(|s| s.trunc() == s) && param.low.trunc() == param.low;
            let log = param.scale == Scale::Log;
            Domain::Number { integer, low: param.low, high: param.high, log, step }
        }
    };
    Parameter { name: param.name.clone(), domain, conditional: param.when.is_some() }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn trial(
    number: usize,
    of: &Value,
    parameters: &[Parameter],
    reported: Option<&str>,
    lost: &mut [usize],
) -> ImportedTrial {
    let mut trial = ImportedTrial::new(number);
    trial.state = match text(of, "ended") {
        "completed" | "diverged" => TrialState::Complete,
        "pruned" => TrialState::Pruned,
        "refused" => TrialState::Failed,
        _ => TrialState::Running,
    };
    trial.values.extend(of.get("score").and_then(Value::as_f64));
    let values = of.get("values").and_then(Value::as_array);
    for (at, parameter) in parameters.iter().enumerate() {
        let given = values.and_then(|values| values.get(at)?.as_str());
        let value = given.and_then(|given| match &parameter.domain {
            Domain::Number { .. } => given.parse().ok().filter(|x: &f64| x.is_finite()),
            Domain::Categorical(choices) => {
                let same = |c: &Choice| matches!(c, Choice::Text(text) if text == given);
                choices.iter().position(same).map(|at| at as f64)
            }
        });
        lost[at] += usize::from(value.is_none());
        trial.params.push(value);
    }
    let note = text(of, "note");
    if !note.is_empty() {
        trial.user_attributes.push(("note".into(), cut(note, MAX_ATTRIBUTE / 4).0.into()));
    }
    let epochs = of.get("epochs").and_then(Value::as_u64).unwrap_or(u64::MAX);
    let report = |pair: &Value| {
        let epoch = pair.get(0)?.as_u64().filter(|epoch| (1..=epochs).contains(epoch))?;
        Some((epoch, pair.get(1)?.get(reported?)?.as_f64()?))
    };
    let curve = of.get("curve").and_then(Value::as_array).into_iter().flatten();
    trial.reports = curve.filter_map(report).collect();
    sort_by_key(&mut trial.reports, |(epoch, _)| *epoch);
    trial.reports.dedup_by_key(|(epoch, _)| *epoch);
    trial
}
