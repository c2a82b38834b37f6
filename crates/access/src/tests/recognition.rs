//! Sessions and tokens between requests: how long they last, what ends them, what a person must see to first.

use testkit::each;

use super::*;
use crate::actions::passwords::PasswordChange;
use crate::actions::sessions::{accept_secrecy, end_all_sessions, end_session, sign_out};
use crate::actions::tokens::{NewToken, create_token, end_token};
use crate::duty_pages;

async fn is_in(accounts: &Accounts, token: &str) -> bool {
    accounts.recognise_session(token).await.unwrap().is_some()
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_at_the_end_of_the_day_in_any_case() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        open(&accounts, test, "ayse", "staff", None).await;
        let idle = token_of(&accounts, test, "ayse").await;
        let busy = token_of(&accounts, test, "ayse").await;
        for _ in 0..11 {
            test.advance_seconds(3_600);
            assert!(is_in(&accounts, &busy).await);
        }
        assert!(!is_in(&accounts, &idle).await, "unused for two hours");
        test.advance_seconds(3_600);
        assert!(!is_in(&accounts, &busy).await, "twelve hours are over");
    })
    .await;
}

#[tokio::test]
async fn signing_out_revoking_and_an_administrators_lock_end_sessions_at_once() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        open(&accounts, test, "yonetici", "admin", None).await;
        let id = open(&accounts, test, "ayse", "staff", None).await;
        let mut tokens = Vec::new();
        for _ in 0..4 {
            tokens.push(token_of(&accounts, test, "ayse").await);
        }
        let mut sessions = Vec::new();
        for token in &tokens {
            sessions.push(accounts.recognise_session(token).await.unwrap().unwrap().session_id.unwrap());
        }
        let act = act_of(&accounts, test, id).await;
        let tx = test.begin_as(&act).await;
        sign_out(&tx, id, sessions[0]).await.unwrap();
        end_session(&tx, id, sessions[1]).await.unwrap();
        assert!(end_session(&tx, id, sessions[1]).await.is_err(), "it has ended already");
        tx.commit().await.unwrap();
        assert!(!is_in(&accounts, &tokens[0]).await && !is_in(&accounts, &tokens[1]).await);
        assert!(is_in(&accounts, &tokens[2]).await);
        let tx = test.begin_as(&act).await;
        assert_eq!(end_all_sessions(&tx, id, Some(sessions[3])).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert!(!is_in(&accounts, &tokens[2]).await && is_in(&accounts, &tokens[3]).await);
        let tx = test.begin().await;
        kernel::record::run_verb(&tx, &crate::kinds::account(), id, "kilitle", "Soruşturma").await.unwrap();
        tx.commit().await.unwrap();
        assert!(!is_in(&accounts, &tokens[3]).await);
    })
    .await;
}

#[tokio::test]
async fn somebody_elses_guessing_does_not_throw_a_person_out() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        open(&accounts, test, "ayse", "staff", None).await;
        let token = token_of(&accounts, test, "ayse").await;
        for _ in 0..10 {
            test.advance_seconds(61);
            try_in(&accounts, test, "ayse", "tahmin").await.unwrap_err();
        }
        assert!(is_in(&accounts, &token).await);
    })
    .await;
}

