//! Lessons: a wrong action first, the hint, the right action, the goal.

use crate::harness::Browser;
use crate::page;
use crate::steps::key;

pub const TESTS: &[crate::Test] = &[
    ("the_first_lesson_is_taken", first),
    ("the_momentum_lesson_is_taken", momentum),
    ("the_lessons_on_searches_are_taken", searches),
    ("the_lessons_on_grids_and_adam_are_taken", grid_and_adam),
    ("the_bayesian_lesson_is_taken", bayesian),
    ("the_lesson_on_overfitting_is_taken", overfitting),
    ("the_lesson_on_the_edge_is_taken", edge),
    ("the_last_lesson_is_taken", beat_the_tuner),
    ("a_link_begins_a_lesson_and_its_locks_hold", locks),
];

fn page_number(browser: &Browser) -> usize {
    browser.attr("#lesson", "data-page").and_then(|n| n.parse().ok()).expect("a number")
}

fn met(browser: &Browser) -> bool {
    browser.attr("#lesson", "data-met").as_deref() == Some("true")
}

fn to(browser: &Browser, page: usize) {
    browser.wait_for("the goal", || met(browser));
    browser.click("#lesson-next");
    browser.wait_for("the next page", || page_number(browser) == page);
}

fn play_to(browser: &Browser, epoch: f64) {
    browser.choose("#pace", 3);
    browser.click("#play");
    // A lesson's run rests by itself after its epochs.
    browser.wait_for("the epochs", || browser.number("#run-epoch") == epoch && browser.is_there("#play"));
}

fn first(browser: &Browser) {
    let _server = page::open(browser, "#v=1&screen=lessons");
    browser.click("[data-lesson=learning-rate]");
    page::ready(browser);
    // What the page locks stays, and the control it points at is marked.
    assert_eq!(browser.attr(".pointed", "id").as_deref(), Some("play"));
    browser.type_into("#run-lr-value", "5");
    browser.wait_for("the lock", || browser.value("#run-lr-value") == "0.01");
    assert!(!met(browser) && browser.attr("#lesson-next", "disabled").is_some());
    play_to(browser, 60.0);
    to(browser, 2);
    // Wrong first: too large, and the hint says so.
    let hint = browser.text(".lesson-state");
    browser.type_into("#run-lr-value", "9");
    browser.wait_for("another hint", || browser.text(".lesson-state") != hint && !met(browser));
    browser.type_into("#run-lr-value", "1");
    browser.click("#reset");
    play_to(browser, 60.0);
    to(browser, 3);
    browser.type_into("#run-lr-value", "100");
    browser.click("#reset");
    browser.click("#play");
    browser.wait_for("divergence", || browser.is_there("#diverged"));
    to(browser, 4);
    page::map_trained(browser);
    browser.send_keys("#map-epoch", &format!("{}{}", key::HOME, key::RIGHT.repeat(10)));
    browser.wait_for("the goal", || met(browser));
    browser.click("#lesson-end");
    browser.wait_for("the lessons", || browser.is_there("#lessons") && !browser.is_there("#lesson"));
}

fn momentum(browser: &Browser) {
    // A link may set something else as well: the lesson begins all the same.
    let _server = page::open(browser, "#v=1&map.side=16&lesson.name=momentum");
    browser.wait_for("the lesson", || browser.is_there("#lesson") && browser.value("#run-lr-value") == "0.3");
    assert!(browser.is_there("#lesson"));
    play_to(browser, 120.0);
    to(browser, 2);
    wrong_then_right(browser, "#run-momentum-value", ["0.5", "0.9"]);
    play_to(browser, 120.0);
    to(browser, 3);
    browser.click(".head .segments:last-child button:last-child");
    browser.wait_for("the goal", || met(browser));
    to(browser, 4);
    let before = browser.text(".lesson-state");
    // A wrong rule changes nothing of the hint.
    browser.choose("#rule", 0);
    page::map_trained(browser);
    assert!(!met(browser) && browser.text(".lesson-state") == before);
    browser.choose("#rule", 2);
    browser.wait_for("the goal", || met(browser));
}

/// Plays as fast as it goes until the page's goal is met.
fn play_to_the_goal(browser: &Browser) {
    // At full speed the page before may have played past this one's goal already.
    if met(browser) {
        return;
    }
    browser.choose("#speed", 2);
    browser.click("#play");
    browser.wait_for("the goal", || met(browser));
    if browser.is_there("#pause") {
        browser.click("#pause");
    }
}

