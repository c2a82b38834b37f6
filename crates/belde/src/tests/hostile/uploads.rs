//! Files that lie, explode or carry something else, at every door that takes a file: beside a record, as the text of a
//! regulation, as a table to import. What each door answers stands in one table, `files_made_to_harm`.

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use kernel::db::Sql;
use testkit::{Page, TestDb};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::super::each_town;
use super::{House, count, some_record};

/// What a person waits at most, with room for a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(30);

const REGULATION: &str = "/yonetmelik/yeni";
const IMPORT: &str = "/teskilat/birimler/ice-aktar";

/// What a door says: it takes the file, or refuses with this status and a sentence with these words.
#[derive(Clone, Copy)]
enum Says {
    Taken,
    Refused(u16, &'static str),
}
use Says::{Refused, Taken};

/// A file and what the three doors say: beside a record, as a regulation, as a table.
struct Evil {
    name: &'static str,
    bytes: Vec<u8>,
    beside: Says,
    text: Says,
    table: &'static str,
}

fn evil(
    name: &'static str,
    bytes: impl Into<Vec<u8>>,
    beside: Says,
    text: &'static str,
    table: &'static str,
) -> Evil {
    Evil { name, bytes: bytes.into(), beside, text: Refused(422, text), table }
}

fn zipped<'a>(parts: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Overwrites what the directory says of the first entry's unpacked size (APPNOTE 4.3.12).
fn claiming(mut zip: Vec<u8>, bytes: u32) -> Vec<u8> {
    let record = zip.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    zip[record + 24..record + 28].copy_from_slice(&bytes.to_le_bytes());
    zip
}

fn word(document: &[u8]) -> Vec<u8> {
    zipped([("word/document.xml", document), ("[Content_Types].xml", b"<Types/>")])
}

fn open_document(content: &[u8]) -> Vec<u8> {
    zipped([("mimetype", &b"application/vnd.oasis.opendocument.text"[..]), ("content.xml", content)])
}

fn workbook(sheet: &[u8]) -> Vec<u8> {
    zipped([
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/workbook.xml", b"<w/>"),
        ("[Content_Types].xml", b"<T/>"),
    ])
}

/// The header of a PNG of this size, and a row of pixels that unpacks to far more than it is.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend(b"\x08\x06\0\0\0\0\0\0\0\0\0\x10\0IDAT\x78\x9c");
    bytes.extend([0; 4094]);
    bytes
}

/// The header of a JPEG of this size (ITU T.81, SOF0).
fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xFF\xC0\0\x11\x08".to_vec();
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    bytes.extend(b"\x03\x01\x11\0\x02\x11\0\x03\x11\0\xFF\xD9");
    bytes
}

/// A PDF of these objects, each under its number.
fn pdf(objects: &[&str]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (at, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", bytes.len()));
        bytes.extend(format!("{} 0 obj\n{object}\nendobj\n", at + 1).into_bytes());
    }
    let start = bytes.len();
    let size = objects.len() + 1;
    bytes.extend(
        format!("{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").into_bytes(),
    );
    bytes
}

const CATALOG: &str = "<< /Type /Catalog /Pages 2 0 R >>";

fn archives() -> Vec<Evil> {
    let zeros = vec![b' '; 17 * 1024 * 1024];
    let names: Vec<String> = (0..10_001).map(|number| format!("word/{number}.xml")).collect();
    let crowd = zipped(names.iter().map(|name| (name.as_str(), &b""[..])));
    let inner = zipped([("a.zip", zipped([("b.zip", zipped([("c", &zeros[..])]).as_slice())]).as_slice())]);
    let unsafe_ = "güvenli sınırların dışında";
    let hostile = Refused(422, unsafe_);
    let grows = "olağan dışı büyüyor";
    let damaged = "Excel dosyası bozuk";
    // Beside a record an archive is bytes that nobody unpacks; only what it says of itself is held against the limits.
    vec![
        evil("bomba.docx", word(&zeros), Taken, unsafe_, grows),
        evil("bomba.odt", open_document(&zeros), Taken, unsafe_, grows),
        evil("bomba.xlsx", workbook(&zeros), Taken, "Excel çalışma kitabı", grows),
        evil("kalabalik.docx", crowd, hostile, "ZIP arşivi", grows),
        evil("icice.docx", inner, Taken, "ZIP arşivi", damaged),
        evil("abartan.docx", claiming(word(b"<d/>"), 0xFFFF_FFF0), hostile, "ZIP arşivi", damaged),
        evil("saklayan.docx", claiming(word(&zeros[..3_000_000]), 10), Taken, "bozuk ya da eksik", damaged),
        evil(
            "kacan.docx",
            zipped([("word/document.xml", &b"x"[..]), ("../../etc/passwd", b"x")]),
            hostile,
            "ZIP arşivi",
            damaged,
        ),
        evil(
            "yarim.docx",
            &word(b"<d><p><r><t>yarim</t></r></p></d>")[..60],
            hostile_or_damaged(),
            "ZIP arşivi",
            damaged,
        ),
    ]
}

