//! A study from elsewhere, opened on a screen of its own: nothing trains there, but any strategy can
//! be asked what it makes of the trials.
//!
//! | module | what it decides |
//! |---|---|
//! | [`opening`] | a file is read, one of its studies chosen, its columns given a meaning |
//! | `trials` | the trials that there are: those of the file, and those by hand behind them |
//! | `axes` | which two parameters the map shows at first |
//! | [`asking`] | what workers are asked about the study that is open |
//! | `by_hand` | results of trials that were made elsewhere |
//! | [`contour`] | which trials are looked at, and the losses between them |
//! | [`focus`] | where the keyboard goes when what was used is gone |
//! | [`race`] | strategies race over its trials |
//! | [`memo`] | what need not be made again until it changes |
//! | [`kept`] | the study in a link |
//! | `leaving` | the study as a file for another tool |

pub mod asking;
mod axes;
mod by_hand;
pub mod contour;
pub mod focus;
pub mod kept;
mod leaving;
pub mod memo;
pub mod opening;
pub mod race;
mod trials;

use super::deaths::Deaths;
use super::selection::{Brush, Look};
use super::{Effect, Notice, State, Timer};
use crate::export::{Target, Written};
use crate::import::Time;
use crate::import::convert::Aim;
use crate::import::mapping::Role;
use crate::import::replay::Raced;
use crate::import::view::{Columns, StudyView};
use crate::search::StrategyName;
use crate::setup::{Edit, Screen};
use crate::space::Point;
use crate::worker::Job;
use crate::worker::xray::{ByHand, TypedIn, Which};
use asking::Asking;
use axes::first_axes;
use leaving::Writing;
use memo::Memo;
use opening::{Opening, fits};
use race::Racing;
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use std::sync::Arc;

/// What of the study is looked at below the map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    #[default]
    Parallel,
    Slices,
    Contour,
    Cuts,
    Importance,
    Curves,
    Timeline,
    Distribution,
    Front,
    Race,
    Table,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum XrayEvent {
    /// Whether the table that waits holds trials, or examples to train on.
    Holds {
        trials: bool,
    },
    /// The study that comes with the page, for who has none at hand.
    Example,
    /// One of several studies of a file.
    Choose(usize),
    /// What a column is.
    Column(usize, Role),
    /// The columns are as they are to be.
    Read,
    /// The columns of the study that is open, once more.
    Columns,
    /// Gives up what is being opened.
    Cancel,
    Close,
    Aim(Aim),
    /// So many trials are told.
    Step(usize),
    /// The map's parameters, across and up.
    Axes([usize; 2]),
    /// The strategy of a place, 0 or 1; none for no second one.
    Ask(usize, Option<StrategyName>),
    /// Which quantity the map of a place shows.
    Layer(usize, usize),
    Look(Part),
    /// A stretch of an axis of the parallel plot: a parameter of the space, or the score after them.
    Brush(Brush),
    /// The trial under the pointer.
    Point(Option<usize>),
    /// The proposal is moved to a place on the map, from 0 to 1.
    Move([f64; 2]),
    /// The strategy's own proposal again.
    Unmove,
    /// What came of the proposal of a place, in the objective's units.
    Tell(usize, f64),
    /// Takes back the last result that was typed in.
    Untell,
    Race,
    StopRace,
    /// Rows of the table from this one on.
    Page(usize),
    /// Write the study as a journal or a table; now, in local time.
    Write(Target, Time),
}

/// What the page knows of studies from elsewhere.
#[derive(Default)]
pub struct XrayState {
    pub opening: Option<Opening>,
    pub open: Option<Box<OpenStudy>>,
    /// Which link with a study counts: an earlier one may be unpacked later.
    links: u32,
    /// What stands beside the studies that are being unpacked, such as the locks of an embed.
    beside: Vec<(u32, String)>,
}

/// Parts that a screen is drawn in where the study has more trials than this.
pub const WHOLE: usize = 5;
const LARGE: usize = 1_000;

