//! What a teacher hands out: a lesson or what is on show, and what of it is hidden, locked or kept
//! in a range.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::host;
use crate::words;
use crate::words::format;
use crate::words::texts::t;
use serde_json::Value;
use tunescape_core::data::number::NumberError;
use tunescape_core::lesson::controls;
use tunescape_core::lesson::{part, say};
use tunescape_core::state::share::{Rule, ShareEvent};
use tunescape_core::state::{Event, State};

use tunescape_core::setup::PARAMETERS;
use tunescape_core::setup::Panel;
use tunescape_core::setup::SETTINGS;
use yew::prelude::*;

/// Parts of the page, and the parts of the set-up that each changes.
const PANELS: [(Panel, &[&str]); 7] = [
    (Panel::Header, &["screen"]),
    (Panel::Data, &["data"]),
    (
        Panel::Search,
        &["space", "search", "race.strategies", "race.repeats", "race.effort", "race.you"],
    ),
    (Panel::Network, &["net"]),
    (Panel::Training, &["training", "evaluation", "search.metric", "search.when", "search.ranked"]),
    (Panel::Results, &[]),
    (Panel::Footer, &[]),
];

fn tick(
    link: &Link,
    id: String,
    label: String,
    list: &[String],
    rule: fn(Vec<String>) -> Rule,
    names: &[&str],
) -> Html {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let on = names.iter().all(|name| list.contains(name));
    let toggle =
        link.callback(move |_: web_sys::Event| Event::Share(ShareEvent::Rule(rule(names.clone()))));
    html! { <input type="checkbox" {id} aria-label={label} checked={on} onchange={toggle} /> }
}

