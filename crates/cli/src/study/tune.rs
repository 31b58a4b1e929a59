//! A study as a script that goes on with it by Ray Tune: the same space, the scheduler that comes
//! nearest to the pruner, and the trials so far.

use serde_json::Value;
use tunescape_core::data::Task;
use tunescape_core::export::{Kind as Of, Unsupported, lacks, listed};
use tunescape_core::link;
use tunescape_core::metrics::{Metric, When};
use tunescape_core::prune::pruner::PrunerName;
use tunescape_core::search::{Outcome, StrategyName};
use tunescape_core::setup::Setup;
use tunescape_core::space::{Kind, Param, Scale};
use tunescape_core::study::{Study, Trial};

const TEMPLATE: &str = include_str!("tune.py");
const TOOL: &str = "Ray Tune";

/// The script.
pub fn script(setup: &Setup, study: &Study, task: Task) -> String {
    let space = setup.searched();
    let (search, most) = (&setup.search, setup.training.epochs);
    let title = format!("A Tunescape study of {} ({task:?}), by Ray Tune.", setup.data.name);
    let own = Setup { lesson: Default::default(), ..setup.clone() };
    let lines: Vec<String> = space.params.iter().map(|p| format!("    {}", dimension(p))).collect();
    let steps: Vec<String> = space.params.iter().filter_map(steps).collect();
    let told = || study.trials().iter().filter_map(|trial| Some((trial, loss(trial)?)));
    let points: Vec<String> = told().map(|(trial, _)| config(setup, trial)).collect();
    let losses: Vec<String> = told().map(|(_, loss)| loss.to_string()).collect();
    let left = setup.search.budget.saturating_sub(losses.len()).max(1);
    [
        ("@TITLE@", title),
        ("@LACKS@", listed(&unsupported(setup, study, task))),
        ("@TABLE@", table(setup).into()),
        ("@OWN@", if setup.data.name == "csv" { "True" } else { "False" }.into()),
        ("@STEPS@", steps.join("\n")),
        ("@PATIENCE@", setup.training.patience.to_string()),
        ("@LINK@", text(&link::write(&own))),
        ("@SPACE@", lines.join("\n")),
        ("@POINTS@", list(&points)),
        ("@LOSSES@", list(&losses)),
        ("@TRIALS@", left.to_string()),
        ("@AT_ONCE@", setup.search.at_once.to_string()),
        ("@SCHEDULER@", text(scheduler(search.pruner.name))),
        ("@CHANGING@", list(&changing(setup))),
        ("@EPOCHS@", most.to_string()),
        ("@LEAST@", search.pruner.least.clamp(1, most).to_string()),
        ("@FACTOR@", search.pruner.factor.to_string()),
        ("@WARMUP@", search.pruner.warmup.max(1).to_string()),
        ("@STARTUP@", search.pruner.startup.max(1).to_string()),
        ("@MEMBERS@", search.members.to_string()),
        ("@EVERY@", search.every.clamp(1, most).to_string()),
    ]
    .iter()
    .fold(TEMPLATE.to_owned(), |script, (mark, text)| script.replace(mark, text))
}

