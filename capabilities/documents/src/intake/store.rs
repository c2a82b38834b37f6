//! Queries about what arrived.

use kernel::db::{Sql, placeholders};
use kernel::record::Record;
use kernel::{Instant, Result, Tx};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::arrive::Arrival;
use super::parcel::Said;

/// What came first.
#[derive(FromQueryResult)]
pub(super) struct First {
    pub id: Uuid,
    pub received_at: i64,
}

/// The first item with these bytes.
pub(super) async fn with_digest(db: &impl Sql, digest: &str) -> Result<Option<First>> {
    let sql = "SELECT id, received_at FROM intake_item WHERE digest = $1 ORDER BY id LIMIT 1";
    if digest.is_empty() {
        return Ok(None);
    }
    db.row(sql, vec![digest.into()]).await
}

/// The first item with this package that was believed: its signatures hold, or somebody entered it. Whoever knows a package's id
/// can write it into another one, and that must not keep the real one away.
pub(super) async fn with_package(db: &impl Sql, package: &str) -> Result<Option<First>> {
    let sql = "SELECT id, received_at FROM intake_item WHERE package_id = $1 AND package_id <> '' \
               AND (signature = 'valid' OR state IN ('registered', 'applied')) ORDER BY id LIMIT 1";
    db.row(sql, vec![package.into()]).await
}

/// The first item that says to be this package and is not believed.
pub(super) async fn doubtful_package(db: &impl Sql, package: &str) -> Result<Option<First>> {
    let sql = "SELECT id, received_at FROM intake_item WHERE package_id = $1 AND package_id <> '' ORDER BY id LIMIT 1";
    db.row(sql, vec![package.into()]).await
}

/// Number of the entry that has this package.
pub(super) async fn registered_package(db: &impl Sql, package: &str) -> Result<Option<String>> {
    let sql = "SELECT number FROM document WHERE package_id = $1 AND package_id <> '' LIMIT 1";
    db.scalar(sql, vec![package.into()]).await
}

/// An entry of the register.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Entry {
    pub id: Uuid,
    pub number: String,
}

/// The entry that has one of these packages.
pub(super) async fn with_packages(db: &impl Sql, packages: &[String]) -> Result<Option<Entry>> {
    if packages.is_empty() {
        return Ok(None);
    }
    let sql = format!(
        "SELECT id, number FROM document WHERE package_id <> '' AND state <> 'cancelled' AND package_id IN ({}) ORDER BY id LIMIT 1",
        placeholders(1, packages.len())
    );
    db.row(&sql, packages.iter().map(|id| id.as_str().into()).collect()).await
}

/// What an update package changes, as JSON; empty for every other item.
pub(super) async fn update_said(db: &impl Sql, item: Uuid) -> Result<String> {
    let sql = "SELECT update_said FROM intake_item WHERE id = $1";
    Ok(db.scalar(sql, vec![item.into()]).await?.unwrap_or_default())
}

/// Whether a message of this name was written down.
pub(super) async fn is_known(db: &impl Sql, known_by: &str) -> Result<bool> {
    let sql = "SELECT count(*) FROM intake_item WHERE known_by = $1";
    Ok(db.scalar::<i64>(sql, vec![known_by.into()]).await?.unwrap_or(0) > 0)
}

/// Whether this very file of the scan folder was taken, in a run that did not come to moving it.
pub(super) async fn is_taken(db: &impl Sql, digest: &str, name: &str) -> Result<bool> {
    let sql = "SELECT count(*) FROM intake_item WHERE digest = $1 AND file_name = $2 AND source IN ('scan_folder', 'package')";
    Ok(db.scalar::<i64>(sql, vec![digest.into(), name.into()]).await?.unwrap_or(0) > 0)
}

