//! Runs a strategy on a known objective or on a measured surface and writes how good its best point
//! was after each evaluation.
//!
//! ```text
//! cargo run --release --example regret -- --objective branin --strategy gp --budget 50 --seeds 20 --out regret.csv
//! cargo run --release --example regret -- --table surface.csv --strategy random --budget 50 --seeds 20 --out regret.csv
//! ```
//!
//! `--at-once Q` proposes Q points before any of them is scored, and `--lie` says what is made up
//! meanwhile (believer).
//!
//! The output has the header `seed,evaluation,value,best,seconds`: evaluations from 1, `best` the
//! least value so far, `seconds` the wall time of that suggestion.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::fmt::Write;
use std::time::Instant;
use tunescape_core::search::objectives::Objective;
use tunescape_core::search::{Acquisition, Outcome, Strategy, StrategyName};
use tunescape_core::study::batch::Lie;
use tunescape_core::study::{Event, Study};

const USAGE: &str = "usage: regret (--objective branin|hartmann6|ackley2|rosenbrock2 | --table FILE.csv) \
    --strategy NAME --budget N --seeds K --out FILE.csv [--at-once Q] [--lie best|mean|worst|believer|fantasy]";

struct Arguments {
    objective: Objective,
    strategy: Strategy,
    seeds: u64,
    out: String,
    at_once: usize,
    lie: Lie,
}

/// Names for one acquisition of the Gaussian process.
const ACQUISITIONS: [(&str, Acquisition); 6] = [
    ("gp", Acquisition::ExpectedImprovement),
    ("gp-ei", Acquisition::ExpectedImprovement),
    ("gp-ucb", Acquisition::ConfidenceBound),
    ("gp-pi", Acquisition::ProbabilityOfImprovement),
    ("gp-thompson", Acquisition::Thompson),
    ("gp-noisy-ei", Acquisition::NoisyExpectedImprovement),
];

fn strategy(name: &str, budget: usize) -> Result<Strategy, String> {
    let plain = Strategy { budget, ..Strategy::default() };
    let gp = ACQUISITIONS.iter().find(|(known, _)| *known == name);
    if let Some(&(_, acquisition)) = gp {
        return Ok(Strategy { name: StrategyName::Bayesian, acquisition, ..plain });
    }
    let known = StrategyName::ALL.into_iter().find(|known| known.key() == name);
    known.map(|name| Strategy { name, ..plain }).ok_or_else(|| {
        let names = ACQUISITIONS
            .iter()
            .map(|a| a.0)
            .chain(StrategyName::ALL.into_iter().map(StrategyName::key));
        format!("there is no strategy {name}; there are {}", names.collect::<Vec<_>>().join(", "))
    })
}

fn arguments() -> Result<Arguments, String> {
    let (mut objective, mut name, mut budget, mut seeds, mut out) = (None, None, None, None, None);
    let (mut at_once, mut lie) = (1, Lie::Believer);
    let mut given = std::env::args().skip(1);
    while let Some(option) = given.next() {
        let value = given.next().ok_or_else(|| format!("{option} needs a value\n{USAGE}"))?;
        let number =
            || value.parse::<u32>().map_err(|_| format!("{option} {value}: not a whole number"));
        match option.as_str() {
            "--objective" => {
                objective = Some(
                    Objective::named(&value)
                        .map_err(|e| format!("--objective {value}: {e:?}\n{USAGE}"))?,
                );
            }
            "--table" => {
                let text =
                    std::fs::read_to_string(&value).map_err(|e| format!("--table {value}: {e}"))?;
                objective =
                    Some(Objective::table(&text).map_err(|e| format!("--table {value}: {e:?}"))?);
            }
            "--strategy" => name = Some(value),
            "--budget" => budget = Some(number()? as usize),
            "--seeds" => seeds = Some(u64::from(number()?)),
            "--at-once" => at_once = number()?.max(1) as usize,
            "--lie" => {
                let known = Lie::ALL.into_iter().find(|lie| lie.key() == value);
                lie = known.ok_or_else(|| format!("--lie {value} is unknown\n{USAGE}"))?;
            }
            "--out" => out = Some(value),
            _ => return Err(format!("unknown option {option}\n{USAGE}")),
        }
    }
    let missing = |option: &str| format!("{option} is missing\n{USAGE}");
    let budget = budget.ok_or_else(|| missing("--budget"))?;
    Ok(Arguments {
        objective: objective.ok_or_else(|| missing("--objective or --table"))?,
        strategy: strategy(&name.ok_or_else(|| missing("--strategy"))?, budget)?,
        seeds: seeds.ok_or_else(|| missing("--seeds"))?,
        out: out.ok_or_else(|| missing("--out"))?,
        at_once,
        lie,
    })
}

/// The objective's slope by central differences; its evaluations are not counted.
fn slope(objective: &Objective, point: &[f64]) -> Vec<f64> {
    let by = |c: usize| {
        let h = 1e-6 * (objective.space.params[c].high - objective.space.params[c].low);
        let at = |d: f64| {
            let mut moved = point.to_vec();
            moved[c] += d;
            objective.value(&moved)
        };
        (at(h) - at(-h)) / (2.0 * h)
    };
    (0..point.len()).map(by).collect()
}

/// One study, a line an evaluation.
fn run(Arguments { objective, strategy, .. }: &Arguments, seed: u64, lines: &mut String) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut search = Strategy { seed, ..strategy.clone() }.start(&objective.space);
    let mut best = f64::INFINITY;
    for evaluation in 1..=strategy.budget {
        let start = Instant::now();
        let point = search.ask(&mut rng).point;
        let seconds = start.elapsed().as_secs_f64();
        let value = objective.value(&point);
        if strategy.name == StrategyName::Hypergradient {
            search.slope(&slope(objective, &point));
        }
        search.tell(&point, Outcome::of(value));
        best = value.min(best);
        let _ = writeln!(lines, "{seed},{evaluation},{value},{best},{seconds:e}");
    }
}

/// The same, several proposals at a time.
fn run_in_batches(arguments: &Arguments, seed: u64, lines: &mut String) {
    let Arguments { objective, strategy, at_once, lie, .. } = arguments;
    let mut study = Study::new(Strategy { seed, ..strategy.clone() }, objective.space.clone());
    let mut best = f64::INFINITY;
    while study.trials().len() < strategy.budget {
        let done = study.trials().len();
        let count = (*at_once).min(strategy.budget - done);
        let start = Instant::now();
        let proposals = study.ask_many(seed, count, *lie);
        let seconds = start.elapsed().as_secs_f64() / count as f64;
        for (trial, proposal) in (done..).zip(proposals) {
            let value = objective.value(&proposal.point);
            study.apply(Event::Proposed { trial, proposal }).expect("a proposal in range");
            study
                .apply(Event::Completed { trial, outcome: Outcome::of(value) })
                .expect("a running trial");
            best = value.min(best);
            let _ = writeln!(lines, "{seed},{},{value},{best},{seconds:e}", trial + 1);
        }
    }
}

fn main() {
    let done = arguments().and_then(|arguments| {
        let mut lines = String::from("seed,evaluation,value,best,seconds\n");
        let run = if arguments.at_once > 1 { run_in_batches } else { run };
        (0..arguments.seeds).for_each(|seed| run(&arguments, seed, &mut lines));
        std::fs::write(&arguments.out, lines).map_err(|e| format!("--out {}: {e}", arguments.out))
    });
    if let Err(message) = done {
        eprintln!("{message}");
        std::process::exit(1);
    }
}
