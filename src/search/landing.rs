//! What a first visit reads over the map: what a square of it is, and what there is to do.

use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::search::map;
use crate::words::format::count;
use crate::words::texts::t;
use tunescape_core::state::lesson::{GAME, LessonEvent};
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::tour::TourEvent;
use tunescape_core::state::{Event, State};
use yew::prelude::*;

/// Whether nothing has been changed or run yet, on a page of its own.
pub fn is_first(state: &State, link: &Link) -> bool {
    state.setup.is_first() && !state.is_embedded() && !link.hides("play")
}

/// The headline of a first visit.
pub fn view(state: &State, link: &Link) -> Html {
    // A tour has its own words, and the map needs the room.
    if !is_first(state, link) || state.tour.stop.is_some() {
        return Html::default();
    }
    html! { <Headline runs={count(map::runs(state))} link={link.clone()}
    ready={state.ready()}
    tour={!state.tour.taken} /> }
}

#[derive(Properties, PartialEq)]
struct HeadlineProps {
    runs: String,
    link: Link,
    ready: bool,
    /// Whether the tour is offered.
    tour: bool,
}

#[component]
fn Headline(props: &HeadlineProps) -> Html {
    let closed = use_state(|| false);
    if *closed {
        return Html::default();
    }
    let link = &props.link;
    let close = {
        let closed = closed.clone();
        move |_: MouseEvent| closed.set(true)
    };
    let game = link.callback(|_: MouseEvent| Event::Lesson(LessonEvent::Open(GAME.into())));
    let watch = link.callback(|_: MouseEvent| Event::Study(StudyEvent::Watch));
    let show = link.callback(|_: MouseEvent| Event::Tour(TourEvent::Begin));
    let off = (!props.ready).then_some("true");
    html! {
        <section class="card landing" id="landing" aria-labelledby="landing-title">
            <button type="button" class="quiet close" aria-label={t!("notice.dismiss")}
                onclick={close}>{ "✕" }</button>
            <h2 id="landing-title">{ t!("landing.title") }</h2>
            <p>{ explained(t!("landing.says", runs = props.runs)) }</p>
            <div class="actions">
                <button type="button" class="primary" id="landing-game" onclick={game}>
                    { t!("landing.game") }
                </button>
                <button type="button" id="landing-watch" aria-disabled={off} onclick={watch}>
                    { t!("landing.watch") }
                </button>
                if props.tour {
                    <button type="button" id="landing-tour" onclick={show}>
                        { t!("landing.tour") }
                    </button>
                }
            </div>
        </section>
    }
}
