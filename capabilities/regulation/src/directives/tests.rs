//! Duties of directives and the watch list: put in force, told, read by each member of staff, and kept as read.
#![allow(clippy::unwrap_used)]

use http::StatusCode;
use kernel::db::Sql;
use uuid::Uuid;

use super::acknowledge::waiting;
use crate::duties::tests::town::{AYSE, EMRE, OTHER_UNIT, REGULATION, Town, UNIT, capabilities};

fn printer() -> printing::Printer {
    printing::Printer(|_, _| Err(printing::Error::Uneven))
}

async fn only(town: &Town<'_>, table: &str) -> Uuid {
    town.test.db.scalar(&format!("SELECT id FROM {table}"), vec![]).await.unwrap().unwrap()
}

/// A directive in force that must be read; answers its address.
async fn in_force(town: &Town<'_>, unit: &str) -> String {
    let fields = [
        ("title", "Parola Yönergesi"),
        ("kind", "directive"),
        ("text", "Parola paylaşılmaz."),
        ("unit_id", unit),
        ("needs_acknowledgement", "evet"),
    ];
    let made = town.post("director", "/yonergeler/yeni", &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    let address = format!("/yonergeler/{}", only(town, "directive").await);
    let put = town.post("director", &format!("{address}/eylem"), &[("eylem", "yururluge-koy")]).await;
    assert_eq!(put.status, StatusCode::SEE_OTHER);
    address
}

#[tokio::test]
async fn a_directive_in_force_waits_for_everybody_until_they_say_they_read_it() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, printer()).await;
        let address = in_force(&town, "").await;
        assert!(
            town.get("staff", "/").await.text().contains("/okunacaklar"),
            "it stands on the person's day"
        );
        assert!(town.get("staff", "/okunacaklar").await.text().contains("Parola Yönergesi"));
        assert!(town.get("staff", &address).await.text().contains("Okudum, anladım"));
        let said = town.post("staff", &format!("{address}/okudum"), &[]).await;
        assert_eq!((said.status, said.location.as_str()), (StatusCode::SEE_OTHER, address.as_str()));
        town.post("staff", &format!("{address}/okudum"), &[]).await;
        assert_eq!(town.events("acknowledged").await, 1, "said once, kept once");
        assert!(!town.get("staff", "/okunacaklar").await.text().contains("Parola Yönergesi"));
        let seen = town.get("auditor", &address).await.text();
        assert!(seen.contains("1 kişi okudu") && seen.contains("1 kişiden bekleniyor"));
        assert!(seen.contains("Ayşe Kaya"), "who has not read it is named to those who may see it");
        assert!(!town.get("staff", &address).await.text().contains("Ayşe Kaya"));
    })
    .await;
}

#[tokio::test]
async fn a_directive_of_a_unit_binds_its_people_only() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, printer()).await;
        let address = in_force(&town, &UNIT.to_string()).await;
        let of = |staff, unit| testkit::Person::new("kişi").staff(staff).unit(unit).actor();
        assert_eq!(waiting(&test.db, &of(EMRE, UNIT)).await.unwrap().len(), 1);
        assert!(waiting(&test.db, &of(AYSE, OTHER_UNIT)).await.unwrap().is_empty());
        assert_eq!(town.post("chief", &format!("{address}/okudum"), &[]).await.status, StatusCode::CONFLICT);
        assert!(town.get("director", &address).await.text().contains("1 kişiden bekleniyor"));
    })
    .await;
}

#[tokio::test]
async fn the_words_of_a_directive_in_force_cannot_change() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, printer()).await;
        let address = in_force(&town, "").await;
        let fields = [
            ("title", "Parola Yönergesi"),
            ("kind", "directive"),
            ("text", "Parola paylaşılabilir."),
            ("surum", "2"),
        ];
        let changed = town.post("director", &format!("{address}/duzenle"), &fields).await;
        assert_eq!(changed.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(changed.text().contains("metni değiştirilemez") && changed.text().contains("paylaşılabilir"));
        let ended = [("eylem", "yururlukten-kaldir"), ("onayli", "evet"), ("gerekce", "Yenisi geldi")];
        let ended = town.post("director", &format!("{address}/eylem"), &ended).await;
        assert_eq!(ended.status, StatusCode::SEE_OTHER);
        assert!(!town.get("staff", "/okunacaklar").await.text().contains("Parola Yönergesi"));
    })
    .await;
}

