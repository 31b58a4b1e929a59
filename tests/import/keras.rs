//! Keras runs the scripts that are written, with the same losses.

use super::fixture::{LOSSES, data, judge, plain, save, train, with_rule};
use super::{file, folder, run, with_python};
use libtest_mimic::{Failed, Trial};
use tunescape_core::export::{Source, Unsupported, keras};
use tunescape_core::setup::Setup;
use tunescape_core::setup::training::ScheduleKind;
use tunescape_engine::net::{Activation, Loss};
use tunescape_engine::optim::Rule;

/// A set-up, by a name.
type Case = (String, Setup);

/// Cases that go together, by what they are of.
type Kind = (&'static str, fn() -> Vec<Case>);

pub fn tests() -> Vec<Trial> {
    // Those of a kind in one process: Keras takes seconds to begin.
    let kinds: [Kind; 5] = [
        ("every optimizer", optimizers),
        ("every schedule", schedules),
        ("every activation", activations),
        ("every loss", losses),
        ("penalties, clipping, smoothing, stopping, other numbers", options),
    ];
    let mut tests: Vec<Trial> = Vec::new();
    for (title, cases) in kinds {
        let title = format!("Keras has the same losses: {title}");
        tests.push(with_python("TUNESCAPE_KERAS", &title, move |python| equal(python, cases())));
    }
    tests.push(with_python(
        "TUNESCAPE_KERAS",
        "Keras trains what it can't repeat, and says so",
        |python| {
            for (name, outcome) in runs(python, others(), false)? {
                assert_eq!(outcome, [0.0], "{name}");
            }
            Ok(())
        },
    ));
    tests
}

fn named(name: impl std::fmt::Debug, setup: Setup) -> Case {
    (format!("{name:?}").to_lowercase(), setup)
}

fn with(change: impl FnOnce(&mut Setup)) -> Setup {
    let mut setup = plain();
    change(&mut setup);
    setup
}

fn optimizers() -> Vec<Case> {
    let still = |rule| {
        let mut setup = with_rule(rule);
        setup.run.momentum = 0.0;
        named((rule, "without momentum"), setup)
    };
    let all = Rule::ALL.map(|rule| named(rule, with_rule(rule)));
    all.into_iter().chain(Rule::ALL.map(still)).collect()
}

/// With momentum, whose steps are affected in another way than plain ones, and with the other rules
/// that the script then writes out.
fn schedules() -> Vec<Case> {
    let with_momentum = ScheduleKind::ALL.map(|kind| (kind, Rule::Momentum));
    let others = [
        (ScheduleKind::Cosine, Rule::Nesterov),
        (ScheduleKind::Cosine, Rule::RmsProp),
        (ScheduleKind::OneCycle, Rule::CentredRmsProp),
    ];
    let of = |&(kind, rule): &(ScheduleKind, Rule)| {
        let mut setup = with_rule(rule);
        setup.training.schedule.kind = kind;
        (setup.training.rate_decay, setup.training.schedule.patience) = (0.01, 2);
        setup.training.schedule.every = 3;
        named((kind, rule), setup)
    };
    with_momentum.iter().chain(&others).map(of).collect()
}

/// Several in one network, a layer each.
fn activations() -> Vec<Case> {
    let of = |activations: &[Activation]| {
        let setup = with(|setup| {
            setup.net.hidden = vec![6; activations.len()];
            setup.net.activations = activations.to_vec();
            setup.run.learning_rate = 0.02;
        });
        named(activations, setup)
    };
    Activation::ALL.chunks(3).map(of).collect()
}

fn losses() -> Vec<Case> {
    let large = ("digits", Loss::SoftmaxCrossEntropy);
    let of = |(name, loss)| named((name, loss), with(|setup| judge(setup, name, loss)));
    LOSSES.into_iter().chain([large]).map(of).collect()
}

fn options() -> Vec<Case> {
    vec![
        named(
            "penalties",
            with(|setup| {
                let t = &mut setup.training;
                (t.l1, t.l2, t.decay, t.label_smoothing) = (1e-3, 1e-3, 1e-2, 0.1);
            }),
        ),
        named(
            "penalties of weights alone",
            with(|setup| {
                let t = &mut setup.training;
                (t.l1, t.l2, t.decay, t.penalise_biases) = (1e-3, 1e-3, 1e-2, false);
            }),
        ),
        named(
            "clipped by norm",
            with(|setup| {
                (setup.training.clip_norm, setup.training.l1) = (0.3, 1e-3);
            }),
        ),
        named("clipped by value", with(|setup| setup.training.clip_value = 0.05)),
        named("stopping", with(|setup| setup.training.patience = 2)),
        named("dampening", with(|setup| setup.training.dampening = 0.5)),
        named("accumulator", {
            let mut setup = with_rule(Rule::Adagrad);
            (setup.training.initial_accumulator, setup.run.learning_rate) = (0.1, 0.05);
            setup
        }),
        named("decay of its own", {
            let mut setup = with_rule(Rule::AdamW);
            (setup.training.decay, setup.training.penalise_biases) = (0.5, false);
            setup
        }),
        named(
            "smoothed classes",
            with(|setup| {
                setup.data.name = "iris".into();
                (setup.training.label_smoothing, setup.run.learning_rate) = (0.2, 0.02);
            }),
        ),
        named("weights drawn", with(|setup| setup.net.hidden = vec![40, 24])),
        named("no hidden layer", with(|setup| setup.net.hidden.clear())),
    ]
}

/// What Keras does otherwise.
fn others() -> Vec<Case> {
    vec![
        named("dropout", with(|setup| setup.training.dropout = 0.2)),
        named("repeats", with(|setup| setup.evaluation.repeats = 2)),
        named(
            "both clip",
            with(|setup| {
                (setup.training.clip_value, setup.training.clip_norm) = (0.2, 0.5);
            }),
        ),
        named(
            "clipped penalty",
            with(|setup| {
                (setup.training.clip_norm, setup.training.l2) = (0.5, 1e-3);
            }),
        ),
        named("epsilon", {
            let mut setup = with_rule(Rule::Adam);
            setup.training.epsilon = 0.01;
            setup
        }),
    ]
}

fn equal(python: &str, cases: Vec<Case>) -> Result<(), Failed> {
    let wanted = cases.len();
    let outcomes = runs(python, cases, true)?;
    assert_eq!(outcomes.len(), wanted);
    let apart = |outcome: &[f64]| outcome.get(1).copied().unwrap_or(f64::INFINITY);
    let other = outcomes.iter().filter(|(_, outcome)| outcome[0] != 0.0).collect::<Vec<_>>();
    let most = outcomes.iter().map(|(_, outcome)| apart(outcome)).fold(0.0, f64::max);
    println!("{wanted} set-ups, at most {most:.1e} apart");
    assert!(other.is_empty(), "not equal: {other:?}");
    Ok(())
}

/// Writes and runs scripts. Of each its name, its exit code, and where it is compared how far it is
/// from the page.
fn runs(python: &str, cases: Vec<Case>, same: bool) -> Result<Vec<(String, Vec<f64>)>, Failed> {
    let mut paths = Vec::new();
    for (name, setup) in cases {
        let (data, split) = data(&setup)?;
        let reports = train(&setup, &data, &split)?;
        // It is no wonder if nothing moves.
        assert!(reports.len() > 3 && reports[0] != reports[reports.len() - 1], "{name}");
        let source = Source { setup: &setup, data: &data, split: &split };
        let script = keras::script(source, &reports);
        assert_eq!(script.unsupported.is_empty(), same, "{name}");
        assert!(!script.unsupported.contains(&Unsupported::OwnDraws));
        let slug = name.replace(|c: char| !c.is_alphanumeric(), "-");
        let folder = folder(&format!("keras-{slug}"));
        save(&script, source, &folder)?;
        paths.push(folder.join(script.name).to_string_lossy().into_owned());
    }
    let runner = file("run_scripts.py").to_string_lossy().into_owned();
    let arguments: Vec<&str> =
        std::iter::once(runner.as_str()).chain(paths.iter().map(String::as_str)).collect();
    let out = run(python, &arguments, &folder("keras"))?;
    Ok(serde_json::from_str(out.lines().last().unwrap_or_default())?)
}
