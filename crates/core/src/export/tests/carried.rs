//! What scripts carry of a study as the tools take it, and what they say they can't.

use super::*;
use crate::metrics::Metric;
use crate::setup::space::Range;
use crate::space::Scale;

fn numbers(low: f64, high: f64, scale: Scale, step: f64) -> Option<Range> {
    Some(Range::Numbers { low, high, scale, step })
}

/// A script of a study on points in two classes.
fn script(write: fn(Source, &Study) -> Script, setup: &Setup, study: &Study) -> Script {
    let data = toy("spiral", 60, 0.05, 1).unwrap();
    let split = split(&data, setup.fractions(), 1).unwrap();
    write(Source { setup, data: &data, split: &split }, study)
}

/// A study over learning rates, with the validation losses that trials ended with; by accuracy the
/// order is the other way round.
fn of_losses(setup: &Setup, losses: &[f32], curves: bool) -> Study {
    let mut study = Study::new(setup.strategy(), setup.searched());
    for (trial, &loss) in losses.iter().enumerate() {
        let proposal =
            Proposal { point: vec![0.1 + 0.05 * trial as f64, 0.5], reason: Reason::Random };
        study.apply(Event::Proposed { trial, proposal }).unwrap();
        for (epoch, loss) in [0.75, 0.0625, loss].into_iter().enumerate().filter(|_| curves) {
            let report = Report { valid_loss: loss, ..report(loss) };
            study.apply(Event::Reported { trial, epoch, report }).unwrap();
        }
        let outcome = Outcome::Value(f64::from(loss) / 2.0);
        study.apply(Event::Completed { trial, outcome }).unwrap();
    }
    study
}

#[test]
fn trials_that_are_judged_by_another_metric_are_carried_with_their_losses() {
    let mut setup = Setup::default();
    (setup.search.metric, setup.search.budget) = (Metric::Accuracy, 10);
    let study = of_losses(&setup, &[0.5, 0.25, 0.375], true);
    let optuna = script(optuna::script, &setup, &study);
    for line in ["(\"COMPLETE\", 0.5,", "(\"COMPLETE\", 0.25,", "(default 7)", "2: 0.25}"] {
        assert!(optuna.text.contains(line), "{line}");
    }
    assert!(
        optuna.text.contains("takes over") && optuna.unsupported.contains(&Unsupported::Metric)
    );
    assert!(!optuna.unsupported.contains(&Unsupported::Afresh));
    // The best by the loss first.
    let hyperopt = script(hyperopt::script, &setup, &study);
    let points = hyperopt.text.split("POINTS = ").nth(1).unwrap();
    assert!(points.starts_with("[\n    {\"learning_rate\": 0.15"), "{}", &points[..90]);
    assert!(hyperopt.unsupported.contains(&Unsupported::TriedAnew { trials: 3 }));
    // Judged by its best epoch, a trial has that one's loss.
    setup.search.when = When::Best;
    let optuna = script(optuna::script, &setup, &study);
    assert!(optuna.text.contains("(\"COMPLETE\", 0.0625,"));
    // Without curves there are no losses to be told.
    let study = of_losses(&setup, &[0.5, 0.25], false);
    for write in [optuna::script, hyperopt::script] {
        let script = script(write, &setup, &study);
        assert!(script.unsupported.contains(&Unsupported::Afresh));
        assert!(script.text.contains("(default 10)") && !script.text.contains("takes over"));
    }
    let journal = of_study(&setup, &study, Task::Binary);
    assert_eq!(journal.trials[0].state, TrialState::Complete);
}

#[test]
fn of_no_trials_none_is_said_to_be_tried_anew_and_variants_are_named() {
    let mut setup = Setup::default();
    setup.search.strategy = StrategyName::Tpe;
    let none = Study::new(setup.strategy(), setup.searched());
    let hyperopt = script(hyperopt::script, &setup, &none);
    let differs = Unsupported::Differs { name: "tpe".into(), sampler: "tpe.suggest".into() };
    assert_eq!(hyperopt.unsupported, [differs]);
    assert!(!hyperopt.text.contains("anew, and"));
    setup.search.strategy = StrategyName::Bayesian;
    let optuna = script(optuna::script, &setup, &none);
    assert!(
        optuna.text.contains("GPSampler wants PyTorch 2.0 or newer, with which this was not run")
    );
    assert!(optuna.text.contains("torch.__version__") && !optuna.text.contains("takes over"));
}

