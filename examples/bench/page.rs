//! How smooth the page stays while it trains: the built page in Chromium without WebGPU, watched from within.

use crate::harness::{Browser, Kind};
use crate::server::Server;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The largest landscape of W1's network: its shape, 256 training rows, its batch size and epochs.
const LARGEST: &str = "#v=1&screen=search&data.name=spiral&net.hidden=[8,8]&training.epochs=100&map.side=64";
/// A landscape that is done within seconds, for what landscapes leave behind.
const SMALL: &str = "#v=1&screen=search&data.name=spiral&net.hidden=[8,8]&training.epochs=100&map.side=16";

const PATIENCE: Duration = Duration::from_secs(300);

/// Frames and long tasks from now on; and when, after a seed is typed, the first 8×8 cells are on the page.
const WATCH: &str = "(() => {
    const w = window.watched = { frames: [], long: [], first: [] };
    new PerformanceObserver(list => list.getEntries().forEach(e => w.long.push(e.duration))).observe({ type: 'longtask' });
    let last = 0;
    const done = () => document.querySelector('#map-progress.done') ? 1 / 0
        : Number(document.querySelector('#map-progress progress')?.value ?? 0);
    const frame = now => {
        if (last && !w.idle) w.frames.push(now - last);
        last = now;
        if (w.asked && done() >= 64 && performance.now() - w.asked > 5) { w.first.push(performance.now() - w.asked); w.asked = 0; }
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    w.seed = n => {
        const field = document.getElementById('data-seed');
        field.value = n;
        w.asked = performance.now();
        field.dispatchEvent(new Event('change', { bubbles: true }));
    };
    return 0;
})()";

fn wait(browser: &Browser, what: &str, condition: &str) -> Result<(), String> {
    let end = Instant::now() + PATIENCE;
    while browser.eval(condition) != true {
        if Instant::now() > end {
            return Err(format!("waited in vain for {what}: {}", browser.console_errors().join("\n")));
        }
        // Each question is a task of the page's own thread.
        std::thread::sleep(Duration::from_millis(250));
    }
    Ok(())
}

const TRAINED: &str = "!!document.querySelector('#map-progress.done')";

/// Prints the table of the page's manners and gives it as JSON.
pub fn run() -> Result<Value, String> {
    let server = Server::start(|_| {});
    let browser = Browser::open(Kind::ChromiumPlain);
    browser.goto(&server.url(&format!("/{LARGEST}")));
    wait(&browser, "the data", "!!document.querySelector('.columns[data-ready=true] #data-seed')")?;
    browser.eval(WATCH);
    for seed in 11..16 {
        browser.eval(&format!("watched.seed({seed}) ?? 0"));
        wait(&browser, "the first cells", "watched.asked === 0")?;
    }
    wait(&browser, "the landscape", TRAINED)?;
    let watched = browser.eval("watched");
    let numbers = |name: &str| -> Vec<f64> {
        let mut list: Vec<f64> = watched[name].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
        list.sort_by(f64::total_cmp);
        list
    };
    let at = |list: &[f64], share: f64| list.get((share * list.len() as f64) as usize).copied();
    let (frames, long, first) = (numbers("frames"), numbers("long"), numbers("first"));
    let workers = browser.eval("Math.min(8, Math.max(1, navigator.hardwareConcurrency - 1))");

    browser.goto("about:blank");
    browser.goto(&server.url(&format!("/{SMALL}")));
    wait(&browser, "the data", "!!document.querySelector('.columns[data-ready=true] #data-seed')")?;
    browser.eval(WATCH);
    let mut memory = Vec::new();
    for seed in 21..33 {
        browser.eval(&format!("watched.seed({seed}) ?? 0"));
        wait(&browser, "the first cells", "watched.asked === 0")?;
        wait(&browser, "the landscape", TRAINED)?;
        browser.dev_tools("HeapProfiler.collectGarbage", json!({}));
        memory.extend(browser.renderer_memory());
    }
    let told = json!({
        "workers": workers,
        "first_cells_ms": { "median": at(&first, 0.5), "worst": first.last() },
        "frame_ms": { "frames": frames.len(), "median": at(&frames, 0.5), "p95": at(&frames, 0.95), "worst": frames.last() },
        "long_tasks": { "count": long.len(), "worst_ms": long.last() },
        "memory_mb_after_landscape": memory,
    });
    println!("\nThe page while 64×64 networks of W1's shape train on the CPU:");
    let show = |path: &str| told.pointer(path).and_then(Value::as_f64).map_or("–".into(), |v| format!("{v:.0}"));
    println!("  workers {}; first 8×8 cells after a change: median {} ms, worst {} ms of {}", show("/workers"), show("/first_cells_ms/median"), show("/first_cells_ms/worst"), first.len());
    println!("  frames {}: median {} ms, 95th percentile {} ms, worst {} ms", show("/frame_ms/frames"), show("/frame_ms/median"), show("/frame_ms/p95"), show("/frame_ms/worst"));
    println!("  tasks over 50 ms: {}, longest {} ms", show("/long_tasks/count"), show("/long_tasks/worst_ms"));
    let memory: Vec<String> = memory.iter().map(|mb| format!("{mb:.0}")).collect();
    println!("  MB of the page and its workers after each of {} landscapes of 16×16: {}", memory.len(), memory.join(" "));
    Ok(told)
}
