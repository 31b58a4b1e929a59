//! Files as tools and people write them whose forms are none of Optuna's: nothing in them is taken
//! for what it is not.

use super::*;
use TrialState::{Complete, Failed, Pruned, Running, Waiting};
use mapping::Role;

fn role(text: &str, column: &str) -> Role {
    let table = table::read(text.as_bytes(), "x.csv").unwrap();
    let at = table.header.iter().position(|name| name == column).unwrap();
    mapping::guess(&table).columns[at].1.clone()
}

/// Rows with a rate, a word and a loss.
fn rows(header: &str, words: &[&str]) -> String {
    let row = |(at, word): (usize, &&str)| format!("0.{},{word},0.{}\n", at + 1, 9 - at % 9);
    format!("lr,{header},val_loss\n") + &words.iter().enumerate().map(row).collect::<String>()
}

#[test]
fn states_in_other_languages_are_states() {
    for (header, complete, failed) in [
        ("Status", "fertig", "abgebrochen"),
        ("Zustand", "abgeschlossen", "fehlgeschlagen"),
        ("Status", "terminé", "échoué"),
        ("estado", "completado", "fallido"),
        ("TrainingJobStatus", "Completed", "Failed"),
        ("状态", "已完成", "出错"),
        ("pruned", "False", "True"),
        ("has_failed", "no", "yes"),
        ("success", "True", "False"),
    ] {
        let text = rows(header, &[complete, failed, complete]);
        assert_eq!(found(&text), pair("lr", "val_loss"), "{header}");
        let ended = if header == "pruned" { Pruned } else { Failed };
        let study = study(&text);
        assert_eq!(states(&study), [Complete, ended, Complete], "{header} {complete}");
        assert_eq!(study.notes, [], "{header}");
    }
    // What is searched stays so.
    let text = "lr,early_stopping,hidden_state,loss\n0.1,True,zeros,1\n0.2,False,random,2\n";
    assert_eq!(found(text).0, "lr early_stopping hidden_state");
}

#[test]
fn a_word_for_a_state_that_is_not_known_is_told() {
    let words = ["finished", "finished", "interrupted", "exited", "finished", "skipped", "exited"];
    let study = study(&rows("state", &words));
    assert_eq!(names(&study), "lr");
    assert_eq!(states(&study), [Complete, Complete, Failed, Failed, Complete, Failed, Failed]);
    let told = Note::States { words: vec!["exited".into()], trials: 2, failed: true };
    assert_eq!(study.notes, [told]);
}

#[test]
fn where_no_word_is_known_trials_are_judged_by_their_values() {
    let text = rows("status", &["kész", "hibás", "kész"]).replace(",0.8\n", ",\n");
    let study = study(&text);
    assert_eq!((names(&study), states(&study)), ("lr".into(), vec![Complete, Failed, Complete]));
    let words = vec!["kész".to_string(), "hibás".into()];
    assert_eq!(study.notes, [Note::States { words, trials: 3, failed: false }]);
}

#[test]
fn optunas_numbers_of_states_are_read_in_its_tables_alone() {
    let text =
        "number,value,params_lr,state\n0,0.5,0.1,1\n1,0.1,0.2,2\n2,,0.3,3\n3,,0.4,0\n4,,0.5,4\n";
    assert_eq!(states(&study(text)), [Complete, Pruned, Failed, Running, Waiting]);
    // Hyperopt's are its own.
    assert_eq!(role("tid,state,loss,lr\n0,2,0.5,0.1\n1,2,0.6,0.2\n", "state"), Role::Ignored);
}

#[test]
fn a_word_before_a_name_is_a_prefix_only_where_it_is_one() {
    for (header, wanted) in [
        ("lr,layers,param_count", "lr layers"),
        ("lr,layers,params_count", "lr layers"),
        ("lr,layers,config_size", "lr layers config_size"),
        ("config_lr,config_layers,epochs", "lr layers"),
        ("config/lr,layers,x", "lr"),
    ] {
        let row = |n: usize| format!("0.{n},{},{},0.{}\n", n + 1, 1000 * n, 9 - n);
        let text = format!("{header},val_loss\n") + &(1..5).map(row).collect::<String>();
        let study = study(&text);
        assert_eq!(names(&study), wanted, "{header}");
    }
    for name in ["config_name", "config_file"] {
        assert_eq!(found(&rows(name, &["a.yml", "b.yml", "a.yml"])).0, format!("lr {name}"));
    }
}

