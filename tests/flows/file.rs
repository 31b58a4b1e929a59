//! The reader's own file: what is understood of it without a choice, what choices change, and what
//! comes of it. The files are described in `crates/core/src/data/cases/SOURCES.md`.

use crate::driver::{Options, Page};
use std::rc::Rc;
use tunescape_core::data::Kind;
use tunescape_core::data::choices::{ColumnKind, Guess, WhyLeftOut};
use tunescape_core::data::csv::CsvError;
use tunescape_core::data::encoding::Encoding;
use tunescape_core::data::foreign::FileKind;
use tunescape_core::data::number::NumberError;
use tunescape_core::setup::Edit;
use tunescape_core::setup::typed::TypedError;
use tunescape_core::state::file::{Choice, File, FileEvent};
use tunescape_core::state::studies::StudiesEvent;
use tunescape_core::state::{Event, Notice, Start, WorkerId};
use tunescape_core::worker::{Job, Reply, Request, TableView};

const SMALL: &str = "v=1&data.name=moons&map.side=8&training.epochs=2&search.budget=2";

fn case(name: &str) -> Vec<u8> {
    std::fs::read(format!("crates/core/src/data/cases/{name}")).expect("a case")
}

/// A page on which one of the cases has been dropped.
fn dropped(name: &str) -> Page {
    let mut page = Page::open(SMALL);
    page.drop_file(name, &case(name));
    page
}

fn choose(page: &mut Page, choice: Choice) {
    page.happen(Event::File(FileEvent::Choose(choice)));
}

fn use_file(page: &mut Page) {
    page.happen(Event::File(FileEvent::Use));
    page.settle();
}

fn file(page: &Page) -> &File {
    page.state.file.as_ref().expect("an open file")
}

fn table(page: &Page) -> &Rc<TableView> {
    file(page).table.as_ref().expect("a described file")
}

fn names(page: &Page) -> Vec<&str> {
    table(page).columns.iter().map(|column| column.name.as_str()).collect()
}

/// The data in use: its inputs, what is predicted, and its rows in all.
fn data(page: &Page) -> (Vec<String>, Vec<String>, usize) {
    let data = page.state.data.as_ref().expect("data");
    assert_eq!(data.name, "csv");
    (data.columns.clone(), data.target.clone(), data.rows.iter().sum())
}

fn texts<const N: usize>(of: [&str; N]) -> Vec<String> {
    of.map(str::to_owned).to_vec()
}

fn peeks(page: &Page) -> Vec<Job> {
    let peek = |(_, request): &(WorkerId, Request)| match request {
        Request::Peek { job, .. } => Some(*job),
        _ => None,
    };
    page.asked.iter().filter_map(peek).collect()
}

#[test]
fn a3_numbers_may_be_names() {
    let mut page = dropped("a3_numbered_columns.csv");
    assert_eq!(names(&page)[1..], ["0", "1", "2", "3", "target"]);
    assert_eq!((table(&page).rows, table(&page).header), (100, true));
    assert_eq!((file(&page).target(), table(&page).inputs), ((5, Kind::Class), 4));
    assert!(table(&page).guesses.contains(&Guess::Header { header: true }));
    use_file(&mut page);
    assert!(page.state.file.is_none());
    assert_eq!(data(&page), (texts(["0", "1", "2", "3"]), texts(["0", "1"]), 100));

    let mut page = dropped("a3_year_columns.csv");
    assert_eq!((table(&page).rows, table(&page).inputs), (60, 4));
    // Whatever was guessed, the reader can say otherwise, and take it back.
    choose(&mut page, Choice::Header(Some(false)));
    page.settle();
    assert_eq!((table(&page).rows, names(&page)[1]), (61, "x2"));
    choose(&mut page, Choice::Header(None));
    page.settle();
    use_file(&mut page);
    assert_eq!(data(&page), (texts(["2019", "2020", "2021", "2022"]), texts(["A", "B"]), 60));
    assert!(page.notices().is_empty(), "{:?}", page.notices());
}

