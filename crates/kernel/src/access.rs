//! Who acts, with which powers and from where: the types one rule needs to decide both a list and a record.
//! Accounts, roles and log-in live in the access crate.

use std::sync::Arc;

use uuid::Uuid;

use crate::clock::Clock;
use crate::value::Instant;

/// How far a grant reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Records the person owns.
    Own,
    /// Records of these units (a unit, or a unit with everything under it, already spelled out).
    Units(Vec<Uuid>),
    /// The whole municipality.
    All,
}

/// A permission (`capability.noun.verb`) within a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub permission: String,
    pub scope: Scope,
    /// Where the power comes from, in Turkish: a role, or acting for somebody.
    pub reason: String,
}

/// The person whose powers are used "vekâleten".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActingFor {
    pub staff_id: Uuid,
    pub name: String,
    pub until: Instant,
}

/// "Emre Doğan", or "Emre Doğan (Ayşe Kaya yerine vekâleten)" for whoever used another's powers.
pub fn signed(name: &str, acting_for: Option<&str>) -> String {
    acting_for.map_or_else(|| name.into(), |absent| format!("{name} ({absent} yerine vekâleten)"))
}

/// Somebody signed in: an account, perhaps with a staff record, and the powers it has at this moment.
#[derive(Clone, Debug, Default)]
pub struct Actor {
    pub account_id: Option<Uuid>,
    pub staff_id: Option<Uuid>,
    pub unit_id: Option<Uuid>,
    pub name: String,
    pub acting_for: Option<ActingFor>,
    pub grants: Arc<Vec<Grant>>,
}

impl Actor {
    /// The system itself: jobs and the command line on the machine. Has every power.
    pub fn system(name: &str) -> Self {
        let all = Grant { permission: "*".into(), scope: Scope::All, reason: "sistem".into() };
        Self { name: name.into(), grants: Arc::new(vec![all]), ..Self::default() }
    }

    /// Nobody signed in.
    pub fn anonymous() -> Self {
        Self { name: "Ziyaretçi".into(), ..Self::default() }
    }

    /// The name as it stands under what this person did or printed; see [`signed`].
    pub fn signature(&self) -> String {
        signed(&self.name, self.acting_for.as_ref().map(|acting| acting.name.as_str()))
    }

    pub fn is_signed_in(&self) -> bool {
        self.account_id.is_some()
    }

    /// The grants that give `permission`.
    pub fn grants_of<'a>(&'a self, permission: &'a str) -> impl Iterator<Item = &'a Grant> {
        self.grants.iter().filter(move |grant| grant.permission == permission || grant.permission == "*")
    }

    /// Has the permission in any scope: decides menus and routes.
    pub fn may(&self, permission: &str) -> bool {
        self.grants_of(permission).next().is_some()
    }

    /// Has the permission on a record of this unit and owner: the same rule as lists ask the database.
    pub fn may_on(&self, permission: &str, unit_id: Option<Uuid>, owner_id: Option<Uuid>) -> bool {
        self.grants_of(permission).any(|grant| self.covers(grant, unit_id, owner_id))
    }

    /// Has the permission in the whole municipality.
    pub fn may_in_whole(&self, permission: &str) -> bool {
        self.may_on(permission, None, None)
    }

    /// The first grant that covers the record, for "who can see this and why".
    pub fn covers(&self, grant: &Grant, unit_id: Option<Uuid>, owner_id: Option<Uuid>) -> bool {
        match &grant.scope {
            Scope::All => true,
            Scope::Units(units) => unit_id.is_some_and(|unit| units.contains(&unit)),
            Scope::Own => owner_id.is_some() && (owner_id == self.staff_id || owner_id == self.account_id),
        }
    }
}

/// Where an act came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Screen,
    Api,
    Import,
    Job,
    CommandLine,
}

impl Source {
    pub const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Screen, "screen", "Ekran"),
        (Self::Api, "api", "API"),
        (Self::Import, "import", "İçe aktarma"),
        (Self::Job, "job", "Zamanlanmış iş"),
        (Self::CommandLine, "command_line", "Komut satırı"),
    ];

    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(source, ..)| *source == self).map_or("screen", |(_, code, _)| code)
    }
}

/// The circumstances of one change: who, from where, when. Every transaction carries one.
#[derive(Clone, Debug)]
pub struct Act {
    pub actor: Actor,
    pub source: Source,
    pub request_id: Option<Uuid>,
    pub address: Option<String>,
    pub clock: Clock,
}

impl Act {
    /// The system's own act, with every power.
    pub fn system(clock: &Clock, source: Source, name: &str) -> Self {
        Self { actor: Actor::system(name), source, request_id: None, address: None, clock: clock.clone() }
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Fails with 403 unless the actor has the permission on such a record.
    pub fn require(
        &self,
        permission: &str,
        unit_id: Option<Uuid>,
        owner_id: Option<Uuid>,
    ) -> crate::Result<()> {
        if self.actor.may_on(permission, unit_id, owner_id) { Ok(()) } else { Err(crate::Error::forbidden()) }
    }
}
