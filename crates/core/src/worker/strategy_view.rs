//! The search's turn: what a strategy proposes, and what it believes, after some events.

use crate::search::Proposal;
use crate::setup::Setup;
use crate::space::Point;
use crate::study::ask::{self, Asking};
use crate::study::importance::{Importance, importance};
use crate::study::{Event, EventError, Study};

pub use crate::study::ask::{Cut, SurrogateView};

fn study(setup: &Setup, events: &[Event]) -> Result<Study, EventError> {
    Study::fold(setup.strategy(), setup.searched(), events).map_err(|(_, error)| error)
}

fn asking(setup: &Setup) -> Asking {
    let search = &setup.search;
    Asking { seed: search.seed, at_once: search.at_once, pending: search.lie }
}

/// The next proposal after these events.
pub fn propose(setup: &Setup, events: &[Event]) -> Result<Proposal, EventError> {
    let study = study(setup, events)?;
    if !setup.search.distinct {
        return Ok(ask::propose(&study, asking(setup), None));
    }
    // Units of a layer that is not there make no difference.
    let twin = |point: &Point| {
        let trained = setup.at(point);
        study.trials().iter().position(|trial| setup.at(&trial.point) == trained)
    };
    Ok(ask::propose(&study, asking(setup), Some(&twin)))
}

/// Which parameters mattered in these events; none where there are too few trials to say.
pub fn explain(setup: &Setup, events: &[Event]) -> Result<Option<Importance>, EventError> {
    Ok(importance(&study(setup, events)?, setup.search.seed))
}

/// What the strategy believes after these events over the map's axes: `side` × `side` values a
/// quantity, row by row from the low end of the axis up, the axis across running fastest; and along
/// each parameter through a point.
pub fn believe(
    setup: &Setup,
    events: &[Event],
    side: usize,
    through: &Point,
) -> Result<SurrogateView, EventError> {
    let space = setup.searched();
    let mut search = ask::before_next(&study(setup, events)?, asking(setup));
    let belief = if setup.averages() {
        ask::averaged(&mut *search, &space, |held| {
            let mut one = setup.clone();
            one.map.held = held;
            over(&one, side, None)
        })
    } else {
        search.belief(&over(setup, side, Some(through)))
    };
    let cuts = ask::cuts(&mut *search, &space, &belief, through);
    Ok(SurrogateView { belief, cuts })
}

