//! Objectives, constraints and brushes: what the plots show, and that nothing trains.

use super::{dropped, open, with_bowl, xray};
use crate::driver::{Options, Page};
use tunescape_core::import::convert::Aim;
use tunescape_core::import::mapping::Role;
use tunescape_core::import::{Direction, TrialState};
use tunescape_core::setup::{Edit, Screen};
use tunescape_core::state::selection::Brush;
use tunescape_core::state::xray::contour::SIDE;
use tunescape_core::state::xray::{Part, XrayEvent};
use tunescape_core::state::{Event, WorkerId};
use tunescape_core::worker::Request;

#[test]
fn importance_is_asked_for_where_it_is_looked_at() {
    let mut page = with_bowl(Options::default(), 30);
    assert!(open(&page).importance().is_none());
    xray(&mut page, XrayEvent::Look(Part::Importance));
    let found = open(&page).importance().flatten().expect("30 trials say something");
    assert_eq!(found.alone.len(), 2);
    xray(&mut page, XrayEvent::Step(1));
    assert!(open(&page).importance().expect("an answer").is_none(), "one trial says nothing");
}

#[test]
fn other_objectives_are_looked_at_and_the_front_of_two() {
    let mut page = dropped("lookalikes/control.db");
    if page.state.xray.opening.is_some() {
        xray(&mut page, XrayEvent::Choose(0));
    }
    let bytes = b"lr,units,loss,value\n0.1,8,0.5,3\n0.01,16,0.7,1\n0.03,8,0.6,2\n0.2,32,0.9,4\n";
    page.drop_file("two.csv", bytes);
    xray(&mut page, XrayEvent::Column(2, Role::Value(Direction::Minimize)));
    xray(&mut page, XrayEvent::Column(3, Role::Value(Direction::Minimize)));
    xray(&mut page, XrayEvent::Read);
    let view = &open(&page).view;
    assert_eq!((view.objectives.len(), &view.front[..]), (2, &[0, 2, 1][..]));
    assert_eq!(view.best(4), Some((0, 0.5)));
    assert!(view.states.iter().all(|state| *state == TrialState::Complete));
    xray(&mut page, XrayEvent::Aim(Aim { objective: 1, second: None }));
    assert_eq!(open(&page).view.best(4), Some((1, 1.0)));
    // What is typed in stays with its objective, also where columns are looked at once more.
    xray(&mut page, XrayEvent::Tell(0, 0.5));
    assert_eq!((open(&page).trials(), open(&page).by_hand.len()), (5, 1));
    xray(&mut page, XrayEvent::Aim(Aim { objective: 0, second: None }));
    assert_eq!((open(&page).shown, open(&page).by_hand.len()), (4, 0));
    xray(&mut page, XrayEvent::Columns);
    xray(&mut page, XrayEvent::Read);
    xray(&mut page, XrayEvent::Aim(Aim { objective: 1, second: None }));
    assert_eq!((open(&page).shown, open(&page).best()), (5, Some((4, 0.5))));
    assert_eq!(open(&page).thought(0).unwrap().told.len(), 5);
    xray(&mut page, XrayEvent::Aim(Aim { objective: 0, second: Some(1) }));
    assert_eq!(open(&page).view.aim.second, Some(1));
    assert!(open(&page).thought(0).is_some());
}

#[test]
fn what_is_drawn_is_made_again_only_where_the_study_has_changed() {
    let mut page = with_bowl(Options::default(), 25);
    xray(&mut page, XrayEvent::Aim(Aim::default()));
    let made = |page: &Page, run: usize| *open(page).memo.get(("a test", 0), || run);
    assert_eq!(made(&page, 0), 0);
    for event in [
        XrayEvent::Point(Some(3)),
        XrayEvent::Look(Part::Slices),
        XrayEvent::Layer(0, 1),
        XrayEvent::Page(10),
    ] {
        xray(&mut page, event);
        assert_eq!(made(&page, 100), 0);
    }
    let changes = [
        XrayEvent::Brush(Brush::Set(0, [0.2, 0.6])),
        XrayEvent::Step(20),
        XrayEvent::Axes([1, 0]),
        XrayEvent::Step(25),
        XrayEvent::Tell(0, 0.5),
        XrayEvent::Untell,
        XrayEvent::Aim(Aim::default()),
    ];
    for (run, event) in changes.into_iter().enumerate() {
        xray(&mut page, event.clone());
        assert_eq!(made(&page, run + 1), run + 1, "{event:?}");
    }
}

