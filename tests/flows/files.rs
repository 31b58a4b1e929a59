//! The reader's own files, good and bad.
//!
//! In place of what `a_file_of_ones_own_is_read_and_a_bad_one_changes_nothing` of
//! `tests/browser/files.rs` shows beyond choosing a file.

use crate::driver::{Options, Page};
use tunescape_core::data::Kind;
use tunescape_core::data::choices::Cell;
use tunescape_core::data::csv::{CsvError, MAX_BYTES, RaggedCause};
use tunescape_core::data::encoding::Encoding;
use tunescape_core::data::number::DecimalMark;
use tunescape_core::import::{ImportError, limits};
use tunescape_core::state::file::{Choice, File, FileEvent};
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::xray::XrayEvent;
use tunescape_core::state::{Event, Notice, Start, WorkerId};

const LINK: &str = "v=1&map.side=8&training.epochs=10&backend=cpu";

/// Flowers of three kinds, with a text column and a value missing.
pub fn flowers() -> String {
    let row = |i: usize| {
        let (kind, height) = [("rose", 1.0), ("tulip", 2.0), ("iris", 3.0)][i % 3];
        let width =
            if i == 7 { String::new() } else { format!("{:.2}", height * 0.5 + i as f64 * 0.003) };
        let colour = ["red", "\"white; or so\""][i / 3 % 2];
        format!("{:.2};{width};{colour};{kind}", height + i as f64 * 0.002)
    };
    (0..90).fold("height;width;colour;kind".into(), |text, i| text + "\n" + &row(i))
}

fn file_event(page: &mut Page, event: FileEvent) {
    page.happen(Event::File(event));
    page.settle();
}

#[test]
fn a_file_of_ones_own_becomes_the_data_and_the_study_is_run_again_on_it() {
    let mut page = Page::open(LINK);
    page.study_event(StudyEvent::Step);
    page.settle();
    let (points, losses, data) = (page.points(), page.losses(), page.state.data.clone());
    page.drop_file("flowers.csv", flowers().as_bytes());
    let file = page.state.file.as_ref().expect("it is asked about");
    let table = file.table.as_ref().expect("it is described");
    assert_eq!((table.rows, table.columns.len(), table.separator), (90, 4, ';'));
    assert_eq!(file.target(), (3, Kind::Class));
    // Looked at and put away, it changes nothing.
    file_event(&mut page, FileEvent::Close);
    assert!(page.state.file.is_none() && page.state.data == data);
    page.drop_file("flowers.csv", flowers().as_bytes());
    file_event(&mut page, FileEvent::Use);
    assert!(page.state.file.is_none() && page.state.map.finished());
    let now = page.state.data.clone().expect("the file's data");
    assert_eq!((page.setup().data.name.as_str(), now.inputs), ("csv", 3));
    // The same place, another loss.
    assert_eq!((page.points(), page.losses().len()), (points, 1));
    assert_ne!(page.losses(), losses);
    assert!(page.losses()[0].is_some() && page.notices().is_empty(), "{:?}", page.notices());
    assert!(page.address.contains("data.name=csv"), "{}", page.address);

    // The file is still there after a reload, and the study with it.
    let start = Start { held_file: page.held.clone(), ..Options::default().start };
    let mut again = Page::opened(&page.address, Options { start, ..Options::default() });
    again.settle();
    assert_eq!((again.losses(), again.state.data.as_deref()), (page.losses(), Some(&*now)));
    assert!(again.notices().is_empty(), "{:?}", again.notices());
}

#[test]
fn a_bad_file_says_where_it_is_bad_and_changes_nothing() {
    let mut page = Page::open(LINK);
    let before = (page.link(), page.state.data.clone());
    page.drop_file("ragged.csv", b"a,b,c\n1,2,x\n3,4,y\n5,6,x,9\n7,8,x\n");
    page.drop_file("number.csv", b"a,b\n1,2\n3,4\n\"5,6\n7,8\n");
    page.drop_file("empty.csv", b"\n\n");
    let file = |name: &str, error| Notice::File { name: name.into(), error };
    assert_eq!(
        page.notices(),
        [
            file(
                "ragged.csv",
                CsvError::Ragged {
                    line: 4,
                    column: 4,
                    expected: 3,
                    found: 4,
                    cause: RaggedCause::CommaInNumber
                }
            ),
            file("number.csv", CsvError::OpenQuote { line: 4, column: 1 }),
            file("empty.csv", CsvError::Empty),
        ]
    );
    assert!(page.state.file.is_none());
    assert_eq!((page.link(), page.state.data.clone()), before);
}

