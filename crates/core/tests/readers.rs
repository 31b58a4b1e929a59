//! Every reader of what comes from outside, given what is nearly right: files, links, lessons, codes,
//! messages and what the browser keeps, with parts cut out, doubled, exchanged, or made extreme.
//! Whatever it is, it is read or refused; nothing panics, on 64 bits and on 32.
//!
//! `READER_INPUTS` says how many inputs each reader is given; a campaign has a million.

#![cfg(not(target_arch = "wasm32"))]

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fs;
use std::path::PathBuf;
use tunescape_core::class_codes;
use tunescape_core::data::choices::ReadChoices;
use tunescape_core::data::csv;
use tunescape_core::data::encoding::Encoding;
use tunescape_core::import::convert::Aim;
use tunescape_core::import::view::view;
use tunescape_core::landscape_file;
use tunescape_core::lesson::progress::Progress;
use tunescape_core::lesson::{self, code, formula};
use tunescape_core::link::{self, message, results};
use tunescape_core::search::Outcome;
use tunescape_core::setup::Setup;
use tunescape_core::setup::space::Range;
use tunescape_core::state::{self, Effect, Start, State, update};
use tunescape_core::study::{Event, Study, landscape};
use tunescape_core::{import, search};

/// Inputs of each reader where nothing else is asked for.
const INPUTS: usize = 1_500;

/// What numbers, texts and files trip over.
const EXTREMES: [&str; 20] = [
    "0",
    "-1",
    "1e999",
    "-1e-999",
    "NaN",
    "4294967296",
    "18446744073709551616",
    "9007199254740993",
    "null",
    "true",
    "[]",
    "{}",
    "\"",
    "\\u0000",
    "%",
    "\u{feff}",
    "\r\n",
    ",",
    "é",
    "[[[[[[[[",
];

/// Changes an input in a few places.
fn mutated(rng: &mut ChaCha8Rng, from: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = from.to_vec();
    for _ in 0..rng.random_range(1..6_u32) {
        let at = rng.random_range(0..=bytes.len() as u32) as usize;
        let to = (at + rng.random_range(0..40_u32) as usize).min(bytes.len());
        match rng.random_range(0..6_u32) {
            0 => drop(bytes.drain(at..to)),
            1 => {
                let copy = bytes[at..to].to_vec();
                bytes.splice(at..at, copy);
            }
            2 => {
                let extreme = EXTREMES[rng.random_range(0..EXTREMES.len() as u32) as usize];
                bytes.splice(at..to, extreme.bytes());
            }
            3 => bytes[at..to].iter_mut().for_each(|byte| *byte = rng.random()),
            4 => {
                let from = rng.random_range(0..=other.len() as u32) as usize;
                let end = (from + 60).min(other.len());
                bytes.splice(at..to, other[from..end].iter().copied());
            }
            _ => bytes.truncate(at),
        }
    }
    bytes
}

/// Says which input it was that a reader fell over.
struct Input<'a>(&'a [u8]);

impl Drop for Input<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("input: {:?}", String::from_utf8_lossy(self.0));
        }
    }
}

/// Gives a reader inputs that are nearly those of the corpus.
fn campaign(corpus: &[Vec<u8>], read: impl Fn(&[u8])) {
    assert!(!corpus.is_empty());
    let asked = std::env::var("READER_INPUTS").ok().and_then(|inputs| inputs.parse().ok());
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for _ in 0..asked.unwrap_or(INPUTS) {
        let [one, other] =
            [0, 1].map(|_| &corpus[rng.random_range(0..corpus.len() as u32) as usize]);
        let bytes = mutated(&mut rng, one, other);
        let input = Input(&bytes);
        read(input.0);
    }
}

fn texts(corpus: &[Vec<u8>], read: impl Fn(&str)) {
    campaign(corpus, |bytes| read(&String::from_utf8_lossy(bytes)));
}

/// Files below the project's folder, by the ends of their names, none of them large.
fn files(folder: &str, ends: &[&str]) -> Vec<Vec<u8>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(root)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| ends.iter().any(|end| path.to_string_lossy().ends_with(end)))
        .collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("a file")).collect()
}

/// The links of the corpus that other versions of the page have written.
fn links() -> Vec<Vec<u8>> {
    let corpus = files("tests/flows", &["links.txt"]).concat();
    let corpus = String::from_utf8(corpus).expect("text");
    let rows = corpus.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|row| row.split('\t').nth(1)).map(|link| link.as_bytes().to_vec()).collect()
}

