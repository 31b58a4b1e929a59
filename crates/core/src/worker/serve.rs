//! The worker's loop: every request is a task of its own, and all tasks take turns.
//!
//! A task trains for at most [`SLICE`] milliseconds, then lets waiting messages in, so that
//! "cancel" is heard.

#[cfg(feature = "bench")]
pub(super) mod bench;
mod explore;
mod race;
mod xray;

use super::Host;
use super::run::Run;
use super::source::{Prepared, Sources};
use super::training::{Curves, Gathered, retire_diverged};
use super::xray::Xray;
use super::{
    Attempt, Evolving, Failure, Job, Reply, Request, Scores, Steering, Tried, believe, explain,
    inspect, peek, propose,
};
use crate::data::{Part, Split};
use crate::export::{self, Order};
use crate::gpu::{GpuContext, GpuTrainer};
use crate::inspect::{Hypergradient, hypergradient};
use crate::search::StrategyName;
use crate::setup::Setup;
use crate::setup::needs::{CPU_BYTES, On};
use crate::space::Point;
use crate::study::landscape_file;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;
use tunescape_engine::train::cpu::{CpuTrainer, Width};
use tunescape_engine::train::{Population, Progress, TrainError, Trainer};

/// Milliseconds between two looks at the messages.
const SLICE: f64 = 8.0;
/// Milliseconds between two reports of a job that is still training.
const REPORT_EVERY: f64 = 60.0;

/// A worker: what it holds, and who posts its replies.
pub struct Desk<H> {
    host: H,
    sources: RefCell<Sources>,
    cancelled: RefCell<HashSet<Job>>,
    /// The Explore run, and the job that last touched it.
    run: RefCell<Option<Run>>,
    run_job: RefCell<Job>,
    /// How many tasks have a run in their hands, and how many wait for it.
    taken: Cell<usize>,
    waiting: Cell<usize>,
    steer: Cell<Option<Steering>>,
    gpu: RefCell<Option<Rc<GpuContext>>>,
    /// The study from elsewhere.
    xray: RefCell<Xray>,
}

/// What trains so many points, given the population of one: the device, or the lanes of this machine.
fn on(shared: &Population, points: usize, context: Option<&GpuContext>) -> On {
    let lanes = || On::Cpu(Width::suiting(shared.net.parameters(), points));
    context.map_or_else(lanes, |context| On::Gpu(context.limits()))
}

/// A pause that comes `SLICE` milliseconds from now.
fn slice<H: Host>() -> impl FnMut() -> bool {
    let end = H::now() + SLICE;
    move || H::now() >= end
}

impl<H: Host> Desk<H> {
    /// A worker that holds nothing yet; it says at once that it is there.
    pub fn new(host: H) -> Rc<Self> {
        host.post(&Reply::Ready);
        Rc::new(Desk {
            host,
            sources: RefCell::default(),
            cancelled: RefCell::default(),
            run: RefCell::default(),
            run_job: RefCell::default(),
            taken: Cell::default(),
            waiting: Cell::default(),
            steer: Cell::default(),
            gpu: RefCell::default(),
            xray: RefCell::default(),
        })
    }

    /// Has it train on this device, and ask for none.
    pub fn give(&self, device: GpuContext) {
        *self.gpu.borrow_mut() = Some(Rc::new(device));
    }

    /// Takes a request: what needs no time at once, else as a task that takes turns with all
    /// others.
    pub fn take(self: Rc<Self>, request: Request) {
        match request {
            Request::Cancel { job } => {
                self.cancelled.borrow_mut().insert(job);
            }
            Request::Keep(source) => self.sources.borrow_mut().keep(source, &H::decode),
            Request::Steer(steering) => self.steer.set(Some(steering)),
            Request::LoseDevice => {
                if let Some(gpu) = self.gpu.borrow().as_ref() {
                    gpu.lose();
                }
            }
            request => H::spawn(async move { self.work(request).await }),
        }
    }

