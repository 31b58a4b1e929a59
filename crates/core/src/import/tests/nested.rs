//! Values that hold values: dictionaries in fields, lists as choices, records in records.

use super::*;
use TrialState::{Complete, Failed};
use mapping::Source;

#[test]
fn dictionaries_in_fields_are_taken_apart() {
    let wandb = ",summary,config,name\n\
        0,\"{'_runtime': 12.3, '_wandb': {'runtime': 12}, 'val_loss': 0.31}\",\"{'lr': 0.1, 'batch': 32, 'net': {'act': 'relu'}}\",run-1\n\
        1,\"{'_runtime': 14.1, 'val_loss': 0.28}\",\"{'lr': 0.01, 'batch': 64, 'net': {'act': None}}\",run-2\n\
        2,{},\"{'lr': 0.5, 'batch': 64, 'net': {'act': 'tanh'}}\",run-3\n";
    assert_eq!(found(wandb), pair("lr batch net/act", "val_loss"));
    let read = study(wandb);
    assert_eq!(states(&read), [Complete, Complete, Failed]);
    assert_eq!(value(&read, 1, "lr"), Some(Choice::Float(0.01)));
    assert_eq!(value(&read, 1, "net/act"), None);
    assert_eq!(likely(wandb.as_bytes(), "project.csv"), Likely::Study);
    let table = table::read(wandb.as_bytes(), "project.csv").unwrap();
    assert_eq!(mapping::guess(&table).source, Source::Wandb);
    let json = "run,config,loss\n1,\"{\"\"lr\"\": 0.1, \"\"n\"\": 2}\",0.5\n2,\"{\"\"lr\"\": 0.2, \"\"n\"\": 3}\",0.4\n";
    assert_eq!(found(json), pair("lr n", "loss"));
    let by_hand = "number,value,params,state\n0,0.5,\"{'lr': 0.1, 'n': 3}\",COMPLETE\n1,0.4,\"{'lr': 0.2, 'n': 4}\",PRUNED\n";
    assert_eq!(found(by_hand), pair("lr n", "value"));
    // A choice that begins like one stays whole.
    assert_eq!(found("lr,kwargs,loss\n0.1,{x},3\n0.2,{y},2\n0.3,{x},1\n").0, "lr kwargs");
}

#[test]
fn dictionaries_are_taken_apart_within_the_limits_of_a_table() {
    let keys =
        |from: usize| -> String { (from..from + 400).map(|n| format!("'k{n}': {n}, ")).collect() };
    let text = format!("lr,config,loss\n0.1,\"{{{}}}\",1\n0.2,\"{{{}}}\",2\n", keys(0), keys(300));
    let table = table::read(text.as_bytes(), "x.csv").unwrap();
    assert_eq!(table.header.len(), limits::MAX_COLUMNS);
    assert!(table.rows.iter().all(|row| row.len() == table.header.len()));
    assert_eq!(table.notes, [Note::Columns { dropped: 700 - (limits::MAX_COLUMNS - 2) }]);
    let wide = (0..limits::MAX_COLUMNS + 3).map(|n| format!("c{n}")).collect::<Vec<_>>().join(",");
    let table = table::read(format!("{wide}\n1,2\n").as_bytes(), "x.csv").unwrap();
    assert!(table.notes.contains(&Note::Columns { dropped: 3 }));
    let deep =
        format!("lr,config,loss\n0.1,\"{}1{}\",1\n", "{'a': ".repeat(9_000), "}".repeat(9_000));
    assert_eq!(table::read(deep.as_bytes(), "x.csv").unwrap().header, ["lr", "config", "loss"]);
}

