//! Set-ups, their data and trainings by the page's engine, for scripts to be held against.

use super::{file, folder, run};
use libtest_mimic::Failed;
use pollster::block_on;
use std::path::Path;
use tunescape_core::data::toys::toy;
use tunescape_core::data::{Dataset, Split, builtin, split};
use tunescape_core::export::{Script, Source, Unsupported, dataset};
use tunescape_core::search::{Outcome, StrategyName};
use tunescape_core::setup::Setup;
use tunescape_core::setup::space::Range;
use tunescape_core::space::Scale;
use tunescape_core::study::{Event, Study};
use tunescape_engine::net::Loss;
use tunescape_engine::optim::Rule;
use tunescape_engine::train::cpu::CpuTrainer;
use tunescape_engine::train::{Report, Trainer};

/// A set for each loss beside the plain one's.
pub const LOSSES: [(&str, Loss); 7] = [
    ("spiral", Loss::Hinge),
    ("iris", Loss::SoftmaxCrossEntropy),
    ("iris", Loss::MulticlassHinge),
    ("iris", Loss::KlDivergence),
    ("hills", Loss::SquaredError),
    ("hills", Loss::AbsoluteError),
    ("hills", Loss::Huber(1.0)),
];

/// Judges the plain set-up by another loss, on a set that it is for.
fn judge(setup: &mut Setup, name: &str, loss: Loss) {
    (setup.data.name, setup.net.loss) = (name.into(), Some(loss));
    setup.run.learning_rate = 0.02;
}

/// A set-up whose training is stable: half of the default rate.
pub fn plain() -> Setup {
    let mut setup = Setup::default();
    setup.training.epochs = 12;
    (setup.run.learning_rate, setup.run.momentum) = (0.05, 0.8);
    setup
}

/// The plain set-up with another rule, whose steps are of another size.
pub fn with_rule(rule: Rule) -> Setup {
    let mut setup = plain();
    let before = setup.training.rule;
    setup.training.choose(rule);
    suit_rate(&mut setup, before);
    setup
}

/// Other rules want smaller steps.
pub fn suit_rate(setup: &mut Setup, before: Rule) {
    if setup.training.rule != before {
        setup.run.learning_rate = match setup.training.rule {
            Rule::Adadelta => 0.5,
            // PyTorch's own of version 1.13 goes apart at such a rate.
            Rule::Sgd | Rule::NAdam | Rule::AveragedMomentum | Rule::Nesterov => 0.05,
            _ => 0.003,
        };
    }
}

pub fn data(setup: &Setup) -> Result<(Dataset, Split), Failed> {
    let of = &setup.data;
    let data = match toy(&of.name, of.rows, of.noise as f32, of.seed) {
        Ok(data) => data,
        Err(_) => builtin::parse(&of.name, &payload(&of.name)?).map_err(|e| format!("{e:?}"))?,
    };
    let split = split(&data, setup.fractions(), of.seed).map_err(|e| format!("{e:?}"))?;
    Ok((data, split))
}

