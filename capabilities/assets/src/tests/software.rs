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
async fn a_finding_names_the_machines_that_have_the_program() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        for number in 1..=12 {
            approved(&town, number, &[("Torrent", "5.0")]).await;
        }
        count(&town).await;
        town.app.sign_in_as("technician", &[town.unit], Some(town.ayse));
        let torrent = town.find("software", "name", "Torrent").await;
        town.act(&torrent, "yasakla").await.leads_to(&torrent);
        let note = town.text("SELECT note FROM event WHERE verb = 'software_found'").await;
        assert!(note.starts_with("Yasaklanan program 12 makinede kurulu.\nMakineler: 2026-VR-"), "{note}");
        assert_eq!(note.matches(" PC-").count(), 10, "{note}");
        assert!(note.ends_with("ve 2 makine daha; hepsi programın sayfasında."), "{note}");
    })
    .await;
}

#[tokio::test]
async fn the_report_is_written_by_itself_when_it_is_due_and_once_by_however_many_nodes() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let job = crate::software::report::job();
        let written = "SELECT count(*) FROM audit_report";
        test.run(&job).await;
        assert_eq!(town.count(written).await, 0, "nothing was reported yet");
        approved(&town, 1, &[("Torrent", "5.0"), ("7-Zip", "22.01")]).await;
        town.app.sign_in_as("technician", &[town.unit], Some(town.ayse));
        let torrent = town.find("software", "name", "Torrent").await;
        town.act(&torrent, "yasakla").await.leads_to(&torrent);
        tokio::join!(test.run(&job), test.run(&job));
        test.run(&job).await;
        assert_eq!(town.count(written).await, 1);
        let report = format!("/program-denetimleri/{}", town.text_id("SELECT id FROM audit_report").await);
        let page = town.app.get(&report).await.ok();
        page.says("2026-PD-000001").says("Yasak ama kurulu programlar").says("PC-1").says("Rapor (PDF)");
        let paper = town.app.get(&format!("{report}/pdf")).await.ok().html();
        assert!(paper.contains("Torrent") && paper.contains("Denetleyen"), "{paper}");
        let notices = "SELECT count(*) FROM event WHERE subject_kind = 'audit_report' AND verb = 'created'";
        assert_eq!(town.count(notices).await, 1);
        town.act(&report, "incele").await.leads_to(&report);
        // What the hand takes meanwhile goes on where this one ended.
        town.app.get("/programlar/denetim").await.ok().hides("ilk rapor").says("Alınmış raporlar");
        test.advance_seconds(85 * 86_400);
        test.run(&job).await;
        assert_eq!(town.count(written).await, 1);
        test.advance_seconds(8 * 86_400);
        test.run(&job).await;
        assert_eq!(town.count(written).await, 2);
        // Nobody wants it: it is not written.
        set(test, "assets.audit_every", "0").await;
        test.advance_seconds(200 * 86_400);
        test.run(&job).await;
        assert_eq!(town.count(written).await, 2);
    })
    .await;
}

/// As the page of settings writes it.
async fn set(test: &testkit::TestDb, key: &str, value: &str) {
    let declared = test.registry.settings();
    let setting = declared.iter().find(|one| one.key == key).unwrap();
    let tx = test.begin().await;
    kernel::setting::set(&tx, setting, &serde_json::json!(value)).await.unwrap();
    tx.commit().await.unwrap();
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

/// The same machine with the sources of its programs.
fn sourced(number: u32, programs: &[(&str, &str)], source: &str) -> String {
    told(number, programs).replace("</PUBLISHER>", &format!("</PUBLISHER><FROM>{source}</FROM>"))
}

#[tokio::test]
async fn a_rule_judges_what_nobody_judged_by_hand_now_and_later() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        approved(&town, 1, &[("uTorrent Web", "1.4"), ("BitTorrent", "7.1"), ("libc6", "2.36")]).await;
        town.app.sign_in_as("technician", &[town.unit], Some(town.ayse));
        let by_hand = town.find("software", "name", "BitTorrent").await;
        town.act(&by_hand, "serbest").await.leads_to(&by_hand);
        let typed = [("title", "Dosya paylaşımı"), ("name_match", "contains"), ("verdict", "forbidden")];
        let path = "/program-kurallari/yeni";
        town.app.post(path, &typed).await.status(422).says("ne aranacağını yazın");
        let forbids = [&typed[..], &[("name_part", "TORRENT")]].concat();
        let rule = town.app.post(path, &forbids).await.location().unwrap();
        let state = async |name: &str| {
            let sql = format!("SELECT state || ' ' || finding FROM software WHERE name = '{name}'");
            town.text(&sql).await
        };
        assert_eq!(state("uTorrent Web").await, "forbidden forbidden", "found at once");
        assert_eq!(state("BitTorrent").await, "allowed none", "a person said so");
        town.app.get(&rule).await.ok().says("uTorrent Web").hides("BitTorrent");
        let judged = town.find("software", "name", "uTorrent Web").await;
        town.app.get(&judged).await.ok().says("Kararın kuralı").says("Dosya paylaşımı").says("PC-1");
        // One rule frees the packages of a distribution: of those that are known when an agent says where they come from.
        let frees = [
            ("title", "Dağıtım paketleri"),
            ("name_match", "contains"),
            ("verdict", "allowed"),
            ("source", "deb"),
        ];
        let packages = town.app.post(path, &frees).await.location().unwrap();
        assert_eq!(state("libc6").await, "unjudged none");
        let programs = [("uTorrent Web", "1.4"), ("libc6", "2.37"), ("bash", "5.2"), ("qtorrent", "1")];
        town.report("/ocsinventory", None, sourced(1, &programs, "deb")).await.status(200);
        assert_eq!(
            (state("libc6").await, state("bash").await),
            ("allowed none".into(), "allowed none".into())
        );
        assert_eq!(state("qtorrent").await, "forbidden none", "a prohibition goes first");
        test.run(&crate::software::counting::job()).await;
        assert_eq!(state("qtorrent").await, "forbidden forbidden");
        assert_eq!(town.count("SELECT installed FROM software WHERE name = 'bash'").await, 1);
        let watched = "SELECT count(*) FROM asset_software AS i JOIN software AS s ON s.id = i.software_id \
                       WHERE i.is_watched = TRUE AND s.name IN ('bash', 'libc6')";
        assert_eq!(town.count(watched).await, 0, "what a rule allows is not followed machine by machine");
        // A person has the last word, and a rule that stops takes its verdicts along.
        town.app.sign_in_as("technician", &[town.unit], Some(town.ayse));
        town.act(&judged, "serbest").await.leads_to(&judged);
        town.act(&rule, "durdur").await.leads_to(&rule);
        assert_eq!(state("uTorrent Web").await, "allowed none");
        assert_eq!(state("qtorrent").await, "allowed none", "the other rule is about it now");
        town.act(&packages, "durdur").await.leads_to(&packages);
        assert_eq!(state("bash").await, "unjudged none");
    })
    .await;
}

