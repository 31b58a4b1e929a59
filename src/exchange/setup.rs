//! The set-up: everything that defines a study, as one serialisable, range-checked value.
//!
//! Each number's range stands once, in [`RANGES`], for the link, for the controls and for [`Setup::check`].

use super::evaluation::EvaluationSetup;
use super::race::{self, RaceSetup};
use super::space::SpaceSetup;
use super::training::TrainingSetup;
use crate::data::{Fractions, Part, Split, Task, builtin, drawn, toys};
use crate::metrics::{Metric, Objective, When};
use crate::net::{Activation, Init, Loss, MAX_HIDDEN, MAX_UNITS, Net};
use crate::optim::{Hyper, NUMBERS};
use crate::prune::pruner::Pruner;
use crate::search::gp::Kernel;
use crate::search::{Acquisition, Earlier, Strategy, StrategyName};
use crate::space::Point;
use crate::study::batch::Lie;
use crate::study::race::Lane;
use crate::train::{Order, Population, Stream, Trial, start_loss};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::ops::Range;
use std::sync::Arc;

/// The version of links that this page writes.
pub const VERSION: u32 = 1;

/// So many points a learner places in a race at most: the largest budget.
const MOST_PLACED: usize = 100;

/// Numbers of a set-up and the ranges they must lie in, by their path in it.
pub const RANGES: &[(&str, f64, f64)] = &[
    ("data.rows", 20.0, 5000.0),
    ("data.noise", 0.0, 1.0),
    ("data.seed", 0.0, 999_999.0),
    ("data.train", 0.05, 0.9),
    ("data.valid", 0.05, 0.9),
    ("data.used", 0.01, 1.0),
    ("net.seed", 0.0, 999_999.0),
    ("training.batch", 1.0, 2000.0),
    ("training.epochs", 1.0, 1000.0),
    ("training.patience", 0.0, 1000.0),
    ("training.schedule.every", 1.0, 1000.0),
    ("training.schedule.gamma", 0.0, 1.0),
    ("training.schedule.warmup", 0.0, 1000.0),
    ("training.schedule.lowest", 0.0, 1e6),
    ("training.schedule.rise", 0.0, 1.0),
    ("training.schedule.div", 1.0, 1e9),
    ("training.schedule.final_div", 1.0, 1e9),
    ("training.schedule.factor", 0.0, 1.0),
    ("training.schedule.patience", 0.0, 1000.0),
    ("training.schedule.threshold", 0.0, 1.0),
    ("evaluation.folds", 2.0, 10.0),
    ("evaluation.repeats", 1.0, 16.0),
    ("run.learning_rate", 0.0, 1e6),
    ("run.momentum", 0.0, 0.999),
    ("map.target", 1e-6, 100.0),
    ("map.side", 8.0, 64.0),
    ("search.budget", 1.0, 100.0),
    ("search.kappa", 0.0, 10.0),
    ("search.xi", 0.0, 1.0),
    ("search.pruner.startup", 0.0, 100.0),
    ("search.pruner.warmup", 0.0, 1000.0),
    ("search.pruner.keep", 0.0, 1.0),
    ("search.pruner.patience", 1.0, 1000.0),
    ("search.pruner.upper", 0.0, 1e6),
    ("search.pruner.least", 1.0, 1000.0),
    ("search.pruner.factor", 2.0, 10.0),
    ("search.pruner.threshold", 0.0, 1.0),
    ("search.at_once", 1.0, 16.0),
    ("search.most_epochs", 0.0, 1e6),
    ("search.most_parameters", 0.0, 1e9),
    ("search.members", 4.0, 64.0),
    ("search.every", 1.0, 1000.0),
    ("search.length_scale", 0.01, 10.0),
    ("search.noise", 0.001, 1.0),
    ("search.seed", 0.0, 999_999.0),
    ("search.run", 0.0, 100.0),
    ("search.shown", 0.0, 100.0),
    ("race.repeats", 1.0, 32.0),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Screen {
    Explore,
    Search,
    Race,
    Lessons,
}

/// How the map's momentum axis is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Axis {
    Linear,
    /// −log(1 − β).
    Complement,
}

/// What the map shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// Validation loss at the chosen epoch.
    Loss,
    /// Epochs until the validation loss first reached `map.target`.
    Speed,
}

