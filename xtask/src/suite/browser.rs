//! The browser journeys of `e2e/`: brings the npm packages, hands over the built binary and the browser,
//! and reads what node's test runner says. What a journey does is written in `e2e/`, not here.

use super::report::{Outcome, Report, Tally};
use super::tools;
use crate::shell::{self, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs the journeys against the debug binary that the build step made.
pub fn run(report: &mut Report) -> Result<Outcome> {
    let folder = shell::root().join("e2e");
    let binary = shell::target_dir().join("debug/belde");
    let (node, npm, chromium) = match what_it_needs(&binary) {
        Ok(found) => found,
        Err(why) => return Ok(Outcome::Skipped(why)),
    };
    let mut install = Command::new(npm);
    install.current_dir(&folder).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    if !shell::succeeds(&mut install)? {
        report.could_not_have("npm packages of e2e/", "npm ci failed");
        return Ok(Outcome::Skipped("npm ci failed".to_owned()));
    }
    let results = shell::target_dir().join("e2e-results.tap");
    let mut journeys = Command::new(node);
    journeys
        .current_dir(&folder)
        .args([
            "--test",
            "--test-concurrency=2",
            "--test-reporter=spec",
            "--test-reporter-destination=stdout",
        ])
        .arg("--test-reporter=tap")
        .arg(format!("--test-reporter-destination={}", results.display()))
        .args(["walks.mjs", "town.mjs"])
        .args(houses(&folder)?)
        .env("BELDE_E2E_BINARY", &binary)
        .env("BELDE_E2E_CHROMIUM", chromium);
    let is_fine = shell::succeeds(&mut journeys)?;
    let tap = std::fs::read_to_string(&results).map_err(|error| format!("{}: {error}", results.display()))?;
    let tally = tally_of(&tap);
    for (name, reason) in skipped_in(&tap) {
        report.test_skipped(format!("e2e {name}"), reason);
    }
    report.add(tally);
    Ok(if is_fine { Outcome::Passed } else { Outcome::Failed(format!("{} journeys", tally.failed)) })
}

/// The journeys that start houses of their own: each file is a process beside the town's and the walks', because a browser that
/// waits for its page, and a person who waits for the next one-time code, leave a core idle.
fn houses(folder: &Path) -> Result<Vec<PathBuf>> {
    let place = folder.join("houses");
    let entries = std::fs::read_dir(&place).map_err(|error| format!("{}: {error}", place.display()))?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut found: Vec<_> = paths.filter(|path| path.extension().is_some_and(|it| it == "mjs")).collect();
    found.sort();
    if found.is_empty() { Err(format!("no journey is in {}", place.display())) } else { Ok(found) }
}

type Needs = (PathBuf, PathBuf, PathBuf);

fn what_it_needs(binary: &Path) -> Result<Needs> {
    let node = shell::find_program(&["node"]).ok_or("there is no Node.js")?;
    let npm = shell::find_program(&["npm"]).ok_or("there is no npm")?;
    let chromium = tools::chromium().ok_or("there is no Chromium")?;
    let help = shell::output(Command::new(binary).arg("--help"))
        .map_err(|why| format!("the binary is not built or has no help: {why}"))?;
    let has_demo = help.lines().any(|line| line.split_whitespace().next() == Some("demo"));
    if has_demo { Ok((node, npm, chromium)) } else { Err("the binary has no demo command".to_owned()) }
}

/// The closing comment lines of a TAP stream: `# pass 3`, `# fail 0`, `# skipped 1`.
fn tally_of(tap: &str) -> Tally {
    let number_after = |word: &str| {
        let lines = tap.lines().filter_map(|line| line.strip_prefix("# ")?.strip_prefix(word));
        lines.filter_map(|rest| rest.trim().parse::<usize>().ok()).next_back().unwrap_or(0)
    };
    Tally {
        passed: number_after("pass "),
        failed: number_after("fail ") + number_after("cancelled "),
        skipped: number_after("skipped "),
    }
}

/// Points that carry a SKIP directive: `ok 2 - login # SKIP no demo`.
fn skipped_in(tap: &str) -> Vec<(String, String)> {
    tap.lines()
        .filter_map(|line| {
            let (point, reason) = line.trim_start().strip_prefix("ok ")?.split_once(" # SKIP")?;
            let name = point.split_once(" - ").map_or(point, |(_, name)| name);
            Some((name.to_owned(), reason.trim().to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAP: &str = "TAP version 13\nok 1 - login\nok 2 - search # SKIP no index\nnot ok 3 - logout\n\
                       1..3\n# tests 3\n# suites 0\n# pass 1\n# fail 1\n# cancelled 0\n# skipped 1\n# todo 0\n";

    #[test]
    fn the_numbers_of_the_journeys_are_those_of_the_runner() {
        assert_eq!(tally_of(TAP), Tally { passed: 1, failed: 1, skipped: 1 });
        assert_eq!(tally_of(""), Tally::default());
    }

    #[test]
    fn a_skipped_journey_is_named_with_its_reason() {
        assert_eq!(skipped_in(TAP), [("search".to_owned(), "no index".to_owned())]);
    }
}
