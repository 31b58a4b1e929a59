//! The map of the truth.

use crate::harness::Browser;
use crate::page;
use crate::steps::key;
use std::collections::HashSet;
use tunescape_core::setup::Setup;
use tunescape_core::study::landscape::Landscape;

pub const TESTS: &[crate::Test] = &[
    ("the_landscape_trains_and_is_read_zoomed_and_scrubbed", trains),
    ("colours_are_ranked_like_the_native_losses", colours),
];

const SIDE: usize = 16;
const LINK: &str = "#v=1&map.side=16&training.epochs=40";

/// The hatching's two greys.
const HATCHED: [[u8; 3]; 2] = [[58, 61, 66], [96, 100, 106]];

fn trains(browser: &Browser) {
    let _server = page::open(browser, LINK);
    page::map_trained(browser);
    let cells = page::cells(browser, SIDE);
    let colours: HashSet<_> = cells.iter().filter(|c| !HATCHED.contains(c)).collect();
    assert!(colours.len() > 50, "{} colours", colours.len());
    let diverged = cells.iter().filter(|c| HATCHED.contains(c)).count();
    assert!((1..SIDE * SIDE / 2).contains(&diverged), "{diverged} hatched");
    page::no_nan(browser);

    // The mouse reads a cell that was trained, and one that diverged.
    let hint = browser.text("#reading");
    browser.point_at("#map canvas", [0.47, 0.22]);
    browser.wait_for("a reading", || browser.text("#reading") != hint);
    let read = browser.text("#reading");
    assert!(browser.is_there("#map .cursor"));
    // Learning rate and momentum are those of the cell under the mouse: the 8th from the left, the
    // 4th from the top.
    let setup = crate::native::setup(LINK);
    let land = Landscape::new(SIDE, setup.training.epochs, setup.axes());
    let numbers = read.split([' ', ',', ':']).filter_map(|word| word.parse::<f64>().ok());
    for (shown, exact) in numbers.zip(land.point((SIDE - 4) * SIDE + 7)) {
        assert!((shown / exact - 1.0).abs() < 0.01, "{read}: not {exact}");
    }
    let top_right = cells.iter().position(|c| HATCHED.contains(c)).expect("there is one");
    let middle = |i: usize| (i as f64 + 0.5) / SIDE as f64;
    browser.point_at("#map canvas", [middle(top_right % SIDE), middle(top_right / SIDE)]);
    browser.wait_for("another reading", || ![&hint, &read].contains(&&browser.text("#reading")));

    // The map at an earlier epoch.
    let epochs = |n: usize| {
        browser.send_keys("#map-epoch", &format!("{}{}", key::HOME, key::RIGHT.repeat(n)))
    };
    epochs(3);
    browser.wait_for("an earlier map", || page::cells(browser, SIDE) != cells);
    browser.send_keys("#map-epoch", key::END);
    browser.wait_for("the last map", || page::cells(browser, SIDE) == cells);

    // Into a region, which is trained anew, and back out.
    let ticks = || browser.text("#map svg");
    let outside = ticks();
    // A click says what a network has come to, and one more on the button goes into its region.
    browser.click_at("#map canvas", [0.55, 0.7]);
    browser.wait_for("the card", || browser.text("#cell-card").contains("loss"));
    browser.click("#cell-zoom");
    browser.wait_for("the region", || {
        browser.is_there("#back-out") && page::hash(browser).contains("map.zoom")
    });
    page::map_trained(browser);
    let inside = page::cells(browser, SIDE);
    assert!(inside != cells && ticks() != outside);
    browser.click("#back-out");
    browser.wait_for("the way out", || !browser.is_there("#back-out"));
    page::map_trained(browser);
    browser.wait_for("the same map", || page::cells(browser, SIDE) == cells);

    // Another batch size moves the best place; the landscape before is shown with its own scale.
    // Other data has no past.
    let scale = || browser.text("#map .colour-key");
    let before = scale();
    browser.type_into("#batch", "4");
    browser.wait_for("the path", || browser.is_there("#trail"));
    page::map_trained(browser);
    browser.wait_for("another scale", || scale() != before);
    browser.click("#replay-trail");
    browser.wait_for("the former scale", || scale() == before);
    browser.click(".set[data-name=moons]");
    browser.wait_for("no path", || !browser.is_there("#trail"));
}

