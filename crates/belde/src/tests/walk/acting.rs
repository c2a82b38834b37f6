//! What a substitute does says "vekâleten" wherever the act is told: timeline, log, print, exports, API.

use http::Method;
use kernel::db::Sql;
use kernel::{ActingFor, Actor};
use serde_json::json;
use testkit::TestDb;
use uuid::Uuid;

use super::{Town, each_town};

const ABSENT: &str = "Gülbahar Ünsalan";

#[tokio::test]
async fn every_face_of_an_act_says_for_whom_it_was_done() {
    each_town(async |test: &TestDb| {
        let town = Town::new(test).await;
        let until = test.clock.now().plus_seconds(3_600);
        let acting_for = Some(ActingFor { staff_id: Uuid::from_u128(9), name: ABSENT.into(), until });
        let whole = Actor::system("Vekil Kişi");
        let token = town.app.sign_in(Actor { account_id: Some(town.walker), acting_for, ..whole });
        let kind = test.registry.kind("unit").unwrap();
        let id = town.records(&kind).await[0];
        let address = kind.address(id);
        let version = "SELECT version FROM unit WHERE id = $1";
        let version: Option<i64> = test.db.scalar(version, vec![id.into()]).await.unwrap();
        let version = version.unwrap().to_string();
        // On a form, on a button beside it, through the API and by import.
        town.app.post(&format!("{address}/yorum"), &[("metin", "Not")]).await.status(303);
        let edit = [(ui::names::VERSION, version.as_str()), ("sort_no", "7")];
        town.app.post(&format!("{address}/duzenle"), &edit).await.status(303);
        let law = json!({ "title": "Deneme kanunu", "kind": "law", "note": "Deneme" });
        town.app.api(Method::POST, "/api/v1/watched-law", &token, &law).await.status(201);
        let title = "Unvan;İstihdam türü\nVekil eliyle;Memur\n";
        let fields = [("icerik", title)];
        town.app.upload("/teskilat/unvanlar/ice-aktar", &fields, &[]).await.status(303);
        let said = "SELECT count(*) FROM event WHERE actor_name = 'Vekil Kişi' AND acting_for_name = $1";
        let said: Option<i64> = test.db.scalar(said, vec![ABSENT.into()]).await.unwrap();
        let all = "SELECT count(*) FROM event WHERE actor_name = 'Vekil Kişi'";
        let all: Option<i64> = test.db.scalar(all, vec![]).await.unwrap();
        assert!(said >= Some(5) && said == all, "{said:?} of {all:?}");

        let told = format!("{ABSENT} yerine vekâleten");
        town.app.get(&address).await.ok().says(&told);
        // Under a printed sheet stands who printed it, and by whose powers.
        town.app.get(&format!("{}/yazdir", kind.path)).await.ok().says(&told);
        let newest = "SELECT id FROM event WHERE actor_name = 'Vekil Kişi' ORDER BY id DESC LIMIT 1";
        let newest: Option<Uuid> = test.db.scalar(newest, vec![]).await.unwrap();
        town.app.get(&format!("/kayitlar/{}", newest.unwrap())).await.ok().says(ABSENT);
        for path in ["/kayitlar", "/kayitlar/yazdir", "/kayitlar/disa-aktar/csv"] {
            let page = town.app.get(path).await.ok().html();
            assert!(page.contains(ABSENT) && page.contains("vekâleten"), "{path} hides for whom it was done");
        }
        let sheet = town.app.get("/kayitlar/disa-aktar/xlsx").await.ok();
        let table = printing::sheet::read(&sheet.bytes).unwrap();
        assert!(table.rows.iter().any(|row| row.cells.iter().any(|cell| cell == ABSENT)));
        let log = town.app.api(Method::GET, "/api/v1/event", &token, &json!(null)).await.ok().json();
        let items = log["items"].as_array().unwrap();
        assert!(items.iter().any(|item| item["acting_for_name"] == ABSENT), "{log}");
    })
    .await;
}
