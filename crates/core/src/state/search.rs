//! The study on the page: its state, and what is done with it. `play` goes from trial to trial.

mod play;

use super::after_search::AfterSearch;
use super::selection::{Brush, Filter, Look};
use super::surrogate_view::Moment;
use super::{Notice, State, WorkerId};
use crate::setup::Setup;
use crate::setup::search::SearchSetup;
use crate::space::Point;
use crate::study::Study;
use crate::study::importance::Importance;
use crate::worker::{Dropped, Job, Request, Scores, SurrogateView, Tried};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::rc::Rc;
use tunescape_engine::train::Report;

/// Milliseconds between two trials, slow to as fast as they train.
pub const SPEEDS: [u32; 3] = [1500, 500, 0];

/// Why no trial follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// The budget in trials is spent.
    Trials,
    /// The one in epochs is.
    Epochs,
    /// The reader proposes the next one.
    Yours,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StudyEvent {
    /// To the next trial: the one already run, or a new one.
    Step,
    Back,
    First,
    Play,
    /// Play on a hidden landscape, which is revealed when the last trial is over.
    Watch,
    Pause,
    /// Trial on show, from 1; 0 = before the first.
    Show(usize),
    Speed(usize),
    /// Trial looked at on the right (from 0); none for the best.
    Select(Option<usize>),
    /// The trial under the pointer, in whichever plot.
    Point(Option<usize>),
    /// Sort the table by this column, or the other way round where it is sorted by it.
    Sort(usize),
    /// Which trials stand in the table and stand out in the plots.
    Filter(Filter),
    /// A stretch of an axis that is brushed, or of all of them.
    Brush(Brush),
    /// Score the chosen trial on the test part.
    Test(usize),
    /// Whether what follows the search is looked at.
    After(bool),
    /// Train the best trial again, with fresh seeds.
    Fresh,
    /// Train a population, or stop it.
    Evolve,
    /// Take the model of an earlier study as prior, or give it up.
    Inherit,
    Disinherit,
    /// Begin with the best points of an earlier study.
    Warm,
}

/// Reports by epoch.
type Curve = Vec<(usize, Report)>;

/// What the study is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Idle,
    Proposing(Job),
    Training(Job),
    /// Between two trials of play.
    Waiting,
}

pub struct StudyState {
    pub study: Study,
    /// The set-up that it began with.
    pub of: Setup,
    /// What became of each trial, once it is over.
    pub tried: Vec<Option<Rc<Tried>>>,
    pub tested: HashMap<usize, Scores>,
    pub phase: Phase,
    pub playing: bool,
    /// Whether the landscape is hidden until the last trial is over.
    reveals: bool,
    pub speed: usize,
    pub selected: Option<usize>,
    pub pointed: Option<usize>,
    pub look: Look,
    /// A place that was clicked while a trial ran: the next trial's.
    pub(super) wished: Option<Point>,
    pub(super) beliefs: HashMap<Moment, Rc<SurrogateView>>,
    pub(super) belief_job: Option<(Job, Moment)>,
    pub(super) last_belief: Option<Moment>,
    test_job: Option<(Job, usize)>,
    pub after: bool,
    /// Which parameters mattered in the first trials, those of them that are kept; none where that
    /// can't be said.
    pub(super) importances: HashMap<Vec<bool>, Option<Rc<Importance>>>,
    pub(super) importance_job: Option<(Job, Vec<bool>)>,
    pub dropped: Dropped,
    pub after_search: AfterSearch,
    /// The trial of a link that is trained again, and its curve so far.
    pub(super) again: Option<(Job, usize, Curve)>,
}

impl StudyState {
    pub fn new(setup: &Setup) -> Self {
        Self {
            study: Study::new(setup.strategy(), setup.searched()),
            of: setup.clone(),
            tried: Vec::new(),
            tested: HashMap::new(),
            phase: Phase::Idle,
            playing: false,
            reveals: false,
            speed: 1,
            selected: None,
            pointed: None,
            look: Look::default(),
            wished: None,
            beliefs: HashMap::new(),
            belief_job: None,
            last_belief: None,
            test_job: None,
            after: false,
            importances: HashMap::new(),
            importance_job: None,
            dropped: Dropped::new(),
            after_search: AfterSearch::default(),
            again: None,
        }
    }

    pub fn has(&self, job: Job) -> bool {
        matches!(self.phase, Phase::Proposing(j) | Phase::Training(j) if j == job)
    }

    /// Trials that have ended.
    pub fn done(&self) -> usize {
        self.study.trials().iter().filter(|t| t.outcome.is_some()).count()
    }

    /// Gives up a question that failed; false if it is none of the study's.
    pub fn forget(&mut self, job: Job) -> bool {
        let tested = self.test_job.take_if(|j| j.0 == job).is_some();
        let explained = self.importance_job.take_if(|j| j.0 == job).is_some();
        let believed = self.belief_job.take_if(|j| j.0 == job).is_some();
        tested || explained || believed || self.after_search.forget(job)
    }

    /// Whether a test score is being computed.
    pub fn testing(&self) -> bool {
        self.test_job.is_some()
    }

    /// Whether it is being played, and then reveals the landscape.
    pub(super) fn plays_on(&self) -> Option<bool> {
        self.playing.then_some(self.reveals)
    }

    /// Number and cost of the best trial among the first `shown`.
    pub fn best(&self, shown: usize) -> Option<(usize, f64)> {
        self.study.best_of(shown)
    }
}

