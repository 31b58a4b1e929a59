//! Links, the list of studies and the database: where an open study is found again.

use super::{SMALL, bowl, open, with_bowl, xray};
use crate::driver::{Options, Page, pack, unpack};
use tunescape_core::import::Direction;
use tunescape_core::import::convert::Aim;
use tunescape_core::import::mapping::Role;
use tunescape_core::search::StrategyName;
use tunescape_core::setup::{Edit, Screen};
use tunescape_core::state::large::StoreError;
use tunescape_core::state::studies::StudiesEvent;
use tunescape_core::state::xray::{WHOLE, XrayEvent};
use tunescape_core::state::{Event, Kept, Notice, Start};

#[test]
fn a_link_holds_what_was_typed_in_for_every_objective() {
    let mut page = Page::open(&format!("{SMALL}&screen=xray"));
    page.drop_file("two.csv", b"lr,units,loss,value\n0.1,8,0.5,3\n0.01,16,0.7,1\n0.03,8,0.6,2\n");
    xray(&mut page, XrayEvent::Column(2, Role::Value(Direction::Minimize)));
    xray(&mut page, XrayEvent::Column(3, Role::Value(Direction::Minimize)));
    xray(&mut page, XrayEvent::Read);
    let aim = |objective| XrayEvent::Aim(Aim { objective, second: None });
    // Nothing beside the first: links are as they were.
    let before = page.address.clone();
    xray(&mut page, aim(1));
    xray(&mut page, aim(0));
    assert_eq!(page.address, before);
    xray(&mut page, XrayEvent::Tell(0, 0.25));
    xray(&mut page, aim(1));
    xray(&mut page, XrayEvent::Tell(0, 1.5));
    xray(&mut page, XrayEvent::Tell(0, 1.25));
    let own = |page: &Page| -> Vec<(Vec<f64>, f64)> {
        open(page).by_hand.iter().map(|own| (own.point.clone(), own.loss)).collect()
    };
    let second = own(&page);
    let mut other = Page::open(&page.address.clone());
    assert_eq!((own(&other), open(&other).view.aim.objective), (second.clone(), 1));
    xray(&mut other, aim(0));
    assert_eq!((own(&other).len(), own(&other)[0].1), (1, 0.25));
    // And the link of that goes on holding both.
    let mut third = Page::open(&other.address.clone());
    xray(&mut third, aim(1));
    assert_eq!(own(&third), second);
    assert!(third.notices().is_empty(), "{:?}", third.notices());
}

/// As links were before they held results of other objectives, and as one may be forged.
#[test]
fn a_link_without_other_objectives_opens_and_one_with_strange_ones_too() {
    let mut page = with_bowl(Options::default(), 25);
    xray(&mut page, XrayEvent::Tell(0, 0.4));
    let text = unpack(page.address.strip_prefix("x=").expect("a study")).expect("a packed text");
    assert!(!text.contains("aside"), "{text}");
    let aside = r#","aside":[[0,[[[0.5,0.5],1.0]]],[7,[[[0.5],2.0]]],[1,[]]]}"#;
    let forged = format!("{}{aside}", text.strip_suffix('}').expect("an object"));
    for text in [text, forged] {
        let mut other = Page::open(&format!("x={}", pack(&text)));
        assert_eq!((open(&other).trials(), open(&other).by_hand[0].loss), (26, 0.4));
        xray(&mut other, XrayEvent::Aim(Aim::default()));
        assert_eq!(open(&other).trials(), 26);
    }
}

