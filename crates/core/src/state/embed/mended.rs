//! A link of an embed of which a part is wrong: what the author hides, locks and limits holds all
//! the same.

use crate::link;
use crate::setup::{Setup, VERSION};
use crate::state::State;

impl State {
    /// The set-up of a link that can't be read as a whole, without what is wrong of its rules, and
    /// whether no more than rules are left out; else the default, within what can be read of them.
    pub(in crate::state) fn mended(&self, fragment: &str) -> (Setup, bool) {
        if self.embed.is_none() {
            return (Setup::default(), false);
        }
        let parts = fragment.trim_start_matches('#').split('&');
        let (lesson, rest): (Vec<&str>, Vec<&str>) =
            parts.partition(|part| part.starts_with("lesson."));
        let rest = rest.join("&");
        let mut rules_alone = link::read(&rest).is_ok();
        let mut text = if rules_alone { rest } else { format!("v={VERSION}") };
        for part in lesson {
            let ways = [Some(part.to_owned()), link::good_rules(part)].into_iter().flatten();
            let with = |part: String| format!("{text}&{part}");
            match ways.map(with).find(|more| link::read(more).is_ok()) {
                Some(more) => text = more,
                None => rules_alone &= link::rules(part).is_some(),
            }
        }
        (link::read(&text).unwrap_or_default(), rules_alone)
    }
}
