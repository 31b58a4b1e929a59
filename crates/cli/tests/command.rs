//! The command as a person runs it: every option, bad input, interruption and resumption, shards in
//! any order, merges that are refused.

mod program;

use predicates::prelude::*;
use predicates::str::contains;
use program::{Folder, LINK, command, printed, refused};
#[cfg(unix)]
use program::{LIMIT, PROGRAM};
use std::fs;
#[cfg(unix)]
use std::path::Path;
#[cfg(unix)]
use std::process::{Child, Stdio};
#[cfg(unix)]
use std::time::{Duration, Instant};

#[test]
fn what_can_t_be_is_refused_by_option_and_value() {
    let folder = Folder::new("refused");
    for side in ["1", "4097", "many"] {
        refused(&["landscape", LINK, "--side", side], "--side", side);
    }
    refused(&["landscape", LINK, "--seeds", "0"], "--seeds", "0");
    refused(&["landscape", LINK, "--threads", "0"], "--threads", "0");
    refused(&["landscape", LINK, "--shard", "3/2"], "--shard", "3/2");
    refused(&["landscape", LINK, "--shard", "1/2", "--format", "csv"], "--shard", "1/2");
    refused(&["landscape", LINK, "--format", "journal"], "--format", "journal");
    refused(&["landscape", LINK, "--backend", "tpu"], "--backend", "tpu");
    refused(&["landscape", LINK, "--adapter", "0"], "--adapter", "0");
    refused(&["landscape", LINK, "--resume"], "--out", "required");
    refused(&["race", LINK, "--format", "page"], "--format", "page");
    refused(&["race", LINK, "--out", "race.json"], "--out", "page");
    refused(&["study", LINK, "--target", "x"], "--data", "required");
    refused(&["landscape", "v=2&training.epochs=0"], "training.epochs", "0");
    refused(&["landscape", "v=2&data.name=nothing"], "data.name", "nothing");
    refused(&["landscape", "v=2&colour=red"], "LINK|FILE", "colour");
    refused(&["landscape", "v=7"], "version", "7");
    refused(&["landscape", "nowhere.json"], "LINK|FILE", "nowhere.json");
    refused(&["landscape", "v=2&data.name=csv"], "--data", "csv");
    refused(
        &["x-ray", &folder.put("t.csv", "a,b\n1,2\n"), "--strategy", "best"],
        "--strategy",
        "best",
    );
    refused(&["train", LINK, "--epochs", "9999"], "--epochs", "9999");
    refused(&["train", LINK, "--then", "2:beta=1"], "--then", "2:beta=1");
    refused(&["open", LINK, "--dist", "nowhere"], "--dist", "nowhere");
    let there = folder.put("there.jsonl", "");
    refused(&["landscape", LINK, "--out", &there], "--out", "there.jsonl");
    refused(&["merge", &there, "--out", &there], "--out", "there.jsonl");
    command(&["merge", &there]).assert().code(2).stderr(contains("there.jsonl"));
    command(&[]).assert().code(2).stderr(contains("Usage"));
    command(&["--help"]).assert().success().stdout(contains("landscape").and(contains("x-ray")));
    command(&["--version"]).assert().success().stdout(contains("tunescape"));
}

