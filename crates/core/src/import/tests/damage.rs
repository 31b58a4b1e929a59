//! Truncated, damaged and hostile files: what comes before the damage is kept, nothing is endless.

use super::*;
use proptest::prelude::*;

/// Whether `part` holds nothing that `whole` does not.
fn is_part(part: &ImportedStudy, whole: &ImportedStudy) -> bool {
    let trial = |(own, of): (&ImportedTrial, &ImportedTrial)| {
        own.number == of.number
            && own
                .reports
                .iter()
                .zip(&of.reports)
                .all(|(a, b)| a.0 == b.0 && (a.1 == b.1 || a.1.is_nan() && b.1.is_nan()))
    };
    part.name == whole.name
        && part.trials.len() <= whole.trials.len()
        && part.trials.iter().zip(&whole.trials).all(trial)
}

#[test]
fn a_journal_in_utf_16_is_the_same() {
    let journal = file("lookalikes/boosting.log");
    let text = String::from_utf8(journal.clone()).unwrap();
    let wide = |write: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let units = [0xfeff].into_iter().chain(text.encode_utf16());
        units.flat_map(write).collect()
    };
    for bytes in [wide(u16::to_le_bytes), wide(u16::to_be_bytes)] {
        assert_eq!(detect(&bytes, "x"), Kind::Journal);
        assert_eq!(read(&bytes, "x").unwrap(), read(&journal, "x").unwrap());
    }
}

#[test]
fn formats_that_are_no_text_are_named() {
    let pickle = ImportError::Format { found: FileKind::Pickle };
    assert_eq!(read(b"\x80\x04\x95 a study", "study.pkl"), Err(pickle));
    let gzip = ImportError::Format { found: FileKind::Gzip };
    assert_eq!(table::read(b"\x1f\x8b\x08 trials", "trials.csv.gz").err(), Some(gzip));
}

#[test]
fn a_journal_cut_anywhere_keeps_what_comes_before() {
    let bytes = file("lookalikes/boosting.log");
    let whole = &journal::read(&bytes).unwrap()[0];
    let mut before = 0;
    for end in 1..bytes.len() {
        let lines = bytes[..end].iter().filter(|b| **b == b'\n').count();
        match journal::read(&bytes[..end]) {
            Ok(studies) => {
                assert!(is_part(&studies[0], whole), "cut at {end}");
                assert!(studies[0].trials.len() >= before);
                before = studies[0].trials.len();
                let told = studies[0].notes.iter().find_map(|note| match note {
                    Note::Line { line, fault } => Some((*line, *fault)),
                    _ => None,
                });
                assert!(told.is_none_or(|told| told == (lines + 1, Fault::Truncated)), "{told:?}");
                let whole_line = bytes[..end].ends_with(b"}") || bytes[..end].ends_with(b"\n");
                assert_eq!(told.is_none(), whole_line && told.is_none(), "cut at {end}");
            }
            Err(ImportError::Journal { line: 1, fault: Fault::Truncated }) => assert_eq!(lines, 0),
            Err(error) => panic!("{error} at {end}"),
        }
    }
}

#[test]
fn a_broken_line_in_the_middle_is_named_and_line_ends_may_be_of_any_kind() {
    let bytes = file("lookalikes/boosting.log");
    let text = String::from_utf8(bytes).unwrap();
    let windows = text.replace('\n', "\r\n");
    let whole = &journal::read(text.as_bytes()).unwrap()[0];
    assert_eq!(&journal::read(windows.as_bytes()).unwrap()[0], whole);
    let lines: Vec<&str> = text.lines().collect();
    for (broken, fault) in [
        (&b"{\"op_code\": 6, \"trial"[..], Fault::NotJson),
        (b"[]", Fault::NotOperation),
        (b"\xff\xfe", Fault::NotText),
    ] {
        let mut file = lines[..18].join("\n").into_bytes();
        file.push(b'\n');
        file.extend(broken);
        file.push(b'\n');
        file.extend(lines[18..].join("\n").bytes());
        let study = &journal::read(&file).unwrap()[0];
        assert_eq!(study.notes, [Note::Line { line: 19, fault }]);
        assert_eq!((study.trials.len(), study.trials[0].state), (2, TrialState::Complete));
    }
    assert_eq!(
        journal::read(b"{\"op_code\"").err(),
        Some(ImportError::Journal { line: 1, fault: Fault::Truncated })
    );
}

