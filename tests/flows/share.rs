//! What can be taken away: links, hand-outs, results.
//!
//! In place of what `what_is_on_show_can_be_taken_away` of `tests/browser/embed.rs` shows beyond
//! files and the code of the embed.

use crate::driver::{Options, Page, unpack};
use tunescape_core::lesson::needs::Needs;
use tunescape_core::link::{self, results};
use tunescape_core::setup::{Edit, VERSION};
use tunescape_core::state::Event;
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::share::{Rule, ShareEvent};
use tunescape_core::study;

const LINK: &str = "v=1&map.side=8&training.epochs=10&data.name=moons&search.strategy=random\
    &search.budget=3&search.run=3&search.shown=3";

fn rule(page: &mut Page, rule: Rule) {
    page.share_event(ShareEvent::Rule(rule));
    page.settle();
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.into()).collect()
}

#[test]
fn a_handed_out_lesson_follows_what_is_ticked_and_chosen() {
    let mut page = Page::open(LINK);
    page.share_event(ShareEvent::Open);
    page.wait_for("the lessons", |page| !page.state.lesson.all.is_empty());
    page.settle();
    let own = page.state.fragment();
    assert_eq!(own, page.link());
    rule(&mut page, Rule::ToggleLocked(names(&["net"])));
    rule(&mut page, Rule::ToggleHidden(names(&["footer"])));
    let momentum = page.state.lesson.all.iter().position(|(name, _)| name == "momentum");
    page.share_event(ShareEvent::Lesson(1 + momentum.expect("a lesson")));
    page.settle();
    let handed = format!("v={VERSION}&lesson.name=momentum&lesson.lock=net&lesson.hide=footer");
    assert_eq!(page.state.fragment(), handed);
    // The dialog marks what a page of it needs.
    let pages = &page.state.handed_lesson().expect("a lesson").pages;
    let changes: Vec<bool> = pages.iter().map(|p| Needs::of(p).changes("training")).collect();
    assert_eq!(changes, [false, false, false, false, false, true]);
    page.share_event(ShareEvent::Lesson(0));
    rule(&mut page, Rule::ToggleLocked(names(&["net"])));
    rule(&mut page, Rule::ToggleHidden(names(&["footer"])));
    assert_eq!(page.state.fragment(), own);
    // Nothing of it is in force here.
    assert!(page.state.locks().is_empty() && page.setup().lesson.hide.is_empty());
    page.share_event(ShareEvent::Close);
    assert!(!page.state.share.open);
}

#[test]
fn single_controls_are_hidden_locked_limited_and_set_free_again() {
    let mut page = Page::open(LINK);
    page.share_event(ShareEvent::Open);
    let limits = |page: &Page| page.state.share.rules.limit.clone();
    let end = |setting: &str, high: bool, value: Option<f64>| Rule::SetEnd {
        setting: setting.into(),
        high,
        value,
    };
    rule(&mut page, Rule::Hide("play".into()));
    rule(&mut page, Rule::Lock("search.strategy".into()));
    // Without ends a number is locked; with one it is kept in a range.
    rule(&mut page, end("run.momentum", false, None));
    assert_eq!(page.state.share.rules.lock, ["search.strategy", "run.momentum"]);
    rule(&mut page, end("run.momentum", true, Some(0.5)));
    assert_eq!(limits(&page), [("run.momentum".to_string(), 0.0, 0.5)]);
    assert_eq!(page.state.share.rules.lock, ["search.strategy"]);
    rule(&mut page, end("run.momentum", false, Some(0.75)));
    assert_eq!(limits(&page), [("run.momentum".to_string(), 0.5, 0.75)]);
    // No end lies beyond what the number can be.
    rule(&mut page, end("search.budget", true, Some(5000.0)));
    rule(&mut page, end("search.budget", false, Some(10.0)));
    rule(&mut page, end("space.learning_rate", true, Some(2.0)));
    assert_eq!(limits(&page)[1], ("search.budget".to_string(), 10.0, 100.0));
    assert_eq!(limits(&page)[2].2, 2.0);
    let handed = link::read(&page.state.fragment()).expect("a link");
    assert_eq!(handed.lesson.limit, limits(&page));
    assert_eq!(
        (handed.lesson.hide.as_slice(), handed.lesson.lock.len()),
        (&names(&["play"])[..], 1)
    );
    for name in ["play", "search.strategy", "run.momentum", "search.budget", "space.learning_rate"]
    {
        rule(&mut page, Rule::Free(name.into()));
    }
    assert_eq!(page.state.fragment(), page.link());
    // Some that are ticked already: all are, then none.
    rule(&mut page, Rule::Lock("net".into()));
    rule(&mut page, Rule::ToggleLocked(names(&["net", "data"])));
    assert_eq!(page.state.share.rules.lock, ["net", "data"]);
    rule(&mut page, Rule::ToggleLocked(names(&["net", "data"])));
    assert!(page.state.share.rules.lock.is_empty());
}

