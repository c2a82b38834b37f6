//! Two records that turn out to be one: what refers to the one refers to the other from then on, in every kind that declares such a
//! field, and can be brought back.

use sea_orm::Value;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{FieldKind, Kind};
use crate::db::{Sql, placeholders};
use crate::error::{Error, Result};
use crate::tx::Tx;
use crate::value::Ref;

/// Records of one kind that are moved; a device with more is no device.
const MOST: usize = 5_000;

/// Records that refer to another one now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    pub kind: String,
    pub field: String,
    pub ids: Vec<Uuid>,
}

/// What refers to `from` refers to `to`, whoever may see it. Kinds of `except` are the caller's own business: those in which both
/// may stand side by side only once. The event is the caller's, who knows why.
pub async fn move_references(tx: &Tx, from: &Ref, to: Uuid, except: &[&str]) -> Result<Vec<Moved>> {
    let Some(registry) = tx.registry().cloned() else { return Ok(Vec::new()) };
    let mut moved = Vec::new();
    for kind in registry.kinds().filter(|kind| !except.contains(&kind.id)) {
        let refers =
            |field: &&super::Field| matches!(field.kind, FieldKind::Reference(target) if target == from.kind);
        for field in kind.fields.iter().filter(refers) {
            let sql = format!(
                "SELECT id FROM {} WHERE {} = $1 ORDER BY id LIMIT {}",
                kind.table,
                field.name,
                MOST + 1
            );
            let ids: Vec<Uuid> = tx.column(&sql, vec![from.id.into()]).await?;
            if ids.len() > MOST {
                let text =
                    format!("Bu kayda bağlı {MOST} kayıttan fazlası var ({}); taşınamaz.", kind.plural_tr);
                return Err(Error::rule("KYT-014", "", text));
            }
            if !ids.is_empty() {
                point(tx, kind, field.name, &ids, (from.id, to)).await?;
                moved.push(Moved { kind: kind.id.into(), field: field.name.into(), ids });
            }
        }
    }
    Ok(moved)
}

/// Those of them that still refer to `to` refer to `from` again.
pub async fn move_back(tx: &Tx, moved: &[Moved], from: Uuid, to: Uuid) -> Result<()> {
    let Some(registry) = tx.registry().cloned() else { return Ok(()) };
    for one in moved {
        // What a version no longer has needs no way back.
        let Some(kind) = registry.kind(&one.kind) else { continue };
        if let Some(field) = kind.field(&one.field) {
            point(tx, &kind, field.name, &one.ids, (to, from)).await?;
        }
    }
    Ok(())
}

async fn point(tx: &Tx, kind: &Kind, field: &str, ids: &[Uuid], (before, now): (Uuid, Uuid)) -> Result<()> {
    // Whoever has one of them open in a form is told that it changed.
    let version = if kind.is_versioned { ", version = version + 1" } else { "" };
    for part in ids.chunks(500) {
        let sql = format!(
            "UPDATE {} SET {field} = $1{version} WHERE {field} = $2 AND id IN ({})",
            kind.table,
            placeholders(3, part.len())
        );
        let mut values: Vec<Value> = vec![now.into(), before.into()];
        values.extend(part.iter().map(|id| Value::from(*id)));
        tx.run(&sql, values).await?;
    }
    Ok(())
}
