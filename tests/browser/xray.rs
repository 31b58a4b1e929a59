//! Studies of other tools: chosen, walked through, asked about, raced over.

use crate::harness::{Browser, Kind};
use crate::page;
use crate::steps::{drop_file, key, paste, paste_file};
use crate::tools;
use serde_json::from_value;
use std::path::Path;

pub const TESTS: &[crate::Test] = &[
    ("a_study_of_another_tool_is_opened_and_any_strategy_asked", opened),
    ("a_table_of_trials_is_raced_over_and_studies_are_dropped_and_pasted", tables),
];

const LINK: &str = "#v=1&screen=xray&data.name=moons&map.side=8&training.epochs=5&backend=cpu";

/// Each plot of the study, and what it draws of its 17 trials and 7 parameters: how many at least.
const PARTS: [(&str, &str, usize); 9] = [
    ("slices", "canvas.dots", 7),
    ("contour", "canvas.back", 1),
    ("cuts", "svg", 7),
    ("importance", "svg rect", 14),
    ("curves", "svg path", 10),
    ("timeline", "svg path", 15),
    ("distribution", "svg", 2),
    ("table", "tbody tr", 17),
    ("parallel", "svg path", 10),
];

fn choose_file(browser: &Browser, path: &Path) {
    browser.send_keys("#xray-file", path.to_str().expect("a plain path"));
}

/// Pixels of a chart's picture that are not clear.
fn drawn(browser: &Browser, css: &str) -> usize {
    let count = format!(
        "(() => {{ const c = document.querySelector('{css}'); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; }})()"
    );
    from_value(browser.eval(&count)).expect("a number")
}

fn opened(browser: &Browser) {
    let _server = page::open(browser, LINK);
    browser.click("#xray-example");
    browser.wait_for("the example", || {
        browser.is_there("#xray-why b") && browser.text("#xray-shown").contains("160")
    });
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import");
    choose_file(browser, &files.join("optuna/study-5.0.0.db"));
    browser.wait_for("several studies", || browser.count("#xray-studies li") > 1);
    browser.click("#xray-studies li:first-child button");
    browser.wait_for("the study", || browser.is_there("#xray-why b"));
    assert!(page::notices(browser).is_empty(), "{}", page::notices(browser));
    assert!(drawn(browser, "#xray-mind .dots") > 50);
    // Nothing trains, and nothing is there that would.
    assert!(!browser.is_there("#play") && !browser.is_there("#undo"));
    let sentence = browser.text("#xray-why");
    browser.choose("#xray-strategy", 1);
    browser.wait_for("another sentence", || browser.text("#xray-why") != sentence);
    browser.click("#xray-beside");
    browser.wait_for("two strategies", || browser.is_there("#xray-why-2 b"));
    browser.click("#xray-back");
    browser.wait_for("one trial less", || browser.is_there("#xray-last:not([aria-disabled])"));
    assert!(!browser.is_there("#xray-result"));
    browser.click("#xray-last");
    browser.wait_for("a field for a result", || browser.is_there("#xray-result"));
    // The proposal is put elsewhere.
    browser.click_at("#xray-mind svg", [0.4, 0.6]);
    browser.wait_for("a proposal of one's own", || browser.is_there("#xray-unmove"));
    browser.click("#xray-unmove");
    browser.wait_for("the strategy's own proposal", || !browser.is_there("#xray-unmove"));
    let all = browser.text("#xray-shown");
    browser.type_into("#xray-result", "0.25\n");
    browser.wait_for("one trial more", || browser.text("#xray-shown") != all);
    browser.wait_for("what can be taken back", || browser.is_there("#xray-untell"));
    // Chance has no predictions.
    browser.choose("#xray-strategy", 2);
    for (part, what, least) in PARTS {
        browser.click(&format!("#xray-part-{part}"));
        browser.wait_for(part, || {
            browser.is_there(&format!("#xray-part-{part}[aria-pressed=true]"))
                && browser.count(&format!("#xray-parts {what}")) >= least
        });
    }
    // A stretch of an axis that is brushed is what all plots show.
    let all = drawn(browser, "#xray-history .dots");
    browser.send_keys(".xray-parallel .axis-hit", key::UP);
    browser.send_keys(".xray-parallel .axis-hit", key::UP);
    browser.send_keys(".xray-parallel .axis-hit", key::UP);
    browser.wait_for("fewer dots", || drawn(browser, "#xray-history .dots") < all);
    browser.click("#xray-part-contour");
    browser.wait_for("contours", || drawn(browser, "#xray-contour .back") > 9_000);
    browser.click("#unbrush");
    browser.wait_for("all dots", || drawn(browser, "#xray-history .dots") == all);
    assert!(drawn(browser, "#xray-contour .dots") > 50);
    page::no_nan(browser);
    assert_eq!(browser.console_errors(), Vec::<String>::new());
    browser.click("#xray-leave summary");
    tools::journal_read(browser, "#xray-write-journal");
    assert!(tools::saved(browser, "#xray-write-csv").starts_with("number,"));
    // Each plot on show can be saved as a picture, with the dots that lie beneath its lines.
    browser.click("#xray-pictures");
    browser.wait_for("the plots", || browser.is_there("#plot-svg"));
    let shown =
        "[...document.querySelectorAll('.chart')].filter(c => c.getClientRects().length).length";
    assert_eq!(browser.eval(shown), browser.count("#plot option"));
    let picture = tools::saved(browser, "#plot-svg");
    assert!(picture.starts_with("<svg") && picture.contains("<image"), "{picture:.200}");
    browser.click("#share-dialog .primary");
    // A file that is none changes nothing.
    let bad = std::env::temp_dir().join(format!("tunescape-{}.db", browser.driver.id()));
    std::fs::write(&bad, b"SQLite format 3\0 and no more").expect("room for a small file");
    let name = browser.text("#xray-study h2");
    choose_file(browser, &bad);
    browser.wait_for("the message", || !page::notices(browser).is_empty());
    assert_eq!(browser.text("#xray-study h2"), name);
    std::fs::remove_file(bad).expect("it is there");
}

