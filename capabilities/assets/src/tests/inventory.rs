//! Machines that report (AS-1).

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use kernel::capability::DemoContext;
use kernel::{Act, Source};
use testkit::each;

use super::town::{Town, capabilities};
use crate::wire::{FUSION, GLPI, GLPI_PARTIAL, OCS, Packing, pack};

const AGENT: &str = "3d293706-e628-11f1-99a9-a5fd07a43007";

#[tokio::test]
async fn a_machine_that_reports_waits_for_approval_and_becomes_an_asset_of_the_unit_in_its_tag() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let prolog =
            "<?xml version=\"1.0\"?><REQUEST><DEVICEID>BIM-PC-07</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>";
        let answer = town.report("/ocsinventory", None, prolog).await.ok();
        assert!(answer.html().contains("<RESPONSE>SEND</RESPONSE>"), "{}", answer.html());
        let answer = town.report("/ocsinventory", None, pack(Packing::Zlib, OCS)).await.ok();
        assert!(answer.bytes.starts_with(&[0x78, 0x9C]), "a packed question gets a packed answer");
        assert_eq!(town.count("SELECT count(*) FROM asset").await, 0, "nobody said yet that it may");
        town.as_clerk();
        town.app.get("/ajanlar?state=waiting").await.ok().says("fen-nb-02");
        let agent = town.find("agent", "name", "fen-nb-02").await;
        town.app.get(&agent).await.ok().says("EliteBook 840 G3").says("5CG7301X7K");
        town.act(&agent, "onayla").await;
        let asset = town.find("asset", "name", "fen-nb-02").await;
        town.app
            .get(&asset)
            .await
            .ok()
            .says("Dizüstü bilgisayar")
            .says("Fen İşleri Müdürlüğü")
            .says("Kurulu programlar (1)")
            .says("zutty");
        town.app.get("/varliklar?ara=5cg7301x7k").await.ok().says("fen-nb-02");
    })
    .await;
}

#[tokio::test]
async fn every_address_and_both_languages_lead_to_the_same_door() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        for path in
            ["/plugins/fusioninventory/", "/front/inventory.php", "/inventory", "/glpi/front/inventory.php"]
        {
            town.report(path, None, FUSION).await.ok();
        }
        assert_eq!(town.count("SELECT count(*) FROM agent").await, 1, "the same machine four times");
        let prolog = "<REQUEST><DEVICEID>mali-pc-03</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>";
        // An agent that was told a host's name only sends to the first page, which people read.
        let first = town.report("/", Some(AGENT), prolog).await.ok();
        assert_eq!(first.json()["status"], "pending");
        let first = town.report("/inventory", Some(AGENT), prolog).await.ok();
        assert_eq!(first.json()["status"], "pending");
        let contact = r#"{"action":"contact","deviceid":"mali-pc-03","name":"GLPI-Agent"}"#;
        let second = town.report("/inventory", Some(AGENT), contact).await.ok();
        assert_eq!(second.json()["tasks"]["inventory"]["no-category"], "environment,process");
        let third = town.report("/inventory", Some(AGENT), GLPI).await.ok();
        assert_eq!(third.json()["status"], "ok");
        let other = town.app.get("/inventory?action=getConfig&machineid=1").await.ok();
        assert_eq!(other.json(), serde_json::json!({}));
    })
    .await;
}

#[tokio::test]
async fn a_report_of_changes_leaves_what_it_does_not_name_as_it_was() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.report("/inventory", Some(AGENT), GLPI).await.ok();
        town.as_clerk();
        let agent = town.find("agent", "name", "mali-pc-03").await;
        town.act(&agent, "onayla").await;
        town.report("/inventory", Some(AGENT), GLPI_PARTIAL).await.ok();
        let asset = town.find("asset", "name", "mali-pc-03").await;
        let page =
            town.app.get(&asset).await.ok().says("7.6").hides("7.5").says("SAMSUNG MZVL2512").says("ClamAV");
        assert!(!page.text().contains("Eksik envanter"));
    })
    .await;
}

