//! Tables as tools write them, and what is found in them.

use super::*;
use TrialState::{Complete, Failed, Pruned, Running};
use mapping::{Role, Source};

/// Names of parameters, the name of the objective, and whether more of it is better.
fn found(text: &str) -> (String, String, bool) {
    let study = study(text);
    let objective = study.metric_names.first().cloned().unwrap_or_default();
    (names(&study), objective, study.directions[0] == Direction::Maximize)
}

#[test]
fn one_word_among_the_losses_is_a_trial_that_failed() {
    for word in ["None", "N/A", "-", "#N/A", "null", "OOM", "#DIV/0!", "", "nan"] {
        let text = format!("lr,batch,val_loss\n0.1,16,1.0\n0.01,32,0.5\n0.001,48,{word}\n");
        let wanted = ("lr batch".to_string(), "val_loss".to_string(), false);
        assert_eq!(found(&text), wanted, "{word}");
        assert_eq!(states(&study(&text)), [Complete, Complete, Failed], "{word}");
    }
    let percent = "lr,accuracy,batch\n0.1,70.5%,16\n0.01,72%,32\n0.001,OOM,64\n";
    assert_eq!(found(percent), ("lr batch".into(), "accuracy".into(), true));
    assert_eq!(study(percent).trials[0].values, [70.5]);
}

#[test]
fn the_objective_is_what_its_name_says() {
    for (header, parameters, objective, more) in [
        ("eta,depth,rmse_std,rmse_mean", "eta depth", "rmse_mean", false),
        ("lr,depth,val_loss_std,val_loss", "lr depth", "val_loss", false),
        ("accuracy,lr,depth,x", "lr depth x", "accuracy", true),
        (
            "lr,target_update_interval,value_coef,mean_reward",
            "lr target_update_interval value_coef",
            "mean_reward",
            true,
        ),
        (
            "ccp_alpha,min_error_reduction,accuracy,n",
            "ccp_alpha min_error_reduction n",
            "accuracy",
            true,
        ),
        ("time_steps,lr,cost_complexity,R2", "time_steps lr cost_complexity", "R2", true),
        ("lr,target,kappa,x", "lr target x", "kappa", true),
        ("lr,depth,top1,flops", "lr depth", "top1", true),
        ("fast,slow,profit,drawdown", "fast slow", "profit", true),
        ("learningRate,batchSize,valAccuracy,valLoss", "learningRate batchSize", "valLoss", false),
        ("lr,dropout,testAcc,x", "lr dropout x", "testAcc", true),
        ("学习率,批大小,验证损失,训练损失", "学习率 批大小", "验证损失", false),
        ("学习率,批大小,层数,准确率", "学习率 批大小 层数", "准确率", true),
        ("Lernrate,Stapel,Genauigkeit,x", "Lernrate Stapel x", "Genauigkeit", true),
        ("loss,accuracy,val_loss,lr", "lr", "val_loss", false),
        ("lr,depth,mean,std_err", "lr depth", "mean", false),
        ("lr,depth,y,time_s", "lr depth", "y", false),
    ] {
        let row = |n: i32| format!("{},{},{},{}\n", n + 2, 3 * n + 2, 5 * n + 2, 7 * n + 2);
        let rows: String = (0..4).map(row).collect();
        let wanted = (parameters.to_string(), objective.to_string(), more);
        assert_eq!(found(&format!("{header}\n{rows}")), wanted, "{header}");
    }
}

#[test]
fn tables_of_scikit_learn_are_its_mean_test_score() {
    let text = "mean_fit_time,std_fit_time,param_C,param_kernel,params,split0_test_score,mean_test_score,std_test_score,rank_test_score\n\
        0.1,0.01,0.1,rbf,\"{'C': 0.1, 'kernel': 'rbf'}\",0.8,0.805,0.01,2\n\
        0.2,0.02,1,linear,\"{'C': 1, 'kernel': 'linear'}\",0.9,0.905,0.01,1\n";
    assert_eq!(found(text), ("C kernel".into(), "mean_test_score".into(), true));
    let several = "param_alpha,mean_test_neg_mean_squared_error,rank_test_neg_mean_squared_error\n\
        1.0,-2.0,2\n0.1,-1.9,1\n";
    let objective = "mean_test_neg_mean_squared_error";
    assert_eq!(found(several), ("alpha".into(), objective.into(), true));
}