#[test]
fn steps_are_those_of_the_tools_and_steps_on_other_scales_are_said() {
    let mut setup = Setup::default();
    setup.space.set("learning_rate", numbers(0.01, 0.5, Scale::Log, 0.01));
    setup.space.set("momentum", numbers(0.0, 0.7, Scale::Linear, 0.1));
    setup.space.set("batch", numbers(4.0, 32.0, Scale::Log, 4.0));
    let mut study = Study::new(setup.strategy(), setup.searched());
    let space = study.space().clone();
    let point: Vec<f64> = space.params.iter().map(|param| param.high).collect();
    assert!(point.iter().any(|x| *x > 0.7 && *x < 0.7001), "as binary fractions: {point:?}");
    let proposal = Proposal { point, reason: Reason::Random };
    study.apply(Event::Proposed { trial: 0, proposal }).unwrap();
    study.apply(Event::Completed { trial: 0, outcome: Outcome::Value(0.5) }).unwrap();
    let own = of_study(&setup, &study, Task::Binary);
    assert!(own.trials[0].params.contains(&Some(0.7)) && own.trials[0].params.contains(&Some(0.5)));
    let stepped = |name: &str| Unsupported::SteppedLog { parameter: name.into() };
    let wanted = [stepped("learning_rate"), stepped("batch")];
    let optuna = script(optuna::script, &setup, &study);
    let hyperopt = script(hyperopt::script, &setup, &study);
    for script in [&optuna, &hyperopt] {
        assert!(wanted.iter().all(|item| script.unsupported.contains(item)));
        assert!(!script.text.contains("0.7000000000000001"));
    }
    for line in ["0.01, 0.5, step=0.01)", "0.0, 0.7, step=0.1)", "4, 32, step=4)"] {
        assert!(optuna.text.contains(line), "{line}");
    }
    let data = toy("spiral", 60, 0.05, 1).unwrap();
    let split = split(&data, setup.fractions(), 1).unwrap();
    let order = |target| Order {
        target,
        events: study.events().to_vec(),
        reports: Vec::new(),
        now: Time(0),
    };
    let written =
        order(Target::Journal).write(Source { setup: &setup, data: &data, split: &split }).unwrap();
    assert_eq!(written.unsupported, wanted);
    assert!(!written.text.contains("0.7000000000000001") && written.text.contains("0.7"));
}

#[test]
fn what_of_a_search_is_left_out_is_said() {
    let mut setup = Setup::default();
    let none = Study::new(setup.strategy(), setup.searched());
    let search = &mut setup.search;
    (search.pareto, search.distinct, search.at_once) = (true, true, 4);
    (search.most_epochs, search.most_parameters) = (100, 1000);
    let left = |setting: &str| Unsupported::LeftOut { setting: setting.into() };
    let wanted = [
        left("search.most_epochs"),
        left("search.most_parameters"),
        Unsupported::CostsNothing,
        Unsupported::TriedTwice,
        Unsupported::OneAtATime,
    ];
    for write in [optuna::script, hyperopt::script, sklearn::script] {
        let script = script(write, &setup, &none);
        for item in &wanted {
            assert!(script.unsupported.contains(item), "{item}");
            assert!(script.text.contains(&item.to_string()), "{item}");
        }
    }
}

#[test]
fn layers_that_are_added_have_activations_of_their_own() {
    let mut setup = Setup::default();
    setup.net.hidden = vec![4];
    setup.net.activations = vec![Activation::Sine, Activation::Relu];
    let none = Study::new(setup.strategy(), setup.searched());
    let written = script(optuna::script, &setup, &none).text;
    assert!(written.contains("\"activations\": [\"sine\"]"));
    setup.space.set("layers", numbers(2.0, 3.0, Scale::Linear, 1.0));
    let none = Study::new(setup.strategy(), setup.searched());
    for write in [optuna::script, hyperopt::script] {
        let written = script(write, &setup, &none).text;
        assert!(written.contains("\"activations\": [\"sine\", \"relu\"]"));
    }
}

#[test]
fn rules_that_a_library_has_otherwise_are_written_out() {
    let mut setup = Setup::default();
    let data = toy("spiral", 60, 0.05, 1).unwrap();
    let split = split(&data, setup.fractions(), 1).unwrap();
    let both = |setup: &Setup| {
        let source = Source { setup, data: &data, split: &split };
        (pytorch::script(source, &[]).text, keras::script(source, &[]).text)
    };
    let dampened = |setup: &Setup| both(setup).0.contains("return DampenedMomentum(");
    setup.training.dampening = 0.5;
    assert!(!dampened(&setup));
    setup.run.momentum = 0.0;
    assert!(dampened(&setup));
    setup.training.choose(Rule::Lion);
    let own = |setup: &Setup| both(setup).1.contains("class Lion(");
    assert!(own(&setup));
    setup.run.momentum = 0.9;
    assert!(!own(&setup));
    setup.training.choose(Rule::NAdam);
    assert!(!both(&setup).0.contains("torch.optim.NAdam"));
}

