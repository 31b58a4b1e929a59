//! The page: state, screens, plots (wasm only).

mod host;

use crate::worker::port;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::MessageEvent;
use yew::prelude::*;

/// Starts the app on the main thread, or the worker loop inside a worker.
pub fn start() {
    match web_sys::window().and_then(|window| window.document()) {
        Some(document) => {
            host::show_panics();
            let main = document.get_element_by_id("app").expect("index.html has #app");
            yew::Renderer::<App>::with_root(main).render();
        }
        None => {
            console_error_panic_hook::set_once();
            port::on_message(|bytes| wasm_bindgen_futures::spawn_local(answer(bytes)));
        }
    }
}

/// Echoes the bytes, and adds whether this worker has a WebGPU adapter.
async fn answer(mut bytes: Vec<u8>) {
    port::breathe().await;
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
    let adapter = instance.request_adapter(&Default::default()).await;
    bytes.push(adapter.is_ok().into());
    port::post(&bytes);
}

#[component]
fn App() -> Html {
    let reply = use_state(Vec::new);
    {
        let reply = reply.clone();
        use_effect_with((), move |_| {
            let worker = host::spawn();
            let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                reply.set(event.data().unchecked_into::<Uint8Array>().to_vec());
                let body = web_sys::window().and_then(|w| w.document()).and_then(|d| d.body()).expect("a body");
                body.set_attribute("data-ready", "true").expect("a valid name");
            });
            worker.set_onmessage(Some(heard.into_js_value().unchecked_ref()));
            let bytes = Uint8Array::from(&[7, 8, 9][..]);
            worker.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer())).expect("transferable");
        });
    }
    match reply.split_last() {
        Some((&gpu, echo)) => html! { <p>{ format!("echo {echo:?}, WebGPU {}", gpu == 1) }</p> },
        None => html! { <p>{ "Starting" }</p> },
    }
}
