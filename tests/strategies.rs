//! One contract, every strategy: in range, repeatable, and never at a loss.

use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use tunescape_core::search::gp::Kernel;
use tunescape_core::search::{Acquisition, Outcome, Reason, Search, Strategy, StrategyName};
use tunescape_core::space::{Condition, Param, Scale, Space};

/// Every strategy × acquisition that differs.
fn all() -> Vec<Strategy> {
    let with = |name| {
        Acquisition::ALL.map(|acquisition| Strategy {
            name,
            acquisition,
            budget: 20,
            ..Strategy::default()
        })
    };
    let mut all: Vec<Strategy> = StrategyName::ALL.into_iter().flat_map(with).collect();
    all.retain(|s| s.name == StrategyName::Bayesian || s.acquisition == Acquisition::ALL[0]);
    // What the learner takes over, each once.
    let held = |kernel, length_scale, noise| Strategy {
        kernel,
        length_scale,
        noise,
        kappa: None,
        ..all[5].clone()
    };
    let held = [held(Kernel::Matern32, None, Some(0.3)), held(Kernel::Rbf, Some(0.2), None)];
    all.extend(held);
    // Two objectives put together.
    let names =
        [StrategyName::Bayesian, StrategyName::Tpe, StrategyName::Cmaes, StrategyName::Genetic];
    all.extend(names.map(|name| Strategy {
        name,
        budget: 20,
        pareto: true,
        ..Strategy::default()
    }));
    all
}

/// A space of `dim` parameters on all scales; the third can take one value only.
fn space(dim: usize) -> Space {
    let param = |i: usize| match i % 4 {
        0 => Param::new("log", 1e-4, 10.0, Scale::Log),
        1 => Param::new("complement", 0.0, 0.99, Scale::Complement),
        2 => Param::new("fixed", 0.3, 0.3, Scale::Linear),
        _ => Param::new("linear", -1.0, 2.0, Scale::Linear),
    };
    Space::new((0..dim).map(|i| param(i).unwrap()).collect())
}

/// All kinds of parameters: units of a layer count while it is there, momentum while its rule is
/// chosen.
fn mixed() -> Space {
    let units = |name| Param::integer(name, 2, 64, Scale::Log).unwrap();
    let space = Space::new(vec![
        Param::new("learning_rate", 1e-4, 1.0, Scale::Log).unwrap(),
        Param::integer("layers", 1, 3, Scale::Linear).unwrap(),
        units("units_1"),
        units("units_2"),
        Param::choice("rule", &["sgd", "momentum", "adam"]).unwrap(),
        Param::new("momentum", 0.0, 0.99, Scale::Complement).unwrap(),
        Param::stepped("batch", 8.0, 128.0, Scale::Linear, 8.0).unwrap(),
        Param::choice("activation", &["tanh", "relu"]).unwrap().fixed(1.0).unwrap(),
    ]);
    let space = space.when(3, Condition::AtLeast { param: 1, value: 2.0 }).unwrap();
    space.when(5, Condition::Is { param: 4, value: 1.0 }).unwrap()
}

/// Four choices and nothing else.
fn choices() -> Space {
    let choice = |name| Param::choice(name, &["a", "b", "c", "d"]).unwrap();
    Space::new(vec![choice("one"), choice("two"), choice("three")])
}

fn bowl(space: &Space, point: &[f64]) -> f64 {
    space.to_unit(point).iter().map(|u| (u - 0.3) * (u - 0.3)).sum()
}

