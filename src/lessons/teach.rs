//! The page for teachers: plans, and worksheets with their keys, made from the lessons' own data.

use crate::controls::fields::{self, Select};
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::host;
use crate::lessons::list::opened;
use crate::setup::evaluation;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::lesson::{Answer, Lesson, Text, say};
use tunescape_core::setup::{Edit, Screen, VERSION};
use tunescape_core::state::lesson::LessonEvent;
use tunescape_core::state::{Event, State};
use yew::prelude::*;

/// A lesson by its name, or by its key in the translations what is done between lessons; and the
/// minutes that it takes in class.
type Step = (&'static str, u32);

/// Plans by their keys in the translations.
const PLANS: [(&str, &[Step]); 4] = [
    ("one", &[("beat-the-tuner", 10), ("words", 12), ("learning-rate", 13), ("now", 10)]),
    ("first", &[("beat-the-tuner", 10), ("words", 12), ("learning-rate", 13), ("talk", 10)]),
    ("second", &[("overfitting", 15), ("grid-and-random", 15), ("vote", 15)]),
    (
        "long",
        &[
            ("beat-the-tuner", 10),
            ("words", 12),
            ("learning-rate", 10),
            ("batch-size", 12),
            ("momentum", 16),
            ("bayesian", 15),
            ("luck", 10),
            ("talk", 5),
        ],
    ),
];

/// The game of Beat the tuner once more, on data that nobody has seen the landscape of.
const ANEW: &str = "v=2&screen=race&data.name=circle&data.seed=3&net.activation=relu&map.side=32\
    &search.budget=8&race.strategies=[%22random%22,%22bayesian%22]&race.repeats=16&race.you=true";

/// What to prepare, step by step, by their keys in the translations.
const PREPARE: [&str; 4] = ["try", "hand_out", "notes", "codes"];

/// Curricula that the lessons belong to, by their keys in the translations.
const CURRICULA: [&str; 4] = ["ai4k12", "china", "kmk", "university"];

/// The whole page.
pub fn view(state: &State, link: &Link) -> Html {
    let lessons: Vec<Lesson> = state.lesson.all.iter().map(|(_, lesson)| lesson.clone()).collect();
    let to = |id: &'static str, name: String, event: fn() -> Event| {
        fields::button(link, id, name.clone(), name, true, event)
    };
    html! {
        <main class="middle" id="main" tabindex="-1">
            <section class="card">
                <h2>{ t!("teach.title") }</h2>
                <p class="about">{ explained(t!("teach.about")) }</p>
                <ol class="steps">
                    { for PREPARE.iter().map(|step| html! { <li>{ explained(t!(format!("teach.prepare.{step}"))) }</li> }) }
                </ol>
                <div class="actions">
                    { to("teach-lessons", t!("teach.to_lessons"), || Event::Edit(Edit::choose("screen", &Screen::Lessons))) }
                    { to("teach-board", t!("teach.to_board"), || Event::Lesson(LessonEvent::Open("beat-the-tuner".into()))) }
                </div>
            </section>
            if !state.lesson.all.is_empty() { { plans(state, link) } }
            <Sheets {lessons} values={values(state)} data={state.setup.data.name.clone()} locale={state.locale} prints={!state.sandboxed} />
            <section class="card" id="curricula">
                <h2>{ t!("teach.curricula") }</h2>
                <p class="about">{ explained(t!("teach.curricula_say")) }</p>
                <ul>
                    { for CURRICULA.iter().map(|name| html! { <li>{ explained(t!(format!("teach.curriculum.{name}"))) }</li> }) }
                </ul>
            </section>
        </main>
    }
}

/// What to do in which order, and for how long.
fn plans(state: &State, link: &Link) -> Html {
    let step = |&(name, minutes): &Step| {
        let lesson = state.lesson.all.iter().find(|(own, _)| own == name);
        let what = match lesson {
            Some((_, lesson)) => {
                let open = link.callback(move |_: MouseEvent| {
                    Event::Lesson(LessonEvent::Open(name.to_owned()))
                });
                html! { <button type="button" class="quiet" onclick={open}>{ say(&lesson.title, state.locale).to_owned() }</button> }
            }
            None if name == "now" => html! {
                <a href={format!("#{ANEW}")} id="teach-anew" onclick={opened(link, ANEW)}>{ t!("teach.step.now") }</a>
            },
            None => html! { t!(format!("teach.step.{name}")) },
        };
        html! { <li>{ what }<small>{ t!("teach.minutes", n = minutes) }</small></li> }
    };
    let plan = |&(name, steps): &(&str, &[Step])| {
        html! {
            <div>
                <h3>{ t!(format!("teach.plan.{name}")) }</h3>
                <ol>{ for steps.iter().map(step) }</ol>
            </div>
        }
    };
    html! {
        <section class="card" id="plans">
            <h2>{ t!("teach.plans") }</h2>
            <div class="plans">
                { for PLANS.iter().map(plan) }
                <div><h3>{ t!("teach.plan.home") }</h3><p>{ explained(t!("teach.home_says")) }</p></div>
            </div>
        </section>
    }
}

/// What the run of Explore and the study have come to, for a worksheet.
fn values(state: &State) -> Vec<String> {
    let run = &state.setup.run;
    let mut values = vec![
        t!(format!("data.{}", state.setup.data.name)),
        t!(
            "teach.at",
            lr = format::number(run.learning_rate),
            momentum = format::number(run.momentum)
        ),
    ];
    let epoch = state.run.frame.as_ref().map(|frame| frame.epoch);
    if let Some((epoch, report)) = epoch.and_then(|n| Some((n, state.run.history().get(n)?))) {
        let loss = |loss: f32| format::loss(f64::from(loss));
        values.push(t!(
            "teach.run",
            epoch = epoch,
            train = loss(report.train_loss),
            valid = loss(report.valid_loss)
        ));
    }
    if let Some((n, cost)) = state.study.best(state.setup.search.shown) {
        let value = evaluation::shown(state, cost);
        let metric = evaluation::title(state);
        values.push(t!("says.best_of_all", n = n + 1, metric = metric, value = value));
    }
    values
}

