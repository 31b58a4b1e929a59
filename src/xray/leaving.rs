//! The study as a file for other tools: saved, or where the frame lets none be saved, to copy.

use super::event;
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::host;
use crate::share::tools;
use crate::words::texts::t;
use tunescape_core::export::{Target, Written};
use tunescape_core::import::Time;
use tunescape_core::state::share::ShareEvent;
use tunescape_core::state::xray::{OpenStudy, XrayEvent};
use tunescape_core::state::{Event, State};
use yew::prelude::*;

pub fn view(open: &OpenStudy, state: &State, link: &Link) -> Html {
    let write = |id: &'static str, text: String, target: Target| {
        let onclick = link.callback(move |_: MouseEvent| {
            event(XrayEvent::Write(target, Time(host::local_time())))
        });
        html! { <button type="button" {id} {onclick}>{ text }</button> }
    };
    html! {
        <details class="more" id="xray-leave">
            <summary>{ t!("xray.leave") }</summary>
            <p class="about">{ explained(t!("xray.leave_says")) }</p>
            <div class="row files">
                { write("xray-write-journal", t!("tools.journal"), Target::Journal) }
                { write("xray-write-csv", t!("xray.leave_table"), Target::Trials) }
                if !state.sandboxed {
                    <button type="button" id="xray-pictures" hidden={link.hides("share")}
                        onclick={link.callback(|_| Event::Share(ShareEvent::Open))}>
                        { t!("share.pictures") }
                    </button>
                }
            </div>
            <p class="about" role="status">if open.is_writing() { { t!("xray.leaving") } }</p>
            if let Some(file) = &open.written { { written(file, state, link) } }
        </details>
    }
}

fn written(written: &Written, state: &State, link: &Link) -> Html {
    let lacks = tools::lacks(written, "xray-written-lacks");
    if !state.sandboxed {
        return lacks;
    }
    let copied = state.share.copied;
    html! {
        <div class="share-text" id="xray-written">
            <p class="about">{ t!("xray.leave_sandboxed") }</p>
            { lacks }
            { tools::to_copy(written, "xray-written-text", None, link) }
            <p class="about" role="status">
                { copied.map(|done| if done { t!("share.copied") } else { t!("share.not_copied") }) }
            </p>
        </div>
    }
}
