//! Values and numbers of which more stands in a table than is used: `0.91 ± 0.02`.

use super::{Mapping, Role};
use crate::data::number::readings;
use crate::data::unit::with_spread;
use crate::import::Note;
use crate::import::limits::cut;
use crate::import::table::Table;

/// Letters of a field that are told.
const MAX_TOLD: usize = 40;

/// The first such value of each column that is searched or an objective.
pub fn read_as(table: &Table, mapping: &Mapping) -> Vec<Note> {
    let used = |role: &Role| matches!(role, Role::Value(_) | Role::Number { .. });
    let note = |at: usize| {
        let inexact = |field: &&str| {
            with_spread(field).is_some_and(|(_, inexact)| inexact)
                && readings(field).any().is_none()
        };
        let field = table.column(at).find(inexact)?;
        let (column, value) = (mapping.columns[at].0.clone(), cut(field, MAX_TOLD).0);
        table.number(at, field).map(|number| Note::ReadAs { column, value, number })
    };
    mapping.places(used).into_iter().filter_map(note).collect()
}
