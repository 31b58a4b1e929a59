//! The page without a browser: the real state, the real workers in this process, a clock that only
//! goes when somebody looks at it, and a world that remembers what it was told.
//!
//! Everything that waits (replies, timers, files, packed links) waits in one list, and
//! [`Page::settle`] takes it until nothing is left. [`Order`] says which of several is first.

use crate::engine::payload;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::future::Future;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Waker};
use tunescape_core::json;
use tunescape_core::link;
use tunescape_core::setup::needs::shared_crew;
use tunescape_core::setup::{Edit, Setup};
use tunescape_core::state::deaths::Cause;
use tunescape_core::state::embed::Told;
use tunescape_core::state::file::FileEvent;
use tunescape_core::state::large::StoreError;
use tunescape_core::state::lesson::LessonEvent;
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::share::ShareEvent;
use tunescape_core::state::studies::StudiesEvent;
use tunescape_core::state::{Effect, Event, Notice, Start, State, Timer, WorkerId, update};
use tunescape_core::worker::{Desk, Host, Reply, Request, yield_once};

thread_local! {
    /// Milliseconds since the page was opened.
    static NOW: Cell<f64> = const { Cell::new(0.0) };
    /// The worker that works just now.
    static WORKING: Cell<usize> = const { Cell::new(0) };
    static TASKS: RefCell<VecDeque<Task>> = const { RefCell::new(VecDeque::new()) };
    static REPLIES: RefCell<Vec<(usize, Reply)>> = const { RefCell::new(Vec::new()) };
}

/// What time it is, in milliseconds since the page was opened.
pub fn now() -> f64 {
    NOW.get()
}

struct Task {
    worker: usize,
    work: Pin<Box<dyn Future<Output = ()>>>,
}

/// A worker's host: its replies wait until they are taken, and every look at the clock moves it on,
/// so that a slice of work ends after so many looks.
struct Port {
    number: usize,
}

const A_LOOK: f64 = 0.5;

impl Host for Port {
    fn post(&self, reply: &Reply) {
        REPLIES.with_borrow_mut(|replies| replies.push((self.number, reply.clone())));
    }

    fn now() -> f64 {
        NOW.set(NOW.get() + A_LOOK);
        NOW.get()
    }

    fn clock() -> f64 {
        Self::now()
    }

    async fn breathe() {
        yield_once().await;
    }

    async fn rest(milliseconds: f64) {
        NOW.set(NOW.get() + milliseconds);
        yield_once().await;
    }

    fn spawn(task: impl Future<Output = ()> + 'static) {
        let task = Task { worker: WORKING.get(), work: Box::pin(task) };
        TASKS.with_borrow_mut(|tasks| tasks.push_back(task));
    }
}

/// Which of several things that wait is taken first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Order {
    /// What came first.
    First,
    /// Any, by this seed: replies of one worker stay in their order, as a browser keeps it.
    Any(u64),
}

/// What a page is opened with, beyond its link.
#[derive(Clone, Debug)]
pub struct Options {
    pub order: Order,
    pub crew: usize,
    pub start: Start,
    /// The name of a GPU; its worker then trains on the CPU, as far as anybody can tell.
    pub gpu: Option<&'static str>,
    /// Whether the GPU answers nothing that it is to train, until it is [let](Page::answer).
    pub gpu_hangs: bool,
    /// Data sets that can't be loaded.
    pub missing: Vec<&'static str>,
    /// Whether the browser keeps anything.
    pub storage: bool,
    /// Why the browser's database keeps nothing.
    pub large: Option<StoreError>,
    /// Whether the browser packs links.
    pub packs: bool,
}

impl Default for Options {
    fn default() -> Self {
        // A reader who has been here before and wants to see everything.
        let detail = Some("full".into());
        let start = Start { language: "en".into(), still: true, detail, ..Start::default() };
        Options {
            order: Order::First,
            crew: 2,
            start,
            gpu: None,
            gpu_hangs: false,
            missing: Vec::new(),
            storage: true,
            large: None,
            packs: true,
        }
    }
}

