//! Both trainers in Chromium: the built page times itself (`src/app/bench.rs`).

use crate::harness::{Browser, Kind};
use crate::row::Row;
use crate::server::Server;
use serde_json::Value;
use std::time::{Duration, Instant};
use tunescape::train::workloads::Workload;

const PATIENCE: Duration = Duration::from_secs(300);

/// The best of several runs of some of the trials, shared by so many workers, or on WebGPU; or why there is none.
pub fn run(workload: Workload, workers: Option<usize>, trials: usize, runs: usize) -> Result<Row, String> {
    let server = Server::start(|_| {});
    let browser = Browser::open(Kind::ChromiumWebgpu);
    browser.goto(&server.url(&format!("/?bench={},{},{trials},{runs}", workload.name, workers.unwrap_or(0))));
    let end = Instant::now() + PATIENCE;
    let told = loop {
        if let Some(told) = browser.eval("document.body.dataset.bench").as_str() {
            break serde_json::from_str::<Value>(told).map_err(|error| error.to_string())?;
        }
        if Instant::now() > end {
            return Err(format!("the page says nothing: {}", browser.console_errors().join("\n")));
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    let seconds = told["seconds"].as_f64().ok_or_else(|| told["error"].as_str().unwrap_or("no number").to_owned())?;
    let setup = told["setup"].as_f64().unwrap_or_default();
    let adapter = told["adapter"].as_str().map(str::to_owned);
    let backend = if workers.is_some() { "browser-cpu" } else { "browser-webgpu" };
    Ok(Row { workload, backend, adapter, threads: workers.unwrap_or(1), trials, setup, seconds })
}
