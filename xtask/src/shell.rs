//! The little that every command needs of the machine: where the repository is, which programs exist,
//! running one. No knowledge of what is run.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Failures of this tool are sentences for the person at the terminal; nothing matches on them.
pub type Result<T> = std::result::Result<T, String>;

/// The folder of the workspace's `Cargo.toml`.
///
/// Cargo tells it at run time; the compiled-in path is the fallback for a binary started by hand.
pub fn root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Where cargo puts what it builds: `CARGO_TARGET_DIR`, else `target/` of the workspace.
pub fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The cargo that runs us, so that a toolchain override stays in force. It is not told of our own package: ring's build
/// script asks for that, so that one step with it and one without would compile ring and what stands on it (TLS, both
/// databases) anew each time, and in a copy of the repository ours would be taken for its workspace.
pub fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(root()).env_remove("CARGO_MANIFEST_DIR");
    command
}

/// The first program of these names on the search path.
pub fn find_program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|it| it.is_file())
}

/// Runs with our own output; true when the program succeeded.
pub fn succeeds(command: &mut Command) -> Result<bool> {
    let name = command.get_program().to_string_lossy().into_owned();
    command
        .status()
        .map(|status| status.success())
        .map_err(|error| format!("{name} could not start: {error}"))
}

/// Runs quietly and gives standard output; an unsuccessful end is an error with what it said.
pub fn output(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{name} could not start: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no word why");
    Err(format!("{name} ended with {}: {last}", output.status))
}

/// A TCP port on the loopback address that nobody listened on a moment ago.
pub fn free_port() -> Result<u16> {
    std::net::TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| format!("no free port on the loopback address: {error}"))
}

/// The effective user id, read from the process table so that no foreign function is called.
pub fn user_id() -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").ok().map(|it| it.uid())
}
