//! The shell: it turns what happens in the browser into events, has the state decide, and runs the
//! effects. It holds the handles (workers, timers, the page around this one), and decides nothing.

use crate::controls::link::Link;
use crate::host::{self, attention};
use crate::keys::{self, Keys, Place};
use crate::page;
use crate::parent::Parent;
use crate::picture;
use crate::plot::colour;
use crate::pool::{Pool, Word};
use crate::present::notes;
use crate::present::notes::{NotesWindow, Written};
use crate::share::export;
use crate::sound::Sound;
use crate::store;
use crate::words;
use crate::words::texts::t;
use gloo::timers::callback::Timeout;
use std::collections::HashMap;
use tunescape_core::landscape_file::MAX_BYTES;
use tunescape_core::link::message::Command;
use tunescape_core::setup::needs::{crew, shared_crew};
use tunescape_core::state::file::FileEvent;
use tunescape_core::state::lesson::LessonEvent;
use tunescape_core::state::share::ShareEvent;
use tunescape_core::state::studies::StudiesEvent;
use tunescape_core::state::{Effect, Event, Kept, Start, State, Timer, update};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// The reader's file lies there as long as the tab is open.
const HELD_FILE: &str = "file";

/// What in the address says how many pages in sight share the machine.
const SHARE: &str = "share";

/// What the shell is told.
#[derive(Debug)]
pub enum Message {
    /// Something has happened.
    Event(Event),
    /// A file was chosen or dropped; it is still to be read.
    Pick(web_sys::File),
    /// The address has become another.
    Address,
    /// The page has become higher or lower by itself.
    Sized,
}

impl From<Event> for Message {
    fn from(event: Event) -> Self {
        Message::Event(event)
    }
}

/// The page.
pub struct Shell {
    state: State,
    pool: Pool,
    parent: Option<Parent>,
    timers: HashMap<Timer, Timeout>,
    keys: Keys,
    /// Where the keyboard's focus is.
    place: Place,
    notes: NotesWindow,
    sound: Sound,
    /// What takes the keyboard's focus once the page is drawn.
    focus: Option<String>,
    scroll_to: Option<String>,
    /// The fragment that the page has last opened or written.
    address: String,
}

impl Component for Shell {
    type Message = Message;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link();
        // Where that can't be, strategies are still told apart by their names.
        let _ = host::add_rules(&colour::rules());
        let heard = link.callback(|(worker, word)| match word {
            Word::Reply(reply) => Event::Reply(worker, Box::new(reply)),
            Word::Died(cause) => Event::Died(worker, cause),
        });
        let parent = Parent::listen(link.callback(Event::Command));
        listen(link, parent.is_some());
        let start = start(parent.is_some());
        let pool = Pool::new(heard, shared_crew(start.crew, start.pages));
        let (state, effects) = State::open(start);
        let mut shell = Shell {
            state,
            pool,
            parent,
            timers: HashMap::new(),
            keys: Keys::listen(link.callback(Event::Key)),
            place: Place::follow(),
            notes: NotesWindow::default(),
            sound: Sound::default(),
            focus: None,
            scroll_to: None,
            address: host::fragment(),
        };
        shell.run(link, effects);
        shell
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Event(event) => self.happen(ctx.link(), event),
            Message::Pick(file) => {
                read(ctx.link(), file);
                false
            }
            Message::Address => {
                self.address = host::fragment();
                self.happen(ctx.link(), Event::Link(self.address.clone()))
            }
            Message::Sized => {
                self.parent.iter_mut().for_each(Parent::fit);
                false
            }
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, _first: bool) {
        self.parent.iter_mut().for_each(Parent::fit);
        self.write_notes(ctx.link());
        attention::point(self.state.pointed());
        if let Some(id) = self.focus.take() {
            attention::focus(&id);
        }
        if let Some(id) = self.scroll_to.take() {
            attention::scroll_to(&id);
        }
        self.place.keep();
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let (events, files) = (link.callback(Message::Event), link.callback(Message::Pick));
        let link = Link::new(events, files, self.state.rules());
        page::page(&self.state, &link)
    }
}

