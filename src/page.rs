//! The screens: what the reader sees, made from the state.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::terms::{Glossary, explained};
use crate::host::attention;
use crate::words::format::count;
use crate::words::texts::t;
use crate::{explore, host, lessons, present, race, search, setup, share, tour, words, xray};
use tunescape_core::import::Time;
use tunescape_core::link;
use tunescape_core::setup::Backend;
use tunescape_core::setup::Edit;
use tunescape_core::setup::Panel;
use tunescape_core::setup::Screen;
use tunescape_core::setup::presets::PRESETS;
use tunescape_core::state::share::ShareEvent;
use tunescape_core::state::studies::StudiesEvent;
use tunescape_core::state::{Adapter, Event, LANGUAGES, State};
use yew::prelude::*;

/// What the set-up's side has on every screen.
const SETUP: [Panel; 3] = [Panel::Data, Panel::Network, Panel::Training];

/// The whole page.
pub fn page(state: &State, link: &Link) -> Html {
    let screen = state.setup.screen;
    // Lessons set up by themselves; a study from elsewhere was set up there.
    let trains = !matches!(screen, Screen::Lessons | Screen::Teach | Screen::Xray);
    html! {
        <>
            if link.shows(Panel::Header) { { header(state, link) } }
            if !state.notices.is_empty() {
                <div class="notices" role="alert">
                    { for state.notices.iter().enumerate().map(|(i, notice)| html! {
                        <p class="notice-line">
                            <span>{ words::notice(notice) }</span>
                            <button type="button" class="quiet"
                                aria-label={t!("notice.dismiss").to_string()}
                                onclick={link.callback(move |_| Event::Dismiss(i))}>{ "✕" }</button>
                        </p>
                    }) }
                </div>
            }
            if trains { { report_head() } }
            { lessons::page(state, link) }
            // Made anew in another language: plots that have not changed would keep their words.
            <div key={state.locale} class={classes!("columns", screen.key())}
                data-ready={state.ready().to_string()}>
                if trains { { set_up(state, link) } }
                { match screen {
                    Screen::Explore => explore::view(state, link),
                    Screen::Search => search::view(state, link),
                    Screen::Race => race::view(state, link),
                    Screen::Lessons => lessons::view(state, link),
                    Screen::Teach => lessons::teach::view(state, link),
                    Screen::Xray => xray::view(state, link),
                } }
            </div>
            if link.shows(Panel::Footer) { { footer(state, link) } }
            if link.place_of_language().is_none() {
                <nav class="languages" aria-label={t!("nav.language")}>{ languages(state, link) }</nav>
            }
            { setup::file::dialog(state, link) }
            { xray::dialog(state, link) }
            { share::dialog(state, link) }
            { share::studies::dialog(state, link) }
            { present::view(state, link) }
            { tour::view(state, link) }
        </>
    }
}

/// What stands over a report on paper, and nowhere else: whose it is, of when, and its link.
fn report_head() -> Html {
    let date = Time(host::local_time()).iso().unwrap_or_default();
    let date = date.split('T').next().unwrap_or_default();
    html! {
        <div class="report-head">
            <p>{ t!("share.report", date = date) }</p>
            <p class="source">{ host::whole_address() }</p>
        </div>
    }
}

/// The set-up beside the screen, and in one column the way to it.
fn set_up(state: &State, link: &Link) -> Html {
    let screen = state.setup.screen;
    let shows = |panel: Panel| link.shows(panel);
    let set_up =
        SETUP.into_iter().any(shows) || (screen != Screen::Explore && shows(Panel::Search));
    html! {
        <>
            if set_up {
                <nav class="to-setup" aria-label={t!("nav.setup")}>
                    <button type="button" class="quiet"
                        onclick={|_| attention::go_to("setup")}>
                        { t!("nav.setup") }{ " ↓" }
                    </button>
                </nav>
            }
            <aside class="left" id="setup" tabindex="-1" aria-label={t!("nav.setup")}>
                if shows(Panel::Data) { { setup::data::panel(state, link) } }
                if shows(Panel::Search) {
                    { match screen {
                        Screen::Search => search::searched::panel(state, link),
                        Screen::Race => race::panel(state, link),
                        _ => Html::default(),
                    } }
                }
                if shows(Panel::Network) { { setup::network::panel(state, link) } }
                if shows(Panel::Training) { { setup::training::panel(state, link) } }
                if screen == Screen::Search && shows(Panel::Search) && !link.hides("presets") {
                    { presets(link) }
                }
                if set_up {
                    <button type="button" class="quiet to-main"
                        onclick={|_| attention::go_to("main")}>
                        { t!("nav.skip") }{ " ↑" }
                    </button>
                }
            </aside>
        </>
    }
}

