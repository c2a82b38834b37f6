//! Queries about agents and the last state of what they told.

use kernel::db::{Sql, placeholders};
use kernel::{Instant, Result, Tx};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use crate::wire::{IDENTIFYING, READ, Sections};

/// An agent that reported before.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Known {
    pub id: Uuid,
    pub name: String,
    pub state: String,
    pub machine_key: String,
    pub asset_id: Option<Uuid>,
    pub is_incomplete: bool,
    pub client: String,
    pub address: String,
    pub last_seen_at: Instant,
}

const KNOWN: &str = "id, name, state, machine_key, asset_id, is_incomplete, client, address, last_seen_at";
/// Machines of one cloned disk that are told apart.
const MOST_CLONES: u32 = 200;

/// Machines that report under this identity: one, unless a disk was cloned.
pub(crate) async fn by_identity(db: &impl Sql, identity: &str) -> Result<Vec<Known>> {
    let sql = format!("SELECT {KNOWN} FROM agent WHERE identity = $1 ORDER BY id LIMIT {MOST_CLONES}");
    db.rows(&sql, vec![identity.into()]).await
}

pub(crate) async fn of_asset(db: &impl Sql, asset: Uuid) -> Result<Vec<Known>> {
    let sql =
        format!("SELECT {KNOWN} FROM agent WHERE asset_id = $1 ORDER BY last_seen_at DESC, id LIMIT 20");
    db.rows(&sql, vec![asset.into()]).await
}

/// A machine that reports for the first time.
pub(crate) struct New<'a> {
    pub name: &'a str,
    pub identity: &'a str,
    pub device_id: &'a str,
    pub machine_key: &'a str,
    pub client: &'a str,
    pub tag: &'a str,
    pub address: &'a str,
}

/// Answers the new agent's id, or nothing when it was entered meanwhile.
pub(crate) async fn insert(tx: &Tx, new: &New<'_>) -> Result<Option<Uuid>> {
    let id = tx.new_id();
    let sql = "INSERT INTO agent (id, name, name_key, identity, device_id, machine_key, client, tag, address, state, likeness, \
               before_join, is_incomplete, warnings, first_seen_at, last_seen_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', 'unknown', '', FALSE, '', $10, $10) \
               ON CONFLICT (identity, machine_key) DO NOTHING";
    let values = vec![
        id.into(),
        new.name.into(),
        kernel::tr::collation_key(new.name).into(),
        new.identity.into(),
        new.device_id.into(),
        new.machine_key.into(),
        new.client.into(),
        new.tag.into(),
        new.address.into(),
        tx.at().into(),
    ];
    Ok((tx.run(sql, values).await? == 1).then_some(id))
}

/// What a report says of the agent itself.
pub(crate) struct Report<'a> {
    pub name: &'a str,
    pub device_id: &'a str,
    pub client: &'a str,
    pub tag: Option<&'a str>,
    pub address: &'a str,
    pub machine_key: &'a str,
    pub is_incomplete: bool,
    pub warnings: &'a str,
}

