//! Kernels, and the prior over functions that one makes with its hyperparameters. Symbols as in
//! [`super`].

use super::exp::exp;
use super::places::Places;
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

/// How the correlation falls with distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kernel {
    /// (1 + √5 r + 5r²/3)·exp(−√5 r): twice differentiable functions, the field's default for
    /// tuning.
    Matern52,
    /// (1 + √3 r)·exp(−√3 r): once differentiable functions.
    Matern32,
    /// exp(−r²/2): infinitely smooth functions.
    Rbf,
}

impl Kernel {
    pub const ALL: [Self; 3] = [Self::Matern52, Self::Matern32, Self::Rbf];

    /// The name in links and in translations.
    pub fn key(self) -> &'static str {
        match self {
            Self::Matern52 => "matern52",
            Self::Matern32 => "matern32",
            Self::Rbf => "rbf",
        }
    }

    /// 2ν: degrees of freedom of the Student distribution that its frequencies follow; none where
    /// they are normal.
    pub fn freedom(self) -> Option<usize> {
        match self {
            Self::Matern52 => Some(5),
            Self::Matern32 => Some(3),
            Self::Rbf => None,
        }
    }

    /// h and g at some r², in lists of their own.
    fn shapes(self, mut r2: Vec<f64>) -> (Vec<f64>, Vec<f64>) {
        let factor = match self {
            Self::Matern52 => 5.0,
            Self::Matern32 => 3.0,
            Self::Rbf => {
                r2.iter_mut().for_each(|r2| *r2 *= -0.5);
                exp(&mut r2);
                return (r2.clone(), r2);
            }
        };
        // a and e^−a, then what they give.
        let mut g = r2;
        g.iter_mut().for_each(|r2| *r2 = (factor * *r2).sqrt());
        let mut h: Vec<f64> = g.iter().map(|a| -a).collect();
        exp(&mut h);
        for (h, g) in h.iter_mut().zip(&mut g) {
            let (e, a) = (*h, *g);
            (*h, *g) = if self == Self::Matern52 {
                ((1.0 + a + a * a / 3.0) * e, 5.0 / 3.0 * (1.0 + a) * e)
            } else {
                ((1.0 + a) * e, 3.0 * e)
            };
        }
        (h, g)
    }
}

/// A second kernel of the same form over shorter distances, added to the first: ripples on a wide
/// bowl.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detail {
    /// w: its variance as a share of the first's.
    pub share: f64,
    /// c: its length scales as a share of the first's.
    pub reach: f64,
}

/// A kernel with its hyperparameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Prior {
    pub kernel: Kernel,
    pub variance: f64,
    pub length_scales: Vec<f64>,
    pub detail: Option<Detail>,
}

/// The correlations of pairs of points, in lists as long as there are pairs: k/s and its g; and its
/// slopes by log w and log c, empty without a detail.
#[derive(Clone, Debug)]
pub(super) struct Shapes {
    pub h: Vec<f64>,
    pub g: Vec<f64>,
    pub by_share: Vec<f64>,
    pub by_reach: Vec<f64>,
}

impl Prior {
    /// Of so many pairs of points, given how far they lie apart along each dimension (d × pairs).
    pub(super) fn shapes(&self, pairs: usize, gaps: &[Vec<f64>]) -> Shapes {
        let mut r2 = vec![0.0; pairs];
        for (gaps, l) in gaps.iter().zip(&self.length_scales) {
            for (r2, gap) in r2.iter_mut().zip(gaps) {
                *r2 += (gap / l) * (gap / l);
            }
        }
        let Some(Detail { share, reach }) = self.detail else {
            let (h, g) = self.kernel.shapes(r2);
            return Shapes { h, g, by_share: Vec::new(), by_reach: Vec::new() };
        };
        let (mut h, mut g) = self.kernel.shapes(r2.clone());
        let squared = 1.0 / (reach * reach);
        let near: Vec<f64> = r2.iter().map(|r2| r2 * squared).collect();
        let (mut by_share, mut by_reach) = self.kernel.shapes(near);
        for (h, fine) in h.iter_mut().zip(&mut by_share) {
            *fine *= share;
            *h += *fine;
        }
        for ((g, fine), r2) in g.iter_mut().zip(&mut by_reach).zip(r2) {
            let fine_g = share * *fine * squared;
            *g += fine_g;
            *fine = fine_g * r2;
        }
        Shapes { h, g, by_share, by_reach }
    }

    /// k(A, B), one row a point of A.
    pub fn covariance(&self, a: &[Vec<f64>], b: &[Vec<f64>]) -> DMatrix<f64> {
        let places = Places::new(a.to_vec());
        let mut all = DMatrix::zeros(a.len(), b.len());
        for (mut column, b) in all.column_iter_mut().zip(b) {
            let shapes = self.shapes(a.len(), &places.gaps_to(&[b]));
            column.iter_mut().zip(shapes.h).for_each(|(k, h)| *k = self.variance * h);
        }
        all
    }

    /// k(a, a).
    pub fn own(&self) -> f64 {
        self.variance * (1.0 + self.detail.map_or(0.0, |detail| detail.share))
    }
}
