//! What Optuna itself reads from a file is what is read here.

use super::*;
use serde_json::Value;

#[test]
fn journals_and_databases_read_as_optuna_reads_them() {
    for (name, wanted) in [
        ("optuna/journal-5.0.0.log", "optuna/journal-5.0.0.json"),
        ("optuna/journal-4.9.0.log", "optuna/journal-4.9.0.json"),
        ("optuna/journal-3.1.0.log", "optuna/journal-3.1.0.json"),
        ("optuna/study-5.0.0.db", "optuna/study-5.0.0.json"),
        ("optuna/study-4.9.0.db", "optuna/study-4.9.0.json"),
        ("optuna/study-3.1.0.db", "optuna/study-3.1.0.json"),
    ] {
        let studies = studies(name);
        let wanted: Vec<Value> = serde_json::from_slice(&file(wanted)).unwrap();
        assert_eq!(studies.len(), wanted.len(), "{name}");
        studies.iter().zip(&wanted).for_each(|(study, wanted)| compare(study, wanted));
    }
}

#[test]
fn every_kind_of_parameter_has_its_range() {
    let study = &studies("optuna/journal-5.0.0.log")[0];
    let domain = |name: &str| &study.parameters.iter().find(|p| p.name == name).unwrap().domain;
    let numbers = |integer, low, high, log, step| Domain::Number { integer, low, high, log, step };
    assert_eq!(domain("lr"), &numbers(false, 1e-4, 1.0, true, None));
    assert_eq!(domain("units"), &numbers(true, 8.0, 64.0, false, Some(8.0)));
    assert_eq!(domain("step"), &numbers(false, 0.0, 1.0, false, Some(0.25)));
    assert_eq!(domain("depth"), &numbers(true, 1.0, 32.0, true, Some(1.0)));
    let flags = vec![
        Choice::Bool(true),
        Choice::Null,
        Choice::Integer(3),
        Choice::Float(0.5),
        Choice::Text("text".into()),
    ];
    assert_eq!(domain("flag"), &Domain::Categorical(flags));
    let conditional: Vec<&str> =
        study.parameters.iter().filter(|p| p.conditional).map(|p| p.name.as_str()).collect();
    // The trial from elsewhere has two parameters alone.
    assert!(conditional.contains(&"beta2") && !conditional.contains(&"lr"), "{conditional:?}");
    assert_eq!(study.metric_names, ["loss"]);
    assert_eq!(study.user_attributes[0].1, "a \"quoted\" text, Zürich");
    // The trial that waits is shown with the values that were fixed for it.
    let last = study.trials.len() - 1;
    assert_eq!(study.trials[last].state, TrialState::Waiting);
    assert_eq!(value(study, last, "lr"), Some(Choice::Float(0.125)));
    assert_eq!(value(study, last, "rule"), Some(Choice::Text("sgd".into())));
    assert_eq!(value(study, last, "units"), None);
}

#[test]
fn a_deleted_study_is_gone_and_said_so() {
    let studies = studies("optuna/journal-4.9.0.log");
    assert_eq!(studies[1].name, "front");
    assert!(studies[1].notes.contains(&Note::Deleted { studies: 1 }));
    assert_eq!(studies[1].directions, [Direction::Minimize, Direction::Maximize]);
    assert!(studies[1].trials.iter().all(|trial| trial.constraints.len() == 1));
}

#[test]
fn rustuna_writes_the_same_journal() {
    let [study] = &studies("optuna/rustuna-0.2.0.log")[..] else { panic!() };
    assert_eq!((study.name.as_str(), study.trials.len()), ("by-rustuna", 5));
    assert!(study.notes.is_empty(), "{:?}", study.notes);
    for trial in &study.trials {
        let x = trial.params[0].unwrap();
        assert_eq!((trial.state, trial.values[0]), (TrialState::Complete, x * x));
        assert!(trial.start < trial.complete);
    }
}

