//! Programs of Python packages that the suite asks for a second opinion, each in an environment of its own under
//! `target/`, installed once. What cannot be had is a reason, never a failure.

use crate::shell::{self, Result};
use std::path::PathBuf;
use std::process::Command;

/// The program of a pinned package (`name==version`); the version is part of the folder's name. An error is the reason
/// why it could not be had.
pub fn program(folder: &str, package: &str, program: &str) -> Result<PathBuf> {
    program_of(folder, &[package], program)
}

/// A Python that has these pinned packages; likewise.
pub fn python(folder: &str, packages: &[&str]) -> Result<PathBuf> {
    program_of(folder, packages, "python")
}

fn program_of(folder: &str, packages: &[&str], program: &str) -> Result<PathBuf> {
    let versions: Vec<&str> = packages.iter().filter_map(|it| it.rsplit("==").next()).collect();
    let folder = shell::target_dir().join(format!("{folder}-{}", versions.join("-")));
    // A Python is there before its packages are.
    let (program, mark) = (folder.join("bin").join(program), folder.join("installed"));
    if program.is_file() && mark.is_file() {
        return Ok(program);
    }
    let python = shell::find_program(&["python3"]).ok_or("python3 was not found")?;
    shell::output(Command::new(python).args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = Command::new(folder.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--no-input"]).args(packages);
    shell::output(&mut pip)?;
    std::fs::write(&mark, "").map_err(|error| format!("{}: {error}", mark.display()))?;
    Ok(program)
}
