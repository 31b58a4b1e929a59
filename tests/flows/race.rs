//! The race: strategies in step, the learner against them, a class beside them.
//!
//! In place of the browser tests `a_race_is_run_and_every_trial_is_true`,
//! `the_learner_races_on_a_hidden_map` and `a_hidden_map_stays_hidden_and_a_cut_study_is_told`, but
//! for what they show of drawing.

use crate::driver::{Options, Order, Page, now};
use crate::reference::{self, Row};
use std::collections::HashSet;
use tunescape_core::search::StrategyName;
use tunescape_core::setup::{Edit, Screen, Setup};
use tunescape_core::state::race::RaceEvent;
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::{Event, Notice, WorkerId};
use tunescape_core::study::race::Spent;
use tunescape_core::worker::{Failure, Reply, Request};
use tunescape_engine::train::TrainError;

const SMALL: &str = "v=1&screen=race&map.side=8&training.epochs=8&search.budget=6&race.repeats=3";
const RACERS: [StrategyName; 3] =
    [StrategyName::Grid, StrategyName::Random, StrategyName::Bayesian];

fn rows(run: &[Spent]) -> Vec<Row> {
    run.iter().map(|spent| (spent.point.clone(), spent.outcome.loss())).collect()
}

/// Repeat r of a strategy is the study with the seed plus r.
fn raced(setup: &Setup, name: StrategyName, repeat: usize, trials: usize) -> Vec<Row> {
    let mut setup = setup.clone();
    setup.search.strategy = name;
    setup.search.seed += repeat as u64;
    reference::study(&setup, trials)
}

fn least(rows: &[Row]) -> f64 {
    rows.iter().filter_map(|row| row.1).fold(f64::INFINITY, f64::min)
}

/// What every repeat of every strategy has spent.
fn board(page: &Page) -> Vec<Vec<Row>> {
    page.state.race.board.runs().map(|run| rows(run)).collect()
}

#[test]
fn a_race_is_run_and_every_trial_is_true() {
    let mut page = Page::open(SMALL);
    page.happen(Event::Race(RaceEvent::Start));
    assert!(page.state.race.running());
    page.settle();
    let race = &page.state.race;
    assert!(!race.running());
    assert_eq!((race.board.finished(), race.shown(), page.state.race_shown()), (6, 6, 6));
    for repeat in [0, 2] {
        for (strategy, name) in RACERS.into_iter().enumerate() {
            let run = rows(race.board.run(strategy, repeat));
            assert_eq!(run, raced(page.setup(), name, repeat, 6), "{name:?} {repeat}");
        }
    }
    let standings = race.board.standings(6, None);
    assert_eq!(standings.len(), 3);
    assert!(standings.is_sorted_by(|a, b| a.rank <= b.rank));
    assert_eq!(page.state.beaten(), None, "nobody races against them");
    // All are in step, back and forth.
    page.race(RaceEvent::Back);
    assert_eq!(page.state.race_shown(), 5);
    page.race(RaceEvent::Show(2));
    page.race(RaceEvent::Forth);
    assert_eq!(page.state.race_shown(), 3);
    page.race(RaceEvent::Show(99));
    assert_eq!(page.state.race_shown(), 6);
    page.race(RaceEvent::Repeat(7));
    assert_eq!(page.state.race.repeat, 2, "there are three");
}

#[test]
fn how_long_a_race_takes_is_told_before_and_while_it_goes_on() {
    assert_eq!(Page::opened(SMALL, Options::default()).state.race_expected(), None);
    let mut options = Options::default();
    options.start.speed_cpu = Some("1e6".into());
    let mut page = Page::opened(SMALL, options);
    page.wait_for("the data", |page| page.state.ready());
    // Three repeats by two workers take as long as four, of three strategies and six trials.
    assert_eq!(page.state.race_expected(), page.state.expected(4 * 3 * 6));
    let begun = now();
    page.happen(Event::Race(RaceEvent::Start));
    assert_eq!(page.state.race_time_left(), None);
    page.wait_for("a trial", |page| page.state.race.board.progress().0 > 0);
    let first = page.state.race_time_left().expect("it goes on");
    page.wait_for("most trials", |page| page.state.race.board.progress().0 > 45);
    let last = page.state.race_time_left().expect("it goes on");
    // Of 54 trials no more than nine are left.
    let gone = now() - begun;
    assert!(0.0 < last && last < first && last < gone / 4.0, "{first} {last} {gone}");
    page.settle();
    assert_eq!((page.state.race_time_left(), page.state.race.board.finished()), (None, 6));
}

