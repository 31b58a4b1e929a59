//! The few kinds of control that the panels are made of.

use crate::controls::link::Link;
use crate::controls::link::Ruled;
use crate::controls::terms::explained;
use crate::words::format;
use tunescape_core::data::number::NumberError;
use tunescape_core::setup::Edit;
use tunescape_core::setup::typed::{Field, TypedError};
use tunescape_core::state::Event;
use tunescape_core::state::share::ShareEvent;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// A labelled row.
pub fn row(name: impl Into<AttrValue>, control: Html) -> Html {
    html! { <label class="row"><span>{ name.into() }</span>{ control }</label> }
}

/// The row of a control that has the same name for those who can't see it, as the rules have it.
/// What the name's words mean is told where they stand, which nothing within a label could.
pub fn ruled_row(ruled: &Ruled, id: &'static str, name: AttrValue, control: Html) -> Html {
    html! {
        <div class="row" hidden={ruled.hidden}>{ named(ruled, id, name) }{ control }</div>
    }
}

/// The name of a control: a press on it leads to the control, as one on a label would.
fn named(ruled: &Ruled, id: &'static str, name: AttrValue) -> Html {
    let onclick = move |e: MouseEvent| {
        let pressed = e.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let term = pressed.and_then(|pressed| pressed.closest("button").ok().flatten());
        if term.is_none() {
            crate::host::attention::focus(id);
        }
    };
    html! { <span data-range={ruled.range.clone()} {onclick}>{ explained(name) }</span> }
}

/// A bar as long as its share of the whole, in a list of several.
pub fn bar(name: String, class: &'static str, share: f64, says: String) -> Html {
    html! {
        <div class="bar" data-share={share.to_string()}>
            <span>{ name }</span>
            <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect {class} width={(100.0 * share.clamp(0.0, 1.0)).to_string()} height="8" /></svg>
            <output>{ says }</output>
        </div>
    }
}

/// Index of the option that was chosen.
pub fn select_index(event: &web_sys::Event) -> usize {
    let select = event.target().and_then(|t| t.dyn_into::<HtmlSelectElement>().ok());
    select.map_or(0, |s| s.selected_index().max(0) as usize)
}

/// What was picked from a list that adds: its place, after the line that names the list, on which
/// it stands again.
pub fn picked(event: &web_sys::Event) -> Option<usize> {
    let place = select_index(event).checked_sub(1);
    if let Some(select) = event.target().and_then(|t| t.dyn_into::<HtmlSelectElement>().ok()) {
        select.set_selected_index(0);
    }
    place
}

/// What typing into a field does; what the field does not take is said.
pub fn typed_event(field: Field, text: &str, event: impl Fn(f64) -> Event) -> Event {
    field.read(text).map_or_else(Event::Mistyped, event)
}

/// The text of an input.
pub fn input_text(event: &impl AsRef<web_sys::Event>) -> String {
    let input = event.as_ref().target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok());
    input.map(|i| i.value()).unwrap_or_default()
}

#[derive(Properties, PartialEq)]
pub struct TypedProps {
    #[prop_or_default]
    pub id: Option<AttrValue>,
    #[prop_or_default]
    pub class: Classes,
    #[prop_or_default]
    pub label: Option<AttrValue>,
    #[prop_or("decimal")]
    pub inputmode: &'static str,
    /// What is in force.
    pub value: AttrValue,
    /// Told what was typed when the field is left or Enter is pressed.
    pub ontyped: Callback<String>,
    #[prop_or_default]
    pub ruled: Ruled,
}

/// A field to type in. What is being typed stays while the page is drawn anew around it, as it is
/// many times a second while something trains; afterwards the field shows what is in force, so that
/// what was refused does not stay.
#[component]
pub fn Typed(props: &TypedProps) -> Html {
    let draft = use_state(|| None::<String>);
    let oninput = {
        let draft = draft.clone();
        Callback::from(move |e: InputEvent| draft.set(Some(input_text(&e))))
    };
    let onchange = {
        let (draft, ontyped) = (draft.clone(), props.ontyped.clone());
        Callback::from(move |e: web_sys::Event| {
            draft.set(None);
            ontyped.emit(input_text(&e));
        })
    };
    let onblur = {
        let draft = draft.clone();
        Callback::from(move |_: FocusEvent| draft.set(None))
    };
    let value = (*draft).clone().map_or_else(|| props.value.clone(), AttrValue::from);
    html! {
        <input type="text" inputmode={props.inputmode} id={props.id.clone()} class={classes!("number", props.class.clone())} autocomplete="off"
            aria-label={props.label.clone()} title={props.ruled.says()} disabled={props.ruled.locked} data-locked={props.ruled.mark()} hidden={props.ruled.hidden}
            {value} {oninput} {onchange} {onblur} />
    }
}

