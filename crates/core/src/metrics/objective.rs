//! The metrics that a trial can be judged by, in one table, and the objective made of one of them.

use super::*;
use crate::data::Part;
use serde::{Deserialize, Serialize};
use tunescape_engine::net::{Loss, Net, plain};

/// What a network's outputs on some rows are judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// The loss that is trained with, without penalties and smoothing.
    Loss,
    /// Mean −ln of the true class's probability.
    LogLoss,
    /// Share of the rows classified correctly.
    Accuracy,
    /// Of class 1 for two classes, like recall and F1; for several their mean over the classes
    /// (macro).
    Precision,
    Recall,
    F1,
    /// For several classes the mean of one against the rest.
    RocAuc,
    R2,
}

impl Metric {
    pub const ALL: [Metric; 8] = [
        Metric::Loss,
        Metric::LogLoss,
        Metric::Accuracy,
        Metric::Precision,
        Metric::Recall,
        Metric::F1,
        Metric::RocAuc,
        Metric::R2,
    ];

    pub fn higher_is_better(self) -> bool {
        !matches!(self, Metric::Loss | Metric::LogLoss)
    }

    /// The best value there is.
    pub fn best(self) -> f64 {
        f64::from(u8::from(self.higher_is_better()))
    }

    /// Whether networks trained with this loss can be judged by it. The hinge losses give no
    /// probabilities.
    pub fn fits(self, loss: Loss) -> bool {
        match self {
            Metric::Loss => true,
            Metric::R2 => loss.is_of_numbers(),
            Metric::LogLoss => loss.can_smooth(),
            _ => !loss.is_of_numbers(),
        }
    }

    /// Whether trainers report it by themselves, as loss or score.
    pub fn is_reported(self) -> bool {
        matches!(self, Metric::Loss | Metric::Accuracy | Metric::R2)
    }

    /// The metric of a network's outputs, rows × outputs, on the rows of a part; none where it does
    /// not fit, where the rows are all of one class ([`Metric::RocAuc`]), and where an output
    /// is no number.
    pub fn of(self, net: &Net, outputs: &[f32], part: &Part) -> Option<f64> {
        if !self.fits(net.loss) || outputs.iter().any(|z| !z.is_finite()) {
            return None;
        }
        let part = &*net.loss.encoded(part, net.outputs());
        let rows: Vec<Vec<f64>> = outputs
            .chunks(net.outputs())
            .map(|row| row.iter().map(|&z| f64::from(z)).collect())
            .collect();
        if self == Metric::Loss {
            return Some(mean(
                rows.iter().enumerate().map(|(i, z)| plain::loss(net, z, part.target(i))),
            ));
        }
        let Some(classes) = net.loss.classes(net.outputs()) else {
            return Some(r2_of_outputs(&rows, part));
        };
        let truth: Vec<usize> = (0..rows.len()).map(|i| net.loss.class(part.target(i))).collect();
        let probabilities: Vec<f64> = rows
            .iter()
            .flat_map(|z| match plain::prediction(net, z) {
                p if p.len() == 1 => vec![1.0 - p[0], p[0]],
                p => p,
            })
            .collect();
        let confusion = || {
            // By the outputs, not by the probabilities, which may be equal where the outputs are
            // not.
            let guess = |z: &Vec<f64>| {
                if z.len() == 1 { usize::from(z[0] > 0.0) } else { argmax(z, classes)[0] }
            };
            confusion(&truth, &rows.iter().map(guess).collect::<Vec<_>>(), classes)
        };
        let of_classes = |per_class: fn(&[Vec<usize>]) -> Vec<f64>| {
            let confusion = confusion();
            if classes == 2 {
                per_class(&confusion)[1]
            } else {
                mean_over_met(&per_class(&confusion), &confusion)
            }
        };
        Some(match self {
            Metric::LogLoss => log_loss(&truth, &probabilities, classes),
            Metric::Accuracy => accuracy(&confusion()),
            Metric::Precision => of_classes(precision),
            Metric::Recall => of_classes(recall),
            Metric::F1 => of_classes(f1),
            _ if net.outputs() == 1 => {
                let positive: Vec<bool> = truth.iter().map(|&t| t == 1).collect();
                roc_auc(&positive, &rows.concat())?
            }
            _ => {
                // Of the classes that another set has there are no rows.
                let each: Vec<f64> = roc_auc_per_class(&truth, &probabilities, classes)
                    .into_iter()
                    .flatten()
                    .collect();
                (!each.is_empty()).then(|| macro_mean(&each))?
            }
        })
    }
}

/// 1 − Σ(z − y)²/Σ(y − mean)² over all outputs together, as the trainers report it; of one output,
/// [`r2`].
fn r2_of_outputs(rows: &[Vec<f64>], part: &Part) -> f64 {
    let column = |k: usize| (0..rows.len()).map(move |i| f64::from(part.target(i)[k]));
    let (mut left, mut all) = (0.0, 0.0);
    for k in 0..rows.first().map_or(0, Vec::len) {
        let centre = mean(column(k));
        left += rows.iter().zip(column(k)).map(|(z, y)| (z[k] - y) * (z[k] - y)).sum::<f64>();
        all += column(k).map(|y| (y - centre) * (y - centre)).sum::<f64>();
    }
    explained(left, all)
}

