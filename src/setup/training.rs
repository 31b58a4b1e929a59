//! How the network is trained: the rule and its numbers, the schedule, what keeps weights small.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::plot::formula;
use crate::setup::evaluation;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::setup::Edit;
use tunescape_core::setup::Parameter;
use tunescape_core::setup::Screen;
use tunescape_core::setup::training::ScheduleKind;
use tunescape_core::state::{Event, State};
use tunescape_engine::net::Loss;
use tunescape_engine::optim::{Hyper, NUMBERS, Rule};
use tunescape_engine::train::dropout;
use yew::prelude::*;

/// What the letters of an update's formula stand for: what a rule has of its own comes first.
pub fn letters(rule: Rule) -> Vec<String> {
    let own = match rule {
        Rule::Adagrad => Some(t!("rule.summed")),
        Rule::Lion => Some(t!("rule.mixed")),
        _ => None,
    };
    own.into_iter().chain([t!("rule.symbols")]).collect()
}

/// How an update goes and, folded, what its letters stand for: these alone, where the lesson's page
/// shows the formula itself.
pub fn update(state: &State, link: &Link, id: Option<&'static str>) -> Html {
    if link.hides("formula") {
        return Html::default();
    }
    let (text, letters) = (state.setup.update_formula(), letters(state.setup.training.rule));
    if state.lesson_page().is_some_and(|page| formula::is_same(&page.formula, &text)) {
        return formula::folded_legend(&text, &letters);
    }
    formula::with_legend(&text, id, &letters)
}

pub fn panel(state: &State, link: &Link) -> Html {
    let training = &state.setup.training;
    let own = NUMBERS.iter().map(|n| n.name).filter(|name| RULES_OWN.contains(name));
    let used = |name: &&str| NUMBERS.iter().any(|n| n.name == *name && (n.used)(training.rule));
    let ruled = link.ruled("penalise-biases");
    let body = html! {
        <>
            { fields::choice(link, "rule", t!("net.rule").to_string(),
                Rule::ALL.map(|r| (r, t!(format!("rule.{}", r.key())).to_string())).to_vec(), training.rule, |r| Edit::choose("training.rule", r)) }
            { update(state, link, Some("formula")) }
            if training.rule == Rule::Nesterov && training.dampening > 0.0 {
                <p class="about" id="no-dampening">
                    { explained(t!("training.no_dampening", dampening = format::number(training.dampening))) }
                </p>
            }
            { for own.filter(used).map(|name| hyper(state, link, name)) }
            { fields::number(link, "batch", t!("net.batch").to_string(), training.batch as f64, |v| Edit::set("training.batch", v)) }
            { fields::number(link, "epochs", t!("net.epochs").to_string(), training.epochs as f64, |v| Edit::set("training.epochs", v)) }
            { fields::number(link, "patience", t!("training.patience").to_string(), training.patience as f64, |v| Edit::set("training.patience", v)) }
            { evaluation::rows(state, link) }
            { hyper(state, link, "l2") }
            { schedule(state, link) }
            <details id="regularisation" class="more" hidden={link.hides("regularisation")}>
                <summary>{ t!("training.more") }</summary>
                { for REGULARISERS.iter().map(|name| hyper(state, link, name)) }
                if training.dropout > 0.0 {
                    { formula::with_legend(dropout::FORMULA, None, &[t!("training.dropout_symbols")]) }
                }
                { smoothing(state) }
                { fields::row(t!("training.biases").to_string(), html! {
                    <input type="checkbox" id="penalise-biases" checked={training.penalise_biases} title={ruled.says()}
                        disabled={ruled.locked} data-locked={ruled.mark()} hidden={ruled.hidden} onchange={let on = !training.penalise_biases; link.callback(move |_| Event::Edit(Edit::set("training.penalise_biases", on)))} />
                }) }
            </details>
        </>
    };
    fields::fold("training", t!("training.title"), state.setup.screen == Screen::Explore, body)
}

/// What label smoothing makes of a target, where it is at work.
fn smoothing(state: &State) -> Html {
    let task = state.data.as_ref().map(|data| data.task);
    let formula = task
        .filter(|_| state.setup.training.label_smoothing > 0.0)
        .and_then(|task| state.setup.loss(task).smoothing_formula(Loss::of(task).1));
    html! { if let Some(formula) = formula { { formula::with_legend(formula, None, &[t!("loss.symbols")]) } } }
}

/// Numbers that only some rules have, shown beside the rule.
const RULES_OWN: [&str; 5] =
    ["dampening", "beta2", "epsilon", "momentum_decay", "initial_accumulator"];

