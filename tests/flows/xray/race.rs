//! Strategies race over a table of trials.

use super::{SMALL, bowl, open, with_bowl, xray};
use crate::driver::{Options, Order, Page};
use std::collections::BTreeSet;
use tunescape_core::import::Direction;
use tunescape_core::import::convert::Aim;
use tunescape_core::import::mapping::Role;
use tunescape_core::import::replay::Raced;
use tunescape_core::search::StrategyName;
use tunescape_core::state::xray::XrayEvent;
use tunescape_core::state::{Event, WorkerId};
use tunescape_core::worker::Request;
use tunescape_core::worker::xray::XrayRequest;

#[test]
fn strategies_race_over_a_dense_table() {
    let mut page = with_bowl(Options::default(), 30);
    assert_eq!(open(&page).view.races, None);
    let mut page2 = with_bowl(Options::default(), 100);
    assert_eq!(open(&page2).view.races, Some(100));
    page.happen(Event::Xray(XrayEvent::Ask(0, Some(StrategyName::Tpe))));
    xray(&mut page2, XrayEvent::Ask(0, Some(StrategyName::Halton)));
    xray(&mut page2, XrayEvent::Race);
    let race = open(&page2).race.clone().expect("a race");
    assert_eq!((race.done, race.seeds), (race.all, 100));
    assert_eq!(race.strategies, [StrategyName::Random, StrategyName::Tpe, StrategyName::Halton]);
    assert!(race.bands.iter().all(|band| band.len() == race.budget));
    let [_, chance, _] = race.reach[0].expect("quartiles");
    let [_, model, _] = race.reach[1].expect("quartiles");
    assert!(model < chance, "{model} {chance}");
    assert!(!open(&page2).is_racing());
}

fn races((_, request): &&(WorkerId, Request)) -> bool {
    matches!(request, Request::Xray { request: XrayRequest::Race { .. }, .. })
}

fn crew_of((worker, _): &(WorkerId, Request)) -> Option<usize> {
    if let WorkerId::Crew(number) = worker { Some(*number) } else { None }
}

/// How a race over the bowl ends with so many workers, after something happens to them.
fn race_of(crew: usize, order: Order, happens: impl Fn(&mut Page)) -> Raced {
    let mut page = with_bowl(Options { crew, order, ..Options::default() }, 100);
    // One that takes less time than a model.
    xray(&mut page, XrayEvent::Ask(0, Some(StrategyName::Halton)));
    page.happen(Event::Xray(XrayEvent::Race));
    happens(&mut page);
    page.settle();
    assert!(!open(&page).is_racing());
    let racers: BTreeSet<usize> = page.asked.iter().filter(races).filter_map(crew_of).collect();
    assert_eq!(racers, (0..crew).collect());
    (**open(&page).race.as_ref().expect("a race")).clone()
}

#[test]
fn a_race_ends_the_same_whoever_runs_it_and_dies_on_the_way() {
    let far = |page: &mut Page, trials: usize| {
        page.wait_for("some of it", |page| {
            open(page).race.as_ref().is_some_and(|race| race.done >= trials)
        });
    };
    let alone = race_of(1, Order::First, |_| {});
    assert_eq!((alone.done, alone.finished), (alone.all, 100));
    assert_eq!(race_of(3, Order::Any(1), |_| {}), alone);
    // The one that makes the table, before it has, and one that races, twice.
    let died = race_of(2, Order::Any(2), |page| {
        page.kill(WorkerId::Study);
        far(page, 100);
        page.kill(WorkerId::Crew(1));
        page.kill(WorkerId::Study);
        far(page, alone.all / 2);
        page.kill(WorkerId::Crew(1));
        page.kill(WorkerId::Crew(0));
    });
    assert_eq!(died, alone);
    // What is stopped stays stopped, whoever dies after that.
    let mut page = with_bowl(Options::default(), 100);
    page.happen(Event::Xray(XrayEvent::Race));
    far(&mut page, 100);
    page.happen(Event::Xray(XrayEvent::StopRace));
    let asked = page.asked.len();
    page.kill(WorkerId::Crew(0));
    page.settle();
    assert!(!open(&page).is_racing() && !page.asked[asked..].iter().any(|asked| races(&asked)));
    assert!(open(&page).race.as_ref().is_some_and(|race| race.done < race.all));
}

#[test]
fn a_race_begun_before_another_objective_is_shown_is_given_up() {
    let mut page = Page::open(&format!("{SMALL}&screen=xray"));
    let table = String::from_utf8(bowl(100)).expect("a text");
    let lines = table.lines().enumerate();
    let two: String = lines.map(|(n, line)| format!("{line},{}\n", 0.5 * n as f64)).collect();
    page.drop_file("two.csv", two.replacen("value,0\n", "value,second\n", 1).as_bytes());
    xray(&mut page, XrayEvent::Column(2, Role::Value(Direction::Minimize)));
    xray(&mut page, XrayEvent::Column(3, Role::Value(Direction::Minimize)));
    xray(&mut page, XrayEvent::Read);
    let aim = Aim { objective: 1, second: None };
    page.happen(Event::Xray(XrayEvent::Aim(aim)));
    page.happen(Event::Xray(XrayEvent::Race));
    assert!(open(&page).is_racing());
    page.settle();
    assert_eq!(open(&page).view.aim.objective, 1);
    assert!(!open(&page).is_racing() && open(&page).race.is_none());
}
