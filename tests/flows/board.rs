//! The class board, and what of a race stays hidden until the learner's turn is over.

use crate::driver::Page;
use tunescape_core::class_codes::{self, BoardError};
use tunescape_core::lesson;
use tunescape_core::lesson::code::{self, Marks};
use tunescape_core::setup::{Edit, Screen};
use tunescape_core::state::race::RaceEvent;
use tunescape_core::state::{Event, State};
use tunescape_core::study::race::Spent;

const ALONE: &str = "v=2&screen=race&map.side=8&training.epochs=8&search.budget=3&race.repeats=2";

/// A page on which somebody races against the strategies, with so many trials.
fn learner(trials: usize) -> Page {
    let mut page = Page::open(&format!("{ALONE}&race.you=true"));
    for at in [0.2, 0.4, 0.6].into_iter().take(trials) {
        place(&mut page, at);
    }
    assert_eq!(page.state.race.you.len(), trials);
    page
}

/// The learner places a trial, if there may be one more; apart from what was done before, as it is
/// undone.
fn place(page: &mut Page, at: f64) {
    page.edit(Edit::choose("screen", &Screen::Race));
    page.race(RaceEvent::Act(at, 0.5));
}

fn rows(run: &[Spent]) -> Vec<(Vec<f64>, Option<f64>)> {
    run.iter().map(|spent| (spent.point.clone(), spent.outcome.loss())).collect()
}

fn names(state: &State) -> Vec<&str> {
    state.race.class.iter().map(|learner| learner.name.as_str()).collect()
}

#[test]
fn a_class_is_read_from_its_codes() {
    let page = learner(3);
    let (code, you) = (class_codes::write(page.setup()), rows(&page.state.race.you));
    let mut teacher = Page::open(ALONE);
    teacher.race(RaceEvent::Class(format!("Ada {code}\n\n{code}")));
    let class = &teacher.state.race.class;
    assert_eq!(names(&teacher.state), ["Ada", "3"]);
    assert!(class.iter().all(|learner| rows(&learner.spent) == you));
    // A line that is none, or of another game, is named; all others count.
    teacher.race(RaceEvent::Class(format!("Bob nonsense!\nAda {code}\nCy momentum!BB")));
    assert_eq!(teacher.state.race.wrong, [BoardError::Code { line: 1 }]);
    assert_eq!((teacher.state.race.class.len(), teacher.state.race.taken.len()), (1, 1));
    teacher.race(RaceEvent::Class(format!("Ada {code}")));
    assert!(teacher.state.race.wrong.is_empty() && teacher.state.race.taken.is_empty());
    teacher.race(RaceEvent::Start);
    assert_eq!(rows(&teacher.state.race.class[0].spent), you, "they race beside the strategies");
    teacher.change("training.batch", 8);
    assert!(teacher.state.race.class.is_empty(), "codes of another game wait in their field");
    teacher.change("training.batch", 32);
    assert_eq!(rows(&teacher.state.race.class[0].spent), you);
    teacher.race(RaceEvent::Class(String::new()));
    assert!(teacher.state.race.class.is_empty());
}

#[test]
fn codes_stay_in_their_field() {
    let codes = format!("Ada {}\nBob nonsense!\nCy", class_codes::write(learner(3).setup()));
    let mut teacher = Page::open(ALONE);
    teacher.race(RaceEvent::Class(codes.clone()));
    let wrong = [2, 3].map(|line| BoardError::Code { line });
    for setting in ["search.budget", "race.repeats"] {
        assert_eq!(teacher.state.race.wrong, wrong);
        teacher.change(setting, 4);
        assert_eq!(teacher.state.race.codes, codes);
        // What was wrong is so still; that the others wait is no news.
        assert_eq!(teacher.state.race.wrong, wrong);
    }
    assert!(names(&teacher.state).is_empty(), "they are of another budget");
    teacher.edit(Edit::choose("screen", &Screen::Search));
    teacher.change("search.budget", 3);
    teacher.edit(Edit::choose("screen", &Screen::Race));
    assert_eq!(teacher.state.race.codes, codes);
    assert_eq!(names(&teacher.state), ["Ada"]);
}

