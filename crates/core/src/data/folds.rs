//! k-fold cross-validation: which rows each fold validates on. As scikit-learn's `KFold` and
//! `StratifiedKFold`.

use super::random::order;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// Why rows can't be dealt into folds: `k` is below 2 or above the number of rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoldError {
    pub k: usize,
    pub rows: usize,
}

/// The rows 0..`rows` in `k` validation lists, the first `rows` mod `k` of them longer by one; each
/// row is in exactly one. Contiguous, or shuffled if there is a seed.
pub fn kfold(rows: usize, k: usize, seed: Option<u64>) -> Result<Vec<Vec<usize>>, FoldError> {
    check(rows, k)?;
    let all = match seed {
        Some(seed) => order(rows, &mut ChaCha8Rng::seed_from_u64(seed)),
        None => (0..rows).collect(),
    };
    let mut rest = &all[..];
    Ok((0..k)
        .map(|fold| {
            let (mine, others) = rest.split_at(rows / k + usize::from(fold < rows % k));
            rest = others;
            mine.to_vec()
        })
        .collect())
}

/// As [`kfold`], with each class spread evenly: the rows of a class in two folds differ by at most
/// one, and so do the folds' sizes. Each list is in ascending order.
pub fn stratified_kfold(
    labels: &[u32],
    k: usize,
    seed: Option<u64>,
) -> Result<Vec<Vec<usize>>, FoldError> {
    check(labels.len(), k)?;
    // Classes in order of first appearance, each with its rows.
    let mut classes: Vec<(u32, Vec<usize>)> = Vec::new();
    for (row, &label) in labels.iter().enumerate() {
        match classes.iter_mut().find(|(class, _)| *class == label) {
            Some((_, rows)) => rows.push(row),
            None => classes.push((label, vec![row])),
        }
    }
    let mut rng = seed.map(ChaCha8Rng::seed_from_u64);
    let mut folds = vec![Vec::new(); k];
    let mut dealt = 0;
    for (_, rows) in classes {
        // Rows sorted by class are dealt to the folds in turn, which decides how many of a class
        // each fold gets; which ones is a contiguous stretch of the class, or of its
        // shuffled rows.
        let mut counts = vec![0; k];
        (dealt..dealt + rows.len()).for_each(|i| counts[i % k] += 1);
        dealt += rows.len();
        let picked: Vec<usize> = match &mut rng {
            Some(rng) => order(rows.len(), rng).into_iter().map(|i| rows[i]).collect(),
            None => rows,
        };
        let mut rest = &picked[..];
        for (fold, count) in folds.iter_mut().zip(counts) {
            let (mine, others) = rest.split_at(count);
            fold.extend_from_slice(mine);
            rest = others;
        }
    }
    folds.iter_mut().for_each(|fold| fold.sort_unstable());
    Ok(folds)
}

fn check(rows: usize, k: usize) -> Result<(), FoldError> {
    if (2..=rows).contains(&k) { Ok(()) } else { Err(FoldError { k, rows }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shuffled_folds_have_the_same_sizes_and_every_row_once() {
        let labels: Vec<u32> = (0..37).map(|i| i % 3).collect();
        for folds in
            [kfold(37, 5, Some(1)).unwrap(), stratified_kfold(&labels, 5, Some(1)).unwrap()]
        {
            assert_eq!(folds.iter().map(Vec::len).collect::<Vec<_>>(), [8, 8, 7, 7, 7]);
            let mut all = folds.concat();
            all.sort_unstable();
            assert_eq!(all, (0..37).collect::<Vec<_>>());
        }
        assert_ne!(kfold(37, 5, Some(1)), kfold(37, 5, Some(2)));
    }

    #[test]
    fn too_many_or_too_few_folds() {
        assert_eq!(kfold(3, 4, None), Err(FoldError { k: 4, rows: 3 }));
        assert_eq!(stratified_kfold(&[0, 1], 1, None), Err(FoldError { k: 1, rows: 2 }));
    }
}
