//! `cargo xtask test`: the one test command. Here is the order of the steps and what each needs of the
//! one before; how a step works lives in its own file below `suite/`.

mod browser;
mod cargo_tests;
pub mod engines;
mod guard;
mod licences;
mod newcomer;
mod openapi;
mod options;
pub mod postgres;
mod python;
mod report;
mod s3;
mod syslog_ng;
mod tools;

use crate::shell::{self, Result};
use options::{Options, Step};
use report::{Outcome, Report};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Runs the suite; true when nothing failed. What could not be had is said, never a failure.
pub fn run(args: &[String]) -> Result<bool> {
    let options = Options::parse(args)?;
    let mut report = Report::default();
    let mut is_built = true;
    for step in Step::ALL {
        if let Some(reason) = options.reason_to_leave_out(step) {
            report.left_out(step, reason);
            continue;
        }
        println!("\n== {} ==", step.title());
        let started = Instant::now();
        let outcome = match step {
            Step::Tools => tools::install(&mut report),
            Step::Format => passed(&["fmt", "--all", "--check"]),
            Step::Licences => licences::check(&mut report),
            Step::Build => passed(&["build", "--workspace", "--all-targets", "--locked"]),
            Step::OpenApi if !is_built => Ok(Outcome::Skipped("the build failed".to_owned())),
            Step::OpenApi => openapi::check(&mut report),
            Step::Test => cargo_tests::run(&options, &mut report),
            Step::Newcomer => newcomer::run(&mut report),
            Step::Browser if !is_built => Ok(Outcome::Skipped("the build failed".to_owned())),
            Step::Browser => browser::run(&mut report),
            // As `cargo run -- demo` builds it: beside its tests a crate may lean on a feature that only they ask for.
            Step::Alone => passed(&["build", "--package", "belde", "--locked"]),
        };
        let outcome = outcome.unwrap_or_else(Outcome::Failed);
        is_built &= !(step == Step::Build && matches!(outcome, Outcome::Failed(_)));
        report.finished(step, outcome, started.elapsed());
    }
    println!("{report}");
    Ok(report.is_green())
}

/// A step that is one cargo command, judged by how it ended.
fn passed(args: &[&str]) -> Result<Outcome> {
    let is_fine = shell::succeeds(cargo().args(args))?;
    Ok(if is_fine { Outcome::Passed } else { Outcome::Failed(format!("cargo {}", args.join(" "))) })
}

/// Cargo as every step that compiles must call it, or the next one would compile everything again. Our own crates go
/// through clippy's driver, which is the compiler with the lints in it: `cargo clippy` would check all of the workspace
/// and what it stands on once more beside the build.
fn cargo() -> Command {
    let mut command = shell::cargo();
    let driver = command.get_program().to_owned();
    let driver = Path::new(&driver).with_file_name("clippy-driver");
    command.env("RUSTC_WORKSPACE_WRAPPER", driver).env("CLIPPY_ARGS", "-D__CLIPPY_HACKERY__warnings");
    // A fresh clone compiles everything once: incremental bookkeeping would only cost time and disk there.
    if std::env::var_os("CI").is_some() {
        command.env("CARGO_INCREMENTAL", "0");
    }
    command
}
