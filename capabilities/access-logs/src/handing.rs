//! Lines handed over: old archives on a screen, and lines or archives by a program over HTTP, which are acknowledged when they are
//! durable. The doors of a network are `keeping/doors.rs`.

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::Request;
use axum::response::IntoResponse as _;
use futures_util::StreamExt as _;
use http::StatusCode;
use intake::{
    ArchiveLimits, Batch, Gathering, Import, ImportFault, ImportWhy, Imported, NotKept, Origin, Sink as _,
};
use kernel::job::JobContext;
use kernel::{Error, ErrorKind, NewEvent, Ref, Result, tr};
use maud::{Markup, html};
use serde_json::json;
use tokio::sync::mpsc;
use web::{Ctx, Frame, Outcome, Spool, SpoolLimit};

mod store;

use kernel::Day;
use kernel::migrate::{Migration, create};
use kernel::schema::Table;

use crate::search::{SUBJECT_ID, absent, logs};
use crate::{SUBJECT, source};

pub(crate) const PATH: &str = "/kayit-kaynaklari/arsiv";
pub(crate) const API: &str = "/api/v1/access-log-lines";

/// An archive on a screen; larger ones go over HTTP.
pub(crate) struct Archives;

const MOST_BYTES: u64 = 4 << 30;

impl SpoolLimit for Archives {
    const MOST_BYTES: u64 = MOST_BYTES;

    fn most_bytes(_name: &str, _usual: u64) -> u64 {
        MOST_BYTES
    }
}

/// Files that were taken, so that one that comes again is not taken twice unnoticed.
pub(crate) fn migration() -> Migration {
    Migration { id: "access_logs/0011_log_import", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("log_import", "archives of old lines that were taken, by what they are")
        .text("sha256", "of the file as it was handed over, in hexadecimal digits")
        .text("name", "what it was called")
        .int("lines", "that were kept of it")
        .at("taken_at", "when it was last taken")
        .key(&["sha256"])
}

/// What was said of the files beside them.
#[derive(Default)]
struct Said {
    last_day: String,
    is_again: bool,
    /// Field and sentence.
    error: Option<(&'static str, String)>,
}

const LAST_DAY: &str = "son_gun";
const AGAIN: &str = "yeniden";

impl Said {
    fn of(form: &web::Form) -> Self {
        let last_day = tr::clean_line(form.get(LAST_DAY)).text;
        Self { last_day, is_again: form.get(AGAIN) == "evet", error: None }
    }

    /// When the last line was written, in microseconds; nothing where nobody says.
    fn as_of_us(&mut self, now: kernel::Instant) -> Option<i64> {
        match as_of(&self.last_day, now) {
            Ok(as_of_us) => as_of_us,
            Err(text) => {
                self.error = Some((LAST_DAY, text.into()));
                None
            }
        }
    }
}

/// The end of a day that is typed as `31.12.2024` or `2024-12-31`.
fn as_of(typed: &str, now: kernel::Instant) -> std::result::Result<Option<i64>, &'static str> {
    if typed.is_empty() {
        return Ok(None);
    }
    let day = typed.parse::<Day>().ok().or_else(|| tr::parse_date(typed).ok().map(Day));
    let day = day.ok_or("Günü 31.12.2024 biçiminde yazın.")?;
    if day > now.day() {
        return Err("Son gün bugünden sonra olamaz.");
    }
    Ok(Some(day.next().start().0))
}

/// What became of one file.
struct Done {
    name: String,
    outcome: std::result::Result<Imported, String>,
}

pub(crate) async fn ask(ctx: Ctx) -> Outcome {
    if logs(&ctx).is_err() {
        return absent(&ctx, "Arşiv aktar").await;
    }
    page(&ctx, &[], &Said::default()).await
}

/// Takes each file by itself; one that cannot be read does not stop the others.
pub(crate) async fn take(ctx: Ctx, upload: Spool<Archives>) -> Outcome {
    let mut told = Said::of(&upload.form);
    let as_of_us = told.as_of_us(ctx.act.now());
    if upload.files.is_empty() {
        told.error = Some((ui::names::FILES, "En az bir dosya seçin.".into()));
    }
    // What cannot be kept now would be waited for.
    if let Err(error) = logs(&ctx)?.journal() {
        told.error = Some((ui::names::FILES, error.message_tr));
    }
    if told.error.is_some() {
        return page(&ctx, &[], &told).await;
    }
    let mut done = Vec::new();
    for file in upload.files {
        let name = plain_name(&file.name);
        let outcome = match file.taken {
            Ok(spooled) => take_once(&ctx, &name, &spooled, (as_of_us, told.is_again)).await?,
            Err(error) => Err(error.message_tr),
        };
        done.push(Done { name, outcome });
    }
    page(&ctx, &done, &told).await
}

/// Takes a file that was not taken before, or that is to be taken again.
async fn take_once(
    ctx: &Ctx,
    name: &str,
    spooled: &files::Spooled,
    (as_of_us, is_again): (Option<i64>, bool),
) -> Result<std::result::Result<Imported, String>> {
    let digest = spooled.stored.sha256.to_hex();
    if !is_again && let Some(known) = store::import(ctx.db(), &digest).await? {
        return Ok(Err(format!(
            "bu dosya {} tarihinde “{}” adıyla alınmış ({} satır); satırları iki kez saklanmasın diye alınmadı. Yine de almak için “Daha önce alınmış \
             dosyaları da al” kutusunu işaretleyin.",
            tr::instant(known.taken_at.0),
            known.name,
            tr::grouped(known.lines)
        )));
    }
    let reader = spooled.reader().map_err(|error| Error::new(ErrorKind::Unavailable, error.message_tr))?;
    let outcome = import(ctx, name, 0, as_of_us, reader).await;
    let kept = outcome.as_ref().map_or_else(|fault| fault.kept, |kept| *kept);
    if kept.lines > 0 {
        let tx = ctx.db().begin(&ctx.act).await?;
        tx.without_event("which file it was; that it was taken is an event of its own");
        store::note_import(&tx, &digest, name, kept.lines.cast_signed()).await?;
        tx.commit().await?;
    }
    Ok(outcome.map_err(|fault| said(&fault)))
}

pub(crate) fn context(ctx: &Ctx) -> JobContext {
    let app = &ctx.app;
    JobContext {
        db: ctx.db().clone(),
        clock: ctx.act.clock.clone(),
        registry: app.registry.clone(),
        services: app.services.clone(),
    }
}

/// The name of a file as it is kept with its lines.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = tr::clean_line(last).text.chars().take(120).collect();
    if plain.is_empty() { "adsız".into() } else { plain }
}

