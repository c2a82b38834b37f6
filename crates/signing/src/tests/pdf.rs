//! Signatures in PDF files, signed, raised, appended to and tampered with.

use std::process::Command;

use lopdf::{Dictionary, Document, IncrementalDocument, Object, Stream, xref::XrefType};

use super::helpers::*;
use crate::pdf::{PdfRoom, PdfStampPreparation, PdfText, add_pdf_validation_data, verify_pdf};
use crate::*;

/// A page that says something, with a table or a stream of references.
fn paper(kind: XrefType) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    document.reference_table.cross_reference_type = kind;
    let pages = document.new_object_id();
    let content = document.add_object(Stream::new(Dictionary::new(), b"BT /F1 12 Tf (Yazi) Tj ET".to_vec()));
    let mut page = Dictionary::new();
    page.set("Type", Object::Name(b"Page".to_vec()));
    page.set("Parent", Object::Reference(pages));
    page.set("Contents", Object::Reference(content));
    page.set("MediaBox", vec![0.into(), 0.into(), 595.into(), 842.into()]);
    let page = document.add_object(page);
    let mut tree = Dictionary::new();
    tree.set("Type", Object::Name(b"Pages".to_vec()));
    tree.set("Kids", vec![Object::Reference(page)]);
    tree.set("Count", 1);
    document.objects.insert(pages, Object::Dictionary(tree));
    let mut catalog = Dictionary::new();
    catalog.set("Type", Object::Name(b"Catalog".to_vec()));
    catalog.set("Pages", Object::Reference(pages));
    let catalog = document.add_object(catalog);
    document.trailer.set("Root", Object::Reference(catalog));
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn sign_pdf(pdf: &[u8], name: &str, profile: Profile) -> Vec<u8> {
    let key = key(name);
    let text = PdfText { name: "Ayşe Yılmaz", reason: "Onay", location: "" };
    let room = PdfRoom::new(pdf, now(), text).unwrap();
    // Elsewhere, as by the program on the signer's computer, which has the file with its room and nothing else.
    let digests = PdfRoom::find(room.bytes().to_vec()).unwrap().digests();
    let prepared = Preparation::new(Content::Pdf(&digests), key.chain(), profile, now()).unwrap();
    let cms = prepared.finish(&key.sign(prepared.to_be_signed()).unwrap()).unwrap();
    let cms = if profile == Profile::P1 { cms } else { stamp(&cms, 0) };
    room.place(&cms).unwrap()
}

fn verdicts(pdf: &[u8], trust: &Trust) -> Vec<(Verdict, Level, bool)> {
    let found = verify_pdf(pdf, trust, soon()).unwrap();
    found.iter().map(|one| (one.verdict(), one.report.signers[0].level, one.covers_whole_file)).collect()
}

#[test]
fn a_signed_pdf_is_valid_at_b_t_and_lt() {
    for kind in [XrefType::CrossReferenceTable, XrefType::CrossReferenceStream] {
        let plain = paper(kind);
        let signed = sign_pdf(&plain, "rsa", Profile::P1);
        assert!(signed.starts_with(&plain), "what was there is not touched");
        assert_eq!(verdicts(&signed, &trust()), [(Verdict::Valid, Level::Bes, true)]);
        let signed = sign_pdf(&plain, "p256", Profile::P4);
        let raised = add_pdf_validation_data(&signed, &evidence("p256")).unwrap();
        let found = verify_pdf(&raised, &bare_trust(), soon()).unwrap();
        assert_eq!(found[0].verdict(), Verdict::Valid, "{}", found[0].report.turkish());
        assert_eq!(verdicts(&raised, &bare_trust()), [(Verdict::Valid, Level::Xl, false)]);
        let room = PdfStampPreparation::new(&raised).unwrap();
        let raised = room.place(&token(Hash::Sha256, &room.imprint(Hash::Sha256), "tsa_good")).unwrap();
        assert_eq!(verdicts(&raised, &bare_trust()), [(Verdict::Valid, Level::A, false)]);
        let at = raised.len() - 20;
        assert!(verify_pdf(&raised[..at], &bare_trust(), soon()).is_ok());
        let name = format!("paper-{kind:?}.pdf");
        WORLD.write(&name, &raised);
        if let Some(folder) = std::env::var_os("BELDE_KEEP") {
            std::fs::copy(WORLD.path(&name), std::path::Path::new(&folder).join(&name)).unwrap();
            std::fs::copy(WORLD.path("root.pem"), std::path::Path::new(&folder).join("root.pem")).unwrap();
        }
    }
}

