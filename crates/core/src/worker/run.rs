//! The one run of the Explore screen.

mod insight;

use super::branch::{Branch, Steering};
use super::source::Prepared;
use super::{Frame, inspect as look};
use crate::metrics::Metric;
use crate::setup::Setup;
use crate::setup::needs::CPU_BYTES;
use crate::space::Point;
use std::rc::Rc;
use tunescape_engine::train::cpu::{CpuTrainer, Footprint, Width};
use tunescape_engine::train::{Population, Progress, Report, TrainError, Trainer, outputs};

/// The one run of the Explore screen: a population of one, with what it takes to go back and
/// another way.
pub struct Run {
    /// Where the run is shown: at an epoch of its branch.
    trainer: CpuTrainer,
    data: Rc<Prepared>,
    branches: Vec<Branch>,
    /// The branch on show.
    at: usize,
    /// What takes effect when the epoch under way is over.
    wanted: Steering,
    /// Whether an epoch is under way.
    midway: bool,
}

impl Run {
    /// Start weights and first batches are those of the set-up's seed: starting again is the same
    /// run.
    pub fn new(setup: &Setup, data: Rc<Prepared>) -> Result<Self, TrainError> {
        // A checkpoint is as wide as the lanes are.
        // Whoever watches the run stops it. It is the first stream of its point; the others say how
        // far a schedule is along.
        let mut population =
            Population { patience: 0, ..setup.population(&data.folds, data.task, &[Point::new()]) };
        population.trials.truncate(1);
        let width = Width::suiting(population.net.parameters(), 1);
        let trainer = CpuTrainer::with_width(population, width)?;
        let wanted = Steering::of(setup);
        let footprint = Footprint::of(trainer.population(), width, setup.training.epochs);
        let branches = vec![Branch::new(wanted, footprint)];
        Ok(Self { trainer, data, branches, at: 0, wanted, midway: false })
    }

    /// Changes what is in force from the next epoch on.
    pub fn steer(&mut self, steering: Steering) {
        self.wanted = steering;
    }

    /// The epoch that the run is shown after.
    pub fn epoch(&self) -> usize {
        self.trainer.log().reports(0).len().saturating_sub(1)
    }

    fn branch(&self) -> &Branch {
        &self.branches[self.at]
    }

    /// Makes a branch of its own of what follows, where later epochs would be lost.
    fn part(&mut self) {
        let epoch = self.epoch();
        if epoch < self.branch().end() {
            self.branches.push(self.branch().parted(self.at, epoch));
            self.at = self.branches.len() - 1;
            let branches = self.branches.len();
            self.branches.iter_mut().for_each(|branch| branch.share_among(branches));
        }
    }

    /// Trains on for some epochs, unless told to pause on the way; for none, only up to what the
    /// start weights score. What goes another way than it did before goes there on a branch of
    /// its own.
    pub async fn advance(
        &mut self,
        epochs: usize,
        pause: &mut dyn FnMut() -> bool,
    ) -> Result<Progress, TrainError> {
        let to = self.trainer.epoch() + epochs;
        for epoch in self.trainer.epoch().min(to)..=to {
            let trains = epoch > self.trainer.epoch();
            self.midway |= trains;
            if self.trainer.advance(epoch, pause).await? == Progress::Paused {
                return Ok(Progress::Paused);
            }
            self.midway &= !trains;
            if self.diverged() {
                break;
            }
            self.record(epoch).await?;
            // Between epochs, so that the run can be replayed.
            if epoch < to && !self.midway {
                self.turn(epoch);
            }
        }
        Ok(Progress::Reached)
    }

    /// Takes down what an epoch came to.
    async fn record(&mut self, epoch: usize) -> Result<(), TrainError> {
        let branch = &mut self.branches[self.at];
        if let Some(report) =
            self.trainer.report(0, epoch).filter(|_| branch.reports.len() == epoch)
        {
            branch.reports.push(report);
        }
        if branch.checkpoints.wants(epoch)
            && !self.midway
            && let Some(checkpoint) = self.trainer.checkpoint()
        {
            branch.checkpoints.keep(epoch, checkpoint);
        }
        if branch.path.wants(epoch) {
            branch.path.keep(epoch, self.trainer.state(0).await?.weights);
        }
        Ok(())
    }

