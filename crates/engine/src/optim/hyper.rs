//! The numbers in which the trials of one population may differ, and the table of them.

use super::Rule;
use serde::{Deserialize, Serialize};

/// The hyperparameters of a trial. One that is off is 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hyper {
    /// η, before the schedule.
    pub learning_rate: f32,
    /// β of the momentum rules and of RMSprop, β₁ of Adam and its kin.
    pub momentum: f32,
    /// Share of the gradient that plain momentum leaves out after the first update.
    pub dampening: f32,
    /// β₂ of Adam and Lion, α of RMSprop, ρ of Adadelta.
    pub beta2: f32,
    /// Keeps a divisor away from 0.
    pub epsilon: f32,
    /// ψ of NAdam.
    pub momentum_decay: f32,
    /// What Adagrad's sum of squares starts from.
    pub initial_accumulator: f32,
    /// Coupled weight decay: adds `l2 · w` to each gradient.
    pub l2: f32,
    /// Decoupled weight decay: shrinks each weight by the factor `1 − η · decay`.
    pub decay: f32,
    /// Adds `l1 · sign(w)` to each gradient; with `l2` the elastic net.
    pub l1: f32,
    /// Largest 2-norm of the whole gradient.
    pub clip_norm: f32,
    /// Largest size of each number of the gradient.
    pub clip_value: f32,
    /// Chance that a hidden unit is left out of a row's pass.
    pub dropout: f32,
    /// Share of the target that is spread over all classes.
    pub label_smoothing: f32,
    /// Decay an update of [`super::Schedule::InverseTime`].
    pub rate_decay: f32,
}

impl Default for Hyper {
    fn default() -> Self {
        Self::PLAIN
    }
}

impl Hyper {
    /// Those of PyTorch's `SGD` at a rate of 0.1, and of its `Adam` where SGD has none.
    const PLAIN: Hyper = Hyper {
        learning_rate: 0.1,
        momentum: 0.0,
        dampening: 0.0,
        beta2: 0.999,
        epsilon: 1e-8,
        momentum_decay: 0.004,
        initial_accumulator: 0.0,
        l2: 0.0,
        decay: 0.0,
        l1: 0.0,
        clip_norm: 0.0,
        clip_value: 0.0,
        dropout: 0.0,
        label_smoothing: 0.0,
        rate_decay: 0.0,
    };

    /// At rest: whatever the gradient, no weight moves.
    pub(crate) const REST: Hyper =
        Hyper { learning_rate: 0.0, beta2: 0.0, epsilon: 1.0, momentum_decay: 0.0, ..Self::PLAIN };

    /// The number of this name, for reading and writing; none if there is no such number.
    pub fn named(&mut self, name: &str) -> Option<&mut f32> {
        NUMBERS.iter().find(|number| number.name == name).map(|number| (number.field)(self))
    }
}

impl Number {
    /// Whether training is defined with this value: finite, not below the low end, and where it is
    /// a share not above the high end.
    pub fn allows(&self, value: f32) -> bool {
        value.is_finite() && value >= self.low && (self.high > 1.0 || value <= self.high)
    }
}

/// One hyperparameter as searches, links and controls see it.
pub struct Number {
    /// Also the name of the field.
    pub name: &'static str,
    /// Inclusive ends of the values that make sense.
    pub low: f32,
    pub high: f32,
    /// Whether it is searched and drawn over decades; 0, where allowed, then means off.
    pub log: bool,
    /// Whether a rule makes use of it.
    pub used: fn(Rule) -> bool,
    pub field: fn(&mut Hyper) -> &mut f32,
}

macro_rules! numbers {
    ($($name:ident $low:literal $high:literal $log:literal $used:expr;)*) => {
        /// Every number of a [`Hyper`]. Defaults are those of [`Rule::defaults`].
        pub const NUMBERS: [Number; [$(stringify!($name)),*].len()] = [$(Number {
            name: stringify!($name),
            low: $low,
            high: $high,
            log: $log,
            used: $used,
            field: |hyper| &mut hyper.$name,
        }),*];
    };
}

fn always(_: Rule) -> bool {
    true
}

numbers! {
    learning_rate 0.0 1e6 true always;
    momentum 0.0 0.9999 false Rule::has_momentum;
    dampening 0.0 1.0 false |rule| rule == Rule::Momentum;
    beta2 0.0 0.99999 false |rule| rule.facts().beta2;
    epsilon 1e-12 1.0 true |rule| rule.facts().epsilon;
    momentum_decay 0.0 1.0 true |rule| rule == Rule::NAdam;
    initial_accumulator 0.0 10.0 false |rule| rule == Rule::Adagrad;
    l2 0.0 1.0 true always;
    decay 0.0 10.0 true always;
    l1 0.0 1.0 true always;
    clip_norm 0.0 1000.0 true always;
    clip_value 0.0 1000.0 true always;
    dropout 0.0 0.95 false always;
    label_smoothing 0.0 0.95 false always;
    rate_decay 0.0 10.0 true always;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_its_field_and_every_default_is_in_range() {
        for rule in Rule::ALL {
            let mut hyper = rule.defaults();
            for number in &NUMBERS {
                let value = *(number.field)(&mut hyper);
                assert!(
                    (number.low..=number.high).contains(&value),
                    "{rule:?}: {} is {value}",
                    number.name
                );
            }
        }
        let mut hyper = Hyper::default();
        *hyper.named("beta2").unwrap() = 0.5;
        assert_eq!(hyper, Hyper { beta2: 0.5, ..Hyper::default() });
        assert!(hyper.named("beta3").is_none());
    }
}
