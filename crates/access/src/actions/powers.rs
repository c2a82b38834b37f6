//! Powers: giving a role to an account, taking it back, and changing what a role may do.

use std::collections::HashMap;

use kernel::event::Change;
use kernel::{Error, Instant, NewEvent, Ref, Registry, Result, Tx, Violation, tr};
use uuid::Uuid;

use super::load;
use crate::bounds;
use crate::kinds::keep_an_admin;
use crate::roles::{SCOPES, scope_label};
use crate::store;

/// A role for somebody: where its scopes count from and until when.
#[derive(Clone, Copy, Debug)]
pub struct RoleGift {
    pub account: Uuid,
    pub role: Uuid,
    /// `None`: the unit the person works in, and with the person it moves.
    pub unit: Option<Uuid>,
    /// `None`: from now.
    pub from_at: Option<Instant>,
    pub until_at: Option<Instant>,
}

/// Gives a role. Fails when the account has it already there and then, or when the role reaches beyond the powers of
/// the one who gives it.
pub async fn give_role(tx: &Tx, gift: RoleGift) -> Result<Uuid> {
    tx.act().require("access.account.grant", None, None)?;
    let account = load(tx, gift.account).await?;
    let role = store::roles::role(tx, gift.role).await?.ok_or_else(Error::not_found)?;
    bounds::refuse_role_beyond(tx, &role, gift.unit).await?;
    let from_at = gift.from_at.unwrap_or(tx.at());
    let mut violations = Vec::new();
    if account.state == "closed" {
        violations.push(Violation::new(
            "YTK-001",
            "",
            "Kapalı bir hesaba rol verilemez. Önce hesabı yeniden açın.",
        ));
    }
    if gift.until_at.is_some_and(|until| until <= from_at) {
        violations.push(Violation::new("YTK-002", "bitis", "Bitiş tarihi başlangıçtan sonra olmalı."));
    }
    let held = store::roles::held_by(tx, &[account.id]).await?;
    let overlaps = |one: &store::roles::AccountRole| {
        one.role_id == role.id
            && one.unit_id == gift.unit
            && one.until_at.is_none_or(|until| until > from_at.0)
            && gift.until_at.is_none_or(|until| one.from_at < until)
    };
    if held.iter().any(overlaps) {
        violations.push(Violation::new(
            "YTK-003",
            "rol",
            "Bu kişide bu rol aynı birim ve tarihler için zaten var.",
        ));
    }
    if !violations.is_empty() {
        return Err(Error::invalid(violations));
    }
    let id = store::roles::insert_held(tx, account.id, role.id, gift.unit, from_at, gift.until_at).await?;
    store::touch(tx).await?;
    let unit = match gift.unit {
        Some(unit) => unit_name(tx, unit).await?,
        None => String::new(),
    };
    let until =
        gift.until_at.map(|at| format!("{} tarihine kadar", tr::date(at.day().0))).unwrap_or_default();
    let note = [unit, until].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let change =
        Change { field: "role".into(), label: "Rol".into(), before: String::new(), after: role.name.clone() };
    let event =
        NewEvent::new(account.reference(), &account.name, "role_given").changes(vec![change]).note(note);
    tx.record(event.related(Ref::new("role", role.id)).scope(None, Some(account.id))).await?;
    Ok(id)
}

async fn unit_name(tx: &Tx, unit: Uuid) -> Result<String> {
    let named = kernel::record::names(tx, &[Ref::new("unit", unit)]).await?;
    Ok(named.into_iter().next().map_or_else(|| unit.to_string(), |named| named.title))
}

/// Takes a role back, from this moment on. The last administrator keeps theirs.
pub async fn withdraw_role(tx: &Tx, held: Uuid, reason: &str) -> Result<()> {
    tx.act().require("access.account.grant", None, None)?;
    let held = store::roles::held(tx, held).await?.ok_or_else(Error::not_found)?;
    let account = load(tx, held.account_id).await?;
    // First, so that two who take the role from each other wait for one another and the second sees what is left.
    store::touch(tx).await?;
    if held.until_at.is_some_and(|until| until <= tx.at().0) {
        return Err(Error::conflict("Bu rol zaten geri alınmış."));
    }
    store::roles::end_held(tx, held.id).await?;
    if held.role_code == "admin" {
        keep_an_admin(tx, account.id).await?;
    }
    let change = Change {
        field: "role".into(),
        label: "Rol".into(),
        before: held.role_name.clone(),
        after: String::new(),
    };
    let event = NewEvent::new(account.reference(), &account.name, "role_withdrawn").changes(vec![change]);
    let event = event.note(tr::clean_text(reason).text).related(Ref::new("role", held.role_id));
    tx.record(event.scope(None, Some(account.id))).await?;
    Ok(())
}

/// Sets what a role may do: the scope of every permission, an empty one for "not at all". Permissions that are not
/// named stay; nobody gives a role more than they have. The administrator role keeps the powers by which it could repair a mistake.
pub async fn set_role_permissions(
    tx: &Tx,
    registry: &Registry,
    role: Uuid,
    wanted: &HashMap<String, String>,
) -> Result<bool> {
    tx.act().require("access.role.edit", None, None)?;
    let role = store::roles::role(tx, role).await?.ok_or_else(Error::not_found)?;
    let has: HashMap<String, String> = store::roles::permissions(tx, Some(role.id))
        .await?
        .into_iter()
        .map(|one| (one.permission, one.scope))
        .collect();
    let (mut gone, mut given, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    for permission in registry.permissions() {
        let Some(scope) = wanted.get(permission.code) else { continue };
        let before = has.get(permission.code).map_or("", String::as_str);
        if scope == before {
            continue;
        }
        if scope.is_empty() {
            gone.push(permission.code.to_string());
        } else if SCOPES.iter().any(|(code, _)| code == scope) {
            given.push((permission.code.to_string(), scope.clone()));
        } else {
            return Err(Error::rule("YTK-004", permission.code, "Listeden bir kapsam seçin."));
        }
        changes.push(Change {
            field: permission.code.into(),
            label: permission.sentence_tr.into(),
            before: scope_label(before).into(),
            after: scope_label(scope).into(),
        });
    }
    if changes.is_empty() {
        return Ok(false);
    }
    let is_lost = |permission: &String| permission.starts_with("access.");
    // Narrowed is lost, too: none of this can be done "in one's unit".
    let is_narrowed = |(permission, scope): &(String, String)| {
        is_lost(permission) && has.get(permission).is_some_and(|before| before == "all" && scope != "all")
    };
    if role.code == "admin" && (gone.iter().any(is_lost) || given.iter().any(is_narrowed)) {
        let text = "Sistem yöneticisi rolünden hesap ve rol yönetimi yetkileri alınamaz, daraltılamaz; yoksa geri verecek kimse kalmaz.";
        return Err(Error::rule("YTK-005", "", text));
    }
    bounds::refuse_permissions_beyond(tx, &given).await?;
    store::roles::change_permissions(tx, role.id, &gone, &given).await?;
    store::touch(tx).await?;
    tx.record(NewEvent::new(Ref::new("role", role.id), &role.name, "changed").changes(changes)).await?;
    Ok(true)
}
