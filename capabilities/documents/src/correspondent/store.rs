//! Queries about correspondents.

use kernel::db::{Sql, placeholders};
use kernel::{Result, Tx, tr};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::Standing;

/// Whoever goes by this folded name.
pub(crate) async fn known(db: &impl Sql, known_as: &str) -> Result<Option<Uuid>> {
    db.scalar("SELECT id FROM correspondent WHERE known_as = $1", vec![known_as.into()]).await
}

/// Names that begin so, for whoever types one.
pub(crate) async fn beginning(db: &impl Sql, known_as: &str, limit: u32) -> Result<Vec<String>> {
    let sql = format!(
        "SELECT name FROM correspondent WHERE known_as >= $1 AND known_as < $2 ORDER BY known_as LIMIT {limit}"
    );
    db.column(&sql, vec![known_as.into(), format!("{known_as}\u{10FFFF}").into()]).await
}

/// Where each of these stands, seen from the municipality.
pub(crate) async fn standings(db: &impl Sql, names: &[String]) -> Result<Vec<Standing>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    #[derive(FromQueryResult)]
    struct Row {
        known_as: String,
        kind: String,
        rank: String,
    }
    let folded: Vec<String> = names.iter().map(|name| super::known_as(name)).take(MOST).collect();
    let sql = format!(
        "SELECT known_as, kind, rank FROM correspondent WHERE known_as IN ({})",
        placeholders(1, folded.len())
    );
    let rows: Vec<Row> = db.rows(&sql, folded.iter().map(|name| name.as_str().into()).collect()).await?;
    let standing = |name: &String| {
        let found = rows.iter().find(|row| row.known_as == *name);
        found.map_or(Standing::Unknown, |row| Standing::of(&row.kind, &row.rank))
    };
    Ok(folded.iter().map(standing).collect())
}

/// Names looked up at once.
const MOST: usize = 500;

/// Those of these that are not units of the municipality itself.
pub(crate) async fn outside(db: &impl Sql, ids: &[Uuid]) -> Result<i64> {
    if ids.is_empty() {
        return Ok(0);
    }
    let sql = format!(
        "SELECT count(*) FROM correspondent WHERE kind <> 'unit' AND id IN ({})",
        placeholders(1, ids.len())
    );
    Ok(db.scalar(&sql, ids.iter().map(|id| (*id).into()).collect()).await?.unwrap_or(0))
}

/// One of whom nothing but the name is known; `None` where somebody else entered the same name at this moment.
pub(crate) async fn insert(tx: &Tx, name: &str, known_as: &str) -> Result<Option<Uuid>> {
    let id = tx.new_id();
    let sql = "INSERT INTO correspondent (id, version, name, name_key, known_as, kind, rank, detsis, kep, email, phone, address, \
               note, created_at) VALUES ($1, 1, $2, $3, $4, 'institution', 'unknown', '', '', '', '', '', '', $5) \
               ON CONFLICT (known_as) DO NOTHING";
    let values =
        vec![id.into(), name.into(), tr::collation_key(name).into(), known_as.into(), tx.at().into()];
    Ok((tx.run(sql, values).await? == 1).then_some(id))
}

/// Whom a name means, as a package names them.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Known {
    pub name: String,
    pub kind: String,
    pub detsis: String,
    pub mersis: String,
}

/// Somebody for whom a package can be encrypted.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Encryptable {
    pub id: Uuid,
    pub name: String,
    pub certificate: String,
}

/// Those of these names that have a certificate.
pub(crate) async fn encryptable(db: &impl Sql, names: &[String]) -> Result<Vec<Encryptable>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let folded: Vec<String> = names.iter().map(|name| super::known_as(name)).take(MOST).collect();
    let sql = format!(
        "SELECT id, name, certificate FROM correspondent WHERE certificate <> '' AND known_as IN ({}) ORDER BY name_key, id LIMIT {MOST}",
        placeholders(1, folded.len())
    );
    db.rows(&sql, folded.iter().map(|name| name.as_str().into()).collect()).await
}

/// Everything by which a correspondent is reached.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Whole {
    pub id: Uuid,
    pub name: String,
    pub known_as: String,
    pub detsis: String,
    pub kep: String,
    pub email: String,
    pub phone: String,
    pub address: String,
}

impl Whole {
    pub fn column(&self, name: &str) -> &str {
        match name {
            "detsis" => &self.detsis,
            "kep" => &self.kep,
            "email" => &self.email,
            "phone" => &self.phone,
            _ => &self.address,
        }
    }
}

const WHOLE: &str = "SELECT id, name, known_as, detsis, kep, email, phone, address FROM correspondent";

/// Whoever has this number; of several, who goes by this folded name, else who was entered first.
pub(super) async fn with_detsis(db: &impl Sql, detsis: &str, known_as: &str) -> Result<Option<Whole>> {
    let sql = format!(
        "{WHOLE} WHERE detsis = $1 AND detsis <> '' ORDER BY CASE WHEN known_as = $2 THEN 0 ELSE 1 END, created_at, id LIMIT 1"
    );
    db.row(&sql, vec![detsis.into(), known_as.into()]).await
}

pub(super) async fn whole(db: &impl Sql, known_as: &str) -> Result<Option<Whole>> {
    db.row(&format!("{WHOLE} WHERE known_as = $1"), vec![known_as.into()]).await
}

/// Writes where nothing was known, and the kind where one is said; answers whether anything was missing.
pub(super) async fn fill(tx: &Tx, id: Uuid, said: &super::Sender) -> Result<bool> {
    let sql = "UPDATE correspondent SET version = version + 1, \
               kind = CASE WHEN $2 <> '' THEN $2 ELSE kind END, \
               detsis = CASE WHEN detsis = '' THEN $3 ELSE detsis END, kep = CASE WHEN kep = '' THEN $4 ELSE kep END, \
               email = CASE WHEN email = '' THEN $5 ELSE email END, phone = CASE WHEN phone = '' THEN $6 ELSE phone END, \
               address = CASE WHEN address = '' THEN $7 ELSE address END \
               WHERE id = $1 AND ((detsis = '' AND $3 <> '') OR (kep = '' AND $4 <> '') OR (email = '' AND $5 <> '') \
               OR (phone = '' AND $6 <> '') OR (address = '' AND $7 <> '') OR ($2 <> '' AND kind <> $2))";
    let texts = [&said.kind, &said.detsis, &said.kep, &said.email, &said.phone, &said.address];
    let values = std::iter::once(id.into()).chain(texts.map(|text| text.as_str().into())).collect();
    Ok(tx.run(sql, values).await? == 1)
}

pub(crate) async fn party(db: &impl Sql, name: &str) -> Result<Option<Known>> {
    let sql = "SELECT name, kind, detsis, mersis FROM correspondent WHERE known_as = $1";
    db.row(sql, vec![super::known_as(name).into()]).await
}