#[tokio::test]
async fn a_machine_of_which_only_changes_came_is_said_to_be_incomplete_until_the_whole_comes() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.report("/inventory", Some(AGENT), GLPI_PARTIAL).await.ok();
        town.as_clerk();
        town.app.get("/ajanlar?is_incomplete=evet").await.ok().says("mali-pc-03");
        town.report("/inventory", Some(AGENT), GLPI).await.ok();
        town.app.get("/ajanlar?is_incomplete=evet").await.ok().hides("mali-pc-03");
    })
    .await;
}

#[tokio::test]
async fn what_a_person_wrote_stays_and_the_page_says_so() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.report("/inventory", None, FUSION).await.ok();
        town.as_clerk();
        town.act(&town.find("agent", "name", "BIM-PC-07").await, "onayla").await;
        let asset = town.find("asset", "name", "BIM-PC-07").await;
        let edit = format!("{asset}/duzenle");
        let page = town.app.get(&edit).await.ok();
        let mut fields = page.sent_by(&edit);
        for (name, value) in &mut fields {
            if name == "model" {
                *value = "OptiPlex 7010 SFF".into();
            }
        }
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        town.app.post(&edit, &fields).await;
        let more = FUSION
            .replace("<MODEL>ST250DM000</MODEL>", "<MODEL>ST250DM000-1</MODEL>")
            .replace("8073", "8074");
        let more = more.replace("10.1.2.7", "10.1.2.77");
        town.report("/inventory", None, more).await.ok();
        town.app
            .get(&asset)
            .await
            .ok()
            .says("OptiPlex 7010 SFF")
            .says("10.1.2.77")
            .says("Elle yazıldı, ajan değiştirmez: Modeli")
            .hides("Elle yazılan alanlar");
    })
    .await;
}

/// `GLPI` of a Windows machine, whole or not, with this in place of its guard.
fn windows(is_partial: bool, guard: &str) -> String {
    let whole = GLPI.replace("Pardus 23.1", "Microsoft Windows 11 Pro");
    let start = whole.find("\"antivirus\"").unwrap();
    let end = whole.find("\"envs\"").unwrap();
    let text = format!("{}{guard}{}", &whole[..start], &whole[end..]);
    if is_partial { text.replacen('{', "{\"partial\":true,", 1) } else { text }
}

#[tokio::test]
async fn a_guard_that_is_no_longer_told_is_gone() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let guard = r#""antivirus":[{"name":"Defender","enabled":true,"uptodate":true}],"#;
        let monitor = r#""monitors":[{"caption":"Ekran"}],"#;
        let with = format!("{guard}{monitor}");
        town.report("/inventory", Some(AGENT), windows(false, &with)).await.ok();
        town.as_clerk();
        town.act(&town.find("agent", "name", "mali-pc-03").await, "onayla").await;
        let state = "SELECT protection FROM asset";
        let lost = "SELECT count(*) FROM event WHERE verb = 'protection_lost'";
        assert_eq!((town.text(state).await.as_str(), town.count(lost).await), ("live", 0));
        // Of changes only: what is absent did not change.
        test.advance_seconds(600);
        town.report("/inventory", Some(AGENT), windows(true, "")).await.ok();
        assert_eq!((town.text(state).await.as_str(), town.count(lost).await), ("live", 0));
        // Present and empty is none, also among changes.
        town.report("/inventory", Some(AGENT), windows(true, r#""antivirus":[],"#)).await.ok();
        assert_eq!((town.text(state).await.as_str(), town.count(lost).await), ("off", 1));
        town.report("/inventory", Some(AGENT), windows(false, &with)).await.ok();
        assert_eq!(town.text(state).await, "live");
        // Absent from the whole is none, too; a disk that is absent from it may only not have been looked for.
        let whole = windows(false, "");
        let start = whole.find("\"storages\"").unwrap();
        let end = start + whole[start..].find('\n').unwrap();
        let without = format!("{}{}", &whole[..start], &whole[end..]);
        let without = without.replace("\"memory\":16000", "\"memory\":16001");
        town.report("/inventory", Some(AGENT), without.clone()).await.ok();
        assert_eq!((town.text(state).await.as_str(), town.count(lost).await), ("off", 2));
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'part_lost'").await, 0);
        let monitors = "SELECT content FROM agent_section WHERE section = 'monitors'";
        assert_eq!(town.text(monitors).await, "[]");
        assert_eq!(
            town.count("SELECT count(*) FROM agent_section WHERE section = 'storages' AND content <> '[]'")
                .await,
            1
        );
        let again = town.report("/inventory", Some(AGENT), without).await.ok();
        assert!(again.queries <= 2, "the same again is no news: {} queries", again.queries);
    })
    .await;
}

