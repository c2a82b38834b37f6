//! What goes wrong, and that a person is told and loses nothing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use time::Duration;

use super::portal::{Portal, content};
use super::town::*;

#[tokio::test]
async fn a_letter_that_was_changed_is_neither_shown_nor_signed() {
    let town = Town::new().await;
    for token in ["gorulen", "gorulmeyen"] {
        town.portal.add_job(token, 1);
        town.portal.replace_pdf(&format!("{token}-0.pdf"), b"%PDF-1.7 another");
    }
    let page = town.agent.open(&town.portal, "gorulen").await;
    let letter = town.agent.get(&(page.path.replace("/is/", "/belge/") + "/0")).await;
    assert_eq!(letter.status, 409);
    letter.says("Belge değişmiş").says_not("another");
    town.agent.sign(&page, "", &[]).await.says("Belge değişmiş");
    let page = town.agent.open(&town.portal, "gorulmeyen").await;
    town.agent.sign(&page, "", &[]).await.says("Belge değişmiş").says("Yol çalışması 0");
    assert!(town.portal.desk.lock().unwrap().received.is_empty());
}

#[tokio::test]
async fn letters_that_were_changed_or_taken_back_are_left_out_and_the_others_signed() {
    let town = Town::new().await;
    town.portal.add_job("bilet1", 4);
    town.portal.replace_pdf("bilet1-1.pdf", b"%PDF-1.7 another");
    town.portal.desk.lock().unwrap().pdfs.remove("bilet1-2.pdf");
    let page = town.agent.open(&town.portal, "bilet1").await;
    page.says("İmzala (4 belge)");
    // One is opened before the button is pressed, the other is only compared then.
    let letter = town.agent.get(&(page.path.replace("/is/", "/belge/") + "/1")).await;
    assert_eq!(letter.status, 409);
    letter.says("imzaya gönderildikten sonra değişmiş").says("Ötekileri imzala").says_not("another");
    town.agent.get(&page.path).await.says("İmzala (3 belge)").says("İmzaya girmeyecek");
    let done = town.agent.sign(&page, "", &[]).await;
    done.says("Bazı belgeler imzalanmadı").says("2 belge imzalandı").says("2 belge imzalanmadı");
    done.says("imzaya gönderildikten sonra değişmiş").says("artık imzanızı beklemiyor");
    for at in [0, 3] {
        assert_signed(town.folder.path(), &town.portal.received("bilet1", at).unwrap(), &content(at));
    }
    assert!((1..3).all(|at| town.portal.received("bilet1", at).is_none()));
}

#[tokio::test]
async fn what_the_portal_says_of_each_letter_is_read_by_the_person() {
    let town = Town::new().await;
    let result = |at: usize, is_signed: bool, text: &str| json!({ "id": format!("letter-{at}"), "is_signed": is_signed, "text": text });
    let mixed = json!({ "results": [result(0, true, "E-1 sayısını aldı."), result(1, false, "Geri <b>çekilmiş</b>.")] });
    let none = json!({ "results": [result(0, false, "Sertifika başkasının.")] });
    for (token, count, status, answer) in
        [("bir", 2, 200, mixed), ("iki", 1, 422, none.clone()), ("uc", 1, 409, none)]
    {
        town.portal.add_job(token, count);
        town.portal.desk.lock().unwrap().answer = Some((status, answer));
        let page = town.agent.open(&town.portal, token).await;
        let done = town.agent.sign(&page, "", &[]).await;
        match count {
            2 => {
                done.says("1 belge imzalandı").says("1 belge imzalanmadı").says("E-1 sayısını aldı.");
                done.says("İmzalanmadı. Geri &lt;b&gt;çekilmiş");
            }
            _ => {
                done.says("Portal imzaları almadı").says("Sertifika başkasının.").says_not("belge imzalandı");
            }
        }
        // Pressed again, nothing is signed again.
        town.agent.sign(&page, "", &[]).await.says("Portala dön");
    }
}

#[tokio::test]
async fn bytes_that_do_not_name_the_letter_are_signed_only_after_a_warning() {
    let town = Town::new().await;
    town.portal.add_job("bilet1", 1);
    town.portal.change("bilet1", "/documents/0/content_base64", json!(STANDARD.encode("<Baska/>")));
    let page = town.agent.open(&town.portal, "bilet1").await;
    let page = town.agent.sign(&page, "", &[]).await;
    page.says("imzalanacak içerikte bulunamadı").says("ozet_yok");
    assert_eq!(town.portal.received("bilet1", 0), None);
    town.agent.sign(&page, "", &[("ozet_yok", "1")]).await.says("1 belge imzalandı");
    assert_signed(town.folder.path(), &town.portal.received("bilet1", 0).unwrap(), b"<Baska/>");
}

#[tokio::test]
async fn signatures_wait_for_a_portal_that_is_away() {
    let town = Town::new().await;
    town.portal.add_job("bilet1", 1);
    let page = town.agent.open(&town.portal, "bilet1").await;
    town.portal.set_away(true);
    let page = town.agent.sign(&page, "", &[]).await;
    page.says("İmzalar iletilemedi").says("Yeniden gönder");
    let (handle, secret) = (page.value("is"), page.value("gizli"));
    let fields = [("is", &*handle), ("gizli", &*secret)];
    let own = Some(&*town.agent.address);
    town.agent.post("/gonder", &fields, own).await.says("İmzalar iletilemedi");
    town.portal.set_away(false);
    town.agent.post("/gonder", &fields, own).await.says("1 belge imzalandı");
    assert_signed(town.folder.path(), &town.portal.received("bilet1", 0).unwrap(), &content(0));
}

