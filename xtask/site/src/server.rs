//! A static file server on 127.0.0.1, for `serve` and for the browser tests.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, LOCATION};
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

pub struct Site {
    listener: TcpListener,
    closed: Notify,
    /// The folder that is served.
    pub root: PathBuf,
    /// Where the files seem to lie, such as `/` or `/some/folder/`.
    pub folder: String,
    /// Sent with every file; no CORS header is ever sent.
    pub headers: Vec<(&'static str, String)>,
    /// Files of other folders: the path that each has here, and where it lies.
    pub others: Vec<(String, PathBuf)>,
    /// Pages that are not files: path and HTML.
    pub pages: Vec<(String, String)>,
    /// Paths that send on to another address.
    pub redirects: Vec<(String, String)>,
    /// Paths that are never answered.
    pub silent: Vec<String>,
    asked: Mutex<Vec<String>>,
}

impl Site {
    /// Listens at once; port 0 takes a free one.
    pub fn open(root: &Path, port: u16) -> io::Result<Site> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let (headers, others, pages, redirects, silent, closed, asked) = Default::default();
        let (root, folder) = (root.into(), "/".into());
        Ok(Site {
            listener,
            closed,
            root,
            folder,
            headers,
            others,
            pages,
            redirects,
            silent,
            asked,
        })
    }

    /// Answers until [`Site::close`] is called.
    pub fn serve(self: &Arc<Site>) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(self.listener.try_clone()?)?;
            let site = self.clone();
            runtime.spawn(async move {
                loop {
                    // A connection that fails to come is no failure of the site.
                    let Ok((stream, _)) = listener.accept().await else { continue };
                    let site = site.clone();
                    let answer = service_fn(move |request: hyper::Request<_>| {
                        let silent = site.silent.iter().any(|path| path == request.uri().path());
                        let answer = site.answer(request.uri());
                        async move {
                            if silent {
                                std::future::pending::<()>().await;
                            }
                            Ok::<_, Infallible>(answer)
                        }
                    });
                    // A browser that has gone away is no failure either.
                    let stream = TokioIo::new(stream);
                    tokio::spawn(
                        hyper::server::conn::http1::Builder::new().serve_connection(stream, answer),
                    );
                }
            });
            self.closed.notified().await;
            Ok(())
        })
    }

    pub fn close(&self) {
        self.closed.notify_one();
    }

    pub fn port(&self) -> u16 {
        self.listener.local_addr().expect("it listens on an address").port()
    }

    /// Every path asked for so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no thread panics with it").clone()
    }

    fn answer(&self, asked: &hyper::Uri) -> Response<Full<Bytes>> {
        self.asked.lock().expect("no thread panics with it").push(asked.to_string());
        let found = match self.pages.iter().find(|(at, _)| at == asked.path()) {
            Some((_, html)) => Some((html.clone().into_bytes(), "text/html; charset=utf-8")),
            None => self
                .file(asked.path())
                .and_then(|file| Some((std::fs::read(&file).ok()?, kind(&file)))),
        };
        let (status, body, kind) = match found {
            Some((body, kind)) => (StatusCode::OK, body, kind),
            None => (StatusCode::NOT_FOUND, Vec::new(), "text/plain"),
        };
        let mut answer = Response::new(Full::from(body));
        *answer.status_mut() = status;
        if let Some((_, to)) = self.redirects.iter().find(|(at, _)| at == asked.path()) {
            *answer.status_mut() = StatusCode::FOUND;
            answer.headers_mut().insert(LOCATION, HeaderValue::from_str(to).expect("plain ASCII"));
        }
        let headers = answer.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        for (name, value) in &self.headers {
            headers.insert(*name, HeaderValue::from_str(value).expect("plain ASCII"));
        }
        answer
    }

    fn file(&self, path: &str) -> Option<PathBuf> {
        if let Some((_, other)) = self.others.iter().find(|(at, _)| at == path) {
            return Some(other.clone());
        }
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
        "txt" => "text/plain; charset=utf-8",
        "png" => "image/png",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}
