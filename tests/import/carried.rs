//! What a study brings along, as the tools take it: steps that are decimal fractions, trials that
//! are judged by another metric, layers with activations of their own, trials that all diverge.

use super::fixture::{data, plain, save, train};
use super::{file, folder, run, with_python};
use libtest_mimic::{Failed, Trial};
use tunescape_core::export::{Script, Source, hyperopt, journal, of_study, optuna};
use tunescape_core::import::Time;
use tunescape_core::metrics::Metric;
use tunescape_core::search::{Outcome, StrategyName};
use tunescape_core::setup::Setup;
use tunescape_core::setup::space::Range;
use tunescape_core::space::Scale;
use tunescape_core::study::{Event, Study};
use tunescape_engine::net::Activation;

pub const OPTUNA: &str = "TUNESCAPE_OPTUNA_TORCH";
const HYPEROPT: &str = "TUNESCAPE_HYPEROPT_TORCH";

/// A study for a tool's script, whose lines of Python are held against it.
type Carried = fn() -> Result<(Setup, Study), Failed>;

pub fn tests() -> Vec<Trial> {
    let of = |variable, title: &str, python: fn(&str) -> Result<(), Failed>| {
        with_python(variable, title, python)
    };
    vec![
        of(OPTUNA, "Optuna takes steps that are decimal fractions", |python| {
            writes(python, stepped, optuna::script, "optuna-steps", "best of 8 trials")
        }),
        of(HYPEROPT, "Hyperopt takes steps that are decimal fractions", |python| {
            writes(python, stepped, hyperopt::script, "hyperopt-steps", "best of 6 trials")
        }),
        of(OPTUNA, "Optuna goes on by the loss with trials judged by another metric", |python| {
            writes(python, by_accuracy, optuna::script, "optuna-accuracy", "best of 8 trials")?;
            let check = "import math, tunescape_optuna as t\n\
                for state, value, params, _ in t.TRIALS:\n\
                \x20   own = t.objective(t.optuna.trial.FixedTrial(params))\n\
                \x20   assert math.isclose(own, value, rel_tol=1e-3), (own, value)\n";
            run(python, &["-c", check], &place("optuna-accuracy")).map(drop)
        }),
        of(HYPEROPT, "Hyperopt tries the best by the loss first", |python| {
            writes(python, by_accuracy, hyperopt::script, "hyperopt-accuracy", "best of 6 trials")?;
            let check = "import tunescape_hyperopt as t\n\
                own = [t.objective(dict(point))['loss'] for point in t.POINTS]\n\
                assert len(own) == 4 and own == sorted(own), own\n";
            run(python, &["-c", check], &place("hyperopt-accuracy")).map(drop)
        }),
        of(OPTUNA, "Optuna adds layers with activations of their own", |python| {
            writes(python, layers, optuna::script, "optuna-layers", "best of 8 trials")?;
            let check = "import math, tunescape_optuna as t\n\
                _, value, params, _ = t.TRIALS[0]\n\
                own = t.objective(t.optuna.trial.FixedTrial(params))\n\
                assert math.isclose(own, value, rel_tol=1e-3), (own, value)\n";
            run(python, &["-c", check], &place("optuna-layers")).map(drop)
        }),
        of(HYPEROPT, "Hyperopt says so where all trials diverge", |python| {
            writes(python, diverging, hyperopt::script, "hyperopt-none", "trials diverged")
        }),
        of(OPTUNA, "Optuna's Gaussian process goes on, or says which PyTorch it wants", gaussian),
        of("TUNESCAPE_OPTUNA4", "Optuna 4 opens a journal of stepped ranges", opens),
        of("TUNESCAPE_OPTUNA5", "Optuna 5 opens a journal of stepped ranges", opens),
    ]
}

fn place(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("import").join(name)
}

/// Writes the script of a study, and runs it for some trials more.
fn writes(
    python: &str,
    carried: Carried,
    write: fn(Source, &Study) -> Script,
    name: &str,
    said: &str,
) -> Result<(), Failed> {
    let (setup, study) = carried()?;
    let (data, split) = data(&setup)?;
    let source = Source { setup: &setup, data: &data, split: &split };
    let script = write(source, &study);
    let folder = folder(name);
    save(&script, source, &folder)?;
    let more = if said.contains('8') { "4" } else { "2" };
    let out = run(python, &[script.name, more], &folder)?;
    assert!(out.contains(said), "{out}");
    Ok(())
}

/// Few rows and epochs, and momentum alone.
fn small() -> Setup {
    let mut setup = plain();
    (setup.data.name, setup.data.rows) = ("moons".into(), 60);
    (setup.training.epochs, setup.net.hidden) = (2, vec![4]);
    setup.search.strategy = StrategyName::Tpe;
    setup.space.set("learning_rate", None);
    setup.space.set("momentum", steps(0.0, 0.7, 0.1));
    setup
}