/// What Ray Tune does otherwise, or not at all.
fn unsupported(setup: &Setup, study: &Study, task: Task) -> Vec<Unsupported> {
    let (search, mut all) = (&setup.search, Vec::new());
    let trainings = setup.evaluation.streams();
    all.extend((trainings > 1).then_some(Unsupported::Trainings { trainings }));
    let (name, sampler) = (search.strategy.key(), "TPESampler");
    all.extend(match search.strategy {
        StrategyName::TpeUnivariate => None,
        StrategyName::Tpe => {
            Some(Unsupported::Differs { name: name.into(), sampler: sampler.into() })
        }
        _ => Some(Of::Strategy.instead(name, TOOL, "Optuna's TPESampler")),
    });
    let pruner = search.pruner.name;
    let instead = match pruner {
        PrunerName::None | PrunerName::Asha | PrunerName::Median => None,
        PrunerName::Halving => Some("ASHAScheduler"),
        PrunerName::Hyperband => Some("AsyncHyperBandScheduler"),
        PrunerName::Percentile => Some("MedianStoppingRule"),
        _ => Some("no scheduler"),
    };
    all.extend(instead.map(|instead| Of::Pruner.instead(pruner.key(), TOOL, instead)));
    let metric = setup.objective(task).metric;
    all.extend((metric != Metric::Loss).then_some(Unsupported::Metric));
    all.extend((search.when == When::Best).then_some(Unsupported::LastEpoch));
    // Steps are the script's own, on any scale.
    let scales = lacks::scales(study.space()).into_iter();
    all.extend(scales.filter(|item| matches!(item, Unsupported::Scale { .. })));
    all.extend(lacks::search(setup));
    let told = study.trials().iter().any(|trial| loss(trial).is_some());
    all.extend((!told && !study.trials().is_empty()).then_some(Unsupported::Afresh));
    all
}

/// How a script is told of a table of the reader's own, which no link can carry.
fn table(setup: &Setup) -> &'static str {
    if setup.data.name != "csv" {
        return "";
    }
    "The data is a table of your own: name it behind the script, and the column to predict behind \
     that\nif it is not the likeliest: python tune.py TABLE.csv [COLUMN]. Each machine needs it at \
     that path.\n"
}

/// The validation loss at the end of a trial, which is what the script judges by.
fn loss(trial: &Trial) -> Option<f64> {
    let whole = matches!(trial.outcome, Some(Outcome::Value(_)));
    let last = trial.curve.last().filter(|_| whole)?;
    Some(f64::from(last.1.valid_loss)).filter(|loss| loss.is_finite())
}

fn text(text: &str) -> String {
    Value::from(text).to_string()
}

fn list(items: &[String]) -> String {
    let items: String = items.iter().map(|item| format!("    {item},\n")).collect();
    if items.is_empty() { "[]".into() } else { format!("[\n{items}]") }
}

/// The values of a trial as Ray Tune has them.
fn config(setup: &Setup, trial: &Trial) -> String {
    let values = setup.searched().params.into_iter().zip(setup.exact(&trial.point));
    let value = |(param, value): (Param, String)| {
        let value = if param.is_choice() { text(&value) } else { value };
        format!("{}: {value}", text(&param.name))
    };
    format!("{{{}}}", values.map(value).collect::<Vec<_>>().join(", "))
}

/// A parameter's line of the space. −log(1 − x) is no scale of Ray Tune's: linear stands in its
/// place. What has steps is drawn half a step beyond its ends and set on its steps when it is
/// trained ([`steps`]): Ray Tune counts steps from 0, and has none on a logarithmic scale.
fn dimension(param: &Param) -> String {
    let Param { low, high, .. } = *param;
    let log = if param.scale == Scale::Log { "log" } else { "" };
    let domain = match &param.kind {
        Kind::Choice(names) => {
            let names: Vec<String> = names.iter().map(|name| text(name)).collect();
            format!("tune.choice([{}])", names.join(", "))
        }
        _ if low == high => format!("tune.choice([{low}])"),
        // The upper end is none of a range of integers.
        _ if is_whole(param) => format!("tune.{log}randint({low}, {})", high + 1.0),
        &Kind::Step(step) => {
            format!("tune.{log}uniform({}, {})", low - 0.5 * step, high + 0.5 * step)
        }
        Kind::Float => format!("tune.{log}uniform({low}, {high})"),
    };
    format!("{}: {domain},", text(&param.name))
}

/// Whether it takes whole numbers one by one.
fn is_whole(param: &Param) -> bool {
    param.kind == Kind::Step(1.0) && param.low.trunc() == param.low
}

/// The line of a parameter whose values the script sets on its steps: low end, step, last step.
fn steps(param: &Param) -> Option<String> {
    let Kind::Step(step) = param.kind else { return None };
    let last = param.count()? - 1;
    let line = || format!("    {}: ({}, {step}, {last}),", text(&param.name), param.low);
    (last > 0 && !is_whole(param)).then(line)
}

