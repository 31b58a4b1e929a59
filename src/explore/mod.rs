//! The Explore screen: one run, steered while it trains.

pub mod branches;
pub mod diverged;
pub mod narration;
pub mod panels;
pub mod stability;

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::plot::boundary::BoundaryPlot;
use crate::plot::lines::{Lines, Series};
use crate::plot::pad::{self, Pad};
use crate::search::trial;
use crate::setup::evaluation;
use crate::setup::training;
use crate::words::dataset;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::data::Task;
use tunescape_core::metrics::Metric;
use tunescape_core::setup::Edit;
use tunescape_core::setup::Panel;
use tunescape_core::space::{Kind, Param, Scale, in_digits};
use tunescape_core::state::run::{Branch, PACES, RunEvent};
use tunescape_core::state::{Event, State};
use tunescape_core::worker::{Frame, Scores};
use tunescape_engine::train::Report;
use yew::prelude::*;

/// The colour of other seeds.
const LUCK: &str = "#785ef0";

/// The learning-rate slider's range; what the set-up allows beyond it can be typed.
fn learning_rates() -> Param {
    Param {
        name: "learning_rate".into(),
        low: 1e-4,
        high: 100.0,
        scale: Scale::Log,
        kind: Kind::Float,
        when: None,
    }
}

pub fn view(state: &State, link: &Link) -> Html {
    html! {
        <>
            <main class="middle" id="main" tabindex="-1">
                { transport(state, link) }
                { knobs(state, link) }
                { diverged::view(state, link) }
                <div class="looks">
                    { picture(state, link) }
                    if !link.hides("slice") { { panels::slice(state, link) } }
                </div>
                if !link.hides("narration") { { narration::view(state, link) } }
                if !link.hides("inside") { { panels::inside(state, link) } }
            </main>
            if link.shows(Panel::Results) {
            <aside class="right">
                { numbers(state) }
                { losses(state, link) }
                if !link.hides("branches") { { branches::tree(state, link) } }
                if !link.hides("run-accuracy") { { scores(state, link) } }
                if !link.hides("judged") { { panels::judged(state, link) } }
            </aside>
            }
        </>
    }
}

fn transport(state: &State, link: &Link) -> Html {
    let run = &state.run;
    let over = run.over();
    let epoch = run.frame.as_ref().map_or(0, |f| f.epoch);
    let last = over && run.frame.as_ref().is_some_and(|f| f.diverged.is_none());
    let paces: Vec<AttrValue> =
        (0..PACES.len()).map(|i| t!(format!("run.pace_{i}")).into()).collect();
    html! {
        <section class="card transport" aria-label={t!("run.controls").to_string()}>
            { fields::button(link, "reset", format!("|◀ {}", t!("run.reset")), t!("run.reset_why").into(), run.frame.is_some(), || Event::Run(RunEvent::Reset)) }
            if run.playing {
                <button type="button" id="pause" hidden={link.hides("pause")} class="primary"
                    onclick={link.callback(|_| Event::Run(RunEvent::Pause))}>
                    { format!("❚❚ {}", t!("transport.pause")) }
                </button>
            } else {
                <button type="button" id="play" hidden={link.hides("play")} class="primary"
                    aria-disabled={over.then_some("true")}
                    onclick={link.callback(|_| Event::Run(RunEvent::Play))}>
                    { format!("▶ {}", t!("transport.play")) }
                </button>
            }
            { fields::button(link, "step", format!("{} ▶", t!("transport.step")), t!("run.step_why").into(), !over && !run.playing, || Event::Run(RunEvent::Step)) }
            <input type="range" id="run-scrub" hidden={link.hides("run-scrub")} min="0" max={run.history().len().saturating_sub(1).to_string()} value={run.rewinding.or(run.frame.as_ref().map(|f| f.epoch)).unwrap_or(0).to_string()}
                aria-label={t!("run.scrub").to_string()} disabled={run.history().len() < 2}
                oninput={link.callback(|e: InputEvent| Event::Run(RunEvent::Rewind(fields::input_text(&e).parse().unwrap_or(0))))} />
            <output id="run-epoch">{ if last { t!("run.last", n = epoch) } else { t!("run.epoch", n = epoch) } }</output>
            if state.run.pinned {
                { fields::button(link, "unpin", t!("run.unpin"), t!("run.unpin_why"), true, || Event::Run(RunEvent::Unpin)) }
            } else {
                { fields::button(link, "pin", t!("run.pin"), t!("run.pin_why"), run.history().len() > 1, || Event::Run(RunEvent::Pin)) }
            }
            { fields::button(link, "new-seed", t!("run.new_seed").to_string(), t!("run.new_seed_why").into(), true, || Event::Run(RunEvent::NewSeed)) }
            if !link.hides("pace") {
                <fields::Select id="pace" label={t!("transport.speed")} options={paces}
                    chosen={run.pace}
                    onchosen={link.callback(|pace: usize| Event::Run(RunEvent::Pace(pace)))} />
            }
        </section>
    }
}