pub(super) async fn insert(tx: &Tx, id: Uuid, one: &Arrival, known_by: &str) -> Result<()> {
    let sql = "INSERT INTO intake_item (id, version, known_by, title, source, sender, their_number, their_on, secrecy, urgency, \
               due_on, file_code_id, unit_id, sheets, is_copy, file_name, digest, package_id, text, whole_text, report, state, why, \
               reading, duplicate_of, parent_id, document_id, received_at) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
               NULL, $12, FALSE, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, NULL, $24)";
    let values = vec![
        id.into(),
        known_by.into(),
        one.title.as_str().into(),
        one.source.into(),
        one.sender.as_str().into(),
        one.their_number.as_str().into(),
        one.their_on.clone().into(),
        one.secrecy.into(),
        one.urgency.into(),
        one.due_on.clone().into(),
        one.file_code.into(),
        one.sheets.into(),
        one.file_name.as_str().into(),
        one.digest.as_str().into(),
        one.package_id.as_str().into(),
        one.text.chars().take(4_000).collect::<String>().into(),
        one.text.as_str().into(),
        one.report.as_str().into(),
        one.state.into(),
        one.why.as_str().into(),
        one.reading.into(),
        one.duplicate_of.into(),
        one.parent.into(),
        tx.at().into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// The entry of a letter of ours that is among those that a package refers to.
pub(super) async fn answered(db: &impl Sql, numbers: &[String]) -> Result<Option<Uuid>> {
    if numbers.is_empty() {
        return Ok(None);
    }
    let sql = format!(
        "SELECT document_id FROM letter WHERE number IN ({}) AND number <> '' AND document_id IS NOT NULL ORDER BY id DESC LIMIT 1",
        placeholders(1, numbers.len())
    );
    db.scalar(&sql, numbers.iter().map(|number| number.as_str().into()).collect()).await
}

/// What a package says beyond what everything that arrives says.
pub(super) async fn set_said(tx: &Tx, item: Uuid, said: &Said, answers: Option<Uuid>) -> Result<()> {
    let update = said.update.as_ref().map(serde_json::to_string).transpose()?.unwrap_or_default();
    let sql = "UPDATE intake_item SET signature = $1, signature_said = $2, signature_report = $3, sender_kind = $4, \
               sender_detsis = $5, sender_kep = $6, sender_email = $7, sender_phone = $8, sender_address = $9, \
               said_lines = $10, answers_id = $11, update_said = $12, secret_until = $14 WHERE id = $13";
    let values = vec![
        said.signature.into(),
        said.signature_said.as_str().into(),
        said.signature_report.as_str().into(),
        said.sender.kind.as_str().into(),
        said.sender.detsis.as_str().into(),
        said.sender.kep.as_str().into(),
        said.sender.email.as_str().into(),
        said.sender.phone.as_str().into(),
        said.sender.address.as_str().into(),
        said.lines.as_str().into(),
        answers.into(),
        update.into(),
        item.into(),
        said.secret_until.clone().into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// What a package says that was read once more; `false` where somebody changed the item meanwhile.
pub(super) async fn set_again(tx: &Tx, item: &Record, one: &Arrival) -> Result<bool> {
    let sql = "UPDATE intake_item SET version = version + 1, title = $1, sender = $2, their_number = $3, their_on = $4, secrecy = $5, \
               urgency = $6, due_on = $7, file_code_id = $8, sheets = $9, package_id = $10, text = $11, whole_text = $12, report = $13, \
               state = $14, why = $15 WHERE id = $16 AND version = $17 AND state IN ('waiting', 'to_update')";
    let values = vec![
        one.title.as_str().into(),
        one.sender.as_str().into(),
        one.their_number.as_str().into(),
        one.their_on.clone().into(),
        one.secrecy.into(),
        one.urgency.into(),
        one.due_on.clone().into(),
        one.file_code.into(),
        one.sheets.into(),
        one.package_id.as_str().into(),
        one.text.chars().take(4_000).collect::<String>().into(),
        one.text.as_str().into(),
        one.report.as_str().into(),
        one.state.into(),
        one.why.as_str().into(),
        item.id.into(),
        item.version.into(),
    ];
    Ok(tx.run(sql, values).await? == 1)
}

/// What the register takes over of an item beside its fields.
#[derive(Default, FromQueryResult)]
pub(super) struct Beside {
    pub sender_kind: String,
    pub signature_report: String,
}

pub(super) async fn beside(db: &impl Sql, item: Uuid) -> Result<Beside> {
    let sql = "SELECT sender_kind, signature_report FROM intake_item WHERE id = $1";
    Ok(db.row(sql, vec![item.into()]).await?.unwrap_or_default())
}

pub(super) async fn set_why(tx: &Tx, item: Uuid, why: &str) -> Result<()> {
    tx.run("UPDATE intake_item SET why = $1 WHERE id = $2", vec![why.into(), item.into()]).await?;
    Ok(())
}

pub(super) async fn set_document(tx: &Tx, item: Uuid, document: Uuid) -> Result<()> {
    let sql = "UPDATE intake_item SET document_id = $1 WHERE id = $2";
    tx.run(sql, vec![document.into(), item.into()]).await?;
    Ok(())
}

/// Items whose pictures wait to be looked at, and what for.
pub(super) async fn to_read(db: &impl Sql, most: u32) -> Result<Vec<(Uuid, String)>> {
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
        reading: String,
    }
    let sql = format!(
        "SELECT id, reading FROM intake_item WHERE reading IN ('split', 'due') ORDER BY id LIMIT {most}"
    );
    let rows: Vec<Row> = db.rows(&sql, vec![]).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.reading)).collect())
}

