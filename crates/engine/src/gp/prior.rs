//! Kernels, and the prior over functions that one makes with its hyperparameters. Symbols as in
//! [`super`].

use super::exp::{LEAST, exp};
use super::places::Places;
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

/// Pairs that go another way together where one of them is too far apart for [`exp`].
const TOGETHER: usize = 32;

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

    /// r² ← h, and g, at some r².
    fn shapes(self, r2: &mut [f64], g: &mut [f64]) {
        match self {
            Self::Matern52 => {
                let h = |a: f64, e: f64| ((1.0 + a + a * a / 3.0) * e, 5.0 / 3.0 * (1.0 + a) * e);
                each(r2, g, LEAST * LEAST / 5.0, |r2| (5.0 * r2).sqrt(), h);
            }
            Self::Matern32 => {
                let h = |a: f64, e: f64| ((1.0 + a) * e, 3.0 * e);
                each(r2, g, LEAST * LEAST / 3.0, |r2| (3.0 * r2).sqrt(), h);
            }
            Self::Rbf => each(r2, g, -2.0 * LEAST, |r2| 0.5 * r2, |_, e| (e, e)),
        }
    }
}

/// r² ← h, and g, at some r², both made of a and e^−a; a is within what [`exp`] takes where r² is
/// below a limit. All in one loop, so that the steps of some fill the waits of others.
#[inline(always)]
fn each(
    r2: &mut [f64],
    g: &mut [f64],
    limit: f64,
    a: impl Fn(f64) -> f64,
    shapes: impl Fn(f64, f64) -> (f64, f64),
) {
    for (r2, g) in r2.chunks_mut(TOGETHER).zip(g.chunks_mut(TOGETHER)) {
        // Counted, and not sought, so that this too is done side by side.
        let far: u64 = r2.iter().map(|r2| u64::from(!(0.0..limit).contains(r2))).sum();
        if far > 0 {
            for (r2, g) in r2.iter_mut().zip(g) {
                let a = a(*r2);
                (*r2, *g) = shapes(a, libm::exp(-a));
            }
        } else {
            for (r2, g) in r2.iter_mut().zip(g) {
                let a = a(*r2);
                (*r2, *g) = shapes(a, exp(-a));
            }
        }
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
        let mut h = vec![0.0; pairs];
        for (gaps, l) in gaps.iter().zip(&self.length_scales) {
            for (r2, gap) in h.iter_mut().zip(gaps) {
                *r2 += (gap / l) * (gap / l);
            }
        }
        let mut g = vec![0.0; pairs];
        let Some(Detail { share, reach }) = self.detail else {
            self.kernel.shapes(&mut h, &mut g);
            return Shapes { h, g, by_share: Vec::new(), by_reach: Vec::new() };
        };
        let r2 = h.clone();
        self.kernel.shapes(&mut h, &mut g);
        let squared = 1.0 / (reach * reach);
        let mut by_share: Vec<f64> = r2.iter().map(|r2| r2 * squared).collect();
        let mut by_reach = vec![0.0; pairs];
        self.kernel.shapes(&mut by_share, &mut by_reach);
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