#[test]
fn a_trial_table_says_what_the_journal_says() {
    for version in ["5.0.0", "4.9.0"] {
        let journal = &studies(&format!("optuna/journal-{version}.log"))[0];
        let [table] = &studies(&format!("optuna/trials-{version}.csv"))[..] else { panic!() };
        assert_eq!(table.trials.len(), journal.trials.len());
        assert_eq!(table.metric_names, ["loss"]);
        for (n, (own, wanted)) in table.trials.iter().zip(&journal.trials).enumerate() {
            assert_eq!((own.state, &own.values), (wanted.state, &wanted.values), "trial {n}");
            assert_eq!((own.start, own.complete), (wanted.start, wanted.complete));
            for name in ["lr", "units", "rule", "beta2", "step"] {
                if own.state != TrialState::Waiting {
                    assert_eq!(value(table, n, name), value(journal, n, name), "{n} {name}");
                }
            }
        }
    }
}

#[test]
fn the_look_alike_of_a_boosting_study_opens_as_its_maker_would_expect() {
    let [study] = &studies("lookalikes/boosting.log")[..] else { panic!() };
    assert_eq!((study.name.as_str(), study.directions[0]), ("churn-lgbm-v3", Direction::Maximize));
    assert_eq!(study.metric_names, ["auc"]);
    let states: Vec<TrialState> = study.trials.iter().map(|t| t.state).collect();
    use TrialState::{Complete, Failed, Pruned, Running};
    assert_eq!(states, [Complete, Pruned, Failed, Running]);
    assert_eq!(study.trials[0].reports, [(0, 0.7011), (100, 0.8123)]);
    assert_eq!(study.trials[1].values, [0.61]);
    assert_eq!(value(study, 1, "drop_rate"), Some(Choice::Float(0.12)));
    assert_eq!(value(study, 0, "drop_rate"), None);
    assert_eq!(value(study, 0, "num_leaves"), Some(Choice::Integer(63)));
    assert_eq!(study.trials[0].user_attributes, [("best_iteration".into(), 214.into())]);
    let drop = study.parameters.iter().find(|p| p.name == "drop_rate").unwrap();
    assert!(drop.conditional);
    assert!(study.notes.is_empty(), "{:?}", study.notes);
}

#[test]
fn the_look_alike_of_an_agents_database_opens_as_its_maker_would_expect() {
    let [cart, pendulum] = &studies("lookalikes/control.db")[..] else { panic!() };
    assert_eq!(
        (cart.name.as_str(), pendulum.name.as_str()),
        ("ppo_CartPole-v1", "ppo_Pendulum-v1")
    );
    assert_eq!(cart.trials.len(), 60);
    assert_eq!(cart.user_attributes[0].1.as_str().map(str::len), Some(5000));
    assert_eq!(cart.trials[2].values, [f64::NEG_INFINITY]);
    assert!(cart.trials[0].reports[0].1.is_nan());
    assert_eq!(cart.trials[1].reports, [(1000, 11.0), (2000, 21.0), (3000, 31.0)]);
    assert_eq!(value(cart, 3, "n_steps"), Some(Choice::Integer(512)));
    assert_eq!(value(cart, 2, "net"), Some(Choice::Null));
    let clip = &cart.parameters[3];
    let wanted = Domain::Number { integer: false, low: 0.1, high: 0.4, log: false, step: None };
    assert_eq!((clip.name.as_str(), &clip.domain), ("clip", &wanted));
    assert_eq!(pendulum.trials[0].state, TrialState::Waiting);
    assert!(cart.notes.is_empty(), "{:?}", cart.notes);
}

#[test]
fn the_look_alike_of_a_sweep_opens_as_its_maker_would_expect() {
    let bytes = file("lookalikes/sweep.csv");
    let table = table::read(&bytes, "sweep.csv").unwrap();
    let mapping = mapping::guess(&table);
    assert_eq!(mapping.source, mapping::Source::Wandb);
    let study = mapping::apply(&table, &mapping);
    let names: Vec<&str> = study.parameters.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["batch_size", "dropout", "lr", "optimizer"]);
    assert_eq!(study.metric_names, ["val/loss"]);
    assert_eq!(study.directions, [Direction::Minimize]);
    let Domain::Number { log, .. } = study.parameters[2].domain else { panic!() };
    assert!(log, "learning rates over four decades");
    let states: Vec<TrialState> = study.trials.iter().map(|t| t.state).collect();
    use TrialState::{Complete, Failed, Pruned, Running};
    assert_eq!(states, [Complete, Complete, Failed, Complete, Pruned, Running]);
    assert_eq!(study.trials[3].values, [0.2683]);
    assert!(study.trials[2].values.is_empty());
    assert_eq!(value(&study, 1, "optimizer"), Some(Choice::Text("sgd".into())));
}

