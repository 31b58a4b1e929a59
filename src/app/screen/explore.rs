//! The Explore screen: one run, steered while it trains.

use super::{Link, fields, trial};
use crate::app::format;
use crate::app::model::{Message, Model};
use crate::app::plot::boundary::BoundaryPlot;
use crate::app::plot::formula;
use crate::app::plot::lines::{Lines, Series};
use crate::app::run::{PACES, RunMessage};
use crate::app::texts::t;
use crate::data::Task;
use crate::exchange::Panel;
use crate::inspect::stability::Damping;
use crate::space::{Kind, Param, Scale};
use crate::train::Report;
use crate::worker::{Frame, Scores};
use yew::prelude::*;

/// The learning-rate slider's range; what the set-up allows beyond it can be typed.
fn learning_rates() -> Param {
    Param { name: "learning_rate".into(), low: 1e-4, high: 100.0, scale: Scale::Log, kind: Kind::Float, when: None }
}

pub fn view(model: &Model, link: &Link) -> Html {
    html! {
        <>
            <main class="middle">
                { transport(model, link) }
                { knobs(model, link) }
                { diverged(model, link) }
                { picture(model) }
            </main>
            if model.shows(Panel::Results) {
            <aside class="right">
                { numbers(model) }
                { losses(model) }
                { scores(model) }
            </aside>
            }
        </>
    }
}

fn transport(model: &Model, link: &Link) -> Html {
    let run = &model.run;
    let over = run.frame.as_ref().is_none_or(|f| f.diverged.is_some());
    html! {
        <section class="card transport" aria-label={t!("run.controls").to_string()}>
            { fields::button(link, "reset", format!("|◀ {}", t!("run.reset")), t!("run.reset_why").into(), run.frame.is_some(), || Message::Run(RunMessage::Reset)) }
            if run.playing {
                <button type="button" id="pause" class="primary" onclick={link.callback(|_| Message::Run(RunMessage::Pause))}>{ format!("❚❚ {}", t!("transport.pause")) }</button>
            } else {
                <button type="button" id="play" class="primary" disabled={over} onclick={link.callback(|_| Message::Run(RunMessage::Play))}>{ format!("▶ {}", t!("transport.play")) }</button>
            }
            { fields::button(link, "step", format!("{} ▶", t!("transport.step")), t!("run.step_why").into(), !over && !run.playing, || Message::Run(RunMessage::Step)) }
            <input type="range" id="run-scrub" min="0" max={run.history.len().saturating_sub(1).to_string()} value={run.frame.as_ref().map_or(0, |f| f.epoch).to_string()}
                aria-label={t!("run.scrub").to_string()} disabled={run.history.len() < 2}
                onchange={link.callback(|e: Event| Message::Run(RunMessage::Rewind(fields::input_text(&e).parse().unwrap_or(0))))} />
            <output id="run-epoch">{ t!("run.epoch", n = run.frame.as_ref().map_or(0, |f| f.epoch)) }</output>
            <span class="grow" />
            if model.run.ghost.is_some() {
                { fields::button(link, "unpin", t!("run.unpin"), t!("run.unpin_why"), true, || Message::Run(RunMessage::Unpin)) }
            } else {
                { fields::button(link, "pin", t!("run.pin"), t!("run.pin_why"), run.history.len() > 1, || Message::Run(RunMessage::Pin)) }
            }
            { fields::button(link, "new-seed", t!("run.new_seed").to_string(), t!("run.new_seed_why").into(), true, || Message::Run(RunMessage::NewSeed)) }
            <select id="pace" aria-label={t!("transport.speed").to_string()} onchange={link.callback(|e: Event| Message::Run(RunMessage::Pace(fields::select_index(&e))))}>
                { for (0..PACES.len()).map(|i| html! { <option selected={i == run.pace}>{ t!(format!("run.pace_{i}")) }</option> }) }
            </select>
        </section>
    }
}

