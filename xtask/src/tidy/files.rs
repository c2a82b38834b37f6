//! Rules of a file's outside: its length, its first line, its name, and words that must not be committed.

use super::{Problem, has_word, without_comment};
use crate::tree::{File, Tree};

/// Above this a file is no longer a page that one person can hold in mind.
const MOST_LINES: usize = 800;

/// Every text file of ours; lock files are written by tools and are as long as they are.
pub fn rule(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in &tree.files {
        // The schemas in SQL are written by migration.
        let is_code = ["rs", "ts", "mjs", "css"].contains(&file.extension());
        let lines = file.text.lines().count();
        if is_code && lines > MOST_LINES {
            problems.push(Problem::of(&file.path, format!("{lines} lines; {MOST_LINES} are the most")));
        }
        if file.extension() == "rs" {
            rust(file, &mut problems);
        }
        if !is_lock_file(file) {
            words(file, &mut problems);
        }
    }
    problems
}

fn is_lock_file(file: &File) -> bool {
    file.path.ends_with("Cargo.lock") || file.path.ends_with("package-lock.json")
}

fn rust(file: &File, problems: &mut Vec<Problem>) {
    if !file.text.starts_with("//! ") {
        problems.push(Problem::at(
            &file.path,
            1,
            "the first line must be `//!`: what lives here and what does not",
        ));
    }
    if file.path.ends_with("/mod.rs") {
        problems
            .push(Problem::of(&file.path, "`mod.rs` says nothing in a tab: use `name.rs` beside `name/`"));
    }
    for (number, line) in file.shipped_lines() {
        if without_comment(line).contains(concat!("unimplemented", "!(")) {
            problems.push(Problem::at(&file.path, number, "ships a stub"));
        }
    }
}

/// What belongs to one person's machine or to another day. The words are put together here so that this
/// file does not accuse itself.
fn words(file: &File, problems: &mut Vec<Problem>) {
    const LATER: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
    const MACHINE: [&str; 4] =
        [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];
    for (index, line) in file.text.lines().enumerate() {
        let is_code = ["rs", "ts", "mjs", "css", "toml", "md"].contains(&file.extension());
        if is_code && let Some(word) = LATER.into_iter().find(|word| has_word(line, word)) {
            problems.push(Problem::at(&file.path, index + 1, format!("`{word}`: write an issue instead")));
        }
        if let Some(path) = MACHINE.into_iter().find(|path| starts_a_path(line, path)) {
            problems.push(Problem::at(
                &file.path,
                index + 1,
                format!("a path of somebody's machine: {path}…"),
            ));
        }
    }
}

/// The folder at the beginning of an absolute path, so that `http://site/home/` is none.
fn starts_a_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        !before.is_some_and(|it| it.is_alphanumeric() || "_-./}>*$".contains(it))
    })
}

#[cfg(test)]
mod tests {
    use super::super::{assert_tidy, messages};
    use super::*;

    #[test]
    fn files_of_this_repository_are_pages() {
        assert_tidy(rule);
    }

    #[test]
    fn a_long_file_is_refused_whatever_is_in_it() {
        let text = format!("//! Long.\n{}", "\n".repeat(MOST_LINES));
        assert_eq!(messages(rule, &[("crates/a/src/lib.rs", &text)]), ["801 lines; 800 are the most"]);
        assert!(messages(rule, &[("docs/long.md", &text)]).is_empty());
    }

    #[test]
    fn a_file_begins_with_what_lives_in_it() {
        assert_eq!(messages(rule, &[("crates/a/src/lib.rs", "fn a() {}\n")]).len(), 1);
        assert!(messages(rule, &[("crates/a/src/lib.rs", "//! A.\nfn a() {}\n")]).is_empty());
    }

    #[test]
    fn a_mod_file_is_refused() {
        assert_eq!(messages(rule, &[("crates/a/src/b/mod.rs", "//! B.\n")]).len(), 1);
    }

    #[test]
    fn what_is_left_for_later_is_refused() {
        let text = format!("//! A.\n// {}: later\n", concat!("TO", "DO"));
        assert_eq!(messages(rule, &[("crates/a/src/lib.rs", &text)]).len(), 1);
    }

    #[test]
    fn the_path_of_a_machine_is_refused_and_an_address_is_not() {
        let folder = concat!("/ho", "me/");
        let path = format!("see {folder}ayse/belde");
        assert_eq!(messages(rule, &[("docs/a.md", &path)]).len(), 1);
        let address = format!("see https://example.org{folder}page");
        assert!(messages(rule, &[("docs/a.md", &address)]).is_empty());
    }
}
