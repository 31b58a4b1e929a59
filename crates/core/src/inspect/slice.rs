//! The loss over a plane through the weights, and a run's path on it.

use super::NextStep;
use crate::data::Part;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tunescape_engine::net::{Net, normal};
use tunescape_engine::train::losses;

/// Points × rows × parameters that a slice may take.
const WORK: usize = 1 << 31;

/// Which plane the loss is shown on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Plane {
    /// Two random directions, each unit's incoming weights as long as the unit's own (Li et al.
    /// 2018).
    Random { seed: u64 },
    /// The two directions in which the run's path spreads most (principal components of its
    /// weights).
    Path,
    /// That of the next step's two parts, gradient and velocity, three steps wide; where they do
    /// not span a plane, a random direction is the second.
    Step,
}

/// A piece of the loss surface around a network's weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slice {
    /// Whose directions these are: random ones where those asked for do not span a plane.
    pub plane: Plane,
    pub epoch: usize,
    pub side: usize,
    /// `[a, b]` of the cell centres run from −reach to reach: the weights plus a and b times the
    /// two directions.
    pub reach: [f32; 2],
    /// Mean training loss of each cell, row by row from the smallest b, a running fastest.
    pub losses: Vec<f32>,
    /// The path by epoch: `[a, b]` of its nearest point of the plane.
    pub path: Vec<[f32; 2]>,
    /// Of each point of the path.
    pub epochs: Vec<usize>,
    /// Share of the path's squared distances from the weights that lies in the plane.
    pub share: f32,
    /// The next step: the nearest point of the plane.
    pub next: [f32; 2],
    /// Its two parts, those of the gradient and of the velocity; none for rules whose step is no
    /// sum of them.
    pub parts: Option<[[f32; 2]; 2]>,
    /// Share of the next step's squared length that lies in the plane.
    pub next_share: f32,
    /// Training rows used: all, or an even sample where the network is large.
    pub rows: usize,
}

/// Two random directions at some weights. Biases stay.
pub fn random_directions(net: &Net, weights: &[f32], seed: u64) -> [Vec<f32>; 2] {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    [(); 2].map(|()| {
        let mut direction = vec![0.0; weights.len()];
        for layer in net.layers() {
            for o in 0..layer.outputs {
                let incoming = || (0..layer.inputs).map(|i| layer.weights + i * layer.outputs + o);
                incoming().for_each(|at| direction[at] = normal(&mut rng));
                let size = |v: &[f32]| libm::sqrtf(incoming().map(|at| v[at] * v[at]).sum());
                let (own, drawn) = (size(weights), size(&direction));
                incoming()
                    .for_each(|at| direction[at] *= if drawn > 0.0 { own / drawn } else { 0.0 });
            }
        }
        direction
    })
}

/// The two principal directions of a path around its last point, each of length 1; none where the
/// path does not spread in two directions.
pub fn path_directions(path: &[Vec<f32>]) -> Option<[Vec<f32>; 2]> {
    let last = path.last()?;
    let offsets: Vec<Vec<f64>> = path
        .iter()
        .map(|p| p.iter().zip(last).map(|(p, l)| f64::from(*p) - f64::from(*l)).collect())
        .collect();
    let first = principal(&offsets, None)?;
    let second = principal(&offsets, Some(&first))?;
    Some([first, second].map(|d| d.into_iter().map(|x| x as f32).collect()))
}

/// The direction of most spread that is orthogonal to one found before, by power iteration; of many
/// parameters and few points, the products go through the points.
fn principal(offsets: &[Vec<f64>], before: Option<&[f64]>) -> Option<Vec<f64>> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let clear = |mut d: Vec<f64>| {
        if let Some(before) = before {
            let share = dot(&d, before);
            d.iter_mut().zip(before).for_each(|(d, b)| *d -= share * b);
        }
        let size = libm::sqrt(dot(&d, &d));
        d.iter_mut().for_each(|d| *d /= size);
        (d, size)
    };
    let furthest = offsets.iter().map(|o| dot(o, o)).fold(0.0, f64::max);
    // The furthest point off the direction found before is never orthogonal to the one sought.
    let starts = offsets.iter().map(|o| clear(o.clone()));
    let (mut direction, size) = starts.max_by(|a, b| a.1.total_cmp(&b.1))?;
    if !(size.is_finite() && size > 1e-6 * libm::sqrt(furthest)) {
        return None;
    }
    for _ in 0..200 {
        let mut next = vec![0.0; direction.len()];
        for offset in offsets {
            let share = dot(offset, &direction);
            next.iter_mut().zip(offset).for_each(|(n, o)| *n += share * o);
        }
        let (next, _) = clear(next);
        let settled = dot(&next, &direction) > 1.0 - 1e-12;
        direction = next;
        if settled {
            break;
        }
    }
    Some(direction)
}

