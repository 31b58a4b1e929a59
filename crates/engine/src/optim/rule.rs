//! The update rules: one row of [`Rule::facts`] and one arm of [`Update::step`] (and of its WGSL
//! twin) each.
//!
//! | symbol | meaning |
//! |---|---|
//! | w, g | parameter, its gradient (penalties included) |
//! | η, β, β₁, β₂, α, ρ, ε | learning rate, momentum, decay rates of the averages, a small number |
//! | v, m, s, u | slots: velocity, first and second moment, mean square of the steps d |
//! | | slots are what a rule remembers of each parameter, 0 at the start unless said |
//! | τ | dampening |
//! | λ, λ₁, λ₂ | decoupled weight decay, L1, coupled weight decay (L2) |
//! | k | updates so far, this one included |

use super::{Hyper, TINY};
use crate::net::{Lanes, math};
use serde::{Deserialize, Serialize};

/// The rule that turns a gradient into a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// PyTorch's `SGD`.
    Sgd,
    /// PyTorch's `SGD(momentum)`, with dampening; v = g at the first update.
    Momentum,
    /// An exponential average of gradients from v = 0.
    AveragedMomentum,
    /// PyTorch's `SGD(nesterov=True)`, which refuses dampening: here it has no effect.
    Nesterov,
    /// Duchi, Hazan and Singer 2011, as PyTorch's `Adagrad`. Its sum starts from
    /// `initial_accumulator`.
    Adagrad,
    /// Hinton 2012, as PyTorch's `RMSprop(momentum)`.
    RmsProp,
    /// Graves 2013, as PyTorch's `RMSprop(momentum, centered=True)`.
    CentredRmsProp,
    /// Zeiler 2012, as PyTorch's `Adadelta`.
    Adadelta,
    /// Kingma and Ba 2015, as PyTorch's `Adam`.
    Adam,
    /// Loshchilov and Hutter 2019, as PyTorch's `AdamW`: Adam whose weight decay is decoupled.
    #[serde(rename = "adamw")]
    AdamW,
    /// Dozat 2016, as PyTorch's `NAdam`.
    #[serde(rename = "nadam")]
    NAdam,
    /// Chen and others 2023.
    Lion,
}

/// What there is to know about a rule besides its arithmetic.
pub struct Facts {
    /// What [`super::formula`] puts together: what is subtracted from w, and what is computed
    /// before that and after it.
    pub(super) before: &'static str,
    pub(super) step: &'static str,
    pub(super) after: &'static str,
    /// Numbers remembered for each parameter.
    pub slots: usize,
    /// Whether it uses `momentum`, `beta2`, `epsilon`.
    pub momentum: bool,
    pub beta2: bool,
    pub epsilon: bool,
}

impl Rule {
    pub const ALL: [Rule; 12] = [
        Rule::Sgd,
        Rule::Momentum,
        Rule::AveragedMomentum,
        Rule::Nesterov,
        Rule::Adagrad,
        Rule::RmsProp,
        Rule::CentredRmsProp,
        Rule::Adadelta,
        Rule::Adam,
        Rule::AdamW,
        Rule::NAdam,
        Rule::Lion,
    ];