#[tokio::test]
async fn a_machine_whose_disks_are_all_gone_is_told() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.report("/inventory", Some(AGENT), GLPI.replace(r#""serial":"S64K","#, "")).await.ok();
        town.as_clerk();
        town.act(&town.find("agent", "name", "mali-pc-03").await, "onayla").await;
        test.advance_seconds(600);
        let start = GLPI.find("[{\"name\":\"nvme0n1\"").unwrap();
        let end = start + GLPI[start..].find(']').unwrap() + 1;
        let empty = format!("{}[]{}", &GLPI[..start], &GLPI[end..]);
        town.report("/inventory", Some(AGENT), empty).await.ok();
        let note = town.text("SELECT note FROM event WHERE verb = 'part_lost'").await;
        assert_eq!(note, "Eksilen: disk.");
        let asset = town.find("asset", "name", "mali-pc-03").await;
        town.app.get(&asset).await.ok().says("SAMSUNG MZVL2512 (512.110 MB)");
    })
    .await;
}

#[tokio::test]
async fn a_cloned_disk_is_two_machines() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.report("/inventory", None, FUSION).await.ok();
        let clone = FUSION.replace("7XK2QW1", "8YY2QW8").replace("4C4C4544-0042", "4C4C4544-0099");
        town.report("/inventory", None, clone.clone()).await.ok();
        town.report("/inventory", None, clone).await.ok();
        assert_eq!(town.count("SELECT count(*) FROM agent").await, 2);
        town.as_clerk();
        let note = town.text("SELECT note FROM event WHERE verb = 'agent_reported' AND note <> ''").await;
        assert!(note.contains("disk kopyalanmış"), "{note}");
    })
    .await;
}

#[tokio::test]
async fn missing_memory_and_a_missing_disk_are_told() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.report("/inventory", None, FUSION).await.ok();
        town.as_clerk();
        town.act(&town.find("agent", "name", "BIM-PC-07").await, "onayla").await;
        let less = FUSION
            .replace("<CAPACITY>4096</CAPACITY>", "<CAPACITY>1024</CAPACITY>")
            .replace("Z3T1ABCD", "W9W9W9W9");
        town.report("/inventory", None, less).await.ok();
        let note = town.text("SELECT note FROM event WHERE verb = 'part_lost'").await;
        assert_eq!(note, "Eksilen: bellek, disk.");
        let asset = town.find("asset", "name", "BIM-PC-07").await;
        town.app.get(&asset).await.ok().says("Parçası eksildi").says("5.120 MB");
    })
    .await;
}

