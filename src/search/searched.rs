//! What is searched, by which strategy.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::plot::formula;
use crate::search::process;
use crate::search::pruning;
use crate::search::space;
use crate::words::texts::t;
use tunescape_core::search::StrategyName;
use tunescape_core::setup::{Edit, Setup};
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::{Event, State};
use yew::prelude::*;

pub fn panel(state: &State, link: &Link) -> Html {
    let s = &state.setup;
    let search = &s.search;
    let body = html! {
        <>
            if !link.hides("search-space") { { space::panel(state, link) } }
            { fields::choice(link, "strategy", t!("search.strategy").to_string(),
                StrategyName::ALL.map(|n| (n, name(n))).to_vec(), search.strategy, |name| Edit::choose("search.strategy", name)) }
            <details class="about" id="strategy-about">
                <summary><i class={classes!("swatch", format!("strategy-{}", search.strategy.key()))} />{ t!("strategy.more") }</summary>
                <p>{ explained(t!(format!("strategy.{}_says", search.strategy.key()))) }</p>
                <p>{ explained(t!(format!("strategy.{}_about", search.strategy.key()))) }</p>
                // A beginner reads what it does.
                if !(link.hides("search-options") && link.hides("surrogate")) {
                    <details class="about" open={!link.hides("search-options")}>
                        <summary>{ t!("strategy.formula") }</summary>
                        { what_runs(s) }
                    </details>
                }
                <p><small>{ t!(format!("strategy.{}_source", search.strategy.key())) }</small></p>
            </details>
            if search.strategy == StrategyName::Bayesian && !link.hides("search-options") {
                { process::controls(state, link) }
            }
            if search.strategy == StrategyName::Grid && !link.hides("search-options") {
                { fields::choice(link, "grid-ends", t!("search.grid_ends"), vec![(false, t!("search.grid_middles")), (true, t!("search.grid_with_ends"))], search.grid_ends,
                    |ends| Edit::choose("search.grid_ends", ends)) }
            }
            { fields::number(link, "budget", t!("search.budget").to_string(), search.budget as f64, |v| Edit::set("search.budget", v)) }
            <details class="more fold" id="search-details" hidden={link.hides("search-options")}>
            <summary>{ t!("search.details") }</summary>
            if search.strategy == StrategyName::Bayesian {
                { process::details(s, link) }
            }
            { fields::choice(link, "manual", t!("search.proposes"), vec![(false, t!("search.by_strategy")), (true, t!("search.by_you"))], search.manual, |v| Edit::choose("search.manual", v)) }
            { fields::choice(link, "distinct", t!("search.tried"), vec![(false, t!("search.tried_again")), (true, t!("search.tried_skipped"))], search.distinct, |v| Edit::choose("search.distinct", v)) }
            <details class="more" id="limits">
                <summary>{ t!("search.limits") }</summary>
                { fields::number(link, "most-epochs", t!("search.most_epochs"), search.most_epochs as f64, |v| Edit::set("search.most_epochs", v)) }
                { fields::number(link, "most-parameters", t!("search.most_parameters"), search.most_parameters as f64, |v| Edit::set("search.most_parameters", v)) }
                <p class="about">{ explained(t!("search.limits_say")) }</p>
            </details>
            if search.strategy.believes() {
                if search.strategy.weighs() {
                { fields::choice(link, "minimises", t!("search.minimises"), vec![(false, t!("search.metric_alone")), (true, t!("search.and_cost"))], search.pareto,
                    |p| Edit::choose("search.pareto", p)) }
                if search.pareto {
                    <p class="about">{ if search.strategy == StrategyName::Genetic { t!("search.ranked") } else { t!("search.weighed") } }</p>
                }
                }
                { process::at_once(s, link) }
            }
            { pruning::controls(s, link) }
            { fields::number(link, "search-seed", t!("search.seed").to_string(), search.seed as f64, |v| Edit::set("search.seed", v)) }
            </details>
            // A lesson says itself what its study begins with.
            if search.hand.is_empty() && !state.warm().is_empty() && state.lesson().is_none() {
                { fields::button(link, "warm", t!("search.warm", n = state.warm().len()), t!("search.warm_why"), true, || Event::Study(StudyEvent::Warm)) }
            }
            if !search.hand.is_empty() {
                <p class="about">{ explained(t!("search.by_hand", n = search.hand.len())) }</p>
            }
        </>
    };
    fields::fold("searched", t!("search.what"), true, body)
}

/// The formula of the strategy with its options.
fn what_runs(setup: &Setup) -> Html {
    let strategy = setup.strategy();
    let shown = strategy
        .formula()
        .map_or_else(|| t!(format!("strategy.{}_formula", strategy.name.key())), str::to_owned);
    let model = strategy.prediction_formula().unwrap_or_default();
    let symbols = match strategy.name {
        StrategyName::Bayesian => t!("acquisition.symbols"),
        name => t!(format!("strategy.{}_symbols", name.key())),
    };
    html! {
        <>
            { formula::view(&shown, Some("strategy-formula")) }
            if !model.is_empty() { { formula::view(model, None) } }
            <p>{ formula::legend(&[shown.as_str(), "  ", model].concat(), &[symbols]) }</p>
        </>
    }
}

pub fn name(strategy: StrategyName) -> String {
    t!(format!("strategy.{}", strategy.key()))
}
