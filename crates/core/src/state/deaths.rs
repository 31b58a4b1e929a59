//! Workers that die: another takes the place of each, always, and what it was doing begins anew.
//! What has killed workers twice does not begin anew by itself: not what a set-up trains, until the
//! set-up is another or the reader wants it all the same, and not what is asked of a study from
//! elsewhere. A GPU that gives no answer is given up likewise, and the CPU goes on.

use super::{Adapter, Effect, Notice, State, Timer, WorkerId};
use crate::worker::Request;
use serde::{Deserialize, Serialize};

/// Milliseconds within which all who die have died of the same.
const BURST: f64 = 1_000.0;

/// So often one thing kills workers before it is left.
const MAX_DEATHS: usize = 2;

/// Milliseconds without a word of a GPU that is at work, after which it is waited for as long once
/// more, and no longer. It says every second that it is there.
const SILENCE: u32 = 15_000;

/// Milliseconds after which a file that is still being read is taken out of the worker's hands with
/// the worker, when the reader wants it no more.
const LINGERS: f64 = 1_000.0;

/// What a worker has died of, as far as that is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cause {
    /// There was no memory left.
    Memory,
    /// Its stack ran over.
    Stack,
    Other,
}

impl Cause {
    /// The cause, by whether a worker has said before that its memory is full, and by its error.
    pub fn of(full: bool, error: &str) -> Self {
        // The stack lies before all else in the memory of a module: beyond its end there is none.
        let stack = ["call stack", "recursion", "stack overflow", "out of bounds"];
        let error = error.to_lowercase();
        match full {
            true => Cause::Memory,
            false if stack.iter().any(|words| error.contains(words)) => Cause::Stack,
            false => Cause::Other,
        }
    }
}

/// How often one thing has killed workers; those who die at once count once.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Deaths {
    count: usize,
    /// When the first of the last burst died.
    since: f64,
}

impl Deaths {
    pub fn add(&mut self, now: f64) {
        if self.count == 0 || now - self.since >= BURST {
            *self = Deaths { count: self.count + 1, since: now };
        }
    }

    pub fn are_many(self) -> bool {
        self.count >= MAX_DEATHS
    }
}

/// The workers, as far as they have started, and what the set-up has done to them.
#[derive(Default)]
pub(super) struct Staff {
    deaths: Deaths,
    up: Vec<WorkerId>,
    /// Whether any has ever started.
    ever_up: bool,
    /// Those who died before they had started: they are started again once they are asked for
    /// something.
    absent: Vec<WorkerId>,
    /// When a worker was given a file, or asked about it, last.
    given_file: f64,
}

impl State {
    /// A worker has started.
    pub(super) fn has_started(&mut self, worker: WorkerId) {
        self.staff.ever_up = true;
        self.staff.up.push(worker);
    }

    /// Whether nothing is trained by itself any more, as that has killed workers.
    pub(super) fn is_held_back(&self) -> bool {
        self.staff.deaths.are_many()
    }

    /// A worker has died.
    pub(super) fn died(&mut self, worker: WorkerId, cause: Cause) {
        let held = self.is_held_back();
        let of_setup = self.count_death(worker);
        self.start_again(worker);
        if worker == WorkerId::Gpu {
            self.adapter = Adapter::Lost(String::new());
        }
        if self.is_held_back() {
            self.hold_back(worker);
            match self.staff.ever_up {
                _ if held && of_setup => {}
                _ if held => self.notify_once(Notice::WorkerDied(cause)),
                true => self.tell_given_up(Notice::SetupKills(cause)),
                false => self.tell_given_up(Notice::WorkersDoNotStart),
            }
        } else {
            self.notify_once(Notice::WorkerDied(cause));
            self.begin_again(worker);
        }
        if worker == WorkerId::Study {
            self.file_lost();
            self.landscape_file_lost();
            self.xray_lost();
        }
        self.study_race_lost(worker);
    }

    /// Counts a death to what the worker was doing: something for the open study, which is asked
    /// for so often itself; a file, which is read twice at most; or else what the set-up trains.
    /// Whether it was that.
    fn count_death(&mut self, worker: WorkerId) -> bool {
        let now = self.now;
        if let Some(open) = self.xray.open.as_mut().filter(|open| open.employs(worker)) {
            open.deaths.add(now);
            return false;
        }
        let of_setup = worker != WorkerId::Study || !self.reads_file();
        if of_setup {
            self.staff.deaths.add(now);
        }
        of_setup
    }

    /// Starts another in the place of a worker. One that did not even start, while nothing begins
    /// anew by itself any more, waits until it is needed: it might do nothing but die.
    fn start_again(&mut self, worker: WorkerId) {
        let up = self.staff.up.extract_if(.., |up| *up == worker).count() > 0;
        if up || !self.is_held_back() {
            self.replace(worker);
        } else if !self.staff.absent.contains(&worker) {
            self.staff.absent.push(worker);
        }
    }

    /// Starts another in the place of a worker, and sends it the sets that the others have.
    pub(super) fn replace(&mut self, worker: WorkerId) {
        self.emit(Effect::Replace(worker));
        for source in self.sources.clone().into_values() {
            self.emit(Effect::Ask(worker, Box::new(Request::Keep(source))));
        }
    }

