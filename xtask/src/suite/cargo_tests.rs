//! `cargo test` over the workspace with the databases and the object store beside it, and what its output
//! says: how many passed, which failed, and which said that they skipped something.

use super::options::Options;
use super::report::{Outcome, Report, Tally};
use super::{engines, postgres, s3, syslog_ng};
use crate::shell::Result;
use std::io::{BufRead, BufReader};

/// Runs every test of the workspace. Only failing tests fail it; a missing server is told in the table.
pub fn run(options: &Options, report: &mut Report) -> Result<Outcome> {
    let mut command = super::cargo();
    command.args(["test", "--workspace", "--locked", "--no-fail-fast", "--", "--show-output"]);
    let database = if options.is_fast { Err("--fast".to_owned()) } else { postgres::start() };
    match &database {
        Ok(server) => drop(command.env(postgres::VARIABLE, &server.url)),
        Err(why) => {
            command.env_remove(postgres::VARIABLE);
            report.could_not_have("a PostgreSQL server", why.as_str());
        }
    }
    let store = if options.is_fast { Err("--fast".to_owned()) } else { s3::start() };
    match &store {
        Ok(server) => drop(command.env(s3::VARIABLE, &server.endpoint)),
        Err(why) => {
            command.env_remove(s3::VARIABLE);
            report.could_not_have("an S3-compatible server", why.as_str());
        }
    }
    let sender = if options.is_fast { Err("--fast".to_owned()) } else { syslog_ng::folder() };
    match &sender {
        Ok(folder) => drop(command.env(syslog_ng::VARIABLE, folder)),
        Err(why) => report.could_not_have("syslog-ng", why.as_str()),
    }
    let engines = if options.is_fast { Err("--fast".to_owned()) } else { engines::python() };
    match &engines {
        Ok(python) => drop(command.env(engines::VARIABLE, python)),
        Err(why) => {
            command.env_remove(engines::VARIABLE);
            report.could_not_have("DuckDB and chDB", why.as_str());
        }
    }
    // One pipe for both outputs keeps cargo's "Running …" lines before the tests they announce.
    let (reader, writer) = std::io::pipe().map_err(|error| format!("no pipe: {error}"))?;
    let twin = writer.try_clone().map_err(|error| format!("no pipe: {error}"))?;
    command.stdin(std::process::Stdio::null()).stdout(writer).stderr(twin);
    let mut child = command.spawn().map_err(|error| format!("cargo could not start: {error}"))?;
    // The command holds the writing ends; without this the reader would never see the end.
    drop(command);
    let mut log = Log::default();
    for line in BufReader::new(reader).split(b'\n') {
        let line = line.map_err(|error| format!("the output of cargo test broke off: {error}"))?;
        let line = String::from_utf8_lossy(&line);
        if log.take(line.trim_end()) || options.is_verbose {
            println!("{line}");
        }
    }
    let status = child.wait().map_err(|error| format!("cargo test was lost: {error}"))?;
    let tally = log.tally();
    log.hand_over(report);
    report.add(tally);
    Ok(if status.success() {
        Outcome::Passed
    } else {
        Outcome::Failed(format!("{} tests failed, or a crate did not compile", tally.failed))
    })
}

/// Reads the output line by line.
#[derive(Default)]
struct Log {
    binary: String,
    is_in_successes: bool,
    current: Option<String>,
    passed: usize,
    failed: usize,
    ignored: usize,
    skipped: Vec<(String, String)>,
    failures: Vec<String>,
}