#[tokio::test]
async fn a_refused_agent_leaves_nothing_and_is_told_why() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.report("/inventory", None, FUSION).await.ok();
        town.as_clerk();
        town.act(&town.find("agent", "name", "BIM-PC-07").await, "reddet").await;
        let before = town.count("SELECT count(*) FROM agent_section").await;
        let answer = town.report("/inventory", None, FUSION.replace("7-Zip", "8-Zip")).await;
        assert_eq!(answer.status, 403);
        assert!(answer.html().contains("<ERROR>"), "{}", answer.html());
        assert_eq!(town.count("SELECT count(*) FROM agent_section").await, before);
        assert_eq!(town.text("SELECT content FROM agent_section WHERE content LIKE '%8-Zip%'").await, "");
    })
    .await;
}

#[tokio::test]
async fn an_agent_that_knows_a_key_is_approved_and_without_one_turned_away_where_that_is_set() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let key = town.app.sign_in_as("clerk", &[town.unit], None);
        let basic = |key: &str| format!("Basic {}", BASE64_STANDARD.encode(format!("ajan:{key}")));
        town.report_as(&basic(&key), OCS).await.ok();
        assert_eq!(town.text("SELECT state FROM agent").await, "approved");
        let asset = town.find("asset", "name", "fen-nb-02").await;
        town.app.get(&asset).await.ok().says("clerk");
        town.report_as(&basic("yanlis"), FUSION).await.ok();
        assert_eq!(town.count("SELECT count(*) FROM agent WHERE state = 'waiting'").await, 1);
        let tx = test.begin().await;
        let settings = test.registry.settings();
        let setting = settings.iter().find(|one| one.key == crate::agents::MUST_SIGN_IN).unwrap();
        kernel::setting::set(&tx, setting, &serde_json::json!(true)).await.unwrap();
        tx.commit().await.unwrap();
        test.advance_seconds(60);
        let refused = town.report("/ocsinventory", None, GLPI).await;
        assert_eq!(
            (refused.status.as_u16(), refused.header("www-authenticate").as_str()),
            (401, "Basic realm=\"belde\"")
        );
        assert!(refused.html().contains("<ERROR>"), "{}", refused.html());
        let staff = town.app.sign_in_as("staff", &[town.unit], Some(town.ayse));
        assert_eq!(town.report_as(&basic(&staff), GLPI).await.status, 401, "a key that may not approve");
        town.report_as(&basic(&key), FUSION).await.ok();
        assert_eq!(town.count("SELECT count(*) FROM agent WHERE state = 'waiting'").await, 0);
    })
    .await;
}

#[tokio::test]
async fn the_same_report_again_writes_nothing() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.report("/inventory", None, FUSION).await.ok();
        let events = town.count("SELECT count(*) FROM event").await;
        let again = town.report("/inventory", None, FUSION).await.ok();
        assert!(again.queries <= 2, "{} queries", again.queries);
        assert_eq!(town.count("SELECT count(*) FROM event").await, events);
    })
    .await;
}

