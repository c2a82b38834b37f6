//! The periodic review of powers (ID-1: permissions are revised on need): an administrator confirms them or takes
//! them back, account by account.

use kernel::{Error, NewEvent, Result, Tx, tr};
use uuid::Uuid;

use super::load;
use crate::kinds::keep_an_admin;
use crate::store;

/// The powers of an account were looked at and are right.
pub async fn confirm_powers(tx: &Tx, account: Uuid) -> Result<()> {
    tx.act().require("access.review.run", None, None)?;
    let account = load(tx, account).await?;
    let roles = store::roles::held_by(tx, &[account.id]).await?;
    let names: Vec<&str> =
        roles.iter().filter(|role| role.is_valid(tx.at())).map(|role| role.role_name.as_str()).collect();
    store::accounts::set_reviewed(tx, account.id).await?;
    let note = if names.is_empty() { "Rolü yok.".to_string() } else { names.join(", ") };
    let event = NewEvent::new(account.reference(), &account.name, "powers_confirmed").note(note);
    tx.record(event.scope(None, Some(account.id))).await?;
    Ok(())
}

/// All roles of an account are taken back, with the reason.
pub async fn withdraw_powers(tx: &Tx, account: Uuid, reason: &str) -> Result<u64> {
    tx.act().require("access.review.run", None, None)?;
    tx.act().require("access.account.grant", None, None)?;
    let account = load(tx, account).await?;
    let reason = tr::clean_text(reason).text;
    if reason.is_empty() {
        return Err(Error::rule("GRK-001", "gerekce", "Gerekçe yazın."));
    }
    // First, so that two who do this to each other wait for one another and the second sees what is left.
    store::touch(tx).await?;
    let ended = store::roles::end_all_held(tx, account.id).await?;
    store::accounts::set_reviewed(tx, account.id).await?;
    keep_an_admin(tx, account.id).await?;
    let event = NewEvent::new(account.reference(), &account.name, "powers_withdrawn").note(reason);
    tx.record(event.scope(None, Some(account.id))).await?;
    Ok(ended)
}
