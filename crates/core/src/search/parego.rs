//! Two objectives: a loss and what training costs.
//!
//! Any strategy that learns is made to minimise both by telling it one number for the two. The
//! number is another one for every trial, so that the trials spread along the front instead of
//! meeting at one compromise.
//!
//! | symbol | code | meaning |
//! |---|---|---|
//! | f₁, f₂ | | loss and log cost, each from 0 (best seen) to 1 (worst seen) |
//! | λ | `weight` | share of the loss, one of 0, 0.1, … 1, drawn anew for each trial |
//! | ρ | [`RHO`] | 0.05 |
//! | y | | max(λ f₁, (1 − λ) f₂) + ρ (λ f₁ + (1 − λ) f₂) |
//!
//! ParEGO: Knowles (2006), with its augmented Tchebycheff function; there for a Gaussian process
//! alone. The genetic algorithm needs no weights: it is told how trials rank by NSGA-II (Deb et al.
//! 2002), first by how many fronts lie before theirs, then by how lonely they are in it.

use super::scramble::hash;
use super::{Belief, Outcome, Proposal, Reason, Search, Strategy, StrategyName};
use crate::sort::sort_by;
use crate::space::{Point, Space};
use rand::Rng;

/// Share of the sum beside the maximum.
const RHO: f64 = 0.05;
/// Weights are multiples of one in so many.
const WEIGHTS: u64 = 10;

/// One trial: its point, outcome and cost.
struct Told {
    point: Point,
    outcome: Outcome,
    cost: f64,
}

pub struct ParEgo {
    of: Strategy,
    space: Space,
    told: Vec<Told>,
    cost: f64,
}

impl ParEgo {
    pub fn new(strategy: &Strategy, space: &Space) -> Self {
        // What an earlier study says of losses, it does not say of both together.
        let of = Strategy { pareto: false, earlier: Vec::new(), ..strategy.clone() };
        Self { of, space: space.clone(), told: Vec::new(), cost: 0.0 }
    }

    /// λ of the next trial.
    fn weight(&self) -> f64 {
        let drawn = hash(&[self.of.seed, self.told.len() as u64, 1]);
        (drawn % (WEIGHTS + 1)) as f64 / WEIGHTS as f64
    }

    /// Loss and log cost of each trial that has a loss, each from 0 to 1 over all that have.
    fn scaled(&self) -> Vec<Option<[f64; 2]>> {
        let both = |t: &Told| Some([t.outcome.seen()?, libm::log(t.cost.max(1e-300))]);
        let all: Vec<_> = self.told.iter().map(both).collect();
        let ends = |k: usize| {
            let values = all.iter().flatten().map(|both| both[k]);
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)))
        };
        let ends = [ends(0), ends(1)];
        let scale = |k: usize, v: f64| {
            let (low, high) = ends[k];
            if high > low { ((v - low) / (high - low)).clamp(0.0, 1.0) } else { 0.0 }
        };
        all.into_iter()
            .map(|both| both.map(|[loss, cost]| [scale(0, loss), scale(1, cost)]))
            .collect()
    }

    /// The strategy as it is after the trials, told of both objectives as one.
    fn inner(&self) -> Box<dyn Search> {
        let mut search = self.of.start(&self.space);
        let (weight, scaled) = (self.weight(), self.scaled());
        let one = |&both: &Option<[f64; 2]>| {
            let [a, b] = both.map(|[loss, cost]| [weight * loss, (1.0 - weight) * cost])?;
            Some(a.max(b) + RHO * (a + b))
        };
        let values = if self.of.name == StrategyName::Genetic {
            crowded(&scaled)
        } else {
            scaled.iter().map(one).collect()
        };
        for (told, value) in self.told.iter().zip(values) {
            let outcome = match (told.outcome, value) {
                (Outcome::Value(_), Some(value)) => Outcome::Value(value),
                (Outcome::Pruned { epoch, .. }, Some(loss)) => Outcome::Pruned { epoch, loss },
                (other, _) => other,
            };
            search.tell(&told.point, outcome);
        }
        search
    }
}

impl Search for ParEgo {
    fn ask(&mut self, rng: &mut dyn Rng) -> Proposal {
        let Proposal { point, reason } = self.inner().ask(rng);
        // Before there is a model, and where there are no weights, nothing is weighed.
        let weighs =
            !matches!(reason, Reason::Random | Reason::Startup { .. } | Reason::Bred { .. });
        let reason = if weighs {
            Reason::Weighed { loss: self.weight(), of: Box::new(reason) }
        } else {
            reason
        };
        Proposal { point, reason }
    }

    fn tell(&mut self, point: &[f64], outcome: Outcome) {
        let cost = std::mem::take(&mut self.cost);
        self.told.push(Told { point: point.to_vec(), outcome, cost });
    }

    fn cost(&mut self, cost: f64) {
        self.cost = if cost.is_finite() { cost } else { 0.0 };
    }

    fn bands(&mut self, at: &[Point]) -> Vec<[f32; 3]> {
        self.inner().bands(at)
    }

