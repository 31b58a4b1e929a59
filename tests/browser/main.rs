//! The built page in real browsers. `cargo xtask test` builds it and says where it is; without that
//! these tests show as ignored.

mod audit;
mod boot;
mod embed;
mod evaluation;
mod examples;
mod explore;
mod files;
mod harness;
mod landscape;
mod lessons;
mod linked;
mod locks;
mod look;
mod native;
mod offline;
mod options;
mod page;
mod present;
mod race;
mod server;
mod shots;
mod steps;
mod studies;
mod study;
mod webgpu;

use harness::{Browser, Kind};
use libtest_mimic::{Arguments, Trial};
use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A test is a name and what to do in a fresh browser, whichever it is; done once more where it
/// fails.
type Test = (&'static str, fn(&Browser));

/// So many tests may be done once more; where more fail, it is not the machine.
const MOST_AGAIN: usize = 3;
static AGAIN: AtomicUsize = AtomicUsize::new(0);

fn main() {
    if let Some(folder) = std::env::var_os("TUNESCAPE_SCREENSHOTS") {
        return shots::take(folder.as_ref());
    }
    let mut args = Arguments::from_args();
    // Browsers use every core themselves.
    args.test_threads = Some(1);
    let everywhere = [
        audit::TESTS,
        boot::TESTS,
        evaluation::TESTS,
        explore::TESTS,
        landscape::TESTS,
        studies::TESTS,
        study::TESTS,
        files::TESTS,
        linked::TESTS,
        look::TESTS,
        options::TESTS,
        present::TESTS,
        race::TESTS,
        lessons::TESTS,
        locks::TESTS,
        embed::TESTS,
        examples::TESTS,
        offline::TESTS,
    ]
    .concat();
    let trials = Kind::ALL.into_iter().flat_map(|kind| {
        let only_here = match kind {
            Kind::ChromiumWebgpu => webgpu::TESTS,
            Kind::ChromiumPlain => look::ON_THE_CPU,
            // It takes minutes for the whole landscape where the machine is busy.
            Kind::Firefox => &[],
        };
        let tests = [&everywhere, only_here].concat();
        tests.into_iter().map(move |(name, test)| {
            Trial::test(format!("{kind:?}::{name}"), move || {
                let once = || panic::catch_unwind(|| test(&Browser::open(kind)));
                if let Err(failure) = once() {
                    // A busy machine may hold a browser up for longer than a test waits; both tries
                    // are told.
                    if AGAIN.fetch_add(1, Ordering::Relaxed) >= MOST_AGAIN {
                        panic::resume_unwind(failure);
                    }
                    eprintln!("{kind:?}::{name} failed and is tried once more");
                    test(&Browser::open(kind));
                }
                Ok(())
            })
            .with_ignored_flag(server::dist().is_none())
        })
    });
    libtest_mimic::run(&args, trials.collect()).exit();
}
