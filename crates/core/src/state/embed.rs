//! The page inside another: what it tells the page around it, and what that one may ask.
//!
//! Both sides send JSON texts by `postMessage`. Only the parent window is listened to, and only if
//! its origin is the one in the address (`?origin=`, which `embed.js` writes); what can't be read
//! is ignored.
//!
//! | told | with |
//! |---|---|
//! | `ready` | nothing: data is there, the lesson too, and the page listens; again when other data is there |
//! | `state` | `state`: the set-up, as the part of a link after `#` |
//! | `stepped` | `trials`: trials of the study on show; `best`: what the best of them scored, or null |
//! | `finished` | `screen`: `search` or `race`, whose budget is spent, with `trials`; `explore`, whose run has come to its epochs, where it rests until it is played on, or diverged: with `epochs`, `diverged` and `loss`, the validation loss then, or null |
//! | `goal` | `lesson`, `page` (from 1): a lesson's goal was met |
//! | `height` | `height`: how many pixels the page needs |
//!
//! What may be asked stands in [`message`].

use super::host;
use super::state::address::{PACKED, unpack};
use super::{Event, State};
use super::race::RaceEvent;
use super::run::RunEvent;
use super::search::StudyEvent;
use serde_json::{Value, json};
use crate::link;
use crate::link::message::{self, Command};
use crate::link::results;
use crate::setup::Screen;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Window};
use yew::{Callback, Context};

/// The page around this one.
pub struct Embed {
    parent: Window,
    origin: String,
    height: i32,
    /// What was last told, so that each thing is told once.
    told: (bool, String, usize, [bool; 3], Option<usize>),
}

impl Embed {
    /// Listens to the page around this one; none where there is none, or its origin was not given.
    pub fn open(heard: Callback<Command>) -> Option<Self> {
        let origin = host::query("origin")?;
        let window = web_sys::window()?;
        let parent = window.parent().ok().flatten().filter(|parent| *parent != window)?;
        let (only, around) = (origin.clone(), JsValue::from(parent.clone()));
        let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let from_parent = event.source().is_some_and(|source| JsValue::from(source) == around);
            let command = event.data().as_string().and_then(|text| message::read(&text));
            if let (true, Some(command)) = (from_parent && event.origin() == only, command) {
                heard.emit(command);
            }
        });
        window
            .add_event_listener_with_callback("message", listener.into_js_value().unchecked_ref())
            .ok()?;
        host::set_root("data-embed", "");
        Some(Self { parent, origin, height: 0, told: Default::default() })
    }

    fn tell(&self, what: &Value) {
        // A parent of another origin than it should be hears nothing; that is the point. One from
        // disk has none to name.
        let target = if self.origin == "null" { "*" } else { &self.origin };
        let _ = self.parent.post_message(&what.to_string().into(), target);
    }

    /// Tells how high the page is, when that has changed.
    pub fn fit(&mut self) {
        let root =
            web_sys::window().and_then(|w| w.document()).and_then(|d| d.get_element_by_id("app"));
        let height = root.map_or(0, |root| root.scroll_height());
        if height != self.height {
            self.height = height;
            self.tell(&json!({ "type": "height", "height": height }));
        }
    }
}

impl State {
    /// Tells the page around this one what is new.
    pub(super) fn tell_embedder(&mut self) {
        let Some(mut embed) = self.embed.take() else { return };
        let shown = self.setup.search.shown.min(self.study.done());
        let budget = self.setup.search.budget;
        let (trials, raced) = (self.study.done(), self.race.board.finished());
        // Of all that was run, wherever the reader looks back to.
        let diverged = self.run.branch().is_some_and(|branch| branch.diverged.is_some());
        let epochs = self.run.history().len().saturating_sub(1);
        let finished =
            [trials >= budget, raced >= budget, diverged || epochs >= self.setup.training.epochs];
        // A lesson that is still to come sets up other things.
        let coming = self.lesson.coming && !self.setup.lesson.name.is_empty();
        let now = (
            self.ready() && !coming,
            link::write(&self.setup),
            shown,
            finished,
            self.lesson.met.then_some(self.setup.lesson.page),
        );
        let old = std::mem::replace(&mut embed.told, now.clone());
        if now.0 && !old.0 {
            embed.tell(&json!({ "type": "ready" }));
        }
        if now.1 != old.1 {
            embed.tell(&json!({ "type": "state", "state": now.1 }));
        }
        if now.2 != old.2 {
            embed.tell(&json!({ "type": "stepped", "trials": shown, "best": self.study.best(shown).map(|b| self.scored(b.1)) }));
        }
        for i in (0..3).filter(|&i| now.3[i] && !old.3[i]) {
            embed.tell(&match i {
                0 => json!({ "type": "finished", "screen": "search", "trials": trials }),
                1 => json!({ "type": "finished", "screen": "race", "trials": raced }),
                _ => {
                    let loss = self.run.history().get(epochs).map(|report| report.valid_loss);
                    json!({ "type": "finished", "screen": "explore", "epochs": epochs, "diverged": diverged, "loss": loss })
                }
            });
        }
        if now.4.is_some() && now.4 != old.4 {
            let lesson = &self.setup.lesson;
            embed.tell(&json!({ "type": "goal", "lesson": lesson.name, "page": lesson.page + 1 }));
        }
        self.embed = Some(embed);
    }

    /// Shows the set-up of a link that was asked for under a number, where it is one. What the link
    /// says was found is trained again.
    pub(super) fn set_state(&mut self, number: u32, text: &str) {
        if let Ok(setup) = link::read(results::split(text).0)
            && let Some(setup) = self.opening.show(number, setup)
        {
            // Nobody unlocks from outside what was handed out locked.
            self.open_setup(setup);
        }
    }

    pub(super) fn embed_command(&mut self, command: Command) {
        let message = match (command, self.setup.screen) {
            (Command::Set { state }, _) => {
                let (state, number) = (state.trim_start_matches('#'), self.opening.ask());
                return match state.strip_prefix(PACKED) {
                    Some(packed) => unpack(packed, move |text| Message::Set(number, text)),
                    None => self.set_state(number, state),
                };
            }
            (Command::Play, Screen::Explore) => Message::Run(RunEvent::Play),
            (Command::Pause, Screen::Explore) => Message::Run(RunEvent::Pause),
            (Command::Step, Screen::Explore) => Message::Run(RunEvent::Step),
            (Command::Play, Screen::Race) => Message::Race(RaceEvent::Start),
            (Command::Pause, Screen::Race) => Message::Race(RaceEvent::Cancel),
            (Command::Step, Screen::Race) => Message::Race(RaceEvent::Forth),
            (Command::Play, _) => Message::Study(StudyEvent::Play),
            (Command::Pause, _) => Message::Study(StudyEvent::Pause),
            (Command::Step, _) => Message::Study(StudyEvent::Step),
        };
        ctx.link().send_message(message);
    }
}