/// What the landscape trains on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Backend {
    /// WebGPU where there is an adapter, else the CPU.
    Auto,
    Cpu,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataSetup {
    /// A toy, a built-in set, `drawn`, or `csv`, which no link can carry.
    pub name: String,
    /// Points drawn by hand, as [`drawn`] writes them.
    pub drawn: String,
    /// Rows, noise and seed of a toy; the seed splits every set.
    pub rows: usize,
    pub noise: f64,
    pub seed: u64,
    /// Shares of the rows; the test part gets the rest.
    pub train: f64,
    pub valid: f64,
    /// Share of the training part that is trained on.
    pub used: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetSetup {
    pub hidden: Vec<usize>,
    /// Of every hidden layer that has none of its own.
    pub activation: Activation,
    /// Activations of single layers, from the input on.
    pub activations: Vec<Activation>,
    pub init: Init,
    /// None, or one that does not fit the task: the task's own.
    pub loss: Option<Loss>,
    /// Of the start weights and the batch order; each repeat of the evaluation takes the next.
    pub seed: u64,
}

/// The one run of the Explore screen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunSetup {
    pub learning_rate: f64,
    pub momentum: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MapSetup {
    pub axis: Axis,
    pub shown: Shown,
    /// Loss to reach, for [`Shown::Speed`].
    pub target: f64,
    /// Cells along a side once refined: 8, 16, 32 or 64.
    pub side: usize,
    /// Regions zoomed into, outermost first: low and high end of the axis across, then of the one up.
    pub zoom: Vec<[f64; 4]>,
    /// Names of the searched parameters on the axes; another that is searched where one of these is not.
    pub across: String,
    pub up: String,
    /// The point whose values the other searched parameters are held at; empty: those of the Explore run.
    pub held: Point,
    /// Whether what a strategy believes is averaged over the other searched parameters, instead.
    pub averaged: bool,
    /// Whether the landscape is kept from the learner, who is to say first where the best is.
    pub hidden: bool,
}

/// What the reader calls a trial, or has to say of it: its number, from 0, and a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Note(pub usize, pub String);

/// A trial placed by hand: its number, from 0, and its point. In JSON one list of both.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed(pub usize, pub Point);

impl Serialize for Placed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(1 + self.1.len()))?;
        list.serialize_element(&self.0)?;
        self.1.iter().try_for_each(|x| list.serialize_element(x))?;
        list.end()
    }
}

impl<'de> Deserialize<'de> for Placed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = Vec::<serde_json::Value>::deserialize(deserializer)?;
        let trial = list.first().and_then(serde_json::Value::as_u64);
        let point = list.iter().skip(1).map(serde_json::Value::as_f64).collect::<Option<_>>();
        trial.zip(point).map(|(trial, point)| Placed(trial as usize, point)).ok_or_else(|| de::Error::custom("hand"))
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchSetup {
    pub strategy: StrategyName,
    pub acquisition: Acquisition,
    /// None: by the number of trials.
    pub kappa: Option<f64>,
    pub xi: f64,
    /// Of the Gaussian process; length scale and noise are fitted where there is none.
    pub kernel: Kernel,
    pub length_scale: Option<f64>,
    pub noise: Option<f64>,
    /// Trials that run at the same time, and what the strategy is told of those that still run.
    pub at_once: usize,
    pub lie: Lie,
    /// Which trials are stopped early.
    pub pruner: Pruner,
    /// Members of population-based training, and epochs between two copies.
    pub members: usize,
    pub every: usize,
    /// What a trial is judged by; where it does not fit the loss, the loss itself.
    pub metric: Metric,
    /// Whether a strategy that learns minimises the cost of training as well.
    pub pareto: bool,
    /// Whether trials on several sets are compared by their mean rank over the sets, not by their mean score.
    pub ranked: bool,
    /// The epoch whose value of the metric, and weights, are a trial's.
    pub when: When,
    /// Trials, those placed by hand included.
    pub budget: usize,
    /// Epochs after which no other trial begins; 0: as many as the trials take.
    pub most_epochs: usize,
    /// A network with more weights and biases is not trained; 0: any is.
    pub most_parameters: usize,
    /// The learner proposes every trial; the strategy looks on.
    pub manual: bool,
    pub seed: u64,
    /// Trials placed by hand, in order.
    pub hand: Vec<Placed>,
    /// Trials of an earlier study whose model the Gaussian process begins from.
    pub earlier: Vec<Earlier>,
    /// Trials that have been run, and the one on show (from 1; 0 = before the first): a reload runs them again.
    pub run: usize,
    pub shown: usize,
    /// By the trials' numbers.
    pub notes: Vec<Note>,
}

