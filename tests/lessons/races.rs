//! The lessons on grid against random, and on beating the tuner.

use crate::momentum::SEEDS;
use crate::shipped::{finals, losses, map, page, raced, raced_to_losses, says};
use std::collections::BTreeSet;
use std::sync::LazyLock;
use tunescape_core::search::{Outcome, StrategyName};
use tunescape_core::setup::{NetSetup, Setup};
use tunescape_core::space::Point;

const LESSON: &str = "grid-and-random";

/// How many values of a parameter some trials have.
fn values(trials: &[Point], param: usize) -> usize {
    trials.iter().map(|point| point[param].to_bits()).collect::<BTreeSet<_>>().len()
}

/// A race of grid and random search, which do not learn: all of its trials train at once.
struct Race {
    setup: Setup,
    /// Of the grid, the same in every repeat.
    grid: Vec<Point>,
    /// By repeat.
    random: Vec<Vec<Point>>,
    /// What the points of the grid came to with each of [`SEEDS`].
    ends: [Vec<f64>; 8],
    /// For each of [`SEEDS`] the best of the grid and of random search by repeat.
    best: [(f64, Vec<f64>); 8],
    /// The same with the lesson's own initial weights.
    own: (f64, Vec<f64>),
}

impl Race {
    fn of(number: usize) -> Race {
        let setup = page(LESSON, number, "");
        let repeats = setup.race.repeats;
        assert_eq!(setup.race.strategies, [StrategyName::Grid, StrategyName::Random]);
        let mut trials: Vec<Vec<Point>> = setup
            .lanes(0..repeats)
            .iter_mut()
            .map(|lane| {
                let mut next = |_| {
                    let point = lane.ask();
                    lane.tell(Outcome::Value(0.0));
                    point
                };
                (0..setup.search.budget).map(&mut next).collect()
            })
            .collect();
        let random = trials.split_off(repeats);
        assert!(trials.iter().all(|grid| *grid == trials[0]), "it is the same in every repeat");
        let grid = trials.swap_remove(0);
        let all: Vec<Point> = grid.iter().chain(random.iter().flatten()).cloned().collect();
        let losses = SEEDS.map(|seed| {
            finals(&Setup { net: NetSetup { seed, ..setup.net.clone() }, ..setup.clone() }, &all)
        });
        let best_of = |losses: &Vec<f64>| {
            let mut each = losses
                .chunks(setup.search.budget)
                .map(|losses| losses.iter().copied().fold(f64::INFINITY, f64::min));
            (each.next().expect("the grid"), each.collect())
        };
        let best = losses.each_ref().map(best_of);
        let own = best_of(&finals(&setup, &all));
        let ends = losses.map(|losses| losses[..setup.search.budget].to_vec());
        Race { setup, grid, random, ends, best, own }
    }

    /// In what share of all repeats and seeds random search is ahead.
    fn random_ahead(&self) -> f64 {
        let ahead =
            |(grid, random): &(f64, Vec<f64>)| random.iter().filter(|loss| *loss < grid).count();
        let repeats = self.best.len() * self.setup.race.repeats;
        self.best.iter().map(ahead).sum::<usize>() as f64 / repeats as f64
    }

    /// In how many games with the lesson's own initial weights random search is ahead, and in how
    /// many it is behind.
    fn own_games(&self) -> [usize; 2] {
        let (grid, random) = &self.own;
        let ahead = random.iter().filter(|loss| *loss < grid).count();
        [ahead, random.iter().filter(|loss| *loss > grid).count()]
    }
}

static RACES: LazyLock<[Race; 3]> = LazyLock::new(|| [1, 2, 3].map(Race::of));

#[test]
fn of_nine_trials_a_grid_tries_three_values_of_each_and_random_search_nine() {
    let Race { setup, grid, random, .. } = &RACES[0];
    assert_eq!((setup.search.budget, setup.race.repeats), (9, 16));
    assert_eq!((values(grid, 0), values(grid, 1), grid.len()), (3, 3, 9));
    assert!(random.iter().all(|trials| (values(trials, 0), values(trials, 1)) == (9, 9)));
    assert!((1..16).all(|i| random[..i].iter().all(|trials| *trials != random[i])));
    // The middles of nine cells: none on the edge of the box.
    let space = setup.searched();
    let inside = |point: &Point| space.to_unit(point).iter().all(|u| (0.1..0.9).contains(u));
    assert!(grid.iter().all(inside));
}

#[test]
fn where_both_matter_neither_leads_clearly_with_nine_trials() {
    let share = RACES[0].random_ahead();
    assert!((0.25..0.6).contains(&share), "{share}");
    // Of ten games.
    says(LESSON, 1, (10.0 * share).round());
}

/// As the page shows once the race has been run.
#[test]
fn on_the_lessons_own_network_random_search_leads_by_its_mean_rank() {
    let [ahead, behind] = RACES[0].own_games();
    assert!(ahead > behind, "{ahead} games ahead, {behind} behind");
}

