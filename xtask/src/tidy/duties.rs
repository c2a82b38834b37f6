//! docs/duties.toml: identifiers are unique, families exist, and what a duty points at (tests, screens,
//! permissions) exists as well, so that "served" is never a wish.

use super::Problem;
use crate::tree::Tree;
use std::collections::BTreeSet;

const CATALOGUE: &str = "docs/duties.toml";

/// One address of the router per line, written by the test that walks all routes.
const ROUTES: &str = "docs/routes.txt";

/// The matrix role × permission, written by the test of the permissions.
const PERMISSIONS: &str = "docs/permissions.txt";

/// Reads the catalogue and looks each reference up.
pub fn rule(tree: &Tree) -> Vec<Problem> {
    let Some(catalogue) = tree.get(CATALOGUE) else { return Vec::new() };
    let table: toml::Table = match catalogue.text.parse() {
        Ok(table) => table,
        Err(error) => return vec![Problem::of(CATALOGUE, format!("cannot be read: {error}"))],
    };
    let families: BTreeSet<String> = rows(&table, "family").map(|row| text(row, "id")).collect();
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for duty in rows(&table, "duty") {
        let id = text(duty, "id");
        let mut say = |message: String| problems.push(Problem::of(CATALOGUE, format!("{id}: {message}")));
        if !is_identifier(&id) {
            say("an id is LETTERS-NUMBER".to_owned());
        }
        if !seen.insert(id.clone()) {
            say("the id is used twice".to_owned());
        }
        let family = text(duty, "family");
        if !families.contains(&family) {
            say(format!("there is no family `{family}`"));
        }
        for key in ["works_when_tr"] {
            if text(duty, key).trim().is_empty() {
                say(format!("`{key}` is empty"));
            }
        }
        references(tree, duty, &mut say);
    }
    problems
}

fn rows<'a>(table: &'a toml::Table, name: &str) -> impl Iterator<Item = &'a toml::Value> {
    table.get(name).and_then(toml::Value::as_array).into_iter().flatten()
}

fn text(row: &toml::Value, key: &str) -> String {
    row.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned()
}

fn list<'a>(row: &'a toml::Value, key: &str) -> impl Iterator<Item = &'a str> {
    row.get(key).and_then(toml::Value::as_array).into_iter().flatten().filter_map(toml::Value::as_str)
}

fn is_identifier(id: &str) -> bool {
    id.split_once('-').is_some_and(|(letters, number)| {
        !letters.is_empty()
            && letters.chars().all(|it| it.is_ascii_uppercase())
            && number.parse::<u16>().is_ok()
    })
}

fn references(tree: &Tree, duty: &toml::Value, say: &mut impl FnMut(String)) {
    for test in list(duty, "tests") {
        let name = test.rsplit("::").next().unwrap_or(test);
        let declared = format!("fn {name}(");
        let quoted = [format!("'{name}'"), format!("\"{name}\"")];
        let is_found = tree.files.iter().any(|file| match file.extension() {
            "rs" => file.text.contains(&declared),
            "mjs" | "ts" => quoted.iter().any(|it| file.text.contains(it)),
            _ => false,
        });
        if !is_found {
            say(format!("there is no test `{test}`"));
        }
    }
    if let Some(routes) = tree.get(ROUTES) {
        for screen in
            list(duty, "screens").filter(|it| !routes.text.split_whitespace().any(|word| word == *it))
        {
            say(format!("there is no route `{screen}` in {ROUTES}"));
        }
    }
    if let Some(matrix) = tree.get(PERMISSIONS) {
        for code in
            list(duty, "permissions").filter(|it| !matrix.text.split_whitespace().any(|word| word == *it))
        {
            say(format!("there is no permission `{code}` in {PERMISSIONS}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{assert_tidy, messages};
    use super::*;

    const FAMILY: &str = "[[family]]\nid = \"organization\"\n";

    fn of(duty: &str, others: &[(&str, &str)]) -> Vec<String> {
        let text = format!("{FAMILY}[[duty]]\n{duty}");
        let mut files = vec![(CATALOGUE, text.as_str())];
        files.extend_from_slice(others);
        messages(rule, &files)
    }

    const GOOD: &str = "id = \"ORG-1\"\nfamily = \"organization\"\nworks_when_tr = \"Şema çizilir.\"\n";

    #[test]
    fn duties_of_this_repository_point_at_what_exists() {
        assert_tidy(rule);
    }

    #[test]
    fn a_duty_has_an_id_of_its_own_and_a_family() {
        assert!(of(GOOD, &[]).is_empty());
        assert_eq!(of(&format!("{GOOD}[[duty]]\n{GOOD}"), &[]), ["ORG-1: the id is used twice"]);
        assert_eq!(
            of(&GOOD.replace("n\"\nw", "nal\"\nw"), &[]),
            ["ORG-1: there is no family `organizational`"]
        );
        assert_eq!(of(&GOOD.replace("ORG-1", "org1"), &[]), ["org1: an id is LETTERS-NUMBER"]);
    }

    #[test]
    fn a_test_that_a_duty_names_must_exist() {
        let duty = format!("{GOOD}tests = [\"the_chart_is_drawn\"]\n");
        assert_eq!(of(&duty, &[]), ["ORG-1: there is no test `the_chart_is_drawn`"]);
        assert!(of(&duty, &[("crates/a/src/tests/a.rs", "async fn the_chart_is_drawn() {}")]).is_empty());
        assert!(of(&duty, &[("e2e/journeys/a.mjs", "test('the_chart_is_drawn', run)")]).is_empty());
    }

    #[test]
    fn a_screen_that_a_duty_names_must_be_a_route() {
        let duty = format!("{GOOD}screens = [\"/units/chart\"]\n");
        assert!(of(&duty, &[]).is_empty(), "nothing is known of routes yet");
        assert_eq!(of(&duty, &[(ROUTES, "GET /units\n")]).len(), 1);
        assert!(of(&duty, &[(ROUTES, "GET /units/chart directory.unit.read\n")]).is_empty());
    }
}
