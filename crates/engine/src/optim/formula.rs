//! The formula of an update, with the options that are at work.
//!
//! | symbol | meaning |
//! |---|---|
//! | λ₁, λ₂, λ | L1, coupled weight decay (L2), decoupled weight decay |
//! | c, C | largest size of each number of the gradient, and of its norm n |
//! | τ | dampening |
//!
//! The other symbols are those of [`super::rule`].

use super::rule::Facts;
use super::{Hyper, Rule};

/// Which of a trial's options are at work, so that a formula shows what runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Whether β is not 0.
    pub momentum: bool,
    pub dampening: bool,
    pub l1: bool,
    pub l2: bool,
    pub decay: bool,
    pub clip_value: bool,
    pub clip_norm: bool,
}

impl Terms {
    /// Every option at work.
    pub const ALL: Terms = Terms {
        momentum: true,
        dampening: true,
        l1: true,
        l2: true,
        decay: true,
        clip_value: true,
        clip_norm: true,
    };

    /// Those that are not off.
    pub fn of(hyper: &Hyper) -> Self {
        Self {
            momentum: hyper.momentum != 0.0,
            dampening: hyper.dampening != 0.0,
            l1: hyper.l1 != 0.0,
            l2: hyper.l2 != 0.0,
            decay: hyper.decay != 0.0,
            clip_value: hyper.clip_value != 0.0,
            clip_norm: hyper.clip_norm != 0.0,
        }
    }
}

impl Rule {
    /// The formula of an update with these options, the same in every language: first what becomes
    /// of the gradient, in the order in which it is trained with, then the rule itself.
    pub fn formula(self, terms: Terms) -> String {
        let Facts { before, step, after, .. } = self.facts();
        let dampened = terms.dampening && self == Rule::Momentum;
        let (before, step) = match self.without_momentum() {
            Some(plain) if !terms.momentum && !dampened => plain,
            _ => (before, step),
        };
        let parts = [
            (terms.l1, "g ← g + λ₁·sign(w)"),
            (terms.clip_value, "g ← max(−c, min(g, c))"),
            (terms.clip_norm, "n = √(Σg²),  g ← g·min(1, C/n)"),
            (terms.l2, "g ← g + λ₂w"),
            (dampened, "v₁ = g,  v ← βv + (1−τ)g"),
            (!dampened && !before.is_empty(), before),
        ];
        let mut parts: Vec<String> =
            parts.iter().filter(|part| part.0).map(|part| part.1.to_owned()).collect();
        parts.push(format!("w ← w − {}{step}", if terms.decay { "ηλw − " } else { "" }));
        parts.extend((!after.is_empty()).then(|| after.to_owned()));
        parts.join(",  ")
    }

    /// What is computed before the step and the step itself where β is 0: the velocity is then the
    /// gradient, and shows no more. None where the rule has no velocity.
    fn without_momentum(self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Rule::Momentum | Rule::AveragedMomentum | Rule::Nesterov => ("", "ηg"),
            Rule::RmsProp => ("s ← αs + (1−α)g²", "ηg/(√s + ε)"),
            Rule::CentredRmsProp => ("s ← αs + (1−α)g²,  m ← αm + (1−α)g", "ηg/(√(s−m²) + ε)"),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optim::Update;
    use std::collections::HashMap;

    /// Computes the right side of a formula.
    struct Reader<'a> {
        rest: &'a str,
        values: &'a HashMap<String, f64>,
    }

    impl Reader<'_> {
        fn next_is(&mut self, wanted: &str) -> bool {
            let rest = self.rest.trim_start().strip_prefix(wanted);
            self.rest = rest.unwrap_or(self.rest);
            rest.is_some()
        }

        fn sum(&mut self) -> f64 {
            let mut sum = if self.next_is("−") { -self.product() } else { self.product() };
            loop {
                sum += match () {
                    () if self.next_is("+") => self.product(),
                    () if self.next_is("−") => -self.product(),
                    () => return sum,
                }
            }
        }

        /// Factors stand side by side; a slash divides what stands before it, up to a dot, by the
        /// next factor.
        fn product(&mut self) -> f64 {
            let mut product = self.factor().expect("a factor");
            loop {
                product = match () {
                    () if self.next_is("/") => product / self.factor().expect("a divisor"),
                    () if self.next_is("·") => product * self.product(),
                    () => match self.factor() {
                        Some(factor) => product * factor,
                        None => return product,
                    },
                }
            }
        }

        fn factor(&mut self) -> Option<f64> {
            if self.next_is("√") {
                return self.factor().map(f64::sqrt);
            }
            if self.next_is("sign") {
                return self.factor().map(f64::signum);
            }
            let base = if self.next_is("(") {
                let inner = self.sum();
                assert!(self.next_is(")"), "a bracket stays open: {}", self.rest);
                inner
            } else {
                self.name()?
            };
            Some(match () {
                () if self.next_is("²") => base * base,
                () if self.next_is("ᵏ") => base.powf(self.values["k"]),
                () => base,
            })
        }

