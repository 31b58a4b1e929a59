//! Python for Optuna: the same space, a sampler and a pruner of the same kind, the trials so far,
//! and an objective in PyTorch. A grid is the page's own, point by point.

use super::compare;
use super::template::Filling;
use super::training::{self, Library};
use super::{Kind, Script, Source, Unsupported, by_loss, lacks, python, steps};
use crate::import::{Domain, ImportedStudy, ImportedTrial, Parameter, TrialState};
use crate::metrics::{Metric, When};
use crate::prune::pruner::PrunerName;
use crate::search::StrategyName;
use crate::search::grid::Grid;
use crate::setup::Setup;
use crate::study::Study;
use std::fmt::Write;
use tunescape_engine::optim::Rule;

const TEMPLATE: &str = include_str!("templates/optuna.py");
const TOOL: &str = "Optuna";

/// The script of a study.
pub fn script(source: Source, study: &Study) -> Script {
    let Source { setup, data, .. } = source;
    let (shared, needs_data) = training::write(source, true, Library::Torch);
    let mut unsupported = training::unsupported(&source);
    // The script's objective is the loss: values in another metric would mislead the sampler.
    let own = by_loss(setup, study, data.task());
    let grid = grid(setup, &own);
    let (sampler, needs) = match grid {
        Some(_) => (format!("optuna.samplers.GridSampler(GRID, seed={})", setup.search.seed), ""),
        None => sampler(setup, &mut unsupported),
    };
    let pruner = pruner(setup, &mut unsupported);
    let loss = setup.objective(data.task()).metric == Metric::Loss;
    unsupported.extend((!loss).then_some(Unsupported::Metric));
    if grid.is_none() {
        unsupported.extend(lacks::scales(study.space()));
    }
    unsupported.extend(lacks::search(setup));
    unsupported.extend(lacks::at_once(setup));
    let told = own.trials.iter().filter(|trial| trial.state.is_finished()).count();
    if told == 0 && !own.trials.is_empty() {
        unsupported.push(Unsupported::Afresh);
    }
    let refused = own.trials.iter().filter(|t| t.state == TrialState::Failed).count();
    unsupported.extend((refused > 0).then_some(Unsupported::Refused { trials: refused }));
    let mut filling = Filling::default();
    filling.set("title", format!("A study of Tunescape's, to go on in Optuna: {}.", data.name));
    compare::say(&unsupported, &mut filling);
    filling.set("needs", needs);
    filling.set("training", shared);
    filling.set("rules", rules());
    filling.set("suggest", apply(setup, &own, suggested));
    filling.set("result", result(setup));
    filling.set("distributions", distributions(&own));
    filling.set("trials", trials(&own));
    filling.word("over", told > 0);
    filling.word("grid", grid.is_some());
    filling.word("grid_over", grid.is_some() && told > 0);
    filling.set("grid", grid.unwrap_or_default());
    filling.word("gaussian", setup.search.strategy == StrategyName::Bayesian);
    filling.set("name", python::text(&own.name));
    filling.set("direction", python::text("minimize"));
    filling.set("sampler", sampler);
    filling.set("pruner", pruner);
    filling.set("more", setup.search.budget.saturating_sub(told).max(1).to_string());
    let text = filling.fill(TEMPLATE);
    Script { name: "tunescape_optuna.py", text, unsupported, needs_data }
}

pub(super) fn result(setup: &Setup) -> String {
    match setup.search.when {
        When::Last => "history[-1][1]".into(),
        When::Best => "min(valid_loss for _, valid_loss in history[1:])".into(),
    }
}

/// The values of each parameter on the page's grid. None where another strategy is chosen, where a
/// parameter counts only with some values of others (some of the grid's points are then one), and of
/// a grid of one point.
fn grid(setup: &Setup, own: &ImportedStudy) -> Option<String> {
    let space = setup.searched();
    let whole = space.params.iter().all(|param| param.when.is_none());
    if setup.search.strategy != StrategyName::Grid || !whole {
        return None;
    }
    let axes = Grid::axes(&space, setup.search.budget, setup.search.grid_ends);
    let line = |(parameter, axis): (&Parameter, &Vec<f64>)| {
        let values = axis.iter().filter_map(|x| value(parameter, steps::own(parameter, *x)));
        format!("    \"{}\": {},\n", parameter.name, python::list(values, 8))
    };
    let several = axes.iter().any(|axis| axis.len() > 1);
    several.then(|| own.parameters.iter().zip(&axes).map(line).collect())
}

