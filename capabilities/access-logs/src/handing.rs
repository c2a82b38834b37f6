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

/// What became of one file.
struct Done {
    name: String,
    outcome: std::result::Result<Imported, String>,
}

pub(crate) async fn ask(ctx: Ctx) -> Outcome {
    if logs(&ctx).is_err() {
        return absent(&ctx, "Arşiv aktar").await;
    }
    page(&ctx, &[], None).await
}

/// Takes each file by itself; one that cannot be read does not stop the others.
pub(crate) async fn take(ctx: Ctx, upload: Spool<Archives>) -> Outcome {
    if upload.files.is_empty() {
        return page(&ctx, &[], Some("En az bir dosya seçin.")).await;
    }
    // What cannot be kept now would be waited for.
    if let Err(error) = logs(&ctx)?.journal() {
        return page(&ctx, &[], Some(&error.message_tr)).await;
    }
    let mut done = Vec::new();
    for file in upload.files {
        let name = plain_name(&file.name);
        let outcome = match file.taken {
            Ok(spooled) => {
                let reader =
                    spooled.reader().map_err(|error| Error::new(ErrorKind::Unavailable, error.message_tr))?;
                import(&ctx, &name, 0, reader).await.map_err(|fault| said(&fault))
            }
            Err(error) => Err(error.message_tr),
        };
        done.push(Done { name, outcome });
    }
    page(&ctx, &done, None).await
}

fn context(ctx: &Ctx) -> JobContext {
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
    reader: impl Read + Send + 'static,
) -> std::result::Result<Imported, ImportFault> {
    let broken = |why: &Error| ImportFault {
        kept: Imported::default(),
        why: ImportWhy::Archive(intake::ArchiveFault::Broken(std::io::Error::other(why.message_tr.clone()))),
    };
    let taking = logs(ctx).map_err(|error| broken(&error))?.taking(&context(ctx));
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

async fn page(ctx: &Ctx, done: &[Done], error: Option<&str>) -> Outcome {
    let field = ui::FieldView {
        name: ui::names::FILES.into(),
        label: "Eski kayıt dosyaları".into(),
        hint: format!(
            "Düz metin, gzip (.gz) ya da zstd (.zst); birkaçı birden, toplam en çok {}. Satırlar kendi tarihleriyle saklanır.",
            tr::file_size(MOST_BYTES)
        ),
        kind: ui::Input::File { accept: String::new(), multiple: true },
        error: error.map(str::to_owned),
        ..ui::FieldView::default()
    };
    let errors = error.map(|text| ui::FieldError {
        field: ui::names::FILES.into(),
        label: "Dosya".into(),
        text: text.into(),
    });
    let view = ui::FormView {
        title: "Arşiv aktar".into(),
        lead: "Belde’den önce tutulan kayıtları içeri alır. Her dosya, adıyla bir kayıt kaynağı olur.".into(),
        action: PATH.into(),
        csrf: ctx.csrf.clone(),
        sections: vec![ui::FormSection { fields: vec![field], ..ui::FormSection::default() }],
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
/// gzip or Zstandard, whose lines count under their own time, with `&bayt=N` from so many unpacked bytes on. Answers
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
            import(&ctx, &name, from, reader_of(body)).await.map_err(|fault| {
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
