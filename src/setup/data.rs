//! The data panel: which set, its noise and seed, how it is split, the reader's own file.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::plot::colour;
use crate::plot::draw::Draw;
use crate::words;
use crate::words::dataset;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::data::{Dataset, Target, Task, builtin, drawn, toys};
use tunescape_core::setup::Edit;
use tunescape_core::setup::Screen;
use tunescape_core::state::{Event, State};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

pub fn panel(state: &State, link: &Link) -> Html {
    let s = &state.setup.data;
    let sets = link.ruled("set");
    let file = link.ruled("file");
    let pick = |name: &'static str, picture: Html| {
        let current = s.name == name;
        let text = t!(format!("data.{name}")).to_string();
        html! {
            <button type="button" class={classes!("set", current.then_some("current"))} data-name={name} title={sets.title(text.clone())} disabled={sets.locked} data-locked={sets.mark()} aria-label={text} aria-pressed={current.to_string()}
                onclick={link.callback(move |_| Event::Edit(Edit::set("data.name", name)))}>{ picture }</button>
        }
    };
    let toy = toys::ALL.iter().any(|t| t.name == s.name);
    let shipped = builtin::ALL.iter().find(|b| b.name == s.name);
    let body = html! {
        <>
            <div class="sets" id="sets">
                { for toys::ALL.iter().map(|toy| pick(toy.name, html! { <Thumbnail name={toy.name} /> })) }
            </div>
            <div class="sets real">
                { for builtin::ALL.iter().map(|set| pick(set.name, html! { <span>{ t!(format!("data.short.{}", set.name)) }</span> })) }
            </div>
            <details class="more fold" hidden={link.hides("data-rest")}
                open={state.setup.screen == Screen::Explore}>
            <summary>{ t!("data.rest") }</summary>
            // Above what comes and goes with the set, so that the pad stays under the pointer.
            <details class="more" id="draw-own">
                <summary>{ t!("draw.title") }</summary>
                <Draw drawn={s.drawn.clone()} used={s.name == "drawn"} locked={link.ruled("draw").locked} ondrawn={link.batch_callback(|text: String| {
                    // Too few of them are not yet a set.
                    drawn::dataset(&text)?;
                    Some(Event::Edit(Edit::Draw(text)))
                })} />
            </details>
            <p class="about" id="data-about">{ explained(about(state)) }</p>
            if toy {
                { fields::slider(link, "noise", t!("data.noise").to_string(), state.between("data.noise", s.noise, |x| x), format::fixed(s.noise, 2), |at| Edit::set("data.noise", (at * 100.0).round() / 100.0)) }
            }
            <details class="more">
                <summary>{ t!("data.more") }</summary>
                if toy {
                    { fields::number(link, "rows", t!("data.rows").to_string(), s.rows as f64, |v| Edit::set("data.rows", v)) }
                }
                { fields::row(t!("data.split").to_string(), html! {
                    <span class="pair">
                        { fields::number_box(link, "split-train", t!("data.split_train").to_string(), 100.0 * s.train, |v| Edit::set("data.train", v / 100.0)) }
                        { "/" }
                        { fields::number_box(link, "split-valid", t!("data.split_valid").to_string(), 100.0 * s.valid, |v| Edit::set("data.valid", v / 100.0)) }
                        { format!("/ {}", format::number((100.0 * (1.0 - s.train - s.valid)).max(0.0))) }
                    </span>
                }) }
                { fields::number(link, "data-used", t!("data.used").to_string(), 100.0 * s.used, |v| Edit::set("data.used", v / 100.0)) }
                if state.task() == Task::Binary {
                    { fields::number(link, "data-positives", t!("data.positives").to_string(), 100.0 * s.positives, |v| Edit::set("data.positives", v / 100.0)) }
                }
                { fields::number(link, "data-seed", t!("data.seed").to_string(), s.seed as f64, |v| Edit::set("data.seed", v)) }
            </details>
            <div class="row">
                <span>{ t!("data.own") }</span>
                <label class="button">{ t!("data.choose") }<input type="file" id="file" class="hidden-file" title={file.says()} disabled={file.locked} data-locked={file.mark()} hidden={file.hidden} accept=".csv,.tsv,.txt,text/csv" onchange={link.file(|e: web_sys::Event| {
                    let input = e.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok())?;
                    let file = input.files().and_then(|f| f.get(0));
                    // The same file can be chosen again after it was mended.
                    input.set_value("");
                    file
                })} /></label>
            </div>
            if let Some(set) = shipped {
                <p class="source">{ format!("{}. {}", set.source, set.licence) }</p>
            }
            if let Some(data) = &state.data {
                { for data.notes.iter().map(|n| html! { <p class="source">{ words::note(n) }</p> }) }
            }
            </details>
        </>
    };
    fields::fold("data", t!("data.title"), true, body)
}

/// What the data is, in a line.
fn about(state: &State) -> String {
    let Some(data) = &state.data else { return t!("data.loading") };
    let [train, valid, test] = data.rows;
    let task = match data.task {
        Task::Regression => {
            t!("data.number", name = dataset::target(data).first().cloned().unwrap_or_default())
        }
        Task::Binary => t!("data.classes", n = 2),
        // Not those that only another set has.
        Task::Classes(_) => {
            t!("data.classes", n = data.target.iter().filter(|name| *name != "–").count())
        }
    };
    t!(
        "data.about",
        name = t!(format!("data.{}", data.name)),
        inputs = data.columns.len(),
        task = task,
        train = train,
        valid = valid,
        test = test
    )
}

#[derive(Properties, PartialEq)]
struct ThumbnailProps {
    name: &'static str,
}

/// A toy as a small picture: it is made, not drawn.
#[component]
fn Thumbnail(props: &ThumbnailProps) -> Html {
    let points = use_memo(props.name, |name| {
        toys::toy(name, 140, 0.05, 3).map(|data| dots(&data)).unwrap_or_default()
    });
    html! {
        <svg viewBox="-12 -12 24 24" aria-hidden="true">
            { for points.iter().map(|(x, y, c)| html! { <circle cx={format!("{:.1}", 10.0 * x)} cy={format!("{:.1}", -10.0 * y)} r="0.9" fill={c.clone()} /> }) }
        </svg>
    }
}

fn dots(data: &Dataset) -> Vec<(f32, f32, String)> {
    let colour = |row: usize| match &data.target {
        Target::Class { labels, names } => colour::class(labels[row] as usize, names.len()),
        Target::Number { values, .. } => colour::diverging(f64::from(values[row]) * 1.3),
    };
    (0..data.rows()).map(|r| (data.x[2 * r], data.x[2 * r + 1], colour::hex(colour(r)))).collect()
}
