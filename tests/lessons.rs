//! The lessons that come with the page: whole in both languages; and what they say of learning rates, momentum, scales and
//! Adam is true on the data they are about.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeMap;
use std::fs;
use tunescape::exchange::lesson::{self, Lesson, Text};
use tunescape::exchange::{Setup, link};
use tunescape::search::StrategyName;
use tunescape::study::{Study, stream};
use tunescape::train::Trainer;
use tunescape::train::cpu::CpuTrainer;
use tunescape::worker::Sources;

fn lessons() -> BTreeMap<String, Lesson> {
    let files = fs::read_dir("web/lessons").expect("a folder").map(|file| file.expect("a file").path());
    let read = |path: std::path::PathBuf| {
        let text = fs::read_to_string(&path).expect("a text");
        let lesson = lesson::read(&text).unwrap_or_else(|why| panic!("{}: {why:?}", path.display()));
        (path.file_stem().expect("a name").to_string_lossy().into_owned(), lesson)
    };
    files.map(read).collect()
}

#[test]
fn every_lesson_can_be_read_and_says_everything_in_both_languages() {
    let lessons = lessons();
    assert!(!lessons.is_empty());
    let whole = |name: &str, text: &Text| {
        let languages: Vec<&str> = text.iter().filter(|t| !t.1.trim().is_empty()).map(|t| t.0.as_str()).collect();
        assert_eq!(languages, ["en", "zh-CN"], "{name}: {text:?}");
    };
    for (name, lesson) in &lessons {
        whole(name, &lesson.title);
        for page in &lesson.pages {
            whole(name, &page.text);
            page.hints.iter().for_each(|hint| whole(name, &hint.text));
            // What is asked for is told when it is done, and there is a hint for whoever is lost.
            assert_eq!(page.goal.is_empty(), page.done.is_empty(), "{name}");
            assert!(page.goal.is_empty() || page.hints.last().is_some_and(|hint| hint.when.is_empty()), "{name}");
            if !page.done.is_empty() {
                whole(name, &page.done);
            }
        }
    }
}

/// The validation losses at (learning rate, momentum) after so many epochs; infinite where training diverged.
fn losses(state: &str, epochs: usize, points: &[[f64; 2]]) -> Vec<f64> {
    let setup: Setup = link::read(state).expect("a state");
    let data = Sources::default().get(&setup).expect("data");
    let mut trainer = CpuTrainer::new(setup.population(
        &data.folds,
        data.task,
        &points.iter().map(|p| p.to_vec()).collect::<Vec<_>>(),
    ))
    .expect("a population");
    pollster::block_on(trainer.advance(epochs, &mut || false)).expect("the CPU trains");
    let loss = |trial| trainer.report(trial, epochs).map_or(f64::INFINITY, |r| f64::from(r.valid_loss));
    (0..points.len()).map(|t| if trainer.diverged(t).is_some() { f64::INFINITY } else { loss(t) }).collect()
}

#[test]
fn one_learning_rate_is_too_slow_one_learns_one_diverges() {
    let moons = "v=1&data.name=moons&net.hidden=[4]&training.epochs=60";
    let losses = losses(moons, 60, &[[0.01, 0.0], [0.5, 0.0], [1.0, 0.0], [3.0, 0.0], [30.0, 0.0], [100.0, 0.0]]);
    assert!(losses[0] > 0.35, "{losses:?}");
    assert!(losses[1..4].iter().all(|&loss| loss < 0.2), "{losses:?}");
    assert!(losses[4..].iter().all(|loss| loss.is_infinite()), "{losses:?}");
}

/// The learning rate that is best at a momentum: the middle of the third of the grid's losses that is lowest.
fn best(state: &str, momentum: f64) -> f64 {
    let rates: Vec<f64> = (0..60).map(|i| 0.003 * (10.0_f64 / 0.003).powf(f64::from(i) / 59.0)).collect();
    let points: Vec<[f64; 2]> = rates.iter().map(|&rate| [rate, momentum]).collect();
    let losses = losses(state, 120, &points);
    let mut order: Vec<usize> = (0..60).collect();
    order.sort_by(|&a, &b| losses[a].total_cmp(&losses[b]));
    let good = &order[..10];
    (good.iter().map(|&i| rates[i].ln()).sum::<f64>() / good.len() as f64).exp()
}

#[test]
fn momentum_learns_where_plain_steps_do_not_and_bends_the_band_unless_it_is_an_average() {
    let spiral = losses("", 120, &[[0.3, 0.0], [0.3, 0.9]]);
    assert!(spiral[0] > 0.6 && spiral[1] < 0.4, "{spiral:?}");
    let (plain, heavy) = (best("", 0.0), best("", 0.9));
    assert!(plain / heavy > 3.0, "{plain} {heavy}");
    let averaged = "v=1&training.rule=averaged-momentum";
    let (plain, heavy) = (best(averaged, 0.0), best(averaged, 0.9));
    assert!(plain / heavy < 2.0, "{plain} {heavy}");
}

#[test]
fn on_a_linear_scale_nearly_all_random_learning_rates_are_above_1_and_on_a_log_scale_few() {
    for (state, most_above) in [("v=1&space.learning_rate=[0.003,10,%22linear%22]", true), ("", false)] {
        let mut setup = link::read(state).expect("a state");
        (setup.search.strategy, setup.search.budget) = (StrategyName::Random, 20);
        let study = Study::new(setup.strategy(), setup.searched());
        let mut search = study.search();
        let above = (0..20).filter(|&n| search.ask(&mut stream(setup.search.seed, n)).point[0] > 1.0).count();
        assert!(if most_above { above >= 17 } else { above <= 10 }, "{above}");
    }
}

#[test]
fn adam_learns_at_a_rate_too_small_for_plain_steps_and_its_band_does_not_bend() {
    let point = [[0.03, 0.9]];
    assert!(losses("v=1&training.rule=sgd", 120, &point)[0] > 0.6);
    assert!(losses("v=1&training.rule=adam", 120, &point)[0] < 0.3);
    for momentum in [0.0, 0.5, 0.9] {
        let best = best("v=1&training.rule=adam", momentum);
        assert!((0.02..0.15).contains(&best), "{momentum}: {best}");
    }
}
