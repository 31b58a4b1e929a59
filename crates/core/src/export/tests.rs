//! What is written reads back, and every script is whole. That the tools themselves take it is held
//! by the project's `tests/import`, where they are there.

mod carried;

use super::*;
use crate::data::toys::toy;
use crate::data::{Task, split};
use crate::import::{self, ImportedStudy, Time, TrialState};
use crate::metrics::When;
use crate::search::{Outcome, Proposal, Reason, StrategyName};
use crate::setup::space::Range;
use crate::study::{Event, Study};
use tunescape_engine::net::{Activation, Loss};
use tunescape_engine::optim::Rule;
use tunescape_engine::train::Report;

fn report(loss: f32) -> Report {
    Report { train_loss: loss, valid_loss: loss + 0.125, train_score: 0.5, valid_score: 0.75 }
}

/// A set-up with choices and conditional parameters, and a study of it with every end.
fn study() -> (Setup, Study) {
    let mut setup = Setup::default();
    setup.space.set("activation", Some(Range::Choices(vec!["tanh".into(), "relu".into()])));
    let whole = |low, high| {
        let scale = crate::space::Scale::Linear;
        Some(Range::Numbers { low, high, scale, step: 1.0 })
    };
    setup.space.set("layers", whole(1.0, 2.0));
    setup.space.set("units_2", whole(2.0, 8.0));
    setup.search.strategy = StrategyName::Tpe;
    let mut study = Study::new(setup.strategy(), setup.searched());
    let outcomes = [
        Some(Outcome::Value(0.25)),
        Some(Outcome::Pruned { epoch: 2, loss: 0.625 }),
        Some(Outcome::Diverged),
        Some(Outcome::Refused),
        None,
    ];
    for (trial, outcome) in outcomes.into_iter().enumerate() {
        // The first trial has every parameter: a journal's order is that of their first.
        let layers = 2.0 - (trial % 2) as f64;
        let units = if layers > 1.0 { 4.0 } else { 2.0 };
        let point = vec![0.1, 0.5, layers, units, (trial % 2) as f64];
        let proposal = Proposal { point, reason: Reason::Random };
        study.apply(Event::Proposed { trial, proposal }).unwrap();
        for epoch in 0..4 {
            let report = report(1.0 - 0.25 * epoch as f32);
            study.apply(Event::Reported { trial, epoch, report }).unwrap();
        }
        if let Some(outcome) = outcome {
            study.apply(Event::Completed { trial, outcome }).unwrap();
        }
    }
    (setup, study)
}

#[test]
fn a_study_carried_out_as_a_journal_comes_back_the_same() {
    let (setup, study) = study();
    let own = of_study(&setup, &study, Task::Binary);
    let states: Vec<TrialState> = own.trials.iter().map(|t| t.state).collect();
    use TrialState::{Complete, Failed, Pruned, Running};
    assert_eq!(states, [Complete, Pruned, Complete, Failed, Running]);
    assert_eq!(own.trials[1].reports, [(1, 0.875), (2, 0.625)]);
    assert_eq!(own.trials[2].values, [f64::INFINITY]);
    assert_eq!(own.trials[1].params[3], None, "units of a layer that is not there");
    let now = Time::parse("2026-10-01T10:00:00").unwrap();
    let text = journal::write(&own, now);
    assert!(text.ends_with("}\n") && !text.contains("+00:00"));
    let mut back = import::read(text.as_bytes(), "study.log").unwrap().remove(0);
    for (trial, wanted) in back.trials.iter_mut().zip(&own.trials) {
        assert_eq!(trial.start, Some(now));
        assert_eq!(trial.complete.is_some(), wanted.state.is_finished());
        (trial.start, trial.complete) = (None, None);
    }
    assert_eq!(back, own);
}

