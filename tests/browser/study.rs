//! The search, trial by trial: what of it is drawn, typed and pressed. What comes about is shown by
//! the flows.

use crate::harness::Browser;
use crate::native;
use crate::page::{self, Row};
use crate::steps::key;

pub const TESTS: &[crate::Test] = &[
    ("a_study_is_played_stepped_back_and_loaded_anew", walk),
    ("densities_seeds_and_a_population_are_drawn", beside),
];

pub const ON_THE_CPU: &[crate::Test] = &[
    ("what_is_searched_and_the_model_are_typed_in", typed),
    ("stopped_trials_their_rungs_and_what_mattered_are_drawn", pruned),
    ("a_click_on_the_map_places_a_trial", by_hand),
    ("the_keyboard_alone_steps_on", keyboard),
];

const BUDGET: usize = 12;

fn shown(browser: &Browser) -> f64 {
    browser.number("#trial-number")
}

/// Plays as fast as it goes until so many trials are shown.
fn play(browser: &Browser, trials: usize) {
    browser.choose("#speed", 2);
    browser.click("#play");
    browser.wait_for("the trials", || {
        page::rows(browser).len() == trials && browser.is_there("#play")
    });
}

/// One person's way through the screen.
fn walk(browser: &Browser) {
    let server = page::open(browser, "#v=1&map.side=8&training.epochs=30&search.budget=12");
    let before = browser.text("#why");
    play(browser, BUDGET);
    let rows = page::rows(browser);
    assert_eq!(shown(browser), BUDGET as f64);
    assert_ne!(browser.text("#why"), before);
    page::no_nan(browser);

    // Every number is the native engine's.
    browser.wait_for("the link", || page::hash(browser).contains("search.run=12"));
    let link = page::hash(browser);
    let setup = native::setup(&link);
    assert_eq!(rows, native::study(&setup, BUDGET));

    // The best that is shown is the best of the table.
    let best = |rows: &[Row]| {
        rows.iter().filter_map(Row::loss).min_by(f64::total_cmp).expect("one that did not diverge")
    };
    let shown_best = || browser.attr("#trials tr.chosen", "data-loss").expect("an exact loss");
    assert_eq!(shown_best(), best(&rows).to_string());
    assert_eq!(browser.text("#chosen-loss"), browser.text("#trials tr.chosen td:nth-child(4)"));
    assert!((browser.number("#chosen-loss") - best(&rows)).abs() < 0.001);
    assert!(page::colours(browser, "#chosen canvas") > 20);
    assert!(browser.is_there("#mind canvas"));
    // The heading and two sentences; the rest is in small print.
    let told = browser.text("#why p");
    assert!(told.matches(". ").count() <= 2 && told.len() < 360, "{told}");
    assert_eq!(browser.count("#map [data-trial]"), BUDGET);

    // Back, forth, and to any trial.
    let last = browser.text("#why");
    for n in 1..=5 {
        browser.click("#back");
        browser.wait_for("a step back", || page::rows(browser) == rows[..BUDGET - n]);
    }
    assert_ne!(browser.text("#why"), last);
    assert_eq!(browser.count("#map [data-trial]"), 7);
    assert_eq!(shown_best(), best(&rows[..7]).to_string());
    browser.send_keys("#scrub", &format!("{}{}", key::HOME, key::RIGHT.repeat(3)));
    browser.wait_for("trial 3", || shown(browser) == 3.0 && page::rows(browser) == rows[..3]);
    browser.send_keys("#scrub", key::END);
    browser.wait_for("all trials again", || page::rows(browser) == rows);
    assert_eq!(browser.text("#why"), last);

    // A reload from the link runs the same study again and shows the trial that was on show.
    browser.send_keys("#scrub", &key::LEFT.repeat(5));
    browser.wait_for("the link", || page::hash(browser).contains("search.shown=7"));
    let link = page::hash(browser);
    browser.goto("about:blank");
    browser.goto(&server.url(&format!("/{link}")));
    page::ready(browser);
    assert_eq!(shown(browser), 7.0);
    browser.wait_for("the same trials", || page::rows(browser) == rows[..7]);

    // The test score is shown on request only.
    assert!(!browser.is_there("#tested"));
    browser.wait_for("the button", || browser.is_there("#test"));
    browser.click("#test");
    browser
        .wait_for("the test score", || browser.is_there("#tested") && !browser.is_there("#test"));

    // A preset is one click.
    browser.click("[data-preset=iris]");
    browser.wait_for("its link", || page::hash(browser).contains("data.name=iris"));
    browser.wait_for("its parameters", || browser.is_there("[data-searched=l2]"));
    assert_eq!(page::notices(browser), "");
}

