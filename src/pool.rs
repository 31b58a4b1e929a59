//! The workers: a crew that trains the landscape, one for the study and the Explore run, one for
//! the GPU.

use super::host;
use gloo::timers::callback::Timeout;
use js_sys::{Array, Reflect, Uint8Array};
use std::cell::Cell;
use std::rc::Rc;
use tunescape_core::state::WorkerId;
use tunescape_core::state::deaths::Cause;
use tunescape_core::worker::{Reply, Request};
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker};
use yew::Callback;

/// What a worker says.
pub enum Word {
    Reply(Reply),
    /// It died of this; what it was doing is lost.
    Died(Cause),
}

/// Milliseconds after a worker's error until what it said before that has been heard as well: they
/// come by different ways.
const LAST_WORDS: u32 = 50;

/// Bytes from which on a reply takes a good part of the time between two pictures to be read.
const LARGE: usize = 1 << 18;

/// A worker with its handlers, which live as long as it does.
struct Handle {
    worker: Worker,
    /// Whether it was stopped: of what it has died before, nobody is told any more.
    stopped: Rc<Cell<bool>>,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _failed: Closure<dyn FnMut(JsValue)>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.stopped.set(true);
        // What it has said already would come to handlers that are gone.
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

pub struct Pool {
    tell: Callback<(WorkerId, Word)>,
    desks: Vec<(WorkerId, Handle)>,
}

impl Pool {
    /// Starts the workers, with so many in the crew.
    pub fn new(tell: Callback<(WorkerId, Word)>, crew: usize) -> Self {
        let mut pool = Self { tell, desks: Vec::new() };
        let crew = (0..crew).map(WorkerId::Crew);
        let all = [WorkerId::Study, WorkerId::Gpu].into_iter().chain(crew);
        all.for_each(|worker_id| pool.replace(worker_id));
        pool
    }

    /// Starts a worker, in the place of one that is there.
    pub fn replace(&mut self, worker_id: WorkerId) {
        self.stop(worker_id);
        self.desks.push((worker_id, start(worker_id, &self.tell)));
    }

    pub fn stop(&mut self, worker_id: WorkerId) {
        self.desks.retain(|desk| desk.0 != worker_id);
    }

    /// Sends to a worker; one that was stopped hears nothing.
    pub fn send(&self, worker_id: WorkerId, request: &Request) {
        let own = self.desks.iter().filter(|desk| desk.0 == worker_id);
        own.for_each(|(_, handle)| post(&handle.worker, request));
    }

    /// Sends to every worker.
    pub fn send_all(&self, request: &Request) {
        self.desks.iter().for_each(|(_, handle)| post(&handle.worker, request));
    }
}

/// Sends a request to a worker.
pub fn post(worker: &Worker, request: &Request) {
    let Ok(bytes) = postcard::to_stdvec(request) else { return };
    let bytes = Uint8Array::from(bytes.as_slice());
    let transfer = Array::of1(&bytes.buffer());
    // Only a worker that is already gone refuses, and its death is told by itself.
    let _ = worker.post_message_with_transfer(&bytes, &transfer);
}

fn start(worker_id: WorkerId, tell: &Callback<(WorkerId, Word)>) -> Handle {
    let worker = host::spawn();
    // Whether it has said that its memory is full: the only word that is a text.
    let full = Rc::new(Cell::new(false));
    let stopped = Rc::new(Cell::new(false));
    let heard = {
        let (tell, full, stopped) = (tell.clone(), full.clone(), stopped.clone());
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if event.data().is_string() {
                return full.set(true);
            }
            let bytes = event.data().unchecked_into::<Uint8Array>().to_vec();
            let reply = match postcard::from_bytes::<Reply>(&bytes) {
                Ok(reply) => (worker_id, Word::Reply(reply)),
                Err(error) => {
                    return web_sys::console::error_1(&format!("not a reply: {error}").into());
                }
            };
            // What a large one changes is drawn in a task of its own; others may overtake it, as
            // each names its job.
            if bytes.len() < LARGE {
                return tell.emit(reply);
            }
            let (tell, stopped) = (tell.clone(), stopped.clone());
            let told = move || {
                if !stopped.get() {
                    tell.emit(reply);
                }
            };
            Timeout::new(0, told).forget();
        })
    };
    let failed = {
        let (tell, stopped, mut dead) = (tell.clone(), stopped.clone(), false);
        Closure::<dyn FnMut(JsValue)>::new(move |error: JsValue| {
            // One dies once, whatever errors follow.
            if std::mem::replace(&mut dead, true) {
                return;
            }
            let words = Reflect::get(&error, &"message".into()).ok().and_then(|m| m.as_string());
            let (tell, full, stopped) = (tell.clone(), full.clone(), stopped.clone());
            let told = move || {
                let cause = Cause::of(full.get(), &words.unwrap_or_default());
                if !stopped.get() {
                    tell.emit((worker_id, Word::Died(cause)));
                }
            };
            Timeout::new(LAST_WORDS, told).forget();
        })
    };
    worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
    Handle { worker, stopped, _heard: heard, _failed: failed }
}
