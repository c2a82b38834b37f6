//! Queries about sources and what came of them hour by hour.

use kernel::db::Sql;
use kernel::{Instant, Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Sources that are read at once; a metropolis has some thousand devices.
const MOST: i64 = 20_000;

/// A source as lines on their way in need it.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Source {
    pub id: Uuid,
    pub number: i64,
    pub name: String,
    pub sender: String,
    pub format: String,
    pub found_format: String,
    pub offset_minutes: i64,
    pub silence_minutes: Option<i64>,
    pub state: String,
    pub last_at: Option<Instant>,
    pub skew_us: Option<i64>,
    pub is_relay: bool,
}

const COLUMNS: &str = "id, number, name, sender, format, found_format, offset_minutes, silence_minutes, state, last_at, skew_us, is_relay";

pub(crate) async fn all(db: &impl Sql) -> Result<Vec<Source>> {
    let sql = format!("SELECT {COLUMNS} FROM log_source ORDER BY number LIMIT {MOST}");
    db.rows(&sql, vec![]).await
}

pub(crate) async fn one(db: &impl Sql, number: i64) -> Result<Option<Source>> {
    let sql = format!("SELECT {COLUMNS} FROM log_source WHERE number = $1");
    db.row(&sql, vec![number.into()]).await
}

pub(crate) async fn next_number(tx: &Tx) -> Result<i64> {
    let sql = "SELECT CAST(coalesce(max(number), 0) + 1 AS BIGINT) FROM log_source";
    Ok(tx.scalar(sql, vec![]).await?.unwrap_or(1))
}

pub(crate) async fn has_sender(tx: &Tx, sender: &str) -> Result<bool> {
    let sql = "SELECT count(*) FROM log_source WHERE sender = $1";
    Ok(tx.scalar::<i64>(sql, vec![sender.into()]).await?.unwrap_or(0) > 0)
}

/// When the last line of this sender came, as far as it is written down.
pub(crate) async fn last_of(db: &impl Sql, sender: &str) -> Result<Option<Instant>> {
    let sql = "SELECT last_at FROM log_source WHERE sender = $1";
    Ok(db.scalar::<Option<Instant>>(sql, vec![sender.into()]).await?.flatten())
}

/// What came of a source since it was last written down.
pub(crate) struct Came<'a> {
    pub number: i64,
    pub node: &'a str,
    pub hour: Instant,
    pub lines: i64,
    pub bytes: i64,
    pub cut: i64,
    pub unread: i64,
    /// Lines that were not read, by the name of the reason.
    pub doubts: Vec<(&'static str, i64)>,
    /// Lines that say a translated address, a hardware address, an account.
    pub named: [i64; 3],
    pub last_at: Instant,
    /// Of most of its lines.
    pub format: &'static str,
    pub skew_us: Option<i64>,
}

pub(crate) async fn add(tx: &Tx, came: &Came<'_>) -> Result<()> {
    let sql = "INSERT INTO log_source_hour (source, node, hour, lines, bytes, cut, unread, doubts, translated, macs, users) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
               ON CONFLICT (source, hour, node) DO UPDATE SET lines = log_source_hour.lines + $4, bytes = log_source_hour.bytes + $5, \
               cut = log_source_hour.cut + $6, unread = log_source_hour.unread + $7, doubts = $8, \
               translated = log_source_hour.translated + $9, macs = log_source_hour.macs + $10, users = log_source_hour.users + $11";
    let values = vec![
        came.number.into(),
        came.node.into(),
        came.hour.into(),
        came.lines.into(),
        came.bytes.into(),
        came.cut.into(),
        came.unread.into(),
        came.doubts
            .iter()
            .map(|(why, number)| format!("{why} {number}"))
            .collect::<Vec<_>>()
            .join(", ")
            .into(),
        came.named[0].into(),
        came.named[1].into(),
        came.named[2].into(),
    ];
    tx.run(sql, values).await?;
    for (reason, lines) in &came.doubts {
        let sql = "INSERT INTO log_source_doubt (source, node, hour, reason, lines) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (source, hour, reason, node) DO UPDATE SET lines = log_source_doubt.lines + $5";
        let values =
            vec![came.number.into(), came.node.into(), came.hour.into(), (*reason).into(), (*lines).into()];
        tx.run(sql, values).await?;
    }
    let sql = "UPDATE log_source SET lines = lines + $2, found_format = $3, skew_us = coalesce($4, skew_us), skew_seconds = coalesce($6, skew_seconds), \
               last_at = CASE WHEN last_at IS NULL OR last_at < $5 THEN $5 ELSE last_at END WHERE number = $1";
    let values = vec![
        came.number.into(),
        came.lines.into(),
        came.format.into(),
        came.skew_us.into(),
        came.last_at.into(),
        came.skew_us.map(|us| us / Instant::SECOND_US).into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// Of an hour, all nodes together.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Hour {
    pub source: i64,
    pub hour: Instant,
    pub lines: i64,
    pub bytes: i64,
    pub cut: i64,
    pub unread: i64,
    /// Lines that say a translated address, a hardware address, an account.
    pub translated: i64,
    pub macs: i64,
    pub users: i64,
}

/// The hours of one source from an instant on, oldest first.
pub(crate) async fn hours(db: &impl Sql, source: i64, since: Instant) -> Result<Vec<Hour>> {
    let sql = "SELECT source, hour, CAST(sum(lines) AS BIGINT) AS lines, CAST(sum(bytes) AS BIGINT) AS bytes, CAST(sum(cut) AS BIGINT) AS cut, \
               CAST(sum(unread) AS BIGINT) AS unread, CAST(sum(translated) AS BIGINT) AS translated, \
               CAST(sum(macs) AS BIGINT) AS macs, CAST(sum(users) AS BIGINT) AS users FROM log_source_hour WHERE source = $1 AND hour >= $2 \
               GROUP BY source, hour ORDER BY hour LIMIT 2000";
    db.rows(sql, vec![source.into(), since.into()]).await
}

/// Lines of a source that were not read, by reason.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Unread {
    pub reason: String,
    pub lines: i64,
}

