//! Changes of a set-up, as values: what a control sends when it is used.

use super::parameters::{Parameter, USUAL_UNITS};
use super::space::Range;
use super::{Screen, Setup};
use crate::data::{builtin, toys};
use crate::json;
use crate::prune::pruner::{Pruner, PrunerName};
use crate::search::StrategyName;
use crate::space::{Point, Scale};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tunescape_engine::net::{Activation, MAX_HIDDEN, MAX_UNITS};

/// One change of a set-up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Edit {
    /// Sets the setting of this path to a value, in the form that links have.
    Set {
        setting: String,
        value: Value,
    },
    /// The same for several at once.
    SetAll(Vec<(String, Value)>),
    /// Another set-up in its place.
    Open(Box<Setup>),
    /// Points drawn by hand, which become the data.
    Draw(String),
    /// Trains on another set as well, or no longer.
    ToggleAlso(String),
    /// Another hidden layer after the last, or one fewer.
    AddLayer,
    DropLayer,
    /// Another hidden layer after so many, or without the one at this place.
    InsertLayer {
        after: usize,
    },
    RemoveLayer {
        layer: usize,
    },
    SetUnits {
        layer: usize,
        units: usize,
    },
    AddUnits {
        layer: usize,
        by: isize,
    },
    SetActivation {
        layer: usize,
        activation: Activation,
    },
    /// Searches a parameter over its usual range, or no longer.
    Search {
        parameter: String,
    },
    Unsearch {
        parameter: String,
    },
    SetRangeEnd {
        parameter: String,
        high: bool,
        value: f64,
    },
    SetScale {
        parameter: String,
        scale: Scale,
    },
    SetStep {
        parameter: String,
        step: f64,
    },
    ToggleChoice {
        parameter: String,
        choice: String,
    },
    /// Puts the searched parameter of this place on an axis of the map; one that is on the other
    /// axis changes places with what was there.
    Turn {
        place: usize,
        upwards: bool,
    },
    /// Holds what the map does not show at this point; an empty one: as the Explore run has it.
    Hold(Point),
    ZoomIn([f64; 4]),
    ZoomOut,
    NewSeed,
    /// A note on a trial of the study.
    Annotate {
        trial: usize,
        note: String,
    },
    ToggleRacer(StrategyName),
    PlaceInRace(Point),
    ClearRace,
}

impl Edit {
    /// Sets one setting.
    pub fn set(setting: &str, value: impl Into<Value>) -> Self {
        Edit::Set { setting: setting.into(), value: value.into() }
    }

    /// Sets one setting to a value that serialises as links have it.
    pub fn choose(setting: &str, value: &impl Serialize) -> Self {
        Edit::set(setting, serde_json::to_value(value).unwrap_or_default())
    }

    /// Makes the change. What can't be read as a value of its setting changes nothing, nor what
    /// names a layer or a parameter that there is not; whether the result can be is for
    /// [`Setup::check`] to say.
    pub fn apply(&self, setup: &mut Setup) {
        match self {
            Edit::Set { setting, value } => set(setup, setting, value),
            Edit::SetAll(all) => all.iter().for_each(|(setting, value)| set(setup, setting, value)),
            Edit::Open(new) => *setup = Setup { detail: setup.detail, ..(**new).clone() },
            Edit::Draw(points) => {
                (setup.data.name, setup.data.drawn) = ("drawn".into(), points.clone());
            }
            Edit::ToggleAlso(name) => toggle_also(setup, name),
            Edit::AddLayer => setup.net.hidden.push(USUAL_UNITS),
            Edit::DropLayer => drop(setup.net.hidden.pop()),
            Edit::InsertLayer { after } => insert_layer(setup, *after),
            Edit::RemoveLayer { layer } => remove_layer(setup, *layer),
            Edit::SetUnits { layer, units } => {
                setup.net.hidden.get_mut(*layer).iter_mut().for_each(|own| **own = *units);
            }
            Edit::AddUnits { layer, by } => {
                if let Some(units) = setup.net.hidden.get_mut(*layer) {
                    *units = units.saturating_add_signed(*by).clamp(1, MAX_UNITS);
                }
            }
            Edit::SetActivation { layer, activation } => {
                set_activation(setup, *layer, *activation);
            }
            Edit::Turn { place, upwards } => turn(setup, *place, *upwards),
            Edit::Hold(point) => setup.map.held.clone_from(point),
            Edit::ZoomIn(region) => setup.map.zoom.push(*region),
            Edit::ZoomOut => drop(setup.map.zoom.pop()),
            Edit::NewSeed => setup.net.seed = (setup.net.seed + 1) % 1_000_000,
            Edit::Annotate { trial, note } => setup.search.annotate(*trial, note),
            Edit::ToggleRacer(name) => setup.race.toggle(*name),
            Edit::PlaceInRace(point) => setup.race.hand.push(point.clone()),
            Edit::ClearRace => setup.race.hand.clear(),
            Edit::Search { .. }
            | Edit::Unsearch { .. }
            | Edit::SetRangeEnd { .. }
            | Edit::SetScale { .. }
            | Edit::SetStep { .. }
            | Edit::ToggleChoice { .. } => self.apply_to_space(setup),
        }
    }