/// What is not finite is no JSON of Rust's, and what has yet to be tried is written in another form.
#[test]
fn constraints_and_attributes_of_every_trial_come_back_the_same() {
    let (setup, study) = study();
    let mut own = of_study(&setup, &study, Task::Binary);
    own.trials[0].constraints = vec![f64::INFINITY, -1.0, f64::NEG_INFINITY, f64::NAN];
    own.trials[4].state = TrialState::Waiting;
    own.trials[4].user_attributes = vec![("why".into(), "asked for".into())];
    assert!(!own.trials[0].is_feasible());
    let text = journal::write(&own, Time(0));
    let back = import::read(text.as_bytes(), "study.log").unwrap().remove(0);
    for (trial, wanted) in back.trials.iter().zip(&own.trials) {
        assert_eq!(format!("{:?}", trial.constraints), format!("{:?}", wanted.constraints));
        assert_eq!((trial.state, &trial.user_attributes), (wanted.state, &wanted.user_attributes));
        assert_eq!((&trial.params, trial.is_feasible()), (&wanted.params, wanted.is_feasible()));
    }
}

#[test]
fn every_file_of_optuna_survives_the_way_in_and_out() {
    let path = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/import");
    for name in ["optuna/journal-5.0.0.log", "optuna/study-4.9.0.db", "lookalikes/control.db"] {
        let bytes = std::fs::read(path.join(name)).unwrap();
        for mut study in import::read(&bytes, name).unwrap() {
            let text = journal::write(&study, Time(0));
            let mut back = import::journal::read(text.as_bytes()).unwrap().remove(0);
            let plain = |study: &mut ImportedStudy| {
                study.notes.clear();
                // A pruned trial's last report is written as its value.
                for trial in &mut study.trials {
                    let last = trial.reports.last().filter(|_| trial.state == TrialState::Pruned);
                    if let (Some((_, value)), true) = (last, trial.values.is_empty()) {
                        trial.values.push(*value);
                    }
                }
            };
            plain(&mut study);
            plain(&mut back);
            // By their text: some numbers are NaN.
            assert_eq!(format!("{back:?}"), format!("{study:?}"), "{name}");
        }
    }
}

#[test]
fn every_script_is_whole_and_says_what_it_cannot() {
    let (mut setup, study) = study();
    let data = toy("spiral", 120, 0.05, 1).unwrap();
    let split = split(&data, setup.fractions(), 1).unwrap();
    let whole = |script: &Script| {
        let text = &script.text;
        assert!(!text.contains("{{") && !text.contains("#if") && !text.contains("#end"), "{text}");
        assert!(script.unsupported.iter().all(|item| text.contains(&item.to_string())));
    };
    let reports = [report(0.75), report(0.5)];
    for rule in Rule::ALL {
        setup.training.choose(rule);
        let source = Source { setup: &setup, data: &data, split: &split };
        let script = pytorch::script(source, &reports);
        whole(&script);
        assert!(script.text.contains("EXPECTED = [(0.75, 0.875), (0.5, 0.625)]"));
        assert!(!script.needs_data && script.unsupported.is_empty());
        let script = keras::script(source, &reports);
        whole(&script);
        assert!(script.text.contains("EXPECTED = [(0.75, 0.875), (0.5, 0.625)]"));
    }
    // A run that was played further than a training goes is compared as far as the script trains.
    setup.training.epochs = 1;
    let source = Source { setup: &setup, data: &data, split: &split };
    for script in [pytorch::script, keras::script] {
        let text = script(source, &[report(0.75), report(0.5), report(0.25)]).text;
        assert!(text.contains("EXPECTED = [(0.75, 0.875), (0.5, 0.625)]"));
    }
    for strategy in StrategyName::ALL {
        for pruner in crate::prune::pruner::PrunerName::ALL {
            setup.search.strategy = strategy;
            setup.search.pruner.name = pruner;
            let source = Source { setup: &setup, data: &data, split: &split };
            whole(&optuna::script(source, &study));
            whole(&hyperopt::script(source, &study));
            whole(&sklearn::script(source, &study));
        }
    }
    setup.search.strategy = StrategyName::NelderMead;
    setup.evaluation.repeats = 3;
    let script = optuna::script(Source { setup: &setup, data: &data, split: &split }, &study);
    let wanted = [
        Unsupported::Trainings { trainings: 3 },
        Kind::Strategy.instead("nelder-mead", "Optuna", "TPESampler"),
    ];
    assert!(wanted.iter().all(|item| script.unsupported.contains(item)));
}

