//! The race on the page: strategies in step, repeat after repeat, and the learner against them.

pub mod board_file;
pub mod class;
pub(super) mod seen;
mod time;

use super::{Effect, State, WorkerId};
use crate::class_codes::{self, BoardError, Taken};
use crate::search::StrategyName;
use crate::setup::{Edit, Setup};
use crate::study::race::{Board, Spent, least};
use crate::worker::{Job, Request};
use class::Learner;
use seen::is_seen;
use serde::{Deserialize, Serialize};
use std::ops::Range;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RaceEvent {
    Start,
    Cancel,
    /// Trials on show, the same for every strategy.
    Show(usize),
    Back,
    Forth,
    /// Where the learner's mark is moved with the arrow keys.
    Mark(f64, f64),
    /// The repeat that the maps show.
    Repeat(usize),
    Toggle(StrategyName),
    /// The learner joins or leaves.
    You(bool),
    /// The learner's next trial, at these fractions of the axes (from the left, from the bottom).
    Act(f64, f64),
    /// Shows the truth before the learner's budget is spent.
    Reveal,
    /// Forgets the learner's trials.
    Clear,
    /// The codes of a class, a line each.
    Class(String),
    /// Saves the board of the class as a file.
    SaveBoard,
}

pub struct RaceState {
    pub class: Vec<Learner>,
    class_job: Option<Job>,
    /// The codes of the class, as they were given.
    pub codes: String,
    /// The lessons that they tell of.
    pub taken: Vec<Taken>,
    /// What is wrong with them.
    pub wrong: Vec<BoardError>,
    /// What was wrong with them in the game that they were pasted for.
    read_as: Vec<BoardError>,
    pub board: Board,
    /// Trials on show; none for as many as every repeat has spent.
    shown: Option<usize>,
    pub repeat: usize,
    /// The learner's trials that have been trained.
    pub you: Vec<Spent>,
    /// Whether the truth has been shown to the learner, who places no more.
    pub revealed: bool,
    pub mark: Option<(f64, f64)>,
    jobs: Vec<(Job, WorkerId, Range<usize>)>,
    you_job: Option<Job>,
    /// When the race began, and for how long it had gone on when it was last heard of, in
    /// milliseconds.
    started: f64,
    took: f64,
}

impl RaceState {
    pub fn new(setup: &Setup) -> Self {
        let race = &setup.race;
        Self {
            class: Vec::new(),
            class_job: None,
            codes: String::new(),
            taken: Vec::new(),
            wrong: Vec::new(),
            read_as: Vec::new(),
            board: Board::new(race.strategies.len(), race.repeats, setup.race_budget()),
            shown: None,
            repeat: 0,
            you: Vec::new(),
            revealed: is_seen(setup),
            mark: None,
            jobs: Vec::new(),
            you_job: None,
            started: 0.0,
            took: 0.0,
        }
    }

    pub fn running(&self) -> bool {
        !self.jobs.is_empty()
    }

    pub fn shown(&self) -> usize {
        let finished = self.board.finished();
        self.shown.map_or(finished, |shown| shown.min(finished))
    }

    /// From the last that all have spent on, more are shown as they come.
    fn show(&mut self, trials: usize) {
        self.shown = (trials < self.board.finished()).then_some(trials);
    }

    /// Whether the learner's trial is being trained.
    pub fn trying(&self) -> bool {
        self.you_job.is_some()
    }

    /// Forgets what was trained beside the race: the worker that did is gone.
    pub(super) fn forget_alone(&mut self) {
        (self.you_job, self.class_job) = (None, None);
    }

    /// Gives up a job that failed; false if it is none of the race's.
    pub fn forget(&mut self, job: Job) -> bool {
        let jobs = self.jobs.len();
        self.jobs.retain(|j| j.0 != job);
        let alone = [&mut self.you_job, &mut self.class_job];
        alone.into_iter().any(|of| of.take_if(|j| *j == job).is_some()) || self.jobs.len() < jobs
    }
}