    /// Changes what is searched, and over which values.
    fn apply_to_space(&self, setup: &mut Setup) {
        let mut change = |name: &str, change: &mut dyn FnMut(&Parameter, &mut Range)| {
            let parameter = Parameter::by_name(name);
            if let Some((parameter, mut range)) = parameter.zip(setup.space.get(name).cloned()) {
                change(parameter, &mut range);
                setup.space.set(name, Some(range));
            }
        };
        match self {
            Edit::Search { parameter } => {
                if let Some(parameter) = Parameter::by_name(parameter) {
                    setup.space.set(parameter.name, Some(Range::usual(parameter)));
                }
            }
            Edit::Unsearch { parameter } => setup.space.set(parameter, None),
            Edit::SetRangeEnd { parameter, high, value } => change(parameter, &mut |_, range| {
                if let Range::Numbers { low: a, high: b, .. } = range {
                    *(if *high { b } else { a }) = *value;
                }
            }),
            Edit::SetScale { parameter, scale } => change(parameter, &mut |_, range| {
                if let Range::Numbers { scale: own, .. } = range {
                    *own = *scale;
                }
            }),
            Edit::SetStep { parameter, step } => change(parameter, &mut |_, range| {
                if let Range::Numbers { step: own, .. } = range {
                    *own = *step;
                }
            }),
            Edit::ToggleChoice { parameter, choice } => change(parameter, &mut |p, range| {
                if let Range::Choices(names) = range {
                    // In the order in which there are.
                    let wanted = |c: &String| names.contains(c) != (c == choice);
                    *names = p.choices().into_iter().filter(wanted).collect();
                }
            }),
            _ => {}
        }
    }
}

/// Sets the setting of a path, and what is customary with it.
fn set(setup: &mut Setup, path: &str, value: &Value) {
    let Ok(mut tree) = serde_json::to_value(&*setup) else { return };
    let place = path.split('.').try_fold(&mut tree, |at, step| at.as_object_mut()?.get_mut(step));
    let Some(place) = place else { return };
    let whole = place.is_u64();
    *place = match value.as_f64() {
        // A field takes any number; what is counted is counted in whole ones from 0 on.
        Some(number) if whole => (number.max(0.0) as u64).into(),
        _ => value.clone(),
    };
    let Ok(new) = json::of::<Setup>(tree) else { return };
    let old = std::mem::replace(setup, new);
    follow(setup, &old, path);
}

/// What comes along with a setting that was set: another rule has customary numbers of its own,
/// another search begins anew.
fn follow(setup: &mut Setup, old: &Setup, path: &str) {
    let mut restart = false;
    match path {
        "training.rule" => {
            let rule = setup.training.rule;
            setup.training = old.training.clone();
            setup.training.choose(rule);
        }
        "net.activation" => setup.net.activations.clear(),
        "search.strategy" => {
            choose_strategy(setup, old.search.strategy);
            restart = true;
        }
        "search.acquisition" | "search.pareto" | "search.grid_ends" => restart = true,
        "search.seed" => restart = setup.screen != Screen::Race,
        _ => {}
    }
    if restart {
        (setup.search.run, setup.search.shown) = (0, 0);
    }
}

/// Another strategy begins anew; the one that is made for Hyperband brings it along, and takes it
/// away again.
fn choose_strategy(setup: &mut Setup, old: StrategyName) {
    let search = &mut setup.search;
    if old == StrategyName::Bohb && search.pruner.name == PrunerName::Hyperband {
        search.pruner = Pruner::default();
    }
    search.hand.clear();
    if search.strategy == StrategyName::Bohb {
        (search.pruner.name, search.pruner.factor) = (PrunerName::Hyperband, 3);
    }
}

