//! The second factor: set up with a code, asked at sign-in, codes good once, recovery codes, turned off.

use kernel::ErrorKind;
use testkit::each;

use super::*;
use crate::totp;

/// Pairs a telephone; answers its secret and the recovery codes.
async fn pair(accounts: &Accounts, test: &TestDb, account: Uuid) -> (String, Vec<String>) {
    let (secret, sealed) = accounts.propose_second_factor(account);
    let tx = test.begin_as(&act_of(accounts, test, account).await).await;
    let code = totp::code_at(&secret, test.clock.now()).unwrap();
    let codes = accounts.enable_second_factor(&tx, account, &sealed, &code).await.unwrap();
    tx.commit().await.unwrap();
    (secret, codes)
}

async fn challenge(accounts: &Accounts, test: &TestDb, username: &str) -> String {
    match try_in(accounts, test, username, PASSWORD).await.unwrap() {
        Step::Code { challenge } => challenge,
        Step::In { .. } => panic!("the second factor was not asked"),
    }
}

async fn answer(accounts: &Accounts, test: &TestDb, challenge: &str, code: &str) -> Result<Step> {
    accounts.answer_challenge(&visitor(test, "10.0.0.7"), "Firefox", challenge, code).await
}

#[tokio::test]
async fn a_code_of_the_telephone_completes_the_sign_in_and_is_good_once() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let id = open(&accounts, test, "ayse", "staff", None).await;
        let (secret, _) = pair(&accounts, test, id).await;
        test.advance_seconds(60);
        let first = challenge(&accounts, test, "ayse").await;
        assert!(accounts.recognise_session(&first).await.unwrap().is_none(), "half a sign-in opens nothing");
        let code = totp::code_at(&secret, test.clock.now()).unwrap();
        let Step::In { token, .. } = answer(&accounts, test, &first, &code).await.unwrap() else {
            panic!("not in")
        };
        assert_eq!(accounts.recognise_session(&token).await.unwrap().unwrap().account.id, id);
        assert_eq!(answer(&accounts, test, &first, &code).await.unwrap_err().kind, ErrorKind::SignInRequired);
        let second = challenge(&accounts, test, "ayse").await;
        assert_eq!(
            answer(&accounts, test, &second, &code).await.unwrap_err().kind,
            ErrorKind::Invalid,
            "the code was used"
        );
    })
    .await;
}

#[tokio::test]
async fn a_recovery_code_opens_once_when_the_telephone_is_lost() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let id = open(&accounts, test, "ayse", "staff", None).await;
        let (_, codes) = pair(&accounts, test, id).await;
        let first = challenge(&accounts, test, "ayse").await;
        let typed = codes[3].to_lowercase().replace('-', " ");
        assert!(matches!(answer(&accounts, test, &first, &typed).await.unwrap(), Step::In { .. }));
        let second = challenge(&accounts, test, "ayse").await;
        assert!(answer(&accounts, test, &second, &codes[3]).await.is_err());
        assert_eq!(store::accounts::recovery_codes_left(&test.db, id).await.unwrap(), 9);
        let tx = test.begin_as(&act_of(&accounts, test, id).await).await;
        let renewed = accounts.renew_recovery_codes(&tx, id).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!renewed.contains(&codes[4]));
        let third = challenge(&accounts, test, "ayse").await;
        assert!(answer(&accounts, test, &third, &codes[4]).await.is_err(), "old codes are void");
    })
    .await;
}

#[tokio::test]
async fn guessing_codes_locks_like_guessing_passwords_and_a_challenge_grows_old() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let id = open(&accounts, test, "ayse", "staff", None).await;
        pair(&accounts, test, id).await;
        let old = challenge(&accounts, test, "ayse").await;
        test.advance_seconds(5 * 60);
        assert_eq!(
            answer(&accounts, test, &old, "000000").await.unwrap_err().kind,
            ErrorKind::SignInRequired
        );
        let mut last = None;
        for _ in 0..10 {
            test.advance_seconds(61);
            let fresh = challenge(&accounts, test, "ayse").await;
            last = answer(&accounts, test, &fresh, "00000").await.err();
        }
        assert_eq!(last.unwrap().kind, ErrorKind::TooMany);
        assert_eq!(verbs(test, id).await.last().unwrap(), "locked_by_guessing");
        assert_eq!(try_in(&accounts, test, "ayse", PASSWORD).await.unwrap_err().kind, ErrorKind::TooMany);
    })
    .await;
}

#[tokio::test]
async fn only_the_owner_pairs_a_telephone_and_only_with_a_right_code() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let id = open(&accounts, test, "ayse", "staff", None).await;
        let (secret, sealed) = accounts.propose_second_factor(id);
        assert_eq!(accounts.proposed_secret(id, &sealed).unwrap(), secret);
        let tx = test.begin_as(&act_of(&accounts, test, id).await).await;
        assert_eq!(
            accounts.enable_second_factor(&tx, id, &sealed, "12345").await.unwrap_err().kind,
            ErrorKind::Invalid
        );
        assert!(accounts.enable_second_factor(&tx, id, "v1.00", "123456").await.is_err());
        let code = totp::code_at(&secret, test.clock.now()).unwrap();
        tx.rollback().await.unwrap();
        let by_another = test.begin().await;
        assert_eq!(
            accounts.enable_second_factor(&by_another, id, &sealed, &code).await.unwrap_err().kind,
            ErrorKind::Forbidden
        );
    })
    .await;
}

#[tokio::test]
async fn it_is_turned_off_with_a_code_or_by_an_administrator() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let id = open(&accounts, test, "ayse", "staff", None).await;
        let (secret, _) = pair(&accounts, test, id).await;
        test.advance_seconds(60);
        let tx = test.begin_as(&act_of(&accounts, test, id).await).await;
        assert!(accounts.disable_second_factor(&tx, id, "000000").await.is_err());
        let code = totp::code_at(&secret, test.clock.now()).unwrap();
        accounts.disable_second_factor(&tx, id, &code).await.unwrap();
        tx.commit().await.unwrap();
        token_of(&accounts, test, "ayse").await;
        pair(&accounts, test, id).await;
        accounts.command_disable_totp("ayse").await.unwrap();
        token_of(&accounts, test, "ayse").await;
        assert_eq!(verbs(test, id).await.iter().filter(|verb| *verb == "totp_disabled").count(), 2);
        let secrets: Option<String> =
            kernel::db::Sql::scalar(&test.db, "SELECT totp_secret FROM account", vec![]).await.unwrap();
        assert_eq!(secrets.as_deref(), Some(""));
    })
    .await;
}

#[tokio::test]
async fn the_secret_is_not_readable_in_the_database() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let id = open(&accounts, test, "ayse", "staff", None).await;
        let (secret, codes) = pair(&accounts, test, id).await;
        let account = store::account(&test.db, id).await.unwrap().unwrap();
        assert!(account.has_totp() && !account.totp_secret.contains(&secret));
        let indexes: Vec<String> =
            kernel::db::Sql::column(&test.db, "SELECT code_index FROM recovery_code", vec![]).await.unwrap();
        assert!(indexes.iter().all(|index| !codes.contains(index)));
    })
    .await;
}
