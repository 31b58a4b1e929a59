//! The set-up: everything that defines a study, as one serialisable value; [`crate::setup::check`]
//! says whether it can be.

mod axes;
pub mod check;
pub mod detail;
pub mod edit;
mod estimate;
pub mod evaluation;
pub mod impact;
pub mod needs;
pub mod parameters;
pub mod presets;
pub mod race;
mod resolve;
pub mod search;
pub mod settings;
pub mod space;
pub(crate) mod text;
pub mod training;
pub mod typed;

pub use check::SetupError;
pub use detail::Detail;
pub use edit::Edit;
pub use impact::Impact;
pub use parameters::{PARAMETERS, Parameter};
pub use settings::{SETTINGS, Setting};

use crate::setup::evaluation::EvaluationSetup;
use crate::setup::race::RaceSetup;
use crate::setup::search::SearchSetup;
use crate::setup::space::SpaceSetup;
use crate::setup::training::TrainingSetup;
use crate::space::Point;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tunescape_engine::net::{Activation, Init, Loss};

/// The version of links that this page writes. What an older one leaves out means what was the
/// default then: see [`CHANGED`](crate::link::CHANGED).
pub const VERSION: u32 = 2;

/// So many points a learner places in a race at most: the largest budget.
pub const MAX_PLACED: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Screen {
    Explore,
    Search,
    Race,
    Lessons,
    /// What teachers need for the lessons.
    Teach,
    /// Studies from elsewhere.
    Xray,
}

impl Screen {
    /// Its name in links.
    pub fn key(self) -> &'static str {
        match self {
            Screen::Explore => "explore",
            Screen::Search => "search",
            Screen::Race => "race",
            Screen::Lessons => "lessons",
            Screen::Teach => "teach",
            Screen::Xray => "xray",
        }
    }
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
    /// Of two classes, the share of the second one's rows that there are: fewer make it rare.
    pub positives: f64,
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
    /// Regions zoomed into, outermost first: low and high end of the axis across, then of the one
    /// up.
    pub zoom: Vec<[f64; 4]>,
    /// Names of the searched parameters on the axes; another that is searched where one of these
    /// is not.
    pub across: String,
    pub up: String,
    /// The point whose values the other searched parameters are held at; empty: those of the
    /// Explore run.
    pub held: Point,
    /// Whether what a strategy believes is averaged over the other searched parameters, instead.
    pub averaged: bool,
    /// Whether the landscape is kept from the learner, who is to say first where the best is.
    pub hidden: bool,
}

/// The lesson that is going on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LessonSetup {
    /// One of those that come with the page, or the address of a file (`….json`) beside it; empty
    /// for none.
    pub name: String,
    /// A lesson of the reader's own, as its JSON; empty for none.
    pub own: Arc<str>,
    /// From 0.
    pub page: usize,
    /// Parts of the set-up that can't be changed, as paths: what somebody hands out may allow some
    /// things only.
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
    pub const ALL: [Panel; 7] = [
        Panel::Header,
        Panel::Footer,
        Panel::Data,
        Panel::Search,
        Panel::Network,
        Panel::Training,
        Panel::Results,
    ];

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
    pub detail: Detail,
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
                positives: 1.0,
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
            search: SearchSetup::default(),
            race: RaceSetup::default(),
            lesson: LessonSetup::default(),
            backend: Backend::Auto,
            detail: Detail::Full,
        }
    }
}

impl Setup {
    /// Whether it is what a first visit finds, however much of it is shown.
    pub fn is_first(&self) -> bool {
        *self == Setup { detail: self.detail, ..Setup::default() }
    }
}

/// A thing in which two set-ups differ.
#[derive(Clone, Copy)]
pub enum Difference {
    Data,
    Parameter(&'static Parameter),
}

/// What two set-ups of the same axes differ in, as the first has it: the data, and what can be
/// searched but is on none of the axes.
pub fn changed(old: &Setup, new: &Setup) -> Vec<Difference> {
    let data = (old.data.name != new.data.name).then_some(Difference::Data);
    let axes = new.axes();
    let there = |p: &Parameter| p.layer().is_none_or(|layer| layer <= old.net.hidden.len());
    let searched = |p: &Parameter| axes.params.iter().any(|a| a.name == p.name);
    let differs = |p: &&Parameter| (p.get)(old) != (p.get)(new) && there(p) && !searched(p);
    data.into_iter().chain(PARAMETERS.iter().filter(differs).map(Difference::Parameter)).collect()
}
