//! The trial in training: proposed, trained, and what comes after it (`ending.rs` says when it
//! ends).

use super::search::Phase;
use super::surrogate_view::outline;
use super::{Notice, State, WorkerId};
use crate::inspect::Refusal;
use crate::search::{Outcome, Proposal, Reason};
use crate::setup::search::Placed;
use crate::study::Event;
use crate::worker::{Curves, Job, Request, Tried};
use std::rc::Rc;

impl State {
    /// Begins the next trial: one placed by hand, or what the strategy proposes.
    pub(super) fn new_trial(&mut self) {
        let trial = self.study.study.trials().len();
        // What a link or a change asks for was proposed before the learner took over: it is
        // proposed again.
        let again = trial < self.setup.search.run && self.affords();
        if !(self.more() || again) || !self.ready() {
            self.study.playing = false;
            self.study.wished = None;
            // A link may ask for more than its budget allows.
            let search = &mut self.setup.search;
            search.run = search.run.min(trial);
            let shown = search.shown.min(trial);
            if self.ready() {
                self.put_on_show(shown);
            } else {
                self.setup.search.shown = shown;
            }
            return;
        }
        if let Some(Placed(_, point)) = self.setup.search.hand.iter().find(|h| h.0 == trial) {
            let proposal = Proposal { point: point.clone(), reason: Reason::Hand };
            self.train_trial(proposal);
            return;
        }
        let job = self.next_job();
        self.study.phase = Phase::Proposing(job);
        let events = outline(&self.study.study, trial);
        self.ask(WorkerId::Study, Request::Propose { job, setup: self.setup.clone(), events });
    }

    pub(super) fn study_proposed(&mut self, job: Job, proposal: Proposal) {
        if self.study.phase == Phase::Proposing(job) {
            self.train_trial(proposal);
        }
    }

    fn train_trial(&mut self, proposal: Proposal) {
        let point = proposal.point.clone();
        let trial = self.study.study.trials().len();
        if let Err(error) = self.study.study.apply(Event::Proposed { trial, proposal }) {
            self.notify(Notice::Event(error));
            self.stop_study();
            return;
        }
        self.study.tried.push(None);
        let inputs = self.data.as_ref().map_or(0, |data| data.inputs);
        if self.setup.oversized(inputs, self.task(), &point).is_some() {
            let _ = self.study.study.apply(Event::Completed { trial, outcome: Outcome::Refused });
            self.study.phase = Phase::Idle;
            self.trial_is_over();
            return;
        }
        let job = self.next_job();
        self.study.phase = Phase::Training(job);
        self.ask(WorkerId::Study, Request::Try { job, setup: self.setup.clone(), point });
    }

    pub(super) fn study_curves(&mut self, job: Job, curves: &Curves) {
        if let Some((_, _, curve)) = self.study.again.as_mut().filter(|again| again.0 == job) {
            let reports = curves.reports.first().into_iter().flatten().enumerate();
            curve.extend(reports.map(|(i, &report)| (curves.from + i, report)));
            return;
        }
        if self.study.phase != Phase::Training(job) {
            return;
        }
        let trial = self.study.study.trials().len() - 1;
        for (i, &report) in curves.reports.first().into_iter().flatten().enumerate() {
            // A report that is no number belongs to a run that has diverged: its end says so.
            let _ =
                self.study.study.apply(Event::Reported { trial, epoch: curves.from + i, report });
        }
    }

    /// The slope of the trial in training; where there is none the learner hears why, once.
    pub(super) fn study_sloped(&mut self, job: Job, found: Result<Vec<f64>, Refusal>) {
        if self.study.phase != Phase::Training(job) {
            return;
        }
        let trial = self.study.study.trials().len() - 1;
        match found {
            Ok(slope) => {
                let _ = self.study.study.apply(Event::Sloped { trial, slope });
            }
            Err(refusal) => {
                self.notify_once(Notice::NoSlope(refusal));
            }
        }
    }

    pub(super) fn study_tried(&mut self, job: Job, tried: Tried) {
        if self.freshened(job, &tried)
            || self.trained_again(job, &tried)
            || self.study.phase != Phase::Training(job)
        {
            return;
        }
        let trial = self.study.study.trials().len() - 1;
        if self.study.study.trials()[trial].outcome.is_none() {
            self.end_trial(trial, &tried);
        }
        self.study.tried[trial] = Some(Rc::new(tried));
        self.study.phase = Phase::Idle;
        self.trial_is_over();
    }

    fn trial_is_over(&mut self) {
        let done = self.study.done();
        if done < self.setup.search.run {
            // A link or a change of the set-up asks for more: run them before anything is shown.
            self.new_trial();
            return;
        }
        // Who has looked back while it ran stays there.
        let (run, shown) = (self.setup.search.run, self.setup.search.shown);
        self.setup.search.run = done;
        self.put_on_show(if done == run || shown < run { shown } else { done });
        if let Some(point) = self.study.wished.take() {
            self.place(point);
        } else {
            self.go_on();
        }
    }
}
