//! One thing that arrived becomes an item: its bytes are stored, looked at, and written down with what they say.

use std::fs::File;
use std::io::{BufReader, Read as _, Write as _};

use bytes::Bytes;
use files::{Accepted, Limits, MediaType, Spooled, Store};
use kernel::db::Sql;
use kernel::event::NewEvent;
use kernel::record::{self, Record};
use kernel::{Act, Db, Error, ErrorKind, Result, Tx, tr};
use uuid::Uuid;

use super::signatures::{Judge, OPENING};
use super::store::{self, First};
use super::{alike, guess, kind, parcel, separator, signed_pdf, update};
use crate::file_code;
use crate::letter::esign::sealing;

/// Bytes of text that are kept of one item.
pub(super) const MOST_TEXT: usize = 200 * 1024;

/// Everything that is known of something that arrived.
#[derive(Clone, Debug, Default)]
pub(super) struct Arrival {
    /// Its own name where it has one, as messages do; the digest of its bytes otherwise.
    pub known_by: Option<String>,
    pub title: String,
    pub source: &'static str,
    pub sender: String,
    pub their_number: String,
    pub their_on: Option<String>,
    pub secrecy: &'static str,
    pub urgency: &'static str,
    pub due_on: Option<String>,
    /// As the sender filed it; looked up in our plan when it is written down.
    pub file_code_text: String,
    pub file_code: Option<Uuid>,
    pub sheets: i64,
    pub file_name: String,
    pub digest: String,
    pub package_id: String,
    pub text: String,
    pub report: String,
    pub state: &'static str,
    pub why: String,
    pub reading: &'static str,
    pub duplicate_of: Option<Uuid>,
    pub parent: Option<Uuid>,
    /// Of a package.
    pub said: parcel::Said,
    /// Stored already; the first is what arrived.
    pub files: Vec<Accepted>,
}

/// An item as it was written down.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    pub id: Uuid,
    pub title: String,
    pub state: &'static str,
    pub why: String,
    pub duplicate_of: Option<Uuid>,
}

impl Arrival {
    pub(super) fn new(source: &'static str, file_name: &str) -> Self {
        let file_name = files::name::clean_name(file_name);
        Self {
            title: stem(&file_name),
            source,
            secrecy: "YOK",
            urgency: "NRM",
            state: "waiting",
            reading: "none",
            file_name,
            ..Self::default()
        }
    }
}

/// "Dilekçe" of "Dilekçe.pdf".
fn stem(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).replace('_', " ");
    let stem = tr::clean_line(&stem).text;
    if stem.is_empty() { "(adsız dosya)".into() } else { stem.chars().take(300).collect() }
}

pub(super) fn is_package_name(name: &str) -> bool {
    let name = name.to_lowercase();
    [".eyp", ".eyps", ".eypg"].iter().any(|end| name.ends_with(end))
}

/// What comes in through the doors where packages may come, too.
#[derive(Debug)]
pub(super) struct Doors;

impl web::SpoolLimit for Doors {
    const MOST_BYTES: u64 = parcel::MOST_BYTES;

    fn most_bytes(name: &str, usual: u64) -> u64 {
        if is_package_name(name) { parcel::MOST_BYTES } else { usual }
    }
}

/// Stores a file and reads what it says. The inner error is a sentence for whoever sent it; nothing is kept then.
pub(super) async fn read(
    (store, judge): (&Store, &Judge),
    source: &'static str,
    name: &str,
    spooled: Spooled,
) -> Result<std::result::Result<Arrival, String>> {
    let mut one = Arrival::new(source, name);
    let media = spooled.stored.sniffed;
    let is_package = is_package_name(name) || matches!(media, MediaType::Eyp | MediaType::Eyps);
    let reader = spooled.reader().map_err(|error| unavailable(&error))?;
    let accepted = match accept(store, name, spooled, is_package).await? {
        Ok(accepted) => accepted,
        Err(why) => return Ok(Err(why)),
    };
    one.digest = accepted.stored.sha256.to_hex();
    one.files.push(accepted);
    if is_package {
        one.source = "package";
        let (judge, spool) = (judge.clone(), store.clone());
        let opened = blocking(move || parcel::open(reader, &spool, &judge)).await?;
        parcel::fill(store, &mut one, opened).await?;
    } else {
        let bytes = if media.has_text() { whole(reader).await? } else { Bytes::new() };
        if media == MediaType::Pdf {
            signed_pdf::judge(&mut one.said, &one.file_name, bytes.clone(), judge).await;
        }
        read_text(&mut one, media, bytes).await?;
    }
    Ok(Ok(one))
}

