//! The table of settings: one row for each thing that a set-up's tree holds and a reader can set.
//!
//! From a row come the check of its range, the lock and the limit of its controls, what it is
//! called in messages, and what a change of it makes useless. A setting is added by one row here
//! and by its use. The rows of hyperparameters that belong to an update rule are those of
//! [`NUMBERS`]; what can be searched stands in [`PARAMETERS`](super::PARAMETERS).

use super::PARAMETERS;
use super::impact::Impact;
use super::training::TrainingSetup;
use std::sync::LazyLock;
use tunescape_engine::optim::NUMBERS;

/// What a setting can be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A number from `low` to `high`. Some are shown in another unit, of which there are `unit` in
    /// one: 100 for percent.
    Number {
        low: f64,
        high: f64,
        unit: f64,
    },
    /// One of some names.
    Choice,
    /// Yes or no.
    Flag,
    Text,
    List,
}

/// One setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Its path in a set-up, which is its name in links.
    pub path: String,
    pub kind: Kind,
    /// Key of what it is called, in the translations; none where it is not called anything.
    pub label: Option<&'static str>,
    /// Ids of the controls that change nothing else.
    pub controls: Vec<String>,
    /// What a change of it makes useless.
    pub impact: Impact,
}

/// A row of the table.
type Row = (&'static str, Kind, &'static str, &'static str, Impact);

const fn number(low: f64, high: f64) -> Kind {
    Kind::Number { low, high, unit: 1.0 }
}

const fn percent(low: f64, high: f64) -> Kind {
    Kind::Number { low, high, unit: 100.0 }
}

use Impact::{Data, Landscape, Network, Nothing, Race, Run, Study, View};
use Kind::{Choice, Flag, List, Text};

/// Path, kind, label, ids of controls (of several alike, the name that they go by together), impact.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("screen", Choice, "nav.screens", "tab", View),
    ("backend", Choice, "backend.choose", "backend", Landscape),
    ("detail", Choice, "detail.choose", "detail", View),
    ("data.name", Choice, "data.title", "set file draw", Data),
    ("data.drawn", Text, "", "", Data),
    ("data.noise", number(0.0, 1.0), "data.noise", "noise", Data),
    ("data.rows", number(20.0, 5000.0), "data.rows", "rows", Data),
    ("data.train", percent(0.05, 0.9), "data.split_train", "split-train", Data),
    ("data.valid", percent(0.05, 0.9), "data.split_valid", "split-valid", Data),
    ("data.used", percent(0.01, 1.0), "data.used", "data-used", Data),
    ("data.positives", percent(0.01, 1.0), "data.positives", "data-positives", Data),
    ("data.seed", number(0.0, 999_999.0), "data.seed", "data-seed", Data),
    ("evaluation.also", List, "", "also", Data),
    ("evaluation.method", Choice, "evaluation.title", "evaluation", Data),
    ("evaluation.folds", number(2.0, 10.0), "evaluation.folds", "folds", Data),
    ("evaluation.repeats", number(1.0, 16.0), "evaluation.repeats", "repeats", Data),
    ("net.hidden", List, "", "layers fewer-layers more-layers", Network),
    ("net.activation", Choice, "", "activation", Network),
    ("net.activations", List, "", "layer-activation", Network),
    ("net.init", Choice, "", "init", Network),
    ("net.loss", Choice, "loss.delta", "loss huber-delta", Network),
    ("net.seed", number(0.0, 999_999.0), "net.seed", "new-seed", Network),
    ("training.rule", Choice, "", "rule", Network),
    ("training.batch", number(1.0, 2000.0), "", "batch", Run),
    ("training.epochs", number(1.0, 1000.0), "net.epochs", "epochs", Run),
    ("training.patience", number(0.0, 1000.0), "training.patience", "patience", Run),
    ("training.penalise_biases", Flag, "training.biases", "penalise-biases", Network),
    ("training.schedule.kind", Choice, "", "schedule", Network),
    ("training.schedule.every", number(1.0, 1000.0), "", "", Network),
    ("training.schedule.gamma", number(0.0, 1.0), "", "", Network),
    ("training.schedule.warmup", number(0.0, 1000.0), "", "", Network),
    ("training.schedule.lowest", number(0.0, 1e6), "", "", Network),
    ("training.schedule.rise", number(0.0, 1.0), "", "", Network),
    ("training.schedule.div", number(1.0, 1e9), "", "", Network),
    ("training.schedule.final_div", number(1.0, 1e9), "", "", Network),
    ("training.schedule.factor", number(0.0, 1.0), "", "", Network),
    ("training.schedule.patience", number(0.0, 1000.0), "", "", Network),
    ("training.schedule.threshold", number(0.0, 1.0), "", "", Network),
    ("run.learning_rate", number(0.0, 1e6), "", "run-lr run-lr-value fixed-rate half", Run),
    ("run.momentum", number(0.0, 0.999), "", "run-momentum run-momentum-value fixed-momentum", Run),
    ("space", List, "search.add", "search-more", Study),
    ("map.shown", Choice, "", "map-shows", View),
    ("map.axis", Choice, "", "map-axis", Landscape),
    ("map.target", number(1e-6, 100.0), "", "target", View),
    ("map.side", number(8.0, 64.0), "map.cells", "side", Landscape),
    ("map.across", Choice, "map.across", "map-across", Landscape),
    ("map.up", Choice, "map.up", "map-up", Landscape),
    ("map.held", List, "", "hold-best hold-run", Landscape),
    ("map.averaged", Flag, "", "averaged", View),
    ("map.hidden", Flag, "map.hide", "truth", View),
    ("map.zoom", List, "", "back-out zoom", Landscape),
    ("search.hand", List, "", "warm place", Study),
    ("search.strategy", Choice, "search.strategy", "strategy", Study),
    ("search.grid_ends", Flag, "search.grid_ends", "grid-ends", Study),
    ("search.budget", number(1.0, 100.0), "search.budget", "budget", Race),
    ("search.seed", number(0.0, 999_999.0), "search.seed", "search-seed", Study),
    ("search.manual", Flag, "search.proposes", "manual", View),
    ("search.distinct", Flag, "search.tried", "distinct", Study),
    ("search.pareto", Flag, "search.minimises", "minimises", Study),
    ("search.most_epochs", number(0.0, 1e6), "search.most_epochs", "most-epochs", Study),
    ("search.most_parameters", number(0.0, 1e9), "search.most_parameters", "most-parameters", Study),
    ("search.acquisition", Choice, "search.acquisition", "acquisition", Study),
    ("search.kernel", Choice, "search.kernel", "kernel", Study),
    ("search.length_scale", number(0.01, 10.0), "search.length_scale", "length-scale length-scale-slider", Study),
    ("search.noise", number(0.001, 1.0), "search.noise", "gp-noise gp-noise-slider", Study),
    ("search.kappa", number(0.0, 10.0), "search.kappa", "kappa kappa-slider", Study),
    ("search.xi", number(0.0, 1.0), "search.xi", "xi xi-slider", Study),
    ("search.at_once", number(1.0, 16.0), "search.at_once", "at-once", Study),
    ("search.lie", Choice, "", "lie", Study),
    ("search.earlier", List, "", "inherit disinherit", Study),
    ("search.metric", Choice, "training.when", "metric", Study),
    ("search.when", Choice, "evaluation.after", "when", Study),
    ("search.log_loss", Flag, "search.log_loss", "log-loss", View),
    ("search.ranked", Flag, "", "ranked", Study),
    ("search.together", Choice, "population.method", "together", View),
    ("search.members", number(4.0, 64.0), "population.members", "members", View),
    ("search.every", number(1.0, 1000.0), "population.every", "every", View),
    ("search.notes", List, "trial.note", "note", View),
    ("search.pruner.name", Choice, "pruner.title", "pruner", Study),
    ("search.pruner.keep", number(0.0, 1.0), "pruner.keep", "pruner-keep", Study),
    ("search.pruner.startup", number(0.0, 100.0), "pruner.startup", "pruner-startup", Study),
    ("search.pruner.upper", number(0.0, 1e6), "pruner.upper", "pruner-upper", Study),
    ("search.pruner.warmup", number(0.0, 1000.0), "pruner.warmup", "pruner-warmup", Study),
    ("search.pruner.threshold", number(0.0, 1.0), "pruner.threshold", "pruner-threshold", Study),
    ("search.pruner.patience", number(1.0, 1000.0), "pruner.patience_of", "pruner-patience", Study),
    ("search.pruner.least", number(1.0, 1000.0), "pruner.least", "pruner-least", Study),
    ("search.pruner.factor", number(2.0, 10.0), "pruner.factor", "pruner-factor halving-factor", Study),
    ("search.run", number(0.0, 100.0), "", "", Study),
    ("search.shown", number(0.0, 100.0), "", "", View),
    ("race.strategies", List, "", "racers", Race),
    ("race.you", Flag, "race.you_too", "you", View),
    ("race.effort", Choice, "", "race-effort", Race),
    ("race.repeats", number(1.0, 32.0), "race.repeats", "race-repeats", Race),
    ("race.hand", List, "", "your-map clear", Race),
    ("race.seen", List, "", "", View),
    ("race.known", List, "", "", View),
    ("lesson.name", Text, "", "", Nothing),
    ("lesson.own", Text, "", "", Nothing),
    ("lesson.page", Kind::Number { low: 0.0, high: u32::MAX as f64, unit: 1.0 }, "", "", Nothing),
    ("lesson.lock", List, "", "", Nothing),
    ("lesson.limit", List, "", "", Nothing),
    ("lesson.hide", List, "", "", Nothing),
];

