//! Text out of documents, for reading a regulation and for searching. One format, one module below; here is the door:
//! it holds every format to the same time, size and stack, and turns a crash of a parser into a clear refusal. A server
//! reads in a process of its own (`crate::apart`).

mod docx;
mod odt;
mod pdf;
mod sink;
mod xml;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::apart;
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::media::MediaType;
use crate::plain;
use sink::Sink;

/// Stack of the thread that reads a document: deep structures meet their limit long before its end.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// The text of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extracted {
    /// Paragraphs as lines, table cells separated by tabs, pages of a PDF separated by form feeds.
    pub text: String,
    /// What the person should know about this text (left out, repaired, guessed), in Turkish sentences.
    pub notes: Vec<String>,
}

/// Reads the text of `bytes`, which [`crate::sniff::sniff`] found to be `media`. Blocks for at most `limits.max_time`;
/// call it where blocking is allowed. Errors: `UnsupportedType`, `TooLarge`, `Damaged`, `Encrypted`, `NoText`,
/// `HostileArchive`, `TimedOut`; all with a sentence that says what to do.
pub fn extract_text(bytes: impl Into<Bytes>, media: MediaType, limits: &Limits) -> Result<Extracted> {
    let bytes = bytes.into();
    if bytes.len() as u64 > limits.max_bytes {
        return Err(Error::too_large(limits.max_bytes));
    }
    if !media.has_text() {
        return Err(unsupported(media));
    }
    match apart::ask::<Result<Extracted>>(READER, &arguments_of(media, limits), &bytes, limits.max_time) {
        Some(answer) => answer.and_then(|result| result),
        None => read_here(bytes, media, limits),
    }
}

/// What the reader of documents is called on the command line ([`apart::READER_COMMAND`]).
pub const READER: &str = "document";

fn arguments_of(media: MediaType, limits: &Limits) -> [String; 4] {
    [
        media.mime().to_owned(),
        limits.max_text_chars.to_string(),
        limits.max_pages.to_string(),
        limits.max_time.as_millis().to_string(),
    ]
}

/// The reader's side of [`extract_text`].
///
/// # Errors
/// Arguments that a server does not give, or pipes that broke.
pub fn serve_reader(arguments: &[String]) -> std::io::Result<()> {
    let odd =
        || std::io::Error::other("a reader of documents takes a type, characters, pages and milliseconds");
    let [mime, chars, pages, millis] = arguments else { return Err(odd()) };
    let number = |text: &String| text.parse::<u32>().map_err(|_| odd());
    let limits = Limits {
        max_bytes: u64::MAX,
        max_text_chars: number(chars)? as usize,
        max_pages: number(pages)? as usize,
        max_time: Duration::from_millis(number(millis)?.into()),
        ..Limits::default()
    };
    apart::serve(|bytes| read_here(bytes.into(), MediaType::from_mime(mime), &limits))
}

/// Reads in this process, in a thread with room for deep structures.
fn read_here(bytes: Bytes, media: MediaType, limits: &Limits) -> Result<Extracted> {
    let limits = *limits;
    let deadline = Instant::now() + limits.max_time;
    let (sender, receiver) = mpsc::sync_channel(1);
    let work = move || {
        // The parsers keep no state outside their arguments, so nothing half-changed can be seen after a panic.
        let result = catch_unwind(AssertUnwindSafe(|| read(&bytes, media, &limits, deadline)));
        let _nobody_waits_any_more = sender.send(result.unwrap_or_else(|_| Err(crashed(media))));
    };
    std::thread::Builder::new()
        .name("extract-text".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(work)
        .map_err(|error| Error::from_io(&error, "starting a reader"))?;
    // The reader looks at the deadline itself; the second is for a parser that is stuck between two looks.
    receiver
        .recv_timeout(limits.max_time + Duration::from_secs(1))
        .unwrap_or_else(|_| Err(Error::new(ErrorKind::TimedOut, format!("reading a {media:?}"))))
}

fn read(bytes: &[u8], media: MediaType, limits: &Limits, deadline: Instant) -> Result<Extracted> {
    let mut sink = Sink::new(limits.max_text_chars, deadline);
    let extracted = match media {
        MediaType::Pdf => pdf::read(bytes, limits, &mut sink).map(|()| sink.finish())?,
        MediaType::Docx => docx::read(bytes, limits, &mut sink).map(|()| sink.finish())?,
        MediaType::Odt => odt::read(bytes, limits, &mut sink).map(|()| sink.finish())?,
        _ => read_plain(bytes, &mut sink).map(|()| sink.finish_as_written())?,
    };
    if extracted.text.trim().is_empty() {
        return Err(Error::with_message(
            ErrorKind::NoText,
            "Belgede okunabilir metin yok. Metin içeren bir dosya yükleyin ya da metni yapıştırın.",
            format!("an empty {media:?}"),
        ));
    }
    Ok(extracted)
}

fn read_plain(bytes: &[u8], sink: &mut Sink) -> Result<()> {
    let decoded = plain::decode(bytes, false).ok_or_else(|| {
        Error::with_message(
            ErrorKind::Damaged,
            "Dosyanın harf kodlaması anlaşılamadı. Metni UTF-8 olarak kaydedip yeniden yükleyin.",
            "no known text encoding",
        )
    })?;
    if decoded.encoding != "UTF-8" {
        sink.note(format!("Metin {} kodlamasından çevrildi.", decoded.encoding));
    }
    sink.push(&decoded.text.replace("\r\n", "\n").replace(['\r', '\u{85}'], "\n").replace('\u{1A}', ""))
}

fn unsupported(media: MediaType) -> Error {
    let message = match media {
        MediaType::Ole => "Bu dosya eski Office biçiminde (DOC) ya da parolayla korunuyor; metni okunamıyor. Word ya da LibreOffice \
                           ile açıp parolasız DOCX olarak kaydedin ve onu yükleyin."
            .to_owned(),
        MediaType::Rtf => "Bu dosya RTF biçiminde; metni okunamıyor. Word ya da LibreOffice ile açıp DOCX olarak kaydedin ve onu yükleyin."
            .to_owned(),
        MediaType::Png | MediaType::Jpeg | MediaType::Tiff | MediaType::Webp | MediaType::Gif => {
            "Bu bir görüntü; içindeki yazı okunamıyor. Belgenin metin içeren bir kopyasını (PDF, DOCX, TXT) yükleyin.".to_owned()
        }
        other => format!("Bu dosyadan ({}) metin okunamıyor. PDF, DOCX, ODT ya da düz metin yükleyin.", other.label_tr()),
    };
    Error::with_message(ErrorKind::UnsupportedType, message, format!("no text from {media:?}"))
}

fn crashed(media: MediaType) -> Error {
    tracing::warn!(?media, "a parser panicked");
    Error::new(ErrorKind::Damaged, format!("the parser of {media:?} panicked"))
}
