//! A file of the reader's: read, described by a worker, checked, and then used as data; or a
//! lesson.

use super::{Event, State};
use super::WorkerId;
use super::{errors, host};
use crate::texts::t;
use crate::data::Kind;
use crate::data::csv::{CsvError, MAX_BYTES};
use crate::json;
use crate::lesson;
use crate::worker::{CsvProblem, DataError, Job, Request, Source, TableView};

/// Where the file in use lies as long as the tab is open: a reload goes on with it.
const HELD: &str = "file";

pub enum FileEvent {
    /// A file was chosen or dropped.
    Pick(web_sys::File),
    Opened(String, Result<Vec<u8>, ()>),
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
        Source::Csv { bytes: self.bytes.clone(), target: self.target, kind: self.kind }
    }

    /// A number that hardly any other file or target has: FNV-1a, of 64 bits.
    fn fingerprint(&self) -> u64 {
        let target = [self.target as u8, (self.target >> 8) as u8, self.kind as u8];
        let hash = |h: u64, byte: &u8| (h ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        self.bytes.iter().chain(&target).fold(0xcbf2_9ce4_8422_2325, hash)
    }
}

impl State {
    pub(super) fn file_message(&mut self, message: FileEvent) {
        match message {
            FileEvent::Pick(file) => self.pick(file),
            FileEvent::Opened(name, Ok(bytes)) if name.ends_with(".json") => {
                self.open_lesson(&name, &bytes)
            }
            FileEvent::Opened(name, Ok(bytes)) => {
                let job = self.next_job();
                self.ask(WorkerId::Study, Request::Peek { job, bytes: bytes.clone() });
                self.file =
                    Some(File { name, bytes, table: None, target: 0, kind: Kind::Class, job });
            }
            FileEvent::Opened(name, Err(())) => {
                self.notices.push(t!("error.unreadable", name = name))
            }
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
            FileEvent::Use => {
                if let Some(file) = &mut self.file {
                    file.job = self.next_job();
                    let (job, source, setup) = (file.job, file.source(), self.setup.clone());
                    self.ask(WorkerId::Study, Request::Check { job, source, setup });
                }
            }
            FileEvent::Close => self.file = None,
        }
    }

    /// Reads a file, unless it is larger than any that could be used.
    fn pick(&mut self, file: web_sys::File) {
        let (name, bytes) = (file.name(), file.size() as usize);
        if bytes > MAX_BYTES {
            let why = errors::csv(&CsvError::TooLarge { bytes, limit: MAX_BYTES });
            self.notices.push(t!("error.file", name = name, why = why));
            return;
        }
        let link = ctx.link().clone();
        wasm_bindgen_futures::spawn_local(async move {
            let read = wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await;
            let bytes =
                read.map(|buffer| js_sys::Uint8Array::new(&buffer).to_vec()).map_err(|_| ());
            link.send_message(Message::File(FileEvent::Opened(name, bytes)));
        });
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
                self.notices.push(t!(
                    "error.file",
                    name = file.name.clone(),
                    why = errors::csv(&error)
                ));
                self.file = None;
            }
        }
        true
    }

    /// The file that this tab had before it was loaded anew, which no link can carry; nothing where
    /// one is at hand.
    pub(super) fn file_again(&mut self) {
        if self.studies.file.is_some() {
            return;
        }
        let held =
            host::held(HELD).and_then(|text| json::read::<(String, usize, Kind, u64)>(&text).ok());
        if let Some((text, target, kind, fingerprint)) = held {
            self.keep("csv", Source::Csv { bytes: text.into_bytes(), target, kind });
            self.studies.file = Some(fingerprint);
        }
    }

    /// A worker has tried to make data of the file.
    pub(super) fn file_checked(
        &mut self,
        job: Job,
        result: Result<(), DataError>,
    ) {
        let checked = self.file.as_ref().filter(|file| file.job == job);
        let Some((source, fingerprint)) = checked.map(|file| (file.source(), file.fingerprint()))
        else {
            return;
        };
        // The dialog stays open where it can't be: another column may do.
        if let Err(error) = result {
            self.notices.push(errors::data(&error));
            return;
        }
        self.file = None;
        let mut setup = self.setup.clone();
        setup.data.name = "csv".into();
        // Whether it is of their kind is seen once it is read.
        setup.evaluation.also.clear();
        if lesson::locked(&self.setup, setup.clone(), &self.locks()) != setup {
            self.notices.push(t!("lesson.locked"));
            return;
        }
        if let Source::Csv { bytes, target, kind } = &source
            && let Ok(text) = str::from_utf8(bytes)
        {
            host::hold(HELD, &json::write(&(text, target, kind, fingerprint)));
        }
        self.keep("csv", source);
        self.studies.file = Some(fingerprint);
        self.setup = setup;
        self.prepare();
        self.save();
    }
}
