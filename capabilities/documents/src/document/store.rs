//! Queries about entries of the register.

use kernel::db::Sql;
use kernel::{Instant, Result, Tx, tr};
use sea_orm::{DbBackend, FromQueryResult, Value};
use uuid::Uuid;

/// Numbers of one writer that are compared: those of one day are few.
const MOST_ALIKE: u32 = 2_000;

/// A number as it is compared: without spaces, points and capitals.
pub(crate) fn number_key(number: &str) -> String {
    tr::fold(number).replace(' ', "")
}

/// Number of another entry that has this writer, number and day, however the number is written; cancelled ones do not count.
pub(crate) async fn alike(
    db: &impl Sql,
    correspondent: Uuid,
    their_number: &str,
    their_on: &str,
    own: Option<Uuid>,
) -> Result<Option<String>> {
    #[derive(FromQueryResult)]
    struct Entry {
        number: String,
        their_number: String,
    }
    let sql = format!(
        "SELECT number, their_number FROM document WHERE correspondent_id = $1 AND their_number <> '' \
         AND coalesce(their_on, '') = $2 AND state <> 'cancelled' AND id <> $3 ORDER BY id DESC LIMIT {MOST_ALIKE}"
    );
    let own = own.unwrap_or_default();
    let rows: Vec<Entry> = db.rows(&sql, vec![correspondent.into(), their_on.into(), own.into()]).await?;
    let key = number_key(their_number);
    let found = rows.into_iter().rev().find(|one| number_key(&one.their_number) == key);
    Ok(found.map(|one| one.number))
}

/// What was found of the signatures of an entry's package when it came; empty for none.
pub(super) async fn signature_report(db: &impl Sql, document: Uuid) -> Result<String> {
    let sql = "SELECT signature_report FROM document WHERE id = $1";
    Ok(db.scalar(sql, vec![document.into()]).await?.unwrap_or_default())
}

pub(crate) async fn state(db: &impl Sql, document: Uuid) -> Result<String> {
    let sql = "SELECT state FROM document WHERE id = $1";
    Ok(db.scalar(sql, vec![document.into()]).await?.unwrap_or_default())
}

pub(crate) async fn set_state(tx: &Tx, document: Uuid, state: &str) -> Result<()> {
    tx.run("UPDATE document SET state = $1 WHERE id = $2", vec![state.into(), document.into()]).await?;
    Ok(())
}

#[derive(Default, FromQueryResult)]
pub(crate) struct Totals {
    pub number: i64,
    pub other: i64,
    pub last_at: Option<i64>,
}

/// Entries, those that are filed under a code, and when the last was made.
pub(crate) async fn totals(db: &impl Sql) -> Result<Totals> {
    let sql =
        "SELECT count(*) AS number, count(file_code_id) AS other, max(created_at) AS last_at FROM document";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}

/// Entries in one state of whatever unit.
pub(crate) async fn in_state(db: &impl Sql, state: &str) -> Result<i64> {
    let sql = "SELECT count(*) FROM document WHERE state = $1";
    Ok(db.scalar(sql, vec![state.into()]).await?.unwrap_or(0))
}

/// A letter's entry: its values in the order of [`super::entering`].
pub(super) async fn insert(tx: &Tx, values: Vec<Value>) -> Result<()> {
    let sql = "INSERT INTO document (id, version, number, book, book_year, book_number, title, correspondent, correspondent_id, \
               their_number, received_on, medium, secrecy, urgency, file_code_id, unit_id, owner_id, answers_id, sheets, is_copy, \
               package_id, note, state, created_at, origin) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $18, $9, 'unknown', $10, $11, $12, $13, \
               $14, $15, $16, FALSE, '', '', $19, $17, 'letter')";
    tx.run(sql, values).await?;
    Ok(())
}

/// What an entry takes over of its letter.
pub(super) struct OfLetter {
    pub medium: &'static str,
    pub signature: &'static str,
    pub signature_said: String,
    /// Empty for none.
    pub secret_until: String,
}

impl Default for OfLetter {
    /// Of a letter that was signed on paper nobody said yet how it leaves.
    fn default() -> Self {
        Self {
            medium: "unknown",
            signature: "none",
            signature_said: String::new(),
            secret_until: String::new(),
        }
    }
}