/// The plane of two changes of the weights, directions of length 1 at right angles; none where they
/// do not span one.
pub fn plane_of(first: &[f32], second: &[f32]) -> Option<[Vec<f32>; 2]> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let unit = |v: &[f64], least: f64| {
        let size = libm::sqrt(dot(v, v));
        (size.is_finite() && size > least)
            .then(|| (v.iter().map(|x| x / size).collect::<Vec<f64>>(), size))
    };
    let wide = |v: &[f32]| v.iter().map(|&x| f64::from(x)).collect::<Vec<f64>>();
    let (first, _) = unit(&wide(first), 0.0)?;
    let (second, size) = unit(&wide(second), 0.0)?;
    let share = dot(&first, &second);
    let off: Vec<f64> = second.iter().zip(&first).map(|(s, f)| s - share * f).collect();
    let (second, _) = unit(&off, 1e-3).filter(|_| size > 0.0)?;
    Some([first, second].map(|d| d.into_iter().map(|x| x as f32).collect()))
}

/// Places of a slice whose weights are in memory at the same time.
const AT_ONCE: usize = 16;

/// The loss around the last place of a path on the plane of two directions, wide enough for the
/// path and at least `least` to each side; `rest` is called every few milliseconds of work. None
/// where the plane or the path are not finite.
pub async fn slice(
    net: &Net,
    directions: &[Vec<f32>; 2],
    path: &[Vec<f32>],
    step: &NextStep,
    part: &Part,
    (side, least): (usize, f32),
    rest: &mut impl AsyncFnMut(),
) -> Option<Slice> {
    let part = &*net.loss.encoded(part, net.outputs());
    let weights = path.last()?;
    let (on_plane, share) = project(weights, directions, path)?;
    let reach = [0, 1].map(|k| on_plane.iter().fold(least, |m, p| m.max(1.15 * p[k].abs())));
    let place = |i: usize, reach: f32| reach * ((2 * i + 1) as f32 / side as f32 - 1.0);
    let limit = WORK / (side * side * weights.len()).max(1);
    let count = part.rows().min(limit.max(1));
    let mut sampled = Part { columns: part.columns, ..Part::default() };
    for (x, y) in super::sample(part, count) {
        Arc::make_mut(&mut sampled.x).extend_from_slice(x);
        sampled.y.extend_from_slice(y);
    }
    let mut found = Vec::with_capacity(side * side);
    for row in 0..side {
        let b = place(row, reach[1]);
        let point = |column: usize| {
            let a = place(column, reach[0]);
            let [da, db] = directions;
            weights
                .iter()
                .zip(da)
                .zip(db)
                .map(|((w, da), db)| w + a * da + b * db)
                .collect::<Vec<f32>>()
        };
        // A few at a time: each is as long as the network has weights.
        for first in (0..side).step_by(AT_ONCE) {
            let points: Vec<_> = (first..side.min(first + AT_ONCE)).map(point).collect();
            found.extend(losses(net, &points, &sampled));
        }
        rest().await;
    }
    let ahead = |change: &[f32]| {
        let there: Vec<f32> = weights.iter().zip(change).map(|(w, c)| w + c).collect();
        project(weights, directions, &[there]).map(|(points, share)| (points[0], share))
    };
    let (next, next_share) = ahead(&step.whole)?;
    Some(Slice {
        epochs: Vec::new(),
        plane: Plane::Path,
        epoch: 0,
        side,
        reach,
        losses: found,
        path: on_plane,
        share,
        next,
        parts: ahead(&step.fresh())
            .zip(ahead(&step.remembered))
            .map(|(fresh, kept)| [fresh.0, kept.0]),
        next_share,
        rows: count,
    })
}

