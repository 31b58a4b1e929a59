//! Files that are no tables of text, told by how they begin, so that a reader learns what they are
//! instead of what is wrong with their second line. ARFF, which is a head above a CSV file, is read.

use super::csv::error::CsvError;
use serde::{Deserialize, Serialize};

/// What a file is that is no table of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileKind {
    Html,
    Xml,
    Json,
    Pdf,
    Rtf,
    /// What Git holds in place of a large file.
    GitLfs,
    LibSvm,
    /// ARFF whose rows hold only what is not zero.
    SparseArff,
    /// Workbooks (XLSX, ODS) are such.
    Zip,
    /// A workbook of Excel before 2007.
    Xls,
    Gzip,
    Parquet,
    NumPy,
    Pickle,
    Hdf5,
    Sqlite,
}

impl FileKind {
    /// The name of the format.
    pub fn name(self) -> &'static str {
        match self {
            FileKind::Html => "HTML",
            FileKind::Xml => "XML",
            FileKind::Json => "JSON",
            FileKind::Pdf => "PDF",
            FileKind::Rtf => "RTF",
            FileKind::GitLfs => "Git LFS",
            FileKind::LibSvm => "LIBSVM",
            FileKind::SparseArff => "ARFF",
            FileKind::Zip => "ZIP",
            FileKind::Xls => "XLS",
            FileKind::Gzip => "gzip",
            FileKind::Parquet => "Parquet",
            FileKind::NumPy => "NumPy",
            FileKind::Pickle => "pickle",
            FileKind::Hdf5 => "HDF5",
            FileKind::Sqlite => "SQLite",
        }
    }
}

const BEGINNINGS: [(&[u8], FileKind); 13] = [
    (b"%PDF-", FileKind::Pdf),
    (b"{\\rtf", FileKind::Rtf),
    (b"PK\x03\x04", FileKind::Zip),
    (b"\xD0\xCF\x11\xE0", FileKind::Xls),
    (b"\x1F\x8B", FileKind::Gzip),
    (b"PAR1", FileKind::Parquet),
    (b"\x93NUMPY", FileKind::NumPy),
    (b"\x80\x02", FileKind::Pickle),
    (b"\x80\x03", FileKind::Pickle),
    (b"\x80\x04", FileKind::Pickle),
    (b"\x80\x05", FileKind::Pickle),
    (b"\x89HDF", FileKind::Hdf5),
    (b"SQLite format 3\0", FileKind::Sqlite),
];
/// Bytes that are looked at, and lines.
const SAMPLE: usize = 10_000;
const LINES: usize = 20;

/// What a file is, if it is known to be no table.
pub(crate) fn detect(bytes: &[u8]) -> Option<FileKind> {
    if let Some((_, kind)) = BEGINNINGS.iter().find(|(begins, _)| bytes.starts_with(begins)) {
        return Some(*kind);
    }
    let sample = String::from_utf8_lossy(&bytes[..bytes.len().min(SAMPLE)]);
    let text = sample.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let lower: String = text.chars().take(40).collect::<String>().to_lowercase();
    let begins = |beginnings: &[&str]| beginnings.iter().any(|b| lower.starts_with(b));
    let next =
        |open: char| text.strip_prefix(open).and_then(|rest| rest.trim_start().chars().next());
    if begins(&["<!doctype html", "<html", "<head", "<body", "<table", "<meta"]) {
        Some(FileKind::Html)
    } else if begins(&["<?xml", "<workbook"]) {
        // Web pages of some programs begin so as well.
        Some(if text.to_lowercase().contains("<html") { FileKind::Html } else { FileKind::Xml })
    } else if begins(&["version https://git-lfs"]) {
        Some(FileKind::GitLfs)
    } else if next('{').is_some_and(|c| "\"}".contains(c))
        || next('[').is_some_and(|c| "{[\"".contains(c))
    {
        Some(FileKind::Json)
    } else {
        is_libsvm(text).then_some(FileKind::LibSvm)
    }
}

/// Lines such as `-1 3:0.5 7:1`.
fn is_libsvm(text: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().is_ok();
    let pair = |word: &str| {
        word.split_once(':').is_some_and(|(at, value)| at.parse::<u32>().is_ok() && number(value))
    };
    // A number and a time, `21.5 12:30`, are no features.
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        let label = words.next().is_some_and(number);
        label && words.clone().next().is_some() && words.all(pair)
    };
    let several = |line: &str| line.split_whitespace().count() > 2;
    // The sample may end within a line.
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    let mut lines = whole.lines().filter(|line| !line.trim().is_empty()).take(LINES).peekable();
    lines.peek().is_some() && lines.clone().any(several) && lines.all(line)
}

/// An ARFF file as CSV with its lines where they were, the names in the line of `@data`; `None` if
/// it is none.
pub(super) fn arff(text: &str) -> Result<Option<String>, CsvError> {
    let comment = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('%');
    let first = text.lines().find(|line| !comment(line)).unwrap_or_default();
    let keyword = |line: &str, word: &str| {
        line.trim_start().get(..word.len()).is_some_and(|s| s.eq_ignore_ascii_case(word))
    };
    if !keyword(first, "@relation") {
        return Ok(None);
    }
    // Values may be separated by tabs as well.
    let rows = || text.lines().skip_while(|line| !keyword(line, "@data")).skip(1);
    let row = rows().find(|line| !comment(line)).unwrap_or_default();
    let separator = if row.contains('\t') && !row.contains(',') { "\t" } else { "," };
    let (mut names, mut data) = (Vec::new(), false);
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        if data && line.trim_start().starts_with('{') {
            return Err(CsvError::NotTable { found: FileKind::SparseArff });
        }
        if !data && keyword(line, "@data") {
            data = true;
            out.push_str(&names.join(separator));
        } else if !data && keyword(line, "@attribute") {
            names.push(attribute(line.trim_start().get("@attribute".len()..).unwrap_or_default()));
        } else if data && !comment(line) {
            out.push_str(line);
        }
        out.push('\n');
    }
    Ok(data.then_some(out))
}

/// An attribute's name, in quotes or not, without what would end a field.
fn attribute(declared: &str) -> String {
    let declared = declared.trim();
    let name = match declared.chars().next() {
        Some(quote @ ('\'' | '"')) => declared[1..].split(quote).next(),
        _ => declared.split_whitespace().next(),
    };
    name.unwrap_or_default().replace([',', '"', '\'', '\t'], " ")
}
