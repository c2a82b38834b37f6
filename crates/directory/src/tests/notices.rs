//! Notices as people meet them: the bell, the page, the record; who is told of proposals and actings, and who is not.

use access::actions::open_account::{NewAccount, link_staff, open_account};
use kernel::job::{JobContext, Services, run_one};
use kernel::record::{self, Draft, FieldValue};
use kernel::{Actor, Instant, NewEvent, notice};
use testkit::{TestApp, each};

use super::*;
use crate::kinds;

fn with_house() -> Vec<Capability> {
    let mut all = vec![web::house()];
    all.extend(capabilities());
    all
}

fn app(test: &TestDb) -> TestApp {
    test.app(web::house_routes().and(access::routes()).and(crate::routes()))
}

/// An account of a person with a role, and the actor that the role makes of it.
async fn account(test: &TestDb, town: &Town, code: &str, username: &str, staff: Uuid) -> Actor {
    let tx = test.begin().await;
    access::sync_roles(&tx, &test.registry).await.unwrap();
    let new = NewAccount {
        username: username.into(),
        name: username.into(),
        role: code.into(),
        ..NewAccount::default()
    };
    let id = open_account(&tx, &new).await.unwrap();
    link_staff(&tx, id, Some(staff)).await.unwrap();
    // What setting up the account said is not what these tests are about.
    notice::mark_read(&tx, id, &notice::MarkedBy::UpTo(Uuid::max())).await.unwrap();
    tx.commit().await.unwrap();
    Actor { account_id: Some(id), ..role(test, town, code, staff) }
}

async fn unread(test: &TestDb, actor: &Actor) -> Vec<String> {
    let page = notice::page(&test.db, actor.account_id.unwrap(), None, 50).await.unwrap();
    page.lines.into_iter().filter(|line| !line.is_read()).map(|line| line.key).collect()
}

