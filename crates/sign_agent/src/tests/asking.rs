//! Signing as it should go, and who may ask for it.

use super::portal::{content, pdf};
use super::town::*;
use crate::options::{Error, Options};

#[tokio::test]
async fn a_letter_is_shown_and_signed_and_the_portal_has_a_good_signature() {
    let town = Town::new().await;
    town.portal.add_job("bilet1", 2);
    let page = town.agent.open(&town.portal, "bilet1").await;
    page.says("Yol çalışması 0")
        .says("E-1234-1")
        .says("VELİ AK")
        .says("100******46")
        .says("İmzala (2 belge)");
    page.says_not("10000000146").says_not("farklı");
    let address = format!("{}{}", town.agent.address, page.path.replace("/is/", "/belge/") + "/1");
    let letter = town.agent.browser.get(address).send().await.unwrap();
    assert_eq!(letter.headers()["content-type"], "application/pdf");
    assert_eq!(letter.bytes().await.unwrap(), pdf(1));
    let page = town.agent.sign(&page, "", &[]).await;
    page.says("2 belge imzalandı").says(&format!("{}/imza-kutusu", town.portal.origin));
    for at in 0..2 {
        assert_signed(town.folder.path(), &town.portal.received("bilet1", at).unwrap(), &content(at));
    }
}

#[tokio::test]
async fn a_pdf_is_signed_itself_and_only_the_one_that_is_shown() {
    let town = Town::new().await;
    let room = town.portal.add_pdf("bilet1");
    let page = town.agent.open(&town.portal, "bilet1").await;
    page.says("rapor.pdf");
    let address = format!("{}{}", town.agent.address, page.path.replace("/is/", "/belge/") + "/0");
    let shown = town.agent.browser.get(address).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(shown, room.bytes());
    town.agent.get(&page.path).await.says("Özeti doğrulandı");
    town.agent.sign(&page, "", &[]).await.says("1 belge imzalandı");
    assert_pdf_signed(town.folder.path(), &town.portal.received("bilet1", 0).unwrap(), &room);
    // A portal that asks for a signature over something else than it shows gets none.
    town.portal.add_pdf("bilet2");
    town.portal.change("bilet2", "/documents/0/covered/sha256", "00".repeat(32).into());
    let page = town.agent.open(&town.portal, "bilet2").await;
    town.agent.sign(&page, "", &[]).await.says("Belge değişmiş");
    assert_eq!(town.portal.received("bilet2", 0), None);
    town.portal.add_pdf("bilet3");
    town.portal.change("bilet3", "/documents/0/covered/sha384", "00".into());
    town.agent.open(&town.portal, "bilet3").await.says("imzalanacak içeriği okunamadı");
}

#[tokio::test]
async fn every_page_says_that_the_trial_key_binds_nobody() {
    let town = Town::new().await;
    town.portal.add_job("bilet1", 1);
    let page = town.agent.open(&town.portal, "bilet1").await;
    let done = town.agent.sign(&page, "", &[]).await;
    let pages = [page, done, town.agent.get("/").await, town.agent.get("/yok").await];
    for page in &pages {
        page.says("DENEME ANAHTARI — hukukî geçerliliği yoktur");
    }
}

#[tokio::test]
async fn a_portal_that_is_not_allowed_is_not_even_asked() {
    let town = Town::new().await;
    let other = super::portal::Portal::start().await;
    other.add_job("bilet1", 1);
    let page = town.agent.open(&other, "bilet1").await;
    assert_eq!(page.status, 403);
    page.says("Bu portala izin verilmemiş").says(&other.origin);
    assert_eq!(other.asked(), 0);
    town.agent.get("/imza?is=bilet1").await.says("İmza bağlantısı eksik");
    town.agent.open(&town.portal, "..%2Fbaska").await.says("İmza bağlantısı eksik");
    assert_eq!(town.portal.asked(), 0);
}

