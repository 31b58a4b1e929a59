//! The neutral value that every reader makes and every writer takes.

use super::Time;
use crate::data::choices::Aside;
use crate::data::encoding::Encoding;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// Whether less or more of an objective is better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    #[default]
    Minimize,
    Maximize,
}

/// One choice of a categorical parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Choice {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
}

impl Choice {
    /// JSON as a choice, a text cut at the length of a name. Optuna warns of a list or an object,
    /// and stores it all the same: here it is its text.
    pub fn of(value: &Value) -> Option<Self> {
        let text = |text: &str| Self::Text(super::limits::cut(text, super::limits::MAX_NAME).0);
        Some(match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => match number.as_i64() {
                Some(whole) => Self::Integer(whole),
                None => Self::Float(number.as_f64()?),
            },
            Value::String(own) => text(own),
            Value::Array(_) | Value::Object(_) => text(&value.to_string()),
        })
    }

    /// As JSON has it.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => (*value).into(),
            Self::Integer(value) => (*value).into(),
            Self::Float(value) => (*value).into(),
            Self::Text(text) => text.as_str().into(),
        }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("None"),
            Self::Bool(value) => f.write_str(if *value { "True" } else { "False" }),
            Self::Integer(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// The values that a parameter was searched over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Domain {
    Number {
        integer: bool,
        low: f64,
        high: f64,
        log: bool,
        /// Distance of neighbouring values; none for a float without steps.
        step: Option<f64>,
    },
    /// In a trial the number of the choice, from 0.
    Categorical(Vec<Choice>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    pub name: String,
    pub domain: Domain,
    /// Whether some trials that have other parameters lack this one.
    pub conditional: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrialState {
    Complete,
    /// Stopped by a pruner.
    Pruned,
    Failed,
    Running,
    /// Still to run; its parameters, if any, were fixed beforehand.
    Waiting,
}

impl TrialState {
    pub const ALL: [TrialState; 5] =
        [Self::Complete, Self::Pruned, Self::Failed, Self::Running, Self::Waiting];

    /// Name in the translations, and of the command.
    pub fn key(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Pruned => "pruned",
            Self::Failed => "failed",
            Self::Running => "running",
            Self::Waiting => "waiting",
        }
    }

    /// Returns how many of some states are each, without those that none is.
    pub fn count(states: impl Iterator<Item = Self> + Clone) -> Vec<(Self, usize)> {
        let count = |of: Self| (of, states.clone().filter(|state| *state == of).count());
        Self::ALL.map(count).into_iter().filter(|(_, n)| *n > 0).collect()
    }

    /// Whether nothing more will come of it.
    pub fn is_finished(self) -> bool {
        matches!(self, Self::Complete | Self::Pruned | Self::Failed)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportedTrial {
    /// From 0, as the study numbers it.
    pub number: usize,
    pub state: TrialState,
    /// One for each objective, infinite and NaN as they were; empty where there are none.
    pub values: Vec<f64>,
    /// One for each parameter of the study; none where the trial lacks it.
    pub params: Vec<Option<f64>>,
    /// Intermediate values by step, steps rising.
    pub reports: Vec<(u64, f64)>,
    pub user_attributes: Vec<(String, Value)>,
    /// Above 0 where one is violated.
    pub constraints: Vec<f64>,
    pub start: Option<Time>,
    pub complete: Option<Time>,
}

impl ImportedTrial {
    /// A trial that has begun and holds nothing yet.
    pub fn new(number: usize) -> Self {
        Self {
            number,
            state: TrialState::Running,
            values: Vec::new(),
            params: Vec::new(),
            reports: Vec::new(),
            user_attributes: Vec::new(),
            constraints: Vec::new(),
            start: None,
            complete: None,
        }
    }

    /// Whether it has a number for each objective of its study.
    pub fn is_whole(&self, of: &ImportedStudy) -> bool {
        self.values.len() == of.directions.len() && self.values.iter().all(|v| !v.is_nan())
    }

    /// Whether no constraint is violated, as Optuna judges it: a trial without constraints is
    /// feasible, one whose constraint is not a number is not.
    pub fn is_feasible(&self) -> bool {
        self.constraints.iter().all(|constraint| *constraint <= 0.0)
    }
}

/// What is wrong with a line of a journal, a page of a database or a row of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// It ends too early.
    Truncated,
    /// Not text.
    NotText,
    /// Not JSON.
    NotJson,
    /// JSON, but not an operation of a journal.
    NotOperation,
    /// A page of a kind that does not belong here, or numbers that contradict each other.
    NotPage,
    /// A page that was met before: the file leads in circles.
    Loop,
    /// More than a file of this size can hold.
    TooMuch,
    /// A row with more or fewer fields than the first.
    Ragged,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Truncated => "ends too early",
            Self::NotText => "not text",
            Self::NotJson => "not JSON",
            Self::NotOperation => "not an operation of a journal",
            Self::NotPage => "not a page of a table",
            Self::Loop => "met before",
            Self::TooMuch => "more than a file of this size can hold",
            Self::Ragged => "more or fewer fields than the first row",
        })
    }
}

