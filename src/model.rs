//! The page's state, and what every message does to it.

pub(super) mod address;
mod replies;

use super::embed::Embed;
use super::file::{File, FileMessage};
use super::history::History;
use super::landscape::{MapMessage, MapState};
use super::lesson::{LessonMessage, LessonState};
use super::look::LookState;
use super::pool::{Desk, Pool, Word};
use super::present::PresentState;
use super::race::{RaceMessage, RaceState};
use super::run::{RunMessage, RunState};
use super::search::{StudyMessage, StudyState};
use super::share::{ShareMessage, ShareState};
use super::studies::{StudiesMessage, StudiesState};
use super::{host, screen};
use gloo::timers::callback::Timeout;
use std::collections::HashMap;
use std::rc::Rc;
use tunescape_core::data::{Task, builtin};
use tunescape_core::link;
use tunescape_core::link::message::Command;
use tunescape_core::link::opening::Opening;
use tunescape_core::link::results;
use tunescape_core::search::Earlier;
use tunescape_core::setup::Backend;
use tunescape_core::setup::DataSetup;
use tunescape_core::setup::Screen;
use tunescape_core::setup::Setup;
use tunescape_core::setup::evaluation::EvaluationSetup;
use tunescape_core::study::Event;
use tunescape_core::worker::{Job, Overview, Request, Source};
use wasm_bindgen::prelude::Closure;
use yew::prelude::*;

/// Milliseconds that the browser has to say whether there is WebGPU.
const ADAPTER_WAIT: u32 = 10_000;

pub const LANGUAGES: [(&str, &str); 2] = [("en", "English"), ("zh-CN", "简体中文")];

/// What is known of this browser's WebGPU.
#[derive(Clone, Debug, PartialEq)]
pub enum Adapter {
    Asked,
    Absent,
    Named(String),
    /// It was there, and was lost or refused.
    Lost(String),
}

pub struct Model {
    pub setup: Setup,
    pub locale: &'static str,
    pub dark: bool,
    /// Messages not yet dismissed.
    pub notices: Vec<String>,
    /// That of them which is about the last change alone, such as why it was refused: the next
    /// change ends it.
    of_change: Option<String>,
    pub data: Option<Rc<Overview>>,
    pub file: Option<File>,
    pub adapter: Adapter,
    pub map: MapState,
    pub study: StudyState,
    /// The best points of the last study on other data, best first, and the set-up that they are
    /// of.
    pub earlier: Option<(Setup, Vec<Earlier>)>,
    /// Those of them that lie in the ranges of this one.
    pub offered: Vec<Earlier>,
    pub run: RunState,
    pub look: LookState,
    pub race: RaceState,
    pub lesson: LessonState,
    pub history: History,
    pub share: ShareState,
    pub studies: StudiesState,
    /// What the link says its study has found, until that is taken over.
    pub(super) found: Option<Vec<Event>>,
    pub present: PresentState,
    pub(super) embed: Option<Embed>,
    pub(super) pool: Pool,
    /// Whether the data of the set-up is still being made ready.
    pub loading: bool,
    /// Sets that the workers were sent; a worker that takes another's place gets them too.
    kept: HashMap<String, Source>,
    /// Workers that have died.
    deaths: usize,
    late: Option<Timeout>,
    data_job: Job,
    /// The last data that could be used, and how it was dealt.
    good: (DataSetup, EvaluationSetup),
    adapter_job: Job,
    /// Of the links asked for from outside, which counts: an earlier one may be unpacked later.
    pub(super) opening: Opening,
    /// The address that is about to be written; dropped, it is not.
    pub(super) saving: Option<(Timeout, Rc<()>)>,
}

