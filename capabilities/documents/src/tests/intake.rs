//! What arrives and is not in the register yet, on both databases.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use kernel::db::Sql;
use kernel::job::{JobContext, Services};
use testkit::{Page, TestDb, each};

use super::town::{Town, capabilities};
use crate::intake::mailbox::{Fate, Office, take};

fn sample(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/package/src/tests/samples");
    std::fs::read(format!("{folder}/{name}")).unwrap()
}

const LETTER: &str = "T.C.\nÖRNEKİL VALİLİĞİ\n\nSayı : E-12345678-700-4411 5.11.2025\nKonu : Siber güvenlik anketi\n\nBELEDİYE BAŞKANLIĞINA\n";

pub(super) async fn send(town: &Town<'_>, files: &[(&str, &[u8])]) -> Page {
    town.as_clerk();
    let files: Vec<_> = files.iter().map(|(name, bytes)| ("dosya", *name, *bytes)).collect();
    town.app.upload("/gelen-kutusu/yukle", &[], &files).await
}

pub(super) async fn id(test: &TestDb, sql: &str) -> String {
    let id: uuid::Uuid = test.db.scalar(sql, vec![]).await.unwrap().unwrap();
    id.to_string()
}

#[tokio::test]
async fn a_letter_that_was_sent_three_times_waits_once_and_the_others_say_of_which() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let letter = LETTER.as_bytes();
        let page =
            send(&town, &[("tarama.txt", letter), ("tarama (2).txt", letter), ("tarama (3).txt", letter)])
                .await;
        page.ok().says("alındı: Siber güvenlik anketi").says("daha önce gelmiş").says("Aynı dosya");
        assert_eq!(town.count("SELECT count(*) FROM intake_item WHERE state = 'waiting'").await, 1);
        let others = "SELECT count(*) FROM intake_item AS o JOIN intake_item AS f ON f.id = o.duplicate_of \
                      WHERE o.state = 'duplicate' AND f.state = 'waiting'";
        assert_eq!(town.count(others).await, 2);
        assert_eq!(town.count("SELECT count(DISTINCT sha256) FROM attachment").await, 1, "one blob for all");
        assert_eq!(town.count("SELECT count(*) FROM attachment WHERE subject_kind = 'intake_item'").await, 3);
        town.app.get("/gelen-kutusu").await.ok().says("Siber güvenlik anketi").says("ÖRNEKİL VALİLİĞİ");
        town.app.get("/gelen-kutusu/yukle").await.ok().says("Gelen evrak yükle");
        town.app.upload("/gelen-kutusu/yukle", &[], &[]).await.status(422).says("En az bir dosya");
    })
    .await;
}

#[tokio::test]
async fn what_waits_enters_the_register_once_with_its_files() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        send(&town, &[("tarama.txt", LETTER.as_bytes())]).await.ok();
        let item = format!("/gelen-kutusu/{}", id(test, "SELECT id FROM intake_item").await);
        town.app.get(&item).await.ok().says("E-12345678-700-4411").says("Evrak olarak kaydet");
        town.act(&item, "kaydet", "").await.leads_to(&item);
        town.act(&item, "kaydet", "").await.status(409);
        let made = "SELECT correspondent || '|' || their_number || '|' || their_on || '|' || title || '|' || medium FROM document";
        assert_eq!(
            town.text(made).await,
            "ÖRNEKİL VALİLİĞİ|E-12345678-700-4411|2025-11-05|Siber güvenlik anketi|scan"
        );
        let files = "SELECT count(*) FROM attachment AS a JOIN intake_item AS i ON i.document_id = a.subject_id WHERE a.subject_kind = 'document'";
        assert_eq!(town.count(files).await, 1, "the file went along");
        let document = format!("/evrak/{}", id(test, "SELECT id FROM document").await);
        town.app.get(&document).await.ok().says("2026-GE-000001").says("tarama.txt");
        // What is registered is corrected in the register.
        let fields = [("surum", "2"), ("title", "Başka")];
        town.app.post(&format!("{item}/duzenle"), &fields).await.status(422).says("Yalnız kayıt bekleyenler");
    })
    .await;
}

