//! A landscape as a file: lines of JSON, a table, the page's own.

use crate::error::Error;
use crate::options::Format;
use crate::store::{Store, lines, put, text};
use serde::Serialize;
use std::io::Write;
use tunescape_core::json::number::Single;
use tunescape_core::landscape_file::{Axis, Block};

/// Writes what there is of a landscape.
pub fn write(store: &Store, format: Format, out: &mut dyn Write) -> Result<(), Error> {
    match format {
        Format::Csv => csv(store, out),
        Format::Page => page(store, out),
        _ => lines(store, out),
    }
}

/// The values of a landscape's axes.
fn axes(store: &Store) -> Result<[&Axis; 2], Error> {
    let [across, up] = &store.header.axes[..] else {
        return Err(Error::file(store.path(), "a landscape without its two axes"));
    };
    Ok([across, up])
}

/// What a block says of a cell, with its values; an error where it is of none.
fn places<'a>(
    store: &'a Store,
    block: &'a Block,
) -> Result<impl Iterator<Item = (usize, [f64; 2])> + 'a, Error> {
    let [across, up] = axes(store)?;
    let cells = block.epoch.len();
    let end = block.from.saturating_add(cells);
    let whole = block.is_whole() && end <= across.values.len();
    let y = up.values.get(block.row).copied();
    let (true, Some(y)) = (whole, y) else {
        return Err(Error::file(store.path(), format!("unit {} is damaged", block.unit)));
    };
    let from = block.from;
    Ok((0..cells).map(move |i| (i, [across.values[from + i], y])))
}

/// Whether every block is one of this map: what is gone on with may have been changed by hand.
pub fn check(store: &Store) -> Result<(), Error> {
    store.each::<Block>().try_for_each(|block| places(store, &block?).map(drop))
}

fn csv(store: &Store, out: &mut dyn Write) -> Result<(), Error> {
    let [across, up] = axes(store)?;
    let several = store.each::<Block>().next().transpose()?.is_some_and(|b| !b.spread.is_empty());
    let more = if several { ",spread" } else { "" };
    let names = [&across.name, &up.name].map(|name| if name.is_empty() { "-" } else { name });
    let [x, y] = names;
    let head = "epoch,validation_loss,training_loss,validation_score,reached,diverged";
    put(out, &format!("{x},{y},{head}{more}"))?;
    let whole = |n: Option<usize>| n.map(|n| n.to_string()).unwrap_or_default();
    for block in store.each::<Block>() {
        let block = block?;
        for (i, [x, y]) in places(store, &block)? {
            let [loss, train, score] =
                [&block.loss, &block.train_loss, &block.score].map(|list| list[i].0);
            let (epoch, reached) = (whole(block.epoch[i]), whole(block.reached[i]));
            let spread = block.spread.get(i).map_or(String::new(), |s| format!(",{}", s.0));
            let diverged = whole(block.diverged[i]);
            let told = format!("{x},{y},{epoch},{loss},{train},{score},{reached},{diverged}");
            put(out, &(told + &spread))?;
        }
    }
    Ok(())
}

/// A cell as the page exports it.
#[derive(Serialize)]
struct PageCell {
    values: Vec<String>,
    epoch: Option<usize>,
    training_loss: Single,
    validation_loss: Single,
    diverged: Option<usize>,
}

/// As the page exports its own landscape.
fn page(store: &Store, out: &mut dyn Write) -> Result<(), Error> {
    let setup = store.header.setup(store.path())?;
    let first = store.each::<Block>().next().transpose()?;
    let head = serde_json::json!({
        "setup": store.header.setup, "parameters": store.header.parameters,
        "side": store.header.side, "start": first.and_then(|block| block.start),
    });
    let head = head.to_string();
    put(out, &format!("{},\"cells\":[", head.trim_end_matches('}')))?;
    let mut first = true;
    for block in store.each::<Block>() {
        let block = block?;
        let (at, places): (Vec<usize>, Vec<[f64; 2]>) = places(store, &block)?.unzip();
        for (i, point) in at.into_iter().zip(setup.on_map(places)) {
            let cell = PageCell {
                values: setup.exact(&point),
                epoch: block.epoch[i],
                training_loss: block.train_loss[i],
                validation_loss: block.loss[i],
                diverged: block.diverged[i],
            };
            put(out, &[if first { "" } else { "," }, &text(&cell)].concat())?;
            first = false;
        }
    }
    put(out, "]}")
}
