//! After the search: what mattered, how the loss depends on each parameter, how far the best found is
//! from the best there is.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::plot::axis::ticks;
use crate::plot::colour;
use crate::plot::lines::{Lines, Series};
use crate::plot::listed::Drawing;
use crate::plot::twin;
use crate::search::map_tools;
use crate::search::standing;
use crate::search::trial;
use crate::setup::evaluation;
use crate::words;
use crate::words::format;
use crate::words::parameters;
use crate::words::texts::t;
use tunescape_core::metrics::Metric;
use tunescape_core::search::StrategyName;
use tunescape_core::setup::Parameter;
use tunescape_core::space::{Param, Space};
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::{Event, State};
use tunescape_core::study::advice::Band;
use tunescape_core::study::importance::Importance;
use wasm_bindgen::JsCast;
use yew::prelude::*;

pub fn panel(state: &State, link: &Link) -> Html {
    let ontoggle = link.batch_callback(|e: web_sys::Event| {
        let details = e.target()?.dyn_into::<web_sys::Element>().ok()?;
        Some(Event::Study(StudyEvent::After(details.has_attribute("open"))))
    });
    html! {
        <details class="card after" id="after" {ontoggle}>
            <summary>{ t!("after.title") }</summary>
            if state.study.after {
                { found(state, link) }
            }
        </details>
    }
}

fn found(state: &State, link: &Link) -> Html {
    let kept = state.study.kept(&state.setup);
    html! {
        <>
            { regret(state, link) }
            { standing::fresh(state, link) }
            { standing::distribution(state, &kept) }
            { standing::pareto(state, &kept) }
            { standing::ranks(state, &kept) }
            { state.study.importance(&state.setup).map_or_else(
                || html! { <p class="about">{ explained(t!("after.too_few")) }</p> },
                |(of, found)| html! { <>{ importance(state, found, of) }{ dependence(state, found, &kept) }</> }) }
        </>
    }
}

/// The parameters that are searched, with what they are called.
pub fn searched(state: &State) -> Vec<(&Param, String)> {
    let name =
        |param: &Param| Parameter::by_name(&param.name).map_or(String::new(), words::parameter);
    state.study.study.space().params.iter().map(|param| (param, name(param))).collect()
}

/// The best loss among the landscape's cells, after the epoch that trials are judged by, and what
/// share of the cells is better than `than`.
pub fn landscape(state: &State, than: f64) -> Option<(f64, f64)> {
    let losses = state.judged_squares()?;
    let best = losses.iter().copied().reduce(f64::min).filter(|best| best.is_finite())?;
    Some((best, losses.iter().filter(|loss| **loss < than).count() as f64 / losses.len() as f64))
}

/// The good band of a landscape that may be looked at: the best third between its best loss and
/// that before training.
pub fn band(state: &State) -> Option<Band> {
    if evaluation::objective(state).metric != Metric::Loss
        || state.setup.map.hidden
        || state.setup.search.strategy != StrategyName::Grid
    {
        return None;
    }
    let (_, start) = state.map.land.range(state.map.land.epochs).filter(|_| is_whole(state))?;
    let (best, _) = landscape(state, 0.0)?;
    let limit = best + (f64::from(start) - best) / 3.0;
    Some(Band { limit, share: landscape(state, limit)?.1 })
}

/// Whether the landscape is trained and shows all that is searched, on its scales: a cut through
/// more parameters, or a part of their ranges, says nothing of points beside it, and the share of
/// squares on another scale is nobody's chance.
pub fn is_whole(state: &State) -> bool {
    let ends = |space: &Space| {
        space.params.iter().map(|p| (p.name.clone(), p.low, p.high, p.scale)).collect::<Vec<_>>()
    };
    state.map.finished() && ends(&state.map.land.axes) == ends(state.study.study.space())
}

/// How far the best so far lay above the landscape's best.
fn regret(state: &State, link: &Link) -> Html {
    let (cross, oncross) = trial::cross(state, link);
    if evaluation::objective(state).metric != Metric::Loss || state.setup.map.hidden {
        // The landscape is of the loss, and may be hidden.
        return Html::default();
    }
    let shown = state.setup.search.shown;
    let found = state
        .study
        .best(shown)
        .and_then(|(trial, loss)| Some((trial, loss, landscape(state, loss)?)));
    let Some((trial, loss, (best, better))) = found else { return Html::default() };
    let series = vec![Series {
        name: t!("after.regret"),
        class: "line valid",
        colour: Some(colour::strategy(state.setup.search.strategy).into()),
        values: state.study.study.regret(best).into_iter().take(shown).collect(),
        from: 1,
    }];
    html! {
        <>
            <h3>{ t!("after.regret_title") }</h3>
            <p class="about" id="regret">{ explained(t!("after.regret_says", n = trial + 1, loss = format::loss(loss), best = format::loss(best),
                regret = format::loss((loss - best).max(0.0)), better = format::percent(better))) }
                if let Some(values) = map_tools::held_values(state) { { t!("after.regret_held", values = values) } }</p>
            <Lines {series} x_name={t!("axis.trials")} y_name={t!("after.regret")}
                x_max={Some(state.setup.search.budget)} log={trial::is_log(state)} steps=true
                label={t!("after.regret_title")} trials=true {cross} {oncross} />
        </>
    }
}

