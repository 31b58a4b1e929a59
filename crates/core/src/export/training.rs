//! The training of a set-up: the part that all scripts share which train by PyTorch or Keras.
//!
//! It is put together from `templates/`: the settings (`head.py`), the data (`data.py`), initial
//! weights and batches as the page draws them (`start.py`), network, loss and optimizer of a
//! library (`torch_training.py`, `keras.py`), which end in a class `Training`, and the loop over
//! them (`loop.py`).

use super::template::Filling;
use super::{Source, Unsupported, python};
use crate::data::{Part, Target};
use crate::setup::Setup;
use crate::setup::space::Range;
use crate::setup::training::ScheduleKind;
use serde::Serialize;
use tunescape_engine::net::{Activation, Init, Loss};
use tunescape_engine::optim::Rule;
use tunescape_engine::train::{Population, start_loss};

const HEAD: &str = include_str!("templates/head.py");
const DATA: &str = include_str!("templates/data.py");
const START: &str = include_str!("templates/start.py");
const LOOP: &str = include_str!("templates/loop.py");

/// What the networks of a script are made of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Library {
    Torch,
    Keras,
}

impl Library {
    fn template(self) -> &'static str {
        match self {
            Library::Torch => include_str!("templates/torch_training.py"),
            Library::Keras => include_str!("templates/keras.py"),
        }
    }
}

/// Numbers of the data that stand in a script at most; more lie in a file beside it.
const MAX_EMBEDDED: usize = 20_000;
/// Weights and biases that stand in a script as numbers at most; more are drawn anew.
const MAX_WEIGHTS: usize = 600;

/// The text of the part, and whether it reads the data from a file.
pub fn write(source: Source, searched: bool, library: Library) -> (String, bool) {
    let setup = source.setup;
    let mut filling = Filling::default();
    let file = rows(&source, &mut filling);
    network(&source, searched, &mut filling);
    words(setup, searched, &mut filling);
    filling.word("keras", library == Library::Keras);
    filling.set("settings", settings(setup, searched));
    filling.set("seed", setup.net.seed.to_string());
    filling.set("epochs", setup.training.epochs.to_string());
    filling.set("stop_after", setup.training.patience.to_string());
    let parts = [HEAD, DATA, START, library.template(), LOOP].map(|part| filling.fill(part));
    (parts.join("\n\n"), file)
}

/// The lines that bring the data, and whether they read it from a file. `INPUTS` stands before
/// them.
pub fn data(source: &Source) -> (String, bool) {
    let mut filling = Filling::default();
    let file = rows(source, &mut filling);
    (filling.fill(DATA), file)
}

fn rows(source: &Source, filling: &mut Filling) -> bool {
    let split = source.split;
    let numbers = (split.train.rows() + split.valid.rows()) * (split.train.columns + 1);
    let file = numbers > MAX_EMBEDDED;
    filling.word("file", file);
    if file {
        scaling(source, filling);
    } else {
        for (x, y, part) in
            [("train_x", "train_y", &split.train), ("valid_x", "valid_y", &split.valid)]
        {
            filling.set(x, inputs(part));
            filling.set(y, python::list(part.y.iter().map(|y| python::single(*y)), 4));
        }
    }
    file
}

/// What the script does not do as the page does, whatever tool runs it.
pub fn unsupported(source: &Source) -> Vec<Unsupported> {
    let trainings = source.setup.evaluation.streams();
    (trainings > 1).then_some(Unsupported::Trainings { trainings }).into_iter().collect()
}

fn inputs(part: &Part) -> String {
    python::list(part.x.iter().map(|x| python::single(*x)), 4)
}

fn scaling(source: &Source, filling: &mut Filling) {
    let of = |which: fn(&(f32, f32)) -> f32| {
        let numbers = source.split.inputs.iter().map(|scale| f64::from(which(scale)));
        python::list(numbers.map(python::number), 0)
    };
    filling.set("means", of(|scale| scale.0));
    filling.set("deviations", of(|scale| scale.1));
    let (mean, deviation) = source.split.target;
    filling.set("target_mean", python::number(f64::from(mean)));
    filling.set("target_deviation", python::number(f64::from(deviation)));
    if let Target::Class { names, .. } = &source.data.target {
        filling.word("classes", true);
        filling.set("classes", python::list(names.iter().map(|name| python::text(name)), 0));
    }
}

fn network(source: &Source, searched: bool, filling: &mut Filling) {
    let Source { setup, data, split } = source;
    let net = setup.network(split.train.columns, data.task());
    filling.set("inputs", net.inputs().to_string());
    filling.set("outputs", net.outputs().to_string());
    let start = net.start(setup.net.seed);
    let encoded = net.loss.encoded(&split.train, net.outputs());
    let bound = Population::BOUND_FACTOR * start_loss(&net, &start, &encoded);
    filling.set("bound", python::single(bound));
    let alike = !searched || !changes_weights(setup);
    filling.word("start", alike && start.len() <= MAX_WEIGHTS);
    filling.set("start", python::list(start.iter().map(|w| python::single(*w)), 0));
    let suits = Activation::ALL
        .map(|a| format!("{}: {}", python::text(&key(&a)), python::text(&key(&a.facts().init))));
    let suits = python::list(suits.into_iter(), 0);
    filling.set("suits", format!("{{{}}}", &suits[1..suits.len() - 1]));
    filling.word(format!("loss.{}", loss_key(net.loss)), true);
    filling.word("categorical", net.outputs() > 1);
    if let Loss::Huber(delta) = net.loss {
        filling.set("delta", python::single(delta));
    }
}

/// Whether trials may begin from other weights.
fn changes_weights(setup: &Setup) -> bool {
    setup.space.iter().any(|(parameter, _)| {
        parameter.layer().is_some() || ["layers", "activation", "init"].contains(&parameter.name)
    })
}

