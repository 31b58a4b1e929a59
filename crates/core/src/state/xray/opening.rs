//! A file becomes an open study. Until it has, what was open before stays as it is.

mod deaths;

use super::asking::Asking;
use super::axes::first_axes;
use super::kept::Held;
use super::memo::Memo;
use super::{LARGE, OpenStudy, Part, WHOLE};
use crate::import::convert::Aim;
use crate::import::limits::MAX_BYTES;
use crate::import::mapping::{Mapping, Role};
use crate::import::view::{Columns, StudyView, Summary};
use crate::import::{ImportError, Likely, likely};
use crate::search::{Reason, StrategyName};
use crate::setup::Screen;
use crate::space::Point;
use crate::state::deaths::Deaths;
use crate::state::selection::Look;
use crate::state::{Effect, Notice, State, Timer, WorkerId};
use crate::worker::Job;
use crate::worker::Request;
use crate::worker::xray::{ByHand, Contents, TypedIn, Which, XrayReply, XrayRequest};
use std::rc::Rc;
use std::sync::Arc;

/// How far the opening of a file has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// The reader is asked whether the table holds trials.
    Undecided,
    Reading,
    /// The reader is asked which of its studies.
    Studies(Vec<Summary>),
    /// The reader is asked what its columns are.
    Columns(Columns),
}

/// A file that is being opened.
pub struct Opening {
    pub name: String,
    bytes: Arc<Vec<u8>>,
    pub stage: Stage,
    /// What its columns are, as chosen so far.
    pub mapping: Option<Mapping>,
    /// The job that reads it, or has read it.
    file: Job,
    /// What a worker is doing with it.
    job: Option<Job>,
    /// The study that is to be shown.
    wanted: Option<Which>,
    /// What a link says of the study that it holds.
    held: Option<Held>,
    /// Whether a worker has died of it, or beside it.
    retried: bool,
}

impl Opening {
    fn new(name: String, bytes: Arc<Vec<u8>>, stage: Stage) -> Self {
        Self {
            name,
            bytes,
            stage,
            mapping: None,
            file: 0,
            job: None,
            wanted: None,
            held: None,
            retried: false,
        }
    }

    /// A study that a link holds.
    pub(super) fn held(bytes: Vec<u8>, held: Held) -> Self {
        let name = held.name.clone();
        Self { held: Some(held), ..Self::new(name, Arc::new(bytes), Stage::Reading) }
    }

    /// Whether a worker has it in its hands.
    pub fn is_busy(&self) -> bool {
        self.job.is_some()
    }

    pub(super) fn set_column(&mut self, at: usize, role: Role) {
        let column = self.mapping.as_mut().and_then(|mapping| mapping.columns.get_mut(at));
        if let Some((_, own)) = column {
            *own = role;
        }
    }
}

/// What `web/data/make_study.py` made: Optuna's journal of a search on the handwritten digits.
pub const EXAMPLE: &str = "digits-by-optuna";

impl State {
    /// Whether the example is on its way.
    pub fn loads_example(&self) -> bool {
        self.fetching.as_deref() == Some(EXAMPLE)
    }

    /// Has the example loaded; it then opens as a file of that name.
    pub(super) fn load_example(&mut self) {
        if self.loads_example() {
            return;
        }
        self.notices.retain(|notice| *notice != Notice::ExampleNotLoaded);
        self.forget_files_under_way();
        self.fetching = Some(EXAMPLE.into());
        self.emit(Effect::LoadExample(EXAMPLE.into()));
    }

    /// Takes a file that may hold a study; gives it back where it does not.
    pub(in crate::state) fn take_study(&mut self, name: &str, bytes: Vec<u8>) -> Option<Vec<u8>> {
        // Larger than any file that is read.
        if bytes.len() > MAX_BYTES {
            self.refuse_large(name.into(), bytes.len());
            return None;
        }
        let here = self.setup.screen == Screen::Xray;
        let table = crate::import::detect(&bytes, name) == crate::import::Kind::Table;
        let stage = match likely(&bytes, name) {
            Likely::Study => Stage::Reading,
            // Where there is nothing to train, a table is one of trials.
            _ if here && table => Stage::Reading,
            Likely::Either => Stage::Undecided,
            Likely::Other => return Some(bytes),
        };
        self.xray.next_link();
        self.xray.opening = Some(Opening::new(name.into(), Arc::new(bytes), stage));
        self.read_study();
        None
    }

