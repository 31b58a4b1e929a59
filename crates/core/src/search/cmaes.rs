//! CMA-ES: evolution strategy with covariance matrix adaptation. Hansen & Ostermeier (2001), in the
//! form of Hansen's tutorial (2016) with negative weights, at the defaults of Optuna's CmaEsSampler
//! (the `cmaes` library).
//!
//! | symbol | code | shape | meaning |
//! |---|---|---|---|
//! | d | | | parameters that can move and have an order |
//! | λ, μ | `size` | | trials of a generation: 4 + ⌊3 ln d⌋, and its better half |
//! | m, σ | `mean`, `step` | d | centre in the unit cube, step size; 0.5 and 1/6 at first |
//! | C | `shape` | d × d | covariance, C = B D² Bᵀ |
//! | p_σ, p_c | `step_path`, `shape_path` | d | evolution paths: smoothed sums of the centre's moves |
//! | w | `weights` | λ | ln((λ + 1)/2) − ln rank, scaled; the worse half's are negative |
//! | y | | d | (x − m)/σ of a trial |
//!
//! The first trial is a uniform draw. A generation is the next λ trials told, whoever placed them;
//! a trial so far out that no draw would reach it counts as if it lay nearer (Hansen 2011). Choices
//! are drawn at random.

use super::{Belief, Figure, Outcome, Proposal, Reason, Search, draw, normal, rank_value, ranked};
use crate::sort::sort_by;
use crate::space::{Point, Space};
use nalgebra::{DMatrix, DVector, SymmetricEigen};
use rand::Rng;

/// Draws in a dimension before one that falls outside is clamped.
const RESAMPLING: usize = 10;
/// No eigenvalue of C is taken as less.
const LEAST: f64 = 1e-8;
/// Standard deviations beyond the typical radius at which a trial is pulled in.
const REACH: f64 = 4.0;

pub struct Cmaes {
    space: Space,
    /// Parameters that take part.
    axes: Vec<usize>,
    size: usize,
    weights: Vec<f64>,
    state: State,
    /// Trials of the generation that is being told: y and loss.
    members: Vec<(DVector<f64>, f64)>,
    told: usize,
}

struct State {
    generation: usize,
    mean: DVector<f64>,
    step: f64,
    shape: DMatrix<f64>,
    /// B and the diagonal of D.
    rotation: DMatrix<f64>,
    scales: DVector<f64>,
    step_path: DVector<f64>,
    shape_path: DVector<f64>,
}

impl Cmaes {
    pub fn new(space: &Space) -> Self {
        let free = |i: &usize| space.params[*i].moves() && !space.params[*i].is_choice();
        let axes: Vec<usize> = (0..space.dim()).filter(free).collect();
        let d = axes.len();
        let size = 4 + (3.0 * libm::log(d.max(1) as f64)) as usize;
        let state = State {
            generation: 0,
            mean: DVector::from_element(d, 0.5),
            step: 1.0 / 6.0,
            shape: DMatrix::identity(d, d),
            rotation: DMatrix::identity(d, d),
            scales: DVector::from_element(d, 1.0),
            step_path: DVector::zeros(d),
            shape_path: DVector::zeros(d),
        };
        let weights = weights(d as f64, size).0;
        Self { space: space.clone(), axes, size, weights, state, members: Vec::new(), told: 0 }
    }