#[tokio::test]
async fn putting_a_directive_in_force_dates_it_and_its_review_day_returns_to_the_director() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, printer()).await;
        let wrong = [
            ("title", "Yönerge"),
            ("kind", "directive"),
            ("text", "Metin"),
            ("in_force_on", "5.11.2026"),
            ("review_on", "1.11.2026"),
        ];
        let refused = town.post("director", "/yonergeler/yeni", &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("yürürlük tarihinden sonra olmalı"));
        in_force(&town, "").await;
        let first: Option<String> =
            test.db.scalar("SELECT in_force_on FROM directive", vec![]).await.unwrap();
        assert_eq!(first.as_deref(), Some("2026-11-05"), "the test's clock stands there");
        let tx = test.begin().await;
        tx.without_event("time passes");
        tx.run("UPDATE directive SET review_on = '2026-11-05'", vec![]).await.unwrap();
        tx.commit().await.unwrap();
        assert!(town.get("director", "/").await.text().contains("Gözden geçirme günü gelen yönerge"));
        assert!(!town.get("staff", "/").await.text().contains("Gözden geçirme günü gelen yönerge"));
    })
    .await;
}

#[tokio::test]
async fn a_change_of_law_is_watched_told_and_read() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, printer()).await;
        let fields = [("title", "Yeni kanun"), ("kind", "law"), ("note", "Saklama süresi uzadı.")];
        assert_eq!(town.post("clerk", "/mevzuat-izleme/yeni", &fields).await.status, StatusCode::SEE_OTHER);
        let address = format!("/mevzuat-izleme/{}", only(&town, "watched_law").await);
        let early = town.post("staff", &format!("{address}/okudum"), &[]).await;
        assert_eq!(early.status, StatusCode::CONFLICT, "nobody is asked before the staff is told");
        let told = town.post("clerk", &format!("{address}/eylem"), &[("eylem", "duyur")]).await;
        assert_eq!(told.status, StatusCode::SEE_OTHER);
        assert!(town.get("staff", "/okunacaklar").await.text().contains("Yeni kanun"));
        assert_eq!(town.post("staff", &format!("{address}/okudum"), &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!((town.events("told").await, town.events("acknowledged").await), (1, 1));
        let changed = [("title", "Yeni kanun"), ("kind", "law"), ("note", "Kısaldı."), ("surum", "2")];
        let changed = town.post("clerk", &format!("{address}/duzenle"), &changed).await;
        assert_eq!(changed.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test]
async fn an_auditor_reads_and_writes_nothing() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, printer()).await;
        let address = in_force(&town, "").await;
        let directive = [("title", "A"), ("kind", "directive"), ("text", "B")];
        let law = [("title", "A"), ("kind", "law"), ("note", "B")];
        let verb = [("eylem", "yururlukten-kaldir"), ("onayli", "evet"), ("gerekce", "x")];
        for role in ["auditor", "staff", "deputy_mayor"] {
            for (path, fields) in [("/yonergeler/yeni", &directive), ("/mevzuat-izleme/yeni", &law)] {
                assert_eq!(
                    town.post(role, path, fields).await.status,
                    StatusCode::FORBIDDEN,
                    "{role} {path}"
                );
            }
            let ended = town.post(role, &format!("{address}/eylem"), &verb).await;
            assert_eq!(ended.status, StatusCode::FORBIDDEN, "{role}");
        }
        assert_eq!(town.get("auditor", "/yonergeler").await.status, StatusCode::OK);
        assert_eq!(town.get("auditor", "/mevzuat-izleme").await.status, StatusCode::OK);
        let said = town.post("auditor", &format!("{address}/okudum"), &[]).await;
        assert_eq!(
            said.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "an account without a staff record reads for nobody"
        );
    })
    .await;
}

