//! What the page must show, computed by the same engine natively.

use crate::page::Row;
use std::rc::Rc;
use tunescape::exchange::{Setup, link};
use tunescape::net::plain;
use tunescape::search::{Outcome, Proposal, Reason};
use tunescape::study::Event;
use tunescape::train::cpu::CpuTrainer;
use tunescape::train::{Report, Trainer};
use tunescape::worker::{Prepared, Sources, propose};

/// The set-up of a link as the page shows it.
pub fn setup(hash: &str) -> Setup {
    link::read(hash).unwrap_or_else(|why| panic!("the page wrote {hash}: {why:?}"))
}

pub fn data(setup: &Setup) -> Rc<Prepared> {
    Sources::default().get(setup).expect("data that can be made")
}

/// Trains one trial to its end.
fn trained(setup: &Setup, data: &Prepared, point: &[f64]) -> CpuTrainer {
    let population = setup.population(&data.split, data.task, &[point.to_vec()]);
    let mut trainer = CpuTrainer::new(population).expect("a population that can train");
    pollster::block_on(trainer.advance(setup.training.epochs, &mut || false)).expect("the CPU trains");
    trainer
}

/// A trial's reports by epoch.
pub fn reports(setup: &Setup, point: &[f64]) -> Vec<Report> {
    let trainer = trained(setup, &data(setup), point);
    (0..=setup.training.epochs).map_while(|epoch| trainer.report(0, epoch)).collect()
}

fn outcome(setup: &Setup, data: &Prepared, point: &[f64]) -> Outcome {
    let trainer = trained(setup, data, point);
    match trainer.report(0, setup.training.epochs) {
        Some(report) => Outcome::of(f64::from(report.valid_loss)),
        None => Outcome::Diverged,
    }
}

/// The rows of the study's first `n` trials.
pub fn study(setup: &Setup, n: usize) -> Vec<Row> {
    let data = data(setup);
    let mut events = Vec::new();
    let mut row = |trial: usize| {
        let by_hand = setup.search.hand.iter().find(|h| h.0 == trial);
        let proposal = match by_hand {
            Some(placed) => Proposal { point: placed.1.clone(), reason: Reason::Hand },
            None => propose(setup, &events).expect("events that fit"),
        };
        let point = proposal.point.clone();
        let outcome = outcome(setup, &data, &point);
        events.push(Event::Proposed { trial, proposal });
        events.push(Event::Completed { trial, outcome });
        let loss = outcome.loss().map(|loss| loss.to_string()).unwrap_or_default();
        Row { point: point.iter().map(f64::to_string).collect(), loss }
    };
    (0..n).map(&mut row).collect()
}

/// The mean loss on the test part.
pub fn test_loss(setup: &Setup, point: &[f64]) -> f64 {
    let data = data(setup);
    let mut trainer = trained(setup, &data, point);
    let weights = pollster::block_on(trainer.state(0)).expect("a trial").weights;
    let weights: Vec<f64> = weights.into_iter().map(f64::from).collect();
    let (net, test) = (&trainer.population().net, &data.split.test);
    let loss = |row: usize| {
        let x: Vec<f64> = test.row(row).iter().map(|&x| f64::from(x)).collect();
        let outputs = plain::forward(net, &weights, &x).pop().expect("a last layer");
        plain::loss(net, &outputs, test.target(row))
    };
    (0..test.rows()).map(loss).sum::<f64>() / test.rows() as f64
}
