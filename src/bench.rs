//! `?bench=WORKLOAD,WORKERS,TRIALS,RUNS` in the address: instead of showing the page, times a
//! workload, for `cargo xtask bench`. No worker stands for WebGPU, in one.
//! `?bench=STRATEGY,FROM,TO,STUDIES`: times a strategy's suggestions, from trial FROM up to TO of
//! so many studies.
//!
//! What came out is told as JSON by the body's `data-bench`: the best run's seconds and the
//! adapter's name, or the milliseconds of each suggestion, or an error.

use super::{host, pool};
use futures_channel::oneshot;
use js_sys::Uint8Array;
use serde_json::{Value, json};
use std::ops::Range;
use tunescape_core::search::{Outcome, StrategyName};
use tunescape_core::setup::Setup;
use tunescape_core::study::Event;
use tunescape_core::worker::{Failure, Reply, Request};
use tunescape_engine::train::TrainError;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{MessageEvent, Worker};

pub fn start(plan: String) {
    spawn_local(async move {
        let told = run(&plan).await.unwrap_or_else(|error| json!({ "error": error })).to_string();
        if let Some(body) = web_sys::window().and_then(|w| w.document()).and_then(|d| d.body()) {
            let _ = body.set_attribute("data-bench", &told);
        }
    });
}

async fn run(plan: &str) -> Result<Value, String> {
    let (workload, numbers) = plan.split_once(',').ok_or("no plan")?;
    let numbers: Vec<usize> = numbers.split(',').filter_map(|n| n.parse().ok()).collect();
    let [workers, trials, runs] = numbers[..] else { return Err("no plan".into()) };
    if let Some(strategy) = StrategyName::ALL.into_iter().find(|name| name.key() == workload) {
        return suggest(strategy, workers..trials, runs as u64).await;
    }
    let gpu = workers == 0;
    let workers = workers.max(1);
    let hands: Vec<Worker> = (0..workers).map(|_| host::spawn()).collect();
    let (mut seconds, mut setup, mut adapter) = (f64::MAX, 0.0_f64, None);
    for _ in 0..runs {
        let share = |i: usize| i * trials / workers..(i + 1) * trials / workers;
        let request =
            |i| Request::Bench { job: 0, workload: workload.into(), trials: share(i), gpu };
        let answers: Vec<_> =
            hands.iter().enumerate().map(|(i, hand)| ask(hand, &request(i))).collect();
        let (mut start, mut end) = (f64::MAX, f64::MIN);
        for answer in answers {
            match answer.await {
                Ok(Reply::Benched(_, timing)) => {
                    (start, end) = (start.min(timing.start), end.max(timing.end));
                    setup = setup.max(timing.setup / 1000.0);
                    adapter = timing.adapter;
                }
                Ok(Reply::Failed(_, Failure::Train(TrainError::TooLarge { bytes, limit }))) => {
                    return Err(format!("too large for the device: {bytes} bytes, not {limit}"));
                }
                Ok(Reply::Failed(_, why)) => return Err(tunescape_core::json::write(&why)),
                _ => return Err("a worker stopped, or answered something else".into()),
            }
        }
        seconds = seconds.min((end - start) / 1000.0);
    }
    Ok(json!({ "seconds": seconds, "setup": setup, "adapter": adapter }))
}

/// Times a strategy in a worker, from the request to the reply, on a surface like those of tuning:
/// a bent valley before a cliff.
async fn suggest(
    strategy: StrategyName,
    timed: Range<usize>,
    studies: u64,
) -> Result<Value, String> {
    let mut setup = Setup::default();
    (setup.search.strategy, setup.search.budget) = (strategy, timed.end);
    let (worker, space) = (host::spawn(), setup.searched());
    let mut times = Vec::new();
    for seed in 0..studies {
        setup.search.seed = seed;
        let mut events = Vec::new();
        for trial in 0..timed.end {
            let start = host::now();
            let reply = ask(
                &worker,
                &Request::Propose { job: 0, setup: setup.clone(), events: events.clone() },
            )
            .await;
            let Ok(Reply::Proposed(_, proposal)) = reply else { return Err("no proposal".into()) };
            if timed.contains(&trial) {
                times.push(host::now() - start);
            }
            let u = space.to_unit(&proposal.point);
            let rate = u[0] + 0.3 * u[1] * u[1];
            let loss = 0.1 + 2.0 * (rate - 0.75) * (rate - 0.75) + 0.02 * libm::sin(30.0 * u[0]);
            let outcome = if rate > 0.9 { Outcome::Diverged } else { Outcome::Value(loss) };
            events
                .extend([Event::Proposed { trial, proposal }, Event::Completed { trial, outcome }]);
        }
    }
    Ok(json!({ "ms": times }))
}

/// Sends a request and hears its reply.
fn ask(worker: &Worker, request: &Request) -> oneshot::Receiver<Reply> {
    let (sender, receiver) = oneshot::channel();
    let mut sender = Some(sender);
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let bytes = event.data().unchecked_into::<Uint8Array>().to_vec();
        if let Ok(reply) = postcard::from_bytes::<Reply>(&bytes)
            && !matches!(reply, Reply::Ready)
            && let Some(sender) = sender.take()
        {
            // An error means that nobody waits any more.
            let _ = sender.send(reply);
        }
    });
    worker.set_onmessage(Some(heard.into_js_value().unchecked_ref()));
    pool::post(worker, request);
    receiver
}
