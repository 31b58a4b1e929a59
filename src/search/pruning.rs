//! Stopping trials early: the pruner's numbers, its lines among the curves, and what a stopped
//! trial would have done.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::plot::lines::Series;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::prune::pruner::{Idle, PrunerName};
use tunescape_core::search::Outcome;
use tunescape_core::setup::Edit;
use tunescape_core::setup::Setup;
use tunescape_core::state::State;
use tunescape_core::study::Trial;
use yew::prelude::*;

pub fn controls(setup: &Setup, link: &Link) -> Html {
    let pruner = &setup.search.pruner;
    let (shares, rungs) = (
        matches!(pruner.name, PrunerName::Median | PrunerName::Percentile),
        pruner.name.has_rungs(),
    );
    html! {
        <>
            { fields::choice(link, "pruner", t!("pruner.title"), PrunerName::ALL.map(|p| (p, t!(format!("pruner.name.{}", p.key())))).to_vec(), pruner.name,
                |v| Edit::choose("search.pruner.name", v)) }
            if pruner.name != PrunerName::None {
                <p class="about">{ explained(t!(format!("pruner.says.{}", pruner.name.key()))) }</p>
            }
            if pruner.name == PrunerName::Percentile {
                { fields::number(link, "pruner-keep", t!("pruner.keep"), pruner.keep, |v| Edit::set("search.pruner.keep", v)) }
            }
            if shares {
                { fields::number(link, "pruner-startup", t!("pruner.startup"), pruner.startup as f64, |v| Edit::set("search.pruner.startup", v)) }
            }
            if pruner.name == PrunerName::Threshold {
                { fields::number(link, "pruner-upper", t!("pruner.upper"), pruner.upper, |v| Edit::set("search.pruner.upper", v)) }
            }
            if shares || pruner.name == PrunerName::Threshold {
                { fields::number(link, "pruner-warmup", t!("pruner.warmup"), pruner.warmup as f64, |v| Edit::set("search.pruner.warmup", v)) }
            }
            if pruner.name == PrunerName::Wilcoxon {
                { fields::number(link, "pruner-threshold", t!("pruner.threshold"), pruner.threshold, |v| Edit::set("search.pruner.threshold", v)) }
            }
            if pruner.name == PrunerName::Patience {
                { fields::number(link, "pruner-patience", t!("pruner.patience_of"), pruner.patience as f64, |v| Edit::set("search.pruner.patience", v)) }
            }
            if rungs {
                { fields::number(link, "pruner-least", t!("pruner.least"), pruner.least as f64, |v| Edit::set("search.pruner.least", v)) }
                { fields::number(link, "pruner-factor", t!("pruner.factor"), pruner.factor as f64, |v| Edit::set("search.pruner.factor", v)) }
            }
            { idle(setup) }
        </>
    }
}

/// Why the pruner with these numbers can never stop a trial, where it can't.
fn idle(setup: &Setup) -> Html {
    let (epochs, budget) = (setup.training.epochs, setup.search.budget);
    let trainings = setup.evaluation.streams();
    let says = match setup.search.pruner.never_acts(epochs, budget, trainings) {
        None => return Html::default(),
        Some(Idle::FirstRung { rung, epochs }) => {
            t!("pruner.idle_rung", rung = rung, epochs = epochs)
        }
        Some(Idle::Warmup { warmup, epochs }) => {
            t!("pruner.idle_warmup", warmup = warmup, epochs = epochs)
        }
        Some(Idle::Startup { startup, budget }) => {
            t!("pruner.idle_startup", startup = startup, budget = budget)
        }
        Some(Idle::Patience { patience, epochs }) => {
            t!("pruner.idle_patience", patience = patience + 1, epochs = epochs)
        }
        Some(Idle::Trainings { trainings, least, threshold }) => {
            let threshold = format::number(threshold);
            t!("pruner.few_folds", n = trainings, threshold = threshold, least = least)
        }
        Some(Idle::Threshold { threshold }) => {
            t!("pruner.never", threshold = format::number(threshold))
        }
    };
    html! { <p class="about" id="pruner-idle">{ says }</p> }
}