    /// Puts what is wanted in force after an epoch.
    fn turn(&mut self, epoch: usize) {
        let wanted = self.wanted;
        if !self.branch().goes_on_with(epoch, wanted) {
            self.part();
        }
        let steered = &mut self.branches[self.at].steered;
        if steered.last().is_some_and(|(from, last)| *from <= epoch && *last != wanted) {
            steered.retain(|(from, _)| *from < epoch);
            steered.push((epoch, wanted));
        }
        put(&mut self.trainer, wanted);
    }

    /// The run as it was after an epoch of the branch on show, trained again from the last
    /// checkpoint before it; `rest` is called every few milliseconds of work. An epoch that was
    /// not reached is the last.
    async fn replayed(
        &self,
        epoch: usize,
        rest: &mut impl AsyncFnMut(),
    ) -> Result<CpuTrainer, TrainError> {
        self.replay(self.at, epoch, rest).await
    }

    async fn replay(
        &self,
        branch: usize,
        epoch: usize,
        rest: &mut impl AsyncFnMut(),
    ) -> Result<CpuTrainer, TrainError> {
        let branch = &self.branches[branch];
        let epoch = epoch.min(branch.end());
        // A run that has not even begun is its own checkpoint.
        let mut trainer = self.trainer.clone();
        if let Some(checkpoint) = branch.checkpoints.before(epoch) {
            trainer.resume(checkpoint);
        }
        loop {
            let at = trainer.epoch();
            put(&mut trainer, branch.in_force(at));
            edit(&branch.edits, &mut trainer, at).await?;
            if at >= epoch {
                return Ok(trainer);
            }
            while trainer.advance(at + 1, &mut || true).await? == Progress::Paused {
                rest().await;
            }
        }
    }

    /// Shows another epoch, of this branch or another. Nothing is undone.
    pub async fn rewind(
        &mut self,
        branch: usize,
        epoch: usize,
        rest: &mut impl AsyncFnMut(),
    ) -> Result<(), TrainError> {
        let branch = branch.min(self.branches.len() - 1);
        self.trainer = self.replay(branch, epoch, rest).await?;
        (self.at, self.midway) = (branch, false);
        Ok(())
    }

    /// What was in force from an epoch on, up to the one on show, the first of it from 0.
    pub fn steered(&self) -> Vec<(usize, Steering)> {
        self.branch().steered.iter().filter(|(from, _)| *from <= self.epoch()).copied().collect()
    }

    /// Sets one weight or bias where the run rests; velocities stay. One that there is not stays
    /// away.
    pub async fn set_weight(&mut self, index: usize, value: f32) -> Result<(), TrainError> {
        if index >= self.trainer.population().net.parameters()
            || !value.is_finite()
            || self.diverged()
        {
            return Ok(());
        }
        let epoch = self.epoch();
        self.part();
        let branch = &mut self.branches[self.at];
        branch.edits.push((epoch, index, value));
        edit(&branch.edits, &mut self.trainer, epoch).await?;
        self.score(epoch).await
    }

    /// Takes down what the weights, set by hand, score after an epoch, and has the page told.
    async fn score(&mut self, epoch: usize) -> Result<(), TrainError> {
        let weights = self.trainer.state(0).await?.weights;
        let (net, split) = (&self.trainer.population().net, self.data.split());
        let score = if net.loss.is_of_numbers() { Metric::R2 } else { Metric::Accuracy };
        let [train, valid] = [&split.train, &split.valid].map(|part| {
            let outputs = outputs(net, &weights, part);
            [Metric::Loss, score]
                .map(|metric| metric.of(net, &outputs, part).map(|value| value as f32))
        });
        let branch = &mut self.branches[self.at];
        // Of weights beyond all measure there is no loss, and the curve stays.
        if let ([Some(train_loss), Some(train_score)], [Some(valid_loss), Some(valid_score)]) =
            (train, valid)
            && let Some(report) = branch
                .reports
                .get_mut(epoch)
                .filter(|_| !self.midway && train_loss.is_finite() && valid_loss.is_finite())
        {
            *report = Report { train_loss, valid_loss, train_score, valid_score };
            branch.sent = branch.sent.min(epoch);
        }
        Ok(())
    }

