//! scikit-learn runs the scripts that are written: the same space, and where its networks can be
//! made to begin as the page's, the same training.

use super::fixture::{data, plain, save, train, with_rule};
use super::{file, folder, run, with_python};
use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use std::path::PathBuf;
use tunescape_core::export::{Kind, Source, Unsupported, sklearn};
use tunescape_core::metrics::Metric;
use tunescape_core::prune::pruner::PrunerName;
use tunescape_core::search::StrategyName;
use tunescape_core::setup::Setup;
use tunescape_core::setup::space::Range;
use tunescape_core::space::Scale;
use tunescape_core::study::Study;
use tunescape_engine::net::Activation;
use tunescape_engine::optim::Rule;

const PYTHON: &str = "TUNESCAPE_SKLEARN";

pub fn tests() -> Vec<Trial> {
    let mut tests = Vec::new();
    for name in ["moons", "iris", "hills"] {
        tests.push(with_python(
            PYTHON,
            &format!("scikit-learn's networks learn as the page's, from the same weights: {name}"),
            move |python| learns_the_same(python, name),
        ));
    }
    for (title, setup, best) in studies() {
        tests.push(with_python(
            PYTHON,
            &format!("scikit-learn searches in its script: {title}"),
            move |python| searches(python, title, &setup, best),
        ));
    }
    tests.push(with_python(PYTHON, "scikit-learn's grid is the page's", same_grid));
    tests.push(with_python(PYTHON, "scikit-learn draws from the page's ranges", same_ranges));
    tests
}

/// Writes a script; the folder that it lies in, and what it can't do.
fn written(name: &str, setup: &Setup) -> Result<(PathBuf, Vec<Unsupported>), Failed> {
    let (data, split) = data(setup)?;
    let source = Source { setup, data: &data, split: &split };
    let script = sklearn::script(source, &Study::new(setup.strategy(), setup.searched()));
    let folder = folder(&format!("sklearn-{}", name.replace(|c: char| !c.is_alphanumeric(), "-")));
    save(&script, source, &folder)?;
    Ok((folder, script.unsupported))
}

fn check(python: &str, folder: &std::path::Path, what: &[&str]) -> Result<Value, Failed> {
    let script = file("check_sklearn.py").to_string_lossy().into_owned();
    let arguments: Vec<&str> = [&[script.as_str()], what].concat();
    let out = run(python, &arguments, folder)?;
    Ok(serde_json::from_str(out.lines().last().unwrap_or_default())?)
}

/// On all rows at once, so that their order is no matter.
fn learns_the_same(python: &str, name: &str) -> Result<(), Failed> {
    for rule in [Rule::Sgd, Rule::Momentum, Rule::Nesterov, Rule::Adam] {
        let mut setup = with_rule(rule);
        setup.data.name = name.into();
        (setup.training.batch, setup.training.epochs) = (10_000, 60);
        (setup.training.l2, setup.training.penalise_biases) = (0.01, false);
        setup.net.activation = Activation::Sigmoid;
        let (data, split) = data(&setup)?;
        let reports = train(&setup, &data, &split)?;
        let (folder, lacks) = written(&format!("{name}-{rule:?}"), &setup)?;
        setup_lacks(&setup, &lacks);
        let start = setup.network(split.train.columns, data.task()).start(setup.net.seed);
        std::fs::write(folder.join("start.json"), serde_json::to_string(&start)?)?;
        let score = check(python, &folder, &["start"])?.as_f64().ok_or("no number")?;
        let (first, last) = (reports[0], reports[reports.len() - 1]);
        let wanted = f64::from(last.valid_loss);
        println!("{name} {rule:?}: {wanted} on the page, {} there", -score);
        assert!((wanted + score).abs() < 1e-3 * wanted.max(1.0), "{rule:?}: {wanted} {score}");
        assert!((first.valid_loss - last.valid_loss).abs() > 0.02, "{rule:?}: nothing moved");
    }
    Ok(())
}

/// Nothing but what every script lacks, and a strategy that scikit-learn does not have.
fn setup_lacks(setup: &Setup, lacks: &[Unsupported]) {
    let name = setup.search.strategy.key();
    let strategy = Kind::Strategy.instead(name, "scikit-learn", "RandomizedSearchCV");
    let mut wanted = vec![strategy, Unsupported::OwnDraws];
    if setup.training.rule == Rule::Sgd {
        wanted.push(Unsupported::NotSearched { parameter: "momentum".into() });
    }
    assert_eq!(lacks, wanted);
}

fn numbers(low: f64, high: f64, scale: Scale, step: f64) -> Option<Range> {
    Some(Range::Numbers { low, high, scale, step })
}

fn choices(names: &[&str]) -> Option<Range> {
    Some(Range::Choices(names.iter().map(|name| name.to_string()).collect()))
}

/// A set-up with every kind of range.
fn wide(strategy: StrategyName) -> Setup {
    let mut setup = plain();
    setup.training.epochs = 6;
    setup.search.budget = 12;
    setup.search.strategy = strategy;
    setup.space.set("batch", numbers(4.0, 300.0, Scale::Log, 1.0));
    setup.space.set("layers", numbers(1.0, 3.0, Scale::Linear, 1.0));
    setup.space.set("units_2", numbers(2.0, 9.0, Scale::Linear, 1.0));
    setup.space.set("activation", choices(&["tanh", "relu", "gelu"]));
    setup
}

