//! What the page finds when it is opened, and the state that it begins with.

use super::cores::Cores;
use super::embed::Embed;
use super::results::Teller;
use super::{Adapter, Effect, LANGUAGES, State};
use super::{
    file, history, inspection, landscape, lesson, present, race, run, search, share, studies, tour,
    xray,
};
use crate::lesson::progress::Progress;
use crate::link::opening::Opening;
use crate::setup::evaluation::EvaluationSetup;
use crate::setup::{Detail, Setup};
use std::collections::BTreeMap;

/// What the page finds when it is opened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Start {
    /// The language asked for, by the address, an earlier visit or the browser.
    pub language: String,
    pub dark: bool,
    /// Whether the reader wants nothing to move.
    pub still: bool,
    /// Whether there is a page around this one that said who it is.
    pub embedded: bool,
    /// Whether the page is in a frame that lets it neither save files nor print.
    pub sandboxed: bool,
    /// Workers in the crew of a page that has the machine for itself, and pages in sight that share
    /// it: 0 is for nobody else, too.
    pub crew: usize,
    pub pages: usize,
    /// Bytes of the machine's memory, as far as the browser tells.
    pub memory: Option<u64>,
    /// What stands in the address from `#` on.
    pub fragment: String,
    /// The studies kept, and what was on show last, as the browser's storage has them.
    pub studies: Option<String>,
    pub last: Option<String>,
    /// How far each lesson was taken.
    pub lessons: Option<String>,
    /// How much of the page this reader wants to see, and that the tour was taken.
    pub detail: Option<String>,
    pub tour: Option<String>,
    /// Multiplications a millisecond of landscapes, as last measured on this machine.
    pub speed_cpu: Option<String>,
    pub speed_gpu: Option<String>,
    /// The file that this tab had before it was loaded anew.
    pub held_file: Option<String>,
}

impl State {
    /// The state of a page that has just been opened, and what the world must do first.
    pub fn open(start: Start) -> (State, Vec<Effect>) {
        let setup = Setup::default();
        let cores = Cores::new(start.crew, start.pages);
        let chinese = start.language.starts_with("zh");
        let mut state = State {
            map: landscape::MapState::new(&setup),
            study: search::StudyState::new(&setup),
            earlier: None,
            offered: Vec::new(),
            run: run::RunState::default(),
            inspection: inspection::Inspection::default(),
            race: race::RaceState::new(&setup),
            looked_at: Vec::new(),
            lesson: lesson::LessonState::default(),
            history: history::History::default(),
            share: share::ShareState::default(),
            studies: studies::StudiesState::new(start.last, start.studies.as_deref()),
            found: None,
            present: present::PresentState::default(),
            tour: tour::TourState { stop: None, taken: start.tour.is_some() },
            xray: xray::XrayState::default(),
            embed: start.embedded.then(Embed::default),
            teller: start.embedded.then(Teller::default),
            sandboxed: start.sandboxed,
            // Until something has worked, the default is what does.
            usable: (Setup::default().data, EvaluationSetup::default()),
            locale: LANGUAGES[usize::from(chinese)].0,
            dark: start.dark,
            notices: Vec::new(),
            change_notice: None,
            data: None,
            file: None,
            file_maps: Default::default(),
            fetching: None,
            adapter: Adapter::Asked,
            sources: BTreeMap::new(),
            loading: true,
            staff: Default::default(),
            plays_on: None,
            data_job: 0,
            adapter_job: 0,
            saving: 0,
            beside_packed: String::new(),
            opening: Opening::default(),
            cores,
            memory: start.memory,
            still: start.still,
            // Who embeds the page says by a link what is to be seen.
            wanted: match start.detail.as_deref() {
                _ if start.embedded => Detail::Full,
                Some(key) => Detail::by_key(key),
                None => Detail::Simple,
            },
            last_job: 0,
            now: 0.0,
            effects: Vec::new(),
            setup,
        };
        let speed = |text: Option<String>| text.and_then(|text| text.parse().ok());
        (state.map.speed_cpu, state.map.speed_gpu) =
            (speed(start.speed_cpu), speed(start.speed_gpu));
        state.lesson.progress = Progress::read(start.lessons.as_deref());
        state.studies.held = start.held_file.as_deref().and_then(file::held);
        state.ask_for_adapter();
        state.emit(Effect::Restyle);
        state.open_address(&start.fragment);
        state.settle();
        state.emit(Effect::Draw);
        let effects = std::mem::take(&mut state.effects);
        (state, effects)
    }
}
