//! What every trainer must hold.

use crate::fixtures::*;
use libtest_mimic::Trial as Test;
use pollster::block_on;
use std::sync::Arc;
use tunescape_core::data::Part;
use tunescape_core::worker::Curves;
use tunescape_engine::net::{Activation, Loss};
use tunescape_engine::optim::{Hyper, Rule};
use tunescape_engine::train::{
    Order, Population, Progress, Report, State, TrainError, Trainer, Trial,
};

pub trait Make<T>: Fn(Population) -> Result<T, TrainError> + Copy + Send + 'static {}
impl<T, F: Fn(Population) -> Result<T, TrainError> + Copy + Send + 'static> Make<T> for F {}

/// A name, and what is tried under it.
type Check<F> = (&'static str, fn(F));

pub fn suite<T: Trainer + 'static, F: Make<T>>(trainer: &str, make: F) -> Vec<Test> {
    let checks: [Check<F>; 18] = [
        ("in pieces as at once", pieces::<T, F>),
        ("pauses and resumes", pauses::<T, F>),
        ("starts at the start", starts::<T, F>),
        ("doesn't depend on the neighbours", slices::<T, F>),
        ("keeps streams apart", streams::<T, F>),
        ("sums up streams", summed_up::<T, F>),
        ("records divergence", divergence::<T, F>),
        ("takes new hyperparameters", hypers::<T, F>),
        ("retires", retires::<T, F>),
        ("takes states", states::<T, F>),
        ("revives", revives::<T, F>),
        ("stops early", patience::<T, F>),
        ("goes back to the best epoch", bests::<T, F>),
        ("stands strange data", strange_data::<T, F>),
        ("refuses what can't train", refusals::<T, F>),
        ("stands any learning rate", extremes::<T, F>),
        ("stands large batches", large_batches::<T, F>),
        ("follows written orders", written_orders::<T, F>),
    ];
    let test = |(name, check): Check<F>| {
        Test::test(format!("{trainer}: {name}"), move || {
            check(make);
            Ok(())
        })
    };
    checks.into_iter().map(test).collect()
}

/// What is remembered is the state after the epoch of the lowest validation loss, whatever comes
/// after it: divergence, the end of patience, a state given from outside.
fn bests<T: Trainer, F: Make<T>>(make: F) {
    const EPOCHS: usize = 20;
    let mut restless = plain();
    for (t, trial) in restless.trials.iter_mut().enumerate() {
        // Large rates, so that the best epoch is seldom the last.
        trial.hyper.learning_rate = [0.0, 0.5, 2.0, 8.0][t % 4];
    }
    for population in [restless, exploding()] {
        let mut forgetful = make(population.clone()).expect("a trainer");
        assert_eq!(block_on(forgetful.best(0)), Ok(None));
        for patience in [0, 3] {
            let remembers = Population { remembers: true, patience, ..population.clone() };
            let mut trainer = make(remembers).expect("a trainer");
            let start = state(&mut trainer, 1);
            assert_eq!(block_on(trainer.best(1)), Ok(Some(start)));
            go(&mut trainer, EPOCHS);
            let mut early = 0;
            for trial in 0..population.trials.len().min(5) {
                let best = trainer.log().best(trial);
                early += usize::from(best.is_some_and(|best| best < EPOCHS));
                let mut there = make(population.slice(trial..trial + 1)).expect("a trainer");
                go(&mut there, best.unwrap_or(0));
                assert_eq!(
                    block_on(trainer.best(trial)),
                    Ok(Some(state(&mut there, 0))),
                    "trial {trial}: {best:?}"
                );
            }
            assert!(early > 0);
        }
    }
    // A state that is given is the best so far; the best epoch is counted anew where the trial had
    // stopped.
    let mut trainer = make(Population { remembers: true, ..plain() }).expect("a trainer");
    go(&mut trainer, 5);
    let given = state(&mut trainer, 3);
    trainer.retire(4);
    for to in [4, 5] {
        block_on(trainer.set_state(to, &given)).expect("it fits");
        assert_eq!(block_on(trainer.best(to)), Ok(Some(given.clone())));
    }
    trainer.retire(6);
    block_on(trainer.copy(3, 6)).expect("they are there");
    assert_eq!(block_on(trainer.best(6)), Ok(Some(given.clone())));
    go(&mut trainer, 9);
    let now = state(&mut trainer, 6);
    assert_eq!(trainer.log().best(6), Some(9), "it goes on falling");
    assert_eq!(block_on(trainer.best(6)), Ok(Some(now)));
}

