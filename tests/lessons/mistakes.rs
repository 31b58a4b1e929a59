//! Common mistakes that no lesson's test has as its subject: what is said of each is so, over eight
//! seeds, on the set-up that its button opens.

use crate::momentum::SEEDS;
use crate::shipped::{data, finals, map, page, raced, raced_to_losses, trained};
use pollster::block_on;
use std::collections::BTreeSet;
use tunescape_core::lesson::mistakes::MISTAKES;
use tunescape_core::link;
use tunescape_core::metrics;
use tunescape_core::search::{Outcome, StrategyName};
use tunescape_core::setup::Setup;
use tunescape_core::space::Point;
use tunescape_core::worker::{Evolving, inspect};
use tunescape_engine::optim::{Rule, Update};
use tunescape_engine::train::Trainer;

/// What the button of a mistake opens, and more.
pub fn shown(name: &str, more: &str) -> Setup {
    let (_, text) = MISTAKES.iter().find(|mistake| mistake.0 == name).expect("a mistake");
    link::read(&format!("{text}{more}")).expect("a set-up")
}

fn seeded(setup: &Setup, seed: u64) -> Setup {
    let mut setup = setup.clone();
    setup.net.seed = seed;
    setup
}

/// The learning rate of each update.
fn rates(setup: &Setup) -> Vec<f32> {
    let (hyper, data) = (setup.hyper(&setup.own_point()), data(setup));
    let updates = setup.training.epochs * data.split().train.rows().div_ceil(setup.training.batch);
    let schedule = setup.population(&data.folds, data.task, &[setup.own_point()]).schedule;
    (0..updates).map(|t| schedule.rate(schedule.factors(t), t, &hyper, 1.0)).collect()
}

#[test]
fn a_square_of_the_map_is_better_than_what_a_genetic_algorithm_finds() {
    let mut setup = shown("genetic_global", "&race.repeats=8");
    assert_eq!(setup.search.strategy, StrategyName::Genetic);
    setup.race.strategies = vec![StrategyName::Genetic];
    let (_, bests) = raced(&setup);
    let (_, square) = map(&setup).best(setup.training.epochs).expect("a best square");
    let missed = bests.iter().filter(|best| **best > f64::from(square)).count();
    assert_eq!((bests.len(), missed), (8, 8), "{square} {bests:?}");
}

#[test]
fn random_search_asks_the_same_whatever_comes_out() {
    let mut setup = shown("random_is_greedy", "&race.repeats=8");
    assert_eq!(setup.search.strategy, StrategyName::Random);
    let asked = |strategy: StrategyName, told: fn(usize) -> f64| -> Vec<Vec<Point>> {
        let mut setup = setup.clone();
        setup.race.strategies = vec![strategy];
        let mut points = Vec::new();
        for mut lane in setup.lanes(0..setup.race.repeats) {
            let mut next = |trial: usize| {
                let point = lane.ask();
                lane.tell(Outcome::Value(told(trial)));
                point
            };
            points.push((0..setup.search.budget).map(&mut next).collect());
        }
        points
    };
    let rise: fn(usize) -> f64 = |trial| trial as f64;
    let fall: fn(usize) -> f64 = |trial| -(trial as f64);
    assert_eq!(asked(StrategyName::Random, rise), asked(StrategyName::Random, fall));
    // One that looks at results asks otherwise.
    let (up, down) = (asked(StrategyName::Bayesian, rise), asked(StrategyName::Bayesian, fall));
    assert!(up.iter().zip(&down).all(|(up, down)| up != down));
    // What a point comes to is no matter of who has asked for it.
    setup.search.budget = 1;
    setup.race.strategies = vec![StrategyName::Random];
    let (points, losses) = raced_to_losses(&setup);
    let other = Setup { search: shown("genetic_global", "").search, ..setup.clone() };
    let again = finals(&other, &points.concat());
    assert_eq!(losses.concat(), again);
}

