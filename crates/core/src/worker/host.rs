//! What a worker stands on, so that the same worker runs in a browser and in a native test.

use super::Reply;
use crate::data::encoding::{Encoding, decode_latin1};
use std::task::Poll;

/// The channel to the page, the clock and the turn-taking of a worker.
pub trait Host: 'static {
    /// Sends a reply to the page.
    fn post(&self, reply: &Reply);

    /// Milliseconds since this worker started.
    fn now() -> f64;

    /// Milliseconds of a clock that all workers share.
    fn clock() -> f64;

    /// Lets waiting messages in.
    fn breathe() -> impl Future<Output = ()>;

    /// Does nothing for some milliseconds, and leaves the processor to others.
    fn rest(milliseconds: f64) -> impl Future<Output = ()>;

    /// Runs a task, which takes turns with all others.
    fn spawn(task: impl Future<Output = ()> + 'static);

    /// Reads bytes in an encoding that is not Unicode, with U+FFFD for what can't be read; `None`
    /// if it does not know the encoding. A host without tables of letters knows Latin-1 alone.
    fn decode(encoding: Encoding, bytes: &[u8]) -> Option<String> {
        decode_latin1(encoding, bytes)
    }
}

/// Lets every other task have its turn once, where all are polled one after the other.
pub async fn yield_once() {
    let mut yielded = false;
    std::future::poll_fn(|_| match std::mem::replace(&mut yielded, true) {
        true => Poll::Ready(()),
        false => Poll::Pending,
    })
    .await;
}