/// What holds of every number on the page, words, licences, and what leaves the page.
fn footer(state: &State, link: &Link) -> Html {
    let screen = state.setup.screen;
    let leaves = if state.is_embedded() { t!("footer.embedded") } else { t!("footer.private") };
    html! {
        <footer>
            if screen != Screen::Xray {
                <span>{ explained(t!("footer.seed", seed = state.setup.net.seed)) }</span>
                <span>{ t!("footer.same") }</span>
            }
            <span>{ t!("footer.languages") }</span>
            if link.place_of_language() == Some(Panel::Footer) { { languages(state, link) } }
            <Glossary key={state.locale} />
            <span class="grow" />
            if state.sandboxed {
                // Such a frame opens nothing.
                <span>{ t!("footer.licences") }{ ": " }{ host::licences_address() }</span>
            } else {
                <a href={host::licences()} target="_blank" rel="noopener">
                    { t!("footer.licences") }
                </a>
            }
            <span>{ leaves }</span>
        </footer>
    }
}

/// Studies to begin with: each is a link, which can be opened in a tab of its own as well.
fn presets(link: &Link) -> Html {
    let ruled = link.ruled("presets");
    let locked = ruled.locked;
    let open = |text: &'static str| {
        link.batch_callback(move |e: MouseEvent| {
            let here = !(locked || e.ctrl_key() || e.meta_key() || e.shift_key());
            let setup = link::read(text).ok().filter(|_| here)?;
            e.prevent_default();
            Some(Event::Edit(Edit::Open(Box::new(setup))))
        })
    };
    let list = html! {
            <ul id="presets">
                { for PRESETS.iter().map(|&(name, text)| html! {
                    <li><a href={format!("#{text}")} onclick={open(text)} data-preset={name} aria-disabled={ruled.locked.then_some("true")} data-locked={ruled.mark()} title={ruled.title(t!(format!("preset.{name}_about")))}>{ t!(format!("preset.{name}")) }</a></li>
                }) }
            </ul>
    };
    fields::fold("presets", t!("preset.title"), false, list)
}

/// How much of the page is shown, where there is a choice: a lesson says itself what it needs.
fn detail(state: &State, link: &Link) -> Html {
    let screen = state.setup.screen;
    let chooses = matches!(screen, Screen::Explore | Screen::Search | Screen::Race);
    if !chooses || state.lesson().is_some() || link.hides("detail") {
        return Html::default();
    }
    let (now, other) = (state.setup.detail, state.setup.detail.other());
    html! {
        <button type="button" class="pill" id="detail" data-now={now.key()}
            title={t!("detail.choose")}
            onclick={link.callback(move |_| Event::Edit(Edit::choose("detail", &other)))}>
            { t!(format!("detail.{}", other.key())) }
        </button>
    }
}