#[derive(Properties, PartialEq)]
pub struct SelectProps {
    #[prop_or_default]
    pub id: Option<AttrValue>,
    #[prop_or_default]
    pub class: Classes,
    #[prop_or_default]
    pub label: Option<AttrValue>,
    pub options: Vec<AttrValue>,
    /// The place of the option in force.
    pub chosen: usize,
    /// Told the place of the option that was chosen.
    pub onchosen: Callback<usize>,
    #[prop_or_default]
    pub ruled: Ruled,
}

/// A list to choose one of. It shows what is in force: what was refused does not stay.
#[component]
pub fn Select(props: &SelectProps) -> Html {
    let list = use_node_ref();
    let chosen = props.chosen;
    {
        // Once a reader has chosen, the attribute of an option no longer decides what is shown.
        let (list, count) = (list.clone(), props.options.len());
        use_effect_with((chosen, count), move |_| show_chosen(&list, chosen));
    }
    let onchange = {
        let (list, onchosen) = (list.clone(), props.onchosen.clone());
        Callback::from(move |e: web_sys::Event| {
            let place = select_index(&e);
            show_chosen(&list, chosen);
            onchosen.emit(place);
        })
    };
    let ruled = &props.ruled;
    html! {
        <select ref={list} id={props.id.clone()} class={props.class.clone()} aria-label={props.label.clone()} title={ruled.says()}
            disabled={ruled.locked} data-locked={ruled.mark()} hidden={ruled.hidden} {onchange}>
            { for props.options.iter().enumerate().map(|(i, text)| html! { <option selected={i == chosen}>{ text }</option> }) }
        </select>
    }
}

fn show_chosen(list: &NodeRef, chosen: usize) {
    if let Some(list) = list.cast::<HtmlSelectElement>() {
        list.set_selected_index(chosen as i32);
    }
}

/// A choice of one of several values.
pub fn choice<T: Copy + PartialEq + 'static>(
    link: &Link,
    id: &'static str,
    name: impl Into<AttrValue>,
    options: Vec<(T, String)>,
    current: T,
    edit: impl Fn(&T) -> Edit + 'static,
) -> Html {
    let values: Vec<T> = options.iter().map(|o| o.0).collect();
    let chosen = values.iter().position(|value| *value == current).unwrap_or(0);
    let onchosen =
        link.callback(move |place: usize| Event::Edit(edit(&values[place.min(values.len() - 1)])));
    let ruled = link.ruled(id);
    let options: Vec<AttrValue> = options.into_iter().map(|(_, text)| text.into()).collect();
    let name = name.into();
    let select = html! { <Select {id} label={name.clone()} {options} {chosen} {onchosen} ruled={ruled.clone()} /> };
    ruled_row(&ruled, id, name, select)
}

/// A number to type; what is no number leaves the set-up as it was, and is said.
pub fn number(
    link: &Link,
    id: &'static str,
    name: impl Into<AttrValue>,
    current: f64,
    edit: impl Fn(f64) -> Edit + 'static,
) -> Html {
    let name = name.into();
    ruled_row(&link.ruled(id), id, name.clone(), number_box(link, id, name, current, edit))
}

/// A number to type, or nothing, which leaves it to the program.
pub fn number_or_auto(
    link: &Link,
    id: &'static str,
    name: impl Into<AttrValue>,
    current: Option<f64>,
    setting: &'static str,
) -> Html {
    let name = name.into();
    let auto = move || Event::Edit(Edit::set(setting, None::<f64>));
    let ontyped = link.callback(move |text: String| {
        let field = Field::of_setting(setting);
        match field.read(&text) {
            Err(TypedError::Number(NumberError::Empty)) => auto(),
            _ => typed_event(field, &text, |value| Event::Edit(Edit::set(setting, value))),
        }
    });
    let value = current.map_or_else(|| crate::words::texts::t!("search.auto"), format::number);
    let ruled = link.ruled(id);
    let field =
        html! { <Typed {id} label={name.clone()} {value} {ontyped} ruled={ruled.clone()} /> };
    ruled_row(&ruled, id, name, field)
}

