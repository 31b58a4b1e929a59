//! Times the workloads on every trainer, and how smooth the page stays meanwhile. The browser's part
//! needs the built page, whose folder stands in TUNESCAPE_DIST: `cargo xtask bench` sees to that.

mod browser;
#[allow(dead_code)]
#[path = "../../tests/browser/harness.rs"]
mod harness;
mod inputs;
mod native;
mod options;
mod page;
mod row;
#[allow(dead_code)]
#[path = "../../tests/browser/server.rs"]
mod server;
#[allow(dead_code)]
#[path = "../../tests/browser/steps.rs"]
mod steps;
mod xray;

use clap::Parser;
use options::Options;
use row::Row;
use tunescape_engine::train::workloads::WORKLOADS;

fn main() {
    let Options { quick, page: only_page, suggest, inputs, json } = Options::parse();
    if inputs {
        return inputs::run();
    }
    if suggest {
        return browser::suggestions();
    }
    let runs = if quick { 2 } else { 5 };
    let mut rows: Vec<Row> = Vec::new();
    let mut keep = |row: Row| {
        row.print();
        rows.push(row);
    };
    Row::title();
    for workload in WORKLOADS.into_iter().filter(|_| !only_page) {
        [1, 2].into_iter().for_each(|threads| keep(native::cpu(workload, threads, runs)));
        match native::gpu(workload, if quick { 1 } else { 3 }, quick) {
            Ok(row) => keep(row),
            Err(why) => println!("{:4} {:15} {why}", workload.name, "native-gpu"),
        }
        if server::dist().is_none() {
            continue;
        }
        let trials = workload.side * workload.side;
        // Software adapters take half a minute for all of W1's trials.
        let on_gpu = if quick { trials / 4 } else { trials };
        for (workers, trials, runs) in
            [(Some(2), trials, runs), (None, on_gpu, if quick { 1 } else { 2 })]
        {
            match browser::run(workload, workers, trials, runs) {
                Ok(row) => keep(row),
                Err(why) => {
                    let backend = if workers.is_some() { "browser-cpu" } else { "browser-webgpu" };
                    println!("{:4} {backend:15} {why}", workload.name);
                }
            }
        }
    }
    if !only_page {
        inputs::run();
    }
    // These take too long for a quick look.
    if !quick && server::dist().is_some() {
        if !only_page {
            browser::suggestions();
        }
        page::run().unwrap_or_else(|why| println!("the page: {why}"));
        xray::run().unwrap_or_else(|why| println!("X-ray: {why}"));
    }
    if let Some(file) = json {
        let list: Vec<_> = rows.iter().map(Row::json).collect();
        let text = serde_json::to_string_pretty(&list).expect("numbers and names serialise");
        std::fs::write(&file, text).unwrap_or_else(|why| panic!("{}: {why}", file.display()));
    }
}
