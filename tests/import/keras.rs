//! Keras runs the scripts that are written, with the same losses.

use super::fixture::{Case, LOSSES, Tool, judged, named, with, with_rule, without_momentum};
use super::with_python;
use libtest_mimic::Trial;
use tunescape_core::export::keras;
use tunescape_core::setup::training::ScheduleKind;
use tunescape_engine::net::{Activation, Loss};
use tunescape_engine::optim::Rule;

const KERAS: Tool = Tool { name: "keras", write: keras::script };

/// Cases that go together, by what they are of.
type Kind = (&'static str, fn() -> Vec<Case>);

pub fn tests() -> Vec<Trial> {
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
        tests.push(with_python("TUNESCAPE_KERAS", &title, move |python| {
            KERAS.equal(python, cases())
        }));
    }
    tests.push(with_python(
        "TUNESCAPE_KERAS",
        "Keras trains what it can't repeat, and says so",
        |python| {
            for (name, outcome) in KERAS.runs(python, others(), false)? {
                assert_eq!(outcome, [0.0], "{name}");
            }
            Ok(())
        },
    ));
    tests
}

fn optimizers() -> Vec<Case> {
    let all = Rule::ALL.map(|rule| named(rule, with_rule(rule)));
    all.into_iter().chain(Rule::ALL.map(without_momentum)).collect()
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
    LOSSES.into_iter().chain([large]).map(judged).collect()
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