#[test]
fn columns_of_a_table_have_names_of_their_own() {
    let setup = Setup::default();
    let mut data = toy("moons", 20, 0.05, 1).unwrap();
    data.columns = vec!["part".into(), "class".into()];
    let split = split(&data, setup.fractions(), 1).unwrap();
    let text = dataset::csv(Source { setup: &setup, data: &data, split: &split });
    assert!(text.starts_with("part_,part,class,class_"), "{text}");
}

#[test]
fn a_grid_is_carried_point_by_point_unless_some_of_its_points_are_one() {
    let mut setup = Setup::default();
    setup.space.set("momentum", numbers(0.0, 0.7, Scale::Linear, 0.1));
    setup.space.set("batch", numbers(4.0, 32.0, Scale::Log, 4.0));
    setup.space.set("activation", Some(Range::Choices(vec!["tanh".into(), "relu".into()])));
    (setup.search.strategy, setup.search.budget) = (StrategyName::Grid, 24);
    for ends in [false, true] {
        setup.search.grid_ends = ends;
        let none = Study::new(setup.strategy(), setup.searched());
        let optuna = script(optuna::script, &setup, &none);
        assert!(optuna.text.contains("sampler=optuna.samplers.GridSampler(GRID, seed=42),"));
        // What stands for a scale is of no account where every value is named.
        assert!(optuna.unsupported.is_empty(), "{:?}", optuna.unsupported);
        assert!(!optuna.text.contains("itertools") && !optuna.text.contains("QMCSampler"));
        let axes = crate::search::grid::Grid::axes(none.space(), 24, ends);
        let grid = optuna.text.split("GRID = {\n").nth(1).unwrap().split("\n}").next().unwrap();
        for (line, (param, axis)) in grid.lines().zip(none.space().params.iter().zip(&axes)) {
            let (name, list) = line.trim().split_once(": ").unwrap();
            assert_eq!(name, format!("\"{}\"", param.name));
            let values: Vec<f64> = match param.name.as_str() {
                "activation" => {
                    assert_eq!(list, "[\"tanh\", \"relu\"],");
                    vec![0.0, 1.0]
                }
                _ => serde_json::from_str(list.trim_end_matches(',')).unwrap(),
            };
            assert!(
                values.iter().zip(axis).all(|(a, b)| (a - b).abs() < 1e-12),
                "{line}: {axis:?}"
            );
            assert_eq!(values.len(), axis.len());
            // Whole numbers are written as such, for `suggest_int`.
            assert!(param.name != "batch" || !list.contains('.'), "{line}");
        }
        assert_eq!(grid.lines().count(), axes.len());
    }
    let mut study = Study::new(setup.strategy(), setup.searched());
    let proposal = study.ask(1);
    study.apply(Event::Proposed { trial: 0, proposal }).unwrap();
    study.apply(Event::Completed { trial: 0, outcome: Outcome::Value(0.5) }).unwrap();
    let optuna = script(optuna::script, &setup, &study);
    assert!(
        optuna.text.contains("study.enqueue_trial(point)") && optuna.text.contains("itertools")
    );
    // With units of a layer that may not be there, points differ in what does not count.
    setup.space.set("layers", numbers(1.0, 2.0, Scale::Linear, 1.0));
    setup.space.set("units_2", numbers(2.0, 8.0, Scale::Linear, 1.0));
    let none = Study::new(setup.strategy(), setup.searched());
    let optuna = script(optuna::script, &setup, &none);
    let instead = Kind::Strategy.instead("grid", "Optuna", "QMCSampler");
    assert!(optuna.unsupported.contains(&instead), "{:?}", optuna.unsupported);
    assert!(optuna.text.contains("QMCSampler") && !optuna.text.contains("GRID"));
    // A grid of one point is no search.
    setup = Setup::default();
    (setup.search.strategy, setup.search.budget) = (StrategyName::Grid, 1);
    let none = Study::new(setup.strategy(), setup.searched());
    assert!(!script(optuna::script, &setup, &none).text.contains("GRID"));
}
