//! How the trials stand: ranks along each parameter, the distribution of what they scored, what the
//! best costs, and whether its score was luck.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::plot::listed::Drawing;
use crate::plot::twin;
use crate::search::after;
use crate::search::trial;
use crate::setup::evaluation;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::space::Param;
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::{Event, State};
use tunescape_core::study::Trial;
use yew::prelude::*;

/// A plot of `height` 96 with a box of 160 × 72 at (34, 4), what stands at the ends of its axes,
/// and the same as a table.
fn plot(
    title: String,
    class: &'static str,
    [left, right, top, bottom]: [String; 4],
    inside: Html,
    (head, rows): (Vec<String>, Vec<Vec<String>>),
) -> Html {
    html! {
        <figure class="dependence">
            <figcaption>{ title.clone() }</figcaption>
            { twin::table(&title, head, rows) }
            <Drawing {class} view_box="0 0 200 96" name={title}>
                { inside }
                <text x="34" y="92">{ left }</text>
                <text x="194" y="92" text-anchor="end">{ right }</text>
                <text x="30" y="10" text-anchor="end">{ top }</text>
                <text x="30" y="80" text-anchor="end">{ bottom }</text>
            </Drawing>
        </figure>
    }
}

fn dot([x, y]: [f64; 2], class: impl Into<Classes>, trial: Option<usize>, title: String) -> Html {
    html! { <circle class={class.into()} data-trial={trial.map(|n| (n + 1).to_string())} cx={(34.0 + 160.0 * x).to_string()} cy={(76.0 - 72.0 * y).to_string()} r="2.2"><title>{ title }</title></circle> }
}

/// The dot of trial `n`, which stands out in all plots at once.
fn spot(state: &State, kept: &[bool], n: usize, at: [f64; 2], title: String) -> Html {
    dot(at, classes!("seen", trial::look(state, kept, n)), Some(n), title)
}

/// Places of values between their ends: by their logarithms where all lie above 0.
fn places(values: &[f64]) -> Vec<f64> {
    let (low, high) = values.iter().fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(*v), b.max(*v)));
    let scale = |v: f64| if low > 0.0 { v.ln() } else { v };
    values
        .iter()
        .map(|v| (scale(*v) - scale(low)) / (scale(high) - scale(low)).max(1e-300))
        .collect()
}

fn shown(state: &State) -> &[Trial] {
    let trials = state.study.study.trials();
    &trials[..state.setup.search.shown.min(trials.len())]
}

/// Each trial's rank along each parameter.
pub fn ranks(state: &State, kept: &[bool]) -> Html {
    let before = state.study.study.at(shown(state).len());
    let ranks = before.ranks();
    let worst = ranks.iter().flatten().copied().max().unwrap_or(1);
    if worst < 2 {
        return Html::default();
    }
    let one = |(i, (param, name)): (usize, (&Param, String))| {
        let dots =
            before.trials().iter().zip(&ranks).enumerate().filter_map(|(n, (trial, rank))| {
                let rank = (*rank)?;
                let up = 1.0 - (rank - 1) as f64 / (worst - 1) as f64;
                let title = t!("after.rank_of", n = n + 1, rank = rank);
                Some(spot(state, kept, n, [param.to_unit(trial.point[i]), up], title))
            });
        let end = |x: f64| crate::words::parameters::value_of(&state.setup, &param.name, x);
        let ranked = before.trials().iter().zip(&ranks).enumerate();
        let rows = ranked.filter_map(|(n, (trial, rank))| {
            Some(vec![(n + 1).to_string(), end(trial.point[i]), (*rank)?.to_string()])
        });
        let table = (vec![t!("table.trial"), name.clone(), t!("table.rank")], rows.collect());
        plot(
            name,
            "ranks",
            [end(param.low), end(param.high), "1".into(), worst.to_string()],
            dots.collect(),
            table,
        )
    };
    html! {
        <>
            <h3>{ t!("after.ranks") }</h3>
            <p class="about">{ explained(t!("after.ranks_say")) }</p>
            { for after::searched(state).into_iter().enumerate().map(one) }
        </>
    }
}

/// The share of the trials that were no worse than each score.
pub fn distribution(state: &State, kept: &[bool]) -> Html {
    let steps = state.study.study.at(shown(state).len()).distribution();
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else { return Html::default() };
    let xs = places(&steps.iter().map(|step| step.1).collect::<Vec<_>>());
    let stairs = xs
        .iter()
        .zip(&steps)
        .map(|(x, (.., share))| format!("H{:.1}V{:.1}", 34.0 + 160.0 * x, 76.0 - 72.0 * share));
    let d = format!("M34 76{}", stairs.collect::<String>());
    let ends = [
        evaluation::shown(state, first.1),
        evaluation::shown(state, last.1),
        "1".into(),
        "0".into(),
    ];
    let row = |&(n, loss, share): &(usize, f64, f64)| {
        vec![(n + 1).to_string(), evaluation::shown(state, loss), format::percent(share)]
    };
    let head = vec![t!("table.trial"), evaluation::title(state), t!("table.share")];
    let table = (head, steps.iter().map(row).collect());
    let dots = xs.iter().zip(&steps).map(|(x, &(n, loss, share))| {
        let title = t!(
            "after.share_of",
            n = n + 1,
            loss = evaluation::shown(state, loss),
            share = format::percent(share)
        );
        spot(state, kept, n, [*x, share], title)
    });
    html! {
        <>
            <h3>{ t!("after.ecdf") }</h3>
            <p class="about">{ explained(t!("after.ecdf_says")) }if last.2 < 1.0 { { t!("after.ecdf_rest", share = format::percent(last.2)) } }</p>
            { plot(evaluation::title(state), "ecdf", ends, html! { <><path class="line valid" {d} />{ for dots }</> }, table) }
        </>
    }
}

