//! How long a race takes.

use crate::state::State;

impl State {
    /// Milliseconds that a race will take, at the speed of the processor that was last measured on
    /// this machine. What the strategies compute comes on top, which is little beside training.
    pub fn race_expected(&self) -> Option<f64> {
        let (race, crew) = (&self.setup.race, self.workers().max(1));
        // Each worker races repeats of its own: the one that has the most is the last.
        let repeats = race.repeats.div_ceil(crew) * crew;
        let trials = race.strategies.len() * repeats * self.setup.search.budget;
        Some(self.map_work(trials)? / self.map.speed_cpu?).filter(|ms| ms.is_finite())
    }

    /// Milliseconds until it is over, at its own speed so far.
    pub fn race_time_left(&self) -> Option<f64> {
        let (done, all) = self.race.board.progress();
        let left = || self.race.took * all.saturating_sub(done) as f64 / done as f64;
        (self.race.running() && done > 0).then(left)
    }
}