    pub const fn facts(self) -> Facts {
        const fn row(
            slots: usize,
            momentum: bool,
            beta2: bool,
            epsilon: bool,
            [before, step, after]: [&'static str; 3],
        ) -> Facts {
            Facts { before, step, after, slots, momentum, beta2, epsilon }
        }
        const ADAM: [&str; 3] = [
            "m ← β₁m + (1−β₁)g,  s ← β₂s + (1−β₂)g²,  m̂ = m/(1−β₁ᵏ),  ŝ = s/(1−β₂ᵏ)",
            "η·m̂/(√ŝ + ε)",
            "",
        ];
        const NADAM: [&str; 3] = [
            "m ← β₁m + (1−β₁)g,  s ← β₂s + (1−β₂)g²,  ŝ = s/(1−β₂ᵏ),  \
             μₖ = β₁(1 − ½·0.96^(kψ)),  P = μ₁⋯μₖ",
            "η·(μₖ₊₁m/(1−Pμₖ₊₁) + (1−μₖ)g/(1−P))/(√ŝ + ε)",
            "",
        ];
        match self {
            Rule::Sgd => row(0, false, false, false, ["", "ηg", ""]),
            Rule::Momentum => row(1, true, false, false, ["v ← βv + g", "ηv", ""]),
            Rule::AveragedMomentum => row(1, true, false, false, ["v ← βv + (1−β)g", "ηv", ""]),
            Rule::Nesterov => row(1, true, false, false, ["v ← βv + g", "η(g + βv)", ""]),
            Rule::Adagrad => row(1, false, false, true, ["s ← s + g²", "ηg/(√s + ε)", ""]),
            Rule::RmsProp => {
                let before = "s ← αs + (1−α)g²,  v ← βv + g/(√s + ε)";
                row(2, true, true, true, [before, "ηv", ""])
            }
            Rule::CentredRmsProp => {
                let before = "s ← αs + (1−α)g²,  m ← αm + (1−α)g,  v ← βv + g/(√(s−m²) + ε)";
                row(3, true, true, true, [before, "ηv", ""])
            }
            Rule::Adadelta => {
                let before = "s ← ρs + (1−ρ)g²,  d = g·√(u+ε)/√(s+ε),  u ← ρu + (1−ρ)d²";
                row(2, false, true, true, [before, "ηd", ""])
            }
            Rule::Adam | Rule::AdamW => row(2, true, true, true, ADAM),
            Rule::NAdam => row(2, true, true, true, NADAM),
            Rule::Lion => {
                let step = "η·sign(β₁m + (1−β₁)g)";
                row(1, true, true, false, ["", step, "m ← β₂m + (1−β₂)g"])
            }
        }
    }

    /// Its name in translations.
    pub fn key(self) -> &'static str {
        match self {
            Rule::Sgd => "sgd",
            Rule::Momentum => "momentum",
            Rule::AveragedMomentum => "averaged",
            Rule::Nesterov => "nesterov",
            Rule::Adagrad => "adagrad",
            Rule::RmsProp => "rmsprop",
            Rule::CentredRmsProp => "centred",
            Rule::Adadelta => "adadelta",
            Rule::Adam => "adam",
            Rule::AdamW => "adamw",
            Rule::NAdam => "nadam",
            Rule::Lion => "lion",
        }
    }

    /// Whether the rule uses `momentum`.
    pub fn has_momentum(self) -> bool {
        self.facts().momentum
    }

    /// The symbol of its first slot, where it has one.
    pub fn first_slot(self) -> &'static str {
        match self {
            Rule::Sgd | Rule::Momentum | Rule::AveragedMomentum | Rule::Nesterov => "v",
            Rule::Adagrad | Rule::RmsProp | Rule::CentredRmsProp | Rule::Adadelta => "s",
            Rule::Adam | Rule::AdamW | Rule::NAdam | Rule::Lion => "m",
        }
    }

    /// What a slot holds of each parameter before the first update.
    pub fn slot_start(self, hyper: &Hyper) -> f32 {
        if self == Rule::Adagrad { hyper.initial_accumulator } else { 0.0 }
    }

    /// The field's defaults: PyTorch's where it has the rule, the paper's for Lion; momentum 0.9
    /// where it has none.
    pub fn defaults(self) -> Hyper {
        let base =
            Hyper { momentum: if self.has_momentum() { 0.9 } else { 0.0 }, ..Hyper::default() };
        match self {
            Rule::Sgd | Rule::Momentum | Rule::AveragedMomentum | Rule::Nesterov => base,
            Rule::Adagrad => Hyper { learning_rate: 0.01, epsilon: 1e-10, ..base },
            Rule::RmsProp | Rule::CentredRmsProp => {
                Hyper { learning_rate: 0.01, beta2: 0.99, momentum: 0.0, ..base }
            }
            Rule::Adadelta => Hyper { learning_rate: 1.0, beta2: 0.9, epsilon: 1e-6, ..base },
            Rule::Adam => Hyper { learning_rate: 0.001, ..base },
            Rule::AdamW => Hyper { learning_rate: 0.001, decay: 0.01, ..base },
            Rule::NAdam => Hyper { learning_rate: 0.002, ..base },
            Rule::Lion => Hyper { learning_rate: 0.0001, beta2: 0.99, ..base },
        }
    }
}