/// Controls that change several settings: they are of use as long as one of them can be changed.
pub const SHARED_CONTROLS: &[(&[&str], &str)] = &[
    (&["data", "net", "training", "space", "search"], "presets"),
    (&["run.learning_rate", "run.momentum"], "pad"),
];

/// All settings, those of update rules and schedules among them.
pub static SETTINGS: LazyLock<Vec<Setting>> = LazyLock::new(|| {
    let row = |&(path, kind, label, controls, impact): &Row| Setting {
        path: path.into(),
        kind,
        label: (!label.is_empty()).then_some(label),
        controls: match schedule_number(path) {
            // Numbers of schedules have their name as their control's id.
            Some(name) => vec![["schedule-", name].concat()],
            None => controls.split_whitespace().map(str::to_owned).collect(),
        },
        impact,
    };
    // Rate and momentum are the run's.
    let own = |name: &str| TrainingSetup::default().number(name).is_some();
    // By way of its decimals: 0.95 stays 0.95.
    let exact = |x: f32| x.to_string().parse().unwrap_or(f64::NAN);
    let of_rules = NUMBERS.iter().filter(|number| own(number.name)).map(|number| Setting {
        path: ["training.", number.name].concat(),
        kind: self::number(exact(number.low), exact(number.high)),
        label: None,
        controls: vec![number.name.into()],
        // What a sum of squares begins with can't be changed on its way.
        impact: if number.name == "initial_accumulator" { Network } else { Run },
    });
    ROWS.iter().map(row).chain(of_rules).collect()
});

