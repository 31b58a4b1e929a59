//! The lessons on learning rate, momentum, log scale and Adam.

use crate::shipped::{losses, map, page, run, says, says_in, trained};
use std::sync::LazyLock;
use tunescape_core::search::StrategyName;
use tunescape_core::setup::Setup;
use tunescape_core::study::zones::Zone;
use tunescape_core::study::{Study, stream};
use tunescape_engine::optim::{Hyper, Rule, Update};
use tunescape_engine::train::Trainer;

#[test]
fn one_learning_rate_is_too_slow_and_a_hundred_times_as_large_it_learns() {
    let (slow, more) = (page("learning-rate", 1, ""), page("learning-rate", 2, ""));
    let reports = run(&slow);
    assert!(
        reports.windows(2).all(|pair| pair[1].valid_loss < pair[0].valid_loss),
        "it still falls"
    );
    assert!(reports[slow.training.epochs].valid_loss > 0.35);
    let rate = 100.0 * slow.run.learning_rate;
    // The ends of the goal, too.
    let learnt = losses(&more, &[[0.5, 0.0], [rate, 0.0], [3.0, 0.0]]);
    assert!(learnt.iter().all(|&loss| loss < 0.2), "{learnt:?}");
    // What is predicted right: far lower.
    let slow = f64::from(reports[slow.training.epochs].valid_loss);
    assert!(learnt[1] < 0.1 * slow, "{slow} {learnt:?}");
    says("learning-rate", 1, format!("{slow:.2}"));
    says("learning-rate", 2, format!("{:.2}", learnt[1]));
}

#[test]
fn from_30_on_training_diverges_and_the_loss_has_climbed_below_many_rates_hold() {
    let setup = page("learning-rate", 3, "");
    let rates = [10.0, 12.0, 15.0, 18.0, 20.0, 22.0, 30.0, 40.0, 60.0, 100.0, 1000.0];
    let trainer = trained(&setup, &rates.map(|rate| vec![rate, 0.0]));
    let diverged: Vec<f64> =
        (0..rates.len()).filter(|&i| trainer.diverged(i).is_some()).map(|i| rates[i]).collect();
    assert_eq!(diverged, rates[6..]);
    let last = trainer.report(6, trainer.diverged(6).expect("it has") - 1).expect("it was finite");
    assert!(last.train_loss > trainer.report(6, 0).expect("the start").train_loss);
}

#[test]
fn time_widens_the_good_band_to_the_left_and_hardly_to_the_right() {
    let land = map(&page("learning-rate", 4, ""));
    // The map's colours are those of its last epoch.
    let range = land.range(land.epochs).expect("it is trained");
    let late = land.zones(land.epochs, range);
    let good = |zones: &[Option<Zone>], y: usize| -> Vec<usize> {
        (0..land.side).filter(|x| zones[y * land.side + x] == Some(Zone::Good)).collect()
    };
    // Squares a row to the right at most; a single epoch leaves more to do there as well.
    for (epoch, most) in [(1, 4), (5, 1), (10, 1), (20, 1)] {
        let early = land.zones(epoch, range);
        let (mut left, mut right) = (0, 0);
        for y in 0..land.side {
            let (few, many) = (good(&early, y), good(&late, y));
            assert!(many[0] <= few[0] && many.len() >= few.len(), "{epoch} {y}: {few:?} {many:?}");
            left += many.iter().filter(|x| **x < few[0]).count();
            right += many.iter().filter(|x| **x > few[few.len() - 1]).count();
        }
        assert!(left > 2 * land.side && right < most * land.side, "{epoch}: {left} {right}");
    }
}

/// Rates at a momentum across the map, and their losses.
fn across(setup: &Setup, momentum: f64) -> Vec<(f64, f64)> {
    let axis = &setup.axes().params[0];
    let rates = (0..48).map(|i| axis.from_unit((f64::from(i) + 0.5) / 48.0));
    let points: Vec<[f64; 2]> = rates.map(|rate| [rate, momentum]).collect();
    points.iter().map(|point| point[0]).zip(losses(setup, &points)).collect()
}

