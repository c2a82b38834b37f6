//! Keeping accounts: set-up link, command line, periodic review, evidence and the demo's accounts.

use kernel::capability::DemoContext;
use testkit::each;

use super::*;
use crate::actions::review::{confirm_powers, withdraw_powers};
use crate::actions::setup::{is_set_up, is_setup_token_open, setup_token_consume, setup_token_create};

#[tokio::test]
async fn the_set_up_link_works_once_and_for_a_day() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        assert!(!is_set_up(&test.db, test.clock.now()).await.unwrap());
        let tx = test.begin().await;
        let (first, second) =
            (setup_token_create(&tx).await.unwrap(), setup_token_create(&tx).await.unwrap());
        tx.commit().await.unwrap();
        let is_open =
            async |token: &str| is_setup_token_open(&test.db, token, test.clock.now()).await.unwrap();
        assert!(is_open(&first).await && !is_open("başka").await);
        let tx = test.begin().await;
        setup_token_consume(&tx, &first).await.unwrap();
        let new = NewAccount {
            username: "ilk".into(),
            name: "İlk Yönetici".into(),
            role: "admin".into(),
            ..NewAccount::default()
        };
        open_account(&tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!is_open(&first).await);
        assert!(is_set_up(&test.db, test.clock.now()).await.unwrap());
        let tx = test.begin().await;
        assert!(setup_token_consume(&tx, &first).await.is_err());
        drop(tx);
        test.advance_seconds(24 * 3_600);
        assert!(!is_open(&second).await);
        assert_eq!(accounts.command_list().await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_command_line_helps_when_nobody_can_sign_in() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let new = NewAccount {
            username: "deniz".into(),
            name: "Deniz Aksoy".into(),
            role: "admin".into(),
            ..NewAccount::default()
        };
        let first = accounts.command_create(&new).await.unwrap();
        assert!(matches!(try_in(&accounts, test, "deniz", &first).await.unwrap(), Step::In { .. }));
        let second = accounts.command_reset_password("DENİZ").await.unwrap();
        assert!(try_in(&accounts, test, "deniz", &first).await.is_err());
        assert!(matches!(try_in(&accounts, test, "deniz", &second).await.unwrap(), Step::In { .. }));
        accounts.command_create(&NewAccount { username: "ikinci".into(), ..new.clone() }).await.unwrap();
        accounts.command_verb("deniz", "kilitle", "İzinde").await.unwrap();
        let listed = accounts.command_list().await.unwrap();
        let deniz = listed.iter().find(|line| line.username == "deniz").unwrap();
        assert_eq!(
            (deniz.state.as_str(), deniz.roles.as_slice()),
            ("locked", &["Sistem yöneticisi".to_string()][..])
        );
        assert!(!deniz.has_totp && !deniz.last_sign_in.is_empty());
        for wrong in ["", "yok böyle biri"] {
            assert!(accounts.command_reset_password(wrong).await.is_err());
        }
        let unknown_role = NewAccount { username: "ucuncu".into(), role: "king".into(), ..new };
        assert_eq!(accounts.command_create(&unknown_role).await.unwrap_err().violations[0].code, "HSP-003");
    })
    .await;
}

#[tokio::test]
async fn a_review_confirms_or_withdraws_and_becomes_evidence() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let admin = open(&accounts, test, "yonetici", "admin", None).await;
        let person = open(&accounts, test, "ayse", "staff", None).await;
        let before = accounts.policy().await.unwrap().review_before(test.clock.now());
        let due = async |before| store::accounts::due_for_review(&test.db, before, 50).await.unwrap().len();
        assert_eq!(due(before).await, 0, "what was opened a moment ago is not late");
        let actor = accounts.actor(admin).await.unwrap().unwrap();
        assert!(crate::my_day::waiting(&test.db, &actor, test.clock.now()).await.unwrap().is_empty());
        test.advance_seconds(181 * 24 * 3_600);
        let before = accounts.policy().await.unwrap().review_before(test.clock.now());
        assert_eq!(due(before).await, 2);
        let day = crate::my_day::waiting(&test.db, &actor, test.clock.now()).await.unwrap();
        assert_eq!(day.iter().map(|item| item.count).collect::<Vec<_>>(), [2], "no lock, two reviews");
        let nobody = testkit::Person::new("personel").actor();
        assert!(crate::my_day::waiting(&test.db, &nobody, test.clock.now()).await.unwrap().is_empty());
        let tx = test.begin_as(&act_of(&accounts, test, admin).await).await;
        confirm_powers(&tx, admin).await.unwrap();
        assert_eq!(withdraw_powers(&tx, person, " ").await.unwrap_err().violations[0].code, "GRK-001");
        assert_eq!(withdraw_powers(&tx, person, "Birimi değişti").await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(due(before).await, 0);
        assert!(accounts.actor(person).await.unwrap().unwrap().grants.is_empty());
        let evidence: Vec<_> =
            test.registry.evidence().filter(|one| one.duty == "ID-1" || one.duty == "ID-2").collect();
        let reviews = (evidence[0].run)(&test.db).await.unwrap();
        assert_eq!((reviews.count, reviews.last_at), (2, Some(test.clock.now())));
        assert!(reviews.sentence_tr.contains("2 hesaptan 2"), "{}", reviews.sentence_tr);
        let grants = (evidence[2].run)(&test.db).await.unwrap();
        assert_eq!(grants.count, 3, "two given, one review withdrew");
        test.advance_seconds(181 * 24 * 3_600);
        let before = accounts.policy().await.unwrap().review_before(test.clock.now());
        assert_eq!(due(before).await, 2, "half a year later they are due again");
        let tx = test.begin_as(&act_of(&accounts, test, person).await).await;
        assert!(confirm_powers(&tx, person).await.is_err(), "nobody reviews without the permission");
    })
    .await;
}

#[tokio::test]
async fn the_demo_has_one_account_per_role_that_can_sign_in() {
    each(registry(), async |test| {
        let context =
            DemoContext { db: test.db.clone(), clock: test.clock.clone(), act: test.act(), scale: 1 };
        crate::demo::load(&context).await.unwrap();
        let key = Key::new(&test.clock);
        let accounts = Accounts::new(
            test.db.clone(),
            test.clock.clone(),
            key,
            Hashing::cheap(),
            Arc::new(Map::default()),
        );
        let roles: Vec<&str> = crate::roles::BUILT_IN.iter().map(|(code, ..)| *code).collect();
        assert_eq!(crate::demo::ACCOUNTS.map(|(role, ..)| role).to_vec(), roles);
        let (_, username, name) = crate::demo::ACCOUNTS[0];
        let Step::In { token, .. } = try_in(&accounts, test, username, crate::demo::PASSWORD).await.unwrap()
        else {
            panic!("the demo asks no second factor")
        };
        let found = accounts.recognise_session(&token).await.unwrap().unwrap();
        assert_eq!((found.actor.name.as_str(), found.must_visit), (name, None));
        assert!(found.actor.may("access.account.edit"));
    })
    .await;
}
