//! Accounts through the generic kit: created, changed, imported, listed and found, with the house rules applied.

use std::collections::BTreeMap;

use kernel::record::{self, ListQuery, Outcome};
use testkit::each;

use super::*;

fn typed(username: &str, name: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("username".into(), username.into()), ("name".into(), name.into())])
}

#[tokio::test]
async fn two_accounts_never_share_a_name_that_reads_the_same() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        open(&accounts, test, "isil", "staff", None).await;
        let other = open(&accounts, test, "ayse", "staff", None).await;
        let kind = crate::kinds::account();
        let tx = test.begin().await;
        let (draft, _) = record::parse_form(&kind, &typed("IŞIL", "Işıl Demir"), None, &tx.act().actor);
        assert_eq!(record::create(&tx, &kind, draft).await.unwrap_err().violations[0].code, "HSP-002");
        let (draft, _) = record::parse_form(&kind, &typed("ışıl kaya", "Işıl Kaya"), None, &tx.act().actor);
        assert_eq!(record::create(&tx, &kind, draft).await.unwrap_err().violations[0].code, "HSP-001");
        let before = record::get(&tx, &kind, other).await.unwrap();
        let (draft, _) = record::parse_form(&kind, &typed("İŞIL", "Ayşe"), Some(&before), &tx.act().actor);
        assert_eq!(
            record::update(&tx, &kind, other, before.version, draft).await.unwrap_err().violations[0].code,
            "HSP-002"
        );
        let (draft, _) = record::parse_form(&kind, &typed("AYSE", "Ayşe"), Some(&before), &tx.act().actor);
        assert!(
            record::update(&tx, &kind, other, before.version, draft).await.unwrap(),
            "its own name in other letters"
        );
    })
    .await;
}

#[tokio::test]
async fn a_list_of_accounts_is_imported_and_a_second_run_changes_nothing() {
    each(registry(), async |test| {
        accounts(test).await;
        let kind = crate::kinds::account();
        let header: Vec<String> = ["Kullanıcı adı", "Adı soyadı", "E-posta"].map(String::from).to_vec();
        let row = |cells: [&str; 3]| cells.map(String::from).to_vec();
        let rows = vec![
            row(["ayse.kaya", "Ayşe Kaya", "ayse.kaya@ornek.bel.tr"]),
            row(["a", "Kısa Ad", ""]),
            row(["ali.veli", "Ali Veli", "posta değil"]),
            row(["zeynep", "Zeynep Ak", ""]),
        ];
        let tx = test.begin().await;
        let plan = record::propose(&kind, &header).plan;
        let report = record::import_rows(&tx, &kind, &plan, &header, &rows).await.unwrap();
        let outcomes: Vec<_> = report.iter().map(|row| &row.outcome).collect();
        assert!(
            matches!(
                outcomes[..],
                [Outcome::Created, Outcome::Failed(_), Outcome::Failed(_), Outcome::Created]
            ),
            "{outcomes:?}"
        );
        let again = record::import_rows(&tx, &kind, &plan, &header, &rows).await.unwrap();
        assert_eq!((&again[0].outcome, &again[3].outcome), (&Outcome::Unchanged, &Outcome::Unchanged));
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_list_offers_only_what_an_index_serves_and_finds_by_name() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let admin = open(&accounts, test, "yonetici", "admin", None).await;
        for username in ["cigdem", "zeki", "ilker"] {
            open(&accounts, test, username, "staff", None).await;
        }
        let kind = crate::kinds::account();
        let actor = accounts.actor(admin).await.unwrap().unwrap();
        let list = async |pairs: &[(&str, &str)], actor: &kernel::Actor| {
            let pairs: Vec<_> = pairs.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
            let (query, violations) = ListQuery::parse(&kind, &pairs);
            assert!(violations.is_empty(), "{violations:?}");
            let page = record::list(&test.db, &kind, &query, actor, kind.view).await.unwrap();
            page.records.iter().map(|record| record.number(&kind)).collect::<Vec<_>>()
        };
        assert_eq!(list(&[], &actor).await, ["cigdem", "ilker", "yonetici", "zeki"]);
        assert_eq!(list(&[("sirala", "-username")], &actor).await, ["zeki", "yonetici", "ilker", "cigdem"]);
        assert_eq!(list(&[("ara", "çiğ")], &actor).await, ["cigdem"]);
        assert_eq!(list(&[("state", "locked")], &actor).await, [""; 0]);
        let nobody = testkit::Person::new("hiçkimse").actor();
        assert!(list(&[], &nobody).await.is_empty(), "the same rule hides the list");
        let table = test.registry.migrations();
        assert!(table.iter().any(|migration| migration.id == "access/0001_accounts"));
    })
    .await;
}
