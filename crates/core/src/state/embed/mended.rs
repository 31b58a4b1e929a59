//! A link of an embed of which a part is wrong: what the author hides, locks and limits holds all
//! the same.

use crate::link;
use crate::setup::{Setup, VERSION};
use crate::state::State;

impl State {
    /// The set-up of a link that can't be read as a whole, without what is wrong of its rules, and
    /// whether all the rest of it stands; else the default, within what can be read of them.
    pub(in crate::state) fn mended(&self, fragment: &str) -> (Setup, bool) {
        if self.embed.is_none() {
            return (Setup::default(), false);
        }
        let parts = fragment.trim_start_matches('#').split('&');
        let (rules, rest): (Vec<&str>, Vec<&str>) =
            parts.partition(|part| part.starts_with("lesson."));
        let rest = rest.join("&");
        let stands = link::read(&rest).is_ok();
        let mut text = if stands { rest } else { format!("v={VERSION}") };
        for rule in rules {
            let good = link::good_limits(rule);
            let ways = [Some(rule.to_owned()), good].into_iter().flatten();
            let with = |rule: String| Some(format!("{text}&{rule}"));
            if let Some(more) = ways.filter_map(with).find(|more| link::read(more).is_ok()) {
                text = more;
            }
        }
        (link::read(&text).unwrap_or_default(), stands)
    }
}