impl State {
    pub(super) fn race_event(&mut self, event: RaceEvent) {
        match event {
            RaceEvent::Start => {
                self.try_again();
                self.start_race();
            }
            RaceEvent::Cancel => self.stop_race(),
            RaceEvent::Show(_) | RaceEvent::Back | RaceEvent::Forth if self.hides_truth() => {}
            RaceEvent::Show(trials) => self.race.show(trials),
            RaceEvent::Back => self.race.show(self.race.shown().saturating_sub(1)),
            RaceEvent::Forth => self.race.show(self.race.shown() + 1),
            RaceEvent::Mark(x, y) => self.race.mark = Some((x.clamp(0.0, 1.0), y.clamp(0.0, 1.0))),
            RaceEvent::Repeat(repeat) => {
                self.race.repeat = repeat.min(self.setup.race.repeats.saturating_sub(1))
            }
            RaceEvent::Toggle(name) => self.make(&Edit::ToggleRacer(name)),
            RaceEvent::You(you) => self.make(&Edit::set("race.you", you)),
            RaceEvent::Reveal => self.reveal_race(),
            RaceEvent::Clear => {
                // Undone, it brings back what had been seen by then, too.
                self.history.apart();
                self.make(&Edit::ClearRace);
                self.emit(Effect::Focus("your-map".into()));
            }
            RaceEvent::Class(codes) => self.read_class(codes),
            RaceEvent::SaveBoard => {
                let (name, text) = ("class.csv".into(), self.board_csv());
                self.emit(Effect::SaveText { name, text });
            }
            RaceEvent::Act(x, y) => {
                let most = self.setup.max_placed();
                if self.hides_truth() && self.setup.race.hand.len() < most && !self.race.trying() {
                    let point = class_codes::point(&self.setup, x, y);
                    self.make(&Edit::PlaceInRace(point));
                }
            }
        }
    }

    /// Units of the budget that the screen shows: while the map is hidden, all go in step with the
    /// learner.
    pub fn race_shown(&self) -> usize {
        let board = &self.race.board;
        if self.hides_truth() {
            board.finished().min(board.budget.spent(&self.race.you))
        } else {
            self.race.shown()
        }
    }

    /// Whether the learner's budget is spent.
    fn race_is_over(&self) -> bool {
        let you = &self.race.you;
        self.setup.race_budget().is_spent(you) || you.len() >= self.setup.max_placed()
    }

    /// The share of the repeats, of all strategies, that the learner has beaten for as much as is
    /// on show.
    pub fn beaten(&self) -> Option<f64> {
        let (race, shown) = (&self.race, self.race.shown());
        let best = |run: &[Spent]| least(run).unwrap_or(f64::INFINITY);
        let budget = &race.board.budget;
        let own = Some(&race.you).filter(|you| {
            !you.is_empty() && (budget.spent(you) >= shown || self.race_is_over() || race.revealed)
        });
        let own = best(budget.within(own?, shown));
        let runs: Vec<f64> = race.board.runs().map(|run| best(budget.within(run, shown))).collect();
        Some(runs.iter().filter(|&&loss| own < loss).count() as f64 / runs.len().max(1) as f64)
    }

    /// Every worker of the crew races some of the repeats.
    fn start_race(&mut self) {
        self.stop_race();
        if !self.ready() {
            return;
        }
        let (you, revealed) = (std::mem::take(&mut self.race.you), self.race.revealed);
        let (you_job, class_job) = (self.race.you_job, self.race.class_job);
        let RaceState { class, codes, taken, wrong, read_as, .. } =
            std::mem::replace(&mut self.race, RaceState::new(&self.setup));
        self.race = RaceState {
            you,
            revealed,
            you_job,
            class,
            class_job,
            codes,
            taken,
            wrong,
            read_as,
            started: self.now,
            ..RaceState::new(&self.setup)
        };
        let (repeats, crew) = (self.setup.race.repeats, self.workers());
        for i in 0..crew {
            let own = repeats * i / crew..repeats * (i + 1) / crew;
            if !own.is_empty() {
                self.ask_racer(WorkerId::Crew(i), own);
            }
        }
    }

