//! What was guessed of the reader's own file and could be wrong, in sentences.

use super::columns::digits;
use super::file::separator;
use crate::controls::terms::explained;
use crate::words;
use crate::words::format;
use crate::words::texts::t;
use std::collections::BTreeSet;
use tunescape_core::data::choices::{Guess, WhyLeftOut};
use tunescape_core::data::number::DecimalMark;
use tunescape_core::worker::TableView;
use yew::prelude::*;

/// Sentences about rare classes that are shown; a file may have dozens.
const RARE_CLASSES: usize = 3;

/// What there is to say of the file as a whole, and which columns have something said of them.
pub fn list(table: &TableView) -> Html {
    let rare = |guess: &&Guess| matches!(guess, Guess::RareClass { .. });
    let whole = table.guesses.iter().filter(|guess| guess.column().is_none());
    let (classes, others): (Vec<&Guess>, Vec<&Guess>) = whole.partition(rare);
    let mut said: Vec<String> = others.into_iter().map(sentence).collect();
    said.extend(classes.iter().take(RARE_CLASSES).map(|guess| sentence(guess)));
    if classes.len() > RARE_CLASSES {
        said.push(t!("csv.guess_rare_more", n = classes.len() - RARE_CLASSES));
    }
    let doubtful: BTreeSet<usize> = table.guesses.iter().filter_map(Guess::column).collect();
    let names = doubtful.into_iter().filter_map(|at| table.columns.get(at));
    let names = names.filter(|column| column.left_out != Some(WhyLeftOut::Chosen));
    let names: Vec<&str> = names.map(|column| column.name.as_str()).collect();
    if !names.is_empty() {
        said.push(t!("csv.look_at", names = listed(&names)));
    }
    if said.is_empty() {
        return Html::default();
    }
    html! {
        <ul id="csv-guesses" aria-label={t!("csv.guesses")}>
            { for said.into_iter().map(|text| html! { <li>{ explained(text) }</li> }) }
        </ul>
    }
}

/// The first few of some names.
fn listed(names: &[&str]) -> String {
    let more = (names.len() > 8).then_some("…");
    let shown = names.iter().take(8).copied().chain(more);
    format::list(&shown.map(str::to_owned).collect::<Vec<_>>())
}

/// What there is to say of a column.
pub fn of_column(at: usize, table: &TableView) -> Vec<String> {
    // What the reader has left out can do no harm.
    if table.columns[at].left_out == Some(WhyLeftOut::Chosen) {
        return Vec::new();
    }
    let of_it = table.guesses.iter().filter(|guess| guess.column() == Some(at));
    // That one is said where it says why the column is left out.
    let told = |guess: &&Guess| !matches!(guess, Guess::TooManyCategories { .. });
    of_it.filter(told).map(sentence).collect()
}

/// Whether the day was taken to come first where that was guessed; neither where the year was.
pub fn day_order(table: &TableView) -> Option<Option<bool>> {
    table.guesses.iter().find_map(|guess| match guess {
        Guess::DayOrder { day_first, .. } => Some(Some(*day_first)),
        Guess::YearFirst { .. } => Some(None),
        _ => None,
    })
}

/// Whether numbers such as -999 were taken for missing values where there are some.
pub fn missing_codes(table: &TableView) -> Option<bool> {
    table.guesses.iter().find_map(|guess| match guess {
        Guess::MissingCode { missing, .. } => Some(*missing),
        _ => None,
    })
}

