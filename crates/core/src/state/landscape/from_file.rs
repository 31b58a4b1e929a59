//! A map from a file: read by a worker, and shown in the place of one that is trained here for as
//! long as the set-up asks for the same map.

use crate::landscape_file::{self, LandscapeFile, LandscapeFileError, MAX_BYTES};
use crate::setup::{Impact, Screen, Setup, Shown};
use crate::state::{Notice, State, WorkerId};
use crate::study::landscape::Landscape;
use crate::worker::{Job, Request};
use std::sync::Arc;

/// What is known of maps from files.
#[derive(Default)]
pub struct FileMaps {
    /// The one that a worker reads, and its name.
    reading: Option<(Job, String)>,
    /// The last that was opened, and its name.
    open: Option<(String, Box<LandscapeFile>)>,
}

impl State {
    /// Takes a file that holds a landscape; gives it back where it does not.
    pub(in crate::state) fn take_landscape(
        &mut self,
        name: &str,
        bytes: Vec<u8>,
    ) -> Option<Vec<u8>> {
        if !landscape_file::looks_like_one(&bytes) {
            return Some(bytes);
        }
        if bytes.len() > MAX_BYTES {
            let error = LandscapeFileError::TooLarge { bytes: bytes.len(), limit: MAX_BYTES };
            self.notify(Notice::LandscapeFile { name: name.into(), error });
            return None;
        }
        let job = self.next_job();
        self.file_maps.reading = Some((job, name.into()));
        self.ask(WorkerId::Study, Request::ReadLandscape { job, bytes: Arc::new(bytes) });
        None
    }

    /// A worker has read a map's file.
    pub(in crate::state) fn landscape_read(
        &mut self,
        job: Job,
        result: Result<Box<LandscapeFile>, LandscapeFileError>,
    ) {
        let Some((_, name)) = self.file_maps.reading.take_if(|(reading, _)| *reading == job) else {
            return;
        };
        let file = match result {
            Ok(file) => file,
            Err(error) => return self.notify(Notice::LandscapeFile { name, error }),
        };
        if file.setup.data.name == "csv" && !self.sources.contains_key("csv") {
            self.restore_file();
            if !self.sources.contains_key("csv") {
                return self.notify(Notice::LandscapeWithoutTable { name });
            }
        }
        let detail = self.setup.detail;
        let setup = Setup { screen: Screen::Search, detail, ..file.setup.clone() };
        self.file_maps.open = Some((name, file));
        let old = self.setup.clone();
        self.open_setup(setup);
        if self.setup != old {
            self.history.changed(old, self.now);
        }
        if self.map_of_file().is_none() {
            return self.notify_once(Notice::Locked);
        }
        if self.ready() {
            self.start_map();
        }
        self.save();
    }

    /// What is opened now counts, and no file that was asked for before.
    pub(in crate::state) fn forget_landscape_file(&mut self) {
        self.file_maps.reading = None;
    }

    /// Another table of the reader's own has taken the place of the one that was here.
    pub(in crate::state) fn forget_map_of_table(&mut self) {
        self.file_maps.open.take_if(|(_, file)| file.setup.sets().any(|set| set == "csv"));
    }

    pub(in crate::state) fn landscape_file_under_way(&self) -> Option<&str> {
        self.file_maps.reading.as_ref().map(|(_, name)| name.as_str())
    }

    /// The worker that read a map's file has died.
    pub(in crate::state) fn landscape_file_lost(&mut self) {
        if let Some((_, name)) = self.file_maps.reading.take() {
            self.notify(Notice::FileUnreadable { name });
        }
    }

    /// The map that was opened last, if it is the one that the set-up asks for.
    pub(super) fn map_of_file(&self) -> Option<Landscape> {
        let (_, file) = self.file_maps.open.as_ref()?;
        let impacts = Impact::between(&file.setup, &self.setup);
        (!impacts.data && !impacts.landscape).then(|| Landscape::of_file(file))
    }

    /// The name of the file that the map on show is from.
    pub fn map_file(&self) -> Option<&str> {
        self.map.land.of_file.as_ref()?;
        self.file_maps.open.as_ref().map(|(name, _)| name.as_str())
    }

    /// What the map shows: of a map from a file, losses.
    pub fn map_shown(&self) -> Shown {
        match self.map.land.of_file {
            Some(_) => Shown::Loss,
            None => self.setup.map.shown,
        }
    }
}
