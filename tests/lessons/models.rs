//! The lessons on Bayesian optimisation and TPE.

use crate::shipped::{loss, page, played};
use std::sync::LazyLock;
use tunescape_core::search::{Quantity, Reason};
use tunescape_core::setup::Setup;
use tunescape_core::study::Study;
use tunescape_core::worker::believe;

static BAYESIAN: LazyLock<(Setup, Study)> = LazyLock::new(|| study("bayesian", ""));
static TPE: LazyLock<(Setup, Study)> = LazyLock::new(|| study("tpe", ""));

fn study(lesson: &str, more: &str) -> (Setup, Study) {
    let setup = page(lesson, 1, more);
    assert_eq!(setup.search.budget, 25);
    let study = played(&setup);
    (setup, study)
}

/// How far apart two trials are on the map.
fn apart(study: &Study, a: usize, b: usize) -> f64 {
    let at = |trial: usize| study.space().to_unit(&study.trials()[trial].point);
    at(a).iter().zip(at(b)).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// What is believed before a trial over 32 × 32 cells.
fn belief(setup: &Setup, study: &Study, trial: usize) -> Vec<(Quantity, Vec<f32>)> {
    let point = &study.trials()[trial].point;
    believe(setup, study.at(trial).events(), 32, point).expect("events that fit").belief.layers
}

#[test]
fn the_gaussian_process_begins_with_a_few_points_spread_evenly_and_has_a_model_by_the_sixth() {
    let (_, study) = &*BAYESIAN;
    let first = |trial: usize| matches!(study.trials()[trial].reason, Reason::Startup { index, of: 5 } if index == trial);
    assert!((0..5).all(first) && matches!(study.trials()[5].reason, Reason::Model { .. }));
    // Five points on a square are 0.71 apart where they are spread best, in its corners and its
    // middle; of five random ones two mostly are nearer than 0.3.
    assert!((0..5).all(|a| (0..a).all(|b| apart(study, a, b) > 0.3)));
}

#[test]
fn the_next_point_falls_where_the_expected_gain_is_largest() {
    let (setup, study) = &*BAYESIAN;
    for trial in 5..10 {
        let layers = belief(setup, study, trial);
        let shown: Vec<Quantity> = layers.iter().map(|layer| layer.0).collect();
        assert_eq!(shown, [Quantity::Mean, Quantity::Spread, Quantity::Acquisition]);
        let unit = study.space().to_unit(&study.trials()[trial].point);
        let [across, up] = [unit[0], unit[1]].map(|u| ((32.0 * u) as usize).min(31));
        let gain = &layers[2].1;
        assert!(gain.iter().all(|other| *other <= gain[32 * up + across]), "trial {trial}");
    }
}

#[test]
fn the_seventh_to_the_tenth_trial_exploit_the_best_so_far() {
    let (_, study) = &*BAYESIAN;
    for trial in 6..10 {
        let Reason::Model { best, exploit, nearest, .. } = study.trials()[trial].reason else {
            panic!("{trial}")
        };
        assert!(
            best.is_some_and(|best| best.0 == nearest) && exploit.is_some_and(|share| share > 0.9),
            "{trial}"
        );
        assert!(apart(study, trial, nearest) < 0.1, "{trial}");
    }
}

#[test]
fn the_farther_from_all_trials_the_less_the_model_is_sure() {
    let (setup, study) = &*BAYESIAN;
    let spread = &belief(setup, study, 9)[1].1;
    let known: Vec<_> =
        study.trials()[..9].iter().map(|trial| study.space().to_unit(&trial.point)).collect();
    let distance = |cell: usize| {
        let at = [cell % 32, cell / 32].map(|i| (i as f64 + 0.5) / 32.0);
        known.iter().map(|u| (u[0] - at[0]).hypot(u[1] - at[1])).fold(f64::INFINITY, f64::min)
    };
    let mean = |from: f64, to: f64| {
        let cells: Vec<usize> =
            (0..spread.len()).filter(|&cell| (from..to).contains(&distance(cell))).collect();
        cells.iter().map(|&cell| f64::from(spread[cell])).sum::<f64>() / cells.len() as f64
    };
    let rings = [mean(0.0, 0.1), mean(0.1, 0.2), mean(0.2, 0.3), mean(0.3, 1.0)];
    assert!(rings.windows(2).all(|pair| pair[0] < pair[1]), "{rings:?}");
}

#[test]
fn most_later_trials_of_the_gaussian_process_crowd_into_the_bright_band() {
    let (_, study) = &*BAYESIAN;
    let bright = |from: usize, to: usize| {
        study.trials()[from..to].iter().filter(|trial| loss(trial) < 0.3).count()
    };
    assert!(bright(10, 25) >= 12 && bright(0, 6) <= 1, "{} {}", bright(10, 25), bright(0, 6));
}

#[test]
fn tpe_begins_with_ten_random_trials_and_then_calls_the_best_tenth_good() {
    let (_, study) = &*TPE;
    assert!(study.trials()[..10].iter().all(|trial| trial.reason == Reason::Random));
    for (n, trial) in study.trials().iter().enumerate().skip(10) {
        let Reason::Parzen { good, .. } = &trial.reason else { panic!("{n}") };
        let best = study.best_of(n).expect("a best").0;
        assert_eq!((good.len(), good[0]), (n.div_ceil(10), best), "{n}");
    }
}

#[test]
fn tpe_goes_to_the_draw_of_24_where_one_density_is_largest_beside_the_other() {
    let (setup, study) = &*TPE;
    for (n, trial) in study.trials().iter().enumerate().skip(10) {
        let Reason::Parzen { candidates, scores, winner: Some(winner), score, .. } = &trial.reason
        else {
            panic!("{n}")
        };
        assert!(
            candidates.len() == 24
                && candidates[*winner] == trial.point
                && scores[*winner] == *score
        );
        assert!(scores.iter().all(|other| other <= score), "{n}");
    }
    let shown: Vec<Quantity> = belief(setup, study, 14).iter().map(|layer| layer.0).collect();
    assert_eq!(shown, [Quantity::Good, Quantity::Bad, Quantity::Ratio]);
}

#[test]
fn hyperopt_begins_with_twenty_random_trials_and_takes_each_parameter_by_itself() {
    let (_, study) = study("tpe", "&search.strategy=tpe-hyperopt");
    let (first, later) = study.trials().split_at(20);
    assert!(first.iter().all(|trial| trial.reason == Reason::Random));
    assert!(later.iter().all(|trial| matches!(trial.reason, Reason::Parzen { winner: None, .. })));
    crate::shipped::says("tpe", 3, first.len());
}
