//! The few kinds of control that the panels are made of.

use super::Link;
use crate::app::format;
use crate::app::model::Message;
use crate::exchange::Setup;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// A labelled row.
pub fn row(name: impl Into<AttrValue>, control: Html) -> Html {
    html! { <label class="row"><span>{ name.into() }</span>{ control }</label> }
}

/// Index of the option that was chosen.
pub fn select_index(event: &Event) -> usize {
    let select = event.target().and_then(|t| t.dyn_into::<HtmlSelectElement>().ok());
    select.map_or(0, |s| s.selected_index().max(0) as usize)
}

/// The text of an input.
pub fn input_text(event: &impl AsRef<web_sys::Event>) -> String {
    let input = event.as_ref().target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok());
    input.map(|i| i.value()).unwrap_or_default()
}

/// The text of an input, which then shows `current` again: what is refused does not stay in the field.
pub fn take_text(event: &Event, current: String) -> String {
    let text = input_text(event);
    if let Some(input) = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok()) {
        input.set_value(&current);
    }
    text
}

/// A choice of one of several values.
pub fn choice<T: Copy + PartialEq + 'static>(
    link: &Link,
    id: &'static str,
    name: impl Into<AttrValue>,
    options: Vec<(T, String)>,
    current: T,
    set: fn(&mut Setup, T),
) -> Html {
    let values: Vec<T> = options.iter().map(|o| o.0).collect();
    let onchange = link.callback(move |e: Event| {
        let chosen = values[select_index(&e).min(values.len() - 1)];
        Message::change(move |s| set(s, chosen))
    });
    row(
        name,
        html! {
            <select {id} {onchange}>
                { for options.into_iter().map(|(value, text)| html! { <option selected={value == current}>{ text }</option> }) }
            </select>
        },
    )
}

/// A number to type; what is no number leaves the set-up as it was.
pub fn number(
    link: &Link,
    id: &'static str,
    name: impl Into<AttrValue>,
    current: f64,
    set: impl Fn(&mut Setup, f64) + Copy + 'static,
) -> Html {
    row(name, number_box(link, id, current, set))
}

pub fn number_box(link: &Link, id: &'static str, current: f64, set: impl Fn(&mut Setup, f64) + Copy + 'static) -> Html {
    let onchange = link.callback(move |e: Event| {
        let value = take_text(&e, format::number(current)).trim().parse::<f64>().ok().filter(|v| v.is_finite());
        Message::change(move |s| {
            if let Some(value) = value {
                set(s, value);
            }
        })
    });
    html! { <input type="text" inputmode="decimal" {id} class="number" autocomplete="off" value={format::number(current)} {onchange} /> }
}

/// A slider over 0 to 1 and its value beside it.
pub fn slider(
    link: &Link,
    id: &'static str,
    name: impl Into<AttrValue>,
    at: f64,
    shown: String,
    set: impl Fn(&mut Setup, f64) + Copy + 'static,
) -> Html {
    let oninput = link.callback(move |e: InputEvent| {
        let at = input_text(&e).parse::<f64>().unwrap_or(0.0) / 1000.0;
        Message::change(move |s| set(s, at))
    });
    html! {
        <label class="slider">
            <span>{ name.into() }</span>
            <output>{ shown.clone() }</output>
            <input type="range" {id} min="0" max="1000" value={(at * 1000.0).round().to_string()} aria-valuetext={shown} {oninput} />
        </label>
    }
}

/// One of a few, as buttons side by side.
pub fn segments<T: Copy + PartialEq + 'static>(
    link: &Link,
    label: String,
    options: Vec<(T, String)>,
    current: T,
    message: fn(T) -> Message,
) -> Html {
    html! {
        <span class="segments" role="group" aria-label={label}>
            { for options.into_iter().map(|(value, text)| html! {
                <button type="button" aria-pressed={(value == current).to_string()} onclick={link.callback(move |_| message(value))}>{ text }</button>
            }) }
        </span>
    }
}

/// A button with a name for screen readers and tests.
pub fn button(
    link: &Link,
    id: &'static str,
    text: impl Into<AttrValue>,
    label: String,
    enabled: bool,
    message: fn() -> Message,
) -> Html {
    html! {
        <button type="button" {id} title={label.clone()} aria-label={label} disabled={!enabled} onclick={link.callback(move |_| message())}>{ text.into() }</button>
    }
}
