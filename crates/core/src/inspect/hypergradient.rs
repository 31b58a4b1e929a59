//! The slope of the validation loss by learning rate and momentum: differentiated forwards through
//! the whole training (Franceschi et al. 2017).
//!
//! | symbol | shape | meaning |
//! |---|---|---|
//! | w, v | parameters | weights and velocities, as dual numbers: each carries its derivative by one hyperparameter |
//! | η, β | | learning rate and momentum; one of them is the seed, 1 |
//! | L | | mean loss over the validation part after the last epoch |
//!
//! One training for each hyperparameter, in double precision, with the batches of the trainers; so
//! L differs from theirs by the rounding of single precision. Where training is chaotic the
//! tangents explode, and a slope that says nothing is refused.

use crate::data::Part;
use serde::{Deserialize, Serialize};
use tunescape_engine::net::{Activation, Dual, Loss, Net, Real, plain};
use tunescape_engine::optim::{Rule, Schedule};
use tunescape_engine::train::{Population, Stream};

/// Weight-row updates that a slope may take: some seconds.
const MAX_WORK: usize = 60_000_000;

/// Tangents have exploded that are longer than this many times the weights, as the hyperparameter
/// moves by its own size: η by itself, β by 1 − β.
const EXPLODED: f64 = 1e3;

/// A validation loss and its slopes by learning rate and momentum.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hypergradient {
    pub loss: f64,
    pub slope: [f64; 2],
}

/// Why there is no slope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// Of these rules only: SGD, momentum, averaged momentum, Nesterov.
    Rule,
    /// An activation or a loss with a kink has no slope there.
    Kink,
    /// Clipping, L1, dropout, early stopping and a rate that waits for a plateau jump.
    Jump,
    /// The training takes too long to be differentiated.
    TooLarge,
    /// Training diverged in this epoch.
    Diverged { epoch: usize },
    /// The tangents exploded in this epoch: a hair's breadth decides where training goes.
    Exploded { epoch: usize },
}

/// Whether an activation has a slope everywhere.
fn smooth(activation: Activation) -> bool {
    // A kink shows as two slopes on the two sides of 0, or of the ends of a clipped range.
    let slope = |z: f64| activation.exact(Dual { value: z, tangent: 1.0 }).tangent;
    [-3.0, -1.0, 0.0, 1.0, 3.0, 6.0]
        .iter()
        .all(|z| (slope(z - 1e-7) - slope(z + 1e-7)).abs() < 1e-3)
}

fn check(population: &Population, epochs: usize) -> Result<(), Refusal> {
    let hyper = population.trials[0].hyper;
    let net = &population.net;
    if !matches!(
        population.rule,
        Rule::Sgd | Rule::Momentum | Rule::AveragedMomentum | Rule::Nesterov
    ) {
        return Err(Refusal::Rule);
    }
    if matches!(net.loss, Loss::AbsoluteError | Loss::Hinge | Loss::MulticlassHinge)
        || !net.activations.iter().all(|a| smooth(*a))
    {
        return Err(Refusal::Kink);
    }
    let jumps =
        [hyper.clip_norm, hyper.clip_value, hyper.l1, hyper.dropout].iter().any(|x| *x > 0.0);
    if jumps || population.patience > 0 || matches!(population.schedule, Schedule::Plateau { .. }) {
        return Err(Refusal::Jump);
    }
    let rows: usize = population.streams.iter().map(|stream| stream.train.rows()).sum();
    if net.parameters().saturating_mul(rows).saturating_mul(epochs) > MAX_WORK {
        return Err(Refusal::TooLarge);
    }
    Ok(())
}

/// The slopes of the mean loss over the streams of a population at its first trial's
/// hyperparameters, with a rest after every epoch.
pub async fn hypergradient(
    population: &Population,
    epochs: usize,
    rest: &mut impl AsyncFnMut(),
) -> Result<Hypergradient, Refusal> {
    check(population, epochs)?;
    let share = 1.0 / population.streams.len() as f64;
    let mut mean = Hypergradient { loss: 0.0, slope: [0.0; 2] };
    for stream in 0..population.streams.len() {
        for (i, seeds) in [[1.0, 0.0], [0.0, 1.0]].into_iter().enumerate() {
            let found = trained(population, stream, epochs, seeds, rest).await?;
            mean.slope[i] += share * found.tangent;
            mean.loss += 0.5 * share * found.value;
        }
    }
    Ok(mean)
}

type Real2 = Dual<f64>;