/// Something that the page does not ask for: its hint changes and its goal is not met.
fn wrong(browser: &Browser, act: impl FnOnce()) {
    let hint = browser.text(".lesson-state");
    assert!(!hint.is_empty() && !met(browser));
    act();
    browser.wait_for("another hint", || browser.text(".lesson-state") != hint);
    assert!(!met(browser));
}

/// Steps until so many trials are done.
fn step_to(browser: &Browser, trials: usize) {
    for done in page::rows(browser).len()..trials {
        browser.click("#step");
        browser.wait_for("a trial", || page::rows(browser).len() > done && browser.is_there("#step:enabled"));
    }
}

/// A trial by itself, where the page asks for many.
fn one_trial(browser: &Browser) {
    wrong(browser, || browser.click("#step"));
    browser.wait_for("it to end", || browser.is_there("#step:enabled"));
}

fn searches(browser: &Browser) {
    for (lesson, pages) in [("log-scale", 2), ("tpe", 3), ("stopping-early", 4), ("luck", 3)] {
        let _server = begin(browser, lesson);
        for page in 1..=pages {
            match (lesson, page) {
                // Stepped: playing might meet the next page's goal as well.
                ("tpe", 1 | 2) => {
                    let goal = 5 * page + 5;
                    if page == 1 {
                        one_trial(browser);
                    }
                    step_to(browser, goal - 1);
                    assert!(!met(browser) && !browser.text(".lesson-state").is_empty());
                    step_to(browser, goal);
                    browser.wait_for("the goal", || met(browser));
                }
                // Another rule first.
                ("stopping-early", 2) => {
                    wrong(browser, || browser.choose("#pruner", 2));
                    wrong(browser, || browser.choose("#pruner", 1));
                }
                ("stopping-early", 3) => {
                    wrong(browser, || browser.choose("#pruner", 7));
                    wrong(browser, || browser.choose("#pruner", 5));
                }
                ("stopping-early", 4) => {
                    wrong(browser, || browser.choose("#pruner", 5));
                    wrong(browser, || browser.choose("#pruner", 7));
                }
                ("luck", 2) => {
                    let (hint, once) = (browser.text(".lesson-state"), page::rows(browser));
                    browser.type_into("#repeats", "4");
                    // The trials that were trained once are run again by themselves; four times each is too few.
                    browser.wait_for("the trials again", || {
                        let again = page::rows(browser);
                        let anew =
                            |(now, then): (&page::Row, &page::Row)| now.loss().is_some() && now.loss != then.loss;
                        again.len() == once.len() && again.iter().zip(&once).all(anew)
                    });
                    assert!(!met(browser) && browser.text(".lesson-state") == hint);
                    browser.type_into("#repeats", "8");
                    browser.wait_for("the goal", || met(browser));
                }
                ("luck", 3) => {
                    wrong(browser, || browser.choose("#evaluation", 1));
                    wrong(browser, || browser.choose("#evaluation", 2));
                    browser.wait_for("the data", || page::ready_now(browser));
                }
                _ => one_trial(browser),
            }
            play_to_the_goal(browser);
            if page < pages {
                to(browser, page + 1);
            }
        }
        browser.click("#lesson-leave");
    }
}

/// Begins a lesson by its link.
fn begin(browser: &Browser, lesson: &str) -> crate::server::Server {
    let server = page::open(browser, &format!("#v=1&lesson.name={lesson}"));
    browser.wait_for("the lesson", || browser.is_there("#lesson"));
    page::ready(browser);
    server
}

/// Types a value: the wrong one changes the hint, or is told by it already, and not the goal; then the right one.
fn wrong_then_right(browser: &Browser, field: &str, [wrong, right]: [&str; 2]) {
    browser.type_into(field, wrong);
    browser.wait_for("the wrong value", || browser.value(field) == wrong);
    let hint = browser.text(".lesson-state");
    assert!(!hint.is_empty() && !met(browser));
    browser.type_into(field, right);
    browser.wait_for("another hint", || browser.text(".lesson-state") != hint);
    if browser.is_there("#reset:enabled") {
        browser.click("#reset");
    }
}

