//! The browser's side of a worker: bytes in, bytes out, the clock, and how tasks take turns.

use js_sys::{Array, Promise, Uint8Array};
use std::rc::Rc;
use tunescape_core::data::encoding::Encoding;
use tunescape_core::worker::{Desk, Host, Reply, Request};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, TextDecoder};

#[wasm_bindgen(js_namespace = tunescape)]
extern "C" {
    fn listen(handler: &JsValue);
}

/// Listens for requests, for as long as the worker lives.
pub fn serve() {
    let desk = Desk::new(Port);
    on_message(move |bytes| match postcard::from_bytes::<Request>(&bytes) {
        Ok(request) => Rc::clone(&desk).take(request),
        Err(error) => web_sys::console::error_1(&format!("not a request: {error}").into()),
    });
}

/// Hands every message to `handler`, beginning with those that came before.
fn on_message(mut handler: impl FnMut(Vec<u8>) + 'static) {
    let handler =
        Closure::<dyn FnMut(Uint8Array)>::new(move |bytes: Uint8Array| handler(bytes.to_vec()));
    listen(&handler.into_js_value());
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// The channel of this worker to the page.
struct Port;

impl Host for Port {
    fn post(&self, reply: &Reply) {
        // A reply that can't be written is a bug, not a condition: it shows in the worker's console
        // and in tests.
        let bytes = postcard::to_stdvec(reply).expect("replies serialise");
        let bytes = Uint8Array::from(bytes.as_slice());
        let buffer = bytes.buffer();
        let posted = scope().post_message_with_transfer(&bytes, &Array::of1(&buffer));
        posted.expect("a fresh buffer can be transferred");
    }

    fn now() -> f64 {
        scope().performance().map_or(0.0, |p| p.now())
    }

    /// Since 1970, finer than the date.
    fn clock() -> f64 {
        scope().performance().map_or(0.0, |p| p.time_origin() + p.now())
    }

    /// By way of a channel: a timer would make every slice of work wait 4 ms.
    async fn breathe() {
        let channel = MessageChannel::new().expect("every worker has message channels");
        let heard = Promise::new(&mut |heard, _| channel.port1().set_onmessage(Some(&heard)));
        channel.port2().post_message(&JsValue::NULL).expect("null can be posted");
        JsFuture::from(heard).await.expect("this promise is never rejected");
        channel.port1().close();
    }

    async fn rest(milliseconds: f64) {
        let over = Promise::new(&mut |over, _| {
            let started = scope()
                .set_timeout_with_callback_and_timeout_and_arguments_0(&over, milliseconds as i32);
            started.expect("every worker has timers");
        });
        JsFuture::from(over).await.expect("this promise is never rejected");
    }

    fn spawn(task: impl Future<Output = ()> + 'static) {
        wasm_bindgen_futures::spawn_local(task);
    }

    fn decode(encoding: Encoding, bytes: &[u8]) -> Option<String> {
        TextDecoder::new_with_label(encoding.label()).ok()?.decode_with_u8_array(bytes).ok()
    }
}