/// The points of the map's cells: their middles, but in the cell of `exact` its own place. What a
/// strategy went for may be a peak that no middle meets.
fn over(setup: &Setup, side: usize, exact: Option<&Point>) -> Vec<Point> {
    let axes = setup.axes();
    let exact = exact.map(|point| setup.place_on(&axes, point));
    let places = ask::cells(side, exact);
    setup.on_map(places.into_iter().map(|u| axes.from_unit(&u)).map(|point| [point[0], point[1]]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::{Outcome, Quantity, Reason, StrategyName};
    use crate::setup::space::Range;
    use crate::space::Scale;

    /// A study whose loss does not hang on the third parameter.
    fn told(name: StrategyName) -> (Setup, Vec<Event>) {
        let mut setup = Setup::default();
        setup.search.strategy = name;
        setup.space.set(
            "l2",
            Some(Range::Numbers { low: 1e-5, high: 1e-1, scale: Scale::Log, step: 0.0 }),
        );
        let mut study = Study::new(setup.strategy(), setup.searched());
        for trial in 0..18 {
            let proposal = propose(&setup, study.events()).unwrap();
            let u = study.space().to_unit(&proposal.point);
            study.apply(Event::Proposed { trial, proposal }).unwrap();
            let loss = 0.2 + (u[0] - 0.4) * (u[0] - 0.4) + (u[1] - 0.7) * (u[1] - 0.7);
            study.apply(Event::Completed { trial, outcome: Outcome::Value(loss) }).unwrap();
        }
        (setup, study.events().to_vec())
    }

    #[test]
    fn what_was_tried_is_skipped_until_all_was() {
        for name in
            [StrategyName::Random, StrategyName::Sobol, StrategyName::Tpe, StrategyName::Genetic]
        {
            let mut setup = Setup::default();
            (setup.search.strategy, setup.search.seed) = (name, 3);
            ["learning_rate", "momentum"].iter().for_each(|of| setup.space.set(of, None));
            // Three widths, of which the second layer has none where there is but one layer: 3 + 9
            // networks.
            for (of, low, high) in
                [("layers", 1.0, 2.0), ("units_1", 2.0, 4.0), ("units_2", 2.0, 4.0)]
            {
                setup
                    .space
                    .set(of, Some(Range::Numbers { low, high, scale: Scale::Linear, step: 1.0 }));
            }
            let trials = |setup: &Setup| {
                let mut events = Vec::new();
                for trial in 0..14 {
                    let proposal = propose(setup, &events).unwrap();
                    let outcome = Outcome::Value(proposal.point.iter().sum());
                    events.extend([
                        Event::Proposed { trial, proposal },
                        Event::Completed { trial, outcome },
                    ]);
                }
                let mut seen: Vec<Setup> = Vec::new();
                let study = study(setup, &events).unwrap();
                let new = |point: &Point| {
                    let new = !seen.contains(&setup.at(point));
                    seen.extend(new.then(|| setup.at(point)));
                    new
                };
                study.trials().iter().map(|trial| &trial.point).map(new).collect::<Vec<bool>>()
            };
            let count = |new: &[bool]| new.iter().filter(|new| **new).count();
            let plain = trials(&setup);
            setup.search.distinct = true;
            let skipped = trials(&setup);
            assert!(skipped[..9].iter().all(|new| *new), "{name:?}: {skipped:?}");
            assert!(
                count(&skipped) > count(&plain) && count(&skipped) <= 12,
                "{name:?}: {plain:?} {skipped:?}"
            );
        }
    }

    #[test]
    fn reasons_name_trials_of_the_study_where_some_are_told_again() {
        for name in [StrategyName::NelderMead, StrategyName::Bayesian] {
            let mut setup = Setup::default();
            (setup.search.strategy, setup.search.distinct) = (name, true);
            for (of, high) in [("learning_rate", 1.0), ("momentum", 0.8)] {
                let range = Range::Numbers { low: 0.2, high, scale: Scale::Linear, step: 0.2 };
                setup.space.set(of, Some(range));
            }
            let (mut events, mut named) = (Vec::new(), 0);
            for trial in 0..30 {
                let proposal = propose(&setup, &events).unwrap();
                let mut reason = proposal.reason.clone();
                reason.renumber(&|of| {
                    assert!(of < trial, "{name:?}: trial {trial} names {of}");
                    of
                });
                named += usize::from(matches!(
                    reason,
                    Reason::Simplex { flipped: Some(_), .. } | Reason::Model { .. }
                ));
                let outcome = Outcome::Value(
                    (proposal.point[0] - 0.6).abs() + (proposal.point[1] - 0.4).abs(),
                );
                events.extend([
                    Event::Proposed { trial, proposal },
                    Event::Completed { trial, outcome },
                ]);
            }
            assert!(named > 0, "{name:?}: {named}");
        }
    }

    #[test]
    fn cuts_go_through_the_point_and_agree_with_the_map() {
        let (mut setup, events) = told(StrategyName::Bayesian);
        let through = setup
            .on_map(setup.axes().from_unit(&[0.25, 0.75]).chunks(2).map(|p| [p[0], p[1]]))
            .remove(0);
        setup.map.held = through.clone();
        // Two cells a side: their middles lie a quarter from the edges.
        let mind = believe(&setup, &events, 2, &through).unwrap();
        assert_eq!(mind.cuts.iter().map(|cut| cut.param).collect::<Vec<_>>(), [0, 1, 2]);
        let median = |cut: &Cut, u: f64| {
            let at = u * (ask::CUT - 1) as f64;
            let (i, rest) = (at as usize, (at - at.floor()) as f32);
            cut.bands[i][1] * (1.0 - rest) + cut.bands[i + 1][1] * rest
        };
        let middle = mind.belief.layers[0].1[2];
        for (cut, u) in mind.cuts.iter().zip([0.25, 0.75]) {
            assert!((median(cut, u) - middle).abs() < 5e-3, "{} {middle}", median(cut, u));
            assert!(cut.bands.iter().all(|[low, median, high]| low < median && median < high));
            assert_eq!(cut.layers.len(), 3);
        }
        assert!(believe(&setup, &events, 2, &vec![0.1]).unwrap().cuts.is_empty());
    }

    /// The wish is the largest where the strategy goes, however narrow its peak.
    #[test]
    fn a_map_of_few_cells_shows_why_a_trial_goes_where_it_goes() {
        let mut setup = Setup::default();
        let mut events = Vec::new();
        let ripples =
            |u: &[f64]| (u[0] - 0.4).powi(2) + (u[1] - 0.7).powi(2) + 0.1 * libm::sin(90.0 * u[0]);
        for trial in 0..16 {
            let proposal = propose(&setup, &events).unwrap();
            setup.map.held = proposal.point.clone();
            let belief = believe(&setup, &events, 5, &proposal.point).unwrap().belief;
            let wish = belief.layers.iter().find(|(of, _)| *of == Quantity::Acquisition);
            if let Some((_, wish)) = wish {
                let cell = setup
                    .searched()
                    .to_unit(&proposal.point)
                    .iter()
                    .rev()
                    .fold(0, |sum, u| 5 * sum + (u * 5.0).min(4.0) as usize);
                assert!(
                    wish.iter().all(|w| *w <= wish[cell] * 1.0001),
                    "trial {trial}: {} of {wish:?}",
                    wish[cell]
                );
            }
            let outcome = Outcome::Value(ripples(&setup.searched().to_unit(&proposal.point)));
            events
                .extend([Event::Proposed { trial, proposal }, Event::Completed { trial, outcome }]);
        }
    }

    #[test]
    fn a_belief_averaged_over_the_others_does_not_hang_on_what_is_held() {
        for name in [StrategyName::Bayesian, StrategyName::Tpe] {
            let (mut setup, events) = told(name);
            let mut averaged = |held: &[f64]| {
                setup.map.held = setup.searched().from_unit(held);
                let fixed = believe(&setup, &events, 4, &Vec::new()).unwrap().belief;
                setup.map.averaged = true;
                let mean = believe(&setup, &events, 4, &Vec::new()).unwrap().belief;
                setup.map.averaged = false;
                (fixed, mean)
            };
            let (low, high) = (averaged(&[0.5, 0.5, 0.02]), averaged(&[0.5, 0.5, 0.98]));
            assert_eq!(low.1, high.1);
            assert!(low.0 != high.0 && low.0 != low.1, "{name:?}");
            // The mean lies between.
            assert!(low.1.layers.iter().flat_map(|layer| &layer.1).all(|v| v.is_finite()));
        }
    }
}
