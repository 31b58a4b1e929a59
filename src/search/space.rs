//! What is searched: ranges, scales, steps, choices; more parameters and fewer.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::words;
use crate::words::parameters;
use crate::words::texts::t;
use tunescape_core::lesson;
use tunescape_core::setup::Edit;
use tunescape_core::setup::PARAMETERS;
use tunescape_core::setup::Parameter;
use tunescape_core::setup::Setup;
use tunescape_core::setup::space::{MAX_SEARCHED, Range};
use tunescape_core::space::Scale;
use tunescape_core::state::{Event, State};
use yew::prelude::*;

const SCALES: [Scale; 3] = [Scale::Linear, Scale::Log, Scale::Complement];

fn scale_name(scale: Scale) -> String {
    match scale {
        Scale::Linear => t!("search.linear"),
        Scale::Log => t!("search.log"),
        Scale::Complement => "−log(1−x)".into(),
    }
}

pub fn panel(state: &State, link: &Link) -> Html {
    let setup = &state.setup;
    let searched = setup.space.iter().count();
    let locks = state.locks();
    let free = |p: &&Parameter| {
        setup.space.get(p.name).is_none() && p.acts(setup) && !lesson::locks::holds(&locks, p.key)
    };
    let more: Vec<&'static Parameter> = PARAMETERS.iter().filter(free).collect();
    let names: Vec<String> = more.iter().map(|p| words::parameter(p)).collect();
    let ruled = link.ruled("search-more");
    let add = link.batch_callback(move |e: web_sys::Event| {
        let parameter = *more.get(fields::picked(&e)?)?;
        Some(Event::Edit(Edit::Search { parameter: parameter.name.into() }))
    });
    html! {
        <>
            { for setup.space.iter().map(|(p, range)| values(link, p, range, searched > 1)) }
            { for ["learning_rate", "momentum"].map(|name| fixed(setup, link, name)) }
            if searched < MAX_SEARCHED {
                <select id="search-more" class="wide" aria-label={t!("search.add").to_string()}
                    title={ruled.says()} disabled={ruled.locked} data-locked={ruled.mark()}
                    hidden={ruled.hidden} onchange={add}>
                    <option selected=true>{ t!("search.add") }</option>
                    { for names.into_iter().map(|name| html! { <option>{ name }</option> }) }
                </select>
            }
            <details id="search-scales" class="more">
                <summary>{ t!("search.scales") }</summary>
                { for setup.space.iter().map(|(p, range)| laid_out(link, p, range)) }
            </details>
        </>
    }
}

/// The value of a parameter that is not searched, and has no control elsewhere on this screen.
fn fixed(setup: &Setup, link: &Link, name: &'static str) -> Html {
    let held =
        Parameter::by_name(name).filter(|p| setup.space.get(name).is_none() && p.acts(setup));
    let control = |p: &'static Parameter| {
        let label = t!("search.fixed", name = words::parameter(p));
        let id = if name == "momentum" { "fixed-momentum" } else { "fixed-rate" };
        fields::number(link, id, label, (p.get)(setup), |v| Edit::set(p.key, v))
    };
    held.map_or_else(Html::default, control)
}

/// The values that one parameter is searched over, and the button that drops it.
fn values(link: &Link, p: &'static Parameter, range: &Range, droppable: bool) -> Html {
    let name = words::parameter(p);
    let (id, boxes) = (format!("{}-drop", p.name), link.ruled(&format!("{}-choices", p.name)));
    let ruled = link.ruled(&id);
    let drop = html! {
        if droppable {
            <button type="button" class="quiet" {id} aria-label={t!("search.drop", name = name)} title={ruled.title(t!("search.drop", name = name))}
                disabled={ruled.locked} data-locked={ruled.mark()} hidden={ruled.hidden}
                onclick={link.callback(move |_| Event::Edit(Edit::Unsearch { parameter: p.name.into() }))}>{ "✕" }</button>
        }
    };
    match range {
        &Range::Numbers { low, high, scale, .. } => {
            let number = |id: &str, label: String, current: f64, low: bool| {
                fields::number_box(link, format!("{}-{id}", p.name), label, current, move |value| {
                    Edit::SetRangeEnd { parameter: p.name.into(), high: !low, value }
                })
            };
            html! {
                <div class="row" data-searched={p.name}>
                    <span>{ name.clone() }</span>
                    { drop }
                    <span class="pair">
                        { number("low", t!("search.low", name = name), low, true) }
                        { "–" }
                        { number("high", t!("search.high", name = name), high, false) }
                        <small>{ scale_name(scale) }</small>
                    </span>
                </div>
            }
        }
        Range::Choices(chosen) => {
            let one = |choice: String| {
                let on = chosen.contains(&choice);
                let text = parameters::choice(p, &choice);
                let onchange = link.callback(move |_| {
                    let (parameter, choice) = (p.name.into(), choice.clone());
                    Event::Edit(Edit::ToggleChoice { parameter, choice })
                });
                html! { <label><input type="checkbox" checked={on} disabled={boxes.locked} data-locked={boxes.mark()} title={boxes.says()} {onchange} />{ text }</label> }
            };
            html! {
                <div class="row" data-searched={p.name}>
                    <span>{ name }</span>
                    { drop }
                    <span class="choices">{ for p.choices().into_iter().map(one) }</span>
                </div>
            }
        }
    }
}

/// Scale and step of one parameter.
fn laid_out(link: &Link, p: &'static Parameter, range: &Range) -> Html {
    let &Range::Numbers { scale, step, .. } = range else { return Html::default() };
    let name = words::parameter(p);
    let id = format!("{}-scale", p.name);
    let ruled = link.ruled(&id);
    let onchosen = link.callback(move |place: usize| {
        Event::Edit(Edit::SetScale { parameter: p.name.into(), scale: SCALES[place.min(2)] })
    });
    let options: Vec<AttrValue> = SCALES.iter().map(|&s| scale_name(s).into()).collect();
    let chosen = SCALES.iter().position(|&s| s == scale).unwrap_or(0);
    html! {
        <div class="row">
            <span>{ name.clone() }</span>
            <span class="pair">
                <fields::Select {id} label={t!("search.scale", name = name)} {options} {chosen}
                    {onchosen} {ruled} />
                <span>{ t!("search.step") }</span>
                { fields::number_box(link, format!("{}-step", p.name), t!("search.step_of", name = name), step, move |step| {
                    Edit::SetStep { parameter: p.name.into(), step }
                }) }
            </span>
        </div>
    }
}
