//! What of a search no other tool does, whichever it is.

use super::Unsupported;
use crate::search::StrategyName;
use crate::setup::Setup;
use crate::space::{Kind, Param, Scale, Space};

/// Ranges that are laid out otherwise by tools that know linear ranges, logarithmic ones, and
/// linear steps.
pub fn scales(space: &Space) -> Vec<Unsupported> {
    let of = |param: &Param| {
        let parameter = param.name.clone();
        if param.scale == Scale::Complement {
            Some(Unsupported::Scale { parameter })
        } else {
            is_stepped_log(param).then_some(Unsupported::SteppedLog { parameter })
        }
    };
    space.params.iter().filter_map(of).collect()
}

/// Whether a range has steps on a logarithmic scale that no tool has: whole numbers one by one are
/// what they know.
pub fn is_stepped_log(param: &Param) -> bool {
    let Kind::Step(step) = param.kind else { return false };
    param.scale == Scale::Log && !(step == 1.0 && param.low.trunc() == param.low)
}

/// Settings of the search that scripts leave out.
pub fn search(setup: &Setup) -> Vec<Unsupported> {
    let s = &setup.search;
    let settings = [
        ("search.ranked", s.ranked && !setup.evaluation.also.is_empty()),
        ("search.most_epochs", s.most_epochs > 0),
        ("search.most_parameters", s.most_parameters > 0),
        ("search.earlier", !s.earlier.is_empty() && s.strategy == StrategyName::Bayesian),
    ];
    let left = settings.iter().filter(|(_, on)| *on);
    let left = left.map(|(path, _)| Unsupported::LeftOut { setting: (*path).into() });
    // A grid has no point twice.
    let again = s.distinct && s.strategy != StrategyName::Grid;
    let others = [(s.pareto, Unsupported::CostsNothing), (again, Unsupported::TriedTwice)];
    left.chain(others.into_iter().filter_map(|(on, item)| on.then_some(item))).collect()
}

/// Trials that run side by side on the page, in scripts that try one after the other.
pub fn at_once(setup: &Setup) -> Option<Unsupported> {
    (setup.search.at_once > 1).then_some(Unsupported::OneAtATime)
}
