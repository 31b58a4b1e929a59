//! Values of searched hyperparameters that a run is trained with: from its start (`--at`), and
//! changed while it trains (`--then`), as population-based training does.

use crate::error::Error;
use tunescape_core::setup::{Parameter, Setup};
use tunescape_core::space::{Kind, Point};
use tunescape_core::worker::Steering;

/// The set-up at a point of its space.
pub fn at(setup: &Setup, given: &[String]) -> Result<Setup, Error> {
    let mut point = setup.own_point();
    for text in given {
        put(setup, &mut point, "--at", text, text)?;
    }
    Ok(if given.is_empty() { setup.clone() } else { setup.at(&point) })
}

/// What is in force after each of the epochs that are named, from the first on.
pub fn then(setup: &Setup, given: &[String]) -> Result<Vec<(usize, Steering)>, Error> {
    let mut changes = Vec::new();
    for text in given {
        let wrong = |why: &str| Error::usage("--then", text, why);
        let (epoch, change) = text.split_once(':').ok_or_else(|| wrong("EPOCH:NAME=VALUE"))?;
        let epoch: usize = epoch.parse().map_err(|_| wrong("not an epoch"))?;
        if !(1..setup.training.epochs).contains(&epoch) {
            return Err(wrong(&format!("epochs are 1 to {}", setup.training.epochs - 1)));
        }
        let name = change.split_once('=').map_or(change, |(name, _)| name);
        if Parameter::by_name(name).is_some_and(|p| !p.can_change()) {
            return Err(wrong("it can't change while a network trains"));
        }
        changes.push((epoch, text, change));
    }
    changes.sort_by_key(|&(epoch, ..)| epoch);
    let (mut point, mut steered): (Point, Vec<(usize, Steering)>) = (setup.own_point(), Vec::new());
    for (epoch, text, change) in changes {
        put(setup, &mut point, "--then", text, change)?;
        steered.retain(|(before, _)| *before != epoch);
        steered.push((epoch, Steering::of(&setup.at(&point))));
    }
    Ok(steered)
}

/// Puts `NAME=VALUE` into a point; `text` is what the option was given.
fn put(
    setup: &Setup,
    point: &mut Point,
    option: &'static str,
    text: &str,
    change: &str,
) -> Result<(), Error> {
    let wrong = |why: String| Error::usage(option, text, why);
    let (name, value) = change.split_once('=').ok_or_else(|| wrong("NAME=VALUE".into()))?;
    let space = setup.searched();
    let names = || space.params.iter().map(|p| &*p.name).collect::<Vec<_>>().join(", ");
    let missing = || wrong(format!("not searched; there are {}", names()));
    let place = space.params.iter().position(|p| p.name == name).ok_or_else(missing)?;
    let param = &space.params[place];
    let value = match &param.kind {
        Kind::Choice(names) => names.iter().position(|n| n == value).map(|n| n as f64),
        _ => value.parse().ok(),
    };
    let value = value.filter(|value| param.takes(*value));
    point[place] = value.ok_or_else(|| wrong("not a value of its range".into()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        then(&Setup::default(), &[text.to_owned()]).map(drop).unwrap_err().to_string()
    }

    #[test]
    fn what_is_not_changed_after_an_epoch_stays() {
        let setup = Setup::default();
        let given = ["20:momentum=0.9", "10:learning_rate=0.5", "20:learning_rate=0.25"];
        let steered = then(&setup, &given.map(str::to_owned)).unwrap();
        let told: Vec<_> = steered
            .iter()
            .map(|(epoch, s)| (*epoch, s.hyper.learning_rate, s.hyper.momentum))
            .collect();
        let own = setup.hyper(&[]).momentum;
        assert_eq!(told, [(10, 0.5, own), (20, 0.25, 0.9)]);
    }

    #[test]
    fn wrong_changes_are_named() {
        assert!(refused("learning_rate=0.5").contains("EPOCH:NAME=VALUE"));
        assert!(refused("x:learning_rate=0.5").contains("not an epoch"));
        assert!(refused("0:learning_rate=0.5").contains("epochs are 1 to"));
        assert!(refused("10:learning_rate=99").contains("not a value of its range"));
        assert!(refused("10:batch=8").contains("can't change while"));
        assert!(refused("10:beta=0.5").contains("not searched"));
    }
}
