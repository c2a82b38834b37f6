//! The keeper of accounts: what all actions share, and recognition of sessions and tokens with a short memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use kernel::access::Source;
use kernel::secret::Key;
use kernel::{Act, Actor, Clock, Db, Instant, Result};
use uuid::Uuid;

use crate::directory::Directory;
use crate::grants::actors_of;
use crate::password::Hashing;
use crate::rules::{Policy, TotpDuty};
use crate::store::{self, Account, Holder};

/// Powers are read anew after this long, whatever happened: dates pass without an event.
const AGE_US: i64 = 5 * Instant::SECOND_US;
/// Within this, powers are trusted without asking whether something changed.
const TRUST_US: i64 = Instant::SECOND_US;
/// Uses are noted to the minute: a write per request would be too much.
const USE_NOTED_US: i64 = Instant::MINUTE_US;
/// Sessions remembered per node; beyond it all are forgotten and read again.
const MOST_REMEMBERED: usize = 20_000;

/// Clone freely: everything is shared.
#[derive(Clone)]
pub struct Accounts(Arc<Parts>);

struct Parts {
    db: Db,
    clock: Clock,
    key: Key,
    hashing: Hashing,
    directory: Arc<dyn Directory>,
    remembered: Mutex<HashMap<String, Remembered>>,
}

#[derive(Clone)]
struct Remembered {
    at: Instant,
    version: i64,
    found: Option<Recognised>,
}

/// Somebody recognised by a session or a token.
#[derive(Clone, Debug)]
pub struct Recognised {
    pub account: Account,
    pub actor: Actor,
    pub session_id: Option<Uuid>,
    /// A page that must be seen to first.
    pub must_visit: Option<&'static str>,
}

impl Accounts {
    pub fn new(db: Db, clock: Clock, key: Key, hashing: Hashing, directory: Arc<dyn Directory>) -> Self {
        Self(Arc::new(Parts { db, clock, key, hashing, directory, remembered: Mutex::default() }))
    }

    pub fn db(&self) -> &Db {
        &self.0.db
    }

    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub(crate) fn key(&self) -> &Key {
        &self.0.key
    }

    pub fn directory(&self) -> &dyn Directory {
        self.0.directory.as_ref()
    }

    pub async fn policy(&self) -> Result<Policy> {
        Policy::load(&self.0.db).await
    }

    /// Hashes off the async threads: it takes tens of milliseconds of pure work.
    pub async fn hash_password(&self, password: String) -> Result<String> {
        let (hashing, clock) = (self.0.hashing, self.0.clock.clone());
        let hashed =
            tokio::task::spawn_blocking(move || crate::password::hash(hashing, &clock, &password)).await;
        hashed.map_err(kernel::Error::internal)?
    }

    pub(crate) async fn password_matches(&self, stored: String, password: String) -> Result<bool> {
        let hashing = self.0.hashing;
        let compared =
            tokio::task::spawn_blocking(move || crate::password::matches(hashing, &stored, &password)).await;
        compared.map_err(kernel::Error::internal)?
    }

    /// Forgets what this node remembers; other nodes follow the counter that the change raised.
    pub fn forget(&self) {
        self.0.remembered.lock().expect("no panic holds the lock").clear();
    }

    /// The actor of an account with the powers of this moment.
    pub async fn actor(&self, account: Uuid) -> Result<Option<Actor>> {
        crate::grants::grants_of(&self.0.db, self.directory(), account, self.0.clock.now()).await
    }

    /// Who holds this session token; `None` when it is unknown, expired, ended, unused too long, or its account
    /// is closed or locked by an administrator.
    pub async fn recognise_session(&self, token: &str) -> Result<Option<Recognised>> {
        // The two memories are kept apart: an API token is no cookie, and the other way round.
        let key = format!("session {}", store::token_hash(token));
        if let Some(found) = self.remembered(&key).await? {
            return Ok(found);
        }
        let version = store::version(&self.0.db).await?;
        let found = self.read_session(token).await?;
        self.remember(key, version, found.clone());
        Ok(found)
    }

    /// Who holds this API token: the account's powers, limited to the permissions the token was given.
    pub async fn recognise_token(&self, token: &str) -> Result<Option<Recognised>> {
        let key = format!("token {}", store::token_hash(token));
        if let Some(found) = self.remembered(&key).await? {
            return Ok(found);
        }
        let version = store::version(&self.0.db).await?;
        let found = self.read_token(token).await?;
        self.remember(key, version, found.clone());
        Ok(found)
    }

