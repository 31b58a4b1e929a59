//! What a page of a lesson can't do without: of that, nothing is locked, limited or hidden by the
//! link that hands the lesson out, so that every goal can be reached.

use super::Page;
use super::controls::settings_of;
use super::facts::Condition;
use super::locks::{Limit, lies_in};
use crate::setup::training::CUSTOMARY;
use crate::setup::{LessonSetup, Panel, SETTINGS};

/// Parts of the page, and the parts of the set-up that each changes.
pub const PANELS: [(Panel, &[&str]); 7] = [
    (Panel::Header, &["screen"]),
    (Panel::Data, &["data"]),
    (
        Panel::Search,
        &["space", "search", "race.strategies", "race.repeats", "race.effort", "race.you"],
    ),
    (Panel::Network, &["net"]),
    (Panel::Training, &["training", "evaluation", "search.metric", "search.when", "search.ranked"]),
    (Panel::Results, &[]),
    (Panel::Footer, &[]),
];

/// Controls that a goal needs and that stand among the results.
const IN_RESULTS: [&str; 4] = ["test", "evolve", "together", "threshold"];

/// Facts by how they begin, the setting that has to change for them, and the control that brings
/// them about.
const ACTS: [(&str, &str, &str); 9] = [
    ("run.", "", "play"),
    ("judged.", "", "play"),
    ("map.epoch", "", "map-epoch"),
    ("map.zooms", "map.zoom", "map-click"),
    ("search.", "", "play"),
    ("search.tested", "", "test"),
    ("population.", "", "evolve"),
    ("race.trials", "", "race-start"),
    ("race.you.", "race.hand", ""),
];

/// Facts that count trials: no more can be had than the budget allows.
const COUNTED: [&str; 4] = ["search.done", "search.shown", "race.trials", "race.you.trials"];

/// What a page can't do without.
pub struct Needs<'a> {
    goal: &'a [Condition],
    /// Paths that have to be free to change.
    settings: Vec<String>,
    /// Controls, by their ids.
    controls: Vec<&'a str>,
}

impl<'a> Needs<'a> {
    pub fn of(page: &'a Page) -> Self {
        let hinted = page.hints.iter().filter_map(|hint| hint.point.as_deref());
        let pointed: Vec<&str> = page.point.as_deref().into_iter().chain(hinted).collect();
        let facts = || page.goal.iter().map(|condition| condition.fact.as_str());
        let acts =
            || facts().flat_map(|fact| ACTS.iter().filter(move |act| fact.starts_with(act.0)));
        let named = facts().filter_map(|fact| fact.strip_prefix("setup."));
        let changed = acts().map(|act| act.1).filter(|path| !path.is_empty());
        let of_pointed = pointed.iter().flat_map(|id| settings_of(id));
        let mut settings: Vec<String> =
            named.chain(changed).map(str::to_owned).chain(of_pointed).collect();
        if settings.iter().any(|path| path == "training.rule") {
            settings.extend(CUSTOMARY.map(|name| ["training.", name].concat()));
        }
        Needs {
            goal: &page.goal,
            settings,
            controls: pointed.iter().copied().chain(acts().map(|act| act.2)).collect(),
        }
    }

    /// Whether something of this part of the set-up has to be free to change.
    pub fn changes(&self, key: &str) -> bool {
        self.settings.iter().any(|own| overlap(own, key))
    }

    /// Whether the goal is out of reach, or may be, while a number is kept in this range.
    pub fn exceeds(&self, (key, low, high): &Limit) -> bool {
        let mut asked = false;
        for condition in self.goal {
            let path = condition.fact.strip_prefix("setup.");
            let counted = key == "search.budget" && COUNTED.contains(&condition.fact.as_str());
            if counted || path.is_some_and(|path| overlap(path, key)) {
                asked = true;
                let low = if counted { 0.0 } else { *low };
                if !condition.can_hold(low, *high) {
                    return true;
                }
            }
        }
        // Nobody knows how far it has to go where the goal does not say.
        !asked && self.changes(key)
    }

    /// Whether the panel or the control of this name has to be seen.
    pub fn shows(&self, name: &str) -> bool {
        if let Some((panel, _)) = PANELS.iter().find(|(panel, _)| panel.key() == name) {
            return match panel {
                Panel::Results => self.controls.iter().any(|id| IN_RESULTS.contains(id)),
                panel => self.settings.iter().any(|path| panel_of(path) == Some(*panel)),
            };
        }
        // Of a setting's controls the one that is pointed at is enough.
        let reached = |path: &str| self.controls.iter().any(|id| is_of(id, path));
        let mut needed = self.settings.iter().filter(|path| is_of(name, path));
        self.controls.contains(&name) || needed.any(|path| !reached(path))
    }

