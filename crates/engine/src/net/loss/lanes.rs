//! Losses in single precision, a lane a trial: of one row, its derivatives by the logits, and its
//! score.
//!
//! A row's logits, and its derivatives, are `outputs` vectors of lanes, one after the other.

use super::Loss;
use crate::net::{Lanes, math};

#[inline(always)]
unsafe fn at<V: Lanes>(z: *const f32, k: usize) -> V {
    unsafe { V::read(z.add(k * V::COUNT)) }
}

#[inline(always)]
unsafe fn put<V: Lanes>(d: *mut f32, k: usize, x: V) {
    unsafe { x.write(d.add(k * V::COUNT)) }
}

/// The largest of the logits, or of all but one of them.
#[inline(always)]
unsafe fn largest<V: Lanes>(z: *const f32, outputs: usize, but: Option<usize>) -> V {
    let first = usize::from(but == Some(0)).min(outputs - 1);
    unsafe {
        let mut top: V = at(z, first);
        for k in first + 1..outputs {
            if but != Some(k) {
                top = top.at_least(at(z, k));
            }
        }
        top
    }
}

/// The probability that the target gives to a class.
#[inline(always)]
fn target<V: Lanes>(loss: Loss, y: &[f32], k: usize, outputs: usize, smoothing: V) -> V {
    let own =
        if loss == Loss::KlDivergence { y[k] } else { f32::from(u8::from(k == y[0] as usize)) };
    smooth(own, outputs, smoothing)
}

#[inline(always)]
fn smooth<V: Lanes>(own: f32, classes: usize, smoothing: V) -> V {
    let rest = V::splat(1.0).sub(smoothing);
    rest.mul(V::splat(own)).add(smoothing.mul(V::splat(1.0 / classes as f32)))
}

/// Writes to `d` the derivatives of `share` times the loss by a row's logits, the target being
/// smoothed.
///
/// # Safety
/// `outputs` vectors can be read at `z` and written at `d`; `y` holds `loss.targets(outputs)`
/// numbers, which are classes where classes are wanted.
#[inline(always)]
pub unsafe fn deltas<V: Lanes>(
    loss: Loss,
    outputs: usize,
    z: *const f32,
    y: &[f32],
    share: f32,
    smoothing: V,
    d: *mut f32,
) {
    let (zero, one) = (V::splat(0.0), V::splat(1.0));
    unsafe {
        match loss {
            Loss::BinaryCrossEntropy => {
                let p = math::sigmoid::<V>(at(z, 0));
                put(d, 0, p.sub(smooth(y[0], 2, smoothing)).mul(V::splat(share)));
            }
            Loss::SoftmaxCrossEntropy | Loss::KlDivergence => {
                let top = largest::<V>(z, outputs, None);
                let mut total = zero;
                for k in 0..outputs {
                    let e = math::exp(at::<V>(z, k).sub(top));
                    total = total.add(e);
                    put(d, k, e);
                }
                let scale = V::splat(share).div(total);
                for k in 0..outputs {
                    let p = at::<V>(d, k).mul(scale);
                    put(d, k, p.sub(target(loss, y, k, outputs, smoothing).mul(V::splat(share))));
                }
            }
            Loss::SquaredError => {
                let factor = V::splat(2.0 * share / outputs as f32);
                for (k, &y) in y.iter().enumerate() {
                    put(d, k, at::<V>(z, k).sub(V::splat(y)).mul(factor));
                }
            }
            Loss::AbsoluteError => {
                let (up, down) =
                    (V::splat(share / outputs as f32), V::splat(-share / outputs as f32));
                for (k, &y) in y.iter().enumerate() {
                    let (z, y) = (at::<V>(z, k), V::splat(y));
                    // A logit that is no number must not look as if it were right.
                    let nought = z.sub(z);
                    put(d, k, z.if_greater(y, up, y.if_greater(z, down, nought)));
                }
            }
            Loss::Huber(delta) => {
                let factor = V::splat(share / outputs as f32);
                for (k, &y) in y.iter().enumerate() {
                    let r = at::<V>(z, k).sub(V::splat(y));
                    put(d, k, r.at_most(V::splat(delta)).at_least(V::splat(-delta)).mul(factor));
                }
            }
            Loss::Hinge => {
                let sign = 2.0 * y[0] - 1.0;
                let missing = one.sub(at::<V>(z, 0).mul(V::splat(sign)));
                put(d, 0, missing.if_greater(zero, V::splat(-sign * share), zero));
            }
            Loss::MulticlassHinge => {
                let own = y[0] as usize;
                let top = largest::<V>(z, outputs, Some(own));
                let mut left = one.add(top).sub(at(z, own)).if_greater(zero, V::splat(share), zero);
                put(d, own, zero.sub(left));
                for k in 0..outputs {
                    if k != own {
                        let taken = top.if_greater(at(z, k), zero, left);
                        left = left.sub(taken);
                        put(d, k, taken);
                    }
                }
            }
        }
    }
}

