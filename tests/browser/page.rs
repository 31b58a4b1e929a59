//! The page's own words: its readiness, its trial table, its map.

use crate::harness::Browser;
use crate::server::Server;
use serde_json::from_value;

/// The page as it is opened with a link's set-up, ready.
pub fn open(browser: &Browser, link: &str) -> Server {
    let server = Server::start(|_| {});
    browser.goto(&server.url(&format!("/{link}")));
    ready(browser);
    server
}

/// Data is there, a map has begun to train and the network has been drawn.
pub fn ready(browser: &Browser) {
    browser.wait_for("the data", || ready_now(browser));
}

pub fn ready_now(browser: &Browser) -> bool {
    browser.is_there(".columns[data-ready=true]")
}

/// One row of the table of trials, with the exact numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The value of each searched parameter.
    pub point: Vec<String>,
    /// Empty for a trial that diverged.
    pub loss: String,
}

impl Row {
    pub fn loss(&self) -> Option<f64> {
        self.loss.parse().ok()
    }
}

/// On the Search screen: no trial trains, and another may.
pub const REST: &str = "#step:enabled:not([aria-disabled])";

/// The trials that the table shows.
pub fn rows(browser: &Browser) -> Vec<Row> {
    let list = "[...document.querySelectorAll('#trials tbody tr')].map(r => [r.dataset.point, r.dataset.loss])";
    let row = |[point, loss]: [String; 2]| Row {
        point: point.split(' ').map(str::to_owned).collect(),
        loss,
    };
    // A frame that is just being loaded has nothing to tell.
    from_value::<Option<Vec<[String; 2]>>>(browser.eval(list))
        .expect("two texts a row")
        .unwrap_or_default()
        .into_iter()
        .map(row)
        .collect()
}

/// The page's set-up, as its address has it.
pub fn hash(browser: &Browser) -> String {
    from_value(browser.eval("location.hash")).expect("a text")
}

pub fn notices(browser: &Browser) -> String {
    if browser.is_there(".notices") { browser.text(".notices") } else { String::new() }
}

/// Waits until every cell of the map is trained.
pub fn map_trained(browser: &Browser) {
    browser.wait_for("the map to be trained", || browser.is_there("#map-progress.done"));
    // Its last picture is painted after the words are written.
    let frames =
        "requestAnimationFrame(() => requestAnimationFrame(() => document.body.dataset.drawn = 1))";
    browser.eval(&format!("void (delete document.body.dataset.drawn, {frames})"));
    browser.wait_for("the picture", || browser.is_there("body[data-drawn]"));
}

/// Colours of the map's cells, row by row from the top: the middle pixel of each of `side` × `side`
/// cells.
pub fn cells(browser: &Browser, side: usize) -> Vec<[u8; 3]> {
    let script = format!(
        "(() => {{
            const canvas = document.querySelector('#map canvas');
            const {{ width, height }} = canvas;
            const all = canvas.getContext('2d').getImageData(0, 0, width, height).data;
            const middle = (i, size) => Math.floor((i + 0.5) * size / {side});
            return [...Array({side} * {side}).keys()].map(i => {{
                const at = 4 * (middle(Math.floor(i / {side}), height) * width + middle(i % {side}, width));
                return [all[at], all[at + 1], all[at + 2]];
            }});
        }})()"
    );
    from_value(browser.eval(&script)).expect("three numbers a cell")
}

/// How many colours a canvas has.
pub fn colours(browser: &Browser, css: &str) -> usize {
    let script = format!(
        "(() => {{
            const canvas = document.querySelector('{css}');
            const bytes = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            return new Set(new Uint32Array(bytes.buffer)).size;
        }})()"
    );
    from_value(browser.eval(&script)).expect("a number")
}

/// The share of a canvas that its commonest colour covers.
pub fn commonest(browser: &Browser, css: &str) -> f64 {
    let script = format!(
        "(() => {{
            const canvas = document.querySelector('{css}');
            const bytes = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            const times = new Map();
            for (const pixel of new Uint32Array(bytes.buffer)) times.set(pixel, (times.get(pixel) ?? 0) + 1);
            return Math.max(...times.values()) / (canvas.width * canvas.height);
        }})()"
    );
    from_value(browser.eval(&script)).expect("a number")
}

/// Nothing that is no number may be read, in text or in what is drawn.
pub fn no_nan(browser: &Browser) {
    let found = browser
        .eval("document.getElementById('app').outerHTML.match(/.{0,80}(NaN|Infinity|\\binf\\b).{0,20}/)?.[0] ?? ''");
    assert_eq!(found, "");
}
