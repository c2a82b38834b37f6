//! `belde openapi`: the API of this version, from the same declarations as the screens.

use super::Outcome;

pub fn run() -> Outcome {
    let document = web::openapi_document(&crate::capabilities::registry(), "http://127.0.0.1:8080");
    println!("{}", serde_json::to_string_pretty(&document)?);
    Ok(())
}
