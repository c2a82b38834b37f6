//! Passwords: changed by their owner, replaced by a one-time one by an administrator.

use kernel::{Act, Error, ErrorKind, NewEvent, Result, Tx, Violation};
use uuid::Uuid;

use super::load;
use super::sign_in::OPEN_SESSION;
use crate::accounts::Accounts;
use crate::store::tries;
use crate::{bounds, password, store};

/// What the form of a password change holds.
pub struct PasswordChange<'a> {
    pub current: &'a str,
    pub new: &'a str,
    pub repeated: &'a str,
    /// The session that goes on; all others end.
    pub session_id: Option<Uuid>,
}

impl Accounts {
    /// Asks who is signed in for the password again, before something that would outlast a borrowed session: a key, a telephone,
    /// recovery codes. Guessing here is slowed down like at the door. Fails with Invalid for a wrong password and TooMany while
    /// it is too early.
    pub async fn prove_again(&self, act: &Act, typed: &str) -> Result<()> {
        let id = act.actor.account_id.ok_or_else(Error::sign_in)?;
        let account = store::account(self.db(), id).await?.ok_or_else(Error::sign_in)?;
        let key = format!("{}:{OPEN_SESSION}", tries::keys_of(id)[0]);
        let wait = self.count_try(act, &key, None, &self.policy().await?).await?;
        if !self.password_matches(account.password_hash, typed.to_string()).await? {
            let error = self.refused(act, &key, wait).await?;
            let is_wrong = error.kind == ErrorKind::Invalid;
            return Err(if is_wrong { Error::invalid(vec![not_yours()]) } else { error });
        }
        let tx = self.db().begin(act).await?;
        tx.without_event("the tries were the right person's");
        tries::forget(&tx, &key).await?;
        tx.commit().await
    }

    /// The owner's change. Checks the present password and the rules, ends the other sessions.
    pub async fn change_password(&self, tx: &Tx, account: Uuid, change: PasswordChange<'_>) -> Result<()> {
        let account = load(tx, account).await?;
        if tx.act().actor.account_id != Some(account.id) {
            return Err(Error::forbidden());
        }
        let policy = self.policy().await?;
        let mut violations =
            password::check("yeni_parola", change.new, &account.username, policy.password_min_length);
        if change.new != change.repeated {
            violations.push(Violation::new("PRL-005", "yeni_parola_tekrar", "İki parola aynı değil."));
        }
        if !self.password_matches(account.password_hash.clone(), change.current.to_string()).await? {
            violations.push(not_yours());
        } else if change.current == change.new {
            violations.push(Violation::new(
                "PRL-007",
                "yeni_parola",
                "Yeni parola eskisinden farklı olmalı.",
            ));
        }
        if !violations.is_empty() {
            return Err(Error::invalid(violations));
        }
        let hash = self.hash_password(change.new.to_string()).await?;
        store::accounts::set_password(tx, account.id, &hash, false).await?;
        let ended = store::sessions::revoke_all(tx, account.id, change.session_id).await?;
        store::touch(tx).await?;
        let note = if ended > 0 { format!("Diğer {ended} oturum kapatıldı.") } else { String::new() };
        let event = NewEvent::new(account.reference(), &account.name, "password_changed").note(note);
        tx.record(event.scope(None, Some(account.id))).await?;
        Ok(())
    }

    /// An administrator's one-time password, shown once; it must be changed at the first sign-in. Ends all sessions.
    pub async fn reset_password(&self, tx: &Tx, account: Uuid) -> Result<String> {
        tx.act().require("access.account.edit", None, None)?;
        let account = load(tx, account).await?;
        bounds::refuse_account_beyond(tx, &account).await?;
        let one_time = password::one_time(self.clock());
        let hash = self.hash_password(one_time.clone()).await?;
        store::accounts::set_password(tx, account.id, &hash, true).await?;
        store::sessions::revoke_all(tx, account.id, None).await?;
        store::tries::forget_account(tx, account.id).await?;
        store::touch(tx).await?;
        tx.record(
            NewEvent::new(account.reference(), &account.name, "password_reset").scope(None, Some(account.id)),
        )
        .await?;
        Ok(one_time)
    }
}

fn not_yours() -> Violation {
    Violation::new("PRL-006", "parola", "Şimdiki parolanız bu değil.")
}
