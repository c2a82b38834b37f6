//! What people give the wizard: files of every kind, files that are none, and the same thing twice.

use std::io::{Cursor, Write};

use testkit::{TestApp, TestDb, each};

use super::{TEXT, TOWN, begun, count, finish};
use crate::tests::{declared, product};

const NEW: &str = "/yonetmelik/yeni";

/// A Word document with a paragraph for each line.
fn docx(text: &str) -> Vec<u8> {
    let space = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'";
    let paragraphs: String = text
        .lines()
        .map(|line| format!("<w:p><w:r><w:t xml:space='preserve'>{line}</w:t></w:r></w:p>"))
        .collect();
    let document = format!(
        "<?xml version='1.0' encoding='UTF-8'?><w:document {space}><w:body>{paragraphs}</w:body></w:document>"
    );
    let relations = "<Relationships><Relationship Type='http://x/officeDocument' Target='word/document.xml'/></Relationships>";
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in
        [("[Content_Types].xml", "<Types/>"), ("_rels/.rels", relations), ("word/document.xml", &document)]
    {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// As Notepad saved Turkish texts for decades.
pub fn windows_1254(text: &str) -> Vec<u8> {
    let letter = |letter: char| match letter {
        'Ğ' => 0xD0,
        'İ' => 0xDD,
        'Ş' => 0xDE,
        'ğ' => 0xF0,
        'ı' => 0xFD,
        'ş' => 0xFE,
        other => u8::try_from(u32::from(other)).unwrap(),
    };
    text.chars().map(letter).collect()
}

/// One sheet with a line drawn on it and no letter: what a scanner without text recognition gives.
fn sheet_without_text() -> Vec<u8> {
    let drawing = "10 10 m 200 200 l S";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{drawing}\nendstream", drawing.len()),
    ];
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut table = String::from("xref\n0 5\n0000000000 65535 f \n");
    for (place, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", place + 1).bytes());
    }
    let start = file.len();
    file.extend(table.bytes());
    file.extend(format!("trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").bytes());
    file
}

/// Gives a file and goes on to the founding form; answers its page.
async fn founded_from(app: &TestApp, name: &str, bytes: &[u8]) -> testkit::Page {
    let taken = app.upload(NEW, &[], &[(ui::names::FILES, name, bytes)]).await;
    let here = taken.location().unwrap_or_else(|| panic!("{name}: {}", taken.text()));
    assert!(here.ends_with("/duzelt"), "{name}: {here}");
    app.get(&here).await.ok().says("Onaya geç");
    let confirm = here.replace("/duzelt", "/onayla");
    app.post(&confirm, &[("yururluk", "1.1.2026"), ("bakildi", "evet")]).await.leads_to("/kurulum/devam");
    let founding = app.get("/kurulum/devam").await.location().unwrap();
    app.get(&founding).await.ok()
}

#[tokio::test]
async fn a_regulation_is_read_from_word_and_from_an_old_text_file_on_the_way() {
    for (name, bytes) in [("yonetmelik.docx", docx(TEXT)), ("eski.txt", windows_1254(TEXT))] {
        each(declared(), async |test: &TestDb| {
            let (app, _) = begun(test).await;
            let form = founded_from(&app, name, &bytes).await;
            let form = form.says("Yazılım Servisi").says("Donanım Servisi").says("Madde 3, fıkra 1, bent b");
            assert_eq!(form.value("unvan1_kadro").as_deref(), Some("4"), "{name}: the number of officers");
        })
        .await;
    }
}

#[cfg(feature = "pdf")]
#[tokio::test]
async fn a_regulation_is_read_from_a_printed_pdf_on_the_way() {
    each(declared(), async |test: &TestDb| {
        let document = printing::Document {
            title: "Yönetmelik".into(),
            blocks: TEXT.lines().map(|line| printing::Block::Paragraph(line.into())).collect(),
            ..printing::Document::default()
        };
        let paper = printing::pdf(&document, test.clock.now().utc()).unwrap();
        let (app, _) = begun(test).await;
        let form = founded_from(&app, "yonetmelik.pdf", &paper).await;
        form.says("Yazılım Servisi").says("Donanım Servisi");
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_no_regulation_is_refused_with_a_reason_and_the_way_goes_on() {
    each(declared(), async |test: &TestDb| {
        let (app, _) = begun(test).await;
        let half = docx(TEXT);
        let wrong: [(&str, &[u8], &str); 6] = [
            ("bos.pdf", b"", "Dosya boş"),
            ("resim.pdf", &sheet_without_text(), "metin yok"),
            ("bozuk.docx", &half[..half.len() / 2], ""),
            ("yarim.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog", ""),
            ("program.exe", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff", ""),
            ("bosluk.txt", b"   \n \n", ""),
        ];
        for (name, bytes, said) in wrong {
            let sent = [("ad", "Kumköy yönetmeliği")];
            let page = app.upload(NEW, &sent, &[(ui::names::FILES, name, bytes)]).await.status(422);
            assert!(page.html().contains("hata-ozeti"), "{name} is refused without a summary");
            assert!(page.text().contains(said), "{name}: {}", page.text());
            assert!(page.html().contains("value=\"Kumköy yönetmeliği\""), "{name}: what was typed is kept");
            assert!(page.html().contains("class=\"stepper\""), "{name}: the steps are still there");
        }
        let huge = "MADDE 1- (1) Çok uzun bir hüküm.\n".repeat(10 * 1024 * 1024 / 34 + 1);
        let page = app.upload(NEW, &[], &[(ui::names::FILES, "buyuk.txt", huge.as_bytes())]).await;
        assert!(page.status.is_client_error(), "{}", page.status);
        app.upload(NEW, &[], &[]).await.status(422).says("Bir dosya seçin");
        assert_eq!(count(test, "SELECT count(*) FROM regulation").await, 0);
        assert_eq!(app.get("/kurulum/devam").await.location().as_deref(), Some("/kurulum/yonetmelik"));
    })
    .await;
}

#[tokio::test]
async fn a_second_click_or_the_back_button_does_nothing_twice() {
    each(declared(), async |test: &TestDb| {
        let (app, path) = begun(test).await;
        app.post(&path, &TOWN).await.leads_to("/kurulum/devam");
        let first = app.upload(NEW, &[("metin", TEXT)], &[]).await.location().unwrap();
        let again = app.upload(NEW, &[("metin", TEXT)], &[]).await.location().unwrap();
        assert_eq!(first, again, "the same text is the same draft");
        assert_eq!(count(test, "SELECT count(*) FROM regulation").await, 1);
        let confirm = first.replace("/duzelt", "/onayla");
        let sent = [("yururluk", "1.1.2026"), ("bakildi", "evet")];
        for _ in 0..2 {
            app.post(&confirm, &sent).await.leads_to("/kurulum/devam");
        }
        assert_eq!(count(test, "SELECT count(*) FROM event WHERE verb = 'put_in_force'").await, 1);
        for behind in [&first, &confirm] {
            assert_eq!(app.get(behind).await.location().as_deref(), Some("/kurulum/devam"), "{behind}");
        }
        let founding = first.replace("/duzelt", "/teskilat");
        let fields = app.get(&founding).await.ok().sent_by(&founding);
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        for _ in 0..2 {
            app.post(&founding, &fields).await.leads_to("/kurulum/devam");
        }
        assert_eq!(count(test, "SELECT count(*) FROM unit").await, 3);
        assert_eq!(count(test, "SELECT count(*) FROM title").await, 2);
        assert_eq!(app.get("/kurulum/kurulus").await.location(), Some(founding));
        assert_eq!(app.get("/kurulum/duzeltme").await.location().as_deref(), Some("/kurulum/devam"));
        app.get("/kurulum/belediye").await.ok().says("Belde kurulumu");
        finish(test, &app, &[]).await.ok();
    })
    .await;
}

#[tokio::test]
async fn another_text_given_after_going_back_replaces_the_first() {
    each(declared(), async |test: &TestDb| {
        let (app, _) = begun(test).await;
        let first = app.upload(NEW, &[("profil", "kars")], &[]).await.location().unwrap();
        app.post(&first, &[("yururluk", "1.1.2026")]).await.leads_to("/kurulum/devam");
        app.get("/kurulum/yonetmelik").await.ok();
        let second = app.upload(NEW, &[("metin", TEXT)], &[]).await.location().unwrap();
        let here = app.get("/kurulum/devam").await.location().unwrap();
        assert_eq!(here, second, "the newest text is the one that is worked on");
        let confirm = here.replace("/duzelt", "/onayla");
        let old = app.get(&confirm).await.ok().sent_by(&confirm);
        let old = old.iter().find(|(name, _)| name == "yerine").map(|(_, id)| id.clone()).unwrap();
        let sent = [("yururluk", "2.1.2026"), ("bakildi", "evet"), ("yerine", old.as_str())];
        app.post(&confirm, &sent).await.leads_to("/kurulum/devam");
        assert_eq!(count(test, "SELECT count(*) FROM regulation WHERE state = 'in_force'").await, 1);
        assert_eq!(count(test, "SELECT count(*) FROM regulation WHERE state = 'repealed'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_fell_between_two_steps_goes_on_with_the_same_link() {
    each(declared(), async |test: &TestDb| {
        let (app, path) = begun(test).await;
        let here = app.upload(NEW, &[("metin", TEXT)], &[]).await.location().unwrap();
        drop(app);
        // Another process on the same data prints a link of its own; the first one still works.
        let _second = super::link(test).await;
        let risen = product(test);
        risen.get(&path).await.leads_to("/kurulum/devam");
        assert_eq!(risen.get("/kurulum/devam").await.location(), Some(here));
        let village =
            [("town", "Kumköy Belde Belediyesi"), TOWN[1], ("brand", "#7a1fa2"), ("address", "Kumköy")];
        risen.post("/kurulum/belediye", &village).await.leads_to("/kurulum/devam");
        risen
            .post("/kurulum/belediye", &[TOWN[0], TOWN[1], ("brand", "mor")])
            .await
            .status(422)
            .says("#1a5fb4");
        risen.get("/kurulum/belediye").await.ok().says("Kumköy Belde Belediyesi");
    })
    .await;
}
