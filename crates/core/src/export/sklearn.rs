//! Python for scikit-learn: the same space, searched by its grid, random or halving search, on its
//! own `MLPClassifier` or `MLPRegressor`.
//!
//! Its networks are not the page's: [`unsupported`](super::Unsupported) has what they lack. What
//! they have too means the same: `alpha` is the page's L2 times the batch, since scikit-learn
//! divides it by the rows of a batch; and it trains with *half* the squared error, so that rates of
//! plain steps are doubled and penalties halved for numbers.

mod columns;

use self::columns::{Column, columns};
use super::template::Filling;
use super::training::key;
use super::{Kind, Script, Source, Unsupported, compare, lacks, training};
use crate::data::Task;
use crate::metrics::{Metric, When};
use crate::prune::pruner::PrunerName;
use crate::search::StrategyName;
use crate::setup::Setup;
use crate::setup::parameters::USUAL_UNITS;
use crate::setup::training::ScheduleKind;
use crate::study::Study;
use tunescape_engine::net::{Activation, Loss};
use tunescape_engine::optim::Rule;

const TEMPLATE: &str = include_str!("templates/sklearn.py");
/// The version that the scripts were run with.
pub const TESTED: &str = "1.9.1";
const TOOL: &str = "scikit-learn";

/// How a script searches.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Grid,
    Random,
    Halving,
}

impl How {
    fn name(self) -> &'static str {
        match self {
            How::Grid => "GridSearchCV",
            How::Random => "RandomizedSearchCV",
            How::Halving => "HalvingRandomSearchCV",
        }
    }
}

/// The script of a study.
pub fn script(source: Source, study: &Study) -> Script {
    let Source { setup, data, split } = source;
    let mut unsupported = training::unsupported(&source);
    let how = how(setup, &mut unsupported);
    left_out(&source, &mut unsupported);
    let rows = split.train.rows();
    let columns = columns(setup, rows, data.task(), how == How::Grid, &mut unsupported);
    unsupported.extend(lacks::search(setup));
    unsupported.extend(lacks::at_once(setup));
    if !study.trials().is_empty() {
        unsupported.push(Unsupported::Afresh);
    }
    let (rows, needs_data) = training::data(&source);
    let mut filling = Filling::default();
    filling.word("file", needs_data);
    filling.word("classes", data.task() != Task::Regression);
    filling.word("half", data.task() == Task::Regression);
    filling.word("l2", columns.iter().any(|dialect| dialect.iter().any(Column::is_penalty)));
    filling.word("grid", how == How::Grid);
    filling.word("halving", how == How::Halving);
    filling.set("title", format!("A study of Tunescape's, for scikit-learn: {}.", data.name));
    filling.set("tested", TESTED);
    compare::say(&unsupported, &mut filling);
    filling.set("inputs", split.train.columns.to_string());
    filling.set("epochs", setup.training.epochs.to_string());
    filling.set("usual_units", USUAL_UNITS.to_string());
    filling.set("data", rows);
    filling.set("search", how.name());
    let numbers = data.task() == Task::Regression;
    filling.set("estimator", if numbers { "MLPRegressor" } else { "MLPClassifier" });
    filling.set("seed", setup.net.seed.to_string());
    filling.set("scoring", scoring(setup, data.task(), split.train.columns));
    filling.set("options", options(setup, how));
    space(&columns, &mut filling);
    filling.set("tries", tries(setup, how));
    let text = filling.fill(TEMPLATE);
    Script { name: "tunescape_sklearn.py", text, unsupported, needs_data }
}

/// The search that comes nearest to strategy and pruner.
fn how(setup: &Setup, unsupported: &mut Vec<Unsupported>) -> How {
    let (strategy, pruner) = (setup.search.strategy, setup.search.pruner.name);
    let how = match (strategy, pruner) {
        (_, PrunerName::Halving | PrunerName::Asha | PrunerName::Hyperband) => How::Halving,
        (StrategyName::Grid, _) => How::Grid,
        _ => How::Random,
    };
    let own = match how {
        How::Grid => StrategyName::Grid,
        How::Random | How::Halving => StrategyName::Random,
    };
    if strategy != own {
        unsupported.push(Kind::Strategy.instead(strategy.key(), TOOL, how.name()));
    }
    match pruner {
        PrunerName::None => {}
        PrunerName::Halving => unsupported.push(Unsupported::RungsAnew),
        _ if how == How::Halving => {
            unsupported.push(Kind::Pruner.instead(pruner.key(), TOOL, how.name()));
            unsupported.push(Unsupported::RungsAnew);
        }
        _ => unsupported.push(Unsupported::NoPruning),
    }
    how
}

