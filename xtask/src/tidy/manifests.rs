//! Rules of the `Cargo.toml` files: every dependency has a reason, versions are written once, and every
//! package takes the lints of the house.

use super::Problem;
use crate::tree::{File, Tree};

/// The root gives reasons; packages take everything from the root.
pub fn rule(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(root) = tree.get("Cargo.toml") {
        reasons(root, &mut problems);
    }
    for file in tree.files.iter().filter(|file| file.path.ends_with("/Cargo.toml") && is_member(file)) {
        package(file, tree, &mut problems);
    }
    problems
}

/// The fuzz package stands outside the workspace, as cargo-fuzz wants it, and templates are not packages yet.
fn is_member(file: &File) -> bool {
    !file.path.starts_with("fuzz/") && !file.path.contains("/templates/")
}

fn reasons(root: &File, problems: &mut Vec<Problem>) {
    let mut is_inside = false;
    let mut previous = String::new();
    for (index, line) in root.text.lines().enumerate() {
        if line.starts_with('[') {
            is_inside = line == "[workspace.dependencies]";
            continue;
        }
        let Some((name, value)) = line.split_once(" = ").filter(|_| is_inside) else {
            // The alphabet starts again after each blank line or comment: the house lists itself apart.
            previous.clear();
            continue;
        };
        let is_ours = value.contains("path = ");
        let reason = value.split_once('#').map_or("", |(_, reason)| reason.trim());
        if !is_ours && reason.len() < 10 {
            problems.push(Problem::at(&root.path, index + 1, format!("`{name}` has no reason beside it")));
        }
        if name < previous.as_str() {
            problems.push(Problem::at(&root.path, index + 1, format!("`{name}` stands after `{previous}`")));
        }
        name.clone_into(&mut previous);
    }
}

fn package(file: &File, tree: &Tree, problems: &mut Vec<Problem>) {
    let table: toml::Table = match file.text.parse() {
        Ok(table) => table,
        Err(error) => return problems.push(Problem::of(&file.path, format!("cannot be read: {error}"))),
    };
    for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
        for (name, value) in table.get(section).and_then(toml::Value::as_table).into_iter().flatten() {
            if value.get("workspace").and_then(toml::Value::as_bool) != Some(true) {
                let message = format!("`{name}` must come from the workspace: `{name}.workspace = true`");
                problems.push(Problem::of(&file.path, message));
            }
        }
    }
    let lints = table.get("lints").and_then(|lints| lints.get("workspace")).and_then(toml::Value::as_bool);
    if lints != Some(true) {
        problems.push(Problem::of(&file.path, "does not take the lints of the workspace"));
    }
    let folder = file.path.trim_end_matches("Cargo.toml");
    let is_library = tree.get(&format!("{folder}src/lib.rs")).is_some();
    let doctest = table.get("lib").and_then(|lib| lib.get("doctest")).and_then(toml::Value::as_bool);
    if is_library && doctest != Some(false) {
        problems
            .push(Problem::of(&file.path, "`[lib] doctest = false` is missing: examples are tests in src"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::{assert_tidy, messages};
    use super::*;

    #[test]
    fn manifests_of_this_repository_give_reasons() {
        assert_tidy(rule);
    }

    #[test]
    fn a_dependency_without_a_reason_is_named() {
        let root = "[workspace.dependencies]\nmaud = \"0.27\" # HTML as functions.\nserde = \"1\"\n";
        assert_eq!(messages(rule, &[("Cargo.toml", root)]), ["`serde` has no reason beside it"]);
    }

    #[test]
    fn the_list_is_alphabetical_and_the_house_is_listed_apart() {
        let root = "[workspace.dependencies]\nuuid = \"1\" # Identifiers in order.\n\n# The house.\n\
                    kernel = { path = \"crates/kernel\" }\naccess = { path = \"crates/access\" }\n";
        assert_eq!(messages(rule, &[("Cargo.toml", root)]), ["`access` stands after `kernel`"]);
    }

    #[test]
    fn a_package_takes_versions_and_lints_from_the_root() {
        let text = "[package]\nname = \"a\"\n[dependencies]\nserde = \"1\"\n";
        let found = messages(rule, &[("crates/a/Cargo.toml", text), ("crates/a/src/lib.rs", "//! A.\n")]);
        assert_eq!(found.len(), 3, "{found:?}");
        let good =
            "[lib]\ndoctest = false\n[dependencies]\nserde.workspace = true\n[lints]\nworkspace = true\n";
        assert!(
            messages(rule, &[("crates/a/Cargo.toml", good), ("crates/a/src/lib.rs", "//! A.\n")]).is_empty()
        );
    }
}
