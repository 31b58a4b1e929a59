//! The race: strategies in step, and the learner against them.

use crate::harness::Browser;
use crate::native;
use crate::page;
use serde_json::from_value;
use tunescape_core::search::StrategyName;

pub const TESTS: &[crate::Test] = &[
    ("a_race_is_run_and_every_trial_is_true", race),
    ("the_learner_races_on_a_hidden_map", you),
    ("a_hidden_map_stays_hidden_and_a_cut_study_is_told", hidden),
];

/// The losses of the trials on a lane's map; empty for one that diverged.
fn losses(browser: &Browser, lane: &str) -> Vec<String> {
    let list = format!(
        "[...document.querySelectorAll('[data-lane={lane}] [data-trial]')].map(t => t.dataset.loss ?? '')"
    );
    from_value(browser.eval(&list)).expect("texts")
}

/// Repeat r of a strategy is the study with the seed plus r.
fn raced(link: &str, name: StrategyName, repeat: usize, trials: usize) -> Vec<String> {
    let mut setup = native::setup(link);
    setup.search.strategy = name;
    setup.search.seed += repeat as u64;
    native::study(&setup, trials).into_iter().map(|row| row.loss).collect()
}

/// The least of some losses, of which diverged trials have none.
fn least(losses: &[String]) -> f64 {
    losses.iter().filter_map(|loss| loss.parse().ok()).fold(f64::INFINITY, f64::min)
}

fn race(browser: &Browser) {
    let link =
        "#v=1&screen=race&map.side=8&training.epochs=20&search.budget=6&race.repeats=3&backend=cpu";
    let _server = page::open(browser, link);
    browser.click("#race-start");
    browser.wait_for("the race", || {
        browser.number("#race-trial") == 6.0 && browser.is_there("#race-start")
    });
    assert_eq!(browser.count("#standings tbody tr"), 3);
    page::no_nan(browser);
    assert_eq!(browser.count("[data-lane=random] tbody tr"), 6);

    for repeat in [0, 2] {
        browser.choose("#repeat", repeat);
        for name in [StrategyName::Grid, StrategyName::Random, StrategyName::Bayesian] {
            let rows = raced(link, name, repeat, 6);
            browser.wait_for(name.key(), || losses(browser, name.key()) == rows);
        }
    }
    // Back in step on every map.
    browser.click("#back");
    browser.wait_for("a step back", || {
        ["grid", "random", "bayesian"].iter().all(|l| losses(browser, l).len() == 5)
    });
    // Whoever joins now goes on with all others in step.
    browser.click("#you");
    browser.wait_for("the learner's map", || {
        browser.is_there("#your-map") && browser.number("#race-trial") == 0.0
    });
    assert!(browser.is_there("#back[aria-disabled]") && !browser.is_there("#lanes canvas"));
    browser.click_at("#your-map svg", [0.3, 0.6]);
    browser.wait_for("a trial", || browser.text("#you-says").contains("5 trials left"));
    assert_eq!(browser.number("#race-trial"), 1.0);
    assert!(browser.text("#race-best figcaption").contains("trials 1"));
    // A line is a point so far, and how it goes on is not to be seen.
    assert_eq!(browser.count("#race-best svg circle.pin"), 4);
    browser.click("#you");
    browser.wait_for("the race", || browser.number("#race-trial") > 1.0);
    // Another racer makes it another race.
    browser.click("#racers [value=sobol]");
    browser.wait_for("four maps", || browser.count("#lanes .lane") == 4);
    assert!(losses(browser, "grid").is_empty());
    browser.wait_for("the link", || page::hash(browser).contains("race.strategies"));
}

fn you(browser: &Browser) {
    let link = "#v=1&screen=race&map.side=8&training.epochs=20&search.budget=2&race.repeats=2&race.you=true&backend=cpu";
    let server = page::open(browser, link);
    assert!(!browser.is_there("#lanes canvas"));
    let title = || browser.text("main .card:nth-child(2) h2");
    let hidden = title();
    // Where a click goes can be read from the axes.
    let axes = browser.text("#your-map .tick");
    for text in ["0.01", "0.75", "Learning rate", "Momentum"] {
        assert!(axes.contains(text), "{axes}");
    }
    for (n, place) in [[0.25, 0.75], [0.6, 0.5]].into_iter().enumerate() {
        browser.click_at("#your-map svg", place);
        browser.wait_for("the trial", || losses(browser, "you").len() == n + 1);
        if n == 0 {
            browser.wait_for("what is left", || browser.text("#you-says").contains("1 trial left"));
        }
    }
    browser.wait_for("the truth", || {
        browser.count("#lanes canvas") == 3 && browser.is_there("#your-map canvas")
    });
    assert_eq!(browser.number("#race-trial"), 2.0);
    assert_ne!(title(), hidden);
    // The page says what comes next, and has it at hand.
    browser.click(".yours button.primary");
    browser.wait_for("the race", || {
        browser.count("#standings tbody tr") == 4 && browser.is_there("#race-start")
    });
    assert_eq!(browser.count("#standings thead th"), 4);
    assert!(browser.is_there("#standings [data-strategy=you]"));
    // The table says how many of their repeats are beaten.
    for name in [StrategyName::Grid, StrategyName::Random, StrategyName::Bayesian] {
        let yours = least(&losses(browser, "you"));
        let beaten = (0..2).filter(|&repeat| yours < least(&raced(link, name, repeat, 2))).count();
        let cell =
            browser.text(&format!("#standings [data-strategy={}] td:last-child", name.key()));
        assert_eq!(cell, format!("{beaten} / 2"), "{name:?}");
    }
    // All maps are in step.
    browser.click("#back");
    browser.wait_for("a step back", || {
        losses(browser, "you").len() == 1 && losses(browser, "random").len() == 1
    });
    browser.click("#step");
    browser.wait_for("the last trial", || losses(browser, "you").len() == 2);
    browser.wait_for("the link", || page::hash(browser).contains("race.hand"));
    let (own, link) = (losses(browser, "you"), page::hash(browser));
    browser.goto("about:blank");
    browser.goto(&server.url(&format!("/{link}")));
    page::ready(browser);
    browser.wait_for("the same trials", || losses(browser, "you") == own);
}

fn hidden(browser: &Browser) {
    let study = "search.strategy=random&search.budget=6&search.run=4&search.shown=4";
    let link = format!(
        "#v=1&screen=race&map.side=8&training.epochs=20&race.repeats=2&map.hidden=true&backend=cpu&{study}"
    );
    let _server = page::open(browser, &link);
    browser.click("#race-start");
    browser.wait_for("the race", || {
        browser.number("#race-trial") == 6.0 && browser.is_there("#race-start")
    });
    // What was hidden on the Search screen is not told here.
    let maps = || browser.count("#lanes canvas");
    assert_eq!((maps(), losses(browser, "random").len()), (0, 6));
    // Both spend the same budget.
    browser.type_into("#budget", "3");
    browser.wait_for("what it does to the study", || page::notices(browser).contains("trial 3"));
    browser.click(".tab:nth-child(2)");
    browser.wait_for("the study", || page::rows(browser).len() == 3);
    browser.click("#truth");
    browser.click(".tab:nth-child(3)");
    browser.wait_for("the truth", || maps() == 3);
}
