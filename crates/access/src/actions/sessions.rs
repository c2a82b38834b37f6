//! Ending sessions: by sign-out, from the list of one's own, or by an administrator; and the duty of secrecy.

use kernel::{Error, NewEvent, Result, Tx};
use uuid::Uuid;

use super::{load, require_own_or};
use crate::store;

/// Ends the session that signs out.
pub async fn sign_out(tx: &Tx, account: Uuid, session: Uuid) -> Result<()> {
    let account = load(tx, account).await?;
    store::sessions::revoke(tx, account.id, session).await?;
    store::touch(tx).await?;
    tx.record(NewEvent::new(account.reference(), &account.name, "signed_out").scope(None, Some(account.id)))
        .await?;
    Ok(())
}

/// Ends one session of an account: one's own, or with the permission anybody's.
pub async fn end_session(tx: &Tx, account: Uuid, session: Uuid) -> Result<()> {
    let account = load(tx, account).await?;
    require_own_or(tx, account.id, "access.account.edit")?;
    if !store::sessions::revoke(tx, account.id, session).await? {
        return Err(Error::not_found());
    }
    store::touch(tx).await?;
    tx.record(
        NewEvent::new(account.reference(), &account.name, "session_ended").scope(None, Some(account.id)),
    )
    .await?;
    Ok(())
}

/// Ends all sessions of an account but `kept`; answers how many.
pub async fn end_all_sessions(tx: &Tx, account: Uuid, kept: Option<Uuid>) -> Result<u64> {
    let account = load(tx, account).await?;
    require_own_or(tx, account.id, "access.account.edit")?;
    let ended = store::sessions::revoke_all(tx, account.id, kept).await?;
    store::touch(tx).await?;
    let note = format!("{ended} oturum kapatıldı.");
    let event = NewEvent::new(account.reference(), &account.name, "session_ended").note(note);
    tx.record(event.scope(None, Some(account.id))).await?;
    Ok(ended)
}

/// The person read and accepted the notice of secrecy (ID-1: users are told of it).
pub async fn accept_secrecy(tx: &Tx, account: Uuid, text: &str) -> Result<()> {
    let account = load(tx, account).await?;
    if tx.act().actor.account_id != Some(account.id) {
        return Err(Error::forbidden());
    }
    store::accounts::accept_secrecy(tx, account.id).await?;
    store::touch(tx).await?;
    let event = NewEvent::new(account.reference(), &account.name, "secrecy_accepted").note(text);
    tx.record(event.scope(None, Some(account.id))).await?;
    Ok(())
}
