//! What a table says of a trial's state: tools' words for it, people's, Optuna's numbers, and
//! columns such as `pruned` that are true or not.

mod words;

use super::names;
use super::{Mapping, Role, Source};
use crate::data::number::{is_missing, may_be_missing};
use crate::import::limits::cut;
use crate::import::table::Table;
use crate::import::{ImportedTrial, Note, TrialState};
use words::WORDS;

/// Unknown words that a note names, and letters of each.
const MAX_NAMED: usize = 5;
const MAX_LETTERS: usize = 40;

/// The state that a word stands for; Python's enumerations are written with their name before it.
pub fn named_state(text: &str) -> Option<TrialState> {
    if text.len() > 60 {
        return None;
    }
    let ends = ["State", "Status", "StatusType"];
    let enumeration = text.rsplit_once('.');
    let enumeration = enumeration.filter(|(before, _)| ends.iter().any(|e| before.ends_with(e)));
    let word = enumeration.map_or(text, |(_, word)| word);
    let letters = word.chars().filter(|c| c.is_alphanumeric());
    let word: String = letters.flat_map(char::to_lowercase).map(without_accent).collect();
    WORDS.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(state, _)| *state)
}

/// The letter that an accent of Western Europe stands on.
fn without_accent(letter: char) -> char {
    match letter {
        'á' | 'à' | 'â' | 'ä' | 'ã' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        other => other,
    }
}

/// The end that a column of truths is about, by its name: `pruned`, `is_failed`, `success`. A
/// setting that is searched, such as `early_stopping`, is not in the past.
pub fn flag(name: &str) -> Option<TrialState> {
    let words = names::words(name);
    let about = |word: &&String| !["is", "was", "has", "trial", "run"].contains(&word.as_str());
    let word: String = words.iter().filter(about).map(String::as_str).collect();
    let completes = ["success", "succeeded", "successful", "completed", "finished", "ok"];
    let ends = word.ends_with("ed") || ["stoppedearly", "oom", "invalid"].contains(&word.as_str());
    named_state(&word).filter(|state| match state {
        TrialState::Complete => completes.contains(&word.as_str()),
        state => ends && state.is_finished(),
    })
}

/// What a field says that is true or not.
pub fn truth(field: &str) -> Option<bool> {
    let field = field.trim();
    let is = |words: &[&str]| words.iter().any(|word| field.eq_ignore_ascii_case(word));
    if is(&["true", "yes", "1", "1.0"]) {
        Some(true)
    } else {
        is(&["false", "no", "0", "0.0"]).then_some(false)
    }
}

/// The state by Optuna's numbers: `str(TrialState.PRUNED)` is `2` in Python since 3.11.
fn numbered(field: &str) -> Option<TrialState> {
    Some(match field.trim_end_matches(".0") {
        "0" => TrialState::Running,
        "1" => TrialState::Complete,
        "2" => TrialState::Pruned,
        "3" => TrialState::Failed,
        "4" => TrialState::Waiting,
        _ => return None,
    })
}

/// What one trial's fields say.
enum Told {
    Nothing,
    State(TrialState),
    Unknown(String),
}

