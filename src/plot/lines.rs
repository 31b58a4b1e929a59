//! A chart of lines with axes, a key and exact values under the pointer.

mod drawing;

use super::pointer;
use crate::plot::listed::use_listed;
use drawing::Drawing;
use web_sys::Element;
use yew::prelude::*;

/// One line: values at 0, 1, 2, …; gaps where there is none.
#[derive(Clone, PartialEq)]
pub struct Series {
    /// Empty for a line that is background: it is not in the key and has no value under the
    /// pointer.
    pub name: String,
    pub class: &'static str,
    pub colour: Option<String>,
    pub values: Vec<Option<f64>>,
    /// x of the first value.
    pub from: usize,
}

#[derive(Properties, PartialEq)]
pub struct LinesProps {
    pub series: Vec<Series>,
    pub x_name: AttrValue,
    pub y_name: AttrValue,
    pub label: AttrValue,
    /// Largest x; the lines' own where absent.
    #[prop_or_default]
    pub x_max: Option<usize>,
    /// Values above this are cut off.
    #[prop_or_default]
    pub y_cap: Option<f64>,
    /// Places marked on the x axis.
    #[prop_or_default]
    pub marks: Vec<(usize, String)>,
    /// Areas behind the lines: a colour, and from which to which value at 1, 2, 3, …
    #[prop_or_default]
    pub bands: Vec<(String, Vec<(f64, f64)>)>,
    /// The x at which the training and validation lines leave the frame, if they do.
    #[prop_or_default]
    pub rise: Option<usize>,
    /// Whether the y axis begins at zero (a loss) or ends at one as well (a share).
    #[prop_or_default]
    pub share: bool,
    /// Whether a share is no percentage (F1, R²).
    #[prop_or_default]
    pub plain: bool,
    /// Whether a value holds until the next: the best so far.
    #[prop_or_default]
    pub steps: bool,
    /// Whether x is a trial, which the pointer points at.
    #[prop_or_default]
    pub trials: bool,
    /// Whether the y axis is logarithmic.
    #[prop_or_default]
    pub log: bool,
    /// The cross-hair of all plots that share one, and who is told where the pointer is.
    #[prop_or_default]
    pub cross: Option<usize>,
    #[prop_or_default]
    pub oncross: Option<Callback<Option<usize>>>,
    /// The trials, from 0, whose lines the first of the series are.
    #[prop_or_default]
    pub ids: Vec<usize>,
}

const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 190.0;
const LEFT: f64 = 58.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 32.0;

#[component]
pub fn Lines(props: &LinesProps) -> Html {
    let own = use_state(|| None::<usize>);
    let hover = (*own).or(props.cross);
    let tell = {
        let (own, oncross) = (own.clone(), props.oncross.clone());
        move |at: Option<usize>| {
            if *own != at {
                own.set(at);
                if let Some(oncross) = &oncross {
                    oncross.emit(at);
                }
            }
        }
    };
    let (plot, listed) = (use_node_ref(), use_listed(&props.label));
    let drawing = Drawing::new(props);
    let onpointermove = {
        let (tell, plot, scale) = (tell.clone(), plot.clone(), drawing.scale);
        Callback::from(move |event: PointerEvent| {
            if let Some(plot) = plot.cast::<Element>() {
                tell(scale.pointed(pointer::over(&event, &plot)[0]));
            }
        })
    };
    let onpointerleave = Callback::from(move |_: PointerEvent| tell(None));
    let trial = own.filter(|&x| props.trials && x > 0).map(|x| x.to_string());
    html! {
        <figure ref={listed} class="lines">
            <svg ref={plot} data-trial={trial} viewBox={format!("0 0 {WIDTH} {HEIGHT}")} role="img"
                aria-label={props.label.clone()} {onpointermove} {onpointerleave}>
                { drawing.axes() }
                { drawing.marks() }
                { drawing.bands() }
                { drawing.lines() }
                { hover.map(|x| drawing.cross(x)).unwrap_or_default() }
            </svg>
            { drawing.key(hover) }
            { drawing.table() }
        </figure>
    }
}