#[test]
fn a_second_signature_leaves_the_first_one_valid() {
    let once = sign_pdf(&paper(XrefType::CrossReferenceTable), "rsa", Profile::P1);
    let twice = sign_pdf(&once, "p384", Profile::P1);
    let found = verify_pdf(&twice, &trust(), soon()).unwrap();
    let names: Vec<_> = found.iter().map(|one| one.report.signers[0].name.as_str()).collect();
    assert_eq!(names, ["Ayşe Yılmaz (rsa)", "Ayşe Yılmaz (p384)"]);
    assert_found(&found[0].report, Verdict::Valid, "extended-later");
    assert!(found[1].covers_whole_file);
}

#[test]
fn changed_bytes_are_found_out() {
    let signed = sign_pdf(&paper(XrefType::CrossReferenceTable), "rsa", Profile::P1);
    let at = signed.windows(4).position(|four| four == b"Yazi").unwrap();
    let mut changed = signed.clone();
    changed[at] = b'K';
    let found = verify_pdf(&changed, &trust(), soon()).unwrap();
    assert_found(&found[0].report, Verdict::Invalid, "digest-differs");
}

#[test]
fn another_page_content_appended_later_is_found_out() {
    let signed = sign_pdf(&paper(XrefType::CrossReferenceTable), "rsa", Profile::P1);
    let document = Document::load_mem(&signed).unwrap();
    let page = document.page_iter().next().unwrap();
    let mut update = IncrementalDocument::create_from(signed, document);
    update.opt_clone_object_to_new_document(page).unwrap();
    let other = Stream::new(Dictionary::new(), b"BT /F1 12 Tf (Baska) Tj ET".to_vec());
    let other = update.new_document.add_object(other);
    let page = update.new_document.get_dictionary_mut(page).unwrap();
    page.set("Contents", Object::Reference(other));
    let mut bytes = Vec::new();
    update.save_to(&mut bytes).unwrap();
    let found = verify_pdf(&bytes, &trust(), soon()).unwrap();
    assert_found(&found[0].report, Verdict::CannotSay, "changed-later");
}

#[test]
fn a_document_stamp_over_other_bytes_is_found_out() {
    let signed = sign_pdf(&paper(XrefType::CrossReferenceTable), "rsa", Profile::P1);
    let room = PdfStampPreparation::new(&signed).unwrap();
    let stamped = room.place(&token(Hash::Sha256, &room.imprint(Hash::Sha256), "tsa_good")).unwrap();
    assert_eq!(verdicts(&stamped, &trust()), [(Verdict::Valid, Level::T, false)]);
    let mut changed = stamped.clone();
    let at = stamped.windows(12).rposition(|part| part == b"DocTimeStamp").unwrap();
    changed[at + 3] = b'X';
    let found = verify_pdf(&changed, &trust(), soon()).unwrap();
    assert_found(&found[0].report, Verdict::Invalid, "stamp-differs");
}

#[test]
fn a_range_that_hides_something_is_found_out() {
    let signed = sign_pdf(&paper(XrefType::CrossReferenceTable), "rsa", Profile::P1);
    let at = signed.windows(11).position(|part| part == b"/ByteRange[").unwrap() + 11;
    let mut moved = signed.clone();
    moved[at] = b'1';
    let found = verify_pdf(&moved, &trust(), soon()).unwrap();
    assert_found(&found[0].report, Verdict::Invalid, "byte-range");
}

#[test]
fn damaged_pdf_files_panic_nowhere() {
    let signed = sign_pdf(&paper(XrefType::CrossReferenceStream), "p256", Profile::P1);
    let (trust, at) = (trust(), soon());
    for step in 0..400 {
        let mut bytes = signed.clone();
        // The room of the signature is most of the file: half of the damage goes elsewhere.
        let span = if step % 2 == 0 { 1200 } else { bytes.len() };
        let place = (step * 7919) % span;
        bytes[place] = bytes[place].wrapping_add(u8::try_from(step % 255).unwrap() + 1);
        if step % 5 == 0 {
            bytes.truncate(place);
        }
        if let Ok(found) = verify_pdf(&bytes, &trust, at) {
            assert!(found.iter().all(|one| !one.report.turkish().is_empty()));
        }
        let _ = add_pdf_validation_data(&bytes, &trust.evidence);
    }
}

