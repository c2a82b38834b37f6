//! What a newcomer meets first: the README with its two commands, the change log, the ways to take part.

use super::Problem;
use crate::tree::Tree;

/// The two commands of the front door, as both READMEs must print them.
const COMMANDS: [&str; 2] = ["cargo run --release -- demo", "cargo xtask test"];

/// Judges what is there; the pages of a finished house are asked for once the README exists.
pub fn rule(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for name in ["README.md", "README.tr.md"] {
        let Some(file) = tree.get(name) else { continue };
        for command in COMMANDS.into_iter().filter(|it| !file.text.contains(it)) {
            problems.push(Problem::of(name, format!("does not print `{command}`")));
        }
    }
    if tree.get("README.md").is_some() {
        const PAGES: [&str; 8] = [
            "README.tr.md",
            "ARCHITECTURE.md",
            "STYLE.md",
            "GLOSSARY.md",
            "CONTRIBUTING.md",
            "SECURITY.md",
            "CHANGELOG.md",
            "LICENSE",
        ];
        for name in PAGES.into_iter().filter(|name| tree.get(name).is_none()) {
            problems.push(Problem::of(name, "is missing"));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::super::{assert_tidy, messages};
    use super::*;

    #[test]
    fn the_front_door_of_this_repository_is_there() {
        assert_tidy(rule);
    }

    #[test]
    fn a_readme_without_its_commands_is_found() {
        let found = messages(rule, &[("README.tr.md", "cargo xtask test")]);
        assert_eq!(found, ["does not print `cargo run --release -- demo`"]);
    }

    #[test]
    fn a_readme_asks_for_the_other_pages() {
        let readme = COMMANDS.join("\n");
        let found = messages(rule, &[("README.md", &readme)]);
        assert_eq!(found.len(), 8);
    }
}