    async fn work(&self, request: Request) {
        if let Request::Propose { job, .. }
        | Request::Believe { job, .. }
        | Request::Explain { job, .. } = &request
        {
            // Lets a cancel that is already waiting be heard before the work.
            H::breathe().await;
            if self.forget(*job) {
                return;
            }
        }
        let (job, result) = match request {
            Request::Peek { job, bytes, choices } => {
                (job, Ok(Reply::Table(job, peek(&bytes, &choices, &H::decode))))
            }
            Request::ReadLandscape { job, bytes } => {
                (job, Ok(Reply::Landscape(job, landscape_file::read(&bytes).map(Box::new))))
            }
            Request::Check { job, source, setup } => {
                (job, Ok(Reply::Checked(job, source.check(&setup, &H::decode))))
            }
            Request::Prepare { job, setup } => (job, Ok(self.prepare(job, &setup))),
            Request::Train { job, setup, points, step, gpu } => {
                (job, self.train(job, &setup, &points, step, gpu).await)
            }
            Request::Try { job, setup, point } => (job, self.try_out(job, &setup, point).await),
            Request::Test { job, setup, point } => (job, self.test(job, &setup, point).await),
            Request::Propose { job, setup, events } => {
                let proposed = propose(&setup, &events).map(|p| Reply::Proposed(job, p));
                (job, proposed.map_err(Failure::from))
            }
            Request::Believe { job, setup, events, side, through } => {
                let mind = believe(&setup, &events, side, &through);
                (job, mind.map(|m| Reply::Believed(job, Box::new(m))).map_err(Failure::from))
            }
            Request::Explain { job, setup, events } => {
                let found = explain(&setup, &events).map(|f| f.map(Box::new));
                (job, found.map(|f| Reply::Explained(job, f)).map_err(Failure::from))
            }
            Request::Xray { job, request } => (job, self.xray(job, request).await),
            Request::Write { job, setup, order } => (job, self.write(job, &setup, order)),
            Request::Race { job, setup, repeats } => (job, self.race(job, &setup, repeats).await),
            Request::Settle { job, setup, points } => {
                let spent = self.settle(job, &setup, points).await;
                (job, spent.map(|spent| Reply::Settled(job, spent)))
            }
            Request::Evolve { job, setup } => (job, self.evolve(job, &setup).await),
            Request::Adapter { job } => (job, Ok(Reply::Adapter(job, self.adapter().await))),
            #[cfg(feature = "bench")]
            Request::Bench { job, workload, trials, gpu } => {
                (job, self.bench(job, &workload, trials, gpu).await)
            }
            Request::Start { job, setup } => (job, self.start(job, &setup).await),
            Request::Go { job, epochs, pace } => match self.go(job, epochs, pace).await {
                Ok(()) => {
                    self.forget(job);
                    return;
                }
                Err(failure) => (job, Err(failure)),
            },
            Request::Rewind { job, branch, epoch } => (job, self.rewind(job, branch, epoch).await),
            Request::LayOpen { job, epoch } => (job, self.lay_open(job, epoch).await),
            Request::Sharpness { job, epoch } => (job, self.sharpness(job, epoch).await),
            Request::Slice { job, epoch, plane, side } => {
                (job, self.slice_loss(job, epoch, plane, side).await)
            }
            Request::Tell { job, epoch, update } => (job, self.tell(job, epoch, update).await),
            Request::Watch { job, branch, metric, from } => {
                (job, self.watch(job, branch, metric, from).await)
            }
            Request::Luck { job, setup, seeds, epochs } => {
                (job, self.luck(job, &setup, seeds, epochs).await)
            }
            Request::Weight { job, index, value } => (job, self.weight(job, index, value).await),
            Request::Cancel { .. } | Request::Keep(_) | Request::Steer(_) | Request::LoseDevice => {
                return;
            }
        };
        if !self.forget(job) {
            self.host.post(&result.unwrap_or_else(|failure| Reply::Failed(job, failure)));
        }
    }

    fn prepare(&self, job: Job, setup: &Setup) -> Reply {
        let prepared = self.sources.borrow_mut().get(setup);
        Reply::Prepared(job, prepared.map(|p| p.overview.clone()))
    }

    fn write(&self, job: Job, setup: &Setup, order: Order) -> Result<Reply, Failure> {
        let prepared = self.data(setup)?;
        let whole = self.sources.borrow().dataset(setup)?;
        let split = prepared.folds.first().ok_or(TrainError::NoRows)?;
        let source = export::Source { setup, data: &whole.0, split };
        Ok(Reply::Written(job, Box::new(order.write(source)?)))
    }

    fn is_cancelled(&self, job: Job) -> bool {
        self.cancelled.borrow().contains(&job)
    }

    /// The end of a job; whether it was cancelled.
    fn forget(&self, job: Job) -> bool {
        self.cancelled.borrow_mut().remove(&job)
    }

    fn data(&self, setup: &Setup) -> Result<Rc<Prepared>, Failure> {
        Ok(self.sources.borrow_mut().get(setup)?)
    }

    async fn context(&self) -> Result<Rc<GpuContext>, TrainError> {
        let kept = self.gpu.borrow().clone();
        if let Some(gpu) = kept {
            return Ok(gpu);
        }
        let gpu = Rc::new(GpuContext::request().await?);
        *self.gpu.borrow_mut() = Some(gpu.clone());
        Ok(gpu)
    }

