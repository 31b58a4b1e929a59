//! What a page of a shipped lesson sets up, trained on the data that come with the page.

pub use crate::engine::prepared as data;
use std::collections::BTreeMap;
use std::fs;
use tunescape_core::inspect::hypergradient;
use tunescape_core::lesson::{self, Lesson};
use tunescape_core::link;
use tunescape_core::search::{Outcome, StrategyName};
use tunescape_core::setup::Setup;
use tunescape_core::space::Point;
use tunescape_core::study::landscape::Landscape;
use tunescape_core::study::{Event, Study, Trial};
use tunescape_core::worker::{Answer, Attempt, inspect, outcome, propose};
use tunescape_engine::train::cpu::CpuTrainer;
use tunescape_engine::train::{Report, Trainer};

/// The lessons by their names, which are those of their files without the numbers in front.
pub fn lessons() -> BTreeMap<String, Lesson> {
    let files =
        fs::read_dir("web/lessons").expect("a folder").map(|file| file.expect("a file").path());
    let read = |path: std::path::PathBuf| {
        let text = fs::read_to_string(&path).expect("a text");
        let lesson =
            lesson::read(&text).unwrap_or_else(|why| panic!("{}: {why:?}", path.display()));
        let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
        (stem.split_once('-').expect("NUMBER-NAME").1.to_owned(), lesson)
    };
    files.map(read).collect()
}

/// The set-up on a page, from 1, and more: its own, or the one that an earlier page has left.
pub fn page(lesson: &str, page: usize, more: &str) -> Setup {
    let state = lessons()[lesson].pages[..page]
        .iter()
        .rev()
        .find_map(|page| page.state.clone())
        .expect("a state");
    link::read(&format!("{state}{more}")).expect("a set-up")
}

/// A page says what number came out, once its goal is met, in both languages.
pub fn says(lesson: &str, page: usize, number: impl ToString) {
    let (done, number) = (lessons()[lesson].pages[page - 1].done.clone(), number.to_string());
    for text in done.values() {
        // Chinese has no mark between thousands; a point may end a sentence.
        let text = text.replace(',', "");
        let mut numbers =
            text.split(|c: char| !c.is_ascii_digit() && c != '.').map(|n| n.trim_matches('.'));
        assert!(numbers.any(|n| n == number), "{lesson} {page}: {number}: {text}");
    }
}

/// A page says just this in a language, once its goal is met.
pub fn says_in(language: &str, lesson: &str, page: usize, what: &str) {
    let text = &lessons()[lesson].pages[page - 1].done[language];
    assert!(text.contains(what), "{lesson} {page}: {what}: {text}");
}

/// The networks of a set-up at some points, trained to its last epoch.
pub fn trained(setup: &Setup, points: &[Point]) -> CpuTrainer {
    let data = data(setup);
    let mut trainer =
        CpuTrainer::new(setup.population(&data.folds, data.task, points)).expect("a population");
    pollster::block_on(trainer.advance(setup.training.epochs, &mut || false))
        .expect("the CPU trains");
    trainer
}

/// The last validation losses at (learning rate, momentum); infinite where training diverged.
pub fn losses(setup: &Setup, points: &[[f64; 2]]) -> Vec<f64> {
    finals(setup, &points.iter().map(|point| point.to_vec()).collect::<Vec<Point>>())
}

/// The last validation losses at some points; infinite where training diverged.
pub fn finals(setup: &Setup, points: &[Point]) -> Vec<f64> {
    let (trainer, epochs) = (trained(setup, points), setup.training.epochs);
    let loss = |trial| {
        trainer.report(trial, epochs).map_or(f64::INFINITY, |report| f64::from(report.valid_loss))
    };
    (0..points.len())
        .map(|t| if trainer.diverged(t).is_some() { f64::INFINITY } else { loss(t) })
        .collect()
}

/// The last validation losses at (learning rate, momentum), trained from another seed.
pub fn trained_at(setup: &Setup, seed: u64, points: &[[f64; 2]]) -> Vec<f64> {
    let mut setup = setup.clone();
    setup.net.seed = seed;
    losses(&setup, points)
}

/// What the Explore run reports by epoch, from epoch 0, as far as it stays finite.
pub fn run(setup: &Setup) -> Vec<Report> {
    let trainer = trained(setup, &[setup.own_point()]);
    (0..=setup.training.epochs).map_while(|epoch| trainer.report(0, epoch)).collect()
}