#[test]
fn a_file_that_is_too_large_or_cant_be_read_is_told_by_name() {
    let mut page = Page::open(LINK);
    let large = |bytes| CsvError::TooLarge { bytes, limit: MAX_BYTES };
    let notice = |name: &str, error| Notice::File { name: name.into(), error };
    page.drop_file("large.csv", &vec![b'1'; MAX_BYTES + 1]);
    file_event(&mut page, FileEvent::TooLarge("larger.csv".into(), 3 * MAX_BYTES));
    file_event(&mut page, FileEvent::TooLarge("study.db".into(), 80 << 20));
    file_event(&mut page, FileEvent::Opened("gone.csv".into(), None));
    let error = ImportError::TooLarge { bytes: 80 << 20, limit: limits::MAX_BYTES };
    assert_eq!(
        page.notices(),
        [
            notice("large.csv", large(MAX_BYTES + 1)),
            notice("larger.csv", large(3 * MAX_BYTES)),
            Notice::Study { name: "study.db".into(), error },
            Notice::FileUnreadable { name: "gone.csv".into() },
        ]
    );
    assert!(page.state.file.is_none());
}

#[test]
fn another_column_is_predicted_and_one_that_cant_be_leaves_the_dialog_open() {
    let mut page = Page::open(LINK);
    page.drop_file("flowers.csv", flowers().as_bytes());
    // Another column comes with its own likeliest kind.
    file_event(&mut page, FileEvent::Choose(Choice::Target(0)));
    let chosen = |page: &Page| page.state.file.as_ref().map(File::target);
    assert_eq!(chosen(&page), Some((0, Kind::Number)));
    file_event(&mut page, FileEvent::Choose(Choice::Target(2)));
    // Colours are no numbers.
    file_event(&mut page, FileEvent::Choose(Choice::Task(Kind::Number)));
    file_event(&mut page, FileEvent::Use);
    assert!(matches!(page.notices(), [Notice::Data(_)]), "{:?}", page.notices());
    assert_eq!(chosen(&page), Some((2, Kind::Number)));
    assert_eq!(page.setup().data.name, "spiral");
    file_event(&mut page, FileEvent::Choose(Choice::Target(0)));
    file_event(&mut page, FileEvent::Use);
    assert_eq!((page.setup().data.name.as_str(), chosen(&page)), ("csv", None));
    // Nothing is asked of a file that is not there.
    let asked = page.asked.len();
    file_event(&mut page, FileEvent::Choose(Choice::Target(1)));
    file_event(&mut page, FileEvent::Use);
    assert_eq!(page.asked.len(), asked);
}

