//! Signing in with a password: who gets in, who is slowed down, who is locked, and what is recorded.

use kernel::ErrorKind;
use testkit::each;

use super::*;

#[tokio::test]
async fn a_person_signs_in_however_the_name_is_written_and_the_sign_in_is_recorded() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let id = open(&accounts, test, "isik", "staff", None).await;
        let token = match try_in(&accounts, test, " IŞIK ", PASSWORD).await.unwrap() {
            Step::In { token, .. } => token,
            Step::Code { .. } => panic!("no second factor was set up"),
        };
        let found = accounts.recognise_session(&token).await.unwrap().unwrap();
        assert_eq!((found.account.id, found.actor.name.as_str()), (id, "ISIK"));
        assert!(found.actor.may_on("papers.paper.view", None, Some(id)));
        assert_eq!(verbs(test, id).await.last().unwrap(), "signed_in");
        let sessions = store::sessions::open_of(&test.db, id, test.clock.now()).await.unwrap();
        assert_eq!((sessions[0].address.as_str(), sessions[0].device.as_str()), ("10.0.0.7", "Firefox"));
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_get_the_same_answer() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        open(&accounts, test, "ayse", "staff", None).await;
        let mut answers = Vec::new();
        for username in ["ayse", "boyle-biri-yok"] {
            let mut told = Vec::new();
            for _ in 0..6 {
                let error = try_in(&accounts, test, username, "yanlış parola yazdım").await.unwrap_err();
                told.push((error.kind, error.message_tr, error.violations));
            }
            answers.push(told);
        }
        assert_eq!(answers[0], answers[1]);
        assert_eq!(answers[0][0].0, ErrorKind::Invalid);
        assert_eq!(answers[0][5].0, ErrorKind::TooMany, "the fifth and sixth come too soon");
    })
    .await;
}

#[tokio::test]
async fn an_account_without_a_password_lets_nobody_in() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let tx = test.begin().await;
        let new = NewAccount { username: "yeni".into(), name: "Yeni Kişi".into(), ..NewAccount::default() };
        open_account(&tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        for password in ["", "yeni", "herhangi bir parola"] {
            assert!(try_in(&accounts, test, "yeni", password).await.is_err());
        }
    })
    .await;
}

/// Ten wrong tries, each after the wait the last one asked for.
async fn guess_until_locked(accounts: &Accounts, test: &TestDb, username: &str) -> Error {
    let mut last = None;
    for _ in 0..10 {
        test.advance_seconds(61);
        last = try_in(accounts, test, username, "tahmin").await.err();
    }
    last.unwrap()
}

#[tokio::test]
async fn guessing_locks_the_account_says_until_when_and_an_administrator_sees_it() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let id = open(&accounts, test, "ayse", "staff", None).await;
        let error = guess_until_locked(&accounts, test, "ayse").await;
        assert_eq!(error.kind, ErrorKind::TooMany);
        let opens = kernel::tr::instant(test.clock.now().plus_seconds(15 * 60).0);
        assert!(error.message_tr.contains(&opens), "{}", error.message_tr);
        let account = store::account(&test.db, id).await.unwrap().unwrap();
        assert_eq!(account.state, "locked");
        assert_eq!(verbs(test, id).await.last().unwrap(), "locked_by_guessing");
        let right = try_in(&accounts, test, "ayse", PASSWORD).await.unwrap_err();
        assert_eq!(right.kind, ErrorKind::TooMany, "the right password does not open a lock");
        test.advance_seconds(15 * 60);
        token_of(&accounts, test, "ayse").await;
        assert_eq!(store::account(&test.db, id).await.unwrap().unwrap().state, "active");
    })
    .await;
}

#[tokio::test]
async fn an_unknown_name_is_locked_like_a_known_one() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        open(&accounts, test, "ayse", "staff", None).await;
        let known = guess_until_locked(&accounts, test, "ayse").await;
        test.clock.advance_us(-610 * Instant::SECOND_US);
        let unknown = guess_until_locked(&accounts, test, "hayalet").await;
        assert_eq!(known.message_tr, unknown.message_tr);
    })
    .await;
}

#[tokio::test]
async fn an_administrator_opens_a_lock_before_its_time() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let id = open(&accounts, test, "ayse", "staff", None).await;
        guess_until_locked(&accounts, test, "ayse").await;
        let tx = test.begin().await;
        kernel::record::run_verb(&tx, &crate::kinds::account(), id, "kilidi-ac", "").await.unwrap();
        tx.commit().await.unwrap();
        token_of(&accounts, test, "ayse").await;
    })
    .await;
}

