//! Files on any record: upload, list, download, remove. The bytes live in the content-addressed store; a removed
//! file's row and blob stay, because the timeline speaks of it.

use axum::body::Body;
use axum::extract::Path;
use axum::response::Response;
use bytes::Bytes;
use files::name::{Disposition, disposition};
use files::{Accepted, Digest, Limits, MediaType, Store, accept_upload};
use futures_util::TryStreamExt;
use http::{HeaderValue, header};
use kernel::db::Sql;
use kernel::migrate::{Migration, create};
use kernel::record::{self, Kind, Record};
use kernel::schema::Table;
use kernel::{Error, ErrorKind, Instant, NewEvent, Ref, Tx, tr};
use maud::{Markup, html};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{kind_of, sent_before};
use crate::answer::{Outcome, redirect};
use crate::ctx::Ctx;
use crate::form::{Form, Upload, Uploaded};

/// Files of one record.
const MOST: i64 = 200;
/// Letters of the reason why one is taken off.
const MOST_REASON: usize = 400;

/// The table, for the house's list of migrations.
pub(crate) fn migration() -> Migration {
    Migration { id: "web/0001_attachment", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("attachment", "files of records; the bytes are blobs by SHA-256")
        .id()
        .text("subject_kind", "record kind")
        .uuid("subject_id", "record")
        .text("name", "cleaned file name")
        .text("sha256", "digest of the bytes, hexadecimal")
        .int("size_bytes", "size")
        .text("media", "type told by the bytes")
        .text("added_by", "name as it was then")
        .at("added_at", "when")
        .at_null("removed_at", "no longer shown since")
        .index(&["subject_kind", "subject_id", "id"])
        .index(&["sha256"])
}

/// A file of a record.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Attached {
    pub id: Uuid,
    subject_kind: String,
    subject_id: Uuid,
    pub name: String,
    /// Digest of the bytes, hexadecimal.
    pub sha256: String,
    pub size_bytes: i64,
    media: String,
    /// Name as it was then.
    pub added_by: String,
    pub added_at: Instant,
}

impl Attached {
    /// As told by the bytes.
    pub fn media(&self) -> MediaType {
        MediaType::from_mime(&self.media)
    }
}

const COLUMNS: &str = "id, subject_kind, subject_id, name, sha256, size_bytes, media, added_by, added_at";

/// The card at the side of a record.
pub(super) async fn card(ctx: &Ctx, kind: &Kind, record: &Record) -> kernel::Result<ui::Card> {
    let attached = attachments(ctx.db(), &record.reference(kind)).await?;
    let (may_add, may_remove) = (kind.may_attach(record, ctx.actor()), kind.may_detach(record, ctx.actor()));
    let base = kind.address(record.id);
    let view = ui::Attachments {
        files: attached
            .iter()
            .map(|one| ui::Attachment {
                name: one.name.clone(),
                href: format!("{base}/ek/{}", one.id),
                size_text: tr::file_size(u64::try_from(one.size_bytes).unwrap_or(0)),
                by_text: format!("{}, {}", one.added_by, tr::instant(one.added_at.0)),
                remove_href: may_remove.then(|| format!("{base}/ek/{}/kaldir", one.id)),
            })
            .collect(),
        upload_action: may_add.then(|| format!("{base}/ek")),
        csrf: ctx.csrf.clone(),
        once: ctx.app.clock.token(),
        hint: format!("En çok {}.", tr::file_size(ctx.app.upload_limit_bytes as u64)),
    };
    let body: Markup = html! { (ui::attachments(&view)) };
    Ok(ui::Card { title: "Ekler".into(), edit_href: None, body })
}

/// Whoever may edit the record but not in this state is told so, not that a right is missing.
fn refuse(kind: &Kind, record: &Record, ctx: &Ctx, sentence_tr: &'static str) -> Error {
    let (unit, owner) = (record.unit_id(kind), record.owner_id(kind));
    let may = kind.edit.is_some_and(|permission| ctx.actor().may_on(permission, unit, owner));
    if may { Error::rule("EKL-004", ui::names::FILES, sentence_tr) } else { Error::forbidden() }
}

const NONE_COMES: &str = "Bu durumdaki kayda dosya eklenemez.";
const NONE_GOES: &str =
    "Bu durumdaki kaydın dosyaları kaldırılamaz; imzalanan ya da kanıt olan dosya kayıtta kalır.";

