//! The trainers against each other, and what only a device can do.

use crate::checks::{go, history};
use crate::fixtures::*;
use crate::{hardware, on};
use libtest_mimic::Trial as Test;
use pollster::block_on;
use std::sync::atomic::{AtomicU32, Ordering};
use tunescape_core::gpu::{GpuContext, GpuTrainer};
use tunescape_engine::net::{Activation, Loss, Net};
use tunescape_engine::optim::{Hyper, Rule};
use tunescape_engine::train::cpu::{CpuTrainer, Width};
use tunescape_engine::train::{Population, TOLERANCE, TrainError, Trainer};

pub fn tests() -> Vec<Test> {
    let mut tests = Vec::new();
    let checks: [(&str, fn()); 7] = [
        ("gpu as cpu: no hidden layer, six hidden layers", shapes),
        ("gpu as cpu: the epoch of divergence", divergence),
        ("gpu: a slow device gives the same numbers", slow),
        ("gpu as cpu: large networks", large),
        ("gpu: a lost device is an error", lost),
        ("gpu: a device lost while training is an error", lost_on_the_way),
        ("gpu: a device lost a hundred times", lost_a_hundred_times),
    ];
    tests.extend(checks.map(|(name, check)| {
        Test::test(name, move || {
            check();
            Ok(())
        })
    }));
    tests
}

fn agree(population: Population, epochs: usize) {
    agree_on(on, population, epochs);
}

/// The CPU trainer and one on the GPU report the same within the tolerance, and end with the same
/// states.
pub fn agree_on(
    make: fn(&GpuContext, Population) -> Result<GpuTrainer, TrainError>,
    population: Population,
    epochs: usize,
) {
    let mut cpu = CpuTrainer::new(population.clone()).expect("a trainer");
    let mut gpu = make(gpu().expect("a device"), population.clone()).expect("a trainer");
    go(&mut cpu, epochs);
    go(&mut gpu, epochs);
    for trial in 0..population.trials.len() {
        for (epoch, (a, b)) in
            history(&cpu, trial, epochs).into_iter().zip(history(&gpu, trial, epochs)).enumerate()
        {
            let place =
                format!("{:?}, trial {trial}, epoch {epoch}: {a:?}, {b:?}", population.rule);
            let (Some(a), Some(b)) = (a, b) else { panic!("{place}") };
            for (x, y) in [(a.train_loss, b.train_loss), (a.valid_loss, b.valid_loss)] {
                assert!((x - y).abs() <= TOLERANCE * x.max(1.0), "{place}");
            }
            // A row on the boundary may fall on either side.
            for (x, y, rows) in
                [(a.train_score, b.train_score, ROWS), (a.valid_score, b.valid_score, 11)]
            {
                assert!((x - y).abs() <= 1.01 / rows as f32, "{place}");
            }
        }
        let (a, b) = (block_on(cpu.state(trial)), block_on(gpu.state(trial)));
        let (a, b) = (a.expect("a state"), b.expect("a state"));
        for (x, y) in a.weights.iter().zip(&b.weights) {
            assert!(
                (x - y).abs() <= 10.0 * TOLERANCE * x.abs().max(1.0),
                "trial {trial}: weight {x} or {y}"
            );
        }
    }
}

fn shapes() {
    for sizes in [vec![3, 2], vec![3, 1, 2, 1, 2, 1, 3, 2], vec![3, 40, 2]] {
        let net = Net::new(sizes, Activation::Tanh, Loss::SquaredError);
        let streams = vec![stream(&net, 3)];
        agree(
            Population {
                net,
                streams,
                ..population(Activation::Tanh, Loss::SquaredError, Rule::Momentum)
            },
            5,
        );
    }
}

fn divergence() {
    let mut cpu = CpuTrainer::new(exploding()).expect("a trainer");
    let mut gpu = on(gpu().expect("a device"), exploding()).expect("a trainer");
    go(&mut cpu, 30);
    go(&mut gpu, 30);
    assert!(cpu.diverged(1).is_some());
    assert_eq!(cpu.diverged(1), gpu.diverged(1));
}

/// A clock by which every dispatch takes a second: some trials a dispatch, one epoch each.
fn slow_clock() -> f64 {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    f64::from(CALLS.fetch_add(1, Ordering::Relaxed)) * 1000.0
}

fn slow() {
    let population = Population { trials: plain().trials.repeat(5), ..plain() };
    let context = gpu().expect("a device");
    let mut slow =
        block_on(GpuTrainer::new(context, population.clone(), slow_clock)).expect("a trainer");
    let mut quick = on(context, population).expect("a trainer");
    let mut dispatches = 0;
    while block_on(slow.advance(6, &mut || true)) == Ok(tunescape_engine::train::Progress::Paused) {
        dispatches += 1;
    }
    assert!(dispatches > 6, "{dispatches} dispatches");
    go(&mut quick, 6);
    for trial in 0..5 * TRIALS {
        assert_eq!(history(&slow, trial, 6), history(&quick, trial, 6));
    }
}

