//! The description of the API as `belde openapi` prints it, judged by a program that we did not write.

use super::python;
use super::report::{Outcome, Report};
use crate::shell::{self, Result};
use std::process::Command;

const PACKAGE: &str = "openapi-spec-validator==0.9.0";

/// Needs the built program. Without Python or the package index the closing table says so.
pub fn check(report: &mut Report) -> Result<Outcome> {
    let validator = match python::program("openapi-validator", PACKAGE, "openapi-spec-validator") {
        Ok(program) => program,
        Err(reason) => {
            let without = format!("{reason}; `belde openapi` was not judged by another program");
            report.could_not_have("openapi-spec-validator", without);
            return Ok(Outcome::Skipped("openapi-spec-validator could not be had".to_owned()));
        }
    };
    let document = shell::output(Command::new(shell::target_dir().join("debug/belde")).arg("openapi"))?;
    let file = shell::target_dir().join("openapi.json");
    std::fs::write(&file, document).map_err(|error| format!("{}: {error}", file.display()))?;
    let is_valid = shell::succeeds(Command::new(validator).arg(&file))?;
    Ok(if is_valid { Outcome::Passed } else { Outcome::Failed("it is no valid OpenAPI document".to_owned()) })
}