/// One row, constant columns, classes that have no rows in one of the parts: numbers, or
/// divergence.
fn strange_data<T: Trainer, F: Make<T>>(make: F) {
    for loss in Loss::ALL {
        let whole = population(Activation::Tanh, loss, Rule::Momentum);
        let rows = part(loss, 30, 3);
        let mut constant = rows.clone();
        let inputs = Arc::make_mut(&mut constant.x);
        inputs.iter_mut().skip(1).step_by(3).for_each(|x| *x = 0.0);
        inputs.iter_mut().skip(2).step_by(3).for_each(|x| *x = 1.0);
        let first = rows.target(0).to_vec();
        let alike: Vec<usize> = (0..30).filter(|&row| rows.target(row) == first).collect();
        let (one, alike) = (rows.take(&[0]), rows.take(&alike));
        for (train, valid) in
            [(&one, &one), (&constant, &rows), (&rows, &one), (&alike, &rows), (&rows, &alike)]
        {
            let mut population = whole.clone();
            (population.streams[0].train, population.streams[0].valid) =
                (Arc::new(train.clone()), Arc::new(valid.clone()));
            population.trials.truncate(3);
            let mut trainer = make(population).expect("a trainer");
            go(&mut trainer, 4);
            for trial in 0..3 {
                let reports = trainer.log().reports(trial);
                assert_eq!(reports.len(), trainer.diverged(trial).unwrap_or(5), "{loss:?}");
                let numbers =
                    |r: &Report| [r.train_loss, r.valid_loss, r.train_score, r.valid_score];
                assert!(
                    reports.iter().flat_map(numbers).all(f32::is_finite),
                    "{loss:?}: {reports:?}"
                );
            }
        }
    }
}

/// What points of several streams report is the mean over their streams, and its spread, as each
/// trains alone; whatever stands beside them and in how many pieces they train.
fn summed_up<T: Trainer, F: Make<T>>(make: F) {
    let (streams, epochs) = (3, 6);
    let plain = plain();
    let trials = plain.trials[..4]
        .iter()
        .flat_map(|t| (0..streams).map(move |stream| Trial { stream, ..*t }))
        .collect();
    let streams_of = (0..streams as u64).map(|seed| stream(&plain.net, seed)).collect();
    let all = Population { streams: streams_of, trials, ..plain };
    let mut trainer = make(all.clone()).expect("a trainer");
    let mut pieces = Vec::new();
    for to in 0..=epochs {
        go(&mut trainer, to);
        pieces.push(Curves::of(&trainer, &[0, 1, 2, 3], to, to));
    }
    let at_once = Curves::of(&trainer, &[0, 1, 2, 3], 0, epochs);
    for point in 0..4 {
        let alone: Vec<Vec<Report>> = (0..streams)
            .map(|stream| {
                let mut one = all.slice(point * streams + stream..point * streams + stream + 1);
                one.streams = vec![all.streams[stream].clone()];
                one.trials[0].stream = 0;
                let mut trainer = make(one).expect("a trainer");
                go(&mut trainer, epochs);
                trainer.log().reports(0).to_vec()
            })
            .collect();
        let mut beside =
            make(all.slice(point * streams..(point + 1) * streams)).expect("a trainer");
        go(&mut beside, epochs);
        let beside = Curves::of(&beside, &[point], 0, epochs);
        assert_eq!(
            (&beside.reports[0], &beside.spreads[0]),
            (&at_once.reports[point], &at_once.spreads[point])
        );
        for epoch in 0..=epochs {
            let mean = |of: fn(&Report) -> f32| {
                let values = alone.iter().map(|reports| f64::from(of(&reports[epoch])));
                values.sum::<f64>() / streams as f64
            };
            let report = at_once.reports[point][epoch];
            assert_eq!((pieces[epoch].reports[point][0], pieces[epoch].from), (report, epoch));
            assert_eq!(report.train_loss, mean(|r| r.train_loss) as f32);
            assert_eq!(report.valid_loss, mean(|r| r.valid_loss) as f32);
            assert_eq!(report.valid_score, mean(|r| r.valid_score) as f32);
            let off = |reports: &Vec<Report>| {
                (f64::from(reports[epoch].valid_loss) - mean(|r| r.valid_loss)).powi(2)
            };
            let spread = (alone.iter().map(off).sum::<f64>() / streams as f64).sqrt();
            assert_eq!(at_once.spreads[point][epoch], spread as f32);
        }
    }
}

