//! Our own packages: what is written is read again, and the bytes that were signed are the bytes inside.

use std::io::{Cursor, Read};

use proptest::prelude::*;
use time::macros::datetime;

use super::given::*;
use crate::*;

fn part(bytes: &[u8], name: &str) -> Vec<u8> {
    unzip(bytes).into_iter().find(|part| part.0 == name).unwrap().1
}

fn names(bytes: &[u8]) -> Vec<String> {
    unzip(bytes).into_iter().map(|part| part.0).collect()
}

#[test]
fn a_new_letter_comes_back_as_it_was() {
    let bytes = bytes_of(&mut sealed());
    let package = open(&bytes);
    assert_eq!(package.letter(), Some(&letter()));
    assert_eq!(package.final_metadata(), Some(&final_metadata()));
    let report = judge(&bytes);
    assert!(report.findings.is_empty(), "{report}");
    assert_eq!((report.version, report.compared), (Version::V2, 2 * (3 + 5 + 9)));
    assert_eq!(report.signatures.len(), 3);
}

#[test]
fn an_old_letter_comes_back_as_it_was() {
    let bytes = bytes_of(&mut old_sealed());
    let package = open(&bytes);
    assert_eq!(package.letter(), Some(&old_letter()));
    assert_eq!(package.final_metadata(), Some(&final_metadata()));
    assert_eq!(package.targets().len(), 3);
    let report = judge(&bytes);
    assert!(report.findings.is_empty(), "{report}");
    assert_eq!((report.version, report.compared), (Version::V1, 5 + 9));
}

#[test]
fn the_same_letter_is_the_same_bytes() {
    assert_eq!(bytes_of(&mut sealed()), bytes_of(&mut sealed()));
    assert_eq!(bytes_of(&mut old_sealed()), bytes_of(&mut old_sealed()));
    let mut twice = sealed();
    let bytes = bytes_of(&mut twice);
    assert_eq!(bytes, bytes_of(&mut twice));
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    for at in 0..archive.len() {
        let written = archive.by_index(at).unwrap().last_modified().unwrap();
        assert_eq!((written.year(), written.month(), written.day()), (1980, 1, 1));
    }
}

#[test]
fn what_was_handed_out_for_signing_is_what_is_in_the_package() {
    let draft = draft().with_initials(b"i".to_vec()).unwrap();
    let initials = draft.initials_digest_bytes().unwrap().to_vec();
    let package = draft.package_digest_bytes().unwrap();
    let signed = draft.sign(b"s".to_vec()).unwrap();
    let unsealed = signed.finish(&final_metadata(), datetime!(2026-02-03 10:12 +3)).unwrap();
    let last = unsealed.final_digest_bytes().to_vec();
    let bytes = bytes_of(&mut unsealed.seal(b"m".to_vec()).unwrap());
    assert_eq!(part(&bytes, "ParafOzeti/ParafOzeti.xml"), initials);
    assert_eq!(part(&bytes, "PaketOzeti/PaketOzeti.xml"), package);
    assert_eq!(part(&bytes, "NihaiOzet/NihaiOzet.xml"), last);
    assert_eq!(part(&bytes, "Imzalar/ImzaCades.imz"), b"s");
    assert!(last.starts_with("\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?>".as_bytes()));
}

#[test]
fn a_letter_without_initials_has_no_digest_for_them() {
    let signed = draft().sign(b"s".to_vec()).unwrap();
    let unsealed = signed.finish(&final_metadata(), datetime!(2026-02-03 10:12 +3)).unwrap();
    let bytes = bytes_of(&mut unsealed.seal(b"m".to_vec()).unwrap());
    assert!(!names(&bytes).iter().any(|name| name.contains("Paraf")));
    assert!(judge(&bytes).findings.is_empty());
}