    async fn remembered(&self, key: &str) -> Result<Option<Option<Recognised>>> {
        let now = self.0.clock.now();
        let known = self.0.remembered.lock().expect("no panic holds the lock").get(key).cloned();
        let Some(known) = known.filter(|known| now.0 - known.at.0 < AGE_US) else { return Ok(None) };
        // A test clock stands still, so that age says nothing about it.
        let is_trusted = matches!(self.0.clock, Clock::System) && now.0 - known.at.0 < TRUST_US;
        if is_trusted || store::version(&self.0.db).await? == known.version {
            return Ok(Some(known.found));
        }
        Ok(None)
    }

    fn remember(&self, key: String, version: i64, found: Option<Recognised>) {
        let mut all = self.0.remembered.lock().expect("no panic holds the lock");
        if all.len() >= MOST_REMEMBERED {
            all.clear();
        }
        // Unknown tokens are not remembered: anybody could fill the memory with them.
        if found.is_some() {
            all.insert(key, Remembered { at: self.0.clock.now(), version, found });
        } else {
            all.remove(&key);
        }
    }

    async fn read_session(&self, token: &str) -> Result<Option<Recognised>> {
        let (db, now) = (&self.0.db, self.0.clock.now());
        let Some(session) = store::sessions::open_by_token(db, token, now).await? else { return Ok(None) };
        if !session.is_complete {
            return Ok(None);
        }
        let Some(account) = store::account(db, session.account_id).await?.filter(Account::keeps_sessions)
        else {
            return Ok(None);
        };
        let policy = self.policy().await?;
        let idle_us = now.0 - session.last_used_at.0;
        if idle_us > policy.session_idle_seconds * Instant::SECOND_US {
            return Ok(None);
        }
        let Some(actor) = self.actor_of(&account, now).await? else { return Ok(None) };
        if idle_us >= USE_NOTED_US {
            let tx = db.begin(&Act::system(&self.0.clock, Source::Job, "oturum")).await?;
            tx.without_event("the last use of a session is not an act");
            store::sessions::used(&tx, session.id).await?;
            tx.commit().await?;
        }
        let must_visit = must_visit(&account, &actor, &policy, now);
        Ok(Some(Recognised { account, actor, session_id: Some(session.id), must_visit }))
    }

    async fn read_token(&self, token: &str) -> Result<Option<Recognised>> {
        let (db, now) = (&self.0.db, self.0.clock.now());
        let Some(token) = store::tokens::open_by_token(db, token, now).await? else { return Ok(None) };
        let Some(account) = store::account(db, token.account_id).await?.filter(Account::keeps_sessions)
        else {
            return Ok(None);
        };
        let Some(mut actor) = self.actor_of(&account, now).await? else { return Ok(None) };
        let permissions = token.permission_list();
        let limited = actor.grants.iter().filter(|grant| permissions.contains(&grant.permission)).cloned();
        actor.grants = Arc::new(limited.collect());
        if now.0 - token.last_used_at.unwrap_or(0) >= USE_NOTED_US {
            let tx = db.begin(&Act::system(&self.0.clock, Source::Job, "API anahtarı")).await?;
            tx.without_event("the last use of a token is not an act");
            store::tokens::used(&tx, token.id).await?;
            tx.commit().await?;
        }
        Ok(Some(Recognised { account, actor, session_id: None, must_visit: None }))
    }

    async fn actor_of(&self, account: &Account, at: Instant) -> Result<Option<Actor>> {
        let holder = Holder { id: account.id, name: account.name.clone(), staff_id: account.staff_id };
        Ok(actors_of(&self.0.db, self.directory(), &[holder], at, None).await?.into_iter().next())
    }
}

/// Pages that a person must see to before anything else.
pub mod duty_pages {
    pub const PASSWORD: &str = "/hesabim/parola";
    pub const SECRECY: &str = "/hesabim/gizlilik";
    pub const SECOND_FACTOR: &str = "/hesabim/ikinci-adim";
}

fn must_visit(account: &Account, actor: &Actor, policy: &Policy, now: Instant) -> Option<&'static str> {
    if account.must_change_password || policy.is_password_old(account.password_changed_at, now) {
        return Some(duty_pages::PASSWORD);
    }
    if policy.must_accept_secrecy && account.secrecy_accepted_at.is_none() {
        return Some(duty_pages::SECRECY);
    }
    let owes_totp = match policy.totp_duty {
        TotpDuty::Nobody => false,
        TotpDuty::Administrators => actor.may("access.account.edit") || actor.may("access.role.edit"),
        TotpDuty::Everybody => true,
    };
    (owes_totp && !account.has_totp()).then_some(duty_pages::SECOND_FACTOR)
}