#[test]
fn bookkeeping_is_no_hyperparameter_and_states_are_understood() {
    let mlflow = ",run_id,experiment_id,status,artifact_uri,start_time,metrics.val_loss,params.lr,params.opt,tags.mlflow.user\n\
        0,aa,1,FINISHED,file:///0,2026-11-02 10:00:00,0.5,0.1,adam,ann\n\
        1,bb,1,FAILED,file:///1,2026-11-03 10:00:00,0.4,0.2,sgd,bob\n\
        2,cc,1,RUNNING,file:///2,2026-11-04 10:00:00,,0.3,sgd,bob\n";
    assert_eq!(found(mlflow), ("lr opt".into(), "val_loss".into(), false));
    assert_eq!(states(&study(mlflow)), [Complete, Failed, Running]);
    let hyperopt = "tid,book_time,refresh_time,state,loss,status,lr,C\n\
        0,2026-11-01 10:00:00,2026-11-01 10:01:00,2,1.0,fail,0.1,1\n\
        1,2026-11-01 10:00:01,2026-11-01 10:01:01,2,0.5,ok,0.01,2\n";
    assert_eq!(found(hyperopt), ("lr C".into(), "loss".into(), false));
    assert_eq!(states(&study(hyperopt)), [Failed, Complete]);
    let ax = "trial_index,arm_name,trial_status,generation_node,accuracy,lr\n\
        0,0_0,FAILED,Sobol,0.7,0.1\n1,1_0,COMPLETED,Sobol,0.72,0.01\n2,2_0,EARLY_STOPPED,GP,0.1,0.2\n";
    assert_eq!(found(ax), ("lr".into(), "accuracy".into(), true));
    assert_eq!(states(&study(ax)), [Failed, Complete, Pruned]);
    let smac = "config_id,instance,seed,budget,cost,time,status,starttime,endtime,lr,depth\n\
        1,,0,0.0,1.0,0.5,StatusType.CRASHED,1790000000.0,1790000010.0,0.1,1\n\
        2,,0,0.0,0.5,1.5,StatusType.SUCCESS,1790000000.1,1790000010.1,0.01,2\n";
    assert_eq!(found(smac), ("lr depth".into(), "cost".into(), false));
    assert_eq!(states(&study(smac)), [Failed, Complete]);
    let nni = "parameter_id,sequence,lr,units,default\n0,0,0.1,8,0.1\n1,1,0.01,16,0.2\n";
    assert_eq!(found(nni), ("lr units".into(), "default".into(), false));
    let keras = "trial_id,status,score,best_step,hp_units,hp_lr\n00,COMPLETED,0.7,0,32,0.1\n01,INVALID,0.72,1,64,0.01\n";
    assert_eq!(found(keras), ("units lr".into(), "score".into(), true));
    assert_eq!(states(&study(keras)), [Complete, Failed]);
    let neptune = "sys/id,sys/state,parameters/lr,parameters/opt,metrics/val_loss\n\
        P-0,Inactive,0.1,a,0.1\nP-1,Active,0.01,b,0.2\n";
    assert_eq!(found(neptune), ("lr opt".into(), "val_loss".into(), false));
    assert_eq!(states(&study(neptune)), [Complete, Running]);
    let chinese = "试验编号,状态,学习率,损失\n1,完成,0.1,0.5\n2,失败,0.2,0.6\n3,运行中,0.3,0.7\n";
    assert_eq!(found(chinese), ("学习率".into(), "损失".into(), false));
    assert_eq!(states(&study(chinese)), [Complete, Failed, Running]);
}

