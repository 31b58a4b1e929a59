//! The trials in several plots at once, and the learner's own guess.

use crate::harness::Browser;
use crate::page;
use crate::steps::drop_file;
use serde_json::{Value, from_value};

pub const TESTS: &[crate::Test] = &[
    ("the_best_place_is_predicted_and_revealed", predicted),
    ("a_trial_stands_out_in_every_plot_and_the_table_sorts_and_filters", linked),
];

fn predicted(browser: &Browser) {
    let _server =
        page::open(browser, "#v=1&map.side=8&training.epochs=20&map.hidden=true&backend=cpu");
    page::map_trained(browser);
    // Nothing of the landscape can be read.
    assert!(browser.is_there("#map canvas.cover") && !browser.is_there("#map canvas.pixelated"));
    browser.point_at("#map svg", [0.5, 0.5]);
    browser.wait_for("the place", || browser.text("#reading").contains("Learning rate"));
    assert!(!browser.text("#reading").contains("loss"), "{}", browser.text("#reading"));
    browser.click_at("#map svg", [0.3, 0.8]);
    browser.wait_for("the mark", || browser.is_there("#map .guess"));
    let asked = browser.text("#verdict");
    browser.click("#truth");
    browser.wait_for("the score", || {
        browser.is_there("#map canvas.pixelated") && browser.text("#verdict") != asked
    });
    // Regret is what lies between the two losses that are named.
    let text = browser.text("#verdict");
    let after = |word: &str| -> f64 {
        let rest = text.split(word).nth(1).unwrap_or_else(|| panic!("no “{word}” in {text}"));
        let digits: String =
            rest.trim_start().chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        digits
            .trim_end_matches('.')
            .parse()
            .unwrap_or_else(|_| panic!("no number after “{word}” in {text}"))
    };
    let [own, best, regret] = [after("validation loss"), after(", has"), after("you were")];
    assert!((own - best - regret).abs() < 0.0021 && regret > 0.0, "{text}");
    page::no_nan(browser);
}

fn linked(browser: &Browser) {
    let link = "#v=1&map.side=8&training.epochs=20&search.strategy=random&search.budget=8&search.run=8&search.shown=8&backend=cpu";
    let _server = page::open(browser, link);
    browser.wait_for("the plots", || {
        page::rows(browser).len() == 8 && browser.count("#linked .spot") == 40
    });
    stands_out(browser);
    noted(browser);
    brushed(browser);
    sorted_and_filtered(browser);
    written(browser);
    page::no_nan(browser);
}

/// Pointed at in one plot a trial stands out in the others.
fn stands_out(browser: &Browser) {
    browser.eval("document.querySelector('#linked .history [data-trial=\"3\"]').scrollIntoView({ block: 'center' })");
    browser.point_at("#linked .history [data-trial=\"3\"]", [0.5, 0.5]);
    for plot in [
        "#map .trial",
        "#trials tr",
        "#linked .way",
        "#linked .slice .spot",
        "#linked .over-both .spot",
    ] {
        browser.wait_for(plot, || browser.is_there(&format!("{plot}.lit[data-trial=\"3\"]")));
        assert!(!browser.is_there(&format!("{plot}.lit:not([data-trial=\"3\"])")));
    }
}

/// A click chooses a trial, and what is noted of it goes into the link.
fn noted(browser: &Browser) {
    browser.click("#trials [data-trial=\"3\"] button");
    browser.wait_for("the trial", || browser.is_there("#trials tr.chosen[data-trial=\"3\"]"));
    browser.type_into("#note", "too slow");
    browser.wait_for("the note", || {
        browser.text("#trials tr.chosen").contains("too slow")
            && page::hash(browser).contains("too%20slow")
    });
}

/// How much each parameter matters.
fn shares(browser: &Browser) -> Value {
    browser
        .eval("[...document.querySelectorAll('#fanova .bar')].map(bar => bar.dataset.share).join()")
}

/// What is said of the trials that are kept, and how much each parameter matters among them.
fn of_kept(browser: &Browser) -> Value {
    browser.eval(
        "document.querySelector('#of-kept') && [document.querySelector('#of-kept').innerText, \
         [...document.querySelectorAll('#fanova .bar')].map(bar => bar.dataset.share).join()]",
    )
}

