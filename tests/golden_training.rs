//! Training traces of PyTorch, update by update, on every trainer: `tests/golden/training.json`
//! (`FORMAT.md` beside it says how it was made, and within what tolerance it holds).
//!
//! A case with an option that the engine lacks fails; one that only the GPU trainer lacks is shown
//! as ignored there, with the option.

#[path = "golden/folders.rs"]
mod folders;

use libtest_mimic::{Arguments, Trial as Test};
use pollster::block_on;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::sync::{Arc, OnceLock};
use tunescape_core::data::Part;
use tunescape_core::gpu::{GpuContext, GpuTrainer};
use tunescape_engine::net::{Activation, Loss, Net, plain};
use tunescape_engine::optim::{Hyper, Rule, Schedule};
use tunescape_engine::train::cpu::CpuTrainer;
use tunescape_engine::train::{Order, Population, Stream, TrainError, Trainer, Trial};

/// Fields that only inform, or that belong to an option of their own.
const INFORMATION: [&str; 5] =
    ["seed", "f64", "f32_vs_f64", "loss_rel_change_when_W0_moves_1e-6", "steps_clipped"];

#[derive(Deserialize)]
struct Case {
    id: String,
    sizes: Vec<usize>,
    activation: String,
    loss: String,
    x: Vec<Vec<f32>>,
    y: Vec<Value>,
    #[serde(rename = "W0")]
    weights: Vec<Vec<Vec<f32>>>,
    #[serde(rename = "b0")]
    biases: Vec<Vec<f32>>,
    batches: Vec<Vec<u32>>,
    optimizer: Value,
    schedule: Value,
    lr_per_step: Vec<f64>,
    weight_decay: f32,
    l1: f32,
    penalise_biases: bool,
    clip_norm: Option<f32>,
    huber_delta: Option<f32>,
    f32: Trace,
    #[serde(flatten)]
    more: Map<String, Value>,
}