fn large() {
    for (sizes, loss) in [
        (vec![3, 40, 30, 2], Loss::SquaredError),
        (vec![3, 128, 17, 9, 3], Loss::SoftmaxCrossEntropy),
        (vec![3, 90, 8, 1], Loss::BinaryCrossEntropy),
    ] {
        let net = Net::new(sizes, Activation::Relu, loss);
        let streams = vec![stream(&net, 3), stream(&net, 4)];
        let mut population = population(Activation::Relu, loss, Rule::Momentum);
        population.trials.iter_mut().enumerate().for_each(|(t, trial)| trial.stream = t % 2);
        let population = Population { net, streams, ..population };
        agree(population.clone(), 5);
        agree_on(hardware, population, 5);
    }
}

fn lost() {
    let context = block_on(GpuContext::request()).expect("a device");
    let mut trainer = on(&context, plain()).expect("a trainer");
    go(&mut trainer, 3);
    context.lose();
    assert!(matches!(block_on(trainer.advance(9, &mut || false)), Err(TrainError::DeviceLost(_))));
    assert!(matches!(block_on(trainer.state(0)), Err(TrainError::DeviceLost(_))));
    assert!(
        trainer.report(0, 3).is_some() && trainer.report(0, 4).is_none() && trainer.epoch() == 3
    );
    assert!(matches!(on(&context, plain()).err(), Some(TrainError::DeviceLost(_))));
}

fn lost_on_the_way() {
    let context = block_on(GpuContext::request()).expect("a device");
    let mut trainer = block_on(GpuTrainer::new(&context, plain(), slow_clock)).expect("a trainer");
    let result = block_on(trainer.advance(50, &mut || {
        context.lose();
        false
    }));
    assert!(matches!(result, Err(TrainError::DeviceLost(_))), "{result:?}");
}

/// Whenever a device is lost, training stops with an error, and what was reported before stays and
/// is right.
fn lost_a_hundred_times() {
    const EPOCHS: usize = 12;
    let mut whole = on(gpu().expect("a device"), plain()).expect("a trainer");
    go(&mut whole, EPOCHS);
    for time in 0..100 {
        let context = block_on(GpuContext::request()).expect("a device");
        let make = async || match time % 2 {
            0 => GpuTrainer::new(&context, plain(), slow_clock).await,
            _ => GpuTrainer::batched(&context, plain(), slow_clock).await,
        };
        let mut trainer = block_on(make()).expect("a trainer");
        let mut left: i32 = time % 10;
        let mut lose_in_time = || {
            if left == 0 {
                context.lose();
            }
            left -= 1;
            false
        };
        if time % 10 == 0 {
            lose_in_time();
        }
        let result = block_on(trainer.advance(EPOCHS, &mut lose_in_time));
        assert!(matches!(result, Err(TrainError::DeviceLost(_))), "time {time}: {result:?}");
        for trial in 0..TRIALS {
            for epoch in 0..=trainer.epoch() {
                let (a, b) = (trainer.report(trial, epoch), whole.report(trial, epoch));
                let (a, b) = (a.expect("a report"), b.expect("a report"));
                assert!(
                    (a.train_loss - b.train_loss).abs() <= TOLERANCE * b.train_loss.max(1.0),
                    "time {time}"
                );
            }
        }
    }
}

/// The same bits from every width.
pub fn widths_agree() {
    let rules = Rule::ALL.map(|rule| (Activation::Tanh, rule));
    let cases =
        Activation::ALL.map(|activation| (activation, Rule::Nesterov)).into_iter().chain(rules);
    for (activation, rule) in cases {
        let mut population = population(activation, Loss::SoftmaxCrossEntropy, rule);
        for (t, trial) in population.trials.iter_mut().enumerate() {
            let some = |every: usize, number: f32| if t % every == 1 { number } else { 0.0 };
            trial.hyper = Hyper {
                l1: some(3, 0.01),
                clip_norm: some(4, 0.1),
                clip_value: some(5, 0.1),
                dropout: some(2, 0.3),
                ..trial.hyper
            };
        }
        let trained = Width::available().into_iter().map(|width| {
            let mut trainer = CpuTrainer::with_width(population.clone(), width).expect("a trainer");
            go(&mut trainer, 8);
            trainer
        });
        let trained: Vec<_> = trained.collect();
        for trial in 0..TRIALS {
            assert!(trained.iter().all(|t| history(t, trial, 8) == history(&trained[0], trial, 8)));
        }
    }
}
