//! Queries about custody.

use kernel::db::{Sql, placeholders};
use kernel::{Error, Instant, Result, Tx};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::lines::MOST;

/// An asset as a slip names it.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Line {
    pub id: Uuid,
    pub number: String,
    pub name: String,
    pub manufacturer: String,
    pub model: String,
    pub serial: String,
    pub serial_key: String,
    pub registry_code: String,
    pub state: String,
    pub category: String,
    pub unit_id: Uuid,
    pub holder_id: Option<Uuid>,
    pub holder_name: Option<String>,
    /// Record of the same device that it was joined to.
    pub merged_into_id: Option<Uuid>,
}

impl Line {
    /// "2026-VR-000007 BIM-PC-07 (Dell Inc. OptiPlex 7010, seri no 7XK2QW1)".
    pub fn in_words(&self) -> String {
        let made = format!("{} {}", self.manufacturer, self.model);
        let serial = if self.serial.is_empty() { String::new() } else { format!("seri no {}", self.serial) };
        let code = if self.registry_code.is_empty() {
            String::new()
        } else {
            format!("taşınır sicil no {}", self.registry_code)
        };
        let said: Vec<&str> =
            [made.trim(), &serial, &code].into_iter().filter(|one| !one.is_empty()).collect();
        let more = if said.is_empty() { String::new() } else { format!(" ({})", said.join(", ")) };
        format!("{} {}{more}", self.number, self.name)
    }
}

const COLUMNS: &str = "a.id, a.number, a.name, a.manufacturer, a.model, a.serial, a.serial_key, a.registry_code, a.state, \
     a.category, a.unit_id, a.holder_id, s.title AS holder_name, a.merged_into_id";
const FROM: &str = "FROM asset AS a LEFT JOIN record AS s ON s.kind = 'staff' AND s.id = a.holder_id";

/// Assets with one of these numbers or serials.
pub(crate) async fn named(db: &impl Sql, numbers: &[&str], serial_keys: &[String]) -> Result<Vec<Line>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<&String> = serial_keys.iter().filter(|key| !key.is_empty()).collect();
    let mut values: Vec<Value> = numbers.iter().map(|one| Value::from(*one)).collect();
    let line = format!("SELECT {COLUMNS} {FROM}");
    let mut sql = format!("{line} WHERE a.number IN ({})", placeholders(1, numbers.len()));
    if !keys.is_empty() {
        let list = placeholders(values.len() + 1, keys.len());
        sql = format!(
            "{sql} UNION {line} WHERE a.serial_key IN ({list}) AND a.state NOT IN ('written_off', 'merged')"
        );
        values.extend(keys.into_iter().map(|one| Value::from(one.as_str())));
    }
    db.rows(&format!("{sql} LIMIT 2000"), values).await
}

/// These assets.
pub(crate) async fn with_ids(db: &impl Sql, ids: &[Uuid]) -> Result<Vec<Line>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("SELECT {COLUMNS} {FROM} WHERE a.id IN ({})", placeholders(1, ids.len()));
    db.rows(&sql, ids.iter().map(|id| Value::from(*id)).collect()).await
}

/// Assets that have this network card; written off ones, too: what was asked may be long ago.
pub(crate) async fn with_card(db: &impl Sql, mac: &str) -> Result<Vec<Line>> {
    let sql = format!(
        "SELECT {COLUMNS} {FROM} JOIN asset_mac AS m ON m.asset_id = a.id WHERE m.mac = $1 ORDER BY a.number LIMIT 20"
    );
    db.rows(&sql, vec![mac.into()]).await
}

/// In whose charge an asset was, and by which slip.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Charge {
    pub asset_id: Uuid,
    pub number: String,
    pub holder: Option<String>,
    pub unit: Option<String>,
    pub given_at: Instant,
}

