//! Training and its folds.

use crate::any::{dataset, fractions, parts};
use proptest::prelude::*;
use std::sync::Arc;
use tunescape_core::data::{Split, Target, split};
use tunescape_core::setup::Setup;
use tunescape_core::setup::evaluation::{EvaluationSetup, Method};
use tunescape_core::space::Point;
use tunescape_core::worker::Curves;
use tunescape_engine::train::cpu::{CpuTrainer, Width};
use tunescape_engine::train::{Progress, TrainError, Trainer};

proptest! {
    /// One row, constant columns, classes without rows, batches larger than the data, any learning rate: every report is
    /// there until the trial diverges, and holds numbers; one value that is not finite is refused beforehand.
    #[test]
    fn training_gives_numbers_or_diverges_or_is_refused(
        (mut parts, task) in parts(),
        batch in 1usize..=2000,
        exponents in proptest::collection::vec(-7.0f64..=6.0, 1..4),
        momentum in 0.0f64..=0.999,
        (at, strange) in (0usize..1000, proptest::sample::select(vec![f32::NAN, f32::INFINITY, f32::NEG_INFINITY])),
    ) {
        let mut setup = Setup::default();
        setup.training.batch = batch;
        setup.net.hidden = vec![3];
        let mut points: Vec<Point> = exponents.iter().map(|e| vec![10f64.powf(*e), momentum]).collect();
        points.extend([vec![0.0, momentum], vec![1e6, 0.0]]);
        let still = points.len() - 2;
        let mut trainer = CpuTrainer::with_width(setup.population(std::slice::from_ref(&parts), task, &points), Width::Four).unwrap();
        prop_assert_eq!(pollster::block_on(trainer.advance(6, &mut || false)), Ok(Progress::Reached));
        for trial in 0..points.len() {
            let end = trainer.diverged(trial).unwrap_or(7);
            for epoch in 0..=6 {
                let report = trainer.report(trial, epoch);
                prop_assert_eq!(report.is_some(), epoch < end, "trial {}, epoch {}", trial, epoch);
                if let Some(r) = report {
                    let all = [r.train_loss, r.valid_loss, r.train_score, r.valid_score];
                    prop_assert!(all.iter().all(|number| number.is_finite()), "{:?}", r);
                }
            }
            let state = pollster::block_on(trainer.state(trial)).unwrap();
            prop_assert!(state.weights.iter().all(|w| w.is_finite()));
        }
        prop_assert_eq!(trainer.report(still, 6), trainer.report(still, 0));

        let part = if at % 2 == 0 { &mut parts.train } else { &mut parts.valid };
        let at = at % part.x.len();
        Arc::make_mut(&mut Arc::make_mut(part).x)[at] = strange;
        let refused = CpuTrainer::new(setup.population(std::slice::from_ref(&parts), task, &points)).err();
        prop_assert_eq!(refused, Some(TrainError::Input { row: at / 3, column: at % 3 }));
    }

    /// Whatever the data, also with classes that are missing from a fold: each row that is not for the test validates
    /// once, and every fold trains to numbers or diverges.
    #[test]
    fn folds_take_turns_and_train(
        data in dataset(),
        f in fractions(),
        seed in 0u64..1000,
        method in prop::sample::select(Method::ALL.to_vec()),
        (folds, repeats) in (2usize..=10, 1usize..=2),
    ) {
        let evaluation = EvaluationSetup { method, folds, repeats, ..EvaluationSetup::default() };
        let whole = split(&data, f, seed).unwrap();
        let free = whole.rows[0].len() + whole.rows[1].len();
        let dealt = evaluation.dealt(&data, whole.clone(), seed);
        if method != Method::HoldOut && folds > free {
            prop_assert!(dealt.is_err());
            return Ok(());
        }
        let dealt = dealt.unwrap();
        prop_assert_eq!(dealt.len(), evaluation.splits());
        for fold in &dealt {
            prop_assert_eq!(&fold.rows[2], &whole.rows[2]);
            let mut rows = fold.rows.concat();
            rows.sort_unstable();
            prop_assert_eq!(rows, (0..data.rows()).collect::<Vec<_>>());
        }
        if method != Method::HoldOut {
            let mut rows: Vec<usize> = dealt.iter().flat_map(|fold| fold.rows[1].clone()).chain(whole.rows[2].clone()).collect();
            rows.sort_unstable();
            prop_assert_eq!(rows, (0..data.rows()).collect::<Vec<_>>());
            let sizes: Vec<usize> = dealt.iter().map(|fold| fold.rows[1].len()).collect();
            prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
        }
        if let (Method::StratifiedKFold, Target::Class { labels, names }) = (method, &data.target) {
            for class in 0..names.len() as u32 {
                let count = |fold: &Split| fold.rows[1].iter().filter(|&&row| labels[row] == class).count();
                let counts: Vec<usize> = dealt.iter().map(count).collect();
                prop_assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1, "{:?}", counts);
            }
        }
        let mut setup = Setup { evaluation, ..Setup::default() };
        setup.net.hidden = vec![2];
        let population = setup.population(&dealt, data.task(), &[vec![0.1, 0.5], vec![1e6, 0.0]]);
        let mut trainer = CpuTrainer::with_width(population, Width::Four).unwrap();
        prop_assert_eq!(pollster::block_on(trainer.advance(3, &mut || false)), Ok(Progress::Reached));
        let curves = Curves::of(&trainer, &[0, 1], 0, 3);
        for (reports, diverged) in curves.reports.iter().zip(&curves.diverged) {
            prop_assert_eq!(reports.len(), diverged.unwrap_or(4));
            for r in reports {
                let all = [r.train_loss, r.valid_loss, r.train_score, r.valid_score];
                prop_assert!(all.iter().all(|number| number.is_finite()), "{:?}", r);
            }
        }
        prop_assert!(curves.spreads.iter().flatten().all(|spread| spread.is_finite() && *spread >= 0.0));
    }
}