#[test]
fn a_run_is_changed_on_its_way_and_ends_where_it_is_told() {
    let folder = Folder::new("then");
    let link = "v=2&training.epochs=6&net.hidden=[3]&data.rows=40";
    let rows = |more: &[&str]| {
        let told = printed(&[&["train", link, "--format", "csv"], more].concat());
        told.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let whole = rows(&[]);
    // The head, epoch 0 and three more.
    assert_eq!(rows(&["--epochs", "3"]), whole[..5]);
    let changed = rows(&["--then", "3:learning_rate=1.5"]);
    assert_eq!((&changed[..5], changed.len()), (&whole[..5], whole.len()));
    assert_ne!(changed[5], whole[5]);
    // From its start on it is a run at other values.
    let other = rows(&["--at", "learning_rate=1.5"]);
    assert_ne!(changed[5], other[5]);
    // A run that was changed otherwise is not gone on with.
    let out = folder.path("run.jsonl");
    printed(&["train", link, "--then", "3:learning_rate=1.5", "--out", &out]);
    let more = ["train", link, "--then", "4:learning_rate=1.5", "--out", &out, "--resume"];
    refused(&more, "--resume", "run.jsonl");
}

#[test]
fn set_ups_come_as_links_json_and_results() {
    let folder = Folder::new("inputs");
    let wanted = printed(&["landscape", LINK]);
    let json = r#"{ "training": { "epochs": 3 }, "net": { "hidden": [3] }, "data": { "rows": 40 },
                    "map": { "side": 8 }, "search": { "budget": 6 } }"#;
    for file in [
        folder.put("link.txt", &format!("https://example.org/#{LINK}\n")),
        folder.put("set-up.json", json),
        folder.put("results.jsonl", &wanted),
        folder.put("study.json", &format!("{{\"setup\":\"{LINK}\",\"trials\":[]}}")),
    ] {
        assert_eq!(printed(&["landscape", &file]), wanted, "{file}");
    }
    let wrong = folder.put("wrong.json", r#"{ "trainings": 3 }"#);
    command(&["study", &wrong]).assert().code(2).stderr(contains("trainings"));
    let table = "x,y,kind\n".to_owned() + &"1,2,a\n3,1,b\n2,2,a\n4,1,b\n".repeat(12);
    let table = folder.put("table.csv", &table);
    let own = printed(&["study", LINK, "--data", &table, "--target", "kind", "--format", "csv"]);
    assert_eq!(own.lines().count(), 7, "{own}");
    refused(&["study", LINK, "--data", &table, "--target", "size"], "--target", "size");
    let gone = folder.path("gone.csv");
    command(&["study", LINK, "--data", &gone]).assert().code(2).stderr(contains("gone.csv"));
}

#[test]
fn every_option_does_what_it_says() {
    let folder = Folder::new("options");
    let lines = |text: &str| text.lines().count();
    // Neither threads nor what is shown changes a number.
    let wanted = printed(&["landscape", LINK, "--side", "12", "--threads", "1"]);
    assert_eq!(printed(&["landscape", LINK, "--side", "12", "--threads", "3", "-q"]), wanted);
    let csv = folder.path("map.csv");
    command(&["landscape", LINK, "--side", "12", "--out", &csv]).assert().success().stdout("");
    assert_eq!(lines(&folder.text("map.csv")), 1 + 12 * 12);
    assert!(folder.text("map.csv").starts_with("learning_rate,momentum,epoch,validation_loss"));
    assert!(!folder.has("map.csv.part") && !folder.has("map.csv.new"));
    let spread = printed(&["landscape", LINK, "--side", "2", "--seeds", "20", "--format", "csv"]);
    assert!(spread.lines().next().expect("a head").ends_with(",spread"), "{spread}");
    let page = printed(&["landscape", LINK, "--side", "12", "--format", "page"]);
    let page: serde_json::Value = serde_json::from_str(&page).expect("JSON");
    assert_eq!(
        (page["side"].as_u64(), page["cells"].as_array().map(Vec::len)),
        (Some(12), Some(144))
    );
    let journal = printed(&["study", LINK, "--format", "journal"]);
    assert!(journal.starts_with("{\"op_code\":0"), "{journal}");
    let seeds = printed(&["race", LINK, "--seeds", "40", "--format", "csv"]);
    assert_eq!(lines(&seeds), 1 + 3 * 40 * 6);
    command(&["race", LINK]).assert().success().stderr(contains("mean rank"));
    command(&["race", LINK, "-q"]).assert().success().stderr("");
    let runs = printed(&["train", LINK, "--seeds", "20", "--format", "csv"]);
    assert_eq!(lines(&runs), 1 + 20 * 4);
    // Begun anew where it is there, by --force alone.
    command(&["landscape", LINK, "--out", &csv, "--force"]).assert().success();
    assert_eq!(lines(&folder.text("map.csv")), 1 + 8 * 8);
}

/// All pairs of a kind of work and what it is given.
const WORK: [(&str, &[&str]); 5] = [
    ("landscape", &["--side", "9"]),
    ("race", &["--seeds", "3"]),
    ("train", &["--seeds", "5"]),
    ("study", &[]),
    ("study", &["--seeds", "2"]),
];

#[test]
fn shards_in_any_order_make_the_whole() {
    for (place, (kind, more)) in WORK.iter().enumerate() {
        let folder = Folder::new(&format!("shards-{place}"));
        let link = format!("{LINK}&search.strategy=random&search.pruner.name=median");
        let words = |rest: &[&str]| [&[*kind, &link, "-q"], *more, rest].concat().join("\u{1}");
        let run = |rest: &[&str]| {
            let line = words(rest);
            command(&line.split('\u{1}').collect::<Vec<_>>()).assert().success();
        };
        run(&["--out", &folder.path("whole.jsonl")]);
        let shards: Vec<String> = (1..=3).map(|i| folder.path(&format!("{i}.jsonl"))).collect();
        for (i, out) in shards.iter().enumerate() {
            run(&["--shard", &format!("{}/3", i + 1), "--out", out]);
        }
        let merged = folder.path("merged.jsonl");
        let [a, b, c] = &shards[..] else { panic!("three") };
        command(&["merge", c, a, b, a, "--out", &merged]).assert().success();
        assert_eq!(folder.text("merged.jsonl"), folder.text("whole.jsonl"), "{kind} {more:?}");
        // As a table, too.
        let table = printed(&["merge", b, c, a, "--format", "csv"]);
        run(&["--out", &folder.path("whole.csv")]);
        assert_eq!(table, folder.text("whole.csv"), "{kind}");
        // Missing ones are named, unless that is wanted.
        let missing = command(&["merge", a, c]).assert().code(1).stdout("");
        missing.stderr(contains("units are missing").and(contains("shard 2/3")));
        let partial = printed(&["merge", a, c, "--partial"]);
        assert!(partial.lines().count() < folder.text("whole.jsonl").lines().count());
        // A part that is merged can be merged again.
        let part = folder.put("part.jsonl", &partial);
        assert_eq!(printed(&["merge", &part, b]), folder.text("whole.jsonl"), "{kind}");
    }
}

#[test]
fn strangers_are_not_merged() {
    let folder = Folder::new("strangers");
    let run = |name: &str, words: &[&str]| {
        let out = folder.path(name);
        command(&[words, &["-q", "--out", &out]].concat()).assert().success();
        out
    };
    let own = run("own.jsonl", &["landscape", LINK, "--shard", "1/2"]);
    let other = format!("{LINK}&net.seed=7");
    for (name, words) in [
        ("seed.jsonl", &["landscape", &other, "--shard", "2/2"][..]),
        ("side.jsonl", &["landscape", LINK, "--shard", "2/2", "--side", "9"]),
        ("seeds.jsonl", &["landscape", LINK, "--shard", "2/2", "--seeds", "2"]),
        ("race.jsonl", &["race", LINK, "--shard", "2/2"]),
    ] {
        let stranger = run(name, words);
        let done = command(&["merge", &own, &stranger]).assert().code(2).stdout("");
        done.stderr(contains(name).and(contains("of set-up")));
    }
    // What is on show makes no stranger.
    let shown = format!("{LINK}&search.run=2&search.shown=1&lesson.hide=footer&screen=race");
    let shown = run("shown.jsonl", &["landscape", &shown, "--shard", "2/2"]);
    command(&["merge", &own, &shown]).assert().success();
    // The same unit with other numbers.
    let text = folder.text("own.jsonl").replacen("\"loss\":[0.", "\"loss\":[1.", 1);
    let forged = folder.put("forged.jsonl", &text);
    command(&["merge", &own, &forged]).assert().code(2).stderr(contains("unit"));
    let cut = folder.put("cut.jsonl", &folder.text("own.jsonl").replace("\"row\"", "row"));
    command(&["merge", &cut])
        .assert()
        .code(2)
        .stderr(contains("line 2").and(contains("cut.jsonl")));
}

#[test]
fn headers_that_no_run_writes_are_not_merged() {
    let folder = Folder::new("headers");
    let refused = |name: &str, text: &str, why: &str| {
        let file = folder.put(name, text);
        let done = command(&["merge", &file]).assert().code(2).stdout("");
        done.stderr(contains(name).and(contains(why)));
    };
    let words: [&[&str]; 4] = [
        &["landscape", LINK],
        &["study", LINK],
        &["race", LINK, "--seeds", "2"],
        &["train", LINK, "--seeds", "2"],
    ];
    for words in words {
        let kind = words[0];
        let text = printed(&[words, &["-q", "--shard", "1/2"]].concat());
        let (head, rest) = text.split_once('\n').expect("a header");
        let head: serde_json::Value = serde_json::from_str(head).expect("JSON");
        let with = |key: &str, value: serde_json::Value| {
            let mut head = head.clone();
            head[key] = value;
            format!("{head}\n{rest}")
        };
        for (part, of) in [(1, 0), (0, 2), (3, 2)] {
            let shard = serde_json::json!({ "part": part, "of": of });
            let name = format!("{kind}-{part}-of-{of}.jsonl");
            refused(&name, &with("shard", shard), &format!("shard {part}/{of}"));
        }
        for units in [1u64 << 40, u64::MAX] {
            let name = format!("{kind}-{units}.jsonl");
            refused(&name, &with("units", units.into()), &format!("{units} units"));
        }
        for seeds in [0u64, 1 << 40] {
            let name = format!("{kind}-seeds-{seeds}.jsonl");
            refused(&name, &with("seeds", seeds.into()), &format!("{seeds} seeds"));
        }
    }
}

/// Waits until a file has more than so many lines; false where the work ends before.
#[cfg(unix)]
fn wait_for(path: &Path, lines: usize, child: &mut Child) -> bool {
    let end = Instant::now() + LIMIT;
    while fs::read_to_string(path).map_or(0, |text| text.lines().count()) <= lines {
        if child.try_wait().expect("it runs").is_some() {
            return false;
        }
        assert!(Instant::now() < end, "{}: it takes too long", path.display());
        std::thread::sleep(Duration::from_millis(2));
    }
    true
}

/// Sends a signal, by the shell's own kill.
#[cfg(unix)]
fn signal(name: &str, child: &Child) {
    let line = format!("kill -{name} {}", child.id());
    // It may have ended just now, which its end tells.
    let _ = std::process::Command::new("sh").args(["-c", &line]).stderr(Stdio::null()).status();
}

/// Work of some seconds on one thread, with a first line long before the last: its kind, what its
/// link has beside [`LONGER`], and the option and number that make it larger.
#[cfg(unix)]
const LONG_WORK: [(&str, &str, &str, usize); 4] = [
    ("landscape", "&training.epochs=240", "--side", 16),
    ("study", "&training.epochs=1000", "--seeds", 1),
    ("race", "&training.epochs=60", "--seeds", 6),
    ("train", "&training.epochs=60", "--seeds", 96),
];

#[cfg(unix)]
const LONGER: &str = "v=2&search.budget=10&search.strategy=tpe&map.side=16\
                      &race.strategies=sobol,random";

/// Work that was ended in the middle by a signal, however fast this machine is: what has ended
/// before the signal is done anew, twice as large.
#[cfg(unix)]
struct Interrupted {
    folder: Folder,
    words: Vec<String>,
    code: Option<i32>,
    said: String,
}

#[cfg(unix)]
impl Interrupted {
    fn new(kind: &str, more: &str, [option, by]: [&str; 2], size: &mut usize) -> Self {
        loop {
            assert!(*size < 4096, "{kind}: it has always ended before the signal");
            let folder = Folder::new(&format!("interrupted-{kind}-{by}"));
            let (link, out) = (format!("{LONGER}{more}"), folder.path("out.jsonl"));
            let words = [kind, &link, "-q", "--out", &out, "--threads", "1", option];
            let mut words = words.map(str::to_owned).to_vec();
            words.push(size.to_string());
            let mut child = std::process::Command::new(PROGRAM)
                .args(&words)
                .stderr(Stdio::piped())
                .spawn()
                .expect("it runs");
            if wait_for(&folder.0.join("out.jsonl.part"), 1, &mut child) {
                signal(by, &child);
            }
            let done = child.wait_with_output().expect("it ends");
            if !done.status.success() {
                let said = String::from_utf8_lossy(&done.stderr).into_owned();
                return Self { folder, words, code: done.status.code(), said };
            }
            *size *= 2;
        }
    }

    /// Its words with something in place of one, and with more.
    fn words(&self, other: Option<(usize, &str)>, more: &[&str]) -> Vec<String> {
        let mut words = self.words.clone();
        if let Some((place, other)) = other {
            words[place] = other.to_owned();
        }
        words.extend(more.iter().map(|word| word.to_string()));
        words
    }

    fn is_refused(&self, other: Option<(usize, &str)>, more: &[&str], told: [&str; 2]) {
        let words = self.words(other, more);
        refused(&words.iter().map(String::as_str).collect::<Vec<_>>(), told[0], told[1]);
    }

    /// Runs it to its end.
    fn run(&self, other: Option<(usize, &str)>, more: &[&str]) {
        let words = self.words(other, more);
        command(&words.iter().map(String::as_str).collect::<Vec<_>>()).assert().success();
    }
}

#[cfg(unix)]
#[test]
fn what_is_interrupted_is_written_and_gone_on_with() {
    for (kind, more, option, mut size) in LONG_WORK {
        // The size of work that was done in one go, and what it came to.
        let mut whole = (0, String::new());
        for by in ["INT", "KILL"] {
            let work = Interrupted::new(kind, more, [option, by], &mut size);
            let (folder, said) = (&work.folder, &work.said);
            let lines = || folder.text("out.jsonl").lines().count();
            let mut before = 0;
            if by == "INT" {
                assert_eq!(work.code, Some(130), "{kind}: {said}");
                assert!(said.contains("interrupted") && said.contains("--resume"), "{said}");
                before = lines();
                assert!(before > 1, "{kind}: what is there is written");
                work.is_refused(None, &[], ["--out", "--resume"]);
                // Another set-up does not go on with it.
                let other = format!("{}&net.seed=3", work.words[1]);
                work.is_refused(Some((1, &other)), &["--resume"], ["--resume", "another set-up"]);
            } else {
                assert_eq!(work.code, None, "{kind}: it was killed: {said}");
                // Killed in the middle of a line.
                let part = folder.0.join("out.jsonl.part");
                let mut text = fs::read_to_string(&part).expect("text");
                text.push_str("{\"unit\":0,\"half");
                fs::write(&part, text).expect("room");
            }
            work.run(None, &["--resume"]);
            assert!(lines() > before && !folder.has("out.jsonl.part"), "{kind}");
            if whole.0 != size {
                work.run(Some((4, &folder.path("whole.jsonl"))), &[]);
                whole = (size, folder.text("whole.jsonl"));
            }
            assert_eq!(folder.text("out.jsonl"), whole.1, "{kind}");
            // What is whole is left as it is.
            work.run(None, &["--resume"]);
            assert_eq!(folder.text("out.jsonl"), whole.1, "{kind}");
        }
    }
}

#[test]
fn a_study_goes_on_round_by_round_in_shards() {
    let folder = Folder::new("rounds");
    let link = format!("{LINK}&search.strategy=tpe&search.at_once=3&search.budget=8");
    let whole = printed(&["study", &link, "-q"]);
    let known = folder.path("known.jsonl");
    for round in 0.. {
        assert!(round < 5, "three trials a round");
        let shards: Vec<String> =
            (1..=2).map(|i| folder.path(&format!("{round}-{i}.jsonl"))).collect();
        for (i, out) in shards.iter().enumerate() {
            let shard = format!("{}/2", i + 1);
            let mut words = vec!["study", &link, "-q", "--shard", &shard, "--out", out];
            if round > 0 {
                words.extend(["--known", &known]);
            }
            command(&words).assert().success();
        }
        let mut merge = vec!["merge", &shards[0], &shards[1], "--force", "--out", &known];
        let earlier = folder.path("earlier.jsonl");
        if round > 0 {
            fs::copy(&known, &earlier).expect("room");
            merge.push(&earlier);
        }
        if command(&merge).output().expect("it runs").status.success() {
            assert_eq!((round, folder.text("known.jsonl")), (2, whole));
            break;
        }
        merge.push("--partial");
        command(&merge).assert().success();
    }
    let stranger = format!("{link}&search.seed=9");
    refused(&["study", &stranger, "--known", &known], "--known", "another set-up");
}

#[test]
fn a_study_from_elsewhere_is_looked_through() {
    let folder = Folder::new("x-ray");
    let journal = folder.path("study.log");
    command(&["study", LINK, "--out", &journal]).assert().success();
    for (strategy, why) in [
        // It has no model before its tenth trial.
        ("tpe", "drawn at random"),
        ("bayesian", "the best acquisition"),
        ("random", "drawn at random"),
        ("cmaes", "generation"),
        ("genetic", "generation"),
        ("nelder-mead", "simplex"),
        ("sobol", "space-filling"),
        ("grid", "grid"),
    ] {
        let told = printed(&["x-ray", &journal, "--strategy", strategy, "--seed", "3"]);
        assert!(told.contains("trials      6: 6 complete"), "{told}");
        assert!(told.contains("searched    learning_rate 0.003 to 10, logarithmic"), "{told}");
        assert!(told.contains("best ") && told.contains("next        learning_rate = "), "{told}");
        assert!(told.contains(why), "{strategy}: {told}");
        let fewer = printed(&["x-ray", &journal, "--strategy", strategy, "--trials", "2"]);
        assert!(fewer.contains("next "), "{fewer}");
    }
    let longer = folder.path("longer.log");
    let link = LINK.replace("search.budget=6", "search.budget=12");
    command(&["study", &link, "--out", &longer]).assert().success();
    let told = printed(&["x-ray", &longer, "--strategy", "tpe-univariate"]);
    assert!(told.contains("of each hyperparameter by itself"), "{told}");
    let told = printed(&["x-ray", &longer, "--strategy", "tpe"]);
    assert!(told.contains("the likeliest to be like the") && told.contains("log ratio"), "{told}");
    refused(&["x-ray", &journal, "--trials", "7"], "--trials", "7");
    refused(&["x-ray", &journal, "--strategy", "hypergradient"], "--strategy", "hypergradient");
    refused(&["x-ray", &journal, "--study", "2"], "--study", "2");
    let none = folder.put("none.log", "");
    command(&["x-ray", &none]).assert().code(2).stderr(contains("none.log"));
}

#[test]
fn a_result_is_opened_on_the_page() {
    let folder = Folder::new("open");
    fs::create_dir(folder.0.join("dist")).expect("a folder");
    fs::write(folder.0.join("dist/index.html"), "<p>page</p>").expect("room");
    let dist = folder.path("dist");
    let open = |input: &str| printed(&["open", input, "--dist", &dist, "--print"]);
    assert!(open(LINK).starts_with("http://127.0.0.1:") && open(LINK).contains("#v=2&"), "{LINK}");
    let out = |name: &str, words: &[&str]| {
        let out = folder.path(name);
        command(&[words, &["-q", "--out", &out]].concat()).assert().success();
        out
    };
    let study = out("study.jsonl", &["study", LINK]);
    assert!(open(&study).contains("/#z="), "{}", open(&study));
    let land = out("land.jsonl", &["landscape", LINK, "--side", "9"]);
    assert!(open(&land).contains("/#open=landscape.jsonl"), "{}", open(&land));
    let own = out("land.json", &["landscape", LINK, "--side", "9"]);
    assert!(open(&own).contains("/#open=landscape.jsonl"), "{}", open(&own));
    // Served until it is interrupted.
    #[cfg(unix)]
    {
        use std::io::{BufRead, BufReader, Read, Write};
        let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = taken.local_addr().expect("an address").port().to_string();
        let words = ["open", &land, "--dist", &dist, "--port", &port];
        command(&words).assert().code(2).stderr(contains("--port").and(contains(port.as_str())));
        drop(taken);
        let mut child = std::process::Command::new(PROGRAM)
            .args(words)
            .stdout(Stdio::piped())
            .spawn()
            .expect("it runs");
        let mut line = String::new();
        let told = child.stdout.take().expect("it is piped");
        BufReader::new(told).read_line(&mut line).expect("an address");
        let address = line.trim_start_matches("http://").split('/').next().expect("a host");
        assert_eq!(address, format!("127.0.0.1:{port}"));
        let ask = |path: &str| {
            let mut stream = std::net::TcpStream::connect(address).expect("it listens");
            let asked = format!("GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
            stream.write_all(asked.as_bytes()).expect("it listens");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).expect("it answers");
            answer
        };
        assert!(ask("/").contains("<p>page</p>"), "{}", ask("/"));
        let whole = fs::read_to_string(&land).expect("a file");
        assert!(ask("/landscape.jsonl").ends_with(&whole));
        signal("INT", &child);
        assert!(child.wait().expect("it ends").success());
    }
}

#[test]
fn what_is_no_file_is_written_through() {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{FileTypeExt, symlink};
        let folder = Folder::new("through");
        let pipe = folder.path("pipe");
        assert!(
            std::process::Command::new("mkfifo").arg(&pipe).status().expect("it runs").success()
        );
        let reader = {
            let pipe = pipe.clone();
            std::thread::spawn(move || fs::read_to_string(pipe).expect("what is written"))
        };
        command(&["train", LINK, "-q", "--format", "csv", "--out", &pipe]).assert().success();
        assert!(reader.join().expect("it ends").starts_with("seed,epoch"));
        assert!(fs::metadata(&pipe).expect("it is there").file_type().is_fifo());
        // A link stays a link.
        let (real, link) = (folder.path("real.csv"), folder.path("link.csv"));
        fs::write(&real, "old").expect("room");
        symlink(&real, &link).expect("a link");
        command(&["train", LINK, "-q", "--force", "--out", &link]).assert().success();
        assert!(fs::symlink_metadata(&link).expect("it is there").is_symlink());
        assert!(fs::read_to_string(&real).expect("a file").starts_with("seed,epoch"));
        // What has no room is an error, not a panic.
        if std::path::Path::new("/dev/full").exists() {
            let full = || fs::OpenOptions::new().write(true).open("/dev/full").expect("a device");
            let study = folder.path("study.log");
            command(&["study", LINK, "-q", "--out", &study]).assert().success();
            for words in [&["x-ray", study.as_str()][..], &["landscape", LINK, "--adapter", "list"]]
            {
                let told = std::process::Command::new(PROGRAM)
                    .args(words)
                    .stdout(full())
                    .output()
                    .expect("it runs");
                // No adapter, nothing to write.
                let error = String::from_utf8_lossy(&told.stderr);
                assert!(!error.contains("panicked"), "{error}");
                assert!(matches!(told.status.code(), Some(0 | 1)), "{:?}", told.status);
            }
        }
    }
}

