//! A table is read and written by the crate that declares it, and by nobody else: what others need of it they ask
//! that crate. The kernel's tables (events, records, settings, jobs) are the common ground of all.

use std::collections::BTreeMap;

use super::{Problem, without_comment};
use crate::tree::{File, Tree};

/// Words after which SQL names a table.
const BEFORE_A_TABLE: [&str; 4] = ["FROM", "JOIN", "INTO", "UPDATE"];

pub fn rule(tree: &Tree) -> Vec<Problem> {
    let owners = owners(tree);
    let mut problems = Vec::new();
    for file in tree.with_extension("rs") {
        let Some(krate) = crate_of(file) else { continue };
        for (number, line) in file.shipped_lines() {
            let words = without_comment(line).split(|it: char| !is_of_a_name(it));
            let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
            for pair in words.windows(2).filter(|pair| BEFORE_A_TABLE.contains(&pair[0])) {
                let Some(owner) = owners.get(pair[1]) else { continue };
                if *owner != krate && *owner != "crates/kernel" {
                    let message = format!("`{}` is a table of {owner}: ask that crate", pair[1]);
                    problems.push(Problem::at(&file.path, number, message));
                }
            }
        }
    }
    problems
}

/// Every declared table and the folder of the crate that declares it.
fn owners(tree: &Tree) -> BTreeMap<&str, &str> {
    let mut owners = BTreeMap::new();
    for file in tree.with_extension("rs") {
        let Some(krate) = crate_of(file) else { continue };
        for (_, line) in file.shipped_lines() {
            let declared = line.split("Table::new(\"").skip(1).filter_map(|rest| rest.split('"').next());
            owners.extend(declared.map(|name| (name, krate)));
        }
    }
    owners
}

fn crate_of(file: &File) -> Option<&str> {
    let (folder, rest) = file.path.split_once("/src/")?;
    let is_ours = folder.starts_with("crates/") || folder.starts_with("capabilities/");
    (is_ours && folder.matches('/').count() == 1 && !rest.is_empty()).then_some(folder)
}

fn is_of_a_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use super::super::{assert_tidy, messages};
    use super::*;

    const UNIT: (&str, &str) =
        ("crates/directory/src/tables.rs", "//! A.\nTable::new(\"unit\", \"a unit\")\n");

    #[test]
    fn tables_of_this_repository_have_one_owner() {
        assert_tidy(rule);
        let tree = Tree::read().unwrap_or_else(|error| panic!("{error}"));
        assert!(owners(&tree).len() > 30, "the declarations of tables are no longer found");
    }

    #[test]
    fn anothers_table_is_not_read_and_ones_own_and_the_kernels_are() {
        let read =
            |path| messages(rule, &[UNIT, (path, "//! A.\nlet sql = \"SELECT id FROM unit WHERE 1\";\n")]);
        assert_eq!(
            read("capabilities/assets/src/store.rs"),
            ["`unit` is a table of crates/directory: ask that crate"]
        );
        assert!(read("crates/directory/src/store.rs").is_empty());
        assert!(read("capabilities/assets/src/tests/a.rs").is_empty());
        let event = ("crates/kernel/src/tables.rs", "//! A.\nTable::new(\"event\", \"acts\")\n");
        let other = ("capabilities/assets/src/store.rs", "//! A.\nlet sql = \"SELECT id FROM event\";\n");
        assert!(messages(rule, &[event, other]).is_empty());
        let join = ("capabilities/assets/src/store.rs", "//! A.\n\"FROM asset AS a JOIN unit AS u\"\n");
        assert_eq!(messages(rule, &[UNIT, join]).len(), 1);
    }
}
