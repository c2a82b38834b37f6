//! The options a reference field or filter offers: all of them while they are few, else a search box.

use std::collections::HashMap;
use std::sync::Arc;

use kernel::db::Sql;
use kernel::record::{self, Kind, Record};
use kernel::{Instant, Ref, Result, tr};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::app::App;

/// More than this and the person types instead of choosing from a list.
const MOST: i64 = 150;
const AGE_US: i64 = 2 * Instant::SECOND_US;

/// Records of one kind that can be chosen.
#[derive(Debug)]
pub enum Options {
    /// Id and title, in Turkish order.
    All(Vec<(Uuid, String)>),
    TooMany,
}

#[derive(FromQueryResult)]
struct Named {
    id: Uuid,
    number: String,
    title: String,
}

/// Options of a kind, at most two seconds old.
pub async fn options(app: &App, kind: &str) -> Result<Arc<Options>> {
    let now = app.clock.now();
    if let Some((at, options)) = app.options.lock().expect("no panic holds the lock").get(kind)
        && now.0 - at.0 < AGE_US
    {
        return Ok(options.clone());
    }
    let fresh = Arc::new(load(app, kind).await?);
    app.options.lock().expect("no panic holds the lock").insert(kind.to_string(), (now, fresh.clone()));
    Ok(fresh)
}

/// Titles of everything these records refer to, by id. Kinds with few records are answered from what is kept of
/// them, so that most lists need no query for it; the others, and removed records, are looked up together.
pub(crate) async fn titles(app: &App, kind: &Kind, records: &[Record]) -> Result<HashMap<Uuid, String>> {
    let mut titles = HashMap::new();
    let mut others: Vec<Ref> = Vec::new();
    let refs = record::references(kind, records);
    for group in refs.chunk_by(|one, next| one.kind == next.kind) {
        let options = options(app, &group[0].kind).await?;
        let all: &[(Uuid, String)] = if let Options::All(all) = options.as_ref() { all } else { &[] };
        for one in group {
            match all.iter().find(|(id, _)| *id == one.id) {
                Some((id, title)) => _ = titles.insert(*id, title.clone()),
                None => others.push(one.clone()),
            }
        }
    }
    titles.extend(record::names(&app.db, &others).await?.into_iter().map(|named| (named.id, named.title)));
    Ok(titles)
}

async fn load(app: &App, kind: &str) -> Result<Options> {
    let sql = format!(
        "SELECT id, number, title FROM record WHERE kind = $1 AND is_removed = FALSE LIMIT {}",
        MOST + 1
    );
    let rows: Vec<Named> = app.db.rows(&sql, vec![kind.into()]).await?;
    if rows.len() as i64 > MOST {
        return Ok(Options::TooMany);
    }
    let label = |row: Named| if row.title.is_empty() { row.number } else { row.title };
    let mut all: Vec<(Uuid, String)> = rows.into_iter().map(|row| (row.id, label(row))).collect();
    all.sort_by_cached_key(|(_, title)| tr::collation_key(title));
    Ok(Options::All(all))
}

/// The one record of a kind that a typed text means: its exact number or title, or the only one it begins.
pub(crate) async fn resolve(app: &App, kind: &str, typed: &str) -> Result<Option<Uuid>> {
    let exact = "SELECT id FROM record WHERE kind = $1 AND number = $2 AND is_removed = FALSE LIMIT 2";
    let found: Vec<Uuid> = app.db.column(exact, vec![kind.into(), typed.trim().into()]).await?;
    if let [id] = found.as_slice() {
        return Ok(Some(*id));
    }
    let Some(kind) = app.registry.kind(kind) else { return Ok(None) };
    let everyone = kernel::Actor::system("seçenek");
    let mut query = kernel::record::ListQuery::first(&kind);
    query.text = typed.to_string();
    let page = kernel::record::list(&app.db, &kind, &query, &everyone, kind.view).await?;
    let same: Vec<_> = page.records.iter().filter(|record| record.title(&kind) == typed.trim()).collect();
    Ok(match (same.as_slice(), page.records.as_slice()) {
        ([one], _) => Some(one.id),
        (_, [one]) => Some(one.id),
        _ => None,
    })
}