/// The epoch whose value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    Last,
    Best,
}

/// What a study minimises or maximises: a metric on the validation rows, after the last or the best
/// epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objective {
    pub metric: Metric,
    pub when: When,
}

impl Default for Objective {
    fn default() -> Self {
        Self { metric: Metric::Loss, when: When::Last }
    }
}

impl Objective {
    /// The value of a trial, given the metric after each of its epochs that have one; none without
    /// any.
    pub fn value(self, curve: &[f64]) -> Option<f64> {
        match self.when {
            When::Last => curve.last().copied(),
            When::Best => {
                curve.iter().copied().reduce(|a, b| if self.cost(b) < self.cost(a) { b } else { a })
            }
        }
    }

    /// The value as something to minimise.
    pub fn cost(self, value: f64) -> f64 {
        if self.metric.higher_is_better() { -value } else { value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tunescape_engine::net::Activation;

    fn near(metric: Metric, net: &Net, outputs: &[f32], part: &Part, wanted: f64) {
        let found = metric.of(net, outputs, part).unwrap();
        assert!((found - wanted).abs() < 1e-7, "{metric:?}: {found}, not {wanted}");
    }

    fn part(y: &[f32]) -> Part {
        Part { x: vec![0.0; y.len()].into(), y: y.to_vec(), columns: 1 }
    }

    #[test]
    fn two_classes() {
        let net = Net::new(vec![1, 1], Activation::Linear, Loss::BinaryCrossEntropy);
        // One of three positives is missed, and ranked below one of two negatives; one negative is
        // called positive.
        let (outputs, part) = ([2.0, 1.0, -1.0, 0.5, -3.0], part(&[1.0, 1.0, 1.0, 0.0, 0.0]));
        for (metric, wanted) in [
            (Metric::Accuracy, 0.6),
            (Metric::Precision, 2.0 / 3.0),
            (Metric::Recall, 2.0 / 3.0),
            (Metric::F1, 2.0 / 3.0),
            (Metric::RocAuc, 5.0 / 6.0),
        ] {
            near(metric, &net, &outputs, &part, wanted);
        }
        let loss = Metric::Loss.of(&net, &outputs, &part).unwrap();
        near(Metric::LogLoss, &net, &outputs, &part, loss);
        assert_eq!(Metric::R2.of(&net, &outputs, &part), None);
        assert_eq!(Metric::RocAuc.of(&net, &[1.0, 2.0], &super::tests::part(&[1.0, 1.0])), None);
        assert_eq!(Metric::Loss.of(&net, &[f32::NAN, 2.0], &super::tests::part(&[1.0, 1.0])), None);
    }

    #[test]
    fn several_classes_however_the_targets_are_written() {
        let outputs = [3.0, 1.0, 0.0, 0.0, 2.0, 0.0, 0.0, 3.0, 1.0];
        for loss in [Loss::SoftmaxCrossEntropy, Loss::KlDivergence] {
            let net = Net::new(vec![1, 3], Activation::Linear, loss);
            let part = part(&[0.0, 1.0, 2.0]);
            near(Metric::Accuracy, &net, &outputs, &part, 2.0 / 3.0);
            // Precision is 1, ½ and 0 of 0; recall 1, 1 and 0.
            near(Metric::Precision, &net, &outputs, &part, 0.5);
            near(Metric::Recall, &net, &outputs, &part, 2.0 / 3.0);
            near(Metric::F1, &net, &outputs, &part, (1.0 + 2.0 / 3.0) / 3.0);
            let loss = Metric::Loss.of(&net, &outputs, &part).unwrap();
            near(Metric::LogLoss, &net, &outputs, &part, loss);
        }
    }

    #[test]
    fn numbers() {
        let net = Net::new(vec![1, 1], Activation::Linear, Loss::AbsoluteError);
        let (outputs, part) = ([1.0, 2.5, 3.0], part(&[1.0, 2.0, 3.0]));
        near(Metric::R2, &net, &outputs, &part, 1.0 - 0.25 / 2.0);
        near(Metric::Loss, &net, &outputs, &part, 0.5 / 3.0);
        assert!(!Metric::Accuracy.fits(net.loss) && !Metric::LogLoss.fits(Loss::Hinge));
    }

    #[test]
    fn the_best_epoch_is_the_highest_or_the_lowest() {
        let of = |metric: Metric, when: When| Objective { metric, when }.value(&[0.5, 0.25, 0.75]);
        assert_eq!(
            (of(Metric::Loss, When::Best), of(Metric::Loss, When::Last)),
            (Some(0.25), Some(0.75))
        );
        assert_eq!(
            (of(Metric::F1, When::Best), Objective::default().value(&[])),
            (Some(0.75), None)
        );
    }
}
