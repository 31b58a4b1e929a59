//! Every screen in both themes as axe-core 4.10.3 sees it (`axe.min.js`, npm's axe-core, MPL-2.0,
//! as it was published).

use crate::harness::Browser;
use crate::page;
use serde_json::Value;

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
    assert_eq!(found, [""; 0]);
}