    /// Has a worker read the file, if the reader need not be asked about it.
    pub(super) fn read_study(&mut self) {
        let job = self.next_job();
        if let Some(opening) = self.xray.opening.as_mut().filter(|o| o.stage == Stage::Reading) {
            (opening.file, opening.job) = (job, Some(job));
            let (name, bytes) = (opening.name.clone(), opening.bytes.clone());
            let request = XrayRequest::Read { name, bytes };
            self.ask_reader(Request::Xray { job, request });
        }
    }

    /// The reader says what a table holds.
    pub(super) fn holds(&mut self, trials: bool) {
        let undecided = |opening: &mut Opening| opening.stage == Stage::Undecided;
        let Some(mut opening) = self.xray.opening.take_if(undecided) else { return };
        if trials {
            opening.stage = Stage::Reading;
            self.xray.opening = Some(opening);
            return self.read_study();
        }
        let Opening { name, bytes, .. } = opening;
        self.open_data(name, Arc::unwrap_or_clone(bytes));
    }

    /// The reader chooses one of a file's studies.
    pub(super) fn show_chosen(&mut self, study: usize) {
        self.show_which(Which::Study(study));
    }

    /// The reader is done with the columns.
    pub(super) fn show_columns(&mut self) {
        let mapping = self.xray.opening.as_ref().and_then(|opening| opening.mapping.clone());
        if let Some(mapping) = mapping {
            self.show_which(Which::Table(mapping));
        }
    }

    fn show_which(&mut self, which: Which) {
        self.tell_of_study();
        let job = self.next_job();
        let Some(opening) = &mut self.xray.opening else { return };
        (opening.job, opening.wanted) = (Some(job), Some(which.clone()));
        let aim = opening.held.as_ref().map_or(Aim::default(), |held| held.aim);
        let request = XrayRequest::Show { file: opening.file, which, aim };
        self.ask_reader(Request::Xray { job, request });
    }

    /// Has the worker let go of what nobody asks about any more.
    pub(super) fn tidy_studies(&mut self) {
        let (open, opening) = (&self.xray.open, &self.xray.opening);
        let mut files: Vec<Job> = open.iter().map(|open| open.file).collect();
        files.extend(opening.iter().map(|opening| opening.file));
        let mut views: Vec<Job> = open.iter().flat_map(|open| open.views()).collect();
        views.extend(opening.iter().filter_map(|opening| opening.job));
        let job = self.next_job();
        let request = XrayRequest::Keep { files, views };
        self.ask(WorkerId::Study, Request::Xray { job, request });
    }

    /// The columns of the open study are to be looked at once more.
    pub(super) fn ask_for_columns(&mut self) {
        let Some(open) = &self.xray.open else { return };
        let (Some(columns), Which::Table(mapping)) = (&open.columns, &open.which) else { return };
        let stage = Stage::Columns(columns.clone());
        let mut opening = Opening::new(open.name.clone(), open.bytes.clone(), stage);
        (opening.mapping, opening.file) = (Some(mapping.clone()), open.file);
        self.xray.opening = Some(opening);
    }

    /// A worker has done something about a study; whether it was to be seen.
    pub(in crate::state) fn xray_reply(&mut self, job: Job, reply: XrayReply) -> bool {
        let own = self.xray.opening.as_ref().is_some_and(|opening| opening.job == Some(job));
        match reply {
            XrayReply::Read(contents) if own => self.study_read(contents),
            XrayReply::Shown(view) if own => self.study_opened(*view),
            XrayReply::Nothing if own => {
                if let Some(opening) = self.xray.opening.take() {
                    self.notify(Notice::FileUnreadable { name: opening.name });
                }
            }
            reply => return self.study_told(job, reply),
        }
        true
    }

    fn study_read(&mut self, contents: Result<Contents, ImportError>) {
        let Some(opening) = &mut self.xray.opening else { return };
        opening.job = None;
        let held = opening.held.as_ref().map(|held| held.which.clone());
        match contents {
            Err(error) => {
                let name = opening.name.clone();
                self.xray.opening = None;
                self.notify(Notice::Study { name, error });
            }
            Ok(Contents::Table(columns)) => {
                opening.mapping = Some(columns.guess.clone());
                opening.stage = Stage::Columns(columns);
                held.into_iter().for_each(|which| self.show_which(which));
            }
            Ok(Contents::Studies(all)) => {
                let only = (all.len() == 1).then_some(Which::Study(0));
                opening.stage = Stage::Studies(all);
                held.or(only).into_iter().for_each(|which| self.show_which(which));
            }
        }
    }

