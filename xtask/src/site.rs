//! A static file server on 127.0.0.1, for `serve` and for the browser tests.

use std::error::Error;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;
use tiny_http::{Header, Request, Response, Server};

pub struct Site {
    server: Server,
    root: PathBuf,
    /// Where the files seem to lie, such as `/` or `/some/folder/`.
    pub folder: String,
    /// Sent with every file; no CORS header is ever sent.
    pub headers: Vec<(&'static str, String)>,
    /// Pages that are not files: path and HTML.
    pub pages: Vec<(String, String)>,
    asked: Mutex<Vec<String>>,
}

impl Site {
    /// Listens at once; port 0 takes a free one.
    pub fn open(root: &Path, port: u16) -> Result<Site, Box<dyn Error + Send + Sync>> {
        let server = Server::http(("127.0.0.1", port))?;
        let (headers, pages) = (Vec::new(), Vec::new());
        Ok(Site { server, root: root.into(), folder: "/".into(), headers, pages, asked: Mutex::default() })
    }

    /// Answers until [`Site::close`] is called.
    pub fn serve(&self) {
        // A thread each: a browser may leave one answer unread until it has others.
        std::thread::scope(|threads| {
            for request in self.server.incoming_requests() {
                self.asked.lock().expect("no thread panics with it").push(request.url().into());
                // A browser that has gone away is no failure of the server.
                threads.spawn(|| drop(self.answer(request)));
            }
        });
    }

    pub fn close(&self) {
        self.server.unblock();
    }

    pub fn port(&self) -> u16 {
        self.server.server_addr().to_ip().expect("it listens on an address").port()
    }

    /// Every path asked for so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no thread panics with it").clone()
    }

    fn answer(&self, request: Request) -> io::Result<()> {
        let path = request.url().split(['?', '#']).next().unwrap_or_default().to_owned();
        let found = match self.pages.iter().find(|(at, _)| *at == path) {
            Some((_, html)) => Some((html.clone().into_bytes(), "text/html; charset=utf-8")),
            None => self.file(&path).and_then(|file| Some((std::fs::read(&file).ok()?, kind(&file)))),
        };
        let Some((body, kind)) = found else { return request.respond(Response::empty(404)) };
        let headers = self.headers.iter().map(|(name, value)| (*name, value.as_str()));
        let headers = headers.chain([("content-type", kind), ("cache-control", "no-cache")]);
        let headers = headers.map(|(name, value)| Header::from_bytes(name, value).expect("plain ASCII"));
        request.respond(headers.fold(Response::from_data(body), Response::with_header))
    }

    fn file(&self, path: &str) -> Option<PathBuf> {
        let path = Path::new(path.strip_prefix(&self.folder)?);
        let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
        let file = self.root.join(path);
        inside.then(|| if file.is_dir() { file.join("index.html") } else { file })
    }
}

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|e| e.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "webmanifest" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}
