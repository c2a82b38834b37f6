//! Queries about assets.

use kernel::db::{Sql, placeholders};
use kernel::{Day, Result, Tx};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use crate::custody::Holder;

/// The number of an asset in use with this serial, other than `except`.
pub(crate) async fn number_with_serial(
    db: &impl Sql,
    serial_key: &str,
    except: Option<Uuid>,
) -> Result<Option<String>> {
    let sql = "SELECT number FROM asset WHERE serial_key = $1 AND id <> $2 AND state NOT IN ('written_off', 'merged') LIMIT 1";
    db.scalar(sql, vec![serial_key.into(), except.unwrap_or_default().into()]).await
}

/// An asset as recognition compares it.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Candidate {
    pub id: Uuid,
    pub number: String,
    pub name: String,
    pub serial_key: String,
    pub machine_uuid: String,
}

const CANDIDATE: &str = "a.id, a.number, a.name, a.serial_key, a.machine_uuid";
/// More than this many alike are no recognition.
const MOST_ALIKE: u32 = 20;

/// Assets that have this serial, one of these UUIDs or one of these cards. Each column is asked for itself: an OR over
/// all of them would read the table.
pub(crate) async fn alike(
    db: &impl Sql,
    serial_key: &str,
    uuids: &[String],
    macs: &[String],
) -> Result<Vec<Candidate>> {
    let mut values: Vec<Value> = Vec::new();
    let mut parts = Vec::new();
    let open = "a.state NOT IN ('written_off', 'merged')";
    if !serial_key.is_empty() {
        values.push(serial_key.into());
        parts.push(format!("SELECT {CANDIDATE} FROM asset AS a WHERE a.serial_key = $1 AND {open}"));
    }
    if !uuids.is_empty() {
        let list = placeholders(values.len() + 1, uuids.len());
        values.extend(uuids.iter().map(|one| Value::from(one.as_str())));
        parts.push(format!("SELECT {CANDIDATE} FROM asset AS a WHERE a.machine_uuid IN ({list}) AND {open}"));
    }
    if !macs.is_empty() {
        let list = placeholders(values.len() + 1, macs.len());
        values.extend(macs.iter().map(|one| Value::from(one.as_str())));
        parts.push(format!(
            "SELECT {CANDIDATE} FROM asset_mac AS m JOIN asset AS a ON a.id = m.asset_id \
             WHERE m.mac IN ({list}) AND {open}"
        ));
    }
    if parts.is_empty() {
        return Ok(Vec::new());
    }
    db.rows(&format!("{} LIMIT {MOST_ALIKE}", parts.join(" UNION ")), values).await
}

pub(crate) async fn set_state(tx: &Tx, id: Uuid, state: &str) -> Result<()> {
    tx.run("UPDATE asset SET state = $1 WHERE id = $2", vec![state.into(), id.into()]).await?;
    Ok(())
}

/// Network cards by which it is known again.
pub(crate) async fn macs(db: &impl Sql, asset: Uuid) -> Result<Vec<String>> {
    db.column("SELECT mac FROM asset_mac WHERE asset_id = $1 ORDER BY mac LIMIT 200", vec![asset.into()])
        .await
}

/// Out of the register, from today on.
pub(crate) async fn set_written_off(tx: &Tx, id: Uuid) -> Result<()> {
    let sql = "UPDATE asset SET state = 'written_off', left_on = $1 WHERE id = $2";
    tx.run(sql, vec![tx.at().day().to_string().into(), id.into()]).await?;
    Ok(())
}

/// Assets under one beginning of register numbers; the price in kuruş of those that are left.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Registered {
    pub code: String,
    pub before: i64,
    pub came: i64,
    pub went: i64,
    pub worth: i64,
}

/// How many there were before a year, came and went in it; `days` and `starts` are its beginning and that of the next.
pub(super) async fn registered(
    db: &impl Sql,
    days: (Day, Day),
    starts: (kernel::Instant, kernel::Instant),
) -> Result<Vec<Registered>> {
    let entered = |place: usize| {
        format!(
            "CASE WHEN purchased_on IS NULL THEN created_at < ${} ELSE purchased_on < ${place} END",
            place + 2
        )
    };
    let (before, until) = (entered(1), entered(2));
    let gone = |place: usize| format!("(left_on IS NOT NULL AND left_on < ${place})");
    let count = |condition: String| format!("CAST(sum(CASE WHEN {condition} THEN 1 ELSE 0 END) AS BIGINT)");
    let left = format!("({until}) AND NOT {}", gone(2));
    let sql = format!(
        "SELECT substr(registry_code, 1, 9) AS code, {} AS before, {} AS came, {} AS went, \
         CAST(coalesce(sum(CASE WHEN {left} THEN price_kurus ELSE 0 END), 0) AS BIGINT) AS worth \
         FROM asset WHERE state <> 'merged' GROUP BY substr(registry_code, 1, 9) ORDER BY 1 LIMIT 500",
        count(format!("({before}) AND NOT {}", gone(1))),
        count(format!("NOT ({before}) AND ({until})")),
        count(format!("({until}) AND {} AND NOT {}", gone(2), gone(1))),
    );
    let values: Vec<Value> =
        vec![days.0.to_string().into(), days.1.to_string().into(), starts.0.into(), starts.1.into()];
    db.rows(&sql, values).await
}

