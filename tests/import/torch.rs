//! PyTorch runs the scripts that are written, with the same losses; Optuna goes on with its own.

use super::fixture::{LOSSES, data, judge, plain, save, searched, suit_rate, train};
use super::{folder, run, with_python};
use libtest_mimic::{Failed, Trial};
use tunescape_core::export::{Source, hyperopt, optuna, pytorch};
use tunescape_core::search::Outcome;
use tunescape_core::setup::Setup;
use tunescape_core::setup::training::ScheduleKind;
use tunescape_engine::net::{Activation, Init};
use tunescape_engine::optim::Rule;

pub fn tests() -> Vec<Trial> {
    let mut tests: Vec<Trial> = Vec::new();
    for rule in Rule::ALL {
        tests.push(equal(&format!("rule {rule:?}"), move |setup| setup.training.choose(rule)));
    }
    for rule in [Rule::Nesterov, Rule::AveragedMomentum, Rule::NAdam, Rule::Lion] {
        tests.push(equal(&format!("rule {rule:?} without momentum"), move |setup| {
            setup.training.choose(rule);
            setup.run.momentum = 0.0;
        }));
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
    tests.push(equal("dampening without momentum", |setup| {
        (setup.training.dampening, setup.run.momentum) = (0.5, 0.0);
    }));
    tests.push(equal("early stopping", |setup| setup.training.patience = 2));
    for (name, loss) in LOSSES {
        let title = format!("{loss:?} on {name}");
        tests.push(equal(&title, move |setup| judge(setup, name, loss)));
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
    tests.extend(super::carried::tests());
    tests
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
            suit_rate(&mut setup, before);
            compare(python, &setup, &name)
        },
    )
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