#[test]
fn what_there_is_to_go_on_with_is_never_lost() {
    let folder = Folder::new("lost");
    let notes = folder.path("notes.csv");
    fs::write(&notes, "my notes").expect("room");
    let resumed = command(&["train", LINK, "-q", "--out", &notes, "--resume"]).assert().code(2);
    resumed.stderr(contains("notes.csv").and(contains("--force")));
    assert_eq!(fs::read_to_string(&notes).expect("a file"), "my notes");
    // A finished file with a damaged line.
    let out = folder.path("land.jsonl");
    command(&["landscape", LINK, "-q", "--out", &out]).assert().success();
    let whole = fs::read_to_string(&out).expect("a file");
    let damaged = whole.replacen("\"row\":1", "\"row\":", 1);
    assert_ne!(damaged, whole);
    fs::write(&out, &damaged).expect("room");
    let resumed = command(&["landscape", LINK, "-q", "--out", &out, "--resume"]).assert().code(2);
    resumed.stderr(contains("is damaged"));
    assert_eq!(fs::read_to_string(&out).expect("a file"), damaged);
    // Lines of another shape, in what was left by a run that was stopped.
    fs::remove_file(&out).expect("it is there");
    let part = [&out, ".part"].concat();
    let short = whole.lines().take(2).collect::<Vec<_>>().join("\n") + "\n{\"unit\":1}\n";
    fs::write(&part, short).expect("room");
    let resumed = command(&["landscape", LINK, "-q", "--out", &out, "--resume"]).assert().code(2);
    resumed.stderr(contains("unit 1 is damaged"));
    // One that was stopped before its first line begins anew.
    for begun in ["", "{\"tunescape\":\"landscape\",\"ver"] {
        fs::write(&part, begun).expect("room");
        command(&["landscape", LINK, "-q", "--out", &out, "--resume"]).assert().success();
        assert_eq!(fs::read_to_string(&out).expect("a file"), whole);
        fs::remove_file(&out).expect("it is there");
    }
}

#[test]
fn what_is_wrong_with_a_set_up_is_named() {
    let folder = Folder::new("named");
    let file = |name: &str, text: &str| {
        let path = folder.path(name);
        fs::write(&path, text).expect("room");
        path
    };
    let rows = file("rows.json", r#"{"data":{"rows":"x"}}"#);
    let told = command(&["train", &rows]).assert().code(2);
    told.stderr(contains("rows.json").and(contains("data.rows \"x\"")));
    let list = file("list.json", "[]");
    command(&["train", &list]).assert().code(2).stderr(contains("list.json"));
    let unknown = file("unknown.json", r#"{"data":{"colour":1}}"#);
    command(&["train", &unknown]).assert().code(2).stderr(contains("data.colour"));
}

#[test]
fn a_table_of_trials_is_read_back_as_it_was_written() {
    let folder = Folder::new("back");
    for (link, best) in
        [(LINK, "minimize"), (&*format!("{LINK}&search.metric=accuracy"), "maximize")]
    {
        let out = folder.path(&format!("{best}.csv"));
        command(&["study", link, "-q", "--out", &out]).assert().success();
        let told = printed(&["x-ray", &out]);
        assert!(told.contains(best) && !told.contains("epochs ="), "{told}");
    }
}
