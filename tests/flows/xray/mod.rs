//! Studies from elsewhere: every kind of file, what strategies make of them, and what goes wrong.
//! The files lie in `tests/import`, beside the scripts that made them.

mod asking;
mod kept;
mod leaving;
mod looking;
mod opening;
mod race;

use crate::driver::{Options, Page};
use tunescape_core::state::Event;
use tunescape_core::state::xray::opening::Stage;
use tunescape_core::state::xray::{OpenStudy, XrayEvent};
use tunescape_core::worker::Request;

const SMALL: &str = "v=1&data.name=moons&map.side=8&training.epochs=2&search.budget=2";

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("tests/import/{name}")).expect("a file")
}

fn xray(page: &mut Page, event: XrayEvent) {
    page.happen(Event::Xray(event));
    page.settle();
}

/// A page on which one of the files has been dropped.
fn dropped(name: &str) -> Page {
    let mut page = Page::open(SMALL);
    page.drop_file(name, &file(name));
    page
}

fn open(page: &Page) -> &OpenStudy {
    page.state.xray.open.as_deref().expect("an open study")
}

fn stage(page: &Page) -> &Stage {
    &page.state.xray.opening.as_ref().expect("a file").stage
}

/// How many requests about a study were sent.
fn asked(page: &Page) -> usize {
    page.asked.iter().filter(|(_, request)| matches!(request, Request::Xray { .. })).count()
}

/// A study of 30 trials of a bowl, as a table.
fn bowl(trials: usize) -> Vec<u8> {
    let mut text = String::from("x,y,value\n");
    for n in 0..trials {
        let at = |prime: f64| (n as f64 * prime).fract();
        let (x, y) = (at(0.618_034), at(0.754_877));
        let value = (x - 0.7) * (x - 0.7) + (y - 0.3) * (y - 0.3);
        text += &format!("{x},{y},{value}\n");
    }
    text.into_bytes()
}

/// A page with an open table of that bowl.
fn with_bowl(options: Options, trials: usize) -> Page {
    let mut page = Page::opened(&format!("{SMALL}&screen=xray"), options);
    page.settle();
    page.drop_file("bowl.csv", &bowl(trials));
    xray(&mut page, XrayEvent::Read);
    page
}
