//! The S3-compatible server of the tests: the one `BELDE_TEST_S3` names, or moto's server in a Python
//! environment of its own under `target/`. moto keeps everything in memory and speaks plain HTTP.

use super::guard::Guard;
use crate::shell::{self, Result};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

/// Endpoint URL of a server that takes any key and on which the tests may make buckets.
pub const VARIABLE: &str = "BELDE_TEST_S3";

const PACKAGE: &str = "moto[server,s3]==5.2.5";
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server; a temporary one lives as long as this value.
pub struct Server {
    pub endpoint: String,
    _guard: Option<Guard>,
}

/// Starts or finds the server. An error is the reason why there is none.
pub fn start() -> Result<Server> {
    if let Ok(endpoint) = std::env::var(VARIABLE)
        && !endpoint.is_empty()
    {
        return Ok(Server { endpoint, _guard: None });
    }
    let program = install()?;
    let port = shell::free_port()?;
    let guard = Guard::start(SERVING, &[&program.to_string_lossy(), &port.to_string()], None)?;
    let started = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if started.elapsed() > PATIENCE {
            return Err("moto_server did not answer within a minute".to_owned());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(Server { endpoint: format!("http://127.0.0.1:{port}"), _guard: Some(guard) })
}

const SERVING: &str = r#"trap "" INT HUP
"$1" -H 127.0.0.1 -p "$2" </dev/null &
server=$!
cat >/dev/null
kill "$server""#;

/// The server's program, installed once; the pinned version is part of the folder's name.
fn install() -> Result<PathBuf> {
    let version = PACKAGE.rsplit("==").next().unwrap_or(PACKAGE);
    let folder = shell::target_dir().join(format!("s3-peer-{version}"));
    let program = folder.join("bin/moto_server");
    if program.is_file() {
        return Ok(program);
    }
    let python = shell::find_program(&["python3"]).ok_or("python3 was not found")?;
    shell::output(Command::new(python).args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = Command::new(folder.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--no-input", PACKAGE]);
    shell::output(&mut pip)?;
    Ok(program)
}
