//! Frames that go and come back, are loaded anew, or never come.

use crate::boot::with_script;
use crate::embed::{QUICK, heard};
use crate::harness::Browser;
use crate::page;
use crate::server::Server;
use serde_json::Value;

const NOTE: &str = "for me alone";

/// Out of sight it is gone, and comes back as it was.
pub fn goes_and_comes_back(browser: &Browser) {
    let (ready, stepped) = (heard(browser, "ready").len(), heard(browser, "stepped").len());
    browser.eval("document.querySelector('tune-scape').step()");
    browser.wait_for("a trial", || heard(browser, "stepped").len() > stepped);
    // Its results are told when the pause since those before is over.
    let ended = |told: &Value| told["trials"][0]["state"].as_str().is_some_and(|s| s != "running");
    browser.wait_for("its results", || heard(browser, "results").last().is_some_and(ended));
    let told = ["state", "stepped", "finished", "results"].map(|kind| heard(browser, kind).len());
    browser.eval("scrollTo(0, 6000)");
    browser.wait_for("it to go", || {
        browser.eval("document.querySelector('iframe').hasAttribute('src')") == false
    });
    browser.eval("scrollTo(0, 0)");
    browser.wait_for("it to come back", || heard(browser, "ready").len() > ready);
    browser.frame(0);
    browser.wait_for("the data", || browser.is_there(".set.current[data-name=moons]"));
    assert_eq!(browser.attr("html", "lang").as_deref(), Some("zh-CN"));
    assert_eq!(browser.attr("html", "data-theme").as_deref(), Some("dark"));
    assert!(!browser.is_there("header") && !browser.is_there("footer"));
    // Whatever is hidden, the language can be chosen.
    assert!(browser.visible(".languages #language"));
    browser.run(browser.client.enter_parent_frame());
    // Nothing is news, and whoever asks hears of the trial once it is there.
    browser.eval(
        "document.querySelector('tune-scape').results().then((answer) => answers.push(answer)) && 0",
    );
    browser.wait_for("the answer", || browser.eval("answers.at(-1).trials.length") == 1);
    let now = ["state", "stepped", "finished", "results"].map(|kind| heard(browser, kind).len());
    assert_eq!(now, [told[0], told[1], told[2], told[3] + 1]);
    stays_with_a_note(browser);
}

/// With what the reader noted it stays, as nobody around is to hear of that; out of sight it has no
/// workers, and in sight again it has what it had.
fn stays_with_a_note(browser: &Browser) {
    browser.frame(0);
    browser.click("#trials [data-trial] button");
    browser.wait_for("the trial", || browser.is_there("#trials tr.chosen"));
    browser.type_into("#note", NOTE);
    browser.wait_for("the note", || browser.text("#trials tr.chosen").contains(NOTE));
    browser.run(browser.client.enter_parent_frame());
    let ready = heard(browser, "ready").len();
    let told = ["state", "stepped", "finished", "results"].map(|kind| heard(browser, kind).len());
    // Of several observers the element's own hears first.
    browser.eval(
        "new IntersectionObserver((all) => (document.body.dataset.away = !all.at(-1).isIntersecting),
            { rootMargin: '200px' }).observe(document.querySelector('tune-scape')), scrollTo(0, 6000)",
    );
    browser
        .wait_for("it to be out of sight", || browser.eval("document.body.dataset.away") == "true");
    assert_eq!(browser.eval("document.querySelector('iframe').hasAttribute('src')"), true);
    browser.eval("scrollTo(0, 0)");
    browser.wait_for("it to be in sight again", || {
        browser.eval("document.body.dataset.away") == "false"
    });
    // Its workers are started anew.
    browser.wait_for("it to go on", || heard(browser, "ready").len() > ready);
    browser.frame(0);
    browser.wait_for("the note", || browser.text("#trials").contains(NOTE));
    browser.run(browser.client.enter_parent_frame());
    let now = ["state", "stepped", "finished", "results"].map(|kind| heard(browser, kind).len());
    assert_eq!(now, told);
    assert!(!browser.eval("JSON.stringify(heard)").to_string().contains(NOTE));
}

/// A frame that is loaded anew looks as it was asked to look last.
pub fn is_loaded_anew(browser: &Browser) {
    browser.eval("document.documentElement.dataset.before = '', location.reload(), 0");
    browser.run(browser.client.enter_parent_frame());
    browser.frame(0);
    browser.wait_for("the same look", || {
        browser.attr("html", "data-before").is_none()
            && browser.attr("html", "lang").as_deref() == Some("zh-CN")
            && browser.attr("html", "data-theme").as_deref() == Some("dark")
    });
}

