//! What is asked of the reader while a file is opened: what a table holds, which study, what its
//! columns are.

use super::{columns, event};
use crate::controls::link::Link;
use crate::controls::modal::Modal;
use crate::controls::terms::explained;
use crate::words::format::count;
use crate::words::texts::t;
use tunescape_core::import::view::Summary;
use tunescape_core::state::State;
use tunescape_core::state::xray::XrayEvent;
use tunescape_core::state::xray::opening::{Opening, Stage};
use yew::prelude::*;

pub fn dialog(state: &State, link: &Link) -> Html {
    let Some(opening) = &state.xray.opening else { return Html::default() };
    let (title, body) = match &opening.stage {
        Stage::Reading => return reading(opening, link),
        // Its dialog goes at once, and not in the same moment in which everything else comes.
        Stage::Columns(_) if opening.is_busy() => return reading(opening, link),
        Stage::Undecided => (t!("xray.either_title"), undecided(opening, link)),
        Stage::Studies(all) => (t!("xray.studies_title"), studies(opening, all, link)),
        Stage::Columns(table) => (t!("xray.columns_title"), columns::body(opening, table, link)),
    };
    let again = state.xray.open.as_ref().filter(|open| open.is_of(opening));
    let own = again.map_or(0, |open| open.by_hand.len());
    html! {
        <Modal id="xray-dialog" label={title.clone()}
            onleave={link.callback(|()| event(XrayEvent::Cancel))}>
            <h2>{ title }</h2>
            if own > 0 { <p class="about">{ explained(t!("xray.own_stay", n = own)) }</p> }
            { body }
        </Modal>
    }
}

fn reading(opening: &Opening, link: &Link) -> Html {
    html! {
        <p class="notice-line reading-file" role="status">
            { t!("xray.reading", name = opening.name) }{ " " }{ cancel(link) }
        </p>
    }
}

pub fn cancel(link: &Link) -> Html {
    html! { <button type="button" id="xray-cancel" onclick={link.callback(|_| event(XrayEvent::Cancel))}>{ t!("xray.cancel") }</button> }
}

fn undecided(opening: &Opening, link: &Link) -> Html {
    let holds =
        |trials: bool| link.callback(move |_: MouseEvent| event(XrayEvent::Holds { trials }));
    html! {
        <>
            <p>{ t!("xray.either", name = opening.name) }</p>
            <div class="actions">
                { cancel(link) }
                <button type="button" id="xray-data" onclick={holds(false)}>
                    { t!("xray.as_data") }
                </button>
                <button type="button" id="xray-trials" class="primary" onclick={holds(true)}>
                    { t!("xray.as_trials") }
                </button>
            </div>
        </>
    }
}

fn studies(opening: &Opening, all: &[Summary], link: &Link) -> Html {
    let one = |(at, study): (usize, &Summary)| {
        let onclick = link.callback(move |_| event(XrayEvent::Choose(at)));
        html! {
            <li>
                <span><b>{ &study.name }</b><br /><small>{ t!("xray.summary", trials = count(study.trials), complete = count(study.complete), parameters = study.parameters, objectives = study.objectives) }</small></span>
                <button type="button" class="open" {onclick}>{ t!("xray.open_one") }</button>
            </li>
        }
    };
    html! {
        <>
            <p>{ explained(t!("xray.several", name = opening.name, n = all.len())) }</p>
            <ul class="studies" id="xray-studies" aria-busy={opening.is_busy().then_some("true")}>
                { for all.iter().enumerate().map(one) }
            </ul>
            <div class="actions">{ cancel(link) }</div>
        </>
    }
}