    fn study_opened(&mut self, view: StudyView) {
        let Some(opening) = self.xray.opening.take() else { return };
        let (Some(which), Some(shown_by)) = (opening.wanted, opening.job) else { return };
        self.forgive_study();
        self.stop_asking();
        self.stop_writing();
        self.tell_damage(&opening.name, &view);
        let columns = match opening.stage {
            Stage::Columns(columns) => Some(columns),
            _ => None,
        };
        let before = self.xray.open.take();
        let (by_hand, aside) = match &before {
            // The same file, its columns read once more.
            Some(open) if Arc::ptr_eq(&open.bytes, &opening.bytes) => open.typed_in(&view),
            _ => Default::default(),
        };
        let strategies = before.map_or(vec![StrategyName::Bayesian], |open| open.strategies);
        let (strategies, (by_hand, aside)) = match opening.held {
            Some(held) => told(held, &view),
            None => (strategies, (by_hand, aside)),
        };
        let mut open = Box::new(OpenStudy {
            name: opening.name,
            bytes: opening.bytes,
            file: opening.file,
            shown_by,
            which,
            columns,
            shown: view.len() + by_hand.len(),
            axes: first_axes(&view),
            strategies,
            layers: [0, 0],
            by_hand,
            aside,
            moved: None,
            part: Part::default(),
            pointed: None,
            look: Look::default(),
            page: 0,
            unfolded: if view.len() > LARGE { 0 } else { WHOLE },
            race: None,
            racing: None,
            asking: Asking::default(),
            deaths: Deaths::default(),
            untold: false,
            link: None,
            packs: true,
            keep_as: None,
            written: None,
            writing: None,
            ranked: Vec::new(),
            memo: Memo::default(),
            view: Rc::new(view),
        });
        open.rank();
        self.xray.open = Some(open);
        self.emit(Effect::Wait(Timer::Unfold, 0));
        self.tidy_studies();
        self.go_to_xray();
        self.save();
        self.ask_thoughts();
    }
}

impl OpenStudy {
    /// The results that were typed in, as far as they are of another view of the same trials: those
    /// of its objective, and those of others.
    fn typed_in(&self, view: &StudyView) -> Results {
        let own = (&self.view.parameters, &self.view.objectives);
        if own != (&view.parameters, &view.objectives) {
            return Default::default();
        }
        let mut all = self.results();
        let mut own = all.remove(&view.aim.objective).unwrap_or_default();
        own.retain(|own| fits(view, &own.point));
        (own, all)
    }

    /// Whether a file that is being opened is the one of this study.
    pub fn is_of(&self, opening: &Opening) -> bool {
        Arc::ptr_eq(&self.bytes, &opening.bytes)
    }
}

/// Results that were typed in: those of the objective on show, and those of others.
type Results = (Vec<ByHand>, TypedIn);

/// Whom a link asks, and the results that were typed in, as far as they are of this study.
fn told(held: Held, view: &StudyView) -> (Vec<StrategyName>, Results) {
    let mut strategies = held.strategies;
    strategies.retain(|name| name.can_be_asked());
    strategies.truncate(2);
    if strategies.is_empty() {
        strategies.push(StrategyName::Bayesian);
    }
    let results = |own: Vec<(Point, f64)>| -> Vec<ByHand> {
        let own = own.into_iter().filter(|(_, loss)| loss.is_finite());
        own.map(|(point, loss)| ByHand { point, reason: Reason::Hand, loss }).collect()
    };
    let mut own = results(held.by_hand);
    own.retain(|own| fits(view, &own.point));
    // Whether the others fit is seen once their objective is on show: it may have another space.
    let others = held.aside.into_iter().filter(|(objective, own)| {
        let known = *objective < view.objectives.len() && *objective != view.aim.objective;
        known && !own.is_empty()
    });
    (strategies, (own, others.map(|(objective, own)| (objective, results(own))).collect()))
}

/// Whether strategies that see this view can be told of a point.
pub(super) fn fits(view: &StudyView, point: &Point) -> bool {
    view.space.as_ref().is_ok_and(|space| space.contains(point))
}
