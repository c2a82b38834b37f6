//! Saved views: one's own, shared with a unit or everybody, and the one a list opens with.

use http::Method;
use kernel::db::Sql;
use kernel::{Actor, Scope};
use serde_json::{Value as Json, json};
use testkit::{Person, TestApp, TestDb, each};
use uuid::Uuid;

const LIST: &str = "/kayitlar";
const QUERY: &str = "source=job&sirala=-at";

fn unit(number: u128) -> Uuid {
    Uuid::from_u128(0xa0 + number)
}

/// Somebody who sees the list and may share within a unit, or with everybody.
fn person(name: &str, in_unit: u128, shares: Option<Scope>) -> Actor {
    let person = Person::new(name).unit(unit(in_unit)).may("house.event.view", Scope::Own);
    match shares {
        Some(scope) => person.may("house.view.share", scope).actor(),
        None => person.actor(),
    }
}

async fn app(test: &TestDb) -> TestApp {
    // The directory of records, which knows what accounts are called.
    let tx = test.begin().await;
    tx.without_event("names of this test");
    let owner = Person::new("Ayşe").actor().account_id.unwrap();
    let sql = "INSERT INTO record (kind, id, number, title, is_removed) VALUES ('account', $1, '', 'Ayşe Kaya', FALSE)";
    tx.run(sql, vec![owner.into()]).await.unwrap();
    tx.commit().await.unwrap();
    test.app(web::house_routes())
}

async fn save(app: &TestApp, name: &str, with: &str) -> u16 {
    let fields = [("ad", name), ("sorgu", QUERY), ("kiminle", with)];
    app.post(&format!("{LIST}/gorunum"), &fields).await.status.as_u16()
}