fn decode(encoding: Encoding, bytes: &[u8]) -> Option<String> {
    let known = encoding_rs::Encoding::for_label(encoding.label().as_bytes())?;
    Some(known.decode(bytes).0.into_owned())
}

#[test]
fn a_table_is_read_or_refused() {
    campaign(&files("crates/core/src/data/cases", &[".csv", ".txt"]), |bytes| {
        // In every encoding, as the reader of the dialog may choose.
        let encoding = Encoding::ALL[bytes.len() % Encoding::ALL.len()];
        let choices = ReadChoices { encoding: Some(encoding), ..ReadChoices::default() };
        let _ = csv::read_with(bytes, &choices, &decode);
        let Ok(table) = csv::read(bytes) else { return };
        table.suggest();
        for kind in [tunescape_core::data::Kind::Class, tunescape_core::data::Kind::Number] {
            let _ = table.dataset(0, kind);
        }
    });
}

#[test]
fn a_landscapes_file_is_read_or_refused() {
    let lines = r#"{"tunescape":"landscape","version":1,"hash":"","setup":"v=2&map.side=8","seeds":1,"units":1,"parameters":[],"axes":[],"side":8}
{"unit":0,"row":0,"from":0,"start":0.7,"epoch":[4,null],"loss":[0.5,"NaN"],"train_loss":[0.5,1],"score":[1,0],"reached":[null,2],"diverged":[null,1]}
"#;
    let own = r#"{"setup":"v=2","side":8,"start":0.7,"cells":[{"values":["0.1","0.5"],"epoch":4,"training_loss":0.5,"validation_loss":0.4,"diverged":null}]}"#;
    // As the command writes its axes.
    let setup = Setup::default();
    let axes = setup.axes();
    let axis = |i: usize| {
        let values = landscape::values(&axes.params[i], 8);
        landscape_file::Axis { name: axes.params[i].name.clone(), values }
    };
    let axes = serde_json::to_string(&[axis(0), axis(1)]).expect("JSON");
    let whole = lines.replace("\"axes\":[]", &format!("\"axes\":{axes}"));
    assert!(landscape_file::read(whole.as_bytes()).is_ok());
    let corpus = [lines.as_bytes().to_vec(), own.into(), whole.into()];
    campaign(&corpus, |bytes| {
        let _ = landscape_file::looks_like_one(bytes);
        let Ok(file) = landscape_file::read(bytes) else { return };
        let land = landscape::Landscape::of_file(&file);
        land.names(land.epochs);
        land.best(land.epochs);
    });
}

/// Reads a study and looks at it.
fn study(bytes: &[u8], name: &str) {
    for study in import::read(bytes, name).unwrap_or_default() {
        let aim = Aim { objective: 0, second: None };
        let (_, converted) = view(&study, aim);
        if let Some(converted) = converted {
            let _ = converted.study(&search::Strategy::default(), study.trials.len());
        }
    }
}

#[test]
fn a_journal_is_read_or_refused() {
    let some = |bytes: Vec<u8>| bytes[..bytes.len().min(6_000)].to_vec();
    let mut corpus = files("tests/import/lookalikes", &[".log"]);
    corpus.extend(files("tests/import/optuna", &[".log"]).into_iter().map(some));
    campaign(&corpus, |bytes| study(bytes, "a.log"));
}

#[test]
fn a_database_is_read_or_refused() {
    let corpus = ["tests/import/lookalikes", "tests/import/optuna"].map(|at| files(at, &[".db"]));
    campaign(&corpus.concat(), |bytes| study(bytes, "a.db"));
}

#[test]
fn a_table_of_trials_is_read_or_refused() {
    campaign(&files("tests/import/lookalikes", &[".csv"]), |bytes| study(bytes, "a.csv"));
}

#[test]
fn the_pages_own_study_is_read_or_refused() {
    let choices = Range::Choices(vec!["tanh".into(), "relu".into()]);
    let mut setup = Setup::default();
    setup.space.set("activation", Some(choices));
    let setup = link::write(&setup);
    let own = format!(
        r#"{{"setup":"{setup}","metric":"accuracy","parameters":["learning_rate","momentum","activation"],"trials":[
{{"trial":1,"note":"mine","values":["0.1","0.5","relu"],"ended":"completed","score":0.25,"epochs":2,"curve":[[0,{{"valid_loss":0.9,"valid_score":0.5}}],[2,{{"valid_loss":0.25,"valid_score":0.75}}]]}},
{{"trial":2,"note":null,"values":["9.0","0.9","tanh"],"ended":"diverged","score":null,"epochs":0,"curve":[]}},
{{"trial":3,"values":["2.0","0.9","tanh"],"ended":"pruned","score":null,"epochs":1,"curve":[[1,{{"valid_loss":0.8}}]]}}]}}"#
    );
    let least = r#"{"setup":"v=2","trials":[{"values":["0.1"],"ended":"refused"}]}"#;
    let corpus = [own.into_bytes(), least.into()];
    assert!(corpus.iter().all(|file| import::read(file, "study.json").is_ok()));
    campaign(&corpus, |bytes| study(bytes, "study.json"));
}