#[test]
fn choices_that_are_lists_are_a_parameter() {
    let choices = r#"{\"name\": \"CategoricalDistribution\", \"attributes\": {\"choices\": [[50], [100, 50]]}}"#;
    let line =
        |code: u8, rest: String| format!("{{\"op_code\": {code}, \"worker_id\": \"w\", {rest}}}\n");
    let mut text = line(0, r#""study_name": "s", "directions": [1]"#.into());
    for trial in 0..2 {
        text += &line(4, r#""study_id": 0, "datetime_start": null"#.into());
        text += &line(
            5,
            format!(
                r#""trial_id": {trial}, "param_name": "layers", "param_value_internal": {trial}, "distribution": "{choices}""#
            ),
        );
        text += &line(
            5,
            format!(
                r#""trial_id": {trial}, "param_name": "odd", "param_value_internal": 0, "distribution": "{{}}""#
            ),
        );
    }
    let study = &journal::read(text.as_bytes()).unwrap()[0];
    assert_eq!(value(study, 1, "layers"), Some(Choice::Text("[100,50]".into())));
    // What can't be read is said to be that.
    assert_eq!(names(study), "layers");
    assert_eq!(study.notes, [Note::Range { parameter: "odd".into() }]);
}

#[test]
fn records_by_the_trial_are_rows() {
    for text in [
        r#"{"0":{"lr":0.1,"loss":0.5},"1":{"lr":0.2,"loss":0.25},"10":{"lr":0.3,"loss":0.125}}"#,
        r#"{"trial_0":{"lr":0.1,"loss":0.5},"trial_1":{"lr":0.2,"loss":0.25},"trial_10":{"lr":0.3,"loss":0.125}}"#,
        r#"{"a9c":{"lr":0.1,"loss":0.5},"b2f":{"lr":0.2,"loss":0.25},"ccc":{"lr":0.3,"loss":0.125}}"#,
        r#"{"columns":["lr","loss"],"index":[0,1,2],"data":[[0.1,0.5],[0.2,0.25],[0.3,0.125]]}"#,
        "{\"name\": \"mine\",\n \"trials\": [{\"lr\":0.1,\"loss\":0.5},{\"lr\":0.2,\"loss\":0.25},{\"lr\":0.3,\"loss\":0.125}]}",
        r#"{"lr":{"0":0.1,"1":0.2,"2":0.3},"loss":{"0":0.5,"1":0.25,"2":0.125}}"#,
    ] {
        assert_eq!(detect(text.as_bytes(), "trials.json"), Kind::Table, "{text}");
        let [study] = &read(text.as_bytes(), "trials.json").unwrap()[..] else { panic!() };
        assert_eq!(
            (names(study), &study.metric_names[..]),
            ("lr".into(), &["loss".into()][..]),
            "{text}"
        );
        let values: Vec<f64> = study.trials.iter().flat_map(|trial| trial.values.clone()).collect();
        assert_eq!(values, [0.5, 0.25, 0.125], "{text}");
        assert_ne!(likely(text.as_bytes(), "trials.json"), Likely::Other, "{text}");
    }
    // One may lack what another has, and what is nested stays so.
    let nested = r#"{"run-1":{"params":{"lr":0.1},"val_loss":0.5},"run-2":{"params":{"lr":0.2}}}"#;
    assert_eq!(found(nested), pair("lr", "val_loss"));
    // Larger than what is looked at as a whole.
    let long: String =
        (0..9_000).map(|n| format!("\"{n}\":{{\"lr\":0.1,\"loss\":0.5,\"n\":{n}}},")).collect();
    for long in [
        format!("{{{}}}", long.trim_end_matches(',')),
        format!("{{\n{}\n}}", long.trim_end_matches(',')),
    ] {
        assert_eq!(detect(long.as_bytes(), "t.json"), Kind::Table);
        assert_eq!(study(&long).trials.len(), 9_000);
        assert_eq!(likely(long.as_bytes(), "t.json"), Likely::Either);
    }
    let long =
        format!("{{\"by\": \"me\", \"trials\": [{}]}}", r#"{"lr":0.1,"loss":0.5},"#.repeat(20_000));
    let long = long.replace("},]", "}]");
    assert_eq!(likely(long.as_bytes(), "t.json"), Likely::Either);
    assert_eq!(study(&long).trials.len(), 20_000);
}

#[test]
fn trials_of_hyperopt_are_read() {
    let trial = |tid: usize, loss: f64, status: &str, momentum: &str| {
        format!(
            r#"{{"state": 2, "tid": {tid}, "spec": null, "result": {{"loss": {loss}, "status": "{status}"}}, "misc": {{"tid": {tid}, "cmd": ["domain_attachment", "FMinIter_Domain"], "workdir": null, "idxs": {{"lr": [{tid}], "momentum": []}}, "vals": {{"lr": [0.{tid}], "momentum": {momentum}}}}}, "exp_key": null, "owner": null, "version": 0, "book_time": "2026-11-01 10:00:0{tid}.123000", "refresh_time": "2026-11-01 10:01:00.456000"}}"#
        )
    };
    let text =
        [trial(1, 0.5, "ok", "[0.9]"), trial(2, 0.7, "fail", "[]"), trial(3, 0.4, "ok", "[]")];
    let text = format!("[{}]", text.join(", "));
    assert_eq!(found(&text), pair("lr momentum", "loss"));
    let study = study(&text);
    assert_eq!(states(&study), [Complete, Failed, Complete]);
    assert_eq!(value(&study, 1, "lr"), Some(Choice::Float(0.2)));
    assert_eq!(
        (value(&study, 0, "momentum"), value(&study, 1, "momentum")),
        (Some(Choice::Float(0.9)), None)
    );
    assert!(study.parameters[1].conditional && study.trials[0].start.is_some());
}
