//! WebKitGTK's browser and its driver: they need a display, and the driver does not say its port.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Where Debian puts the small browser that comes with the library.
pub fn browser() -> Option<PathBuf> {
    let below = |folder: PathBuf| fs::read_dir(folder).ok().into_iter().flatten().flatten();
    let libraries = below("/usr/lib".into()).flat_map(|machine| below(machine.path()));
    let browsers = libraries
        .filter(|library| library.file_name().to_string_lossy().starts_with("webkit2gtk-4."))
        .map(|library| library.path().join("MiniBrowser"));
    browsers.filter(|browser| browser.is_file()).max()
}

/// Whether browser, driver and display are on this machine.
pub fn is_there() -> bool {
    let on_path = |program: &str| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
    };
    browser().is_some() && on_path("WebKitWebDriver") && on_path("Xvfb")
}

/// The driver, the display that its browsers are shown on, and the driver's port.
pub fn start() -> (Child, Child, u16) {
    let mut display = Command::new("Xvfb")
        .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", "1500x1000x24"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a display");
    let mut number = String::new();
    let told = display.stdout.as_mut().expect("it is piped");
    BufReader::new(told).read_line(&mut number).expect("the display says its number");
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    let port = port.expect("a free port").port();
    let driver = Command::new("WebKitWebDriver")
        .arg(format!("--port={port}"))
        .env("DISPLAY", format!(":{}", number.trim()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a driver");
    let end = Instant::now() + Duration::from_secs(120);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < end, "the driver does not listen");
        std::thread::sleep(Duration::from_millis(20));
    }
    (driver, display, port)
}
