//! The one-time link of a new server, and the first administrator it leads to.

use kernel::{Error, ErrorKind, Instant, Result, Tx};

use crate::store;

/// Long enough for a coffee, short enough for a printed log.
const OPEN_SECONDS: i64 = 24 * 3_600;

/// A new one-time link's token; shown once on the server's console.
pub async fn setup_token_create(tx: &Tx) -> Result<String> {
    tx.without_event("nothing is set up yet, so there is nobody to answer to");
    let token = tx.act().clock.token();
    store::insert_setup_token(tx, &token, tx.at().plus_seconds(OPEN_SECONDS)).await?;
    Ok(token)
}

/// Is the link still good? For the pages of the wizard before its last.
pub async fn is_setup_token_open(db: &impl kernel::db::Sql, token: &str, at: Instant) -> Result<bool> {
    store::is_setup_token_open(db, token, at).await
}

/// Uses the link up and every other one that a restart or a second node printed, in the transaction that opens the
/// first administrator's account. Fails when the link is not open or somebody administers the house already.
pub async fn setup_token_consume(tx: &Tx, token: &str) -> Result<()> {
    if store::use_setup_token(tx, token).await? && !is_set_up(tx, tx.at()).await? {
        return Ok(());
    }
    let text = "Kurulum bağlantısı geçersiz ya da kullanılmış. Sunucuda `belde serve` komutunu yeniden başlatarak yenisini alın.";
    Err(Error::new(ErrorKind::Forbidden, text))
}

/// Does the server have an administrator already? Then there is nothing to set up.
pub async fn is_set_up(db: &impl kernel::db::Sql, at: Instant) -> Result<bool> {
    Ok(store::roles::count_admins(db, at).await? > 0)
}