/// A study that is open.
pub struct OpenStudy {
    /// Of the file.
    pub name: String,
    bytes: Arc<Vec<u8>>,
    /// The jobs that have read its file and shown it: workers know both by these.
    file: Job,
    shown_by: Job,
    which: Which,
    /// Where it is of a table.
    columns: Option<Columns>,
    pub view: Rc<StudyView>,
    /// Trials that strategies are told, those by hand included.
    pub shown: usize,
    pub axes: [usize; 2],
    /// One or two.
    pub strategies: Vec<StrategyName>,
    pub layers: [usize; 2],
    pub by_hand: Vec<ByHand>,
    /// Results that were typed in for other objectives.
    aside: TypedIn,
    /// Where the reader has moved the proposal.
    pub moved: Option<Point>,
    pub part: Part,
    pub pointed: Option<usize>,
    pub look: Look,
    pub page: usize,
    /// How much of the screen is drawn, of [`WHOLE`]: a large study is drawn part by part.
    pub unfolded: usize,
    pub race: Option<Rc<Raced>>,
    racing: Option<Racing>,
    asking: Asking,
    /// How often workers have died at it since the last answer.
    pub(super) deaths: Deaths,
    /// Whether a worker has yet to be told of it, as another had it that died.
    untold: bool,
    /// The link that holds it, once it is packed and where it fits.
    link: Option<String>,
    /// Whether that is still being found out.
    packs: bool,
    /// The name under which it is to be kept once that is known.
    keep_as: Option<(String, kept::Held)>,
    /// The file that was written of it last, as long as it is of what is on show.
    pub written: Option<Written>,
    writing: Option<Writing>,
    /// All trials, from those without a loss by way of the worst to the best.
    ranked: Vec<usize>,
    /// What was made of all that is above, but for `pointed` and `unfolded`.
    pub memo: Memo,
}

impl State {
    pub(super) fn xray_event(&mut self, event: XrayEvent) -> bool {
        match event {
            XrayEvent::Holds { trials } => self.holds(trials),
            XrayEvent::Example => self.load_example(),
            XrayEvent::Choose(study) => self.show_chosen(study),
            XrayEvent::Column(at, role) => {
                if let Some(opening) = &mut self.xray.opening {
                    opening.set_column(at, role);
                }
            }
            XrayEvent::Read => self.show_columns(),
            XrayEvent::Columns => self.ask_for_columns(),
            XrayEvent::Cancel => {
                let was_read = self.reads_file();
                self.xray.opening = None;
                self.stop_reading(was_read);
                self.tidy_studies();
            }
            XrayEvent::Close => self.close_study(),
            XrayEvent::Write(target, now) => self.write_open_study(target, now),
            event => return self.change_open(event),
        }
        true
    }

    fn close_study(&mut self) {
        self.forgive_study();
        self.stop_asking();
        self.stop_writing();
        self.tell_of_change(None);
        self.xray.open = None;
        self.tidy_studies();
        self.save();
        self.emit(Effect::Focus("main".into()));
    }