/// The job runs once at a time: what is being tried when it begins was not ended.
pub(super) async fn give_up_interrupted(tx: &Tx) -> Result<()> {
    tx.run("UPDATE intake_item SET reading = 'failed' WHERE reading = 'trying'", vec![]).await?;
    Ok(())
}

/// Whether a picture waits for the program that reads it.
pub(super) async fn has_unread(db: &impl Sql) -> Result<bool> {
    let sql = "SELECT count(*) FROM (SELECT id FROM intake_item WHERE reading = 'unread' LIMIT 1) AS one";
    Ok(db.scalar::<i64>(sql, vec![]).await?.unwrap_or(0) > 0)
}

/// The program is there now.
pub(super) async fn wake_unread(tx: &Tx) -> Result<()> {
    tx.run("UPDATE intake_item SET reading = 'due' WHERE reading = 'unread'", vec![]).await?;
    Ok(())
}

pub(super) async fn set_reading(tx: &Tx, item: Uuid, reading: &str) -> Result<()> {
    tx.run("UPDATE intake_item SET reading = $1 WHERE id = $2", vec![reading.into(), item.into()]).await?;
    Ok(())
}

pub(super) async fn set_text(tx: &Tx, item: Uuid, text: &str) -> Result<()> {
    let sql = "UPDATE intake_item SET text = $1, whole_text = $2 WHERE id = $3";
    let beginning: String = text.chars().take(4_000).collect();
    tx.run(sql, vec![beginning.into(), text.into(), item.into()]).await?;
    Ok(())
}

