//! The page without a host, and without a network.

use crate::harness::{Browser, Kind};
use crate::page;
use crate::server::dist;

pub const TESTS: &[crate::Test] =
    &[("one_file_runs_from_disk", single_file), ("after_the_first_visit_no_network_is_needed", offline)];

const QUICK: &str = "#v=1&training.epochs=10&map.side=8";

/// It trains, and data and lessons are there.
fn works(browser: &Browser) {
    page::ready(browser);
    page::map_trained(browser);
    browser.click(".set[data-name=iris]");
    browser.wait_for("iris", || {
        browser.is_there(".set.current[data-name=iris]") && browser.text("#data-about").contains("iris")
    });
    page::map_trained(browser);
    browser.click(".tab:last-child");
    browser.wait_for("the lessons", || browser.count("#lessons > li") == 12);
}

fn single_file(browser: &Browser) {
    let file = dist().expect("it is built").canonicalize().expect("a path").join("tunescape.html");
    browser.goto(&format!("file://{}{QUICK}", file.display()));
    works(browser);
    let elsewhere = |url: &String| !url.starts_with("file:") || !url.contains("tunescape.html");
    assert_eq!(browser.requests().into_iter().filter(elsewhere).collect::<Vec<_>>(), [""; 0]);
    if browser.kind != Kind::Firefox {
        assert_eq!(browser.console_errors(), [""; 0]);
    }
}

fn offline(browser: &Browser) {
    let server = page::open(browser, QUICK);
    browser
        .wait_for("everything to be kept", || browser.eval("navigator.serviceWorker.controller?.state") == "activated");
    let home = server.url("/");
    drop(server);
    browser.goto("about:blank");
    browser.goto(&format!("{home}?lang=zh-CN{QUICK}"));
    works(browser);
    assert_eq!(browser.attr("html", "lang").as_deref(), Some("zh-CN"));
}
