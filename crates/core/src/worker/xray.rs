//! A study from elsewhere, as a worker holds it: what it is asked, and what it says.

use super::{Failure, Job};
use crate::data::encoding::Decode;
use crate::export::{Target, Written};
use crate::import::convert::{Aim, Converted, add_results};
use crate::import::mapping::{self, Mapping};
use crate::import::replay::{RaceTable, ReplayError, Run};
use crate::import::table::Table;
use crate::import::view::{Columns, StudyView, Summary, view};
use crate::import::{self, ImportError, ImportedStudy, Kind, Time, ask};
use crate::search::{Outcome, Proposal, Reason, StrategyName};
use crate::space::Point;
use crate::study::ask::SurrogateView;
use crate::study::importance::Importance;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// A file's bytes go as they are, not one by one.
pub(crate) mod whole {
    use serde::de::{SeqAccess, Visitor};
    use serde::{Deserializer, Serializer};
    use std::fmt;
    use std::sync::Arc;

    pub fn serialize<S: Serializer>(bytes: &Arc<Vec<u8>>, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(bytes)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<Vec<u8>>, D::Error> {
        struct Bytes;
        impl<'de> Visitor<'de> for Bytes {
            type Value = Vec<u8>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<u8>, A::Error> {
                let mut bytes = Vec::new();
                while let Some(byte) = seq.next_element()? {
                    bytes.push(byte);
                }
                Ok(bytes)
            }
        }
        from.deserialize_bytes(Bytes).map(Arc::new)
    }
}

/// Which study of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Which {
    Study(usize),
    /// The table of text, its columns read so.
    Table(Mapping),
}

/// A trial that the reader has made elsewhere and typed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ByHand {
    pub point: Point,
    /// Why it was proposed; [`Reason::Hand`] where the reader moved it.
    pub reason: Reason,
    /// Something to be minimised.
    pub loss: f64,
}

/// All such trials, by the objective that their loss is of.
pub type TypedIn = BTreeMap<usize, Vec<ByHand>>;

/// Which trials a strategy is told: the first `n` of the file and of those by hand after them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    pub n: usize,
    pub by_hand: Vec<ByHand>,
}

/// What a worker is asked about a study from elsewhere. A file is named by the job that read it, a
/// view of one of its studies by the job that showed it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum XrayRequest {
    /// Reads a file. Answer: `Read`.
    Read {
        name: String,
        #[serde(with = "whole")]
        bytes: Arc<Vec<u8>>,
    },
    /// Shows a study of a file. Answer: `Shown`.
    Show { file: Job, which: Which, aim: Aim },
    /// What a strategy says of a map of two parameters and where it would go next; the map goes
    /// through `through`, or through that. Answer: `Thought`.
    Think {
        view: Job,
        strategy: StrategyName,
        told: Told,
        axes: [usize; 2],
        side: usize,
        through: Option<Point>,
    },
    /// Which parameters mattered. Answer: `Explained`.
    Explain { view: Job, told: Told },
    /// The trials as a table to race over. Answer: `Table`.
    Table { view: Job },
    /// Races strategies with some of the seeds over a table, of which any worker can be asked.
    /// Answers: `Ran`, several times.
    Race { table: Box<RaceTable>, strategies: Vec<StrategyName>, seeds: Range<usize> },
    /// Writes a study of a file for another tool; now, in local time. Answer: `Written`.
    Write { file: Job, which: Which, typed_in: TypedIn, target: Target, now: Time },
    /// Lets go of all files and views but these. Answer: `Nothing`.
    Keep { files: Vec<Job>, views: Vec<Job> },
}

/// What is in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Contents {
    Studies(Vec<Summary>),
    Table(Columns),
}

/// What a strategy makes of some trials. Trials are named by their place in the file, those by hand
/// after them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thought {
    pub proposal: Proposal,
    /// What the map goes through.
    pub through: Point,
    pub mind: SurrogateView,
    /// Trials that it was told.
    pub told: Vec<usize>,
}

/// What a worker says of a study from elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum XrayReply {
    Read(Result<Contents, ImportError>),
    Shown(Box<StudyView>),
    Thought(Box<Thought>),
    /// None where there are too few trials to say.
    Explained(Option<Box<Importance>>),
    /// What a race can be over, or why there is none.
    Table(Result<Box<RaceTable>, ReplayError>),
    /// The runs that are over since the last report, and trials of the one under way.
    Ran {
        runs: Vec<Run>,
        begun: usize,
    },
    Written(Box<Written>),
    /// There is no such study, or none that a strategy can be asked about.
    Nothing,
}

/// A file that was read.
enum File {
    Studies(Vec<ImportedStudy>),
    Table(Table),
}

