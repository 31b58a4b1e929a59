//! A table of text, as read from a CSV file, and the data set made of it once the column to predict
//! is chosen.
//!
//! | in the file | as an input |
//! |---|---|
//! | a column of numbers, or of dates | one input; missing values are NaN |
//! | a column with any other text | an input of 0 and 1 for each category (`colour=red`), for two categories one; NaN if missing |
//! | a column with more than [`MAX_CATEGORIES`] categories, or no values, or that only counts or names the rows | left out, and a [`Note`] says so |

use super::choices::{ColumnKind, Guess, WhyLeftOut};
use super::column::{Column, Contents};
use super::csv::error::CsvError;
use super::csv::limits::shortened;
use super::encoding::Encoding;
use super::number::DecimalMark;
use super::{Dataset, ExactColumn, Kind, Target};
use serde::{Deserialize, Serialize};

/// Most categories of a text column that is used as input.
pub const MAX_CATEGORIES: usize = 32;
/// Most classes to predict.
pub const MAX_CLASSES: usize = 32;
/// Most inputs: a network's first layer grows with them.
pub const MAX_INPUTS: usize = 1_024;
/// Most numbers, rows × inputs: every worker keeps them several times.
pub const MAX_CELLS: usize = 10_000_000;

/// A file as read: rows of text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    pub columns: Vec<Column>,
    /// For each row, the line that it starts on.
    pub(super) lines: Vec<usize>,
    /// Whether the first line held the names.
    pub header: bool,
    pub separator: char,
    pub encoding: Encoding,
    /// The decimal mark that its numbers have, if any of them tells.
    pub mark: Option<DecimalMark>,
    /// What was understood and could be wrong.
    pub guesses: Vec<Guess>,
}

/// What was done to make a data set of a table, to be told to the reader. Columns count from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Note {
    /// So many rows were left out because their target is missing.
    RowsWithoutTarget { rows: usize },
    /// So many missing inputs are filled with the mean of the training part.
    Filled { values: usize },
    /// A column was left out: it has no values.
    ColumnEmpty { column: usize, name: String },
    /// A column was left out: it has too many categories.
    ColumnTooVaried { column: usize, name: String, categories: usize },
    /// A column was taken as text, though it has numbers, because of this value.
    ColumnMixed { line: usize, column: usize, name: String, value: String },
    /// A column was left out: it counts the rows, or has another value in each and only names them.
    ColumnNamesRows { column: usize, name: String },
    /// In so many rows of a column of numbers or dates other values, such as this, count as
    /// missing.
    OddValues { line: usize, column: usize, name: String, value: String, rows: usize },
}

impl Table {
    pub fn rows(&self) -> usize {
        self.lines.len()
    }

    /// The column to predict unless told otherwise, counted from 0: the last that can be, and
    /// whether as a class or a number.
    pub fn suggest(&self) -> Option<(usize, Kind)> {
        let columns = || self.columns.iter().enumerate().rev();
        let used = |(_, column): &(usize, &Column)| column.kind != ColumnKind::LeftOut;
        let suggested = |(at, column): (usize, &Column)| Some((at, column.suggested()?));
        columns().filter(used).find_map(suggested).or_else(|| columns().find_map(suggested))
    }

    /// The data set that predicts the column `target` (counted from 0) from all others.
    pub fn dataset(&self, target: usize, kind: Kind) -> Result<(Dataset, Vec<Note>), CsvError> {
        let mut notes = Vec::new();
        let columns = self.columns.len();
        let chosen = self
            .columns
            .get(target)
            .ok_or(CsvError::NoSuchColumn { column: target + 1, columns })?;
        let rows: Vec<usize> =
            (0..self.rows()).filter(|&row| chosen.value(row).is_some()).collect();
        if rows.len() < self.rows() {
            notes.push(Note::RowsWithoutTarget { rows: self.rows() - rows.len() });
        }
        let answer = self.target(target, kind, &rows)?;

        let inputs: Vec<Input> = self.inputs(target, &rows, &mut notes);
        if inputs.is_empty() {
            return Err(CsvError::NoInputs);
        }
        if inputs.len() > MAX_INPUTS {
            return Err(CsvError::TooManyInputs { inputs: inputs.len(), limit: MAX_INPUTS });
        }
        // At most 20,000 × 1,024.
        if rows.len() * inputs.len() > MAX_CELLS {
            let (rows, inputs) = (rows.len(), inputs.len());
            return Err(CsvError::TooManyCells { rows, inputs, limit: MAX_CELLS });
        }
        let x: Vec<f32> =
            rows.iter().flat_map(|&row| inputs.iter().map(move |input| input.at(row))).collect();
        let missing = |c: &&Column| rows.iter().filter(|&&row| c.value(row).is_none()).count();
        let mut used: Vec<&Column> = inputs.iter().map(|input| input.column).collect();
        used.dedup_by(|a, b| std::ptr::eq(*a, *b));
        let values = used.iter().map(missing).sum();
        if values > 0 {
            notes.push(Note::Filled { values });
        }
        self.note_odd_values(&inputs, chosen, &mut notes);
        let mut data = Dataset::new("csv", inputs.iter().map(Input::name).collect(), x, answer);
        for (at, input) in inputs.iter().enumerate() {
            if input.category.is_none() && input.column.needs_64_bits() {
                let exact = rows.iter().map(|&row| input.column.exact(row).unwrap_or(f64::NAN));
                data.exact.push(ExactColumn { column: at, values: exact.collect() });
            }
        }
        Ok((data, notes))
    }

