//! The landscape on the page, and what the reader does with the map.

pub mod domain;
pub mod from_file;
mod judged;
pub mod trail;
mod training;

use super::{Effect, Notice, State, Timer, WorkerId};
use crate::setup::{Edit, MapSetup, Setup};
use crate::space::{Kind, Param, Scale, in_digits};
use crate::study::landscape::Landscape;
use crate::study::zones::Zone;
use crate::worker::Job;
use serde::{Deserialize, Serialize};
use trail::Was;
use training::Slice;

/// Reports that the page keeps of a map take no more bytes than this.
const MAP_BYTES: usize = 64 << 20;

/// What a click on the map does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Click {
    /// Says where the best is, while the landscape is hidden.
    Predict,
    /// Says what the network of a cell has come to.
    Look,
    Zoom,
    Place,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum MapEvent {
    /// The cell under the pointer, or chosen with the arrow keys.
    Hover(Option<usize>),
    Mode(Click),
    /// Click or Enter at these fractions of the axes (from the left, from the bottom).
    Act(f64, f64),
    /// Looks no longer at the cell that was clicked.
    LookAway,
    /// Into the landscape around these fractions of the axes.
    ZoomIn(f64, f64),
    BackOut,
    /// The trial on show is taken by the pointer, moved to these fractions of the axes, let go.
    Grab((f64, f64)),
    Drag((f64, f64)),
    Drop,
    /// Forgets where the best place was.
    Forget,
    /// Marks the run of Explore no longer.
    Lose,
    /// Shows the landscapes of the trail one after the other, from this one on; past the last, the
    /// one that is.
    Replay(usize),
    /// The epoch on show; none for the last.
    Epoch(Option<usize>),
    Cancel,
    Again,
}

pub struct MapState {
    pub land: Landscape,
    /// The set-up that it is of.
    of: Setup,
    /// The oldest first.
    pub trail: Vec<Was>,
    /// Which of them is on show.
    pub replayed: Option<usize>,
    /// Where the trial on show is being dragged to.
    pub grabbed: Option<(f64, f64)>,
    /// Whether it has been moved at all since it was taken.
    dragged: bool,
    /// Grows with every change of the landscape: what is drawn is kept until then.
    pub revision: usize,
    pub hover: Option<usize>,
    /// The cell that was clicked to be looked at.
    pub looked: Option<usize>,
    click: Option<Click>,
    /// Where the learner expects the best, as fractions of the axes.
    pub mark: Option<[f64; 2]>,
    /// Whether the run of Explore is marked.
    pub found: bool,
    pub epoch: Option<usize>,
    /// The network does not fit the fused GPU kernel.
    pub too_large: bool,
    pub cancelled: bool,
    /// Whether it was cancelled by itself, as the rest takes long.
    pub rests: bool,
    /// Whether the reader wants it whole however long that takes.
    patient: bool,
    /// Whether any training was asked for.
    pub begun: bool,
    /// Milliseconds of training so far; waiting after a cancel does not count.
    pub took: f64,
    slices: Vec<Slice>,
    strides: Vec<usize>,
    /// Whether the GPU has said nothing for long.
    pub(super) doubted: bool,
    started: f64,
    /// Multiplications a millisecond, as last measured on this machine.
    pub(in crate::state) speed_cpu: Option<f64>,
    pub(super) speed_gpu: Option<f64>,
}

impl MapState {
    pub fn new(setup: &Setup) -> Self {
        let (epochs, spread) = (setup.training.epochs, setup.evaluation.streams() > 1);
        let side = Landscape::side_within(setup.map.side, epochs, spread, MAP_BYTES);
        Self {
            land: Landscape::new(side, epochs, setup.axes()),
            of: setup.clone(),
            trail: Vec::new(),
            replayed: None,
            grabbed: None,
            dragged: false,
            revision: 0,
            hover: None,
            looked: None,
            click: None,
            mark: None,
            found: false,
            epoch: None,
            too_large: false,
            cancelled: false,
            rests: false,
            patient: false,
            begun: false,
            took: 0.0,
            slices: Vec::new(),
            strides: Vec::new(),
            doubted: false,
            started: 0.0,
            speed_cpu: None,
            speed_gpu: None,
        }
    }

