//! Whether a set-up can be: every number in its range, and what must hold between them.
//!
//! Each number's range stands once, in [`SETTINGS`].

use crate::data::{Kind, Target, builtin, drawn, toys};
use crate::search::Earlier;
use crate::setup::parameters::Parameter;
use crate::setup::race;
use crate::setup::search::{MAX_NOTE_LENGTH, Note, Placed};
use crate::setup::settings::SETTINGS;
use crate::setup::space::MAX_SEARCHED;
use crate::setup::{MAX_PLACED, Setup};
use tunescape_engine::net::{Loss, MAX_HIDDEN, MAX_UNITS};

/// The sets of a study hold so many numbers at most, over all folds: each worker keeps them, at four
/// bytes, beside the sets as they came.
pub const MAX_CELLS: u64 = 24_000_000;

/// So many locks a set-up has at most, so many limits, and so much that is hidden: more than there
/// are to choose from.
pub const MAX_RULES: usize = 200;

/// Letters of a name in a set-up, of a part that is locked or of a control that is hidden, at most.
pub const MAX_NAME_LENGTH: usize = 60;

/// Bytes of a lesson at most.
pub const MAX_LESSON_LENGTH: usize = 200_000;

/// Regions zoomed into at most: many more than numbers can tell apart.
const MAX_ZOOMS: usize = 200;

/// What is wrong with a set-up.
#[derive(Clone, Debug, PartialEq)]
pub enum SetupError {
    /// No data set of this name.
    Data { name: String },
    /// No drawing, or one of too few points or too many.
    Drawn { drawn: String },
    /// A set that can't be trained on beside the study's own: none of its kind, or one twice.
    Also { name: String },
    /// Data with so many numbers in all folds, each set filled up to the widest, that it does not
    /// fit.
    Several { given: u64, limit: u64 },
    /// A number outside its range of [`SETTINGS`].
    Range { key: String, value: f64, low: f64, high: f64 },
    /// A low end that does not lie below its high end.
    Empty { key: String, low: f64, high: f64 },
    /// A range that its scale can't hold: a logarithm's touches 0, or a momentum's touches 1.
    Scale { key: String },
    /// A step that is not above 0, or larger than the range, or not whole where its parameter is.
    Step { key: String, step: f64 },
    /// Fewer than two choices, one twice, or one that there is not.
    Choices { key: String, given: String },
    /// No parameter searched, or too many.
    Searched { given: usize, limit: usize },
    /// Training and validation leave nothing for the test part.
    NoTest { train: f64, valid: f64 },
    /// Too many hidden layers.
    Layers { given: usize, limit: usize },
    /// A hidden layer with no unit or too many.
    Units { given: usize, limit: usize },
    /// A map that is not 8, 16, 32 or 64 cells wide.
    Side { given: usize },
    /// More trials run than the budget has, or more on show than were run.
    Trials { run: usize, shown: usize },
    /// Too few strategies in a race, too many, or one twice.
    Race { given: usize, limit: usize },
    /// Trials placed by hand that are out of order, beyond the budget, or outside the ranges.
    Hand { trial: usize },
    /// More entries of a list than it may have.
    Many { key: String, given: usize, limit: usize },
    /// A text of more letters than it may have.
    Long { key: String, given: usize, limit: usize },
    /// A lock, or a limit, of what no set-up has.
    Part { key: String, part: String },
    /// An axis of the map of what is no hyperparameter.
    Axis { key: String, name: String },
    /// A note of a trial that no study has.
    Note { trial: usize },
    /// Trials of an earlier study that are too many, outside the ranges, or of a loss that is not
    /// finite.
    Earlier { trial: usize },
}

impl Setup {
    /// Checks every range, and what must hold between the numbers.
    pub fn check(&self) -> Result<(), SetupError> {
        self.check_lengths()?;
        let tree = serde_json::to_value(self).unwrap_or_default();
        self.check_ranges(&tree)?;
        self.check_data()?;
        self.check_net()?;
        self.check_rules(&tree)?;
        if ![8, 16, 32, 64].contains(&self.map.side) {
            return Err(SetupError::Side { given: self.map.side });
        }
        self.space.check()?;
        self.check_axes()?;
        self.check_zoom()?;
        if !self.race.is_fair() {
            return Err(SetupError::Race {
                given: self.race.strategies.len(),
                limit: race::MAX_RACERS,
            });
        }
        let (run, shown) = (self.search.run, self.search.shown);
        if run > self.search.budget || shown > run {
            return Err(SetupError::Trials { run, shown });
        }
        self.check_points()
    }

