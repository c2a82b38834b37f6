//! The job that looks at scans: a stack comes apart at its separator sheets (CO-7), and where OCRmyPDF with Turkish is installed
//! the picture of a letter becomes text. Neither is needed to register anything.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use bytes::Bytes;
use files::{Limits, MediaType, Store};
use kernel::event::NewEvent;
use kernel::job::{Job, JobContext};
use kernel::record::{self, Record};
use kernel::{Boxed, Error, Ref, Result};
use serde_json::Value as Json;
use uuid::Uuid;

use super::arrive::{self, Arrival, MOST_TEXT, blocking, cut};
use super::signatures::Judge;
use super::{alike, guess, kind, separator, slip, store as items, tools};

/// Items of one run; the rest waits a minute.
const AT_ONCE: u32 = 3;
/// Of one page, and of one item.
const PAGE_SECONDS: &str = "60";
const ITEM_LIMIT: Duration = Duration::from_secs(240);

pub(crate) fn job() -> Job {
    Job {
        name: "documents.read_scans",
        label_tr: "Taramaları bölme ve okuma",
        every_seconds: Some(60),
        max_attempts: 3,
        limit_seconds: 1_200,
        run: read,
    }
}

fn read<'a>(context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let Ok(files) = context.services.get::<Store>() else { return Ok(()) };
        let tx = context.db.begin(&context.act("tarama okuma")).await?;
        tx.without_event("whose turn it is to be read is not an act");
        // What a node died of is not tried again.
        items::give_up_interrupted(&tx).await?;
        if items::has_unread(&tx).await? {
            let folder = tempfile::tempdir().map_err(Error::internal)?;
            if blocking(move || tools::reads_turkish(folder.path())).await? {
                items::wake_unread(&tx).await?;
            }
        }
        tx.commit().await?;
        for (id, reading) in items::to_read(&context.db, AT_ONCE).await? {
            note(context, id, "trying").await?;
            let outcome = one(context, files, id, &reading).await;
            if let Err(error) = &outcome {
                tracing::warn!(%error, "a scan was not read");
            }
            note(context, id, outcome.unwrap_or("failed")).await?;
        }
        Ok(())
    })
}

async fn note(context: &JobContext, id: Uuid, reading: &str) -> Result<()> {
    let tx = context.db.begin(&context.act("tarama okuma")).await?;
    tx.without_event("whose turn it is to be read is not an act");
    items::set_reading(&tx, id, reading).await?;
    tx.commit().await
}

/// What there is to work with.
struct Scan {
    item: Record,
    /// What the file is called.
    name: String,
    media: MediaType,
    bytes: Bytes,
    /// Gone with it.
    folder: tempfile::TempDir,
}

impl Scan {
    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("gelen")
    }

    /// What came in a message stays with it.
    fn is_mail(&self) -> bool {
        self.item.get("source").text() == "email"
    }

    fn stem(&self) -> &str {
        self.name.rsplit_once('.').map_or(self.name.as_str(), |(stem, _)| stem)
    }
}

/// The file of an item that has a picture to be read: what arrived, or in a message the first without text.
async fn scan_of(context: &JobContext, store: &Store, item: Record) -> Result<Option<Scan>> {
    let files = web::attached(&context.db, &Ref::new(kind().id, item.id)).await?;
    let is_mail = item.get("source").text() == "email";
    for file in files.into_iter().skip(usize::from(is_mail)) {
        let media = file.stored.sniffed;
        let is_picture = media.is_image() || media == MediaType::Tiff;
        if is_mail && !is_picture && media != MediaType::Pdf {
            continue;
        }
        let most = Limits::default().max_bytes;
        let bytes = store.get_bytes(&file.stored.sha256, most).await.map_err(Error::internal)?;
        if is_mail && !is_picture && has_text(bytes.clone()).await? {
            continue;
        }
        let folder = tempfile::tempdir().map_err(Error::internal)?;
        let scan = Scan { item, name: file.name, media, bytes, folder };
        std::fs::write(scan.path(), &scan.bytes).map_err(Error::internal)?;
        return Ok(Some(scan));
    }
    Ok(None)
}

async fn has_text(pdf: Bytes) -> Result<bool> {
    let read = blocking(move || files::extract_text(pdf, MediaType::Pdf, &Limits::default())).await?;
    Ok(!read.is_err_and(|error| error.kind == files::ErrorKind::NoText))
}

/// Answers what is to be noted of its reading.
async fn one(context: &JobContext, store: &Store, id: Uuid, reading: &str) -> Result<&'static str> {
    let item = record::get(&context.db, &kind(), id).await?;
    if item.get("state").text() != "waiting" {
        return Ok("none");
    }
    let Some(scan) = scan_of(context, store, item).await? else { return Ok("none") };
    if scan.media == MediaType::Pdf && !scan.is_mail() {
        let (separators, codes) = separators(&scan, reading == "split").await?;
        if !separators.is_empty() {
            return split(context, store, &scan, separators).await;
        }
        if slip::take(context, &scan.item, &codes).await? {
            return Ok("done");
        }
    }
    if reading == "split" {
        return Ok("none");
    }
    let place = scan.folder.path().to_path_buf();
    if !blocking(move || tools::reads_turkish(&place)).await? {
        // Kept for the day on which somebody installs it.
        return Ok("unread");
    }
    recognise(context, store, &scan).await
}