pub enum Message {
    Heard(Desk, Word),
    /// A change of the set-up.
    Change(Box<dyn FnOnce(&mut Setup)>),
    Language(&'static str),
    Theme,
    Dismiss(usize),
    /// The browser's WebGPU did not answer in time.
    AdapterLate,
    /// Another link was opened in this page.
    Link,
    /// What was in the packed link of this number.
    Unpacked(u32, String),
    Loaded(String, Result<Vec<u8>, ()>),
    File(FileMessage),
    Map(MapMessage),
    Study(StudyMessage),
    Run(RunMessage),
    Race(RaceMessage),
    Lesson(LessonMessage),
    Undo,
    Redo,
    /// A trial of the study, by its number, as the run of the Explore screen.
    Explore(usize),
    Share(ShareMessage),
    Studies(StudiesMessage),
    /// The page around this one asks for something.
    Embed(Command),
    /// What was in the packed link of this number, which it has asked to show.
    Set(u32, String),
    /// The page has become higher or lower by itself.
    Sized,
    /// A key was pressed where nothing is being typed.
    Key(String),
}

impl Message {
    pub fn change(change: impl FnOnce(&mut Setup) + 'static) -> Self {
        Message::Change(Box::new(change))
    }
}

impl Component for Model {
    type Message = Message;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let setup = Setup::default();
        let language = host::query("lang")
            .or_else(|| host::remembered("language"))
            .unwrap_or_else(host::language);
        let locale = if language.starts_with("zh") { "zh-CN" } else { "en" };
        let theme = host::query("theme").or_else(|| host::remembered("theme"));
        let dark = theme.map_or_else(prefers_dark, |t| t == "dark");
        let mut pool = Pool::new(ctx.link().callback(|(desk, word)| Message::Heard(desk, word)));
        let adapter_job = pool.job();
        pool.send(Desk::Gpu, &Request::Adapter { job: adapter_job });
        let mut model = Model {
            map: MapState::new(&setup),
            study: StudyState::new(&setup),
            earlier: None,
            offered: Vec::new(),
            run: RunState::default(),
            look: LookState::default(),
            race: RaceState::new(&setup),
            lesson: LessonState::default(),
            history: History::default(),
            share: ShareState::default(),
            studies: StudiesState::default(),
            found: None,
            present: PresentState::default(),
            embed: None,
            // Until something has worked, the default is what does.
            good: (Setup::default().data, EvaluationSetup::default()),
            locale,
            dark,
            notices: Vec::new(),
            of_change: None,
            data: None,
            file: None,
            adapter: Adapter::Asked,
            kept: HashMap::new(),
            loading: true,
            deaths: 0,
            late: None,
            data_job: 0,
            adapter_job,
            saving: None,
            opening: Opening::default(),
            pool,
            setup,
        };
        model.apply_look();
        let link = ctx.link().clone();
        model.late =
            Some(Timeout::new(ADAPTER_WAIT, move || link.send_message(Message::AdapterLate)));
        model.embed = Embed::open(ctx.link().callback(Message::Embed));
        if model.embed.is_some() {
            let sized = ctx.link().callback(|()| Message::Sized);
            host::sized(&Closure::<dyn Fn()>::new(move || sized.emit(())).into_js_value());
        }
        let pressed = ctx.link().callback(Message::Key);
        host::keys(&Closure::<dyn Fn(String)>::new(move |key| pressed.emit(key)).into_js_value());
        host::listen(
            ctx.link().callback(|file| Message::File(FileMessage::Pick(file))),
            ctx.link().callback(|()| Message::Link),
        );
        model.open_address(ctx);
        model
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        let still = self.present.frozen && !matches!(message, Message::Key(_));
        let changed = self.take(ctx, message) && !still;
        self.want_lessons(ctx);
        self.watch_goal();
        self.tell_embedder();
        changed
    }

    fn rendered(&mut self, _ctx: &Context<Self>, _first: bool) {
        if let Some(embed) = &mut self.embed {
            embed.fit();
        }
        if self.present.on {
            self.tell_notes();
        }
        host::hide(&self.hidden().collect::<Vec<_>>().join(" "));
        self.show_locks();
        host::point(self.pointed());
        if std::mem::take(&mut self.lesson.begun) {
            host::focus("lesson");
        }
        host::keep_place();
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        screen::page(self, ctx.link())
    }
}

