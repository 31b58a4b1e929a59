//! Where a function was seen, laid out for work on many pairs of points at once.

/// Points (n × d), and how far each pair of them lies apart.
#[derive(Clone, Debug)]
pub struct Places {
    x: Vec<Vec<f64>>,
    /// The points dimension by dimension (d × n).
    columns: Vec<Vec<f64>>,
    /// xᵢ − xⱼ dimension by dimension, i from j on, for every j: the lower triangle by columns.
    gaps: Vec<Vec<f64>>,
}

impl Places {
    pub fn new(x: Vec<Vec<f64>>) -> Self {
        let (n, d) = (x.len(), x.first().map_or(0, Vec::len));
        let columns: Vec<Vec<f64>> = (0..d).map(|c| x.iter().map(|x| x[c]).collect()).collect();
        let gaps = |column: &Vec<f64>| {
            (0..n).flat_map(|j| column[j..].iter().map(move |x| x - column[j])).collect()
        };
        let gaps = columns.iter().map(gaps).collect();
        Self { x, columns, gaps }
    }

    pub fn x(&self) -> &[Vec<f64>] {
        &self.x
    }

    /// How many pairs there are, each point with itself among them.
    pub(super) fn pairs(&self) -> usize {
        self.x.len() * (self.x.len() + 1) / 2
    }

    /// Of each pair of points (d × pairs).
    pub(super) fn gaps(&self) -> &[Vec<f64>] {
        &self.gaps
    }

    /// From each point to some others (d × others · n), to one after the other.
    pub(super) fn gaps_to(&self, others: &[&[f64]]) -> Vec<Vec<f64>> {
        let along = |(c, column): (usize, &Vec<f64>)| {
            let mut gaps = Vec::with_capacity(others.len() * column.len());
            others.iter().for_each(|at| gaps.extend(column.iter().map(|x| at[c] - x)));
            gaps
        };
        self.columns.iter().enumerate().map(along).collect()
    }
}