/// What was guessed, unless somebody wrote something meanwhile.
pub(super) async fn set_guess(tx: &Tx, item: &Record, guessed: &Arrival) -> Result<()> {
    let sql = "UPDATE intake_item SET title = $1, sender = $2, their_number = $3, their_on = $4 WHERE id = $5 AND version = $6";
    let values = vec![
        guessed.title.as_str().into(),
        guessed.sender.as_str().into(),
        guessed.their_number.as_str().into(),
        guessed.their_on.clone().into(),
        item.id.into(),
        item.version.into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// What the page shows of an item beside its fields.
#[derive(Default, FromQueryResult)]
pub(super) struct Long {
    pub report: String,
    pub whole_text: String,
    pub reading: String,
}

pub(super) async fn long(db: &impl Sql, item: Uuid) -> Result<Long> {
    let sql = "SELECT report, whole_text, reading FROM intake_item WHERE id = $1";
    Ok(db.row(sql, vec![item.into()]).await?.unwrap_or_default())
}

#[derive(Default, FromQueryResult)]
pub(crate) struct Waiting {
    pub number: i64,
    pub oldest_at: Option<i64>,
}

/// Everything that waits for the register, and since when the oldest.
pub(crate) async fn waiting(db: &impl Sql) -> Result<Waiting> {
    let sql = "SELECT count(*) AS number, min(received_at) AS oldest_at FROM intake_item WHERE state IN ('waiting', 'to_update')";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}

/// Messages that nobody dealt with, and since when the oldest waits.
pub(crate) async fn unanswered(db: &impl Sql) -> Result<Waiting> {
    let sql = "SELECT count(*) AS number, min(received_at) AS oldest_at FROM intake_item WHERE state = 'waiting' AND source = 'email'";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}

#[derive(Default, FromQueryResult)]
pub(crate) struct Totals {
    pub number: i64,
    pub other: i64,
    pub last_at: Option<i64>,
}

/// What came by one of two ways, what of it is registered, and when the last came.
pub(crate) async fn totals(db: &impl Sql, ways: [&str; 2]) -> Result<Totals> {
    let sql = "SELECT count(*) AS number, count(document_id) AS other, max(received_at) AS last_at FROM intake_item \
               WHERE source IN ($1, $2)";
    Ok(db.row(sql, ways.map(Into::into).to_vec()).await?.unwrap_or_default())
}

/// How a look at a way in went.
pub(super) async fn note_way(tx: &Tx, name: &str, error: Option<&str>) -> Result<()> {
    let sql = "INSERT INTO intake_way (name, read_at, failing_since, error) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (name) DO UPDATE SET read_at = excluded.read_at, error = excluded.error, \
               failing_since = CASE WHEN excluded.failing_since IS NULL THEN NULL \
               ELSE COALESCE(intake_way.failing_since, excluded.failing_since) END";
    let since: Option<Instant> = error.map(|_| tx.at());
    let values = vec![
        name.into(),
        tx.at().into(),
        since.map(|since| since.0).into(),
        error.unwrap_or_default().into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// Ways in that cannot be read.
pub(crate) async fn failing(db: &impl Sql) -> Result<Vec<String>> {
    db.column("SELECT name FROM intake_way WHERE failing_since IS NOT NULL ORDER BY name LIMIT 10", vec![])
        .await
}

#[derive(FromQueryResult)]
struct Text {
    id: Uuid,
    text: String,
}

/// The whole texts of these items.
pub(super) async fn texts(db: &impl Sql, items: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    let sql = format!(
        "SELECT id, whole_text AS text FROM intake_item WHERE whole_text <> '' AND id IN ({})",
        placeholders(1, items.len())
    );
    read_texts(db, &sql, items).await
}

/// The whole texts of what became these entries of the register.
pub(crate) async fn texts_of_documents(db: &impl Sql, documents: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    let sql = format!(
        "SELECT document_id AS id, whole_text AS text FROM intake_item WHERE whole_text <> '' AND document_id IN ({}) \
         ORDER BY intake_item.id",
        placeholders(1, documents.len())
    );
    read_texts(db, &sql, documents).await
}

async fn read_texts(db: &impl Sql, sql: &str, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Text> = db.rows(sql, ids.iter().map(|id| Value::from(*id)).collect()).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.text)).collect())
}

/// The entries that these items became.
pub(crate) async fn documents_of(db: &impl Sql, items: &[Uuid]) -> Result<Vec<Uuid>> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT document_id FROM intake_item WHERE document_id IS NOT NULL AND id IN ({})",
        placeholders(1, items.len())
    );
    db.column(&sql, items.iter().map(|id| Value::from(*id)).collect()).await
}

/// What waits and has a number, as it is compared with another.
#[derive(FromQueryResult)]
pub(super) struct Compared {
    pub id: Uuid,
    pub sender: String,
    pub their_number: String,
}

/// What waits of letters of one day, the oldest first.
pub(super) async fn waiting_on(db: &impl Sql, day: &str, but: Option<Uuid>) -> Result<Vec<Compared>> {
    let sql = "SELECT id, sender, their_number FROM intake_item WHERE state = 'waiting' AND their_number <> '' \
               AND coalesce(their_on, '') = $1 AND id <> $2 ORDER BY received_at, id LIMIT 500";
    db.rows(sql, vec![day.into(), but.unwrap_or_default().into()]).await
}

/// Those of one day that were said to be there already and wait all the same.
pub(super) async fn alike_on(db: &impl Sql, day: &str) -> Result<Vec<Uuid>> {
    let sql = "SELECT id FROM intake_item WHERE state = 'waiting' AND has_alike = TRUE AND coalesce(their_on, '') = $1 \
               ORDER BY received_at, id LIMIT 50";
    db.column(sql, vec![day.into()]).await
}

/// An empty sentence for none.
pub(super) async fn set_alike(tx: &Tx, item: Uuid, sentence: &str) -> Result<()> {
    let sql = "UPDATE intake_item SET has_alike = $1, alike_said = $2 WHERE id = $3";
    tx.run(sql, vec![(!sentence.is_empty()).into(), sentence.into(), item.into()]).await?;
    Ok(())
}
