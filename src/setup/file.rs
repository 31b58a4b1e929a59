//! The reader's own file: how it was understood, what may be wrong with that, and which column to
//! predict.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::modal::Modal;
use crate::setup::{columns, guesses};
use crate::words;
use crate::words::format::count;
use crate::words::texts::t;
use tunescape_core::data::Kind;
use tunescape_core::data::encoding::Encoding;
use tunescape_core::data::number::DecimalMark;
use tunescape_core::state::file::{Choice, File, FileEvent};
use tunescape_core::state::{Event, State};
use tunescape_core::worker::TableView;
use yew::prelude::*;

/// Separators that are offered.
const SEPARATORS: [char; 6] = [',', ';', '\t', '|', '，', '；'];

/// Which file is being read, as long as nothing of it can be shown.
fn reading(state: &State, link: &Link) -> Html {
    let Some(name) = state.file_under_way() else { return Html::default() };
    let onclick = link.callback(|_| Event::File(FileEvent::Close));
    html! {
        <p class="notice-line reading-file" role="status">
            { t!("xray.reading", name = name) }{ " " }
            <button type="button" id="file-cancel" {onclick}>{ t!("xray.cancel") }</button>
        </p>
    }
}

pub fn dialog(state: &State, link: &Link) -> Html {
    let Some((file, table)) = state.file.as_ref().and_then(|f| Some((f, f.table.as_ref()?))) else {
        return reading(state, link);
    };
    let close = || link.callback(|()| Event::File(FileEvent::Close));
    let found = match &file.problem {
        Some(error) => html! { <p class="wrong" role="alert">{ words::csv(error) }</p> },
        None => html! {
            <p>{ t!("csv.found", name = file.name, rows = count(table.rows), columns = table.columns.len(), separator = separator(table.separator)) }
                { " " }{ if table.header { t!("csv.header") } else { t!("csv.no_header") } }</p>
        },
    };
    html! {
        <Modal id="csv-dialog" label={t!("csv.title")} onleave={close()}>
            <h2>{ t!("csv.title") }</h2>
            { found }
            <div class="read-as">
                { encoding(file, table, link) }
                { separators(file, table, link) }
                { header(file, table, link) }
                { decimal(file, table, link) }
                { day_order(file, table, link) }
                { missing_codes(file, table, link) }
            </div>
            if file.problem.is_none() {
                <div class="read-as">
                    { target(file, table, link) }
                    { kind(file, link) }
                </div>
                <p id="csv-gives">{ gives(file, table) }</p>
                { guesses::list(table) }
                { columns::table(file, table, link) }
            }
            <div class="actions">
                <button type="button" id="csv-cancel"
                    onclick={link.callback(|_| Event::File(FileEvent::Close))}>
                    { t!("csv.cancel") }
                </button>
                <button type="button" id="csv-use" class="primary"
                    aria-disabled={file.problem.is_some().then_some("true")}
                    onclick={link.callback(|_| Event::File(FileEvent::Use))}>
                    { t!("csv.use") }
                </button>
            </div>
        </Modal>
    }
}

/// A choice that is found out unless it is made: first what was found.
fn found_or_chosen<T: Copy + PartialEq + 'static>(
    link: &Link,
    (id, name): (&'static str, String),
    options: Vec<(T, String)>,
    (found, chosen): (Option<T>, Option<T>),
    choice: fn(Option<T>) -> Choice,
) -> Html {
    let place = |of: Option<T>| options.iter().position(|(value, _)| Some(*value) == of);
    // What was found is not known any more where something is chosen.
    let automatic = match place(found.filter(|_| chosen.is_none())) {
        Some(at) => t!("csv.found_out_as", what = options[at].1),
        None => t!("csv.found_out"),
    };
    let at = place(chosen).map_or(0, |at| at + 1);
    let values: Vec<T> = options.iter().map(|(value, _)| *value).collect();
    let texts = std::iter::once(automatic).chain(options.into_iter().map(|(_, text)| text));
    let texts: Vec<AttrValue> = texts.map(AttrValue::from).collect();
    let onchosen = link.callback(move |place: usize| {
        let value = place.checked_sub(1).and_then(|at| values.get(at).copied());
        choose(choice(value))
    });
    fields::row(name, html! { <fields::Select {id} options={texts} chosen={at} {onchosen} /> })
}

pub(super) fn choose(choice: Choice) -> Event {
    Event::File(FileEvent::Choose(choice))
}