#[tokio::test]
async fn what_says_not_who_wrote_it_is_corrected_before_it_is_registered() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        send(&town, &[("dilekçe.txt", "Sokağımızda internet yok.".as_bytes())]).await.ok();
        let item = format!("/gelen-kutusu/{}", id(test, "SELECT id FROM intake_item").await);
        town.act(&item, "kaydet", "").await.status(422).says("göndereni yazın");
        assert_eq!(
            town.count("SELECT count(*) FROM number_series WHERE series = 'document_incoming'").await,
            0
        );
        let fields =
            [("surum", "1"), ("title", "İnternet isteği"), ("sender", "Zeynep Koç"), ("sheets", "0")];
        town.app.post(&format!("{item}/duzenle"), &fields).await.leads_to(&item);
        town.act(&item, "kaydet", "").await.leads_to(&item);
        assert_eq!(town.text("SELECT correspondent FROM document").await, "Zeynep Koç");
    })
    .await;
}

#[tokio::test]
async fn what_is_set_aside_says_why_and_can_be_taken_back() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        send(&town, &[("reklam.txt", "Toner fırsatı".as_bytes())]).await.ok();
        let item = format!("/gelen-kutusu/{}", id(test, "SELECT id FROM intake_item").await);
        town.act(&item, "ayir", "").await.status(422);
        town.act(&item, "ayir", "Reklam").await.leads_to(&item);
        town.act(&item, "ayir", "Reklam").await.status(409);
        town.app.get(&item).await.ok().says("Reklam").says("Ayrıldı");
        town.act(&item, "geri-al", "").await.leads_to(&item);
        assert_eq!(town.text("SELECT state || why FROM intake_item").await, "waiting");
    })
    .await;
}

#[tokio::test]
async fn every_sample_package_is_read_and_registered_with_what_it_says() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        for name in [
            "paketv1x.eyp",
            "paketv2x.eyp",
            "sifrelipaketv1x.eyps",
            "sifrelipaketv2x.eyps",
            "sifrelipaketv1xicerikbos.eyps",
            "sifrelipaketv2xicerikbos.eyps",
        ] {
            send(&town, &[(name, &sample(name))]).await.ok().says("alındı");
        }
        assert_eq!(
            town.count("SELECT count(*) FROM intake_item WHERE source = 'package' AND report <> ''").await,
            6
        );
        let one = "FROM intake_item WHERE file_name = 'paketv2x.eyp'";
        assert_eq!(town.text(&format!("SELECT title {one}")).await, "Olustur Versiyon 2X");
        let item = format!("/gelen-kutusu/{}", id(test, &format!("SELECT id {one}")).await);
        town.app.get(&item).await.ok().says("Denetim bulguları").says("Paketin yapısı ve özetleri geçerli");
        // Other bytes that say to be the same package wait as well while nothing proves the first.
        let mut other = sample("paketv2x.eyp");
        other.extend_from_slice(b"\0\0");
        send(&town, &[("baska.eyp", &other)]).await.ok().says("alındı").says("İkisine de bakın");
        // The signatures of the samples are three bytes.
        town.act(&item, "kaydet", "").await.status(422).says("İmzası geçersiz");
        let fields = [
            ("surum", "1"),
            ("title", "Olustur Versiyon 2X"),
            ("sender", "CBDDO"),
            ("sheets", "0"),
            ("is_despite", "evet"),
        ];
        town.app.post(&format!("{item}/duzenle"), &fields).await.leads_to(&item);
        town.act(&item, "kaydet", "").await.leads_to(&item);
        let entered = "SELECT count(*) FROM document AS d JOIN intake_item AS i ON i.document_id = d.id \
                       WHERE d.medium = 'package' AND d.package_id = i.package_id AND d.package_id <> ''";
        assert_eq!(town.count(entered).await, 1);
        // What is registered is known by its id.
        other.extend_from_slice(b"\0\0");
        send(&town, &[("yine.eyp", &other)]).await.ok().says("Aynı paket");
    })
    .await;
}