#[tokio::test]
async fn what_the_portal_says_when_it_refuses_is_read_by_the_person() {
    let town = Town::new().await;
    town.portal.add_job("bilet1", 1);
    let page = town.agent.open(&town.portal, "bilet1").await;
    town.portal.desk.lock().unwrap().refusal = Some("Yazı <b>geri</b> çekilmiş.".to_owned());
    let page = town.agent.sign(&page, "", &[]).await;
    page.says("Portal imzaları almadı").says("Yazı &lt;b&gt;geri&lt;/b&gt; çekilmiş.");
}

#[tokio::test]
async fn a_portal_that_does_not_answer_is_named_and_may_be_tried_again() {
    let nobody = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let origin = nobody.clone();
    let town = Town::with(|options| options.origins.push(origin)).await;
    let page = town.agent.get(&format!("/imza?portal={nobody}&is=bilet1")).await;
    assert_eq!(page.status, 502);
    page.says("Portala ulaşılamadı").says(&nobody).says_not("bilet1");
}

#[tokio::test]
async fn a_portal_that_leads_elsewhere_is_not_followed() {
    let (town, other) = (Town::new().await, Portal::start().await);
    other.add_job("bilet1", 1);
    town.portal.desk.lock().unwrap().leads_to = Some(format!("{}/api/v1/sign-job/bilet1", other.origin));
    let page = town.agent.open(&town.portal, "bilet1").await;
    assert_eq!(page.status, 502);
    page.says("Portal işi veremedi").says("HTTP 307");
    assert_eq!(other.asked(), 0);
}

#[tokio::test]
async fn a_certificate_of_another_name_asks_for_a_word() {
    let town = Town::new().await;
    town.portal.add_job("bilet1", 1);
    town.portal.change("bilet1", "/signer", json!("Ayşe Yılmaz"));
    let page = town.agent.open(&town.portal, "bilet1").await;
    page.says("Ad, imzalayacak kişinin adından farklı").says("ad_farki");
    let page = town.agent.sign(&page, "", &[]).await;
    page.says("“VELİ AK” adına, iş ise “Ayşe Yılmaz” için");
    assert_eq!(town.portal.received("bilet1", 0), None);
    town.agent.sign(&page, "", &[("ad_farki", "1")]).await.says("1 belge imzalandı");
}

#[tokio::test]
async fn an_expired_certificate_is_shown_and_cannot_sign() {
    let ahead = Duration::days(400);
    let town = Town::with(|options| options.clock = std::sync::Arc::new(move || now() + ahead)).await;
    town.portal.add_job_until("bilet1", 1, now() + ahead + Duration::minutes(15));
    let page = town.agent.open(&town.portal, "bilet1").await;
    page.says("Süresi dolmuş; seçilemez").says("disabled").says_not("İmzala (1 belge)");
    town.agent.sign(&page, "", &[]).await.says("bugün geçerli değil");
    assert_eq!(town.portal.received("bilet1", 0), None);
}

#[tokio::test]
async fn a_job_whose_time_is_over_is_not_signed() {
    let town = Town::new().await;
    town.portal.add_job_until("gec", 1, now() - Duration::seconds(1));
    let page = town.agent.open(&town.portal, "gec").await;
    assert_eq!(page.status, 410);
    page.says("süresi dolmuş");
    town.portal.add_job_until("kisa", 1, now() + Duration::seconds(2));
    let page = town.agent.open(&town.portal, "kisa").await;
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    town.agent.sign(&page, "", &[]).await.says("süresi dolmuş");
    assert_eq!(town.portal.received("kisa", 0), None);
}

#[tokio::test]
async fn without_a_driver_the_page_says_what_to_install() {
    let town = Town::with(|options| {
        options.trial_key = None;
        options.module = Some("/nowhere/libakisp11.so".into());
    })
    .await;
    town.portal.add_job("bilet1", 1);
    let page = town.agent.open(&town.portal, "bilet1").await;
    page.says("Kart sürücüsü yüklenemedi").says("Kartı yeniden ara").says_not("name=\"pin\"");
    page.says_not("DENEME");
}

#[tokio::test]
async fn a_job_that_cannot_be_understood_is_not_opened() {
    let town = Town::new().await;
    let faults = [
        ("/documents", json!([]), "imzalanacak belge yok"),
        ("/documents/0/profile", json!("P9"), "imza profili bilinmiyor"),
        ("/documents/0/pdf_url", json!("https://baska.tr/1.pdf"), "PDF adresi portalda değil"),
        ("/documents/0/sha256_of_pdf", json!("00"), "PDF özeti okunamadı"),
        ("/documents/0/content_base64", json!(""), "imzalanacak içeriği okunamadı"),
        ("/documents/1/id", json!("letter-0"), "iki kez"),
        ("/expires_at", json!("yarın"), "son geçerlilik anı okunamadı"),
        ("/back_url", json!("https://baska.tr/"), "dönüş adresi portalda değil"),
        ("/documents/0", json!(7), "beklenen biçimde değil"),
    ];
    for (at, (pointer, value, said)) in faults.into_iter().enumerate() {
        let token = format!("bilet{at}");
        town.portal.add_job(&token, 2);
        town.portal.change(&token, pointer, value);
        let page = town.agent.open(&town.portal, &token).await;
        assert_eq!(page.status, 502, "{pointer}");
        page.says("Portal işi veremedi").says(said);
    }
}
