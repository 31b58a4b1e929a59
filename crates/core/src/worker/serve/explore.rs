//! The Explore run: started, trained at the page's pace, rewound, changed, and asked while it goes
//! on.

use super::{Desk, Failure, slice};
use crate::inspect::Plane;
use crate::metrics::Metric;
use crate::setup::Setup;
use crate::worker::Host;
use crate::worker::run::{self, Run};
use crate::worker::{Job, Reply, Steering};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use tunescape_engine::train::{Progress, TrainError};

impl<H: Host> Desk<H> {
    pub(super) async fn start(&self, job: Job, setup: &Setup) -> Result<Reply, Failure> {
        *self.run_job.borrow_mut() = job;
        self.steer.set(None);
        // The last run makes room for this one, its data and checkpoints.
        *self.run.borrow_mut() = None;
        let mut run = Run::new(setup, self.data(setup)?)?;
        while run.advance(0, &mut slice::<H>()).await? == Progress::Paused {
            H::breathe().await;
        }
        let frame = run.frame(true, &mut H::breathe).await?;
        if *self.run_job.borrow() == job {
            *self.run.borrow_mut() = Some(run);
        }
        Ok(Reply::Frame(job, Box::new(frame)))
    }

    /// Takes the Explore run for a while, from a training that goes on if need be; none if there is
    /// none, or it is no longer wanted.
    async fn take_run(&self, unwanted: impl Fn() -> bool) -> Option<Run> {
        self.waiting.set(self.waiting.get() + 1);
        let run = loop {
            if unwanted() {
                break None;
            }
            if let Some(run) = self.run.borrow_mut().take() {
                self.taken.set(self.taken.get() + 1);
                break Some(run);
            }
            if self.taken.get() == 0 {
                break None;
            }
            H::rest(2.0).await;
        };
        self.waiting.set(self.waiting.get() - 1);
        run
    }

    /// Puts the run back where nothing has taken its place.
    fn put_run(&self, run: Run) {
        self.taken.set(self.taken.get() - 1);
        self.run.borrow_mut().get_or_insert(run);
    }

    /// Asks something of the Explore run, which stays as it is; none if there is none, or the job
    /// was cancelled: the run waits for no answer that nobody wants.
    pub(super) async fn ask_run<T>(
        &self,
        job: Job,
        ask: impl AsyncFnOnce(&Run) -> Result<Option<T>, TrainError>,
    ) -> Result<Option<T>, Failure> {
        let Some(run) = self.take_run(|| self.is_cancelled(job)).await else { return Ok(None) };
        let answer = self.unless_cancelled(job, ask(&run)).await;
        self.put_run(run);
        answer.map_or(Ok(None), |answer| Ok(answer?))
    }

    /// What comes of some work; none as soon as the job is cancelled.
    pub(super) async fn unless_cancelled<T>(
        &self,
        job: Job,
        work: impl Future<Output = T>,
    ) -> Option<T> {
        let mut work = pin!(work);
        poll_fn(|context| match self.is_cancelled(job) {
            true => Poll::Ready(None),
            false => work.as_mut().poll(context).map(Some),
        })
        .await
    }

    pub(super) async fn lay_open(&self, job: Job, epoch: usize) -> Result<Reply, Failure> {
        let laid = async |run: &Run| run.anatomy(epoch, &mut H::breathe).await.map(Some);
        Ok(Reply::Laid(job, self.ask_run(job, laid).await?.map(Box::new)))
    }

    pub(super) async fn sharpness(&self, job: Job, epoch: usize) -> Result<Reply, Failure> {
        let sharp = async |run: &Run| run.sharpness(epoch, &mut H::breathe).await;
        Ok(Reply::Sharp(job, self.ask_run(job, sharp).await?))
    }

    pub(super) async fn slice_loss(
        &self,
        job: Job,
        epoch: usize,
        plane: Plane,
        side: usize,
    ) -> Result<Reply, Failure> {
        let (side, steering) = (side.clamp(2, 64), self.steer.get());
        let slice =
            async |run: &Run| run.slice(epoch, plane, side, steering, &mut H::breathe).await;
        Ok(Reply::Sliced(job, self.ask_run(job, slice).await?.map(Box::new)))
    }

    pub(super) async fn tell(
        &self,
        job: Job,
        epoch: usize,
        update: usize,
    ) -> Result<Reply, Failure> {
        let steering = self.steer.get();
        let tell = async |run: &Run| run.tell(epoch, update, steering, &mut H::breathe).await;
        Ok(Reply::Told(job, self.ask_run(job, tell).await?.map(Box::new)))
    }

