//! The columns of a table of trials: what each is, guessed and to be changed.

use super::{event, opening};
use crate::controls::fields::Select;
use crate::controls::link::Link;
use crate::controls::paged::Paged;
use crate::controls::terms::explained;
use crate::words::format::count;
use crate::words::texts::t;
use std::ops::Range;
use tunescape_core::import::Direction;
use tunescape_core::import::mapping::{Role, Source};
use tunescape_core::import::view::Columns;
use tunescape_core::state::xray::XrayEvent;
use tunescape_core::state::xray::opening::Opening;
use yew::prelude::*;

/// What a column can be, by its key among the texts.
fn roles() -> [(&'static str, Role); 14] {
    let number = |log, integer| Role::Number { log, integer };
    [
        ("ignored", Role::Ignored),
        ("number", number(false, false)),
        ("number_log", number(true, false)),
        ("integer", number(false, true)),
        ("integer_log", number(true, true)),
        ("categorical", Role::Categorical),
        ("minimize", Role::Value(Direction::Minimize)),
        ("maximize", Role::Value(Direction::Maximize)),
        ("state", Role::State),
        ("trial", Role::Trial),
        ("step", Role::Step),
        ("attribute", Role::Attribute),
        ("constraint", Role::Constraint),
        ("start", Role::Start),
    ]
}

/// Those and the one that only tables with times have.
fn all_roles() -> Vec<(&'static str, Role)> {
    roles().into_iter().chain([("complete", Role::Complete)]).collect()
}

pub fn body(opening: &Opening, table: &Columns, link: &Link) -> Html {
    let Some(mapping) = &opening.mapping else { return Html::default() };
    let from = match mapping.source {
        Source::Optuna => t!("xray.from_optuna"),
        Source::Ray => t!("xray.from_ray"),
        Source::Wandb => t!("xray.from_wandb"),
        Source::Other => t!("xray.from_other"),
    };
    let has = |of: fn(&Role) -> bool| mapping.columns.iter().any(|(_, role)| of(role));
    let missing = if !has(Role::is_parameter) {
        Some(t!("xray.no_parameter"))
    } else if !has(|role| matches!(role, Role::Value(_))) {
        Some(t!("xray.no_value"))
    } else if has(|role| *role == Role::Step) && !has(|role| *role == Role::Trial) {
        Some(t!("xray.no_trial"))
    } else {
        None
    };
    let shown = (table.clone(), mapping.columns.clone(), link.clone());
    let shown = Callback::from(move |columns: Range<usize>| {
        let (table, mapped, link) = &shown;
        let field = |row: &Vec<String>| html! { <tr>{ for row.get(columns.clone()).unwrap_or_default().iter().map(|field| html! { <td>{ field }</td> }) }</tr> };
        let heads = columns
            .clone()
            .filter_map(|at| Some(head(at, table.header.get(at)?, &mapped.get(at)?.1, link)));
        html! {
            <div class="scroll-across" tabindex="0" role="region"
                aria-label={t!("xray.columns_title")}>
                <table id="xray-columns">
                    <thead><tr>{ for heads }</tr></thead>
                    <tbody>{ for table.first_rows.iter().map(field) }</tbody>
                </table>
            </div>
        }
    });
    html! {
        <>
            <p>{ explained(t!("xray.columns", name = opening.name, rows = count(table.rows), columns = table.header.len())) }{ " " }{ from }</p>
            <Paged columns={table.header.len()} table={shown} />
            if let Some(missing) = &missing { <p class="wrong" role="alert">{ missing }</p> }
            <p class="about">{ explained(t!("xray.columns_says")) }</p>
            <div class="actions">
                { opening::cancel(link) }
                <button type="button" id="xray-read" class="primary"
                    aria-disabled={missing.is_some().then_some("true")}
                    onclick={link.callback(|_| event(XrayEvent::Read))}>{ t!("xray.read") }</button>
            </div>
        </>
    }
}

fn head(at: usize, name: &str, role: &Role, link: &Link) -> Html {
    let all = all_roles();
    let options: Vec<AttrValue> =
        all.iter().map(|(key, _)| t!(format!("xray.role.{key}")).into()).collect();
    let chosen = all.iter().position(|(_, own)| own == role).unwrap_or(0);
    let onchosen = link.callback(move |place: usize| {
        let role = all_roles().into_iter().nth(place).map_or(Role::Ignored, |(_, role)| role);
        event(XrayEvent::Column(at, role))
    });
    let out = (*role == Role::Ignored).then_some("out");
    html! {
        <th key={at} scope="col" class={classes!(out)}>
            <span class="name" title={name.to_owned()}>{ name.to_owned() }</span>
            <Select id={format!("xray-column-{at}")} label={t!("xray.column_role", name = name)}
                {options} {chosen} {onchosen} />
        </th>
    }
}
