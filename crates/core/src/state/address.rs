//! The address: the link that it holds is opened, unpacked where it is packed; and it is written
//! when the set-up has changed.

use super::{Effect, Kept, Notice, Packing, State, Timer, Unpacking};
use crate::lesson;
use crate::lesson::address;
use crate::link::{self, LinkError, MAX_LINK_LENGTH, look, results};
use crate::setup::{LessonSetup, Setup, VERSION};

/// What a packed link begins with.
pub const PACKED: &str = "z=";

/// What a link begins with that names a file of the page's own folder.
pub const OPEN: &str = "open=";

/// Milliseconds without a change after which the address is written.
const REST: u32 = 150;

impl State {
    /// Unpacks what a link has after its [`PACKED`]. What stands beside the packed text, such as
    /// the locks of an embed, waits until then.
    pub(super) fn unpack(&mut self, why: Unpacking, packed: &str) {
        let (text, beside) = packed.split_once('&').unwrap_or((packed, ""));
        self.opening.beside(number(why), beside);
        self.emit(Effect::Unpack { why, packed: text.into() });
    }

    /// A packed link is unpacked; of what can't be unpacked there comes no link.
    pub(super) fn unpacked(&mut self, why: Unpacking, text: Option<String>) {
        if let Unpacking::Study(number) = why {
            return self.study_unpacked(number, text);
        }
        let text = text.unwrap_or_else(|| link::PACKED.into());
        let more = self.opening.take_beside(number(why));
        // What stands beside it holds as well, and comes last.
        let whole = match (text.split_once("&results="), more.as_str()) {
            (_, "") => text,
            (Some((setup, results)), more) => format!("{setup}&{more}&results={results}"),
            (None, more) => format!("{text}&{more}"),
        };
        match why {
            Unpacking::Set(number) => self.set_state(number, &whole),
            Unpacking::Address(number) => self.open_unpacked(number, &whole),
            Unpacking::Study(_) => {}
        }
    }

    fn open_unpacked(&mut self, number: u32, text: &str) {
        let Some(shown) = self.opening.unpacked(number) else { return };
        let (setup, found) = results::split(text);
        self.found = found;
        self.open_link(setup);
        self.prepare();
        self.begin_lesson();
        if let Some(shown) = shown {
            self.open_setup(shown);
        }
        self.save();
    }

    /// Another link stands in the address; the one that was written there is no news.
    pub(super) fn link_opened(&mut self, fragment: &str) {
        if fragment.trim_start_matches('#') != link::write(&self.setup) {
            self.open_address(fragment);
        }
    }

    /// Opens what the address has from # on.
    pub(super) fn open_address(&mut self, fragment: &str) {
        self.saving += 1;
        self.emit(Effect::Forget(Timer::Save));
        self.forget_files_under_way();
        // Nor is a study opened any more that is still being unpacked.
        self.xray.next_link();
        // What was wrong with the last link says nothing of this one.
        self.notices.retain(|notice| !notice.is_of_link());
        let (fragment, said) = look::apart(fragment);
        if said != [None; 2] {
            self.look(said[0], said[1]);
        }
        self.open_apart(&fragment);
    }

    /// The same of an address that says nothing of the page's look.
    fn open_apart(&mut self, fragment: &str) {
        if self.open_study_link(fragment) {
            self.opening.address(false);
            return;
        }
        if let Some(name) = fragment.trim_start_matches('#').strip_prefix(OPEN) {
            let (name, beside) = name.split_once('&').unwrap_or((name, ""));
            // What an embed locks and hides holds for the file as well.
            match beside {
                "" => self.open_address(""),
                beside => self.open_address(&format!("v={VERSION}&{beside}")),
            }
            let problem = self.open_file(name);
            return self.notices.extend(problem);
        }
        let packed = fragment.strip_prefix('#').and_then(|f| f.strip_prefix(PACKED));
        let number = self.opening.address(packed.is_some());
        if let Some(packed) = packed {
            return self.unpack(Unpacking::Address(number), packed);
        }
        self.open_link(fragment);
        self.prepare();
        self.begin_lesson();
    }

