//! Programs of Python packages that the suite asks for a second opinion, each in an environment of its own under
//! `target/`, installed once. What cannot be had is a reason, never a failure.

use crate::shell::{self, Result};
use std::path::PathBuf;
use std::process::Command;

/// The program of a pinned package (`name==version`); the version is part of the folder's name. An error is the reason
/// why it could not be had.
pub fn program(folder: &str, package: &str, program: &str) -> Result<PathBuf> {
    let version = package.rsplit("==").next().unwrap_or(package);
    let folder = shell::target_dir().join(format!("{folder}-{version}"));
    let program = folder.join("bin").join(program);
    if program.is_file() {
        return Ok(program);
    }
    let python = shell::find_program(&["python3"]).ok_or("python3 was not found")?;
    shell::output(Command::new(python).args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = Command::new(folder.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--no-input", package]);
    shell::output(&mut pip)?;
    Ok(program)
}
