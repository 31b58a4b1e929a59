//! The branches of the run, and the run beside the one that is pinned.

use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::words;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::setup::Parameter;
use tunescape_core::setup::Setup;
use tunescape_core::state::comparison::{Comparison, differing};
use tunescape_core::state::run::{Branch, RunEvent};
use tunescape_core::state::{Event, State};
use yew::prelude::*;

/// What one set-up's controls have that another's have not, in words; of nothing, that a weight was
/// set by hand.
pub fn changed(old: &Setup, new: &Setup) -> String {
    let name = |p: &Parameter| format::within(&words::parameter(p));
    let each = differing(old, new)
        .map(|p| format!("{} {} → {}", name(p), words::value(p, old), words::value(p, new)));
    let all = format::pairs(&each.collect::<Vec<_>>());
    match () {
        () if !all.is_empty() => all,
        () if old.net.seed != new.net.seed => t!("run.other_seed"),
        () if old.data != new.data => t!("run.other_data"),
        () => t!("run.same_controls"),
    }
}

/// The branches, each from where it left another to its end, named by what changed there.
pub fn tree(state: &State, link: &Link) -> Html {
    let run = &state.run;
    if run.branches.len() < 2 {
        return Html::default();
    }
    let longest = run.branches.iter().map(|b| b.history.len()).max().unwrap_or(1).max(2) - 1;
    let x = |epoch: usize| 4.0 + 192.0 * epoch as f64 / longest as f64;
    let row = |(n, branch): (usize, &Branch)| {
        let end = branch.history.len().saturating_sub(1);
        let name = match n {
            0 => t!("run.first_branch"),
            _ => changed(
                run.branches[branch.parent].in_force(branch.from),
                branch.in_force(branch.from),
            ),
        };
        let loss = branch.history.last().map_or(f64::NAN, |r| f64::from(r.valid_loss));
        let now = run.frame.as_ref().filter(|_| n == run.at).map(|f| x(f.epoch).to_string());
        let from = if n == 0 {
            t!("run.epochs", n = end)
        } else {
            t!("run.from_to", from = branch.from, to = end)
        };
        let ending = if branch.diverged.is_some() {
            t!("zone.diverged")
        } else {
            t!("run.ends_at", loss = format::loss(loss))
        };
        html! {
            <button type="button" data-branch={n.to_string()} aria-pressed={(n == run.at).to_string()}
                onclick={link.callback(move |_| Event::Run(RunEvent::Branch(n)))}>
                <svg viewBox="0 0 200 16" aria-hidden="true">
                    <path d={format!("M{0:.1} 0V8H{1:.1}", x(branch.from), x(end))} />
                    if let Some(at) = state.inspection.cross.filter(|at| *at <= longest) {
                        <path class="cross" d={format!("M{:.1} 0V16", x(at))} />
                    }
                    if let Some(now) = now { <circle cx={now} cy="8" r="3.5" /> }
                </svg>
                <b>{ name }</b><span>{ format!("{from}, {ending}") }</span>
            </button>
        }
    };
    html! {
        <section class="card branches" id="branches">
            <h2>{ t!("run.branches") }</h2>
            { for run.branches.iter().enumerate().map(row) }
        </section>
    }
}

/// How far the run on show is from the one that it is compared with.
pub fn difference(state: &State) -> Html {
    let Some(Comparison { epoch, then, now, there, here }) = state.comparison() else {
        return Html::default();
    };
    let way = if here < there { t!("run.lower") } else { t!("run.higher") };
    // Of the losses as they are shown, so that it is what a reader reckons.
    let shown = |loss: f64| format::loss(loss).parse().unwrap_or(loss);
    let by = (shown(here) - shown(there)).abs();
    let against = if state.run.pinned { t!("run.pinned") } else { t!("run.before") };
    html! {
        <p class="about" id="difference">{ explained(t!("run.difference", against = against, name = changed(then, now), epoch = epoch,
            here = format::loss(here), there = format::loss(there), by = format::loss(by), way = way)) }</p>
    }
}

/// The area between the validation losses of the run and of the pinned one.
pub fn between(state: &State) -> Option<(String, Vec<(f64, f64)>)> {
    let plain = state.run.pinned && !state.inspection.smooth;
    let ghost = state.run.ghost.as_ref().filter(|_| plain)?;
    let pairs = ghost.history.iter().zip(state.run.history()).skip(1);
    let ends = pairs.map(|(a, b)| (f64::from(a.valid_loss), f64::from(b.valid_loss)));
    Some(("#8a9199".into(), ends.collect()))
}