#[test]
fn a_file_has_one_empty_room_or_none_that_is_signed() {
    let room = PdfRoom::new(&paper(XrefType::CrossReferenceTable), now(), PdfText::default()).unwrap();
    let again = PdfRoom::new(&paper(XrefType::CrossReferenceTable), now(), PdfText::default()).unwrap();
    assert_eq!(room.bytes(), again.bytes(), "the same file, time and words");
    assert_eq!(PdfRoom::find(room.bytes().to_vec()).unwrap().digests(), room.digests());
    let twice = PdfRoom::new(room.bytes(), now(), PdfText::default()).unwrap();
    let full = sign_pdf(&paper(XrefType::CrossReferenceTable), "rsa", Profile::P1);
    for other in [twice.bytes().to_vec(), full, b"%PDF-1.7".to_vec(), Vec::new()] {
        assert_eq!(PdfRoom::find(other).unwrap_err(), Error::Malformed("PDF"));
    }
}

#[test]
fn a_file_that_cannot_take_a_signature_says_why() {
    let refused = |pdf: &[u8]| PdfRoom::new(pdf, now(), PdfText::default()).unwrap_err();
    assert_eq!(refused(b"%PDF-1.7 and nothing else"), Error::Malformed("PDF"));
    let plain = paper(XrefType::CrossReferenceTable);
    // The table is not where the end says it is: readers repair that, an update cannot.
    let at = plain.windows(9).rposition(|part| part == b"startxref").unwrap() + 10;
    let mut lost = plain[..at].to_vec();
    lost.extend_from_slice(b"7\n%%EOF\n");
    assert!([Error::PdfDamaged, Error::Malformed("PDF")].contains(&refused(&lost)));
    // Whoever certified it allows nothing after that; where forms and signatures are allowed, one more is.
    for (allowed, expected) in [(1, Some(Error::PdfLocked)), (2, None)] {
        let mut document = Document::load_mem(&plain).unwrap();
        let mut rules = Dictionary::new();
        rules.set("P", allowed);
        let mut reference = Dictionary::new();
        reference.set("TransformParams", rules);
        let mut signature = Dictionary::new();
        signature.set("Reference", vec![Object::Dictionary(reference)]);
        let signature = document.add_object(signature);
        let mut permissions = Dictionary::new();
        permissions.set("DocMDP", Object::Reference(signature));
        document.catalog_mut().unwrap().set("Perms", permissions);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        assert_eq!(PdfRoom::new(&bytes, now(), PdfText::default()).err(), expected);
    }
}

#[test]
fn another_reader_finds_the_signatures_good_and_nothing_left_out() {
    if Command::new("pdfsig").arg("-v").output().is_err() {
        eprintln!("skipped: pdfsig (poppler-utils) is not installed");
        return;
    }
    for kind in [XrefType::CrossReferenceTable, XrefType::CrossReferenceStream] {
        let once = sign_pdf(&paper(kind), "rsa", Profile::P4);
        let raised = add_pdf_validation_data(&once, &evidence("rsa")).unwrap();
        let twice = sign_pdf(&raised, "p256", Profile::P1);
        let name = format!("peer-{kind:?}.pdf");
        WORLD.write(&name, &twice);
        let read = |pdf: &str| {
            let read = Command::new("pdfsig").args(["-nocert", pdf]).current_dir(WORLD.path("")).output();
            String::from_utf8(read.unwrap().stdout).unwrap()
        };
        let said = read(&name);
        assert_eq!(said.matches("Signature is Valid").count(), 2, "{said}");
        assert_eq!(said.matches("ETSI.CAdES.detached").count(), 2, "{said}");
        assert_eq!(said.matches("Total document signed").count(), 1, "the last: {said}");
        let at = twice.windows(4).position(|four| four == b"Yazi").unwrap();
        let mut changed = twice;
        changed[at] = b'K';
        WORLD.write("peer-changed.pdf", &changed);
        let said = read("peer-changed.pdf");
        assert_eq!(said.matches("Signature is Valid").count(), 0, "{said}");
    }
}
