//! Python for Hyperopt: the same space, its TPE or annealing or random search, an objective in
//! PyTorch. It takes no finished trials over: the best ones are tried anew.

use super::compare;
use super::optuna::{apply, result, rules};
use super::template::Filling;
use super::training::{self, Library};
use super::{Kind, Script, Source, Unsupported, by_loss, lacks, python, steps};
use crate::import::{Domain, ImportedStudy, ImportedTrial, Parameter, TrialState};
use crate::metrics::Metric;
use crate::prune::pruner::PrunerName;
use crate::search::StrategyName;
use crate::sort::sort_by;
use crate::study::Study;

const TEMPLATE: &str = include_str!("templates/hyperopt.py");
/// The version that the scripts were run with.
pub const TESTED: &str = "0.3.0";
/// Trials so far that are tried anew.
const MAX_POINTS: usize = 5;

/// The script of a study.
pub fn script(source: Source, study: &Study) -> Script {
    let Source { setup, data, .. } = source;
    let (shared, needs_data) = training::write(source, true, Library::Torch);
    let mut unsupported = training::unsupported(&source);
    // Its objective is the loss: by that the best trials are told.
    let own = by_loss(setup, study, data.task());
    let name = setup.search.strategy.key();
    let algorithm = match setup.search.strategy {
        StrategyName::TpeHyperopt => "tpe",
        StrategyName::Anneal => "anneal",
        StrategyName::Random => "rand",
        StrategyName::Tpe | StrategyName::TpeUnivariate => {
            let sampler = "tpe.suggest".into();
            unsupported.push(Unsupported::Differs { name: name.into(), sampler });
            "tpe"
        }
        _ => {
            unsupported.push(Kind::Strategy.instead(name, "Hyperopt", "tpe.suggest"));
            "tpe"
        }
    };
    if setup.search.pruner.name != PrunerName::None {
        unsupported.push(Unsupported::NoPruning);
    }
    let best = best(&own);
    unsupported.extend(if best.is_empty() {
        (!study.trials().is_empty()).then_some(Unsupported::Afresh)
    } else {
        Some(Unsupported::TriedAnew { trials: best.len() })
    });
    let loss = setup.objective(data.task()).metric == Metric::Loss;
    unsupported.extend((!loss).then_some(Unsupported::Metric));
    unsupported.extend(lacks::scales(study.space()));
    unsupported.extend(lacks::search(setup));
    unsupported.extend(lacks::at_once(setup));
    let mut filling = Filling::default();
    filling.set("title", format!("A study of Tunescape's, for Hyperopt: {}.", data.name));
    filling.set("tested", TESTED);
    compare::say(&unsupported, &mut filling);
    filling.set("training", shared);
    filling.set("algorithm", algorithm);
    filling.set("rules", rules());
    filling.set("space", own.parameters.iter().map(space).collect::<String>());
    filling.word("points", !best.is_empty());
    filling.set("points", points(&own, &best));
    let value = |parameter: &Parameter| format!("point[\"{}\"]", parameter.name);
    filling.set("apply", apply(setup, &own, value));
    filling.set("result", result(setup));
    filling.set("search_seed", setup.search.seed.to_string());
    filling.set("more", setup.search.budget.max(1).to_string());
    let text = filling.fill(TEMPLATE);
    Script { name: "tunescape_hyperopt.py", text, unsupported, needs_data }
}

/// A line of the space. Integers are cast where Hyperopt gives floats.
fn space(parameter: &Parameter) -> String {
    let name = &parameter.name;
    let number = |x: f64| python::number(x);
    let body = match &parameter.domain {
        Domain::Categorical(choices) => {
            let list = python::list(choices.iter().map(python::choice), 8);
            format!("hp.choice(\"{name}\", {list})")
        }
        &Domain::Number { integer, low, high, log, step } => {
            let inner = match (log, step) {
                // In steps of 1 alone, which count from 0 as well as from the low end.
                (true, Some(step)) => format!(
                    "hp.qloguniform(\"{name}\", math.log({}), math.log({}), {})",
                    number(low),
                    number(high),
                    number(step)
                ),
                (true, None) => format!(
                    "hp.loguniform(\"{name}\", math.log({}), math.log({}))",
                    number(low),
                    number(high)
                ),
                // Steps count from 0 in Hyperopt: the grid is moved to its low end.
                (false, Some(step)) => format!(
                    "{} + hp.quniform(\"{name}\", 0, {}, {})",
                    number(low),
                    number(steps::nearest(0.0, step, high - low)),
                    number(step)
                ),
                (false, None) => {
                    format!("hp.uniform(\"{name}\", {}, {})", number(low), number(high))
                }
            };
            if integer { format!("scope.int({inner})") } else { inner }
        }
    };
    format!("    \"{name}\": {body},\n")
}

/// The best trials so far, the best first.
fn best(study: &ImportedStudy) -> Vec<&ImportedTrial> {
    let complete = |t: &&ImportedTrial| t.state == TrialState::Complete && t.values[0].is_finite();
    let mut best: Vec<&ImportedTrial> = study.trials.iter().filter(complete).collect();
    sort_by(&mut best, |a, b| a.values[0].total_cmp(&b.values[0]));
    best.truncate(MAX_POINTS);
    best
}

/// Trials as Hyperopt's own values.
fn points(study: &ImportedStudy, best: &[&ImportedTrial]) -> String {
    let value = |(parameter, x): (&Parameter, &Option<f64>)| {
        let x = match (&parameter.domain, *x) {
            (&Domain::Number { low, log: false, step: Some(step), .. }, x) => {
                steps::nearest(0.0, step, x.unwrap_or(low) - low)
            }
            (&Domain::Number { low, .. }, x) => x.unwrap_or(low),
            (Domain::Categorical(_), x) => x.unwrap_or(0.0),
        };
        format!("\"{}\": {}", parameter.name, python::whole(x))
    };
    let line = |trial: &&ImportedTrial| {
        let pairs: Vec<String> = study.parameters.iter().zip(&trial.params).map(value).collect();
        format!("    {{{}}},\n", pairs.join(", "))
    };
    format!("[\n{}]", best.iter().map(line).collect::<String>())
}
