//! Data in a worker: what was sent, what a set-up makes of it, and how the page sees it.

mod prepared;
mod table_view;

pub use prepared::{Overview, Points, Prepared, prepare};
pub use table_view::{Column, TableView, peek};

use crate::data::builtin::{self, BuiltinError};
use crate::data::choices::ReadChoices;
use crate::data::csv::CsvError;
use crate::data::encoding::Decode;
use crate::data::folds::FoldError;
use crate::data::rare::with_fewer_positives;
use crate::data::table::Note;
use crate::data::toys::{self, ToyError};
use crate::data::{Dataset, SplitError, Task, drawn};
use crate::setup::Setup;
use crate::setup::check::MAX_CELLS;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::mem::discriminant;
use std::rc::Rc;
use table_view::read_csv;

/// A data set that no worker can make by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Source {
    /// The uncompressed payload of a built-in set.
    Builtin { name: String, payload: Vec<u8> },
    /// A CSV file, how it is read, and the column to predict; known as `csv`.
    Csv { bytes: Vec<u8>, choices: ReadChoices },
}

/// Why there is no data to train on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum DataError {
    /// The set has not been loaded, and is none that can be made.
    Missing(String),
    Toy(ToyError),
    Builtin(BuiltinError),
    Csv(CsvError),
    Split(SplitError),
    Folds(FoldError),
    /// A set of another kind of task than the study's own; known only where both are read.
    Also {
        name: String,
    },
    /// Sets of so many numbers together that they don't fit.
    Several {
        given: u64,
        limit: u64,
    },
}

/// What is wrong with a file; kept apart, for the file's own message.
pub type CsvProblem = CsvError;

/// A set that was read, and what was done to its rows and columns.
pub type Read = Rc<(Dataset, Vec<Note>)>;

/// What a worker was sent, and the last data it made.
#[derive(Default)]
pub struct Sources {
    kept: HashMap<String, Result<Read, DataError>>,
    last: Option<(Setup, Rc<Prepared>)>,
}

impl Source {
    /// The name that the set is kept under, and the set, or what is wrong with it.
    fn read(self, by: Decode) -> (String, Result<(Dataset, Vec<Note>), DataError>) {
        match self {
            Source::Builtin { name, payload } => {
                let data = builtin::parse(&name, &payload)
                    .map(|d| (d, Vec::new()))
                    .map_err(DataError::Builtin);
                (name, data)
            }
            Source::Csv { bytes, choices } => {
                ("csv".to_string(), read_csv(&bytes, &choices, by).map_err(DataError::Csv))
            }
        }
    }

    /// Whether the set can be used with this set-up's split; nothing is kept.
    pub fn check(self, setup: &Setup, by: Decode) -> Result<(), DataError> {
        let (data, notes) = self.read(by).1?;
        check_cells(&[&data], setup.evaluation.folds_each())?;
        prepare(&data, notes, setup).map(drop)
    }
}

impl Sources {
    /// Keeps a set under its name; what is wrong with it is told when it is asked for.
    pub fn keep(&mut self, source: Source, by: Decode) {
        self.last = None;
        let (name, data) = source.read(by);
        self.kept.insert(name, data.map(Rc::new));
    }

    /// Numbers of all sets that are kept; those with 64 bits count twice.
    pub fn numbers(&self) -> u64 {
        let exact =
            |set: &Dataset| set.exact.iter().map(|column| column.values.len()).sum::<usize>();
        let sets = self.kept.values().flatten().map(|read| &read.0);
        sets.map(|set| (set.x.len() + 2 * exact(set)) as u64).sum()
    }

    /// The data of a set-up, made anew only if what makes it has changed.
    pub fn get(&mut self, setup: &Setup) -> Result<Rc<Prepared>, DataError> {
        if let Some((last, prepared)) = &self.last
            && (&last.data, last.evaluation.dealing()) == (&setup.data, setup.evaluation.dealing())
        {
            return Ok(prepared.clone());
        }
        // What was made before makes room for what is made now.
        self.last = None;
        let own = self.whole(&setup.data.name, setup)?;
        let also = setup.evaluation.also.iter().map(|name| Ok((name, self.whole(name, setup)?)));
        let also = also.collect::<Result<Vec<_>, DataError>>()?;
        if let Some((name, _)) =
            also.iter().find(|(_, set)| discriminant(&set.0.task()) != discriminant(&own.0.task()))
        {
            return Err(DataError::Also { name: name.to_string() });
        }
        let sets: Vec<&Dataset> =
            [&own].into_iter().chain(also.iter().map(|(_, set)| set)).map(|set| &set.0).collect();
        check_cells(&sets, setup.evaluation.folds_each())?;
        let mut prepared = prepare(&own.0, own.1.clone(), setup)?;
        for (_, set) in &also {
            prepared.join(prepare(&set.0, set.1.clone(), setup)?);
        }
        let prepared = Rc::new(prepared);
        self.last = Some((setup.clone(), prepared.clone()));
        Ok(prepared)
    }

