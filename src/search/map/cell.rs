//! The cell pointed at or clicked, as a card beside it: what its network has come to.

use super::frame::{HEIGHT, SIZE, px, py};
use crate::controls::link::Link;
use crate::words::format;
use crate::words::parameters;
use crate::words::texts::t;
use tunescape_core::state::landscape::{MapEvent, domain};
use tunescape_core::state::{Event, State};
use tunescape_core::study::landscape::Value;
use web_sys::{CssStyleDeclaration, HtmlElement};
use yew::prelude::*;

/// The cell that is spoken of: the one under the pointer, or else the one that was clicked.
pub fn shown(state: &State) -> Option<usize> {
    state.map.looked.or(state.map.hover)
}

/// What the network of a cell has come to.
pub fn says(state: &State, cell: usize) -> String {
    let (land, map) = (&state.map.land, &state.setup.map);
    match domain::value(land, cell, state.map_shown(), state.map.shown_epoch(), map.target) {
        Value::Unknown => t!("map.unknown"),
        Value::Diverged { epoch } => t!("map.diverged_at", epoch = epoch),
        Value::Loss(loss) => {
            let loss = format::loss(f64::from(loss));
            let spread = land.spread(cell, state.map.shown_epoch());
            let spread = spread.map(|spread| format::loss(f64::from(spread)));
            let loss = spread.map_or_else(|| loss.clone(), |spread| format!("{loss} ± {spread}"));
            t!("map.loss_is", loss = loss)
        }
        Value::Epochs(epochs) => {
            t!("map.epochs_is", epochs = epochs, target = format::number(map.target))
        }
        Value::Never => t!("map.never_is", target = format::number(map.target)),
    }
}

/// The card; none where the landscape is hidden, or a trial is pointed at.
pub fn card(state: &State, link: &Link) -> Html {
    let Some(cell) = shown(state).filter(|_| !state.setup.map.hidden) else {
        return Html::default();
    };
    let stays = state.map.looked.is_some();
    if !stays && state.study.pointed.is_some() {
        return Html::default();
    }
    let cell = state.map.land.shown(cell);
    let at = state.setup.on_map([state.map.land.point(cell)]).swap_remove(0);
    html! {
        <Beside at={state.map.middle(cell)} {stays}>
            <b>{ t!("map.one") }</b>
            <p>{ parameters::point(state, &at) }</p>
            <p>{ says(state, cell) }</p>
            { curve(state, cell) }
            if stays { { actions(state, link, cell) } }
        </Beside>
    }
}

#[derive(Properties, PartialEq)]
struct BesideProps {
    /// The cell, as fractions of the axes.
    at: [f64; 2],
    /// Whether it was clicked.
    stays: bool,
    children: Html,
}

/// A card beside a cell. The page's policy allows no style attribute, so that its place is set once
/// it is there.
#[component]
fn Beside(props: &BesideProps) -> Html {
    let card = use_node_ref();
    use_effect_with(props.at, {
        let card = card.clone();
        move |at| {
            if let Some(card) = card.cast::<HtmlElement>() {
                place(&card.style(), *at);
            }
        }
    });
    let stays = props.stays;
    html! {
        <div ref={card} class={classes!("cell-card", stays.then_some("stays"))} id="cell-card"
            role={stays.then_some("group")} aria-label={stays.then(|| t!("map.one"))}
            aria-hidden={(!stays).then_some("true")}>
            { props.children.clone() }
        </div>
    }
}

/// On the side of the cell where there is more room.
fn place(style: &CssStyleDeclaration, [x, y]: [f64; 2]) {
    let (left, top) = (100.0 * px(x) / SIZE, 100.0 * py(y) / HEIGHT);
    let across = if x < 0.5 { ["left", "right"] } else { ["right", "left"] };
    let up = if y < 0.5 { ["bottom", "top"] } else { ["top", "bottom"] };
    let from = |side: &str| match side {
        "left" => left + 3.0,
        "right" => 103.0 - left,
        "top" => top + 3.0,
        _ => 103.0 - top,
    };
    for [near, far] in [across, up] {
        // A browser that refuses leaves the card in the corner.
        let _ = style.set_property(near, &format!("{:.2}%", from(near)));
        let _ = style.remove_property(far);
    }
}

/// Its validation loss by epoch, without numbers.
fn curve(state: &State, cell: usize) -> Html {
    let reports = &state.map.land.cells[cell].reports;
    let losses: Vec<f64> = reports.iter().map(|r| f64::from(r.valid_loss)).collect();
    let (Some(&start), true) = (losses.first(), losses.len() > 1) else { return Html::default() };
    let across = 100.0 / (losses.len() - 1) as f64;
    let up = |loss: f64| 30.0 - 29.0 * (loss / (1.2 * start)).clamp(0.0, 1.0);
    let known = losses.iter().take_while(|loss| loss.is_finite()).enumerate();
    let points = known.map(|(i, loss)| format!("{:.1},{:.1} ", i as f64 * across, up(*loss)));
    html! {
        <svg class="small-curve" viewBox="0 0 100 31" preserveAspectRatio="none" role="img"
            aria-label={t!("curves.cell")}>
            <polyline points={points.collect::<String>()} />
        </svg>
    }
}

fn actions(state: &State, link: &Link, cell: usize) -> Html {
    let [x, y] = state.map.middle(cell);
    let zoom = link.ruled("zoom");
    let runs = format::count(super::runs(state));
    html! {
        <div class="actions">
            if state.map.zooms() && !zoom.hidden {
                <button type="button" id="cell-zoom" title={zoom.says()} disabled={zoom.locked}
                    data-locked={zoom.mark()}
                    onclick={link.callback(move |_| Event::Map(MapEvent::ZoomIn(x, y)))}>
                    { t!("map.around", runs = runs) }
                </button>
            }
            <button type="button" class="quiet" id="cell-close"
                onclick={link.callback(|_| Event::Map(MapEvent::LookAway))}>
                { t!("map.close") }
            </button>
        </div>
    }
}
