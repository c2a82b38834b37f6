//! What the files say that hang on records: read once by the index of texts and kept by the digest of the bytes, so that no
//! node and no rebuild reads a file twice.

use std::collections::HashMap;

use files::{Digest, ErrorKind, Limits, MediaType, Store};
use kernel::db::{Sql, placeholders};
use kernel::job::JobContext;
use kernel::migrate::{Migration, create};
use kernel::schema::Table;
use kernel::{Boxed, Db, Error, Result};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

/// Bytes of text that are kept of one file.
const MOST_TEXT: usize = 200 * 1024;
/// Files that are looked at for one batch of records.
const MOST_FILES: u32 = 5_000;
/// Texts of one statement.
const AT_ONCE: usize = 40;

/// The table, for the house's list of migrations.
pub(crate) fn migration() -> Migration {
    Migration { id: "web/0002_file_text", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("file_text", "what stored files say, read once")
        .text("sha256", "digest of the bytes, hexadecimal")
        .text("text", "the first 200 KB of its text; empty where it has none or cannot be read")
        .key(&["sha256"])
}

/// Answers the index of texts about the files of records.
pub struct FileTexts;

#[derive(FromQueryResult)]
struct Unread {
    sha256: String,
    media: String,
}

#[derive(FromQueryResult)]
struct Hanging {
    subject_id: Uuid,
    sha256: String,
}

#[derive(FromQueryResult)]
struct Text {
    sha256: String,
    text: String,
}

fn of_records(kind: &str, ids: &[Uuid]) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = vec![kind.into()];
    values.extend(ids.iter().map(|id| Value::from(*id)));
    let list = placeholders(2, ids.len());
    (format!("a.subject_kind = $1 AND a.subject_id IN ({list}) AND a.removed_at IS NULL"), values)
}

impl search::Beside for FileTexts {
    fn known<'a>(
        &'a self,
        db: &'a Db,
        kind: &'a str,
        ids: &'a [Uuid],
    ) -> Boxed<'a, Result<Vec<(Uuid, String)>>> {
        Box::pin(known(db, kind, ids))
    }

    fn read<'a>(&'a self, context: &'a JobContext, kind: &'a str, ids: &'a [Uuid]) -> Boxed<'a, Result<()>> {
        Box::pin(read(context, kind, ids))
    }
}

async fn known(db: &Db, kind: &str, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (of_records, values) = of_records(kind, ids);
    let sql = format!(
        "SELECT a.subject_id, a.sha256 FROM attachment AS a JOIN file_text AS t ON t.sha256 = a.sha256 \
         WHERE {of_records} AND t.text <> '' ORDER BY a.id LIMIT {MOST_FILES}"
    );
    let hanging: Vec<Hanging> = db.rows(&sql, values).await?;
    let mut digests: Vec<&str> = hanging.iter().map(|one| one.sha256.as_str()).collect();
    digests.sort_unstable();
    digests.dedup();
    let mut texts: HashMap<String, String> = HashMap::new();
    for part in digests.chunks(AT_ONCE) {
        let sql =
            format!("SELECT sha256, text FROM file_text WHERE sha256 IN ({})", placeholders(1, part.len()));
        let rows: Vec<Text> = db.rows(&sql, part.iter().map(|one| Value::from(*one)).collect()).await?;
        texts.extend(rows.into_iter().map(|row| (row.sha256, row.text)));
    }
    let told = hanging.iter().filter_map(|one| Some((one.subject_id, texts.get(&one.sha256)?.clone())));
    Ok(told.collect())
}

async fn read(context: &JobContext, kind: &str, ids: &[Uuid]) -> Result<()> {
    let Ok(store) = context.services.get::<Store>() else { return Ok(()) };
    if ids.is_empty() {
        return Ok(());
    }
    let (of_records, values) = of_records(kind, ids);
    let sql = format!(
        "SELECT DISTINCT a.sha256, a.media FROM attachment AS a WHERE {of_records} \
         AND NOT EXISTS (SELECT 1 FROM file_text AS t WHERE t.sha256 = a.sha256) LIMIT {MOST_FILES}"
    );
    let unread: Vec<Unread> = context.db.rows(&sql, values).await?;
    for one in unread {
        let media = MediaType::from_mime(&one.media);
        if !media.has_text() {
            continue;
        }
        let text = text_of(store, &one.sha256, media).await?;
        let tx = context.db.begin(&context.act("metin dizini")).await?;
        tx.without_event("what a file says is no act");
        let sql = "INSERT INTO file_text (sha256, text) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING";
        tx.run(sql, vec![one.sha256.into(), text.into()]).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Empty for what says nothing; an error only where asking again may help.
async fn text_of(store: &Store, sha256: &str, media: MediaType) -> Result<String> {
    let Ok(digest) = sha256.parse::<Digest>() else { return Ok(String::new()) };
    let bytes = match store.get_bytes(&digest, Limits::default().max_bytes).await {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind, ErrorKind::Unavailable | ErrorKind::PermissionDenied) => {
            return Err(
                Error::new(kernel::ErrorKind::Unavailable, error.message_tr).with_context(error.detail)
            );
        }
        Err(error) => {
            tracing::warn!(sha256, detail = %error.detail, "a file could not be read for the index of texts");
            return Ok(String::new());
        }
    };
    let work = move || files::extract_text(bytes, media, &Limits::default());
    let read = tokio::task::spawn_blocking(work).await.map_err(Error::internal)?;
    Ok(read.map(|read| cut(&read.text)).unwrap_or_default())
}

/// In whole letters. NUL is no text in any database.
fn cut(text: &str) -> String {
    let mut end = text.len().min(MOST_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].replace('\0', "")
}