/// What the page finds when it is opened.
fn start(embedded: bool) -> Start {
    let remembered = |kept: Kept| host::remembered(kept.key());
    let language =
        host::query("lang").or_else(|| remembered(Kept::Language)).unwrap_or_else(host::language);
    let theme = host::query("theme").or_else(|| remembered(Kept::Theme));
    Start {
        language,
        dark: theme.map_or_else(host::prefers_dark, |theme| theme == "dark"),
        still: host::still(),
        embedded,
        sandboxed: host::sandboxed(),
        crew: crew(host::processors(), host::memory()),
        pages: host::query(SHARE).and_then(|pages| pages.parse().ok()).unwrap_or(1),
        memory: host::memory(),
        fragment: host::fragment(),
        studies: remembered(Kept::Studies),
        last: remembered(Kept::LastLink),
        lessons: remembered(Kept::Lessons),
        detail: remembered(Kept::Detail),
        tour: remembered(Kept::Tour),
        speed_cpu: remembered(Kept::SpeedCpu),
        speed_gpu: remembered(Kept::SpeedGpu),
        held_file: host::held(HELD_FILE),
    }
}

/// Listens to what happens in the browser but for the controls of the page.
fn listen(link: &Scope, embedded: bool) {
    if embedded {
        host::sized(link.callback(|()| Message::Sized));
    }
    // In a frame that the script made, the script says that.
    if host::framed() && host::query(SHARE).is_none() {
        let seen = |visible| Event::Command(Command::Sight { visible });
        host::watch_sight(link.callback(seen));
    }
    // What else tabs remember counts from the next visit on.
    host::listen_to_storage(link.batch_callback(|(key, text): (String, String)| {
        let kept = [Kept::Studies, Kept::Lessons].into_iter().find(|kept| key == kept.key());
        kept.map(|kept| Message::Event(Event::Recalled(kept, Some(text))))
    }));
    let pasted = link.callback(|text: String| {
        Event::File(FileEvent::Opened(t!("csv.pasted"), Some(text.into_bytes())))
    });
    host::listen(link.callback(Message::Pick), pasted, link.callback(|()| Message::Address));
}

/// Reads a file, unless it is larger than any that could be used.
fn read(link: &Scope, file: web_sys::File) {
    let (name, bytes) = (file.name(), file.size() as usize);
    if bytes > MAX_BYTES {
        return link.send_message(Event::File(FileEvent::TooLarge(name, bytes)));
    }
    let link = link.clone();
    spawn_local(async move {
        let read = wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await.ok();
        let bytes = read.map(|buffer| js_sys::Uint8Array::new(&buffer).to_vec());
        // What is done with a large one is a task of its own.
        let told = Event::File(FileEvent::Opened(name, bytes));
        Timeout::new(0, move || link.send_message(told)).forget();
    });
}

/// What events are sent through.
type Scope = yew::html::Scope<Shell>;

impl Shell {
    /// Has the state decide what an event does; whether the page is to be drawn anew.
    fn happen(&mut self, link: &Scope, event: Event) -> bool {
        update(&mut self.state, Event::Time(host::now()));
        let effects = update(&mut self.state, event);
        self.run(link, effects)
    }

    /// Runs effects; whether the page is to be drawn anew.
    fn run(&mut self, link: &Scope, effects: Vec<Effect>) -> bool {
        let mut draws = false;
        for effect in effects {
            draws |= effect == Effect::Draw;
            self.run_one(link, effect);
        }
        draws
    }

    fn run_one(&mut self, link: &Scope, effect: Effect) {
        match effect {
            Effect::Draw => {}
            Effect::Ask(worker, request) => self.pool.send(worker, &request),
            Effect::AskAll(request) => self.pool.send_all(&request),
            Effect::Replace(worker) => self.pool.replace(worker),
            Effect::Stop(worker) => self.pool.stop(worker),
            Effect::Wait(timer, milliseconds) => {
                let link = link.clone();
                let over = move || link.send_message(Event::Timer(timer));
                self.timers.insert(timer, Timeout::new(milliseconds, over));
            }
            Effect::Forget(timer) => drop(self.timers.remove(&timer)),
            Effect::WriteAddress(fragment) => self.write_address(&fragment),
            Effect::Keep(kept, text) => {
                let stored = host::remember(kept.key(), &text);
                link.send_message(Event::Stored(kept, stored));
            }
            Effect::Recall(kept) => {
                link.send_message(Event::Recalled(kept, host::remembered(kept.key())));
            }
            Effect::Hold(text) => host::hold(HELD_FILE, &text),
            Effect::Copy(_) | Effect::CopyPlot { .. } => copy(link, effect),
            Effect::SaveFile(place) => {
                if let Some(file) = export::FILES.get(place) {
                    host::save(file.name, file.kind, &(file.make)(&self.state));
                }
            }
            Effect::SaveText { name, text } => host::save(&name, "text/plain", &text),
            Effect::SavePlot { plot, png } => picture::save(plot, png),
            Effect::Print => host::print(),
            Effect::Focus(id) => self.focus = Some(id),
            Effect::ScrollTo(id) => self.scroll_to = Some(id),
            Effect::Press(controls) => keys::press(&controls),
            Effect::Restyle => self.restyle(),
            Effect::Present(on) => host::present(on),
            Effect::Tone(hertz) => self.sound.tone(hertz),
            Effect::Tell(told) => self.parent.iter().for_each(|parent| parent.tell(&told)),
            Effect::TellFailed(place) => self.tell_failed(place),
            Effect::Leave { text, stays } => {
                self.parent.iter().for_each(|parent| parent.leave(&text, stays));
            }
            Effect::LoadData(_)
            | Effect::LoadLessons
            | Effect::LoadExample(_)
            | Effect::FetchLesson(_)
            | Effect::FetchFile(_)
            | Effect::KeepLarge { .. }
            | Effect::ReadLarge { .. }
            | Effect::ForgetLarge(_)
            | Effect::Pack { .. }
            | Effect::Unpack { .. } => load(link, effect),
        }
    }

