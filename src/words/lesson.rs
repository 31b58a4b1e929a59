//! Words for what is wrong with a lesson's file.

use super::format::count;
use super::setup::link_why;
use super::texts::t;
use tunescape_core::lesson::LessonError;
use tunescape_core::lesson::form::{FormError, Kind, Problem};

/// What is wrong with a lesson's file.
pub fn lesson(error: &LessonError) -> String {
    match error {
        LessonError::Form(FormError { line, column, problem }) => {
            t!("error.lesson_form", line = line, column = column, why = form(problem))
        }
        LessonError::Encoding => t!("error.lesson_encoding"),
        LessonError::Silent { page } => t!("error.lesson_silent", page = page),
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
