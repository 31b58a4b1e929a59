//! What is searched, as a part of the set-up: some of [`PARAMETERS`], each over a range.

use crate::search::Earlier;
use crate::setup::Setup;
use crate::setup::check::SetupError;
use crate::setup::parameters::{PARAMETERS, Parameter, Values};
use crate::sort::sort_by_key;
use crate::space::{Condition, Param, Point, RangeError, Scale, Space};
use serde::de::Error;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::collections::BTreeMap;

/// So many parameters can be searched at once.
pub const MAX_SEARCHED: usize = 6;

/// The values that a parameter is searched over.
#[derive(Clone, Debug, PartialEq)]
pub enum Range {
    /// `low` to `high`, in steps from `low` on; step 0: every number.
    Numbers { low: f64, high: f64, scale: Scale, step: f64 },
    /// These choices, by the names that links use.
    Choices(Vec<String>),
}

/// The parameters that are searched. In JSON an object with a field for each of [`PARAMETERS`]:
/// null, or a list of the low end, the high end and, where they are not the usual ones, scale and
/// step; or of the names of choices.
#[derive(Clone, Debug, PartialEq)]
pub struct SpaceSetup(Vec<(usize, Range)>);

impl Range {
    /// What is usual for a parameter.
    pub fn usual(parameter: &Parameter) -> Range {
        match parameter.values {
            Values::Number { low, high, scale, whole } => {
                Range::Numbers { low, high, scale, step: f64::from(u8::from(whole)) }
            }
            Values::Choice { usual, .. } => {
                Range::Choices(usual.iter().map(|name| name.to_string()).collect())
            }
        }
    }

    fn to_json(&self, parameter: &Parameter) -> Vec<Value> {
        match (self, Range::usual(parameter)) {
            (Range::Choices(names), _) => names.iter().map(|name| name.as_str().into()).collect(),
            (&Range::Numbers { low, high, scale, step }, usual) => {
                let named = serde_json::to_value(scale).unwrap_or_default();
                let mut list = vec![low.into(), high.into(), named, step.into()];
                if let Range::Numbers { scale: usual, step: usual_step, .. } = usual
                    && step == usual_step
                {
                    list.truncate(if scale == usual { 2 } else { 3 });
                }
                list
            }
        }
    }

    /// None where the list is none that could have been written.
    fn of_json(parameter: &Parameter, list: Vec<Value>) -> Option<Range> {
        let Range::Numbers { scale, step, .. } = Range::usual(parameter) else {
            let names = list.iter().map(|name| name.as_str().map(str::to_owned));
            return Some(Range::Choices(names.collect::<Option<_>>()?));
        };
        Some(Range::Numbers {
            low: list.first()?.as_f64()?,
            high: list.get(1)?.as_f64()?,
            scale: list.get(2).map_or(Some(scale), |s| crate::json::of(s.clone()).ok())?,
            step: list.get(3).map_or(Some(step), Value::as_f64).filter(|_| list.len() < 5)?,
        })
    }

    /// The parameter as strategies see it. A choice's value is its place among the names.
    pub fn param(&self, parameter: &Parameter) -> Result<Param, RangeError> {
        let name = parameter.name;
        match self {
            &Range::Numbers { low, high, scale, step: 0.0 } => Param::new(name, low, high, scale),
            &Range::Numbers { low, high, scale, step } => {
                Param::stepped(name, low, high, scale, step)
            }
            Range::Choices(names) => {
                Param::choice(name, &names.iter().map(String::as_str).collect::<Vec<_>>())
            }
        }
    }

    /// A value as [`Parameter::set`] takes it.
    fn meant(&self, parameter: &Parameter, x: f64) -> f64 {
        match self {
            Range::Numbers { .. } => x,
            Range::Choices(names) => {
                let name = names.get(x as usize);
                parameter.choices().iter().position(|choice| Some(choice) == name).unwrap_or(0)
                    as f64
            }
        }
    }

