//! Queries live in the store of a capability or crate, and never run in the text of a screen or an action.

use super::{Problem, without_comment};
use crate::tree::{File, Tree};

/// Ways to ask the database that only a store may use.
const QUESTIONS: [&str; 12] = [
    "Entity::find",
    "Entity::insert",
    "Entity::update",
    "Entity::delete",
    ".query_all(",
    ".query_one(",
    ".execute_unprepared(",
    "Statement::from_",
    "\"SELECT ",
    "\"INSERT INTO ",
    "\"UPDATE ",
    "\"DELETE FROM ",
];

/// Looks at capabilities; the lower crates are small stores themselves.
pub fn rule(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in tree.with_extension("rs").filter(|file| is_judged(file)) {
        for (number, line) in file.shipped_lines() {
            let code = without_comment(line);
            if let Some(question) = QUESTIONS.into_iter().find(|it| code.contains(it)) {
                let message = format!("`{question}` outside store.rs: give the question a name there");
                problems.push(Problem::at(&file.path, number, message));
            }
        }
    }
    problems
}

fn is_judged(file: &File) -> bool {
    let parts: Vec<&str> = file.path.split('/').collect();
    let is_store = parts.iter().any(|part| {
        let name = part.trim_end_matches(".rs");
        name == "store" || name.ends_with("_store") || name == "migrations"
    });
    parts.first() == Some(&"capabilities") && parts.contains(&"src") && !is_store
}

#[cfg(test)]
mod tests {
    use super::super::{assert_tidy, messages};
    use super::*;

    #[test]
    fn queries_of_this_repository_live_in_stores() {
        assert_tidy(rule);
    }

    #[test]
    fn a_query_in_a_screen_is_found_and_one_in_a_store_is_fine() {
        let text = "//! A.\nlet rows = Entity::find().all(db).await?;\n";
        assert_eq!(messages(rule, &[("capabilities/a/src/screens/list.rs", text)]).len(), 1);
        let sql = "//! A.\nlet sql = \"SELECT id FROM unit\";\n";
        assert_eq!(messages(rule, &[("capabilities/a/src/jobs.rs", sql)]).len(), 1);
        assert!(messages(rule, &[("capabilities/a/src/store.rs", text)]).is_empty());
        assert!(messages(rule, &[("capabilities/a/src/store/units.rs", text)]).is_empty());
        assert!(messages(rule, &[("capabilities/a/src/migrations/m0001.rs", text)]).is_empty());
        assert!(messages(rule, &[("capabilities/a/src/tests/list.rs", text)]).is_empty());
    }
}
