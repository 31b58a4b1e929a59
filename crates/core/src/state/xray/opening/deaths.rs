//! What is done when the worker dies that had a study: the open one, or a file being opened.

use super::Stage;
use crate::state::{Notice, State, WorkerId};
use crate::worker::Request;
use crate::worker::xray::XrayRequest;

impl State {
    /// The worker that had the study has died: another is told of it with the next question, and
    /// asked what the last was, unless that kills one worker after the other.
    pub(in crate::state) fn xray_lost(&mut self) {
        let (read, show) = (self.next_job(), self.next_job());
        if let Some(open) = &mut self.xray.open {
            let before = std::mem::replace(&mut open.file, read);
            open.lost(show);
            let (many, name) = (open.deaths.are_many(), open.name.clone());
            // Its columns may be looked at just now.
            let same = self.xray.opening.as_mut().filter(|opening| opening.file == before);
            same.into_iter().for_each(|opening| opening.file = read);
            match many {
                true => self.tell_given_up(Notice::StudyKills { name }),
                false => {
                    self.ask_thoughts();
                    self.write_again();
                }
            }
        }
        self.opening_lost();
    }

    /// Tells a worker of the open study that has to know it and does not yet.
    pub(in crate::state::xray) fn tell_of_study(&mut self) {
        let Some(open) = self.xray.open.as_mut().filter(|open| open.untold) else { return };
        open.untold = false;
        let (file, shown_by) = (open.file, open.shown_by);
        let (name, bytes) = (open.name.clone(), open.bytes.clone());
        let (which, aim) = (open.which.clone(), open.view.aim);
        let request = XrayRequest::Read { name, bytes };
        self.ask(WorkerId::Study, Request::Xray { job: file, request });
        let request = XrayRequest::Show { file, which, aim };
        self.ask(WorkerId::Study, Request::Xray { job: shown_by, request });
    }

    /// The worker that had the file in its hands has died. One that waits for the reader goes on
    /// waiting, with what was chosen so far.
    fn opening_lost(&mut self) {
        let file = self.next_job();
        let Some(opening) = self.xray.opening.as_mut().filter(|o| o.stage != Stage::Undecided)
        else {
            return;
        };
        let wanted = opening.job.take().and(opening.wanted.take());
        let busy = wanted.is_some() || opening.stage == Stage::Reading;
        if busy && std::mem::replace(&mut opening.retried, true) {
            let name = opening.name.clone();
            self.xray.opening = None;
            return self.notify(Notice::FileUnreadable { name });
        }
        if opening.stage == Stage::Reading {
            return self.read_study();
        }
        // That of the open study is read already.
        if self.xray.open.as_ref().is_none_or(|open| open.file != opening.file) {
            opening.file = file;
            let (name, bytes) = (opening.name.clone(), opening.bytes.clone());
            let request = XrayRequest::Read { name, bytes };
            self.ask(WorkerId::Study, Request::Xray { job: file, request });
        }
        wanted.into_iter().for_each(|which| self.show_which(which));
    }
}
