//! Signing in: password, then the second factor where there is one. Every try is counted before it is looked at.

use kernel::{Act, Actor, Error, ErrorKind, Instant, NewEvent, Result, Tx, tr};
use uuid::Uuid;

use crate::accounts::Accounts;
use crate::rules::{Policy, username_key};
use crate::store::sessions::NewSession;
use crate::store::tries::{self, Taken};
use crate::store::{self, Account};
use crate::throttle::{Wait, sentence, wait_of_account, wait_of_address};
use crate::{password, totp};

/// Time to fetch the telephone.
const CHALLENGE_SECONDS: i64 = 5 * 60;

/// The door of whoever is signed in already and is asked for the password again.
pub(super) const OPEN_SESSION: &str = "oturum";

/// What a right answer gives.
#[derive(Clone, Debug)]
pub enum Step {
    /// Signed in: the token belongs into the cookie.
    In { token: String, session_id: Uuid, account_id: Uuid, expires_at: Instant },
    /// The password was right; [`Accounts::answer_challenge`] wants this back with a code.
    Code { challenge: String },
}

impl Accounts {
    /// First step. `act` says where from (nobody is signed in yet), `device` what browser. Fails with Invalid for a
    /// wrong name or password (not saying which), TooMany while it is too early, Forbidden for a closed or locked account.
    pub async fn sign_in(&self, act: &Act, device: &str, username: &str, typed: &str) -> Result<Step> {
        let username = tr::clean_line(username).text;
        if username.chars().count() > 200 || typed.chars().count() > password::MAX_LENGTH {
            return Err(wrong());
        }
        let policy = self.policy().await?;
        let account = store::account_by_username(self.db(), &username).await?;
        let address_key = self.address_key(act);
        let is_known = self.is_known_address(act, account.as_ref()).await?;
        let name_key = match (&account, &address_key) {
            // A door of its own for every address the person came from before: a stranger who guesses elsewhere
            // closes the strangers' door, not this one.
            (Some(account), Some(address)) if is_known => {
                format!("{}:{address}", tries::keys_of(account.id)[0])
            }
            (Some(account), _) => tries::keys_of(account.id)[0].clone(),
            (None, _) => format!("u:{}", kernel::secret::blind_index(self.key(), &username_key(&username))),
        };
        let wait = self.count_try(act, &name_key, address_key.as_deref(), &policy).await?;
        let stored = account.as_ref().map(|account| account.password_hash.clone()).unwrap_or_default();
        let is_right = self.password_matches(stored, typed.to_string()).await?;
        let Some(account) = account.filter(|_| is_right) else {
            return Err(self.refused(act, &name_key, wait).await?);
        };
        self.admit(&account, is_known)?;
        let tx = self.db().begin(&act_of(act, &account)).await?;
        tries::forget(&tx, &name_key).await?;
        if let Some(key) = &address_key {
            tries::give_back(&tx, key).await?;
        }
        if account.has_totp() {
            tx.without_event("half a sign-in is not one");
            let challenge = self.clock().token();
            let expires_at = tx.at().plus_seconds(CHALLENGE_SECONDS);
            open_session(&tx, &account, &challenge, device, false, expires_at).await?;
            tx.commit().await?;
            return Ok(Step::Code { challenge });
        }
        let step = self.complete(&tx, &account, device, is_known, "").await?;
        tx.commit().await?;
        Ok(step)
    }

