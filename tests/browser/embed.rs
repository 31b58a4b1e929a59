//! The page in other people's pages, and what can be taken away from it.

use crate::frames;
use crate::harness::Browser;
use crate::isolation;
use crate::native;
use crate::page;
use crate::server::Server;
use crate::tools;
use serde_json::Value;

pub const TESTS: &[crate::Test] = &[
    ("a_tutorial_embeds_it_asks_it_and_hears_from_it", tutorial),
    ("a_page_of_another_origin_is_not_heard", stranger),
    ("what_is_on_show_can_be_taken_away", share),
    ("an_authors_own_lesson_is_opened_from_the_pages_own_folder", own_lesson),
    ("it_is_embedded_by_every_kind_of_script_and_in_isolated_pages", everywhere),
    ("frames_share_the_cores_and_have_no_workers_out_of_sight", frames::share_the_cores),
    ("what_the_frame_forbids_is_not_offered_and_the_look_changes_later", confined),
];

pub const QUICK: &str =
    "v=1&map.side=8&training.epochs=10&search.budget=3&search.strategy=random&backend=cpu";

fn host(html: String) -> Server {
    Server::start(|site| {
        site.folder = "/page/".into();
        site.pages.push(("/host.html".into(), html));
    })
}

/// The details of the events of a kind, as they came.
pub fn heard(browser: &Browser, kind: &str) -> Vec<Value> {
    let list = format!("heard.filter(([type]) => type === '{kind}').map(([_, detail]) => detail)");
    serde_json::from_value(browser.eval(&list)).expect("a list")
}

