//! The search, trial by trial.

use crate::harness::Browser;
use crate::native;
use crate::page::{self, Row};
use crate::steps::key;
use std::collections::BTreeSet;
use tunescape_core::setup::Parameter;
use tunescape_core::setup::presets::PRESETS;
use tunescape_core::study::landscape::Landscape;

pub const TESTS: &[crate::Test] = &[
    ("a_grid_is_stepped_and_replayed", |browser| strategy(browser, 0)),
    ("random_search_is_stepped_and_replayed", |browser| strategy(browser, 1)),
    ("bayesian_search_is_stepped_and_replayed", |browser| strategy(browser, 2)),
    ("batch_size_units_and_activation_are_searched", any_parameter),
    ("what_was_learnt_is_kept_when_a_range_changes", kept),
    ("every_preset_is_one_click", presets),
    ("the_gaussian_process_is_taken_over", taken_over),
    ("a_pruner_stops_trials_and_what_mattered_is_shown", pruned),
    ("a_descent_follows_slopes_and_says_where_there_are_none", downhill),
    ("a_trial_is_placed_by_hand", by_hand),
    ("bohb_a_population_and_fresh_seeds_are_trained", beside),
    ("the_learner_proposes_within_limits_and_takes_the_best_to_other_data", proposes),
    ("a_click_places_a_trial_where_the_learner_proposes", manual),
    ("the_test_score_is_shown_on_request_only", test_score),
    ("the_keyboard_alone_steps_on", keyboard),
    ("what_was_tried_is_skipped_and_candidates_are_drawn", skipped),
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

/// Kernel, length scale and acquisition act, go into the link, and can be left to the page again.
fn taken_over(browser: &Browser) {
    let _server = page::open(browser, "#v=1&map.side=8&training.epochs=20&search.budget=8");
    play(browser, 8);
    let rows = page::rows(browser);
    browser.wait_for("the fit", || browser.is_there("#fit"));
    browser.click("#process summary");
    browser.choose("#kernel", 2);
    browser.wait_for("the trials with another kernel", || {
        page::rows(browser).len() == 8 && page::rows(browser) != rows
    });
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
    for acquisition in [1, 2, 3, 4, 5, 0] {
        browser.choose("#acquisition", acquisition);
        play(browser, 8);
        page::no_nan(browser);
    }
    browser.type_into("#at-once", "4");
    browser.wait_for("the link", || page::hash(browser).contains("search.at_once=4"));
    browser.wait_for("the trials", || page::rows(browser).len() == 8 && browser.is_there("#play"));
    assert!(browser.is_there("#lie"));
    page::no_nan(browser);
}

fn skipped(browser: &Browser) {
    let link = "#v=1&map.side=8&training.epochs=5&search.budget=6&search.strategy=random&space.learning_rate=null\
        &space.momentum=null&space.activation=[%22tanh%22,%22relu%22]&space.layers=[1,3]";
    let _server = page::open(browser, link);
    play(browser, 6);
    let different =
        || page::rows(browser).iter().map(|row| row.point.join(" ")).collect::<BTreeSet<_>>().len();
    assert!(different() < 6, "six of six networks drawn at random");
    browser.choose("#distinct", 1);
    browser.wait_for("each network once", || page::rows(browser).len() == 6 && different() == 6);
    browser.wait_for("the link", || page::hash(browser).contains("search.distinct=true"));

    browser.eval(
        "location.hash = '#v=1&map.side=8&training.epochs=5&search.budget=12&search.strategy=tpe'",
    );
    browser.wait_for("the study", || page::rows(browser).is_empty());
    page::ready(browser);
    play(browser, 12);
    let crosses = || browser.attr("#mind .candidates", "d").map_or(0, |d| d.matches('h').count());
    browser.wait_for("24 candidates and the good trials", || {
        crosses() == 24 && browser.count("#mind .seen.good") == 6
    });
    page::no_nan(browser);
}

fn downhill(browser: &Browser) {
    let link = "#v=1&map.side=8&training.epochs=12&search.budget=6&search.strategy=hypergradient";
    let _server = page::open(browser, link);
    play(browser, 6);
    assert!(browser.text("#why").contains("against its slope"), "{}", browser.text("#why"));
    // A trial in the chaotic part may have no slope, for a reason of its own.
    assert!(!page::notices(browser).contains("kink"));
    page::no_nan(browser);
    browser.choose("#activation", 1);
    browser.wait_for("why there is no slope", || page::notices(browser).contains("kink"));
    browser.wait_for("the trials", || {
        page::rows(browser).len() == 6 && browser.text("#why").contains("at random")
    });
}

/// BOHB brings its pruner along; after it, the best is trained again, and a population beside it.
fn beside(browser: &Browser) {
    let link =
        "#v=1&map.side=8&training.epochs=27&search.budget=16&search.members=8&search.every=9";
    let _server = page::open(browser, link);
    browser.choose("#strategy", 14);
    browser.wait_for("the link", || page::hash(browser).contains("hyperband"));
    play(browser, 16);
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
            && browser.count(".ranks circle") == 32
            && browser.is_there(".pareto path")
    );
    browser.click("#population summary");
    browser.click("#evolve");
    browser.wait_for("the population", || browser.is_there("#evolved"));
    assert_eq!(browser.count("#population figure.dependence"), 2, "learning rate and momentum");
    page::no_nan(browser);
    // What BOHB brought along goes with it.
    browser.choose("#strategy", 1);
    browser.wait_for("no pruner", || {
        page::hash(browser).contains("random") && !page::hash(browser).contains("pruner")
    });
}

