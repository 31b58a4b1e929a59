//! Any strategy asked about trials from elsewhere, by its own code: what its model says of them
//! after any number of them, where it would go next and why, and what mattered.

use super::convert::Converted;
use crate::search::{Figure, Proposal, Reason, Strategy, StrategyName};
use crate::space::Point;
use crate::study::ask::{self, Asking, SurrogateView};
use crate::study::batch::Lie;
use crate::study::importance::{Importance, importance};
use crate::study::{EventError, Study};

/// Which strategy, and how it is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    pub strategy: Strategy,
    pub asking: Asking,
    /// Whether a point that was tried before is skipped.
    pub distinct: bool,
}

impl Question {
    /// The question that page and command ask: with the strategy's defaults and a seed, skipping
    /// points that were tried; trials that still run count as the model believes. Where the study
    /// has a second objective, `pareto` strategies weigh both.
    pub fn of(name: StrategyName, of: &Converted, pareto: bool, seed: u64) -> Self {
        // Some strategies deal out their points by the budget: it is one that people have.
        let budget = (of.len() + 1).max(25);
        Self {
            strategy: Strategy { name, budget, pareto, seed, ..Strategy::default() },
            asking: Asking { seed, at_once: 1, pending: Lie::Believer },
            distinct: true,
        }
    }

    fn study(&self, of: &Converted, n: usize) -> Result<Study, EventError> {
        of.study(&self.strategy, n)
    }

    /// What the strategy would try after the first `n` trials. Trials that its reason names are
    /// those of [`Converted::order`].
    pub fn propose(&self, of: &Converted, n: usize) -> Result<Proposal, EventError> {
        let study = self.study(of, n)?;
        let twin = |point: &Point| study.trials().iter().position(|t| t.point == *point);
        Ok(ask::propose(&study, self.asking, self.distinct.then_some(&twin)))
    }

    /// What the strategy's model says after the first `n` trials, over a map of two parameters and
    /// along each parameter through a point; see [`ask::believe`].
    pub fn believe(
        &self,
        of: &Converted,
        n: usize,
        axes: [usize; 2],
        side: usize,
        through: &Point,
    ) -> Result<SurrogateView, EventError> {
        let mut search = ask::before_next(&self.study(of, n)?, self.asking);
        Ok(ask::believe(&mut *search, &of.space, axes, side, through))
    }

    /// Which parameters mattered in the first `n` trials; none where there are too few to say.
    pub fn explain(&self, of: &Converted, n: usize) -> Result<Option<Importance>, EventError> {
        Ok(importance(&self.study(of, n)?, self.asking.seed))
    }
}

/// Gives the trials that a reason and a figure name other numbers: all of them, not those alone
/// that a strategy may count twice.
pub fn rename(reason: &mut Reason, figure: &mut Figure, number: &impl Fn(usize) -> usize) {
    reason.renumber(number);
    let each = |list: &mut [usize]| list.iter_mut().for_each(|trial| *trial = number(*trial));
    rename_rest(reason, &each);
    match figure {
        Figure::Split { good } => each(good),
        Figure::Fit { taken, left_out, .. } => {
            each(taken);
            left_out.iter_mut().for_each(|(trial, ..)| *trial = number(*trial));
        }
        Figure::Parents { parents, .. } => each(parents),
        Figure::Shrinking { ranked, .. } => each(ranked),
        Figure::None | Figure::Ellipse { .. } | Figure::Simplex { .. } => {}
    }
}

/// The trials that [`Reason::renumber`] leaves as they are.
fn rename_rest(reason: &mut Reason, each: &impl Fn(&mut [usize])) {
    match reason {
        Reason::Parzen { good, .. } => each(good),
        Reason::Bred { parents, .. } => each(parents),
        Reason::Annealed { around, .. } => each(around),
        Reason::Downhill { from, .. } => each(std::slice::from_mut(from)),
        Reason::Weighed { of, .. } => rename_rest(of, each),
        _ => {}
    }
}
