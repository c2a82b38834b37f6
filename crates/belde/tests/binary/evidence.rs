//! `belde verify FILE` on the evidence bundle of a letter that a running server made: the letter is written, signed and packed as
//! people do it, and the file is judged on the command line.

use std::io::{Cursor, Read as _, Write as _};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::db::Sql;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::authority::Authority;
use super::browser::Browser;
use super::node::{Node, make_demo, run};
use super::place::Place;

/// The demo town signs for trials; answers the director's id as a person, their name, and the code letters are filed under.
async fn arranged(place: &Place) -> (Uuid, String, Uuid) {
    let db = place.db().await;
    let setting =
        "INSERT INTO setting (key, value, version) VALUES ('documents.electronic_signature', '\"trial\"', 1)";
    db.execute_housekeeping(setting).await.unwrap();
    let who = "SELECT staff.id FROM staff JOIN account ON account.staff_id = staff.id WHERE account.username = 'mudur'";
    let director: Uuid = db.scalar(who, vec![]).await.unwrap().unwrap();
    let name = "SELECT staff.name FROM staff JOIN account ON account.staff_id = staff.id WHERE account.username = 'mudur'";
    let name: String = db.scalar(name, vec![]).await.unwrap().unwrap();
    let code = "SELECT id FROM file_code WHERE code = '700' ORDER BY id LIMIT 1";
    let code: Uuid = db.scalar(code, vec![]).await.unwrap().unwrap();
    db.close().await.unwrap();
    (director, name, code)
}

async fn someone(node: &Node, username: &str) -> Browser {
    let mut browser = Browser::at(node.address);
    browser.sign_in(username).await;
    browser
}

/// Where a form led to.
async fn made(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = browser.post(path, fields).await.unwrap();
    assert_eq!(answer.status, 303, "{path}: {}", answer.text());
    answer.header("location").unwrap().to_string()
}

/// A letter that the director signed; answers its address.
async fn signed(node: &Node, authority: &Authority, (director, name, code): &(Uuid, String, Uuid)) -> String {
    let mut clerk = someone(node, "kayit").await;
    let to = [
        ("name", "Yolculuk Kaymakamlığı"),
        ("kind", "institution"),
        ("rank", "above"),
        ("detsis", "22222222"),
    ];
    made(&mut clerk, "/muhataplar/yeni", &to).await;
    let mut writer = someone(node, "personel").await;
    let fields = [
        ("title", "Sunucu Bakımı"),
        ("form", "letter"),
        ("medium", "electronic"),
        ("addressees", "Yolculuk Kaymakamlığı"),
        ("body", "Bakım yapılacaktır.\n\nBilgilerinizi arz ederim."),
        ("signer_id", &director.to_string()),
        ("file_code_id", &code.to_string()),
    ];
    let letter = made(&mut writer, "/yazilar/yeni", &fields).await;
    made(&mut writer, &format!("{letter}/eylem"), &[("eylem", "imzaya-sun"), ("onayli", "evet")]).await;
    let mut signer = someone(node, "mudur").await;
    let page = signer.post(&format!("{letter}/e-imza"), &[]).await.unwrap();
    assert_eq!(page.status, 200, "{}", page.text());
    let token = page.text().replace("&amp;", "&");
    let token = token.split("&is=").nth(1).unwrap().split('"').next().unwrap().to_string();
    let address = format!("/api/v1/sign-job/{token}");
    let mut machine = Browser::at(node.address);
    let job: Json = serde_json::from_slice(&machine.get(&address).await.unwrap().body).unwrap();
    let document = &job["documents"][0];
    let content = STANDARD.decode(document["content_base64"].as_str().unwrap()).unwrap();
    let cms = authority.sign(&authority.key("imza", name), &content);
    let body = json!({ "signatures": [{ "id": document["id"], "cms_base64": STANDARD.encode(cms) }] });
    let sent = machine.send("POST", &address, "application/json", body.to_string().as_bytes()).await.unwrap();
    assert_eq!(sent.status, 200, "{}", sent.text());
    letter
}

/// What a page gives as soon as the server has made it.
async fn fetched(browser: &mut Browser, path: &str) -> Vec<u8> {
    let started = Instant::now();
    loop {
        let answer = browser.get(path).await.unwrap();
        if answer.status == 200 {
            return answer.body;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "{path}: {}", answer.text());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The same zip with one bit of one file turned over.
fn spoilt(bytes: &[u8], spoil: &str) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut written = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        if name == spoil {
            let middle = content.len() / 2;
            content[middle] ^= 1;
        }
        written.start_file(&name, zip::write::SimpleFileOptions::default()).unwrap();
        written.write_all(&content).unwrap();
    }
    written.finish().unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bundle_of_a_letter_is_judged_on_the_command_line_and_a_turned_bit_is_named() {
    for place in [Some(Place::sqlite()), Place::postgresql().await].into_iter().flatten() {
        let authority = Authority::make();
        authority.key("muhur", "Belediye Mührü");
        make_demo(&place);
        let people = arranged(&place).await;
        let node = Node::start_with(&place, |command| {
            command.arg("serve");
            command.env("BELDE_TRUST_ANCHORS", authority.path("root.pem"));
            command.env("BELDE_SEAL_KEY", authority.path("muhur.both.pem"));
        });
        let letter = signed(&node, &authority, &people).await;
        let mut signer = someone(&node, "mudur").await;
        let package = fetched(&mut signer, &format!("{letter}/paket")).await;
        let bundle = fetched(&mut signer, &format!("{letter}/delil")).await;
        node.stop();
        let roots = authority.path("root.pem").display().to_string();
        let judged = |command: &[&str], bytes: &[u8]| {
            let file = place.beside().join("gelen");
            std::fs::write(&file, bytes).unwrap();
            let file = file.display().to_string();
            let output = run(&place, &[command, &[file.as_str(), "--anchors", roots.as_str()]].concat());
            let said = [output.stdout, output.stderr].concat();
            (output.status.code(), String::from_utf8(said).unwrap())
        };
        let (ended, said) = judged(&["package", "verify"], &package);
        assert!(ended == Some(0) && said.contains(&people.1) && said.contains("Belediye Mührü"), "{said}");
        let (ended, said) = judged(&["verify"], &bundle);
        assert_eq!(ended, Some(0), "{said}");
        for one in ["SONUÇ: Delil dosyasında yanlış bir şey yok", "dosyanın özeti tutuyor", &people.1]
        {
            assert!(said.contains(one), "{one}: {said}");
        }
        for name in ["paket.eyp", "imzalar/1.p7s", "olaylar.json", "rapor.txt"] {
            let (ended, said) = judged(&["verify"], &spoilt(&bundle, name));
            assert_eq!(ended, Some(1), "{name}: {said}");
            for one in [&format!("{name} değiştirilmiş"), "TUTMUYOR", "the bundle does not hold"] {
                assert!(said.contains(one), "{one}: {said}");
            }
        }
        let (ended, said) = judged(&["verify"], &package);
        assert!(ended == Some(1) && said.contains("ozet.txt yok"), "{said}");
    }
}
