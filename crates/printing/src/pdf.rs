//! From a document to a PDF/A-2b file (ISO 19005-2, conformance B). The typesetter runs here without
//! files, network, packages or clock: it sees one template of ours and the document as JSON data.

mod letters;
mod outside;

use crate::document::{Align, Block, Document, Error, Orientation, Width};
use crate::letter::Letter;
use crate::qr::qr;
use letters::Letters;
use outside::Outside;
use serde_json::{Value, json};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

type Job = Box<dyn FnOnce() + Send>;

/// The way to the threads on which papers are set, one for each processor. A paper in the making takes some 50 MB, and the allocator
/// keeps what a thread once had, so that many threads would keep many times as much. They are none of the typesetter's own pool: there
/// one paper waits for its parts by taking up another, which waits for the first.
static PRESS: LazyLock<Sender<Job>> = LazyLock::new(|| {
    let (orders, waiting) = channel();
    let waiting = Arc::new(Mutex::new(waiting));
    for at in 0..thread::available_parallelism().map_or(1, usize::from) {
        let waiting = Arc::clone(&waiting);
        let started = thread::Builder::new().name(format!("press-{at}")).spawn(move || work(&waiting));
        started.expect("a program that runs may start a thread for each of its processors");
    }
    orders
});

fn work(waiting: &Mutex<Receiver<Job>>) {
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // Whoever waits for a paper over which the typesetter broke is told so by the answer that never comes.
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}

/// Prints the document. The same document and instant give the same bytes. This is work for a blocking
/// thread: some tens of milliseconds for a page, seconds for hundreds of pages.
pub fn pdf(document: &Document, at: time::OffsetDateTime) -> Result<Vec<u8>, Error> {
    let (answer, heard) = channel();
    let document = document.clone();
    let job = move || {
        // Nobody may be waiting any more.
        let _ = answer.send(export(&document, at, PdfStandard::A_2b));
    };
    let broke = |_| Error::Typesetting("the typesetter broke over this paper".to_owned());
    PRESS.send(Box::new(job)).map_err(|_| Error::Typesetting("the press stands still".to_owned()))?;
    heard.recv().map_err(broke)?
}

pub(crate) fn export(
    document: &Document,
    at: time::OffsetDateTime,
    standard: PdfStandard,
) -> Result<Vec<u8>, Error> {
    let pages = lay_out(document)?;
    let options = PdfOptions {
        // Two papers with one title must not share their identifier; the instant tells them apart.
        ident: Smart::Custom(format!("{}\n{}", document.title, at.unix_timestamp_nanos())),
        creator: Smart::Custom(Some("Belde".to_owned())),
        timestamp: Some(turkish_time(at)),
        standards: PdfStandards::new(&[standard]).expect("one standard contradicts no other"),
        ..PdfOptions::default()
    };
    let bytes = typst_pdf::pdf(&pages, &options).map_err(refusal);
    // The typesetter remembers every piece it ever laid out; a server must not grow with each paper.
    typst::comemo::evict(0);
    bytes
}

/// The pages of the document, before they become a file.
pub(crate) fn lay_out(document: &Document) -> Result<typst_layout::PagedDocument, Error> {
    document.check()?;
    let data = data(document)?;
    let (data, crest) = (data.to_string().into_bytes(), document.head.crest.clone());
    let outside = Outside::new(data, crest, document.letter.is_some());
    typst::compile(&outside).output.map_err(refusal)
}

fn refusal(errors: impl IntoIterator<Item = SourceDiagnostic>) -> Error {
    let texts: Vec<String> = errors.into_iter().map(|error| error.message.to_string()).collect();
    Error::Typesetting(texts.join("; "))
}

/// Türkiye is three hours ahead of UTC all year (Bakanlar Kurulu Kararı 2016/9154).
fn turkish_time(at: time::OffsetDateTime) -> Timestamp {
    let offset = time::UtcOffset::from_hms(3, 0, 0).expect("three hours are a valid offset");
    let at = at.checked_to_offset(offset).unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
    let (month, day) = (u8::from(at.month()), at.day());
    Datetime::from_ymd_hms(at.year(), month, day, at.hour(), at.minute(), at.second())
        .and_then(|datetime| Timestamp::new_local(datetime, 180))
        .expect("a calendar date and an offset of three hours are valid")
}