#[test]
fn another_racer_or_repeat_makes_it_another_race() {
    let mut page = Page::open(SMALL);
    page.race(RaceEvent::Start);
    page.race(RaceEvent::Toggle(StrategyName::Sobol));
    assert_eq!(page.setup().race.strategies.len(), 4);
    assert!(page.address.contains("race.strategies"));
    assert_eq!((board(&page).len(), page.state.race.board.finished()), (12, 0));
    page.race(RaceEvent::Start);
    assert_eq!(
        rows(page.state.race.board.run(3, 0)),
        raced(page.setup(), StrategyName::Sobol, 0, 6)
    );
    page.change("race.repeats", 2);
    assert_eq!((board(&page).len(), page.state.race.board.finished()), (8, 0));
    // Another screen is none.
    page.race(RaceEvent::Start);
    page.edit(Edit::choose("screen", &Screen::Search));
    page.change("map.shown", "speed");
    assert_eq!(page.state.race.board.finished(), 6);
    page.change("training.batch", 16);
    assert_eq!(page.state.race.board.finished(), 0);
}

#[test]
fn whoever_joins_goes_on_with_all_others_in_step() {
    let mut page = Page::open(SMALL);
    page.race(RaceEvent::Start);
    page.race(RaceEvent::You(true));
    assert!(page.state.hides_truth());
    assert_eq!((page.state.race_shown(), page.state.race.board.finished()), (0, 6));
    page.race(RaceEvent::Show(4));
    assert_eq!(page.state.race_shown(), 0, "nobody looks ahead");
    page.happen(Event::Race(RaceEvent::Act(0.3, 0.4)));
    assert!(page.state.race.trying());
    page.happen(Event::Race(RaceEvent::Act(0.6, 0.4)));
    page.settle();
    assert_eq!((page.state.race.you.len(), page.state.race_shown()), (1, 1), "one at a time");
    page.race(RaceEvent::You(false));
    assert_eq!(page.state.race_shown(), 6);
    page.race(RaceEvent::You(true));
    page.race(RaceEvent::Reveal);
    assert!(!page.state.hides_truth());
    assert_eq!(page.state.race_shown(), 6);
    page.race(RaceEvent::Clear);
    assert!(page.state.hides_truth() && page.state.race.you.is_empty());
    assert!(page.setup().race.hand.is_empty());
    page.race(RaceEvent::Mark(0.4, 1.7));
    assert_eq!(page.state.race.mark, Some((0.4, 1.0)));
}

#[test]
fn the_learner_races_on_a_hidden_map() {
    let link = "v=1&screen=race&map.side=8&training.epochs=8&search.budget=2&race.repeats=2\
                &race.you=true";
    let mut page = Page::open(link);
    for (n, (x, y)) in [(0.25, 0.25), (0.6, 0.5)].into_iter().enumerate() {
        assert!(page.state.hides_truth());
        page.race(RaceEvent::Act(x, y));
        assert_eq!(page.state.race.you.len(), n + 1);
        let axes = page.setup().axes();
        let [across, up] = page.setup().place_on(&axes, &page.state.race.you[n].point);
        assert!((across - x).abs() < 0.001 && (up - y).abs() < 0.001, "{across} {up}");
    }
    assert!(!page.state.hides_truth(), "the budget is spent");
    page.race(RaceEvent::Act(0.5, 0.5));
    let you = rows(&page.state.race.you);
    assert_eq!(you.len(), 2);
    for (point, loss) in &you {
        let judged = reference::judged(page.setup(), point);
        assert_eq!(judged.and_then(|judged| judged.summary()).map(|s| s.0), *loss);
    }
    page.race(RaceEvent::Start);
    assert_eq!(rows(&page.state.race.you), you, "the start of the others changes nothing");
    let runs = RACERS.into_iter().flat_map(|name| [(name, 0), (name, 1)]);
    let beaten = runs.filter(|&(name, r)| least(&you) < least(&raced(page.setup(), name, r, 2)));
    assert_eq!(page.state.beaten(), Some(beaten.count() as f64 / 6.0));
    assert!(page.address.contains("race.hand"));
    assert_eq!(rows(&page.loaded_anew().state.race.you), you);
    // Training in another way, the same places score something else.
    page.change("training.batch", 8);
    let other = rows(&page.state.race.you);
    assert_eq!(other.len(), 2);
    assert!(other.iter().zip(&you).all(|(a, b)| a.0 == b.0) && other != you);
}

