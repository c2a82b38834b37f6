//! Files of rows: in every encoding and form that offices send, with rows that are wrong or say two things, and many of them.

use std::fmt::Write;
use std::time::Instant;

use kernel::db::Sql;
use printing::sheet::{Cell, Format, SheetWriter};
use testkit::{Page, TestDb};

use super::super::each_town;
use super::super::setup::given::windows_1254;
use super::{House, count};

const UNITS: &str = "/teskilat/birimler/ice-aktar";
const STAFF: &str = "/teskilat/personel/ice-aktar";
/// The field in which a checked file travels to the second step.
const CARRIED: &str = "icerik";

/// The first step: the file is checked and nothing is written.
async fn checked(house: &House, path: &str, name: &str, bytes: &[u8]) -> Page {
    house.app.upload(path, &[], &[(ui::names::FILES, name, bytes)]).await
}

/// The second step: what the first showed is written; answers the message of the next page.
async fn written(house: &House, path: &str, preview: &Page) -> Page {
    let carried = preview.value(CARRIED).expect("the preview carries the file");
    let done = house.app.upload(path, &[(CARRIED, &carried)], &[]).await.status(303);
    house.app.follow(done).await.ok()
}

#[tokio::test]
async fn rows_that_say_two_things_are_not_guessed_at() {
    each_town(async |test: &TestDb| {
        let house = House::new(test);
        let send = async |text: &str| checked(&house, UNITS, "a.csv", text.as_bytes()).await;
        let head = "Birim kodu;Birim adı;Türü;Geçerlilik tarihi\n";
        let twice =
            send(&format!("{head}ZZ1;Bir;Müdürlük;01.01.2020\nZZ1;İki;Müdürlük;01.01.2020\n")).await.ok();
        twice.says("1 yeni").says("1 hatalı").says("daha yukarıda da var");
        let beyond = send(&format!("{head}ZZ1;Bir;Müdürlük;01.01.2020;sızan hücre\n")).await.ok();
        beyond.says("1 hatalı").says("“sızan hücre” hücresinin üstünde sütun adı yok");
        let columns = send("Birim kodu;Birim adı;Birim adı\nZZ1;Bir;İki\n").await.status(422);
        columns.says("“Birim adı” sütunu iki kez var");
    })
    .await;
}

/// The same rows as each program saves them.
fn as_files(rows: &[&[&str]]) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for (name, separator) in [("noktalı virgül", ";"), ("virgül", ","), ("sekme", "\t")] {
        let text: String = rows.iter().map(|row| row.join(separator) + "\r\n").collect();
        let wide = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
        let marked = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
        files.push((format!("{name}, windows-1254"), windows_1254(&text)));
        files.push((format!("{name}, UTF-8"), text.clone().into_bytes()));
        files.push((format!("{name}, UTF-8 with mark"), marked(b"\xEF\xBB\xBF", text.clone().into_bytes())));
        files.push((format!("{name}, UTF-16LE"), marked(b"\xFF\xFE", wide(u16::to_le_bytes))));
        files.push((format!("{name}, UTF-16BE"), marked(b"\xFE\xFF", wide(u16::to_be_bytes))));
    }
    let mut sheet = SheetWriter::new(Format::Xlsx, Vec::new(), "Sayfa1", rows[0]).unwrap();
    for row in &rows[1..] {
        let cells: Vec<Cell<'_>> = row.iter().map(|text| Cell::Text(text)).collect();
        sheet.row(&cells).unwrap();
    }
    files.push(("Excel".into(), sheet.finish().unwrap()));
    files
}

#[tokio::test]
async fn units_and_staff_come_from_every_form_of_file_and_come_once() {
    each_town(async |test: &TestDb| {
        let house = House::new(test);
        let title: String = test
            .db
            .scalar("SELECT name FROM title WHERE state = 'open' ORDER BY id LIMIT 1", vec![])
            .await
            .unwrap()
            .unwrap();
        let units = as_files(&[
            &["Birim kodu", "Birim adı", "Türü", "Geçerlilik tarihi"],
            &["ZZÇ", "Çığ İzleme Şefliği", "Şeflik", "01.01.2020"],
            &["ZZĞ", "Ağ ve Işık Şefliği", "Şeflik", "01.01.2020"],
            &["ZZY", "", "Şeflik", "31.02.2020"],
        ]);
        let staff = as_files(&[
            &["Sicil no", "Adı soyadı", "Birim", "Unvan", "Göreve başlama"],
            &["ZZ-1", "Şükrü Çağlayan İğdır", "ZZÇ", &title, "01.02.2020"],
            &["ZZ-2", "Ülkü Özışık", "Ağ ve Işık Şefliği", &title, "03.02.2020"],
            &["ZZ-3", "Gülşah Öz", "Olmayan Birim", &title, "03.02.2020"],
        ]);
        for (path, table, files, faults, written_name) in [
            (
                UNITS,
                "unit",
                &units,
                &["Birim adı boş bırakılamaz", "Takvimde böyle bir gün yok"][..],
                "Çığ İzleme Şefliği",
            ),
            (STAFF, "staff", &staff, &["“Olmayan Birim” bulunamadı"][..], "Şükrü Çağlayan İğdır"),
        ] {
            let before = count(test, table).await;
            for (at, (name, bytes)) in files.iter().enumerate() {
                let page = checked(&house, path, "dosya", bytes).await.ok();
                let expected = if at == 0 { "2 yeni" } else { "2 değişmeyen" };
                let page = page.says(expected).says("1 hatalı");
                for fault in faults {
                    assert!(page.text().contains(fault), "{name}: {}", page.text());
                }
                if at == 0 {
                    assert_eq!(count(test, table).await, before, "{name}: the preview wrote");
                    written(&house, path, &page).await.says("2 yeni").says("1 hatalı");
                    let sql = format!("SELECT count(*) FROM {table} WHERE name = $1");
                    let found: Option<i64> = test.db.scalar(&sql, vec![written_name.into()]).await.unwrap();
                    assert_eq!(found, Some(1), "{name}: letters were lost");
                }
                assert_eq!(count(test, table).await, before + 2, "{name}");
            }
        }
    })
    .await;
}

