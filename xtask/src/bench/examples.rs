//! What is measured without a town: the examples of the crates that say how fast they are, run as they stand.

use crate::shell::{self, Result};
use std::path::Path;
use std::process::Command;

/// What an example needs in front of its own words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    Nothing,
    /// A file that it may write.
    File,
    /// A database, how many letters, and a folder.
    Letters,
}

/// Name for `--only`, crate, example, what it needs, and what else it is given.
const EXAMPLES: [(&str, &str, &str, Needs, &[&str]); 6] = [
    ("search", "search", "measure", Needs::Letters, &["peer"]),
    ("package, stored", "package", "package_speed", Needs::Nothing, &["2048", "stored"]),
    ("package, deflated", "package", "package_speed", Needs::Nothing, &["2048", "deflated"]),
    ("signatures", "signing", "signature_speed", Needs::Nothing, &[]),
    ("letter to PDF", "printing", "sample_letter", Needs::File, &[]),
    ("seals", "seal", "leaf_speed", Needs::Nothing, &[]),
];

/// A database of its own for the example that needs one: its name and its address.
pub type Database = (&'static str, String);

/// Runs those that are wanted; answers a heading and what each printed. `letters` is how many are searched.
pub fn run(
    is_wanted: impl Fn(&str) -> bool,
    databases: &[Database],
    letters: u32,
    folder: &Path,
) -> Result<Vec<(String, String)>> {
    let mut said = Vec::new();
    for (name, package, example, needs, more) in EXAMPLES.iter().filter(|one| is_wanted(one.0)) {
        let runs: Vec<(String, Vec<String>)> = match needs {
            Needs::Nothing => vec![(String::new(), Vec::new())],
            Needs::File => vec![(String::new(), vec![folder.join("example").display().to_string()])],
            Needs::Letters => databases
                .iter()
                .map(|(name, url)| {
                    let index = folder.join(format!("texts-{name}")).display().to_string();
                    (format!(", {name}"), vec![url.clone(), letters.to_string(), index])
                })
                .collect(),
        };
        for (of, own) in runs {
            let mut command: Command = shell::cargo();
            command.args([
                "run",
                "--quiet",
                "--release",
                "--locked",
                "-p",
                package,
                "--example",
                example,
                "--",
            ]);
            command.args(own).args(*more);
            println!("{name}{of} …");
            let text = shell::output(&mut command)?;
            println!("{text}");
            said.push((format!("{name}{of}"), text));
        }
    }
    Ok(said)
}