#[test]
fn a5_one_table_three_ways() {
    let told = [Some(Guess::FirstNameMissing), Some(Guess::SeparatorsAtEnd), None];
    let files = ["a5_row_names.csv", "a5_trailing_commas.csv", "a5_sep_line.csv"];
    for (name, told) in files.into_iter().zip(told) {
        let mut page = dropped(name);
        if let Some(guess) = &told {
            assert!(table(&page).guesses.contains(guess), "{name}: {:?}", table(&page).guesses);
        }
        use_file(&mut page);
        let (inputs, classes) = (texts(["len", "wid", "hgt"]), texts(["a", "b", "c"]));
        assert_eq!(data(&page), (inputs, classes, 60), "{name}");
        assert!(page.notices().is_empty(), "{:?}", page.notices());
    }
}

#[test]
fn b1_percent_and_thousands_are_numbers() {
    let mut page = dropped("b1_percent_and_thousands.csv");
    let kinds: Vec<ColumnKind> = table(&page).columns.iter().map(|column| column.kind).collect();
    assert_eq!(kinds[2..], [ColumnKind::Number; 3]);
    assert_eq!((file(&page).target(), table(&page).inputs), ((4, Kind::Number), 6));
    use_file(&mut page);
    let (inputs, target, rows) = data(&page);
    assert_eq!((inputs.len(), target, rows), (6, texts(["Sales"]), 60));
}

#[test]
fn b3_a_running_number_is_left_out_unless_it_is_wanted() {
    let mut page = dropped("b3_numbered_rows.csv");
    let id = &table(&page).columns[0];
    assert_eq!((id.kind, id.left_out), (ColumnKind::LeftOut, Some(WhyLeftOut::CountsRows)));
    let counts = Guess::CountsRows { column: 0, first: 1.0, left_out: true };
    assert!(table(&page).guesses.contains(&counts));
    assert_eq!(table(&page).inputs, 3);
    choose(&mut page, Choice::Column(0, ColumnKind::Number));
    choose(&mut page, Choice::Column(3, ColumnKind::LeftOut));
    page.settle();
    assert_eq!(table(&page).inputs, 3);
    assert!(table(&page).guesses.contains(&Guess::TellsTarget { column: 0 }));
    assert_eq!(table(&page).columns[3].left_out, Some(WhyLeftOut::Chosen));
    use_file(&mut page);
    assert_eq!(data(&page).0, ["Id", "pulse", "sleep"]);

    let mut page = dropped("b3_numbered_rows.csv");
    use_file(&mut page);
    assert_eq!(data(&page).0, ["pulse", "sleep", "steps"]);
}

#[test]
fn a_target_comes_with_its_own_kind() {
    let mut page = dropped("b3_numbered_rows.csv");
    choose(&mut page, Choice::Target(2));
    assert_eq!(file(&page).target(), (2, Kind::Number));
    page.settle();
    assert_eq!(
        (file(&page).target(), table(&page).target),
        ((2, Kind::Number), Some((2, Kind::Number)))
    );
    // Id is still left out; pulse, steps and one input for each of three groups are left.
    assert_eq!(table(&page).inputs, 5);
    choose(&mut page, Choice::Task(Kind::Class));
    page.settle();
    assert_eq!(file(&page).target(), (2, Kind::Class));
    choose(&mut page, Choice::Target(4));
    page.settle();
    assert_eq!(file(&page).target(), (4, Kind::Class));
}

#[test]
fn an_answer_to_earlier_choices_is_not_heard() {
    let mut page = dropped("a3_year_columns.csv");
    let late = TableView { rows: 7, ..(**table(&page)).clone() };
    choose(&mut page, Choice::Header(Some(false)));
    choose(&mut page, Choice::Column(0, ColumnKind::LeftOut));
    let asked = peeks(&page);
    assert_eq!(asked.len(), 3);
    assert!(file(&page).is_being_read());
    for job in &asked[..2] {
        page.reply(WorkerId::Study, Reply::Table(*job, Ok(late.clone())));
        page.reply(WorkerId::Study, Reply::Table(*job, Err(CsvError::Empty)));
        assert_eq!((table(&page).rows, file(&page).is_being_read()), (60, true));
    }
    page.settle();
    assert_eq!((table(&page).rows, file(&page).is_being_read()), (61, false));
    assert_eq!(table(&page).columns[0].left_out, Some(WhyLeftOut::Chosen));
    // Nor is one after the dialog was closed.
    page.happen(Event::File(FileEvent::Close));
    page.reply(WorkerId::Study, Reply::Table(asked[2], Ok(late)));
    assert!(page.state.file.is_none() && page.notices().is_empty());
}

