//! The town that is measured: its data made once per size and database, the server started on it, and what the
//! server's process says of itself.

use super::client::Client;
use crate::shell::{self, Result};
use crate::suite::postgres;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Events and people of a size, and the `--scale` that makes them (60 people each, ten events a person).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub name: &'static str,
    pub events: &'static str,
    pub people: &'static str,
    pub scale: u32,
}

pub const SIZES: [Size; 3] = [
    Size { name: "10k", events: "10,000", people: "1,000", scale: 18 },
    Size { name: "100k", events: "100,000", people: "10,000", scale: 168 },
    Size { name: "1m", events: "1,000,000", people: "100,000", scale: 1_668 },
];

/// A running server; it is stopped when this value goes.
pub struct Town {
    child: Child,
    pub address: SocketAddr,
    /// How long making the data took; `None` when it was there.
    pub made: Option<Duration>,
    /// From the start of the process on existing data to its first answer.
    pub started: Duration,
}

/// Where a town lives.
pub struct Place<'a> {
    pub binary: &'a Path,
    pub folder: PathBuf,
    /// Empty for SQLite.
    pub database: String,
    /// The capability that is large; empty for all.
    pub large: String,
}

impl Place<'_> {
    /// Makes the data if needed, then starts on it and waits for the first page.
    pub fn open(&self, size: &Size) -> Result<Town> {
        let made = self.make(size)?;
        // The second start is the one that counts: the page cache is warm, as after a restart of the service.
        let (child, address, started) = self.start(size)?;
        Ok(Town { child, address, made, started })
    }

    fn make(&self, size: &Size) -> Result<Option<Duration>> {
        let mark = self.folder.join("made");
        if mark.exists() {
            return Ok(None);
        }
        let _ = std::fs::remove_dir_all(&self.folder);
        std::fs::create_dir_all(&self.folder)
            .map_err(|error| format!("{}: {error}", self.folder.display()))?;
        let began = Instant::now();
        let (mut child, _, _) = self.start(size)?;
        let took = began.elapsed();
        stop(&mut child);
        std::fs::write(&mark, size.name).map_err(|error| format!("{}: {error}", mark.display()))?;
        Ok(Some(took))
    }

    fn start(&self, size: &Size) -> Result<(Child, SocketAddr, Duration)> {
        let port = shell::free_port()?;
        let address: SocketAddr = ([127, 0, 0, 1], port).into();
        let mut command = Command::new(self.binary);
        command
            .args(["demo", "--listen", &address.to_string(), "--scale", &size.scale.to_string()])
            .args(["--requests-per-second", "1000000", "--data"])
            .arg(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        if !self.large.is_empty() {
            command.args(["--large", &self.large]);
        }
        if !self.database.is_empty() {
            command.args(["--database", &self.database]);
        }
        let began = Instant::now();
        let mut child =
            command.spawn().map_err(|error| format!("{} could not start: {error}", self.binary.display()))?;
        let out = child.stdout.take().ok_or("no output of the server")?;
        let mut lines = BufReader::new(out);
        let mut line = String::new();
        while lines.read_line(&mut line).is_ok_and(|count| count > 0) {
            if line.contains("is serving") {
                let mut client = Client::new(address);
                let answer = client.get("/giris")?;
                if answer.status != 200 {
                    return Err(format!("the sign-in page answered {}", answer.status));
                }
                let took = began.elapsed();
                std::thread::spawn(move || std::io::copy(&mut lines.take(1 << 20), &mut std::io::sink()));
                return Ok((child, address, took));
            }
            line.clear();
        }
        let _ = child.wait();
        Err("the server ended before it served; what it said stands above".into())
    }
}

impl Town {
    fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory now and at most so far, in MB.
    pub fn memory_mb(&self) -> (u64, u64) {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap_or_default();
        let of = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
        };
        (of("VmRSS:"), of("VmHWM:"))
    }

    /// Resident memory without pages of files (SQLite maps its file), in MB.
    pub fn own_memory_mb(&self) -> u64 {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("RssAnon:"));
        line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
    }

    /// Processor time the server used so far. The kernel counts it in hundredths of a second.
    pub fn cpu(&self) -> Duration {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.pid())).unwrap_or_default();
        let after = text.rsplit_once(") ").map_or("", |(_, rest)| rest);
        let ticks: u64 =
            after.split(' ').skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
        Duration::from_millis(ticks * 10)
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        stop(&mut self.child);
    }
}

/// Asks the server to end and waits until it has.
fn stop(child: &mut Child) {
    let pid = child.id().to_string();
    let asked = Command::new("kill").args(["-TERM", &pid]).status().is_ok_and(|status| status.success());
    let began = Instant::now();
    while asked && began.elapsed() < Duration::from_secs(30) {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// The address of a database of this name on the server, made when it is missing; `fresh` drops the old one.
pub fn postgres_database(server: &str, name: &str, fresh: bool) -> Result<String> {
    let psql = shell::find_program(&["psql"])
        .or_else(|| postgres::binaries().map(|folder| folder.join("psql")))
        .ok_or("psql was not found")?;
    let ask = |sql: &str| shell::output(Command::new(&psql).arg(server).args(["-AtXq", "-c", sql]));
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        if ask(&format!("SHOW {setting}"))?.trim() != "on" {
            return Err(format!("the server runs with {setting} off, so that its writes are not durable"));
        }
    }
    if fresh {
        ask(&format!("DROP DATABASE IF EXISTS {name}"))?;
    }
    if ask(&format!("SELECT 1 FROM pg_database WHERE datname = '{name}'"))?.trim() != "1" {
        ask(&format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"))?;
    }
    let (before, _) = server.rsplit_once('/').ok_or("the address of the server names no database")?;
    Ok(format!("{before}/{name}"))
}
