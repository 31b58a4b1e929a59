//! One measurement: a line of the table, and an object of the JSON list.

use serde_json::{Value, json};
use tunescape::train::workloads::Workload;

pub struct Row {
    pub workload: Workload,
    pub backend: &'static str,
    pub adapter: Option<String>,
    pub threads: usize,
    pub trials: usize,
    pub seconds: f64,
}

impl Row {
    pub fn title() {
        println!(
            "{:4} {:15} {:>7} {:>6} {:>9} {:>15} {:>9}  adapter",
            "", "backend", "threads", "trials", "seconds", "trial-steps/s", "GFLOP/s"
        );
    }

    pub fn print(&self) {
        let Self { workload, backend, threads, trials, seconds, .. } = self;
        let adapter = self.adapter.as_deref().unwrap_or("");
        println!(
            "{:4} {backend:15} {threads:7} {trials:6} {seconds:9.3} {:15.0} {:9.2}  {adapter}",
            workload.name,
            self.rate(),
            self.gflops()
        );
    }

    pub fn json(&self) -> Value {
        json!({
            "workload": self.workload.name,
            "backend": self.backend,
            "adapter": self.adapter,
            "threads": self.threads,
            "trials": self.trials,
            "seconds": self.seconds,
            "trial_steps_per_s": self.rate(),
            "gflops": self.gflops(),
        })
    }

    fn rate(&self) -> f64 {
        let all = self.workload.side * self.workload.side;
        (self.workload.trial_steps() / all * self.trials) as f64 / self.seconds
    }

    fn gflops(&self) -> f64 {
        self.rate() * self.workload.flop_per_step() as f64 / 1e9
    }
}
