//! Studies that are kept in the browser.

use crate::harness::Browser;
use crate::page;
use crate::steps::drop_file;
use std::time::Instant;

pub const TESTS: &[crate::Test] = &[
    ("studies_are_kept_opened_renamed_and_deleted", kept),
    ("another_tab_and_another_build_lose_no_study", shared_and_large),
];

fn kept(browser: &Browser) {
    let link = "#v=1&map.side=8&training.epochs=20&search.strategy=random&search.budget=8&search.run=4&search.shown=4&backend=cpu";
    let server = page::open(browser, link);
    // The last has a row before it has a loss.
    let trained = || page::rows(browser).iter().filter(|row| row.loss().is_some()).count();
    browser.wait_for("the trials", || trained() == 4);
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

fn shared_and_large(browser: &Browser) {
    shared(browser);
    large(browser);
}

/// A study that is too large for a link is kept in the browser's database, opened in another visit,
/// and deleted.
fn large(browser: &Browser) {
    const LINK: &str = "#v=1&screen=xray&data.name=moons&map.side=8&training.epochs=5&backend=cpu";
    let server = page::open(browser, LINK);
    let mut text = String::from("lr,units,loss\n");
    for n in 0..10_000 {
        let at = |step: f64| (f64::from(n) * step).fract();
        text += &format!("{},{},{}\n", at(0.618_034), at(0.754_877), at(0.569_84));
    }
    drop_file(browser, "large.csv", text.as_bytes());
    browser.wait_for("the columns", || browser.count("#xray-columns th") == 3);
    browser.click("#xray-read");
    browser.wait_for("the study", || browser.is_there("#xray-why b"));
    let all = browser.text("#xray-shown");
    browser.click("#studies");
    browser.click("#study-keep");
    browser.wait_for("it to be kept", || browser.count(".studies .open") == 1);
    let list = browser.eval("localStorage['tunescape.studies']");
    assert!(list.as_str().is_some_and(|list| list.len() < 1_000), "{list}");

    browser.goto("about:blank");
    browser.goto(&server.url(&format!("/{LINK}")));
    page::ready(browser);
    assert!(!browser.is_there("#xray-shown"));
    browser.click("#studies");
    let began = Instant::now();
    browser.click(".studies .open");
    browser.wait_for("it to be open again", || browser.is_there("#xray-shown"));
    eprintln!("a study of 10,000 trials from the database: {:?}", began.elapsed());
    assert_eq!(browser.text("#xray-shown"), all);
    browser.click("#studies");
    browser.click(".studies .delete");
    browser.wait_for("it to be gone", || !browser.is_there(".studies .open"));
    // As long as it can be taken back it is there.
    browser.click("#study-restore");
    browser.wait_for("it to be back", || browser.is_there(".studies .open"));
    browser.click(".studies .open");
    browser.wait_for("it to be open", || !browser.is_there("#studies-dialog"));
    browser.click("#studies");
    browser.click(".studies .delete");
    // What can be taken back appears above the button, which moves.
    browser.wait_for("it to be gone again", || !browser.is_there(".studies .open"));
    browser.click("dialog .actions .primary");
    browser.eval(COUNT);
    browser.wait_for("an empty database", || browser.eval("(window.count(), window.counted)") == 0);
    assert!(page::notices(browser).is_empty(), "{}", page::notices(browser));
    assert_eq!(browser.console_errors(), Vec::<String>::new());
}

/// Counts what the database has.
const COUNT: &str = "void (window.count = () => {
    const open = indexedDB.open('tunescape');
    open.onsuccess = () => {
        const all = open.result.transaction('studies').objectStore('studies').count();
        all.onsuccess = () => { window.counted = all.result; open.result.close(); };
    };
});";

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
