//! What `belde user` does: accounts from the machine's own command line, for the day nobody can sign in.

use kernel::access::Source;
use kernel::{Act, Error, Result};

use crate::accounts::Accounts;
use crate::actions::open_account::{NewAccount, open_account};
use crate::kinds;
use crate::roles::sync_roles;
use crate::store::{self, Account};

/// One line of `belde user list`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub username: String,
    pub name: String,
    pub state: String,
    pub roles: Vec<String>,
    pub has_totp: bool,
    pub last_sign_in: String,
}

impl Accounts {
    fn act(&self) -> Act {
        Act::system(self.clock(), Source::CommandLine, "belde user")
    }

    async fn named(&self, username: &str) -> Result<Account> {
        let found = store::account_by_username(self.db(), username).await?;
        found.ok_or_else(|| Error::rule("HSP-004", "username", format!("“{username}” diye bir hesap yok.")))
    }

    /// Opens an account and answers its one-time password.
    pub async fn command_create(&self, new: &NewAccount) -> Result<String> {
        let tx = self.db().begin(&self.act()).await?;
        if let Some(registry) = self.db().registry() {
            sync_roles(&tx, &registry).await?;
        }
        let account = open_account(&tx, new).await?;
        let one_time = self.reset_password(&tx, account).await?;
        tx.commit().await?;
        self.forget();
        Ok(one_time)
    }

    /// A new one-time password; ends all sessions and opens a lock for guessing.
    pub async fn command_reset_password(&self, username: &str) -> Result<String> {
        let account = self.named(username).await?;
        let tx = self.db().begin(&self.act()).await?;
        let one_time = self.reset_password(&tx, account.id).await?;
        if account.state == "locked" && account.locked_until_at.is_some() {
            kernel::record::run_verb(&tx, &kinds::account(), account.id, "kilidi-ac", "").await?;
        }
        tx.commit().await?;
        self.forget();
        Ok(one_time)
    }

    /// Runs a verb of the account's state table: `kilitle`, `kilidi-ac`, `kapat`, `yeniden-ac`.
    pub async fn command_verb(&self, username: &str, verb: &str, reason: &str) -> Result<()> {
        let account = self.named(username).await?;
        let tx = self.db().begin(&self.act()).await?;
        kernel::record::run_verb(&tx, &kinds::account(), account.id, verb, reason).await?;
        tx.commit().await?;
        self.forget();
        Ok(())
    }

    /// Turns the second factor off, for somebody who lost telephone and recovery codes.
    pub async fn command_disable_totp(&self, username: &str) -> Result<()> {
        let account = self.named(username).await?;
        let tx = self.db().begin(&self.act()).await?;
        self.disable_second_factor(&tx, account.id, "").await?;
        if account.has_totp() {
            tx.commit().await?;
        } else {
            tx.rollback().await?;
        }
        self.forget();
        Ok(())
    }

    /// All accounts, in Turkish order.
    pub async fn command_list(&self) -> Result<Vec<Listed>> {
        let accounts = store::accounts::all(self.db(), store::MAX_ACCOUNTS).await?;
        let ids: Vec<_> = accounts.iter().map(|account| account.id).collect();
        let mut held = Vec::new();
        for chunk in ids.chunks(500) {
            held.extend(store::roles::held_by(self.db(), chunk).await?);
        }
        let now = self.clock().now();
        let roles_of = |account: &Account| {
            let own = held.iter().filter(|role| role.account_id == account.id && role.is_valid(now));
            own.map(|role| role.role_name.clone()).collect()
        };
        Ok(accounts
            .iter()
            .map(|account| Listed {
                username: account.username.clone(),
                name: account.name.clone(),
                state: account.state.clone(),
                roles: roles_of(account),
                has_totp: account.has_totp(),
                last_sign_in: account.last_sign_in_at.map(kernel::tr::instant).unwrap_or_default(),
            })
            .collect())
    }
}
