//! What a frame leaves with the script around it, which takes the frame away while it is out of
//! sight: what no public link holds (the marks of lessons, a study from elsewhere), and what was
//! told already, which is no news when the frame is back.
//!
//! It goes by a channel of its own, so that the page around hears none of it by itself. But whoever
//! embeds the page can ask for it as that script does: the reader's notes are never in it.

use crate::json;
use crate::link::message::MAX_AWAY;
use crate::state::search::Phase;
use crate::state::{Effect, State};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What is to be known again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Away {
    /// How far lessons were taken, as a browser would keep it: in a sandbox none does.
    lessons: Arc<str>,
    /// The link of a study from elsewhere.
    study: Option<String>,
    told: Before,
}

/// What was told before.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Before {
    /// The set-up that it was told of.
    pub state: Arc<str>,
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
        let stays = self.can_not_be_carried();
        let lessons = self.marks_written();
        // The study's link holds the set-up with its notes.
        let study = self.study_link().flatten().filter(|_| self.setup.search.notes.is_empty());
        let same = |left: &(Away, bool)| {
            let (away, stayed) = left;
            (&away.lessons, away.study.as_deref(), &away.told) == (&lessons, study, &told)
                && *stayed == stays
        };
        let Some(embed) = &self.embed else { return };
        if embed.left.as_ref().is_some_and(same) {
            return;
        }
        let away = Away { lessons, study: study.map(str::to_owned), told };
        let text = json::write(&away);
        let too_long = text.len() > MAX_AWAY;
        if let Some(embed) = &mut self.embed {
            embed.left = Some((away, stays));
        }
        self.emit(Effect::Leave { text, stays: stays || too_long });
    }

    /// How far lessons were taken, which is written anew only where that has changed.
    fn marks_written(&mut self) -> Arc<str> {
        let (progress, changes) = (&self.lesson.progress, self.lesson.progress.changes());
        let Some(embed) = &mut self.embed else { return progress.write().into() };
        embed.marks.take_if(|marks| marks.0 != changes);
        embed.marks.get_or_insert_with(|| (changes, progress.write().into())).1.clone()
    }

    /// Whether there is something that neither a public link nor a short text holds: the reader's
    /// notes, a study that is too large or still being opened or packed, the reader's table, or the
    /// file of a map.
    fn can_not_be_carried(&self) -> bool {
        let study = self.xray.open.is_some() && self.study_link().flatten().is_none();
        study
            || !self.setup.search.notes.is_empty()
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
        // The page around may have asked for another set-up meanwhile.
        let same = embed.state == away.told.state;
        self.lesson.progress.merge(Some(&away.lessons), true);
        if !same {
            return;
        }
        if let Some(link) = &away.study {
            self.open_study_within(link);
        }
        if let Some(embed) = &mut self.embed {
            (embed.shown, embed.finished[0]) = (away.told.shown, away.told.searched);
            (embed.known, embed.before) = (away.told.met, Some(away.told));
        }
    }

    /// What the page around was told is no news to it when all of it is trained again here.
    pub(in crate::state) fn tell_nothing_again(&mut self) {
        let Some(embed) = &mut self.embed else { return };
        if let Some((away, _)) = &embed.left {
            (embed.known, embed.before) = (away.told.met, Some(away.told.clone()));
        }
    }

    /// Whether the trials that come now are those that were told of before: they are run again.
    pub(super) fn catches_up(&self, before: Option<&Before>, state: &str) -> bool {
        let to_come = self.study.done() < self.setup.search.run;
        let coming = !self.ready() || self.study.phase != Phase::Idle;
        before.is_some_and(|before| *before.state == *state) && to_come && coming
    }
}
