//! Where the trials of an evolutionary strategy come from.

use crate::plot::listed::Drawing;
use crate::plot::{colour, twin};
use crate::search::marks;
use crate::search::trial;
use crate::words::texts::t;
use tunescape_core::search::{Figure, Outcome, Reason};
use tunescape_core::state::State;
use tunescape_core::study::Trial;
use yew::prelude::*;

/// The generations from left to right, in each the best on top: lines lead from parents to
/// children.
pub fn family(state: &State, figure: &Figure) -> Html {
    let Figure::Parents { of, .. } = figure else { return Html::default() };
    let (of, trials) = ((*of).max(1), state.study.study.trials());
    let trials = &trials[..state.setup.search.shown.min(trials.len())];
    let generations = trials.len().div_ceil(of).max(2);
    let cost = |trial: &Trial| trial.outcome.and_then(Outcome::loss).unwrap_or(f64::INFINITY);
    // How many of its generation are better.
    let rank = |n: usize| {
        let from = n / of * of;
        let peers = trials[from..trials.len().min(from + of)].iter().enumerate();
        peers.filter(|(i, peer)| (cost(peer), from + i) < (cost(&trials[n]), n)).count()
    };
    let place: Vec<[f64; 2]> = (0..trials.len())
        .map(|n| {
            [
                6.0 + 88.0 * (n / of) as f64 / (generations - 1) as f64,
                6.0 + 88.0 * (rank(n) as f64 + 0.5) / of as f64,
            ]
        })
        .collect();
    let fill = marks::fill(state);
    let radius = (30.0 / of as f64).clamp(1.5, 4.0).to_string();
    let dot = |(n, trial): (usize, &Trial)| {
        let changed =
            matches!(&trial.reason, Reason::Bred { mutated, .. } if mutated.contains(&true));
        let [cx, cy] = place[n].map(|at| at.to_string());
        html! {
            <circle class={classes!("member", changed.then_some("mutant"))}
                data-trial={(n + 1).to_string()} {cx} {cy} r={radius.clone()}
                fill={fill(trial).map(colour::hex)}><title>{ n + 1 }</title></circle>
        }
    };
    let row = |(n, trial): (usize, &Trial)| {
        let parents = match &trial.reason {
            Reason::Bred { parents, .. } => trial::numbers(parents),
            _ => "–".into(),
        };
        vec![(n + 1).to_string(), (n / of + 1).to_string(), (rank(n) + 1).to_string(), parents]
    };
    let head =
        vec![t!("table.trial"), t!("table.generation"), t!("table.rank"), t!("table.parents")];
    let rows = trials.iter().enumerate().map(row).collect();
    html! {
        <figure class="belief" id="family">
            <figcaption>{ t!("mind.family") }<small>{ t!("mind.family_says") }</small></figcaption>
            { twin::table(&t!("mind.family"), head, rows) }
            <div class="small-plot figure">
                <Drawing view_box="0 0 100 100" name={t!("mind.family")}>
                    <path class="kin" d={kin(trials, &place)} />
                    { for trials.iter().enumerate().map(dot) }
                </Drawing>
            </div>
        </figure>
    }
}

/// Lines from parents to children.
fn kin(trials: &[Trial], place: &[[f64; 2]]) -> String {
    let mut lines = String::new();
    for (n, trial) in trials.iter().enumerate() {
        if let Reason::Bred { parents, .. } = &trial.reason {
            let [x, y] = place[n];
            parents
                .iter()
                .filter_map(|&p| place.get(p))
                .for_each(|[a, b]| lines += &format!("M{a:.1} {b:.1}L{x:.1} {y:.1}"));
        }
    }
    lines
}
