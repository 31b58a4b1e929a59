//! What the conditions of a lesson can ask of the page: the set-up, and what has been found with it.

use crate::lesson;
use crate::metrics;
use crate::state::State;
use serde_json::{Value, json};

impl State {
    /// Asks conditions; see [`lesson::facts::FACTS`]. The tree of the set-up is made once for all of them.
    pub(super) fn with_facts<T>(&self, ask: impl FnOnce(&dyn Fn(&str) -> Option<Value>) -> T) -> T {
        let tree = lesson::facts::tree(&self.setup);
        let other = |name: &str| self.fact(name);
        ask(&lesson::facts::of(&tree, &other))
    }

    /// What a condition can ask beyond the set-up.
    fn fact(&self, name: &str) -> Option<Value> {
        let frame = self.run.frame.as_ref();
        let report = || self.run.history().get(frame?.epoch);
        let of_two = || self.confusion().filter(|confusion| confusion.len() == 2);
        let you = || self.race.you.iter().filter_map(|s| s.outcome.loss()).min_by(f64::total_cmp);
        Some(match name {
            "run.epoch" => json!(frame?.epoch),
            "run.changed" => json!(self.changed_at()?),
            "run.train_loss" => json!(report()?.train_loss),
            "run.valid_loss" => json!(report()?.valid_loss),
            "run.diverged" => json!(frame?.diverged.is_some()),
            "judged.threshold" => json!(self.inspection.threshold),
            "judged.accuracy" => json!(metrics::accuracy(&self.confusion()?)),
            "judged.precision" => json!(metrics::precision(&of_two()?)[1]),
            "judged.recall" => json!(metrics::recall(&of_two()?)[1]),
            // Known where the run rests.
            "run.limit" => json!(self.run.sharp.as_ref()?.limit?),
            "map.finished" => json!(self.map.finished()),
            "map.epoch" => json!(self.map.shown_epoch()),
            "map.marked" => json!(self.map.mark.is_some()),
            "map.zooms" => json!(self.setup.map.zoom.len()),
            "search.done" => json!(self.study.done()),
            "search.shown" => json!(self.setup.search.shown.min(self.study.done())),
            "search.epochs" => json!(self.study.study.epochs(self.setup.search.shown)),
            "search.earlier" => json!(self.setup.search.earlier.len()),
            "search.tested" => json!(self.study.tested.len()),
            "population.best" => json!(self.study.after_search.evolved(&self.setup)?.best()?.1),
            "search.best" => json!(self.scored(self.study.best(self.setup.search.shown)?.1)),
            "race.trials" => json!(self.race.shown()),
            "race.leader" => {
                let first = self.race.board.standings(self.race.shown(), None).first()?.strategy;
                json!(self.setup.race.strategies.get(first)?.key())
            }
            "race.you.trials" => json!(self.race.you.len()),
            "race.you.over" => json!(self.setup.race.you && !self.hides_truth()),
            "race.you.best" => json!(you()?),
            "race.you.beaten" => json!(self.beaten()?),
            _ => return None,
        })
    }
}
