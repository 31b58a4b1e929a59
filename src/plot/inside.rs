//! A network laid open: what each unit does, what each link weighs, and which units are dead or
//! saturated.

mod drawing;

use crate::host::attention;
use crate::plot::listed::use_listed;
use crate::plot::raster::Raster;
use crate::words::texts::t;
use drawing::{Drawing, Heard, WIDTH};
use std::rc::Rc;
use tunescape_core::inspect::Anatomy;
use tunescape_engine::net::Net;
use yew::prelude::*;

/// What the pointer or the reader's choice is on.
#[derive(Clone, Copy, PartialEq)]
enum At {
    /// Layer from the inputs, unit.
    Unit(usize, usize),
    /// Layer that it leads to (from 0, the first hidden), its input, its output.
    Link(usize, usize, usize),
}

impl At {
    /// What the drawing before had, this one need not have.
    fn is_in(self, net: &Net) -> bool {
        let has = |l: usize, u: usize| net.sizes.get(l).is_some_and(|&units| u < units);
        match self {
            At::Unit(l, u) => has(l, u),
            At::Link(l, i, o) => has(l + 1, o) && has(l, i),
        }
    }

    /// Where a key leads from what is chosen; none where it leads nowhere.
    fn after(chosen: Option<At>, key: &str, shift: bool, net: &Net) -> Option<At> {
        let (l, u, from) = match chosen {
            Some(At::Unit(l, u)) => (l.max(1), u, 0),
            Some(At::Link(l, i, o)) => (l + 1, o, i),
            None => (1, 0, 0),
        };
        let back = matches!(key, "ArrowLeft" | "ArrowUp");
        let step = |at: usize, least: usize, most: usize| {
            at.saturating_add_signed(if back { -1 } else { 1 }).clamp(least, most - 1)
        };
        match key {
            _ if chosen.is_none() && key.starts_with("Arrow") => Some(At::Unit(1, 0)),
            "ArrowLeft" | "ArrowRight" => {
                let l = step(l, 1, net.sizes.len());
                Some(At::Unit(l, u.min(net.sizes[l] - 1)))
            }
            "ArrowUp" | "ArrowDown" if shift => {
                Some(At::Link(l - 1, step(from, 0, net.sizes[l - 1]), u))
            }
            "ArrowUp" | "ArrowDown" => Some(At::Unit(l, step(u, 0, net.sizes[l]))),
            _ => None,
        }
    }
}

#[derive(Properties)]
pub struct InsideProps {
    pub net: Net,
    pub laid: Rc<Anatomy>,
    /// Names of the inputs.
    pub inputs: Vec<String>,
    /// Told which weight is to be what; none while the run goes on.
    pub onweight: Option<Callback<(usize, String)>>,
    /// What stands over the layers, and changes with them.
    pub children: Html,
}

impl PartialEq for InsideProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.laid, &other.laid)
            && self.net == other.net
            && self.onweight.is_some() == other.onweight.is_some()
            && self.inputs == other.inputs
            && self.children == other.children
    }
}

/// What unit `u` of layer `l` is called, of `layers` with the inputs, which have names of their
/// own.
pub fn unit_name(inputs: &[String], layers: usize, l: usize, u: usize) -> String {
    match l {
        0 => inputs.get(u).cloned().unwrap_or_default(),
        _ if l + 1 == layers => t!("inside.output", n = u + 1),
        _ => t!("inside.unit", n = u + 1, layer = l),
    }
}

#[component]
pub fn Inside(props: &InsideProps) -> Html {
    let hover = use_state(|| None::<At>);
    let chosen = use_state(|| None::<At>);
    let [pointed, picked] = [*hover, *chosen].map(|at| at.filter(|at: &At| at.is_in(&props.net)));
    let drawing = Drawing::new(props, pointed.or(picked));
    let identity = (Rc::as_ptr(&props.laid) as usize, props.net.sizes.clone());
    let pictures = use_memo(identity, |_| drawing.pictures());
    let name = AttrValue::from(t!("inside.label", epoch = props.laid.epoch));
    let plot = use_listed(&name);

    let enter = |at: At| {
        let hover = hover.clone();
        Callback::from(move |_: PointerEvent| hover.set(Some(at)))
    };
    let choose = |at: At| {
        let chosen = chosen.clone();
        Callback::from(move |_: MouseEvent| chosen.set(Some(at)))
    };
    let heard = Heard { enter: &enter, choose: &choose };
    let onkeydown = {
        let (chosen, net) = (chosen.clone(), props.net.clone());
        Callback::from(move |e: KeyboardEvent| {
            if e.key() == "Enter" {
                return attention::focus_field("weight");
            }
            if let Some(next) = At::after(picked, &e.key(), e.shift_key(), &net) {
                e.prevent_default();
                chosen.set(Some(next));
            }
        })
    };
    let onpointerleave = {
        let hover = hover.clone();
        Callback::from(move |_: PointerEvent| hover.set(None))
    };
    let width = match drawing.layers {
        0..=4 => "",
        5 | 6 => "wide",
        7..=9 => "wider",
        _ => "widest",
    };
    html! {
        <div class="inside" id="inside">
            <div class="scroll-across">
            <div class={classes!("inside-drawing", width)}>
            { props.children.clone() }
            <div ref={plot} class="inside-plot" {onpointerleave}>
                <Raster pixels={(*pictures).clone()} class="pixelated" label="" />
                <svg viewBox={format!("0 0 {WIDTH} {}", drawing.height())} role="application"
                    tabindex="0" aria-label={name}
                    {onkeydown}>
                    <g class="links">{ drawing.links(&heard) }</g>
                    { drawing.units(&heard) }
                    { drawing.more() }
                </svg>
            </div>
            </div>
            </div>
            <div class="reading-line">
                if let Some(pixels) = drawing.enlarged() {
                    <Raster {pixels} class="smooth enlarged" label={t!("inside.picture")} />
                }
                <div>
                    <p class="reading" id="inside-reading" aria-live="polite">
                        { drawing.reading().unwrap_or_else(|| t!("inside.hint")) }
                    </p>
                    { picked.and_then(|at| drawing.edit(at)).unwrap_or_default() }
                </div>
            </div>
            <div class="scroll">
            { table(&drawing) }
            </div>
        </div>
    }
}

/// The means of each layer.
fn table(drawing: &Drawing) -> Html {
    let heads = [
        t!("inside.units"),
        t!("inside.mean"),
        t!("inside.deviation"),
        t!("inside.gradient"),
        t!("inside.stuck"),
    ];
    html! {
        <table>
            <thead>
                <tr>
                    <td />
                    { for heads.map(|head| html! { <th>{ head }</th> }) }
                </tr>
            </thead>
            <tbody>{ for (0..drawing.layers - 1).map(|l| drawing.row(l)) }</tbody>
        </table>
    }
}