/// The name of a schedule's number, given its path.
fn schedule_number(path: &str) -> Option<&str> {
    path.strip_prefix("training.schedule.").filter(|name| *name != "kind")
}

impl Setting {
    /// The setting of a path; none where there is none, or a whole part of a set-up.
    pub fn of(path: &str) -> Option<&'static Setting> {
        SETTINGS.iter().find(|setting| setting.path == path)
    }

    /// The ends of the range that its number must lie in; none of what is no number.
    pub fn range(&self) -> Option<(f64, f64)> {
        match self.kind {
            Kind::Number { low, high, .. } => Some((low, high)),
            _ => None,
        }
    }

    /// How many of the unit that it is shown in are in one.
    pub fn unit(&self) -> f64 {
        if let Kind::Number { unit, .. } = self.kind { unit } else { 1.0 }
    }

    /// The hyperparameter that it is when it is searched.
    pub fn parameter(&self) -> Option<&'static super::Parameter> {
        PARAMETERS.iter().find(|parameter| parameter.key == self.path)
    }
}

/// The range of a setting's number, by its path.
pub fn range(path: &str) -> Option<(f64, f64)> {
    Setting::of(path)?.range()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::{Edit, Setup};
    use serde_json::Value;

    fn paths(at: &Value, path: &str, all: &mut Vec<String>) {
        match at.as_object() {
            Some(fields) => fields.iter().for_each(|(name, field)| {
                let dot = if path.is_empty() { "" } else { "." };
                paths(field, &[path, dot, name].concat(), all);
            }),
            None => all.push(path.to_owned()),
        }
    }

    #[test]
    fn every_value_of_a_set_up_has_one_row_and_every_row_a_value() {
        let mut all = Vec::new();
        paths(&serde_json::to_value(Setup::default()).unwrap(), "", &mut all);
        // What is searched is one setting, whatever the parameters.
        all.retain(|path| !path.starts_with("space."));
        all.push("space".into());
        let mut rows: Vec<String> = SETTINGS.iter().map(|s| s.path.clone()).collect();
        all.sort();
        rows.sort();
        assert_eq!(all, rows);
    }

    #[test]
    fn a_row_says_what_a_change_of_it_makes_useless() {
        let usual = Setup::default();
        let tree = serde_json::to_value(&usual).unwrap();
        for setting in SETTINGS.iter() {
            let at = setting.path.split('.').try_fold(&tree, |at, step| at.get(step)).unwrap();
            let value: Value = match (setting.kind, at) {
                (Kind::Number { low, high, .. }, _) => {
                    let now = at.as_f64().unwrap_or(f64::NAN);
                    // Another value in the range, whole where it is counted.
                    let other = [low, high, (low + high) / 2.0].into_iter().find(|x| *x != now);
                    other.unwrap().into()
                }
                (Kind::Flag, Value::Bool(now)) => (!now).into(),
                // What they can be is not told by the tree.
                _ => continue,
            };
            let mut new = usual.clone();
            Edit::Set { setting: setting.path.clone(), value }.apply(&mut new);
            let found = Impact::between(&usual, &new);
            assert!(
                setting.impact == Nothing || found.includes(setting.impact) || !acts(setting),
                "{}: {:?}, {found:?}",
                setting.path,
                setting.impact
            );
        }
    }

    /// Whether a setting counts in the default set-up.
    fn acts(setting: &Setting) -> bool {
        let idle = ["training.schedule.", "search.pruner.", "search.", "race.", "evaluation.folds"];
        !idle.iter().any(|start| setting.path.starts_with(start)) && setting.path != "map.side"
    }
}
