//! Rows right below the names that say something of the columns: units, types, questions, rulers.

use super::{Rows, is_blank, is_typed};
use crate::data::choices::{Aside, Guess};
use crate::data::number::is_missing;
use csv::StringRecord;
use std::collections::HashSet;

/// Rows below the names that may say something of the columns.
const MAX_HEADS: usize = 3;
/// Rows that show what stands in a column.
const SAMPLE: usize = 50;
/// The unit of what has none.
const NO_UNIT: &str = "1";

/// What programs call the types of columns; Orange writes their first letters.
const TYPES: [&str; 39] = [
    "int",
    "integer",
    "int32",
    "int64",
    "float",
    "float32",
    "float64",
    "double",
    "real",
    "numeric",
    "number",
    "decimal",
    "str",
    "string",
    "object",
    "text",
    "char",
    "varchar",
    "bool",
    "boolean",
    "logical",
    "factor",
    "category",
    "categorical",
    "nominal",
    "ordinal",
    "date",
    "datetime",
    "timestamp",
    "time",
    "continuous",
    "discrete",
    "c",
    "d",
    "s",
    "t",
    "n",
    "i",
    "b",
];
/// What Orange writes below the types.
const FLAGS: [&str; 6] = ["class", "meta", "ignore", "weight", "i", "m"];

impl Rows<'_> {
    /// Leaves out the rows below the names that say something of the columns.
    pub(super) fn without_heads(&mut self) -> Vec<Guess> {
        let mut told = Vec::new();
        let (mut types, mut again) = (false, false);
        for _ in 0..MAX_HEADS {
            let Some(why) = self.head(types, again) else { break };
            (types, again) = (types || why == Aside::Types, true);
            let drops: Vec<bool> = (0..self.records.len()).map(|at| at == 1).collect();
            told.extend(self.drop(&drops, why));
        }
        told
    }

    /// What the row below the names is, if it is no example; whether one of types was there, and any.
    fn head(&self, types: bool, again: bool) -> Option<Aside> {
        let (head, below) = (self.records.get(1)?, self.records.get(2..)?);
        if below.is_empty() {
            return None;
        }
        let fields = || head.iter().map(str::trim).filter(|field| !field.is_empty());
        let all = |words: &[&str]| {
            fields().next().is_some()
                && fields().all(|f| words.contains(&f.to_lowercase().as_str()))
        };
        if fields().all(|field| field.chars().all(|c| "-=:+".contains(c))) {
            return Some(Aside::Ruler);
        }
        if types && all(&FLAGS) {
            return Some(Aside::Types);
        }
        let sample = &below[..below.len().min(SAMPLE)];
        let numeric = |column: usize| {
            let fields = sample.iter().filter_map(|record| record.get(column));
            let (mut numbers, mut others) = (0, 0);
            for field in fields.filter(|field| !is_missing(field)) {
                *(if is_typed(field) { &mut numbers } else { &mut others }) += 1;
            }
            numbers > 0 && numbers >= 4 * others
        };
        // What stands above nothing says nothing.
        let empty = |at: usize| below.iter().all(|row| row[at].trim().is_empty());
        let columns: Vec<(&str, bool)> = (head.iter().map(str::trim).enumerate())
            .map(|(at, field)| match empty(at) {
                true => ("", false),
                false => (field, numeric(at)),
            })
            .collect();
        let numbers = columns.iter().filter(|(_, numeric)| *numeric).count();
        let texts = columns.iter().filter(|(f, numeric)| *numeric && !f.is_empty()).count();
        let typed = all(&TYPES);
        if describes(&columns, sample) {
            return Some(Aside::Questions);
        }
        // A row of examples with a number in it, or with a word in a column of words.
        let words = columns.iter().any(|(f, numeric)| match numeric {
            true => is_typed(f) && *f != NO_UNIT,
            false => !typed && !is_blank(f),
        });
        // A missing value is no unit, and neither is one word among many numbers.
        let units = columns.iter().filter(|(f, numeric)| *numeric && !is_missing(f)).count();
        let without = columns.iter().filter(|(f, numeric)| *numeric && *f == NO_UNIT).count();
        let most_without = without > 0 && units < 3.max(2 * without + 1);
        if numbers == 0 || texts == 0 || units == 0 || words || most_without {
            return None;
        }
        // Loggers write below the units how their values were averaged, where they were.
        let most = units * 2 + usize::from(again) > numbers;
        match typed {
            true => Some(Aside::Types),
            false if most && (units > 1 || columns.len() == numbers + 1) => Some(Aside::Units),
            false => None,
        }
    }
}

