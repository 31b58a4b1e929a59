//! Values, points and trials of a study from elsewhere in words.

use crate::plot::axis;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::import::view::{Kind, StudyView};
use tunescape_core::state::xray::OpenStudy;

/// A number of the study, with the sign that a sum has.
pub fn number(x: f64) -> String {
    if x.is_infinite() {
        return if x > 0.0 { "∞".into() } else { "−∞".into() };
    }
    format::minus(format::number(x))
}

/// A loss as a value of the objective aimed at.
pub fn loss(view: &StudyView, loss: f64) -> String {
    number(view.value(loss))
}

/// What an objective is called.
pub fn objective(view: &StudyView, at: usize) -> String {
    let name = view.objectives.get(at).map_or("", |objective| objective.name.as_str());
    match (name, view.objectives.len()) {
        ("", 0 | 1) => t!("xray.value"),
        ("", _) => t!("xray.value_of", n = at),
        (name, _) => name.into(),
    }
}

/// What the objective aimed at is called.
pub fn aimed(view: &StudyView) -> String {
    objective(view, view.aim.objective)
}

/// A value of one of the study's parameters; a dash where it has none.
pub fn value(view: &StudyView, parameter: usize, x: f64) -> String {
    match view.parameters.get(parameter).map(|parameter| &parameter.kind) {
        _ if x.is_nan() => "–".into(),
        Some(Kind::Choices(names)) => names.get(x as usize).cloned().unwrap_or_default(),
        Some(Kind::Number { integer: true, .. }) if x.abs() < 1e9 => number(x.round()),
        _ => number(x),
    }
}

/// What a parameter of the space is called.
pub fn name(view: &StudyView, param: usize) -> String {
    let parameter = view.searched.get(param).and_then(|&at| view.parameters.get(at));
    parameter.map_or_else(String::new, |parameter| parameter.name.clone())
}

/// A point of the space within a sentence.
pub fn point(view: &StudyView, point: &[f64]) -> String {
    let Ok(space) = &view.space else { return String::new() };
    let counts = space.active(point);
    let pair = |(param, x): (usize, &f64)| {
        let own = view.searched.get(param).copied().unwrap_or(usize::MAX);
        format!("{} {}", name(view, param), value(view, own, *x))
    };
    let pairs = point.iter().enumerate().filter(|(param, _)| counts.get(*param) == Some(&true));
    format::pairs(&pairs.map(pair).collect::<Vec<_>>())
}

/// What a trial is called by: its number in the file; those typed in go on from there.
pub fn trial_number(open: &OpenStudy, trial: usize) -> usize {
    let view = &open.view;
    let next = || view.numbers.iter().max().map_or(0, |last| last + 1);
    let own = || next() + trial.saturating_sub(view.len());
    view.numbers.get(trial).copied().unwrap_or_else(own)
}

/// Ticks along a parameter of the space.
pub fn ticks(view: &StudyView, param: usize, wanted: usize) -> Vec<(f64, String)> {
    let Ok(space) = &view.space else { return Vec::new() };
    let Some(own) = space.params.get(param) else { return Vec::new() };
    let at = view.searched.get(param).copied().unwrap_or(usize::MAX);
    let round = match view.parameters.get(at).map(|parameter| &parameter.kind) {
        Some(Kind::Number { integer: true, log: false, .. }) => own.high - own.low > 12.0,
        _ => false,
    };
    if round {
        let all = axis::linear(own.low, own.high, wanted).into_iter();
        return all.map(|x| (own.to_unit(x), number(x))).collect();
    }
    let all = axis::ticks(own, wanted);
    // Of very many choices some stand for all.
    let every = all.len().div_ceil(2 * wanted.max(1)).max(1);
    all.into_iter().step_by(every).map(|(u, x)| (u, cut(&value(view, at, x)))).collect()
}

/// A text that fits beside an axis.
fn cut(text: &str) -> String {
    match text.char_indices().nth(9) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}

/// A trial's value of one of the study's parameters; not a number where it has none.
pub fn param_of(open: &OpenStudy, trial: usize, parameter: usize) -> f64 {
    let view = &open.view;
    match trial.checked_sub(view.len()).and_then(|at| open.by_hand.get(at)) {
        None => view.params[parameter].get(trial).copied().unwrap_or(f64::NAN),
        Some(own) => {
            let at = view.searched.iter().position(|at| *at == parameter);
            // Where it does not occur, the point says nothing of it.
            let at = at.filter(|at| open.unit(trial, *at).is_some());
            at.and_then(|at| own.point.get(at).copied()).unwrap_or(f64::NAN)
        }
    }
}

/// What a trial scored in one of the objectives.
pub fn score_of(open: &OpenStudy, trial: usize, objective: usize) -> String {
    let view = &open.view;
    let value = match trial.checked_sub(view.len()).and_then(|at| open.by_hand.get(at)) {
        None => view.values[objective].get(trial).copied().unwrap_or(f64::NAN),
        Some(own) if objective == view.aim.objective => view.value(own.loss),
        Some(_) => f64::NAN,
    };
    if value.is_nan() { "–".into() } else { number(value) }
}
