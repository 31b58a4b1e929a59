//! The conclusions of the lesson on momentum, over seeds chosen beforehand.

use crate::shipped::{lessons, page, says, trained_at};
use crate::steps::MOMENTA;
use std::sync::LazyLock;
use tunescape_core::setup::Setup;
use tunescape_engine::optim::{Hyper, Rule, Update};

/// Seeds of the initial weights and of the batches.
pub const SEEDS: [u64; 8] = [42, 43, 44, 45, 46, 47, 48, 49];

/// Learning rates along the map's axis.
const RATES: usize = 36;

/// For each of [`MOMENTA`] and each seed the validation loss by learning rate, on a map's axis;
/// infinite where it diverged.
pub struct Rows(Vec<[Vec<(f64, f64)>; 8]>);

pub static HEAVY: LazyLock<Rows> = LazyLock::new(|| Rows::of(&page("momentum", 4, "")));

/// The geometric mean over the seeds.
pub fn mean(losses: impl Iterator<Item = f64>) -> f64 {
    let logs: Vec<f64> = losses.map(f64::ln).collect();
    (logs.iter().sum::<f64>() / logs.len() as f64).exp()
}

impl Rows {
    pub fn of(setup: &Setup) -> Rows {
        let axis = &setup.axes().params[0];
        let rates: Vec<f64> =
            (0..RATES).map(|i| axis.from_unit((i as f64 + 0.5) / RATES as f64)).collect();
        let row = |momentum: f64| {
            SEEDS.map(|seed| {
                let points: Vec<[f64; 2]> = rates.iter().map(|rate| [*rate, momentum]).collect();
                rates.iter().copied().zip(trained_at(setup, seed, &points)).collect()
            })
        };
        Rows(MOMENTA.map(row).to_vec())
    }

    /// The lowest loss of each seed at one of [`MOMENTA`].
    pub fn lowest(&self, row: usize) -> [f64; 8] {
        self.0[row].each_ref().map(|row| row.iter().map(|at| at.1).fold(f64::INFINITY, f64::min))
    }

    /// Their geometric mean.
    pub fn best(&self, row: usize) -> f64 {
        mean(self.lowest(row).into_iter())
    }

    /// The learning rates at which a network learns: below a loss on average over the seeds.
    pub fn good(&self, row: usize, below: f64) -> Vec<f64> {
        let average = |rate: &usize| mean(self.0[row].iter().map(|row| row[*rate].1.min(10.0)));
        let good = (0..RATES).filter(|rate| average(rate) < below);
        good.map(|rate| self.0[row][0][rate].0).collect()
    }
}

#[test]
fn momentum_reaches_losses_that_plain_steps_do_not_reach_at_any_rate() {
    let best: Vec<f64> = (0..MOMENTA.len()).map(|row| HEAVY.best(row)).collect();
    // From none to 0.9 the lowest loss falls to a third or less.
    assert!(best[0] > 3.0 * best[3], "{best:?}");
    let (plain, heavy) = (HEAVY.lowest(0), HEAVY.lowest(3));
    assert!(
        plain.iter().zip(heavy).all(|(plain, heavy)| *plain > 1.5 * heavy),
        "{plain:?} {heavy:?}"
    );
    // What the page says over all starts, and the rate that it names.
    [0, 3, 4].iter().for_each(|row| says("momentum", 5, format!("{:.2}", best[*row])));
    let near = |row: usize, rate: f64| {
        HEAVY.good(row, 0.45).iter().any(|good| (good / rate).ln().abs() < 0.2)
    };
    assert!(near(3, 0.14));
}