#[tokio::test]
async fn a_broken_package_is_kept_and_says_what_to_do() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let whole = sample("paketv2x.eyp");
        let half = &whole[..whole.len() / 2];
        send(&town, &[("yarim.eyp", half)]).await.ok().says("alındı");
        let item = format!("/gelen-kutusu/{}", id(test, "SELECT id FROM intake_item").await);
        town.app.get(&item).await.ok().says("göndericiden yeniden isteyiniz").says("yarim.eyp");
        // A program is nobody's letter.
        send(&town, &[("kur.exe", b"MZ\0\0")]).await.ok().says("alınmadı");
        assert_eq!(town.count("SELECT count(*) FROM intake_item").await, 1);
    })
    .await;
}

#[tokio::test]
async fn only_who_keeps_the_register_sees_what_arrived_and_the_auditor_changes_nothing() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        send(&town, &[("tarama.txt", LETTER.as_bytes())]).await.ok();
        let item = format!("/gelen-kutusu/{}", id(test, "SELECT id FROM intake_item").await);
        town.as_mehmet();
        town.app.get("/gelen-kutusu").await.status(403);
        town.app.get(&item).await.status(403);
        town.app.sign_in_as("auditor", &[town.desk], None);
        town.app.get(&item).await.ok().hides("Evrak olarak kaydet");
        town.act(&item, "kaydet", "").await.status(403);
        town.app.get("/gelen-kutusu/yukle").await.status(403);
        // What is secret only they see who register it.
        town.as_clerk();
        let fields =
            [("surum", "1"), ("title", "Anket"), ("sender", "Valilik"), ("secrecy", "GZL"), ("sheets", "0")];
        town.app.post(&format!("{item}/duzenle"), &fields).await.leads_to(&item);
        town.app.get(&item).await.ok();
        town.app.sign_in_as("auditor", &[town.desk], None);
        town.app.get(&item).await.status(404);
    })
    .await;
}

/// A file of the scanner's, last written so many seconds ago.
fn scanned(test: &TestDb, path: &Path, bytes: &[u8], seconds_ago: u64) {
    std::fs::write(path, bytes).unwrap();
    let now = Duration::from_micros(u64::try_from(test.jobs().clock.now().0).unwrap());
    let at = UNIX_EPOCH + now - Duration::from_secs(seconds_ago);
    File::options().write(true).open(path).unwrap().set_modified(at).unwrap();
}

pub(super) fn with_files(town: &Town<'_>, test: &TestDb) -> JobContext {
    let place = files::StoreConfig::Local { dir: town.files.path().to_path_buf() };
    let services = Services::default().with(files::Store::open(&place).unwrap());
    JobContext { services: Arc::new(services), ..test.jobs() }
}

pub(super) async fn judge(context: &JobContext) -> crate::intake::signatures::Judge {
    crate::intake::signatures::Judge::for_job(context).await.unwrap()
}

async fn look(context: &JobContext) {
    (crate::intake::folder::job().run)(context, &serde_json::Value::Null).await.unwrap();
}