pub fn go(trainer: &mut impl Trainer, to: usize) {
    assert_eq!(block_on(trainer.advance(to, &mut || false)), Ok(Progress::Reached));
}

/// Everything that a trial has reported up to an epoch.
pub fn history(trainer: &impl Trainer, trial: usize, to: usize) -> Vec<Option<Report>> {
    (0..=to).map(|epoch| trainer.report(trial, epoch)).collect()
}

fn histories(trainer: &impl Trainer, to: usize) -> Vec<Vec<Option<Report>>> {
    (0..trainer.population().trials.len()).map(|trial| history(trainer, trial, to)).collect()
}

fn state(trainer: &mut impl Trainer, trial: usize) -> State {
    block_on(trainer.state(trial)).expect("a state")
}

/// A trainer that has gone so far.
fn gone<T: Trainer, F: Make<T>>(make: F, population: Population, to: usize) -> T {
    let mut trainer = make(population).expect("a trainer");
    go(&mut trainer, to);
    trainer
}

fn pieces<T: Trainer, F: Make<T>>(make: F) {
    let mut whole = gone(make, plain(), 120);
    let mut parts = make(plain()).expect("a trainer");
    for to in [1, 3, 10, 11, 64, 120] {
        go(&mut parts, to);
        assert_eq!(parts.epoch(), to);
    }
    assert_eq!(histories(&whole, 120), histories(&parts, 120));
    assert!(whole.report(3, 120).is_some() && whole.report(3, 121).is_none());
    assert_eq!(state(&mut whole, 20), state(&mut parts, 20));
}

fn pauses<T: Trainer, F: Make<T>>(make: F) {
    let population = || Population { trials: plain().trials.repeat(40), ..plain() };
    let whole = gone(make, population(), 30);
    let mut parts = make(population()).expect("a trainer");
    while block_on(parts.advance(30, &mut || true)) == Ok(Progress::Paused) {
        assert!(parts.epoch() < 30);
    }
    assert_eq!(histories(&whole, 30), histories(&parts, 30));
}

fn starts<T: Trainer, F: Make<T>>(make: F) {
    let mut first = gone(make, plain(), 5);
    let mut again = gone(make, plain(), 0);
    assert_eq!(first.report(0, 0), again.report(0, 0));
    assert!(again.report(0, 0).is_some() && again.report(0, 1).is_none() && again.epoch() == 0);
    let start = state(&mut again, 4);
    assert_eq!(start.weights[..], plain().streams[0].start[..]);
    assert_eq!(start, State::new(&start.weights, Rule::Momentum, &plain().trials[4].hyper));
    go(&mut again, 5);
    assert_eq!(histories(&first, 5), histories(&again, 5));
    assert_eq!(state(&mut first, 7), state(&mut again, 7));
}

fn slices<T: Trainer, F: Make<T>>(make: F) {
    let whole = gone(make, plain(), 9);
    for range in [0..1, 1..6, 6..21] {
        let slice = Population { trials: plain().trials[range.clone()].to_vec(), ..plain() };
        let slice = gone(make, slice, 9);
        for (i, trial) in range.enumerate() {
            assert_eq!(history(&slice, i, 9), history(&whole, trial, 9));
        }
    }
}

