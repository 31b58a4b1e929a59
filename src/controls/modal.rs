//! A dialog of the browser's own.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ModalProps {
    pub id: &'static str,
    pub label: AttrValue,
    /// Told when the reader leaves it by Escape.
    pub onleave: Callback<()>,
    pub children: Html,
}

/// A dialog that keeps the focus within and goes at Escape, both by the browser.
#[component]
pub fn Modal(props: &ModalProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            let dialog = node.cast::<HtmlDialogElement>();
            if let Some(dialog) = &dialog {
                // It is refused only where it is open already.
                let _ = dialog.show_modal();
            }
            // Closed before it is taken from the page, it gives the focus back to what opened it.
            move || dialog.iter().for_each(HtmlDialogElement::close)
        });
    }
    let oncancel = {
        let leave = props.onleave.clone();
        Callback::from(move |e: web_sys::Event| {
            e.prevent_default();
            leave.emit(());
        })
    };
    html! {
        <dialog ref={node} id={props.id} class="card dialog" aria-label={&props.label} {oncancel}>
            { props.children.clone() }
        </dialog>
    }
}