/// The page and the world around it.
pub struct Page {
    pub state: State,
    pub options: Options,
    rng: ChaCha8Rng,
    /// Workers by their number; one that died is gone.
    workers: BTreeMap<usize, (WorkerId, Rc<Desk<Port>>)>,
    next_worker: usize,
    /// What a GPU that hangs has not heard.
    unheard: Vec<Request>,
    /// Events that wait to be taken, in the order in which they came.
    waiting: VecDeque<Event>,
    timers: BTreeMap<u64, (Timer, f64)>,
    next_timer: u64,
    /// What the address has after #.
    pub address: String,
    pub kept: BTreeMap<&'static str, String>,
    pub held: Option<String>,
    /// What the browser's database has, and the last number that it gave.
    /// Files of the page's own folder.
    pub below: BTreeMap<String, Vec<u8>>,
    pub large: BTreeMap<u32, (String, Vec<u8>)>,
    pub last_large: u32,
    pub told: Vec<Told>,
    /// What the page around was told that it can't have.
    pub failed: Vec<Notice>,
    /// What was left last with the script around, and whether the frame has to stay.
    pub left: (String, bool),
    pub copied: Vec<String>,
    pub saved: Vec<usize>,
    /// Texts that were saved as files, by name.
    pub texts: Vec<(String, String)>,
    pub focused: Vec<String>,
    pub scrolled: Vec<String>,
    pub pressed: Vec<String>,
    pub tones: Vec<f64>,
    /// Plots taken away: how, which, and whether as PNG.
    pub pictures: Vec<(&'static str, usize, bool)>,
    pub printed: usize,
    /// Requests that were sent, by worker.
    pub asked: Vec<(WorkerId, Request)>,
    pub drawings: usize,
}

impl Page {
    /// A page opened with a link, and settled.
    pub fn open(link: &str) -> Self {
        let mut page = Self::opened(link, Options::default());
        page.settle();
        page
    }

    /// A page that has just been opened with a link.
    pub fn opened(link: &str, options: Options) -> Self {
        NOW.set(0.0);
        TASKS.take();
        REPLIES.take();
        let fragment = if link.is_empty() { String::new() } else { format!("#{link}") };
        let start = Start { crew: options.crew, fragment, ..options.start.clone() };
        let (state, effects) = State::open(start);
        let seed = if let Order::Any(seed) = options.order { seed } else { 0 };
        let mut page = Page {
            state,
            rng: ChaCha8Rng::seed_from_u64(seed),
            workers: BTreeMap::new(),
            next_worker: 0,
            unheard: Vec::new(),
            waiting: VecDeque::new(),
            timers: BTreeMap::new(),
            next_timer: 0,
            address: link.into(),
            kept: BTreeMap::new(),
            held: None,
            below: BTreeMap::new(),
            large: BTreeMap::new(),
            last_large: 0,
            told: Vec::new(),
            failed: Vec::new(),
            left: (String::new(), false),
            copied: Vec::new(),
            saved: Vec::new(),
            texts: Vec::new(),
            focused: Vec::new(),
            scrolled: Vec::new(),
            pressed: Vec::new(),
            tones: Vec::new(),
            pictures: Vec::new(),
            printed: 0,
            asked: Vec::new(),
            drawings: 0,
            options,
        };
        let crew = shared_crew(page.options.crew, page.options.start.pages);
        let crew = (0..crew).map(WorkerId::Crew);
        for worker in [WorkerId::Study, WorkerId::Gpu].into_iter().chain(crew) {
            page.start_worker(worker);
        }
        page.run(effects);
        page
    }

    fn start_worker(&mut self, id: WorkerId) {
        let number = self.next_worker;
        self.next_worker += 1;
        self.workers.insert(number, (id, Desk::new(Port { number })));
    }

    /// Something happens.
    pub fn happen(&mut self, event: Event) {
        // Events are values: what is written down and read again does the same.
        let written = serde_json::to_string(&event).expect("events serialise");
        if !written.contains("null") {
            let read: Event = serde_json::from_str(&written).expect("what was written is read");
            assert_eq!(read, event);
        }
        NOW.set(NOW.get() + 1.0);
        update(&mut self.state, Event::Time(NOW.get()));
        let effects = update(&mut self.state, event);
        self.run(effects);
    }

    /// The reader changes a setting.
    pub fn set(&mut self, setting: &str, value: impl Into<serde_json::Value>) {
        self.edit(Edit::set(setting, value));
    }

    pub fn edit(&mut self, edit: Edit) {
        // Two changes of a person are apart, unlike those of a slider.
        NOW.set(NOW.get() + 1000.0);
        self.happen(Event::Edit(edit));
    }

    /// Plays the search as fast as it goes, to its end.
    pub fn play(&mut self) {
        self.happen(Event::Study(StudyEvent::Speed(2)));
        self.happen(Event::Study(StudyEvent::Play));
        self.settle();
    }

    fn run(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.run_one(effect);
        }
    }

