//! What a study, a trial and a cell of the map come to, from the engine without the page; and short
//! names for what is done with the study, the map and the race.

use crate::driver::Page;
use std::rc::Rc;
use tunescape_core::data::builtin;
use tunescape_core::data::encoding::decode_latin1;
use tunescape_core::search::{Outcome, Proposal, Reason};
use tunescape_core::setup::Setup;
use tunescape_core::space::Point;
use tunescape_core::state::Event;
use tunescape_core::state::landscape::MapEvent;
use tunescape_core::state::race::RaceEvent;
use tunescape_core::state::search::StudyEvent;
use tunescape_core::study;
use tunescape_core::worker::{
    Attempt, Curves, Judged, Prepared, Source, Sources, outcome, propose,
};
use tunescape_engine::net::plain;
use tunescape_engine::train::cpu::CpuTrainer;
use tunescape_engine::train::{Report, Trainer};

/// A trial as the table has it: where it is, and its cost; none where it has come to none.
pub type Row = (Point, Option<f64>);

fn prepared(setup: &Setup) -> Rc<Prepared> {
    let mut sources = Sources::default();
    for name in setup.sets().filter(|name| builtin::ALL.iter().any(|set| set.name == *name)) {
        let payload = crate::driver::data(name);
        sources.keep(Source::Builtin { name: name.into(), payload }, &decode_latin1);
    }
    sources.get(setup).expect("data that can be made")
}

/// Trains one trial to its end.
fn attempt(setup: &Setup, data: &Prepared, point: &[f64]) -> Attempt {
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

pub fn reports(setup: &Setup, point: &[f64]) -> Vec<Report> {
    curves(setup, point).reports.remove(0)
}

/// What a trial at a point is judged by; none where it diverges.
pub fn judged(setup: &Setup, point: &[f64]) -> Option<Judged> {
    attempt(setup, &prepared(setup), point).judged().cloned()
}

/// The study's first `n` trials, of a strategy that goes by losses alone.
pub fn study(setup: &Setup, n: usize) -> Vec<Row> {
    let data = prepared(setup);
    let mut events = Vec::new();
    let mut row = |trial: usize| {
        let proposal = match setup.search.hand.iter().find(|placed| placed.0 == trial) {
            Some(placed) => Proposal { point: placed.1.clone(), reason: Reason::Hand },
            None => propose(setup, &events).expect("events that fit"),
        };
        let point = proposal.point.clone();
        let objective = setup.objective(data.task);
        let outcome = outcome(attempt(setup, &data, &point).judged(), objective);
        events.push(study::Event::Proposed { trial, proposal });
        events.push(study::Event::Completed { trial, outcome });
        (point, outcome.loss())
    };
    (0..n).map(&mut row).collect()
}

/// The mean loss on the test part.
pub fn test_loss(setup: &Setup, point: &[f64]) -> f64 {
    let data = prepared(setup);
    let attempt = attempt(setup, &data, point);
    let weights = pollster::block_on(attempt.weights(0, &mut async || ())).expect("the CPU trains");
    let weights: Vec<f64> = weights[0].iter().map(|&w| f64::from(w)).collect();
    let (net, test) = (attempt.net(), &data.split().test);
    let loss = |row: usize| {
        let x: Vec<f64> = test.row(row).iter().map(|&x| f64::from(x)).collect();
        let outputs = plain::forward(net, &weights, &x).pop().expect("a last layer");
        plain::loss(net, &outputs, test.target(row))
    };
    (0..test.rows()).map(loss).sum::<f64>() / test.rows() as f64
}

impl Page {
    /// The trials that the table shows.
    pub fn rows(&self) -> Vec<Row> {
        let rows = self.points().into_iter().zip(self.losses());
        rows.take(self.setup().search.shown).collect()
    }

    /// How the study's trials ended.
    pub fn outcomes(&self) -> Vec<Option<Outcome>> {
        self.state.study.study.trials().iter().map(|trial| trial.outcome).collect()
    }

    /// Whether each trial was placed by hand.
    pub fn by_hand(&self) -> Vec<bool> {
        self.state.study.study.trials().iter().map(|trial| trial.reason == Reason::Hand).collect()
    }

    /// Something is done with the study, and comes to its end.
    pub fn study(&mut self, event: StudyEvent) {
        self.happen(Event::Study(event));
        self.settle();
    }

    /// Something is done on the map, and comes to its end.
    pub fn map(&mut self, event: MapEvent) {
        self.happen(Event::Map(event));
        self.settle();
    }

    /// Something is done in the race, and comes to its end.
    pub fn race(&mut self, event: RaceEvent) {
        self.happen(Event::Race(event));
        self.settle();
    }

    /// A setting is changed, and what that brings about comes to its end.
    pub fn change(&mut self, setting: &str, value: impl Into<serde_json::Value>) {
        self.set(setting, value);
        self.settle();
    }

    /// The page as it comes back when it is loaded anew.
    pub fn loaded_anew(&self) -> Page {
        Page::open(&self.address)
    }
}
