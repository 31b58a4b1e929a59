//! Words for what is wrong with data: a file, a split, a number that was typed.

use super::format::count;
use super::plain;
use super::texts::t;
use tunescape_core::data::SplitError;
use tunescape_core::data::choices::Aside;
use tunescape_core::data::csv::{CsvError, RaggedCause};
use tunescape_core::data::encoding::Encoding;
use tunescape_core::data::folds::FoldError;
use tunescape_core::data::foreign::FileKind;
use tunescape_core::data::number::NumberError;
use tunescape_core::data::table::Note;
use tunescape_core::data::toys::ToyError;
use tunescape_core::setup::typed::TypedError;
use tunescape_core::worker::DataError;

/// Why there is no data.
pub fn data(error: &DataError) -> String {
    match error {
        DataError::Missing(name) => t!("error.missing", name = name),
        DataError::Toy(ToyError::Unknown(name)) => t!("error.missing", name = name),
        DataError::Toy(ToyError::Rows(rows)) => t!("error.rows", rows = rows),
        DataError::Toy(ToyError::Noise(noise)) => t!("error.noise", noise = noise),
        DataError::Builtin(why) => t!("error.builtin", why = plain(why)),
        DataError::Csv(error) => csv(error),
        DataError::Also { name } => t!("error.also", name = name),
        DataError::Several { given, limit } => t!("error.several", given = given, limit = limit),
        DataError::Split(SplitError::Fractions(_)) => t!("error.no_test"),
        DataError::Folds(FoldError { k, rows }) => t!("error.folds", k = k, rows = rows),
        DataError::Split(SplitError::TooFewRows { rows, wanted }) => {
            t!("error.few_rows", rows = rows, wanted = wanted)
        }
    }
}

/// What is wrong with a file, with line and column.
pub fn csv(error: &CsvError) -> String {
    match error {
        CsvError::TooLarge { bytes, limit } => {
            t!("csv.too_large", bytes = count(*bytes), limit = count(*limit))
        }
        CsvError::NotTable { found: FileKind::Html } => t!("csv.not_table_html"),
        CsvError::NotTable { found: FileKind::GitLfs } => t!("csv.not_table_lfs"),
        CsvError::NotTable { found: FileKind::Zip } => t!("csv.not_table_zip"),
        CsvError::NotTable { found } => t!("csv.not_table", format = found.name()),
        CsvError::NotText { line, column } => t!("csv.not_text", line = line, column = column),
        CsvError::Empty => t!("csv.empty"),
        CsvError::NoRows => t!("csv.no_rows"),
        CsvError::OpenQuote { line, column } => t!("csv.open_quote", line = line, column = column),
        CsvError::OneColumn { line } => t!("csv.one_column", line = line),
        CsvError::Ragged { line, column, expected, found, cause } => {
            let told =
                t!("csv.ragged", line = line, column = column, expected = expected, found = found);
            let why = match cause {
                RaggedCause::Unknown => return told,
                RaggedCause::OneNameTooFew => t!("csv.ragged_name"),
                RaggedCause::SeparatorAtEnd => t!("csv.ragged_end"),
                RaggedCause::CommaInNumber => t!("csv.ragged_comma"),
            };
            format!("{told} {why}")
        }
        CsvError::UnknownEncoding { encoding } => {
            t!("csv.unknown_encoding", encoding = encoding.label())
        }
        CsvError::SeparatorLine { line, value } => {
            t!("csv.separator_line", line = line, value = value)
        }
        CsvError::FieldTooLong { line, column, limit } => {
            t!("csv.field_too_long", line = line, column = column, limit = count(*limit))
        }
        CsvError::TooManyCells { rows, inputs, limit } => t!(
            "csv.too_many_cells",
            rows = count(*rows),
            inputs = count(*inputs),
            limit = count(*limit)
        ),
        CsvError::TooManyRows { line, limit } => {
            t!("csv.too_many_rows", line = line, limit = count(*limit))
        }
        CsvError::NoSuchColumn { column, columns } => {
            t!("csv.no_such_column", column = column, columns = columns)
        }
        CsvError::TargetMissing { column } => t!("csv.target_missing", column = column),
        CsvError::TargetConstant { column, value } => {
            t!("csv.target_constant", column = column, value = value)
        }
        CsvError::TargetNotNumber { line, column, value } => {
            t!("csv.target_not_number", line = line, column = column, value = value)
        }
        CsvError::TooManyClasses { column, classes, limit } => {
            t!("csv.too_many_classes", column = column, classes = classes, limit = limit)
        }
        CsvError::NoInputs => t!("csv.no_inputs"),
        CsvError::TooManyInputs { inputs, limit } => {
            t!("csv.too_many_inputs", inputs = inputs, limit = limit)
        }
    }
}

