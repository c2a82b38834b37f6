//! Notices that stand for several of one act: how many, and where they are found.

use kernel::event::Event;
use kernel::notice::{About, Many, Notice, Reach};
use kernel::record::Kind;
use kernel::{Boxed, Capability, NewEvent, Ref, Result, Scope, Tx};
use testkit::{Person, TestApp, each};
use uuid::Uuid;

fn owner<'a>(_tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move { Ok(event.owner_id.into_iter().collect()) })
}

fn papers() -> Capability {
    let mut kind = Kind::new("paper", "belge", "Belgeler", "/belgeler", "papers.view");
    kind.owner = Some("owner_id");
    let notice = |key, verb, many| Notice {
        key,
        label_tr: "Deneme",
        on: verb,
        receivers: owner,
        sentence_tr: "{who} bir belge verdi: {title}.",
        path: None,
        many,
        about: About::Person,
    };
    let many =
        Many { sentence_tr: "{who} size {count} belge geri verdi.", path: Some("/belgeler?durum=geri") };
    Capability {
        id: "papers",
        kinds: vec![kind],
        notices: vec![
            notice("papers.given", &[("paper", "given")], None),
            notice("papers.returned", &[("paper", "returned")], Some(many)),
        ],
        ..Capability::default()
    }
}

#[tokio::test]
async fn one_notice_says_how_many_records_an_act_was_about_and_leads_to_their_list() {
    each(vec![web::house(), papers()], async |test| {
        let reader = Person::new("Okuyan").may("papers.view", Scope::All).actor();
        let blind = Person::new("Görmeyen").actor();
        let writer = Person::new("Yazan").actor();
        let tx = test.begin_as(&test.act_of(&writer)).await;
        let mut first = Vec::new();
        for (told, verb) in [(&reader, "given"), (&reader, "returned"), (&blind, "given")] {
            for number in 0..3 {
                let paper = Ref::new("paper", Uuid::from_u128(0xb000 + number));
                let event = NewEvent::new(paper, "Belge 1", verb).scope(None, told.account_id);
                let event = tx.record(event).await.unwrap();
                if number == 0 {
                    first.push(event.id);
                }
            }
        }
        tx.commit().await.unwrap();
        let app = TestApp::new(test, web::house_routes());
        let token = app.sign_in(reader);
        let page = app.get("/bildirimler").await.ok();
        page.says("Yazan bir belge verdi: Belge 1. Aynı anda 2 belge daha.")
            .says("Yazan size 3 belge geri verdi.");
        let list =
            app.api(http::Method::GET, "/api/v1/notice", &token, &serde_json::Value::Null).await.json();
        let more: Vec<_> = list["items"].as_array().unwrap().iter().map(|one| one["more"].as_i64()).collect();
        assert_eq!((more, list["unread"].as_i64()), (vec![Some(2), Some(2)], Some(2)));
        app.get(&format!("/bildirimler/{}", first[0])).await.leads_to("/belgeler");
        app.get(&format!("/bildirimler/{}", first[1])).await.leads_to("/belgeler?durum=geri");
        app.get("/bildirimler").await.ok().says("Okunanlar");
        // Who may not open the list is led nowhere.
        app.sign_in(blind);
        app.get(&format!("/bildirimler/{}", first[2])).await.leads_to("/bildirimler");
    })
    .await;
}