/// Loss of a row, of numbers summed over the outputs; and its score: 1 if classified correctly, or
/// the squared error.
///
/// # Safety
/// As [`deltas`].
#[inline(always)]
pub unsafe fn score<V: Lanes>(loss: Loss, outputs: usize, z: *const f32, y: &[f32]) -> (V, V) {
    let (zero, one) = (V::splat(0.0), V::splat(1.0));
    unsafe {
        match loss {
            Loss::BinaryCrossEntropy | Loss::Hinge => {
                let z: V = at(z, 0);
                let (yes, no) = if y[0] > 0.5 { (one, zero) } else { (zero, one) };
                let correct = z.if_greater(zero, yes, no);
                if loss == Loss::Hinge {
                    return (one.sub(z.mul(V::splat(2.0 * y[0] - 1.0))).at_least(zero), correct);
                }
                let magnitude = z.at_least(zero.sub(z));
                let loss = z.at_least(zero).sub(z.mul(V::splat(y[0])));
                (loss.add(math::ln(one.add(math::exp(zero.sub(magnitude))))), correct)
            }
            Loss::SquaredError | Loss::AbsoluteError | Loss::Huber(_) => {
                let (mut sum, mut squares) = (zero, zero);
                for (k, &y) in y.iter().enumerate() {
                    let r = at::<V>(z, k).sub(V::splat(y));
                    let square = r.mul(r);
                    let size = r.at_least(zero.sub(r));
                    squares = squares.add(square);
                    sum = sum.add(match loss {
                        Loss::AbsoluteError => size,
                        Loss::Huber(delta) => {
                            let near = size.at_most(V::splat(delta));
                            near.mul(size.sub(near.mul(V::splat(0.5))))
                        }
                        _ => square,
                    });
                }
                (sum, squares)
            }
            Loss::SoftmaxCrossEntropy | Loss::MulticlassHinge | Loss::KlDivergence => {
                let class = loss.class(y);
                let own: V = at(z, class);
                let mut correct = one;
                for k in 0..outputs {
                    let other: V = at(z, k);
                    // The first of equal logits wins.
                    if k < class {
                        correct = own.if_greater(other, correct, zero);
                    } else if k > class {
                        correct = other.if_greater(own, zero, correct);
                    }
                }
                if loss == Loss::MulticlassHinge {
                    let top = largest::<V>(z, outputs, Some(class));
                    return (one.add(top).sub(own).at_least(zero), correct);
                }
                let top = largest::<V>(z, outputs, None);
                let mut total = zero;
                for k in 0..outputs {
                    total = total.add(math::exp(at::<V>(z, k).sub(top)));
                }
                let total = math::ln(total).add(top);
                if loss == Loss::SoftmaxCrossEntropy {
                    return (total.sub(own), correct);
                }
                let mut sum = zero;
                for (k, &y) in y.iter().enumerate() {
                    if y > 0.0 {
                        let gap = V::splat(math::ln(y)).add(total).sub(at(z, k));
                        sum = sum.add(V::splat(y).mul(gap));
                    }
                }
                (sum, correct)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{Activation, Net, plain};

    /// Every loss and its derivatives against the readable ones, ties and kinks left out.
    #[test]
    fn single_precision_follows_the_exact_losses() {
        let logits = [[0.4_f32, -1.3, 2.2], [-0.2, 0.1, -3.0], [1.9, 1.2, 0.7], [0.3, 2.6, 2.5]];
        for loss in Loss::ALL {
            let outputs = if loss.classes(3) == Some(2) { 1 } else { 3 };
            let targets: &[&[f32]] = match loss.targets(outputs) {
                1 if outputs == 1 => &[&[0.0], &[1.0]],
                1 => &[&[0.0], &[1.0], &[2.0]],
                _ if loss == Loss::KlDivergence => &[&[0.2, 0.7, 0.1], &[0.0, 0.0, 1.0]],
                _ => &[&[0.1, -1.0, 0.5], &[2.0, 0.0, 0.0]],
            };
            let net = Net::new(vec![1, outputs], Activation::Linear, loss);
            for z in logits {
                for y in targets {
                    for smoothing in [0.0_f32, 0.25] {
                        let mut d = [0.0_f32; 3];
                        // SAFETY: one lane, three logits.
                        let (l, _) = unsafe {
                            deltas::<f32>(
                                loss,
                                outputs,
                                z.as_ptr(),
                                y,
                                0.5,
                                smoothing,
                                d.as_mut_ptr(),
                            );
                            score::<f32>(loss, outputs, z.as_ptr(), y)
                        };
                        // The logits are the biases of a network whose input is 0.
                        let weights: Vec<f64> = (0..outputs)
                            .map(|_| 0.0)
                            .chain(z[..outputs].iter().map(|&z| f64::from(z)))
                            .collect();
                        let rows: [(&[f32], &[f32]); 1] = [(&[0.0], y)];
                        let (exact, slopes) =
                            plain::smooth_gradient(&net, &weights, &rows, f64::from(smoothing));
                        let found = f64::from(l) / loss.terms(outputs) as f64;
                        assert!(
                            (found - exact).abs() < 1e-6,
                            "{loss:?} {z:?} {y:?}: {found}, not {exact}"
                        );
                        for k in 0..outputs {
                            let (found, wanted) = (f64::from(d[k]), 0.5 * slopes[outputs + k]);
                            assert!(
                                (found - wanted).abs() < 1e-6,
                                "{loss:?} {z:?} {y:?} {k}: {found}, not {wanted}"
                            );
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn the_first_of_equals_takes_the_slope() {
        let mut d = [9.0_f32; 3];
        // SAFETY: one lane, three logits.
        unsafe {
            deltas::<f32>(
                Loss::MulticlassHinge,
                3,
                [1.0, 0.5, 1.0].as_ptr(),
                &[1.0],
                1.0,
                0.0,
                d.as_mut_ptr(),
            )
        };
        assert_eq!(d, [1.0, -1.0, 0.0]);
    }
}
