//! What looks alike and is not, and what looks like damage and is none.

use super::*;

fn operation(code: u8, rest: &str) -> String {
    format!("{{\"op_code\": {code}, \"worker_id\": \"w\", {rest}}}\n")
}

#[test]
fn names_and_choices_that_differ_only_at_their_end_stay_apart() {
    let long = "a".repeat(limits::MAX_NAME);
    let mut text = operation(0, r#""study_name": "s", "directions": [1]"#);
    text += &operation(4, r#""study_id": 0, "datetime_start": null"#);
    let float = r#"{\"type\": \"float\", \"low\": 0, \"high\": 1}"#;
    for (name, value) in [("x", 0.25), ("y", 0.75)] {
        text += &operation(
            5,
            &format!(
                r#""trial_id": 0, "param_name": "{long}{name}", "param_value_internal": {value}, "distribution": "{float}""#
            ),
        );
    }
    let choices =
        format!(r#"{{\"type\": \"categorical\", \"choices\": [\"{long}x\", \"{long}y\"]}}"#);
    text += &operation(
        5,
        &format!(
            r#""trial_id": 0, "param_name": "c", "param_value_internal": 1, "distribution": "{choices}""#
        ),
    );
    let [study] = &journal::read(text.as_bytes()).unwrap()[..] else { panic!() };
    let values: Vec<Option<f64>> = study.trials[0].params.clone();
    assert_eq!(values, [Some(0.25), Some(0.75), Some(1.0)]);
    assert_eq!(study.parameters[1].name, format!("{long} (2)"));
    assert_eq!(value(study, 0, "c"), Some(Choice::Text(format!("{long} (2)"))));
}

#[test]
fn a_study_that_two_processes_create_is_one_without_a_fault() {
    let create = operation(0, r#""study_name": "s", "directions": [1]"#);
    let trial = operation(4, r#""study_id": 0, "datetime_start": null"#);
    let text = format!("{create}{create}{trial}");
    let [study] = &journal::read(text.as_bytes()).unwrap()[..] else { panic!() };
    assert_eq!((study.trials.len(), &study.notes[..]), (1, &[][..]));
}

#[test]
fn a_database_that_is_cut_off_is_called_so() {
    let bytes = file("optuna/study-5.0.0.db");
    for end in [1_000, 5_000, 9_000] {
        let error = optuna_db::read(&bytes[..end]).err();
        let cut = ImportError::Sqlite(sqlite::SqliteError::CutOff);
        assert_eq!(error, Some(cut), "{end}");
    }
}
