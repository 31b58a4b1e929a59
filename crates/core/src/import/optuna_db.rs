//! Optuna's database: a SQLite file with its schema, version 12 (Optuna 3 to 5).
//!
//! Values stand beside their kind (`FINITE`, `INF_POS`, `INF_NEG`, `NAN`), choices as numbers,
//! distributions and attributes as JSON. Times have no zone: Optuna 5 writes UTC, those before it
//! local time; the file does not say who wrote last.

use super::builder::{Builder, Left};
use super::limits::{MAX_OBJECTIVES, MAX_STUDIES};
use super::sqlite::{Database, Field, SqliteError, Table};
use super::{Direction, ImportError, ImportedStudy, Note, Time, TrialState, check_size};
use crate::sort::sort_by_key;
use serde_json::Value;
use std::collections::HashMap;

/// The version of Optuna's schema that this reader knows.
const SCHEMA: i64 = 12;

/// All studies of a database.
pub fn read(bytes: &[u8]) -> Result<Vec<ImportedStudy>, ImportError> {
    check_size(bytes)?;
    let database = Database::open(bytes).map_err(ImportError::Sqlite)?;
    let mut reader = Reader::new(database);
    for table in ["studies", "trials"] {
        if !reader.tables.iter().any(|t| t.name == table) {
            return Err(reader.unless_elsewhere(ImportError::NotOptuna { table: table.into() }));
        }
    }
    reader.studies();
    reader.trials();
    reader.parameters();
    reader.values();
    reader.reports();
    reader.attributes();
    reader.version();
    reader.finish()
}

struct Reader<'a> {
    database: Database<'a>,
    tables: Vec<Table>,
    studies: Vec<Builder>,
    /// Places of studies, and study and place of trials, by their ids.
    study_ids: HashMap<i64, usize>,
    trial_ids: HashMap<i64, (usize, usize)>,
    left: Left,
    notes: Vec<Note>,
    dropped: usize,
    /// Studies beyond the limit.
    beyond: usize,
}

/// A row's fields by the names of their columns.
struct Row<'a> {
    table: &'a Table,
    fields: &'a [Field],
}

impl Row<'_> {
    fn field(&self, name: &str) -> &Field {
        let at = self.table.column(name);
        at.map_or(&Field::Null, |at| self.table.field(self.fields, at))
    }

    fn integer(&self, name: &str) -> Option<i64> {
        self.field(name).integer()
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.field(name).text()
    }

    fn time(&self, name: &str) -> Option<Time> {
        Time::parse(self.text(name)?)
    }

    fn json(&self, name: &str) -> Option<Value> {
        super::lenient::parse(self.text(name)?)
    }

    /// A number by its column and the one of its kind.
    fn value(&self, name: &str, kind: &str) -> f64 {
        match self.text(kind) {
            Some("INF_POS") => f64::INFINITY,
            Some("INF_NEG") => f64::NEG_INFINITY,
            Some("NAN") => f64::NAN,
            _ => self.field(name).number().unwrap_or(f64::NAN),
        }
    }
}

impl<'a> Reader<'a> {
    fn new(mut database: Database<'a>) -> Self {
        let (tables, damage) = database.tables();
        let note = |d: super::sqlite::Damage| Note::Page {
            page: d.page,
            table: "sqlite_schema".into(),
            fault: d.fault,
        };
        Self {
            database,
            tables,
            studies: Vec::new(),
            study_ids: HashMap::new(),
            trial_ids: HashMap::new(),
            left: Left::default(),
            notes: damage.map(note).into_iter().collect(),
            dropped: 0,
            beyond: 0,
        }
    }

    /// Goes over a table, up to a damaged page of it. A row that `take` gives nothing for counts as
    /// dropped.
    fn each(&mut self, name: &str, take: fn(&mut Self, &Row) -> Option<()>) {
        let Some(table) = self.tables.iter().find(|t| t.name == name).cloned() else { return };
        let mut rows = Vec::new();
        let end = self.database.rows(&table, &mut |_, fields| rows.push(fields));
        for fields in &rows {
            if take(self, &Row { table: &table, fields }).is_none() {
                self.dropped += 1;
            }
        }
        if let Err(damage) = end {
            let table = name.to_string();
            self.notes.push(Note::Page { page: damage.page, table, fault: damage.fault });
        }
    }

    /// What is missing may have stood behind the place where the file was cut off.
    fn unless_elsewhere(&self, error: ImportError) -> ImportError {
        if self.database.is_cut_off() {
            return ImportError::Sqlite(SqliteError::CutOff);
        }
        let log = self.database.has_log();
        if log { ImportError::Sqlite(SqliteError::WriteAheadLog) } else { error }
    }

