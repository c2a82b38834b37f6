//! From the label on a device to the repaired machine: what only assets and service desk together can show.

use kernel::db::Sql;
use testkit::{TestApp, TestDb};
use uuid::Uuid;

use super::{each_town, product, sign_in};

async fn text(test: &TestDb, sql: &str, values: Vec<sea_orm::Value>) -> String {
    test.db.scalar(sql, values).await.unwrap().unwrap_or_default()
}

async fn asset(test: &TestDb, state: &str, skipped: usize) -> Uuid {
    let sql = "SELECT id FROM asset WHERE state = $1 ORDER BY number";
    let all: Vec<Uuid> = test.db.column(sql, vec![state.into()]).await.unwrap();
    all[skipped]
}

/// The address behind a link of the page whose text begins so.
fn link_to(page: &str, path: &str) -> String {
    let at = page.find(path).unwrap_or_else(|| panic!("no link to {path}"));
    page[at..].split('"').next().unwrap().replace("&amp;", "&")
}

#[tokio::test]
async fn every_evidence_that_is_declared_can_be_read() {
    each_town(async |test: &TestDb| {
        for capability in test.registry.capabilities() {
            for evidence in &capability.evidence {
                let now = (evidence.run)(&test.db).await;
                let now =
                    now.unwrap_or_else(|error| panic!("{} {}: {error:?}", evidence.duty, evidence.label_tr));
                assert!(!now.sentence_tr.is_empty(), "{}", evidence.label_tr);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_forbidden_program_becomes_a_ticket_and_one_only() {
    each_town(async |test: &TestDb| {
        let app = product(test);
        sign_in(&app, "teknisyen").await;
        let sql = "SELECT id FROM software WHERE state = 'unjudged' ORDER BY name_key";
        let program: Uuid = test.db.scalar(sql, vec![]).await.unwrap().unwrap();
        let address = format!("/programlar/{program}");
        act(&app, &address, "yasakla", "Zararlı yazılım taşıyor").await;
        let opened = "SELECT count(*) FROM ticket WHERE channel = 'finding'";
        let before: i64 = test.db.scalar(opened, vec![]).await.unwrap().unwrap();
        assert!(before >= 1, "somebody sees to it");
        // Judged otherwise and again while the work is open: still one.
        act(&app, &address, "serbest", "").await;
        act(&app, &address, "yasakla", "Yine görüldü").await;
        let after: i64 = test.db.scalar(opened, vec![]).await.unwrap().unwrap();
        assert_eq!(after, before);
        app.get("/destek?ara=denetimi").await.ok().says("Program denetimi");
        app.get("/programlar/denetim").await.ok().says("Yasak ama kurulu");
    })
    .await;
}

async fn act(app: &TestApp, address: &str, verb: &str, said: &str) {
    let fields = [("eylem", verb), ("onayli", "evet"), ("gerekce", said)];
    app.post(&format!("{address}/eylem"), &fields).await.leads_to(address);
}

/// Puts a machine before the commission that decides on scrap.
async fn condemn(test: &TestDb, app: &TestApp, asset: Uuid) {
    let number = text(test, "SELECT number FROM asset WHERE id = $1", vec![asset.into()]).await;
    let people = "SELECT id FROM staff WHERE state = 'active' ORDER BY id LIMIT 3";
    let people: Vec<Uuid> = test.db.column(people, vec![]).await.unwrap();
    let [head, member, second] = [0, 1, 2].map(|place| people[place].to_string());
    let fields = [
        ("asset_numbers", number.as_str()),
        ("reason", "broken"),
        ("report", "Anakartı yanmış."),
        ("head_id", head.as_str()),
        ("member_id", member.as_str()),
        ("second_member_id", second.as_str()),
    ];
    let one = app.post("/kayittan-dusme/yeni", &fields).await.location().unwrap();
    act(app, &one, "komisyona-sun", "").await;
}

#[tokio::test]
async fn a_label_leads_to_a_report_and_a_scrapped_machine_mends_another() {
    each_town(async |test: &TestDb| {
        let app = product(test);
        sign_in(&app, "teknisyen").await;
        // What the label's QR opens offers the report, with the device filled in and its place known.
        let broken = asset(test, "in_stock", 0).await;
        let scrapped = asset(test, "in_stock", 1).await;
        let page = app.get(&format!("/varliklar/{broken}")).await.ok().says("Destek kayıtları");
        let form = link_to(&page.html(), "/destek/yeni?asset_id=");
        let form = app.get(&form).await.ok();
        assert!(
            form.html().contains(&format!("value=\"{broken}\" selected")),
            "the device is chosen already"
        );
        let broken_id = broken.to_string();
        let fields = [("description", "Açılmıyor, bip sesi veriyor."), ("asset_id", broken_id.as_str())];
        let ticket = app.post("/destek/yeni", &fields).await.location().unwrap();
        let place = text(test, "SELECT place FROM ticket WHERE asset_id = $1", vec![broken.into()]).await;
        assert!(!place.is_empty(), "where a device stands is known");
        act(&app, &ticket, "ustlen", "").await;
        // A machine that is scrapped still has a sound memory.
        let scrap = format!("/varliklar/{scrapped}");
        condemn(test, &app, scrapped).await;
        let (id, scrapped_id) = (ticket.rsplit('/').next().unwrap(), scrapped.to_string());
        let mut part = vec![
            ("part", "memory"),
            ("model", "Kingston 8 GB DDR4"),
            ("serial", "KF432C16"),
            ("from_asset_id", broken_id.as_str()),
            ("to_asset_id", broken_id.as_str()),
            ("ticket_id", id),
        ];
        app.post("/parca-aktarimlari/yeni", &part).await.status(422).says("iki ayrı cihaz");
        part[3].1 = scrapped_id.as_str();
        assert!(app.post("/parca-aktarimlari/yeni", &part).await.location().is_some());
        // Both machines and the ticket tell it.
        app.get(&scrap)
            .await
            .ok()
            .says("Parçası söküldü")
            .says("Bellek: Kingston 8 GB DDR4, seri no KF432C16");
        app.get(&format!("/varliklar/{broken}"))
            .await
            .ok()
            .says("Parça takıldı")
            .says("Açılmıyor, bip sesi veriyor");
        app.get(&ticket).await.ok().says("Parça aktarımları");
        act(&app, &ticket, "coz", "Bellek değiştirildi.").await;
        // A part is not fitted into what is scrapped.
        part[3].1 = broken_id.as_str();
        part[4].1 = scrapped_id.as_str();
        app.post("/parca-aktarimlari/yeni", &part).await.status(422);
        // Whoever sees neither machine is offered nothing of it.
        let staff = product(test);
        sign_in(&staff, "personel").await;
        staff.get(&scrap).await.status(404);
        staff.get("/parca-aktarimlari").await.status(403);
    })
    .await;
}
