//! A study told from its first trial on, with the trials that are trained so far.

use super::{Trained, Trials, reports, singles};
use crate::check;
use crate::error::Error;
use tunescape_core::search::{Outcome, Proposal, Reason, StrategyName};
use tunescape_core::setup::Setup;
use tunescape_core::setup::search::Placed;
use tunescape_core::space::Point;
use tunescape_core::study::{Event, EventError, Study};
use tunescape_core::worker::{Dropped, Ending, Judged, Overview, ending, propose};

/// A study as far as its trials are trained.
pub struct Told<'a> {
    pub setup: &'a Setup,
    overview: &'a Overview,
    pub study: Study,
    dropped: Dropped,
    judged: Vec<Option<Judged>>,
}

fn failed(error: EventError) -> Error {
    Error::Failed(format!("the study can't go on: {}", check::event(&error)))
}

/// Whether what a strategy proposes depends on no trial's outcome.
fn learns_nothing(strategy: StrategyName) -> bool {
    !strategy.believes() && strategy != StrategyName::Hypergradient
}

impl<'a> Told<'a> {
    /// A study before its first trial.
    pub fn new(setup: &'a Setup, overview: &'a Overview) -> Self {
        let study = Study::new(setup.strategy(), setup.searched());
        let (dropped, judged) = (Dropped::new(), Vec::new());
        Self { setup, overview, study, dropped, judged }
    }

    /// Tells the trials that are trained, up to the first that is not.
    pub fn advance(&mut self, trained: &Trials) -> Result<(), Error> {
        while self.goes_on() {
            let trial = self.study.trials().len();
            let proposal = self.proposal(&self.study)?;
            let known = trained.get(&(trial as u64)).filter(|known| known.point == proposal.point);
            if self.is_oversized(&proposal.point) {
                self.apply(Event::Proposed { trial, proposal })?;
                self.apply(Event::Completed { trial, outcome: Outcome::Refused })?;
                self.judged.push(None);
            } else if let Some(known) = known {
                self.apply(Event::Proposed { trial, proposal })?;
                self.tell(trial, known);
            } else {
                break;
            }
        }
        Ok(())
    }

    /// Whether there is another trial to run, as the page has it.
    fn goes_on(&self) -> bool {
        let (search, done) = (&self.setup.search, self.study.trials().len());
        let streams = self.setup.evaluation.streams();
        let spent = || ending::epochs(&self.study, &self.dropped, done, streams);
        self.proposes(done) && (search.most_epochs == 0 || spent() < search.most_epochs)
    }

    /// Whether there is budget for a trial, and somebody who proposes it.
    fn proposes(&self, trial: usize) -> bool {
        let search = &self.setup.search;
        let placed = || search.hand.iter().any(|placed| placed.0 >= trial);
        trial < search.budget && (!search.manual || placed())
    }

    pub fn is_over(&self) -> bool {
        !self.goes_on()
    }

    fn is_oversized(&self, point: &Point) -> bool {
        self.setup.oversized(self.overview.inputs, self.overview.task, point).is_some()
    }

    /// What comes after the trials of a study: placed by hand, or proposed.
    fn proposal(&self, study: &Study) -> Result<Proposal, Error> {
        let trial = study.trials().len();
        if let Some(Placed(_, point)) = self.setup.search.hand.iter().find(|h| h.0 == trial) {
            return Ok(Proposal { point: point.clone(), reason: Reason::Hand });
        }
        // But one strategy looks at no curve.
        let curves = study.strategy().name == StrategyName::Bohb;
        let told = |event: &&Event| curves || !matches!(event, Event::Reported { .. });
        let events: Vec<Event> = study.events().iter().filter(told).cloned().collect();
        propose(self.setup, &events).map_err(failed)
    }

    fn apply(&mut self, event: Event) -> Result<(), Error> {
        self.study.apply(event).map_err(failed)
    }

    /// Tells what became of the study's last trial.
    fn tell(&mut self, trial: usize, known: &Trained) {
        for (epoch, report) in reports(known) {
            // A report that is no number belongs to a run that has diverged: its end says so.
            let _ = self.study.apply(Event::Reported { trial, epoch, report });
        }
        if let Some(slope) = &known.slope {
            let _ = self.study.apply(Event::Sloped { trial, slope: slope.clone() });
        }
        let (own, judged) = (known.judged(), &self.judged);
        let mut ending = Ending {
            setup: self.setup,
            data: self.overview,
            study: &mut self.study,
            dropped: &mut self.dropped,
            judged: &|n| judged.get(n)?.as_ref(),
        };
        ending.end(trial, own.as_ref(), &singles(&known.curve));
        self.judged.push(own);
    }

    /// The trials that can be trained now: the next, those that run beside it, and all others of a
    /// strategy that learns nothing.
    pub fn ahead(&self, trained: &Trials) -> Result<Vec<(u64, Point)>, Error> {
        let (mut study, mut ahead) = (self.study.clone(), Vec::new());
        let first = study.trials().len();
        let search = &self.setup.search;
        // How many trials a budget of epochs allows is known once they are trained.
        let all = learns_nothing(search.strategy) && search.most_epochs == 0;
        if !self.goes_on() {
            return Ok(ahead);
        }
        loop {
            let trial = study.trials().len();
            let beside = trial - trial % search.at_once.max(1) <= first;
            if !(self.proposes(trial) && (beside || all)) {
                return Ok(ahead);
            }
            let proposal = self.proposal(&study)?;
            let point = proposal.point.clone();
            study.apply(Event::Proposed { trial, proposal }).map_err(failed)?;
            let unit = trial as u64;
            if self.is_oversized(&point) {
                let outcome = Outcome::Refused;
                study.apply(Event::Completed { trial, outcome }).map_err(failed)?;
            } else if trained.get(&unit).is_none_or(|known| known.point != point) {
                ahead.push((unit, point));
            }
        }
    }
}
