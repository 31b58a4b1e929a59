//! What a new set-up brings about. There are two ways to one: the reader's [edit](State::edit), and
//! a set-up that is [opened](State::open_setup) because a lesson, an undo or the page around this
//! one asks for it.

use super::race::seen::is_seen;
use super::{Effect, Kept, Notice, State};
use crate::lesson;
use crate::lesson::controls;
use crate::setup::Edit;
use crate::setup::Impact;
use crate::setup::Screen;
use crate::setup::Setup;
use crate::setup::search::{Placed, max_kept, max_modelled};
use crate::sort::ascending;
use crate::study::Trial;

impl State {
    /// Puts what the reader changed in force, but for what is locked.
    pub(super) fn edit(&mut self, mut new: Setup) {
        new.lesson = self.setup.lesson.clone();
        let asked = new.clone();
        let mut new = self.allowed(new);
        let limits = self.handed_rules().limit;
        // A control that does nothing, or less than it was to, says why, once.
        let why = match lesson::locks::beyond(&self.setup, &asked, &limits) {
            Some((key, low, high)) => {
                let [low, high] = [low, high].map(|end| end * controls::unit(key));
                Some(Notice::Limited { setting: key.clone(), low, high })
            }
            None => (new == self.setup && new != asked).then_some(Notice::Locked),
        };
        why.into_iter().for_each(|why| self.notify_once(why));
        self.tidy(&mut new);
        // Nor is what is locked tidied away.
        let new = self.allowed(new);
        let old = self.setup.clone();
        self.apply(new);
        if self.setup.screen == Screen::Race
            && self.setup.search.run < old.search.run.min(old.search.budget)
        {
            self.tell_of_change(Some(Notice::CutShort { trials: self.setup.search.run }));
        }
        if self.setup.detail != old.detail {
            self.wanted = self.setup.detail;
            self.emit(Effect::Keep(Kept::Detail, self.setup.detail.key().into()));
        }
        // What is looked at, and how much of it, is no change of the set-up.
        let mut now = self.setup.clone();
        (now.screen, now.detail) = (old.screen, old.detail);
        now.race.seen.clone_from(&old.race.seen);
        now.race.known.clone_from(&old.race.known);
        if now != old {
            self.history.changed(old, self.now);
        }
    }

    /// Makes a change of the reader's.
    pub(super) fn make(&mut self, edit: &Edit) {
        let mut setup = self.setup.clone();
        edit.apply(&mut setup);
        self.edit(setup);
    }

    pub(super) fn undo(&mut self) {
        if let Some(setup) = self.history.undo(&self.setup) {
            self.step_back_to(setup);
        }
    }

    pub(super) fn redo(&mut self) {
        if let Some(setup) = self.history.redo(&self.setup) {
            self.step_back_to(setup);
        }
    }

    /// Puts a set-up in force as it is, but for what is locked, and the lesson that is going on.
    pub(super) fn open_setup(&mut self, mut new: Setup) {
        new.lesson = self.setup.lesson.clone();
        if new.data.name == "csv" {
            self.restore_file();
        }
        let new = self.allowed(new);
        self.apply(new);
    }

    /// Shows a set-up that was in force before. A study that it does not change stays as far as it
    /// has come.
    pub(super) fn step_back_to(&mut self, mut setup: Setup) {
        (setup.screen, setup.detail) = (self.setup.screen, self.setup.detail);
        // A turn that goes on goes on with all that was seen in it.
        if !self.setup.race.hand.is_empty() {
            self.setup.race.seen.iter().for_each(|number| setup.race.see(*number));
        }
        let mut kept = setup.clone();
        (kept.search.run, kept.search.shown) = (self.setup.search.run, self.setup.search.shown);
        let impacts = Impact::between(&self.setup, &kept);
        let same = !impacts.space && !impacts.searches;
        self.open_setup(if same { kept } else { setup });
    }

