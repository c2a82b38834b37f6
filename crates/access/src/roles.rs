//! Built-in roles and their first permissions, as the capabilities declare them.

use std::collections::{HashMap, HashSet};

use kernel::{NewEvent, Ref, Registry, Result, Tx};
use uuid::Uuid;

use crate::store::{self, roles::RolePermission};

/// Codes capabilities give first permissions to, with name and description.
pub const BUILT_IN: [(&str, &str, &str); 8] = [
    ("admin", "Sistem yöneticisi", "Hesapları, rolleri ve ayarları yönetir; bütün kayıtları görür."),
    ("deputy_mayor", "Başkan yardımcısı", "Kendisine bağlı müdürlükleri izler, önerileri onaylar."),
    ("director", "Müdür", "Müdürlüğün bütün işlerini yürütür, önerir ve onaylar."),
    ("chief", "Birim sorumlusu", "Biriminin işlerini dağıtır ve izler."),
    ("staff", "Personel", "Kendi işlerini görür ve yürütür."),
    ("technician", "Teknisyen", "Arıza ve istekleri çözer, cihazları kurar, bakar ve onarır."),
    ("clerk", "Kayıt görevlisi", "Kayıt açar, belge ve liste düzenler."),
    ("auditor", "Denetçi", "Yalnız okur; hiçbir kaydı değiştiremez."),
];

/// Scopes in the order of their reach, with their Turkish names.
pub const SCOPES: [(&str, &str); 4] = [
    ("own", "Kendi kayıtları"),
    ("unit", "Birimi"),
    ("unit_tree", "Birimi ve altındakiler"),
    ("all", "Bütün kurum"),
];

pub fn scope_label(code: &str) -> &'static str {
    SCOPES.iter().find(|(known, _)| *known == code).map_or("", |(_, label)| label)
}

fn reach(scope: &str) -> usize {
    SCOPES.iter().position(|(known, _)| *known == scope).unwrap_or(0)
}

/// Adds built-in roles that are missing and gives them permissions that this version brings. What an
/// administrator changed stays: a permission is given to a role once and never again.
pub async fn sync_roles(tx: &Tx, registry: &Registry) -> Result<()> {
    tx.without_event("when nothing is new only the counter rises");
    // The lock on the counter's row makes nodes that start together wait for each other.
    store::touch(tx).await?;
    let mut by_code: HashMap<String, Uuid> = store::roles::all(tx)
        .await?
        .into_iter()
        .filter(|role| !role.code.is_empty())
        .map(|role| (role.code, role.id))
        .collect();
    for (code, name, description) in BUILT_IN {
        if !by_code.contains_key(code) {
            let id = store::roles::insert(tx, code, name, description).await?;
            index(tx, registry, id).await?;
            tx.record(NewEvent::new(Ref::new("role", id), name, "created")).await?;
            by_code.insert(code.into(), id);
        }
    }
    let given: HashSet<(Uuid, String)> = store::roles::defaults(tx).await?.into_iter().collect();
    let mut new: HashMap<(Uuid, &str), &str> = HashMap::new();
    for permission in registry.permissions() {
        for (code, scope) in permission.roles {
            let Some(role) = by_code.get(*code) else {
                return Err(kernel::Error::internal(format!("{}: no role {code}", permission.code)));
            };
            if given.contains(&(*role, permission.code.to_string())) {
                continue;
            }
            let widest = new.entry((*role, permission.code)).or_insert(scope);
            if reach(scope) > reach(widest) {
                *widest = scope;
            }
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    let mut rows: Vec<RolePermission> = new
        .into_iter()
        .map(|((role_id, permission), scope)| RolePermission {
            role_id,
            permission: permission.into(),
            scope: scope.into(),
        })
        .collect();
    rows.sort_by(|a, b| (&a.permission, a.role_id).cmp(&(&b.permission, b.role_id)));
    store::roles::insert_defaults(tx, &rows).await?;
    let note = format!("Bu sürümün getirdiği {} yetki yerleşik rollere verildi.", rows.len());
    tx.record(NewEvent::new(Ref::new("role", Uuid::nil()), "Yerleşik roller", "changed").note(note)).await?;
    Ok(())
}

/// The first permissions of the built-in roles as text, one permission a line: what docs/permissions.txt holds, so
/// that a review sees every change of who may do what.
pub fn matrix_text(registry: &Registry) -> String {
    let codes = BUILT_IN.map(|(code, ..)| code);
    let mut lines: Vec<String> = registry
        .permissions()
        .map(|permission| {
            let given = codes.iter().filter_map(|code| {
                let scopes =
                    permission.roles.iter().filter(|(role, _)| role == code).map(|(_, scope)| *scope);
                scopes.max_by_key(|scope| reach(scope)).map(|scope| format!("{code}={scope}"))
            });
            format!("{} {}", permission.code, given.collect::<Vec<_>>().join(" ")).trim_end().to_string()
        })
        .collect();
    lines.sort();
    lines.join("\n") + "\n"
}

/// Enters a role in the directory of records, so that it can be found and named.
async fn index(tx: &Tx, registry: &Registry, id: Uuid) -> Result<()> {
    let Some(kind) = registry.kind("role") else { return Ok(()) };
    let record = kernel::record::get(tx, &kind, id).await?;
    kernel::record::index(tx, &kind, &record).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Capability;
    use kernel::capability::Permission;

    #[test]
    fn the_matrix_names_every_permission_once_with_the_widest_scope_of_each_role() {
        let permission = |code, roles| Permission { code, sentence_tr: "", roles };
        let permissions = vec![
            permission("b.x.view", &[("staff", "own"), ("staff", "unit"), ("admin", "all")]),
            permission("a.x.edit", &[]),
        ];
        let registry = Registry::new(vec![Capability { id: "b", permissions, ..Capability::default() }]);
        assert_eq!(matrix_text(&registry), "a.x.edit\nb.x.view admin=all staff=unit\n");
    }

    #[test]
    fn an_auditor_is_given_nothing_that_changes_anything() {
        let registry = Registry::new(vec![crate::capability()]);
        let changing = [".edit", ".grant", ".create", ".run", ".revive"];
        let text = matrix_text(&registry);
        let auditor = text.lines().filter(|line| line.contains("auditor="));
        for line in auditor {
            let code = line.split(' ').next().unwrap_or_default();
            assert!(!changing.iter().any(|verb| code.ends_with(verb)), "{code}");
        }
    }
}
