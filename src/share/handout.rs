//! What a teacher hands out: a lesson or what is on show, and what of it is hidden, locked or kept
//! in a range.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::words;
use crate::words::format;
use crate::words::texts::t;
use serde_json::Value;
use tunescape_core::data::number::NumberError;
use tunescape_core::lesson::facts::part;
use tunescape_core::lesson::needs::{Needs, PANELS};
use tunescape_core::lesson::say;
use tunescape_core::setup::typed::{Field, TypedError};
use tunescape_core::setup::{PARAMETERS, Panel, SETTINGS};
use tunescape_core::sort::{sort_by, sort_by_key};
use tunescape_core::state::share::{Rule, ShareEvent};
use tunescape_core::state::{Event, State};
use yew::prelude::*;

/// Which pages of the lesson that is handed out need what is locked, limited or hidden here, and
/// keep it free.
fn needed(state: &State, in_the_way: impl Fn(&Needs) -> bool) -> Html {
    let pages = state.handed_lesson().map_or(&[][..], |lesson| &lesson.pages[..]);
    let needs = pages.iter().map(Needs::of).enumerate();
    let numbers: Vec<String> =
        needs.filter(|(_, needs)| in_the_way(needs)).map(|(i, _)| (i + 1).to_string()).collect();
    if numbers.is_empty() {
        return Html::default();
    }
    html! { <small class="needed">{ t!("handout.needed", pages = format::list(&numbers)) }</small> }
}

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

/// The values that can be kept as they are or in a range: those with a name.
fn values(state: &State, tree: &Value) -> Vec<(String, String)> {
    let searched = state.setup.space.iter().map(|(p, _)| format!("space.{}", p.name));
    let choices = PARAMETERS.iter().map(|p| p.key.to_owned());
    let all = SETTINGS.iter().map(|setting| setting.path.clone());
    let mut named: Vec<(String, String)> = Vec::new();
    for key in all.chain(choices).chain(searched) {
        let name = called(&key);
        if name != key && part(tree, &key).is_some() && named.iter().all(|known| known.0 != key) {
            let name = words::controls::within(&key, name);
            named.push((key, name));
        }
    }
    sort_by(&mut named, |a, b| a.1.cmp(&b.1));
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
    let option = |(_, name): (String, String)| {
        html! { <option selected=false>{ name }</option> }
    };
    fields::row(
        name,
        html! {
            <select {id} {onchange}>
                <option selected=true>{ t!("handout.add") }</option>
                { for options.into_iter().map(option) }
            </select>
        },
    )
}

fn drop_button(link: &Link, key: &str, name: &str) -> Html {
    let gone = key.to_owned();
    let onclick = link
        .callback(move |_: MouseEvent| Event::Share(ShareEvent::Rule(Rule::Free(gone.clone()))));
    let label = t!("handout.drop", name = name);
    html! { <button type="button" class="quiet" aria-label={label} {onclick}>{ "✕" }</button> }
}

