//! Counts of wrong tries. A try is counted before it is looked at, so that many at once, on many nodes, count.

use kernel::db::Sql;
use kernel::{Instant, Result, Tx};
use uuid::Uuid;

use crate::throttle::Wait;

/// What became of a try that asked to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Look at it; this is what follows if it is wrong.
    Counted(Wait),
    /// Not before then.
    Closed(Instant),
}

/// Counts a try of `key` if its time has come. The row is locked until the transaction ends.
pub async fn take(tx: &Tx, key: &str, wait: impl Fn(i64) -> Wait) -> Result<Taken> {
    let sql = "INSERT INTO sign_in_try (key, count, opens_at, changed_at) VALUES ($1, 1, 0, $2) \
               ON CONFLICT (key) DO UPDATE SET count = sign_in_try.count + 1, changed_at = excluded.changed_at \
               WHERE sign_in_try.opens_at <= excluded.changed_at RETURNING count";
    let count: Option<i64> = tx.scalar(sql, vec![key.into(), tx.at().into()]).await?;
    let Some(count) = count else {
        let opens_at = tx.scalar("SELECT opens_at FROM sign_in_try WHERE key = $1", vec![key.into()]).await?;
        return Ok(Taken::Closed(Instant(opens_at.unwrap_or(0))));
    };
    let wait = wait(count);
    if wait.seconds > 0 {
        let opens_at = tx.at().plus_seconds(wait.seconds);
        tx.run("UPDATE sign_in_try SET opens_at = $1 WHERE key = $2", vec![opens_at.into(), key.into()])
            .await?;
    }
    Ok(Taken::Counted(wait))
}

/// The tries of this key were the right person's.
pub async fn forget(tx: &Tx, key: &str) -> Result<()> {
    tx.run("DELETE FROM sign_in_try WHERE key = $1", vec![key.into()]).await?;
    Ok(())
}

/// Takes back one counted try, for keys that many people share.
pub async fn give_back(tx: &Tx, key: &str) -> Result<()> {
    tx.run(
        "UPDATE sign_in_try SET count = count - 1, opens_at = 0 WHERE key = $1 AND count > 0",
        vec![key.into()],
    )
    .await?;
    Ok(())
}

/// The keys under which an account's own wrong tries are counted: passwords and codes.
pub fn keys_of(account: Uuid) -> [String; 2] {
    [format!("a:{account}"), format!("t:{account}")]
}

pub async fn forget_account(tx: &Tx, account: Uuid) -> Result<()> {
    let [password, code] = keys_of(account);
    // The tries from the account's own addresses begin with the key of all others.
    let sql = "DELETE FROM sign_in_try WHERE key = $1 OR key = $2 OR key LIKE $3";
    let own_addresses = format!("{password}:%");
    tx.run(sql, vec![password.into(), code.into(), own_addresses.into()]).await?;
    Ok(())
}

pub async fn sweep(tx: &Tx, before: Instant) -> Result<u64> {
    let sql = "DELETE FROM sign_in_try WHERE changed_at < $1 AND opens_at < $1";
    tx.run(sql, vec![before.into()]).await
}
