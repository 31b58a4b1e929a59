//! The heads of the network's drawing: at each hidden layer its units, more of them, fewer, or
//! none; between layers, one more.

use crate::controls::link::Link;
use crate::words::texts::t;
use tunescape_core::setup::Edit;
use tunescape_core::state::{Event, State};
use tunescape_engine::net::{MAX_HIDDEN, MAX_UNITS};
use yew::prelude::*;

/// Puts a layer after so many hidden ones. What later layers have of their own goes with them.
fn insert(state: &State, link: &Link, after: usize) -> Html {
    let full = state.setup.net.hidden.len() >= MAX_HIDDEN;
    let ruled = link.ruled("layers");
    let onclick = link.callback(move |_| Event::Edit(Edit::InsertLayer { after }));
    let name = if after == 0 { t!("net.insert_first") } else { t!("net.insert", layer = after) };
    html! { <span class="gap"><button type="button" aria-label={name.clone()} title={ruled.title(name)} aria-disabled={full.then_some("true")} disabled={ruled.locked} data-locked={ruled.mark()} {onclick}>{ "+" }</button></span> }
}

fn head(link: &Link, layer: usize, units: usize) -> Html {
    let more = |by: isize| link.callback(move |_| Event::Edit(Edit::AddUnits { layer, by }));
    let remove = link.callback(move |_| Event::Edit(Edit::RemoveLayer { layer }));
    let ruled = link.ruled("layers");
    let button = |text: &'static str, name: String, none: bool, onclick: Callback<MouseEvent>| {
        html! { <button type="button" aria-label={name.clone()} title={ruled.title(name)} aria-disabled={none.then_some("true")} disabled={ruled.locked} data-locked={ruled.mark()} {onclick}>{ text }</button> }
    };
    html! {
        <span class="of-layer" data-layer={(layer + 1).to_string()}>
            { button("−", t!("net.fewer", layer = layer + 1), units <= 1, more(-1)) }
            { button("+", t!("net.more", layer = layer + 1), units >= MAX_UNITS, more(1)) }
            <b>{ units }</b>
            { button("✕", t!("net.remove_layer", layer = layer + 1), false, remove) }
        </span>
    }
}

/// Evenly spaced like the layers below: heads over the hidden ones, gaps between.
pub fn heads(state: &State, link: &Link) -> Html {
    let hidden = &state.setup.net.hidden;
    html! {
        <div class="heads" role="group" aria-label={t!("net.heads")}>
            <span class="of-layer" />
            { for hidden.iter().enumerate().map(|(layer, &units)| html! { <>{ insert(state, link, layer) }{ head(link, layer, units) }</> }) }
            { insert(state, link, hidden.len()) }
            <span class="of-layer" />
        </div>
    }
}