#[tokio::test]
async fn a_browser_that_was_led_here_under_a_foreign_name_is_refused() {
    let town = Town::new().await;
    let port = town.agent.address.rsplit(':').next().unwrap().to_owned();
    for host in ["kotu.example.tr", "127.0.0.1", &format!("kotu.example.tr:{port}"), "127.0.0.1:1"] {
        let request = town.agent.browser.get(&town.agent.address).header("host", host);
        assert_eq!(request.send().await.unwrap().status(), 403, "{host}");
    }
    let request = town.agent.browser.get(&town.agent.address).header("host", format!("localhost:{port}"));
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    assert_eq!(answer.headers()["x-frame-options"], "DENY");
}

#[tokio::test]
async fn a_picture_on_some_page_does_not_use_a_token_up() {
    let town = Town::new().await;
    town.portal.add_job("bilet1", 1);
    let address = format!("{}/imza?portal={}&is=bilet1", town.agent.address, town.portal.origin);
    for (target, status) in [("image", 403), ("iframe", 403), ("empty", 403), ("document", 200)] {
        let request = town.agent.browser.get(&address).header("sec-fetch-dest", target);
        assert_eq!(request.send().await.unwrap().status(), status, "{target}");
    }
    assert_eq!(town.portal.asked(), 1);
}

#[tokio::test]
async fn a_form_from_another_page_signs_nothing() {
    let town = Town::new().await;
    town.portal.add_job("bilet1", 1);
    let page = town.agent.open(&town.portal, "bilet1").await;
    let (handle, secret, choice) = (page.value("is"), page.value("gizli"), page.value("sertifika"));
    let fields = [("is", &*handle), ("gizli", &*secret), ("sertifika", &*choice)];
    for origin in [None, Some("null"), Some("https://kotu.example.tr"), Some(&*town.portal.origin)] {
        let page = town.agent.post("/imzala", &fields, origin).await;
        assert_eq!(page.status, 403, "{origin:?}");
    }
    let own = Some(&*town.agent.address);
    let fields = [("is", &*handle), ("gizli", "0000"), ("sertifika", &*choice)];
    assert_eq!(town.agent.post("/imzala", &fields, own).await.status, 403);
    assert_eq!(town.portal.received("bilet1", 0), None);
}

#[tokio::test]
async fn a_page_may_be_reloaded_though_its_token_was_given_out_once() {
    let town = Town::new().await;
    town.portal.add_job("bilet1", 1);
    let first = town.agent.open(&town.portal, "bilet1").await;
    let second = town.agent.open(&town.portal, "bilet1").await;
    assert_eq!(first.path, second.path);
    assert_eq!(town.portal.asked(), 1);
    // Pressing the button on both pages at once signs once: a letter is fetched and the signature is sent.
    let (one, other) = tokio::join!(town.agent.sign(&first, "", &[]), town.agent.sign(&second, "", &[]));
    one.says("imzalar portala iletildi");
    other.says("imzalar portala iletildi");
    assert_eq!(town.portal.asked(), 3);
    // Another program, to which the token was not given, is told by the portal.
    let other = Agent::start(options(&town.portal, time::Duration::ZERO)).await;
    let page = other.open(&town.portal, "bilet1").await;
    assert_eq!(page.status, 410);
    page.says("daha önce kullanılmış");
}

#[tokio::test]
async fn the_program_starts_on_this_machine_and_for_named_portals_only() {
    let start = async |change: fn(&mut Options)| {
        let clock: crate::Clock = std::sync::Arc::new(now);
        let mut options =
            Options { origins: vec!["https://belde.ornek.bel.tr".to_owned()], ..Options::new(clock) };
        options.listen.set_port(0);
        change(&mut options);
        crate::run(options, std::future::ready(())).await
    };
    start(|_| {}).await.unwrap();
    let everywhere = start(|options| options.listen.set_ip([0, 0, 0, 0].into())).await;
    assert!(matches!(everywhere, Err(Error::NotLoopback(_))), "{everywhere:?}");
    let nobody = start(|options| options.origins.clear()).await;
    assert!(matches!(nobody, Err(Error::NoPortal)), "{nobody:?}");
    let bare = start(|options| options.origins.push("http://belde.ornek.bel.tr".to_owned())).await;
    assert!(matches!(bare, Err(Error::NotAPortal(_))), "{bare:?}");
    let key = start(|options| options.trial_key = Some("/nowhere/trial.pem".into())).await;
    assert!(matches!(key, Err(Error::TrialFile { .. })), "{key:?}");
}
