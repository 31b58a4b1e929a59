//! A landscape from a file: shown as it is, in the place of one that is trained here.

use crate::driver::{Options, Page};
use tunescape_core::json::number::Single;
use tunescape_core::landscape_file::{Axis, Block, LandscapeFileError, SHOWN_SIDE};
use tunescape_core::link;
use tunescape_core::setup::{Edit, Screen, Setup, Shown};
use tunescape_core::state::deaths::Cause;
use tunescape_core::state::file::FileEvent;
use tunescape_core::state::{Event, Notice, WorkerId};
use tunescape_core::study::landscape::{Landscape, Value, values};
use tunescape_core::worker::Request;

const SMALL: &str =
    "v=2&screen=search&data.name=moons&map.side=8&net.hidden=[4]&training.epochs=4&search.budget=3";
const OTHER: &str = "v=2&data.name=xor&map.side=8&net.hidden=[2]&training.epochs=2&search.budget=2";

fn setup(link: &str) -> Setup {
    link::read(link).expect("a link")
}

/// The first line of the command's results.
fn head(link: &str, side: usize) -> String {
    let setup = setup(link);
    let axes = setup.axes();
    let axis = |i: usize| {
        let param = &axes.params[i];
        Axis { name: param.name.clone(), values: values(param, side) }
    };
    serde_json::json!({
        "tunescape": "landscape", "version": 1, "hash": "", "setup": link::write(&setup),
        "seeds": 1, "units": side, "parameters": [], "axes": [axis(0), axis(1)], "side": side,
    })
    .to_string()
}

/// A line of a row whose cells came to these losses; those that are no number diverged.
fn row(row: usize, losses: &[f32], epochs: usize) -> String {
    let single = |x: f32| losses.iter().map(|_| Single(x)).collect::<Vec<_>>();
    let block = Block {
        unit: row as u64,
        row,
        from: 0,
        start: Some(Single(0.75)),
        epoch: losses.iter().map(|loss| Some(if loss.is_nan() { 1 } else { epochs })).collect(),
        loss: losses.iter().map(|loss| Single(*loss)).collect(),
        train_loss: single(0.5),
        score: single(0.25),
        spread: Vec::new(),
        reached: losses.iter().map(|_| None).collect(),
        diverged: losses.iter().map(|loss| loss.is_nan().then_some(1)).collect(),
    };
    serde_json::to_string(&block).expect("JSON")
}

/// What a trained map would be as such a file.
fn file_of(link: &str, land: &Landscape) -> String {
    let loss = |cell: usize| match land.loss(cell, land.epochs) {
        Value::Loss(loss) => loss,
        _ => f32::NAN,
    };
    let mut text = head(link, land.side);
    for y in 0..land.side {
        let losses: Vec<f32> = (0..land.side).map(|x| loss(y * land.side + x)).collect();
        text += &format!("\n{}", row(y, &losses, land.epochs));
    }
    text + "\n"
}

/// What a map that has been trained here would be as such a file.
fn trained() -> (Page, String) {
    let own = Page::open(SMALL);
    let file = file_of(SMALL, &own.state.map.land);
    (own, file)
}

fn losses(page: &Page) -> Vec<Value> {
    let land = &page.state.map.land;
    (0..land.cells.len()).map(|cell| land.loss(cell, land.epochs)).collect()
}

fn trains(page: &Page) -> usize {
    page.asked.iter().filter(|(_, request)| matches!(request, Request::Train { .. })).count()
}

#[test]
fn a_map_from_a_file_is_shown_and_nothing_of_it_is_trained() {
    let (own, file) = trained();
    let mut page = Page::open(OTHER);
    page.drop_file("map.jsonl", file.as_bytes());
    assert_eq!(page.state.setup.screen, Screen::Search);
    assert_eq!(page.state.setup.data.name, "moons");
    assert_eq!(page.state.map_file(), Some("map.jsonl"));
    let trained: Vec<Value> = losses(&own);
    for (cell, (a, b)) in losses(&page).into_iter().zip(&trained).enumerate() {
        match (a, b) {
            (Value::Diverged { .. }, Value::Diverged { .. }) => {}
            (a, b) => assert_eq!(a, *b, "cell {cell}"),
        }
    }
    assert_eq!(page.state.map.land.networks(), 64);
    assert!(page.state.map.finished() && page.state.notices.is_empty());
    let before = trains(&page);
    page.settle();
    assert_eq!(trains(&page), before);
    // What was before is a step back, and the file's map one forward.
    page.happen(Event::Undo);
    page.settle();
    assert_eq!((page.state.setup.data.name.as_str(), page.state.map_file()), ("xor", None));
    page.happen(Event::Redo);
    page.settle();
    assert_eq!(page.state.map_file(), Some("map.jsonl"));
}