/// The scheduler that comes nearest to a pruner.
fn scheduler(pruner: PrunerName) -> &'static str {
    match pruner {
        PrunerName::Halving | PrunerName::Asha => "asha",
        PrunerName::Hyperband => "hyperband",
        PrunerName::Median | PrunerName::Percentile => "median",
        _ => "none",
    }
}

/// Names of what can change while a network trains.
fn changing(setup: &Setup) -> Vec<String> {
    let live = setup.space.iter().filter(|(p, _)| p.can_change());
    live.map(|(p, _)| text(p.name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tunescape_core::setup::space::Range;

    fn numbers(low: f64, high: f64, scale: Scale, step: f64) -> Option<Range> {
        Some(Range::Numbers { low, high, scale, step })
    }

    #[test]
    fn steps_are_the_scripts_own_on_any_scale() {
        let mut setup = Setup::default();
        setup.space.set("learning_rate", numbers(0.01, 0.5, Scale::Log, 0.01));
        setup.space.set("momentum", numbers(0.05, 0.95, Scale::Linear, 0.1));
        setup.space.set("batch", numbers(4.0, 32.0, Scale::Log, 4.0));
        setup.space.set("layers", numbers(1.0, 3.0, Scale::Linear, 1.0));
        setup.training.patience = 3;
        let study = Study::new(setup.strategy(), setup.searched());
        let text = script(&setup, &study, Task::Binary);
        for line in [
            "\"learning_rate\": tune.loguniform(0.005, 0.505),",
            "\"batch\": tune.loguniform(2, 34),",
            "\"layers\": tune.randint(1, 4),",
            "\"learning_rate\": (0.01, 0.01, 49),",
            "\"momentum\": (0.05, 0.1, 9),",
            "\"batch\": (4, 4, 7),",
            "PATIENCE = 3\n",
            "OWN_TABLE = False\n",
        ] {
            assert!(text.contains(line), "{line} {text}");
        }
        assert!(!text.contains("\"layers\": (") && !text.contains('@'), "{text}");
    }

    #[test]
    fn what_it_cannot_do_stands_at_its_top() {
        let mut setup = Setup::default();
        setup.search.metric = Metric::Accuracy;
        setup.search.pruner.name = PrunerName::Patience;
        (setup.search.when, setup.search.pareto) = (When::Best, true);
        setup.space.set("momentum", numbers(0.1, 0.9, Scale::Complement, 0.0));
        (setup.evaluation.repeats, setup.data.name) = (3, "csv".into());
        let study = Study::new(setup.strategy(), setup.searched());
        let wanted = [
            Unsupported::Trainings { trainings: 3 },
            Of::Strategy.instead("bayesian", TOOL, "Optuna's TPESampler"),
            Of::Pruner.instead("patience", TOOL, "no scheduler"),
            Unsupported::Metric,
            Unsupported::LastEpoch,
            Unsupported::Scale { parameter: "momentum".into() },
            Unsupported::CostsNothing,
        ];
        assert_eq!(unsupported(&setup, &study, Task::Binary), wanted);
        let text = script(&setup, &study, Task::Binary);
        let top = text.split("import argparse").next().unwrap_or_default();
        assert!(wanted.iter().all(|item| top.contains(&item.to_string())), "{top}");
        assert!(top.contains("TABLE.csv") && text.contains("OWN_TABLE = True"));
        // Nothing is said of a search that is the same there.
        let mut setup = Setup::default();
        setup.search.strategy = StrategyName::TpeUnivariate;
        setup.space.set("momentum", numbers(0.1, 0.9, Scale::Linear, 0.0));
        let study = Study::new(setup.strategy(), setup.searched());
        let text = script(&setup, &study, Task::Binary);
        let top = text.split("import argparse").next().unwrap_or_default();
        assert!(!text.contains("Not as on the page") && !top.contains("TABLE.csv"), "{top}");
    }
}