    /// Tells which values of the columns in use count as missing though they are none of the usual
    /// words for it.
    fn note_odd_values(&self, inputs: &[Input], target: &Column, notes: &mut Vec<Note>) {
        for guess in &self.guesses {
            let Guess::OddValues { column, line, value, rows } = guess else { continue };
            let Some(odd) = self.columns.get(*column) else { continue };
            let used = inputs.iter().map(|input| input.column).chain([target]);
            if used.into_iter().any(|column| std::ptr::eq(column, odd)) {
                let (name, value) = (odd.name.clone(), value.clone());
                let (line, column, rows) = (*line, column + 1, *rows);
                notes.push(Note::OddValues { line, column, name, value, rows });
            }
        }
    }

    fn target(&self, at: usize, kind: Kind, rows: &[usize]) -> Result<Target, CsvError> {
        let (chosen, column) = (&self.columns[at], at + 1);
        match chosen.values.as_slice() {
            [] => return Err(CsvError::TargetMissing { column }),
            [value] => {
                return Err(CsvError::TargetConstant { column, value: shortened(&value.text) });
            }
            _ => {}
        }
        if kind == Kind::Number {
            let number = |&row: &usize| {
                chosen.number(row).ok_or_else(|| CsvError::TargetNotNumber {
                    line: self.lines[row],
                    column,
                    value: shortened(chosen.text(row).unwrap_or_default()),
                })
            };
            let values = rows.iter().map(number).collect::<Result<_, _>>()?;
            return Ok(Target::Number { values, name: chosen.name.clone() });
        }
        let order = chosen.sorted(rows);
        if order.len() > MAX_CLASSES {
            return Err(CsvError::TooManyClasses {
                column,
                classes: order.len(),
                limit: MAX_CLASSES,
            });
        }
        let mut label = vec![0; chosen.values.len()];
        order.iter().enumerate().for_each(|(class, &value)| label[value] = class as u32);
        let labels =
            rows.iter().filter_map(|&row| chosen.value(row)).map(|value| label[value]).collect();
        Ok(Target::Class {
            labels,
            names: order.iter().map(|&value| shortened(&chosen.values[value].text)).collect(),
        })
    }

    fn inputs(&self, target: usize, rows: &[usize], notes: &mut Vec<Note>) -> Vec<Input<'_>> {
        let columns = || self.columns.iter().enumerate().filter(|(at, _)| *at != target);
        // Better such a column than none.
        let identifiers = !columns().any(|(_, column)| column.kind != ColumnKind::LeftOut);
        let mut inputs = Vec::new();
        for (at, column) in columns() {
            let name = column.name.clone();
            let categories = column.sorted(rows);
            if column.left_out == Some(WhyLeftOut::Chosen) {
                continue;
            }
            if categories.is_empty() {
                notes.push(Note::ColumnEmpty { column: at + 1, name });
                continue;
            }
            if column.is_identifier() && !identifiers {
                notes.push(Note::ColumnNamesRows { column: at + 1, name });
                continue;
            }
            if column.is_numeric() {
                inputs.push(Input { column, category: None });
                continue;
            }
            let odd = || {
                (0..self.rows())
                    .find(|&row| column.value(row).is_some() && column.number(row).is_none())
            };
            if let Some(row) = (column.contents() == Contents::Mixed).then(odd).flatten() {
                let (line, value) = (self.lines[row], column.text(row).unwrap_or_default());
                let value = shortened(value);
                notes.push(Note::ColumnMixed { line, column: at + 1, name: name.clone(), value });
            }
            match categories.as_slice() {
                many if many.len() > MAX_CATEGORIES => {
                    notes.push(Note::ColumnTooVaried {
                        column: at + 1,
                        name,
                        categories: many.len(),
                    });
                }
                // One of the two says it all.
                &[_, second] => inputs.push(Input { column, category: Some(second) }),
                all => inputs
                    .extend(all.iter().map(|&category| Input { column, category: Some(category) })),
            }
        }
        inputs
    }
}

/// One input: a column's number, or whether it has a category.
struct Input<'a> {
    column: &'a Column,
    category: Option<usize>,
}

