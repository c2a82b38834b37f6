//! A person leaves on a day (ORG-1, ORG-3): today, earlier or later; until then they are at work, and nothing of theirs outlives it.

use std::sync::Arc;

use access::Directory;
use access::actions::open_account::{NewAccount, open_account};
use kernel::db::Sql;
use kernel::job::{JobContext, Services};
use kernel::record;
use serde_json::Value as Json;
use testkit::{TestApp, each};

use super::*;
use crate::{DirectoryPowers, kinds, leaving, store};

const DAY: i64 = 86_400;

async fn book(test: &TestDb, staff: Uuid, said: &str) -> Result<()> {
    let tx = test.begin().await;
    record::run_verb(&tx, &kinds::staff::kind(), staff, "ayril", said).await?;
    tx.commit().await
}

async fn run(test: &TestDb) {
    let context = JobContext {
        db: test.db.clone(),
        clock: test.clock.clone(),
        registry: test.registry.clone(),
        services: Arc::new(Services::default()),
    };
    (leaving::job().run)(&context, &Json::Null).await.unwrap();
}

async fn state(test: &TestDb, staff: Uuid) -> (String, String, Option<String>) {
    let of = async |column: &str| -> Option<String> {
        let sql = format!("SELECT {column} FROM staff WHERE id = $1");
        test.db.scalar::<String>(&sql, vec![staff.into()]).await.unwrap()
    };
    (of("state").await.unwrap(), of("leaving").await.unwrap(), of("left_on").await)
}

async fn count(test: &TestDb, sql: &str) -> i64 {
    test.db.scalar(sql, vec![]).await.unwrap().unwrap()
}

async fn has_unit(test: &TestDb, staff: Uuid) -> bool {
    let units = DirectoryPowers.units_of(&test.db, &[staff], test.clock.now()).await.unwrap();
    units.contains_key(&staff)
}