/// What one update of a lane group needs besides the gradient, a lane a trial. Made once an update.
#[derive(Clone, Copy)]
pub struct Update<V> {
    /// η of this update.
    pub rate: V,
    pub l2: V,
    pub decay: V,
    pub momentum: V,
    pub beta2: V,
    pub epsilon: V,
    /// Weight of the gradient in momentum's v: 1 at the first update, then 1 − dampening.
    pub fresh: V,
    /// Adam's 1/(1 − β₁ᵏ), NAdam's μₖ₊₁/(1 − Pμₖ₊₁).
    pub first: V,
    /// NAdam's (1 − μₖ)/(1 − P).
    pub now: V,
    /// 1/(1 − β₂ᵏ).
    pub second: V,
}

impl<V: Lanes> Update<V> {
    /// The update of trials with these hyperparameters at rates `rate`. `counters` are their
    /// updates so far, the product of their β₁ (of NAdam's μ) and of their β₂; they move on by
    /// one update.
    #[inline(always)]
    pub fn new(
        rule: Rule,
        hyper: impl Fn(fn(&Hyper) -> f32) -> V,
        rate: V,
        counters: &mut [V; 3],
    ) -> Self {
        let (zero, one) = (V::splat(0.0), V::splat(1.0));
        let (momentum, beta2) = (hyper(|h| h.momentum), hyper(|h| h.beta2));
        let updates = counters[0].add(one);
        let decay = hyper(|h| h.momentum_decay);
        let (mut first, mut now) = (zero, zero);
        let product = if rule == Rule::NAdam {
            let mu_now = nadam_momentum(momentum, decay, updates);
            let mu_next = nadam_momentum(momentum, decay, updates.add(one));
            let product = counters[1].mul(mu_now);
            first = mu_next.div(one.sub(product.mul(mu_next)));
            now = one.sub(mu_now).div(one.sub(product));
            product
        } else {
            counters[1].mul(momentum)
        };
        if matches!(rule, Rule::Adam | Rule::AdamW) {
            first = one.div(one.sub(product));
        }
        let product2 = counters[2].mul(beta2);
        // Dampening belongs to plain momentum alone.
        let fresh = match rule {
            Rule::Momentum => counters[0].if_greater(zero, one.sub(hyper(|h| h.dampening)), one),
            _ => one,
        };
        // Products that only shrink would end as denormal numbers.
        *counters = [updates, flushed(product), flushed(product2)];
        Self {
            rate,
            l2: hyper(|h| h.l2),
            decay: hyper(|h| h.decay),
            momentum,
            beta2,
            epsilon: hyper(|h| h.epsilon),
            fresh,
            first,
            now,
            second: one.div(one.sub(product2)),
        }
    }

    /// The same with each number as something else.
    #[inline(always)]
    pub fn map<T: Lanes>(self, f: fn(V) -> T) -> Update<T> {
        Update {
            rate: f(self.rate),
            l2: f(self.l2),
            decay: f(self.decay),
            momentum: f(self.momentum),
            beta2: f(self.beta2),
            epsilon: f(self.epsilon),
            fresh: f(self.fresh),
            first: f(self.first),
            now: f(self.now),
            second: f(self.second),
        }
    }

    /// The same without weight decay, as for biases that are not penalised.
    pub fn unpenalised(self) -> Self {
        Self { l2: V::splat(0.0), decay: V::splat(0.0), ..self }
    }

