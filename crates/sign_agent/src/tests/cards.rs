//! The card, played by SoftHSM. Its settings come from the environment, so each test runs itself again in a child
//! process that has them.

use std::path::{Path, PathBuf};
use std::process::Command;

use time::Duration;

use super::portal::{Portal, content};
use super::town::*;

const LIBRARIES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
];

fn library() -> Option<PathBuf> {
    let has = |name: &str| Command::new(name).arg("--help").output().is_ok();
    if !has("softhsm2-util") || !has("pkcs11-tool") {
        return None;
    }
    LIBRARIES.iter().map(PathBuf::from).find(|path| path.exists())
}

fn make_card(folder: &Path, library: &Path) -> PathBuf {
    let config = folder.join("softhsm2.conf");
    std::fs::create_dir(folder.join("tokens")).unwrap();
    std::fs::write(&config, format!("directories.tokendir = {}/tokens\n", folder.display())).unwrap();
    let tool = |name: &str, arguments: &str| {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        let mut command = Command::new(name);
        let command = command.args(arguments).current_dir(folder).env("SOFTHSM2_CONF", &config);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    };
    tool("softhsm2-util", "--init-token --free --label Kart --pin 123456 --so-pin 87654321");
    tool("softhsm2-util", "--import veli.key --token Kart --label veli --id 01 --pin 123456");
    let login = format!("--module {} --login --pin 123456", library.display());
    for (name, id) in [("veli", "01"), ("root", "02")] {
        tool(
            "pkcs11-tool",
            &format!("{login} --write-object {name}.der --type cert --id {id} --label {name}"),
        );
    }
    config
}

fn with_card(test: &str, body: impl AsyncFnOnce(&Path, &Portal, &Agent)) {
    with_card_ahead(test, Duration::ZERO, body);
}

/// Runs `body` in a child process with a card that holds the key of Veli Ak, on a clock that is `ahead`.
fn with_card_ahead(test: &str, ahead: Duration, body: impl AsyncFnOnce(&Path, &Portal, &Agent)) {
    let Some(library) = library() else {
        eprintln!("skipped: softhsm2 or opensc is not installed");
        return;
    };
    if let Some(folder) = std::env::var_os("BELDE_CARD_FOLDER") {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        return runtime.unwrap().block_on(async {
            let portal = Portal::start().await;
            let mut options = options(&portal, ahead);
            options.module = Some(library);
            body(Path::new(&folder), &portal, &Agent::start(options).await).await;
        });
    }
    let folder = tempfile::tempdir().unwrap();
    make_certificates(folder.path(), &["rsa:2048"]);
    let config = make_card(folder.path(), &library);
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("tests::cards::{test}"), "--nocapture", "--test-threads", "1"])
        .env("SOFTHSM2_CONF", &config)
        .env("BELDE_CARD_FOLDER", folder.path())
        .status()
        .unwrap();
    assert!(status.success());
}

#[test]
fn twenty_letters_are_signed_on_the_card_with_one_pin() {
    with_card("twenty_letters_are_signed_on_the_card_with_one_pin", async |folder, portal, agent| {
        portal.add_job("bilet1", 20);
        let page = agent.open(portal, "bilet1").await;
        page.says("VELİ AK").says("Kart: Kart").says("İmzala (20 belge)").says("name=\"pin\"");
        page.says_not("DENEME ANAHTARI");
        assert_eq!(page.text.matches("name=\"sertifika\"").count(), 1, "the authority's is no choice");
        agent.sign(&page, PIN, &[]).await.says("20 belge imzalandı");
        for at in 0..20 {
            assert_signed(folder, &portal.received("bilet1", at).unwrap(), &content(at));
        }
    });
}

#[test]
fn a_wrong_pin_signs_nothing_of_a_batch_and_the_right_one_then_all_that_can_be_signed() {
    let own = "a_wrong_pin_signs_nothing_of_a_batch_and_the_right_one_then_all_that_can_be_signed";
    with_card(own, async |folder, portal, agent| {
        portal.add_job("bilet1", 5);
        portal.replace_pdf("bilet1-3.pdf", b"%PDF-1.7 another");
        let page = agent.open(portal, "bilet1").await;
        let page = agent.sign(&page, "000000", &[]).await;
        page.says("PIN yanlış; hiçbir belge imzalanmadı").says("İmzala (4 belge)").says("İmzaya girmeyecek");
        assert!((0..5).all(|at| portal.received("bilet1", at).is_none()));
        agent.sign(&page, PIN, &[]).await.says("4 belge imzalandı").says("1 belge imzalanmadı");
        for at in [0, 1, 2, 4] {
            assert_signed(folder, &portal.received("bilet1", at).unwrap(), &content(at));
        }
        assert_eq!(portal.received("bilet1", 3), None);
        // One wrong PIN of a batch is one: a second locks this program out, and not after each letter.
        portal.add_job("bilet2", 3);
        let page = agent.open(portal, "bilet2").await;
        let page = agent.sign(&page, "000000", &[]).await;
        agent.sign(&page, "000001", &[]).await.says("yeniden başlatılana kadar");
        assert!((0..3).all(|at| portal.received("bilet2", at).is_none()));
    });
}

