//! One update, told part by part with its formulas and numbers.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::plot::formula;
use crate::plot::inside::unit_name;
use crate::setup::network;
use crate::setup::training;
use crate::words::dataset;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::inspect::Narration;
use tunescape_core::state::run::RunEvent;
use tunescape_core::state::{Event, State};
use tunescape_engine::optim::Rule;
use tunescape_engine::train::dropout;
use yew::prelude::*;

/// Numbers of a vector that are shown.
const SHOWN: usize = 8;

fn number(value: f64) -> String {
    format::minus(format::number(value))
}

/// Of numbers that differ by little, so many decimals that the difference is seen.
fn fixed(value: f64, decimals: usize) -> String {
    if value == 0.0 { "0".into() } else { format::minus(format::fixed(value, decimals)) }
}

/// With brackets where a sign would follow another.
fn bracketed(text: String) -> String {
    if text.starts_with('−') { format!("({text})") } else { text }
}

fn vector(values: &[f32]) -> String {
    let each: Vec<String> = values.iter().take(SHOWN).map(|&v| number(f64::from(v))).collect();
    let more = if values.len() > SHOWN { ", …" } else { "" };
    format!("({}{more})", each.join(", "))
}

pub fn view(state: &State, link: &Link) -> Html {
    let told = state.inspection.told.as_ref().filter(|_| state.inspection.telling);
    html! {
        <section class="card" id="narration">
            <div class="head">
                <h2>{ t!("told.title") }</h2>
                { crate::explore::panels::toggle(link, "tell", t!("told.show"), String::new(), state.inspection.telling, || Event::Run(RunEvent::Tell)) }
            </div>
            if let Some(told) = told { { parts(state, link, told) } } else { <p class="about">{ explained(t!("told.about")) }</p> }
        </section>
    }
}

fn parts(state: &State, link: &Link, told: &Narration) -> Html {
    let part = state.inspection.part;
    let title = [t!("told.forward"), t!("told.loss"), t!("told.backward"), t!("told.update")];
    let rule = state.setup.training.rule;
    let (by, outputs) = (state.setup.loss(state.task()), told.prediction.len());
    let (formula, says, symbols) = match part {
        0 => (
            passes(state, told, by.output_formula(outputs)),
            forward(told),
            vec![
                t!("told.symbols"),
                t!("net.symbols"),
                t!("loss.symbols"),
                t!("training.dropout_symbols"),
            ],
        ),
        1 => {
            ([by.formula(), "L = 1/n Σ ℓ"].join(",  "), loss(state, told), vec![t!("loss.symbols")])
        }
        2 => (
            "g = ∂L / ∂w".into(),
            backward(told, place(state, told)),
            [training::letters(rule), vec![t!("loss.symbols")]].concat(),
        ),
        _ => (
            state.setup.update_formula(),
            update(told, rule, place(state, told)),
            training::letters(rule),
        ),
    };
    let last = part == 3;
    html! {
        <>
            <p class="about" id="told-where">
                { explained(t!("told.where", update = told.update + 1, updates = told.updates, epoch = told.epoch + 1)) }
            </p>
            <ol class="parts">{ for title.iter().enumerate().map(|(n, name)| html! { <li aria-current={(n == part).then_some("step")}>{ name }</li> }) }</ol>
            { formula::with_legend(&formula, None, &symbols) }
            <p id="told" aria-live="polite">{ says }</p>
            <div class="actions">
                { fields::button(link, "told-next", if last { t!("told.next_update") } else { t!("told.next") }, t!("told.next_why"), !state.run.playing, || Event::Run(RunEvent::Onward)) }
            </div>
        </>
    }
}

/// How an example goes through the network, which ends in `output`.
fn passes(state: &State, told: &Narration, output: &str) -> String {
    let net = &state.setup.net;
    let mut parts = Vec::new();
    if told.layers.len() > 1 {
        parts.push("aₗ = f(Wₗ aₗ₋₁ + bₗ)  (l ≤ H)");
        // Layers may have activations of their own.
        if net.activations.iter().all(|own| *own == net.activation) {
            parts.push(net.activation.facts().formula);
        }
        if told.dropped.is_some() {
            parts.push(dropout::FORMULA);
        }
    }
    parts.extend(["z = W a_H + b", output]);
    parts.join(",  ")
}