/// What is typed, chosen and pressed goes into the link.
fn typed(browser: &Browser) {
    let link = "#v=1&map.side=8&training.epochs=5&search.budget=8&backend=cpu";
    let _server = page::open(browser, link);
    browser.click("#process summary");
    browser.choose("#kernel", 2);
    browser.wait_for("the link", || page::hash(browser).contains("search.kernel=rbf"));
    browser.type_into("#length-scale", "0.2");
    browser.wait_for("the link", || page::hash(browser).contains("search.length_scale=0.2"));
    browser.send_keys("#gp-noise-slider", key::HOME);
    browser.wait_for("the link", || page::hash(browser).contains("search.noise=0.001"));
    browser.type_into("#gp-noise", "");
    browser.type_into("#length-scale", "99");
    browser.wait_for("a notice", || !page::notices(browser).is_empty());
    browser.type_into("#length-scale", "");
    browser.wait_for("the link", || !page::hash(browser).contains("length_scale"));
    browser.type_into("#at-once", "4");
    browser.wait_for("the link", || page::hash(browser).contains("search.at_once=4"));
    browser.wait_for("what is told of those that run", || browser.is_there("#lie"));
    browser.choose("#distinct", 1);
    browser.wait_for("the link", || page::hash(browser).contains("search.distinct=true"));
    // The first that is offered is the batch size.
    browser.choose("#search-more", 1);
    browser.wait_for("the batch size", || browser.is_there("[data-searched=batch]"));
    browser.type_into("#batch-low", "16");
    browser.click("#momentum-drop");
    browser.wait_for("the link", || {
        let hash = page::hash(browser);
        hash.contains("space.momentum=null") && hash.contains("space.batch=[16.0,256.0]")
    });
    browser.type_into("#fixed-momentum", "0.5");
    browser.wait_for("the link", || page::hash(browser).contains("run.momentum=0.5"));
    // Held at the best trial, the map is another.
    let link = "#v=1&map.side=8&training.epochs=5&search.budget=3&space.layers=[1,3]&backend=cpu";
    browser.eval(&format!("location.hash = '{link}'"));
    browser.wait_for("the layers", || browser.is_there("[data-searched=layers]"));
    page::ready(browser);
    play(browser, 3);
    let held = browser.text("#held");
    browser.click("#hold-best");
    browser.wait_for("another map", || {
        browser.text("#held") != held && page::hash(browser).contains("map.held")
    });
    page::no_nan(browser);
}

/// What the pruner makes of curves, and what follows the search.
fn pruned(browser: &Browser) {
    let link = "#v=1&map.side=8&training.epochs=30&search.budget=12&search.strategy=random";
    let _server = page::open(browser, &format!("{link}&search.pruner.name=asha&backend=cpu"));
    play(browser, BUDGET);
    browser.wait_for("stopped trials", || browser.text("#trials").contains("stopped"));
    assert!(browser.count("#curves line.mark") >= 3, "rungs at 1, 4 and 16");
    // Hyperband says which of its brackets a trial is in.
    assert!(!browser.is_there("#bracket"));
    browser.choose("#pruner", 7);
    browser.wait_for("its bracket", || {
        browser.is_there("#bracket") && browser.text("#bracket").contains("of 3")
    });
    browser.choose("#pruner", 5);
    browser.wait_for("none", || !browser.is_there("#bracket"));

    // One that was stopped: its curve goes on as a ghost.
    // Choosing may have scrolled the map under the pointer, and what is pointed at comes first
    // among the curves.
    browser.point_at("#curves h2", [0.5, 0.5]);
    let trial = "[...document.querySelectorAll('#trials tbody tr')].find(r => r.innerText.includes('stopped')).querySelector('button').click()";
    browser.wait_for("stopped trials", || {
        page::rows(browser).len() == BUDGET && browser.text("#trials").contains("stopped")
    });
    browser.eval(trial);
    browser.wait_for("the ghost", || browser.is_there("#curves path.ghost"));
    page::map_trained(browser);
    browser.click("#after summary");
    browser.wait_for("what mattered", || {
        browser.count("#fanova .bar") >= 2 && browser.count("#ped-anova .bar") == 2
    });
    assert!(browser.is_there("#regret") && browser.count(".dependence .band") == 2);
    page::no_nan(browser);
}

/// What a strategy believes, and what is trained beside its trials.
fn beside(browser: &Browser) {
    let link = "#v=1&map.side=8&training.epochs=27&search.budget=12&search.members=8&search.every=9\
        &search.strategy=tpe";
    let _server = page::open(browser, link);
    play(browser, BUDGET);
    let crosses = || browser.attr("#mind .candidates", "d").map_or(0, |d| d.matches('h').count());
    browser.wait_for("24 candidates and the good trials", || {
        crosses() == 24 && browser.count("#mind .seen.good") == 6
    });
    browser.choose("#strategy", 14);
    browser.wait_for("the link", || page::hash(browser).contains("hyperband"));
    play(browser, BUDGET);
    page::no_nan(browser);
    // However narrow a density is, its map is not blank.
    browser.wait_for("densities", || browser.count(".belief canvas") >= 2);
    let blank = page::commonest(browser, ".belief canvas");
    assert!(blank < 0.6, "{blank} of the density of good trials is of one colour");
    browser.click("#after summary");
    browser.click("#fresh");
    browser.wait_for("fresh seeds", || browser.is_there("#fresh-seeds[data-values]"));
    let values = browser.attr("#fresh-seeds", "data-values").unwrap_or_default();
    assert_eq!(values.split(' ').count(), 8, "{values}");
    assert!(
        browser.is_there(".ecdf path")
            && browser.count(".ranks circle") == 2 * BUDGET
            && browser.is_there(".pareto path")
    );
    browser.click("#population summary");
    browser.click("#evolve");
    browser.wait_for("the population", || browser.is_there("#evolved"));
    assert_eq!(browser.count("#population figure.dependence"), 2, "learning rate and momentum");
    page::no_nan(browser);
}