/// Set-ups, and what the last line begins with: the metric, and how many trials.
fn studies() -> Vec<(&'static str, Setup, &'static str)> {
    let random = |change: fn(&mut Setup)| {
        let mut setup = wide(StrategyName::Random);
        change(&mut setup);
        setup
    };
    vec![
        ("random", random(|_| ()), "best neg_log_loss of 12 trials"),
        ("a grid", wide(StrategyName::Grid), "best neg_log_loss of 8 trials"),
        (
            "a surrogate and a pruner that are not there",
            random(|setup| {
                setup.search.strategy = StrategyName::Tpe;
                setup.search.pruner.name = PrunerName::Median;
            }),
            "best neg_log_loss of 12 trials",
        ),
        (
            "optimizers",
            random(|setup| {
                setup.space.set("rule", choices(&["nesterov", "adam", "lion"]));
                setup.space.set("activation", None);
                setup.space.set("beta2", numbers(0.9, 0.999, Scale::Complement, 0.0));
                setup.space.set("units_2", None);
            }),
            "best neg_log_loss of 12 trials",
        ),
        (
            "halving",
            random(|setup| {
                let pruner = &mut setup.search.pruner;
                (pruner.name, pruner.least, pruner.factor) = (PrunerName::Halving, 2, 3);
            }),
            // 12 for 2 epochs, 4 for 6.
            "best neg_log_loss of 16 trials",
        ),
        (
            "numbers",
            random(|setup| setup.data.name = "hills".into()),
            "best neg_mean_squared_error of 12 trials",
        ),
        (
            "several classes by another metric",
            random(|setup| {
                setup.data.name = "iris".into();
                setup.search.metric = Metric::F1;
            }),
            "best f1_macro of 12 trials",
        ),
        (
            "a larger set, from its file",
            random(|setup| {
                setup.data.name = "digits".into();
                setup.search.budget = 3;
            }),
            "best neg_log_loss of 3 trials",
        ),
        (
            "what diverges",
            random(|setup| {
                setup.data.name = "hills".into();
                setup.space.set("activation", choices(&["relu", "linear"]));
                setup.space.set("learning_rate", numbers(1e-3, 1e6, Scale::Log, 0.0));
            }),
            "best neg_mean_squared_error of 12 trials",
        ),
    ]
}

fn searches(python: &str, title: &str, setup: &Setup, best: &str) -> Result<(), Failed> {
    setup.check().map_err(|e| format!("{e:?}"))?;
    let (folder, _) = written(title, setup)?;
    let out = run(python, &["tunescape_sklearn.py"], &folder)?;
    let last = out.lines().last().unwrap_or_default();
    assert!(last.starts_with(best), "{out}");
    assert!(title != "what diverges" || out.contains("nan {"), "{out}");
    println!("{title}: {last}");
    Ok(())
}

/// The points of a script's search, by scikit-learn's names.
fn points(python: &str, name: &str, setup: &Setup) -> Result<Vec<Value>, Failed> {
    let (folder, _) = written(name, setup)?;
    let found = check(python, &folder, &["space", "800"])?;
    Ok(found.as_array().ok_or("no list")?.clone())
}

fn same_grid(python: &str) -> Result<(), Failed> {
    for ends in [false, true] {
        let mut setup = plain();
        (setup.search.strategy, setup.search.budget) = (StrategyName::Grid, 20);
        setup.search.grid_ends = ends;
        let mut study = Study::new(setup.strategy(), setup.searched());
        let points = points(python, "the same grid", &setup)?;
        assert_eq!(points.len(), 20);
        for trial in 0..20 {
            let proposal = study.ask(1);
            let wanted = &proposal.point;
            let same = |point: &&Value| {
                let near = |name: &str, x: f64| {
                    point[name].as_f64().is_some_and(|own| (own - x).abs() < 1e-9 * x.max(1.0))
                };
                near("learning_rate_init", wanted[0]) && near("momentum", wanted[1])
            };
            assert_eq!(points.iter().filter(same).count(), 1, "{wanted:?}");
            let event = tunescape_core::study::Event::Proposed { trial, proposal };
            study.apply(event).map_err(|e| format!("{e:?}"))?;
        }
    }
    Ok(())
}

fn same_ranges(python: &str) -> Result<(), Failed> {
    let mut setup = wide(StrategyName::Random);
    setup.training.choose(Rule::Adam);
    setup.space.set("beta2", numbers(0.9, 0.999, Scale::Complement, 0.0));
    setup.space.set("activation", None);
    let points = points(python, "ranges", &setup)?;
    let space = setup.searched();
    let names = [("learning_rate_init", 0), ("beta_1", 1), ("batch_size", 2), ("beta_2", 3)];
    for (name, place) in names {
        let param = &space.params[place];
        let values: Vec<f64> = points.iter().filter_map(|point| point[name].as_f64()).collect();
        assert_eq!(values.len(), 800, "{name}");
        assert!(values.iter().all(|x| param.takes(*x)), "{name}");
        let units: Vec<f64> = values.iter().map(|x| param.to_unit(*x)).collect();
        // Evenly spread on the scale: a mean of ½, deviating by 0.29/√800.
        let mean = units.iter().sum::<f64>() / 800.0;
        assert!((mean - 0.5).abs() < 0.05, "{name}: {mean}");
        assert!(units.iter().any(|u| *u < 0.05) && units.iter().any(|u| *u > 0.95), "{name}");
    }
    let sizes: Vec<Vec<u64>> = points
        .iter()
        .map(|p| serde_json::from_value(p["hidden_layer_sizes"].clone()).unwrap_or_default())
        .collect();
    assert!(sizes.iter().all(|s| (1..=3).contains(&s.len())));
    for layers in 1..=3 {
        let share = sizes.iter().filter(|s| s.len() == layers).count();
        assert!((200..=340).contains(&share), "{layers}: {share}");
    }
    let second = sizes.iter().filter_map(|s| s.get(1));
    assert!(second.clone().all(|units| (2..=9).contains(units)));
    assert!(second.clone().min() == Some(&2) && second.max() == Some(&9));
    Ok(())
}
