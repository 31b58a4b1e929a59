//! The teacher's notes in a window of their own: what there is to say now and next, a clock, and a
//! field for the teacher's own.

use crate::host::{self, all, on, root};
use crate::keys::Keys;
use crate::words::texts::t;
use tunescape_core::lesson::{Answer, Text, say};
use tunescape_core::state::State;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, HtmlTextAreaElement, Window};

/// Where the teacher's own notes are remembered.
const OWN: &str = "notes";

/// What became of writing the notes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Written {
    Done,
    /// The browser opens no window.
    Refused,
    /// Somebody has closed the window, and so wants none.
    Closed,
}

/// The window, while it is open.
#[derive(Default)]
pub struct NotesWindow {
    window: Option<Window>,
    /// What stands there.
    lines: Vec<String>,
}

impl NotesWindow {
    /// Closes the window where it is open.
    pub fn close(&mut self) {
        if let Some(window) = self.window.take() {
            // It may be gone already.
            let _ = window.close();
        }
    }

    /// Writes these lines, in a new window where none is open; keys that are pressed there count
    /// as here.
    pub fn write(&mut self, lines: Vec<String>, keys: &Keys) -> Written {
        // Another window would take a click.
        if self.window.as_ref().is_some_and(|window| window.closed().unwrap_or(true)) {
            self.window = None;
            return Written::Closed;
        }
        if self.window.is_none() {
            self.lines.clear();
            self.window = open(keys);
        }
        let paper = self.window.as_ref().and_then(|window| window.document());
        let Some(paper) = paper else { return Written::Refused };
        if let Some((page, here)) = paper.document_element().zip(root()) {
            for name in ["lang", "data-theme"] {
                let _ = page.set_attribute(name, &here.get_attribute(name).unwrap_or_default());
            }
        }
        if lines != self.lines {
            // Half-written notes would be worse than old ones, and nothing here can fail by what
            // they say.
            let _ = write_lines(&paper, &lines);
            self.lines = lines;
        }
        Written::Done
    }
}

fn open(keys: &Keys) -> Option<Window> {
    let size = "popup,width=640,height=800";
    let window = host::window()?
        .open_with_url_and_target_and_features("", "tunescape-notes", size)
        .ok()??;
    furnish(&window, &window.document()?).ok()?;
    keys.listen_in(&window);
    Some(window)
}

/// Puts the page's styles, the clock and the field for the teacher's own notes into the window.
fn furnish(window: &Window, paper: &Document) -> Result<(), JsValue> {
    paper.set_title("Tunescape");
    let (head, body) = paper.head().zip(paper.body()).ok_or("an empty window")?;
    head.set_inner_html("");
    for sheet in all("link[rel=stylesheet], style") {
        let copy: Element = paper.import_node_with_deep(&sheet, true)?.unchecked_into();
        // The address of an empty window is no place to begin from.
        let address = js_sys::Reflect::get(&sheet, &"href".into())?.as_string();
        if let Some(address) = address.filter(|address| !address.is_empty()) {
            copy.set_attribute("href", &address)?;
        }
        head.append_with_node_1(&copy)?;
    }
    let field: HtmlTextAreaElement = paper.create_element("textarea")?.unchecked_into();
    let name = t!("present.own_notes");
    field.set_attribute("placeholder", &name)?;
    field.set_attribute("aria-label", &name)?;
    field.set_value(&host::remembered(OWN).unwrap_or_default());
    let typed = field.clone();
    // Where nothing can be kept they last as long as the window.
    on(&field, "input", false, move |_| {
        host::remember(OWN, &typed.value());
    });
    let clock = paper.create_element("time")?;
    body.set_class_name("notes");
    body.set_inner_html("");
    for element in [clock.clone(), paper.create_element("main")?, field.into()] {
        body.append_with_node_1(&element)?;
    }
    let begun = host::now();
    let tick = Closure::<dyn FnMut()>::new(move || {
        clock.set_text_content(Some(&clock_text((host::now() - begun) / 1000.0)));
    });
    // The window's own timer ends with it.
    let tick = tick.into_js_value();
    window.set_interval_with_callback_and_timeout_and_arguments_0(tick.unchecked_ref(), 500)?;
    Ok(())
}

/// Seconds as hours, minutes and seconds.
fn clock_text(seconds: f64) -> String {
    let seconds = seconds as u32;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn write_lines(paper: &Document, lines: &[String]) -> Result<(), JsValue> {
    let main = paper.query_selector("main")?.ok_or("an empty window")?;
    main.set_text_content(None);
    for line in lines.iter().flat_map(|line| line.lines()).filter(|line| !line.is_empty()) {
        let heading = line.strip_prefix("# ");
        let element = paper.create_element(if heading.is_some() { "h2" } else { "p" })?;
        element.set_text_content(Some(heading.unwrap_or(line)));
        main.append_with_node_1(&element)?;
    }
    Ok(())
}

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
    let mut add = |of: String, text: &Text| {
        let text = say(text, state.locale);
        if !text.is_empty() {
            lines.push(format!("{of} {text}"));
        }
    };
    said.into_iter().for_each(|(of, text)| add(of, text));
    asked(&page.predict, &page.choices, &mut add);
    hints.for_each(|(of, text)| add(of, text));
    add(t!("present.done"), &page.done);
    asked(&page.question, &page.answers, &mut add);
    if let Some(next) = lesson.pages.get(at + 1) {
        lines.push(format!("# {}", t!("lesson.next")));
        lines.push(say(&next.text, state.locale).to_owned());
    }
    lines
}

/// What is asked on a page, what is right, and why the rest is not.
fn asked(question: &Text, answers: &[Answer], add: &mut impl FnMut(String, &Text)) {
    add(t!("present.asked"), question);
    for answer in answers {
        let right = answer.why.is_empty();
        add(if right { "✓" } else { "✗" }.into(), &answer.text);
        add("→".into(), &answer.why);
    }
}
