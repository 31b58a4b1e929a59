//! Files of every kind, the dialogs that ask about them, and what is wrong with some.

use super::{SMALL, dropped, file, open, stage, xray};
use crate::driver::{Options, Page};
use tunescape_core::import::mapping::Role;
use tunescape_core::import::{Direction, ImportError, Note};
use tunescape_core::setup::Screen;
use tunescape_core::state::xray::XrayEvent;
use tunescape_core::state::xray::opening::{EXAMPLE, Stage};
use tunescape_core::state::{Event, Notice, WorkerId};

#[test]
fn whoever_has_no_file_opens_the_example() {
    let options = Options { missing: vec![EXAMPLE], ..Options::default() };
    let mut page = Page::opened(&format!("{SMALL}&screen=xray"), options);
    for _ in 0..2 {
        xray(&mut page, XrayEvent::Example);
        assert_eq!(page.notices(), [Notice::ExampleNotLoaded]);
    }
    page.options.missing.clear();
    let loads = |page: &Page| page.state.loads_example();
    page.happen(Event::Xray(XrayEvent::Example));
    page.happen(Event::Xray(XrayEvent::Example));
    assert!(loads(&page));
    page.wait_for("the study", |page| page.state.xray.open.is_some());
    assert!(!loads(&page));
    assert!(page.notices().is_empty(), "{:?}", page.notices());
    let study = open(&page);
    assert_eq!(
        (study.name.as_str(), study.view.len(), study.view.races),
        (EXAMPLE, 160, Some(101))
    );
    // Both have many values, and every trial has them; the first hyperparameter has three values.
    let names = study.axes.map(|axis| &study.view.parameters[study.view.searched[axis]].name);
    assert_eq!(names, ["units_1", "learning_rate"]);
    // Another file that was opened meanwhile counts.
    let mut page = Page::opened(&format!("{SMALL}&screen=xray"), Options::default());
    page.happen(Event::Xray(XrayEvent::Example));
    page.drop_file("lookalikes/boosting.log", &file("lookalikes/boosting.log"));
    page.settle();
    assert_eq!(open(&page).view.len(), 4);
}

#[test]
fn a_journal_leads_to_its_study() {
    let mut page = dropped("lookalikes/boosting.log");
    assert_eq!(page.setup().screen, Screen::Xray);
    assert!(page.notices().is_empty(), "{:?}", page.notices());
    let study = open(&page);
    assert_eq!((study.view.len(), study.shown, study.at_end()), (4, 4, true));
    assert_eq!(study.view.objectives[0].direction, Direction::Maximize);
    assert_eq!(study.best().map(|best| best.0), Some(0));
    // What was set up stays, and so does what trains.
    assert_eq!(page.setup().data.name, "moons");
    let thought = study.thought(0).expect("what the strategy says");
    assert_eq!(thought.told, [0, 1]);
    assert!(!study.is_thinking(0));
    xray(&mut page, XrayEvent::Close);
    assert!(page.state.xray.open.is_none());
}

#[test]
fn of_several_studies_one_is_chosen() {
    for name in ["optuna/journal-5.0.0.log", "optuna/study-5.0.0.db", "optuna/journal-4.9.0.log"] {
        let mut page = dropped(name);
        let Stage::Studies(all) = stage(&page) else { panic!("{name}: {:?}", stage(&page)) };
        assert!(all.len() > 1 && page.state.xray.open.is_none(), "{name}");
        let all = all.clone();
        for (at, summary) in all.iter().enumerate() {
            xray(&mut page, XrayEvent::Choose(at));
            let study = open(&page);
            assert_eq!((&study.view.name, study.view.len()), (&summary.name, summary.trials));
            assert_eq!(study.view.objectives.len(), summary.objectives);
            page.drop_file(name, &file(name));
        }
        // Nothing is lost by opening another and thinking better of it.
        let before = open(&page).view.name.clone();
        xray(&mut page, XrayEvent::Cancel);
        assert_eq!(open(&page).view.name, before);
    }
}