/// What whoever takes the lesson sees of the other two races.
#[test]
fn on_the_lessons_own_network_the_other_races_end_as_told() {
    let most = RACES[1].setup.race.repeats / 2;
    let [ahead, behind] = RACES[1].own_games();
    assert!(ahead > most, "{ahead} games ahead, {behind} behind");
    let [ahead, behind] = RACES[2].own_games();
    assert!(behind > most, "{ahead} games ahead, {behind} behind");
}

#[test]
fn where_one_of_three_does_not_matter_random_search_wins() {
    let Race { setup, grid, random, .. } = &RACES[1];
    let l2 = setup.searched().params.iter().position(|param| param.name == "l2").expect("l2");
    assert_eq!((setup.search.budget, values(grid, 0), values(grid, l2)), (27, 3, 3));
    assert!(random.iter().all(|trials| values(trials, 0) == 27));
    // Of the grid each point of learning rate and momentum is tried three times.
    let two = |point: &Point| [point[0].to_bits(), point[1].to_bits()];
    assert_eq!(grid.iter().map(two).collect::<BTreeSet<_>>().len(), 9);
    let share = RACES[1].random_ahead();
    assert!(share > 0.6 && share > RACES[0].random_ahead() + 0.15, "{share}");
}

#[test]
fn the_third_hyperparameter_hardly_moves_the_loss() {
    let Race { setup, grid, ends, .. } = &RACES[1];
    // Where training is unsteady even a tiny difference grows, for better or worse, as another seed
    // would; so what counts is how far apart trials are on average that differ in one alone.
    let apart = |param: usize| {
        let others = |point: &Point| {
            let rest = (0..point.len()).filter(|i| *i != param);
            rest.map(|i| point[i].to_bits()).collect::<Vec<_>>()
        };
        let pairs = (0..grid.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
        let pairs: Vec<_> = pairs.filter(|(a, b)| others(&grid[*a]) == others(&grid[*b])).collect();
        // A diverged trial is as bad as a loss of ten.
        let ratio = |ends: &Vec<f64>, (a, b): (usize, usize)| {
            (ends[a].min(10.0) / ends[b].min(10.0)).ln().abs()
        };
        let all = ends.iter().flat_map(|ends| pairs.iter().map(|pair| ratio(ends, *pair)));
        all.sum::<f64>() / (pairs.len() * ends.len()) as f64
    };
    let place = |name: &str| setup.searched().params.iter().position(|p| p.name == name);
    let [rate, momentum, l2] =
        ["learning_rate", "momentum", "l2"].map(|name| apart(place(name).expect("searched")));
    assert!(10.0 * l2 < rate && 3.0 * l2 < momentum, "{rate} {momentum} {l2}");
}

#[test]
fn with_25_trials_the_grid_is_ahead() {
    let Race { grid, .. } = &RACES[2];
    assert_eq!((values(grid, 0), values(grid, 1), grid.len()), (5, 5, 25));
    let share = RACES[2].random_ahead();
    assert!(share < 0.5, "{share}");
    assert_eq!(5_u32.pow(6), 15_625, "what the page says of six hyperparameters");
}

#[test]
fn the_tuners_race_sixteen_times_with_as_many_trials_as_the_learner_and_can_be_beaten() {
    let setup = page("beat-the-tuner", 2, "");
    assert_eq!((setup.search.budget, setup.race.repeats, setup.race.you), (8, 16, true));
    let (trials, best) = raced(&setup);
    assert!(trials.len() == 32 && trials.iter().all(|trials| trials.len() == 8));
    // Whoever remembers the second lesson goes along η/(1−β).
    let own: Vec<[f64; 2]> =
        [0.0, 0.5, 0.8, 0.9].iter().flat_map(|b| [0.5, 1.5].map(|c| [c * (1.0 - b), *b])).collect();
    let own = losses(&setup, &own).into_iter().fold(f64::INFINITY, f64::min);
    // The learner's map is that of the first repeat.
    let (_, least) = map(&setup).best(setup.training.epochs).expect("one is finite");
    says("beat-the-tuner", 1, format!("{least:.5}"));
    let beaten = best.iter().filter(|loss| own < **loss).count();
    assert!(beaten > 16, "{beaten} of 32: {own} {best:?}");
}

fn median(mut losses: Vec<f64>) -> f64 {
    losses.sort_by(f64::total_cmp);
    losses[losses.len() / 2]
}

#[test]
fn with_more_trials_bayesian_optimisation_learns_more() {
    let mut setup = page("beat-the-tuner", 2, "&search.budget=25");
    assert!(setup.race.strategies.contains(&StrategyName::Bayesian));
    setup.race.strategies = vec![StrategyName::Bayesian];
    let (_, losses) = raced_to_losses(&setup);
    let best = |trials: usize| {
        let of = |losses: &Vec<f64>| losses[..trials].iter().copied().fold(f64::INFINITY, f64::min);
        median(losses.iter().map(of).collect())
    };
    assert!(best(25) < best(8), "{} {}", best(25), best(8));
    // Its later trials are better than its first.
    let part = |from: usize, to: usize| {
        median(losses.iter().flat_map(|losses| losses[from..to].to_vec()).collect())
    };
    assert!(part(17, 25) < part(0, 8), "{} {}", part(17, 25), part(0, 8));
}