/// A value that is locked, or kept between two numbers.
fn kept(state: &State, link: &Link, tree: &Value, key: &str, limit: Option<(f64, f64)>) -> Html {
    // Its ends stand here as links have them, not in percent.
    let field = match Field::of_setting(key) {
        Field::Percent => Field::Number,
        field => field,
    };
    let end = |high: bool| {
        let own = key.to_owned();
        let onchange = link.callback(move |e: web_sys::Event| {
            let value = match field.read(&fields::input_text(&e)) {
                // An end that is left empty is none.
                Err(TypedError::Number(NumberError::Empty)) => None,
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
        let name = format!("{}: {label}", called(key));
        html! {
            <input type="text" inputmode="decimal" class="number" data-end={label.clone()}
                aria-label={name} {value} placeholder={label} {onchange} />
        }
    };
    let number =
        part(tree, key).is_some_and(|value| value.is_number() || key.starts_with("space."));
    let how = if limit.is_some() { t!("handout.limited") } else { t!("handout.locked") };
    let needed = needed(state, |needs| match limit {
        Some((low, high)) => needs.exceeds(&(key.to_owned(), low, high)),
        None => needs.changes(key),
    });
    html! {
        <li key={key.to_owned()} data-key={key.to_owned()}>
            <span>{ called(key) }</span>
            if number { { end(false) }{ end(true) } }
            <small>{ how }</small>
            { drop_button(link, key, &called(key)) }
            { needed }
        </li>
    }
}

/// Whether a part that is hidden or locked is one of the [`PANELS`].
fn of_panel(name: &str) -> bool {
    PANELS.iter().any(|(panel, parts)| panel.key() == name || parts.contains(&name))
}

fn panel_name(panel: Panel) -> String {
    match panel {
        Panel::Header => t!("handout.header"),
        Panel::Footer => t!("handout.footer"),
        Panel::Data => t!("data.title"),
        Panel::Search => t!("search.what"),
        Panel::Network => t!("net.title"),
        Panel::Training => t!("training.title"),
        Panel::Results => t!("nav.results"),
    }
}

/// What is handed out: what is on show, or a lesson.
fn what(state: &State, link: &Link) -> Html {
    let lessons = state.lesson.all.iter().enumerate().map(|(i, (_, lesson))| {
        AttrValue::from(format!("{} · {}", i + 1, say(&lesson.title, state.locale)))
    });
    let options: Vec<AttrValue> =
        std::iter::once(t!("handout.shown").into()).chain(lessons).collect();
    let chosen = state.share.lesson.map_or(0, |i| i + 1);
    let onchosen = link.callback(|place: usize| Event::Share(ShareEvent::Lesson(place)));
    fields::row(
        t!("handout.what"),
        html! { <fields::Select id="hand-what" {options} {chosen} {onchosen} /> },
    )
}

/// Which parts of the page are hidden, and which are locked.
fn panels(state: &State, link: &Link) -> Html {
    let rules = &state.share.rules;
    let (hidden, locked) = (t!("handout.hidden"), t!("handout.locked"));
    let row = |&(of, lock): &(Panel, &'static [&'static str])| {
        let (key, name) = (of.key(), panel_name(of));
        let hide = tick(
            link,
            format!("hide-{key}"),
            format!("{name}: {hidden}"),
            &rules.hide,
            Rule::ToggleHidden,
            &[key],
        );
        let label = format!("{name}: {locked}");
        let id = format!("lock-{key}");
        let needed =
            needed(state, |needs| needs.shows(key) || lock.iter().any(|part| needs.changes(part)));
        let lock = (!lock.is_empty())
            .then(|| tick(link, id, label, &rules.lock, Rule::ToggleLocked, lock));
        html! {
            <tr><td>{ name }{ needed }</td><td>{ hide }</td><td>{ lock.unwrap_or_default() }</td></tr>
        }
    };
    html! {
        <table id="hand-panels">
            <thead>
                <tr>
                    <th>{ t!("handout.part") }</th><th>{ &hidden }</th><th>{ &locked }</th>
                </tr>
            </thead>
            <tbody>{ for PANELS.iter().map(row) }</tbody>
        </table>
    }
}

/// What is hidden by itself; `known` are ids and names.
fn hidden(state: &State, link: &Link, known: &[(String, String)]) -> Html {
    let one = |id: &String| {
        let name = known.iter().find(|known| known.0 == *id).map_or(id, |known| &known.1);
        html! {
            <li key={id.clone()} data-key={id.clone()}>
                <span>{ name }</span><small>{ t!("handout.hidden") }</small>
                { drop_button(link, id, name) }
                { needed(state, |needs| needs.shows(id)) }
            </li>
        }
    };
    let alone = state.share.rules.hide.iter().filter(|id| !of_panel(id));
    html! { <ul class="kept">{ for alone.map(one) }</ul> }
}

/// The values that are locked or limited. By name: a value stays where it is when its lock becomes
/// a range.
fn held(state: &State, link: &Link, tree: &Value) -> Html {
    let rules = &state.share.rules;
    let locks = rules.lock.iter().filter(|key| !of_panel(key)).map(|key| (key.as_str(), None));
    let limits = rules.limit.iter().map(|(key, low, high)| (key.as_str(), Some((*low, *high))));
    let mut held: Vec<(&str, Option<(f64, f64)>)> = locks.chain(limits).collect();
    sort_by_key(&mut held, |(key, _)| called(key));
    let one = |(key, limit)| kept(state, link, tree, key, limit);
    html! { <ul class="kept" id="hand-kept">{ for held.into_iter().map(one) }</ul> }
}

pub fn view(state: &State, link: &Link) -> Html {
    let rules = &state.share.rules;
    let tree = serde_json::to_value(&state.setup).unwrap_or_default();
    let mut parts = words::controls::all();
    sort_by(&mut parts, |a, b| a.1.cmp(&b.1));
    let known =
        |key: &String| rules.lock.contains(key) || rules.limit.iter().any(|limit| limit.0 == *key);
    let values = values(state, &tree).into_iter().filter(|(key, _)| !known(key)).collect();
    let free = parts.iter().filter(|(id, _)| !rules.hide.contains(id)).cloned().collect();
    html! {
        <details class="more handout" id="hand-out">
            <summary>{ t!("handout.title") }</summary>
            <p class="about">{ explained(t!("handout.about")) }</p>
            { what(state, link) }
            { panels(state, link) }
            { adding(link, "hand-control", t!("handout.control"), free, Rule::Hide) }
            { hidden(state, link, &parts) }
            { adding(link, "hand-value", t!("handout.value"), values, Rule::Lock) }
            { held(state, link, &tree) }
        </details>
    }
}