#[test]
fn a_smaller_budget_cuts_the_study_short_and_says_so() {
    let mut page = Page::open(&format!(
        "{SMALL}&map.hidden=true&search.strategy=random&search.run=4&search.shown=4"
    ));
    page.race(RaceEvent::Start);
    let rows = page.rows();
    assert_eq!(rows.len(), 4);
    // Both spend the same budget.
    page.change("search.budget", 3);
    assert_eq!(page.notices(), [Notice::CutShort { trials: 3 }]);
    assert_eq!(page.rows(), rows[..3]);
    assert_eq!(page.state.race.board.finished(), 0);
    assert!(page.setup().map.hidden, "what was hidden stays so");
    page.change("race.repeats", 2);
    assert!(page.notices().is_empty());
    page.happen(Event::Undo);
    page.happen(Event::Undo);
    page.settle();
    assert_eq!((page.setup().search.budget, page.rows().len()), (6, 3));
    // The trial that was cut off is proposed and trained again when it is asked for.
    page.study(StudyEvent::Step);
    assert_eq!(page.rows(), rows);
}

#[test]
fn a_race_may_count_epochs() {
    let mut page = Page::open(&format!("{SMALL}&race.effort=epochs"));
    page.race(RaceEvent::Start);
    let board = &page.state.race.board;
    assert_eq!(board.finished(), 6);
    let spent = board.runs().map(|run| run.iter().map(|spent| spent.epochs).sum());
    let spent: Vec<usize> = spent.collect();
    assert!(spent.iter().all(|epochs| (48..56).contains(epochs)), "{spent:?}");
    assert!(board.runs().any(|run| run.len() > 6), "one that diverges leaves some for others");
}

#[test]
fn a_race_is_cancelled_and_begun_again() {
    let mut page = Page::open(SMALL);
    page.happen(Event::Race(RaceEvent::Start));
    page.wait_for("a round", |page| page.state.race.board.progress().0 > 0);
    page.race(RaceEvent::Cancel);
    let (spent, all) = page.state.race.board.progress();
    assert!(spent < all && !page.state.race.running(), "{spent} of {all}");
    // The workers hear of it.
    for crew in 0..2 {
        let cancels = |request: &Request| matches!(request, Request::Cancel { .. });
        assert_eq!(page.times_asked(WorkerId::Crew(crew), cancels), 1, "worker {crew}");
    }
    page.race(RaceEvent::Start);
    assert_eq!(page.state.race.board.finished(), 6);
}

#[test]
fn a_race_is_the_same_whoever_answers_first() {
    let run = |order| {
        let mut page = Page::opened(SMALL, Options { order, crew: 3, ..Options::default() });
        page.settle();
        page.race(RaceEvent::Start);
        board(&page)
    };
    let first = run(Order::First);
    assert!(first.iter().all(|run| run.len() == 6));
    for seed in 0..3 {
        assert_eq!(run(Order::Any(seed)), first, "seed {seed}");
    }
}

#[test]
fn little_memory_leaves_one_worker_and_the_same_race() {
    let race = |memory| {
        let mut options = Options { crew: 3, ..Options::default() };
        options.start.memory = memory;
        let mut page = Page::opened(SMALL, options);
        page.settle();
        page.race(RaceEvent::Start);
        let raced = |(worker, request): &(WorkerId, Request)| {
            matches!(request, Request::Race { .. }).then_some(*worker)
        };
        let workers: HashSet<_> = page.asked.iter().filter_map(raced).collect();
        (page.state.workers(), workers.len(), board(&page))
    };
    let (all, asked, whole) = race(None);
    assert_eq!((all, asked), (3, 3));
    // Half of 192 MiB has room for one that trains as much at a time as it may.
    let (few, asked, narrow) = race(Some(192 << 20));
    assert_eq!((few, asked), (1, 1));
    assert_eq!(narrow, whole);
}

