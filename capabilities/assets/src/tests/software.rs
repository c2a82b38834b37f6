//! Programs of machines, verdicts and licences (AS-1, AS-4, AS-5).

use kernel::db::Sql;
use testkit::each;

use super::town::{Town, capabilities};

/// A machine with these programs, as the agents tell it.
fn told(number: u32, programs: &[(&str, &str)]) -> String {
    let softwares: String = programs
        .iter()
        .map(|(name, version)| {
            format!("<SOFTWARES><NAME>{name}</NAME><VERSION>{version}</VERSION><PUBLISHER>Yayımcı</PUBLISHER></SOFTWARES>")
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><REQUEST><DEVICEID>pc-{number}-2026-01-05-10-00-00</DEVICEID>\
         <QUERY>INVENTORY</QUERY><CONTENT><ACCOUNTINFO><KEYNAME>TAG</KEYNAME><KEYVALUE>BIM</KEYVALUE></ACCOUNTINFO>\
         <HARDWARE><NAME>PC-{number}</NAME></HARDWARE><BIOS><SSN>SERI{number:04}</SSN></BIOS>{softwares}\
         <VERSIONCLIENT>FusionInventory-Agent_v2.6</VERSIONCLIENT></CONTENT></REQUEST>"
    )
}

async fn reports(town: &Town<'_>, number: u32, programs: &[(&str, &str)]) {
    town.report("/ocsinventory", None, told(number, programs)).await.status(200);
}

async fn approved(town: &Town<'_>, number: u32, programs: &[(&str, &str)]) {
    reports(town, number, programs).await;
    town.as_clerk();
    let agent = town.find("agent", "name", &format!("PC-{number}")).await;
    town.act(&agent, "onayla").await.leads_to(&agent);
}

async fn count(town: &Town<'_>) {
    town.test.run(&crate::software::counting::job()).await;
    town.test.run(&crate::software::counting::job_of_unjudged()).await;
}

#[tokio::test]
async fn a_machine_that_reported_while_its_program_was_judged_is_counted_within_the_hour() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        for number in 1..=2 {
            approved(&town, number, &[("Torrent", "5.0")]).await;
        }
        let installed = "SELECT installed FROM software WHERE name = 'Torrent'";
        assert_eq!(town.count(installed).await, 1, "the machine that told it counts at once");
        test.run(&crate::software::counting::job()).await;
        assert_eq!(town.count(installed).await, 2);
        town.app.sign_in_as("technician", &[town.unit], Some(town.ayse));
        let torrent = town.find("software", "name", "Torrent").await;
        town.act(&torrent, "yasakla").await.leads_to(&torrent);
        let watched = "SELECT count(*) FROM asset_software WHERE is_watched = TRUE";
        assert_eq!(town.count(watched).await, 2);
        // As a report leaves it whose transaction read the programs before the verdict and ended after it.
        let tx = test.begin().await;
        let one = "UPDATE asset_software SET is_watched = FALSE WHERE asset_id IN (SELECT asset_id FROM asset_software LIMIT 1)";
        tx.run(one, vec![]).await.unwrap();
        tx.without_event("arranged");
        tx.commit().await.unwrap();
        assert_eq!(town.count(watched).await, 1);
        test.run(&crate::software::counting::job()).await;
        assert_eq!((town.count(watched).await, town.count(installed).await), (2, 2));
    })
    .await;
}