/// Sets the states of trials by the columns that tell them. `last` is a trial's last field of a
/// column. What nothing is told of stays as it is.
///
/// A word that is not known is that of a failure where half of all are known: nobody has a rare
/// word for an ordinary end. Where fewer are, trials stay as their values have them.
pub fn set_states<'a>(
    table: &Table,
    mapping: &Mapping,
    trials: &mut [ImportedTrial],
    last: impl Fn(usize, usize) -> &'a str,
) -> Option<Note> {
    let columns = mapping.places(|role| *role == Role::State);
    let told = |trial: usize| {
        let each = columns.iter().map(|&at| of_field(table, mapping.source, at, last(trial, at)));
        together(each)
    };
    let told: Vec<Told> = (0..trials.len()).map(told).collect();
    let count = |of: fn(&Told) -> bool| told.iter().filter(|told| of(told)).count();
    let known = count(|told| matches!(told, Told::State(_)));
    let unknown = count(|told| matches!(told, Told::Unknown(_)));
    let failed = known >= unknown;
    let mut words: Vec<String> = Vec::new();
    for (trial, told) in trials.iter_mut().zip(told) {
        match told {
            Told::Nothing => {}
            Told::State(state) => trial.state = state,
            Told::Unknown(word) => {
                if failed {
                    trial.state = TrialState::Failed;
                }
                let word = cut(&word, MAX_LETTERS).0;
                if words.len() < MAX_NAMED && !words.contains(&word) {
                    words.push(word);
                }
            }
        }
    }
    (unknown > 0).then_some(Note::States { words, trials: unknown, failed })
}

fn of_field(table: &Table, source: Source, at: usize, field: &str) -> Told {
    if is_missing(field) || may_be_missing(field) {
        return Told::Nothing;
    }
    let about = table.header.get(at).and_then(|name| flag(name)).zip(truth(field));
    let state = match about {
        Some((state, true)) => Some(state),
        Some((TrialState::Complete, false)) => Some(TrialState::Failed),
        Some((_, false)) => return Told::Nothing,
        None if source == Source::Optuna => numbered(field).or_else(|| named_state(field)),
        None => named_state(field),
    };
    state.map_or_else(|| Told::Unknown(field.to_string()), Told::State)
}

/// Of several columns the one counts that says more than that a trial came to its end.
fn together(each: impl Iterator<Item = Told>) -> Told {
    let weight = |told: &Told| match told {
        Told::Nothing => 0,
        Told::State(TrialState::Complete) => 1,
        Told::Unknown(_) => 2,
        Told::State(_) => 3,
    };
    // Of equal ones the first.
    each.fold(Told::Nothing, |own, told| if weight(&told) > weight(&own) { told } else { own })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_every_tool_are_known_and_others_are_not() {
        use TrialState::{Complete, Failed, Pruned, Running, Waiting};
        for (text, state) in [
            ("TrialState.COMPLETE", Complete),
            ("StatusType.SUCCESS", Complete),
            ("StatusType.MEMOUT", Failed),
            ("TERMINATED", Complete),
            ("EARLY_STOPPED", Pruned),
            ("ABANDONED", Failed),
            ("ok", Complete),
            ("fail", Failed),
            ("InProgress", Running),
            ("Timed out", Failed),
            ("PENDING", Waiting),
            ("运行中", Running),
            ("失败", Failed),
            ("完成", Complete),
            ("fertig", Complete),
            ("abgebrochen", Failed),
            ("terminé", Complete),
            ("termine\u{301}", Complete),
            ("échoué", Failed),
            ("Completado", Complete),
            ("fallido", Failed),
            ("早停", Pruned),
            ("interrupted", Failed),
            ("early stopping", Pruned),
            ("skipped", Failed),
            ("TrialStatus.EARLY_STOPPED", Pruned),
        ] {
            assert_eq!(named_state(text), Some(state), "{text}");
        }
        for text in ["", "2", "Texas", "relu", "TrialState."] {
            assert_eq!(named_state(text), None, "{text}");
        }
    }

    #[test]
    fn columns_of_truths_are_about_an_end_and_settings_are_not() {
        use TrialState::{Complete, Failed, Pruned};
        for (name, state) in [
            ("pruned", Pruned),
            ("is_pruned", Pruned),
            ("stopped_early", Pruned),
            ("trialFailed", Failed),
            ("success", Complete),
        ] {
            assert_eq!(flag(name), Some(state), "{name}");
        }
        for name in [
            "early_stopping",
            "early_stop",
            "error",
            "new",
            "started",
            "terminated",
            "nesterov",
            "",
        ] {
            assert_eq!(flag(name), None, "{name}");
        }
    }
}