/// Runs a strategy and holds what every step must hold. Returns the points asked for.
fn run(
    strategy: &Strategy,
    space: &Space,
    trials: usize,
    mut score: impl FnMut(&[f64], usize) -> Outcome,
) -> Vec<Vec<f64>> {
    let mut search = strategy.start(space);
    let mut points = Vec::new();
    for n in 0..trials {
        let rng = || ChaCha8Rng::seed_from_u64(n as u64);
        let proposal = search.ask(&mut rng());
        assert!(
            space.contains(&proposal.point),
            "{strategy:?}: {:?} is out of range",
            proposal.point
        );
        if n % 7 == 0 {
            assert_eq!(proposal, search.ask(&mut rng()), "{strategy:?}: asked twice");
            believes_in_finite_numbers(search.as_mut(), space);
        }
        if let Reason::Parzen { candidates, scores, winner, good, .. } = &proposal.reason {
            assert_eq!((candidates.len(), scores.len()), (24, 24));
            assert!(good.iter().all(|&trial| trial < n));
            assert!(winner.is_none_or(|w| scores.iter().all(|s| *s <= scores[w])));
        }
        if let Reason::Model {
            median,
            band: [low, high],
            level,
            chance,
            value,
            exploit,
            finite,
            nearest,
            ..
        } = proposal.reason
        {
            assert!(
                [low, median, high, level, value].iter().all(|v| v.is_finite()),
                "{strategy:?}: {median} {value}"
            );
            assert!(
                low <= median
                    && median <= high
                    && exploit.is_none_or(|share| (0.0..=1.0).contains(&share))
            );
            assert!((0.0..=1.0).contains(&chance) && (0.0..=1.0).contains(&finite));
            assert!(nearest < n);
        }
        let outcome = score(&proposal.point, n);
        search.tell(&proposal.point, outcome);
        points.push(proposal.point);
    }
    believes_in_finite_numbers(search.as_mut(), space);
    points
}

fn believes_in_finite_numbers(search: &mut dyn Search, space: &Space) {
    let at: Vec<_> =
        [0.0, 0.3, 1.0].iter().map(|&u| space.from_unit(&vec![u; space.dim()])).collect();
    for (quantity, values) in search.belief(&at).layers {
        assert_eq!(values.len(), at.len());
        assert!(values.iter().all(|v| v.is_finite()), "{quantity:?} {values:?}");
    }
}

#[test]
fn every_number_of_dimensions() {
    for strategy in all() {
        for dim in 1..=6 {
            let space = space(dim);
            run(&strategy, &space, 16, |point, _| Outcome::Value(bowl(&space, point)));
        }
    }
}

#[test]
fn the_same_history_gives_the_same_points() {
    let space = space(2);
    for strategy in all() {
        let once = || run(&strategy, &space, 12, |point, _| Outcome::Value(bowl(&space, point)));
        assert_eq!(once(), once(), "{strategy:?}");
    }
}

#[test]
fn asking_and_believing_leave_no_trace() {
    let space = space(2);
    for strategy in all() {
        let points = run(&strategy, &space, 10, |point, _| Outcome::Value(bowl(&space, point)));
        // The same trials, told in one go.
        let mut search = strategy.start(&space);
        points[..9]
            .iter()
            .for_each(|point| search.tell(point, Outcome::Value(bowl(&space, point))));
        assert_eq!(search.ask(&mut ChaCha8Rng::seed_from_u64(9)).point, points[9], "{strategy:?}");
    }
}

#[test]
fn every_kind_of_parameter() {
    for space in [mixed(), choices()] {
        for strategy in all() {
            run(&strategy, &space, 40, |point, _| Outcome::Value(bowl(&space, point)));
            run(&strategy, &space, 24, |_, n| {
                if n % 3 == 0 { Outcome::Value(1.0) } else { Outcome::Diverged }
            });
        }
    }
}

#[test]
fn twenty_dimensions() {
    let space = space(20);
    for strategy in all() {
        let mut search = strategy.start(&space);
        for n in 0..44 {
            let point = search.ask(&mut ChaCha8Rng::seed_from_u64(n)).point;
            assert!(space.contains(&point), "{strategy:?}");
            search.tell(&point, Outcome::Value(bowl(&space, &point)));
        }
    }
}

