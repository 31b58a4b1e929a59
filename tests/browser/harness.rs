//! Real browsers and a server for the page, with calls that wait, so that tests read as a person's steps.

use fantoccini::{Client, ClientBuilder, Locator, wd::WebDriverCompatibleCommand};
use serde_json::{Map, Value, json};
use std::future::Future;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::runtime::{self, Runtime};
use xtask::site::Site;

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
        let mut site = Site::open(&dist().expect("browser tests run when there is a page"), 0).expect("a free port");
        set(&mut site);
        let site = Arc::new(site);
        let serving = site.clone();
        Server { site, thread: Some(std::thread::spawn(move || serving.serve())) }
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

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// With WebGPU, on the CPU.
    ChromiumWebgpu,
    ChromiumPlain,
    Firefox,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::ChromiumWebgpu, Kind::ChromiumPlain, Kind::Firefox];

    fn driver(self) -> Command {
        let mut command;
        if self == Kind::Firefox {
            command = Command::new("geckodriver");
            command.args(["--port", "0", "--websocket-port", "0"]);
            command.envs([("MOZ_HEADLESS_WIDTH", "1440"), ("MOZ_HEADLESS_HEIGHT", "900")]);
        } else {
            command = Command::new("chromedriver");
            command.arg("--port=0");
        }
        command
    }

    fn capabilities(self) -> Map<String, Value> {
        // Nothing but the page may use the network, so that a request from the page would stand out.
        let quiet = ["--headless", "--no-sandbox", "--no-first-run", "--disable-background-networking"];
        let quieter = ["--disable-component-update", "--disable-sync", "--disable-quic", "--window-size=1440,900"];
        let webgpu = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];
        let chromium = |args: &[&[&str]]| {
            json!({
                "goog:chromeOptions": { "args": args.concat() },
                "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            })
        };
        let value = match self {
            Kind::ChromiumWebgpu => chromium(&[&quiet, &quieter, &webgpu]),
            Kind::ChromiumPlain => chromium(&[&quiet, &quieter]),
            Kind::Firefox => json!({
                "moz:firefoxOptions": {
                    "args": ["-headless"],
                },
            }),
        };
        value.as_object().expect("capabilities are an object").clone()
    }
}

/// One browser with a fresh profile, closed when this goes.
pub struct Browser {
    pub kind: Kind,
    driver: Child,
    client: Client,
    runtime: Runtime,
    /// What the driver has printed; Firefox's console is in it.
    printed: Arc<Mutex<Vec<String>>>,
}

// A vocabulary for all browser tests: not every word of it is in use at all times.
#[allow(dead_code)]
impl Browser {
    pub fn open(kind: Kind) -> Browser {
        let mut driver = kind.driver().stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a driver");
        let printed = Arc::new(Mutex::new(Vec::new()));
        let port = port(&mut driver, printed.clone());
        let runtime = runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        builder.capabilities(kind.capabilities());
        let client = runtime.block_on(builder.connect(&format!("http://127.0.0.1:{port}"))).expect("a session");
        Browser { kind, driver, client, runtime, printed }
    }

    fn run<T, E: std::fmt::Display>(&self, step: impl Future<Output = Result<T, E>>) -> T {
        self.runtime.block_on(step).unwrap_or_else(|why| panic!("{why}"))
    }

    pub fn goto(&self, url: &str) {
        self.run(self.client.goto(url));
    }

    /// The value of a JavaScript expression.
    pub fn eval(&self, expression: &str) -> Value {
        self.run(self.client.execute(&format!("return {expression}"), vec![]))
    }

