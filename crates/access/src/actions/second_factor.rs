//! The second factor: set up by its owner, taken away by its owner or an administrator, recovery codes.

use kernel::secret::{self, Key};
use kernel::{Error, NewEvent, Result, Tx};
use uuid::Uuid;

use super::{load, require_own_or};
use crate::accounts::Accounts;
use crate::{bounds, store, totp};

/// Where an account's secret is kept, for the seal.
pub(crate) fn place(account: Uuid) -> String {
    format!("account/{account}/totp_secret")
}

pub(crate) fn recovery_index(key: &Key, account: Uuid, typed: &str) -> String {
    secret::blind_index(key, &format!("{account}/{}", totp::normal_recovery_code(typed)))
}

impl Accounts {
    /// A secret for the telephone, and the same sealed, to travel through the form until the first code proves it.
    pub fn propose_second_factor(&self, account: Uuid) -> (String, String) {
        let secret = totp::new_secret(self.clock());
        let sealed = secret::seal(self.key(), self.clock(), &place(account), &secret);
        (secret, sealed)
    }

    /// The secret again, for a form shown a second time. Fails when it was not proposed to this account.
    pub fn proposed_secret(&self, account: Uuid, sealed: &str) -> Result<String> {
        secret::open(self.key(), &place(account), sealed).map_err(|_| {
            Error::rule("IKI-002", "", "Kurulum bilgisi bozulmuş. Sayfayı yenileyip baştan başlayın.")
        })
    }

    /// Turns the second factor on once a code proves that the telephone has it; answers the recovery codes,
    /// which are shown once.
    pub async fn enable_second_factor(
        &self,
        tx: &Tx,
        account: Uuid,
        sealed: &str,
        typed: &str,
    ) -> Result<Vec<String>> {
        let account = load(tx, account).await?;
        if tx.act().actor.account_id != Some(account.id) {
            return Err(Error::forbidden());
        }
        let secret = self.proposed_secret(account.id, sealed)?;
        self.turn_on(tx, &account, &secret, typed).await
    }

    /// The second factor of an account that was opened in this very transaction, by the set-up of a new server:
    /// `sealed` was proposed to `place_holder`, because the account had no id yet.
    pub async fn pair_new_account(
        &self,
        tx: &Tx,
        account: Uuid,
        (place_holder, sealed): (Uuid, &str),
        typed: &str,
    ) -> Result<Vec<String>> {
        let account = load(tx, account).await?;
        if account.has_totp() {
            return Err(Error::forbidden());
        }
        let secret = self.proposed_secret(place_holder, sealed)?;
        self.turn_on(tx, &account, &secret, typed).await
    }

    async fn turn_on(
        &self,
        tx: &Tx,
        account: &store::Account,
        secret: &str,
        typed: &str,
    ) -> Result<Vec<String>> {
        let Some(step) = totp::accepted_step(secret, typed, tx.at(), 0) else {
            return Err(Error::invalid(vec![totp::wrong_code("kod")]));
        };
        let sealed = secret::seal(self.key(), self.clock(), &place(account.id), secret);
        store::accounts::set_totp(tx, account.id, &sealed, step).await?;
        let codes = self.new_recovery_codes(tx, account.id).await?;
        store::touch(tx).await?;
        tx.record(
            NewEvent::new(account.reference(), &account.name, "totp_enabled").scope(None, Some(account.id)),
        )
        .await?;
        Ok(codes)
    }

    /// Turns it off: by the owner with a code, or by an administrator when the telephone is lost (`typed` is then
    /// not asked; the act is recorded).
    pub async fn disable_second_factor(&self, tx: &Tx, account: Uuid, typed: &str) -> Result<()> {
        let account = load(tx, account).await?;
        require_own_or(tx, account.id, "access.account.edit")?;
        if !account.has_totp() {
            return Ok(());
        }
        let is_own = tx.act().actor.account_id == Some(account.id);
        if !is_own {
            bounds::refuse_account_beyond(tx, &account).await?;
        }
        if is_own && self.check_second_factor(tx, &account, typed).await?.is_none() {
            return Err(Error::rule(
                "IKI-001",
                "kod",
                "Kapatmak için telefondaki kodu ya da bir kurtarma kodunu yazın.",
            ));
        }
        store::accounts::set_totp(tx, account.id, "", account.totp_step).await?;
        store::accounts::replace_recovery_codes(tx, account.id, &[]).await?;
        store::touch(tx).await?;
        tx.record(
            NewEvent::new(account.reference(), &account.name, "totp_disabled").scope(None, Some(account.id)),
        )
        .await?;
        Ok(())
    }

    /// Ten new recovery codes; the old ones are void. Shown once.
    pub async fn renew_recovery_codes(&self, tx: &Tx, account: Uuid) -> Result<Vec<String>> {
        let account = load(tx, account).await?;
        if tx.act().actor.account_id != Some(account.id) || !account.has_totp() {
            return Err(Error::forbidden());
        }
        let codes = self.new_recovery_codes(tx, account.id).await?;
        let event = NewEvent::new(account.reference(), &account.name, "recovery_codes_renewed");
        tx.record(event.scope(None, Some(account.id))).await?;
        Ok(codes)
    }

    async fn new_recovery_codes(&self, tx: &Tx, account: Uuid) -> Result<Vec<String>> {
        let codes = totp::new_recovery_codes(self.clock());
        let indexes: Vec<String> =
            codes.iter().map(|code| recovery_index(self.key(), account, code)).collect();
        store::accounts::replace_recovery_codes(tx, account, &indexes).await?;
        Ok(codes)
    }
}