impl Model {
    /// What a message does; whether the page is to be drawn anew.
    fn take(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Heard(desk, Word::Reply(reply)) => return self.reply(ctx, desk, reply),
            Message::Heard(desk, Word::Died) => self.died(ctx, desk),
            Message::Change(change) => {
                let mut setup = self.setup.clone();
                change(&mut setup);
                self.edit(ctx, setup);
            }
            Message::Language(locale) => {
                self.locale = locale;
                host::remember("language", locale);
                self.apply_look();
            }
            Message::Theme => {
                self.dark = !self.dark;
                host::remember("theme", if self.dark { "dark" } else { "light" });
                self.apply_look();
            }
            Message::Dismiss(index) => {
                if index < self.notices.len() {
                    self.notices.remove(index);
                }
            }
            Message::Loaded(name, Ok(payload)) => {
                self.keep(&name, Source::Builtin { name: name.clone(), payload });
                if self.setup.sets().any(|set| set == name) {
                    self.prepare(ctx);
                }
            }
            Message::Loaded(name, Err(())) if self.setup.sets().all(|set| set != name) => {
                return false;
            }
            Message::Loaded(name, Err(())) => {
                self.notices.push(crate::texts::t!("error.load", name = name));
                self.back_to_good(ctx);
            }
            Message::File(message) => self.file_message(ctx, message),
            Message::AdapterLate => {
                if self.adapter == Adapter::Asked {
                    self.adapter = Adapter::Absent;
                    self.first_map();
                }
            }
            Message::Link => {
                if host::fragment().trim_start_matches('#') != link::write(&self.setup) {
                    self.open_address(ctx);
                }
            }
            Message::Unpacked(number, text) => {
                let Some(shown) = self.opening.unpacked(number) else { return false };
                let (setup, found) = results::split(&text);
                self.found = found;
                self.open(setup);
                self.prepare(ctx);
                self.begin_lesson(ctx);
                if let Some(shown) = shown {
                    self.open_setup(ctx, shown);
                }
                self.save(ctx);
            }
            Message::Map(MapMessage::Hover(cell)) if cell == self.map.hover => return false,
            Message::Study(StudyMessage::Point(trial)) if trial == self.study.pointed => {
                return false;
            }
            Message::Map(message) => self.map_message(ctx, message),
            Message::Study(message) => self.study_message(ctx, message),
            Message::Run(message) => self.run_message(ctx, message),
            Message::Race(message) => self.race_message(ctx, message),
            Message::Lesson(message) => self.lesson_message(ctx, message),
            Message::Undo => {
                if let Some(setup) = self.history.undo(&self.setup) {
                    self.step_back_to(ctx, setup);
                }
            }
            Message::Redo => {
                if let Some(setup) = self.history.redo(&self.setup) {
                    self.step_back_to(ctx, setup);
                }
            }
            Message::Explore(trial) => {
                if let Some(trial) = self.study.study.trials().get(trial) {
                    let mut setup = self.setup.at(&trial.point);
                    setup.screen = Screen::Explore;
                    self.edit(ctx, setup);
                    self.begin_run();
                }
            }
            Message::Share(message) => self.share_message(ctx, message),
            Message::Studies(message) => self.studies_message(ctx, message),
            Message::Embed(command) => self.embed_command(ctx, command),
            Message::Set(number, text) => self.set_state(ctx, number, &text),
            Message::Sized => {
                self.embed.iter_mut().for_each(Embed::fit);
                return false;
            }
            Message::Key(key) => self.key_message(&key),
        }
        true
    }
}

fn prefers_dark() -> bool {
    let query = web_sys::window()
        .and_then(|w| w.match_media("(prefers-color-scheme: dark)").ok().flatten());
    query.is_some_and(|q| q.matches())
}