#[test]
fn records_are_read_or_refused() {
    // A list, one a line, by column, by trial, and as MLflow and Vizier have them.
    let corpus = [
        r#"[{"lr":0.1,"opt":"adam","epoch":1,"loss":0.5},{"lr":0.2,"opt":null,"epoch":1,"loss":NaN}]"#,
        "{\"loss\":0.5,\"training_iteration\":1,\"trial_id\":\"a\",\"config\":{\"lr\":0.1}}\n{\"loss\":0.4,\"training_iteration\":2,\"trial_id\":\"a\",\"config\":{\"lr\":0.1}}\n",
        r#"{"lr":{"0":0.1,"1":0.2},"opt":{"0":"adam","1":null},"loss":{"0":0.5,"1":-Infinity}}"#,
        r#"{"trial_1":{"lr":0.1,"loss":0.5},"trial_2":{"lr":0.2,"loss":1e999}}"#,
        r#"{"runs":[{"info":{"run_id":"a","status":"FINISHED","start_time":1790000000000},"data":{"metrics":[{"key":"loss","value":0.5,"step":0}],"params":[{"key":"lr","value":"0.1"}]}}]}"#,
        r#"[{"name":"trials/1","id":"1","state":"SUCCEEDED","parameters":[{"parameterId":"lr","value":0.1}],"finalMeasurement":{"stepCount":"10","metrics":[{"metricId":"val_loss","value":0.5}]},"startTime":"2026-11-01T10:00:01Z"}]"#,
    ];
    assert!(corpus.iter().all(|text| import::read(text.as_bytes(), "trials.json").is_ok()));
    let corpus = corpus.map(|text| text.as_bytes().to_vec());
    campaign(&corpus, |bytes| study(bytes, "trials.json"));
}

#[test]
fn a_link_is_read_or_refused() {
    texts(&links(), |text| {
        let (setup, _) = results::split(text);
        if let Ok(setup) = link::read(setup) {
            assert_eq!(link::read(&link::write(&setup)), Ok(setup));
        }
    });
}

/// A link that brings what a study has found.
#[test]
fn results_in_a_link_are_read_or_left_out() {
    let mut setup = Setup::default();
    setup.search.run = 4;
    let mut played = Study::new(setup.strategy(), setup.searched());
    for trial in 0..4 {
        let proposal = played.ask(7);
        played.apply(Event::Proposed { trial, proposal }).expect("its own proposal");
        let outcome = if trial == 2 { Outcome::Diverged } else { Outcome::Value(0.5) };
        played.apply(Event::Completed { trial, outcome }).expect("a trial that runs");
    }
    let link = results::join("v=1&search.run=4", &played);
    let (_, events) = results::split(&link);
    let found = |events: &[Event]| results::study(&setup, events);
    assert_eq!(events.and_then(|events| found(&events)), Some(played));
    texts(&[link.into_bytes()], |text| {
        if let (_, Some(events)) = results::split(text) {
            found(&events);
        }
    });
}

#[test]
fn whatever_the_address_and_the_browser_keep_a_page_opens() {
    let kept = br#"[{"name":"a","link":"v=1&map.side=8","tag":1},{"title":"b"}]"#.to_vec();
    let progress = br#"{"words":{"page":2,"done":false,"marks":[{"met":true}]}}"#.to_vec();
    let corpus = [links(), vec![kept, progress]].concat();
    texts(&corpus, |text| {
        let some = Some(text.to_owned());
        let start = Start {
            fragment: format!("#{text}"),
            studies: some.clone(),
            last: some.clone(),
            lessons: some.clone(),
            detail: some.clone(),
            speed_cpu: some.clone(),
            held_file: some,
            embedded: text.len().is_multiple_of(2),
            crew: 2,
            ..Start::default()
        };
        let (state, _) = State::open(start);
        assert_eq!(state.setup.check(), Ok(()));
    });
}

