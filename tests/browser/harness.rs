//! Real browsers, and what they tell of the page: its console, its requests.

// Within this file, since the benchmarks take it by its path.
#[path = "webkit.rs"]
mod webkit;

use fantoccini::{Client, ClientBuilder, wd::WebDriverCompatibleCommand};
use serde_json::{Map, Value, json};
use std::future::Future;
use std::io::{self, BufRead, BufReader};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering::Relaxed};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use tokio::runtime::{self, Runtime};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// With WebGPU, on the CPU.
    ChromiumWebgpu,
    ChromiumPlain,
    Firefox,
    /// WebKitGTK, the nearest to Safari that Debian has.
    Webkit,
}

impl Kind {
    pub const ALL: [Kind; 4] =
        [Kind::ChromiumWebgpu, Kind::ChromiumPlain, Kind::Firefox, Kind::Webkit];

    /// Whether it is on this machine: the one that is not asked for may be absent.
    pub fn is_there(self) -> bool {
        self != Kind::Webkit || site::webkit::is_there()
    }

    fn driver(self) -> Command {
        let mut command;
        if self == Kind::Firefox {
            command = Command::new("geckodriver");
            command.args(["--port", "0", "--websocket-port", "0"]);
            command.envs([("MOZ_HEADLESS_WIDTH", "1440"), ("MOZ_HEADLESS_HEIGHT", "900")]);
        } else {
            command = Command::new("chromedriver");
            command.arg(format!("--port={}", free_port()));
        }
        command
    }

    fn capabilities(self) -> Map<String, Value> {
        // Nothing but the page may use the network, so that a request from the page would stand
        // out.
        let quiet =
            ["--headless", "--no-sandbox", "--no-first-run", "--disable-background-networking"];
        let quieter = [
            "--disable-component-update",
            "--disable-sync",
            "--disable-quic",
            "--window-size=1440,900",
        ];
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
            Kind::Webkit => json!({
                "webkitgtk:browserOptions": {
                    "binary": site::webkit::browser(), "args": ["--automation"],
                },
            }),
        };
        value.as_object().expect("capabilities are an object").clone()
    }
}

/// One browser with a fresh profile, closed when this goes.
pub struct Browser {
    pub kind: Kind,
    pub driver: Child,
    /// What it is shown on, where it can't do without.
    display: Option<Child>,
    pub client: Client,
    runtime: Runtime,
    /// What the driver has printed; Firefox's console is in it.
    printed: Arc<Mutex<Vec<String>>>,
}

impl Browser {
    pub fn open(kind: Kind) -> Browser {
        let printed = Arc::new(Mutex::new(Vec::new()));
        let (driver, display, port) = if kind == Kind::Webkit {
            let port = free_port();
            let (driver, display) = webkit::start(port);
            (driver, Some(display), port)
        } else {
            let mut driver = kind.driver();
            driver.stdout(Stdio::piped()).stderr(Stdio::null());
            let mut driver = driver.spawn().expect("a driver");
            let port = port(&mut driver, printed.clone());
            (driver, None, port)
        };
        let runtime =
            runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let mut builder =
            ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        builder.capabilities(kind.capabilities());
        let client = runtime
            .block_on(builder.connect(&format!("http://127.0.0.1:{port}")))
            .expect("a session");
        Browser { kind, driver, display, client, runtime, printed }
    }

    /// The step's result; a step that fails ends the test.
    pub fn run<T, E: std::fmt::Display>(&self, step: impl Future<Output = Result<T, E>>) -> T {
        self.runtime.block_on(step).unwrap_or_else(|why| panic!("{why}"))
    }

    /// The step's result, or why it failed.
    pub fn attempt<T, E: std::fmt::Display>(
        &self,
        step: impl Future<Output = Result<T, E>>,
    ) -> Result<T, String> {
        self.runtime.block_on(step).map_err(|why| why.to_string())
    }

