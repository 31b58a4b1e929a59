//! Where a rule stops being stable on a loss of curvature λ: full batches, nothing clipped, a
//! constant rate, and weight decay on every parameter assumed.
//!
//! On λw²/2 a rule with momentum is linear in (w, v), with a 2×2 matrix whose trace t and
//! determinant d decide all: it is stable while both eigenvalues lie within the unit circle, that
//! is |d| < 1 and |t| < 1 + d; it swings where t² < 4d, and where an eigenvalue is negative.

use serde::{Deserialize, Serialize};
use tunescape_engine::optim::{Hyper, Rule};

/// How a run moves along a direction of some curvature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Damping {
    /// It creeps to the minimum from one side.
    Over,
    /// As fast as can be without swinging, within a hundredth.
    Critical,
    /// It swings about the minimum, and settles.
    Under,
    /// It moves away from the minimum.
    Unstable,
}

/// Trace and determinant of one step on (w, v), and the largest stable learning rate, for a
/// curvature; none for rules that are not linear in the gradient.
fn linear(rule: Rule, hyper: &Hyper, curvature: f64) -> Option<(f64, f64, f64)> {
    let of = |number: f32| f64::from(number);
    // Coupled decay adds to the curvature, decoupled decay shrinks w at every step.
    let (rate, decay, curvature) =
        (of(hyper.learning_rate), of(hyper.decay), curvature + of(hyper.l2));
    let (shrink, x) = (1.0 - rate * decay, rate * curvature);
    let b = if rule.has_momentum() { of(hyper.momentum) } else { 0.0 };
    // v ← βv + fresh·g; the step's share of g itself.
    let (fresh, direct) = match rule {
        Rule::Sgd => (1.0, 0.0),
        Rule::Momentum => (1.0 - of(hyper.dampening), 0.0),
        Rule::AveragedMomentum => (1.0 - b, 0.0),
        Rule::Nesterov => (1.0, 1.0),
        _ => return None,
    };
    let (trace, determinant, factor) = if direct > 0.0 {
        (shrink + b - (1.0 + b * fresh) * x, b * (shrink - x), 1.0 + b + b * fresh)
    } else {
        (shrink + b - fresh * x, shrink * b, fresh)
    };
    Some((trace, determinant, 2.0 * (1.0 + b) / (factor * curvature + (1.0 + b) * decay)))
}

/// The largest stable learning rate for a curvature λ of the loss without penalties: 2/λ without
/// momentum, 2(1+β)/λ for v ← βv + g (with dampening d, 2(1+β)/((1−d)λ)), 2(1+β)/((1−β)λ) for v ←
/// βv + (1−β)g, 2(1+β)/((1+2β)λ) for Nesterov's; coupled weight decay adds to λ. None for other
/// rules, and where the penalised loss does not curve upwards.
pub fn limit(rule: Rule, hyper: &Hyper, curvature: f64) -> Option<f64> {
    linear(rule, hyper, curvature)
        .map(|(_, _, limit)| limit)
        .filter(|_| curvature + f64::from(hyper.l2) > 0.0)
}

