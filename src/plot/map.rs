//! The landscape and belief maps as pixels.

use super::colour;
use super::raster::{Pixels, Raster};
use std::cell::RefCell;
use std::rc::Rc;
use tunescape_core::search::Quantity;
use tunescape_core::setup::Shown;
use tunescape_core::state::landscape::MapState;
use tunescape_core::state::landscape::domain::{Domain, values};
use tunescape_core::study::landscape::Value;
use yew::prelude::*;

/// Pixels along a side of the landscape's picture: whole pixels for every size of cell.
const SIDE: usize = 512;

const UNKNOWN: [u8; 3] = [128, 132, 136];
const DIVERGED: [[u8; 3]; 2] = [[58, 61, 66], [96, 100, 106]];
/// Darker than every epoch's colour, and not one of them.
pub const NEVER: [u8; 3] = [16, 14, 20];

/// What the picture of the landscape depends on.
type Key = (usize, usize, Shown, f64);

thread_local! {
    static PAINTED: RefCell<Option<(Key, Pixels)>> = const { RefCell::new(None) };
}

/// The picture of the landscape, painted anew only when what it shows has changed.
pub fn landscape(map: &MapState, shown: Shown, target: f64) -> Pixels {
    let epoch = map.shown_epoch();
    let key = (map.revision, epoch, shown, target);
    PAINTED.with_borrow_mut(|painted| match painted {
        Some((at, pixels)) if *at == key => pixels.clone(),
        _ => {
            let domain = Domain::of(&map.land, shown, epoch);
            let pixels = picture(&values(&map.land, shown, epoch, target), domain);
            *painted = Some((key, pixels.clone()));
            pixels
        }
    })
}

/// What a picture of the trail shows.
#[derive(Properties)]
pub struct StageProps {
    pub values: Rc<Vec<Value>>,
    pub domain: Domain,
    pub class: Classes,
}

impl PartialEq for StageProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.values, &other.values) && self.class == other.class
    }
}

/// A landscape of the trail.
#[component]
pub fn Stage(props: &StageProps) -> Html {
    let pixels = use_memo(Rc::as_ptr(&props.values), |_| picture(&props.values, props.domain));
    html! { <Raster pixels={(*pixels).clone()} class={props.class.clone()} label="" /> }
}

/// Best = brightest; divergence is hatched dark grey.
fn picture(cells: &[Value], domain: Domain) -> Pixels {
    let side = cells.len().isqrt();
    let colours: Vec<Option<[u8; 3]>> = cells
        .iter()
        .map(|v| match *v {
            Value::Unknown => Some(UNKNOWN),
            Value::Diverged { .. } => None,
            Value::Loss(loss) => Some(colour::loss(domain.goodness(f64::from(loss)))),
            Value::Epochs(epochs) => Some(colour::loss(domain.goodness(epochs as f64))),
            Value::Never => Some(NEVER),
        })
        .collect();
    let size = SIDE / side;
    Pixels::paint(SIDE, SIDE, |x, y| {
        let cell = (side - 1 - y / size) * side + x / size;
        colours[cell].unwrap_or_else(|| DIVERGED[usize::from((x + y) % 12 < 5)])
    })
}

/// The logarithm of a density falls without end away from narrow hills: what lies this far below
/// its top is all one, unless that were more than half of the map.
const DEPTH: f64 = 12.0;

/// Between which numbers a quantity's colours run.
pub fn ends(quantity: Quantity, values: &[f32]) -> (f64, f64) {
    let finite = || values.iter().copied().filter(|v| v.is_finite()).map(f64::from);
    let (low, high) = (finite().fold(f64::MAX, f64::min), finite().fold(f64::MIN, f64::max));
    match quantity {
        Quantity::Good | Quantity::Bad | Quantity::Ratio => {
            let mut all: Vec<f64> = finite().collect();
            let half = all.len() / 2;
            let deep = low < high - DEPTH;
            let middle = deep.then(|| *all.select_nth_unstable_by(half, f64::total_cmp).1);
            (middle.map_or(low, |middle| middle.min(high - DEPTH)), high)
        }
        _ => (low, high),
    }
}

/// One quantity of a belief; values row by row from the smallest momentum.
pub fn belief(quantity: Quantity, values: &[f32], domain: Domain) -> Pixels {
    let side = values.len().isqrt();
    let (low, high) = ends(quantity, values);
    let share = |v: f64| if high > low { ((v - low) / (high - low)).max(0.0) } else { 0.0 };
    Pixels::paint(side, side, |x, y| {
        let v = f64::from(values[(side - 1 - y) * side + x]);
        match quantity {
            Quantity::Mean => colour::loss(domain.goodness(v)),
            Quantity::Spread | Quantity::Bad => colour::spread(share(v)),
            Quantity::Acquisition | Quantity::Good | Quantity::Ratio => {
                colour::acquisition(share(v))
            }
        }
    })
}