/// The nearest points of the plane to a path's, and the share of the path that they account for.
fn project(
    weights: &[f32],
    directions: &[Vec<f32>; 2],
    path: &[Vec<f32>],
) -> Option<(Vec<[f32; 2]>, f32)> {
    let dot = |a: &[f32], b: &[f32]| {
        a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>()
    };
    let [da, db] = directions;
    let (aa, ab, bb) = (dot(da, da), dot(da, db), dot(db, db));
    let determinant = aa * bb - ab * ab;
    if determinant <= 1e-12 * aa * bb || !determinant.is_finite() {
        return None;
    }
    let (mut all, mut inside) = (0.0, 0.0);
    let mut points = Vec::with_capacity(path.len());
    for place in path {
        let offset: Vec<f32> = place.iter().zip(weights).map(|(p, w)| p - w).collect();
        let (pa, pb) = (dot(&offset, da), dot(&offset, db));
        let (a, b) = ((pa * bb - pb * ab) / determinant, (pb * aa - pa * ab) / determinant);
        all += dot(&offset, &offset);
        inside += a * pa + b * pb;
        points.push([a as f32, b as f32]);
    }
    let finite = all.is_finite();
    finite.then_some((points, if all > 0.0 { (inside / all) as f32 } else { 1.0 }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tunescape_engine::net::{Activation, Loss, plain};

    fn example() -> (Net, Vec<f32>, Part) {
        let net = Net::new(vec![2, 3, 1], Activation::Tanh, Loss::BinaryCrossEntropy);
        let x: Vec<f32> = (0..40).map(|i| libm::sinf(i as f32)).collect();
        let y = (0..20).map(|i| (i % 2) as f32).collect();
        let weights = net.start(2);
        (net, weights, Part { x: x.into(), y, columns: 2 })
    }

    #[test]
    fn every_cell_is_the_loss_there() {
        let (net, weights, part) = example();
        let directions = random_directions(&net, &weights, 5);
        let far: Vec<f32> = weights.iter().zip(&directions[1]).map(|(w, d)| w - 3.0 * d).collect();
        let ahead = |scale: f32| directions[0].iter().map(|d| scale * d).collect::<Vec<f32>>();
        let step = NextStep { whole: ahead(0.5), remembered: ahead(0.2) };
        let path = [far, weights.clone()];
        let mut rest = async || {};
        let shown = slice(&net, &directions, &path, &step, &part, (9, 1.0), &mut rest);
        let shown = pollster::block_on(shown).unwrap();
        let near = |p: [f32; 2], a: f32| (p[0] - a).abs() < 1e-4 && p[1].abs() < 1e-4;
        assert!(
            near(shown.next, 0.5) && shown.parts.is_some_and(|[g, v]| near(g, 0.3) && near(v, 0.2))
        );
        assert!(shown.next_share > 0.9999);
        assert!((shown.reach[1] - 3.45).abs() < 1e-4 && shown.reach[0] == 1.0 && shown.rows == 20);
        assert!(
            (shown.path[0][1] + 3.0).abs() < 1e-4
                && shown.path[1] == [0.0, 0.0]
                && shown.share > 0.9999
        );
        for (cell, &loss) in shown.losses.iter().enumerate() {
            let place = |i: usize, reach: f32| f64::from(reach * ((2 * i + 1) as f32 / 9.0 - 1.0));
            let (a, b) = (place(cell % 9, shown.reach[0]), place(cell / 9, shown.reach[1]));
            let at = |i: usize| {
                f64::from(weights[i])
                    + a * f64::from(directions[0][i])
                    + b * f64::from(directions[1][i])
            };
            let at: Vec<f64> = (0..weights.len()).map(at).collect();
            let rows: Vec<_> = (0..20).map(|i| (part.row(i), part.target(i))).collect();
            let wanted = plain::gradient(&net, &at, &rows).0;
            assert!(
                (f64::from(loss) - wanted).abs() < 2e-6 * wanted.max(1.0),
                "cell {cell}: {loss}, not {wanted}"
            );
        }
    }

    #[test]
    fn random_directions_are_as_long_as_each_unit() {
        let (net, weights, _) = example();
        let [a, b] = random_directions(&net, &weights, 5);
        assert_ne!(a, b);
        for layer in net.layers() {
            for o in 0..layer.outputs {
                let size = |v: &[f32]| {
                    (0..layer.inputs)
                        .map(|i| v[layer.weights + i * layer.outputs + o].powi(2))
                        .sum::<f32>()
                        .sqrt()
                };
                assert!((size(&a) - size(&weights)).abs() < 1e-5 && a[layer.biases + o] == 0.0);
            }
        }
    }

    #[test]
    fn two_changes_span_a_plane_unless_they_are_parallel() {
        let [a, b] = plane_of(&[2.0, 0.0, 0.0], &[5.0, 0.0, -3.0]).unwrap();
        assert_eq!((a, b), (vec![1.0, 0.0, 0.0], vec![0.0, 0.0, -1.0]));
        assert_eq!(plane_of(&[1.0, 1.0], &[-2.0, -2.0]), None);
        assert_eq!(plane_of(&[1.0, 1.0], &[0.0, 0.0]), None);
    }

    /// A path in a known plane, far along one direction and less along another.
    #[test]
    fn the_principal_plane_holds_the_path() {
        let place = |a: f32, b: f32| vec![a + 1.0, b, 2.0 * b, 0.0, 7.0];
        let path: Vec<Vec<f32>> =
            (0..12).map(|i| place(5.0 * i as f32, libm::sinf(i as f32))).collect();
        let directions = path_directions(&path).unwrap();
        let (points, share) = project(path.last().unwrap(), &directions, &path).unwrap();
        assert!(share > 0.999_99 && points[11] == [0.0, 0.0]);
        assert!(directions[0][0].abs() > 0.9 && directions[0][3] == 0.0 && directions[0][4] == 0.0);
        let orthogonal: f32 = directions[0].iter().zip(&directions[1]).map(|(a, b)| a * b).sum();
        assert!(orthogonal.abs() < 1e-5);
        let line: Vec<Vec<f32>> = (0..5).map(|i| vec![i as f32, 2.0 * i as f32]).collect();
        assert_eq!(path_directions(&line), None);
        assert_eq!(path_directions(&vec![vec![1.0, 2.0]; 4]), None);
    }
}