#[tokio::test]
async fn broken_and_hostile_reports_get_an_agents_answer_and_leave_nothing() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let packed = pack(Packing::Zlib, FUSION);
        for body in [
            b"".to_vec(),
            b"<html>".to_vec(),
            b"{\"deviceid\":1}".to_vec(),
            packed[..packed.len() / 2].to_vec(),
            b"<!DOCTYPE a [<!ENTITY b \"c\">]><REQUEST><DEVICEID>&b;</DEVICEID></REQUEST>".to_vec(),
            vec![0xFF; 2_000],
        ] {
            let answer = town.report("/ocsinventory", None, body).await;
            assert_eq!(answer.status, 422);
            let said = answer.html();
            assert!(said.contains("<ERROR>") || said.contains("\"status\":\"error\""), "{said}");
        }
        assert_eq!(town.count("SELECT count(*) FROM agent").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_machine_without_a_network_is_carried_in_as_a_file() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        town.app.get("/ajanlar").await.ok().says("Dosyadan envanter al");
        let files: [(&str, &str, &[u8]); 3] = [
            (ui::names::FILES, "fen.ocs", OCS.as_bytes()),
            (ui::names::FILES, "bozuk.xml", b"<REQUEST>"),
            (ui::names::FILES, "mali.json", GLPI.as_bytes()),
        ];
        let page = town.app.upload("/ajanlar/dosya", &[], &files).await.ok();
        page.says("fen-nb-02-2026-11-27-19-22-15: alındı").says("yarım kalmış").says("mali-pc-03");
        assert_eq!(town.count("SELECT count(*) FROM agent WHERE state = 'waiting'").await, 2);
        let again = town.app.upload("/ajanlar/dosya", &[], &files[..1]).await.ok();
        again.says("öncekiyle aynı");
        town.app.upload("/ajanlar/dosya", &[], &[]).await.status(422).says("En az bir dosya seçin");
        // Many in one zip; what is no inventory in it does not stop the others, and a broken zip is said to be one.
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, text) in
            [("pc/bir.ocs", OCS.replace("fen-nb-02", "fen-nb-09")), ("oku.txt", "merhaba".into())]
        {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut zip, text.as_bytes()).unwrap();
        }
        let packed = zip.finish().unwrap().into_inner();
        let files: [(&str, &str, &[u8]); 2] =
            [(ui::names::FILES, "hepsi.zip", &packed), (ui::names::FILES, "bozuk.zip", &packed[..60])];
        let page = town.app.upload("/ajanlar/dosya", &[], &files).await.ok();
        page.says("hepsi.zip: pc/bir.ocs — fen-nb-09").says("hepsi.zip: oku.txt").says("bozuk.zip —");
        assert_eq!(town.count("SELECT count(*) FROM agent WHERE state = 'waiting'").await, 3);
    })
    .await;
}

#[tokio::test]
async fn a_warranty_that_ends_soon_is_told_once_to_whoever_keeps_the_inventory() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let (unit, today) = (town.unit.to_string(), test.clock.now().day());
        let until = |days: i64| kernel::tr::date(today.0 + time::Duration::days(days));
        for (name, until) in [("Yakın", until(70)), ("Uzak", until(400)), ("Eski", until(-1))] {
            let typed = [
                ("name", name),
                ("category", "printer"),
                ("unit_id", unit.as_str()),
                ("warranty_until_on", until.as_str()),
            ];
            town.app.post("/varliklar/yeni", &typed).await.status(303);
        }
        assert_eq!(names(&town, "ended").await, ["Eski"]);
        watch(test).await;
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb LIKE 'warranty%'").await, 0);
        test.advance_seconds(15 * 86_400);
        for _ in 0..2 {
            watch(test).await;
        }
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'warranty_ending'").await, 1);
        assert_eq!(names(&town, "ending").await, ["Yakın"]);
        test.advance_seconds(60 * 86_400);
        watch(test).await;
        assert_eq!(names(&town, "ended").await, ["Eski", "Yakın"]);
    })
    .await;
}

