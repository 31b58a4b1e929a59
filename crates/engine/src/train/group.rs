//! A group of trials side by side in SIMD lanes: their state, and one update of it by the
//! optimiser's rule.

use super::form::Form;
use super::population::Population;
use super::state::State;
use crate::net::{Lanes, Layer};
use crate::optim::{Hyper, NORM_BLOCK, Rule, Update, sign};
use std::ops::Range;

/// Trials that train side by side.
#[derive(Clone)]
pub struct Group {
    /// The trial in each lane; lanes without one train a copy of the last.
    pub trials: Vec<usize>,
    pub stream: usize,
    /// Of each lane.
    pub hyper: Vec<Hyper>,
    pub now: Lined,
    /// What stood after the last finished epoch that was finite.
    pub kept: Lined,
    /// What stood after the best epoch of each lane, where the population remembers it.
    pub best: Option<Lined>,
    /// Epochs reported, epoch 0 among them.
    pub reported: usize,
    /// Batches of the next epoch that have been trained on.
    pub batch: usize,
    /// Updates so far.
    pub updates: usize,
}

/// The [`State`]s of the trials of a group, number by number, each a vector of lanes.
#[derive(Clone)]
pub struct Lined {
    pub weights: Vec<f32>,
    slots: Vec<Vec<f32>>,
    counters: [Vec<f32>; 3],
}

impl Lined {
    fn all(&mut self) -> impl Iterator<Item = &mut Vec<f32>> {
        [&mut self.weights].into_iter().chain(&mut self.slots).chain(&mut self.counters)
    }

    pub fn put(&mut self, lane: usize, lanes: usize, state: &State) {
        let counters = state.counters.chunks(1);
        let from = [&state.weights[..]]
            .into_iter()
            .chain(state.slots.iter().map(|s| &s[..]))
            .chain(counters);
        for (to, from) in self.all().zip(from) {
            to.iter_mut().skip(lane).step_by(lanes).zip(from).for_each(|(to, from)| *to = *from);
        }
    }

    pub fn get(&self, lane: usize, lanes: usize) -> State {
        let take = |from: &Vec<f32>| from.iter().skip(lane).step_by(lanes).copied().collect();
        let counters = [0, 1, 2].map(|i| self.counters[i][lane]);
        State {
            weights: take(&self.weights),
            slots: self.slots.iter().map(take).collect(),
            counters,
        }
    }
}

/// As many lanes as the widest has.
pub const MAX_LANES: usize = 16;

/// Lanes of one of the hyperparameters.
#[inline(always)]
pub fn lanes<V: Lanes>(hyper: &[Hyper], number: fn(&Hyper) -> f32) -> V {
    let mut numbers = [0.0; MAX_LANES];
    numbers.iter_mut().zip(hyper).for_each(|(to, hyper)| *to = number(hyper));
    V::load(&numbers)
}

impl Group {
    pub fn new(population: &Population, stream: usize, trials: &[usize], lanes: usize) -> Self {
        let hyper: Vec<Hyper> = (0..lanes)
            .map(|lane| population.trials[trials[lane.min(trials.len() - 1)]].hyper)
            .collect();
        let start = &population.streams[stream].start;
        let empty = vec![0.0; start.len() * lanes];
        let mut now = Lined {
            weights: empty.clone(),
            slots: vec![empty; population.rule.facts().slots],
            counters: [0, 1, 2].map(|_| vec![0.0; lanes]),
        };
        for (lane, hyper) in hyper.iter().enumerate() {
            now.put(lane, lanes, &State::new(start, population.rule, hyper));
        }
        let kept = now.clone();
        let best = population.remembers.then(|| now.clone());
        Self {
            trials: trials.to_vec(),
            stream,
            hyper,
            now,
            kept,
            best,
            reported: 0,
            batch: 0,
            updates: 0,
        }
    }

