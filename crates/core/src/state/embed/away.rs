//! What a frame leaves with the script around it, which takes the frame away while it is out of
//! sight: what no public link holds (the reader's notes, the marks of lessons, a study from
//! elsewhere), and what was told already, which is no news when the frame is back.
//!
//! It goes by a channel of its own, so that the page around hears none of it.

use crate::json;
use crate::setup::search::Note;
use crate::state::search::Phase;
use crate::state::{Effect, State};
use serde::{Deserialize, Serialize};

/// What is to be known again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Away {
    notes: Vec<Note>,
    /// How far lessons were taken, as a browser would keep it: in a sandbox none does.
    lessons: String,
    /// The link of a study from elsewhere.
    study: Option<String>,
    told: Before,
}

/// What was told before.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Before {
    /// The set-up that it was told of.
    pub state: String,
    pub shown: usize,
    /// Whether the search has finished.
    pub searched: bool,
    /// The lesson's page whose goal was met.
    pub met: Option<usize>,
}

impl State {
    /// Leaves what has to be known again, where that is something else than before, and says
    /// whether the frame has to stay, as it holds what can't be carried.
    pub(super) fn leave_behind(&mut self, told: Before) {
        let away = Away {
            notes: self.setup.search.notes.clone(),
            lessons: self.lesson.progress.write(),
            study: self.study_link().flatten().map(str::to_owned),
            told,
        };
        let stays = self.can_not_be_carried();
        let Some(embed) = &mut self.embed else { return };
        let left = Some((away, stays));
        if embed.left != left {
            let text = left.as_ref().map(|(away, _)| json::write(away)).unwrap_or_default();
            embed.left = left;
            self.emit(Effect::Leave { text, stays });
        }
    }

    /// Whether there is something that neither a link nor a short text holds: a study that is too
    /// large or still being opened or packed, the reader's table, or the file of a map.
    fn can_not_be_carried(&self) -> bool {
        let study = self.xray.open.is_some() && self.study_link().flatten().is_none();
        study
            || self.xray.is_unpacking()
            || self.xray.opening.is_some()
            || self.setup.sets().any(|set| set == "csv")
            || self.map_file().is_some()
    }

    /// Takes back what this page has left before it was taken away; nothing where it is here for
    /// the first time.
    pub(super) fn take_back(&mut self, text: &str) {
        let Some(embed) = &mut self.embed else { return };
        // Whoever asks has nothing yet of what is left now.
        embed.left = None;
        let Ok(away) = json::read::<Away>(text) else { return };
        self.lesson.progress.merge(Some(&away.lessons), true);
        // The page around may have asked for another set-up meanwhile.
        if self.public_state() != away.told.state {
            return;
        }
        let mut setup = self.setup.clone();
        setup.search.notes = away.notes;
        if setup.check().is_ok() {
            self.setup = setup;
        }
        if let Some(link) = &away.study {
            self.open_study_within(link);
        }
        if let Some(embed) = &mut self.embed {
            (embed.shown, embed.finished[0]) = (away.told.shown, away.told.searched);
            (embed.known, embed.before) = (away.told.met, Some(away.told));
        }
    }

    /// Whether the trials that come now are those that were told of before: they are run again.
    pub(super) fn catches_up(&self, before: Option<&Before>, state: &str) -> bool {
        let to_come = self.study.done() < self.setup.search.run;
        let coming = !self.ready() || self.study.phase != Phase::Idle;
        before.is_some_and(|before| before.state == state) && to_come && coming
    }
}
