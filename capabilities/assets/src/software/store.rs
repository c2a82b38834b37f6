//! Queries about programs and where they are installed.

use std::collections::BTreeMap;

use kernel::db::{Sql, placeholders};
use kernel::{Result, Tx, tr};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

/// Rows of one statement. Few enough that the same few texts come again and again and stay prepared.
const AT_ONCE: usize = 100;

/// Programs whose machines are found by them quickly: a person judged them, or a rule forbids them. What a rule allows (the seven
/// hundred packages of every Linux machine) is counted like what nobody judged.
const FOLLOWED: &str = "(state IN ('forbidden', 'licenced') OR (state = 'allowed' AND rule_id IS NULL))";
const UNFOLLOWED: &str = "(state = 'unjudged' OR (state = 'allowed' AND rule_id IS NOT NULL))";

/// [`FOLLOWED`] of one program.
pub(super) fn is_followed(state: &str, is_ruled: bool) -> bool {
    state != "unjudged" && !(state == "allowed" && is_ruled)
}

#[derive(FromQueryResult)]
struct Keyed {
    id: Uuid,
    known_as: String,
    state: String,
    source: String,
    rule_id: Option<Uuid>,
}

impl Keyed {
    fn program(&self) -> Program {
        Program { id: self.id, is_watched: is_followed(&self.state, self.rule_id.is_some()) }
    }
}

/// Programs by what makes names the same, and those of them whose source nobody told yet.
#[derive(Default)]
pub(super) struct Known {
    pub programs: BTreeMap<String, Program>,
    pub sourceless: Vec<String>,
}

/// A program that is known: its id, and whether there is a verdict on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Program {
    pub id: Uuid,
    pub is_watched: bool,
}

pub(super) async fn by_keys(db: &impl Sql, keys: &[&str]) -> Result<Known> {
    let mut found = Known::default();
    for part in keys.chunks(AT_ONCE) {
        let sql = format!(
            "SELECT id, known_as, state, source, rule_id FROM software WHERE known_as IN ({})",
            placeholders(1, part.len())
        );
        let rows: Vec<Keyed> = db.rows(&sql, part.iter().map(|key| Value::from(*key)).collect()).await?;
        for row in rows {
            if row.source.is_empty() {
                found.sourceless.push(row.known_as.clone());
            }
            let program = row.program();
            found.programs.insert(row.known_as, program);
        }
    }
    Ok(found)
}

/// Notes where programs come from that were known before an agent said so.
pub(super) async fn set_source(tx: &Tx, source: &str, ids: &[Uuid]) -> Result<()> {
    for part in ids.chunks(AT_ONCE) {
        let mut values: Vec<Value> = vec![source.into()];
        values.extend(part.iter().map(|id| Value::from(*id)));
        let list = placeholders(2, part.len());
        tx.run(&format!("UPDATE software SET source = $1 WHERE id IN ({list}) AND source = ''"), values)
            .await?;
    }
    Ok(())
}

/// A person judged it, so no rule does; and it stands on a list.
pub(super) async fn set_by_hand(tx: &Tx, software: Uuid) -> Result<()> {
    let sql = "UPDATE software SET rule_id = NULL, finding = CASE finding WHEN 'unlisted' THEN 'none' ELSE finding END WHERE id = $1";
    tx.run(sql, vec![software.into()]).await?;
    Ok(())
}

pub(super) async fn by_ids(db: &impl Sql, ids: &[Uuid]) -> Result<Vec<Program>> {
    let mut found = Vec::new();
    for part in ids.chunks(AT_ONCE) {
        let sql = format!(
            "SELECT id, known_as, state, source, rule_id FROM software WHERE id IN ({})",
            placeholders(1, part.len())
        );
        let rows: Vec<Keyed> = db.rows(&sql, part.iter().map(|id| Value::from(*id)).collect()).await?;
        found.extend(rows.iter().map(Keyed::program));
    }
    Ok(found)
}

/// A program that was never seen before.
pub(super) struct New<'a> {
    pub key: &'a str,
    pub name: &'a str,
    pub publisher: &'a str,
    pub source: &'a str,
}