fn last_state(browser: &Browser) -> String {
    heard(browser, "state")
        .last()
        .and_then(|d| d["state"].as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn tutorial(browser: &Browser) {
    let state = QUICK.replace('&', "&amp;");
    let server = host(format!(
        "<!doctype html><title>A tutorial</title><link rel='icon' href='data:,'><script src='/page/embed.js'></script><script>
            globalThis.heard = [];
            globalThis.answers = [];
            for (const type of ['ready', 'state', 'stepped', 'finished', 'goal', 'results'])
                addEventListener(type, (event) => heard.push([type, event.detail]));
            // So does any other script of the page.
            addEventListener('message', (event) => heard.push(['message', String(event.data)]));
        </script>
        <tune-scape state='{state}' lock='net' limit='search.budget:2:9' hide='header footer' width='1100' lang='zh-CN' theme='dark'></tune-scape>
        <div style='height: 6000px'></div>"
    ));
    browser.goto(&server.url("/host.html"));
    browser.wait_for("the page", || heard(browser, "ready").len() == 1);
    fits(browser);
    tells_of_a_search(browser);
    tells_of_the_other_screens(browser);
    keeps_what_is_locked(browser);
    frames::goes_and_comes_back(browser);
    assert_eq!(browser.console_errors(), [""; 0]);
}

/// As high as its content, which is more than it begins with.
fn fits(browser: &Browser) {
    assert_eq!(
        browser.eval("document.querySelector('iframe').getAttribute('sandbox')"),
        "allow-scripts"
    );
    browser.wait_for("its height", || {
        browser
            .eval("document.querySelector('iframe').clientHeight")
            .as_f64()
            .is_some_and(|h| h > 750.0)
    });
    assert_eq!(browser.eval("document.querySelector('iframe').clientWidth"), 1100);
}

fn tells_of_a_search(browser: &Browser) {
    browser.eval("document.querySelector('tune-scape').step()");
    browser.wait_for("a trial", || heard(browser, "stepped").iter().any(|d| d["trials"] == 1));
    browser.eval("document.querySelector('tune-scape').play()");
    browser.wait_for("the budget", || {
        heard(browser, "finished") == [serde_json::json!({ "screen": "search", "trials": 3 })]
    });
    let best =
        heard(browser, "stepped").last().and_then(|d| d["best"].as_f64()).expect("a best loss");
    let rows = native::study(&native::setup(QUICK), 3);
    assert_eq!(Some(best), rows.iter().filter_map(page::Row::loss).min_by(f64::total_cmp));
    tells_its_trials(browser, &rows);
}

/// By an event as they come, and with their losses by epoch to whoever asks.
fn tells_its_trials(browser: &Browser, rows: &[page::Row]) {
    let losses = |results: &Value| -> Vec<Option<f64>> {
        let trials = results["trials"].as_array().expect("a list").iter();
        trials.map(|trial| trial["score"].as_f64()).collect()
    };
    let wanted: Vec<Option<f64>> = rows.iter().map(page::Row::loss).collect();
    browser.wait_for("all trials", || {
        heard(browser, "results").last().is_some_and(|results| losses(results) == wanted)
    });
    let last = heard(browser, "results").pop().expect("it was heard");
    assert_eq!(last["parameters"], serde_json::json!(["learning_rate", "momentum"]));
    assert_eq!((&last["metric"], &last["maximize"]), (&"loss".into(), &false.into()));
    assert!(last["trials"][0].get("curve").is_none() && last.get("asked").is_none());
    browser.eval(
        "[true, false].map((curves) => document.querySelector('tune-scape').results({ curves })
            .then((answer) => answers.push(answer))).length",
    );
    browser.wait_for("the answers", || browser.eval("answers.length") == 2);
    let answer = browser.eval("answers[0]");
    assert_eq!(losses(&answer), wanted);
    let curve = answer["trials"][2]["curve"].as_array().expect("a curve").clone();
    assert_eq!((curve.len(), &curve[10][0]), (11, &10.into()));
    let single = |x: Option<f64>| x.map(|x| x as f32);
    assert_eq!(single(curve[10][2].as_f64()), single(wanted[2]));
}

/// What a screen says when it has finished, for the `count`-th time, with other data.
fn finishes(browser: &Browser, state: &str, screen: &str, count: usize) -> Value {
    // Everything begins anew, and the page says when it is ready.
    let ready = heard(browser, "ready").len();
    browser.eval(&format!(
        "document.querySelector('tune-scape').set('{QUICK}&screen={screen}&{state}')"
    ));
    browser.wait_for("the other data", || heard(browser, "ready").len() > ready);
    browser.eval("document.querySelector('tune-scape').play()");
    let all = || {
        heard(browser, "finished").into_iter().filter(|d| d["screen"] == screen).collect::<Vec<_>>()
    };
    browser.wait_for(screen, || all().len() == count);
    all().swap_remove(count - 1)
}

fn tells_of_the_other_screens(browser: &Browser) {
    let end = finishes(browser, "data.name=gauss", "explore", 1);
    assert!(
        end["epochs"] == 10
            && end["diverged"] == false
            && end["loss"].as_f64().is_some_and(|l| l > 0.0),
        "{end}"
    );
    let end = finishes(browser, "data.name=xor&run.learning_rate=1000000", "explore", 2);
    assert!(end["diverged"] == true, "{end}");
    let end = finishes(browser, "data.name=circle&race.repeats=1", "race", 1);
    assert_eq!(end, serde_json::json!({ "screen": "race", "trials": 3 }));
}

/// What is locked stays, and so does everything when nonsense is said.
fn keeps_what_is_locked(browser: &Browser) {
    for nonsense in [
        "{",
        "null",
        "[]",
        "{\"type\":\"unlock\"}",
        "{\"type\":\"set\",\"state\":\"v=9\"}",
        "<script>alert(1)</script>",
    ] {
        browser.eval(&format!(
            "document.querySelector('iframe').contentWindow.postMessage({nonsense:?}, '*')"
        ));
    }
    browser
        .eval("document.querySelector('iframe').contentWindow.postMessage({ type: 'set' }, '*')");
    browser.eval(&format!(
        "document.querySelector('tune-scape').set('{QUICK}&data.name=moons&net.hidden=[3]&search.budget=50&lesson.lock=[]&lesson.limit=[]')"
    ));
    browser.wait_for("the other data", || last_state(browser).contains("data.name=moons"));
    let setup = native::setup(&last_state(browser));
    assert_eq!((setup.net.hidden, setup.search.budget), (vec![8, 8], 9));
    assert_eq!(setup.lesson.lock, ["net"]);
}

/// In an element, whose frame is told the lesson, and in the page itself, which reads it.
fn own_lesson(browser: &Browser) {
    let page = r#"{"state":"v=1&screen=explore&data.name=moons&training.epochs=10","text":{"en":"Mine."},"lock":["data"]}"#;
    // Another host that would answer anybody.
    let stranger = Server::start(|site| {
        site.headers.push(("access-control-allow-origin", "*".into()));
        site.pages.push(("/own.json".into(), r#"{"title":{"en":"Not mine"}}"#.into()));
    });
    let server = Server::start(|site| {
        site.folder = "/page/".into();
        site.redirects.push(("/page/away.json".into(), stranger.url("/own.json")));
        site.redirects.push(("/page/back.json".into(), "/page/own.json".into()));
        // In lines, as files are.
        let lesson = format!(
            "{{\"title\":{{\"en\":\"My own\"}},\n  \"minutes\": 5,\n  \"pages\": [\n{page}]}}"
        );
        site.pages.push(("/page/own.json".into(), lesson.clone()));
        site.pages.push(("/own.json".into(), lesson));
        let html =
            "<!doctype html><link rel='icon' href='data:,'><script src='/page/embed.js'></script>
            <tune-scape lesson='own.json' autoplay></tune-scape>";
        site.pages.push(("/host.html".into(), html.into()));
    });
    let begun = || {
        browser.wait_for("the lesson", || {
            browser.is_there("#lesson") && browser.is_there(".set.current[data-name=moons]")
        });
        assert!(browser.text("#lesson").contains("Mine."));
    };
    browser.goto(&server.url("/host.html"));
    browser.wait_for("the frame", || browser.is_there("iframe[src]"));
    browser.frame(0);
    begun();
    browser.wait_for("it to play by itself", || browser.number("#run-epoch") > 0.0);
    browser.goto(&server.url("/page/#v=1&lesson.name=own.json"));
    begun();
    assert_eq!(browser.console_errors(), [""; 0]);
    // Nothing else of the host is asked for, whatever a link says.
    for name in [
        "/own.json",
        "../own.json",
        "own.json%3Fcourse=7%26x=.json",
        "..%252Fown.json",
        "away.json",
        "back.json",
    ] {
        browser.goto("about:blank");
        let before = server.asked().len();
        browser.goto(&server.url(&format!("/page/#v=1&lesson.name={name}")));
        browser.wait_for("the note", || !page::notices(browser).is_empty());
        assert!(!browser.is_there("#lesson"), "{name}");
        let asked = server.asked().split_off(before);
        assert!(!asked.iter().any(|path| path.contains("own.json")), "{name}: {asked:?}");
    }
    assert_eq!(stranger.asked(), [""; 0]);
}

fn everywhere(browser: &Browser) {
    // First, as it looks for errors of all that was opened in this browser.
    isolation::isolated(browser);
    forms(browser);
    frames::never_come(browser);
}

/// As a text that a page has fetched, with somebody saying where from and with nobody.
fn forms(browser: &Browser) {
    let element = format!("<tune-scape state='{}'></tune-scape>", QUICK.replace('&', "&amp;"));
    let fetched = "fetch('/page/embed.js').then((answer) => answer.text()).then((text) => {
        const run = document.createElement('script');
        run.text = text;
        document.head.append(run);
    });";
    let pages = [
        ("based", format!("<script>tunescapeBase = '/page'; {fetched}</script>")),
        ("lost", format!("<script>{fetched}</script>")),
    ];
    let server = Server::start(|site| {
        site.folder = "/page/".into();
        for (name, script) in &pages {
            let html = format!("<!doctype html><title>A tutorial</title>{script}{element}");
            site.pages.push((format!("/{name}.html"), html));
        }
        let missing =
            "<!doctype html><title>A tutorial</title><script src='/page/embed.js'></script>
            <tune-scape lesson='nowhere.json' lang='en'></tune-scape>";
        site.pages.push(("/missing.html".into(), missing.into()));
    });
    browser.goto(&server.url("/based.html"));
    browser.wait_for("the frame", || browser.is_there("iframe[src]"));
    browser.frame(0);
    page::ready(browser);
    browser.goto(&server.url("/lost.html"));
    browser.wait_for("what is wrong", || browser.text("[role=alert]").contains("embed.js"));
    browser.goto(&server.url("/missing.html"));
    browser.wait_for("what is missing", || browser.text("[role=alert]").contains("nowhere.json"));
    browser.frame(0);
    page::ready(browser);
}

fn confined(browser: &Browser) {
    let state = QUICK.replace('&', "&amp;");
    let server = host(format!(
        "<!doctype html><title>A tutorial</title><script src='/page/embed.js'></script>
        <tune-scape state='{state}&amp;search.run=3&amp;search.shown=3' lang='en' theme='light'></tune-scape>"
    ));
    browser.goto(&server.url("/host.html"));
    browser.wait_for("the frame", || browser.is_there("iframe[src]"));
    browser.frame(0);
    browser.wait_for("the trials", || page::rows(browser).len() == 3);
    browser.click("#share");
    browser.wait_for("why not", || browser.visible("#share-sandboxed"));
    // All of a file stands there to be copied by hand, and nothing is offered that would save it.
    // Not by the pointer: Firefox scrolls nothing in a frame that is higher than the window.
    browser.eval("document.querySelector('#tools').open = true");
    browser.eval("document.querySelector('#write-data').click()");
    browser.wait_for("the data", || browser.value("#written-text").lines().count() > 400);
    assert!(!browser.is_there("#written-save"));
    browser.click("#share-dialog .primary");
    browser.run(browser.client.enter_parent_frame());
    browser.eval("document.querySelector('tune-scape').setAttribute('theme', 'dark')");
    browser.eval("document.querySelector('tune-scape').setAttribute('lang', 'zh-CN')");
    browser.frame(0);
    browser.wait_for("the other look", || {
        browser.attr("html", "lang").as_deref() == Some("zh-CN")
            && browser.attr("html", "data-theme").as_deref() == Some("dark")
    });
    frames::is_loaded_anew(browser);
}

fn stranger(browser: &Browser) {
    let server = host(format!(
        "<!doctype html><iframe sandbox='allow-scripts' width='1200' height='800' src='/page/?origin=https://example.com#{QUICK}'></iframe>"
    ));
    browser.goto(&server.url("/host.html"));
    browser.frame(0);
    page::ready(browser);
    page::map_trained(browser);
    browser.eval("parent.postMessage('', '*')");
    browser.run(browser.client.enter_parent_frame());
    browser.eval(
        "document.querySelector('iframe').contentWindow.postMessage('{\"type\":\"step\"}', '*')",
    );
    browser.frame(0);
    // A trial that the reader asks for comes after whatever the stranger asked for, which would be
    // the first.
    browser.wait_for("rest", || browser.is_there(page::REST));
    browser.click("#step");
    browser.wait_for("a trial", || !page::rows(browser).is_empty());
    assert_eq!(page::rows(browser).len(), 1);
}

fn share(browser: &Browser) {
    let server = page::open(browser, &format!("#{QUICK}&search.run=3&search.shown=3"));
    browser.wait_for("the trials", || page::rows(browser).len() == 3);
    page::map_trained(browser);
    browser.click("#share");
    let link = browser.value("#share-link");
    assert_eq!(link, server.url(&format!("/{}", page::hash(browser))));
    assert!(browser.value("#share-embed").contains(&server.url("/embed.js")));
    assert!(browser.attr("#qr path", "d").is_some_and(|d| d.len() > 1000));
    let table = |name: &str| {
        let script = format!(
            "decodeURIComponent(document.querySelector('[download=\"{name}\"]').href.split(/,(.*)/s)[1])"
        );
        browser
            .eval(&script)
            .as_str()
            .expect("a text")
            .lines()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (trials, land) = (table("trials.csv"), table("landscape.csv"));
    assert_eq!((trials.len(), land.len()), (4, 65));
    for (line, row) in trials[1..].iter().zip(page::rows(browser)) {
        assert!(line.ends_with(&format!("{},{}", row.point.join(","), row.loss)), "{line} {row:?}");
    }
    // A hand-out: link and code follow what is ticked and chosen.
    browser.click("#hand-out summary");
    browser.click("#lock-network");
    browser.click("#hide-footer");
    browser.choose("#hand-what", 4);
    let handed = "#v=2&lesson.name=momentum&lesson.lock=net&lesson.hide=footer";
    browser.wait_for("the hand-out", || {
        browser.value("#share-link") == server.url(&format!("/{handed}"))
    });
    assert!(browser.value("#share-embed").contains("lesson.name=momentum&amp;lesson.lock="));
    browser.choose("#hand-what", 0);
    browser.click("#lock-network");
    browser.click("#hide-footer");
    browser.wait_for("what is on show", || browser.value("#share-link") == link);
    browser.click("#share-found");
    browser.wait_for("a packed link", || browser.value("#share-link").contains("#z="));
    tools::written_and_run(browser);
    let (packed, rows) = (browser.value("#share-link"), page::rows(browser));
    assert!(!browser.is_there("#share-without"));
    browser.click("#share-dialog .primary");
    browser.wait_for("it to close", || !browser.is_there("#share-dialog"));
    // What was trained on Explore is not in the link: that is said.
    browser.click(".tab:nth-child(1)");
    browser.click("#step");
    browser.wait_for("a step", || browser.number("#run-epoch") == 1.0);
    browser.click("#share");
    browser.wait_for("what is missing", || browser.is_there("#share-without"));
    assert!(browser.is_there("#plot-png"));
    browser.click("#share-dialog .primary");
    // Where there is no plot, none is to be had.
    browser.click(".tab:nth-child(4)");
    browser.click("#share");
    browser.wait_for("no plots", || browser.is_there("#print") && !browser.is_there("#plot-png"));
    browser.click("#share-dialog .primary");
    // It opens on what was found, which is then trained again: the curves are none of the link's.
    browser.goto("about:blank");
    browser.goto(&packed);
    browser.wait_for("the trials", || !page::rows(browser).is_empty());
    assert_eq!(page::rows(browser), rows);
    browser.wait_for("their curves", || browser.count("#curves [data-trial] path[d*=L]") >= 2);
    assert_eq!((page::rows(browser), page::notices(browser)), (rows, String::new()));
}
