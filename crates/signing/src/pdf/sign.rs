//! Appends a signature, or the data that prove one, to a PDF. Bytes that are there are never changed.

use lopdf::{Dictionary, Document, IncrementalDocument, Object, ObjectId, Stream, StringFormat};
use time::{OffsetDateTime, UtcOffset};

use super::load;
use crate::algorithm::Hash;
use crate::build::PdfDigests;
use crate::error::Error;
use crate::time_stamp::TimeStamp;
use crate::upgrade::ValidationData;

/// Room for the CMS with its time stamp; what is not used is padding.
const ROOM_BYTES: usize = 24 * 1024;
/// A number as wide as any offset, to be written over.
const WIDE: i64 = 9_999_999_999;

/// Words that readers show beside the signature; each may be empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct PdfText<'a> {
    pub name: &'a str,
    pub reason: &'a str,
    pub location: &'a str,
}

/// A PDF with room for a CMS that covers everything else.
#[derive(Debug, Clone)]
pub struct PdfRoom {
    bytes: Vec<u8>,
    /// Where `<` of the room stands and where what follows `>` begins.
    gap: (usize, usize),
}

impl PdfRoom {
    /// Appends an invisible signature field to the first page. The same file, time and words give the same bytes.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::TooLarge`], [`Error::PdfEncrypted`], [`Error::PdfDamaged`], [`Error::PdfLocked`].
    pub fn new(pdf: &[u8], signing_time: OffsetDateTime, text: PdfText) -> Result<Self, Error> {
        Self::open(pdf, signature_dictionary(signing_time, text))
    }

    /// The room that [`PdfRoom::new`] left in a file, perhaps on another machine. Nothing but zeros stands in it, and
    /// everything around it is signed, so that a file which says otherwise of itself only makes a signature that does not hold.
    ///
    /// # Errors
    /// [`Error::Malformed`] unless there is exactly one.
    pub fn find(pdf: Vec<u8>) -> Result<Self, Error> {
        let room = empty_room();
        let begins = pdf.iter().enumerate().filter(|(_, byte)| **byte == b'<').map(|(at, _)| at);
        let mut rooms = begins.filter(|at| pdf[*at..].starts_with(&room));
        let (Some(start), None) = (rooms.next(), rooms.next()) else { return Err(Error::Malformed("PDF")) };
        let end = start + room.len();
        Ok(PdfRoom { bytes: pdf, gap: (start, end) })
    }

    fn open(pdf: &[u8], value: Dictionary) -> Result<Self, Error> {
        let mut update = update(pdf)?;
        let value = update.new_document.add_object(value);
        add_field(&mut update, value)?;
        let mut bytes = save(update)?;
        let gap = patch(&mut bytes, pdf.len())?;
        Ok(PdfRoom { bytes, gap })
    }

    /// The file with its room still empty.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What the signature covers.
    pub fn covered(&self) -> Vec<u8> {
        [&self.bytes[..self.gap.0], &self.bytes[self.gap.1..]].concat()
    }

    /// Digests of that, for [`crate::Content::Pdf`].
    pub fn digests(&self) -> PdfDigests {
        PdfDigests::of(&self.covered())
    }

    /// The signed PDF.
    ///
    /// # Errors
    /// [`Error::TooLarge`] if the CMS does not fit into the room that was left.
    pub fn place(&self, cms: &[u8]) -> Result<Vec<u8>, Error> {
        let digits = hex::encode(cms);
        if digits.len() > ROOM_BYTES * 2 {
            return Err(Error::TooLarge("PDF içindeki imza"));
        }
        let mut bytes = self.bytes.clone();
        let start = self.gap.0 + 1;
        bytes[start..start + digits.len()].copy_from_slice(digits.as_bytes());
        Ok(bytes)
    }
}

/// A PDF that waits for a time stamp over all of it (PAdES-LTA). Validation data should stand in it already.
#[derive(Debug, Clone)]
pub struct PdfStampPreparation {
    room: PdfRoom,
}

impl PdfStampPreparation {
    /// Appends the room for the stamp.
    ///
    /// # Errors
    /// As [`PdfRoom::new`].
    pub fn new(pdf: &[u8]) -> Result<Self, Error> {
        Ok(PdfStampPreparation { room: PdfRoom::open(pdf, empty_value("DocTimeStamp", "ETSI.RFC3161"))? })
    }

