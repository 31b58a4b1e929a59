//! Strategies race over the trials of the open study: the worker that holds it makes a table of
//! them, and every worker of the crew races with some of the seeds.

use super::OpenStudy;
use crate::import::replay::{RaceTable, Raced, ReplayError, Run, Runs};
use crate::search::StrategyName;
use crate::state::deaths::Deaths;
use crate::state::{Notice, State, WorkerId};
use crate::worker::xray::XrayRequest;
use crate::worker::{Job, Request};
use std::ops::Range;
use std::rc::Rc;

/// Seeds of a race.
pub const SEEDS: usize = 100;

/// The seeds that a worker races with.
struct Share {
    job: Job,
    desk: WorkerId,
    seeds: Range<usize>,
    /// Trials of the run under way.
    begun: usize,
}

/// A race that is going on.
pub struct Racing {
    strategies: Vec<StrategyName>,
    /// What makes the table, until it is there.
    table_job: Job,
    table: Option<Box<RaceTable>>,
    shares: Vec<Share>,
    runs: Runs,
}

impl Racing {
    fn is_over(&self) -> bool {
        self.runs.len() == SEEDS * self.strategies.len()
    }

    /// Those of some seeds with which not all strategies have come to their end.
    fn left(&self, seeds: Range<usize>) -> Range<usize> {
        let over = |seed: usize| {
            (0..self.strategies.len()).all(|strategy| self.runs.contains_key(&(seed, strategy)))
        };
        seeds.clone().find(|seed| !over(*seed)).unwrap_or(seeds.end)..seeds.end
    }

    /// How it stands, once there is a table.
    fn standing(&self) -> Option<Rc<Raced>> {
        let begun = self.shares.iter().map(|share| share.begun).sum();
        let table = self.table.as_ref()?;
        Some(Rc::new(Raced::of(table, &self.strategies, SEEDS, &self.runs, begun)))
    }
}

impl OpenStudy {
    pub fn is_racing(&self) -> bool {
        self.racing.is_some()
    }

    /// Whether a worker has something to do for it.
    pub(in crate::state) fn employs(&self, worker: WorkerId) -> bool {
        let shares = self.racing.iter().flat_map(|racing| {
            racing.shares.iter().filter(|share| !racing.left(share.seeds.clone()).is_empty())
        });
        let table = || self.racing.as_ref().is_some_and(|racing| racing.table.is_none());
        match worker {
            WorkerId::Study => self.asking.is_waiting() || table(),
            _ => shares.into_iter().any(|share| share.desk == worker),
        }
    }
}

impl State {
    /// Races strategies over the trials: chance, and those that are asked.
    pub(super) fn race_over_study(&mut self) {
        self.stop_study_race();
        let Some(open) = &mut self.xray.open else { return };
        let mut strategies = vec![StrategyName::Random];
        for name in [StrategyName::Tpe].into_iter().chain(open.strategies.iter().copied()) {
            if name.races() && !strategies.contains(&name) {
                strategies.push(name);
            }
        }
        open.race = None;
        open.racing = Some(Racing {
            strategies,
            table_job: 0,
            table: None,
            shares: Vec::new(),
            runs: Runs::new(),
        });
        self.ask_for_table();
    }

    fn ask_for_table(&mut self) {
        let job = self.next_job();
        let Some(open) = &mut self.xray.open else { return };
        let view = open.shown_by;
        if let Some(racing) = open.racing.as_mut().filter(|racing| racing.table.is_none()) {
            racing.table_job = job;
            self.ask_about_study(job, XrayRequest::Table { view });
        }
    }

    /// The table is there: every worker of the crew gets some of the seeds.
    pub(super) fn study_table(
        &mut self,
        job: Job,
        table: Result<Box<RaceTable>, ReplayError>,
    ) -> bool {
        let crew = self.workers();
        let Some(racing) = self.racing().filter(|racing| racing.table_job == job) else {
            return false;
        };
        match table {
            Ok(table) => racing.table = Some(table),
            Err(error) => {
                self.stop_study_race();
                self.notify_once(Notice::NoRace(error));
                return true;
            }
        }
        for i in 0..crew {
            self.share_race(WorkerId::Crew(i), SEEDS * i / crew..SEEDS * (i + 1) / crew);
        }
        true
    }

    fn racing(&mut self) -> Option<&mut Racing> {
        self.xray.open.as_mut()?.racing.as_mut()
    }

    fn share_race(&mut self, desk: WorkerId, seeds: Range<usize>) {
        let job = self.next_job();
        let Some(racing) = self.racing() else { return };
        let seeds = racing.left(seeds);
        let Some(table) = racing.table.clone().filter(|_| !seeds.is_empty()) else { return };
        let strategies = racing.strategies.clone();
        racing.shares.push(Share { job, desk, seeds: seeds.clone(), begun: 0 });
        let request = XrayRequest::Race { table, strategies, seeds };
        self.ask(desk, Request::Xray { job, request });
    }

    /// A worker has come further; whether it was of this race.
    pub(super) fn study_ran(&mut self, job: Job, runs: Vec<Run>, begun: usize) -> bool {
        let Some(open) = &mut self.xray.open else { return false };
        let Some(racing) = &mut open.racing else { return false };
        let Some(share) = racing.shares.iter_mut().find(|share| share.job == job) else {
            return false;
        };
        share.begun = begun;
        if !runs.is_empty() {
            // What is over is over: it comes to its end, whoever dies.
            open.deaths = Deaths::default();
        }
        racing.runs.extend(runs.into_iter().map(|run| ((run.seed, run.strategy), run)));
        open.race = racing.standing();
        open.racing.take_if(|racing| racing.is_over());
        true
    }

    pub(in crate::state) fn stop_study_race(&mut self) {
        let racing = self.xray.open.as_mut().and_then(|open| open.racing.take());
        let Some(racing) = racing else { return };
        self.cancel(WorkerId::Study, racing.table_job);
        racing.shares.into_iter().for_each(|share| self.cancel(share.desk, share.job));
    }

    /// Ends the race that a failed job is of; false if it is of none.
    pub(super) fn forget_study_race(&mut self, job: Job) -> bool {
        let of = |racing: &mut Racing| {
            racing.table_job == job || racing.shares.iter().any(|share| share.job == job)
        };
        let own = self.racing().is_some_and(of);
        if own {
            self.stop_study_race();
        }
        own
    }

    /// A worker has died: another takes its share of the race, but for the seeds that are over.
    pub(in crate::state) fn study_race_lost(&mut self, worker: WorkerId) {
        let Some(open) = &self.xray.open else { return };
        if open.deaths.are_many() {
            let name = open.name.clone();
            self.stop_study_race();
            return self.tell_given_up(Notice::StudyKills { name });
        }
        if worker == WorkerId::Study {
            return self.ask_for_table();
        }
        self.study_race_moves(worker, worker);
    }

    /// What a worker had of the race that is no longer there, another gets.
    pub(in crate::state) fn study_race_moves(&mut self, from: WorkerId, to: WorkerId) {
        let Some(racing) = self.racing() else { return };
        let lost: Vec<Share> = racing.shares.extract_if(.., |share| share.desk == from).collect();
        for share in lost {
            self.share_race(to, share.seeds);
        }
    }
}