    /// A worker races these repeats.
    fn ask_racer(&mut self, desk: WorkerId, repeats: Range<usize>) {
        let job = self.next_job();
        let request = Request::Race { job, setup: self.setup.clone(), repeats: repeats.clone() };
        self.ask(desk, request);
        self.race.jobs.push((job, desk, repeats));
    }

    /// Makes the data ready anew for a worker that lost it, and keeps the race, which it is not in:
    /// only the learner's trials and the class's were its work.
    pub(super) fn prepare_beside_race(&mut self) {
        let race = std::mem::replace(&mut self.race, RaceState::new(&self.setup));
        self.make_ready();
        self.race = race;
        self.race.forget_alone();
    }

    /// A worker died: the one in its place races its repeats.
    pub(super) fn race_lost(&mut self, worker: WorkerId) {
        self.race_moves(worker, worker);
    }

    /// A worker that is no longer there raced some repeats: another does, from their start, as
    /// nobody else knows what their strategies had in mind.
    pub(super) fn race_moves(&mut self, from: WorkerId, to: WorkerId) {
        let lost: Vec<_> = self.race.jobs.extract_if(.., |job| job.1 == from).collect();
        for (_, _, repeats) in lost {
            self.race.board.forget(&repeats);
            self.ask_racer(to, repeats);
        }
    }

    pub(super) fn stop_race(&mut self) {
        for (job, desk, _) in std::mem::take(&mut self.race.jobs) {
            self.cancel(desk, job);
        }
    }

    /// Forgets every result, as the set-up is another.
    pub(super) fn restart_race(&mut self) {
        self.stop_race();
        let old = std::mem::replace(&mut self.race, RaceState::new(&self.setup));
        (self.race.you_job, self.race.class_job) = (old.you_job, old.class_job);
        (self.race.codes, self.race.read_as) = (old.codes, old.read_as);
        self.train_hand();
        self.read_class_again();
    }

    /// Trains the learner's trials that have not been trained.
    pub(super) fn train_hand(&mut self) {
        if let Some(job) = self.race.you_job.take() {
            self.cancel(WorkerId::Study, job);
        }
        let hand = &self.setup.race.hand;
        self.race.you.truncate(hand.len());
        let known = self
            .race
            .you
            .iter()
            .zip(hand)
            .take_while(|(spent, point)| spent.point == **point)
            .count();
        self.race.you.truncate(known);
        let points = hand[known..].to_vec();
        if points.is_empty() || !self.ready() {
            return;
        }
        let job = self.next_job();
        self.race.you_job = Some(job);
        self.ask(WorkerId::Study, Request::Settle { job, setup: self.setup.clone(), points });
    }

    /// Takes a round of a race, or the learner's trials.
    pub(super) fn race_settled(&mut self, job: Job, spent: Vec<Spent>) {
        if self.race.class_job.take_if(|j| *j == job).is_some() {
            let mut spent = spent.into_iter();
            for learner in &mut self.race.class {
                learner.spent = spent.by_ref().take(learner.points.len()).collect();
            }
            return;
        }
        if self.race.you_job.take_if(|j| *j == job).is_some() {
            self.race.you.extend(spent);
            return;
        }
        let Some((_, _, repeats)) = self.race.jobs.iter().find(|j| j.0 == job).cloned() else {
            return;
        };
        self.race.took = self.now - self.race.started;
        let board = &self.race.board;
        let lanes = (0..self.setup.race.strategies.len())
            .flat_map(|s| repeats.clone().map(move |r| (s, r)));
        // Whoever has spent the budget rests.
        let lanes: Vec<_> =
            lanes.filter(|&(s, r)| !board.budget.is_spent(board.run(s, r))).collect();
        lanes
            .into_iter()
            .zip(spent)
            .for_each(|((strategy, repeat), spent)| self.race.board.push(strategy, repeat, spent));
    }

    /// A worker has raced to the end; false if the job is none of the race's.
    pub(super) fn race_ended(&mut self, job: Job) -> bool {
        self.race.forget(job)
    }
}