#[test]
fn what_other_networks_lack_is_said_and_what_differs_is_not_compared() {
    let (mut setup, study) = study();
    let data = toy("hills", 120, 0.05, 1).unwrap();
    let split = split(&data, setup.fractions(), 1).unwrap();
    setup.training.choose(Rule::Lion);
    (setup.training.dropout, setup.training.l2, setup.training.clip_norm) = (0.2, 1e-3, 1.0);
    setup.net.activations = vec![Activation::Mish, Activation::Relu];
    setup.net.loss = Some(Loss::Huber(1.0));
    setup.search.when = When::Best;
    let source = Source { setup: &setup, data: &data, split: &split };
    let script = keras::script(source, &[report(0.75)]);
    assert_eq!(script.unsupported, [Unsupported::Dropout, Unsupported::ClippedPenalty]);
    assert!(script.text.contains("EXPECTED = []"));
    let tool = "scikit-learn";
    let left = |setting: &str| Unsupported::LeftOut { setting: setting.into() };
    let wanted = [
        Kind::Strategy.instead("tpe", tool, "RandomizedSearchCV"),
        Unsupported::OwnDraws,
        Kind::Loss.instead("huber", tool, "squared_error"),
        Unsupported::OneActivation,
        left("training.dropout"),
        left("training.clip_norm"),
        Unsupported::Biases,
        Unsupported::LastEpoch,
        Kind::Optimizer.instead("lion", tool, "adam"),
        // The searched activations are there, Adam's momentum goes by its own default.
        Unsupported::NotSearched { parameter: "momentum".into() },
        Unsupported::Afresh,
    ];
    assert_eq!(sklearn::script(source, &study).unsupported, wanted);
    setup.search.pruner.name = crate::prune::pruner::PrunerName::Hyperband;
    setup.space.set("activation", Some(Range::Choices(vec!["mish".into(), "gelu".into()])));
    let source = Source { setup: &setup, data: &data, split: &split };
    let script = sklearn::script(source, &study);
    for item in [
        Kind::Pruner.instead("hyperband", tool, "HalvingRandomSearchCV"),
        Unsupported::RungsAnew,
        Kind::Activation.instead("mish", tool, "relu"),
        Unsupported::NotSearched { parameter: "activation".into() },
    ] {
        assert!(script.unsupported.contains(&item), "{item}: {:?}", script.unsupported);
    }
    assert!(script.text.contains("SEARCH = HalvingRandomSearchCV("));
}

#[test]
fn the_data_is_split_as_here() {
    let setup = Setup::default();
    let data = toy("moons", 100, 0.05, 1).unwrap();
    let split = split(&data, setup.fractions(), 1).unwrap();
    let text = dataset::csv(Source { setup: &setup, data: &data, split: &split });
    let rows: Vec<&str> = text.lines().collect();
    assert_eq!(rows.len(), 101);
    assert!(rows[0].starts_with("part,") && rows[0].ends_with(",class"));
    for (part, count) in [("train,", 40), ("valid,", 40), ("test,", 20)] {
        assert_eq!(rows.iter().filter(|row| row.starts_with(part)).count(), count);
    }
    let first: Vec<f32> = rows[1].split(',').skip(1).take(2).map(|x| x.parse().unwrap()).collect();
    assert_eq!(split.scale_inputs(&first), split.train.row(0));
}