fn encoding(file: &File, table: &TableView, link: &Link) -> Html {
    let options = Encoding::ALL.map(|encoding| (encoding, words::encoding(encoding))).to_vec();
    let of = (Some(table.encoding), file.choices.encoding);
    found_or_chosen(link, ("csv-encoding", t!("csv.encoding")), options, of, Choice::Encoding)
}

/// A separator as it is read in a sentence.
pub(super) fn separator(sign: char) -> String {
    match sign {
        ',' => t!("csv.comma"),
        ';' => t!("csv.semicolon"),
        '\t' => t!("csv.tab"),
        '|' => t!("csv.bar"),
        ' ' => t!("csv.space"),
        other => format!("“{other}”"),
    }
}

fn separators(file: &File, table: &TableView, link: &Link) -> Html {
    let own = (!SEPARATORS.contains(&table.separator)).then_some(table.separator);
    let options = SEPARATORS.into_iter().chain(own).map(|sign| (sign, separator(sign))).collect();
    let of = (Some(table.separator), file.choices.separator);
    found_or_chosen(link, ("csv-separator", t!("csv.separator")), options, of, Choice::Separator)
}

fn header(file: &File, table: &TableView, link: &Link) -> Html {
    let options = vec![(true, t!("csv.names_line")), (false, t!("csv.names_none"))];
    let of = (Some(table.header), file.choices.header);
    found_or_chosen(link, ("csv-header", t!("csv.first_line")), options, of, Choice::Header)
}

fn decimal(file: &File, table: &TableView, link: &Link) -> Html {
    let options =
        vec![(DecimalMark::Point, t!("csv.point")), (DecimalMark::Comma, t!("csv.decimal_comma"))];
    let of = (table.decimal, file.choices.decimal);
    found_or_chosen(link, ("csv-decimal", t!("csv.decimal")), options, of, Choice::Decimal)
}

/// Whether the day or the month comes first, where a date says neither.
fn day_order(file: &File, table: &TableView, link: &Link) -> Html {
    let found = guesses::day_order(table);
    if found.is_none() && file.choices.day_first.is_none() {
        return Html::default();
    }
    let options = vec![(true, t!("csv.day_first")), (false, t!("csv.month_first"))];
    let of = (found.flatten(), file.choices.day_first);
    found_or_chosen(link, ("csv-day-first", t!("csv.day_order")), options, of, Choice::DayFirst)
}

/// Whether numbers such as -999 stand for missing values, where a column has some.
fn missing_codes(file: &File, table: &TableView, link: &Link) -> Html {
    let found = guesses::missing_codes(table);
    let chosen = file.choices.missing_codes;
    if found.is_none() && chosen.is_none() {
        return Html::default();
    }
    let options = vec![(true, t!("csv.codes_missing")), (false, t!("csv.codes_numbers"))];
    let name = ("csv-missing-codes", t!("csv.missing_codes"));
    found_or_chosen(link, name, options, (found, chosen), Choice::MissingCodes)
}

fn target(file: &File, table: &TableView, link: &Link) -> Html {
    let option = |column: &tunescape_core::worker::Column| {
        let (distinct, missing) = (column.distinct, column.missing);
        let text = t!("csv.column", name = column.name, distinct = distinct, missing = missing);
        AttrValue::from(text)
    };
    let options: Vec<AttrValue> = table.columns.iter().map(option).collect();
    let onchosen = link.callback(|place| choose(Choice::Target(place)));
    let select =
        html! { <fields::Select id="csv-target" {options} chosen={file.target().0} {onchosen} /> };
    fields::row(t!("csv.target"), select)
}

fn kind(file: &File, link: &Link) -> Html {
    let kinds = [Kind::Class, Kind::Number];
    let options: Vec<AttrValue> = vec![t!("csv.class").into(), t!("csv.number").into()];
    let chosen = kinds.iter().position(|kind| *kind == file.target().1).unwrap_or(0);
    let onchosen = link.callback(move |place: usize| choose(Choice::Task(kinds[place.min(1)])));
    fields::row(
        t!("csv.kind"),
        html! { <fields::Select id="csv-kind" {options} {chosen} {onchosen} /> },
    )
}

/// What data the file gives as it stands.
fn gives(file: &File, table: &TableView) -> String {
    let (target, kind) = file.target();
    let Some(column) = table.columns.get(target) else { return String::new() };
    let rows = count(table.rows - column.missing.min(table.rows));
    match kind {
        Kind::Class => t!(
            "csv.gives_classes",
            rows = rows,
            inputs = table.inputs,
            name = column.name,
            classes = column.distinct
        ),
        Kind::Number => {
            t!("csv.gives_number", rows = rows, inputs = table.inputs, name = column.name)
        }
    }
}
