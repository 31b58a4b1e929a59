//! Tables in which each metric of a trial has a row of its own, as R's tidymodels and Ax write them,
//! brought to one row a trial and one column a metric:
//!
//! ```text
//! penalty  .metric  mean  .config          penalty  trial  rmse  rsq
//! 0.1      rmse     0.7   Model1     →     0.1      Model1 0.7   0.6
//! 0.1      rsq      0.6   Model1
//! ```

use super::limits::MAX_OBJECTIVES;
use super::mapping::{is_metric, is_spread, key, numbers_trials};
use super::table::Table;
use std::collections::HashMap;

/// Names, by [`key`], of the column of metrics, and of the one of their values.
const METRICS: [&str; 5] = ["metric", "metrics", "metric_name", "measure", "指标"];
const VALUES: [&str; 6] = ["mean", "value", "estimate", "metric_value", "score", "值"];
/// Of columns that tell of one metric, not of the trial.
const OF_METRIC: [&str; 8] =
    ["n", "estimator", "type", "unit", "higher_is_better", "sem", "ci", "step_value"];
/// Of columns that tell the rows of a trial apart, each of which has all metrics.
const STEPS: [&str; 6] =
    ["epoch", "step", "iteration", "iter", "training_iteration", "global_step"];

/// The table with a column for each metric; as it is where its metrics are columns.
pub fn in_columns(table: Table) -> Table {
    let Some(form) = Form::of(&table) else { return table };
    form.apply(&table).unwrap_or(table)
}

struct Form {
    metrics: usize,
    values: usize,
    /// Names the trial.
    id: Option<usize>,
    /// Stays as it is.
    kept: Vec<usize>,
    /// The metrics that occur.
    names: Vec<String>,
}

impl Form {
    fn of(table: &Table) -> Option<Self> {
        let keys: Vec<String> = table.header.iter().map(|name| key(name)).collect();
        let find = |of: &[&str]| keys.iter().position(|key| of.contains(&key.as_str()));
        let metrics = find(&METRICS)?;
        let number = |at: &usize| {
            let mut filled = table.column(*at).filter(|field| !field.is_empty());
            filled.any(|field| table.number(*at, field).is_some())
        };
        let values = VALUES.iter().find_map(|name| find(&[name]).filter(number))?;
        let mut names: Vec<String> = Vec::new();
        for name in table.column(metrics) {
            if !is_metric(name) || names.len() > MAX_OBJECTIVES {
                return None;
            }
            if !names.iter().any(|known| known == name) {
                names.push(name.to_string());
            }
        }
        let id = (0..keys.len()).find(|&at| keys[at] == "config" || numbers_trials(&keys[at]));
        let of_metric =
            |at: &usize| OF_METRIC.contains(&keys[*at].as_str()) || is_spread(&table.header[*at]);
        let kept = (0..keys.len()).filter(|at| *at != metrics && *at != values && !of_metric(at));
        Some(Self { metrics, values, id, kept: kept.collect(), names })
    }

    /// None where a trial has a metric twice.
    fn apply(&self, table: &Table) -> Option<Table> {
        let step = |at: &usize| STEPS.contains(&key(&table.header[*at]).as_str());
        let tells = |at: &usize| self.id.is_none_or(|id| *at == id || step(at));
        let telling: Vec<usize> = self.kept.iter().copied().filter(tells).collect();
        let mut places: HashMap<Vec<&str>, usize> = HashMap::new();
        let mut rows: Vec<Vec<&str>> = Vec::new();
        for row in &table.rows {
            let own: Vec<&str> = telling.iter().map(|at| row[*at].as_str()).collect();
            let place = *places.entry(own).or_insert(rows.len());
            if place == rows.len() {
                let kept = self.kept.iter().map(|at| row[*at].as_str());
                rows.push(kept.chain(self.names.iter().map(|_| "")).collect());
            }
            let metric = self.names.iter().position(|name| *name == row[self.metrics])?;
            let field = rows[place].get_mut(self.kept.len() + metric)?;
            if !field.is_empty() {
                return None;
            }
            *field = &row[self.values];
        }
        let name = |at: &usize| match Some(*at) == self.id {
            true => "trial".to_string(),
            false => table.header[*at].clone(),
        };
        let header = self.kept.iter().map(name).chain(self.names.iter().cloned()).collect();
        let mut turned = Table::new("", header, table.notes.clone());
        turned.name.clone_from(&table.name);
        let mark = |at: &usize| table.marks[*at];
        let values = self.names.iter().map(|_| table.marks[self.values]);
        turned.marks = self.kept.iter().map(mark).chain(values).collect();
        let mut fits = true;
        for row in rows {
            fits &= turned.push(row.into_iter());
        }
        fits.then_some(turned)
    }
}

#[cfg(test)]
mod tests {
    use crate::import::{Direction, read};

    #[test]
    fn metrics_in_rows_become_columns() {
        let text = "penalty,mixture,.metric,.estimator,mean,n,std_err,.config\n\
            1e-10,0.05,rmse,standard,0.72,10,0.011,Model01\n1e-10,0.05,rsq,standard,0.61,10,0.012,Model01\n\
            1e-05,0.5,rmse,standard,0.70,10,0.011,Model02\n1e-05,0.5,rsq,standard,NA,10,NA,Model02\n";
        let [study] = &read(text.as_bytes(), "tuned.csv").unwrap()[..] else { panic!() };
        let names: Vec<&str> = study.parameters.iter().map(|p| p.name.as_str()).collect();
        assert_eq!((names, study.trials.len()), (vec!["penalty", "mixture"], 2));
        assert_eq!(study.metric_names, ["rmse"]);
        assert_eq!(study.directions, [Direction::Minimize]);
        assert_eq!(study.trials[1].values, [0.7]);
        let of = |key: &str| study.trials[0].user_attributes.iter().find(|(name, _)| name == key);
        assert_eq!(of("rsq").map(|(_, value)| value.as_f64()), Some(Some(0.61)));
    }

    #[test]
    fn one_metric_gives_its_name_and_steps_stay_rows() {
        let one =
            "trial_index,metric_name,mean,sem,lr\n0,accuracy,0.7,0,0.1\n1,accuracy,0.9,0,0.2\n";
        let [study] = &read(one.as_bytes(), "ax.csv").unwrap()[..] else { panic!() };
        assert_eq!(
            (&study.metric_names[0][..], study.directions[0]),
            ("accuracy", Direction::Maximize)
        );
        let steps = "run,epoch,metric,value,lr\na,1,loss,5,0.1\na,1,acc,0.1,0.1\na,2,loss,4,0.1\n\
            a,2,acc,0.2,0.1\nb,1,loss,3,0.2\nb,1,acc,0.5,0.2\n";
        let [study] = &read(steps.as_bytes(), "x.csv").unwrap()[..] else { panic!() };
        assert_eq!(study.trials.len(), 2);
        assert_eq!(study.trials[0].reports, [(1, 5.0), (2, 4.0)]);
        // A metric twice is none of a trial's own, and a distance to choose is no metric.
        for text in [
            "lr,metric,value\n0.1,loss,1\n0.1,loss,2\n0.2,loss,3\n",
            "k,metric,score\n3,euclidean,0.5\n5,manhattan,0.6\n",
        ] {
            let [study] = &read(text.as_bytes(), "x.csv").unwrap()[..] else { panic!() };
            assert_eq!(study.trials.len(), text.lines().count() - 1, "{text}");
        }
    }
}
