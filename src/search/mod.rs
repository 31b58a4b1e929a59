//! The Search screen: the landscape, the strategy's mind, the trials.

pub mod advice;
pub mod after;
pub mod cuts;
pub mod landing;
pub mod linked;
pub mod map;
pub mod map_tools;
pub mod marks;
pub mod population;
pub mod process;
pub mod pruning;
pub mod reason;
pub mod says;
pub mod searched;
pub mod space;
pub mod standing;
pub mod surrogate;
pub mod table;
pub mod trial;

use crate::controls::fields;
use crate::controls::link::Link;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::setup::Panel;
use tunescape_core::state::search::{Phase, SPEEDS, StudyEvent};
use tunescape_core::state::{Event, State};
use yew::prelude::*;

/// The trial under the pointer, or that the keyboard is on, stands out in every plot; a click
/// chooses it.
pub fn view(state: &State, link: &Link) -> Html {
    let point = |trial| Event::Study(StudyEvent::Point(trial));
    let over = link.callback(move |e: PointerEvent| point(trial::under(&e)));
    let onfocusin = link.callback(move |e: FocusEvent| point(trial::under(&e)));
    let onpointerleave = link.callback(move |_: PointerEvent| point(None));
    let pick = link.batch_callback(|e: MouseEvent| {
        Some(Event::Study(StudyEvent::Select(Some(trial::under(&e)?))))
    });
    let surrogate = state.setup.search.strategy.believes() && !link.hides("surrogate");
    html! {
        <div class="linked" onpointerover={over.clone()} {onfocusin} {onpointerleave}
            onclick={pick}>
            <main class="middle" id="main" tabindex="-1">
                { landing::view(state, link) }
                { transport(state, link) }
                // A lesson has words of its own.
                if !landing::is_first(state, link) && state.lesson().is_none() {
                    { says::view(state, link) }
                }
                <section class="card landscape">
                    { map_tools::head(state, link) }
                    <div class={classes!("with-belief", (!surrogate).then_some("alone"))}>
                        <div class="truth">
                            { map::reading(state) }
                            { map::picture(state, link) }
                            { reason::view(state, link) }
                            { map_tools::foot(state, link) }
                        </div>
                        if surrogate { { surrogate::view(state) } }
                    </div>
                </section>
                if !link.hides("linked") { { linked::panel(state, link) } }
                if !link.hides("cuts") { { cuts::panel(state) } }
            </main>
            if link.shows(Panel::Results) {
            <aside class="right" aria-label={t!("nav.results")}>
                { trial::chosen(state, link) }
                { trial::curves(state, link) }
                { trial::best_so_far(state, link) }
                if !link.hides("advice") { { advice::panel(state) } }
                if !link.hides("trials-table") { { table::panel(state, link) } }
                if !link.hides("after-search") { { after::panel(state, link) } }
                if !link.hides("population") { { population::panel(state, link) } }
            </aside>
            }
        </div>
    }
}

fn transport(state: &State, link: &Link) -> Html {
    let s = &state.setup.search;
    let study = &state.study;
    let ready = state.ready();
    let more = state.more();
    let busy =
        matches!(study.phase, Phase::Proposing(_) | Phase::Training(_)) && s.shown >= study.done();
    let steps = ready && more && !study.playing && !busy;
    let speeds: Vec<AttrValue> =
        (0..SPEEDS.len()).map(|i| t!(format!("transport.speed_{i}")).into()).collect();
    html! {
        <section class="card transport" aria-label={t!("transport.title").to_string()}>
            { fields::button(link, "first", "|◀", t!("transport.first").into(), s.shown > 0, || Event::Study(StudyEvent::First)) }
            { fields::button(link, "back", format!("◀ {}", t!("transport.step")), t!("transport.back").into(), s.shown > 0, || Event::Study(StudyEvent::Back)) }
            if study.playing {
                <button type="button" id="pause" hidden={link.hides("pause")} class="primary"
                    onclick={link.callback(|_| Event::Study(StudyEvent::Pause))}>
                    { format!("❚❚ {}", t!("transport.pause")) }
                </button>
            } else {
                <button type="button" id="play" hidden={link.hides("play")} class="primary"
                    aria-disabled={(!(ready && more)).then_some("true")}
                    onclick={link.callback(|_| Event::Study(StudyEvent::Play))}>
                    { format!("▶ {}", t!("transport.play")) }
                </button>
            }
            { fields::button(link, "step", format!("{} ▶", t!("transport.step")), t!("transport.forward"), steps, || Event::Study(StudyEvent::Step)) }
            <input type="range" id="scrub" hidden={link.hides("scrub")} min="0" max={s.budget.to_string()} value={s.shown.to_string()} aria-label={t!("transport.scrub").to_string()}
                oninput={link.callback(|e: InputEvent| Event::Study(StudyEvent::Show(fields::input_text(&e).parse().unwrap_or(0))))} />
            <span class="count">
                <output id="trial-number">{ t!("transport.trial", n = s.shown, budget = s.budget) }</output>
                <small id="epochs-spent" hidden={link.hides("epochs-spent")}>{ t!("transport.epochs", n = format::count(study.epochs(s.shown, state.setup.evaluation.streams()))) }</small>
            </span>
            if !link.hides("speed") {
                <fields::Select id="speed" label={t!("transport.speed")} options={speeds}
                    chosen={study.speed}
                    onchosen={link.callback(|speed: usize| Event::Study(StudyEvent::Speed(speed)))} />
            }
        </section>
    }
}