impl Input<'_> {
    fn name(&self) -> String {
        let name = &self.column.name;
        match self.category {
            None => name.clone(),
            Some(category) => format!("{name}={}", shortened(&self.column.values[category].text)),
        }
    }

    fn at(&self, row: usize) -> f32 {
        match (self.category, self.column.value(row)) {
            (_, None) => f32::NAN,
            (None, Some(_)) => self.column.number(row).unwrap_or(f32::NAN),
            (Some(category), Some(value)) => f32::from(u8::from(category == value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::csv::read;

    const FLOWERS: &[u8] =
        b"size,colour,shop,kind\n1.5,red,a,rose\n,blue,b,tulip\n3,red,?,rose\n4,green,b,\n5,,a,lily\n";

    #[test]
    fn columns_are_told_apart_and_a_target_is_suggested() {
        let table = read(FLOWERS).unwrap();
        let columns: Vec<_> =
            table.columns.iter().map(|c| (c.contents(), c.distinct(), c.missing())).collect();
        assert_eq!(columns[0], (Contents::Numbers, 4, 1));
        assert_eq!(columns[3], (Contents::Text, 3, 1));
        assert_eq!(table.suggest(), Some((3, Kind::Class)));
        assert_eq!(read(b"a,y\n1,0.5\n2,0.7\n").unwrap().suggest(), Some((1, Kind::Number)));
        assert_eq!(read(b"a,y\n1,0\n2,1\n").unwrap().suggest(), Some((1, Kind::Class)));
        assert_eq!(read(b"a,y\n1,5\n2,5\n").unwrap().suggest(), Some((0, Kind::Class)));
    }

    #[test]
    fn text_becomes_categories_and_missing_becomes_nan() {
        let (data, notes) = read(FLOWERS).unwrap().dataset(3, Kind::Class).unwrap();
        assert_eq!(data.columns, ["size", "colour=red", "shop=b"]);
        assert_eq!(
            data.target,
            Target::Class {
                labels: vec![1, 2, 1, 0],
                names: ["lily", "rose", "tulip"].map(String::from).to_vec()
            }
        );
        assert_eq!(
            format!("{:?}", data.x),
            "[1.5, 1.0, 0.0, NaN, 0.0, 1.0, 3.0, 1.0, NaN, 5.0, NaN, 0.0]"
        );
        assert_eq!(notes, [Note::RowsWithoutTarget { rows: 1 }, Note::Filled { values: 3 }]);
    }

    #[test]
    fn classes_that_are_numbers_stand_by_size() {
        let (data, _) = read(b"a,y\n1,10\n2,9\n3,10\n").unwrap().dataset(1, Kind::Class).unwrap();
        let Target::Class { labels, names } = data.target else { panic!() };
        assert_eq!((labels, names), (vec![1, 0, 1], vec!["9".to_string(), "10".to_string()]));
    }

    #[test]
    fn what_cannot_be_predicted_is_named() {
        let of = |text: &str, target, kind| {
            read(text.as_bytes()).unwrap().dataset(target, kind).unwrap_err()
        };
        assert_eq!(
            of("a,y\n1,2\n2,3", 5, Kind::Class),
            CsvError::NoSuchColumn { column: 6, columns: 2 }
        );
        assert_eq!(of("a,y\n1,?\n2,NA", 1, Kind::Class), CsvError::TargetMissing { column: 2 });
        assert_eq!(
            of("a,y\n1,3\n2,3", 1, Kind::Number),
            CsvError::TargetConstant { column: 2, value: "3".into() }
        );
        let bad = CsvError::TargetNotNumber { line: 4, column: 2, value: "2o".into() };
        assert_eq!(of("a,y\n1,3\n\n2,2o\n", 1, Kind::Number), bad);
        assert_eq!(of("a,y\nNA,3\n,4", 1, Kind::Number), CsvError::NoInputs);
        let many: String = (0..40).map(|i| format!("{i},{i}.5\n")).collect();
        let error = CsvError::TooManyClasses { column: 2, classes: 40, limit: MAX_CLASSES };
        assert_eq!(of(&many, 1, Kind::Class), error);
    }

    #[test]
    fn what_is_left_out_is_told() {
        let text: String =
            (0..40).map(|i| format!("{i},id{i},,{}\n", if i == 7 { "x" } else { "1" })).collect();
        let (data, notes) = read(format!("n,id,none,odd\n{text}").as_bytes())
            .unwrap()
            .dataset(0, Kind::Number)
            .unwrap();
        assert_eq!(data.columns, ["odd=x"]);
        assert_eq!(
            notes,
            [
                Note::ColumnTooVaried { column: 2, name: "id".into(), categories: 40 },
                Note::ColumnEmpty { column: 3, name: "none".into() },
                Note::ColumnMixed { line: 9, column: 4, name: "odd".into(), value: "x".into() },
            ]
        );
    }
}
