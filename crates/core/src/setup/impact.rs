//! What a change of the set-up makes useless: which of data, run, study, landscape and race have to
//! begin anew.

use super::training::{ScheduleKind, TrainingSetup};
use super::{NetSetup, PARAMETERS, Setup};
use crate::search::{Strategy, StrategyName};

/// The largest thing that a change of a setting makes useless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Impact {
    /// The data has to be made anew, and everything that trains on it.
    Data,
    /// The network is another: even a run that goes on begins anew.
    Network,
    /// A run goes on with it.
    Run,
    Study,
    Landscape,
    Race,
    /// Only what is looked at.
    View,
    /// Nothing at all.
    Nothing,
}

/// All that a change makes useless.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Impacts {
    /// Data and split.
    pub data: bool,
    /// Everything that was trained: its network or its training is another.
    pub trained: bool,
    /// What is searched is another, or over other ranges.
    pub space: bool,
    /// The Explore run begins anew.
    pub restarts_run: bool,
    /// The Explore run goes on with other controls.
    pub steers_run: bool,
    pub landscape: bool,
    /// The landscape shows another cut through what is searched.
    pub axes: bool,
    /// What the strategy is held to predict on the map.
    pub predictions: bool,
    pub study: bool,
    /// The strategy, or what it is told to do, is another.
    pub searches: bool,
    pub race: bool,
    /// The learner's own trials in a race.
    pub race_by_hand: bool,
}

impl Impact {
    /// What a change from one set-up to another makes useless.
    pub fn between(old: &Setup, new: &Setup) -> Impacts {
        // What is searched is what the trials have of it, whatever the set-up has.
        let point = new.own_point();
        let rest = |s: &Setup| {
            let Setup { net, training, run, .. } = s.at(&point);
            (net, training, run)
        };
        let trained = rest(old) != rest(new);
        let space = old.space != new.space;
        let axes = (old.map.axis, &old.map.zoom, old.map.side)
            != (new.map.axis, &new.map.zoom, new.map.side)
            || (old.pair(), old.beside()) != (new.pair(), new.beside());
        let searches = is_another_search(old, new);
        let restarts_run = fixed_in_a_run(old) != fixed_in_a_run(new);
        Impacts {
            data: (&old.data, &old.evaluation) != (&new.data, &new.evaluation),
            trained,
            space,
            restarts_run,
            steers_run: !restarts_run && (&old.run, &old.training) != (&new.run, &new.training),
            landscape: trained || axes || space || old.backend != new.backend,
            axes,
            predictions: axes || old.averages() != new.averages(),
            study: trained || space || searches,
            searches,
            race: trained || space || is_another_race(old, new),
            race_by_hand: old.race.hand != new.race.hand,
        }
    }
}

impl Impacts {
    /// Whether anything trains otherwise than before.
    pub fn trains(&self) -> bool {
        *self != Impacts { predictions: self.predictions, ..Impacts::default() }
    }

    /// Whether this is, or is part of, what a change makes useless.
    pub fn includes(&self, impact: Impact) -> bool {
        match impact {
            Impact::Data => self.data,
            Impact::Network => self.restarts_run,
            Impact::Run => self.steers_run,
            Impact::Study => self.study,
            Impact::Landscape => self.landscape,
            Impact::Race => self.race || self.race_by_hand,
            Impact::View | Impact::Nothing => {
                !(self.data || self.restarts_run || self.study || self.landscape || self.race)
            }
        }
    }
}

/// What a run can't change on its way.
fn fixed_in_a_run(setup: &Setup) -> (NetSetup, TrainingSetup) {
    let (mut s, usual) = (setup.clone(), Setup::default());
    PARAMETERS.iter().filter(|p| p.can_change()).for_each(|p| (p.set)(&mut s, (p.get)(&usual)));
    s.training.patience = 0;
    // A schedule is laid out over the updates of all epochs.
    if s.training.schedule.kind == ScheduleKind::Constant {
        (s.training.batch, s.training.epochs) = (usual.training.batch, usual.training.epochs);
    }
    (s.net, s.training)
}

/// Whether a race would go another way.
fn is_another_race(old: &Setup, new: &Setup) -> bool {
    let key = |s: &Setup| {
        (
            s.race.strategies.clone(),
            s.race.effort,
            s.race.repeats,
            s.search.budget,
            s.search.seed,
            s.search.when,
        )
    };
    // The search has a strategy of its own.
    let model = |s: &Setup| Strategy {
        budget: 0,
        name: StrategyName::Bayesian,
        earlier: Vec::new(),
        ..s.strategy()
    };
    key(old) != key(new) || model(old) != model(new)
}

/// Whether a study would go another way.
fn is_another_search(old: &Setup, new: &Setup) -> bool {
    let (a, b) = (&old.search, &new.search);
    let strategy = |setup: &Setup| Strategy { budget: 0, ..setup.strategy() };
    // A grid, and how many points a model starts from, are laid out to fit the budget, and so are
    // generations.
    let laid_out = b.strategy.fits_budget() && a.budget != b.budget;
    strategy(old) != strategy(new)
        || (a.metric, a.when, a.at_once, a.lie, &a.pruner)
            != (b.metric, b.when, b.at_once, b.lie, &b.pruner)
        || (a.most_epochs, a.most_parameters, a.ranked, a.distinct)
            != (b.most_epochs, b.most_parameters, b.ranked, b.distinct)
        || laid_out
        || !b.hand.starts_with(&a.hand)
        || a.run > b.run
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::{Axis, Edit};

    #[test]
    fn each_change_makes_useless_what_it_should_and_no_more() {
        let nothing = Impacts::default();
        let table = [
            (Edit::set("map.hidden", true), nothing),
            (Edit::choose("screen", &crate::setup::Screen::Race), nothing),
            (Edit::set("data.seed", 7), Impacts { data: true, ..nothing }),
            // It is searched: the trials have rates of their own.
            (Edit::set("run.learning_rate", 0.5), Impacts { steers_run: true, ..nothing }),
            (
                Edit::set("training.l2", 0.01),
                Impacts {
                    trained: true,
                    steers_run: true,
                    landscape: true,
                    study: true,
                    race: true,
                    ..nothing
                },
            ),
            (
                Edit::AddLayer,
                Impacts {
                    trained: true,
                    restarts_run: true,
                    landscape: true,
                    study: true,
                    race: true,
                    ..nothing
                },
            ),
            (
                Edit::choose("map.axis", &Axis::Complement),
                Impacts { landscape: true, axes: true, predictions: true, ..nothing },
            ),
            (
                Edit::set("search.strategy", "random"),
                Impacts { study: true, searches: true, ..nothing },
            ),
            (Edit::set("race.repeats", 3), Impacts { race: true, ..nothing }),
            (
                Edit::Search { parameter: "batch".into() },
                Impacts {
                    space: true,
                    landscape: true,
                    axes: true,
                    predictions: true,
                    study: true,
                    race: true,
                    ..nothing
                },
            ),
        ];
        for (edit, wanted) in table {
            let (old, mut new) = (Setup::default(), Setup::default());
            edit.apply(&mut new);
            assert_eq!(Impact::between(&old, &new), wanted, "{edit:?}");
        }
    }
}
