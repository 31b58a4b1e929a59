//! What is seen of the Explore run beyond its frames.

use crate::controls::fields::{self, typed_event};
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::plot::colour;
use crate::plot::inside::Inside;
use crate::plot::judged::Judged;
use crate::plot::raster::{Pixels, Raster};
use crate::plot::slice::{SlicePlot, magnified};
use crate::setup::layers;
use crate::words::dataset;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::inspect::Plane;
use tunescape_core::setup::typed::Field;
use tunescape_core::sort::sort_by;
use tunescape_core::state::run::RunEvent;
use tunescape_core::state::{Event, State};
use tunescape_core::worker::{Frame, Mistake};
use tunescape_engine::net::Net;
use tunescape_engine::optim::Rule;
use yew::prelude::*;

/// The loss around the weights, and the step that comes next.
pub fn slice(state: &State, link: &Link) -> Html {
    let planes = [Plane::Path, Plane::Step, Plane::Random { seed: 0 }];
    let chosen = |plane: Plane| match plane {
        Plane::Path => t!("slice.path"),
        Plane::Step => t!("slice.of_step"),
        Plane::Random { .. } => t!("slice.random"),
    };
    let options = planes.map(|plane| (plane, chosen(plane)));
    html! {
        <section class="card" id="slice">
            <div class="head">
                <h2>{ t!("slice.title") }</h2>
                { fields::segments(link, "plane", t!("slice.plane"), options.to_vec(), state.inspection.plane, |plane| Event::Run(RunEvent::Plane(plane))) }
            </div>
            if let Some(slice) = &state.inspection.slice {
                <SlicePlot slice={slice.clone()} plain={plain(state)}
                    cross={crate::explore::cross(state)}
                    label={t!("slice.label", epoch = slice.epoch)} />
                <p class="about">
                    { match slice.plane {
                        Plane::Path => t!("slice.path_about", share = format::percent(f64::from(slice.share))),
                        Plane::Step => t!("slice.step_about"),
                        Plane::Random { .. } if state.inspection.plane == Plane::Path => t!("slice.no_path"),
                        Plane::Random { .. } => t!("slice.random_about"),
                    } }
                    { t!("slice.about", rows = slice.rows, share = format::percent(f64::from(slice.next_share))) }
                    if magnified(slice) > 1.0 { { t!("slice.magnified", by = magnified(slice)) } }
                </p>
            } else {
                <p class="about">{ if state.inspection.waits() { t!("slice.computing") } else { t!("slice.none") } }</p>
            }
        </section>
    }
}

/// Whether a step is −η·(g + βv) as it stands.
fn plain(state: &State) -> bool {
    let training = &state.setup.training;
    training.rule == Rule::Momentum
        && training.dampening == 0.0
        && training.l2 == 0.0
        && training.decay == 0.0
}

/// The network laid open.
pub fn inside(state: &State, link: &Link) -> Html {
    let (Some((net, laid)), Some(data)) = (&state.inspection.laid, &state.data) else {
        return Html::default();
    };
    // Until the changed network is laid open, the one before stands there to be looked at.
    let rests = !state.run.playing && *net == state.setup.network(data.inputs, data.task);
    let onweight = link.callback(|(index, text): (usize, String)| {
        typed_event(Field::Number, &text, |value| {
            let weight = (value as f32).clamp(f32::MIN, f32::MAX);
            Event::Run(RunEvent::Weight(index, weight))
        })
    });
    html! {
        <section class="card">
            <h2>{ t!("inside.title", epoch = laid.epoch) }</h2>
            <Inside net={net.clone()} laid={laid.clone()} inputs={dataset::columns(data)}
                onweight={rests.then_some(onweight)}>
                { layers::heads(state, link) }
            </Inside>
        </section>
    }
}

pub fn luck_button(state: &State, link: &Link) -> Html {
    let there = state.inspection.luck.is_some() || state.inspection.luck_job.is_some();
    let name = match state.inspection.luck_job {
        Some((_, percent)) => t!("luck.busy", percent = percent),
        None if there => t!("luck.forget"),
        None => t!("luck.ask"),
    };
    let trained =
        state.run.frame.as_ref().is_some_and(|frame| frame.epoch > 0 || frame.diverged.is_some());
    let label = if there {
        name.clone()
    } else {
        t!("luck.why", seeds = tunescape_core::state::inspection::SEEDS)
    };
    let enabled = there || (trained && !state.run.playing);
    fields::button(link, "luck", name, label, enabled, || Event::Run(RunEvent::Luck))
}

/// What other seeds say of the run.
pub fn luck(state: &State) -> Html {
    let Some(luck) = &state.inspection.luck else { return Html::default() };
    let finite: Vec<f64> = luck.last.iter().copied().filter(|l| l.is_finite()).collect();
    let diverged = luck.last.len() - finite.len();
    let (Some(best), Some(worst)) = (finite.first(), finite.last()) else {
        return html! { <p class="about" id="luck-says">{ explained(t!("luck.all_diverged", seeds = luck.last.len())) }</p> };
    };
    let median = luck.median.last().copied().flatten().map_or_else(|| "–".into(), format::loss);
    let mut says = t!(
        "luck.says",
        seeds = luck.last.len(),
        epoch = luck.median.len() - 1,
        median = median,
        best = format::loss(*best),
        worst = format::loss(*worst),
        place = luck.place
    );
    if diverged > 0 {
        says += &t!("luck.diverged", n = diverged);
    }
    html! { <p class="about" id="luck-says">{ says }</p> }
}

