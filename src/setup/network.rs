//! The network: layers, activations, start weights, loss.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::plot::colour;
use crate::plot::formula;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::data::Task;
use tunescape_core::setup::Edit;
use tunescape_core::setup::Screen;
use tunescape_core::setup::typed::Field;
use tunescape_core::state::{Event, State};
use tunescape_engine::net::{Activation, Init, Loss, MAX_HIDDEN, Net};
use yew::prelude::*;

pub fn panel(state: &State, link: &Link) -> Html {
    let s = &state.setup;
    let hidden = &s.net.hidden;
    let net = state.data.as_ref().map(|d| s.network(d.inputs, d.task));
    let ruled = link.ruled("layers");
    let layer = |i: usize, units: usize| {
        let set = move |by: isize| move |_| Event::Edit(Edit::AddUnits { layer: i, by });
        html! {
            <span class="stepper">
                <button type="button" aria-label={t!("net.fewer", layer = i + 1).to_string()}
                    title={ruled.says()} disabled={ruled.locked} data-locked={ruled.mark()}
                    onclick={link.callback(set(-1))}>{ "−" }</button>
                <fields::Typed inputmode="numeric" class="units" label={t!("net.units", layer = i + 1).to_string()} value={units.to_string()} ruled={ruled.clone()}
                    ontyped={link.callback(move |text: String| {
                        // Too many or too few are refused with the numbers.
                        fields::typed_event(Field::Count, &text, |units| {
                            Event::Edit(Edit::SetUnits { layer: i, units: units as usize })
                        })
                    })} />
                <button type="button" aria-label={t!("net.more", layer = i + 1).to_string()}
                    title={ruled.says()} disabled={ruled.locked} data-locked={ruled.mark()}
                    onclick={link.callback(set(1))}>{ "+" }</button>
            </span>
        }
    };
    let body = html! {
        <>
            if let Some(net) = &net {
                { drawing(net, state) }
                <p class="about">{ explained(t!("net.about", shape = shape(net), parameters = format::count(net.parameters()))) }</p>
            }
            <div class="row"><span>{ t!("net.layers") }</span>
                <span class="stepper">
                    <button type="button" id="fewer-layers"
                        title={link.ruled("fewer-layers").says()}
                        disabled={link.ruled("fewer-layers").locked}
                        data-locked={link.ruled("fewer-layers").mark()}
                        hidden={link.hides("fewer-layers")}
                        aria-label={t!("net.remove").to_string()}
                        aria-disabled={hidden.is_empty().then_some("true")}
                        onclick={link.callback(|_| Event::Edit(Edit::DropLayer))}>{ "−" }</button>
                    <b>{ hidden.len() }</b>
                    <button type="button" id="more-layers"
                        title={link.ruled("more-layers").says()}
                        disabled={link.ruled("more-layers").locked}
                        data-locked={link.ruled("more-layers").mark()}
                        hidden={link.hides("more-layers")} aria-label={t!("net.add").to_string()}
                        aria-disabled={(hidden.len() >= MAX_HIDDEN).then_some("true")}
                        onclick={link.callback(|_| Event::Edit(Edit::AddLayer))}>{ "+" }</button>
                </span>
            </div>
            <div class="units">{ for hidden.iter().enumerate().map(|(i, &units)| layer(i, units)) }</div>
            { fields::choice(link, "activation", t!("net.activation").to_string(),
                Activation::ALL.map(|a| (a, a.facts().name.to_string())).to_vec(), s.net.activation, |a| Edit::choose("net.activation", a)) }
            { formula::with_legend(s.net.activation.facts().formula, Some("activation-formula"), &[t!("net.symbols")]) }
            <details id="network-more" class="more">
                <summary>{ t!("net.details") }</summary>
                if hidden.len() > 1 {
                    { for (0..hidden.len()).map(|i| own_activation(state, link, i)) }
                }
                { fields::choice(link, "init", t!("net.init").to_string(),
                    Init::ALL.map(|i| (i, t!(format!("init.{}", init_key(i))).to_string())).to_vec(), s.net.init, |v| Edit::choose("net.init", v)) }
                if let Some(formula) = s.net.init.formula() {
                    { formula::with_legend(formula, None, &[t!("init.symbols")]) }
                }
                if let Some(data) = &state.data {
                    { loss(state, link, data.task) }
                }
            </details>
        </>
    };
    fields::fold("network", t!("net.title"), state.setup.screen == Screen::Explore, body)
}

/// The activation of one hidden layer.
fn own_activation(state: &State, link: &Link, layer: usize) -> Html {
    let net = &state.setup.net;
    let current = net.activations.get(layer).copied().unwrap_or(net.activation);
    let onchosen = link.callback(move |place: usize| {
        let activation = Activation::ALL[place.min(Activation::ALL.len() - 1)];
        Event::Edit(Edit::SetActivation { layer, activation })
    });
    let options: Vec<AttrValue> = Activation::ALL.iter().map(|a| a.facts().name.into()).collect();
    let chosen = Activation::ALL.iter().position(|a| *a == current).unwrap_or(0);
    fields::row(
        t!("net.activation_of", layer = layer + 1).to_string(),
        html! { <fields::Select {options} {chosen} {onchosen} ruled={link.ruled("layer-activation")} /> },
    )
}

