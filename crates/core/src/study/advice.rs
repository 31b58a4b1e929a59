//! What a good teacher would say to a search: each piece of advice is given only where it is true.

use super::Study;
use crate::search::{Outcome, Reason};
use crate::sort::{ascending, sort_by};
use crate::space::{Kind, Scale};

/// Fewer trials than this show no edge.
const LEAST_TRIALS: usize = 5;

/// Nearer to an end than this share of the range is at its edge.
const EDGE: f64 = 0.02;

/// A range over more than this ratio wants a logarithm.
const WIDE_RATIO: f64 = 30.0;

/// Fewer values of a parameter than this hardly show how the loss depends on it.
const FEW_TRIALS: usize = 4;

/// Two means that differ by no more than so many standard errors of their difference can't be told
/// apart: chance alone leads further apart in one case of twenty.
const CLEAR: f64 = 2.0;

/// What is known of a searched parameter beside its range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Known {
    /// The ends that its range could have at most, in its own units.
    pub low: f64,
    pub high: f64,
    /// Whether its scale is usually a logarithm.
    pub log: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Advice {
    /// The best trial lies at an end of a range that could reach further.
    Edge { param: usize, trial: usize, value: f64, low: bool },
    /// A parameter of ratios is searched on a linear scale: a uniform draw lies above `half` half
    /// of the time.
    Linear { param: usize, half: f64 },
    /// A grid of so many trials has so few values of some parameter.
    Coarse { trials: usize, each: usize },
    /// So many trials of a grid have tried so few values of a parameter, and more of them hardly
    /// tell more of it.
    Aliased { param: usize, trials: usize, each: usize },
    /// A whole grid has no trial in the good band, which takes up this share of the map.
    Jumped { trials: usize, share: f64 },
    /// The two best trials, trained several times on the same seeds, differ by no more than two
    /// standard errors of that difference, in the metric's own units.
    Noise { best: usize, second: usize, difference: f64, error: f64 },
}

/// What the landscape knows of its good band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// The largest loss in it.
    pub limit: f64,
    /// Its share of the map.
    pub share: f64,
}

/// What is to be said of a study as it stands. `known` has an item for each parameter, `values`
/// what a trial scored in each of its streams; `band` is none where no landscape of what the trials
/// are judged by is known.
pub fn advice(
    study: &Study,
    known: &[Known],
    values: impl Fn(usize) -> Vec<f64>,
    band: Option<Band>,
) -> Vec<Advice> {
    let params = || study.space().params.iter().zip(known).enumerate();
    let mut found = Vec::new();
    for (param, (p, known)) in params() {
        if p.kind == Kind::Float
            && known.log
            && p.scale == Scale::Linear
            && p.high > WIDE_RATIO * p.low
        {
            found.push(Advice::Linear { param, half: p.from_unit(0.5) });
        }
    }
    let mut ended: Vec<(usize, f64)> = Vec::new();
    for (n, trial) in study.trials().iter().enumerate() {
        if let Some(Outcome::Value(cost)) = trial.outcome {
            ended.push((n, cost));
        }
    }
    sort_by(&mut ended, |a, b| a.1.total_cmp(&b.1));
    if let Some(&(trial, _)) = ended.first().filter(|_| study.trials().len() >= LEAST_TRIALS) {
        for (param, (p, known)) in params() {
            let value = study.trials()[trial].point[param];
            let at = match p.kind {
                Kind::Float if p.moves() => p.to_unit(value),
                Kind::Step(_) if p.moves() => (value - p.low) / (p.high - p.low),
                _ => continue,
            };
            let (low, high) =
                (at < EDGE && p.low > known.low, at > 1.0 - EDGE && p.high < known.high);
            if low || high {
                found.push(Advice::Edge { param, trial, value, low });
            }
        }
    }
    found.extend(coarse(study).or_else(|| aliased(study)));
    found.extend(band.and_then(|band| jumped(study, band, ended.first()?.1)));
    if let [(best, _), (second, _), ..] = ended[..] {
        let (a, b) = (values(best), values(second));
        let differences: Vec<f64> = a.iter().zip(&b).map(|(a, b)| a - b).collect();
        let n = differences.len() as f64;
        if a.len() == b.len() && differences.len() > 1 {
            let mean = differences.iter().sum::<f64>() / n;
            let squares = differences.iter().map(|d| (d - mean) * (d - mean)).sum::<f64>();
            let (difference, error) = (mean.abs(), (squares / (n - 1.0) / n).sqrt());
            if error > 0.0 && difference <= CLEAR * error {
                found.push(Advice::Noise { best, second, difference, error });
            }
        }
    }
    found
}

