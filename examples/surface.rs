//! Measures a surface to search on: trains a network at each point of a grid over the two searched
//! parameters of a set-up and writes the validation losses at the end as a table for the example
//! `regret`.
//!
//! ```text
//! cargo run --release --example surface -- --link 'v=1&data.name=spiral' --side 32 --out surface.csv
//! ```
//!
//! The link is that of a page whose data are made; parameters on a logarithmic scale stand as their
//! logarithm to base 10. A run that diverged scores 3, and so does one that is worse. Those in
//! `examples/surfaces` come from the links in `LINKS.md`.

use std::fmt::Write;
use tunescape_core::link;
use tunescape_core::space::Scale;
use tunescape_core::worker::Sources;
use tunescape_engine::train::Trainer;
use tunescape_engine::train::cpu::CpuTrainer;

const USAGE: &str = "usage: surface --link LINK --side N --out FILE.csv";

/// What a diverged run scores.
const WORST: f32 = 3.0;

fn measure(link: &str, side: usize) -> Result<String, String> {
    let setup = link::read(link).map_err(|e| format!("--link: {e:?}"))?;
    let space = setup.searched();
    if space.dim() != 2 || side < 2 {
        return Err(format!("two searched parameters and two points a side are needed\n{USAGE}"));
    }
    let data = Sources::default().get(&setup).map_err(|e| format!("--link: {e:?}"))?;
    let at = |i: usize, j: usize| space.from_unit(&[i, j].map(|n| n as f64 / (side - 1) as f64));
    let shown =
        |param: usize, x: f64| if space.params[param].scale == Scale::Log { x.log10() } else { x };
    let mut table = String::from("0");
    (0..side).for_each(|j| write!(table, ",{}", shown(1, at(0, j)[1])).expect("text grows"));
    for i in 0..side {
        let row: Vec<_> = (0..side).map(|j| at(i, j)).collect();
        let mut trainer = CpuTrainer::new(setup.population(&data.folds, data.task, &row))
            .map_err(|e| format!("{e:?}"))?;
        pollster::block_on(trainer.advance(setup.training.epochs, &mut || false))
            .map_err(|e| format!("{e:?}"))?;
        write!(table, "\n{}", shown(0, row[0][0])).expect("text grows");
        let streams = trainer.population().streams.len();
        for j in 0..side {
            let loss = |stream: usize| match trainer.diverged(stream) {
                None => trainer
                    .log()
                    .reports(stream)
                    .last()
                    .map_or(WORST, |report| report.valid_loss.min(WORST)),
                Some(_) => WORST,
            };
            let mean = (j * streams..(j + 1) * streams).map(loss).sum::<f32>() / streams as f32;
            write!(table, ",{mean:.5}").expect("text grows");
        }
    }
    Ok(table + "\n")
}

fn main() {
    let (mut link, mut side, mut out) = (None, 32, None);
    let mut given = std::env::args().skip(1);
    while let (Some(option), value) = (given.next(), given.next()) {
        match (option.as_str(), value) {
            ("--link", Some(value)) => link = Some(value),
            ("--side", Some(value)) => side = value.parse().unwrap_or(0),
            ("--out", Some(value)) => out = Some(value),
            _ => link = None,
        }
    }
    let done = match (link, out) {
        (Some(link), Some(out)) => measure(&link, side)
            .and_then(|table| std::fs::write(&out, table).map_err(|e| format!("--out {out}: {e}"))),
        _ => Err(USAGE.into()),
    };
    if let Err(message) = done {
        eprintln!("{message}");
        std::process::exit(1);
    }
}
