//! Nobody gives more than they have, nobody opens a stronger account, nobody is lost by two acts at once.

use kernel::ErrorKind;
use kernel::record::{self, Draft, FieldValue};
use testkit::each;

use super::*;
use crate::actions::powers::{RoleGift, give_role, set_role_permissions, withdraw_role};

/// An account that manages accounts and roles without being an administrator, and may see papers of unit 1.
async fn manager(accounts: &Accounts, test: &TestDb) -> Uuid {
    let id = open(accounts, test, "hesapci", "", None).await;
    let tx = test.begin().await;
    tx.without_event("a role put together for the test");
    let role = store::roles::insert(&tx, "", "Hesap görevlisi", "").await.unwrap();
    let given = ["access.account.edit", "access.account.view", "access.account.grant", "access.role.edit"]
        .map(|permission| (permission.to_string(), "all".to_string()));
    store::roles::change_permissions(&tx, role, &[], &given).await.unwrap();
    let papers = [("papers.paper.view".to_string(), "unit".to_string())];
    let reader = store::roles::insert(&tx, "", "Okur", "").await.unwrap();
    store::roles::change_permissions(&tx, reader, &[], &papers).await.unwrap();
    store::roles::insert_held(&tx, id, role, None, tx.at(), None).await.unwrap();
    store::roles::insert_held(&tx, id, reader, Some(unit(1)), tx.at(), None).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn role_id(test: &TestDb, code: &str) -> Uuid {
    store::roles::by_code(&test.db, code).await.unwrap().unwrap().id
}

async fn named_role(test: &TestDb, name: &str) -> Uuid {
    let all = store::roles::all(&test.db).await.unwrap();
    all.into_iter().find(|role| role.name == name).unwrap().id
}

#[tokio::test]
async fn whoever_gives_roles_gives_no_more_than_they_have() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let manager = manager(&accounts, test).await;
        let friend = open(&accounts, test, "arkadas", "", None).await;
        let act = act_of(&accounts, test, manager).await;
        let tx = test.begin_as(&act).await;
        let gift = |account, role, unit| RoleGift { account, role, unit, from_at: None, until_at: None };
        let admin = role_id(test, "admin").await;
        let reader = named_role(test, "Okur").await;
        let beyond = [
            gift(manager, admin, None),
            gift(friend, admin, None),
            gift(friend, role_id(test, "director").await, Some(unit(1))),
            gift(friend, reader, Some(unit(2))),
            gift(friend, reader, None),
        ];
        for gift in beyond {
            let refused = give_role(&tx, gift).await.unwrap_err();
            assert_eq!(refused.violations[0].code, "YTK-006", "{gift:?}");
        }
        give_role(&tx, gift(friend, reader, Some(unit(1)))).await.unwrap();
        give_role(&tx, gift(friend, named_role(test, "Hesap görevlisi").await, None)).await.unwrap();
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn whoever_edits_roles_widens_none_beyond_their_own_powers() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let manager = manager(&accounts, test).await;
        let act = act_of(&accounts, test, manager).await;
        let tx = test.begin_as(&act).await;
        let own = named_role(test, "Hesap görevlisi").await;
        for (permission, scope) in
            [("papers.paper.sign", "own"), ("papers.paper.view", "all"), ("papers.paper.view", "unit")]
        {
            let wanted = HashMap::from([(permission.to_string(), scope.to_string())]);
            let refused = set_role_permissions(&tx, &test.registry, own, &wanted).await.unwrap_err();
            assert_eq!(refused.violations[0].code, "YTK-007", "{permission} {scope}");
        }
        let less = HashMap::from([
            ("access.account.view".to_string(), String::new()),
            ("papers.paper.view".to_string(), "own".to_string()),
        ]);
        assert!(set_role_permissions(&tx, &test.registry, own, &less).await.unwrap());
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn nobody_opens_an_account_stronger_than_their_own() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let manager = manager(&accounts, test).await;
        let admin = open(&accounts, test, "yonetici", "admin", None).await;
        let plain = open(&accounts, test, "misafir", "", None).await;
        let act = act_of(&accounts, test, manager).await;
        let tx = test.begin_as(&act).await;
        assert_eq!(accounts.reset_password(&tx, admin).await.unwrap_err().kind, ErrorKind::Forbidden);
        accounts.reset_password(&tx, plain).await.unwrap();
        tx.commit().await.unwrap();
        let tx = test.begin().await;
        tx.without_event("a telephone for the test");
        store::accounts::set_totp(&tx, admin, "x", 0).await.unwrap();
        tx.commit().await.unwrap();
        let tx = test.begin_as(&act).await;
        let refused = accounts.disable_second_factor(&tx, admin, "").await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Forbidden);
        tx.rollback().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn nobody_ties_their_own_account_to_another_person() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let manager = manager(&accounts, test).await;
        let act = act_of(&accounts, test, manager).await;
        let kind = crate::kinds::account();
        let tx = test.begin_as(&act).await;
        let before = record::get(&tx, &kind, manager).await.unwrap();
        let mut draft = Draft::default();
        draft.set("staff_id", FieldValue::Id(Uuid::from_u128(0xb1)));
        let refused = record::update(&tx, &kind, manager, before.version, draft).await.unwrap_err();
        assert!(refused.violations.iter().any(|one| one.code == "HSP-011"), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn two_administrators_who_take_the_role_from_each_other_at_once_do_not_both_succeed() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let first = open(&accounts, test, "birinci", "admin", None).await;
        let second = open(&accounts, test, "ikinci", "admin", None).await;
        let held = store::roles::held_by(&test.db, &[first, second]).await.unwrap();
        let take = async |by: Uuid, from: Uuid| {
            let row = held.iter().find(|one| one.account_id == from).unwrap().id;
            let act = act_of(&accounts, test, by).await;
            let tx = test.db.begin(&act).await.unwrap();
            withdraw_role(&tx, row, "deneme").await?;
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            tx.commit().await
        };
        let (one, other) = tokio::join!(take(first, second), take(second, first));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        assert_eq!(store::roles::count_admins(&test.db, test.clock.now()).await.unwrap(), 1);
    })
    .await;
}