    fn run_one(&mut self, effect: Effect) {
        match effect {
            Effect::Draw => self.drawings += 1,
            Effect::Ask(worker, request) => self.ask(worker, *request),
            Effect::AskAll(request) => {
                let ids: Vec<WorkerId> = self.workers.values().map(|worker| worker.0).collect();
                ids.into_iter().for_each(|id| self.ask(id, (*request).clone()));
            }
            Effect::Stop(worker) => self.stop_worker(worker),
            Effect::Replace(worker) => {
                self.stop_worker(worker);
                self.start_worker(worker);
            }
            Effect::Wait(timer, milliseconds) => {
                self.timers.retain(|_, (own, _)| *own != timer);
                let due = NOW.get() + f64::from(milliseconds);
                self.timers.insert(self.next_timer, (timer, due));
                self.next_timer += 1;
            }
            Effect::Forget(timer) => self.timers.retain(|_, (own, _)| *own != timer),
            Effect::WriteAddress(fragment) => self.address = fragment,
            kept @ (Effect::Keep(..)
            | Effect::Recall(_)
            | Effect::Hold(_)
            | Effect::KeepLarge { .. }
            | Effect::ReadLarge { .. }
            | Effect::ForgetLarge(_)) => self.keep(kept),
            wanted @ (Effect::LoadData(_)
            | Effect::LoadLessons
            | Effect::LoadExample(_)
            | Effect::FetchLesson(_)
            | Effect::FetchFile(_)) => self.load(wanted),
            Effect::Pack { why, text } => {
                let packed = self.options.packs.then(|| pack(&text));
                self.waiting.push_back(Event::Packed { why, packed });
            }
            Effect::Unpack { why, packed } => {
                self.waiting.push_back(Event::Unpacked { why, text: unpack(&packed) });
            }
            Effect::Copy(text) => {
                self.copied.push(text);
                self.waiting.push_back(Event::Share(ShareEvent::Copied(true)));
            }
            Effect::SaveFile(file) => self.saved.push(file),
            Effect::Focus(id) => self.focused.push(id),
            Effect::ScrollTo(id) => self.scrolled.push(id),
            Effect::Press(controls) => self.pressed.push(controls),
            Effect::Tone(hertz) => self.tones.push(hertz),
            Effect::Tell(told) => self.told.push(told),
            Effect::TellFailed(place) => self.failed.push(self.state.notices[place].clone()),
            Effect::Leave { text, stays } => self.left = (text, stays),
            Effect::SavePlot { plot, png } => self.pictures.push(("save", plot, png)),
            Effect::CopyPlot { plot, png } => self.pictures.push(("copy", plot, png)),
            Effect::Print => self.printed += 1,
            Effect::SaveText { name, text } => self.texts.push((name, text)),
            Effect::Restyle | Effect::Present(_) => {}
        }
    }

    /// What the browser keeps, and has kept.
    fn keep(&mut self, effect: Effect) {
        match effect {
            Effect::Keep(kept, text) => {
                if self.options.storage {
                    self.kept.insert(kept.key(), text);
                }
                self.waiting.push_back(Event::Stored(kept, self.options.storage));
            }
            Effect::Recall(kept) => {
                let text = self.kept.get(kept.key()).cloned();
                self.waiting.push_back(Event::Recalled(kept, text));
            }
            Effect::Hold(text) => self.held = Some(text),
            Effect::KeepLarge { job, text, bytes } => {
                let kept = match self.options.large {
                    Some(error) => Err(error),
                    None => {
                        self.last_large += 1;
                        self.large.insert(self.last_large, (text, bytes.to_vec()));
                        Ok(self.last_large)
                    }
                };
                self.waiting.push_back(Event::Studies(StudiesEvent::LargeKept(job, kept)));
            }
            Effect::ReadLarge { job, number } => {
                let read = self.large.get(&number).cloned().ok_or(StoreError::Missing);
                self.waiting.push_back(Event::Studies(StudiesEvent::LargeRead(job, read)));
            }
            Effect::ForgetLarge(number) => drop(self.large.remove(&number)),
            other => panic!("{other:?} keeps nothing"),
        }
    }