impl State {
    /// What is done with the study; whether anything that is seen may have changed.
    pub(super) fn study_event(&mut self, event: StudyEvent) -> bool {
        use StudyEvent::{Evolve, Fresh, Play, Step, Test, Watch};
        if matches!(event, Step | Play | Watch | Test(_) | Fresh | Evolve) {
            self.try_again();
        }
        match event {
            StudyEvent::Point(trial) if trial == self.study.pointed => return false,
            StudyEvent::Step => self.step(),
            StudyEvent::Back => self.show(self.setup.search.shown.saturating_sub(1)),
            StudyEvent::First => self.show(0),
            StudyEvent::Show(n) => self.show(n),
            StudyEvent::Play => {
                self.study.playing = true;
                self.step();
            }
            StudyEvent::Watch => self.watch_search(),
            StudyEvent::Pause => self.pause_study(),
            StudyEvent::Speed(speed) => self.study.speed = speed.min(SPEEDS.len() - 1),
            StudyEvent::Select(trial) => self.study.selected = trial,
            StudyEvent::Point(trial) => self.study.pointed = trial,
            StudyEvent::Sort(column) => {
                let (old, down) = self.study.look.sort;
                self.study.look.sort = (column, column == old && !down);
            }
            StudyEvent::Filter(filter) => {
                self.study.look.filter = filter;
                self.ask_importance();
            }
            StudyEvent::Brush(brush) => {
                self.study.look.brush(brush);
                if !matches!(brush, Brush::Begin(..) | Brush::To(_)) {
                    self.ask_importance();
                }
            }
            StudyEvent::Test(trial) => {
                // The test part is looked at once: a second look would make a validation part of
                // it.
                if self.study.testing() || !self.study.tested.is_empty() {
                    return false;
                }
                let Some(point) = self.study.study.trials().get(trial).map(|t| t.point.clone())
                else {
                    return false;
                };
                let job = self.next_job();
                self.study.test_job = Some((job, trial));
                self.ask(WorkerId::Study, Request::Test { job, setup: self.setup.clone(), point });
            }
            StudyEvent::After(open) => {
                self.study.after = open;
                self.ask_importance();
            }
            StudyEvent::Fresh => self.train_fresh(),
            StudyEvent::Evolve => self.evolve(),
            StudyEvent::Warm => {
                let hand = self.warm();
                self.begin_with(|search| search.hand = hand);
            }
            StudyEvent::Inherit => {
                let earlier = self.modelled();
                self.begin_with(|search| search.inherit(earlier));
            }
            StudyEvent::Disinherit => self.begin_with(|search| search.earlier.clear()),
        }
        true
    }

    /// Begins the study anew with something changed.
    fn begin_with(&mut self, change: impl FnOnce(&mut SearchSetup)) {
        let mut setup = self.setup.clone();
        change(&mut setup.search);
        (setup.search.run, setup.search.shown) = (0, 0);
        self.edit(setup);
    }

    /// Whether there is another trial to show or to run: budget is left, and somebody who proposes
    /// it.
    pub fn more(&self) -> bool {
        let (search, done) = (&self.setup.search, self.study.done());
        let placed = search.hand.iter().any(|placed| placed.0 >= done);
        // What a link brought is whole first: budget and pruners go by it.
        search.shown < done
            || (self.study.again.is_none() && self.affords() && (!search.manual || placed))
    }

    /// Whether the budget allows another trial.
    pub fn affords(&self) -> bool {
        let (search, done) = (&self.setup.search, self.study.done());
        let spent = self.study.epochs(done, self.setup.evaluation.streams());
        done < search.budget && (search.most_epochs == 0 || spent < search.most_epochs)
    }

    /// Why the trials are at an end, where they are and all of them are on show.
    pub fn over(&self) -> Option<Over> {
        let (search, done) = (&self.setup.search, self.study.done());
        let shown = done > 0 && search.shown == done;
        if !shown || self.more() || self.study.phase != Phase::Idle || self.study.again.is_some() {
            return None;
        }
        Some(match () {
            () if done >= search.budget => Over::Trials,
            () if !self.affords() => Over::Epochs,
            () => Over::Yours,
        })
    }

    pub(super) fn study_tested(&mut self, job: Job, scores: Scores) {
        if let Some((_, trial)) = self.study.test_job.take_if(|(j, _)| *j == job) {
            self.study.tested.insert(trial, scores);
        }
    }

    /// Forgets the trials: they were of other data.
    pub(super) fn forget_study(&mut self) {
        let StudyState { speed, after, .. } = self.study;
        let mut look = self.study.look.clone();
        look.brush(Brush::Clear);
        self.study = StudyState { speed, after, look, ..StudyState::new(&self.setup) };
        // They were said of the trials that are gone.
        self.notices.retain(|notice| !matches!(notice, Notice::NoSlope(_)));
    }

    /// Gives up the trial that could not be trained; those before it stay.
    pub(super) fn drop_trial(&mut self) {
        self.stop_study();
        let done = self.study.done();
        if done < self.study.study.trials().len() {
            self.study.study = self.study.study.at(done);
            self.study.tried.truncate(done);
        }
    }

    pub(super) fn stop_study(&mut self) {
        self.pause_study();
        let jobs = [
            self.study.belief_job.take().map(|j| j.0),
            self.study.importance_job.take().map(|j| j.0),
            self.study.again.take().map(|again| again.0),
            self.study.test_job.take().map(|test| test.0),
            match self.study.phase {
                Phase::Proposing(job) | Phase::Training(job) => Some(job),
                _ => None,
            },
        ];
        for job in jobs.into_iter().flatten().chain(self.study.after_search.stop()) {
            self.cancel(WorkerId::Study, job);
        }
        self.study.phase = Phase::Idle;
        self.study.wished = None;
    }
}
