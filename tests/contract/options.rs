//! Every training option on the GPU as on the CPU, in both layouts.

use crate::checks::{go, history};
use crate::fixtures::*;
use crate::parity::agree_on;
use crate::{batched, on};
use libtest_mimic::Trial as Test;
use pollster::block_on;
use std::sync::Arc;
use tunescape_core::gpu::{Estimate, GpuContext, GpuTrainer};
use tunescape_engine::net::{Activation, Loss, Net};
use tunescape_engine::optim::{Hyper, Rule, Schedule};
use tunescape_engine::part::Part;
use tunescape_engine::train::cpu::CpuTrainer;
use tunescape_engine::train::{Population, TrainError, Trainer, Trial};

pub fn tests() -> Vec<Test> {
    let mut tests: Vec<Test> = Vec::new();
    let mut add = |name: String, populations: Vec<Population>| {
        for (layout, make) in [("gpu", on as Make), ("gpu batched", batched as Make)] {
            let populations = populations.clone();
            tests.push(Test::test(format!("{layout} as cpu: {name}"), move || {
                populations.into_iter().for_each(|population| agree_on(make, population, 8));
                Ok(())
            }));
        }
    };
    for rule in Rule::ALL {
        let mut spared =
            every_option(population(Activation::Tanh, Loss::SoftmaxCrossEntropy, rule));
        spared.penalise_biases = false;
        let plain = population(Activation::Tanh, Loss::BinaryCrossEntropy, rule);
        add(format!("{rule:?} with and without options"), vec![plain, spared]);
    }
    for (i, activation) in Activation::ALL.into_iter().enumerate() {
        let loss = Loss::ALL[i % Loss::ALL.len()];
        add(format!("{activation:?}"), vec![population(activation, loss, Rule::Adam)]);
    }
    for loss in Loss::ALL {
        let smoothed = every_option(population(Activation::Gelu, loss, Rule::Momentum));
        add(format!("{loss:?}"), vec![population(Activation::Tanh, loss, Rule::Sgd), smoothed]);
    }
    let schedules = [
        Schedule::InverseTime,
        Schedule::Step { every: 3, gamma: 0.7 },
        Schedule::Exponential { gamma: 0.95 },
        Schedule::Cosine { steps: 25, lowest: 1e-4 },
        Schedule::WarmupCosine { warmup: 6, steps: 30, lowest: 1e-4 },
        Schedule::OneCycle { steps: 40, rise: 0.3, div: 25.0, final_div: 1e4 },
        Schedule::Plateau { factor: 0.5, patience: 0, threshold: 0.05, lowest: 1e-4 },
    ];
    for schedule in schedules {
        let mut population = population(Activation::Tanh, Loss::SquaredError, Rule::Momentum);
        population.schedule = schedule;
        population.trials.iter_mut().for_each(|trial| trial.hyper.rate_decay = 0.1);
        add(format!("{schedule:?}"), vec![population]);
    }
    let mut layers = population(Activation::Tanh, Loss::SquaredError, Rule::Momentum);
    layers.net.activations = vec![Activation::Mish, Activation::Sine];
    add("layers with activations of their own".into(), vec![layers]);
    let checks: [(&str, fn()); 4] = [
        ("gpu: an option that is turned on on the way", turned_on),
        ("gpu: what is too large is refused beforehand, with the numbers", too_large),
        ("gpu: an estimate caps the trials", capped),
        ("gpu: what is dropped is given back", given_back),
    ];
    tests.extend(checks.map(|(name, check)| {
        Test::test(name, move || {
            check();
            Ok(())
        })
    }));
    tests
}

type Make = fn(&tunescape_core::gpu::GpuContext, Population) -> Result<GpuTrainer, TrainError>;

/// Penalties, clipping and smoothing, each in some trials.
fn every_option(mut population: Population) -> Population {
    for (t, trial) in population.trials.iter_mut().enumerate() {
        let some = |every: usize, number: f32| if t % every == 1 { number } else { 0.0 };
        trial.hyper = Hyper {
            l1: some(3, 0.01),
            l2: some(2, 0.02),
            decay: some(4, 0.1),
            clip_norm: some(3, 0.1),
            clip_value: some(5, 0.1),
            label_smoothing: some(2, 0.1),
            dropout: some(4, 0.3),
            dampening: some(3, 0.2),
            initial_accumulator: some(2, 0.1),
            ..trial.hyper
        };
    }
    population
}