    /// Begins the landscape of a set-up in place of this one: what the reader has chosen to see
    /// stays.
    pub(super) fn begin(&mut self, setup: &Setup) {
        let MapState { click, epoch, found, speed_cpu, speed_gpu, .. } = *self;
        let (revision, trail) = (self.revision + 1, self.trail_to(setup));
        let new = MapState::new(setup);
        *self = MapState { click, epoch, found, revision, trail, speed_cpu, speed_gpu, ..new };
        self.epoch.take_if(|epoch| *epoch >= self.land.epochs);
    }

    /// Whether there is an axis that can be zoomed into.
    pub fn zooms(&self) -> bool {
        self.land.axes.params.iter().any(continuous)
    }

    /// What a click may do here.
    pub fn clicks(&self, hidden: bool) -> Vec<Click> {
        match (hidden, self.zooms()) {
            (true, _) => vec![Click::Predict, Click::Place],
            (false, true) => vec![Click::Look, Click::Zoom, Click::Place],
            (false, false) => vec![Click::Look, Click::Place],
        }
    }

    /// What a click does here: the first thing that it may, unless another was chosen.
    pub fn click(&self, hidden: bool, manual: bool) -> Click {
        let clicks = self.clicks(hidden);
        let usual = if manual { Click::Place } else { clicks[0] };
        self.click.filter(|click| clicks.contains(click)).unwrap_or(usual)
    }

    /// The cell at these fractions of the axes.
    pub fn cell_at(&self, [x, y]: [f64; 2]) -> usize {
        let place = |u: f64| ((u * self.land.side as f64) as usize).min(self.land.side - 1);
        self.land.shown(place(y) * self.land.side + place(x))
    }

    /// Back to the last epoch.
    pub fn show_last(&mut self) {
        self.epoch = None;
        self.revision += 1;
    }

    pub fn idle(&self) -> bool {
        self.slices.is_empty()
    }

    pub fn has(&self, job: Job) -> bool {
        self.slices.iter().any(|s| s.job == job)
    }

    /// Whether a worker is at work on it.
    pub(super) fn is_on(&self, desk: WorkerId) -> bool {
        self.slices.iter().any(|slice| slice.desk == desk)
    }

    /// The epoch that the map shows.
    pub fn shown_epoch(&self) -> usize {
        self.epoch.unwrap_or(self.land.epochs).min(self.land.epochs)
    }

    pub fn finished(&self) -> bool {
        let (done, all) = self.land.progress();
        done == all
    }

    /// The middle of a cell, as fractions of the axes.
    pub fn middle(&self, cell: usize) -> [f64; 2] {
        let side = self.land.side;
        [cell % side, cell / side].map(|i| (i as f64 + 0.5) / side as f64)
    }

    /// Place and loss of the best cell so far.
    pub fn optimum(&self) -> Option<([f64; 2], f64)> {
        let (cell, loss) = self.land.best(self.land.epochs)?;
        Some((self.middle(cell), f64::from(loss)))
    }

    /// Where zones are named at an epoch, once all of the landscape is trained.
    pub fn zones(&self, epoch: usize) -> Vec<(Zone, [f64; 2])> {
        if !self.finished() || self.land.axes.params[0].name != "learning_rate" {
            return Vec::new();
        }
        // Where another parameter than the momentum goes up, what is not good need be neither too
        // slow nor rugged: a penalty may hold it back.
        let told = |zone: &Zone| match zone {
            Zone::Slow | Zone::Ragged => matches!(&*self.land.axes.params[1].name, "momentum" | ""),
            Zone::Good | Zone::Diverged => true,
        };
        let names = self.land.names(epoch).into_iter().filter(|(zone, _)| told(zone));
        names.map(|(zone, cell)| (zone, self.middle(cell))).collect()
    }

