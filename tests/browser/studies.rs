//! Studies that are kept in the browser.

use crate::harness::Browser;
use crate::page;

pub const TESTS: &[crate::Test] = &[
    ("studies_are_kept_opened_renamed_and_deleted", kept),
    ("another_tab_and_another_build_lose_no_study", shared),
];

fn kept(browser: &Browser) {
    let link = "#v=1&map.side=8&training.epochs=20&search.strategy=random&search.budget=8&search.run=4&search.shown=4&backend=cpu";
    let server = page::open(browser, link);
    browser.wait_for("the trials", || page::rows(browser).len() == 4);
    let rows = page::rows(browser);
    browser.click("#studies");
    browser.type_into("#study-name", "first try");
    browser.wait_for("it to be kept", || browser.count(".studies .open") == 1);
    browser.click("dialog .actions .primary");
    browser.choose("#strategy", 0);
    browser.wait_for("another study", || page::rows(browser) != rows);
    browser.wait_for("the autosave", || {
        browser
            .eval("localStorage['tunescape.last']")
            .as_str()
            .is_some_and(|last| last.contains("grid"))
    });

    // In another visit it is still there, and is opened with its trials; so is what was on show
    // last.
    browser.goto("about:blank");
    browser.goto(&server.url("/#v=1&map.side=8&training.epochs=10"));
    page::ready(browser);
    browser.click("#studies");
    browser.wait_for("both", || {
        browser.count(".studies .open") == 1 && browser.is_there("#study-last")
    });
    browser.click(".studies .open");
    browser.wait_for("its trials", || page::rows(browser) == rows);
    browser.click("#studies");
    browser.type_into(".studies .number", "second name");
    browser.wait_for("the new name", || browser.value(".studies .number") == "second name");
    browser.click(".studies .delete");
    browser.wait_for("it to be gone", || !browser.is_there(".studies .open"));
    assert_eq!(browser.eval("localStorage['tunescape.studies']"), "[]");
    assert!(browser.console_errors().is_empty());
}

/// What another build has stored, and what another tab stores while the dialog is open.
fn shared(browser: &Browser) {
    let server = page::open(browser, "#v=1&map.side=8&training.epochs=10&backend=cpu");
    browser.eval(
        r#"void (localStorage['tunescape.studies'] = '[{"name":"a","link":"v=1","tag":1},{"title":"b"}]')"#,
    );
    browser.reload();
    page::ready(browser);
    browser.click("#studies");
    browser.wait_for("the one that can be read", || browser.count(".studies .open") == 1);
    let own = browser.run(browser.client.window());
    let other = browser.run(browser.client.new_window(true)).handle;
    browser.run(browser.client.switch_to_window(other));
    browser.goto(&server.url("/#v=1&map.side=8&training.epochs=10&backend=cpu"));
    page::ready(browser);
    browser.click("#studies");
    browser.type_into("#study-name", "of the other tab");
    browser.wait_for("it to be kept", || browser.count(".studies .open") == 2);
    browser.run(browser.client.switch_to_window(own));
    browser.wait_for("it to be there too", || browser.count(".studies .open") == 2);
    browser.type_into("#study-name", "of this tab");
    browser.wait_for("all three", || browser.count(".studies .open") == 3);
    let stored = browser.eval("localStorage['tunescape.studies']");
    let stored = stored.as_str().expect("a text");
    for part in [r#""tag":1"#, r#"{"title":"b"}"#, "of the other tab", "of this tab"] {
        assert!(stored.contains(part), "{stored}");
    }
}
