//! What a reader of studies left out or changed, in words.

use tunescape_core::data::choices::Aside;
use tunescape_core::import::Note;
use tunescape_core::import::convert::Remark;

/// What a reader left out.
pub fn note(note: &Note) -> String {
    match note {
        Note::Line { line, fault } => {
            format!("read up to line {line}: {fault}; that line and what follows were left out")
        }
        Note::Rows { line, rows, fault } => {
            format!("rows with a fault: {rows}, the first of them in line {line}: {fault}")
        }
        Note::Page { page, table, fault } => format!(
            "page {page} of the database is damaged ({fault}): what comes after it in the table \
             {table} was left out"
        ),
        Note::Trials { dropped } => format!("trials beyond the limit, left out: {dropped}"),
        Note::Parameters { dropped } => {
            format!("trials with hyperparameters beyond the limit, left out: {dropped}")
        }
        Note::Columns { dropped } => format!("columns beyond the limit, left out: {dropped}"),
        Note::Range { parameter } => {
            format!("{parameter}: left out, since what it was searched over could not be read")
        }
        Note::States { words, trials, failed } => format!(
            "trials with a state that is not known here ({}), counted {}: {trials}",
            words.join(", "),
            if *failed { "as failed" } else { "as complete where they have a value" }
        ),
        Note::Values { parameter, dropped } => {
            format!("values of {parameter} that don't fit the others, left out: {dropped}")
        }
        Note::Times { column, dropped } => {
            format!("times of {column} that can't be read, left out: {dropped}")
        }
        Note::Reports { dropped } => format!("intermediate values left out: {dropped}"),
        Note::Attributes { dropped } => {
            format!("attributes that are too long or too many: {dropped}")
        }
        Note::Operations { dropped } => {
            format!("entries of trials that are not there or had ended, passed over: {dropped}")
        }
        Note::Studies { dropped } => format!("studies beyond the limit, left out: {dropped}"),
        Note::Deleted { studies } => format!("deleted studies in the file: {studies}"),
        Note::NoNames => "no line of names: the columns are called x1, x2 and so on".into(),
        Note::WriteAheadLog => {
            "the newest trials may be missing: the database keeps them in a second file (-wal) until it is closed".into()
        }
        Note::Schema { found } => {
            format!("the database has version {found} of Optuna's schema; 12 is known here")
        }
        Note::WithoutValue { trials } => format!("complete trials without a value: {trials}"),
        Note::Asides { line, rows, why } => {
            let what = match why {
                Aside::Comments => "comments",
                Aside::Footnotes => "notes below the trials",
                Aside::Names => "the names once more",
                Aside::Units => "units",
                Aside::Types => "types of the columns",
                Aside::Questions => "texts about the columns",
                Aside::Ruler => "rules",
                Aside::Totals => "totals, means and the like",
            };
            format!("{what}, left out: {rows}, the first in line {line}")
        }
        Note::ReadAs { column, value, number } => {
            format!("“{value}” of {column} was read as {number}, and others like it so too")
        }
        Note::Encoding { encoding } => {
            format!("the text is not UTF-8 and was read as {}", encoding.label())
        }
    }
}

/// What became of a study on its way to a strategy.
pub fn remark(remark: &Remark) -> String {
    match remark {
        Remark::Widened { parameter } => {
            format!("{parameter}: its range is wider here, since trials lie outside of it")
        }
        Remark::OffGrid { parameter } => {
            format!("{parameter}: values lie between its steps, so that every number counts")
        }
        Remark::Filled { parameter, trials } => format!(
            "{parameter}: nothing tells when it occurs; trials without it, in which it stands in \
             the middle of its range: {trials}"
        ),
        Remark::LeftOut { parameter } => {
            format!("{parameter}: left out, since its range can't be searched")
        }
        Remark::Silent { trials } => {
            format!("trials that tell a strategy nothing: {trials}")
        }
        Remark::Attributes { shown, of } => format!("attributes shown: {shown} of {of}"),
        Remark::Infeasible { trials } => format!(
            "trials that violate a constraint, and count as worse than every feasible one: {trials}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tunescape_core::import::Fault;

    #[test]
    fn what_is_left_out_is_told_by_name_and_number() {
        let parameter = || "rate".to_string();
        for (told, parts) in [
            (note(&Note::Line { line: 7, fault: Fault::NotJson }), ["line 7", "not JSON"]),
            (note(&Note::Values { parameter: parameter(), dropped: 3 }), ["rate", "3"]),
            (note(&Note::Schema { found: 11 }), ["11", "12"]),
            (remark(&Remark::Widened { parameter: parameter() }), ["rate", "wider"]),
            (remark(&Remark::Filled { parameter: parameter(), trials: 5 }), ["rate", "5"]),
        ] {
            assert!(parts.iter().all(|part| told.contains(part)), "{told}");
            assert!(!told.contains('{') && !told.contains('"'), "{told}");
        }
    }
}