    fn check(&self, parameter: &Parameter) -> Result<(), SetupError> {
        let key = |end: &str| format!("space.{}{end}", parameter.name);
        match self {
            Range::Choices(names) => {
                let all = parameter.choices();
                let known =
                    |(i, name): (usize, &String)| all.contains(name) && !names[..i].contains(name);
                if names.len() < 2 || !names.iter().enumerate().all(known) {
                    return Err(SetupError::Choices { key: key(""), given: names.join(", ") });
                }
            }
            &Range::Numbers { low, high, step, .. } => {
                let (least, most) = parameter.limits();
                for (end, value) in [(".0", low), (".1", high)] {
                    if !(least..=most).contains(&value) {
                        return Err(SetupError::Range {
                            key: key(end),
                            value,
                            low: least,
                            high: most,
                        });
                    }
                }
                if low >= high {
                    return Err(SetupError::Empty { key: key(""), low, high });
                }
                let whole = |x: f64| x.trunc() == x;
                if parameter.is_whole() && !(whole(low) && whole(step) && step > 0.0) {
                    return Err(SetupError::Step { key: key(""), step });
                }
                if step != 0.0 && !(step > 0.0 && step <= high - low) {
                    return Err(SetupError::Step { key: key(""), step });
                }
            }
        }
        self.param(parameter).map(drop).map_err(|_| match *self {
            // Half a step beyond its ends the range may leave its scale.
            Range::Numbers { step, .. } if step > 0.0 => SetupError::Step { key: key(""), step },
            _ => SetupError::Scale { key: key("") },
        })
    }
}

impl Default for SpaceSetup {
    /// Learning rate and momentum.
    fn default() -> Self {
        Self((0..2).map(|row| (row, Range::usual(&PARAMETERS[row]))).collect())
    }
}

impl SpaceSetup {
    pub fn get(&self, name: &str) -> Option<&Range> {
        self.iter().find(|(p, _)| p.name == name).map(|(_, range)| range)
    }

    /// Searches a parameter over another range, or no longer; a name that there is not changes
    /// nothing.
    pub fn set(&mut self, name: &str, range: Option<Range>) {
        let Some(row) = PARAMETERS.iter().position(|p| p.name == name) else { return };
        self.0.retain(|(at, _)| *at != row);
        self.0.extend(range.map(|range| (row, range)));
        sort_by_key(&mut self.0, |(at, _)| *at);
    }

    /// In the order in which a point has their values.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Parameter, &Range)> {
        self.0.iter().map(|(row, range)| (&PARAMETERS[*row], range))
    }

    /// The place of a parameter's value in a point; none if it is not searched.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.iter().position(|(p, _)| p.name == name)
    }

    pub fn check(&self) -> Result<(), SetupError> {
        if !(1..=MAX_SEARCHED).contains(&self.0.len()) {
            return Err(SetupError::Searched { given: self.0.len(), limit: MAX_SEARCHED });
        }
        self.iter().try_for_each(|(parameter, range)| range.check(parameter))
    }
}

impl Serialize for SpaceSetup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(PARAMETERS.len()))?;
        for p in PARAMETERS {
            map.serialize_entry(p.name, &self.get(p.name).map(|range| range.to_json(p)))?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for SpaceSetup {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut space = Self(Vec::new());
        for (name, list) in BTreeMap::<String, Option<Vec<Value>>>::deserialize(deserializer)? {
            let parameter = Parameter::by_name(&name).ok_or_else(|| D::Error::custom(&name))?;
            if let Some(list) = list {
                space.set(
                    &name,
                    Some(Range::of_json(parameter, list).ok_or_else(|| D::Error::custom(&name))?),
                );
            }
        }
        Ok(space)
    }
}

/// Trials that can train in one population.
pub struct Group {
    /// Their places in the list that was sorted.
    pub trials: Vec<usize>,
    pub points: Vec<Point>,
}

impl Setup {
    /// What is searched.
    pub fn searched(&self) -> Space {
        // A set-up that passed its check has no range that can't be searched; one that has not may
        // have.
        let held = self.space.iter().filter_map(|(p, range)| Some((p, range.param(p).ok()?)));
        let (parameters, params): (Vec<_>, Vec<_>) = held.unzip();
        let mut space = Space::new(params);
        if let Some(layers) = parameters.iter().position(|p| p.name == "layers") {
            let fewest = space.params[layers].low;
            for (at, p) in parameters.iter().enumerate() {
                let value = p.layer().map_or(0.0, |layer| layer as f64);
                if value > fewest {
                    space.params[at].when = Some(Condition::AtLeast { param: layers, value });
                }
            }
        }
        space
    }

    /// The set-up with a point's values in their places; what the point is too short for stays.
    pub fn at(&self, point: &[f64]) -> Setup {
        let mut setup = self.clone();
        for ((parameter, range), &x) in self.space.iter().zip(point) {
            (parameter.set)(&mut setup, range.meant(parameter, x));
        }
        setup
    }

