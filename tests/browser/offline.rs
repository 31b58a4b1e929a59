//! The page without a host, and without a network.

use crate::harness::{Browser, Kind};
use crate::page;
use crate::server::{Server, dist};
use std::fs;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

pub const TESTS: &[crate::Test] = &[
    ("one_file_runs_from_disk", single_file),
    ("after_the_first_visit_no_network_is_needed", offline),
];

pub const BUILDS: &[crate::Test] = &[
    ("a_tab_left_open_over_a_new_build_and_a_new_one_both_work", builds),
    ("a_service_worker_whose_storage_fails_leaves_all_to_the_network", without_storage),
];

const QUICK: &str = "#v=1&training.epochs=10&map.side=8";

/// It trains, and data and lessons are there.
fn works(browser: &Browser) {
    page::ready(browser);
    browser.click(".tab:nth-child(2)");
    page::map_trained(browser);
    browser.click(".set[data-name=iris]");
    browser.wait_for("iris", || {
        browser.is_there(".set.current[data-name=iris]")
            && browser.text("#data-about").contains("iris")
    });
    page::map_trained(browser);
    browser.click(".tab:nth-child(4)");
    browser.wait_for("the lessons", || browser.is_there("#lessons > li"));
}

fn single_file(browser: &Browser) {
    let file = dist().expect("it is built").canonicalize().expect("a path").join("tunescape.html");
    browser.goto(&format!("file://{}{QUICK}", file.display()));
    works(browser);
    let elsewhere = |url: &String| !url.starts_with("file:") || !url.contains("tunescape.html");
    assert_eq!(browser.requests().into_iter().filter(elsewhere).collect::<Vec<_>>(), [""; 0]);
    if browser.kind != Kind::Firefox {
        assert_eq!(browser.console_errors(), [""; 0]);
    }
}

fn offline(browser: &Browser) {
    let server = Server::start(|_| {});
    let wire = Wire::to(server.port());
    let home = format!("http://127.0.0.1:{}/", wire.port);
    browser.goto(&format!("{home}{QUICK}"));
    browser.wait_for("everything to be kept", || {
        browser.eval("navigator.serviceWorker.controller?.state") == "activated"
    });
    let again = |theme: &str| {
        browser.goto("about:blank");
        browser.goto(&format!("{home}?theme={theme}{QUICK}"));
        works(browser);
        assert_eq!(browser.attr("html", "data-theme").as_deref(), Some(theme));
    };
    // A network that takes what it is asked and never answers.
    wire.hang();
    again("light");
    drop(wire);
    again("dark");
}

/// The host lacks what a page can do without, and the browser's storage fails once it is full.
fn without_storage(browser: &Browser) {
    let folder = folder_for(browser, "storage");
    copy(&dist().expect("it is built"), &folder, &|text| text);
    let spared = ["app.webmanifest", "embed.d.ts"];
    spared.iter().for_each(|file| fs::remove_file(folder.join(file)).expect("it was copied"));
    let script = fs::read_to_string(folder.join("sw.js")).expect("a service worker");
    let fails = "addEventListener('message', ({ ports }) => {
        CacheStorage.prototype.open = () => Promise.reject(new DOMException('', 'QuotaExceededError'));
        ports[0].postMessage('it fails');
    });";
    fs::write(folder.join("sw.js"), format!("{script}{fails}")).expect("there is room");
    let server = Server::start(|site| site.root.clone_from(&folder));
    browser.goto(&server.url(&format!("/{QUICK}")));
    browser.wait_for("everything to be kept", || {
        browser.eval("navigator.serviceWorker.controller?.state") == "activated"
    });
    browser.eval(
        "void (() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }) => (document.body.dataset.storage = data);
        navigator.serviceWorker.controller.postMessage('fail', [port2]);
    })()",
    );
    browser.wait_for("no storage", || browser.attr("body", "data-storage").is_some());
    browser.reload();
    works(browser);
    assert_eq!(page::notices(browser), "");
    fs::remove_dir_all(&folder).expect("it is ours");
}

/// A folder of this test's own in this browser.
fn folder_for(browser: &Browser, test: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("tunescape-{test}-{}", std::process::id()));
    folder.join(format!("{:?}", browser.kind))
}