/// What a reader left out or found damaged. Lines and pages count from 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Note {
    /// The file was read up to this line; it and what follows were left out.
    Line { line: usize, fault: Fault },
    /// So many rows had a fault; the first one's line.
    Rows { line: usize, rows: usize, fault: Fault },
    /// Rows of this table that lie behind this page were left out.
    Page { page: u32, table: String, fault: Fault },
    /// So many trials, beyond the limit, were left out.
    Trials { dropped: usize },
    /// Parameters beyond the limit were left out, in so many trials.
    Parameters { dropped: usize },
    /// Columns of a table beyond the limit.
    Columns { dropped: usize },
    /// What this parameter was searched over could not be read: it was left out.
    Range { parameter: String },
    /// So many trials have a state in words that are not known, some of which are named: they count
    /// as failed, or where most are such, by their values.
    States { words: Vec<String>, trials: usize, failed: bool },
    /// So many values of this parameter did not fit what it is otherwise: a number among choices.
    Values { parameter: String, dropped: usize },
    /// So many times of this column could not be read.
    Times { column: String, dropped: usize },
    /// So many intermediate values were left out.
    Reports { dropped: usize },
    /// So many attributes were too long or too many.
    Attributes { dropped: usize },
    /// So many operations spoke of trials or studies that are not there, or have ended.
    Operations { dropped: usize },
    /// So many studies, beyond the limit, were left out with their trials.
    Studies { dropped: usize },
    /// So many studies of the file had been deleted.
    Deleted { studies: usize },
    /// The database has another version of Optuna's schema than the one that is known.
    Schema { found: i64 },
    /// So many trials have no value, or one that is not a number.
    WithoutValue { trials: usize },
    /// A table has no line of names: its columns are numbered.
    NoNames,
    /// The newest trials may stand in a file beside the database, its write-ahead log.
    WriteAheadLog,
    /// So many rows, the first in this line, are no trials: units, means, the names once more.
    Asides { line: usize, rows: usize, why: Aside },
    /// Values such as this one in this column were read as numbers that do not say all that stands
    /// there.
    ReadAs { column: String, value: String, number: f64 },
    /// The text was neither UTF-8 nor UTF-16, and was read as this.
    Encoding { encoding: Encoding },
}

impl Note {
    /// Whether it names a place at which the file is damaged.
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Line { .. } | Self::Rows { .. } | Self::Page { .. })
    }
}

/// A study from elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportedStudy {
    pub name: String,
    /// One for each objective.
    pub directions: Vec<Direction>,
    /// Names of the objectives; empty where the study gives none.
    pub metric_names: Vec<String>,
    /// In the order in which they first occur.
    pub parameters: Vec<Parameter>,
    pub trials: Vec<ImportedTrial>,
    pub user_attributes: Vec<(String, Value)>,
    pub notes: Vec<Note>,
}
