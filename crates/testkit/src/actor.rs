//! People for tests: with single powers, or with those a role has at first.

use std::sync::Arc;

use kernel::{Actor, Grant, Registry, Scope};
use uuid::Uuid;

/// Builds somebody signed in, power by power.
#[derive(Clone, Debug)]
pub struct Person {
    actor: Actor,
    grants: Vec<Grant>,
}

impl Person {
    /// An account of this name without any power.
    pub fn new(name: &str) -> Self {
        // The id follows from the name, so that two requests of a test are the same person.
        let id =
            Uuid::from_u128(name.bytes().fold(7, |sum: u128, byte| sum.wrapping_mul(257) + u128::from(byte)));
        Self {
            actor: Actor { account_id: Some(id), name: name.into(), ..Actor::default() },
            grants: Vec::new(),
        }
    }

    pub fn may(mut self, permission: &str, scope: Scope) -> Self {
        self.grants.push(Grant { permission: permission.into(), scope, reason: "deneme".into() });
        self
    }

    pub fn staff(mut self, staff_id: Uuid) -> Self {
        self.actor.staff_id = Some(staff_id);
        self
    }

    pub fn unit(mut self, unit_id: Uuid) -> Self {
        self.actor.unit_id = Some(unit_id);
        self
    }

    pub fn actor(mut self) -> Actor {
        self.actor.grants = Arc::new(self.grants);
        self.actor
    }
}

/// Somebody with the powers that `role` has at first, on these units (the first is the person's own) and,
/// for `own`, on the records of `staff_id`.
pub fn role_actor(registry: &Registry, role: &str, units: &[Uuid], staff_id: Option<Uuid>) -> Actor {
    let mut person = Person::new(role);
    person.actor.staff_id = staff_id;
    person.actor.unit_id = units.first().copied();
    for permission in registry.permissions() {
        let given = permission.roles.iter().filter(|(code, _)| *code == role);
        for (_, scope) in given {
            let scope = match *scope {
                "all" => Scope::All,
                "unit_tree" => Scope::Units(units.to_vec()),
                "unit" => Scope::Units(units.iter().take(1).copied().collect()),
                "own" => Scope::Own,
                other => panic!("{}: `{other}` is no scope", permission.code),
            };
            person = person.may(permission.code, scope);
        }
    }
    person.actor()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Capability;
    use kernel::capability::Permission;

    #[test]
    fn a_role_has_the_powers_it_was_declared_with_and_no_more() {
        let permissions = vec![
            Permission {
                code: "units.unit.view",
                sentence_tr: "Birimleri görür",
                roles: &[("staff", "unit"), ("director", "unit_tree")],
            },
            Permission {
                code: "units.unit.edit",
                sentence_tr: "Birimleri değiştirir",
                roles: &[("admin", "all")],
            },
        ];
        let registry = Registry::new(vec![Capability { id: "units", permissions, ..Capability::default() }]);
        let units = [Uuid::from_u128(1), Uuid::from_u128(2)];
        let staff = role_actor(&registry, "staff", &units, None);
        assert!(staff.may_on("units.unit.view", Some(units[0]), None));
        assert!(!staff.may_on("units.unit.view", Some(units[1]), None));
        assert!(!staff.may("units.unit.edit"));
        let director = role_actor(&registry, "director", &units, None);
        assert!(director.may_on("units.unit.view", Some(units[1]), None));
        assert!(role_actor(&registry, "admin", &[], None).may_on("units.unit.edit", None, None));
    }

    #[test]
    fn the_same_name_is_the_same_person() {
        assert_eq!(Person::new("Ayşe").actor().account_id, Person::new("Ayşe").actor().account_id);
        assert_ne!(Person::new("Ayşe").actor().account_id, Person::new("Ali").actor().account_id);
    }
}