/// Takes an archive in, from so many unpacked bytes on, and writes down what was kept of it, also when it broke off.
async fn import(
    ctx: &Ctx,
    name: &str,
    from: u64,
    as_of_us: Option<i64>,
    reader: impl Read + Send + 'static,
) -> std::result::Result<Imported, ImportFault> {
    let broken = |why: &Error| ImportFault {
        kept: Imported::default(),
        why: ImportWhy::Archive(intake::ArchiveFault::Broken(std::io::Error::other(why.message_tr.clone()))),
    };
    let taking = logs(ctx).map_err(|error| broken(&error))?.taking_old(&context(ctx), as_of_us);
    let what = Import { name: name.into(), from, limits: ArchiveLimits::default() };
    let outcome = intake::import(what, reader, taking).await;
    let kept = outcome.as_ref().map_or_else(|fault| fault.kept, |kept| *kept);
    let why = outcome.as_ref().err().map(said).unwrap_or_default();
    let note = format!(
        "{name}: {} satır, {}. {why}",
        tr::grouped(kept.lines.cast_signed()),
        tr::file_size(kept.bytes)
    );
    if let Err(error) = noted(ctx, note.trim()).await {
        tracing::error!(%error, name, lines = kept.lines, "an import was not written down");
    }
    outcome
}

async fn noted(ctx: &Ctx, note: &str) -> Result<()> {
    let tx = ctx.db().begin(&ctx.act).await?;
    tx.record(
        NewEvent::new(Ref::new(SUBJECT, SUBJECT_ID), "Erişim kayıtları", "log_archive_imported").note(note),
    )
    .await?;
    tx.commit().await
}

