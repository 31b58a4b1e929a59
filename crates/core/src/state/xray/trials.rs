//! The trials of the open study: those of its file, and behind them those that were made by hand.

use super::OpenStudy;
use crate::sort::sort_by;

impl OpenStudy {
    /// Ranks the trials anew: others are there.
    pub(super) fn rank(&mut self) {
        let loss = |trial: usize| match self.loss(trial) {
            loss if loss.is_nan() => f64::INFINITY,
            loss => loss,
        };
        let mut ranked: Vec<usize> = (0..self.trials()).collect();
        sort_by(&mut ranked, |a, b| loss(*b).total_cmp(&loss(*a)).then(b.cmp(a)));
        self.ranked = ranked;
        self.memo.clear();
    }

    /// All trials, the best last: it is drawn on top.
    pub fn worst_first(&self) -> &[usize] {
        &self.ranked
    }

    /// The best loss, and the worst of the better nine tenths: a few very bad ones would make all
    /// others alike.
    pub fn ends(&self) -> [f64; 2] {
        let first = self.ranked.partition_point(|trial| !self.loss(*trial).is_finite());
        let finite = &self.ranked[first..];
        let at = |place: usize| finite.get(place).map(|trial| self.loss(*trial));
        let best = at(finite.len().saturating_sub(1)).unwrap_or(0.0);
        let worst = at(finite.len() / 10).unwrap_or(1.0);
        [best, if worst > best { worst } else { best + best.abs().max(1e-9) }]
    }

    /// Trials, those by hand included.
    pub fn trials(&self) -> usize {
        self.view.len() + self.by_hand.len()
    }

    /// Whether the whole study is told, so that it can go on.
    pub fn at_end(&self) -> bool {
        self.shown == self.trials()
    }

    /// The loss of a trial; not a number where there is none.
    pub fn loss(&self, trial: usize) -> f64 {
        let own = || self.by_hand.get(trial - self.view.len()).map(|own| own.loss);
        self.view.losses.get(trial).copied().or_else(own).unwrap_or(f64::NAN)
    }

    /// Whether a trial went to its end and violates nothing; those typed in do.
    pub fn counts(&self, trial: usize) -> bool {
        trial >= self.view.len() || self.view.counts(trial)
    }

    /// The trial with the least loss of those told that went to their end, and that loss.
    pub fn best(&self) -> Option<(usize, f64)> {
        let file = self.view.best(self.shown);
        let own = self.by_hand.iter().enumerate().take(self.shown.saturating_sub(self.view.len()));
        let own = own.map(|(at, own)| (self.view.len() + at, own.loss));
        file.into_iter().chain(own).min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Where a trial lies along a parameter of the space, from 0 to 1; none where it has none.
    pub fn unit(&self, trial: usize, param: usize) -> Option<f64> {
        if let Some(own) = trial.checked_sub(self.view.len()) {
            let space = self.view.space.as_ref().ok()?;
            let point = &self.by_hand.get(own)?.point;
            let counts = *space.active(point).get(param)?;
            return counts.then(|| space.params[param].to_unit(point[param]));
        }
        let unit = *self.view.units.get(param)?.get(trial)?;
        (!unit.is_nan()).then_some(f64::from(unit))
    }
}
