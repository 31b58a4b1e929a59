//! Ask and tell by hand: the proposal, moved or not, and what came of it elsewhere.

use super::{event, words};
use crate::controls::fields::{Typed, typed_event};
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::search::searched;
use crate::words::texts::t;
use tunescape_core::setup::typed::Field;
use tunescape_core::state::xray::focus::RESULTS;
use tunescape_core::state::xray::{OpenStudy, XrayEvent};
use yew::prelude::*;

pub fn card(open: &OpenStudy, link: &Link) -> Html {
    if open.view.space.is_err() {
        return Html::default();
    }
    let own = open.by_hand.len();
    let plain = |id: &'static str, text: String, what: fn() -> XrayEvent| {
        html! { <button type="button" {id} onclick={link.callback(move |_| event(what()))}>{ text }</button> }
    };
    html! {
        <section class="card" id="xray-tell">
            <h2>{ t!("xray.tell_title") }</h2>
            <p class="about">{ explained(t!("xray.tell_says")) }</p>
            if open.view.aim.second.is_some() { <p class="about">{ explained(t!("xray.tell_one")) }</p> }
            { for (0..open.strategies.len()).map(|place| proposal(open, link, place)) }
            if open.moved.is_some() {
                <p class="about">{ explained(t!("xray.moved")) }{ " " }{ plain("xray-unmove", t!("xray.unmove"), || XrayEvent::Unmove) }</p>
            }
            if !open.at_end() { <p class="about">{ explained(t!("xray.not_at_end")) }</p> }
            if own > 0 {
                <p class="about">{ explained(t!("xray.own", n = own)) }{ " " }{ plain("xray-untell", t!("xray.untell"), || XrayEvent::Untell) }</p>
            }
        </section>
    }
}

/// What would be tried next, and a field for what came of it.
fn proposal(open: &OpenStudy, link: &Link, place: usize) -> Html {
    let Some(thought) = open.thought(place) else { return Html::default() };
    // One place is moved, whoever proposed it.
    if place > 0 && open.moved.is_some() {
        return Html::default();
    }
    let view = &open.view;
    let point = open.moved.as_ref().unwrap_or(&thought.proposal.point);
    let Ok(space) = &view.space else { return Html::default() };
    let counts = space.active(point);
    let value = |param: usize| words::value(view, view.searched[param], point[param]);
    let rows = (0..point.len()).filter(|param| counts[*param]);
    let who = match open.moved {
        Some(_) => t!("xray.yours"),
        None => searched::name(open.strategies[place]),
    };
    let ontyped = link.callback(move |text: String| {
        typed_event(Field::Number, &text, |value| event(XrayEvent::Tell(place, value)))
    });
    let id = RESULTS[place];
    html! {
        <div class="proposal">
            <h3>{ who }</h3>
            <dl>{ for rows.map(|param| html! { <><dt>{ words::name(view, param) }</dt><dd>{ value(param) }</dd></> }) }</dl>
            if open.at_end() && !open.is_thinking(place) {
                <label class="row"><span>{ words::aimed(view) }</span><Typed {id} value="" {ontyped} /></label>
            }
        </div>
    }
}
