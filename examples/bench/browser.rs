//! Both trainers in Chromium: the built page times itself (`src/bench.rs`).

use crate::harness::{Browser, Kind};
use crate::row::Row;
use crate::server::Server;
use serde_json::Value;
use std::time::{Duration, Instant};
use tunescape_engine::train::workloads::Workload;

const PATIENCE: Duration = Duration::from_secs(300);

/// The best of several runs of some of the trials, shared by so many workers, or on WebGPU; or why
/// there is none.
pub fn run(
    workload: Workload,
    workers: Option<usize>,
    trials: usize,
    runs: usize,
) -> Result<Row, String> {
    let plan = format!("{},{},{trials},{runs}", workload.name, workers.unwrap_or(0));
    let told = told(&plan, Kind::ChromiumWebgpu)?;
    let seconds = told["seconds"]
        .as_f64()
        .ok_or_else(|| told["error"].as_str().unwrap_or("no number").to_owned())?;
    let setup = told["setup"].as_f64().unwrap_or_default();
    let adapter = told["adapter"].as_str().map(str::to_owned);
    let backend = if workers.is_some() { "browser-cpu" } else { "browser-webgpu" };
    Ok(Row { workload, backend, adapter, threads: workers.unwrap_or(1), trials, setup, seconds })
}

/// What the page says to a plan.
fn told(plan: &str, kind: Kind) -> Result<Value, String> {
    let server = Server::start(|_| {});
    let browser = Browser::open(kind);
    browser.goto(&server.url(&format!("/?bench={plan}")));
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(told) = browser.eval("document.body.dataset.bench").as_str() {
            return serde_json::from_str::<Value>(told).map_err(|error| error.to_string());
        }
        if Instant::now() > end {
            return Err(format!("the page says nothing: {}", browser.console_errors().join("\n")));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Prints how long strategies take, off the main thread, for each of trials 50 to 59 of some
/// studies.
pub fn suggestions() {
    println!(
        "\nA suggestion at 50 trials in the browser, off the main thread, from request to reply:"
    );
    for strategy in ["bayesian", "tpe", "cmaes"] {
        let told = told(&format!("{strategy},50,60,6"), Kind::ChromiumPlain);
        let mut times: Vec<f64> = match told {
            Ok(told) => {
                told["ms"].as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
            }
            Err(why) => return println!("  {strategy}: {why}"),
        };
        times.sort_by(f64::total_cmp);
        let at = |share: f64| {
            times.get((share * times.len() as f64) as usize).copied().unwrap_or(f64::NAN)
        };
        println!(
            "  {strategy:10} {} of them, median {:.1} ms, 95th percentile {:.1} ms",
            times.len(),
            at(0.5),
            at(0.95)
        );
    }
}
