//! Text of a PDF (ISO 32000-1, chapter 9): pages in order, each page's content streams interpreted as far as text needs
//! it. Fonts and their codes are in `font` and `cmap`, lines out of placed glyphs in `layout`.

mod cmap;
mod content;
mod font;
mod layout;

use lopdf::xref::XrefRecovery;
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};

use super::sink::Sink;
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::plain::repair_icelandic;
use content::Interpreter;

/// Largest object stream, cross-reference stream or code map unpacked, in bytes.
const MAX_STREAM_BYTES: usize = 16 * 1024 * 1024;

/// Largest content of one page, in bytes; a page of text has about 20 thousand.
const MAX_PAGE_BYTES: usize = 32 * 1024 * 1024;

/// Parents looked at for inherited resources.
const MAX_PARENTS: usize = 64;

/// What was seen beside the text, to explain a text that is missing or poor.
#[derive(Default)]
pub(super) struct Seen {
    /// Glyphs with text, drawn visibly.
    visible: usize,
    /// Glyphs with text, drawn invisibly: what a scanner's recogniser lays over the picture.
    invisible: usize,
    /// Glyphs whose code no table turns into a character.
    unknown: usize,
    images: usize,
}

pub(super) fn read(bytes: &[u8], limits: &Limits, sink: &mut Sink) -> Result<()> {
    let options = LoadOptions { max_decompressed_size: Some(MAX_STREAM_BYTES), ..LoadOptions::default() };
    let document =
        Document::load_mem_with_options(bytes, options).map_err(|error| from_load(&error, bytes))?;
    if document.is_encrypted() && document.encryption_state.is_none() {
        return Err(encrypted());
    }
    let pages: Vec<ObjectId> = document.page_iter().take(limits.max_pages + 1).collect();
    if pages.is_empty() {
        return Err(Error::new(ErrorKind::Damaged, "a PDF without pages"));
    }
    if pages.len() > limits.max_pages {
        sink.note(format!("Belge çok uzun; yalnız ilk {} sayfası okundu.", limits.max_pages));
    }
    if document.xref_recovery == Some(XrefRecovery::Reconstructed) {
        sink.note(
            "PDF bozuk ya da sonu eksik; kurtarılabilen bölümü okundu. Metni özgün belgeyle karşılaştırın.",
        );
    }
    let mut interpreter = Interpreter::new(&document, limits);
    let mut unpacked: u64 = 0;
    for (index, page) in pages.iter().take(limits.max_pages).enumerate() {
        if index > 0 {
            sink.push("\n\u{C}")?;
        }
        match document.get_page_content_with_limit(*page, MAX_PAGE_BYTES) {
            Ok(content) => {
                unpacked += content.len() as u64;
                if unpacked > limits.max_unpacked_bytes {
                    return Err(Error::new(ErrorKind::HostileArchive, "pages unpack to more than the limit"));
                }
                let glyphs = interpreter.page(&content, resources_of(&document, *page), sink)?;
                sink.push(&layout::page_text(glyphs))?;
            }
            Err(error) => {
                tracing::debug!(%error, page = index + 1, "a page could not be read");
                sink.note(format!("{}. sayfa okunamadı; metni alınmadı.", index + 1));
            }
        }
        if sink.is_full() {
            break;
        }
    }
    judge(&interpreter.seen, sink)
}

/// Explains what the reader found, or refuses a PDF without text.
fn judge(seen: &Seen, sink: &mut Sink) -> Result<()> {
    if sink.is_blank() {
        let message = if seen.images > 0 {
            "Bu PDF'te metin yok; taranmış görünüyor. Belgenin metin içeren aslını (Word ya da Word'den kaydedilmiş PDF) yükleyin \
             ya da metin tanıma (OCR) yapılmış bir kopyasını kullanın."
        } else {
            "Bu PDF'te metin yok; sayfaları boş görünüyor ya da yazılar çizim olarak kaydedilmiş. Belgenin metin içeren aslını yükleyin."
        };
        return Err(Error::with_message(ErrorKind::NoText, message, format!("{} images", seen.images)));
    }
    let known = seen.visible + seen.invisible;
    if seen.unknown > known {
        let message = "Bu PDF'in yazı tipleri harf bilgisini taşımıyor; metni doğru okunamıyor. Belgenin Word hâlini yükleyin ya da PDF'i \
                       yeniden oluşturun.";
        return Err(Error::with_message(
            ErrorKind::NoText,
            message,
            format!("{} unknown glyphs", seen.unknown),
        ));
    }
    if seen.unknown * 100 > known {
        sink.note("Bazı harfler çözülemedi; metinde � olarak görünüyor. Metni özgün belgeyle karşılaştırın.");
    }
    if seen.invisible > seen.visible {
        sink.note(
            "Metin, taranmış sayfaların üzerine tanıma yazılımıyla eklenmiş; yanlış harfler içerebilir.",
        );
    }
    if sink.rewrite(repair_icelandic) {
        sink.note("Belgede ý, þ, ð olarak kayıtlı harfler ı, ş, ğ olarak düzeltildi.");
    }
    Ok(())
}

fn encrypted() -> Error {
    let message = "Bu PDF parolayla korunuyor; metni okunamadı. Parolasız bir kopyasını yükleyin.";
    Error::with_message(ErrorKind::Encrypted, message, "an encrypted PDF")
}

fn from_load(error: &lopdf::Error, bytes: &[u8]) -> Error {
    match error {
        lopdf::Error::InvalidPassword
        | lopdf::Error::Decryption(_)
        | lopdf::Error::UnsupportedSecurityHandler(_) => encrypted(),
        other => {
            let tail = &bytes[bytes.len().saturating_sub(1024)..];
            let is_cut = !tail.windows(5).any(|window| window == b"%%EOF");
            let message = if is_cut {
                "Bu PDF eksik: sonu gelmemiş (yarıda kalmış bir indirme ya da kopyalama olabilir). Dosyayı yeniden edinip yükleyin."
            } else {
                "Bu PDF bozuk; okunamadı. Dosyayı bir PDF okuyucuda açıp yeniden kaydedin ve onu yükleyin."
            };
            Error::with_message(ErrorKind::Damaged, message, format!("pdf: {other}"))
        }
    }
}

/// The page's resources, its own or the nearest parent's (ISO 32000-1, 7.7.3.4).
fn resources_of(document: &Document, page: ObjectId) -> Option<&Dictionary> {
    let mut node = document.get_dictionary(page).ok()?;
    for _ in 0..MAX_PARENTS {
        if let Some(resources) = dictionary(document, node, b"Resources") {
            return Some(resources);
        }
        node = dictionary(document, node, b"Parent")?;
    }
    None
}

/// The dictionary under `key`, direct or by reference.
fn dictionary<'d>(document: &'d Document, parent: &'d Dictionary, key: &[u8]) -> Option<&'d Dictionary> {
    match parent.get_deref(key, document).ok()? {
        Object::Dictionary(dictionary) => Some(dictionary),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    }
}

/// The number in `object`, following references.
fn number(document: &Document, object: &Object) -> Option<f32> {
    document.dereference(object).ok()?.1.as_float().ok().filter(|number| number.is_finite())
}