#[test]
fn parts_and_relationships_are_those_of_the_official_programs() {
    let bytes = bytes_of(&mut sealed());
    let relations = String::from_utf8(part(&bytes, "_rels/.rels")).unwrap();
    for expected in [
        r#"Type="http://eyazisma.dpt/iliskiler/paketozeti" Target="/PaketOzeti/PaketOzeti.xml" Id="IdPaketOzeti""#,
        r#"Type="http://eyazisma.dpt/iliskiler/ek" Target="/Ekler/liste.xlsx" Id="IdEk_01980000-0000-7000-8000-000000000001""#,
        r#"Type="http://eyazisma.dpt/iliskiler/imzasizEk" Target="/ImzasizEkler/plan.txt" Id="IdImzasizEk_01980000-0000-7000-8000-000000000002""#,
        r#"Id="R0198000000007000""#,
    ] {
        assert!(relations.contains(expected), "{expected} is not in {relations}");
    }
    assert!(!relations.contains("ImzaCades"));
    let seal = String::from_utf8(part(&bytes, "NihaiOzet/_rels/NihaiOzet.xml.rels")).unwrap();
    assert!(seal.contains(r#"Target="../Muhur/MuhurCades.imz" Id="IdMuhurCades""#));
    let types = String::from_utf8(part(&bytes, "[Content_Types].xml")).unwrap();
    assert!(types.contains(r#"<Default Extension="xlsx" ContentType="application/zip" />"#));
    assert!(types.contains(r#"<Default Extension="imz" ContentType="application/octet-stream" />"#));
}

#[test]
fn an_addressee_gets_no_withheld_annex_and_the_copy_is_valid() {
    let mut sealed = sealed();
    let copy = PersonalCopy { addressee: Some(1), without_initials: true };
    let bytes = sealed.write_copy(copy, Cursor::new(Vec::new())).unwrap().into_inner();
    let kept = names(&bytes);
    assert!(!kept.iter().any(|name| name == "Ekler/liste.xlsx" || name.contains("ParafImza")));
    assert!(kept.iter().any(|name| name == "ParafOzeti/ParafOzeti.xml"));
    assert_eq!(
        part(&bytes, "NihaiOzet/NihaiOzet.xml"),
        part(&bytes_of(&mut sealed), "NihaiOzet/NihaiOzet.xml")
    );
    let report = judge(&bytes);
    assert!(report.is_valid(), "{report}");
    assert_eq!(report.codes(), [32]);
    assert!(verify_for(&mut open(&bytes), "0922003497008217").is_valid());
    // The annex was withheld from the company only.
    let other = verify_for(&mut open(&bytes), "24301050");
    assert!(!other.is_valid());
    assert_eq!(other.codes(), [13, 32]);
    let no_line = PersonalCopy { addressee: Some(9), without_initials: false };
    assert!(matches!(sealed.write_copy(no_line, Cursor::new(Vec::new())), Err(CannotWrite::NoAddressee(10))));
}

#[test]
fn an_envelope_carries_the_digest_of_its_inside() {
    for (mut sealed, file) in [
        (sealed(), "SifreliIcerik/01980000-0000-7000-8000-000000000064"),
        (old_sealed(), "SifreliIcerik/01980000-0000-7000-8000-000000000064.eyp"),
    ] {
        let inside = bytes_of(&mut sealed);
        let content = Content::from_bytes(inside.clone());
        let bytes = sealed.envelope(id(700)).write(content, Cursor::new(Vec::new())).unwrap().into_inner();
        assert!(names(&bytes).iter().any(|name| name == file));
        let types = String::from_utf8(part(&bytes, "[Content_Types].xml")).unwrap();
        assert!(types.contains("application/pkcs7-mime"));
        let report = judge(&bytes);
        assert!(report.is_valid() && report.codes().is_empty(), "{report}");
        let mut outer = open(&bytes);
        assert_eq!(outer.targets().len(), 3);
        assert_eq!(outer.core().unwrap().identifier.as_deref(), Some("01980000-0000-7000-8000-0000000002BC"));
        let mut content = Vec::new();
        outer.encrypted_content().unwrap().read_to_end(&mut content).unwrap();
        assert_eq!(content, inside);
        assert!(verify_inner(&outer, &mut open(&inside)).is_valid());
        let changed = edited(&inside, "Ustveri/Ustveri.xml", "alımı", "satımı");
        let report = verify_inner(&outer, &mut open(&redigested(&changed)));
        assert!(report.codes().contains(&15), "{report}");
    }
}

#[test]
fn an_envelope_with_another_digest_file_than_its_inside_is_refused() {
    let mut sealed = sealed();
    let inside = bytes_of(&mut sealed);
    let mut envelope = sealed.envelope(id(700));
    // The digests stay right; only a blank is another, which the seal would not cover.
    let text = String::from_utf8(envelope.digest_bytes).unwrap();
    envelope.digest_bytes = text.replacen("\n  <Reference", "\n   <Reference", 1).into_bytes();
    let content = Content::from_bytes(inside.clone());
    let bytes = envelope.write(content, Cursor::new(Vec::new())).unwrap().into_inner();
    let report = verify_inner(&open(&bytes), &mut open(&inside));
    assert!(!report.is_valid());
    assert!(report.findings[0].text.contains("içindeki pakettekinin aynısı değil"), "{report}");
    let not_sealed = verify_inner(&open(&inside), &mut open(&inside));
    assert!(not_sealed.findings[0].text.contains("şifreli değil"), "{not_sealed}");
}

#[test]
fn an_update_holds_the_change_and_the_whole_original() {
    let original = bytes_of(&mut sealed());
    let bytes = update(Kind::Letter, original.clone());
    let mut package = open(&bytes);
    assert_eq!((package.kind(), package.version()), (Kind::Update, Version::V2));
    assert_eq!(package.change(), Some(&change()));
    let mut copied = Vec::new();
    package.original().unwrap().read_to_end(&mut copied).unwrap();
    assert_eq!(copied, original);
    let report = verify(&mut package);
    assert!(report.is_valid() && report.findings.is_empty(), "{report}");
    assert_eq!(report.compared, 6);
    assert_eq!(report.original.unwrap().compared, 34);
}

#[test]
fn a_long_annex_has_the_same_digests_as_a_short_way_would_give() {
    let long: Vec<u8> = (0..3_000_017_u32).flat_map(u32::to_le_bytes).collect();
    let algorithms = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512];
    let whole = crate::digest::of_bytes(&long, &algorithms);
    assert_eq!(crate::digest::of_stream(&mut long.as_slice(), &algorithms).unwrap(), whole);
    for size in [0, 1, 256 * 1024, 1024 * 1024, 1024 * 1024 + 1, 1280 * 1024] {
        let short = &long[..size];
        let streamed = crate::digest::of_stream(&mut &short[..], &algorithms).unwrap();
        assert_eq!(streamed, crate::digest::of_bytes(short, &algorithms), "{size}");
    }
}

fn any_text() -> impl Strategy<Value = String> {
    let known = ["", " ", "a", " a b ", "x & <y>\r\n'z' \"ş\"", "\u{b}", "\t"].map(str::to_owned);
    prop_oneof![prop::sample::select(known.to_vec()), "\\PC{0,12}"]
}

/// Texts into the fields of a letter that a person types into.
fn typed(texts: &[String]) -> (Letter, FinalMetadata) {
    let (mut letter, mut metadata) = (letter(), final_metadata());
    let mut texts = texts.iter().cloned();
    let mut next = || texts.next().unwrap_or_else(|| "a".to_owned());
    letter.subject = next();
    letter.verification_address = Some(next());
    letter.own_id = Some(OwnId { scheme: Some(next()), value: next() });
    letter.annexes[2].address = Some(next());
    letter.annexes[2].own_id = Some(OwnId { scheme: Some(next()), value: next() });
    (letter.annexes[0].name, letter.annexes[0].description) = (Some(next()), Some(next()));
    (letter.references[0].name, letter.references[0].number) = (Some(next()), Some(next()));
    if let Party::Company(company) = &mut letter.distributions[1].party {
        (company.id, company.name) = (next(), Some(next()));
    }
    letter.contacts = vec![Party::Person(person(&next(), &next()))];
    if let Party::Institution(author) = &mut letter.author {
        author.name = Some(next());
    }
    metadata.number = next();
    metadata.signatories[0].office = Some(next());
    (letter, metadata)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_has_nothing_to_be_found_in_it(
        texts in prop::collection::vec((any_text(), prop::bool::weighted(0.8)), 19),
    ) {
        // Most fields hold something plain, or hardly any letter would be written.
        let texts: Vec<String> =
            texts.into_iter().map(|(text, is_plain)| if is_plain { "düz yazı".to_owned() } else { text }).collect();
        let (letter, metadata) = typed(&texts);
        let subject = letter.subject.trim().to_owned();
        let written = Draft::new(letter, Content::from_bytes(PDF.to_vec()), contents())
            .and_then(|draft| draft.sign(b"s".to_vec()))
            .and_then(|signed| signed.finish(&metadata, datetime!(2026-02-03 10:12 +3)))
            .and_then(|unsealed| unsealed.seal(b"m".to_vec()));
        if let Ok(mut sealed) = written {
            let bytes = bytes_of(&mut sealed);
            let report = judge(&bytes);
            prop_assert!(report.findings.is_empty(), "{}", report);
            let package = open(&bytes);
            prop_assert_eq!(&package.letter().unwrap().subject, &subject);
        }
    }
}

#[test]
fn a_report_reads_as_a_text() {
    let text = judge(&bytes_of(&mut sealed())).to_string();
    assert!(text.starts_with("e-Yazışma paketi, sürüm 2\nPaketin yapısı ve özetleri geçerli."), "{text}");
    assert!(text.contains("Mühür: /Muhur/MuhurCades.imz (/NihaiOzet/NihaiOzet.xml için, 4 bayt)"));
    assert!(!text.contains("doğrulanmadı"), "whether signatures hold is said by whoever checks them");
}
