//! Programs of the machine that read pictures, where somebody installed them. Each runs with little of our environment, a time
//! limit and a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often a program is looked at.
const LOOK: Duration = Duration::from_millis(50);
const FOLDERS: [&str; 2] = ["/usr/bin", "/usr/local/bin"];

/// Where a program is.
pub(super) fn found(name: &str) -> Option<PathBuf> {
    FOLDERS.iter().map(|folder| Path::new(folder).join(name)).find(|path| path.is_file())
}

/// Whether scanned Turkish can be read here: OCRmyPDF, and Tesseract's Turkish.
pub(super) fn reads_turkish(folder: &Path) -> bool {
    let (Some(_), Some(tesseract)) = (found("ocrmypdf"), found("tesseract")) else { return false };
    let Ok(file) = std::fs::File::create(folder.join("diller")) else { return false };
    let mut command = Command::new(tesseract);
    command.arg("--list-langs").stdout(file);
    let asked = run(command, folder, Duration::from_secs(20));
    let said = std::fs::read_to_string(folder.join("diller")).unwrap_or_default();
    asked.is_ok() && said.lines().any(|line| line.trim() == "tur")
}

/// Runs a program to its end, or ends it. Blocks. Errors: why it did not do its work, for a log.
pub(super) fn run(mut command: Command, folder: &Path, most: Duration) -> Result<(), String> {
    let path = std::env::join_paths(FOLDERS).unwrap_or_default();
    let mut child = command
        .env_clear()
        .env("PATH", path)
        .env("LANG", "C.UTF-8")
        .env("HOME", folder)
        .env("TMPDIR", folder)
        .env("OMP_THREAD_LIMIT", "1")
        .current_dir(folder)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    let deadline = Instant::now() + most;
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("ended with {status}")),
            Ok(None) if Instant::now() < deadline => std::thread::sleep(LOOK),
            outcome => {
                let killed = child.kill().and_then(|()| child.wait());
                return Err(format!("ended at its time limit: {outcome:?}, {killed:?}"));
            }
        }
    }
}