fn forward(told: &Narration) -> String {
    let layers = told
        .layers
        .iter()
        .enumerate()
        .map(|(l, values)| format!("a{} = {}", l + 1, vector(values)));
    let layers = layers.collect::<Vec<_>>().join("; ");
    let mut says = t!(
        "told.forward_says",
        rows = told.rows,
        x = vector(&told.x),
        layers = layers,
        prediction = vector(&told.prediction)
    );
    if let Some((out, of, by)) = told.dropped {
        says += &t!("told.dropped", out = out, of = of, by = number(f64::from(by)));
    }
    says
}

fn loss(state: &State, told: &Narration) -> String {
    let mut says = t!(
        "told.loss_says",
        loss = network::loss_name(state.setup.loss(state.task())),
        y = vector(&told.y),
        prediction = vector(&told.prediction),
        row = format::loss(told.row_loss),
        rows = told.rows,
        mean = format::loss(told.loss)
    );
    if let Some(smoothed) = &told.smoothed {
        says += &t!(
            "told.smoothed",
            y = vector(&smoothed.iter().map(|&y| y as f32).collect::<Vec<_>>())
        );
    }
    says
}

fn backward(told: &Narration, place: String) -> String {
    let mut says =
        t!("told.backward_says", place = place, gradient = number(told.gradient), rows = told.rows);
    if told.with_l1 != told.gradient {
        says += &t!("told.l1", gradient = number(told.with_l1));
    }
    if told.used != told.with_l1 {
        says += &t!("told.clipped", gradient = number(told.used));
    }
    says
}

fn place(state: &State, told: &Narration) -> String {
    let (layer, from, to) = told.place;
    let inputs = state.data.as_ref().map(|data| dataset::columns(data)).unwrap_or_default();
    let name = |layer, unit| unit_name(&inputs, told.layers.len() + 1, layer, unit);
    match from {
        Some(from) => t!("told.weight", from = name(layer, from), to = name(layer + 1, to)),
        None => t!("told.bias", unit = name(layer + 1, to)),
    }
}

fn update(told: &Narration, rule: Rule, place: String) -> String {
    let [before, after] = told.weight.map(f64::from);
    let decimals = format::decimals(after - before);
    let [from, to] = [before, after].map(|w| fixed(w, decimals));
    // What the rounded ends differ by, so that the sum is right as it is read.
    let unit = 10.0_f64.powi(decimals as i32);
    let change =
        bracketed(fixed(((before * unit).round() - (after * unit).round()) / unit, decimals));
    // Where the rule is the one that everybody knows, its sum is written out.
    let sum = match (told.momentum, told.slot.map(|slot| slot.map(f64::from))) {
        (Some(0.0), Some(_)) => {
            let gradient = bracketed(fixed(told.used, decimals));
            let rate = number(f64::from(told.rate));
            format!("w ← {from} − {rate} · {gradient} = {from} − {change} = {to}")
        }
        (Some(momentum), Some([old, new])) => {
            let decimals = format::decimals(new) + 1;
            let [old, gradient, velocity] =
                [old, told.used, new].map(|v| bracketed(fixed(v, decimals)));
            format!(
                "v ← {} · {old} + {gradient} = {}; w ← {from} − {} · {velocity} = {from} − {change} = {to}",
                number(f64::from(momentum)),
                velocity.trim_matches(['(', ')']),
                number(f64::from(told.rate)),
            )
        }
        (_, Some([old, new])) => {
            let decimals = format::decimals(new - old);
            let slot = rule.first_slot();
            format!("{slot}: {} → {}; w: {from} → {to}", fixed(old, decimals), fixed(new, decimals))
        }
        _ => format!("w: {from} → {to}"),
    };
    let decimals = format::decimals(told.loss_after - told.loss);
    t!(
        "told.update_says",
        place = place,
        sum = sum,
        before = fixed(told.loss, decimals),
        after = fixed(told.loss_after, decimals)
    )
}