fn names(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn the_scan_folder_is_emptied_into_the_register_and_nothing_in_it_is_lost() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let context = with_files(&town, test);
        look(&context).await;
        town.set(crate::intake::SCAN_FOLDER, &folder.path().display().to_string()).await;
        scanned(test, &at("bir.txt"), LETTER.as_bytes(), 60);
        // Without the two folders no file is touched, and whoever keeps the register is told.
        look(&context).await;
        assert_eq!(names(folder.path()), ["bir.txt"]);
        town.as_clerk();
        town.app.get("/").await.says("Tarama klasörü okunamıyor");
        for part in ["alindi", "alinamadi"] {
            std::fs::create_dir(at(part)).unwrap();
        }
        scanned(test, &at("yeni.txt"), b"Hala yaziliyor", 1);
        scanned(test, &at("kur.exe"), b"MZ\0\0", 60);
        std::os::unix::fs::symlink("/etc/hostname", at("baglanti.txt")).unwrap();
        look(&context).await;
        assert_eq!(names(folder.path()), ["alinamadi", "alindi", "baglanti.txt", "yeni.txt"]);
        assert_eq!(names(&at("alindi")), ["bir.txt"]);
        assert_eq!(names(&at("alinamadi")), ["kur.exe", "kur.exe.txt"]);
        assert!(std::fs::read_to_string(at("alinamadi/kur.exe.txt")).unwrap().contains("kabul edilmiyor"));
        assert_eq!(
            town.text("SELECT source || '|' || title FROM intake_item").await,
            "scan_folder|Siber güvenlik anketi"
        );
        // The node died before it moved the file: it is met again, and known.
        std::fs::rename(at("alindi/bir.txt"), at("bir.txt")).unwrap();
        look(&context).await;
        assert_eq!(town.count("SELECT count(*) FROM intake_item").await, 1);
        assert_eq!(names(&at("alindi")), ["bir.txt"]);
        // The scanner sent it twice.
        scanned(test, &at("iki.txt"), LETTER.as_bytes(), 60);
        look(&context).await;
        assert_eq!(town.text("SELECT state FROM intake_item WHERE file_name = 'iki.txt'").await, "duplicate");
        assert_eq!(names(&at("alindi")), ["bir.txt", "iki.txt"]);
    })
    .await;
}

pub(super) fn message(subject: &str, headers: &str, files: &[(&str, &[u8])]) -> bytes::Bytes {
    let mut text = format!(
        "From: Zeynep Koc <zeynep@ornek.com>\nTo: bim@ornek.bel.tr\nSubject: {subject}\nMessage-ID: <{subject}@ornek>\n{headers}\
         MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=sinir\n\n--sinir\nContent-Type: text/plain\n\nBilgi rica ederim.\n"
    );
    for (name, bytes) in files {
        text.push_str(&format!(
            "--sinir\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"{name}\"\n\
             Content-Transfer-Encoding: base64\n\n{}\n",
            base64(bytes)
        ));
    }
    text.push_str("--sinir--\n");
    text.replace('\n', "\r\n").into()
}

/// RFC 4648, in lines as mail programs write it.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for (place, three) in bytes.chunks(3).enumerate() {
        let all = (u32::from(three[0]) << 16)
            | (u32::from(*three.get(1).unwrap_or(&0)) << 8)
            | u32::from(*three.get(2).unwrap_or(&0));
        for letter in 0..4 {
            let six = (all >> (18 - 6 * letter)) & 63;
            out.push(if letter <= three.len() { char::from(LETTERS[six as usize]) } else { '=' });
        }
        if place % 19 == 18 {
            out.push('\n');
        }
    }
    out
}

#[tokio::test]
async fn a_message_waits_with_its_files_and_no_machines_note_is_taken_for_one() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let context = with_files(&town, test);
        let files = context.services.get::<files::Store>().unwrap();
        let office = Office { db: &context.db, clock: &context.clock, files, judge: judge(&context).await };
        let asks =
            message("Talep", "", &[("dilekce.txt", "İnternet isteği".as_bytes()), ("kur.exe", b"MZ\0\0")]);
        for _ in 0..2 {
            // Met again after a node that died before it was marked: nothing is doubled.
            assert_eq!(take(&office, asks.clone()).await.unwrap(), Fate::Taken);
        }
        take(&office, message("Ofis disindayim", "Auto-Submitted: auto-replied\n", &[])).await.unwrap();
        assert_eq!(town.count("SELECT count(*) FROM intake_item").await, 2);
        assert_eq!(
            town.text("SELECT state FROM intake_item WHERE title = 'Ofis disindayim'").await,
            "set_aside"
        );
        let item =
            format!("/gelen-kutusu/{}", id(test, "SELECT id FROM intake_item WHERE title = 'Talep'").await);
        town.as_clerk();
        let page = town.app.get(&item).await.ok();
        page.says("Zeynep Koc")
            .says("ileti.eml")
            .says("dilekce.txt")
            .says("Eklenmeyen dosya “kur.exe”")
            .says("İnternet isteği");
        town.app.get("/").await.says("Kutuda bekleyen e-posta (en eskisi bugünden)");
        test.advance_seconds(3 * 86_400);
        town.as_clerk();
        town.app.get("/").await.says("Kutuda bekleyen e-posta (en eskisi 3 gündür bekliyor)");
        town.act(&item, "kaydet", "").await.leads_to(&item);
        assert_eq!(town.text("SELECT medium FROM document").await, "email");
        town.app.get("/").await.hides("Kutuda bekleyen e-posta");
    })
    .await;
}