fn header(state: &State, link: &Link) -> Html {
    let lock = link.ruled("tab");
    let tab = |screen: Screen, name: String| {
        let on = state.setup.screen;
        // The page for teachers is one of the lessons'.
        let current = on == screen || (on, screen) == (Screen::Teach, Screen::Lessons);
        html! {
            <button type="button" class={classes!("tab", current.then_some("current"))} aria-current={current.then_some("page")}
                title={lock.says().or_else(|| (screen == Screen::Xray).then(|| t!("nav.xray_why").into()))} disabled={lock.locked && !current} data-locked={lock.mark().filter(|_| !current)}
                onclick={link.callback(move |_| Event::Edit(Edit::choose("screen", &screen)))}>{ name }</button>
        }
    };
    html! {
        <header>
            <button type="button" class="skip" onclick={|_| attention::focus("main")}>
                { t!("nav.skip") }
            </button>
            <h1 class="brand">{ "tune" }<span>{ "scape" }</span></h1>
            <nav class="tabs" aria-label={t!("nav.screens").to_string()}>
                { tab(Screen::Explore, t!("nav.explore").into()) }
                { tab(Screen::Search, t!("nav.search").into()) }
                { tab(Screen::Race, t!("nav.race").into()) }
                { tab(Screen::Lessons, t!("nav.lessons").into()) }
                { tab(Screen::Xray, t!("nav.xray")) }
            </nav>
            <span class="grow" />
            if state.setup.screen != Screen::Xray {
                if !link.hides("backend") { { backend(state, link) } }
                <span class="pair">
                { fields::button(link, "undo", "↶", t!("nav.undo"), state.history.can_undo(), || Event::Undo) }
                { fields::button(link, "redo", "↷", t!("nav.redo"), state.history.can_redo(), || Event::Redo) }
                </span>
            }
            <button type="button" class="pill" id="studies" hidden={link.hides("studies")} title={t!("studies.button_says")}
                onclick={link.callback(|_| Event::Studies(StudiesEvent::Open))}>
                { t!("studies.button") }
            </button>
            { present::button(state, link) }
            <button type="button" class="pill" id="share"
                hidden={link.hides("share") || state.setup.screen == Screen::Xray}
                onclick={link.callback(|_| Event::Share(ShareEvent::Open))}>
                { t!("share.open") }
            </button>
            { detail(state, link) }
            { languages(state, link) }
            <button type="button" class="pill" id="theme" hidden={link.hides("theme")}
                aria-label={t!("nav.theme").to_string()} title={t!("nav.theme").to_string()}
                onclick={link.callback(|_| Event::Theme)}>{ "◐" }</button>
        </header>
    }
}

/// The choice of language, which is never hidden.
fn languages(state: &State, link: &Link) -> Html {
    let names: Vec<AttrValue> = LANGUAGES.iter().map(|(_, name)| (*name).into()).collect();
    let spoken = LANGUAGES.iter().position(|(code, _)| *code == state.locale).unwrap_or(0);
    let chosen = |place: usize| Event::Language(LANGUAGES[place.min(LANGUAGES.len() - 1)].0.into());
    html! {
        <fields::Select class="pill" id="language" label={t!("nav.language")} options={names}
            chosen={spoken} onchosen={link.callback(chosen)} />
    }
}

/// What trains the landscape, and the choice.
fn backend(state: &State, link: &Link) -> Html {
    let gpu = state.on_gpu();
    let name =
        if gpu { "WebGPU".to_string() } else { t!("backend.cpu", workers = state.workers()) };
    let (done, all) = state.map.land.progress();
    let status = if state.waits_for_adapter() {
        t!("backend.asking").to_string()
    } else if state.map.finished() {
        t!(
            "backend.done",
            name = name,
            runs = count(search::map::runs(state)),
            seconds = crate::words::format::fixed(state.map.took / 1000.0, 1)
        )
    } else {
        t!("backend.busy", name = name, percent = 100 * done / all.max(1))
    };
    let title = match &state.adapter {
        Adapter::Named(_) if state.setup.map_apart() => t!("backend.apart"),
        Adapter::Named(adapter) if state.map.too_large => {
            t!("backend.too_large", adapter = adapter).to_string()
        }
        Adapter::Named(adapter) => t!("backend.adapter", adapter = adapter),
        Adapter::Lost(_) => t!("backend.lost"),
        Adapter::Absent | Adapter::Asked => t!("backend.absent"),
    };
    let chosen = link.callback(|place: usize| {
        let backend = if place == 0 { Backend::Auto } else { Backend::Cpu };
        Event::Edit(Edit::choose("backend", &backend))
    });
    let has_gpu = matches!(state.adapter, Adapter::Named(_));
    html! {
        <span class="backend pill" title={title.clone()}>
            <span class={classes!("lamp", state.map.idle().then_some("idle"))} />
            <span id="backend-state">{ status }</span>
            if has_gpu {
                <fields::Select id="backend" label={t!("backend.choose")} options={vec![AttrValue::from("WebGPU"), AttrValue::from("CPU")]}
                    chosen={usize::from(state.setup.backend == Backend::Cpu)} onchosen={chosen} ruled={link.ruled("backend")} />
            }
        </span>
    }
}
