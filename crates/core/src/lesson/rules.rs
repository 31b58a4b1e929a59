//! What a lesson or a hand-out allows: which settings are locked, kept in a range, or not shown.

use super::controls;
use super::hidden::hideable;
use super::locks::{holds, with_searched};
use crate::setup::{Detail, LessonSetup, Panel};

/// The locks, limits and hidden parts in force.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    locks: Vec<String>,
    limits: Vec<(String, f64, f64)>,
    hidden: Vec<String>,
    detail: Detail,
    /// What is shown of what that leaves out.
    shown: Vec<String>,
}

impl Rules {
    /// The rules of what is handed out, with what the page of a lesson adds.
    pub fn new(lesson: &LessonSetup, lock: &[String], hide: &[String]) -> Self {
        let locks = [&lesson.lock, lock].concat();
        Rules {
            locks: if locks.is_empty() { locks } else { with_searched(&locks) },
            limits: lesson.limit.clone(),
            hidden: hideable(lesson.hide.iter().chain(hide)).map(str::to_owned).collect(),
            detail: Detail::Full,
            shown: Vec::new(),
        }
    }

    /// The same where so much of the page is shown, and these parts of the rest.
    pub fn of(self, detail: Detail, shown: &[String]) -> Self {
        Rules { detail, shown: shown.to_vec(), ..self }
    }

    /// Whether the setting of this path can't be changed now.
    pub fn locks(&self, path: &str) -> bool {
        !self.locks.is_empty() && holds(&self.locks, path)
    }

    /// Whether the control of this id has nothing left that it may change.
    pub fn locks_control(&self, id: &str) -> bool {
        if self.locks.is_empty() {
            return false;
        }
        let settings = controls::settings_of(id);
        !settings.is_empty() && settings.iter().all(|path| self.locks(path))
    }

    /// The range that the number of this control is kept in, in the unit that it is shown in.
    pub fn range_of_control(&self, id: &str) -> Option<(f64, f64)> {
        if self.limits.is_empty() {
            return None;
        }
        let settings = controls::settings_of(id);
        let limit = self.limits.iter().find(|limit| settings.contains(&limit.0))?;
        // Of a searched parameter it is the range of its ends.
        let ends = !limit.0.starts_with("space.") || id.ends_with("-low") || id.ends_with("-high");
        let unit = controls::unit(&limit.0);
        ends.then_some((unit * limit.1, unit * limit.2))
    }

    /// Whether the panel, the section or the control of this name is not to be seen.
    pub fn hides(&self, name: &str) -> bool {
        let listed = |list: &[String]| list.iter().any(|one| one == name);
        self.detail.leaves_out(name) && !listed(&self.shown) || listed(&self.hidden)
    }

    /// The panel in which the language is chosen, which nothing can hide: where no panel is left
    /// for it, it stands by itself.
    pub fn place_of_language(&self) -> Option<Panel> {
        [Panel::Header, Panel::Footer].into_iter().find(|panel| !self.hides(panel.key()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(lock: &[&str], limit: &[(&str, f64, f64)]) -> Rules {
        let lesson = LessonSetup {
            lock: lock.iter().map(|path| (*path).to_owned()).collect(),
            limit: limit.iter().map(|l| (l.0.to_owned(), l.1, l.2)).collect(),
            hide: vec!["play".into()],
            ..LessonSetup::default()
        };
        Rules::new(&lesson, &[], &["footer".into()])
    }

    #[test]
    fn a_control_is_locked_when_all_that_it_changes_is() {
        let one = rules(&["run.learning_rate"], &[]);
        assert!(one.locks_control("run-lr") && one.locks_control("learning_rate-low"));
        assert!(!one.locks_control("pad") && !one.locks_control("run-momentum"));
        assert!(!one.locks_control("play"), "it changes nothing in the set-up");
        assert!(rules(&["run"], &[]).locks_control("pad"));
        assert!(rules(&["training"], &[]).locks_control("schedule-gamma"));
    }

    #[test]
    fn a_range_is_told_in_the_unit_of_its_control() {
        let kept = rules(&[], &[("data.train", 0.2, 0.5), ("space.momentum", 0.0, 0.9)]);
        assert_eq!(kept.range_of_control("split-train"), Some((20.0, 50.0)));
        assert_eq!(kept.range_of_control("momentum-high"), Some((0.0, 0.9)));
        assert_eq!(kept.range_of_control("momentum-step"), None);
        assert_eq!(kept.range_of_control("rows"), None);
    }

    #[test]
    fn what_is_hidden_is_what_the_link_or_the_page_hides() {
        let rules = rules(&[], &[]);
        assert!(rules.hides("play") && rules.hides("footer") && !rules.hides("step"));
    }

    #[test]
    fn the_language_can_be_chosen_whatever_is_hidden() {
        let hiding = |names: &[&str]| {
            let hide: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            Rules::new(&LessonSetup { hide, ..LessonSetup::default() }, &[], &[])
        };
        // Links hid it by its name once.
        assert!(!hiding(&["language"]).hides("language"));
        let places = [&["language"][..], &["footer"], &["header"], &["header", "footer"]];
        let header = Some(Panel::Header);
        assert_eq!(
            places.map(|names| hiding(names).place_of_language()),
            [header, header, Some(Panel::Footer), None]
        );
    }

    #[test]
    fn the_simple_page_shows_what_a_lesson_needs_beside() {
        let rules = rules(&[], &[]).of(Detail::Simple, &["training".into(), "footer".into()]);
        assert!(!rules.hides("training") && rules.hides("network"));
        assert!(rules.hides("footer"), "what is hidden stays so");
    }
}
