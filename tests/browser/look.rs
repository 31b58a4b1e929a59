//! Language and theme.

use crate::harness::Browser;
use crate::page;
use crate::steps::key;
use serde_json::from_value;
use std::collections::BTreeSet;

pub const TESTS: &[crate::Test] = &[
    ("language_and_theme_change_and_are_remembered", language),
    ("in_one_column_a_button_leads_to_the_set_up", one_column),
];

/// WebGPU's last digits may differ from those that the poster was painted from, and Firefox takes
/// minutes for the whole landscape where the machine is busy.
pub const FIRST_VISIT: &[crate::Test] =
    &[("a_first_visit_sees_the_landscape_takes_the_tour_and_comes_to_everything", first_visit)];

/// Every text that can be read or is read out.
const TEXTS: &str = "(() => {
    const texts = [];
    const walker = document.createTreeWalker(document.getElementById('app'), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const range = document.createRange();
        range.selectNodeContents(walker.currentNode);
        // The names in a formula are the same in every language.
        if (range.getClientRects().length && !walker.currentNode.parentElement.closest('math')) texts.push(walker.currentNode.data.trim());
    }
    for (const element of document.querySelectorAll('#app *'))
        for (const name of ['aria-label', 'title', 'aria-valuetext', 'placeholder'])
            if (element.hasAttribute(name)) texts.push(element.getAttribute(name).trim());
    return texts.filter(text => /[A-Za-z]{2}/.test(text));
})()";

/// Names and formulas that are the same in every language.
const SAME: &[&str] = &[
    "English",
    "tune",
    "scape",
    "xor",
    "tanh",
    "ReLU",
    "sigmoid",
    "SGD",
    "WebGPU",
    "CPU",
    "MNIST",
    "iris",
    "ms",
    "log",
    "F1",
    "ROC",
    "TP",
    "FP",
    "FN",
    "Tunescape",
];

fn texts(browser: &Browser) -> BTreeSet<String> {
    let all: BTreeSet<String> = from_value(browser.eval(TEXTS)).expect("a list of texts");
    for text in &all {
        let is_key = |word: &str| {
            word.split_once('.').is_some_and(|(a, b)| {
                let plain = |part: &str| {
                    part.len() > 1 && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
                };
                plain(a) && b.split('.').all(plain)
            })
        };
        assert!(!text.split(' ').any(is_key) && !text.contains("%{"), "a raw key: {text}");
    }
    all
}

/// Words of the page in English that are still there in Chinese.
fn untranslated(english: &BTreeSet<String>, chinese: &BTreeSet<String>) -> Vec<String> {
    let words = |text: &String| {
        text.split(|c: char| !c.is_ascii_alphanumeric()).any(|w| {
            w.len() > 1 && w.bytes().any(|b| b.is_ascii_alphabetic()) && !SAME.contains(&w)
        })
    };
    english.intersection(chinese).filter(|text| words(text)).cloned().collect()
}

fn language(browser: &Browser) {
    let _server =
        page::open(browser, "#v=1&map.side=8&training.epochs=20&search.budget=12&map.shown=speed");
    page::map_trained(browser);
    // Enough trials for a model, so that every panel of the screen has something to say.
    browser.choose("#speed", 2);
    browser.click("#play");
    browser.wait_for("the trials", || {
        page::rows(browser).len() == 12 && browser.is_there("#mind canvas")
    });
    for screen in [2, 1] {
        browser.click(&format!(".tab:nth-child({screen})"));
        browser.wait_for("the screen", || {
            browser.is_there(&format!(".tab.current:nth-child({screen})"))
        });
        browser.choose("#language", 0);
        browser.wait_for("English", || browser.attr("html", "lang").as_deref() == Some("en"));
        let english = texts(browser);
        browser.choose("#language", 1);
        browser.wait_for("Chinese", || browser.attr("html", "lang").as_deref() == Some("zh-CN"));
        let chinese = texts(browser);
        assert!(english.len() > 40, "{english:?}");
        // Formulas, and what names people and a year, are the same in every language.
        let own = |text: &String| {
            !text.contains(['η', 'β', 'ξ', 'κ', '='])
                && !text.contains(" 19")
                && !text.contains(" 20")
        };
        let left: Vec<_> = untranslated(&english, &chinese).into_iter().filter(own).collect();
        assert_eq!(left, [""; 0]);
    }
    // It has its own languages, and a browser's translation would break what is drawn.
    let asks = "document.querySelector('meta[name=google]').content === 'notranslate' && !document.documentElement.translate";
    assert_eq!(browser.eval(asks), true);
    browser.reload();
    page::ready(browser);
    assert_eq!(browser.attr("html", "lang").as_deref(), Some("zh-CN"));
    theme(browser);
}

