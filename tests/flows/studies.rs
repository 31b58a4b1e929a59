//! Studies that are kept in the browser.
//!
//! In place of what `studies_are_kept_opened_renamed_and_deleted` of `tests/browser/studies.rs`
//! shows beyond the storage itself.

use crate::driver::{Options, Page};
use crate::files::flowers;
use tunescape_core::state::file::FileEvent;
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::studies::{Saved, StudiesEvent};
use tunescape_core::state::{Event, Kept, Notice, Start};

const LINK: &str = "v=1&data.name=moons&map.side=8&training.epochs=20&search.strategy=random\
    &search.budget=8&search.run=4&search.shown=4&backend=cpu";

fn studies(page: &Page) -> Vec<&str> {
    page.state.studies.all.iter().map(|saved| saved.name.as_str()).collect()
}

/// The page in another visit of the same browser.
fn visit(link: &str, before: &Page) -> Page {
    let kept = |kept: Kept| before.kept.get(kept.key()).cloned();
    let start = Start {
        studies: kept(Kept::Studies),
        last: kept(Kept::LastLink),
        held_file: before.held.clone(),
        ..Options::default().start
    };
    let mut page = Page::opened(link, Options { start, ..Options::default() });
    page.kept.clone_from(&before.kept);
    page.settle();
    page
}

#[test]
fn a_study_is_kept_and_opened_with_its_trials_in_another_visit() {
    let mut page = Page::open(LINK);
    let losses = page.losses();
    assert_eq!(losses.len(), 4);
    page.studies_event(StudiesEvent::Open);
    page.studies_event(StudiesEvent::Keep("first try".into()));
    page.studies_event(StudiesEvent::Close);
    page.set("search.strategy", "grid");
    page.settle();
    assert_ne!(page.losses(), losses);
    assert!(page.kept[Kept::LastLink.key()].contains("grid"));

    let mut page = visit("v=1&data.name=moons&map.side=8&training.epochs=10", &page);
    assert_eq!(studies(&page), ["first try"]);
    assert!(page.state.studies.last.as_ref().is_some_and(|last| last.contains("grid")));
    let Saved { link, file, .. } = page.state.studies.all[0].clone();
    page.studies_event(StudiesEvent::Open);
    page.studies_event(StudiesEvent::Show(link, file));
    page.settle();
    assert_eq!((page.losses(), page.state.studies.open), (losses, false));
    // It can be undone.
    page.happen(Event::Undo);
    page.settle();
    assert_eq!((page.setup().training.epochs, page.losses().len()), (10, 0));
}

#[test]
fn a_kept_study_that_is_further_on_is_run_on() {
    let mut page = Page::open(LINK);
    page.studies_event(StudiesEvent::Keep("four".into()));
    let losses = page.losses();
    // The same study, with two trials fewer.
    let mut page = visit(&LINK.replace("run=4&search.shown=4", "run=2&search.shown=2"), &page);
    assert_eq!(page.losses(), losses[..2]);
    let Saved { link, file, .. } = page.state.studies.all[0].clone();
    page.studies_event(StudiesEvent::Show(link, file));
    page.settle();
    assert_eq!((page.losses(), page.setup().search.shown), (losses, 4));
}

#[test]
fn a_study_is_renamed_deleted_and_brought_back() {
    let mut page = Page::open(LINK);
    page.studies_event(StudiesEvent::Open);
    page.studies_event(StudiesEvent::Keep("a".into()));
    page.set("search.seed", 7);
    page.studies_event(StudiesEvent::Keep("b".into()));
    let first = |page: &Page| page.state.studies.all[0].clone();
    let rename = |page: &mut Page, name: &str| {
        let shown = first(page);
        page.studies_event(StudiesEvent::Rename(shown, name.into()));
    };
    rename(&mut page, "  second name ");
    assert_eq!(studies(&page), ["second name", "b"]);
    // Neither no name nor one that is taken, which is said.
    rename(&mut page, "  ");
    assert_eq!(page.state.studies.taken, None);
    rename(&mut page, "b");
    assert_eq!(studies(&page), ["second name", "b"]);
    assert_eq!(page.state.studies.taken.as_deref(), Some("b"));
    // Its own name is no other's.
    rename(&mut page, "second name");
    assert_eq!(page.state.studies.taken, None);
    let shown = first(&page);
    page.studies_event(StudiesEvent::Delete(shown.clone()));
    assert_eq!(studies(&page), ["b"]);
    page.studies_event(StudiesEvent::Restore);
    assert_eq!(studies(&page), ["b", "second name"]);
    // Its name was given away meanwhile.
    let link = shown.link.clone();
    page.studies_event(StudiesEvent::Delete(shown));
    page.studies_event(StudiesEvent::Keep("second name".into()));
    page.studies_event(StudiesEvent::Restore);
    assert_eq!(studies(&page), ["b", "second name", "second name (2)"]);
    assert_eq!(page.state.studies.all[2].link, link);
    // Kept once more it takes the place of the old, which can be taken back.
    page.set("search.seed", 8);
    page.studies_event(StudiesEvent::Keep("b".into()));
    page.settle();
    assert_eq!(studies(&page), ["second name", "second name (2)", "b"]);
    assert!(
        page.state.studies.all[2].link.contains("search.seed=8") && page.state.studies.replaced
    );
    page.studies_event(StudiesEvent::Restore);
    assert_eq!(studies(&page)[2..], ["b", "b (2)"]);
    assert!(page.state.studies.all[3].link.contains("search.seed=7"));
    // The same once more has taken nothing's place.
    page.studies_event(StudiesEvent::Keep("b".into()));
    page.settle();
    assert!(page.state.studies.deleted.is_none());
    let stored: Vec<Saved> =
        serde_json::from_str(&page.kept[Kept::Studies.key()]).expect("a list of studies");
    assert_eq!(stored, page.state.studies.all);
}