/// Numbers that every rule has, shown on request.
const REGULARISERS: [&str; 6] =
    ["decay", "l1", "clip_norm", "clip_value", "dropout", "label_smoothing"];

/// The field of one of [`NUMBERS`].
fn hyper(state: &State, link: &Link, name: &'static str) -> Html {
    let current = state.setup.training.clone().number(name).map_or(0.0, |value| *value);
    fields::number(link, name, t!(format!("hyper.{name}")).to_string(), current, move |v| {
        Edit::set(&format!("training.{name}"), v)
    })
}

pub fn schedule_key(kind: ScheduleKind) -> &'static str {
    match kind {
        ScheduleKind::Constant => "constant",
        ScheduleKind::InverseTime => "inverse_time",
        ScheduleKind::Step => "step",
        ScheduleKind::Exponential => "exponential",
        ScheduleKind::Cosine => "cosine",
        ScheduleKind::WarmupCosine => "warmup_cosine",
        ScheduleKind::OneCycle => "one_cycle",
        ScheduleKind::Plateau => "plateau",
    }
}

fn schedule(state: &State, link: &Link) -> Html {
    let kind = state.setup.training.schedule.kind;
    html! {
        <>
            { fields::choice(link, "schedule", t!("schedule.title").to_string(),
                ScheduleKind::ALL.map(|k| (k, t!(format!("schedule.{}", schedule_key(k))).to_string())).to_vec(), kind,
                |v| Edit::choose("training.schedule.kind", v)) }
            if kind == ScheduleKind::InverseTime {
                { hyper(state, link, "rate_decay") }
            }
            { for kind.numbers().iter().filter_map(|name| Parameter::by_name(name)).map(|p| {
                let name = p.name;
                let (title, id) = (t!(format!("schedule.number.{name}")), ["schedule-", name].concat());
                fields::row(title.clone(), fields::number_box(link, id, title, (p.get)(&state.setup), |v| Edit::set(p.key, v)))
            }) }
            if kind != ScheduleKind::Constant {
                { formula::with_legend(kind.formula(), Some("schedule-formula"), &[t!("schedule.symbols")]) }
            }
            if !link.hides("schedule") { { drawn(state) } }
        </>
    }
}

/// Points of the drawn schedule.
const POINTS: usize = 120;

/// The rate of Explore's run over the epochs, as the trainers compute it. A plateau's depends on
/// the run.
fn drawn(state: &State) -> Html {
    let setup = &state.setup;
    let training = &setup.training;
    let rows = state.data.as_ref().map_or(1, |data| data.rows[0]);
    let batches = rows.div_ceil(training.batch.max(1)).max(1);
    let last = (training.epochs * batches).saturating_sub(1);
    let schedule = training.schedule(batches);
    let lr = setup.run.learning_rate as f32;
    let hyper =
        Hyper { learning_rate: lr, rate_decay: training.rate_decay as f32, ..Hyper::default() };
    let rate = |i: usize| {
        let t = i * last / POINTS;
        schedule.rate(schedule.factors(t), t, &hyper, 1.0)
    };
    let rates: Vec<f32> = (0..=POINTS).map(rate).collect();
    let top = rates.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    let points = rates.iter().enumerate().map(|(i, rate)| {
        format!(
            "{:.1},{:.1}",
            240.0 * i as f64 / POINTS as f64,
            38.0 - 36.0 * f64::from(rate / top).clamp(0.0, 1.0)
        )
    });
    // Where trials choose the rate, the schedule is a share of it.
    let searched = setup.screen != Screen::Explore && setup.space.get("learning_rate").is_some();
    let shown = |rate: f32| match searched {
        true => format::percent(f64::from(rate / lr)),
        false => format::number(f64::from(rate)),
    };
    let [start, top, end] = [rates[0], top, rates[POINTS]].map(shown);
    let says = match training.schedule.kind {
        ScheduleKind::Constant => t!("schedule.stays"),
        ScheduleKind::Plateau => t!("schedule.waits"),
        _ if searched => t!("schedule.shares", start = start, top = top, end = end),
        _ => t!("schedule.goes", start = start, top = top, end = end),
    };
    html! {
        <figure class="schedule" id="schedule-drawing">
            <svg viewBox="0 0 240 40" role="img" preserveAspectRatio="none"
                aria-label={says.to_string()}>
                <polyline points={points.collect::<Vec<_>>().join(" ")} />
            </svg>
            <figcaption>{ says }</figcaption>
        </figure>
    }
}