#[test]
fn ray_and_long_tables_are_recognised() {
    let ray = "trial_id,config/lr,config/act,training_iteration,mean_accuracy,time_total_s,done\n\
        a1,0.1,relu,10,0.8,3.1,True\nb2,0.001,tanh,4,0.6,1.0,True\n";
    let [study] = &read(ray.as_bytes(), "ray.csv").unwrap()[..] else { panic!() };
    let names: Vec<&str> = study.parameters.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["lr", "act"]);
    assert_eq!(
        (&study.metric_names[0][..], study.directions[0]),
        ("mean_accuracy", Direction::Maximize)
    );
    let long = "trial;epoch;lr;val_loss\n1;1;0,1;0,9\n1;2;0,1;0,5\n2;1;0,01;0,7\n1;3;0,1;0,4\n";
    let [study] = &read(long.as_bytes(), "long.csv").unwrap()[..] else { panic!() };
    assert_eq!(study.trials.len(), 2);
    assert_eq!(study.trials[0].reports, [(1, 0.9), (2, 0.5), (3, 0.4)]);
    assert_eq!(study.trials[0].values, [0.4]);
    assert_eq!(value(study, 1, "lr"), Some(Choice::Float(0.01)));
    // However a program has mixed the rows, the last step is what the trial came to.
    let mixed = "trial;epoch;lr;val_loss\n1;3;0,1;0,4\n2;1;0,01;0,7\n1;1;0,1;0,9\n1;2;0,1;0,5\n";
    assert_eq!(read(mixed.as_bytes(), "long.csv").unwrap()[0].trials, study.trials);
}

#[test]
fn the_pages_own_file_comes_back() {
    let mut setup = crate::setup::Setup::default();
    let range = crate::setup::space::Range::Choices(vec!["tanh".into(), "relu".into()]);
    setup.space.set("activation", Some(range));
    let text = serde_json::json!({
        "setup": crate::link::write(&setup),
        "metric": "loss",
        "parameters": ["learning_rate", "momentum", "activation"],
        "trials": [
            { "trial": 1, "note": "mine", "values": ["0.1", "0.5", "relu"], "ended": "completed", "score": 0.25,
              "epochs": 2, "curve": [[0, { "valid_loss": 0.9 }], [1, { "valid_loss": 0.5 }], [2, { "valid_loss": 0.25 }]] },
            { "trial": 2, "note": null, "values": ["9.0", "0.9", "tanh"], "ended": "diverged", "score": null,
              "epochs": 0, "curve": [] },
            { "trial": 3, "values": ["2.0", "0.9", "tanh"], "ended": "pruned", "score": null,
              "epochs": 1, "curve": [[1, { "valid_loss": 0.8 }], [2, { "valid_loss": 0.7 }]] },
        ],
    });
    let bytes = text.to_string().into_bytes();
    assert_eq!(detect(&bytes, "study.json"), Kind::Page);
    let [study] = &read(&bytes, "study.json").unwrap()[..] else { panic!() };
    assert_eq!(value(study, 0, "activation"), Some(Choice::Text("relu".into())));
    assert_eq!(value(study, 0, "learning_rate"), Some(Choice::Float(0.1)));
    assert_eq!(study.trials[0].reports, [(1, 0.5), (2, 0.25)]);
    assert_eq!(study.trials[1].values, [f64::INFINITY]);
    assert_eq!(
        (study.trials[2].state, &study.trials[2].reports[..]),
        (TrialState::Pruned, &[(1, 0.8)][..])
    );
    assert_eq!(study.trials[0].user_attributes, [("note".to_string(), "mine".into())]);
    assert!(matches!(read(b"{\"a\": 1}", "x.json"), Err(ImportError::Page(_))));
}