fn by_hand(browser: &Browser) {
    let link = "#v=1&map.side=8&training.epochs=20&search.strategy=random&backend=cpu";
    let _server = page::open(browser, link);
    page::map_trained(browser);
    browser.click("#map-click button:nth-child(3)");
    browser.click_at("#map canvas", [0.25, 0.75]);
    browser.wait_for("the trial by hand", || page::rows(browser).len() == 1);
    // A quarter of the axes: log of the learning rate from 0.003 to 10, momentum from 0 to 0.99.
    let row = page::rows(browser).remove(0);
    let [learning_rate, momentum] =
        [0, 1].map(|i: usize| row.point[i].parse::<f64>().expect("a number"));
    assert!(
        (learning_rate / (0.003 * (10.0_f64 / 0.003).powf(0.25)) - 1.0).abs() < 0.05,
        "{learning_rate}"
    );
    assert!((momentum / 0.2475 - 1.0).abs() < 0.05, "{momentum}");
    assert!(!browser.is_there("#back-out"));
    browser.wait_for("the link", || page::hash(browser).contains("search.run=1"));
    browser.reload();
    page::ready(browser);
    browser.wait_for("the same trial", || page::rows(browser) == [row.clone()]);
}

/// The focus stays where it is while a trial trains, and where there is no further step.
fn keyboard(browser: &Browser) {
    let link =
        "#v=1&map.side=8&training.epochs=20&search.strategy=random&race.repeats=32&backend=cpu";
    let _server = page::open(browser, link);
    browser.wait_for("data", || browser.is_there("#step:not([aria-disabled])"));
    browser.eval("document.getElementById('step').focus()");
    for n in 1..=3 {
        browser.send_keys("#step:focus:not([aria-disabled])", key::ENTER);
        browser.wait_for("a trial", || page::rows(browser).len() == n);
    }
    browser.eval("document.getElementById('back').focus()");
    for n in (0..3).rev() {
        browser.send_keys("#back:focus", key::ENTER);
        browser.wait_for("a trial less", || browser.number("#trial-number") == f64::from(n));
    }
    assert!(browser.is_there("#back:focus[aria-disabled]"));
    browser.send_keys("#back:focus", key::ENTER);
    assert_eq!(browser.number("#trial-number"), 0.0);

    // The first Tab leads past the set-up; a dialog gives back what it took.
    browser.eval("document.querySelector('.skip').focus()");
    browser.send_keys(".skip:focus", key::ENTER);
    assert!(browser.is_there("#main:focus"));
    browser.eval("document.getElementById('share').focus()");
    browser.send_keys("#share:focus", key::ENTER);
    browser.wait_for("the dialog", || browser.is_there("#share-dialog :focus"));
    browser.send_keys("#share-dialog", key::ESCAPE);
    browser.wait_for("the way back", || browser.is_there("#share:focus"));

    // What had it is gone with the list of lessons.
    browser.click(".tab:nth-child(4)");
    browser.eval("document.querySelector('#lessons button').focus()");
    browser.send_keys("#lessons button:focus", key::ENTER);
    browser.wait_for("the lesson", || browser.is_there("#lesson:focus"));
    // What it has set up can be undone.
    browser.wait_for("its set-up", || !page::hash(browser).contains("search.strategy=random"));
    browser.click(".tab:nth-child(2)");
    browser.type_into("#budget", "7");
    browser.wait_for("a change within it", || page::hash(browser).contains("search.budget=7"));
    browser.click("#lesson-leave");
    browser.click("#undo");
    browser.wait_for("what was before", || page::hash(browser).contains("search.strategy=random"));
    assert!(browser.is_there("#undo[aria-disabled]"), "nothing leads back into the lesson");
    browser.click(".tab:nth-child(3)");
    browser.wait_for("the race", || browser.is_there("#race-start:not([aria-disabled])"));
    browser.eval("document.getElementById('race-start').focus()");
    browser.send_keys("#race-start:focus", key::ENTER);
    browser.wait_for("the way out", || browser.is_there("#race-cancel:focus"));
    browser.send_keys("#race-cancel:focus", key::ENTER);
    browser.wait_for("the race", || browser.is_there("#race-start:focus"));
}
