//! The lesson on metrics and threshold, over eight seeds of the initial weights, and of the search.

use crate::momentum::SEEDS;
use crate::shipped::{answers, data, finals, lessons, page, played, says};
use tunescape_core::metrics::{self, Metric};
use tunescape_core::search::Outcome;
use tunescape_core::setup::Setup;
use tunescape_core::worker::{Answer, confusion};

const LESSON: &str = "metrics";

/// What the network of a page answers to the validation rows, by seed.
fn judged(number: usize) -> [Vec<Answer>; 8] {
    SEEDS.map(|seed| {
        let mut setup = page(LESSON, number, "");
        setup.net.seed = seed;
        answers(&setup)
    })
}

#[test]
fn who_predicts_no_positive_is_right_nine_times_in_ten_and_finds_none() {
    let setup = page(LESSON, 1, "&training.epochs=1");
    let valid = data(&setup).split().valid.clone();
    let positives = (0..valid.rows()).filter(|&row| valid.target(row)[0] > 0.5).count();
    assert_eq!((valid.rows(), positives), (155, 12));
    let none = confusion(&answers(&setup), 2, 1.0);
    assert_eq!(none, [[143, 0], [12, 0]]);
    says(LESSON, 1, format!("{:.1}", 100.0 * metrics::accuracy(&none)));
    says(LESSON, 1, format!("{:.1}", metrics::balanced_accuracy(&none)));
    assert_eq!((metrics::recall(&none)[1], metrics::f1(&none)[1]), (0.0, 0.0));
}

#[test]
fn with_98_percent_right_a_quarter_of_the_positives_is_missed() {
    let all = judged(2).map(|answers| confusion(&answers, 2, 0.5));
    assert!(all.iter().all(|confusion| metrics::accuracy(confusion) > 0.98), "{all:?}");
    says(LESSON, 2, all.iter().filter(|confusion| confusion[1][0] == 3).count());
    assert!(all.iter().all(|confusion| (2..=3).contains(&confusion[1][0])), "{all:?}");
    let own = &all[0];
    says(LESSON, 2, format!("{:.1}", 100.0 * metrics::accuracy(own)));
    for score in [metrics::recall(own)[1], metrics::f1(own)[1], metrics::balanced_accuracy(own)] {
        says(LESSON, 2, format!("{score:.3}"));
    }
    // Its mistakes are all of that kind.
    assert_eq!((own[0][1], own[1][0]), (0, 3));
}

/// The highest threshold of the slider at which all positives are found, and what then comes out.
fn finds_all(answers: &[Answer]) -> (f64, Vec<Vec<usize>>) {
    let at = |step: i32| f64::from(step) / 1000.0;
    let found = |step: &i32| confusion(answers, 2, at(*step))[1][0] == 0;
    let step = (0..=1000).rev().find(found).expect("at 0 all are found");
    (at(step), confusion(answers, 2, at(step)))
}

#[test]
fn a_lower_threshold_finds_all_and_accuracy_falls() {
    let all = judged(3).map(|answers| finds_all(&answers));
    for (_, confusion) in &all {
        assert!(metrics::accuracy(confusion) < 0.93 && confusion[1] == [0, 12], "{all:?}");
    }
    let alarms = all.each_ref().map(|(_, confusion)| confusion[0][1]);
    let (few, many) = (alarms.iter().min(), alarms.iter().max());
    [few, many].into_iter().for_each(|n| says(LESSON, 3, n.expect("eight")));
    let (threshold, own) = &all[0];
    assert!((0.09..0.11).contains(threshold), "{threshold}");
    says(LESSON, 3, own[0][1]);
    says(LESSON, 3, format!("{:.1}", 100.0 * metrics::accuracy(own)));
    says(LESSON, 3, format!("{:.3}", metrics::precision(own)[1]));
    // The goal can be met, and not by calling everything positive.
    let wanted = lessons()[LESSON].pages[2].goal[2].at_least.expect("a precision");
    let answers = &judged(3)[0];
    assert!(metrics::precision(own)[1] >= wanted);
    assert!(metrics::precision(&confusion(answers, 2, 0.05))[1] < wanted);
    let truth: Vec<bool> = answers.iter().map(|answer| answer.truth == 1).collect();
    let chance: Vec<f64> = answers.iter().map(|answer| f64::from(answer.chance)).collect();
    says(LESSON, 3, format!("{:.3}", metrics::roc_auc(&truth, &chance).expect("both classes")));
}

/// What each trial of the last page's search scores by a metric.
fn scores(seed: u64, metric: Metric) -> Vec<f64> {
    let mut setup = page(LESSON, 4, "");
    (setup.search.seed, setup.search.metric) = (seed, metric);
    let objective = setup.objective(data(&setup).task);
    let cost = |outcome: Option<Outcome>| outcome.and_then(Outcome::loss).expect("it trains");
    let trials = played(&setup);
    trials.trials().iter().map(|trial| objective.cost(cost(trial.outcome))).collect()
}

#[test]
fn accuracy_hides_trials_that_find_nothing_and_f1_does_not() {
    let own: Setup = page(LESSON, 4, "");
    assert_eq!((own.search.seed, own.search.metric), (49, Metric::Accuracy));
    let mut some = 0;
    for seed in SEEDS {
        let by = [Metric::Accuracy, Metric::F1, Metric::Recall, Metric::RocAuc];
        let [accuracy, f1, recall, area] = by.map(|metric| scores(seed, metric));
        let none: Vec<usize> = (0..20).filter(|&trial| recall[trial] == 0.0).collect();
        for &trial in &none {
            assert!((accuracy[trial] - 143.0 / 155.0).abs() < 1e-9 && f1[trial] == 0.0, "{seed}");
            assert!(area[trial] > 0.94, "{seed}: {}", area[trial]);
        }
        some += usize::from(!none.is_empty());
        if seed == own.search.seed {
            says(LESSON, 4, none.len());
        }
    }
    says(LESSON, 4, some);
    assert!(finals(&own, &[own.own_point()])[0].is_finite());
}