/// Who holds it from now on, and in which room; nobody holds what lies in stock.
pub(crate) async fn set_holder(tx: &Tx, id: Uuid, holder: Option<&Holder<'_>>) -> Result<()> {
    let Some(holder) = holder else {
        let sql = "UPDATE asset SET holder_id = NULL, state = CASE state WHEN 'in_use' THEN 'in_stock' ELSE state END, \
                   version = version + 1 WHERE id = $1";
        tx.run(sql, vec![id.into()]).await?;
        return Ok(());
    };
    let sql = "UPDATE asset SET holder_id = $1, former_holder_id = NULL, unit_id = $2, place = CASE $3 WHEN '' THEN place ELSE $3 END, \
               state = CASE state WHEN 'in_stock' THEN 'in_use' ELSE state END, version = version + 1 WHERE id = $4";
    let values = vec![holder.staff.into(), holder.unit.into(), holder.room.into(), id.into()];
    tx.run(sql, values).await?;
    Ok(())
}

/// The network cards of a machine, as its last inventory said.
pub(crate) async fn set_macs(tx: &Tx, asset: Uuid, told: &[String]) -> Result<()> {
    if macs(tx, asset).await? == told {
        return Ok(());
    }
    tx.run("DELETE FROM asset_mac WHERE asset_id = $1", vec![asset.into()]).await?;
    if told.is_empty() {
        return Ok(());
    }
    let rows: Vec<String> = (0..told.len()).map(|row| format!("(${}, $1)", row + 2)).collect();
    let mut values: Vec<Value> = vec![asset.into()];
    values.extend(told.iter().map(|mac| Value::from(mac.as_str())));
    tx.run(&format!("INSERT INTO asset_mac (mac, asset_id) VALUES {}", rows.join(", ")), values).await?;
    Ok(())
}

/// An inventory was taken; what it said is written by the kit where it differs.
pub(crate) async fn set_seen(tx: &Tx, asset: Uuid) -> Result<()> {
    tx.run("UPDATE asset SET seen_at = $1 WHERE id = $2", vec![tx.at().into(), asset.into()]).await?;
    Ok(())
}

/// Names of the fields that a person set and agents leave alone, separated by spaces: for programs, so no field of the kind.
pub(crate) async fn by_hand(db: &impl Sql, asset: Uuid) -> Result<String> {
    let found = db.scalar("SELECT by_hand FROM asset WHERE id = $1", vec![asset.into()]).await?;
    Ok(found.unwrap_or_default())
}

/// When the last inventory was taken of those that are left.
pub(crate) async fn set_seen_at(tx: &Tx, asset: Uuid, at: Option<kernel::Instant>) -> Result<()> {
    tx.run("UPDATE asset SET seen_at = $1 WHERE id = $2", vec![at.into(), asset.into()]).await?;
    Ok(())
}

#[derive(Default, FromQueryResult)]
pub(crate) struct Totals {
    pub number: i64,
    pub other: i64,
    pub last_at: Option<i64>,
}

/// Assets in use, those of which an agent reports, and when the last was entered or reported.
pub(crate) async fn totals(db: &impl Sql) -> Result<Totals> {
    let sql = "SELECT count(*) AS number, count(seen_at) AS other, max(COALESCE(seen_at, created_at)) AS last_at \
               FROM asset WHERE state NOT IN ('written_off', 'merged')";
    Ok(db.row(sql, vec![]).await?.unwrap_or(Totals { number: 0, other: 0, last_at: None }))
}

/// Follows the days: what is still said to be supported past its last day, or long before it.
pub(crate) async fn set_support_states(tx: &Tx, today: Day, soon: Day) -> Result<()> {
    let ended = "UPDATE asset SET support = 'ended' WHERE support IN ('supported', 'ending') AND support_until_on < $1";
    tx.run(ended, vec![today.to_string().into()]).await?;
    let ending = "UPDATE asset SET support = 'ending' WHERE support = 'supported' AND support_until_on <= $1";
    tx.run(ending, vec![soon.to_string().into()]).await?;
    Ok(())
}

/// Machines in use whose system nobody mends any more, and those with an open drive.
pub(crate) async fn unsafe_machines(db: &impl Sql) -> Result<(i64, i64)> {
    let count = |column: &str, code: &str| {
        format!(
            "SELECT count(*) FROM asset WHERE {column} = '{code}' AND state NOT IN ('written_off', 'merged')"
        )
    };
    let ended = db.scalar(&count("support", "ended"), vec![]).await?.unwrap_or(0);
    let open = db.scalar(&count("encryption", "off"), vec![]).await?.unwrap_or(0);
    Ok((ended, open))
}

/// Assets with a known warranty, those of them whose warranty runs, and the last change of any.
pub(crate) async fn warranties(db: &impl Sql) -> Result<Totals> {
    let sql = "SELECT count(warranty_until_on) AS number, count(CASE WHEN warranty IN ('valid', 'ending') THEN 1 END) AS other, \
               max(created_at) AS last_at FROM asset WHERE state NOT IN ('written_off', 'merged')";
    Ok(db.row(sql, vec![]).await?.unwrap_or(Totals { number: 0, other: 0, last_at: None }))
}

/// Machines whose protection is known; those that have none, or an old one.
pub(crate) async fn protected(db: &impl Sql) -> Result<Totals> {
    let sql = "SELECT count(*) AS number, coalesce(sum(CASE WHEN protection <> 'live' THEN 1 ELSE 0 END), 0) AS other, \
               max(seen_at) AS last_at FROM asset WHERE protection <> 'unknown' AND state NOT IN ('written_off', 'merged')";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}

/// Assets that stand in the movable register; those that do not.
pub(crate) async fn with_register_number(db: &impl Sql) -> Result<Totals> {
    let sql = "SELECT CAST(coalesce(sum(CASE WHEN registry_code <> '' THEN 1 ELSE 0 END), 0) AS BIGINT) AS number, \
               CAST(coalesce(sum(CASE WHEN registry_code = '' THEN 1 ELSE 0 END), 0) AS BIGINT) AS other, \
               max(created_at) AS last_at FROM asset WHERE state NOT IN ('written_off', 'merged')";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}
