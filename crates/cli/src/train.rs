//! The one run of the Explore screen, from one seed or several: its curves.

mod values;

use crate::error::Error;
use crate::input::Input;
use crate::line::{self, Header};
use crate::options::{Format, TrainOptions};
use crate::pool::{Pool, Work, threads};
use crate::progress;
use crate::run;
use crate::store::{Store, lines, put, text};
use indicatif::ProgressBar;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, VecDeque};
use std::io::Write;
use tunescape_core::json::number::Four;
use tunescape_core::setup::Setup;
use tunescape_core::worker::{Job, Reply, Request, Steering};
use tunescape_engine::train::Report;

const FORMATS: [Format; 2] = [Format::Jsonl, Format::Csv];

/// Seeds that train side by side.
const SEEDS_AT_ONCE: usize = 16;

/// A seed's line.
#[derive(Debug, Serialize, Deserialize)]
pub struct Run {
    unit: u64,
    seed: u64,
    /// Whether it ended before its last epoch, since it diverged.
    diverged: bool,
    /// By epoch, from 0: training loss, validation loss, training score, validation score.
    reports: Vec<Four>,
}

struct Seeds<'a> {
    setup: &'a Setup,
    epochs: usize,
    steered: Vec<(usize, Steering)>,
    store: &'a mut Store,
    left: VecDeque<u64>,
    each: usize,
    under_way: HashMap<Job, Vec<u64>>,
    bar: ProgressBar,
}

impl Work for Seeds<'_> {
    fn next(&mut self, job: Job) -> Result<Option<Request>, Error> {
        let Some(first) = self.left.pop_front() else { return Ok(None) };
        let mut units = vec![first];
        while units.len() < self.each && self.left.front() == Some(&(first + units.len() as u64)) {
            units.extend(self.left.pop_front());
        }
        let mut setup = self.setup.clone();
        setup.net.seed += first;
        let (seeds, epochs, steered) = (units.len(), self.epochs, Some(self.steered.clone()));
        self.under_way.insert(job, units);
        Ok(Some(Request::Luck { job, setup, seeds, epochs, steered }))
    }

    fn take(&mut self, job: Job, reply: Reply) -> Result<bool, Error> {
        let Reply::Lucky(_, runs) = reply else { return Ok(false) };
        for (unit, reports) in self.under_way.remove(&job).unwrap_or_default().into_iter().zip(runs)
        {
            let diverged = reports.len() <= self.epochs;
            let (seed, reports) =
                (self.setup.net.seed + unit, reports.iter().map(Four::from).collect());
            self.store.push(unit, text(&Run { unit, seed, diverged, reports }))?;
            self.bar.inc(1);
        }
        Ok(true)
    }
}

pub fn run(options: TrainOptions) -> Result<(), Error> {
    let TrainOptions { work, output, seeds, .. } = &options;
    let format = run::format(line::Kind::Train, output, Some(work), &FORMATS)?;
    let mut input = Input::read(&options.input)?;
    input.setup = values::at(&input.setup, &options.at)?;
    let steered = values::then(&input.setup, &options.then)?;
    let most = input.setup.training.epochs;
    let epochs = options.epochs.unwrap_or(most);
    if !(1..=most).contains(&epochs) {
        return Err(Error::usage("--epochs", epochs, format!("1 to {most}, the set-up's last")));
    }
    let seeds = usize::from(*seeds);
    let mut pool = Pool::new(threads(work.threads).min(seeds), &input, None);
    pool.overview(&input.setup)?;
    let mut header = Header::new(line::Kind::Train, &input, seeds, seeds as u64);
    header.epochs = options.epochs;
    header.then.clone_from(&options.then);
    header.seal(&input.setup);
    let mut store = run::begin::<Run>(header, work, output)?;
    let left: VecDeque<u64> = store.missing(work.shard).collect();
    let (done, all) = (store.done(), store.done() + left.len() as u64);
    let bar = progress::bar(work.quiet, "seeds", done, all);
    let each = seeds.div_ceil(threads(work.threads)).clamp(1, SEEDS_AT_ONCE);
    let under_way = HashMap::new();
    let mut seeds = Seeds {
        setup: &input.setup,
        epochs,
        steered,
        store: &mut store,
        left,
        each,
        under_way,
        bar: bar.clone(),
    };
    pool.work(&mut seeds)?;
    bar.finish_and_clear();
    let whole = store.is_whole();
    run::end(store, format, output, whole, &write)
}

/// Writes what there is of the runs, as a table or as lines of JSON.
pub fn write(store: &Store, format: Format, out: &mut dyn Write) -> Result<(), Error> {
    if format == Format::Jsonl {
        return lines(store, out);
    }
    put(out, "seed,epoch,training_loss,validation_loss,training_score,validation_score")?;
    for run in store.each::<Run>() {
        let run = run?;
        for (epoch, report) in run.reports.iter().map(Report::from).enumerate() {
            let Report { train_loss, valid_loss, train_score, valid_score } = report;
            let losses = format!("{train_loss},{valid_loss},{train_score},{valid_score}");
            put(out, &format!("{},{epoch},{losses}", run.seed))?;
        }
    }
    Ok(())
}
