//! Population-based training: its numbers, its members' curves, and how hyperparameters went along
//! the lineage of the best.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::explore::panels;
use crate::plot::axis::ticks;
use crate::plot::formula;
use crate::plot::lines::{Lines, Series};
use crate::plot::listed::Drawing;
use crate::words;
use crate::words::format;
use crate::words::parameters;
use crate::words::texts::t;
use tunescape_core::prune::population::lineage;
use tunescape_core::setup::Edit;
use tunescape_core::setup::Parameter;
use tunescape_core::setup::search::Together;
use tunescape_core::space::Param;
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::{Event, State};
use tunescape_core::worker::Evolution;
use yew::prelude::*;

pub fn panel(state: &State, link: &Link) -> Html {
    let setup = &state.setup;
    let free = setup.perturbed().params.iter().any(Param::moves);
    let evolving = state.study.after_search.evolving();
    let halving = setup.search.together == Together::SuccessiveHalving;
    html! {
        <details class="card after" id="population">
            <summary>{ t!("population.title") }</summary>
            { fields::choice(link, "together", t!("population.method"), Together::ALL.map(|m| (m, t!(format!("population.{}", m.key())))).to_vec(), setup.search.together,
                |m| Edit::choose("search.together", m)) }
            if halving {
                <p class="about">{ explained(t!("population.halving_says")) }</p>
                <p class="about"><small>{ t!("population.halving_source") }</small></p>
            } else {
                <p class="about">{ explained(t!("population.says")) }</p>
                { formula::with_legend(&t!("population.formula"), None, &[t!("population.symbols")]) }
                <p class="about"><small>{ t!("population.source") }</small></p>
            }
            { fields::number(link, "members", t!("population.members"), setup.search.members as f64, |v| Edit::set("search.members", v)) }
            { fields::number(link, "every", if halving { t!("population.rung") } else { t!("population.every") }, setup.search.every as f64, |v| Edit::set("search.every", v)) }
            if halving {
                { fields::number(link, "halving-factor", t!("pruner.factor"), setup.search.pruner.factor as f64, |v| Edit::set("search.pruner.factor", v)) }
            }
            if free {
                { fields::button(link, "evolve", if evolving { t!("population.stop") } else { t!("population.train") }, t!("population.title"), state.ready(),
                    || Event::Study(StudyEvent::Evolve)) }
            } else {
                <p class="about">{ explained(t!("population.nothing")) }</p>
            }
            if let Some(evolution) = state.study.after_search.evolved(setup) {
                { evolved(state, link, evolution) }
            }
        </details>
    }
}

fn evolved(state: &State, link: &Link, evolution: &Evolution) -> Html {
    let Some((best, loss)) = evolution.best() else {
        return html! { <p class="about" id="evolved">{ explained(t!("population.diverged")) }</p> };
    };
    let line = lineage(&evolution.copies, best);
    let every = state.setup.search.every;
    // What the best carries on: each interval from the member that its weights were in.
    let own = |(epoch, _): (usize, &Option<f64>)| {
        let member = line[(epoch.saturating_sub(1) / every).min(line.len() - 1)];
        evolution.losses[member].get(epoch).copied().flatten()
    };
    let of = |values: Vec<Option<f64>>, name: String, class, colour| Series {
        name,
        class,
        colour,
        values,
        from: 0,
    };
    let others =
        evolution.losses.iter().map(|losses| of(losses.clone(), String::new(), "line other", None));
    let values: Vec<Option<f64>> = evolution.losses[best].iter().enumerate().map(own).collect();
    let start = values.first().copied().flatten();
    let series = others
        .chain([of(values, t!("population.lineage"), "line valid", Some("var(--accent)".into()))])
        .collect::<Vec<_>>();
    let copies: usize = evolution.copies.iter().map(Vec::len).sum();
    let turns = line.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let searched = state.setup.perturbed();
    let halving = state.setup.search.together == Together::SuccessiveHalving;
    let found = if halving {
        halved(state, evolution, best, loss)
    } else {
        t!(
            "population.found",
            member = best + 1,
            loss = format::loss(loss),
            copies = copies,
            turns = turns
        )
    };
    let changing = searched.params.iter().enumerate().filter(|(_, p)| p.moves() && !halving);
    html! {
        <>
            <p class="about" id="evolved" data-loss={loss.to_string()}>{ found }</p>
            <Lines {series} x_name={t!("axis.epoch")} y_name={t!("axis.loss")}
                y_cap={start.map(|s| 1.8 * s)} label={t!("population.curves")}
                cross={state.inspection.cross} oncross={panels::cross(link)} />
            { for changing.map(|(i, p)| schedule(state, evolution, &line, i, p)) }
        </>
    }
}

/// Who went on from each rung of successive halving, and what it cost.
fn halved(state: &State, evolution: &Evolution, best: usize, loss: f64) -> String {
    let members = evolution.losses.len();
    let mut of = members;
    let mut rungs = Vec::new();
    for (epoch, promoted) in &evolution.rungs {
        rungs.push(t!("population.at_rung", n = promoted.len(), of = of, epoch = epoch));
        of = promoted.len();
    }
    t!(
        "population.halved",
        member = best + 1,
        loss = format::loss(loss),
        rungs = format::pairs(&rungs),
        spent = evolution.spent(),
        all = members * state.setup.training.epochs
    )
}

/// A hyperparameter of every member, interval by interval: a copy turns to where it comes from.
fn schedule(state: &State, evolution: &Evolution, line: &[usize], i: usize, param: &Param) -> Html {
    let intervals = evolution.points.len() as f64;
    let x = |interval: usize| 34.0 + 160.0 * interval as f64 / intervals;
    let y = |interval: usize, member: usize| {
        4.0 + 72.0 * (1.0 - param.to_unit(evolution.points[interval][member][i]))
    };
    let mut others = String::new();
    for (interval, points) in evolution.points.iter().enumerate() {
        for member in 0..points.len() {
            others +=
                &format!("M{:.1} {:.1}H{:.1}", x(interval), y(interval, member), x(interval + 1));
        }
        for copy in interval
            .checked_sub(1)
            .and_then(|before| evolution.copies.get(before))
            .into_iter()
            .flatten()
        {
            let (from, to) = (y(interval - 1, copy.from), y(interval, copy.member));
            others += &format!("M{:.1} {from:.1}V{to:.1}", x(interval));
        }
    }
    let mut best = String::new();
    for (interval, &member) in line.iter().enumerate() {
        let (go, at) = (if interval == 0 { "M" } else { "L" }, y(interval, member));
        best += &format!("{go}{:.1} {at:.1}H{:.1}", x(interval), x(interval + 1));
    }
    let name = Parameter::by_name(&param.name).map_or(String::new(), words::parameter);
    html! {
        <figure class="dependence">
            <figcaption>{ t!("population.schedule", name = name) }</figcaption>
            <Drawing view_box="0 0 200 96" name={t!("population.schedule", name = name)}>
                <path class="line other" d={others} />
                <path class="line valid" d={best} />
                { for ticks(param, 3).into_iter().map(|(u, value)| html! {
                    <text x="30" y={(80.0 - 72.0 * u).to_string()} text-anchor="end">
                        { parameters::value_of(&state.setup, &param.name, value) }
                    </text>
                }) }
                <text x="34" y="92">{ "1" }</text>
                <text x="194" y="92" text-anchor="end">{ state.setup.training.epochs }</text>
            </Drawing>
        </figure>
    }
}
