//! One trained network looked at: scores on the parts of the split, and the decision boundary.

use super::source::Prepared;
use crate::data::Part;
use crate::metrics;
use crate::sort::sort_by;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tunescape_engine::net::{Net, plain};
use tunescape_engine::train;

/// Cells along a side of a decision boundary; twice as many for networks of few weights, where that
/// takes milliseconds.
const BOUNDARY_SIDE: usize = 48;
const FINE_WEIGHTS: usize = 2_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inspection {
    pub train: Scores,
    pub valid: Scores,
    pub boundary: Option<Boundary>,
    /// To the validation rows; none where numbers are predicted.
    pub answers: Vec<Answer>,
    /// Of images, the validation rows answered most surely wrong, worst first.
    pub mistakes: Vec<Mistake>,
}

/// What a network answers to a row, by the index of the class.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub truth: u8,
    pub given: u8,
    /// That it gives class 1 of two, of several the class that it answers.
    pub chance: f32,
}

/// Rows by \[true class\]\[predicted class\]; of two classes the second is predicted where its chance
/// is above the threshold.
pub fn confusion(answers: &[Answer], classes: usize, threshold: f64) -> Vec<Vec<usize>> {
    let given = |answer: &Answer| match classes {
        2 => usize::from(f64::from(answer.chance) > threshold),
        _ => usize::from(answer.given),
    };
    let truth: Vec<usize> = answers.iter().map(|answer| usize::from(answer.truth)).collect();
    let given: Vec<usize> = answers.iter().map(given).collect();
    metrics::confusion(&truth, &given, classes)
}

/// An image and the wrong answer to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mistake {
    pub answer: Answer,
    /// As the network sees them.
    pub pixels: Vec<f32>,
}

/// Mistakes that are shown.
const WORST: usize = 10;

/// Scores of a network on one part. For numbers, accuracy and F1 are absent; for classes, R² is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    pub loss: f64,
    pub accuracy: Option<f64>,
    /// Of class 1 for two classes, the plain mean over the classes for several.
    pub f1: Option<f64>,
    pub r2: Option<f64>,
}

/// What the network predicts over the square [−reach, reach]² of its (standardised) inputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Boundary {
    pub side: usize,
    /// Row by row from the top (largest second input): the chance of class 1, the likeliest class
    /// plus its chance's share (class + 0.999·chance), or the number.
    pub values: Vec<f32>,
}

/// Multiplications between two rests.
const REST_EVERY: usize = 4_000_000;

/// Looks at a network with these weights, with a rest every few milliseconds of work.
pub async fn inspect(
    net: &Net,
    weights: &[f32],
    data: &Prepared,
    rest: &mut impl AsyncFnMut(),
) -> Inspection {
    let exact: Vec<f64> = weights.iter().map(|&w| f64::from(w)).collect();
    let part = &data.split().valid;
    let (valid, answers) = judged(net, &exact, part, rest).await;
    let mut wrong: Vec<usize> =
        (0..answers.len()).filter(|&row| answers[row].given != answers[row].truth).collect();
    sort_by(&mut wrong, |&a, &b| answers[b].chance.total_cmp(&answers[a].chance));
    wrong.truncate(if data.overview.image.is_some() { WORST } else { 0 });
    Inspection {
        train: scores(net, &exact, &data.split().train, rest).await,
        valid,
        mistakes: wrong
            .iter()
            .map(|&row| Mistake { answer: answers[row], pixels: part.row(row).to_vec() })
            .collect(),
        answers,
        boundary: data.overview.points.as_ref().map(|p| boundary(net, weights, p.reach)),
    }
}

fn outputs(net: &Net, weights: &[f64], x: &[f64]) -> Vec<f64> {
    plain::forward(net, weights, x).pop().unwrap_or_default()
}

/// Scores a network on a part.
pub async fn scores(
    net: &Net,
    weights: &[f64],
    part: &Part,
    rest: &mut impl AsyncFnMut(),
) -> Scores {
    judged(net, weights, part, rest).await.0
}