#[test]
fn a_range_that_changes_keeps_what_was_learnt() {
    let (wide, narrow) = (
        space(2),
        Space::new(vec![
            Param::new("log", 1e-2, 1.0, Scale::Log).unwrap(),
            Param::new("complement", 0.5, 0.9, Scale::Complement).unwrap(),
        ]),
    );
    for strategy in all() {
        let mut search = strategy.start(&narrow);
        for n in 0..30 {
            let unit = [f64::from(n) * 0.618_034 % 1.0, f64::from(n) * 0.754_878 % 1.0];
            let point = wide.from_unit(&unit);
            search.tell(&point, Outcome::Value(bowl(&wide, &point)));
        }
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        for _ in 0..8 {
            let point = search.ask(&mut rng).point;
            assert!(narrow.contains(&point), "{strategy:?}: {point:?}");
            search.tell(&point, Outcome::Value(bowl(&wide, &point)));
        }
        believes_in_finite_numbers(search.as_mut(), &narrow);
    }
}

#[test]
fn divergence_everywhere_or_almost() {
    let space = space(2);
    for strategy in all() {
        run(&strategy, &space, 20, |_, _| Outcome::Diverged);
        run(
            &strategy,
            &space,
            20,
            |_, n| if n == 6 { Outcome::Value(1.0) } else { Outcome::Diverged },
        );
        run(&strategy, &space, 20, |_, n| {
            if n % 3 == 0 { Outcome::Value(n as f64) } else { Outcome::Diverged }
        });
    }
}

/// Trials end where the learning rate times the momentum is too large; the best is a narrow valley
/// far from there.
fn cliff(space: &Space, point: &[f64]) -> Outcome {
    let u = space.to_unit(point);
    if u[0] + 0.5 * u[1] > 1.1 {
        return Outcome::Diverged;
    }
    let away = u[0] - 0.55 + 0.3 * (u[1] - 0.5);
    Outcome::Value(0.05 + 0.6 * (1.0 - (-30.0 * away * away).exp()))
}

#[test]
fn diverged_trials_are_not_proposed_again() {
    let space = space(2);
    for strategy in all().into_iter().filter(|s| s.name == StrategyName::Bayesian) {
        for seed in 0..4 {
            let strategy = Strategy { budget: 25, ..strategy.clone() };
            let mut search = strategy.start(&space);
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let mut seen: Vec<Vec<f64>> = Vec::new();
            let mut diverged = 0;
            for n in 0..25 {
                let point = search.ask(&mut rng).point;
                let unit = space.to_unit(&point);
                let gap = |t: &Vec<f64>| (t[0] - unit[0]).hypot(t[1] - unit[1]);
                assert!(
                    seen.iter().all(|t| gap(t) > 0.99e-4),
                    "{strategy:?}, seed {seed}: trial {n} repeats one"
                );
                let outcome = cliff(&space, &point);
                diverged += usize::from(outcome == Outcome::Diverged);
                search.tell(&point, outcome);
                seen.push(unit);
            }
            assert!(diverged <= 6, "{strategy:?}, seed {seed}: {diverged} of 25 trials diverged");
        }
    }
}

#[test]
fn values_that_are_huge_equal_or_not_finite() {
    let space = space(2);
    let scores: [fn(usize) -> f64; 7] = [
        |_| 0.0,
        |_| 1e300,
        |n| if n % 2 == 0 { f64::MAX } else { -f64::MAX },
        |n| if n == 3 { 1e30 } else { n as f64 },
        |n| 1e-300 * n as f64,
        |n| 1e9 + 1e-9 * n as f64,
        |n| [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.0][n % 4],
    ];
    for strategy in all() {
        for score in scores {
            run(&strategy, &space, 16, |_, n| Outcome::Value(score(n)));
        }
    }
}