fn sentence(guess: &Guess) -> String {
    match guess {
        Guess::Encoding { .. }
        | Guess::Separator { .. }
        | Guess::Header { .. }
        | Guess::LinesAbove { .. }
        | Guess::RowsLeftOut { .. }
        | Guess::ShortRows { .. }
        | Guess::FirstNameMissing
        | Guess::SeparatorsAtEnd
        | Guess::RowsInQuotes
        | Guess::SecondTable { .. }
        | Guess::CutNumber { .. }
        | Guess::StrayQuotes { .. }
        | Guess::QuoteOverLines { .. }
        | Guess::NamesJoined { .. }
        | Guess::ZerosLeftOut { .. } => of_file(guess),
        Guess::DecimalMark { .. }
        | Guess::BothMarks { .. }
        | Guess::OtherMark { .. }
        | Guess::Unit { .. }
        | Guess::ReadAs { .. }
        | Guess::PercentBeside { .. }
        | Guess::Currencies { .. }
        | Guess::LeadingZeros { .. }
        | Guess::TooLarge { .. }
        | Guess::SameNumber { .. } => of_numbers(guess),
        Guess::DayOrder { .. }
        | Guess::YearFirst { .. }
        | Guess::Century { .. }
        | Guess::Periods { .. }
        | Guess::Seasons { .. }
        | Guess::Times { .. }
        | Guess::Minutes { .. }
        | Guess::Zones { .. }
        | Guess::CompactDate { .. } => of_dates(guess),
        Guess::Spellings { .. }
        | Guess::LookAlikes { .. }
        | Guess::MissingCode { .. }
        | Guess::OddValues { .. }
        | Guess::Mixed { .. }
        | Guess::MissingWord { .. } => of_odd_values(guess),
        Guess::NameTwice { name, .. } => t!("csv.guess_name_twice", name = name),
        Guess::CountsRows { left_out: true, .. } => t!("csv.guess_counts_out"),
        Guess::CountsRows { left_out: false, .. } => t!("csv.guess_counts"),
        Guess::NamesRows { left_out: true, .. } => t!("csv.guess_names_out"),
        Guess::NamesRows { left_out: false, .. } => t!("csv.guess_names"),
        Guess::TellsTarget { .. } => t!("csv.guess_tells_target"),
        Guess::TooManyCategories { categories, limit, .. } => {
            t!("csv.out_categories", n = categories, limit = limit)
        }
        Guess::ManyInputs { inputs, .. } => t!("csv.guess_many_inputs", n = inputs),
        Guess::RareClass { class, rows, wanted } => {
            t!("csv.guess_rare", class = class, rows = rows, wanted = wanted)
        }
        Guess::HardlyVaries { value, rows, .. } => {
            t!("csv.guess_hardly_varies", value = value, rows = rows)
        }
    }
}

/// How the file is written: its letters, lines and quotes.
fn of_file(guess: &Guess) -> String {
    match guess {
        Guess::Encoding { encoding: found } => {
            t!("csv.guess_encoding", encoding = words::encoding(*found))
        }
        Guess::Separator { separator: sign } => {
            t!("csv.guess_separator", separator = separator(*sign))
        }
        Guess::Header { header: true } => t!("csv.guess_header"),
        Guess::Header { header: false } => t!("csv.guess_no_header"),
        Guess::LinesAbove { lines } => t!("csv.guess_lines_above", n = lines),
        Guess::RowsLeftOut { line, rows, why } => words::left_out(*why, *line, *rows),
        Guess::ShortRows { line, rows } => t!("csv.guess_short_rows", line = line, rows = rows),
        Guess::FirstNameMissing => t!("csv.guess_first_name"),
        Guess::SeparatorsAtEnd => t!("csv.guess_separators_at_end"),
        Guess::RowsInQuotes => t!("csv.guess_rows_in_quotes"),
        Guess::SecondTable { line } => t!("csv.guess_second_table", line = line),
        Guess::CutNumber { line, value } => {
            t!("csv.guess_cut_number", line = line, value = value)
        }
        Guess::StrayQuotes { line, end, marks } => {
            t!("csv.guess_stray_quotes", line = line, end = end, n = marks)
        }
        Guess::QuoteOverLines { line, end } => {
            t!("csv.guess_quote_over_lines", line = line, end = end)
        }
        Guess::NamesJoined { name } => t!("csv.guess_names_joined", name = name),
        Guess::ZerosLeftOut { zeros } => t!("csv.guess_zero_bytes", n = zeros),
        _ => String::new(),
    }
}

