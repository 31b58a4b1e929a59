//! Ctrl-C: the first lets what is under way come to rest, the second ends at once.

use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// Exit code of what was interrupted.
pub const CODE: u8 = 130;

/// Listens to SIGINT and SIGTERM from now on.
pub fn listen() {
    // Where nobody can listen, Ctrl-C ends the command at once.
    let _ = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(CODE));
        }
    });
}

/// Whether somebody wants it to end.
pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