    /// Takes out of an edited set-up what meant something in the old space only.
    fn tidy(&self, new: &mut Setup) {
        if new.space.check().is_err() {
            // It will be refused.
            return;
        }
        let also = std::mem::take(&mut new.evaluation.also);
        new.evaluation.also = also.into_iter().filter(|name| new.takes_also(name)).collect();
        if new.data != self.setup.data {
            // They were on data other than the last: whose model is wanted now is asked anew.
            new.search.earlier.clear();
        }
        if new.space != self.setup.space {
            // Regions and points of another space mean nothing in this one.
            new.map.zoom.clear();
            new.map.held.clear();
            new.race.hand.clear();
            new.search.earlier = new.inherited(&self.setup, &new.search.earlier);
            new.search.earlier.truncate(max_modelled(new.searched().params.len()));
            new.search.hand = self.kept(new);
            if !new.search.hand.is_empty() {
                (new.search.run, new.search.shown) = (new.search.hand.len(), new.search.hand.len());
            }
        } else if new.pair() != self.setup.pair() {
            new.map.zoom.clear();
            // On other axes it is another game, of which no code can name these trials.
            new.race.hand.clear();
        }
    }

    /// The trials so far that lie in another set-up's ranges, to be told again to a strategy that
    /// learns from them.
    fn kept(&self, new: &Setup) -> Vec<Placed> {
        let known = self.study.study.trials().iter().filter(|t| t.outcome.is_some());
        let mut known: Vec<_> = known.collect();
        // A strategy learns most from the best, and a link has to hold them.
        let most = max_kept(new.searched().params.len(), &new.search.earlier);
        if known.len() > most {
            let cost =
                |trial: &&Trial| trial.outcome.and_then(|o| o.loss()).unwrap_or(f64::INFINITY);
            let mut costs: Vec<f64> = known.iter().map(cost).collect();
            ascending(&mut costs);
            known.retain(|trial| cost(trial) < costs[most]);
        }
        // At exactly the values that were seen: where the map is ragged, a near point has another
        // loss.
        let points = known
            .iter()
            .filter_map(|trial| Some(new.trained_alike(self.setup.moved(&trial.point, new)?)));
        let old = &self.setup;
        let same = (&old.data, &old.net, &old.training, &old.run)
            == (&new.data, &new.net, &new.training, &new.run)
            && (&old.evaluation, old.search.metric, old.search.when)
                == (&new.evaluation, new.search.metric, new.search.when);
        let learns = new.search.strategy.believes() && new.search.strategy == old.search.strategy;
        points.enumerate().filter(|_| same && learns).map(|(n, point)| Placed(n, point)).collect()
    }

    /// Puts a new set-up in force: cancels what it makes useless, and starts what it asks for.
    pub(super) fn apply(&mut self, mut new: Setup) {
        if new == self.setup {
            return self.tell_of_change(None);
        }
        self.note_look(&new);
        self.keep_seen(&mut new);
        // A smaller budget ends the study earlier.
        new.search.run = new.search.run.min(new.search.budget);
        new.search.shown = new.search.shown.min(new.search.run);
        let budget = new.search.budget;
        new.search.hand.retain(|h| h.0 < budget);
        let wrong = new.check().err().map(Notice::Setup);
        let refused = wrong.is_some();
        self.tell_of_change(wrong);
        if refused {
            return;
        }
        let old = std::mem::replace(&mut self.setup, new);
        self.race.revealed = is_seen(&self.setup);
        let new = self.setup.clone();
        self.leave_tour_elsewhere();
        self.offer();
        let impacts = Impact::between(&old, &new);
        if (impacts.data || impacts.study) && old.search.notes == new.search.notes {
            // They are of trials that are no more.
            self.setup.search.notes.clear();
        }
        if impacts.trains() && !impacts.data {
            self.try_again();
        }
        if impacts.data {
            self.prepare();
        } else if self.ready() {
            if impacts.landscape {
                self.start_map();
            }
            if impacts.predictions {
                self.study.forget_beliefs();
            }
            if impacts.study || self.study.study.trials().len() > new.search.budget {
                self.restart_study();
            }
            if impacts.race {
                self.restart_race();
            } else if impacts.race_by_hand {
                self.train_hand();
            }
            if impacts.restarts_run {
                self.start_run();
            } else if impacts.steers_run {
                self.steer_run();
            }
            self.ask_belief();
            // Which trials are kept may go by the notes.
            self.ask_importance();
            if old.screen != new.screen && !self.run.playing {
                self.look_at_run();
            }
        } else if impacts.race {
            // It's of another shape; its trials wait for the data.
            self.restart_race();
        }
        // The button that led there is gone.
        if old.screen != new.screen && [old.screen, new.screen].contains(&Screen::Teach) {
            self.emit(Effect::Focus("main".into()));
        }
        self.save();
    }
}