/// The constructor of a sampler, and what packages it wants.
fn sampler(setup: &Setup, unsupported: &mut Vec<Unsupported>) -> (String, &'static str) {
    let (search, of) = (&setup.search, "optuna.samplers.");
    let seed = search.seed;
    let name = search.strategy.key();
    let differs =
        |sampler: &str| Unsupported::Differs { name: name.into(), sampler: sampler.into() };
    let instead = |instead| Kind::Strategy.instead(name, TOOL, instead);
    match search.strategy {
        StrategyName::Tpe => (format!("{of}TPESampler(seed={seed}, multivariate=True)"), ""),
        StrategyName::TpeUnivariate => {
            (format!("{of}TPESampler(seed={seed}, multivariate=False)"), "")
        }
        StrategyName::Random => (format!("{of}RandomSampler(seed={seed})"), ""),
        StrategyName::Bayesian => {
            unsupported.push(differs("GPSampler"));
            (
                format!("{of}GPSampler(seed={seed})"),
                ", scipy. GPSampler wants PyTorch 2.0 or newer, with which this was not run",
            )
        }
        StrategyName::Cmaes => {
            unsupported.push(differs("CmaEsSampler"));
            (format!("{of}CmaEsSampler(seed={seed})"), ", cmaes")
        }
        StrategyName::Genetic => {
            unsupported.push(differs("NSGAIISampler"));
            (format!("{of}NSGAIISampler(seed={seed})"), "")
        }
        StrategyName::Sobol | StrategyName::Halton => {
            unsupported.push(differs("QMCSampler"));
            (format!("{of}QMCSampler(qmc_type=\"{name}\", scramble=True, seed={seed})"), ", scipy")
        }
        StrategyName::LatinHypercube | StrategyName::Grid => {
            unsupported.push(instead("QMCSampler"));
            (format!("{of}QMCSampler(qmc_type=\"sobol\", scramble=True, seed={seed})"), ", scipy")
        }
        StrategyName::TpeHyperopt
        | StrategyName::Anneal
        | StrategyName::NelderMead
        | StrategyName::Hypergradient
        | StrategyName::Bohb => {
            unsupported.push(instead("TPESampler"));
            (format!("{of}TPESampler(seed={seed})"), "")
        }
    }
}

fn pruner(setup: &Setup, unsupported: &mut Vec<Unsupported>) -> String {
    let p = &setup.search.pruner;
    let (of, name) = ("optuna.pruners.", p.name.key());
    match p.name {
        PrunerName::None => format!("{of}NopPruner()"),
        PrunerName::Median => {
            format!("{of}MedianPruner(n_startup_trials={}, n_warmup_steps={})", p.startup, p.warmup)
        }
        PrunerName::Percentile => format!(
            "{of}PercentilePruner({}, n_startup_trials={}, n_warmup_steps={})",
            python::number(100.0 * p.keep),
            p.startup,
            p.warmup
        ),
        PrunerName::Patience => format!("{of}PatientPruner(None, patience={})", p.patience),
        PrunerName::Threshold => format!(
            "{of}ThresholdPruner(upper={}, n_warmup_steps={})",
            python::number(p.upper),
            p.warmup
        ),
        PrunerName::Halving | PrunerName::Asha => {
            if p.name == PrunerName::Asha {
                let instead = "SuccessiveHalvingPruner";
                unsupported.push(Kind::Pruner.instead(name, TOOL, instead));
            }
            format!(
                "{of}SuccessiveHalvingPruner(min_resource={}, reduction_factor={})",
                p.least.max(1),
                p.factor.max(2)
            )
        }
        PrunerName::Hyperband => format!(
            "{of}HyperbandPruner(min_resource={}, max_resource={}, reduction_factor={})",
            p.least.max(1),
            setup.training.epochs,
            p.factor.max(2)
        ),
        PrunerName::Wilcoxon => {
            unsupported.push(Kind::Pruner.instead(name, TOOL, "NopPruner"));
            format!("{of}NopPruner()")
        }
    }
}

/// What [`crate::setup::training::TrainingSetup::choose`] sets with a rule.
pub(super) fn rules() -> String {
    let names = ["dampening", "beta2", "epsilon", "momentum_decay", "initial_accumulator", "decay"];
    let row = |rule: Rule| {
        let mut usual = rule.defaults();
        let pairs = names.iter().filter_map(|name| {
            let value = usual.named(name)?;
            Some(format!("\"{name}\": {}", python::single(*value)))
        });
        let pairs: Vec<String> = pairs.collect();
        format!("    \"{}\": {{{}}},\n", training::key(&rule), pairs.join(", "))
    };
    format!("{{\n{}}}", Rule::ALL.map(row).concat())
}