impl SearchSetup {
    /// What is noted of a trial.
    pub fn note(&self, trial: usize) -> Option<&str> {
        self.notes.iter().find(|note| note.0 == trial).map(|note| note.1.as_str())
    }

    /// Notes a text of a trial in place of what was noted before; an empty one takes the note away.
    pub fn annotate(&mut self, trial: usize, text: &str) {
        self.notes.retain(|note| note.0 != trial);
        if !text.trim().is_empty() {
            self.notes.push(Note(trial, text.trim().into()));
            self.notes.sort_by_key(|note| note.0);
        }
    }

    /// Whether the number of this path is left to the program.
    fn automatic(&self, key: &str) -> bool {
        match key {
            "search.kappa" => self.kappa.is_none(),
            "search.length_scale" => self.length_scale.is_none(),
            "search.noise" => self.noise.is_none(),
            _ => false,
        }
    }
}

/// The lesson that is going on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LessonSetup {
    /// One of those that come with the page, or the address of a file (`….json`) beside it; empty for none.
    pub name: String,
    /// A lesson of the reader's own, as its JSON; empty for none.
    pub own: Arc<str>,
    /// From 0.
    pub page: usize,
    /// Parts of the set-up that can't be changed, as paths: what somebody hands out may allow some things only.
    pub lock: Vec<String>,
    /// Numbers of the set-up, as paths, and the ranges that they are kept in.
    pub limit: Vec<(String, f64, f64)>,
    /// What is not shown: a [`Panel`], or a control by its id.
    pub hide: Vec<String>,
}

/// A part of the page that can be hidden as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    /// Name, screens, language, theme.
    Header,
    Footer,
    Data,
    /// What is searched, or who races.
    Search,
    Network,
    Training,
    /// Curves, numbers and tables on the right.
    Results,
}

impl Panel {
    /// Its name in links.
    pub fn key(self) -> &'static str {
        match self {
            Panel::Header => "header",
            Panel::Footer => "footer",
            Panel::Data => "data",
            Panel::Search => "search",
            Panel::Network => "network",
            Panel::Training => "training",
            Panel::Results => "results",
        }
    }
}

/// Everything that defines a study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    pub screen: Screen,
    pub data: DataSetup,
    pub net: NetSetup,
    pub training: TrainingSetup,
    pub evaluation: EvaluationSetup,
    pub run: RunSetup,
    pub space: SpaceSetup,
    pub map: MapSetup,
    pub search: SearchSetup,
    pub race: RaceSetup,
    pub lesson: LessonSetup,
    pub backend: Backend,
}

/// What is wrong with a set-up.
#[derive(Clone, Debug, PartialEq)]
pub enum SetupError {
    /// No data set of this name.
    Data { name: String },
    /// No drawing, or one of too few points or too many.
    Drawn { drawn: String },
    /// A set that can't be trained on beside the study's own: no toy of its kind, or one twice.
    Also { name: String },
    /// A number outside its range of [`RANGES`].
    Range { key: String, value: f64, low: f64, high: f64 },
    /// A low end that does not lie below its high end.
    Empty { key: String, low: f64, high: f64 },
    /// A range that its scale can't hold: a logarithm's touches 0, or a momentum's touches 1.
    Scale { key: String },
    /// A step that is not above 0, or larger than the range, or not whole where its parameter is.
    Step { key: String, step: f64 },
    /// Fewer than two choices, one twice, or one that there is not.
    Choices { key: String, given: String },
    /// No parameter searched, or too many.
    Searched { given: usize, limit: usize },
    /// Training and validation leave nothing for the test part.
    NoTest { train: f64, valid: f64 },
    /// Too many hidden layers.
    Layers { given: usize, limit: usize },
    /// A hidden layer with no unit or too many.
    Units { given: usize, limit: usize },
    /// A map that is not 8, 16, 32 or 64 cells wide.
    Side { given: usize },
    /// More trials run than the budget has, or more on show than were run.
    Trials { run: usize, shown: usize },
    /// Too few strategies in a race, too many, or one twice.
    Race { given: usize, limit: usize },
    /// Trials placed by hand that are out of order, beyond the budget, or outside the ranges.
    Hand { trial: usize },
    /// Trials of an earlier study that are too many, outside the ranges, or of a loss that is not finite.
    Earlier { trial: usize },
}

