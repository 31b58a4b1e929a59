//! What workers are asked about the open study, and what they say. Of several questions of one kind
//! the last counts; the answers to earlier ones come too late.

use super::focus::Next;
use super::{OpenStudy, Part};
use crate::import::convert::Aim;
use crate::state::{State, WorkerId};
use crate::study::importance::Importance;
use crate::worker::xray::{Thought, Told, XrayReply, XrayRequest};
use crate::worker::{Job, Request};
use std::collections::HashMap;
use std::rc::Rc;

/// Cells along a side of a map.
const SIDE: usize = 40;
/// Answers that are remembered.
const MAX_KEPT: usize = 200;

/// What an answer depends on: strategy, trials told, those typed in, axes, where the map goes
/// through.
type Question = (&'static str, usize, usize, [usize; 2], Vec<u64>);

/// Questions and answers.
#[derive(Default)]
pub struct Asking {
    thoughts: HashMap<Question, Rc<Thought>>,
    /// By place, the last that came, which stands until the next comes.
    last: [Option<Rc<Thought>>; 2],
    jobs: [Option<(Job, Question)>; 2],
    /// By trials told and typed in.
    importances: HashMap<[usize; 2], Option<Rc<Importance>>>,
    importance_job: Option<(Job, [usize; 2])>,
    view_job: Option<Job>,
    pub(super) next: Option<Next>,
}

impl Asking {
    /// Whether any answer is awaited.
    pub fn is_waiting(&self) -> bool {
        let thinks = self.jobs.iter().any(Option::is_some);
        thinks || self.importance_job.is_some() || self.view_job.is_some()
    }

    pub fn forget_thoughts(&mut self) {
        self.thoughts.clear();
        self.importances.clear();
        self.last = [None, None];
    }
}

impl OpenStudy {
    fn question(&self, place: usize) -> Option<Question> {
        let strategy = self.strategies.get(place)?;
        let through = self.moved.iter().flatten().map(|x| x.to_bits()).collect();
        Some((strategy.key(), self.shown, self.by_hand.len(), self.axes, through))
    }

    /// What the strategy of a place makes of the trials told; while that is not known, what it or
    /// the one before made of the last ones.
    pub fn thought(&self, place: usize) -> Option<&Rc<Thought>> {
        self.answer(place).or_else(|| self.asking.last.get(place)?.as_ref())
    }

    /// What the strategy of a place makes of the trials told, and of no others.
    pub(super) fn answer(&self, place: usize) -> Option<&Rc<Thought>> {
        self.asking.thoughts.get(&self.question(place)?)
    }

    /// Remembers an answer; of too many those to what is asked now alone.
    fn remember(&mut self, place: usize, question: Question, thought: Thought) {
        if self.asking.thoughts.len() >= MAX_KEPT {
            let now = [0, 1].map(|place| self.question(place));
            self.asking.thoughts.retain(|asked, _| now.iter().flatten().any(|now| now == asked));
        }
        let thought = Rc::new(thought);
        self.asking.last[place] = Some(thought.clone());
        self.asking.thoughts.insert(question, thought);
    }

    /// Whether an answer for a place is awaited.
    pub fn is_thinking(&self, place: usize) -> bool {
        self.asking.jobs.get(place).is_some_and(Option::is_some)
    }

    /// Which parameters mattered in the trials told; none where it is not known, inside where it
    /// can't be said.
    pub fn importance(&self) -> Option<Option<&Importance>> {
        let found = self.asking.importances.get(&[self.shown, self.by_hand.len()])?;
        Some(found.as_deref())
    }

    /// Whether an answer to that is awaited.
    pub fn is_explaining(&self) -> bool {
        self.asking.importance_job.is_some()
    }

    /// What workers hold of it.
    pub(super) fn views(&self) -> impl Iterator<Item = Job> {
        [Some(self.shown_by), self.asking.view_job].into_iter().flatten()
    }

    /// The worker that held it has died; it is shown again by this job.
    pub(super) fn lost(&mut self, shown_by: Job) {
        (self.asking, self.shown_by, self.untold) = (Asking::default(), shown_by, true);
    }

    fn told(&self) -> Told {
        Told { n: self.shown, by_hand: self.by_hand.clone() }
    }
}

impl State {
    pub(super) fn ask_about_study(&mut self, job: Job, request: XrayRequest) {
        self.tell_of_study();
        self.ask(WorkerId::Study, Request::Xray { job, request });
    }

    /// Asks for all that is on show and not known.
    pub(super) fn ask_thoughts(&mut self) {
        self.ask_study_importance();
        for place in 0..2 {
            let Some(open) = &mut self.xray.open else { return };
            let question = open.question(place).filter(|_| open.view.space.is_ok());
            let asked = open.asking.jobs[place].as_ref().map(|(_, asked)| asked);
            if question.as_ref() == asked && question.is_some() {
                continue;
            }
            if let Some((job, _)) = open.asking.jobs[place].take() {
                self.cancel(WorkerId::Study, job);
            }
            let job = self.next_job();
            let Some(open) = &mut self.xray.open else { return };
            let Some(question) = question else {
                open.asking.last[place] = None;
                continue;
            };
            if let Some(known) = open.asking.thoughts.get(&question) {
                open.asking.last[place] = Some(known.clone());
                continue;
            }
            open.asking.jobs[place] = Some((job, question));
            let request = XrayRequest::Think {
                view: open.shown_by,
                strategy: open.strategies[place],
                told: open.told(),
                axes: open.axes,
                side: SIDE,
                through: open.moved.clone(),
            };
            self.ask_about_study(job, request);
        }
    }

    fn ask_study_importance(&mut self) {
        let Some(open) = &mut self.xray.open else { return };
        let of = [open.shown, open.by_hand.len()];
        let asked = open.asking.importance_job.is_some_and(|(_, asked)| asked == of);
        let known = open.asking.importances.contains_key(&of);
        if open.part != Part::Importance || asked || known || open.view.space.is_err() {
            return;
        }
        let (view, told) = (open.shown_by, open.told());
        if let Some((job, _)) = open.asking.importance_job.take() {
            self.cancel(WorkerId::Study, job);
        }
        let job = self.next_job();
        if let Some(open) = &mut self.xray.open {
            open.asking.importance_job = Some((job, of));
        }
        self.ask_about_study(job, XrayRequest::Explain { view, told });
    }

    /// The open study with other objectives.
    pub(super) fn show_again(&mut self, aim: Aim) {
        self.stop_asking();
        let job = self.next_job();
        if let Some(open) = &mut self.xray.open {
            open.asking.view_job = Some(job);
            let request = XrayRequest::Show { file: open.file, which: open.which.clone(), aim };
            self.ask_about_study(job, request);
        }
    }

    /// Cancels what is asked about the open study.
    pub(super) fn stop_asking(&mut self) {
        let Some(open) = &mut self.xray.open else { return };
        let asking = &mut open.asking;
        let thoughts = asking.jobs.iter_mut().filter_map(|job| job.take().map(|(job, _)| job));
        let mut jobs: Vec<Job> = thoughts.collect();
        jobs.extend(asking.importance_job.take().map(|(job, _)| job));
        jobs.extend(asking.view_job.take());
        jobs.into_iter().for_each(|job| self.cancel(WorkerId::Study, job));
        self.stop_study_race();
    }

    /// What a worker says of the open study; whether it was still to be seen.
    pub(super) fn study_told(&mut self, job: Job, reply: XrayReply) -> bool {
        let Some(open) = &mut self.xray.open else { return false };
        let asking = &mut open.asking;
        match reply {
            XrayReply::Thought(thought) => {
                let asked = |of: &&mut Option<(Job, Question)>| {
                    of.as_ref().is_some_and(|(own, _)| *own == job)
                };
                let Some(place) = (0..2).find(|&at| asked(&&mut asking.jobs[at])) else {
                    return false;
                };
                let Some((_, question)) = asking.jobs[place].take() else { return false };
                open.remember(place, question, *thought);
                self.move_focus();
            }
            XrayReply::Explained(found) => {
                let Some((_, of)) = asking.importance_job.take_if(|(own, _)| *own == job) else {
                    return false;
                };
                asking.importances.insert(of, found.map(|found| Rc::new(*found)));
            }
            XrayReply::Table(table) => return self.study_table(job, table),
            XrayReply::Ran { runs, begun } => return self.study_ran(job, runs, begun),
            XrayReply::Written(written) => return self.study_written(job, *written),
            XrayReply::Shown(view) if asking.view_job == Some(job) => {
                *asking = Asking::default();
                open.shown_by = job;
                open.show(*view);
                // It may have been begun while the old view was still there.
                self.stop_study_race();
                self.tidy_studies();
                self.save();
                self.ask_thoughts();
            }
            XrayReply::Nothing => return self.forget_question(job),
            _ => return false,
        }
        true
    }

    /// Gives up a question that failed; false if it is none about a study.
    pub(in crate::state) fn forget_question(&mut self, job: Job) -> bool {
        let Some(open) = &mut self.xray.open else { return false };
        let asking = &mut open.asking;
        for (asked, last) in asking.jobs.iter_mut().zip(&mut asking.last) {
            if asked.take_if(|(own, _)| *own == job).is_some() {
                // It is of other trials than those told.
                *last = None;
                return true;
            }
        }
        asking.view_job.take_if(|own| *own == job).is_some()
            || asking.importance_job.take_if(|(own, _)| *own == job).is_some()
            || open.forget_writing(job)
            || self.forget_study_race(job)
    }
}
