//! Words for what is said of files with studies.

use super::format::{self, count, list};
use super::texts::t;
use tunescape_core::data::csv::CsvError;
use tunescape_core::data::foreign::FileKind;
use tunescape_core::import::convert::Remark;
use tunescape_core::import::replay::ReplayError;
use tunescape_core::import::sqlite::SqliteError;
use tunescape_core::import::{Fault, ImportError, Note};
use tunescape_core::landscape_file::LandscapeFileError;
use tunescape_core::state::large::StoreError;

/// Why nothing of a landscape's file can be read.
pub fn landscape_error(error: &LandscapeFileError) -> String {
    match error {
        LandscapeFileError::TooLarge { bytes, limit } => {
            t!("import.large", size = bytes >> 20, most = limit >> 20)
        }
        LandscapeFileError::Other { kind } => t!("landscape_file.other", kind = kind),
        LandscapeFileError::Version { .. } => t!("landscape_file.version"),
        LandscapeFileError::Setup => t!("landscape_file.setup"),
        LandscapeFileError::Grid => t!("landscape_file.grid"),
        LandscapeFileError::Line { line } => t!("landscape_file.line", line = line),
        LandscapeFileError::Empty => t!("landscape_file.empty"),
    }
}

/// Why nothing of a study's file can be read.
pub fn import_error(error: &ImportError) -> String {
    match error {
        ImportError::TooLarge { bytes, limit } => {
            t!("import.large", size = bytes >> 20, most = limit >> 20)
        }
        ImportError::Empty => t!("import.empty"),
        ImportError::Unknown => t!("import.unknown"),
        ImportError::Format { found: FileKind::Pickle } => t!("import.pickle"),
        ImportError::Format { found: FileKind::Gzip } => t!("import.gzip"),
        ImportError::Format { found } => super::data::csv(&CsvError::NotTable { found: *found }),
        ImportError::Sqlite(SqliteError::WriteAheadLog) => t!("import.wal"),
        ImportError::Sqlite(SqliteError::Encoding) => t!("import.utf16"),
        ImportError::Sqlite(SqliteError::CutOff) => t!("import.cut_off"),
        ImportError::Sqlite(SqliteError::Header) => t!("import.header"),
        ImportError::NotOptuna { table } => t!("import.not_optuna", table = table),
        ImportError::Journal { line, fault } => {
            t!("import.journal", line = count(*line), fault = why(*fault))
        }
        ImportError::NoStudy => t!("import.no_study"),
        ImportError::NoTrial { damage: None } => t!("import.no_trial"),
        ImportError::NoTrial { damage: Some(note) } => {
            t!("import.no_trial_before", why = import_note(note))
        }
        ImportError::Page(_) => t!("import.own"),
        ImportError::NoTable => t!("import.no_table"),
    }
}

fn why(fault: Fault) -> String {
    let key = match fault {
        Fault::Truncated => "truncated",
        Fault::NotText => "not_text",
        Fault::NotJson => "not_json",
        Fault::NotOperation => "not_operation",
        Fault::NotPage => "not_page",
        Fault::Loop => "loop",
        Fault::TooMuch => "too_much",
        Fault::Ragged => "uneven",
    };
    t!(format!("import.fault.{key}"))
}

/// What a reader left out.
pub fn import_note(note: &Note) -> String {
    match note {
        Note::Line { line, fault } => {
            t!("import.note_line", line = count(*line), fault = why(*fault))
        }
        Note::Rows { line, rows, fault } => {
            t!("import.note_rows", n = count(*rows), line = count(*line), fault = why(*fault))
        }
        Note::Page { page, table, fault } => {
            t!("import.note_page", page = page, table = table, fault = why(*fault))
        }
        Note::Trials { dropped } => t!("import.note_trials", n = count(*dropped)),
        Note::Parameters { dropped } => t!("import.note_parameters", n = count(*dropped)),
        Note::Columns { dropped } => t!("import.note_columns", n = count(*dropped)),
        Note::Range { parameter } => t!("import.note_range", name = parameter),
        Note::States { words, trials, failed: true } => {
            t!("import.note_states_failed", n = count(*trials), words = list(words))
        }
        Note::States { words, trials, failed: false } => {
            t!("import.note_states_valued", n = count(*trials), words = list(words))
        }
        Note::Values { parameter, dropped } => {
            t!("import.note_values", name = parameter, n = count(*dropped))
        }
        Note::Times { column, dropped } => {
            t!("import.note_times", name = column, n = count(*dropped))
        }
        Note::Reports { dropped } => t!("import.note_reports", n = count(*dropped)),
        Note::Attributes { dropped } => t!("import.note_attributes", n = count(*dropped)),
        Note::Operations { dropped } => t!("import.note_operations", n = count(*dropped)),
        Note::Studies { dropped } => t!("import.note_studies", n = count(*dropped)),
        Note::NoNames => t!("import.note_no_names"),
        Note::WriteAheadLog => t!("import.note_log"),
        Note::Deleted { studies } => t!("import.note_deleted", n = studies),
        Note::Schema { found } => t!("import.note_schema", found = found),
        Note::WithoutValue { trials } => t!("import.note_without", n = count(*trials)),
        Note::Asides { line, rows, why } => super::data::left_out(*why, *line, *rows),
        Note::ReadAs { column, value, number } => {
            t!(
                "import.note_read_as",
                name = column,
                value = value,
                number = format::number(*number)
            )
        }
        Note::Encoding { encoding } => {
            t!("import.note_encoding", encoding = super::data::encoding(*encoding))
        }
    }
}

/// What strategies can't be told as it was.
pub fn import_remark(remark: &Remark) -> String {
    match remark {
        Remark::Widened { parameter } => t!("import.widened", name = parameter),
        Remark::OffGrid { parameter } => t!("import.off_grid", name = parameter),
        Remark::Filled { parameter, trials } => {
            t!("import.filled", name = parameter, n = count(*trials))
        }
        Remark::LeftOut { parameter } => t!("import.left_out", name = parameter),
        Remark::Silent { trials } => t!("import.silent", n = count(*trials)),
        Remark::Attributes { shown, of } => {
            t!("import.attributes_hidden", shown = shown, n = count(*of))
        }
        Remark::Infeasible { trials } => t!("import.infeasible", n = count(*trials)),
    }
}

/// Why there is no race.
pub fn no_race(error: ReplayError) -> String {
    let ReplayError::TooFew { trials, wanted } = error;
    t!("import.race_few", n = trials, wanted = wanted)
}

pub fn not_stored(error: StoreError) -> String {
    match error {
        StoreError::Refused => t!("studies.refused"),
        StoreError::Full => t!("studies.full"),
        StoreError::Missing => t!("studies.missing"),
        StoreError::Unreadable => t!("studies.unreadable"),
    }
}
