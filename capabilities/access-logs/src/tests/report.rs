//! Lines counted by the units that have the addresses.

use directory::{NewUnit, create_unit};
use intake::Origin;
use testkit::{TestDb, each};

use super::town::{capabilities, stand};

fn session(ip: &str) -> String {
    format!(
        "date=2026-11-05 time=10:00:00 tz=\"+0300\" devname=\"fg\" type=\"traffic\" srcip={ip} dstip=203.0.113.9 action=\"accept\""
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_are_counted_by_the_unit_of_the_narrowest_range() {
    each(capabilities(), async |test: &TestDb| {
        let stand = stand(test).await;
        let mut units = Vec::new();
        for (code, name) in [("FEN", "Fen İşleri"), ("ZAB", "Zabıta")] {
            let tx = test.begin().await;
            let new = NewUnit {
                code: code.into(),
                name: name.into(),
                kind: "directorate".into(),
                ..NewUnit::default()
            };
            units.push(create_unit(&tx, &new).await.unwrap().to_string());
            tx.commit().await.unwrap();
        }
        let lines: Vec<String> =
            ["10.20.4.1", "10.20.4.2", "10.20.5.1", "10.99.0.1"].iter().map(|ip| session(ip)).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        stand.send(Origin::Udp("10.0.0.1".parse().unwrap()), &lines).await;
        let app = stand.app(test);
        app.sign_in_as("admin", &[], None);
        let path = crate::network::PATH;
        let wrong = [("name", "Yanlış"), ("addresses", "10.20.0.0"), ("unit_id", units[0].as_str())];
        app.post(&format!("{path}/yeni"), &wrong).await.status(422).says("10.20.4.0/24 biçiminde");
        for (name, range, unit) in [("Bütün bina", "10.20.0.0/16", 0), ("Zabıta katı", "10.20.4.7/24", 1)]
        {
            let typed = [("name", name), ("addresses", range), ("unit_id", units[unit].as_str())];
            app.post(&format!("{path}/yeni"), &typed).await.location().unwrap();
        }
        app.get(path).await.ok().says("10.20.4.0/24");
        let page = app.get("/erisim-kayitlari/rapor?neden=deneme&rapor=birim&sure=365").await.ok();
        let talkers = app.get("/erisim-kayitlari/rapor?neden=deneme&sure=365").await.ok().html();
        let href = talkers.split("href=\"").find(|it| it.contains("adres=10.20.5.1")).unwrap();
        let href = href.split('"').next().unwrap().replace("&amp;", "&");
        app.get(&href).await.ok().says("1 satır").says("10.20.5.1").hides("10.20.4.1");
        page.says("Zabıta 2 satır").says("Fen İşleri 1 satır").says("Birimi yazılmamış adresler 1 satır");
    })
    .await;
}
