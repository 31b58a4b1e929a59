//! The page starts wherever it may be put.

use crate::harness::{Browser, Kind, Server};

pub const TESTS: &[crate::Test] = &[
    ("boots_under_a_strict_content_security_policy", strict_policy),
    ("boots_from_a_sub_path_and_asks_for_nothing_else", sub_path),
    ("boots_in_a_sandboxed_frame_without_cors", sandboxed),
    ("says_so_when_it_breaks", crash),
];

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; \
                      style-src 'self'; img-src 'self' data:; connect-src 'self'";

fn strict_policy(browser: &Browser) {
    let server = Server::start(|site| site.headers.push(("content-security-policy", POLICY.into())));
    browser.goto(&server.url("/"));
    ready(browser);
    assert_eq!(browser.console_errors(), [""; 0]);
}

fn sub_path(browser: &Browser) {
    let server = Server::start(|site| site.folder = "/some/folder/".into());
    browser.goto(&server.url("/some/folder/"));
    ready(browser);

    let strays =
        |urls: Vec<String>, home: &str| urls.into_iter().filter(|url| !url.starts_with(home)).collect::<Vec<_>>();
    assert_eq!(strays(server.asked(), "/some/folder/"), [""; 0]);
    assert_eq!(strays(browser.requests(), &server.url("/some/folder/")), [""; 0]);
}

fn sandboxed(browser: &Browser) {
    let frame = "<!doctype html><iframe sandbox='allow-scripts' src='/page/'></iframe>";
    let server = Server::start(|site| {
        site.folder = "/page/".into();
        site.pages.push(("/host.html".into(), frame.into()));
    });
    browser.goto(&server.url("/host.html"));
    browser.frame(0);
    assert_eq!(browser.eval("origin"), "null");
    // Chromium takes a blob worker of an opaque origin for an insecure context, which has no WebGPU.
    ready_with(browser, false);
}

fn crash(browser: &Browser) {
    let server = Server::start(|_| {});
    browser.goto(&server.url("/"));
    ready(browser);
    assert!(!browser.visible("#crash"));

    browser.eval("tunescape.crashed()");
    assert!(browser.visible("#crash"));
    browser.click("#reload");
    browser.wait_for("the page to be there again", || {
        browser.eval("document.body.dataset.ready") == "true" && !browser.visible("#crash")
    });
}

/// The page and a worker of it run, and the worker sees WebGPU where this browser has it.
fn ready(browser: &Browser) {
    ready_with(browser, browser.kind == Kind::ChromiumWebgpu);
}

fn ready_with(browser: &Browser, gpu: bool) {
    browser.wait_for("the page to be ready", || browser.eval("document.body.dataset.ready") == "true");
    assert_eq!(browser.text("#app"), format!("echo [7, 8, 9], WebGPU {gpu}"));
}
