//! The built page with a result in it, served on 127.0.0.1.
//!
//! What the page takes is a link. A study goes whole, packed with what its trials came to; a
//! landscape is served beside the page, and the link names it; of a race or a run only the set-up
//! goes.

use crate::error::Error;
use crate::input::{self, Input};
use crate::line::{Header, Kind};
use crate::options::OpenOptions;
use crate::pool::Pool;
use crate::store::{Store, put};
use crate::study::{self, Told};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use flate2::write::DeflateEncoder;
use site::server::Site;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tunescape_core::landscape_file::{self, MAX_BYTES};
use tunescape_core::link::{self, results};
use tunescape_core::setup::{Screen, Setup};
use tunescape_core::state::address::{OPEN, PACKED};

/// What a landscape's file is called beside the page.
const SERVED: &str = "landscape.jsonl";
/// Bytes that tell what a file is.
const HEAD: u64 = 64 << 10;

pub fn run(options: OpenOptions) -> Result<(), Error> {
    let dist = &options.dist;
    if !dist.join("index.html").is_file() {
        let why = "no built page; `cargo xtask build` leaves one in dist/";
        return Err(Error::usage("--dist", dist.display(), why));
    }
    let fragment = fragment(&options.input)?;
    let mut site = Site::open(dist, options.port)
        .map_err(|e| Error::usage("--port", options.port, format!("can't listen: {e}")))?;
    if fragment.starts_with(OPEN) {
        site.others.push((format!("/{SERVED}"), options.input.clone().into()));
    }
    let mut out = io::stdout().lock();
    put(&mut out, &format!("http://127.0.0.1:{}/#{fragment}", site.port()))?;
    drop(out);
    if options.print {
        return Ok(());
    }
    let site = Arc::new(site);
    let stop = site.clone();
    std::thread::spawn(move || {
        while !crate::stop::asked() {
            std::thread::sleep(Duration::from_millis(50));
        }
        stop.close();
    });
    site.serve().map_err(|e| Error::Failed(format!("can't serve: {e}")))
}

/// What the address has after its #.
fn fragment(input: &str) -> Result<String, Error> {
    let path = Path::new(input);
    let store = File::open(path).ok().and_then(|file| Store::open(path, file).ok());
    let Some(store) = store else {
        return match is_landscape(path) {
            true => landscape_link(path),
            false => Ok(link::write(&input::setup(input)?)),
        };
    };
    let Header { tunescape: kind, seeds, .. } = store.header;
    let setup = store.header.setup(path)?;
    match kind {
        Kind::Study if seeds == setup.evaluation.repeats => study_link(&store, setup),
        Kind::Study => {
            eprintln!(
                "tunescape: the page trains a trial {} times at most: it runs the search anew",
                16
            );
            Ok(link::write(&setup))
        }
        Kind::Landscape => landscape_link(path),
        Kind::Race | Kind::Train => {
            eprintln!("tunescape: the page takes the set-up, and runs it anew");
            let screen = if kind == Kind::Race { Screen::Race } else { Screen::Explore };
            Ok(link::write(&Setup { screen, ..setup }))
        }
    }
}

/// Whether a file is the page's own export of a landscape.
fn is_landscape(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
    // Results of the command that can't be read say why themselves.
    read.is_ok() && !head.starts_with(b"{\"tunescape\"") && landscape_file::looks_like_one(&head)
}

/// A link to the file itself, which is served beside the page.
fn landscape_link(path: &Path) -> Result<String, Error> {
    let size = path.metadata().map_or(0, |file| file.len());
    if size > MAX_BYTES as u64 {
        let [size, most] = [size, MAX_BYTES as u64].map(|bytes| bytes >> 20);
        return Err(Error::file(path, format!("{size} MiB, of {most} that the page opens")));
    }
    Ok([OPEN, SERVED].concat())
}

/// A link with what the study's trials came to.
fn study_link(store: &Store, setup: Setup) -> Result<String, Error> {
    let input = Input { sources: Vec::new(), fingerprint: None, setup };
    let input = if input.setup.data.name == "csv" {
        return Err(Error::file(store.path(), "no link carries the reader's own table"));
    } else {
        Input::with_data(input.setup, None, None)?
    };
    let overview = Pool::new(1, &input, None).overview(&input.setup)?;
    let mut told = Told::new(&input.setup, &overview);
    told.advance(&study::trials(store)?)?;
    let mut setup = input.setup.clone();
    setup.screen = Screen::Search;
    let run = told.study.trials().len();
    (setup.search.run, setup.search.shown) = (run, run);
    let (brief, beside) = link::brief(&setup);
    let text = results::join(&brief, &told.study);
    let mut encoder = DeflateEncoder::new(Vec::new(), Default::default());
    let packed = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish());
    let packed = packed.map_err(|e| Error::Failed(format!("can't pack the link: {e}")))?;
    Ok([PACKED, &BASE64_URL_SAFE_NO_PAD.encode(packed), &beside].concat())
}