    /// What lies beside the page.
    fn load(&mut self, effect: Effect) {
        match effect {
            Effect::LoadData(name) => {
                let there = !self.options.missing.contains(&name.as_str());
                let payload = there.then(|| payload(&name));
                self.waiting.push_back(Event::DataLoaded(name, payload));
            }
            Effect::LoadLessons => {
                self.waiting.push_back(Event::Lesson(LessonEvent::Loaded(Some(lessons()))));
            }
            Effect::LoadExample(name) => {
                let there = !self.options.missing.contains(&name.as_str());
                let bytes = there.then(|| payload(&name));
                self.waiting.push_back(Event::File(FileEvent::Fetched(name, bytes)));
            }
            Effect::FetchLesson(name) => {
                let bytes = fs::read(format!("tests/flows/{name}")).ok();
                self.waiting.push_back(Event::Lesson(LessonEvent::Fetched(name, bytes)));
            }
            Effect::FetchFile(name) => {
                let bytes = self.below.get(&name).cloned();
                self.waiting.push_back(Event::File(FileEvent::Fetched(name, bytes)));
            }
            other => panic!("{other:?} loads nothing"),
        }
    }

    fn ask(&mut self, id: WorkerId, request: Request) {
        self.asked.push((id, request.clone()));
        let request = match request {
            Request::Adapter { job } => {
                let name = self.options.gpu.map(str::to_owned);
                let reply = Box::new(Reply::Adapter(job, name));
                return self.waiting.push_back(Event::Reply(id, reply));
            }
            train @ Request::Train { .. } if id == WorkerId::Gpu && self.options.gpu_hangs => {
                return self.unheard.push(train);
            }
            Request::Train { job, setup, points, step, gpu: _ } => {
                Request::Train { job, setup, points, step, gpu: false }
            }
            other => other,
        };
        // One that died and was not replaced hears nothing.
        if let Some((number, (_, desk))) = self.workers.iter().find(|(_, (own, _))| *own == id) {
            WORKING.set(*number);
            desk.clone().take(request);
        }
    }

    /// A GPU that hung goes on.
    pub fn answer(&mut self) {
        self.options.gpu_hangs = false;
        for request in std::mem::take(&mut self.unheard) {
            self.ask(WorkerId::Gpu, request);
        }
    }

    /// So many milliseconds pass without anything.
    pub fn pass(&mut self, milliseconds: f64) {
        NOW.set(NOW.get() + milliseconds);
    }
    /// The worker dies, with all that it was doing; the page is told.
    pub fn kill(&mut self, id: WorkerId) {
        self.kill_by(id, Cause::Other);
    }

    /// The same, and of what.
    pub fn kill_by(&mut self, id: WorkerId, cause: Cause) {
        self.stop_worker(id);
        self.happen(Event::Died(id, cause));
    }

    /// The workers that there are.
    pub fn desks(&self) -> Vec<WorkerId> {
        self.workers.values().map(|worker| worker.0).collect()
    }

    /// Which of all workers that there have been is there now.
    pub fn number_of(&self, id: WorkerId) -> Option<usize> {
        self.workers.iter().find(|(_, (own, _))| *own == id).map(|(number, _)| *number)
    }

    fn stop_worker(&mut self, id: WorkerId) {
        let dead: Vec<usize> =
            self.workers.iter().filter(|(_, (own, _))| *own == id).map(|(n, _)| *n).collect();
        for number in dead {
            self.workers.remove(&number);
            TASKS.with_borrow_mut(|tasks| tasks.retain(|task| task.worker != number));
            REPLIES.with_borrow_mut(|replies| replies.retain(|reply| reply.0 != number));
        }
    }

    /// A request that is under way fails, or whatever else the reply says.
    pub fn reply(&mut self, worker: WorkerId, reply: Reply) {
        self.happen(Event::Reply(worker, Box::new(reply)));
    }

    /// Lets every task work for a slice; whether there was any.
    fn work(&mut self) -> bool {
        let tasks = TASKS.take();
        let any = !tasks.is_empty();
        let mut context = Context::from_waker(Waker::noop());
        for mut task in tasks {
            WORKING.set(task.worker);
            if task.work.as_mut().poll(&mut context).is_pending() {
                TASKS.with_borrow_mut(|left| left.push_back(task));
            }
        }
        any
    }

    /// Takes one thing that waits: a reply or another event, by the order; whether there was any.
    fn take_one(&mut self) -> bool {
        let replies = REPLIES.with_borrow(|replies| {
            let mut first: BTreeMap<usize, usize> = BTreeMap::new();
            for (place, (worker, _)) in replies.iter().enumerate() {
                first.entry(*worker).or_insert(place);
            }
            first.into_values().collect::<Vec<usize>>()
        });
        let events = usize::from(!self.waiting.is_empty());
        if replies.len() + events == 0 {
            return false;
        }
        let chosen = match self.options.order {
            Order::First => 0,
            Order::Any(_) => self.rng.random_range(0..(replies.len() + events) as u32) as usize,
        };
        match self.waiting.pop_front_if(|_| chosen < events) {
            Some(event) => self.happen(event),
            None => {
                let place = replies[chosen - events];
                let (number, reply) = REPLIES.with_borrow_mut(|replies| replies.remove(place));
                if let Some(id) = self.workers.get(&number).map(|worker| worker.0) {
                    self.reply(id, reply);
                }
            }
        }
        true
    }