/// Notes a report; two at once of the same machine wait for each other here.
pub(crate) async fn reported(tx: &Tx, id: Uuid, report: &Report<'_>) -> Result<()> {
    let sql = "UPDATE agent SET name = $1, name_key = $2, client = $3, tag = COALESCE($4, tag), address = $5, \
               machine_key = $6, is_incomplete = $7, warnings = $8, last_seen_at = $9, device_id = $10 WHERE id = $11";
    let values = vec![
        report.name.into(),
        kernel::tr::collation_key(report.name).into(),
        report.client.into(),
        report.tag.map(str::to_string).into(),
        report.address.into(),
        report.machine_key.into(),
        report.is_incomplete.into(),
        report.warnings.into(),
        tx.at().into(),
        report.device_id.into(),
        id.into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// Only that it reported, and nothing differed.
pub(crate) async fn seen(tx: &Tx, id: Uuid) -> Result<()> {
    tx.run("UPDATE agent SET last_seen_at = $1 WHERE id = $2", vec![tx.at().into(), id.into()]).await?;
    Ok(())
}

pub(crate) async fn set_asset(tx: &Tx, id: Uuid, asset: Uuid) -> Result<()> {
    tx.run("UPDATE agent SET asset_id = $1 WHERE id = $2", vec![asset.into(), id.into()]).await?;
    Ok(())
}

pub(crate) async fn set_likeness(tx: &Tx, id: Uuid, likeness: &str) -> Result<()> {
    tx.run("UPDATE agent SET likeness = $1 WHERE id = $2", vec![likeness.into(), id.into()]).await?;
    Ok(())
}

/// What the asset was before; empty where the asset was made from the agent.
pub(crate) async fn set_before_join(tx: &Tx, id: Uuid, text: &str) -> Result<()> {
    tx.run("UPDATE agent SET before_join = $1 WHERE id = $2", vec![text.into(), id.into()]).await?;
    Ok(())
}

pub(crate) async fn before_join(db: &impl Sql, id: Uuid) -> Result<String> {
    let text = db.scalar("SELECT before_join FROM agent WHERE id = $1", vec![id.into()]).await?;
    Ok(text.unwrap_or_default())
}

pub(crate) async fn apart_from(db: &impl Sql, id: Uuid) -> Result<Option<Uuid>> {
    let found: Vec<Uuid> = db
        .column(
            "SELECT apart_from_id FROM agent WHERE id = $1 AND apart_from_id IS NOT NULL",
            vec![id.into()],
        )
        .await?;
    Ok(found.first().copied())
}

/// It reports of nothing any more, and is not taken for this asset again.
pub(crate) async fn part(tx: &Tx, id: Uuid, asset: Uuid) -> Result<()> {
    let sql = "UPDATE agent SET asset_id = NULL, before_join = '', apart_from_id = $1, likeness = 'unsure' WHERE id = $2";
    tx.run(sql, vec![asset.into(), id.into()]).await?;
    Ok(())
}

#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Digest {
    pub section: String,
    pub digest: String,
}

/// Names and digests of everything kept of a machine.
pub(crate) async fn digests(db: &impl Sql, agent: Uuid) -> Result<Vec<Digest>> {
    let sql = "SELECT section, digest FROM agent_section WHERE agent_id = $1 ORDER BY section LIMIT 200";
    db.rows(sql, vec![agent.into()]).await
}

#[derive(FromQueryResult)]
struct Stored {
    section: String,
    content: String,
}

/// What is read of a machine; the other sections are kept for whoever exports them.
pub(crate) async fn sections(db: &impl Sql, agent: Uuid) -> Result<Sections> {
    some_sections(db, agent, &READ).await
}

/// What says which machine it is.
pub(crate) async fn identifying_sections(db: &impl Sql, agent: Uuid) -> Result<Sections> {
    some_sections(db, agent, &IDENTIFYING).await
}

async fn some_sections(db: &impl Sql, agent: Uuid, names: &[&'static str]) -> Result<Sections> {
    let sql = format!(
        "SELECT section, content FROM agent_section WHERE agent_id = $1 AND section IN ({}) ORDER BY section",
        placeholders(2, names.len())
    );
    let mut values: Vec<Value> = vec![agent.into()];
    values.extend(names.iter().map(|name| Value::from(*name)));
    let rows: Vec<Stored> = db.rows(&sql, values).await?;
    let read = |row: Stored| Ok((row.section, serde_json::from_str(&row.content)?));
    rows.into_iter().map(read).collect()
}

/// Whether the agent ever told this section, be it empty.
pub(crate) async fn tells(db: &impl Sql, agent: Uuid, section: &str) -> Result<bool> {
    let sql = "SELECT agent_id FROM agent_section WHERE agent_id = $1 AND section = $2";
    let found: Option<Uuid> = db.scalar(sql, vec![agent.into(), section.into()]).await?;
    Ok(found.is_some())
}

/// Of the agents that report of an asset the one that told this section and was heard last.
pub(crate) async fn teller(db: &impl Sql, asset: Uuid, section: &str) -> Result<Option<Uuid>> {
    let sql = "SELECT g.id FROM agent AS g JOIN agent_section AS s ON s.agent_id = g.id AND s.section = $2 \
               WHERE g.asset_id = $1 ORDER BY g.last_seen_at DESC, g.id LIMIT 1";
    db.scalar(sql, vec![asset.into(), section.into()]).await
}

/// A part as it is kept.
pub(crate) enum Content<'a> {
    /// What is read, as JSON.
    Text(String),
    /// What nobody reads, as a zlib stream.
    Packed(&'a [u8]),
}

/// Replaces one part whole.
pub(crate) async fn set_section(
    tx: &Tx,
    agent: Uuid,
    section: &str,
    digest: &str,
    content: &Content<'_>,
) -> Result<()> {
    let sql = "INSERT INTO agent_section (agent_id, section, digest, content, packed, seen_at) \
               VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT (agent_id, section) DO UPDATE SET digest = excluded.digest, content = excluded.content, \
               packed = excluded.packed, seen_at = excluded.seen_at";
    let (text, packed) = match content {
        Content::Text(text) => (text.as_str(), None),
        Content::Packed(bytes) => ("", Some(bytes.to_vec())),
    };
    let values =
        vec![agent.into(), section.into(), digest.into(), text.into(), packed.into(), tx.at().into()];
    tx.run(sql, values).await?;
    Ok(())
}

/// Agents that wait for approval, counted up to 1,000.
pub(crate) async fn waiting(db: &impl Sql) -> Result<i64> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM agent WHERE state = 'waiting' LIMIT 1000) AS counted";
    Ok(db.scalar(sql, vec![]).await?.unwrap_or(0))
}

/// Does the agent report of an asset already? Locks its row until the transaction ends.
pub(crate) async fn is_joined(tx: &Tx, id: Uuid) -> Result<bool> {
    let sql = format!(
        "SELECT id FROM agent WHERE id = $1 AND asset_id IS NOT NULL{}",
        kernel::db::until_commit(sea_orm::ConnectionTrait::get_database_backend(tx))
    );
    let found: Option<Uuid> = tx.scalar(&sql, vec![id.into()]).await?;
    Ok(found.is_some())
}

pub(crate) async fn set_approved(tx: &Tx, id: Uuid) -> Result<()> {
    tx.run("UPDATE agent SET state = 'approved' WHERE id = $1", vec![id.into()]).await?;
    Ok(())
}
