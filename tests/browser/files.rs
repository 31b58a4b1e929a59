//! The reader's own files, good and bad.

use crate::harness::Browser;
use crate::page;
use crate::steps::{drop_file, key};
use std::path::PathBuf;

pub const TESTS: &[crate::Test] = &[
    ("a_file_of_ones_own_is_read_and_a_bad_one_changes_nothing", own_files),
    ("what_unpacks_to_too_much_is_refused", bombs),
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
    encoded(browser);
    let _server = page::open(browser, LINK);
    browser.click("#step");
    browser.wait_for("a trial", || page::rows(browser).len() == 1);
    let (about, rows) = (browser.text("#data-about"), page::rows(browser));
    let pick = |path: PathBuf| browser.send_keys("#file", path.to_str().expect("a plain path"));

    pick(file(browser, "ragged.csv", "a,b,c\n1,2,x\n3,4,y\n5,6,x,9\n7,8,x\n"));
    browser.wait_for("the message", || !page::notices(browser).is_empty());
    let message = page::notices(browser);
    assert!(["ragged.csv", "4", "3"].iter().all(|part| message.contains(part)), "{message}");
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
    pick(good.clone());
    browser.wait_for("the dialog", || browser.visible("#csv-dialog"));
    browser.send_keys("#csv-target", key::ESCAPE);
    browser.wait_for("the dialog to go", || !browser.is_there("#csv-dialog"));

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

/// The browser's own tables of letters: what each file of another encoding says is read as it was
/// written, and its encoding is named. The same as with the library in `data/cases.rs`.
fn encoded(browser: &Browser) {
    let _server = page::open(browser, LINK);
    let chinese = "姓名,性别,身高\n王芳,女,165\n李娜,女,170.5\n张伟,男,180\n";
    let western = "größe;straße;n\n1,5;Müller;1\n2,5;Café;2\n3;“Ça va”;3\n";
    let russian = "возраст;город\n31;москва\n25;казань\n40;самара\n";
    for (text, label) in
        [(chinese, "gb18030"), (western, "windows-1252"), (russian, "windows-1251")]
    {
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).expect("it is known");
        let (bytes, _, whole) = encoding.encode(text);
        assert!(!whole, "every letter has a code");
        drop_file(browser, "table.csv", &bytes);
        browser.wait_for("the dialog", || browser.visible("#csv-dialog"));
        let first = text.split([',', ';']).next().expect("a name");
        let said = browser.text("#csv-dialog");
        assert!(said.contains(first), "{label}: {first}: {said}");
        browser.click("#csv-cancel");
        browser.wait_for("the dialog to go", || !browser.is_there("#csv-dialog"));
    }
    assert_eq!(browser.console_errors(), Vec::<String>::new());
}

/// A little that stands for a lot, and a lot at once.
fn bombs(browser: &Browser) {
    let _server = page::open(browser, LINK);
    let unpacked = |packed: &str| {
        browser.eval(&format!(
            "void (delete document.body.dataset.unpacked, {packed}
                .then((packed) => tunescape.unpack(packed))
                .then((text) => (document.body.dataset.unpacked = text.length),
                      (error) => (document.body.dataset.unpacked = error.message)))"
        ));
        browser.wait_for("an answer", || browser.is_there("body[data-unpacked]"));
        browser.attr("body", "data-unpacked").unwrap_or_default()
    };
    assert_eq!(unpacked("tunescape.pack('a'.repeat(1900000))"), "1900000");
    assert_eq!(unpacked("tunescape.pack('a'.repeat(20000000))"), "too long");
    assert_eq!(unpacked("Promise.resolve('A'.repeat(300001))"), "too long");
    assert!(unpacked("Promise.resolve('____')").parse::<usize>().is_err());
}
