//! The way back: what came of points of the space becomes trials of the study.

use super::{Aim, Converted, convert, loss};
use crate::import::{Domain, ImportedStudy, ImportedTrial, TrialState};
use crate::space::Point;

/// Adds complete trials: points that strategies see, each with what came of it for one objective as
/// something to be minimised. A point that is not of the space is left out.
pub fn add_results<'a>(
    study: &mut ImportedStudy,
    objective: usize,
    results: impl Iterator<Item = (&'a Point, f64)>,
) {
    let aim = Aim { objective, ..Aim::default() };
    let Ok(converted) = convert(study, aim) else { return };
    for (point, cost) in results.filter(|(point, _)| converted.space.contains(point)) {
        let last = study.trials.iter().map(|trial| trial.number).max();
        let number = last.map_or(0, |last| last.saturating_add(1));
        let mut values = vec![f64::NAN; study.directions.len()];
        values[objective] = loss(study, objective, cost);
        let params = params(study, &converted, point);
        let state = TrialState::Complete;
        study.trials.push(ImportedTrial { state, values, params, ..ImportedTrial::new(number) });
    }
}

/// A point as values of the study's parameters; none of those that do not count there.
fn params(study: &ImportedStudy, converted: &Converted, point: &Point) -> Vec<Option<f64>> {
    let mut params = vec![None; study.parameters.len()];
    let active = converted.space.active(point);
    for ((&at, &x), counts) in converted.parameters.iter().zip(point).zip(active) {
        // Strategies may see whole numbers that lie off their steps as any numbers.
        let whole = matches!(study.parameters[at].domain, Domain::Number { integer: true, .. });
        params[at] = counts.then_some(if whole { libm::round(x) } else { x });
    }
    params
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Choice, Direction, Parameter};

    /// Whole numbers of which one lies off its steps, a choice, and a rate where that is `true`.
    fn study() -> ImportedStudy {
        let numbers =
            |integer, low, high, log, step| Domain::Number { integer, low, high, log, step };
        let parameter = |(name, domain): (&str, Domain)| Parameter {
            name: name.into(),
            domain,
            conditional: name == "lr",
        };
        let parameters = [
            ("units", numbers(true, 8.0, 64.0, false, Some(8.0))),
            ("deep", Domain::Categorical(vec![Choice::Bool(false), Choice::Bool(true)])),
            ("lr", numbers(false, 0.001, 1.0, true, None)),
        ];
        let trial = |(number, (units, rate)): (usize, (f64, Option<f64>))| ImportedTrial {
            state: TrialState::Complete,
            values: vec![1.0, 2.0],
            params: vec![Some(units), Some(f64::from(u8::from(rate.is_some()))), rate],
            ..ImportedTrial::new(number)
        };
        let tried = [(8.0, Some(0.01)), (24.0, None), (21.0, Some(0.1))];
        ImportedStudy {
            name: "s".into(),
            directions: vec![Direction::Minimize, Direction::Maximize],
            metric_names: Vec::new(),
            parameters: parameters.map(parameter).into(),
            trials: tried.into_iter().enumerate().map(trial).collect(),
            user_attributes: Vec::new(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn results_become_trials_in_the_units_of_their_objective() {
        let mut study = study();
        let points = [vec![13.4, 1.0, 0.1], vec![40.0, 0.0, 0.001], vec![1e9, 0.0, 0.1]];
        add_results(&mut study, 1, points.iter().zip([-0.5, 0.25, 0.1]));
        // The last lies outside of the space.
        let [.., first, second] = &study.trials[..] else { panic!() };
        assert_eq!((study.trials.len(), first.number, second.number), (5, 3, 4));
        assert_eq!(first.params, [Some(13.0), Some(1.0), Some(0.1)]);
        assert_eq!(second.params, [Some(40.0), Some(0.0), None]);
        assert!(first.values[0].is_nan() && !first.is_whole(&study));
        assert_eq!([first.values[1], second.values[1]], [0.5, -0.25]);
        add_results(&mut study, 2, std::iter::once((&points[0], 1.0)));
        assert_eq!(study.trials.len(), 5, "there is no such objective");
    }
}
