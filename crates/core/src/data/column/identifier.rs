//! Columns that only count or name the rows, which are left out.

use super::Column;
use crate::data::choices::{ColumnKind, Guess, WhyLeftOut};
use crate::data::table::MAX_CATEGORIES;

/// Fewer rows than this say little about whether a column counts them.
const FEW_ROWS: usize = 10;

impl Column {
    /// Leaves it out if it most likely only counts or names the rows.
    pub(super) fn find_identifier(&mut self, at: usize, nameless: bool, guesses: &mut Vec<Guess>) {
        let rows = self.cells.len();
        if self.values.len() < rows || rows < 2 || (rows < FEW_ROWS && !nameless) {
            return;
        }
        let numbers: Option<Vec<f64>> =
            self.values.iter().map(|value| value.number.map(|n| n.exact)).collect();
        let whole = numbers.filter(|n| n.iter().all(|x| x.fract() == 0.0 && self.dates.is_none()));
        let named = nameless || names_an_identifier(&self.name);
        let why = match &whole {
            Some(n) if n.windows(2).all(|pair| pair[1] - pair[0] == 1.0) => WhyLeftOut::CountsRows,
            Some(_) if named => WhyLeftOut::NamesRows,
            None if self.kind == ColumnKind::Category && nameless => WhyLeftOut::NamesRows,
            // With more categories it is left out anyway.
            None if self.kind == ColumnKind::Category && (20..=MAX_CATEGORIES).contains(&rows) => {
                WhyLeftOut::NamesRows
            }
            _ => return,
        };
        let left_out = named || whole.is_none();
        guesses.push(match (why, &whole) {
            (WhyLeftOut::CountsRows, Some(n)) => {
                Guess::CountsRows { column: at, first: n[0], left_out }
            }
            _ => Guess::NamesRows { column: at, left_out },
        });
        if left_out {
            (self.kind, self.left_out) = (ColumnKind::LeftOut, Some(why));
        }
    }

    /// Whether it is left out because it only counts or names the rows.
    pub(in crate::data) fn is_identifier(&self) -> bool {
        matches!(self.left_out, Some(WhyLeftOut::CountsRows | WhyLeftOut::NamesRows))
    }
}

/// Names that identifiers have.
pub(super) fn names_an_identifier(name: &str) -> bool {
    const NAMES: [&str; 27] = [
        "id",
        "nr",
        "nr.",
        "no",
        "no.",
        "n°",
        "num",
        "number",
        "index",
        "idx",
        "row",
        "rownames",
        "row.names",
        "rownum",
        "#",
        "unnamed: 0",
        "obs",
        "observation",
        "case",
        "lfd. nr.",
        "lfdnr",
        "lfd.nr.",
        "nummer",
        "序号",
        "编号",
        "行号",
        "学号",
    ];
    let lower = name.trim().to_lowercase();
    // `userId`, `sample_id`, `Patient ID`.
    let ends = lower.strip_suffix("id").is_some_and(|rest| {
        rest.ends_with(|c: char| !c.is_alphanumeric())
            || name.ends_with("Id")
            || name.ends_with("ID")
    });
    NAMES.contains(&lower.as_str()) || ends
}
