//! PyTorch runs the scripts that are written, with the same losses; Optuna goes on with its own.

use super::{folder, run, with_python};
use libtest_mimic::{Failed, Trial};
use pollster::block_on;
use tunescape_core::data::toys::toy;
use tunescape_core::data::{Dataset, Split, builtin, split};
use tunescape_core::export::{Script, Source, dataset, hyperopt, optuna, pytorch};
use tunescape_core::search::{Outcome, StrategyName};
use tunescape_core::setup::Setup;
use tunescape_core::setup::space::Range;
use tunescape_core::setup::training::ScheduleKind;
use tunescape_core::space::Scale;
use tunescape_core::study::{Event, Study};
use tunescape_engine::net::{Activation, Init, Loss};
use tunescape_engine::optim::Rule;
use tunescape_engine::train::cpu::CpuTrainer;
use tunescape_engine::train::{Report, Trainer};

pub fn tests() -> Vec<Trial> {
    let mut tests: Vec<Trial> = Vec::new();
    for rule in Rule::ALL {
        tests.push(equal(&format!("rule {rule:?}"), move |setup| setup.training.choose(rule)));
    }
    for kind in ScheduleKind::ALL {
        tests.push(equal(&format!("schedule {kind:?}"), move |setup| {
            setup.training.schedule.kind = kind;
            (setup.training.rate_decay, setup.training.schedule.patience) = (0.01, 2);
            setup.training.schedule.every = 3;
        }));
    }
    for activation in Activation::ALL {
        tests.push(equal(&format!("activation {activation:?}"), move |setup| {
            setup.net.activation = activation;
        }));
    }
    for init in Init::ALL {
        tests.push(equal(&format!("initialisation {init:?}, drawn"), move |setup| {
            (setup.net.init, setup.net.hidden) = (init, vec![40, 24]);
        }));
    }
    tests.push(equal("penalties, clipping, dropout", |setup| {
        let t = &mut setup.training;
        (t.l1, t.l2, t.decay, t.clip_norm, t.clip_value) = (1e-3, 1e-3, 1e-2, 0.5, 0.2);
        (t.dropout, t.label_smoothing, t.penalise_biases) = (0.2, 0.1, false);
    }));
    tests.push(equal("early stopping", |setup| setup.training.patience = 2));
    for (name, loss) in [
        ("spiral", Loss::Hinge),
        ("iris", Loss::SoftmaxCrossEntropy),
        ("iris", Loss::MulticlassHinge),
        ("iris", Loss::KlDivergence),
        ("hills", Loss::SquaredError),
        ("hills", Loss::AbsoluteError),
        ("hills", Loss::Huber(1.0)),
    ] {
        tests.push(equal(&format!("{loss:?} on {name}"), move |setup| {
            (setup.data.name, setup.net.loss) = (name.into(), Some(loss));
            setup.run.learning_rate = 0.02;
        }));
    }
    tests.push(with_python(
        "TUNESCAPE_TORCH",
        "PyTorch reads a larger set from its file",
        |python| {
            let mut setup = plain();
            setup.data.name = "digits".into();
            compare(python, &setup, "file")
        },
    ));
    tests.push(with_python(
        "TUNESCAPE_OPTUNA_TORCH",
        "Optuna goes on with a study in its script",
        goes_on,
    ));
    tests.push(with_python(
        "TUNESCAPE_HYPEROPT_TORCH",
        "Hyperopt searches over the same space in its script",
        hyperopt_searches,
    ));
    tests
}

/// A set-up whose training is stable: half of the default rate.
fn plain() -> Setup {
    let mut setup = Setup::default();
    setup.training.epochs = 12;
    (setup.run.learning_rate, setup.run.momentum) = (0.05, 0.8);
    setup
}

/// PyTorch's losses are the engine's, for a change of the plain set-up.
fn equal(title: &str, change: impl FnOnce(&mut Setup) + Send + 'static) -> Trial {
    let name = title.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "-");
    with_python(
        "TUNESCAPE_TORCH",
        &format!("PyTorch has the same losses: {title}"),
        move |python| {
            let mut setup = plain();
            let before = setup.training.rule;
            change(&mut setup);
            // Other rules want smaller steps.
            if setup.training.rule != before {
                setup.run.learning_rate = match setup.training.rule {
                    Rule::Adadelta => 0.5,
                    Rule::Sgd | Rule::AveragedMomentum | Rule::Nesterov => 0.05,
                    _ => 0.003,
                };
            }
            compare(python, &setup, &name)
        },
    )
}

fn data(setup: &Setup) -> Result<(Dataset, Split), Failed> {
    let of = &setup.data;
    let data = match toy(&of.name, of.rows, of.noise as f32, of.seed) {
        Ok(data) => data,
        Err(_) => builtin::parse(&of.name, &payload(&of.name)?).map_err(|e| format!("{e:?}"))?,
    };
    let split = split(&data, setup.fractions(), of.seed).map_err(|e| format!("{e:?}"))?;
    Ok((data, split))
}