/// On every backend colours follow the numbers of the native engine: of cells, and of trials.
fn colours(browser: &Browser) {
    cells_by_loss(browser);
    trials_by_epoch(browser);
}

fn cells_by_loss(browser: &Browser) {
    let _server = page::open(browser, "#v=1&map.side=8&training.epochs=15");
    page::map_trained(browser);
    let mut setup = Setup::default();
    (setup.map.side, setup.training.epochs) = (8, 15);
    let land = Landscape::new(8, 15, setup.axes());
    let cells = page::cells(browser, 8);
    // Brightness rises from the worst to the best in this scale of colours.
    let bright =
        |c: [u8; 3]| 0.299 * f64::from(c[0]) + 0.587 * f64::from(c[1]) + 0.114 * f64::from(c[2]);
    let mut shown = Vec::new();
    for cell in (0..64).step_by(3) {
        let loss = crate::native::reports(&setup, &land.point(cell)).get(15).map(|r| r.valid_loss);
        let colour = cells[(7 - cell / 8) * 8 + cell % 8];
        assert_eq!(
            HATCHED.contains(&colour),
            loss.is_none(),
            "cell {cell}: {loss:?} shown as {colour:?}"
        );
        shown.extend(loss.map(|loss| (loss, bright(colour))));
    }
    shown.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Neighbours in loss may share a colour, or differ by a rounding.
    assert!(shown.windows(2).all(|w| w[1].1 <= w[0].1 + 1.0), "{shown:?}");
    assert!(shown[0].1 > shown[shown.len() - 1].1 + 20.0, "{shown:?}");
}

/// Where the map shows epochs, a trial is filled by the epoch at which its own curve came so far.
fn trials_by_epoch(browser: &Browser) {
    let link = "#v=1&data.name=moons&map.side=8&training.epochs=40&search.strategy=random&search.run=8&search.shown=8&map.target=0.2";
    let _server = page::open(browser, link);
    browser
        .wait_for("the trials", || page::rows(browser).len() == 8 && browser.is_there(page::REST));
    // From here on the scale of losses stays.
    page::map_trained(browser);
    let fills = || {
        let list = "[...document.querySelectorAll('#map [data-trial] .disc')].map(d => d.getAttribute('fill'))";
        serde_json::from_value::<Vec<String>>(browser.eval(list)).expect("colours")
    };
    let by_loss = fills();
    browser.click("#map-shows button:nth-child(2)");
    browser.wait_for("other colours", || fills() != by_loss);
    let setup = crate::native::setup(link);
    let came = page::rows(browser).into_iter().map(|row| {
        let point: Vec<f64> =
            row.point.iter().map(|value| value.parse().expect("a number")).collect();
        let reports = crate::native::reports(&setup, &point);
        let epoch = reports.iter().position(|report| report.valid_loss <= 0.2);
        row.loss().map(|_| epoch)
    });
    let mut shown = Vec::new();
    for (came, fill) in came.zip(fills()) {
        let part =
            |at: usize| f64::from(u8::from_str_radix(&fill[at..at + 2], 16).expect("#rrggbb"));
        match came {
            None => assert_eq!(fill, "#3a3d42", "diverged"),
            Some(None) => assert_eq!(fill, "#100e14", "never so low"),
            Some(Some(epoch)) => {
                shown.push((epoch, 0.299 * part(1) + 0.587 * part(3) + 0.114 * part(5)))
            }
        }
    }
    shown.sort_by_key(|(epoch, _)| *epoch);
    assert!(shown.windows(2).all(|w| w[1].1 <= w[0].1), "the earlier the brighter: {shown:?}");
    assert!(shown[0].1 > shown[shown.len() - 1].1 + 20.0, "{shown:?}");
}
