//! The one run of the Explore screen.

use super::source::Prepared;
use super::{Frame, Sharpness, inspect as look};
use crate::exchange::Setup;
use crate::inspect::{self, Anatomy, Lanczos, Plane, Slice, stability};
use crate::optim::Hyper;
use crate::space::Point;
use crate::train::cpu::{CpuTrainer, Width};
use crate::train::{Population, Progress, Report, TrainError, Trainer};
use std::rc::Rc;

/// Bytes of checkpoints, and of the path, that a run keeps at most.
const KEPT_BYTES: usize = 1 << 25;

/// The one run of the Explore screen: a population of one, with what it takes to go back.
pub struct Run {
    trainer: CpuTrainer,
    data: Rc<Prepared>,
    sent: usize,
    /// The run as it was after some epochs, the first of them 0.
    checkpoints: Thinned<CpuTrainer>,
    /// The weights after some epochs.
    path: Thinned<Vec<f32>>,
    /// The hyperparameters from an epoch on, the first of them from 0.
    steered: Vec<(usize, Hyper)>,
    /// Those that take effect when the epoch under way is over.
    wanted: Hyper,
    /// Weights and biases that were set by hand: after which epoch, which, to what.
    edits: Vec<(usize, usize, f32)>,
}

/// Something of every so many epochs, in order, and no more than `most` of it: every second is dropped when it is full.
struct Thinned<T> {
    kept: Vec<(usize, T)>,
    every: usize,
    most: usize,
}

impl<T> Thinned<T> {
    fn new(bytes_each: usize) -> Self {
        Self { kept: Vec::new(), every: 1, most: (KEPT_BYTES / bytes_each.max(1)).clamp(4, 64) }
    }

    /// Whether this epoch is one to keep; none before the last kept is.
    fn wants(&self, epoch: usize) -> bool {
        epoch.is_multiple_of(self.every) && self.kept.last().is_none_or(|(last, _)| *last < epoch)
    }

    fn keep(&mut self, epoch: usize, what: T) {
        self.kept.push((epoch, what));
        if self.kept.len() > self.most {
            self.every *= 2;
            let every = self.every;
            self.kept.retain(|(epoch, _)| epoch.is_multiple_of(every));
        }
    }

    /// Forgets what came after an epoch.
    fn cut(&mut self, epoch: usize) {
        self.kept.retain(|(at, _)| *at <= epoch);
    }

    /// The last one kept at or before an epoch.
    fn before(&self, epoch: usize) -> Option<&T> {
        self.kept.iter().rev().find(|(at, _)| *at <= epoch).map(|(_, what)| what)
    }
}

impl Run {
    /// Start weights and first batches are those of the set-up's seed: starting again is the same run.
    pub fn new(setup: &Setup, data: Rc<Prepared>) -> Result<Self, TrainError> {
        // The narrowest lanes: one trial fills no more, and a checkpoint is as wide as they are.
        // Whoever watches the run stops it. It is the first stream of its point.
        let mut population = Population { patience: 0, ..setup.population(&data.folds, data.task, &[Point::new()]) };
        population.streams.truncate(1);
        population.trials.truncate(1);
        let trainer = CpuTrainer::with_width(population, Width::Four)?;
        let (net, hyper) = (&trainer.population().net, trainer.population().trials[0].hyper);
        let (path, checkpoints) = (4 * net.parameters(), 4 * 4 * 8 * net.parameters());
        let (checkpoints, path) = (Thinned::new(checkpoints), Thinned::new(path));
        Ok(Self {
            trainer,
            data,
            sent: 0,
            checkpoints,
            path,
            steered: vec![(0, hyper)],
            wanted: hyper,
            edits: Vec::new(),
        })
    }

    /// Changes learning rate and momentum from the next epoch on.
    pub fn steer(&mut self, learning_rate: f64, momentum: f64) {
        self.wanted.learning_rate = learning_rate as f32;
        self.wanted.momentum = momentum as f32;
    }

    /// Epochs that the run has finished.
    pub fn epoch(&self) -> usize {
        self.trainer.log().reports(0).len().saturating_sub(1)
    }

    /// Trains on for some epochs, unless told to pause on the way; for none, only up to what the start weights score.
    pub async fn advance(&mut self, epochs: usize, pause: &mut dyn FnMut() -> bool) -> Result<Progress, TrainError> {
        let to = self.trainer.epoch() + epochs;
        for epoch in self.trainer.epoch().min(to)..=to {
            if self.trainer.advance(epoch, pause).await? == Progress::Paused {
                return Ok(Progress::Paused);
            }
            if self.diverged() {
                break;
            }
            if self.checkpoints.wants(epoch) {
                self.checkpoints.keep(epoch, self.trainer.clone());
            }
            if self.path.wants(epoch) {
                let weights = self.trainer.state(0).await?.weights;
                self.path.keep(epoch, weights);
            }
            // Between epochs, so that the run can be replayed.
            if self.steered.last().is_none_or(|(_, hyper)| *hyper != self.wanted) {
                self.steered.retain(|(at, _)| *at < epoch);
                self.steered.push((epoch, self.wanted));
                self.trainer.set_hyper(0, self.wanted);
            }
        }
        Ok(Progress::Reached)
    }