fn streams<T: Trainer, F: Make<T>>(make: F) {
    let with = |seed| Population { streams: vec![stream(&plain().net, seed)], ..plain() };
    let mut both = plain();
    both.streams.push(stream(&plain().net, 5));
    both.streams[1].order = Order::Fixed { batch: 5 };
    both.trials.iter_mut().enumerate().for_each(|(t, trial)| trial.stream = t % 2);
    let mut second = with(5);
    second.streams[0].order = Order::Fixed { batch: 5 };
    let alone = [gone(make, with(1), 6), gone(make, second, 6)];
    let both = gone(make, both, 6);
    for trial in 0..TRIALS {
        assert_eq!(history(&both, trial, 6), history(&alone[trial % 2], trial, 6));
    }
}

fn divergence<T: Trainer, F: Make<T>>(make: F) {
    let mut trainer = gone(make, exploding(), 40);
    let epoch = trainer.diverged(1).expect("that it diverged");
    assert!(epoch > 0 && trainer.diverged(0).is_none() && trainer.diverged(2).is_none());
    assert!(trainer.report(1, epoch - 1).is_some_and(|r| r.train_loss.is_finite()));
    assert!(trainer.report(1, epoch).is_none() && trainer.report(0, 40).is_some());
    // It rests where it was last finite, whatever the others do.
    let mut before = gone(make, exploding(), epoch - 1);
    assert_eq!(state(&mut trainer, 1), state(&mut before, 1));
    go(&mut trainer, 45);
    assert_eq!(state(&mut trainer, 1), state(&mut before, 1));
    // When nothing is live any more, there is nothing to do.
    let mut alone = exploding();
    alone.trials = vec![alone.trials[1]];
    assert_eq!(gone(make, alone, 1000).diverged(0), Some(epoch));
}

fn hypers<T: Trainer, F: Make<T>>(make: F) {
    let still = Hyper { learning_rate: 0.0, ..Hyper::default() };
    let mut trainer = gone(make, plain(), 4);
    trainer.set_hyper(6, still);
    let as_other = plain().trials[2].hyper;
    trainer.set_hyper(5, as_other);
    go(&mut trainer, 8);
    assert_eq!(trainer.population().trials[6].hyper, still);
    assert_eq!(trainer.report(6, 4), trainer.report(6, 8));
    let untouched = gone(make, plain(), 8);
    assert_eq!(history(&trainer, 4, 8), history(&untouched, 4, 8));
    assert_eq!(history(&trainer, 5, 4), history(&untouched, 5, 4));
    assert_ne!(trainer.report(5, 5), untouched.report(5, 5));
}

fn retires<T: Trainer, F: Make<T>>(make: F) {
    let mut trainer = gone(make, plain(), 4);
    trainer.retire(9);
    let rest = state(&mut trainer, 9);
    go(&mut trainer, 8);
    assert!(
        trainer.report(9, 4).is_some()
            && trainer.report(9, 5).is_none()
            && trainer.diverged(9).is_none()
    );
    assert_eq!(state(&mut trainer, 9), rest);
    let untouched = gone(make, plain(), 8);
    for trial in (0..TRIALS).filter(|t| *t != 9) {
        assert_eq!(history(&trainer, trial, 8), history(&untouched, trial, 8));
    }
}

fn states<T: Trainer, F: Make<T>>(make: F) {
    let mut population = plain();
    population.trials[3] = population.trials[12];
    let mut trainer = gone(make, population, 5);
    let parameters = plain().net.parameters();
    let other = State {
        weights: plain().net.start(99),
        slots: vec![vec![0.25; parameters]],
        counters: [9.0, 0.5, 0.25],
    };
    for trial in [3, 12] {
        block_on(trainer.set_state(trial, &other)).expect("a state that fits");
        assert_eq!(state(&mut trainer, trial), other);
    }
    go(&mut trainer, 9);
    assert_ne!(trainer.report(3, 6), gone(make, plain(), 6).report(12, 6));
    assert_eq!(history(&trainer, 3, 9)[6..], history(&trainer, 12, 9)[6..]);
    block_on(trainer.copy(4, 7)).expect("a copy");
    assert_eq!(state(&mut trainer, 7), state(&mut trainer, 4));
    let short = State { weights: vec![0.0; 2], ..other.clone() };
    let wanted = parameters;
    assert_eq!(
        block_on(trainer.set_state(0, &short)),
        Err(TrainError::Weights { given: 2, wanted })
    );
    let bare = State { slots: vec![], ..other.clone() };
    assert_eq!(
        block_on(trainer.set_state(0, &bare)),
        Err(TrainError::Weights { given: 0, wanted })
    );
    assert!(
        block_on(trainer.state(TRIALS)).is_err()
            && block_on(trainer.set_state(TRIALS, &other)).is_err()
    );
}