#[test]
fn a_race_and_the_learners_trials_come_to_the_same_whoever_dies_on_the_way() {
    let link = format!("{SMALL}&race.you=true");
    let race = |order, kill: &mut dyn FnMut(&mut Page)| {
        let mut page = Page::opened(&link, Options { order, ..Options::default() });
        page.settle();
        for place in [0.2, 0.8] {
            page.race(RaceEvent::Act(place, 0.5));
        }
        page.race(RaceEvent::Reveal);
        page.happen(Event::Race(RaceEvent::Start));
        kill(&mut page);
        page.settle();
        let race = &page.state.race;
        assert!(!race.running() && race.revealed, "{order:?}");
        (board(&page), race.you.clone())
    };
    let whole = race(Order::First, &mut |_| {});
    assert!(whole.0.iter().all(|run| run.len() == 6) && whole.1.len() == 2);
    // Of the crew's two, the one that makes the data ready, and the one that draws the map; early,
    // half-way and after the end.
    let workers = [WorkerId::Crew(0), WorkerId::Crew(1), WorkerId::Study, WorkerId::Gpu];
    for (seed, worker) in workers.into_iter().cycle().take(12).enumerate() {
        let trials = [1, 27, 54][seed / 4];
        let died = race(Order::Any(seed as u64), &mut |page| {
            page.wait_for("some trials", |page| page.state.race.board.progress().0 >= trials);
            page.kill(worker);
        });
        assert_eq!(died, whole, "{worker:?} after {trials} trials");
    }
    // One after another, the next before the data is ready again.
    let died = race(Order::Any(12), &mut |page| {
        page.wait_for("some trials", |page| page.state.race.board.progress().0 >= 9);
        workers.into_iter().for_each(|worker| page.kill(worker));
        page.kill(WorkerId::Study);
    });
    assert_eq!(died, whole);
}

#[test]
fn a_race_that_was_stopped_stays_so_whoever_dies_after_that() {
    let mut page = Page::open(SMALL);
    page.happen(Event::Race(RaceEvent::Start));
    page.wait_for("a round", |page| page.state.race.board.progress().0 > 0);
    page.happen(Event::Race(RaceEvent::Cancel));
    let stopped = board(&page);
    for worker in [WorkerId::Crew(0), WorkerId::Study] {
        page.kill(worker);
        page.settle();
        assert!(!page.state.race.running());
        assert_eq!(board(&page), stopped, "{worker:?}");
    }
}

#[test]
fn a_race_changed_while_the_data_is_made_ready_is_run_as_it_was_changed() {
    let mut page = Page::open(SMALL);
    page.race(RaceEvent::Start);
    page.kill(WorkerId::Study);
    assert!(!page.state.ready());
    page.set("race.repeats", 2);
    page.settle();
    assert_eq!(board(&page), vec![Vec::<Row>::new(); 3 * 2]);
    page.race(RaceEvent::Start);
    assert_eq!(board(&page).len(), 3 * 2);
    assert!(board(&page).iter().all(|run| run.len() == 6));
}

#[test]
fn a_worker_that_fails_ends_the_race() {
    let mut page = Page::open(SMALL);
    page.happen(Event::Race(RaceEvent::Start));
    let asked = page.asked.iter().rev().find_map(|(worker, request)| match request {
        Request::Race { job, .. } => Some((*worker, *job)),
        _ => None,
    });
    let (worker, job) = asked.expect("somebody races");
    let failure = Failure::Train(TrainError::NoRows);
    page.reply(worker, Reply::Failed(job, failure.clone()));
    assert!(!page.state.race.running());
    let stopped = board(&page);
    page.settle();
    assert_eq!(board(&page), stopped, "the others race on");
    assert_eq!(page.notices(), [Notice::Failed(failure)]);
}