#[test]
fn codes_of_lessons_are_held_against_the_lessons() {
    let mut teacher = Page::open(ALONE);
    let code = |name: &str, pages| code::write(name, &vec![Marks::default(); pages]);
    let codes = [code("momentum", 2), code("momentum", 64), code("nosuchlesson", 2)];
    let codes = codes.join("\n") + "\nAda nosuchlesson!BH\nBob Momentum!BH\nBob Momentum!BH";
    for _ in 0..2 {
        // The lessons come with the first codes, and are there for the next.
        teacher.race(RaceEvent::Class(codes.clone()));
        let race = &teacher.state.race;
        let lessons: Vec<_> =
            race.taken.iter().map(|t| (&*t.learner, &*t.lesson, t.checked)).collect();
        assert_eq!(lessons, [("1", "momentum", true), ("Bob", "momentum", false)]);
        let lesson = teacher.state.lesson.all.iter().find(|lesson| lesson.0 == "momentum");
        let limit = lesson.map_or(0, |(_, lesson)| lesson.pages.len());
        assert_eq!(
            race.wrong,
            [
                BoardError::Pages { line: 2, limit },
                BoardError::Lesson { line: 3 },
                BoardError::Lesson { line: 4 }
            ]
        );
    }
}

#[test]
fn the_board_tells_no_losses_while_a_turn_goes_on() {
    let code = class_codes::write(learner(3).setup());
    let mut page = learner(1);
    page.race(RaceEvent::Class(format!("Ada {code}")));
    let told = |page: &Page| {
        let state = &page.state;
        let best = state.race.class.iter().find_map(|learner| state.told_best(learner));
        (best.is_some(), state.told_class().len())
    };
    assert_eq!(names(&page.state), ["Ada"]);
    assert!(page.state.race.class[0].best().is_some(), "it is trained");
    assert_eq!(told(&page), (false, 0));
    page.race(RaceEvent::Reveal);
    assert_eq!(told(&page), (true, 1));
}

#[test]
fn no_file_tells_of_the_landscape_while_a_turn_goes_on() {
    let mut page = learner(1);
    assert!(page.state.hides_landscape());
    // On its own screen it is to be seen.
    page.edit(Edit::choose("screen", &Screen::Search));
    assert!(!page.state.hides_landscape());
    page.change("map.hidden", true);
    assert!(page.state.hides_landscape());
    page.change("map.hidden", false);
    page.edit(Edit::choose("screen", &Screen::Race));
    page.race(RaceEvent::Reveal);
    assert!(!page.state.hides_landscape());
}

#[test]
fn what_was_revealed_stays_so_as_long_as_the_landscape_does() {
    let mut page = learner(1);
    page.race(RaceEvent::Reveal);
    assert_eq!(page.focused.last().map(String::as_str), Some("your-map"), "its button is gone");
    let places = |page: &mut Page| {
        place(page, 0.9);
        page.setup().race.hand.len() > 1
    };
    assert!(!page.state.hides_truth() && !places(&mut page));
    assert!(!page.loaded_anew().state.hides_truth(), "the link says so");
    for (setting, value) in [("race.repeats", 3), ("search.budget", 9), ("search.seed", 5)] {
        page.change(setting, value);
        assert!(!page.state.hides_truth() && !places(&mut page), "{setting}");
    }
    // There and back.
    page.change("training.batch", 33);
    assert!(page.state.hides_truth(), "nobody has seen it");
    page.change("training.batch", 32);
    assert!(!page.state.hides_truth() && !places(&mut page));
    // Another turn begins covered, and its code says that it is one; undone, it is the one before.
    let code = class_codes::write(page.setup());
    page.race(RaceEvent::Clear);
    place(&mut page, 0.9);
    assert!(page.state.hides_truth() && class_codes::is_known(page.setup()));
    assert!(class_codes::is_known(page.loaded_anew().setup()), "the link says so");
    page.happen(Event::Undo);
    page.happen(Event::Undo);
    page.settle();
    assert_eq!(page.setup().race.hand.len(), 1);
    assert!(!page.state.hides_truth() && !places(&mut page));
    assert_eq!(class_codes::write(page.setup()), code);
}

#[test]
fn the_board_tells_of_turns_after_a_look_at_the_landscape() {
    let known = |page: &Page, wanted: bool, how: &str| {
        let code = class_codes::write(page.setup());
        let mut teacher = Page::open(ALONE);
        teacher.race(RaceEvent::Class(format!("Ada {code}")));
        let class = &teacher.state.race.class;
        assert_eq!((class.len(), class[0].known), (1, wanted), "{how}");
    };
    let on_to = |page: &mut Page, screen| page.edit(Edit::choose("screen", &screen));
    known(&learner(2), false, "nobody has looked");
    let mut page = learner(1);
    page.race(RaceEvent::Reveal);
    known(&page, false, "the look came after");
    page.race(RaceEvent::Clear);
    place(&mut page, 0.3);
    known(&page, true, "cleared");
    let mut page = learner(1);
    page.race(RaceEvent::Reveal);
    page.happen(Event::Undo);
    page.settle();
    place(&mut page, 0.3);
    known(&page, true, "undone");
    // Before the first, between two, and while another landscape was in force.
    for other in [None, Some(33)] {
        let mut page = learner(0);
        on_to(&mut page, Screen::Search);
        other.into_iter().for_each(|batch| page.change("training.batch", batch));
        on_to(&mut page, Screen::Race);
        other.into_iter().for_each(|_| page.change("training.batch", 32));
        place(&mut page, 0.3);
        known(&page, true, "looked at on its own screen");
    }
    let mut page = learner(1);
    on_to(&mut page, Screen::Search);
    place(&mut page, 0.3);
    known(&page, true, "looked at between two");
    // What was hidden there was not looked at.
    let mut page = learner(0);
    page.change("map.hidden", true);
    on_to(&mut page, Screen::Search);
    place(&mut page, 0.3);
    known(&page, false, "hidden");
}