/// How the rule moves along a direction of this curvature; none for rules that are not linear in
/// the gradient, and where the penalised loss does not curve upwards.
pub fn damping(rule: Rule, hyper: &Hyper, curvature: f64) -> Option<Damping> {
    let (t, d, _) =
        linear(rule, hyper, curvature).filter(|_| curvature + f64::from(hyper.l2) > 0.0)?;
    if d.abs() >= 1.0 || t.abs() >= 1.0 + d {
        return Some(Damping::Unstable);
    }
    // The eigenvalues are t/2 ± √(t²/4 − d).
    let inner = t * t / 4.0 - d;
    let slowest = t / 2.0 + libm::sqrt(inner.max(0.0));
    let fastest = t / 2.0 - libm::sqrt(inner.max(0.0));
    Some(match () {
        () if inner.abs() <= 1e-4 * slowest * slowest && t >= 0.0 => Damping::Critical,
        () if inner < 0.0 || fastest < 0.0 => Damping::Under,
        () => Damping::Over,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tunescape_engine::optim::Update;

    const RULES: [Rule; 4] = [Rule::Sgd, Rule::Momentum, Rule::AveragedMomentum, Rule::Nesterov];

    fn hyper(learning_rate: f64, momentum: f64) -> Hyper {
        Hyper { learning_rate: learning_rate as f32, momentum: momentum as f32, ..Hyper::default() }
    }

    /// |w| after 4000 updates on λw²/2 from w = 1, by the rule that trains.
    fn run(rule: Rule, hyper: &Hyper, curvature: f64) -> f32 {
        let (mut w, mut slots, mut counters) = (1.0_f32, [0.0_f32; 3], [0.0, 1.0, 1.0]);
        for _ in 0..4000 {
            let update =
                Update::<f32>::new(rule, |of| of(hyper), hyper.learning_rate, &mut counters);
            (w, slots) = update.step(rule, w, slots, curvature as f32 * w);
        }
        w.abs()
    }

    #[test]
    fn training_is_stable_just_below_the_limit_and_not_just_above() {
        for rule in RULES {
            for momentum in [0.0, 0.5, 0.9, 0.98] {
                for (dampening, l2, decay) in
                    [(0.0, 0.0, 0.0), (0.4, 0.0, 0.0), (0.0, 0.5, 0.0), (0.0, 0.0, 0.3)]
                {
                    for curvature in [0.3, 40.0] {
                        let at =
                            |rate: f64| Hyper { dampening, l2, decay, ..hyper(rate, momentum) };
                        let limit = limit(rule, &at(1.0), curvature).unwrap();
                        let (below, above) = (at(0.99 * limit), at(1.01 * limit));
                        let place =
                            format!("{rule:?} {momentum} {dampening} {l2} {decay} {curvature}");
                        let (settled, blown) =
                            (run(rule, &below, curvature), run(rule, &above, curvature));
                        assert!(settled < 1.0, "{place}: {settled}");
                        assert!(blown.is_nan() || blown > 1.0, "{place}: {blown}");
                        assert_ne!(
                            damping(rule, &below, curvature),
                            Some(Damping::Unstable),
                            "{place}"
                        );
                        assert_eq!(
                            damping(rule, &above, curvature),
                            Some(Damping::Unstable),
                            "{place}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn damping_has_its_names() {
        let of = |rule: Rule, rate: f64, momentum: f64| damping(rule, &hyper(rate, momentum), 1.0);
        // (1 − √β)² is critical.
        assert_eq!(of(Rule::Momentum, 0.25, 0.25), Some(Damping::Critical));
        assert_eq!(of(Rule::Momentum, 0.05, 0.25), Some(Damping::Over));
        assert_eq!(of(Rule::Momentum, 1.0, 0.25), Some(Damping::Under));
        assert_eq!(of(Rule::Sgd, 0.5, 0.0), Some(Damping::Over));
        assert_eq!(of(Rule::Sgd, 1.5, 0.0), Some(Damping::Under));
        assert_eq!(
            (of(Rule::Adam, 0.1, 0.5), damping(Rule::Momentum, &hyper(0.1, 0.5), -1.0)),
            (None, None)
        );
        assert_eq!(limit(Rule::Momentum, &hyper(0.1, 0.9), -1.0), None);
    }

    #[test]
    fn limits_are_as_written() {
        for (rule, wanted) in [
            (Rule::Sgd, 2.0 / 5.0),
            (Rule::Momentum, 2.0 * 1.5 / 5.0),
            (Rule::AveragedMomentum, 2.0 * 1.5 / (0.5 * 5.0)),
            (Rule::Nesterov, 2.0 * 1.5 / (2.0 * 5.0)),
        ] {
            assert!(
                (limit(rule, &hyper(0.1, 0.5), 5.0).unwrap() - wanted).abs() < 1e-12,
                "{rule:?}"
            );
        }
    }
}