#[tokio::test]
async fn what_stands_on_no_list_is_a_finding_where_that_is_set() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        approved(&town, 1, &[("Bilinmeyen", "1.0"), ("Bilinen", "1.0")]).await;
        town.app.sign_in_as("technician", &[town.unit], Some(town.ayse));
        let known = town.find("software", "name", "Bilinen").await;
        town.act(&known, "serbest").await.leads_to(&known);
        count(&town).await;
        let unlisted = "SELECT count(*) FROM software WHERE finding = 'unlisted'";
        assert_eq!(town.count(unlisted).await, 0);
        let set = async |value: bool| {
            let tx = test.begin().await;
            let setting = &crate::software::settings()[0];
            kernel::setting::set(&tx, setting, &serde_json::json!(value)).await.unwrap();
            tx.commit().await.unwrap();
            count(&town).await;
        };
        set(true).await;
        assert_eq!(town.count(unlisted).await, 1);
        town.app.sign_in_as("technician", &[town.unit], Some(town.ayse));
        town.app.get("/programlar?finding=unlisted").await.ok().says("Bilinmeyen").says("Listede yok ama kurulu");
        town.app.get("/programlar/denetim").await.ok().says("Listede olmayan programlar");
        let found = "SELECT count(*) FROM event WHERE verb IN ('software_found', 'software_short', 'software_settled')";
        assert_eq!(town.count(found).await, 0, "thousands on one day are no tickets");
        let other = town.find("software", "name", "Bilinmeyen").await;
        town.act(&other, "serbest").await.leads_to(&other);
        assert_eq!(town.count(unlisted).await, 0, "at once");
        set(false).await;
        assert_eq!(town.count(unlisted).await, 0);
    })
    .await;
}

#[tokio::test]
async fn the_key_of_a_licence_is_read_with_a_reason_and_stands_nowhere_else() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        approved(&town, 1, &[("AutoCAD 2024", "24.3")]).await;
        town.as_clerk();
        let cad = town.find("software", "name", "AutoCAD 2024").await;
        let id = cad.rsplit('/').next().unwrap().to_string();
        let licence = town.app.post("/lisanslar/yeni", &[("software_id", id.as_str()), ("seats", "2")]).await;
        let licence = licence.location().unwrap();
        let (write, read) = (format!("{licence}/anahtar"), format!("{licence}/anahtar/goster"));
        town.app.get(&licence).await.ok().says("Yazılmamış");
        town.app.get(&write).await.ok().says("şifrelenerek saklanır");
        town.app.post(&write, &[("anahtar", " ")]).await.status(422).says("Lisans anahtarını yazın");
        town.app.post(&write, &[("anahtar", "ABCD-1234-EFGH")]).await.leads_to(&licence);
        town.app.get(&read).await.status(403);
        town.app.post(&read, &[("gerekce", "Kurulum")]).await.status(403);
        let sealed = town.text("SELECT sealed FROM licence_key").await;
        assert!(sealed.starts_with("v1.") && !sealed.contains("ABCD"), "{sealed}");
        for page in [
            licence.as_str(),
            "/lisanslar",
            "/lisanslar/disa-aktar/csv",
            "/lisanslar?ara=ABCD",
            "/api/v1/licence",
        ] {
            town.app.get(page).await.hides("ABCD-1234");
        }
        let read_events = "SELECT count(*) FROM event WHERE verb = 'licence_key_read'";
        town.app.sign_in_as("admin", &[town.unit], Some(town.ayse));
        town.app.get(&licence).await.ok().says("••••").hides("ABCD-1234");
        town.app.get(&read).await.ok().hides("ABCD-1234").says("niçin gördüğü");
        town.app.post(&read, &[("gerekce", "")]).await.status(422).hides("ABCD-1234");
        assert_eq!(town.count(read_events).await, 0);
        town.app.post(&read, &[("gerekce", "Yeniden kurulum")]).await.ok().says("ABCD-1234-EFGH");
        assert_eq!(town.count(read_events).await, 1);
        town.app.get(&licence).await.ok().says("Lisans anahtarını gördü").says("Yeniden kurulum");
        assert_eq!(
            town.count("SELECT count(*) FROM event WHERE note LIKE '%ABCD%' OR changes LIKE '%ABCD%'").await,
            0
        );
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
