//! Built-in roles and their first permissions, as the capabilities declare them.

use std::collections::{HashMap, HashSet};

use kernel::{NewEvent, Ref, Registry, Result, Tx};
use uuid::Uuid;

use crate::store::{self, roles::RolePermission};

/// Codes capabilities give first permissions to, with name and description.
pub const BUILT_IN: [(&str, &str, &str); 7] = [
    ("admin", "Sistem yöneticisi", "Hesapları, rolleri ve ayarları yönetir; bütün kayıtları görür."),
    ("deputy_mayor", "Başkan yardımcısı", "Kendisine bağlı müdürlükleri izler, önerileri onaylar."),
    ("director", "Müdür", "Müdürlüğün bütün işlerini yürütür, önerir ve onaylar."),
    ("chief", "Birim sorumlusu", "Biriminin işlerini dağıtır ve izler."),
    ("staff", "Personel", "Kendi işlerini görür ve yürütür."),
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
    store::touch(tx).await?;
    let note = format!("Bu sürümün getirdiği {} yetki yerleşik rollere verildi.", rows.len());
    tx.record(NewEvent::new(Ref::new("role", Uuid::nil()), "Yerleşik roller", "changed").note(note)).await?;
    Ok(())
}

/// Enters a role in the directory of records, so that it can be found and named.
async fn index(tx: &Tx, registry: &Registry, id: Uuid) -> Result<()> {
    let Some(kind) = registry.kind("role") else { return Ok(()) };
    let record = kernel::record::get(tx, &kind, id).await?;
    kernel::record::index(tx, &kind, &record).await
}
