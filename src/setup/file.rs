//! The reader's own file: what was found in it, and which column to predict.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::modal::Modal;
use crate::words::format::count;
use crate::words::texts::t;
use tunescape_core::data::Kind;
use tunescape_core::state::file::FileEvent;
use tunescape_core::state::{Event, State};
use yew::prelude::*;

pub fn dialog(state: &State, link: &Link) -> Html {
    let Some((file, table)) = state.file.as_ref().and_then(|f| Some((f, f.table.as_ref()?))) else {
        return Html::default();
    };
    let (target, kind) = (file.target, file.kind);
    let separator = match table.separator {
        '\t' => "⇥".to_string(),
        other => other.to_string(),
    };
    html! {
        <Modal id="csv-dialog" label={t!("csv.title").to_string()} onleave={link.callback(|()| Event::File(FileEvent::Close))}>
                <h2>{ t!("csv.title") }</h2>
                <p>{ t!("csv.found", name = file.name, rows = count(table.rows), columns = table.columns.len(), separator = separator) }
                    { " " }{ if table.header { t!("csv.header") } else { t!("csv.no_header") } }
                    if table.latin1 { { " " }{ t!("csv.latin1") } }
                </p>
                { fields::row(t!("csv.target").to_string(), html! {
                    <select id="csv-target" onchange={link.callback(move |e: web_sys::Event| Event::File(FileEvent::Target(fields::select_index(&e), kind)))}>
                        { for table.columns.iter().enumerate().map(|(i, c)| html! {
                            <option selected={i == target}>{ t!("csv.column", name = c.name, distinct = c.distinct, missing = c.missing) }</option>
                        }) }
                    </select>
                }) }
                { fields::row(t!("csv.kind").to_string(), html! {
                    <select id="csv-kind" onchange={link.callback(move |e: web_sys::Event| {
                        Event::File(FileEvent::Target(target, if fields::select_index(&e) == 0 { Kind::Class } else { Kind::Number }))
                    })}>
                        <option selected={kind == Kind::Class}>{ t!("csv.class") }</option>
                        <option selected={kind == Kind::Number}>{ t!("csv.number") }</option>
                    </select>
                }) }
                <div class="actions">
                    <button type="button" id="csv-cancel" onclick={link.callback(|_| Event::File(FileEvent::Close))}>{ t!("csv.cancel") }</button>
                    <button type="button" id="csv-use" class="primary" onclick={link.callback(|_| Event::File(FileEvent::Use))}>{ t!("csv.use") }</button>
                </div>
        </Modal>
    }
}
