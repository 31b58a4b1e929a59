//! How long each reader of what comes from outside takes for 1 MB of the worst that is known for
//! it: files in a worker, what stands in addresses, messages and the browser's memory on the page.

use crate::harness::{Browser, Kind};
use crate::page::wait;
use crate::server::{self, Server};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::Instant;
use tunescape_core::import::convert::Aim;
use tunescape_core::import::view::view;
use tunescape_core::link::message;
use tunescape_core::setup::Setup;
use tunescape_core::state::{Start, State};
use tunescape_core::{class_codes, data::csv, import, landscape_file, lesson};

/// Bytes of each input.
const SIZE: usize = 1_000_000;

/// Milliseconds that an input may hold the page, and a worker, without a word and a way out.
const BOUNDS: [(&str, f64); 2] = [("page", 200.0), ("worker", 2_000.0)];

/// A reader: what it is called, where it runs, what it does with bytes.
type Reader = (&'static str, usize, fn(&[u8]));

const READERS: [Reader; 10] = [
    ("at a glance", 0, |bytes| {
        import::likely(bytes, "trials.csv");
    }),
    ("table", 1, |bytes| {
        let Ok(table) = csv::read(bytes) else { return };
        let _ = table.suggest();
        for kind in [tunescape_core::data::Kind::Class, tunescape_core::data::Kind::Number] {
            let _ = table.dataset(0, kind);
        }
    }),
    ("study", 1, |bytes| study(bytes, "study.txt")),
    ("study.json", 1, |bytes| study(bytes, "study.json")),
    ("study.db", 1, |bytes| study(bytes, "study.db")),
    ("landscape", 1, |bytes| drop(landscape_file::read(bytes))),
    ("address", 0, |bytes| {
        let fragment = format!("#{}", String::from_utf8_lossy(bytes));
        State::open(Start { fragment, crew: 2, ..Start::default() });
    }),
    ("kept", 0, |bytes| {
        let some = Some(String::from_utf8_lossy(bytes).into_owned());
        let (studies, last, lessons) = (some.clone(), some.clone(), some.clone());
        State::open(Start { studies, last, lessons, held_file: some, crew: 2, ..Start::default() });
    }),
    ("message", 0, |bytes| drop(message::read(&String::from_utf8_lossy(bytes)))),
    ("codes, lesson", 0, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        class_codes::read(&Setup::default(), &text);
        let _ = lesson::read(&text);
    }),
];

fn study(bytes: &[u8], name: &str) {
    for study in import::read(bytes, name).unwrap_or_default() {
        let (_, converted) = view(&study, Aim { objective: 0, second: None });
        if let Some(converted) = converted {
            let _ =
                converted.study(&tunescape_core::search::Strategy::default(), study.trials.len());
        }
    }
}

/// As much of a part as fits, numbered where it asks for a number.
fn filled(head: &str, part: &str, tail: &str) -> Vec<u8> {
    let mut text = head.to_owned();
    for n in 0.. {
        let part = part.replace("@", &n.to_string());
        if text.len() + part.len() + tail.len() > SIZE {
            break;
        }
        text += &part;
    }
    (text + tail).into_bytes()
}