fn overfitting(browser: &Browser) {
    let _server = begin(browser, "overfitting");
    play_to(browser, 200.0);
    to(browser, 2);
    // Too far back first.
    let hint = browser.text(".lesson-state");
    browser.send_keys("#run-scrub", key::HOME);
    browser.wait_for("another hint", || browser.text(".lesson-state") != hint && !met(browser));
    // Going back loses nothing; the same epochs are shown again.
    for epoch in 1..=13 {
        browser.click("#step");
        browser.wait_for("the epoch", || browser.number("#run-epoch") == f64::from(epoch));
    }
    to(browser, 3);
    wrong_then_right(browser, "#l2", ["0.5", "0.1"]);
    play_to(browser, 200.0);
    to(browser, 4);
    // What is pointed at is unfolded.
    browser.wait_for("the field", || browser.visible("#data-used"));
    browser.type_into("#data-used", "100");
    // Other data begin another run: what is played before that goes with the old one.
    browser.wait_for("all rows", || !page::hash(browser).contains("data.used") && page::ready_now(browser));
    play_to(browser, 200.0);
    to(browser, 5);
    browser.wait_for("the field", || browser.visible("#dropout"));
    wrong_then_right(browser, "#dropout", ["0.9", "0.5"]);
    play_to(browser, 60.0);
    to(browser, 6);
    wrong_then_right(browser, "#patience", ["100", "20"]);
    play_to_the_goal(browser);
}

fn edge(browser: &Browser) {
    let _server = begin(browser, "edge-of-stability");
    assert!(browser.is_there("#lesson math mfrac"));
    play_to(browser, 1000.0);
    to(browser, 2);
    let hint = browser.text(".lesson-state");
    browser.type_into("#run-lr-value", "0.5");
    browser.wait_for("another hint", || browser.text(".lesson-state") != hint && !met(browser));
    browser.type_into("#run-lr-value", "0.2");
    browser.click("#reset");
    play_to(browser, 1000.0);
    to(browser, 3);
    for zooms in 1..=2 {
        page::map_trained(browser);
        assert!(!met(browser));
        browser.click_at("#map canvas", [0.4, 0.15]);
        browser.wait_for("the zoom", || page::hash(browser).matches("map.zoom").count() == 1);
        browser.wait_for("the goal", || met(browser));
        if zooms == 1 {
            to(browser, 4);
        }
    }
}

fn grid_and_adam(browser: &Browser) {
    {
        let _server = begin(browser, "grid-and-random");
        // A step is none before the race.
        assert!(!met(browser) && !browser.is_there("#step:enabled"));
        browser.click("#race-start");
        to(browser, 2);
        let hint = browser.text(".lesson-state");
        browser.type_into("#budget", "16");
        browser.wait_for("a race of 16", || page::hash(browser).contains("search.budget=16"));
        assert!(!met(browser) && browser.text(".lesson-state") == hint);
        wrong(browser, || browser.type_into("#budget", "25"));
        browser.click("#race-start");
        browser.wait_for("the goal", || met(browser));
        browser.click("#lesson-leave");
    }
    let _server = begin(browser, "adam");
    play_to(browser, 120.0);
    to(browser, 2);
    let hint = browser.text(".lesson-state");
    // Another rule that adapts is not the one.
    browser.choose("#rule", 4);
    browser.wait_for("another hint", || browser.text(".lesson-state") != hint && !met(browser));
    // The ninth is Adam.
    browser.choose("#rule", 8);
    browser.wait_for("Adam", || page::hash(browser).contains("training.rule=adam"));
    play_to(browser, 120.0);
    to(browser, 3);
}

fn bayesian(browser: &Browser) {
    let _server = begin(browser, "bayesian");
    browser.wait_for("rest", || browser.is_there("#step:enabled"));
    browser.click("#step");
    browser.wait_for("a trial", || page::rows(browser).len() == 1);
    // One is not six, and a trial more is not one back.
    assert!(!met(browser) && !browser.text(".lesson-state").is_empty());
    play_to_the_goal(browser);
    to(browser, 2);
    play_to_the_goal(browser);
    to(browser, 3);
    assert!(!met(browser));
    browser.send_keys("#scrub", &format!("{}{}", key::HOME, key::RIGHT.repeat(3)));
    to(browser, 4);
    play_to_the_goal(browser);
}

