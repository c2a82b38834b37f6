//! Documents made to harm: none may crash the process, run without end or fill the memory.

use std::io::Write;
use std::time::{Duration, Instant};

use lopdf::{Dictionary, Object, Stream, dictionary};
use proptest::prelude::*;

use super::docx::docx;
use super::pdfs::{Pdf, composite_font, windows_font};
use super::zips::zip_of;
use crate::{ErrorKind, Limits, MediaType, extract_text};

/// Time that a refusal may take here, with all cores busy; a runaway takes far longer.
const PATIENCE: Duration = Duration::from_secs(60);

fn quick_limits() -> Limits {
    Limits { max_time: Duration::from_secs(5), ..Limits::default() }
}

fn kind_of(bytes: Vec<u8>, media: MediaType) -> Option<ErrorKind> {
    let started = Instant::now();
    let kind = extract_text(bytes, media, &quick_limits()).err().map(|error| error.kind);
    assert!(started.elapsed() < PATIENCE, "took {:?}", started.elapsed());
    kind
}

fn deflated(size: usize) -> Stream {
    let mut stream = Stream::new(Dictionary::new(), vec![b' '; size]);
    stream.compress().unwrap();
    stream
}

#[test]
fn a_form_that_draws_itself_ends() {
    let form = Stream::new(dictionary! { "Subtype" => "Form" }, b"/Fm Do ".repeat(10));
    let bytes =
        Pdf::new().font("F", windows_font()).object("Fm", form).page("/Fm Do BT /F 9 Tf (a) Tj ET").bytes();
    let kind = kind_of(bytes, MediaType::Pdf);
    assert!(matches!(kind, Some(ErrorKind::TimedOut) | None), "{kind:?}");
}

#[test]
fn a_page_that_unpacks_without_end_is_left_out() {
    let mut pdf = Pdf::new().font("F", windows_font()).page("BT /F 9 Tf 50 700 Td (saglam) Tj ET");
    let bomb = pdf.document.add_object(deflated(40 * 1024 * 1024));
    pdf = pdf.page("");
    let mut document = pdf.finish();
    let pages = document.get_pages();
    document.get_dictionary_mut(pages[&2]).unwrap().set("Contents", bomb);
    let found = extract_text(super::pdfs::save(document), MediaType::Pdf, &quick_limits()).unwrap();
    assert_eq!(found.text.trim(), "saglam");
    assert!(found.notes[0].contains("2. sayfa okunamadı"), "{:?}", found.notes);
}

#[test]
fn a_code_map_of_four_thousand_million_codes_costs_nothing() {
    let mut pdf = Pdf::new();
    let font = composite_font(&mut pdf.document, "beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange");
    let bytes = pdf.font("F", font).page("BT /F 9 Tf 50 700 Td <00000001> Tj ET").bytes();
    assert_eq!(extract_text(bytes, MediaType::Pdf, &quick_limits()).unwrap().text, "AB");
}

#[test]
fn a_page_tree_and_references_in_a_circle_end() {
    let mut document = Pdf::new().font("F", windows_font()).page("BT /F 9 Tf 50 700 Td (a) Tj ET").finish();
    let tree = document.catalog().unwrap().get(b"Pages").unwrap().as_reference().unwrap();
    let page = *document.get_pages().get(&1).unwrap();
    let loops = document.add_object(Object::Null);
    document.objects.insert(loops, Object::Reference(loops));
    let node = document.get_dictionary_mut(tree).unwrap();
    node.set("Kids", vec![Object::Reference(tree), page.into(), Object::Reference(loops)]);
    node.set("Parent", tree);
    node.set("Resources", loops);
    let _refused_or_read = kind_of(super::pdfs::save(document), MediaType::Pdf);
}

#[test]
fn a_document_bomb_is_refused() {
    let body = "<w:p/>".repeat(3_000_000);
    assert_eq!(kind_of(docx(&body, "", ""), MediaType::Docx), Some(ErrorKind::HostileArchive));
}