/// How the numbers of a column are written.
fn of_numbers(guess: &Guess) -> String {
    match guess {
        Guess::DecimalMark { line, value, read_as, .. } => match (read_as, value.contains(',')) {
            (DecimalMark::Point, true) => t!("csv.guess_point", line = line, value = value),
            (DecimalMark::Comma, true) => t!("csv.guess_comma", line = line, value = value),
            (DecimalMark::Point, false) => {
                t!("csv.guess_fraction", line = line, value = value)
            }
            (DecimalMark::Comma, false) => {
                t!("csv.guess_thousands", line = line, value = value)
            }
        },
        Guess::BothMarks { point, comma, .. } => {
            t!("csv.guess_both_marks", point = point, comma = comma)
        }
        Guess::OtherMark { line, value, read_as: DecimalMark::Point, .. } => {
            t!("csv.guess_point_unlike_choice", line = line, value = value)
        }
        Guess::OtherMark { line, value, read_as: DecimalMark::Comma, .. } => {
            t!("csv.guess_comma_unlike_choice", line = line, value = value)
        }
        Guess::Unit { unit, value, without, .. } => unit_sentence(unit, value, *without),
        Guess::ReadAs { line, value, number, .. } => {
            t!("csv.guess_read_as", value = value, line = line, number = digits(*number))
        }
        Guess::PercentBeside { percent, plain, .. } => {
            t!("csv.guess_percent", percent = percent, plain = plain)
        }
        Guess::Currencies { value, other, .. } => {
            t!("csv.guess_currencies", value = value, other = other)
        }
        Guess::LeadingZeros { value, category: true, .. } => {
            t!("csv.guess_zeros_category", value = value)
        }
        Guess::LeadingZeros { value, category: false, .. } => {
            t!("csv.guess_zeros_number", value = value)
        }
        Guess::TooLarge { line, value, .. } => {
            t!("csv.guess_too_large", line = line, value = value)
        }
        Guess::SameNumber { value, other, .. } => {
            t!("csv.guess_same_number", value = value, other = other)
        }
        _ => String::new(),
    }
}

/// How the dates and times of a column are written.
fn of_dates(guess: &Guess) -> String {
    match guess {
        Guess::DayOrder { value, day_first: true, .. } => {
            t!("csv.guess_day_first", value = value)
        }
        Guess::DayOrder { value, day_first: false, .. } => {
            t!("csv.guess_month_first", value = value)
        }
        Guess::YearFirst { value, .. } => t!("csv.guess_year_first", value = value),
        Guess::Century { value, year, .. } => {
            t!("csv.guess_century", value = value, year = year)
        }
        Guess::Periods { value, .. } => t!("csv.guess_periods", value = value),
        Guess::Seasons { value, .. } => t!("csv.guess_seasons", value = value),
        Guess::Times { value, .. } => t!("csv.guess_times", value = value),
        Guess::Minutes { value, .. } => t!("csv.guess_minutes", value = value),
        Guess::Zones { value, .. } => t!("csv.guess_zones", value = value),
        Guess::CompactDate { value, .. } => t!("csv.guess_compact_date", value = value),
        _ => String::new(),
    }
}

/// Which values of a column count as one, as missing or as text.
fn of_odd_values(guess: &Guess) -> String {
    match guess {
        Guess::Spellings { value, other, joined: true, .. } => {
            t!("csv.guess_one_spelling", value = value, other = other)
        }
        Guess::Spellings { value, other, joined: false, .. } => {
            t!("csv.guess_two_spellings", value = value, other = other)
        }
        Guess::LookAlikes { value, .. } => t!("csv.guess_look_alikes", value = value),
        Guess::MissingCode { value, rows, missing: true, .. } => {
            t!("csv.guess_code_missing", value = value, rows = rows)
        }
        Guess::MissingCode { value, rows, missing: false, .. } => {
            t!("csv.guess_code_number", value = value, rows = rows)
        }
        Guess::OddValues { line, value, rows, .. } => {
            t!("csv.guess_odd", value = value, line = line, rows = rows)
        }
        Guess::Mixed { line, value, .. } => t!("csv.guess_mixed", value = value, line = line),
        Guess::MissingWord { value, rows, missing: true, .. } => {
            t!("csv.guess_missing_word", value = value, rows = rows)
        }
        Guess::MissingWord { value, rows, missing: false, .. } => {
            t!("csv.guess_category_word", value = value, rows = rows)
        }
        _ => String::new(),
    }
}

fn unit_sentence(unit: &str, value: &str, without: usize) -> String {
    let told = t!("csv.guess_unit", unit = unit, value = value);
    match without {
        0 => told,
        rows => format!("{told} {}", t!("csv.guess_unit_missing", rows = rows)),
    }
}
