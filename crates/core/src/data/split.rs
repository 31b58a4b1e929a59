//! Train / validation / test split by fraction and seed, stratified for classes; standardisation
//! fitted on the training part only, so that nothing of the other parts leaks into it.
//!
//! | name | meaning |
//! |---|---|
//! | part | 0 train, 1 validation, 2 test |
//! | counts\[class\]\[part\] | rows of the class that go to the part |
//! | scale | (mean, standard deviation): standardised = (raw − mean) / deviation |

use super::folds::{FoldError, kfold, stratified_kfold};
use super::random::order;
use super::{Dataset, Part, Target};
use crate::sort::sort_by;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Shares of the rows for training and validation; the rest is the test part.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fractions {
    pub train: f64,
    pub valid: f64,
}

impl Default for Fractions {
    /// 60 % to train, 20 % to validate, 20 % to test.
    fn default() -> Fractions {
        Fractions { train: 0.6, valid: 0.2 }
    }
}

/// Why a data set can't be split as asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SplitError {
    /// A fraction lies outside (0, 1), or the two leave nothing for the test part.
    Fractions(Fractions),
    /// Too few rows for three parts; `wanted` rows are enough.
    TooFewRows { rows: usize, wanted: usize },
}

/// The three parts, and how the inputs (and a number target) were standardised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Split {
    pub train: Arc<Part>,
    pub valid: Arc<Part>,
    pub test: Arc<Part>,
    /// For each part, the data set's row that each of its rows was: to draw points in raw units,
    /// to name a row.
    pub rows: [Vec<usize>; 3],
    /// Mean and standard deviation of each input column, over the training part only; deviation 1
    /// if it is constant.
    pub inputs: Vec<(f32, f32)>,
    /// Mean and standard deviation of a number target over the training part; (0, 1) for classes.
    pub target: (f32, f32),
}

impl Split {
    /// Raw rows (row-major, any number of them) as the network sees them; a missing value (NaN)
    /// becomes the mean, 0.
    pub fn scale_inputs(&self, raw: &[f32]) -> Vec<f32> {
        raw.iter()
            .zip(self.inputs.iter().cycle())
            .map(|(&v, &scale)| standardise(v, scale))
            .collect()
    }

    /// Standardised rows back in raw units.
    pub fn unscale_inputs(&self, scaled: &[f32]) -> Vec<f32> {
        scaled
            .iter()
            .zip(self.inputs.iter().cycle())
            .map(|(&v, &(mean, deviation))| v * deviation + mean)
            .collect()
    }

    /// A standardised target, or the network's output for one, in the target's own units.
    pub fn unscale_target(&self, scaled: f32) -> f32 {
        scaled * self.target.1 + self.target.0
    }

    /// The rows of the training and the validation part dealt anew into `k` folds: split f
    /// validates on fold f and trains on the others, in the order in which they stand here.
    /// Each is scaled by its own training rows; the test rows are the same in all. The same
    /// seed gives the same folds.
    pub fn folds(
        &self,
        data: &Dataset,
        k: usize,
        stratified: bool,
        seed: u64,
    ) -> Result<Vec<Split>, FoldError> {
        let rows = [&self.rows[0][..], &self.rows[1]].concat();
        let dealt = match &data.target {
            Target::Class { labels, .. } if stratified => {
                let labels: Vec<u32> = rows.iter().map(|&row| labels[row]).collect();
                stratified_kfold(&labels, k, Some(seed))?
            }
            _ => kfold(rows.len(), k, Some(seed))?,
        };
        let fold = |places: &Vec<usize>| {
            let mut validates = vec![false; rows.len()];
            places.iter().for_each(|&place| validates[place] = true);
            let part = |of: bool| {
                rows.iter()
                    .zip(&validates)
                    .filter(|(_, v)| **v == of)
                    .map(|(&row, _)| row)
                    .collect()
            };
            standardised(data, [part(false), part(true), self.rows[2].clone()])
        };
        Ok(dealt.iter().map(fold).collect())
    }

    /// Fills the inputs up with columns of zeros until there are so many.
    pub fn widen(&mut self, columns: usize) {
        for part in [&mut self.train, &mut self.valid, &mut self.test] {
            let mut x = vec![0.0; part.rows() * columns];
            (0..part.rows())
                .for_each(|row| x[row * columns..][..part.columns].copy_from_slice(part.row(row)));
            *part = Arc::new(Part { x: x.into(), y: part.y.clone(), columns });
        }
        self.inputs.resize(columns, (0.0, 1.0));
    }