/// The charges of these assets that stood at a moment, the last one first.
pub(crate) async fn charges_at(db: &impl Sql, assets: &[Uuid], at: Instant) -> Result<Vec<Charge>> {
    if assets.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT i.asset_id, c.number, s.title AS holder, u.title AS unit, c.given_at \
         FROM custody_item AS i JOIN custody AS c ON c.id = i.custody_id \
         LEFT JOIN record AS s ON s.kind = 'staff' AND s.id = c.holder_id \
         LEFT JOIN record AS u ON u.kind = 'unit' AND u.id = c.unit_id \
         WHERE i.asset_id IN ({}) AND c.given_at <= $1 AND (i.returned_at IS NULL OR i.returned_at > $1) \
         ORDER BY c.given_at DESC, c.id LIMIT 100",
        placeholders(2, assets.len())
    );
    let mut values: Vec<Value> = vec![at.into()];
    values.extend(assets.iter().map(|asset| Value::from(*asset)));
    db.rows(&sql, values).await
}

/// The slip on which an asset stands now.
pub(crate) async fn slip_of(db: &impl Sql, asset: Uuid) -> Result<Option<Uuid>> {
    let sql = "SELECT custody_id FROM custody_item WHERE asset_id = $1 AND returned_at IS NULL LIMIT 1";
    db.scalar(sql, vec![asset.into()]).await
}

/// An asset of a slip, and when it came off it.
#[derive(FromQueryResult)]
pub(crate) struct OnSlip {
    #[sea_orm(nested)]
    pub line: Line,
    pub returned_at: Option<i64>,
}

/// The assets of a slip, in the order of their numbers.
pub(crate) async fn of(db: &impl Sql, slip: Uuid) -> Result<Vec<OnSlip>> {
    let sql = format!(
        "SELECT {COLUMNS}, i.returned_at {FROM} JOIN custody_item AS i ON i.asset_id = a.id WHERE i.custody_id = $1 \
         ORDER BY a.number LIMIT {MOST}"
    );
    db.rows(&sql, vec![slip.into()]).await
}

/// Those of them that are still in the holder's charge.
pub(crate) async fn left_on(db: &impl Sql, slip: Uuid) -> Result<Vec<Line>> {
    let sql = format!(
        "SELECT {COLUMNS} {FROM} JOIN custody_item AS i ON i.asset_id = a.id WHERE i.custody_id = $1 \
         AND i.returned_at IS NULL ORDER BY a.number LIMIT {MOST}"
    );
    db.rows(&sql, vec![slip.into()]).await
}

pub(crate) async fn begin(tx: &Tx, slip: Uuid, assets: &[Uuid]) -> Result<()> {
    if assets.is_empty() {
        return Ok(());
    }
    let rows: Vec<String> = (0..assets.len()).map(|row| format!("($1, ${})", row + 2)).collect();
    let mut values: Vec<Value> = vec![slip.into()];
    values.extend(assets.iter().map(|asset| Value::from(*asset)));
    tx.run(&format!("INSERT INTO custody_item (custody_id, asset_id) VALUES {}", rows.join(", ")), values)
        .await?;
    Ok(())
}

/// An asset that came off a slip.
#[derive(FromQueryResult)]
pub(crate) struct Ended {
    pub custody_id: Uuid,
}

/// Takes these assets off whichever slips they stand on; a second one who does the same at that moment is refused.
pub(crate) async fn end(tx: &Tx, assets: &[Uuid]) -> Result<Vec<Ended>> {
    if assets.is_empty() {
        return Ok(Vec::new());
    }
    let mut values: Vec<Value> = assets.iter().map(|asset| Value::from(*asset)).collect();
    let open = format!("asset_id IN ({}) AND returned_at IS NULL", placeholders(1, assets.len()));
    let sql = format!("SELECT custody_id FROM custody_item WHERE {open} LIMIT {MOST}");
    let ended: Vec<Ended> = tx.rows(&sql, values.clone()).await?;
    values.push(tx.at().into());
    let sql = format!("UPDATE custody_item SET returned_at = ${} WHERE {open}", values.len());
    if tx.run(&sql, values).await? == assets.len() as u64 {
        return Ok(ended);
    }
    Err(Error::conflict(
        "Bu varlıklardan biri az önce başkasınca iade alındı ya da devredildi; sayfayı yenileyin.",
    ))
}