#[test]
fn a_study_that_fits_stands_in_the_address_and_under_studies() {
    let mut page = with_bowl(Options::default(), 25);
    xray(&mut page, XrayEvent::Ask(0, Some(StrategyName::Tpe)));
    xray(&mut page, XrayEvent::Tell(0, 0.4));
    assert!(page.address.starts_with("x="), "{}", page.address);
    page.happen(Event::Studies(StudiesEvent::Keep("mine".into())));
    page.settle();
    // Elsewhere the address is the set-up's again.
    page.edit(Edit::choose("screen", &Screen::Search));
    page.settle();
    assert!(page.address.starts_with("v="), "{}", page.address);
    // Another visit opens the link as it was.
    let saved = page.state.studies.all[0].clone();
    assert_eq!(saved.name, "mine");
    let mut other = Page::open(&saved.link);
    let study = open(&other);
    assert_eq!((study.trials(), study.strategies[0]), (26, StrategyName::Tpe));
    assert_eq!((study.by_hand[0].loss, study.view.parameters.len()), (0.4, 2));
    assert_eq!(other.setup().screen, Screen::Xray);
    assert!(other.notices().is_empty(), "{:?}", other.notices());
    xray(&mut other, XrayEvent::Close);
    assert!(!other.address.starts_with("x="), "{}", other.address);
    // And so do the reader's studies.
    other.happen(Event::Studies(StudiesEvent::Show(saved.link, None)));
    other.settle();
    assert_eq!(open(&other).trials(), 26);
    // A link that is damaged is said to be.
    let mut other = Page::opened("x=nothing", Options::default());
    other.until("a notice", |page| !page.notices().is_empty());
    assert!(matches!(other.notices(), [Notice::Link(_)]), "{:?}", other.notices());
}

#[test]
fn a_link_with_an_objective_that_is_not_there_shows_the_first() {
    let mut page = with_bowl(Options::default(), 25);
    for aim in [Aim { objective: 7, second: None }, Aim { objective: 0, second: Some(1) }] {
        // What a link says goes the same way.
        xray(&mut page, XrayEvent::Aim(aim));
        let view = &open(&page).view;
        assert_eq!((view.aim, view.space.is_ok()), (Aim::default(), true));
    }
    assert!(open(&page).thought(0).is_some());
}

#[test]
fn the_address_lets_go_of_a_study_when_one_that_does_not_fit_is_opened() {
    let mut page = with_bowl(Options::default(), 25);
    assert!(page.address.starts_with("x="), "{}", page.address);
    page.drop_file("medium.csv", &bowl(1_500));
    xray(&mut page, XrayEvent::Read);
    assert_eq!(open(&page).view.len(), 1_500);
    // It is short enough to be kept, but not to stand there.
    assert!(page.state.study_link().flatten().is_some());
    assert!(page.address.starts_with("v="), "{}", page.address);
    page.drop_file("small.csv", &bowl(25));
    xray(&mut page, XrayEvent::Read);
    assert!(page.address.starts_with("x="), "{}", page.address);
}

fn studies(page: &mut Page, event: StudiesEvent) {
    page.happen(Event::Studies(event));
    page.settle();
}

/// Another visit of the same browser.
fn visit(before: &Page) -> Page {
    let kept = before.kept.get(Kept::Studies.key()).cloned();
    let start = Start { studies: kept, ..Options::default().start };
    let mut page = Page::opened(SMALL, Options { start, ..Options::default() });
    page.kept.clone_from(&before.kept);
    (page.large, page.last_large) = (before.large.clone(), before.last_large);
    page.settle();
    page
}

