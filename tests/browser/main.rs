//! The built page in real browsers, several side by side: each test has a driver, a browser, a
//! profile and a server of its own. `cargo xtask test` builds the page and says where it is; without
//! that these tests show as ignored.

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
use std::num::NonZero;

/// A test is a name and what to do in a fresh browser, whichever it is.
type Test = (&'static str, fn(&Browser));

fn main() {
    if let Some(folder) = std::env::var_os("TUNESCAPE_SCREENSHOTS") {
        return shots::take(folder.as_ref());
    }
    let mut args = Arguments::from_args();
    args.test_threads = args.test_threads.or(Some(at_once()));
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
                test(&Browser::open(kind));
                Ok(())
            })
            .with_ignored_flag(server::dist().is_none())
        })
    });
    libtest_mimic::run(&args, trials.collect()).exit();
}

/// How many browsers run side by side: TUNESCAPE_BROWSERS, or one for each core.
fn at_once() -> usize {
    match std::env::var("TUNESCAPE_BROWSERS") {
        Ok(number) => number.parse().expect("TUNESCAPE_BROWSERS is a number"),
        Err(_) => std::thread::available_parallelism().map_or(1, NonZero::get),
    }
}
