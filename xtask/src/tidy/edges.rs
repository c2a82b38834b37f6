//! Which package may stand on which. Tiers are judged here; every single edge between our own packages is
//! listed in a committed file, so that a review sees a new one. `cargo xtask tidy --bless` writes the file.

use super::Problem;
use crate::tree::Tree;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The committed list of edges.
pub const LIST: &str = "docs/adr/edges.toml";

const HEAD: &str = "\
# Which of our packages stands on which. A new edge is a decision: a review sees it here.
# Written by `cargo xtask tidy --bless`, compared by `cargo xtask tidy`. Tiers are judged by the rule itself:
# kernel < web, ui < other crates < capabilities < belde.

[edges]
";

/// What a manifest says: our packages it needs to run, and those its tests need.
#[derive(Default)]
struct Needs {
    path: String,
    run: Vec<String>,
    test: Vec<String>,
    outside: Vec<String>,
}

/// Tiers hold, and the list is exactly what the manifests say.
pub fn rule(tree: &Tree) -> Vec<Problem> {
    let packages = packages(tree);
    let mut problems = Vec::new();
    for (name, needs) in &packages {
        tiers(name, needs, &packages, &mut problems);
        strangers(name, needs, &mut problems);
    }
    if let Some(list) = tree.get(LIST) {
        let listed: toml::Table = list.text.parse().unwrap_or_default();
        let listed = listed.get("edges").and_then(toml::Value::as_table).cloned().unwrap_or_default();
        for (name, needs) in packages.iter().filter(|(name, _)| is_listed(name)) {
            let allowed = strings(listed.get(name));
            let new = needs.run.iter().filter(|it| !allowed.contains(it));
            let gone = allowed.iter().filter(|it| !needs.run.contains(it));
            for other in new {
                problems.push(Problem::of(&needs.path, format!("{name} → {other} is not in {LIST}")));
            }
            for other in gone {
                problems.push(Problem::of(LIST, format!("{name} → {other} is no longer in the manifest")));
            }
        }
        for name in listed.keys().filter(|name| !packages.contains_key(*name)) {
            problems.push(Problem::of(LIST, format!("there is no package {name}")));
        }
    }
    problems
}

/// The list as the manifests have it now.
pub fn list_of(tree: &Tree) -> String {
    let mut text = HEAD.to_owned();
    for (name, needs) in packages(tree).iter().filter(|(name, _)| is_listed(name)) {
        let quoted: Vec<String> = needs.run.iter().map(|it| format!("\"{it}\"")).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name} = [{}]", quoted.join(", "));
    }
    text
}

/// The binary stands on everything and the tool on nothing: neither tells anything.
fn is_listed(name: &str) -> bool {
    !["belde", "xtask"].contains(&name)
}

fn strings(value: Option<&toml::Value>) -> Vec<String> {
    let list = value.and_then(toml::Value::as_array).into_iter().flatten();
    list.filter_map(toml::Value::as_str).map(str::to_owned).collect()
}

fn packages(tree: &Tree) -> BTreeMap<String, Needs> {
    let mut found = BTreeMap::new();
    for parent in ["crates", "capabilities"] {
        for folder in tree.packages_under(parent) {
            let path = format!("{parent}/{folder}/Cargo.toml");
            let Some(table) = tree.get(&path).and_then(|file| file.text.parse::<toml::Table>().ok()) else {
                continue;
            };
            let name = table.get("package").and_then(|it| it.get("name")).and_then(toml::Value::as_str);
            let needs = Needs {
                path,
                run: keys(&table, "dependencies"),
                test: keys(&table, "dev-dependencies"),
                outside: Vec::new(),
            };
            found.insert(name.unwrap_or(&folder).to_owned(), needs);
        }
    }
    let names: Vec<String> = found.keys().cloned().collect();
    for needs in found.values_mut() {
        needs.outside = needs.run.iter().filter(|it| !names.contains(it)).cloned().collect();
        needs.run.retain(|it| names.contains(it));
        needs.test.retain(|it| names.contains(it));
    }
    found
}

fn keys(table: &toml::Table, section: &str) -> Vec<String> {
    let mut names: Vec<String> = table
        .get(section)
        .and_then(toml::Value::as_table)
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect();
    names.sort();
    names
}

/// Lower stands on nothing higher; packages of one tier may stand on each other. What needs neither routes nor
/// pages stands below `web` (docs/adr/0009).
fn tier(name: &str, path: &str) -> u8 {
    match name {
        "kernel" => 0,
        "ui" | "seal" | "journal" | "printing" | "files" | "lines" | "intake" | "mail" | "search" => 1,
        "web" => 2,
        "belde" => 5,
        _ if path.starts_with("capabilities/") => 4,
        _ => 3,
    }
}