    /// Second step: a code of the telephone or a recovery code. Fails like the first; SignInRequired when the first
    /// step was too long ago.
    pub async fn answer_challenge(
        &self,
        act: &Act,
        device: &str,
        challenge: &str,
        typed: &str,
    ) -> Result<Step> {
        let policy = self.policy().await?;
        let session = store::sessions::open_by_token(self.db(), challenge, self.clock().now()).await?;
        let Some(session) = session.filter(|session| !session.is_complete) else { return Err(too_late()) };
        let Some(account) = store::account(self.db(), session.account_id).await? else {
            return Err(too_late());
        };
        let is_known = self.is_known_address(act, Some(&account)).await?;
        self.admit(&account, is_known)?;
        let code_key = tries::keys_of(account.id)[1].clone();
        let wait = self.count_try(act, &code_key, None, &policy).await?;
        let tx = self.db().begin(&act_of(act, &account)).await?;
        let Some(note) = self.check_second_factor(&tx, &account, typed).await? else {
            tx.rollback().await?;
            let mut error = self.refused(act, &code_key, wait).await?;
            if error.kind == ErrorKind::Invalid {
                error = Error::rule(
                    "GRS-002",
                    "kod",
                    "Kod doğru değil ya da süresi geçmiş. Telefondaki yeni kodu yazın.",
                );
            }
            return Err(error);
        };
        tries::forget(&tx, &code_key).await?;
        store::sessions::revoke(&tx, account.id, session.id).await?;
        let step = self.complete(&tx, &account, device, is_known, note).await?;
        tx.commit().await?;
        Ok(step)
    }

    /// Takes a code; answers a note for the event, or `None` when it is wrong. A code is good once.
    pub(crate) async fn check_second_factor(
        &self,
        tx: &Tx,
        account: &Account,
        typed: &str,
    ) -> Result<Option<&'static str>> {
        let secret =
            kernel::secret::open(self.key(), &super::second_factor::place(account.id), &account.totp_secret)?;
        if let Some(step) = totp::accepted_step(&secret, typed, tx.at(), account.totp_step) {
            let is_taken = store::accounts::take_totp_step(tx, account.id, step).await?;
            return Ok(is_taken.then_some(""));
        }
        let index = super::second_factor::recovery_index(self.key(), account.id, typed);
        let is_used = store::accounts::use_recovery_code(tx, account.id, &index).await?;
        Ok(is_used.then_some("Kurtarma kodu kullanıldı."))
    }

    async fn complete(
        &self,
        tx: &Tx,
        account: &Account,
        device: &str,
        is_known_address: bool,
        note: &str,
    ) -> Result<Step> {
        let policy = self.policy().await?;
        let token = self.clock().token();
        let expires_at = tx.at().plus_seconds(policy.session_seconds);
        let session_id = open_session(tx, account, &token, device, true, expires_at).await?;
        store::accounts::signed_in(tx, account.id).await?;
        let event = NewEvent::new(account.reference(), &account.name, "signed_in")
            .note(note)
            .scope(None, Some(account.id));
        tx.record(event).await?;
        // The first sign-in of all comes from somewhere new, too, and is no news to anybody.
        if !is_known_address && account.last_sign_in_at.is_some() {
            let event = NewEvent::new(account.reference(), &account.name, "signed_in_from_new_place");
            tx.record(event.scope(None, Some(account.id))).await?;
        }
        Ok(Step::In { token, session_id, account_id: account.id, expires_at })
    }

    fn address_key(&self, act: &Act) -> Option<String> {
        let address = act.address.as_deref()?;
        Some(format!("n:{}", kernel::secret::blind_index(self.key(), address)))
    }

    async fn is_known_address(&self, act: &Act, account: Option<&Account>) -> Result<bool> {
        match (account, act.address.as_deref()) {
            (Some(account), Some(address)) => {
                store::sessions::is_known_address(self.db(), account.id, address).await
            }
            _ => Ok(false),
        }
    }

    pub(super) async fn count_try(
        &self,
        act: &Act,
        key: &str,
        address_key: Option<&str>,
        policy: &Policy,
    ) -> Result<Wait> {
        let tx = self.db().begin(act).await?;
        tx.without_event("a try is counted, not recorded; a lock is");
        if let Some(address_key) = address_key
            && let Taken::Closed(opens_at) = tries::take(&tx, address_key, wait_of_address).await?
        {
            return Err(too_many(opens_at, tx.at()));
        }
        let taken = tries::take(&tx, key, |count| wait_of_account(count, policy.limits)).await?;
        let at = tx.at();
        tx.commit().await?;
        match taken {
            Taken::Counted(wait) => Ok(wait),
            Taken::Closed(opens_at) => Err(too_many(opens_at, at)),
        }
    }

    /// The answer to a wrong try. The one that fills the measure locks the account, and that is recorded.
    pub(super) async fn refused(&self, act: &Act, key: &str, wait: Wait) -> Result<Error> {
        if !wait.is_locked {
            return Ok(wrong());
        }
        let tx = self.db().begin(act).await?;
        let opens_at = tx.at().plus_seconds(wait.seconds);
        let mut parts = key.split(':').skip(1);
        let account = parts.next().and_then(|id| id.parse::<Uuid>().ok());
        let door = parts.next();
        let account = match account {
            Some(id) => store::account(&tx, id).await?,
            None => None,
        };
        if let Some(account) = account {
            let opens = format!("Kilit {} tarihinde kendiliğinden açılır.", tr::instant(opens_at.0));
            let note = match door {
                Some(OPEN_SESSION) => format!("Açık bir oturumda, parola soran bir formda. {opens}"),
                Some(_) => format!("Yalnız kişinin daha önce giriş yaptığı bu adresten. {opens}"),
                None => {
                    store::accounts::lock_until(&tx, account.id, opens_at).await?;
                    opens
                }
            };
            let event = NewEvent::new(account.reference(), &account.name, "locked_by_guessing").note(note);
            tx.record(event.scope(None, Some(account.id))).await?;
        }
        let at = tx.at();
        tx.commit().await?;
        Ok(too_many(opens_at, at))
    }

    /// The right password of an account that may not be used: its owner deserves the reason. A lock for guessing
    /// does not hold at an address the person came from before; those have their own count.
    fn admit(&self, account: &Account, is_known_address: bool) -> Result<()> {
        let now = self.clock().now();
        if account.is_open(now) || (is_known_address && account.keeps_sessions()) {
            return Ok(());
        }
        if account.state == "locked" && account.locked_until_at.is_some() {
            return Err(too_many(Instant(account.locked_until_at.unwrap_or(0)), now));
        }
        let text = match account.state.as_str() {
            "locked" => {
                "Hesabınız sistem yöneticisi tarafından kilitlenmiş. Açılması için yöneticinize başvurun."
            }
            _ => "Bu hesap kapatılmış. Yanlışlık olduğunu düşünüyorsanız sistem yöneticinize başvurun.",
        };
        Err(Error::new(ErrorKind::Forbidden, text))
    }
}