#[test]
fn what_pythons_json_writes_in_an_attribute_is_no_damage() {
    let text = String::from_utf8(file("lookalikes/boosting.log")).unwrap();
    let whole = &journal::read(text.as_bytes()).unwrap()[0];
    let lines: Vec<&str> = text.lines().collect();
    let deep = "[".repeat(300) + &"]".repeat(300);
    for (given, wanted) in [
        (r#""caf\udce9.csv""#, serde_json::json!("caf\u{fffd}.csv")),
        ("[1e999, -1e999]", serde_json::json!(["Infinity", "-Infinity"])),
        ("NaN", "NaN".into()),
        (deep.as_str(), serde_json::Value::Null),
    ] {
        let odd = format!(
            r#"{{"op_code": 8, "worker_id": "w", "trial_id": 1, "user_attr": {{"file": {given}}}}}"#
        );
        let mut lines = lines.clone();
        lines.insert(17, &odd);
        let mut study = journal::read(lines.join("\n").as_bytes()).unwrap().remove(0);
        let told = std::mem::take(&mut study.trials[1].user_attributes);
        assert_eq!(&study, whole, "{given}");
        let [(_, told)] = &told[..] else { panic!("{given}: {told:?}") };
        assert!(wanted.is_null() || *told == wanted, "{given}: {told:?}");
    }
}

#[test]
fn whole_lines_without_a_study_do_not_hide_the_line_that_is_broken() {
    let discard = r#"{"op_code": 10, "worker_id": "w", "trial_ids": []}"#;
    let create = r#"{"op_code": 0, "worker_id": "w", "study_name": "s", "directions": [1]}"#;
    let delete = r#"{"op_code": 1, "worker_id": "w", "study_id": 0}"#;
    for (before, line) in [(vec![discard], 2), (vec![create, delete], 3)] {
        let text = before.join("\n") + "\n{\"op_code\": 0, \"study\n" + create + "\n";
        let damage = ImportError::Journal { line, fault: Fault::NotJson };
        assert_eq!(journal::read(text.as_bytes()).err(), Some(damage));
        let whole = before.join("\n") + "\n";
        assert_eq!(journal::read(whole.as_bytes()).err(), Some(ImportError::NoStudy));
    }
}

#[test]
fn a_database_cut_anywhere_keeps_whole_pages() {
    let bytes = file("lookalikes/control.db");
    let whole = optuna_db::read(&bytes).unwrap();
    let mut kept = 0;
    for end in (1..=bytes.len()).step_by(97).chain([bytes.len()]) {
        match optuna_db::read(&bytes[..end]) {
            Ok(studies) => {
                for study in &studies {
                    let of = whole.iter().find(|w| w.name == study.name).unwrap();
                    assert!(
                        study.trials.iter().all(|t| of.trials.iter().any(|o| o.number == t.number))
                    );
                    let damaged = study.notes.iter().any(|n| matches!(n, Note::Page { .. }));
                    assert!(damaged || end > bytes.len() - 1024, "cut at {end}");
                }
                kept = kept.max(studies[0].trials.len());
            }
            Err(
                ImportError::Sqlite(sqlite::SqliteError::Header | sqlite::SqliteError::CutOff)
                | ImportError::NoStudy,
            ) => {}
            Err(error) => panic!("{error} at {end}"),
        }
    }
    assert_eq!(kept, 60);
    // By their text: some numbers are NaN.
    assert_eq!(format!("{:?}", optuna_db::read(&bytes).unwrap()), format!("{whole:?}"));
}

#[test]
fn a_damaged_page_is_named_and_the_other_tables_stay() {
    let mut bytes = file("optuna/study-5.0.0.db");
    let whole = optuna_db::read(&bytes).unwrap();
    // The trees of four tables in turn: their first byte says what kind of page it is.
    let mut named = 0;
    for page in 2..bytes.len() / 4096 {
        let at = page * 4096;
        let kept = bytes[at];
        if kept != 13 {
            continue;
        }
        bytes[at] = 0;
        if let Ok(studies) = optuna_db::read(&bytes) {
            let damage = studies[0].notes.iter().find_map(|note| match note {
                Note::Page { page, fault, .. } => Some((*page, *fault)),
                _ => None,
            });
            if let Some(damage) = damage {
                assert_eq!(damage, (page as u32 + 1, Fault::NotPage));
                named += 1;
            }
        }
        bytes[at] = kept;
    }
    assert!(named >= 6, "{named}");
    assert_eq!(format!("{:?}", optuna_db::read(&bytes).unwrap()), format!("{whole:?}"));
}

#[test]
fn what_is_beyond_the_limits_is_left_out_and_counted() {
    let mut text = String::from(
        "{\"op_code\": 0, \"worker_id\": \"w\", \"study_name\": \"many\", \"directions\": [1]}\n",
    );
    let of = "{\\\"name\\\": \\\"FloatDistribution\\\", \\\"attributes\\\": {\\\"low\\\": 0, \\\"high\\\": 1}}";
    text.push_str(
        "{\"op_code\": 4, \"worker_id\": \"w\", \"study_id\": 0, \"datetime_start\": null}\n",
    );
    for n in 0..limits::MAX_PARAMETERS + 7 {
        text.push_str(&format!(
            "{{\"op_code\": 5, \"worker_id\": \"w\", \"trial_id\": 0, \"param_name\": \"p{n}\", \
             \"param_value_internal\": 0.5, \"distribution\": \"{of}\"}}\n"
        ));
    }
    text.push_str("{\"op_code\": 7, \"worker_id\": \"w\", \"trial_id\": 99, \"step\": 0, \"intermediate_value\": 1}\n");
    let long = "x".repeat(limits::MAX_ATTRIBUTE + 1);
    text.push_str(&format!(
        "{{\"op_code\": 8, \"worker_id\": \"w\", \"trial_id\": 0, \"user_attr\": {{\"a\": \"{long}\"}}}}\n"
    ));
    let study = &journal::read(text.as_bytes()).unwrap()[0];
    assert_eq!(study.parameters.len(), limits::MAX_PARAMETERS);
    let wanted = [
        Note::Parameters { dropped: 7 },
        Note::Attributes { dropped: 1 },
        Note::Operations { dropped: 1 },
    ];
    assert_eq!(study.notes, wanted);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn noise_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..600), kind in 0..4_usize) {
        let start: &[u8] = [&b""[..], sqlite::MAGIC, b"{\"op_code\": 0, ", b"a,b\n"][kind];
        let bytes = [start, &bytes].concat();
        let _ = read(&bytes, ["x", "x.db", "x.log", "x.csv"][kind]);
    }

    #[test]
    fn dictionaries_and_records_of_any_signs_are_read_or_refused(
        inside in "[\\[\\]{}(),:'\"\\\\ a0.é-]{0,80}",
        rows in "(\"(0|lr|trial_1|value)\": ?[{}\\[\\]0-9a,\":]{0,12},?){0,8}",
    ) {
        for text in [
            format!("lr,config,loss\n1,\"{{'a': {}}}\",2\n", inside.replace('"', "\"\"")),
            format!("[{{\"a\": 1, \"b\": {inside}}}]"),
            format!("{{\"trials\": [{{{rows}}}]}}"),
            format!("{{{rows}}}"),
        ] {
            let _ = (likely(text.as_bytes(), "x.json"), literal::dictionary(&inside));
            if let Ok(studies) = read(text.as_bytes(), "x.json") {
                for study in &studies {
                    let own = study.parameters.len();
                    prop_assert!(study.trials.iter().all(|trial| trial.params.len() == own));
                }
            }
        }
    }

    #[test]
    fn lines_of_any_operations_are_read(
        lines in proptest::collection::vec((0..12_u8, 0..3_i64, 0..4_i64, any::<f64>()), 0..60),
    ) {
        let text: String = lines.iter().map(|(code, id, step, x)| format!(
            "{{\"op_code\": {code}, \"worker_id\": \"w\", \"study_id\": {id}, \"trial_id\": {step}, \"study_name\": \"s{step}\", \
             \"directions\": [{id}, 2], \"state\": {step}, \"step\": {id}, \"values\": [{x:e}], \"intermediate_value\": {x:e}, \
             \"param_name\": \"p{id}\", \"param_value_internal\": {step}, \"user_attr\": {{\"k\": {id}}}, \
             \"distribution\": \"{{\\\"type\\\": \\\"categorical\\\", \\\"choices\\\": [1, {id}, null]}}\"}}\n"
        )).collect();
        // A number that is not finite is written as Rust writes it, and ends the file there.
        if let Ok(studies) = journal::read(text.as_bytes()) {
            for study in studies {
                for trial in &study.trials {
                    prop_assert_eq!(trial.params.len(), study.parameters.len());
                    prop_assert!(trial.reports.windows(2).all(|w| w[0].0 < w[1].0));
                }
                let _ = convert::convert(&study, convert::Aim::default());
            }
        }
    }

    #[test]
    fn flipped_bytes_of_a_database_are_read_or_refused(
        flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let mut bytes = file("lookalikes/control.db");
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(studies) = optuna_db::read(&bytes) {
            for study in studies {
                prop_assert!(study.trials.iter().all(|t| t.params.len() == study.parameters.len()));
                let _ = convert::convert(&study, convert::Aim::default());
            }
        }
    }

    #[test]
    fn tables_of_any_fields_are_read_under_any_mapping(
        rows in proptest::collection::vec(proptest::collection::vec("[a-c0-9,;\"\\.\\-e]{0,5}", 1..5), 1..20),
        roles in proptest::collection::vec(0..10_usize, 0..6),
    ) {
        use mapping::Role;
        let text: String = rows.iter().map(|row| row.join(",") + "\n").collect();
        if let Ok(table) = table::read(text.as_bytes(), "x.csv") {
            let mut mapping = mapping::guess(&table);
            let _ = mapping::apply(&table, &mapping);
            let all = [
                Role::Ignored, Role::Trial, Role::State, Role::Value(Direction::Maximize),
                Role::Number { log: true, integer: true }, Role::Categorical, Role::Step,
                Role::Attribute, Role::Constraint, Role::Start,
            ];
            mapping.columns = roles.iter().map(|r| ("c".to_string(), all[*r].clone())).collect();
            let study = mapping::apply(&table, &mapping);
            prop_assert!(study.trials.iter().all(|t| t.params.len() == study.parameters.len()));
        }
    }
}