    fn studies(&mut self) {
        self.each("studies", |reader, row| {
            let (id, name) = (row.integer("study_id")?, row.text("study_name")?);
            if reader.studies.len() == MAX_STUDIES {
                reader.beyond += 1;
                return Some(());
            }
            reader.study_ids.insert(id, reader.studies.len());
            reader.studies.push(Builder::new(name, Vec::new()));
            Some(())
        });
        self.each("study_directions", |reader, row| {
            let study = reader.study(row)?;
            let objective = usize::try_from(row.integer("objective")?).ok()?;
            let directions = &mut reader.studies[study].study().directions;
            if objective >= MAX_OBJECTIVES {
                return None;
            }
            if directions.len() <= objective {
                directions.resize(objective + 1, Direction::Minimize);
            }
            if row.text("direction") == Some("MAXIMIZE") {
                directions[objective] = Direction::Maximize;
            }
            Some(())
        });
        self.each("study_user_attributes", |reader, row| {
            let study = reader.study(row)?;
            reader.studies[study].attribute(None, row.text("key")?, &row.json("value_json")?);
            Some(())
        });
        self.each("study_system_attributes", |reader, row| {
            let study = reader.study(row)?;
            if row.text("key")? == "study:metric_names" {
                let names = row.json("value_json")?;
                let names = names.as_array()?.iter().filter_map(Value::as_str);
                reader.studies[study].study().metric_names =
                    names.take(MAX_OBJECTIVES).map(str::to_string).collect();
            }
            Some(())
        });
    }

    fn study(&self, row: &Row) -> Option<usize> {
        self.study_ids.get(&row.integer("study_id")?).copied()
    }

    fn trial(&self, row: &Row) -> Option<(usize, usize)> {
        self.trial_ids.get(&row.integer("trial_id")?).copied()
    }

    fn trials(&mut self) {
        self.each("trials", |reader, row| {
            let (id, study) = (row.integer("trial_id")?, reader.study(row)?);
            let builder = &mut reader.studies[study];
            // What is beyond the limit is counted by the study itself.
            let Some(place) = builder.push(&mut reader.left) else { return Some(()) };
            let trial = builder.trial(place);
            if let Some(number) = row.integer("number") {
                trial.number = usize::try_from(number).ok()?;
            }
            trial.state = match row.text("state")? {
                "COMPLETE" => TrialState::Complete,
                "PRUNED" => TrialState::Pruned,
                "FAIL" => TrialState::Failed,
                "WAITING" => TrialState::Waiting,
                _ => TrialState::Running,
            };
            trial.start = row.time("datetime_start");
            trial.complete = row.time("datetime_complete");
            reader.trial_ids.insert(id, (study, place));
            Some(())
        });
    }

    fn parameters(&mut self) {
        self.each("trial_params", |reader, row| {
            let (study, place) = reader.trial(row)?;
            let (name, text) = (row.text("param_name")?, row.text("distribution_json")?);
            let value = row.field("param_value").number().unwrap_or(f64::NAN);
            reader.studies[study].set(&mut reader.left, place, name, text, value);
            Some(())
        });
    }

    fn values(&mut self) {
        self.each("trial_values", |reader, row| {
            let (study, place) = reader.trial(row)?;
            let objective = usize::try_from(row.integer("objective")?).ok()?;
            let values = &mut reader.studies[study].trial(place).values;
            if objective >= MAX_OBJECTIVES {
                return None;
            }
            if values.len() <= objective {
                values.resize(objective + 1, f64::NAN);
            }
            values[objective] = row.value("value", "value_type");
            Some(())
        });
    }

    fn reports(&mut self) {
        self.each("trial_intermediate_values", |reader, row| {
            let (study, place) = reader.trial(row)?;
            let value = row.value("intermediate_value", "intermediate_value_type");
            let builder = &mut reader.studies[study];
            match u64::try_from(row.integer("step")?) {
                Ok(step) => builder.report(&mut reader.left, place, step, value),
                Err(_) => builder.drop_report(),
            }
            Some(())
        });
    }

    fn attributes(&mut self) {
        self.each("trial_user_attributes", |reader, row| {
            let (study, place) = reader.trial(row)?;
            let value = row.json("value_json")?;
            reader.studies[study].attribute(Some(place), row.text("key")?, &value);
            Some(())
        });
        self.each("trial_system_attributes", |reader, row| {
            let (study, place) = reader.trial(row)?;
            let (key, value) = (row.text("key")?, row.json("value_json"));
            value.into_iter().for_each(|value| reader.studies[study].system(place, key, &value));
            Some(())
        });
    }

    fn version(&mut self) {
        self.each("version_info", |reader, row| {
            let found = row.integer("schema_version")?;
            reader.notes.extend((found != SCHEMA).then_some(Note::Schema { found }));
            Some(())
        });
    }

    fn finish(self) -> Result<Vec<ImportedStudy>, ImportError> {
        let none = self.unless_elsewhere(ImportError::NoStudy);
        let Self { database, studies, mut notes, dropped, beyond, .. } = self;
        notes.extend(database.has_log().then_some(Note::WriteAheadLog));
        notes.extend((dropped > 0).then_some(Note::Operations { dropped }));
        notes.extend((beyond > 0).then_some(Note::Studies { dropped: beyond }));
        let mut studies: Vec<ImportedStudy> = studies.into_iter().map(Builder::finish).collect();
        for study in &mut studies {
            if study.directions.is_empty() {
                study.directions.push(Direction::Minimize);
            }
            sort_by_key(&mut study.trials, |trial| trial.number);
            study.notes.extend(notes.iter().cloned());
        }
        if studies.is_empty() { Err(none) } else { Ok(studies) }
    }
}