    /// The set-up's own set before it is split.
    pub fn dataset(&self, setup: &Setup) -> Result<Read, DataError> {
        self.whole(&setup.data.name, setup)
    }

    /// A set before it is split, with its second class as rare as it is to be.
    fn whole(&self, name: &str, setup: &Setup) -> Result<Read, DataError> {
        let read = self.as_it_comes(name, setup)?;
        let d = &setup.data;
        Ok(match d.positives < 1.0 && read.0.task() == Task::Binary {
            true => Rc::new((with_fewer_positives(&read.0, d.positives, d.seed), read.1.clone())),
            false => read,
        })
    }

    /// A set as it comes.
    fn as_it_comes(&self, name: &str, setup: &Setup) -> Result<Read, DataError> {
        let missing = || DataError::Missing(name.into());
        let d = &setup.data;
        let made = match self.kept.get(name) {
            Some(kept) => return kept.clone(),
            None if toys::ALL.iter().any(|t| t.name == name) => {
                toys::toy(name, d.rows, d.noise as f32, d.seed).map_err(DataError::Toy)?
            }
            None if name == "drawn" => drawn::dataset(&d.drawn).ok_or_else(missing)?,
            None => return Err(missing()),
        };
        Ok(Rc::new((made, Vec::new())))
    }
}