/// Enters them and makes them findable; another report may enter the same meanwhile.
pub(super) async fn insert(tx: &Tx, new: &[New<'_>]) -> Result<()> {
    for part in new.chunks(AT_ONCE) {
        let mut values: Vec<Value> = Vec::new();
        let mut rows = Vec::new();
        for one in part {
            let at = values.len() + 1;
            // The machine that told it has it; the others are counted.
            rows.push(format!(
                "(${}, 1, ${}, ${}, ${}, ${}, 'unjudged', 1, 0, 'none', '', ${}, ${})",
                at,
                at + 1,
                at + 2,
                at + 3,
                at + 4,
                at + 5,
                at + 6
            ));
            values.extend([
                tx.new_id().into(),
                one.name.into(),
                tr::collation_key(one.name).into(),
                one.key.into(),
                one.publisher.into(),
                tx.at().into(),
                one.source.into(),
            ]);
        }
        let sql = format!(
            "INSERT INTO software (id, version, name, name_key, known_as, publisher, state, installed, seats, finding, note, \
             created_at, source) VALUES {} ON CONFLICT (known_as) DO NOTHING",
            rows.join(", ")
        );
        tx.run(&sql, values).await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Installed {
    software_id: Uuid,
    version: String,
}

pub(super) async fn of_asset(db: &impl Sql, asset: Uuid) -> Result<Vec<(Uuid, String)>> {
    let sql = "SELECT software_id, version FROM asset_software WHERE asset_id = $1 LIMIT 10000";
    let rows: Vec<Installed> = db.rows(sql, vec![asset.into()]).await?;
    Ok(rows.into_iter().map(|row| (row.software_id, row.version)).collect())
}

pub(super) async fn put(tx: &Tx, asset: Uuid, new: &[(Program, &str)]) -> Result<()> {
    // Apart, so that the text of the statement is the same for every machine and the database plans it once.
    let (watched, others): (Vec<_>, Vec<_>) = new.iter().partition(|(program, _)| program.is_watched);
    for (all, is_watched) in [(others, "FALSE"), (watched, "TRUE")] {
        for part in all.chunks(AT_ONCE) {
            put_part(tx, asset, part, is_watched).await?;
        }
    }
    Ok(())
}

async fn put_part(tx: &Tx, asset: Uuid, part: &[&(Program, &str)], is_watched: &str) -> Result<()> {
    let mut values: Vec<Value> = vec![asset.into(), tx.at().into()];
    let mut rows = Vec::new();
    for (software, version) in part {
        values.extend([Value::from(software.id), Value::from(*version)]);
        rows.push(format!("($1, ${}, ${}, $2, {is_watched})", values.len() - 1, values.len()));
    }
    let sql = format!(
        "INSERT INTO asset_software (asset_id, software_id, version, seen_at, is_watched) VALUES {} \
         ON CONFLICT (asset_id, software_id) DO UPDATE SET version = excluded.version, seen_at = excluded.seen_at",
        rows.join(", ")
    );
    tx.run(&sql, values).await?;
    Ok(())
}

pub(super) async fn remove(tx: &Tx, asset: Uuid, gone: &[Uuid]) -> Result<()> {
    for part in gone.chunks(AT_ONCE) {
        let mut values: Vec<Value> = vec![asset.into()];
        values.extend(part.iter().map(|id| Value::from(*id)));
        let list = placeholders(2, part.len());
        tx.run(
            &format!("DELETE FROM asset_software WHERE asset_id = $1 AND software_id IN ({list})"),
            values,
        )
        .await?;
    }
    Ok(())
}

/// A program as it was counted.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Counted {
    pub id: Uuid,
    pub name: String,
    pub installed: i64,
    pub seats: i64,
}

/// Writes how many machines have a program and what valid licences allow on day `$1`, where it differs; `installed` says how
/// many, `from` of which programs `s`.
fn count(installed: &str, from: &str) -> String {
    format!(
        "UPDATE software SET installed = now.installed, seats = now.seats FROM (SELECT s.id, {installed} AS installed, \
         (SELECT CAST(coalesce(sum(l.seats), 0) AS BIGINT) FROM licence AS l WHERE l.software_id = s.id \
         AND l.state = 'valid' AND (l.until_on IS NULL OR l.until_on >= $1)) AS seats FROM {from}) AS now \
         WHERE now.id = software.id AND (now.installed <> software.installed OR now.seats <> software.seats)"
    )
}

/// Those with a verdict, along the index of their machines, and the seats of all.
pub(super) async fn count_judged(tx: &Tx) -> Result<()> {
    let counted = "software AS s LEFT JOIN (SELECT software_id, count(*) AS number FROM asset_software \
                   WHERE is_watched = TRUE GROUP BY software_id) AS c ON c.software_id = s.id";
    let installed = format!("CASE WHEN {UNFOLLOWED} THEN s.installed ELSE coalesce(c.number, 0) END");
    tx.run(&count(&installed, counted), vec![tx.at().day().to_string().into()]).await?;
    Ok(())
}

/// How many machines have a program.
#[derive(FromQueryResult)]
pub(super) struct Machines {
    pub software_id: Uuid,
    pub number: i64,
}

/// Programs without a verdict whose number is no longer what stands there. Sorts all rows: for a reader, never the writer.
pub(super) async fn miscounted(db: &impl Sql, limit: u32) -> Result<Vec<Machines>> {
    let sql = format!(
        "SELECT s.id AS software_id, coalesce(c.number, 0) AS number FROM software AS s \
         LEFT JOIN (SELECT software_id, count(*) AS number FROM asset_software GROUP BY software_id) AS c \
         ON c.software_id = s.id WHERE {UNFOLLOWED} AND s.installed <> coalesce(c.number, 0) \
         ORDER BY s.id LIMIT {limit}"
    );
    db.rows(&sql, vec![]).await
}

/// Whether there are at most so many rows of programs on machines.
pub(super) async fn are_few(db: &impl Sql, most: u32) -> Result<bool> {
    let sql = format!("SELECT count(*) FROM (SELECT 1 FROM asset_software LIMIT {}) AS counted", most + 1);
    let found: Option<i64> = db.scalar(&sql, vec![]).await?;
    Ok(found.unwrap_or(0) <= i64::from(most))
}

pub(super) async fn set_machines(tx: &Tx, counted: &[Machines]) -> Result<()> {
    for part in counted.chunks(AT_ONCE) {
        let mut values = Vec::new();
        let mut cases = Vec::new();
        for one in part {
            values.extend([Value::from(one.software_id), Value::from(one.number)]);
            cases.push(format!("(${}, ${})", values.len() - 1, values.len()));
        }
        let sql = format!(
            "WITH now (id, number) AS (VALUES {}) UPDATE software SET installed = now.number FROM now \
             WHERE now.id = software.id AND {UNFOLLOWED}",
            cases.join(", ")
        );
        tx.run(&sql, values).await?;
    }
    Ok(())
}

/// One of them; while there is no verdict on it, only its licences are counted anew.
pub(super) async fn count_one(tx: &Tx, software: Uuid) -> Result<()> {
    let installed = format!(
        "CASE WHEN {UNFOLLOWED} THEN s.installed ELSE (SELECT count(*) FROM asset_software AS i \
         WHERE i.software_id = s.id AND i.is_watched = TRUE) END"
    );
    let sql = count(&installed, "software AS s WHERE s.id = $2");
    tx.run(&sql, vec![tx.at().day().to_string().into(), software.into()]).await?;
    Ok(())
}

/// The machines of a program that was judged are found by it from now on. Reads all rows once.
pub(super) async fn watch(tx: &Tx, software: Uuid) -> Result<()> {
    let sql = "UPDATE asset_software SET is_watched = TRUE WHERE software_id = $1 AND is_watched = FALSE";
    tx.run(sql, vec![software.into()]).await?;
    Ok(())
}

/// The same for all that a rule forbids, at once.
pub(super) async fn watch_forbidden(tx: &Tx) -> Result<()> {
    let sql = "UPDATE asset_software SET is_watched = TRUE WHERE is_watched = FALSE AND software_id IN \
               (SELECT id FROM software WHERE state = 'forbidden' AND rule_id IS NOT NULL)";
    tx.run(sql, vec![]).await?;
    Ok(())
}

/// Programs with a verdict some of whose machines are not found by it: their report came in while they were being judged.
/// Reads all rows once.
pub(super) async fn unwatched(db: &impl Sql, limit: u32) -> Result<Vec<Uuid>> {
    let sql = format!(
        "SELECT DISTINCT software_id FROM asset_software WHERE is_watched = FALSE \
         AND software_id IN (SELECT id FROM software WHERE {FOLLOWED}) LIMIT {limit}"
    );
    db.column(&sql, vec![]).await
}

/// A scrapped machine has no programs.
pub(crate) async fn clear(tx: &Tx, asset: Uuid) -> Result<()> {
    tx.run("DELETE FROM asset_software WHERE asset_id = $1", vec![asset.into()]).await?;
    Ok(())
}

/// What follows from verdict, machines and seats.
const FINDING: &str = "CASE WHEN state = 'forbidden' AND installed > 0 THEN 'forbidden' \
     WHEN state = 'licenced' AND installed > seats THEN 'short' ELSE 'none' END";

/// Programs whose finding is no longer what stands there; one of them, or any.
pub(super) async fn turned(db: &impl Sql, only: Option<Uuid>, limit: u32) -> Result<Vec<(Counted, String)>> {
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
        name: String,
        installed: i64,
        seats: i64,
        now: String,
    }
    let (which, values) = match only {
        Some(id) => ("id = $1 AND", vec![id.into()]),
        None => ("", vec![]),
    };
    let sql = format!(
        "SELECT id, name, installed, seats, {FINDING} AS now FROM software \
         WHERE {which} finding <> {FINDING} AND NOT (finding = 'unlisted' AND {FINDING} = 'none') ORDER BY id LIMIT {limit}"
    );
    let rows: Vec<Row> = db.rows(&sql, values).await?;
    let counted = |row: Row| {
        let Row { id, name, installed, seats, now } = row;
        (Counted { id, name, installed, seats }, now)
    };
    Ok(rows.into_iter().map(counted).collect())
}

/// What stands on no list is a finding without an event of its own: there may be thousands the day somebody asks for it.
pub(super) async fn set_unlisted(tx: &Tx, is_finding: bool) -> Result<()> {
    let settled = if is_finding { "AND (state <> 'unjudged' OR installed = 0)" } else { "" };
    tx.run(&format!("UPDATE software SET finding = 'none' WHERE finding = 'unlisted' {settled}"), vec![])
        .await?;
    if is_finding {
        let sql = "UPDATE software SET finding = 'unlisted' WHERE finding = 'none' AND state = 'unjudged' AND installed > 0";
        tx.run(sql, vec![]).await?;
    }
    Ok(())
}

pub(super) async fn set_finding(tx: &Tx, software: Uuid, finding: &str) -> Result<()> {
    tx.run("UPDATE software SET finding = $1 WHERE id = $2", vec![finding.into(), software.into()]).await?;
    Ok(())
}

/// Programs with something to say about them, the most installed first.
pub(super) async fn with_finding(db: &impl Sql, finding: &str, limit: u32) -> Result<Vec<Counted>> {
    let sql = format!(
        "SELECT id, name, installed, seats FROM software WHERE finding = $1 ORDER BY installed DESC, id LIMIT {limit}"
    );
    db.rows(&sql, vec![finding.into()]).await
}

pub(super) async fn unjudged(db: &impl Sql, limit: u32) -> Result<Vec<Counted>> {
    let sql = format!(
        "SELECT id, name, installed, seats FROM software WHERE state = 'unjudged' AND installed > 0 \
         ORDER BY installed DESC, id LIMIT {limit}"
    );
    db.rows(&sql, vec![]).await
}

/// A machine that has a program.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Place {
    pub id: Uuid,
    pub number: String,
    pub name: String,
    pub version: String,
    pub unit_id: Uuid,
    pub holder_id: Option<Uuid>,
}

