//! The whole page as a value: what it knows, what an [`Event`] changes of it, and which
//! [`Effect`]s the world must then carry out.
//!
//! [`update`] decides everything that a press, a reply, a link, a lesson, a timer or the page around
//! this one brings about. It has no handles and asks no clock: time comes in as [`Event::Time`].
//! What is only of a moment and of one control (hover, open folds, half-typed text) is no part of
//! it, but lives in the page's components.
//!
//! | module | what it decides |
//! |---|---|
//! | [`event`], [`effect`], [`notice`] | the three kinds of message: in, out, and to the reader |
//! | [`change`], [`history`] | what a new set-up cancels and starts; undo and redo |
//! | [`address`], [`share`], [`studies`] | links: opened, shared, kept |
//! | [`large`] | studies that are too large for a link |
//! | [`embed`], [`results`] | the page around this one: what it is told, what it may ask |
//! | [`cores`] | how many workers the page has beside others in sight; none out of it |
//! | [`data`] | the sets that workers have, and what starts when one is ready |
//! | [`file`] | the reader's own table or lesson |
//! | [`replies`], [`deaths`] | what workers answer, and what is done when one dies |
//! | [`landscape`] | the map and its training |
//! | [`search`], [`trials`], [`trial_outcome`], [`rerun`], [`manual_trials`], [`after_search`], [`selection`], [`surrogate_view`] | the study |
//! | [`run`], [`comparison`], [`inspection`] | the Explore run, beside which other it stands, and what is looked at of it |
//! | [`race`], [`lesson`], [`present`] | the other screens |
//! | [`tour`] | the tour of the first visit |
//! | [`xray`] | a study from elsewhere, and what strategies make of it |

pub mod address;
pub mod after_search;
pub mod change;
pub mod comparison;
pub mod cores;
pub mod data;
pub mod deaths;
pub mod effect;
pub mod embed;
pub mod event;
pub mod file;
pub mod history;
pub mod inspection;
pub mod landscape;
pub mod large;
pub mod lesson;
pub mod manual_trials;
pub mod notice;
pub mod present;
pub mod race;
pub mod replies;
pub mod rerun;
pub mod results;
pub mod run;
pub mod search;
pub mod selection;
pub mod share;
pub mod start;
pub mod studies;
pub mod surrogate_view;
pub mod tour;
pub mod trial_outcome;
pub mod trials;
pub mod xray;

pub use effect::{Effect, Kept, Packing, Timer, Unpacking, WorkerId};
pub use event::Event;
pub use notice::Notice;
pub use start::Start;

use crate::link::opening::Opening;
use crate::search::Earlier;
use crate::setup::evaluation::EvaluationSetup;
use crate::setup::{Backend, DataSetup, Detail, Screen, Setup};
use crate::study;
use crate::worker::{Job, Overview, Request, Source};
use cores::Cores;
use deaths::Staff;
use embed::Embed;
use file::File;
use history::History;
use inspection::Inspection;
use landscape::MapState;
use landscape::from_file::FileMaps;
use lesson::LessonState;
use present::PresentState;
use race::RaceState;
use results::Teller;
use run::RunState;
use search::StudyState;
use serde::{Deserialize, Serialize};
use share::ShareState;
use std::collections::BTreeMap;
use std::rc::Rc;
use studies::StudiesState;
use tour::TourState;
use xray::XrayState;

pub const LANGUAGES: [(&str, &str); 2] = [("en", "English"), ("zh-CN", "简体中文")];

/// What is known of this browser's WebGPU.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Adapter {
    Asked,
    Absent,
    Named(String),
    /// It was there, and was lost or refused.
    Lost(String),
}

