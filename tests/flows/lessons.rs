//! Lessons: opened, left, of one's own, and such as can't be.
//!
//! In place of `tests/browser/lessons.rs`: `the_tuners_wait_for_the_learner`; of
//! `tests/browser/embed.rs`: what `an_authors_own_lesson_is_opened_from_the_same_origin` shows
//! beyond its frame; of `tests/browser/present.rs`: what is wrong with a dropped lesson.

use crate::driver::{Options, Page};
use serde_json::{Value, json};
use tunescape_core::lesson::{LessonError, MAX_CONDITIONS};
use tunescape_core::metrics;
use tunescape_core::setup::{Panel, Screen};
use tunescape_core::state::lesson::LessonEvent;
use tunescape_core::state::race::RaceEvent;
use tunescape_core::state::run::RunEvent;
use tunescape_core::state::{Effect, Event, Notice, Start, State, update};

pub const OWN: &str = r#"{"title":{"en":"My own"},
    "minutes": 5,
    "pages": [{"state":"v=1&screen=explore&data.name=moons&map.side=8&training.epochs=10",
        "text":{"en":"Mine."},"notes":{"en":"Ask them first."},
        "goal":[{"fact":"run.epoch","at_least":10}],"point":"play",
        "hints":[{"text":{"en":"Press play."}}],"done":{"en":"Learnt."},
        "lock":["data"],"hide":["footer","pace"]}]}"#;

pub fn lesson(name: &str) -> Page {
    let mut page = Page::opened(&format!("v=1&map.side=8&lesson.name={name}"), Options::default());
    page.wait_for("the lesson", |page| page.state.lesson_page().is_some() && page.state.ready());
    page
}

#[test]
fn a_hint_says_that_ones_own_trials_come_before_the_tuners() {
    let mut page = lesson("beat-the-tuner");
    page.set("map.side", 8);
    let hint = |page: &Page| page.state.hint().cloned();
    let first = hint(&page);
    page.happen(Event::Race(RaceEvent::Start));
    page.wait_for("another hint", |page| hint(page) != first);
    assert!(!page.state.lesson.met);
    assert_eq!(hint(&page), Some(page.state.lesson_page().expect("a page").hints[0].clone()));
}

#[test]
fn what_was_set_up_before_a_lesson_can_be_had_again_once_it_is_left() {
    let mut page = Page::open("v=1&data.name=xor&map.side=8&training.epochs=10&search.budget=7");
    page.set("search.budget", 9);
    let before = page.setup().clone();
    page.go_to(Screen::Lessons);
    page.wait_for("the lessons", |page| !page.state.lesson.all.is_empty());
    page.lesson_event(LessonEvent::Open("luck".into()));
    page.wait_for("its data", |page| page.state.ready() && page.setup().data.noise == 0.4);
    assert_eq!(page.focused.last().map(String::as_str), Some("lesson"));
    page.set("map.side", 16);
    page.lesson_event(LessonEvent::Leave);
    assert_eq!((page.setup().screen, page.setup().lesson.name.as_str()), (Screen::Lessons, ""));
    // What was changed within it goes with it, in one step.
    page.happen(Event::Undo);
    page.settle();
    let mut now = page.setup().clone();
    now.screen = before.screen;
    assert_eq!(now, before);
    page.happen(Event::Undo);
    assert_eq!(page.setup().search.budget, 7);
}

#[test]
fn whoever_looks_at_the_landscape_too_early_is_told_how_to_begin_anew() {
    let mut page = lesson("beat-the-tuner");
    page.happen(Event::Race(RaceEvent::Act(0.5, 0.5)));
    page.wait_for("the trial", |page| page.state.race.you.len() == 1);
    let said = |page: &Page| page.state.hint().map(|hint| hint.text["en"].clone());
    assert_eq!(said(&page).as_deref(), Some("Go on until all eight trials are done."));
    page.happen(Event::Race(RaceEvent::Reveal));
    assert!(said(&page).is_some_and(|said| said.contains("Start over")), "{:?}", said(&page));
    page.happen(Event::Race(RaceEvent::Clear));
    assert!(said(&page).is_some_and(|said| said.starts_with("Click on your map")));
}

#[test]
fn what_plays_is_not_pointed_at_to_be_pressed_once_more() {
    let mut page = lesson("learning-rate");
    page.wait_for("the run", Page::run_rests);
    assert_eq!(page.state.pointed(), Some("play"));
    page.run_event(RunEvent::Play);
    assert!(page.state.run.playing);
    assert_eq!(page.state.pointed(), None);
    page.run_event(RunEvent::Pause);
    page.wait_for("the mark again", |page| page.state.pointed() == Some("play"));
    assert!(!page.state.run.playing && !page.state.lesson.met);
}

