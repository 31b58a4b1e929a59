//! The address: links that are opened, packed, wrong, or overtaken by a newer one.
//!
//! In place of `tests/browser/files.rs`: `a_bad_link_opens_the_default_and_says_why`,
//! `the_newer_of_two_links_is_shown`; of `tests/browser/embed.rs`: what a forged link does in
//! `what_is_on_show_can_be_taken_away`.

use crate::driver::{Options, Order, Page, pack, unpack};
use tunescape_core::link::{self, LinkError, results};
use tunescape_core::search::Outcome;
use tunescape_core::setup::{Edit, SetupError};
use tunescape_core::state::landscape::MapEvent;
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::selection::Filter;
use tunescape_core::state::{Event, Kept, Notice};
use tunescape_core::study;

const LINK: &str = "v=1&map.side=8&training.epochs=10&data.name=moons";
const FOUND: &str = "v=1&map.side=8&training.epochs=10&data.name=moons&search.strategy=random\
    &search.budget=3&search.run=3&search.shown=3";

fn open_with(link: &str, options: Options) -> Page {
    let mut page = Page::opened(link, options);
    page.settle();
    page
}

#[test]
fn a_bad_link_opens_the_default_and_says_why() {
    let value = |key: &str, value: &str| LinkError::Value { key: key.into(), value: value.into() };
    for (link, wrong) in [
        ("v=1&colour=red", LinkError::Key { key: "colour".into() }),
        ("v=9&map.side=8", LinkError::Version { found: "9".into() }),
        ("map.side=8", LinkError::Version { found: String::new() }),
        ("v=2&preset=nothere", value("preset", "nothere")),
        ("open=", value("open", "")),
        ("v=1&training.epochs=[40", value("training.epochs", "[40")),
        ("v=1&%%%", LinkError::Form { part: "%%%".into() }),
        ("v=1&data.name=nowhere", LinkError::Setup(SetupError::Data { name: "nowhere".into() })),
        (
            "v=1&run.momentum=1.5",
            LinkError::Setup(SetupError::Range {
                key: "run.momentum".into(),
                value: 1.5,
                low: 0.0,
                high: 0.999,
            }),
        ),
    ] {
        let mut page = Page::opened(link, Options::default());
        page.wait_for("the data", |page| page.state.ready());
        assert_eq!(page.notices(), [Notice::Link(wrong)], "{link}");
        assert_eq!((page.setup().data.name.as_str(), page.setup().search.budget), ("spiral", 25));
        page.happen(Event::Dismiss(7));
        page.happen(Event::Dismiss(0));
        assert!(page.notices().is_empty());
    }
    // A packed link that is none.
    for packed in ["z=!!!", "z=AAAA"] {
        let mut page = Page::opened(packed, Options::default());
        page.wait_for("the data", |page| page.state.ready());
        let damaged = LinkError::Form { part: link::PACKED.into() };
        assert_eq!(page.notices(), [Notice::Link(damaged)], "{packed}");
    }
}

#[test]
fn a_link_may_say_how_the_page_looks() {
    let small = "v=1&data.name=moons&map.side=8&training.epochs=10";
    let packed = format!("z={}", pack(small));
    for (link, look, data) in [
        ("lang=zh", ("zh-CN", false), "spiral"),
        ("theme=dark", ("en", true), "spiral"),
        (&format!("{small}&lang=zh-CN&theme=dark"), ("zh-CN", true), "moons"),
        (&format!("theme=light&lang=en&{small}"), ("en", false), "moons"),
        (&format!("{packed}&lang=zh"), ("zh-CN", false), "moons"),
        (&format!("{small}&lang=xx&theme=pink"), ("en", false), "moons"),
    ] {
        let mut page = Page::opened(link, Options::default());
        page.wait_for("the data", |page| page.state.ready());
        assert_eq!(page.notices(), [], "{link}");
        assert_eq!((page.state.locale, page.state.dark), look, "{link}");
        assert_eq!(page.setup().data.name, data, "{link}");
        // It is what this link says, and no choice of the reader's.
        assert!(!page.kept.contains_key(Kept::Language.key()));
    }
    assert!(link::read(&format!("{small}&lang=zh")).is_ok());
}