#[test]
fn what_names_each_row_is_no_hyperparameter() {
    let many = |of: fn(usize) -> String| -> Vec<String> { (0..9).map(of).collect() };
    for (header, words) in [
        ("checkpoint", many(|n| format!("ckpt/run_{n:03}.pt"))),
        ("job", many(|n| format!("tuning-{n}-abc"))),
        ("config/name", many(|n| format!("run-{n}"))),
        ("updated", many(|n| format!("2026-11-02 10:0{}:00", n % 2))),
    ] {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let text = rows(header, &words);
        assert_eq!(role(&text, header), Role::Attribute, "{header}");
        // Nothing of it is lost.
        assert!(study(&text).trials[3].user_attributes.iter().any(|(_, value)| value == words[3]));
    }
    // Of few trials each may have tried another choice.
    assert_eq!(found(&rows("activation", &["relu", "tanh", "gelu"])).0, "lr activation");
    // A time by its name.
    let times = ["2026-11-02T10:00:00Z", "2026-11-01T10:00:00Z"];
    let begun = study(&rows("TrainingStartTime", &times));
    assert_eq!(begun.trials[0].params, [Some(0.2)], "in the order in which they began");
    assert_eq!(role(&rows("seen_on", &times), "seen_on"), Role::Attribute);
}

#[test]
fn steps_may_be_counted_in_other_words() {
    for step in ["round", "global_step", "rung", "resource", "boosting_round"] {
        let text = format!(
            "trial_id,{step},lr,val_loss\na,1,0.1,0.9\na,3,0.1,0.5\nb,1,0.2,0.8\nb,3,0.2,0.7\n"
        );
        let study = study(&text);
        assert_eq!(names(&study), "lr", "{step}");
        assert_eq!(study.trials[0].reports, [(1, 0.9), (3, 0.5)], "{step}");
        assert_eq!((study.trials.len(), &study.trials[1].values[..]), (2, &[0.7][..]), "{step}");
    }
    // The first that counts is not always the one that counts steps.
    let text = "trial_id,rung,epoch,lr,loss\na,0,1,0.1,9\na,0,2,0.1,5\nb,0,1,0.2,8\n";
    assert_eq!(study(text).trials[0].reports, [(1, 9.0), (2, 5.0)]);
}

#[test]
fn what_a_trial_was_started_with_may_stand_in_one_of_its_rows() {
    let head = "trial_id,epoch,lr,opt,val_loss\n";
    for rows in [
        "a,1,0.1,adam,0.9\na,2,,,0.5\nb,1,0.2,sgd,0.8\nb,2,,,0.7\n",
        // With pandas' word for what is missing, and in a row without a step.
        "a,1,nan,NaN,0.9\na,2,nan,NaN,0.5\na,,0.1,adam,\nb,1,,,0.8\nb,2,0.2,sgd,0.7\n",
    ] {
        let study = study(&format!("{head}{rows}"));
        assert_eq!((names(&study), study.trials.len()), ("lr opt".into(), 2), "{rows}");
        assert_eq!(study.trials[0].params, [Some(0.1), Some(0.0)], "{rows}");
        assert_eq!(study.trials[1].params, [Some(0.2), Some(1.0)], "{rows}");
        assert_eq!(study.trials[0].reports, [(1, 0.9), (2, 0.5)], "{rows}");
        assert!(study.parameters.iter().all(|parameter| !parameter.conditional), "{rows}");
        assert_eq!(study.notes, [], "{rows}");
    }
}

#[test]
fn rows_that_were_started_with_two_things_are_trials_of_their_own() {
    let rows = "a,1,0.1,adam,0.9\na,2,,sgd,0.5\nb,1,0.2,sgd,0.8\nb,2,,,0.7\n";
    assert_eq!(study(&format!("trial_id,epoch,lr,opt,val_loss\n{rows}")).trials.len(), 4);
}

#[test]
fn attributes_beyond_the_limit_are_counted() {
    let names = |of: &str| -> String { (0..110).map(|n| format!(",{of}{n}")).collect() };
    let text = format!("lr{},loss\n0.1{},1\n0.2,,,5,2\n", names("metrics/m"), names("0."));
    let notes = study(&text).notes;
    let beyond = Note::Attributes { dropped: 110 - limits::MAX_ATTRIBUTES };
    assert!(notes.contains(&beyond), "{notes:?}");
}