/// What is in memory already, as [`read`] wants it.
pub(super) async fn spooled(store: &Store, bytes: Bytes) -> Result<Spooled> {
    let store = store.clone();
    let write = move || {
        let mut spool = store.spool_writer(bytes.len() as u64)?;
        // What goes wrong while it is written, the spool says itself.
        let _ = spool.write_all(&bytes);
        spool.finish()
    };
    blocking(write).await?.map_err(|error| unavailable(&error))
}

/// The bytes of a file whose text is read, as many as are read at most and one more.
pub(super) async fn whole(reader: BufReader<File>) -> Result<Bytes> {
    let read = move || {
        let mut bytes = Vec::new();
        reader.take(Limits::default().max_bytes + 1).read_to_end(&mut bytes).map(|_| Bytes::from(bytes))
    };
    blocking(read).await?.map_err(Error::internal)
}

pub(super) fn unavailable(error: &files::Error) -> Error {
    Error::new(ErrorKind::Unavailable, error.message_tr.clone()).with_context(&error.detail)
}

/// A package that is broken is kept all the same, so that whoever asks the sender again can show it.
async fn accept(
    store: &Store,
    name: &str,
    spooled: Spooled,
    is_package: bool,
) -> Result<std::result::Result<Accepted, String>> {
    let usual = Limits::default();
    let max_unpacked_bytes =
        if is_package { parcel::LIMITS.max_unpacked_bytes } else { usual.max_unpacked_bytes };
    let limits = Limits { max_unpacked_bytes, ..usual };
    let is_kept = is_package_name(name) && spooled.stored.size_bytes > 0;
    if let Err(error) = files::check_upload(name, &spooled, &limits).await
        && !is_kept
    {
        return Ok(Err(error.message_tr));
    }
    let stored = store.publish(spooled).await.map_err(|error| unavailable(&error))?;
    Ok(Ok(Accepted { stored, name: files::name::clean_name(name) }))
}

/// Work that may block, on a thread for it.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}

/// What a file says, as far as it has text; a picture is to be read later.
async fn read_text(one: &mut Arrival, media: MediaType, bytes: Bytes) -> Result<()> {
    if media.is_image() || media == MediaType::Tiff {
        one.reading = "due";
    }
    if !media.has_text() {
        return Ok(());
    }
    match blocking(move || files::extract_text(bytes, media, &Limits::default())).await? {
        Ok(found) => {
            one.text = cut(&found.text, MOST_TEXT);
            if media == MediaType::Pdf && !separator::in_text(&found.text).is_empty() {
                // A stack is no letter: what its first says is not said of all.
                one.reading = "split";
            } else {
                guess::fill(one);
            }
        }
        Err(error) if error.kind == files::ErrorKind::NoText && media == MediaType::Pdf => {
            one.reading = "due";
        }
        // What cannot be read is looked at by a person.
        Err(error) => one.report = error.message_tr,
    }
    Ok(())
}

/// At most so many bytes, in whole letters. NUL is no text in any database.
pub(super) fn cut(text: &str, most: usize) -> String {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].replace('\0', "")
}

/// Writes an item down, once more where another was faster with the same bytes.
pub(super) async fn enter(db: &Db, act: &Act, one: &Arrival) -> Result<Taken> {
    match enter_once(db, act, one).await {
        Err(error) if error.kind == ErrorKind::Conflict => enter_once(db, act, one).await,
        outcome => outcome,
    }
}

async fn enter_once(db: &Db, act: &Act, one: &Arrival) -> Result<Taken> {
    let tx = db.begin(act).await?;
    let taken = write(&tx, one).await?;
    tx.commit().await?;
    Ok(taken)
}