fn hostile_or_damaged() -> Says {
    Refused(422, "Dosya bozuk ya da eksik")
}

fn pictures() -> Vec<Evil> {
    let (picture, no_table) = ("Bu bir görüntü", "tablo değil");
    let huge = Refused(413, "60000×60000 piksel");
    vec![
        evil("dev.png", png(60_000, 60_000), huge, picture, no_table),
        evil("dev.jpg", jpeg(60_000, 60_000), huge, picture, no_table),
        evil("patlayan.png", png(100, 100), Taken, picture, no_table),
        evil("kesik.png", &png(100, 100)[..20], Refused(422, "boyutları okunamadı"), picture, no_table),
        evil("kod.gif", &b"GIF89a/*\x01\0\x01\0*/=1;alert(document.cookie)//"[..], Taken, picture, ""),
    ]
}

fn documents() -> Vec<Evil> {
    let no_text = "";
    let looping = pdf(&[CATALOG, "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 /Parent 2 0 R >>"]);
    let own_list = "<< /Type /ObjStm /N 1 /First 4 /Length 3 0 R >>\nstream\n3 0 42\nendstream";
    let own_length = pdf(&[CATALOG, "<< /Type /Pages /Kids [] /Count 0 >>", own_list]);
    let mut circle = b"%PDF-1.7\n".to_vec();
    circle.extend(
        b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 1 /Root 1 0 R /Prev 9 >>\nstartxref\n9\n%%EOF\n",
    );
    let deep = format!("%PDF-1.7\n1 0 obj\n{}", "[".repeat(500_000)).into_bytes();
    vec![
        evil("kesik.pdf", &looping[..70], Taken, "eksik", ""),
        evil("dongu.pdf", looping, Taken, no_text, ""),
        evil("kendini-iceren.pdf", own_length, Taken, no_text, ""),
        evil("tablo-dongusu.pdf", circle, Taken, "bozuk", ""),
        evil("derin.pdf", deep, Taken, "", ""),
        evil(
            "cift.pdf",
            &b"<html><script>alert(1)</script>%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"[..],
            Taken,
            "bozuk",
            "",
        ),
    ]
}

fn disguises() -> Vec<Evil> {
    let program = Refused(415, "program dosyaları");
    vec![
        evil(
            "cizim.png",
            &b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"[..],
            Taken,
            "HTML",
            "",
        ),
        evil("sayfa.pdf", &b"<!DOCTYPE html><script>alert(document.cookie)</script>"[..], Taken, "HTML", ""),
        evil(
            "program.pdf",
            &b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff"[..],
            program,
            "metin okunamıyor",
            "tablo değil",
        ),
        evil("betik.txt", &b"#!/bin/sh\nrm -rf /\n"[..], program, "metin okunamıyor", ""),
        evil("fatura.pdf.exe", &b"%PDF-1.7"[..], program, "", ""),
        evil(
            "gurultu.docx",
            &[0, 159, 146, 150, 1, 2, 3, 255][..],
            Refused(415, "türü anlaşılamayan"),
            "metin okunamıyor",
            "",
        ),
        evil("bos.docx", &b""[..], Refused(422, "Dosya boş"), "Dosya boş", "hiç satır yok"),
        Evil { text: Taken, ..evil("metin.pdf", "MADDE 1- (1) Düz metin.".as_bytes(), Taken, "", "") },
    ]
}

/// Taken, or refused with the status and words promised; in time, and in the words of the house.
#[track_caller]
fn is_said(page: &Page, says: Says, door: &str, name: &str, started: Instant) {
    assert!(started.elapsed() < PATIENCE, "{door} {name}: {:?}", started.elapsed());
    match says {
        Taken => assert_eq!(page.status, 303, "{door} {name}: {}", page.text()),
        Refused(status, words) => {
            assert_eq!(page.status, status, "{door} {name}: {}", page.text());
            assert!(page.text().contains(words), "{door} {name}: {}", page.text());
            assert!(page.header("content-type").starts_with("text/html"), "{door} {name}");
        }
    }
}