    /// The run as it was after an epoch, trained again from the last checkpoint before it; `rest` is called every few
    /// milliseconds of work. An epoch that was not reached is the last.
    async fn replayed(&self, epoch: usize, rest: &mut impl AsyncFnMut()) -> Result<CpuTrainer, TrainError> {
        let epoch = epoch.min(self.epoch());
        // A run that has not even begun is its own checkpoint.
        let mut trainer = self.checkpoints.before(epoch).unwrap_or(&self.trainer).clone();
        loop {
            let at = trainer.epoch();
            if let Some((_, hyper)) = self.steered.iter().rev().find(|(from, _)| *from <= at) {
                trainer.set_hyper(0, *hyper);
            }
            self.edit(&mut trainer, at).await?;
            if at >= epoch {
                return Ok(trainer);
            }
            while trainer.advance(at + 1, &mut || true).await? == Progress::Paused {
                rest().await;
            }
        }
    }

    /// Goes back to an epoch: training goes on from there, with the hyperparameters that were in force.
    pub async fn rewind(&mut self, epoch: usize, rest: &mut impl AsyncFnMut()) -> Result<(), TrainError> {
        self.trainer = self.replayed(epoch, rest).await?;
        let epoch = self.epoch();
        self.sent = self.sent.min(epoch);
        self.checkpoints.cut(epoch);
        self.path.cut(epoch);
        self.steered.retain(|(from, _)| *from <= epoch);
        self.edits.retain(|(at, ..)| *at <= epoch);
        self.wanted = self.trainer.population().trials[0].hyper;
        Ok(())
    }

    /// The hyperparameters from an epoch on, the first of them from 0.
    pub fn steered(&self) -> &[(usize, Hyper)] {
        &self.steered
    }

    /// Sets one weight or bias where the run rests; velocities stay. One that there is not stays away.
    pub async fn set_weight(&mut self, index: usize, value: f32) -> Result<(), TrainError> {
        if index >= self.trainer.population().net.parameters() || !value.is_finite() || self.diverged() {
            return Ok(());
        }
        let epoch = self.epoch();
        self.edits.push((epoch, index, value));
        let mut trainer = self.trainer.clone();
        self.edit(&mut trainer, epoch).await?;
        self.trainer = trainer;
        Ok(())
    }

    /// What was set by hand after an epoch; doing it twice does nothing more.
    async fn edit(&self, trainer: &mut CpuTrainer, epoch: usize) -> Result<(), TrainError> {
        let mut edits = self.edits.iter().filter(|(at, ..)| *at == epoch).peekable();
        if edits.peek().is_some() {
            let mut state = trainer.state(0).await?;
            edits.for_each(|&(_, index, value)| state.weights[index] = value);
            trainer.set_state(0, &state).await?;
        }
        Ok(())
    }

    /// Lays the run open after an epoch.
    pub async fn anatomy(&self, epoch: usize, rest: &mut impl AsyncFnMut()) -> Result<Anatomy, TrainError> {
        let mut trainer = self.replayed(epoch, rest).await?;
        let state = trainer.state(0).await?;
        let reach = self.data.overview.points.as_ref().map(|p| p.reach);
        let net = &self.trainer.population().net;
        Ok(inspect::anatomy(net, &state, epoch.min(self.epoch()), &self.data.split().train, reach))
    }

    /// How sharply the training loss curves after an epoch, and what that means for the rule in use there; none where
    /// it is not finite.
    pub async fn sharpness(&self, epoch: usize, rest: &mut impl AsyncFnMut()) -> Result<Option<Sharpness>, TrainError> {
        let mut trainer = self.replayed(epoch, rest).await?;
        let weights = trainer.state(0).await?.weights;
        let population = trainer.population();
        let part = &population.streams[0].train;
        let mut lanczos = Lanczos::new(&population.net, &weights, part);
        while lanczos.step() {
            rest().await;
        }
        let hyper = population.trials[0].hyper;
        Ok(lanczos.curvature().map(|curvature| {
            let (rule, sharpest) = (population.rule, curvature.largest);
            Sharpness {
                epoch: epoch.min(self.epoch()),
                curvature,
                limit: stability::limit(rule, &hyper, sharpest),
                damping: stability::damping(rule, &hyper, sharpest),
            }
        }))
    }