/// Until its patience is over, a trial trains as it would without; then it rests.
fn patience<T: Trainer, F: Make<T>>(make: F) {
    let mut restless = plain();
    restless.trials.iter_mut().for_each(|trial| trial.hyper.learning_rate *= 40.0);
    restless.trials[2].hyper.learning_rate = 0.0;
    let free = gone(make, restless.clone(), 30);
    let mut trainer = gone(make, Population { patience: 3, ..restless.clone() }, 30);
    let mut stopped = 0;
    for trial in 0..TRIALS {
        let (mut best, mut stop) = ((0, f32::INFINITY), 30);
        for (epoch, report) in history(&free, trial, 30).into_iter().enumerate().skip(1) {
            let Some(report) = report else { break };
            if report.valid_loss < best.1 {
                best = (epoch, report.valid_loss);
            } else if epoch - best.0 == 3 {
                stop = epoch;
                break;
            }
        }
        let all = history(&free, trial, 30);
        let seen = history(&trainer, trial, 30);
        assert_eq!(seen[..=stop], all[..=stop], "{trial}");
        assert!(seen[stop + 1..].iter().all(Option::is_none), "{trial}");
        if stop < 30 && stopped < 3 {
            let mut there = gone(make, restless.clone(), stop);
            assert_eq!(state(&mut trainer, trial), state(&mut there, trial), "{trial}");
            stopped += 1;
        }
    }
    assert_eq!(trainer.report(2, 4), free.report(2, 4));
    assert!(trainer.report(2, 5).is_none() && stopped == 3);
}

/// A copy onto a trial that diverged or was retired lets it train again, as its source does; twenty
/// lanes apart, so that the group of one may have stood still.
fn revives<T: Trainer, F: Make<T>>(make: F) {
    let mut population = exploding();
    let (calm, wild) = (population.trials[0], population.trials[1]);
    population.trials = [vec![calm; 16], vec![wild; 5]].concat();
    let mut trainer = gone(make, population, 40);
    let end = trainer.diverged(18).expect("that it diverged");
    trainer.retire(3);
    go(&mut trainer, 44);
    trainer.set_hyper(18, calm.hyper);
    for to in [3, 18] {
        block_on(trainer.copy(0, to)).expect("a copy");
        assert_eq!(state(&mut trainer, to), state(&mut trainer, 0));
    }
    assert_eq!(trainer.epoch(), 44);
    assert!(trainer.diverged(18).is_none() && trainer.diverged(17) == Some(end));
    go(&mut trainer, 50);
    let source = history(&trainer, 0, 50);
    assert!(source.iter().all(Option::is_some));
    for (trial, last) in [(3, 40), (18, end - 1)] {
        let history = history(&trainer, trial, 50);
        assert!(
            history.iter().enumerate().all(|(e, report)| report.is_some() == (e <= last || e > 44)),
            "{trial}"
        );
        assert_eq!(history[45..], source[45..], "{trial}");
    }
    assert!(trainer.report(17, 50).is_none());
}