fn knobs(model: &Model, link: &Link) -> Html {
    let r = &model.setup.run;
    html! {
        <section class="card knobs">
            <div class="knob">
                { fields::slider(link, "run-lr", t!("search.learning_rate").to_string(), learning_rates().to_unit(r.learning_rate.max(1e-9)).clamp(0.0, 1.0), format::number(r.learning_rate),
                    |s, at| s.run.learning_rate = rounded(learning_rates().from_unit(at))) }
                { fields::number_box(link, "run-lr-value", t!("search.learning_rate").to_string(), r.learning_rate, |s, v| s.run.learning_rate = v) }
            </div>
            <div class="knob">
                { fields::slider(link, "run-momentum", t!("search.momentum").to_string(), r.momentum / 0.999, format::number(r.momentum), |s, at| s.run.momentum = (at * 999.0).round() / 1000.0) }
                { fields::number_box(link, "run-momentum-value", t!("search.momentum").to_string(), r.momentum, |s, v| s.run.momentum = v) }
            </div>
            { formula::view(model.setup.training.rule.formula(), None) }
            if !model.setup.training.rule.has_momentum() { <p class="about">{ t!("run.no_momentum") }</p> }
            { stability(model) }
        </section>
    }
}

/// Where the rule stops being stable, measured where the run rests.
fn stability(model: &Model) -> Html {
    let says = match &model.run.sharp {
        None => t!("run.sharp_unknown"),
        Some(sharp) => match (sharp.limit, sharp.damping) {
            (Some(limit), Some(damping)) => {
                let motion = match damping {
                    Damping::Over => t!("run.over"),
                    Damping::Critical => t!("run.critical"),
                    Damping::Under => t!("run.under"),
                    Damping::Unstable => t!("run.unstable"),
                };
                t!(
                    "run.sharp",
                    curvature = format::number(sharp.curvature.largest),
                    limit = format::number(limit),
                    motion = motion
                )
            }
            _ => t!("run.sharp_only", curvature = format::number(sharp.curvature.largest)),
        },
    };
    html! { <p class="about" id="stability">{ says }</p> }
}

/// Three significant digits: what is trained is what is shown.
fn rounded(x: f64) -> f64 {
    format!("{x:.2e}").parse().unwrap_or(x)
}

fn diverged(model: &Model, link: &Link) -> Html {
    let Some((frame, epoch)) = model.run.frame.as_ref().and_then(|f| Some((f, f.diverged?))) else {
        return Html::default();
    };
    let (lr, momentum) = model.run.in_force(epoch).unwrap_or_default();
    let start = model.run.history.first().map_or(0.0, |r| f64::from(r.train_loss));
    let bound = start * f64::from(crate::train::Population::BOUND_FACTOR);
    html! {
        <section class="card warning" id="diverged" role="alert">
            <p><b>{ t!("run.diverged", epoch = epoch) }</b>{ " " }{ t!("run.diverged_why", bound = format::loss(bound), start = format::loss(start), last = frame.epoch,
                lr = format::number(lr), momentum = format::number(momentum)) }</p>
            <div class="actions">
                { fields::button(link, "half", t!("run.half"), t!("run.half"), true, || Message::Run(RunMessage::Half)) }
                { fields::button(link, "find", t!("run.find"), t!("run.find"), true, || Message::Run(RunMessage::Find)) }
            </div>
        </section>
    }
}

fn picture(model: &Model) -> Html {
    let Some(data) = &model.data else { return Html::default() };
    let Some(frame) = &model.run.frame else { return Html::default() };
    if data.points.is_none() {
        return html! { <section class="card"><h2>{ t!("run.no_picture_title") }</h2><p class="about">{ t!("run.no_picture", inputs = data.columns.len()) }</p></section> };
    }
    html! {
        <section class="card output">
            <h2>{ if data.task == Task::Regression { t!("run.surface") } else { t!("run.boundary") } }</h2>
            <BoundaryPlot boundary={frame.inspection.boundary.clone()} data={data.clone()} label={t!("run.boundary_label", epoch = frame.epoch).to_string()} />
            <p class="about">{ t!("run.points", x = data.columns[0].clone(), y = data.columns[1].clone()) }</p>
        </section>
    }
}

