//! The run looked into where it stands: its units, its next update, its curvature, the loss around
//! it.

use super::Run;
use crate::inspect::{
    self, Anatomy, Lanczos, Narration, NextStep, Plane, Slice, Updates, stability,
};
use crate::worker::Sharpness;
use crate::worker::branch::Steering;
use tunescape_engine::optim::Hyper;
use tunescape_engine::part::Part;
use tunescape_engine::train::cpu::CpuTrainer;
use tunescape_engine::train::{Population, State, TrainError, Trainer};

impl Run {
    /// Lays the run open after an epoch.
    pub async fn anatomy(
        &self,
        epoch: usize,
        rest: &mut impl AsyncFnMut(),
    ) -> Result<Anatomy, TrainError> {
        let mut trainer = self.replayed(epoch, rest).await?;
        let state = trainer.state(0).await?;
        let reach = self.data.overview.points.as_ref().map(|p| p.reach);
        let net = &self.trainer.population().net;
        Ok(inspect::anatomy(net, &state, epoch.min(self.epoch()), &self.data.split().train, reach))
    }

    /// Tells an update of the epoch after this one, at this steering or the one that is wanted.
    pub async fn tell(
        &self,
        epoch: usize,
        update: usize,
        steering: Option<Steering>,
        rest: &mut impl AsyncFnMut(),
    ) -> Result<Option<Narration>, TrainError> {
        let mut trainer = self.replayed(epoch, rest).await?;
        let Steering { hyper, batch } = steering.unwrap_or(self.wanted);
        trainer.set_batch(batch);
        let state = trainer.state(0).await?;
        let population = trainer.population();
        let stream = &population.streams[0];
        let part = &self.data.split().train;
        let batches = stream.order.batches(epoch, part.rows());
        // Another batch size may have left fewer of them.
        let update = update.min(batches.len().saturating_sub(1));
        let rows = |n: usize| {
            if n <= update { batches.get(n) } else { &[] }
                .iter()
                .map(|&row| row as usize)
                .collect::<Vec<_>>()
        };
        // Only those up to the one that is told.
        let parts: Vec<_> = (0..batches.len()).map(|n| part.take(&rows(n))).collect();
        let done = state.counters[0] as usize;
        let rate = |n: usize| {
            let factors = population.factors(0, done + n);
            population.schedule.rate(factors, done + n, &hyper, trainer.log().plateau(0))
        };
        let told = inspect::Told {
            updates: updates(population, &hyper),
            epoch,
            state: state.clone(),
            done,
        };
        Ok(inspect::narrate(told, rate, &parts, update))
    }

    /// How sharply the training loss curves after an epoch, and what that means for the rule in use
    /// there; none where it is not finite.
    pub async fn sharpness(
        &self,
        epoch: usize,
        rest: &mut impl AsyncFnMut(),
    ) -> Result<Option<Sharpness>, TrainError> {
        let mut trainer = self.replayed(epoch, rest).await?;
        let state = trainer.state(0).await?;
        let population = trainer.population();
        let part = &population.streams[0].train;
        let mut lanczos = Lanczos::new(&population.net, &state.weights, part);
        while lanczos.step() {
            rest().await;
        }
        let base = population.trials[0].hyper;
        let hyper = Hyper { learning_rate: next_rate(&trainer, &base, &state), ..base };
        // Of a rate of 0 everything is left.
        let share = match base.learning_rate {
            0.0 => 1.0,
            rate => f64::from(hyper.learning_rate) / f64::from(rate),
        };
        Ok(lanczos.curvature().map(|curvature| {
            let (rule, sharpest) = (population.rule, curvature.largest);
            Sharpness {
                epoch: epoch.min(self.epoch()),
                curvature,
                share,
                limit: stability::limit(rule, &hyper, sharpest),
                damping: stability::damping(rule, &hyper, sharpest),
            }
        }))
    }

    /// The training loss around the weights after an epoch, with the path up to there and the next
    /// step at this steering or the one that is wanted; none where they are not finite.
    pub async fn slice(
        &self,
        epoch: usize,
        plane: Plane,
        side: usize,
        steering: Option<Steering>,
        rest: &mut impl AsyncFnMut(),
    ) -> Result<Option<Slice>, TrainError> {
        let mut trainer = self.replayed(epoch, rest).await?;
        let state = trainer.state(0).await?;
        let weights = &state.weights;
        let population = trainer.population();
        let Steering { hyper, .. } = steering.unwrap_or(self.wanted);
        let (net, rule) = (&population.net, population.rule);
        let part = &self.data.split().train;
        let step = ahead(&trainer, &hyper, &state, epoch, part);
        let kept = &self.branch().path.kept;
        let mut path: Vec<Vec<f32>> =
            kept.iter().filter(|(at, _)| *at < epoch).map(|(_, w)| w.to_vec()).collect();
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
                let length = libm::sqrtf(
                    step.whole.iter().zip(&fresh).map(|(w, f)| (w * w).max(f * f)).sum(),
                );
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
        let mut epochs: Vec<usize> =
            kept.iter().map(|(at, _)| *at).filter(|at| *at < epoch).collect();
        epochs.push(epoch);
        // Of the plane of a step the path is left out.
        let epochs = epochs.split_off(epochs.len() - path.len());
        Ok(slice.map(|slice| Slice {
            plane,
            epoch,
            epochs,
            parts: slice.parts.filter(|_| has_parts),
            ..slice
        }))
    }
}

