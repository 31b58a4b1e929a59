//! Pictures of every screen, in every size, theme and language, for people to look at.

use crate::harness::{Browser, Kind};
use crate::page;
use crate::steps::key;
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;
use std::path::Path;

const SIZES: [(u32, u32); 3] = [(1440, 900), (1280, 720), (390, 844)];

/// Writes `SCREEN-THEME-LANGUAGE-SIZE.png`: what the window shows, and below it the rest of the
/// page.
pub fn take(folder: &Path) {
    std::fs::create_dir_all(folder).expect("a folder for pictures");
    let browser = Browser::open(Kind::ChromiumPlain);
    let _server = page::open(&browser, "#v=1&search.budget=14");
    page::map_trained(&browser);
    // What `web/poster.png` is a copy of.
    let poster = browser.eval("document.querySelector('#map canvas').toDataURL().split(',')[1]");
    let poster = BASE64_STANDARD.decode(poster.as_str().expect("a text")).expect("base64");
    std::fs::write(folder.join("poster.png"), poster).expect("room for a picture");
    browser.choose("#speed", 2);
    browser.click("#play");
    browser
        .wait_for("the trials", || page::rows(&browser).len() == 14 && browser.is_there("#play"));
    browser.send_keys("#scrub", &key::LEFT.repeat(2));
    browser.wait_for("what the model believed", || {
        browser.number("#trial-number") == 12.0 && browser.is_there("#mind canvas")
    });
    every_look(&browser, folder, "search");

    browser.click(".tab:nth-child(1)");
    browser.choose("#pace", 2);
    browser.click("#play");
    browser.wait_for("some epochs", || browser.number("#run-epoch") >= 60.0);
    browser.click("#pause");
    browser.wait_for("the pause", || browser.is_there("#play"));
    every_look(&browser, folder, "explore");

    browser.click(".tab:nth-child(3)");
    browser.click("#race-start");
    browser.wait_for("the race", || {
        browser.count("#standings tbody tr") == 3 && browser.is_there("#race-start")
    });
    every_look(&browser, folder, "race");

    browser.click(".tab:nth-child(4)");
    browser.wait_for("the lessons", || browser.is_there("#lessons button"));
    every_look(&browser, folder, "lessons");

    browser.click(".tab:nth-child(5)");
    let study = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/import/lookalikes/control.db");
    browser.send_keys("#xray-file", study);
    browser.wait_for("its studies", || browser.is_there("#xray-studies"));
    browser.click("#xray-studies li:first-child button");
    browser.wait_for("the study", || browser.is_there("#xray-why b"));
    browser.click("#xray-beside");
    browser.wait_for("two strategies", || browser.is_there("#xray-why-2 b"));
    every_look(&browser, folder, "xray");
}

fn every_look(browser: &Browser, folder: &Path, screen: &str) {
    for theme in ["light", "dark"] {
        if browser.attr("html", "data-theme").as_deref() != Some(theme) {
            browser.click("#theme");
        }
        for (index, language) in ["en", "zh-CN"].into_iter().enumerate() {
            browser.choose("#language", index);
            browser.wait_for("the language", || {
                browser.attr("html", "lang").as_deref() == Some(language)
            });
            for (width, height) in SIZES {
                let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 });
                browser.dev_tools("Emulation.setDeviceMetricsOverride", size);
                browser.eval("scrollTo(0, 0)");
                let all = browser.eval("document.documentElement.scrollHeight");
                let clip = json!({ "x": 0, "y": 0, "width": width, "height": all, "scale": 1 });
                let picture = json!({ "captureBeyondViewport": true, "clip": clip });
                let data = browser.dev_tools("Page.captureScreenshot", picture);
                let png = BASE64_STANDARD
                    .decode(data["data"].as_str().expect("a picture"))
                    .expect("base64");
                let name = format!("{screen}-{theme}-{language}-{width}x{height}.png");
                std::fs::write(folder.join(&name), png).expect("room for a picture");
                println!("{name}");
            }
            browser.dev_tools("Emulation.clearDeviceMetricsOverride", json!({}));
        }
    }
}