/// Pages of which a frame, a lesson or a rule can't be had: each says so, and so does whoever is
/// asked there.
pub fn never_come(browser: &Browser) {
    let server = Server::start(|site| {
        site.folder = "/page/".into();
        // For the first of them nobody waits as long as a reader would.
        let html = format!(
            "<!doctype html><title>A tutorial</title><script>
                const wait = setTimeout;
                let patience = 100;
                globalThis.setTimeout = (what, time) => {{
                    if (time !== 20000) return wait(what, time);
                    const first = patience;
                    patience = 20000;
                    return wait(what, first);
                }};
                globalThis.fetched = [];
                const get = fetch;
                globalThis.fetch = (url, how) => fetched.push(JSON.stringify(how)) && get(url, how);
                globalThis.heard = [];
                addEventListener('failed', (event) => heard.push([event.target.id, event.detail.reason]));
            </script><script src='/page/embed.js'></script>
            <tune-scape id='nowhere' lang='en' height='10' src='/nowhere/'></tune-scape>
            <tune-scape id='wrong' lang='en' height='10' src='http://[bad'></tune-scape>
            <script>
                globalThis.broken = {{}};
                const ask = (name, element, wanted) =>
                    element.results(wanted).catch((error) => (broken[name] = error.message));
                ask('nowhere', document.querySelector('#nowhere'), null);
                ask('wrong', document.querySelector('#wrong'));
                ask('alone', document.createElement('tune-scape'));
            </script>
            <tune-scape id='moved' lang='en' lesson='nowhere.json' limit='search.budget:2:2 run.momentum:0.1'
                state='\n  {}&amp;\n  data.name=moons\n'></tune-scape>
            <script>document.body.append(document.querySelector('#moved'))</script>",
            QUICK.replace('&', " &amp; ")
        );
        site.pages.push(("/host.html".into(), html));
    });
    browser.goto(&server.url("/host.html"));
    let failed = |id: &str| heard(browser, id).len();
    browser.wait_for("what fails", || {
        ["nowhere", "wrong", "moved"].map(failed) == [1, 1, 2]
            && browser.eval("Object.keys(broken).sort().join()") == "alone,nowhere,wrong"
    });
    assert!(browser.text("#nowhere [role=alert]").contains("/nowhere/"));
    assert!(browser.text("#wrong [role=alert]").contains("http://[bad"));
    assert_eq!(browser.eval("broken.wrong"), browser.text("#wrong [role=alert]"));
    assert!(browser.text("#moved [role=alert]").contains("nowhere.json"));
    // It was moved before its lesson's file was found missing: it was looked for twice.
    let looked = || server.asked().iter().filter(|path| path.ends_with("/nowhere.json")).count();
    browser.wait_for("both answers", || looked() == 2);
    // Without anybody's name, and from nowhere else.
    let how = "{\"credentials\":\"omit\",\"redirect\":\"error\"}";
    assert_eq!(browser.eval("fetched.join()"), [how; 2].join(","));
    assert_eq!((browser.count("#moved [role=alert]"), failed("moved")), (1, 2));
    // All but the wrong limit is there.
    browser.frame(1);
    browser.wait_for("the data", || browser.is_there(".set.current[data-name=moons]"));
    assert!(page::notices(browser).contains("run.momentum:0.1"));
    assert_eq!(browser.value("#budget"), "2");
}

/// The workers that a page holds can be counted, on a machine of eight cores.
const COUNTED: &str = "
    globalThis.held = new Set();
    const Own = Worker;
    globalThis.Worker = class extends Own {
        constructor(...given) {
            super(...given);
            held.add(this);
        }
        terminate() {
            held.delete(this);
            super.terminate();
        }
    };
    Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', { get: () => 8 });
    Object.defineProperty(Navigator.prototype, 'deviceMemory', { get: () => 8 });
";

/// Two elements in sight, and far below a frame without the script.
pub fn share_the_cores(browser: &Browser) {
    let server = Server::start(|site| {
        site.folder = "/page/".into();
        site.pages.push(("/page/index.html".into(), with_script(COUNTED)));
        let one = format!(
            "<div><tune-scape lang='en' height='300' state='{}'></tune-scape></div>",
            QUICK.replace('&', "&amp;")
        );
        let html = format!(
            "<!doctype html><style>div {{ height: 300px; overflow: hidden }}</style>
            <script src='/page/embed.js'></script>{one}{one}<div style='height: 6000px'></div>
            <iframe sandbox='allow-scripts' height='300' src='/page/index.html#{QUICK}'></iframe>"
        );
        site.pages.push(("/host.html".into(), html));
    });
    browser.goto(&server.url("/host.html"));
    let frames = || browser.count("iframe[src]");
    browser.wait_for("both elements", || frames() == 3);
    // Which frame is which, browsers tell in an order of their own.
    let wait_for_workers = |wanted: &[u64]| {
        browser.wait_for("the workers of each", || {
            let mut held: Vec<u64> = (0..browser.count("iframe") as u16)
                .filter_map(|frame| {
                    browser.frame(frame);
                    let held = browser.eval("globalThis.held?.size").as_u64();
                    browser.run(browser.client.enter_parent_frame());
                    held
                })
                .collect();
            held.sort_unstable();
            held == wanted
        });
    };
    // One for the study, one for the GPU, and a crew, which is of seven where nobody shares.
    wait_for_workers(&[0, 5, 5]);
    browser.eval("scrollTo(0, 9000)");
    browser.wait_for("the elements to go", || frames() == 1);
    wait_for_workers(&[9]);
    browser.eval("scrollTo(0, 0)");
    browser.wait_for("the elements to come", || frames() == 3);
    wait_for_workers(&[0, 5, 5]);
    browser.eval("document.querySelector('tune-scape').remove()");
    wait_for_workers(&[0, 9]);
}