    /// Checks that the map's axes are hyperparameters, searched or not; one without a name is left
    /// to the page.
    fn check_axes(&self) -> Result<(), SetupError> {
        for (key, name) in [("map.across", &self.map.across), ("map.up", &self.map.up)] {
            if !name.is_empty() && Parameter::by_name(name).is_none() {
                return Err(SetupError::Axis { key: key.into(), name: name.clone() });
            }
        }
        Ok(())
    }

    /// Checks that every number is in its range.
    fn check_ranges(&self, tree: &serde_json::Value) -> Result<(), SetupError> {
        for setting in SETTINGS.iter() {
            let (key, Some((low, high))) = (setting.path.as_str(), setting.range()) else {
                continue;
            };
            let found = key.split('.').try_fold(tree, |at, step| match step.parse::<usize>() {
                Ok(index) => at.get(index),
                Err(_) => at.get(step),
            });
            // A number that is not finite becomes null, as one that is left to the program does.
            if self.search.automatic(key) {
                continue;
            }
            let number = found.and_then(serde_json::Value::as_f64).unwrap_or(f64::NAN);
            if !(low..=high).contains(&number) {
                return Err(SetupError::Range { key: key.into(), value: number, low, high });
            }
        }
        Ok(())
    }

    /// Checks that there are such sets, that they fit, and that every part has rows.
    fn check_data(&self) -> Result<(), SetupError> {
        let name = &self.data.name;
        let known =
            toys::ALL.iter().any(|t| t.name == name) || builtin::ALL.iter().any(|b| b.name == name);
        let drawing = name == "drawn";
        if !(known || drawing || name == "csv") {
            return Err(SetupError::Data { name: name.clone() });
        }
        let drawn = &self.data.drawn;
        if drawn::read(drawn).is_none() || drawing && drawn::dataset(drawn).is_none() {
            return Err(SetupError::Drawn { drawn: drawn.clone() });
        }
        if let Some(name) = self.evaluation.also.iter().enumerate().find_map(|(i, name)| {
            let twice = self.evaluation.also[..i].contains(name);
            (twice || !self.takes_also(name)).then_some(name)
        }) {
            return Err(SetupError::Also { name: name.clone() });
        }
        if self.cells() > MAX_CELLS {
            return Err(SetupError::Several { given: self.cells(), limit: MAX_CELLS });
        }
        if self.data.train + self.data.valid > 0.951 {
            return Err(SetupError::NoTest { train: self.data.train, valid: self.data.valid });
        }
        Ok(())
    }

    /// Checks the network's layers and its loss.
    fn check_net(&self) -> Result<(), SetupError> {
        if self.net.hidden.len() > MAX_HIDDEN {
            return Err(SetupError::Layers { given: self.net.hidden.len(), limit: MAX_HIDDEN });
        }
        if let Some(&given) = self.net.hidden.iter().find(|n| !(1..=MAX_UNITS).contains(*n)) {
            return Err(SetupError::Units { given, limit: MAX_UNITS });
        }
        if let Some(Loss::Huber(delta)) = self.net.loss
            && !(1e-3..=1e3).contains(&delta)
        {
            return Err(SetupError::Range {
                key: "net.loss".into(),
                value: f64::from(delta),
                low: 1e-3,
                high: 1e3,
            });
        }
        Ok(())
    }

    /// Checks the points of trials placed by hand and of an earlier study.
    fn check_points(&self) -> Result<(), SetupError> {
        let (mut next, space) = (0, self.searched());
        for &Placed(trial, ref point) in &self.search.hand {
            if trial < next || trial >= self.search.budget || !space.contains(point) {
                return Err(SetupError::Hand { trial });
            }
            next = trial + 1;
        }
        let known = |Earlier(loss, point): &Earlier| {
            loss.is_none_or(f64::is_finite) && space.contains(point)
        };
        let earlier = &self.search.earlier;
        if let Some(trial) =
            (0..earlier.len()).find(|&trial| trial >= MAX_PLACED || !known(&earlier[trial]))
        {
            return Err(SetupError::Earlier { trial });
        }
        let most = |trial: &usize| *trial < MAX_PLACED;
        let held = |trial: &usize| most(trial) && space.contains(&self.race.hand[*trial]);
        if let Some(trial) = (0..self.race.hand.len()).find(|trial| !held(trial)) {
            return Err(SetupError::Hand { trial });
        }
        Ok(())
    }

