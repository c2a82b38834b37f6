//! Reading foreign formats in a process of their own (docs/adr/0018). The parsers of PDF and Excel files are large and
//! not ours: a file made to harm can ask them for any amount of memory, time or stack, and no limit inside the process
//! sees all of it. So a server hands the bytes to a second copy of its own program and ends that copy when it grows or
//! takes too long. What is read is the caller's; here is the way there and back.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind, Result};

/// The word on the command line by which the program becomes a reader; after it come what is read and its arguments.
pub const READER_COMMAND: &str = "read-apart";

/// Memory of one reader. The largest document that the limits allow needs about two thirds of it.
pub const READER_BYTES: u64 = 512 * 1024 * 1024;

/// How often the reader is looked at; it cannot grow by much in so short a time.
const LOOK: Duration = Duration::from_millis(5);

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// From here on files are read by a copy of this very program, which must know [`READER_COMMAND`]. A server calls it
/// once when it starts; other programs read in their own process.
pub fn begin() {
    // The link names the running program even after an upgrade has replaced its file.
    let own = Path::new("/proc/self/exe");
    let program = if own.exists() { Some(own.to_owned()) } else { std::env::current_exe().ok() };
    if let Some(program) = program {
        PROGRAM.get_or_init(|| program);
    }
}

/// The reader's side: `read` what comes from standard input, the result goes to standard output.
///
/// # Errors
/// Pipes that broke.
pub fn serve<T: Serialize>(read: impl FnOnce(Vec<u8>) -> T) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    let answer = serde_json::to_vec(&read(bytes)).map_err(std::io::Error::other)?;
    std::io::stdout().lock().write_all(&answer)
}

/// The server's side: blocks until the reader of `what` has answered or was ended. Nothing when files are read in this
/// process. Errors: `TimedOut`, `HostileArchive` (too much memory), `Damaged` (it crashed), and those of starting it.
pub fn ask<T: DeserializeOwned>(
    what: &str,
    arguments: &[String],
    bytes: &[u8],
    max_time: Duration,
) -> Option<Result<T>> {
    let program = PROGRAM.get()?;
    let mut command = Command::new(program);
    command.arg(READER_COMMAND).arg(what).args(arguments);
    Some(run(command, bytes, max_time).and_then(|answer| {
        serde_json::from_slice(&answer)
            .map_err(|error| Error::new(ErrorKind::Damaged, format!("the answer of a reader: {error}")))
    }))
}

/// Both files have no name and go with the process.
fn run(mut command: Command, bytes: &[u8], max_time: Duration) -> Result<Vec<u8>> {
    let io = |error: std::io::Error| Error::from_io(&error, "starting a reader");
    let mut given = tempfile::tempfile().map_err(io)?;
    given.write_all(bytes).and_then(|()| given.rewind()).map_err(io)?;
    let answer = tempfile::tempfile().map_err(io)?;
    let child = command
        // It needs nothing of what the server knows: no keys, no address of the database.
        .env_clear()
        .stdin(Stdio::from(given))
        .stdout(Stdio::from(answer.try_clone().map_err(io)?))
        .stderr(Stdio::null())
        .spawn()
        .map_err(io)?;
    let status = watch(child, Instant::now() + max_time)?;
    result_of(status, answer)
}

/// Waits for the reader's end and brings it about at a limit.
fn watch(mut child: Child, deadline: Instant) -> Result<ExitStatus> {
    let io = |error: std::io::Error| Error::from_io(&error, "waiting for a reader");
    loop {
        if let Some(status) = child.try_wait().map_err(io)? {
            return Ok(status);
        }
        let refused = if Instant::now() > deadline {
            Some(Error::new(ErrorKind::TimedOut, "a reader was ended at its time limit"))
        } else if memory_of(child.id()).is_some_and(|bytes| bytes > READER_BYTES) {
            Some(too_hungry())
        } else {
            None
        };
        if let Some(error) = refused {
            child.kill().map_err(io)?;
            child.wait().map_err(io)?;
            tracing::warn!(detail = %error.detail, "a file was not read to its end");
            return Err(error);
        }
        std::thread::sleep(LOOK);
    }
}

/// Memory of its own that a process uses, where the system tells.
fn memory_of(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

fn result_of(status: ExitStatus, mut answer: File) -> Result<Vec<u8>> {
    if !status.success() {
        // Out of stack, out of memory: the parser took its process with it, and nothing else.
        tracing::warn!(%status, "a reader of files crashed");
        return Err(Error::new(ErrorKind::Damaged, format!("a reader ended with {status}")));
    }
    let mut bytes = Vec::new();
    let read = answer.rewind().and_then(|()| answer.read_to_end(&mut bytes));
    read.map_err(|error| Error::from_io(&error, "the answer of a reader"))?;
    Ok(bytes)
}

fn too_hungry() -> Error {
    let message = "Dosyanın okunması için gereken bellek güvenli sınırı aşıyor; dosya okunmadı. Dosyayı hazırlandığı programda \
                   açıp yeniden kaydedin ve onu yükleyin.";
    Error::with_message(ErrorKind::HostileArchive, message, "a reader was ended at its memory limit")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn shell(script: &str, given: &[u8], max_time: Duration) -> Result<Vec<u8>> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        run(command, given, max_time)
    }

    const PATIENCE: Duration = Duration::from_secs(60);

    #[test]
    fn a_reader_gets_the_bytes_and_nothing_of_the_environment() {
        let answer = shell("cat; /usr/bin/env | /bin/grep -c CARGO", b"belge ", PATIENCE).unwrap_err();
        assert_eq!(answer.kind, ErrorKind::Damaged, "grep found no such variable and said so: {answer}");
        assert_eq!(shell("/bin/cat", b"belge", PATIENCE).unwrap(), b"belge");
    }

    #[test]
    fn a_reader_that_hangs_crashes_or_grows_is_ended_and_told_apart() {
        let started = Instant::now();
        let hangs = shell("exec /bin/sleep 60", b"", Duration::from_millis(200)).unwrap_err();
        assert_eq!(hangs.kind, ErrorKind::TimedOut);
        let crashes = shell("kill -SEGV $$", b"", PATIENCE).unwrap_err();
        assert_eq!(crashes.kind, ErrorKind::Damaged);
        // A shell variable that doubles until somebody stops it.
        let grows = shell("x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done", b"", PATIENCE).unwrap_err();
        assert_eq!(grows.kind, ErrorKind::HostileArchive, "{grows}");
        assert!(started.elapsed() < PATIENCE, "nobody waited for a limit of time");
    }
}