fn tables(browser: &Browser) {
    tabled(browser);
    dropped_and_pasted(browser);
}

fn tabled(browser: &Browser) {
    let _server = page::open(browser, LINK);
    let mut text = String::from("lr,units,loss\n");
    for n in 0..120 {
        let (a, b) = ((f64::from(n) * 0.618_034).fract(), (f64::from(n) * 0.754_877).fract());
        let loss = (a - 0.7) * (a - 0.7) + (b - 0.3) * (b - 0.3);
        text += &format!("{},{},{loss}\n", 10_f64.powf(4.0 * a - 5.0), (8.0 + 248.0 * b).round());
    }
    let file = std::env::temp_dir().join(format!("tunescape-{}.csv", browser.driver.id()));
    std::fs::write(&file, text).expect("room for a small file");
    choose_file(browser, &file);
    browser.wait_for("the columns", || browser.count("#xray-columns th") == 3);
    browser.click("#xray-read");
    browser.wait_for("the study", || browser.is_there("#xray-why b"));
    browser.click("#xray-part-race");
    browser.choose("#xray-strategy", 4);
    browser.click("#xray-race");
    browser.wait_for("some of the race", || browser.count("#xray-standings tbody tr") == 3);
    browser.click("#xray-race-stop");
    browser.wait_for("the stop", || browser.is_there("#xray-race"));
    // Once more, to its end: one that learns needs fewer trials than chance.
    browser.click("#xray-race");
    browser.wait_for("the end of the race", || {
        browser.is_there("#xray-race") && !browser.is_there("#xray-race-going")
    });
    let median = |row: usize| -> usize {
        let cell = format!("#xray-standings tbody tr:nth-child({row}) td");
        browser.text(&cell).parse().expect("a number of trials")
    };
    assert!(2 * median(2) < median(1), "{}", browser.text("#xray-standings"));
    browser.click("#xray-again");
    browser.wait_for("the columns again", || browser.is_there("#xray-columns"));
    browser.click("#xray-cancel");
    browser.click("#xray-close");
    browser.wait_for("an empty screen", || browser.is_there(".xray-start"));
    page::no_nan(browser);
    std::fs::remove_file(file).expect("it is there");
}

/// On whichever screen: a database and a journal are dropped, a journal is pasted as a file and as
/// a text, and a table of trials as a text.
fn dropped_and_pasted(browser: &Browser) {
    let _server = page::open(browser, &LINK.replace("screen=xray", "screen=search"));
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import");
    let bytes = |name: &str| std::fs::read(files.join(name)).expect("a file of the tests");
    page::ready(browser);
    drop_file(browser, "study.db", &bytes("lookalikes/control.db"));
    browser.wait_for("the dropped database", || browser.count("#xray-studies li") == 2);
    browser.click("#xray-studies li:first-child button");
    browser.wait_for("its study", || browser.is_there("#xray-study h2"));
    let first = browser.text("#xray-study h2");
    browser.wait_for("what a strategy says", || browser.is_there("#xray-why"));
    let another = |what: &str, name: &str| {
        browser.wait_for(what, || {
            browser.is_there("#xray-study h2") && browser.text("#xray-study h2") != name
        });
        browser.text("#xray-study h2")
    };
    let journal = bytes("lookalikes/boosting.log");
    drop_file(browser, "boosting.log", &journal);
    let second = another("the dropped journal", &first);
    let empty = || {
        browser.click("#xray-close");
        browser.wait_for("an empty screen", || browser.is_there(".xray-start"));
    };
    empty();
    // Firefox shows no files of a paste that a script makes.
    if browser.kind != Kind::Firefox {
        paste_file(browser, "boosting.log", &journal);
        assert_eq!(another("the pasted file", ""), second);
        empty();
    }
    paste(browser, std::str::from_utf8(&journal).expect("a journal is a text"));
    assert_eq!(another("the pasted journal", ""), second);
    empty();
    paste(browser, "lr,units,loss\n0.1,8,0.5\n0.01,16,0.4\n0.02,32,0.3\n");
    browser.wait_for("the columns", || browser.count("#xray-columns th") == 3);
    // What is pasted into a field, or while a dialog is open, is text and nothing else.
    paste(browser, std::str::from_utf8(&journal).expect("a journal is a text"));
    assert!(browser.is_there("#xray-columns"));
    // Small is good: the sixth of the roles.
    browser.choose("#xray-column-1", 6);
    let role = "document.querySelector('#xray-column-1').selectedIndex";
    browser.wait_for("two objectives", || browser.eval(role) == 6);
    browser.click("#xray-read");
    browser.wait_for("the table", || browser.is_there("#xray-study h2"));
    browser.click("#xray-part-front");
    browser.wait_for("the front", || drawn(browser, "#xray-front .dots") > 20);
    assert!(page::notices(browser).is_empty(), "{}", page::notices(browser));
    assert_eq!(browser.console_errors(), Vec::<String>::new());
}
