//! The landscape's training: which cells train where, level after level, and how long that takes.

use crate::state::{Adapter, Effect, Kept, Notice, State, Timer, WorkerId};
use crate::worker::{Curves, Failure, Job, Request};
use tunescape_engine::train::TrainError;

/// Milliseconds of training that a speed is taken from, at least.
const LEAST_MEASURED: f64 = 200.0;

/// Multiplications of a map that takes minutes on the processor of a school's laptop: about three
/// times those of the map that a first visit sees.
const LONG: f64 = 2e11;

/// Cells along the side of the map that is trained without asking.
const COARSE: usize = 16;

/// A slice of a level in training.
pub(super) struct Slice {
    pub job: Job,
    pub desk: WorkerId,
    pub cells: Vec<usize>,
}

impl State {
    /// Forgets the landscape and trains it anew, coarse first.
    pub(crate) fn start_map(&mut self) {
        self.stop_map();
        self.map.begin(&self.setup);
        if let Some(land) = self.map_of_file() {
            (self.map.land, self.map.begun) = (land, true);
            return;
        }
        self.resume_map();
    }

    /// Trains what is missing.
    pub(crate) fn resume_map(&mut self) {
        self.stop_map();
        (self.map.cancelled, self.map.rests) = (false, false);
        if self.map.land.of_file.is_some() || !self.ready() || self.waits_for_adapter() {
            return;
        }
        self.map.begun = true;
        self.map.land.drop_unfinished();
        self.map.strides = self.map.land.strides();
        self.map.started = self.now - self.map.took;
        self.next_level();
    }

    pub(crate) fn stop_map(&mut self) {
        if self.map.is_on(WorkerId::Gpu) {
            self.emit(Effect::Forget(Timer::Gpu));
        }
        for slice in std::mem::take(&mut self.map.slices) {
            self.cancel(slice.desk, slice.job);
        }
        self.map.strides.clear();
    }

    /// Workers of the crew from this number on have to go: what they had of the map is shared among
    /// the others.
    pub(crate) fn map_lost_from(&mut self, crew: usize) {
        let lost = |slice: &Slice| matches!(slice.desk, WorkerId::Crew(i) if i >= crew);
        if self.map.slices.iter().any(lost) {
            self.resume_map();
        }
    }

    fn next_level(&mut self) {
        while !self.map.strides.is_empty() {
            let stride = self.map.strides.remove(0);
            let cells = self.map.land.level(stride);
            if cells.is_empty() {
                continue;
            }
            if self.map.land.side / stride > COARSE && self.is_long() {
                self.map.strides.clear();
                (self.map.cancelled, self.map.rests) = (true, true);
                return;
            }
            let gpu = self.on_gpu();
            let desks: Vec<WorkerId> = if gpu {
                vec![WorkerId::Gpu]
            } else {
                (0..self.workers()).map(WorkerId::Crew).collect()
            };
            let all = self.setup.on_map(cells.iter().map(|&c| self.map.land.point(c)));
            // Neighbours train side by side in SIMD lanes; the shares interleave, so that all take
            // about as long.
            let mut shares: Vec<Vec<usize>> = vec![Vec::new(); desks.len()];
            let groups = self.setup.groups(&all);
            for (i, lanes) in groups.iter().flat_map(|group| group.trials.chunks(4)).enumerate() {
                shares[i % desks.len()].extend_from_slice(lanes);
            }
            for (desk, share) in
                desks.into_iter().zip(shares).filter(|(_, share)| !share.is_empty())
            {
                let job = self.next_job();
                let points = share.iter().map(|&i| all[i].clone()).collect();
                let cells = share.iter().map(|&i| cells[i]).collect();
                let step = (self.setup.training.epochs / 30).max(1);
                self.ask(
                    desk,
                    Request::Train { job, setup: self.setup.clone(), points, step, gpu },
                );
                self.map.slices.push(Slice { job, desk, cells });
            }
            if gpu {
                self.watch_gpu();
            }
            return;
        }
    }

    /// Whether the whole map takes so much work that the reader is asked first. A lesson and whoever
    /// embeds the page have chosen their maps.
    fn is_long(&self) -> bool {
        let work = self.map_work(self.map.land.cells.len());
        let asked = self.map.patient || self.embed.is_some() || self.lesson().is_some();
        !asked && !self.on_gpu() && work.is_some_and(|work| work > LONG)
    }

    /// Takes what a slice reported; false if the job is none of the map's.
    pub(crate) fn map_curves(&mut self, job: Job, curves: &Curves) -> bool {
        let Some(slice) = self.map.slices.iter().find(|s| s.job == job) else { return false };
        for ((&trial, reports), &diverged) in
            curves.trials.iter().zip(&curves.reports).zip(&curves.diverged)
        {
            if let Some(&cell) = slice.cells.get(trial) {
                self.map.land.record(cell, curves.from, reports, diverged);
            }
        }
        for (&trial, spreads) in curves.trials.iter().zip(&curves.spreads) {
            if let Some(&cell) = slice.cells.get(trial) {
                self.map.land.record_spread(cell, curves.from, spreads);
            }
        }
        self.map.took = self.now - self.map.started;
        self.map.revision += 1;
        true
    }

    pub(crate) fn map_trained(&mut self, job: Job) {
        for slice in self.map.slices.extract_if(.., |s| s.job == job) {
            slice.cells.iter().for_each(|&cell| self.map.land.finish(cell));
        }
        if self.map.slices.is_empty() {
            self.measure_map();
            self.next_level();
        }
    }

    /// Multiplications of a map of so many cells, once there is data.
    pub(in crate::state) fn map_work(&self, cells: usize) -> Option<f64> {
        let data = self.data.as_ref()?;
        Some(cells as f64 * self.setup.multiplications(data.inputs, data.task, data.trained))
    }

    /// Takes the speed of the map's training so far as that of this machine.
    fn measure_map(&mut self) {
        let (done, all) = self.map.land.progress();
        if let Some(work) =
            self.map_work(self.map.land.cells.len()).filter(|_| self.map.took > LEAST_MEASURED)
        {
            let speed = work * done as f64 / all.max(1) as f64 / self.map.took;
            let kept = if self.on_gpu() { Kept::SpeedGpu } else { Kept::SpeedCpu };
            *(if self.on_gpu() { &mut self.map.speed_gpu } else { &mut self.map.speed_cpu }) =
                Some(speed);
            self.emit(Effect::Keep(kept, speed.to_string()));
        }
    }

    /// Milliseconds that a map of so many cells will take, at the speed that was last measured on
    /// this machine.
    pub fn expected(&self, cells: usize) -> Option<f64> {
        let speed = if self.on_gpu() { self.map.speed_gpu } else { self.map.speed_cpu }?;
        Some(self.map_work(cells)? / speed).filter(|ms| ms.is_finite())
    }

    /// A slice failed on the GPU: what is unfinished starts again on the CPU. False if the job is
    /// none of the map's.
    pub(crate) fn map_failed(&mut self, job: Job, failure: &Failure) -> bool {
        if !self.map.has(job) {
            return false;
        }
        match failure {
            Failure::Train(TrainError::TooLarge { .. } | TrainError::OutOfMemory(_)) => {
                self.map.too_large = true
            }
            Failure::Train(TrainError::DeviceLost(why) | TrainError::NoDevice(why)) => {
                self.adapter = Adapter::Lost(why.clone());
                self.notify(Notice::DeviceLost);
            }
            _ => return false,
        }
        self.map.slices.retain(|s| s.job != job);
        self.resume_map();
        true
    }
}
