//! Any strategy asked about imported trials.

use super::*;
use crate::search::bayesian::MAX_TRIALS;
use crate::search::{Figure, Quantity, Reason, Strategy, StrategyName};
use crate::space::Condition;
use crate::study::ask::Asking;
use crate::study::batch::Lie;
use ask::Question;
use convert::{Aim, Remark, convert};

fn question(name: StrategyName, budget: usize) -> Question {
    let asking = Asking { seed: 1, at_once: 1, pending: Lie::Believer };
    Question { strategy: Strategy { name, budget, ..Strategy::default() }, asking, distinct: false }
}

#[test]
fn conditions_are_found_and_what_says_nothing_is_left_out() {
    let study = &studies("lookalikes/boosting.log")[0];
    let converted = convert(study, Aim::default()).unwrap();
    let names: Vec<&str> = converted.space.params.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(
        names,
        ["boosting_type", "learning_rate", "num_leaves", "feature_fraction", "drop_rate"]
    );
    let drop = &converted.space.params[4];
    assert_eq!(drop.when, Some(Condition::Is { param: 0, value: 1.0 }));
    // The failed trial says nothing; the one that runs has not come to all of its parameters.
    assert_eq!(converted.order(4), [0, 1]);
    assert_eq!(converted.remarks, [Remark::Silent { trials: 2 }]);
    let whole = converted.study(&Strategy::default(), 4).unwrap();
    // Maximised: the loss is the negated value.
    assert_eq!(whole.best(), Some((0, -0.8391)));
    assert_eq!(whole.trials()[0].point[4], 0.0, "what does not count stands at its low end");
    assert_eq!(converted.study(&Strategy::default(), 1).unwrap().trials().len(), 1);
}

#[test]
fn every_strategy_answers_after_any_number_of_trials() {
    let study = &studies("lookalikes/control.db")[0];
    let converted = convert(study, Aim::default()).unwrap();
    let n = study.trials.len();
    for name in StrategyName::ALL {
        for first in [0, 1, 7, n] {
            let question = question(name, n);
            let proposal = question.propose(&converted, first).unwrap();
            assert!(converted.space.contains(&proposal.point), "{name:?}");
            assert_eq!(question.propose(&converted, first).unwrap(), proposal, "{name:?}");
            let mind = question.believe(&converted, first, [1, 3], 6, &proposal.point).unwrap();
            let whole = |(_, values): &(Quantity, Vec<f32>)| values.len() == 36;
            assert!(mind.belief.layers.iter().all(whole), "{name:?}");
            if name.has_maps() && name != StrategyName::Bohb && first == n {
                assert!(!mind.belief.layers.is_empty(), "{name:?}");
                assert_eq!(mind.cuts.len(), converted.space.dim());
            }
        }
    }
    let model = question(StrategyName::Bayesian, n).propose(&converted, n).unwrap();
    let Reason::Model { best: Some((best, loss)), .. } = model.reason else { panic!() };
    let trial = &study.trials[converted.order(n)[best]];
    assert_eq!(trial.values, [-loss], "the reason names a trial of the file");
}

/// The page's own search and a study that was carried out and in again ask the same code: after the
/// same trials they answer the same.
#[test]
fn a_study_carried_in_gets_the_proposal_that_it_would_have_got() {
    let setup = crate::setup::Setup::default();
    let mut events = Vec::new();
    let mut imported = ImportedStudy {
        name: "own".into(),
        directions: vec![Direction::Minimize],
        metric_names: Vec::new(),
        parameters: setup.searched().params.iter().map(page::parameter).collect(),
        trials: Vec::new(),
        user_attributes: Vec::new(),
        notes: Vec::new(),
    };
    for trial in 0..12 {
        let proposal = crate::worker::strategy_view::propose(&setup, &events).unwrap();
        let loss = (proposal.point[1] - 0.4).abs() + 0.1 * proposal.point[0].ln().abs();
        let outcome = crate::search::Outcome::Value(loss);
        imported.trials.push(ImportedTrial {
            state: TrialState::Complete,
            values: vec![loss],
            params: proposal.point.iter().map(|x| Some(*x)).collect(),
            ..ImportedTrial::new(trial)
        });
        use crate::study::Event;
        events.extend([Event::Proposed { trial, proposal }, Event::Completed { trial, outcome }]);
    }
    let converted = convert(&imported, Aim::default()).unwrap();
    assert_eq!(converted.space, setup.searched());
    let own = crate::worker::strategy_view::propose(&setup, &events).unwrap();
    let asking = Asking { seed: setup.search.seed, at_once: 1, pending: setup.search.lie };
    let question = Question { strategy: setup.strategy(), asking, distinct: false };
    assert_eq!(question.propose(&converted, 12).unwrap(), own);
    let through = own.point.clone();
    let here = crate::worker::strategy_view::believe(&setup, &events, 8, &through).unwrap();
    let there = question.believe(&converted, 12, [0, 1], 8, &through).unwrap();
    assert_eq!(here.belief.figure, there.belief.figure);
    for ((_, a), (_, b)) in here.belief.layers.iter().zip(&there.belief.layers) {
        assert!(
            a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-5 * a.abs().max(1e-6)),
            "{a:?} {b:?}"
        );
    }
}