#[test]
fn the_columns_of_a_table_are_asked_for_and_can_be_changed() {
    for name in ["optuna/trials-5.0.0.csv", "lookalikes/sweep.csv"] {
        let mut page = dropped(name);
        let Stage::Columns(columns) = stage(&page) else { panic!("{name}: {:?}", stage(&page)) };
        assert_eq!(columns.header.len(), columns.guess.columns.len());
        let guess = columns.guess.clone();
        let value = guess.columns.iter().position(|(_, role)| matches!(role, Role::Value(_)));
        let value = value.expect("a value");
        xray(&mut page, XrayEvent::Column(value, Role::Value(Direction::Maximize)));
        xray(&mut page, XrayEvent::Read);
        let most = open(&page).view.clone();
        assert_eq!(most.objectives[0].direction, Direction::Maximize);
        assert!(most.parameters.len() > 1, "{name}");
        // Once more, the other way round.
        xray(&mut page, XrayEvent::Columns);
        xray(&mut page, XrayEvent::Column(value, Role::Value(Direction::Minimize)));
        xray(&mut page, XrayEvent::Read);
        let least = open(&page).view.clone();
        assert_eq!(least.objectives[0].direction, Direction::Minimize);
        let finite = |losses: &[f64]| losses.iter().filter(|l| l.is_finite()).count();
        assert!(finite(&least.losses) > 1 && finite(&least.losses) == finite(&most.losses));
        let both = least.losses.iter().zip(&most.losses);
        assert!(both.filter(|(a, _)| a.is_finite()).all(|(a, b)| *a == -b), "{name}");
    }
}

#[test]
fn a_table_that_may_be_either_is_asked_about() {
    let table = b"lr,batch_size,score\n0.1,8,0.5\n0.01,16,0.7\n0.03,8,0.6\n0.2,32,0.4\n";
    let mut page = Page::open(SMALL);
    page.drop_file("table.csv", table);
    assert_eq!(stage(&page), &Stage::Undecided);
    assert!(page.state.file.is_none());
    xray(&mut page, XrayEvent::Holds { trials: false });
    assert!(page.state.file.is_some() && page.state.xray.opening.is_none());
    page.drop_file("table.csv", table);
    xray(&mut page, XrayEvent::Holds { trials: true });
    assert!(matches!(stage(&page), Stage::Columns(_)));
    xray(&mut page, XrayEvent::Read);
    assert_eq!(open(&page).view.len(), 4);
    // Where there is nothing to train, every table is one of trials.
    page.drop_file("plain.csv", b"a,b\n1,2\n2,1\n3,5\n");
    assert!(matches!(stage(&page), Stage::Columns(_)));
    // Elsewhere one like that is data.
    let mut page = Page::open(SMALL);
    page.drop_file("plain.csv", b"a,b\n1,2\n2,1\n3,5\n");
    assert!(page.state.file.is_some() && page.state.xray.opening.is_none());
}