pub(crate) async fn unread(db: &impl Sql, source: i64, since: Instant) -> Result<Vec<Unread>> {
    let sql = "SELECT reason, CAST(sum(lines) AS BIGINT) AS lines FROM log_source_doubt WHERE source = $1 AND hour >= $2 \
               GROUP BY reason ORDER BY lines DESC, reason LIMIT 20";
    db.rows(sql, vec![source.into(), since.into()]).await
}

/// What came in the hours of a span, by source.
pub(crate) async fn sums(db: &impl Sql, from: Instant, to: Instant) -> Result<Vec<Hour>> {
    let sql = format!(
        "SELECT source, max(hour) AS hour, CAST(sum(lines) AS BIGINT) AS lines, CAST(sum(bytes) AS BIGINT) AS bytes, \
         CAST(sum(cut) AS BIGINT) AS cut, CAST(sum(unread) AS BIGINT) AS unread, CAST(sum(translated) AS BIGINT) AS translated, \
               CAST(sum(macs) AS BIGINT) AS macs, CAST(sum(users) AS BIGINT) AS users FROM log_source_hour \
         WHERE hour >= $1 AND hour < $2 GROUP BY source ORDER BY source LIMIT {MOST}"
    );
    db.rows(&sql, vec![from.into(), to.into()]).await
}

/// Lines of a source in an hour.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Count {
    pub source: i64,
    pub hour: Instant,
    pub lines: i64,
}

/// What came in the same hour of each of the eight days before, by source, the newest first.
pub(crate) async fn same_hours(db: &impl Sql, hour: Instant) -> Result<Vec<Count>> {
    let sql = "SELECT source, hour, CAST(sum(lines) AS BIGINT) AS lines FROM log_source_hour \
               WHERE hour IN ($1, $2, $3, $4, $5, $6, $7, $8) GROUP BY source, hour ORDER BY hour DESC, source LIMIT 200000";
    let hours = (1..=8).map(|days| Instant(hour.0 - days * Instant::DAY_US).into()).collect();
    db.rows(sql, hours).await
}

/// Figures older than this say nothing that the lines themselves do not.
pub(crate) async fn forget_before(tx: &Tx, hour: Instant) -> Result<u64> {
    tx.run("DELETE FROM log_source_doubt WHERE hour < $1", vec![hour.into()]).await?;
    tx.run("DELETE FROM log_source_hour WHERE hour < $1", vec![hour.into()]).await
}

/// What the evidence of the duty counts.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Totals {
    pub sources: i64,
    pub lines: i64,
    pub last_at: Option<Instant>,
}

pub(crate) async fn totals(db: &impl Sql) -> Result<Totals> {
    let sql = "SELECT count(*) AS sources, CAST(coalesce(sum(lines), 0) AS BIGINT) AS lines, max(last_at) AS last_at FROM log_source WHERE last_at IS NOT NULL";
    Ok(db.row(sql, vec![]).await?.unwrap_or(Totals { sources: 0, lines: 0, last_at: None }))
}

pub(crate) async fn set_state(tx: &Tx, id: Uuid, state: &str) -> Result<()> {
    tx.run(
        "UPDATE log_source SET state = $2, version = version + 1 WHERE id = $1",
        vec![id.into(), state.into()],
    )
    .await?;
    Ok(())
}
