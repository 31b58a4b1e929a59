//! Words for what the state says as data: notices, errors, names of settings.

pub mod controls;
pub mod format;
mod import;
pub mod parameters;
pub mod texts;
mod unsupported;

pub use import::{import_note, import_remark};
pub use unsupported::unsupported;

use crate::words::format::{count, number};
use crate::words::texts::t;
use tunescape_core::data::csv::{CsvError, RaggedCause};
use tunescape_core::data::drawn::{MAX_POINTS, MIN_POINTS, MIN_POINTS_EACH};
use tunescape_core::data::folds::FoldError;
use tunescape_core::data::number::NumberError;
use tunescape_core::data::toys::ToyError;
use tunescape_core::data::{SplitError, table::Note};
use tunescape_core::inspect::Refusal;
use tunescape_core::lesson::LessonError;
use tunescape_core::lesson::form::{FormError, Kind, Problem};
use tunescape_core::link::LinkError;
use tunescape_core::link::class_codes::BoardError;
use tunescape_core::setup::PARAMETERS;
use tunescape_core::setup::Parameter;
use tunescape_core::setup::SetupError;
use tunescape_core::setup::{Difference, Setting, Setup, changed};
use tunescape_core::state::Notice;
use tunescape_core::study::EventError;
use tunescape_core::worker::{DataError, Failure};
use tunescape_engine::train::TrainError;

/// A notice, in words that a learner understands.
pub fn notice(notice: &Notice) -> String {
    match notice {
        Notice::NotLoaded { name } => t!("error.load", name = name),
        Notice::Link(error) => link(error),
        Notice::StudyLink(error) => {
            t!("error.file", name = t!("studies.button"), why = link_why(error))
        }
        Notice::CsvNotInLink => t!("data.csv_not_in_link"),
        Notice::Data(error) => data(error),
        Notice::Failed(error) => failure(error),
        Notice::Event(error) => event(error),
        Notice::NoSlope(why) => refusal(why),
        Notice::Setup(error) => setup(error),
        Notice::WorkerDied => t!("error.worker"),
        Notice::WorkersKeepDying => t!("error.workers"),
        Notice::DeviceLost => t!("error.device_lost"),
        Notice::TooDeep => t!("map.too_deep"),
        Notice::Limited { setting, low, high } => {
            t!("lesson.limited", name = name(setting), low = number(*low), high = number(*high))
        }
        Notice::NotANumber(error) => not_a_number(error),
        Notice::Locked => t!("lesson.kept"),
        Notice::DataLocked => t!("lesson.locked"),
        Notice::CutShort { trials } => t!("race.cut", n = trials),
        Notice::OtherResults { trial } => t!("search.other_results", n = trial),
        Notice::BudgetSpent { budget } => t!("search.spent", budget = budget),
        Notice::NoRoom { letters } => t!("search.beside", most = letters),
        Notice::LessonNotLoaded { name } => t!("lesson.unread", name = name),
        Notice::LessonUnknown { name, names } => {
            t!("lesson.unknown", name = name, names = names.join(", "))
        }
        Notice::Lesson { name, error } => {
            let name = name.clone().unwrap_or_else(|| t!("lesson.own"));
            t!("error.file", name = name, why = lesson(error))
        }
        Notice::FileUnreadable { name } => t!("error.unreadable", name = name),
        Notice::File { name, error } => t!("error.file", name = name, why = csv(error)),
        Notice::Study { name, error } => {
            t!("error.file", name = name, why = import::import_error(error))
        }
        Notice::LandscapeFile { name, error } => {
            t!("error.file", name = name, why = import::landscape_error(error))
        }
        Notice::LandscapeWithoutTable { name } => {
            t!("error.file", name = name, why = t!("landscape_file.no_table"))
        }
        Notice::StudyDamaged { name, note } => {
            t!("error.file", name = name, why = import_note(note))
        }
        Notice::NotStored(error) => import::not_stored(*error),
        Notice::NoRace(error) => import::no_race(*error),
        Notice::NoNotesWindow => t!("present.no_window"),
        Notice::StudiesNotKept => t!("studies.unkept"),
    }
}

/// Why what was typed into a field is not used.
fn not_a_number(error: &NumberError) -> String {
    match error {
        NumberError::Empty => t!("error.number_empty"),
        NumberError::NotNumber { text } => t!("error.number", text = text),
        NumberError::TooLarge { text } => t!("error.number_large", text = text),
    }
}

