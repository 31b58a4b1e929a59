//! Any strategy asked about trials from elsewhere, by its own code: what its model says of them
//! after any number of them, where it would go next and why, and what mattered.

use super::convert::Converted;
use crate::search::{Proposal, Strategy};
use crate::space::Point;
use crate::study::ask::{self, Asking, Mind};
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
    ) -> Result<Mind, EventError> {
        let mut search = ask::before_next(&self.study(of, n)?, self.asking);
        Ok(ask::believe(&mut *search, &of.space, axes, side, through))
    }

    /// Which parameters mattered in the first `n` trials; none where there are too few to say.
    pub fn explain(&self, of: &Converted, n: usize) -> Result<Option<Importance>, EventError> {
        Ok(importance(&self.study(of, n)?, self.asking.seed))
    }
}
