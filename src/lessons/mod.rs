//! The lessons to choose from, and the page of the one that is going on.

use crate::controls::link::Link;
use crate::plot::formula;
use crate::words::texts::t;
use tunescape_core::lesson::say;
use tunescape_core::state::lesson::LessonEvent;
use tunescape_core::state::{Event, State};
use yew::prelude::*;

/// All lessons.
pub fn view(state: &State, link: &Link) -> Html {
    let card = |(i, (name, lesson)): (usize, &(String, tunescape_core::lesson::Lesson))| {
        let open = name.clone();
        html! {
            <li class="card">
                <h2>{ format!("{} · {}", i + 1, say(&lesson.title, state.locale)) }</h2>
                <p class="about">{ t!("lesson.length", pages = lesson.pages.len(), minutes = lesson.minutes) }</p>
                <p class="source">{ &lesson.sources }</p>
                <button type="button" class="primary" data-lesson={name.clone()} onclick={link.callback(move |_| Event::Lesson(LessonEvent::Open(open.clone())))}>{ t!("lesson.begin") }</button>
            </li>
        }
    };
    html! {
        <main class="middle" id="main" tabindex="-1">
            <section class="card"><h2>{ t!("nav.lessons") }</h2><p class="about">{ t!("lesson.about") }</p></section>
            <ul class="lessons" id="lessons">{ for state.lesson.all.iter().enumerate().map(card) }</ul>
        </main>
    }
}

/// The page of the lesson that is going on.
pub fn page(state: &State, link: &Link) -> Html {
    let (Some(lesson), Some(page)) = (state.lesson(), state.lesson_page()) else {
        return Html::default();
    };
    let (at, of, met) = (state.setup.lesson.page, lesson.pages.len(), state.lesson.met);
    let hint = state.hint().filter(|_| !met);
    let go = |to: usize| link.callback(move |_| Event::Lesson(LessonEvent::Go(to)));
    let leave = || link.callback(|_| Event::Lesson(LessonEvent::Leave));
    html! {
        <section class="card lesson" id="lesson" tabindex="-1" data-page={(at + 1).to_string()} data-met={met.to_string()}>
            <h2>{ say(&lesson.title, state.locale) }<small>{ t!("lesson.page", page = at + 1, pages = of) }</small></h2>
            <p>{ say(&page.text, state.locale) }</p>
            if !page.formula.is_empty() { { formula::view(&page.formula, None) } }
            <p class={classes!("lesson-state", met.then_some("met"))} role="status">
                if met { { say(&page.done, state.locale) } } else if let Some(hint) = hint { { say(hint, state.locale) } }
            </p>
            <div class="actions">
                <button type="button" class="quiet" id="lesson-leave" onclick={leave()}>{ t!("lesson.leave") }</button>
                <button type="button" id="lesson-back" aria-disabled={(at == 0).then_some("true")} onclick={go(at.saturating_sub(1))}>{ t!("lesson.back") }</button>
                if at + 1 < of {
                    <button type="button" id="lesson-next" class="primary" aria-disabled={(!met).then_some("true")} onclick={go(at + 1)}>{ t!("lesson.next") }</button>
                } else {
                    <button type="button" id="lesson-end" class="primary" aria-disabled={(!met).then_some("true")} onclick={leave()}>{ t!("lesson.end") }</button>
                }
            </div>
        </section>
    }
}