/// The separator sheets, and what the QR codes of pages say where pictures of them were looked at.
async fn separators(scan: &Scan, has_text: bool) -> Result<(BTreeSet<u32>, separator::Codes)> {
    if !has_text {
        let (path, folder) = (scan.path(), scan.folder.path().to_path_buf());
        let codes = blocking(move || separator::codes(&path, &folder)).await?;
        return Ok((separator::among(&codes), codes));
    }
    let bytes = scan.bytes.clone();
    let found = blocking(move || files::extract_text(bytes, MediaType::Pdf, &Limits::default())).await?;
    Ok((found.map(|found| separator::in_text(&found.text)).unwrap_or_default(), separator::Codes::new()))
}

/// Each letter of the stack waits by itself; the stack is kept and set aside.
async fn split(
    context: &JobContext,
    store: &Store,
    scan: &Scan,
    separators: BTreeSet<u32>,
) -> Result<&'static str> {
    let bytes = scan.bytes.clone();
    let letters = match blocking(move || separator::split(&bytes, &separators)).await? {
        Ok(letters) => letters,
        Err(why) => {
            tracing::warn!(why, "a stack did not come apart");
            return Ok("failed");
        }
    };
    let source = super::SOURCES.iter().find(|one| one.code == scan.item.get("source").text());
    let source = source.map_or("upload", |one| one.code);
    let judge = Judge::for_job(context).await?;
    let mut parts: Vec<Arrival> = Vec::new();
    for (place, letter) in letters.into_iter().enumerate() {
        let name = format!("{} {}.pdf", scan.stem(), place + 1);
        let spooled = arrive::spooled(store, letter.into()).await?;
        match arrive::read((store, &judge), source, &name, spooled).await? {
            Ok(part) => parts.push(Arrival { parent: Some(scan.item.id), ..part }),
            Err(why) => {
                tracing::warn!(why, "a part of a stack was refused");
                return Ok("failed");
            }
        }
    }
    let tx = context.db.begin(&context.act("tarama okuma")).await?;
    let why = match parts.len() {
        0 => "Yalnız ayraç sayfalarından oluşuyor.".to_string(),
        count => format!("Ayraç sayfalarından {count} yazıya bölündü; her biri ayrı satırda."),
    };
    record::run_verb(&tx, &kind(), scan.item.id, "ayir", &why).await?;
    for part in &parts {
        arrive::write(&tx, part).await?;
    }
    tx.commit().await?;
    Ok("done")
}

/// The picture becomes text, and a PDF that can be searched hangs beside what arrived.
async fn recognise(context: &JobContext, store: &Store, scan: &Scan) -> Result<&'static str> {
    let (input, folder) = (scan.path(), scan.folder.path().to_path_buf());
    let is_picture = scan.media != MediaType::Pdf;
    let ran = blocking(move || ocr(&input, &folder, is_picture)).await?;
    if let Err(why) = ran {
        tracing::warn!(why, "a scan was not read");
        return Ok("failed");
    }
    let text = std::fs::read_to_string(scan.folder.path().join("yazi.txt")).unwrap_or_default();
    let text = cut(text.trim(), MOST_TEXT);
    let pdf = std::fs::read(scan.folder.path().join("okunmus.pdf")).map_err(Error::internal)?;
    let found = separator::in_text(&text);
    if !is_picture && !scan.is_mail() && !found.is_empty() {
        return split(context, store, scan, found).await;
    }
    let name = scan.item.get("file_name").text();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let accepted =
        web::accept_one(store, &format!("{stem} (okunmuş).pdf"), pdf.into(), &Limits::default()).await;
    let accepted = accepted.map_err(Error::internal)?;
    let mut guessed = Arrival { text, ..Arrival::new("upload", &scan.name) };
    guess::fill(&mut guessed);
    let tx = context.db.begin(&context.act("tarama okuma")).await?;
    if scan.is_mail() {
        let before = items::long(&tx, scan.item.id).await?.whole_text;
        let both = cut(&format!("{before}\n\n{}", guessed.text), MOST_TEXT);
        items::set_text(&tx, scan.item.id, &both).await?;
    } else {
        items::set_text(&tx, scan.item.id, &guessed.text).await?;
    }
    let is_untouched = scan.item.get("title").text() == Arrival::new("upload", &scan.name).title
        && scan.item.get("sender").text().is_empty();
    if is_untouched {
        items::set_guess(&tx, &scan.item, &guessed).await?;
    }
    let kind = kind();
    let item = record::get(&tx, &kind, scan.item.id).await?;
    alike::mark(&tx, &item).await?;
    record::index(&tx, &kind, &item).await?;
    let files = [accepted];
    web::attach(&tx, &kind, &item, &files).await?;
    // Somebody was faster and registered it: what was read goes there, too.
    if let Some(document) = item.get("document_id").id() {
        let documents = crate::document::kind();
        let document = record::get(&tx, &documents, document).await?;
        web::attach(&tx, &documents, &document, &files).await?;
    }
    tx.record(NewEvent::new(item.reference(&kind), item.title(&kind), "intake_read")).await?;
    tx.commit().await?;
    Ok("done")
}

/// By OCRmyPDF: `okunmus.pdf` and `yazi.txt` in the folder.
fn ocr(input: &Path, folder: &Path, is_picture: bool) -> std::result::Result<(), String> {
    let program = tools::found("ocrmypdf").ok_or("ocrmypdf is not installed")?;
    let mut command = Command::new(program);
    command
        .args(["-l", "tur", "--skip-text", "--output-type", "pdf", "--jobs", "1", "--quiet"])
        .args(["--tesseract-timeout", PAGE_SECONDS, "--max-image-mpixels", "100", "--sidecar"])
        .arg(folder.join("yazi.txt"));
    if is_picture {
        command.args(["--image-dpi", "300"]);
    }
    command.arg(input).arg(folder.join("okunmus.pdf"));
    tools::run(command, folder, ITEM_LIMIT)
}