/// Refuses data whose folds would hold more than there is room for.
fn check_cells(sets: &[&Dataset], folds: usize) -> Result<(), DataError> {
    let inputs = sets.iter().map(|set| set.columns.len()).max().unwrap_or(0);
    let rows: u64 = sets.iter().map(|set| set.rows() as u64).sum();
    let given = rows * inputs as u64 * folds as u64;
    if given > MAX_CELLS { Err(DataError::Several { given, limit: MAX_CELLS }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Kind;
    use crate::data::encoding::decode_latin1;
    use crate::link;
    use crate::search::{Outcome, Proposal, Reason};
    use crate::setup::SetupError;
    use crate::setup::evaluation::Method;
    use crate::study::{Event, Study};
    use crate::worker::trial::Attempt;
    use pollster::block_on;

    fn beside(own: &str, also: &[&str]) -> Setup {
        let mut setup = Setup::default();
        setup.data.name = own.into();
        setup.evaluation.also = also.iter().map(|name| name.to_string()).collect();
        setup
    }

    /// With all of these sets kept.
    fn got(setup: &Setup) -> Rc<Prepared> {
        let mut sources = Sources::default();
        for name in setup.sets().filter(|name| builtin::ALL.iter().any(|set| set.name == *name)) {
            let payload = builtin::tests::payload(name);
            sources.keep(Source::Builtin { name: name.into(), payload }, &decode_latin1);
        }
        sources.get(setup).unwrap()
    }

    #[test]
    fn sets_of_one_kind_share_the_network_of_the_largest() {
        let alone = got(&beside("iris", &[]));
        let setup = beside("iris", &["wine", "digits"]);
        let three = got(&setup);
        let [iris, wine, digits] = &three.folds[..] else { panic!("a fold each") };
        assert_eq!([iris, wine, digits].map(|fold| fold.train.columns), [64; 3]);
        assert_eq!(
            (three.task, three.overview.task, three.overview.inputs),
            (Task::Classes(10), Task::Classes(10), 64)
        );
        assert_eq!((three.overview.columns.len(), three.overview.target.len()), (4, 10));
        assert_eq!(iris.train.row(7)[..4], *alone.folds[0].train.row(7));
        assert!(
            iris.train.row(7)[4..].iter().all(|x| *x == 0.0)
                && wine.valid.row(3)[13..].iter().all(|x| *x == 0.0)
        );
        // 40 % of 150, 178 and 1,797 rows each to train and to validate.
        assert_eq!(three.overview.trained, [60 + 71 + 719; 2]);
        let population = setup.population(&three.folds, three.task, &[vec![0.1, 0.5]]);
        assert_eq!(
            (population.net.sizes.clone(), population.streams.len()),
            (vec![64, 8, 8, 10], 3)
        );
        // Three passes to learn and one to report over the rows to train on, one over those to
        // validate, 120 times.
        let work = population.net.parameters() * 5 * 850 * 120;
        assert_eq!(setup.multiplications(64, three.task, three.overview.trained), work as f64);
        for (own, also, inputs) in [("moons", "breast-cancer", 30), ("hills", "diabetes", 10)] {
            let setup = beside(own, &[also]);
            assert_eq!(
                (setup.check(), link::read(&link::write(&setup))),
                (Ok(()), Ok(setup.clone()))
            );
            assert_eq!(got(&setup).folds[0].train.columns, inputs);
        }
    }

    #[test]
    fn sets_of_another_kind_or_too_large_are_refused() {
        for (own, also) in
            [("iris", "moons"), ("moons", "diabetes"), ("iris", "breast-cancer"), ("iris", "csv")]
        {
            assert_eq!(
                beside(own, &[also]).check(),
                Err(SetupError::Also { name: also.into() }),
                "{own}"
            );
        }
        let mut large = beside("digits", &["mnist"]);
        assert_eq!(large.check(), Ok(()));
        (large.evaluation.method, large.evaluation.folds) = (Method::KFold, 9);
        let given = (1797 + 2000) * 784 * 9;
        assert!(
            matches!(large.check(), Err(SetupError::Several { given: found, .. }) if found == given)
        );
        let file = beside("csv", &["iris"]);
        assert_eq!(file.check(), Ok(()));
        let two = "x,kind\n".to_string() + &"1,a\n2,b\n".repeat(20);
        let mut sources = Sources::default();
        let choices = ReadChoices::predict(1, Kind::Class);
        sources.keep(Source::Csv { bytes: two.into(), choices }, &decode_latin1);
        let payload = builtin::tests::payload("iris");
        sources.keep(Source::Builtin { name: "iris".into(), payload }, &decode_latin1);
        assert_eq!(sources.get(&file).unwrap_err(), DataError::Also { name: "iris".into() });
        let folds = &sources.get(&beside("csv", &["moons"])).unwrap().folds;
        assert_eq!((folds.len(), folds[0].train.columns, folds[1].train.rows()), (2, 2, 256));
        let missing = Sources::default().get(&beside("moons", &["breast-cancer"]));
        assert_eq!(missing.unwrap_err(), DataError::Missing("breast-cancer".into()));
    }

    #[test]
    fn trials_on_iris_and_wine_are_judged_by_their_mean_rank() {
        let mut setup = beside("iris", &["wine"]);
        (setup.search.ranked, setup.training.epochs) = (true, 8);
        let (data, space) = (got(&setup), setup.searched());
        let mut study = Study::new(setup.strategy(), space);
        let mut losses = Vec::new();
        for (trial, rate) in [0.3, 0.01, 0.03].into_iter().enumerate() {
            let point = vec![rate, 0.5];
            let mut attempt = Attempt::new(&setup, &data, &point).unwrap();
            block_on(attempt.advance(&mut || false)).unwrap();
            let judged = attempt.judged().unwrap();
            let costs = setup.evaluation.by_set(&judged.values).unwrap();
            losses.push(costs.clone());
            let outcome = Outcome::Value(judged.summary().unwrap().0);
            let proposal = Proposal { point, reason: Reason::Random };
            for event in [
                Event::Proposed { trial, proposal },
                Event::Ranked { trial, costs },
                Event::Completed { trial, outcome },
            ] {
                study.apply(event).unwrap();
            }
        }
        let place = |trial: usize, set: usize| {
            losses.iter().filter(|l| l[set] <= losses[trial][set]).count() as f64
        };
        for trial in 0..3 {
            let mean = (place(trial, 0) + place(trial, 1)) / 2.0;
            assert_eq!(study.mean_ranks(3)[trial], Some(mean), "{losses:?}");
        }
    }

    #[test]
    fn the_default_set_up_has_data_and_it_is_kept() {
        let mut sources = Sources::default();
        let first = sources.get(&Setup::default()).unwrap();
        assert_eq!(first.overview.rows, [256, 256, 128]);
        assert!(Rc::ptr_eq(&first, &sources.get(&Setup::default()).unwrap()));
        let mut several = Setup::default();
        several.evaluation.also = vec!["moons".into(), "xor".into()];
        let folds = &sources.get(&several).unwrap().folds;
        assert_eq!((folds.len(), folds[0].train.x == first.folds[0].train.x), (3, true));
        assert!(folds[1].train.x != folds[0].train.x && folds[1].valid.rows() == 256);
        several.evaluation.also = vec!["hills".into()];
        assert_eq!(several.check(), Err(SetupError::Also { name: "hills".into() }));
        let mut other = Setup::default();
        other.data.used = 0.25;
        assert_eq!(sources.get(&other).unwrap().overview.rows, [64, 256, 128]);
        other.data.name = "nowhere".into();
        assert_eq!(sources.get(&other).unwrap_err(), DataError::Missing("nowhere".into()));
    }
}
