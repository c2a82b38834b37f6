//! A running `belde serve`, and commands of the same binary.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::place::Place;

const PATIENCE: Duration = Duration::from_secs(60);

/// The binary, cleaned of what the environment would set.
pub fn belde(place: &Place) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_belde"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("BELDE_")) {
        command.env_remove(name);
    }
    command.envs(place.settings()).stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub fn run(place: &Place, args: &[&str]) -> Output {
    belde(place).args(args).output().unwrap()
}

/// Runs a command that must succeed; answers what it printed.
pub fn done(place: &Place, args: &[&str]) -> String {
    let output = run(place, args);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "belde {args:?}: {out}{err}");
    out.into_owned()
}

/// Makes the demo town there.
pub fn make_demo(place: &Place) {
    let node = Node::start_with(place, |command| {
        command.args(["demo", "--listen", "127.0.0.1:0", "--database", &place.database_url(), "--data"]);
        command.arg(place.data());
    });
    node.stop();
}

/// A server that ends with the value.
pub struct Node {
    child: Child,
    pub address: SocketAddr,
}

impl Node {
    pub fn start(place: &Place) -> Self {
        Self::start_with(place, |command| {
            command.arg("serve");
        })
    }

    /// Starts the binary with these arguments and waits until it says where it listens.
    pub fn start_with(place: &Place, arguments: impl FnOnce(&mut Command)) -> Self {
        let mut command = belde(place);
        arguments(&mut command);
        command.env("BELDE_LISTEN", "127.0.0.1:0").stdout(Stdio::piped()).stderr(Stdio::piped());
        let nowhere = SocketAddr::from(([0, 0, 0, 0], 0));
        let mut node = Self { child: command.spawn().unwrap(), address: nowhere };
        let (say, heard) = mpsc::channel();
        let (out, err) = (node.child.stdout.take().unwrap(), node.child.stderr.take().unwrap());
        let say_too = say.clone();
        std::thread::spawn(move || read(BufReader::new(out), &say));
        std::thread::spawn(move || read(BufReader::new(err), &say_too));
        let started = Instant::now();
        let mut seen = Vec::new();
        loop {
            let left = PATIENCE.saturating_sub(started.elapsed());
            let line = heard.recv_timeout(left).unwrap_or_else(|_| panic!("no server: {seen:#?}"));
            if let Some(address) = address_in(&line) {
                node.address = address;
                return node;
            }
            seen.push(line);
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: not a byte more is written by it.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, as systemd stops it; answers how long it took.
    pub fn stop(mut self) -> Duration {
        let started = Instant::now();
        self.terminate();
        let status = self.child.wait().unwrap();
        assert!(status.success(), "stopped with {status}");
        started.elapsed()
    }

    pub fn terminate(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads to the end, so that the pipe never fills.
fn read(lines: impl BufRead, say: &mpsc::Sender<String>) {
    for line in lines.lines().map_while(Result::ok) {
        if std::env::var_os("BELDE_TEST_VERBOSE").is_some() {
            eprintln!("{line}");
        }
        let _ = say.send(line);
    }
}

fn address_in(line: &str) -> Option<SocketAddr> {
    // The link of the set-up page is printed before the server listens.
    if line.contains("/kurulum") || !(line.contains("listening") || line.contains("serving")) {
        return None;
    }
    let (_, rest) = line.split_once("http://")?;
    let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ':')).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

/// Copies the key of one installation to another, as an operator does before a restore.
pub fn copy_key(from: &Place, to: &Place) {
    std::fs::create_dir_all(to.data()).unwrap();
    std::fs::copy(from.data().join("belde.key"), to.data().join("belde.key")).unwrap();
}

pub fn exists(path: &Path) -> bool {
    path.try_exists().unwrap()
}
