//! Lessons: on every page a wrong action first, the hint, the right action, the goal.

use crate::harness::Browser;
use crate::page;
use crate::steps::key;
use std::path::{Path, PathBuf};
use tunescape_core::lesson::{self, Page};

pub const TESTS: &[crate::Test] = &[("the_first_and_the_last_lesson_are_taken", take)];

/// A page's way: an action that is not asked for, the hint that is then read, by its place in the
/// lesson's file, and the action that meets the goal.
struct Way(fn(&Browser), usize, fn(&Browser));

/// The ways through all pages of two lessons, by the lesson's name; those of all are flows.
const WAYS: &[(&str, &[Way])] = &[
    (
        "learning-rate",
        &[
            Way(
                |browser| {
                    // What the page locks stays.
                    browser
                        .wait_for("the lock", || browser.is_there("#run-lr-value:disabled[title]"));
                    browser.force("#run-lr-value", "5");
                    browser.wait_for("what it was", || browser.value("#run-lr-value") == "0.01");
                    one_epoch(browser);
                },
                0,
                |browser| play_to(browser, 60.0),
            ),
            Way(
                |browser| type_in(browser, "#run-lr-value", "9"),
                1,
                |browser| retrain(browser, "#run-lr-value", "1", 60.0),
            ),
            Way(
                |browser| type_in(browser, "#run-lr-value", "10"),
                1,
                |browser| {
                    type_in(browser, "#run-lr-value", "100");
                    again(browser);
                    browser.wait_for("divergence", || browser.is_there("#diverged"));
                },
            ),
            Way(
                |browser| {
                    page::map_trained(browser);
                    browser
                        .send_keys("#map-epoch", &format!("{}{}", key::END, key::LEFT.repeat(5)));
                },
                0,
                |browser| {
                    browser
                        .send_keys("#map-epoch", &format!("{}{}", key::HOME, key::RIGHT.repeat(10)))
                },
            ),
        ],
    ),
    (
        "beat-the-tuner",
        &[
            Way(
                |browser| own_trial(browser, 1),
                2,
                |browser| {
                    (2..=8).for_each(|trial| own_trial(browser, trial));
                    board(browser);
                },
            ),
            Way(
                // One's own trials are spent.
                |browser| browser.click_at("#your-map svg", [0.5, 0.2]),
                0,
                |browser| {
                    browser.click("#race-start");
                    browser.wait_for("the standings", || browser.count("#standings thead th") == 4);
                },
            ),
        ],
    ),
];

/// Waits until what the lesson speaks of is there and marked, if it can be pressed.
fn is_marked(browser: &Browser, page: &Page) {
    browser.wait_for("the mark", || {
        let told = browser.text(".lesson-state");
        let own = page.hints.iter().find(|hint| lesson::say(&hint.text, "en") == told);
        let wanted = own.and_then(|hint| hint.point.as_ref()).or(page.point.as_ref());
        let off = |id: &str| id == "play" && !browser.is_there("#play:not([aria-disabled])");
        wanted.is_none_or(|id| browser.is_there(&format!("#{id}.pointed")) || off(id))
    });
}