/// The rate that is best at a momentum: the middle of those with the lowest losses.
fn best(setup: &Setup, momentum: f64) -> f64 {
    let mut tried = across(setup, momentum);
    tried.sort_by(|a, b| a.1.total_cmp(&b.1));
    (tried[..8].iter().map(|(rate, _)| rate.ln()).sum::<f64>() / 8.0).exp()
}

/// All the way up the axis of momentum, evenly on −log(1−β).
pub const MOMENTA: [f64; 6] = [0.0, 0.5, 0.8, 0.9, 0.968, 0.99];

/// The best rates of plain momentum.
static HEAVY: LazyLock<[f64; 6]> =
    LazyLock::new(|| MOMENTA.map(|momentum| best(&page("momentum", 4, ""), momentum)));

#[test]
fn on_the_spiral_plain_steps_hardly_learn_and_momentum_does() {
    let plain = run(&page("momentum", 1, ""));
    assert!(plain[120].valid_loss > 0.6, "{}", plain[120].valid_loss);
    let setup = page("momentum", 2, "");
    let ends = losses(&setup, &[0.85, 0.9].map(|momentum| [setup.run.learning_rate, momentum]));
    assert!(ends.iter().all(|&loss| loss < 0.45), "{ends:?}");
    // What the hint says of more.
    let ends = losses(
        &setup,
        &[0.92, 0.95, 0.97, 0.99].map(|momentum| [setup.run.learning_rate, momentum]),
    );
    assert!(ends.iter().all(|&loss| loss > 0.45), "{ends:?}");
}

#[test]
fn steps_in_the_same_direction_add_up_to_ten_times_as_far() {
    // The last of many steps against the same gradient.
    let far = |momentum: f32| {
        let hyper = Hyper { momentum, ..Rule::Momentum.defaults() };
        let (mut w, mut slots, mut counters, mut last) = (0.0, [0.0; 3], [0.0, 1.0, 1.0], 0.0);
        for _ in 0..200 {
            let update = Update::new(Rule::Momentum, |of| of(&hyper), 1.0, &mut counters);
            let next = update.step(Rule::Momentum, w, slots, -1.0);
            (last, (w, slots)) = (next.0 - w, next);
        }
        last
    };
    assert!((far(0.0) - 1.0).abs() < 1e-3 && (far(0.9) - 10.0).abs() < 1e-3, "{}", far(0.9));
    says("momentum", 2, 0.9);
}

#[test]
fn the_good_band_bends_to_the_left_in_the_top_of_the_linear_axis() {
    assert!(HEAVY.windows(2).all(|pair| pair[1] < pair[0]), "{HEAVY:?}");
    // Half of the axis below 0.5, and a tenth above 0.9.
    let bend = |from: usize, to: usize| (HEAVY[from] / HEAVY[to]).ln();
    assert!(bend(0, 1) < 0.2 * bend(0, 5) && bend(3, 5) > 0.4 * bend(0, 5), "{HEAVY:?}");
}

#[test]
fn on_the_other_axis_the_best_rates_lie_almost_on_a_straight_line() {
    let (x, y) = (MOMENTA.map(|momentum| -(1.0 - momentum).ln()), HEAVY.map(f64::ln));
    let mean = |of: [f64; 6]| of.iter().sum::<f64>() / 6.0;
    let (mx, my) = (mean(x), mean(y));
    let sum = |of: &dyn Fn(usize) -> f64| (0..6).map(of).sum::<f64>();
    let (xy, xx, yy) = (
        sum(&|i| (x[i] - mx) * (y[i] - my)),
        sum(&|i| (x[i] - mx).powi(2)),
        sum(&|i| (y[i] - my).powi(2)),
    );
    assert!(xy / (xx * yy).sqrt() < -0.98 && (-1.1..-0.7).contains(&(xy / xx)), "{HEAVY:?}");
}