fn store(ctx: &Ctx) -> kernel::Result<&Store> {
    ctx.app.services.get::<Store>()
}

/// Of several files the refusal says which one it means.
fn among(error: files::Error, name: &str, count: usize) -> files::Error {
    if count == 1 {
        return error;
    }
    let message = format!("“{}”: {}", files::name::clean_name(name), error.message_tr);
    files::Error { message_tr: message, ..error }
}

/// The store speaks its own errors, because it stands beside the kernel's database.
pub(crate) fn error_of(error: files::Error) -> Error {
    use files::ErrorKind as Kind;
    let kind = match error.kind {
        Kind::TooLarge | Kind::HugeImage => ErrorKind::TooLarge,
        Kind::NotFound => ErrorKind::NotFound,
        Kind::StorageFull | Kind::Unavailable | Kind::PermissionDenied | Kind::Misconfigured => {
            ErrorKind::Unavailable
        }
        Kind::UnsupportedType => ErrorKind::Unsupported,
        Kind::Corrupt => ErrorKind::Internal,
        _ => ErrorKind::Invalid,
    };
    Error::new(kind, error.message_tr).with_context(error.detail)
}

pub(super) async fn add(ctx: Ctx, kind: &'static str, Path(id): Path<Uuid>, upload: Upload) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let record = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    if !kind.may_attach(&record, ctx.actor()) {
        return Err(refuse(&kind, &record, &ctx, NONE_COMES).into());
    }
    if upload.files.is_empty() {
        return Err(Error::rule("EKL-001", ui::names::FILES, "Önce bir dosya seçin.").into());
    }
    let count =
        "SELECT count(*) FROM attachment WHERE subject_kind = $1 AND subject_id = $2 AND removed_at IS NULL";
    let known: i64 = ctx.db().scalar(count, vec![kind.id.into(), id.into()]).await?.unwrap_or(0);
    if known + upload.files.len() as i64 > MOST {
        return Err(Error::new(ErrorKind::TooLarge, format!("Bir kayda en çok {MOST} dosya eklenir.")).into());
    }
    let accepted = accept(&ctx, &upload.files).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    if let Some(earlier) = sent_before(&tx, &upload.form, &kind.address(id)).await? {
        return Ok(redirect(&earlier, "Dosya eklendi."));
    }
    // Somebody may have put it to signature while the bytes came.
    let record = record::hold(&tx, &kind, id).await?;
    if !kind.may_attach(&record, ctx.actor()) {
        return Err(refuse(&kind, &record, &ctx, NONE_COMES).into());
    }
    attach(&tx, &kind, &record, &accepted).await?;
    tx.commit().await?;
    Ok(redirect(&kind.address(id), "Dosya eklendi."))
}

/// Puts the bytes into the store, within the limits of what a person may send; the first that is refused refuses all.
pub async fn accept(ctx: &Ctx, files: &[Uploaded]) -> kernel::Result<Vec<Accepted>> {
    let limits = Limits { max_bytes: ctx.app.upload_limit_bytes as u64, ..Limits::default() };
    let mut accepted = Vec::new();
    for file in files {
        let taken = accept_one(store(ctx)?, &file.name, file.bytes.clone(), &limits).await;
        accepted.push(taken.map_err(|error| error_of(among(error, &file.name, files.len())))?);
    }
    Ok(accepted)
}

/// Puts one file into the store, whoever brought it: a form, or a message.
pub async fn accept_one(store: &Store, name: &str, bytes: Bytes, limits: &Limits) -> files::Result<Accepted> {
    let stream = futures_util::stream::iter([Ok::<_, std::convert::Infallible>(bytes)]);
    accept_upload(store, name, stream, limits).await
}

/// Ties stored files to a record, in the transaction that may have made it; answers their ids.
pub async fn attach(
    tx: &Tx,
    kind: &Kind,
    record: &Record,
    accepted: &[Accepted],
) -> kernel::Result<Vec<Uuid>> {
    let mut ids = Vec::new();
    let mut names = Vec::new();
    let mut values = Vec::new();
    let mut rows = Vec::new();
    for one in accepted {
        let at = values.len();
        rows.push(format!("({})", kernel::db::placeholders(at + 1, 9)));
        let id = tx.new_id();
        ids.push(id);
        values.extend([
            id.into(),
            kind.id.into(),
            record.id.into(),
            one.name.clone().into(),
            one.stored.sha256.to_hex().into(),
            i64::try_from(one.stored.size_bytes).unwrap_or(i64::MAX).into(),
            one.stored.sniffed.mime().into(),
            tx.act().actor.signature().into(),
            tx.at().into(),
        ]);
        names.push(one.name.clone());
    }
    tx.run(&format!("INSERT INTO attachment ({COLUMNS}) VALUES {}", rows.join(", ")), values).await?;
    tx.record(event(kind, record, "attached", names.join(", "))).await?;
    Ok(ids)
}

