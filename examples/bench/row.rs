//! One measurement: a line of the table, and an object of the JSON list.

use serde_json::{Value, json};
use tunescape_engine::train::workloads::Workload;

pub struct Row {
    pub workload: Workload,
    pub backend: &'static str,
    pub adapter: Option<String>,
    pub threads: usize,
    pub trials: usize,
    /// Longest wait for a trainer, which on a GPU is for the shader; not in `seconds`. 0 where it
    /// takes no time to speak of.
    pub setup: f64,
    pub seconds: f64,
}

impl Row {
    pub fn title() {
        println!(
            "{:4} {:15} {:>7} {:>6} {:>7} {:>9} {:>15} {:>9}  adapter",
            "", "backend", "threads", "trials", "set-up", "seconds", "trial-steps/s", "GFLOP/s"
        );
    }

    pub fn print(&self) {
        let Self { workload, backend, threads, trials, setup, seconds, .. } = self;
        let adapter = self.adapter.as_deref().unwrap_or("");
        println!(
            "{:4} {backend:15} {threads:7} {trials:6} {setup:7.3} {seconds:9.3} {:15.0} {:9.2}  {adapter}",
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
            "setup_seconds": self.setup,
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