    pub(super) async fn watch(
        &self,
        job: Job,
        branch: usize,
        metric: Metric,
        from: usize,
    ) -> Result<Reply, Failure> {
        let watch =
            async |run: &Run| run.watch(branch, metric, from, &mut H::breathe).await.map(Some);
        Ok(Reply::Watched(job, self.ask_run(job, watch).await?))
    }

    pub(super) async fn rewind(
        &self,
        job: Job,
        branch: usize,
        epoch: usize,
    ) -> Result<Reply, Failure> {
        // A training that goes on ends.
        *self.run_job.borrow_mut() = job;
        let Some(mut run) = self.take_run(|| self.is_cancelled(job)).await else {
            return Err(TrainError::NoRows.into());
        };
        let shown = self.unless_cancelled(job, run.rewind(branch, epoch, &mut H::breathe)).await;
        // What nobody waits for tells nothing, so that the page still gets what it has not seen.
        let frame = match shown.unwrap_or(Err(TrainError::NoRows)) {
            Ok(()) => run.frame(true, &mut H::breathe).await,
            Err(error) => Err(error),
        };
        self.put_run(run);
        Ok(Reply::Frame(job, Box::new(frame?)))
    }

    /// The Explore run from other seeds.
    pub(super) async fn luck(
        &self,
        job: Job,
        setup: &Setup,
        seeds: usize,
        epochs: usize,
        steered: Option<Vec<(usize, Steering)>>,
    ) -> Result<Reply, Failure> {
        let steered = match steered {
            Some(steered) => steered,
            None => {
                self.ask_run(job, async |run| Ok(Some(run.steered()))).await?.unwrap_or_default()
            }
        };
        let data = self.data(setup)?;
        let mut told = 0;
        let mut rest = async |epoch: usize| {
            // The epoch that it is in is not over.
            let percent = 100 * epoch.saturating_sub(1) / epochs.max(1);
            if std::mem::replace(&mut told, percent) != percent {
                self.host.post(&Reply::LuckProgress(job, percent));
            }
            H::breathe().await;
        };
        let mut pause = slice::<H>;
        let runs = run::over_seeds(setup, &data, &steered, seeds, epochs, &mut pause, &mut rest);
        let runs = self.unless_cancelled(job, runs).await;
        Ok(runs.map_or(Ok(Vec::new()), |runs| runs).map(|runs| Reply::Lucky(job, runs))?)
    }

    pub(super) async fn weight(
        &self,
        job: Job,
        index: usize,
        value: f32,
    ) -> Result<Reply, Failure> {
        *self.run_job.borrow_mut() = job;
        let Some(mut run) = self.take_run(|| self.is_cancelled(job)).await else {
            return Err(TrainError::NoRows.into());
        };
        let frame = match run.set_weight(index, value).await {
            Ok(()) => run.frame(true, &mut H::breathe).await,
            Err(error) => Err(error),
        };
        self.put_run(run);
        Ok(Reply::Frame(job, Box::new(frame?)))
    }

    pub(super) async fn go(&self, job: Job, epochs: usize, pace: f64) -> Result<(), Failure> {
        *self.run_job.borrow_mut() = job;
        // Also where it is cancelled, a last frame says that it rests; only after a later job
        // nobody waits for that.
        let superseded = || *self.run_job.borrow() != job;
        let stopped = || self.is_cancelled(job) || superseded();
        let Some(mut run) = self.take_run(superseded).await else {
            return if superseded() { Ok(()) } else { Err(TrainError::NoRows.into()) };
        };
        let failed = |_: &TrainError| self.taken.set(self.taken.get() - 1);
        // A frame costs at most as much time as the training that it shows.
        let (mut shown, mut took) = (H::now(), 0.0);
        for left in (0..epochs).rev() {
            loop {
                if let Some(steering) = self.steer.take() {
                    run.steer(steering);
                }
                let progress = run.advance(1, &mut slice::<H>()).await.inspect_err(failed)?;
                H::breathe().await;
                if stopped() || progress == Progress::Reached {
                    break;
                }
            }
            let last = left == 0 || run.diverged() || stopped();
            if last || H::now() - shown >= pace.max(16.0).max(2.0 * took) {
                shown = H::now();
                if !superseded() {
                    let frame = run.frame(last, &mut H::breathe).await.inspect_err(failed)?;
                    self.host.post(&Reply::Frame(job, Box::new(frame)));
                }
                took = H::now() - shown;
            }
            if last {
                break;
            }
            while H::now() - shown < pace && !stopped() {
                H::rest((pace - (H::now() - shown)).clamp(1.0, 20.0)).await;
            }
            if self.waiting.get() > 0 && !stopped() {
                self.put_run(run);
                while self.waiting.get() > 0 {
                    H::rest(1.0).await;
                }
                match self.take_run(superseded).await {
                    Some(back) => run = back,
                    None => return Ok(()),
                }
            }
        }
        self.put_run(run);
        Ok(())
    }
}