/// The name that links use.
pub fn key<T: Serialize>(value: &T) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_string()
}

fn loss_key(loss: Loss) -> String {
    if let Loss::Huber(_) = loss { "huber".into() } else { key(&loss) }
}

/// What the set-up, or a trial of its search, can reach.
fn words(setup: &Setup, searched: bool, filling: &mut Filling) {
    let training = &setup.training;
    let range = |name: &str| if searched { setup.space.get(name) } else { None };
    let choices = |name: &str, own: String| match range(name) {
        Some(Range::Choices(names)) => names.clone(),
        _ => vec![own],
    };
    let rules = choices("rule", key(&training.rule));
    rules.iter().for_each(|rule| filling.word(format!("rule.{rule}"), true));
    let mut activations = choices("activation", key(&setup.net.activation));
    activations.extend(setup.net.activations.iter().map(key));
    activations.iter().for_each(|name| filling.word(format!("activation.{name}"), true));
    let schedules = choices("schedule", key(&training.schedule.kind));
    let constant = key(&ScheduleKind::Constant);
    filling.word("schedules", schedules.iter().any(|kind| *kind != constant));
    filling.word("plateau", schedules.contains(&key(&ScheduleKind::Plateau)));
    let on = |name: &str, own: f64| own > 0.0 || range(name).is_some();
    let among = |rule: Rule| rules.contains(&key(&rule));
    let still = setup.run.momentum == 0.0 || range("momentum").is_some();
    let dampens = among(Rule::Momentum) && on("dampening", training.dampening);
    filling.word("dampened", dampens && still);
    filling.word("dropout", on("dropout", training.dropout));
    filling.set("seed_more", if on("dropout", training.dropout) { ", dropout" } else { "" });
    filling.word("l1", on("l1", training.l1));
    filling.word("clip_value", on("clip_value", training.clip_value));
    filling.word("clip_norm", on("clip_norm", training.clip_norm));
    // The rule that is chosen brings its customary decay with it.
    let adamw = among(Rule::AdamW);
    filling.word("l2", on("l2", training.l2));
    filling.word("decay", on("decay", training.decay));
    let decays = on("l2", training.l2) || on("decay", training.decay) || adamw;
    filling.word("decays", decays);
    filling.word("penalties", decays || on("l1", training.l1));
    filling.word("stops", training.patience > 0);
    own_rules(setup, filling);
}

/// The rules that Keras has otherwise, so that its script writes them out: there the learning rate
/// stands inside the momentum, where a schedule comes too late.
fn own_rules(setup: &Setup, filling: &mut Filling) {
    let training = &setup.training;
    let moves = training.schedule.kind != ScheduleKind::Constant;
    let momentum = match training.rule {
        Rule::Momentum => moves || training.dampening > 0.0,
        Rule::Nesterov => moves,
        Rule::AveragedMomentum => true,
        _ => false,
    };
    filling.word("own.momentum", momentum);
    let root = matches!(training.rule, Rule::RmsProp | Rule::CentredRmsProp);
    filling.word("own.lion", training.rule == Rule::Lion && setup.run.momentum == 0.0);
    filling.word("own.rms-prop", root && moves && setup.run.momentum > 0.0);
}

/// The settings of the Explore run as a Python dictionary. Where a search adds layers, the
/// activations of layers that are not there yet stand in it as well.
fn settings(setup: &Setup, searched: bool) -> String {
    let (t, s) = (&setup.training, &setup.training.schedule);
    let number = |x: f64| python::number(x);
    let whole = |x: usize| x.to_string();
    let mut activations = setup.network(1, crate::data::Task::Binary).activations;
    if searched && setup.space.get("layers").is_some() {
        activations.extend(setup.net.activations.iter().skip(activations.len()));
    }
    let names = |list: &[Activation]| python::list(list.iter().map(|a| python::text(&key(a))), 4);
    let pairs: Vec<(&str, String)> = vec![
        ("hidden", python::list(setup.net.hidden.iter().map(usize::to_string), 4)),
        ("activations", names(&activations)),
        ("init", python::text(&key::<Init>(&setup.net.init))),
        ("learning_rate", number(setup.run.learning_rate)),
        ("momentum", number(setup.run.momentum)),
        ("batch", whole(t.batch)),
        ("rule", python::text(&key(&t.rule))),
        ("l2", number(t.l2)),
        ("decay", number(t.decay)),
        ("l1", number(t.l1)),
        ("penalise_biases", if t.penalise_biases { "True".into() } else { "False".into() }),
        ("dropout", number(t.dropout)),
        ("label_smoothing", number(t.label_smoothing)),
        ("clip_norm", number(t.clip_norm)),
        ("clip_value", number(t.clip_value)),
        ("dampening", number(t.dampening)),
        ("beta2", number(t.beta2)),
        ("epsilon", number(t.epsilon)),
        ("momentum_decay", number(t.momentum_decay)),
        ("initial_accumulator", number(t.initial_accumulator)),
        ("schedule", python::text(&key(&s.kind))),
        ("rate_decay", number(t.rate_decay)),
        ("every", whole(s.every)),
        ("gamma", number(s.gamma)),
        ("warmup", whole(s.warmup)),
        ("lowest", number(s.lowest)),
        ("rise", number(s.rise)),
        ("div", number(s.div)),
        ("final_div", number(s.final_div)),
        ("factor", number(s.factor)),
        ("patience", whole(s.patience)),
        ("threshold", number(s.threshold)),
    ];
    let lines = pairs.iter().map(|(name, value)| format!("    \"{name}\": {value},\n"));
    format!("{{\n{}}}", lines.collect::<String>())
}
