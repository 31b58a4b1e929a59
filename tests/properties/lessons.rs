//! Lessons, what is handed out, and what the page around asks for.

use proptest::prelude::*;
use tunescape_core::lesson;
use tunescape_core::lesson::formula;
use tunescape_core::link;
use tunescape_core::link::message::{self, Command};
use tunescape_core::setup::Screen;
use tunescape_core::setup::Setup;

/// Lessons that come with the page.
const LESSONS: usize = 24;

proptest! {
    /// A file or a link may bring anything as a lesson: it is read or refused, and what is read has pages that can be.
    #[test]
    fn a_lesson_never_panics(
        text in "\\PC{0,40}",
        state in "(v=1)?(&[a-z.]{1,12}=[\\[\\]0-9a-z,%{}\"-]{0,12}){0,3}",
        lock in "[a-z.0-9]{0,16}",
        fact in proptest::sample::select(vec!["run.epoch", "setup.net.hidden.0", "setup.", "setup.run", "race.leader", ""]),
        is in "(null|true|-?[0-9]{1,3}|\"[a-z<>]{0,8}\"|\\[\\]|[{]{1,9})",
    ) {
        let _ = lesson::read(&text);
        let condition = format!("{{\"fact\":\"{fact}\",\"is\":{is}}}");
        let words = serde_json::json!({ "en": text });
        let (state, lock) = (serde_json::json!(state), serde_json::json!([lock]));
        let page = format!("{{\"text\":{words},\"formula\":{},\"state\":{state},\"lock\":{lock},\"goal\":[{condition}]}}", words["en"]);
        if let Ok(lesson) = lesson::read(&format!("{{\"title\":{words},\"minutes\":1,\"pages\":[{page}]}}")) {
            let page = &lesson.pages[0];
            prop_assert!(page.state.as_deref().is_none_or(|state| link::read(state).is_ok()));
            let _ = (page.met(&|_| Some(serde_json::json!(text))), page.hint(&|_| None), formula::read(&page.formula));
            let locked = lesson::locks::locked(&Setup::default(), Setup { screen: Screen::Race, ..Setup::default() }, &page.lock);
            prop_assert_eq!(locked.check(), Ok(()));
        }
    }

    /// Whatever the page around this one says is a command or nothing; what it sets is a set-up or nothing.
    #[test]
    fn a_message_never_panics(
        text in "\\PC{0,60}",
        kind in proptest::sample::select(vec!["set", "play", "unlock", "__proto__", "<script>"]),
        state in "v=1(&(net.hidden|run.learning_rate|data.name|lesson.lock|lesson.limit)=[\\[\\]0-9a-z,%.\"-]{0,12}){0,4}",
    ) {
        let _ = message::read(&text);
        let told = serde_json::json!({ "type": kind, "state": state }).to_string();
        if let Some(Command::Set { state }) = message::read(&told) && let Ok(setup) = link::read(&state) {
            let _ = lesson::locks::locked(&Setup::default(), setup, &["net".into()]);
        }
    }

    /// What the page around this one sets leaves what is locked as it was, and what is limited in its range.
    #[test]
    fn what_is_set_leaves_what_is_locked_or_limited(
        hidden in proptest::collection::vec(1usize..=16, 0..4),
        exponent in -6.9f64..=5.9,
    ) {
        let rate = 10f64.powf(exponent);
        let state = format!("v=1&net.hidden={}&run.learning_rate={rate}", serde_json::json!(hidden));
        let told = serde_json::json!({ "type": "set", "state": state }).to_string();
        let Some(Command::Set { state }) = message::read(&told) else { panic!("{told} is no command") };
        let setup = link::read(&state).unwrap();
        prop_assert_eq!((&setup.net.hidden, setup.run.learning_rate), (&hidden, rate));
        let mut old = Setup::default();
        old.lesson.limit = vec![("run.learning_rate".into(), 0.01, 0.5)];
        let locked = lesson::locks::locked(&old, setup, &["net".into()]);
        prop_assert_eq!(&locked.net, &old.net);
        prop_assert_eq!(locked.run.learning_rate, rate.clamp(0.01, 0.5));
    }

    /// What a teacher hands out is a short link: whichever lesson, all panels locked and hidden, three numbers in ranges
    /// and three controls hidden as well.
    #[test]
    fn a_hand_out_has_at_most_300_characters(
        lesson in 0usize..LESSONS,
        locks in proptest::sample::subsequence(vec!["screen", "data", "space", "search", "race.strategies", "race.repeats", "net", "training"], 0..=8),
        hides in proptest::sample::subsequence(vec!["header", "data", "search", "network", "training", "results", "footer", "play", "run-lr-value", "map-epoch"], 0..=10),
        limits in proptest::sample::subsequence(vec![("run.learning_rate", 0.001, 0.5), ("run.momentum", 0.5, 0.99), ("search.budget", 10.0, 25.0)], 0..=3),
    ) {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("web/lessons");
        let mut names: Vec<String> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap()[3..].to_owned()).collect();
        prop_assert_eq!(names.len(), LESSONS);
        names.sort_unstable();
        let mut setup = Setup::default();
        setup.lesson.name = names.swap_remove(lesson);
        setup.lesson.lock = locks.into_iter().map(String::from).collect();
        setup.lesson.hide = hides.into_iter().map(String::from).collect();
        setup.lesson.limit = limits.into_iter().map(|(key, low, high)| (key.to_owned(), low, high)).collect();
        let link = link::write(&setup);
        prop_assert!(link.len() <= 300, "{} letters: {}", link.len(), link);
        prop_assert_eq!(link::read(&link), Ok(setup));
    }
}
