//! Stacks of scans that come apart, and pictures that are read where the programs for it are installed.

use std::path::Path;
use std::process::Command;

use kernel::db::Sql;
use lopdf::content::{Content, Operation};
use lopdf::{Document, Object, Stream, dictionary};
use testkit::{TestDb, each};

use super::intake::{id, message, send, with_files};
use super::town::{Town, capabilities};
use crate::intake::mailbox::{Office, take};

/// One page: lines of text, or the modules of a QR code as black squares.
enum Sheet {
    Text(&'static [&'static str]),
    Code(&'static str),
}

fn operations(sheet: &Sheet) -> Vec<Operation> {
    match sheet {
        Sheet::Text(lines) => {
            let mut all = vec![
                Operation::new("BT", vec![]),
                Operation::new("Tf", vec!["F1".into(), 22.into()]),
                Operation::new("TL", vec![40.into()]),
                Operation::new("Td", vec![60.into(), 760.into()]),
            ];
            for line in *lines {
                all.push(Operation::new("Tj", vec![Object::string_literal(*line)]));
                all.push(Operation::new("T*", vec![]));
            }
            all.push(Operation::new("ET", vec![]));
            all
        }
        Sheet::Code(text) => {
            let svg = printing::qr(text).unwrap();
            let mut all = Vec::new();
            for step in svg.split('M').skip(1) {
                let Some((left, rest)) = step.split_once(' ') else { continue };
                let Ok(left) = left.parse::<i64>() else { continue };
                let (top, rest) = rest.split_once('h').unwrap();
                let width: i64 = rest.split('v').next().unwrap().parse().unwrap();
                let top: i64 = top.parse().unwrap();
                let place = [100 + left * 10, 700 - top * 10, width * 10, 10];
                all.push(Operation::new("re", place.map(Object::from).to_vec()));
            }
            all.push(Operation::new("f", vec![]));
            all
        }
    }
}

fn pdf(sheets: &[Sheet]) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let parent = document.new_object_id();
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    });
    let resources = document.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
    let mut kids: Vec<Object> = Vec::new();
    for sheet in sheets {
        let content = Content { operations: operations(sheet) }.encode().unwrap();
        let content = document.add_object(Stream::new(dictionary! {}, content));
        let page = dictionary! { "Type" => "Page", "Parent" => parent, "Contents" => content };
        kids.push(document.add_object(page).into());
    }
    let pages = dictionary! {
        "Type" => "Pages", "Count" => kids.len() as i64, "Kids" => kids, "Resources" => resources,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    };
    document.objects.insert(parent, Object::Dictionary(pages));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => parent });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

async fn work(town: &Town<'_>, test: &TestDb) {
    let context = with_files(town, test);
    (crate::intake::reading::job().run)(&context, &serde_json::Value::Null).await.unwrap();
}

/// Whether a program is here; says so where it is not.
fn has(name: &str) -> bool {
    let is_here = Path::new("/usr/bin").join(name).exists();
    if !is_here {
        eprintln!("skipped: {name} is not installed");
    }
    is_here
}

fn stack(separator: fn() -> Sheet) -> Vec<u8> {
    pdf(&[
        Sheet::Text(&["T.C.", "ORNEKIL VALILIGI", "Konu : Birinci"]),
        Sheet::Text(&["Birinci yazinin ikinci sayfasi"]),
        separator(),
        Sheet::Text(&["T.C.", "ORNEKIL DEFTERDARLIGI", "Konu : Ikinci"]),
        separator(),
    ])
}

#[tokio::test]
async fn a_stack_comes_apart_at_its_separator_sheets_and_is_kept() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let bytes = stack(|| Sheet::Text(&["Ayrac sayfasi", "BELDE-AYRAC"]));
        send(&town, &[("yigin.pdf", &bytes)]).await.ok().says("alındı");
        work(&town, test).await;
        let parts = "SELECT count(*) FROM intake_item AS p JOIN intake_item AS s ON s.id = p.parent_id \
                     WHERE s.state = 'set_aside' AND p.state = 'waiting'";
        assert_eq!(town.count(parts).await, 2);
        let titles = "SELECT min(title) || '|' || max(title) FROM intake_item WHERE parent_id IS NOT NULL";
        assert_eq!(town.text(titles).await, "Birinci|Ikinci");
        let text = town.text("SELECT whole_text FROM intake_item WHERE title = 'Birinci'").await;
        assert!(
            text.contains("ikinci sayfasi") && !text.contains("AYRAC") && !text.contains("DEFTERDARLIGI"),
            "{text}"
        );
        let whole =
            format!("/gelen-kutusu/{}", id(test, "SELECT id FROM intake_item WHERE parent_id IS NULL").await);
        town.app.get(&whole).await.ok().says("2 yazıya bölündü").says("yigin.pdf");
        // A node that died of a scan does not die of it again.
        let tx = test.begin().await;
        tx.run("UPDATE intake_item SET reading = 'trying' WHERE parent_id IS NULL", vec![]).await.unwrap();
        tx.without_event("arranged");
        tx.commit().await.unwrap();
        work(&town, test).await;
        assert_eq!(town.text("SELECT reading FROM intake_item WHERE parent_id IS NULL").await, "failed");
        // The job looks again, the stack is sent again: nothing is doubled.
        work(&town, test).await;
        send(&town, &[("yigin.pdf", &bytes)]).await.ok().says("daha önce gelmiş");
        work(&town, test).await;
        assert_eq!(town.count("SELECT count(*) FROM intake_item WHERE state = 'waiting'").await, 2);
    })
    .await;
}

