//! Nothing typed is lost: the session ends, the button is pressed twice, two people edit one record.

use http::Method;
use kernel::db::Sql;
use serde_json::json;
use testkit::{TestDb, each};

use super::super::{declared, each_town, product, sign_in};
use super::{House, count};

const UNITS: &str = "/teskilat/birimler";

#[tokio::test]
async fn a_form_with_a_file_keeps_its_texts_over_the_end_of_the_session_and_names_the_file() {
    each(declared(), async |test: &TestDb| {
        let house = House::new(test);
        house.app.forget_session();
        let texts = [("ad", "Uzun ad"), ("metin", "MADDE 1- (1) Yarım kalan.\r\nİkinci satır & <b>.")];
        let page = house
            .app
            .upload("/yonetmelik/yeni", &texts, &[("dosya", "..\\gizli\u{202E}fdp.pdf", b"%PDF-1.7")])
            .await;
        let page =
            page.status(401).says("Yazdıklarınız kaybolmadı").says("Dosyayı yeniden seçmeniz gerekecek");
        let carried = page.value(web::CARRIED).unwrap();
        assert!(carried.contains("Yarım kalan.\\r\\nİkinci satır & <b>.") && carried.contains("Uzun ad"));
        assert!(!carried.contains("%PDF") && !carried.contains('\u{202E}') && !carried.contains("csrf"));
        let huge = "ğ".repeat(600_000);
        let page = house.app.post(&format!("{UNITS}/yeni"), &[("name", &huge)]).await.status(401);
        page.says("taşınamayacak kadar büyük");
    })
    .await;
}

#[tokio::test]
async fn what_one_person_typed_is_neither_shown_to_nor_sent_by_the_next_one_at_the_same_browser() {
    each_town(async |test: &TestDb| {
        let path = format!("{UNITS}/yeni");
        for (next, is_own) in [("mudur", false), ("yonetici", true)] {
            let app = product(test);
            sign_in(&app, "yonetici").await;
            let token = app.get(&path).await.ok().value(ui::names::CSRF).unwrap();
            // The session is over: signed out in another tab, or forgotten by the browser.
            app.forget_session();
            let typed = [(ui::names::CSRF, token.as_str()), ("code", "ZZ9"), ("name", "Gizli tasarı")];
            let page = app.post(&path, &typed).await.status(401).says("Yazdıklarınız kaybolmadı");
            let carried = page.value(web::CARRIED).unwrap();
            let fields = [
                ("adim", "parola"),
                ("kullanici", next),
                ("parola", access::demo::PASSWORD),
                (web::CARRIED, &carried),
            ];
            let page = app.post("/giris", &fields).await;
            if is_own {
                assert!(page.ok().says("Kaldığınız yerden").html().contains("Gizli tasarı"));
                continue;
            }
            assert!(!page.html().contains("Gizli tasarı"), "{}", page.html());
            app.follow(page).await.ok().says("başka bir hesaba aitti");
            let made = "SELECT count(*) FROM unit WHERE code = 'ZZ9'";
            assert_eq!(test.db.scalar::<i64>(made, vec![]).await.unwrap(), Some(0));
        }
    })
    .await;
}

#[tokio::test]
async fn a_button_pressed_twice_makes_one_record() {
    each_town(async |test: &TestDb| {
        let house = House::new(test);
        let token = house.app.get(&format!("{UNITS}/yeni")).await.ok().value("tek").unwrap();
        let before = count(test, "unit").await;
        let kind = test.registry.kind("unit").unwrap();
        let choice = kind.field("kind").unwrap().choices()[0].code;
        let parent: Option<uuid::Uuid> = super::some_record(test, &kind).await;
        let parent = parent.unwrap().to_string();
        let fields = [
            ("tek", token.as_str()),
            ("code", "ZZ1"),
            ("name", "İki kez"),
            ("kind", choice),
            ("parent_id", &parent),
            ("effective_on", "01.01.2020"),
        ];
        let path = format!("{UNITS}/yeni");
        let (first, second) = tokio::join!(house.app.post(&path, &fields), house.app.post(&path, &fields));
        let third = house.app.post(&path, &fields).await;
        assert_eq!(
            count(test, "unit").await,
            before + 1,
            "{} {} {}",
            first.text(),
            second.text(),
            third.text()
        );
        for page in [&first, &second, &third] {
            assert!(page.status.as_u16() < 500, "{}", page.text());
        }
    })
    .await;
}

#[tokio::test]
async fn a_file_sent_twice_with_one_press_is_added_once() {
    each_town(async |test: &TestDb| {
        let house = House::new(test);
        let kind = test.registry.kind("unit").unwrap();
        let record = kind.address(super::some_record(test, &kind).await.unwrap());
        let form = house.app.get(&record).await.ok().sent_by(&format!("{record}/ek"));
        let once = form.iter().find(|(name, _)| name == ui::names::ONCE).unwrap().1.clone();
        let fields = [(ui::names::ONCE, once.as_str())];
        let files = [(ui::names::FILES, "not.txt", b"Deneme".as_slice())];
        let path = format!("{record}/ek");
        let send = || house.app.upload(&path, &fields, &files);
        let (first, second) = tokio::join!(send(), send());
        for page in [first, second, send().await] {
            page.leads_to(&record);
        }
        assert_eq!(count(test, "attachment").await, 1);
        // On purpose, from a fresh page, it may be added again.
        house.app.upload(&path, &[], &files).await.leads_to(&record);
        assert_eq!(count(test, "attachment").await, 2);
    })
    .await;
}

#[tokio::test]
async fn of_two_people_who_edit_one_record_the_second_sees_both_values() {
    each_town(async |test: &TestDb| {
        let house = House::new(test);
        let kind = test.registry.kind("title").or_else(|| test.registry.kind("unit")).unwrap();
        let id = super::some_record(test, &kind).await.unwrap();
        let path = format!("{}/duzenle", kind.address(id));
        let form = house.app.get(&path).await.ok();
        let version = form.value(ui::names::VERSION).unwrap();
        let name = kind.title;
        let mine = [(ui::names::VERSION, version.as_str()), (name, "Birincinin adı")];
        house.app.post(&path, &mine).await.status(303);
        let theirs = [(ui::names::VERSION, version.as_str()), (name, "İkincinin adı")];
        let page = house.app.post(&path, &theirs).await.status(409);
        page.says("Birincinin adı").says("İkincinin adı");
        let api = format!("/api/v1/{}/{id}", kind.id.replace('_', "-"));
        let body = json!({ "version": version.parse::<i64>().unwrap(), name: "Üçüncünün adı" });
        let page = house.app.api(Method::PATCH, &api, &house.token, &body).await.status(409);
        assert_eq!(page.json()["error"]["kind"], "Conflict");
        let now = house.app.api(Method::GET, &api, &house.token, &json!(null)).await.ok().json();
        assert_eq!(now[name], "Birincinin adı");
    })
    .await;
}
