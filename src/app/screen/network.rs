//! The network and how it is trained.

use super::{Link, fields};
use crate::app::format;
use crate::app::model::{Message, Model};
use crate::app::plot::colour;
use crate::exchange::Screen;
use crate::net::{Activation, MAX_HIDDEN, MAX_UNITS, Net};
use crate::optim::Rule;
use rust_i18n::t;
use yew::prelude::*;

pub fn panel(model: &Model, link: &Link) -> Html {
    let s = &model.setup;
    let hidden = &s.net.hidden;
    let net = model.data.as_ref().map(|d| s.network(d.columns.len(), d.task));
    let layer = |i: usize, units: usize| {
        let set = move |by: isize| {
            move |_| {
                Message::change(move |s| {
                    if let Some(units) = s.net.hidden.get_mut(i) {
                        *units = units.saturating_add_signed(by).clamp(1, MAX_UNITS);
                    }
                })
            }
        };
        html! {
            <span class="stepper">
                <button type="button" aria-label={t!("net.fewer", layer = i + 1).to_string()} onclick={link.callback(set(-1))}>{ "−" }</button>
                <fields::Typed inputmode="numeric" class="units" label={t!("net.units", layer = i + 1).to_string()} value={units.to_string()}
                    ontyped={link.callback(move |text: String| {
                        let typed = text.trim().parse::<usize>().ok();
                        Message::change(move |s| {
                            if let (Some(typed), Some(units)) = (typed, s.net.hidden.get_mut(i)) {
                                *units = typed;
                            }
                        })
                    })} />
                <button type="button" aria-label={t!("net.more", layer = i + 1).to_string()} onclick={link.callback(set(1))}>{ "+" }</button>
            </span>
        }
    };
    html! {
        <section class="card network">
            <h2>{ t!("net.title") }</h2>
            if let Some(net) = &net {
                { drawing(net, model) }
                <p class="about">{ t!("net.about", shape = shape(net), parameters = format::count(net.parameters())) }</p>
            }
            <div class="row"><span>{ t!("net.layers") }</span>
                <span class="stepper">
                    <button type="button" id="fewer-layers" aria-label={t!("net.remove").to_string()} disabled={hidden.is_empty()} onclick={link.callback(|_| Message::change(|s| { s.net.hidden.pop(); }))}>{ "−" }</button>
                    <b>{ hidden.len() }</b>
                    <button type="button" id="more-layers" aria-label={t!("net.add").to_string()} disabled={hidden.len() >= MAX_HIDDEN} onclick={link.callback(|_| Message::change(|s| s.net.hidden.push(8)))}>{ "+" }</button>
                </span>
            </div>
            <div class="units">{ for hidden.iter().enumerate().map(|(i, &units)| layer(i, units)) }</div>
            { fields::choice(link, "activation", t!("net.activation").to_string(),
                Activation::ALL.map(|a| (a, a.facts().name.to_string())).to_vec(), s.net.activation, |s, a| s.net.activation = a) }
            { fields::choice(link, "rule", t!("net.rule").to_string(),
                Rule::ALL.map(|r| (r, t!(format!("rule.{}", r.key())).to_string())).to_vec(), s.training.rule, |s, r| s.training.choose(r)) }
            <p class="formula" id="formula">{ s.training.rule.formula() }</p>
            { fields::number(link, "batch", t!("net.batch").to_string(), s.training.batch as f64, |s, v| s.training.batch = v.max(0.0) as usize) }
            { fields::number(link, "epochs", t!("net.epochs").to_string(), s.training.epochs as f64, |s, v| s.training.epochs = v.max(0.0) as usize) }
            { fields::number(link, "l2", t!("net.l2").to_string(), s.training.l2, |s, v| s.training.l2 = v) }
        </section>
    }
}

fn shape(net: &Net) -> String {
    net.sizes.iter().map(usize::to_string).collect::<Vec<_>>().join("-")
}

/// Most units drawn in a layer.
const DRAWN: usize = 10;

/// Units and links; on the Explore screen links have the run's weights as width and colour.
fn drawing(net: &Net, model: &Model) -> Html {
    let layers = net.sizes.len();
    let x = |l: usize| 16.0 + 208.0 * l as f64 / (layers - 1).max(1) as f64;
    let shown = |l: usize| net.sizes[l].min(DRAWN);
    let y = |l: usize, u: usize| 52.0 + 11.0 * (u as f64 - (shown(l) as f64 - 1.0) / 2.0);
    let weights = model.run.frame.as_ref().filter(|_| model.setup.screen == Screen::Explore).map(|f| f.weights.clone());
    let weights = weights.filter(|w| w.len() == net.parameters()).unwrap_or_else(|| net.start(model.setup.net.seed));
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
        <svg class="drawing" viewBox="0 0 240 112" role="img" aria-label={t!("net.drawing", shape = shape(net)).to_string()}>
            <g class="links">{ for links }</g>
            { for (0..layers).flat_map(|l| (0..shown(l)).map(move |u| (l, u))).map(|(l, u)| html! {
                <circle cx={x(l).to_string()} cy={y(l, u).to_string()} r="4" />
            }) }
            { for (0..layers).filter(|&l| net.sizes[l] > DRAWN).map(|l| html! {
                <text x={x(l).to_string()} y="111" text-anchor="middle">{ format!("+{}", net.sizes[l] - DRAWN) }</text>
            }) }
        </svg>
    }
}
