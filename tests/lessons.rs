//! The lessons that come with the page: whole in both languages; and what they say of learning rates, momentum, scales,
//! models, stopping early, luck, overfitting, the edge of stability and Adam is true on the data they are about.
#![cfg(not(target_arch = "wasm32"))]

use base64::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::rc::Rc;
use tunescape::data::builtin;
use tunescape::exchange::lesson::{self, Lesson, Text};
use tunescape::exchange::{Setup, link};
use tunescape::search::{Outcome, StrategyName};
use tunescape::space::Point;
use tunescape::study::landscape::Landscape;
use tunescape::study::{Event, Study, stream};
use tunescape::train::Trainer;
use tunescape::train::cpu::CpuTrainer;
use tunescape::worker::{Attempt, Prepared, Run, Source, Sources};

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

fn data(setup: &Setup) -> Rc<Prepared> {
    let mut sources = Sources::default();
    let name = setup.data.name.clone();
    if builtin::ALL.iter().any(|set| set.name == name) {
        let script = fs::read_to_string(format!("web/data/{name}.js")).expect("it is shipped");
        let packed = BASE64_STANDARD.decode(script.split('"').nth(3).expect("its payload")).expect("base64");
        let mut payload = Vec::new();
        flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut payload).expect("gzip");
        sources.keep(Source::Builtin { name, payload });
    }
    sources.get(setup).expect("data")
}

/// The networks of a set-up at some points, trained for so many epochs.
fn trained(setup: &Setup, epochs: usize, points: &[Point]) -> CpuTrainer {
    let data = data(setup);
    let mut trainer = CpuTrainer::new(setup.population(&data.folds, data.task, points)).expect("a population");
    pollster::block_on(trainer.advance(epochs, &mut || false)).expect("the CPU trains");
    trainer
}

