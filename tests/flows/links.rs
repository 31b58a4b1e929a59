//! Every link in the world keeps its meaning: a corpus of such as the page wrote before links had a
//! second version, each beside the set-up that it was of.

use crate::driver::{Options, Page, unpack};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tunescape_core::lesson;
use tunescape_core::link::{self, results};
use tunescape_core::setup::Setup;

/// A row of `links.txt`, whose head says where it is from.
struct Link {
    kind: &'static str,
    fragment: &'static str,
    /// Events of the results that it brings.
    events: Option<usize>,
    setup: Value,
}

/// What is in `differing` of a tree, in its place.
fn put(tree: &mut Value, differing: &Value) {
    match differing.as_object() {
        Some(fields) => fields.iter().for_each(|(name, field)| put(&mut tree[name], field)),
        None => tree.clone_from(differing),
    }
}

/// The set-up that had nothing changed, and all links.
fn corpus() -> (Value, Vec<Link>) {
    let rows = include_str!("links.txt").lines().filter(|line| !line.starts_with('#'));
    let mut rows = rows.map(|row| {
        let [kind, fragment, events, json] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("four fields: {row}");
        };
        (kind, fragment, events, serde_json::from_str::<Value>(json).expect("JSON"))
    });
    let (_, _, _, default) = rows.next().expect("the default");
    let link = |(kind, fragment, events, differing): (_, _, &str, _)| {
        let mut setup = default.clone();
        put(&mut setup, &differing);
        Link { kind, fragment, events: events.parse().ok(), setup }
    };
    let links = rows.map(link).collect();
    (default, links)
}

/// Settings that have other values than they should; what came later may be anything.
fn differences(wanted: &Value, found: &Value, path: &str, all: &mut Vec<String>) {
    match wanted.as_object() {
        Some(fields) if wanted != found => fields.iter().for_each(|(name, field)| {
            differences(field, &found[name], &format!("{path}.{name}"), all)
        }),
        None if wanted != found => all.push(format!("{path}: {wanted} became {found}")),
        _ => {}
    }
}

/// The text of a link that may be packed: the set-up's part, and how many events it brings.
fn text(fragment: &str) -> (String, Option<usize>) {
    let Some(packed) = fragment.strip_prefix("z=") else { return (fragment.into(), None) };
    let (packed, beside) = packed.split_once('&').unwrap_or((packed, ""));
    let inside = unpack(packed).unwrap_or_else(|| panic!("it can't be unpacked: {fragment}"));
    let (setup, found) = results::split(&inside);
    (format!("{setup}&{beside}"), found.map(|events| events.len()))
}

#[test]
fn every_link_that_was_ever_written_opens_the_same_set_up() {
    let (_, links) = corpus();
    assert!(links.len() >= 60);
    for Link { kind, fragment, events, setup } in &links {
        let (text, found) = text(fragment);
        assert_eq!(found, *events, "{kind} {fragment}");
        let read = link::read(&text).unwrap_or_else(|why| panic!("{kind} {fragment}: {why:?}"));
        let mut all = Vec::new();
        differences(setup, &serde_json::to_value(&read).expect("JSON"), "", &mut all);
        assert!(all.is_empty(), "{kind} {fragment}: {all:#?}");
        // Written anew, it is still the same.
        assert_eq!(link::read(&link::write(&read)).as_ref(), Ok(&read), "{kind} {fragment}");
    }
}

#[test]
fn the_corpus_has_links_of_every_kind_and_every_key() {
    let (default, links) = corpus();
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    links.iter().for_each(|link| *kinds.entry(link.kind).or_default() += 1);
    for (kind, least) in [
        ("default", 1),
        ("preset", 15),
        ("lesson", 24),
        ("set-up", 50),
        ("hand-out", 8),
        ("packed", 5),
        ("results", 3),
    ] {
        assert!(kinds.get(kind).is_some_and(|count| *count >= least), "{kind}: {kinds:?}");
    }
    fn leaves(at: &Value, path: String, all: &mut BTreeSet<String>) {
        match at.as_object() {
            Some(fields) => {
                fields.iter().for_each(|(name, field)| leaves(field, format!("{path}/{name}"), all))
            }
            None => drop(all.insert(path)),
        }
    }
    let mut left = BTreeSet::new();
    leaves(&default, String::new(), &mut left);
    assert!(left.len() > 100);
    left.retain(|path| links.iter().all(|link| link.setup.pointer(path) == default.pointer(path)));
    assert!(left.is_empty(), "no link has these: {left:?}");
}

#[test]
fn a_link_that_says_nothing_of_a_setting_means_what_that_was_by_default() {
    let (default, _) = corpus();
    let mut all = Vec::new();
    let read = link::read("v=1").expect("a link");
    differences(&default, &serde_json::to_value(&read).expect("JSON"), "", &mut all);
    assert!(all.is_empty(), "{all:#?}");
    // What there was no setting for is as it was then: a grid tried the ends of its ranges.
    assert!(read.search.grid_ends && !Setup::default().search.grid_ends);
    // Whatever else a link has is said by it.
    let read = link::read("v=1&search.budget=26").expect("a link");
    let mut all = Vec::new();
    differences(&default, &serde_json::to_value(&read).expect("JSON"), "", &mut all);
    assert_eq!(all, [".search.budget: 25 became 26"]);
}

#[test]
fn the_page_opens_every_link_of_the_corpus_to_that_set_up() {
    let (_, links) = corpus();
    for Link { kind, fragment, setup, .. } in &links {
        // A lesson sets up what it speaks of once it is there.
        if setup["lesson"]["name"] != "" || fragment.is_empty() {
            continue;
        }
        let mut page = Page::opened(fragment, Options::default());
        page.until("it is open", |page| page.state.loading && *page.setup() != Setup::default());
        // A link that limits what it has beyond that is brought within its limits.
        let read = link::read(&text(fragment).0).expect("a link");
        let wanted = serde_json::to_value(lesson::locks::limited(read)).expect("JSON");
        let mut opened = serde_json::to_value(page.setup()).expect("JSON");
        // Trials are run while it opens.
        for counted in ["run", "shown"] {
            opened["search"][counted].clone_from(&setup["search"][counted]);
        }
        let mut all = Vec::new();
        differences(&wanted, &opened, "", &mut all);
        assert!(all.is_empty(), "{kind} {fragment}: {all:#?}");
        assert!(page.notices().is_empty(), "{kind} {fragment}: {:?}", page.notices());
    }
}
