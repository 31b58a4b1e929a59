//! Results as they come: a file of lines of JSON, the first of which says what they are of, and an
//! index of where each unit's line lies.
//!
//! Lines are added as units are done, in any order. What is written in the end is in the order of
//! the units, so that it is the same whoever has done what when.

use crate::error::Error;
use crate::line::Header;
use crate::shard::Shard;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tunescape_core::landscape_file::VERSION;

/// Bytes of a file that hold its first line.
const MAX_HEADER: u64 = 16 << 20;

/// A line is of a unit.
#[derive(Deserialize)]
struct Unit {
    unit: u64,
}

#[derive(Debug)]
pub struct Store {
    pub header: Header,
    /// What it is called in messages.
    path: PathBuf,
    file: Mutex<File>,
    /// Where the line of each unit begins, and its length.
    lines: BTreeMap<u64, (u64, usize)>,
    end: u64,
}

impl Store {
    /// An empty one in a file.
    pub fn new(header: Header, path: &Path, mut file: File) -> Result<Self, Error> {
        let mut line = text(&header);
        line.push('\n');
        file.write_all(line.as_bytes()).map_err(Error::write(path))?;
        let end = line.len() as u64;
        Ok(Self { header, path: path.into(), file: file.into(), lines: BTreeMap::new(), end })
    }

    /// What a file holds. A last line that is cut is left out: whoever wrote it was killed.
    pub fn open(path: &Path, file: File) -> Result<Self, Error> {
        let mut reader = BufReader::new(file);
        let (mut first, mut bytes) = (String::new(), Vec::new());
        let wrong = |why: &str| Error::file(path, why);
        (&mut reader).take(MAX_HEADER).read_line(&mut first).map_err(Error::read(path))?;
        let header: Header = serde_json::from_str(&first)
            .map_err(|e| wrong(&format!("no results of this command: {e}")))?;
        if header.version != VERSION {
            let found = header.version;
            return Err(wrong(&format!("results of version {found}, of {VERSION} here")));
        }
        header.check(path)?;
        let (mut end, mut lines) = (first.len() as u64, BTreeMap::new());
        loop {
            bytes.clear();
            let read = reader.read_until(b'\n', &mut bytes).map_err(Error::read(path))?;
            if bytes.last() != Some(&b'\n') {
                break;
            }
            let number = lines.len() + 2;
            let Unit { unit } = serde_json::from_slice(&bytes)
                .map_err(|e| wrong(&format!("line {number} is damaged: {e}")))?;
            if unit >= header.units {
                return Err(wrong(&format!("unit {unit} of {}", header.units)));
            }
            lines.insert(unit, (end, read - 1));
            end += read as u64;
        }
        let mut file = reader.into_inner();
        file.seek(SeekFrom::Start(end)).map_err(Error::read(path))?;
        Ok(Self { header, path: path.into(), file: file.into(), lines, end })
    }

    /// Makes room for more lines after the whole ones.
    pub fn cut(&mut self) -> Result<(), Error> {
        let file = self.file.get_mut().unwrap_or_else(|poisoned| poisoned.into_inner());
        file.set_len(self.end).map_err(Error::write(&self.path))
    }

    /// Adds a unit's line.
    pub fn push(&mut self, unit: u64, mut line: String) -> Result<(), Error> {
        line.push('\n');
        let file = self.file.get_mut().unwrap_or_else(|poisoned| poisoned.into_inner());
        let write = Error::write(&self.path);
        file.seek(SeekFrom::Start(self.end)).map_err(&write)?;
        file.write_all(line.as_bytes()).map_err(&write)?;
        self.lines.insert(unit, (self.end, line.len() - 1));
        self.end += line.len() as u64;
        Ok(())
    }

    pub fn has(&self, unit: u64) -> bool {
        self.lines.contains_key(&unit)
    }

    pub fn done(&self) -> u64 {
        self.lines.len() as u64
    }

    /// The units that it has, in order.
    pub fn units(&self) -> impl Iterator<Item = u64> {
        self.lines.keys().copied()
    }

    /// The line of a unit.
    pub fn line(&self, unit: u64) -> Result<Option<String>, Error> {
        let Some(&(begin, length)) = self.lines.get(&unit) else { return Ok(None) };
        let mut bytes = vec![0; length];
        let mut file = self.file.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let read = Error::read(&self.path);
        file.seek(SeekFrom::Start(begin)).map_err(&read)?;
        file.read_exact(&mut bytes).map_err(&read)?;
        String::from_utf8(bytes).map(Some).map_err(|_| Error::file(&self.path, "not text"))
    }

    /// Every unit's line, read.
    pub fn each<T: for<'a> Deserialize<'a>>(&self) -> impl Iterator<Item = Result<T, Error>> {
        self.units().filter_map(|unit| {
            let line = self.line(unit).transpose()?;
            let read = |line: String| {
                serde_json::from_str(&line)
                    .map_err(|e| Error::file(&self.path, format!("unit {unit} is damaged: {e}")))
            };
            Some(line.and_then(read))
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it has all that it is to have.
    pub fn is_whole(&self) -> bool {
        self.missing(self.header.shard).next().is_none()
    }

    /// The units that it has not, of a shard or of all.
    pub fn missing(&self, shard: Option<Shard>) -> impl Iterator<Item = u64> {
        let own = move |unit: &u64| shard.is_none_or(|shard| shard.has(*unit)) && !self.has(*unit);
        (0..self.header.units).filter(own)
    }
}

/// A line of JSON.
pub fn text(value: &impl serde::Serialize) -> String {
    // What is written here has names for keys, and no number that JSON lacks.
    serde_json::to_string(value).unwrap_or_default()
}

/// Everything as lines of JSON, in the order of the units.
pub fn lines(store: &Store, out: &mut dyn Write) -> Result<(), Error> {
    put(out, &text(&store.header))?;
    for unit in store.units() {
        put(out, &store.line(unit)?.unwrap_or_default())?;
    }
    Ok(())
}

/// Writes a line.
pub fn put(out: &mut dyn Write, line: &str) -> Result<(), Error> {
    let write = |error: io::Error| Error::Write { path: "the result".into(), error };
    out.write_all(line.as_bytes()).and_then(|()| out.write_all(b"\n")).map_err(write)
}