/// Rows of the big file; what is measured with ten thousand is true of as many as a test has time for.
fn many() -> usize {
    std::env::var("BELDE_TEST_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(1_000)
}

#[tokio::test]
async fn of_a_big_import_all_rows_but_the_three_bad_ones_land_and_a_second_run_adds_nothing() {
    each_town(async |test: &TestDb| {
        let house = House::new(test);
        let name = async |table: &str| -> String {
            let sql = format!("SELECT name FROM {table} WHERE state = 'open' ORDER BY id DESC LIMIT 1");
            test.db.scalar(&sql, vec![]).await.unwrap().unwrap()
        };
        let (unit, title) = (name("unit").await, name("title").await);
        let rows = many();
        let bad = [rows / 4, rows / 2, rows];
        let mut text = String::from("Sicil no;Adı soyadı;Birim;Unvan;Göreve başlama\n");
        for row in 1..=rows {
            let (name, unit, day) = match bad.iter().position(|one| *one == row) {
                Some(0) => ("", unit.as_str(), "01.02.2020"),
                Some(1) => ("Ayşe Yılmaz", "Olmayan Birim", "01.02.2020"),
                Some(_) => ("Ayşe Yılmaz", unit.as_str(), "31.02.2020"),
                None => ("Ayşe Yılmaz", unit.as_str(), "01.02.2020"),
            };
            writeln!(text, "ZZ{row};{name};{unit};{title};{day}").unwrap();
        }
        let (people, events) = (count(test, "staff").await, count(test, "event").await);
        let started = Instant::now();
        let page = checked(&house, STAFF, "personel.csv", text.as_bytes()).await.ok();
        eprintln!("{}: {rows} rows checked in {:?}, {} statements", test.name, started.elapsed(), page.queries);
        let good = kernel::tr::grouped(rows as i64 - 3);
        let page = page.says(&format!("{good} yeni")).says("3 hatalı").says(&format!("{good} satırı yaz"));
        let lines = page.text();
        for (row, reason) in bad.iter().zip(["Adı soyadı boş bırakılamaz", "“Olmayan Birim” bulunamadı", "31.02.2020"]) {
            // The head is line 1 of the spreadsheet.
            let place = lines.find(&format!(" {} ", row + 1)).unwrap_or_else(|| panic!("no line {}", row + 1));
            assert!(lines[place..].contains(reason), "{row}: {reason}");
        }
        assert_eq!(count(test, "staff").await, people, "the preview wrote");
        let started = Instant::now();
        written(&house, STAFF, &page).await.says(&format!("{good} yeni")).says("3 hatalı");
        eprintln!("{}: {rows} rows written in {:?}", test.name, started.elapsed());
        assert_eq!(count(test, "staff").await, people + rows as i64 - 3);
        let created = "SELECT count(*) FROM event WHERE subject_kind = 'staff' AND verb = 'created' AND source = 'import'";
        let created: Option<i64> = test.db.scalar(created, vec![]).await.unwrap();
        assert_eq!(created, Some(rows as i64 - 3), "each row is an act of its own in the log");
        assert!(count(test, "event").await > events);

        let (people, events) = (count(test, "staff").await, count(test, "event").await);
        let started = Instant::now();
        let page = checked(&house, STAFF, "personel.csv", text.as_bytes()).await.ok();
        eprintln!("{}: {rows} rows checked again in {:?}, {} statements", test.name, started.elapsed(), page.queries);
        let page = page.says(&format!("{good} değişmeyen")).says("3 hatalı").hides("satırı yaz");
        written(&house, STAFF, &page).await.says("değişmeyen");
        assert_eq!(count(test, "staff").await, people, "a second run adds nobody");
        assert_eq!(count(test, "event").await, events + 1, "only that somebody ran it");
    })
    .await;
}