#[test]
fn the_band_of_averaged_momentum_does_not_follow_that_factor() {
    let setup = page("momentum", 6, "&training.rule=averaged-momentum");
    let averaged = MOMENTA.map(|momentum| best(&setup, momentum));
    assert!(
        averaged[1..].iter().all(|&rate| (0.8..5.0).contains(&(rate / averaged[0]))),
        "{averaged:?}"
    );
}

/// What random search tries on a page of the lesson on scales, by learning rate and momentum, and
/// the losses.
fn drawn(page: usize) -> (Setup, Vec<[f64; 2]>, Vec<f64>) {
    let setup = crate::shipped::page("log-scale", page, "");
    assert_eq!((setup.search.strategy, setup.search.budget), (StrategyName::Random, 20));
    let mut search = Study::new(setup.strategy(), setup.searched()).search();
    let point = |n| search.ask(&mut stream(setup.search.seed, n)).point;
    let trials: Vec<[f64; 2]> = (0..20).map(point).map(|point| [point[0], point[1]]).collect();
    let losses = losses(&setup, &trials);
    (setup, trials, losses)
}

#[test]
fn on_a_linear_scale_nearly_all_trials_are_above_1_where_most_do_not_learn() {
    let (setup, trials, losses) = drawn(1);
    assert!(
        (setup.searched().params[0].to_unit(1.0) - 0.1).abs() < 0.01,
        "nine tenths of the range"
    );
    let above: Vec<usize> = (0..20).filter(|&trial| trials[trial][0] > 1.0).collect();
    let lost = above.iter().filter(|&&trial| losses[trial] > 0.65).count();
    assert!(above.len().abs_diff(18) <= 1 && 4 * lost > 3 * above.len(), "{lost} {above:?}");
}

#[test]
fn on_a_log_scale_each_factor_of_ten_has_the_same_share_and_more_trials_learn() {
    let (setup, trials, losses) = drawn(2);
    let rate = &setup.searched().params[0];
    let share = |low: f64| rate.to_unit(10.0 * low) - rate.to_unit(low);
    assert!((share(0.01) - share(0.1)).abs() < 1e-9 && (share(0.1) - share(1.0)).abs() < 1e-9);
    assert!(trials.iter().filter(|trial| trial[0] > 1.0).count() <= 10);
    // What would be right of this scale on the page before.
    assert_eq!((20.0 * (1.0 - rate.to_unit(1.0))).round(), 6.0);
    let learnt = |losses: &[f64]| losses.iter().filter(|loss| **loss < 0.5).count();
    let (log, linear) = (learnt(&losses), learnt(&drawn(1).2));
    assert!(log > linear, "{log} {linear}");
    let said =
        format!("Now {log} trials come below a loss of 0.5; on the linear scale {linear} did.");
    says_in("en", "log-scale", 2, &said);
    let said = format!("现在有 {log} 次试验的损失低于 0.5，在线性尺度上只有 {linear} 次。");
    says_in("zh-CN", "log-scale", 2, &said);
}

#[test]
fn adam_learns_at_a_rate_too_small_for_plain_steps() {
    let plain = run(&page("adam", 1, ""));
    assert!(plain[120].valid_loss > 0.6, "{}", plain[120].valid_loss);
    let adam = run(&page("adam", 2, "&training.rule=adam"));
    assert!(adam[120].valid_loss < 0.3, "{}", adam[120].valid_loss);
}

#[test]
fn adams_best_rates_are_much_the_same_for_every_momentum() {
    let setup = page("adam", 4, "&training.rule=adam");
    let rates = MOMENTA.map(|momentum| best(&setup, momentum));
    assert!(rates.iter().all(|rate| (0.02..0.1).contains(rate)), "{rates:?}");
}