/// A grid that tries few values of a parameter that has many.
fn coarse(study: &Study) -> Option<Advice> {
    let first = study.trials().first()?;
    let Reason::Grid { columns, rows, .. } = first.reason else { return None };
    let params = &study.space().params;
    // Of the parameters after the first the fewest values are no more than the root of their
    // product.
    let others = params.iter().skip(1).filter(|p| p.kind == Kind::Float).count() as u32;
    let root = |n: usize| match others {
        0 | 1 => n.max(1),
        // Upwards: the root of a product is small.
        _ => (2..)
            .take_while(|r: &usize| r.checked_pow(others).is_some_and(|product| product <= n))
            .last()
            .unwrap_or(1),
    };
    let own = params.first().filter(|p| p.kind == Kind::Float).map(|_| columns);
    let each = own.into_iter().chain((others > 0).then(|| root(rows))).min()?;
    (each < FEW_TRIALS).then_some(Advice::Coarse { trials: columns.saturating_mul(rows), each })
}

/// The trials of a grid that has been tried as a whole: those before it is laid out anew, finer.
fn whole_grid(study: &Study) -> Option<usize> {
    let Reason::Grid { columns, rows, .. } = study.trials().first()?.reason else { return None };
    let of_grid = |reason: &Reason| matches!(reason, Reason::Grid { columns: c, rows: r, .. } if (*c, *r) == (columns, rows));
    let trials = study
        .trials()
        .iter()
        .take_while(|trial| trial.outcome.is_some() && of_grid(&trial.reason))
        .count();
    (trials == columns.saturating_mul(rows) && trials == study.trials().len()).then_some(trials)
}

/// A grid whose trials try the values of each parameter again and again: the one with the fewest of
/// them.
fn aliased(study: &Study) -> Option<Advice> {
    let trials = whole_grid(study)?;
    let values = |param: usize| {
        let mut values: Vec<f64> = study.trials().iter().map(|trial| trial.point[param]).collect();
        ascending(&mut values);
        values.dedup();
        values.len()
    };
    let params =
        study.space().params.iter().enumerate().filter(|(_, p)| p.kind == Kind::Float && p.moves());
    let (each, param) = params.map(|(param, _)| (values(param), param)).min()?;
    (each < trials).then_some(Advice::Aliased { param, trials, each })
}