/// Writes an item down in this transaction: what came before is a duplicate that says of what.
pub(super) async fn write(tx: &Tx, one: &Arrival) -> Result<Taken> {
    let mut one = one.clone();
    let id = tx.new_id();
    if let Some((first, why)) = came_before(tx, &one).await? {
        one.state = "duplicate";
        one.why = why;
        one.duplicate_of = first;
        one.reading = "none";
    }
    if one.state == "waiting"
        && let Some(first) = store::doubtful_package(tx, &one.package_id).await?
    {
        let when = tr::instant(first.received_at);
        one.why = format!(
            "Aynı numaralı, içeriği başka bir paket {when} tarihinde gelmişti; imzası doğrulanamamıştı. İkisine de bakın."
        );
    }
    update::place(tx, &mut one).await?;
    // A letter speaks of days to come, too; a guess is no day it was written on.
    let today = tx.at().day().to_string();
    if one.source != "package" && one.their_on.as_ref().is_some_and(|day| *day > today) {
        one.their_on = None;
    }
    if !one.file_code_text.is_empty() {
        one.file_code = file_code::store::current(tx, &one.file_code_text).await?;
    }
    let is_first = one.state != "duplicate" && !one.digest.is_empty();
    let usual = || if is_first { one.digest.clone() } else { id.to_string() };
    let known_by = one.known_by.clone().unwrap_or_else(usual);
    store::insert(tx, id, &one, &known_by).await?;
    if one.source == "package" || one.said.signature != "none" {
        let answers = store::answered(tx, &one.said.refers_to).await?;
        store::set_said(tx, id, &one.said, answers).await?;
        note_key(tx, &one).await?;
    }
    let kind = kind();
    let made = record::get(tx, &kind, id).await?;
    alike::mark(tx, &made).await?;
    record::index(tx, &kind, &made).await?;
    tx.record(NewEvent::new(made.reference(&kind), made.title(&kind), "created").note(one.why.clone()))
        .await?;
    if !one.files.is_empty() {
        web::attach(tx, &kind, &made, &one.files).await?;
    }
    Ok(Taken { id, title: one.title, state: one.state, why: one.why, duplicate_of: one.duplicate_of })
}

/// How the municipality's own key was used, where it was.
async fn note_key(tx: &Tx, one: &Arrival) -> Result<()> {
    let Some(tried) = &one.said.tried else { return Ok(()) };
    let tried = sealing::store::Tried::of(tried.as_ref().err(), true);
    sealing::store::note(tx, OPENING, &tried).await
}

/// What a package says when it is read once more; what a person corrected meanwhile is what the package says again.
pub(super) async fn again(tx: &Tx, item: &Record, mut one: Arrival) -> Result<()> {
    if !one.file_code_text.is_empty() {
        one.file_code = file_code::store::current(tx, &one.file_code_text).await?;
    }
    note_key(tx, &one).await?;
    update::place(tx, &mut one).await?;
    if !store::set_again(tx, item, &one).await? {
        return Err(Error::conflict("Kayıt bu arada değişti; sayfayı yenileyip yeniden deneyin."));
    }
    let answers = store::answered(tx, &one.said.refers_to).await?;
    store::set_said(tx, item.id, &one.said, answers).await?;
    let kind = kind();
    let made = record::get(tx, &kind, item.id).await?;
    alike::mark(tx, &made).await?;
    record::index(tx, &kind, &made).await?;
    tx.record(NewEvent::new(made.reference(&kind), made.title(&kind), "intake_read_again")).await?;
    if !one.files.is_empty() {
        web::attach(tx, &kind, &made, &one.files).await?;
    }
    Ok(())
}

/// What came first, and the sentence that says so.
async fn came_before(db: &impl Sql, one: &Arrival) -> Result<Option<(Option<Uuid>, String)>> {
    if one.state != "waiting" {
        return Ok(None);
    }
    // Its subject is not said here: who may see this one may not see every other.
    let said = |first: First, what: &str| {
        (Some(first.id), format!("{what} {} tarihinde gelmişti.", tr::instant(first.received_at)))
    };
    if let Some(first) = store::with_digest(db, &one.digest).await? {
        return Ok(Some(said(first, "Aynı dosya")));
    }
    if one.package_id.is_empty() {
        return Ok(None);
    }
    if let Some(first) = store::with_package(db, &one.package_id).await? {
        return Ok(Some(said(first, "Aynı paket")));
    }
    let number = store::registered_package(db, &one.package_id).await?;
    Ok(number.map(|number| (None, format!("Bu paket {number} sayısıyla kayıtlı."))))
}
