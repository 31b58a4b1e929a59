//! A wide table, some of its columns at a time.

use crate::words::format::count;
use crate::words::texts::t;
use std::ops::Range;
use yew::prelude::*;

/// Columns that are shown at once: a page of a thousand selects would be slow.
const AT_ONCE: usize = 40;

#[derive(Properties, PartialEq)]
pub struct PagedProps {
    pub columns: usize,
    /// The table of these columns.
    pub table: Callback<Range<usize>, Html>,
}

/// The table, of so many columns at once as a browser draws easily, and buttons that turn to the
/// others.
#[component]
pub fn Paged(props: &PagedProps) -> Html {
    let page = use_state(|| 0usize);
    let columns = props.columns;
    let at = (*page).min(columns.saturating_sub(1) / AT_ONCE);
    let (first, end) = (at * AT_ONCE, columns.min((at + 1) * AT_ONCE));
    let turn = |to: Option<usize>, text: &'static str, name: String| {
        let page = page.clone();
        let onclick = Callback::from(move |_: MouseEvent| to.iter().for_each(|to| page.set(*to)));
        html! { <button type="button" aria-label={name} aria-disabled={to.is_none().then_some("true")} {onclick}>{ text }</button> }
    };
    html! {
        <>
            if columns > AT_ONCE {
                <p class="pages">
                    { turn(at.checked_sub(1), "‹", t!("csv.columns_before")) }
                    { t!("csv.columns_shown", first = count(first + 1), last = count(end), all = count(columns)) }
                    { turn((end < columns).then_some(at + 1), "›", t!("csv.columns_after")) }
                </p>
            }
            { props.table.emit(first..end) }
        </>
    }
}
