//! What a study has found, so that a link can bring it: the events of its trials but for their
//! curves.
//!
//! In a packed link they follow the set-up as `&results=`, in hexadecimal, which packing undoes
//! again.

use crate::search::StrategyName;
use crate::setup::Setup;
use crate::study::{Event, Study};
use std::fmt::Write;

const MARK: &str = "&results=";

/// Events of a trial at most, beside one for each epoch: one before training, and one of each other
/// kind.
const BESIDE: usize = 6;

/// The set-up's part of an unpacked link, and what the rest says was found; none where nothing was,
/// or it can't be read.
pub fn split(link: &str) -> (&str, Option<Vec<Event>>) {
    let Some((setup, found)) = link.split_once(MARK) else { return (link, None) };
    if found.len() > super::MAX_LETTERS {
        return (setup, None);
    }
    let byte = |at: usize| u8::from_str_radix(found.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..found.len()).step_by(2).map(byte).collect();
    (setup, bytes.and_then(|bytes| postcard::from_bytes(&bytes).ok()))
}

/// A link, and what a study has found.
pub fn join(link: &str, study: &Study) -> String {
    // One strategy goes by the curves as well.
    let curves = study.strategy().name == StrategyName::Bohb;
    let told = |event: &&Event| curves || !matches!(event, Event::Reported { .. });
    let events: Vec<&Event> = study.events().iter().filter(told).collect();
    let mut text = [link, MARK].concat();
    for byte in postcard::to_stdvec(&events).unwrap_or_default() {
        // Writing into a text can't fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The study of a set-up that these events are of, if they are as many whole trials as it has run.
pub fn study(setup: &Setup, events: &[Event]) -> Option<Study> {
    let (run, sets) = (setup.search.run, setup.sets().count());
    let proposed = events.iter().filter(|event| matches!(event, Event::Proposed { .. })).count();
    let odd = |event: &Event| matches!(event, Event::Ranked { costs, .. } if costs.len() != sets);
    // All that can be seen without folding them, which takes its time with each.
    let most = run.saturating_mul(setup.training.epochs.saturating_add(BESIDE));
    if proposed != run || events.len() > most || events.iter().any(odd) {
        return None;
    }
    let study = Study::fold(setup.strategy(), setup.searched(), events).ok()?;
    study.trials().iter().all(|trial| trial.outcome.is_some()).then_some(study)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::{Outcome, Proposal, Reason};

    /// The default set-up with so many trials run.
    fn run(trials: usize) -> Setup {
        let mut setup = Setup::default();
        setup.search.run = trials;
        setup
    }

    #[test]
    fn a_study_comes_back_from_a_link_and_nothing_else_does() {
        let setup = Setup::default();
        let mut played = Study::new(setup.strategy(), setup.searched());
        for trial in 0..6 {
            let proposal = played.ask(7);
            played.apply(Event::Proposed { trial, proposal }).unwrap();
            let outcome = if trial == 2 {
                Outcome::Diverged
            } else {
                Outcome::Value(1.0 / (trial + 1) as f64)
            };
            played.apply(Event::Completed { trial, outcome }).unwrap();
        }
        let link = join("v=1&search.run=6", &played);
        let (text, events) = split(&link);
        let events = events.unwrap();
        assert_eq!((text, study(&run(6), &events)), ("v=1&search.run=6", Some(played)));
        assert_eq!((study(&run(5), &events), study(&run(6), &events[..11])), (None, None));
        assert_eq!(split("v=1"), ("v=1", None));
        for broken in [
            "v=1&results=",
            "v=1&results=0",
            "v=1&results=zz",
            "v=1&results=é",
            &link[..link.len() - 4],
        ] {
            assert_eq!(split(broken).1.filter(|events| !events.is_empty()), None, "{broken}");
        }
    }

    /// A grid of 2³² − 1 rows, as a link may claim: counting them would hold the page up.
    #[test]
    fn reasons_of_more_than_any_study_has_are_refused() {
        let of = |reason: Reason| {
            let proposal = Proposal { point: vec![0.1, 0.9], reason };
            let outcome = Outcome::Value(0.5);
            let told = vec![
                Event::Proposed { trial: 0, proposal },
                Event::Completed { trial: 0, outcome },
            ];
            study(&run(1), &told)
        };
        assert!(of(Reason::Grid { index: 0, columns: 5, rows: 5 }).is_some());
        let forged = Reason::Grid { index: 0, columns: 1, rows: u32::MAX as usize };
        assert_eq!(of(forged.clone()), None);
        assert_eq!(of(Reason::Weighed { loss: 0.5, of: Box::new(forged) }), None);
        let parzen = |candidates: Vec<Vec<f64>>| Reason::Parzen {
            good: vec![0],
            scores: vec![0.0; candidates.len()],
            candidates,
            winner: None,
            score: 0.0,
        };
        assert!(of(parzen(vec![vec![0.1, 0.9]; 24])).is_some());
        assert_eq!(of(parzen(vec![vec![0.1]])), None);
        assert_eq!(of(parzen(vec![vec![0.1, 0.9]; 100_000])), None);
        assert_eq!(of(Reason::Annealed { around: vec![usize::MAX], width: 0.1 }), None);
    }

    /// As many as fit into a link would hold the page up, and more so where each looks for the
    /// sets of all before it.
    #[test]
    fn more_events_than_trials_can_have_are_refused_and_scores_of_other_sets_too() {
        let proposal = Proposal { point: vec![0.1, 0.9], reason: Reason::Random };
        let begun = |trial| Event::Proposed { trial, proposal: proposal.clone() };
        let ended = Event::Completed { trial: 0, outcome: Outcome::Value(0.5) };
        let with = |between: Vec<Event>| {
            let events = [vec![begun(0)], between, vec![ended.clone()]].concat();
            study(&run(1), &events)
        };
        let ranked = |costs| vec![Event::Ranked { trial: 0, costs }];
        assert!(with(Vec::new()).is_some() && with(ranked(vec![0.5])).is_some());
        assert_eq!((with(ranked(Vec::new())), with(ranked(vec![0.5; 2]))), (None, None));
        let spent = |count| vec![Event::Spent { trial: 0, cost: 1.0 }; count];
        assert!(with(spent(Setup::default().training.epochs + BESIDE - 2)).is_some());
        assert_eq!(with(spent(Setup::default().training.epochs + BESIDE - 1)), None);
        let many = (0..50_000)
            .flat_map(|trial| [begun(trial), Event::Ranked { trial, costs: Vec::new() }]);
        assert_eq!(study(&run(1), &many.collect::<Vec<_>>()), None);
    }

    #[test]
    fn reasons_inside_reasons_are_refused_however_deep() {
        let weighed = |of| Reason::Weighed { loss: 0.5, of: Box::new(of) };
        let events = |reason| {
            vec![Event::Proposed { trial: 0, proposal: Proposal { point: vec![0.1, 0.9], reason } }]
        };
        let read = |bytes: &[u8]| postcard::from_bytes::<Vec<Event>>(bytes).ok();
        let once = postcard::to_stdvec(&events(weighed(Reason::Hand))).unwrap();
        assert_eq!(read(&once), Some(events(weighed(Reason::Hand))));
        let deep = |n: usize| {
            let level = postcard::to_stdvec(&weighed(Reason::Hand)).unwrap();
            let (level, hand) = level.split_at(level.len() - 1);
            let before = once.len() - level.len() - hand.len();
            [&once[..before], &level.repeat(n), hand].concat()
        };
        assert_eq!(read(&deep(1)), Some(events(weighed(Reason::Hand))));
        assert_eq!((read(&deep(2)), read(&deep(100_000))), (None, None));
        assert!(read(&once).is_some());
    }
}