#[test]
fn what_another_tab_keeps_is_seen() {
    let mut page = Page::open(LINK);
    page.studies_event(StudiesEvent::Keep("mine".into()));
    page.settle();
    let mine = page.state.studies.all[0].clone();
    let theirs = Saved { name: "theirs".into(), ..mine.clone() };
    let text = serde_json::to_string(std::slice::from_ref(&theirs)).expect("a list of studies");
    page.kept.insert(Kept::Studies.key(), text);
    page.studies_event(StudiesEvent::Open);
    page.settle();
    assert_eq!(studies(&page), ["theirs"]);
    // What went meanwhile can't be renamed.
    page.studies_event(StudiesEvent::Rename(mine, "new".into()));
    assert_eq!(studies(&page), ["theirs"]);
    page.happen(Event::Recalled(Kept::LastLink, Some("[]".into())));
    page.happen(Event::Recalled(Kept::Studies, None));
    assert_eq!(page.state.studies.all, [theirs]);
}

#[test]
fn where_the_browser_keeps_nothing_studies_last_as_long_as_the_page_and_that_is_told_once() {
    let mut page = Page::opened(LINK, Options { storage: false, ..Options::default() });
    page.settle();
    page.studies_event(StudiesEvent::Keep("a".into()));
    page.settle();
    page.studies_event(StudiesEvent::Keep("b".into()));
    page.settle();
    assert_eq!(page.notices(), [Notice::StudiesNotKept]);
    page.studies_event(StudiesEvent::Open);
    page.settle();
    assert_eq!(studies(&page), ["a", "b"]);
    // What the storage has is out of date until it takes a change.
    page.happen(Event::Recalled(Kept::Studies, Some("[]".into())));
    assert_eq!(studies(&page), ["a", "b"]);
    page.happen(Event::Stored(Kept::Studies, true));
    assert!(page.notices().is_empty());
    page.happen(Event::Recalled(Kept::Studies, Some("[]".into())));
    assert!(studies(&page).is_empty());
}

#[test]
fn a_link_that_cant_be_read_is_told_and_changes_nothing() {
    let mut page = Page::open(LINK);
    let before = page.link();
    page.studies_event(StudiesEvent::Show("v=1&colour=red".into(), None));
    page.settle();
    assert!(matches!(page.notices(), [Notice::StudyLink(_)]), "{:?}", page.notices());
    assert_eq!(page.link(), before);
}

#[test]
fn a_study_of_ones_own_file_is_opened_where_the_file_is() {
    let mut page = Page::open("v=1&map.side=8&training.epochs=10&search.budget=4");
    page.drop_file("flowers.csv", flowers().as_bytes());
    page.happen(Event::File(FileEvent::Use));
    page.settle();
    page.study_event(StudyEvent::Step);
    page.settle();
    page.studies_event(StudiesEvent::Keep("flowers".into()));
    let losses = page.losses();
    let Saved { link, file, .. } = page.state.studies.all[0].clone();
    assert!(file.is_some());
    page.set("data.name", "moons");
    page.settle();
    page.studies_event(StudiesEvent::Show(link.clone(), file));
    page.settle();
    assert_eq!((page.setup().data.name.as_str(), page.losses()), ("csv", losses.clone()));
    // The tab still holds it after it was loaded anew.
    let mut again = visit("v=1&data.name=moons&map.side=8&training.epochs=10", &page);
    again.studies_event(StudiesEvent::Show(link.clone(), file));
    again.settle();
    assert_eq!((again.losses(), again.notices().len()), (losses, 0));
    // Of another file that is not so.
    page.studies_event(StudiesEvent::Show(link, file.map(|file| file + 1)));
    page.settle();
    assert_eq!(page.notices(), [Notice::CsvNotInLink]);
    assert_eq!((page.setup().data.name.as_str(), page.losses().len()), ("spiral", 0));
}