/// A built-in set's bytes, out of the script that the page loads.
fn payload(name: &str) -> Result<Vec<u8>, Failed> {
    use base64::Engine;
    use std::io::Read;
    let path = format!("{}/web/data/{name}.js", env!("CARGO_MANIFEST_DIR"));
    let script = std::fs::read_to_string(path)?;
    let text = script.split('"').nth(3).ok_or("no payload")?;
    let packed = base64::engine::general_purpose::STANDARD.decode(text)?;
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub fn train(setup: &Setup, data: &Dataset, split: &Split) -> Result<Vec<Report>, Failed> {
    let population = setup.population(std::slice::from_ref(split), data.task(), &[Vec::new()]);
    let mut trainer = CpuTrainer::new(population).map_err(|e| format!("{e:?}"))?;
    block_on(trainer.advance(setup.training.epochs, &mut || false))
        .map_err(|e| format!("{e:?}"))?;
    Ok(trainer.log().reports(0).to_vec())
}

pub fn save(script: &Script, source: Source, folder: &Path) -> Result<(), Failed> {
    std::fs::write(folder.join(script.name), &script.text)?;
    if script.needs_data {
        std::fs::write(folder.join(dataset::NAME), dataset::csv(source))?;
    }
    Ok(())
}

/// A study of numbers, whole numbers, a choice and a conditional parameter, six trials trained.
pub fn searched() -> Result<(Setup, Dataset, Split, Study), Failed> {
    let mut setup = plain();
    setup.training.epochs = 4;
    setup.search.strategy = StrategyName::Tpe;
    setup.search.pruner.name = tunescape_core::prune::pruner::PrunerName::Median;
    let numbers = |low, high, scale, step| Some(Range::Numbers { low, high, scale, step });
    setup.space.set("layers", numbers(1.0, 3.0, Scale::Linear, 1.0));
    setup.space.set("units_2", numbers(2.0, 9.0, Scale::Linear, 1.0));
    setup.space.set("batch", numbers(16.0, 64.0, Scale::Linear, 16.0));
    let names = |names: [&str; 2]| Some(Range::Choices(names.map(String::from).to_vec()));
    setup.space.set("rule", names(["momentum", "adamw"]));
    let (data, split) = data(&setup)?;
    let mut study = Study::new(setup.strategy(), setup.searched());
    for trial in 0..6 {
        let proposal = study.ask(1);
        let own = setup.at(&proposal.point);
        study.apply(Event::Proposed { trial, proposal }).map_err(|e| format!("{e:?}"))?;
        let reports = train(&own, &data, &split)?;
        for (epoch, &report) in reports.iter().enumerate() {
            study.apply(Event::Reported { trial, epoch, report }).map_err(|e| format!("{e:?}"))?;
        }
        let whole = reports.len() == own.training.epochs + 1;
        let last = reports.last().map_or(f64::NAN, |r| f64::from(r.valid_loss));
        let outcome = if whole { Outcome::Value(last) } else { Outcome::Diverged };
        study.apply(Event::Completed { trial, outcome }).map_err(|e| format!("{e:?}"))?;
    }
    Ok((setup, data, split, study))
}

/// A set-up, by a name.
pub type Case = (String, Setup);

pub fn named(name: impl std::fmt::Debug, setup: Setup) -> Case {
    (format!("{name:?}").to_lowercase(), setup)
}

/// A rule that has momentum, without it.
pub fn without_momentum(rule: Rule) -> Case {
    let mut setup = with_rule(rule);
    setup.run.momentum = 0.0;
    named((rule, "without momentum"), setup)
}

/// The plain set-up judged by a loss, on a set that it is for.
pub fn judged((name, loss): (&str, Loss)) -> Case {
    named((name, loss), with(|setup| judge(setup, name, loss)))
}

/// The plain set-up, changed.
pub fn with(change: impl FnOnce(&mut Setup)) -> Setup {
    let mut setup = plain();
    change(&mut setup);
    setup
}

/// A tool with scripts that train one set-up and compare its losses with the page's.
pub struct Tool {
    pub name: &'static str,
    pub write: fn(Source, &[Report]) -> Script,
}

impl Tool {
    /// The tool's losses are the page's, for every case.
    pub fn equal(&self, python: &str, cases: Vec<Case>) -> Result<(), Failed> {
        let wanted = cases.len();
        let outcomes = self.runs(python, cases, true)?;
        assert_eq!(outcomes.len(), wanted);
        let apart = |outcome: &[f64]| outcome.get(1).copied().unwrap_or(f64::INFINITY);
        let other = outcomes.iter().filter(|(_, outcome)| outcome[0] != 0.0).collect::<Vec<_>>();
        let most = outcomes.iter().map(|(_, outcome)| apart(outcome)).fold(0.0, f64::max);
        println!("{}: {wanted} set-ups, at most {most:.1e} apart", self.name);
        assert!(other.is_empty(), "not equal: {other:?}");
        assert!(most.is_finite(), "not compared: {outcomes:?}");
        Ok(())
    }

    /// Writes scripts and runs them in one process, since a tool takes seconds to begin. Of each
    /// its name, its exit code, and where it is compared how far it is from the page.
    pub fn runs(
        &self,
        python: &str,
        cases: Vec<Case>,
        same: bool,
    ) -> Result<Vec<(String, Vec<f64>)>, Failed> {
        let mut paths = Vec::new();
        for (name, setup) in cases {
            let (data, split) = data(&setup)?;
            let reports = train(&setup, &data, &split)?;
            // It is no wonder if nothing moves.
            let moved = reports[0].train_loss != reports[reports.len() - 1].train_loss;
            assert!(reports.len() > 3 && moved, "{name}");
            let source = Source { setup: &setup, data: &data, split: &split };
            let script = (self.write)(source, &reports);
            assert_eq!(script.unsupported.is_empty(), same, "{name}");
            assert!(!script.unsupported.contains(&Unsupported::OwnDraws));
            let slug = name.replace(|c: char| !c.is_alphanumeric(), "-");
            let folder = folder(&format!("{}-{slug}", self.name));
            save(&script, source, &folder)?;
            paths.push(folder.join(script.name).to_string_lossy().into_owned());
        }
        let runner = file("run_scripts.py").to_string_lossy().into_owned();
        let arguments: Vec<&str> =
            std::iter::once(runner.as_str()).chain(paths.iter().map(String::as_str)).collect();
        let out = run(python, &arguments, &folder(self.name))?;
        Ok(serde_json::from_str(out.lines().last().unwrap_or_default())?)
    }
}
