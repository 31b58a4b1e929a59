//! How long the page takes to open a study of 10,000 trials of 10 parameters from elsewhere, and
//! what it holds the page up for: the built page in Chromium, watched from within.

use crate::harness::{Browser, Kind};
use crate::page::wait;
use crate::server::Server;
use serde_json::Value;
use std::time::Duration;

/// Gives the page such a table of trials. The numbers are drawn by a Lehmer generator.
const GIVE: &str = "(() => {
    let seed = 1;
    const random = () => (seed = seed * 16807 % 2147483647) / 2147483647;
    const names = Array.from({ length: 10 }, (_, i) => `params_p${i}`);
    const rows = [['number', 'value', 'state', ...names].join()];
    for (let n = 0; n < 10000; n++) {
        const x = names.map(random);
        const value = x.reduce((sum, a, i) => sum + (a - 0.3) ** 2 * (i + 1), random() / 10);
        rows.push([n, value, 'COMPLETE', ...x].join());
    }
    const files = new DataTransfer();
    files.items.add(new File([rows.join('\\n')], 'trials.csv'));
    const input = document.getElementById('xray-file');
    input.files = files.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
    return 0;
})()";

/// Has it read as it was understood, and watches until a strategy has said where it would go next.
const OPEN: &str = "(() => {
    const w = window.watched = { long: [], took: null };
    new PerformanceObserver(list => list.getEntries().forEach(e => w.long.push(e.duration))).observe({ type: 'longtask' });
    const began = performance.now();
    document.getElementById('xray-read').click();
    const look = () => {
        const shown = document.getElementById('xray-shown')?.textContent ?? '';
        if (document.querySelector('#xray-why b') && /10,?000/.test(shown)) w.took = performance.now() - began;
        else requestAnimationFrame(look);
    };
    look();
    return 0;
})()";

/// Prints how the page opened the study, each of three times.
pub fn run() -> Result<(), String> {
    let server = Server::start(|_| {});
    println!("\nX-ray: 10,000 trials of 10 parameters, opened in Chromium:");
    for _ in 0..3 {
        let browser = Browser::open(Kind::ChromiumPlain);
        browser.goto(&server.url("/#v=2&screen=xray&lang=en"));
        wait(&browser, "the page", "!!document.getElementById('xray-file')")?;
        browser.eval(GIVE);
        wait(&browser, "its columns", "!!document.getElementById('xray-read')")?;
        browser.eval(OPEN);
        wait(&browser, "what a strategy says", "watched.took !== null")?;
        // What comes after it counts as well.
        std::thread::sleep(Duration::from_secs(3));
        let watched = browser.eval("watched");
        let long: Vec<f64> =
            watched["long"].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
        let longest = long.iter().fold(0.0, |most: f64, ms| most.max(*ms));
        let took = watched["took"].as_f64().unwrap_or(f64::NAN);
        println!("  {took:.0} ms; tasks over 50 ms: {}, longest {longest:.0} ms", long.len());
    }
    Ok(())
}
