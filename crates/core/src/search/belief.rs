//! What a strategy believes, for drawing.

use crate::space::{Point, Space};
use serde::{Deserialize, Serialize};

/// One quantity that a strategy believes over the query points, for drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Quantity {
    /// Expected objective, in its units.
    Mean,
    /// Half the width of the 68 % band, in the objective's units.
    Spread,
    /// The acquisition in use, larger is more wanted, times the chance of staying finite: expected
    /// gain in the objective's units, chance of a gain; or, with the log chance added, the
    /// logarithm of the gain, κσ − μ or −f of a drawn function on the model's scale.
    Acquisition,
    /// log density of good trials, over the unit cube.
    Good,
    /// log density of the other trials.
    Bad,
    /// The difference of both, larger is more wanted.
    Ratio,
}

/// What a strategy believes that is no value at every point. Points are in the parameters' own
/// units.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Figure {
    #[default]
    None,
    /// Trials that count as good, best first.
    Split { good: Vec<usize> },
    /// The Gaussian process in use.
    Fit {
        /// By parameter, in the unit cube.
        length_scales: Vec<f64>,
        /// Noise as a standard deviation of the standardised, modelled values.
        noise: f64,
        /// Variance and length scales of a finer kernel on top, as shares of the others; none
        /// where there is none.
        detail: Option<[f64; 2]>,
        /// How much the model of an earlier study counts in the prior mean; none where there is
        /// none.
        share: Option<f64>,
        /// Trials that it goes by: of very many not all.
        taken: Vec<usize>,
        /// Those of them that have a loss: number, loss, and the 68 % band and median that the others
        /// predict for it.
        left_out: Vec<(usize, f64, [f64; 3])>,
    },
    /// The normal distribution of a generation: in the unit cube, centre and half axes of its 68 %
    /// ellipsoid in one dimension (one standard deviation), longest first.
    Ellipse {
        generation: usize,
        centre: Vec<f64>,
        axes: Vec<Vec<f64>>,
        step: f64,
        /// Evolution paths of the step size and of the covariance (d each).
        step_path: Vec<f64>,
        shape_path: Vec<f64>,
    },
    /// Corners of the simplex with their losses, best first; infinite where training diverged.
    Simplex { corners: Vec<(Point, f64)> },
    /// Numbers of the trials that may become parents, best first, and the generation they breed.
    Parents { generation: usize, of: usize, parents: Vec<usize> },
    /// The share of each range that is drawn from, and the trials best first.
    Shrinking { width: f64, ranked: Vec<usize> },
}

impl Figure {
    /// The figure's outline over two of the parameters, in their own units: the ellipse at two
    /// standard deviations (of the two by themselves), the simplex; empty where there is
    /// nothing to draw.
    pub fn outline(&self, space: &Space, (i, j): (usize, usize)) -> Vec<Point> {
        match self {
            Self::Ellipse { centre, axes, .. } if axes.len() > 1 && i.max(j) < centre.len() => {
                // The covariance of the two, and its triangular root.
                let sum =
                    |a: usize, b: usize| axes.iter().map(|axis| axis[a] * axis[b]).sum::<f64>();
                let wide = libm::sqrt(sum(i, i)).max(1e-12);
                let slant = sum(i, j) / wide;
                let high = libm::sqrt((sum(j, j) - slant * slant).max(0.0));
                let at = |step: i32| {
                    let turn = f64::from(step) / 48.0 * std::f64::consts::TAU;
                    let (a, b) = (2.0 * libm::cos(turn), 2.0 * libm::sin(turn));
                    let mut unit = centre.clone();
                    unit[i] += a * wide;
                    unit[j] += a * slant + b * high;
                    space.from_unit(&unit)
                };
                (0..48).map(at).collect()
            }
            Self::Simplex { corners } => corners.iter().map(|(point, _)| point.clone()).collect(),
            _ => Vec::new(),
        }
    }

    /// Evolution paths over two of the parameters, from the centre, in their own units: where
    /// smoothed moves of the centre go, that of the covariance by its own length, that of the
    /// step size among directions that are equal to it.
    pub fn paths(&self, space: &Space, (i, j): (usize, usize)) -> Vec<[Point; 2]> {
        let Self::Ellipse { centre, step, step_path, shape_path, .. } = self else {
            return Vec::new();
        };
        if i.max(j) >= centre.len() {
            return Vec::new();
        }
        let tip = |path: &Vec<f64>| {
            let mut unit = centre.clone();
            [i, j].into_iter().for_each(|c| unit[c] += step * path[c]);
            [space.from_unit(centre), space.from_unit(&unit)]
        };
        [shape_path, step_path].map(tip).to_vec()
    }
}

/// What a strategy believes at the query points, one value a point for each quantity.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Belief {
    pub layers: Vec<(Quantity, Vec<f32>)>,
    pub figure: Figure,
}
