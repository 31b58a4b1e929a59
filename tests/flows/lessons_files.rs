//! Lessons from files: by whatever name, in whatever encoding, and of the reader's own table.

use crate::driver::Page;
use crate::lessons::OWN;
use tunescape_core::lesson::LessonError;
use tunescape_core::state::Notice;
use tunescape_core::state::lesson::LessonEvent;

const SMALL: &str = "v=2&map.side=8&training.epochs=10";

#[test]
fn a_lesson_is_known_by_what_it_holds() {
    let wide: Vec<u8> =
        [0xfeff].into_iter().chain(OWN.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for (name, bytes) in [
        ("L.JSON", OWN.as_bytes()),
        ("l.json.txt", OWN.as_bytes()),
        ("lesson", OWN.as_bytes()),
        ("wide.json", &wide),
    ] {
        let mut page = Page::open(SMALL);
        page.drop_file(name, bytes);
        let title = page.state.lesson().map(|own| own.title["en"].as_str());
        assert_eq!((title, page.notices().len()), (Some("My own"), 0), "{name}");
    }
    // Letters that would become others are refused, until the file is saved as it should be.
    let mut page = Page::open(SMALL);
    let latin = [OWN.replace("My own", "Gr").as_bytes(), b"\xf6\xdfe"].concat();
    page.drop_file("mine.json", &latin);
    let (name, error) = (Some("mine.json".into()), LessonError::Encoding);
    assert_eq!(page.notices(), [Notice::Lesson { name, error }]);
    page.drop_file("mine.json", OWN.as_bytes());
    assert!(page.notices().is_empty() && page.state.lesson().is_some());
}

#[test]
fn a_page_of_a_table_that_is_not_here_says_so_and_keeps_the_data() {
    let own = r#"{"title":{"de":"Meine"},"minutes":5,"pages":[
        {"text":{"de":"Eins"},"goal":[{"fact":"setup.data.name","is":"csv"}]},
        {"text":{"de":"Zwei"},"state":"v=2&data.name=csv&map.side=8&training.epochs=7"}]}"#;
    let mut page = Page::open(&[SMALL, "&data.name=moons"].concat());
    page.drop_file("own.json", own.as_bytes());
    page.lesson_event(LessonEvent::Go(1));
    page.settle();
    assert_eq!(page.notices(), [Notice::CsvNotInLink]);
    let setup = page.setup();
    assert_eq!((setup.data.name.as_str(), setup.training.epochs), ("moons", 7));
}
