//! Situations from public reports: pages that embed, a page that is translated, browsers of some
//! years ago (`cases/SOURCES.md`), and a table that comes by the clipboard.

use crate::boot::with_script;
use crate::embed::QUICK;
use crate::harness::Browser;
use crate::page;
use crate::server::Server;
use crate::steps::{drop_file, paste, press_with_control};

pub const TESTS: &[crate::Test] = &[
    ("pages_embed_it_that_cannot_say_where_the_script_is_from", embedded),
    ("a_frame_that_forbids_downloads_offers_texts_to_copy", forbidden),
    ("a_translated_page_asks_not_to_be_and_older_browsers_work_or_say_so", older),
    ("a_table_copied_from_a_spreadsheet_is_pasted", copied),
    ("markup_that_comes_from_outside_is_text", markup),
];

fn host(name: &str, html: &str) -> Server {
    Server::start(|site| {
        site.folder = "/page/".into();
        site.pages.push((format!("/{name}"), html.into()));
    })
}

fn embedded(browser: &Browser) {
    for (name, html) in [
        ("d1_module.html", include_str!("cases/d1_module.html")),
        ("d1_import.html", include_str!("cases/d1_import.html")),
        ("d1_inserted.html", include_str!("cases/d1_inserted.html")),
    ] {
        let server = host(name, html);
        browser.goto(&server.url(&format!("/{name}")));
        if browser.is_there("#open") {
            browser.click("#open");
        }
        browser.wait_for(name, || browser.is_there("iframe[src]"));
        browser.frame(0);
        page::ready(browser);
        assert!(page::hash(browser).contains("map.side=8"), "{name}");
    }
    // The pages have no icon, and browsers ask for one.
    let errors = browser.console_errors().into_iter();
    assert_eq!(errors.filter(|e| !e.contains("favicon.ico")).collect::<Vec<_>>(), [""; 0]);
}

fn forbidden(browser: &Browser) {
    let name = "d3_downloads.html";
    let server = host(name, include_str!("cases/d3_downloads.html"));
    browser.goto(&server.url(&format!("/{name}")));
    browser.wait_for("the frame", || browser.is_there("iframe[src]"));
    browser.frame(0);
    page::ready(browser);
    browser.choose("#speed", 2);
    browser.click("#play");
    browser.wait_for("ten trials", || page::rows(browser).len() == 10);
    browser.click("#share");
    browser.wait_for("why not", || browser.visible("#share-sandboxed"));
    assert!(!browser.is_there("#print") && !browser.is_there("[download], #plot-png, #study-json"));
    browser.click("[data-file='trials.csv']");
    browser.wait_for("a line for each trial", || {
        browser.value("#share-file").trim_end().lines().count() == 1 + 10
    });
}

fn older(browser: &Browser) {
    let server = Server::start(|site| {
        for (name, script) in [
            ("16", include_str!("cases/e3_before_16_4.js")),
            ("17", include_str!("cases/e3_before_17_4.js")),
        ] {
            site.pages.push((format!("/{name}.html"), with_script(script)));
        }
    });
    browser.goto(&server.url("/16.html"));
    browser.wait_for("the notice", || browser.visible("#unsupported"));
    assert!(!browser.is_there("#poster") && !browser.visible("#crash"));

    browser.goto(&server.url(&format!("/17.html#{QUICK}&screen=explore")));
    page::ready(browser);
    let rate = browser.value("#run-lr-value");
    browser.type_into("#run-lr-value", "0.02");
    browser.wait_for("the new rate", || page::hash(browser).contains("run.learning_rate=0.02"));
    browser.eval("document.activeElement.blur()");
    press_with_control(browser, 'z');
    browser.wait_for("the rate before", || browser.value("#run-lr-value") == rate);
    browser.send_keys("body", "?");
    browser.wait_for("the keys", || browser.is_there("#keys-dialog dd"));
    assert!(!browser.visible("#crash") && !browser.visible("#unsupported"));

    browser.goto(&server.url(&format!("/#{QUICK}")));
    page::ready(browser);
    // Without what it says of itself it is an expression.
    let script =
        include_str!("cases/e1_translate.js").lines().filter(|line| !line.starts_with("//"));
    let said = browser.eval(&script.collect::<Vec<_>>().join("\n"));
    assert_eq!(said, "the page asks not to be translated");
}

