//! From roles to powers: scopes, acting for somebody, dates, built-in roles, and the explanation of who sees what.

use kernel::Scope;
use kernel::record::Draft;
use testkit::each;

use super::*;
use crate::actions::powers::{RoleGift, give_role, set_role_permissions, withdraw_role};

fn staff(number: u128) -> Uuid {
    Uuid::from_u128(0xb0 + number)
}

/// 1 is the director of unit 1, 2 is staff in unit 2 (under 1), 3 works nowhere.
fn town() -> Arc<Map> {
    let units = HashMap::from([(staff(1), unit(1)), (staff(2), unit(2))]);
    Arc::new(Map { units, ..Map::default() })
}

async fn role_id(test: &TestDb, code: &str) -> Uuid {
    store::roles::by_code(&test.db, code).await.unwrap().unwrap().id
}

#[tokio::test]
async fn each_scope_reaches_exactly_as_far_as_it_says() {
    each(registry(), async |test| {
        let accounts = accounts_with(test, town()).await;
        let director = open(&accounts, test, "mudur", "director", Some(staff(1))).await;
        let person = open(&accounts, test, "personel", "staff", Some(staff(2))).await;
        let auditor = open(&accounts, test, "denetci", "auditor", None).await;
        let nowhere = open(&accounts, test, "gezgin", "chief", Some(staff(3))).await;
        let may = async |account: Uuid, unit_id, owner| {
            accounts.actor(account).await.unwrap().unwrap().may_on("papers.paper.view", unit_id, owner)
        };
        assert!(may(director, Some(unit(1)), None).await && may(director, Some(unit(2)), None).await);
        assert!(!may(director, Some(unit(9)), None).await && !may(director, None, None).await);
        assert!(
            may(person, Some(unit(2)), Some(staff(2))).await
                && !may(person, Some(unit(2)), Some(staff(1))).await
        );
        assert!(may(auditor, None, None).await && may(auditor, Some(unit(9)), None).await);
        assert!(!may(nowhere, None, None).await, "a unit scope without a unit gives nothing");
        let actor = accounts.actor(director).await.unwrap().unwrap();
        assert_eq!((actor.unit_id, actor.staff_id), (Some(unit(1)), Some(staff(1))));
        assert_eq!(actor.grants_of("papers.paper.view").next().unwrap().reason, "Müdür rolü");
    })
    .await;
}

#[tokio::test]
async fn a_role_given_for_another_unit_counts_from_there_and_only_between_its_dates() {
    each(registry(), async |test| {
        let accounts = accounts_with(test, town()).await;
        let person = open(&accounts, test, "personel", "", Some(staff(2))).await;
        let now = test.clock.now();
        let gift = RoleGift {
            account: person,
            role: role_id(test, "chief").await,
            unit: Some(unit(7)),
            from_at: Some(now.plus_seconds(3_600)),
            until_at: Some(now.plus_seconds(7_200)),
        };
        let tx = test.begin().await;
        give_role(&tx, gift).await.unwrap();
        assert_eq!(give_role(&tx, gift).await.unwrap_err().violations[0].code, "YTK-003");
        let backwards = RoleGift { until_at: Some(now), ..gift };
        assert_eq!(give_role(&tx, backwards).await.unwrap_err().violations[0].code, "YTK-002");
        tx.commit().await.unwrap();
        let may = async || {
            accounts.actor(person).await.unwrap().unwrap().may_on("papers.paper.view", Some(unit(7)), None)
        };
        assert!(!may().await, "not yet");
        test.advance_seconds(3_600);
        assert!(may().await);
        test.advance_seconds(3_600);
        assert!(!may().await, "no longer");
    })
    .await;
}

