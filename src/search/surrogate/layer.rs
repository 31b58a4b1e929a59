//! What a strategy believes at each place of the map, in colours and in numbers.

use crate::plot::map::{belief, ends};
use crate::plot::raster::Raster;
use crate::plot::twin;
use crate::search::map;
use crate::search::process;
use crate::setup::evaluation;
use crate::words::format;
use crate::words::parameters;
use crate::words::texts::t;
use std::rc::Rc;
use tunescape_core::metrics::Metric;
use tunescape_core::search::{Belief, Quantity};
use tunescape_core::setup::Shown;
use tunescape_core::state::State;
use tunescape_core::state::landscape::domain::Domain;
use tunescape_core::worker::SurrogateView;
use yew::prelude::*;

/// What a quantity is called.
pub fn title(state: &State, quantity: Quantity) -> String {
    match quantity {
        Quantity::Mean => t!("mind.mean"),
        Quantity::Spread => t!("mind.spread"),
        Quantity::Acquisition => process::acquisition(state.setup.search.acquisition),
        Quantity::Good => t!("mind.good"),
        Quantity::Bad => t!("mind.bad"),
        Quantity::Ratio => t!("mind.ratio"),
    }
}

/// The colours of what is believed of the objective: the map's where it is the loss, else the
/// belief's own.
pub fn believed(state: &State, belief: &Belief) -> Domain {
    let mean = belief.layers.iter().find(|(quantity, _)| *quantity == Quantity::Mean);
    match mean {
        Some((_, values))
            if evaluation::objective(state).metric != Metric::Loss
                || evaluation::own_scale(state) =>
        {
            let (best, worst) = ends(Quantity::Mean, values);
            Domain { best, worst }
        }
        _ => Domain::of(&state.map.land, Shown::Loss, state.map.land.epochs),
    }
}

/// A believed quantity over the map's axes, in numbers.
pub fn in_numbers(state: &State, title: &str, quantity: Quantity, values: &[f32]) -> Html {
    let side = values.len().isqrt();
    let at = |axis: usize, i: usize| {
        let param = &state.map.land.axes.params[axis];
        parameters::value_of(&state.setup, &param.name, param.from_unit(0.2 * i as f64 + 0.1))
    };
    let value = |x, y| {
        digits(state, quantity, values[twin::part(y, side) * side + twin::part(x, side)].into())
    };
    let [across, up] = map::axis_names(state);
    twin::grid(title, format!("{up} \\ {across}"), at, value)
}

fn digits(state: &State, quantity: Quantity, value: f64) -> String {
    match quantity {
        Quantity::Mean => evaluation::modelled(state, value),
        Quantity::Spread if !evaluation::own_scale(state) => evaluation::size(state, value),
        _ => format::minus(format::number(value)),
    }
}

/// From which value to which a quantity goes.
pub fn range(state: &State, quantity: Quantity, values: &[f32]) -> String {
    let (low, high) = ends(quantity, values);
    let below = if values.iter().any(|v| f64::from(*v) < low) { "< " } else { "" };
    let digits = |value| digits(state, quantity, value);
    // What is nothing beside the largest is nothing.
    let low = if low.abs() < 1e-3 * high.abs() { 0.0 } else { low };
    format!("{below}{} – {}", digits(low), digits(high))
}

#[derive(Properties)]
pub struct BeliefProps {
    pub quantity: Quantity,
    pub values: Rc<SurrogateView>,
    pub best: f64,
    pub worst: f64,
    pub label: AttrValue,
}

impl PartialEq for BeliefProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.values, &other.values)
            && (self.quantity, self.best, self.worst) == (other.quantity, other.best, other.worst)
            && self.label == other.label
    }
}

/// A quantity over the map's axes.
#[component]
pub fn BeliefPlot(props: &BeliefProps) -> Html {
    let layer = props.values.belief.layers.iter().find(|(q, _)| *q == props.quantity);
    let Some((quantity, values)) = layer else { return Html::default() };
    let pixels = belief(*quantity, values, Domain { best: props.best, worst: props.worst });
    html! { <Raster {pixels} class="smooth" label={props.label.clone()} /> }
}