/// The validation loss after training on a stream with these seeds of η and β.
async fn trained(
    population: &Population,
    stream: usize,
    epochs: usize,
    seeds: [f64; 2],
    rest: &mut impl AsyncFnMut(),
) -> Result<Real2, Refusal> {
    let (net, hyper) = (&population.net, population.trials[0].hyper);
    let Stream { start, order, train, valid, .. } = &population.streams[stream];
    let real = |x: f32| f64::from(x);
    let beta = match population.rule {
        Rule::Sgd => Dual::of(0.0),
        _ => Dual { value: real(hyper.momentum), tangent: seeds[1] },
    };
    let (l2, decay) = (Dual::of(real(hyper.l2)), Dual::of(real(hyper.decay)));
    let biases = biases(net);
    let mut w: Vec<Real2> = start.iter().map(|&w| Dual::of(real(w))).collect();
    let mut v: Vec<Real2> = vec![Dual::of(0.0); w.len()];
    let mut t = 0;
    for epoch in 0..epochs {
        let batches = order.batches(epoch, train.rows());
        for b in 0..batches.len() {
            let rows: Vec<_> = batches.get(b).iter().map(|&r| r as usize).collect();
            let rows: Vec<_> = rows.iter().map(|&r| (train.row(r), train.target(r))).collect();
            let (_, gradient) = plain::smooth_gradient(net, &w, &rows, real(hyper.label_smoothing));
            // Rates are affine in η: what they grow by per unit of it is their slope.
            let factors = population.factors(stream, t);
            let rate = |eta: f32| {
                real(population.schedule.rate(
                    factors,
                    t,
                    &tunescape_engine::optim::Hyper { learning_rate: eta, ..hyper },
                    1.0,
                ))
            };
            let slope = (rate(2.0 * hyper.learning_rate) - rate(hyper.learning_rate))
                / real(hyper.learning_rate);
            let eta = Dual { value: rate(hyper.learning_rate), tangent: seeds[0] * slope };
            let fresh = match population.rule {
                Rule::AveragedMomentum => Dual::of(1.0) - beta,
                Rule::Momentum if t > 0 => Dual::of(1.0 - real(hyper.dampening)),
                _ => Dual::of(1.0),
            };
            for (i, g) in gradient.into_iter().enumerate() {
                let penalised = population.penalise_biases || !biases[i];
                let g = if penalised { g + l2 * w[i] } else { g };
                if penalised {
                    w[i] = w[i] - eta * decay * w[i];
                }
                v[i] = beta * v[i] + fresh * g;
                let step = if population.rule == Rule::Nesterov { g + beta * v[i] } else { v[i] };
                w[i] = w[i] - eta * step;
            }
            t += 1;
        }
        let long = |part: fn(&Real2) -> f64| w.iter().map(|w| part(w) * part(w)).sum::<f64>();
        let (size, tangent) = (long(|w| w.value), long(|w| w.tangent));
        let values: Vec<f64> = w.iter().map(|w| w.value).collect();
        let loss = mean_loss(net, &values, train);
        if !(size.is_finite() && loss <= real(population.bound)) {
            return Err(Refusal::Diverged { epoch: epoch + 1 });
        }
        let moved = seeds[0] * real(hyper.learning_rate) + seeds[1] * (1.0 - real(hyper.momentum));
        if tangent.is_nan() || libm::sqrt(tangent) * moved > EXPLODED * (1.0 + libm::sqrt(size)) {
            return Err(Refusal::Exploded { epoch: epoch + 1 });
        }
        rest().await;
    }
    let mean = mean_loss(net, &w, valid);
    if mean.value.is_finite() { Ok(mean) } else { Err(Refusal::Diverged { epoch: epochs }) }
}

fn mean_loss<R: Real>(net: &Net, w: &[R], part: &Part) -> R {
    let total = (0..part.rows()).fold(R::of(0.0), |total, row| {
        let x: Vec<f64> = part.row(row).iter().map(|&x| f64::from(x)).collect();
        let last = plain::forward(net, w, &x).pop().unwrap_or_default();
        total + plain::loss(net, &last, part.target(row))
    });
    total / R::of(part.rows() as f64)
}

/// Which parameters are biases.
fn biases(net: &Net) -> Vec<bool> {
    let mut biases = vec![false; net.parameters()];
    net.layers()
        .iter()
        .for_each(|layer| biases[layer.biases..layer.biases + layer.outputs].fill(true));
    biases
}

#[cfg(test)]
mod tests {
    use super::*;
    use pollster::block_on;
    use std::sync::Arc;
    use tunescape_engine::net::Init;
    use tunescape_engine::optim::Hyper;
    use tunescape_engine::train::cpu::CpuTrainer;
    use tunescape_engine::train::{Order, Trainer, Trial};

    async fn no_rest() {}

    /// Two arcs of points, four of ten kept to validate on.
    fn population(rule: Rule, activation: Activation, hyper: Hyper) -> Population {
        let row = |i: usize| {
            let (side, at) = (i % 2, i as f32 / 30.0 * 3.0);
            ([at.cos() + side as f32, at.sin() - 0.4 * side as f32], side as f32)
        };
        let part = |take: fn(&usize) -> bool| {
            let (x, y): (Vec<_>, Vec<f32>) = (0..30).filter(take).map(row).unzip();
            Arc::new(Part { x: x.concat().into(), y, columns: 2 })
        };
        let net = Net {
            init: Init::Auto,
            ..Net::new(vec![2, 4, 3, 1], activation, Loss::BinaryCrossEntropy)
        };
        let stream = Stream {
            start: net.start(3).into(),
            order: Order::Shuffled { seed: 5, batch: 8 },
            seed: 5,
            train: part(|i| i % 5 < 3),
            valid: part(|i| i % 5 >= 3),
        };
        Population::new(net, rule, vec![stream], vec![Trial { hyper, stream: 0 }], 4.0)
    }

