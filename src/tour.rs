//! The tour: a card at the foot of the window, and a mark around the part that it speaks of.

use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::words::texts::t;
use tunescape_core::state::tour::{STOPS, TourEvent};
use tunescape_core::state::{Event, State};
use yew::prelude::*;

pub fn view(state: &State, link: &Link) -> Html {
    let Some((at, stop)) = state.tour.stop.and_then(|at| Some((at, STOPS.get(at)?))) else {
        return Html::default();
    };
    let go = |to: usize| link.callback(move |_: MouseEvent| Event::Tour(TourEvent::Go(to)));
    let leave = link.callback(|_: MouseEvent| Event::Tour(TourEvent::Leave));
    let onkeydown = link.batch_callback(|e: KeyboardEvent| {
        (e.key() == "Escape").then_some(Event::Tour(TourEvent::Leave))
    });
    let last = at + 1 == STOPS.len();
    html! {
        <section class="card tour" id="tour" role="dialog" tabindex="-1" aria-labelledby="tour-title"
            data-stop={(at + 1).to_string()} {onkeydown}>
            <h2 id="tour-title">
                { t!(format!("tour.{}", stop.key)) }
                <small>{ t!("tour.stop", n = at + 1, of = STOPS.len()) }</small>
            </h2>
            <p>{ explained(t!(format!("tour.{}_says", stop.key))) }</p>
            <div class="actions">
                <button type="button" class="quiet" id="tour-leave" onclick={leave}>
                    { t!("tour.leave") }
                </button>
                <button type="button" id="tour-back" aria-disabled={(at == 0).then_some("true")}
                    onclick={go(at.saturating_sub(1))}>{ t!("tour.back") }</button>
                <button type="button" id="tour-next" class="primary" onclick={go(at + 1)}>
                    { if last { t!("tour.end") } else { t!("tour.next") } }
                </button>
            </div>
        </section>
    }
}
