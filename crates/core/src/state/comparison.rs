//! The run on show beside another: the pinned one, or in a lesson the one before.

use super::State;
use super::run::Branch;
use crate::setup::{PARAMETERS, Parameter, Setup};

/// Changes between two runs, at most, of which a learner can still tell what made the difference.
const MOST_CHANGES: usize = 2;

/// Two runs after the same number of epochs.
pub struct Comparison<'a> {
    pub epoch: usize,
    /// The controls that led there, of the other run and of the one on show.
    pub then: &'a Setup,
    pub now: &'a Setup,
    /// Validation losses, in the same order.
    pub there: f64,
    pub here: f64,
}

/// The parameters in which the runs of two set-ups differ: those that count in either.
pub fn differing<'a>(
    old: &'a Setup,
    new: &'a Setup,
) -> impl Iterator<Item = &'static Parameter> + use<'a> {
    let counts = |p: &Parameter| p.acts(old) || p.acts(new);
    PARAMETERS.iter().filter(move |p| (p.get)(old) != (p.get)(new) && counts(p))
}

/// Whether so little differs between two set-ups that it can be held responsible.
fn comparable(old: &Setup, new: &Setup) -> bool {
    let others = [old.data != new.data, old.net.seed != new.net.seed];
    let others = others.into_iter().filter(|differs| *differs).count();
    old.data.name == new.data.name && others + differing(old, new).count() <= MOST_CHANGES
}

/// Whether a branch had the same controls up to an epoch.
fn is_steady(branch: &Branch, epoch: usize) -> bool {
    branch.changes.iter().all(|(from, _)| *from == 0 || *from >= epoch)
}

impl State {
    /// The run that is drawn beside the one on show: the pinned one, or the one before where that
    /// can be compared.
    pub fn ghost(&self) -> Option<&Branch> {
        let (ghost, own) = (self.run.ghost.as_ref()?, self.run.branch()?);
        (self.run.pinned || comparable(ghost.in_force(0), own.in_force(0))).then_some(ghost)
    }

    /// How the run on show compares with that one, after the epoch on show or the last that both
    /// have. Of a run whose controls were changed on its way nothing is said, unless it is pinned.
    pub fn comparison(&self) -> Option<Comparison<'_>> {
        let (ghost, own) = (self.ghost()?, self.run.branch()?);
        let epoch = self.run.frame.as_ref()?.epoch.min(ghost.history.len().checked_sub(1)?);
        let steady = [ghost, own].into_iter().all(|branch| is_steady(branch, epoch));
        if !self.run.pinned && !steady {
            return None;
        }
        let loss = |branch: &Branch| branch.history.get(epoch).map(|r| f64::from(r.valid_loss));
        let (there, here) = (loss(ghost)?, loss(own)?);
        // What is in force after the last epoch did not lead there.
        let led = epoch.saturating_sub(1);
        let (then, now) = (ghost.in_force(led), own.in_force(led));
        // Halfway through the longer of two runs the other is at its end: that misleads.
        if !self.run.pinned && then.training.epochs != now.training.epochs {
            return None;
        }
        (here != there || self.run.pinned).then_some(Comparison { epoch, then, now, there, here })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tunescape_engine::optim::Rule;

    fn names(old: &Setup, new: &Setup) -> Vec<&'static str> {
        differing(old, new).map(|p| p.name).collect()
    }

    #[test]
    fn what_does_not_count_is_no_difference() {
        let (mut old, mut new) = (Setup::default(), Setup::default());
        (old.net.hidden, new.net.hidden) = (vec![4], vec![16]);
        assert_eq!(names(&old, &new), ["units_1"]);
        // What only another optimizer has counts from there on.
        (old.training.beta2, new.training.beta2) = (0.9, 0.99);
        assert_eq!(names(&old, &new), ["units_1"]);
        new.training.rule = Rule::Adam;
        assert!(names(&old, &new).contains(&"rule"));
    }

    #[test]
    fn where_much_differs_nothing_is_compared() {
        let (old, mut new) = (Setup::default(), Setup::default());
        assert!(comparable(&old, &new));
        (new.run.learning_rate, new.run.momentum) = (0.5, 0.5);
        assert!(comparable(&old, &new));
        new.training.batch *= 2;
        assert!(!comparable(&old, &new));
        let mut other = Setup::default();
        other.data.name = "iris".into();
        assert!(!comparable(&old, &other));
    }
}