    fn found(population: &Population, epochs: usize) -> Result<Hypergradient, Refusal> {
        block_on(hypergradient(population, epochs, &mut no_rest))
    }

    #[test]
    fn slopes_equal_finite_differences_and_the_loss_is_the_trainers() {
        let hyper = Hyper { learning_rate: 0.25, momentum: 0.5, l2: 0.0078125, ..Hyper::default() };
        let schedules = [Schedule::Constant, Schedule::Cosine { steps: 36, lowest: 0.0625 }];
        let rules = [Rule::Sgd, Rule::Momentum, Rule::AveragedMomentum, Rule::Nesterov];
        for (rule, schedule) in
            rules.into_iter().flat_map(|rule| schedules.map(|schedule| (rule, schedule)))
        {
            let with = |rate: f32, momentum: f32| {
                let hyper = Hyper {
                    learning_rate: rate,
                    momentum,
                    decay: 0.03125,
                    dampening: 0.125,
                    ..hyper
                };
                Population {
                    schedule,
                    penalise_biases: false,
                    ..population(rule, Activation::Tanh, hyper)
                }
            };
            let here = with(0.25, 0.5);
            let Hypergradient { loss, slope } = found(&here, 12).unwrap();
            // Steps that single precision holds exactly.
            let h = 1.0 / 4096.0;
            let at = |rate: f32, momentum: f32| found(&with(rate, momentum), 12).unwrap().loss;
            let steps = [
                (at(0.25 + h, 0.5) - at(0.25 - h, 0.5)) / (2.0 * f64::from(h)),
                (at(0.25, 0.5 + h) - at(0.25, 0.5 - h)) / (2.0 * f64::from(h)),
            ];
            for (slope, step) in slope.iter().zip(steps) {
                assert!(
                    (slope - step).abs() < 2e-5 * (1.0 + step.abs()),
                    "{rule:?} {schedule:?}: {slope} {step}"
                );
            }
            assert_eq!(slope[1] == 0.0, rule == Rule::Sgd);
            let mut trainer = CpuTrainer::new(here).unwrap();
            block_on(trainer.advance(12, &mut || false)).unwrap();
            let trained = f64::from(trainer.report(0, 12).unwrap().valid_loss);
            assert!((loss - trained).abs() < 1e-4 * trained, "{rule:?}: {loss} {trained}");
        }
    }

    #[test]
    fn over_several_streams_slopes_are_those_of_the_mean() {
        let hyper = Hyper { learning_rate: 0.25, momentum: 0.5, ..Hyper::default() };
        let one = population(Rule::Momentum, Activation::Tanh, hyper);
        let mut other = one.clone();
        other.streams[0].start = one.net.start(4).into();
        let streams = [one.clone(), other.clone()].map(|of| of.streams[0].clone()).to_vec();
        let both = found(&Population { streams, ..one.clone() }, 9).unwrap();
        let [a, b] = [one, other].map(|of| found(&of, 9).unwrap());
        assert!(a.slope != b.slope && (both.loss - 0.5 * (a.loss + b.loss)).abs() < 1e-12);
        for i in 0..2 {
            assert!((both.slope[i] - 0.5 * (a.slope[i] + b.slope[i])).abs() < 1e-12, "{both:?}");
        }
    }

    #[test]
    fn what_has_no_slope_is_refused() {
        let plain = Hyper { learning_rate: 0.25, momentum: 0.5, ..Hyper::default() };
        let refused =
            |rule, activation, hyper| found(&population(rule, activation, hyper), 5).err();
        assert_eq!(refused(Rule::Momentum, Activation::Tanh, plain), None);
        assert_eq!(refused(Rule::Adam, Activation::Tanh, plain), Some(Refusal::Rule));
        assert_eq!(refused(Rule::Momentum, Activation::Relu, plain), Some(Refusal::Kink));
        let dropout = Hyper { dropout: 0.5, ..plain };
        assert_eq!(refused(Rule::Momentum, Activation::Tanh, dropout), Some(Refusal::Jump));
        assert_eq!(
            found(&population(Rule::Sgd, Activation::Tanh, plain), 10_000_000),
            Err(Refusal::TooLarge)
        );
        let wild = Hyper { learning_rate: 400.0, momentum: 0.99, ..plain };
        let why = block_on(hypergradient(
            &population(Rule::Momentum, Activation::Softplus, wild),
            60,
            &mut no_rest,
        ));
        assert!(matches!(why, Err(Refusal::Exploded { .. } | Refusal::Diverged { .. })), "{why:?}");
        let smooth_ones =
            [Activation::Tanh, Activation::Sigmoid, Activation::Gelu, Activation::Softplus];
        assert!(
            smooth_ones.into_iter().all(smooth)
                && ![Activation::Relu, Activation::LeakyRelu].into_iter().any(smooth)
        );
    }
}