/// Takes the lessons page by page.
fn take(browser: &Browser) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/lessons");
    for (name, ways) in WAYS {
        let mut files =
            std::fs::read_dir(&folder).expect("a folder").map(|e| e.expect("a file").path());
        let ending = format!("-{name}.json");
        let its = |path: &PathBuf| {
            // NUMBER-NAME.json
            path.file_name().is_some_and(|own| own.to_string_lossy()[2..] == ending)
        };
        let file = files.find(its).expect("a lesson of this name");
        let json = std::fs::read_to_string(file).expect("a text");
        let pages = lesson::read(&json).expect("a lesson").pages;
        assert_eq!(pages.len(), ways.len(), "{name}");
        let _server = begin(browser, name);
        for (i, (page, Way(wrong, hint, right))) in pages.iter().zip(*ways).enumerate() {
            let hint = lesson::say(&page.hints[*hint].text, "en");
            assert!(!met(browser), "{name} {i}");
            is_marked(browser, page);
            wrong(browser);
            browser.wait_for(hint, || browser.text(".lesson-state") == hint);
            assert!(!met(browser), "{name} {i}");
            is_marked(browser, page);
            right(browser);
            browser.wait_for("the goal", || met(browser));
            assert_eq!(browser.text(".lesson-state"), lesson::say(&page.done, "en"));
            if i + 1 < pages.len() {
                rest(browser);
                browser.click("#lesson-next");
                browser.wait_for("the next page", || page_number(browser) == i + 2);
                page::ready(browser);
            }
        }
        browser.click("#lesson-end");
        browser.wait_for("the lessons", || {
            browser.is_there("#lessons") && !browser.is_there("#lesson")
        });
    }
}

fn page_number(browser: &Browser) -> usize {
    browser.attr("#lesson", "data-page").and_then(|n| n.parse().ok()).expect("a number")
}

fn met(browser: &Browser) -> bool {
    browser.attr("#lesson", "data-met").as_deref() == Some("true")
}

/// Begins a lesson by its link.
fn begin(browser: &Browser, lesson: &str) -> crate::server::Server {
    browser.goto("about:blank");
    let server = page::open(browser, &format!("#v=1&lesson.name={lesson}"));
    browser.wait_for("the lesson", || browser.is_there("#lesson"));
    page::ready(browser);
    server
}

/// What plays is stopped.
fn rest(browser: &Browser) {
    if browser.is_there("#pause") {
        browser.click("#pause");
    }
}

fn type_in(browser: &Browser, field: &str, text: &str) {
    browser.type_into(field, text);
    browser.wait_for("the value", || browser.value(field) == text);
}

fn play_to(browser: &Browser, epoch: f64) {
    browser.choose("#pace", 3);
    browser.click("#play");
    // A lesson's run rests by itself after its epochs.
    browser.wait_for("the epochs", || {
        browser.number("#run-epoch") == epoch && browser.is_there("#play")
    });
}

/// The run from its start.
fn again(browser: &Browser) {
    if browser.is_there("#reset:not([aria-disabled])") {
        browser.click("#reset");
    }
    browser.choose("#pace", 3);
    browser.click("#play");
}

/// The run from its start with another value, so many epochs.
fn retrain(browser: &Browser, field: &str, text: &str, epochs: f64) {
    type_in(browser, field, text);
    if browser.is_there("#reset:not([aria-disabled])") {
        browser.click("#reset");
    }
    play_to(browser, epochs);
}

/// An epoch by itself, where the page asks for many.
fn one_epoch(browser: &Browser) {
    browser.click("#step");
    browser.wait_for("an epoch", || browser.number("#run-epoch") == 1.0);
}

fn own_trial(browser: &Browser, trial: u8) {
    browser.click_at("#your-map svg", [0.1 * f64::from(trial), 0.5]);
    browser.wait_for("the trial", || {
        browser.count("[data-lane=you] [data-trial]") == usize::from(trial)
    });
}

/// The code for the class's board brings the same trials, trained again.
fn board(browser: &Browser) {
    browser.wait_for("the goal", || met(browser));
    let code = browser.text("#board-code");
    let best = browser.eval(
        "Math.min(...[...document.querySelectorAll('[data-lane=you] [data-loss]')].map(t => Number(t.dataset.loss)))",
    );
    browser.click("#board summary");
    browser.send_keys("#board-codes", &format!("Ada {code}\nBob {code}"));
    browser.click("#board-train");
    browser.wait_for("the class", || browser.count("#class tbody tr[data-best]") == 2);
    assert_eq!(
        browser.attr("#class tbody tr", "data-best").and_then(|b| b.parse::<f64>().ok()),
        best.as_f64()
    );
    assert_eq!(browser.count("[data-lane=class] [data-trial]"), 16);
}