    /// Looks until `condition` holds; `what` names it if it never does.
    pub fn wait_for(&self, what: &str, condition: impl Fn() -> bool) {
        let end = Instant::now() + Duration::from_secs(60);
        while !condition() {
            let console = || self.console_errors().join("\n");
            assert!(Instant::now() < end, "waited in vain for {what}\n{}", console());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn text(&self, css: &str) -> String {
        self.run(async { self.client.find(Locator::Css(css)).await?.text().await })
    }

    pub fn attr(&self, css: &str, name: &str) -> Option<String> {
        self.run(async { self.client.find(Locator::Css(css)).await?.attr(name).await })
    }

    pub fn visible(&self, css: &str) -> bool {
        self.run(async { self.client.find(Locator::Css(css)).await?.is_displayed().await })
    }

    pub fn click(&self, css: &str) {
        self.run(async { self.client.find(Locator::Css(css)).await?.click().await });
    }

    pub fn send_keys(&self, css: &str, keys: &str) {
        self.run(async { self.client.find(Locator::Css(css)).await?.send_keys(keys).await });
    }

    /// Goes into a frame of the page.
    pub fn frame(&self, index: u16) {
        self.run(self.client.clone().enter_frame(index));
    }

    pub fn screenshot(&self, file: &Path) {
        std::fs::write(file, self.run(self.client.screenshot())).expect("the folder is there");
    }

    /// What went wrong in the page and its workers: since the last call in Chromium, since the start in Firefox,
    /// which tells of uncaught errors only.
    pub fn console_errors(&self) -> Vec<String> {
        if self.kind == Kind::Firefox {
            let printed = self.printed.lock().expect("no thread panics with it");
            let of_the_page = ["JavaScript error: http:", "JavaScript error: blob:"];
            let is_error = |line: &&String| of_the_page.iter().any(|start| line.starts_with(start));
            return printed.iter().filter(is_error).cloned().collect();
        }
        let log = self.chromium_log("browser");
        let errors = log.iter().filter(|entry| entry["level"] == "SEVERE");
        errors.map(|entry| entry["message"].to_string()).collect()
    }

    /// The address of everything the page asked the network for. Chromium also tells what was refused.
    pub fn requests(&self) -> Vec<String> {
        let entries = self.eval("performance.getEntries().map(e => e.name).filter(name => name.includes(':'))");
        let mut urls: Vec<String> = serde_json::from_value(entries).expect("a list of names");
        if self.kind != Kind::Firefox {
            for entry in self.chromium_log("performance") {
                let event: Value =
                    serde_json::from_str(entry["message"].as_str().unwrap_or("null")).unwrap_or_default();
                let event = &event["message"];
                if event["method"] == "Network.requestWillBeSent" {
                    urls.extend(event["params"]["request"]["url"].as_str().map(str::to_owned));
                }
            }
        }
        // These never leave the browser.
        urls.retain(|url| !url.starts_with("data:") && !url.starts_with("blob:"));
        urls
    }

    fn chromium_log(&self, kind: &'static str) -> Vec<Value> {
        serde_json::from_value(self.run(self.client.issue_cmd(ChromiumLog(kind)))).expect("a list of entries")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.runtime.block_on(self.client.clone().close());
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Drivers say which port they took. Whatever else they print is kept, and read, or they would stop.
fn port(driver: &mut Child, printed: Arc<Mutex<Vec<String>>>) -> u16 {
    let (send, port) = mpsc::channel();
    let lines = BufReader::new(driver.stdout.take().expect("it is piped")).lines();
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            if let Some((_, rest)) = line.split_once("Listening on 127.0.0.1:").or(line.split_once("on port ")) {
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                // Chromium's driver first repeats that it was asked for port 0.
                let _ = digits.parse().map(|port: u16| port > 0 && send.send(port).is_ok());
            }
            printed.lock().expect("no thread panics with it").push(line);
        }
    });
    port.recv_timeout(Duration::from_secs(30)).expect("the driver says its port")
}

/// Chromium's own command for reading a log.
#[derive(Debug)]
struct ChromiumLog(&'static str);

impl WebDriverCompatibleCommand for ChromiumLog {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "type": self.0 }).to_string()))
    }
}