#[tokio::test]
async fn a_new_version_asks_everybody_again_and_the_old_one_keeps_who_read_it() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, printer()).await;
        let old = in_force(&town, "").await;
        town.post("staff", &format!("{old}/okudum"), &[]).await;
        let ended = [("eylem", "yururlukten-kaldir"), ("onayli", "evet"), ("gerekce", "Yenisi geldi")];
        let ended = town.post("director", &format!("{old}/eylem"), &ended).await;
        assert_eq!(ended.status, StatusCode::SEE_OTHER);
        let fields = [
            ("title", "Parola Yönergesi 2"),
            ("kind", "directive"),
            ("text", "Parola yılda bir değişir."),
            ("needs_acknowledgement", "evet"),
        ];
        town.post("director", "/yonergeler/yeni", &fields).await;
        let newer = "SELECT id FROM directive WHERE state = 'draft'";
        let newer: Uuid = test.db.scalar(newer, vec![]).await.unwrap().unwrap();
        let newer = format!("/yonergeler/{newer}");
        assert!(
            !town.get("staff", "/okunacaklar").await.text().contains("Parola Yönergesi 2"),
            "a draft asks nobody"
        );
        town.post("director", &format!("{newer}/eylem"), &[("eylem", "yururluge-koy")]).await;
        assert!(town.get("staff", "/okunacaklar").await.text().contains("Parola Yönergesi 2"));
        assert!(town.get("director", &newer).await.text().contains("2 kişiden bekleniyor"));
        let kept = town.get("auditor", &old).await.text();
        assert!(kept.contains("1 kişi okudu") && kept.contains("Yürürlükten kalktı"));
        assert!(!kept.contains("kişiden bekleniyor"), "nobody is asked to read what is no longer in force");
    })
    .await;
}

#[tokio::test]
async fn who_left_is_no_longer_waited_for_and_what_they_read_stays_read() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, printer()).await;
        let address = in_force(&town, "").await;
        town.post("staff", &format!("{address}/okudum"), &[]).await;
        assert!(town.get("auditor", &address).await.text().contains("1 kişiden bekleniyor"));
        let tx = test.begin().await;
        tx.without_event("both leave; the directory records it");
        tx.run("UPDATE record SET is_removed = TRUE WHERE kind = 'staff'", vec![]).await.unwrap();
        tx.commit().await.unwrap();
        let page = town.get("auditor", &address).await.text();
        assert!(page.contains("1 kişi okudu") && page.contains("0 kişiden bekleniyor"), "{page}");
        assert!(!page.contains("Ayşe Kaya"), "who left is not named as missing");
    })
    .await;
}

#[tokio::test]
async fn what_is_to_be_read_stands_above_the_button_that_says_so() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, printer()).await;
        let address = in_force(&town, "").await;
        let page = town.get("staff", &address).await.text();
        let (text, button) = (page.find("Parola paylaşılmaz."), page.find("Metni okuduysanız bildirin"));
        assert!(text.is_some() && text < button, "the text comes first");
        let fields = [("title", "Yeni kanun"), ("kind", "law"), ("note", "Saklama süresi uzadı.")];
        town.post("clerk", "/mevzuat-izleme/yeni", &fields).await;
        let law = format!("/mevzuat-izleme/{}", only(&town, "watched_law").await);
        assert!(
            town.get("staff", &law).await.text().contains("Saklama süresi uzadı."),
            "before anybody is told"
        );
        town.post("clerk", &format!("{law}/eylem"), &[("eylem", "duyur")]).await;
        let page = town.get("staff", &law).await.text();
        assert!(page.find("Saklama süresi uzadı.") < page.find("Metni okuduysanız bildirin"));
    })
    .await;
}

#[tokio::test]
async fn a_directive_names_its_regulation_and_duty_and_both_list_it() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, printer()).await;
        let (regulation, duty) = (REGULATION.to_string(), crate::duties::sync::id_of("SD-1").to_string());
        let fields = [
            ("title", "Destek Masası Yönergesi"),
            ("kind", "directive"),
            ("text", "Her talep aynı gün yanıtlanır."),
            ("regulation_id", regulation.as_str()),
            ("article", "Madde 6, bent b"),
            ("duty_id", duty.as_str()),
        ];
        let made = town.post("director", "/yonergeler/yeni", &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
        let address = format!("/yonergeler/{}", only(&town, "directive").await);
        let page = town.get("staff", &address).await.text();
        assert!(page.contains("Deneme Yönetmeliği") && page.contains("Madde 6, bent b"));
        for page in [format!("/yonetmelik/{regulation}"), format!("/gorevler/{duty}")] {
            assert!(town.get("staff", &page).await.text().contains(&address), "{page} lists it");
        }
        // It may be written before the regulation it rests on is in force.
        let tx = test.begin().await;
        tx.without_event("the scenario confirms for a day to come");
        let sql = "UPDATE regulation SET state = 'awaiting' WHERE id = $1";
        kernel::db::Sql::run(&tx, sql, vec![REGULATION.into()]).await.unwrap();
        tx.commit().await.unwrap();
        let early =
            [("title", "Arşiv Yönergesi"), ("kind", "directive"), ("text", "Arşiv kilitlidir."), fields[3]];
        let made = town.post("director", "/yonergeler/yeni", &early).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    })
    .await;
}
