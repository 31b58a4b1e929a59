//! What the page must show, from the engine without the page; and short names for what is done with
//! the study, the map and the race.

use crate::driver::Page;
use crate::engine::{attempt, prepared};
use tunescape_core::search::{Outcome, Reason};
use tunescape_core::setup::Setup;
use tunescape_core::space::Point;
use tunescape_core::state::Event;
use tunescape_core::state::landscape::MapEvent;
use tunescape_core::state::race::RaceEvent;
use tunescape_core::state::search::StudyEvent;
use tunescape_engine::net::plain;

pub use crate::engine::{curves, judged, reports, study};

/// A trial as the table has it: where it is, and its cost; none where it has come to none.
pub type Row = (Point, Option<f64>);

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
