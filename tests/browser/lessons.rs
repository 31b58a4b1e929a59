//! Lessons: on every page a wrong action first, the hint, the right action, the goal.

use crate::harness::Browser;
use crate::page;
use crate::steps::key;
use std::path::Path;
use tunescape_core::lesson;

pub const TESTS: &[crate::Test] = &[
    ("the_lessons_on_steps_are_taken", |browser| {
        take(browser, &["learning-rate", "momentum", "log-scale"])
    }),
    ("the_lessons_on_searches_are_taken", |browser| {
        take(browser, &["grid-and-random", "bayesian", "tpe"])
    }),
    ("the_lessons_on_stopping_and_luck_are_taken", |browser| {
        take(browser, &["stopping-early", "luck"])
    }),
    ("the_lessons_on_overfitting_and_the_edge_are_taken", |browser| {
        take(browser, &["overfitting", "edge-of-stability"])
    }),
    ("the_last_lessons_are_taken", |browser| take(browser, &["adam", "beat-the-tuner"])),
    ("the_tuners_wait_for_the_learner", tuners_first),
];

/// A page's way: an action that is not asked for, the hint that is then read, by its place in the
/// lesson's file, and the action that meets the goal.
struct Way(fn(&Browser), usize, fn(&Browser));

/// The ways through all pages of all lessons, by the lesson's file.
const WAYS: &[(&str, &[Way])] = &[
    (
        "01-learning-rate",
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
                0,
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
        "02-momentum",
        &[
            Way(one_epoch, 0, |browser| play_to(browser, 120.0)),
            Way(
                |browser| retrain(browser, "#run-momentum-value", "0.95", 120.0),
                1,
                |browser| retrain(browser, "#run-momentum-value", "0.9", 120.0),
            ),
            Way(
                |browser| type_in(browser, "#run-lr-value", "5"),
                1,
                |browser| retrain(browser, "#run-lr-value", "3", 120.0),
            ),
            Way(linear_axis, 1, other_axis),
            Way(one_epoch, 0, |browser| play_to(browser, 120.0)),
            Way(
                |browser| {
                    browser.choose("#rule", 0);
                    page::map_trained(browser);
                },
                1,
                |browser| browser.choose("#rule", 2),
            ),
        ],
    ),
    ("03-log-scale", &[Way(one_trial, 0, play_to_the_goal), Way(one_trial, 0, play_to_the_goal)]),
    (
        "04-grid-and-random",
        &[
            Way(
                |browser| {
                    // A step is none before the race.
                    browser.wait_for("the race", || {
                        browser.is_there("#race-start")
                            && !browser.is_there("#step:not([aria-disabled])")
                    });
                    no_budget(browser);
                },
                0,
                |browser| browser.click("#race-start"),
            ),
            Way(no_budget, 0, |browser| browser.click("#race-start")),
            Way(no_budget, 0, |browser| browser.click("#race-start")),
        ],
    ),
    (
        "05-bayesian",
        &[
            Way(one_trial, 0, |browser| step_to(browser, 6)),
            Way(one_trial, 0, |browser| step_to(browser, 10)),
            Way(
                |browser| {
                    browser.send_keys("#scrub", &format!("{}{}", key::HOME, key::RIGHT.repeat(3)))
                },
                0,
                |browser| {
                    browser.send_keys("#scrub", &key::RIGHT.repeat(4));
                    // There is a belief to look at, and a reason that follows from it.
                    browser.wait_for("the belief", || browser.is_there("#mind canvas"));
                },
            ),
            Way(one_trial, 0, play_to_the_goal),
        ],
    ),
    (
        "06-tpe",
        &[
            // Stepped: playing might meet the next page's goal as well.
            Way(one_trial, 0, |browser| step_to(browser, 10)),
            Way(one_trial, 0, |browser| step_to(browser, 15)),
            Way(one_trial, 0, play_to_the_goal),
        ],
    ),
    (
        "07-stopping-early",
        &[
            Way(one_trial, 0, play_to_the_goal),
            // Another rule first.
            Way(|browser| browser.choose("#pruner", 2), 2, |browser| prune(browser, 1)),
            Way(|browser| browser.choose("#pruner", 7), 2, |browser| prune(browser, 5)),
            Way(|browser| browser.choose("#pruner", 5), 2, |browser| prune(browser, 7)),
            Way(
                // Nothing is trained yet.
                |browser| browser.choose("#together", 1),
                1,
                |browser| browser.click("#evolve"),
            ),
        ],
    ),
    (
        "08-luck",
        &[
            Way(one_trial, 0, play_to_the_goal),
            Way(
                |browser| {
                    let once = page::rows(browser);
                    browser.type_into("#repeats", "4");
                    // The trials that were trained once are run again by themselves; four times
                    // each is too few.
                    browser.wait_for("the trials again", || {
                        let again = page::rows(browser);
                        let anew = |(now, then): (&page::Row, &page::Row)| {
                            now.loss().is_some() && now.loss != then.loss
                        };
                        again.len() == once.len() && again.iter().zip(&once).all(anew)
                    });
                },
                0,
                |browser| browser.type_into("#repeats", "8"),
            ),
            Way(
                |browser| browser.choose("#evaluation", 1),
                1,
                |browser| {
                    browser.choose("#evaluation", 2);
                    // Other data begin anew.
                    browser.wait_for("the folds", || {
                        page::hash(browser).contains("stratified-k-fold")
                            && page::ready_now(browser)
                    });
                    play_to_the_goal(browser);
                },
            ),
        ],
    ),
    (
        "09-overfitting",
        &[
            Way(one_epoch, 0, |browser| play_to(browser, 200.0)),
            Way(
                |browser| browser.send_keys("#run-scrub", key::HOME),
                1,
                |browser| {
                    // Going back loses nothing; the same epochs are shown again.
                    for epoch in 1..=13 {
                        browser.click("#step");
                        browser.wait_for("the epoch", || {
                            browser.number("#run-epoch") == f64::from(epoch)
                        });
                    }
                },
            ),
            Way(
                |browser| type_in(browser, "#l2", "0.5"),
                1,
                |browser| retrain(browser, "#l2", "0.1", 200.0),
            ),
            Way(
                |browser| {
                    // What is pointed at is unfolded.
                    browser.wait_for("the field", || browser.visible("#data-used"));
                    browser.type_into("#data-used", "50");
                    browser.wait_for("half the rows", || {
                        page::hash(browser).contains("data.used=0.5")
                    });
                },
                0,
                |browser| {
                    browser.type_into("#data-used", "100");
                    // Other data begin another run: what is played before that goes with the old
                    // one.
                    let all =
                        || !page::hash(browser).contains("data.used") && page::ready_now(browser);
                    browser.wait_for("all rows", all);
                    play_to(browser, 200.0);
                },
            ),
            Way(
                |browser| {
                    browser.wait_for("the field", || browser.visible("#dropout"));
                    type_in(browser, "#dropout", "0.9");
                },
                1,
                |browser| retrain(browser, "#dropout", "0.5", 60.0),
            ),
            Way(
                |browser| type_in(browser, "#patience", "100"),
                2,
                |browser| {
                    type_in(browser, "#patience", "20");
                    play_to_the_goal(browser);
                },
            ),
        ],
    ),
    (
        "10-edge-of-stability",
        &[
            Way(
                |browser| {
                    assert!(browser.is_there("#lesson math mfrac"));
                    one_epoch(browser);
                },
                1,
                |browser| play_to(browser, 1000.0),
            ),
            Way(
                |browser| type_in(browser, "#run-lr-value", "0.5"),
                1,
                |browser| retrain(browser, "#run-lr-value", "0.2", 1000.0),
            ),
            Way(one_epoch, 0, |browser| play_to(browser, 1000.0)),
            Way(one_trial, 1, zoom),
            Way(one_trial, 1, zoom),
        ],
    ),
    (
        "11-adam",
        &[
            Way(one_epoch, 0, |browser| play_to(browser, 120.0)),
            Way(
                // Another rule that adapts is not the one.
                |browser| {
                    browser.choose("#rule", 4);
                    again_to(browser, 120.0);
                },
                3,
                |browser| {
                    // The ninth is Adam.
                    browser.choose("#rule", 8);
                    browser.wait_for("Adam", || page::hash(browser).contains("training.rule=adam"));
                    again_to(browser, 120.0);
                },
            ),
            Way(|_| (), 0, page::map_trained),
            Way(linear_axis, 1, other_axis),
        ],
    ),
    (
        "12-beat-the-tuner",
        &[
            Way(
                |browser| own_trial(browser, 1),
                1,
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

/// Takes lessons page by page.
fn take(browser: &Browser, names: &[&str]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/lessons");
    assert_eq!(std::fs::read_dir(&folder).expect("the lessons").count(), WAYS.len());
    for name in names {
        let (file, ways) = WAYS.iter().find(|(file, _)| file.ends_with(name)).expect("its ways");
        let json = std::fs::read_to_string(folder.join(format!("{file}.json"))).expect("a file");
        let pages = lesson::read(&json).expect("a lesson").pages;
        assert_eq!(pages.len(), ways.len(), "{name}");
        let _server = begin(browser, name);
        for (i, (page, Way(wrong, hint, right))) in pages.iter().zip(*ways).enumerate() {
            let hint = lesson::say(&page.hints[*hint].text, "en");
            assert!(!met(browser), "{name} {i}");
            // The control that it points at is there, and marked.
            browser.wait_for("the mark", || {
                page.point.as_ref().is_none_or(|id| browser.is_there(&format!("#{id}.pointed")))
            });
            wrong(browser);
            browser.wait_for(hint, || browser.text(".lesson-state") == hint);
            assert!(!met(browser), "{name} {i}");
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

/// Begins a lesson by its link, which may set something else as well that the lesson then sets
/// otherwise.
fn begin(browser: &Browser, lesson: &str) -> crate::server::Server {
    browser.goto("about:blank");
    let more = if lesson == "momentum" { "map.side=16&" } else { "" };
    let server = page::open(browser, &format!("#v=1&{more}lesson.name={lesson}"));
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

fn again_to(browser: &Browser, epoch: f64) {
    if browser.is_there("#reset:not([aria-disabled])") {
        browser.click("#reset");
    }
    play_to(browser, epoch);
}

/// The run from its start with another value, so many epochs.
fn retrain(browser: &Browser, field: &str, text: &str, epochs: f64) {
    type_in(browser, field, text);
    again_to(browser, epochs);
}

/// An epoch by itself, where the page asks for many.
fn one_epoch(browser: &Browser) {
    browser.click("#step");
    browser.wait_for("an epoch", || browser.number("#run-epoch") == 1.0);
}

/// Plays as fast as it goes until the page's goal is met.
fn play_to_the_goal(browser: &Browser) {
    browser.choose("#speed", 2);
    browser.click("#play");
    browser.wait_for("the goal", || met(browser));
}

/// Steps until so many trials are done.
fn step_to(browser: &Browser, trials: usize) {
    for done in page::rows(browser).len()..trials {
        browser.wait_for("rest", || browser.is_there(page::REST));
        browser.click("#step");
        browser.wait_for("a trial", || {
            page::rows(browser).len() > done && browser.is_there(page::REST)
        });
    }
}

/// A trial by itself, where the page asks for many, or for something else.
fn one_trial(browser: &Browser) {
    step_to(browser, page::rows(browser).len() + 1);
}

fn prune(browser: &Browser, rule: usize) {
    browser.choose("#pruner", rule);
    play_to_the_goal(browser);
}

/// Another budget is not possible.
fn no_budget(browser: &Browser) {
    browser.wait_for("the lock", || browser.is_there("#budget:disabled[title]"));
    let own = browser.value("#budget");
    browser.force("#budget", "16");
    browser.wait_for("what it was", || browser.value("#budget") == own);
}

fn linear_axis(browser: &Browser) {
    page::map_trained(browser);
    browser.click("#map-axis button:first-child");
}

fn other_axis(browser: &Browser) {
    browser.click("#map-axis button:last-child");
}

fn zoom(browser: &Browser) {
    page::map_trained(browser);
    browser.click_at("#map canvas", [0.4, 0.15]);
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

/// The tuners before one's own trials: the hint says so.
fn tuners_first(browser: &Browser) {
    let _server = begin(browser, "beat-the-tuner");
    let hint = browser.text(".lesson-state");
    browser.click("#race-start");
    browser.wait_for("another hint", || browser.text(".lesson-state") != hint);
    assert!(!met(browser));
}
