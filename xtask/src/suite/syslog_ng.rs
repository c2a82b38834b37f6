//! syslog-ng for the tests: Debian does not install it beside rsyslog, so its packages are unpacked into a folder under
//! `target/` and it runs out of that.

use crate::shell::{self, Result};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder that holds `usr/sbin/syslog-ng` and the libraries that came with it.
pub const VARIABLE: &str = "BELDE_TEST_SYSLOG_NG";

/// The program, and those of its libraries that a Debian may lack.
const PACKAGES: [&str; 7] =
    ["syslog-ng-core", "libivykis0", "libnet1", "libwrap0", "libpcre3", "libjson-c5", "libcap2"];

/// Where it is. An error is the reason why there is none.
pub fn folder() -> Result<PathBuf> {
    if let Some(given) = std::env::var_os(VARIABLE).filter(|it| !it.is_empty()) {
        return Ok(PathBuf::from(given));
    }
    if has_program(Path::new("/")) {
        return Ok(PathBuf::from("/"));
    }
    let folder = shell::target_dir().join("syslog-ng");
    if has_program(&folder) {
        return Ok(folder);
    }
    let (Some(apt), Some(dpkg)) = (shell::find_program(&["apt-get"]), shell::find_program(&["dpkg-deb"]))
    else {
        return Err("this is no Debian".to_owned());
    };
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for package in PACKAGES {
        let mut download = Command::new(&apt);
        download.args(["-q", "download", package]).current_dir(&folder).stdin(Stdio::null());
        // A release without one of the libraries has a syslog-ng that needs another; the test tells.
        if let Err(why) = shell::output(&mut download) {
            println!("{package}: {why}");
        }
    }
    let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for file in entries.filter_map(|it| Some(it.ok()?.path())) {
        if file.extension().is_some_and(|it| it == "deb") {
            shell::output(Command::new(&dpkg).arg("-x").arg(&file).arg(&folder))?;
        }
    }
    if has_program(&folder) { Ok(folder) } else { Err("its packages could not be had".to_owned()) }
}

fn has_program(folder: &Path) -> bool {
    folder.join("usr/sbin/syslog-ng").exists()
}