fn theme(browser: &Browser) {
    let theme = || browser.attr("html", "data-theme").expect("a theme");
    let background = || browser.eval("getComputedStyle(document.body).backgroundColor");
    let (first, paper) = (theme(), background());
    browser.click("#theme");
    browser.wait_for("the other theme", || theme() != first);
    assert_ne!(background(), paper);
    browser.reload();
    page::ready(browser);
    assert_ne!(theme(), first);
    assert_ne!(background(), paper);
    browser.click("#theme");
    browser.wait_for("the first theme", || theme() == first);
    assert_eq!(background(), paper);
}

fn first_visit(browser: &Browser) {
    let _server = page::open(browser, "");
    // The picture stands there from the beginning until every cell is trained.
    assert!(browser.is_there("#map image"));
    page::map_trained(browser);
    assert!(!browser.is_there("#map image"));
    poster(browser);
    browser.click("#landing-tour");
    let inside =
        "(() => { const part = document.querySelector('.pointed')?.getBoundingClientRect();
        const card = document.getElementById('tour').getBoundingClientRect();
        return part?.top >= 0 && part.top < card.top; })()";
    for stop in 1..=8 {
        browser.wait_for("the stop", || {
            browser.is_there(&format!("#tour[data-stop='{stop}']:focus"))
                && browser.is_there(".pointed")
        });
        browser.wait_for("what it speaks of", || browser.eval(inside) == true);
        browser.click("#tour-next");
    }
    browser.wait_for("the end", || !browser.is_there("#tour, .pointed"));
    assert!(!browser.is_there(".card.network"));
    browser.click("#detail");
    browser.wait_for("everything", || browser.is_there(".card.network"));
    // What the address says comes before what is remembered.
    browser.wait_for("the address", || !page::hash(browser).contains("detail="));
    browser.reload();
    page::ready(browser);
    assert!(browser.is_there(".card.network"));
}

/// The picture that comes with the page is, to the last bit, what this page trains.
fn poster(browser: &Browser) {
    browser.eval(
        "void (async () => {
            const image = new Image();
            image.src = 'poster.png';
            await image.decode();
            const canvas = document.createElement('canvas');
            [canvas.width, canvas.height] = [image.width, image.height];
            const all = canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            canvas.getContext('2d').drawImage(image, 0, 0);
            const [poster, map] = [all(canvas), all(document.querySelector('#map canvas'))];
            document.body.dataset.poster = poster.length === map.length ? poster.filter((b, i) => b !== map[i]).length : -1;
        })()",
    );
    browser.wait_for("the poster", || browser.attr("body", "data-poster").is_some());
    assert_eq!(browser.attr("body", "data-poster").as_deref(), Some("0"));
}

fn one_column(browser: &Browser) {
    let _server = page::open(browser, "#v=1&screen=explore&map.side=8&backend=cpu");
    assert!(!browser.visible(".to-setup"));
    browser.run(browser.client.set_window_size(640, 800));
    browser.wait_for("one column", || browser.visible(".to-setup"));
    browser.click(".to-setup button");
    let top =
        || browser.eval("document.getElementById('setup').getBoundingClientRect().top").as_f64();
    browser.wait_for("the set-up", || {
        browser.is_there("#setup:focus") && top().is_some_and(|top| top.abs() < 2.0)
    });
    // The next key goes to its first control.
    browser.send_keys("#setup", key::TAB);
    assert!(browser.is_there("#setup :focus"));
}