    /// A metric on the training and the validation rows after each epoch of a branch from `from`
    /// on, trained again for it; not a number where it is not defined.
    pub async fn watch(
        &self,
        branch: usize,
        metric: Metric,
        from: usize,
        rest: &mut impl AsyncFnMut(),
    ) -> Result<Vec<[f32; 2]>, TrainError> {
        let branch = branch.min(self.branches.len() - 1);
        let (of, split) = (&self.branches[branch], self.data.split());
        let mut trainer = self.replay(branch, from, rest).await?;
        let mut values = Vec::new();
        for epoch in from..=of.end() {
            let weights = trainer.state(0).await?.weights;
            let net = &trainer.population().net;
            values.push([&split.train, &split.valid].map(|part| {
                metric
                    .of(net, &outputs(net, &weights, part), part)
                    .map_or(f32::NAN, |value| value as f32)
            }));
            if epoch < of.end() {
                while trainer.advance(epoch + 1, &mut || true).await? == Progress::Paused {
                    rest().await;
                }
                put(&mut trainer, of.in_force(epoch + 1));
                edit(&of.edits, &mut trainer, epoch + 1).await?;
            }
        }
        Ok(values)
    }

    pub fn diverged(&self) -> bool {
        self.trainer.diverged(0).is_some()
    }

    /// What the page shows of the run now, with a rest every few milliseconds of work.
    pub async fn frame(
        &mut self,
        paused: bool,
        rest: &mut impl AsyncFnMut(),
    ) -> Result<Frame, TrainError> {
        let weights = self.trainer.state(0).await?.weights;
        let branch = &mut self.branches[self.at];
        let (parent, from, known) = (branch.parent, branch.from, branch.sent);
        branch.sent = branch.reports.len();
        let reports = branch.reports[known..].to_vec();
        Ok(Frame {
            epoch: self.epoch(),
            branch: self.at,
            parent,
            from,
            known,
            reports,
            diverged: self.trainer.diverged(0),
            inspection: look(&self.trainer.population().net, &weights, &self.data, rest).await,
            weights,
            paused,
        })
    }
}

/// Puts a steering in force for every trial.
fn put(trainer: &mut CpuTrainer, steering: Steering) {
    (0..trainer.population().trials.len())
        .for_each(|trial| trainer.set_hyper(trial, steering.hyper));
    trainer.set_batch(steering.batch);
}

/// What was set by hand after an epoch; doing it twice does nothing more.
async fn edit(
    edits: &[(usize, usize, f32)],
    trainer: &mut CpuTrainer,
    epoch: usize,
) -> Result<(), TrainError> {
    let mut edits = edits.iter().filter(|(at, ..)| *at == epoch).peekable();
    if edits.peek().is_some() {
        let mut state = trainer.state(0).await?;
        edits.for_each(|&(_, index, value)| state.weights[index] = value);
        trainer.set_state(0, &state).await?;
    }
    Ok(())
}

