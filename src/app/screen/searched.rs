//! What is searched, by which strategy.

use super::{Link, fields, space};
use crate::app::model::Model;
use crate::app::texts::t;
use crate::search::{Acquisition, StrategyName};
use yew::prelude::*;

pub fn panel(model: &Model, link: &Link) -> Html {
    let s = &model.setup;
    let search = &s.search;
    html! {
        <section class="card searched">
            <h2>{ t!("search.what") }</h2>
            { space::panel(model, link) }
            { fields::choice(link, "strategy", t!("search.strategy").to_string(),
                StrategyName::ALL.map(|n| (n, name(n))).to_vec(), search.strategy, |s, n| { s.search.strategy = n; s.search.hand.clear(); s.search.run = 0; s.search.shown = 0; }) }
            <p class="formula"><i class={classes!("swatch", format!("strategy-{}", search.strategy.key()))} />{ t!(format!("strategy.{}_says", search.strategy.key())) }</p>
            <details class="about" id="strategy-about">
                <summary>{ t!("strategy.more") }</summary>
                <p>{ t!(format!("strategy.{}_about", search.strategy.key())) }</p>
                <p class="formula">{ t!(format!("strategy.{}_formula", search.strategy.key())) }</p>
                <p><small>{ t!(format!("strategy.{}_source", search.strategy.key())) }</small></p>
            </details>
            if search.strategy == StrategyName::Bayesian {
                { fields::choice(link, "acquisition", t!("search.acquisition").to_string(),
                    Acquisition::ALL.map(|a| (a, acquisition(a))).to_vec(), search.acquisition, |s, a| { s.search.acquisition = a; s.search.run = 0; s.search.shown = 0; }) }
                if search.acquisition == Acquisition::ConfidenceBound {
                    { fields::number(link, "kappa", t!("search.kappa").to_string(), search.kappa, |s, v| s.search.kappa = v) }
                } else {
                    { fields::number(link, "xi", t!("search.xi").to_string(), search.xi, |s, v| s.search.xi = v) }
                }
            }
            { fields::number(link, "budget", t!("search.budget").to_string(), search.budget as f64, |s, v| s.search.budget = v.max(0.0) as usize) }
            { fields::number(link, "search-seed", t!("search.seed").to_string(), search.seed as f64, |s, v| { s.search.seed = v.max(0.0) as u64; s.search.run = 0; s.search.shown = 0; }) }
            if !search.hand.is_empty() {
                <p class="about">{ t!("search.by_hand", n = search.hand.len()) }</p>
            }
        </section>
    }
}

pub fn name(strategy: StrategyName) -> String {
    t!(format!("strategy.{}", strategy.key()))
}

pub fn acquisition(acquisition: Acquisition) -> String {
    match acquisition {
        Acquisition::ExpectedImprovement => t!("acquisition.ei"),
        Acquisition::ConfidenceBound => t!("acquisition.ucb"),
        Acquisition::ProbabilityOfImprovement => t!("acquisition.pi"),
    }
}
