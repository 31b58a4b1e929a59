//! Our reader of SQLite files against SQLite.

use super::{file, folder};
use libtest_mimic::{Failed, Trial};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, params};
use std::path::Path;
use tunescape_core::import::sqlite::{Database, Field};

pub fn tests() -> Vec<Trial> {
    let names = ["lookalikes/control.db", "optuna/study-5.0.0.db", "optuna/study-4.9.0.db"];
    let mut tests: Vec<Trial> = names
        .into_iter()
        .map(|name| {
            Trial::test(format!("SQLite reads the same from {name}"), move || same(&file(name)))
        })
        .collect();
    for page in [512_usize, 1024, 4096, 65_536] {
        tests.push(Trial::test(format!("SQLite reads the same from pages of {page}"), move || {
            let path = folder(&format!("pages-{page}")).join("made.db");
            make(&path, page)?;
            same(&path)
        }));
    }
    tests
}

/// Rows of every kind and length, some deleted, some of an older form of their table.
fn make(path: &Path, page: usize) -> Result<(), Failed> {
    let db = Connection::open(path)?;
    db.pragma_update(None, "page_size", page as i64)?;
    db.execute_batch(
        "CREATE TABLE plain (a, b TEXT, c FLOAT);
         CREATE TABLE \"odd name\" (id INTEGER PRIMARY KEY, [x y] BLOB);
         CREATE INDEX i ON plain (b); CREATE VIEW v AS SELECT a FROM plain;
         BEGIN;",
    )?;
    for n in 0..3_000_i64 {
        let long = "ü".repeat((n * n % 5_000) as usize);
        match n % 5 {
            0 => {
                db.execute("INSERT INTO plain VALUES (?, ?, ?)", params![n << (n % 60), long, n])?
            }
            1 => {
                db.execute("INSERT INTO plain VALUES (?, NULL, ?)", params![-n, 1.0 / n as f64])?
            }
            2 => {
                db.execute("INSERT INTO plain VALUES (?, ?, ?)", params![0.5, "x", f64::INFINITY])?
            }
            3 => db.execute("INSERT INTO plain VALUES (0, '', 1)", [])?,
            _ => db.execute(
                "INSERT INTO \"odd name\" VALUES (?, ?)",
                params![n * 1_000_003, vec![n as u8; (n % 3_000) as usize]],
            )?,
        };
    }
    db.execute_batch(
        "DELETE FROM plain WHERE rowid % 7 = 0; ALTER TABLE plain ADD COLUMN d; COMMIT;",
    )?;
    db.execute("INSERT INTO plain VALUES (1, 2, 3, 4)", [])?;
    Ok(())
}

fn same(path: &Path) -> Result<(), Failed> {
    let bytes = std::fs::read(path)?;
    let mut ours = Database::open(&bytes)?;
    let (tables, damage) = ours.tables();
    assert_eq!(damage, None);
    let theirs = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut names: Vec<String> = theirs
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut own: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    names.sort();
    own.sort_unstable();
    assert_eq!(own, names);
    for table in &tables {
        let mut rows = Vec::new();
        ours.rows(table, &mut |id, fields| rows.push((id, fields)))
            .map_err(|d| format!("{d:?}"))?;
        let name = &table.name;
        let mut query =
            theirs.prepare(&format!("SELECT rowid, * FROM \"{name}\" ORDER BY rowid"))?;
        let columns: Vec<&str> = query.column_names().skip(1).collect();
        assert_eq!(columns, table.columns[..], "{name}");
        let mut wanted = query.query([])?;
        let mut count = 0;
        while let Some(row) = wanted.next()? {
            let (id, fields) = &rows[count];
            assert_eq!(*id, row.get::<_, i64>(0)?, "{name}");
            for (at, field) in fields.iter().enumerate() {
                assert!(equal(field, row.get_ref(at + 1)?), "{name}, row {id}: {field:?}");
            }
            count += 1;
        }
        assert_eq!(count, rows.len(), "{name}");
    }
    Ok(())
}

fn equal(field: &Field, value: ValueRef) -> bool {
    match (field, value) {
        (Field::Null, ValueRef::Null) => true,
        (Field::Integer(own), ValueRef::Integer(other)) => *own == other,
        (Field::Real(own), ValueRef::Real(other)) => *own == other,
        // A real without a fraction is stored as an integer; only the column's type says so.
        (Field::Integer(own), ValueRef::Real(other)) => *own as f64 == other,
        (Field::Text(own), ValueRef::Text(other)) => own.as_bytes() == other,
        (Field::Blob(own), ValueRef::Blob(other)) => own == other,
        _ => false,
    }
}
