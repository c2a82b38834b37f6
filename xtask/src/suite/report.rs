//! What happened, as the closing table and the last line say it. Runs nothing.

use super::options::Step;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// How one step ended. The text says what failed, or why it could not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Failed(String),
    Skipped(String),
}

/// Numbers of tests, added up over every runner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
    pub skipped: usize,
}

/// Everything the closing table shows.
#[derive(Default)]
pub struct Report {
    steps: Vec<(Step, Outcome, Duration)>,
    missing: Vec<(String, String)>,
    skipped: BTreeMap<String, Vec<String>>,
    failures: Vec<String>,
    tally: Tally,
}

/// More names than this say less than their number does.
const NAMES_SHOWN: usize = 4;

impl Report {
    pub fn finished(&mut self, step: Step, outcome: Outcome, took: Duration) {
        self.steps.push((step, outcome, took));
    }

    pub fn left_out(&mut self, step: Step, reason: &str) {
        self.finished(step, Outcome::Skipped(reason.to_owned()), Duration::ZERO);
    }

    /// Something that could not be had, and what goes without it.
    pub fn could_not_have(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.missing.push((what.into(), why.into()));
    }

    /// A test that said it did not check something.
    pub fn test_skipped(&mut self, name: String, reason: String) {
        self.skipped.entry(reason).or_default().push(name);
    }

    pub fn test_failed(&mut self, name: String) {
        self.failures.push(name);
    }

    pub fn add(&mut self, tally: Tally) {
        self.tally.passed += tally.passed;
        self.tally.failed += tally.failed;
        self.tally.skipped += tally.skipped;
    }

    /// Nothing failed; steps and tests that were skipped do not count against it.
    pub fn is_green(&self) -> bool {
        self.failed() == 0
    }

    /// Failed tests, and failed steps that are not made of tests or failed before their first test.
    fn failed(&self) -> usize {
        let steps = self.steps.iter().filter(|(_, outcome, _)| matches!(outcome, Outcome::Failed(_)));
        let of_steps = steps
            .filter(|(step, _, _)| !matches!(step, Step::Test | Step::Browser) || self.tally.failed == 0)
            .count();
        self.tally.failed + of_steps
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "\n== closing table ==")?;
        let mut total = Duration::ZERO;
        for (step, outcome, took) in &self.steps {
            total += *took;
            let (word, why) = match outcome {
                Outcome::Passed => ("passed", ""),
                Outcome::Failed(why) => ("FAILED", why.as_str()),
                Outcome::Skipped(why) => ("skipped", why.as_str()),
            };
            writeln!(out, "{:<22} {word:<8} {:>8}  {why}", step.title(), seconds(*took))?;
        }
        writeln!(out, "{:<22} {:<8} {:>8}", "together", "", seconds(total))?;
        for (what, why) in &self.missing {
            writeln!(out, "could not have: {what} ({why})")?;
        }
        for (reason, names) in &self.skipped {
            let shown = names.iter().take(NAMES_SHOWN).cloned().collect::<Vec<_>>().join(", ");
            let rest = if names.len() > NAMES_SHOWN { ", …" } else { "" };
            writeln!(out, "did not check: {reason} [{} tests: {shown}{rest}]", names.len())?;
        }
        for name in &self.failures {
            writeln!(out, "failed: {name}")?;
        }
        write!(out, "\n{} passed, {} failed", self.tally.passed, self.failed())?;
        if self.tally.skipped > 0 {
            write!(out, ", {} skipped", self.tally.skipped)?;
        }
        Ok(())
    }
}

fn seconds(took: Duration) -> String {
    match took.as_secs() {
        0 => format!("{} ms", took.as_millis()),
        whole @ 1..60 => format!("{whole} s"),
        whole => format!("{} min {:02} s", whole / 60, whole % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last_line(report: &Report) -> String {
        report.to_string().lines().last().unwrap_or_default().to_owned()
    }

    #[test]
    fn the_last_line_is_the_sum_alone() {
        let mut report = Report::default();
        report.add(Tally { passed: 3, failed: 0, skipped: 0 });
        report.add(Tally { passed: 4, failed: 0, skipped: 0 });
        assert_eq!(last_line(&report), "7 passed, 0 failed");
        report.add(Tally { passed: 0, failed: 0, skipped: 2 });
        assert_eq!(last_line(&report), "7 passed, 0 failed, 2 skipped");
        assert!(report.is_green());
    }

    #[test]
    fn a_failed_step_is_never_reported_as_no_failure() {
        let mut report = Report::default();
        report.add(Tally { passed: 9, failed: 0, skipped: 0 });
        report.finished(Step::Format, Outcome::Failed("cargo fmt".into()), Duration::ZERO);
        assert_eq!(last_line(&report), "9 passed, 1 failed");
        assert!(!report.is_green());
    }

    #[test]
    fn tests_that_failed_are_not_counted_again_as_a_failed_step() {
        let mut report = Report::default();
        report.add(Tally { passed: 1, failed: 2, skipped: 0 });
        report.finished(Step::Test, Outcome::Failed("2 tests".into()), Duration::ZERO);
        assert_eq!(last_line(&report), "1 passed, 2 failed");
    }

    #[test]
    fn tests_that_could_not_even_start_count_as_one_failure() {
        let mut report = Report::default();
        report.finished(Step::Test, Outcome::Failed("it did not compile".into()), Duration::ZERO);
        assert_eq!(last_line(&report), "0 passed, 1 failed");
    }

    #[test]
    fn the_table_groups_skipped_tests_by_their_reason() {
        let mut report = Report::default();
        for number in 1..=6 {
            report.test_skipped(format!("t{number}"), "no PostgreSQL".into());
        }
        report.could_not_have("PostgreSQL", "initdb was not found");
        let text = report.to_string();
        assert!(text.contains("did not check: no PostgreSQL [6 tests: t1, t2, t3, t4, …]"), "{text}");
        assert!(text.contains("could not have: PostgreSQL (initdb was not found)"), "{text}");
    }

    #[test]
    fn durations_are_written_as_a_person_reads_them() {
        assert_eq!(seconds(Duration::from_millis(40)), "40 ms");
        assert_eq!(seconds(Duration::from_secs(59)), "59 s");
        assert_eq!(seconds(Duration::from_secs(605)), "10 min 05 s");
    }
}