#[test]
fn the_run_on_the_page_comes_down_to_a_fifth_of_the_best_without_momentum() {
    let setup = page("momentum", 5, "");
    let own = [setup.run.learning_rate, setup.run.momentum];
    assert_eq!(own, [0.14, 0.9]);
    let ends = SEEDS.map(|seed| trained_at(&setup, seed, &[own])[0]);
    let plain = HEAVY.lowest(0);
    let here = SEEDS.iter().position(|seed| *seed == setup.net.seed).expect("one of the eight");
    assert!((4.5..5.5).contains(&(plain[here] / ends[here])), "{ends:?} {plain:?}");
    says("momentum", 5, format!("{:.3}", ends[here]));
    says("momentum", 5, format!("{:.3}", plain[here]));
    // What the learner reads before training.
    let asked = &lessons()["momentum"].pages[4];
    for text in asked.text.values().chain(asked.choices[0].text.values()) {
        assert!(text.contains(&format!("{:.3}", plain[here])), "{text}");
    }
    let lowest = HEAVY.0[0][here].iter().min_by(|a, b| a.1.total_cmp(&b.1)).expect("some");
    let told = [RATES.to_string(), format!(" {:.1}", lowest.0)];
    assert!(
        asked.text.values().all(|text| told.iter().all(|told| text.contains(told))),
        "{told:?}"
    );
    // The effective learning rate is twice as large.
    assert!((1.8..2.2).contains(&(own[0] / (1.0 - own[1]) / lowest.0)));
    // And of the other starts.
    let lower = ends.iter().zip(plain).filter(|(end, plain)| *end < plain).count();
    says("momentum", 5, lower);
    says("momentum", 5, SEEDS.len());
}

#[test]
fn the_same_effective_step_without_momentum_mostly_does_worse() {
    let setup = page("momentum", 3, "");
    let ends = SEEDS.map(|seed| trained_at(&setup, seed, &[[0.3, 0.9], [3.0, 0.0]]));
    let lower = ends.iter().filter(|ends| ends[0] < ends[1]).count();
    assert!(lower > 5, "{ends:?}");
    let [heavy, plain] = [0, 1].map(|which| mean(ends.iter().map(|ends| ends[which])));
    assert!(plain > 2.0 * heavy, "{heavy} {plain}");
    // The first is the page's own.
    assert_eq!(setup.net.seed, SEEDS[0]);
    says("momentum", 3, lower);
    ends[0].iter().for_each(|loss| says("momentum", 3, format!("{loss:.2}")));
}

/// The good rates of a row, times 1/(1−β): the first and the last.
fn band(row: usize) -> (f64, f64) {
    let good = HEAVY.good(row, 0.45);
    let effective = |rate: f64| rate / (1.0 - MOMENTA[row]);
    (effective(good[0]), effective(good[good.len() - 1]))
}

#[test]
fn the_slow_side_follows_the_effective_step_and_the_fast_side_moves_out() {
    let bands: Vec<(f64, f64)> = (0..MOMENTA.len()).map(band).collect();
    let slow: Vec<f64> = bands.iter().map(|band| band.0).collect();
    let (least, most) = slow.iter().fold((f64::MAX, 0.0_f64), |(a, b), x| (a.min(*x), b.max(*x)));
    // The rates themselves lie a hundred times apart.
    assert!(most < 2.0 * least, "{slow:?}");
    assert!(bands[3].1 > 1.5 * bands[0].1, "{bands:?}");
}

/// Where a weight stands after each of some updates, by the page's form of momentum and by Keras's,
/// which has the learning rate inside.
fn in_both_forms(rate: impl Fn(usize) -> f32) -> Vec<[f32; 2]> {
    let hyper = Hyper { momentum: 0.9, ..Rule::Momentum.defaults() };
    let (mut own, mut slots, mut counters) = (0.0, [0.0; 3], [0.0, 1.0, 1.0]);
    let (mut inside, mut velocity) = (0.0, 0.0);
    let mut next = |t: usize| {
        let (rate, gradient) = (rate(t), (0.3 * t as f32).cos());
        let update = Update::new(Rule::Momentum, |of| of(&hyper), rate, &mut counters);
        (own, slots) = update.step(Rule::Momentum, own, slots, gradient);
        velocity = hyper.momentum * velocity - rate * gradient;
        inside += velocity;
        [own, inside]
    };
    (0..100).map(&mut next).collect()
}

#[test]
fn with_the_rate_inside_old_steps_keep_it_under_a_schedule() {
    let constant = in_both_forms(|_| 0.1);
    assert!(constant.iter().all(|[own, inside]| (own - inside).abs() < 1e-5), "{constant:?}");
    // A rate that falls to 0 stops the one at once; the other still makes its old steps.
    let falling = in_both_forms(|t| if t < 50 { 0.1 } else { 0.0 });
    let moved = |form: usize| (falling[99][form] - falling[49][form]).abs();
    assert!(moved(0) == 0.0 && moved(1) > 0.1, "{falling:?}");
}
