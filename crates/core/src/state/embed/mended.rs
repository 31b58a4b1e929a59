//! A link of an embed of which a part is wrong: what the author hides, locks and limits holds all
//! the same.

use crate::link;
use crate::setup::{Setup, VERSION};
use crate::state::State;

impl State {
    /// The set-up of a link that can't be read as a whole, without what is wrong of its rules, and
    /// whether no more than rules are left out; else the default, within what can be read of them.
    pub(in crate::state) fn mended(&self, fragment: &str) -> (Setup, bool) {
        let fragment = fragment.trim_start_matches('#');
        if self.embed.is_none() || link::check_length(fragment).is_err() {
            return (Setup::default(), false);
        }
        let parts = fragment.split('&');
        let (lesson, rest): (Vec<&str>, Vec<&str>) =
            parts.partition(|part| part.starts_with("lesson."));
        let (good, whole) = link::good_lesson(&lesson);
        match link::read(&[&rest.join("&"), good.as_str()].concat()) {
            Ok(setup) => (setup, whole),
            Err(_) => (link::read(&format!("v={VERSION}{good}")).unwrap_or_default(), false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::check::MAX_RULES;
    use crate::state::Start;

    fn mended(fragment: &str) -> (Setup, bool) {
        State::open(Start { embedded: true, ..Start::default() }).0.mended(fragment)
    }

    #[test]
    fn of_several_lists_the_last_counts_and_of_a_long_one_as_many_rules_as_there_may_be() {
        let (setup, rules) = mended("v=2&data.name=moons&lesson.lock=x&lesson.lock=net,nothing");
        assert_eq!(
            (setup.data.name.as_str(), &setup.lesson.lock[..]),
            ("moons", &["net".into()][..])
        );
        assert!(rules);
        // What comes after those is not even looked at.
        let wrong = vec!["x".repeat(61); MAX_RULES - 2].join(",");
        for list in [
            format!("{wrong},play,step,back"),
            format!("{wrong},play,step{}", ",back".repeat(9000)),
        ] {
            let (setup, rules) = mended(&format!("v=2&lesson.hide={list}"));
            assert_eq!(
                (&setup.lesson.hide[..], rules),
                (&["play".into(), "step".into()][..], true)
            );
        }
        // A list as JSON, with what is no rule at all.
        let list = "[%22net%22,3,[[]],%22data%22]";
        assert_eq!(mended(&format!("v=2&lesson.lock={list}")).0.lesson.lock, ["net", "data"]);
        // Something else of the lesson is wrong, or unknown.
        for wrong in ["lesson.page=x", "lesson.colour=1", "lesson.page", "colour=1"] {
            let (setup, rules) = mended(&format!("v=2&{wrong}&lesson.name=luck&lesson.lock=net"));
            assert_eq!((setup.lesson.name.as_str(), setup.lesson.lock.len()), ("luck", 1));
            assert!(!rules, "{wrong}");
        }
    }

    /// Each would be read as a link of its own, or each of its names.
    #[test]
    fn many_lists_and_long_ones_are_refused_or_cut_before_they_are_judged() {
        let list = format!("&lesson.hide={}", vec!["x"; 400].join(","));
        let (setup, rules) = mended(&format!("v=2&colour=1{}", list.repeat(390)));
        assert_eq!((setup.lesson.hide.len(), rules), (MAX_RULES, false));
        let (setup, rules) = mended(&format!("v=2&lesson.lock=net{}", list.repeat(400)));
        assert_eq!((setup, rules), (Setup::default(), false));
        let long = format!("v=2&lesson.lock=net&colour={}", "a".repeat(link::MAX_LETTERS));
        assert_eq!(mended(&long), (Setup::default(), false));
    }
}