    /// What a link locks, limits and hides, but for what is needed.
    pub fn spare(&self, rules: &LessonSetup) -> LessonSetup {
        LessonSetup {
            lock: rules.lock.iter().flat_map(|key| self.left_of(key)).collect(),
            limit: rules.limit.iter().filter(|limit| !self.exceeds(limit)).cloned().collect(),
            hide: rules.hide.iter().filter(|name| !self.shows(name)).cloned().collect(),
            ..rules.clone()
        }
    }

    /// What a lock still locks: all that lies in it, but for what is needed.
    fn left_of(&self, key: &str) -> Vec<String> {
        if !self.changes(key) {
            return vec![key.to_owned()];
        }
        let paths = SETTINGS.iter().map(|setting| &setting.path);
        paths.filter(|path| lies_in(path, key) && !self.changes(path)).cloned().collect()
    }
}

fn overlap(one: &str, other: &str) -> bool {
    lies_in(one, other) || lies_in(other, one)
}

/// Whether the control of this id changes this part of the set-up.
fn is_of(id: &str, path: &str) -> bool {
    settings_of(id).iter().any(|own| overlap(own, path))
}

/// The panel that a setting is changed in: the one that says most closely which.
fn panel_of(path: &str) -> Option<Panel> {
    let parts = PANELS.iter().flat_map(|(panel, parts)| parts.iter().map(move |p| (*panel, *p)));
    let own = parts.filter(|(_, part)| lies_in(path, part));
    own.max_by_key(|(_, part)| part.len()).map(|(panel, _)| panel)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn page_of(goal: Value, point: &str) -> Page {
        crate::json::of(json!({ "text": {}, "goal": goal, "point": point })).unwrap()
    }

    fn rules(lock: &[&str], hide: &[&str], limit: &[(&str, f64, f64)]) -> LessonSetup {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let limit = limit.iter().map(|l| (l.0.to_owned(), l.1, l.2)).collect();
        LessonSetup { lock: owned(lock), hide: owned(hide), limit, ..LessonSetup::default() }
    }

    #[test]
    fn of_a_lock_stays_what_the_goal_does_not_name() {
        let goal = json!([{ "fact": "setup.training.rule", "is": "adam" }]);
        let page = page_of(goal, "rule");
        let kept = Needs::of(&page).spare(&rules(&["net", "training", "training.rule"], &[], &[]));
        let has = |key: &str| kept.lock.iter().any(|own| own == key);
        assert!(has("net") && has("training.batch") && has("training.schedule.kind"));
        // Its customary numbers come with an update rule.
        let free = ["training", "training.rule", "training.beta2"];
        assert!(!free.into_iter().any(has), "{:?}", kept.lock);
        let depth = page_of(json!([{ "fact": "setup.net.hidden.0", "at_least": 1 }]), "");
        let kept = Needs::of(&depth).spare(&rules(&["net"], &[], &[]));
        assert!(!kept.lock.contains(&"net.hidden".into()));
        assert!(kept.lock.contains(&"net.activation".into()));
    }

    #[test]
    fn a_limit_gives_way_where_the_goal_lies_beyond_it() {
        let goal = json!([
            { "fact": "setup.run.learning_rate", "at_least": 0.5, "at_most": 3 },
            { "fact": "search.done", "at_least": 8 },
        ]);
        let page = page_of(goal, "run-lr");
        let needs = Needs::of(&page);
        let limit = |key: &str, low: f64, high: f64| needs.exceeds(&(key.into(), low, high));
        assert!(limit("run.learning_rate", 0.01, 0.4) && limit("run.learning_rate", 4.0, 9.0));
        assert!(!limit("run.learning_rate", 0.01, 0.5) && !limit("run.learning_rate", 1.0, 2.0));
        assert!(limit("search.budget", 1.0, 7.0) && !limit("search.budget", 9.0, 20.0));
        assert!(!limit("run.momentum", 0.0, 0.1));
        // How far it has to go is not told.
        let far = page_of(json!([{ "fact": "run.diverged", "is": true }]), "run-lr");
        assert!(Needs::of(&far).exceeds(&("run.learning_rate".into(), 0.01, 9.0)));
    }

    #[test]
    fn what_the_goal_is_reached_with_is_seen() {
        let goal = json!([
            { "fact": "setup.training.rule", "is": "adam" },
            { "fact": "run.epoch", "at_least": 9 },
        ]);
        let page = page_of(goal, "rule");
        let given = ["training", "rule", "play", "pad", "batch", "data", "search", "results"];
        let kept = Needs::of(&page).spare(&rules(&[], &given, &[]));
        assert_eq!(kept.hide, ["pad", "batch", "data", "search", "results"]);
        let metric = page_of(json!([{ "fact": "setup.search.metric", "is": "f1" }]), "");
        let kept = Needs::of(&metric).spare(&rules(&[], &["metric", "training", "search"], &[]));
        assert_eq!(kept.hide, ["search"]);
        let test = page_of(json!([{ "fact": "search.tested", "at_least": 1 }]), "test");
        let kept = Needs::of(&test).spare(&rules(&[], &["results", "test", "data"], &[]));
        assert_eq!(kept.hide, ["data"]);
    }
}
