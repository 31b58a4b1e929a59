//! The address: the link that it holds is opened, unpacked where it is packed.

use super::{Message, Model};
use crate::{errors, host};
use tunescape_core::lesson;
use tunescape_core::link;
use tunescape_core::setup::Setup;
use tunescape_core::setup::VERSION;
use yew::Context;

/// What a packed link begins with.
pub const PACKED: &str = "z=";

/// Unpacks what a link has after its [`PACKED`]; of what can't be unpacked there comes no link.
pub fn unpack(ctx: &Context<Model>, packed: &str, heard: impl Fn(String) -> Message + 'static) {
    let (packed, link) = (packed.to_owned(), ctx.link().clone());
    wasm_bindgen_futures::spawn_local(async move {
        // What stands beside it, such as the locks of an embed, holds as well, and comes last.
        let (packed, more) = packed.split_once('&').unwrap_or((&packed, ""));
        let text = host::unpack(packed)
            .await
            .ok()
            .and_then(|text| text.as_string())
            .unwrap_or_else(|| "z".into());
        let whole = match (text.split_once("&results="), more) {
            (_, "") => text,
            (Some((setup, results)), more) => format!("{setup}&{more}&results={results}"),
            (None, more) => format!("{text}&{more}"),
        };
        link.send_message(heard(whole));
    });
}

impl Model {
    /// Opens what the address has after its #.
    pub(super) fn open_address(&mut self, ctx: &Context<Self>) {
        self.saving = None;
        let fragment = host::fragment();
        let packed = fragment.strip_prefix('#').and_then(|f| f.strip_prefix(PACKED));
        let number = self.opening.address(packed.is_some());
        if let Some(packed) = packed {
            return unpack(ctx, packed, move |text| Message::Unpacked(number, text));
        }
        self.open(&fragment);
        self.prepare(ctx);
        self.begin_lesson(ctx);
    }

    /// The default, with what the page around this one has locked, limited and hidden by a link
    /// that is otherwise wrong.
    fn ruled(&self, fragment: &str) -> Setup {
        let parts = fragment
            .split(['#', '&'])
            .filter(|part| self.embed.is_some() && part.starts_with("lesson."));
        let mut rules = format!("v={VERSION}");
        for part in parts {
            let more = format!("{rules}&{part}");
            if link::read(&more).is_ok() {
                rules = more;
            }
        }
        link::read(&rules).unwrap_or_default()
    }

    /// Takes the set-up of a link, or the default with a note of what was wrong.
    pub(super) fn open(&mut self, fragment: &str) {
        let read = link::read(fragment).map_err(|error| errors::link(&error));
        if read.as_ref().is_ok_and(|setup| setup.data.name == "csv") {
            self.file_again();
        }
        let (setup, problem) = match read {
            // No link can carry a file; one that was opened here is still here.
            // Everything else of the set-up stays, and its trials are for the reader to run again.
            Ok(mut setup) if setup.data.name == "csv" && !self.kept.contains_key("csv") => {
                setup.data = Setup::default().data;
                (setup.search.run, setup.search.shown) = (0, 0);
                (setup, Some(crate::texts::t!("data.csv_not_in_link")))
            }
            Ok(setup) => (setup, None),
            Err(problem) => (self.ruled(fragment), Some(problem)),
        };
        self.setup = lesson::limited(setup);
        self.history.apart();
        self.lesson.close();
        self.read_own_lesson();
        self.notices.extend(problem);
    }
}