/// The page of an older build stays open while the host gets a newer one, whose files have other
/// names and whose names the older one's service worker has never heard of.
fn builds(browser: &Browser) {
    let folder = folder_for(browser, "builds");
    let dist = dist().expect("it is built");
    copy(&dist, &folder, &|text| text);
    let server = Server::start(|site| site.root.clone_from(&folder));
    let home = server.url("/");
    browser.goto(&format!("{home}{QUICK}"));
    page::ready(browser);
    browser.wait_for("everything to be kept", || {
        browser.eval("navigator.serviceWorker.controller?.state") == "activated"
    });
    fs::remove_dir_all(&folder).expect("it is ours");
    copy(&dist, &folder, &renamed);
    let of_new = || {
        let script = browser.eval("document.querySelector('script[src*=tunescape-]').src");
        script.as_str().is_some_and(|script| script.contains(NEWER))
    };
    let old = browser.run(browser.client.window());
    let new = browser.run(browser.client.new_window(true)).handle;
    browser.run(browser.client.switch_to_window(new.clone()));
    browser.goto(&format!("{home}{QUICK}"));
    works(browser);
    assert!(of_new());
    browser.run(browser.client.switch_to_window(old));
    works(browser);
    assert!(!of_new());
    browser.reload();
    browser.wait_for("the new build", of_new);
    works(browser);
    assert_eq!(page::notices(browser), "");
    fs::remove_dir_all(&folder).expect("it is ours");
}

/// What every hash of the newer build ends in.
const NEWER: &str = "abba";

/// The same text with the hashes of another build.
fn renamed(text: String) -> String {
    // The script and the program in it call each other by names that are not to change.
    let of_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let part = |part: &str| {
        let word = part.trim_end_matches(|c| !of_word(c));
        let digits = word.bytes().all(|b| b.is_ascii_hexdigit());
        // A number has digits alone.
        let letters = word.bytes().any(|b| b.is_ascii_lowercase());
        if (14..=16).contains(&word.len()) && digits && letters {
            [&word[..word.len() - NEWER.len()], NEWER, &part[word.len()..]].concat()
        } else {
            part.to_owned()
        }
    };
    text.split_inclusive(|c| !of_word(c)).map(part).collect()
}

/// Copies a folder; names and texts go through `change`.
fn copy(from: &Path, to: &Path, change: &dyn Fn(String) -> String) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = change(entry.file_name().into_string().expect("a name"));
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &to.join(name), change);
            continue;
        }
        let bytes = fs::read(entry.path()).expect("a file");
        let bytes = match String::from_utf8(bytes) {
            Ok(text) => change(text).into_bytes(),
            Err(error) => error.into_bytes(),
        };
        fs::write(to.join(name), bytes).expect("there is room");
    }
}

/// A network between browser and server, which is cut when this goes: connections that are kept
/// open as well.
struct Wire {
    port: u16,
    open: Arc<Mutex<Option<Vec<TcpStream>>>>,
    hangs: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Wire {
    fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let open = Arc::new(Mutex::new(Some(Vec::new())));
        let ends = open.clone();
        let hangs = Arc::new(AtomicBool::new(false));
        let hung = hangs.clone();
        let thread = std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let mut ends = ends.lock().expect("no thread panics with it");
                let Some(ends) = ends.as_mut() else { return };
                if hung.load(Ordering::Relaxed) {
                    ends.push(near);
                    continue;
                }
                let far = TcpStream::connect(("127.0.0.1", server)).expect("the server listens");
                for (from, to) in [(&near, &far), (&far, &near)] {
                    let (mut from, mut to) =
                        (from.try_clone().expect("a socket"), to.try_clone().expect("a socket"));
                    std::thread::spawn(move || {
                        // It ends with either side.
                        let _ = std::io::copy(&mut from, &mut to);
                        let _ = to.shutdown(Shutdown::Both);
                    });
                }
                ends.extend([near, far]);
            }
        });
        Self { port, open, hangs, thread: Some(thread) }
    }

    /// From now on it takes what it is asked and answers nothing.
    fn hang(&self) {
        self.hangs.store(true, Ordering::Relaxed);
        let mut open = self.open.lock().expect("no thread panics with it");
        open.iter_mut().flatten().for_each(|end| drop(end.shutdown(Shutdown::Both)));
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        let ends = self.open.lock().ok().and_then(|mut open| open.take());
        // The thread looks up when somebody calls, and then stops listening.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        let _ = self.thread.take().map(JoinHandle::join);
        ends.into_iter().flatten().for_each(|end| drop(end.shutdown(Shutdown::Both)));
    }
}
