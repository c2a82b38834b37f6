//! `belde openapi`: the API of this version, from the same declarations as the screens.

use std::io::Write;

use super::Outcome;

pub fn run() -> Outcome {
    let document = web::openapi_document(&crate::capabilities::registry(), "http://127.0.0.1:8080");
    // Whoever reads only the beginning closes the pipe, which is no fault.
    match writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&document)?) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
