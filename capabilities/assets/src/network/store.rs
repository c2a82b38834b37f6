//! Queries about scans, what they found and what it told.

use std::collections::BTreeMap;

use kernel::db::{Sql, placeholders};
use kernel::{Day, Error, Instant, Result, Tx, number, tr};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

/// The approved agent that calls itself so; none where two do.
pub(super) async fn scanning_agent(db: &impl Sql, device_id: &str) -> Result<Option<Uuid>> {
    let sql = "SELECT id FROM agent WHERE device_id = $1 AND state = 'approved' ORDER BY id LIMIT 2";
    let found: Vec<Uuid> = db.column(sql, vec![device_id.into()]).await?;
    Ok(if let [one] = found.as_slice() { Some(*one) } else { None })
}

/// Whether an agent is to look anywhere.
pub(super) async fn has_scan(db: &impl Sql, agent: Uuid) -> Result<bool> {
    let sql = "SELECT id FROM network_scan WHERE agent_id = $1 LIMIT 1";
    Ok(db.scalar::<Uuid>(sql, vec![agent.into()]).await?.is_some())
}

/// A scan that is to be run now.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Due {
    pub id: Uuid,
    pub first_address: String,
    pub last_address: String,
    pub port: i64,
}

/// Scans of an agent whose time has come; one that was asked and is not through is left alone until `given_up`.
pub(super) async fn due(db: &impl Sql, agent: Uuid, now: Instant, given_up: Instant) -> Result<Vec<Due>> {
    let sql = format!(
        "SELECT id, first_address, last_address, port FROM network_scan WHERE agent_id = $1 AND state = 'active' \
         AND (asked_at IS NULL OR (asked_at <= $2 - every_hours * {} AND (asked_at < $3 OR ended_at >= asked_at))) \
         ORDER BY id LIMIT 10",
        60 * Instant::MINUTE_US
    );
    db.rows(&sql, vec![agent.into(), now.into(), given_up.into()]).await
}

pub(super) async fn want(tx: &Tx, scan: Uuid) -> Result<()> {
    let sql = "UPDATE network_scan SET asked_at = NULL WHERE id = $1 AND asked_at IS NOT NULL";
    match tx.run(sql, vec![scan.into()]).await? {
        0 => Err(Error::conflict("Bu tarama zaten ajanın ilk gelişinde yapılacak.")),
        _ => Ok(()),
    }
}

pub(super) async fn asked(tx: &Tx, scan: Uuid, task: i64) -> Result<()> {
    let sql = "UPDATE network_scan SET asked_at = $1, task_no = $2 WHERE id = $3";
    tx.run(sql, vec![tx.at().into(), task.into(), scan.into()]).await?;
    Ok(())
}

pub(super) async fn scan_with_task(db: &impl Sql, agent: Uuid, task: i64) -> Result<Option<Uuid>> {
    let sql = "SELECT id FROM network_scan WHERE task_no = $1 AND task_no > 0 AND agent_id = $2 LIMIT 1";
    db.scalar(sql, vec![task.into(), agent.into()]).await
}

/// Through, with so many that answered since it was asked.
pub(super) async fn ended(tx: &Tx, scan: Uuid) -> Result<()> {
    let sql = "UPDATE network_scan SET ended_at = $1, found = (SELECT count(*) FROM network_device AS d \
               WHERE d.scan_id = network_scan.id AND d.seen_at >= network_scan.asked_at) WHERE id = $2";
    tx.run(sql, vec![tx.at().into(), scan.into()]).await?;
    Ok(())
}

/// A device that is to be asked in detail.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct ToAsk {
    pub id: Uuid,
    pub no: i64,
    pub kind: String,
    pub address: String,
    pub way: i64,
    pub port: i64,
}

pub(super) async fn to_ask(db: &impl Sql, agent: Uuid, now: Instant, limit: u32) -> Result<Vec<ToAsk>> {
    let sql = format!(
        "SELECT d.id, d.no, d.kind, d.address, d.way, s.port FROM network_scan AS s \
         JOIN network_device AS d ON d.scan_id = s.id WHERE s.agent_id = $1 AND s.state = 'active' AND d.way > 0 \
         AND d.kind IN ('printer', 'network') AND d.state <> 'ignored' \
         AND (d.asked_at IS NULL OR d.asked_at <= $2 - s.every_hours * {}) ORDER BY d.id LIMIT {limit}",
        60 * Instant::MINUTE_US
    );
    db.rows(&sql, vec![agent.into(), now.into()]).await
}