pub fn init_key(init: Init) -> &'static str {
    match init {
        Init::Auto => "auto",
        Init::XavierUniform => "xavier_uniform",
        Init::XavierNormal => "xavier_normal",
        Init::HeUniform => "he_uniform",
        Init::HeNormal => "he_normal",
        Init::LecunUniform => "lecun_uniform",
        Init::LecunNormal => "lecun_normal",
        Init::Uniform => "uniform",
        Init::Normal => "normal",
        Init::Zeros => "zeros",
    }
}

/// What a loss is called, in the choice and on the axes.
pub fn loss_name(loss: Loss) -> String {
    match loss {
        Loss::BinaryCrossEntropy | Loss::SoftmaxCrossEntropy => t!("loss.cross_entropy"),
        Loss::SquaredError => t!("loss.squared"),
        Loss::AbsoluteError => t!("loss.absolute"),
        Loss::Huber(_) => t!("loss.huber"),
        Loss::Hinge | Loss::MulticlassHinge => t!("loss.hinge"),
        Loss::KlDivergence => t!("loss.kl"),
    }
}

/// The losses that fit the task.
fn loss(state: &State, link: &Link, task: Task) -> Html {
    let current = state.setup.loss(task);
    // Huber's δ is no other loss.
    let same = |a: Loss, b: Loss| std::mem::discriminant(&a) == std::mem::discriminant(&b);
    let fitting = Loss::ALL.into_iter().filter(|loss| loss.fits(task));
    let options =
        fitting.map(|loss| (if same(loss, current) { current } else { loss }, loss_name(loss)));
    html! {
        <>
            { fields::choice(link, "loss", t!("net.loss").to_string(), options.collect(), current, |loss| Edit::choose("net.loss", loss)) }
            { formula::view(current.output_formula(Loss::of(task).1), None) }
            { formula::with_legend(current.formula(), Some("loss-formula"), &[t!("loss.symbols")]) }
            if task == Task::Regression { <p class="about">{ explained(t!("metric.standardised")) }</p> }
            if let Loss::Huber(delta) = current {
                { fields::number(link, "huber-delta", t!("loss.delta").to_string(), delta.to_string().parse().unwrap_or(1.0), |v| Edit::choose("net.loss", &Loss::Huber(v as f32))) }
            }
        </>
    }
}

fn shape(net: &Net) -> String {
    net.sizes.iter().map(usize::to_string).collect::<Vec<_>>().join("-")
}

/// Most units drawn in a layer.
const DRAWN: usize = 10;

/// Units and links; on the Explore screen links have the run's weights as width and colour.
fn drawing(net: &Net, state: &State) -> Html {
    let layers = net.sizes.len();
    let x = |l: usize| 16.0 + 208.0 * l as f64 / (layers - 1).max(1) as f64;
    let shown = |l: usize| net.sizes[l].min(DRAWN);
    let y = |l: usize, u: usize| 52.0 + 10.0 * (u as f64 - (shown(l) as f64 - 1.0) / 2.0);
    let weights = state
        .run
        .frame
        .as_ref()
        .filter(|_| state.setup.screen == Screen::Explore)
        .map(|f| f.weights.clone());
    let weights = weights
        .filter(|w| w.len() == net.parameters())
        .unwrap_or_else(|| net.start(state.setup.net.seed));
    let mut links = Vec::new();
    for (l, layer) in net.layers().iter().enumerate() {
        for i in 0..shown(l) {
            for o in 0..shown(l + 1) {
                let w = f64::from(weights[layer.weights + i * layer.outputs + o]);
                let width = (w.abs() * 1.1).clamp(0.15, 3.0);
                links.push(html! {
                    <line x1={x(l).to_string()} y1={y(l, i).to_string()} x2={x(l + 1).to_string()} y2={y(l + 1, o).to_string()}
                        stroke={colour::hex(colour::diverging(w.signum() * (0.35 + w.abs() / 2.0)))} stroke-width={format!("{width:.2}")} />
                });
            }
        }
    }
    html! {
        <svg class="drawing" viewBox="0 0 240 112" role="img"
            aria-label={t!("net.drawing", shape = shape(net)).to_string()}>
            <g class="links">{ for links }</g>
            { for (0..layers).flat_map(|l| (0..shown(l)).map(move |u| (l, u))).map(|(l, u)| html! {
                <circle cx={x(l).to_string()} cy={y(l, u).to_string()} r="4" />
            }) }
            { for (0..layers).filter(|&l| net.sizes[l] > DRAWN).map(|l| html! {
                <text x={x(l).to_string()} y="111" text-anchor="middle">
                    { format!("+{}", net.sizes[l] - DRAWN) }
                </text>
            }) }
        </svg>
    }
}