#[test]
fn a_value_that_is_not_finite_is_a_divergence() {
    let space = space(2);
    for strategy in all() {
        let with = |bad: Outcome| {
            run(&strategy, &space, 12, |point, n| {
                if n % 4 == 1 { bad } else { Outcome::Value(bowl(&space, point)) }
            })
        };
        let diverged = with(Outcome::Diverged);
        assert_eq!(with(Outcome::Value(f64::NAN)), diverged);
        assert_eq!(with(Outcome::Value(f64::NEG_INFINITY)), diverged);
    }
}

#[test]
fn trials_that_were_stopped() {
    let space = space(2);
    for strategy in all() {
        run(&strategy, &space, 20, |point, n| match n % 3 {
            0 => Outcome::Value(bowl(&space, point)),
            _ => Outcome::Pruned { epoch: n, loss: 1.0 + bowl(&space, point) },
        });
        run(&strategy, &space, 12, |_, n| Outcome::Pruned {
            epoch: n,
            loss: [f64::NAN, 1.0][n % 2],
        });
    }
}

#[test]
fn the_same_point_told_again_and_again() {
    let space = space(2);
    for strategy in all() {
        let mut search = strategy.start(&space);
        let point = space.from_unit(&[0.4, 0.4]);
        for n in 0..30 {
            search.tell(&point, Outcome::Value(f64::from(n % 2)));
        }
        search.tell(&point, Outcome::Diverged);
        assert!(space.contains(&search.ask(&mut ChaCha8Rng::seed_from_u64(0)).point));
        believes_in_finite_numbers(search.as_mut(), &space);
    }
}

#[test]
fn spaces_with_one_point() {
    let fixed = |scale| Param::new("fixed", 0.5, 0.5, scale).unwrap();
    let space = Space::new(vec![fixed(Scale::Log), fixed(Scale::Complement)]);
    for strategy in all() {
        run(&strategy, &space, 12, |_, n| Outcome::Value(n as f64));
    }
}

#[test]
fn a_thousand_trials() {
    let space = space(2);
    for strategy in all() {
        let mut search = strategy.start(&space);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        // The models' cost grows with the trials: mostly tell what random search would have tried.
        let every = if strategy.name.has_maps() { 333 } else { 1 };
        for n in 0..1000 {
            let unit = [f64::from(n) * 0.618_034 % 1.0, f64::from(n) * 0.754_878 % 1.0];
            let asks = n % every == every - 1;
            let point = if asks { search.ask(&mut rng).point } else { space.from_unit(&unit) };
            assert!(space.contains(&point));
            let diverged = space.to_unit(&point)[0] > 0.8;
            search.tell(
                &point,
                if diverged { Outcome::Diverged } else { Outcome::Value(bowl(&space, &point)) },
            );
        }
        believes_in_finite_numbers(search.as_mut(), &space);
    }
}

#[test]
fn options_of_any_size() {
    let space = space(2);
    for strategy in all() {
        for (budget, x) in [(0, 0.0), (1, 1e9), (usize::MAX, -1.0), (20, f64::NAN)] {
            let (kappa, length_scale, noise) = (Some(x), Some(x), Some(x));
            let strategy =
                Strategy { budget, kappa, xi: x, length_scale, noise, ..strategy.clone() };
            run(&strategy, &space, 10, |point, _| Outcome::Value(bowl(&space, point)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_history_is_survived(
        history in prop::collection::vec((0.0..1.0f64, 0.0..1.0f64, prop::num::f64::ANY), 0..14),
        row in 0..all().len(),
        seed in any::<u64>(),
    ) {
        let space = space(2);
        let strategy = &all()[row];
        let mut search = strategy.start(&space);
        for (u, v, value) in history {
            search.tell(&space.from_unit(&[u, v]), Outcome::Value(value));
        }
        let proposal = search.ask(&mut ChaCha8Rng::seed_from_u64(seed));
        prop_assert!(space.contains(&proposal.point));
        believes_in_finite_numbers(search.as_mut(), &space);
    }
}
