//! Formulas, in the browser's own MathML.

use crate::controls::terms::explained;
use crate::words::texts::t;
use tunescape_core::lesson::formula::{self, Node};
use tunescape_core::lesson::symbols;
use yew::prelude::*;
use yew::virtual_dom::{VTag, VText};

/// A formula as it is written in lessons and locales; a line may break where two spaces stand.
pub fn view(text: &str, id: Option<&'static str>) -> Html {
    let part = |node: &Node| html! { <math>{ element(node) }</math> };
    html! { <p class="formula" {id} tabindex="0" data-formula={text.to_string()}>{ for formula::read(text).iter().map(part) }</p> }
}

/// What the letters of a formula stand for, as these texts have it.
pub fn legend(text: &str, symbols: &[String]) -> Html {
    explained(symbols::legend(text, symbols, &t!("list.clauses")))
}

/// A formula and, folded under it, what its letters stand for.
pub fn with_legend(text: &str, id: Option<&'static str>, symbols: &[String]) -> Html {
    html! {
        <>
            { view(text, id) }
            { folded_legend(text, symbols) }
        </>
    }
}

/// What a formula's letters stand for, folded.
pub fn folded_legend(text: &str, symbols: &[String]) -> Html {
    html! {
        <details class="about">
            <summary>{ t!("formula.symbols") }</summary>
            <p>{ legend(text, symbols) }</p>
        </details>
    }
}

/// Whether two formulas are the same, however they are spaced.
pub fn is_same(one: &str, other: &str) -> bool {
    let letters = |text: &str| text.replace([' ', '·'], "");
    letters(one) == letters(other)
}

fn element(node: &Node) -> Html {
    let (tag, inner): (_, Vec<Html>) = match node {
        Node::Leaf(tag, text) => (*tag, vec![VText::new(text.clone()).into()]),
        Node::Tree(tag, inner) => (*tag, inner.iter().map(element).collect()),
    };
    let mut element = VTag::new(tag);
    element.add_children(inner);
    if tag == "mover" {
        // The hat sits on its letter.
        element.add_attribute("accent", "true");
    }
    element.into()
}
