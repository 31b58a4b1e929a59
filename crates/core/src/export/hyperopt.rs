//! Python for Hyperopt: the same space, its TPE or annealing or random search, an objective in
//! PyTorch. It takes no finished trials over: the best ones are tried anew.

use super::compare;
use super::optuna::{apply, result, rules};
use super::template::Filling;
use super::training::{self, Library};
use super::{Kind, Script, Source, Unsupported, of_study, python};
use crate::import::{Domain, ImportedStudy, ImportedTrial, Parameter, TrialState};
use crate::metrics::Metric;
use crate::prune::pruner::PrunerName;
use crate::search::StrategyName;
use crate::sort::sort_by;
use crate::space::Scale;
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
    let own = of_study(setup, study, data.task());
    let name = setup.search.strategy.key();
    let algorithm = match setup.search.strategy {
        StrategyName::TpeHyperopt => "tpe",
        StrategyName::Anneal => "anneal",
        StrategyName::Random => "rand",
        _ => {
            unsupported.push(Kind::Strategy.instead(name, "Hyperopt", "tpe"));
            "tpe"
        }
    };
    if setup.search.pruner.name != PrunerName::None {
        unsupported.push(Unsupported::NoPruning);
    }
    unsupported.push(Unsupported::TriedAnew { trials: MAX_POINTS });
    let loss = setup.objective(data.task()).metric == Metric::Loss;
    unsupported.extend((!loss).then_some(Unsupported::Metric));
    for param in study.space().params.iter().filter(|p| p.scale == Scale::Complement) {
        unsupported.push(Unsupported::Scale { parameter: param.name.clone() });
    }
    let mut filling = Filling::default();
    filling.set("title", format!("A study of Tunescape's, for Hyperopt: {}.", data.name));
    filling.set("tested", TESTED);
    compare::say(&unsupported, &mut filling);
    filling.set("training", shared);
    filling.set("algorithm", algorithm);
    filling.set("rules", rules());
    filling.set("space", own.parameters.iter().map(space).collect::<String>());
    filling.set("points", points(&own));
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
                    number(high - low),
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

/// The best trials as Hyperopt's own values.
fn points(study: &ImportedStudy) -> String {
    let complete = |t: &&ImportedTrial| t.state == TrialState::Complete && t.values[0].is_finite();
    let mut best: Vec<&ImportedTrial> = study.trials.iter().filter(complete).collect();
    sort_by(&mut best, |a, b| a.values[0].total_cmp(&b.values[0]));
    let value = |(parameter, x): (&Parameter, &Option<f64>)| {
        let x = match (&parameter.domain, *x) {
            (&Domain::Number { low, log: false, step: Some(_), .. }, x) => x.unwrap_or(low) - low,
            (&Domain::Number { low, .. }, x) => x.unwrap_or(low),
            (Domain::Categorical(_), x) => x.unwrap_or(0.0),
        };
        format!("\"{}\": {}", parameter.name, python::whole(x))
    };
    let line = |trial: &&ImportedTrial| {
        let pairs: Vec<String> = study.parameters.iter().zip(&trial.params).map(value).collect();
        format!("    {{{}}},\n", pairs.join(", "))
    };
    format!("[\n{}]", best.iter().take(MAX_POINTS).map(line).collect::<String>())
}
