//! Pages over HTTP: the chart of any day, its public version, the calendar, and details with what they add.

use kernel::db::Sql as _;
use testkit::{TestApp, each};

use super::*;

fn everything() -> Vec<Capability> {
    vec![web::house(), access::capability(), crate::capability()]
}

/// A browser of the administrator, with nothing remembered.
fn browser(test: &TestDb) -> TestApp {
    let app = TestApp::new(test, web::house_routes().and(crate::routes()));
    app.sign_in_as("admin", &[], None);
    app
}

async fn set(test: &TestDb, key: &str, typed: &str) {
    let setting = crate::settings().into_iter().find(|one| one.key == key).unwrap();
    let tx = test.begin().await;
    kernel::setting::set(&tx, &setting, &setting.parse(typed).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_chart_is_drawn_for_any_day_and_published_only_when_chosen() {
    each(everything(), async |test| {
        let app = browser(test);
        app.get("/teskilat/sema").await.ok().says("Bu tarihte açık birim yok.");
        let town = town(test).await;
        let page = app.get("/teskilat/sema?tarih=05.11.2026").await.ok();
        assert!(page.html().contains("<svg") && page.html().contains("Liste olarak"));
        page.says("Ayşe Kaya").says("Ağ ve Sistem Şefliği");
        let past = app.get("/teskilat/sema?tarih=2020-06-01").await.ok();
        past.says("Bilgi İşlem Müdürlüğü").hides("Ayşe Kaya");
        app.get("/teskilat/sema?tarih=99.99.2026").await.status(422).says("bir tarih değil");
        let part = app.get(&format!("/teskilat/sema?birim={}", town.it)).await.ok();
        part.says("Bilgi İşlem").hides("Park ve Bahçeler");
        app.get("/teskilat/sema/yazdir").await.ok().says("05.11.2026");
        app.forget_session();
        app.get("/teskilat-semasi").await.status(404);

        set(test, "directory.is_chart_public", "evet").await;
        let app = browser(test);
        app.forget_session();
        app.get("/teskilat-semasi").await.ok().says("Ayşe Kaya").hides("1 kişi");
    })
    .await;
}

#[tokio::test]
async fn the_calendar_shows_holidays_and_administrative_leave() {
    each(everything(), async |test| {
        set(test, "directory.leave_days", "30.10.2026").await;
        let page = browser(test).get("/teskilat/takvim?yil=2026").await.ok();
        page.says("Cumhuriyet Bayramı").says("İdari izin").says("Ekim 2026");
        let page = browser(test).get("/teskilat/takvim?yil=2033").await.ok();
        page.says("2033 yılının resmî ve dinî bayram günleri bilinmiyor").says("Çalışma takvimi 2032");
        set(test, "directory.work_ends", "07:00").await;
        let page = browser(test).get("/teskilat/takvim").await.ok();
        page.says("Mesai bitişi başlangıcından sonra olmalıdır.");
    })
    .await;
}

#[tokio::test]
async fn details_say_who_leads_how_full_it_is_and_what_was_before() {
    each(everything(), async |test| {
        let town = town(test).await;
        let tx = test.begin().await;
        let norm = crate::set_norm(&tx, town.network, town.technician, 3, "2026/41").await.unwrap();
        tx.commit().await.unwrap();
        let app = browser(test);
        let unit = app.get(&format!("/teskilat/birimler/{}", town.it)).await.ok();
        unit.says("Ayşe Kaya").says("Alt birimleri").says("Tarihçe");
        let staff = app.get(&format!("/teskilat/personel/{}", town.burak)).await.ok();
        staff.says("Görev yerleri").says("01.03.2021 tarihinden beri");
        app.get(&format!("/teskilat/norm-kadro/{norm}"))
            .await
            .ok()
            .says("Dolu")
            .says("Bu kadroda çalışanlar")
            .hides("Dolu: boş");
        let norms = app.get("/api/v1/staffing-norm").await.ok();
        let row = norms.json()["items"][0].clone();
        assert_eq!(
            (&row["count"], &row["filled"], &row["vacant"]),
            (&3.into(), &1.into(), &2.into()),
            "{row}"
        );
        for list in ["birimler", "unvanlar", "norm-kadro", "personel", "sorumlular", "vekaletler"] {
            app.get(&format!("/teskilat/{list}")).await.ok();
            app.get(&format!("/teskilat/{list}/yeni")).await;
        }
        app.sign_in(testkit::Person::new("Yabancı").actor());
        app.get("/teskilat/sema").await.status(403);
    })
    .await;
}

#[tokio::test]
async fn a_refused_form_says_why_and_keeps_what_was_typed() {
    each(everything(), async |test| {
        let town = town(test).await;
        let tx = test.begin().await;
        crate::set_norm(&tx, town.network, town.technician, 1, "").await.unwrap();
        tx.commit().await.unwrap();
        let app = browser(test);
        let (unit, title) = (town.network.to_string(), town.technician.to_string());
        let fields = [
            ("name", "Derya Su"),
            ("registry_no", "77"),
            ("unit_id", unit.as_str()),
            ("title_id", title.as_str()),
            ("started_on", "01.02.2026"),
        ];
        let page = app.post("/teskilat/personel/yeni", &fields).await.status(422);
        let page = page.says("Tekniker unvanında boş kadro yok (norm kadro 1, dolu 1)");
        assert_eq!(page.value("name").as_deref(), Some("Derya Su"));
        let parks = town.parks.to_string();
        let moved: Vec<_> = fields
            .iter()
            .map(|(name, value)| (*name, if *name == "unit_id" { &parks } else { *value }))
            .collect();
        let made = app.post("/teskilat/personel/yeni", &moved).await;
        app.follow(made).await.ok().says("Derya Su").says("01.02.2026 tarihinden beri");
    })
    .await;
}

#[tokio::test]
async fn a_norm_that_is_saved_as_it_was_is_no_error_on_the_screen_and_for_programs() {
    each(capabilities(), async |test| {
        let town = town(test).await;
        let tx = test.begin().await;
        crate::set_norm(&tx, town.network, town.technician, 2, "2026/41").await.unwrap();
        tx.commit().await.unwrap();
        let kind = crate::kinds::norm::kind();
        let sql = "SELECT id FROM staffing_norm";
        let id: uuid::Uuid = kernel::db::Sql::scalar(&test.db, sql, vec![]).await.unwrap().unwrap();
        let app = test.app(crate::routes());
        let token = app.sign_in_as("admin", &[], None);
        let fields = [("surum", "1"), ("count", "2"), ("decision", "2026/41")];
        app.post(&format!("{}/{id}/duzenle", kind.path), &fields)
            .await
            .leads_to(&format!("{}/{id}", kind.path));
        let path = format!("/api/v1/staffing-norm/{id}");
        let same = serde_json::json!({ "version": 1, "count": 2 });
        let answer = app.api(http::Method::PATCH, &path, &token, &same).await.ok().json();
        assert_eq!(answer["version"], 1);
        let text = serde_json::json!({ "version": 1, "count": "2" });
        let refused = app.api(http::Method::PATCH, &path, &token, &text).await.status(422).json();
        assert_eq!(refused["error"]["violations"][0]["field"], "count", "a number is no text");
        let trace = app.api(http::Method::DELETE, &path, &token, &serde_json::Value::Null).await.status(405);
        assert!(trace.header("allow").contains("PATCH"));
    })
    .await;
}

#[tokio::test]
async fn an_import_says_what_it_needs_takes_a_pasted_table_and_says_a_missing_column_once() {
    each(everything(), async |test| {
        town(test).await;
        let app = test.app(crate::routes());
        app.sign_in_as("admin", &[], None);
        let path = "/teskilat/personel/ice-aktar";
        let page = app.get(path).await.ok().says("Zorunlu sütunlar: ").says("ya da tabloyu yapıştırın");
        assert!(page.html().contains(&format!("href=\"{path}/ornek\"")), "an empty file is offered");
        let sample = app.get(&format!("{path}/ornek")).await.ok().bytes;
        let file = [("dosya", "ornek.xlsx", sample.as_slice())];
        app.upload(path, &[], &file).await.ok().says("Adı soyadı").hides("hatalı");
        app.upload(path, &[], &[]).await.status(422).says("Bir dosya seçin ya da tabloyu yapıştırın");
        for separator in ["\t", ";"] {
            let rows = [
                ["Sicil no", "Adı soyadı", "Birim", "Unvan", "Göreve başlama"],
                ["90", "Derya Su", "AG", "Tekniker", "01.02.2026"],
            ];
            let table = rows.map(|row| row.join(separator)).join("\n");
            app.upload(path, &[("tablo", &table)], &[]).await.ok().says("1 yeni").says("Derya Su");
        }
        let table =
            "Sicil no;Adı soyadı;Birim;Göreve başlama\n91;Ece Taş;AG;01.02.2026\n92;Can Su;AG;01.02.2026\n";
        let asked = app.upload(path, &[("tablo", table)], &[]).await.status(422);
        let asked = asked.says("Bu sütun dosyada yok ve zorunlu").hides("2 hatalı");
        assert!(asked.value("sabit-title_id").is_some() || asked.html().contains("name=\"sabit-title_id\""));
        // What is known already is changed with the columns that are there.
        let table = "Sicil no;Telefon\n3;0312 000 00 00\n";
        app.upload(path, &[("tablo", table)], &[]).await.ok().says("1 güncellenen");
        let broken = app.upload(path, &[("tablo", "\"yarım;\n")], &[]).await;
        assert!(broken.html().contains("yarım"), "what was pasted is kept");
    })
    .await;
}

#[tokio::test]
async fn a_post_beyond_the_norm_is_refused_to_programs_and_to_each_row_of_a_file() {
    each(everything(), async |test| {
        let town = town(test).await;
        let tx = test.begin().await;
        crate::set_norm(&tx, town.network, town.technician, 2, "").await.unwrap();
        let other = person(&tx, "12", "Ece Taş", town.it, town.technician).await.unwrap();
        tx.commit().await.unwrap();
        let app = test.app(crate::routes());
        let token = app.sign_in_as("admin", &[], None);
        let head = "Sicil no;Adı soyadı;Birim;Unvan;Göreve başlama\n";
        let rows: String =
            (20..23).map(|number| format!("{number};Kişi {number};AG;Tekniker;01.02.2026\n")).collect();
        let file = [("icerik", format!("{head}{rows}"))].map(|(name, text)| (name, text.leak() as &str));
        let taken = app.upload("/teskilat/personel/ice-aktar", &file, &[]).await.status(303);
        app.follow(taken).await.ok().says("1 yeni").says("2 hatalı");
        let reason = "Tekniker unvanında boş kadro yok (norm kadro 2, dolu 2)";
        let person = serde_json::json!({
            "name": "Derya Su", "registry_no": "77", "unit_id": town.network, "title_id": town.technician,
            "started_on": "2026-02-01",
        });
        let refused = app.api(http::Method::POST, "/api/v1/staff", &token, &person).await.status(422).json();
        let violation = &refused["error"]["violations"][0];
        assert_eq!(
            (violation["field"].as_str(), violation["code"].as_str()),
            (Some("title_id"), Some("staffing.norm_exceeded"))
        );
        assert!(violation["text"].as_str().unwrap().starts_with(reason), "{refused}");
        let moved = serde_json::json!({ "version": 1, "unit_id": town.network });
        let path = format!("/api/v1/staff/{other}");
        let refused = app.api(http::Method::PATCH, &path, &token, &moved).await.status(422).json();
        assert!(refused["error"]["violations"][0]["text"].as_str().unwrap().starts_with(reason), "{refused}");
        let filled = "SELECT count(*) FROM staff WHERE unit_id = $1 AND title_id = $2 AND state = 'active'";
        let values = vec![town.network.into(), town.technician.into()];
        let filled: Option<i64> = kernel::db::Sql::scalar(&test.db, filled, values).await.unwrap();
        assert_eq!(filled, Some(2));
    })
    .await;
}

#[tokio::test]
async fn what_is_given_up_is_no_longer_offered_and_what_was_chosen_stays() {
    each(everything(), async |test| {
        let town = town(test).await;
        let tx = test.begin().await;
        tx.run("UPDATE unit SET state = 'closed' WHERE id = $1", vec![town.parks.into()]).await.unwrap();
        tx.run("UPDATE staff SET state = 'left' WHERE id = $1", vec![town.burak.into()]).await.unwrap();
        tx.without_event("a test closes a unit and lets a person go");
        tx.commit().await.unwrap();
        let app = browser(test);
        let choice =
            |page: &testkit::Page| page.html().contains(&format!("<option value=\"{}\"", town.parks));
        let page = app.get("/teskilat/personel/yeni").await.ok();
        assert!(!choice(&page) && page.html().contains(&format!("<option value=\"{}\"", town.network)));
        // Whoever looks for what was finds it, and a form loses nothing that it has.
        assert!(choice(&app.get("/teskilat/personel").await.ok()), "a filter");
        let stays: Uuid = test
            .db
            .scalar("SELECT id FROM staff WHERE state = 'active' LIMIT 1", vec![])
            .await
            .unwrap()
            .unwrap();
        let tx = test.begin().await;
        let values = vec![town.parks.into(), stays.into()];
        tx.run("UPDATE staff SET unit_id = $1 WHERE id = $2", values).await.unwrap();
        tx.without_event("a test leaves a person in a closed unit");
        tx.commit().await.unwrap();
        assert!(choice(&app.get(&format!("/teskilat/personel/{stays}/duzenle")).await.ok()), "the form");
        // The box for many asks the same.
        app.get_part("/ara/secenek?tur=staff&q=burak").await.ok().says("Burak");
        app.get_part("/ara/secenek?tur=staff&durum=active&q=burak").await.ok().hides("Burak");
        app.get_part("/ara/secenek?tur=staff&durum=left&q=burak").await.ok().says("Burak");
        app.get_part("/ara/secenek?tur=staff&durum=active,left&q=burak").await.ok().says("Burak");
    })
    .await;
}
