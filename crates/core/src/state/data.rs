//! The data of the set-up: which sets the workers have, and what starts when the one in force is
//! ready.

use super::{Effect, Notice, State, WorkerId};
use crate::data::{Task, builtin};
use crate::setup::needs;
use crate::worker::{Request, Source};

impl State {
    /// Whether there is data, of the set-up in force.
    pub fn ready(&self) -> bool {
        self.data.is_some() && !self.loading
    }

    /// Number of the crew's workers that train: all that have room for the data.
    pub fn workers(&self) -> usize {
        let data = self.data.as_ref().map_or(0, |data| {
            // Each has the rows as they came, and once more in folds.
            2 * 4 * data.inputs as u64 * data.trained.iter().map(|&rows| rows as u64).sum::<u64>()
        });
        let memory = self.memory.map(|memory| memory / self.cores.pages as u64);
        needs::workers_with_room(self.cores.crew(), memory, data)
    }

    /// What the data asks for; before there is any, two classes.
    pub fn task(&self) -> Task {
        self.data.as_ref().map_or(Task::Binary, |data| data.task)
    }

    /// Sends a set to every worker, and remembers it for those that come later.
    pub(super) fn keep(&mut self, name: &str, source: Source) {
        if name == "csv" && self.sources.get(name) != Some(&source) {
            self.forget_map_of_table();
        }
        self.emit(Effect::AskAll(Box::new(Request::Keep(source.clone()))));
        self.sources.insert(name.into(), source);
    }

    /// Makes the data of another set-up ready; everything else starts when it is.
    pub(super) fn prepare(&mut self) {
        self.forgive();
        self.make_ready();
    }

    /// Makes the data of the set-up ready, which may be the same as before.
    pub(super) fn make_ready(&mut self) {
        self.stop_everything();
        self.loading = true;
        // Whoever replaces a worker says so again: another study is not played by itself.
        self.plays_on = None;
        // What was learnt of other data says nothing about these, but what was good there is worth
        // a try.
        self.remember_best();
        self.offer();
        self.restart_race();
        self.forget_study();
        self.forget_run();
        let missing = |name: &&str| {
            builtin::ALL.iter().any(|b| b.name == *name) && !self.sources.contains_key(*name)
        };
        let missing = self.setup.sets().find(missing).map(str::to_owned);
        // What is being made ready was for another set-up.
        self.data_job = self.next_job();
        if let Some(name) = missing {
            // What else is missing is asked for once this one is here.
            return self.emit(Effect::LoadData(name));
        }
        let request = Request::Prepare { job: self.data_job, setup: self.setup.clone() };
        self.ask(WorkerId::Study, request);
    }

    /// The payload of a built-in set has come, or can't be had; whether it is of the set-up.
    pub(super) fn data_loaded(&mut self, name: &str, payload: Option<Vec<u8>>) -> bool {
        let wanted = self.setup.sets().any(|set| set == name);
        match payload {
            Some(payload) => {
                let not_loaded = Notice::NotLoaded { name: name.into() };
                self.notices.retain(|notice| *notice != not_loaded);
                self.keep(name, Source::Builtin { name: name.into(), payload });
                if wanted {
                    self.prepare();
                }
            }
            None if !wanted => return false,
            None => {
                self.notify_once(Notice::NotLoaded { name: name.into() });
                self.back_to_usable();
            }
        }
        true
    }

    pub(super) fn back_to_usable(&mut self) {
        let (data, evaluation) = self.usable.clone();
        if (&self.setup.data, &self.setup.evaluation) != (&data, &evaluation) {
            (self.setup.data, self.setup.evaluation) = (data, evaluation);
            self.prepare();
            self.save();
        }
    }

    /// Everything that trains starts on the data just prepared.
    pub(super) fn begin(&mut self) {
        if self.is_held_back() {
            self.map.begin(&self.setup);
            (self.map.cancelled, self.run.lost) = (true, true);
            return;
        }
        self.restart_study();
        self.start_run();
        self.start_map();
        self.train_hand();
        self.read_class_again();
    }
}