fn numbers(model: &Model) -> Html {
    let Some(frame) = &model.run.frame else {
        return html! { <section class="card"><p class="about">{ t!("data.loading") }</p></section> };
    };
    let cell = |f: fn(&Scores) -> Option<String>| {
        let Frame { inspection, .. } = frame;
        [f(&inspection.train), f(&inspection.valid)].map(|v| html! { <td>{ v.unwrap_or_else(|| "–".into()) }</td> })
    };
    html! {
        <section class="card">
            <h2>{ t!("run.numbers", epoch = frame.epoch) }</h2>
            <table class="scores" id="run-scores">
                <thead><tr><td /><th>{ t!("run.train") }</th><th>{ t!("run.valid") }</th></tr></thead>
                <tbody>
                    <tr data-row="loss"><th>{ trial::loss_name(model) }</th>{ for cell(|s| Some(format::loss(s.loss))) }</tr>
                    if frame.inspection.valid.accuracy.is_some() {
                        <tr data-row="accuracy"><th>{ t!("run.accuracy") }</th>{ for cell(|s| s.accuracy.map(format::percent)) }</tr>
                        <tr data-row="f1"><th>{ "F1" }</th>{ for cell(|s| s.f1.map(|f| format::fixed(f, 3))) }</tr>
                    }
                    if frame.inspection.valid.r2.is_some() {
                        <tr data-row="r2"><th>{ "R²" }</th>{ for cell(|s| s.r2.map(|f| format::fixed(f, 3))) }</tr>
                    }
                </tbody>
            </table>
        </section>
    }
}

fn series(model: &Model, train: fn(&Report) -> f32, valid: fn(&Report) -> f32) -> Vec<Series> {
    let take = |f: fn(&Report) -> f32| model.run.history.iter().map(|r| Some(f64::from(f(r)))).collect();
    let line = |name: String, class, values| Series { name, class, colour: None, values, from: 0 };
    let mut lines =
        vec![line(t!("curves.train"), "line train", take(train)), line(t!("curves.valid"), "line valid", take(valid))];
    if let Some(ghost) = &model.run.ghost {
        let name = t!("run.ghost", lr = format::number(ghost.learning_rate), momentum = format::number(ghost.momentum));
        let values = ghost.history.iter().map(|r| Some(f64::from(valid(r)))).collect();
        lines.insert(0, line(name, "line ghost", values));
    }
    lines
}

/// Epochs at which the reader turned a knob.
fn marks(model: &Model) -> Vec<(usize, String)> {
    let text = |lr: f64, momentum: f64| {
        t!("run.changed", lr = format::number(lr), momentum = format::number(momentum)).to_string()
    };
    model.run.changes.iter().skip(1).map(|&(epoch, lr, momentum)| (epoch, text(lr, momentum))).collect()
}

fn losses(model: &Model) -> Html {
    html! {
        <section class="card" id="run-losses">
            <h2>{ t!("run.losses") }</h2>
            <Lines series={series(model, |r| r.train_loss, |r| r.valid_loss)} marks={marks(model)} x_name={t!("axis.epoch").to_string()} y_name={trial::loss_name(model)} label={t!("run.losses").to_string()} />
        </section>
    }
}

fn scores(model: &Model) -> Html {
    let regression = model.data.as_ref().is_some_and(|d| d.task == Task::Regression);
    let name = if regression { "R²".to_string() } else { t!("run.accuracy") };
    html! {
        <section class="card" id="run-accuracy">
            <h2>{ if regression { t!("run.r2_curve") } else { t!("run.accuracy_curve") } }</h2>
            <Lines series={series(model, |r| r.train_score, |r| r.valid_score)} marks={marks(model)} x_name={t!("axis.epoch").to_string()} y_name={name.clone()} label={name} share=true />
        </section>
    }
}
