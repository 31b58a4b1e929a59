//! Tables as consoles and documents show them, as people lay them out, and as Python prints them.

use super::*;
use crate::data::choices::Aside;
use Fault::NotText;
use TrialState::{Complete, Failed};

/// Names of parameters and of the objective, its values, and what is said of the file.
fn all(text: &str) -> (String, String, Vec<f64>, Vec<Note>) {
    let study = study(text);
    let values = study.trials.iter().map(|trial| trial.values.first().copied());
    let values = values.map(|value| value.unwrap_or(f64::NAN)).collect();
    (names(&study), study.metric_names.first().cloned().unwrap_or_default(), values, study.notes)
}

#[track_caller]
fn is_usual(text: &str, notes: &[Note]) {
    let wanted = ("lr batch".into(), "val_loss".into(), vec![0.5, 0.4, 0.45], notes.to_vec());
    assert_eq!(all(text), wanted, "{text}");
}

#[test]
fn what_is_drawn_around_a_table_is_no_trial() {
    for text in [
        "| lr | batch | val_loss |\n|----|------:|:--------:|\n| 0.1 | 16 | 0.5 |\n| 0.01 | 32 | 0.4 |\n| 0.05 | 32 | 0.45 |\n",
        "+------+-------+----------+\n|   lr | batch | val_loss |\n+======+=======+==========+\n| 0.1  |    16 |     0.5  |\n\
         +------+-------+----------+\n| 0.01 |    32 |     0.4  |\n+------+-------+----------+\n| 0.05 |    32 |     0.45 |\n+------+-------+----------+\n",
        "|   lr   | batch  | val_loss |\n-------------------------------\n| 0.1    | 16     | 0.5      |\n| 0.01   | 32     | 0.4      |\n\
         | 0.05   | 32     | 0.45     |\n===============================\n",
        "     lr  batch  val_loss\n0  0.10     16      0.50\n1  0.01     32      0.40\n2  0.05     32      0.45\n",
    ] {
        is_usual(text, &[]);
    }
    let ray = "+----------------+------------+-------+------+--------+\n| Trial name     | status     |    lr | loss |   iter |\n\
        |----------------+------------+-------+------+--------|\n| train_00000    | TERMINATED |  0.1  | 0.5  |     10 |\n\
        | train_00001    | TERMINATED |  0.01 | 0.4  |     10 |\n| train_00002    | ERROR      |  0.05 |      |      1 |\n\
        +----------------+------------+-------+------+--------+\n";
    assert_eq!(found(ray), pair("lr", "loss"));
    assert_eq!(states(&study(ray)), [Complete, Complete, Failed]);
}

#[test]
fn units_and_means_are_left_out_and_told() {
    let rows = "0.1,16,0.5\n0.01,32,0.4\n0.05,32,0.45\n";
    let asides = |line, rows, why| [Note::Asides { line, rows, why }];
    let units = asides(2, 1, Aside::Units);
    is_usual(&format!("lr,batch,val_loss\n(1/s),(K),(-)\n{rows}"), &units);
    let again = asides(4, 1, Aside::Names);
    is_usual(
        &rows.replacen("0.05", "lr,batch,val_loss\n0.05", 1).replacen(
            "0.1",
            "lr,batch,val_loss\n0.1",
            1,
        ),
        &again,
    );
    let numbered: String = (1..).zip(rows.lines()).map(|(n, row)| format!("{n},{row}\n")).collect();
    let totals = asides(5, 2, Aside::Totals);
    let text = format!("trial,lr,batch,val_loss\n{numbered}mean,,,0.45\nbest,0.01,32,0.4\n");
    is_usual(&text, &totals);
    // A trial that is the mean of the others is one.
    let mean = "lr,batch,val_loss\n0.1,16,0.5\n0.3,32,0.3\n0.2,24,0.4\n0.2,24,0.4\n";
    assert_eq!(study(mean).trials.len(), 4);
}

#[test]
fn numbers_with_their_spread_and_powers_are_numbers() {
    let table = |values: [&str; 3]| {
        let rows = ["0.1,16", "0.01,32", "0.05,32"].iter().zip(values);
        let rows: String = rows.map(|(row, value)| format!("{row},{value}\n")).collect();
        format!("lr,batch,val_loss\n{rows}")
    };
    let read = |value: &str| {
        [Note::ReadAs { column: "val_loss".into(), value: value.into(), number: 0.5 }]
    };
    is_usual(&table(["0.5 ± 0.02", "0.4 ± 0.01", "0.45 ± 0.1"]), &read("0.5 ± 0.02"));
    is_usual(&table(["0.5 +/- 0.02", "0.4+/-0.01", "0.45 +/- 0.1"]), &read("0.5 +/- 0.02"));
    is_usual(&table(["0.5 (0.02)", "0.4(0.01)", "0.45 (0.1)"]), &read("0.5 (0.02)"));
    is_usual(&table(["5×10^-1", "0.4", "45*10**-2"]), &[]);
    let powers = "lr,batch,val_loss\n10^-1,2^4,0.5\n10^-2,2^5,0.4\n5*10^-2,2**5,0.45\n";
    is_usual(powers, &[]);
    assert_eq!(value(&study(powers), 1, "batch"), Some(Choice::Integer(32)));
    // Shapes of networks, and calls, are choices.
    for [one, other] in
        [["64x64", "32x32"], ["(64, 64)", "(32, 32)"], ["f(1)", "f(2)"], ["2d", "3d"]]
    {
        let text = format!("net,lr,loss\n\"{one}\",0.1,1\n\"{other}\",0.2,2\n\"{one}\",0.3,3\n");
        let Domain::Categorical(choices) = &study(&text).parameters[0].domain else {
            panic!("{text}")
        };
        assert_eq!(choices.len(), 2, "{text}");
    }
}