#[test]
fn a_run_whose_rate_was_changed_on_its_way_meets_no_goal_before_it_begins_anew() {
    let mut page = lesson("batch-size");
    page.lesson_event(LessonEvent::Go(3));
    page.wait_for("the page", |page| page.setup().lesson.page == 3 && page.state.ready());
    page.wait_for("the run", Page::run_rests);
    page.run_event(RunEvent::Pace(3));
    page.run_event(RunEvent::Play);
    page.wait_for_epoch(60);
    page.wait_for("the run", Page::run_rests);
    page.set("run.learning_rate", 1.6);
    assert!(!page.state.lesson.met);
    assert_eq!(page.state.pointed(), Some("reset"));
    page.run_event(RunEvent::Reset);
    page.wait_for_epoch(0);
    assert_eq!(page.state.pointed(), Some("play"));
    page.run_event(RunEvent::Play);
    page.wait_for("the goal", |page| page.state.lesson.met);
    assert_eq!(page.scrolled, ["lesson-state"], "what comes of it is seen in a long card, too");
}

#[test]
fn a_lesson_of_ones_own_is_dropped_on_the_page_and_goes_with_the_link() {
    let mut page = Page::open("v=1&map.side=8&training.epochs=10");
    page.drop_file("own.json", OWN.as_bytes());
    assert_eq!(page.state.lesson().map(|own| own.title["en"].as_str()), Some("My own"));
    assert_eq!((page.setup().data.name.as_str(), page.setup().screen), ("moons", Screen::Explore));
    assert!(
        page.state.rules().hides(Panel::Footer.key())
            && !page.state.rules().hides(Panel::Header.key())
    );
    assert!(page.state.rules().hides("pace"));
    assert!(!page.state.rules().hides("luck"), "it does not say what it needs: all is shown");
    assert_eq!((page.state.locks(), page.state.pointed()), (vec!["data".into()], Some("play")));
    page.run_event(RunEvent::Play);
    page.wait_for("the goal", |page| page.state.lesson.met);
    page.settle();
    // Opened elsewhere it is the same, and begins.
    let link = page.address.clone();
    assert!(link.contains("lesson.own=") || link.starts_with("z="), "{link}");
    let other = Page::open(&link);
    assert_eq!(other.state.lesson(), page.state.lesson());
    assert_eq!((other.setup(), other.epoch()), (page.setup(), Some(0)));
    assert!(other.notices().is_empty(), "{:?}", other.notices());
}

