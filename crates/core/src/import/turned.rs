//! A table whose columns are trials, as people lay out a few of them side by side, turned so that its
//! rows are.

use super::limits::MAX_COLUMNS;
use super::mapping::likely;
use super::records::is_number;
use super::table::Table;
use super::{Likely, Note};

/// The table with a row for each trial. It is turned where its columns are called by numbers, or by
/// nothing, and its first column, other than its names, names something that is searched and a
/// metric.
pub fn turned(table: Table) -> Table {
    let nameless = table.notes.contains(&Note::NoNames);
    let trials = table.header.get(1..).unwrap_or_default();
    let numbered = |name: &String| is_number(name) || name.parse::<f64>().is_ok();
    let few = table.rows.len() < MAX_COLUMNS && trials.len() > 1;
    let named = !nameless && !trials.iter().all(numbered);
    if !few || named || likely(&table.header) != Likely::Other {
        return table;
    }
    let names: Vec<String> = table.column(0).map(str::to_string).collect();
    if likely(&names) == Likely::Other || names.iter().any(String::is_empty) {
        return table;
    }
    let id = (!nameless).then(|| "trial".to_string());
    let notes = table.notes.iter().filter(|note| **note != Note::NoNames).cloned().collect();
    let mut turned = Table::new("", id.into_iter().chain(names).collect(), notes);
    turned.name.clone_from(&table.name);
    for (at, name) in trials.iter().enumerate() {
        let id = (!nameless).then_some(name.as_str());
        turned.push(id.into_iter().chain(table.column(at + 1)));
    }
    turned
}

#[cfg(test)]
mod tests {
    use crate::import::table::read;

    #[test]
    fn trials_side_by_side_become_rows() {
        let text = "trial,1,2,3,4\nlr,0.1,0.01,0.05,0.2\nopt,a,b,a,b\nval_loss,0.5,0.4,0.45,0.6\n";
        let table = read(text.as_bytes(), "x.csv").unwrap();
        assert_eq!(table.header, ["trial", "lr", "opt", "val_loss"]);
        assert_eq!(table.rows.len(), 4);
        assert_eq!(table.rows[1], ["2", "0.01", "b", "0.4"]);
        let nameless = read(b"lr,0.1,0.01\nopt,a,b\nval_loss,0.5,0.4\n", "x.csv").unwrap();
        assert_eq!(nameless.header, ["lr", "opt", "val_loss"]);
        assert_eq!((nameless.rows.len(), &nameless.notes[..]), (2, &[][..]));
        // Names above the columns, and names of which none is a metric's, are as they stand.
        for (text, rows) in [("lr,loss\n0.1,0.5\n0.2,0.4\n", 2), ("name,1,2\nlr,3,4\nwd,1,2\n", 3)]
        {
            assert_eq!(read(text.as_bytes(), "x.csv").unwrap().rows.len(), rows);
        }
    }
}