/// The map, trained.
pub fn map(setup: &Setup) -> Landscape {
    let mut land = Landscape::new(setup.map.side, setup.training.epochs, setup.axes());
    let cells = 0..land.side * land.side;
    let trainer = trained(setup, &setup.on_map(cells.clone().map(|cell| land.point(cell))));
    for cell in cells {
        let reports: Vec<Report> =
            (0..=land.epochs).map_while(|epoch| trainer.report(cell, epoch)).collect();
        land.record(cell, 0, &reports, trainer.diverged(cell));
    }
    land
}

/// What the Explore run predicts for the validation rows after its last epoch.
pub fn answers(setup: &Setup) -> Vec<Answer> {
    let data = data(setup);
    let mut trainer = trained(setup, &[setup.own_point()]);
    let weights = pollster::block_on(trainer.state(0)).expect("it is trained").weights;
    let net = setup.network(data.overview.inputs, data.task);
    pollster::block_on(inspect(&net, &weights, &data, &mut async || ())).answers
}

/// The study of a set-up, played to its end, with its pruner, and with slopes by learning rate and
/// momentum where its strategy goes by them.
pub fn played(setup: &Setup) -> Study {
    let data = data(setup);
    let objective = setup.objective(data.task);
    let mut study = Study::new(setup.strategy(), setup.searched());
    for trial in 0..setup.search.budget {
        let proposal = propose(setup, study.events()).expect("events that fit");
        let mut attempt = Attempt::new(setup, &data, &proposal.point).expect("a trial");
        pollster::block_on(attempt.advance(&mut || false)).expect("the CPU trains");
        let point = proposal.point.clone();
        study.apply(Event::Proposed { trial, proposal }).expect("it is the next");
        if setup.search.strategy == StrategyName::Hypergradient {
            let population = setup.population(&data.folds, data.task, &[point]);
            let mut rest = async || ();
            let slope = hypergradient(&population, setup.training.epochs, &mut rest);
            if let Ok(found) = pollster::block_on(slope) {
                let slope = found.slope.to_vec();
                study.apply(Event::Sloped { trial, slope }).expect("it is finite");
            }
        }
        let reports =
            (1..=setup.training.epochs).map_while(|epoch| Some((epoch, attempt.report(0, epoch)?)));
        for (epoch, report) in reports {
            study.apply(Event::Reported { trial, epoch, report }).expect("epochs rise");
        }
        let pruned =
            study.cut(&setup.search.pruner, trial, setup.training.epochs).and_then(|cut| {
                let loss = attempt.report(0, cut.step)?.valid_loss;
                Some(Outcome::Pruned { epoch: cut.step, loss: f64::from(loss) })
            });
        let whole = outcome(attempt.judged(), objective);
        study
            .apply(Event::Completed { trial, outcome: pruned.unwrap_or(whole) })
            .expect("it was running");
    }
    study
}

/// What a trial has scored; infinite where it diverged.
pub fn loss(trial: &Trial) -> f64 {
    trial.outcome.and_then(Outcome::loss).unwrap_or(f64::INFINITY)
}

/// The trials of a race, strategies outermost, and the loss that each repeat's best has come to.
pub fn raced(setup: &Setup) -> (Vec<Vec<Point>>, Vec<f64>) {
    let (trials, losses) = raced_to_losses(setup);
    let best = |losses: &Vec<f64>| losses.iter().copied().fold(f64::INFINITY, f64::min);
    (trials, losses.iter().map(best).collect())
}

/// The same with the loss of every trial; infinite where it diverged.
pub fn raced_to_losses(setup: &Setup) -> (Vec<Vec<Point>>, Vec<Vec<f64>>) {
    let mut lanes = setup.lanes(0..setup.race.repeats);
    let mut trials = vec![Vec::new(); lanes.len()];
    let mut losses = vec![Vec::new(); lanes.len()];
    for _ in 0..setup.search.budget {
        let points: Vec<Point> = lanes.iter_mut().map(|lane| lane.ask()).collect();
        let trainer = trained(setup, &points);
        for (lane, point) in points.into_iter().enumerate() {
            let report = trainer
                .report(lane, setup.training.epochs)
                .filter(|_| trainer.diverged(lane).is_none());
            let outcome = report
                .map_or(Outcome::Diverged, |report| Outcome::of(f64::from(report.valid_loss)));
            lanes[lane].tell(outcome);
            losses[lane].push(outcome.loss().unwrap_or(f64::INFINITY));
            trials[lane].push(point);
        }
    }
    (trials, losses)
}
