//! Every screen in both themes as axe-core 4.10.3 sees it (`axe.min.js`, npm's axe-core, MPL-2.0,
//! as it was published).

use crate::harness::{Browser, Kind};
use crate::page;
use crate::steps::{drop_file, key};
use serde_json::{Value, json};

pub const TESTS: &[crate::Test] = &[("an_accessibility_audit_finds_nothing", audit)];

const AXE: &str = include_str!("axe.min.js");

/// What it finds: rules, and the elements that break them.
const RUN: &str = "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.map(v => `${v.id}: ${v.nodes.map(n => n.target.join(' ')).join(', ')}`))";

fn audit(browser: &Browser) {
    let link = "#v=1&map.side=8&training.epochs=20&search.run=10&search.shown=10&search.budget=12&backend=cpu";
    let _server = page::open(browser, link);
    browser.run(browser.client.execute(AXE, vec![]));
    let mut found = Vec::new();
    let mut look = |what: &str| {
        let problems: Vec<Value> = browser.eval(RUN).as_array().expect("a list").clone();
        found.extend(problems.into_iter().map(|problem| format!("{what}: {problem}")));
    };
    for theme in ["one theme", "the other"] {
        for screen in [1, 3, 5, 4, 2] {
            browser.click(&format!(".tab:nth-child({screen})"));
            browser.wait_for("the screen", || {
                browser.is_there(&format!(".tab.current:nth-child({screen})"))
            });
            if screen == 2 {
                browser.wait_for("the trials", || {
                    page::rows(browser).len() == 10 && browser.is_there("#mind canvas")
                });
                // What is a picture can be read as a table.
                assert_eq!(
                    browser.count("#mind .belief > .unseen table"),
                    browser.count("#mind .belief")
                );
                assert_eq!(browser.count("#cuts table"), browser.count("#cuts .cut"));
            }
            look(&format!("{theme}, screen {screen}"));
        }
        for dialog in ["studies", "share"] {
            browser.click(&format!("#{dialog}"));
            browser.wait_for("the dialog", || browser.is_there("dialog[open]"));
            look(&format!("{theme}, {dialog}"));
            browser.click("dialog .actions .primary");
            browser.wait_for("the dialog to close", || !browser.is_there("dialog"));
        }
        browser.click("#theme");
    }
    browser.click(".tab:nth-child(4)");
    for theme in ["one theme", "the other"] {
        browser.click("#to-teach");
        browser.click("#worksheet-key");
        browser.wait_for("the key", || browser.is_there("#sheet"));
        look(&format!("{theme}, for teachers"));
        browser.click("#teach-lessons");
        browser.click("[data-lesson=metrics]");
        browser.wait_for("the lesson", || browser.is_there("#lesson") && page::ready_now(browser));
        look(&format!("{theme}, a lesson"));
        browser.click("#lesson-leave");
        browser.click("#theme");
    }
    with_files(browser, &mut look);
    if browser.kind == Kind::ChromiumPlain {
        each_lesson(browser, &mut look);
    }
    assert_eq!(found, [""; 0]);
    if browser.kind == Kind::ChromiumPlain {
        magnified(browser);
    }
}

/// The first page of every lesson, one theme after the other.
fn each_lesson(browser: &Browser, look: &mut impl FnMut(&str)) {
    browser.click(".tab:nth-child(4)");
    browser.wait_for("the lessons", || browser.is_there("[data-lesson]"));
    let names =
        browser.eval("[...document.querySelectorAll('[data-lesson]')].map(e => e.dataset.lesson)");
    let names: Vec<String> = serde_json::from_value(names).expect("names");
    assert!(names.len() > 20);
    for name in names {
        browser.click(&format!("[data-lesson={name}]"));
        browser.wait_for(&name, || browser.is_there("#lesson") && page::ready_now(browser));
        look(&name);
        browser.click("#lesson-leave");
        browser.click("#theme");
    }
}

/// What is asked about a file, a study of another tool, and the list of keys.
fn with_files(browser: &Browser, look: &mut impl FnMut(&str)) {
    drop_file(browser, "own.csv", b"a,b,class\n1,2,x\n2,1,y\n3,5,x\n4,4,y\n5,1,x\n");
    browser.wait_for("what was understood", || browser.is_there("#csv-dialog"));
    look("a file");
    browser.click("#csv-dialog .actions button");
    browser.wait_for("the dialog to close", || !browser.is_there("dialog"));
    browser.send_keys("body", "?");
    browser.wait_for("the keys", || browser.is_there("dialog[open]"));
    look("keys");
    browser.send_keys("dialog[open]", key::ESCAPE);
    browser.wait_for("the dialog to close", || !browser.is_there("dialog"));
    browser.click(".tab:nth-child(5)");
    browser.wait_for("X-ray", || browser.is_there("#xray-example"));
    drop_file(browser, "trials.csv", b"lr,units,loss\n0.1,8,0.5\n0.01,16,0.4\n0.02,32,0.3\n");
    browser.wait_for("the columns", || browser.is_there("#xray-columns"));
    look("columns");
    browser.click("#xray-cancel");
    browser.click("#xray-example");
    browser.wait_for("the example", || browser.is_there("#xray-why b"));
    for theme in ["one theme", "the other"] {
        look(&format!("{theme}, a study of another tool"));
        browser.click("#theme");
    }
}

/// Four times as large, a window has room for 320 × 256: nothing then scrolls sideways.
fn magnified(browser: &Browser) {
    let size = json!({ "width": 320, "height": 256, "deviceScaleFactor": 1, "mobile": false });
    browser.dev_tools("Emulation.setDeviceMetricsOverride", size);
    for screen in 1..=5 {
        browser.click(&format!(".tab:nth-child({screen})"));
        browser.wait_for("the screen", || {
            browser.is_there(&format!(".tab.current:nth-child({screen})"))
        });
        let wide = browser.eval("document.documentElement.scrollWidth");
        assert!(wide.as_u64().is_some_and(|wide| wide <= 320), "screen {screen}: {wide}");
    }
    browser.dev_tools("Emulation.clearDeviceMetricsOverride", json!({}));
}