/// A distribution's constructor arguments, as `suggest_…` takes them too.
fn arguments(parameter: &Parameter) -> (&'static str, String) {
    match &parameter.domain {
        &Domain::Number { integer: true, low, high, log, step } => {
            let step = step.unwrap_or(1.0);
            let more = match (log, step) {
                (true, 1.0) => ", log=True".to_string(),
                (_, 1.0) => String::new(),
                _ => format!(", step={}", python::whole(step)),
            };
            ("int", format!("{}, {}{more}", python::whole(low), python::whole(high)))
        }
        &Domain::Number { low, high, log, step, .. } => {
            let more = match step {
                _ if log => ", log=True".to_string(),
                Some(step) => format!(", step={}", python::number(step)),
                None => String::new(),
            };
            ("float", format!("{}, {}{more}", python::number(low), python::number(high)))
        }
        Domain::Categorical(choices) => {
            ("categorical", python::list(choices.iter().map(python::choice), 8))
        }
    }
}

/// How a script asks for a parameter's value.
fn suggested(parameter: &Parameter) -> String {
    let (kind, arguments) = arguments(parameter);
    format!("trial.suggest_{kind}(\"{}\", {arguments})", parameter.name)
}

/// The lines that put each parameter's value, as Python has it, into the settings.
pub(super) fn apply(
    setup: &Setup,
    study: &ImportedStudy,
    value: impl Fn(&Parameter) -> String,
) -> String {
    let mut text = String::new();
    for parameter in &study.parameters {
        let (name, call) = (&parameter.name, value(parameter));
        let units = name.strip_prefix("units_").and_then(|layer| layer.parse::<usize>().ok());
        // Writing into a text can't fail.
        let _ = match name.as_str() {
            "rule" => writeln!(text, "    s[\"rule\"] = {call}\n    s.update(RULES[s[\"rule\"]])"),
            "layers" => writeln!(
                text,
                "    layers = {call}\n    s[\"hidden\"] = (s[\"hidden\"] + [s[\"hidden\"][-1] if \
                 s[\"hidden\"] else {}] * layers)[:layers]\n    s[\"activations\"] = \
                 (s[\"activations\"] + [{}] * layers)[:layers]",
                crate::setup::parameters::USUAL_UNITS,
                python::text(&training::key(&setup.net.activation)),
            ),
            "activation" => {
                writeln!(text, "    s[\"activations\"] = [{call}] * len(s[\"hidden\"])")
            }
            _ => match units {
                Some(layer) => writeln!(
                    text,
                    "    if len(s[\"hidden\"]) >= {layer}:\n        s[\"hidden\"][{}] = {call}",
                    layer - 1
                ),
                None => writeln!(text, "    s[\"{name}\"] = {call}"),
            },
        };
    }
    text
}

fn distributions(study: &ImportedStudy) -> String {
    let line = |parameter: &Parameter| {
        let (kind, arguments) = arguments(parameter);
        let class = match kind {
            "int" => "IntDistribution",
            "float" => "FloatDistribution",
            _ => "CategoricalDistribution",
        };
        format!("    \"{}\": optuna.distributions.{class}({arguments}),\n", parameter.name)
    };
    study.parameters.iter().map(line).collect()
}

/// A parameter's value as Python has it.
fn value(parameter: &Parameter, x: f64) -> Option<String> {
    Some(match &parameter.domain {
        Domain::Number { integer: true, .. } => python::whole(x),
        Domain::Number { .. } => python::number(x),
        Domain::Categorical(choices) => python::choice(choices.get(x as usize)?),
    })
}

/// Finished trials as a list of tuples.
fn trials(study: &ImportedStudy) -> String {
    let line = |trial: &ImportedTrial| {
        let state = match trial.state {
            TrialState::Complete => "COMPLETE",
            TrialState::Pruned => "PRUNED",
            TrialState::Failed => "FAIL",
            TrialState::Running | TrialState::Waiting => return None,
        };
        let score = trial.values.first().map_or("None".into(), |score| python::number(*score));
        let param = |(parameter, x): (&Parameter, &Option<f64>)| {
            Some(format!("\"{}\": {}", parameter.name, value(parameter, (*x)?)?))
        };
        let params: Vec<String> =
            study.parameters.iter().zip(&trial.params).filter_map(param).collect();
        let report = |(step, value): &(u64, f64)| format!("{step}: {}", python::number(*value));
        let reports: Vec<String> = trial.reports.iter().map(report).collect();
        let (params, reports) = (params.join(", "), reports.join(", "));
        Some(format!("    (\"{state}\", {score}, {{{params}}}, {{{reports}}}),\n"))
    };
    format!("[\n{}]", study.trials.iter().filter_map(line).collect::<String>())
}
