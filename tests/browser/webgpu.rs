//! Where there is WebGPU: the choice of backend, and the loss of the device.

use crate::harness::Browser;
use crate::page;
use crate::server::Server;
use serde_json::json;
use tunescape_core::worker::Request;

pub const TESTS: &[crate::Test] = &[
    ("the_reader_switches_to_the_cpu_and_back", switched),
    ("a_lost_device_costs_only_what_was_unfinished", lost),
];

fn switched(browser: &Browser) {
    let _server = page::open(browser, "#v=1&map.side=16&training.epochs=20");
    let trained_on = |name: &str| {
        browser.wait_for(name, || {
            browser.is_there("#map-progress.done")
                && browser.text("#backend-state").starts_with(name)
        });
        page::cells(browser, 16)
    };
    let gpu = trained_on("WebGPU");
    browser.choose("#backend", 1);
    let cpu = trained_on("CPU");
    assert!(page::hash(browser).contains("backend=cpu"));
    // Their losses agree to five digits, so that hardly a colour differs, and none by much.
    let differ =
        gpu.iter().zip(&cpu).filter(|(a, b)| (0..3).any(|i| a[i].abs_diff(b[i]) > 2)).count();
    assert!(differ <= 12, "{differ} of 256 cells differ");
    browser.choose("#backend", 0);
    assert_eq!(trained_on("WebGPU"), gpu);
}

/// Keeps the page's workers within reach, and the least progress that the page has shown.
const WATCH: &str = "
    const Native = Worker;
    globalThis.workers = [];
    globalThis.Worker = class extends Native { constructor(url) { super(url); workers.push(this); } };";

const LEAST: &str = "(() => {
    globalThis.least = Infinity;
    new MutationObserver(() => {
        const bar = document.querySelector('#map-progress progress');
        if (bar) least = Math.min(least, bar.value);
    }).observe(document.getElementById('app'), { subtree: true, childList: true, attributes: true, characterData: true });
})()";

fn lost(browser: &Browser) {
    browser.dev_tools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH }));
    let server = Server::start(|_| {});
    browser.goto(&server.url("/#v=1&map.side=32&training.epochs=200"));
    page::ready(browser);
    // The first level is 8 × 8 cells; once the second is under way, those have ended.
    let first_level = 64.0 * 200.0;
    let done =
        || browser.eval("document.querySelector('#map-progress progress')?.value ?? -1").as_f64();
    browser.wait_for("the second level", || {
        assert_ne!(done(), Some(-1.0), "the map was trained before its device could be lost");
        done() > Some(first_level)
    });
    browser.eval(LEAST);
    // A browser may take the device away at any time; the worker is asked to do as if.
    let bytes = postcard::to_stdvec(&Request::LoseDevice).expect("requests serialise");
    browser
        .eval(&format!("workers.forEach(worker => worker.postMessage(new Uint8Array({bytes:?})))"));
    browser.wait_for("the notice", || page::notices(browser).contains("WebGPU"));
    page::map_trained(browser);
    let state = browser.text("#backend-state");
    assert!(state.starts_with("CPU"), "{state}");
    let least = browser.eval("least").as_f64().expect("a number");
    assert!(least >= first_level, "finished cells were forgotten: {least} of {first_level} epochs");
    assert!(!browser.is_there("#backend"));
    assert!(!browser.visible("#crash"));
}
