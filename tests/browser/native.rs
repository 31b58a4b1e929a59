//! What the page must show, computed by the same engine natively.

use crate::page::Row;
use base64::prelude::*;
use std::io::Read;
use std::rc::Rc;
use tunescape_core::data::builtin;
use tunescape_core::data::encoding::decode_latin1;
use tunescape_core::link;
use tunescape_core::search::{Proposal, Reason};
use tunescape_core::setup::Setup;
use tunescape_core::study::Event;
use tunescape_core::worker::{
    Attempt, Curves, Judged, Prepared, Source, Sources, outcome, propose,
};
use tunescape_engine::train::cpu::CpuTrainer;
use tunescape_engine::train::{Report, Trainer};

/// The set-up of a link as the page shows it.
pub fn setup(hash: &str) -> Setup {
    link::read(hash).unwrap_or_else(|why| panic!("the page wrote {hash}: {why:?}"))
}

pub fn data(setup: &Setup) -> Rc<Prepared> {
    let mut sources = Sources::default();
    let name = setup.data.name.clone();
    if builtin::ALL.iter().any(|set| set.name == name) {
        let payload = payload(&name);
        sources.keep(Source::Builtin { name, payload }, &decode_latin1);
    }
    sources.get(setup).expect("data that can be made")
}

/// A built-in set, unpacked from the file that the page loads.
fn payload(name: &str) -> Vec<u8> {
    let script = std::fs::read_to_string(format!("web/data/{name}.js")).expect("it is shipped");
    let text = script.split('"').nth(3).expect("its payload");
    let packed = BASE64_STANDARD.decode(text).expect("base64");
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut bytes).expect("gzip");
    bytes
}

/// Trains one trial to its end.
fn attempt(setup: &Setup, data: &Prepared, point: &[f64]) -> Attempt {
    let mut attempt = Attempt::new(setup, data, point).expect("a trial that can be judged");
    pollster::block_on(attempt.advance(&mut || false)).expect("the CPU trains");
    attempt
}

/// What a point of the map reports by epoch: the mean over its streams, and the spread.
pub fn curves(setup: &Setup, point: &[f64]) -> Curves {
    let data = data(setup);
    let population = setup.population(&data.folds, data.task, &[point.to_vec()]);
    let mut trainer = CpuTrainer::new(population).expect("a population that can train");
    pollster::block_on(trainer.advance(setup.training.epochs, &mut || false))
        .expect("the CPU trains");
    Curves::of(&trainer, &[0], 0, setup.training.epochs)
}

/// A point's reports by epoch.
pub fn reports(setup: &Setup, point: &[f64]) -> Vec<Report> {
    curves(setup, point).reports.remove(0)
}

/// What a trial at a point is judged by; none where it diverges.
pub fn judged(setup: &Setup, point: &[f64]) -> Option<Judged> {
    attempt(setup, &data(setup), point).judged().cloned()
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
        let objective = setup.objective(data.task);
        let outcome = outcome(attempt(setup, &data, &point).judged(), objective);
        events.push(Event::Proposed { trial, proposal });
        events.push(Event::Completed { trial, outcome });
        let loss = outcome.loss().map(|cost| objective.cost(cost).to_string()).unwrap_or_default();
        Row { point: point.iter().map(f64::to_string).collect(), loss }
    };
    (0..n).map(&mut row).collect()
}