#[tokio::test]
async fn two_versions_are_one_program_and_only_the_difference_is_written() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let first = [("Mozilla Firefox 118.0 (x64 tr)", "118.0"), ("7-Zip 22.01 (x64)", "22.01"), ("Oyun", "1.0")];
        approved(&town, 1, &first).await;
        approved(&town, 2, &[("Mozilla Firefox (x64 tr)", "119.0")]).await;
        assert_eq!(town.count("SELECT count(*) FROM software").await, 3);
        assert_eq!(town.count("SELECT count(*) FROM asset_software").await, 4);
        let seven = "SELECT seen_at FROM asset_software AS i JOIN software AS s ON s.id = i.software_id WHERE s.name = '7-Zip'";
        let since = town.count(seven).await;
        test.advance_seconds(3_600);
        // The game goes, the browser is renewed; what stays is not touched.
        reports(&town, 1, &[("Mozilla Firefox 120.0 (x64 tr)", "120.0"), ("7-Zip 22.01 (x64)", "22.01")]).await;
        assert_eq!(town.count("SELECT count(*) FROM asset_software").await, 3);
        assert_eq!(town.count(seven).await, since);
        let newest = "SELECT max(i.version) FROM asset_software AS i JOIN software AS s ON s.id = i.software_id WHERE s.name = 'Mozilla Firefox'";
        assert_eq!(town.text(newest).await, "120.0");
        town.app.sign_in_as("technician", &[town.unit], Some(town.ayse));
        town.app.get("/programlar?ara=firef").await.ok().says("Mozilla Firefox").hides("7-Zip");
        // A program nobody has any more stays known, with its verdict.
        count(&town).await;
        assert_eq!(town.count("SELECT installed FROM software WHERE name = 'Oyun'").await, 0);
        assert_eq!(town.count("SELECT installed FROM software WHERE name = 'Mozilla Firefox'").await, 2);
    })
    .await;
}

#[tokio::test]
async fn licences_are_held_against_machines_and_what_is_missing_is_told() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        for number in 1..=3 {
            approved(&town, number, &[("AutoCAD 2024", "24.3"), ("Torrent", "5.0")]).await;
        }
        count(&town).await;
        town.app.sign_in_as("technician", &[town.unit], Some(town.ayse));
        let cad = town.find("software", "name", "AutoCAD 2024").await;
        town.act(&cad, "lisansli").await.leads_to(&cad);
        let finding = "SELECT finding FROM software WHERE name = 'AutoCAD 2024'";
        assert_eq!(town.text(finding).await, "short", "said at once, not in an hour");
        let id = cad.rsplit('/').next().unwrap().to_string();
        let fields = [
            ("software_id", id.as_str()),
            ("seats", "2"),
            ("until_on", "31.12.2026"),
            ("bought_on", "1.1.2026"),
        ];
        let licence = town.app.post("/lisanslar/yeni", &fields).await.location().unwrap();
        assert_eq!(town.text(finding).await, "short", "two for three");
        let more = [("software_id", id.as_str()), ("seats", "1")];
        town.app.post("/lisanslar/yeni", &more).await.location().unwrap();
        assert_eq!(town.text(finding).await, "none");
        town.app.get(&cad).await.ok().says("PC-1").says("AutoCAD 2024: 2 makine");
        // A licence ends on its day, and the finding is back.
        test.advance_seconds(60 * 86_400);
        test.run(&crate::licence::job()).await;
        assert_eq!(town.text(finding).await, "short");
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'licence_ended'").await, 1);
        town.app.sign_in_as("technician", &[town.unit], Some(town.ayse));
        town.act(&licence, "iptal").await.leads_to(&licence);
        let torrent = town.find("software", "name", "Torrent").await;
        town.app
            .post(&format!("{torrent}/eylem"), &[("eylem", "yasakla"), ("onayli", "evet")])
            .await
            .status(422);
        town.act(&torrent, "yasakla").await.leads_to(&torrent);
        let report = town.app.get("/programlar/denetim").await.ok();
        report.says("Yasak ama kurulu").says("Torrent").says("AutoCAD 2024");
        // Scrapped machines have no programs.
        town.as_clerk();
        town.write_off(&town.text("SELECT number FROM asset WHERE name = 'PC-3'").await).await;
        count(&town).await;
        assert_eq!(town.count("SELECT installed FROM software WHERE name = 'Torrent'").await, 2);
        town.app.sign_in_as("staff", &[town.unit], Some(town.ayse));
        town.app.get("/programlar").await.status(403);
    })
    .await;
}

