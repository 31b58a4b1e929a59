//! What the page must say, computed by the same engine without the page.

use std::rc::Rc;
use tunescape_core::data::builtin;
use tunescape_core::setup::Setup;
use tunescape_core::worker::{Curves, Prepared, Source, Sources};
use tunescape_engine::train::cpu::CpuTrainer;
use tunescape_engine::train::{Report, Trainer};

/// The data of a set-up.
fn data(setup: &Setup) -> Rc<Prepared> {
    let mut sources = Sources::default();
    let name = setup.data.name.clone();
    if builtin::ALL.iter().any(|set| set.name == name) {
        let payload = crate::driver::data(&name);
        sources.keep(Source::Builtin { name, payload });
    }
    sources.get(setup).expect("data that can be made")
}

/// A point's reports by epoch.
pub fn reports(setup: &Setup, point: &[f64]) -> Vec<Report> {
    let data = data(setup);
    let population = setup.population(&data.folds, data.task, &[point.to_vec()]);
    let mut trainer = CpuTrainer::new(population).expect("a population that can train");
    pollster::block_on(trainer.advance(setup.training.epochs, &mut || false))
        .expect("the CPU trains");
    Curves::of(&trainer, &[0], 0, setup.training.epochs).reports.remove(0)
}