/// Whether a file hangs on a record: a paper that was signed and scanned back.
pub async fn has_attachment(db: &impl Sql, subject: &Ref) -> kernel::Result<bool> {
    let sql =
        "SELECT 1 FROM attachment WHERE subject_kind = $1 AND subject_id = $2 AND removed_at IS NULL LIMIT 1";
    let found: Option<i32> = db.scalar(sql, vec![subject.kind.as_str().into(), subject.id.into()]).await?;
    Ok(found.is_some())
}

/// The files of a record as [`attach`] takes them, oldest first: for whoever hands them on to another record.
pub async fn attached(db: &impl Sql, subject: &Ref) -> kernel::Result<Vec<Accepted>> {
    let rows = attachments(db, subject).await?;
    rows.into_iter()
        .map(|row| {
            let sha256 = row.sha256.parse().map_err(|_| Error::internal("attachment.sha256 is no digest"))?;
            let size_bytes = u64::try_from(row.size_bytes).unwrap_or(0);
            let stored = files::Stored { sha256, size_bytes, sniffed: row.media() };
            Ok(Accepted { stored, name: row.name })
        })
        .collect()
}

/// Two records turned out to be one: what hangs on the first, or of that only `which`, hangs on the second from then on, as it is.
/// Both pages tell of it. Answers what was moved.
pub async fn move_attachments(
    tx: &Tx,
    kind: &Kind,
    (from, to): (&Record, &Record),
    which: Option<&[Uuid]>,
) -> kernel::Result<Vec<Uuid>> {
    let mut files = attachments(tx, &from.reference(kind)).await?;
    files.retain(|one| which.is_none_or(|which| which.contains(&one.id)));
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let there = attachments(tx, &to.reference(kind)).await?.len();
    if (there + files.len()) as i64 > MOST {
        let text = format!("İki kaydın birlikte {MOST} dosyadan fazlası olurdu; gereksizleri kaldırın.");
        return Err(Error::rule("EKL-005", ui::names::FILES, text));
    }
    let ids: Vec<Uuid> = files.iter().map(|one| one.id).collect();
    let sql = format!(
        "UPDATE attachment SET subject_id = $1 WHERE removed_at IS NULL AND id IN ({})",
        kernel::db::placeholders(2, ids.len())
    );
    let values = std::iter::once(to.id.into()).chain(ids.iter().map(|id| (*id).into()));
    tx.run(&sql, values.collect()).await?;
    let names: Vec<&str> = files.iter().map(|one| one.name.as_str()).collect();
    let (names, [left, came]) = (names.join(", "), [to, from].map(|one| one.number(kind)));
    tx.record(event(kind, from, "detached", format!("{names}: {left} kaydına taşındı."))).await?;
    tx.record(event(kind, to, "attached", format!("{names}: {came} kaydından geldi."))).await?;
    Ok(ids)
}

/// The files of a record as they hang on it, oldest first.
pub async fn attachments(db: &impl Sql, subject: &Ref) -> kernel::Result<Vec<Attached>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM attachment WHERE subject_kind = $1 AND subject_id = $2 AND removed_at IS NULL ORDER BY id LIMIT {MOST}"
    );
    db.rows(&sql, vec![subject.kind.as_str().into(), subject.id.into()]).await
}

/// One file of a record; not found where it hangs on another or was removed.
pub async fn attachment(db: &impl Sql, subject: &Ref, file: Uuid) -> kernel::Result<Attached> {
    let sql = format!("SELECT {COLUMNS} FROM attachment WHERE id = $1 AND removed_at IS NULL");
    let found: Attached = db.row(&sql, vec![file.into()]).await?.ok_or_else(Error::not_found)?;
    // The address names record and file; only together do they prove that the person may see the file.
    if found.subject_kind != subject.kind || found.subject_id != subject.id {
        return Err(Error::not_found());
    }
    Ok(found)
}