fn copied(browser: &Browser) {
    let _server = page::open(browser, &format!("#{QUICK}"));
    // As a spreadsheet copies it: cells apart by tabs, decimal commas.
    paste(browser, include_str!("../../crates/core/src/data/cases/a1_utf8_tab.txt"));
    browser.wait_for("the dialog", || browser.visible("#csv-dialog"));
    let dialog = browser.text("#csv-dialog");
    assert!(["80", "Länge", "Gewicht"].iter().all(|part| dialog.contains(part)), "{dialog}");
    browser.click("#csv-use");
    browser.wait_for("its data", || browser.text("#data-about").contains("Gewicht"));
    assert_eq!(page::notices(browser), "");
}

/// What would run, were any of it taken for HTML.
const MARKUP: &str = "<img src=x onerror=alert(1)>";

/// Names of columns and classes, a note, a study, a lesson, a link that can't be read, and trials of
/// another program.
fn markup(browser: &Browser) {
    let harmless = |place: &str, css: &str| {
        browser.wait_for(place, || browser.text(css).contains(MARKUP));
        let elements = "document.querySelectorAll('img[src=x], [onerror]').length";
        assert_eq!(browser.eval(elements), 0, "{place}");
    };
    let trials = "&search.run=2&search.shown=2";
    let _server = page::open(browser, &format!("#{QUICK}{trials}"));
    browser.wait_for("the trials", || page::rows(browser).len() == 2);
    browser.click("#trials [data-trial=\"1\"] button");
    browser.wait_for("the trial", || browser.is_there("#trials tr.chosen[data-trial=\"1\"]"));
    browser.type_into("#note", MARKUP);
    harmless("a note", "#trials tr.chosen");
    browser.click("#studies");
    browser.type_into("#study-name", MARKUP);
    browser.wait_for("it to be kept", || browser.count(".studies .open") == 1);
    assert_eq!(browser.value(".studies .number"), MARKUP);
    browser.click("dialog .actions .primary");
    browser.wait_for("the dialog to close", || !browser.is_there("dialog"));

    let rows: String =
        (0..60).map(|i| format!("{},{},{MARKUP}{}\n", i % 7, i % 11, i % 2)).collect();
    paste(browser, &format!("{MARKUP}a,b,{MARKUP}\n{rows}"));
    browser.wait_for("the dialog", || browser.visible("#csv-dialog"));
    harmless("names of columns", "#csv-dialog");
    browser.click("#csv-use");
    browser.wait_for("its data", || !browser.is_there("#csv-dialog"));
    browser.click(".tab:nth-child(1)");
    harmless("names of classes", "main");

    let page = format!(r#"{{"text":{{"en":"{MARKUP}","zh-CN":"{MARKUP}"}}}}"#);
    let lesson = format!(
        r#"{{"title":{{"en":"{MARKUP}","zh-CN":"{MARKUP}"}},"minutes":1,"pages":[{page}]}}"#
    );
    drop_file(browser, "lesson.json", lesson.as_bytes());
    harmless("a lesson", "#lesson");
    browser.eval(&format!("void (location.hash = 'v=1&data.name={MARKUP}')"));
    harmless("a link", ".notices");

    browser.eval("void (location.hash = 'v=1&screen=xray')");
    browser.wait_for("the screen", || browser.is_there("#xray-example"));
    let rows: String = (0..9).map(|i| format!("0.{i},{MARKUP}{},0.{}\n", i % 2, 9 - i)).collect();
    paste(browser, &format!("{MARKUP}a,{MARKUP}b,loss\n{rows}"));
    harmless("parameters of another program", "dialog");
}