pub(super) async fn asked_device(tx: &Tx, device: Uuid) -> Result<()> {
    tx.run("UPDATE network_device SET asked_at = $1 WHERE id = $2", vec![tx.at().into(), device.into()])
        .await?;
    Ok(())
}

/// A device that was found before.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Known {
    pub id: Uuid,
    pub identity: String,
    pub name: String,
    pub toner: String,
    pub asset_id: Option<Uuid>,
}

/// By the surest of its signs, or by its card.
pub(super) async fn known(db: &impl Sql, identities: &[String], mac: &str) -> Result<Option<Known>> {
    let mut values: Vec<Value> = identities.iter().map(|one| Value::from(one.as_str())).collect();
    values.push(mac.into());
    let sql = format!(
        "SELECT id, identity, name, toner, asset_id FROM network_device WHERE identity IN ({}) \
         UNION SELECT id, identity, name, toner, asset_id FROM network_device WHERE mac = ${} AND mac <> '' LIMIT 10",
        placeholders(1, identities.len()),
        values.len()
    );
    let found: Vec<Known> = db.rows(&sql, values).await?;
    let place =
        |known: &Known| identities.iter().position(|one| *one == known.identity).unwrap_or(usize::MAX);
    Ok(found.into_iter().min_by_key(place))
}

/// The device an agent was asked for under this number.
pub(super) async fn asked_of(db: &impl Sql, agent: Uuid, no: i64) -> Result<Option<Known>> {
    let sql = "SELECT d.id, d.identity, d.name, d.toner, d.asset_id FROM network_device AS d \
               JOIN network_scan AS s ON s.id = d.scan_id WHERE d.no = $1 AND s.agent_id = $2 AND d.asked_at IS NOT NULL";
    db.row(sql, vec![no.into(), agent.into()]).await
}

/// What a device says of itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    pub name: String,
    pub kind: String,
    pub address: String,
    pub mac: String,
    pub manufacturer: String,
    pub model: String,
    pub serial: String,
    pub firmware: String,
    pub place: String,
    pub description: String,
    pub way: i64,
}

