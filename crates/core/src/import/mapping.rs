//! What the columns of a table of trials mean: guessed, changed in a dialog, applied.
//!
//! | source | known by | parameters | value | state |
//! |---|---|---|---|---|
//! | Optuna's `trials_dataframe()`, its dashboard | `number`, `state`, `params_…` | `params_…` | `value`, `values_…`, `value_…` | `state` |
//! | Ray Tune's `get_dataframe()` | `config/…` | `config/…` | a column named like a metric | `status` |
//! | MLflow, scikit-learn, Neptune, Syne Tune, Keras Tuner, Hyperopt, DeepHyper | – | a prefix such as `params.`, `param_` | a column named like a metric | `status` |
//! | export of W&B | `Name`, `State`, `Runtime` | what varies, but for metrics | a column named like a metric | `State` |
//! | anything else | – | what varies, but for metrics | a column named like a metric, else the last number | `state`, `…_status`, `pruned` |
//!
//! In long form a trial has a row for each step: a column tells the trials apart, one counts the
//! steps, and the value's column is the curve, whose last number is the trial's value.

mod apply;
mod columns;
mod facts;
mod guess;
mod names;
mod parameters;
mod read_as;
mod state;
mod steps;
mod times;

pub use apply::apply;
pub use columns::{key, numbers_trials};
pub use guess::{guess, likely};
pub use names::{is_metric, is_spread};

use super::table::Table;
use super::{Choice, Direction};
use serde::{Deserialize, Serialize};

/// Who wrote a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    Optuna,
    Ray,
    Wandb,
    Other,
}

/// What a column is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Role {
    Ignored,
    /// Tells trials apart: rows with the same text are one trial.
    Trial,
    State,
    /// An objective. Several columns are several objectives, in order.
    Value(Direction),
    /// A parameter that is a number.
    Number {
        log: bool,
        integer: bool,
    },
    /// A parameter that is one of the texts that occur.
    Categorical,
    /// The step of a row, in long form.
    Step,
    /// A user attribute.
    Attribute,
    /// A constraint, violated above 0.
    Constraint,
    Start,
    Complete,
}

impl Role {
    pub fn is_parameter(&self) -> bool {
        matches!(self, Self::Number { .. } | Self::Categorical)
    }
}

/// What each column of a table is, in order, and what parameters and objectives are called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mapping {
    pub source: Source,
    pub columns: Vec<(String, Role)>,
}

impl Mapping {
    /// Whether rows are steps of trials.
    pub fn is_long(&self) -> bool {
        let has = |role: &Role| self.columns.iter().any(|(_, own)| own == role);
        has(&Role::Step) && has(&Role::Trial)
    }

    /// The columns of a role.
    fn places(&self, of: impl Fn(&Role) -> bool) -> Vec<usize> {
        let all = self.columns.iter().enumerate();
        all.filter(|(_, (_, role))| of(role)).map(|(at, _)| at).collect()
    }
}

/// A text of a table as a choice: Python's words, numbers, or the text itself.
fn choice(text: &str) -> Choice {
    match text {
        "None" => Choice::Null,
        text if text.eq_ignore_ascii_case("true") => Choice::Bool(true),
        text if text.eq_ignore_ascii_case("false") => Choice::Bool(false),
        text => match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(whole), _) => Choice::Integer(whole),
            (_, Ok(number)) if number.is_finite() => Choice::Float(number),
            _ => Choice::Text(text.to_string()),
        },
    }
}

/// What is true in a column of constraints: that all are kept, that one is violated, or neither
/// where numbers stand there.
type Kept = Option<bool>;

fn kept(table: &Table, at: usize) -> Kept {
    table.header.get(at).and_then(|name| columns::keeps_constraints(name))
}

/// A trial's constraints as Python writes a tuple or a list of them, or a number alone, or whether
/// all are kept; none where it is another text.
fn constraints(table: &Table, at: usize, kept: Kept, text: &str) -> Option<Vec<f64>> {
    let text = text.trim();
    if let Some(kept) = kept {
        return state::truth(text).map(|truth| vec![f64::from(u8::from(truth != kept))]);
    }
    let inside = [('(', ')'), ('[', ']')]
        .into_iter()
        .find_map(|(open, close)| text.strip_prefix(open)?.strip_suffix(close));
    let Some(list) = inside else { return table.number(at, text).map(|number| vec![number]) };
    // Python's own numbers, whatever mark the file's have.
    let numbers = list.split(',').map(str::trim).filter(|number| !number.is_empty());
    let numbers: Option<Vec<f64>> = numbers.map(|number| number.parse().ok()).collect();
    numbers.filter(|numbers| !numbers.is_empty())
}