    /// The training loss around the weights after an epoch, with the path up to there and the next step; none where they
    /// are not finite.
    pub async fn slice(
        &self,
        epoch: usize,
        plane: Plane,
        side: usize,
        rest: &mut impl AsyncFnMut(),
    ) -> Result<Option<Slice>, TrainError> {
        let mut trainer = self.replayed(epoch, rest).await?;
        let state = trainer.state(0).await?;
        let weights = &state.weights;
        let population = trainer.population();
        let (net, rule, hyper) = (&population.net, population.rule, population.trials[0].hyper);
        let part = &self.data.split().train;
        let updates = state.counters[0] as usize;
        let factors = population.schedule.factors(updates);
        let rate = population.schedule.rate(factors, updates, &hyper, trainer.log().plateau(0));
        let step = inspect::next_step(net, rule, &hyper, rate, &state, part);
        let mut path: Vec<Vec<f32>> =
            self.path.kept.iter().filter(|(at, _)| *at < epoch).map(|(_, w)| w.clone()).collect();
        path.push(weights.clone());
        let random = |seed| inspect::random_directions(net, weights, seed);
        let (directions, mut least) = match plane {
            Plane::Random { seed } => (Some(random(seed)), 1.0),
            Plane::Path => (inspect::path_directions(&path), 0.0),
            Plane::Step => {
                // The path would widen it out of all proportion.
                path = vec![weights.clone()];
                let fresh = step.fresh();
                let directions = inspect::plane_of(&fresh, &step.remembered);
                let length = libm::sqrtf(step.whole.iter().zip(&fresh).map(|(w, f)| (w * w).max(f * f)).sum());
                (directions.or_else(|| inspect::plane_of(&fresh, &random(0)[0])), 3.0 * length)
            }
        };
        let plane = if directions.is_some() { plane } else { Plane::Random { seed: 0 } };
        let directions = directions.unwrap_or_else(|| {
            least = 1.0;
            random(0)
        });
        let slice = inspect::slice(net, &directions, &path, &step, part, (side, least), rest).await;
        let has_parts = inspect::has_parts(rule);
        Ok(slice.map(|slice| Slice { plane, epoch, parts: slice.parts.filter(|_| has_parts), ..slice }))
    }

    pub fn diverged(&self) -> bool {
        self.trainer.diverged(0).is_some()
    }

    /// What the page shows of the run now, with a rest every few milliseconds of work.
    pub async fn frame(&mut self, paused: bool, rest: &mut impl AsyncFnMut()) -> Result<Frame, TrainError> {
        let weights = self.trainer.state(0).await?.weights;
        let reports = self.trainer.log().reports(0);
        let new = reports[self.sent.min(reports.len())..].to_vec();
        self.sent = reports.len();
        Ok(Frame {
            epoch: reports.len().saturating_sub(1),
            reports: new,
            diverged: self.trainer.diverged(0),
            inspection: look(&self.trainer.population().net, &weights, &self.data, rest).await,
            weights,
            paused,
        })
    }
}