async fn open_session(
    tx: &Tx,
    account: &Account,
    token: &str,
    device: &str,
    is_complete: bool,
    expires_at: Instant,
) -> Result<Uuid> {
    let device: String = tr::clean_line(device).text.chars().take(200).collect();
    let address = tx.act().address.clone().unwrap_or_default();
    let new = NewSession {
        token,
        account_id: account.id,
        is_complete,
        expires_at,
        address: &address,
        device: &device,
    };
    store::sessions::insert(tx, new).await
}

/// The same circumstances, with the person who just showed who they are.
fn act_of(act: &Act, account: &Account) -> Act {
    let actor = Actor {
        account_id: Some(account.id),
        staff_id: account.staff_id,
        name: account.name.clone(),
        ..Actor::default()
    };
    Act { actor, ..act.clone() }
}

fn wrong() -> Error {
    Error::rule(
        "GRS-001",
        "",
        "Kullanıcı adı veya parola yanlış. Büyük harf kilidini ve klavye dilini denetleyip yeniden deneyin.",
    )
}

fn too_late() -> Error {
    Error::new(
        ErrorKind::SignInRequired,
        "Kod için ayrılan süre doldu. Kullanıcı adı ve parolanızla yeniden başlayın.",
    )
}

fn too_many(opens_at: Instant, now: Instant) -> Error {
    Error::new(ErrorKind::TooMany, sentence(opens_at, now))
}
