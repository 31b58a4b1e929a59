//! The trials as dots, in the colours of what they scored.

use super::parts;
use crate::plot::chart::{Dot, Mark};
use crate::plot::colour;
use std::rc::Rc;
use tunescape_core::import::TrialState;
use tunescape_core::state::landscape::domain::Domain;
use tunescape_core::state::xray::OpenStudy;
use tunescape_core::state::xray::memo::Key;

const GREY: [u8; 3] = [136, 140, 146];
const OWN: [u8; 3] = [11, 99, 206];

/// From which loss to which the colours go.
pub fn domain(open: &OpenStudy) -> Domain {
    let [best, worst] = open.ends();
    Domain { best, worst }
}

/// How a trial is drawn.
pub fn look(open: &OpenStudy, domain: Domain, trial: usize) -> ([u8; 3], Mark) {
    let Some(state) = open.view.states.get(trial) else { return (OWN, Mark::Full) };
    let loss = open.loss(trial);
    let colour = match loss.is_finite() {
        true => colour::dot(domain.goodness(loss)),
        false => GREY,
    };
    match state {
        TrialState::Complete if loss.is_finite() => (colour, Mark::Full),
        TrialState::Pruned | TrialState::Running => (colour, Mark::Ring),
        TrialState::Complete | TrialState::Failed | TrialState::Waiting => (GREY, Mark::Cross),
    }
}

/// Which trials lie in what is brushed.
pub fn kept(open: &OpenStudy) -> Rc<Vec<bool>> {
    open.memo.get(("kept", 0), || {
        let scale = parts::scores(open);
        open.kept(|trial| parts::score(open, scale, trial))
    })
}

/// The trials told, those of them that lie in what is brushed.
pub fn told(open: &OpenStudy) -> Vec<usize> {
    let kept = kept(open);
    (0..open.shown).filter(|trial| kept[*trial]).collect()
}

/// The trials told as dots, the best ones on top; `at` says where, if anywhere. The chart's key is
/// its own.
pub fn dots(open: &OpenStudy, key: Key, at: impl Fn(usize) -> Option<[f64; 2]>) -> Rc<Vec<Dot>> {
    let make = || {
        let (domain, kept) = (domain(open), kept(open));
        let dot = |trial: usize| {
            let at = at(trial)?.map(|u| u as f32);
            let (colour, mark) = look(open, domain, trial);
            (at[0].is_finite() && at[1].is_finite()).then_some(Dot { at, colour, mark, trial })
        };
        let told =
            open.worst_first().iter().copied().filter(|trial| *trial < open.shown && kept[*trial]);
        told.filter_map(dot).collect()
    };
    open.memo.get(key, make)
}
