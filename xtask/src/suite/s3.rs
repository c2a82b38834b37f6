//! The S3-compatible server of the tests: the one `BELDE_TEST_S3` names, or moto's server in a Python
//! environment of its own under `target/`. moto keeps everything in memory and speaks plain HTTP.

use super::guard::Guard;
use super::python;
use crate::shell::{self, Result};
use std::net::TcpStream;
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
    let program = python::program("s3-peer", PACKAGE, "moto_server")?;
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
