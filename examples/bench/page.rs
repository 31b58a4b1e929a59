//! How smooth the page stays while it trains: the built page in Chromium without WebGPU, watched
//! from within.

use crate::harness::{Browser, Kind};
use crate::server::Server;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The largest landscape of W1's network: its shape, 256 training rows, its batch size and epochs.
const LARGEST: &str =
    "#v=1&screen=search&data.name=spiral&net.hidden=[8,8]&training.epochs=100&map.side=64";
/// A landscape that is done within seconds, for what landscapes leave behind.
const SMALL: &str =
    "#v=1&screen=search&data.name=spiral&net.hidden=[8,8]&training.epochs=100&map.side=16";

const PATIENCE: Duration = Duration::from_secs(300);

/// Frames and long tasks from now on; and when, after a seed is typed, the first 8×8 cells are on
/// the page.
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

pub fn wait(browser: &Browser, what: &str, condition: &str) -> Result<(), String> {
    let end = Instant::now() + PATIENCE;
    while browser.eval(condition) != true {
        if Instant::now() > end {
            return Err(format!(
                "waited in vain for {what}: {}",
                browser.console_errors().join("\n")
            ));
        }
        // Each question is a task of the page's own thread.
        std::thread::sleep(Duration::from_millis(250));
    }
    Ok(())
}

const TRAINED: &str = "!!document.querySelector('#map-progress.done')";

/// Prints how the page kept its manners.
pub fn run() -> Result<(), String> {
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
        let mut list: Vec<f64> =
            watched[name].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
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
        memory.extend(renderer_memory(&browser));
    }
    let show = |value: Option<f64>| value.map_or("–".into(), |v| format!("{v:.0}"));
    println!(
        "\nThe page while 64×64 networks of W1's shape train on the CPU with {workers} worker(s):"
    );
    println!("  first 8×8 cells after a change: median {} ms", show(at(&first, 0.5)));
    println!("  worst of {}: {} ms", first.len(), show(first.last().copied()));
    println!("  frames: {}, median {} ms", frames.len(), show(at(&frames, 0.5)));
    println!(
        "  95th percentile {} ms, worst {} ms",
        show(at(&frames, 0.95)),
        show(frames.last().copied())
    );
    println!("  tasks over 50 ms: {}, longest {} ms", long.len(), show(long.last().copied()));
    let memory: Vec<String> = memory.iter().map(|mb| format!("{mb:.0}")).collect();
    println!(
        "  MB of the page and its workers after each of some landscapes of 16×16: {}",
        memory.join(" ")
    );
    Ok(())
}

/// Resident megabytes of the browser's processes that run pages, where /proc tells: page and
/// workers share one.
fn renderer_memory(browser: &Browser) -> Option<f64> {
    let processes: Vec<(u32, u32)> = std::fs::read_dir("/proc").ok()?.filter_map(parent).collect();
    let mut family = vec![browser.driver.id()];
    let mut next = 0;
    while let Some(&pid) = family.get(next) {
        family.extend(processes.iter().filter(|p| p.1 == pid).map(|p| p.0));
        next += 1;
    }
    let pages = family.iter().filter(|pid| {
        std::fs::read_to_string(format!("/proc/{pid}/cmdline"))
            .is_ok_and(|line| line.contains("--type=renderer"))
    });
    let resident = |pid: &u32| -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok()
    };
    Some(pages.filter_map(resident).sum::<f64>() / 1000.0)
}

/// A process and its parent.
fn parent(entry: std::io::Result<std::fs::DirEntry>) -> Option<(u32, u32)> {
    let entry = entry.ok()?;
    let pid = entry.file_name().to_str()?.parse().ok()?;
    let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
    // The name, in brackets, may have blanks; then follow the state and the parent.
    Some((pid, stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?))
}
