//! Where a rule stops being stable on a loss of curvature λ, full batches assumed.
//!
//! On λw²/2 a rule with momentum is linear in (w, v), with a 2×2 matrix whose trace t and determinant d decide all:
//! it is stable while both eigenvalues lie within the unit circle, that is |d| < 1 and |t| < 1 + d; it swings where
//! t² < 4d, and where an eigenvalue is negative.

use crate::optim::Rule;
use serde::{Deserialize, Serialize};

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

/// Trace and determinant of one step on (w, v); none for rules that are not linear in the gradient.
fn step(rule: Rule, learning_rate: f64, momentum: f64, curvature: f64) -> Option<(f64, f64)> {
    let (b, x) = (momentum, learning_rate * curvature);
    match rule {
        Rule::Sgd => Some((1.0 - x, 0.0)),
        Rule::Momentum => Some((1.0 + b - x, b)),
        Rule::AveragedMomentum => Some((1.0 + b - (1.0 - b) * x, b)),
        Rule::Nesterov => Some((1.0 + b - (1.0 + b) * x, b * (1.0 - x))),
    }
}

/// The largest stable learning rate for a positive curvature (weight decay that adds to the gradient adds to it):
/// 2/λ without momentum, 2(1+β)/λ for v ← βv + g, 2(1+β)/((1−β)λ) for v ← βv + (1−β)g, 2(1+β)/((1+2β)λ) for
/// Nesterov's. None for other rules, and where the loss does not curve upwards.
pub fn limit(rule: Rule, momentum: f64, curvature: f64) -> Option<f64> {
    let b = momentum;
    let factor = match rule {
        Rule::Sgd => 2.0,
        Rule::Momentum => 2.0 * (1.0 + b),
        Rule::AveragedMomentum => 2.0 * (1.0 + b) / (1.0 - b),
        Rule::Nesterov => 2.0 * (1.0 + b) / (1.0 + 2.0 * b),
    };
    (curvature > 0.0).then_some(factor / curvature)
}

/// How the rule moves along a direction of positive curvature; none for rules that are not linear in the gradient, and
/// where the loss does not curve upwards.
pub fn damping(rule: Rule, learning_rate: f64, momentum: f64, curvature: f64) -> Option<Damping> {
    let (t, d) = step(rule, learning_rate, momentum, curvature).filter(|_| curvature > 0.0)?;
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
    use crate::optim::{Hyper, HyperLanes};

    const RULES: [Rule; 4] = [Rule::Sgd, Rule::Momentum, Rule::AveragedMomentum, Rule::Nesterov];

    /// |w| after 4000 updates on λw²/2 from w = 1, by the rule that trains.
    fn run(rule: Rule, learning_rate: f64, momentum: f64, curvature: f64) -> f32 {
        let hyper = Hyper { learning_rate: learning_rate as f32, momentum: momentum as f32, l2: 0.0 };
        let lanes = HyperLanes::<f32> { learning_rate: hyper.learning_rate, momentum: hyper.momentum, l2: 0.0 };
        let (mut w, mut v) = (1.0_f32, 0.0_f32);
        for _ in 0..4000 {
            (w, v) = rule.update(&lanes, w, v, curvature as f32 * w);
        }
        w.abs()
    }

    #[test]
    fn training_is_stable_just_below_the_limit_and_not_just_above() {
        for rule in RULES {
            for momentum in [0.0, 0.5, 0.9, 0.98] {
                if !rule.has_momentum() && momentum > 0.0 {
                    continue;
                }
                for curvature in [0.3, 40.0] {
                    let limit = limit(rule, momentum, curvature).unwrap();
                    let (below, above) = (0.99 * limit, 1.01 * limit);
                    assert!(run(rule, below, momentum, curvature) < 1.0, "{rule:?} {momentum} {curvature}");
                    let blown = run(rule, above, momentum, curvature);
                    assert!(blown.is_nan() || blown > 1.0, "{rule:?} {momentum} {curvature}: {blown}");
                    assert_ne!(damping(rule, below, momentum, curvature), Some(Damping::Unstable));
                    assert_eq!(damping(rule, above, momentum, curvature), Some(Damping::Unstable));
                }
            }
        }
    }

    #[test]
    fn damping_has_its_names() {
        let of = |rate: f64, momentum: f64| damping(Rule::Momentum, rate, momentum, 1.0);
        // (1 − √β)² is critical.
        assert_eq!(of(0.25, 0.25), Some(Damping::Critical));
        assert_eq!(of(0.05, 0.25), Some(Damping::Over));
        assert_eq!(of(1.0, 0.25), Some(Damping::Under));
        assert_eq!(damping(Rule::Sgd, 0.5, 0.0, 1.0), Some(Damping::Over));
        assert_eq!(damping(Rule::Sgd, 1.5, 0.0, 1.0), Some(Damping::Under));
        assert_eq!((of(0.1, 0.5).is_some(), damping(Rule::Momentum, 0.1, 0.5, -1.0)), (true, None));
        assert_eq!(limit(Rule::Momentum, 0.9, -1.0), None);
    }
}