async fn acting(test: &TestDb, by: &Actor, town: &Town, days: i64) -> Uuid {
    let tx = test.begin_as(&test.act_of(by)).await;
    let mut draft = Draft::default();
    draft.set("unit_id", FieldValue::Id(town.it));
    draft.set("principal_id", FieldValue::Id(town.ayse));
    draft.set("substitute_id", FieldValue::Id(town.burak));
    draft.set("from_at", FieldValue::Int(tx.at().0));
    draft.set("until_at", FieldValue::Int(tx.at().plus_us(days * Instant::DAY_US).0));
    let id = record::create(&tx, &kinds::acting::kind(), draft).await.unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn a_proposal_waits_in_the_bell_of_who_may_approve_and_the_decision_in_the_proposers() {
    each(with_house(), async |test| {
        let town = town(test).await;
        let director = account(test, &town, "director", "ayse", town.ayse).await;
        let deputy = account(test, &town, "deputy_mayor", "hulya", town.hulya).await;
        let staff = account(test, &town, "staff", "burak", town.burak).await;
        let kind = kinds::appointment::kind();
        let tx = test.begin_as(&test.act_of(&director)).await;
        let mut draft = Draft::default();
        draft.set("subject", text("Ağ ve Sistem Sorumlusu"));
        draft.set("staff_id", FieldValue::Id(town.burak));
        draft.set("unit_id", FieldValue::Id(town.network));
        draft.set("starts_on", text("2026-11-05"));
        let id = record::create(&tx, &kind, draft).await.unwrap();
        record::run_verb(&tx, &kind, id, "oner", "").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(unread(test, &deputy).await, ["directory.approval"], "two units above");
        assert!(unread(test, &director).await.is_empty() && unread(test, &staff).await.is_empty());

        let app = app(test);
        app.sign_in(deputy.clone());
        let page = app.get("/").await.ok();
        assert!(page.html().contains("aria-label=\"Bildirimler: 1 okunmamış\""), "{}", page.html());
        let page = app.get("/bildirimler").await.ok().queries_at_most(12);
        let page = page.says("“Ağ ve Sistem Sorumlusu” onayınızı bekliyor").says("Okunmamış");
        let link =
            page.html().split("href=\"/bildirimler/").nth(1).unwrap().split('"').next().unwrap().to_string();
        app.get(&format!("/bildirimler/{link}")).await.leads_to(&format!("/teskilat/sorumlular/{id}"));
        let page = app.get("/bildirimler").await.ok().says("Okunanlar").hides("Okunmamış");
        assert!(page.html().contains("aria-label=\"Bildirimler\""));
        app.sign_in(staff.clone());
        app.get(&format!("/bildirimler/{link}")).await.status(404);

        let tx = test.begin_as(&test.act_of(&deputy)).await;
        record::run_verb(&tx, &kind, id, "onayla", "").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(unread(test, &staff).await, ["directory.appointed"]);
        assert_eq!(unread(test, &director).await, ["directory.decided"]);
        assert!(unread(test, &deputy).await.is_empty(), "nobody is told of their own act");
    })
    .await;
}

#[tokio::test]
async fn who_acts_for_an_approver_is_told_and_who_may_approve_elsewhere_is_not() {
    each(with_house(), async |test| {
        let town = town(test).await;
        let director = account(test, &town, "director", "ayse", town.ayse).await;
        let substitute = account(test, &town, "staff", "burak", town.burak).await;
        let elsewhere = {
            let tx = test.begin().await;
            let boss = person(&tx, "9", "Ömer Tan", town.parks, town.director).await.unwrap();
            tx.commit().await.unwrap();
            account(test, &town, "deputy_mayor", "omer", boss).await
        };
        let deputy = account(test, &town, "deputy_mayor", "hulya", town.hulya).await;
        let tx = test.begin().await;
        let mut draft = Draft::default();
        draft.set("unit_id", FieldValue::Id(town.deputy_unit));
        draft.set("principal_id", FieldValue::Id(town.hulya));
        draft.set("substitute_id", FieldValue::Id(town.burak));
        draft.set("from_at", FieldValue::Int(tx.at().0));
        draft.set("until_at", FieldValue::Int(tx.at().plus_us(5 * Instant::DAY_US).0));
        let kind = kinds::acting::kind();
        let id = record::create(&tx, &kind, draft).await.unwrap();
        record::run_verb(&tx, &kind, id, "onayla", "").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(unread(test, &substitute).await, ["directory.acting"], "powers were given to him");
        let kind = kinds::appointment::kind();
        let tx = test.begin_as(&test.act_of(&director)).await;
        let mut draft = Draft::default();
        draft.set("subject", text("Kablolama Sorumlusu"));
        draft.set("staff_id", FieldValue::Id(town.burak));
        draft.set("unit_id", FieldValue::Id(town.it));
        draft.set("starts_on", text("2026-11-05"));
        let id = record::create(&tx, &kind, draft).await.unwrap();
        record::run_verb(&tx, &kind, id, "oner", "").await.unwrap();
        tx.commit().await.unwrap();
        assert!(unread(test, &substitute).await.contains(&"directory.approval".to_string()));
        assert!(unread(test, &deputy).await.contains(&"directory.approval".to_string()));
        assert!(unread(test, &elsewhere).await.is_empty(), "another unit's approver");
    })
    .await;
}

#[tokio::test]
async fn a_day_before_an_acting_ends_both_people_hear_it_once() {
    each(with_house(), async |test| {
        let town = town(test).await;
        let director = account(test, &town, "director", "ayse", town.ayse).await;
        let staff = account(test, &town, "staff", "burak", town.burak).await;
        let id = acting(test, &director, &town, 3).await;
        let tx = test.begin().await;
        record::run_verb(&tx, &kinds::acting::kind(), id, "onayla", "").await.unwrap();
        tx.commit().await.unwrap();
        let warn = async || {
            let context = JobContext {
                db: test.db.clone(),
                clock: test.clock.clone(),
                registry: test.registry.clone(),
                services: std::sync::Arc::new(Services::default()),
            };
            let tx = test.begin().await;
            tx.without_event("a job of this test");
            let job = "directory.warn_of_actings";
            kernel::job::enqueue(&tx, job, &serde_json::Value::Null, None, tx.at()).await.unwrap();
            tx.commit().await.unwrap();
            assert!(run_one(&context, "deneme").await.unwrap());
        };
        let endings = async |actor: &Actor| {
            let all = unread(test, actor).await;
            all.iter().filter(|key| *key == "directory.acting_ending").count()
        };
        warn().await;
        assert_eq!(endings(&staff).await, 0, "three days are no news");
        test.clock.advance_us(2 * Instant::DAY_US + Instant::HOUR_US);
        warn().await;
        warn().await;
        assert_eq!((endings(&staff).await, endings(&director).await), (1, 1));
        let app = app(test);
        // He does not see the acting itself, whose owner is the one he stands in for; but it is his, too.
        app.sign_in(staff);
        app.get("/bildirimler").await.ok().says("Vekâletin bitmesine bir gün kaldı");
    })
    .await;
}

#[tokio::test]
async fn several_notices_of_a_record_stand_together_and_what_may_not_be_seen_is_not_said() {
    each(with_house(), async |test| {
        let town = town(test).await;
        let staff = account(test, &town, "staff", "burak", town.burak).await;
        let director = account(test, &town, "director", "ayse", town.ayse).await;
        let record = kernel::Ref::new("staff", town.burak);
        for words in ["İlk söz", "İkinci söz"] {
            let tx = test.begin_as(&test.act_of(&director)).await;
            let event = NewEvent::new(record.clone(), "Burak Er", "commented").note(words);
            tx.record(event.scope(Some(town.network), Some(town.burak))).await.unwrap();
            tx.commit().await.unwrap();
        }
        let app = app(test);
        let token = app.sign_in(staff.clone());
        let page = app.get("/bildirimler").await.ok();
        page.says("“Burak Er” kaydına not yazdı").says("Aynı kayıtta 1 bildirim daha").says("İkinci söz");
        let list = app.api(http::Method::GET, "/api/v1/notice", &token, &serde_json::Value::Null).await;
        let list = list.ok().json();
        let items = list["items"].as_array().unwrap();
        let waiting = items.iter().filter(|item| item["read_at"].is_null()).count();
        assert_eq!((list["unread"].as_i64(), waiting), (Some(2), 2));

        // The same account without the power to see staff.
        let token = app.sign_in(Actor { grants: Default::default(), ..staff });
        let page = app.get("/bildirimler").await.ok();
        page.says("Artık görme yetkiniz olmayan").hides("Burak Er” kaydına").hides("İkinci söz");
        let list = app.api(http::Method::GET, "/api/v1/notice", &token, &serde_json::Value::Null).await;
        let list = list.ok().json();
        assert!(list["items"][0]["subject"].is_null() && list["items"][0]["path"].is_null(), "{list}");
        let event = list["items"][0]["id"].as_str().unwrap().to_string();
        app.get(&format!("/bildirimler/{event}")).await.leads_to("/bildirimler");
        app.get("/bildirimler").await.ok().hides("Okunmamış");
    })
    .await;
}

#[tokio::test]
async fn reading_muting_and_following_work_as_forms_and_for_programs() {
    each(with_house(), async |test| {
        let town = town(test).await;
        let staff = account(test, &town, "staff", "burak", town.burak).await;
        let director = account(test, &town, "director", "ayse", town.ayse).await;
        let app = app(test);
        let page = format!("/teskilat/personel/{}", town.hulya);
        let say = async || {
            app.sign_in(director.clone());
            app.post(&format!("{page}/yorum"), &[("metin", "Bir söz")]).await.leads_to(&page);
        };
        let token = app.sign_in(staff.clone());
        app.get(&page).await.ok().says("Takip et").queries_at_most(12);
        app.post(&format!("{page}/takip"), &[("eylem", "evet")]).await.leads_to(&page);
        app.get(&page).await.ok().says("Takibi bırak");
        say().await;
        assert_eq!(unread(test, &staff).await, ["house.commented"]);
        app.sign_in(staff.clone());
        let list = app.get("/bildirimler").await.ok();
        let up_to = list.value("kadar").unwrap();
        app.post("/bildirimler/okundu", &[("kadar", &up_to)]).await.leads_to("/bildirimler");
        assert!(unread(test, &staff).await.is_empty());
        app.post("/bildirimler/okundu", &[]).await.status(422);

        say().await;
        let list =
            app.api(http::Method::GET, "/api/v1/notice", &token, &serde_json::Value::Null).await.json();
        let path = format!("/api/v1/notice/{}/read", list["items"][0]["id"].as_str().unwrap());
        let done = app.api(http::Method::POST, &path, &token, &serde_json::Value::Null).await.ok().json();
        assert_eq!(done["read"], 1);

        app.sign_in(staff.clone());
        let wanted = ["directory.acting", "access.password"].map(|key| ("istenen", key));
        app.post("/bildirimler/tercihler", &wanted).await.leads_to("/bildirimler");
        let muted = notice::muted(&test.db, staff.account_id.unwrap()).await.unwrap();
        assert!(muted.contains(&"house.commented".to_string()));
        assert!(
            !muted.iter().any(|key| key == "directory.acting" || key.starts_with("access.p")),
            "{muted:?}"
        );
        say().await;
        assert!(unread(test, &staff).await.is_empty());
        app.sign_in(staff);
        app.post(&format!("{page}/takip"), &[("eylem", "hayir")]).await.leads_to(&page);
        app.get(&page).await.ok().says("Takip et");
    })
    .await;
}