impl Default for Setup {
    fn default() -> Self {
        Setup {
            screen: Screen::Search,
            data: DataSetup {
                drawn: String::new(),
                name: "spiral".into(),
                rows: 640,
                noise: 0.05,
                seed: 42,
                train: 0.4,
                valid: 0.4,
                used: 1.0,
            },
            net: NetSetup {
                hidden: vec![8, 8],
                activation: Activation::Tanh,
                activations: Vec::new(),
                init: Init::Auto,
                loss: None,
                seed: 42,
            },
            training: TrainingSetup::default(),
            evaluation: EvaluationSetup::default(),
            run: RunSetup { learning_rate: 0.1, momentum: 0.9 },
            space: SpaceSetup::default(),
            map: MapSetup {
                axis: Axis::Linear,
                shown: Shown::Loss,
                target: 0.3,
                side: 64,
                zoom: Vec::new(),
                across: "learning_rate".into(),
                up: "momentum".into(),
                held: Vec::new(),
                averaged: false,
                hidden: false,
            },
            search: SearchSetup {
                strategy: StrategyName::Bayesian,
                acquisition: Acquisition::ExpectedImprovement,
                kappa: Some(2.0),
                kernel: Kernel::Matern52,
                length_scale: None,
                noise: None,
                xi: 0.01,
                metric: Metric::Loss,
                pareto: false,
                ranked: false,
                at_once: 1,
                lie: Lie::Believer,
                pruner: Pruner::default(),
                members: 16,
                every: 5,
                when: When::Last,
                budget: 25,
                most_epochs: 0,
                most_parameters: 0,
                manual: false,
                seed: 42,
                hand: Vec::new(),
                earlier: Vec::new(),
                run: 0,
                shown: 0,
                notes: Vec::new(),
            },
            race: RaceSetup::default(),
            lesson: LessonSetup::default(),
            backend: Backend::Auto,
        }
    }
}

impl Setup {
    /// Checks every range, and what must hold between the numbers.
    pub fn check(&self) -> Result<(), SetupError> {
        let value = serde_json::to_value(self).unwrap_or_default();
        for &(key, low, high) in RANGES {
            let found = key.split('.').try_fold(&value, |at, step| match step.parse::<usize>() {
                Ok(index) => at.get(index),
                Err(_) => at.get(step),
            });
            // A number that is not finite becomes null, as one that is left to the program does.
            if self.search.automatic(key) {
                continue;
            }
            let number = found.and_then(serde_json::Value::as_f64).unwrap_or(f64::NAN);
            if !(low..=high).contains(&number) {
                return Err(SetupError::Range { key: key.into(), value: number, low, high });
            }
        }
        let mut training = self.training.clone();
        for number in &NUMBERS {
            let Some(&mut value) = training.number(number.name) else { continue };
            if !(number.low..=number.high).contains(&(value as f32)) {
                let (low, high) = (f64::from(number.low), f64::from(number.high));
                return Err(SetupError::Range { key: format!("training.{}", number.name), value, low, high });
            }
        }
        let name = &self.data.name;
        let known = toys::ALL.iter().any(|t| t.name == name) || builtin::ALL.iter().any(|b| b.name == name);
        let drawing = name == "drawn";
        if !(known || drawing || name == "csv") {
            return Err(SetupError::Data { name: name.clone() });
        }
        let drawn = &self.data.drawn;
        if drawn::read(drawn).is_none() || drawing && drawn::dataset(drawn).is_none() {
            return Err(SetupError::Drawn { drawn: drawn.clone() });
        }
        if let Some(name) = self.evaluation.also.iter().enumerate().find_map(|(i, name)| {
            let twice = self.evaluation.also[..i].contains(name);
            (twice || !self.takes_also(name)).then_some(name)
        }) {
            return Err(SetupError::Also { name: name.clone() });
        }
        if self.data.train + self.data.valid > 0.951 {
            return Err(SetupError::NoTest { train: self.data.train, valid: self.data.valid });
        }
        if self.net.hidden.len() > MAX_HIDDEN {
            return Err(SetupError::Layers { given: self.net.hidden.len(), limit: MAX_HIDDEN });
        }
        if let Some(&given) = self.net.hidden.iter().find(|n| !(1..=MAX_UNITS).contains(*n)) {
            return Err(SetupError::Units { given, limit: MAX_UNITS });
        }
        if let Some(Loss::Huber(delta)) = self.net.loss
            && !(1e-3..=1e3).contains(&delta)
        {
            return Err(SetupError::Range { key: "net.loss".into(), value: f64::from(delta), low: 1e-3, high: 1e3 });
        }
        if let Some((key, low, high)) = self.lesson.limit.iter().find(|(_, low, high)| low > high) {
            return Err(SetupError::Empty { key: key.clone(), low: *low, high: *high });
        }
        if ![8, 16, 32, 64].contains(&self.map.side) {
            return Err(SetupError::Side { given: self.map.side });
        }
        self.space.check()?;
        self.check_zoom()?;
        if !self.race.is_fair() {
            return Err(SetupError::Race { given: self.race.strategies.len(), limit: race::MOST });
        }
        let (run, shown) = (self.search.run, self.search.shown);
        if run > self.search.budget || shown > run {
            return Err(SetupError::Trials { run, shown });
        }
        let (mut next, space) = (0, self.searched());
        for &Placed(trial, ref point) in &self.search.hand {
            if trial < next || trial >= self.search.budget || !space.contains(point) {
                return Err(SetupError::Hand { trial });
            }
            next = trial + 1;
        }
        let known = |Earlier(loss, point): &Earlier| loss.is_none_or(f64::is_finite) && space.contains(point);
        let earlier = &self.search.earlier;
        if let Some(trial) = (0..earlier.len()).find(|&trial| trial >= MOST_PLACED || !known(&earlier[trial])) {
            return Err(SetupError::Earlier { trial });
        }
        let most = |trial: &usize| *trial < MOST_PLACED;
        let held = |trial: &usize| most(trial) && space.contains(&self.race.hand[*trial]);
        if let Some(trial) = (0..self.race.hand.len()).find(|trial| !held(trial)) {
            return Err(SetupError::Hand { trial });
        }
        Ok(())
    }