/// What is known to be hard on readers, each with its name.
fn shapes() -> Vec<(String, Vec<u8>)> {
    let parts: [(&str, &str, &str, &str); 34] = [
        ("one field", "", "x", ""),
        ("digits", "", "9", ""),
        ("commas", "", ",", ""),
        ("commas in two rows", "a\n", ",", "\n1,2"),
        ("semicolons and commas", "", "1;2,", ""),
        ("quotes", "", "\"", ""),
        ("one long quote", "\"", "a\n", ""),
        ("quoted fields", "", "\"a\"\"@\",", ""),
        ("empty lines", "", "\n", ""),
        ("blanks", "", " ", ""),
        ("short rows", "a\n", "1\n", ""),
        ("numbered rows", "a,b\n", "@,@\n", ""),
        ("categories", "a,b\n", "name@,x\n", ""),
        ("dates", "a,b\n", "2026-01-02 03:04:05,@\n", ""),
        ("money", "a;b\n", "€ 1.234,5@;1\n", ""),
        ("names alike", "", "a,", "\n1,2\n"),
        ("ragged rows", "", "1\n1,2\n1,2,3\n1,2,3,4,5,6,7,8,9\n", ""),
        ("brackets", "", "[", ""),
        ("braces", "", "{\"a\":", ""),
        ("numbers", "[", "@,", "0]"),
        ("texts", "[", "\"a@\",", "0]"),
        ("keys", "{", "\"k@\":@,", "\"k\":0}"),
        ("one key", "{", "\"k\":@,", "\"k\":0}"),
        ("records", "[", "{\"lr\":0.@,\"loss\":@,\"c\":\"v@\"},", "{}]"),
        ("records of other keys", "[", "{\"a@\":0.1,\"loss\":@},", "{}]"),
        (
            "trials",
            "{\"op_code\":0,\"study_name\":\"a\",\"directions\":[1]}\n",
            "{\"op_code\":4,\"study_id\":0,\"datetime_start\":\"2026-01-02T03:04:05\"}\n",
            "",
        ),
        ("studies", "", "{\"op_code\":0,\"study_name\":\"a@\",\"directions\":[1]}\n", ""),
        (
            "reports",
            "{\"op_code\":0,\"study_name\":\"a\",\"directions\":[1]}\n{\"op_code\":4,\"study_id\":0}\n",
            "{\"op_code\":7,\"trial_id\":0,\"step\":@,\"intermediate_value\":0.@}\n",
            "",
        ),
        ("settings", "v=2", "&space.learning_rate=0.@:1", ""),
        ("other settings", "v=2", "&x@=@", ""),
        ("percents", "v=2&note.1=", "%41", ""),
        ("a lesson", "v=2&lesson.own={\"pages\":[", "{\"text\":\"@\"},", "{}]}"),
        ("a message", "{\"type\":\"set\",\"state\":\"v=2", "&net.hidden=[@]", "\"}"),
        ("codes", "", "Ada @ momentum!BHT\n", ""),
    ];
    let mut shapes: Vec<_> = parts
        .into_iter()
        .map(|(name, head, part, tail)| (name.to_owned(), filled(head, part, tail)))
        .collect();
    let trials: String = (0..8_000).fold(String::from("["), |mut text, n| {
        // Writing into a text can't fail.
        let _ = write!(
            text,
            "{{\"values\":[\"0.{n}\",\"0.5\"],\"ended\":\"completed\",\"score\":0.{n}}},"
        );
        text
    });
    let trials = trials.trim_end_matches(',');
    shapes.push((
        "its own study".into(),
        format!("{{\"setup\":\"v=2\",\"trials\":{trials}]}}").into(),
    ));
    shapes.extend(databases());
    shapes
}

/// A database of 1 MB whose every page but the first is the same: a node above itself and all the
/// others, or a leaf of as many rows as fit.
fn databases() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/optuna");
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let dbs = paths.into_iter().filter(|path| path.extension().is_some_and(|end| end == "db"));
    let whole: Vec<Vec<u8>> = dbs.filter_map(|path| fs::read(path).ok()).collect();
    let mut made = Vec::new();
    for bytes in whole.iter().take(1) {
        let page = usize::from(u16::from_be_bytes([bytes[16], bytes[17]]));
        let pages = SIZE / page;
        for (name, kind) in [("nodes", 5_u8), ("leaves", 13)] {
            let mut file = bytes[..page].to_vec();
            file[28..32].copy_from_slice(&(pages as u32).to_be_bytes());
            for n in 1..pages {
                let mut one = vec![0; page];
                let cells = (page - 12) / 8;
                one[0] = kind;
                one[3..5].copy_from_slice(&(cells as u16).to_be_bytes());
                one[8..12].copy_from_slice(&((n % pages + 1) as u32).to_be_bytes());
                for cell in 0..cells {
                    let (at, place) = (12 + 2 * cell, page - 5 * (cell + 1));
                    one[at..at + 2].copy_from_slice(&(place as u16).to_be_bytes());
                    if place > 12 + 2 * cells {
                        let to = ((n * 31 + cell * 7) % pages + 1) as u32;
                        one[place..place + 4].copy_from_slice(&to.to_be_bytes());
                        one[place + 4] = 1;
                    }
                }
                file.extend(one);
            }
            made.push((format!("database of {name}"), file));
        }
        // Its own pages over and over.
        made.push((
            "database, repeated".into(),
            bytes.iter().copied().cycle().take(SIZE).collect(),
        ));
    }
    made
}