#[test]
fn how_letters_numbers_and_dates_are_read_is_chosen_and_taken_back() {
    let mut page = Page::open(LINK);
    let row = |i: usize| format!("1,{i:03};{}/{}/2026;caf\u{e9}{}\n", i % 9 + 1, i % 8 + 2, i % 2);
    let text = (0..40).fold("size;day;kind\n".to_string(), |text, i| text + &row(i));
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    page.drop_file("cafes.csv", &latin);
    let second = |page: &Page| {
        let file = page.state.file.as_ref().expect("an open file");
        file.table.as_ref().expect("a described file").first_rows[1].clone()
    };
    let day = |month: usize, day: usize| Cell::Date(format!("2026-{month:02}-{day:02}"));
    let cells =
        |size: f64, day: Cell, kind: &str| [Cell::Number(size), day, Cell::Text(kind.into())];
    for (mark, size) in [(DecimalMark::Comma, 1.001), (DecimalMark::Point, 1001.0)] {
        file_event(&mut page, FileEvent::Choose(Choice::Decimal(Some(mark))));
        for (first, date) in [(true, day(3, 2)), (false, day(2, 3))] {
            file_event(&mut page, FileEvent::Choose(Choice::DayFirst(Some(first))));
            assert_eq!(second(&page), cells(size, date, "caf\u{e9}1"));
        }
    }
    // In another encoding it has other letters, or none at all: what was read before stays.
    let problem = |page: &Page| page.state.file.as_ref().and_then(|file| file.problem.clone());
    file_event(&mut page, FileEvent::Choose(Choice::Encoding(Some(Encoding::Utf8))));
    assert!(problem(&page).is_some() || second(&page)[2] != Cell::Text("caf\u{e9}1".into()));
    file_event(&mut page, FileEvent::Choose(Choice::Encoding(None)));
    assert_eq!((problem(&page), second(&page)[2].clone()), (None, Cell::Text("caf\u{e9}1".into())));
}

#[test]
fn a_file_is_no_way_round_locked_data() {
    let mut page = Page::open("v=1&map.side=8&training.epochs=10&lesson.lock=data");
    page.drop_file("flowers.csv", flowers().as_bytes());
    file_event(&mut page, FileEvent::Use);
    assert_eq!(page.notices(), [Notice::DataLocked]);
    assert_eq!((page.setup().data.name.as_str(), page.held.as_ref()), ("spiral", None));
}

#[test]
fn a_set_that_cant_be_loaded_leaves_the_one_before() {
    let options = Options { missing: vec!["iris", "wine"], ..Options::default() };
    let mut page = Page::opened(LINK, options);
    page.settle();
    page.set("data.name", "iris");
    page.settle();
    assert_eq!(page.notices(), [Notice::NotLoaded { name: "iris".into() }]);
    assert_eq!((page.setup().data.name.as_str(), page.state.ready()), ("spiral", true));
    // Gone back from meanwhile, it is no loss.
    page.set("data.name", "wine");
    page.set("data.name", "moons");
    page.settle();
    assert_eq!((page.setup().data.name.as_str(), page.notices().len()), ("moons", 1));
}

#[test]
fn a_file_that_takes_long_is_closed_with_the_worker_that_reads_it() {
    let play = |page: &mut Page| {
        page.study_event(StudyEvent::Speed(2));
        page.study_event(StudyEvent::Play);
        page.settle();
    };
    let link = format!("{LINK}&search.budget=4&search.strategy=random");
    let mut page = Page::open(&link);
    play(&mut page);
    let wanted = (page.losses(), page.state.map.optimum());
    let journal =
        b"{\"op_code\": 0, \"worker_id\": \"a\", \"study_name\": \"a\", \"directions\": [1]}";
    let closes = [Event::File(FileEvent::Close), Event::Xray(XrayEvent::Cancel)];
    for (bytes, close) in [flowers().into_bytes(), journal.to_vec()].into_iter().zip(closes) {
        for (milliseconds, kept) in [(10.0, true), (60_000.0, false)] {
            let mut page = Page::open(&link);
            page.study_event(StudyEvent::Step);
            page.settle();
            let reader = page.number_of(WorkerId::Study);
            page.happen(Event::File(FileEvent::Opened("mine.txt".into(), Some(bytes.clone()))));
            page.pass(milliseconds);
            page.happen(close.clone());
            assert_eq!(page.number_of(WorkerId::Study) == reader, kept, "{milliseconds}");
            page.settle();
            // The trial is there again, and nobody has died.
            assert_eq!((page.losses(), page.notices().len()), (wanted.0[..1].to_vec(), 0));
            play(&mut page);
            assert_eq!((page.losses(), page.state.map.optimum()), wanted);
            // With nothing under way there is nothing to stop.
            page.pass(60_000.0);
            let reader = page.number_of(WorkerId::Study);
            page.drop_file("mine.txt", &bytes);
            page.happen(close.clone());
            assert_eq!(page.number_of(WorkerId::Study), reader);
        }
    }
}
