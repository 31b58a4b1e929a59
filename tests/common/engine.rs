//! What the page must show, computed by the engine alone. Several test programs have this file, each
//! of which needs a part of it.
#![allow(dead_code)]

use base64::prelude::*;
use std::fs;
use std::io::Read;
use std::rc::Rc;
use tunescape_core::data::builtin;
use tunescape_core::data::encoding::decode_latin1;
use tunescape_core::search::{Proposal, Reason};
use tunescape_core::setup::Setup;
use tunescape_core::space::Point;
use tunescape_core::study::Event;
use tunescape_core::worker::{
    Attempt, Curves, Judged, Prepared, Source, Sources, outcome, propose,
};
use tunescape_engine::train::cpu::CpuTrainer;
use tunescape_engine::train::{Report, Trainer};

/// A built-in set, unpacked from the file that the page loads.
pub fn payload(name: &str) -> Vec<u8> {
    let script = fs::read_to_string(format!("web/data/{name}.js")).expect("a built-in set");
    let text = script.split('"').nth(3).expect("its payload");
    let packed = BASE64_STANDARD.decode(text).expect("base64");
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut bytes).expect("gzip");
    bytes
}

/// The data of a set-up, split and scaled.
pub fn prepared(setup: &Setup) -> Rc<Prepared> {
    let mut sources = Sources::default();
    for name in setup.sets().filter(|name| builtin::ALL.iter().any(|set| set.name == *name)) {
        let payload = payload(name);
        sources.keep(Source::Builtin { name: name.into(), payload }, &decode_latin1);
    }
    sources.get(setup).expect("data that can be made")
}

/// Trains one trial to its end.
pub fn attempt(setup: &Setup, data: &Prepared, point: &[f64]) -> Attempt {
    let mut attempt = Attempt::new(setup, data, point).expect("a trial that can be judged");
    pollster::block_on(attempt.advance(&mut || false)).expect("the CPU trains");
    attempt
}

/// What a point of the map reports by epoch: the mean over its streams, and the spread.
pub fn curves(setup: &Setup, point: &[f64]) -> Curves {
    let data = prepared(setup);
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
    attempt(setup, &prepared(setup), point).judged().cloned()
}

/// The study's first `n` trials, of a strategy that goes by losses alone: where each is, and its
/// cost; none where it has come to none.
pub fn study(setup: &Setup, n: usize) -> Vec<(Point, Option<f64>)> {
    let data = prepared(setup);
    let mut events = Vec::new();
    let mut row = |trial: usize| {
        let proposal = match setup.search.hand.iter().find(|placed| placed.0 == trial) {
            Some(placed) => Proposal { point: placed.1.clone(), reason: Reason::Hand },
            None => propose(setup, &events).expect("events that fit"),
        };
        let point = proposal.point.clone();
        let outcome = outcome(attempt(setup, &data, &point).judged(), setup.objective(data.task));
        events.push(Event::Proposed { trial, proposal });
        events.push(Event::Completed { trial, outcome });
        (point, outcome.loss())
    };
    (0..n).map(&mut row).collect()
}
