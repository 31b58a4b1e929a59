//! A file of the reader's: read and described by a worker, read again after each choice, checked,
//! and then used as data; or a lesson.

use super::studies::HeldFile;
use super::xray::opening::{EXAMPLE, Opening};
use super::{Effect, Notice, State};
use crate::data::Kind;
use crate::data::choices::{ColumnKind, ReadChoices};
use crate::data::csv::{CsvError, MAX_BYTES};
use crate::data::encoding::Encoding;
use crate::data::number::DecimalMark;
use crate::import::{ImportError, limits};
use crate::json;
use crate::lesson;
use crate::sort::sort_by_key;
use crate::worker::{CsvProblem, DataError, Job, Request, Source, TableView};
use base64::prelude::{BASE64_STANDARD, Engine};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FileEvent {
    /// A file was chosen, dropped or pasted: its name and its bytes, none where it can't be read.
    Opened(String, Option<Vec<u8>>),
    /// A file that a link named has come, or can't be had.
    Fetched(String, Option<Vec<u8>>),
    /// One of so many bytes that it was not read.
    TooLarge(String, usize),
    /// How it is read, from the dialog.
    Choose(Choice),
    Use,
    Close,
}

/// One thing that is chosen about a file; with `None` it is found out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Choice {
    Encoding(Option<Encoding>),
    Separator(Option<char>),
    /// Whether the first line holds names.
    Header(Option<bool>),
    Decimal(Option<DecimalMark>),
    /// Whether `1/2/2026` is the first of February.
    DayFirst(Option<bool>),
    /// Whether numbers such as `-999` stand for missing values.
    MissingCodes(Option<bool>),
    /// What a column (from 0) is used as.
    Column(usize, ColumnKind),
    /// The column to predict; it comes with its own likeliest kind.
    Target(usize),
    /// What it is predicted as.
    Task(Kind),
}

impl Choice {
    fn make(self, choices: &mut ReadChoices) {
        match self {
            Choice::Encoding(encoding) => choices.encoding = encoding,
            Choice::Separator(separator) => choices.separator = separator,
            Choice::Header(header) => choices.header = header,
            Choice::Decimal(mark) => choices.decimal = mark,
            Choice::DayFirst(day_first) => choices.day_first = day_first,
            Choice::MissingCodes(missing) => choices.missing_codes = missing,
            Choice::Column(at, kind) => choices.set_column(at, Some(kind)),
            Choice::Target(at) => (choices.target, choices.task) = (Some(at), None),
            Choice::Task(task) => choices.task = Some(task),
        }
    }
}

/// A file that the reader has opened.
pub struct File {
    pub name: String,
    bytes: Vec<u8>,
    pub choices: ReadChoices,
    /// The file as last understood.
    pub table: Option<Rc<TableView>>,
    /// Why it can't be read as chosen now; `table` is then as it was before.
    pub problem: Option<CsvError>,
    /// The description that is awaited.
    peek: Option<Job>,
    /// The check that is awaited.
    check: Option<Job>,
    /// Whether it is to be used once it is described.
    wanted: bool,
    /// Whether a worker has died of it, or beside it.
    retried: bool,
}

impl File {
    /// Whether a worker still reads it as chosen now.
    pub fn is_being_read(&self) -> bool {
        self.peek.is_some()
    }

    /// The column that is predicted, and as what.
    pub fn target(&self) -> (usize, Kind) {
        let (chosen, task) = (self.choices.target, self.choices.task);
        let Some(table) = &self.table else {
            return (chosen.unwrap_or(0), task.unwrap_or(Kind::Class));
        };
        let last = (table.columns.len().saturating_sub(1), Kind::Class);
        let (at, kind) = table.target.unwrap_or(last);
        let target = chosen.unwrap_or(at);
        let own = || table.columns.get(target).map_or(Kind::Class, |column| column.suggested);
        (target, task.unwrap_or_else(|| if target == at { kind } else { own() }))
    }

