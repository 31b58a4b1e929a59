//! What a set-up means to the engine and to the search: its network, population, objective and
//! strategy.

use crate::data::{Fractions, Part, Split, Task};
use crate::metrics::{Metric, Objective};
use crate::search::Strategy;
use crate::setup::MAX_PLACED;
use crate::setup::{Screen, Setup};
use crate::space::Point;
use crate::study::race::{Budget, Effort, Lane};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;
use tunescape_engine::net::{Loss, Net};
use tunescape_engine::optim::formula::Terms;
use tunescape_engine::optim::{Hyper, NUMBERS};
use tunescape_engine::train::{Order, Population, Stream, Trial, start_loss};

impl Setup {
    pub fn fractions(&self) -> Fractions {
        Fractions { train: self.data.train, valid: self.data.valid }
    }

    /// The loss that a task is trained with: the one chosen if it fits, else the task's own.
    pub fn loss(&self, task: Task) -> Loss {
        self.net.loss.filter(|loss| loss.fits(task)).unwrap_or(Loss::of(task).0)
    }

    /// The network for data with these inputs and this task.
    pub fn network(&self, inputs: usize, task: Task) -> Net {
        let (loss, outputs) = (self.loss(task), Loss::of(task).1);
        let mut sizes = vec![inputs];
        sizes.extend(&self.net.hidden);
        sizes.push(outputs);
        let mut net = Net { init: self.net.init, ..Net::new(sizes, self.net.activation, loss) };
        net.activations.iter_mut().zip(&self.net.activations).for_each(|(unit, &own)| *unit = own);
        net
    }

    /// The population of these points of one [`Setup::groups`]; what a point is too short for is as
    /// the set-up has it. A trial for each stream of a point, side by side, the folds of the
    /// first repeat first. The streams are the same for every point, so that only the
    /// hyperparameters differ; repeat r draws start weights and order from the seed + r. The
    /// first stream says which loss counts as diverged in all of them.
    pub fn population(&self, folds: &[Split], task: Task, points: &[Point]) -> Population {
        let shared = self.at(points.first().map_or(&[], |point| point));
        let net = shared.network(folds[0].train.columns, task);
        // Shared with the folds, but where the loss wants other targets.
        let encoded = |part: &Arc<Part>| match net.loss.encoded(part, net.outputs()) {
            Cow::Borrowed(_) => part.clone(),
            Cow::Owned(own) => Arc::new(own),
        };
        let parts: Vec<_> =
            folds.iter().map(|fold| (encoded(&fold.train), encoded(&fold.valid))).collect();
        let stream =
            |seed: u64, start: &Arc<[f32]>, (train, valid): &(Arc<Part>, Arc<Part>)| Stream {
                start: start.clone(),
                order: Order::Shuffled { seed, batch: shared.training.batch },
                seed,
                train: train.clone(),
                valid: valid.clone(),
            };
        let repeats = (0..self.evaluation.repeats as u64).map(|r| self.net.seed + r);
        let streams: Vec<Stream> = repeats
            .flat_map(|seed| {
                let start = net.start(seed).into();
                parts.iter().map(move |parts| stream(seed, &start, parts)).collect::<Vec<_>>()
            })
            .collect();
        let bound =
            Population::BOUND_FACTOR * start_loss(&net, &streams[0].start, &streams[0].train);
        let trials = self.trials(streams.len(), points);
        let rows = folds.iter().map(|fold| fold.train.rows()).max().unwrap_or(0);
        let batches = rows.div_ceil(shared.training.batch.max(1)).max(1);
        Population {
            schedule: shared.training.schedule(batches),
            penalise_biases: self.training.penalise_biases,
            patience: self.training.patience,
            ..Population::new(net, shared.training.rule, streams, trials, bound)
        }
    }

    /// A trial for each of so many streams at each of these points.
    pub fn trials(&self, streams: usize, points: &[Point]) -> Vec<Trial> {
        let each = |hyper: Hyper| (0..streams).map(move |stream| Trial { hyper, stream });
        points.iter().flat_map(|point| each(self.hyper(point))).collect()
    }

    /// Weights and biases of the network at a point, where they are more than the search may spend.
    pub fn oversized(&self, inputs: usize, task: Task, point: &[f64]) -> Option<usize> {
        let size = self.at(point).network(inputs, task).parameters();
        (self.search.most_parameters > 0 && size > self.search.most_parameters).then_some(size)
    }

    /// The hyperparameters at a point, as they are trained: in single precision.
    pub fn hyper(&self, point: &[f64]) -> Hyper {
        let Setup { run, mut training, .. } = self.at(point);
        let (learning_rate, momentum) = (run.learning_rate as f32, run.momentum as f32);
        let mut hyper = Hyper { learning_rate, momentum, ..training.rule.defaults() };
        for number in &NUMBERS {
            if let Some(&mut value) = training.number(number.name) {
                *(number.field)(&mut hyper) = value as f32;
            }
        }
        hyper
    }

    /// The formula of an update of the weights, with the options that are at work in some trial, or
    /// in the run of Explore where that is on show.
    pub fn update_formula(&self) -> String {
        let own = Terms::of(&self.hyper(&[]));
        let trials = self.screen != Screen::Explore;
        let searched = |name| trials && self.space.get(name).is_some();
        self.training.rule.formula(Terms {
            momentum: own.momentum || searched("momentum"),
            dampening: own.dampening || searched("dampening"),
            l1: own.l1 || searched("l1"),
            l2: own.l2 || searched("l2"),
            decay: own.decay || searched("decay"),
            clip_value: own.clip_value || searched("clip_value"),
            clip_norm: own.clip_norm || searched("clip_norm"),
        })
    }