#[tokio::test]
async fn nobody_ends_another_persons_session_without_the_permission() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let ayse = open(&accounts, test, "ayse", "staff", None).await;
        let ali = open(&accounts, test, "ali", "staff", None).await;
        let token = token_of(&accounts, test, "ayse").await;
        let session = accounts.recognise_session(&token).await.unwrap().unwrap().session_id.unwrap();
        let tx = test.begin_as(&act_of(&accounts, test, ali).await).await;
        assert_eq!(end_session(&tx, ayse, session).await.unwrap_err().kind, kernel::ErrorKind::Forbidden);
        assert_eq!(end_session(&tx, ali, session).await.unwrap_err().kind, kernel::ErrorKind::NotFound);
        tx.rollback().await.unwrap();
        assert!(is_in(&accounts, &token).await);
    })
    .await;
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let id = open(&accounts, test, "ayse", "staff", None).await;
        let (here, there) =
            (token_of(&accounts, test, "ayse").await, token_of(&accounts, test, "ayse").await);
        let session_id = accounts.recognise_session(&here).await.unwrap().unwrap().session_id;
        let act = act_of(&accounts, test, id).await;
        let change = |current, new, repeated| PasswordChange { current, new, repeated, session_id };
        for (current, new, repeated, code) in [
            ("yanlış", "kavun karpuz incir", "kavun karpuz incir", "PRL-006"),
            (PASSWORD, "kavun karpuz incir", "kavun karpuz", "PRL-005"),
            (PASSWORD, "kısa", "kısa", "PRL-001"),
            (PASSWORD, PASSWORD, PASSWORD, "PRL-007"),
        ] {
            let tx = test.begin_as(&act).await;
            let error = accounts.change_password(&tx, id, change(current, new, repeated)).await.unwrap_err();
            assert_eq!(error.violations[0].code, code);
        }
        let tx = test.begin_as(&act).await;
        accounts
            .change_password(&tx, id, change(PASSWORD, "kavun karpuz incir", "kavun karpuz incir"))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert!(is_in(&accounts, &here).await && !is_in(&accounts, &there).await);
        assert!(try_in(&accounts, test, "ayse", PASSWORD).await.is_err());
        assert!(try_in(&accounts, test, "ayse", "kavun karpuz incir").await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_one_time_password_secrecy_and_the_second_factor_come_before_everything_else() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let id = open(&accounts, test, "ayse", "admin", None).await;
        let tx = test.begin().await;
        set(&tx, "access.secrecy_required", "true").await;
        set(&tx, "access.totp_duty", "\"administrators\"").await;
        tx.commit().await.unwrap();
        let one_time = accounts.command_reset_password("ayse").await.unwrap();
        let Step::In { token, .. } = try_in(&accounts, test, "ayse", &one_time).await.unwrap() else {
            panic!("not in")
        };
        let must = async || accounts.recognise_session(&token).await.unwrap().unwrap().must_visit;
        assert_eq!(must().await, Some(duty_pages::PASSWORD));
        let act = act_of(&accounts, test, id).await;
        let session_id = accounts.recognise_session(&token).await.unwrap().unwrap().session_id;
        let tx = test.begin_as(&act).await;
        let change = PasswordChange { current: &one_time, new: PASSWORD, repeated: PASSWORD, session_id };
        accounts.change_password(&tx, id, change).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(must().await, Some(duty_pages::SECRECY));
        let tx = test.begin_as(&act).await;
        accept_secrecy(&tx, id, "Okudum.").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(must().await, Some(duty_pages::SECOND_FACTOR));
        let tx = test.begin_as(&act).await;
        let (secret, sealed) = accounts.propose_second_factor(id);
        let code = crate::totp::code_at(&secret, test.clock.now()).unwrap();
        accounts.enable_second_factor(&tx, id, &sealed, &code).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(must().await, None);
        let evidence = test.registry.evidence().find(|one| one.label_tr.starts_with("Gizlilik")).unwrap();
        let now = (evidence.run)(&test.db).await.unwrap();
        assert_eq!((now.count, now.last_at), (1, Some(test.clock.now())));
    })
    .await;
}

#[tokio::test]
async fn an_old_password_is_changed_first_where_the_setting_says_so() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        open(&accounts, test, "ayse", "staff", None).await;
        let tx = test.begin().await;
        set(&tx, "access.password_max_age_days", "90").await;
        tx.commit().await.unwrap();
        let token = token_of(&accounts, test, "ayse").await;
        assert_eq!(accounts.recognise_session(&token).await.unwrap().unwrap().must_visit, None);
        test.advance_seconds(91 * 24 * 3_600);
        let token = token_of(&accounts, test, "ayse").await;
        let found = accounts.recognise_session(&token).await.unwrap().unwrap();
        assert_eq!(found.must_visit, Some(duty_pages::PASSWORD));
    })
    .await;
}

