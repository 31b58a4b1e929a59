//! What every trainer can do, on the CPU or the GPU.

use super::error::TrainError;
use super::evaluate::outputs;
use super::log::{Log, Report};
use super::population::Population;
use super::state::State;
use crate::optim::Hyper;

/// Whether `advance` reached its epoch or was told to pause before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    Reached,
    Paused,
}

/// How far the losses of two trainers may lie apart after several epochs at learning rates that are
/// not chaotic, relative to the loss or to 1, whichever is more. The same polynomials in the same
/// order make most of them equal; a GPU may contract a product and a sum, divide with an error of
/// 2.5 units, and sum in another order.
pub const TOLERANCE: f32 = 2e-5;

/// Trains a population, epoch by epoch. The same contract on CPU and GPU; nothing here waits for a
/// clock.
///
/// Trials advance together: `epoch()` is the number of epochs that every live trial has finished.
/// `advance` may stop early when `pause` says so; calling it again goes on from there, with the
/// same numbers.
#[allow(async_fn_in_trait)]
pub trait Trainer {
    fn population(&self) -> &Population;
    /// Everything reported so far.
    fn log(&self) -> &Log;
    /// Epochs finished by every live trial.
    fn epoch(&self) -> usize;
    /// Goes on until every live trial has finished epoch `to`; the report of epoch 0 takes an
    /// `advance`, too. `pause` is asked at least every few milliseconds of work (CPU) or
    /// between dispatches (GPU).
    async fn advance(
        &mut self,
        to: usize,
        pause: &mut dyn FnMut() -> bool,
    ) -> Result<Progress, TrainError>;
    /// The report of a trial after an epoch (0 = before training); none if it is not there yet, or
    /// the trial diverged at or before that epoch, or was retired before it.
    fn report(&self, trial: usize, epoch: usize) -> Option<Report> {
        self.log().report(trial, epoch)
    }
    /// The epoch at whose end the trial was found diverged.
    fn diverged(&self, trial: usize) -> Option<usize> {
        self.log().diverged(trial)
    }
    /// What training has made of a trial by its last finished epoch; after divergence, by the last
    /// finite one.
    async fn state(&mut self, trial: usize) -> Result<State, TrainError>;
    /// The state of a trial after the epoch of its lowest validation loss ([`Log::best`]), before
    /// epoch 1 that at the start; none where the population does not remember it. A state that
    /// a trial is given is its best so far.
    async fn best(&mut self, trial: usize) -> Result<Option<State>, TrainError>;
    /// Overwrites the state of a trial, between epochs, all live trials having finished the same
    /// one. A trial that had diverged or was retired trains again from there, at its own
    /// hyperparameters; it has no reports of the epochs that it missed.
    async fn set_state(&mut self, trial: usize, state: &State) -> Result<(), TrainError>;
    /// Gives one trial the state of another, between epochs; its hyperparameters stay its own.
    async fn copy(&mut self, from: usize, to: usize) -> Result<(), TrainError> {
        let state = self.state(from).await?;
        self.set_state(to, &state).await
    }
    /// Changes the hyperparameters of a trial from the next batch on.
    fn set_hyper(&mut self, trial: usize, hyper: Hyper);
    /// The network's outputs on the validation rows, rows × outputs, after the trial's last
    /// finished epoch: what any metric is made of.
    async fn outputs(&mut self, trial: usize) -> Result<Vec<f32>, TrainError> {
        let weights = self.state(trial).await?.weights;
        let population = self.population();
        let stream = &population.streams[population.trials[trial].stream];
        Ok(outputs(&population.net, &weights, &stream.valid))
    }
    /// Stops training a trial; what it reported stays.
    fn retire(&mut self, trial: usize);
}
