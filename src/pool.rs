//! The workers: a crew that trains the landscape, one for the study and the Explore run, one for
//! the GPU.

use super::host;
use gloo::timers::callback::Timeout;
use js_sys::{Array, Reflect, Uint8Array};
use std::cell::Cell;
use std::rc::Rc;
use tunescape_core::setup::needs::crew;
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

/// A worker with its handlers, which live as long as it does.
struct Handle {
    worker: Worker,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _failed: Closure<dyn FnMut(JsValue)>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

pub struct Pool {
    tell: Callback<(WorkerId, Word)>,
    study: Handle,
    gpu: Handle,
    crew: Vec<Handle>,
}

impl Pool {
    /// Starts the workers, with as many in the crew as the machine has room for.
    pub fn new(tell: Callback<(WorkerId, Word)>) -> Self {
        let size = crew(host::processors(), host::memory());
        Self {
            study: start(WorkerId::Study, &tell),
            gpu: start(WorkerId::Gpu, &tell),
            crew: (0..size).map(|i| start(WorkerId::Crew(i), &tell)).collect(),
            tell,
        }
    }

    pub fn crew(&self) -> usize {
        self.crew.len()
    }

    /// Starts a worker anew in the place of one that died.
    pub fn replace(&mut self, worker_id: WorkerId) {
        let new = start(worker_id, &self.tell);
        *self.at(worker_id) = new;
    }

    fn at(&mut self, worker_id: WorkerId) -> &mut Handle {
        match worker_id {
            WorkerId::Study => &mut self.study,
            WorkerId::Gpu => &mut self.gpu,
            WorkerId::Crew(i) => &mut self.crew[i],
        }
    }

    pub fn send(&mut self, worker_id: WorkerId, request: &Request) {
        post(&self.at(worker_id).worker, request);
    }

    /// Sends to every worker.
    pub fn send_all(&mut self, request: &Request) {
        for worker_id in [WorkerId::Study, WorkerId::Gpu]
            .into_iter()
            .chain((0..self.crew.len()).map(WorkerId::Crew))
        {
            self.send(worker_id, request);
        }
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
    let heard = {
        let (tell, full) = (tell.clone(), full.clone());
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if event.data().is_string() {
                return full.set(true);
            }
            let bytes = event.data().unchecked_into::<Uint8Array>().to_vec();
            match postcard::from_bytes::<Reply>(&bytes) {
                Ok(reply) => tell.emit((worker_id, Word::Reply(reply))),
                Err(error) => web_sys::console::error_1(&format!("not a reply: {error}").into()),
            }
        })
    };
    let failed = {
        let (tell, mut dead) = (tell.clone(), false);
        Closure::<dyn FnMut(JsValue)>::new(move |error: JsValue| {
            // One dies once, whatever errors follow.
            if std::mem::replace(&mut dead, true) {
                return;
            }
            let words = Reflect::get(&error, &"message".into()).ok().and_then(|m| m.as_string());
            let (tell, full) = (tell.clone(), full.clone());
            let told = move || {
                let cause = Cause::of(full.get(), &words.unwrap_or_default());
                tell.emit((worker_id, Word::Died(cause)));
            };
            Timeout::new(LAST_WORDS, told).forget();
        })
    };
    worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
    Handle { worker, _heard: heard, _failed: failed }
}