/// Why a trial was stopped: after some of its folds, or at an epoch.
pub fn why(state: &State, number: usize, trial: &Trial) -> Html {
    let says = match state.study.dropped.get(&number) {
        Some((folds, p, best)) => {
            let of = state.setup.evaluation.streams();
            Some(t!(
                "trial.dropped_says",
                fold = folds,
                of = of,
                best = best + 1,
                p = format::number(*p)
            ))
        }
        None => stopped(state, number, trial),
    };
    html! {
        <>
            if let Some(says) = bracket(state, number) { <p class="about" id="bracket">{ says }</p> }
            if let Some(says) = says { <p class="about" id="dropped">{ says }</p> }
        </>
    }
}

/// Which of Hyperband's brackets a trial is in.
fn bracket(state: &State, number: usize) -> Option<String> {
    let (pruner, most) = (&state.setup.search.pruner, state.setup.training.epochs);
    let (bracket, of) = pruner.bracket_of(number, most)?;
    Some(match pruner.rungs(number, most).first() {
        Some(epoch) => t!("trial.bracket", n = bracket + 1, of = of, epoch = epoch),
        None => t!("trial.bracket_last", n = bracket + 1, of = of),
    })
}

/// What a trial that was stopped at an epoch was held against there.
fn stopped(state: &State, number: usize, trial: &Trial) -> Option<String> {
    let Some(Outcome::Pruned { .. }) = trial.outcome else { return None };
    let pruner = &state.setup.search.pruner;
    let cut = state.study.study.cut(pruner, number, state.setup.training.epochs)?;
    let (epoch, curve) = (cut.step, trial.losses());
    let best = curve
        .iter()
        .take_while(|(e, _)| *e <= epoch)
        .map(|(_, loss)| *loss)
        .fold(f64::INFINITY, f64::min);
    let own = curve.iter().find(|(e, _)| *e == epoch).map_or(best, |(_, loss)| *loss);
    let keep = match pruner.name {
        PrunerName::Patience => {
            return Some(t!("trial.stopped_still", epoch = epoch, n = pruner.patience + 1));
        }
        PrunerName::Median => Some(0.5),
        PrunerName::Percentile => Some(pruner.keep),
        _ => None,
    };
    let (own, line) = (if keep.is_some() { best } else { own }, cut.line?);
    // So many decimals that the two differ.
    let [own, line] = [own, line].map(|loss| format::fixed(loss, format::decimals(own - line)));
    Some(match keep {
        Some(keep) => {
            t!(
                "trial.stopped_share",
                epoch = epoch,
                own = own,
                line = line,
                share = format::percent(keep)
            )
        }
        None if pruner.name.has_rungs() => {
            t!("trial.stopped_rung", epoch = epoch, own = own, line = line, factor = pruner.factor)
        }
        None => t!("trial.stopped_line", epoch = epoch, own = own, line = line),
    })
}

/// The line that a stopped trial was held against, and its curve as it would have gone on.
pub fn lines(state: &State, number: usize, trial: &Trial, colour: String) -> Vec<Series> {
    let Some(Outcome::Pruned { epoch, .. }) = trial.outcome else { return Vec::new() };
    let rest = trial
        .curve
        .iter()
        .skip_while(|(e, _)| *e < epoch)
        .map(|(_, r)| Some(f64::from(r.valid_loss)))
        .collect();
    let ghost = Series {
        name: t!("curves.rest"),
        class: "line ghost",
        colour: Some(colour),
        values: rest,
        from: epoch,
    };
    let cut =
        state.study.study.cut(&state.setup.search.pruner, number, state.setup.training.epochs);
    let line = cut.and_then(|cut| cut.line).map(|line| Series {
        name: t!("curves.cut"),
        class: "line cut",
        colour: None,
        values: vec![Some(line); 3],
        from: epoch.saturating_sub(1),
    });
    std::iter::once(ghost).chain(line).collect()
}

/// The epochs at which trials are judged, and the one at which the chosen trial was stopped.
pub fn marks(state: &State, chosen: Option<usize>) -> Vec<(usize, String)> {
    let pruner = &state.setup.search.pruner;
    let rungs = pruner.rungs(chosen.unwrap_or(0), state.setup.training.epochs);
    let mut marks: Vec<(usize, String)> =
        rungs.into_iter().map(|epoch| (epoch, t!("curves.rung", epoch = epoch))).collect();
    let stopped = chosen.filter(|n| !state.study.dropped.contains_key(n));
    if let Some(Some(Outcome::Pruned { epoch, .. })) =
        stopped.and_then(|n| state.study.study.trials().get(n)).map(|t| t.outcome)
    {
        marks.push((epoch, t!("trial.pruned", epoch = epoch)));
    }
    marks
}
