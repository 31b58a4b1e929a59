//! The step machine: events in, state out; the same seed replays the same study.

use tunescape_core::prune::pruner::{Pruner, PrunerName};
use tunescape_core::search::{Outcome, Proposal, Reason, Strategy, StrategyName};
use tunescape_core::space::{Param, Scale, Space};
use tunescape_core::study::batch::Lie;
use tunescape_core::study::{Event, EventError, Study, stream};
use tunescape_engine::train::Report;

fn space() -> Space {
    Space::new(vec![
        Param::new("learning rate", 1e-4, 10.0, Scale::Log).unwrap(),
        Param::new("momentum", 0.0, 0.99, Scale::Complement).unwrap(),
    ])
}

fn study(name: StrategyName) -> Study {
    Study::new(Strategy { name, budget: 12, ..Strategy::default() }, space())
}

/// A bowl in the unit cube with an edge beyond which training diverges.
fn outcome(point: &[f64]) -> Outcome {
    let unit = space().to_unit(point);
    if unit[0] + unit[1] > 1.5 {
        Outcome::Diverged
    } else {
        Outcome::Value((unit[0] - 0.6).powi(2) + unit[1])
    }
}

fn report(loss: f32) -> Report {
    Report { train_loss: loss, valid_loss: loss, train_score: 0.5, valid_score: 0.5 }
}

fn step(study: &mut Study, proposal: Proposal) {
    let trial = study.trials().len();
    let outcome = outcome(&proposal.point);
    study.apply(Event::Proposed { trial, proposal }).unwrap();
    study.apply(Event::Reported { trial, epoch: 0, report: report(0.7) }).unwrap();
    study.apply(Event::Completed { trial, outcome }).unwrap();
}

fn ran(name: StrategyName, seed: u64, trials: usize) -> Study {
    let mut study = study(name);
    for _ in 0..trials {
        let proposal = study.ask(seed);
        step(&mut study, proposal);
    }
    study
}

#[test]
fn the_same_seed_replays_the_same_study_forwards_and_back() {
    for name in StrategyName::ALL {
        let whole = ran(name, 7, 10);
        assert_eq!(whole, ran(name, 7, 10));
        for n in 0..10 {
            let before = whole.at(n);
            assert_eq!(before.trials().len(), n);
            assert_eq!(before.ask(7).point, whole.trials()[n].point, "{name:?} trial {n}");
        }
        assert_eq!(whole.at(10), whole);
        let again = Study::fold(whole.strategy().clone(), space(), whole.events()).unwrap();
        assert_eq!(again, whole);
    }
    assert_ne!(ran(StrategyName::Random, 7, 3), ran(StrategyName::Random, 8, 3));
}

/// Asked at once, each strategy gives points that it would have given one by one, had the others
/// scored what was made up.
#[test]
fn several_proposals_at_once() {
    for name in StrategyName::ALL {
        for lie in Lie::ALL {
            let study = ran(name, 3, 7);
            let many = study.ask_many(3, 4, lie);
            assert_eq!(many.len(), 4);
            assert!(many.iter().all(|proposal| space().contains(&proposal.point)));
            assert_eq!(many[0], study.ask(3), "{name:?} {lie:?}: nothing runs beside the first");
            // One by one, with the trials before it running, or ended since.
            let mut running = study.clone();
            for (k, proposal) in many.iter().enumerate() {
                let asked = running.search_beside(3, 7, lie).ask(&mut stream(3, 7 + k));
                assert_eq!(asked, *proposal, "{name:?} {lie:?} {k}");
                assert_eq!(running.ask_many(3, 1, lie)[0], *proposal, "{name:?} {lie:?} {k}");
                running
                    .apply(Event::Proposed { trial: 7 + k, proposal: proposal.clone() })
                    .unwrap();
            }
            for trial in 7..10 {
                running
                    .apply(Event::Completed { trial, outcome: outcome(&many[trial - 7].point) })
                    .unwrap();
            }
            assert_eq!(running.at(10).search_beside(3, 7, lie).ask(&mut stream(3, 10)), many[3]);
            assert_eq!(study, ran(name, 3, 7));
        }
    }
}

#[test]
fn models_spread_out_what_runs_at_once() {
    for (name, lie) in
        [StrategyName::Bayesian].into_iter().flat_map(|name| Lie::ALL.map(|lie| (name, lie)))
    {
        let many = ran(name, 5, 9).ask_many(5, 5, lie);
        let units: Vec<Vec<f64>> =
            many.iter().map(|proposal| space().to_unit(&proposal.point)).collect();
        for (i, a) in units.iter().enumerate() {
            for b in &units[..i] {
                assert!((a[0] - b[0]).hypot(a[1] - b[1]) > 0.99e-4, "{name:?} {lie:?}: {units:?}");
            }
        }
    }
    // Where nothing has ended, and where everything diverged.
    assert_eq!(study(StrategyName::Bayesian).ask_many(1, 9, Lie::Fantasy).len(), 9);
}

#[test]
fn events_survive_postcard() {
    let whole = ran(StrategyName::Bayesian, 1, 8);
    let bytes = postcard::to_stdvec(&whole).unwrap();
    assert_eq!(postcard::from_bytes::<Study>(&bytes).unwrap(), whole);
}