fn knobs(state: &State, link: &Link) -> Html {
    let r = &state.setup.run;
    // A lesson shows no control that does nothing.
    let momentum = state.lesson().is_none() || state.setup.training.rule.has_momentum();
    html! {
        <section class="card knobs">
            <div class="knob-rows">
                <div class="knob">
                    { fields::slider(link, "run-lr", t!("search.learning_rate").to_string(), rate_ends(state), format::number(r.learning_rate),
                        |at| Edit::set("run.learning_rate", in_digits(learning_rates().from_unit(at), 3))) }
                    { fields::number_box(link, "run-lr-value", t!("search.learning_rate").to_string(), r.learning_rate, |v| Edit::set("run.learning_rate", v)) }
                    if !link.hides("stability") { { stability::mark(state, &learning_rates(), rate_ends(state)) } }
                </div>
                if momentum {
                <div class="knob">
                    { fields::slider(link, "run-momentum", t!("search.momentum").to_string(), state.between("run.momentum", r.momentum, |x| x / pad::MAX_MOMENTUM), format::number(r.momentum), |at| Edit::set("run.momentum", (at * 999.0).round() / 1000.0)) }
                    { fields::number_box(link, "run-momentum-value", t!("search.momentum").to_string(), r.momentum, |v| Edit::set("run.momentum", v)) }
                </div>
                }
                // In a lesson it stands once: the panel of training has it, where that is on show.
                if state.lesson().is_none() || !link.shows(Panel::Training) { { training::update(state, link, None) } }
                if momentum && !state.setup.training.rule.has_momentum() { <p class="about">{ explained(t!("run.no_momentum")) }</p> }
                if !link.hides("stability") { { stability::says(state) } }
            </div>
            if !link.hides("pad") { { both(state, link) } }
        </section>
    }
}

/// Where the learning rate's slider begins, stands and ends.
fn rate_ends(state: &State) -> [f64; 3] {
    state.between("run.learning_rate", state.setup.run.learning_rate, |x| {
        learning_rates().to_unit(x.max(1e-9))
    })
}

/// Both at once.
fn both(state: &State, link: &Link) -> Html {
    let r = &state.setup.run;
    let onset = link.callback(|(rate, momentum): (f64, f64)| {
        // What is trained is what is shown.
        Event::Edit(Edit::SetAll(vec![
            ("run.learning_rate".into(), in_digits(rate, 3).into()),
            ("run.momentum".into(), ((momentum * 1000.0).round() / 1000.0).into()),
        ]))
    });
    let names = [
        t!("search.learning_rate"),
        t!("search.momentum"),
        t!("pad.over"),
        t!("pad.under"),
        t!("pad.unstable"),
    ];
    html! {
        <Pad locked={link.ruled("pad").locked} rates={learning_rates()} rule={state.setup.training.rule} hyper={state.setup.hyper(&[])} curvature={state.run.sharp.as_ref().map(|s| (s.curvature.largest, s.share))}
            names={names.map(AttrValue::from)} {onset}
            label={t!("pad.label", lr = format::number(r.learning_rate), momentum = format::number(r.momentum))} />
    }
}

fn picture(state: &State, link: &Link) -> Html {
    let Some(data) = &state.data else { return Html::default() };
    let Some(frame) = &state.run.frame else { return Html::default() };
    if let Some(image) = data.image {
        return panels::images(state, frame, image);
    }
    let columns = dataset::columns(data);
    if data.points.is_none() {
        return panels::listens(&state.setup.network(data.inputs, data.task), frame, &columns);
    }
    html! {
        <section class="card output">
            <div class="head">
                <h2>{ explained(if data.task == Task::Regression { t!("run.surface") } else { t!("run.boundary") }) }</h2>
                if data.task != Task::Regression {
                    { panels::toggle(link, "discrete", t!("run.discrete"), String::new(), state.inspection.discrete, || Event::Run(RunEvent::Discrete)) }
                }
            </div>
            <BoundaryPlot discrete={state.inspection.discrete}
                boundary={frame.inspection.boundary.clone()} data={data.clone()}
                label={t!("run.boundary_label", epoch = frame.epoch).to_string()} />
            <p class="about">{ explained(t!("run.points", x = columns[0], y = columns[1])) }</p>
        </section>
    }
}