    /// Keeps this share of the training rows of each class, rounded, and at least one: the first,
    /// which are in shuffled order, so that a larger share holds all rows of a smaller one. A
    /// target counts as a class if `stratified`. Scales and the other parts stay as they are,
    /// so that losses can be compared between shares.
    pub fn keep_training(&mut self, share: f64, stratified: bool) {
        let class = |y: &f32| if stratified { *y as usize } else { 0 };
        let mut wanted: Vec<usize> = Vec::new();
        for class in self.train.y.iter().map(class) {
            wanted.resize(wanted.len().max(class + 1), 0);
            wanted[class] += 1;
        }
        for count in wanted.iter_mut().filter(|count| **count > 0) {
            *count = (libm::round(share * *count as f64) as usize).clamp(1, *count);
        }
        let keeps = |row: &usize| {
            let left = &mut wanted[class(&self.train.y[*row])];
            let keep = *left > 0;
            *left -= usize::from(keep);
            keep
        };
        let kept: Vec<usize> = (0..self.train.rows()).filter(keeps).collect();
        self.train = Arc::new(self.train.take(&kept));
        self.rows[0] = kept.iter().map(|&row| self.rows[0][row]).collect();
    }
}

/// Splits and standardises a data set.
///
/// Part sizes are the fractions of all rows, rounded by largest remainder. Each class is within one
/// row of its share in each part, and a class of three rows or more is in the training part (which
/// may then be larger by a row for each class that small). Rows are in shuffled order inside each
/// part. The same seed gives the same split.
pub fn split(data: &Dataset, fractions: Fractions, seed: u64) -> Result<Split, SplitError> {
    let Fractions { train, valid } = fractions;
    let shares = [train, valid, 1.0 - train - valid];
    // 1e-9: 0.7 + 0.3 may miss 1 by a rounding. A comparison with NaN is false.
    if !shares.iter().all(|&share| share > 1e-9) {
        return Err(SplitError::Fractions(fractions));
    }
    let rows = data.rows();
    let sizes = largest_remainder(rows, shares);
    if sizes.contains(&0) {
        let smallest = shares.into_iter().fold(1.0, f64::min);
        return Err(SplitError::TooFewRows { rows, wanted: libm::ceil(1.0 / smallest) as usize });
    }
    let class_of = |row: usize| match &data.target {
        Target::Class { labels, .. } => labels[row] as usize,
        Target::Number { .. } => 0,
    };
    let classes = (0..rows).map(class_of).max().map_or(0, |last| last + 1);
    let mut class_sizes = vec![0; classes];
    (0..rows).for_each(|row| class_sizes[class_of(row)] += 1);

    let mut left = stratify(&class_sizes, sizes, shares);
    let mut parts: [Vec<usize>; 3] = Default::default();
    for row in order(rows, &mut ChaCha8Rng::seed_from_u64(seed)) {
        let counts = &mut left[class_of(row)];
        // The counts of a class add up to its rows, so one of them is not used up.
        let part = counts.iter().position(|&count| count > 0).unwrap_or(0);
        counts[part] = counts[part].saturating_sub(1);
        parts[part].push(row);
    }
    Ok(standardised(data, parts))
}

/// `rows` × shares as whole numbers that add up to `rows`: rounded down, the rest to the largest
/// fractional parts.
fn largest_remainder(rows: usize, shares: [f64; 3]) -> [usize; 3] {
    let exact = shares.map(|share| share * rows as f64);
    let mut sizes = shares.map(|share| whole(share, rows));
    let mut by_remainder = [0, 1, 2];
    let remainder = |part: usize| exact[part] - sizes[part] as f64;
    sort_by(&mut by_remainder, |&a, &b| remainder(b).total_cmp(&remainder(a)));
    let rest = rows.saturating_sub(sizes.iter().sum());
    by_remainder.iter().take(rest).for_each(|&part| sizes[part] += 1);
    sizes
}

/// `rows` × share rounded down; 1e-9 because a share such as 1 − 0.8 − 0.1 lies a rounding below
/// 0.1.
fn whole(share: f64, rows: usize) -> usize {
    (share * rows as f64 + 1e-9) as usize
}

