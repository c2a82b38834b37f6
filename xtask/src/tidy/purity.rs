//! Time and chance are arguments: only the kernel's clock asks the machine. Clippy knows the functions by
//! path; this rule also finds crates that would bring the same in by another door. And `unsafe` stands in one file.

use super::{Problem, without_comment};
use crate::tree::{File, Tree};

const DOORS: [&str; 10] = [
    "SystemTime::now(",
    "OffsetDateTime::now_",
    "Utc::now(",
    "Local::now(",
    "Uuid::now_v7(",
    "Uuid::new_v4(",
    "getrandom::",
    "thread_rng(",
    "rand::rng(",
    "rand::random",
];

/// The one file with `unsafe`, and why: docs/adr/0033.
const UNSAFE: &str = "crates/journal_sql/src/table.rs";

/// Everything that ships, except the clock itself and this tool, which is not part of the product.
pub fn rule(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in tree.with_extension("rs").filter(|file| is_judged(file)) {
        for (number, line) in file.shipped_lines() {
            let code = without_comment(line);
            if code.contains("allow(unsafe_code)") && file.path != UNSAFE {
                let message = format!("`unsafe` is allowed in {UNSAFE} alone");
                problems.push(Problem::at(&file.path, number, message));
            }
            if let Some(door) = DOORS.into_iter().find(|it| code.contains(it)) {
                let message = format!("`{door}` outside the clock of the kernel: take it as an argument");
                problems.push(Problem::at(&file.path, number, message));
            }
        }
    }
    problems
}

fn is_judged(file: &File) -> bool {
    !file.path.starts_with("crates/kernel/src/clock")
        && !file.path.starts_with("xtask/")
        && !file.path.starts_with("fuzz/")
}

#[cfg(test)]
mod tests {
    use super::super::{assert_tidy, messages};
    use super::*;

    #[test]
    fn time_and_chance_of_this_repository_are_arguments() {
        assert_tidy(rule);
    }

    #[test]
    fn unsafe_stands_in_one_file() {
        let text = "//! A.\n#![allow(unsafe_code)]\n";
        assert_eq!(messages(rule, &[("crates/web/src/session.rs", text)]).len(), 1);
        assert!(messages(rule, &[(UNSAFE, text)]).is_empty());
    }

    #[test]
    fn only_the_clock_asks_the_machine() {
        let text = "//! A.\nlet now = SystemTime::now();\n";
        assert_eq!(messages(rule, &[("crates/web/src/session.rs", text)]).len(), 1);
        assert!(messages(rule, &[("crates/kernel/src/clock.rs", text)]).is_empty());
        assert!(
            messages(rule, &[("crates/web/src/session.rs", "//! A.\n// not SystemTime::now()\n")]).is_empty()
        );
    }
}