    /// What changes how the open study is looked at.
    fn change_open(&mut self, event: XrayEvent) -> bool {
        let kept = matches!(event, XrayEvent::Ask(..) | XrayEvent::Tell(..) | XrayEvent::Untell);
        let Some(open) = &mut self.xray.open else { return false };
        if let XrayEvent::Point(trial) = event {
            return std::mem::replace(&mut open.pointed, trial) != trial;
        }
        open.mind_focus(&event);
        // What these choose is not made of anything else.
        if !matches!(event, XrayEvent::Look(_) | XrayEvent::Layer(..) | XrayEvent::Page(_)) {
            open.memo.clear();
        }
        match event {
            XrayEvent::Brush(brush) => {
                open.look.brush(brush);
                open.page = 0;
                return true;
            }
            XrayEvent::Page(row) => {
                open.page = row;
                return true;
            }
            XrayEvent::Layer(place, layer) => {
                if let Some(own) = open.layers.get_mut(place) {
                    *own = layer;
                }
                return true;
            }
            XrayEvent::Step(n) => {
                open.shown = n.min(open.trials());
                open.moved = None;
            }
            XrayEvent::Axes(axes) => open.set_axes(axes),
            XrayEvent::Ask(place, strategy) => open.set_strategy(place, strategy),
            XrayEvent::Look(part) => open.part = part,
            XrayEvent::Move(at) => open.move_to(at),
            XrayEvent::Unmove => open.moved = None,
            XrayEvent::Tell(place, value) => {
                open.tell(place, value);
                // What was wrong with what was typed before is no more.
                self.tell_of_change(None);
            }
            XrayEvent::Untell => open.untell(),
            XrayEvent::Race => self.race_over_study(),
            XrayEvent::StopRace => self.stop_study_race(),
            XrayEvent::Aim(aim) => self.show_again(aim),
            _ => return false,
        }
        if kept {
            self.save();
        }
        self.forgive_study();
        self.ask_thoughts();
        self.move_focus();
        true
    }

    /// The reader asks something else of the open study, or the same once more.
    pub(super) fn forgive_study(&mut self) {
        self.notices.retain(|notice| !matches!(notice, Notice::StudyKills { .. }));
        if let Some(open) = &mut self.xray.open {
            open.deaths = Deaths::default();
        }
    }

    /// Shows the screen on which studies from elsewhere are looked at.
    pub(super) fn go_to_xray(&mut self) {
        self.make(&Edit::choose("screen", &Screen::Xray));
    }

    /// Draws one part more of the screen, and the next once that is done.
    pub(super) fn unfold_study(&mut self) {
        let Some(open) = &mut self.xray.open else { return };
        open.unfolded = (open.unfolded + 1).min(WHOLE);
        if open.unfolded < WHOLE {
            self.emit(Effect::Wait(Timer::Unfold, 0));
        }
    }

    fn tell_damage(&mut self, name: &str, view: &StudyView) {
        if let Some(note) = view.notes.iter().find(|note| note.is_damage()) {
            self.notify_once(Notice::StudyDamaged { name: name.into(), note: note.clone() });
        }
    }
}

impl OpenStudy {
    /// Whether it is of a table, whose columns can be given another meaning.
    pub fn has_columns(&self) -> bool {
        self.columns.is_some()
    }

    /// Parameters of the map, as far as the space has them.
    fn set_axes(&mut self, axes: [usize; 2]) {
        let dims = self.view.space.as_ref().map_or(0, |space| space.dim());
        if axes.iter().all(|axis| *axis < dims) {
            self.axes = axes;
        }
    }

    fn set_strategy(&mut self, place: usize, strategy: Option<StrategyName>) {
        match (strategy.filter(|name| name.can_be_asked()), place) {
            (Some(name), 0) => self.strategies[0] = name,
            (Some(name), 1) => {
                self.strategies.truncate(1);
                self.strategies.push(name);
            }
            (None, 1) => self.strategies.truncate(1),
            _ => {}
        }
        self.layers = [0, 0];
    }

    /// Another view of it; results that were typed in stay with their objective.
    fn show(&mut self, view: StudyView) {
        let (at_end, before) = (self.at_end(), self.view.aim.objective);
        self.aside.insert(before, std::mem::take(&mut self.by_hand));
        self.by_hand = self.aside.remove(&view.aim.objective).unwrap_or_default();
        self.by_hand.retain(|own| fits(&view, &own.point));
        // Other trials count: parameters may have come or gone.
        if self.view.searched != view.searched {
            self.axes = first_axes(&view);
        }
        self.view = Rc::new(view);
        self.shown = if at_end { self.trials() } else { self.shown.min(self.trials()) };
        (self.moved, self.race, self.look) = (None, None, Look::default());
        self.rank();
    }
}