    /// Stops a worker that others are to have the core of.
    pub(super) fn stop_desk(&mut self, worker: WorkerId) {
        self.staff.up.retain(|up| *up != worker);
        self.staff.absent.retain(|absent| *absent != worker);
        self.emit(Effect::Stop(worker));
    }

    /// Starts a worker that is to be asked for something and was not started yet.
    pub(super) fn bring_up(&mut self, worker: WorkerId) {
        if self.staff.absent.extract_if(.., |absent| *absent == worker).count() > 0 {
            self.replace(worker);
        }
    }

    /// Has the worker that reads files do something with one.
    pub(super) fn ask_reader(&mut self, request: Request) {
        self.staff.given_file = self.now;
        self.ask(WorkerId::Study, request);
    }

    /// The reader has closed a file, which a worker may have been reading. Who knows how long it
    /// goes on, and nothing else is done meanwhile: another takes its place, and what else it did
    /// begins anew.
    pub(super) fn stop_reading(&mut self, was_read: bool) {
        if !was_read || self.reads_file() || self.now - self.staff.given_file < LINGERS {
            return;
        }
        self.staff.up.retain(|up| *up != WorkerId::Study);
        self.replace(WorkerId::Study);
        match self.is_held_back() {
            true => self.hold_back(WorkerId::Study),
            false => self.begin_again(WorkerId::Study),
        }
        self.xray_lost();
        self.study_race_lost(WorkerId::Study);
    }

    /// What a worker did that has died begins anew.
    fn begin_again(&mut self, worker: WorkerId) {
        match worker {
            WorkerId::Study => {
                let plays_on = self.study.plays_on();
                self.prepare_beside_race();
                self.plays_on = plays_on;
            }
            _ if self.ready() && !self.map.cancelled => self.resume_map(),
            _ => {}
        }
        self.race_lost(worker);
    }

    /// Stops all that the set-up trains. What there is of it stays.
    fn hold_back(&mut self, worker: WorkerId) {
        self.stop_map();
        self.map.cancelled = true;
        self.drop_trial();
        self.halt_run();
        self.stop_race();
        if worker == WorkerId::Study {
            self.race.forget_alone();
            self.lose_run();
            if !self.ready() {
                // It was the data.
                self.back_to_usable();
            }
        }
    }

    /// Says that something is not done any more, in place of that it is done anew.
    pub(super) fn tell_given_up(&mut self, notice: Notice) {
        self.notices.retain(|notice| !matches!(notice, Notice::WorkerDied(_)));
        self.notify_once(notice);
    }

    /// What comes now has killed nobody yet; whether what came before was held back.
    pub(super) fn forgive(&mut self) -> bool {
        let held = |n: &Notice| matches!(n, Notice::SetupKills(_) | Notice::WorkersDoNotStart);
        self.notices.retain(|notice| !held(notice));
        std::mem::take(&mut self.staff.deaths).are_many()
    }

    /// The reader wants something trained, or the set-up is another: what was held back is tried
    /// once more, as far as anything waits for it.
    pub(super) fn try_again(&mut self) {
        if !self.forgive() {
            return;
        }
        if !self.ready() {
            return self.prepare();
        }
        if self.run.lost {
            self.start_run();
            self.train_hand();
            self.read_class_again();
        }
        self.train_again();
    }

    /// Waits for the next word of the GPU, as long as it has something to do.
    pub(super) fn watch_gpu(&mut self) {
        self.map.doubted = false;
        self.emit(match self.map.is_on(WorkerId::Gpu) {
            true => Effect::Wait(Timer::Gpu, SILENCE),
            false => Effect::Forget(Timer::Gpu),
        });
    }

    /// The GPU has said nothing for long. A page that was asleep finds its timers over before it
    /// hears what has come meanwhile: it is waited for once more.
    pub(super) fn gpu_is_silent(&mut self) {
        if !self.map.is_on(WorkerId::Gpu) || !self.has_desk(WorkerId::Gpu) {
            return;
        }
        if !std::mem::replace(&mut self.map.doubted, true) {
            return self.emit(Effect::Wait(Timer::Gpu, SILENCE));
        }
        self.staff.up.retain(|up| *up != WorkerId::Gpu);
        self.replace(WorkerId::Gpu);
        self.adapter = Adapter::Lost(String::new());
        self.notify_once(Notice::GpuHangs);
        self.resume_map();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_dies_at_once_has_died_of_one_thing() {
        let mut deaths = Deaths::default();
        for now in [10.0, 11.0, 500.0, 1_009.0] {
            deaths.add(now);
            assert!(!deaths.are_many(), "at {now}");
        }
        deaths.add(1_010.0);
        assert!(deaths.are_many());
    }

    #[test]
    fn the_cause_of_a_death_is_told_by_its_error() {
        for error in [
            "Uncaught RangeError: Maximum call stack size exceeded",
            "InternalError: too much recursion",
            "RuntimeError: memory access out of bounds",
            "RuntimeError: index out of bounds",
            "RuntimeError: Stack overflow",
        ] {
            assert_eq!(Cause::of(false, error), Cause::Stack, "{error}");
        }
        for error in ["", "Uncaught RuntimeError: unreachable", "Script error."] {
            assert_eq!(Cause::of(false, error), Cause::Other, "{error}");
            assert_eq!(Cause::of(true, error), Cause::Memory, "{error}");
        }
    }
}