#[test]
fn parameters_that_are_written_out_are_columns() {
    for [first, second, third] in [
        ["lr=0.1, batch=16", "lr=0.01, batch=32", "lr=0.05, batch=32"],
        ["lr: 0.1; batch: 16", "lr: 0.01; batch: 32", "batch: 32; lr: 0.05"],
    ] {
        let text = format!(
            "trial,params,val_loss\n1,\"{first}\",0.5\n2,\"{second}\",0.4\n3,\"{third}\",0.45\n"
        );
        is_usual(&text, &[]);
    }
    let text = "trial,note,loss\n1,\"a=1, b=2\",0.5\n2,\"a=2, b=3\",0.4\n";
    assert_eq!(names(&study(text)), "note");
}

#[test]
fn lists_of_rows_and_of_columns_are_tables() {
    for text in [
        r#"[["lr","batch","val_loss"],[0.1,16,0.5],[0.01,32,0.4],[0.05,32,0.45]]"#,
        r#"{"lr":[0.1,0.01,0.05],"batch":[16,32,32],"val_loss":[0.5,0.4,0.45]}"#,
        r#"{"name":"mine","lr":[0.1,0.01,0.05],"batch":[16,32,32],"val_loss":[0.5,0.4,0.45],"best":[1]}"#,
        "{'lr': [0.1, 0.01, 0.05], 'batch': [16, 32, 32], 'val_loss': [0.5, np.float64(0.4), 0.45]}",
        "[{'lr': 0.1, 'batch': 16, 'val_loss': 0.5}, {'lr': 0.01, 'batch': 32, 'val_loss': 0.4},\n {'lr': 0.05, 'batch': 32, 'val_loss': float('0.45')}]",
    ] {
        is_usual(text, &[]);
        assert_ne!(likely(text.as_bytes(), "x.json"), Likely::Study);
    }
    let nameless = all("[[0.1, 16, 0.5], [0.01, 32, 0.4]]");
    assert_eq!(nameless, ("x1 x2".into(), "x3".into(), vec![0.5, 0.4], vec![Note::NoNames]));
    let skopt = r#"{"x_iters": [[0.1, 16], [0.01, 32], [0.001, 64]], "func_vals": [0.5, 0.4, 0.45], "x": [0.01, 32], "fun": 0.4}"#;
    assert_eq!(found(skopt), pair("x_iters/0 x_iters/1", "func_vals"));
    // HpBandSter's two files hold half a study each.
    for text in [
        "[[0, 0, 0], 1.0, {\"submitted\": 1.5}, {\"loss\": 0.5}, null]\n[[0, 0, 1], 1.0, {}, null, null]\n",
        "[[0, 0, 0], {\"lr\": 0.1}, {}]\n[[0, 0, 1], {\"lr\": 0.2}, {}]\n",
        "[[1, [2]], [3, [4]]]",
    ] {
        assert_eq!(read(text.as_bytes(), "x.json"), Err(ImportError::NoTable), "{text}");
    }
}

#[test]
fn a_last_line_of_another_kind_is_no_trial() {
    let line = |n: usize, lr: f64, loss: f64| {
        format!(
            "{{\"record_id\": {n}, \"validation_loss\": {loss}, \"trial_time\": 0.1, \"config\": {{\"lr\": {lr}}}}}\n"
        )
    };
    let text = line(0, 0.1, 0.5) + &line(1, 0.2, 0.4) + "{\"curr_best_record_id\": 1}\n";
    let [study] = &read(text.as_bytes(), "flaml.log").unwrap()[..] else { panic!() };
    assert_eq!((study.trials.len(), names(study)), (2, "lr".into()));
    assert_eq!(study.notes, [Note::Asides { line: 3, rows: 1, why: Aside::Footnotes }]);
    assert!(!study.notes.contains(&Note::Line { line: 3, fault: NotText }));
}

#[test]
fn tables_of_more_tools() {
    let mlr3 = "cp,minsplit,classif.ce,x_domain_cp,x_domain_minsplit,runtime_learners,batch_nr,resample_result\n\
        -3.2,12,0.21,0.04,12,0.05,1,<R>\n-5.1,30,0.19,0.006,30,0.04,2,<R>\n";
    assert_eq!(found(mlr3), pair("cp minsplit", "classif.ce"));
    assert_eq!(value(&study(mlr3), 0, "cp"), Some(Choice::Float(0.04)));
    let determined = "ID,State,HP: learning_rate,HP: n_filters,Batches Processed,Started,Ended,validation_loss\n\
        1,COMPLETED,0.01,32,937,2026-11-01T10:00:00Z,2026-11-01T10:05:00Z,0.05\n\
        2,ERRORED,0.1,64,37,2026-11-01T10:00:00Z,2026-11-01T10:01:00Z,\n";
    assert_eq!(found(determined), pair("learning_rate n_filters", "validation_loss"));
    let azure = "run_id,status,--learning_rate,--batch_size,best_primary_metric,final_primary_metric\n\
        HD_1_0,Completed,0.01,16,0.91,0.90\nHD_1_1,Completed,0.1,32,0.71,0.70\n";
    assert_eq!(found(azure).0, "learning_rate batch_size");
    assert!(found(azure).1.ends_with("primary_metric"));
    let r = "Epoch,Iteration,max.depth,subsample,gpUtility,acqOptimum,inBounds,Elapsed,Score,errorMessage\n\
        0,1,3,0.5,NA,FALSE,TRUE,1.1,0.91,NA\n1,2,7,0.9,0.3,TRUE,TRUE,1.2,0.92,NA\n";
    assert_eq!(found(r), pair("max.depth subsample", "Score"));
}
