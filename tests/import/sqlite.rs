//! Our reader of SQLite files against SQLite.

use super::{file, folder};
use libtest_mimic::{Failed, Trial};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, params};
use std::path::Path;
use tunescape_core::import::sqlite::{Database, Field, SqliteError};
use tunescape_core::import::{self, ImportError, ImportedStudy, Note};

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
    tests.push(Trial::test("a database whose newest rows are in its log is told", logged));
    tests
}

/// A program has the database open: what it wrote last stands in the log.
fn logged() -> Result<(), Failed> {
    // NaN is not equal to itself.
    let of_tests = |study: &ImportedStudy| format!("{} {:?}", study.name, study.trials);
    let path = folder("logged").join("study.db");
    std::fs::copy(file("optuna/study-5.0.0.db"), &path)?;
    let whole = import::read(&std::fs::read(&path)?, "study.db")?;
    let db = Connection::open(&path)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.execute("UPDATE studies SET study_name = study_name || '!'", [])?;
    let found = import::read(&std::fs::read(&path)?, "study.db")?;
    assert_eq!(
        found.iter().map(of_tests).collect::<Vec<_>>(),
        whole.iter().map(of_tests).collect::<Vec<_>>()
    );
    assert!(found.iter().all(|study| study.notes.contains(&Note::WriteAheadLog)));
    // Of one that has just been made all is there.
    let path = folder("all-logged").join("study.db");
    let db = Connection::open(&path)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.execute_batch(
        "CREATE TABLE studies (study_id INTEGER); CREATE TABLE trials (trial_id INTEGER);",
    )?;
    let found = import::read(&std::fs::read(&path)?, "study.db");
    assert_eq!(found.err(), Some(ImportError::Sqlite(SqliteError::WriteAheadLog)));
    Ok(())
}

/// Rows of every kind and length, some deleted, some of an older form of their table.
fn make(path: &Path, page: usize) -> Result<(), Failed> {
    let db = Connection::open(path)?;
    db.pragma_update(None, "page_size", page as i64)?;
    db.execute_batch(
        "CREATE TABLE plain (a, b TEXT, c FLOAT);
         CREATE TABLE \"odd name\" (id INTEGER PRIMARY KEY, [x y] BLOB);
         CREATE INDEX i ON plain (b); CREATE VIEW v AS SELECT a FROM plain;
         CREATE TABLE said /* that's (it */ (a INTEGER PRIMARY KEY, -- the trial's number, (from 1
           b TEXT CHECK (b <> 'PRIMARY KEY'), \"c-\"\"-d\" REAL DEFAULT 'it''s, (');
         INSERT INTO said (a, b) VALUES (7, 'x'), (9, NULL);
         CREATE TABLE computed (a INTEGER, v INT GENERATED ALWAYS AS (a + 1) VIRTUAL, b TEXT,
           s INT AS (a * 2) STORED, w AS (b), c FLOAT);
         INSERT INTO computed (a, b, c) VALUES (1, 'x', 0.5), (2, 'y', 1.5);
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
    for column in [
        "e VARCHAR(7) DEFAULT 'FINITE' NOT NULL",
        "f INTEGER DEFAULT -7",
        "g FLOAT DEFAULT 1.5e-3",
        "h DEFAULT '12'",
        "j TEXT DEFAULT 12",
        "k INT DEFAULT '34'",
        "l BLOB DEFAULT x'00ff'",
        "m NUMERIC DEFAULT (2.0)",
        "n BOOLEAN NOT NULL DEFAULT true",
        "o REAL /* isn't it, ( */ DEFAULT +3",
        "p TEXT DEFAULT 'it''s, )'",
        "q DEFAULT NULL",
    ] {
        db.execute(&format!("ALTER TABLE plain ADD COLUMN {column}"), [])?;
    }
    db.execute("INSERT INTO plain (a, b, c, d, f) VALUES (1, 2, 3, 4, NULL)", [])?;
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
        let columns = held(&theirs, name)?;
        assert_eq!(columns, table.columns[..], "{name}");
        let quoted = |name: &String| format!("\"{}\"", name.replace('"', "\"\""));
        let list = columns.iter().map(quoted).collect::<Vec<_>>().join(", ");
        let mut query =
            theirs.prepare(&format!("SELECT rowid, {list} FROM \"{name}\" ORDER BY rowid"))?;
        let mut wanted = query.query([])?;
        let mut count = 0;
        while let Some(row) = wanted.next()? {
            let (id, fields) = &rows[count];
            assert_eq!(*id, row.get::<_, i64>(0)?, "{name}");
            for at in 0..columns.len() {
                let field = table.field(fields, at);
                assert!(equal(field, row.get_ref(at + 1)?), "{name}, row {id}: {field:?}");
            }
            count += 1;
        }
        assert_eq!(count, rows.len(), "{name}");
    }
    Ok(())
}

/// The columns that rows hold: all but those that are computed where they are read.
fn held(db: &Connection, table: &str) -> Result<Vec<String>, Failed> {
    let mut query = db.prepare("SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 2")?;
    let names = query.query_map([table], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(names)
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
