//! The study: the search run to the end of its budget, as the page runs it.
//!
//! A unit of work is a trial. What a trial is trained at depends on those before it, so that a study
//! is told anew from its first trial on ([`Told`]), with what is trained so far; and what comes
//! next is looked ahead for: the trials that run together, and all of a strategy that learns nothing.
//! What was looked ahead for and is not what the study asks for in the end is trained again.

mod table;
mod told;
mod tune;

use crate::error::Error;
use crate::input::{Input, where_possible};
use crate::line::{Header, Kind};
use crate::options::{Format, StudyOptions};
use crate::pool::{Pool, Work, threads};
use crate::progress;
use crate::run;
use crate::store::{Store, text};
use indicatif::ProgressBar;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io::Write;
use std::path::Path;
use tunescape_core::json::number::{Double, Four};
use tunescape_core::setup::Setup;
use tunescape_core::space::Point;
use tunescape_core::worker::{Job, Judged, Overview, Reply, Request, Tried};
use tunescape_engine::train::Report;

pub use table::write;
pub use told::Told;

pub const FORMATS: [Format; 5] =
    [Format::Jsonl, Format::Csv, Format::Journal, Format::Page, Format::Tune];

/// A trial that has been trained: all that the study hears of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trained {
    pub unit: u64,
    pub point: Point,
    /// The epoch that counts, and what each stream scored after it; none where it diverged.
    pub judged: Option<(usize, Vec<Option<Double>>)>,
    /// What it was judged by after each epoch, from 1: the mean over its streams.
    pub curve: Vec<Option<Double>>,
    /// Slope of the loss by each parameter, where the strategy goes by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slope: Option<Vec<f64>>,
    /// By epoch, from 0: training loss, validation loss, training score, validation score.
    pub reports: Vec<Four>,
}

impl Trained {
    /// Takes what a trial came to.
    fn end(&mut self, tried: &Tried) {
        let doubles = |list: &[Option<f64>]| list.iter().map(|x| x.map(Double)).collect();
        self.judged = tried.judged.as_ref().map(|j| (j.epoch, doubles(&j.values)));
        self.curve = doubles(&tried.curve);
    }

    fn judged(&self) -> Option<Judged> {
        let (epoch, values) = self.judged.as_ref()?;
        Some(Judged { epoch: *epoch, values: singles(values) })
    }
}

/// As the study takes them.
fn singles(list: &[Option<Double>]) -> Vec<Option<f64>> {
    list.iter().map(|x| x.map(|x| x.0)).collect()
}

/// Trials that have been trained, by number.
pub type Trials = BTreeMap<u64, Trained>;

/// The work on a study.
struct Search<'a> {
    told: Told<'a>,
    trained: Trials,
    store: &'a mut Store,
    /// What can be trained now, and whether that has to be found out anew.
    ahead: VecDeque<(u64, Point)>,
    stale: bool,
    under_way: HashMap<Job, Trained>,
    bar: ProgressBar,
}

impl Search<'_> {
    fn look(&mut self) -> Result<(), Error> {
        self.stale = false;
        self.told.advance(&self.trained)?;
        self.bar.set_position(self.told.study.trials().len() as u64);
        let shard = self.store.header.shard;
        let ahead = self.told.ahead(&self.trained)?.into_iter();
        let own = |(unit, point): &(u64, Point)| {
            shard.is_none_or(|shard| shard.has(*unit))
                && !self.under_way.values().any(|t| t.unit == *unit && t.point == *point)
        };
        self.ahead = ahead.filter(own).collect();
        Ok(())
    }
}

