//! Workers on threads: each is a [`Desk`] of the page, with requests in and replies out.
//!
//! One thread takes one job at a time, and training is the same whoever does it, so that nothing
//! depends on how many there are.

use crate::check;
use crate::error::Error;
use crate::input::{Input, decode};
use crate::stop;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::task::{Context, Waker};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tunescape_core::data::encoding::Encoding;
use tunescape_core::gpu::GpuContext;
use tunescape_core::setup::Setup;
use tunescape_core::worker::{Desk, Host, Job, Overview, Reply, Request, yield_once};

/// How often it looks whether it is to stop.
const LOOK: Duration = Duration::from_millis(50);

thread_local! {
    static TASKS: RefCell<VecDeque<Task>> = const { RefCell::new(VecDeque::new()) };
}

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// Where a desk on a thread stands.
struct Port {
    number: usize,
    replies: Sender<(usize, Reply)>,
}

impl Host for Port {
    fn post(&self, reply: &Reply) {
        // Nobody listens any more once the work is given up.
        let _ = self.replies.send((self.number, reply.clone()));
    }

    fn now() -> f64 {
        static START: OnceLock<Instant> = OnceLock::new();
        START.get_or_init(Instant::now).elapsed().as_secs_f64() * 1e3
    }

    fn clock() -> f64 {
        Self::now()
    }

    async fn breathe() {
        yield_once().await;
    }

    async fn rest(milliseconds: f64) {
        std::thread::sleep(Duration::from_secs_f64(milliseconds.max(0.0) / 1e3));
        yield_once().await;
    }

    fn spawn(task: impl Future<Output = ()> + 'static) {
        TASKS.with_borrow_mut(|tasks| tasks.push_back(Box::pin(task)));
    }

    fn decode(encoding: Encoding, bytes: &[u8]) -> Option<String> {
        decode(encoding, bytes)
    }
}

/// A thread's life: takes requests, and works until nothing is left to do.
fn live(port: Port, gpu: Option<GpuContext>, requests: &Receiver<Request>) {
    let desk = Desk::new(port);
    gpu.into_iter().for_each(|gpu| desk.give(gpu));
    let mut context = Context::from_waker(Waker::noop());
    while let Ok(request) = requests.recv() {
        desk.clone().take(request);
        while let Some(mut task) = TASKS.with_borrow_mut(VecDeque::pop_front) {
            if task.as_mut().poll(&mut context).is_pending() {
                TASKS.with_borrow_mut(|tasks| tasks.push_back(task));
            }
            while let Ok(request) = requests.try_recv() {
                desk.clone().take(request);
            }
        }
    }
}

/// Work that is done job by job.
pub trait Work {
    /// The next request, under this number; none while there is nothing to do.
    fn next(&mut self, job: Job) -> Result<Option<Request>, Error>;

    /// Takes a reply; whether its job is over.
    fn take(&mut self, job: Job, reply: Reply) -> Result<bool, Error>;
}

/// The workers.
pub struct Pool {
    desks: Vec<Sender<Request>>,
    threads: Vec<JoinHandle<()>>,
    replies: Receiver<(usize, Reply)>,
    /// What each is doing.
    busy: Vec<Option<Job>>,
    last: Job,
}

impl Pool {
    /// So many workers that have the data; with a GPU one, which trains on it.
    pub fn new(threads: usize, input: &Input, gpu: Option<GpuContext>) -> Self {
        let (post, replies) = channel();
        let (mut desks, mut handles) = (Vec::new(), Vec::new());
        let threads = if gpu.is_some() { 1 } else { threads };
        for number in 0..threads {
            let (desk, requests) = channel();
            for source in &input.sources {
                // It listens: it has not begun.
                let _ = desk.send(Request::Keep(source.clone()));
            }
            let (port, gpu) = (Port { number, replies: post.clone() }, gpu.clone());
            handles.push(std::thread::spawn(move || live(port, gpu, &requests)));
            desks.push(desk);
        }
        let busy = vec![None; threads];
        Self { desks, threads: handles, replies, busy, last: 0 }
    }

    /// What the data of a set-up are.
    pub fn overview(&mut self, setup: &Setup) -> Result<Overview, Error> {
        struct Asked<'a>(Option<&'a Setup>, Option<Overview>);
        impl Work for Asked<'_> {
            fn next(&mut self, job: Job) -> Result<Option<Request>, Error> {
                Ok(self.0.take().map(|setup| Request::Prepare { job, setup: setup.clone() }))
            }

            fn take(&mut self, _: Job, reply: Reply) -> Result<bool, Error> {
                if let Reply::Prepared(_, prepared) = reply {
                    let failed = |e| Error::Failed(check::data(&e));
                    self.1 = Some(prepared.map_err(failed)?);
                }
                Ok(true)
            }
        }
        let mut asked = Asked(Some(setup), None);
        self.work(&mut asked)?;
        asked.1.ok_or(Error::Interrupted { done: 0, all: 0, more: None })
    }

    /// Does all of the work; false where it was interrupted.
    pub fn work(&mut self, work: &mut dyn Work) -> Result<bool, Error> {
        loop {
            for desk in 0..self.desks.len() {
                let next = self.last + 1;
                if self.busy[desk].is_none()
                    && let Some(request) = work.next(next)?
                {
                    self.last = next;
                    self.busy[desk] = Some(next);
                    let gone = |_| Error::Failed("a worker has died".into());
                    self.desks[desk].send(request).map_err(gone)?;
                }
            }
            if self.busy.iter().all(Option::is_none) {
                return Ok(true);
            }
            if stop::asked() {
                return Ok(false);
            }
            let (desk, reply) = match self.replies.recv_timeout(LOOK) {
                Ok(told) => told,
                Err(RecvTimeoutError::Timeout) if self.threads.iter().any(|t| t.is_finished()) => {
                    return Err(Error::Failed("a worker has died".into()));
                }
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Error::Failed("all workers have died".into()));
                }
            };
            let Some(job) = self.busy[desk].filter(|_| reply != Reply::Ready) else { continue };
            if let Reply::Failed(_, failure) = &reply {
                return Err(Error::Failed(check::failure(failure)));
            }
            if work.take(job, reply)? {
                self.busy[desk] = None;
            }
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        for (desk, job) in self.desks.iter().zip(&self.busy) {
            if let Some(job) = *job {
                let _ = desk.send(Request::Cancel { job });
            }
        }
        self.desks.clear();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// Threads for those who don't say how many.
pub fn threads(asked: Option<u16>) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    asked.map_or_else(cores, usize::from)
}