fn refusals<T: Trainer, F: Make<T>>(make: F) {
    let refused = |change: &dyn Fn(&mut Population)| {
        let mut population = plain();
        change(&mut population);
        make(population).err()
    };
    let train = |change: &dyn Fn(&mut Part)| {
        let mut part = part(Loss::BinaryCrossEntropy, ROWS, 1);
        change(&mut part);
        refused(&|p| p.streams[0].train = Arc::new(part.clone()))
    };
    assert_eq!(train(&|p| *p = Part { columns: 3, ..Part::default() }), Some(TrainError::NoRows));
    assert_eq!(train(&|p| p.columns = 1), Some(TrainError::Columns { data: 1, net: 3 }));
    assert_eq!(
        train(&|p| p.y.truncate(ROWS - 1)),
        Some(TrainError::Targets { given: ROWS - 1, wanted: ROWS })
    );
    assert_eq!(train(&|p| p.y[4] = 2.0), Some(TrainError::Target { value: 2.0 }));
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        assert_eq!(
            train(&|p| Arc::make_mut(&mut p.x)[7] = value),
            Some(TrainError::Input { row: 2, column: 1 })
        );
    }
    let orders = |order: Order| refused(&|p| p.streams[0].order = order.clone());
    assert_eq!(orders(Order::Fixed { batch: 0 }), Some(TrainError::Batch { row: None }));
    assert_eq!(orders(Order::Listed(vec![])), Some(TrainError::Batch { row: None }));
    assert_eq!(
        orders(Order::Listed(vec![vec![vec![0, 99]]])),
        Some(TrainError::Batch { row: Some(99) })
    );
    assert_eq!(refused(&|p| p.trials[2].stream = 7), Some(TrainError::Stream { index: 7 }));
    for (name, value) in
        [("learning_rate", f32::INFINITY), ("momentum", 1.5), ("l1", -0.5), ("dropout", 1.0)]
    {
        let refusal = refused(&|p| *p.trials[2].hyper.named(name).expect("a number") = value);
        assert_eq!(refusal, Some(TrainError::Hyper { trial: 2, name: name.into(), value }));
    }
    let wanted = plain().net.parameters();
    assert_eq!(
        refused(&|p| p.streams[0].start = p.streams[0].start[..3].into()),
        Some(TrainError::Weights { given: 3, wanted })
    );
}

fn extremes<T: Trainer, F: Make<T>>(make: F) {
    for (activation, loss) in
        [(Activation::Tanh, Loss::BinaryCrossEntropy), (Activation::Relu, Loss::SquaredError)]
    {
        let mut population = population(activation, loss, Rule::Nesterov);
        for (t, trial) in population.trials.iter_mut().enumerate() {
            let learning_rate = if t == 0 { 0.0 } else { libm::powf(10.0, t as f32 / 2.0 - 4.0) };
            trial.hyper = Hyper { learning_rate, momentum: 0.99, ..Hyper::default() };
        }
        for bound in [f32::MAX, 100.0] {
            let mut trainer = gone(make, Population { bound, ..population.clone() }, 25);
            assert_eq!(trainer.report(0, 25), trainer.report(0, 0));
            for trial in 0..TRIALS {
                let end = trainer.diverged(trial).unwrap_or(26);
                let reports = history(&trainer, trial, 25);
                assert!(
                    reports
                        .iter()
                        .enumerate()
                        .all(|(epoch, report)| report.is_some() == (epoch < end))
                );
                assert!(
                    reports
                        .iter()
                        .flatten()
                        .all(|r| r.train_loss.is_finite() && r.valid_loss.is_finite())
                );
                assert!(state(&mut trainer, trial).weights.iter().all(|w| w.is_finite()));
            }
        }
    }
}

fn large_batches<T: Trainer, F: Make<T>>(make: F) {
    let with = |batch| {
        let mut population = plain();
        population.streams[0].order = Order::Fixed { batch };
        gone(make, population, 5)
    };
    assert_eq!(histories(&with(ROWS), 5), histories(&with(1_000_000), 5));
}

fn written_orders<T: Trainer, F: Make<T>>(make: F) {
    let rows: Vec<u32> = (0..ROWS as u32).collect();
    let epoch: Vec<Vec<u32>> = rows.chunks(BATCH).map(<[u32]>::to_vec).collect();
    let with = |order| {
        let mut population = plain();
        population.streams[0].order = order;
        gone(make, population, 7)
    };
    let (fixed, listed) =
        (with(Order::Fixed { batch: BATCH }), with(Order::Listed(vec![epoch.clone()])));
    assert_eq!(histories(&fixed, 7), histories(&listed, 7));
    // Epochs may differ in length, and a row may come twice.
    let uneven = with(Order::Listed(vec![vec![vec![1, 1, 2]], epoch, vec![vec![5]; 50]]));
    assert!(uneven.report(0, 7).is_some_and(|r| r.train_loss.is_finite()));
}
