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

/// Values of a picture at the middles of five by five parts, the highest row first. `at` names the
/// place along an axis, `value` goes by the column from the left and the row from below.
pub fn grid(
    caption: &str,
    corner: String,
    at: impl Fn(usize, usize) -> String,
    value: impl Fn(usize, usize) -> String,
) -> Html {
    let head = std::iter::once(corner).chain((0..5).map(|x| at(0, x))).collect();
    let row = |y: usize| std::iter::once(at(1, y)).chain((0..5).map(|x| value(x, y))).collect();
    table(caption, head, (0..5).rev().map(row).collect())
}

/// The place in the middle of the `i`-th of five parts of `n` places.
pub fn part(i: usize, n: usize) -> usize {
    (2 * i + 1) * n / 10
}