/// What mattered in those trials for which `of` holds.
fn importance(state: &State, found: &Importance, of: &[bool]) -> Html {
    let names = searched(state);
    let bar = |name: String, class: &'static str, share: f32| {
        let share = f64::from(share);
        fields::bar(name, class, share, format::percent(share))
    };
    // Beside each other only where there are three parameters or more is there a choice among
    // pairs.
    let together = found.together.iter().take(3).filter(|pair| pair.2 > 0.005);
    let trials = of.iter().filter(|kept| **kept).count();
    html! {
        <>
            <h3>{ t!("after.importance") }</h3>
            if of.contains(&false) {
                <p class="about" id="of-kept">{ explained(t!("after.of_kept", n = trials, of = of.len())) }</p>
            }
            if found.is_of_few() { <p class="about" id="few">{ explained(t!("after.few")) }</p> }
            if found.diverged + found.stopped + found.left_out > 0 {
                <p class="about" id="evidence">
                    { explained(t!("after.evidence", diverged = found.diverged, stopped = found.stopped, left_out = found.left_out)) }
                    { " " }{ t!("after.trust") }
                </p>
            }
            if found.grown_on < found.trials {
                <p class="about">{ explained(t!("after.spread", n = format::count(found.grown_on), of = format::count(found.trials))) }</p>
            }
            <div class="bars" id="fanova">
                <p class="about">{ explained(t!("after.fanova_says")) }</p>
                { for names.iter().zip(&found.alone).map(|((_, name), share)| bar(name.clone(), "alone", *share)) }
                { for together.map(|(a, b, share)| bar(t!("after.together", a = names[*a].1, b = names[*b].1), "pair", *share)) }
            </div>
            <div class="bars" id="ped-anova">
                <p class="about">{ explained(t!("after.ped_says")) }</p>
                { for names.iter().zip(&found.good).map(|((_, name), share)| bar(name.clone(), "good", *share)) }
            </div>
            if found.disagrees(trials) { <p class="about" id="differ">{ explained(t!("after.differ")) }</p> }
        </>
    }
}

/// The mean loss along each parameter, over all values of the others.
fn dependence(state: &State, found: &Importance, kept: &[bool]) -> Html {
    let all = || found.along.iter().flatten();
    let low = all().map(|(mean, std)| mean - std).fold(f32::MAX, f32::min);
    let high = all().map(|(mean, std)| mean + std).fold(f32::MIN, f32::max);
    let y = |loss: f32| 4.0 + 72.0 * f64::from((high - loss) / (high - low).max(1e-12));
    let x = |u: f64| 34.0 + 160.0 * u;
    let names = searched(state);
    let space = state.study.study.space();
    let one = |(c, along): (usize, &Vec<(f32, f32)>)| {
        let (param, name) = &names[c];
        let share = |i: usize| i as f64 / (along.len() - 1) as f64;
        let at = |i: usize| x(share(i));
        let row = |i: usize| {
            let i = twin::part(i, along.len());
            let (mean, std) = along[i];
            let value = parameters::value_of(&state.setup, &param.name, param.from_unit(share(i)));
            vec![value, evaluation::shown(state, mean.into()), evaluation::size(state, std.into())]
        };
        let place = |(i, loss): (usize, f32)| format!("{:.1} {:.1}", at(i), y(loss));
        let upper = along.iter().enumerate().map(|(i, (mean, std))| place((i, mean + std)));
        let lower = along.iter().enumerate().rev().map(|(i, (mean, std))| place((i, mean - std)));
        let band = format!("M{}Z", upper.chain(lower).collect::<Vec<_>>().join("L"));
        let line = along
            .iter()
            .enumerate()
            .map(|(i, (mean, _))| place((i, *mean)))
            .collect::<Vec<_>>()
            .join("L");
        html! {
            <figure class="dependence">
                <figcaption>{ name }</figcaption>
                { twin::table(&t!("after.dependence_of", name = name), vec![name.clone(), evaluation::title(state), "±".into()], (0..5).map(row).collect()) }
                <Drawing view_box="0 0 200 96" name={t!("after.dependence_of", name = name)}>
                    <path class="band" d={band} />
                    <path class="line valid" d={format!("M{line}")} />
                    { for state.study.study.trials().iter().take(kept.len()).enumerate().filter(|(_, trial)| space.active(&trial.point)[c]).map(|(n, trial)| {
                        let at = x(param.to_unit(trial.point[c])).to_string();
                        html! { <line class={classes!("value", trial::look(state, kept, n))} data-trial={(n + 1).to_string()} x1={at.clone()} x2={at} y1="70" y2="76" /> }
                    }) }
                    { for ticks(param, 3).into_iter().map(|(u, value)| html! {
                        <text x={x(u).to_string()} y="92" text-anchor="middle">
                            { parameters::value_of(&state.setup, &param.name, value) }
                        </text>
                    }) }
                    { for [low, high].map(|loss| html! {
                        <text x="30" y={(y(loss) + 4.0).to_string()} text-anchor="end">
                            { evaluation::shown(state, f64::from(loss)) }
                        </text>
                    }) }
                </Drawing>
            </figure>
        }
    };
    html! {
        <>
            <h3>{ t!("after.dependence") }</h3>
            <p class="about">{ explained(t!("after.dependence_says")) }</p>
            { for found.along.iter().take(names.len()).enumerate().map(one) }
        </>
    }
}
