//! Makes a column of its fields: finds out whether they are numbers, dates or text, and says what
//! of that was guessed.

use super::dates::{dates, since_first};
use super::fields::Fields;
use super::identifier::names_an_identifier;
use super::missing::{
    drop_missing_words, drop_odd, odd_rows, tell_missing_words, tell_mixed, tell_too_large,
};
use super::numbers::numbers;
use super::reading::Reading;
use super::{Column, Value};
use crate::data::choices::{ColumnKind, WhyLeftOut};
use crate::data::{codes, doubts, spelling, unit};

impl Column {
    /// `at`: its place, from 0; `nameless`: whether it is the first and alone has no name.
    pub(in crate::data) fn new(
        at: usize,
        (name, nameless): (String, bool),
        mut fields: Fields,
        with: &mut Reading,
    ) -> Column {
        let chosen = with.choices.column(at);
        drop_missing_words(at, &mut fields, with);
        spelling::join(at, &mut fields, with);
        let taken = unit::take_off(at, &mut fields, with);
        let mut numbers = numbers(at, &fields, with);
        unit::tell(at, taken, &fields, &numbers, with);
        spelling::join_numbers(at, &mut fields, &mut numbers, with);
        let wants = |kind| chosen.is_none_or(|chosen| chosen == kind);
        let some = numbers.iter().any(Option::is_some);
        let mut column = Column {
            name,
            kind: ColumnKind::Category,
            left_out: None,
            values: Vec::new(),
            cells: Vec::new(),
            dates: None,
        };
        let compact = if wants(ColumnKind::Date) && !names_an_identifier(&column.name) {
            codes::compact_dates(at, &fields, with).or_else(|| codes::months(at, &fields, with))
        } else {
            None
        };
        let as_number = some
            && compact.is_none()
            && wants(ColumnKind::Number)
            && (chosen.is_some()
                || odd_rows(&fields, &numbers).is_some()
                    && codes::leading_zeros(at, &fields, with) != Some(true));
        let dates = match compact {
            None if !as_number && wants(ColumnKind::Date) => dates(at, &fields, with),
            compact => compact,
        };
        if as_number {
            doubts::tell(at, &fields, &numbers, with);
            codes::drop_missing_codes(at, &mut fields, &mut numbers, with);
        }
        let numbers = if as_number {
            column.kind = ColumnKind::Number;
            drop_odd(at, &mut fields, &numbers, with)
        } else if let Some((moments, dated)) = dates {
            column.kind = ColumnKind::Date;
            let moments = drop_odd(at, &mut fields, &moments, with);
            let (numbers, scale) = since_first(&moments, dated);
            column.dates = Some(scale);
            numbers
        } else {
            let large = wants(ColumnKind::Number) && tell_too_large(at, &fields, with);
            if chosen.is_none() && !large {
                tell_mixed(at, &fields, &numbers, with);
            }
            tell_missing_words(at, &fields, with);
            numbers
        };
        column.cells = fields.cells;
        let values = fields.values.into_iter().zip(numbers);
        column.values = values.map(|((text, _), number)| Value { text, number }).collect();
        if column.values.is_empty() {
            (column.kind, column.left_out) = (ColumnKind::LeftOut, Some(WhyLeftOut::Empty));
        } else if chosen == Some(ColumnKind::LeftOut) {
            (column.kind, column.left_out) = (ColumnKind::LeftOut, Some(WhyLeftOut::Chosen));
        } else if chosen.is_none() {
            column.find_identifier(at, nameless, with.guesses);
        }
        column
    }
}