#[test]
fn the_best_violates_no_constraint() {
    let mut page = dropped("lookalikes/boosting.log");
    let rows = b"lr,units,loss,limit\n0.1,8,0.5,-1\n0.01,16,0.1,2\n0.03,8,0.6,0\n0.2,32,0.9,-1\n";
    page.drop_file("limits.csv", rows);
    xray(&mut page, XrayEvent::Column(2, Role::Value(Direction::Minimize)));
    xray(&mut page, XrayEvent::Column(3, Role::Constraint));
    xray(&mut page, XrayEvent::Read);
    let study = open(&page);
    assert_eq!(study.view.feasible, [true, false, true, true]);
    assert_eq!(study.best(), Some((0, 0.5)));
}

#[test]
fn nothing_on_that_screen_trains() {
    let mut page = with_bowl(Options::default(), 25);
    let train = |page: &Page| {
        let trains = |(_, request): &&(WorkerId, Request)| {
            matches!(request, Request::Train { .. } | Request::Try { .. } | Request::Race { .. })
        };
        page.asked.iter().filter(trains).count()
    };
    let before = train(&page);
    use tunescape_core::link::message::Command;
    for command in [Command::Play, Command::Step, Command::Pause] {
        page.happen(Event::Command(command));
    }
    xray(&mut page, XrayEvent::Tell(0, 0.4));
    page.settle();
    assert_eq!(train(&page), before);
    // Elsewhere the study goes on as it was.
    page.edit(Edit::choose("screen", &Screen::Search));
    page.settle();
    assert_eq!(open(&page).trials(), 26);
}

#[test]
fn a_stretch_that_is_brushed_is_what_all_plots_show() {
    let mut page = with_bowl(Options::default(), 60);
    // The score of the parallel plot: the best highest.
    let score = |page: &Page, n: usize| Some(1.0 - open(page).loss(n));
    let kept = |page: &Page| open(page).kept(|n| score(page, n));
    assert_eq!(kept(&page), [true; 60]);
    let whole = open(&page).contour(&kept(&page)).expect("60 trials");
    let [best, worst] = open(&page).ends().map(|loss| loss as f32);
    assert!(whole.iter().all(|loss| (best..=worst).contains(loss)));
    // The bowl is lowest at (0.7, 0.3).
    let low = (0..whole.len()).min_by(|a, b| whole[*a].total_cmp(&whole[*b])).expect("a place");
    let at = [low % SIDE, low / SIDE].map(|i| (i as f64 + 0.5) / SIDE as f64);
    assert!((at[0] - 0.7).abs() < 0.15 && (at[1] - 0.3).abs() < 0.15, "{at:?}");
    xray(&mut page, XrayEvent::Brush(Brush::Begin(0, 0.5)));
    xray(&mut page, XrayEvent::Brush(Brush::To(1.0)));
    xray(&mut page, XrayEvent::Brush(Brush::End));
    let right = kept(&page);
    let inside = |n: usize| open(&page).unit(n, 0).is_some_and(|u| u >= 0.5);
    assert!((0..60).all(|n| right[n] == inside(n)) && right.contains(&true));
    xray(&mut page, XrayEvent::Brush(Brush::Set(2, [0.9, 1.0])));
    let both = kept(&page);
    assert!((0..60).all(|n| both[n] == (right[n] && open(&page).loss(n) <= 0.1)));
    assert_ne!(open(&page).contour(&both), Some(whole));
    // What strategies are told does not depend on it.
    assert_eq!(open(&page).thought(0).expect("an answer").told.len(), 60);
    assert_eq!(open(&page).contour(&[false; 60]), None);
    xray(&mut page, XrayEvent::Brush(Brush::Clear));
    assert_eq!(kept(&page), [true; 60]);
}