    /// A point of this set-up's space in another's, where that searches the same parameters over
    /// ranges that hold it.
    pub fn moved(&self, point: &[f64], to: &Setup) -> Option<Point> {
        let same = self.space.iter().map(|(p, _)| p.name).eq(to.space.iter().map(|(p, _)| p.name));
        let mut point: Point = point.to_vec();
        let own = self.searched().active(&point);
        for ((x, (_, from)), (_, range)) in
            point.iter_mut().zip(self.space.iter()).zip(to.space.iter())
        {
            if let (Range::Choices(from), Range::Choices(names)) = (from, range) {
                *x = names.iter().position(|name| Some(name) == from.get(*x as usize))? as f64;
            }
        }
        let space = to.searched();
        // What did not count stood at its low end, which may be another now.
        point
            .iter_mut()
            .zip(&space.params)
            .zip(own)
            .filter(|(_, own)| !own)
            .for_each(|((x, p), _)| *x = p.low);
        (same && space.contains(&point)).then_some(point)
    }

    /// Another set-up's earlier trials as they are in this one's ranges; those outside are left
    /// out.
    pub fn inherited(&self, of: &Setup, trials: &[Earlier]) -> Vec<Earlier> {
        let one = |Earlier(loss, point): &Earlier| {
            // As short as single precision: links carry them.
            let loss = loss.map(|loss| (loss as f32).to_string().parse().unwrap_or(loss));
            Some(Earlier(loss, self.trained_alike(of.moved(point, self)?)))
        };
        trials.iter().filter_map(one).collect()
    }

    /// The points in lists that train together, in the order of their first.
    pub fn groups(&self, points: &[Point]) -> Vec<Group> {
        let apart: Vec<usize> =
            self.space.iter().enumerate().filter(|(_, (p, _))| p.apart).map(|(i, _)| i).collect();
        let mut groups: Vec<Group> = Vec::new();
        let mut known: BTreeMap<Vec<u64>, usize> = BTreeMap::new();
        for (trial, point) in points.iter().enumerate() {
            let key = apart.iter().filter_map(|&i| point.get(i)).map(|x| x.to_bits()).collect();
            let group = *known.entry(key).or_insert(groups.len());
            if group == groups.len() {
                groups.push(Group { trials: Vec::new(), points: Vec::new() });
            }
            groups[group].trials.push(trial);
            groups[group].points.push(point.clone());
        }
        groups
    }

    /// The values of a point to the last digit, choices by the names of links.
    pub fn exact(&self, point: &[f64]) -> Vec<String> {
        let one = |((_, range), x): ((_, &Range), &f64)| match range {
            Range::Numbers { .. } => x.to_string(),
            Range::Choices(names) => names.get(*x as usize).cloned().unwrap_or_default(),
        };
        self.space.iter().zip(point).map(one).collect()
    }

    /// What the set-up has for each parameter that is searched, as near as the ranges allow: the
    /// values of the Explore run.
    pub fn own_point(&self) -> Point {
        let mut space = self.searched();
        let near = |((p, range), param): ((&Parameter, &Range), &Param)| match range {
            Range::Numbers { .. } => {
                let own = (p.get)(self).clamp(param.low, param.high);
                if param.takes(own) { own } else { param.from_unit(param.to_unit(own)) }
            }
            Range::Choices(names) => {
                let own = p.choices().into_iter().nth((p.get)(self) as usize);
                names.iter().position(|name| Some(name) == own.as_ref()).unwrap_or(0) as f64
            }
        };
        let mut point: Point = self.space.iter().zip(&space.params).map(near).collect();
        // A parameter that does not count for this point may count for others on the map.
        space.params.iter_mut().for_each(|p| p.when = None);
        space.settle(&mut point);
        point
    }

