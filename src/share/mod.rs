//! What can be taken away: the link, the code to embed it, a QR code, trials and landscape as
//! tables.

pub mod export;
pub mod handout;
pub mod studies;
pub mod tools;

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::modal::Modal;
use crate::controls::terms::explained;
use crate::host;
use crate::plot::listed::on_show;
use crate::words::texts::t;
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write;
use tunescape_core::link::MAX_LINK_LENGTH;
use tunescape_core::setup::Screen;
use tunescape_core::state::share::ShareEvent;
use tunescape_core::state::{Event, State};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

pub fn dialog(state: &State, link: &Link) -> Html {
    if !state.share.open {
        return Html::default();
    }
    // A study from elsewhere leaves by X-ray's own ways.
    if state.setup.screen == Screen::Xray {
        let ways = html! { <div class="row files">{ pictures(state, link) }</div> };
        return modal(state, link, t!("share.pictures"), ways);
    }
    let (base, fragment) = (host::address(), state.fragment());
    let address = format!("{base}#{fragment}");
    let folder = host::folder(&base);
    // The browser has encoded quotation marks and what else would end an attribute.
    let attribute = |text: &str| text.replace('&', "&amp;");
    let code = format!(
        "<script src=\"{}/embed.js\"></script>\n<tune-scape state=\"{}\"></tune-scape>",
        attribute(folder),
        attribute(&fragment)
    );
    let text = |id: &'static str, name: String, text: String| {
        let copied = text.clone();
        html! {
            <div class="share-text">
                <label for={id}>{ name }</label>
                <textarea {id} readonly=true rows="3" value={text} />
                <button type="button"
                    onclick={link.callback(move |_| Event::Share(ShareEvent::Copy(copied.clone())))}>
                    { t!("share.copy") }
                </button>
            </div>
        }
    };
    // What is on show, as files; in a frame that allows none, as texts to copy.
    let away = if state.sandboxed { texts(state, link) } else { files(state, link) };
    let ways = html! {
        <>
            { handout::view(state, link) }
            { text("share-link", t!("share.link"), address.clone()) }
            if let Some(says) = without(state) { <p class="about" id="share-without">{ says }</p> }
            if state.share.lesson.is_none() && state.study.done() > 0 && state.study.done() == state.setup.search.run {
                if state.setup.ranks() {
                    <p class="about">{ explained(t!("share.ranked")) }</p>
                } else {
                    <label class="about"><input type="checkbox" id="share-found" checked={state.share.found} onchange={link.callback(|e: web_sys::Event| {
                        let input = e.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok());
                        Event::Share(ShareEvent::Found(input.is_some_and(|i| i.checked())))
                    })} />{ t!("share.found") }</label>
                }
            }
            if state.share.lesson.is_none() && state.setup.screen == Screen::Race && !state.setup.race.hand.is_empty() {
                <p class="about" id="share-hand">{ explained(t!("share.hand")) }</p>
            }
            if state.share.unnoted { <p class="about" id="share-unnoted">{ explained(t!("share.unnoted", most = MAX_LINK_LENGTH)) }</p> }
            if fragment.len() > MAX_LINK_LENGTH { <p class="about" id="share-long">{ long(state) }</p> }
            // A page from disk can't be put into another.
            if base.starts_with("http") { { text("share-embed", t!("share.embed"), code) } }
            { qr(&address) }
            { away }
        </>
    };
    modal(state, link, t!("share.title"), ways)
}

/// The dialog with its title, what it offers, and what became of it.
fn modal(state: &State, link: &Link, title: String, ways: Html) -> Html {
    html! {
        <Modal id="share-dialog" label={title.clone()}
            onleave={link.callback(|()| Event::Share(ShareEvent::Close))}>
            <h2>{ title }</h2>
            { ways }
            <p class="about" role="status" id="copied">
                { state.share.copied.map(|done| if done { t!("share.copied") } else { t!("share.not_copied") }) }
            </p>
            <div class="actions"><button type="button" class="primary" onclick={link.callback(|_| Event::Share(ShareEvent::Close))}>{ t!("share.close") }</button></div>
        </Modal>
    }
}