/// The field alone; `label` is its name for those who can't see what stands beside it.
pub fn number_box(
    link: &Link,
    id: impl Into<AttrValue>,
    label: impl Into<AttrValue>,
    current: f64,
    edit: impl Fn(f64) -> Edit + 'static,
) -> Html {
    let id = id.into();
    let ruled = link.ruled(&id);
    let ontyped = link.callback(move |text: String| {
        // What the field is for is seen from what it changes.
        let field = Field::of(&edit(1.0));
        typed_event(field, &text, |value| Event::Edit(edit(value)))
    });
    html! { <Typed id={Some(id)} label={label.into()} value={format::number(current)} {ontyped} {ruled} /> }
}

/// A slider over a part of 0 to 1 and its value beside it.
pub fn slider(
    link: &Link,
    id: &'static str,
    name: impl Into<AttrValue>,
    [low, at, high]: [f64; 3],
    shown: String,
    edit: impl Fn(f64) -> Edit + 'static,
) -> Html {
    let places = |at: f64| (at * 1000.0).round().to_string();
    let oninput = link.callback(move |e: InputEvent| {
        let at = input_text(&e).parse::<f64>().unwrap_or(0.0) / 1000.0;
        Event::Edit(edit(at))
    });
    let (ruled, name) = (link.ruled(id), name.into());
    html! {
        <div class="slider" hidden={ruled.hidden}>
            { named(&ruled, id, name.clone()) }
            <output>{ shown.clone() }</output>
            <input type="range" {id} aria-label={name} min={places(low)} max={places(high)} value={places(at)} aria-valuetext={shown} title={ruled.says()}
                disabled={ruled.locked} data-locked={ruled.mark()} {oninput} />
        </div>
    }
}

/// A tick, with its name behind it.
pub fn tick(
    link: &Link,
    id: &'static str,
    name: impl Into<AttrValue>,
    checked: bool,
    edit: impl Fn(bool) -> Edit + 'static,
) -> Html {
    let ruled = link.ruled(id);
    let onchange = link.callback(move |_: web_sys::Event| Event::Edit(edit(!checked)));
    html! {
        <label hidden={ruled.hidden} title={ruled.says()}>
            <input type="checkbox" {id} {checked} disabled={ruled.locked}
                data-locked={ruled.mark()} {onchange} />{ name.into() }
        </label>
    }
}

/// One of a few, as buttons side by side.
pub fn segments<T: Copy + PartialEq + 'static>(
    link: &Link,
    id: &'static str,
    label: String,
    options: Vec<(T, String)>,
    current: T,
    event: fn(T) -> Event,
) -> Html {
    let ruled = link.ruled(id);
    html! {
        <span class="segments" {id} role="group" aria-label={label} hidden={ruled.hidden}>
            { for options.into_iter().map(|(value, text)| html! {
                <button type="button" aria-pressed={(value == current).to_string()} title={ruled.says()} disabled={ruled.locked} data-locked={ruled.mark()}
                    onclick={link.callback(move |_| event(value))}>{ text }</button>
            }) }
        </span>
    }
}

/// A button with a name for screen readers and tests. One that does nothing just now keeps the
/// keyboard's focus: `boot.js` stops its clicks.
pub fn button(
    link: &Link,
    id: &'static str,
    text: impl Into<AttrValue>,
    label: String,
    enabled: bool,
    event: fn() -> Event,
) -> Html {
    let ruled = link.ruled(id);
    html! {
        <button type="button" {id} title={ruled.title(label.clone())} aria-label={label} aria-disabled={(!enabled).then_some("true")}
            disabled={ruled.locked} data-locked={ruled.mark()} hidden={ruled.hidden} onclick={link.callback(move |_| event())}>{ text.into() }</button>
    }
}

/// A button that puts a text on the clipboard.
pub fn copy(link: &Link, id: &'static str, label: String, text: String) -> Html {
    let onclick = link.callback(move |_: MouseEvent| Event::Share(ShareEvent::Copy(text.clone())));
    html! { <button type="button" class="quiet" {id} {onclick}>{ label }</button> }
}

/// A part of the set-up that can be folded away; as it stands at first, `open`.
pub fn fold(class: &'static str, title: String, open: bool, body: Html) -> Html {
    html! { <details class={classes!("card", "fold", class)} {open}><summary><h2>{ title }</h2></summary>{ body }</details> }
}