#[test]
fn two_objectives_have_a_front_and_can_be_weighed() {
    let study = &studies("optuna/journal-5.0.0.log")[1];
    let front = convert::front(study, 0, 1);
    assert!(!front.is_empty());
    for &a in &front {
        let (x, y) = (study.trials[a].values[0], study.trials[a].values[1]);
        assert!(study.trials.iter().all(|t| {
            let feasible = t.constraints.iter().all(|c| *c <= 0.0);
            !(feasible && t.values[0] < x && t.values[1] > y)
        }));
    }
    let aim = Aim { objective: 1, second: Some(0) };
    let converted = convert(study, aim).unwrap();
    let mut question = question(StrategyName::Bayesian, 9);
    question.strategy.pareto = true;
    let proposal = question.propose(&converted, 9).unwrap();
    assert!(converted.space.contains(&proposal.point));
    assert_eq!(
        converted.study(&question.strategy, 9).unwrap().trials()[0].cost,
        Some(study.trials[0].values[0])
    );
    assert!(convert(study, Aim { objective: 2, ..aim }).is_err());
}

#[test]
fn curves_are_told_to_those_who_learn_from_them() {
    let study = &studies("optuna/journal-5.0.0.log")[0];
    let aim = Aim::default();
    let converted = convert(study, aim).unwrap();
    let bohb = Strategy { name: StrategyName::Bohb, ..Strategy::default() };
    let told = converted.study(&bohb, study.trials.len()).unwrap();
    let place = converted.order(2).iter().position(|trial| *trial == 1).unwrap();
    assert!(matches!(
        told.trials()[place].outcome,
        Some(crate::search::Outcome::Pruned { epoch: 20, .. })
    ));
    assert_eq!(told.trials()[place].curve.len(), 3);
    let others = converted.study(&Strategy::default(), study.trials.len()).unwrap();
    assert!(others.trials().iter().all(|trial| trial.curve.is_empty()));
    let asked = question(StrategyName::Bohb, 20).propose(&converted, study.trials.len()).unwrap();
    assert!(converted.space.contains(&asked.point));
    let importance = question(StrategyName::Bayesian, 20).explain(&converted, study.trials.len());
    assert_eq!(importance.unwrap().unwrap().alone.len(), converted.space.dim());
}

#[test]
fn a_result_told_by_hand_counts() {
    let study = &studies("lookalikes/control.db")[0];
    let mut converted = convert(study, Aim::default()).unwrap();
    let question = question(StrategyName::Bayesian, 60);
    let proposal = question.propose(&converted, 60).unwrap();
    assert!(converted.tell(proposal.clone(), crate::search::Outcome::Value(-1e3)));
    assert!(!converted.tell(proposal.clone(), crate::search::Outcome::Value(f64::NAN)));
    assert_eq!(converted.len(), 61);
    let next = question.propose(&converted, 61).unwrap();
    let Reason::Model { best: Some((best, loss)), .. } = next.reason else { panic!() };
    assert_eq!((converted.order(61)[best], loss), (60, -1e3));
    assert_ne!(next.point, proposal.point);
}

#[test]
fn a_model_of_very_many_trials_names_those_that_it_takes() {
    let rows: String = (0..300)
        .map(|n| format!("{},{},{}\n", n * 7 % 31, n % 17, (f64::from(n) / 30.0).sin()))
        .collect();
    let text = format!("a,b,loss\n{rows}");
    let table = table::read(text.as_bytes(), "many.csv").unwrap();
    let study = mapping::apply(&table, &mapping::guess(&table));
    let converted = convert(&study, Aim::default()).unwrap();
    let question = question(StrategyName::Bayesian, 300);
    for (n, wanted) in [(40, 40), (300, MAX_TRIALS)] {
        let middle = converted.space.from_unit(&vec![0.5; converted.space.dim()]);
        let mind = question.believe(&converted, n, [0, 1], 4, &middle).unwrap();
        let Figure::Fit { taken, .. } = mind.belief.figure else { panic!() };
        assert_eq!(taken.len(), wanted);
        // The newest are among them.
        assert!((n - 20..n).all(|trial| taken.contains(&trial)), "{taken:?}");
    }
}