#[derive(Deserialize)]
struct Trace {
    loss: Vec<f64>,
    final_full_loss: f64,
    #[serde(rename = "W")]
    weights: Vec<Vec<Vec<f32>>>,
    #[serde(rename = "b")]
    biases: Vec<Vec<f32>>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
enum Optimizer {
    Sgd {
        lr: f32,
        momentum: f32,
        dampening: f32,
        nesterov: bool,
    },
    #[serde(rename = "sgd_ema0")]
    SgdEma0 {
        lr: f32,
        momentum: f32,
    },
    Adagrad {
        lr: f32,
        eps: f32,
        initial_accumulator: f32,
    },
    RmsProp {
        lr: f32,
        alpha: f32,
        eps: f32,
        momentum: f32,
        centered: bool,
    },
    Adadelta {
        lr: f32,
        rho: f32,
        eps: f32,
    },
    Adam {
        lr: f32,
        beta1: f32,
        beta2: f32,
        eps: f32,
    },
    AdamW {
        lr: f32,
        beta1: f32,
        beta2: f32,
        eps: f32,
    },
    NAdam {
        lr: f32,
        beta1: f32,
        beta2: f32,
        eps: f32,
        momentum_decay: f32,
    },
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum Scheduled {
    Constant {},
    Step { step_size: usize, gamma: f64 },
    Exponential { gamma: f64 },
    Cosine { t_max: usize, lr_min: f64 },
    WarmupCosine { warmup_steps: usize, total_steps: usize, lr_min: f64 },
    OneCycle { total_steps: usize, pct_start: f64, div_factor: f64, final_div_factor: f64 },
}

fn main() {
    let mut tests = Vec::new();
    for folders::Cases { cases } in folders::cases("training.json") {
        for case in cases {
            let case: Case = serde_json::from_value(case)
                .unwrap_or_else(|error| panic!("training.json: {error}"));
            match population(&case) {
                Ok(population) => {
                    let (id, expected) = (case.id, Arc::new(case.f32));
                    let (p, e) = (population.clone(), expected.clone());
                    tests.push(test(format!("golden {id}, cpu"), move || {
                        replay(CpuTrainer::new(p), &e)
                    }));
                    let on_gpu = test(format!("golden {id}, gpu"), move || {
                        replay(on_gpu(population), &expected)
                    });
                    tests.push(on_gpu.with_ignored_flag(gpu().is_err()));
                }
                Err(lacking) => {
                    let name = format!("golden {}: no {lacking}", case.id);
                    let lacks = move || Err(format!("the engine has no {lacking}"));
                    tests.push(test(name, lacks));
                }
            }
        }
    }
    libtest_mimic::run(&Arguments::from_args(), tests).exit();
}

fn test(name: String, run: impl FnOnce() -> Result<(), String> + Send + 'static) -> Test {
    Test::test(name, move || Ok(run()?))
}

/// The adapter of this machine, asked for once.
fn gpu() -> Result<&'static GpuContext, TrainError> {
    static CONTEXT: OnceLock<Result<GpuContext, TrainError>> = OnceLock::new();
    CONTEXT.get_or_init(|| block_on(GpuContext::request())).as_ref().map_err(Clone::clone)
}

fn on_gpu(population: Population) -> Result<GpuTrainer, TrainError> {
    block_on(GpuTrainer::new(gpu()?, population, || 0.0))
}

/// The one trial of a case, one batch an epoch, so that every update can be looked at; or what the
/// engine lacks for it.
fn population(case: &Case) -> Result<Population, String> {
    let net = Net::new(case.sizes.clone(), activation(&case.activation)?, loss(case)?);
    let (rule, hyper) = rule(&case.optimizer)?;
    let schedule = schedule(&case.schedule)?;
    if let Some(option) = case.more.keys().find(|key| !INFORMATION.contains(&key.as_str())) {
        return Err(format!("option {option}"));
    }
    let part =
        Arc::new(Part { x: case.x.concat().into(), y: numbers(&case.y), columns: net.inputs() });
    let stream = Stream {
        start: flat(&case.weights, &case.biases).into(),
        order: Order::Listed(case.batches.iter().map(|batch| vec![batch.clone()]).collect()),
        seed: 0,
        train: part.clone(),
        valid: part,
    };
    let decoupled = rule == Rule::AdamW;
    let hyper = Hyper {
        l2: if decoupled { 0.0 } else { case.weight_decay },
        decay: if decoupled { case.weight_decay } else { 0.0 },
        l1: case.l1,
        clip_norm: case.clip_norm.unwrap_or(0.0),
        ..hyper
    };
    for (t, &wanted) in case.lr_per_step.iter().enumerate() {
        let rate = schedule.rate(schedule.factors(t), t, &hyper, 1.0);
        assert!(
            (f64::from(rate) - wanted).abs() <= 1e-6 * wanted,
            "{}: rate {t} is {rate}, not {wanted}",
            case.id
        );
    }
    let (streams, trials) = (vec![stream], vec![Trial { hyper, stream: 0 }]);
    Ok(Population {
        schedule,
        penalise_biases: case.penalise_biases,
        ..Population::new(net, rule, streams, trials, f32::MAX)
    })
}

fn activation(name: &str) -> Result<Activation, String> {
    known(name.replace('_', "-")).ok_or(format!("activation {name}"))
}

fn loss(case: &Case) -> Result<Loss, String> {
    match case.loss.as_str() {
        "bce_logits" => Ok(Loss::BinaryCrossEntropy),
        "softmax_ce" => Ok(Loss::SoftmaxCrossEntropy),
        "mse" => Ok(Loss::SquaredError),
        "huber" => match case.huber_delta {
            Some(delta) => Ok(Loss::Huber(delta)),
            None => Err("Huber loss without its delta".into()),
        },
        name => Err(format!("loss {name}")),
    }
}

fn rule(optimizer: &Value) -> Result<(Rule, Hyper), String> {
    let lacking = |error| format!("optimizer {}: {error}", kind(optimizer));
    let sgd = |learning_rate, momentum| Hyper { learning_rate, momentum, ..Hyper::default() };
    let adam = |learning_rate, momentum, beta2, epsilon| Hyper {
        beta2,
        epsilon,
        ..sgd(learning_rate, momentum)
    };
    Ok(match Optimizer::deserialize(optimizer).map_err(lacking)? {
        Optimizer::Sgd { momentum: 0.0, lr, .. } => (Rule::Sgd, sgd(lr, 0.0)),
        Optimizer::Sgd { lr, momentum, dampening, nesterov } => {
            let rule = if nesterov { Rule::Nesterov } else { Rule::Momentum };
            (rule, Hyper { dampening, ..sgd(lr, momentum) })
        }
        Optimizer::SgdEma0 { lr, momentum } => (Rule::AveragedMomentum, sgd(lr, momentum)),
        Optimizer::Adagrad { lr, eps, initial_accumulator } => {
            (Rule::Adagrad, Hyper { epsilon: eps, initial_accumulator, ..sgd(lr, 0.0) })
        }
        Optimizer::RmsProp { lr, alpha, eps, momentum, centered } => (
            if centered { Rule::CentredRmsProp } else { Rule::RmsProp },
            adam(lr, momentum, alpha, eps),
        ),
        Optimizer::Adadelta { lr, rho, eps } => (Rule::Adadelta, adam(lr, 0.0, rho, eps)),
        Optimizer::Adam { lr, beta1, beta2, eps } => (Rule::Adam, adam(lr, beta1, beta2, eps)),
        Optimizer::AdamW { lr, beta1, beta2, eps } => (Rule::AdamW, adam(lr, beta1, beta2, eps)),
        Optimizer::NAdam { lr, beta1, beta2, eps, momentum_decay } => {
            (Rule::NAdam, Hyper { momentum_decay, ..adam(lr, beta1, beta2, eps) })
        }
    })
}

fn schedule(schedule: &Value) -> Result<Schedule, String> {
    let lacking = |error| format!("schedule {}: {error}", kind(schedule));
    Ok(match Scheduled::deserialize(schedule).map_err(lacking)? {
        Scheduled::Constant {} => Schedule::Constant,
        Scheduled::Step { step_size, gamma } => Schedule::Step { every: step_size, gamma },
        Scheduled::Exponential { gamma } => Schedule::Exponential { gamma },
        Scheduled::Cosine { t_max, lr_min } => Schedule::Cosine { steps: t_max, lowest: lr_min },
        Scheduled::WarmupCosine { warmup_steps, total_steps, lr_min } => {
            Schedule::WarmupCosine { warmup: warmup_steps, steps: total_steps, lowest: lr_min }
        }
        Scheduled::OneCycle { total_steps, pct_start, div_factor, final_div_factor } => {
            Schedule::OneCycle {
                steps: total_steps,
                rise: pct_start,
                div: div_factor,
                final_div: final_div_factor,
            }
        }
    })
}

/// The option of this name, if there is one.
fn known<T: DeserializeOwned>(name: impl Into<Value>) -> Option<T> {
    serde_json::from_value(name.into()).ok()
}

fn kind(option: &Value) -> &str {
    option["kind"].as_str().unwrap_or("without a name")
}

/// The numbers in some values, however deep, in the order they stand.
fn numbers(values: &[Value]) -> Vec<f32> {
    let each = |value: &Value| match value {
        Value::Array(items) => numbers(items),
        number => vec![number.as_f64().expect("a number") as f32],
    };
    values.iter().flat_map(each).collect()
}

/// Weights and biases laid out as [`Net`] says.
fn flat(weights: &[Vec<Vec<f32>>], biases: &[Vec<f32>]) -> Vec<f32> {
    weights.iter().zip(biases).flat_map(|(w, b)| [w.concat(), b.clone()].concat()).collect()
}

/// Trains the case, and compares the loss of each batch before its update and what stands at the
/// end.
fn replay<T: Trainer>(trainer: Result<T, TrainError>, expected: &Trace) -> Result<(), String> {
    let mut trainer = trainer.map_err(|error| format!("{error:?}"))?;
    let population = trainer.population().clone();
    let stream = &population.streams[0];
    let Order::Listed(batches) = &stream.order else { unreachable!("the batches are written out") };
    assert_eq!(batches.len(), expected.loss.len());
    for (t, (batch, &wanted)) in batches.iter().zip(&expected.loss).enumerate() {
        let weights = block_on(trainer.state(0)).map_err(|error| format!("{error:?}"))?.weights;
        let weights: Vec<f64> = weights.into_iter().map(f64::from).collect();
        let rows: Vec<_> = batch[0].iter().map(|&row| row as usize).collect();
        let rows: Vec<_> =
            rows.into_iter().map(|row| (stream.train.row(row), stream.train.target(row))).collect();
        near(
            &format!("loss {t}"),
            plain::gradient(&population.net, &weights, &rows).0,
            wanted,
            1e-6,
        )?;
        block_on(trainer.advance(t + 1, &mut || false)).map_err(|error| format!("{error:?}"))?;
    }
    let report = trainer.report(0, batches.len()).ok_or("no report")?;
    near("the final loss", f64::from(report.train_loss), expected.final_full_loss, 1e-6)?;
    let weights = block_on(trainer.state(0)).map_err(|error| format!("{error:?}"))?.weights;
    let wanted = flat(&expected.weights, &expected.biases);
    assert_eq!(weights.len(), wanted.len());
    for (i, (&found, wanted)) in weights.iter().zip(wanted).enumerate() {
        near(&format!("weight {i}"), f64::from(found), f64::from(wanted), 2e-5)?;
    }
    Ok(())
}

/// FORMAT.md's tolerance for float32.
fn near(what: &str, found: f64, wanted: f64, absolute: f64) -> Result<(), String> {
    let fine = (found - wanted).abs() <= 2e-4 * wanted.abs() + absolute;
    if fine { Ok(()) } else { Err(format!("{what} is {found:e}, not {wanted:e}")) }
}
