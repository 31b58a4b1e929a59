//! What a lesson's page asks: what the learner expects, and what the learner has understood. Neither
//! is ever in the way.

use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::words::texts::t;
use tunescape_core::lesson::{Answer, Page, say};
use tunescape_core::state::lesson::LessonEvent;
use tunescape_core::state::{Event, State};
use yew::prelude::*;

/// The choices of a group, of which one may be taken.
fn choices(
    state: &State,
    id: &'static str,
    asks: &str,
    answers: &[Answer],
    taken: Option<usize>,
    onchosen: Callback<usize>,
    off: bool,
) -> Html {
    html! {
        <fieldset class="asked" {id}>
            <legend>{ explained(asks.to_owned()) }</legend>
            { for answers.iter().enumerate().map(|(i, answer)| {
                let choose = onchosen.reform(move |_| i);
                html! {
                    <label><input type="radio" name={id} checked={taken == Some(i)} disabled={off} onchange={choose} />{ say(&answer.text, state.locale).to_owned() }</label>
                }
            }) }
        </fieldset>
    }
}

/// What the learner is to expect before anything is seen; afterwards whether it came so.
pub fn prediction(state: &State, link: &Link, page: &Page) -> Html {
    if page.choices.is_empty() {
        return Html::default();
    }
    let (met, taken) = (state.lesson.met, state.lesson.predicted);
    let onchosen = link.callback(|i: usize| Event::Lesson(LessonEvent::Predict(i)));
    let right = page.choices.iter().position(|choice| choice.why.is_empty());
    let verdict = taken.filter(|_| met).map(|taken| match right == Some(taken) {
        true => t!("lesson.foreseen"),
        false => t!("lesson.not_foreseen", why = why(state, &page.choices, taken)),
    });
    html! {
        <>
            { choices(state, "lesson-predict", say(&page.predict, state.locale), &page.choices, taken, onchosen, met) }
            if let Some(verdict) = verdict { <p class="about" id="lesson-foreseen">{ explained(verdict) }</p> }
        </>
    }
}

/// A question on what was seen, and why an answer is wrong.
pub fn question(state: &State, link: &Link, page: &Page) -> Html {
    if page.answers.is_empty() {
        return Html::default();
    }
    let taken = state.lesson.answered;
    let onchosen = link.callback(|i: usize| Event::Lesson(LessonEvent::Answer(i)));
    let verdict = taken.and_then(|taken| page.answers.get(taken).map(|answer| (taken, answer)));
    html! {
        <div class="question">
            { choices(state, "lesson-question", say(&page.question, state.locale), &page.answers, taken, onchosen, false) }
            <p class="about" id="lesson-verdict" role="status">
                if let Some((taken, answer)) = verdict {
                    { explained(match answer.why.is_empty() {
                        true => t!("lesson.right"),
                        false => t!("lesson.wrong", why = why(state, &page.answers, taken)),
                    }) }
                }
            </p>
        </div>
    }
}

fn why(state: &State, answers: &[Answer], taken: usize) -> String {
    answers.get(taken).map_or_else(String::new, |answer| say(&answer.why, state.locale).to_owned())
}
