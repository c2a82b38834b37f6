//! Which asset an agent is about (AS-1): known again by its signs, chosen by a person, joined and parted, several agents of one machine.

use testkit::each;

use super::town::{Town, capabilities};
use crate::wire::{FUSION, OCS};

#[tokio::test]
async fn a_machine_that_was_entered_by_hand_is_known_again_by_its_serial_and_not_by_its_name() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let same = town.enter("Müdürün bilgisayarı", "7XK-2QW1").await;
        town.enter("fen-nb-02", "BASKA1").await;
        town.report("/inventory", None, FUSION).await.ok();
        town.report("/inventory", None, OCS).await.ok();
        town.act(&town.find("agent", "name", "BIM-PC-07").await, "onayla").await;
        town.app.get(&same).await.ok().says("Microsoft Windows 10 Pro").says("Müdürün bilgisayarı");
        town.act(&town.find("agent", "name", "fen-nb-02").await, "onayla").await;
        assert_eq!(town.count("SELECT count(*) FROM asset").await, 3, "the same name is another machine");
    })
    .await;
}

#[tokio::test]
async fn where_signs_contradict_each_other_a_person_chooses() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.report("/inventory", None, FUSION).await.ok();
        town.as_clerk();
        town.act(&town.find("agent", "name", "BIM-PC-07").await, "onayla").await;
        // A board of the same batch: the UUID is the same, the serial is not.
        let other = FUSION.replace("7XK2QW1", "9ZZ2QW9").replace("BIM-PC-07", "BIM-PC-08");
        town.report("/inventory", None, other).await.ok();
        let agent = town.find("agent", "name", "BIM-PC-08").await;
        town.act(&agent, "onayla").await.says("benzeyen varlık var");
        assert_eq!(town.text("SELECT state FROM agent WHERE name = 'BIM-PC-08'").await, "waiting");
        town.app.get(&agent).await.ok().says("Hangi varlık?").says("anakart kimliği aynı");
        town.app.post(&format!("{agent}/bagla"), &[("varlik", "")]).await.says("Bir varlık seçin");
        town.app.post(&format!("{agent}/bagla"), &[("varlik", "yeni")]).await;
        assert_eq!(town.count("SELECT count(*) FROM asset").await, 2);
        assert_eq!(town.text("SELECT state FROM agent WHERE name = 'BIM-PC-08'").await, "approved");
        assert_eq!(town.app.post(&format!("{agent}/bagla"), &[("varlik", "yeni")]).await.status, 409);
    })
    .await;
}

#[tokio::test]
async fn an_agent_joined_to_the_wrong_asset_is_parted_again_and_nothing_of_it_stays() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        // Somebody typed the serial of another machine.
        let asset = town.enter("Muhasebe bilgisayarı", "7XK2QW1").await;
        town.report("/inventory", None, FUSION).await.ok();
        let agent = town.find("agent", "name", "BIM-PC-07").await;
        town.app.get(&agent).await.ok().says("Bilinen varlık");
        town.act(&agent, "onayla").await;
        let joined = "SELECT name || '|' || model || '|' || (CASE WHEN memory_mb IS NULL THEN '-' ELSE 'var' END) FROM asset";
        assert_eq!(town.text(joined).await, "Muhasebe bilgisayarı|OptiPlex 7010|var");
        let note = [("note", "Kasaya bitişik"), ("model", "Bilinmeyen kasa"), ("surum", "2")];
        town.app.post(&format!("{asset}/duzenle"), &note).await.leads_to(&asset);
        town.act(&agent, "ayir").await.leads_to(&agent);
        // The agent's memory is gone, what a person wrote is not.
        assert_eq!(town.text(joined).await, "Muhasebe bilgisayarı|Bilinmeyen kasa|-");
        assert_eq!(town.count("SELECT count(*) FROM asset_mac").await, 0);
        assert_eq!(town.count("SELECT count(*) FROM asset_software").await, 0);
        town.app.get("/ajanlar?state=waiting&likeness=unsure").await.ok().says("BIM-PC-07");
        town.app.get(&asset).await.ok().says("Ajan varlıktan ayrıldı");
        // It is not taken for that asset again; the typed serial stands in its way until it is mended.
        town.act(&agent, "onayla").await.says("Bu seri numarası");
        let version = town.count("SELECT version FROM asset").await.to_string();
        let mended = [("serial", "KASA-1"), ("surum", version.as_str())];
        town.app.post(&format!("{asset}/duzenle"), &mended).await.leads_to(&asset);
        town.act(&agent, "onayla").await.leads_to(&agent);
        assert_eq!(town.count("SELECT count(*) FROM asset").await, 2);
    })
    .await;
}

/// What is installed on the only asset with a register entry of this name, in order.
async fn programs(town: &Town<'_>, asset: &str) -> String {
    let sql = "SELECT s.name || ' ' || i.version FROM asset_software AS i JOIN software AS s ON s.id = i.software_id \
               JOIN asset AS a ON a.id = i.asset_id WHERE a.number = $1 ORDER BY s.name LIMIT 50";
    let number = town.text(&format!("SELECT number FROM asset WHERE name = '{asset}'")).await;
    let all: Vec<String> = kernel::db::Sql::column(&town.test.db, sql, vec![number.into()]).await.unwrap();
    all.join(", ")
}

