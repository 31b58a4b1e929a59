//! A study from elsewhere: what it holds, and what a strategy would try next.

use crate::error::Error;
use crate::input;
use crate::options::XRayOptions;
use crate::reason;
use crate::store::put;
use crate::{check, words};
use std::io;
use tunescape_core::import::ask::Question;
use tunescape_core::import::convert::{Aim, Converted, convert, loss};
use tunescape_core::import::{
    self, Choice, Direction, Domain, ImportedStudy, ImportedTrial, Parameter, TrialState,
};
use tunescape_core::search::StrategyName;

pub fn run(options: XRayOptions) -> Result<(), Error> {
    let path = &options.file;
    let asked = || StrategyName::ALL.into_iter().filter(|name| name.can_be_asked());
    let strategy = asked().find(|name| name.key() == options.strategy).ok_or_else(|| {
        let names: Vec<_> = asked().map(StrategyName::key).collect();
        Error::usage("--strategy", &options.strategy, format!("one of {}", names.join(", ")))
    })?;
    let bytes = std::fs::read(path).map_err(Error::read(path))?;
    let studies = import::read_with(&bytes, &path.to_string_lossy(), &input::decode)
        .map_err(|e| Error::file(path, e))?;
    let place = options.study.checked_sub(1);
    let Some(study) = place.and_then(|place| studies.get(place)) else {
        let why = format!("the file has {}", studies.len());
        return Err(Error::usage("--study", options.study, why));
    };
    let trials = options.trials.unwrap_or(study.trials.len());
    if trials > study.trials.len() {
        let why = format!("the study has {}", study.trials.len());
        return Err(Error::usage("--trials", trials, why));
    }
    let mut out = io::stdout().lock();
    for line in summary(study, options.study, studies.len()) {
        put(&mut out, &line)?;
    }
    // A study that has only been created is whole, and there is nothing to ask about.
    if study.trials.is_empty() {
        return Ok(());
    }
    let converted = convert(study, Aim::default()).map_err(|e| Error::file(path, e))?;
    let question = Question::of(strategy, &converted, converted.has_costs(), options.seed);
    for line in next(&question, study, &converted, trials)? {
        put(&mut out, &line)?;
    }
    Ok(())
}

/// What a study holds, which is so far down among those of its file.
fn summary(study: &ImportedStudy, place: usize, studies: usize) -> Vec<String> {
    let of = match studies {
        1 => String::new(),
        _ => format!(" (number {place} of {studies} in the file, see --study)"),
    };
    let states = TrialState::count(study.trials.iter().map(|trial| trial.state));
    let states: Vec<String> =
        states.into_iter().map(|(state, n)| format!("{n} {}", state.key())).collect();
    let states = if states.is_empty() { String::new() } else { format!(": {}", states.join(", ")) };
    let mut lines = vec![format!("study       {}{of}", study.name)];
    lines.extend(objectives(study));
    lines.push(format!("trials      {}{states}", study.trials.len()));
    lines.extend(best(study));
    let ranges = study.parameters.iter().map(|p| format!("searched    {} {}", p.name, range(p)));
    lines.extend(ranges);
    lines.extend(study.notes.iter().map(|note| format!("note        {}", words::note(note))));
    lines
}

/// What is minimised or maximised: of several the names, the first of which a strategy is asked
/// about.
fn objectives(study: &ImportedStudy) -> Vec<String> {
    let many = study.directions.len() > 1;
    let one = |(at, direction): (usize, &Direction)| {
        let way = if *direction == Direction::Maximize { "maximize" } else { "minimize" };
        let named = study.metric_names.get(at).filter(|name| !name.is_empty());
        let number = many.then(|| format!("{}", at + 1));
        let name = named.cloned().or(number).map_or(String::new(), |name| format!(" {name}"));
        let asked = if many && at == 0 { ", which the strategy is asked about" } else { "" };
        format!("objective   {way}{name}{asked}")
    };
    study.directions.iter().enumerate().map(one).collect()
}