#[test]
fn a_pdf_is_signed_on_the_card_after_one_wrong_pin_and_no_third_is_sent() {
    let own = "a_pdf_is_signed_on_the_card_after_one_wrong_pin_and_no_third_is_sent";
    with_card(own, async |folder, portal, agent| {
        let room = portal.add_pdf("bilet1");
        let page = agent.open(portal, "bilet1").await;
        let page = agent.sign(&page, "000000", &[]).await;
        page.says("PIN yanlış; hiçbir belge imzalanmadı");
        agent.sign(&page, PIN, &[]).await.says("1 belge imzalandı");
        assert_pdf_signed(folder, &portal.received("bilet1", 0).unwrap(), &room);
        portal.add_pdf("bilet2");
        let page = agent.open(portal, "bilet2").await;
        let page = agent.sign(&page, "000000", &[]).await;
        agent.sign(&page, "000001", &[]).await.says("yeniden başlatılana kadar").says_not("name=\"pin\"");
        agent.sign(&page, PIN, &[("son_deneme", "1")]).await.says("Kartınız kilitlenebilir");
        assert_eq!(portal.received("bilet2", 0), None);
    });
}

#[test]
fn the_card_is_closed_again_after_each_job() {
    with_card("the_card_is_closed_again_after_each_job", async |_, portal, agent| {
        for token in ["bilet1", "bilet2"] {
            portal.add_job(token, 1);
        }
        let page = agent.open(portal, "bilet1").await;
        agent.sign(&page, PIN, &[]).await.says("1 belge imzalandı");
        // A card that was still open would not look at the PIN.
        let page = agent.open(portal, "bilet2").await;
        let page = agent.sign(&page, "999999", &[]).await;
        page.says("PIN yanlış; hiçbir belge imzalanmadı").says_not("999999");
        assert_eq!(portal.received("bilet2", 0), None);
        agent.sign(&page, PIN, &[]).await.says("1 belge imzalandı");
    });
}

#[test]
fn after_two_wrong_pins_the_card_is_left_alone() {
    with_card("after_two_wrong_pins_the_card_is_left_alone", async |_, portal, agent| {
        portal.add_job("bilet1", 1);
        let page = agent.open(portal, "bilet1").await;
        agent.sign(&page, "", &[]).await.says("PIN'ini").says_not("PIN yanlış");
        let first = agent.sign(&page, "000000", &[]).await;
        first.says("PIN yanlış").says("deneme hakkının azaldığını").says("daha önce yanlış PIN girilmiş");
        let second = agent.sign(&page, "000001", &[]).await;
        second.says("PIN yanlış").says("yeniden başlatılana kadar").says("disabled").says_not("name=\"pin\"");
        // Not even the right one is sent now, with or without a word for the last try.
        agent.sign(&page, PIN, &[("son_deneme", "1")]).await.says("Kartınız kilitlenebilir");
        assert_eq!(portal.received("bilet1", 0), None);
    });
}

#[test]
fn a_card_whose_certificate_is_over_is_not_asked() {
    let ahead = Duration::days(400);
    with_card_ahead("a_card_whose_certificate_is_over_is_not_asked", ahead, async |_, portal, agent| {
        portal.add_job_until("bilet1", 1, now() + ahead + Duration::minutes(15));
        let page = agent.open(portal, "bilet1").await;
        page.says("Süresi dolmuş; seçilemez").says_not("name=\"pin\"");
        // A wrong PIN would count.
        let page = agent.sign(&page, "000000", &[]).await;
        page.says("bugün geçerli değil").says_not("yanlış");
        assert_eq!(portal.received("bilet1", 0), None);
    });
}

#[test]
fn a_card_that_was_pulled_out_is_missed_and_the_job_stays_open() {
    with_card(
        "a_card_that_was_pulled_out_is_missed_and_the_job_stays_open",
        async |folder, portal, agent| {
            portal.add_job("bilet1", 1);
            let page = agent.open(portal, "bilet1").await;
            // SoftHSM does not find a card again that was away, so this is where the test ends.
            std::fs::rename(folder.join("tokens"), folder.join("pulled")).unwrap();
            let page = agent.sign(&page, PIN, &[]).await;
            page.says("Okuyucuda kart bulunamadı").says("Kartı yeniden ara").says("Yol çalışması 0");
            assert_eq!(portal.received("bilet1", 0), None);
        },
    );
}
