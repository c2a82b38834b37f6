//! Two records of one device become one, and can be parted again (AS-1).

use testkit::{Page, each};

use super::town::{Town, capabilities};

async fn with_serial(town: &Town<'_>, name: &str, serial: &str, more: &[(&str, &str)]) -> String {
    let unit = town.unit.to_string();
    let mut typed =
        vec![("name", name), ("category", "laptop"), ("serial", serial), ("unit_id", unit.as_str())];
    typed.extend(more);
    let entered = town.app.post("/varliklar/yeni", &typed).await;
    let text = entered.text();
    entered.location().unwrap_or_else(|| panic!("{text}"))
}

fn id(address: &str) -> &str {
    address.rsplit('/').next().unwrap()
}

async fn join(town: &Town<'_>, stays: &str, goes: &str, more: &[(&str, &str)]) -> Page {
    let mut fields = vec![("diger", id(goes)), ("onay", "evet")];
    fields.extend(more);
    town.app.post(&format!("{stays}/birlestir"), &fields).await
}

async fn number(town: &Town<'_>, name: &str) -> String {
    town.text(&format!("SELECT number FROM asset WHERE name = '{name}'")).await
}

async fn give(town: &Town<'_>, number: &str, holder: &str) -> String {
    let fields = [("holder_id", holder), ("given_to", "person"), ("asset_numbers", number)];
    town.app.post("/zimmetler/yeni", &fields).await.location().unwrap()
}

#[tokio::test]
async fn a_device_entered_twice_is_made_one_with_everything_of_both_and_parted_again() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let stays = with_serial(&town, "PC-A", "", &[("place", "Depo"), ("supplier", "Bir Bilişim")]).await;
        let goes = with_serial(&town, "PC-B", "SN-77", &[("manufacturer", "Dell")]).await;
        let (first, second) = (number(&town, "PC-A").await, number(&town, "PC-B").await);
        let slip = give(&town, &second, &town.mehmet.to_string()).await;
        let page = format!("{stays}/birlestir");
        town.app.get(&stays).await.ok().says("Birleştir…");
        town.app.get(&page).await.ok().says("Cihazın öteki kaydı");
        town.app.post(&page, &[("diger", "")]).await.status(422).says("öteki kaydını seçin");
        let asked = town.app.post(&page, &[("diger", ""), ("diger_metin", &second)]).await;
        let beside = format!("{page}?diger={}", id(&goes));
        asked.leads_to(&beside);
        town.app.get(&beside).await.ok().says("Mehmet Demir").says("SN-77").says("Öteki kayıt kalsın");
        join(&town, &stays, &stays, &[]).await.status(422).says("kendisiyle birleştirilemez");
        let taken = [("serial", "diger"), ("manufacturer", "diger"), ("name", "bu"), ("supplier", "bu")];
        join(&town, &stays, &goes, &taken).await.leads_to(&stays);
        join(&town, &stays, &goes, &taken).await.leads_to(&stays);
        let sql = "SELECT name || ' ' || serial || ' ' || manufacturer || ' ' || supplier || ' ' || state || ' ' || place \
                   FROM asset WHERE name = 'PC-A'";
        assert_eq!(town.text(sql).await, "PC-A SN-77 Dell Bir Bilişim in_use Depo");
        town.app.get(&stays).await.ok().says("Mehmet Demir").says("numaralı kayda katıldı");
        town.app.get(&goes).await.ok().says("aynı cihazın ikinci kaydıydı").says(&first);
        town.app.get(&format!("{goes}/duzenle")).await.leads_to(&goes);
        // The slip is about the one that stays, and what is typed or read of the other means it, too.
        town.app.get(&slip).await.ok().says(&first);
        let taken_back = [("holder_id", &*town.mehmet.to_string()), ("asset_numbers", &*second)];
        let label = town.app.get(&format!("{goes}/etiket")).await;
        label.leads_to(&stays);
        assert_eq!(town.count("SELECT count(*) FROM asset_merge WHERE undone_at IS NULL").await, 1);
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'asset_merged'").await, 1);
        // Parted again: the slip and what was taken over go back.
        let merge = town.text_id("SELECT id FROM asset_merge").await.to_string();
        town.app.get(&page).await.ok().says("Bu kayda katılanlar").says("Yeniden ayır");
        town.app.post(&page, &[("geri_al", &*merge)]).await.leads_to(&stays);
        town.app.post(&page, &[("geri_al", &*merge)]).await.leads_to(&stays);
        let sql = "SELECT name || '/' || serial || '/' || state || '/' || CASE WHEN holder_id IS NULL THEN 'boş' ELSE 'dolu' END FROM asset \
                   WHERE name = ";
        assert_eq!(town.text(&format!("{sql}'PC-A'")).await, "PC-A//in_stock/boş");
        assert_eq!(town.text(&format!("{sql}'PC-B'")).await, "PC-B/SN-77/in_use/dolu");
        town.app.get(&slip).await.ok().says(&second);
        town.app.post("/zimmet-iadeleri/yeni", &taken_back).await.location().unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_old_number_and_an_old_label_mean_the_record_that_stayed() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let stays = with_serial(&town, "PC-A", "SN-1", &[]).await;
        let goes = with_serial(&town, "PC-B", "", &[]).await;
        let old = number(&town, "PC-B").await;
        join(&town, &stays, &goes, &[]).await.leads_to(&stays);
        let slip = give(&town, &old, &town.mehmet.to_string()).await;
        town.app.get(&slip).await.ok().says(&number(&town, "PC-A").await);
        with_serial(&town, "PC-C", "SN-3", &[]).await;
        let counted = [("unit_id", &*town.unit.to_string()), ("responsible_id", &*town.ayse.to_string())];
        town.app.post("/sayimlar/yeni", &counted).await.location().unwrap();
        town.app.get("/varliklar?state=merged").await.ok().says(&old);
        // A count knows one device, by whichever label.
        let tx = test.begin().await;
        let kind = test.registry.kind("stocktake").unwrap();
        let id = town.text_id("SELECT id FROM stocktake").await;
        let stocktake = kernel::record::get(&tx, &kind, id).await.unwrap();
        let label = format!("https://belde.ornek.bel.tr{goes}/etiket");
        crate::stocktake::read_for(&tx, &stocktake, &[&label, &old, "SN-1"], "").await.unwrap();
        tx.without_event("a test reads labels");
        tx.commit().await.unwrap();
        assert_eq!(town.text("SELECT result FROM stocktake_line").await, "misplaced");
        assert_eq!(town.count("SELECT count(*) FROM stocktake_line").await, 1);
    })
    .await;
}

