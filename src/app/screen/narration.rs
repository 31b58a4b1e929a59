//! One update, told part by part with its formulas and numbers.

use super::{Link, fields, network};
use crate::app::format;
use crate::app::model::{Message, Model};
use crate::app::plot::formula;
use crate::app::run::RunMessage;
use crate::app::texts::t;
use crate::inspect::Narration;
use yew::prelude::*;

/// Numbers of a vector that are shown.
const SHOWN: usize = 8;

fn vector(values: &[f32]) -> String {
    let each: Vec<String> = values.iter().take(SHOWN).map(|&v| format::number(f64::from(v))).collect();
    let more = if values.len() > SHOWN { ", …" } else { "" };
    format!("({}{more})", each.join(", "))
}

pub fn view(model: &Model, link: &Link) -> Html {
    let told = model.look.told.as_ref().filter(|_| model.look.telling);
    html! {
        <section class="card" id="narration">
            <div class="head">
                <h2>{ t!("told.title") }</h2>
                { super::looks::toggle(link, "tell", t!("told.show"), model.look.telling, || Message::Run(RunMessage::Tell)) }
            </div>
            if let Some(told) = told { { parts(model, link, told) } } else { <p class="about">{ t!("told.about") }</p> }
        </section>
    }
}

fn parts(model: &Model, link: &Link, told: &Narration) -> Html {
    let part = model.look.part;
    let title = [t!("told.forward"), t!("told.loss"), t!("told.backward"), t!("told.update")];
    let (formula, says) = match part {
        0 => ("aₗ = f(Wₗ aₗ₋₁ + bₗ)", forward(told)),
        1 => (
            "L = 1/n Σ ℓ",
            t!(
                "told.loss_says",
                loss = network::loss_name(model.setup.loss(model.task())),
                y = vector(&told.y),
                prediction = vector(&told.prediction),
                row = format::loss(told.row_loss),
                rows = told.rows,
                mean = format::loss(told.loss)
            ),
        ),
        2 => (
            "g = ∂L / ∂w",
            t!("told.backward_says", place = place(told), gradient = format::number(told.gradient), rows = told.rows),
        ),
        _ => (model.setup.training.rule.formula(), update(model, told)),
    };
    let last = part == 3;
    html! {
        <>
            <p class="about" id="told-where">{ t!("told.where", update = told.update + 1, updates = told.updates, epoch = told.epoch + 1) }</p>
            <ol class="parts">{ for title.iter().enumerate().map(|(n, name)| html! { <li aria-current={(n == part).then_some("step")}>{ name }</li> }) }</ol>
            { formula::view(formula, None) }
            <p id="told" aria-live="polite">{ says }</p>
            <div class="actions">
                { fields::button(link, "told-next", if last { t!("told.next_update") } else { t!("told.next") }, t!("told.next_why"), !model.run.playing, || Message::Run(RunMessage::Onward)) }
            </div>
        </>
    }
}

fn forward(told: &Narration) -> String {
    let layers = told.layers.iter().enumerate().map(|(l, values)| format!("a{} = {}", l + 1, vector(values)));
    let layers = layers.collect::<Vec<_>>().join("; ");
    t!(
        "told.forward_says",
        rows = told.rows,
        x = vector(&told.x),
        layers = layers,
        prediction = vector(&told.prediction)
    )
}

fn place(told: &Narration) -> String {
    let (layer, from, to) = told.place;
    match from {
        Some(from) => t!("told.weight", from = from + 1, to = to + 1, layer = layer + 1),
        None => t!("told.bias", to = to + 1, layer = layer + 1),
    }
}

fn update(model: &Model, told: &Narration) -> String {
    let number = |v: f32| format::number(f64::from(v));
    let [before, after] = told.weight;
    let training = &model.setup.training;
    // Where the rule is the one that everybody knows, its sum is written out; the controls may have been moved since.
    let sum = match (told.momentum, told.slot) {
        (Some(momentum), Some([old, new])) => {
            let (momentum, gradient) = (number(momentum), format::number(told.gradient));
            format!(
                "v ← {momentum} · {} + {gradient} = {}; w ← {} − {} · {} = {}",
                number(old),
                number(new),
                number(before),
                number(told.rate),
                number(new),
                number(after)
            )
        }
        (_, Some([old, new])) => {
            format!("v: {} → {}; w: {} → {}", number(old), number(new), number(before), number(after))
        }
        _ => format!("w: {} → {}", number(before), number(after)),
    };
    let without =
        training.dropout + training.clip_norm + training.clip_value + training.l1 + training.label_smoothing > 0.0;
    let mut says = t!(
        "told.update_says",
        place = place(told),
        sum = sum,
        before = format::loss(told.loss),
        after = format::loss(told.loss_after)
    );
    if without {
        says += &t!("told.without");
    }
    says
}