    /// Lets the next timer run out; whether there was any.
    fn ring(&mut self) -> bool {
        let next = self.timers.iter().min_by(|a, b| a.1.1.total_cmp(&b.1.1));
        let Some((&number, &(timer, due))) = next else { return false };
        self.timers.remove(&number);
        NOW.set(NOW.get().max(due));
        self.happen(Event::Timer(timer));
        true
    }

    /// One step of the world; whether anything was left to do.
    pub fn step(&mut self) -> bool {
        // With replies in any order some of them wait while the others work on.
        let late = matches!(self.options.order, Order::Any(_)) && self.rng.random_bool(0.3);
        (!late && self.take_one()) || self.work() || self.take_one() || self.ring()
    }

    /// Takes everything that waits until nothing is left to do.
    pub fn settle(&mut self) {
        self.until("nothing is left to do", |_| false);
    }

    /// Takes what waits until the page is as wanted, or nothing is left to do.
    pub fn until(&mut self, what: &str, wanted: impl Fn(&Self) -> bool) {
        for _ in 0..2_000_000 {
            if wanted(self) || !self.step() {
                return;
            }
        }
        panic!("{what}: it never comes to rest");
    }

    /// The same, and it has to come.
    pub fn wait_for(&mut self, what: &str, wanted: impl Fn(&Self) -> bool) {
        self.until(what, &wanted);
        assert!(wanted(self), "{what}: {:?}", self.state.notices);
    }

    pub fn setup(&self) -> &Setup {
        &self.state.setup
    }

    pub fn notices(&self) -> &[Notice] {
        &self.state.notices
    }

    pub fn link(&self) -> String {
        link::write(&self.state.setup)
    }

    /// What each trial of the study has come to.
    pub fn losses(&self) -> Vec<Option<f64>> {
        let trials = self.state.study.study.trials();
        trials.iter().map(|trial| trial.outcome.and_then(|outcome| outcome.loss())).collect()
    }

    pub fn points(&self) -> Vec<Vec<f64>> {
        self.state.study.study.trials().iter().map(|trial| trial.point.clone()).collect()
    }

    /// A file is dropped on the page.
    pub fn drop_file(&mut self, name: &str, bytes: &[u8]) {
        self.happen(Event::File(FileEvent::Opened(name.into(), Some(bytes.to_vec()))));
        self.settle();
    }
}

/// The file of a lesson that comes with the page.
pub fn lesson_file(name: &str) -> PathBuf {
    let mut files =
        fs::read_dir("web/lessons").expect("lessons").map(|e| e.expect("a file").path());
    let ending = format!("-{name}.json");
    let its = |path: &PathBuf| {
        // NUMBER-NAME.json
        path.file_name().is_some_and(|own| own.to_string_lossy()[2..] == ending)
    };
    files.find(its).unwrap_or_else(|| panic!("there is no lesson {name}"))
}

/// The lessons that come with the page, as the page loads them.
fn lessons() -> String {
    let mut paths: Vec<_> =
        fs::read_dir("web/lessons").expect("lessons").map(|e| e.expect("a file").path()).collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let name = stem.split_once('-').expect("NUMBER-NAME").1.to_owned();
        let text = fs::read_to_string(path).expect("a lesson");
        (name, json::read::<serde_json::Value>(&text).expect("JSON"))
    };
    json::write(&paths.iter().map(read).collect::<Vec<_>>())
}

/// Deflate and base64url, as the browser packs links.
pub fn pack(text: &str) -> String {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), Default::default());
    encoder.write_all(text.as_bytes()).expect("memory takes it");
    BASE64_URL_SAFE_NO_PAD.encode(encoder.finish().expect("memory takes it"))
}

pub fn unpack(packed: &str) -> Option<String> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(packed).ok()?;
    let mut text = String::new();
    let limit = flate2::read::DeflateDecoder::new(&bytes[..]).take(2_000_000);
    { limit }.read_to_string(&mut text).ok()?;
    Some(text)
}