#[tokio::test]
async fn a_lock_that_ran_out_is_opened_by_the_job_and_told() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let id = open(&accounts, test, "ayse", "staff", None).await;
        guess_until_locked(&accounts, test, "ayse").await;
        let context = kernel::job::JobContext {
            db: test.db.clone(),
            clock: test.clock.clone(),
            registry: test.registry.clone(),
            services: Arc::default(),
        };
        let job = test.registry.job("access.open_due_locks").unwrap();
        (job.run)(&context, &serde_json::Value::Null).await.unwrap();
        assert_eq!(store::account(&test.db, id).await.unwrap().unwrap().state, "locked", "not yet");
        test.advance_seconds(16 * 60);
        (job.run)(&context, &serde_json::Value::Null).await.unwrap();
        assert_eq!(store::account(&test.db, id).await.unwrap().unwrap().state, "active");
        assert_eq!(verbs(test, id).await.last().unwrap(), "lock_ended");
        let sweep = test.registry.job("access.sweep").unwrap();
        test.advance_seconds(60 * 24 * 3_600);
        (sweep.run)(&context, &serde_json::Value::Null).await.unwrap();
        let left: Option<i64> =
            kernel::db::Sql::scalar(&test.db, "SELECT count(*) FROM sign_in_try", vec![]).await.unwrap();
        assert_eq!(left, Some(0));
    })
    .await;
}

#[tokio::test]
async fn many_guesses_at_once_are_all_counted() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        open(&accounts, test, "ayse", "staff", None).await;
        let tries = (0..12).map(|_| try_in(&accounts, test, "ayse", "tahmin"));
        let mut looked_at = 0;
        for answer in join_all(tries).await {
            looked_at += i32::from(answer.unwrap_err().kind == ErrorKind::Invalid);
        }
        assert!(looked_at <= 4, "{looked_at} guesses were looked at on {}", test.name);
    })
    .await;
}

async fn join_all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        for (future, done) in waiting.iter_mut().filter(|(_, done)| done.is_none()) {
            if let std::task::Poll::Ready(output) = future.as_mut().poll(context) {
                *done = Some(output);
            }
        }
        if waiting.iter().all(|(_, done)| done.is_some()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    waiting.into_iter().filter_map(|(_, done)| done).collect()
}

#[tokio::test]
async fn one_address_that_tries_many_names_is_slowed_down() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let mut kinds = Vec::new();
        for number in 0..33 {
            let error = try_in(&accounts, test, &format!("isim{number}"), "tahmin").await.unwrap_err();
            kinds.push(error.kind);
        }
        assert_eq!(kinds[30], ErrorKind::Invalid);
        assert_eq!(kinds[31], ErrorKind::TooMany);
        let elsewhere =
            accounts.sign_in(&visitor(test, "10.0.0.8"), "", "isim50", "tahmin").await.unwrap_err();
        assert_eq!(elsewhere.kind, ErrorKind::Invalid, "another address is not to blame");
    })
    .await;
}

#[tokio::test]
async fn a_closed_or_locked_account_tells_its_owner_why() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        open(&accounts, test, "yonetici", "admin", None).await;
        let id = open(&accounts, test, "ayse", "staff", None).await;
        for (verb, word) in [("kilitle", "kilitlenmiş"), ("kapat", "kapatılmış")] {
            let tx = test.begin().await;
            kernel::record::run_verb(&tx, &crate::kinds::account(), id, verb, "Ayrıldı").await.unwrap();
            tx.commit().await.unwrap();
            let error = try_in(&accounts, test, "ayse", PASSWORD).await.unwrap_err();
            assert_eq!(error.kind, ErrorKind::Forbidden);
            assert!(error.message_tr.contains(word), "{}", error.message_tr);
            assert!(
                try_in(&accounts, test, "ayse", "yanlış parola")
                    .await
                    .unwrap_err()
                    .message_tr
                    .contains("düzeltilmesi")
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_stranger_who_guesses_elsewhere_does_not_lock_the_owner_out() {
    each(registry(), async |test| {
        let accounts = accounts(test).await;
        let id = open(&accounts, test, "mudur", "director", None).await;
        token_of(&accounts, test, "mudur").await;
        let from = async |address: &str, password: &str| {
            accounts.sign_in(&visitor(test, address), "", "mudur", password).await
        };
        for _ in 0..14 {
            from("192.0.2.1", "tahmin").await.unwrap_err();
            test.advance_seconds(24 * 3_600);
        }
        from("192.0.2.1", "tahmin").await.unwrap_err();
        assert_eq!(store::account(&test.db, id).await.unwrap().unwrap().state, "locked");
        assert_eq!(from("192.0.2.9", PASSWORD).await.unwrap_err().kind, ErrorKind::TooMany, "strangers wait");
        from("10.0.0.7", PASSWORD).await.unwrap();
        for _ in 0..12 {
            test.advance_seconds(61);
            from("10.0.0.7", "tahmin").await.unwrap_err();
        }
        let own = from("10.0.0.7", PASSWORD).await.unwrap_err();
        assert_eq!(own.kind, ErrorKind::TooMany, "a known address is no place to guess from either");
        let tx = test.begin().await;
        kernel::record::run_verb(&tx, &crate::kinds::account(), id, "kilidi-ac", "").await.unwrap();
        tx.commit().await.unwrap();
        from("10.0.0.7", PASSWORD).await.unwrap();
    })
    .await;
}