/// What was done to a file's rows and columns.
pub fn note(note: &Note) -> String {
    match note {
        Note::RowsWithoutTarget { rows } => t!("csv.note_rows", rows = rows),
        Note::Filled { values } => t!("csv.note_filled", values = values),
        Note::ColumnEmpty { column, name } => t!("csv.note_empty", column = column, name = name),
        Note::ColumnTooVaried { column, name, categories } => {
            t!("csv.note_varied", column = column, name = name, categories = categories)
        }
        Note::ColumnMixed { line, column, name, value } => {
            t!("csv.note_mixed", line = line, column = column, name = name, value = value)
        }
        Note::ColumnNamesRows { column, name } => {
            t!("csv.note_names_rows", column = column, name = name)
        }
        Note::OddValues { line, column, name, value, rows } => t!(
            "csv.note_odd",
            rows = rows,
            line = line,
            column = column,
            name = name,
            value = value
        ),
    }
}

/// Why what was typed into a field is not used.
pub fn not_a_number(error: &TypedError) -> String {
    match error {
        TypedError::Number(NumberError::Empty) => t!("error.number_empty"),
        TypedError::Number(NumberError::NotNumber { text }) => t!("error.number", text = text),
        TypedError::Number(NumberError::TooLarge { text }) => {
            t!("error.number_large", text = text)
        }
        TypedError::Fraction { text } => t!("error.number_fraction", text = text),
        TypedError::Negative { text } => t!("error.number_negative", text = text),
        TypedError::Percent { text } => t!("error.number_percent", text = text),
    }
}

/// An encoding's name, and where it is used.
pub fn encoding(encoding: Encoding) -> String {
    match encoding {
        Encoding::Utf8 => t!("csv.encoding_utf8"),
        Encoding::Utf16Le => t!("csv.encoding_utf16le"),
        Encoding::Utf16Be => t!("csv.encoding_utf16be"),
        Encoding::Windows1252 => t!("csv.encoding_1252"),
        Encoding::Gb18030 => t!("csv.encoding_gb18030"),
        Encoding::Windows1250 => t!("csv.encoding_1250"),
        Encoding::Windows1251 => t!("csv.encoding_1251"),
        Encoding::Big5 => t!("csv.encoding_big5"),
        Encoding::ShiftJis => t!("csv.encoding_shift_jis"),
        Encoding::EucKr => t!("csv.encoding_euc_kr"),
        Encoding::Macintosh => t!("csv.encoding_macintosh"),
    }
}

/// Which rows of a file were left out, since they are no examples or trials.
pub fn left_out(why: Aside, line: usize, rows: usize) -> String {
    match why {
        Aside::Comments => t!("csv.guess_comments", line = line, rows = rows),
        Aside::Footnotes => t!("csv.guess_footnotes", line = line, rows = rows),
        Aside::Names => t!("csv.guess_names_again", line = line, rows = rows),
        Aside::Units => t!("csv.guess_units_row", line = line),
        Aside::Types => t!("csv.guess_types_row", line = line),
        Aside::Questions => t!("csv.guess_questions_row", line = line),
        Aside::Ruler => t!("csv.guess_ruler", line = line, rows = rows),
        Aside::Totals => t!("csv.guess_totals", line = line, rows = rows),
    }
}
