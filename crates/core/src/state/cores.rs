//! What the page has of the machine beside others in the page around: those in sight share the
//! cores, and one out of sight holds no worker.

use super::{Adapter, Effect, State, Timer, WorkerId};
use crate::setup::needs::shared_crew;
use crate::worker::Request;

/// Milliseconds that the browser has to say whether there is WebGPU.
const ADAPTER_WAIT: u32 = 10_000;

pub(super) struct Cores {
    /// Workers of the crew where the page has the machine for itself.
    alone: usize,
    /// Pages in sight that share it.
    pub pages: usize,
    /// Whether this one is out of sight, and whether it has therefore no workers.
    unseen: bool,
    asleep: bool,
}

impl Cores {
    pub fn new(alone: usize, pages: usize) -> Self {
        Cores { alone, pages: pages.max(1), unseen: false, asleep: false }
    }

    /// Workers in the crew of each page; at least one.
    pub fn crew(&self) -> usize {
        shared_crew(self.alone, self.pages)
    }
}

impl State {
    /// So many pages in sight share the machine from now on. What was with a worker that has to go
    /// begins anew with another.
    pub(super) fn share_cores(&mut self, pages: usize) {
        let old = self.cores.crew();
        self.cores.pages = pages.max(1);
        let new = self.cores.crew();
        // It has none, and gets as many once it is in sight.
        if self.cores.asleep {
            return;
        }
        (old..new).for_each(|i| self.replace(WorkerId::Crew(i)));
        self.map_lost_from(new);
        for i in new..old {
            self.move_races(i);
            self.stop_desk(WorkerId::Crew(i));
        }
    }

    /// The page has come into sight, or is out of it.
    pub(super) fn come_into_sight(&mut self, visible: bool) {
        self.cores.unseen = !visible;
        if visible && std::mem::take(&mut self.cores.asleep) {
            self.wake();
        }
    }

    /// Lets all workers go once the page is out of sight, unless they have a file in their hands,
    /// of which nobody else knows.
    pub(super) fn sleep_unseen(&mut self) {
        if self.cores.unseen && !self.cores.asleep && !self.reads_file() {
            self.cores.asleep = true;
            self.desks().into_iter().for_each(|desk| self.stop_desk(desk));
        }
    }

    /// Everything that the workers had begins anew, as if all of them had died, and what played
    /// plays on. That is no news to the page around.
    fn wake(&mut self) {
        self.desks().into_iter().for_each(|desk| self.replace(desk));
        if matches!(self.adapter, Adapter::Asked | Adapter::Named(_)) {
            self.ask_for_adapter();
        }
        // The address is still to be opened.
        if self.data_job == 0 {
            return;
        }
        self.tell_nothing_again();
        let plays_on = self.study.plays_on();
        self.prepare_beside_race();
        self.plays_on = plays_on;
        self.xray_lost();
        (0..self.cores.alone).for_each(|i| self.move_races(i));
        self.study_race_lost(WorkerId::Study);
    }

    /// All workers that the page has while it is in sight.
    fn desks(&self) -> Vec<WorkerId> {
        let crew = (0..self.cores.crew()).map(WorkerId::Crew);
        [WorkerId::Study, WorkerId::Gpu].into_iter().chain(crew).collect()
    }

    /// Whether the page has this worker now.
    pub(super) fn has_desk(&self, desk: WorkerId) -> bool {
        !self.cores.asleep && self.desks().contains(&desk)
    }

    /// What a worker of the crew had of races goes to one that is there, which may be the same.
    fn move_races(&mut self, worker: usize) {
        let heir = WorkerId::Crew(worker % self.cores.crew());
        self.race_moves(WorkerId::Crew(worker), heir);
        self.study_race_moves(WorkerId::Crew(worker), heir);
    }

    /// Has the browser say whether there is WebGPU.
    pub(super) fn ask_for_adapter(&mut self) {
        (self.adapter, self.adapter_job) = (Adapter::Asked, self.next_job());
        let job = self.adapter_job;
        self.ask(WorkerId::Gpu, Request::Adapter { job });
        self.emit(Effect::Wait(Timer::Adapter, ADAPTER_WAIT));
    }
}
