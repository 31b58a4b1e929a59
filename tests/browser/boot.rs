//! The page starts wherever it may be put.

use crate::harness::{Browser, Kind};
use crate::page;
use crate::server::{Server, dist};
use site::texts::{self, LANGUAGES};
use std::path::Path;

pub const TESTS: &[crate::Test] = &[
    ("boots_under_a_strict_content_security_policy", strict_policy),
    ("boots_from_a_sub_path_and_asks_for_nothing_else", sub_path),
    ("boots_in_a_sandboxed_frame_without_cors", sandboxed),
    ("says_so_when_it_breaks", crash),
    ("says_so_where_it_cannot_run", unsupported),
    ("says_in_every_language_that_it_needs_javascript", no_script),
];

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; \
                      style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'";

/// Quick to train: what these tests are about is that it trains at all.
const QUICK: &str = "#v=1&training.epochs=10&map.side=8";

fn strict_policy(browser: &Browser) {
    let server =
        Server::start(|site| site.headers.push(("content-security-policy", POLICY.into())));
    browser.goto(&server.url(&format!("/{QUICK}")));
    works(browser, browser.kind == Kind::ChromiumWebgpu);
    assert_eq!(browser.console_errors(), [""; 0]);
}

fn sub_path(browser: &Browser) {
    let server = Server::start(|site| site.folder = "/some/folder/".into());
    browser.goto(&server.url(&format!("/some/folder/{QUICK}")));
    works(browser, browser.kind == Kind::ChromiumWebgpu);
    // Data that comes in a file of its own comes from beside the page as well.
    browser.click(".set[data-name=iris]");
    browser.wait_for("iris", || browser.text("#data-about").contains("60"));

    let strays = |urls: Vec<String>, home: &str| {
        urls.into_iter().filter(|url| !url.starts_with(home)).collect::<Vec<_>>()
    };
    assert_eq!(strays(server.asked(), "/some/folder/"), [""; 0]);
    assert_eq!(strays(browser.requests(), &server.url("/some/folder/")), [""; 0]);
    assert!(
        server.asked().iter().any(|path| path == "/some/folder/data/iris.js"),
        "{:?}",
        server.asked()
    );
}

fn sandboxed(browser: &Browser) {
    let frame = format!(
        "<!doctype html><iframe sandbox='allow-scripts' width='1200' height='800' src='/page/{QUICK}'></iframe>"
    );
    let server = Server::start(|site| {
        site.folder = "/page/".into();
        site.pages.push(("/host.html".into(), frame));
    });
    browser.goto(&server.url("/host.html"));
    browser.frame(0);
    assert_eq!(browser.eval("origin"), "null");
    // Chromium takes a blob worker of an opaque origin for an insecure context, which has no
    // WebGPU.
    works(browser, false);
    browser.click(".set[data-name=iris]");
    browser.wait_for("iris", || {
        browser.visible(".set.current[data-name=iris]")
            && browser.text("#data-about").contains("iris")
    });
}

fn crash(browser: &Browser) {
    let server = Server::start(|_| {});
    browser.goto(&server.url("/"));
    page::ready(browser);
    assert!(!browser.visible("#crash"));

    browser.eval("tunescape.crashed()");
    for (index, language) in LANGUAGES.into_iter().enumerate() {
        browser.eval(&format!("document.documentElement.lang = '{language}'"));
        assert_eq!(browser.text("#crash p"), said(index, "start.crash"));
        assert_eq!(browser.text("#reload"), said(index, "start.reload"));
    }
    browser.click("#reload");
    browser.wait_for("the page to be there again", || {
        !browser.visible("#crash") && browser.is_there(".columns[data-ready=true]")
    });
}

/// A browser without DecompressionStream, in a page that takes it away before the boot script runs.
fn unsupported(browser: &Browser) {
    let page =
        std::fs::read_to_string(dist().expect("it is built").join("index.html")).expect("a page");
    let server = Server::start(|site| {
        let old = page.replacen(
            "<script",
            "<script>delete globalThis.DecompressionStream</script><script",
            1,
        );
        site.pages.push(("/old.html".into(), old));
    });
    browser.goto(&server.url("/old.html"));
    browser.wait_for("the notice", || browser.visible("#unsupported"));
    let index = usize::from(browser.eval("navigator.language.startsWith('zh')") == true);
    assert_eq!(browser.text("#unsupported"), said(index, "start.unsupported"));
    assert_eq!(browser.eval(&seen("#unsupported")), true);
}

fn no_script(browser: &Browser) {
    let page =
        std::fs::read_to_string(dist().expect("it is built").join("index.html")).expect("a page");
    let server = Server::start(|site| {
        let shown =
            page.replace("noscript>", "main>").replacen("<script", "<script type='text/plain'", 1);
        site.pages.push(("/bare.html".into(), shown));
    });
    browser.goto(&server.url("/bare.html"));
    let text = browser.text("main");
    assert!(
        (0..LANGUAGES.len()).all(|index| text.contains(&said(index, "start.script"))),
        "{text}"
    );
    assert_eq!(browser.eval(&seen("main")), true);
}

/// Whether an element is seen without scrolling.
fn seen(css: &str) -> String {
    format!("document.querySelector('{css}').getBoundingClientRect().bottom < innerHeight")
}

fn said(language: usize, key: &str) -> String {
    texts::read(Path::new("."), LANGUAGES[language]).expect("a locale file")[key].clone()
}

/// The page and its workers run: the landscape trains to its end, on WebGPU where there is one.
fn works(browser: &Browser, gpu: bool) {
    page::ready(browser);
    page::map_trained(browser);
    let state = browser.text("#backend-state");
    assert!(state.starts_with(if gpu { "WebGPU" } else { "CPU" }), "{state}");
    assert_eq!(browser.is_there("#backend"), gpu);
}
