//! The landscape: a network in every cell of the map, block by block.
//!
//! A unit of work is a block: some neighbours in a row. How long blocks are goes by the set-up
//! alone, so that every run cuts the map in the same way. Of each cell there stays what it came to,
//! not its curve: a map of 4,096 × 4,096 cells would else take tens of gigabytes.

mod table;

use crate::error::Error;
use crate::gpu;
use crate::input::{Input, where_possible};
use crate::line::{Header, Kind};
use crate::options::{Format, LandscapeOptions};
use crate::pool::{Pool, Work, threads};
use crate::progress;
use crate::run;
use crate::store::{Store, text};
use indicatif::ProgressBar;
use std::collections::{HashMap, VecDeque};
use tunescape_core::json::number::Single;
use tunescape_core::landscape_file::{Axis, Block};
use tunescape_core::setup::Setup;
use tunescape_core::space::Point;
use tunescape_core::study::landscape::values;
use tunescape_core::worker::{Curves, Job, Overview, Reply, Request};

pub use table::{check, write};

const FORMATS: [Format; 3] = [Format::Jsonl, Format::Csv, Format::Page];

/// Multiplications of a block, about: a fraction of a second to some seconds.
const BLOCK_WORK: f64 = 4e9;
/// Cells of a block: whole lanes, and no more than a line has room for.
const BLOCK_CELLS: [usize; 2] = [4, 64];
/// Cells that a GPU is given at a time.
const GPU_CELLS: usize = 16_384;

/// What a cell came to, at its last epoch.
#[derive(Clone, Debug, Default)]
struct Cell {
    /// Validation loss before training.
    start: Option<f32>,
    epoch: Option<usize>,
    valid_loss: f32,
    train_loss: f32,
    score: f32,
    spread: f32,
    reached: Option<usize>,
    diverged: Option<usize>,
}

fn block(unit: u64, [row, from]: [usize; 2], cells: &[Cell], spread: bool) -> Block {
    let single = |of: fn(&Cell) -> f32| cells.iter().map(|cell| Single(of(cell))).collect();
    Block {
        unit,
        row,
        from,
        start: cells.first().and_then(|cell| cell.start).map(Single),
        epoch: cells.iter().map(|cell| cell.epoch).collect(),
        loss: single(|cell| cell.valid_loss),
        train_loss: single(|cell| cell.train_loss),
        score: single(|cell| cell.score),
        spread: if spread { single(|cell| cell.spread) } else { Vec::new() },
        reached: cells.iter().map(|cell| cell.reached).collect(),
        diverged: cells.iter().map(|cell| cell.diverged).collect(),
    }
}

/// How the map is cut.
struct Plan {
    setup: Setup,
    /// Values across and up, each once.
    axes: [Axis; 2],
    /// Cells of a block, and blocks of a row.
    cells: usize,
    blocks: usize,
}

impl Plan {
    fn new(setup: &Setup, overview: &Overview, side: usize) -> Self {
        let space = setup.axes();
        let axis = |i: usize| {
            let param = &space.params[i];
            Axis { name: param.name.clone(), values: values(param, side) }
        };
        let axes = [axis(0), axis(1)];
        let each = setup.multiplications(overview.inputs, overview.task, overview.trained);
        let fits = (BLOCK_WORK / each.max(1.0)) as usize;
        let [least, most] = BLOCK_CELLS;
        let cells = fits.clamp(least, most) / least * least;
        let blocks = axes[0].values.len().div_ceil(cells);
        Self { setup: setup.clone(), axes, cells, blocks }
    }

    fn units(&self) -> u64 {
        self.blocks as u64 * self.axes[1].values.len() as u64
    }

    /// Row, first cell and number of cells of a block.
    fn place(&self, unit: u64) -> ([usize; 2], usize) {
        let blocks = self.blocks as u64;
        let (row, from) = ((unit / blocks) as usize, (unit % blocks) as usize * self.cells);
        ([row, from], self.cells.min(self.axes[0].values.len() - from))
    }

    fn points(&self, unit: u64) -> Vec<Point> {
        let ([row, from], cells) = self.place(unit);
        let up = self.axes[1].values[row];
        self.setup.on_map(self.axes[0].values[from..from + cells].iter().map(|&x| [x, up]))
    }
}

/// The work on a landscape.
struct Blocks<'a> {
    plan: &'a Plan,
    store: &'a mut Store,
    left: VecDeque<u64>,
    gpu: bool,
    /// The blocks of each job under way, and their cells so far.
    under_way: HashMap<Job, (Vec<u64>, Vec<Cell>)>,
    bar: ProgressBar,
}