/// counts\[class\]\[part\] with the class sizes as row sums and the part sizes as column sums, each
/// within one of its share.
///
/// Each share is rounded down; a class then has 0 to 2 rows left, which go to those parts that
/// still want most, one to a part. That greedy choice fills any table of zeros and ones that can be
/// filled (Gale 1957, Ryser 1957).
fn stratify(class_sizes: &[usize], sizes: [usize; 3], shares: [f64; 3]) -> Vec<[usize; 3]> {
    let mut counts: Vec<[usize; 3]> =
        class_sizes.iter().map(|&size| shares.map(|share| whole(share, size))).collect();
    let mut wanting: [usize; 3] = std::array::from_fn(|part| {
        sizes[part].saturating_sub(counts.iter().map(|c| c[part]).sum())
    });
    for (count, &size) in counts.iter_mut().zip(class_sizes) {
        let mut by_want = [0, 1, 2];
        sort_by(&mut by_want, |&a, &b| wanting[b].cmp(&wanting[a]));
        for &part in &by_want[..size.saturating_sub(count.iter().sum()).min(3)] {
            count[part] += 1;
            wanting[part] = wanting[part].saturating_sub(1);
        }
        if size >= 3 && count[0] == 0 {
            // It has three rows in two parts, so the fuller part can spare one.
            let from = if count[1] >= count[2] { 1 } else { 2 };
            count[from] -= 1;
            count[0] = 1;
        }
    }
    counts
}

fn standardised(data: &Dataset, rows: [Vec<usize>; 3]) -> Split {
    let columns = data.columns.len();
    let train = &rows[0];
    let inputs = if data.image.is_some() {
        let pixels = train.iter().flat_map(|&row| &data.x[row * columns..(row + 1) * columns]);
        vec![scale(pixels.copied()); columns]
    } else {
        (0..columns)
            .map(|column| scale(train.iter().map(|&row| data.x[row * columns + column])))
            .collect()
    };
    let target = match &data.target {
        Target::Class { .. } => (0.0, 1.0),
        Target::Number { values, .. } => scale(train.iter().map(|&row| values[row])),
    };
    let x = |rows: &[usize]| {
        // As long as it will be from the beginning: one that grows takes twice as much.
        let mut x = Vec::with_capacity(rows.len() * columns);
        let scaled = (rows.iter())
            .flat_map(|&row| data.x[row * columns..(row + 1) * columns].iter().zip(&inputs))
            .map(|(&v, &scale)| standardise(v, scale));
        x.extend(scaled);
        x
    };
    let part = |rows: &[usize]| Part {
        x: x(rows).into(),
        y: (rows.iter())
            .map(|&row| match &data.target {
                Target::Class { labels, .. } => labels[row] as f32,
                Target::Number { values, .. } => standardise(values[row], target),
            })
            .collect(),
        columns,
    };
    let mut parts = [part(&rows[0]), part(&rows[1]), part(&rows[2])];
    for exact in &data.exact {
        let values = |rows: &[usize]| rows.iter().map(|&row| exact.values[row]).collect::<Vec<_>>();
        let scale = scale64(values(train).into_iter());
        for (part, rows) in parts.iter_mut().zip(&rows) {
            for (row, value) in values(rows).into_iter().enumerate() {
                Arc::make_mut(&mut part.x)[row * columns + exact.column] =
                    standardise64(value, scale);
            }
        }
    }
    let [train, valid, test] = parts.map(Arc::new);
    Split { train, valid, test, rows, inputs, target }
}

/// Mean and standard deviation (over n, not n − 1) of the values once the missing ones are filled
/// with the mean.
fn scale(values: impl Iterator<Item = f32> + Clone) -> (f32, f32) {
    let (mean, deviation) = mean_and_deviation(values.map(f64::from));
    let deviation = deviation as f32;
    (mean as f32, if deviation < f32::MIN_POSITIVE { 1.0 } else { deviation })
}

fn scale64(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let (mean, deviation) = mean_and_deviation(values);
    (mean, if deviation < f64::MIN_POSITIVE { 1.0 } else { deviation })
}

fn mean_and_deviation(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let present = values.clone().filter(|v| !v.is_nan());
    let mean = present.clone().sum::<f64>() / present.clone().count().max(1) as f64;
    let squares: f64 = present.map(|v| (v - mean) * (v - mean)).sum();
    (mean, libm::sqrt(squares / values.count().max(1) as f64))
}

