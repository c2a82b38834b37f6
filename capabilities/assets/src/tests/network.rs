//! Scans that agents are asked for, and what they tell (NE-1).

use testkit::{TestDb, each};

use super::town::{Town, capabilities};
use crate::wire::FUSION;

fn sent(query: &str, task: i64, inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><REQUEST><CONTENT>{inside}<MODULEVERSION>5.1</MODULEVERSION>\
         <PROCESSNUMBER>{task}</PROCESSNUMBER></CONTENT><DEVICEID>{}</DEVICEID><QUERY>{query}</QUERY></REQUEST>",
        identity()
    )
}

fn identity() -> String {
    let (_, rest) = FUSION.split_once("<DEVICEID>").unwrap();
    rest.split_once('<').unwrap().0.to_string()
}

async fn prolog(town: &Town<'_>) -> String {
    let asks = format!("<REQUEST><DEVICEID>{}</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>", identity());
    town.report("/ocsinventory", None, asks).await.ok().html()
}

/// An approved agent and a scan of a small range.
async fn scanning(town: &Town<'_>) -> String {
    town.report("/ocsinventory", None, FUSION).await.ok();
    town.as_clerk();
    let agent = town.text("SELECT CAST(name AS TEXT) FROM agent").await;
    let agent = town.find("agent", "name", &agent).await;
    town.act(&agent, "onayla").await;
    let id = agent.rsplit('/').next().unwrap().to_string();
    let scan = [
        ("name", "Ana bina"),
        ("agent_id", id.as_str()),
        ("first_address", "10.1.2.1"),
        ("last_address", "10.1.2.254"),
        ("port", "161"),
        ("every_hours", "24"),
    ];
    town.app.post("/ag-taramalari/yeni", &scan).await.location().unwrap()
}

const FOUND: &str = "<DEVICE><IP>10.1.2.40</IP><MAC>b0:5c:da:11:22:33</MAC><SNMPHOSTNAME>fen-yazici</SNMPHOSTNAME>\
    <TYPE>PRINTER</TYPE><MANUFACTURER>HP</MANUFACTURER><MODEL>LaserJet M404</MODEL><SERIAL>VNB3K12345</SERIAL>\
    <AUTHSNMP>1</AUTHSNMP></DEVICE>";