pub(crate) async fn set_closed(tx: &Tx, slip: Uuid, state: &str) -> Result<()> {
    let sql = "UPDATE custody SET state = $1, returned_at = $2, version = version + 1 WHERE id = $3";
    tx.run(sql, vec![state.into(), tx.at().into(), slip.into()]).await?;
    Ok(())
}

/// Numbers of the assets in a person's charge.
pub(crate) async fn numbers_held_by(db: &impl Sql, staff: Uuid, limit: usize) -> Result<Vec<String>> {
    let sql = format!("SELECT number FROM asset WHERE holder_id = $1 ORDER BY number LIMIT {limit}");
    db.column(&sql, vec![staff.into()]).await
}

/// Numbers of the assets that a person had in the program the town used before, and that nobody was given since.
pub(crate) async fn numbers_formerly_with(db: &impl Sql, staff: Uuid, limit: usize) -> Result<Vec<String>> {
    let sql = format!(
        "SELECT number FROM asset WHERE former_holder_id = $1 AND holder_id IS NULL AND state IN ('in_stock', 'in_use') \
         ORDER BY number LIMIT {limit}"
    );
    db.column(&sql, vec![staff.into()]).await
}

pub(crate) async fn set_signed(tx: &Tx, slip: Uuid) -> Result<()> {
    tx.run("UPDATE custody_return SET signed_at = $1 WHERE id = $2", vec![tx.at().into(), slip.into()])
        .await?;
    Ok(())
}

pub(crate) async fn set_answered(tx: &Tx, check: Uuid) -> Result<()> {
    tx.run("UPDATE custody_check SET answered_at = $1 WHERE id = $2", vec![tx.at().into(), check.into()])
        .await?;
    Ok(())
}

/// What the running campaign is called.
pub(crate) async fn open_campaign(db: &impl Sql) -> Result<Option<String>> {
    db.scalar("SELECT title FROM custody_campaign WHERE state = 'open' LIMIT 1", vec![]).await
}

/// How many were begun since then, by whomever.
pub(crate) async fn campaigns_since(db: &impl Sql, start: Instant) -> Result<i64> {
    let sql = "SELECT count(*) FROM custody_campaign WHERE created_at >= $1";
    Ok(db.scalar(sql, vec![start.into()]).await?.unwrap_or(0))
}

/// Somebody who holds assets and was not asked yet.
#[derive(FromQueryResult)]
pub(crate) struct NotAsked {
    pub id: Uuid,
    pub name: String,
    pub unit_id: Uuid,
}

/// The next hundred of them.
pub(crate) async fn not_asked(db: &impl Sql, campaign: Uuid) -> Result<Vec<NotAsked>> {
    let sql = "SELECT DISTINCT s.id, s.title AS name, s.unit_id FROM asset AS a \
               JOIN record AS s ON s.kind = 'staff' AND s.id = a.holder_id \
               WHERE a.holder_id IS NOT NULL AND s.unit_id IS NOT NULL AND NOT EXISTS ( \
               SELECT 1 FROM custody_check AS c WHERE c.campaign_id = $1 AND c.holder_id = a.holder_id) \
               ORDER BY s.id LIMIT 100";
    db.rows(sql, vec![campaign.into()]).await
}

/// What all of these people hold.
pub(crate) async fn held_by_all(db: &impl Sql, holders: &[NotAsked]) -> Result<Vec<Line>> {
    let values: Vec<Value> = holders.iter().map(|holder| Value::from(holder.id)).collect();
    let list = placeholders(1, values.len());
    let sql = format!("SELECT {COLUMNS} {FROM} WHERE a.holder_id IN ({list}) ORDER BY a.number LIMIT 100000");
    db.rows(&sql, values).await
}

