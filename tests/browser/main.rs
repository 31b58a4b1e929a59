//! The built page in real browsers, several side by side: each test has a driver, a browser, a
//! profile and a server of its own. `cargo xtask test` builds the page and says where it is; without
//! that these tests show as ignored.

mod audit;
mod boot;
mod cases;
mod drills;
mod embed;
#[path = "../common/engine.rs"]
mod engine;
mod examples;
mod explore;
mod files;
mod frames;
mod harness;
mod isolation;
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
mod tools;
mod webgpu;
mod xray;

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
    let everywhere =
        [boot::TESTS, landscape::TESTS, lessons::TESTS, offline::TESTS, study::TESTS].concat();
    // They train on the CPU alone or not at all: WebGPU is nothing to them.
    let in_each_browser = [
        audit::TESTS,
        boot::NOTICES,
        drills::TESTS,
        embed::TESTS,
        files::TESTS,
        linked::TESTS,
        locks::TESTS,
        look::TESTS,
        offline::BUILDS,
        present::TESTS,
        race::TESTS,
        studies::TESTS,
        xray::TESTS,
    ]
    .concat();
    // What they use of a browser the others ask of each; one is enough, in turns.
    let in_chromium = [cases::TESTS, options::TESTS, study::ON_THE_CPU].concat();
    let in_firefox = [examples::TESTS, explore::TESTS].concat();
    let trials = Kind::ALL.into_iter().flat_map(|kind| {
        let more = match kind {
            Kind::ChromiumWebgpu => webgpu::TESTS.to_vec(),
            Kind::ChromiumPlain => [&in_each_browser, &*in_chromium, look::FIRST_VISIT].concat(),
            Kind::Firefox => [&*in_each_browser, &in_firefox].concat(),
            Kind::Webkit => boot::SMOKE.to_vec(),
        };
        let all = if kind == Kind::Webkit { &[] } else { &*everywhere };
        let tests = [all, &*more].concat();
        tests.into_iter().map(move |(name, test)| {
            Trial::test(format!("{kind:?}::{name}"), move || {
                test(&Browser::open(kind));
                Ok(())
            })
            .with_ignored_flag(server::dist().is_none() || !kind.is_there())
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