async fn appointed(test: &TestDb, town: &Town) {
    let kind = kinds::appointment::kind();
    let tx = test.begin_as(&test.act_of(&role(test, town, "director", town.ayse))).await;
    let mut draft = Draft::default();
    draft.set("subject", text("Yedekleme Sorumlusu"));
    draft.set("staff_id", FieldValue::Id(town.burak));
    draft.set("unit_id", FieldValue::Id(town.network));
    draft.set("starts_on", text("2026-11-01"));
    let id = record::create(&tx, &kind, draft).await.unwrap();
    record::run_verb(&tx, &kind, id, "oner", "").await.unwrap();
    tx.commit().await.unwrap();
    let tx = test.begin_as(&test.act_of(&role(test, town, "deputy_mayor", town.hulya))).await;
    record::run_verb(&tx, &kind, id, "onayla", "").await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn until_the_day_a_person_is_at_work_and_on_it_post_powers_duties_and_account_end_by_themselves() {
    each(capabilities(), async |test| {
        let town = town(test).await;
        appointed(test, &town).await;
        let tx = test.begin().await;
        access::sync_roles(&tx, &test.registry).await.unwrap();
        let new = |username: &str, role: &str, staff_id| NewAccount {
            username: username.into(),
            name: username.into(),
            role: role.into(),
            staff_id,
            ..NewAccount::default()
        };
        open_account(&tx, &new("yonetici", "admin", None)).await.unwrap();
        open_account(&tx, &new("burak", "staff", Some(town.burak))).await.unwrap();
        tx.commit().await.unwrap();
        book(test, town.burak, "10.11.2026 emeklilik").await.unwrap();
        let coming = ("active".to_string(), "coming".to_string(), Some("2026-11-10".to_string()));
        assert_eq!(state(test, town.burak).await, coming);
        test.advance_seconds(4 * DAY);
        run(test).await;
        assert_eq!(state(test, town.burak).await.0, "active", "the ninth is a day of work");
        assert!(has_unit(test, town.burak).await);
        test.advance_seconds(DAY);
        assert!(!has_unit(test, town.burak).await, "at midnight, whenever the job comes");
        run(test).await;
        run(test).await;
        let gone = ("left".to_string(), "none".to_string(), Some("2026-11-10".to_string()));
        assert_eq!(state(test, town.burak).await, gone);
        for (what, number) in [
            ("event WHERE verb = 'staff_left'", 1),
            ("event WHERE verb = 'staff_left_holding'", 0),
            ("event WHERE verb = 'appointment_ended' AND note LIKE 'Kişi görevinden ayrıldı%'", 1),
            ("appointment WHERE state = 'ended'", 1),
            ("account WHERE username = 'burak' AND state = 'closed'", 1),
        ] {
            assert_eq!(count(test, &format!("SELECT count(*) FROM {what}")).await, number, "{what}");
        }
        let posts = store::positions_of(&test.db, town.burak).await.unwrap();
        assert_eq!(posts[0].to_on.as_deref(), Some("2026-11-10"));
    })
    .await;
}

#[tokio::test]
async fn a_leaving_to_come_is_moved_or_taken_back_and_a_move_meanwhile_keeps_its_end() {
    each(capabilities(), async |test| {
        let town = town(test).await;
        let kind = kinds::staff::kind();
        let ends = async || {
            let posts = store::positions_of(&test.db, town.burak).await.unwrap();
            posts.into_iter().map(|post| (post.unit_id, post.to_on)).collect::<Vec<_>>()
        };
        let day = |text: &str| Some(text.to_string());
        book(test, town.burak, "20.11.2026 nakil").await.unwrap();
        book(test, town.burak, "2026-11-25 nakil").await.unwrap();
        assert_eq!(ends().await, [(town.network, day("2026-11-25"))]);
        let tx = test.begin().await;
        assert!(change(&tx, &kind, town.burak, &[("unit_id", FieldValue::Id(town.it))]).await.unwrap());
        assert!(change(&tx, &kind, town.burak, &[("phone", text("0312 111 22 33"))]).await.unwrap());
        let typed = change(&tx, &kind, town.burak, &[("left_on", text("2026-11-26"))]).await.unwrap_err();
        assert_eq!(codes(&typed), ["staff.not_left"]);
        tx.commit().await.unwrap();
        let moved = (town.network, day("2026-11-05"));
        assert_eq!(ends().await, [(town.it, day("2026-11-25")), moved.clone()]);
        let tx = test.begin().await;
        record::run_verb(&tx, &kind, town.burak, "ayrilisi-geri-al", "vazgeçti").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(ends().await, [(town.it, None), moved]);
        assert_eq!(state(test, town.burak).await, ("active".into(), "none".into(), None));
        let tx = test.begin().await;
        let again =
            record::run_verb(&tx, &kind, town.burak, "ayrilisi-geri-al", "vazgeçti").await.unwrap_err();
        assert_eq!(codes(&again), ["staff.not_leaving"]);
        drop(tx);
        test.advance_seconds(60 * DAY);
        run(test).await;
        assert_eq!(state(test, town.burak).await.0, "active");
    })
    .await;
}

#[tokio::test]
async fn a_day_of_leaving_is_one_that_can_be_and_the_reason_is_asked() {
    each(capabilities(), async |test| {
        let town = town(test).await;
        for (said, code) in [
            ("", "GRK-001"),
            ("05.11.2026", "GRK-001"),
            ("05.11.2026   ", "GRK-001"),
            ("yarın emeklilik", "GRK-003"),
            ("28.02.2021 emeklilik", "staff.before_post"),
            ("07.11.2027 emeklilik", "staff.too_far"),
        ] {
            let refused = book(test, town.burak, said).await.unwrap_err();
            assert_eq!(codes(&refused), [code], "{said}");
            assert_eq!(refused.violations[0].field, record::REASON, "{said}");
        }
        assert_eq!(state(test, town.burak).await, ("active".into(), "none".into(), None));
        book(test, town.burak, "5 Ekim 2026\nemeklilik").await.unwrap();
        let left = ("left".to_string(), "none".to_string(), Some("2026-10-05".to_string()));
        assert_eq!(state(test, town.burak).await, left);
        let note = "SELECT note FROM event WHERE verb = 'staff_leaving'";
        let note: Option<String> = test.db.scalar(note, vec![]).await.unwrap();
        assert_eq!(note.as_deref(), Some("05.10.2026 emeklilik"));
    })
    .await;
}

#[tokio::test]
async fn several_people_leave_on_one_day_from_the_list_and_what_was_typed_is_kept() {
    each(vec![web::house(), access::capability(), crate::capability()], async |test| {
        let town = town(test).await;
        let app = TestApp::new(test, web::house_routes().and(crate::routes()));
        app.sign_in_as("admin", &[], None);
        let (burak, ayse) = (town.burak.to_string(), town.ayse.to_string());
        let chosen = [("id", burak.as_str()), ("id", ayse.as_str()), ("eylem", "ayril")];
        let bulk = "/teskilat/personel/toplu";
        app.post(bulk, &chosen).await.ok().says("Ayrılma tarihi").says("Ayrılış nedeni");
        let with = |day: &'static str, why: &'static str| {
            let mut fields = chosen.to_vec();
            fields.extend([("onayli", "evet"), ("gerekce", day), ("neden", why)]);
            fields
        };
        let refused = app.post(bulk, &with("31.31.2026", "Emeklilik")).await.status(422);
        assert!(refused.html().contains("Emeklilik"), "what was typed is kept");
        app.post(bulk, &with("1.12.2026", "")).await.status(422).says("Ayrılış nedeni yazın");
        app.post(bulk, &with("1.12.2026", "Emeklilik")).await.leads_to("/teskilat/personel");
        let list = app.get("/teskilat/personel?leaving=coming").await.ok().says("Ayrılacaklar");
        list.says("Burak Er").says("Ayşe Kaya").hides("Hülya Karaca");
        app.get("/").await.ok().says("Ayrılacak personel");
        let person = format!("/teskilat/personel/{burak}");
        app.get(&person).await.ok().says("Ayrılıştan vazgeç").says("01.12.2026");
        let withdraw = [("eylem", "ayrilisi-geri-al"), ("onayli", "evet"), ("gerekce", "Vazgeçti")];
        app.post(&format!("{person}/eylem"), &withdraw).await.leads_to(&person);
        assert!(!app.get(&person).await.ok().html().contains("value=\"ayrilisi-geri-al\""));
        app.get("/teskilat/personel?leaving=coming").await.ok().hides("Burak Er");
    })
    .await;
}

#[tokio::test]
async fn several_people_are_brought_to_a_unit_and_who_finds_no_post_there_is_named() {
    each(vec![web::house(), access::capability(), crate::capability()], async |test| {
        let town = town(test).await;
        let tx = test.begin().await;
        crate::set_norm(&tx, town.it, town.technician, 1, "").await.unwrap();
        let cem = person(&tx, "10", "Cem Ak", town.network, town.technician).await.unwrap();
        tx.commit().await.unwrap();
        let app = TestApp::new(test, web::house_routes().and(crate::routes()));
        app.sign_in_as("admin", &[], None);
        let path = "/teskilat/personel/tasi";
        let (burak, cem_id, it) = (town.burak.to_string(), cem.to_string(), town.it.to_string());
        let ticked = [("eylem", "tasi"), ("id", burak.as_str()), ("id", cem_id.as_str())];
        app.post(path, &ticked).await.ok().says("2 kişi").says("Yeni birim").says("Değişmesin");
        let carried = format!("{burak},{cem_id}");
        let send = |more: &[(&'static str, &str)]| {
            let mut fields = vec![("secilenler".to_string(), carried.clone())];
            fields.extend(more.iter().map(|(name, value)| (name.to_string(), value.to_string())));
            fields
        };
        let post = async |fields: Vec<(String, String)>| {
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            app.post(path, &fields).await
        };
        post(send(&[])).await.status(422).says("Yeni birimi, yeni unvanı ya da ikisini seçin");
        post(send(&[("birim_metin", "Olmayan")])).await.status(422).says("“Olmayan” bulunamadı");
        post(send(&[("birim", &it), ("tarih", "dün")])).await.status(422);
        let done = post(send(&[("birim", &it), ("tarih", "1.11.2026")])).await.ok();
        done.says("1 kişinin görev yeri değişti, 1 kişininki değişmedi").says("boş kadro yok");
        let posts = store::positions_of(&test.db, town.burak).await.unwrap();
        let (first, _) = posts.split_first().unwrap();
        assert_eq!((first.unit_id, first.from_on.as_str()), (town.it, "2026-11-01"));
        // The same once more changes nothing of who is there already.
        post(send(&[("birim", &it)])).await.ok().says("0 kişinin");
        app.post(&format!("/teskilat/personel/{burak}/tasi"), &[]).await.ok().says("1 kişi");
        app.sign_in_as("staff", &[], Some(town.burak));
        post(send(&[("birim", &it)])).await.status(403);
    })
    .await;
}