#[tokio::test]
async fn powers_pass_to_the_one_acting_return_by_themselves_and_every_act_says_so() {
    each(registry(), async |test| {
        let town = town();
        let accounts = accounts_with(test, town.clone()).await;
        open(&accounts, test, "mudur", "director", Some(staff(1))).await;
        let deputy = open(&accounts, test, "vekil", "staff", Some(staff(2))).await;
        let token = token_of(&accounts, test, "vekil").await;
        let until = test.clock.now().plus_seconds(3_600);
        let acting = Acting { staff_id: staff(1), name: "Ayşe Kaya".into(), unit_id: Some(unit(1)), until };
        let found = async || accounts.recognise_session(&token).await.unwrap().unwrap().actor;
        assert!(!found().await.may("papers.paper.sign"));
        town.acting.lock().unwrap().insert(staff(2), vec![acting]);
        let tx = test.begin().await;
        tx.without_event("the directory records the acting");
        crate::touch(&tx).await.unwrap();
        tx.commit().await.unwrap();
        let actor = found().await;
        assert!(actor.may_on("papers.paper.sign", Some(unit(1)), None));
        assert_eq!(
            actor.grants_of("papers.paper.sign").next().unwrap().reason,
            "Ayşe Kaya’ya vekâleten: Müdür rolü"
        );
        let own: Vec<_> = actor.grants_of("access.token.create").map(|grant| grant.reason.as_str()).collect();
        assert_eq!(own, ["Personel rolü"], "what is personal does not pass");
        let tx = test.begin_as(&test.act_of(&actor)).await;
        let kind = crate::kinds::account();
        let event = tx
            .record(kernel::NewEvent::new(kernel::Ref::new(kind.id, deputy), "x", "changed"))
            .await
            .unwrap();
        assert_eq!(event.acting_for_name.as_deref(), Some("Ayşe Kaya"));
        tx.rollback().await.unwrap();
        test.advance_seconds(3_600);
        let back = found().await;
        assert!(!back.may("papers.paper.sign") && back.acting_for.is_none());
    })
    .await;
}

#[tokio::test]
async fn the_explanation_is_the_rule_itself() {
    each(registry(), async |test| {
        let town = town();
        let accounts = accounts_with(test, town.clone()).await;
        open(&accounts, test, "mudur", "director", Some(staff(1))).await;
        open(&accounts, test, "personel", "staff", Some(staff(2))).await;
        open(&accounts, test, "denetci", "auditor", None).await;
        let until = test.clock.now().plus_seconds(3_600);
        let acting = Acting { staff_id: staff(1), name: "Ayşe Kaya".into(), unit_id: Some(unit(1)), until };
        town.acting.lock().unwrap().insert(staff(2), vec![acting]);
        let holders = store::active_holders(&test.db).await.unwrap();
        let everybody =
            crate::actors_of(&test.db, accounts.directory(), &holders, test.clock.now(), None).await.unwrap();
        for (unit_id, owner) in
            [(Some(unit(1)), None), (Some(unit(2)), Some(staff(2))), (Some(unit(9)), None), (None, None)]
        {
            for permission in ["papers.paper.view", "papers.paper.sign"] {
                for actor in &everybody {
                    let reasons = crate::explain::reasons(actor, permission, unit_id, owner);
                    assert_eq!(
                        !reasons.is_empty(),
                        actor.may_on(permission, unit_id, owner),
                        "{} {permission}",
                        actor.name
                    );
                    assert!(reasons.iter().all(|one| !one.reason.is_empty() && !one.scope.is_empty()));
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn who_can_see_an_account_is_told_with_the_reason() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let admin = open(&accounts, test, "yonetici", "admin", None).await;
        let person = open(&accounts, test, "ayse", "staff", None).await;
        let kind = crate::kinds::account();
        let record = kernel::record::get(&test.db, &kind, person).await.unwrap();
        let told = accounts.explain(&kind, &record, kind.view, test.clock.now()).await.unwrap();
        assert_eq!(told.len(), 1);
        assert_eq!(
            (told[0].account_id, told[0].reason.as_str(), told[0].scope),
            (admin, "Sistem yöneticisi rolü", "bütün kurum")
        );
    })
    .await;
}

#[tokio::test]
async fn what_an_administrator_took_from_a_role_stays_taken() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let role = role_id(test, "auditor").await;
        let tx = test.begin().await;
        let wanted = HashMap::from([("papers.paper.view".to_string(), String::new())]);
        assert!(set_role_permissions(&tx, &test.registry, role, &wanted).await.unwrap());
        assert!(!set_role_permissions(&tx, &test.registry, role, &wanted).await.unwrap(), "nothing differs");
        tx.commit().await.unwrap();
        let tx = test.begin().await;
        crate::sync_roles(&tx, &test.registry).await.unwrap();
        tx.commit().await.unwrap();
        let person = open(&accounts, test, "denetci", "auditor", None).await;
        assert!(!accounts.actor(person).await.unwrap().unwrap().may("papers.paper.view"));
    })
    .await;
}