    /// One parameter's new value and slots, given the gradient of the data loss, with L1 and
    /// clipped.
    #[inline(always)]
    pub fn step(&self, rule: Rule, w: V, [a, b, c]: [V; 3], g: V) -> (V, [V; 3]) {
        let (zero, one) = (V::splat(0.0), V::splat(1.0));
        let g = g.add(self.l2.mul(w));
        let w = w.sub(self.rate.mul(self.decay).mul(w));
        let average = |old: V, share: V, new: V| share.mul(old).add(one.sub(share).mul(new));
        let (step, slots) = match rule {
            Rule::Sgd => (g, [a, b, c]),
            Rule::Momentum => {
                let v = self.momentum.mul(a).add(self.fresh.mul(g));
                (v, [v, b, c])
            }
            Rule::AveragedMomentum => {
                let v = average(a, self.momentum, g);
                (v, [v, b, c])
            }
            Rule::Nesterov => {
                let v = self.momentum.mul(a).add(g);
                (g.add(self.momentum.mul(v)), [v, b, c])
            }
            Rule::Adagrad => {
                let sum = a.add(g.mul(g));
                (g.div(sum.sqrt().add(self.epsilon)), [sum, b, c])
            }
            Rule::RmsProp => {
                let q = average(a, self.beta2, g.mul(g));
                let step = self.momentum.mul(b).add(g.div(q.sqrt().add(self.epsilon)));
                (step, [q, step, c])
            }
            Rule::CentredRmsProp => {
                let (q, m) = (average(a, self.beta2, g.mul(g)), average(c, self.beta2, g));
                let spread = q.sub(m.mul(m)).at_least(zero);
                let step = self.momentum.mul(b).add(g.div(spread.sqrt().add(self.epsilon)));
                (step, [q, step, m])
            }
            Rule::Adadelta => {
                let q = average(a, self.beta2, g.mul(g));
                let step = b.add(self.epsilon).sqrt().div(q.add(self.epsilon).sqrt()).mul(g);
                (step, [q, average(b, self.beta2, step.mul(step)), c])
            }
            Rule::Adam | Rule::AdamW => {
                let (m, q) = (average(a, self.momentum, g), average(b, self.beta2, g.mul(g)));
                (m.mul(self.first).div(q.mul(self.second).sqrt().add(self.epsilon)), [m, q, c])
            }
            Rule::NAdam => {
                let (m, q) = (average(a, self.momentum, g), average(b, self.beta2, g.mul(g)));
                let ahead = m.mul(self.first).add(g.mul(self.now));
                (ahead.div(q.mul(self.second).sqrt().add(self.epsilon)), [m, q, c])
            }
            Rule::Lion => {
                let mixed = average(a, self.momentum, g);
                (sign(mixed), [average(a, self.beta2, g), b, c])
            }
        };
        // One by one: what an array's `map` is given would not be compiled for the lanes.
        let [a, b, c] = slots;
        (flushed(w.sub(self.rate.mul(step))), [flushed(a), flushed(b), flushed(c)])
    }
}

/// NAdam's μ of update k; exp keeps 0.96^(kψ) the same everywhere.
#[inline(always)]
fn nadam_momentum<V: Lanes>(momentum: V, decay: V, k: V) -> V {
    let power = math::exp(decay.mul(V::splat(LN_096)).mul(k));
    momentum.mul(V::splat(1.0).sub(V::splat(0.5).mul(power)))
}

/// ln 0.96.
pub const LN_096: f32 = -0.040_821_995;

/// −1, 0 or 1; of a NaN, the NaN.
#[inline(always)]
pub(crate) fn sign<V: Lanes>(x: V) -> V {
    let zero = V::splat(0.0);
    x.if_greater(zero, V::splat(1.0), zero.if_greater(x, V::splat(-1.0), x))
}

/// 0 instead of what is smaller than [`TINY`].
#[inline(always)]
fn flushed<V: Lanes>(x: V) -> V {
    let zero = V::splat(0.0);
    V::splat(TINY).if_greater(x.at_least(zero.sub(x)), zero, x)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lion has no row in the golden traces: two updates by hand.
    #[test]
    fn lion_steps_by_the_sign_of_its_mixed_average() {
        let hyper = Hyper { momentum: 0.9, beta2: 0.5, decay: 0.1, ..Hyper::default() };
        let (mut w, mut slots, mut counters) = (1.0_f32, [0.0; 3], [0.0, 1.0, 1.0]);
        for (g, wanted, m) in
            [(2.0, 1.0 - 0.25 * 0.1 - 0.25, 1.0), (-30.0, 0.725 * 0.975 + 0.25, -14.5)]
        {
            let update = Update::<f32>::new(Rule::Lion, |f| f(&hyper), 0.25, &mut counters);
            (w, slots) = update.step(Rule::Lion, w, slots, g);
            assert!((w - wanted).abs() < 1e-6 && slots[0] == m, "{w} {slots:?}");
        }
        assert_eq!(counters[0], 2.0);
    }

    #[test]
    fn what_is_tiny_becomes_nothing() {
        let mut counters = [0.0, 1.0, 1.0];
        let update =
            Update::<f32>::new(Rule::Momentum, |f| f(&Hyper::default()), 0.1, &mut counters);
        assert_eq!(update.step(Rule::Momentum, 1e-35, [0.0; 3], 1e-38), (0.0, [0.0; 3]));
        assert_eq!(sign(-0.0_f32), 0.0);
    }
}