    fn adapt(&mut self) {
        let losses: Vec<f64> = self.members.iter().map(|m| m.1).collect();
        let order = ranked(&losses);
        let d = self.axes.len() as f64;
        let (_, Rates { effective, step: c_step, damping, path: c_path, one: c1, rest: c_mu }) =
            weights(d, self.size);
        let s = &mut self.state;
        let y = |rank: usize| &self.members[order[rank]].0;
        let parents = self.size / 2;
        let move_: DVector<f64> = (0..parents).map(|i| self.weights[i] * y(i)).sum();
        s.mean += s.step * &move_;
        let whiten =
            |v: &DVector<f64>| &s.rotation * (s.rotation.tr_mul(v)).component_div(&s.scales);
        let white = whiten(&move_);
        s.step_path =
            (1.0 - c_step) * &s.step_path + libm::sqrt(c_step * (2.0 - c_step) * effective) * white;
        let length = s.step_path.norm();
        let typical = typical(d);
        s.step *= libm::exp(c_step / damping * (length / typical - 1.0));
        s.step = s.step.clamp(1e-12, 1e4);
        s.generation += 1;
        let settled = libm::sqrt(1.0 - libm::pow(1.0 - c_step, 2.0 * (s.generation as f64 + 1.0)));
        let h = f64::from(u8::from(length / settled < (1.4 + 2.0 / (d + 1.0)) * typical));
        s.shape_path = (1.0 - c_path) * &s.shape_path
            + h * libm::sqrt(c_path * (2.0 - c_path) * effective) * &move_;
        let all: f64 = self.weights.iter().sum();
        let kept = 1.0 + c1 * (1.0 - h) * c_path * (2.0 - c_path) - c1 - c_mu * all;
        let mut shape = kept * &s.shape + c1 * &s.shape_path * s.shape_path.transpose();
        for (rank, &w) in self.weights.iter().enumerate() {
            let y = y(rank);
            // A negative weight must not make C negative along a long y.
            let w = if w >= 0.0 { w } else { w * d / (whiten(y).norm_squared() + LEAST) };
            shape += c_mu * w * y * y.transpose();
        }
        let shape = (&shape + shape.transpose()) * 0.5;
        self.members.clear();
        if !shape.iter().all(|v| v.is_finite()) {
            return;
        }
        let eigen = SymmetricEigen::new(shape);
        s.scales = eigen.eigenvalues.map(|v| libm::sqrt(v.max(LEAST)));
        s.rotation = eigen.eigenvectors;
        // A sum of outer products: products of two matrices go to a library that fuses multiply and
        // add where the processor can, and the page's can't.
        let axis = |(i, scale): (usize, &f64)| {
            let axis = s.rotation.column(i);
            scale * scale * axis * axis.transpose()
        };
        s.shape = s.scales.iter().enumerate().map(axis).sum();
    }
}

/// Learning rates of a generation.
struct Rates {
    /// μ_eff
    effective: f64,
    step: f64,
    damping: f64,
    path: f64,
    one: f64,
    rest: f64,
}

/// Weights by rank, and the rates that go with them.
fn weights(d: f64, size: usize) -> (Vec<f64>, Rates) {
    let parents = size / 2;
    let raw: Vec<f64> = (1..=size)
        .map(|rank| libm::log((size as f64 + 1.0) / 2.0) - libm::log(rank as f64))
        .collect();
    let effective = |w: &[f64]| {
        let (sum, squares) = w.iter().fold((0.0, 0.0), |(s, q), w| (s + w, q + w * w));
        sum * sum / squares
    };
    let (good, bad) = raw.split_at(parents);
    let (eff, eff_bad) = (effective(good), effective(bad));
    let one = 2.0 / ((d + 1.3) * (d + 1.3) + eff);
    let rest =
        (1.0 - one - 1e-8).min(2.0 * (eff - 2.0 + 1.0 / eff) / ((d + 2.0) * (d + 2.0) + eff));
    let most = (1.0 + one / rest)
        .min(1.0 + 2.0 * eff_bad / (eff + 2.0))
        .min((1.0 - one - rest) / (d * rest));
    let (positive, negative): (f64, f64) = (
        raw.iter().filter(|w| **w >= 0.0).sum(),
        raw.iter().filter(|w| **w < 0.0).map(|w| -w).sum(),
    );
    let scaled =
        raw.iter().map(|&w| if w >= 0.0 { w / positive } else { w * most / negative }).collect();
    let step = (eff + 2.0) / (d + eff + 5.0);
    let rates = Rates {
        effective: eff,
        step,
        damping: 1.0 + 2.0 * (libm::sqrt((eff - 1.0) / (d + 1.0)) - 1.0).max(0.0) + step,
        path: (4.0 + eff / d) / (d + 4.0 + 2.0 * eff / d),
        one,
        rest,
    };
    (scaled, rates)
}

/// Expected length of a standard normal vector.
fn typical(d: f64) -> f64 {
    libm::sqrt(d) * (1.0 - 1.0 / (4.0 * d) + 1.0 / (21.0 * d * d))
}

impl Search for Cmaes {
    fn ask(&mut self, rng: &mut dyn Rng) -> Proposal {
        let mut unit = draw(&self.space, rng);
        if self.told == 0 || self.axes.is_empty() {
            return Proposal { point: self.space.from_unit(&unit), reason: Reason::Random };
        }
        let (s, d) = (&self.state, self.axes.len());
        let mut outside = 0;
        let x = loop {
            let z = DVector::from_fn(d, |i, _| s.scales[i] * normal(rng));
            let x = &s.mean + s.step * (&s.rotation * z);
            if outside == RESAMPLING * d || x.iter().all(|x| (0.0..=1.0).contains(x)) {
                break x;
            }
            outside += 1;
        };
        self.axes.iter().zip(x.iter()).for_each(|(&i, x)| unit[i] = x.clamp(0.0, 1.0));
        let reason = Reason::Sampled {
            generation: s.generation,
            member: self.members.len(),
            of: self.size,
            step: s.step,
            outside,
        };
        Proposal { point: self.space.from_unit(&unit), reason }
    }