impl Work for Search<'_> {
    fn next(&mut self, job: Job) -> Result<Option<Request>, Error> {
        if self.ahead.is_empty() && self.stale {
            self.look()?;
        }
        let Some((unit, point)) = self.ahead.pop_front() else { return Ok(None) };
        let setup = self.told.setup.clone();
        self.under_way.insert(job, Trained { unit, point: point.clone(), ..Trained::default() });
        Ok(Some(Request::Try { job, setup, point }))
    }

    fn take(&mut self, job: Job, reply: Reply) -> Result<bool, Error> {
        let Some(trial) = self.under_way.get_mut(&job) else { return Ok(true) };
        match reply {
            Reply::Curves(_, curves) => {
                let reports = curves.reports.first().into_iter().flatten();
                trial.reports.truncate(curves.from);
                trial.reports.extend(reports.map(Four::from));
            }
            Reply::Sloped(_, slope) => trial.slope = slope.ok(),
            Reply::Tried(_, tried) => {
                trial.end(&tried);
                let trial = trial.clone();
                self.under_way.remove(&job);
                self.store.push(trial.unit, text(&trial))?;
                self.trained.insert(trial.unit, trial);
                self.stale = true;
                return Ok(true);
            }
            _ => {}
        }
        Ok(false)
    }
}

/// The set-up that is trained, given how often every trial is.
pub fn with_seeds(setup: &Setup, seeds: usize) -> Setup {
    let mut setup = setup.clone();
    setup.evaluation.repeats = seeds;
    setup
}

pub fn run(options: StudyOptions) -> Result<(), Error> {
    let StudyOptions { work, output, .. } = &options;
    let format = run::format(Kind::Study, output, Some(work), &FORMATS)?;
    let mut input = Input::read(&options.input)?;
    let seeds = options.seeds.map_or(input.setup.evaluation.repeats, usize::from);
    input.setup = where_possible(&input.setup, |setup| setup.evaluation.repeats = seeds);
    let setup = with_seeds(&input.setup, seeds);
    let mut pool = Pool::new(threads(work.threads), &input, None);
    let overview = pool.overview(&setup)?;
    let budget = setup.search.budget as u64;
    let header = Header::new(Kind::Study, &input, setup.evaluation.repeats, budget);
    let mut store = run::begin::<Trained>(header, work, output)?;
    if let Some(path) = &options.known {
        know(&mut store, path)?;
    }
    let trained = trials(&store)?;
    let bar = progress::bar(work.quiet, "trials", 0, budget);
    let mut search = Search {
        told: Told::new(&setup, &overview),
        trained,
        store: &mut store,
        ahead: VecDeque::new(),
        stale: true,
        under_way: HashMap::new(),
        bar: bar.clone(),
    };
    let done = pool.work(&mut search)?;
    search.told.advance(&search.trained)?;
    let whole = done && (work.shard.is_some() || search.told.is_over());
    bar.finish_and_clear();
    run::end(store, format, output, whole, &|store, format, out| {
        write(store, &setup, &overview, format, out)
    })
}

/// Takes the trials of a file, whoever trained them.
fn know(store: &mut Store, path: &Path) -> Result<(), Error> {
    let known = Store::open(path, std::fs::File::open(path).map_err(Error::read(path))?)?;
    if known.header.hash != store.header.hash {
        let (found, wanted) = (&known.header.hash, &store.header.hash);
        let why = format!("it is of another set-up: {found}, wanted {wanted}");
        return Err(Error::usage("--known", path.display(), why));
    }
    for trial in trials(&known)?.into_values() {
        if !store.has(trial.unit) {
            store.push(trial.unit, text(&trial))?;
        }
    }
    Ok(())
}

/// The trials that a file holds.
pub fn trials(store: &Store) -> Result<Trials, Error> {
    store.each::<Trained>().map(|trial| trial.map(|trial| (trial.unit, trial))).collect()
}

/// Whether a study is whole with these trials.
pub fn is_over(trained: &Trials, setup: &Setup, overview: &Overview) -> Result<bool, Error> {
    let mut told = Told::new(setup, overview);
    told.advance(trained)?;
    Ok(told.is_over())
}

/// The reports of a trial as the study takes them.
fn reports(trial: &Trained) -> impl Iterator<Item = (usize, Report)> {
    trial.reports.iter().map(Report::from).enumerate()
}

/// Where something is written to.
type Out<'a> = &'a mut dyn Write;