fn numbers(state: &State) -> Html {
    let Some(frame) = &state.run.frame else {
        if state.run.lost {
            return Html::default();
        }
        return html! { <section class="card"><p class="about">{ t!("data.loading") }</p></section> };
    };
    let cell = |f: fn(&Scores) -> Option<String>| {
        let Frame { inspection, .. } = frame;
        [f(&inspection.train), f(&inspection.valid)]
            .map(|v| html! { <td>{ v.unwrap_or_else(|| "–".into()) }</td> })
    };
    html! {
        <section class="card">
            <h2>{ t!("run.numbers", epoch = frame.epoch) }</h2>
            <table class="scores" id="run-scores">
                <thead><tr><td /><th>{ t!("run.train") }</th><th>{ t!("run.valid") }</th></tr></thead>
                <tbody>
                    <tr data-row="loss"><th>{ explained(trial::loss_name(state)) }</th>{ for cell(|s| Some(format::loss(s.loss))) }</tr>
                    if frame.inspection.valid.accuracy.is_some() {
                        <tr data-row="accuracy"><th>{ t!("run.accuracy") }</th>{ for cell(|s| s.accuracy.map(format::percent)) }</tr>
                        <tr data-row="f1"><th>{ explained("F1") }</th>{ for cell(|s| s.f1.map(|f| format::fixed(f, 3))) }</tr>
                    }
                    if frame.inspection.valid.r2.is_some() {
                        <tr data-row="r2"><th>{ "R²" }</th>{ for cell(|s| s.r2.map(|f| format::fixed(f, 3))) }</tr>
                    }
                </tbody>
            </table>
        </section>
    }
}

/// An exponential mean over about ten epochs.
fn smoothed(values: impl Iterator<Item = f64>, smooth: bool) -> Vec<Option<f64>> {
    let mut mean = None;
    let step = |value: f64| {
        let next =
            mean.filter(|_| smooth).map_or(value, |before: f64| before + 0.1 * (value - before));
        mean = Some(next);
        mean.filter(|m| m.is_finite())
    };
    values.map(step).collect()
}

fn series(state: &State, train: fn(&Report) -> f32, valid: fn(&Report) -> f32) -> Vec<Series> {
    let of = |history: &[Report], f: fn(&Report) -> f32| {
        smoothed(history.iter().map(|r| f64::from(f(r))), state.inspection.smooth)
    };
    let take = |f: fn(&Report) -> f32| of(state.run.history(), f);
    let ghost = state.ghost().map_or(Vec::new(), |ghost| of(&ghost.history, valid));
    beside_ghost(state, [take(train), take(valid)], ghost)
}

/// The lines of the training and the validation rows, and of the run that they are compared with.
fn beside_ghost(
    state: &State,
    [train, valid]: [Vec<Option<f64>>; 2],
    ghost: Vec<Option<f64>>,
) -> Vec<Series> {
    let line = |name: String, class, values| Series { name, class, colour: None, values, from: 0 };
    let mut lines = vec![
        line(t!("curves.train"), "line train", train),
        line(t!("curves.valid"), "line valid", valid),
    ];
    if !ghost.is_empty() {
        let run = if state.run.pinned { t!("run.pinned") } else { t!("run.before") };
        lines.insert(0, line(t!("run.ghost", run = run), "line ghost", ghost));
    }
    lines
}

/// What a curve is of, and whether it is smoothed.
fn drawn(state: &State, name: String) -> String {
    if state.inspection.smooth { t!("curves.smoothed", name = name) } else { name }
}

/// Epochs at which the reader turned a knob.
fn marks(state: &State) -> Vec<(usize, String)> {
    let Some(branch) = state.run.branch() else { return Vec::new() };
    let pairs = branch.changes.windows(2);
    let text = |old, new| t!("run.changed", what = branches::changed(old, new));
    pairs.map(|pair| (pair[1].0, text(&pair[0].1, &pair[1].1))).collect()
}