/// What two set-ups differ in, as the first has it.
pub fn differences(old: &Setup, new: &Setup) -> String {
    let one = |difference| match difference {
        Difference::Data => t!(format!("data.{}", old.data.name)),
        Difference::Parameter(p) => format!("{} = {}", parameter(p), value(p, old)),
    };
    changed(old, new).into_iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What a set-up has of a parameter.
pub fn value(parameter: &Parameter, setup: &Setup) -> String {
    let x = (parameter.get)(setup);
    match parameter.choices().get(x as usize) {
        Some(choice) => parameters::choice(parameter, choice),
        None => number(x),
    }
}

/// What was wrong with a link; the default set-up was opened instead.
pub fn link(error: &LinkError) -> String {
    t!("error.link", why = link_why(error))
}

/// The same without saying what was opened.
pub fn link_why(error: &LinkError) -> String {
    match error {
        LinkError::Form { part } => t!("error.link_form", part = part),
        LinkError::Version { found } if found.is_empty() => t!("error.link_no_version"),
        LinkError::Version { found } => t!("error.link_version", found = found),
        LinkError::Key { key } => t!("error.link_key", key = key),
        LinkError::Value { key, value } => t!("error.link_value", key = key, value = value),
        LinkError::Setup(error) => setup(error),
    }
}

/// What a setting is called where it is set; one that has no control of its own has the name that a
/// link uses.
pub fn name(path: &str) -> String {
    if let Some(label) = Setting::of(path).and_then(|setting| setting.label) {
        return t!(format!("{label}"));
    }
    let (of, end) = match path.strip_prefix("space.") {
        Some(of) => of.split_once('.').unwrap_or((of, "")),
        None => (path, ""),
    };
    let found = PARAMETERS.iter().find(|p| p.name == of || p.key == of);
    let name = found.map_or_else(|| of.to_owned(), parameter);
    match end {
        "0" => t!("search.low", name = name),
        "1" => t!("search.high", name = name),
        _ => name,
    }
}

/// What a hyperparameter is called that can be searched.
pub fn parameter(p: &Parameter) -> String {
    match (p.name, p.layer()) {
        (_, Some(layer)) => t!("net.units", layer = layer),
        ("learning_rate", _) => t!("search.learning_rate"),
        ("momentum", _) => t!("search.momentum"),
        ("batch", _) => t!("net.batch"),
        ("rule", _) => t!("net.rule"),
        ("layers", _) => t!("net.layers"),
        ("activation", _) => t!("net.activation"),
        ("init", _) => t!("net.init"),
        ("schedule", _) => t!("schedule.title"),
        (name, _) if p.key.starts_with("training.schedule.") => {
            format!("{}: {}", t!("schedule.title"), t!(format!("schedule.number.{name}")))
        }
        (name, _) => t!(format!("hyper.{name}")),
    }
}

/// Why a set-up can't be.
pub fn setup(error: &SetupError) -> String {
    match error {
        SetupError::Data { name } => t!("error.missing", name = name),
        SetupError::Drawn { .. } => {
            t!("error.drawn", all = MIN_POINTS, each = MIN_POINTS_EACH, most = MAX_POINTS)
        }
        SetupError::Also { name } => t!("error.also", name = name),
        SetupError::Several { given, limit } => t!("error.several", given = given, limit = limit),
        SetupError::Range { key, value, low, high } => {
            t!(
                "error.range",
                key = name(key),
                value = number(*value),
                low = number(*low),
                high = number(*high)
            )
        }
        SetupError::Empty { key, low, high } => {
            t!("error.empty", key = name(key), low = number(*low), high = number(*high))
        }
        SetupError::Scale { key } => t!("error.scale", key = name(key)),
        SetupError::Step { key, step } => t!("error.step", key = name(key), step = number(*step)),
        SetupError::Choices { key, .. } => t!("error.choices", key = name(key)),
        SetupError::Searched { given, limit } => t!("error.searched", given = given, limit = limit),
        SetupError::NoTest { .. } => t!("error.no_test"),
        SetupError::Layers { limit, .. } => t!("error.layers", limit = limit),
        SetupError::Units { given, limit } => t!("error.units", given = given, limit = limit),
        SetupError::Side { given } => t!("error.side", given = given),
        SetupError::Race { given, limit } => t!("error.race", given = given, limit = limit),
        SetupError::Hand { trial } => t!("error.hand", trial = trial + 1),
        SetupError::Many { key, given, limit } => {
            t!("error.many", key = name(key), given = given, limit = limit)
        }
        SetupError::Long { key, given, limit } => {
            t!("error.long", key = name(key), given = given, limit = limit)
        }
        SetupError::Part { part, .. } => t!("error.no_part", part = part),
        SetupError::Note { trial } => t!("error.no_trial", trial = trial + 1),
        SetupError::Earlier { trial } => t!("error.earlier", trial = trial + 1),
        SetupError::Trials { run, shown } => t!("error.trials", run = run, shown = shown),
    }
}

/// What is wrong with the codes of a class.
pub fn board(error: &BoardError) -> String {
    match error {
        BoardError::Code { line } => t!("board.no_code", line = line),
        BoardError::Game { line } => t!("board.other_game", line = line),
        BoardError::Many { limit } => t!("board.many", limit = limit),
    }
}

/// What is wrong with a lesson's file.
pub fn lesson(error: &LessonError) -> String {
    match error {
        LessonError::Form(FormError { line, column, problem }) => {
            t!("error.lesson_form", line = line, column = column, why = form(problem))
        }
        LessonError::Empty => t!("error.lesson_empty"),
        LessonError::State { page, error } => {
            t!("error.lesson_state", page = page, why = link_why(error))
        }
        LessonError::Fact { page, fact } => t!("error.lesson_fact", page = page, fact = fact),
        LessonError::Condition { page, fact } => {
            t!("error.lesson_condition", page = page, fact = fact)
        }
        LessonError::Lock { page, key } => t!("error.lesson_lock", page = page, key = key),
        LessonError::Show { page, id } => t!("error.lesson_show", page = page, id = id),
        LessonError::Hide { page, id } => t!("error.lesson_hide", page = page, id = id),
        LessonError::Level { given } => t!("error.lesson_level", given = given),
        LessonError::Answers { page, list } => {
            t!("error.lesson_answers", page = page, list = list)
        }
        LessonError::Long { given, limit } => {
            t!("error.lesson_long", given = count(*given), limit = count(*limit))
        }
        LessonError::Pages { given, limit } => {
            t!("error.lesson_pages", given = given, limit = limit)
        }
        LessonError::Many { page, list, limit } => {
            t!("error.lesson_many", page = page, list = list, limit = limit)
        }
    }
}

fn form(problem: &Problem) -> String {
    match problem {
        Problem::Ends => t!("error.form_ends"),
        Problem::Json => t!("error.form_json"),
        Problem::Size => t!("error.form_size"),
        Problem::Object => t!("error.form_object"),
        Problem::Unknown { name, known } => {
            t!("error.form_unknown", name = name, known = known.join(", "))
        }
        Problem::Missing { name } => t!("error.form_missing", name = name),
        Problem::Kind { name, kind } => {
            let kind = match kind {
                Kind::Texts => t!("error.form_texts"),
                Kind::Number => t!("error.form_number"),
                Kind::Count => t!("error.form_count"),
                Kind::Names => t!("error.form_names"),
                Kind::List(_) => t!("error.form_list"),
                Kind::Text | Kind::Any => t!("error.form_text"),
            };
            t!("error.form_kind", name = name, kind = kind)
        }
    }
}

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

/// Why a piece of work failed.
pub fn failure(failure: &Failure) -> String {
    match failure {
        Failure::Data(error) => data(error),
        Failure::Train(error) => train(error),
        Failure::Study(error) => event(error),
        // Of all metrics, this one alone may fit a task and yet not be defined.
        Failure::Metric(_) => t!("error.metric"),
    }
}

/// Why a trial's loss has no slope.
pub fn refusal(refusal: &Refusal) -> String {
    let why = match refusal {
        Refusal::Rule => t!("refusal.rule"),
        Refusal::Kink => t!("refusal.kink"),
        Refusal::Jump => t!("refusal.jump"),
        Refusal::TooLarge => t!("refusal.too_large"),
        Refusal::Diverged { epoch } => t!("refusal.diverged", epoch = epoch),
        Refusal::Exploded { epoch } => t!("refusal.exploded", epoch = epoch),
    };
    t!("refusal.title", why = why)
}

fn train(error: &TrainError) -> String {
    match error {
        TrainError::NoRows => t!("error.no_rows"),
        TrainError::Input { column, .. } => t!("error.input", column = column + 1),
        TrainError::TooLarge { .. } => t!("map.too_large"),
        TrainError::DeviceLost(_) | TrainError::NoDevice(_) => t!("error.device_lost"),
        // What is left can't come from a set-up that passed its checks.
        other => t!("error.internal", why = plain(other)),
    }
}

/// An error that has no words of its own, as it is: the page is built without what derives `Debug`.
fn plain(error: &impl serde::Serialize) -> String {
    tunescape_core::json::write(error)
}

/// Why an event was refused.
pub fn event(error: &EventError) -> String {
    t!("error.internal", why = plain(error))
}
