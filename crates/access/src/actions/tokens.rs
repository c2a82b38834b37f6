//! API tokens: made by the owner of an account for a program, with a part of its powers, for a limited time.

use kernel::{Error, Instant, NewEvent, Result, Tx, Violation, tr};
use uuid::Uuid;

use super::{load, require_own_or};
use crate::rules::Policy;
use crate::store;

/// So that scanners of leaked secrets recognise it.
pub const PREFIX: &str = "belde_";
const MOST_TOKENS: usize = 20;

/// What the form of a new token holds.
pub struct NewToken<'a> {
    pub name: &'a str,
    pub permissions: Vec<String>,
    pub days: i64,
}

/// Makes a token for one's own account; answers it, to be shown once.
pub async fn create_token(tx: &Tx, policy: &Policy, new: NewToken<'_>) -> Result<String> {
    let actor = &tx.act().actor;
    tx.act().require("access.token.create", None, actor.account_id)?;
    let account = load(tx, actor.account_id.ok_or_else(Error::sign_in)?).await?;
    let name = tr::clean_line(new.name).text;
    let mut violations = Vec::new();
    if name.is_empty() || name.chars().count() > 80 {
        violations.push(Violation::new(
            "API-010",
            "ad",
            "Anahtarın nerede kullanılacağını en çok 80 karakterle yazın.",
        ));
    }
    if !(1..=policy.token_max_days).contains(&new.days) {
        let text = format!("Geçerlilik süresi 1 ile {} gün arasında olmalı.", policy.token_max_days);
        violations.push(Violation::new("API-011", "gun", text));
    }
    if new.permissions.is_empty() {
        violations.push(Violation::new(
            "API-012",
            "yetki",
            "Anahtarın neye yarayacağını seçin: en az bir yetki.",
        ));
    }
    if new.permissions.iter().any(|permission| !actor.may(permission)) {
        violations.push(Violation::new(
            "API-013",
            "yetki",
            "Kendinizde olmayan bir yetkiyi anahtara veremezsiniz.",
        ));
    }
    if store::tokens::open_of(tx, account.id, tx.at()).await?.len() >= MOST_TOKENS {
        let text = format!("En çok {MOST_TOKENS} anahtarınız olabilir. Kullanmadıklarınızı iptal edin.");
        violations.push(Violation::new("API-014", "", text));
    }
    if !violations.is_empty() {
        return Err(Error::invalid(violations));
    }
    let token = format!("{PREFIX}{}", tx.act().clock.token());
    let expires_at = tx.at().plus_us(new.days * Instant::DAY_US);
    store::tokens::insert(tx, account.id, &token, &name, &new.permissions, expires_at).await?;
    let note =
        format!("{name}: {} yetki, {} tarihine kadar", new.permissions.len(), tr::date(expires_at.day().0));
    let event = NewEvent::new(account.reference(), &account.name, "token_created").note(note);
    tx.record(event.scope(None, Some(account.id))).await?;
    Ok(token)
}

/// Ends a token: one's own, or with the permission anybody's.
pub async fn end_token(tx: &Tx, account: Uuid, token: Uuid) -> Result<()> {
    let account = load(tx, account).await?;
    require_own_or(tx, account.id, "access.account.edit")?;
    let name = store::tokens::revoke(tx, account.id, token).await?.ok_or_else(Error::not_found)?;
    store::touch(tx).await?;
    let event = NewEvent::new(account.reference(), &account.name, "token_ended").note(name);
    tx.record(event.scope(None, Some(account.id))).await?;
    Ok(())
}
