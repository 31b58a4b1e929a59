//! WebKitGTK's browser and its driver: they need a display, and the driver does not say its port.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The driver, listening on this port, and the display that its browsers are shown on.
pub fn start(port: u16) -> (Child, Child) {
    let mut display = Command::new("Xvfb")
        .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", "1500x1000x24"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a display");
    let mut number = String::new();
    let told = display.stdout.as_mut().expect("it is piped");
    BufReader::new(told).read_line(&mut number).expect("the display says its number");
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
    (driver, display)
}