/// Loss against what training cost, and the trials that none beats in both.
pub fn pareto(state: &State, kept: &[bool]) -> Html {
    let spent = |(n, trial): (usize, &Trial)| Some((n, trial.cost?, trial.outcome?.seen()?));
    let trials: Vec<(usize, f64, f64)> =
        shown(state).iter().enumerate().filter_map(spent).collect();
    let costs: Vec<f64> = trials.iter().map(|t| t.1).collect();
    let (low, high) = costs.iter().fold((f64::MAX, 0.0_f64), |(a, b), c| (a.min(*c), b.max(*c)));
    if high <= low * 1.001 {
        // All cost the same, which two objectives are not for.
        return if state.setup.search.pareto {
            html! { <p class="about">{ explained(t!("after.pareto_flat")) }</p> }
        } else {
            Html::default()
        };
    }
    let ends: Vec<f64> = trials.iter().map(|t| t.2).collect();
    let front =
        tunescape_core::study::pareto(&trials.iter().map(|t| [t.1, t.2]).collect::<Vec<_>>());
    let (xs, ys) = (places(&costs), places(&ends));
    let stairs = front.iter().enumerate().map(|(k, &i)| {
        let (x, y) = (34.0 + 160.0 * xs[i], 4.0 + 72.0 * ys[i]);
        if k == 0 { format!("M{x:.1} 76V{y:.1}") } else { format!("H{x:.1}V{y:.1}") }
    });
    let d = format!("{}H194", stairs.collect::<String>());
    let title = |i: usize| {
        t!(
            "after.pareto_of",
            n = trials[i].0 + 1,
            loss = evaluation::shown(state, ends[i]),
            cost = format::count(costs[i] as usize)
        )
    };
    let dots =
        (0..trials.len()).map(|i| spot(state, kept, trials[i].0, [xs[i], 1.0 - ys[i]], title(i)));
    let row = |&(n, cost, loss): &(usize, f64, f64)| {
        vec![(n + 1).to_string(), format::count(cost as usize), evaluation::shown(state, loss)]
    };
    let of_front: Vec<String> = front.iter().map(|&i| (trials[i].0 + 1).to_string()).collect();
    let head = vec![t!("table.trial"), t!("table.cost"), evaluation::title(state)];
    let table = (head, trials.iter().map(row).collect());
    let (best, worst) = ends.iter().fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(*v), b.max(*v)));
    let ends = [
        format::count(low as usize),
        format::count(high as usize),
        evaluation::shown(state, best),
        evaluation::shown(state, worst),
    ];
    html! {
        <>
            <h3>{ t!("after.pareto") }</h3>
            <p class="about" id="pareto">
                { explained(t!("after.pareto_says", trials = format::list(&of_front))) }
            </p>
            { plot(t!("after.pareto_plot"), "pareto", ends, html! { <><path class="line valid" {d} />{ for dots }</> }, table) }
        </>
    }
}

/// The best trial's score when it was chosen, against what it scores with seeds that had no part in
/// the choice.
pub fn fresh(state: &State, link: &Link) -> Html {
    let shown = state.setup.search.shown;
    let Some((trial, cost)) = state.study.best(shown) else { return Html::default() };
    let beside = &state.study.after_search;
    let says = beside.fresh.as_ref().filter(|fresh| fresh.trial == trial).map(|fresh| {
        let objective = evaluation::objective(state);
        let costs: Vec<f64> = fresh.values.iter().flatten().map(|value| objective.cost(*value)).collect();
        if costs.is_empty() {
            return html! { <p class="about" id="fresh-seeds">{ explained(t!("after.fresh_diverged", n = trial + 1)) }</p> };
        }
        let mean = costs.iter().sum::<f64>() / costs.len() as f64;
        let worse = costs.iter().filter(|c| **c > cost).count();
        let value = |cost: f64| evaluation::shown(state, cost);
        let mut all = costs.clone();
        all.push(cost);
        let xs = places(&all);
        let first = (34.0 + 160.0 * xs[costs.len()]).to_string();
        let rows = costs.iter().enumerate().map(|(i, c)| vec![(i + 1).to_string(), value(*c)]);
        let table = (vec![t!("table.seed"), evaluation::title(state)], rows.collect());
        let (low, high) = all.iter().fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(*v), b.max(*v)));
        html! {
            <>
                <p class="about" id="fresh-seeds"
                    data-values={costs.iter().map(f64::to_string).collect::<Vec<_>>().join(" ")}>
                    { explained(t!("after.fresh_says", n = trial + 1, of = shown, first = value(cost), seeds = costs.len(), mean = value(mean), worse = worse)) }
                </p>
                { plot(t!("after.fresh_plot"), "fresh", [value(low), value(high), String::new(), String::new()], html! {
                    <>
                        <line class="whisker" x1={first.clone()} x2={first} y1="4" y2="76" />
                        { for costs.iter().enumerate().map(|(i, c)| dot([xs[i], 0.5], "seen", None, value(*c))) }
                    </>
                }, table) }
            </>
        }
    });
    html! {
        <>
            <h3>{ t!("after.fresh") }</h3>
            { says.unwrap_or_else(|| html! { <p class="about">{ explained(t!("after.fresh_why")) }</p> }) }
            { fields::button(link, "fresh", t!("after.fresh_train", seeds = tunescape_core::state::after_search::SEEDS), t!("after.fresh"), state.ready() && !beside.freshening(),
                || Event::Study(StudyEvent::Fresh)) }
        </>
    }
}