/// The same machine as `FUSION` by another agent, which says nothing of programs.
fn second() -> String {
    let start = FUSION.find("<SOFTWARES>").unwrap();
    let end = FUSION.rfind("</SOFTWARES>").unwrap() + "</SOFTWARES>".len();
    format!("{}{}", &FUSION[..start], &FUSION[end..])
        .replace("<DEVICEID>BIM-PC-07", "<DEVICEID>ikinci")
        .replace("FusionInventory-Agent_v2.6", "OCS-NG_unified_unix_agent_v2.10.0")
}

#[tokio::test]
async fn a_second_agent_that_tells_no_programs_leaves_them_and_parting_undoes_either() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let asset = town.enter("Muhasebe bilgisayarı", "7XK2QW1").await;
        town.report("/inventory", None, FUSION).await.ok();
        let first = town.find("agent", "name", "BIM-PC-07").await;
        town.act(&first, "onayla").await.leads_to(&first);
        let name = "Muhasebe bilgisayarı";
        let told = programs(&town, name).await;
        assert!(told.contains("7-Zip"), "{told}");
        let facts = "SELECT name || '|' || model || '|' || coalesce(memory_mb, 0) || '|' || os || '|' || coalesce(seen_at, 0) FROM asset";
        let with_first = town.text(facts).await;
        test.advance_seconds(600);
        town.report("/inventory", None, second().replace("OptiPlex 7010", "OptiPlex 9020")).await.ok();
        let other = "SELECT id FROM agent WHERE identity LIKE 'ikinci%'";
        let other = format!("/ajanlar/{}", town.text_id(other).await);
        town.act(&other, "onayla").await.leads_to(&other);
        assert_eq!(programs(&town, name).await, told, "it tells none, so they stay");
        town.app.get(&asset).await.ok().says("Kurulu programlar").says("7-Zip").says("OptiPlex 9020");
        town.act(&other, "ayir").await.leads_to(&other);
        assert_eq!(programs(&town, name).await, told);
        assert_eq!(town.text(facts).await, with_first);
        // Joined again, and the one that tells programs is parted: of its own nothing stays, of the other everything does.
        let number = town.text("SELECT number FROM asset").await;
        let typed = [("baska_metin", number.as_str())];
        town.app.post(&format!("{other}/bagla"), &typed).await.leads_to(&asset);
        town.act(&first, "ayir").await.leads_to(&first);
        assert_eq!(programs(&town, name).await, "");
        assert!(town.text(facts).await.contains("OptiPlex 9020"));
        town.act(&other, "ayir").await.leads_to(&other);
        assert_eq!(town.text(facts).await, format!("{name}||0||0"), "as it was typed at first");
        assert_eq!(town.count("SELECT count(*) FROM asset_mac").await, 0);
    })
    .await;
}

#[tokio::test]
async fn programs_of_two_agents_are_those_of_the_one_that_is_left() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        town.enter("Muhasebe bilgisayarı", "7XK2QW1").await;
        town.report("/inventory", None, FUSION).await.ok();
        let first = town.find("agent", "name", "BIM-PC-07").await;
        town.act(&first, "onayla").await.leads_to(&first);
        let told = programs(&town, "Muhasebe bilgisayarı").await;
        test.advance_seconds(600);
        let program = "<SOFTWARES><NAME>Oyun</NAME><VERSION>1.0</VERSION></SOFTWARES>";
        let second = second().replacen("<HARDWARE>", &format!("{program}<HARDWARE>"), 1);
        town.report("/inventory", None, second).await.ok();
        let other = "SELECT id FROM agent WHERE identity LIKE 'ikinci%'";
        let other = format!("/ajanlar/{}", town.text_id(other).await);
        town.act(&other, "onayla").await.leads_to(&other);
        assert_eq!(programs(&town, "Muhasebe bilgisayarı").await, "Oyun 1.0");
        town.act(&other, "ayir").await.leads_to(&other);
        assert_eq!(programs(&town, "Muhasebe bilgisayarı").await, told);
    })
    .await;
}

#[tokio::test]
async fn a_machine_that_waits_is_joined_to_any_asset_by_its_number() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let asset = town.enter("Bodrumdaki kasa", "").await;
        town.enter("Bodrumdaki öteki kasa", "").await;
        town.report("/inventory", None, FUSION).await.ok();
        let agent = town.find("agent", "name", "BIM-PC-07").await;
        town.app.get(&agent).await.ok().says("Yeni makine").says("Başka bir varlığa bağla");
        let join = format!("{agent}/bagla");
        town.app
            .post(&join, &[("baska_metin", "bodrumdaki")])
            .await
            .status(422)
            .says("tek bir varlığı göstermiyor");
        town.app.post(&join, &[("baska_metin", "")]).await.status(422).says("Bir varlık seçin");
        let gone = town.enter("Hurda", "HURDA-1").await;
        town.write_off(&town.text("SELECT number FROM asset WHERE name = 'Hurda'").await).await;
        let id = gone.rsplit('/').next().unwrap();
        town.app
            .post(&join, &[("baska", id)])
            .await
            .status(422)
            .says("Kayıttan düşen ya da başka kayda katılan varlığa");
        let number = town.text("SELECT number FROM asset WHERE name = 'Bodrumdaki kasa'").await;
        town.app.post(&join, &[("baska_metin", &number)]).await.leads_to(&asset);
        town.app.get(&asset).await.ok().says("OptiPlex 7010");
        assert_eq!(town.count("SELECT count(*) FROM asset").await, 3);
    })
    .await;
}
