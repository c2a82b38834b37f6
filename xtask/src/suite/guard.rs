//! A server for the length of the suite that is gone afterwards, however the suite ends: a small shell in
//! a process group of its own waits on a pipe that only we hold. When we end, even by SIGKILL or Ctrl-C,
//! the pipe closes and the shell cleans up. So no signal handler and no foreign function is needed.

use crate::shell::Result;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

/// Holds the pipe; dropping it runs the cleaning and waits for its end.
pub struct Guard {
    shell: Child,
}

impl Guard {
    /// Starts `sh` with a script that reads standard input to its end and then cleans up.
    ///
    /// `user` is the user and group to run as, when it must not be ours; `args` become `$1`, `$2`, ….
    pub fn start(script: &str, args: &[&str], user: Option<(u32, u32)>) -> Result<Self> {
        let mut command = Command::new("sh");
        command.arg("-c").arg(script).arg("belde-guard").args(args).current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        command.process_group(0);
        if let Some((user_id, group_id)) = user {
            command.uid(user_id).gid(group_id);
        }
        let shell = command.spawn().map_err(|error| format!("sh could not start: {error}"))?;
        Ok(Self { shell })
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        // Nothing is left to do when waiting fails: the shell cleans up by itself.
        let _ = self.shell.wait();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_cleaning_runs_when_the_guard_is_dropped() {
        let mark = std::env::temp_dir().join(format!("belde-guard-test-{}", std::process::id()));
        std::fs::write(&mark, "here").unwrap();
        let guard = Guard::start("cat >/dev/null; rm -f \"$1\"", &[mark.to_str().unwrap()], None).unwrap();
        assert!(mark.exists());
        drop(guard);
        assert!(!mark.exists());
    }
}