fn toggle_also(setup: &mut Setup, name: &str) {
    let toys = toys::ALL.iter().map(|toy| toy.name);
    let all = toys.chain(builtin::ALL.iter().map(|set| set.name)).chain(["drawn"]);
    let also = &setup.evaluation.also;
    let wanted = |n: &&str| also.iter().any(|a| a == n) != (*n == name);
    setup.evaluation.also = all.filter(wanted).map(str::to_owned).collect();
}

/// What later layers have of their own goes with them.
fn insert_layer(setup: &mut Setup, after: usize) {
    let net = &mut setup.net;
    if net.hidden.len() >= MAX_HIDDEN {
        return;
    }
    net.hidden.insert(after.min(net.hidden.len()), USUAL_UNITS);
    if after < net.activations.len() {
        net.activations.insert(after, net.activation);
    }
}

fn remove_layer(setup: &mut Setup, layer: usize) {
    let net = &mut setup.net;
    if layer < net.hidden.len() {
        net.hidden.remove(layer);
    }
    if layer < net.activations.len() {
        net.activations.remove(layer);
    }
}

fn set_activation(setup: &mut Setup, layer: usize, activation: Activation) {
    if layer >= MAX_HIDDEN {
        return;
    }
    // Those before it keep what they have.
    let shared = setup.net.activation;
    let own = &mut setup.net.activations;
    own.resize(own.len().max(layer + 1), shared);
    own[layer] = activation;
}

fn turn(setup: &mut Setup, place: usize, upwards: bool) {
    let (across, up) = setup.pair();
    let name = |place: Option<usize>| {
        place.and_then(|i| setup.space.iter().nth(i)).map_or("", |(p, _)| p.name).to_owned()
    };
    let new = match (upwards, Some(place) == up, place == across) {
        (false, true, _) | (true, _, true) => (name(up), name(Some(across))),
        (false, ..) => (name(Some(place)), name(up)),
        (true, ..) => (name(Some(across)), name(Some(place))),
    };
    (setup.map.across, setup.map.up) = new;
}

#[cfg(test)]
mod tests {
    use super::*;
    use tunescape_engine::optim::Rule;

    fn after(edits: &[Edit]) -> Setup {
        let mut setup = Setup::default();
        edits.iter().for_each(|edit| edit.apply(&mut setup));
        setup
    }

    #[test]
    fn a_setting_takes_numbers_choices_and_nothing_that_is_neither() {
        let setup = after(&[
            Edit::set("training.batch", 20.7),
            Edit::set("run.momentum", 0.25),
            Edit::set("search.kappa", 1.5),
            Edit::set("net.init", "he-normal"),
            Edit::set("data.rows", -3.0),
            Edit::set("training.rule", "nonsense"),
            Edit::set("nothing.there", 1),
        ]);
        assert_eq!((setup.training.batch, setup.run.momentum), (20, 0.25));
        assert_eq!((setup.search.kappa, setup.data.rows), (Some(1.5), 0));
        assert_eq!(setup.training.rule, Setup::default().training.rule);
        assert_eq!(after(&[Edit::set("search.kappa", Value::Null)]).search.kappa, None);
    }

    #[test]
    fn a_rule_brings_its_customary_numbers_and_bohb_its_pruner_as_long_as_it_stays() {
        let mut wanted = Setup::default().training;
        wanted.choose(Rule::Adam);
        assert_eq!(after(&[Edit::set("training.rule", "adam")]).training, wanted);
        let bohb = [Edit::set("search.strategy", "bohb")];
        assert_eq!(after(&bohb).search.pruner.name, PrunerName::Hyperband);
        let [bohb] = bohb;
        let left = after(&[bohb, Edit::set("search.strategy", "random")]);
        assert_eq!(left.search.pruner, Pruner::default());
    }

    #[test]
    fn layers_keep_what_they_have_of_their_own() {
        let setup = after(&[
            Edit::SetActivation { layer: 1, activation: Activation::Relu },
            Edit::InsertLayer { after: 0 },
            Edit::AddUnits { layer: 0, by: 2 },
        ]);
        assert_eq!(setup.net.hidden, [10, 8, 8]);
        assert_eq!(setup.net.activations.last(), Some(&Activation::Relu));
        let less = after(&[Edit::RemoveLayer { layer: 7 }, Edit::DropLayer]);
        assert_eq!(less.net.hidden, [8]);
    }

    #[test]
    fn axes_change_places() {
        let pair = |setup: &Setup| (setup.map.across.clone(), setup.map.up.clone());
        let turned = after(&[Edit::Turn { place: 1, upwards: false }]);
        assert_eq!(pair(&turned), ("momentum".into(), "learning_rate".into()));
    }
}