#[tokio::test]
async fn a_scope_is_widened_on_screen_and_the_change_is_recorded_in_words() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let role = role_id(test, "staff").await;
        let tx = test.begin().await;
        let wanted = HashMap::from([("papers.paper.view".to_string(), "all".to_string())]);
        set_role_permissions(&tx, &test.registry, role, &wanted).await.unwrap();
        let nonsense = HashMap::from([("papers.paper.view".to_string(), "universe".to_string())]);
        assert!(set_role_permissions(&tx, &test.registry, role, &nonsense).await.is_err());
        tx.commit().await.unwrap();
        let person = open(&accounts, test, "ayse", "staff", None).await;
        let actor = accounts.actor(person).await.unwrap().unwrap();
        assert_eq!(actor.grants_of("papers.paper.view").next().unwrap().scope, Scope::All);
        let events =
            kernel::event::timeline(&test.db, &kernel::Ref::new("role", role), None, 9).await.unwrap();
        let changed = events.iter().find(|event| event.verb == "changed").unwrap();
        let change = &changed.change_list()[0];
        assert_eq!(
            (change.label.as_str(), change.before.as_str(), change.after.as_str()),
            ("Belgeleri görür.", "Kendi kayıtları", "Bütün kurum")
        );
    })
    .await;
}

#[tokio::test]
async fn the_last_administrator_cannot_be_lost() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let only = open(&accounts, test, "yonetici", "admin", None).await;
        let held = store::roles::held_by(&test.db, &[only]).await.unwrap()[0].id;
        let kind = crate::kinds::account();
        let refused = |error: Error| assert_eq!(error.violations[0].code, "HSP-010");
        let tx = test.begin().await;
        refused(withdraw_role(&tx, held, "").await.unwrap_err());
        drop(tx);
        for verb in ["kilitle", "kapat"] {
            let tx = test.begin().await;
            refused(kernel::record::run_verb(&tx, &kind, only, verb, "Deneme").await.unwrap_err());
        }
        let tx = test.begin().await;
        refused(crate::actions::review::withdraw_powers(&tx, only, "Deneme").await.unwrap_err());
        drop(tx);
        let tx = test.begin().await;
        let gone = HashMap::from([("access.role.edit".to_string(), String::new())]);
        let error =
            set_role_permissions(&tx, &test.registry, role_id(test, "admin").await, &gone).await.unwrap_err();
        assert_eq!(error.violations[0].code, "YTK-005");
        drop(tx);
        open(&accounts, test, "ikinci", "admin", None).await;
        let tx = test.begin().await;
        withdraw_role(&tx, held, "").await.unwrap();
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn roles_are_given_only_by_those_who_may() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let person = open(&accounts, test, "ayse", "staff", None).await;
        let role = role_id(test, "admin").await;
        let gift = RoleGift { account: person, role, unit: None, from_at: None, until_at: None };
        let act = act_of(&accounts, test, person).await;
        let tx = test.begin_as(&act).await;
        assert_eq!(give_role(&tx, gift).await.unwrap_err().kind, kernel::ErrorKind::Forbidden);
        let kind = crate::kinds::role();
        let made = kernel::record::create(&tx, &kind, Draft::default()).await;
        assert_eq!(made.unwrap_err().kind, kernel::ErrorKind::Forbidden);
    })
    .await;
}
