//! The repository's own text files, read once, for the rules that look at all of them. Knows no rule.

use crate::shell::{self, Result};
use std::path::Path;
use std::process::Command;

/// One text file: its path from the root with `/`, and its text.
pub struct File {
    pub path: String,
    pub text: String,
}

impl File {
    /// The ending after the last dot of the name, or nothing.
    pub fn extension(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// Rust that is a test and nothing else: a `tests` folder or file, or the test kit.
    pub fn is_test(&self) -> bool {
        self.path.split('/').any(|part| part == "tests" || part == "testkit" || part == "tests.rs")
            || self.path.ends_with("_tests.rs")
    }

    /// The lines that ship: everything before the first `#[cfg(test)] mod`, none of a test file.
    ///
    /// Tests close a file in this repository, so what follows the first test module with a body is tests too; a line
    /// that only declares one (`mod tests;`) closes nothing.
    pub fn shipped_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines: Vec<&str> = if self.is_test() { Vec::new() } else { self.text.lines().collect() };
        let end = lines
            .windows(2)
            .position(|pair| {
                let (attribute, module) = (pair[0].trim(), pair[1].trim());
                attribute == "#[cfg(test)]" && module.starts_with("mod ") && module.ends_with('{')
            })
            .unwrap_or(lines.len());
        lines.into_iter().take(end).enumerate().map(|(index, line)| (index + 1, line))
    }
}

/// All text files that are, or would be, committed.
pub struct Tree {
    pub files: Vec<File>,
}

impl Tree {
    /// Reads this repository, for the tests of the rules.
    #[cfg(test)]
    pub fn read() -> Result<Self> {
        Self::at(&shell::root())
    }

    /// Reads the repository in a folder. Files that are not UTF-8 are pictures and samples; no rule reads them.
    pub fn at(root: &Path) -> Result<Self> {
        let mut list = Command::new("git");
        list.current_dir(root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        // A copy below the folder of what is built would be asked of the repository around it, which ignores it.
        let listed = root.join(".git").exists().then(|| shell::output(&mut list));
        let paths = match listed.unwrap_or_else(|| Err("no repository".into())) {
            Ok(text) => text.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect(),
            Err(_) => walk(root)?,
        };
        let mut files: Vec<File> = paths
            .into_iter()
            .filter_map(|path| {
                let text = String::from_utf8(std::fs::read(root.join(&path)).ok()?).ok()?;
                Some(File { path, text })
            })
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files.dedup_by(|a, b| a.path == b.path);
        Ok(Self { files })
    }

    /// The file at exactly this path.
    pub fn get(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// All files with this extension.
    pub fn with_extension<'a>(&'a self, extension: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| file.extension() == extension)
    }

    /// The names of the folders directly under `parent` that hold a `Cargo.toml`.
    pub fn packages_under(&self, parent: &str) -> Vec<String> {
        let mut names: Vec<String> = self
            .files
            .iter()
            .filter_map(|file| {
                let inner = file.path.strip_prefix(parent)?.strip_prefix('/')?;
                inner.strip_suffix("/Cargo.toml").filter(|name| !name.contains('/')).map(str::to_owned)
            })
            .collect();
        names.sort();
        names
    }

    /// A repository made of these files, for the tests of the rules.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let files =
            files.iter().map(|(path, text)| File { path: (*path).into(), text: (*text).into() }).collect();
        Self { files }
    }
}

/// The same list without git, for a copy of the sources that was unpacked from an archive.
fn walk(root: &Path) -> Result<Vec<String>> {
    const SKIPPED: [&str; 6] = ["target", "node_modules", ".git", "dist", "belde-demo", "output"];
    let mut found = Vec::new();
    let mut waiting = vec![root.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        let entries = std::fs::read_dir(&folder)
            .map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder && !SKIPPED.contains(&name.as_str()) {
                waiting.push(entry.path());
            } else if !is_folder && let Ok(path) = entry.path().strip_prefix(root) {
                found.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn shipped_lines_end_where_the_test_module_begins() {
        let tree = Tree::of(&[("crates/a/src/lib.rs", "//! A.\nfn a() {}\n#[cfg(test)]\nmod tests {\n}\n")]);
        let lines: Vec<_> = tree.files[0].shipped_lines().map(|(number, _)| number).collect();
        assert_eq!(lines, [1, 2]);
    }

    #[test]
    fn a_file_of_a_tests_folder_ships_nothing() {
        let tree = Tree::of(&[("crates/a/src/tests/login.rs", "//! A.\nfn a() {}\n")]);
        assert_eq!(tree.files[0].shipped_lines().count(), 0);
    }

    #[test]
    fn a_package_is_a_folder_with_a_manifest_of_its_own() {
        let tree = Tree::of(&[
            ("capabilities/regulation/Cargo.toml", ""),
            ("capabilities/regulation/demo/Cargo.toml", ""),
            ("capabilities/README.md", ""),
        ]);
        assert_eq!(tree.packages_under("capabilities"), ["regulation"]);
    }

    #[test]
    fn this_repository_can_be_read_with_and_without_git() {
        let tree = Tree::read().unwrap();
        assert!(tree.get("Cargo.toml").is_some());
        let walked = walk(&shell::root()).unwrap();
        assert!(walked.contains(&"xtask/src/tree.rs".to_owned()), "{walked:?}");
    }
}