/// What a link with a study from elsewhere holds once it is unpacked.
#[test]
fn a_study_in_a_link_is_opened_or_refused() {
    let held = |file: &str, which: &str| {
        format!(
            r#"{{"setup":"v=2&screen=xray&map.side=8","name":"t.csv","file":{{"text":{file},"base64":null,"choices":{{}},"fingerprint":7}},"which":{which},"aim":{{"objective":0,"second":null}},"strategies":["bayesian","tpe"],"by_hand":[[[0.1,0.5],0.25]],"aside":[[1,[[[0.1,0.5],2.0]]]]}}"#
        )
        .into_bytes()
    };
    let journal = r#""{\"op_code\":0,\"study_name\":\"a\",\"directions\":[1]}\n""#;
    let corpus =
        [held(r#""lr,loss\n0.1,1\n0.2,2\n""#, r#"{"Study":0}"#), held(journal, r#"{"Study":3}"#)];
    let open = |text: &str, beside: &str| {
        let fragment = format!("#x=packed{beside}");
        let (mut state, effects) = State::open(Start { fragment, crew: 2, ..Start::default() });
        let asked = effects.iter().find_map(|effect| match effect {
            Effect::Unpack { why, .. } => Some(*why),
            _ => None,
        });
        let (why, text) = (asked.expect("it is packed"), Some(text.to_owned()));
        update(&mut state, state::Event::Unpacked { why, text });
        assert_eq!(state.setup.check(), Ok(()));
        state.xray.opening.is_some()
    };
    for whole in &corpus {
        assert!(open(std::str::from_utf8(whole).expect("text"), ""));
    }
    texts(&corpus, |text| {
        open(text, ["", "&lock=net&hide=data"][text.len() % 2]);
    });
}

/// What a frame has left with the page around it, which may have made something else of it.
#[test]
fn what_a_frame_left_behind_is_taken_back_or_not() {
    let left = br#"{"lessons":"{\"words\":{\"page\":2,\"done\":true}}","study":"x=abc","told":{"state":"v=2","shown":3,"searched":true,"met":1}}"#;
    texts(&[left.to_vec()], |text| {
        let start = Start { embedded: true, crew: 1, ..Start::default() };
        let (mut state, _) = State::open(start);
        let away = text.to_owned();
        update(&mut state, state::Event::Command(message::Command::Recall { away }));
        assert_eq!(state.setup.check(), Ok(()));
    });
}

#[test]
fn a_lesson_is_read_or_refused() {
    texts(&files("web/lessons", &[".json"]), |text| {
        let Ok(lesson) = lesson::read(text) else { return };
        for page in &lesson.pages {
            let _ = (page.met(&|_| None), formula::read(&page.formula));
        }
    });
}

#[test]
fn how_lessons_were_taken_is_read_or_forgotten() {
    let kept = br#"{"words":{"page":2,"done":false,"marks":[{"met":true,"answered":false}]}}"#;
    texts(&[kept.to_vec()], |text| {
        let progress = Progress::read(Some(text));
        assert_eq!(Progress::read(Some(&progress.write())), progress);
    });
}

#[test]
fn the_codes_of_a_class_are_read_or_named() {
    let mut setup = Setup::default();
    setup.race.hand = vec![class_codes::point(&setup, 0.3, 0.6); 3];
    let race = class_codes::write(&setup);
    let corpus = format!("Ada {race}\nBob momentum!BHT\n{race}\n{}", code::write("luck", &[]));
    texts(&[corpus.into_bytes()], |text| {
        // With a name of its own no line counts as another.
        let named = text.lines().enumerate().map(|(i, line)| format!("n{i} {line}"));
        let named = named.collect::<Vec<_>>();
        let codes = class_codes::read(&setup, &named.join("\n"));
        let told = codes.races.len() + codes.lessons.len() + codes.wrong.len();
        assert!(told == named.len() || named.len() > class_codes::MAX_CODES);
    });
}

#[test]
fn a_message_is_heard_or_not() {
    let corpus = [
        r#"{"type":"set","state":"v=1&map.side=8&net.hidden=[3]"}"#,
        r#"{"type":"results","number":7,"curves":true}"#,
        r#"{"type":"look","theme":"dark","lang":"en"}"#,
        r#"{"type":"recall","away":"{\"link\":\"v=1\",\"progress\":{}}"}"#,
    ];
    let corpus = corpus.map(|text| text.as_bytes().to_vec());
    texts(&corpus, |text| {
        if let Some(message::Command::Set { state }) = message::read(text) {
            let _ = link::read(&state);
        }
    });
}
