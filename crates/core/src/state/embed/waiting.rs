//! What the page around asks to be played before there are data to train on: it is played once they
//! are there. Another set-up, or a pause, takes it back.

use super::State;
use crate::link::message::Command;

/// What waits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Waiting {
    command: Option<Command>,
    /// The packed set-up that is being unpacked, by its number: it is what will be played.
    unpacking: Option<u32>,
}

impl State {
    /// Whether something that is asked for has to wait.
    pub(super) fn has_to_wait(&mut self, command: &Command) -> bool {
        let ready = self.ready();
        let Some(embed) = &mut self.embed else { return false };
        let waiting = &mut embed.waiting;
        match command {
            Command::Play | Command::Step if !ready || waiting.unpacking.is_some() => {
                waiting.command = Some(command.clone());
                return true;
            }
            Command::Set { .. } => *waiting = Waiting::default(),
            Command::Pause => waiting.command = None,
            _ => {}
        }
        false
    }

    /// A packed set-up of this number is being unpacked.
    pub(super) fn wait_for_set_up(&mut self, number: u32) {
        if let Some(embed) = &mut self.embed {
            embed.waiting.unpacking = Some(number);
        }
    }

    /// It is unpacked.
    pub(super) fn set_up_is_there(&mut self, number: u32) {
        if let Some(embed) = &mut self.embed {
            embed.waiting.unpacking.take_if(|own| *own == number);
        }
    }

    /// Does what waits, if it can be done now. What has killed workers meanwhile is not.
    pub(in crate::state) fn do_what_waits(&mut self) {
        let (ready, held) = (self.ready(), self.is_held_back());
        let Some(embed) = &mut self.embed else { return };
        if ready && embed.waiting.unpacking.is_none() {
            let command = embed.waiting.command.take().filter(|_| !held);
            command.into_iter().for_each(|command| self.command(command));
        }
    }
}
