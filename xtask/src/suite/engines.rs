//! DuckDB and ClickHouse (chDB) for the tests and the bench: programs of others that read a journal's segments as they are.

use super::python;
use crate::shell::Result;
use std::path::PathBuf;

/// A Python program that has both.
pub const VARIABLE: &str = "BELDE_TEST_ENGINES";

/// These versions, so that figures can be taken again.
const PACKAGES: [&str; 2] = ["duckdb==2.0.1", "chdb==4.4.0"];

/// Where it is: a gigabyte under `target/`, installed once in some twenty seconds. An error is the reason why there is none.
pub fn python() -> Result<PathBuf> {
    match std::env::var_os(VARIABLE).filter(|it| !it.is_empty()) {
        Some(given) => Ok(PathBuf::from(given)),
        None => python::python("engines", &PACKAGES),
    }
}
