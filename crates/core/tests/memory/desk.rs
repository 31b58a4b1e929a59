//! What a worker holds while one training takes the place of another.

use crate::{TURN, counted};
use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Waker};
use std::time::Instant;
use tunescape_core::setup::Setup;
use tunescape_core::setup::needs::CPU_BYTES;
use tunescape_core::worker::{Desk, Host, Reply, Request, yield_once};
use tunescape_engine::optim::Rule;

type Task = Pin<Box<dyn Future<Output = ()>>>;

thread_local! {
    static TASKS: RefCell<Vec<Task>> = RefCell::default();
    static BEGAN: Instant = Instant::now();
}

/// A worker whose page does not listen; its tasks are polled by hand.
struct Unheard;

impl Host for Unheard {
    fn post(&self, _: &Reply) {}

    fn now() -> f64 {
        BEGAN.with(|began| began.elapsed().as_secs_f64() * 1e3)
    }

    fn clock() -> f64 {
        Self::now()
    }

    fn breathe() -> impl Future<Output = ()> {
        yield_once()
    }

    fn rest(_: f64) -> impl Future<Output = ()> {
        yield_once()
    }

    fn spawn(task: impl Future<Output = ()> + 'static) {
        // What is new has its turn first, as in a browser.
        TASKS.with_borrow_mut(|tasks| tasks.insert(0, Box::pin(task)));
    }
}

/// Gives every task so many turns; how many there are left.
fn turns(count: usize) -> usize {
    for _ in 0..count {
        let mut tasks = TASKS.take();
        tasks.retain_mut(|task| {
            task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending()
        });
        TASKS.with_borrow_mut(|all| all.append(&mut tasks));
    }
    TASKS.with_borrow(Vec::len)
}

#[test]
fn a_training_that_is_cancelled_gives_its_memory_back_before_the_next_takes_any() {
    let _turn = TURN.lock();
    let mut setup = Setup::default();
    setup.net.hidden = vec![128; 9];
    setup.training.choose(Rule::Adam);
    let points = vec![setup.own_point(); 3072];
    let train = |job| {
        let (setup, points) = (setup.clone(), points.clone());
        Request::Train { job, setup, points, step: 1, gpu: false }
    };
    let desk = Desk::new(Unheard);
    let (_, took) = counted(|| {
        for job in 1..4 {
            Rc::clone(&desk).take(train(job));
            assert_eq!(turns(6), 1, "it trains");
            Rc::clone(&desk).take(Request::Cancel { job });
            // Many more may be asked for before the first has heard that it is cancelled.
            Rc::clone(&desk).take(train(10 + job));
            Rc::clone(&desk).take(Request::Cancel { job: 10 + job });
        }
        assert_eq!(turns(20), 0, "all have ended");
    });
    // Lists of points, and the set.
    let beside = 8 << 20;
    assert!(took > CPU_BYTES / 2, "{took}: too little to see a bound");
    assert!(took <= CPU_BYTES + CPU_BYTES / 10 + beside, "{took}");
}
