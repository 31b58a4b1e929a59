//! The race: a unit of work is one strategy spending the budget once, with the seed of its repeat.

use crate::error::Error;
use crate::input::{Input, where_possible};
use crate::line::{Header, Kind};
use crate::options::{Format, RaceOptions};
use crate::pool::{Pool, Work, threads};
use crate::progress;
use crate::run;
use crate::store::{Store, lines, put, text};
use indicatif::ProgressBar;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, VecDeque};
use std::io::Write;
use tunescape_core::search::{Outcome, StrategyName};
use tunescape_core::setup::Setup;
use tunescape_core::space::Point;
use tunescape_core::study::race::{Board, Spent};
use tunescape_core::worker::{Job, Reply, Request};

const FORMATS: [Format; 2] = [Format::Jsonl, Format::Csv];

/// A trial of a race.
#[derive(Debug, Serialize, Deserialize)]
struct Trial {
    point: Point,
    /// None where it diverged.
    loss: Option<f64>,
    epochs: usize,
}

/// A unit's line.
#[derive(Debug, Serialize, Deserialize)]
pub struct Repeat {
    unit: u64,
    strategy: StrategyName,
    repeat: usize,
    trials: Vec<Trial>,
}

struct Repeats<'a> {
    setup: &'a Setup,
    store: &'a mut Store,
    left: VecDeque<u64>,
    under_way: HashMap<Job, (u64, Vec<Spent>)>,
    bar: ProgressBar,
}

/// The strategy and the repeat of a unit: strategies outermost.
fn place(setup: &Setup, unit: u64) -> (StrategyName, usize) {
    let (unit, repeats) = (unit as usize, setup.race.repeats);
    (setup.race.strategies[unit / repeats], unit % repeats)
}

impl Work for Repeats<'_> {
    fn next(&mut self, job: Job) -> Result<Option<Request>, Error> {
        let Some(unit) = self.left.pop_front() else { return Ok(None) };
        let (strategy, repeat) = place(self.setup, unit);
        let mut setup = self.setup.clone();
        setup.race.strategies = vec![strategy];
        self.under_way.insert(job, (unit, Vec::new()));
        Ok(Some(Request::Race { job, setup, repeats: repeat..repeat + 1 }))
    }

    fn take(&mut self, job: Job, reply: Reply) -> Result<bool, Error> {
        match reply {
            Reply::Settled(_, round) => {
                if let Some((_, spent)) = self.under_way.get_mut(&job) {
                    spent.extend(round);
                }
                Ok(false)
            }
            Reply::Trained(_) => {
                let Some((unit, spent)) = self.under_way.remove(&job) else { return Ok(true) };
                let (strategy, repeat) = place(self.setup, unit);
                let trial = |Spent { point, outcome, epochs }: Spent| Trial {
                    point,
                    loss: outcome.loss(),
                    epochs,
                };
                let trials = spent.into_iter().map(trial).collect();
                self.store.push(unit, text(&Repeat { unit, strategy, repeat, trials }))?;
                self.bar.inc(1);
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}

pub fn run(options: RaceOptions) -> Result<(), Error> {
    let RaceOptions { work, output, .. } = &options;
    let format = run::format(Kind::Race, output, Some(work), &FORMATS)?;
    let mut input = Input::read(&options.input)?;
    let seeds = options.seeds.map_or(input.setup.race.repeats, usize::from);
    input.setup = where_possible(&input.setup, |setup| setup.race.repeats = seeds);
    let mut setup = input.setup.clone();
    setup.race.repeats = seeds;
    let mut pool = Pool::new(threads(work.threads), &input, None);
    pool.overview(&setup)?;
    let units = (setup.race.strategies.len() * setup.race.repeats) as u64;
    let header = Header::new(Kind::Race, &input, setup.race.repeats, units);
    let mut store = run::begin::<Repeat>(header, work, output)?;
    let left: VecDeque<u64> = store.missing(work.shard).collect();
    let (done, all) = (store.done(), store.done() + left.len() as u64);
    let bar = progress::bar(work.quiet, "repeats", done, all);
    let under_way = HashMap::new();
    let mut repeats =
        Repeats { setup: &setup, store: &mut store, left, under_way, bar: bar.clone() };
    pool.work(&mut repeats)?;
    bar.finish_and_clear();
    if work.shard.is_none() && !work.quiet && store.is_whole() {
        standings(&store, &setup)?;
    }
    let whole = store.is_whole();
    run::end(store, format, output, whole, &write)
}

/// Who has won, on standard error.
fn standings(store: &Store, setup: &Setup) -> Result<(), Error> {
    let strategies = &setup.race.strategies;
    let mut board = Board::new(strategies.len(), setup.race.repeats, setup.race_budget());
    for repeat in store.each::<Repeat>() {
        let Repeat { strategy, repeat, trials, .. } = repeat?;
        let place = strategies.iter().position(|name| *name == strategy).unwrap_or(0);
        for Trial { point, loss, epochs } in trials {
            let outcome = loss.map_or(Outcome::Diverged, Outcome::of);
            board.push(place, repeat, Spent { point, outcome, epochs });
        }
    }
    eprintln!("mean rank  median loss  strategy");
    for standing in board.standings(board.finished(), None) {
        let name = strategies[standing.strategy].key();
        eprintln!("{:9.3}  {:11.6}  {name}", standing.rank, standing.median);
    }
    Ok(())
}

/// Writes what there is of a race, as a table or as lines of JSON.
pub fn write(store: &Store, format: Format, out: &mut dyn Write) -> Result<(), Error> {
    if format == Format::Jsonl {
        return lines(store, out);
    }
    let setup = store.header.setup(store.path())?;
    let names = store.header.parameters.join(",");
    put(out, &format!("strategy,repeat,trial,{names},loss,epochs"))?;
    for repeat in store.each::<Repeat>() {
        let Repeat { strategy, repeat, trials, .. } = repeat?;
        for (n, trial) in trials.iter().enumerate() {
            let values = setup.exact(&trial.point).join(",");
            let loss = trial.loss.map(|loss| loss.to_string()).unwrap_or_default();
            let (name, n, repeat) = (strategy.key(), n + 1, repeat + 1);
            put(out, &format!("{name},{repeat},{n},{values},{loss},{}", trial.epochs))?;
        }
    }
    Ok(())
}