#[test]
fn another_map_is_trained_as_soon_as_the_set_up_asks_for_one() {
    let own = Page::open(SMALL);
    let mut page = Page::open(SMALL);
    page.drop_file("map.jsonl", file_of(SMALL, &own.state.map.land).as_bytes());
    assert_eq!(page.state.map_file(), Some("map.jsonl"));
    // What is only looked at, and what strategies do, leaves it.
    page.happen(Event::Edit(Edit::choose("map.shown", &Shown::Speed)));
    page.happen(Event::Edit(Edit::set("search.seed", 5)));
    page.settle();
    assert_eq!(page.state.map_file(), Some("map.jsonl"));
    assert_eq!(page.state.map_shown(), Shown::Loss);
    page.happen(Event::Edit(Edit::set("net.seed", 5)));
    page.settle();
    assert_eq!((page.state.map_file(), page.state.map_shown()), (None, Shown::Speed));
    assert_eq!(page.state.map.land.progress(), (64 * 4, 64 * 4));
}

#[test]
fn of_a_large_map_every_so_many_th_cell_is_shown_at_its_own_values() {
    let side = 2 * SHOWN_SIDE;
    let mut text = head(SMALL, side);
    for y in 0..side {
        let losses: Vec<f32> = (0..side).map(|x| (y * side + x) as f32).collect();
        text += &format!("\n{}", row(y, &losses, 4));
    }
    let mut page = Page::open(OTHER);
    page.drop_file("large.jsonl", text.as_bytes());
    let land = &page.state.map.land;
    assert_eq!((land.side, land.networks()), (SHOWN_SIDE, side * side));
    let axes = setup(SMALL).axes();
    let all = [0, 1].map(|i: usize| values(&axes.params[i], side));
    for cell in [0, 1, SHOWN_SIDE, 3 * SHOWN_SIDE + 7, SHOWN_SIDE * SHOWN_SIDE - 1] {
        let [x, y] = [2 * (cell % SHOWN_SIDE) + 1, 2 * (cell / SHOWN_SIDE) + 1];
        assert_eq!(land.point(cell), [all[0][x], all[1][y]]);
        assert_eq!(land.loss(cell, 4), Value::Loss((y * side + x) as f32));
    }
}

#[test]
fn what_is_cut_off_is_missing_and_what_is_damaged_is_named() {
    let own = Page::open(SMALL);
    let whole = file_of(SMALL, &own.state.map.land);
    let lines: Vec<&str> = whole.lines().collect();
    // Stopped in the middle of its last line.
    let mut page = Page::open(OTHER);
    page.drop_file("cut.jsonl", &whole.as_bytes()[..whole.len() - 20]);
    assert_eq!(page.state.map.land.loss(7 * 8, 4), Value::Unknown);
    assert!(matches!(page.state.map.land.loss(0, 4), Value::Loss(_)));
    let before = page.state.setup.clone();
    let refused = [
        ([lines[0], "{\"unit\":0,", lines[2]].join("\n"), LandscapeFileError::Line { line: 2 }),
        (
            [lines[0], &lines[1].replace("\"row\":0", "\"row\":8"), lines[2]].join("\n"),
            LandscapeFileError::Line { line: 2 },
        ),
        (
            whole.replace("\"tunescape\":\"landscape\"", "\"tunescape\":\"study\""),
            LandscapeFileError::Other { kind: "study".into() },
        ),
        (whole.replace("\"version\":1", "\"version\":9"), LandscapeFileError::Version { found: 9 }),
        (whole.replace("\"side\":8}", "\"side\":16}"), LandscapeFileError::Grid),
        (whole.replace("v=2&", "v=2&no.such=1&"), LandscapeFileError::Setup),
        (lines[0].to_owned(), LandscapeFileError::Empty),
    ];
    for (text, error) in refused {
        page.state.notices.clear();
        page.drop_file("map.jsonl", text.as_bytes());
        let name = "map.jsonl".to_owned();
        assert_eq!(page.state.notices, [Notice::LandscapeFile { name, error }]);
        assert_eq!((&page.state.setup, page.state.map_file()), (&before, Some("cut.jsonl")));
    }
}

#[test]
fn the_pages_own_export_opens_again() {
    let own = Page::open(SMALL);
    let (setup, land) = (setup(SMALL), &own.state.map.land);
    let cells = (0..64).filter(|cell| *cell != 5).map(|cell| {
        let point = setup.on_map([land.point(cell)]).swap_remove(0);
        let (epoch, last) = land.cells[cell].last().expect("it is trained");
        serde_json::json!({
            "values": setup.exact(&point), "epoch": epoch, "training_loss": last.train_loss,
            "validation_loss": last.valid_loss, "diverged": land.cells[cell].diverged,
        })
    });
    let text = serde_json::json!({
        "setup": link::write(&setup), "parameters": [], "side": 8, "start": 0.5,
        "cells": cells.collect::<Vec<_>>(),
    });
    let mut page = Page::open(OTHER);
    page.drop_file("landscape.json", text.to_string().as_bytes());
    assert_eq!(page.state.map_file(), Some("landscape.json"));
    assert_eq!(losses(&page)[5], Value::Unknown);
    assert_eq!((losses(&page)[6], losses(&page)[63]), (losses(&own)[6], losses(&own)[63]));
}