pub(super) async fn keep_of_letter(tx: &Tx, document: Uuid, kept: &OfLetter) -> Result<()> {
    let sql = "UPDATE document SET medium = $1, signature = $2, signature_said = $3, secret_until = $4 WHERE id = $5";
    let until = Some(kept.secret_until.as_str()).filter(|until| !until.is_empty());
    let values = vec![
        kept.medium.into(),
        kept.signature.into(),
        kept.signature_said.as_str().into(),
        until.into(),
        document.into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// Whoever signed a letter with a card.
#[derive(FromQueryResult)]
pub(super) struct Holder {
    pub holder: String,
    pub is_trial: bool,
    pub signed_at: Instant,
}

/// Whoever signed the letter with this code, in that order.
pub(super) async fn holders(db: &impl Sql, code: &str) -> Result<Vec<Holder>> {
    let sql = "SELECT holder, is_trial, signed_at FROM letter_signature WHERE code = $1 ORDER BY signed_at, id LIMIT 50";
    db.rows(sql, vec![code.into()]).await
}

/// The paper of a letter was carried to somebody, so it went by hand; what somebody wrote stays.
pub(crate) async fn went_by_hand(tx: &Tx, document: Uuid) -> Result<()> {
    let sql = "UPDATE document SET medium = 'hand' WHERE id = $1 AND medium = 'unknown'";
    tx.run(sql, vec![document.into()]).await?;
    Ok(())
}

pub(super) async fn set_answer(tx: &Tx, document: Uuid, answer: &str, why: &str) -> Result<()> {
    let sql = "UPDATE document SET answer = $1, answer_said = $2 WHERE id = $3";
    tx.run(sql, vec![answer.into(), why.into(), document.into()]).await?;
    Ok(())
}

/// Whether something that goes out answers this entry is looked at anew, without `but`; tells whether that changed anything.
pub(super) async fn settle(tx: &Tx, document: Uuid, but: Option<Uuid>) -> Result<bool> {
    let sql = "SELECT count(*) FROM document WHERE answers_id = $1 AND book <> 'incoming' AND state <> 'cancelled' AND id <> $2";
    let but = but.unwrap_or_default();
    let is_answered = tx.scalar::<i64>(sql, vec![document.into(), but.into()]).await?.unwrap_or(0) > 0;
    let sql = match is_answered {
        true => {
            "UPDATE document SET answer = 'given', answer_said = '', version = version + 1 \
                 WHERE id = $1 AND answer IN ('none', 'awaited', 'not_needed')"
        }
        false => {
            "UPDATE document SET answer = 'awaited', version = version + 1 WHERE id = $1 AND answer = 'given'"
        }
    };
    Ok(tx.run(sql, vec![document.into()]).await? > 0)
}

/// Entries that wait for an answer, and how many of them are late.
pub(crate) async fn awaiting(db: &impl Sql, today: &str) -> Result<Totals> {
    let sql = "SELECT count(*) AS number, coalesce(sum(CASE WHEN due_on < $1 THEN 1 ELSE 0 END), 0) AS other, \
               max(created_at) AS last_at FROM document WHERE answer = 'awaited'";
    Ok(db.row(sql, vec![today.into()]).await?.unwrap_or_default())
}

/// What a migration makes of entries that were there before: how letters went is told where it is known, and what came in waits for
/// its answer.
pub(super) fn known_of_old(backend: DbBackend) -> Vec<String> {
    let joined = if backend == DbBackend::Sqlite { "group_concat" } else { "string_agg" };
    let signed = "SELECT document_id FROM letter WHERE medium = 'electronic' AND document_id IS NOT NULL";
    vec![
        "UPDATE document SET origin = 'letter', secret_until = (SELECT letter.secret_until FROM letter \
         WHERE letter.document_id = document.id) WHERE id IN (SELECT document_id FROM letter WHERE document_id IS NOT NULL)"
            .into(),
        format!(
            "UPDATE document SET signature = 'own', medium = CASE WHEN book = 'internal' THEN 'system' ELSE 'package' END, \
             signature_said = COALESCE((SELECT {joined}(s.holder, ' · ') FROM letter_signature AS s JOIN letter AS l ON l.code = s.code \
             WHERE l.document_id = document.id), '') WHERE id IN ({signed})"
        ),
        "UPDATE document SET medium = 'unknown' WHERE origin = 'letter' AND medium = 'hand' AND id NOT IN \
         (SELECT i.document_id FROM delivery_item AS i JOIN delivery AS d ON d.id = i.delivery_id WHERE d.state = 'delivered')"
            .into(),
        "UPDATE document SET answer = CASE WHEN EXISTS (SELECT 1 FROM document AS o WHERE o.answers_id = document.id \
         AND o.book <> 'incoming' AND o.state <> 'cancelled') THEN 'given' \
         WHEN state <> 'cancelled' AND (due_on IS NOT NULL OR medium = 'email') THEN 'awaited' ELSE 'none' END \
         WHERE book = 'incoming'"
            .into(),
    ]
}