#[test]
fn the_cost_of_a_grid_grows_as_a_power() {
    let own = shown("grid_for_complex", "");
    let race = page("grid-and-random", 2, "");
    assert_eq!((own.space, own.race.strategies), (race.space, race.race.strategies));
    assert_eq!(own.search.budget, race.search.budget);
    // How many values of each of some hyperparameters the grid tries with a budget.
    let values = |more: &str, budget: usize| {
        let mut setup = link::read(&format!("v=2&search.strategy=grid{more}")).expect("a set-up");
        setup.search.budget = budget;
        setup.race.strategies = vec![StrategyName::Grid];
        let mut lane = setup.lanes(0..1).remove(0);
        let mut next = |_| {
            let point = lane.ask();
            lane.tell(Outcome::Value(0.0));
            point
        };
        let points: Vec<Point> = (0..budget).map(&mut next).collect();
        (0..points[0].len())
            .map(|i| {
                let each = points.iter().map(|point| point[i].to_bits());
                each.collect::<BTreeSet<_>>().len()
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(values("", 25), [5, 5]);
    let four = "&space.l2=[1e-8,1e-6]&space.l1=[1e-8,1e-6]";
    let six = [four, "&space.dropout=[0,0.5]&space.clip_norm=[0.1,10]"].concat();
    assert_eq!(values(four, 81), [3; 4]);
    // Two of each already take more than half of the largest budget.
    assert_eq!(values(&six, 64), [2; 6]);
    assert_eq!(5_usize.pow(6), 15_625);
}

#[test]
fn the_decay_of_a_schedule_lowers_the_rate_and_leaves_the_weights_alone() {
    let setup = shown("decay_is_decay", "");
    let (hyper, rates) = (setup.hyper(&setup.own_point()), rates(&setup));
    let (first, last) = (rates[0], rates[rates.len() - 1]);
    assert_eq!(first, hyper.learning_rate);
    let wanted = first / (1.0 + hyper.rate_decay * (rates.len() - 1) as f32);
    assert!((last / wanted - 1.0).abs() < 1e-6 && last < 0.11 * first, "{first} {last}");
    // A weight without a gradient rests; weight decay pulls it towards 0.
    let moved = |decay: f32| {
        let hyper = tunescape_engine::optim::Hyper { decay, ..hyper };
        let mut counters = [0.0, 1.0, 1.0];
        let update = Update::new(Rule::AdamW, |of| of(&hyper), 0.1, &mut counters);
        update.step(Rule::AdamW, 1.0, [0.0; 3], 0.0).0
    };
    assert!(moved(0.0) == 1.0 && moved(0.1) < 1.0);
}

#[test]
fn f1_is_not_the_share_that_is_right() {
    let setup = shown("f1_is_accuracy", "");
    let data = data(&setup);
    for seed in SEEDS {
        let setup = seeded(&setup, seed);
        let mut trainer = trained(&setup, &[setup.own_point()]);
        let weights = block_on(trainer.state(0)).expect("a state").weights;
        let net = setup.network(data.overview.inputs, data.task);
        let valid = block_on(inspect(&net, &weights, &data, &mut async || ())).valid;
        let (accuracy, f1) = (valid.accuracy.expect("classes"), valid.f1.expect("classes"));
        assert!(accuracy > 0.98 && f1 < 0.92, "{seed}: {accuracy} {f1}");
    }
    // The harmonic mean of precision and recall.
    let confusion = vec![vec![90, 2], vec![4, 4]];
    let (p, r) = (metrics::precision(&confusion)[1], metrics::recall(&confusion)[1]);
    assert!((metrics::f1(&confusion)[1] - 2.0 / (1.0 / p + 1.0 / r)).abs() < 1e-12);
}

#[test]
fn hyperparameters_change_in_training_by_schedules_and_in_populations() {
    let setup = shown("never_change", "");
    let rates = rates(&setup);
    assert!(rates.windows(2).all(|pair| pair[1] < pair[0]), "{rates:?}");
    assert!(rates[rates.len() - 1] < 0.01 * rates[0], "{rates:?}");
    let data = data(&setup);
    for seed in SEEDS {
        let mut setup = shown("never_change", "&search.members=8&search.every=20");
        setup.search.seed = seed;
        let mut evolving = Evolving::new(&setup, &data, u64::MAX).expect("a population");
        block_on(evolving.advance(&mut || false)).expect("the CPU trains");
        let points = evolving.end().points;
        assert!(points.len() > 2 && points.windows(2).all(|pair| pair[0] != pair[1]), "{seed}");
    }
}

#[test]
fn over_folds_the_network_overfits_all_the_same() {
    const EPOCHS: usize = 400;
    let setup = shown("folds_prevent", "&run.learning_rate=0.3&run.momentum=0.9");
    for seed in SEEDS {
        let mut setup = seeded(&setup, seed);
        setup.training.epochs = EPOCHS;
        let streams = setup.evaluation.streams();
        assert_eq!(streams, 5);
        let trainer = trained(&setup, &[setup.own_point()]);
        // The mean over the folds at an epoch: what trains, and what is held out.
        let mean = |epoch: usize| {
            let all = (0..streams).map(|stream| trainer.report(stream, epoch).expect("it trains"));
            all.fold([0.0, 0.0], |[train, valid], report| {
                [train + report.train_loss / 5.0, valid + report.valid_loss / 5.0]
            })
        };
        let curve: Vec<[f32; 2]> = (0..=EPOCHS).map(mean).collect();
        // It knows what trains it by heart, and is a hundred times as far off on what is held out.
        let ([before, _], [train, valid]) = (curve[40], curve[EPOCHS]);
        assert!(train < 0.1 * before && valid > 100.0 * train, "{seed}: {before} {train} {valid}");
    }
}

#[test]
fn where_there_is_one_valley_adam_and_momentum_both_come_down_to_it() {
    // Without a hidden layer the cross-entropy is convex.
    let mut setup = shown("adam_if_not_convex", "&net.hidden=[]&training.epochs=120");
    setup.map.side = 8;
    let lowest = |setup: &Setup| map(setup).best(setup.training.epochs).expect("a best square").1;
    let momentum = lowest(&setup);
    setup.training.choose(Rule::Adam);
    let adam = lowest(&setup);
    assert!((adam / momentum - 1.0).abs() < 0.05, "{adam} {momentum}");
}
