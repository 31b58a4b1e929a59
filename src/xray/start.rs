//! Before a study is open: what can be opened, and how.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::words::texts::t;
use tunescape_core::state::State;
use tunescape_core::state::xray::XrayEvent;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

pub fn view(state: &State, link: &Link) -> Html {
    html! {
        <section class="card xray-start" data-ready={state.ready().to_string()}>
            <h2>{ t!("xray.title") }</h2>
            <p>{ explained(t!("xray.what")) }</p>
            <p>{ chooser(link, true) }{ " " }{ t!("xray.or_drop") }</p>
            <p class="example">{ fields::button(link, "xray-example", t!("xray.example"), t!("xray.example_about"), !state.loads_example(), || super::event(XrayEvent::Example)) }<span>{ t!("xray.example_says") }</span></p>
            <ul>
                <li>{ explained(t!("xray.takes_journal")) }</li>
                <li>{ explained(t!("xray.takes_sqlite")) }</li>
                <li>{ explained(t!("xray.takes_csv")) }</li>
                <li>{ explained(t!("xray.takes_own")) }</li>
            </ul>
            <p class="about">{ explained(t!("xray.private")) }</p>
        </section>
    }
}

/// What opens a file.
pub fn chooser(link: &Link, first: bool) -> Html {
    let onchange = link.file(|e: web_sys::Event| {
        let input = e.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok())?;
        let file = input.files().and_then(|f| f.get(0));
        // The same file can be chosen again after it has changed.
        input.set_value("");
        file
    });
    html! {
        <label class={classes!("button", first.then_some("primary"))}>{ t!("xray.open") }<input type="file" id="xray-file" class="hidden-file" {onchange} /></label>
    }
}