    async fn adapter(&self) -> Option<String> {
        self.context().await.ok().map(|gpu| gpu.name().to_string())
    }

    async fn train(
        &self,
        job: Job,
        setup: &Setup,
        points: &[Point],
        step: usize,
        gpu: bool,
    ) -> Result<Reply, Failure> {
        let data = self.data(setup)?;
        let context = if gpu { Some(self.context().await?) } else { None };
        for group in setup.groups(points) {
            let shared = setup.population(&data.folds, data.task, &group.points[..1]);
            let count = group.points.len();
            let slices = setup.slices(&shared, count, on(&shared, count, context.as_deref()))?;
            let most = slices.points;
            for (points, places) in group.points.chunks(most).zip(group.trials.chunks(most)) {
                let trained = if slices.streams < shared.streams.len() {
                    let (to, each) = (setup.training.epochs, slices.streams);
                    let gathered =
                        self.gather(job, setup, &shared, points, each, context.as_deref()).await;
                    gathered.map(|gathered| {
                        if let Some(gathered) = gathered {
                            let curves = gathered.curves(places, 0, to);
                            self.host.post(&Reply::Curves(job, curves));
                        }
                    })
                } else {
                    let population = setup.with_trials(&shared, points);
                    match &context {
                        Some(context) => match GpuTrainer::new(context, population, H::now).await {
                            Ok(trainer) => self.train_with(job, setup, trainer, places, step).await,
                            Err(error) => Err(error),
                        },
                        None => {
                            self.train_with(job, setup, CpuTrainer::new(population)?, places, step)
                                .await
                        }
                    }
                };
                if matches!(trained, Err(TrainError::DeviceLost(_))) {
                    *self.gpu.borrow_mut() = None;
                }
                trained?;
                if self.is_cancelled(job) {
                    return Ok(Reply::Trained(job));
                }
            }
        }
        Ok(Reply::Trained(job))
    }

    /// Trains the streams of some points to the last epoch, `each` at a time: together they have no
    /// room. None if the job is cancelled.
    async fn gather(
        &self,
        job: Job,
        setup: &Setup,
        shared: &Population,
        points: &[Point],
        each: usize,
        context: Option<&GpuContext>,
    ) -> Result<Option<Gathered>, TrainError> {
        let streams = shared.streams.len();
        let mut gathered = Gathered::new(points.len(), streams);
        for first in (0..streams).step_by(each) {
            let some = first..streams.min(first + each);
            let population = setup.with_streams(shared, points, some.clone());
            let to =
                gathered.end().map_or(setup.training.epochs, |end| end.min(setup.training.epochs));
            let through = match context {
                Some(context) => {
                    let mut trainer = GpuTrainer::new(context, population, H::now).await?;
                    let through = self.advance(job, &mut trainer, to).await?;
                    gathered.take(&trainer, some);
                    through
                }
                None => {
                    let mut trainer = CpuTrainer::new(population)?;
                    let through = self.advance(job, &mut trainer, to).await?;
                    gathered.take(&trainer, some);
                    through
                }
            };
            if !through {
                return Ok(None);
            }
        }
        Ok(Some(gathered))
    }

    /// Trains to an epoch; false if the job is cancelled on the way.
    async fn advance(
        &self,
        job: Job,
        trainer: &mut impl Trainer,
        to: usize,
    ) -> Result<bool, TrainError> {
        loop {
            let progress = trainer.advance(to, &mut slice::<H>()).await?;
            H::breathe().await;
            if progress == Progress::Reached || self.is_cancelled(job) {
                return Ok(progress == Progress::Reached);
            }
        }
    }

    /// Trains the points of these places in the job to the last epoch, `step` epochs at a time,
    /// reporting on the way, unless the job is cancelled.
    async fn train_with<T: Trainer>(
        &self,
        job: Job,
        setup: &Setup,
        mut trainer: T,
        trials: &[usize],
        step: usize,
    ) -> Result<(), TrainError> {
        let (epochs, streams) = (setup.training.epochs, setup.evaluation.streams());
        let (mut from, mut told) = (0, H::now());
        while trainer.epoch() < epochs {
            let to = (trainer.epoch() + step.max(1)).min(epochs);
            loop {
                let progress = trainer.advance(to, &mut slice::<H>()).await?;
                H::breathe().await;
                if self.is_cancelled(job) {
                    return Ok(());
                }
                if progress == Progress::Reached {
                    break;
                }
            }
            retire_diverged(&mut trainer, streams);
            let done = trainer.epoch() >= epochs || trainer.epoch() < to;
            if done || H::now() - told > REPORT_EVERY {
                let last = trainer.epoch();
                self.host.post(&Reply::Curves(job, Curves::of(&trainer, trials, from, to)));
                (from, told) = (to + 1, H::now());
                if last < to {
                    // Nothing is left to train: every trial has diverged or stopped.
                    break;
                }
            }
        }
        Ok(())
    }