/// A table to take away: its file's name, its name for the reader, how it is made.
type Table = (&'static str, fn() -> String, fn(&State) -> String);

const TABLES: [Table; 2] = [
    ("trials.csv", || t!("share.trials"), trials),
    ("landscape.csv", || t!("share.landscape"), landscape),
];

/// Whether a file tells of the landscape: while that is hidden, it is not told by a file either.
fn tells_hidden(state: &State, name: &str) -> bool {
    state.hides_landscape() && name.starts_with("landscape")
}

/// What is on show, as files and on paper.
fn files(state: &State, link: &Link) -> Html {
    let table = |(name, says, make): Table| {
        let text = String::from(js_sys::encode_uri_component(&make(state)));
        let href = ["data:text/csv;charset=utf-8,", &text].concat();
        html! { <a class="button" download={name} {href}>{ says() }</a> }
    };
    html! {
        <>
            <p class="row files">
                { for TABLES.into_iter().filter(|(name, ..)| !tells_hidden(state, name)).map(table) }
                { for export::FILES.iter().enumerate().filter(|(_, file)| !tells_hidden(state, file.id)).map(|(i, file)| html! {
                    <button type="button" id={file.id}
                        onclick={link.callback(move |_| Event::Share(ShareEvent::Save(i)))}>
                        { t!(format!("share.file.{}", file.id)) }
                    </button>
                }) }
            </p>
            { tools::view(state, link) }
            <div class="row files">
                { pictures(state, link) }
                <button type="button" id="print" hidden={link.hides("print")}
                    onclick={link.callback(|_| Event::Share(ShareEvent::Print))}>
                    { t!("share.print") }
                </button>
            </div>
        </>
    }
}

/// The plots on show, of which one can be saved or copied.
fn pictures(state: &State, link: &Link) -> Html {
    let plots: Vec<_> = on_show().into_iter().map(|(_, name)| name).collect();
    if plots.is_empty() {
        return Html::default();
    }
    html! {
        <>
            <fields::Select id="plot" label={t!("share.plot")} options={plots}
                chosen={state.share.plot} onchosen={link.callback(|plot: usize| Event::Share(ShareEvent::Plot(plot)))} />
            { for PICTURES.iter().map(|&(id, png, copies)| html! {
                <button type="button" {id}
                    onclick={link.callback(move |_| Event::Share(if copies { ShareEvent::CopyPicture(png) } else { ShareEvent::Picture(png) }))}>
                    { if copies { t!("share.copy_as", kind = kind(png)) } else { kind(png).to_owned() } }
                </button>
            }) }
        </>
    }
}

/// The same in a frame that lets the page neither save files nor print: it says so, and shows each
/// file's text.
fn texts(state: &State, link: &Link) -> Html {
    let tables = TABLES.map(|(name, says, make)| (name, says(), make));
    let files = export::FILES.iter().map(|f| (f.id, t!(format!("share.file.{}", f.id)), f.make));
    let all: Vec<_> =
        tables.into_iter().chain(files).filter(|(name, ..)| !tells_hidden(state, name)).collect();
    let shown = state.share.shown.and_then(|shown| all.get(shown));
    html! {
        <>
            <p class="about" id="share-sandboxed">{ t!("share.sandboxed") }</p>
            <p class="row files">
                { for all.iter().enumerate().map(|(i, (name, says, _))| html! {
                    <button type="button" data-file={*name}
                        aria-pressed={(state.share.shown == Some(i)).to_string()}
                        onclick={link.callback(move |_| Event::Share(ShareEvent::ShowText(i)))}>
                        { says.clone() }
                    </button>
                }) }
            </p>
            if let Some((_, says, make)) = shown {
                <textarea id="share-file" readonly=true rows="8" aria-label={says.clone()}
                    value={make(state)} />
            }
            { tools::view(state, link) }
        </>
    }
}

/// What of the screen the link does not bring, and how whoever opens it comes to the same.
fn without(state: &State) -> Option<String> {
    let trained = state.run.frame.as_ref().is_some_and(|frame| frame.epoch > 0);
    match state.setup.screen {
        _ if state.share.lesson.is_some() => None,
        Screen::Race if state.race.board.finished() > 0 => Some(t!("share.race")),
        Screen::Explore if trained => Some(t!("share.run")),
        _ => None,
    }
}

/// That the link is long, and of what.
fn long(state: &State) -> String {
    let why = match state.share.lesson {
        _ if state.share.found => t!("share.long_found"),
        None if !state.setup.lesson.own.is_empty() => t!("share.long_lesson"),
        None if !state.setup.data.drawn.is_empty() => t!("share.long_drawn"),
        _ => String::new(),
    };
    [t!("share.long", most = MAX_LINK_LENGTH), why].concat()
}

/// Ways to take a plot away: whether as PNG, and whether by the clipboard.
const PICTURES: [(&str, bool, bool); 4] = [
    ("plot-svg", false, false),
    ("plot-png", true, false),
    ("copy-svg", false, true),
    ("copy-png", true, true),
];

fn kind(png: bool) -> &'static str {
    if png { "PNG" } else { "SVG" }
}

