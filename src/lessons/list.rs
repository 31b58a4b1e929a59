//! The lessons to choose from, with how far each was taken.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::terms::{Glossary, explained};
use crate::host::attention;
use crate::words::texts::t;
use tunescape_core::lesson::mistakes::MISTAKES;
use tunescape_core::lesson::{Lesson, say};
use tunescape_core::setup::{Edit, Panel, Screen};
use tunescape_core::state::lesson::LessonEvent;
use tunescape_core::state::{Event, State};
use yew::prelude::*;

/// All lessons.
pub fn view(state: &State, link: &Link) -> Html {
    // Where a link leaves out the screens to choose from, the keys of the worksheets are not to be
    // come by, either.
    let teach = || Event::Edit(Edit::choose("screen", &Screen::Teach));
    html! {
        <main class="middle" id="main" tabindex="-1">
            <section class="card"><h2>{ t!("nav.lessons") }</h2><p class="about">{ explained(t!("lesson.about")) }</p><div class="actions"><Glossary /><button type="button" class="quiet" onclick={|_: MouseEvent| attention::go_to("mistakes")}>{ t!("mistakes.title") }{ " ↓" }</button>if link.shows(Panel::Header) { { fields::button(link, "to-teach", t!("teach.title"), t!("teach.about"), true, teach) } }</div></section>
            <ul class="lessons" id="lessons">
                { for state.lesson.all.iter().enumerate().map(|(i, (name, lesson))| card(state, link, i, name, lesson)) }
            </ul>
            { mistakes(link) }
        </main>
    }
}

/// What opens a link on this page, but not where it is to have a tab of its own.
pub fn opened(link: &Link, text: &'static str) -> Callback<MouseEvent> {
    link.batch_callback(move |e: MouseEvent| {
        let here = !(e.ctrl_key() || e.meta_key() || e.shift_key());
        let setup = tunescape_core::link::read(text).ok().filter(|_| here)?;
        e.prevent_default();
        Some(Event::Edit(Edit::Open(Box::new(setup))))
    })
}

/// Sentences that are often written, with what is true; each can be opened, in a tab of its own as
/// well.
fn mistakes(link: &Link) -> Html {
    html! {
        <section class="card" id="mistakes" tabindex="-1">
            <h2>{ t!("mistakes.title") }</h2>
            <p class="about">{ explained(t!("mistakes.about")) }</p>
            <ol>
                { for MISTAKES.iter().map(|&(name, text)| html! {
                    <li>
                        <p class="myth">{ explained(t!(format!("mistake.{name}"))) }</p>
                        <p>{ explained(t!(format!("mistake_truth.{name}"))) }{ " " }<a class="button" href={format!("#{text}")} onclick={opened(link, text)} data-mistake={name} aria-label={[t!("mistakes.show"), t!(format!("mistake.{name}"))].join(": ")}>{ t!("mistakes.show") }</a></p>
                    </li>
                }) }
            </ol>
        </section>
    }
}

fn card(state: &State, link: &Link, i: usize, name: &str, lesson: &Lesson) -> Html {
    let way = state.lesson.progress.of(name);
    let at = lesson.resumed_at(way.page);
    let begun = at > 0 && way.page + usize::from(way.done) < lesson.pages.len();
    let to = |event: fn(String) -> LessonEvent| {
        let name = name.to_owned();
        link.callback(move |_: MouseEvent| Event::Lesson(event(name.clone())))
    };
    let said = |text| say(text, state.locale).to_owned();
    let (aims, before) = (said(&lesson.aims), said(&lesson.before));
    html! {
        <li class="card" data-level={lesson.level.clone()} data-done={way.done.to_string()}>
            <h2>{ format!("{} · {}", i + 1, said(&lesson.title)) }if way.done { <span class="tick" role="img" aria-label={t!("lesson.done")}>{ " ✓" }</span> }</h2>
            if !aims.is_empty() { <p>{ explained(aims) }</p> }
            <p class="about">
                if !lesson.level.is_empty() { { t!(format!("lesson.level.{}", lesson.level)) }{ " · " } }
                { t!("lesson.length", pages = lesson.pages.len(), minutes = lesson.minutes) }
            </p>
            if !before.is_empty() { <p class="source">{ explained(t!("lesson.before", what = before)) }</p> }
            if let Some(code) = way.done.then(|| state.code_of(name)).flatten() {
                <details class="source">
                    <summary>{ t!("lesson.result") }</summary><code>{ code }</code>
                </details>
            }
            if !lesson.sources.is_empty() {
                <details class="source">
                    <summary>{ t!("lesson.sources") }</summary>{ &lesson.sources }
                </details>
            }
            <div class="actions">
                if begun {
                    <button type="button" class="primary" data-resume={name.to_owned()}
                        onclick={to(LessonEvent::Resume)}>
                        { t!("lesson.resume", page = at + 1) }
                    </button>
                }
                <button type="button" class={classes!((!begun).then_some("primary"))}
                    data-lesson={name.to_owned()} onclick={to(LessonEvent::Open)}>
                    { if way.done || begun { t!("lesson.again") } else { t!("lesson.begin") } }
                </button>
            </div>
        </li>
    }
}
