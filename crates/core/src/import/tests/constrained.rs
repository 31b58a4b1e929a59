//! Trials that violate a constraint: read, and worse than every feasible one.

use super::*;
use crate::search::{Outcome, Strategy};
use convert::{Aim, Remark, convert};
use replay::RaceTable;
use view::view;

/// x is minimised where x ≥ 0.5: what is less violates the constraint. The trials of a table as
/// Optuna writes it.
fn table(constraint: fn(f64) -> String) -> Vec<u8> {
    let mut text = "number,value,params_x,system_attrs_constraints,state\n".to_string();
    for n in 0..20 {
        let x = f64::from((n * 7) % 20) / 20.0;
        text.push_str(&format!("{n},{x},{x},\"{}\",COMPLETE\n", constraint(0.5 - x)));
    }
    text.into_bytes()
}

#[test]
fn constraints_of_a_trial_table_are_read_however_python_wrote_them() {
    let forms: [fn(f64) -> String; 4] =
        [|c| format!("({c},)"), |c| format!("[{c}]"), |c| c.to_string(), |c| format!("({c}, -1)")];
    for form in forms {
        let [study] = &read(&table(form), "cons.csv").unwrap()[..] else { panic!() };
        let names: Vec<&str> = study.parameters.iter().map(|p| p.name.as_str()).collect();
        assert_eq!(names, ["x"]);
        for trial in &study.trials {
            assert_eq!(trial.is_feasible(), trial.values[0] >= 0.5, "{trial:?}");
        }
    }
}

#[test]
fn the_best_is_feasible_for_the_view_for_strategies_and_for_a_race() {
    let [study] = &read(&table(|c| format!("({c},)")), "cons.csv").unwrap()[..] else { panic!() };
    let (shown, converted) = view(study, Aim::default());
    let converted = converted.unwrap();
    let best = |(trial, loss): (usize, f64)| (study.trials[trial].values[0], loss);
    assert_eq!(shown.best(20).map(best), Some((0.5, 0.5)));
    assert!(converted.remarks.contains(&Remark::Infeasible { trials: 10 }));
    // What is shown of an infeasible trial is its value still.
    assert!(shown.losses.iter().all(|loss| loss.is_finite()));
    let told = converted.study(&Strategy::default(), 20).unwrap();
    assert_eq!(told.best().map(|(_, loss)| loss), Some(0.5));
    let diverged = told.trials().iter().filter(|t| t.outcome == Some(Outcome::Diverged)).count();
    assert_eq!(diverged, 10);
    let race = RaceTable::new(&converted).unwrap();
    assert_eq!((race.recorded().len(), race.recorded().last()), (10, Some(&0.5)));
    // As Optuna has it: one whose constraint is not a number is not feasible, one without is.
    let mut study = study.clone();
    study.trials[2].constraints = vec![f64::NAN];
    study.trials[1].constraints = Vec::new();
    let feasible = convert(&study, Aim::default()).unwrap();
    assert!(!study.trials[2].is_feasible() && study.trials[1].is_feasible());
    assert!(feasible.remarks.contains(&Remark::Infeasible { trials: 10 }));
}

#[test]
fn constraints_in_both_forms_count_as_optuna_counts_them() {
    let trial = |system: &str| {
        format!(
            "{{\"op_code\":4,\"study_id\":0,\"state\":1,\"values\":[1.0],\
             \"datetime_start\":null,\"system_attrs\":{{{system}}}}}\n"
        )
    };
    let text = "{\"op_code\":0,\"study_name\":\"s\",\"directions\":[1]}\n".to_string()
        + &trial(r#""constraints":[0.5,-1.0],"constraints:0":-0.25"#)
        + &trial(r#""constraints:1":0.75,"constraints":[0.5,-1.0]"#)
        + &trial(r#""constraints:memory":-2.0,"constraints:time":1.0"#)
        + &trial(r#""constraints":[0.5]"#);
    let study = journal::read(text.as_bytes()).unwrap().remove(0);
    let found: Vec<&[f64]> = study.trials.iter().map(|trial| &trial.constraints[..]).collect();
    let wanted: [&[f64]; 4] = [&[-1.0, -0.25], &[0.5, 0.75], &[-2.0, 1.0], &[0.5]];
    let sorted = |list: &[f64]| {
        let mut list = list.to_vec();
        list.sort_by(f64::total_cmp);
        list
    };
    let sorted = |lists: &[&[f64]]| lists.iter().map(|list| sorted(list)).collect::<Vec<_>>();
    assert_eq!(sorted(&found), sorted(&wanted));
    assert!(study.trials[0].is_feasible() && !study.trials[1].is_feasible());
}