/// Prints for each reader which input took it longest, and whether that is within its bound.
pub fn run() {
    let shapes = shapes();
    println!("\n1 MB to every reader, natively: which took it longest, of {} kinds", shapes.len());
    for (reader, place, read) in READERS {
        let mut slowest = (0.0, "");
        for (name, bytes) in &shapes {
            let begun = Instant::now();
            read(bytes);
            let ms = 1_000.0 * begun.elapsed().as_secs_f64();
            if ms > slowest.0 {
                slowest = (ms, name);
            }
        }
        let ((ms, shape), (at, bound)) = (slowest, BOUNDS[place]);
        println!("  {reader:14} {ms:7.0} ms  {shape:24} {at}, bound {bound} ms");
    }
    if server::dist().is_some() {
        page(&shapes).unwrap_or_else(|why| println!("  the page: {why}"));
    }
}

/// Hands a file to one of the page's inputs, and watches until the page has asked, opened or
/// refused it.
fn hand_over(browser: &Browser, input: &str, bytes: &[u8]) {
    let bytes = BASE64_STANDARD.encode(bytes);
    browser.eval(&format!(
        "(() => {{
    const w = window.watched = {{ long: [], took: null }};
    const bytes = Uint8Array.from(atob('{bytes}'), letter => letter.charCodeAt(0));
    const files = new DataTransfer();
    files.items.add(new File([bytes], 'trials.csv'));
    const input = document.getElementById('{input}');
    input.files = files.files;
    setTimeout(() => {{
        new PerformanceObserver(list => list.getEntries().forEach(e => w.long.push(e.duration))).observe({{ type: 'longtask' }});
        const began = performance.now();
        input.dispatchEvent(new Event('change', {{ bubbles: true }}));
        const look = () => {{
            if (document.querySelector('{ANSWERED}')) setTimeout(() => (w.took = performance.now() - began), 300);
            else setTimeout(look, 20);
        }};
        look();
    }}, 500);
    return 0;
}})()"
    ));
}

/// What shows that the page has done with a file: the dialogs that ask, the study, a notice.
const ANSWERED: &str = "dialog[open], #xray-shown, .notices .notice-line";

/// The same for files in the built page, in Chromium: how long its tasks are, and how long it takes.
fn page(shapes: &[(String, Vec<u8>)]) -> Result<(), String> {
    let server = Server::start(|_| {});
    let browser = Browser::open(Kind::ChromiumPlain);
    println!("\nThe same as files in Chromium, with the longest task of the page:");
    for (input, link) in [("xray-file", "v=2&screen=xray"), ("file", "v=2&screen=explore")] {
        let mut slowest: Vec<(f64, f64, &str)> = Vec::new();
        for (name, bytes) in shapes {
            browser.goto("about:blank");
            browser.goto(&server.url(&format!("/#{link}&lang=en&detail=full")));
            wait(&browser, "the page", &format!("!!document.getElementById('{input}')"))?;
            hand_over(&browser, input, bytes);
            wait(&browser, name, "watched.took !== null")?;
            let watched = browser.eval("watched");
            let long = watched["long"].as_array().into_iter().flatten().filter_map(Value::as_f64);
            let took = watched["took"].as_f64().unwrap_or(f64::NAN) - 300.0;
            slowest.push((long.fold(0.0, f64::max), took, name));
        }
        for by in [|row: &(f64, f64, &str)| row.0, |row: &(f64, f64, &str)| row.1] {
            slowest.sort_by(|a, b| by(b).total_cmp(&by(a)));
            for (task, took, name) in slowest.iter().take(3) {
                println!(
                    "  {input:10} {name:24} longest task {task:5.0} ms, answered after {took:5.0} ms"
                );
            }
        }
    }
    Ok(())
}