    /// Checks that no list and no text is longer than any that this page writes, before anything is
    /// done with them.
    fn check_lengths(&self) -> Result<(), SetupError> {
        let lesson = &self.lesson;
        for (key, given, limit) in [
            ("lesson.lock", lesson.lock.len(), MAX_RULES),
            ("lesson.limit", lesson.limit.len(), MAX_RULES),
            ("lesson.hide", lesson.hide.len(), MAX_RULES),
            ("search.notes", self.search.notes.len(), MAX_PLACED),
            ("map.zoom", self.map.zoom.len(), MAX_ZOOMS),
            ("race.seen", self.race.seen.len(), race::MAX_SEEN),
            ("race.known", self.race.known.len(), race::MAX_SEEN),
            ("map.held", self.map.held.len(), MAX_SEARCHED),
            ("net.activations", self.net.activations.len(), MAX_HIDDEN),
            ("evaluation.also", self.evaluation.also.len(), toys::ALL.len() + builtin::ALL.len()),
        ] {
            if given > limit {
                return Err(SetupError::Many { key: key.into(), given, limit });
            }
        }
        if lesson.own.len() > MAX_LESSON_LENGTH {
            let (given, limit) = (lesson.own.len(), MAX_LESSON_LENGTH);
            return Err(SetupError::Long { key: "lesson.own".into(), given, limit });
        }
        let one = |key: &'static str, text: &str, limit: usize| {
            // Letters, but no more of them are counted than it takes.
            let given = text.chars().take(limit + 1).count();
            let error = || SetupError::Long { key: key.into(), given: text.chars().count(), limit };
            if given > limit { Err(error()) } else { Ok(()) }
        };
        let limits = lesson.limit.iter().map(|limit| ("lesson.limit", &limit.0));
        let rules = lesson.lock.iter().map(|lock| ("lesson.lock", lock)).chain(limits);
        let rules = rules.chain(lesson.hide.iter().map(|hide| ("lesson.hide", hide)));
        let names = [
            ("data.name", &self.data.name),
            ("map.across", &self.map.across),
            ("map.up", &self.map.up),
        ];
        rules.chain(names).try_for_each(|(key, text)| one(key, text, MAX_NAME_LENGTH))?;
        one("lesson.name", &lesson.name, MAX_NOTE_LENGTH)?;
        for Note(trial, text) in &self.search.notes {
            if *trial >= MAX_PLACED {
                return Err(SetupError::Note { trial: *trial });
            }
            one("search.notes", text, MAX_NOTE_LENGTH)?;
        }
        Ok(())
    }

    /// Checks what is locked, limited and hidden, and nothing else; all set-ups have the parts of
    /// this tree.
    pub fn check_lesson(&self, tree: &serde_json::Value) -> Result<(), SetupError> {
        self.check_lengths()?;
        self.check_rules(tree)
    }

    /// Checks that what is locked and limited is there, and that limits leave something.
    fn check_rules(&self, tree: &serde_json::Value) -> Result<(), SetupError> {
        let there = |path: &str| path.split('.').try_fold(tree, |at, step| at.get(step)).is_some();
        let limits = self.lesson.limit.iter().map(|limit| ("lesson.limit", &limit.0));
        let rules = self.lesson.lock.iter().map(|lock| ("lesson.lock", lock)).chain(limits);
        for (key, part) in rules {
            if !there(part) {
                return Err(SetupError::Part { key: key.into(), part: part.clone() });
            }
        }
        match self.lesson.limit.iter().find(|(_, low, high)| low > high) {
            Some((key, low, high)) => {
                Err(SetupError::Empty { key: key.clone(), low: *low, high: *high })
            }
            None => Ok(()),
        }
    }

    /// Whether trials are compared by their mean rank over several sets.
    pub fn ranks(&self) -> bool {
        self.search.ranked && !self.evaluation.also.is_empty()
    }

    /// The sets that are trained on: the study's own, then the others.
    pub fn sets(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.data.name).chain(&self.evaluation.also).map(String::as_str)
    }

    /// Whether a set can be trained on beside the study's own: it comes with the page or is drawn,
    /// and both are of one kind of task. Of what kind the learner's own file is, is known where
    /// it is read.
    pub fn takes_also(&self, name: &str) -> bool {
        let own = &self.data.name;
        name != own
            && self.kind(name).is_some()
            && (own == "csv" || self.kind(name) == self.kind(own))
    }

    /// What a network predicts of a set: 0 a number, 2 one of two classes, 3 one of more.
    pub fn kind(&self, name: &str) -> Option<usize> {
        Some(self.shape(name)?.2.min(3))
    }

    /// Rows, columns and classes of a set that comes with the page or is drawn.
    fn shape(&self, name: &str) -> Option<(usize, usize, usize)> {
        let toy = toys::ALL.iter().find(|toy| toy.name == name);
        let set = || builtin::ALL.iter().find(|set| set.name == name);
        if name == "drawn" {
            let drawn = drawn::dataset(&self.data.drawn)?;
            let classes =
                if let Target::Class { names, .. } = &drawn.target { names.len() } else { 0 };
            return Some((drawn.rows(), 2, classes));
        }
        toy.map(|toy| (self.data.rows, 2, if toy.kind == Kind::Class { 2 } else { 0 }))
            .or_else(|| set().map(|set| (set.rows, set.columns, set.classes)))
    }

    /// Numbers in all folds of several sets, each filled up to the columns of the widest.
    fn cells(&self) -> u64 {
        let shapes: Vec<_> = self.sets().filter_map(|name| self.shape(name)).collect();
        let columns = shapes.iter().map(|shape| shape.1).max().unwrap_or(0);
        let of = |rows: usize| [rows, columns, self.evaluation.folds_each()].map(|n| n as u64);
        shapes.iter().flat_map(|shape| [of(shape.0)]).map(|n| n.iter().product::<u64>()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::StrategyName;
    use crate::setup::space::Range;
    use crate::space::Scale;

    #[test]
    fn the_default_is_in_range_and_every_range_is_of_a_number_that_is_there() {
        assert_eq!(Setup::default().check(), Ok(()));
    }

    #[test]
    fn budgets_limits_and_who_proposes_go_into_the_link() {
        let mut setup = Setup::default();
        let search = &mut setup.search;
        (search.most_epochs, search.most_parameters, search.manual) = (500, 90, true);
        (search.members, search.every, search.strategy) = (8, 20, StrategyName::Bohb);
        (search.pruner.name, search.pruner.threshold) =
            (crate::prune::pruner::PrunerName::Wilcoxon, 0.2);
        assert_eq!(setup.check(), Ok(()));
        let link = crate::link::write(&setup);
        assert!(
            link.contains("search.manual=true") && link.contains("search.strategy=bohb"),
            "{link}"
        );
        assert_eq!(crate::link::read(&link), Ok(setup.clone()));
        setup.search.members = 2;
        assert!(
            matches!(setup.check(), Err(SetupError::Range { key, .. }) if key == "search.members")
        );
    }

    #[test]
    fn lists_and_texts_have_ends() {
        let many = |change: &dyn Fn(&mut Setup)| {
            let mut setup = Setup::default();
            change(&mut setup);
            setup.check()
        };
        let limit = ("run.momentum".to_string(), 0.0, 1.0);
        assert_eq!(many(&|s| s.lesson.limit = vec![limit.clone(); MAX_RULES]), Ok(()));
        for (change, key) in [
            (
                &(|s: &mut Setup| s.lesson.limit = vec![("net".into(), 0.0, 1.0); 5000])
                    as &dyn Fn(&mut Setup),
                "lesson.limit",
            ),
            (&|s| s.lesson.lock = vec!["net".into(); 201], "lesson.lock"),
            (&|s| s.lesson.hide = vec!["play".into(); 201], "lesson.hide"),
            (&|s| s.search.notes = vec![Note(0, "a".into()); 101], "search.notes"),
            (&|s| s.map.zoom = vec![[0.1, 0.2, 0.1, 0.2]; 201], "map.zoom"),
            (&|s| s.map.held = vec![0.0; 7], "map.held"),
            (&|s| s.net.activations = vec![s.net.activation; 10], "net.activations"),
            (&|s| s.evaluation.also = vec!["moons".into(); 100], "evaluation.also"),
        ] {
            let found = many(change);
            assert!(
                matches!(&found, Err(SetupError::Many { key: of, .. }) if of == key),
                "{found:?}"
            );
        }
        for (change, key) in [
            (
                &(|s: &mut Setup| s.lesson.lock = vec!["a".repeat(61)]) as &dyn Fn(&mut Setup),
                "lesson.lock",
            ),
            (&|s| s.lesson.hide = vec!["é".repeat(61)], "lesson.hide"),
            (&|s| s.search.notes = vec![Note(3, "a".repeat(201))], "search.notes"),
            (&|s| s.lesson.own = " ".repeat(MAX_LESSON_LENGTH + 1).into(), "lesson.own"),
            (&|s| s.lesson.name = "a".repeat(300), "lesson.name"),
            (&|s| s.data.name = "a".repeat(1_000_000), "data.name"),
        ] {
            let found = many(change);
            assert!(
                matches!(&found, Err(SetupError::Long { key: of, .. }) if of == key),
                "{found:?}"
            );
        }
        assert_eq!(
            many(&|s| s.search.notes = vec![Note(100, "a".into())]),
            Err(SetupError::Note { trial: 100 })
        );
        let part =
            |key: &str, part: &str| Err(SetupError::Part { key: key.into(), part: part.into() });
        assert_eq!(
            many(&|s| s.lesson.lock = vec!["net.colour".into()]),
            part("lesson.lock", "net.colour")
        );
        assert_eq!(
            many(&|s| s.lesson.limit = vec![("a".into(), 0.0, 1.0)]),
            part("lesson.limit", "a")
        );
    }

    /// Ten folds of what a file may hold are refused here; a file alone is refused where it is read.
    #[test]
    fn one_set_alone_has_a_bound_as_several_have() {
        let mut setup = Setup::default();
        (setup.data.name, setup.evaluation.method) =
            ("mnist".into(), crate::setup::evaluation::Method::KFold);
        setup.evaluation.folds = 10;
        assert_eq!((setup.check(), setup.cells()), (Ok(()), 15_680_000));
        setup.evaluation.also = vec!["digits".into()];
        let given = 10 * (2000 + 1797) * 784;
        assert_eq!(setup.check(), Err(SetupError::Several { given, limit: MAX_CELLS }));
    }

    #[test]
    fn what_is_out_of_range_is_named() {
        let mut setup = Setup::default();
        setup.run.momentum = 1.0;
        assert!(
            matches!(setup.check(), Err(SetupError::Range { key, value: 1.0, .. }) if key == "run.momentum")
        );
        let mut setup = Setup::default();
        setup.search.kappa = None;
        assert_eq!(setup.check(), Ok(()));
        setup.search.noise = Some(f64::NAN);
        assert!(
            matches!(setup.check(), Err(SetupError::Range { key, .. }) if key == "search.noise")
        );
        let mut setup = Setup::default();
        setup.training.l2 = f64::NAN;
        assert!(
            matches!(setup.check(), Err(SetupError::Range { key, .. }) if key == "training.l2")
        );
        let mut setup = Setup::default();
        setup.training.schedule.rise = 1.5;
        assert!(
            matches!(setup.check(), Err(SetupError::Range { key, .. }) if key == "training.schedule.rise")
        );
        let mut setup = Setup::default();
        for (axis, there) in [("l2", true), ("", true), ("nope", false)] {
            setup.map.up = axis.into();
            let error = SetupError::Axis { key: "map.up".into(), name: axis.into() };
            assert_eq!(setup.check(), if there { Ok(()) } else { Err(error) });
        }
        let mut setup = Setup::default();
        setup.net.hidden = vec![8; 10];
        assert_eq!(setup.check(), Err(SetupError::Layers { given: 10, limit: 9 }));
        let mut setup = Setup::default();
        setup.net.loss = Some(Loss::Huber(0.0));
        assert!(
            matches!(setup.check(), Err(SetupError::Range { key, value: 0.0, .. }) if key == "net.loss")
        );
        let mut setup = Setup::default();
        setup.space.set(
            "momentum",
            Some(Range::Numbers { low: 0.5, high: 0.5, scale: Scale::Linear, step: 0.0 }),
        );
        assert!(matches!(setup.check(), Err(SetupError::Empty { .. })));
        let mut setup = Setup::default();
        setup.search.hand = vec![Placed(3, vec![0.1, 0.5]), Placed(3, vec![0.1, 0.5])];
        assert_eq!(setup.check(), Err(SetupError::Hand { trial: 3 }));
        let mut setup = Setup::default();
        setup.data.drawn = "AB".into();
        assert_eq!(setup.check(), Err(SetupError::Drawn { drawn: "AB".into() }));
        (setup.data.name, setup.data.drawn) = ("drawn".into(), String::new());
        assert_eq!(setup.check(), Err(SetupError::Drawn { drawn: String::new() }));
        setup.data.name = "nowhere".into();
        assert_eq!(setup.check(), Err(SetupError::Data { name: "nowhere".into() }));
    }
}
