//! "Who can see this, and why": the rule of powers asked for one record and every account. No second rule.

use kernel::record::{Kind, Record};
use kernel::{Actor, Instant, Result, Scope};
use uuid::Uuid;

use crate::accounts::Accounts;
use crate::grants::actors_of;
use crate::store;

/// One person who can see a record, and the grant that lets them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    pub account_id: Uuid,
    pub name: String,
    pub permission: String,
    /// The role, or "… vekâleten".
    pub reason: String,
    /// How far the grant reaches, in Turkish.
    pub scope: &'static str,
}

impl Accounts {
    /// Everybody who has `permission` on the record at `at`, each with every grant that gives it, in Turkish order.
    /// At most [`store::MAX_ACCOUNTS`] accounts are looked at.
    pub async fn explain(
        &self,
        kind: &Kind,
        record: &Record,
        permission: &str,
        at: Instant,
    ) -> Result<Vec<Explained>> {
        let (unit, owner) = (record.unit_id(kind), record.owner_id(kind));
        let holders = store::active_holders(self.db()).await?;
        let actors = actors_of(self.db(), self.directory(), &holders, at, Some(permission)).await?;
        Ok(actors.iter().flat_map(|actor| reasons(actor, permission, unit, owner)).collect())
    }
}

/// The grants by which this actor reaches a record of that unit and owner.
pub fn reasons(actor: &Actor, permission: &str, unit: Option<Uuid>, owner: Option<Uuid>) -> Vec<Explained> {
    let covering = actor.grants_of(permission).filter(|grant| actor.covers(grant, unit, owner));
    covering
        .map(|grant| Explained {
            account_id: actor.account_id.unwrap_or_default(),
            name: actor.name.clone(),
            permission: permission.into(),
            reason: grant.reason.clone(),
            scope: match &grant.scope {
                Scope::All => "bütün kurum",
                Scope::Units(_) => "kaydın birimi kapsamında",
                Scope::Own => "kendi kaydı",
            },
        })
        .collect()
}