fn said(fault: &ImportFault) -> String {
    use intake::ArchiveFault;
    let why = match &fault.why {
        ImportWhy::Archive(ArchiveFault::Broken(_)) => "dosya bozuk ya da yarım".to_owned(),
        ImportWhy::Archive(ArchiveFault::TooLarge(most)) => {
            format!("açılınca {} sınırını aşıyor", tr::file_size(*most))
        }
        ImportWhy::Archive(ArchiveFault::Bomb(most)) => format!("açılınca kendisinin {most} katını aşıyor"),
        ImportWhy::Archive(ArchiveFault::Foreign(format)) => {
            format!("{format} biçimi okunmuyor; gzip ya da zstd ile sıkıştırın ya da açıp gönderin")
        }
        ImportWhy::Shorter => "dosya, daha önce alınandan kısa".to_owned(),
        ImportWhy::Unwanted => "bu kaynağın kayıtları kabul edilmiyor".to_owned(),
        ImportWhy::Stopped => "sunucu kapatılıyor".to_owned(),
    };
    format!("{} satır alındı, sonra durdu: {why}.", tr::grouped(fault.kept.lines.cast_signed()))
}

async fn page(ctx: &Ctx, done: &[Done], told: &Said) -> Outcome {
    let error = told.error.as_ref();
    let of = |name: &str| error.filter(|(field, _)| *field == name).map(|(_, text)| text.clone());
    let field = ui::FieldView {
        name: ui::names::FILES.into(),
        label: "Eski kayıt dosyaları".into(),
        hint: format!(
            "Düz metin, gzip (.gz) ya da zstd (.zst); birkaçı birden, toplam en çok {}. Satırlar kendi tarihleriyle saklanır.",
            tr::file_size(MOST_BYTES)
        ),
        kind: ui::Input::File { accept: String::new(), multiple: true },
        error: of(ui::names::FILES),
        ..ui::FieldView::default()
    };
    let last_day = ui::FieldView {
        name: LAST_DAY.into(),
        label: "Dosyaların son günü".into(),
        hint: "Satırlarında yıl yazmayan kayıtlar için: yıl, bu günden geriye doğru bulunur. Boş bırakırsanız bugün sayılır.".into(),
        value: told.last_day.clone(),
        kind: ui::Input::Date,
        error: of(LAST_DAY),
        ..ui::FieldView::default()
    };
    let again = ui::FieldView {
        name: AGAIN.into(),
        label: "Daha önce alınmış dosyaları da al".into(),
        kind: ui::Input::Checkbox,
        value: if told.is_again { "evet".into() } else { String::new() },
        ..ui::FieldView::default()
    };
    let errors = error.map(|(field, text)| ui::FieldError {
        field: (*field).into(),
        label: if *field == LAST_DAY { "Dosyaların son günü".into() } else { "Dosya".into() },
        text: text.clone(),
    });
    let view = ui::FormView {
        title: "Arşiv aktar".into(),
        lead: "Belde’den önce tutulan kayıtları içeri alır. Her dosya, adıyla bir kayıt kaynağı olur.".into(),
        action: PATH.into(),
        csrf: ctx.csrf.clone(),
        sections: vec![ui::FormSection {
            fields: vec![field, last_day, again],
            ..ui::FormSection::default()
        }],
        submit: "Aktar".into(),
        cancel_href: Some(source::PATH.into()),
        errors: errors.into_iter().collect(),
        multipart: true,
        ..ui::FormView::default()
    };
    let frame = Frame::new(view.title.clone()).crumb("Kayıt kaynakları", source::PATH);
    let content = html! { (results(done)) (ui::form(&view)) };
    if error.is_some() { ctx.refused(frame, content).await } else { ctx.page(frame, content).await }
}

fn results(done: &[Done]) -> Markup {
    html! {
        @for one in done {
            @match &one.outcome {
                Ok(kept) => (ui::notice(ui::FlashKind::Success, html! { p {
                    (one.name) ": " (tr::grouped(kept.lines.cast_signed())) " satır alındı (" (tr::file_size(kept.bytes)) ")."
                } })),
                Err(why) => (ui::notice(ui::FlashKind::Error, html! { p { (one.name) ": " (why) } })),
            }
        }
    }
}

/// A sender that falls silent in the middle of its body is let go.
const SILENCE: Duration = Duration::from_secs(60);
/// Pieces of a body that wait to be read.
const WAITING: usize = 8;

