//! The lessons to choose from, and the page of the one that is going on.

mod asked;
mod list;
pub mod teach;

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::host::attention;
use crate::plot::formula;
use crate::words::texts::t;
use tunescape_core::lesson::{Lesson, say};
use tunescape_core::state::lesson::LessonEvent;
use tunescape_core::state::{Event, State};
use yew::prelude::*;

pub use list::view;

/// The page of the lesson that is going on.
pub fn page(state: &State, link: &Link) -> Html {
    let (Some(lesson), Some(page)) = (state.lesson(), state.lesson_page()) else {
        return Html::default();
    };
    let (at, of, met) = (state.setup.lesson.page, lesson.pages.len(), state.lesson.met);
    let hint = state.hint().map(|hint| &hint.text);
    let (now, passed) = (if met { Some(&page.done) } else { hint }, state.has_passed());
    let go = |to: usize| link.callback(move |_| Event::Lesson(LessonEvent::Go(to)));
    let leave = || link.callback(|_| Event::Lesson(LessonEvent::Leave));
    html! {
        // Each page begins at its top, however far the last was scrolled.
        <section key={at} class="card lesson" id="lesson" tabindex="-1"
            aria-label={say(&lesson.title, state.locale).to_owned()} data-page={(at + 1).to_string()}
            data-met={met.to_string()}>
            <h2>{ say(&lesson.title, state.locale) }<small>{ t!("lesson.page", page = at + 1, pages = of) }</small></h2>
            <p>{ explained(say(&page.text, state.locale).to_owned()) }</p>
            if !page.formula.is_empty() { { formula::view(&page.formula, None) } }
            { asked::prediction(state, link, page) }
            <p class={classes!("lesson-state", met.then_some("met"))} id="lesson-state" role="status">
                if let Some(now) = now { { explained(say(now, state.locale).to_owned()) } }
            </p>
            if passed { { asked::question(state, link, page) } }
            if passed && at + 1 == of {
                // What is answered goes with it.
                if page.answers.is_empty() || state.lesson.answered.is_some() { { code(state, link) } }
                { more(state, lesson) }
            }
            <div class="actions">
                <button type="button" class="quiet" id="lesson-leave" onclick={leave()}>
                    { t!("lesson.leave") }
                </button>
                if passed && !page.answers.is_empty() && state.lesson.answered.is_none() {
                    <button type="button" class="quiet" id="lesson-to-question"
                        onclick={|_: MouseEvent| attention::scroll_to("lesson-question")}>
                        { t!("lesson.to_question") }
                    </button>
                }
                <button type="button" id="lesson-back"
                    aria-disabled={(at == 0).then_some("true")}
                    onclick={go(at.saturating_sub(1))}>{ t!("lesson.back") }</button>
                if at + 1 < of {
                    <button type="button" id="lesson-next" class="primary"
                        aria-disabled={(!passed).then_some("true")} onclick={go(at + 1)}>
                        { t!("lesson.next") }
                    </button>
                } else {
                    <button type="button" id="lesson-end"
                        class={classes!(state.next_lesson().is_none().then_some("primary"))}
                        aria-disabled={(!passed).then_some("true")} onclick={leave()}>
                        { t!("lesson.end") }
                    </button>
                    { following(state, link) }
                }
            </div>
        </section>
    }
}

/// How the lesson went, for the board of a class.
fn code(state: &State, link: &Link) -> Html {
    let Some(code) = state.lesson_code() else { return Html::default() };
    html! {
        <p class="about" id="lesson-result">
            { explained(t!("lesson.code")) }{ " " }<code id="lesson-code">{ &code }</code>{ " " }
            { fields::copy(link, "lesson-copy", t!("board.copy"), code) }
        </p>
    }
}

/// What stands at the end for whoever wants more.
fn more(state: &State, lesson: &Lesson) -> Html {
    let curious = say(&lesson.curious, state.locale);
    html! {
        <>
            if !curious.is_empty() {
                <details class="about" id="lesson-curious"><summary>{ t!("lesson.curious") }</summary><p>{ explained(curious.to_owned()) }</p></details>
            }
            if !lesson.elsewhere.is_empty() {
                <details class="about" id="lesson-elsewhere">
                    <summary>{ t!("lesson.elsewhere") }</summary>
                    { for lesson.elsewhere.iter().map(|one| html! { <><h3>{ &one.tool }</h3><pre tabindex="0" translate="no">{ &one.code }</pre></> }) }
                </details>
            }
        </>
    }
}

/// The way to the next lesson, once this one is done.
fn following(state: &State, link: &Link) -> Html {
    let Some((name, next)) = state.next_lesson() else { return Html::default() };
    let (open, off) = (name.clone(), !state.has_passed());
    let onclick = link.callback(move |_| Event::Lesson(LessonEvent::Open(open.clone())));
    let title = t!("lesson.following", title = say(&next.title, state.locale));
    html! { <button type="button" id="lesson-following" class="primary" aria-disabled={off.then_some("true")} {onclick}>{ title }</button> }
}