async fn judged(
    net: &Net,
    weights: &[f64],
    part: &Part,
    rest: &mut impl AsyncFnMut(),
) -> (Scores, Vec<Answer>) {
    let part = &*net.loss.encoded(part, net.outputs());
    let (mut loss, mut truth, mut predicted) = (0.0, Vec::new(), Vec::new());
    let (mut work, mut answers) = (0, Vec::new());
    for row in 0..part.rows() {
        work += weights.len();
        if work > REST_EVERY {
            work = 0;
            rest().await;
        }
        let x: Vec<f64> = part.row(row).iter().map(|&x| f64::from(x)).collect();
        let z = outputs(net, weights, &x);
        loss += plain::loss(net, &z, part.target(row));
        let numbers = net.loss.is_of_numbers();
        truth.push(if numbers {
            f64::from(part.target(row)[0])
        } else {
            net.loss.class(part.target(row)) as f64
        });
        predicted.push(match z.len() {
            _ if numbers => z[0],
            1 => f64::from(u8::from(z[0] > 0.0)),
            _ => (0..z.len()).rev().max_by(|&a, &b| z[a].total_cmp(&z[b])).unwrap_or(0) as f64,
        });
        if let (false, Some(&truth), Some(&given)) = (numbers, truth.last(), predicted.last()) {
            let chances = plain::prediction(net, &z);
            let chance = chances[(given as usize).min(chances.len() - 1)] as f32;
            answers.push(Answer { truth: truth as u8, given: given as u8, chance });
        }
    }
    let loss = loss / part.rows() as f64;
    let Some(classes) = net.loss.classes(net.outputs()) else {
        return (
            Scores { loss, accuracy: None, f1: None, r2: Some(metrics::r2(&truth, &predicted)) },
            answers,
        );
    };
    let indices = |v: &[f64]| v.iter().map(|&y| y as usize).collect::<Vec<_>>();
    let confusion = metrics::confusion(&indices(&truth), &indices(&predicted), classes);
    let f1 = metrics::f1(&confusion);
    let f1 = if classes == 2 { f1[1] } else { metrics::mean_over_met(&f1, &confusion) };
    (
        Scores { loss, accuracy: Some(metrics::accuracy(&confusion)), f1: Some(f1), r2: None },
        answers,
    )
}

/// A point of the plane as the inputs of a network that may have more of them, for other sets.
fn widened(net: &Net, point: [f32; 2]) -> impl Iterator<Item = f32> {
    point.into_iter().chain(std::iter::repeat(0.0)).take(net.inputs())
}

fn boundary(net: &Net, weights: &[f32], reach: f32) -> Boundary {
    let side = if weights.len() < FINE_WEIGHTS { 2 * BOUNDARY_SIDE } else { BOUNDARY_SIDE };
    let place = |i: usize| reach * ((2 * i + 1) as f32 / side as f32 - 1.0);
    let cells =
        (0..side * side).flat_map(|cell| widened(net, [place(cell % side), -place(cell / side)]));
    let cells =
        Part { x: Arc::new(cells.collect()), y: vec![0.0; side * side], columns: net.inputs() };
    let logits = train::outputs(net, weights, &net.loss.encoded(&cells, net.outputs()));
    let values = logits
        .chunks(net.outputs())
        .map(|z| {
            let z: Vec<f64> = z.iter().map(|&z| f64::from(z)).collect();
            let p = plain::prediction(net, &z);
            if p.len() == 1 {
                return p[0] as f32;
            }
            let best = (0..p.len()).rev().max_by(|&a, &b| p[a].total_cmp(&p[b])).unwrap_or(0);
            best as f32 + 0.999 * p[best] as f32
        })
        .collect();
    Boundary { side, values }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tunescape_engine::net::{Activation, Loss};

    #[test]
    fn a_boundary_is_what_the_network_answers_at_the_middle_of_each_cell() {
        let net = Net::new(vec![2, 5, 3], Activation::Tanh, Loss::SoftmaxCrossEntropy);
        let weights = net.start(3);
        let found = boundary(&net, &weights, 2.0);
        assert_eq!(found.values.len(), found.side * found.side);
        let weights: Vec<f64> = weights.iter().map(|&w| f64::from(w)).collect();
        let place = |i: usize| 2.0 * ((2 * i + 1) as f64 / found.side as f64 - 1.0);
        for (cell, &value) in found.values.iter().enumerate().step_by(97) {
            let z = outputs(&net, &weights, &[place(cell % found.side), -place(cell / found.side)]);
            let p = plain::prediction(&net, &z);
            assert!(
                (p[value as usize] - f64::from(value.fract()) / 0.999).abs() < 1e-5,
                "cell {cell}"
            );
        }
    }
}
