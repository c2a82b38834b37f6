//! The PostgreSQL of the tests: the server that `BELDE_TEST_POSTGRES` names, or a temporary cluster made
//! with the machine's own binaries and removed at the end.

use super::guard::Guard;
use crate::shell::{self, Result};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// URL of a server on which the tests may create databases.
pub const VARIABLE: &str = "BELDE_TEST_POSTGRES";

/// A running server; a temporary one lives as long as this value.
pub struct Server {
    pub url: String,
    _guard: Option<Guard>,
}

/// The caller gave a server of its own.
pub fn server_is_given() -> bool {
    std::env::var_os(VARIABLE).is_some_and(|url| !url.is_empty())
}

/// The folder with `initdb` and `pg_ctl`: Debian's newest version, else the search path.
pub fn binaries() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok();
    let mut folders: Vec<(u32, PathBuf)> = versions
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder): &(u32, PathBuf)| folder.join("initdb").is_file())
        .collect();
    folders.sort();
    folders.pop().map(|(_, folder)| folder).or_else(|| {
        let initdb = shell::find_program(&["initdb"])?;
        initdb.parent().map(Path::to_path_buf)
    })
}

/// Starts or finds the server. An error is the reason why there is none.
pub fn start() -> Result<Server> {
    if let Ok(url) = std::env::var(VARIABLE)
        && !url.is_empty()
    {
        return Ok(Server { url, _guard: None });
    }
    temporary(FAST)
}

/// As [`start`], but a temporary cluster keeps what it acknowledged, as in operation: for measurements.
pub fn durable() -> Result<Server> {
    if let Ok(url) = std::env::var(VARIABLE)
        && !url.is_empty()
    {
        return Ok(Server { url, _guard: None });
    }
    temporary("")
}

/// Durability is not what the tests test: nothing here outlives them.
const FAST: &str = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off";

/// Makes a cluster in the folder for temporary files, reachable on the loopback address alone.
fn temporary(durability: &str) -> Result<Server> {
    let binaries = binaries().ok_or("initdb was not found")?;
    let user = unprivileged_user()?;
    let folder = std::env::temp_dir().join(format!("belde-postgres-{}", std::process::id()));
    std::fs::create_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    if let Some((user_id, group_id)) = user {
        std::os::unix::fs::chown(&folder, Some(user_id), Some(group_id))
            .map_err(|error| format!("{} cannot be given away: {error}", folder.display()))?;
    }
    // From here on the guard owns the folder, so that a failure below cleans up as well.
    let bin = binaries.to_string_lossy().into_owned();
    let dir = folder.to_string_lossy().into_owned();
    let guard = Guard::start(CLEANING, &[&bin, &dir], user)?;
    let port = shell::free_port()?;
    make_and_start(&binaries, &folder, port, user, durability)?;
    Ok(Server { url: format!("postgres://postgres@127.0.0.1:{port}/postgres"), _guard: Some(guard) })
}

const CLEANING: &str = r#"trap "" INT TERM HUP
cat >/dev/null
"$1/pg_ctl" -D "$2/data" -m immediate -w stop
rm -rf "$2""#;

fn make_and_start(
    binaries: &Path,
    folder: &Path,
    port: u16,
    user: Option<(u32, u32)>,
    durability: &str,
) -> Result<()> {
    let as_user = |program: &str| {
        let mut command = Command::new(binaries.join(program));
        command.current_dir(folder).env("LC_ALL", "C").stdin(std::process::Stdio::null());
        if let Some((user_id, group_id)) = user {
            command.uid(user_id).gid(group_id);
        }
        command
    };
    let data = folder.join("data");
    shell::output(
        as_user("initdb")
            .args([
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--no-locale",
                "--no-sync",
                "-D",
            ])
            .arg(&data),
    )?;
    let settings = format!(
        "-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={} \
         {durability} -c max_connections=400 -c shared_buffers=128MB",
        folder.display()
    );
    // pg_ctl hands its standard output to the server, so it must not be a pipe that we read to its end.
    let mut start = as_user("pg_ctl");
    start
        .arg("-D")
        .arg(&data)
        .arg("-l")
        .arg(folder.join("log"))
        .args(["-w", "-t", "60", "-o", &settings, "start"]);
    start.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    if shell::succeeds(&mut start)? {
        return Ok(());
    }
    let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    Err(format!("the temporary cluster did not start: {}", log.lines().last().unwrap_or("no log")))
}

/// PostgreSQL refuses to run as root: then as its own user, else as nobody. `None` means as we are.
fn unprivileged_user() -> Result<Option<(u32, u32)>> {
    if shell::user_id() != Some(0) {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd").map_err(|error| format!("/etc/passwd: {error}"))?;
    let found = ids_of(&users, "postgres").or_else(|| ids_of(&users, "nobody"));
    found.map(Some).ok_or_else(|| "we are root, and there is no user postgres or nobody".to_owned())
}

fn ids_of(users: &str, name: &str) -> Option<(u32, u32)> {
    let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_ids_of_a_user_are_read_from_the_password_file() {
        let users =
            "root:x:0:0::/root:/bin/sh\npostgres:x:107:114:PostgreSQL:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(ids_of(users, "postgres"), Some((107, 114)));
        assert_eq!(ids_of(users, "post"), None);
    }

    #[test]
    fn a_temporary_cluster_answers_and_leaves_nothing_behind() {
        if binaries().is_none() {
            eprintln!("skipped: a temporary cluster, initdb was not found");
            return;
        }
        let server = temporary(FAST).unwrap();
        let address = server.url.trim_start_matches("postgres://postgres@").trim_end_matches("/postgres");
        assert!(std::net::TcpStream::connect(address).is_ok());
        let folder = std::env::temp_dir().join(format!("belde-postgres-{}", std::process::id()));
        assert!(folder.exists());
        drop(server);
        assert!(!folder.exists());
    }
}
