//! Terms explained where they first stand, and the glossary that has them all.

use crate::controls::modal::Modal;
use crate::words::texts::t;
use std::cell::Cell;
use tunescape_core::lesson::terms::{TERMS, split};
use web_sys::HtmlElement;
use yew::prelude::*;

/// The forms of a term, its name first.
fn forms(key: &str) -> Vec<String> {
    t!(format!("term.{key}")).split('|').map(str::to_owned).collect()
}

/// What begins no line: it stays with the term before it.
const CLOSING: &str = ".,;:!?)’”%，。；：！？）、";

/// What ends no line: it stays with the term behind it.
const OPENING: &str = "(‘“（《";

/// A text in which every term is explained where it first stands.
pub fn explained(text: impl Into<AttrValue>) -> Html {
    html! { <Explained text={text.into()} /> }
}

#[derive(Properties, PartialEq)]
struct ExplainedProps {
    text: AttrValue,
}

/// A component, so that the text is searched when it changes and not whenever the page is drawn.
#[component]
fn Explained(props: &ExplainedProps) -> Html {
    let terms: Vec<Vec<String>> = TERMS.iter().map(|key| forms(key)).collect();
    let mut pieces: Vec<Html> = Vec::new();
    let mut rest = split(&props.text, &terms).into_iter().peekable();
    let opens = |c: char| OPENING.contains(c);
    let mut before = "";
    while let Some((text, term)) = rest.next() {
        let key = pieces.len();
        let Some(term) = term else {
            let (text, opening) = match rest.peek() {
                Some((_, Some(_))) => text.split_at(text.trim_end_matches(opens).len()),
                _ => (text, ""),
            };
            before = opening;
            pieces.push(html! { <span {key}>{ text.to_owned() }</span> });
            continue;
        };
        let mut after = "";
        if let Some((next, None)) = rest.peek_mut() {
            let end = next.find(|c: char| !CLOSING.contains(c)).unwrap_or(next.len());
            (after, *next) = next.split_at(end);
        }
        let says = t!(format!("term_says.{key}", key = TERMS[term]));
        let (before, after) = (std::mem::take(&mut before).to_owned(), after.to_owned());
        pieces.push(html! { <Term {key} {before} word={text.to_owned()} {says} {after} /> });
    }
    // One element, whatever lays out what it stands in.
    html! { <span>{ pieces }</span> }
}

thread_local! {
    /// Terms so far: each has an id of its own.
    static MADE: Cell<usize> = const { Cell::new(0) };
}

#[derive(Properties, PartialEq)]
struct TermProps {
    /// What stands right before it.
    before: AttrValue,
    word: AttrValue,
    says: AttrValue,
    /// What stands right behind it.
    after: AttrValue,
}

/// A word and, on hover, focus or tap, the sentence that explains it.
#[component]
fn Term(props: &TermProps) -> Html {
    let id = use_state(|| format!("term-{}", MADE.replace(MADE.get() + 1)));
    let (open, pinned) = (use_state(|| false), use_state(|| false));
    let (button, tip) = (use_node_ref(), use_node_ref());
    {
        let tip = tip.clone();
        use_effect_with(*open, move |_| tip.cast::<HtmlElement>().iter().for_each(keep_in_window));
    }
    let show = {
        let open = open.clone();
        move || open.set(true)
    };
    let hide = {
        let (open, pinned) = (open.clone(), pinned.clone());
        move || {
            open.set(false);
            pinned.set(false);
        }
    };
    let onpointerenter = Callback::from({
        let show = show.clone();
        move |_: PointerEvent| show()
    });
    let onfocus = Callback::from(move |_: FocusEvent| show());
    let onpointerleave = Callback::from({
        let (hide, pinned) = (hide.clone(), *pinned);
        move |e: PointerEvent| {
            // A finger leaves when it is lifted; what it has opened stays.
            if !pinned && e.pointer_type() != "touch" {
                hide();
            }
        }
    });
    let onblur = Callback::from({
        let hide = hide.clone();
        move |_: FocusEvent| hide()
    });
    let onclick = Callback::from({
        let (hide, open, button) = (hide.clone(), open.clone(), button.clone());
        move |_: MouseEvent| {
            if *pinned {
                return hide();
            }
            pinned.set(true);
            open.set(true);
            // Not every browser gives it to a button that is pressed, and a tap elsewhere takes it.
            let _ = button.cast::<HtmlElement>().map(|button| button.focus());
        }
    });
    let onkeydown = Callback::from({
        let open = *open;
        move |e: KeyboardEvent| {
            if open && e.key() == "Escape" {
                e.prevent_default();
                e.stop_propagation();
                hide();
            }
        }
    });
    html! {
        <span class="term" {onpointerenter} {onpointerleave}>{ &props.before }
            <button type="button" ref={button} aria-describedby={open.then(|| (*id).clone())}
                {onfocus} {onblur} {onclick} {onkeydown}>{ &props.word }</button>{ &props.after }
            if *open {
                <span role="tooltip" class="term-says" id={(*id).clone()} ref={tip}>
                    { &props.says }
                </span>
            }
        </span>
    }
}

/// Room that the page's head takes at the top of the window.
const HEAD: f64 = 56.0;

/// Moves what stands beyond the right edge of the window, or of the lesson's card, into it, and above
/// the word where there is room: below it stands, more often than not, what is read next.
fn keep_in_window(tip: &HtmlElement) {
    let (Some(root), style) = (crate::host::root(), tip.style()) else { return };
    let rect = tip.get_bounding_client_rect();
    // Presenting zooms the page.
    let zoom = rect.width() / f64::from(tip.offset_width().max(1));
    // The card scrolls, so nothing is seen beyond its edges.
    let card = tip.closest(".lesson").ok().flatten().map(|card| card.get_bounding_client_rect());
    let card = card.as_ref();
    let width = f64::from(root.client_width());
    let over = rect.right() + 8.0 - card.map_or(width, |card| width.min(card.right()));
    if over > 0.0 {
        let _ = style.set_property("margin-left", &format!("{}px", -over / zoom));
    }
    let word = tip.parent_element().map_or(0.0, |word| word.get_bounding_client_rect().top());
    let below = rect.bottom() <= f64::from(root.client_height());
    if word - rect.height() > card.map_or(HEAD, |card| card.top()) || !below {
        let _ = tip.class_list().add_1("above");
    }
}

/// The button that opens the glossary.
#[component]
pub fn Glossary() -> Html {
    let open = use_state(|| false);
    let turn = |to: bool| {
        let open = open.clone();
        move || open.set(to)
    };
    let (show, hide) = (turn(true), turn(false));
    let onleave = Callback::from({
        let hide = hide.clone();
        move |()| hide()
    });
    html! {
        <>
            <button type="button" class="quiet" aria-haspopup="dialog"
                onclick={move |_: MouseEvent| show()}>{ t!("glossary.title") }</button>
            if *open {
                <Modal id="glossary" label={t!("glossary.title")} {onleave}>
                    // What takes the focus stands at the top, so that the list begins there.
                    <div class="head"><h2>{ t!("glossary.title") }</h2><button type="button" onclick={move |_: MouseEvent| hide()}>{ t!("glossary.close") }</button></div>
                    <p class="about">{ t!("glossary.about") }</p>
                    <dl class="glossary">
                        { for TERMS.iter().map(|key| html! {
                            <div><dt>{ forms(key).swap_remove(0) }</dt><dd>{ t!(format!("term_says.{key}")) }</dd></div>
                        }) }
                    </dl>
                </Modal>
            }
        </>
    }
}
