//! What stands in the window of the teacher's notes: what there is to say now and next.

use crate::texts::t;
use tunescape_core::lesson::say;
use tunescape_core::state::State;

/// The lines of the notes, headings with `#` before them; none where no lesson is going on.
pub fn lines(state: &State) -> Vec<String> {
    let mut lines = Vec::new();
    let (Some(lesson), Some(page)) = (state.lesson(), state.lesson_page()) else { return lines };
    let (at, of) = (state.setup.lesson.page, lesson.pages.len());
    lines.push(format!(
        "# {} – {}",
        say(&lesson.title, state.locale),
        t!("lesson.page", page = at + 1, pages = of)
    ));
    let hints = page.hints.iter().map(|hint| (t!("present.hint"), &hint.text));
    let said = [(t!("present.for_you"), &page.notes), (t!("present.text"), &page.text)];
    for (of, text) in said.into_iter().chain(hints).chain([(t!("present.done"), &page.done)]) {
        let text = say(text, state.locale);
        if !text.is_empty() {
            lines.push(format!("{of} {text}"));
        }
    }
    if let Some(next) = lesson.pages.get(at + 1) {
        lines.push(format!("# {}", t!("lesson.next")));
        lines.push(say(&next.text, state.locale).to_owned());
    }
    lines
}
