//! The page starts wherever it may be put.

use crate::harness::{Browser, Kind};
use crate::page;
use crate::server::{Server, dist};
use site::texts::{self, LANGUAGES};
use std::path::Path;

/// What WebKitGTK is asked, which is slow to start and has no headless mode.
pub const SMOKE: &[crate::Test] = &[("a_page_starts_trains_and_teaches", smoke)];

pub const TESTS: &[crate::Test] = &[
    ("boots_under_a_strict_content_security_policy", strict_policy),
    ("boots_from_a_sub_path_and_asks_for_nothing_else", sub_path),
    ("boots_in_a_sandboxed_frame_without_cors", sandboxed),
];

/// What is said where the page can't go on, or can't start.
pub const NOTICES: &[crate::Test] = &[
    ("says_so_when_it_breaks_and_leaves_out_a_link_that_breaks_it_twice", crash),
    ("says_so_when_an_exception_passes_through", exception),
    ("says_so_where_it_cannot_run", unsupported),
    ("says_so_when_its_script_does_not_come", late),
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
    // The page holds itself to it, whatever a host sends.
    let own = browser.eval("document.querySelector('meta[http-equiv]').content");
    assert_eq!(own, POLICY);
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
        server.asked().iter().any(|path| path.starts_with("/some/folder/data/iris-")),
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
    // Long ago, so that the next one is the first of its minute.
    browser.eval("void (sessionStorage['tunescape.crashed'] = 0)");
    crash_twice(browser, &server);
}

/// A browser stands still at a broken link no longer than twice.
fn crash_twice(browser: &Browser, server: &Server) {
    let link = "#v=1&data.name=moons&map.side=8&training.epochs=10";
    browser.goto(&server.url(&format!("/?other{link}")));
    page::ready(browser);
    browser.eval("tunescape.crashed()");
    browser.wait_for("the notice", || browser.visible("#crash"));
    // From here one gets away at once.
    browser.click("#afresh");
    browser.wait_for("the default", || browser.is_there(".set.current[data-name=spiral]"));
    page::ready(browser);
    assert!(!browser.visible("#crash") && !browser.visible("#broken"));

    browser.goto(&server.url(&format!("/?again{link}")));
    page::ready(browser);
    // However long it took to come here.
    browser.eval(
        "void (sessionStorage['tunescape.crashed'] = Date.now(), setTimeout(tunescape.crashed))",
    );
    browser.wait_for("the default by itself", || browser.visible("#broken"));
    browser.wait_for("its data", || browser.is_there(".set.current[data-name=spiral]"));
    page::ready(browser);
    browser.click("#again");
    browser.wait_for("the link", || browser.is_there(".set.current[data-name=moons]"));
    assert!(!browser.visible("#broken"));
    // It is not left out by itself for ever: whoever asked for it sees the notice.
    browser.eval("tunescape.crashed()");
    browser.wait_for("the notice", || browser.visible("#crash"));
}

/// The page with a script of a test's own put first, and without the policy that forbids it.
pub fn with_script(script: &str) -> String {
    let page =
        std::fs::read_to_string(dist().expect("it is built").join("index.html")).expect("a page");
    let page: String = page
        .split_inclusive('\n')
        .filter(|line| !line.contains("Content-Security-Policy"))
        .collect();
    page.replacen("<script", &format!("<script>{script}</script><script"), 1)
}

/// An exception of the browser's own, as where the stack runs out. What a script thrown in from
/// outside throws, browsers tell nobody.
const FAULTY: &str = "addEventListener('break', () => {
    performance.now = () => { throw new RangeError('Maximum call stack size exceeded'); };
});";

fn exception(browser: &Browser) {
    let server = Server::start(|site| {
        site.pages.push(("/faulty.html".into(), with_script(FAULTY)));
    });
    browser.goto(&server.url(&format!("/faulty.html{QUICK}")));
    page::ready(browser);
    assert!(!browser.visible("#crash"));
    browser.eval("void dispatchEvent(new Event('break'))");
    browser.click("#theme");
    browser.wait_for("the notice", || browser.visible("#crash"));
}

/// What takes each needed feature away, by the name under which it is missed.
const TAKEN: [(&str, &str); 8] = [
    ("WebAssembly", "delete globalThis.WebAssembly"),
    ("WebAssembly SIMD", "WebAssembly.validate = (bytes) => !bytes.includes(253)"),
    ("WebAssembly reference types", "WebAssembly.validate = (bytes) => !bytes.includes(111)"),
    ("DecompressionStream", "delete globalThis.DecompressionStream"),
    ("BigInt", "delete globalThis.BigInt64Array"),
    ("Worker", "delete globalThis.Worker"),
    ("TextDecoder", "delete globalThis.TextDecoder"),
    ("dialog", "delete HTMLDialogElement.prototype.showModal"),
];

/// What older browsers lack and the page does without: style sheets that are made by a script,
/// and a question of the browser's for what is on show.
const SPARED: &str = "globalThis.CSSStyleSheet = class {
    constructor() { throw new TypeError('Illegal constructor'); }
};
delete Element.prototype.checkVisibility;";

