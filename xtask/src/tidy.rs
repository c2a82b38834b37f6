//! `cargo xtask tidy`: rules over the repository itself. A rule reads the tree and names what breaks it; each
//! lives in its own file with its own test, which runs the rule over this repository. There is no list of
//! exceptions: a rule that needs one is the wrong rule.

mod capabilities;
mod duties;
mod edges;
mod files;
mod front;
mod glossary;
mod links;
mod manifests;
mod markup;
mod purity;
mod queries;
mod tables;

use crate::shell::Result;
use crate::tree::Tree;

/// One place that breaks a rule, and how.
#[derive(Debug, PartialEq, Eq)]
pub struct Problem {
    pub path: String,
    /// Counted from one; zero when the whole file is meant.
    pub line: usize,
    pub message: String,
}

impl Problem {
    /// A problem of one line.
    pub fn at(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }

    /// A problem of a whole file.
    pub fn of(path: &str, message: impl Into<String>) -> Self {
        Self::at(path, 0, message)
    }
}

type Rule = fn(&Tree) -> Vec<Problem>;

const RULES: [(&str, Rule); 12] = [
    ("files are pages", files::rule),
    ("manifests give reasons", manifests::rule),
    ("dependencies go downward", edges::rule),
    ("capabilities are listed", capabilities::rule),
    ("words come from the glossary", glossary::rule),
    ("duties point at what exists", duties::rule),
    ("queries live in the store", queries::rule),
    ("a table has one owner", tables::rule),
    ("time and chance are arguments", purity::rule),
    ("markup carries no style and no script", markup::rule),
    ("links lead somewhere", links::rule),
    ("the front door is there", front::rule),
];

/// Prints every problem; true when there is none.
pub fn run(args: &[String]) -> Result<bool> {
    let root = crate::shell::root();
    match args {
        [] => {}
        [word] if word == "--bless" => return bless(&root).map(|()| true),
        _ => return Err(format!("`cargo xtask tidy` does not know `{}`", args.join(" "))),
    }
    let tree = Tree::at(&root)?;
    let found = problems(&tree);
    for line in &found {
        println!("{line}");
    }
    println!("{} rules, {} files, {} problems", RULES.len(), tree.files.len(), found.len());
    Ok(found.is_empty())
}

/// Writes the list of edges of the repository in a folder.
pub fn bless(root: &std::path::Path) -> Result<()> {
    let path = root.join(edges::LIST);
    let list = edges::list_of(&Tree::at(root)?);
    std::fs::write(&path, list).map_err(|error| format!("{}: {error}", path.display()))
}

/// What every rule finds, one line for each place.
pub fn problems(tree: &Tree) -> Vec<String> {
    let lines = RULES.iter().flat_map(|(name, rule)| {
        let said = |Problem { path, line, message }| format!("{path}:{line}: {message} [{name}]");
        rule(tree).into_iter().map(said).collect::<Vec<_>>()
    });
    lines.collect()
}

/// Is `word` in `line` with no identifier character on either side?
fn has_word(line: &str, word: &str) -> bool {
    let is_part = |it: char| it.is_ascii_alphanumeric() || it == '_';
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// The line without what follows `//`. A `//` inside a text is cut as well, which only hides, never accuses.
fn without_comment(line: &str) -> &str {
    line.split("//").next().unwrap_or(line)
}

/// For the test of each rule: fails with one line per problem.
#[cfg(test)]
fn assert_tidy(rule: Rule) {
    let tree = Tree::read().expect("the repository that is being tested can be read");
    let found: Vec<String> =
        rule(&tree).into_iter().map(|it| format!("{}:{}: {}", it.path, it.line, it.message)).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// For the tests of the rules: the messages about a repository made of these files.
#[cfg(test)]
fn messages(rule: Rule, files: &[(&str, &str)]) -> Vec<String> {
    rule(&Tree::of(files)).into_iter().map(|it| it.message).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_ends_where_an_identifier_would() {
        assert!(has_word("let asset = 1;", "asset"));
        assert!(!has_word("let assets = 1;", "asset"));
        assert!(!has_word("fixed_asset", "asset"));
        assert!(has_word("asset.id", "asset"));
    }

    #[test]
    fn the_comment_of_a_line_is_not_its_code() {
        assert_eq!(without_comment("let a = 1; // let b"), "let a = 1; ");
        assert_eq!(without_comment("//! all of it"), "");
    }
}