    /// Milliseconds until the finest level is done, at the speed so far.
    pub fn time_left(&self) -> Option<f64> {
        let (done, all) = self.land.progress();
        (done > 0 && !self.idle()).then(|| self.took * (all - done) as f64 / done as f64)
    }
}

fn continuous(axis: &Param) -> bool {
    axis.kind == Kind::Float && axis.moves()
}

impl State {
    /// What is done on the map; whether anything that is seen may have changed.
    pub(super) fn map_event(&mut self, event: MapEvent) -> bool {
        match event {
            MapEvent::Hover(cell) if cell == self.map.hover => return false,
            MapEvent::Hover(cell) => {
                self.map.hover = cell.filter(|&c| c < self.map.land.cells.len())
            }
            MapEvent::Mode(click) => {
                (self.map.click, self.map.looked) = (Some(click), None);
            }
            MapEvent::Act(x, y) => {
                let at = self.map.land.axes.from_unit(&[x, y]);
                match self.map.click(self.setup.map.hidden, self.setup.search.manual) {
                    Click::Predict => self.map.mark = Some([x, y]),
                    Click::Look => self.map.looked = Some(self.map.cell_at([x, y])),
                    Click::Place => self.place(self.setup.on_map([[at[0], at[1]]]).swap_remove(0)),
                    Click::Zoom => self.zoom(x, y),
                }
            }
            MapEvent::LookAway => self.map.looked = None,
            MapEvent::ZoomIn(x, y) => self.zoom(x, y),
            MapEvent::Grab(at) => (self.map.grabbed, self.map.dragged) = (Some(at), false),
            MapEvent::Drag(at) => (self.map.grabbed, self.map.dragged) = (Some(at), true),
            MapEvent::Drop => {
                if let Some((x, y)) = self.map.grabbed.take().filter(|_| self.map.dragged) {
                    let at = self.map.land.axes.from_unit(&[x.clamp(0.0, 1.0), y.clamp(0.0, 1.0)]);
                    self.move_shown(self.setup.on_map([[at[0], at[1]]]).swap_remove(0));
                }
            }
            MapEvent::Lose => self.map.found = false,
            MapEvent::Forget => {
                self.map.replayed = None;
                self.emit(Effect::Forget(Timer::Replay));
                self.map.trail.clear();
            }
            MapEvent::Replay(stage) => self.replay(stage),
            MapEvent::BackOut => self.make(&Edit::ZoomOut),
            MapEvent::Epoch(epoch) => {
                self.map.epoch = epoch;
                self.map.revision += 1;
            }
            MapEvent::Cancel => {
                self.stop_map();
                self.map.cancelled = true;
            }
            MapEvent::Again => {
                self.map.patient = true;
                self.try_again();
                self.resume_map();
            }
        }
        true
    }

    /// Into the quarter of each axis around a place.
    fn zoom(&mut self, x: f64, y: f64) {
        let axes = self.map.land.axes.clone();
        let ends = |at: f64| {
            let low = (at - 0.125).clamp(0.0, 0.75);
            (low, low + 0.25)
        };
        let [across, up] = [(0, x), (1, y)].map(|(i, at)| {
            let axis = &axes.params[i];
            let (a, b) = if continuous(axis) { ends(at) } else { (0.0, 1.0) };
            // The smallest region there is tells so many digits apart.
            [a, b].map(|u| in_digits(axis.from_unit(u), 9).clamp(axis.low, axis.high))
        });
        let searched = Setup {
            map: MapSetup { zoom: Vec::new(), ..self.setup.map.clone() },
            ..self.setup.clone()
        };
        // Nearer than this, neighbouring cells have the same values in single precision.
        let too_deep = |axis: &Param, [low, high]: [f64; 2]| {
            let size = if axis.scale == Scale::Log { low } else { axis.high - axis.low };
            continuous(axis) && high - low < 1e-5 * size
        };
        let whole = searched.axes();
        if too_deep(&whole.params[0], across) || too_deep(&whole.params[1], up) {
            self.notify(Notice::TooDeep);
            return;
        }
        self.make(&Edit::ZoomIn([across[0], across[1], up[0], up[1]]));
    }
}