#[tokio::test]
async fn a_scan_is_handed_out_once_and_what_it_finds_is_known_again() {
    each(capabilities(), async |test: &TestDb| {
        let town = Town::new(test).await;
        let scan = scanning(&town).await;
        // A newer agent is told in its contact that it is to ask for more by a prolog; others are not.
        let contact = format!(r#"{{"action":"contact","deviceid":"{}","name":"GLPI-Agent"}}"#, identity());
        let told = town.report("/", None, contact.clone()).await.ok().json();
        assert_eq!(told["tasks"]["netdiscovery"]["server"], "glpiinventory", "{told}");
        let other = contact.replace(&identity(), "baskasi-2026-01-01-00-00-00");
        let told = town.report("/", None, other).await.ok().json();
        assert!(told["disabled"].to_string().contains("netdiscovery"), "{told}");
        let work = prolog(&town).await;
        assert!(
            work.contains("<NAME>NETDISCOVERY</NAME>") && work.contains("IPSTART=\"10.1.2.1\""),
            "{work}"
        );
        assert!(!prolog(&town).await.contains("NETDISCOVERY"), "it is being done");
        let task = town.count("SELECT task_no FROM network_scan").await;
        let tell =
            async |inside: &str| town.report("/ocsinventory", None, sent("NETDISCOVERY", task, inside)).await;
        tell("<AGENT><START>1</START><AGENTVERSION>2.6</AGENTVERSION></AGENT>").await.ok();
        tell(FOUND).await.ok();
        tell("<AGENT><END>1</END></AGENT>").await.ok();
        town.app.get(&scan).await.ok().says("Ana bina");
        assert_eq!(town.count("SELECT found FROM network_scan WHERE ended_at IS NOT NULL").await, 1);
        town.app.get("/ag-cihazlari").await.ok().says("fen-yazici").says("Kayıtsız").says("10.1.2.40");
        // It got another address and another name: the same machine.
        tell(&FOUND.replace("10.1.2.40", "10.1.2.41").replace("fen-yazici", "imar-yazici")).await.ok();
        assert_eq!(
            town.text("SELECT name || ' ' || address FROM network_device").await,
            "imar-yazici 10.1.2.41"
        );
        // What nobody asked for, and what another agent tells, is not taken.
        let other = sent("NETDISCOVERY", task + 7, FOUND);
        town.report("/ocsinventory", None, other).await.status(403);
        let stranger = sent("NETDISCOVERY", task, FOUND).replace(&identity(), "baskasi-2026-01-01-00-00-00");
        town.report("/ocsinventory", None, stranger).await.status(403);
    })
    .await;
}

#[tokio::test]
async fn a_printer_tells_its_pages_and_its_toner_and_becomes_an_asset() {
    each(capabilities(), async |test: &TestDb| {
        let town = Town::new(test).await;
        scanning(&town).await;
        prolog(&town).await;
        let task = town.count("SELECT task_no FROM network_scan").await;
        town.report("/ocsinventory", None, sent("NETDISCOVERY", task, FOUND)).await.ok();
        let work = prolog(&town).await;
        let no = town.count("SELECT no FROM network_device").await;
        assert!(work.contains("SNMPQUERY") && work.contains(&format!("ID=\"{no}\" IP=\"10.1.2.40\"")), "{work}");
        let answer = |pages: i64, toner: i64| {
            let inside = format!(
                "<DEVICE><INFO><ID>{no}</ID><TYPE>PRINTER</TYPE><NAME>fen-yazici</NAME><LOCATION>Koridor</LOCATION></INFO>\
                 <PAGECOUNTERS><TOTAL>{pages}</TOTAL><COLOR>10</COLOR></PAGECOUNTERS>\
                 <CARTRIDGES><TONERBLACK>{toner}</TONERBLACK><WASTETONER>OK</WASTETONER></CARTRIDGES></DEVICE>"
            );
            sent("SNMPQUERY", 2, &inside)
        };
        town.report("/ocsinventory", None, answer(1_000, 40)).await.ok();
        assert_eq!(town.count("SELECT count(*) FROM notice WHERE key = 'assets.toner_low'").await, 0);
        test.advance_seconds(86_400);
        town.report("/ocsinventory", None, answer(1_250, 9)).await.ok();
        town.report("/ocsinventory", None, answer(1_260, 8)).await.ok();
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'toner_low'").await, 1, "told once");
        let device = format!("/ag-cihazlari/{}", town.text_id("SELECT id FROM network_device").await);
        let page = town.app.get(&device).await.ok();
        page.says("Siyah toner").says("%8").says("1.260").says("260");
        // Of a device that is no asset yet one is made, and the next scan knows it.
        town.act(&device, "varlik-yap").await.leads_to(&device);
        town.app.get("/varliklar?category=printer").await.ok().says("fen-yazici");
        town.app.get(&device).await.ok().says("Varlığı var");
        // Every full thousand is told once, for plans that go by the counter.
        let told = "SELECT count(*) FROM event WHERE verb = 'pages_counted'";
        for (pages, expected) in [(1_900, 0), (2_100, 1), (2_300, 1), (6_000, 2)] {
            town.report("/ocsinventory", None, answer(pages, 8)).await.ok();
            assert_eq!(town.count(told).await, expected, "{pages}");
        }
        let failed = "<DEVICE><ERROR><ID>{no}</ID><MESSAGE>No response from remote host</MESSAGE></ERROR></DEVICE>";
        let failed = sent("SNMPQUERY", 2, &failed.replace("{no}", &no.to_string()));
        town.report("/ocsinventory", None, failed).await.ok();
        town.app.get(&device).await.ok().says("No response from remote host");
    })
    .await;
}

#[tokio::test]
async fn a_known_asset_is_recognised_by_its_serial_and_ranges_have_a_limit() {
    each(capabilities(), async |test: &TestDb| {
        let town = Town::new(test).await;
        let scan = scanning(&town).await;
        town.enter("Yazı işleri yazıcısı", "VNB3K12345").await;
        prolog(&town).await;
        let task = town.count("SELECT task_no FROM network_scan").await;
        town.report("/ocsinventory", None, sent("NETDISCOVERY", task, FOUND)).await.ok();
        assert_eq!(town.text("SELECT state FROM network_device").await, "known");
        let wide = [("first_address", "10.0.0.1"), ("last_address", "10.255.255.254"), ("surum", "1")];
        town.app.post(&format!("{scan}/duzenle"), &wide).await.status(422).says("en çok 4.096 adres");
        let wrong = [("first_address", "10.0.0.999"), ("last_address", "10.0.0.1"), ("surum", "1")];
        town.app.post(&format!("{scan}/duzenle"), &wrong).await.status(422).says("IPv4 adresi yazın");
        // Hostile: no device, a device without a sign, one with a serial of control characters.
        for inside in [
            "<DEVICE>metin</DEVICE>",
            "<DEVICE><TYPE>PRINTER</TYPE></DEVICE>",
            "<DEVICE><IP>&#9;</IP></DEVICE>",
        ] {
            town.report("/ocsinventory", None, sent("NETDISCOVERY", task, inside)).await.ok();
        }
        assert_eq!(town.count("SELECT count(*) FROM network_device").await, 1);
    })
    .await;
}
