//! What lies over the page while somebody presents: the light, the pointer, the keys.

pub mod notes;

use crate::controls::link::Link;
use crate::controls::modal::Modal;
use crate::controls::terms::explained;
use crate::keys;
use crate::words::texts::t;
use tunescape_core::state::present::{KEYS, TOOLS};
use tunescape_core::state::{Event, State};
use yew::prelude::*;

fn press(link: &Link, key: &'static str) -> Callback<MouseEvent> {
    link.callback(move |_| Event::Key(key.into()))
}

pub fn button(state: &State, link: &Link) -> Html {
    html! { <button type="button" class="pill" id="present" title={t!("present.why")} hidden={link.hides("present")} aria-pressed={state.present.on.to_string()} onclick={press(link, "p")}>{ t!("present.p") }</button> }
}

pub fn view(state: &State, link: &Link) -> Html {
    let present = &state.present;
    let called = |key: &'static str| match key {
        " " => t!("present.space"),
        "ArrowRight" => "→".into(),
        "ArrowLeft" => "←".into(),
        key => key.to_owned(),
    };
    html! {
        <>
            if present.spotlight { <div class="over spotlight" aria-hidden="true" /> }
            if present.pointer { <div class="over pointer" aria-hidden="true" /> }
            if present.frozen { <p class="frozen" role="status">{ t!("present.frozen") }</p> }
            if present.on && !present.help {
                <button type="button" class="help" id="keys" hidden={link.hides("keys")}
                    aria-label={t!("present.title")} onclick={press(link, "?")}>{ "?" }</button>
            }
            if present.help {
                <Modal id="keys-dialog" label={t!("present.title")}
                    onleave={link.callback(|()| Event::Key("?".into()))}>
                    <h2>{ t!("present.title") }</h2>
                    <p class="about">{ explained(t!("present.about")) }</p>
                    <dl class="keys">
                        { for TOOLS.into_iter().map(|key| html! {
                            <><dt><kbd>{ key }</kbd></dt><dd><button type="button" class="quiet" data-key={key} onclick={press(link, key)}>{ t!(format!("present.{}", key)) }</button></dd></>
                        }) }
                        { for KEYS.into_iter().filter(|(_, control, _)| keys::target(control).is_some()).map(|(key, _, text)| html! {
                            <><dt><kbd>{ called(key) }</kbd></dt><dd>{ t!(format!("{text}")) }</dd></>
                        }) }
                    </dl>
                    <div class="actions"><button type="button" class="primary" onclick={press(link, "?")}>{ t!("share.close") }</button></div>
                </Modal>
            }
        </>
    }
}