#[test]
fn runs_of_one_name_are_steps_only_where_they_are_those_of_one_trial() {
    let head = "Name,State,Created,Runtime,epoch,lr,loss\n";
    let runs = format!(
        "{head}base,finished,2026-11-02T10:00:00.000Z,1,50,0.1,0.1\n\
         base,finished,2026-11-01T10:00:00.000Z,1,51,0.01,0.2\n\
         base,crashed,2026-11-03T10:00:00.000Z,1,52,0.001,0.3\n"
    );
    assert_eq!(found(&runs), ("lr".into(), "loss".into(), false));
    let runs = study(&runs);
    // In the order in which they began.
    assert_eq!(states(&runs), [Complete, Complete, Failed]);
    assert_eq!((value(&runs, 0, "lr"), runs.trials[1].number), (Some(Choice::Float(0.01)), 1));
    // One that was started with something else is another, and so is one with a step twice.
    for rows in ["a,1,0.1,5\na,2,0.2,4\nb,1,0.1,3\n", "a,1,0.1,5\na,1,0.1,4\nb,1,0.1,3\n"] {
        assert_eq!(study(&format!("run,epoch,lr,loss\n{rows}")).trials.len(), 3, "{rows}");
    }
    let halves = "run,epoch,lr,loss\na,0.5,0.1,5\na,1.0,0.1,4\na,1.5,0.1,3\nb,0.5,0.2,9\n";
    let halves = study(halves);
    assert_eq!(halves.trials[0].reports, [(0, 5.0), (1, 4.0), (2, 3.0)]);
    assert_eq!((halves.trials.len(), &halves.trials[0].values[..]), (2, &[3.0][..]));
}

#[test]
fn what_wandb_knows_of_the_machine_is_no_hyperparameter() {
    let head = "Name,State,Runtime,GPU Count,GPU Type,CPU Count,Job Type,Python Version,OS,Path,Agent,Github";
    let row = |n: usize| {
        format!(
            "r{n},finished,9,{n},t{},{n},j{},3.{n},os{},p{n},a{},g{n}",
            n % 2,
            n % 2,
            n % 2,
            n % 2
        )
    };
    let table = |head: &str, more: &str| {
        let rows: String = (1..5).map(|n| format!("{},{more}{n},0.{n},0.{n}\n", row(n))).collect();
        found(&format!("{head},agent,lr,val_loss\n{rows}")).0
    };
    // An agent may be what is searched.
    assert_eq!(table(head, "dqn"), "agent lr");
    // In the configuration everything is, and in tables of others.
    let config = head.replace(",GPU", ",config/GPU") + ",summary/x,config/y";
    assert_eq!(table(&config, "1,1,ppo"), "GPU Count GPU Type y");
    assert!(table(&head.replace("Name,State", "Nr,x"), "1").contains("GPU Count GPU Type"));
}

#[test]
fn optunas_tables_in_every_shape_keep_their_numbers() {
    let sorted = ",number,value,params_lr,state\n9,9,0.5,0.01,COMPLETE\n3,3,0.4,0.0001,PRUNED\n7,7,0.3,0.001,COMPLETE\n";
    let dashboard = "Number,State,Value,Param lr,UserAttribute note\n9,Complete,0.5,0.01,x\n3,Pruned,0.4,0.0001,y\n7,Complete,0.3,0.001,z\n";
    let levels = ",number,value,params,state\n,,,lr,\n0,9,0.5,0.01,COMPLETE\n1,3,0.4,0.0001,PRUNED\n2,7,0.3,0.001,COMPLETE\n";
    for text in [sorted, dashboard, levels] {
        assert_eq!(found(text), ("lr".into(), "value".into(), false), "{text}");
        let study = study(text);
        let numbers: Vec<usize> = study.trials.iter().map(|trial| trial.number).collect();
        assert_eq!(numbers, [3, 7, 9], "{text}");
        assert_eq!(states(&study), [Pruned, Complete, Complete], "{text}");
        assert_eq!(value(&study, 0, "lr"), Some(Choice::Float(0.0001)));
    }
    // Chosen columns alone: what has a value is complete.
    let few = study("value,params_x,params_opt\n1.0,0.1,a\n,0.01,b\n0.25,0.2,a\n");
    assert_eq!(states(&few), [Complete, Failed, Complete]);
    assert_eq!(few.parameters[0].name, "x");
    let two = study("Number,State,Objective 0,Objective 1,Param lr\n0,Complete,0.1,9,0.1\n");
    assert_eq!((two.directions.len(), &two.metric_names[..]), (2, &["0".into(), "1".into()][..]));
    let names = study(
        "number,value,params_x,params_opt,state\n0,1,NaN,adam,COMPLETE\n1,2,0.5,NaN,COMPLETE\n",
    );
    assert_eq!(value(&names, 1, "opt"), None, "NaN is no choice");
    assert_eq!(value(&names, 0, "x"), None);
}

