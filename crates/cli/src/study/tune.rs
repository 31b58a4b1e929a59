//! A study as a script that goes on with it by Ray Tune: the same space, the scheduler that comes
//! nearest to the pruner, and the trials so far.

use serde_json::Value;
use tunescape_core::data::Task;
use tunescape_core::link;
use tunescape_core::prune::pruner::{Pruner, PrunerName};
use tunescape_core::search::Outcome;
use tunescape_core::setup::Setup;
use tunescape_core::space::{Kind, Param, Scale};
use tunescape_core::study::{Study, Trial};

const TEMPLATE: &str = include_str!("tune.py");

/// The script.
pub fn script(setup: &Setup, study: &Study, task: Task) -> String {
    let space = setup.searched();
    let title = format!("A Tunescape study of {} ({task:?}), by Ray Tune.", setup.data.name);
    let own = Setup { lesson: Default::default(), ..setup.clone() };
    let lines: Vec<String> = space.params.iter().map(|p| format!("    {}", dimension(p))).collect();
    let told = || study.trials().iter().filter_map(|trial| Some((trial, loss(trial)?)));
    let points: Vec<String> = told().map(|(trial, _)| config(setup, trial)).collect();
    let losses: Vec<String> = told().map(|(_, loss)| loss.to_string()).collect();
    let left = setup.search.budget.saturating_sub(study.trials().len()).max(1);
    [
        ("@TITLE@", title),
        ("@LINK@", text(&link::write(&own))),
        ("@SPACE@", lines.join("\n")),
        ("@POINTS@", list(&points)),
        ("@LOSSES@", list(&losses)),
        ("@TRIALS@", left.to_string()),
        ("@AT_ONCE@", setup.search.at_once.to_string()),
        ("@SCHEDULER@", scheduler(setup, &setup.search.pruner)),
    ]
    .iter()
    .fold(TEMPLATE.to_owned(), |script, (mark, text)| script.replace(mark, text))
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
/// place.
fn dimension(param: &Param) -> String {
    let Param { low, high, .. } = *param;
    let log = param.scale == Scale::Log;
    let whole = |x: f64| x.trunc() == x;
    let domain = match &param.kind {
        Kind::Choice(names) => {
            let names: Vec<String> = names.iter().map(|name| text(name)).collect();
            format!("tune.choice([{}])", names.join(", "))
        }
        // The upper end is none of a range of integers.
        &Kind::Step(step) if step == 1.0 && whole(low) => {
            format!("tune.{}randint({low}, {})", if log { "log" } else { "" }, high + 1.0)
        }
        &Kind::Step(step) if whole(step) && whole(low) && !log => {
            format!("tune.qrandint({low}, {high}, {step})")
        }
        &Kind::Step(step) if !log => format!("tune.quniform({low}, {high}, {step})"),
        _ => format!("tune.{}uniform({low}, {high})", if log { "log" } else { "" }),
    };
    format!("{}: {domain},", text(&param.name))
}

/// The scheduler that comes nearest to a pruner.
fn scheduler(setup: &Setup, pruner: &Pruner) -> String {
    let Pruner { least, factor, startup, warmup, .. } = *pruner;
    let common = "metric=\"loss\", mode=\"min\", time_attr=\"epoch\"";
    let most = setup.training.epochs;
    let grace = least.clamp(1, most);
    match pruner.name {
        PrunerName::Halving | PrunerName::Asha => format!(
            "schedulers.ASHAScheduler({common}, max_t={most}, grace_period={grace}, \
             reduction_factor={factor})"
        ),
        PrunerName::Hyperband => format!(
            "schedulers.AsyncHyperBandScheduler({common}, max_t={most}, brackets=3, \
             reduction_factor={factor})"
        ),
        PrunerName::Median | PrunerName::Percentile => format!(
            "schedulers.MedianStoppingRule({common}, grace_period={}, min_samples_required={})",
            warmup.max(1),
            startup.max(1)
        ),
        _ => "None".into(),
    }
}
