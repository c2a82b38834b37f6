//! The same list in a peer: as many people in Django's own admin on the same machine, database and load, so that a
//! figure of Belde's can be read as a ratio. Django, because what municipalities run today (Signalen, NetBox, Mayan)
//! stands on it. The site is the folder `peer/`; Python and the registry's packages are the machine's.

pub mod mayan;
pub mod ocs;
pub mod rt;

use super::load::{self, Figures};
use super::town;
use crate::shell::{self, Result};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What the measurement calls it.
pub const NAME: &str = "Django admin";

/// A Python with Django, its server and the driver; these versions, so that figures can be taken again.
const PACKAGES: [&str; 3] = ["django==5.2.*", "gunicorn==27.*", "psycopg[binary]==3.3.*"];

const SITE: [(&str, &str); 5] = [
    ("peer_site.py", include_str!("peer/peer_site.py")),
    ("load.py", include_str!("peer/load.py")),
    ("town/__init__.py", ""),
    ("town/models.py", include_str!("peer/town/models.py")),
    ("town/admin.py", include_str!("peer/town/admin.py")),
];

/// What is asked of it, under the names that Belde's own cases have.
const CASES: [(&str, &str); 5] = [
    ("all", ""),
    ("sort -name", "?o=-1"),
    ("state=active", "?state__exact=active"),
    ("search “1005”", "?q=1005"),
    ("record", "500/change/"),
];

/// The figures of each case on this many people. `database` is an address of PostgreSQL or empty for SQLite.
pub fn measure(people: &str, database: &str, lasts: Duration) -> Result<Vec<(&'static str, Figures)>> {
    let folder = shell::target_dir().join("bench/peer");
    let python = python(&folder)?;
    for (name, text) in SITE {
        let path = folder.join("site").join(name);
        let parent = path.parent().unwrap_or(&folder);
        std::fs::create_dir_all(parent).map_err(|error| format!("{}: {error}", parent.display()))?;
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let database = match database {
        "" => {
            let file = folder.join("peer.db");
            for ending in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{ending}", file.display()));
            }
            file.display().to_string()
        }
        server => town::postgres_database(server, "belde_bench_peer", true)?,
    };
    let command = |program: &Path| {
        let mut command = Command::new(program);
        command.current_dir(folder.join("site")).env("PEER_DATABASE", &database);
        command
    };
    let count = people.replace(',', "");
    let cookie = shell::output(command(&python).args(["load.py", &count]))?;
    let address: SocketAddr = ([127, 0, 0, 1], shell::free_port()?).into();
    let server = command(&python)
        // Two workers a core and one more, as gunicorn's documentation advises, on two cores.
        .args(["-m", "gunicorn", "--workers", "5", "--bind", &address.to_string(), "peer_site:application"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("gunicorn: {error}"))?;
    let _running = Running(server);
    let headers = format!("Cookie: {}\r\n", cookie.trim());
    let of = |tail: &str| format!("/admin/town/staff/{tail}");
    wait(address, &headers, &of(""))?;
    let measured = CASES.into_iter().map(|(name, tail)| {
        Ok((name, load::pages(address, &headers, &[of(tail)], load::CONNECTIONS, lasts)?))
    });
    measured.collect()
}

/// Answers once every worker has loaded its code, so that none of it is measured.
fn wait(address: SocketAddr, headers: &str, path: &str) -> Result<()> {
    let ask = || load::pages(address, headers, &[path.to_owned()], load::CONNECTIONS, Duration::from_secs(2));
    let mut last = String::new();
    for _ in 0..20 {
        match ask() {
            Ok(_) => return Ok(()),
            Err(error) => last = error,
        }
        std::thread::sleep(Duration::from_millis(500));
    }
    Err(format!("the peer did not answer: {last}"))
}

fn python(folder: &Path) -> Result<PathBuf> {
    let python = folder.join("venv/bin/python");
    if !folder.join("installed").exists() {
        let system = shell::find_program(&["python3"]).ok_or("python3 was not found")?;
        shell::output(Command::new(system).args(["-m", "venv"]).arg(folder.join("venv")))?;
        shell::output(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(PACKAGES))?;
        std::fs::write(folder.join("installed"), "").map_err(|error| error.to_string())?;
    }
    Ok(python)
}

/// The peer's server; its master ends the workers when it is told to end.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        let _ = self.0.wait();
    }
}
