//! The examples of `web/examples`, as their readers meet them.

use crate::harness::Browser;
use crate::page;
use crate::server::Server;
use crate::steps::key;

pub const TESTS: &[crate::Test] = &[("the_examples_run", examples)];

/// A page that is not a file of the site, and the examples beside it.
fn serve(html: &str) -> Server {
    // Where the reader's own copy would be named.
    let html = html.replace("https://your.host/tunescape", "/page");
    Server::start(|site| {
        site.folder = "/page/".into();
        site.pages.push((
            "/host.html".into(),
            format!("<!doctype html><link rel='icon' href='data:,'>{html}"),
        ));
    })
}

fn read(name: &str) -> String {
    std::fs::read_to_string(format!("web/examples/{name}")).expect("an example")
}

/// The frame of the page runs; what there is to see in it.
fn in_frame(browser: &Browser, look: impl FnOnce()) {
    browser.wait_for("the frame", || browser.is_there("iframe[src]"));
    browser.frame(0);
    page::ready(browser);
    look();
    browser.run(browser.client.clone().enter_parent_frame());
}

fn examples(browser: &Browser) {
    let server = serve("");
    let open = |name: &str| browser.goto(&server.url(&format!("/page/examples/{name}")));

    open("plain.html");
    in_frame(browser, || {
        browser
            .wait_for("the lesson", || browser.attr(".pointed", "id").as_deref() == Some("play"));
        browser.choose("#pace", 3);
        browser.click("#play");
        browser.wait_for("the goal", || {
            browser.attr("#lesson", "data-met").as_deref() == Some("true")
        });
    });
    browser.wait_for("the word of it", || {
        browser.text("#progress") == "Goal of page 1 of momentum met."
    });

    open("slides.html");
    assert!(!browser.is_there("iframe[src]"));
    browser.send_keys("body", key::RIGHT);
    in_frame(browser, || assert!(browser.is_there("#race-start")));
    browser.send_keys("body", key::RIGHT);
    browser.wait_for("it to go with its slide", || !browser.is_there("iframe[src]"));

    open("strict.html");
    // The policy is in force: no script of the page's own.
    browser.wait_for("the page", || browser.is_there("iframe"));
    in_frame(browser, || browser.wait_for("the lesson", || browser.is_there("#lesson")));

    open("index.html");
    in_frame(browser, || assert!(!browser.is_there("footer")));

    let markdown = serve(&read("markdown.md"));
    browser.goto(&markdown.url("/host.html"));
    in_frame(browser, || assert!(browser.is_there(".set.current[data-name=moons]")));

    let notebook: serde_json::Value =
        serde_json::from_str(&read("notebook.ipynb")).expect("a notebook");
    let output = notebook["cells"][1]["outputs"][0]["data"]["text/html"].as_array().expect("lines");
    let html: String = output.iter().filter_map(|line| line.as_str()).collect();
    // The cell asks for what its output shows.
    let source = notebook["cells"][1]["source"][2].as_str().expect("a line");
    assert!(source.contains(html.split('"').nth(5).expect("an address")));
    let notebook = serve(&html);
    browser.goto(&notebook.url("/host.html"));
    in_frame(browser, || assert!(browser.is_there(".set.current[data-name=moons]")));
    assert_eq!(browser.console_errors(), [""; 0]);
}