/// Machines that have it. Where there is no verdict yet the rows are read until so many are found.
pub(crate) async fn places(db: &impl Sql, software: Uuid, is_judged: bool, limit: u32) -> Result<Vec<Place>> {
    let watched = if is_judged { "AND i.is_watched = TRUE" } else { "" };
    let sql = format!(
        "SELECT a.id, a.number, a.name, i.version, a.unit_id, a.holder_id FROM asset_software AS i \
         JOIN asset AS a ON a.id = i.asset_id WHERE i.software_id = $1 {watched} ORDER BY i.asset_id LIMIT {limit}"
    );
    db.rows(&sql, vec![software.into()]).await
}

/// A machine that has one of several programs.
#[derive(Clone, Debug)]
pub(super) struct PlaceOf {
    pub software_id: Uuid,
    pub place: Place,
}

/// Machines that have these programs, on all of which there is a verdict: so many of each, so many in all.
pub(super) async fn machines_of(
    db: &impl Sql,
    programs: &[Uuid],
    each: u32,
    limit: u32,
) -> Result<Vec<PlaceOf>> {
    #[derive(FromQueryResult)]
    struct Row {
        software_id: Uuid,
        id: Uuid,
        number: String,
        name: String,
        version: String,
        unit_id: Uuid,
        holder_id: Option<Uuid>,
    }
    if programs.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT software_id, id, number, name, version, unit_id, holder_id FROM (SELECT i.software_id, a.id, a.number, a.name, \
         i.version, a.unit_id, a.holder_id, row_number() OVER (PARTITION BY i.software_id ORDER BY a.number) AS place \
         FROM asset_software AS i JOIN asset AS a ON a.id = i.asset_id \
         WHERE i.is_watched = TRUE AND i.software_id IN ({})) AS placed \
         WHERE place <= {each} ORDER BY software_id, number LIMIT {limit}",
        placeholders(1, programs.len())
    );
    let rows: Vec<Row> = db.rows(&sql, programs.iter().map(|id| Value::from(*id)).collect()).await?;
    let read = |row: Row| {
        let Row { software_id, id, number, name, version, unit_id, holder_id } = row;
        PlaceOf { software_id, place: Place { id, number, name, version, unit_id, holder_id } }
    };
    Ok(rows.into_iter().map(read).collect())
}

