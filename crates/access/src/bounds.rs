//! Nobody hands out more than they have: the bounds of giving roles, changing them, and opening others' accounts.
//!
//! A system administrator gives any role, because somebody must be able to give powers that they do not hold
//! themselves (a deputy mayor's approval). Whoever merely has a part of that work stays below their own powers.

use kernel::{Error, Instant, Result, Scope, Tx};
use uuid::Uuid;

use crate::store::Account;
use crate::store::roles::{self, Role};

/// The command line, the set-up, and accounts that hold the administrator role themselves. Who merely acts for an
/// administrator gives what came along, and no more.
pub(crate) async fn is_unbounded(tx: &Tx) -> Result<bool> {
    let actor = &tx.act().actor;
    let Some(account) = actor.account_id else { return Ok(actor.may("*")) };
    let held = roles::held_by(tx, &[account]).await?;
    // A token carries a part of its owner's powers, so the role alone does not say what it may do.
    Ok(actor.may("access.role.edit")
        && actor.may("access.account.grant")
        && held.iter().any(|one| one.role_code == "admin" && one.is_valid(tx.at())))
}

/// Does a power of this scope stay below the actor's own? Scopes that follow the receiver's unit, or reach under a
/// unit, are only surely covered by the whole institution.
fn is_covered(tx: &Tx, permission: &str, scope: &str, unit: Option<Uuid>) -> bool {
    tx.act().actor.grants_of(permission).any(|grant| match (&grant.scope, scope) {
        (Scope::All, _) | (_, "own") => true,
        (Scope::Units(units), "unit") => unit.is_some_and(|unit| units.contains(&unit)),
        _ => false,
    })
}

/// Refuses to give a role with a power that the giver has not.
pub(crate) async fn refuse_role_beyond(tx: &Tx, role: &Role, unit: Option<Uuid>) -> Result<()> {
    if is_unbounded(tx).await? {
        return Ok(());
    }
    let permissions = roles::permissions(tx, Some(role.id)).await?;
    if permissions.iter().all(|one| is_covered(tx, &one.permission, &one.scope, unit)) {
        return Ok(());
    }
    let text = "Bu rolün yetkileri sizin yetkilerinizi aşıyor; rolü bir sistem yöneticisi verebilir.";
    Err(Error::rule("YTK-006", "rol", text))
}

/// Refuses to widen a role beyond the powers of the one who changes it; pairs of permission and scope.
pub(crate) async fn refuse_permissions_beyond(tx: &Tx, given: &[(String, String)]) -> Result<()> {
    if given.iter().all(|(permission, scope)| is_covered(tx, permission, scope, None))
        || is_unbounded(tx).await?
    {
        return Ok(());
    }
    let text =
        "Kendinizde bu kapsamda olmayan bir yetkiyi role veremezsiniz; bunu bir sistem yöneticisi yapabilir.";
    Err(Error::rule("YTK-007", "", text))
}

/// Refuses to open (by a new password or without the second factor) an account that may do more than the actor.
pub(crate) async fn refuse_account_beyond(tx: &Tx, account: &Account) -> Result<()> {
    if is_unbounded(tx).await? {
        return Ok(());
    }
    let at = tx.at();
    let is_running = |one: &roles::AccountRole| one.until_at.is_none_or(|until| Instant(until) > at);
    let held = roles::held_by(tx, &[account.id]).await?;
    let permissions = roles::permissions(tx, None).await?;
    let is_beyond = held.iter().filter(|one| is_running(one)).any(|held| {
        let of_role = permissions.iter().filter(|one| one.role_id == held.role_id);
        of_role.into_iter().any(|one| !is_covered(tx, &one.permission, &one.scope, held.unit_id))
    });
    if !is_beyond {
        return Ok(());
    }
    let text = "Bu hesabın yetkileri sizinkilerden geniş; parolasını ve ikinci adımını bir sistem yöneticisi yenileyebilir.";
    Err(Error::new(kernel::ErrorKind::Forbidden, text))
}