fn proposes(browser: &Browser) {
    let link = "#v=1&map.side=8&training.epochs=20&search.budget=8&search.strategy=random&search.most_epochs=50";
    let _server = page::open(browser, link);
    // Three of twenty epochs are the first to have spent fifty.
    browser.choose("#speed", 2);
    browser.click("#play");
    browser.wait_for("the budget to be spent", || {
        page::rows(browser).len() == 3 && browser.is_there("#play[aria-disabled]")
    });
    browser.click("button[data-name=moons]");
    browser.wait_for("the offer", || browser.is_there("#warm"));
    browser.click("#warm");
    browser.wait_for("the link", || page::hash(browser).contains("search.hand=0-2."));
    browser.click("#play");
    browser.wait_for("the best of before", || page::rows(browser).len() == 3);
    assert!(browser.text("#why").contains("kept"), "{}", browser.text("#why"));
    browser.choose("#manual", 1);
    browser.click("#limits summary");
    browser.type_into("#most-epochs", "0");
    browser.type_into("#most-parameters", "50");
    browser.wait_for("the learner's turn", || browser.text("#trials").contains("too large"));
    assert!(browser.is_there("#play[aria-disabled]"));
    page::no_nan(browser);
}

fn pruned(browser: &Browser) {
    let link = "#v=1&map.side=8&training.epochs=30&search.budget=12&search.strategy=random";
    let _server = page::open(browser, link);
    play(browser, BUDGET);
    let stopped = || {
        let rows =
            browser.eval("[...document.querySelectorAll('#trials tbody tr td:nth-child(4)')].map(d => d.innerText)");
        serde_json::from_value::<Vec<String>>(rows)
            .expect("texts")
            .iter()
            .filter(|t| t.contains("stopped"))
            .count()
    };
    assert_eq!(stopped(), 0);
    let spent = browser.number("#epochs-spent");
    browser.choose("#pruner", 5);
    browser.wait_for("trials to stop early", || {
        page::rows(browser).len() == BUDGET
            && stopped() > 2
            && !browser.text("#trials").contains("training")
    });
    assert!(browser.number("#epochs-spent") < spent);
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

fn strategy(browser: &Browser, index: usize) {
    let server = page::open(browser, "#v=1&map.side=8&training.epochs=30&search.budget=12");
    browser.choose("#strategy", index);
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
    assert_eq!(browser.is_there("#mind canvas"), index == 2);
    // The heading and two sentences; the rest is in small print.
    let told = browser.text("#why p");
    assert!(told.matches(". ").count() <= 2 && told.len() < 360, "{told}");
    assert_eq!(browser.count("#map [data-trial]"), BUDGET);

    // Five steps back, one forward, and to any trial.
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
    browser.wait_for("the rest of them", || {
        browser.send_keys("#scrub", key::END);
        page::rows(browser) == rows
    });
}

/// Parameters that change the network and how it is trained: the numbers of every trial and of the
/// map are the native engine's.
fn any_parameter(browser: &Browser) {
    const LINK: &str = "#v=1&map.side=8&training.epochs=20&search.strategy=random&search.budget=8";
    let _server = page::open(browser, LINK);
    // The first that is offered is the batch size.
    browser.choose("#search-more", 1);
    browser.wait_for("the batch size", || browser.is_there("[data-searched=batch]"));
    browser.type_into("#batch-low", "16");
    browser.click("#momentum-drop");
    browser.wait_for("the link", || {
        let hash = page::hash(browser);
        hash.contains("space.momentum=null") && hash.contains("space.batch=[16.0,256.0]")
    });
    let space = "&space.momentum=null&space.batch=[16,256]&space.units_1=[2,12]&space.activation=[%22tanh%22,%22relu%22]";
    browser.eval(&format!("location.hash = '{LINK}{space}&map.across=units_1&map.up=batch'"));
    browser.wait_for("the units", || browser.is_there("[data-searched=units_1]"));
    page::ready(browser);
    play(browser, 8);
    browser.wait_for("the link", || page::hash(browser).contains("search.run=8"));
    let setup = native::setup(&page::hash(browser));
    let rows = page::rows(browser);
    assert_eq!(rows, native::study(&setup, 8));
    let differ = |place: usize| rows.iter().any(|row| row.point[place] != rows[0].point[place]);
    assert!((0..4).all(differ), "{rows:?}");
    assert_eq!(browser.count("#map [data-trial]"), 8);
    page::no_nan(browser);

    // The top left cell: the fewest units, the largest batches.
    page::map_trained(browser);
    browser.point_at("#map canvas", [0.06, 0.06]);
    let point = setup.on_map([Landscape::new(8, 20, setup.axes()).point(7 * 8)]).remove(0);
    let last = native::reports(&setup, &point).pop().expect("a report");
    let says = format!("{:.3}", last.valid_loss);
    browser.wait_for("the reading", || browser.text("#reading").contains(&says));

    // Held at the best trial, the map is another, and the trials stay.
    let held = browser.text("#held");
    browser.click("#hold-best");
    browser.wait_for("another map", || {
        browser.text("#held") != held && page::hash(browser).contains("map.held")
    });
    assert_eq!(page::rows(browser), rows);
}

fn kept(browser: &Browser) {
    let _server = page::open(
        browser,
        "#v=1&map.side=8&training.epochs=20&search.strategy=tpe&search.budget=10&search.run=6&search.shown=6",
    );
    browser.wait_for("the trials", || page::rows(browser).len() == 6);
    let mut rows = page::rows(browser);
    browser.type_into("#learning_rate-low", "0.05");
    rows.retain(|row| row.point[0].parse::<f64>().expect("a number") >= 0.05);
    assert!((1..6).contains(&rows.len()), "{rows:?}");
    // They are placed with as few digits as train alike in single precision.
    let numbers =
        |row: &Row| row.point.iter().map(|v| v.parse().expect("a number")).collect::<Vec<f32>>();
    let seen =
        |rows: &[Row]| rows.iter().map(|row| (numbers(row), row.loss.clone())).collect::<Vec<_>>();
    browser.wait_for("those in the range", || seen(&page::rows(browser)) == seen(&rows));
    browser.click("#step");
    browser.wait_for("another", || page::rows(browser).len() > rows.len());
    let written = || native::setup(&page::hash(browser));
    browser.wait_for("the link", || {
        written().search.run == rows.len() + 1
            && page::hash(browser).contains("space.learning_rate=[0.05")
    });
    assert_eq!(page::rows(browser), native::study(&written(), rows.len() + 1));
}

fn presets(browser: &Browser) {
    let _server = page::open(browser, "");
    for (name, link) in PRESETS {
        let setup = native::setup(link);
        browser.click(&format!("[data-preset={name}]"));
        browser.wait_for(name, || {
            let there =
                |(p, _): (&Parameter, _)| browser.is_there(&format!("[data-searched={}]", p.name));
            let ready =
                setup.space.iter().all(there) && browser.is_there(".columns[data-ready=true]");
            ready && native::setup(&page::hash(browser)) == setup
        });
        assert_eq!(page::notices(browser), "");
    }
}

fn by_hand(browser: &Browser) {
    let _server = page::open(
        browser,
        "#v=1&map.side=8&training.epochs=20&search.strategy=random&backend=cpu",
    );
    page::map_trained(browser);
    browser.click("#step");
    browser.wait_for("the first trial", || page::rows(browser).len() == 1);
    browser.click(".tools .segments button:nth-child(2)");
    browser.click_at("#map canvas", [0.25, 0.75]);
    browser.wait_for("the trial by hand", || page::rows(browser).len() == 2);
    // A quarter of the axes: log of the learning rate from 0.003 to 10, momentum from 0 to 0.99.
    let row = page::rows(browser).pop().expect("two rows");
    let [learning_rate, momentum] =
        [0, 1].map(|i: usize| row.point[i].parse::<f64>().expect("a number"));
    assert!(
        (learning_rate / (0.003 * (10.0_f64 / 0.003).powf(0.25)) - 1.0).abs() < 0.05,
        "{learning_rate}"
    );
    assert!((momentum / 0.2475 - 1.0).abs() < 0.05, "{momentum}");
    assert!(!browser.is_there("#back-out"));
    browser.click("#step");
    browser.wait_for("the third trial", || page::rows(browser).len() == 3);
    browser.wait_for("the link", || page::hash(browser).contains("search.run=3"));
    let setup = native::setup(&page::hash(browser));
    let rows = page::rows(browser);
    assert_eq!(rows, native::study(&setup, 3));
    browser.reload();
    page::ready(browser);
    browser.wait_for("the same trials", || page::rows(browser) == rows);
}

fn manual(browser: &Browser) {
    let link = "#v=1&map.side=8&training.epochs=20&search.manual=true&search.budget=8&space.momentum=null\
        &space.layers=[1,3]&backend=cpu";
    let _server = page::open(browser, link);
    browser.type_into("#fixed-momentum", "0.5");
    browser.wait_for("the link", || page::hash(browser).contains("run.momentum=0.5"));
    page::map_trained(browser);
    for n in 1..=5 {
        browser
            .click_at("#map canvas", [0.1 + 0.12 * n as f64, if n % 2 == 0 { 0.3 } else { 0.6 }]);
        browser.wait_for("the trial", || {
            page::rows(browser).len() == n && !browser.text("#trials").contains("training")
        });
    }
    // A click while a trial runs is not lost.
    [0.2, 0.5].iter().for_each(|y| browser.click_at("#map canvas", [0.3, *y]));
    browser.wait_for("both trials", || page::rows(browser).len() == 7);
    browser.wait_for("what the strategy believes of them", || {
        browser.count("#mind figure.belief") == 4
    });
    // Nor is one while those that were run are played back; where there is no other trial, play
    // goes on.
    let replay = || {
        browser.click("#first");
        browser.wait_for("none", || page::rows(browser).is_empty());
        browser.click("#play");
        browser.wait_for("the first", || !page::rows(browser).is_empty());
    };
    replay();
    browser.click_at("#map canvas", [0.8, 0.45]);
    browser.wait_for("the last of the budget", || {
        page::rows(browser).len() == 8 && !browser.text("#trials").contains("training")
    });
    replay();
    browser.click_at("#map canvas", [0.92, 0.75]);
    browser.wait_for("why there is none", || page::notices(browser).contains("budget"));
    browser.wait_for("all trials", || page::rows(browser).len() == 8);
    page::no_nan(browser);
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

fn test_score(browser: &Browser) {
    let _server =
        page::open(browser, "#v=1&map.side=8&training.epochs=20&search.strategy=grid&backend=cpu");
    browser.click("#step");
    browser.wait_for("the first trial", || {
        page::rows(browser).len() == 1 && browser.is_there("#test")
    });
    assert!(!browser.is_there("#tested"));
    let row = page::rows(browser).remove(0);
    let point: Vec<f64> = row.point.iter().map(|text| text.parse().expect("a number")).collect();
    browser.wait_for("the link", || page::hash(browser).contains("search.run=1"));
    let setup = native::setup(&page::hash(browser));
    let loss = format!("{:.3}", native::test_loss(&setup, &point));
    assert!(!browser.text("body").contains(&loss), "{loss}");
    browser.click("#test");
    browser.wait_for("the test score", || browser.is_there("#tested"));
    assert!(browser.text("#tested").contains(&loss), "{} has no {loss}", browser.text("#tested"));
    assert!(!browser.is_there("#test"));
}
