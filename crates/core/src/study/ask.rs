//! A strategy asked about a study: what it would try next, and what its model says, whatever the
//! trials are of.

use super::batch::Lie;
use super::{Study, stream};
use crate::search::halton::Halton;
use crate::search::sequence::Sequence;
use crate::search::{Belief, Proposal, Quantity, Search};
use crate::space::{Point, Space};
use serde::{Deserialize, Serialize};

/// How a strategy is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asking {
    pub seed: u64,
    /// How many trials run together; the next one does not hear of those that it runs beside.
    pub at_once: usize,
    /// What is assumed of trials that still run.
    pub pending: Lie,
}

/// The strategy before the next trial, which runs together with the last ones if several run at
/// once.
pub fn before_next(study: &Study, asking: Asking) -> Box<dyn Search> {
    let n = study.trials().len();
    study.search_beside(asking.seed, n - n % asking.at_once.max(1), asking.pending)
}

/// Proposals that were tried before and are skipped for one trial, at most: in a small space all
/// may have been. Draws cost little.
const MAX_SKIPPED: usize = 24;
const MAX_REDRAWN: usize = 200;

/// The number of an earlier trial that is the same as this point.
pub type Twin<'a> = &'a dyn Fn(&Point) -> Option<usize>;

/// What the strategy would try next. With `twin`, what was tried before is skipped.
pub fn propose(study: &Study, asking: Asking, twin: Option<Twin>) -> Proposal {
    let trials = study.trials().len();
    let (mut search, rng) = (before_next(study, asking), &mut stream(asking.seed, trials));
    let mut proposal = search.ask(rng);
    let Some(twin) = twin else { return proposal };
    let draws = study.strategy().name.draws();
    let mut twins = Vec::new();
    for _ in 0..if draws { MAX_REDRAWN } else { MAX_SKIPPED } {
        let Some(number) = twin(&proposal.point) else { break };
        let next = search.ask(rng);
        let outcome = study.trials().get(number).and_then(|trial| trial.outcome);
        // Who does not draw answers the same until it hears what that point has scored.
        if let Some(outcome) = outcome.filter(|_| !draws && next.point == proposal.point) {
            search.tell(&next.point, outcome);
            twins.push(number);
            proposal = search.ask(rng);
        } else {
            proposal = next;
        }
    }
    // A strategy counts what it is told again as further trials.
    proposal.reason.renumber(&|trial| {
        trial.checked_sub(trials).and_then(|again| twins.get(again).copied()).unwrap_or(trial)
    });
    proposal
}

/// Places along a cut, and values of the other parameters that a belief is averaged over.
pub const CUT: usize = 48;
const OTHERS: usize = 12;

/// What a strategy believes, for drawing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SurrogateView {
    /// Over the map's axes.
    pub belief: Belief,
    /// Along each parameter, through one point.
    pub cuts: Vec<Cut>,
}

/// A belief along one parameter's unit interval, ends included; all others as the point has them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cut {
    /// Its place among the searched ones.
    pub param: usize,
    /// Ends of the 68 % interval of the objective and its median between; empty where a strategy
    /// has no such model.
    pub bands: Vec<[f32; 3]>,
    pub layers: Vec<(Quantity, Vec<f32>)>,
}

/// What the strategy believes over a map of two parameters, `side` × `side` values a quantity, row
/// by row from the low end of the second up, the first running fastest; all others as the point
/// has them. And along each parameter through the point.
pub fn believe(
    search: &mut dyn Search,
    space: &Space,
    [across, up]: [usize; 2],
    side: usize,
    through: &Point,
) -> SurrogateView {
    let belief = if across.max(up) < space.dim() && space.contains(through) {
        let unit = space.to_unit(through);
        let at = |[u, v]: [f64; 2]| {
            let mut point = unit.clone();
            (point[across], point[up]) = (u, v);
            space.from_unit(&point)
        };
        let places = cells(side, Some([unit[across], unit[up]]));
        search.belief(&places.into_iter().map(at).collect::<Vec<_>>())
    } else {
        Belief::default()
    };
    let cuts = cuts(search, space, &belief, through);
    SurrogateView { belief, cuts }
}

/// The places of a map's cells: their middles, but in the cell of `exact` its own place. What a
/// strategy went for may be a peak that no middle meets.
pub fn cells(side: usize, exact: Option<[f64; 2]>) -> Vec<[f64; 2]> {
    let mut places: Vec<[f64; 2]> = (0..side * side)
        .map(|c| [c % side, c / side].map(|i| (i as f64 + 0.5) / side as f64))
        .collect();
    if let Some(u) = exact.filter(|u| u.iter().all(|u| (0.0..=1.0).contains(u))) {
        let [across, up] = u.map(|u| ((u * side as f64) as usize).min(side - 1));
        places[up * side + across] = u;
    }
    places
}

/// The belief along each parameter through a point; none where there is no model, or where the
/// point is not of the space.
pub fn cuts(search: &mut dyn Search, space: &Space, belief: &Belief, through: &Point) -> Vec<Cut> {
    if belief.layers.is_empty() || !space.contains(through) {
        return Vec::new();
    }
    let cut = |param: usize| {
        let at = |i: usize| {
            let mut point = through.clone();
            point[param] = space.params[param].from_unit(i as f64 / (CUT - 1) as f64);
            space.settle(&mut point);
            point
        };
        let at: Vec<Point> = (0..CUT).map(at).collect();
        Cut { param, bands: search.bands(&at), layers: search.belief(&at).layers }
    };
    (0..space.dim()).filter(|&i| space.params[i].moves()).map(cut).collect()
}

/// The mean over values of the other parameters, given the points of a map with the others held at
/// a point; of densities, the mean density.
pub fn averaged(
    search: &mut dyn Search,
    space: &Space,
    points: impl Fn(Point) -> Vec<Point>,
) -> Belief {
    let halton = Halton::plain(space.dim());
    let density = |of: Quantity| matches!(of, Quantity::Good | Quantity::Bad);
    let mut mean: Option<Belief> = None;
    for n in 1..=OTHERS {
        let belief = search.belief(&points(space.from_unit(&halton.point(n))));
        let scaled =
            |of, value: f32| if density(of) { libm::expf(value) } else { value } / OTHERS as f32;
        let mean = mean.get_or_insert_with(|| {
            let blank = |(of, values): &(Quantity, Vec<f32>)| (*of, vec![0.0; values.len()]);
            Belief {
                layers: belief.layers.iter().map(blank).collect(),
                figure: belief.figure.clone(),
            }
        });
        for ((of, sum), (_, values)) in mean.layers.iter_mut().zip(&belief.layers) {
            sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += scaled(*of, *value));
        }
    }
    let mut mean = mean.unwrap_or_default();
    let dense = mean.layers.iter_mut().filter(|(of, _)| density(*of));
    dense.for_each(|(_, values)| values.iter_mut().for_each(|v| *v = libm::logf(*v)));
    let layer = |of| {
        mean.layers.iter().find(|(quantity, _)| *quantity == of).map(|(_, values)| values.clone())
    };
    if let (Some(good), Some(bad)) = (layer(Quantity::Good), layer(Quantity::Bad)) {
        let ratio = mean.layers.iter_mut().filter(|(of, _)| *of == Quantity::Ratio);
        ratio.for_each(|(_, values)| {
            *values = good.iter().zip(&bad).map(|(good, bad)| good - bad).collect()
        });
    }
    mean
}