/// A run steered like the Explore run, from so many seeds at once, the set-up's own the first: `[seed][epoch]`.
pub async fn over_seeds<P: FnMut() -> bool>(
    setup: &Setup,
    data: &Prepared,
    steered: &[(usize, Hyper)],
    seeds: usize,
    epochs: usize,
    pause: &mut impl FnMut() -> P,
    rest: &mut impl AsyncFnMut(),
) -> Result<Vec<Vec<Report>>, TrainError> {
    let mut setup = setup.clone();
    setup.evaluation.repeats = seeds;
    let population = setup.population(&data.folds[..1], data.task, &[Point::new()]);
    let mut trainer = CpuTrainer::new(Population { patience: 0, ..population })?;
    for epoch in 0..=epochs {
        while trainer.advance(epoch, &mut pause()).await? == Progress::Paused {
            rest().await;
        }
        if let Some((_, hyper)) = steered.iter().find(|(from, _)| *from == epoch) {
            (0..seeds).for_each(|trial| trainer.set_hyper(trial, *hyper));
        }
    }
    Ok((0..seeds).map(|trial| trainer.log().reports(trial).to_vec()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::toys;
    use crate::train::State;
    use crate::worker::prepare;
    use pollster::block_on;

    async fn no_rest() {}

    fn setup() -> Setup {
        let mut setup = Setup::default();
        (setup.run.learning_rate, setup.run.momentum) = (0.05, 0.8);
        setup
    }

    fn run() -> Run {
        let setup = setup();
        let data = toys::toy("moons", 100, 0.1, 1).unwrap();
        Run::new(&setup, Rc::new(prepare(&data, Vec::new(), &setup).unwrap())).unwrap()
    }

    fn state(run: &mut Run) -> State {
        block_on(run.trainer.state(0)).unwrap()
    }

    /// 150 epochs, more than there are checkpoints, steered on the way.
    fn trained() -> (Run, Vec<State>) {
        let (mut run, mut states) = (run(), Vec::new());
        block_on(run.advance(0, &mut || false)).unwrap();
        states.push(state(&mut run));
        for epoch in 1..=150 {
            match epoch {
                20 => run.steer(0.1, 0.5),
                21 => run.steer(0.02, 0.9),
                _ => {}
            }
            block_on(run.advance(1, &mut || false)).unwrap();
            states.push(state(&mut run));
        }
        (run, states)
    }

    #[test]
    fn every_epoch_can_be_replayed_and_gone_on_from() {
        let (mut run, states) = trained();
        assert!(run.checkpoints.kept.len() <= 64 && run.checkpoints.every > 1);
        for (epoch, wanted) in states.iter().enumerate() {
            let mut replayed = block_on(run.replayed(epoch, &mut no_rest)).unwrap();
            assert_eq!(replayed.epoch(), epoch);
            assert_eq!(&block_on(replayed.state(0)).unwrap(), wanted, "epoch {epoch}");
        }
        block_on(run.rewind(77, &mut no_rest)).unwrap();
        assert_eq!((run.epoch(), &state(&mut run)), (77, &states[77]));
        block_on(run.advance(1, &mut || false)).unwrap();
        assert_eq!(&state(&mut run), &states[78]);
        // Another way from there.
        block_on(run.rewind(77, &mut no_rest)).unwrap();
        run.steer(0.5, 0.0);
        block_on(run.advance(0, &mut || false)).unwrap();
        block_on(run.advance(3, &mut || false)).unwrap();
        assert_ne!(&state(&mut run), &states[80]);
        let last = state(&mut run);
        let mut replayed = block_on(run.replayed(80, &mut no_rest)).unwrap();
        assert_eq!(block_on(replayed.state(0)).unwrap(), last);
    }

    #[test]
    fn other_seeds_go_the_same_way_and_the_own_is_the_first() {
        let (run, _) = trained();
        let data = run.data.clone();
        let (setup, mut pause, mut rest) = (setup(), || || false, no_rest);
        let runs = over_seeds(&setup, &data, run.steered(), 3, 40, &mut pause, &mut rest);
        let runs = block_on(runs).unwrap();
        assert_eq!(runs[0], run.trainer.log().reports(0)[..=40]);
        assert!(runs[1].len() == 41 && runs[1] != runs[0] && runs[2] != runs[1]);
    }

    #[test]
    fn a_weight_set_by_hand_stays_set_when_the_run_is_replayed() {
        let (mut run, _) = trained();
        block_on(run.rewind(10, &mut no_rest)).unwrap();
        block_on(run.set_weight(3, 1.5)).unwrap();
        assert_eq!(block_on(run.trainer.state(0)).unwrap().weights[3], 1.5);
        block_on(run.advance(20, &mut || false)).unwrap();
        let gone_on = block_on(run.trainer.state(0)).unwrap();
        assert_eq!(block_on(block_on(run.replayed(30, &mut no_rest)).unwrap().state(0)).unwrap(), gone_on);
        let edited = block_on(block_on(run.replayed(10, &mut no_rest)).unwrap().state(0)).unwrap();
        assert_eq!(edited.weights[3], 1.5);
        block_on(run.rewind(9, &mut no_rest)).unwrap();
        assert!(run.edits.is_empty());
    }

    #[test]
    fn a_run_can_be_looked_into() {
        let (run, states) = trained();
        let laid = block_on(run.anatomy(30, &mut no_rest)).unwrap();
        assert_eq!((laid.epoch, &laid.weights, &laid.slots), (30, &states[30].weights, &states[30].slots));
        assert_eq!(laid.units.iter().map(Vec::len).collect::<Vec<_>>(), [8, 8, 1]);
        let sharp = block_on(run.sharpness(30, &mut no_rest)).unwrap().unwrap();
        assert!(sharp.curvature.settled && sharp.curvature.largest > 0.0, "{sharp:?}");
        assert_eq!(sharp.limit, Some(2.0 * (1.0 + f64::from(0.9_f32)) / sharp.curvature.largest));
        let report = run.trainer.log().reports(0)[150];
        for plane in [Plane::Random { seed: 4 }, Plane::Path, Plane::Step] {
            let slice = block_on(run.slice(150, plane, 9, &mut no_rest)).unwrap().unwrap();
            // The middle cell is the run's last place.
            assert!((slice.losses[40] - report.train_loss).abs() < 1e-6, "{slice:?}");
            assert_eq!(slice.path.last(), Some(&[0.0, 0.0]));
        }
    }
}