        /// A number, or the value of a letter with its index and hat.
        fn name(&mut self) -> Option<f64> {
            let rest = self.rest.trim_start();
            let first = rest.chars().next().filter(|c| c.is_alphanumeric())?;
            let more = if first.is_ascii_digit() { "0123456789." } else { "₁₂\u{302}" };
            let length = rest[first.len_utf8()..].find(|c| !more.contains(c));
            let (name, rest) = rest.split_at(length.map_or(rest.len(), |n| n + first.len_utf8()));
            self.rest = rest;
            Some(name.parse().unwrap_or_else(|_| self.values[name]))
        }
    }

    /// The weight after some updates, as the formula has it.
    fn told(formula: &str, hyper: &Hyper, gradients: &[f64], start: f64) -> f64 {
        let wide = |x: f32| f64::from(x);
        let mut values: HashMap<String, f64> = HashMap::new();
        for (name, value) in [
            ("η", 0.25),
            ("β", wide(hyper.momentum)),
            ("β₁", wide(hyper.momentum)),
            ("β₂", wide(hyper.beta2)),
            ("α", wide(hyper.beta2)),
            ("ρ", wide(hyper.beta2)),
            ("ε", wide(hyper.epsilon)),
            ("τ", wide(hyper.dampening)),
            ("λ", wide(hyper.decay)),
            ("λ₂", wide(hyper.l2)),
            ("v", 0.0),
            ("m", 0.0),
            ("s", 0.0),
            ("u", 0.0),
            ("w", start),
        ] {
            values.insert(name.into(), value);
        }
        for (k, g) in gradients.iter().enumerate() {
            values.insert("k".into(), k as f64 + 1.0);
            values.insert("g".into(), *g);
            let dampened = formula.contains("v₁ = g");
            for part in formula.split(",  ").filter(|part| *part != "v₁ = g") {
                let (name, right) =
                    part.split_once(" ← ").or(part.split_once(" = ")).expect("an assignment");
                let value = if dampened && name == "v" && k == 0 {
                    values["g"]
                } else {
                    Reader { rest: right, values: &values }.sum()
                };
                values.insert(name.into(), value);
            }
        }
        values["w"]
    }

    /// NAdam's formula has an ellipsis; PyTorch's traces hold what runs.
    #[test]
    fn a_formula_says_what_runs() {
        let gradients = [0.5, -0.25, 0.75, 0.125, -1.0];
        for rule in Rule::ALL.into_iter().filter(|rule| *rule != Rule::NAdam) {
            for bits in 0..16_u8 {
                let on = |bit: u8, value: f32| if bits >> bit & 1 == 1 { value } else { 0.0 };
                let hyper = Hyper {
                    momentum: on(3, 0.5),
                    beta2: 0.75,
                    epsilon: 0.125,
                    dampening: on(0, 0.25),
                    l2: on(1, 0.5),
                    decay: on(2, 0.125),
                    ..Hyper::default()
                };
                let (mut w, mut slots, mut counters) = (1.5_f32, [0.0; 3], [0.0, 1.0, 1.0]);
                for g in gradients {
                    let update = Update::<f32>::new(rule, |of| of(&hyper), 0.25, &mut counters);
                    (w, slots) = update.step(rule, w, slots, g);
                }
                let formula = rule.formula(Terms::of(&hyper));
                let wide = gradients.map(f64::from);
                let said = told(&formula, &hyper, &wide, 1.5);
                assert!((said - f64::from(w)).abs() < 1e-5, "{rule:?} {formula}: {said}, not {w}");
            }
        }
    }

    #[test]
    fn what_is_off_does_not_show() {
        let plain = Terms::default();
        assert_eq!(Rule::Momentum.formula(plain), "w ← w − ηg");
        assert_eq!(Rule::RmsProp.formula(plain), "s ← αs + (1−α)g²,  w ← w − ηg/(√s + ε)");
        let heavy = Terms { momentum: true, ..plain };
        assert_eq!(Rule::Momentum.formula(heavy), "v ← βv + g,  w ← w − ηv");
        for part in ["λ₁", "λ₂", "ηλw", "−c", "C/n", "(1−τ)g"] {
            assert!(Rule::Momentum.formula(Terms::ALL).contains(part), "{part}");
        }
        assert!(!Rule::Nesterov.formula(Terms::ALL).contains('τ'), "it has no dampening");
        assert_eq!(Terms::of(&Rule::AdamW.defaults()), Terms { decay: true, ..heavy });
    }
}