/// A run steered like the Explore run, from so many seeds at once, the set-up's own the first:
/// `[seed][epoch]`. Between slices it rests, and says in which epoch.
pub async fn over_seeds<P: FnMut() -> bool>(
    setup: &Setup,
    data: &Prepared,
    steered: &[(usize, Steering)],
    seeds: usize,
    epochs: usize,
    pause: &mut impl FnMut() -> P,
    rest: &mut impl AsyncFnMut(usize),
) -> Result<Vec<Vec<Report>>, TrainError> {
    let mut setup = setup.clone();
    setup.evaluation.repeats = seeds;
    let population = setup.population(&data.folds[..1], data.task, &[Point::new()]);
    let population = Population { patience: 0, ..population };
    // Each seed is a stream of its own.
    let width = Width::suiting(population.net.parameters(), 1);
    let footprint = Footprint::of(&population, width, epochs);
    let room = CPU_BYTES.saturating_sub(footprint.shared()) / footprint.own(1, 1);
    let each = room.clamp(1, seeds.max(1) as u64) as usize;
    let mut runs = Vec::with_capacity(seeds);
    for first in (0..seeds).step_by(each) {
        let some = population.slice(first..seeds.min(first + each));
        let (before, count) = (first, some.trials.len());
        let mut trainer = CpuTrainer::with_width(some, width)?;
        for epoch in 0..=epochs {
            while trainer.advance(epoch, &mut pause()).await? == Progress::Paused {
                // Of all seeds, as if they went along together.
                rest((before * epochs + count * epoch) / seeds).await;
            }
            if let Some((_, steering)) = steered.iter().find(|(from, _)| *from == epoch) {
                put(&mut trainer, *steering);
            }
        }
        runs.extend((0..count).map(|trial| trainer.log().reports(trial).to_vec()));
    }
    Ok(runs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::toys;
    use crate::worker::prepare;
    use pollster::block_on;
    use tunescape_engine::optim::Hyper;
    use tunescape_engine::train::State;

    pub(super) async fn no_rest() {}

    pub(super) fn setup() -> Setup {
        let mut setup = Setup::default();
        (setup.run.learning_rate, setup.run.momentum) = (0.05, 0.8);
        setup
    }

    fn run() -> Run {
        let setup = setup();
        let data = toys::toy("moons", 100, 0.1, 1).unwrap();
        Run::new(&setup, Rc::new(prepare(&data, Vec::new(), &setup).unwrap())).unwrap()
    }

    pub(super) fn state(run: &mut Run) -> State {
        block_on(run.trainer.state(0)).unwrap()
    }

    fn steer(run: &mut Run, learning_rate: f32, momentum: f32) {
        let Steering { hyper, batch } = run.wanted;
        run.steer(Steering { hyper: Hyper { learning_rate, momentum, ..hyper }, batch });
    }

    /// 150 epochs, more than there are checkpoints, steered on the way.
    pub(super) fn trained() -> (Run, Vec<State>) {
        let (mut run, mut states) = (run(), Vec::new());
        block_on(run.advance(0, &mut || false)).unwrap();
        states.push(state(&mut run));
        for epoch in 1..=150 {
            match epoch {
                20 => steer(&mut run, 0.1, 0.5),
                21 => steer(&mut run, 0.02, 0.9),
                _ => {}
            }
            block_on(run.advance(1, &mut || false)).unwrap();
            states.push(state(&mut run));
        }
        (run, states)
    }

    #[test]
    fn every_epoch_can_be_replayed_and_gone_on_from() {
        let (run, states) = trained();
        let checkpoints = &run.branch().checkpoints;
        assert!(checkpoints.kept.len() <= 64 && checkpoints.every > 1);
        for (epoch, wanted) in states.iter().enumerate() {
            let mut replayed = block_on(run.replayed(epoch, &mut no_rest)).unwrap();
            assert_eq!(replayed.epoch(), epoch);
            assert_eq!(&block_on(replayed.state(0)).unwrap(), wanted, "epoch {epoch}");
        }
    }

    #[test]
    fn a_run_that_goes_another_way_goes_there_on_a_branch_of_its_own() {
        let (mut run, states) = trained();
        block_on(run.frame(true, &mut no_rest)).unwrap();
        block_on(run.rewind(0, 77, &mut no_rest)).unwrap();
        assert_eq!((run.epoch(), &state(&mut run)), (77, &states[77]));
        // The same way again: nothing new, nothing lost.
        block_on(run.advance(1, &mut || false)).unwrap();
        assert_eq!((&state(&mut run), run.at, run.branch().end()), (&states[78], 0, 150));
        block_on(run.rewind(0, 77, &mut no_rest)).unwrap();
        steer(&mut run, 0.5, 0.0);
        run.wanted.batch = 7;
        block_on(run.advance(3, &mut || false)).unwrap();
        let frame = block_on(run.frame(true, &mut no_rest)).unwrap();
        assert_eq!(
            (frame.branch, frame.from, frame.epoch, frame.known, frame.reports.len()),
            (1, 77, 80, 78, 3)
        );
        let last = state(&mut run);
        assert_ne!(&last, &states[80]);
        // 40 training rows: six batches an epoch instead of two.
        assert_eq!(last.counters[0] - states[77].counters[0], 18.0);
        block_on(run.rewind(0, 150, &mut no_rest)).unwrap();
        assert_eq!(&state(&mut run), &states[150]);
        block_on(run.rewind(1, 80, &mut no_rest)).unwrap();
        assert_eq!(state(&mut run), last);
    }

    #[test]
    fn other_seeds_go_the_same_way_and_the_own_is_the_first() {
        let (run, _) = trained();
        let data = run.data.clone();
        let (setup, steered, mut told) = (setup(), run.steered(), Vec::new());
        let (mut pause, mut rest) = (|| || true, async |epoch| told.push(epoch));
        let runs = over_seeds(&setup, &data, &steered, 8, 150, &mut pause, &mut rest);
        let runs = block_on(runs).unwrap();
        assert_eq!(runs[0], run.trainer.log().reports(0)[..=150]);
        assert!(told.len() > 1 && told.is_sorted_by(|a, b| a < b), "how far it is: {told:?}");
        assert!(told.iter().all(|epoch| (1..=150).contains(epoch)), "{told:?}");
        // The accuracy, watched, is the one reported, whatever was steered on the way.
        let watch = |from| block_on(run.watch(0, Metric::Accuracy, from, &mut no_rest)).unwrap();
        let known: Vec<[f32; 2]> =
            run.trainer.log().reports(0).iter().map(|r| [r.train_score, r.valid_score]).collect();
        assert_eq!((&watch(0), watch(120).as_slice()), (&known, &known[120..]));
        assert!(runs[1].len() == 151 && runs[1] != runs[0] && runs[2] != runs[1]);
    }

    #[test]
    fn a_weight_set_by_hand_stays_set_when_the_run_is_replayed() {
        let (mut run, _) = trained();
        block_on(run.rewind(0, 10, &mut no_rest)).unwrap();
        block_on(run.frame(true, &mut no_rest)).unwrap();
        block_on(run.set_weight(3, 1.5)).unwrap();
        assert_eq!(block_on(run.trainer.state(0)).unwrap().weights[3], 1.5);
        // The curve has what these weights score.
        let frame = block_on(run.frame(true, &mut no_rest)).unwrap();
        let (told, seen) = (
            *frame.reports.last().unwrap(),
            (frame.inspection.train.loss, frame.inspection.valid.loss),
        );
        assert_eq!((frame.known, frame.reports.len()), (10, 1));
        assert!(
            (f64::from(told.train_loss) - seen.0).abs() < 1e-6
                && (f64::from(told.valid_loss) - seen.1).abs() < 1e-6
        );
        assert!(
            told != run.branches[0].reports[10]
                && run.branches[0].reports[..10] == run.branch().reports[..10]
        );
        block_on(run.advance(20, &mut || false)).unwrap();
        let gone_on = block_on(run.trainer.state(0)).unwrap();
        assert_eq!(
            block_on(block_on(run.replayed(30, &mut no_rest)).unwrap().state(0)).unwrap(),
            gone_on
        );
        let edited = block_on(block_on(run.replayed(10, &mut no_rest)).unwrap().state(0)).unwrap();
        assert_eq!(edited.weights[3], 1.5);
        // What it was before stands on the branch that it left.
        block_on(run.rewind(0, 10, &mut no_rest)).unwrap();
        assert_ne!(block_on(run.trainer.state(0)).unwrap().weights[3], 1.5);
    }
}