#[test]
fn what_was_wrong_with_a_link_is_no_longer_said_once_another_is_opened() {
    let small = "v=2&map.side=8&training.epochs=10";
    let mut page = Page::open(small);
    for wrong in ["v=1&colour=red", "v=2&data.name=csv", "v=2&lesson.name=nowhere", "z=!!!"] {
        for _ in 0..2 {
            page.happen(Event::Link(format!("#{wrong}&map.side=8&training.epochs=10")));
            page.wait_for("what is wrong", |page| page.state.ready() && page.notices().len() == 1);
            // Some of them leave a large map to be trained, and nothing here is about it.
            page.happen(Event::Map(MapEvent::Cancel));
            page.settle();
            assert_eq!(page.notices().len(), 1, "{wrong}: {:?}", page.notices());
            page.happen(Event::Link("#v=2&map.side=8&training.epochs=10&data.name=xor".into()));
            page.settle();
            assert!(page.notices().is_empty(), "{wrong}: {:?}", page.notices());
        }
    }
}

#[test]
fn a_set_that_is_loaded_at_last_is_no_longer_said_not_to_be() {
    let options = Options { missing: vec!["wine"], ..Options::default() };
    let mut page = Page::opened("v=2&map.side=8&training.epochs=10&data.name=moons", options);
    page.settle();
    for _ in 0..2 {
        page.set("data.name", "wine");
        page.settle();
        assert_eq!(page.notices(), [Notice::NotLoaded { name: "wine".into() }]);
    }
    page.options.missing.clear();
    page.set("data.name", "wine");
    page.settle();
    assert_eq!((page.setup().data.name.as_str(), page.notices().len()), ("wine", 0));
}

#[test]
fn of_changes_that_are_refused_the_last_is_told_and_none_once_it_is_mended() {
    let mut page = Page::open(LINK);
    let low = |parameter: &str, value: f64| Edit::SetRangeEnd {
        parameter: parameter.into(),
        high: false,
        value,
    };
    let before = page.setup().clone();
    page.edit(low("learning_rate", 1000.0));
    let [Notice::Setup(SetupError::Empty { key, .. })] = page.notices() else {
        panic!("{:?}", page.notices());
    };
    assert!(key.contains("learning_rate"), "{key}");
    page.edit(low("momentum", 2.0));
    let [Notice::Setup(error)] = page.notices() else { panic!("{:?}", page.notices()) };
    assert!(format!("{error:?}").contains("momentum"), "{error:?}");
    assert_eq!(*page.setup(), before);
    page.edit(low("momentum", 0.1));
    assert!(page.notices().is_empty(), "{:?}", page.notices());
    page.set("search.budget", 13);
    page.settle();
    assert_eq!(link::read(&page.address).as_ref(), Ok(page.setup()));
}

#[test]
fn the_newer_of_two_links_is_shown_though_the_older_is_unpacked_later() {
    let packed = format!("#z={}", pack("v=1&data.name=circle&map.side=8"));
    for seed in 0..8 {
        let options = Options { order: Order::Any(seed), ..Options::default() };
        let mut page = open_with(LINK, options);
        page.happen(Event::Link(packed.clone()));
        page.happen(Event::Link("#v=1&data.name=gauss&map.side=8&training.epochs=10".into()));
        page.settle();
        assert_eq!(page.setup().data.name, "gauss");
        page.set("search.budget", 7);
        page.settle();
        assert!(page.address.contains("data.name=gauss"), "{}", page.address);
        // By itself the packed one is shown.
        page.happen(Event::Link(packed.clone()));
        page.settle();
        assert_eq!(page.setup().data.name, "circle");
    }
}

#[test]
fn the_address_that_the_page_wrote_itself_is_no_news() {
    let mut page = Page::open(LINK);
    page.study_event(StudyEvent::Step);
    page.settle();
    let (losses, address) = (page.losses(), page.address.clone());
    page.forget_asked();
    page.happen(Event::Link(format!("#{address}")));
    page.settle();
    assert_eq!((page.losses(), page.asked.len()), (losses, 0));
}

/// A set-up whose link is too long for some programs.
fn long(page: &mut Page) {
    for trial in 0..40 {
        let note = format!("{trial}: {}", "as it comes ".repeat(8));
        page.edit(Edit::Annotate { trial, note });
    }
    page.settle();
    assert!(page.link().len() > link::MAX_LINK_LENGTH);
}