#[tokio::test]
async fn records_that_may_be_two_devices_are_not_made_one() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let one = with_serial(&town, "PC-A", "SN-1", &[("registry_code", "253.2.1-1")]).await;
        let other = with_serial(&town, "PC-B", "SN-2", &[]).await;
        let third = with_serial(&town, "PC-C", "SN-3", &[("registry_code", "253.2.1-2")]).await;
        join(&town, &one, &third, &[]).await.status(422).says("defterde iki taşınır var");
        give(&town, &number(&town, "PC-A").await, &town.mehmet.to_string()).await;
        give(&town, &number(&town, "PC-B").await, &town.veli.to_string()).await;
        join(&town, &one, &other, &[]).await.status(422).says("adına zimmetli").says("Veli Ak");
        town.as_staff(town.mehmet, town.other_unit);
        join(&town, &one, &other, &[]).await.status(403);
        town.as_clerk();
        let gone = with_serial(&town, "PC-D", "SN-4", &[]).await;
        town.write_off(&number(&town, "PC-D").await).await;
        join(&town, &third, &gone, &[]).await.status(422).says("kayıttan düşmüş");
        // Its label opens its page, which says that it is gone.
        town.app.get(&format!("{gone}/etiket")).await.leads_to(&gone);
        assert_eq!(town.count("SELECT count(*) FROM asset WHERE state = 'merged'").await, 0);
    })
    .await;
}

