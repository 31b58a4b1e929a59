//! A file of the reader's: read, described by a worker, checked, and then used as data; or a
//! lesson.

use super::studies::HeldFile;
use super::{Effect, Notice, State, WorkerId};
use crate::data::Kind;
use crate::data::choices::ReadChoices;
use crate::data::csv::{CsvError, MAX_BYTES};
use crate::json;
use crate::lesson;
use crate::worker::{CsvProblem, DataError, Job, Request, Source, TableView};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FileEvent {
    /// A file was chosen or dropped: its name and its bytes, none where it can't be read.
    Opened(String, Option<Vec<u8>>),
    /// One of so many bytes that it was not read.
    TooLarge(String, usize),
    /// The column to predict, and what it is.
    Target(usize, Kind),
    Use,
    Close,
}

/// A file that the reader has opened.
pub struct File {
    pub name: String,
    bytes: Vec<u8>,
    pub table: Option<TableView>,
    pub target: usize,
    pub kind: Kind,
    /// The last thing asked of a worker about it.
    job: Job,
}

impl File {
    fn source(&self) -> Source {
        let choices = ReadChoices::predict(self.target, self.kind);
        Source::Csv { bytes: self.bytes.clone(), choices }
    }

    /// A number that hardly any other file or target has: FNV-1a, of 64 bits.
    fn fingerprint(&self) -> u64 {
        let target = [self.target as u8, (self.target >> 8) as u8, self.kind as u8];
        let hash = |h: u64, byte: &u8| (h ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        self.bytes.iter().chain(&target).fold(0xcbf2_9ce4_8422_2325, hash)
    }
}

/// The file that a text says a tab holds.
pub(super) fn held(text: &str) -> Option<HeldFile> {
    json::read(text).ok()
}

impl State {
    pub(super) fn file_event(&mut self, event: FileEvent) {
        match event {
            FileEvent::Opened(name, Some(bytes)) if name.ends_with(".json") => {
                self.open_lesson(&name, &bytes);
            }
            // The page looks at the size before it reads; a file may come another way.
            FileEvent::Opened(name, Some(bytes)) if bytes.len() > MAX_BYTES => {
                self.refuse_large(name, bytes.len());
            }
            FileEvent::Opened(name, Some(bytes)) => {
                let job = self.next_job();
                let (bytes_sent, choices) = (bytes.clone(), ReadChoices::default());
                self.ask(WorkerId::Study, Request::Peek { job, bytes: bytes_sent, choices });
                self.file =
                    Some(File { name, bytes, table: None, target: 0, kind: Kind::Class, job });
            }
            FileEvent::Opened(name, None) => self.notify(Notice::FileUnreadable { name }),
            FileEvent::TooLarge(name, bytes) => self.refuse_large(name, bytes),
            FileEvent::Target(target, kind) => {
                if let Some(file) = &mut self.file {
                    let column = file
                        .table
                        .as_ref()
                        .and_then(|t| t.columns.get(target))
                        .filter(|_| target != file.target);
                    // Another column comes with its own likeliest kind.
                    (file.target, file.kind) = (target, column.map_or(kind, |c| c.suggested));
                }
            }
            FileEvent::Use => self.check_file(),
            FileEvent::Close => self.file = None,
        }
    }

    fn refuse_large(&mut self, name: String, bytes: usize) {
        let error = CsvError::TooLarge { bytes, limit: MAX_BYTES };
        self.notify(Notice::File { name, error });
    }

    /// Has a worker try to make data of the file.
    fn check_file(&mut self) {
        let job = self.next_job();
        if let Some(file) = &mut self.file {
            file.job = job;
            let (source, setup) = (file.source(), self.setup.clone());
            self.ask(WorkerId::Study, Request::Check { job, source, setup });
        }
    }

    /// A worker has described the file; whether anything was to be changed.
    pub(super) fn file_read(&mut self, job: Job, result: Result<TableView, CsvProblem>) -> bool {
        let Some(file) = self.file.as_mut().filter(|file| file.job == job) else { return false };
        match result {
            Ok(table) => {
                let last = table.columns.len().saturating_sub(1);
                (file.target, file.kind) = table.suggested.unwrap_or((last, Kind::Class));
                file.table = Some(table);
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
        if let Some((text, target, kind, fingerprint)) = self.studies.held.take() {
            let choices = ReadChoices::predict(target, kind);
            self.keep("csv", Source::Csv { bytes: text.into_bytes(), choices });
            self.studies.file = Some(fingerprint);
        }
    }

    /// A worker has tried to make data of the file.
    pub(super) fn file_checked(&mut self, job: Job, result: Result<(), DataError>) {
        let checked = self.file.as_ref().filter(|file| file.job == job);
        let Some((source, fingerprint)) = checked.map(|file| (file.source(), file.fingerprint()))
        else {
            return;
        };
        // The dialog stays open where it can't be: another column may do.
        if let Err(error) = result {
            return self.notify(Notice::Data(error));
        }
        self.file = None;
        let mut setup = self.setup.clone();
        setup.data.name = "csv".into();
        // Whether it is of their kind is seen once it is read.
        setup.evaluation.also.clear();
        if lesson::locked(&self.setup, setup.clone(), &self.locks()) != setup {
            return self.notify(Notice::DataLocked);
        }
        if let Source::Csv { bytes, choices } = &source
            && let Ok(text) = str::from_utf8(bytes)
            && let (Some(target), Some(kind)) = (choices.target, choices.task)
        {
            self.emit(Effect::Hold(json::write(&(text, target, kind, fingerprint))));
        }
        self.keep("csv", source);
        self.studies.file = Some(fingerprint);
        self.setup = setup;
        self.prepare();
        self.save();
    }
}
