//! The Search screen: the landscape, the strategy's mind, the trials.

use super::{
    Link, advice, after, cuts, fields, linked, map, map_tools, mind, population, table, trial, why,
};
use crate::format;
use crate::model::{Message, Model};
use crate::search::{Phase, SPEEDS, StudyMessage};
use crate::texts::t;
use tunescape_core::setup::Panel;
use yew::prelude::*;

/// The trial under the pointer, or that the keyboard is on, stands out in every plot; a click
/// chooses it.
pub fn view(model: &Model, link: &Link) -> Html {
    let point = |trial| Message::Study(StudyMessage::Point(trial));
    let over = link.callback(move |e: PointerEvent| point(trial::under(&e)));
    let onfocusin = link.callback(move |e: FocusEvent| point(trial::under(&e)));
    let onpointerleave = link.callback(move |_: PointerEvent| point(None));
    let pick = link.batch_callback(|e: MouseEvent| {
        Some(Message::Study(StudyMessage::Select(Some(trial::under(&e)?))))
    });
    html! {
        <div class="linked" onpointerover={over.clone()} {onfocusin} {onpointerleave} onclick={pick}>
            <main class="middle" id="main" tabindex="-1">
                { transport(model, link) }
                <section class="card landscape">
                    { map_tools::head(model, link) }
                    <div class={classes!("with-belief", (!model.setup.search.strategy.believes()).then_some("alone"))}>
                        <div class="truth">
                            { map::reading(model) }
                            { map::picture(model, link) }
                            { why::view(model) }
                            { map_tools::foot(model, link) }
                        </div>
                        { mind::view(model) }
                    </div>
                </section>
                { linked::panel(model, link) }
                { cuts::panel(model) }
            </main>
            if model.shows(Panel::Results) {
            <aside class="right" aria-label={t!("nav.results")}>
                { trial::chosen(model, link) }
                { trial::curves(model, link) }
                { trial::best_so_far(model, link) }
                { advice::panel(model) }
                { table::panel(model, link) }
                { after::panel(model, link) }
                { population::panel(model, link) }
            </aside>
            }
        </div>
    }
}

fn transport(model: &Model, link: &Link) -> Html {
    let s = &model.setup.search;
    let study = &model.study;
    let ready = model.ready();
    let more = model.more();
    let busy =
        matches!(study.phase, Phase::Proposing(_) | Phase::Training(_)) && s.shown >= study.done();
    let steps = ready && more && !study.playing && !busy;
    html! {
        <section class="card transport" aria-label={t!("transport.title").to_string()}>
            { fields::button(link, "first", "|◀", t!("transport.first").into(), s.shown > 0, || Message::Study(StudyMessage::First)) }
            { fields::button(link, "back", format!("◀ {}", t!("transport.step")), t!("transport.back").into(), s.shown > 0, || Message::Study(StudyMessage::Back)) }
            if study.playing {
                <button type="button" id="pause" class="primary" onclick={link.callback(|_| Message::Study(StudyMessage::Pause))}>{ format!("❚❚ {}", t!("transport.pause")) }</button>
            } else {
                <button type="button" id="play" class="primary" aria-disabled={(!(ready && more)).then_some("true")} onclick={link.callback(|_| Message::Study(StudyMessage::Play))}>{ format!("▶ {}", t!("transport.play")) }</button>
            }
            { fields::button(link, "step", format!("{} ▶", t!("transport.step")), t!("transport.forward"), steps, || Message::Study(StudyMessage::Step)) }
            <input type="range" id="scrub" min="0" max={s.budget.to_string()} value={s.shown.to_string()} aria-label={t!("transport.scrub").to_string()}
                oninput={link.callback(|e: InputEvent| Message::Study(StudyMessage::Show(fields::input_text(&e).parse().unwrap_or(0))))} />
            <span class="count">
                <output id="trial-number">{ t!("transport.trial", n = s.shown, budget = s.budget) }</output>
                <small id="epochs-spent">{ t!("transport.epochs", n = format::count(study.epochs(s.shown, model.setup.evaluation.streams()))) }</small>
            </span>
            <select id="speed" aria-label={t!("transport.speed").to_string()} onchange={link.callback(|e: Event| Message::Study(StudyMessage::Speed(fields::select_index(&e))))}>
                { for (0..SPEEDS.len()).map(|i| html! { <option selected={i == study.speed}>{ t!(format!("transport.speed_{i}")) }</option> }) }
            </select>
        </section>
    }
}
