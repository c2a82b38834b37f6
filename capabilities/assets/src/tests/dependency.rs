//! What stands on what, and what stops with it.

use testkit::{TestDb, each};

use super::town::{Town, capabilities};

async fn service(town: &Town<'_>, name: &str) -> String {
    let unit = town.unit.to_string();
    let typed = [("name", name), ("criticality", "critical"), ("unit_id", unit.as_str())];
    let address = town.app.post("/bilisim-hizmetleri/yeni", &typed).await.location().unwrap();
    address.rsplit('/').next().unwrap().to_string()
}

#[tokio::test]
async fn what_stops_with_a_switch_is_drawn_and_told() {
    each(capabilities(), async |test: &TestDb| {
        let town = Town::new(test).await;
        town.as_clerk();
        let switch = town.enter("Omurga anahtarı", "SW1").await;
        let switch_id = switch.rsplit('/').next().unwrap().to_string();
        let (login, portal) = (service(&town, "Kimlik doğrulama").await, service(&town, "E-belediye").await);
        let sms = service(&town, "SMS").await;
        let needs = async |fields: &[(&str, &str)]| town.app.post("/bagimliliklar/yeni", fields).await;
        needs(&[("service_id", &login), ("needs_asset_id", &switch_id), ("effect", "stops")])
            .await
            .location()
            .unwrap();
        needs(&[("service_id", &portal), ("needs_service_id", &login), ("effect", "stops")])
            .await
            .location()
            .unwrap();
        let last = needs(&[("service_id", &sms), ("needs_service_id", &portal), ("effect", "degrades")])
            .await
            .location()
            .unwrap();
        needs(&[("service_id", &sms), ("needs_service_id", &portal), ("effect", "stops")])
            .await
            .status(422)
            .says("zaten yazılmış");
        needs(&[("service_id", &sms), ("needs_service_id", &sms)])
            .await
            .status(422)
            .says("kendisine bağlı olamaz");
        needs(&[("service_id", &sms), ("asset_id", &switch_id), ("needs_service_id", &login)])
            .await
            .status(422)
            .says("ikisi birden olmaz");
        let page = town.app.get(&format!("/bagimliliklar/sema?varlik={switch_id}")).await.ok();
        let page = page
            .says("2 şey daha durur, 1 şey eksik çalışır")
            .says("E-belediye Durur 2 adım")
            .says("SMS Eksik çalışır 3 adım");
        assert_eq!(page.html().matches("<rect").count(), 4);
        town.app.get(&switch).await.ok().says("Etki şeması").says("Kimlik doğrulama → Omurga anahtarı");
        // What was lifted stops nothing any more.
        town.act(&last, "kaldir").await.leads_to(&last);
        town.app
            .get(&format!("/bagimliliklar/sema?varlik={switch_id}"))
            .await
            .ok()
            .says("2 şey daha durur.")
            .hides("SMS");
        town.app.get("/bagimliliklar/sema?varlik=00000000-0000-0000-0000-000000000001").await.status(404);
    })
    .await;
}
