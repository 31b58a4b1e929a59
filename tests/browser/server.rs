//! The built page on a port of its own.

use site::server::Site;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

/// Where the built page is, if it was built.
pub fn dist() -> Option<PathBuf> {
    std::env::var_os("TUNESCAPE_DIST").map(PathBuf::from)
}

/// The built page on a port of its own, for as long as this lives.
pub struct Server {
    site: Arc<Site>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub fn start(set: impl FnOnce(&mut Site)) -> Server {
        let mut site = Site::open(&dist().expect("browser tests run when there is a page"), 0)
            .expect("a free port");
        set(&mut site);
        let site = Arc::new(site);
        let serving = site.clone();
        Server {
            site,
            thread: Some(std::thread::spawn(move || serving.serve().expect("it answers"))),
        }
    }

    pub fn port(&self) -> u16 {
        self.site.port()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.site.port())
    }

    /// Every path asked for so far.
    pub fn asked(&self) -> Vec<String> {
        self.site.asked()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.site.close();
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