fn event(kind: &Kind, record: &Record, verb: &'static str, note: String) -> NewEvent {
    let subject = Ref::new(kind.id, record.id);
    NewEvent::new(subject, record.title(kind), verb)
        .note(note)
        .scope(record.unit_id(kind), record.owner_id(kind))
}

/// Always saved, never rendered: whatever somebody uploaded cannot run in the pages of the house.
pub(super) async fn get(ctx: Ctx, kind: &'static str, Path((id, file)): Path<(Uuid, Uuid)>) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let record = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let found = attachment(ctx.db(), &record.reference(&kind), file).await?;
    let digest: Digest =
        found.sha256.parse().map_err(|_| Error::internal("attachment.sha256 is no digest"))?;
    let blob = store(&ctx)?.get_stream(&digest).await.map_err(error_of)?;
    let tx = ctx.db().begin(&ctx.act).await?;
    tx.record(event(&kind, &record, "downloaded", found.name.clone())).await?;
    tx.commit().await?;
    let stream = blob.stream.map_err(|error| std::io::Error::other(error.detail));
    let mut response = Response::new(Body::from_stream(stream));
    let headers = response.headers_mut();
    let media = found.media().content_type();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    if let Ok(value) = HeaderValue::from_str(&disposition(Disposition::Attachment, &found.name)) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

pub(super) async fn ask_remove(
    ctx: Ctx,
    kind: &'static str,
    Path((id, file)): Path<(Uuid, Uuid)>,
) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let record = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    if !kind.may_detach(&record, ctx.actor()) {
        return Err(refuse(&kind, &record, &ctx, NONE_GOES).into());
    }
    let found = attachment(ctx.db(), &record.reference(&kind), file).await?;
    ask(&ctx, (&kind, &record, &found), "", None).await
}

/// The page that asks why, again where nothing was answered.
async fn ask(
    ctx: &Ctx,
    (kind, record, file): (&Kind, &Record, &Attached),
    typed: &str,
    wrong: Option<String>,
) -> Outcome {
    let is_refused = wrong.is_some();
    let view = ui::ConfirmView {
        title: format!("Dosyayı kaldır: {}", file.name),
        text: "Dosya bu kayıtta görünmez olur; eklendiği, kaldırıldığı ve nedeni geçmişte kalır.".into(),
        action: format!("{}/ek/{}/kaldir", kind.address(record.id), file.id),
        csrf: ctx.csrf.clone(),
        reason_label: Some("Neden kaldırıyorsunuz?".into()),
        reason_input: Some(ui::Input::Text),
        reason_value: typed.into(),
        reason_error: wrong,
        submit: "Kaldır".into(),
        danger: true,
        cancel_href: kind.address(record.id),
        ..ui::ConfirmView::default()
    };
    let frame =
        crate::shell::Frame::new(view.title.clone()).crumb(record.title(kind), kind.address(record.id));
    let content = ui::confirm_page(&view);
    if is_refused { ctx.refused(frame, content).await } else { ctx.page(frame, content).await }
}

pub(super) async fn remove(
    ctx: Ctx,
    kind: &'static str,
    Path((id, file)): Path<(Uuid, Uuid)>,
    form: Form,
) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let record = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    if !kind.may_detach(&record, ctx.actor()) {
        return Err(refuse(&kind, &record, &ctx, NONE_GOES).into());
    }
    let found = attachment(ctx.db(), &record.reference(&kind), file).await?;
    let reason = tr::clean_line(form.get(ui::names::REASON)).text;
    if reason.is_empty() || reason.chars().count() > MOST_REASON {
        let wrong = format!("Nedenini bir cümleyle yazın, en çok {MOST_REASON} harf.");
        return ask(&ctx, (&kind, &record, &found), &reason, Some(wrong)).await;
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    let record = record::hold(&tx, &kind, id).await?;
    if !kind.may_detach(&record, ctx.actor()) {
        return Err(refuse(&kind, &record, &ctx, NONE_GOES).into());
    }
    let sql = "UPDATE attachment SET removed_at = $1 WHERE id = $2 AND removed_at IS NULL";
    tx.run(sql, vec![tx.at().into(), file.into()]).await?;
    tx.record(event(&kind, &record, "detached", format!("{}: {reason}", found.name))).await?;
    tx.commit().await?;
    Ok(redirect(&kind.address(id), "Dosya kaldırıldı."))
}
