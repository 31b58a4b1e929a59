//! What a study's trials say about its parameters: which of them matter, and how the loss hangs on each.
//!
//! Two answers, which need not agree: functional ANOVA asks what makes the loss vary anywhere in the space (see
//! [`forest`](super::forest)), PED-ANOVA what the good trials have in common (see [`ped_anova`](super::ped_anova)). Both look
//! at trials that ended with a loss.

use super::forest::Forest;
use super::{Study, ped_anova, stream};
use serde::{Deserialize, Serialize};

/// Places along each parameter's unit interval, ends included, at which [`Importance::along`] is given.
pub const PLACES: usize = 41;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Importance {
    /// Share of the forest's variance that each parameter explains by itself.
    pub alone: Vec<f32>,
    /// Share that a pair explains together and neither by itself: numbers of the two, share; the largest first.
    pub together: Vec<(usize, usize, f32)>,
    /// PED-ANOVA's importances as shares of their sum.
    pub good: Vec<f32>,
    /// Partial dependence: mean loss where a parameter is held and all others run over their ranges, and how far the forest's
    /// trees are apart, at [`PLACES`] places.
    pub along: Vec<Vec<(f32, f32)>>,
}

/// None where fewer than two trials differ in their loss.
pub fn importance(study: &Study, seed: u64) -> Option<Importance> {
    let (x, y) = study.scored();
    let forest = Forest::grow(&x, &y, &mut stream(seed, study.trials().len()))?;
    let d = study.space().dim();
    let moves: Vec<usize> = (0..d).filter(|&c| study.space().params[c].moves()).collect();
    let pairs = moves.iter().flat_map(|&a| moves.iter().filter(move |b| **b > a).map(move |&b| (a, b)));
    let mut together: Vec<_> = pairs.map(|(a, b)| (a, b, forest.together(a, b) as f32)).collect();
    together.sort_by(|a, b| b.2.total_cmp(&a.2));
    let good = ped_anova::importance(study);
    let sum = good.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    let place = |i: usize| i as f64 / (PLACES - 1) as f64;
    let point = |c: usize, i: usize| forest.along(c, place(i));
    Some(Importance {
        alone: (0..d).map(|c| forest.alone(c) as f32).collect(),
        together,
        good: good.iter().map(|g| (g / sum) as f32).collect(),
        along: (0..d)
            .map(|c| (0..PLACES).map(|i| point(c, i)).map(|(mean, std)| (mean as f32, std as f32)).collect())
            .collect(),
    })
}
