//! More tools' own files, as they write them or as their data frames are saved.

use super::*;
use TrialState::{Complete, Failed, Pruned};

/// Names of parameters, the objective, whether more of it is better, and the states.
fn found(text: &str) -> (String, String, bool, Vec<TrialState>) {
    let [study] = &read(text.as_bytes(), "trials.json").unwrap()[..] else { panic!("{text}") };
    let names: Vec<&str> = study.parameters.iter().map(|p| p.name.as_str()).collect();
    let states = study.trials.iter().map(|trial| trial.state).collect();
    let objective = study.metric_names.first().cloned().unwrap_or_default();
    (names.join(" "), objective, study.directions[0] == Direction::Maximize, states)
}

#[track_caller]
fn check(text: &str, parameters: &str, objective: &str, more: bool, states: &[TrialState]) {
    assert_eq!(found(text), (parameters.into(), objective.into(), more, states.to_vec()));
}

#[test]
fn sagemaker() {
    let text = "batch-size,lr,TrainingJobName,TrainingJobStatus,FinalObjectiveValue,TrainingStartTime,TrainingEndTime,TrainingElapsedTimeSeconds\n\
        64.0,0.1,tuning-001,Completed,0.5,2026-11-02 10:00:00+00:00,2026-11-02 10:01:00+00:00,60.0\n\
        32.0,0.2,tuning-002,Failed,,2026-11-02 10:02:00+00:00,2026-11-02 10:03:00+00:00,61.0\n\
        16.0,0.3,tuning-003,Stopped,0.4,2026-11-02 10:04:00+00:00,2026-11-02 10:05:00+00:00,12.0\n";
    check(text, "batch-size lr", "FinalObjectiveValue", false, &[Complete, Failed, Pruned]);
}

#[test]
fn ax_and_what_is_feasible() {
    let text = "trial_index,arm_name,trial_status,generation_node,is_feasible,accuracy,lr\n\
        0,0_0,COMPLETED,Sobol,True,0.7,0.1\n1,1_0,COMPLETED,Sobol,False,0.9,0.2\n2,2_0,FAILED,GP,,,0.3\n";
    check(text, "lr", "accuracy", true, &[Complete, Complete, Failed]);
    let [study] = &read(text.as_bytes(), "ax.csv").unwrap()[..] else { panic!() };
    let feasible: Vec<bool> = study.trials.iter().map(ImportedTrial::is_feasible).collect();
    assert_eq!(feasible, [true, false, true]);
    // A probability is none.
    let chance = read(b"lr,feasibility,loss\n0.1,0.5,1\n0.2,0.75,2\n", "x.csv").unwrap();
    assert!(chance[0].trials[0].is_feasible());
}

#[test]
fn vizier() {
    let trial = |id: u32, state: &str, lr: f64, end: &str| {
        format!(
            r#"{{"name": "projects/1/trials/{id}", "id": "{id}", "state": "{state}", "parameters": [{{"parameterId": "lr", "value": {lr}}}, {{"parameterId": "act", "value": "relu"}}], {end}"startTime": "2026-11-01T10:00:0{id}Z"}}"#
        )
    };
    let end = r#""finalMeasurement": {"stepCount": "10", "metrics": [{"metricId": "val_loss", "value": 0.5}]}, "#;
    let text =
        format!("[{}, {}]", trial(1, "SUCCEEDED", 0.1, end), trial(2, "INFEASIBLE", 0.2, ""));
    check(&text, "lr act", "val_loss", false, &[Complete, Failed]);
}

#[test]
fn mlflow_as_json() {
    let run = |id: &str, status: &str, lr: &str, loss: f64| {
        format!(
            r#"{{"info": {{"run_id": "{id}", "status": "{status}", "start_time": 1790000000000}}, "data": {{"metrics": [{{"key": "loss", "value": {loss}, "timestamp": 1790000000001, "step": 0}}], "params": [{{"key": "lr", "value": "{lr}"}}], "tags": [{{"key": "mlflow.user", "value": "ann"}}]}}}}"#
        )
    };
    let runs = [run("a", "FINISHED", "0.1", 0.5), run("b", "KILLED", "0.2", 0.7)];
    check(&format!("{{\"runs\": [{}]}}", runs.join(",")), "lr", "loss", false, &[Complete, Pruned]);
}

#[test]
fn keras_tuner() {
    let trial = |id: u32, lr: f64, score: f64| {
        format!(
            r#"{{"trial_id": "0{id}", "hyperparameters": {{"space": [{{"class_name": "Float", "config": {{"name": "lr", "default": 0.1}}}}], "values": {{"lr": {lr}, "units": 32}}}}, "metrics": {{"metrics": {{"val_loss": {{"direction": "min", "observations": [{{"value": [{score}], "step": 2}}]}}}}}}, "score": {score}, "best_step": 2, "status": "COMPLETED", "message": null}}"#
        )
    };
    let text = format!("{}\n{}\n", trial(0, 0.1, 0.5), trial(1, 0.2, 0.25));
    // What is scored is a loss.
    check(&text, "lr units", "score", false, &[Complete, Complete]);
}