#[test]
fn a_link_may_name_a_file_below_the_page() {
    let (own, file) = trained();
    let mut page = Page::open(OTHER);
    page.below.insert("maps/m.jsonl".into(), file.into());
    page.happen(Event::Link("#open=maps%2Fm.jsonl".into()));
    page.settle();
    assert_eq!(page.state.map_file(), Some("maps/m.jsonl"));
    assert_eq!(losses(&page)[9], losses(&own)[9]);
    let unreadable = |name: &str| [Notice::LinkedFileUnreadable { name: name.into() }];
    page.state.notices.clear();
    page.happen(Event::Link("#open=lost.csv".into()));
    page.wait_for("the notice", |page| page.notices() == unreadable("lost.csv"));
    // What lies elsewhere is not even asked for.
    for no in ["../m.jsonl", "https://other.org/m.jsonl", "//other.org/m", "m.jsonl?x=1"] {
        page.state.notices.clear();
        page.happen(Event::Link(format!("#open={no}")));
        assert_eq!(page.notices(), unreadable(no));
    }
}

#[test]
fn what_is_locked_keeps_a_files_map_out() {
    let own = Page::open(SMALL);
    let mut page = Page::open(&[OTHER, "&lesson.lock=data"].concat());
    page.drop_file("map.jsonl", file_of(SMALL, &own.state.map.land).as_bytes());
    assert_eq!(page.state.setup.data.name, "xor");
    assert_eq!((page.state.map_file(), &page.state.notices[..]), (None, &[Notice::Locked][..]));
}

#[test]
fn a_worker_that_dies_of_a_map_is_told_of() {
    let mut page = Page::opened(OTHER, Options::default());
    let (_, file) = trained();
    let opened = FileEvent::Opened("m.jsonl".into(), Some(file.into()));
    page.happen(Event::File(opened));
    page.happen(Event::Died(WorkerId::Study, Cause::Other));
    page.settle();
    let lost = Notice::FileUnreadable { name: "m.jsonl".into() };
    assert!(page.state.notices.contains(&lost), "{:?}", page.state.notices);
    assert_eq!(page.state.map_file(), None);
}

#[test]
fn a_file_that_a_link_named_comes_too_late_for_what_was_opened_since() {
    let (_, file) = trained();
    let mut page = Page::open(OTHER);
    page.below.insert("m.jsonl".into(), file.clone().into());
    // It is on its way when another link is opened.
    page.happen(Event::Link("#open=m.jsonl".into()));
    page.happen(Event::Link(format!("#{OTHER}")));
    page.settle();
    assert_eq!((page.state.map_file(), page.state.setup.data.name.as_str()), (None, "xor"));
    // Or read by a worker.
    let opened = FileEvent::Opened("m.jsonl".into(), Some(file.into()));
    page.happen(Event::File(opened));
    page.happen(Event::Link(format!("#{OTHER}&net.seed=9")));
    page.settle();
    assert_eq!((page.state.map_file(), page.state.setup.net.seed), (None, 9));
}

#[test]
fn what_stands_beside_a_named_file_holds_for_it() {
    let (_, file) = trained();
    let mut page = Page::open(OTHER);
    page.below.insert("m.jsonl".into(), file.into());
    page.happen(Event::Link("#open=m.jsonl&lesson.hide=footer".into()));
    page.settle();
    assert_eq!(page.state.map_file(), Some("m.jsonl"));
    assert_eq!(page.state.setup.lesson.hide, ["footer"]);
}

#[test]
fn a_map_of_one_table_is_none_of_another() {
    let table = |shift: usize| -> String {
        let row = |i: usize| format!("{},{},{}\n", i % 7 + shift, i % 5, ["a", "b"][i % 2]);
        "x,y,kind\n".to_owned() + &(0..60).map(row).collect::<String>()
    };
    let use_table = |page: &mut Page, text: &str| {
        page.drop_file("own.csv", text.as_bytes());
        page.happen(Event::File(FileEvent::Use));
        page.settle();
    };
    let mut page = Page::open(OTHER);
    use_table(&mut page, &table(0));
    assert_eq!(page.state.setup.data.name, "csv");
    let file = file_of(&page.link(), &page.state.map.land);
    page.drop_file("m.jsonl", file.as_bytes());
    assert_eq!(page.state.map_file(), Some("m.jsonl"), "{:?}", page.notices());
    use_table(&mut page, &table(3));
    assert_eq!((page.state.map_file(), page.state.map.finished()), (None, true));
}

#[test]
fn a_file_is_named_while_a_worker_reads_it_and_reading_can_be_cancelled() {
    let (map, table) = (trained().1, crate::files::flowers());
    for (name, text) in [("map.jsonl", map), ("flowers.csv", table)] {
        let mut page = Page::open(OTHER);
        let opened = Event::File(FileEvent::Opened(name.into(), Some(text.into_bytes())));
        page.happen(opened.clone());
        assert_eq!(page.state.file_under_way(), Some(name));
        page.happen(Event::File(FileEvent::Close));
        assert_eq!(page.state.file_under_way(), None);
        page.settle();
        assert_eq!((page.state.map_file(), page.state.file.is_none()), (None, true));
        page.happen(opened);
        page.settle();
        assert_eq!(page.state.file_under_way(), None);
        assert!(page.state.map_file().is_some() || page.state.file.is_some());
    }
}
