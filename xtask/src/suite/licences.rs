//! Every crate we build on must have a licence that `deny.toml` allows and come from crates.io. This is
//! read from `cargo metadata`, so it always runs; cargo-deny runs as well where it is installed.

use super::report::{Outcome, Report};
use crate::shell::{self, Result};
use serde_json::Value;

/// Checks every package of the lock file; the outcome names each one that is not allowed.
pub fn check(report: &mut Report) -> Result<Outcome> {
    let allowed = allowed_licences(&std::fs::read_to_string(shell::root().join("deny.toml")).map_err(said)?)?;
    let text = shell::output(shell::cargo().args(["metadata", "--format-version", "1", "--locked"]))?;
    let metadata: Value = serde_json::from_str(&text).map_err(said)?;
    let packages = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    let wrong: Vec<String> = packages.iter().filter_map(|package| problem_of(package, &allowed)).collect();
    for line in &wrong {
        println!("{line}");
    }
    if !wrong.is_empty() {
        return Ok(Outcome::Failed(format!("{} packages", wrong.len())));
    }
    println!("{} packages, all allowed", packages.len());
    if shell::find_program(&["cargo-deny"]).is_none() {
        report.could_not_have(
            "cargo-deny",
            "`cargo install cargo-deny`; licences and sources were checked without it",
        );
        return Ok(Outcome::Passed);
    }
    // The advisory database is a git repository on another host; it is for a person with a network.
    let mut deny = shell::cargo();
    deny.args([
        "deny",
        "--offline",
        "--locked",
        "check",
        "--hide-inclusion-graph",
        "licenses",
        "bans",
        "sources",
    ]);
    Ok(if shell::succeeds(&mut deny)? { Outcome::Passed } else { Outcome::Failed("cargo deny".to_owned()) })
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn allowed_licences(deny: &str) -> Result<Vec<String>> {
    let table: toml::Table = deny.parse().map_err(|error| format!("deny.toml: {error}"))?;
    let list = table.get("licenses").and_then(|it| it.get("allow")).and_then(toml::Value::as_array);
    let list = list.ok_or("deny.toml has no licenses.allow")?;
    Ok(list.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect())
}

fn problem_of(package: &Value, allowed: &[String]) -> Option<String> {
    let name = format!("{} {}", package["name"].as_str()?, package["version"].as_str()?);
    let Some(source) = package["source"].as_str() else {
        // No source: it is a crate of this repository.
        return None;
    };
    if !source.starts_with("registry+") {
        return Some(format!("{name} comes from {source}"));
    }
    match package["license"].as_str() {
        None => Some(format!("{name} names no licence")),
        Some(expression) if is_allowed(expression, allowed) => None,
        Some(expression) => Some(format!("{name} has the licence {expression}")),
    }
}

/// Whether an SPDX expression can be fulfilled with the allowed licences alone.
///
/// Grammar of SPDX 2.3 annex D: `OR` binds weaker than `AND`, `WITH` names an exception of the licence
/// before it; `/` is the old way of writing `OR` on crates.io.
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut position = 0;
    let verdict = any_of(&words, &mut position, allowed);
    verdict && position == words.len()
}

fn any_of(words: &[&str], position: &mut usize, allowed: &[String]) -> bool {
    let mut verdict = all_of(words, position, allowed);
    while words.get(*position) == Some(&"OR") {
        *position += 1;
        verdict |= all_of(words, position, allowed);
    }
    verdict
}

fn all_of(words: &[&str], position: &mut usize, allowed: &[String]) -> bool {
    let mut verdict = one(words, position, allowed);
    while words.get(*position) == Some(&"AND") {
        *position += 1;
        verdict &= one(words, position, allowed);
    }
    verdict
}

fn one(words: &[&str], position: &mut usize, allowed: &[String]) -> bool {
    let Some(word) = words.get(*position) else { return false };
    *position += 1;
    if *word == "(" {
        let verdict = any_of(words, position, allowed);
        let is_closed = words.get(*position) == Some(&")");
        *position += 1;
        return verdict && is_closed;
    }
    let mut name = (*word).to_owned();
    if words.get(*position) == Some(&"WITH") {
        name = format!("{name} WITH {}", words.get(*position + 1).unwrap_or(&""));
        *position += 2;
    }
    allowed.contains(&name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn allowed() -> Vec<String> {
        ["MIT", "Apache-2.0", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned).to_vec()
    }

    #[test]
    fn one_allowed_choice_is_enough() {
        assert!(is_allowed("GPL-3.0 OR MIT", &allowed()));
        assert!(is_allowed("MIT/Apache-2.0", &allowed()));
        assert!(!is_allowed("GPL-3.0 OR AGPL-3.0", &allowed()));
    }

    #[test]
    fn every_part_of_a_conjunction_must_be_allowed() {
        assert!(is_allowed("(MIT OR Apache-2.0) AND Unicode-3.0", &allowed()));
        assert!(!is_allowed("MIT AND GPL-2.0", &allowed()));
        assert!(!is_allowed("(MIT OR Apache-2.0) AND OpenSSL", &allowed()));
    }

    #[test]
    fn an_exception_belongs_to_its_licence() {
        assert!(is_allowed("Apache-2.0 WITH LLVM-exception OR MIT", &allowed()));
        assert!(!is_allowed("GPL-2.0 WITH Classpath-exception-2.0", &allowed()));
    }

    #[test]
    fn what_cannot_be_read_is_not_allowed() {
        for expression in ["", "MIT AND", "(MIT", "MIT MIT", ")"] {
            assert!(!is_allowed(expression, &allowed()), "{expression}");
        }
    }

    #[test]
    fn a_package_from_anywhere_but_the_registry_is_named() {
        let package = json!({"name": "a", "version": "1.0.0", "license": "MIT", "source": "git+https://x/y"});
        assert_eq!(problem_of(&package, &allowed()).unwrap(), "a 1.0.0 comes from git+https://x/y");
        let ours = json!({"name": "kernel", "version": "0.1.0", "license": "Apache-2.0", "source": null});
        assert_eq!(problem_of(&ours, &allowed()), None);
        let silent =
            json!({"name": "b", "version": "1.0.0", "license": null, "source": "registry+https://x"});
        assert_eq!(problem_of(&silent, &allowed()).unwrap(), "b 1.0.0 names no licence");
    }
}