/// The epoch that all plots point at: the pointer's, or the one on show where there are later ones.
pub fn cross(state: &State) -> Option<usize> {
    state.inspection.cross.or(state.run.looks_back())
}

fn losses(state: &State, link: &Link) -> Html {
    let mut lines = series(state, |r| r.train_loss, |r| r.valid_loss);
    let mut bands = Vec::new();
    if let Some(luck) = &state.inspection.luck {
        let name = t!("luck.median", seeds = luck.last.len());
        lines.insert(
            0,
            Series {
                name,
                class: "line",
                colour: Some(LUCK.into()),
                values: luck.median.clone(),
                from: 0,
            },
        );
        bands.push((LUCK.into(), luck.band.clone()));
    }
    bands.extend(branches::between(state));
    html! {
        <section class="card" id="run-losses">
            <div class="head">
                <h2>{ explained(t!("run.losses")) }</h2>
                { panels::luck_button(state, link) }
                { panels::toggle(link, "log", t!("curves.log"), t!("curves.log_why"), state.inspection.log, || Event::Run(RunEvent::Log)) }
                { panels::toggle(link, "sound", t!("curves.sound"), t!("curves.sound_why"), state.inspection.sound, || Event::Run(RunEvent::Sound)) }
                { panels::toggle(link, "smooth", t!("curves.smooth"), t!("curves.smooth_why"), state.inspection.smooth, || Event::Run(RunEvent::Smooth)) }
            </div>
            <Lines series={lines} {bands} rise={state.run.branch().and_then(|b| b.diverged)}
                log={state.inspection.log} cross={cross(state)} oncross={panels::cross(link)}
                marks={marks(state)} x_name={t!("axis.epoch").to_string()}
                y_name={drawn(state, t!("axis.loss"))}
                label={t!("run.losses").to_string()} />
            { branches::difference(state) }
            { panels::luck(state) }
        </section>
    }
}

/// Beside the loss, a metric of the reader's choice.
fn scores(state: &State, link: &Link) -> Html {
    let loss = state.setup.loss(state.task());
    let usual = if loss.is_of_numbers() { Metric::R2 } else { Metric::Accuracy };
    let metric = state.inspection.metric.filter(|m| m.fits(loss)).unwrap_or(usual);
    let options: Vec<Metric> =
        Metric::ALL.into_iter().filter(|m| *m != Metric::Loss && m.fits(loss)).collect();
    let watched = evaluation::objective(state).metric;
    let option = |m: &Metric| {
        let name = evaluation::name(state, *m);
        AttrValue::from(match *m == watched {
            true => t!("run.searched_metric", metric = name),
            false => name,
        })
    };
    let names: Vec<AttrValue> = options.iter().map(option).collect();
    let chosen = options.iter().position(|m| *m == metric).unwrap_or(0);
    let onchosen = link.callback(move |place: usize| {
        Event::Run(RunEvent::Watch(options[place.min(options.len() - 1)]))
    });
    let lines = if metric == usual {
        series(state, |r| r.train_score, |r| r.valid_score)
    } else {
        let of = |branch: Option<&Branch>, part: usize| {
            let known = branch.and_then(|b| b.watched.as_ref()).filter(|of| of.0 == metric);
            known.map_or(Vec::new(), |of| {
                smoothed(of.1.iter().map(|pair| f64::from(pair[part])), state.inspection.smooth)
            })
        };
        beside_ghost(
            state,
            [of(state.run.branch(), 0), of(state.run.branch(), 1)],
            of(state.ghost(), 1),
        )
    };
    let name = evaluation::name(state, metric);
    html! {
        <section class="card" id="run-accuracy">
            <div class="head">
                <h2>{ t!("run.score_curve") }</h2>
                if !link.hides("curve-metric") {
                    <fields::Select id="curve-metric" label={t!("run.score_curve")}
                        options={names} {chosen} {onchosen} />
                }
            </div>
            <Lines series={lines} marks={marks(state)} x_name={t!("axis.epoch")} y_name={drawn(state, name.clone())} label={name} share={metric.higher_is_better()} plain={metric != Metric::Accuracy}
                log={state.inspection.log && !metric.higher_is_better()} cross={cross(state)} oncross={panels::cross(link)} />
        </section>
    }
}