#[test]
fn choices_that_are_one_stay_one_and_columns_of_one_name_stay_two() {
    let truth = study("lr,nesterov,loss\n0.1,True,1\n0.2,FALSE,2\n0.3,TRUE,3\n0.4,false,4\n");
    let Domain::Categorical(choices) = &truth.parameters[1].domain else { panic!() };
    assert_eq!(choices, &[Choice::Bool(true), Choice::Bool(false)]);
    assert_eq!(found("lr,lr,loss\n0.1,1,0.5\n0.2,2,0.6\n").0, "lr lr (2)");
    let table = table::read(b"params_lr,params_lr,value\n1,2,3\n4,5,6\n", "x.csv").unwrap();
    let guess = mapping::guess(&table);
    assert_eq!(guess.source, Source::Optuna);
    let parameter = |(name, role): &(String, Role)| role.is_parameter().then(|| name.clone());
    let names: Vec<String> = guess.columns.iter().filter_map(parameter).collect();
    assert_eq!(names, ["lr", "lr (2)"]);
    let named = "loss,C,score\nhinge,1,0.7\nlog_loss,0.1,0.72\nhinge,0.01,0.74\n";
    assert_eq!(found(named), ("loss C".into(), "score".into(), true));
    let depth = study("depth,loss\n1,5\n2,4\nNone,3\n");
    assert_eq!(value(&depth, 2, "depth"), Some(Choice::Null));
}

#[test]
fn a_table_without_a_line_of_names_keeps_its_first_trial() {
    let text = "0.01,16,adam,0.5\n0.02,32,sgd,0.4\n0.04,16,adam,0.6\n0.03,64,sgd,0.3\n";
    let study = study(text);
    assert_eq!(study.trials.len(), 4);
    assert!(study.notes.contains(&Note::NoNames));
    let names: Vec<&str> = study.parameters.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["x1", "x2", "x3"]);
    assert_eq!(study.trials[0].values, [0.5]);
}

#[test]
fn a_first_column_that_counts_is_no_parameter() {
    let rows = |from: usize, by: usize| -> String {
        let row = |n: usize| format!("{};0,0{n};{};0,{n}\n", from + by * n, 16 << (n % 3));
        (0..6).map(row).collect()
    };
    let parameters = |rows: String| {
        let study = study(&format!("Versuch;Lernrate;Einheiten;Verlust\n{rows}"));
        study.parameters.into_iter().map(|p| p.name).collect::<Vec<_>>()
    };
    assert_eq!(parameters(rows(1, 1)), ["Lernrate", "Einheiten"]);
    assert_eq!(parameters(rows(0, 1)), ["Lernrate", "Einheiten"]);
    // All that was searched may count as well.
    let alone = study("Versuch,Verlust\n1,0.5\n2,0.4\n3,0.3\n4,0.2\n");
    assert_eq!(alone.parameters.len(), 1);
    assert_eq!(parameters(rows(2, 1)).len(), 3);
    assert_eq!(parameters(rows(1, 2)).len(), 3);
}
