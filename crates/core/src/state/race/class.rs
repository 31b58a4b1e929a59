//! The class beside a race: what its codes bring, and how much of it is told.

use crate::class_codes::{self, BoardError, Codes, Hand};
use crate::space::Point;
use crate::state::{State, WorkerId};
use crate::study::race::{Spent, least};
use crate::worker::Request;

/// One of a class, by the code of theirs.
pub struct Learner {
    pub name: String,
    pub(super) points: Vec<Point>,
    /// Whether letters at the end of the code say that it is whole.
    pub checked: bool,
    /// Whether the landscape had been seen before these trials were placed.
    pub known: bool,
    /// The trials that have been trained.
    pub spent: Vec<Spent>,
}

impl Learner {
    /// The least loss that was found.
    pub fn best(&self) -> Option<f64> {
        least(&self.spent)
    }
}

impl State {
    /// What the class placed and what that scored, as far as it may be told: while somebody here
    /// races on a hidden map, any code would ask it for a loss.
    pub fn told_class(&self) -> &[Learner] {
        if self.hides_truth() { &[] } else { &self.race.class }
    }

    /// The least loss that one of the class found, as far as it may be told.
    pub fn told_best(&self, learner: &Learner) -> Option<f64> {
        learner.best().filter(|_| !self.hides_truth())
    }

    /// Takes the codes of a class.
    pub(super) fn read_class(&mut self, codes: String) {
        self.race.codes = codes;
        self.race.read_as = self.train_class();
        self.race.wrong.clone_from(&self.race.read_as);
        self.judge_lessons();
    }

    /// Takes them once more, as the game is another. Codes of the one before stand in their field
    /// until that is played again; nobody is told of them meanwhile.
    pub(in crate::state) fn read_class_again(&mut self) {
        let wrong = self.train_class();
        let known = |wrong: &BoardError| self.race.read_as.contains(wrong);
        self.race.wrong = wrong.into_iter().filter(known).collect();
        self.judge_lessons();
    }

    /// Trains what the learners of a class placed; their codes do not say what it scored.
    /// Returns what is wrong with them.
    fn train_class(&mut self) -> Vec<BoardError> {
        if let Some(job) = self.race.class_job.take() {
            self.cancel(WorkerId::Study, job);
        }
        let Codes { races, lessons, wrong } = class_codes::read(&self.setup, &self.race.codes);
        let learner = |Hand { learner, points, checked, known }| Learner {
            name: learner,
            points,
            checked,
            known,
            spent: Vec::new(),
        };
        self.race.class = races.into_iter().map(learner).collect();
        self.race.taken = lessons;
        let points: Vec<Point> =
            self.race.class.iter().flat_map(|learner| learner.points.clone()).collect();
        if !points.is_empty() && self.ready() {
            let job = self.next_job();
            self.race.class_job = Some(job);
            self.ask(WorkerId::Study, Request::Settle { job, setup: self.setup.clone(), points });
        }
        wrong
    }

    /// Refuses codes of lessons that there are not, and of more pages than theirs has, as soon as
    /// the lessons are there.
    pub(in crate::state) fn judge_lessons(&mut self) {
        if self.lesson.all.is_empty() {
            return;
        }
        for taken in std::mem::take(&mut self.race.taken) {
            let line = taken.line;
            let lesson = self.lesson.all.iter().find(|(name, _)| *name == taken.lesson);
            match lesson.map(|(_, lesson)| lesson.pages.len()) {
                None => self.race.wrong.push(BoardError::Lesson { line }),
                Some(limit) if taken.pages.len() > limit => {
                    self.race.wrong.push(BoardError::Pages { line, limit });
                }
                Some(_) => self.race.taken.push(taken),
            }
        }
        crate::sort::sort_by(&mut self.race.wrong, |a, b| a.line().cmp(&b.line()));
    }
}