    /// Trains one trial on the CPU, to its end unless the job is cancelled.
    async fn attempt(
        &self,
        job: Job,
        setup: &Setup,
        point: Point,
    ) -> Result<(Rc<Prepared>, Attempt), Failure> {
        let data = self.data(setup)?;
        let mut attempt = Attempt::new(setup, &data, &point)?;
        while attempt.advance(&mut slice::<H>()).await? == Progress::Paused
            && !self.is_cancelled(job)
        {
            H::breathe().await;
        }
        Ok((data, attempt))
    }

    async fn try_out(&self, job: Job, setup: &Setup, point: Point) -> Result<Reply, Failure> {
        if setup.search.strategy == StrategyName::Hypergradient {
            let data = self.data(setup)?;
            let population = setup.population(&data.folds, data.task, std::slice::from_ref(&point));
            let mut rest = H::breathe;
            let found = hypergradient(&population, setup.training.epochs, &mut rest);
            let Some(found) = self.unless_cancelled(job, found).await else {
                return Ok(Reply::Trained(job));
            };
            let slope = |found: Hypergradient| {
                let by = |name| {
                    ["learning_rate", "momentum"]
                        .iter()
                        .position(|n| *n == name)
                        .map_or(0.0, |i| found.slope[i])
                };
                setup.space.iter().map(|(p, _)| by(p.name)).collect()
            };
            self.host.post(&Reply::Sloped(job, found.map(slope)));
        }
        let (data, attempt) = self.attempt(job, setup, point).await?;
        if self.is_cancelled(job) {
            return Ok(Reply::Trained(job));
        }
        self.host.post(&Reply::Curves(job, attempt.curves()));
        let first = attempt.weights(0, &mut H::breathe).await?;
        let Some(first) = first.first() else { return Err(TrainError::NoRows.into()) };
        let mut inspection = inspect(attempt.net(), first, &data, &mut H::breathe).await;
        if setup.evaluation.streams() > 1 {
            let scores = self.scores(&attempt, &data, |fold| &fold.valid);
            match self.unless_cancelled(job, scores).await {
                Some(scores) => inspection.valid = scores?,
                None => return Ok(Reply::Trained(job)),
            }
        }
        Ok(Reply::Tried(
            job,
            Box::new(Tried {
                judged: attempt.judged().cloned(),
                curve: attempt.curve().to_vec(),
                inspection,
            }),
        ))
    }

    async fn evolve(&self, job: Job, setup: &Setup) -> Result<Reply, Failure> {
        let mut evolving = Evolving::new(setup, &*self.data(setup)?, CPU_BYTES)?;
        while evolving.advance(&mut slice::<H>()).await? == Progress::Paused
            && !self.is_cancelled(job)
        {
            H::breathe().await;
        }
        Ok(Reply::Evolved(job, Box::new(evolving.end())))
    }

    async fn test(&self, job: Job, setup: &Setup, point: Point) -> Result<Reply, Failure> {
        let (data, attempt) = self.attempt(job, setup, point).await?;
        let scores = self.scores(&attempt, &data, |fold| &fold.test);
        let scores = self.unless_cancelled(job, scores).await;
        scores.map_or(Ok(Reply::Trained(job)), |scores| Ok(Reply::Tested(job, scores?)))
    }

    /// The mean scores of a trial's streams, each on a part of its own fold.
    async fn scores(
        &self,
        attempt: &Attempt,
        data: &Prepared,
        part: fn(&Split) -> &Part,
    ) -> Result<Scores, Failure> {
        let (mut all, mut folds) = (Vec::new(), data.folds.iter().cycle());
        for slice in 0..attempt.slices() {
            for weights in &*attempt.weights(slice, &mut H::breathe).await? {
                let Some(fold) = folds.next() else { break };
                let weights: Vec<f64> = weights.iter().map(|&w| f64::from(w)).collect();
                let (net, part) = (attempt.net(), part(fold));
                all.push(super::inspect::scores(net, &weights, part, &mut H::breathe).await);
            }
        }
        Ok(Scores::mean(&all).ok_or(TrainError::NoRows)?)
    }
}
