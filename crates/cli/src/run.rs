//! What all kinds of work have in common: where results go, what is left to do, how it ends.

use crate::error::Error;
use crate::line::{Header, Kind};
use crate::options::{Format, OutputOptions, WorkOptions};
use crate::store::Store;
use serde::de::DeserializeOwned;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

/// The format of the output, where it is one of these.
pub fn format(
    kind: Kind,
    output: &OutputOptions,
    work: Option<&WorkOptions>,
    formats: &[Format],
) -> Result<Format, Error> {
    let format = Format::of(output);
    let option = if output.format.is_some() { "--format" } else { "--out" };
    let names = formats.iter().map(|format| format.name()).collect::<Vec<_>>().join(", ");
    if !formats.contains(&format) {
        let why = format!("a {} can be written as {names}", kind.name());
        return Err(Error::usage(option, format.name(), why));
    }
    let shard = work.and_then(|work| work.shard);
    if let Some(shard) = shard.filter(|_| format != Format::Jsonl) {
        let why = format!("{option} {}: a shard is written as jsonl", format.name());
        return Err(Error::usage("--shard", shard, why));
    }
    Ok(format)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    path.with_file_name(name)
}

/// Where results are kept while they come: beside the output, or in a file without a name. What is
/// gone on with has lines of `Unit`s.
pub fn begin<Unit: DeserializeOwned>(
    mut header: Header,
    work: &WorkOptions,
    output: &OutputOptions,
) -> Result<Store, Error> {
    header.shard = work.shard;
    let path = match &output.out {
        Some(path) if !is_device(path) => path,
        out => {
            let path = out.as_deref().unwrap_or(Path::new("standard output"));
            let file = tempfile::tempfile().map_err(Error::write(path))?;
            return Store::new(header, path, file);
        }
    };
    let part = beside(path, ".part");
    let open = |path: &Path| OpenOptions::new().read(true).write(true).open(path);
    if work.resume {
        if !has_line(&part)? && path.exists() {
            ours(path)?;
            fs::copy(path, &part).map_err(Error::write(&part))?;
        }
        if has_line(&part)? {
            let mut store = Store::open(&part, open(&part).map_err(Error::read(&part))?)?;
            fits(&store, &header)?;
            store.each::<Unit>().try_for_each(|unit| unit.map(drop))?;
            store.cut()?;
            return Ok(store);
        }
    } else if let Some(there) = [path, &part].into_iter().find(|p| p.exists() && !work.force) {
        let why = "it is there already; --resume goes on, --force begins anew";
        return Err(Error::usage("--out", there.display(), why));
    }
    let mut options = OpenOptions::new();
    let file = options.read(true).write(true).create(true).truncate(true).open(&part);
    Store::new(header, &part, file.map_err(Error::write(&part))?)
}

/// Whether there is a pipe or a device of this name: what is written goes through it.
fn is_device(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir())
}

/// Whether a file has a first line at least: one whose writer was stopped before that says nothing.
fn has_line(path: &Path) -> Result<bool, Error> {
    if !path.exists() {
        return Ok(false);
    }
    let mut first = Vec::new();
    let file = File::open(path).map_err(Error::read(path))?;
    BufReader::new(file).read_until(b'\n', &mut first).map_err(Error::read(path))?;
    Ok(first.ends_with(b"\n"))
}

/// Refuses a file that holds no results as lines of JSON: going on would take its place.
fn ours(path: &Path) -> Result<(), Error> {
    let file = File::open(path).map_err(Error::read(path))?;
    let wrong = |error| {
        let why = format!("there is nothing to go on with ({error}); --force begins anew");
        Error::usage("--resume", path.display(), why)
    };
    Store::open(path, file).map(drop).map_err(wrong)
}

/// Whether what is resumed is of the same set-up.
fn fits(store: &Store, wanted: &Header) -> Result<(), Error> {
    let (found, path) = (&store.header, store.path().display());
    let why = if found.hash != wanted.hash {
        format!("it is of another set-up: {}, wanted {}", found.hash, wanted.hash)
    } else if found.shard != wanted.shard {
        let name = |shard: Option<_>| {
            shard.map_or("all".to_string(), |s: crate::shard::Shard| s.to_string())
        };
        format!("it is of shard {}, wanted {}", name(found.shard), name(wanted.shard))
    } else {
        return Ok(());
    };
    Err(Error::usage("--resume", path, why))
}

/// How results of a kind are written in a format.
pub type Writer<'a> = &'a dyn Fn(&Store, Format, &mut dyn Write) -> Result<(), Error>;

/// Writes what there is; what is not whole can be gone on with.
pub fn end(
    store: Store,
    format: Format,
    output: &OutputOptions,
    whole: bool,
    write: Writer,
) -> Result<(), Error> {
    put(&store, format, output, write)?;
    let part = store.path().to_path_buf();
    let all = store.done() + store.missing(store.header.shard).count() as u64;
    let done = store.done();
    drop(store);
    if whole {
        if output.out.as_ref().is_some_and(|path| !is_device(path)) {
            fs::remove_file(&part).map_err(Error::write(&part))?;
        }
        return Ok(());
    }
    let kept = output.out.as_ref().filter(|path| !is_device(path));
    let more = kept.map(|_| "; --resume goes on".to_string());
    Err(Error::Interrupted { done, all, more })
}

/// Writes results where they are wanted: all of a file, or none.
pub fn put(
    store: &Store,
    format: Format,
    output: &OutputOptions,
    write: Writer,
) -> Result<(), Error> {
    let write = |out: &mut dyn Write| write(store, format, out);
    let Some(path) = &output.out else {
        let mut out = BufWriter::new(std::io::stdout().lock());
        write(&mut out)?;
        return out.flush().map_err(Error::write(Path::new("standard output")));
    };
    if is_device(path) {
        let there = OpenOptions::new().write(true).open(path).map_err(Error::write(path))?;
        let mut out = BufWriter::new(there);
        write(&mut out)?;
        return out.flush().map_err(Error::write(path));
    }
    // A link stays one, and what it leads to is written anew.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.clone());
    let new = beside(path, ".new");
    let mut out = BufWriter::new(File::create(&new).map_err(Error::write(&new))?);
    write(&mut out)?;
    out.flush().map_err(Error::write(&new))?;
    drop(out);
    fs::rename(&new, path).map_err(Error::write(path))
}
