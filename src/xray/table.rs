//! The trials as a table, some rows at a time.

use super::about::state_of;
use super::{chart, event, words};
use crate::controls::link::Link;
use crate::words::format::count;
use crate::words::texts::t;
use tunescape_core::state::xray::{OpenStudy, XrayEvent};
use yew::prelude::*;

const ROWS: usize = 40;

pub fn view(open: &OpenStudy, link: &Link) -> Html {
    let view = &open.view;
    let trials = chart::told(open);
    let told = trials.len();
    let first = open.page.min(told.saturating_sub(1)) / ROWS * ROWS;
    let end = told.min(first + ROWS);
    let turn = |id: &'static str, to: Option<usize>, sign: &'static str, label: String| {
        let onclick =
            link.batch_callback(move |_: MouseEvent| to.map(|row| event(XrayEvent::Page(row))));
        html! { <button type="button" {id} aria-label={label} aria-disabled={to.is_none().then_some("true")} {onclick}>{ sign }</button> }
    };
    let row = |&trial: &usize| {
        let over = link.callback(move |_: PointerEvent| event(XrayEvent::Point(Some(trial))));
        html! {
            <tr key={trial} onpointerenter={over}>
                <th scope="row">{ words::trial_number(open, trial) }</th>
                <td>{ state_of(open, trial) }</td>
                { for (0..view.objectives.len()).map(|at| html! { <td class="digits">{ words::score_of(open, trial, at) }</td> }) }
                { for (0..view.parameters.len()).map(|at| html! { <td class="digits">{ words::value(view, at, words::param_of(open, trial, at)) }</td> }) }
                { for view.attributes.iter().map(|(_, texts)| html! { <td>{ texts.get(trial).cloned().unwrap_or_default() }</td> }) }
            </tr>
        }
    };
    let objectives = (0..view.objectives.len()).map(|at| words::objective(view, at));
    let parameters = view.parameters.iter().map(|parameter| parameter.name.clone());
    let attributes = view.attributes.iter().map(|(name, _)| name.clone());
    let head = [t!("table.trial"), t!("xray.state_title")].into_iter();
    let head = head.chain(objectives).chain(parameters).chain(attributes);
    html! {
        <>
            <p class="pages">
                { turn("xray-rows-before", first.checked_sub(ROWS), "‹", t!("xray.rows_before")) }
                { t!("xray.rows", first = count(end.min(first + 1)), last = count(end), all = count(told)) }
                { turn("xray-rows-after", (end < told).then_some(end), "›", t!("xray.rows_after")) }
            </p>
            <div class="scroll-across" tabindex="0" role="region"
                aria-label={t!("xray.part.table")}>
                <table id="xray-table"><thead><tr>{ for head.map(|name| html! { <th scope="col">{ name }</th> }) }</tr></thead>
                <tbody>{ for trials[first..end].iter().map(row) }</tbody></table>
            </div>
        </>
    }
}
