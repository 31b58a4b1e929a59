//! A genetic algorithm: Holland (1975), with the operators of Optuna's NSGAIISampler for one
//! objective.
//!
//! | symbol | code | meaning |
//! |---|---|---|
//! | P | `size` | trials of a generation: a fifth of the budget, 4 to 50 (Optuna: 50, more than most budgets here) |
//! | d | | parameters that can move |
//!
//! The first generation is drawn uniformly. Every later one is bred from the P best of all earlier
//! trials: two parents, each the better of two drawn ones; nine times in ten the child mixes them,
//! taking each parameter from either with equal chance (uniform crossover, Syswerda 1989), else it
//! takes the first parent's; then each parameter is, with probability 1/d, moved by a normal draw
//! of a tenth of its range, a choice drawn anew. Optuna draws every mutated one anew, which in a
//! small budget spends most mutations far from anything good.

use super::{
    Belief, Figure, Outcome, Proposal, Reason, Search, below, draw, normal, rank_value, ranked,
    uniform,
};
use crate::space::{Point, Space};
use rand::Rng;

const CROSSOVER: f64 = 0.9;
const MUTATION: f64 = 0.1;

pub struct Genetic {
    space: Space,
    size: usize,
    told: Vec<Point>,
    losses: Vec<f64>,
}

impl Genetic {
    pub fn new(space: &Space, budget: usize) -> Self {
        Self {
            space: space.clone(),
            size: (budget / 5).clamp(4, 50),
            told: Vec::new(),
            losses: Vec::new(),
        }
    }

    /// The generation that is being bred, and the trials that may become parents.
    fn parents(&self) -> (usize, Vec<usize>) {
        let generation = self.told.len() / self.size;
        let mut parents = ranked(&self.losses[..generation * self.size]);
        parents.truncate(self.size);
        (generation, parents)
    }
}

impl Search for Genetic {
    fn ask(&mut self, rng: &mut dyn Rng) -> Proposal {
        let mut unit = draw(&self.space, rng);
        let (generation, pool) = self.parents();
        if generation == 0 {
            return Proposal { point: self.space.from_unit(&unit), reason: Reason::Random };
        }
        // The pool is sorted: the better of two is the earlier.
        let parents = [0; 2].map(|_| pool[below(pool.len(), rng).min(below(pool.len(), rng))]);
        let mixes = uniform(rng) < CROSSOVER;
        let free = self.space.params.iter().filter(|p| p.moves()).count().max(1);
        let (mut from, mut mutated) = (Vec::new(), Vec::new());
        for (i, p) in self.space.params.iter().enumerate() {
            let parent = u8::from(mixes && uniform(rng) < 0.5);
            let mutates = p.moves() && uniform(rng) * (free as f64) < 1.0;
            let inherited = p.to_unit(self.told[parents[usize::from(parent)]][i]);
            match (mutates, p.is_choice()) {
                (true, true) => {}
                (true, false) => unit[i] = mirrored(inherited + MUTATION * normal(rng)),
                (false, _) => unit[i] = inherited,
            }
            from.push(parent);
            mutated.push(mutates);
        }
        let member = self.told.len() % self.size;
        let reason = Reason::Bred { generation, member, of: self.size, parents, from, mutated };
        Proposal { point: self.space.from_unit(&unit), reason }
    }

    fn tell(&mut self, point: &[f64], outcome: Outcome) {
        self.told.push(point.to_vec());
        self.losses.push(rank_value(outcome));
    }

    fn belief(&mut self, _: &[Point]) -> Belief {
        let (generation, parents) = self.parents();
        Belief {
            layers: Vec::new(),
            figure: Figure::Parents { generation, of: self.size, parents },
        }
    }
}

/// Back into the unit interval, mirrored at its ends, so that they do not collect what leaves.
fn mirrored(u: f64) -> f64 {
    let u = if u < 0.0 { -u } else { u };
    let u = if u > 1.0 { 2.0 - u } else { u };
    u.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::{Param, Scale};
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn children_have_their_parents_values_but_where_they_mutate() {
        let unit = |name| Param::new(name, 0.0, 1.0, Scale::Linear).unwrap();
        let space = Space::new(vec![unit("a"), unit("b"), unit("c")]);
        let mut search = Genetic::new(&space, 50);
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let mut told: Vec<Point> = Vec::new();
        let mut mutations = 0;
        for n in 0..300 {
            let Proposal { point, reason } = search.ask(&mut rng);
            match reason {
                Reason::Random => assert!(n < 10),
                Reason::Bred { generation, member, of, parents, from, mutated } => {
                    assert_eq!((generation, member, of), (n / 10, n % 10, 10));
                    assert!(parents.iter().all(|&p| p < generation * 10));
                    for i in 0..3 {
                        let same = point[i] == told[parents[usize::from(from[i])]][i];
                        assert_eq!(same, !mutated[i]);
                        mutations += usize::from(mutated[i]);
                    }
                }
                other => panic!("{other:?}"),
            }
            search.tell(&point, Outcome::Value(point.iter().map(|x| (x - 0.4) * (x - 0.4)).sum()));
            told.push(point);
        }
        assert!((230..350).contains(&mutations), "{mutations} of 870 values, a third on average");
    }
}
