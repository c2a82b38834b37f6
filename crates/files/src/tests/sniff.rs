//! Types are found from bytes alone.

use proptest::prelude::*;

use super::zips::zip_of;
use crate::MediaType;
use crate::sniff::sniff;

#[test]
fn documents_are_known_by_what_is_inside_their_zip() {
    let types = ("[Content_Types].xml", &b"<Types/>"[..]);
    let odt = b"application/vnd.oasis.opendocument.text";
    let cases = [
        (zip_of(&[types, ("word/document.xml", b"<w/>")]), MediaType::Docx),
        (zip_of(&[types, ("word/document2.xml", b"<w/>")]), MediaType::Docx),
        (zip_of(&[types, ("xl/workbook.xml", b"<w/>")]), MediaType::Xlsx),
        (zip_of(&[types, ("ppt/presentation.xml", b"<w/>")]), MediaType::Pptx),
        (zip_of(&[("mimetype", odt), ("content.xml", b"<o/>")]), MediaType::Odt),
        (
            zip_of(&[types, ("Ustveri/Ustveri.xml", b"<u/>"), ("PaketOzeti/PaketOzeti.xml", b"<p/>")]),
            MediaType::Eyp,
        ),
        (zip_of(&[types, ("SifreliIcerikBilgisi/SifreliIcerikBilgisi.xml", b"<p/>")]), MediaType::Eyps),
        (zip_of(&[types, ("word/document.xml", b"<w/>"), ("word/vbaProject.bin", b"x")]), MediaType::Program),
        (zip_of(&[("a.txt", b"a")]), MediaType::Zip),
        (zip_of(&[]), MediaType::Zip),
    ];
    for (bytes, media) in cases {
        assert_eq!(sniff(&bytes), media);
    }
}

#[test]
fn a_zip_with_a_broken_directory_is_still_a_zip() {
    let bytes = zip_of(&[("word/document.xml", b"<w/>")]);
    assert_eq!(sniff(&bytes[..bytes.len() - 10]), MediaType::Zip);
}

#[test]
fn real_correspondence_packages_are_known() {
    let crate_folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let beside = ["../../../shared/data/eyp", "../../../../shared/data/eyp"];
    let Some(files) = beside.iter().find_map(|place| std::fs::read_dir(crate_folder.join(place)).ok()) else {
        eprintln!("skipped: no sample correspondence packages on this machine");
        return;
    };
    for file in files.map(|file| file.unwrap().path()) {
        let wanted = match crate::name::extension(&file.to_string_lossy()).as_str() {
            "eyp" => MediaType::Eyp,
            "eyps" => MediaType::Eyps,
            _ => continue,
        };
        assert_eq!(sniff(&std::fs::read(&file).unwrap()), wanted, "{}", file.display());
    }
}

#[test]
fn formats_are_known_by_their_first_bytes() {
    let cases: [(&[u8], MediaType); 12] = [
        (b"%PDF-1.7\n", MediaType::Pdf),
        (b"\xEF\xBB\xBF\n%PDF-1.4", MediaType::Pdf),
        (b"\x89PNG\r\n\x1a\n\0\0", MediaType::Png),
        (b"\xFF\xD8\xFF\xE1\0\0Exif", MediaType::Jpeg),
        (b"RIFF\x10\0\0\0WEBPVP8 ", MediaType::Webp),
        (b"GIF89a\x01\0", MediaType::Gif),
        (b"MM\0*\0\0", MediaType::Tiff),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0", MediaType::Ole),
        (b"{\\rtf1\\ansi", MediaType::Rtf),
        (b"\x7FELF\x02\x01", MediaType::Program),
        (b"MZ\x90\0\x03\0\0\0", MediaType::Program),
        (b"#!/bin/sh\nrm -rf /", MediaType::Program),
    ];
    for (bytes, media) in cases {
        assert_eq!(sniff(bytes), media, "{bytes:?}");
    }
}

#[test]
fn texts_tables_and_markup_are_told_apart() {
    let cases: [(&[u8], MediaType); 15] = [
        (b"", MediaType::Text),
        (
            "MADDE 1- Bu Yönetmeliğin amacı; usul ve esasları belirlemektir.\nMADDE 2- (1)".as_bytes(),
            MediaType::Text,
        ),
        (b"M\xFCd\xFCrl\xFC\xF0\xFC, g\xF6rev", MediaType::Text),
        (b"MZ is how this sentence begins", MediaType::Text),
        (b"a < b ve b > c\n", MediaType::Text),
        ("Sicil;Ad;Soyad\n1;Ayşe;Çelik\n2;\"Ali; Veli\";Öz\n".as_bytes(), MediaType::Csv),
        (b"a,b,c\n1,2,3\n", MediaType::Csv),
        (b"evet, ama\nhay\xC4\xB1r, ama\n", MediaType::Text),
        (b"<?xml version='1.0'?>\n<!-- x --><Fatura xmlns='a'/>", MediaType::Xml),
        (b"<?xml version='1.0'?><!DOCTYPE svg><svg:svg xmlns:svg='x'/>", MediaType::Svg),
        (b"  <svg onload='alert(1)'>", MediaType::Svg),
        (b"<!DOCTYPE html><p>", MediaType::Html),
        (b"<B>kal\xC4\xB1n</B>", MediaType::Html),
        (b"merhaba <script>alert(1)</script>", MediaType::Html),
        (b"\0\x01\x02", MediaType::Unknown),
    ];
    for (bytes, media) in cases {
        assert_eq!(sniff(bytes), media, "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_long_turkish_text_is_text_wherever_the_head_is_cut() {
    for shift in 0..3 {
        let text = format!("{}{}", "x".repeat(shift), "ığüşöç ".repeat(20_000));
        assert_eq!(sniff(text.as_bytes()), MediaType::Text);
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_have_a_type_and_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let media = sniff(&bytes);
        prop_assert!(MediaType::ALL.contains(&media));
    }

    #[test]
    fn any_text_without_control_characters_is_some_text(text in "[^\\p{C}<#]{1,200}") {
        prop_assert!(matches!(sniff(text.as_bytes()), MediaType::Text | MediaType::Csv | MediaType::Pdf | MediaType::Rtf));
    }
}
