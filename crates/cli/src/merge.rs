//! Shards into one file, which is the one that a run without shards leaves.

use crate::error::Error;
use crate::input::Input;
use crate::line::{Header, Kind};
use crate::options::{Format, MergeOptions};
use crate::pool::Pool;
use crate::run;
use crate::shard::Shard;
use crate::store::{Store, text};
use crate::{landscape, race, study, train};
use std::fs::File;
use std::path::{Path, PathBuf};
use tunescape_core::setup::Setup;

/// Units that a message names at most.
const NAMED: usize = 8;

pub fn run(options: MergeOptions) -> Result<(), Error> {
    let output = &options.output;
    if let Some(out) = output.out.as_ref().filter(|out| out.exists() && !options.force) {
        return Err(Error::usage("--out", out.display(), "it is there already; see --force"));
    }
    let open = |path: &PathBuf| Store::open(path, File::open(path).map_err(Error::read(path))?);
    let shards = options.files.iter().map(open).collect::<Result<Vec<_>, _>>()?;
    let kind = shards[0].header.tunescape;
    let formats: &[Format] = match kind {
        Kind::Landscape => &[Format::Jsonl, Format::Csv, Format::Page],
        Kind::Study => &study::FORMATS,
        _ => &[Format::Jsonl, Format::Csv],
    };
    let format = run::format(kind, output, None, formats)?;
    let store = together(&shards)?;
    let all = || store.missing(None).next().is_none();
    let (whole, result) = match kind {
        Kind::Study => merge_study(&store, format, &options)?,
        Kind::Landscape => (all(), run_put(&store, format, &options, &landscape::write)),
        Kind::Race => (all(), run_put(&store, format, &options, &race::write)),
        Kind::Train => (all(), run_put(&store, format, &options, &train::write)),
    };
    result?;
    if whole || options.partial {
        return Ok(());
    }
    Err(Error::Failed(missing_units(&store, &shards)))
}

/// Writes what there is, unless something is missing that is to be there.
fn run_put(
    store: &Store,
    format: Format,
    options: &MergeOptions,
    write: run::Writer,
) -> Result<(), Error> {
    if store.missing(None).next().is_none() || options.partial {
        run::put(store, format, &options.output, write)
    } else {
        Ok(())
    }
}

/// A study is whole once it is told to its end, be it that it has spent its budget before its last
/// trial; whether it is.
fn merge_study(
    store: &Store,
    format: Format,
    options: &MergeOptions,
) -> Result<(bool, Result<(), Error>), Error> {
    let setup = study_setup(store)?;
    let input = Input::with_data(setup, options.data.as_deref(), options.target.as_deref())?;
    if input.fingerprint != store.header.data {
        let path = options.data.as_deref().unwrap_or(Path::new("")).display().to_string();
        return Err(Error::usage("--data", path, "it is not the table that the study was of"));
    }
    let setup = study::with_seeds(&input.setup, store.header.seeds);
    let overview = Pool::new(1, &input, None).overview(&setup)?;
    let whole = study::is_over(&study::trials(store)?, &setup, &overview)?;
    let write = |store: &Store, format, out: &mut dyn std::io::Write| {
        study::write(store, &setup, &overview, format, out)
    };
    let result = if whole || options.partial {
        run::put(store, format, &options.output, &write)
    } else {
        Ok(())
    };
    Ok((whole, result))
}

fn study_setup(store: &Store) -> Result<Setup, Error> {
    store.header.setup(store.path())
}

/// All units in one, those that several have once; an error where they are of different set-ups, or
/// tell different things of a unit.
fn together(shards: &[Store]) -> Result<Store, Error> {
    let first = &shards[0];
    let header = Header { shard: None, ..first.header.clone() };
    let path = Path::new("the merged results");
    let file = tempfile::tempfile().map_err(Error::write(path))?;
    let mut merged = Store::new(header, path, file)?;
    for shard in shards {
        let (found, wanted) = (&shard.header, &first.header);
        if (found.tunescape, &found.hash) != (wanted.tunescape, &wanted.hash) {
            let (kind, other) = (found.tunescape.name(), wanted.tunescape.name());
            let why = format!(
                "a {kind} of set-up {}, and {} is a {other} of set-up {}",
                found.hash,
                first.path().display(),
                wanted.hash
            );
            return Err(Error::file(shard.path(), why));
        }
        for unit in shard.units() {
            let line = line(shard, unit)?;
            match merged.line(unit)? {
                None => merged.push(unit, line)?,
                Some(known) if known == line => {}
                Some(_) => {
                    let why = format!("unit {unit} is another than in a file before it");
                    return Err(Error::file(shard.path(), why));
                }
            }
        }
    }
    Ok(merged)
}

/// A unit's line; of a trial what it came to, without what the study makes of it.
fn line(shard: &Store, unit: u64) -> Result<String, Error> {
    let line = shard.line(unit)?.unwrap_or_default();
    if shard.header.tunescape != Kind::Study {
        return Ok(line);
    }
    let trained: study::Trained = serde_json::from_str(&line)
        .map_err(|e| Error::file(shard.path(), format!("unit {unit} is damaged: {e}")))?;
    Ok(text(&trained))
}

/// What is missing, in words: units, and the shards that have them.
fn missing_units(store: &Store, shards: &[Store]) -> String {
    let list = |names: Vec<String>, all: usize| {
        let more = if all > names.len() { ", …" } else { "" };
        names.join(", ") + more
    };
    let units = store.missing(None).take(NAMED).map(|unit| unit.to_string()).collect();
    let missing = store.missing(None).count();
    let mut said =
        format!("{missing} of {} units are missing: {}", store.header.units, list(units, missing));
    let of = shards.iter().filter_map(|shard| shard.header.shard).map(Shard::of).next();
    if let Some(of) = of {
        let mut parts: Vec<Shard> = Vec::new();
        for shard in store.missing(None).map(|unit| Shard::with(unit, of)) {
            if !parts.contains(&shard) {
                parts.push(shard);
            }
            // That there are more is told, not how many.
            if parts.len() > NAMED {
                break;
            }
        }
        let all = parts.len();
        let names = parts.iter().take(NAMED).map(Shard::to_string).collect();
        said += &format!("; they are of shard {}", list(names, all));
    }
    said + " (--partial writes what is there)"
}