impl Work for Blocks<'_> {
    fn next(&mut self, job: Job) -> Result<Option<Request>, Error> {
        let (mut units, mut points) = (Vec::new(), Vec::new());
        let most = if self.gpu { GPU_CELLS } else { 1 };
        while points.len() < most
            && let Some(unit) = self.left.pop_front()
        {
            units.push(unit);
            points.extend(self.plan.points(unit));
        }
        if units.is_empty() {
            return Ok(None);
        }
        self.under_way.insert(job, (units, vec![Cell::default(); points.len()]));
        let setup = self.plan.setup.clone();
        let step = (setup.training.epochs / 30).max(1);
        Ok(Some(Request::Train { job, setup, points, step, gpu: self.gpu }))
    }

    fn take(&mut self, job: Job, reply: Reply) -> Result<bool, Error> {
        match reply {
            Reply::Curves(_, curves) => {
                if let Some((_, cells)) = self.under_way.get_mut(&job) {
                    note(cells, &curves, self.plan.setup.map.target);
                }
                Ok(false)
            }
            Reply::Trained(_) => {
                let Some((units, cells)) = self.under_way.remove(&job) else { return Ok(true) };
                let spread = self.plan.setup.evaluation.streams() > 1;
                let mut cells = &cells[..];
                for unit in units {
                    let (place, count) = self.plan.place(unit);
                    let (own, rest) = cells.split_at(count);
                    cells = rest;
                    self.store.push(unit, text(&block(unit, place, own, spread)))?;
                    self.bar.inc(count as u64);
                }
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}

/// Takes down what the cells of a job have reported.
fn note(cells: &mut [Cell], curves: &Curves, target: f64) {
    for (i, (&place, reports)) in curves.trials.iter().zip(&curves.reports).enumerate() {
        let Some(cell) = cells.get_mut(place) else { continue };
        let first = reports.first().filter(|_| curves.from == 0);
        cell.start = cell.start.or(first.map(|report| report.valid_loss));
        for (epoch, report) in reports.iter().enumerate() {
            let (epoch, low) = (curves.from + epoch, f64::from(report.valid_loss) <= target);
            cell.reached = cell.reached.or(low.then_some(epoch));
        }
        if let Some(last) = reports.last() {
            cell.epoch = Some(curves.from + reports.len() - 1);
            (cell.valid_loss, cell.train_loss) = (last.valid_loss, last.train_loss);
            cell.score = last.valid_score;
        }
        if let Some(&spread) = curves.spreads.get(i).and_then(|spreads| spreads.last()) {
            cell.spread = spread;
        }
        cell.diverged = curves.diverged.get(i).copied().flatten();
    }
}

pub fn run(options: LandscapeOptions) -> Result<(), Error> {
    if gpu::list(&options)? {
        return Ok(());
    }
    let LandscapeOptions { work, output, .. } = &options;
    let format = run::format(Kind::Landscape, output, Some(work), &FORMATS)?;
    let mut input = Input::read(&options.input)?;
    let device = gpu::device(&options)?;
    let seeds = options.seeds.map_or(input.setup.evaluation.repeats, usize::from);
    let side = options.side.map_or(input.setup.map.side, usize::from);
    input.setup = where_possible(&input.setup, |setup| setup.evaluation.repeats = seeds);
    input.setup = where_possible(&input.setup, |setup| setup.map.side = side);
    let mut setup = input.setup.clone();
    setup.evaluation.repeats = seeds;
    let (name, on_gpu) = (device.as_ref().map(|d| d.name().to_owned()), device.is_some());
    let mut pool = Pool::new(threads(work.threads), &input, device);
    let overview = pool.overview(&setup)?;
    let plan = Plan::new(&setup, &overview, side);
    let mut header = Header::new(Kind::Landscape, &input, seeds, plan.units());
    (header.axes, header.side, header.gpu) = (plan.axes.to_vec(), Some(side), name);
    header.seal(&input.setup);
    let mut store = run::begin::<Block>(header, work, output)?;
    check(&store)?;
    let left: VecDeque<u64> = store.missing(work.shard).collect();
    let count = |units: &mut dyn Iterator<Item = u64>| units.map(|u| plan.place(u).1 as u64).sum();
    let done: u64 = count(&mut store.units());
    let all = done + count(&mut left.iter().copied());
    let bar = progress::bar(work.quiet, "cells", done, all);
    let under_way = HashMap::new();
    let mut blocks =
        Blocks { plan: &plan, store: &mut store, left, gpu: on_gpu, under_way, bar: bar.clone() };
    pool.work(&mut blocks)?;
    bar.finish_and_clear();
    let whole = store.is_whole();
    run::end(store, format, output, whole, &write)
}