/// Whether a row below the names is of questions or other texts about the columns, as surveys write
/// them: all columns of numbers have a text of their own there, and no other has one of its words.
fn describes(columns: &[(&str, bool)], sample: &[StringRecord]) -> bool {
    // `6.5 b` is a number with a remark.
    let begins = |field: &str| field.starts_with(|c: char| c.is_alphabetic() || c == '{');
    let is_text = |field: &str| begins(field) && !is_missing(field) && !is_typed(field);
    let asks = |field: &str| field.ends_with(['?', '？']) || field.contains("\"ImportId\"");
    let numeric = || columns.iter().filter(|(_, numeric)| *numeric).map(|(field, _)| *field);
    let recurs = |at: usize, field: &str| {
        sample.iter().any(|row| row.get(at).is_some_and(|other| other.trim() == field))
    };
    let new = |(at, (field, numeric)): (usize, &(&str, bool))| {
        *numeric || is_blank(field) || is_text(field) && !recurs(at, field)
    };
    let (number, different) = (numeric().count(), numeric().collect::<HashSet<_>>().len());
    let filled = columns.iter().filter(|(field, _)| !is_blank(field));
    let questions = filled.clone().filter(|(field, _)| asks(field)).count() * 2 >= filled.count();
    let sentences = numeric().any(|field| field.contains(' '))
        && columns.iter().any(|(field, numeric)| !*numeric && !is_blank(field));
    number > 0
        && numeric().all(is_text)
        && different == number
        && columns.iter().enumerate().all(new)
        && (questions || number > 1 && sentences)
}

#[cfg(test)]
mod tests {
    use crate::data::choices::{Aside, Guess};
    use crate::data::csv::read;

    fn heads(text: &str) -> (usize, Vec<(Aside, usize)>) {
        let table = read(text.as_bytes()).unwrap();
        let aside = |guess: &Guess| match guess {
            Guess::RowsLeftOut { line, why, .. } => Some((*why, *line)),
            _ => None,
        };
        (table.rows(), table.guesses.iter().filter_map(aside).collect())
    }

    #[test]
    fn questions_below_the_names_are_no_example() {
        let rows: String = (0..12)
            .map(|at| format!("{},{},{at}.5\n", 20 + at, ["Man", "Woman"][at % 2]))
            .collect();
        for (head, lines) in [
            ("How old are you?,What is your gender?,Hours a day?\n", 1),
            ("您的年龄？,您的性别？,每天几小时？\n", 1),
            ("Age in years,Gender,Hours a day\n", 1),
            (
                "How old?,Which gender?,Hours?\n\"{\"\"ImportId\"\":\"\"a\"\"}\",\"{\"\"ImportId\"\":\"\"b\"\"}\",\
                \"{\"\"ImportId\"\":\"\"c\"\"}\"\n",
                2,
            ),
        ] {
            let wanted = (0..lines).map(|at| (Aside::Questions, 2 + at)).collect();
            assert_eq!(heads(&format!("Q1,Q2,Q3\n{head}{rows}")), (12, wanted), "{head}");
        }
        for odd in [
            "6.5 b,Third,4.5 p\n",
            "not known,Man,not known\n",
            "unknown,Other,absent\n",
            "?,Whom?,?\n",
        ] {
            assert_eq!(heads(&format!("Q1,Q2,Q3\n{odd}{rows}")), (13, Vec::new()), "{odd}");
        }
    }

    #[test]
    fn columns_that_are_empty_say_nothing() {
        let rows: String = (0..12).map(|at| format!("{at},{at}.5,,\n")).collect();
        let text = format!("X,CH1,Start,Increment,\nSequence,Volt,-6e-05,2e-07\n{rows}");
        assert_eq!(heads(&text), (12, vec![(Aside::Units, 2)]));
    }

    #[test]
    fn what_has_no_unit_has_the_unit_one() {
        let rows: String = (0..12).map(|at| format!("{at}.5,{at}.25,0.{at},a{at}\n")).collect();
        for (head, rows_left, told) in [
            ("s,kPa,1,-\n", 12, vec![(Aside::Units, 2)]),
            ("s,kPa,1,\n", 12, vec![(Aside::Units, 2)]),
            ("err,1,1,-\n", 13, Vec::new()),
            ("err,2,err,-\n", 13, Vec::new()),
            ("s,kPa,1,a\n", 13, Vec::new()),
        ] {
            assert_eq!(heads(&format!("t,p,n,y\n{head}{rows}")), (rows_left, told), "{head}");
        }
    }
}