#[test]
fn trials_placed_by_hand_count_and_the_grid_keeps_its_place() {
    let mut study = study(StrategyName::Grid);
    let first = study.ask(0);
    step(&mut study, first);
    let second = study.ask(0);
    let hand = |point: Vec<f64>| Proposal { point, reason: Reason::Hand };
    step(&mut study, hand(vec![0.0123, 0.456]));
    assert_eq!(study.ask(0), second, "a trial elsewhere takes no cell");
    step(&mut study, hand(second.point.clone()));
    let Reason::Grid { index, columns, rows } = study.ask(0).reason else {
        panic!("a grid asks for cells")
    };
    assert_eq!((index, columns, rows), (2, 4, 3), "a trial on the cell takes it");
    assert_eq!(study.trials().len(), 3);
}

#[test]
fn the_best_is_the_least_loss_that_is_there() {
    let mut study = study(StrategyName::Random);
    for (trial, outcome) in
        [Outcome::Diverged, Outcome::Value(2.0), Outcome::Value(1.0), Outcome::Value(1.0)]
            .into_iter()
            .enumerate()
    {
        let proposal = study.ask(0);
        study.apply(Event::Proposed { trial, proposal }).unwrap();
        study.apply(Event::Completed { trial, outcome }).unwrap();
    }
    assert_eq!(study.best(), Some((2, 1.0)));
    assert_eq!(study.best_so_far(), [None, Some(2.0), Some(1.0), Some(1.0)]);
}

/// Ten trials whose losses fall from 1 towards ends that are worse and worse, but for the last;
/// each is held against those before.
#[test]
fn a_pruner_stops_trials_by_what_those_before_it_had() {
    let pruner = Pruner { name: PrunerName::Median, ..Pruner::default() };
    let mut study = study(StrategyName::Tpe);
    let (most, ends) = (10, [0.3, 0.4, 0.5, 0.2, 0.35, 0.9, 0.8, 0.95, 0.1, 0.7]);
    for (trial, end) in ends.into_iter().enumerate() {
        let proposal = study.ask(1);
        study.apply(Event::Proposed { trial, proposal }).unwrap();
        for epoch in 0..=most {
            let loss = end + (1.0 - end) * (1.0 - epoch as f32 / most as f32);
            study.apply(Event::Reported { trial, epoch, report: report(loss) }).unwrap();
        }
        let cut = study.cut(&pruner, trial, most);
        let loss = |epoch: usize| f64::from(study.trials()[trial].curve[epoch].1.valid_loss);
        let outcome = cut.map_or_else(
            || Outcome::Value(loss(most)),
            |c| Outcome::Pruned { epoch: c.step, loss: loss(c.step) },
        );
        assert_eq!(cut.is_some(), [5, 6, 7, 9].contains(&trial), "{trial}");
        assert!(cut.is_none_or(|cut| cut.line.is_some_and(|line| line < loss(cut.step))));
        study.apply(Event::Completed { trial, outcome }).unwrap();
        assert_eq!(study.cut(&pruner, trial, most), cut, "what it did since changes nothing");
        assert_eq!(study.trials()[trial].epochs(), cut.map_or(most, |cut| cut.step));
    }
    assert_eq!(study.epochs(5), 50);
    assert_eq!(study.epochs(10), 60 + 4);
    assert_eq!((study.best().map(|b| b.0), study.scored().1.len()), (Some(8), 6));
    assert_eq!(study.ranks()[5], study.ranks()[7]);
    let pruned =
        Event::Completed { trial: 10, outcome: Outcome::Pruned { epoch: 1, loss: f64::NAN } };
    study.apply(Event::Proposed { trial: 10, proposal: study.ask(1) }).unwrap();
    assert_eq!(study.apply(pruned), Err(EventError::NotFinite { trial: 10 }));
}

#[test]
fn bad_events_are_refused_and_change_nothing() {
    let mut study = ran(StrategyName::Random, 0, 2);
    let proposal = Proposal { point: vec![0.1, 0.5], reason: Reason::Hand };
    study.apply(Event::Proposed { trial: 2, proposal: proposal.clone() }).unwrap();
    study.apply(Event::Reported { trial: 2, epoch: 3, report: report(0.5) }).unwrap();
    let before = study.clone();
    let outside = Proposal { point: vec![99.0, 0.5], reason: Reason::Hand };
    let nan = Proposal { point: vec![f64::NAN, 0.5], reason: Reason::Hand };
    let short = Proposal { point: vec![0.1], reason: Reason::Hand };
    let refused = |event: Event| before.clone().apply(event).unwrap_err();
    assert_eq!(
        refused(Event::Proposed { trial: 4, proposal }),
        EventError::OutOfOrder { trial: 4, expected: 3 }
    );
    for proposal in [outside, nan, short] {
        assert!(matches!(
            refused(Event::Proposed { trial: 3, proposal }),
            EventError::OutOfRange { trial: 3, .. }
        ));
    }
    assert_eq!(
        refused(Event::Reported { trial: 9, epoch: 4, report: report(0.1) }),
        EventError::Unknown { trial: 9 }
    );
    assert_eq!(
        refused(Event::Reported { trial: 2, epoch: 3, report: report(0.1) }),
        EventError::Epoch { trial: 2, epoch: 3, last: 3 }
    );
    assert_eq!(
        refused(Event::Reported { trial: 2, epoch: 4, report: report(f32::NAN) }),
        EventError::NotFinite { trial: 2 }
    );
    assert_eq!(
        refused(Event::Completed { trial: 1, outcome: Outcome::Diverged }),
        EventError::Ended { trial: 1 }
    );
    assert_eq!(
        refused(Event::Completed { trial: 2, outcome: Outcome::Value(f64::NAN) }),
        EventError::NotFinite { trial: 2 }
    );
    assert!(study.apply(Event::Completed { trial: 1, outcome: Outcome::Diverged }).is_err());
    assert_eq!(study, before);
}
