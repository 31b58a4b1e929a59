//! The values of a column as numbers, by the decimal mark that it has.

use super::fields::Fields;
use super::reading::Reading;
use crate::data::choices::Guess;
use crate::data::number::{DecimalMark, Number, Readings};
use crate::data::thousands::points_mark_thousands;

/// Each value as a number, if it is one, by the decimal mark that the column has.
pub(super) fn numbers(at: usize, fields: &Fields, with: &mut Reading) -> Vec<Option<Number>> {
    let [points, commas] = fields.marks();
    if let Some(chosen) = with.choices.decimal {
        let mark = match (chosen, points, commas) {
            // No number of the column can have the one that was chosen, and some have the other.
            (DecimalMark::Comma, 1.., 0) => DecimalMark::Point,
            (DecimalMark::Point, 0, 1..) => DecimalMark::Comma,
            _ => chosen,
        };
        let other = |(_, r): &(String, Readings)| mark != chosen && r.tells() == Some(mark);
        if let Some(value) = fields.values.iter().position(other) {
            let (line, text) = (with.line(fields.first_row(value)), fields.values[value].0.clone());
            with.guesses.push(Guess::OtherMark { column: at, line, value: text, read_as: mark });
        }
        return fields.values.iter().map(|(_, readings)| readings.with(mark)).collect();
    }
    let own = match (points, commas) {
        (0, 0) => None,
        _ if commas > points => Some(DecimalMark::Comma),
        _ => Some(DecimalMark::Point),
    };
    let telling = |mark| {
        let tells = |(_, readings): &&(String, Readings)| readings.tells() == Some(mark);
        fields.values.iter().find(tells).map(|(text, _)| text.clone())
    };
    if points > 0
        && commas > 0
        && let (Some(point), Some(comma)) =
            (telling(DecimalMark::Point), telling(DecimalMark::Comma))
    {
        with.guesses.push(Guess::BothMarks { column: at, point, comma });
    }
    let thousands = || with.marks.told().is_none() && points_mark_thousands(&fields.values);
    let mark = match own {
        None if thousands() => DecimalMark::Comma,
        None => with.marks.of_ambiguous(),
        Some(own) => own,
    };
    let number =
        |(_, readings): &(String, Readings)| readings.with(readings.tells().unwrap_or(mark));
    let numbers = fields.values.iter().map(number).collect();
    if let Some(value) = fields.values.iter().position(|(_, r)| own.is_none() && r.ambiguous()) {
        let text = fields.values[value].0.clone();
        let (line, read_as) = (with.line(fields.first_row(value)), mark);
        // Where other numbers of the file have decimal points, so has this.
        if text.contains(',') || read_as == DecimalMark::Comma || with.marks.told().is_none() {
            with.guesses.push(Guess::DecimalMark { column: at, line, value: text, read_as });
        }
    }
    numbers
}