/// Browsers that lack one of the features, or what the page does without.
fn unsupported(browser: &Browser) {
    let server = Server::start(|site| {
        for (i, (_, script)) in TAKEN.into_iter().enumerate() {
            site.pages.push((format!("/{i}.html"), with_script(script)));
        }
        site.pages.push(("/spared.html".into(), with_script(SPARED)));
    });
    for (i, (name, _)) in TAKEN.into_iter().enumerate() {
        browser.goto(&server.url(&format!("/{i}.html")));
        browser.wait_for("the notice", || browser.visible("#unsupported"));
        assert!(!browser.is_there("#poster") && !browser.visible("#crash"));
        let missing = browser.text("#missing");
        assert!(missing.split(", ").any(|missed| missed == name), "{missing}, not {name}");
        let index = usize::from(browser.eval("navigator.language.startsWith('zh')") == true);
        assert!(browser.text("#unsupported").contains(&said(index, "start.unsupported")));
        assert_eq!(browser.eval(&seen("#unsupported")), true);
    }
    browser.goto(&server.url(&format!("/spared.html{QUICK}")));
    page::ready(browser);
    assert!(!browser.visible("#unsupported"));
    browser.send_keys("body", "?");
    browser.wait_for("the keys", || browser.is_there("#keys-dialog dd"));
    assert!(!browser.visible("#crash"));
}

/// Neither the main script comes, nor, at worst, any other; or the first one is never answered.
fn late(browser: &Browser) {
    let page =
        std::fs::read_to_string(dist().expect("it is built").join("index.html")).expect("a page");
    let server = Server::start(|site| {
        let gone = page.replacen("tunescape-", "gone-", 1);
        site.pages.push(("/gone.html".into(), gone));
        let none = page.replace("<script", "<script type='text/plain'");
        site.pages.push(("/none.html".into(), none));
        let silent = page.replace("src=\"supported-", "src=\"never.js?");
        site.pages.push(("/silent.html".into(), silent));
        site.silent.push("/never.js".into());
        // A driver would wait for a page that is never whole; for a frame it need not.
        site.pages.push(("/around.html".into(), "<!doctype html><body></body>".into()));
    });
    browser.goto(&server.url("/gone.html"));
    browser.wait_for("words at once", || browser.visible("#late"));
    let index = usize::from(browser.eval("navigator.language.startsWith('zh')") == true);
    assert_eq!(browser.text("#late"), said(index, "start.late"));
    browser.goto(&server.url("/none.html"));
    assert!(!browser.visible("#late"));
    let after = "document.querySelector('#late').getAnimations()[0].effect.getTiming().delay";
    assert!(browser.eval(after).as_f64().is_some_and(|ms| ms <= 20_000.0));
    browser.eval("document.querySelector('#late').getAnimations()[0].finish()");
    assert!(browser.visible("#late"));
    browser.goto(&server.url("/around.html"));
    browser.eval(
        "(() => { const frame = document.createElement('iframe'); frame.src = '/silent.html'; \
         document.body.append(frame); })()",
    );
    let inside = "document.querySelector('iframe').contentDocument?.querySelector('#late')";
    let coming = format!("{inside}?.getAnimations().length > 0");
    browser.wait_for("words on their way", || browser.eval(&coming) == true);
    browser.eval(&format!("{inside}.getAnimations()[0].finish()"));
    let seen = format!("getComputedStyle({inside}).visibility");
    assert_eq!(browser.eval(&seen), "visible");
}

fn no_script(browser: &Browser) {
    let page =
        std::fs::read_to_string(dist().expect("it is built").join("index.html")).expect("a page");
    let server = Server::start(|site| {
        let shown =
            page.replace("noscript>", "main>").replace("<script", "<script type='text/plain'");
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

/// Whoever can run nothing else can still see this.
fn smoke(browser: &Browser) {
    let server = Server::start(|_| {});
    browser.goto(&server.url("/"));
    page::ready(browser);
    browser.wait_for("the headline", || browser.is_there("#landing-tour"));
    browser.goto(&server.url("/?search#v=2&map.side=8&training.epochs=10&search.budget=7"));
    page::ready(browser);
    page::map_trained(browser);
    browser.click("#play");
    browser.wait_for("the trials", || page::rows(browser).len() == 7);
    browser.wait_for("the model", || browser.is_there("#mind canvas"));
    browser.goto(&server.url("/?lesson#v=2&screen=lessons"));
    browser.click("[data-lesson=words]");
    browser.wait_for("the run", || {
        browser.text("#run-epoch").contains('0') && page::ready_now(browser)
    });
    browser.click("#step");
    browser.wait_for("an epoch", || browser.text("#run-epoch").contains('1'));
    assert_eq!(page::notices(browser), "");
}

/// The page and its workers run: the landscape trains to its end, on WebGPU where there is one.
fn works(browser: &Browser, gpu: bool) {
    page::ready(browser);
    page::map_trained(browser);
    let state = browser.text("#backend-state");
    assert!(state.starts_with(if gpu { "WebGPU" } else { "CPU" }), "{state}");
    assert_eq!(browser.is_there("#backend"), gpu);
}