fn steps(low: f64, high: f64, step: f64) -> Option<Range> {
    Some(Range::Numbers { low, high, scale: Scale::Linear, step })
}

/// Trials as the set-up's strategy proposes them, or else from the low end of each range to its high
/// end.
pub fn trained(setup: Setup, trials: usize, own: bool) -> Result<(Setup, Study), Failed> {
    let (data, split) = data(&setup)?;
    let mut study = Study::new(setup.strategy(), setup.searched());
    for trial in 0..trials {
        let mut proposal = study.ask(1);
        if !own {
            let along = vec![trial as f64 / (trials - 1) as f64; proposal.point.len()];
            proposal.point = setup.searched().from_unit(&along);
        }
        let own = setup.at(&proposal.point);
        let reports = train(&own, &data, &split)?;
        let mut tell = |event| study.apply(event).map_err(|e| format!("{e:?}"));
        tell(Event::Proposed { trial, proposal })?;
        for (epoch, &report) in reports.iter().enumerate() {
            tell(Event::Reported { trial, epoch, report })?;
        }
        let last = reports[reports.len() - 1];
        let accuracy = setup.search.metric == Metric::Accuracy;
        let cost = if accuracy { 1.0 - last.valid_score } else { last.valid_loss };
        let whole = reports.len() == setup.training.epochs + 1;
        let outcome = if whole { Outcome::Value(cost.into()) } else { Outcome::Diverged };
        tell(Event::Completed { trial, outcome })?;
    }
    Ok((setup, study))
}

fn stepped() -> Result<(Setup, Study), Failed> {
    let mut setup = small();
    setup.space.set("dropout", steps(0.0, 0.3, 0.1));
    setup.space.set("learning_rate", steps(0.05, 0.95, 0.1));
    trained(setup, 4, false)
}

fn by_accuracy() -> Result<(Setup, Study), Failed> {
    let mut setup = small();
    setup.search.metric = Metric::Accuracy;
    trained(setup, 4, false)
}

fn layers() -> Result<(Setup, Study), Failed> {
    let mut setup = small();
    setup.net.activations = vec![Activation::Sine, Activation::Relu];
    setup.space.set("layers", steps(2.0, 3.0, 1.0));
    trained(setup, 4, false)
}

fn diverging() -> Result<(Setup, Study), Failed> {
    let mut setup = small();
    (setup.data.name, setup.run.learning_rate) = ("hills".into(), 1000.0);
    let study = Study::new(setup.strategy(), setup.searched());
    Ok((setup, study))
}

/// Its sampler draws at random for its first ten trials: it is run beyond them.
fn gaussian(python: &str) -> Result<(), Failed> {
    let (mut setup, study) = trained(small(), 4, false)?;
    setup.search.strategy = StrategyName::Bayesian;
    let (data, split) = data(&setup)?;
    let source = Source { setup: &setup, data: &data, split: &split };
    let script = optuna::script(source, &study);
    let folder = folder("optuna-gaussian");
    save(&script, source, &folder)?;
    let new = "import torch; print(int(torch.__version__.split('.')[0]) >= 2)";
    let new = run(python, &["-c", new], &folder)?.contains("True");
    match run(python, &[script.name, "8"], &folder) {
        Ok(out) => assert!(new && out.contains("best of 12 trials"), "{out}"),
        Err(why) => {
            let why = format!("{why:?}");
            assert!(!new && why.contains("GPSampler wants PyTorch 2.0 or newer"), "{why}");
        }
    }
    Ok(())
}

fn opens(python: &str) -> Result<(), Failed> {
    let (setup, study) = stepped()?;
    let (data, _) = data(&setup)?;
    let folder = folder(&format!("journal-steps-{}", python.len()));
    let path = folder.join("steps.log");
    let own = of_study(&setup, &study, data.task());
    std::fs::write(&path, journal::write(&own, Time(1_790_848_800_000_000)))?;
    let script = file("check_journal.py");
    run(python, &[&script.to_string_lossy(), &path.to_string_lossy()], &folder)?;
    let check = "import sys, optuna\n\
        from optuna.storages import JournalStorage as S\n\
        from optuna.storages.journal import JournalFileBackend as B, JournalFileOpenLock as L\n\
        path = sys.argv[1]\n\
        storage = S(B(path, lock_obj=L(path)))\n\
        study = optuna.load_study(study_name=None, storage=storage)\n\
        for trial in study.trials:\n\
        \x20   for name, value in trial.params.items():\n\
        \x20       assert trial.distributions[name]._contains(value), (name, value)\n";
    run(python, &["-c", check, &path.to_string_lossy()], &folder).map(drop)
}