impl Log {
    /// Takes one line in; true when a person wants to see it.
    fn take(&mut self, line: &str) -> bool {
        if let Some(rest) = line.trim_start().strip_prefix("Running ") {
            self.binary = binary_name(rest);
        }
        if let Some(counts) = line.strip_prefix("test result: ") {
            self.count(counts);
            self.is_in_successes = false;
            self.current = None;
            return true;
        }
        match line {
            "successes:" => self.is_in_successes = true,
            "failures:" => self.is_in_successes = false,
            _ => {}
        }
        if let Some(name) = line.strip_prefix("---- ").and_then(|it| it.strip_suffix(" stdout ----")) {
            self.current = Some(name.to_owned());
        }
        if let (Some(test), Some(reason)) = (&self.current, line.strip_prefix("skipped: ")) {
            self.skipped.push((self.full_name(test), reason.trim().to_owned()));
        }
        if let Some(name) = line.strip_prefix("test ").and_then(|it| it.strip_suffix(" ... FAILED")) {
            self.failures.push(self.full_name(name));
        }
        !self.is_in_successes && !is_a_passing_test(line)
    }

    fn full_name(&self, test: &str) -> String {
        format!("{} {test}", self.binary)
    }

    fn count(&mut self, counts: &str) {
        let number_before = |word: &str| {
            let before = counts.split(word).next().filter(|it| it.len() < counts.len());
            before.and_then(|it| it.split_whitespace().last()).and_then(|it| it.parse().ok()).unwrap_or(0)
        };
        self.passed += number_before(" passed");
        self.failed += number_before(" failed");
        self.ignored += number_before(" ignored");
    }

    /// A test that skipped any part of itself counts as skipped, not as passed.
    fn tally(&self) -> Tally {
        let mut names: Vec<&str> = self.skipped.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let partly = names.len().min(self.passed);
        Tally { passed: self.passed - partly, failed: self.failed, skipped: self.ignored + partly }
    }

    fn hand_over(self, report: &mut Report) {
        for (name, reason) in self.skipped {
            report.test_skipped(name, reason);
        }
        for name in self.failures {
            report.test_failed(name);
        }
    }
}

/// `unittests src/lib.rs (target/debug/deps/kernel-0123)` is `kernel`.
fn binary_name(rest: &str) -> String {
    let file = rest.rsplit('/').next().unwrap_or(rest).trim_end_matches(')');
    file.rsplit_once('-').map_or(file, |(name, _)| name).to_owned()
}

fn is_a_passing_test(line: &str) -> bool {
    line.starts_with("test ") && line.ends_with(" ... ok")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
     Running unittests src/lib.rs (target/debug/deps/kernel-0a1b2c)

running 4 tests
test clock::ticks ... ok
test db::both ... ok
test db::broken ... FAILED
test db::slow ... ignored

successes:

---- db::both stdout ----
skipped: no PostgreSQL
skipped: no PostgreSQL either

successes:
    clock::ticks
    db::both

failures:

---- db::broken stdout ----
thread 'db::broken' panicked

failures:
    db::broken

test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s
     Running unittests src/main.rs (target/debug/deps/belde-77)

running 1 test
test cli::help ... ok

successes:

successes:
    cli::help

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";

    fn read(output: &str) -> (Log, Vec<&str>) {
        let mut log = Log::default();
        let shown = output.lines().filter(|line| log.take(line)).collect();
        (log, shown)
    }

    #[test]
    fn a_test_that_skipped_something_is_not_counted_as_passed() {
        let (log, _) = read(OUTPUT);
        assert_eq!(log.tally(), Tally { passed: 2, failed: 1, skipped: 2 });
        assert_eq!(log.skipped[0], ("kernel db::both".to_owned(), "no PostgreSQL".to_owned()));
    }

    #[test]
    fn failures_are_named_with_their_crate() {
        let (log, _) = read(OUTPUT);
        assert_eq!(log.failures, ["kernel db::broken"]);
    }

    #[test]
    fn what_passed_is_not_printed_and_what_failed_is() {
        let (_, shown) = read(OUTPUT);
        assert!(!shown.contains(&"test clock::ticks ... ok"));
        assert!(!shown.contains(&"    clock::ticks"));
        assert!(shown.contains(&"thread 'db::broken' panicked"));
        assert!(shown.contains(&"test db::broken ... FAILED"));
    }

    #[test]
    fn a_line_that_a_program_prints_outside_a_test_is_no_skipped_test() {
        let (log, _) = read("skipped: nothing to do with tests");
        assert!(log.skipped.is_empty());
    }
}