#[test]
fn what_was_chosen_last_is_used_though_it_is_not_yet_shown() {
    let mut page = dropped("b3_numbered_rows.csv");
    choose(&mut page, Choice::Column(1, ColumnKind::LeftOut));
    use_file(&mut page);
    assert_eq!(data(&page).0, ["sleep", "steps"]);
    // A choice after Use takes it back.
    page.drop_file("again.csv", &case("b3_numbered_rows.csv"));
    page.happen(Event::File(FileEvent::Use));
    choose(&mut page, Choice::Column(2, ColumnKind::LeftOut));
    page.settle();
    assert_eq!(data(&page).0, ["sleep", "steps"]);
    use_file(&mut page);
    assert_eq!(data(&page).0, ["pulse", "steps"]);
}

#[test]
fn what_cannot_be_read_as_chosen_says_so_and_stays_open() {
    let mut page = dropped("a5_trailing_commas.csv");
    choose(&mut page, Choice::Separator(Some('|')));
    page.settle();
    assert_eq!(file(&page).problem, Some(CsvError::OneColumn { line: 1 }));
    use_file(&mut page);
    assert!(page.state.file.is_some() && page.notices().is_empty());
    assert_eq!(page.setup().data.name, "moons");
    choose(&mut page, Choice::Separator(None));
    page.settle();
    assert_eq!((&file(&page).problem, table(&page).rows), (&None, 60));
    // No text is a number, whatever is chosen.
    choose(&mut page, Choice::Column(3, ColumnKind::Date));
    choose(&mut page, Choice::Target(0));
    page.settle();
    assert_eq!(table(&page).columns[3].kind, ColumnKind::Category);
    // A file that can't be read at all opens no dialog.
    page.drop_file("ragged.csv", b"a,b,c\n1,2,x\n3,4,y\n5,6,x,9\n7,8,x\n");
    assert!(page.state.file.is_none());
    assert!(matches!(page.notices(), [Notice::File { name, .. }] if name == "ragged.csv"));
}

#[test]
fn choices_of_columns_go_with_their_columns() {
    let mut page = Page::open(SMALL);
    let rows: String = (0..40).map(|i| format!("{i}.5;{},{};{}\n", i % 7, i % 5, i % 2)).collect();
    page.drop_file("two.csv", format!("a;b,c;d\n{rows}").as_bytes());
    assert_eq!(names(&page).len(), 3);
    choose(&mut page, Choice::Column(1, ColumnKind::LeftOut));
    choose(&mut page, Choice::Target(0));
    choose(&mut page, Choice::Separator(Some(',')));
    page.settle();
    assert_eq!(names(&page).len(), 2);
    assert!(file(&page).choices.columns.is_empty());
    assert_eq!((file(&page).choices.target, file(&page).choices.separator), (None, Some(',')));
    assert!(!file(&page).is_being_read());
}

/// The page as it is after it was loaded anew.
fn reloaded(page: &Page) -> Page {
    let start = Start { held_file: page.held.clone(), ..Options::default().start };
    let mut again = Page::opened(&page.address, Options { start, ..Options::default() });
    again.settle();
    again
}

#[test]
fn a_file_is_still_there_after_a_reload() {
    for name in ["b3_numbered_rows.csv", "a1_unicode_text.txt"] {
        let mut page = dropped(name);
        choose(&mut page, Choice::Column(0, ColumnKind::Number));
        choose(&mut page, Choice::Column(1, ColumnKind::LeftOut));
        page.settle();
        use_file(&mut page);
        assert!(page.address.contains("data.name=csv"), "{}", page.address);
        let again = reloaded(&page);
        assert_eq!(again.state.data, page.state.data, "{name}");
        assert!(again.notices().is_empty(), "{:?}", again.notices());
        // A study of it that was kept is of the same file.
        let mut page = reloaded(&page);
        page.happen(Event::Studies(StudiesEvent::Keep("mine".into())));
        let fingerprint = page.state.studies.all[0].file;
        assert!(fingerprint.is_some());
        page.drop_file(name, &case(name));
        use_file(&mut page);
        page.happen(Event::Studies(StudiesEvent::Keep("other columns".into())));
        assert_ne!(page.state.studies.all[1].file, fingerprint);
    }
}