#[test]
fn a_long_link_is_packed_into_the_address_where_the_browser_can() {
    let mut page = Page::open(LINK);
    long(&mut page);
    let inside = unpack(page.address.strip_prefix("z=").expect("it is packed")).expect("a text");
    assert_eq!(link::read(&inside).as_ref(), Ok(page.setup()));
    assert!(page.address.len() < link::MAX_LINK_LENGTH, "{}", page.address.len());
    // What was on show is kept as it is, and opened from the address it is the same.
    assert_eq!(page.kept[Kept::LastLink.key()], page.link());
    let mut again = Page::open(&page.address);
    assert_eq!(again.setup(), page.setup());
    again.set("run.learning_rate", 0.3);
    again.settle();
    assert!(again.address.starts_with("z=") && again.address != page.address);

    let mut plain = open_with(LINK, Options { packs: false, ..Options::default() });
    long(&mut plain);
    assert_eq!(plain.address, plain.link());
}

#[test]
fn what_stands_beside_a_packed_text_holds_as_well() {
    let link = format!("z={}&lesson.lock=net&search.budget=9", pack(LINK));
    let mut page = Page::open(&link);
    assert_eq!((page.setup().search.budget, page.setup().data.name.as_str()), (9, "moons"));
    page.set("net.hidden", vec![3]);
    assert_eq!((page.setup().net.hidden.len(), page.notices()), (2, &[Notice::Locked][..]));
}

#[test]
fn a_link_of_a_file_that_is_not_here_shows_all_but_the_file() {
    let page = Page::open(
        "v=1&data.name=csv&map.side=8&training.epochs=10&net.hidden=[3]\
        &search.run=2&search.shown=2",
    );
    assert_eq!(page.notices(), [Notice::CsvNotInLink]);
    assert_eq!((page.setup().data.name.as_str(), page.setup().net.hidden.len()), ("spiral", 1));
    assert_eq!((page.setup().search.run, page.losses().len()), (0, 0));
}

/// A link that brings what this study has found.
fn found() -> (Page, String) {
    let page = Page::open(FOUND);
    let text = results::join(&page.link(), &page.state.study.study);
    (page, format!("z={}", pack(&text)))
}

#[test]
fn a_link_with_results_opens_on_them_and_trains_them_again() {
    let (page, link) = found();
    let mut other = Page::opened(&link, Options::default());
    other.wait_for("the trials", |page| page.losses().len() == 3);
    assert_eq!((other.losses(), other.points()), (page.losses(), page.points()));
    assert!(other.state.study.tried.iter().any(Option::is_none), "before they are trained");
    other.settle();
    assert!(other.state.study.tried.iter().all(Option::is_some));
    assert_eq!((other.losses(), other.notices().len()), (page.losses(), 0));
}

#[test]
fn a_link_that_says_of_a_trial_what_is_not_so_is_found_out() {
    let (page, _) = found();
    let events = page.state.study.study.events().to_vec();
    let second = |event: &study::Event| matches!(event, study::Event::Completed { trial: 1, .. });
    let at = events.iter().position(second).expect("it has ended");
    let (mut loss, mut cost) = (events.clone(), events);
    loss[at] = study::Event::Completed { trial: 1, outcome: Outcome::Value(1e-3) };
    cost.insert(at, study::Event::Spent { trial: 1, cost: 1.0 });
    for events in [loss, cost] {
        let study = results::study(page.setup(), &events);
        let text = results::join(&page.link(), &study.expect("a study"));
        let forged = Page::open(&format!("z={}", pack(&text)));
        assert_eq!(forged.notices(), [Notice::OtherResults { trial: 2 }]);
        assert_eq!((forged.losses(), forged.points()), (page.losses(), page.points()));
    }
}

#[test]
fn trials_that_were_stopped_come_back_from_a_link_as_they_were() {
    let mut page = Page::open(
        "v=1&map.side=8&training.epochs=20&search.budget=12&search.strategy=random\
         &search.pruner.name=asha&search.run=12&search.shown=12",
    );
    let stopped: Vec<bool> =
        page.outcomes().iter().map(|o| matches!(o, Some(Outcome::Pruned { .. }))).collect();
    assert!(stopped.contains(&true) && stopped.contains(&false));
    page.study_event(StudyEvent::Filter(Filter::Stopped));
    assert_eq!(page.state.study.kept(page.setup()), stopped);
    let text = results::join(&page.link(), &page.state.study.study);
    let other = Page::open(&format!("z={}", pack(&text)));
    assert!(other.notices().is_empty(), "{:?}", other.notices());
    assert!(other.state.study.tried.iter().all(Option::is_some));
    assert_eq!((other.outcomes(), other.points()), (page.outcomes(), page.points()));
}