/// These never ship.
const FOR_TESTS: [&str; 2] = ["page_check", "testkit"];

fn tiers(name: &str, needs: &Needs, packages: &BTreeMap<String, Needs>, problems: &mut Vec<Problem>) {
    let own = tier(name, &needs.path);
    // Tests may use the kit and whatever it stands on, but a crate never knows a capability, not even there.
    let for_tests = needs.test.iter().filter(|it| tier(it, &packages[*it].path) >= 4);
    for other in needs.run.iter().chain(for_tests.filter(|_| own < 4)) {
        if tier(other, &packages[other].path) > own {
            problems.push(Problem::of(&needs.path, format!("{name} stands on {other}, which is above it")));
        }
    }
    for kit in needs.run.iter().filter(|it| FOR_TESTS.contains(&it.as_str())) {
        if !FOR_TESTS.contains(&name) {
            problems.push(Problem::of(&needs.path, format!("{kit} is for tests: make it a dev-dependency")));
        }
    }
}

/// The kernel knows no HTTP and no HTML, the components no database.
fn strangers(name: &str, needs: &Needs, problems: &mut Vec<Problem>) {
    let refused: &[&str] = match name {
        "kernel" => &["axum", "maud", "tower", "http", "hyper"],
        "ui" => &["sea-orm", "sqlx"],
        _ => &[],
    };
    for other in needs.outside.iter().filter(|it| refused.contains(&it.as_str())) {
        problems.push(Problem::of(&needs.path, format!("{name} must not know {other}")));
    }
}

#[cfg(test)]
mod tests {
    use super::super::{assert_tidy, messages};
    use super::*;

    const KERNEL: (&str, &str) = ("crates/kernel/Cargo.toml", "[package]\nname = \"kernel\"\n");

    #[test]
    fn dependencies_of_this_repository_go_downward() {
        assert_tidy(rule);
    }

    #[test]
    fn a_crate_never_stands_on_a_capability_not_even_in_tests() {
        let regulation = ("capabilities/regulation/Cargo.toml", "[package]\nname = \"regulation\"\n");
        for section in ["dependencies", "dev-dependencies"] {
            let text = format!("[package]\nname = \"access\"\n[{section}]\nregulation.workspace = true\n");
            let found = messages(rule, &[("crates/access/Cargo.toml", &text), regulation]);
            assert_eq!(found, ["access stands on regulation, which is above it"]);
        }
    }

    #[test]
    fn the_kernel_knows_no_html() {
        let text = "[package]\nname = \"kernel\"\n[dependencies]\nmaud.workspace = true\n";
        assert_eq!(messages(rule, &[("crates/kernel/Cargo.toml", text)]), ["kernel must not know maud"]);
    }

    #[test]
    fn the_components_know_no_database() {
        let text = "[package]\nname = \"ui\"\n[dependencies]\nsea-orm.workspace = true\n";
        assert_eq!(messages(rule, &[("crates/ui/Cargo.toml", text)]), ["ui must not know sea-orm"]);
    }

    #[test]
    fn the_list_names_every_edge_and_no_other() {
        let seal = (
            "crates/seal/Cargo.toml",
            "[package]\nname = \"seal\"\n[dependencies]\nkernel.workspace = true\n",
        );
        let stale = (LIST, "[edges]\nkernel = [\"seal\"]\nseal = []\nold = []\n");
        let found = messages(rule, &[KERNEL, seal, stale]);
        assert_eq!(
            found,
            [
                "kernel → seal is no longer in the manifest".to_owned(),
                format!("seal → kernel is not in {LIST}"),
                "there is no package old".to_owned(),
            ]
        );
        let blessed = list_of(&Tree::of(&[KERNEL, seal]));
        assert!(messages(rule, &[KERNEL, seal, (LIST, &blessed)]).is_empty());
    }

    #[test]
    fn the_test_kit_never_ships() {
        let kit = ("crates/testkit/Cargo.toml", "[package]\nname = \"testkit\"\n");
        let access = "[package]\nname = \"access\"\n[dependencies]\ntestkit.workspace = true\n";
        assert_eq!(messages(rule, &[kit, ("crates/access/Cargo.toml", access)]).len(), 1);
        let access = access.replace("[dependencies]", "[dev-dependencies]");
        assert!(messages(rule, &[kit, ("crates/access/Cargo.toml", &access)]).is_empty());
    }
}
