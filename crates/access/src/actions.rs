//! Changes of accounts, one file per act. Each loads, authorizes, checks, writes and records, in that order.

pub mod open_account;
pub mod passwords;
pub mod powers;
pub mod review;
pub mod second_factor;
pub mod sessions;
pub mod setup;
pub mod sign_in;
pub mod tokens;

use kernel::{Error, Result, Tx};
use uuid::Uuid;

use crate::store::{self, Account};

/// The account, or "not found".
pub(crate) async fn load(tx: &Tx, id: Uuid) -> Result<Account> {
    store::account(tx, id).await?.ok_or_else(Error::not_found)
}

/// One's own account is one's own business; anybody else's needs the permission.
pub(crate) fn require_own_or(tx: &Tx, account: Uuid, permission: &str) -> Result<()> {
    if tx.act().actor.account_id == Some(account) {
        return Ok(());
    }
    tx.act().require(permission, None, None)
}
