//! The worker's loop: every request is a task of its own, and all tasks take turns.
//!
//! A task trains for at most [`SLICE`] milliseconds, then lets waiting messages in, so that
//! "cancel" is heard.

#[cfg(feature = "bench")]
pub(super) mod bench;
mod explore;
mod race;
mod training;
mod trial;
mod xray;

use super::Host;
use super::run::Run;
use super::source::{Prepared, Sources};
use super::xray::Xray;
use super::{Failure, Job, Reply, Request, Steering, believe, explain, inspect, peek, propose};
use crate::export::{self, Order};
use crate::gpu::GpuContext;
use crate::landscape_file;
use crate::setup::Setup;
use crate::setup::needs::{DataSize, On};
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;
use tunescape_engine::train::cpu::Width;
use tunescape_engine::train::{Population, TrainError};

/// Milliseconds between two looks at the messages.
const SLICE: f64 = 8.0;
/// Milliseconds between two reports of a job that is still training.
const REPORT_EVERY: f64 = 60.0;
/// Milliseconds between two words of a GPU that it is there.
const ALIVE_EVERY: f64 = 1_000.0;

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
    /// Whether trials are in training.
    training: Cell<bool>,
    gpu: RefCell<Option<Rc<GpuContext>>>,
    /// When the page last heard that the GPU is there.
    heard: Cell<f64>,
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
            training: Cell::default(),
            gpu: RefCell::default(),
            heard: Cell::default(),
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

    /// Whether what is done at one go was cancelled before it was begun.
    async fn is_withdrawn(&self, request: &Request) -> bool {
        let (Request::Propose { job, .. }
        | Request::Believe { job, .. }
        | Request::Explain { job, .. }) = request
        else {
            return false;
        };
        // Lets a cancel that is already waiting be heard before the work.
        H::breathe().await;
        self.forget(*job)
    }

    async fn work(&self, request: Request) {
        if self.is_withdrawn(&request).await {
            return;
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
            Request::Luck { job, setup, seeds, epochs, steered } => {
                (job, self.luck(job, &setup, seeds, epochs, steered).await)
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

    /// How much the data of a set-up holds, with all that was sent.
    fn size(&self, data: &Prepared) -> DataSize {
        data.size(self.sources.borrow().numbers())
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
}
