//! Packages made to hurt: bombs, names that climb out, archives cut off, and bytes at random.

use std::io::{Cursor, Read, Write};

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::given::*;
use super::samples;
use crate::*;

fn open_with(bytes: &[u8], limits: &Limits) -> Result<Package<Cursor<Vec<u8>>>, Refusal> {
    Package::open(Cursor::new(bytes.to_vec()), limits)
}

fn refusal(bytes: &[u8]) -> Refusal {
    open_with(bytes, &Limits::default()).unwrap_err()
}

fn with_part(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut parts = unzip(samples::V2);
    parts.push((name.to_owned(), bytes.to_vec()));
    zip(&parts)
}

/// Replaces bytes wherever they stand, names in both directories of a zip for instance.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = bytes.to_vec();
    let mut found = 0;
    for at in 0..=bytes.len() - from.len() {
        if &bytes[at..at + from.len()] == from {
            bytes[at..at + to.len()].copy_from_slice(to);
            found += 1;
        }
    }
    assert!(found > 0);
    bytes
}

#[test]
fn a_bomb_is_refused_before_it_is_unpacked() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("Ekler/bomba.bin", SimpleFileOptions::default()).unwrap();
    let zeros = vec![0; 1024 * 1024];
    for _ in 0..96 {
        zip.write_all(&zeros).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    assert!(bytes.len() < 1024 * 1024);
    assert!(matches!(refusal(&bytes), Refusal::Bomb { part } if part == "/Ekler/bomba.bin"));
}

#[test]
fn a_part_that_unpacks_to_more_than_it_claims_ends_there() {
    let long = vec![b'a'; 200_000];
    let bytes = with_part("Ekler/uzun.bin", &long);
    // The claim stands in the directory behind the name; 200000 is 0x030D40.
    let claim = 200_000_u32.to_le_bytes();
    let mut lying = bytes.clone();
    let directory = bytes.windows(4).rposition(|window| window == claim).unwrap();
    lying[directory..directory + 4].copy_from_slice(&10_u32.to_le_bytes());
    let mut package = open_with(&lying, &Limits::default()).unwrap();
    let mut sink = Vec::new();
    let copied = package.copy_part("/Ekler/uzun.bin", &mut sink);
    assert!(copied.is_err() && sink.len() < 100_000, "{copied:?} {}", sink.len());
}

#[test]
fn more_than_the_limits_is_refused() {
    let small = Limits { max_unpacked_bytes: 100_000, ..Limits::default() };
    assert!(matches!(open_with(samples::V2, &small), Err(Refusal::TooLarge { limit_bytes: 100_000 })));
    let small = Limits { max_small_bytes: 4_000, ..Limits::default() };
    assert!(matches!(open_with(samples::V2, &small), Err(Refusal::PartTooLarge { .. })));
    let small = Limits { max_entries: 16, ..Limits::default() };
    assert!(matches!(open_with(samples::V2, &small), Err(Refusal::TooManyEntries { limit: 16 })));
    assert!(open_with(samples::V2, &Limits { max_entries: 17, ..Limits::default() }).is_ok());
}

#[test]
fn a_hundred_thousand_files_are_refused() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for number in 0..100_000 {
        zip.start_file(format!("Ekler/{number}"), stored).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    let refusal = refusal(&bytes);
    assert!(matches!(refusal, Refusal::TooManyEntries { limit: 4_096 }), "{refusal}");
}

#[test]
fn names_that_climb_out_are_refused() {
    for (from, to) in [
        ("Ekler/ab/cd/ef.bin", "Ekler/../../ef.bin"),
        ("Ekler/ab/cd/ef.bin", "/kler/ab/cd/ef.bin"),
        ("Ekler/ab/cd/ef.bin", "C:\\ler/ab/cd/ef.bi"),
        ("Ekler/ab/cd/ef.bin", "Ekler\\..\\..\\ef.bin"),
        ("Ekler/ab/cd/ef.bin", "%2e%2e/%2E%2e/ef.b"),
        ("Ekler/ab/cd/ef.bin", "Ekler/\u{1b}[2Jd/ef.bin"),
    ] {
        let bytes = replaced(&with_part(from, b"x"), from.as_bytes(), to.as_bytes());
        assert!(matches!(refusal(&bytes), Refusal::UnsafeName(_)), "{to}: {}", refusal(&bytes));
    }
}

#[test]
fn two_parts_that_are_one_for_opc_are_refused() {
    for twin in ["UstYazi/USTYAZI.pdf", "ustyazi/ustyazi.pdf", "UstYazi/ustyaz%69.pdf"] {
        let bytes = with_part(twin, PDF);
        assert!(matches!(refusal(&bytes), Refusal::DuplicateName(_)), "{twin}");
    }
    let name = b"UstYazi/ustyaz1.pdf";
    let bytes = replaced(&with_part("UstYazi/ustyaz1.pdf", PDF), name, b"UstYazi/ustyazi.pdf");
    assert!(open_with(&bytes, &Limits::default()).is_err());
}

#[test]
fn a_password_is_refused_with_a_hint() {
    let mut bytes = with_part("Ekler/gizli.bin", b"x");
    // Bit 0 of the flags, in the local header and in the directory.
    for (signature, offset) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let at = bytes.windows(4).rposition(|window| window == signature).unwrap();
        bytes[at + offset] |= 1;
    }
    let refusal = refusal(&bytes);
    assert!(matches!(refusal, Refusal::Password), "{refusal}");
    assert!(refusal.to_string().contains("parola"));
}

