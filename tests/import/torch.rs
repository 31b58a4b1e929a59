//! PyTorch runs the scripts that are written, with the same losses; Optuna goes on with its own.

use super::fixture::{
    Case, LOSSES, Tool, judged, named, save, searched, with, with_rule, without_momentum,
};
use super::{folder, run, with_python};
use libtest_mimic::{Failed, Trial};
use tunescape_core::export::{Source, hyperopt, optuna, pytorch};
use tunescape_core::search::Outcome;
use tunescape_core::setup::training::ScheduleKind;
use tunescape_engine::net::{Activation, Init};
use tunescape_engine::optim::Rule;

const PYTORCH: Tool = Tool { name: "torch", write: pytorch::script };

/// Cases that go together, by what they are of.
type Kind = (&'static str, fn() -> Vec<Case>);

pub fn tests() -> Vec<Trial> {
    let kinds: [Kind; 6] = [
        ("every optimizer", optimizers),
        ("every schedule", schedules),
        ("every activation", activations),
        ("every initialisation", initialisations),
        ("every loss", losses),
        ("penalties, clipping, dropout, stopping, dampening, a file", options),
    ];
    let mut tests: Vec<Trial> = Vec::new();
    for (title, cases) in kinds {
        let title = format!("PyTorch has the same losses: {title}");
        tests.push(with_python("TUNESCAPE_TORCH", &title, move |python| {
            PYTORCH.equal(python, cases())
        }));
    }
    tests.push(with_python(
        "TUNESCAPE_TORCH",
        "PyTorch says where rounding decides over the losses",
        rounding_decides,
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

fn optimizers() -> Vec<Case> {
    let with_momentum = [Rule::Nesterov, Rule::AveragedMomentum, Rule::NAdam, Rule::Lion];
    let all = Rule::ALL.map(|rule| named(rule, with_rule(rule)));
    all.into_iter().chain(with_momentum.map(without_momentum)).collect()
}

fn schedules() -> Vec<Case> {
    let of = |kind| {
        named(
            kind,
            with(|setup| {
                setup.training.schedule.kind = kind;
                (setup.training.rate_decay, setup.training.schedule.patience) = (0.01, 2);
                setup.training.schedule.every = 3;
            }),
        )
    };
    ScheduleKind::ALL.map(of).into()
}

fn activations() -> Vec<Case> {
    let of = |activation| named(activation, with(|setup| setup.net.activation = activation));
    Activation::ALL.map(of).into()
}

/// Drawn, since these networks have too many weights for a script to list.
fn initialisations() -> Vec<Case> {
    let of =
        |init| named(init, with(|setup| (setup.net.init, setup.net.hidden) = (init, vec![40, 24])));
    Init::ALL.map(of).into()
}

fn losses() -> Vec<Case> {
    LOSSES.map(judged).into()
}

fn options() -> Vec<Case> {
    vec![
        named(
            "penalties, clipping, dropout",
            with(|setup| {
                let t = &mut setup.training;
                (t.l1, t.l2, t.decay, t.clip_norm, t.clip_value) = (1e-3, 1e-3, 1e-2, 0.5, 0.2);
                (t.dropout, t.label_smoothing, t.penalise_biases) = (0.2, 0.1, false);
            }),
        ),
        named(
            "dampening without momentum",
            with(|setup| (setup.training.dampening, setup.run.momentum) = (0.5, 0.0)),
        ),
        named("early stopping", with(|setup| setup.training.patience = 2)),
        // It is too large for the script itself.
        named("a set from its file", with(|setup| setup.data.name = "digits".into())),
    ]
}

/// RMSprop divides by what is nearly 0 at first, here with steps that are too large for it.
fn rounding_decides(python: &str) -> Result<(), Failed> {
    let large = with(|setup| {
        setup.data.name = "digits".into();
        setup.training.choose(Rule::RmsProp);
        setup.run.learning_rate = 0.02;
    });
    for (name, outcome) in PYTORCH.runs(python, vec![named("large steps", large)], true)? {
        println!("{name}: {outcome:?}");
        assert_eq!((outcome[0], outcome.len()), (1.0, 3), "{name}: {outcome:?}");
        assert!(outcome[2] > 1e-3, "{name}: {outcome:?}");
    }
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
