//! How the networks are trained, as a part of the set-up: the rule, its numbers, the schedule.

use serde::{Deserialize, Serialize};
use tunescape_engine::optim::{Rule, Schedule};

/// How the networks are trained. The numbers are those of [`Hyper`] that the map does not vary,
/// each within its range of [`NUMBERS`]; 0 is off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingSetup {
    pub rule: Rule,
    pub batch: usize,
    pub epochs: usize,
    /// A trial stops after so many epochs without a lower validation loss; 0 = never.
    pub patience: usize,
    pub dampening: f64,
    pub beta2: f64,
    pub epsilon: f64,
    pub momentum_decay: f64,
    pub initial_accumulator: f64,
    pub l2: f64,
    pub decay: f64,
    pub l1: f64,
    /// Whether L1 and weight decay act on biases, too.
    pub penalise_biases: bool,
    pub clip_norm: f64,
    pub clip_value: f64,
    pub dropout: f64,
    pub label_smoothing: f64,
    pub rate_decay: f64,
    pub schedule: ScheduleSetup,
}

/// Which [`Schedule`], and the numbers of all of them, in epochs; the letters are those of its
/// formula.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScheduleSetup {
    pub kind: ScheduleKind,
    /// s: epochs of a step.
    pub every: usize,
    /// γ: what a step, or an epoch of the exponential, multiplies the rate by.
    pub gamma: f64,
    /// W: epochs of warming up.
    pub warmup: usize,
    /// l: the lowest rate, of the cosines and the plateau.
    pub lowest: f64,
    /// q, d, D, of one-cycle: share of the updates that it rises, and what its ends divide by.
    pub rise: f64,
    pub div: f64,
    pub final_div: f64,
    /// Of the plateau: f, what it multiplies by, after how many epochs, and the share by which a loss must
    /// fall.
    pub factor: f64,
    pub patience: usize,
    pub threshold: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScheduleKind {
    Constant,
    InverseTime,
    Step,
    Exponential,
    Cosine,
    WarmupCosine,
    OneCycle,
    Plateau,
}

impl ScheduleKind {
    /// The rate of update t as a formula, the same in every language; n updates make an epoch, and
    /// T of them the training. The other letters are the numbers of [`ScheduleSetup`].
    pub fn formula(self) -> &'static str {
        match self {
            ScheduleKind::Constant => "ηₜ = η",
            ScheduleKind::InverseTime => "ηₜ = η/(1 + δt)",
            ScheduleKind::Step => "ηₜ = η·γ^(⌊t/(s·n)⌋)",
            ScheduleKind::Exponential => "ηₜ = η·γ^(t/n)",
            ScheduleKind::Cosine => "ηₜ = l + ½(η − l)(1 + cos(πt/T))",
            ScheduleKind::WarmupCosine => {
                "ηₜ = η(t + 1)/(W·n)  (t < W·n),  \
                 ηₜ = l + ½(η − l)(1 + cos(π(t − W·n)/(T − W·n)))"
            }
            ScheduleKind::OneCycle => {
                "c(x) = ½(1 + cos πx),  r = q·T − 1,  e = η/(d·D),  \
                 ηₜ = η + (η/d − η)·c(t/r)  (t ≤ r),  \
                 ηₜ = e + (η − e)·c((t − r)/(T − 1 − r))  (t > r)"
            }
            ScheduleKind::Plateau => "η ← max(l, f·η)",
        }
    }

    pub const ALL: [ScheduleKind; 8] = [
        ScheduleKind::Constant,
        ScheduleKind::InverseTime,
        ScheduleKind::Step,
        ScheduleKind::Exponential,
        ScheduleKind::Cosine,
        ScheduleKind::WarmupCosine,
        ScheduleKind::OneCycle,
        ScheduleKind::Plateau,
    ];

    /// Its numbers among those of [`ScheduleSetup`], by name.
    pub fn numbers(self) -> &'static [&'static str] {
        match self {
            ScheduleKind::Constant | ScheduleKind::InverseTime => &[],
            ScheduleKind::Step => &["every", "gamma"],
            ScheduleKind::Exponential => &["gamma"],
            ScheduleKind::Cosine => &["lowest"],
            ScheduleKind::WarmupCosine => &["warmup", "lowest"],
            ScheduleKind::OneCycle => &["rise", "div", "final_div"],
            ScheduleKind::Plateau => &["factor", "patience", "threshold", "lowest"],
        }
    }
}

