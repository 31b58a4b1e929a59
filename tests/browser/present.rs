//! Presenting to a class, and a lesson of one's own dropped on the page.

use crate::harness::Browser;
use crate::page;
use crate::steps::{drop_file, key};

pub const TESTS: &[crate::Test] = &[("a_dropped_lesson_is_presented_by_keys", present)];

const LESSON: &str = r#"{"title":{"en":"My own"},"minutes":5,"pages":[{
    "state":"v=1&screen=explore&data.name=moons&map.side=8&training.epochs=10&backend=cpu",
    "text":{"en":"Mine."},"notes":{"en":"Ask them first."},"goal":[{"fact":"run.epoch","at_least":10}],
    "hints":[{"text":{"en":"Press play."}}],"done":{"en":"Learnt."},"hide":["footer","pace"]}]}"#;

fn present(browser: &Browser) {
    let _server = page::open(browser, "#v=1&map.side=8&training.epochs=10&backend=cpu");
    page::ready(browser);
    takes_a_lesson(browser);
    shows_its_tools(browser);
    opens_the_notes(browser);
    ends_by_escape(browser);
}

fn press(browser: &Browser, key: &str) {
    browser.send_keys("body", key);
}

/// A lesson that can't be says why, and changes nothing; one that can begins.
fn takes_a_lesson(browser: &Browser) {
    drop_file(browser, "bad.json", r#"{"title":{"en":"A"},"minutes":5,"pages":[]}"#.as_bytes());
    browser.wait_for("the notice", || page::notices(browser).contains("bad.json"));
    // In words, and with the place.
    drop_file(browser, "cut.json", "{\"title\":{\"en\":\"A\"},\n\"minutes\":5,".as_bytes());
    browser
        .wait_for("the line", || page::notices(browser).contains("cut.json can't be used: line 2"));
    drop_file(
        browser,
        "other.json",
        "{\"title\":{\"en\":\"A\"},\n\"minutes\":5,\n \"page\":[]}".as_bytes(),
    );
    browser.wait_for("the field", || {
        page::notices(browser).contains("line 3, column 2: there is no field “page” here")
    });
    assert!(!browser.is_there("#lesson"));
    drop_file(browser, "own.json", LESSON.as_bytes());
    browser.wait_for("the lesson", || browser.is_there("#lesson") && page::ready_now(browser));
    assert!(browser.text("#lesson").contains("Mine."));
    browser.wait_for("what it hides", || !browser.is_there("footer") && !browser.visible("#pace"));
    browser.wait_for("the link", || page::hash(browser).contains("lesson.own="));
}

/// The keys, the spotlight, and the picture that stands still.
fn shows_its_tools(browser: &Browser) {
    press(browser, "?");
    browser.wait_for("the keys", || browser.is_there("#keys-dialog [data-key=o]"));
    browser.click("#keys-dialog .primary");
    browser.wait_for("it to close", || !browser.is_there("#keys-dialog"));
    // No key acts before somebody presents.
    press(browser, "o");
    browser.click("#present");
    browser.wait_for("presenting", || browser.is_there("html[data-present]"));
    assert!(!browser.is_there(".spotlight"));
    // The space bar is the run's, not the button's.
    assert!(browser.is_there("#main:focus"));
    press(browser, "o");
    browser.wait_for("the spotlight", || browser.is_there(".spotlight"));
    press(browser, key::ESCAPE);
    browser.wait_for("it to go", || !browser.is_there(".spotlight"));
    // The picture stands still while the run goes on.
    press(browser, "f");
    browser.wait_for("the frozen picture", || browser.is_there(".frozen"));
    press(browser, key::RIGHT);
    assert_eq!(browser.number("#run-epoch"), 0.0);
    press(browser, "f");
    browser.wait_for("the step", || browser.number("#run-epoch") == 1.0);
}

/// What to say, in a window of its own.
fn opens_the_notes(browser: &Browser) {
    let windows = || browser.run(browser.client.windows());
    let own = windows()[0].clone();
    press(browser, "w");
    browser.wait_for("the notes", || windows().len() == 2);
    let notes = windows().into_iter().find(|window| *window != own).expect("another window");
    browser.run(browser.client.switch_to_window(notes));
    browser.wait_for("what to say", || browser.text("body").contains("Ask them first."));
    let said = browser.text("body");
    assert!(
        ["For you: Ask", "On the page: Mine.", "Hint: Press", "Once the goal is met: Learnt."]
            .iter()
            .all(|text| said.contains(text)),
        "{said}"
    );
    browser.run(browser.client.switch_to_window(own));
    press(browser, "w");
    browser.wait_for("them to go", || windows().len() == 1);
    press(browser, "p");
    browser.wait_for("no presenting", || !browser.is_there("html[data-present]"));
}

/// Escape leads out of what is typed, then puts the tools away, then ends it; a zoomed map it leads
/// out of first.
fn ends_by_escape(browser: &Browser) {
    browser.click("#present");
    browser.wait_for("presenting", || browser.is_there("html[data-present]"));
    press(browser, "i");
    browser.wait_for("the pointer", || browser.is_there(".pointer"));
    browser.send_keys("#run-lr-value", key::ESCAPE);
    assert!(browser.is_there(".pointer") && !browser.is_there("#run-lr-value:focus"));
    press(browser, key::ESCAPE);
    browser.wait_for("no pointer", || !browser.is_there(".pointer"));
    assert!(browser.is_there("html[data-present]"));
    press(browser, "2");
    browser.wait_for("the map", || browser.is_there("#map svg"));
    browser.click("#map-click button:nth-child(2)");
    browser.send_keys("#map svg", key::ENTER);
    browser.wait_for("the way out", || browser.is_there("#back-out"));
    browser.send_keys("#map svg", key::ESCAPE);
    browser.wait_for("the whole map", || !browser.is_there("#back-out"));
    assert!(browser.is_there("html[data-present]"));
    press(browser, key::ESCAPE);
    browser.wait_for("no presenting", || !browser.is_there("html[data-present]"));
}