/// What plays and looks: controls of no value, by their ids.
fn buttons() -> [(&'static str, String); 13] {
    [
        ("play", t!("transport.play")),
        ("step", t!("transport.forward")),
        ("back", t!("transport.back")),
        ("first", t!("transport.first")),
        ("scrub", t!("transport.scrub")),
        ("run-scrub", t!("run.scrub")),
        ("speed", t!("transport.speed")),
        ("new-seed", t!("run.new_seed_why")),
        ("race-start", t!("race.start")),
        ("repeat", t!("race.repeat")),
        ("map-epoch", t!("map.epoch")),
        ("filter", t!("table.filter")),
        ("evolve", t!("population.title")),
    ]
}

/// The values that can be kept as they are or in a range: those with a name.
fn values(state: &State, tree: &Value) -> Vec<(String, String)> {
    let searched = state.setup.space.iter().map(|(p, _)| format!("space.{}", p.name));
    let choices = PARAMETERS.iter().map(|p| p.key.to_owned());
    let all = SETTINGS.iter().map(|setting| setting.path.clone());
    let mut named: Vec<(String, String)> = Vec::new();
    for key in all.chain(choices).chain(searched) {
        let name = called(&key);
        if name != key && part(tree, &key).is_some() && named.iter().all(|known| known.0 != key) {
            named.push((key, name));
        }
    }
    named.sort_by(|a, b| a.1.cmp(&b.1));
    named
}

fn called(key: &str) -> String {
    let name = words::name(key);
    if key.starts_with("space.") { t!("handout.range_of", name = name) } else { name }
}

/// A list to add something from.
fn adding(
    link: &Link,
    id: &'static str,
    name: String,
    options: Vec<(String, String)>,
    rule: fn(String) -> Rule,
) -> Html {
    let keys: Vec<String> = options.iter().map(|option| option.0.clone()).collect();
    let onchange = link.batch_callback(move |e: web_sys::Event| {
        let key = keys.get(fields::picked(&e)?)?.clone();
        Some(Event::Share(ShareEvent::Rule(rule(key))))
    });
    fields::row(
        name,
        html! {
            <select {id} {onchange}>
                <option selected=true>{ t!("handout.add") }</option>
                { for options.into_iter().map(|(_, name)| html! { <option selected=false>{ name }</option> }) }
            </select>
        },
    )
}

fn drop_button(link: &Link, key: &str, name: &str) -> Html {
    let gone = key.to_owned();
    let onclick = link
        .callback(move |_: MouseEvent| Event::Share(ShareEvent::Rule(Rule::Free(gone.clone()))));
    html! { <button type="button" class="quiet" aria-label={t!("handout.drop", name = name)} {onclick}>{ "✕" }</button> }
}

/// A value that is locked, or kept between two numbers.
fn kept(link: &Link, tree: &Value, key: &str, limit: Option<(f64, f64)>) -> Html {
    let end = |high: bool| {
        let own = key.to_owned();
        let onchange = link.callback(move |e: web_sys::Event| {
            let value = match fields::typed(&fields::input_text(&e)) {
                // An end that is left empty is none.
                Err(NumberError::Empty) => None,
                Err(error) => return Event::Mistyped(error),
                Ok(value) => Some(value),
            };
            let rule = Rule::SetEnd { setting: own.clone(), high, value };
            Event::Share(ShareEvent::Rule(rule))
        });
        let value = limit
            .map(|limit| format::number(if high { limit.1 } else { limit.0 }))
            .unwrap_or_default();
        let label = if high { t!("handout.high") } else { t!("handout.low") };
        html! { <input type="text" inputmode="decimal" class="number" data-end={label.clone()} aria-label={format!("{}: {label}", called(key))} {value} placeholder={label.clone()} {onchange} /> }
    };
    let number =
        part(tree, key).is_some_and(|value| value.is_number() || key.starts_with("space."));
    html! {
        <li key={key.to_owned()} data-key={key.to_owned()}>
            <span>{ called(key) }</span>
            if number { { end(false) }{ end(true) } }
            <small>{ if limit.is_some() { t!("handout.limited") } else { t!("handout.locked") } }</small>
            { drop_button(link, key, &called(key)) }
        </li>
    }
}

pub fn view(state: &State, link: &Link) -> Html {
    let share = &state.share;
    let rules = &share.rules;
    let tree = serde_json::to_value(&state.setup).unwrap_or_default();
    let panel = |panel: Panel| match panel {
        Panel::Header => t!("handout.header"),
        Panel::Footer => t!("handout.footer"),
        Panel::Data => t!("data.title"),
        Panel::Search => t!("search.what"),
        Panel::Network => t!("net.title"),
        Panel::Training => t!("training.title"),
        Panel::Results => t!("nav.results"),
    };
    let panels = |name: &String| {
        PANELS.iter().any(|(panel, parts)| panel.key() == name || parts.contains(&name.as_str()))
    };
    let all = host::controls();
    let all: Vec<(&str, &str)> = all.lines().filter_map(|line| line.split_once('\t')).collect();
    let free = all
        .iter()
        .filter(|(id, name)| !name.is_empty() && !rules.hide.iter().any(|hidden| hidden == id));
    // Those of other screens go by the value that they set.
    let buttons = buttons();
    let elsewhere: Vec<(String, String)> = controls::single()
        .map(|(id, key)| (id, called(&key), key))
        .filter(|(id, name, key)| name != key && buttons.iter().all(|button| button.0 != id))
        .map(|(id, name, _)| (id, name))
        .chain(buttons.iter().map(|(id, name)| ((*id).to_owned(), name.clone())))
        .filter(|(id, _)| all.iter().all(|known| known.0 != id))
        .collect();
    let hidden = |id: &String| rules.hide.contains(id);
    let others = elsewhere.iter().filter(|(id, _)| !hidden(id)).cloned();
    let controls = free.map(|&(id, name)| (id.to_owned(), name.to_owned())).chain(others).collect();
    let control = |id: &str| {
        let other = || elsewhere.iter().find(|known| known.0 == id).map(|known| known.1.as_str());
        all.iter()
            .find(|known| known.0 == id)
            .map(|known| known.1)
            .or_else(other)
            .unwrap_or(id)
            .to_owned()
    };
    let known =
        |key: &String| rules.lock.contains(key) || rules.limit.iter().any(|limit| limit.0 == *key);
    let values = values(state, &tree).into_iter().filter(|(key, _)| !known(key)).collect();
    // By name: a value stays where it is when its lock becomes a range.
    let locks = rules.lock.iter().filter(|key| !panels(key)).map(|key| (key.as_str(), None));
    let mut held: Vec<(&str, Option<(f64, f64)>)> = locks
        .chain(rules.limit.iter().map(|(key, low, high)| (key.as_str(), Some((*low, *high)))))
        .collect();
    held.sort_by_key(|(key, _)| called(key));
    let chosen = link.callback(|place: usize| Event::Share(ShareEvent::Lesson(place)));
    let lessons = state.lesson.all.iter().enumerate().map(|(i, (_, lesson))| {
        AttrValue::from(format!("{} · {}", i + 1, say(&lesson.title, state.locale)))
    });
    let handed: Vec<AttrValue> =
        std::iter::once(t!("handout.shown").into()).chain(lessons).collect();
    html! {
        <details class="more handout" id="hand-out">
            <summary>{ t!("handout.title") }</summary>
            { fields::row(t!("handout.what"), html! {
                <fields::Select id="hand-what" options={handed} chosen={share.lesson.map_or(0, |i| i + 1)} onchosen={chosen} />
            }) }
            <table id="hand-panels">
                <thead><tr><th>{ t!("handout.part") }</th><th>{ t!("handout.hidden") }</th><th>{ t!("handout.locked") }</th></tr></thead>
                <tbody>{ for PANELS.iter().map(|&(of, lock)| {
                    let (key, name) = (of.key(), panel(of));
                    html! {
                        <tr>
                            <td>{ &name }</td>
                            <td>{ tick(link, format!("hide-{key}"), format!("{name}: {}", t!("handout.hidden")), &rules.hide, Rule::ToggleHidden, &[key]) }</td>
                            <td>if !lock.is_empty() { { tick(link, format!("lock-{key}"), format!("{name}: {}", t!("handout.locked")), &rules.lock, Rule::ToggleLocked, lock) } }</td>
                        </tr>
                    }
                }) }</tbody>
            </table>
            { adding(link, "hand-control", t!("handout.control"), controls, Rule::Hide) }
            <ul class="kept">{ for rules.hide.iter().filter(|id| !panels(id)).map(|id| html! {
                <li key={id.clone()} data-key={id.clone()}><span>{ control(id) }</span><small>{ t!("handout.hidden") }</small>{ drop_button(link, id, &control(id)) }</li>
            }) }</ul>
            { adding(link, "hand-value", t!("handout.value"), values, Rule::Lock) }
            <ul class="kept" id="hand-kept">
                { for held.into_iter().map(|(key, limit)| kept(link, &tree, key, limit)) }
            </ul>
        </details>
    }
}