impl Told {
    fn texts(&self) -> [(&'static str, &str); 9] {
        [
            ("address", &self.address),
            ("mac", &self.mac),
            ("manufacturer", &self.manufacturer),
            ("model", &self.model),
            ("serial", &self.serial),
            ("firmware", &self.firmware),
            ("place", &self.place),
            ("description", &self.description),
            ("kind", &self.kind),
        ]
    }
}

pub(super) async fn insert(
    tx: &Tx,
    scan: Uuid,
    identity: &str,
    told: &Told,
    asset: Option<Uuid>,
) -> Result<Uuid> {
    let id = tx.new_id();
    let no = number::next(tx, "network_device", 0).await?;
    let mut columns = vec!["id", "no", "identity", "name", "name_key", "scan_id", "way", "asset_id", "state"];
    let mut values: Vec<Value> = vec![
        id.into(),
        no.into(),
        identity.into(),
        told.name.as_str().into(),
        tr::collation_key(&told.name).into(),
        scan.into(),
        told.way.into(),
        asset.into(),
        if asset.is_some() { "known" } else { "new" }.into(),
    ];
    for (column, text) in told.texts() {
        columns.push(column);
        values.push(text.into());
    }
    for (column, text) in [("toner", "unknown"), ("levels", "{}"), ("trouble", "")] {
        columns.push(column);
        values.push(text.into());
    }
    for column in ["first_seen_at", "seen_at"] {
        columns.push(column);
        values.push(tx.at().into());
    }
    let sql = format!(
        "INSERT INTO network_device ({}) VALUES ({})",
        columns.join(", "),
        placeholders(1, columns.len())
    );
    tx.run(&sql, values).await?;
    Ok(id)
}

/// Found again: what it says now, where it says something.
pub(super) async fn set_found(
    tx: &Tx,
    device: Uuid,
    scan: Uuid,
    identity: &str,
    told: &Told,
    asset: Option<Uuid>,
) -> Result<()> {
    let mut values: Vec<Value> = vec![
        device.into(),
        scan.into(),
        identity.into(),
        told.name.as_str().into(),
        tr::collation_key(&told.name).into(),
        told.way.into(),
        asset.into(),
        tx.at().into(),
    ];
    let mut sets = vec![
        "scan_id = $2".to_string(),
        "identity = $3".into(),
        "name = $4".into(),
        "name_key = $5".into(),
        "way = $6".into(),
        "asset_id = $7".into(),
        "seen_at = $8".into(),
    ];
    if asset.is_some() {
        sets.push("state = 'known'".into());
    }
    said(told, &mut sets, &mut values);
    let sql = format!("UPDATE network_device SET {} WHERE id = $1", sets.join(", "));
    tx.run(&sql, values).await?;
    Ok(())
}

fn said(told: &Told, sets: &mut Vec<String>, values: &mut Vec<Value>) {
    for (column, text) in told.texts().into_iter().filter(|(_, text)| !text.is_empty() && *text != "unknown")
    {
        values.push(text.into());
        sets.push(format!("{column} = ${}", values.len()));
    }
}

/// What a device answered in detail.
pub(super) struct Answer {
    pub pages: Option<i64>,
    pub colour_pages: Option<i64>,
    pub toner: &'static str,
    pub levels: String,
    pub ports: Option<i64>,
}

pub(super) async fn set_answer(tx: &Tx, device: Uuid, told: &Told, answer: &Answer) -> Result<()> {
    let mut values: Vec<Value> = vec![
        device.into(),
        answer.pages.into(),
        answer.colour_pages.into(),
        answer.toner.into(),
        answer.levels.as_str().into(),
        answer.ports.into(),
        tx.at().into(),
    ];
    let mut sets = vec![
        "pages = $2".to_string(),
        "colour_pages = $3".into(),
        "toner = $4".into(),
        "levels = $5".into(),
        "ports = $6".into(),
        "told_at = $7".into(),
        "trouble = ''".into(),
    ];
    said(told, &mut sets, &mut values);
    tx.run(&format!("UPDATE network_device SET {} WHERE id = $1", sets.join(", ")), values).await?;
    Ok(())
}

pub(super) async fn set_trouble(tx: &Tx, device: Uuid, text: &str) -> Result<()> {
    tx.run("UPDATE network_device SET trouble = $1 WHERE id = $2", vec![text.into(), device.into()]).await?;
    Ok(())
}

pub(super) async fn set_asset(tx: &Tx, device: Uuid, asset: Uuid) -> Result<()> {
    tx.run("UPDATE network_device SET asset_id = $1 WHERE id = $2", vec![asset.into(), device.into()])
        .await?;
    Ok(())
}

/// The last word of a day counts.
pub(super) async fn read_counter(tx: &Tx, device: Uuid, pages: i64, colour: i64) -> Result<()> {
    put(tx, device, tx.at().day(), pages, colour).await
}

/// A reading of an earlier day, for the demo town.
pub(super) async fn read_counter_on(tx: &Tx, device: Uuid, day: Day, pages: i64) -> Result<()> {
    put(tx, device, day, pages, 0).await
}

async fn put(tx: &Tx, device: Uuid, day: Day, pages: i64, colour: i64) -> Result<()> {
    let sql = "INSERT INTO page_reading (device_id, day, pages, colour_pages) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (device_id, day) DO UPDATE SET pages = excluded.pages, colour_pages = excluded.colour_pages";
    let values = vec![device.into(), day.to_string().into(), pages.into(), colour.into()];
    tx.run(sql, values).await?;
    Ok(())
}

#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Reading {
    pub day: String,
    pub pages: i64,
}

/// Newest first.
pub(super) async fn readings(db: &impl Sql, device: Uuid) -> Result<Vec<Reading>> {
    let sql = "SELECT day, pages FROM page_reading WHERE device_id = $1 ORDER BY day DESC LIMIT 31";
    db.rows(sql, vec![device.into()]).await
}

/// Percent by name of cartridge.
pub(super) async fn levels(db: &impl Sql, device: Uuid) -> Result<BTreeMap<String, i64>> {
    let text: Option<String> =
        db.scalar("SELECT levels FROM network_device WHERE id = $1", vec![device.into()]).await?;
    Ok(serde_json::from_str(text.as_deref().unwrap_or("{}"))?)
}

/// Two counts and the newest instant, for evidence.
#[derive(Clone, Copy, Debug, Default, FromQueryResult)]
pub(crate) struct Totals {
    pub number: i64,
    pub other: i64,
    pub last_at: Option<i64>,
}

/// Devices that were found; those that are no asset of the town.
pub(crate) async fn totals(db: &impl Sql) -> Result<Totals> {
    let sql = "SELECT count(*) AS number, CAST(coalesce(sum(CASE WHEN state = 'new' THEN 1 ELSE 0 END), 0) AS BIGINT) AS other, \
               max(seen_at) AS last_at FROM network_device";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}
