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

/// A study named `s` and a number, and in it a trial with that number as its value.
fn numbered(study: usize, trial: usize, n: usize) -> String {
    operation(0, &format!(r#""study_name": "s{n}", "directions": [1]"#))
        + &operation(4, &format!(r#""study_id": {study}, "datetime_start": null"#))
        + &operation(8, &format!(r#""trial_id": {trial}, "user_attr": {{"n": {n}}}"#))
        + &operation(
            6,
            &format!(
                r#""trial_id": {trial}, "state": 1, "values": [{n}], "datetime_complete": null"#
            ),
        )
}

#[test]
fn trials_behind_studies_beyond_the_limit_keep_their_own_values() {
    const MOST: usize = limits::MAX_STUDIES;
    let mut text: String = (0..=MOST).map(|n| numbered(n, n, n)).collect();
    text += &operation(2, &format!(r#""study_id": {MOST}, "user_attr": {{"left": "out"}}"#));
    // A trial more of the first study, begun after that of the study that is left out.
    text += &operation(4, r#""study_id": 0, "datetime_start": null"#);
    text += &operation(
        6,
        &format!(
            r#""trial_id": {}, "state": 1, "values": [0.5], "datetime_complete": null"#,
            MOST + 1
        ),
    );
    let studies = journal::read(text.as_bytes()).unwrap();
    assert_eq!(studies.len(), MOST);
    for (n, study) in studies.iter().enumerate() {
        assert_eq!((&study.name, &study.trials[0].values), (&format!("s{n}"), &vec![n as f64]));
        assert_eq!(study.notes, [Note::Studies { dropped: 1 }]);
    }
    assert_eq!((studies[0].trials.len(), &studies[0].trials[1].values), (2, &vec![0.5]));
}

#[test]
fn deleted_studies_leave_room_for_others() {
    const MOST: usize = limits::MAX_STUDIES;
    let delete = |n: usize| operation(1, &format!(r#""study_id": {n}"#));
    let mut text: String = (0..MOST).map(|n| numbered(n, n, n) + &delete(n)).collect();
    // No trial of a deleted study has a number.
    text += &operation(4, r#""study_id": 3, "datetime_start": null"#);
    text += &numbered(MOST, MOST, 7);
    let [study] = &journal::read(text.as_bytes()).unwrap()[..] else { panic!() };
    assert_eq!((study.name.as_str(), &study.trials[0].values[..]), ("s7", &[7.0][..]));
    let notes = [Note::Operations { dropped: 1 }, Note::Deleted { studies: MOST }];
    assert_eq!(study.notes, notes);
    // One that was beyond the limit, and is deleted, is not missed.
    let mut text: String = (0..=MOST).map(|n| numbered(n, n, n)).collect();
    text += &delete(MOST);
    text += &delete(0);
    text += &numbered(MOST + 1, MOST + 1, MOST + 1);
    let studies = journal::read(text.as_bytes()).unwrap();
    assert_eq!(studies.len(), MOST);
    assert_eq!(studies[MOST - 1].trials[0].values, [1_001.0]);
    assert_eq!(studies[0].notes, [Note::Deleted { studies: 2 }]);
}
