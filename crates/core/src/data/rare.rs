//! A set of two classes with the second made rare, so that what accuracy hides can be seen on any
//! set.

use super::random::order;
use super::{Dataset, ExactColumn, Target};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Fewest rows of the second class that stay: one for each part.
const LEAST: usize = 3;

/// Keeps this share of the rows of class 1, rounded, and at least three; all others stay, in their
/// order. The same seed keeps the same rows, and a larger share keeps those of a smaller one too.
pub fn with_fewer_positives(data: &Dataset, share: f64, seed: u64) -> Dataset {
    let Target::Class { labels, names } = &data.target else { return data.clone() };
    let positives: Vec<usize> = (0..labels.len()).filter(|&row| labels[row] == 1).collect();
    let wanted = libm::round(share * positives.len() as f64) as usize;
    let mut stays = vec![true; labels.len()];
    let drawn = order(positives.len(), &mut ChaCha8Rng::seed_from_u64(seed));
    drawn.into_iter().skip(wanted.max(LEAST)).for_each(|place| stays[positives[place]] = false);
    let rows: Vec<usize> = (0..labels.len()).filter(|&row| stays[row]).collect();
    let columns = data.columns.len();
    let exact = |column: &ExactColumn| ExactColumn {
        column: column.column,
        values: rows.iter().map(|&row| column.values[row]).collect(),
    };
    Dataset {
        x: rows.iter().flat_map(|&row| &data.x[row * columns..][..columns]).copied().collect(),
        target: Target::Class {
            labels: rows.iter().map(|&row| labels[row]).collect(),
            names: names.clone(),
        },
        exact: data.exact.iter().map(exact).collect(),
        ..data.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::toys::toy;

    fn labels(data: &Dataset) -> Vec<u32> {
        let Target::Class { labels, .. } = &data.target else { panic!("classes") };
        labels.clone()
    }

    /// Rows of class 1, each by its inputs.
    fn positives(data: &Dataset) -> Vec<&[f32]> {
        data.x.chunks(2).zip(labels(data)).filter(|row| row.1 == 1).map(|row| row.0).collect()
    }

    #[test]
    fn a_share_of_the_second_class_stays_and_all_of_the_first() {
        let whole = toy("moons", 200, 0.1, 3).unwrap();
        let mut before: Vec<Vec<f32>> = Vec::new();
        for (share, wanted) in [(0.0, 3), (0.05, 5), (0.3, 30), (1.0, 100)] {
            let rare = with_fewer_positives(&whole, share, 7);
            assert_eq!(
                (rare.rows(), labels(&rare).iter().sum::<u32>()),
                (100 + wanted, wanted as u32)
            );
            assert_eq!(rare.x.len(), 2 * rare.rows());
            let kept = positives(&rare);
            assert!(before.iter().all(|row| kept.contains(&row.as_slice())), "{share}");
            assert!(kept.iter().all(|row| positives(&whole).contains(row)), "{share}");
            before = kept.iter().map(|row| row.to_vec()).collect();
        }
        assert_eq!(with_fewer_positives(&whole, 1.0, 7), whole);
        let by = |seed| with_fewer_positives(&whole, 0.1, seed);
        assert!(by(1) == by(1) && by(1) != by(2));
    }

    #[test]
    fn numbers_stay_as_they_are() {
        let hills = toy("hills", 50, 0.1, 3).unwrap();
        assert_eq!(with_fewer_positives(&hills, 0.1, 7), hills);
    }
}