/// The validation losses at (learning rate, momentum) after so many epochs; infinite where training diverged.
fn losses(state: &str, epochs: usize, points: &[[f64; 2]]) -> Vec<f64> {
    let points: Vec<Point> = points.iter().map(|p| p.to_vec()).collect();
    let trainer = trained(&link::read(state).expect("a state"), epochs, &points);
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

#[test]
fn the_band_widens_to_the_left_with_time_and_never_beyond_the_edge() {
    let moons = "v=1&data.name=moons&net.hidden=[4]&training.epochs=60";
    let rates: Vec<f64> = (0..40).map(|i| 0.003 * (100.0_f64 / 0.003).powf(f64::from(i) / 39.0)).collect();
    let points: Vec<[f64; 2]> = rates.iter().map(|&rate| [rate, 0.0]).collect();
    let good = |epochs| {
        let losses = losses(moons, epochs, &points);
        let good: Vec<f64> = (0..40).filter(|&i| losses[i] < 0.25).map(|i| rates[i]).collect();
        (good[0], good[good.len() - 1])
    };
    let (few, many) = (good(10), good(60));
    assert!(many.0 < 0.5 * few.0 && many.1 <= few.1, "{few:?} {many:?}");
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
    // Almost a straight line against −log(1−β).
    let straight = [0.5, 0.8, 0.9].map(|momentum| best("", momentum) / (1.0 - momentum) / plain);
    assert!(straight.iter().all(|times| (0.5..2.0).contains(times)), "{straight:?}");
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
        let asked: Vec<Point> = (0..20).map(|n| search.ask(&mut stream(setup.search.seed, n)).point).collect();
        let above: Vec<[f64; 2]> = asked.iter().filter(|p| p[0] > 1.0).map(|p| [p[0], p[1]]).collect();
        assert!(if most_above { above.len() >= 17 } else { above.len() <= 10 }, "{}", above.len());
        // There training is ragged or diverges: what a good rate learns, it does not.
        let learnt = losses("", 120, &above).into_iter().filter(|&loss| loss < 0.5).count();
        assert!(4 * learnt < above.len(), "{learnt} of {}", above.len());
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

/// The state that a page of a shipped lesson sets, and more.
fn state(lesson: &str, page: usize, more: &str) -> String {
    let state = lessons()[lesson].pages[page - 1].state.clone().expect("a state");
    format!("{state}{more}")
}

/// (training, validation) loss of the Explore run by epoch.
fn run(state: &str) -> Vec<(f32, f32)> {
    let setup = link::read(state).expect("a state");
    let trainer = trained(&setup, setup.training.epochs, &[setup.own_point()]);
    (0..=setup.training.epochs)
        .filter_map(|epoch| trainer.report(0, epoch))
        .map(|r| (r.train_loss, r.valid_loss))
        .collect()
}

#[test]
fn few_data_overfit_and_early_stopping_decay_dropout_and_more_data_help() {
    let lesson = "09-overfitting";
    let few = run(&state(lesson, 1, ""));
    let best = (1..few.len()).min_by(|&a, &b| few[a].1.total_cmp(&few[b].1)).expect("epochs");
    assert!((10..=20).contains(&best) && (0.3..0.38).contains(&few[best].1), "{best}: {:?}", few[best]);
    assert!(few[200].0 < 0.06 && few[200].1 > 1.0 && few[200].1 > 3.0 * few[best].1, "{:?}", few[200]);
    // What the hints of the second page say of the epochs before and after.
    assert!(few[9].1 > few[best].1 && few[26].1 > few[best].1);

    let end = |more: &str, page| *run(&state(lesson, page, more)).last().expect("an end");
    let decayed = end("&training.l2=0.1", 3);
    assert!((0.33..0.39).contains(&decayed.1) && decayed.0 > few[200].0, "{decayed:?}");
    // The goal's ends are within reach, and what the hint says beyond them is so: nothing is learnt.
    assert!(end("&training.l2=0.05", 3).1 < 0.45 && end("&training.l2=0.15", 3).1 < 0.45);
    assert!(end("&training.l2=0.3", 3).1 > 0.69);
    let whole = end("&data.used=1", 4);
    assert!(whole.1 < 0.05 && (whole.0 - whole.1).abs() < 0.05, "{whole:?}");

    for seed in 42..45 {
        let at = |dropout: f64| end(&format!("&net.seed={seed}&training.dropout={dropout}"), 5).1;
        let gain = 1.0 - at(0.5) / at(0.0);
        assert!((0.02..0.13).contains(&gain), "{seed}: {gain}");
    }
    let (with, without) = (end("&training.dropout=0.5", 5).1, end("", 5).1);
    assert!((0.53..0.57).contains(&with) && (0.6..0.64).contains(&without), "{with} {without}");
    assert!(end("&training.dropout=0.5", 3).1 > few[200].1);
}

#[test]
fn trials_that_stop_early_find_the_same_best_loss_in_fewer_epochs() {
    let search = |patience: usize| {
        let setup = link::read(&state("09-overfitting", 6, "")).expect("a state");
        let setup = Setup {
            training: tunescape::exchange::training::TrainingSetup { patience, ..setup.training.clone() },
            ..setup
        };
        let study = Study::new(setup.strategy(), setup.searched());
        let mut search = study.search();
        let points: Vec<Point> = (0..10).map(|n| search.ask(&mut stream(setup.search.seed, n)).point).collect();
        let trainer = trained(&setup, 200, &points);
        let report = |trial, epoch| trainer.report(trial, epoch).map(|r| r.valid_loss);
        let reports = |trial| (1..=200).map_while(|epoch| report(trial, epoch)).collect::<Vec<_>>();
        let all: Vec<Vec<f32>> = (0..10).map(reports).collect();
        let best = all.iter().flatten().copied().fold(f32::INFINITY, f32::min);
        (best, all.iter().map(Vec::len).sum::<usize>())
    };
    let (whole, early) = (search(0), search(20));
    assert!(early.0 == whole.0 && early.1 < 1500 && early.1 < whole.1, "{whole:?} {early:?}");
    // The ends of the goal.
    assert!(search(40).1 < 1500, "{:?}", search(40));
}

#[test]
fn full_batches_sharpen_until_the_limit_is_the_learning_rate() {
    for (more, start, rate) in [("", 7.8, 0.1), ("&run.learning_rate=0.2", 7.8, 0.2)] {
        let setup = link::read(&state("10-edge-of-stability", 1, more)).expect("a state");
        let mut run = Run::new(&setup, data(&setup)).expect("a run");
        let sharpest = |run: &Run, epoch| {
            let sharp = pollster::block_on(run.sharpness(epoch, &mut async || ())).expect("it can be replayed");
            sharp.expect("it is finite").curvature.largest
        };
        assert!((sharpest(&run, 0) - start).abs() < 0.1);
        for epoch in (600..=1000).step_by(200) {
            let missing = epoch - run.epoch();
            pollster::block_on(run.advance(missing, &mut || false)).expect("the CPU trains");
            let limit = 2.0 / sharpest(&run, epoch);
            assert!((limit / rate - 1.0).abs() < 0.1, "{epoch}: {limit}");
        }
    }
}

/// Pairs of neighbouring cells of the map, one diverged and one not; beside the cells of a side.
fn border(state: &str) -> (usize, usize) {
    let setup = link::read(state).expect("a state");
    let (side, epochs) = (setup.map.side, setup.training.epochs);
    let land = Landscape::new(side, epochs, setup.axes());
    let trainer = trained(&setup, epochs, &setup.on_map((0..side * side).map(|cell| land.point(cell))));
    let diverged: Vec<bool> = (0..side * side).map(|cell| trainer.diverged(cell).is_some()).collect();
    let across = (0..side * side).filter(|cell| cell % side + 1 < side && diverged[*cell] != diverged[cell + 1]);
    let up = (0..side * (side - 1)).filter(|&cell| diverged[cell] != diverged[cell + side]);
    (across.count() + up.count(), side)
}

/// A smooth border crosses a map once: some two pairs for each of a side's cells, at most.
#[test]
fn the_border_of_divergence_is_as_ragged_near_by_as_from_afar() {
    let zooms = ["", "&map.zoom=[[0.5,0.75,0.75,0.9]]", "&map.zoom=[[0.5,0.75,0.75,0.9],[0.56,0.62,0.8,0.84]]"];
    let borders = zooms.map(|zoom| border(&state("10-edge-of-stability", 3, zoom)));
    assert!(borders[0].0 > 2 * borders[0].1, "{borders:?}");
    assert!(borders[1..].iter().all(|(pairs, side)| *pairs > 8 * side), "{borders:?}");
    // Two rates that agree to two digits, one on either side.
    let setup = link::read(&state("10-edge-of-stability", 3, "")).expect("a state");
    let rates: Vec<Point> = (0..100).map(|i| vec![0.57 + 0.0001 * f64::from(i), 0.8]).collect();
    let ends = trained(&setup, 60, &rates);
    let diverged = (0..100).filter(|&trial| ends.diverged(trial).is_some()).count();
    assert!((1..100).contains(&diverged), "{diverged}");
}

/// The study of a state, played to its end, with its pruner.
fn played(state: &str) -> Study {
    let setup = link::read(state).expect("a state");
    let data = data(&setup);
    let objective = setup.objective(data.task);
    let mut study = Study::new(setup.strategy(), setup.searched());
    for trial in 0..setup.search.budget {
        let proposal = study.ask(setup.search.seed);
        let mut attempt = Attempt::new(&setup, &data, &proposal.point).expect("a trial");
        pollster::block_on(attempt.advance(&mut || false)).expect("the CPU trains");
        study.apply(Event::Proposed { trial, proposal }).expect("it is the next");
        let reports = (1..=setup.training.epochs).map_while(|epoch| Some((epoch, attempt.trainer().report(0, epoch)?)));
        for (epoch, report) in reports {
            study.apply(Event::Reported { trial, epoch, report }).expect("epochs rise");
        }
        let pruned = study.cut(&setup.search.pruner, trial, setup.training.epochs).and_then(|cut| {
            let loss = attempt.trainer().report(0, cut.step)?.valid_loss;
            Some(Outcome::Pruned { epoch: cut.step, loss: f64::from(loss) })
        });
        let whole = tunescape::worker::outcome(attempt.judged(), objective);
        study.apply(Event::Completed { trial, outcome: pruned.unwrap_or(whole) }).expect("it was running");
    }
    study
}

#[test]
fn pruners_save_epochs_and_halving_stops_the_winner_after_its_first() {
    let of = |page, pruner: &str| played(&state("07-stopping-early", page, &format!("&search.pruner.name={pruner}")));
    let best = |study: &Study| study.best().map(|best| best.0);
    let (all, median, halving) = (of(1, "none"), of(2, "median"), of(3, "halving"));
    assert_eq!((all.epochs(20), median.epochs(20), halving.epochs(20)), (1200, 435, 112));
    assert_eq!((best(&all), best(&median)), (Some(4), Some(4)));
    assert_eq!(halving.trials()[4].epochs(), 1);
    let loss = |study: &Study| study.best().expect("a best").1;
    assert!(best(&halving) != Some(4) && loss(&halving) < 1.1 * loss(&all), "{:?}", halving.best());
    assert_eq!(of(4, "hyperband").epochs(20), 366);
}

#[test]
fn the_luckiest_of_many_looks_better_than_it_is() {
    let losses = |more: &str| {
        let study = played(&state("08-luck", 1, more));
        let loss = |trial: usize| study.trials()[trial].outcome.and_then(Outcome::loss).expect("it ended well");
        (study.best().expect("a best").0, loss(4), loss(12))
    };
    let (best, fifth, thirteenth) = losses("");
    assert!(best == 4 && (fifth - 0.181).abs() < 5e-4 && thirteenth > fifth, "{best} {fifth} {thirteenth}");
    let (best, fifth, _) = losses("&evaluation.repeats=8");
    assert!(best == 12 && (fifth - 0.253).abs() < 5e-4, "{best} {fifth}");
    let (best, fifth_folded, thirteenth_folded) = losses("&evaluation.method=stratified-k-fold");
    assert_eq!(best, 0);
    assert!(fifth_folded < fifth && thirteenth_folded < thirteenth, "{fifth_folded} {thirteenth_folded}");
}

#[test]
fn later_trials_of_a_model_crowd_into_the_good_band() {
    for (lesson, begun) in [("05-bayesian", 10), ("06-tpe", 10)] {
        let study = played(&state(lesson, 1, ""));
        let loss = |trial: &tunescape::study::Trial| trial.outcome.and_then(Outcome::loss).unwrap_or(f64::INFINITY);
        let mut losses: Vec<f64> = study.trials().iter().map(loss).collect();
        let median = |losses: &mut [f64]| {
            losses.sort_by(f64::total_cmp);
            losses[losses.len() / 2]
        };
        let (first, later) = losses.split_at_mut(begun);
        let (first, later) = (median(first), median(later));
        assert!(later < 0.8 * first, "{lesson}: {first} {later}");
    }
}

/// The trials of a race, strategies outermost, and the loss that each repeat's best has come to.
fn raced(setup: &Setup) -> (Vec<Vec<Point>>, Vec<f64>) {
    let data = data(setup);
    let mut lanes = setup.lanes(0..setup.race.repeats);
    let mut trials = vec![Vec::new(); lanes.len()];
    let mut best = vec![f64::INFINITY; lanes.len()];
    for _ in 0..setup.search.budget {
        let points: Vec<Point> = lanes.iter_mut().map(|lane| lane.ask()).collect();
        let mut trainer = CpuTrainer::new(setup.population(&data.folds, data.task, &points)).expect("a population");
        pollster::block_on(trainer.advance(setup.training.epochs, &mut || false)).expect("the CPU trains");
        for (lane, point) in points.into_iter().enumerate() {
            let report = trainer.report(lane, setup.training.epochs).filter(|_| trainer.diverged(lane).is_none());
            let outcome = report.map_or(Outcome::Diverged, |report| Outcome::of(f64::from(report.valid_loss)));
            lanes[lane].tell(outcome);
            best[lane] = best[lane].min(outcome.loss().unwrap_or(f64::INFINITY));
            trials[lane].push(point);
        }
    }
    (trials, best)
}

#[test]
fn a_grid_tries_three_rates_and_random_search_nine_of_which_some_mostly_fall_into_the_band() {
    let setup = link::read(&state("04-grid-and-random", 1, "")).expect("a state");
    let rates = |trials: &[Point]| {
        let mut rates: Vec<f64> = trials.iter().map(|point| point[0]).collect();
        rates.sort_by(f64::total_cmp);
        rates.dedup();
        rates
    };
    let (trials, _) = raced(&setup);
    let (grids, random) = trials.split_at(setup.race.repeats);
    assert!(grids.iter().all(|grid| *grid == grids[0]), "the grid is the same in every repeat");
    assert_eq!((rates(&grids[0]).len(), grids[0].len()), (3, 9));
    assert!(random.iter().all(|trials| rates(trials).len() == 9));
    // The band: where a rate learns at the momentum that suits it best.
    let tried: Vec<f64> = (0..40).map(|i| 0.003 * (10.0_f64 / 0.003).powf(f64::from(i) / 39.0)).collect();
    let momenta = [0.0, 0.5, 0.8, 0.9, 0.95];
    let points: Vec<[f64; 2]> = tried.iter().flat_map(|&rate| momenta.map(|momentum| [rate, momentum])).collect();
    let losses = losses("", 120, &points);
    let bright = |loss: &f64| *loss < 0.35;
    let band: Vec<bool> = losses.iter().map(bright).collect();
    let share = band.iter().filter(|bright| **bright).count() as f64 / band.len() as f64;
    assert!((0.05..0.4).contains(&share), "the band is narrow: {share}");
    let ends = |rate: f64| tried.iter().position(|t| *t >= rate).unwrap_or(39);
    let within = |rate: f64| band[5 * ends(rate)..5 * ends(rate) + 5].contains(&true);
    let lucky = random.iter().filter(|trials| rates(trials).into_iter().filter(|rate| within(*rate)).count() >= 2);
    assert!(lucky.count() > 8, "in most repeats some of nine rates fall into the band");
}

#[test]
fn the_tuners_of_the_last_lesson_race_sixteen_times_and_can_be_beaten() {
    let setup = link::read(&state("12-beat-the-tuner", 1, "")).expect("a state");
    assert_eq!((setup.search.budget, setup.race.repeats, setup.race.you), (8, 16, true));
    let (trials, best) = raced(&setup);
    assert!(trials.len() == 32 && trials.iter().all(|trials| trials.len() == 8));
    // Whoever remembers the second lesson goes along η/(1−β).
    let own: Vec<[f64; 2]> =
        [0.0, 0.5, 0.8, 0.9].iter().flat_map(|b| [0.5, 1.5].map(|c| [c * (1.0 - b), *b])).collect();
    let own = losses("", 120, &own).into_iter().fold(f64::INFINITY, f64::min);
    let beaten = best.iter().filter(|loss| own < **loss).count();
    assert!(beaten > 16, "{beaten} of 32: {own} {best:?}");
}