#[tokio::test]
async fn separators_are_seen_in_pictures_where_pages_can_be_drawn() {
    if !has("pdftoppm") {
        return;
    }
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        // No letter can be read: all that is there are drawings.
        let code = || Sheet::Code("https://ornek.bel.tr");
        let bytes = pdf(&[code(), Sheet::Code("BELDE-AYRAC"), code(), code()]);
        send(&town, &[("tarama.pdf", &bytes)]).await.ok().says("alındı");
        assert_eq!(town.text("SELECT reading FROM intake_item").await, "due");
        work(&town, test).await;
        assert_eq!(town.count("SELECT count(*) FROM intake_item WHERE parent_id IS NOT NULL").await, 2);
        assert_eq!(town.text("SELECT state FROM intake_item WHERE parent_id IS NULL").await, "set_aside");
    })
    .await;
}

#[tokio::test]
async fn the_signed_list_of_a_delivery_finds_its_delivery_when_it_is_scanned() {
    if !has("pdftoppm") {
        return;
    }
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.enter("Anket", "E-1").await;
        let works = town.works.to_string();
        let fields = [("unit_id", works.as_str()), ("document_numbers", "2026-GE-000001")];
        let delivery = format!("/evrak-teslimleri/{}", town.new_at("/evrak-teslimleri", &fields).await);
        // A list that has not left is nobody's receipt; its scan waits as every other.
        let list = || pdf(&[Sheet::Code("2026-TS-000001")]);
        send(&town, &[("erken.pdf", &list())]).await.ok().says("alındı");
        work(&town, test).await;
        assert_eq!(town.text("SELECT state FROM intake_item").await, "waiting");
        town.act(&delivery, "yola-cikar", "").await.leads_to(&delivery);
        let signed = pdf(&[Sheet::Code("2026-TS-000001"), Sheet::Code("imza")]);
        send(&town, &[("imzali.pdf", &signed)]).await.ok().says("alındı");
        // Whoever registers it sees both pages beside the form.
        let item = id(test, "SELECT id FROM intake_item WHERE file_name = 'imzali.pdf'").await;
        let form = town.app.get(&format!("/gelen-kutusu/{item}/duzenle")).await.ok().html();
        assert!(form.contains("&amp;no=2\"") && !form.contains("&amp;no=3\""), "{form}");
        let page = town.app.get(&format!("/gelen-kutusu/sayfa?kayit={item}&no=2")).await.ok();
        assert!(page.header("content-type") == "image/png" && page.bytes.starts_with(b"\x89PNG"));
        town.app.get(&format!("/gelen-kutusu/sayfa?kayit={item}&no=3")).await.status(404);
        work(&town, test).await;
        let state = "SELECT state FROM intake_item WHERE file_name = 'imzali.pdf'";
        assert_eq!(town.text(state).await, "set_aside");
        town.app.get(&delivery).await.ok().says("imzali.pdf");
        town.app
            .get(&format!("/gelen-kutusu/{item}"))
            .await
            .ok()
            .says("2026-TS-000001 sayılı teslim listesinin");
        // Who took it is said by whoever reads the signature.
        assert_eq!(town.text("SELECT state FROM delivery").await, "on_the_way");
        town.act(&delivery, "kagitta-imzalandi", "Mehmet Demir").await.leads_to(&delivery);
    })
    .await;
}

#[tokio::test]
async fn a_picture_of_a_letter_becomes_text_where_the_program_for_it_is_installed() {
    if !has("pdftoppm")
        || !has("ocrmypdf")
        || !Path::new("/usr/share/tesseract-ocr/5/tessdata/tur.traineddata").exists()
    {
        eprintln!("skipped: ocrmypdf with tesseract-ocr-tur is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let letter = pdf(&[Sheet::Text(&["T.C.", "ORNEKIL VALILIGI", "Konu : Sunucu odasi"])]);
    std::fs::write(folder.path().join("a.pdf"), letter).unwrap();
    let mut draw = Command::new("/usr/bin/pdftoppm");
    draw.args(["-png", "-r", "150", "-singlefile", "a.pdf", "a"]).current_dir(folder.path());
    assert!(draw.status().unwrap().success());
    let picture = std::fs::read(folder.path().join("a.png")).unwrap();
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        send(&town, &[("foto.png", &picture)]).await.ok().says("alındı: foto");
        work(&town, test).await;
        assert_eq!(town.text("SELECT reading FROM intake_item").await, "done");
        assert_eq!(town.text("SELECT title FROM intake_item").await, "Sunucu odasi");
        let item = format!("/gelen-kutusu/{}", id(test, "SELECT id FROM intake_item").await);
        town.app
            .get(&item)
            .await
            .ok()
            .says("foto.png")
            .says("foto (okunmuş).pdf")
            .says("Taramadaki yazı okundu");
        // A picture in a message: what it says is found with what was written.
        let context = with_files(&town, test);
        let store = context.services.get::<files::Store>().unwrap();
        let office = Office {
            db: &context.db,
            clock: &context.clock,
            files: store,
            judge: super::intake::judge(&context).await,
        };
        take(&office, message("Ekte", "", &[("not.txt", b"Bos"), ("foto.png", &picture)])).await.unwrap();
        work(&town, test).await;
        let text = town.text("SELECT whole_text FROM intake_item WHERE source = 'email'").await;
        assert!(text.contains("Bilgi rica ederim") && text.contains("VALILIGI"), "{text}");
        assert_eq!(town.text("SELECT title FROM intake_item WHERE source = 'email'").await, "Ekte");
    })
    .await;
}