#[test]
fn whoever_has_seen_the_landscape_another_way_places_no_more() {
    // With the budget spent, by taking a trial back or by more budget.
    for more in [false, true] {
        let mut page = learner(3);
        assert!(!page.state.hides_truth());
        if more {
            page.change("search.budget", 5)
        } else {
            page.happen(Event::Undo)
        }
        page.settle();
        let placed = page.setup().race.hand.len();
        assert_eq!(placed, if more { 3 } else { 2 });
        assert!(!page.state.hides_truth());
        place(&mut page, 0.9);
        assert_eq!(page.setup().race.hand.len(), placed);
    }
    // By leaving the race for a moment.
    let mut page = learner(1);
    page.race(RaceEvent::You(false));
    page.race(RaceEvent::You(true));
    assert!(!page.state.hides_truth());
    // Who has not looked goes on, whatever else is changed.
    let mut page = learner(1);
    page.change("race.repeats", 3);
    page.happen(Event::Undo);
    page.happen(Event::Redo);
    page.settle();
    place(&mut page, 0.9);
    assert_eq!(page.setup().race.hand.len(), 2);
    assert!(page.setup().race.seen.is_empty());
}

#[test]
fn what_was_seen_after_going_back_stays_seen_after_going_forth() {
    let mut page = learner(1);
    page.change("training.batch", 33);
    page.change("training.batch", 34);
    page.happen(Event::Undo);
    page.happen(Event::Undo);
    page.settle();
    assert_eq!((page.setup().training.batch, page.setup().race.hand.len()), (32, 1));
    page.race(RaceEvent::Reveal);
    page.happen(Event::Redo);
    page.happen(Event::Redo);
    page.settle();
    assert_eq!(page.setup().training.batch, 34);
    page.change("training.batch", 32);
    assert!(!page.state.hides_truth());
    place(&mut page, 0.9);
    assert_eq!(page.setup().race.hand.len(), 1);
}

#[test]
fn the_board_is_saved_as_a_table_once_it_may_be_told() {
    let page = learner(3);
    let code = class_codes::write(page.setup());
    let marks = [(true, Some(true), Some(false)), (false, None, Some(true))];
    let marks = marks.map(|(met, predicted, answered)| Marks { met, predicted, answered });
    let codes = format!("Ada, 10b {code}\n+Bob {}", code::write("momentum", &marks));
    let mut teacher = Page::open(ALONE);
    teacher.race(RaceEvent::Class(codes.clone()));
    teacher.race(RaceEvent::Start);
    teacher.race(RaceEvent::SaveBoard);
    let (name, csv) = teacher.texts.pop().expect("a file");
    let best = teacher.state.race.class[0].best().expect("a loss");
    let (beaten, games) = teacher.state.games_beaten(Some(best));
    assert_eq!((name.as_str(), games), ("class.csv", 6));
    let rows: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
    let columns = rows[0].split(',').count();
    let momentum = teacher.state.lesson.all.iter().find(|(name, _)| name == "momentum");
    let title = momentum.map_or("momentum", |(_, lesson)| lesson::say(&lesson.title, "en"));
    assert_eq!(
        rows[1..],
        [
            format!("\"Ada, 10b\",true,{best},{beaten},6,,,,,,,"),
            format!("\"'+Bob\",true,,,,\"{title}\",1,2,1,1,1,2"),
        ]
    );
    assert_eq!((columns, rows[2].split(',').count()), (12, 12));
    // Who still plays on a hidden map learns nothing by a file.
    let mut player = learner(1);
    player.race(RaceEvent::Class(codes));
    player.race(RaceEvent::SaveBoard);
    let (_, csv) = player.texts.pop().expect("a file");
    assert!(csv.contains("\"Ada, 10b\",true,,,,,,,,,,\n"), "{csv}");
}
