//! What a plot shows, as a table for those who can't see it.

use yew::prelude::*;

/// A table that is read out, not shown: its head, and rows that begin with their own.
pub fn table(caption: &str, head: Vec<String>, rows: Vec<Vec<String>>) -> Html {
    html! {
        <div class="unseen">
        <table>
            <caption>{ caption.to_owned() }</caption>
            <thead><tr>{ for head.into_iter().map(|name| html! { <th>{ name }</th> }) }</tr></thead>
            <tbody>{ for rows.into_iter().map(|row| html! { <tr>{ for row.into_iter().enumerate().map(|(i, cell)| if i == 0 { html! { <th>{ cell }</th> } } else { html! { <td>{ cell }</td> } }) }</tr> }) }</tbody>
        </table>
        </div>
    }
}