    /// The digest that the stamp is asked for.
    pub fn imprint(&self, hash: Hash) -> Vec<u8> {
        hash.digest(&self.room.covered())
    }

    /// The stamped PDF.
    ///
    /// # Errors
    /// [`Error::TimeStampDiffers`], [`Error::TooLarge`].
    pub fn place(&self, token: &TimeStamp) -> Result<Vec<u8>, Error> {
        if self.imprint(token.hash()) != token.imprint {
            return Err(Error::TimeStampDiffers);
        }
        self.room.place(token.der())
    }
}

/// PAdES-LT: appends certificates, lists and answers as the document's store (DSS), without changing
/// what is signed. What an older store holds is kept.
///
/// # Errors
/// As [`PdfRoom::new`].
pub fn add_pdf_validation_data(pdf: &[u8], data: &ValidationData) -> Result<Vec<u8>, Error> {
    let mut update = update(pdf)?;
    let previous = update.get_prev_documents();
    let old = previous.catalog().ok().and_then(|catalog| catalog.get(b"DSS").ok());
    let mut store = old.and_then(|old| super::dictionary(previous, old)).cloned().unwrap_or_default();
    let lists: [(&str, Vec<Vec<u8>>); 3] = [
        ("Certs", data.certificates.iter().map(|one| one.der().to_vec()).collect()),
        ("CRLs", data.crls.iter().map(|one| one.der().to_vec()).collect()),
        ("OCSPs", data.ocsps.iter().map(crate::ocsp::Ocsp::whole).collect()),
    ];
    for (key, values) in lists {
        let present =
            store.get(key.as_bytes()).ok().and_then(|list| super::array(previous_of(&update), list));
        let mut list = present.cloned().unwrap_or_default();
        for value in values {
            let stream = Stream::new(Dictionary::new(), value);
            list.push(Object::Reference(update.new_document.add_object(stream)));
        }
        if !list.is_empty() {
            store.set(key, list);
        }
    }
    let store = update.new_document.add_object(store);
    let catalog = catalog(&mut update)?;
    catalog.set("DSS", Object::Reference(store));
    save(update)
}

fn previous_of(update: &IncrementalDocument) -> &Document {
    update.get_prev_documents()
}

fn update(pdf: &[u8]) -> Result<IncrementalDocument, Error> {
    let document = load(pdf)?;
    // An update refers to the table before it: there must be one.
    if document.xref_recovery.is_some() || document.xref_start == 0 {
        return Err(Error::PdfDamaged);
    }
    if is_locked(&document) {
        return Err(Error::PdfLocked);
    }
    Ok(IncrementalDocument::create_from(pdf.to_vec(), document))
}

/// Whether a signature certifies the file and allows no change at all (ISO 32000-1, 12.8.2.2: P is 1).
fn is_locked(document: &Document) -> bool {
    let inside = |holder: &Dictionary, key: &[u8]| {
        holder.get(key).ok().and_then(|one| super::dictionary(document, one)).cloned()
    };
    let permissions = document.catalog().ok().and_then(|catalog| inside(catalog, b"Perms"));
    let Some(signature) = permissions.and_then(|one| inside(&one, b"DocMDP")) else { return false };
    list_of(document, &signature, b"Reference").iter().any(|reference| {
        let reference = super::dictionary(document, reference);
        let rules = reference.and_then(|reference| inside(reference, b"TransformParams"));
        rules.is_some_and(|rules| rules.get(b"P").and_then(Object::as_i64).is_ok_and(|allowed| allowed == 1))
    })
}

fn save(mut update: IncrementalDocument) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    update.save_to(&mut bytes).map_err(|_| Error::Malformed("PDF"))?;
    Ok(bytes)
}

fn empty_value(kind: &str, format: &str) -> Dictionary {
    let mut value = Dictionary::new();
    value.set("Type", Object::Name(kind.into()));
    value.set("Filter", Object::Name(b"Adobe.PPKLite".to_vec()));
    value.set("SubFilter", Object::Name(format.into()));
    value.set("ByteRange", vec![Object::Integer(0), WIDE.into(), WIDE.into(), WIDE.into()]);
    value.set("Contents", Object::String(vec![0; ROOM_BYTES], StringFormat::Hexadecimal));
    value
}

