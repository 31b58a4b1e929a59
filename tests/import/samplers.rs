//! Every sampler and every pruner that a script for Optuna may have goes on with the trials so far.
//! The Gaussian process has a test of its own, since it wants a newer PyTorch than others do.

use super::carried::{OPTUNA, trained};
use super::fixture::{data, plain, save};
use super::{file, folder, run, with_python};
use libtest_mimic::{Failed, Trial};
use tunescape_core::export::{Source, optuna};
use tunescape_core::prune::pruner::PrunerName;
use tunescape_core::search::StrategyName;
use tunescape_core::setup::Setup;

/// One for each sampler and pruner that is written otherwise than the others; how many trials it
/// takes over, and whether they are the page's own proposals.
const CASES: [(StrategyName, PrunerName, usize, bool); 10] = [
    (StrategyName::Tpe, PrunerName::Median, 4, false),
    (StrategyName::TpeUnivariate, PrunerName::Percentile, 4, false),
    (StrategyName::TpeHyperopt, PrunerName::Patience, 4, false),
    (StrategyName::Random, PrunerName::Threshold, 4, false),
    (StrategyName::Cmaes, PrunerName::Halving, 4, false),
    (StrategyName::Genetic, PrunerName::Hyperband, 4, false),
    (StrategyName::Sobol, PrunerName::None, 4, false),
    (StrategyName::Halton, PrunerName::Median, 4, false),
    (StrategyName::Grid, PrunerName::None, 0, false),
    // Of the twelve points of the grid eight are left.
    (StrategyName::Grid, PrunerName::Median, 4, true),
];

pub fn tests() -> Vec<Trial> {
    vec![with_python(OPTUNA, "Optuna goes on with every sampler and pruner", goes_on)]
}

fn small(strategy: StrategyName, pruner: PrunerName) -> Setup {
    let mut setup = plain();
    (setup.data.name, setup.data.rows) = ("moons".into(), 60);
    (setup.training.epochs, setup.net.hidden) = (4, vec![4]);
    (setup.search.strategy, setup.search.pruner.name) = (strategy, pruner);
    setup.search.budget = 12;
    setup
}

/// In one process, since Optuna and PyTorch take seconds to begin.
fn goes_on(python: &str) -> Result<(), Failed> {
    let home = folder("optuna-samplers");
    let mut arguments = vec![file("run_scripts.py").to_string_lossy().into_owned(), "12".into()];
    let mut constructors = Vec::new();
    for (n, (strategy, pruner, told, own)) in CASES.into_iter().enumerate() {
        let (setup, study) = trained(small(strategy, pruner), told, own)?;
        let (data, split) = data(&setup)?;
        let source = Source { setup: &setup, data: &data, split: &split };
        let script = optuna::script(source, &study);
        let folder = home.join(n.to_string());
        std::fs::create_dir_all(&folder)?;
        save(&script, source, &folder)?;
        let lines = |name: &str| script.text.lines().find(|line| line.contains(name));
        let both = [lines("        sampler="), lines("        pruner=")];
        constructors.push(both.map(|line| line.unwrap_or_default().to_string()));
        arguments.push(folder.join(script.name).to_string_lossy().into_owned());
    }
    // No sampler is left out, and none is there twice but for the grid's.
    constructors.dedup_by(|a, b| a[0] == b[0]);
    assert_eq!(constructors.len(), CASES.len() - 1, "{constructors:?}");
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let out = run(python, &arguments, &home)?;
    let trials = |line: &str| line.strip_prefix("best of ")?.split(' ').next()?.parse().ok();
    let found: Vec<usize> = out.lines().filter_map(trials).collect();
    let wanted: Vec<usize> = CASES.map(|(_, _, told, own)| if own { 12 } else { told + 12 }).into();
    assert_eq!(found, wanted, "{out}");
    Ok(())
}