/// A stretch of an axis, by keys: what lies outside fades in every plot and leaves the table.
fn brushed(browser: &Browser) {
    browser.click("#after summary");
    browser.wait_for("the importance of all", || browser.is_there("#fanova .bar"));
    assert!(!browser.is_there("#of-kept"));
    assert_eq!(browser.count("#after .dependence table"), browser.count("#after .dependence"));
    let all = shares(browser);
    browser.send_keys("#linked [data-axis=\"2\"]", crate::steps::key::DOWN);
    browser.wait_for("the brush", || {
        browser.is_there("#linked .brush") && page::rows(browser).len() < 8
    });
    let kept = page::rows(browser).len();
    assert!(kept > 0);
    assert_eq!(browser.count("#map .trial.dim"), 8 - kept);
    assert_eq!(browser.count("#linked .timeline .dim"), 8 - kept);
    // What follows the search is of them, too.
    browser.wait_for("the ranks", || browser.count("#after .ranks .dim") == 2 * (8 - kept));
    for plot in [".ecdf", ".dependence"] {
        assert!(browser.is_there(&format!("#after {plot} .dim[data-trial]")), "{plot}");
    }
    // Each is said of the trials that it is of.
    browser.wait_for("the importance of those kept", || !of_kept(browser).is_null());
    let some = of_kept(browser);
    assert!(some[0].as_str().is_some_and(|says| says.contains(&format!("{kept} of 8"))), "{some}");
    assert_ne!(some[1], all);
    browser.click("#unbrush");
    browser.wait_for("all trials", || {
        page::rows(browser).len() == 8 && !browser.is_there("#linked .dim")
    });
    browser.wait_for("the importance of all", || {
        !browser.is_there("#of-kept") && shares(browser) == all
    });
    browser.point_at("#after .ranks [data-trial=\"3\"]", [0.5, 0.5]);
    browser
        .wait_for("the trial on the map", || browser.is_there("#map .trial.lit[data-trial=\"3\"]"));
    browser.click("#after summary");
}

/// Sorted by the loss, smallest first, then largest.
fn sorted_and_filtered(browser: &Browser) {
    let losses = || page::rows(browser).iter().filter_map(page::Row::loss).collect::<Vec<_>>();
    let mut wanted = losses();
    wanted.sort_by(f64::total_cmp);
    browser.click("#trials th:nth-child(4) button");
    browser.wait_for("rising losses", || losses() == wanted);
    wanted.reverse();
    browser.click("#trials th:nth-child(4) button");
    browser.wait_for("falling losses", || losses() == wanted);
    browser.choose("#filter", 4);
    browser.wait_for("the one with a note", || {
        page::rows(browser).len() == 1 && browser.count("#linked .spot.dim") == 35
    });
    browser.choose("#filter", 1);
    browser.wait_for("the best quarter", || page::rows(browser).len() == wanted.len().div_ceil(4));
}

/// The study as JSON: every trial with its curve.
fn written(browser: &Browser) {
    browser.click("#share");
    browser.eval("(window.saved = [], URL.createObjectURL = blob => (blob.text().then(text => saved.push(text)), 'blob:none'), 0)");
    browser.click("#study-json");
    browser.wait_for("the file", || browser.eval("saved.length") == 1);
    let study: Value = from_value(browser.eval("JSON.parse(saved[0])")).expect("JSON");
    let trials = study["trials"].as_array().expect("a list of trials");
    assert_eq!(trials.len(), 8);
    assert_eq!(
        (&trials[2]["note"], &trials[2]["trial"]),
        (&Value::from("too slow"), &Value::from(3))
    );
    assert_eq!(trials[0]["curve"].as_array().map(Vec::len), Some(21));
    // And it opens as any other study does.
    browser.click("#share-dialog .primary");
    browser.wait_for("the dialog to close", || !browser.is_there("#share-dialog"));
    drop_file(browser, "study.json", study.to_string().as_bytes());
    browser.wait_for("its study", || {
        browser.is_there("#xray-shown") && browser.text("#xray-shown").contains('8')
    });
}
