//! The worker's end of its channel to the page (wasm only): bytes in, bytes out.

use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel};

#[wasm_bindgen(js_namespace = tunescape)]
extern "C" {
    fn listen(handler: &JsValue);
}

/// Hands every message to `handler`, beginning with those that came before.
pub fn on_message(mut handler: impl FnMut(Vec<u8>) + 'static) {
    let handler = Closure::<dyn FnMut(Uint8Array)>::new(move |bytes: Uint8Array| handler(bytes.to_vec()));
    listen(&handler.into_js_value());
}

/// Sends bytes to the page.
pub fn post(bytes: &[u8]) {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let bytes = Uint8Array::from(bytes);
    let buffer = bytes.buffer();
    scope.post_message_with_transfer(&bytes, &Array::of1(&buffer)).expect("a fresh buffer can be transferred");
}

/// Lets waiting messages in: a timer would make every slice of work wait 4 ms.
pub async fn breathe() {
    let channel = MessageChannel::new().expect("every worker has message channels");
    let heard = Promise::new(&mut |heard, _| channel.port1().set_onmessage(Some(&heard)));
    channel.port2().post_message(&JsValue::NULL).expect("null can be posted");
    JsFuture::from(heard).await.expect("this promise is never rejected");
    channel.port1().close();
}

/// Does nothing for some milliseconds, and leaves the processor to others.
pub async fn rest(milliseconds: f64) {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let over = Promise::new(&mut |over, _| {
        let started = scope.set_timeout_with_callback_and_timeout_and_arguments_0(&over, milliseconds as i32);
        started.expect("every worker has timers");
    });
    JsFuture::from(over).await.expect("this promise is never rejected");
}