/// The document as the template reads it. Texts travel as data only, so nothing in them is ever markup.
fn data(document: &Document) -> Result<Value, Error> {
    let mut letters = Letters::default();
    let mut blocks = Vec::with_capacity(document.blocks.len());
    for block in &document.blocks {
        blocks.push(block_data(block, &mut letters)?);
    }
    let letter = document.letter.as_ref().map(|letter| letter_data(letter, &mut letters)).transpose()?;
    let mut line = |text: &str| letters.printable(text);
    let mut data = json!({
        "title": line(&document.title),
        "municipality": line(&document.head.municipality),
        "directorate": line(&document.head.directorate),
        "has_crest": !document.head.crest.is_empty(),
        "crest": line(&document.head.crest_letter),
        "printed_by": line(&document.printed_by),
        "printed_at": line(&document.printed_at_text),
        "wide": document.orientation == Orientation::Landscape,
        "blocks": blocks,
        "letter": letter,
    });
    data["replaced"] = json!(letters.replaced());
    Ok(data)
}

fn letter_data(letter: &Letter, letters: &mut Letters) -> Result<Value, Error> {
    let verification = match &letter.verification {
        Some(one) => json!({
            "sentence": letters.printable(&one.sentence),
            "code": letters.printable(&one.code),
            // Typed from paper and copied from the screen: no hidden letter may stand in it.
            "address": letters.printable(&one.address),
            "qr": qr(&one.link)?,
        }),
        None => Value::Null,
    };
    let mut all =
        |lines: &[String]| -> Vec<String> { lines.iter().map(|line| letters.printable(line)).collect() };
    let mut data = json!({
        "heading": all(&letter.heading),
        "addressee": all(&letter.addressee),
        "body": all(&letter.body),
        "signatures": letter.signatures.iter().map(|one| all(one)).collect::<Vec<_>>(),
        "consent": all(&letter.consent),
        "annexes": all(&letter.annexes),
        "to_action": all(&letter.to_action),
        "to_information": all(&letter.to_information),
        "initials": all(&letter.initials),
        "contact": all(&letter.contact),
        "verification": verification,
    });
    let references = letter.references.iter();
    let references: Vec<_> =
        references.map(|(of, text)| [letters.printable(of), letters.printable(text)]).collect();
    data["references"] = json!(references);
    for (name, text) in [
        ("number", &letter.number),
        ("date", &letter.date),
        ("subject", &letter.subject),
        ("urgency", &letter.urgency),
        ("secrecy", &letter.secrecy),
        ("mark", &letter.mark),
    ] {
        data[name] = json!(letters.printable(text));
    }
    Ok(data)
}

fn block_data(block: &Block, letters: &mut Letters) -> Result<Value, Error> {
    Ok(match block {
        Block::Heading(text) => json!({ "kind": "heading", "text": letters.printable(text) }),
        Block::Paragraph(text) => json!({ "kind": "paragraph", "text": letters.printable(text) }),
        Block::Note(text) => json!({ "kind": "note", "text": letters.printable(text) }),
        Block::PageBreak => json!({ "kind": "page_break" }),
        Block::Svg(svg) => json!({ "kind": "svg", "svg": letters.printable(svg) }),
        Block::Qr(text) => json!({ "kind": "qr", "svg": qr(text)?, "text": letters.breakable(text, 2) }),
        Block::Facts(facts) => {
            let pairs: Vec<_> = facts
                .iter()
                .map(|(name, value)| [letters.breakable(name, 2), letters.breakable(value, 2)])
                .collect();
            json!({ "kind": "facts", "pairs": pairs })
        }
        Block::SignatureLines(lines) => {
            let lines: Vec<_> = lines
                .iter()
                .map(|line| json!({ "text": letters.breakable(&line.text, 2), "drawn": line.drawn }))
                .collect();
            json!({ "kind": "signatures", "lines": lines })
        }
        Block::Table { columns, rows } => {
            let heads: Vec<_> = columns
                .iter()
                .map(|column| {
                    let share = match column.width {
                        Width::Fit => 0,
                        Width::Share(share) => share.max(1),
                    };
                    let align = match column.align {
                        Align::Left => "left",
                        Align::Right => "right",
                        Align::Center => "center",
                    };
                    json!({ "label": letters.breakable(&column.label, columns.len()), "share": share, "align": align })
                })
                .collect();
            let cells: Vec<_> =
                rows.iter().flatten().map(|cell| letters.breakable(cell, columns.len())).collect();
            json!({ "kind": "table", "columns": heads, "cells": cells })
        }
    })
}