async fn id_of(test: &TestDb, name: &str) -> Uuid {
    let sql = "SELECT id FROM saved_view WHERE name = $1";
    test.db.scalar(sql, vec![name.into()]).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_view_reaches_whom_it_is_shared_with_and_says_whose_it_is() {
    each(vec![web::house()], async |test| {
        let app = app(test).await;
        let ayse = person("Ayşe", 1, Some(Scope::Units(vec![unit(1)])));
        app.sign_in(ayse.clone());
        assert_eq!(save(&app, "Benim", "ben").await, 303);
        assert_eq!(save(&app, "Birimin", "birim").await, 303);
        assert_eq!(save(&app, "Herkesin", "herkes").await, 403, "her scope ends at her unit");
        app.get(LIST).await.ok().says("Benim").says("Birimin").hides("Birimin · ").queries_at_most(12);

        app.sign_in(person("Komşu", 1, None));
        let list = app.get(LIST).await.ok();
        list.says("Birimin · Ayşe Kaya").hides("Benim");
        assert_eq!(save(&app, "İzinsiz", "birim").await, 403);
        app.get(&format!("{LIST}/gorunum")).await.ok().says("Sahibi: Ayşe Kaya").hides("Sil");
        app.sign_in(person("Uzak", 2, None));
        app.get(LIST).await.ok().hides("Birimin").hides("Benim");

        app.sign_in(person("Baş", 9, Some(Scope::All)));
        assert_eq!(save(&app, "Herkesin", "herkes").await, 303);
        app.sign_in(person("Uzak", 2, None));
        app.get(LIST).await.ok().says("Herkesin ·");
    })
    .await;
}

#[tokio::test]
async fn a_shared_view_is_changed_by_its_owner_and_by_who_keeps_order_and_gives_no_right() {
    each(vec![web::house()], async |test| {
        let app = app(test).await;
        let ayse = person("Ayşe", 1, Some(Scope::Units(vec![unit(1)])));
        app.sign_in(ayse.clone());
        save(&app, "Birimin", "birim").await;
        save(&app, "Benim", "ben").await;
        let (shared, own) = (id_of(test, "Birimin").await, id_of(test, "Benim").await);
        let post = async |id: Uuid, verb: &str, with: &str| {
            let fields = [("kiminle", with), ("eylem", "evet")];
            app.post(&format!("{LIST}/gorunum/{id}/{verb}"), &fields).await.status.as_u16()
        };
        app.sign_in(person("Komşu", 1, Some(Scope::Units(vec![unit(1)]))));
        assert_eq!(post(shared, "sil", "").await, 403);
        assert_eq!(post(shared, "paylas", "ben").await, 403);
        assert_eq!(post(own, "sil", "").await, 404, "what is not shared is not there");
        assert_eq!(post(own, "varsayilan", "").await, 404);
        app.sign_in(person("Uzak", 2, None));
        assert_eq!(post(shared, "sil", "").await, 404);
        // Powers come from the person: nobody without the permission opens the list by a view.
        app.sign_in(Person::new("Yetkisiz").unit(unit(1)).actor());
        app.get(&format!("{LIST}?{QUERY}")).await.status(403);

        let keeper =
            Person::new("Yönetici").may("house.event.view", Scope::All).may("house.view.manage", Scope::All);
        app.sign_in(keeper.actor());
        app.get(&format!("{LIST}/gorunum")).await.ok().says("Birimin").hides("Benim");
        assert_eq!(post(shared, "paylas", "herkes").await, 403, "giving it on is the owner's");
        assert_eq!(post(own, "sil", "").await, 404, "what is nobody else's stays so");
        assert_eq!(post(shared, "paylas", "ben").await, 303);
        app.sign_in(person("Komşu", 1, None));
        app.get(LIST).await.ok().hides("Birimin");
        app.sign_in(ayse);
        assert_eq!(post(shared, "paylas", "birim").await, 303);
        assert_eq!(post(shared, "sil", "").await, 303);
        // Without the events that speak of it.
        app.get(&format!("{LIST}?source=import")).await.ok().hides("Birimin").says("Benim");
        let told: Option<i64> = test
            .db
            .scalar("SELECT count(*) FROM event WHERE subject_kind = 'saved_view'", vec![])
            .await
            .unwrap();
        assert_eq!(told, Some(5), "made twice, taken back, given again, removed");
    })
    .await;
}

#[tokio::test]
async fn a_list_opens_with_the_view_a_person_chose_and_the_whole_list_is_one_step_away() {
    each(vec![web::house()], async |test| {
        let app = app(test).await;
        let ayse = person("Ayşe", 1, Some(Scope::Units(vec![unit(1)])));
        app.sign_in(ayse.clone());
        save(&app, "Birimin", "birim").await;
        let id = id_of(test, "Birimin").await;
        let choose = async |value: &str| {
            app.post(&format!("{LIST}/gorunum/{id}/varsayilan"), &[("eylem", value)])
                .await
                .leads_to("/kayitlar/gorunum");
        };
        app.sign_in(person("Komşu", 1, None));
        choose("evet").await;
        choose("evet").await;
        app.get(LIST).await.leads_to(&format!("{LIST}?{QUERY}"));
        app.get(&format!("{LIST}?{QUERY}")).await.ok();
        let whole = app.get(&format!("{LIST}?gorunum=tumu")).await.ok();
        assert!(
            whole.html().contains("href=\"/kayitlar?gorunum=tumu\" aria-current=\"page\""),
            "{}",
            whole.html()
        );
        app.sign_in(ayse.clone());
        app.get(LIST).await.ok();
        // Taken back by its owner, it opens nobody's list any more.
        app.post(&format!("{LIST}/gorunum/{id}/paylas"), &[("kiminle", "ben")])
            .await
            .leads_to("/kayitlar/gorunum");
        app.sign_in(person("Komşu", 1, None));
        app.get(LIST).await.ok().hides("Birimin");
        app.sign_in(ayse);
        choose("evet").await;
        app.get(LIST).await.leads_to(&format!("{LIST}?{QUERY}"));
        choose("hayir").await;
        app.get(LIST).await.ok();
    })
    .await;
}

#[tokio::test]
async fn programs_keep_views_by_the_same_rules() {
    each(vec![web::house()], async |test| {
        let app = app(test).await;
        let ayse = app.sign_in(person("Ayşe", 1, Some(Scope::Units(vec![unit(1)]))));
        let neighbour = app.sign_in(person("Komşu", 1, None));
        let path = "/api/v1/saved-view";
        let call = async |method: Method, path: &str, token: &str, body: Json| {
            app.api(method, path, token, &body).await
        };
        let new = json!({ "kind": "event", "name": "Birimin", "query": QUERY, "shared_with": "unit" });
        let made = call(Method::POST, path, &ayse, new.clone()).await.status(201).json();
        assert_eq!((&made["shared_with"], &made["owner"]), (&json!("unit"), &json!("Ayşe Kaya")));
        call(Method::POST, path, &neighbour, new).await.status(403);
        call(Method::POST, path, &ayse, json!({ "kind": "event", "name": "" })).await.status(422);
        call(Method::POST, path, &ayse, json!({ "kind": "yok", "name": "x" })).await.status(422);
        let wrong = json!({ "kind": "event", "name": "x", "shared_with": "herkes" });
        call(Method::POST, path, &ayse, wrong).await.status(422);
        let seen = call(Method::GET, &format!("{path}?kind=event"), &neighbour, Json::Null).await.ok().json();
        assert_eq!(
            (&seen["items"][0]["name"], &seen["items"][0]["is_own"]),
            (&json!("Birimin"), &json!(false))
        );
        let one = format!("{path}/{}", made["id"].as_str().unwrap());
        call(Method::PATCH, &one, &neighbour, json!({ "shared_with": "me" })).await.status(403);
        let first = call(Method::PATCH, &one, &neighbour, json!({ "is_default": true })).await.ok().json();
        assert_eq!(first["is_default"], true);
        call(Method::POST, &format!("{one}/delete"), &neighbour, Json::Null).await.status(403);
        call(Method::POST, &format!("{one}/delete"), &ayse, Json::Null).await.ok();
        call(Method::PATCH, &one, &ayse, json!({ "shared_with": "me" })).await.status(404);
    })
    .await;
}
