//! The studies that the reader keeps: kept, opened, named, deleted.

use crate::controls::fields::Typed;
use crate::controls::link::Link;
use crate::controls::modal::Modal;
use crate::search::searched;
use crate::words::format::count;
use crate::words::texts::t;
use tunescape_core::link;
use tunescape_core::setup::Setup;
use tunescape_core::state::studies::{MAX_STUDIES, StudiesEvent, free_name};
use tunescape_core::state::{Event, State};
use yew::prelude::*;

/// What a study is called that was given no name.
pub fn name(setup: &Setup) -> String {
    let data = t!(format!("data.{}", setup.data.name));
    t!(
        "studies.unnamed",
        data = data,
        strategy = searched::name(setup.search.strategy),
        n = setup.search.run
    )
}

/// What is on show, by a name that no other study has.
fn shown(state: &State) -> String {
    let open = state.xray.open.as_ref().filter(|_| state.study_link().is_some());
    let name = open.map_or_else(|| name(&state.setup), |open| open.view.name.clone());
    let link = match state.study_link() {
        Some(link) => link.map(str::to_owned),
        None => Some(link::write(&state.setup)),
    };
    let other = |of: &str| {
        state.studies.all.iter().any(|saved| saved.name == of && Some(&saved.link) != link.as_ref())
    };
    free_name(&name, other)
}

pub fn dialog(state: &State, link: &Link) -> Html {
    let studies = &state.studies;
    if !studies.open {
        return Html::default();
    }
    let to = |message: fn() -> StudiesEvent| {
        link.callback(move |_: MouseEvent| Event::Studies(message()))
    };
    let open = |fragment: &str, file: Option<u64>| {
        let fragment = fragment.to_owned();
        link.callback(move |_: MouseEvent| {
            Event::Studies(StudiesEvent::Show(fragment.clone(), file))
        })
    };
    let shown = shown(state);
    let keep = {
        let name = shown.clone();
        link.callback(move |_| Event::Studies(StudiesEvent::Keep(name.clone())))
    };
    let last = studies.last.as_ref().and_then(|last| Some((last, link::read(last).ok()?)));
    html! {
        <Modal id="studies-dialog" label={t!("studies.title")}
            onleave={link.callback(|()| Event::Studies(StudiesEvent::Close))}>
            <h2>{ t!("studies.title") }</h2>
            <label class="note">{ t!("studies.keep_as") }
                <Typed id="study-name" inputmode="text" value=""
                    ontyped={link.callback(|name| Event::Studies(StudiesEvent::Keep(name)))} />
            </label>
            <button type="button" id="study-keep" class="wide" onclick={keep}>
                { t!("studies.keep", name = shown) }
            </button>
            <p class="about" role="status">if studies.is_keeping() { { t!("studies.keeping") } }</p>
            <ul class="studies">
                { for studies.all.iter().map(|saved| {
                    let (renamed, deleted) = (saved.clone(), saved.clone());
                    html! {
                    <li>
                        <Typed inputmode="text" label={t!("studies.name_of", name = saved.name)} value={saved.name.clone()}
                            ontyped={link.callback(move |name| Event::Studies(StudiesEvent::Rename(renamed.clone(), name)))} />
                        <button type="button" class="open"
                            onclick={open(&saved.link, saved.file)}>{ t!("studies.open") }</button>
                        <button type="button" class="delete"
                            aria-label={t!("studies.delete", name = saved.name)}
                            onclick={link.callback(move |_| Event::Studies(StudiesEvent::Delete(deleted.clone())))}>
                            { "✕" }
                        </button>
                    </li>
                    }
                }) }
                if let Some((last, setup)) = last {
                    <li><span>{ t!("studies.last", name = name(&setup)) }</span>
                        <button type="button" id="study-last" onclick={open(last, None)}>
                            { t!("studies.open") }
                        </button>
                    </li>
                }
            </ul>
            if studies.beyond > 0 {
                <p class="about">{ t!("studies.beyond", most = count(MAX_STUDIES), n = studies.beyond) }</p>
            }
            <p class="about" role="status" id="study-taken">
                { studies.taken.as_ref().map(|name| t!("studies.taken", name = name)) }
            </p>
            if let Some(deleted) = &studies.deleted {
                <p role="status" id="study-deleted">
                    if studies.replaced {
                        { t!("studies.replaced", name = deleted.name) }
                    } else {
                        { t!("studies.deleted", name = deleted.name) }
                    }
                    { " " }
                    <button type="button" id="study-restore" class="quiet"
                        onclick={to(|| StudiesEvent::Restore)}>{ t!("studies.restore") }</button></p>
            }
            <p><button type="button" id="study-xray" onclick={to(|| StudiesEvent::FromElsewhere)}>{ t!("xray.open") }</button></p>
            <p class="about" id="studies-where">{ if studies.unkept { t!("studies.unkept") } else { t!("studies.where") } }</p>
            <div class="actions"><button type="button" class="primary" onclick={to(|| StudiesEvent::Close)}>{ t!("share.close") }</button></div>
        </Modal>
    }
}