    /// All that it takes to make the same data of it at any time.
    fn source(&self) -> Source {
        let (target, task) = self.target();
        let mut choices = self.choices.clone();
        (choices.target, choices.task) = (Some(target), Some(task));
        Source::Csv { bytes: self.bytes.clone(), choices }
    }

    /// Forgets what was chosen about columns if there are now others; whether anything was.
    fn drop_choices_of_columns(&mut self, table: &TableView) -> bool {
        let columns = |table: &TableView| table.columns.len();
        let others = self.table.as_deref().is_some_and(|old| columns(old) != columns(table));
        let chosen = self.choices.target.is_some() || !self.choices.columns.is_empty();
        if others && chosen {
            self.choices.columns.clear();
            (self.choices.target, self.choices.task) = (None, None);
        }
        others && chosen
    }
}

/// A number that hardly any other file, target or way to read it has: FNV-1a, of 64 bits.
fn fingerprint(bytes: &[u8], choices: &ReadChoices) -> u64 {
    let (target, kind) = (choices.target.unwrap_or(0), choices.task.unwrap_or(Kind::Class));
    let predicted = [target as u8, (target >> 8) as u8, kind as u8];
    let mut others = ReadChoices { target: None, task: None, ..choices.clone() };
    sort_by_key(&mut others.columns, |(column, _)| *column);
    // Where nothing else is chosen, it is the number that kept studies of such files have.
    let others = match others == ReadChoices::default() {
        true => String::new(),
        // Kept studies know nothing of what nobody could choose then.
        false => json::write(&others).replace("\"missing_codes\":null,", ""),
    };
    let hash = |h: u64, byte: &u8| (h ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
    bytes.iter().chain(&predicted).chain(others.as_bytes()).fold(0xcbf2_9ce4_8422_2325, hash)
}

/// The file that a text says a tab holds.
pub(super) fn held(text: &str) -> Option<HeldFile> {
    if let Ok(file) = json::read(text) {
        return Some(file);
    }
    // As it was held by earlier builds.
    let (text, target, kind, fingerprint): (String, usize, Kind, u64) = json::read(text).ok()?;
    let choices = ReadChoices::predict(target, kind);
    Some(HeldFile { text: Some(text), base64: None, choices, fingerprint })
}

impl HeldFile {
    fn new(bytes: &[u8], choices: &ReadChoices, fingerprint: u64) -> HeldFile {
        let text = str::from_utf8(bytes).ok().map(str::to_owned);
        let base64 = text.is_none().then(|| BASE64_STANDARD.encode(bytes));
        HeldFile { text, base64, choices: choices.clone(), fingerprint }
    }

    /// A file that is read in one way alone.
    pub(super) fn plain(bytes: &[u8]) -> HeldFile {
        HeldFile::new(bytes, &ReadChoices::default(), 0)
    }

    pub(super) fn bytes(self) -> Option<Vec<u8>> {
        match (self.text, self.base64) {
            (Some(text), _) => Some(text.into_bytes()),
            (None, Some(base64)) => BASE64_STANDARD.decode(base64).ok(),
            (None, None) => None,
        }
    }
}

impl State {
    pub(super) fn file_event(&mut self, event: FileEvent) {
        match event {
            FileEvent::Opened(name, Some(bytes)) => {
                self.notices.retain(|notice| !notice.is_of_unread_file(&name));
                self.forget_files_under_way();
                let Some(bytes) = self.take_landscape(&name, bytes) else { return };
                let Some(bytes) = self.take_study(&name, bytes) else { return };
                let named = lesson::address::is_file(&name);
                if named || lesson::encoding::looks_like_one(&bytes) {
                    self.open_lesson(&name, &bytes);
                } else {
                    self.open_data(name, bytes);
                }
            }
            FileEvent::Opened(name, None) => self.notify(Notice::FileUnreadable { name }),
            FileEvent::Fetched(name, bytes) => {
                // Something else may have been opened since.
                if self.fetching.take_if(|asked| *asked == name).is_some() {
                    match bytes {
                        None if name == EXAMPLE => self.notify(Notice::ExampleNotLoaded),
                        None => self.notify(Notice::LinkedFileUnreadable { name }),
                        some => self.file_event(FileEvent::Opened(name, some)),
                    }
                }
            }
            FileEvent::TooLarge(name, bytes) => self.refuse_large(name, bytes),
            FileEvent::Choose(choice) => {
                if let Some(file) = &mut self.file {
                    choice.make(&mut file.choices);
                    // What is still checked is no longer what the reader wants.
                    (file.check, file.wanted) = (None, false);
                    self.peek_file();
                }
            }
            FileEvent::Use => match &mut self.file {
                // What is shown is not yet what was chosen last.
                Some(file) if file.peek.is_some() => file.wanted = true,
                _ => self.check_file(),
            },
            FileEvent::Close => {
                let was_read = self.reads_file();
                self.file = None;
                self.forget_landscape_file();
                self.stop_reading(was_read);
            }
        }
    }

    /// What is opened now counts, and no file that was asked for before.
    pub(super) fn forget_files_under_way(&mut self) {
        self.fetching = None;
        self.forget_landscape_file();
    }

    /// A table of examples to train on.
    pub(super) fn open_data(&mut self, name: String, bytes: Vec<u8>) {
        if bytes.len() > MAX_BYTES {
            return self.refuse_large(name, bytes.len());
        }
        self.file = Some(File {
            name,
            bytes,
            choices: ReadChoices::default(),
            table: None,
            problem: None,
            peek: None,
            check: None,
            wanted: false,
            retried: false,
        });
        self.peek_file();
    }

    /// Nobody has read it, so its name alone tells what it may be.
    pub(super) fn refuse_large(&mut self, name: String, bytes: usize) {
        let ends = |ending: &&str| name.to_lowercase().ends_with(ending);
        if [".csv", ".tsv", ".txt", ".json"].iter().any(ends) {
            let error = CsvError::TooLarge { bytes, limit: MAX_BYTES };
            self.notify(Notice::File { name, error });
        } else {
            let error = ImportError::TooLarge { bytes, limit: limits::MAX_BYTES };
            self.notify(Notice::Study { name, error });
        }
    }

    /// Has a worker describe the file as it is read now; what it says of earlier choices no longer
    /// counts.
    fn peek_file(&mut self) {
        let job = self.next_job();
        if let Some(file) = &mut self.file {
            file.peek = Some(job);
            let (bytes, choices) = (file.bytes.clone(), file.choices.clone());
            self.ask_reader(Request::Peek { job, bytes, choices });
        }
    }

    /// Has a worker try to make data of the file.
    fn check_file(&mut self) {
        let job = self.next_job();
        if let Some(file) = self.file.as_mut().filter(|file| file.problem.is_none()) {
            file.check = Some(job);
            let (source, setup) = (file.source(), self.setup.clone());
            self.ask_reader(Request::Check { job, source, setup });
        }
    }

    /// The file, a table or a map, that a worker reads and of which nothing can be shown yet.
    pub fn file_under_way(&self) -> Option<&str> {
        let table = self.file.as_ref().filter(|file| file.table.is_none());
        table.map(|file| file.name.as_str()).or_else(|| self.landscape_file_under_way())
    }

    /// Whether a worker reads a file, of whatever kind.
    pub(super) fn reads_file(&self) -> bool {
        let own = self.file.as_ref();
        own.is_some_and(|file| file.peek.is_some() || file.check.is_some())
            || self.xray.opening.as_ref().is_some_and(Opening::is_busy)
            || self.landscape_file_under_way().is_some()
    }

    /// The worker that reads files has died: another tries once more.
    pub(super) fn file_lost(&mut self) {
        let Some(file) = &mut self.file else { return };
        if file.peek.is_none() && file.check.is_none() {
            return;
        }
        if std::mem::replace(&mut file.retried, true) {
            let name = file.name.clone();
            self.file = None;
            return self.notify(Notice::FileUnreadable { name });
        }
        file.wanted |= file.check.take().is_some();
        self.peek_file();
    }

    /// A worker has described the file; whether anything was to be changed.
    pub(super) fn file_read(&mut self, job: Job, result: Result<TableView, CsvProblem>) -> bool {
        let Some(file) = self.file.as_mut().filter(|file| file.peek == Some(job)) else {
            return false;
        };
        file.peek = None;
        match result {
            Ok(table) => {
                let (name, anew) = (file.name.clone(), file.drop_choices_of_columns(&table));
                (file.table, file.problem) = (Some(Rc::new(table)), None);
                let now_read =
                    |n: &Notice| matches!(n, Notice::File { name: own, .. } if *own == name);
                self.notices.retain(|notice| !now_read(notice));
                if anew {
                    self.peek_file();
                } else if std::mem::take(&mut file.wanted) {
                    self.check_file();
                }
            }
            // Read another way, it may still do.
            Err(error) if file.table.is_some() => {
                (file.problem, file.wanted) = (Some(error), false);
            }
            Err(error) => {
                let name = file.name.clone();
                self.file = None;
                self.notify(Notice::File { name, error });
            }
        }
        true
    }

    /// The file that this tab had before it was loaded anew, which no link can carry; nothing where
    /// one is at hand.
    pub(super) fn restore_file(&mut self) {
        if self.studies.file.is_some() {
            return;
        }
        if let Some(held) = self.studies.held.take() {
            let (fingerprint, choices) = (held.fingerprint, held.choices.clone());
            if let Some(bytes) = held.bytes() {
                self.keep("csv", Source::Csv { bytes, choices });
                self.studies.file = Some(fingerprint);
            }
        }
    }

    /// A worker has tried to make data of the file.
    pub(super) fn file_checked(&mut self, job: Job, result: Result<(), DataError>) {
        let Some(file) = self.file.as_mut().filter(|file| file.check == Some(job)) else { return };
        file.check = None;
        let source = file.source();
        // The dialog stays open where it can't be: another column may do.
        if let Err(error) = result {
            return self.notify(Notice::Data(error));
        }
        self.file = None;
        let mut setup = self.setup.clone();
        setup.data.name = "csv".into();
        // Whether it is of their kind is seen once it is read.
        setup.evaluation.also.clear();
        if self.allowed(setup.clone()) != setup {
            return self.notify(Notice::DataLocked);
        }
        if let Source::Csv { bytes, choices } = &source {
            let fingerprint = fingerprint(bytes, choices);
            self.emit(Effect::Hold(json::write(&HeldFile::new(bytes, choices, fingerprint))));
            self.studies.file = Some(fingerprint);
        }
        self.keep("csv", source);
        self.setup = setup;
        self.prepare();
        self.save();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kept studies find their files by it.
    #[test]
    fn a_file_has_the_fingerprint_that_it_always_had() {
        let written = "{\"encoding\":null,\"separator\":null,\"header\":true,\"decimal\":null,\
            \"day_first\":null,\"columns\":[],\"target\":null,\"task\":null}";
        let choices: ReadChoices = json::read(written).unwrap();
        assert_eq!(choices, ReadChoices { header: Some(true), ..ReadChoices::default() });
        let hash = |h: u64, byte: &u8| (h ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        let by_hand = b"a,b\0\0\0".iter().chain(written.as_bytes());
        assert_eq!(fingerprint(b"a,b", &choices), by_hand.fold(0xcbf2_9ce4_8422_2325, hash));
        let missing_codes = ReadChoices { missing_codes: Some(false), ..choices.clone() };
        assert_ne!(fingerprint(b"a,b", &missing_codes), fingerprint(b"a,b", &choices));
    }
}