/// Tells every curve where the pointer is on one.
pub fn cross(link: &Link) -> Callback<Option<usize>> {
    link.callback(|at| Event::Run(RunEvent::Cross(at)))
}

pub fn toggle(
    link: &Link,
    id: &'static str,
    name: String,
    why: String,
    on: bool,
    message: fn() -> Event,
) -> Html {
    if link.hides(id) {
        return Html::default();
    }
    let title = Some(why).filter(|why| !why.is_empty());
    html! {
        <span class="segments"><button type="button" {id} {title} aria-pressed={on.to_string()} onclick={link.callback(move |_| message())}>{ name }</button></span>
    }
}

/// How the validation rows are judged.
pub fn judged(state: &State, link: &Link) -> Html {
    let (Some(frame), Some(data)) = (&state.run.frame, &state.data) else { return Html::default() };
    let answers = &frame.inspection.answers;
    if answers.is_empty() || data.target.len() < 2 {
        return Html::default();
    }
    html! {
        <section class="card" id="judged">
            <h2>{ t!("judged.title", rows = answers.len()) }</h2>
            <Judged answers={answers.clone()} classes={dataset::target(data)}
                threshold={state.inspection.threshold}
                onthreshold={link.callback(|chance| Event::Run(RunEvent::Threshold(chance)))} />
        </section>
    }
}

/// First-layer weights that are drawn at most.
const UNITS: usize = 24;

/// Of images: what the first layer's units look for, and the worst mistakes.
pub fn images(state: &State, frame: &Frame, [height, width]: [usize; 2]) -> Html {
    let Some(data) = &state.data else { return Html::default() };
    let net = state.setup.network(data.inputs, data.task);
    let layer = net.layers()[0];
    let known = frame.weights.len() == net.parameters() && data.columns.len() == height * width;
    let weights = |o: usize| -> Vec<f32> {
        (0..layer.inputs).map(|i| frame.weights[layer.weights + i * layer.outputs + o]).collect()
    };
    let unit = |o: usize| {
        let own = weights(o);
        let scale = own.iter().fold(1e-6_f32, |m, w| m.max(w.abs()));
        let pixels = Pixels::paint(width, height, |x, y| {
            colour::diverging(f64::from(own[y * width + x] / scale))
        });
        html! { <Raster {pixels} class="pixelated" label={t!("images.unit", n = o + 1)} /> }
    };
    let mistake = |m: &Mistake| {
        let ends = m.pixels.iter().fold((f32::MAX, f32::MIN), |(a, b), &v| (a.min(v), b.max(v)));
        let grey = |v: f32| (255.0 * (ends.1 - v) / (ends.1 - ends.0).max(1e-6)) as u8;
        let pixels = Pixels::paint(width, height, |x, y| [grey(m.pixels[y * width + x]); 3]);
        let name = |class: u8| data.target.get(usize::from(class)).cloned().unwrap_or_default();
        let says = t!("images.says", truth = name(m.answer.truth), given = name(m.answer.given));
        html! {
            <figure><Raster {pixels} class="pixelated" label={says.clone()} /><figcaption>{ says }<br />{ format::percent(f64::from(m.answer.chance)) }</figcaption></figure>
        }
    };
    html! {
        <section class="card images" id="images">
            <h2>{ t!("images.weights") }</h2>
            if known { <div class="tiles">{ for (0..layer.outputs.min(UNITS)).map(unit) }</div> }
            <p class="about">{ explained(t!("images.weights_about", shown = layer.outputs.min(UNITS), units = layer.outputs)) }</p>
            <h2>{ t!("images.mistakes") }</h2>
            <div class="tiles mistakes">{ for frame.inspection.mistakes.iter().map(mistake) }</div>
        </section>
    }
}

/// Inputs that are listed, the strongest first.
const MAX_BARS: usize = 20;

/// How strongly each input enters the first layer: of more than two there is no flat picture of the
/// boundary.
pub fn listens(net: &Net, frame: &Frame, columns: &[String]) -> Html {
    // The first layer's weights stand first, input by input.
    let size = |of: &[f32]| of.iter().map(|w| f64::from(w.abs())).sum::<f64>() / of.len() as f64;
    let sizes: Vec<f64> =
        frame.weights.chunks(net.sizes[1]).take(columns.len()).map(size).collect();
    let most = sizes.iter().copied().fold(1e-9, f64::max);
    let mut bars: Vec<(&String, f64)> = columns.iter().zip(sizes).collect();
    sort_by(&mut bars, |a, b| b.1.total_cmp(&a.1));
    let left = bars.split_off(bars.len().min(MAX_BARS)).len();
    html! {
        <section class="card" id="listens">
            <h2>{ t!("run.listens") }</h2>
            { for bars.into_iter().map(|(name, size)| fields::bar(name.clone(), "", size / most, format::fixed(size, 3))) }
            if left > 0 {
                <p class="about">{ explained(t!("run.listens_more", n = left)) }</p>
            }
            <p class="about">{ explained(t!("run.listens_say", inputs = columns.len())) }</p>
        </section>
    }
}