/// A question to one person.
pub(crate) struct NewCheck {
    pub id: Uuid,
    pub title: String,
    pub holder: Uuid,
    pub unit: Uuid,
    pub asset_count: i64,
    pub statement: String,
    pub digest: String,
}

pub(crate) async fn insert_checks(tx: &Tx, campaign: Uuid, new: &[NewCheck]) -> Result<()> {
    let mut values: Vec<Value> = Vec::with_capacity(new.len() * 9);
    let mut rows = Vec::with_capacity(new.len());
    for one in new {
        rows.push(format!("({}, 1, 'waiting', NULL)", placeholders(values.len() + 1, 9)));
        values.extend([
            Value::from(one.id),
            one.title.as_str().into(),
            campaign.into(),
            one.holder.into(),
            one.unit.into(),
            one.asset_count.into(),
            one.statement.as_str().into(),
            one.digest.as_str().into(),
            tx.at().into(),
        ]);
    }
    let sql = format!(
        "INSERT INTO custody_check (id, title, campaign_id, holder_id, unit_id, asset_count, statement, statement_digest, \
         asked_at, version, state, answered_at) VALUES {}",
        rows.join(", ")
    );
    tx.run(&sql, values).await?;
    Ok(())
}

/// Slips that their holders dispute.
pub(crate) async fn disputed(db: &impl Sql) -> Result<i64> {
    let sql = "SELECT count(*) FROM custody WHERE state = 'disputed'";
    Ok(db.scalar(sql, vec![]).await?.unwrap_or(0))
}

/// Yearly lists of which somebody said that they differ.
pub(crate) async fn differing(db: &impl Sql) -> Result<i64> {
    let sql = "SELECT count(*) FROM custody_check WHERE state = 'disputed'";
    Ok(db.scalar(sql, vec![]).await?.unwrap_or(0))
}

/// Lists that wait for a person's answer.
pub(crate) async fn checks_of(db: &impl Sql, staff: Uuid) -> Result<i64> {
    let sql = "SELECT count(*) FROM custody_check WHERE holder_id = $1 AND state = 'waiting'";
    Ok(db.scalar(sql, vec![staff.into()]).await?.unwrap_or(0))
}

pub(crate) async fn set_confirmed(tx: &Tx, slip: Uuid) -> Result<()> {
    tx.run("UPDATE custody SET confirmed_at = $1 WHERE id = $2", vec![tx.at().into(), slip.into()]).await?;
    Ok(())
}

/// Assets in a person's charge.
pub(crate) async fn held_by(db: &impl Sql, staff: Uuid) -> Result<i64> {
    let sql = "SELECT count(*) FROM asset WHERE holder_id = $1";
    Ok(db.scalar(sql, vec![staff.into()]).await?.unwrap_or(0))
}

/// Slips that wait for a person.
pub(crate) async fn waiting_for(db: &impl Sql, staff: Uuid) -> Result<i64> {
    let sql = "SELECT count(*) FROM custody WHERE holder_id = $1 AND state = 'waiting'";
    Ok(db.scalar(sql, vec![staff.into()]).await?.unwrap_or(0))
}

#[derive(FromQueryResult)]
pub(crate) struct Totals {
    pub number: i64,
    pub other: i64,
    pub last_at: Option<i64>,
}

/// Slips that stand, those not confirmed, and the last one made out.
pub(crate) async fn totals(db: &impl Sql) -> Result<Totals> {
    let sql = "SELECT count(*) AS number, count(CASE WHEN state <> 'held' THEN 1 END) AS other, \
               max(given_at) AS last_at FROM custody WHERE state IN ('waiting', 'held', 'disputed')";
    Ok(db.row(sql, vec![]).await?.unwrap_or(Totals { number: 0, other: 0, last_at: None }))
}