#[tokio::test]
async fn the_agent_of_either_record_goes_on_with_the_one_that_stays() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.report("/ocsinventory", None, crate::wire::OCS).await.ok();
        town.as_clerk();
        let agent = town.find("agent", "name", "fen-nb-02").await;
        town.act(&agent, "onayla").await;
        let goes = town.find("asset", "name", "fen-nb-02").await;
        let stays = with_serial(&town, "Elle yazılan", "", &[]).await;
        join(&town, &stays, &goes, &[("serial", "diger"), ("machine_uuid", "diger")]).await.leads_to(&stays);
        town.app.get(&stays).await.ok().says("Kurulu programlar (1)").says("zutty").says("5CG7301X7K");
        town.app.get(&goes).await.ok().hides("Kurulu programlar");
        let of_stays =
            "SELECT count(*) FROM asset_software AS i JOIN asset AS a ON a.id = i.asset_id WHERE a.name = 'Elle yazılan'";
        assert_eq!(town.count(of_stays).await, 1);
        let macs = "SELECT count(*) FROM asset_mac AS m JOIN asset AS a ON a.id = m.asset_id WHERE a.name = 'Elle yazılan'";
        assert!(town.count(macs).await > 0);
        // The machine that reports again is the one that stayed.
        town.report("/ocsinventory", None, crate::wire::OCS).await.ok();
        assert_eq!(town.count("SELECT count(*) FROM asset").await, 2);
        town.as_clerk();
        let merge = town.text_id("SELECT id FROM asset_merge").await.to_string();
        town.app.post(&format!("{stays}/birlestir"), &[("geri_al", &*merge)]).await.leads_to(&stays);
        town.app.get(&goes).await.ok().says("Kurulu programlar (1)").says("5CG7301X7K");
        town.app.get(&stays).await.ok().hides("Kurulu programlar");
        assert_eq!(town.text("SELECT serial FROM asset WHERE name = 'Elle yazılan'").await, "");
        assert_eq!(town.count(of_stays).await, 0);
        assert_eq!(town.count(macs).await, 0);
    })
    .await;
}

#[tokio::test]
async fn files_go_with_the_record_that_is_joined_and_come_back_with_it() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let stays = with_serial(&town, "PC-A", "SN-1", &[]).await;
        let goes = with_serial(&town, "PC-B", "", &[]).await;
        let (first, second) = (number(&town, "PC-A").await, number(&town, "PC-B").await);
        for (record, name) in [(&stays, "fatura.txt"), (&goes, "garanti.txt"), (&goes, "eski.txt")] {
            let files = [("dosya", name, name.as_bytes())];
            town.app.upload(&format!("{record}/ek"), &[], &files).await.leads_to(record);
        }
        let old = town.text_id("SELECT id FROM attachment WHERE name = 'eski.txt'").await;
        let gone = [("gerekce", "Yanlış dosya")];
        town.app.post(&format!("{goes}/ek/{old}/kaldir"), &gone).await.leads_to(&goes);
        let file = town.text_id("SELECT id FROM attachment WHERE name = 'garanti.txt'").await;
        let digest = "SELECT sha256 FROM attachment WHERE name = 'garanti.txt'";
        let before = town.text(digest).await;
        join(&town, &stays, &goes, &[]).await.leads_to(&stays);
        town.app.get(&stays).await.ok().says("Ekler").says("1 dosya");
        let moved = town.app.get(&format!("{stays}/ek/{file}")).await.ok();
        assert_eq!(moved.bytes, b"garanti.txt");
        town.app.get(&format!("{goes}/ek/{file}")).await.status(404);
        town.app.get(&format!("{stays}/ek/{old}")).await.status(404);
        let told = |verb: &str, number: &str| {
            format!("SELECT count(*) FROM event WHERE verb = '{verb}' AND note LIKE 'garanti.txt: {number} %'")
        };
        assert_eq!(town.count(&told("attached", &second)).await, 1);
        assert_eq!(town.count(&told("detached", &first)).await, 1);
        // What came to the one that stays on its own stays there; what was taken off there does not come back.
        let later = [("dosya", "sonra.txt", b"sonra".as_slice())];
        town.app.upload(&format!("{stays}/ek"), &[], &later).await.leads_to(&stays);
        let merge = town.text_id("SELECT id FROM asset_merge").await.to_string();
        town.app.post(&format!("{stays}/birlestir"), &[("geri_al", &*merge)]).await.leads_to(&stays);
        let back = town.app.get(&format!("{goes}/ek/{file}")).await.ok();
        assert_eq!((back.bytes.as_slice(), town.text(digest).await), (b"garanti.txt".as_slice(), before));
        let left = "SELECT count(*) FROM attachment AS f JOIN asset AS a ON a.id = f.subject_id WHERE a.name = 'PC-A'";
        assert_eq!(town.count(left).await, 2);
        assert_eq!(town.count(&told("attached", &first)).await, 1);
    })
    .await;
}

#[tokio::test]
async fn what_was_joined_to_a_device_is_named_on_its_page_and_is_no_filter_of_the_list() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let stays = with_serial(&town, "PC-A", "SN-1", &[]).await;
        let goes = with_serial(&town, "PC-B", "", &[]).await;
        join(&town, &stays, &goes, &[]).await.leads_to(&stays);
        town.app.get(&stays).await.ok().says("İlgili kayıtlar").says("PC-B");
        let list = town.app.get("/varliklar").await.ok().html();
        assert!(!list.contains("name=\"merged_into_id\""), "the list is filtered by it");
    })
    .await;
}