/// In f64, so that no finite input overflows on the way.
fn standardise(value: f32, (mean, deviation): (f32, f32)) -> f32 {
    standardise64(f64::from(value), (f64::from(mean), f64::from(deviation)))
}

fn standardise64(value: f64, (mean, deviation): (f64, f64)) -> f32 {
    let scaled = (value - mean) / deviation;
    if scaled.is_nan() {
        0.0
    } else {
        scaled.clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::toys::toy;

    const FRACTIONS: Fractions = Fractions { train: 0.6, valid: 0.2 };

    fn numbers(x: Vec<f32>, values: Vec<f32>) -> Dataset {
        let columns = (0..x.len() / values.len()).map(|c| format!("x{c}")).collect();
        Dataset::new("test", columns, x, Target::Number { values, name: "y".into() })
    }

    #[test]
    fn sizes_and_scales_of_a_toy() {
        let data = toy("spiral", 300, 0.1, 1).unwrap();
        let split = split(&data, FRACTIONS, 1).unwrap();
        assert_eq!((split.train.rows(), split.valid.rows(), split.test.rows()), (180, 60, 60));
        assert_eq!(split.train.y.iter().sum::<f32>(), 90.0);
        let raw: Vec<f32> =
            split.rows[2].iter().flat_map(|&r| data.x[2 * r..2 * r + 2].to_vec()).collect();
        assert_eq!(&split.scale_inputs(&raw), &*split.test.x);
        assert!(
            split.unscale_inputs(&split.test.x).iter().zip(&raw).all(|(a, b)| (a - b).abs() < 1e-6)
        );
    }

    #[test]
    fn a_share_of_the_training_rows_is_kept_class_by_class() {
        let data = toy("spiral", 300, 0.1, 1).unwrap();
        let whole = split(&data, FRACTIONS, 1).unwrap();
        let with = |share| {
            let mut split = whole.clone();
            split.keep_training(share, true);
            split
        };
        assert_eq!(with(1.0), whole);
        let (tenth, half) = (with(0.1), with(0.5));
        assert_eq!((tenth.train.rows(), tenth.train.y.iter().sum::<f32>()), (18, 9.0));
        assert_eq!((half.train.rows(), half.train.y.iter().sum::<f32>()), (90, 45.0));
        assert!(tenth.rows[0].iter().all(|row| half.rows[0].contains(row)));
        let raw: Vec<f32> =
            half.rows[0].iter().flat_map(|&r| data.x[2 * r..2 * r + 2].to_vec()).collect();
        assert_eq!(&half.scale_inputs(&raw), &*half.train.x);
        assert_eq!(
            (&half.valid, &half.test, &half.inputs),
            (&whole.valid, &whole.test, &whole.inputs)
        );
        assert_eq!(with(1e-6).train.rows(), 2);
    }

    /// Five rows 0, 1, 2, 3, 4 in as many folds, and the test row 100: means and variances by hand.
    #[test]
    fn folds_are_scaled_by_their_own_training_rows() {
        let values = vec![0.0, 1.0, 2.0, 3.0, 4.0, 100.0];
        let data = numbers(values.clone(), values);
        let whole = standardised(&data, [vec![4, 1, 0], vec![3, 2], vec![5]]);
        let by_hand = [(2.5, 1.25), (2.25, 2.1875), (2.0, 2.5), (1.75, 2.1875), (1.5, 1.25)];
        let folds = whole.folds(&data, 5, false, 9).unwrap();
        for fold in &folds {
            let [validates] = fold.rows[1][..] else { panic!("{fold:?}") };
            let others: Vec<usize> =
                [4, 1, 0, 3, 2].into_iter().filter(|&row| row != validates).collect();
            assert_eq!((&fold.rows[0], &fold.rows[2]), (&others, &vec![5]));
            let (mean, variance): (f64, f64) = by_hand[validates];
            let scaled = |row: usize| {
                ((data.x[row] as f64 - mean) / f64::from(variance.sqrt() as f32)) as f32
            };
            let wanted: Vec<f32> = others.iter().map(|&row| scaled(row)).collect();
            assert_eq!((&*fold.train.x, &fold.train.y), (&wanted, &wanted));
            assert_eq!((fold.valid.x[0], fold.test.x[0]), (scaled(validates), scaled(5)));
        }
        let mut validated = folds.iter().flat_map(|fold| fold.rows[1].clone()).collect::<Vec<_>>();
        validated.sort_unstable();
        assert_eq!(validated, [0, 1, 2, 3, 4]);
        assert_eq!(whole.folds(&data, 6, true, 9), Err(FoldError { k: 6, rows: 5 }));
    }

    #[test]
    fn a_narrow_set_is_filled_up_with_zeros() {
        let whole = split(&toy("moons", 40, 0.1, 1).unwrap(), FRACTIONS, 1).unwrap();
        let mut wide = whole.clone();
        wide.widen(4);
        for (narrow, wide) in
            [(&whole.train, &wide.train), (&whole.valid, &wide.valid), (&whole.test, &wide.test)]
        {
            assert_eq!((narrow.rows(), &narrow.y, 4), (wide.rows(), &wide.y, wide.columns));
            assert!(
                (0..wide.rows()).all(|row| wide.row(row) == [narrow.row(row), &[0.0; 2]].concat())
            );
        }
        assert_eq!(
            (&wide.inputs[..2], &wide.inputs[2..]),
            (&whole.inputs[..], &[(0.0, 1.0); 2][..])
        );
        wide.widen(4);
        assert_eq!(wide.train.columns, 4);
    }

    #[test]
    fn only_the_training_part_is_looked_at() {
        let values: Vec<f32> = (0..20).map(|i| i as f32).collect();
        let mut data = numbers(values.clone(), values);
        let before = split(&data, FRACTIONS, 3).unwrap();
        for &row in before.rows[1].iter().chain(&before.rows[2]) {
            data.x[row] = 1e6;
        }
        let after = split(&data, FRACTIONS, 3).unwrap();
        assert_eq!((before.inputs, before.train), (after.inputs, after.train));
    }

    #[test]
    fn missing_is_filled_with_the_training_mean_and_constants_are_harmless() {
        let mut x: Vec<f32> = (0..20).flat_map(|i| [i as f32, 5.0]).collect();
        x[6] = f32::NAN;
        let split = split(&numbers(x, vec![2.5; 20]), FRACTIONS, 0).unwrap();
        assert!(
            [&split.train, &split.valid, &split.test]
                .iter()
                .all(|p| p.x.iter().all(|v| v.is_finite()))
        );
        assert_eq!((split.inputs[1], split.target), ((5.0, 1.0), (2.5, 1.0)));
        assert!(split.train.y.iter().all(|&y| y == 0.0));
        assert_eq!(split.scale_inputs(&[f32::NAN]), [0.0]);
    }

    #[test]
    fn pixels_share_one_scale() {
        let mut data = numbers((0..80).map(|i| (i % 7) as f32).collect(), vec![0.0; 20]);
        data.image = Some([2, 2]);
        let split = split(&data, FRACTIONS, 0).unwrap();
        assert!(split.inputs.iter().all(|scale| *scale == split.inputs[0]));
    }

    #[test]
    fn rare_classes_are_trained_on() {
        let labels = [vec![0; 90], vec![1; 3], vec![2; 3]].concat();
        let data = Dataset {
            target: Target::Class { labels, names: vec!["a".into(), "b".into(), "c".into()] },
            ..numbers(vec![0.0; 96], vec![0.0; 96])
        };
        for seed in 0..20 {
            let split = split(&data, Fractions { train: 0.1, valid: 0.4 }, seed).unwrap();
            assert!([0.0, 1.0, 2.0].iter().all(|class| split.train.y.contains(class)));
        }
    }

    #[test]
    fn what_cannot_be_split_is_named() {
        let data = numbers(vec![0.0; 5], vec![0.0; 5]);
        assert_eq!(split(&data, FRACTIONS, 0).unwrap().train.rows(), 3);
        let one = numbers(vec![0.0], vec![0.0]);
        assert_eq!(split(&one, FRACTIONS, 0), Err(SplitError::TooFewRows { rows: 1, wanted: 5 }));
        for (train, valid) in [(0.7, 0.3), (0.0, 0.5), (1.2, -0.5), (f64::INFINITY, 0.1)] {
            let fractions = Fractions { train, valid };
            assert_eq!(split(&data, fractions, 0), Err(SplitError::Fractions(fractions)));
        }
        assert!(split(&data, Fractions { train: f64::NAN, valid: 0.1 }, 0).is_err());
    }
}