/// Everything that the page knows.
pub struct State {
    pub setup: Setup,
    /// One of [`LANGUAGES`].
    pub locale: &'static str,
    pub dark: bool,
    /// Notices that are not yet dismissed.
    pub notices: Vec<Notice>,
    /// That of them which is about the last change alone, such as why it was refused: the next
    /// change ends it.
    change_notice: Option<Notice>,
    pub data: Option<Rc<Overview>>,
    pub file: Option<File>,
    pub adapter: Adapter,
    pub map: MapState,
    file_maps: FileMaps,
    /// The file of the page's own folder that a link has asked for, until something else is opened.
    fetching: Option<String>,
    pub study: StudyState,
    /// The best points of the last study on other data, best first, and the set-up that they are
    /// of.
    earlier: Option<(Setup, Vec<Earlier>)>,
    /// Those of them that lie in the ranges of this one.
    pub offered: Vec<Earlier>,
    pub run: RunState,
    pub inspection: Inspection,
    pub race: RaceState,
    /// [Numbers](crate::class_codes::landscape_number) of the landscapes that were to be seen
    /// in this visit.
    looked_at: Vec<u32>,
    pub lesson: LessonState,
    pub history: History,
    pub share: ShareState,
    pub studies: StudiesState,
    /// What the link says its study has found, until that is taken over.
    found: Option<Vec<study::Event>>,
    pub present: PresentState,
    pub tour: TourState,
    pub xray: XrayState,
    embed: Option<Embed>,
    /// Who tells the page around this one of the trials.
    teller: Option<Teller>,
    /// Whether the page is in a frame that lets it neither save files nor print.
    pub sandboxed: bool,
    cores: Cores,
    memory: Option<u64>,
    /// How much of the page is shown where no link says it.
    wanted: Detail,
    /// Whether the reader wants nothing to move.
    still: bool,
    /// Whether the data of the set-up is still being made ready.
    pub loading: bool,
    /// Sets that the workers were sent; a worker that takes another's place gets them too.
    sources: BTreeMap<String, Source>,
    staff: Staff,
    /// Whether the search goes on by itself once its worker has been replaced, and then reveals the
    /// landscape.
    plays_on: Option<bool>,
    data_job: Job,
    /// The last data that could be used, and how it was dealt.
    usable: (DataSetup, EvaluationSetup),
    adapter_job: Job,
    /// Of the links asked for from outside, which counts: an earlier one may be unpacked later.
    opening: Opening,
    /// Which writing of the address counts: what is packed for an earlier one comes too late.
    saving: u32,
    /// What stands beside the packed text in the address.
    beside_packed: String,
    last_job: Job,
    /// Milliseconds since the page was opened.
    now: f64,
    effects: Vec<Effect>,
}

/// Changes the state as an event says, and tells what the world must do about it.
pub fn update(state: &mut State, event: Event) -> Vec<Effect> {
    if let Event::Time(now) = event {
        state.now = now;
        return Vec::new();
    }
    let still = state.present.frozen && !matches!(event, Event::Key(_));
    if state.take(event) && !still {
        state.effects.push(Effect::Draw);
    }
    state.settle();
    std::mem::take(&mut state.effects)
}

impl State {
    /// What an event does; whether anything that is seen may have changed.
    fn take(&mut self, event: Event) -> bool {
        match event {
            Event::Time(_) => return false,
            Event::Reply(worker, reply) => return self.reply(worker, *reply),
            // One that was sent away is not missed.
            Event::Died(worker, _) if !self.has_desk(worker) => return false,
            Event::Died(worker, cause) => self.died(worker, cause),
            Event::Edit(edit) => self.make(&edit),
            Event::Mistyped(error) => self.tell_of_change(Some(Notice::NotANumber(error))),
            Event::Language(language) => self.speak(&language),
            Event::Theme => {
                self.dark = !self.dark;
                let theme = if self.dark { "dark" } else { "light" };
                self.emit(Effect::Keep(Kept::Theme, theme.into()));
                self.emit(Effect::Restyle);
            }
            Event::Dismiss(index) => {
                if index < self.notices.len() {
                    self.notices.remove(index);
                }
            }
            Event::DataLoaded(name, payload) => return self.data_loaded(&name, payload),
            Event::Timer(timer) => self.timer(timer),
            Event::Link(fragment) => self.link_opened(&fragment),
            Event::Unpacked { why, text } => self.unpacked(why, text),
            Event::Packed { why, packed } => self.packed(why, packed),
            Event::Recalled(kept, text) => self.recalled(kept, text),
            Event::Stored(kept, stored) => return self.stored(kept, stored),
            Event::Map(event) => return self.map_event(event),
            Event::Study(event) => return self.study_event(event),
            Event::Run(event) => self.run_event(event),
            Event::Race(event) => self.race_event(event),
            Event::Lesson(event) => self.lesson_event(event),
            Event::File(event) => self.file_event(event),
            Event::Undo => self.undo(),
            Event::Redo => self.redo(),
            Event::Explore(trial) => self.explore(trial),
            Event::Share(event) => self.share_event(event),
            Event::Studies(event) => self.studies_event(event),
            Event::Tour(event) => self.tour_event(event),
            Event::Xray(event) => return self.xray_event(event),
            Event::Command(command) => self.command(command),
            Event::Key(key) => self.key(&key),
            Event::NotesClosed { refused } => self.notes_closed(refused),
        }
        true
    }