    /// Whether trials are compared by their mean rank over several sets.
    pub fn ranks(&self) -> bool {
        self.search.ranked && !self.evaluation.also.is_empty()
    }

    /// Whether a set can be trained on beside the study's own: both are toys, and of one kind.
    pub fn takes_also(&self, name: &str) -> bool {
        let kind = |name: &str| toys::ALL.iter().find(|toy| toy.name == name).map(|toy| toy.kind);
        name != self.data.name && kind(name).is_some() && kind(name) == kind(&self.data.name)
    }

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

    /// The population of these points of one [`Setup::groups`]; what a point is too short for is as the set-up has it. A
    /// trial for each stream of a point, side by side, the folds of the first repeat first. The streams are the same for
    /// every point, so that only the hyperparameters differ; repeat r draws start weights and order from the seed + r. The
    /// first stream says which loss counts as diverged in all of them.
    pub fn population(&self, folds: &[Split], task: Task, points: &[Point]) -> Population {
        let shared = self.at(points.first().map_or(&[], |point| point));
        let net = shared.network(folds[0].train.columns, task);
        let encoded = |part: &Part| Arc::new(net.loss.encoded(part, net.outputs()).into_owned());
        let parts: Vec<_> = folds.iter().map(|fold| (encoded(&fold.train), encoded(&fold.valid))).collect();
        let stream = |seed: u64, start: &[f32], (train, valid): &(Arc<Part>, Arc<Part>)| Stream {
            start: start.to_vec(),
            order: Order::Shuffled { seed, batch: shared.training.batch },
            seed,
            train: train.clone(),
            valid: valid.clone(),
        };
        let repeats = (0..self.evaluation.repeats as u64).map(|r| self.net.seed + r);
        let streams: Vec<Stream> = repeats
            .flat_map(|seed| {
                let start = net.start(seed);
                parts.iter().map(move |parts| stream(seed, &start, parts)).collect::<Vec<_>>()
            })
            .collect();
        let bound = Population::BOUND_FACTOR * start_loss(&net, &streams[0].start, &streams[0].train);
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
        let metric = if self.search.metric.fits(self.loss(task)) { self.search.metric } else { Metric::Loss };
        Objective { metric, when: self.search.when }
    }