    /// What went wrong in the page and its workers: since the last call in Chromium, since the
    /// start in Firefox, which tells of uncaught errors only; WebKitGTK tells nothing.
    pub fn console_errors(&self) -> Vec<String> {
        if self.kind == Kind::Firefox {
            let printed = self.printed.lock().expect("no thread panics with it");
            let of_the_page = ["JavaScript error: http:", "JavaScript error: blob:"];
            let is_error = |line: &&String| of_the_page.iter().any(|start| line.starts_with(start));
            return printed.iter().filter(is_error).cloned().collect();
        }
        if self.kind == Kind::Webkit {
            return Vec::new();
        }
        let log = self.chromium_log("browser");
        let errors = log.iter().filter(|entry| entry["level"] == "SEVERE");
        errors.map(|entry| entry["message"].to_string()).collect()
    }

    /// The address of everything the page asked the network for. Chromium also tells what was
    /// refused.
    pub fn requests(&self) -> Vec<String> {
        let entries = self
            .eval("performance.getEntries().map(e => e.name).filter(name => name.includes(':'))");
        let mut urls: Vec<String> = serde_json::from_value(entries).expect("a list of names");
        if matches!(self.kind, Kind::ChromiumWebgpu | Kind::ChromiumPlain) {
            for entry in self.chromium_log("performance") {
                let event: Value =
                    serde_json::from_str(entry["message"].as_str().unwrap_or("null"))
                        .unwrap_or_default();
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

    /// Asks Chromium's developer tools for something that a person can't do, such as another size
    /// of screen.
    pub fn dev_tools(&self, command: &'static str, parameters: Value) -> Value {
        self.run(self.client.issue_cmd(DevTools(command, parameters)))
    }

    fn chromium_log(&self, kind: &'static str) -> Vec<Value> {
        serde_json::from_value(self.run(self.client.issue_cmd(ChromiumLog(kind))))
            .expect("a list of entries")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.runtime.block_on(self.client.clone().close());
        for child in [&mut self.driver].into_iter().chain(&mut self.display) {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A port of this machine that nobody else is given. Chromium's driver wants the same one for IPv4
/// and for IPv6 and exits where either is taken, as happens to those that the system gives out: so
/// this one lies below them.
fn free_port() -> u16 {
    static ASKED: AtomicU16 = AtomicU16::new(0);
    let first = 10_000 + u16::try_from(std::process::id() % 10_000).expect("it is small");
    let is_taken = |address: IpAddr, port| {
        let bound = TcpListener::bind((address, port));
        bound.is_err_and(|why| why.kind() == io::ErrorKind::AddrInUse)
    };
    (0..10_000)
        .map(|_| first + ASKED.fetch_add(1, Relaxed) % 10_000)
        .find(|&port| {
            let loopbacks = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
            !loopbacks.into_iter().any(|address| is_taken(address, port))
        })
        .expect("a free port")
}

/// Drivers say which port they took. Whatever else they print is kept, and read, or they would
/// stop.
fn port(driver: &mut Child, printed: Arc<Mutex<Vec<String>>>) -> u16 {
    let (send, port) = mpsc::channel();
    let lines = BufReader::new(driver.stdout.take().expect("it is piped")).lines();
    let said = printed.clone();
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            if let Some((_, rest)) = line
                .split_once("Listening on 127.0.0.1:")
                .or(line.split_once("successfully on port "))
            {
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                let _ = digits.parse().map(|port: u16| send.send(port));
            }
            printed.lock().expect("no thread panics with it").push(line);
        }
    });
    port.recv_timeout(Duration::from_secs(120)).unwrap_or_else(|why| {
        panic!("the driver does not say its port ({why}), but {:?}", said.lock())
    })
}

/// Chromium's own command for reading a log.
#[derive(Debug)]
struct ChromiumLog(&'static str);

/// A command of Chromium's developer tools, with its parameters.
#[derive(Debug)]
struct DevTools(&'static str, Value);

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "cmd": self.0, "params": self.1 }).to_string()))
    }
}

impl WebDriverCompatibleCommand for ChromiumLog {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "type": self.0 }).to_string()))
    }
}
