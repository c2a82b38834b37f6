//! The built-in profiles keep their own rules, and what breaks a rule is refused by name.

#![allow(clippy::unwrap_used)]

use super::*;

const SMALL: &str = r#"
id = "kumkoy"
municipality = "Kumköy Belediyesi"
province = "Kumköy"
regulation_title = "Bilgi İşlem Müdürlüğü Yönetmeliği"
decisions = [{ what = "adoption", on = "2020-02-29", number = "7" }]
units = [{ name = "Müdürlük" }, { name = "Servis", parent = "Müdürlük" }]
titles = [{ name = "Müdür", count = 1 }, { name = "Memur" }]
holders = [{ at = "5", kind = "unit", name = "Servis" }]
matches = [
    { at = "5/a", duties = ["AS-4", "PR-1"] },
    { at = "5/b", duties = ["PR-1"] },
]
"#;

fn parse(text: &str) -> Result<Profile, ProfileError> {
    Profile::parse(text, Catalogue::built_in())
}

fn id(text: &str) -> DutyId {
    text.parse().unwrap()
}

#[test]
fn the_five_profiles_are_read_and_named_once() {
    for text in BUILT_IN {
        parse(text).unwrap();
    }
    let ids: Vec<&str> = Profile::built_in().iter().map(|profile| profile.id.as_str()).collect();
    assert_eq!(ids, ["kars", "cayirova", "karabaglar", "kecioren", "caycuma"]);
    assert_eq!(Profile::of("kars").unwrap().municipality, "Kars Belediyesi");
    assert_eq!(Profile::of("ankara"), None);
}

#[test]
fn a_profile_begins_its_units_with_the_directorate() {
    for profile in Profile::built_in() {
        let tops = profile.units.iter().filter(|unit| unit.parent.is_none()).count();
        assert_eq!((tops, profile.units[0].parent.as_ref()), (1, None), "{}", profile.id);
    }
}

#[test]
fn every_duty_a_regulation_may_state_is_confirmed_somewhere_or_known_to_be_ours() {
    // Rows of the catalogue that no clause of the five texts states in words: they follow from all of them together.
    let ours = ["ID-2", "CI-7"];
    let unstated: Vec<&str> = Catalogue::built_in()
        .duties()
        .iter()
        .filter(|duty| Profile::built_in().iter().all(|profile| profile.clauses_of(&duty.id).is_empty()))
        .map(|duty| duty.id.as_str())
        .collect();
    assert_eq!(unstated, ours);
}

#[test]
fn a_clause_tells_its_duties_and_a_duty_its_clauses() {
    let profile = parse(SMALL).unwrap();
    assert_eq!(profile.duties_at("5/a"), [id("AS-4"), id("PR-1")]);
    assert!(profile.duties_at("9/z").is_empty());
    let places: Vec<&str> = profile.clauses_of(&id("PR-1")).iter().map(|known| known.at.as_str()).collect();
    assert_eq!(places, ["5/b", "5/a"], "the clause that states it first of all comes first");
    assert!(profile.clauses_of(&id("FL-1")).is_empty());
}

#[test]
fn dates_of_decisions_are_plain_days() {
    let profile = parse(SMALL).unwrap();
    assert_eq!(profile.decisions[0].on, time::macros::date!(2020 - 02 - 29));
    for bad in ["2020-02-30", "29.02.2020", ""] {
        let error = parse(&SMALL.replace("2020-02-29", bad)).unwrap_err();
        assert!(matches!(error, ProfileError::Syntax(_)), "{bad}");
    }
}

#[test]
fn norm_counts_are_kept_where_the_text_has_them() {
    let counts: Vec<Option<u32>> = parse(SMALL).unwrap().titles.iter().map(|title| title.count).collect();
    assert_eq!(counts, [Some(1), None]);
}

/// The change must be refused with that message.
fn check_refused(from: &str, to: &str, message: &str) {
    let changed = SMALL.replacen(from, to, 1);
    assert_ne!(changed, SMALL, "{from}");
    assert_eq!(parse(&changed).unwrap_err().to_string(), message);
}

#[test]
fn what_breaks_a_rule_is_refused_by_name() {
    check_refused("\"5/b\"", "\"5/a\"", "`5/a` stands twice");
    check_refused("[\"AS-4\", \"PR-1\"]", "[\"PR-1\", \"PR-1\"]", "`PR-1 at 5/a` stands twice");
    check_refused("[\"PR-1\"]", "[]", "5/b has no duty or more than 8");
    check_refused("[\"PR-1\"]", "[\"ZZ-9\"]", "5/b names the duty ZZ-9, which the catalogue does not have");
    check_refused("parent = \"Müdürlük\"", "parent = \"Daire\"", "`Daire` is named and not declared before");
    check_refused(
        "\"unit\", name = \"Servis\"",
        "\"title\", name = \"Şef\"",
        "`Şef` is named and not declared before",
    );
    check_refused("{ name = \"Memur\" }", "{ name = \"Müdür\" }", "`Müdür` stands twice");
}

#[test]
fn unknown_keys_and_oversized_files_are_refused() {
    let error = parse(&SMALL.replace("province", "city")).unwrap_err();
    assert!(matches!(&error, ProfileError::Syntax(text) if text.contains("city")), "{error}");
    assert_eq!(parse(&" ".repeat(MAX_BYTES + 1)), Err(ProfileError::TooLarge));
}