#[test]
fn a_file_that_an_earlier_build_held_is_read() {
    let mut page = dropped("a5_sep_line.csv");
    use_file(&mut page);
    let text = String::from_utf8(case("a5_sep_line.csv")).expect("UTF-8");
    // FNV-1a of the file's bytes, 3, 0 and 0, by another program.
    let fingerprint = 14_241_242_236_274_884_625_u64;
    assert!(page.held.as_ref().is_some_and(|held| held.contains(&fingerprint.to_string())));
    let old = serde_json::json!([text, 3, "class", fingerprint]).to_string();
    let expected = page.state.data.clone();
    page.held = Some(old);
    assert_eq!(reloaded(&page).state.data, expected);
}

#[test]
fn a_pasted_table_works_as_a_file_does() {
    let mut page = Page::open(SMALL);
    let rows: String =
        (0..40).map(|i| format!("{},5\t{}\tk{}\r\n", i * i % 11, i % 7, i % 2)).collect();
    page.drop_file("pasted table", format!("länge\tbreite\tart\r\n{rows}").as_bytes());
    assert_eq!((table(&page).separator, table(&page).encoding), ('\t', Encoding::Utf8));
    use_file(&mut page);
    assert_eq!(data(&page), (texts(["länge", "breite"]), texts(["k0", "k1"]), 40));
}

#[test]
fn a_file_outlives_the_worker_that_reads_it() {
    let mut page = dropped("b3_numbered_rows.csv");
    choose(&mut page, Choice::Column(1, ColumnKind::LeftOut));
    page.kill(WorkerId::Study);
    page.settle();
    assert_eq!(table(&page).columns[1].left_out, Some(WhyLeftOut::Chosen));
    // One that kills two workers is not tried again.
    choose(&mut page, Choice::Column(2, ColumnKind::LeftOut));
    page.kill(WorkerId::Study);
    page.settle();
    assert!(page.state.file.is_none());
    let unreadable = |n: &Notice| matches!(n, Notice::FileUnreadable { .. });
    assert_eq!(page.notices().iter().filter(|n| unreadable(n)).count(), 1);
}

#[test]
fn what_is_no_number_is_said_once_and_until_the_next_change() {
    let mut page = Page::open(SMALL);
    let mistyped = TypedError::Number(NumberError::NotNumber { text: "fast".into() });
    for _ in 0..2 {
        page.happen(Event::Mistyped(mistyped.clone()));
        assert_eq!(page.notices(), [Notice::NotANumber(mistyped.clone())]);
    }
    page.edit(Edit::set("training.epochs", 3));
    page.settle();
    assert!(page.notices().is_empty(), "{:?}", page.notices());
}

#[test]
fn a_code_for_missing_values_is_a_number_once_that_is_chosen() {
    let mut page = Page::open(SMALL);
    let text = "v,kind\n".to_owned() + &"-999,a\n1.5,b\n2.5,a\n".repeat(20);
    page.drop_file("codes.csv", text.as_bytes());
    let missing = |page: &Page| table(page).columns[0].missing;
    assert_eq!(missing(&page), 20);
    for (chosen, rows) in [(Some(false), 0), (Some(true), 20), (None, 20)] {
        choose(&mut page, Choice::MissingCodes(chosen));
        page.settle();
        assert_eq!(missing(&page), rows, "{chosen:?}");
    }
}

#[test]
fn a_web_page_that_is_named_a_table_is_refused_for_what_it_is() {
    let mut page = Page::open(SMALL);
    page.drop_file("login.csv", b"<!DOCTYPE html>\n<html><body>Log in, please</body></html>\n");
    let error = CsvError::NotTable { found: FileKind::Html };
    assert_eq!(page.notices(), [Notice::File { name: "login.csv".into(), error }]);
}