    fn tell(&mut self, point: &[f64], outcome: Outcome) {
        // As Optuna's sampler: a generation is of trials that went to their end.
        if matches!(outcome, Outcome::Pruned { .. }) {
            return;
        }
        self.told += 1;
        if self.told == 1 || self.axes.is_empty() {
            return;
        }
        let unit = self.space.to_unit(point);
        let s = &self.state;
        let y = DVector::from_fn(self.axes.len(), |i, _| (unit[self.axes[i]] - s.mean[i]) / s.step);
        let radius = s.rotation.tr_mul(&y).component_div(&s.scales).norm();
        let most = libm::sqrt(self.axes.len() as f64) + REACH;
        let y = if radius > most { y * (most / radius) } else { y };
        self.members.push((y, rank_value(outcome)));
        if self.members.len() == self.size {
            self.adapt();
        }
    }

    fn belief(&mut self, _: &[Point]) -> Belief {
        let (s, d) = (&self.state, self.space.dim());
        let spread = |v: &DVector<f64>, rest: f64| {
            let mut full = vec![rest; d];
            self.axes.iter().zip(v.iter()).for_each(|(&i, &v)| full[i] = v);
            full
        };
        let mut order: Vec<usize> = (0..self.axes.len()).collect();
        sort_by(&mut order, |&a, &b| s.scales[b].total_cmp(&s.scales[a]));
        let axis = |&i: &usize| spread(&(s.step * s.scales[i] * s.rotation.column(i)), 0.0);
        let figure = Figure::Ellipse {
            generation: s.generation,
            centre: spread(&s.mean, 0.5),
            axes: order.iter().map(axis).collect(),
            step: s.step,
            step_path: spread(&s.step_path, 0.0),
            shape_path: spread(&s.shape_path, 0.0),
        };
        Belief { layers: Vec::new(), figure }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::{Param, Scale};
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    /// `CMA(mean=zeros(d), sigma=1)` of the `cmaes` library 0.13: `_mu_eff`, `_c1`, `_cmu`,
    /// `_c_sigma`, `_d_sigma`, `_cc` and `_weights`.
    #[test]
    fn weights_and_rates_equal_those_of_the_library() {
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        let (w, r) = weights(2.0, 6);
        let wanted = [
            2.0286114646100617,
            0.1548153998964136,
            0.057859085071916304,
            0.44620498737831715,
            1.4462049873783172,
        ];
        [r.effective, r.one, r.rest, r.step, r.damping]
            .into_iter()
            .zip(wanted)
            .for_each(|(a, b)| near(a, b));
        near(r.path, 0.6245545390268264);
        let wanted = [0.6370425712412168, 0.28457025743803294, 0.07838717132075033];
        w.iter().zip(wanted).for_each(|(&a, b)| near(a, b));
        let wanted = [-0.28638378259655295, -0.7649580940851276, -1.1559817781589212];
        w[3..].iter().zip(wanted).for_each(|(&a, b)| near(a, b));
        let (w, r) = weights(6.0, 9);
        let wanted = [
            2.8406104297170534,
            0.03563118207139872,
            0.0356863119967521,
            0.3497396631671549,
            1.349739663167155,
        ];
        [r.effective, r.one, r.rest, r.step, r.damping]
            .into_iter()
            .zip(wanted)
            .for_each(|(a, b)| near(a, b));
        near(w[8], -0.745069862150622);
    }

    #[test]
    fn a_tilted_valley_is_followed_to_its_end() {
        let unit = |name| Param::new(name, 0.0, 1.0, Scale::Linear).unwrap();
        let space = Space::new(vec![unit("a"), unit("b"), unit("c")]);
        let mut search = Cmaes::new(&space);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut best = f64::INFINITY;
        for _ in 0..1500 {
            let point = search.ask(&mut rng).point;
            let (p, q) = (point[0] + point[1] - 0.9, point[0] - point[1] + 0.2);
            let loss = 1e3 * p * p + q * q + (point[2] - 0.3) * (point[2] - 0.3);
            best = loss.min(best);
            search.tell(&point, Outcome::Value(loss));
        }
        assert!(best < 1e-10, "{best}");
    }
}