#[test]
fn nesting_without_end_is_refused_and_the_process_lives() {
    let mut bytes = b"%PDF-1.7\n1 0 obj\n".to_vec();
    bytes.extend(b"[".repeat(2_000_000));
    bytes.extend(b"\nendobj\ntrailer <</Root 1 0 R>>\n%%EOF");
    assert_eq!(kind_of(bytes, MediaType::Pdf), Some(ErrorKind::Damaged));
    let deep = format!("<office:document-content>{}", "<text:list>".repeat(100_000));
    let odt =
        zip_of(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", deep.as_bytes())]);
    assert!(kind_of(odt, MediaType::Odt).is_some());
}

#[test]
fn a_reading_that_takes_too_long_is_stopped() {
    let mut noise = Vec::new();
    for number in 0..400_000 {
        write!(noise, "1 0 0 1 {number} 0 cm ").unwrap();
    }
    let content = String::from_utf8(noise).unwrap();
    let bytes = Pdf::new().font("F", windows_font()).page(&content).page(&content).bytes();
    let limits = Limits { max_time: Duration::from_millis(1), ..Limits::default() };
    let error = extract_text(bytes, MediaType::Pdf, &limits).unwrap_err();
    assert_eq!(error.kind, ErrorKind::TimedOut);
    assert!(error.message_tr.contains("çok uzun sürdü"));
}

#[test]
fn a_file_over_the_size_limit_is_not_even_looked_at() {
    let limits = Limits { max_bytes: 10, ..Limits::default() };
    let error = extract_text(vec![b'a'; 11], MediaType::Text, &limits).unwrap_err();
    assert_eq!(error.kind, ErrorKind::TooLarge);
}

#[test]
fn types_without_text_say_what_to_do_instead() {
    for (media, words) in [
        (MediaType::Ole, "DOCX olarak kaydedin"),
        (MediaType::Png, "görüntü"),
        (MediaType::Zip, "ZIP arşivi"),
    ] {
        let error = extract_text(vec![0], media, &Limits::default()).unwrap_err();
        assert_eq!(error.kind, ErrorKind::UnsupportedType);
        assert!(error.message_tr.contains(words), "{}", error.message_tr);
    }
}

/// Overwrites, cuts and repeats bytes of a real document.
fn spoil(mut bytes: Vec<u8>, changes: &[(prop::sample::Index, u8, u8)]) -> Vec<u8> {
    for (index, byte, action) in changes {
        let at = index.index(bytes.len().max(1));
        match action % 8 {
            0 => bytes.truncate(at.max(bytes.len() / 2)),
            1 if bytes.len() < 100_000 => {
                let piece = bytes[at..(at + 40).min(bytes.len())].to_vec();
                bytes.splice(at..at, piece);
            }
            _ => {
                if let Some(place) = bytes.get_mut(at) {
                    *place = *byte;
                }
            }
        }
    }
    bytes
}

fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, u8, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<u8>()), 1..20)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn spoiled_pdf_files_never_crash(changes in changes()) {
        let mut pdf = Pdf::new();
        let font = composite_font(&mut pdf.document, "beginbfchar <0001> <0061> endbfchar beginbfrange <0002> <0009> <0062> endbfrange");
        let form = Stream::new(dictionary! { "Subtype" => "Form" }, b"BT /F 9 Tf (a) Tj ET".to_vec());
        let bytes = pdf.font("F", font).font("G", windows_font()).object("Fm", form)
            .page("q 1 0 0 1 5 5 cm BT /F 9 Tf 50 700 Td <00010002> Tj [<0003> -250 <0004>] TJ ET Q /Fm Do").bytes();
        let result = extract_text(spoil(bytes, &changes), MediaType::Pdf, &quick_limits());
        prop_assert!(result.is_ok() || !result.unwrap_err().message_tr.is_empty());
    }

    #[test]
    fn spoiled_word_parts_never_crash(changes in changes()) {
        let body = "<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr><w:r><w:t>a&amp;b</w:t></w:r></w:p>\
                    <w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>";
        let part = spoil(format!("<w:document>{body}</w:document>").into_bytes(), &changes);
        let numbering = spoil(b"<w:numbering><w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='lowerRoman'/>\
            <w:lvlText w:val='%1)'/></w:lvl></w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num></w:numbering>".to_vec(), &changes);
        let bytes = zip_of(&[("word/document.xml", &part), ("word/numbering.xml", &numbering)]);
        let result = extract_text(bytes, MediaType::Docx, &quick_limits());
        prop_assert!(result.is_ok() || !result.unwrap_err().message_tr.is_empty());
    }

    #[test]
    fn arbitrary_bytes_called_a_document_never_crash(bytes in prop::collection::vec(any::<u8>(), 0..3000), kind in 0usize..5) {
        let media = [MediaType::Pdf, MediaType::Docx, MediaType::Odt, MediaType::Text, MediaType::Csv][kind];
        let limits = Limits { max_text_chars: 500, ..quick_limits() };
        if let Ok(found) = extract_text(bytes, media, &limits) {
            prop_assert!(found.text.chars().count() <= 500);
        }
    }

    #[test]
    fn arbitrary_content_streams_never_crash(content in "[ -~]{0,400}") {
        let bytes = Pdf::new().font("F", windows_font()).page(&format!("BT /F 9 Tf {content}")).bytes();
        let result = extract_text(bytes, MediaType::Pdf, &quick_limits());
        prop_assert!(result.is_ok() || result.unwrap_err().kind != ErrorKind::TimedOut);
    }
}
