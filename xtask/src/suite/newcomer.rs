//! The newcomer's promise: what `cargo xtask new` makes compiles, is tidy and passes its own tests. Done in a copy of
//! the repository whose crates are compiled anew; what they stand on is taken from the build before.

use super::report::{Outcome, Report, Tally};
use crate::shell::{self, Result};

/// The capability of the example in CONTRIBUTING.md.
const EXAMPLE: [&str; 11] = [
    "safety",
    "--title",
    "İSG çalışmaları",
    "--noun",
    "risk",
    "--noun-tr",
    "risk",
    "--plural-tr",
    "Riskler",
    "--path",
    "/isg",
];
/// Tests of the template.
const TESTS: usize = 5;

/// Makes the example in a copy and runs its tests.
pub fn run(report: &mut Report) -> Result<Outcome> {
    let place = shell::target_dir().join("new-capability");
    let copy = place.join("repository");
    let _ = std::fs::remove_dir_all(&copy);
    crate::new::copy_repository(&shell::root(), &copy)?;
    let words: Vec<String> = EXAMPLE.iter().map(|word| (*word).to_owned()).collect();
    crate::new::make_in(&copy, &words)?;
    crate::tidy::bless(&copy)?;
    let found = crate::tidy::problems(&crate::tree::Tree::at(&copy)?);
    if !found.is_empty() {
        return Ok(Outcome::Failed(format!("it is not tidy: {}", found.join("; "))));
    }
    let cargo = || {
        let mut command = shell::cargo();
        command.current_dir(&copy).env("CARGO_TARGET_DIR", shell::target_dir()).env("CARGO_INCREMENTAL", "0");
        command.env_remove("BELDE_TEST_POSTGRES");
        command
    };
    shell::output(cargo().args(["fmt", "--all"]))?;
    // The program has no library, so nothing of it is built; naming it gives everything else the features that the
    // whole workspace has, and what was compiled for it is used again.
    let packages = ["--package", EXAMPLE[0], "--package", "belde", "--lib"];
    let said = shell::output(cargo().args(["test", "--offline"]).args(packages))?;
    let is_fine = said.contains(&format!("test result: ok. {TESTS} passed"));
    report.add(Tally { passed: if is_fine { TESTS } else { 0 }, failed: usize::from(!is_fine), skipped: 0 });
    Ok(if is_fine { Outcome::Passed } else { Outcome::Failed(said) })
}