#[test]
fn a_link_brings_what_was_found_where_that_is_wanted() {
    let mut page = Page::open(LINK);
    page.share_event(ShareEvent::Open);
    page.share_event(ShareEvent::Found(true));
    page.settle();
    let fragment = page.state.fragment();
    let text = unpack(fragment.strip_prefix("z=").expect("it is packed")).expect("a text");
    let (setup, events) = results::split(&text);
    assert_eq!(link::read(setup).as_ref(), Ok(page.setup()));
    // All but the curves.
    let own = page.state.study.study.events();
    let told = own.iter().filter(|event| !matches!(event, study::Event::Reported { .. }));
    assert_eq!(events, Some(told.cloned().collect()));
    let other = Page::open(&fragment);
    assert_eq!((other.losses(), other.notices().len()), (page.losses(), 0));
    // A lesson has found nothing.
    page.share_event(ShareEvent::Lesson(1));
    page.settle();
    assert!(!page.state.share.found);
}

#[test]
fn a_short_link_stays_as_it_is_and_a_long_one_is_packed_without_its_notes_if_need_be() {
    let mut page = Page::open(LINK);
    page.share_event(ShareEvent::Open);
    page.settle();
    assert!(page.state.share.packed.is_some() && page.state.fragment() == page.link());
    page.share_event(ShareEvent::Close);
    // Packing makes little of what looks like chance.
    for trial in 0..60_u64 {
        let noise = |i: u64| (trial * 1_000_003 + i * 7_919).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let note: String = (0..12).map(|i| format!("{:016x}", noise(i))).collect();
        page.edit(Edit::Annotate { trial: trial as usize, note });
    }
    page.settle();
    page.share_event(ShareEvent::Open);
    page.settle();
    assert!(page.state.share.unnoted);
    let fragment = page.state.fragment();
    assert!(fragment.starts_with("z=") && fragment.len() < link::MAX_LINK_LENGTH);
    let other = Page::open(&fragment);
    assert!(other.setup().search.notes.is_empty() && other.losses() == page.losses());
}

#[test]
fn where_the_browser_packs_nothing_links_stay_plain() {
    let mut page = Page::opened(LINK, Options { packs: false, ..Options::default() });
    page.settle();
    page.share_event(ShareEvent::Open);
    page.share_event(ShareEvent::Found(true));
    page.settle();
    assert_eq!((page.state.share.packed.as_ref(), page.state.fragment()), (None, page.link()));
}

#[test]
fn what_is_copied_saved_and_printed_goes_to_the_browser() {
    let mut page = Page::open(LINK);
    page.share_event(ShareEvent::Open);
    assert_eq!(page.state.share.copied, None);
    page.share_event(ShareEvent::Copy("a link".into()));
    page.settle();
    assert_eq!(
        (page.copied.as_slice(), page.state.share.copied),
        (&names(&["a link"])[..], Some(true))
    );
    page.share_event(ShareEvent::Copied(false));
    assert_eq!(page.state.share.copied, Some(false));
    page.share_event(ShareEvent::Save(2));
    assert_eq!(page.saved, [2]);
    page.share_event(ShareEvent::Plot(1));
    page.share_event(ShareEvent::Picture(true));
    page.share_event(ShareEvent::CopyPicture(false));
    assert_eq!(page.pictures, [("save", 1, true), ("copy", 1, false)]);
    page.share_event(ShareEvent::Print);
    assert_eq!((page.printed, page.state.share.open), (1, false));
    // Opened anew it begins anew.
    page.share_event(ShareEvent::Open);
    assert_eq!((page.state.share.plot, page.state.share.copied), (0, None));
    page.happen(Event::Study(StudyEvent::Back));
    page.settle();
    assert!(page.state.fragment().contains("search.shown=2"));
}
