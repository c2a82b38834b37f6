//! Links of the Markdown files to other files of the repository lead to a file that exists.

use super::Problem;
use crate::tree::Tree;

/// Every `](target)` that is not an address of the network or a heading of the same page.
pub fn rule(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in tree.with_extension("md") {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (index, line) in file.text.lines().enumerate() {
            for target in targets(line) {
                let path = resolve(folder, target.split('#').next().unwrap_or(target));
                if !path.is_empty() && !exists(tree, &path) {
                    problems.push(Problem::at(&file.path, index + 1, format!("`{target}` leads nowhere")));
                }
            }
        }
    }
    problems
}

fn targets(line: &str) -> impl Iterator<Item = &str> {
    let parts = line.split("](").skip(1);
    parts
        .filter_map(|part| part.split(')').next())
        .filter(|it| !it.contains("://") && !it.starts_with("mailto:"))
}

fn resolve(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> =
        if target.is_empty() { return String::new() } else { folder.split('/').collect() };
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join("/")
}

/// Pictures are not text and so not in the tree; they are looked for on the disk.
fn exists(tree: &Tree, path: &str) -> bool {
    let folder = format!("{path}/");
    tree.files.iter().any(|file| file.path == path || file.path.starts_with(&folder))
        || crate::shell::root().join(path).exists()
}

#[cfg(test)]
mod tests {
    use super::super::{assert_tidy, messages};
    use super::*;

    #[test]
    fn links_of_this_repository_lead_somewhere() {
        assert_tidy(rule);
    }

    #[test]
    fn a_link_is_read_from_the_folder_of_its_page() {
        let page = ("docs/guide/start.md", "[a](../adr/0001.md) [b](gone.md) [c](https://x/y) [d](#e)");
        assert_eq!(messages(rule, &[page, ("docs/adr/0001.md", "")]), ["`gone.md` leads nowhere"]);
    }
}
