//! The race: strategies in step, and the learner against them. What comes about is shown by the
//! flows, what is drawn and pressed here.

use crate::harness::Browser;
use crate::page;
use serde_json::from_value;

pub const TESTS: &[crate::Test] = &[("a_race_is_run_joined_and_revealed", race)];

/// The losses of the trials on a lane's map; empty for one that diverged.
fn losses(browser: &Browser, lane: &str) -> Vec<String> {
    let list = format!(
        "[...document.querySelectorAll('[data-lane={lane}] [data-trial]')].map(t => t.dataset.loss ?? '')"
    );
    from_value(browser.eval(&list)).expect("texts")
}

fn race(browser: &Browser) {
    let link = "#v=1&screen=race&map.side=8&training.epochs=20&search.budget=2&race.repeats=2\
        &map.hidden=true&backend=cpu";
    let server = page::open(browser, link);
    browser.click("#race-start");
    browser.wait_for("the race", || {
        browser.number("#race-trial") == 2.0 && browser.is_there("#race-start")
    });
    assert_eq!(browser.count("#standings tbody tr"), 3);
    assert_eq!(browser.count("[data-lane=random] tbody tr"), 2);
    page::no_nan(browser);
    // What was hidden on the Search screen is not told here.
    let maps = || browser.count("#lanes canvas");
    assert_eq!((maps(), losses(browser, "random").len()), (0, 2));
    browser.click(".tab:nth-child(2)");
    browser.click("#truth");
    browser.click(".tab:nth-child(3)");
    browser.wait_for("the truth", || maps() == 3);
    let first = losses(browser, "random");
    browser.choose("#repeat", 1);
    browser.wait_for("another repeat", || losses(browser, "random") != first);
    // All maps are in step.
    browser.click("#back");
    browser.wait_for("a step back", || {
        ["grid", "random", "bayesian"].iter().all(|lane| losses(browser, lane).len() == 1)
    });
    // Whoever joins now goes on with all others in step.
    browser.click("#you");
    browser.wait_for("the learner's map", || {
        browser.is_there("#your-map") && browser.number("#race-trial") == 0.0
    });
    assert!(browser.is_there("#back[aria-disabled]") && !browser.is_there("#lanes canvas"));
    let title = || browser.text("main .card:nth-child(2) h2");
    let hidden = title();
    // Where a click goes can be read from the axes.
    let axes = browser.text("#your-map .tick");
    for text in ["0.01", "0.75", "Learning rate", "Momentum"] {
        assert!(axes.contains(text), "{axes}");
    }
    browser.click_at("#your-map svg", [0.3, 0.6]);
    browser.wait_for("a trial", || browser.text("#you-says").contains("1 trial left"));
    assert_eq!(browser.number("#race-trial"), 1.0);
    browser.wait_for("its link", || page::hash(browser).contains("race.hand"));
    // Nor is the landscape told by a file while the learner plays.
    browser.click("#share");
    browser.wait_for("the files", || browser.is_there("#share-dialog [download='trials.csv']"));
    assert!(!browser.is_there("[download='landscape.csv'], #landscape-json"));
    browser.click("#share-dialog .primary");
    browser.wait_for("the dialog to close", || !browser.is_there("dialog"));
    let of_one = page::hash(browser);
    assert!(browser.text("#race-best figcaption").contains("trials 1"));
    // A line is a point so far, and how it goes on is not to be seen.
    assert!((1..=4).contains(&browser.count("#race-best svg circle.pin")));
    browser.click_at("#your-map svg", [0.6, 0.5]);
    browser.wait_for("the truth", || maps() == 3 && browser.is_there("#your-map canvas"));
    assert_ne!(title(), hidden);
    // The learner stands among those who raced before.
    browser.wait_for("the standings", || browser.count("#standings tbody tr") == 4);
    assert_eq!(browser.count("#standings thead th"), 4);
    // The table says how many of their repeats are beaten.
    let cell = browser.text("#standings [data-strategy=grid] td:last-child");
    assert!(["0 / 2", "1 / 2", "2 / 2"].contains(&cell.as_str()), "{cell}");
    browser.wait_for("the link of both", || page::hash(browser) != of_one);
    let (own, link) = (losses(browser, "you"), page::hash(browser));
    browser.goto("about:blank");
    browser.goto(&server.url(&format!("/{link}")));
    page::ready(browser);
    // It opens on all of the learner's trials, wherever the race was looked at before.
    browser.wait_for("the same trials", || {
        let again = losses(browser, "you");
        again.len() == 2 && again.starts_with(&own)
    });
    browser.click("#racers [value=sobol]");
    browser.wait_for("four maps", || browser.count("#lanes .lane") == 4);
    page::no_nan(browser);
}