/// `POST /api/v1/access-log-lines?kaynak=NAME`: lines as they are, each ended by a line feed; with `&arsiv=evet` an archive, plain,
/// gzip or Zstandard, whose lines count under their own time, with `&bayt=N` from so many unpacked bytes on and with
/// `&son=2024-12-31` as the day of its last line, from which the year of dates without one is found. Answers
/// `{"lines": N, "bytes": N}` when all of it is durable.
pub(crate) async fn take_from_program(ctx: Ctx, request: Request) -> Outcome {
    if !ctx.is_token {
        let text = "Satır göndermek için erişim anahtarı (Authorization: Bearer …) gerekir.";
        return Err(Error::new(ErrorKind::Forbidden, text).into());
    }
    let name = plain_name(ctx.param("kaynak"));
    if ctx.param("kaynak").trim().is_empty() {
        return Err(Error::rule("KAY-003", "kaynak", "Adreste kaynağın adını yazın: ?kaynak=fen-dhcp").into());
    }
    logs(&ctx)?.journal()?;
    let body = request.into_body().into_data_stream();
    let kept = match ctx.param("arsiv") {
        "evet" => {
            let from = ctx.param("bayt").parse().unwrap_or(0);
            let as_of_us =
                as_of(ctx.param("son"), ctx.act.now()).map_err(|text| Error::rule("KAY-003", "son", text))?;
            import(&ctx, &name, from, as_of_us, reader_of(body)).await.map_err(|fault| {
                let error = Error::new(ErrorKind::Invalid, said(&fault));
                error.with_context(format!("{} unpacked bytes were kept", fault.kept.bytes))
            })?
        }
        _ => lines(&ctx, &name, body).await?,
    };
    Ok((StatusCode::CREATED, Json(json!({ "lines": kept.lines, "bytes": kept.bytes }))).into_response())
}

fn interrupted() -> Error {
    Error::new(
        ErrorKind::Invalid,
        "Gönderim yarıda kesildi; alındığı bildirilmeyen satırları yeniden gönderin.",
    )
}

/// Takes lines as they come.
async fn lines(ctx: &Ctx, name: &str, mut body: axum::body::BodyDataStream) -> Result<Imported> {
    let sink = logs(ctx)?.sink(&context(ctx));
    let origin = Arc::new(Origin::Http(name.into()));
    let mut gathering = Gathering::of_stream(origin);
    let mut kept = Imported::default();
    loop {
        let piece = tokio::time::timeout(SILENCE, body.next()).await.map_err(|_| interrupted())?;
        let now_us = ctx.act.clock.now().0;
        match &piece {
            Some(Ok(bytes)) => gathering.feed(bytes, now_us),
            Some(Err(_)) => return Err(interrupted()),
            None => gathering.end(now_us),
        }
        let is_ready = gathering.cost() >= intake::BATCH_BYTES || piece.is_none();
        if is_ready && let Some(batch) = gathering.take() {
            keep(&sink, batch, &mut kept).await?;
        }
        if piece.is_none() {
            return Ok(kept);
        }
    }
}

async fn keep(sink: &crate::keeping::Arriving, batch: Batch, kept: &mut Imported) -> Result<()> {
    let (lines, bytes) = (batch.len() as u64, batch.byte_count() as u64);
    sink.take(Arc::new(batch)).await.map_err(|why| match why {
        NotKept::Later(why) => {
            let text =
                "Kayıtlar şu anda alınamıyor; alındığı bildirilmeyen satırları biraz sonra yeniden gönderin.";
            Error::new(ErrorKind::Unavailable, text).with_context(why)
        }
        NotKept::Never(_) => Error::new(ErrorKind::Forbidden, "Bu kaynağın kayıtları kabul edilmiyor."),
    })?;
    kept.lines += lines;
    kept.bytes += bytes;
    Ok(())
}

/// A body as something that is read by a thread of its own.
fn reader_of(mut body: axum::body::BodyDataStream) -> impl Read + Send + 'static {
    let (give, take) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        loop {
            let piece = match tokio::time::timeout(SILENCE, body.next()).await {
                Ok(None) => return,
                Ok(Some(Ok(bytes))) => Ok(bytes),
                Ok(Some(Err(error))) => Err(std::io::Error::other(error)),
                Err(_) => Err(std::io::Error::other("the sender fell silent")),
            };
            let is_last = piece.is_err();
            if give.send(piece).await.is_err() || is_last {
                return;
            }
        }
    });
    Pieces { take, open: axum::body::Bytes::new() }
}

struct Pieces {
    take: mpsc::Receiver<std::io::Result<axum::body::Bytes>>,
    open: axum::body::Bytes,
}

impl Read for Pieces {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        while self.open.is_empty() {
            match self.take.blocking_recv() {
                Some(piece) => self.open = piece?,
                None => return Ok(0),
            }
        }
        let some = self.open.split_to(self.open.len().min(out.len()));
        out[..some.len()].copy_from_slice(&some);
        Ok(some.len())
    }
}
