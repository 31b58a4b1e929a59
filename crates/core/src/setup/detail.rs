//! How much of the page is shown: what the first steps need, or everything.

use serde::{Deserialize, Serialize};

/// How much of the page is shown. Links written before there was a choice show everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Detail {
    /// What the first steps need; a first visit begins with it.
    Simple,
    #[default]
    Full,
}

impl Detail {
    /// Its name in links and in what the browser keeps.
    pub fn key(self) -> &'static str {
        match self {
            Detail::Simple => "simple",
            Detail::Full => "full",
        }
    }

    /// The one of this name; full for any other.
    pub fn by_key(key: &str) -> Self {
        if key == Detail::Simple.key() { Detail::Simple } else { Detail::Full }
    }

    pub fn other(self) -> Self {
        match self {
            Detail::Simple => Detail::Full,
            Detail::Full => Detail::Simple,
        }
    }

    /// Whether this part of the page is left out: a panel, a section, or a control by its id.
    pub fn leaves_out(self, part: &str) -> bool {
        self == Detail::Simple && NOT_SIMPLE.contains(&part)
    }
}

/// What the simple page leaves out, screen by screen.
#[rustfmt::skip]
const NOT_SIMPLE: &[&str] = &[
    // The set-up.
    "network", "training", "data-rest", "search-space", "search-options", "presets", "backend",
    // Search: other maps, the strategy's surrogate, what else is seen of the trials.
    "map-shows", "map-axis", "map-epoch", "map-click", "side", "epochs-spent", "surrogate",
    "linked", "cuts", "advice", "trials-table", "after-search", "population", "note", "test",
    "log-loss",
    // Explore: stability, what is inside the network, further measures.
    "stability", "pad", "slice", "inside", "branches", "run-accuracy", "judged", "luck",
    "log", "smooth", "sound", "narration",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_full_page_leaves_nothing_out() {
        for part in NOT_SIMPLE {
            assert!(Detail::Simple.leaves_out(part) && !Detail::Full.leaves_out(part), "{part}");
        }
        for part in ["play", "step", "map", "data", "strategy", "budget", "share"] {
            assert!(!Detail::Simple.leaves_out(part), "{part}");
        }
    }

    #[test]
    fn each_has_a_name() {
        for detail in [Detail::Simple, Detail::Full] {
            assert_eq!(Detail::by_key(detail.key()), detail);
            assert_eq!(detail.other().other(), detail);
        }
        assert_eq!(Detail::by_key("?"), Detail::Full);
    }
}