impl Model {
    fn apply_look(&self) {
        rust_i18n::set_locale(self.locale);
        host::set_root("lang", self.locale);
        host::set_root("data-theme", if self.dark { "dark" } else { "light" });
    }

    /// Whether there is data, of the set-up in force.
    pub fn ready(&self) -> bool {
        self.data.is_some() && !self.loading
    }

    /// Whether the landscape waits for the browser to say whether there is WebGPU.
    pub fn waits_for_adapter(&self) -> bool {
        self.adapter == Adapter::Asked && self.setup.backend == Backend::Auto
    }

    /// Says what there is to say of a change, in place of what was said of the last.
    pub(super) fn tell_of_change(&mut self, what: Option<String>) {
        if let Some(old) = std::mem::replace(&mut self.of_change, what.clone()) {
            self.notices.retain(|notice| *notice != old);
        }
        self.notices.extend(what);
    }

    /// Sends a set to every worker, and remembers it for those that come later.
    pub(super) fn keep(&mut self, name: &str, source: Source) {
        self.pool.send_all(&Request::Keep(source.clone()));
        self.kept.insert(name.into(), source);
    }

    /// The landscape that waited for the adapter.
    fn first_map(&mut self) {
        if self.ready() && !self.map.begun {
            self.start_map();
        }
    }

    /// What a trial scored, in the objective's own sense, given its cost.
    pub fn scored(&self, cost: f64) -> f64 {
        self.setup.objective(self.task()).cost(cost)
    }

    /// What the data asks for; before there is any, two classes.
    pub fn task(&self) -> Task {
        self.data.as_ref().map_or(Task::Binary, |data| data.task)
    }

    /// Whether the landscape trains on the GPU now.
    pub fn on_gpu(&self) -> bool {
        let fits = !self.map.too_large && !self.setup.map_apart();
        self.setup.backend != Backend::Cpu && matches!(self.adapter, Adapter::Named(_)) && fits
    }

    /// Makes the data of the set-up ready; everything else starts when it is.
    pub(super) fn prepare(&mut self, ctx: &Context<Self>) {
        self.stop_everything();
        self.loading = true;
        // What was learnt of other data says nothing about these, but what was good there is worth
        // a try.
        self.remember_best();
        self.offer();
        self.restart_race();
        self.forget_study();
        self.forget_run();
        let missing = |name: &&str| {
            builtin::ALL.iter().any(|b| b.name == *name) && !self.kept.contains_key(*name)
        };
        if let Some(name) = self.setup.sets().find(missing).map(str::to_owned) {
            // What else is missing is asked for once this one is here.
            let link = ctx.link().clone();
            wasm_bindgen_futures::spawn_local(async move {
                let payload = host::load(&name)
                    .await
                    .map(|p| js_sys::Uint8Array::from(p).to_vec())
                    .map_err(|_| ());
                link.send_message(Message::Loaded(name, payload));
            });
            return;
        }
        self.data_job = self.pool.job();
        self.pool
            .send(Desk::Study, &Request::Prepare { job: self.data_job, setup: self.setup.clone() });
    }

    fn stop_everything(&mut self) {
        self.stop_map();
        self.stop_study();
        self.stop_run();
        self.stop_race();
    }

    fn back_to_good(&mut self, ctx: &Context<Self>) {
        let (data, evaluation) = self.good.clone();
        if (&self.setup.data, &self.setup.evaluation) != (&data, &evaluation) {
            (self.setup.data, self.setup.evaluation) = (data, evaluation);
            self.prepare(ctx);
            self.save(ctx);
        }
    }

    /// Everything that trains starts on the data just prepared.
    fn begin(&mut self, ctx: &Context<Self>) {
        self.restart_study(ctx);
        self.start_run();
        self.start_map();
        self.restart_race();
    }
}