fn beat_the_tuner(browser: &Browser) {
    let _server = page::open(browser, "#v=1&lesson.name=beat-the-tuner");
    browser.wait_for("the lesson", || browser.is_there("#your-map svg"));
    page::ready(browser);
    // The tuners before one's own trials.
    wrong(browser, || browser.click("#race-start"));
    for trial in 1..=8 {
        browser.click_at("#your-map svg", [0.1 * f64::from(trial), 0.5]);
        let done = || browser.count("[data-lane=you] [data-trial]") == trial as usize;
        browser.wait_for("the trial", done);
    }
    browser.wait_for("the goal", || met(browser));
    // The code for the class's board brings the same trials, trained again.
    let code = browser.text("#board-code");
    let best = browser.eval(
        "Math.min(...[...document.querySelectorAll('[data-lane=you] [data-loss]')].map(t => Number(t.dataset.loss)))",
    );
    browser.click("#board summary");
    browser.send_keys("#board-codes", &format!("Ada {code}\nBob {code}"));
    browser.click("#board-train");
    browser.wait_for("the class", || browser.count("#class tbody tr[data-best]") == 2);
    assert_eq!(browser.attr("#class tbody tr", "data-best").and_then(|b| b.parse::<f64>().ok()), best.as_f64());
    assert_eq!(browser.count("[data-lane=class] [data-trial]"), 16);
    browser.click("#lesson-next");
    browser.wait_for("the next page", || page_number(browser) == 2);
    if !met(browser) {
        browser.click("#race-start");
    }
    browser.wait_for("the goal", || met(browser));
    browser.wait_for("the standings", || browser.count("#standings thead th") == 4);
}

fn locks(browser: &Browser) {
    let server = page::open(
        browser,
        "#v=1&data.name=moons&lesson.lock=[%22net%22,%22data.name%22]&lesson.hide=[%22training%22,%22footer%22]&map.side=8",
    );
    assert!(!browser.is_there("footer") && !browser.is_there("#rule"));
    browser.click("[data-name=spiral]");
    browser.choose("#activation", 3);
    browser.click("[data-preset]");
    // Something that is allowed, after all that is not: then the link has had time for both.
    browser.click("#theme");
    browser.type_into("#budget", "7");
    browser.wait_for("the link", || page::hash(browser).contains("search.budget=7"));
    assert!(!browser.is_there("footer") && !browser.is_there("#rule"));
    let setup = crate::native::setup(&page::hash(browser));
    assert_eq!((setup.data.name.as_str(), setup.net), ("moons", tunescape::exchange::Setup::default().net));
    drop(server);
    limits(browser);
}

/// Neither a field, nor a slider's keys, nor the undoing of what was done before the lock.
fn limits(browser: &Browser) {
    let _server = page::open(browser, "#v=1&map.side=8&screen=explore");
    browser.choose("#activation", 3);
    browser.wait_for("a change", || page::hash(browser).contains("net.activation"));
    browser.eval("void (location.hash = '#v=1&map.side=8&screen=explore&net.hidden=[3]&lesson.lock=[%22net%22,%22run.momentum%22]&lesson.limit=[[%22run.learning_rate%22,0.01,0.5]]&lesson.hide=[%22play%22]')");
    browser
        .wait_for("the locks", || browser.is_there("#play") && !browser.visible("#play") && page::ready_now(browser));
    let momentum = browser.value("#run-momentum-value");
    browser.send_keys("#run-momentum", &key::LEFT.repeat(5));
    browser.type_into("#run-momentum-value", "0.5");
    browser.type_into("#run-lr-value", "9");
    browser.wait_for("the limit", || browser.value("#run-lr-value") == "0.5");
    browser.send_keys("#run-lr", key::END);
    browser.click("#undo");
    browser.wait_for("the rate before", || browser.value("#run-lr-value") == "0.1");
    browser.click("#undo");
    // Something that is allowed, after what is not.
    browser.click("#theme");
    browser.type_into("#run-lr-value", "0.2");
    browser.wait_for("the link", || page::hash(browser).contains("run.learning_rate=0.2"));
    let setup = crate::native::setup(&page::hash(browser));
    assert_eq!(setup.net.hidden, [3]);
    assert_eq!((browser.value("#run-momentum-value"), setup.run.momentum), (momentum, 0.9));
}