#[test]
fn a_study_that_is_too_large_for_a_link_is_kept_all_the_same() {
    let mut page = with_bowl(Options::default(), 8_000);
    // It is drawn part by part, and in the end as a whole.
    assert_eq!(open(&page).unfolded, WHOLE);
    assert!(!page.address.starts_with("x="));
    xray(&mut page, XrayEvent::Ask(0, Some(StrategyName::Halton)));
    xray(&mut page, XrayEvent::Tell(0, 0.5));
    studies(&mut page, StudiesEvent::Keep("mine".into()));
    assert!(page.notices().is_empty(), "{:?}", page.notices());
    let saved = page.state.studies.all[0].clone();
    assert!(saved.link.len() < 100, "{}", saved.link);
    let mut other = visit(&page);
    studies(&mut other, StudiesEvent::Open);
    assert_eq!(other.state.studies.all, std::slice::from_ref(&saved));
    studies(&mut other, StudiesEvent::Show(saved.link, None));
    let study = open(&other);
    assert_eq!((study.trials(), study.strategies[0]), (8_001, StrategyName::Halton));
    assert_eq!((study.by_hand[0].loss, other.setup().screen), (0.5, Screen::Xray));
    // Of the same name another takes its place, in the database as well.
    studies(&mut other, StudiesEvent::Keep("mine".into()));
    assert_eq!(other.state.studies.all.len(), 1);
    assert_eq!(other.large.keys().collect::<Vec<_>>(), [&2]);
    // What is deleted can be taken back as long as the dialog is open.
    let saved = other.state.studies.all[0].clone();
    studies(&mut other, StudiesEvent::Open);
    studies(&mut other, StudiesEvent::Delete(saved.clone()));
    studies(&mut other, StudiesEvent::Restore);
    studies(&mut other, StudiesEvent::Close);
    assert!(other.large.contains_key(&2));
    studies(&mut other, StudiesEvent::Delete(saved.clone()));
    studies(&mut other, StudiesEvent::Close);
    assert!(other.large.is_empty() && other.state.studies.all.is_empty());
    // A tab that still shows it is told so, and what is open there stays.
    studies(&mut other, StudiesEvent::Show(saved.link, None));
    assert_eq!(other.notices(), [Notice::NotStored(StoreError::Missing)]);
    assert_eq!(open(&other).trials(), 8_001);
}

/// In a link or in the database: what was asked for before it no longer takes its place.
#[test]
fn a_kept_study_counts_more_than_an_example_that_comes_late() {
    for trials in [12, 8_000] {
        let mut page = with_bowl(Options::default(), trials);
        studies(&mut page, StudiesEvent::Keep("mine".into()));
        xray(&mut page, XrayEvent::Close);
        let kept = page.state.studies.all[0].link.clone();
        page.happen(Event::Xray(XrayEvent::Example));
        studies(&mut page, StudiesEvent::Show(kept, None));
        assert_eq!(open(&page).view.len(), trials);
    }
}

#[test]
fn a_study_whose_link_is_still_being_packed_is_kept_as_that_link() {
    let mut page = with_bowl(Options::default(), 25);
    let before = page.address.clone();
    // Nothing is packed before things have come to rest.
    page.happen(Event::Xray(XrayEvent::Tell(0, 0.5)));
    page.happen(Event::Studies(StudiesEvent::Keep("mine".into())));
    assert!(page.state.studies.all.is_empty());
    page.settle();
    let [saved] = &page.state.studies.all[..] else { panic!("{:?}", page.state.studies.all) };
    assert!(saved.link.starts_with("x=") && page.large.is_empty());
    assert_eq!(saved.link, page.address);
    assert_ne!(page.address, before, "it has the result that was typed in");
}

#[test]
fn a_large_study_that_the_browser_does_not_keep_is_said_not_to_be() {
    for error in [StoreError::Refused, StoreError::Full] {
        let mut page = with_bowl(Options { large: Some(error), ..Options::default() }, 8_000);
        studies(&mut page, StudiesEvent::Keep("mine".into()));
        studies(&mut page, StudiesEvent::Keep("mine".into()));
        assert!(page.state.studies.all.is_empty());
        assert_eq!(page.notices(), [Notice::NotStored(error)]);
    }
    // A list that the browser does not take takes nothing out of its database.
    let mut page = with_bowl(Options::default(), 8_000);
    studies(&mut page, StudiesEvent::Keep("mine".into()));
    let kept = page.kept.clone();
    page.options.storage = false;
    studies(&mut page, StudiesEvent::Keep("mine".into()));
    studies(&mut page, StudiesEvent::Close);
    assert_eq!((page.kept == kept, page.large.contains_key(&1)), (true, true));
}