/// Studies of which one has a trial at least: of others there is nothing to look at.
fn with_trials(all: Vec<ImportedStudy>) -> Result<Vec<ImportedStudy>, ImportError> {
    if all.iter().any(|study| !study.trials.is_empty()) {
        return Ok(all);
    }
    let mut notes = all.iter().flat_map(|study| &study.notes);
    Err(ImportError::NoTrial { damage: notes.find(|note| note.is_damage()).cloned() })
}

/// What a worker holds.
#[derive(Default)]
pub(super) struct Xray {
    files: BTreeMap<Job, File>,
    views: BTreeMap<Job, Converted>,
}

impl Xray {
    /// Reads a file.
    pub fn read(&mut self, job: Job, name: &str, bytes: &[u8], by: Decode) -> XrayReply {
        let file = if import::detect(bytes, name) == Kind::Table {
            import::table::read_with(bytes, name, by).map(File::Table)
        } else {
            import::read_with(bytes, name, by).and_then(with_trials).map(File::Studies)
        };
        XrayReply::Read(file.map(|file| {
            let contents = match &file {
                File::Studies(all) => Contents::Studies(all.iter().map(Summary::of).collect()),
                File::Table(table) => Contents::Table(Columns::of(table, mapping::guess(table))),
            };
            self.files.insert(job, file);
            contents
        }))
    }

    /// Shows a study of a file.
    pub fn show(&mut self, job: Job, file: Job, which: &Which, aim: Aim) -> XrayReply {
        let shown = self.study(file, which).map(|study| view(&study, aim));
        let Some((shown, converted)) = shown else { return XrayReply::Nothing };
        self.views.extend(converted.map(|converted| (job, converted)));
        XrayReply::Shown(Box::new(shown))
    }

    fn study(&self, file: Job, which: &Which) -> Option<Cow<'_, ImportedStudy>> {
        match (self.files.get(&file)?, which) {
            (File::Studies(all), Which::Study(at)) => all.get(*at).map(Cow::Borrowed),
            (File::Table(table), Which::Table(mapping)) => {
                Some(Cow::Owned(mapping::apply(table, mapping)))
            }
            _ => None,
        }
    }

    /// A study with what was typed in, as a file for another tool.
    pub fn write(
        &self,
        (file, which): (Job, &Which),
        typed_in: &TypedIn,
        target: Target,
        now: Time,
    ) -> XrayReply {
        let Some(study) = self.study(file, which) else { return XrayReply::Nothing };
        let mut study = study.into_owned();
        for (objective, own) in typed_in {
            let results = own.iter().map(|own| (&own.point, own.loss));
            add_results(&mut study, *objective, results);
        }
        XrayReply::Written(Box::new(Written::of(&study, target, now)))
    }

    /// Lets go of what is not named.
    pub fn keep(&mut self, files: &[Job], views: &[Job]) -> XrayReply {
        self.files.retain(|job, _| files.contains(job));
        self.views.retain(|job, _| views.contains(job));
        XrayReply::Nothing
    }

    fn told(&self, view: Job, told: &Told) -> Option<Converted> {
        let mut converted = self.views.get(&view)?.clone();
        for own in &told.by_hand {
            let proposal = Proposal { point: own.point.clone(), reason: own.reason.clone() };
            converted.tell(proposal, Outcome::of(own.loss));
        }
        Some(converted)
    }

    /// What a strategy makes of the trials that it is told.
    pub fn think(
        &self,
        (view, told): (Job, &Told),
        name: StrategyName,
        (axes, side): ([usize; 2], usize),
        through: Option<Point>,
    ) -> Result<XrayReply, Failure> {
        let Some(converted) = self.told(view, told) else { return Ok(XrayReply::Nothing) };
        let question = ask::Question::of(name, &converted, converted.has_costs(), SEED);
        let mut proposal = question.propose(&converted, told.n)?;
        let through = through
            .filter(|point| converted.space.contains(point))
            .unwrap_or_else(|| proposal.point.clone());
        let mut mind = question.believe(&converted, told.n, axes, side, &through)?;
        let order = converted.order(told.n);
        let place = |trial: usize| order.get(trial).copied().unwrap_or(trial);
        ask::rename(&mut proposal.reason, &mut mind.belief.figure, &place);
        Ok(XrayReply::Thought(Box::new(Thought { proposal, through, mind, told: order })))
    }

    pub fn explain(&self, view: Job, told: &Told) -> Result<XrayReply, Failure> {
        let Some(converted) = self.told(view, told) else { return Ok(XrayReply::Nothing) };
        let question = ask::Question::of(StrategyName::Random, &converted, false, SEED);
        Ok(XrayReply::Explained(question.explain(&converted, told.n)?.map(Box::new)))
    }

    /// The trials as a table to race over.
    pub fn table(&self, view: Job) -> XrayReply {
        let Some(converted) = self.views.get(&view) else { return XrayReply::Nothing };
        XrayReply::Table(RaceTable::new(converted).map(Box::new))
    }
}

/// Of what is asked: the same file gives the same answers.
const SEED: u64 = 0;
