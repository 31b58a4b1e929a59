//! Crash drills: all workers die at once in mid-search, and the browser keeps nothing.

use crate::boot::with_script;
use crate::harness::Browser;
use crate::native;
use crate::page;
use crate::server::Server;

pub const TESTS: &[crate::Test] =
    &[("no_trial_is_lost_when_workers_die_at_once_and_nothing_can_be_kept", drill)];

/// Every worker can be killed from outside, and whatever would keep something refuses, as in a
/// private window or where there is no room.
const BREAKABLE: &str = "
    const workers = [];
    const Own = Worker;
    globalThis.Worker = class extends Own {
        constructor(...given) {
            super(...given);
            workers.push(this);
        }
    };
    globalThis.killWorkers = () => {
        const killed = workers.splice(0);
        for (const worker of killed) {
            worker.terminate();
            worker.dispatchEvent(new ErrorEvent('error', { message: 'killed' }));
        }
        return killed.length;
    };
    Storage.prototype.setItem = () => { throw new DOMException('no room', 'QuotaExceededError'); };
    IDBFactory.prototype.open = () => { throw new DOMException('not here', 'SecurityError'); };
";

fn drill(browser: &Browser) {
    let server = Server::start(|site| {
        site.pages.push(("/breakable.html".into(), with_script(BREAKABLE)));
    });
    let link =
        "#v=1&map.side=8&training.epochs=300&search.strategy=random&search.budget=8&backend=cpu";
    browser.goto(&server.url(&format!("/breakable.html{link}")));
    page::ready(browser);
    let trained = || page::rows(browser).iter().filter(|row| row.loss().is_some()).count();
    browser.choose("#speed", 2);
    browser.click("#play");
    browser.wait_for("some trials", || trained() > 1);
    let killed = browser.eval("killWorkers()").as_u64();
    assert!(killed.is_some_and(|n| n > 1), "{killed:?}");
    // The search goes on by itself, from where it was.
    browser.wait_for("all trials", || {
        page::rows(browser).len() == 8 && browser.is_there("#play") && trained() > 1
    });
    assert_eq!(page::rows(browser), native::study(&native::setup(&page::hash(browser)), 8));
    browser.click("#studies");
    browser.type_into("#study-name", "mine");
    browser
        .wait_for("that it is not kept", || browser.text("#studies-where").contains("has no room"));
    browser.click("dialog .actions .primary");
    browser.wait_for("the dialog to close", || !browser.is_there("dialog"));
    assert!(!browser.visible("#crash"));
}