    /// What follows whatever has happened.
    fn settle(&mut self) {
        self.request_lessons();
        self.do_what_waits();
        self.watch_goal();
        self.sleep_unseen();
        self.tell_embedder();
    }

    /// Has the world do something.
    fn emit(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Sends a request to a worker.
    fn ask(&mut self, worker: WorkerId, request: Request) {
        self.bring_up(worker);
        self.emit(Effect::Ask(worker, Box::new(request)));
    }

    fn cancel(&mut self, worker: WorkerId, job: Job) {
        self.emit(Effect::Ask(worker, Box::new(Request::Cancel { job })));
    }

    /// A number for a new job.
    fn next_job(&mut self) -> Job {
        self.last_job += 1;
        self.last_job
    }

    fn timer(&mut self, timer: Timer) {
        match timer {
            Timer::Adapter => {
                if self.adapter == Adapter::Asked {
                    self.adapter = Adapter::Absent;
                    self.first_map();
                }
            }
            Timer::Gpu => self.gpu_is_silent(),
            Timer::Save => self.write_address(),
            Timer::NextTrial => self.next_trial(),
            Timer::Replay => self.replay_on(),
            Timer::Unfold => self.unfold_study(),
            Timer::Results => self.results_are_due(),
        }
    }

    fn speak(&mut self, language: &str) {
        if let Some((code, _)) = LANGUAGES.iter().find(|(code, _)| *code == language) {
            self.locale = code;
            self.emit(Effect::Keep(Kept::Language, (*code).into()));
            self.emit(Effect::Restyle);
        }
    }

    /// A trial of the study as the run of the Explore screen.
    fn explore(&mut self, trial: usize) {
        if let Some(trial) = self.study.study.trials().get(trial) {
            let mut setup = self.setup.at(&trial.point);
            setup.screen = Screen::Explore;
            self.edit(setup);
            self.begin_run();
        }
    }

    /// Whether the landscape waits for the browser to say whether there is WebGPU.
    pub fn waits_for_adapter(&self) -> bool {
        self.adapter == Adapter::Asked && self.setup.backend == Backend::Auto
    }

    fn notify(&mut self, notice: Notice) {
        self.notices.push(notice);
    }

    /// The same, but for a notice that already stands there.
    fn notify_once(&mut self, notice: Notice) {
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    /// Says what there is to say of a change, in place of what was said of the last.
    fn tell_of_change(&mut self, what: Option<Notice>) {
        if let Some(old) = std::mem::replace(&mut self.change_notice, what.clone()) {
            self.notices.retain(|notice| *notice != old);
        }
        self.notices.extend(what);
    }

    /// The landscape that waited for the adapter.
    fn first_map(&mut self) {
        if self.ready() && !self.map.begun && !self.map.cancelled {
            self.start_map();
        }
    }

    /// What a trial scored, in the objective's own sense, given its cost.
    pub fn scored(&self, cost: f64) -> f64 {
        self.setup.objective(self.task()).cost(cost)
    }

    /// Whether the landscape trains on the GPU now.
    pub fn on_gpu(&self) -> bool {
        let fits = !self.map.too_large && !self.setup.map_apart();
        self.setup.backend != Backend::Cpu && matches!(self.adapter, Adapter::Named(_)) && fits
    }

    fn stop_everything(&mut self) {
        self.stop_map();
        self.stop_study();
        self.stop_run();
        self.stop_race();
    }
}