#[derive(Properties, PartialEq)]
struct SheetsProps {
    lessons: Vec<Lesson>,
    /// What is on show now, in words, and its data set.
    values: Vec<String>,
    data: String,
    locale: &'static str,
    /// Whether the frame around the page lets it print.
    prints: bool,
}

/// What is laid out to be printed.
#[derive(Clone, Copy, PartialEq)]
struct Sheet {
    lesson: usize,
    key: bool,
}

#[component]
fn Sheets(props: &SheetsProps) -> Html {
    let chosen = use_state(|| 0);
    let sheet = use_state(|| None::<Sheet>);
    let filled = use_state(|| false);
    let titles: Vec<AttrValue> = props
        .lessons
        .iter()
        .enumerate()
        .map(|(i, lesson)| format!("{} · {}", i + 1, say(&lesson.title, props.locale)).into())
        .collect();
    let onchosen = Callback::from({
        let (chosen, sheet) = (chosen.clone(), sheet.clone());
        move |lesson: usize| {
            chosen.set(lesson);
            // What is laid out follows.
            sheet.set((*sheet).map(|sheet| Sheet { lesson, ..sheet }));
        }
    });
    let lay = |key: bool| {
        let (lesson, sheet) = (*chosen, sheet.clone());
        move |_: MouseEvent| sheet.set(Some(Sheet { lesson, key }))
    };
    let fill = {
        let filled = filled.clone();
        move |_: web_sys::Event| filled.set(!*filled)
    };
    let laid = (*sheet).and_then(|sheet| Some((props.lessons.get(sheet.lesson)?, sheet.key)));
    // What is on show is of the lesson only where it is of the same data.
    let of_it = laid.is_some_and(|(lesson, _)| lesson.data().any(|data| data == props.data));
    let values = if *filled && of_it { &props.values[..] } else { &[] };
    html! {
        <section class="card" id="teach">
            <h2>{ t!("teach.sheets") }</h2>
            <p class="about">{ explained(t!("teach.sheets_say")) }</p>
            <div class="actions">
                <Select id="teach-lesson" label={t!("teach.lesson")} options={titles}
                    chosen={*chosen} {onchosen} />
                <button type="button" id="worksheet" onclick={lay(false)}>
                    { t!("teach.worksheet") }
                </button>
                <button type="button" id="worksheet-key" onclick={lay(true)}>
                    { t!("teach.key") }
                </button>
                <label>
                    <input type="checkbox" id="sheet-values" checked={*filled} onchange={fill} />
                    { t!("teach.values") }
                </label>
                if laid.is_some() && props.prints { <button type="button" class="primary" id="sheet-print" onclick={|_: MouseEvent| host::print()}>{ t!("teach.print") }</button> }
            </div>
            if laid.is_some() && !props.prints {
                <p class="about" id="sheet-sandboxed">{ t!("teach.sandboxed", address = own_address()) }</p>
            }
            if laid.is_some() && *filled && !of_it { <p class="about" id="sheet-other">{ t!("teach.other_data") }</p> }
            if let Some((lesson, key)) = laid { { laid_out(lesson, key, values, props.locale) } }
        </section>
    }
}

/// The address of the page for teachers by itself.
fn own_address() -> String {
    format!("{}#v={VERSION}&screen={}", host::address(), Screen::Teach.key())
}

/// A worksheet: predict, measure, explain; or its key, with what comes out and the notes.
fn laid_out(lesson: &Lesson, key: bool, values: &[String], locale: &str) -> Html {
    let said = |text| say(text, locale).to_owned();
    html! {
        <article id="sheet" class="sheet">
            <h3>{ said(&lesson.title) }if key { { " · " }{ t!("teach.key") } }</h3>
            if !key { <p class="blank">{ t!("teach.name") }</p> }
            <p>{ said(&lesson.aims) }</p>
            if !values.is_empty() { <p class="comes">{ values.join(" · ") }</p> }
            <ol>
                { for lesson.pages.iter().map(|page| html! {
                    <li>
                        <p>{ said(&page.text) }</p>
                        { asked(&page.predict, &page.choices, key, locale) }
                        if key {
                            <p class="comes">{ said(&page.done) }</p>
                            if !page.notes.is_empty() { <p class="about">{ said(&page.notes) }</p> }
                        } else {
                            <p class="blank">{ t!("teach.measured") }</p>
                            <p class="blank">{ explained(t!("teach.explained")) }</p>
                        }
                        { asked(&page.question, &page.answers, key, locale) }
                    </li>
                }) }
            </ol>
        </article>
    }
}

/// A question with boxes to tick; in the key what is right, and why the rest is not.
fn asked(question: &Text, answers: &[Answer], key: bool, locale: &str) -> Html {
    if answers.is_empty() {
        return Html::default();
    }
    let line = |answer: &Answer| {
        let (right, why) = (answer.why.is_empty(), say(&answer.why, locale));
        let mark = if key && right { "☑ " } else { "☐ " };
        html! { <li>{ mark }{ say(&answer.text, locale).to_owned() }if key && !right { <small>{ " " }{ why.to_owned() }</small> }</li> }
    };
    html! {
        <>
            <p><strong>{ say(question, locale).to_owned() }</strong></p>
            <ul class="ticks">{ for answers.iter().map(line) }</ul>
        </>
    }
}
