//! The list of capabilities in the binary is the list of folders: adding one is a folder and a line.

use super::Problem;
use crate::tree::Tree;

const LIST: &str = "crates/belde/src/capabilities.rs";

/// Every folder of `capabilities/` is named in the list, by the name of its package.
pub fn rule(tree: &Tree) -> Vec<Problem> {
    let Some(list) = tree.get(LIST) else { return Vec::new() };
    let mut problems = Vec::new();
    for folder in tree.packages_under("capabilities") {
        let name = folder.replace('-', "_");
        let is_complete = tree.get(&format!("capabilities/{folder}/src/lib.rs")).is_some_and(|file| {
            // A folder whose descriptor is not written yet offers nothing to list.
            file.text.contains("pub fn capability(")
        });
        if is_complete && !list.text.contains(&format!("{name}::capability(")) {
            problems.push(Problem::of(LIST, format!("`{name}::capability()` is not in the list")));
        }
        if is_complete && tree.get(&format!("capabilities/{folder}/README.md")).is_none() {
            let message = "has no README.md: duties, nouns, states, screens, events";
            problems.push(Problem::of(&format!("capabilities/{folder}"), message));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::super::{assert_tidy, messages};
    use super::*;

    #[test]
    fn every_capability_of_this_repository_is_listed() {
        assert_tidy(rule);
    }

    #[test]
    fn a_folder_that_the_binary_does_not_name_is_found() {
        let folder = [
            ("capabilities/service-desk/Cargo.toml", ""),
            ("capabilities/service-desk/README.md", ""),
            ("capabilities/service-desk/src/lib.rs", "//! S.\npub fn capability() -> Capability {}\n"),
        ];
        let with = |list| messages(rule, &[folder[0], folder[1], folder[2], (LIST, list)]);
        assert_eq!(with("//! None.\n"), ["`service_desk::capability()` is not in the list"]);
        assert!(with("vec![service_desk::capability()]").is_empty());
    }
}