/// A grid that steps over the good band.
fn jumped(study: &Study, band: Band, best: f64) -> Option<Advice> {
    let trials = whole_grid(study)?;
    (best > band.limit && band.share > 0.0).then_some(Advice::Jumped { trials, share: band.share })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::{Proposal, Strategy};
    use crate::space::{Param, Space};
    use crate::study::Event;

    const FREE: Known = Known { low: 1e-6, high: 100.0, log: true };

    fn study(params: Vec<Param>, reason: Reason, trials: &[(f64, f64)]) -> Study {
        let dim = params.len();
        let mut study = Study::new(Strategy::default(), Space::new(params));
        for (trial, &(x, cost)) in trials.iter().enumerate() {
            let proposal = Proposal { point: vec![x; dim], reason: reason.clone() };
            study.apply(Event::Proposed { trial, proposal }).unwrap();
            study.apply(Event::Completed { trial, outcome: Outcome::Value(cost) }).unwrap();
        }
        study
    }

    fn rate(scale: Scale) -> Vec<Param> {
        vec![Param::new("rate", 0.01, 1.0, scale).unwrap()]
    }

    #[test]
    fn an_edge_is_one_where_the_range_could_reach_further() {
        let trials = [(0.1, 3.0), (0.2, 2.5), (0.3, 2.0), (0.5, 1.5), (1.0, 1.0)];
        let study = study(rate(Scale::Log), Reason::Random, &trials);
        let said = advice(&study, &[FREE], |_| Vec::new(), None);
        assert_eq!(said, [Advice::Edge { param: 0, trial: 4, value: 1.0, low: false }]);
        // Nowhere further to go, too few trials, and a best inside the range.
        assert_eq!(advice(&study, &[Known { high: 1.0, ..FREE }], |_| Vec::new(), None), []);
        assert_eq!(advice(&study.at(4), &[FREE], |_| Vec::new(), None), []);
        let trials = trials.map(|(x, cost)| (x, (cost - 1.5).abs()));
        assert_eq!(
            advice(
                &self::study(rate(Scale::Log), Reason::Random, &trials),
                &[FREE],
                |_| Vec::new(),
                None
            ),
            []
        );
    }

    #[test]
    fn a_uniform_draw_on_a_linear_scale_lies_above_the_middle_half_of_the_time() {
        let study = study(rate(Scale::Linear), Reason::Random, &[]);
        assert_eq!(
            advice(&study, &[FREE], |_| Vec::new(), None),
            [Advice::Linear { param: 0, half: 0.505 }]
        );
        assert_eq!(advice(&study, &[Known { log: false, ..FREE }], |_| Vec::new(), None), []);
    }

    #[test]
    fn a_grid_of_nine_has_three_values_of_each_of_two_parameters() {
        let grid = |columns, rows| {
            study(
                [rate(Scale::Log), rate(Scale::Log)].concat(),
                Reason::Grid { index: 0, columns, rows },
                &[(0.1, 1.0)],
            )
        };
        assert_eq!(
            advice(&grid(3, 3), &[FREE; 2], |_| Vec::new(), None),
            [Advice::Coarse { trials: 9, each: 3 }]
        );
        assert_eq!(advice(&grid(5, 5), &[FREE; 2], |_| Vec::new(), None), []);
    }

    /// Four values of the first parameter by four of the second, and the loss of each.
    fn four_by_four(trials: usize, loss: fn(f64) -> f64) -> Study {
        let unit = |name| Param::new(name, 0.0, 1.0, Scale::Linear).unwrap();
        let mut study = Study::new(Strategy::default(), Space::new(vec![unit("a"), unit("b")]));
        for trial in 0..trials {
            let point = vec![(trial % 4) as f64 / 3.0, (trial / 4) as f64 / 3.0];
            let outcome = Outcome::Value(loss(point[0]));
            let reason = Reason::Grid { index: trial, columns: 4, rows: 4 };
            study.apply(Event::Proposed { trial, proposal: Proposal { point, reason } }).unwrap();
            study.apply(Event::Completed { trial, outcome }).unwrap();
        }
        study
    }

    #[test]
    fn a_whole_grid_repeats_its_values_and_may_step_over_the_good_band() {
        let known = [Known { low: 0.0, high: 1.0, log: false }; 2];
        let said = |study: &Study, band| advice(study, &known, |_| Vec::new(), band);
        let aliased = Advice::Aliased { param: 0, trials: 16, each: 4 };
        // Good between 0.4 and 0.6 only, where none of 0, 1/3, 2/3 and 1 lies.
        let narrow = |a: f64| if (0.4..0.6).contains(&a) { 0.1 } else { 1.0 };
        let band = Some(Band { limit: 0.4, share: 0.2 });
        let whole = four_by_four(16, narrow);
        assert_eq!(
            said(&whole, band),
            [aliased.clone(), Advice::Jumped { trials: 16, share: 0.2 }]
        );
        assert_eq!(said(&whole, None), std::slice::from_ref(&aliased));
        // Half a grid has nothing to answer for, and one that hits has not jumped.
        assert_eq!(said(&four_by_four(8, narrow), band), []);
        assert_eq!(said(&four_by_four(16, |a| if a < 0.5 { 0.1 } else { 1.0 }), band), [aliased]);
    }

    #[test]
    fn a_difference_within_its_standard_error_is_noise() {
        let study = study(rate(Scale::Log), Reason::Random, &[(0.1, 1.0), (0.2, 1.1)]);
        let noisy = |n: usize| if n == 0 { vec![1.0, 1.5, 0.5] } else { vec![1.4, 0.7, 1.2] };
        let [Advice::Noise { best: 0, second: 1, difference, error }] =
            advice(&study, &[FREE], noisy, None)[..]
        else {
            panic!("no noise")
        };
        // Differences −0.4, 0.8, −0.7: mean −0.1, standard deviation 0.794, over √3.
        assert!(
            (difference - 0.1).abs() < 1e-12 && (error - 0.458_257_569_495_584).abs() < 1e-12,
            "{error}"
        );
        let steady = |n: usize| if n == 0 { vec![1.0, 1.5, 0.5] } else { vec![1.1, 1.61, 0.6] };
        assert_eq!(advice(&study, &[FREE], steady, None), []);
        assert_eq!(advice(&study, &[FREE], |_| vec![1.0], None), []);
    }
}