/// Numbers that are customary for an update rule, and come with it.
pub const CUSTOMARY: [&str; 6] =
    ["dampening", "beta2", "epsilon", "momentum_decay", "initial_accumulator", "decay"];

impl TrainingSetup {
    /// Trains with a rule from now on, and with the numbers that are customary for it.
    pub fn choose(&mut self, rule: Rule) {
        let mut usual = rule.defaults();
        self.rule = rule;
        for name in CUSTOMARY {
            if let (Some(to), Some(value)) = (self.number(name), usual.named(name)) {
                // By way of its decimals: 0.999 stays 0.999.
                *to = value.to_string().parse().unwrap_or_default();
            }
        }
    }

    /// The number of this name of [`NUMBERS`]; none for what the map varies.
    pub fn number(&mut self, name: &str) -> Option<&mut f64> {
        Some(match name {
            "dampening" => &mut self.dampening,
            "beta2" => &mut self.beta2,
            "epsilon" => &mut self.epsilon,
            "momentum_decay" => &mut self.momentum_decay,
            "initial_accumulator" => &mut self.initial_accumulator,
            "l2" => &mut self.l2,
            "decay" => &mut self.decay,
            "l1" => &mut self.l1,
            "clip_norm" => &mut self.clip_norm,
            "clip_value" => &mut self.clip_value,
            "dropout" => &mut self.dropout,
            "label_smoothing" => &mut self.label_smoothing,
            "rate_decay" => &mut self.rate_decay,
            _ => return None,
        })
    }

    /// The schedule of a training of so many updates an epoch.
    pub fn schedule(&self, batches: usize) -> Schedule {
        let s = &self.schedule;
        let steps = self.epochs * batches;
        match s.kind {
            ScheduleKind::Constant => Schedule::Constant,
            ScheduleKind::InverseTime => Schedule::InverseTime,
            ScheduleKind::Step => Schedule::Step { every: s.every * batches, gamma: s.gamma },
            ScheduleKind::Exponential => {
                Schedule::Exponential { gamma: libm::pow(s.gamma, 1.0 / batches as f64) }
            }
            ScheduleKind::Cosine => Schedule::Cosine { steps, lowest: s.lowest },
            ScheduleKind::WarmupCosine => {
                Schedule::WarmupCosine { warmup: s.warmup * batches, steps, lowest: s.lowest }
            }
            ScheduleKind::OneCycle => {
                Schedule::OneCycle { steps, rise: s.rise, div: s.div, final_div: s.final_div }
            }
            ScheduleKind::Plateau => Schedule::Plateau {
                factor: s.factor,
                patience: s.patience,
                threshold: s.threshold,
                lowest: s.lowest,
            },
        }
    }
}

impl Default for TrainingSetup {
    fn default() -> Self {
        TrainingSetup {
            rule: Rule::Momentum,
            batch: 32,
            epochs: 120,
            patience: 0,
            dampening: 0.0,
            beta2: 0.999,
            epsilon: 1e-8,
            momentum_decay: 0.004,
            initial_accumulator: 0.0,
            l2: 0.0,
            decay: 0.0,
            l1: 0.0,
            penalise_biases: true,
            clip_norm: 0.0,
            clip_value: 0.0,
            dropout: 0.0,
            label_smoothing: 0.0,
            rate_decay: 0.0,
            schedule: ScheduleSetup {
                kind: ScheduleKind::Constant,
                every: 30,
                gamma: 0.9,
                warmup: 5,
                lowest: 0.0,
                rise: 0.3,
                div: 25.0,
                final_div: 1e4,
                factor: 0.1,
                patience: 10,
                threshold: 1e-4,
            },
        }
    }
}
