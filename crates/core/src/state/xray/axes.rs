//! Which two of a study's parameters the map shows at first.

use crate::import::view::StudyView;
use crate::sort::sort_by_key;

/// Values of a parameter from which on a map of it is more than some stripes.
const MANY: usize = 8;

/// The first two parameters with more than one value: numbers before choices, those that every trial
/// has before others, and of many values before few.
pub(super) fn first_axes(view: &StudyView) -> [usize; 2] {
    let Ok(space) = &view.space else { return [0, 0] };
    let mut moving: Vec<usize> = (0..space.dim()).filter(|&i| space.params[i].moves()).collect();
    let few = |i: usize| {
        let mut seen = Vec::new();
        for unit in view.units.get(i).into_iter().flatten().filter(|unit| unit.is_finite()) {
            if !seen.contains(unit) {
                seen.push(*unit);
            }
            if seen.len() == MANY {
                return false;
            }
        }
        true
    };
    let keys: Vec<_> = (0..space.dim())
        .map(|i| (space.params[i].is_choice(), space.params[i].when.is_some(), few(i)))
        .collect();
    sort_by_key(&mut moving, |&i| keys[i]);
    let across = moving.first().copied().unwrap_or(0);
    [across, moving.get(1).copied().unwrap_or(across)]
}