    /// Has a file of the page's own folder opened; what is wrong with its name, if anything is.
    fn open_file(&mut self, name: &str) -> Option<Notice> {
        let text = link::decode(name).unwrap_or_default();
        match address::below(&text) {
            Some(address) => {
                self.fetching = Some(address.into());
                self.emit(Effect::FetchFile(address.into()));
            }
            None if name.is_empty() => {
                let key = OPEN.trim_end_matches('=').into();
                return Some(Notice::Link(LinkError::Value { key, value: String::new() }));
            }
            None => return Some(Notice::LinkedFileUnreadable { name: name.into() }),
        }
        None
    }

    /// Takes the set-up of a link, or the default with a note of what was wrong.
    pub(super) fn open_link(&mut self, fragment: &str) {
        let read = link::read(fragment);
        if read.as_ref().is_ok_and(|setup| setup.data.name == "csv") {
            self.restore_file();
        }
        let (setup, problem) = match read {
            // No link can carry a file; one that was opened here is still here.
            // Everything else of the set-up stays, and its trials are for the reader to run again.
            Ok(mut setup) if setup.data.name == "csv" && !self.sources.contains_key("csv") => {
                setup.data = Setup::default().data;
                (setup.search.run, setup.search.shown) = (0, 0);
                (setup, Some(Notice::CsvNotInLink))
            }
            Ok(setup) => (setup, None),
            Err(error) => match self.mended(fragment) {
                (setup, true) => (setup, Some(Notice::LinkPart(error))),
                (setup, false) => (setup, Some(Notice::Link(error))),
            },
        };
        self.setup = lesson::locks::limited(setup);
        if fragment.trim_start_matches('#').is_empty() {
            self.setup.detail = self.wanted;
        }
        self.history.apart();
        self.lesson.close();
        let LessonSetup { name, own, .. } = &self.setup.lesson;
        self.lesson.handed_out = !name.is_empty() || !own.is_empty();
        self.read_own_lesson();
        self.notices.extend(problem);
    }

    /// Writes the set-up into the address, once things have come to rest.
    pub(super) fn save(&mut self) {
        self.saving += 1;
        self.outdate_study_link();
        self.emit(Effect::Wait(Timer::Save, REST));
    }

    /// Writes the set-up into the address, packed where it is long.
    pub(super) fn write_address(&mut self) {
        let fragment = link::write(&self.setup);
        // The set-up that the page begins with is none to go back to; an embed is none's own page.
        if self.embed.is_none() && !self.setup.is_first() {
            self.emit(Effect::Keep(Kept::LastLink, fragment.clone()));
        }
        if !self.pack_study() {
            self.write_setup();
        }
    }

    /// Writes the set-up alone into the address, whatever study is on show.
    pub(super) fn write_setup(&mut self) {
        let fragment = link::write(&self.setup);
        if fragment.len() <= MAX_LINK_LENGTH {
            return self.emit(Effect::WriteAddress(fragment));
        }
        let text;
        (text, self.beside_packed) = link::brief(&self.setup);
        self.emit(Effect::Pack { why: Packing::Address(self.saving), text });
    }

    /// A link was packed for the address, unless something was changed or opened since.
    pub(super) fn address_packed(&mut self, number: u32, packed: Option<String>) {
        if number == self.saving {
            let fragment = match packed {
                Some(packed) => [PACKED, &packed, &self.beside_packed].concat(),
                None => link::write(&self.setup),
            };
            self.emit(Effect::WriteAddress(fragment));
        }
    }
}

fn number(why: Unpacking) -> u32 {
    match why {
        Unpacking::Address(number) | Unpacking::Set(number) | Unpacking::Study(number) => number,
    }
}
