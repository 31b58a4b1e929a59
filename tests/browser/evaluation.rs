//! Folds, repeats and metrics: what the page shows is the native engine's.

use crate::harness::Browser;
use crate::{native, page};
use tunescape_core::metrics::{Metric, When};
use tunescape_core::setup::evaluation::Method;

pub const TESTS: &[crate::Test] = &[("folds_of_iris_are_judged_as_the_engine_does", folds)];

fn folds(browser: &Browser) {
    let _server = page::open(
        browser,
        "#v=1&map.side=8&data.name=iris&training.epochs=12&search.strategy=random",
    );
    browser.choose("#evaluation", 2);
    browser.type_into("#folds", "4");
    browser.type_into("#repeats", "2");
    browser.choose("#metric", 5);
    browser.choose("#when", 1);
    browser.wait_for("eight trainings", || {
        browser.text("#evaluation-says").contains('8') && page::ready_now(browser)
    });
    browser.choose("#speed", 2);
    browser.click("#play");
    browser.wait_for("three trials", || page::rows(browser).len() >= 3);
    browser.click("#pause");
    browser.wait_for("a rest", || browser.is_there("#play"));
    browser.send_keys("#scrub", crate::steps::key::HOME);
    for n in 1..=3 {
        browser.click("#step");
        browser.wait_for("a trial", || page::rows(browser).len() == n);
    }
    browser.wait_for("the link", || page::hash(browser).contains("search.shown=3"));
    let setup = native::setup(&page::hash(browser));
    assert_eq!((setup.evaluation.method, setup.evaluation.streams()), (Method::StratifiedKFold, 8));
    assert_eq!((setup.search.metric, setup.search.when), (Metric::F1, When::Best));
    let rows = page::rows(browser);
    assert_eq!(rows, native::study(&setup, 3));

    // The values of the single trainings, of the trial looked at: the best.
    let best = rows
        .iter()
        .max_by(|a, b| a.loss().partial_cmp(&b.loss()).expect("numbers"))
        .expect("three of them");
    assert_eq!(browser.attr("#trials tr.chosen", "data-loss").as_deref(), Some(&*best.loss));
    let point: Vec<f64> = best.point.iter().map(|text| text.parse().expect("a number")).collect();
    let judged = native::judged(&setup, &point).expect("it did not diverge");
    let exact: Vec<String> =
        judged.values.iter().map(|value| value.expect("a number").to_string()).collect();
    assert_eq!(browser.attr("#streams", "data-values"), Some(exact.join(" ")));
    let (mean, spread) = judged.summary().expect("eight values");
    assert_eq!(browser.text("#chosen-loss"), format!("{mean:.3} ± {spread:.3}"));

    // So is the map, cell by cell.
    page::map_trained(browser);
    let land = tunescape_core::study::landscape::Landscape::new(8, 12, setup.axes());
    browser.point_at("#map canvas", [0.5625, 0.4375]);
    let curves = native::curves(&setup, &land.point(36));
    let (loss, spread) = (curves.reports[0][12].valid_loss, curves.spreads[0][12]);
    browser.wait_for("the cell", || {
        browser.text("#reading").contains(&format!("{loss:.3} ± {spread:.3}"))
    });
    page::no_nan(browser);
}
