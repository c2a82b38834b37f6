//! Lists as the kit makes them: every filter with every sort, imports that can be repeated, routes that are guarded.

use kernel::record::{self, FieldKind, ListQuery, Outcome};
use testkit::each;

use super::*;
use crate::kinds;

#[tokio::test]
async fn every_list_answers_every_filter_with_every_sort() {
    each(capabilities(), async |test| {
        let town = town(test).await;
        let all = Actor::system("deneme");
        for kind in kinds::all() {
            for sort in kind.fields.iter().filter(|field| field.sort.is_some()) {
                for filter in kind.fields.iter().filter(|field| field.is_filter) {
                    let value = match filter.kind {
                        FieldKind::Choice(choices) => choices[0].code.to_string(),
                        FieldKind::Bool => "evet".into(),
                        _ => town.it.to_string(),
                    };
                    for direction in ["", "-"] {
                        let sorted = ("sirala".to_string(), format!("{direction}{}", sort.name));
                        let (query, violations) =
                            ListQuery::parse(&kind, &[(filter.name.to_string(), value.clone()), sorted]);
                        assert!(violations.is_empty(), "{} {violations:?}", kind.id);
                        record::list(&test.db, &kind, &query, &all, kind.view).await.unwrap();
                    }
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn people_are_listed_in_turkish_order_and_only_as_far_as_powers_reach() {
    each(capabilities(), async |test| {
        let town = town(test).await;
        let tx = test.begin().await;
        for (number, name) in [("20", "Çiğdem Ak"), ("21", "Cemil Ak"), ("22", "İlker Ak"), ("23", "Işıl Ak")]
        {
            person(&tx, number, name, town.parks, town.technician).await.unwrap();
        }
        tx.commit().await.unwrap();
        let kind = kinds::staff::kind();
        let names = async |pairs: &[(&str, &str)], actor: &Actor, permission: &str| {
            let pairs: Vec<_> = pairs.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
            let (query, _) = ListQuery::parse(&kind, &pairs);
            let page = record::list(&test.db, &kind, &query, actor, permission).await.unwrap();
            page.records.iter().map(|record| record.title(&kind)).collect::<Vec<_>>()
        };
        let all = Actor::system("deneme");
        let parks = town.parks.to_string();
        let sorted = names(&[("unit_id", parks.as_str())], &all, kind.view).await;
        assert_eq!(sorted, ["Cemil Ak", "Çiğdem Ak", "Işıl Ak", "İlker Ak"]);
        assert_eq!(names(&[("ara", "isil")], &all, kind.view).await, ["Işıl Ak"]);
        let director = role(test, &town, "director", town.ayse);
        let own = names(&[], &director, "directory.staff.edit").await;
        assert_eq!(own, ["Ayşe Kaya", "Burak Er"], "a director edits the people of the own units");
    })
    .await;
}

#[tokio::test]
async fn an_import_repeated_changes_nothing_and_says_what_is_wrong() {
    each(capabilities(), async |test| {
        town(test).await;
        let rows = |rows: &[&[&str]]| -> Vec<Vec<String>> {
            rows.iter().map(|row| row.iter().map(|cell| cell.to_string()).collect()).collect()
        };
        let header = |names: &[&str]| names.iter().map(|name| name.to_string()).collect::<Vec<_>>();
        let tx = test.begin().await;
        let units = rows(&[
            &["MHM", "Mali Hizmetler Müdürlüğü", "Müdürlük", "BY1", "01.01.2020"],
            &["MUH", "Muhasebe Servisi", "Servis", "MHM", "01.01.2020"],
        ]);
        let heads = header(&["Birim kodu", "Birim adı", "Türü", "Bağlı olduğu birim", "Geçerlilik tarihi"]);
        let unit = kinds::unit::kind();
        let first = record::import_rows(&tx, &unit, &record::propose(&unit, &heads).plan, &heads, &units)
            .await
            .unwrap();
        assert!(first.iter().all(|row| row.outcome == Outcome::Created), "{first:?}");
        let again = record::import_rows(&tx, &unit, &record::propose(&unit, &heads).plan, &heads, &units)
            .await
            .unwrap();
        assert!(again.iter().all(|row| row.outcome == Outcome::Unchanged), "{again:?}");
        let staff = kinds::staff::kind();
        let heads = header(&["Sicil no", "Adı soyadı", "Birim", "Unvan", "Göreve başlama"]);
        let people = rows(&[
            &["100", "Zehra Öz", "MUH", "Tekniker", "15.02.2022"],
            &["101", "Umut Er", "YOK", "Tekniker", "15.02.2022"],
            &["102", "Sıla Er", "MUH", "Tekniker", "dün"],
        ]);
        let first = record::import_rows(&tx, &staff, &record::propose(&staff, &heads).plan, &heads, &people)
            .await
            .unwrap();
        assert_eq!(first[0].outcome, Outcome::Created);
        assert!(
            matches!(first[1].outcome, Outcome::Failed(_)) && matches!(first[2].outcome, Outcome::Failed(_))
        );
        let again = record::import_rows(&tx, &staff, &record::propose(&staff, &heads).plan, &heads, &people)
            .await
            .unwrap();
        assert_eq!(again[0].outcome, Outcome::Unchanged);
        tx.commit().await.unwrap();
    })
    .await;
}

#[test]
fn every_permission_of_a_menu_verb_or_route_is_declared() {
    let capability = crate::capability();
    let known: Vec<&str> = capability.permissions.iter().map(|permission| permission.code).collect();
    for entry in &capability.menu {
        assert!(known.contains(&entry.permission), "{}", entry.label_tr);
        assert!(crate::routes().0.iter().any(|route| route.path == entry.path), "{}", entry.path);
    }
    let verbs: Vec<&str> = capability.verbs.iter().map(|label| label.verb).collect();
    for kind in &capability.kinds {
        for verb in &kind.verbs {
            assert!(known.contains(&verb.permission), "{} {}", kind.id, verb.id);
            // What is only a change is named by the house.
            let is_named = verb.event == "changed" || verbs.contains(&verb.event);
            assert!(is_named, "{} {}", kind.id, verb.event);
        }
    }
    // Notes are the house's on every kind.
    let house = web::house().permissions;
    let known: Vec<&str> = house.iter().map(|permission| permission.code).chain(known).collect();
    for route in crate::routes().0 {
        if let web::Allow::Permission(permission) = route.allow {
            assert!(known.contains(&permission), "{}", route.path);
        }
    }
}