#[tokio::test]
async fn a_token_has_only_the_powers_that_its_owner_has_and_it_was_given() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let id = open(&accounts, test, "ayse", "staff", None).await;
        let policy = accounts.policy().await.unwrap();
        let act = act_of(&accounts, test, id).await;
        let new = |permission: &str, days| NewToken {
            name: "Sayaç okuma",
            permissions: vec![permission.into()],
            days,
        };
        for (broken, code) in [
            (new("papers.paper.sign", 30), "API-013"),
            (new("papers.paper.view", 0), "API-011"),
            (NewToken { permissions: vec![], ..new("", 30) }, "API-012"),
            (NewToken { name: " ", ..new("papers.paper.view", 30) }, "API-010"),
        ] {
            let tx = test.begin_as(&act).await;
            let error = create_token(&tx, &policy, broken).await.unwrap_err();
            assert!(error.violations.iter().any(|violation| violation.code == code), "{code}: {error}");
        }
        let tx = test.begin_as(&act).await;
        let token = create_token(&tx, &policy, new("papers.paper.view", 30)).await.unwrap();
        tx.commit().await.unwrap();
        let found = accounts.recognise_token(&token).await.unwrap().unwrap();
        assert!(found.actor.may("papers.paper.view") && !found.actor.may("access.token.create"));
        assert_eq!(found.session_id, None);
        assert!(accounts.recognise_session(&token).await.unwrap().is_none(), "a token is no cookie");
        let role = store::roles::held_by(&test.db, &[id]).await.unwrap()[0].id;
        let tx = test.begin().await;
        crate::actions::powers::withdraw_role(&tx, role, "Görevi bitti").await.unwrap();
        tx.commit().await.unwrap();
        assert!(!accounts.recognise_token(&token).await.unwrap().unwrap().actor.may("papers.paper.view"));
    })
    .await;
}

#[tokio::test]
async fn a_token_ends_by_time_by_its_owner_and_with_its_account() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        open(&accounts, test, "yonetici", "admin", None).await;
        let id = open(&accounts, test, "ayse", "staff", None).await;
        let policy = accounts.policy().await.unwrap();
        let act = act_of(&accounts, test, id).await;
        let mut tokens = Vec::new();
        for days in [1, 30, 60] {
            let tx = test.begin_as(&act).await;
            let new = NewToken { name: "Dış sistem", permissions: vec!["papers.paper.view".into()], days };
            tokens.push(create_token(&tx, &policy, new).await.unwrap());
            tx.commit().await.unwrap();
        }
        let works = async |token: &str| accounts.recognise_token(token).await.unwrap().is_some();
        test.advance_seconds(24 * 3_600);
        assert!(!works(&tokens[0]).await && works(&tokens[1]).await);
        let listed = store::tokens::open_of(&test.db, id, test.clock.now()).await.unwrap();
        assert_eq!(listed.len(), 2);
        let thirty = listed.iter().min_by_key(|token| token.expires_at).unwrap().id;
        let tx = test.begin_as(&act).await;
        end_token(&tx, id, thirty).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!works(&tokens[1]).await && works(&tokens[2]).await);
        let tx = test.begin().await;
        kernel::record::run_verb(&tx, &crate::kinds::account(), id, "kapat", "Ayrıldı").await.unwrap();
        tx.commit().await.unwrap();
        assert!(!works(&tokens[2]).await);
    })
    .await;
}

#[tokio::test]
async fn a_withdrawn_power_is_gone_with_the_next_request() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let id = open(&accounts, test, "ayse", "auditor", None).await;
        let token = token_of(&accounts, test, "ayse").await;
        let may = async || {
            accounts.recognise_session(&token).await.unwrap().unwrap().actor.may("papers.paper.view")
        };
        assert!(may().await && may().await);
        let role = store::roles::held_by(&test.db, &[id]).await.unwrap()[0].id;
        let tx = test.begin().await;
        crate::actions::powers::withdraw_role(&tx, role, "").await.unwrap();
        tx.commit().await.unwrap();
        assert!(!may().await);
    })
    .await;
}