    /// What each repeat of a race may spend.
    pub fn race_budget(&self) -> Budget {
        Budget { effort: self.race.effort, units: self.search.budget, epochs: self.training.epochs }
    }

    /// Trials that a learner places in a race at most.
    pub fn max_placed(&self) -> usize {
        if self.race.effort == Effort::Trials { self.search.budget } else { MAX_PLACED }
    }

    /// The race's strategies with these repeats, strategies outermost.
    pub fn lanes(&self, repeats: Range<usize>) -> Vec<Lane> {
        let space = self.searched();
        let lane = |name, repeat| {
            // Nobody tells the costs of a race.
            let strategy = Strategy { name, pareto: false, earlier: Vec::new(), ..self.strategy() };
            Lane::new(&strategy, &space, self.search.seed + repeat as u64)
        };
        self.race
            .strategies
            .iter()
            .flat_map(|&name| repeats.clone().map(move |r| (name, r)))
            .map(|(n, r)| lane(n, r))
            .collect()
    }

    /// What a trial of this task is judged by.
    pub fn objective(&self, task: Task) -> Objective {
        let metric = if self.search.metric.fits(self.loss(task)) {
            self.search.metric
        } else {
            Metric::Loss
        };
        Objective { metric, when: self.search.when }
    }

    pub fn strategy(&self) -> Strategy {
        let s = &self.search;
        Strategy {
            name: s.strategy,
            budget: s.budget,
            grid_ends: s.grid_ends,
            acquisition: s.acquisition,
            kappa: s.kappa,
            kernel: s.kernel,
            length_scale: s.length_scale,
            noise: s.noise,
            xi: s.xi,
            pareto: s.pareto,
            earlier: s.earlier.clone(),
            seed: s.seed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::training::ScheduleKind;
    use tunescape_engine::net::Activation;
    use tunescape_engine::optim::Rule;

    #[test]
    fn layers_may_have_activations_of_their_own_and_losses_fit_the_task() {
        let mut setup = Setup::default();
        setup.net.activations = vec![Activation::Sine];
        setup.net.loss = Some(Loss::Hinge);
        let net = setup.network(2, Task::Binary);
        assert_eq!(
            (net.activations, net.loss),
            (vec![Activation::Sine, Activation::Tanh], Loss::Hinge)
        );
        assert_eq!(setup.network(2, Task::Regression).loss, Loss::SquaredError);
    }

    #[test]
    fn a_rule_comes_with_its_usual_numbers_and_they_are_trained_with() {
        let mut setup = Setup::default();
        for rule in Rule::ALL {
            setup.training.choose(rule);
            assert_eq!(setup.check(), Ok(()));
            let usual = Hyper { learning_rate: 0.5, momentum: 0.25, ..rule.defaults() };
            assert_eq!(setup.hyper(&[0.5, 0.25]), usual);
        }
        assert_eq!(setup.training.beta2, 0.99);
        for kind in ScheduleKind::ALL {
            setup.training.schedule.kind = kind;
            let schedule = setup.training.schedule(8);
            let last = schedule.rate(schedule.factors(959), 959, &setup.hyper(&[0.5, 0.0]), 1.0);
            let steady = matches!(
                kind,
                ScheduleKind::Constant | ScheduleKind::InverseTime | ScheduleKind::Plateau
            );
            assert_eq!(last == 0.5, steady, "{kind:?}: {last}");
        }
    }

    #[test]
    fn the_formula_shows_what_is_set_and_what_is_searched() {
        let mut setup = Setup::default();
        assert_eq!(setup.update_formula(), "v ← βv + g,  w ← w − ηv");
        // The run of Explore has a momentum of its own.
        setup.screen = Screen::Explore;
        setup.run.momentum = 0.0;
        assert_eq!(setup.update_formula(), "w ← w − ηg");
        setup.run.momentum = 0.5;
        assert_eq!(setup.update_formula(), "v ← βv + g,  w ← w − ηv");
        setup.training.choose(Rule::AdamW);
        assert!(
            setup.update_formula().contains("w ← w − ηλw − "),
            "its decay is set by choosing it"
        );
        setup.training.choose(Rule::Nesterov);
        setup.training.dampening = 0.5;
        assert_eq!(setup.update_formula(), "v ← βv + g,  w ← w − η(g + βv)");
        setup.training.choose(Rule::Momentum);
        let l2 = crate::setup::Parameter::by_name("l2").unwrap();
        setup.space.set("l2", Some(crate::setup::space::Range::usual(l2)));
        assert!(!setup.update_formula().contains("λ₂"), "the run has none");
        setup.screen = Screen::Search;
        assert!(setup.update_formula().contains("g ← g + λ₂w"));
    }

    #[test]
    fn a_network_may_be_larger_than_the_search_may_spend() {
        let mut setup = Setup::default();
        setup.search.most_parameters = 90;
        // Two inputs, 8 and 8 units, one output: 24 + 72 + 9.
        assert_eq!(setup.oversized(2, Task::Binary, &[0.1, 0.5]), Some(105));
        setup.search.most_parameters = 105;
        assert_eq!(setup.oversized(2, Task::Binary, &[0.1, 0.5]), None);
    }
}
