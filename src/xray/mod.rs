//! X-ray: a study from elsewhere, what strategies make of its trials, and where they would go next.
//! Nothing trains here.

mod about;
mod chart;
mod columns;
mod contour;
mod curves;
mod importance;
mod leaving;
mod map;
mod opening;
mod parts;
mod race;
mod spread;
mod start;
mod table;
mod tell;
mod words;

pub use opening::dialog;

use crate::controls::fields;
use crate::controls::link::Link;
use crate::words::format::count;
use crate::words::texts::t;
use tunescape_core::state::xray::{OpenStudy, XrayEvent};
use tunescape_core::state::{Event, State};
use yew::prelude::*;

pub fn view(state: &State, link: &Link) -> Html {
    let Some(open) = &state.xray.open else {
        return html! { <main class="middle" id="main" tabindex="-1">{ start::view(state, link) }</main> };
    };
    html! {
        <>
            <main class="middle" id="main" tabindex="-1">
                { steps(open, link) }
                if open.unfolded > 1 { { map::card(open, link) } }
                if open.unfolded > 2 { { parts::card(open, link) } }
            </main>
            <aside class="right" aria-label={t!("nav.results")}>
                { about::study(open, state, link) }
                if open.unfolded > 0 { { about::history(open, link) } }
                { tell::card(open, link) }
                { about::trial(open) }
            </aside>
        </>
    }
}

/// An event of this screen.
fn event(event: XrayEvent) -> Event {
    Event::Xray(event)
}

/// Back and forth through the history.
fn steps(open: &OpenStudy, link: &Link) -> Html {
    let (shown, all) = (open.shown, open.trials());
    let button = |id: &'static str, text: String, label: String, to: Option<usize>| {
        let onclick =
            link.batch_callback(move |_: MouseEvent| to.map(|n| event(XrayEvent::Step(n))));
        html! { <button type="button" {id} title={label.clone()} aria-label={label} aria-disabled={to.is_none().then_some("true")} {onclick}>{ text }</button> }
    };
    let step = link.callback(|e: InputEvent| {
        event(XrayEvent::Step(fields::input_text(&e).parse().unwrap_or(0)))
    });
    html! {
        <section class="card transport" aria-label={t!("xray.steps")}>
            { button("xray-first", "|◀".into(), t!("xray.first"), (shown > 0).then_some(0)) }
            { button("xray-back", "◀".into(), t!("xray.back"), shown.checked_sub(1)) }
            { button("xray-forth", "▶".into(), t!("xray.forth"), (shown < all).then_some(shown + 1)) }
            { button("xray-last", "▶|".into(), t!("xray.last"), (shown < all).then_some(all)) }
            <input type="range" id="xray-step" min="0" max={all.to_string()}
                value={shown.to_string()} aria-label={t!("xray.steps")} oninput={step} />
            <span class="count"><output id="xray-shown">{ t!("xray.shown", n = count(shown), all = count(all)) }</output></span>
        </section>
    }
}