/// The administrator for good beside one whose role ends by itself in ten days.
async fn one_for_good(accounts: &Accounts, test: &TestDb) -> Uuid {
    let only = open(accounts, test, "yonetici", "admin", Some(Uuid::from_u128(0xb1))).await;
    let guest = open(accounts, test, "gecici", "", None).await;
    let tx = test.begin().await;
    let until_at = Some(tx.at().plus_us(10 * kernel::Instant::DAY_US));
    let role = store::roles::by_code(&tx, "admin").await.unwrap().unwrap().id;
    give_role(&tx, RoleGift { account: guest, role, unit: None, from_at: None, until_at }).await.unwrap();
    tx.commit().await.unwrap();
    only
}

async fn staff_leaves(tx: &kernel::Tx, staff: u128) -> kernel::Result<kernel::event::Event> {
    let staff = kernel::Ref::new("staff", Uuid::from_u128(staff));
    tx.record(kernel::NewEvent::new(staff, "Biri", "staff_left")).await
}

#[tokio::test]
async fn an_administrator_until_some_day_is_not_enough() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let only = one_for_good(&accounts, test).await;
        let kind = crate::kinds::account();
        let held = store::roles::held_by(&test.db, &[only]).await.unwrap()[0].id;
        let refused = |error: kernel::Error| assert_eq!(error.violations[0].code, "HSP-010");
        let tx = test.begin().await;
        refused(withdraw_role(&tx, held, "").await.unwrap_err());
        drop(tx);
        for verb in ["kilitle", "kapat"] {
            let tx = test.begin().await;
            refused(record::run_verb(&tx, &kind, only, verb, "Deneme").await.unwrap_err());
        }
        let tx = test.begin().await;
        refused(crate::actions::review::withdraw_powers(&tx, only, "Deneme").await.unwrap_err());
        drop(tx);
        let tx = test.begin().await;
        refused(staff_leaves(&tx, 0xb1).await.unwrap_err());
        drop(tx);
        for scope in ["", "own", "unit", "unit_tree"] {
            let tx = test.begin().await;
            let less = HashMap::from([("access.account.grant".to_string(), scope.to_string())]);
            let admin = role_id(test, "admin").await;
            let error = set_role_permissions(&tx, &test.registry, admin, &less).await.unwrap_err();
            assert_eq!(error.violations[0].code, "YTK-005", "{scope}");
        }
        // Whoever is no administrator may be shut, whoever the administrators are.
        let other = open(&accounts, test, "baska", "staff", None).await;
        let tx = test.begin().await;
        record::run_verb(&tx, &kind, other, "kapat", "Deneme").await.unwrap();
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn whoever_leaves_the_municipality_signs_in_no_more() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        open(&accounts, test, "yonetici", "admin", None).await;
        let account = open(&accounts, test, "giden", "staff", Some(Uuid::from_u128(0xb2))).await;
        let token = token_of(&accounts, test, "giden").await;
        assert!(accounts.recognise_session(&token).await.unwrap().is_some());
        let tx = test.begin().await;
        staff_leaves(&tx, 0xb2).await.unwrap();
        tx.commit().await.unwrap();
        assert!(accounts.recognise_session(&token).await.unwrap().is_none());
        assert!(try_in(&accounts, test, "giden", PASSWORD).await.is_err());
        assert_eq!(verbs(test, account).await.last().unwrap(), "closed");
    })
    .await;
}

#[tokio::test]
async fn one_member_of_staff_has_one_open_account() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let staff = Uuid::from_u128(0xb3);
        let first = open(&accounts, test, "birinci", "", Some(staff)).await;
        let kind = crate::kinds::account();
        let new = |name: &str| crate::actions::open_account::NewAccount {
            username: name.into(),
            name: "Biri".into(),
            staff_id: Some(staff),
            ..Default::default()
        };
        let is_second = |error: kernel::Error| {
            assert!(
                error.violations.iter().any(|one| one.code == "HSP-012" && one.field == "staff_id"),
                "{error}"
            );
        };
        let tx = test.begin().await;
        is_second(crate::actions::open_account::open_account(&tx, &new("ikinci")).await.unwrap_err());
        drop(tx);
        let other = open(&accounts, test, "ucuncu", "", None).await;
        let tx = test.begin().await;
        is_second(crate::actions::open_account::link_staff(&tx, other, Some(staff)).await.unwrap_err());
        drop(tx);
        let tx = test.begin().await;
        record::run_verb(&tx, &kind, first, "kapat", "Deneme").await.unwrap();
        crate::actions::open_account::open_account(&tx, &new("ikinci")).await.unwrap();
        is_second(record::run_verb(&tx, &kind, first, "yeniden-ac", "Deneme").await.unwrap_err());
        drop(tx);
        // Two at once: on PostgreSQL the second waits for the first and then sees it.
        let tx = test.begin().await;
        record::run_verb(&tx, &kind, first, "kapat", "Deneme").await.unwrap();
        tx.commit().await.unwrap();
        let at_once = async |name: &str| {
            let tx = test.begin().await;
            crate::actions::open_account::open_account(&tx, &new(name)).await?;
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            tx.commit().await
        };
        let (one, another) = tokio::join!(at_once("dorduncu"), at_once("besinci"));
        assert!(one.is_ok() != another.is_ok(), "{one:?} {another:?}");
    })
    .await;
}