#[test]
fn a_package_cut_off_anywhere_is_refused() {
    let bytes = bytes_of(&mut sealed());
    for end in (0..bytes.len()).step_by(97) {
        assert!(open_with(&bytes[..end], &Limits::default()).is_err(), "{end}");
    }
}

#[test]
fn what_is_no_package_at_all_is_refused() {
    assert!(matches!(refusal(b""), Refusal::Damaged(_)));
    assert!(matches!(refusal(b"%PDF-1.7"), Refusal::Damaged(_)));
    assert!(matches!(refusal(&zip(&vec![("a.txt".to_owned(), vec![])])), Refusal::NotAPackage));
    let broken = vec![("_rels/.rels".to_owned(), b"<Relationships>".to_vec())];
    assert!(matches!(refusal(&zip(&broken)), Refusal::NotAPackage));
}

#[test]
fn xml_made_to_hurt_is_a_finding_and_nothing_else() {
    let bytes = bytes_of(&mut sealed());
    let deep = format!("{}{}", "<a>".repeat(200_000), "</a>".repeat(200_000));
    let laughs = "<!DOCTYPE a [<!ENTITY b \"x\"><!ENTITY c \"&b;&b;&b;\">]><a>&c;</a>".to_owned();
    let wide = format!("<a>{}</a>", "<b/>".repeat(600_000));
    let outside = "<!DOCTYPE UstVeri SYSTEM \"file:///etc/passwd\"><UstVeri></UstVeri>".to_owned();
    for bad in [
        deep,
        laughs,
        outside,
        wide,
        "<a>&unknown;</a>".to_owned(),
        "\u{0}".to_owned(),
        "<a/><b/>".to_owned(),
    ] {
        let mut parts = unzip(&bytes);
        parts.iter_mut().find(|part| part.0 == "Ustveri/Ustveri.xml").unwrap().1 = bad.into_bytes();
        let bytes = zip(&parts);
        let report = judge(&bytes);
        assert!(open(&bytes).letter().is_none());
        assert!(report.findings.iter().any(|finding| finding.text.contains("XML değil")), "{report}");
        assert_eq!(report.codes(), [15]);
    }
}

#[test]
fn a_report_does_not_move_the_cursor() {
    let bytes = edited(
        &bytes_of(&mut sealed()),
        "Ustveri/Ustveri.xml",
        "<tipler:Ad>Ek &amp; eki<",
        "<tipler:Ad>Ek&#27;[2J&#x202E;eki<",
    );
    let text = judge(&without(&redigested(&bytes), "ImzasizEkler/plan.txt", true)).to_string();
    let bytes = edited(&bytes, "Ustveri/Ustveri.xml", "<tipler:SiraNo>1<", "<tipler:SiraNo>0<");
    let text = text + &judge(&bytes).to_string();
    assert!(text.contains("[2J\u{FFFD}eki"), "{text}");
    assert!(!text.contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn refusals_say_what_to_do_in_turkish() {
    for refusal in [refusal(b"x"), refusal(&zip(&vec![("a".to_owned(), vec![])]))] {
        let text = refusal.to_string();
        assert!(text.contains("isteyiniz") || text.contains("olunuz"), "{text}");
    }
}

#[test]
fn an_entry_of_zip64_is_read() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in unzip(samples::V2) {
        zip.start_file(name, SimpleFileOptions::default().large_file(true)).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    assert!(judge(&zip.finish().unwrap().into_inner()).is_valid());
}

fn judge_whatever(bytes: Vec<u8>) {
    let limits = Limits { max_unpacked_bytes: 8 * 1024 * 1024, ..Limits::default() };
    let Ok(mut package) = Package::open(Cursor::new(bytes), &limits) else { return };
    let _ = verify(&mut package).to_string();
    let _ = verify_for(&mut package, "24301050");
    let names: Vec<String> = package.parts().into_iter().map(|part| part.name).collect();
    for name in names {
        let _ = package.copy_part(&name, &mut std::io::sink());
    }
    if let Ok(mut content) = package.encrypted_content() {
        let _ = content.read(&mut [0; 64]);
    }
}

fn seed() -> impl Strategy<Value = Vec<u8>> {
    let own = bytes_of(&mut sealed());
    let update = update(Kind::Letter, own.clone());
    let old = bytes_of(&mut old_sealed());
    prop_oneof![Just(own), Just(update), Just(old), Just(samples::V2_HOLLOW.to_vec())]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_damage_makes_it_panic(
        mut bytes in seed(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()),
    ) {
        for (at, value) in damage {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        judge_whatever(bytes);
    }

    #[test]
    fn no_damage_inside_of_a_part_makes_it_panic(
        which in any::<prop::sample::Index>(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        bytes in seed(),
    ) {
        let mut parts = unzip(&bytes);
        let place = which.index(parts.len());
        let part = &mut parts[place].1;
        for (at, value) in damage {
            let at = at.index(part.len());
            part[at] = value;
        }
        judge_whatever(zip(&parts));
    }

    #[test]
    fn random_bytes_are_no_package(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        prop_assert!(Package::open(Cursor::new(bytes), &Limits::default()).is_err());
    }

    #[test]
    fn a_file_name_that_was_written_once_stays_as_it_is(name in "\\PC{0,40}") {
        let once = transliterate(&name);
        prop_assert!(!once.is_empty() && once.is_ascii());
        prop_assert_eq!(transliterate(&once), once);
    }
}
