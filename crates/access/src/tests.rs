//! Scenarios of accounts and powers on both databases. Rules that need none are tested beside their code.
#![allow(clippy::unwrap_used)]

mod bounds;
mod keeping;
mod lists;
mod powers;
mod recognition;
mod screens;
mod second_factor;
mod sign_in;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use kernel::capability::Permission;
use kernel::secret::Key;
use kernel::{Act, Boxed, Capability, Clock, Db, Error, Instant, Result};
use testkit::TestDb;
use uuid::Uuid;

use crate::actions::open_account::{NewAccount, open_account};
use crate::actions::sign_in::Step;
use crate::{Accounts, Acting, Directory, Hashing, store};

pub(super) const PASSWORD: &str = "kirpi saatin altında";

/// Two units, one under the other, and permissions of each scope.
pub(super) fn registry() -> Vec<Capability> {
    let permissions = vec![
        Permission {
            code: "papers.paper.view",
            sentence_tr: "Belgeleri görür.",
            roles: &[("director", "unit_tree"), ("chief", "unit"), ("staff", "own"), ("auditor", "all")],
        },
        Permission {
            code: "papers.paper.sign",
            sentence_tr: "Belgeleri imzalar.",
            roles: &[("director", "unit")],
        },
    ];
    vec![crate::capability(), Capability { id: "papers", permissions, ..Capability::default() }]
}

pub(super) fn unit(number: u128) -> Uuid {
    Uuid::from_u128(0xa0 + number)
}

/// A directory made of maps; the tree is 1 → 2.
#[derive(Default)]
pub(super) struct Map {
    pub units: HashMap<Uuid, Uuid>,
    pub acting: Mutex<HashMap<Uuid, Vec<Acting>>>,
}

impl Directory for Map {
    fn units_of<'a>(
        &'a self,
        _: &'a Db,
        staff: &'a [Uuid],
        _: Instant,
    ) -> Boxed<'a, Result<HashMap<Uuid, Uuid>>> {
        Box::pin(
            async move { Ok(staff.iter().filter_map(|one| Some((*one, *self.units.get(one)?))).collect()) },
        )
    }

    fn trees<'a>(
        &'a self,
        _: &'a Db,
        units: &'a [Uuid],
        _: Instant,
    ) -> Boxed<'a, Result<HashMap<Uuid, Vec<Uuid>>>> {
        let tree = |one: &Uuid| if *one == unit(1) { vec![unit(1), unit(2)] } else { vec![*one] };
        Box::pin(async move { Ok(units.iter().map(|one| (*one, tree(one))).collect()) })
    }

    fn acting<'a>(
        &'a self,
        _: &'a Db,
        staff: &'a [Uuid],
        at: Instant,
    ) -> Boxed<'a, Result<HashMap<Uuid, Vec<Acting>>>> {
        Box::pin(async move {
            let all = self.acting.lock().unwrap();
            let valid = |one: &Uuid| {
                all.get(one).map(|list| list.iter().filter(|acting| acting.until > at).cloned().collect())
            };
            Ok(staff.iter().filter_map(|one| Some((*one, valid(one)?))).collect())
        })
    }
}

/// Accounts over a test database, with the built-in roles in place.
pub(super) async fn accounts_with(test: &TestDb, directory: Arc<dyn Directory>) -> Accounts {
    let tx = test.begin().await;
    crate::sync_roles(&tx, &test.registry).await.unwrap();
    // Scenarios that are not about these two duties go on without them.
    for (key, value) in [("access.secrecy_required", "false"), ("access.totp_duty", "\"nobody\"")] {
        set(&tx, key, value).await;
    }
    tx.commit().await.unwrap();
    let key = Key::new(&Clock::at(Instant(0)));
    Accounts::new(test.db.clone(), test.clock.clone(), key, Hashing::cheap(), directory)
}

pub(super) async fn accounts(test: &TestDb) -> Accounts {
    accounts_with(test, Arc::new(Map::default())).await
}

pub(super) async fn set(tx: &kernel::Tx, key: &str, json: &str) {
    let setting = crate::rules::settings().into_iter().find(|setting| setting.key == key).unwrap();
    kernel::setting::set(tx, &setting, &serde_json::from_str(json).unwrap()).await.unwrap();
}

/// An account with a password and a role.
pub(super) async fn open(
    accounts: &Accounts,
    test: &TestDb,
    username: &str,
    role: &str,
    staff: Option<Uuid>,
) -> Uuid {
    let tx = test.begin().await;
    let new = NewAccount {
        username: username.into(),
        name: username.to_uppercase(),
        role: role.into(),
        staff_id: staff,
        ..NewAccount::default()
    };
    let id = open_account(&tx, &new).await.unwrap();
    let hash = accounts.hash_password(PASSWORD.into()).await.unwrap();
    store::accounts::set_password(&tx, id, &hash, false).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Nobody yet, at this address.
pub(super) fn visitor(test: &TestDb, address: &str) -> Act {
    Act { actor: kernel::Actor::anonymous(), address: Some(address.into()), ..test.act() }
}

pub(super) async fn try_in(
    accounts: &Accounts,
    test: &TestDb,
    username: &str,
    password: &str,
) -> Result<Step, Error> {
    accounts.sign_in(&visitor(test, "10.0.0.7"), "Firefox", username, password).await
}

/// Signs in and answers the session token.
pub(super) async fn token_of(accounts: &Accounts, test: &TestDb, username: &str) -> String {
    match try_in(accounts, test, username, PASSWORD).await.unwrap() {
        Step::In { token, .. } => token,
        Step::Code { .. } => panic!("{username} has a second factor"),
    }
}

/// The person's own act, as a screen would make it.
pub(super) async fn act_of(accounts: &Accounts, test: &TestDb, account: Uuid) -> Act {
    test.act_of(&accounts.actor(account).await.unwrap().unwrap())
}

/// Verbs of the events about an account, oldest first.
pub(super) async fn verbs(test: &TestDb, account: Uuid) -> Vec<String> {
    let subject = kernel::Ref::new("account", account);
    let events = kernel::event::timeline(&test.db, &subject, None, 100).await.unwrap();
    events.into_iter().rev().map(|event| event.verb).collect()
}