/// The best trial of the first objective, and what does not count for it: as in Optuna the best is
/// one that violates no constraint, and an infinite value is none.
fn best(study: &ImportedStudy) -> Vec<String> {
    let complete = || study.trials.iter().filter(|trial| trial.state == TrialState::Complete);
    let infeasible = complete().filter(|trial| !trial.is_feasible()).count();
    let infinite = |t: &&ImportedTrial| t.values.first().is_some_and(|v| v.is_infinite());
    let infinite = complete().filter(infinite).count();
    let values = complete().filter(|trial| trial.is_feasible());
    let values = values.filter_map(|t| Some((t, *t.values.first().filter(|v| v.is_finite())?)));
    let best = values.min_by(|a, b| loss(study, 0, a.1).total_cmp(&loss(study, 0, b.1)));
    let best = best.map(|(trial, value)| {
        let params = study.parameters.iter().zip(&trial.params);
        let params = params.filter_map(|(p, x)| Some(format!("{} = {}", p.name, shown(p, (*x)?))));
        let params: Vec<String> = params.collect();
        format!("best        {value} by trial {}: {}", trial.number, params.join(", "))
    });
    let mut lines: Vec<String> = best.into_iter().collect();
    for (trials, why) in
        [(infeasible, "violate a constraint"), (infinite, "have an infinite value")]
    {
        let line = format!("not counted {trials} complete trials that {why}");
        lines.extend((trials > 0).then_some(line));
    }
    lines
}

/// A parameter's value as its user writes it.
fn shown(parameter: &Parameter, x: f64) -> String {
    match &parameter.domain {
        Domain::Categorical(choices) => {
            choices.get(x as usize).map(Choice::to_string).unwrap_or_default()
        }
        Domain::Number { .. } => x.to_string(),
    }
}

fn range(parameter: &Parameter) -> String {
    match &parameter.domain {
        Domain::Categorical(choices) => {
            let names: Vec<String> = choices.iter().map(Choice::to_string).collect();
            format!("one of {}", names.join(", "))
        }
        Domain::Number { low, high, log, step, .. } => {
            let scale = if *log { ", logarithmic" } else { "" };
            let step = step.map_or(String::new(), |step| format!(", in steps of {step}"));
            format!("{low} to {high}{scale}{step}")
        }
    }
}

/// What the strategy would try after these trials, and why.
fn next(
    question: &Question,
    study: &ImportedStudy,
    converted: &Converted,
    trials: usize,
) -> Result<Vec<String>, Error> {
    let failed =
        |error| Error::Failed(format!("the strategy can't be asked: {}", check::event(&error)));
    let proposal = question.propose(converted, trials).map_err(failed)?;
    let order = converted.order(trials);
    let number = |n: usize| order.get(n).map_or(n, |&place| study.trials[place].number);
    let active = converted.space.active(&proposal.point);
    let values = converted.parameters.iter().zip(&proposal.point).zip(active);
    let values = values.filter(|(_, active)| *active).map(|((&place, &x), _)| {
        let parameter = &study.parameters[place];
        format!("{} = {}", parameter.name, shown(parameter, x))
    });
    let values: Vec<String> = values.collect();
    let mut lines = vec![
        format!("next        {} (by {})", values.join(", "), question.strategy.name.key()),
        format!("why         {}", reason::sentence(&proposal.reason, &number)),
    ];
    if let Some(importance) = question.explain(converted, trials).map_err(failed)? {
        let mut shares: Vec<(f32, &str)> = importance
            .alone
            .iter()
            .zip(&converted.parameters)
            .map(|(share, &place)| (*share, study.parameters[place].name.as_str()))
            .collect();
        shares.sort_by(|a, b| b.0.total_cmp(&a.0));
        let shares: Vec<String> =
            shares.iter().map(|(share, name)| format!("{name} {:.0} %", share * 100.0)).collect();
        lines.push(format!("mattered    {}", shares.join(", ")));
    }
    let remarks = converted.remarks.iter();
    lines.extend(remarks.map(|remark| format!("remark      {}", words::remark(remark))));
    Ok(lines)
}
