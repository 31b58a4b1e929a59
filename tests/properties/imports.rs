//! Files with studies: no bytes make a reader panic, and whatever it reads can be looked at and
//! asked about.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use tunescape_core::import::convert::Aim;
use tunescape_core::import::mapping::{self, Role};
use tunescape_core::import::view::{StudyView, view};
use tunescape_core::import::{
    Direction, ImportError, ImportedStudy, detect, likely, read, sqlite, table,
};
use tunescape_core::search;

/// What was read can be shown, and told to a strategy.
fn look_at(studies: Result<Vec<ImportedStudy>, ImportError>) -> Result<(), TestCaseError> {
    for study in studies.unwrap_or_default() {
        for objective in 0..study.directions.len().min(2) {
            let aim = Aim { objective, second: None };
            let (shown, converted) = view(&study, aim);
            prop_assert_eq!(shown.len(), study.trials.len());
            whole(&shown)?;
            let Some(converted) = converted else { continue };
            for n in [0, study.trials.len() / 2, study.trials.len()] {
                let told = converted.study(&search::Strategy::default(), n);
                prop_assert!(told.is_ok(), "{:?}", told);
            }
        }
    }
    Ok(())
}

/// Every column of a view has a row for each trial.
fn whole(shown: &StudyView) -> Result<(), TestCaseError> {
    let trials = shown.len();
    let mut lengths = vec![shown.numbers.len(), shown.losses.len(), shown.feasible.len()];
    lengths.extend([shown.starts.len(), shown.ends.len(), shown.curves.len()]);
    lengths.extend(shown.values.iter().chain(&shown.params).map(Vec::len));
    lengths.extend(shown.units.iter().map(Vec::len));
    lengths.extend(shown.attributes.iter().map(|(_, texts)| texts.len()));
    prop_assert!(lengths.iter().all(|length| *length == trials), "{:?}", lengths);
    prop_assert!(shown.front.iter().all(|trial| *trial < trials));
    Ok(())
}

/// Lines that a journal is made of, with numbers that may fit together or not.
fn operation() -> impl proptest::strategy::Strategy<Value = String> {
    let id = 0usize..4;
    let number = prop_oneof![
        Just("1".to_string()),
        Just("0.5".to_string()),
        Just("NaN".to_string()),
        Just("-Infinity".to_string()),
        Just("1e999".to_string()),
        Just("null".to_string()),
        any::<f64>().prop_map(|x| format!("{x:e}")),
    ];
    let distribution = prop_oneof![
        Just(
            r#"{\"name\": \"FloatDistribution\", \"attributes\": {\"step\": null, \"low\": 0.1, \"high\": 1.0, \"log\": true}}"#
        ),
        Just(
            r#"{\"name\": \"IntDistribution\", \"attributes\": {\"log\": false, \"step\": 2, \"low\": 1, \"high\": 9}}"#
        ),
        Just(
            r#"{\"name\": \"CategoricalDistribution\", \"attributes\": {\"choices\": [null, true, 1, \"a\"]}}"#
        ),
        Just("{}"),
    ];
    (0u8..12, id.clone(), id, number, distribution, "[a-c]").prop_map(
        |(code, study, trial, number, distribution, name)| {
            let rest = match code {
                0 => format!(r#""study_name": "s{study}", "directions": [1, 2]"#),
                4 => format!(r#""study_id": {study}, "datetime_start": null"#),
                5 => format!(
                    r#""trial_id": {trial}, "param_name": "{name}", "param_value_internal": {number}, "distribution": "{distribution}""#
                ),
                6 => format!(
                    r#""trial_id": {trial}, "state": {study}, "values": [{number}], "datetime_complete": "2026-10-01T10:00:00.000000""#
                ),
                7 => format!(
                    r#""trial_id": {trial}, "step": {study}, "intermediate_value": {number}"#
                ),
                8 => format!(r#""trial_id": {trial}, "user_attr": {{"{name}": {number}}}"#),
                9 => format!(
                    r#""trial_id": {trial}, "system_attr": {{"constraints": [{number}]}}"#
                ),
                _ => format!(r#""study_id": {study}, "trial_id": {trial}"#),
            };
            format!(r#"{{"op_code": {code}, "worker_id": "w", {rest}}}"#)
        },
    )
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("tests/import/{name}")).expect("a file")
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(bytes: Vec<u8>, name in "[a-z]{1,3}\\.(log|db|csv|json)") {
        let _ = (detect(&bytes, &name), likely(&bytes, &name), table::header(&bytes));
        look_at(read(&bytes, &name))?;
    }

    #[test]
    fn nothing_that_looks_like_a_journal_does(lines in vec(operation(), 1..40), cut: Index) {
        let text = lines.join("\n");
        look_at(read(text.as_bytes(), "a.log"))?;
        look_at(read(&text.as_bytes()[..cut.index(text.len())], "a.log"))?;
    }

    #[test]
    fn nothing_that_looks_like_a_table_of_trials_does(
        header in "[a-z]{1,6}(,(lr|value|state|number|params_x|config/a|step|trial|loss)){1,4}",
        rows in vec("[0-9.eE,;x\"\\-]{0,20}", 0..12),
        roles in vec((any::<Index>(), 0usize..8), 0..4),
    ) {
        let text = format!("{header}\n{}\n", rows.join("\n"));
        look_at(read(text.as_bytes(), "a.csv"))?;
        if let Ok(table) = table::read(text.as_bytes(), "a.csv") {
            let mut mapping = mapping::guess(&table);
            for (column, role) in roles {
                let all = [
                    Role::Ignored, Role::Trial, Role::State, Role::Value(Direction::Maximize),
                    Role::Number { log: true, integer: true }, Role::Categorical, Role::Step,
                    Role::Start,
                ];
                let at = column.index(mapping.columns.len());
                mapping.columns[at].1 = all[role].clone();
            }
            look_at(Ok(vec![mapping::apply(&table, &mapping)]))?;
        }
    }

    #[test]
    fn nothing_that_looks_like_this_pages_own_file_does(
        trials in vec(("completed|pruned|diverged|x", any::<f64>(), "[0-9.]{0,5}"), 0..6),
    ) {
        let trial = |(ended, score, value): &(String, f64, String)| {
            format!(r#"{{"ended":"{ended}","score":{score:e},"values":["{value}","0.5"],"curve":[[1,{{"valid_loss":{score:e}}}]]}}"#)
        };
        let trials: Vec<String> = trials.iter().map(trial).collect();
        let text = format!(r#"{{"setup":"v=1&data.name=moons","trials":[{}]}}"#, trials.join(","));
        look_at(read(text.as_bytes(), "study.json"))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A real database with some bytes changed, or cut short.
    #[test]
    fn no_damaged_database_does(changes in vec((any::<Index>(), any::<u8>()), 1..12), cut: Option<Index>) {
        let mut bytes = file("lookalikes/control.db");
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let _ = sqlite::Database::open(&bytes);
        look_at(read(&bytes, "a.db"))?;
    }

    /// A real journal with some bytes changed.
    #[test]
    fn no_damaged_journal_does(changes in vec((any::<Index>(), any::<u8>()), 1..12)) {
        let mut bytes = file("lookalikes/boosting.log");
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        look_at(read(&bytes, "a.log"))?;
    }
}