    fn belief(&mut self, at: &[Point]) -> Belief {
        self.inner().belief(at)
    }
}

/// Each trial's place by NSGA-II's crowded comparison, 0 for the best; none where it has no loss.
fn crowded(both: &[Option<[f64; 2]>]) -> Vec<Option<f64>> {
    let beats = |a: [f64; 2], b: [f64; 2]| a != b && a[0] <= b[0] && a[1] <= b[1];
    let mut left: Vec<(usize, [f64; 2])> =
        both.iter().enumerate().filter_map(|(n, b)| Some((n, (*b)?))).collect();
    let mut places = vec![None; both.len()];
    let mut next = 0.0;
    while !left.is_empty() {
        let (mut front, rest): (Vec<_>, Vec<_>) =
            left.iter().partition(|a| !left.iter().any(|b| beats(b.1, a.1)));
        left = rest;
        // A front runs from cheap to good: who comes next in one objective comes next in the other.
        sort_by(&mut front, |a, b| a.1[0].total_cmp(&b.1[0]).then(a.1[1].total_cmp(&b.1[1])));
        let gap = |i: usize| match (
            i.checked_sub(1).map(|i| front[i].1),
            front.get(i + 1).map(|b| b.1),
        ) {
            (Some(a), Some(b)) => (b[0] - a[0]).abs() + (b[1] - a[1]).abs(),
            _ => f64::INFINITY,
        };
        let mut order: Vec<usize> = (0..front.len()).collect();
        sort_by(&mut order, |&a, &b| gap(b).total_cmp(&gap(a)));
        for i in order {
            places[front[i].0] = Some(next);
            next += 1.0;
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::{draw, uniform};
    use crate::space::{Param, Scale};
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn fronts_come_one_after_another_and_the_lonely_first() {
        // Front 0: 0, 1, 2, 3 with 1 and 2 close together; front 1: 4; nothing is known of 5.
        let both = [[0.0, 1.0], [0.4, 0.5], [0.45, 0.45], [1.0, 0.0], [0.6, 0.7]];
        let mut all: Vec<_> = both.into_iter().map(Some).collect();
        all.push(None);
        let places = crowded(&all);
        let mut ends = [places[0], places[3]];
        ends.sort_by(|a, b| a.partial_cmp(b).unwrap());
        assert_eq!(ends, [Some(0.0), Some(1.0)]);
        // The gaps around 1 and 2 are 0.45 + 0.55 and 0.6 + 0.5.
        assert_eq!(
            (places[2], places[1], places[4], places[5]),
            (Some(2.0), Some(3.0), Some(4.0), None)
        );
    }

    /// Share of the unit square that trials leave undominated: ZDT1-like, with a bent front at u₁ =
    /// u₂ = 0.
    fn missed(name: Option<StrategyName>, pareto: bool, trials: usize, seed: u64) -> f64 {
        let unit = |name| Param::new(name, 0.0, 1.0, Scale::Linear).unwrap();
        let space = Space::new(vec![unit("a"), unit("b"), unit("c")]);
        let strategy = Strategy {
            name: name.unwrap_or(StrategyName::Random),
            budget: trials,
            pareto,
            seed,
            ..Strategy::default()
        };
        let mut search = strategy.start(&space);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut costs = Vec::new();
        for _ in 0..trials {
            let u =
                if name.is_some() { search.ask(&mut rng).point } else { draw(&space, &mut rng) };
            let g = 1.0 + 4.0 * (u[1] + u[2]);
            let (cost, loss) = (libm::exp(u[0]), g * (1.0 - libm::sqrt(u[0] / g)));
            search.cost(cost);
            search.tell(&u, Outcome::Value(loss));
            costs.push([u[0], loss]);
        }
        let samples = 4000;
        let at = |_| [uniform(&mut rng), uniform(&mut rng)];
        let points: Vec<[f64; 2]> = (0..samples).map(at).collect();
        let open = |p: &&[f64; 2]| !costs.iter().any(|c| c[0] <= p[0] && c[1] <= p[1]);
        points.iter().filter(open).count() as f64 / samples as f64
    }

    #[test]
    fn the_front_is_found_better_than_by_chance_and_by_the_loss_alone() {
        let mean = |name, pareto, trials| {
            (0..3).map(|seed| missed(name, pareto, trials, seed)).sum::<f64>() / 3.0
        };
        for (name, trials) in
            [(StrategyName::Bayesian, 30), (StrategyName::Tpe, 40), (StrategyName::Genetic, 200)]
        {
            let (both, chance) = (mean(Some(name), true, trials), mean(None, false, trials));
            // The front itself leaves a third.
            assert!(both < 0.9 * chance, "{name:?}: {both}, by chance {chance}");
        }
        let [both, alone] =
            [true, false].map(|pareto| mean(Some(StrategyName::Bayesian), pareto, 30));
        assert!(both < 0.9 * alone, "{both}, by the loss alone {alone}");
    }
}
