//! Queries about custody.

use kernel::db::{Sql, placeholders};
use kernel::{Result, Tx};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

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
    pub holder_name: Option<String>,
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

    /// Why it cannot be given to anybody now.
    pub fn refusal(&self) -> Option<String> {
        match (self.state.as_str(), &self.holder_name) {
            ("written_off", _) => Some("kayıttan düşmüş.".into()),
            (_, Some(name)) => Some(format!("{name} adına zimmetli; önce iade alın.")),
            ("in_repair", None) => Some("onarımda.".into()),
            _ => None,
        }
    }
}

const LINE: &str = "SELECT a.id, a.number, a.name, a.manufacturer, a.model, a.serial, a.serial_key, a.registry_code, \
     a.state, s.title AS holder_name FROM asset AS a LEFT JOIN record AS s ON s.kind = 'staff' AND s.id = a.holder_id";

/// Assets with one of these numbers or serials.
pub(crate) async fn named(db: &impl Sql, numbers: &[&str], serial_keys: &[String]) -> Result<Vec<Line>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<&String> = serial_keys.iter().filter(|key| !key.is_empty()).collect();
    let mut values: Vec<Value> = numbers.iter().map(|one| Value::from(*one)).collect();
    let mut sql = format!("{LINE} WHERE a.number IN ({})", placeholders(1, numbers.len()));
    if !keys.is_empty() {
        let list = placeholders(values.len() + 1, keys.len());
        sql = format!("{sql} UNION {LINE} WHERE a.serial_key IN ({list}) AND a.state <> 'written_off'");
        values.extend(keys.into_iter().map(|one| Value::from(one.as_str())));
    }
    db.rows(&format!("{sql} LIMIT 500"), values).await
}

/// The assets of a slip, in the order of their numbers.
pub(crate) async fn of(db: &impl Sql, slip: Uuid) -> Result<Vec<Line>> {
    let sql = format!(
        "{LINE} JOIN custody_item AS i ON i.asset_id = a.id WHERE i.custody_id = $1 ORDER BY a.number LIMIT 200"
    );
    db.rows(&sql, vec![slip.into()]).await
}

pub(crate) async fn begin(tx: &Tx, slip: Uuid, lines: &[Line]) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let rows: Vec<String> = (0..lines.len()).map(|row| format!("($1, ${})", row + 2)).collect();
    let mut values: Vec<Value> = vec![slip.into()];
    values.extend(lines.iter().map(|line| Value::from(line.id)));
    tx.run(&format!("INSERT INTO custody_item (custody_id, asset_id) VALUES {}", rows.join(", ")), values)
        .await?;
    Ok(())
}

/// Ends a slip; answers the assets that came back.
pub(crate) async fn end(tx: &Tx, slip: Uuid) -> Result<Vec<Uuid>> {
    let sql = "SELECT asset_id FROM custody_item WHERE custody_id = $1 AND returned_at IS NULL ORDER BY asset_id LIMIT 200";
    let assets: Vec<Uuid> = tx.column(sql, vec![slip.into()]).await?;
    let values: Vec<Value> = vec![tx.at().into(), slip.into()];
    let sql = "UPDATE custody_item SET returned_at = $1 WHERE custody_id = $2 AND returned_at IS NULL";
    tx.run(sql, values.clone()).await?;
    tx.run("UPDATE custody SET returned_at = $1 WHERE id = $2", values).await?;
    Ok(assets)
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

/// What a slip says, and the digest of it.
#[derive(FromQueryResult)]
pub(crate) struct Frozen {
    pub statement: String,
    pub statement_digest: String,
}

pub(crate) async fn frozen(db: &impl Sql, slip: Uuid) -> Result<Frozen> {
    let sql = "SELECT statement, statement_digest FROM custody WHERE id = $1";
    db.row(sql, vec![slip.into()]).await?.ok_or_else(kernel::Error::not_found)
}