/// How the run of a population updates its weights.
fn updates<'a>(population: &'a Population, hyper: &'a Hyper) -> Updates<'a> {
    let Population { net, rule, penalise_biases, .. } = population;
    Updates {
        net,
        rule: *rule,
        hyper,
        seed: population.streams[0].seed,
        penalise_biases: *penalise_biases,
    }
}

/// The learning rate of the next update, by the schedule.
fn next_rate(trainer: &CpuTrainer, hyper: &Hyper, state: &State) -> f32 {
    let (population, done) = (trainer.population(), state.counters[0] as usize);
    let factors = population.factors(0, done);
    population.schedule.rate(factors, done, hyper, trainer.log().plateau(0))
}

/// The update that would come next if a batch held all rows.
fn ahead(
    trainer: &CpuTrainer,
    hyper: &Hyper,
    state: &State,
    epoch: usize,
    part: &Part,
) -> NextStep {
    let population = trainer.population();
    let rate = next_rate(trainer, hyper, state);
    // In the order of the batches: dropout draws by the place in them.
    let rows = population.streams[0].order.batches(epoch, part.rows()).rows;
    let rows: Vec<usize> = rows.into_iter().map(|row| row as usize).collect();
    inspect::next_step(updates(population, hyper), rate, state, &part.take(&rows))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{no_rest, setup, state, trained};
    use super::*;
    use crate::data::toys;
    use crate::worker::prepare;
    use pollster::block_on;
    use std::rc::Rc;

    #[test]
    fn what_is_told_is_what_the_run_then_does() {
        let mut setup = setup();
        let t = &mut setup.training;
        (t.dropout, t.label_smoothing, t.l1, t.clip_value, t.clip_norm) =
            (0.3, 0.1, 1e-3, 0.05, 0.08);
        (t.batch, t.penalise_biases, t.decay) = (40, false, 1e-3);
        let data = toys::toy("moons", 100, 0.1, 1).unwrap();
        let mut run =
            Run::new(&setup, Rc::new(prepare(&data, Vec::new(), &setup).unwrap())).unwrap();
        block_on(run.advance(5, &mut || false)).unwrap();
        // 40 training rows: one batch an epoch, whatever number is asked for.
        let told = block_on(run.tell(5, 9, None, &mut no_rest)).unwrap().unwrap();
        assert_eq!((told.updates, told.update, told.dropped.map(|d| d.1)), (1, 0, Some(16)));
        assert!(
            told.dropped.is_some_and(|(out, of, _)| (1..of).contains(&out))
                && told.used != told.with_l1
        );
        let before = state(&mut run);
        let next = ahead(&run.trainer, &run.wanted.hyper, &before, 5, &run.data.split().train);
        block_on(run.advance(1, &mut || false)).unwrap();
        let after = state(&mut run);
        let moved = |i: &usize| (after.weights[*i] - before.weights[*i]).abs();
        let furthest =
            (0..after.weights.len()).max_by(|a, b| moved(a).total_cmp(&moved(b))).unwrap();
        for (i, change) in next.whole.iter().enumerate() {
            assert!((before.weights[i] + change - after.weights[i]).abs() < 1e-6, "{i}: {change}");
        }
        for (told, state) in told.weight.into_iter().zip([before, after]) {
            assert!(
                (told - state.weights[furthest]).abs() < 1e-6,
                "{told} {}",
                state.weights[furthest]
            );
        }
    }

    #[test]
    fn a_run_can_be_looked_into() {
        let (run, states) = trained();
        let laid = block_on(run.anatomy(30, &mut no_rest)).unwrap();
        assert_eq!(
            (laid.epoch, &laid.weights, &laid.slots),
            (30, &states[30].weights, &states[30].slots)
        );
        assert_eq!(laid.units.iter().map(Vec::len).collect::<Vec<_>>(), [8, 8, 1]);
        let sharp = block_on(run.sharpness(30, &mut no_rest)).unwrap().unwrap();
        assert!(sharp.curvature.settled && sharp.curvature.largest > 0.0, "{sharp:?}");
        assert_eq!(sharp.limit, Some(2.0 * (1.0 + f64::from(0.9_f32)) / sharp.curvature.largest));
        let report = run.trainer.log().reports(0)[150];
        for plane in [Plane::Random { seed: 4 }, Plane::Path, Plane::Step] {
            let slice = block_on(run.slice(150, plane, 9, None, &mut no_rest)).unwrap().unwrap();
            // The middle cell is the run's last place.
            assert!((slice.losses[40] - report.train_loss).abs() < 1e-6, "{slice:?}");
            assert_eq!(slice.path.last(), Some(&[0.0, 0.0]));
        }
    }
}