#[test]
fn nni_nevergrad_and_deephyper() {
    let nni = r#"[{"parameter": {"lr": 0.1}, "value": 0.9, "id": "abc"}, {"parameter": {"lr": 0.2}, "value": 0.8, "id": "def"}]"#;
    check(nni, "lr", "value", false, &[Complete, Complete]);
    let line = |n: u32, loss: f64| {
        format!(
            "{{\"#optimizer\": \"NGOpt\", \"#uid\": \"u{n}\", \"#num-ask\": {n}, \"#num-tell\": {n}, \"#meta-sigma\": \"0.{n}\", \"#loss\": {loss}, \"lr\": 0.{n}}}\n"
        )
    };
    check(&(line(1, 0.5) + &line(2, 0.25)), "lr", "#loss", false, &[Complete, Complete]);
    let deephyper = "p:lr,p:units,objective,job_id,job_status,m:timestamp_submit,m:timestamp_gather\n\
        0.1,16,0.8,0,DONE,1.0,2.0\n0.2,32,0.9,1,DONE,1.5,2.5\n0.3,32,F_nan,2,FAILED,1.6,2.6\n";
    check(deephyper, "lr units", "objective", true, &[Complete, Complete, Failed]);
}

#[test]
fn trials_of_optuna_that_somebody_wrote_as_json() {
    let one = r#"[{"number": 0, "state": 1, "value": 0.5, "values": [0.5], "params": {"lr": 0.1, "opt": "adam"}, "user_attrs": {"a": 1}},
        {"number": 1, "state": 2, "value": 0.7, "values": [0.7], "params": {"lr": 0.2, "opt": "sgd"}, "user_attrs": {}}]"#;
    let [study] = &read(one.as_bytes(), "t.json").unwrap()[..] else { panic!() };
    assert_eq!(study.trials[0].user_attributes, [("a".to_string(), 1.into())]);
    let two = r#"[{"number": 0, "state": "COMPLETE", "values": [0.5, 3], "params": {"lr": 0.1}}, {"number": 1, "state": "FAIL", "values": null, "params": {"lr": 0.2}}]"#;
    check(two, "lr", "0", false, &[Complete, Failed]);
    let [study] = &read(two.as_bytes(), "t.json").unwrap()[..] else { panic!() };
    assert_eq!(study.trials[0].values, [0.5, 3.0]);
    // Without its number a table with another objective is not Optuna's.
    let other = "params_lr,state,accuracy\n0.1,done,0.7\n0.2,failed,0.8\n";
    check(other, "lr", "accuracy", true, &[Complete, Failed]);
}

#[test]
fn names_of_runs_are_kept_beside_their_numbers() {
    let text = "Name,State,Runtime,lr,val_loss\nbright-sun-1,finished,12,0.1,0.5\ncalm-sea-2,crashed,3,0.2,\n";
    let [study] = &read(text.as_bytes(), "wandb.csv").unwrap()[..] else { panic!("one study") };
    let names: Vec<_> = study.trials.iter().map(|trial| &trial.user_attributes[0]).collect();
    assert_eq!(
        names,
        [&("Name".into(), "bright-sun-1".into()), &("Name".into(), "calm-sea-2".into())]
    );
    // Some names look like numbers.
    let mixed = read(b"run,lr,loss\n8e10,0.1,0.5\na1f2,0.2,0.4\n", "x.csv").unwrap();
    assert!(mixed[0].trials.iter().all(|trial| trial.user_attributes.len() == 1));
    let numbered = read(b"trial,lr,loss\n3,0.1,0.5\n4,0.2,0.4\n", "x.csv").unwrap();
    assert!(numbered[0].trials.iter().all(|trial| trial.user_attributes.is_empty()));
}

#[test]
fn how_a_trial_ended_may_stand_under_its_result() {
    let text = "lr,units,loss,result\n0.1,8,0.5,ok\n0.2,16,,fail\n0.3,32,0.4,ok\n";
    check(text, "lr units", "loss", false, &[Complete, Failed, Complete]);
    // Beside a state they say the same once more.
    let text = "lr,loss,result,status\n0.1,0.5,ok,finished\n0.2,,fail,crashed\n";
    check(text, "lr", "loss", false, &[Complete, Failed]);
    // Words of another kind, and numbers, are what they were.
    let text = "lr,loss,result\n0.1,0.5,red\n0.2,0.6,blue\n0.3,0.4,red\n";
    check(text, "lr result", "loss", false, &[Complete; 3]);
    check("lr,units,result\n0.1,8,0.5\n0.2,16,0.25\n", "lr units", "result", false, &[Complete; 2]);
}