    pub fn strategy(&self) -> Strategy {
        let s = &self.search;
        Strategy {
            name: s.strategy,
            budget: s.budget,
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
    use crate::exchange::space::Range;
    use crate::exchange::training::ScheduleKind;
    use crate::optim::Rule;
    use crate::space::Scale;

    #[test]
    fn the_default_is_in_range_and_every_range_is_of_a_number_that_is_there() {
        assert_eq!(Setup::default().check(), Ok(()));
    }

    #[test]
    fn layers_may_have_activations_of_their_own_and_losses_fit_the_task() {
        let mut setup = Setup::default();
        setup.net.activations = vec![Activation::Sine];
        setup.net.loss = Some(Loss::Hinge);
        let net = setup.network(2, Task::Binary);
        assert_eq!((net.activations, net.loss), (vec![Activation::Sine, Activation::Tanh], Loss::Hinge));
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
            let steady = matches!(kind, ScheduleKind::Constant | ScheduleKind::InverseTime | ScheduleKind::Plateau);
            assert_eq!(last == 0.5, steady, "{kind:?}: {last}");
        }
    }

    #[test]
    fn budgets_limits_and_who_proposes_go_into_the_link() {
        let mut setup = Setup::default();
        let search = &mut setup.search;
        (search.most_epochs, search.most_parameters, search.manual) = (500, 90, true);
        (search.members, search.every, search.strategy) = (8, 20, StrategyName::Bohb);
        (search.pruner.name, search.pruner.threshold) = (crate::prune::pruner::PrunerName::Wilcoxon, 0.2);
        assert_eq!(setup.check(), Ok(()));
        let link = crate::exchange::link::write(&setup);
        assert!(link.contains("search.manual=true") && link.contains("search.strategy=bohb"), "{link}");
        assert_eq!(crate::exchange::link::read(&link), Ok(setup.clone()));
        // Two inputs, 8 and 8 units, one output: 24 + 72 + 9.
        assert_eq!(setup.oversized(2, Task::Binary, &[0.1, 0.5]), Some(105));
        setup.search.most_parameters = 105;
        assert_eq!(setup.oversized(2, Task::Binary, &[0.1, 0.5]), None);
        setup.search.members = 2;
        assert!(matches!(setup.check(), Err(SetupError::Range { key, .. }) if key == "search.members"));
    }

    #[test]
    fn what_is_out_of_range_is_named() {
        let mut setup = Setup::default();
        setup.run.momentum = 1.0;
        assert!(matches!(setup.check(), Err(SetupError::Range { key, value: 1.0, .. }) if key == "run.momentum"));
        let mut setup = Setup::default();
        setup.search.kappa = None;
        assert_eq!(setup.check(), Ok(()));
        setup.search.noise = Some(f64::NAN);
        assert!(matches!(setup.check(), Err(SetupError::Range { key, .. }) if key == "search.noise"));
        let mut setup = Setup::default();
        setup.training.l2 = f64::NAN;
        assert!(matches!(setup.check(), Err(SetupError::Range { key, .. }) if key == "training.l2"));
        let mut setup = Setup::default();
        setup.training.schedule.rise = 1.5;
        assert!(matches!(setup.check(), Err(SetupError::Range { key, .. }) if key == "training.schedule.rise"));
        let mut setup = Setup::default();
        setup.net.hidden = vec![8; 10];
        assert_eq!(setup.check(), Err(SetupError::Layers { given: 10, limit: 9 }));
        let mut setup = Setup::default();
        setup.net.loss = Some(Loss::Huber(0.0));
        assert!(matches!(setup.check(), Err(SetupError::Range { key, value: 0.0, .. }) if key == "net.loss"));
        let mut setup = Setup::default();
        setup.space.set("momentum", Some(Range::Numbers { low: 0.5, high: 0.5, scale: Scale::Linear, step: 0.0 }));
        assert!(matches!(setup.check(), Err(SetupError::Empty { .. })));
        let mut setup = Setup::default();
        setup.search.hand = vec![Placed(3, vec![0.1, 0.5]), Placed(3, vec![0.1, 0.5])];
        assert_eq!(setup.check(), Err(SetupError::Hand { trial: 3 }));
        let mut setup = Setup::default();
        setup.data.drawn = "AB".into();
        assert_eq!(setup.check(), Err(SetupError::Drawn { drawn: "AB".into() }));
        (setup.data.name, setup.data.drawn) = ("drawn".into(), String::new());
        assert_eq!(setup.check(), Err(SetupError::Drawn { drawn: String::new() }));
        setup.data.name = "nowhere".into();
        assert_eq!(setup.check(), Err(SetupError::Data { name: "nowhere".into() }));
    }
}