fn signature_dictionary(at: OffsetDateTime, text: PdfText) -> Dictionary {
    let mut value = empty_value("Sig", "ETSI.CAdES.detached");
    value.set("M", Object::string_literal(pdf_time(at)));
    for (key, words) in [("Name", text.name), ("Reason", text.reason), ("Location", text.location)] {
        if !words.is_empty() {
            value.set(key, lopdf::text_string(words));
        }
    }
    value
}

fn pdf_time(at: OffsetDateTime) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    let (date, time) = (at.date(), at.time());
    format!(
        "D:{:04}{:02}{:02}{:02}{:02}{:02}Z",
        date.year(),
        u8::from(date.month()),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

/// The field, its place on the first page and its entry in the form.
fn add_field(update: &mut IncrementalDocument, value: ObjectId) -> Result<(), Error> {
    const BAD: Error = Error::Malformed("PDF");
    let page = update.get_prev_documents().page_iter().next().ok_or(BAD)?;
    let mut field = Dictionary::new();
    field.set("Type", Object::Name(b"Annot".to_vec()));
    field.set("Subtype", Object::Name(b"Widget".to_vec()));
    field.set("FT", Object::Name(b"Sig".to_vec()));
    // The number of the value is new in this file, so the name is, too.
    field.set("T", Object::string_literal(format!("Signature{}", value.0)));
    field.set("V", Object::Reference(value));
    field.set("P", Object::Reference(page));
    // Printed and locked, but without a place of its own.
    field.set("F", 132);
    field.set("Rect", vec![0.into(), 0.into(), 0.into(), 0.into()]);
    let field = Object::Reference(update.new_document.add_object(field));

    update.opt_clone_object_to_new_document(page).map_err(|_| BAD)?;
    let old = update.get_prev_documents().get_dictionary(page).map_err(|_| BAD)?;
    let mut annotations = list_of(update.get_prev_documents(), old, b"Annots");
    annotations.push(field.clone());
    update.new_document.get_dictionary_mut(page).map_err(|_| BAD)?.set("Annots", annotations);

    let previous = update.get_prev_documents();
    let old = previous.catalog().map_err(|_| BAD)?.get(b"AcroForm").ok();
    let mut form = old.and_then(|old| super::dictionary(previous, old)).cloned().unwrap_or_default();
    let mut fields = list_of(previous, &form, b"Fields");
    fields.push(field);
    form.set("Fields", fields);
    // Signatures exist, and the file may only grow.
    form.set("SigFlags", 3);
    catalog(update)?.set("AcroForm", form);
    Ok(())
}

fn list_of(document: &Document, holder: &Dictionary, key: &[u8]) -> Vec<Object> {
    let list = holder.get(key).ok().and_then(|list| super::array(document, list));
    list.cloned().unwrap_or_default()
}

/// The catalogue in the update.
fn catalog(update: &mut IncrementalDocument) -> Result<&mut Dictionary, Error> {
    const BAD: Error = Error::Malformed("PDF");
    let root = update.get_prev_documents().trailer.get(b"Root").and_then(Object::as_reference);
    let root = root.map_err(|_| BAD)?;
    update.opt_clone_object_to_new_document(root).map_err(|_| BAD)?;
    update.new_document.get_dictionary_mut(root).map_err(|_| BAD)
}

/// As it is written.
fn empty_room() -> Vec<u8> {
    [b"<".as_slice(), &b"0".repeat(ROOM_BYTES * 2), b">"].concat()
}

/// Finds the room among the new bytes and writes the true ranges over the wide numbers.
fn patch(bytes: &mut [u8], old_length: usize) -> Result<(usize, usize), Error> {
    const BAD: Error = Error::Malformed("PDF");
    let new = &bytes[old_length..];
    let find = |what: &[u8]| new.windows(what.len()).position(|part| part == what);
    let room = empty_room();
    let start = old_length + find(&room).ok_or(BAD)?;
    let end = start + room.len();
    let wide = format!("{WIDE} {WIDE} {WIDE}");
    let at = old_length + find(wide.as_bytes()).ok_or(BAD)?;
    let ranges = format!("{start} {end} {}", bytes.len() - end);
    let padded = format!("{ranges:<width$}", width = wide.len());
    bytes[at..at + wide.len()].copy_from_slice(padded.as_bytes());
    Ok((start, end))
}
