//! The page without a host, and without a network.

use crate::harness::{Browser, Kind};
use crate::page;
use crate::server::{Server, dist};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

pub const TESTS: &[crate::Test] = &[
    ("one_file_runs_from_disk", single_file),
    ("after_the_first_visit_no_network_is_needed", offline),
];

const QUICK: &str = "#v=1&training.epochs=10&map.side=8";

/// It trains, and data and lessons are there.
fn works(browser: &Browser) {
    page::ready(browser);
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
    drop(wire);
    browser.goto("about:blank");
    browser.goto(&format!("{home}?theme=dark{QUICK}"));
    works(browser);
    assert_eq!(browser.attr("html", "data-theme").as_deref(), Some("dark"));
}

/// A network between browser and server, which is cut when this goes: connections that are kept
/// open as well.
struct Wire {
    port: u16,
    open: Arc<Mutex<Option<Vec<TcpStream>>>>,
    thread: Option<JoinHandle<()>>,
}

impl Wire {
    fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let open = Arc::new(Mutex::new(Some(Vec::new())));
        let ends = open.clone();
        let thread = std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let mut ends = ends.lock().expect("no thread panics with it");
                let Some(ends) = ends.as_mut() else { return };
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
        Self { port, open, thread: Some(thread) }
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
