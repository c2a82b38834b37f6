//! Repeated work: opening locks that ran out, sweeping what ended.

use kernel::job::{Job, JobContext};
use kernel::{Boxed, Instant, NewEvent, Ref, Result};
use serde_json::Value as Json;

use crate::store;

pub(crate) fn all() -> Vec<Job> {
    vec![
        Job {
            name: "access.open_due_locks",
            label_tr: "Süresi dolan hesap kilitlerini açma",
            every_seconds: Some(60),
            max_attempts: 3,
            limit_seconds: 60,
            run: open_due_locks,
        },
        Job {
            name: "access.sweep",
            label_tr: "Biten oturumları ve eski deneme sayaçlarını silme",
            every_seconds: Some(3_600),
            max_attempts: 3,
            limit_seconds: 120,
            run: sweep,
        },
        Job {
            name: "access.warn_of_tokens",
            label_tr: "Süresi dolacak API anahtarlarını sahiplerine bildirme",
            every_seconds: Some(6 * 3_600),
            max_attempts: 3,
            limit_seconds: 60,
            run: warn_of_tokens,
        },
    ]
}

fn open_due_locks<'a>(context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let due = store::accounts::locks_due(&context.db, context.clock.now()).await?;
        if due.is_empty() {
            return Ok(());
        }
        let tx = context.db.begin(&context.act("hesap kilitleri")).await?;
        store::accounts::open_due_locks(&tx).await?;
        for account in due {
            let event = NewEvent::new(Ref::new("account", account.id), account.name, "lock_ended");
            tx.record(event.scope(None, Some(account.id))).await?;
        }
        tx.commit().await
    })
}

/// A program that stops at night helps nobody; a week is time to make another token.
const WARNED_BEFORE_US: i64 = 7 * Instant::DAY_US;

fn warn_of_tokens<'a>(context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let tx = context.db.begin(&context.act("API anahtarları")).await?;
        let due = store::tokens::expiring(&tx, tx.at(), tx.at().plus_us(WARNED_BEFORE_US)).await?;
        if due.is_empty() {
            return tx.rollback().await;
        }
        for token in due {
            let until = kernel::tr::date(token.expires_at.day().0);
            let event =
                NewEvent::new(Ref::new("account", token.account_id), token.account_name, "token_expiring")
                    .note(format!("{}: {until} tarihine kadar", token.name))
                    .related(Ref::new("api_token", token.id));
            tx.record(event.scope(None, Some(token.account_id))).await?;
        }
        tx.commit().await
    })
}

fn sweep<'a>(context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let tx = context.db.begin(&context.act("oturumlar")).await?;
        tx.without_event("what ended was recorded when it ended");
        store::sessions::sweep(&tx, tx.at().plus_us(-30 * Instant::DAY_US)).await?;
        store::tries::sweep(&tx, tx.at().plus_us(-2 * Instant::DAY_US)).await?;
        tx.commit().await
    })
}