/// A built-in set's bytes, out of the script that the page loads.
fn payload(name: &str) -> Result<Vec<u8>, Failed> {
    use base64::Engine;
    use std::io::Read;
    let path = format!("{}/web/data/{name}.js", env!("CARGO_MANIFEST_DIR"));
    let script = std::fs::read_to_string(path)?;
    let text = script.split('"').nth(3).ok_or("no payload")?;
    let packed = base64::engine::general_purpose::STANDARD.decode(text)?;
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn train(setup: &Setup, data: &Dataset, split: &Split) -> Result<Vec<Report>, Failed> {
    let population = setup.population(std::slice::from_ref(split), data.task(), &[Vec::new()]);
    let mut trainer = CpuTrainer::new(population).map_err(|e| format!("{e:?}"))?;
    block_on(trainer.advance(setup.training.epochs, &mut || false))
        .map_err(|e| format!("{e:?}"))?;
    Ok(trainer.log().reports(0).to_vec())
}

fn save(script: &Script, source: Source, folder: &std::path::Path) -> Result<(), Failed> {
    std::fs::write(folder.join(script.name), &script.text)?;
    if script.needs_data {
        std::fs::write(folder.join(dataset::NAME), dataset::csv(source))?;
    }
    Ok(())
}

fn compare(python: &str, setup: &Setup, name: &str) -> Result<(), Failed> {
    let (data, split) = data(setup)?;
    let reports = train(setup, &data, &split)?;
    let source = Source { setup, data: &data, split: &split };
    let script = pytorch::script(source, &reports);
    let folder = folder(&format!("torch-{name}"));
    save(&script, source, &folder)?;
    let out = run(python, &[script.name], &folder)?;
    let last = out.lines().last().unwrap_or_default();
    assert!(last.starts_with("equal to the page"), "{out}");
    println!("{name}: {last}");
    // It is no wonder if nothing moves.
    assert!(reports.len() > 3 && reports[0].train_loss != reports[reports.len() - 1].train_loss);
    Ok(())
}

/// A study of numbers, whole numbers, a choice and a conditional parameter, six trials trained.
fn searched() -> Result<(Setup, Dataset, Split, Study), Failed> {
    let mut setup = plain();
    setup.training.epochs = 4;
    setup.search.strategy = StrategyName::Tpe;
    setup.search.pruner.name = tunescape_core::prune::pruner::PrunerName::Median;
    let numbers = |low, high, scale, step| Some(Range::Numbers { low, high, scale, step });
    setup.space.set("layers", numbers(1.0, 3.0, Scale::Linear, 1.0));
    setup.space.set("units_2", numbers(2.0, 9.0, Scale::Linear, 1.0));
    setup.space.set("batch", numbers(16.0, 64.0, Scale::Linear, 16.0));
    let names = |names: [&str; 2]| Some(Range::Choices(names.map(String::from).to_vec()));
    setup.space.set("rule", names(["momentum", "adamw"]));
    let (data, split) = data(&setup)?;
    let mut study = Study::new(setup.strategy(), setup.searched());
    for trial in 0..6 {
        let proposal = study.ask(1);
        let own = setup.at(&proposal.point);
        study.apply(Event::Proposed { trial, proposal }).map_err(|e| format!("{e:?}"))?;
        let reports = train(&own, &data, &split)?;
        for (epoch, &report) in reports.iter().enumerate() {
            study.apply(Event::Reported { trial, epoch, report }).map_err(|e| format!("{e:?}"))?;
        }
        let whole = reports.len() == own.training.epochs + 1;
        let last = reports.last().map_or(f64::NAN, |r| f64::from(r.valid_loss));
        let outcome = if whole { Outcome::Value(last) } else { Outcome::Diverged };
        study.apply(Event::Completed { trial, outcome }).map_err(|e| format!("{e:?}"))?;
    }
    Ok((setup, data, split, study))
}

fn goes_on(python: &str) -> Result<(), Failed> {
    let (setup, data, split, study) = searched()?;
    let source = Source { setup: &setup, data: &data, split: &split };
    let script = optuna::script(source, &study);
    let folder = folder("optuna-script");
    save(&script, source, &folder)?;
    let out = run(python, &[script.name, "5"], &folder)?;
    assert!(out.contains("best of 11 trials"), "{out}");
    // Its objective gives what the page has for a trial.
    let names = study.trials()[0].outcome.and_then(|outcome| outcome.loss());
    let check = "import math, tunescape_optuna as t\n\
        state, value, params, _ = t.TRIALS[0]\n\
        own = t.objective(t.optuna.trial.FixedTrial(params))\n\
        assert math.isclose(own, value, rel_tol=1e-3) or own == value, (own, value)\n";
    run(python, &["-c", check], &folder)?;
    assert!(names.is_some() || study.trials()[0].outcome == Some(Outcome::Diverged));
    Ok(())
}

fn hyperopt_searches(python: &str) -> Result<(), Failed> {
    let (setup, data, split, study) = searched()?;
    let source = Source { setup: &setup, data: &data, split: &split };
    let script = hyperopt::script(source, &study);
    let folder = folder("hyperopt-script");
    save(&script, source, &folder)?;
    let out = run(python, &[script.name, "7"], &folder)?;
    // Five trials of the study are trained again, and seven more.
    assert!(out.contains("best of 12 trials"), "{out}");
    // Its first trial is the best one so far.
    let (_, best) = study.best().ok_or("no trial went to its end")?;
    let check = format!(
        "import math, tunescape_hyperopt as t\n\
         point = t.POINTS[0]\n\
         from hyperopt import fmin, rand\n\
         from hyperopt.fmin import generate_trials_to_calculate\n\
         trials = generate_trials_to_calculate([point])\n\
         fmin(t.objective, t.SPACE, rand.suggest, 1, trials=trials, show_progressbar=False)\n\
         own = trials.results[0]['loss']\n\
         assert math.isclose(own, {best}, rel_tol=1e-3), (own, {best})\n"
    );
    run(python, &["-c", &check], &folder)?;
    Ok(())
}