#[tokio::test]
async fn the_report_names_the_machines_its_period_and_what_went_away() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        for number in 1..=2 {
            approved(&town, number, &[("Torrent", "5.0"), ("AutoCAD 2024", "24.3"), ("Yalnız", "1.0")]).await;
        }
        town.as_clerk();
        let number = town.text("SELECT number FROM asset WHERE name = 'PC-2'").await;
        let ayse = town.ayse.to_string();
        let typed = [("asset_numbers", number.as_str()), ("holder_id", ayse.as_str())];
        town.app.post("/zimmetler/yeni", &typed).await.location().unwrap();
        town.app.sign_in_as("technician", &[town.unit], Some(town.veli));
        for (name, verb) in [("Torrent", "yasakla"), ("AutoCAD 2024", "lisansli")] {
            let software = town.find("software", "name", name).await;
            town.act(&software, verb).await.leads_to(&software);
        }
        let first = town.app.get("/programlar/denetim/pdf").await.ok().html();
        for part in [
            "Kapsadığı dönem: Başlangıçtan",
            "Torrent | 2",
            "AutoCAD 2024 | 2 | 0 | 2",
            &format!("{number} | PC-2 | 5.0 | Ayşe Kaya | Bilgi İşlem Müdürlüğü"),
            &format!("{number} | PC-2 | 24.3 | "),
            "PC-1 | 5.0 | Zimmetsiz",
        ] {
            assert!(first.contains(part), "{part} in {first}");
        }
        assert!(!first.contains("ortadan kalkan"), "{first}");
        // The one goes from both machines, another from all that had it: neither stands in the next report.
        test.advance_seconds(86_400);
        for number in 1..=2 {
            reports(&town, number, &[("AutoCAD 2024", "24.3")]).await;
        }
        count(&town).await;
        town.app.sign_in_as("technician", &[town.unit], Some(town.veli));
        let next = town.app.get("/programlar/denetim/pdf").await.ok().html();
        let settled = next.split("Torrent | ").nth(1).unwrap_or_else(|| panic!("{next}"));
        assert!(settled.contains("Kurulu makine: 0"), "{next}");
        assert!(!next.contains("Yalnız") && !next.contains("Başlangıçtan"), "{next}");
        town.app.get("/programlar/denetim").await.ok().hides("Yalnız").says("Dönem: ");
    })
    .await;
}

/// A Windows machine whose guard says this of itself.
fn guarded(enabled: &str, current: &str) -> String {
    let guard = match enabled {
        "" => String::new(),
        _ => format!(
            "<ANTIVIRUS><NAME>Defender</NAME><ENABLED>{enabled}</ENABLED><UPTODATE>{current}</UPTODATE></ANTIVIRUS>"
        ),
    };
    told(7, &[]).replace(
        "<HARDWARE>",
        &format!("<OPERATINGSYSTEM><FULL_NAME>Microsoft Windows 11 Pro</FULL_NAME></OPERATINGSYSTEM>{guard}<HARDWARE>"),
    )
}

#[tokio::test]
async fn a_machine_without_a_live_guard_is_seen_and_told_when_it_loses_it() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.report("/ocsinventory", None, guarded("1", "1")).await.status(200);
        town.as_clerk();
        let agent = town.find("agent", "name", "PC-7").await;
        town.act(&agent, "onayla").await.leads_to(&agent);
        let state = "SELECT protection FROM asset";
        let lost = "SELECT count(*) FROM event WHERE verb = 'protection_lost'";
        assert_eq!((town.text(state).await.as_str(), town.count(lost).await), ("live", 0));
        for (enabled, current, expected, times) in
            [("1", "0", "stale", 1), ("0", "0", "off", 1), ("1", "1", "live", 1), ("0", "1", "off", 2)]
        {
            test.advance_seconds(600);
            town.report("/ocsinventory", None, guarded(enabled, current)).await.status(200);
            assert_eq!(
                (town.text(state).await.as_str(), town.count(lost).await),
                (expected, times),
                "{enabled} {current}"
            );
        }
        town.as_clerk();
        town.app.get("/varliklar?protection=off").await.ok().says("PC-7");
    })
    .await;
}

