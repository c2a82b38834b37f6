//! A disk that runs full: a small file system in memory stands for it.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A mounted file system that is gone with the value.
pub struct Disk(PathBuf);

impl Disk {
    /// Makes one there; nothing, with a word, where this machine does not allow it.
    pub fn mount(at: &Path, megabytes: u32) -> Option<Self> {
        std::fs::create_dir_all(at).expect("the folder above may be written");
        let size = format!("size={megabytes}m");
        let output = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "belde-test"]).arg(at).output();
        if output.is_ok_and(|output| output.status.success()) {
            return Some(Self(at.into()));
        }
        eprintln!("skipped: a small file system may not be mounted here, which takes root");
        None
    }

    /// Writes until nothing more fits.
    pub fn fill(&self) {
        let filler = OpenOptions::new().create(true).append(true).open(self.filler());
        let mut filler = filler.expect("a file that is there or has no bytes yet fits");
        let mut size = 1024 * 1024;
        while size > 0 {
            if filler.write_all(&vec![1; size]).is_err() {
                size /= 2;
            }
        }
    }

    pub fn free(&self) {
        std::fs::remove_file(self.filler()).expect("it was filled");
    }

    fn filler(&self) -> PathBuf {
        self.0.join("dolgu")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