#[tokio::test]
async fn a_package_in_a_message_waits_by_itself() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let context = with_files(&town, test);
        let files = context.services.get::<files::Store>().unwrap();
        let office = Office { db: &context.db, clock: &context.clock, files, judge: judge(&context).await };
        // Machines send packages, too: a package is never set aside for that.
        let sent =
            message("Paket", "Auto-Submitted: auto-generated\n", &[("yazi.eyp", &sample("paketv2x.eyp"))]);
        take(&office, sent).await.unwrap();
        assert_eq!(
            town.text("SELECT title FROM intake_item WHERE state = 'waiting'").await,
            "Olustur Versiyon 2X"
        );
        assert!(
            town.text("SELECT why FROM intake_item WHERE state = 'set_aside'").await.contains("ayrı satırda")
        );
        // What is no message is shown to a person, once.
        for _ in 0..2 {
            assert_eq!(take(&office, bytes::Bytes::new()).await.unwrap(), Fate::Refused);
        }
        assert_eq!(
            town.count("SELECT count(*) FROM intake_item WHERE source = 'email' AND state = 'waiting'").await,
            1
        );
    })
    .await;
}

#[tokio::test]
async fn the_demo_town_has_one_of_each_state() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let tx = test.begin().await;
        crate::intake::demo::load(&tx, Some(town.desk)).await.unwrap();
        tx.commit().await.unwrap();
        for (state, expected) in [("waiting", 3), ("registered", 1), ("set_aside", 1), ("duplicate", 1)] {
            let sql = format!("SELECT count(*) FROM intake_item WHERE state = '{state}'");
            assert_eq!(town.count(&sql).await, expected, "{state}");
        }
    })
    .await;
}

#[tokio::test]
async fn another_program_hands_over_files_with_its_key_and_is_told_what_became_of_each() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let token = town.app.sign_in_as("clerk", &[town.desk], Some(town.ayse));
        let boundary = "sinir";
        let mut body = String::new();
        for (name, text) in [("a.txt", LETTER), ("b.txt", LETTER), ("kur.exe", "MZ")] {
            body.push_str(&format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"dosya\"; filename=\"{name}\"\r\n\r\n{text}\r\n"
            ));
        }
        body.push_str(&format!("--{boundary}--\r\n"));
        let mut request = town.app.request(http::Method::POST, "/api/v1/intake-item", axum::body::Body::from(body));
        let kind = format!("multipart/form-data; boundary={boundary}");
        request.headers_mut().insert(http::header::CONTENT_TYPE, kind.parse().unwrap());
        request.headers_mut().insert(http::header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
        let told = town.app.send(request).await.status(201).json();
        let states: Vec<_> = (0..3).map(|place| told["items"][place]["state"].as_str().unwrap().to_string()).collect();
        assert_eq!(states, ["waiting", "duplicate", "refused"]);
        assert_eq!(town.count("SELECT count(*) FROM intake_item WHERE source = 'api'").await, 2);
        town.app.upload("/api/v1/intake-item", &[], &[("dosya", "c.txt", b"Bir")]).await.status(403);
        town.app.get("/gelen-kutusu/ayrac/pdf").await.ok();
    })
    .await;
}
