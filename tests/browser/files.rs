//! The reader's own files, good and bad, and links that can't be read.

use crate::harness::Browser;
use crate::{native, page};
use std::path::PathBuf;

pub const TESTS: &[crate::Test] = &[
    ("a_file_of_ones_own_is_read_and_a_bad_one_changes_nothing", own_files),
    ("a_bad_link_opens_the_default_and_says_why", bad_links),
    ("the_newer_of_two_links_is_shown", two_links),
];

const LINK: &str = "#v=1&map.side=8&training.epochs=10&backend=cpu";

/// A file in a folder of this browser's.
fn file(browser: &Browser, name: &str, text: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("tunescape-{}", browser.driver.id()));
    std::fs::create_dir_all(&folder).expect("a folder for files");
    std::fs::write(folder.join(name), text).expect("room for a small file");
    folder.join(name)
}

/// Flowers of three kinds, with a text column and a value missing.
fn flowers() -> String {
    let row = |i: usize| {
        let (kind, height) = [("rose", 1.0), ("tulip", 2.0), ("iris", 3.0)][i % 3];
        let width =
            if i == 7 { String::new() } else { format!("{:.2}", height * 0.5 + i as f64 * 0.003) };
        format!(
            "{:.2};{width};{};{kind}",
            height + i as f64 * 0.002,
            ["red", "\"white; or so\""][i / 3 % 2]
        )
    };
    (0..90).fold("height;width;colour;kind".into(), |text, i| text + "\n" + &row(i))
}

fn own_files(browser: &Browser) {
    let _server = page::open(browser, LINK);
    browser.click("#step");
    browser.wait_for("a trial", || page::rows(browser).len() == 1);
    let (about, rows) = (browser.text("#data-about"), page::rows(browser));
    let pick = |path: PathBuf| browser.send_keys("#file", path.to_str().expect("a plain path"));

    pick(file(browser, "ragged.csv", "a,b,c\n1,2,x\n3,4,y\n5,6\n7,8,x\n"));
    browser.wait_for("the message", || !page::notices(browser).is_empty());
    let message = page::notices(browser);
    assert!(["ragged.csv", "4", "3", "2"].iter().all(|part| message.contains(part)), "{message}");
    assert!(!browser.is_there("#csv-dialog"));
    assert_eq!((browser.text("#data-about"), page::rows(browser)), (about.clone(), rows.clone()));
    browser.click(".notice-line button");
    browser.wait_for("no message", || page::notices(browser).is_empty());

    let good = file(browser, "flowers.csv", &flowers());
    pick(good.clone());
    browser.wait_for("the dialog", || browser.visible("#csv-dialog"));
    assert!(browser.text("#csv-dialog").contains("90"));
    browser.click("#csv-cancel");
    browser.wait_for("the dialog to go", || !browser.is_there("#csv-dialog"));
    assert_eq!(browser.text("#data-about"), about);

    pick(good);
    browser.click("#csv-use");
    browser.wait_for("the file's data", || browser.text("#data-about") != about);
    let about = browser.text("#data-about");
    // Height, width and a column for each of two colours (or one for both); 36 of 90 rows train.
    assert!(["36", "18", "3"].iter().all(|part| about.contains(part)), "{about}");
    page::map_trained(browser);
    // The study is run again on it: the same place, another loss.
    browser.wait_for("the trial on it", || {
        page::rows(browser).len() == 1 && page::rows(browser) != rows
    });
    assert_eq!(page::rows(browser)[0].point, rows[0].point);
    assert!(page::rows(browser)[0].loss().is_some());
    page::no_nan(browser);

    // A message on a line that stands after the one with the target.
    pick(file(browser, "number.csv", "a,b\n1,2\n3,4\n\"5,6\n7,8\n"));
    browser.wait_for("the message", || !page::notices(browser).is_empty());
    assert!(page::notices(browser).contains("4"), "{}", page::notices(browser));
    assert_eq!(browser.text("#data-about"), about);

    // The file is still there after a reload, and the study with it.
    let rows = page::rows(browser);
    browser.wait_for("the link", || page::hash(browser).contains("data.name=csv"));
    browser.reload();
    page::ready(browser);
    browser.wait_for("the same trial", || page::rows(browser) == rows);
    assert_eq!((browser.text("#data-about"), page::notices(browser)), (about, String::new()));
}

/// Though the older, which is packed, is read later.
fn two_links(browser: &Browser) {
    let _server = page::open(browser, LINK);
    browser.eval(
        "void (async () => {
            const packed = await tunescape.pack('v=1&data.name=moons&map.side=8');
            addEventListener('hashchange', () => {
                location.hash = 'v=1&data.name=gauss&map.side=8';
                tunescape.pack('').then(() => tunescape.unpack(packed)).then(() => (document.body.dataset.unpacked = 1));
            }, { once: true });
            location.hash = `z=${packed}`;
        })()",
    );
    browser.wait_for("both", || {
        browser.is_there("body[data-unpacked]") && page::hash(browser).contains("gauss")
    });
    browser.wait_for("the newer", || {
        browser.is_there(".set.current[data-name=gauss]") && page::ready_now(browser)
    });
    // Had the older been taken, its address would be written once all rests.
    browser.type_into("#budget", "7");
    browser.wait_for("the link", || page::hash(browser).contains("search.budget=7"));
    assert!(page::hash(browser).contains("data.name=gauss"), "{}", page::hash(browser));
    for name in ["nowhere", "%3Cb%3E"] {
        browser.eval(&format!("void (location.hash = 'v=1&lesson.name={name}')"));
        browser.wait_for("the note", || page::notices(browser).contains("There is no lesson"));
        browser.eval("document.querySelectorAll('.notice-line button').forEach(b => b.click())");
        browser.wait_for("no note", || page::notices(browser).is_empty());
    }
}

fn bad_links(browser: &Browser) {
    let server = page::open(browser, "");
    for (link, wrong) in [
        ("#v=1&run.momentum=1.5", "1.5"),
        ("#v=1&colour=red", "colour"),
        ("#v=9&map.side=8", "9"),
        ("#v=1&data.name=nowhere", "nowhere"),
        ("#v=1&training.epochs=[40", "[40"),
    ] {
        browser.goto("about:blank");
        browser.goto(&server.url(&format!("/{link}")));
        page::ready(browser);
        browser.wait_for("the note", || page::notices(browser).contains(wrong));
        assert!(browser.visible(".set.current[data-name=spiral]"));
        assert_eq!(browser.attr("#scrub", "max").as_deref(), Some("25"));
    }
    // Of changes that are refused, the last is told; nothing is once it is mended.
    let told = || browser.count(".notices .notice-line");
    let others = told();
    browser.type_into("#learning_rate-low", "1000");
    browser.wait_for("why not", || told() == others + 1);
    let first = page::notices(browser);
    browser.type_into("#momentum-low", "2");
    browser.wait_for("another reason", || told() == others + 1 && page::notices(browser) != first);
    browser.type_into("#momentum-low", "0.1");
    browser.wait_for("nothing to say", || told() == others);
    // What the page writes itself can be read.
    browser.type_into("#budget", "13");
    browser.wait_for("a link", || page::hash(browser).contains("search.budget=13"));
    assert_eq!(native::setup(&page::hash(browser)).search.budget, 13);
}