    /// One update at these rates, given the gradient of the data loss, which is used up.
    #[inline(always)]
    pub fn update<F: Form>(
        &mut self,
        rule: Rule,
        rates: F::Trial,
        gradient: &mut [f32],
        layers: &[Layer],
        biases: bool,
    ) {
        let hyper = &self.hyper[..];
        let l1: F::Trial = lanes(hyper, |h| h.l1);
        let clip: F::Trial = lanes(hyper, |h| h.clip_value);
        let norm: F::Trial = lanes(hyper, |h| h.clip_norm);
        let (zero, one) = (F::Trial::splat(0.0), F::Trial::splat(1.0));
        let some = |number: fn(&Hyper) -> f32| hyper.iter().any(|h| number(h) > 0.0);
        if some(|h| h.l1) {
            for layer in layers {
                let end = if biases { layer.biases + layer.outputs } else { layer.biases };
                for at in layer.weights..end {
                    let range = at * F::Trial::COUNT..(at + 1) * F::Trial::COUNT;
                    let g = F::Trial::load(&gradient[range.clone()]);
                    let g = g.add(l1.mul(sign(F::Trial::load(&self.now.weights[range.clone()]))));
                    // SAFETY: the range holds `COUNT` numbers.
                    unsafe { g.write(gradient[range].as_mut_ptr()) }
                }
            }
        }
        if some(|h| h.clip_value) {
            let most = clip.if_greater(zero, clip, F::Trial::splat(f32::MAX));
            for g in gradient.chunks_exact_mut(F::Trial::COUNT) {
                let clipped = F::Trial::load(g).at_most(most).at_least(zero.sub(most));
                // SAFETY: as above.
                unsafe { clipped.write(g.as_mut_ptr()) }
            }
        }
        if some(|h| h.clip_norm) {
            let mut total = zero;
            for block in gradient.chunks(NORM_BLOCK * F::Trial::COUNT) {
                let mut sum = zero;
                for g in block.chunks_exact(F::Trial::COUNT) {
                    let g = F::Trial::load(g);
                    sum = sum.add(g.mul(g));
                }
                total = total.add(sum);
            }
            let factor = norm.div(total.sqrt().add(F::Trial::splat(1e-6))).at_most(one);
            let factor = norm.if_greater(zero, factor, one);
            for g in gradient.chunks_exact_mut(F::Trial::COUNT) {
                // SAFETY: as above.
                unsafe { F::Trial::load(g).mul(factor).write(g.as_mut_ptr()) }
            }
        }
        let [a, b, c] = &mut self.now.counters;
        let mut counters = [F::Trial::load(a), F::Trial::load(b), F::Trial::load(c)];
        let update =
            Update::new(rule, |number| lanes::<F::Trial>(hyper, number), rates, &mut counters);
        for (to, counter) in [a, b, c].into_iter().zip(counters) {
            // SAFETY: `load` has seen that `COUNT` numbers are there.
            unsafe { counter.write(to.as_mut_ptr()) }
        }
        for layer in layers {
            let split = layer.biases * F::Trial::COUNT;
            let end = split + layer.outputs * F::Trial::COUNT;
            step_all::<F>(
                rule,
                update,
                &mut self.now,
                gradient,
                layer.weights * F::Trial::COUNT..split,
            );
            let own = if biases { update } else { update.unpenalised() };
            step_all::<F>(rule, own, &mut self.now, gradient, split..end);
        }
    }

    /// Remembers the state as the last finite one, but for the lanes of trials that diverged or are
    /// retired: those rest where they were (numbers that blow up would be slow).
    pub fn keep(&mut self, resting: &[usize], lanes: usize) {
        for &lane in resting {
            let rest = self.kept.get(lane, lanes);
            self.now.put(lane, lanes, &rest);
            self.hyper[lane] = Hyper::REST;
        }
        for (kept, now) in self.kept.all().zip(self.now.all()) {
            kept.copy_from_slice(now);
        }
    }
}

/// Updates the parameters in a range.
#[inline(always)]
fn step_all<F: Form>(
    rule: Rule,
    update: Update<F::Trial>,
    now: &mut Lined,
    gradient: &[f32],
    range: Range<usize>,
) {
    let whole = range.end - range.len() % F::Wide::COUNT;
    step_side_by_side(rule, &update.map(F::spread), now, gradient, range.start..whole);
    if F::Wide::COUNT > F::Trial::COUNT {
        step_side_by_side(rule, &update, now, gradient, whole..range.end);
    }
}

/// Updates the parameters in a range, in a loop of its own for each rule, so that the choice is
/// made once. A macro and no closure: a closure would not be compiled for the lanes' instruction
/// set.
#[inline(always)]
fn step_side_by_side<V: Lanes>(
    rule: Rule,
    update: &Update<V>,
    now: &mut Lined,
    gradient: &[f32],
    range: Range<usize>,
) {
    let gradient = &gradient[range.clone()];
    let weights = &mut now.weights[range.clone()];
    let mut none = [&mut [][..], &mut [], &mut []];
    for (slot, all) in none.iter_mut().zip(&mut now.slots) {
        *slot = &mut all[range.clone()];
    }
    let mut slots = none;
    macro_rules! with {
        ($($rule:ident)*) => {
            match rule {
                $(Rule::$rule => {
                    const SLOTS: usize = Rule::$rule.facts().slots;
                    assert!(weights.len() == gradient.len() && slots[..SLOTS].iter().all(|s| s.len() == gradient.len()));
                    for at in (0..gradient.len()).step_by(V::COUNT) {
                        // SAFETY: all of them have the same length, a multiple of `COUNT`.
                        unsafe {
                            let mut old = [V::splat(0.0); 3];
                            for (slot, old) in slots[..SLOTS].iter().zip(&mut old) {
                                *old = V::read(slot.as_ptr().add(at));
                            }
                            let (w, g) = (V::read(weights.as_ptr().add(at)), V::read(gradient.as_ptr().add(at)));
                            let (w, new) = update.step(Rule::$rule, w, old, g);
                            w.write(weights.as_mut_ptr().add(at));
                            for (slot, new) in slots[..SLOTS].iter_mut().zip(new) {
                                new.write(slot.as_mut_ptr().add(at));
                            }
                        }
                    }
                })*
            }
        };
    }
    with!(Sgd Momentum AveragedMomentum Nesterov Adagrad RmsProp CentredRmsProp Adadelta Adam AdamW NAdam Lion)
}
