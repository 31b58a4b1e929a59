//! The columns of the reader's own file: the first rows as they were understood, and what each
//! column is used as.

use super::file::choose;
use super::guesses;
use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::paged::Paged;
use crate::words::texts::t;
use std::ops::Range;
use std::rc::Rc;
use tunescape_core::data::choices::{Cell, ColumnKind, ReadChoices, WhyLeftOut};
use tunescape_core::data::table::MAX_CATEGORIES;
use tunescape_core::space::in_digits;
use tunescape_core::state::file::{Choice, File};
use tunescape_core::worker::{Column, TableView};
use yew::prelude::*;

const KINDS: [ColumnKind; 4] =
    [ColumnKind::Number, ColumnKind::Category, ColumnKind::Date, ColumnKind::LeftOut];

/// The first rows under the heads of their columns.
pub fn table(file: &File, table: &Rc<TableView>, link: &Link) -> Html {
    let shown = Shown {
        table: table.clone(),
        choices: file.choices.clone(),
        target: file.target().0,
        busy: file.is_being_read(),
        link: link.clone(),
    };
    html! {
        <>
            <p class="about">{ t!("csv.first_rows", rows = table.first_rows.len()) }</p>
            { columns(shown) }
        </>
    }
}

/// What the table shows.
struct Shown {
    table: Rc<TableView>,
    choices: ReadChoices,
    target: usize,
    /// Whether it is still being read as chosen last.
    busy: bool,
    link: Link,
}

/// The table, a page of its columns at a time.
fn columns(shown: Shown) -> Html {
    let columns = shown.table.columns.len();
    let table = Callback::from(move |columns: Range<usize>| {
        let row = |row: &Vec<Cell>| html! { <tr>{ for row.get(columns.clone()).unwrap_or_default().iter().map(cell) }</tr> };
        html! {
            <div class="scroll-across" tabindex="0" role="region" aria-label={t!("csv.table")}>
                <table id="csv-columns" aria-busy={shown.busy.then_some("true")}>
                    <thead><tr>{ for columns.clone().map(|at| head(at, &shown)) }</tr></thead>
                    <tbody>{ for shown.table.first_rows.iter().map(row) }</tbody>
                </table>
            </div>
        }
    });
    html! { <Paged {columns} {table} /> }
}

fn cell(cell: &Cell) -> Html {
    match cell {
        Cell::Missing => html! { <td class="missing">{ t!("csv.missing") }</td> },
        Cell::Number(x) => html! { <td class="digits">{ digits(*x) }</td> },
        Cell::Text(text) | Cell::Date(text) => html! { <td title={text.clone()}>{ text }</td> },
    }
}

/// A number with all its digits, but for those that are mere rounding.
pub(super) fn digits(x: f64) -> String {
    let x = in_digits(x, 12);
    let size = x.abs();
    if x != 0.0 && !(1e-6..1e15).contains(&size) { format!("{x:e}") } else { x.to_string() }
}

/// The head of a column: its name, what it is used as, and what may be wrong with it.
fn head(at: usize, props: &Shown) -> Html {
    let column = &props.table.columns[at];
    let predicted = props.target == at;
    let out = column.kind == ColumnKind::LeftOut && !predicted;
    let doubts = guesses::of_column(at, &props.table);
    let use_as = if predicted {
        html! { <strong>{ t!("csv.predicted") }</strong> }
    } else {
        let options: Vec<AttrValue> = KINDS.iter().map(|kind| kind_name(*kind).into()).collect();
        let chosen = KINDS.iter().position(|kind| *kind == column.kind).unwrap_or(0);
        let onchosen = props
            .link
            .callback(move |place: usize| choose(Choice::Column(at, KINDS[place.min(3)])));
        let label = t!("csv.column_kind", name = column.name);
        html! { <fields::Select id={format!("csv-column-{at}")} {label} {options} {chosen} {onchosen} /> }
    };
    let refused = if props.busy { None } else { refused(at, &props.choices, column) };
    html! {
        <th key={at} scope="col"
            class={classes!(out.then_some("out"), predicted.then_some("target"), (!doubts.is_empty()).then_some("doubtful"))}>
            <span class="name" title={column.name.clone()}>{ &column.name }</span>
            { use_as }
            if !predicted {
                { for why_left_out(column).into_iter().chain(refused).map(|text| html! { <small>{ text }</small> }) }
            }
            { for doubts.into_iter().map(|text| html! { <small class="doubt">{ text }</small> }) }
        </th>
    }
}

fn kind_name(kind: ColumnKind) -> String {
    match kind {
        ColumnKind::Number => t!("csv.as_number"),
        ColumnKind::Category => t!("csv.as_category"),
        ColumnKind::Date => t!("csv.as_date"),
        ColumnKind::LeftOut => t!("csv.left_out"),
    }
}

/// Why a column is left out, where nothing else says it.
fn why_left_out(column: &Column) -> Option<String> {
    match column.left_out? {
        WhyLeftOut::Empty => Some(t!("csv.out_empty")),
        WhyLeftOut::TooManyCategories => {
            Some(t!("csv.out_categories", n = column.distinct, limit = MAX_CATEGORIES))
        }
        // The guess of this column says so, or the reader knows.
        WhyLeftOut::CountsRows | WhyLeftOut::NamesRows | WhyLeftOut::Chosen => None,
    }
}

/// What the reader chose for a column, if its values can't be that.
fn refused(at: usize, choices: &ReadChoices, column: &Column) -> Option<String> {
    let chosen = choices.column(at).filter(|kind| *kind != column.kind)?;
    match chosen {
        ColumnKind::Number => Some(t!("csv.no_numbers")),
        ColumnKind::Date => Some(t!("csv.no_dates")),
        ColumnKind::Category | ColumnKind::LeftOut => None,
    }
}