/// The address as a QR code; none where it is too long for one.
fn qr(address: &str) -> Html {
    let Ok(code) = QrCode::encode_text(address, QrCodeEcc::Low) else {
        return html! { <p class="about">{ t!("share.qr_long") }</p> };
    };
    let size = code.size();
    let mut dark = String::new();
    for y in 0..size {
        for x in (0..size).filter(|&x| code.get_module(x, y)) {
            // Writing into a text can't fail.
            let _ = write!(dark, "M{x} {y}h1v1h-1z");
        }
    }
    let drawn = |id: Option<&'static str>| {
        html! {
            <svg class="qr" {id} viewBox={format!("-2 -2 {0} {0}", size + 4)} role="img"
                aria-label={t!("share.qr")}>
                <rect x="-2" y="-2" width="100%" height="100%" fill="#fff" /><path d={dark.clone()} fill="#000" />
            </svg>
        }
    };
    html! {
        <>
            { drawn(Some("qr")) }
            <p class="row files">
                <button type="button" class="quiet" popovertarget="qr-large">{ t!("share.qr_large") }</button>
            </p>
            <div id="qr-large" popover="auto">{ drawn(None) }</div>
        </>
    }
}

/// Every trial of the study: its values and what it scored by the metric in use; nothing where it
/// did not end well.
fn trials(state: &State) -> String {
    let study = &state.study.study;
    let names: Vec<&str> = study.space().params.iter().map(|p| p.name.as_str()).collect();
    let metric =
        serde_json::to_value(state.setup.objective(state.task()).metric).unwrap_or_default();
    let mut csv =
        format!("trial,{},validation-{}\n", names.join(","), metric.as_str().unwrap_or("loss"));
    for (n, trial) in study.trials().iter().enumerate() {
        let values = state.setup.exact(&trial.point);
        let loss = trial
            .outcome
            .and_then(|o| o.loss())
            .map(|cost| state.scored(cost).to_string())
            .unwrap_or_default();
        let _ = writeln!(csv, "{},{},{loss}", n + 1, values.join(","));
    }
    csv
}

/// Every trained cell of the landscape: where it is, its last epoch and its losses there.
fn landscape(state: &State) -> String {
    let land = &state.map.land;
    let names: Vec<&str> = state.setup.space.iter().map(|(p, _)| p.name).collect();
    let mut csv = format!("{},epoch,training_loss,validation_loss,diverged\n", names.join(","));
    let points = state.setup.on_map(land.ended().map(|(at, ..)| land.point(at)));
    for ((_, cell, epoch, last), point) in land.ended().zip(&points) {
        let _ = writeln!(
            csv,
            "{},{epoch},{},{},{}",
            state.setup.exact(point).join(","),
            last.train_loss,
            last.valid_loss,
            cell.diverged.is_some()
        );
    }
    csv
}