fn turned_on() {
    let turned = |hyper: Hyper| Hyper { clip_norm: 0.01, l1: 0.02, ..hyper };
    for make in [on as Make, batched as Make] {
        let mut gpu = make(gpu().expect("a device"), plain()).expect("a trainer");
        let mut cpu = CpuTrainer::new(plain()).expect("a trainer");
        let hyper = turned(plain().trials[6].hyper);
        go(&mut gpu, 3);
        go(&mut cpu, 3);
        gpu.set_hyper(6, hyper);
        cpu.set_hyper(6, hyper);
        go(&mut gpu, 8);
        go(&mut cpu, 8);
        let (a, b) = (gpu.report(6, 8).expect("a report"), cpu.report(6, 8).expect("a report"));
        assert!((a.train_loss - b.train_loss).abs() < 1e-4, "{a:?}, {b:?}");
        assert_ne!(history(&gpu, 6, 8)[4..], history(&gpu, 5, 8)[4..]);
    }
}

/// As wide as the device has no room for: its inputs are rows of zeros.
fn wide(inputs: usize) -> Population {
    let net = Net::new(vec![inputs, 128, 1], Activation::Relu, Loss::BinaryCrossEntropy);
    let part = Arc::new(Part { x: vec![0.0; inputs].into(), y: vec![1.0], columns: inputs });
    let mut population = plain();
    population.streams[0].start = vec![0.0; net.parameters()].into();
    population.streams[0].train = part.clone();
    population.streams[0].valid = part;
    Population { net, ..population }
}

fn too_large() {
    let context = gpu().expect("a device");
    let limit = context.largest_buffer();
    // The state of one group alone: four trials at least, twice weights and velocity.
    let population = wide((limit / (4 * 4 * 4 * 128)) as usize + 1);
    let refused = on(context, population.clone()).err();
    let Some(TrainError::TooLarge { bytes, limit: told }) = refused else { panic!("{refused:?}") };
    assert!(bytes > limit && told == limit);
    assert_eq!(Estimate::new(context, &population), Err(TrainError::TooLarge { bytes, limit }));
}

fn capped() {
    let context = gpu().expect("a device");
    let mut population = wide(784);
    population.trials = population.trials.repeat(20);
    let all = Estimate::new(context, &population).expect("an estimate");
    let room = all.bytes / 3;
    let most = Estimate::max_trials(context, &population, population.trials.len(), room)
        .expect("room for some");
    assert!(most > 0 && most < population.trials.len());
    let bytes = |trials: usize| {
        Estimate::new(context, &population.slice(0..trials)).expect("an estimate").bytes
    };
    assert!(bytes(most) <= room && bytes(most + 1) > room);
    assert!(matches!(
        Estimate::max_trials(context, &population, population.trials.len(), 1000),
        Err(TrainError::TooLarge { .. })
    ));
    let small = population.slice(0..4);
    let mut trainer = block_on(GpuTrainer::new(context, small, fixed)).expect("a trainer");
    go(&mut trainer, 1);
}

/// What is made is what was estimated, and nothing of it is left when a trainer is dropped: not even
/// until a garbage collector comes.
fn given_back() {
    let context = block_on(GpuContext::request()).expect("a device");
    let folds = |mut population: Population, count: usize| {
        population.streams = vec![population.streams[0].clone(); count];
        let trials = population.trials.iter().enumerate();
        population.trials =
            trials.map(|(i, trial)| Trial { stream: i % count, ..*trial }).collect();
        population
    };
    let remembers = Population { remembers: true, ..plain() };
    for population in [plain(), remembers, wide(784), folds(wide(300), 3), folds(plain(), 2)] {
        for batched in [false, true] {
            let estimate = Estimate::new(&context, &population).expect("an estimate").bytes;
            let made = if batched {
                block_on(GpuTrainer::batched(&context, population.clone(), fixed))
            } else {
                block_on(GpuTrainer::new(&context, population.clone(), fixed))
            };
            let mut trainer = made.expect("a trainer");
            go(&mut trainer, 2);
            let [alive, most] = context.made_bytes();
            // The estimate is of the layout that suits the network.
            let suits = !batched || population.net.parameters() > 5000;
            assert!(alive > 0 && most >= alive);
            // Lists of several epochs may take up to 4 MB, twice, and tables a little.
            let close = alive <= estimate && alive + (9 << 20) >= estimate;
            assert!(!suits || close, "{alive}, not {estimate}");
            drop(trainer);
            assert_eq!(context.made_bytes()[0], 0, "all is given back");
        }
    }
}