/// Which of the three stand in the rows of a list; its filters name all of them.
async fn names(town: &Town<'_>, warranty: &str) -> Vec<&'static str> {
    let page = town.app.get(&format!("/varliklar?warranty={warranty}")).await.ok().html();
    let rows = &page[page.find("<tbody").unwrap()..page.find("</tbody").unwrap()];
    ["Eski", "Yakın", "Uzak"].into_iter().filter(|name| rows.contains(name)).collect()
}

async fn watch(test: &testkit::TestDb) {
    test.run(&crate::asset::warranty::job()).await;
}

#[tokio::test]
async fn labels_are_printed_for_what_the_list_shows() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let address = town.enter("Dizüstü 1", "SN-1001").await;
        town.enter("Dizüstü 2", "SN-1002").await;
        let list = town.app.get("/varliklar?ara=sn+1001").await.ok().html();
        assert!(list.contains("/varliklar/etiketler?ara=sn+1001"), "the list leads to its labels");
        let sheet =
            town.app.get("/varliklar/etiketler?ara=1001").await.ok().says("1 varlık").says("Dizüstü 1");
        assert!(sheet.hides("Dizüstü 2").says("62 × 29 mm ruloya bas").html().contains("<svg"));
        let roll = town.app.get("/varliklar/etiketler?ara=1001&boy=rulo").await.ok().says("Dizüstü 1");
        assert!(roll.says("A4 sayfaya bas").html().contains("labels is-roll"));
        let page = town.app.get(&address).await.ok().says("Etiket").html();
        let own = format!("/varliklar/etiketler?id={}", address.rsplit('/').next().unwrap());
        assert!(page.contains(&own), "a device's page leads to its own label");
        for (paper, class) in [("rulo-50", "is-small"), ("serit-24", "is-tape")] {
            let alone = town.app.get(&format!("{own}&boy={paper}")).await.ok().says("1 varlık");
            assert!(alone.says("Dizüstü 1").hides("Dizüstü 2").html().contains(class), "{paper}");
        }
        // More than one sheet: each leads to the next.
        for number in 1..=97 {
            town.enter(&format!("Ekran {number:03}"), "").await;
        }
        let first =
            town.app.get("/varliklar/etiketler?ara=ekran").await.ok().says("96 varlık").says("Sonraki 96");
        let html = first.hides("Ekran 097").html();
        let start = html
            .find("href=\"/varliklar/etiketler?ara=ekran&amp;once=")
            .or_else(|| html.find("sonra="))
            .unwrap();
        let start = html[..start + 6].rfind("/varliklar/etiketler?").unwrap();
        let next = html[start..].split('"').next().unwrap().replace("&amp;", "&");
        let next = town.app.get(&next).await.ok().says("1 varlık").says("Ekran 097");
        next.hides("Ekran 096").hides("Sonraki 96");
    })
    .await;
}

#[tokio::test]
async fn whoever_is_not_approved_cannot_fill_the_disk() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let comment = "x".repeat(16_000);
        let one = format!("<SOFTWARES><NAME>a</NAME><COMMENTS>{comment}</COMMENTS></SOFTWARES>");
        let large = FUSION.replacen("<SOFTWARES>", &format!("{}<SOFTWARES>", one.repeat(300)), 1);
        // Plain, because so even a text packs like a bomb.
        let refused = town.report("/inventory", None, large.clone()).await;
        assert_eq!(refused.status, 422);
        assert_eq!(town.count("SELECT count(*) FROM agent").await, 0, "nothing of it is kept");
        town.report("/inventory", None, FUSION).await.ok();
        town.as_clerk();
        town.act(&town.find("agent", "name", "BIM-PC-07").await, "onayla").await;
        town.report("/inventory", None, large).await.ok();
    })
    .await;
}

#[tokio::test]
async fn who_may_not_see_agents_sees_none_of_them() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.report("/inventory", None, FUSION).await.ok();
        let agent = town.find("agent", "name", "BIM-PC-07").await;
        town.as_staff(town.ayse, town.unit);
        assert_eq!(town.app.get("/ajanlar").await.status, 403);
        assert_eq!(town.app.get(&agent).await.status, 403);
        assert_eq!(town.act(&agent, "onayla").await.status, 403);
    })
    .await;
}

#[tokio::test]
async fn the_demo_town_has_machines_custody_and_an_agent_that_waits() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let act = Act::system(&test.clock, Source::CommandLine, "deneme");
        let context = DemoContext { db: test.db.clone(), clock: test.clock.clone(), act, scale: 1 };
        crate::demo::load(&context).await.unwrap();
        assert_eq!(town.count("SELECT count(*) FROM asset").await, 11);
        assert_eq!(town.count("SELECT count(*) FROM agent WHERE state = 'waiting'").await, 2);
        assert_eq!(town.count("SELECT count(*) FROM custody_item WHERE returned_at IS NULL").await, 3);
    })
    .await;
}