/// A machine as a finding names it.
#[derive(FromQueryResult)]
pub(super) struct Machine {
    pub software_id: Uuid,
    number: String,
    name: String,
}

impl Machine {
    pub fn in_words(&self) -> String {
        format!("{} {}", self.number, self.name)
    }
}

/// Some machines of each of these programs, on all of which there is a verdict. A look into the index for each: what stands on
/// every machine of a metropolis is not read for the sake of ten of them.
pub(super) async fn some_machines(db: &impl Sql, programs: &[Uuid], each: u32) -> Result<Vec<Machine>> {
    let mut found = Vec::new();
    for part in programs.chunks(AT_ONCE) {
        let looks: Vec<String> = (1..=part.len())
            .map(|place| {
                format!(
                    "SELECT * FROM (SELECT i.software_id, a.number, a.name FROM asset_software AS i \
                     JOIN asset AS a ON a.id = i.asset_id WHERE i.is_watched = TRUE AND i.software_id = ${place} \
                     ORDER BY i.asset_id LIMIT {each}) AS of{place}"
                )
            })
            .collect();
        let ids = part.iter().map(|id| Value::from(*id)).collect();
        found.extend(db.rows::<Machine>(&looks.join(" UNION ALL "), ids).await?);
    }
    Ok(found)
}

/// All programs, those with a verdict, and when the newest was seen.
pub(crate) async fn totals(db: &impl Sql) -> Result<crate::asset::store::Totals> {
    let sql = "SELECT count(*) AS number, coalesce(sum(CASE WHEN state <> 'unjudged' THEN 1 ELSE 0 END), 0) AS other, \
               max(created_at) AS last_at FROM software";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}

/// Findings that stand, and all verdicts that could lead to one.
pub(crate) async fn findings(db: &impl Sql) -> Result<crate::asset::store::Totals> {
    let sql = "SELECT coalesce(sum(CASE WHEN finding <> 'none' THEN 1 ELSE 0 END), 0) AS other, count(*) AS number, \
               max(created_at) AS last_at FROM software WHERE state IN ('forbidden', 'licenced')";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}

/// Rows of many machines at once, for trials of size.
pub(crate) async fn crowd(tx: &Tx, columns: &str, values: Vec<Value>) -> Result<()> {
    kernel::db::insert_many(tx, "asset_software", columns, values).await
}