#[tokio::test]
async fn a_file_made_to_harm_is_taken_as_mere_bytes_or_refused_in_words_at_every_door() {
    each_town(async |test: &TestDb| {
        let house = House::new(test);
        let kind = test.registry.kind("unit").unwrap();
        let record = kind.address(some_record(test, &kind).await.unwrap());
        let all = [archives(), pictures(), documents(), disguises()];
        for one in all.iter().flatten() {
            let before = count(test, "attachment").await;
            let started = Instant::now();
            let page = house
                .app
                .upload(&format!("{record}/ek"), &[], &[(ui::names::FILES, one.name, &one.bytes)])
                .await;
            is_said(&page, one.beside, "beside a record", one.name, started);
            let kept = i64::from(matches!(one.beside, Taken));
            assert_eq!(count(test, "attachment").await, before + kept, "{}", one.name);

            let before = count(test, "regulation").await;
            let started = Instant::now();
            let typed = [("ad", "Kumköy <b> yönetmeliği")];
            let page =
                house.app.upload(REGULATION, &typed, &[(ui::names::FILES, one.name, &one.bytes)]).await;
            is_said(&page, one.text, "as a regulation", one.name, started);
            let kept = i64::from(matches!(one.text, Taken));
            assert_eq!(count(test, "regulation").await, before + kept, "{}", one.name);
            if kept == 0 {
                assert_eq!(
                    page.value("ad").as_deref(),
                    Some("Kumköy <b> yönetmeliği"),
                    "{}: typed in vain",
                    one.name
                );
                assert!(page.html().contains("hata-ozeti"), "{}", one.name);
            }

            let started = Instant::now();
            let page = house.app.upload(IMPORT, &[], &[(ui::names::FILES, one.name, &one.bytes)]).await;
            is_said(&page, Refused(422, one.table), "as a table", one.name, started);
        }
        only_saved_never_shown(test, &house, &record).await;
    })
    .await;
}

/// Everything that was taken goes out as a file to save, under a type that no browser runs.
async fn only_saved_never_shown(test: &TestDb, house: &House, record: &str) {
    let files: Vec<uuid::Uuid> =
        test.db.column("SELECT id FROM attachment ORDER BY id LIMIT 100", vec![]).await.unwrap();
    assert!(files.len() > 10, "{}", files.len());
    for file in files {
        let page = house.app.get(&format!("{record}/ek/{file}")).await.ok();
        let kind = page.header("content-type");
        assert!(page.header("content-disposition").starts_with("attachment; "), "{}", page.about);
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        for active in ["html", "svg", "xml;", "javascript"] {
            assert!(!kind.contains(active), "{}: {kind}", page.header("content-disposition"));
        }
    }
}

#[tokio::test]
async fn a_name_that_lies_is_cleaned_before_anybody_reads_it() {
    each_town(async |test: &TestDb| {
        let house = House::new(test);
        let kind = test.registry.kind("unit").unwrap();
        let record = kind.address(some_record(test, &kind).await.unwrap());
        let long = format!("{}.txt", "ş".repeat(300));
        for (claimed, kept) in [
            ("rapor\u{202E}fdp.txt", "raporfdp.txt"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\ali\\çizelge.txt", "çizelge.txt"),
            ("<script>alert(1)</script>.txt", "script_.txt"),
            (long.as_str(), "ş.txt"),
        ] {
            let files = [(ui::names::FILES, claimed, &b"metin"[..])];
            house.app.upload(&format!("{record}/ek"), &[], &files).await.status(303);
            let sql = "SELECT name FROM attachment ORDER BY id DESC LIMIT 1";
            let name: String = test.db.scalar(sql, vec![]).await.unwrap().unwrap();
            assert!(name.ends_with(kept) && name.len() <= 200, "{claimed:?}: {name}");
            assert!(!name.contains(['/', '\\', '\u{202E}', '<']), "{name}");
            let page = house.app.get(&record).await.ok().says(kept);
            assert!(!page.html().contains("<script>alert") && !page.html().contains('\u{202E}'));
        }
    })
    .await;
}

#[tokio::test]
async fn of_several_files_the_one_that_is_refused_is_named_and_none_is_kept() {
    each_town(async |test: &TestDb| {
        let house = House::new(test);
        let kind = test.registry.kind("unit").unwrap();
        let record = kind.address(some_record(test, &kind).await.unwrap());
        let huge = png(60_000, 60_000);
        let files =
            [(ui::names::FILES, "iyi.txt", &b"metin"[..]), (ui::names::FILES, "b\u{202E}dev.png", &huge[..])];
        let page = house.app.upload(&format!("{record}/ek"), &[], &files).await.status(413);
        page.says("“bdev.png”").says("60000×60000 piksel");
        assert_eq!(count(test, "attachment").await, 0);
    })
    .await;
}
