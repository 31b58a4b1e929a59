//! The same, in the reader's own tools: files and scripts, to read, copy and save.

use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::host;
use crate::words::texts::t;
use crate::words::unsupported;
use tunescape_core::export::{Target, Written, code};
use tunescape_core::import::Time;
use tunescape_core::state::share::ShareEvent;
use tunescape_core::state::{Event, State};
use yew::prelude::*;

/// Letters of a file that the dialog shows.
const MAX_SHOWN: usize = 20_000;

pub fn view(state: &State, link: &Link) -> Html {
    let write = |target: Target| {
        let key = target.key();
        let pressed = state.share.written.as_ref().is_some_and(|written| written.target == target);
        let onclick = link
            .callback(move |_| Event::Share(ShareEvent::Write(target, Time(host::local_time()))));
        html! {
            <button type="button" id={format!("write-{key}")} aria-pressed={pressed.to_string()}
                aria-disabled={(!state.ready()).then_some("true")} {onclick}>
                { t!(format!("tools.{key}")) }
            </button>
        }
    };
    html! {
        <details class="more" id="tools">
            <summary>{ t!("tools.title") }</summary>
            <p class="about">{ explained(t!("tools.about")) }</p>
            <div class="row files">{ for Target::ALL.map(write) }</div>
            if let Some(file) = &state.share.written { { written(file, state, link) } }
        </details>
    }
}

/// A file that was written: first what its tool does not do as the page does.
fn written(written: &Written, state: &State, link: &Link) -> Html {
    let save = || {
        html! {
            <button type="button" id="written-save"
                onclick={link.callback(|_| Event::Share(ShareEvent::SaveWritten))}>
                { t!("tools.save") }
            </button>
        }
    };
    let save = (!state.sandboxed).then(save);
    html! {
        <div class="share-text" id="written">
            { lacks(written, "written-lacks") }
            if written.needs_data { <p class="about">{ explained(t!("tools.needs_data")) }</p> }
            { to_copy(written, "written-text", save, link) }
        </div>
    }
}

/// What a file's tool does not do as the page does.
pub fn lacks(written: &Written, id: &'static str) -> Html {
    if written.unsupported.is_empty() {
        return Html::default();
    }
    html! {
        <div class="about lacks" {id}>
            <p>{ explained(t!("tools.lacks")) }</p>
            <ul>{ for written.unsupported.iter().map(|item| html! {
                <li>{ unsupported(item) }</li>
            }) }</ul>
        </div>
    }
}

/// A file's name and text, a button that copies it, and one that saves it. Where the frame lets the
/// page save nothing, all of the text stands there to be selected by hand.
pub fn to_copy(written: &Written, id: &'static str, save: Option<Html>, link: &Link) -> Html {
    let copied = written.text.clone();
    let copy = link.callback(move |_| Event::Share(ShareEvent::Copy(copied.clone())));
    html! {
        <>
            <p class="name">{ &written.name }</p>
            if save.is_some() { { text(written, id) } } else {
                <textarea {id} readonly=true rows="12" aria-label={written.name.clone()}
                    value={written.text.clone()} />
            }
            <div class="row files">
                <button type="button" onclick={copy}>{ t!("share.copy") }</button>
                { save }
            </div>
        </>
    }
}

/// Its beginning (a table of many rows is for a file), scripts in colours.
fn text(written: &Written, id: &'static str) -> Html {
    let end = written.text.char_indices().nth(MAX_SHOWN).map_or(written.text.len(), |(at, _)| at);
    let beginning = &written.text[..end];
    let piece = |(token, piece): (code::Token, &str)| match token.key() {
        Some(class) => html! { <span {class}>{ piece.to_owned() }</span> },
        None => html! { { piece.to_owned() } },
    };
    let script = written.name.ends_with(".py");
    html! {
        <pre {id} class="code" tabindex="0" role="region" aria-label={written.name.clone()}>
            if script {
                { for code::pieces(beginning).into_iter().map(piece) }
            } else {
                { beginning.to_owned() }
            }
        </pre>
    }
}