#[test]
fn this_pages_own_study_comes_back() {
    let trials = (0..12).map(|n| {
        let (rate, score) = (0.01 * f64::from(n + 1), 0.3 + 0.01 * f64::from((n - 6) * (n - 6)));
        format!(r#"{{"ended":"completed","score":{score},"values":["{rate}","0.5"],"curve":[]}}"#)
    });
    let trials: Vec<String> = trials.collect();
    let text = format!(r#"{{"setup":"{SMALL}","metric":"loss","trials":[{}]}}"#, trials.join(","));
    let mut page = Page::open(SMALL);
    page.drop_file("study.json", text.as_bytes());
    let study = open(&page);
    assert_eq!((study.view.len(), study.best()), (12, Some((6, 0.3))));
    // A lesson is none.
    page.drop_file("lesson.json", b"{\"title\": 1}");
    assert!(matches!(page.notices(), [Notice::Lesson { .. }]), "{:?}", page.notices());
    assert_eq!(open(&page).view.len(), 12);
}

/// A journal of a study in which no trial has begun.
const STUDY_ALONE: &[u8] =
    b"{\"op_code\": 0, \"worker_id\": \"w\", \"study_name\": \"s\", \"directions\": [1]}\n";

#[test]
fn what_is_damaged_is_said_with_its_place_and_what_was_open_stays() {
    let mut page = dropped("lookalikes/boosting.log");
    let before = open(&page).view.clone();
    for (name, bytes) in [
        ("none.log", b"".to_vec()),
        ("short.db", b"SQLite format 3\0".to_vec()),
        ("bad.log", b"{\"op_code\": 0,,\n".to_vec()),
        ("one.csv", b"a\n1\n".to_vec()),
        ("trialless.log", STUDY_ALONE.to_vec()),
        ("damaged.log", [STUDY_ALONE, b"{\"op_code\": 4,,\n"].concat()),
        ("own.json", b"{\"setup\":\"v=1\",\"trials\":3}".to_vec()),
    ] {
        page.state.notices.clear();
        page.drop_file(name, &bytes);
        let said = page.notices();
        let wrong = matches!(said, [Notice::Study { name: of, .. }] if of == name);
        assert!(wrong, "{name}: {said:?}");
        if let [Notice::Study { error: ImportError::NoTrial { damage }, .. }] = said {
            let line = damage.as_ref().map(|note| match note {
                Note::Line { line, .. } => *line,
                other => panic!("{other:?}"),
            });
            assert_eq!(line, (name == "damaged.log").then_some(2), "{name}");
        } else {
            assert!(!["trialless.log", "damaged.log"].contains(&name), "{said:?}");
        }
        assert!(std::rc::Rc::ptr_eq(&open(&page).view, &before), "{name}");
        assert!(page.state.xray.opening.is_none(), "{name}");
    }
    // All that comes before the damage is kept, and its line is named.
    let mut text = file("lookalikes/boosting.log");
    let lines = text.iter().filter(|b| **b == b'\n').count();
    text.truncate(text.len() - 30);
    page.state.notices.clear();
    page.drop_file("cut.log", &text);
    match page.notices() {
        [Notice::StudyDamaged { note: Note::Line { line, .. }, .. }] => assert_eq!(*line, lines),
        other => panic!("{other:?}"),
    }
    assert_eq!(open(&page).name, "cut.log");
    assert_eq!(open(&page).view.len(), 4);
}

#[test]
fn a_large_file_is_refused() {
    let mut page = Page::open(SMALL);
    let mut bytes = b"{\"op_code\": 0}\n".to_vec();
    bytes.resize(tunescape_core::import::limits::MAX_BYTES + 1, b' ');
    page.happen(Event::File(tunescape_core::state::file::FileEvent::Opened(
        "large.log".into(),
        Some(bytes),
    )));
    let said = page.notices();
    assert!(
        matches!(said, [Notice::Study { error: ImportError::TooLarge { .. }, .. }]),
        "{said:?}"
    );
}

#[test]
fn a_worker_that_dies_leaves_an_open_dialog_as_it_is() {
    let mut page = dropped("optuna/journal-5.0.0.log");
    page.kill(WorkerId::Study);
    page.settle();
    let Stage::Studies(all) = stage(&page).clone() else { panic!("{:?}", stage(&page)) };
    xray(&mut page, XrayEvent::Choose(1));
    assert_eq!(open(&page).view.name, all[1].name);
    // Of a table what was chosen stays, also while it is shown.
    page.drop_file("sweep.csv", &file("lookalikes/sweep.csv"));
    let Stage::Columns(columns) = stage(&page) else { panic!("{:?}", stage(&page)) };
    let value = columns.guess.columns.iter().position(|(_, role)| matches!(role, Role::Value(_)));
    xray(&mut page, XrayEvent::Column(value.expect("a value"), Role::Value(Direction::Maximize)));
    page.kill(WorkerId::Study);
    page.settle();
    assert!(matches!(stage(&page), Stage::Columns(_)));
    page.happen(Event::Xray(XrayEvent::Read));
    page.kill(WorkerId::Study);
    page.settle();
    assert_eq!(open(&page).name, "sweep.csv");
    assert_eq!(open(&page).view.objectives[0].direction, Direction::Maximize);
}

#[test]
fn a_study_that_is_not_in_the_file_is_said_to_be_missing() {
    let mut page = dropped("optuna/journal-5.0.0.log");
    xray(&mut page, XrayEvent::Choose(99));
    assert!(page.state.xray.opening.is_none());
    let said = page.notices();
    assert!(matches!(said, [Notice::FileUnreadable { .. }]), "{said:?}");
}