#[tokio::test]
async fn an_open_drive_and_an_old_system_are_seen() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let report = |os: &str, drives: &str| {
            told(7, &[]).replace(
                "<HARDWARE>",
                &format!("<OPERATINGSYSTEM><FULL_NAME>{os}</FULL_NAME></OPERATINGSYSTEM>{drives}<HARDWARE>"),
            )
        };
        let drive = |letter: &str, status: &str| {
            format!("<DRIVES><LETTER>{letter}</LETTER><ENCRYPT_NAME>BitLocker</ENCRYPT_NAME><ENCRYPT_STATUS>{status}</ENCRYPT_STATUS></DRIVES>")
        };
        let both = drive("C:", "Yes") + &drive("D:", "No");
        town.report("/ocsinventory", None, report("Microsoft Windows 10 Pro", &both)).await.status(200);
        town.as_clerk();
        let agent = town.find("agent", "name", "PC-7").await;
        town.act(&agent, "onayla").await.leads_to(&agent);
        let state = "SELECT encryption || ' ' || support FROM asset";
        assert_eq!(town.text(state).await, "off ended");
        town.app.get("/varliklar?support=ended").await.ok().says("PC-7");
        town.app.get("/varliklar?encryption=off").await.ok().says("PC-7");
        // Encrypted since, and a system whose end comes nearer.
        test.advance_seconds(600);
        let both = drive("C:", "Yes") + &drive("D:", "Yes");
        town.report("/ocsinventory", None, report("Ubuntu 22.04.4 LTS", &both)).await.status(200);
        assert_eq!(town.text(state).await, "on ending");
        test.advance_seconds(200 * 86_400);
        test.run(&crate::asset::warranty::job()).await;
        assert_eq!(town.text(state).await, "on ended");
    })
    .await;
}

#[tokio::test]
async fn a_line_has_its_user_and_its_cost_and_is_there_once() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let (unit, ayse) = (town.unit.to_string(), town.ayse.to_string());
        let mut fields = vec![
            ("number", "0532 555 20 14"),
            ("type", "gsm_data"),
            ("operator", "Turkcell"),
            ("monthly_kurus", "289,90"),
            ("unit_id", unit.as_str()),
            ("holder_id", ayse.as_str()),
        ];
        let line = town.app.post("/hatlar/yeni", &fields).await.location().unwrap();
        fields[0].1 = "0532-555-2014";
        town.app.post("/hatlar/yeni", &fields).await.status(422).says("zaten kayıtlı");
        town.app.get("/hatlar/bedel").await.ok().says("289,90");
        let cards_of = test.registry.cards_of().unwrap();
        let known = cards_of(&test.db, "5325552014", test.clock.now()).await.unwrap();
        assert!(known.len() == 1 && known[0].device_tr.contains("05325552014 numaralı hat"), "{known:?}");
        assert!(known[0].custody_tr.as_deref().is_some_and(|it| it.starts_with("Ayşe Kaya")), "{known:?}");
        assert!(cards_of(&test.db, "5325552015", test.clock.now()).await.unwrap().is_empty());
        town.as_staff(town.ayse, town.unit);
        town.app.get("/hatlar").await.ok().says("05325552014");
        town.as_staff(town.mehmet, town.other_unit);
        town.app.get("/hatlar").await.ok().hides("05325552014");
        town.app.get("/hatlar/bedel").await.status(403);
        town.as_clerk();
        town.act(&line, "kapat").await.leads_to(&line);
        town.app.get("/hatlar/bedel").await.ok().says("Kullanımda hat yok");
    })
    .await;
}