    /// Writes the address, unless another link stands there by now: that it does is on its way.
    fn write_address(&mut self, fragment: &str) {
        if host::fragment() == self.address {
            host::set_fragment(fragment);
            self.address = host::fragment();
        }
    }

    /// Tells the page around this one what the notice of a place says.
    fn tell_failed(&self, place: usize) {
        if let (Some(parent), Some(notice)) = (&self.parent, self.state.notices.get(place)) {
            parent.tell_failed(&words::notice(notice));
        }
    }

    fn restyle(&self) {
        rust_i18n::set_locale(self.state.locale);
        host::set_root("lang", self.state.locale);
        host::set_root("data-theme", if self.state.dark { "dark" } else { "light" });
    }

    /// Writes the teacher's notes into their window, or closes it.
    fn write_notes(&mut self, link: &Scope) {
        if !self.state.present.notes {
            return self.notes.close();
        }
        match self.notes.write(notes::lines(&self.state), &self.keys) {
            Written::Done => {}
            why => link.send_message(Event::NotesClosed { refused: why == Written::Refused }),
        }
    }
}

/// Puts a text or a plot on the clipboard.
fn copy(link: &Scope, effect: Effect) {
    let link = link.clone();
    spawn_local(async move {
        let copied = match effect {
            Effect::Copy(text) => host::copy(&text).await,
            Effect::CopyPlot { plot, png } => picture::copy(plot, png).await,
            _ => false,
        };
        link.send_message(Event::Share(ShareEvent::Copied(copied)));
    });
}

/// The bytes of a file below the page's own folder; none where it can't be had.
async fn read_below(address: &str) -> Option<Vec<u8>> {
    Some(js_sys::Uint8Array::from(host::read(address).await.ok()?).to_vec())
}

/// What a script of the folder `data` holds; none where it can't be had.
async fn load_payload(name: &str) -> Option<Vec<u8>> {
    Some(js_sys::Uint8Array::from(host::load(name).await.ok()?).to_vec())
}

/// Runs an effect that takes its time, and tells what has come of it.
fn load(link: &Scope, effect: Effect) {
    let link = link.clone();
    spawn_local(async move {
        let event = match effect {
            Effect::LoadData(name) => {
                let payload = load_payload(&name).await;
                Event::DataLoaded(name, payload)
            }
            Effect::LoadLessons => {
                let bytes = load_payload("lessons").await;
                let json = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
                Event::Lesson(LessonEvent::Loaded(json))
            }
            Effect::LoadExample(name) => {
                let bytes = load_payload(&name).await;
                Event::File(FileEvent::Fetched(name, bytes))
            }
            Effect::FetchLesson(name) => {
                let bytes = read_below(&name).await;
                Event::Lesson(LessonEvent::Fetched(name, bytes))
            }
            Effect::FetchFile(name) => {
                let bytes = read_below(&name).await;
                Event::File(FileEvent::Fetched(name, bytes))
            }
            Effect::Pack { why, text } => {
                let packed = host::pack(&text).await.ok().and_then(|packed| packed.as_string());
                Event::Packed { why, packed }
            }
            Effect::Unpack { why, packed } => {
                let text = host::unpack(&packed).await.ok().and_then(|text| text.as_string());
                Event::Unpacked { why, text }
            }
            Effect::KeepLarge { job, text, bytes } => {
                let kept = store::keep(&text, &bytes).await;
                Event::Studies(StudiesEvent::LargeKept(job, kept))
            }
            Effect::ReadLarge { job, number } => {
                Event::Studies(StudiesEvent::LargeRead(job, store::read(number).await))
            }
            Effect::ForgetLarge(number) => return store::forget(number).await,
            _ => return,
        };
        link.send_message(event);
    });
}
