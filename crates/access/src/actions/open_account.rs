//! Opening an account with a first role: for the command line, the wizard, the demo and the screen alike.

use kernel::record::{self, Draft, FieldValue};
use kernel::{Error, Result, Tx};
use uuid::Uuid;

use super::powers::{RoleGift, give_role};
use crate::{rules, store};

/// Who the account is for.
#[derive(Clone, Debug, Default)]
pub struct NewAccount {
    pub username: String,
    pub name: String,
    pub email: String,
    pub staff_id: Option<Uuid>,
    /// Built-in code of a first role; empty for none.
    pub role: String,
}

/// Opens the account, without a password yet. The same rules as on the screen: 422 with violations, 409, 403.
pub async fn open_account(tx: &Tx, new: &NewAccount) -> Result<Uuid> {
    let kind = crate::kinds::account();
    let mut typed = std::collections::BTreeMap::new();
    for (field, value) in [("username", &new.username), ("name", &new.name), ("email", &new.email)] {
        typed.insert(field.to_string(), value.clone());
    }
    let (mut draft, mut violations): (Draft, _) = record::parse_form(&kind, &typed, None, &tx.act().actor);
    // What is wrong with the user name is said with the rest, not after it.
    if !violations.is_empty() && violations.iter().all(|one| one.field != "username") {
        violations.extend(rules::check_username(&new.username));
    }
    if !violations.is_empty() {
        return Err(Error::invalid(violations));
    }
    if let Some(staff) = new.staff_id {
        draft.set("staff_id", FieldValue::Id(staff));
    }
    let account = record::create(tx, &kind, draft).await?;
    if !new.role.is_empty() {
        let text = format!("“{}” diye bir rol yok.", new.role);
        let role = store::roles::by_code(tx, &new.role)
            .await?
            .ok_or_else(|| Error::rule("HSP-003", "role", text))?;
        give_role(tx, RoleGift { account, role: role.id, unit: None, from_at: None, until_at: None }).await?;
    }
    Ok(account)
}

/// Ties an account to a staff member, when the directory learns who it belongs to.
pub async fn link_staff(tx: &Tx, account: Uuid, staff: Option<Uuid>) -> Result<()> {
    let kind = crate::kinds::account();
    let before = record::get(tx, &kind, account).await?;
    let mut draft = Draft::default();
    draft.set("staff_id", staff.map_or(FieldValue::Null, FieldValue::Id));
    record::update(tx, &kind, account, before.version, draft).await?;
    Ok(())
}