    /// The point in the fewest digits that are the same in single precision, in which everything is
    /// trained.
    pub fn trained_alike(&self, point: Point) -> Point {
        let brief: Point =
            point.iter().map(|&x| (x as f32).to_string().parse().unwrap_or(x)).collect();
        if self.searched().contains(&brief) { brief } else { point }
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::link;
    use tunescape_engine::net::Activation;
    use tunescape_engine::optim::Rule;

    fn numbers(low: f64, high: f64, scale: Scale, step: f64) -> Option<Range> {
        Some(Range::Numbers { low, high, scale, step })
    }

    fn choices(names: &[&str]) -> Option<Range> {
        Some(Range::Choices(names.iter().map(|n| n.to_string()).collect()))
    }

    /// Batch size, rule, layers, units and activation.
    pub fn mixed() -> Setup {
        let mut setup = Setup::default();
        let space = &mut setup.space;
        space.set("momentum", None);
        space.set("layers", numbers(1.0, 3.0, Scale::Linear, 1.0));
        space.set("activation", choices(&["tanh", "relu"]));
        space.set("rule", choices(&["momentum", "adam"]));
        space.set("units_2", numbers(4.0, 8.0, Scale::Linear, 2.0));
        space.set("batch", numbers(8.0, 64.0, Scale::Linear, 8.0));
        setup
    }

    #[test]
    fn a_link_holds_what_differs_and_older_links_still_open() {
        let mut setup = mixed();
        assert_eq!(setup.check(), Ok(()));
        let text = link::write(&setup);
        assert!(
            text.contains("space.momentum=null")
                && text.contains("space.rule=[%22momentum%22,%22adam%22]"),
            "{text}"
        );
        assert!(
            text.contains("space.layers=[1.0,3.0]&")
                && text.contains("space.batch=[8.0,64.0,%22linear%22,8.0]"),
            "{text}"
        );
        assert!(!text.contains("dropout") && !text.contains("learning_rate"), "{text}");
        setup.search.hand =
            vec![crate::setup::search::Placed(2, vec![0.1, 16.0, 1.0, 2.0, 6.0, 0.0])];
        assert_eq!(link::read(&link::write(&setup)), Ok(setup));

        let old = link::read(
            "v=1&space.learning_rate=[0.01,1]&map.zoom=[[0.1,0.2,0,0.5]]&search.hand=[[3,0.1,0.5]]",
        );
        let old = old.unwrap();
        assert_eq!(old.space.get("learning_rate"), numbers(0.01, 1.0, Scale::Log, 0.0).as_ref());
        assert_eq!(old.search.hand[0].1, [0.1, 0.5]);
        assert_eq!((old.axes().params[0].low, old.axes().params[1].high), (0.1, 0.5));
    }

    #[test]
    fn an_earlier_study_goes_into_links_and_into_other_ranges() {
        let mut setup = Setup::default();
        setup.search.earlier =
            vec![Earlier(Some(0.25), vec![0.1, 0.5]), Earlier(None, vec![9.0, 0.9])];
        assert_eq!(link::read(&link::write(&setup)), Ok(setup.clone()));
        let mut narrow = setup.clone();
        narrow.space.set("learning_rate", numbers(0.01, 1.0, Scale::Log, 0.0));
        assert_eq!(narrow.check(), Err(SetupError::Earlier { trial: 1 }));
        assert_eq!(narrow.inherited(&setup, &setup.search.earlier), setup.search.earlier[..1]);
    }

    #[test]
    fn ranges_that_cannot_be_are_refused() {
        let refused = |name: &str, range| {
            let mut setup = Setup::default();
            setup.space.set(name, range);
            setup.check().unwrap_err()
        };
        assert!(
            matches!(refused("momentum", numbers(0.5, 1.5, Scale::Linear, 0.0)), SetupError::Range { key, value: 1.5, .. } if key == "space.momentum.1")
        );
        assert!(matches!(
            refused("learning_rate", numbers(0.0, 1.0, Scale::Log, 0.0)),
            SetupError::Scale { .. }
        ));
        assert!(matches!(
            refused("batch", numbers(8.0, 64.0, Scale::Log, 0.5)),
            SetupError::Step { .. }
        ));
        assert!(matches!(
            refused("batch", numbers(8.0, 64.0, Scale::Log, 0.0)),
            SetupError::Step { .. }
        ));
        assert!(matches!(
            refused("dropout", numbers(0.0, 0.5, Scale::Linear, 0.7)),
            SetupError::Step { .. }
        ));
        assert!(matches!(refused("rule", choices(&["adam"])), SetupError::Choices { .. }));
        assert!(matches!(refused("rule", choices(&["adam", "magic"])), SetupError::Choices { .. }));
        assert!(matches!(refused("rule", choices(&["adam", "adam"])), SetupError::Choices { .. }));
        let mut setup = Setup::default();
        setup.space.set("learning_rate", None);
        setup.space.set("momentum", None);
        assert!(matches!(setup.check(), Err(SetupError::Searched { given: 0, .. })));
        assert!(
            link::read("v=1&space.nonsense=[1,2]").is_err()
                && link::read("v=1&space.batch=[1]").is_err()
        );
    }

    #[test]
    fn the_default_space_is_learning_rate_and_momentum() {
        let setup = Setup::default();
        let space = setup.searched();
        assert_eq!(space, setup.axes());
        assert_eq!(space.params[0], Param::new("learning_rate", 0.003, 10.0, Scale::Log).unwrap());
        assert_eq!(space.params[1], Param::new("momentum", 0.0, 0.99, Scale::Linear).unwrap());
        assert_eq!(setup.on_map([[0.3, 0.4]]), [[0.3, 0.4]]);
        assert_eq!(setup.place_on(&space, &[0.003, 0.99]), [0.0, 1.0]);
        let groups = setup.groups(&[vec![0.1, 0.2], vec![0.3, 0.4]]);
        assert_eq!((groups.len(), &groups[0].trials), (1, &vec![0, 1]));
        let Setup { run, .. } = setup.at(&[0.3, 0.4]);
        assert_eq!((run.learning_rate, run.momentum), (0.3, 0.4));
    }

    #[test]
    fn a_point_sets_what_is_searched() {
        let setup = mixed();
        let space = setup.searched();
        assert_eq!(
            space.params.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(),
            ["learning_rate", "batch", "rule", "layers", "units_2", "activation"]
        );
        let at = setup.at(&[0.2, 24.0, 1.0, 3.0, 6.0, 1.0]);
        assert_eq!(
            (at.run.learning_rate, at.training.batch, at.training.rule),
            (0.2, 24, Rule::Adam)
        );
        assert_eq!((&at.net.hidden[..], at.net.activation), (&[8, 6, 8][..], Activation::Relu));
        assert_eq!(at.run.momentum, setup.run.momentum);
        // Units of a layer that is not there do not count.
        assert_eq!(
            space.active(&[0.2, 24.0, 1.0, 1.0, 4.0, 1.0]),
            [true, true, true, true, false, true]
        );
        assert_eq!(setup.own_point(), [0.1, 32.0, 0.0, 2.0, 8.0, 0.0]);
    }

    #[test]
    fn points_that_train_together_are_put_together_in_order() {
        let setup = mixed();
        let point = |batch: f64, rate: f64| vec![rate, batch, 0.0, 1.0, 4.0, 0.0];
        let points = [point(8.0, 0.1), point(16.0, 0.1), point(8.0, 0.2), point(16.0, 0.3)];
        let groups = setup.groups(&points);
        let trials: Vec<_> = groups.iter().map(|g| g.trials.clone()).collect();
        assert_eq!(trials, [[0, 2], [1, 3]]);
        assert_eq!(groups[1].points, [points[1].clone(), points[3].clone()]);
    }

    #[test]
    fn points_move_to_other_ranges_that_hold_them() {
        let (setup, mut to) = (mixed(), mixed());
        to.space.set("activation", choices(&["relu", "gelu"]));
        to.space.set("units_2", numbers(2.0, 6.0, Scale::Linear, 2.0));
        assert_eq!(
            setup.moved(&[0.2, 24.0, 1.0, 3.0, 6.0, 1.0], &to),
            Some(vec![0.2, 24.0, 1.0, 3.0, 6.0, 0.0])
        );
        assert_eq!(
            setup.moved(&[0.2, 24.0, 1.0, 1.0, 4.0, 1.0], &to),
            Some(vec![0.2, 24.0, 1.0, 1.0, 2.0, 0.0])
        );
        assert_eq!(
            setup.moved(&[0.2, 24.0, 1.0, 3.0, 8.0, 1.0], &to),
            None,
            "eight units are too many now"
        );
        assert_eq!(
            setup.moved(&[0.2, 24.0, 1.0, 3.0, 6.0, 0.0], &to),
            None,
            "tanh is no choice now"
        );
        assert_eq!(setup.moved(&[0.2, 24.0, 1.0, 3.0, 6.0, 1.0], &Setup::default()), None);
    }

    #[test]
    fn a_brief_point_stays_where_it_is_and_another_trains_the_same() {
        let mut setup = Setup::default();
        let point = vec![0.02254944124259765, 0.24921500795511642];
        assert_eq!(setup.brief(&point), [0.02255, 0.2492]);
        let same = setup.trained_alike(point.clone());
        assert!(
            same.iter()
                .zip(&point)
                .all(|(a, b)| *a as f32 == *b as f32 && a.to_string().len() < 13),
            "{same:?}"
        );
        // Nearer by, more digits count.
        setup.map.zoom = vec![[0.0225, 0.0226, 0.249, 0.2493]];
        assert_eq!(setup.brief(&point), [0.02254944, 0.249215]);
        let space = setup.searched();
        let ends = vec![space.params[0].high, space.params[1].low];
        assert_eq!(setup.brief(&ends), ends);
    }
}
