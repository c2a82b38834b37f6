//! docs/duties.toml: identifiers are unique, families exist, and what a duty points at (tests, screens,
//! permissions) exists as well, so that "served" is never a wish.

use super::Problem;
use crate::tree::{File, Tree};
use std::collections::BTreeSet;

const CATALOGUE: &str = "docs/duties.toml";

/// One address of the router per line, written by the test that walks all routes.
const ROUTES: &str = "docs/routes.txt";

/// The matrix role × permission, written by the test of the permissions.
const PERMISSIONS: &str = "docs/permissions.txt";

/// Reads the catalogue and looks each reference up.
pub fn rule(tree: &Tree) -> Vec<Problem> {
    let missing: Vec<Problem> = [CATALOGUE, ROUTES, PERMISSIONS]
        .into_iter()
        .filter(|path| tree.get(path).is_none())
        .map(|path| {
            Problem::of(path, "is missing: without it nothing a duty names can be looked up".to_owned())
        })
        .collect();
    let Some(catalogue) = tree.get(CATALOGUE).filter(|_| missing.is_empty()) else { return missing };
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
        if !tree.files.iter().any(|file| has_test(file, name)) {
            say(format!("there is no test `{test}`"));
        }
    }
    for (key, path, noun) in [("screens", ROUTES, "route"), ("permissions", PERMISSIONS, "permission")] {
        let known = tree.get(path).map_or("", |file| file.text.as_str());
        for named in list(duty, key).filter(|it| !known.split_whitespace().any(|word| word == *it)) {
            say(format!("there is no {noun} `{named}` in {path}"));
        }
    }
}

/// Whether the file has a test of that name: a Rust function under a test attribute, or a journey under that title.
fn has_test(file: &File, name: &str) -> bool {
    match file.extension() {
        "rs" => file.text.match_indices(&format!("fn {name}(")).any(|(at, _)| {
            let above = file.text[..at].lines().rev().skip(1).map(str::trim);
            let mut attributes = above.take_while(|line| line.starts_with('#') || line.starts_with("//"));
            attributes.any(|line| line.starts_with("#[test]") || line.contains("::test"))
        }),
        "mjs" | "ts" => {
            ["'", "\"", "`"].iter().any(|quote| file.text.contains(&format!("test({quote}{name}{quote}")))
        }
        _ => false,
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
        for (path, line) in [(ROUTES, "GET /units\n"), (PERMISSIONS, "units.view admin=all\n")] {
            if !others.iter().any(|(known, _)| *known == path) {
                files.push((path, line));
            }
        }
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
        let test = "#[tokio::test]\nasync fn the_chart_is_drawn() {}";
        assert!(of(&duty, &[("crates/a/src/tests/a.rs", test)]).is_empty());
        assert!(of(&duty, &[("e2e/journeys/a.mjs", "test('the_chart_is_drawn', run)")]).is_empty());
        for no_test in ["fn the_chart_is_drawn() {}", "#[test]\nfn the_chart_is_drawn_again() {}"] {
            assert_eq!(of(&duty, &[("crates/a/src/a.rs", no_test)]).len(), 1, "{no_test}");
        }
        assert_eq!(of(&duty, &[("e2e/journeys/a.mjs", "// 'the_chart_is_drawn' is gone")]).len(), 1);
    }

    #[test]
    fn a_screen_that_a_duty_names_must_be_a_route() {
        let duty = format!("{GOOD}screens = [\"/units/chart\"]\n");
        assert_eq!(of(&duty, &[(ROUTES, "GET /units\n")]).len(), 1);
        assert!(of(&duty, &[(ROUTES, "GET /units/chart directory.unit.read\n")]).is_empty());
    }

    #[test]
    fn a_permission_that_a_duty_names_must_be_declared() {
        let duty = format!("{GOOD}permissions = [\"units.edit\"]\n");
        assert_eq!(of(&duty, &[]), [format!("ORG-1: there is no permission `units.edit` in {PERMISSIONS}")]);
        assert!(of(&duty, &[(PERMISSIONS, "units.edit admin=all\n")]).is_empty());
    }

    #[test]
    fn without_the_committed_routes_and_permissions_nothing_passes() {
        let catalogue = format!("{FAMILY}[[duty]]\n{GOOD}");
        let (routes, permissions) = ((ROUTES, "GET /units\n"), (PERMISSIONS, "units.view admin=all\n"));
        for (left_out, files) in [
            (ROUTES, [(CATALOGUE, catalogue.as_str()), permissions]),
            (PERMISSIONS, [(CATALOGUE, catalogue.as_str()), routes]),
            (CATALOGUE, [routes, permissions]),
        ] {
            assert_eq!(messages(rule, &files).len(), 1, "{left_out}");
        }
    }
}