/// What scikit-learn's networks lack of those that the page trains.
fn left_out(source: &Source, unsupported: &mut Vec<Unsupported>) {
    let Source { setup, data, split } = source;
    let t = &setup.training;
    unsupported.push(Unsupported::OwnDraws);
    let net = setup.network(split.train.columns, data.task());
    let loss = match net.loss {
        Loss::Hinge | Loss::MulticlassHinge => Some(("hinge", "log_loss")),
        Loss::AbsoluteError => Some(("absolute-error", "squared_error")),
        Loss::Huber(_) => Some(("huber", "squared_error")),
        _ => None,
    };
    unsupported.extend(loss.map(|(name, instead)| Kind::Loss.instead(name, TOOL, instead)));
    if t.schedule.kind != ScheduleKind::Constant {
        unsupported.push(Kind::Schedule.instead(&key(&t.schedule.kind), TOOL, "constant"));
    }
    if net.activations.iter().any(|own| *own != net.activations[0]) {
        unsupported.push(Unsupported::OneActivation);
    }
    let settings = [
        ("training.dropout", t.dropout),
        ("training.l1", t.l1),
        ("training.decay", t.decay),
        ("training.label_smoothing", t.label_smoothing),
        ("training.clip_norm", t.clip_norm),
        ("training.clip_value", t.clip_value),
        ("training.dampening", if t.rule == Rule::Momentum { t.dampening } else { 0.0 }),
        ("training.patience", t.patience as f64),
    ];
    let lacking = settings.iter().filter(|(_, value)| *value > 0.0);
    unsupported.extend(lacking.map(|(path, _)| Unsupported::LeftOut { setting: (*path).into() }));
    let penalised = t.l2 > 0.0 || setup.space.get("l2").is_some();
    unsupported.extend((penalised && t.penalise_biases).then_some(Unsupported::Biases));
    unsupported.extend((setup.search.when == When::Best).then_some(Unsupported::LastEpoch));
}

/// What the activation is called there, if it is there.
fn activation(of: Activation) -> Option<&'static str> {
    match of {
        Activation::Tanh => Some("tanh"),
        Activation::Relu => Some("relu"),
        Activation::Sigmoid => Some("logistic"),
        Activation::Linear => Some("identity"),
        _ => None,
    }
}

/// The page's metric by scikit-learn's name: the validation loss as far as it has it.
fn scoring(setup: &Setup, task: Task, inputs: usize) -> &'static str {
    let several = |binary, macros| if task == Task::Binary { binary } else { macros };
    match setup.objective(task).metric {
        Metric::Loss if task == Task::Regression => match setup.network(inputs, task).loss {
            Loss::AbsoluteError => "neg_mean_absolute_error",
            _ => "neg_mean_squared_error",
        },
        Metric::Loss | Metric::LogLoss => "neg_log_loss",
        Metric::Accuracy => "accuracy",
        Metric::Precision => several("precision", "precision_macro"),
        Metric::Recall => several("recall", "recall_macro"),
        Metric::F1 => several("f1", "f1_macro"),
        Metric::RocAuc => several("roc_auc", "roc_auc_ovr"),
        Metric::R2 => "r2",
    }
}

/// The search's own arguments.
fn options(setup: &Setup, how: How) -> String {
    let search = &setup.search;
    let (budget, seed) = (search.budget.max(1), format!("{} % 2**32", search.seed));
    match how {
        How::Grid => String::new(),
        How::Random => format!("    n_iter={budget},\n    random_state={seed},\n"),
        How::Halving => format!(
            "    n_candidates={budget},\n    resource=\"max_iter\",\n    min_resources={},\n    \
             max_resources=EPOCHS,\n    factor={},\n    random_state={seed},\n",
            search.pruner.least.clamp(1, setup.training.epochs),
            search.pruner.factor.max(2)
        ),
    }
}

fn tries(setup: &Setup, how: How) -> String {
    let budget = setup.search.budget.max(1);
    match how {
        How::Grid => "every combination of the page's grid".into(),
        How::Random => format!("{budget} random trials"),
        How::Halving => format!("{budget} random trials, ever fewer of them for more epochs"),
    }
}

/// The arguments of the estimator, and the lists or distributions of the search, for each optimizer
/// that is tried.
fn space(dialects: &[Vec<Column>], filling: &mut Filling) {
    let fixed = |column: &Column| format!("    {}={},\n", column.name, column.fixed);
    filling.set("fixed", dialects[0].iter().map(fixed).collect::<String>());
    let several = dialects.len() > 1;
    let dialect = |columns: &Vec<Column>| {
        let line = |column: &Column| {
            let own = several && column.of_rule;
            let values = column.searched.clone().or(own.then(|| format!("[{}]", column.fixed)));
            values.map(|values| format!("        \"{}\": {values},\n", column.name))
        };
        format!("    {{\n{}    }},\n", columns.iter().filter_map(line).collect::<String>())
    };
    let text: String = dialects.iter().map(dialect).collect();
    filling.word("range", text.contains("Range("));
    filling.word("layers", text.contains("Layers("));
    filling.word("distributions", text.contains("uniform("));
    filling.set("space", text);
    filling.set("each", if several { ", for each optimizer" } else { "" });
}