#[test]
fn a_lesson_that_cant_be_says_why_and_changes_nothing() {
    let mut page = Page::open("v=1&map.side=8&training.epochs=10");
    let before = page.link();
    // The line and the column of what is wrong; none for a lesson without pages.
    for (name, text, place) in [
        ("bad.json", r#"{"title":{"en":"A"},"minutes":5,"pages":[]}"#, None),
        ("cut.json", "{\"title\":{\"en\":\"A\"},\n\"minutes\":5,", Some(2)),
        ("other.json", "{\"title\":{\"en\":\"A\"},\n\"minutes\":5,\n \"page\":[]}", Some(3)),
    ] {
        page.drop_file(name, text.as_bytes());
        let Some(Notice::Lesson { name: Some(own), error }) = page.notices().last() else {
            panic!("{name}: {:?}", page.notices());
        };
        let line = match error {
            LessonError::Form(form) => Some(form.line),
            error => {
                assert_eq!(*error, LessonError::Empty);
                None
            }
        };
        assert_eq!((own.as_str(), line), (name, place));
    }
    assert_eq!((page.link(), page.notices().len()), (before, 3));
    assert!(page.state.lesson().is_none());
    // A link may bring such a one, too.
    let page = Page::open("v=1&map.side=8&lesson.own=nonsense");
    assert!(matches!(page.notices(), [Notice::Lesson { name: None, .. }]), "{:?}", page.notices());
}

#[test]
fn a_lesson_is_fetched_from_a_file_beside_the_page() {
    let page = Page::open("v=1&lesson.name=own-lesson.json");
    assert_eq!(page.state.lesson().map(|own| own.minutes), Some(5));
    assert_eq!((page.setup().data.name.as_str(), page.setup().screen), ("moons", Screen::Explore));
    assert!(page.notices().is_empty(), "{:?}", page.notices());
    // Nothing is fetched from elsewhere, whatever a link says.
    let elsewhere = "../flows/own-lesson.json";
    let page = Page::open(&format!("v=1&map.side=8&training.epochs=4&lesson.name={elsewhere}"));
    assert_eq!(page.notices(), [Notice::LessonNotLoaded { name: elsewhere.into() }]);
    assert!(page.state.lesson().is_none());
    let missing = Page::open("v=1&map.side=8&lesson.name=nowhere.json");
    assert_eq!(missing.notices(), [Notice::LessonNotLoaded { name: "nowhere.json".into() }]);
    assert_eq!(missing.setup().map.side, 8);
}

#[test]
fn a_lesson_that_there_is_not_is_told_with_those_that_there_are() {
    let page = Page::open("v=1&map.side=8&lesson.name=nowhere");
    let [Notice::LessonUnknown { name, names }] = page.notices() else {
        panic!("{:?}", page.notices());
    };
    assert_eq!((name.as_str(), names.len(), names[0].as_str()), ("nowhere", 24, "words"));
}

#[test]
fn lessons_that_cant_be_loaded_are_told_of_and_asked_for_at_the_next_visit() {
    let (mut state, effects) = State::open(Default::default());
    assert!(!effects.contains(&Effect::LoadLessons));
    let mut asks = |event: Event| update(&mut state, event).contains(&Effect::LoadLessons);
    let to = |screen: Screen| Event::Edit(tunescape_core::setup::Edit::choose("screen", &screen));
    let failed = || Event::Lesson(LessonEvent::Loaded(None));
    assert!(asks(to(Screen::Lessons)));
    // Not in a loop.
    assert!(!asks(failed()) && !asks(to(Screen::Lessons)) && !asks(Event::Theme));
    assert!(!asks(to(Screen::Search)) && asks(to(Screen::Lessons)));
    assert!(!asks(failed()));
    // A link to a lesson, and the same once more.
    for _ in 0..2 {
        assert!(asks(Event::Link("#v=2&lesson.name=luck".into())) && !asks(failed()));
        asks(Event::Link("#v=2&data.name=moons".into()));
    }
    assert!(asks(to(Screen::Lessons)) && !asks(failed()));
    assert_eq!(state.notices, [Notice::LessonsNotLoaded]);
    update(&mut state, Event::Lesson(LessonEvent::Loaded(Some("[]".into()))));
    assert!(state.notices.is_empty());
}

/// A lesson of one page with this goal.
fn asks(goal: &[(&str, Value)]) -> String {
    let goal: Vec<Value> =
        goal.iter().map(|(fact, value)| json!({ "fact": fact, "is": value })).collect();
    let text = json!({ "en": "Now." });
    let page = json!({ "text": text, "goal": goal, "point": "play", "done": text,
        "hints": [{ "text": text }] });
    json!({ "title": text, "minutes": 1, "pages": [page] }).to_string()
}

#[test]
fn a_lesson_may_ask_for_whatever_is_known_of_the_page() {
    let mut page = Page::open(
        "v=1&data.name=moons&map.side=8&training.epochs=10&race.repeats=2\
         &search.strategy=random&search.budget=3&race.strategies=grid,random&race.you=true",
    );
    let unknown = ["search.best", "race.leader", "race.you.best", "race.you.beaten"];
    for fact in unknown {
        page.drop_file("own.json", asks(&[(fact, json!(0))]).as_bytes());
        assert!(page.state.lesson().is_some() && !page.state.lesson.met, "{fact}");
    }
    page.step_to(2);
    page.play();
    for at in [0.2, 0.5] {
        page.happen(Event::Race(RaceEvent::Act(at, 0.5)));
        page.settle();
    }
    page.happen(Event::Race(RaceEvent::Start));
    page.settle();
    let best = page.losses().into_iter().flatten().min_by(f64::total_cmp);
    let you = page.state.race.you.iter().filter_map(|spent| spent.outcome.loss());
    let confusion = page.state.confusion().expect("two classes");
    let facts = [
        ("run.epoch", json!(2)),
        ("run.train_loss", json!(page.reports()[2].train_loss)),
        ("run.valid_loss", json!(page.reports()[2].valid_loss)),
        ("run.diverged", json!(false)),
        ("map.finished", json!(true)),
        ("map.epoch", json!(10)),
        ("map.zooms", json!(0)),
        ("map.marked", json!(false)),
        ("search.done", json!(3)),
        ("search.shown", json!(3)),
        ("search.epochs", json!(30)),
        ("search.best", json!(best)),
        ("search.earlier", json!(0)),
        ("search.tested", json!(0)),
        ("judged.threshold", json!(0.5)),
        ("judged.accuracy", json!(metrics::accuracy(&confusion))),
        ("judged.precision", json!(metrics::precision(&confusion)[1])),
        ("judged.recall", json!(metrics::recall(&confusion)[1])),
        ("race.trials", json!(3)),
        ("race.you.trials", json!(2)),
        ("race.you.best", json!(you.min_by(f64::total_cmp))),
        ("setup.search.strategy", json!("random")),
    ];
    for (fact, value) in &facts {
        page.drop_file("own.json", asks(&[(fact, value.clone())]).as_bytes());
        assert!(page.state.lesson.met, "{fact} is not {value}");
        page.drop_file("own.json", asks(&[(fact, json!("another"))]).as_bytes());
        assert!(!page.state.lesson.met, "{fact}");
    }
    // As many at once as a goal may have.
    page.drop_file("own.json", asks(&facts[..MAX_CONDITIONS.min(facts.len())]).as_bytes());
    assert!(page.state.lesson.met);
}

#[test]
fn how_far_a_lesson_was_taken_is_kept_and_it_can_be_gone_on_with() {
    let mut page = lesson("words");
    page.lesson_event(LessonEvent::Go(2));
    page.wait_for("the data", |page| page.state.ready());
    page.lesson_event(LessonEvent::Leave);
    page.settle();
    let way = page.state.lesson.progress.of("words");
    assert_eq!((way.page, way.done), (2, false));
    // On another visit.
    let lessons = page.kept.get("lessons").cloned();
    assert!(lessons.is_some());
    let start = Start { lessons, ..Start::default() };
    let link = "v=2&screen=lessons&map.side=8&training.epochs=5";
    let mut page = Page::opened(link, Options { start, ..Options::default() });
    page.wait_for("the lessons", |page| !page.state.lesson.all.is_empty());
    page.lesson_event(LessonEvent::Resume("words".into()));
    assert_eq!((page.setup().lesson.name.as_str(), page.setup().lesson.page), ("words", 2));
    // At the end stands what comes next.
    assert_eq!(page.state.next_lesson().map(|(name, _)| name.as_str()), Some("learning-rate"));
}

#[test]
fn the_game_leads_to_the_first_lesson_that_is_not_done() {
    let mut page = lesson("beat-the-tuner");
    let next = |page: &Page| page.state.next_lesson().map(|(name, _)| name.clone());
    assert_eq!(next(&page).as_deref(), Some("words"));
    for taken in 0..page.state.lesson.all.len() {
        let name = page.state.lesson.all[taken].0.clone();
        page.state.lesson.progress.note(&name, 0, true);
    }
    // Whoever has done them all goes on to what follows.
    assert_eq!(next(&page).as_deref(), Some("own-table"));
}

#[test]
fn a_forgotten_reset_is_seen_from_the_start() {
    let mut page = lesson("learning-rate");
    page.wait_for("the run", Page::run_rests);
    page.lesson_event(LessonEvent::Go(1));
    page.wait_for("the data", |page| page.state.ready());
    page.run_event(RunEvent::Pace(3));
    page.run_event(RunEvent::Play);
    page.wait_for_epoch(60);
    page.lesson_event(LessonEvent::Go(2));
    let hints = page.state.lesson_page().expect("a page").hints.clone();
    let hint = |page: &Page| {
        let own = page.state.hint().cloned();
        hints.iter().position(|hint| Some(hint) == own.as_ref())
    };
    assert_eq!(hint(&page), Some(3), "it still learns");
    page.set("run.learning_rate", 40.0);
    assert_eq!(hint(&page), Some(1), "the run has learnt with another rate");
    page.run_event(RunEvent::Reset);
    page.wait_for_epoch(0);
    assert_eq!(hint(&page), Some(4), "it may begin");
    page.set("run.learning_rate", 2.0);
    assert_eq!(hint(&page), Some(0), "that is small");
}

#[test]
fn in_a_lesson_the_run_before_stays_beside_the_present_one() {
    let mut page = lesson("learning-rate");
    page.wait_for("the run", Page::run_rests);
    assert!(page.state.run.ghost.is_none(), "there is none yet");
    page.step_to(3);
    let before = page.reports();
    page.lesson_event(LessonEvent::Go(1));
    page.wait_for_epoch(0);
    let ghost = |page: &Page| page.state.run.ghost.as_ref().map(|ghost| ghost.history.clone());
    assert_eq!(ghost(&page), Some(before.clone()));
    // A run that never began takes no place.
    page.run_event(RunEvent::Reset);
    page.wait_for_epoch(0);
    assert_eq!(ghost(&page), Some(before));
    page.step_to(2);
    let pinned = page.reports();
    page.run_event(RunEvent::Pin);
    page.run_event(RunEvent::Reset);
    page.step_to(4);
    page.run_event(RunEvent::Reset);
    page.wait_for_epoch(0);
    assert_eq!((ghost(&page), page.state.run.pinned), (Some(pinned), true));
    page.run_event(RunEvent::Unpin);
    page.step_to(3);
    page.run_event(RunEvent::Reset);
    page.wait_for_epoch(0);
    assert!(ghost(&page).is_some());
    // It belongs to the lesson.
    page.lesson_event(LessonEvent::Leave);
    assert!(page.state.run.ghost.is_none());
    page.go_to(Screen::Explore);
    page.step_to(2);
    page.run_event(RunEvent::Reset);
    page.wait_for_epoch(0);
    assert!(page.state.run.ghost.is_none());
}

#[test]
fn runs_are_compared_by_what_led_to_them() {
    let mut page = lesson("batch-size");
    page.lesson_event(LessonEvent::Go(1));
    page.wait_for("the data", |page| page.state.ready());
    page.wait_for_epoch(0);
    let batch = 16;
    page.set("training.batch", batch);
    page.run_event(RunEvent::Reset);
    page.wait_for_epoch(0);
    page.step_to(3);
    let before = f64::from(page.reports()[3].valid_loss);
    // Changed once the run before had ended: that one had the old batch size.
    page.set("training.batch", batch * 2);
    page.run_event(RunEvent::Reset);
    page.wait_for_epoch(0);
    page.step_to(3);
    assert_eq!(page.notices(), []);
    let told = page.state.comparison().expect("two runs");
    assert_eq!((told.epoch, told.there), (3, before));
    assert_eq!((told.then.training.batch, told.now.training.batch), (batch, batch * 2));
    assert!(page.state.ghost().is_some());
    // Of a run that was changed on its way nothing is said, but where it is pinned.
    page.set("training.batch", batch);
    page.step_to(4);
    page.run_event(RunEvent::Reset);
    page.wait_for_epoch(0);
    page.step_to(4);
    assert!(page.state.ghost().is_some() && page.state.comparison().is_none());
    page.set("training.batch", batch * 2);
    page.step_to(5);
    page.run_event(RunEvent::Pin);
    page.run_event(RunEvent::Reset);
    page.wait_for_epoch(0);
    page.step_to(5);
    let told = page.state.comparison().expect("what is pinned");
    assert_eq!(told.then.training.batch, batch * 2);
}

#[test]
fn the_page_for_teachers_has_the_lessons() {
    let mut page = Page::opened("v=2&screen=teach", Options::default());
    assert_eq!(page.setup().screen, Screen::Teach);
    page.wait_for("the lessons", |page| !page.state.lesson.all.is_empty());
}

#[test]
fn what_is_expected_is_said_before_and_what_was_understood_after() {
    let own = r#"{"title":{}, "minutes": 1, "pages": [{"text": {},
        "state": "v=2&screen=explore&data.name=moons&map.side=8&training.epochs=3",
        "predict": {"en": "?"}, "choices": [{"text": {}}, {"text": {}, "why": {"en": "no"}}],
        "goal": [{"fact": "run.epoch", "at_least": 3}],
        "question": {"en": "?"}, "answers": [{"text": {}, "why": {"en": "no"}}, {"text": {}}]},
        {"text": {"en": "On."}}]}"#;
    let mut page = Page::open("v=2&map.side=8");
    page.drop_file("own.json", own.as_bytes());
    page.wait_for("its data", |page| page.state.ready());
    page.lesson_event(LessonEvent::Predict(1));
    page.lesson_event(LessonEvent::Predict(0));
    assert_eq!(page.state.lesson.predicted, Some(0));
    page.run_event(RunEvent::Play);
    page.wait_for("the goal", |page| page.state.lesson.met);
    // What has been seen is predicted no more.
    page.lesson_event(LessonEvent::Predict(1));
    page.lesson_event(LessonEvent::Answer(0));
    assert_eq!((page.state.lesson.predicted, page.state.lesson.answered), (Some(0), Some(0)));
    page.lesson_event(LessonEvent::Go(1));
    assert_eq!((page.state.lesson.predicted, page.state.lesson.answered), (None, None));
    assert!(page.state.lesson.progress.of("").page == 0, "it is not one of the page's own");
}
