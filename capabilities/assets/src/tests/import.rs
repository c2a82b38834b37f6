//! Lists of other programs and plain tables (AS-1).

use kernel::db::Sql;
use testkit::{Page, TestDb, each};

use super::town::{Town, capabilities};

const PATH: &str = "/varliklar/ice-aktar";
/// As GLPI's list of computers is saved.
const GLPI: &str = "\u{FEFF}\"Name\";\"Status\";\"Manufacturers\";\"Serial number\";\"Type\";\"Model\";\"Operating System - Name\";\"Locations\";\"Last update\";\"Components - Processor\"\n\
    \"fen-pc-01\";\"In use\";\"Dell Inc.\";\"GLP0001\";\"Desktop\";\"OptiPlex 7010\";\"Debian GNU/Linux 12\";\"Fen > 2. kat\";\"2024-05-01 10:22\";\"Core i5\"\n\
    \"\";\"Stock\";\"HP\";\"GLP0002\";\"Notebook\";\"EliteBook 840\";\"\";\"\";\"2024-05-02 10:22\";\"\"\n\
    \"terazi\";\"\";\"Baster\";\"GLP0003\";\"Weighbridge\";\"\";\"\";\"Şantiye\";\"\";\"\"\n";
/// As Snipe-IT's report of assets is saved.
const SNIPE: &str = "Asset Name,Asset Tag,Serial,Manufacturer,Model,Category,Status,Checked Out To,Location,Purchase Date,Purchase Cost,Notes\n\
    ,BEL-0001,SNP0001,Apple,MacBook Pro 14,Laptops,Deployed,Ayşe Kaya,Belediye binası,2023-04-05,\"1,899.50\",Çantasıyla\n\
    Toplantı ekranı,BEL-0002,,LG,27UK850,Displays,Ready to Deploy,Ahmet Bilinmez,Toplantı salonu,2022-11-30,4500.00,\n";

async fn first(town: &Town<'_>, text: &str) -> Page {
    first_at(town, PATH, text).await
}

async fn first_at(town: &Town<'_>, path: &str, text: &str) -> Page {
    town.app.upload(path, &[], &[("dosya", "liste.csv", text.as_bytes())]).await
}

/// Sends the form of a page on, with these fields answered.
async fn on(town: &Town<'_>, page: &Page, answers: &[(&str, &str)]) -> Page {
    on_at(town, PATH, page, answers).await
}

async fn on_at(town: &Town<'_>, path: &str, page: &Page, answers: &[(&str, &str)]) -> Page {
    let mut fields = page.sent_by(path);
    for (name, value) in answers {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).into(), (*value).into()));
    }
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    town.app.upload(path, &fields, &[]).await
}

#[tokio::test]
async fn glpis_list_is_known_again_and_asks_only_for_what_it_does_not_say() {
    each(capabilities(), async |test: &TestDb| {
        let town = Town::new(test).await;
        town.as_clerk();
        let asked = first(&town, GLPI).await.ok();
        let asked = asked.says("GLPI dışa aktarımı olarak tanındı").says("OptiPlex 7010").says("Weighbridge");
        let unanswered = on(&town, &asked, &[]).await.ok();
        unanswered.says("3 hatalı").says("Birimi seçin");
        let unit = town.unit.to_string();
        let answers = [("sabit-unit_id", unit.as_str()), ("soz-category-0", "other")];
        let preview = on(&town, &asked, &answers).await.ok().says("3 yeni").hides("hatalı");
        assert_eq!(town.count("SELECT count(*) FROM asset").await, 0, "nothing is written yet");
        // Back to the columns: what was decided stands there.
        let fields = preview.sent_by(PATH);
        let back: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let back = [back, vec![("adim", "esleme-degistir")]].concat();
        let again = town.app.upload(PATH, &back, &[]).await.ok();
        assert!(again.sent_by(PATH).contains(&("sabit-unit_id".into(), unit.clone())));
        on(&town, &preview, &[]).await.leads_to("/varliklar");
        let sql = "SELECT name || '|' || category || '|' || place || '|' || os || '|' || state || '|' || note FROM asset ORDER BY serial";
        let rows: Vec<String> = town.test.db.column(sql, vec![]).await.unwrap();
        assert_eq!(
            rows,
            [
                "fen-pc-01|desktop|Fen > 2. kat|Debian GNU/Linux 12|in_use|",
                "GLP0002|laptop|||in_stock|",
                "terazi|other|Şantiye||in_stock|"
            ]
        );
        // The same head again: nobody is asked twice, and nothing is doubled.
        first(&town, GLPI).await.ok().says("3 değişmeyen").hides("hatalı");
    })
    .await;
}

#[tokio::test]
async fn snipe_its_tags_recognise_what_has_no_serial_number() {
    each(capabilities(), async |test: &TestDb| {
        let town = Town::new(test).await;
        town.as_clerk();
        let asked = first(&town, SNIPE).await.ok().says("Snipe-IT dışa aktarımı olarak tanındı");
        let unit = town.unit.to_string();
        let preview = on(&town, &asked, &[("sabit-unit_id", &unit)]).await.ok().says("2 yeni");
        on(&town, &preview, &[]).await.leads_to("/varliklar");
        let sql = "SELECT former_number || '|' || name || '|' || CAST(price_kurus AS TEXT) || '|' || state || '|' || note FROM asset ORDER BY former_number";
        let rows: Vec<String> = town.test.db.column(sql, vec![]).await.unwrap();
        assert_eq!(
            rows,
            [
                "BEL-0001|MacBook Pro 14|189950|in_use|Çantasıyla",
                "BEL-0002|Toplantı ekranı|450000|in_stock|Eski programda kimdeydi: Ahmet Bilinmez"
            ]
        );
        // Who had it there is known; a slip without numbers gives it to them, and asks for their hand.
        assert_eq!(town.count("SELECT count(*) FROM asset WHERE holder_id IS NOT NULL").await, 0);
        let slip = async |holder: uuid::Uuid| {
            town.app.post("/zimmetler/yeni", &[("holder_id", holder.to_string().as_str()), ("given_to", "person")]).await
        };
        slip(town.mehmet).await.status(422).says("En az bir envanter ya da seri numarası yazın");
        let given = slip(town.ayse).await;
        assert_eq!(given.status, 303, "{}", given.text());
        town.app.get(&given.location().unwrap()).await.ok().says("MacBook Pro 14").says("Teyit bekliyor");
        slip(town.ayse).await.status(422).says("En az bir envanter");
        // Somebody wrote more into the note meanwhile, and the file has a new place.
        let tx = test.begin().await;
        tx.without_event("stands for somebody who wrote it");
        tx.run("UPDATE asset SET note = 'Çantasıyla ve faresiyle' WHERE former_number = 'BEL-0001'", vec![]).await.unwrap();
        tx.commit().await.unwrap();
        let moved = SNIPE.replace("Toplantı salonu", "Arşiv");
        first(&town, &moved).await.ok().says("1 güncellenen").says("1 değişmeyen");
        assert_eq!(town.count("SELECT count(*) FROM asset").await, 2);
        // Another name in a later file changes nothing: from then on slips say who has it.
        let again = SNIPE.replace("Ahmet Bilinmez", "Mehmet Demir");
        first(&town, &again).await.ok().says("2 değişmeyen");
    })
    .await;
}

#[tokio::test]
async fn words_of_other_programs_say_how_a_device_stands_and_unknown_ones_are_said_in_their_row() {
    each(capabilities(), async |test: &TestDb| {
        let town = Town::new(test).await;
        town.as_clerk();
        let unit = town.unit.to_string();
        let list = "Asset Name,Asset Tag,Category,Status\n\
            Yazıcı,T-1,Printers,ready to deploy\nKamera,T-2,Camera,Out for Repair\nEkran,T-3,Displays,ARCHIVED\n\
            Tablet,T-4,Tablets,Lost/Stolen\nTelefon,T-5,Phone,Atanmış\nKutu,T-6,Other,\n";
        let asked = first(&town, list).await.ok().says("Tanınmayan sözcükler: Durum").says("Lost/Stolen");
        let asked = asked.says("Seçmeseniz de satırlar alınır").hides("ARCHIVED</label>");
        let preview = on(&town, &asked, &[("sabit-unit_id", &unit)]).await.ok().says("6 yeni").hides("hatalı");
        let preview = preview.says("1 satırda tanınmayan sözcük");
        let preview = preview.says("“Lost/Stolen” tanınmadı; “Açıklama” alanına yazılır.");
        on(&town, &preview, &[]).await.leads_to("/varliklar");
        let sql = "SELECT former_number || '|' || state || '|' || note FROM asset ORDER BY former_number";
        let rows: Vec<String> = town.test.db.column(sql, vec![]).await.unwrap();
        let expected = [
            "T-1|in_stock|",
            "T-2|in_repair|",
            "T-3|condemned|",
            "T-4|in_stock|Durum: Lost/Stolen",
            "T-5|in_use|",
            "T-6|in_stock|",
        ];
        assert_eq!(rows, expected);
        // What happened here since is not undone by the same file, and nothing is said again.
        let later = list.replace("ready to deploy", "Deployed");
        first(&town, &later).await.ok().says("6 değişmeyen").hides("tanınmayan");
        // In use and in nobody's charge: the way to a slip stands on its page.
        let phone: uuid::Uuid = {
            let sql = "SELECT id FROM asset WHERE former_number = 'T-5'";
            town.test.db.scalar(sql, vec![]).await.unwrap().unwrap()
        };
        let page = town.app.get(&format!("/varliklar/{phone}")).await.ok().html();
        assert!(page.contains("/zimmetler/yeni?asset_numbers="));
        // A list takes nothing out of the register.
        let gone = "Adı;Türü;Birimi;Eski envanter no;Durum\nEski sunucu;Sunucu;Bilgi İşlem Müdürlüğü;T-9;Kayıttan düştü\n";
        let refused = first(&town, gone).await.ok().says("1 hatalı");
        refused.says("kayıttan düşmesi komisyon kararıyla yazılır");
    })
    .await;
}

#[tokio::test]
async fn a_plain_table_with_other_names_is_mapped_by_hand_and_what_is_wrong_is_said() {
    each(capabilities(), async |test: &TestDb| {
        let town = Town::new(test).await;
        town.as_clerk();
        let table = "Cihaz;Barkod;Cinsi;Oda\nYazıcı 1;SN-1;LAZER;101\nYazıcı 2;SN-2;lazer;102\nKutu;SN-3;Muamma;103\n";
        let asked = first(&town, table).await.status(422).says("Hiçbir sütunun adı tanınmadı");
        let asked = asked.says("Yazıcı 1 · Yazıcı 2 · Kutu");
        let refused = on(&town, &asked, &[("sutun-0", "name"), ("sutun-1", "name")]).await.status(422);
        let refused = refused.says("iki kez var").says("“Seri no” ya da “Eski envanter no” sütunu eksik");
        let unit = town.unit.to_string();
        let columns = [
            ("sutun-0", "name"),
            ("sutun-1", "serial"),
            ("sutun-2", "category"),
            ("sutun-3", "place"),
            ("sabit-unit_id", unit.as_str()),
        ];
        // The meaning of the third column is known now, so its words are asked for.
        let words = on(&town, &refused, &columns).await.status(422);
        let words = words.says("tanınmayan sözcükler").says("LAZER").says("2 satırda").says("Muamma");
        let preview = on(&town, &words, &[("soz-category-0", "printer"), ("soz-category-*", "other")]).await.ok();
        on(&town, &preview.says("3 yeni"), &[]).await.leads_to("/varliklar");
        let rows: Vec<String> = town.test.db.column("SELECT category || '|' || note FROM asset ORDER BY serial", vec![]).await.unwrap();
        assert_eq!(rows, ["printer|", "printer|", "other|Türü: Muamma"]);
    })
    .await;
}

#[tokio::test]
async fn licences_come_with_programs_that_no_machine_has_yet_and_are_not_doubled() {
    each(capabilities(), async |test: &TestDb| {
        let town = Town::new(test).await;
        town.as_clerk();
        let path = "/lisanslar/ice-aktar";
        let list = "ID,License Name,Product Key,Seats,Supplier,Purchase Date,Expiration Date,Purchase Cost,Notes\n\
            7,AutoCAD 2024,ABCD-1234-GIZLI,5,Anadolu Bilişim,2024-03-01,2027-03-01,\"125,000.00\",Fen işleri için\n\
            8,Windows Server 2022,WXYZ-9999-GIZLI,2,Anadolu Bilişim,2024-03-01,,40000.00,\n\
            9,Bozuk,,0,,,,,\n";
        let asked = first_at(&town, path, list).await.ok().says("Snipe-IT dışa aktarımı olarak tanındı");
        let preview = on_at(&town, path, &asked, &[]).await.ok().says("2 yeni").says("1 hatalı");
        assert_eq!(town.count("SELECT count(*) FROM licence").await, 0, "nothing is written yet");
        assert_eq!(town.count("SELECT count(*) FROM software").await, 0, "nor are programs");
        on_at(&town, path, &preview, &[]).await;
        let sql = "SELECT former_number || '|' || title || '|' || coalesce(until_on, '') || '|' || CAST(price_kurus AS TEXT) || '|' || note \
                   FROM licence ORDER BY former_number";
        let rows: Vec<String> = town.test.db.column(sql, vec![]).await.unwrap();
        assert_eq!(
            rows,
            [
                "7|AutoCAD 2024: 5 makine|2027-03-01|12500000|Fen işleri için",
                "8|Windows Server 2022: 2 makine||4000000|"
            ]
        );
        town.app.get("/programlar?ara=autocad").await.ok().says("AutoCAD");
        let found = "SELECT count(*) FROM event WHERE note LIKE '%GIZLI%' OR changes LIKE '%GIZLI%'";
        assert_eq!(town.count(found).await, 0, "a key stands nowhere in the clear");
        // The same list with more seats, after the same head was decided on: one changes, none is doubled.
        let more = list.replace("GIZLI,5,", "GIZLI,9,");
        first_at(&town, path, &more).await.ok().says("1 güncellenen").says("1 değişmeyen").says("1 hatalı");
        assert_eq!(town.count("SELECT count(*) FROM licence").await, 2);
        assert_eq!(town.count("SELECT count(*) FROM software").await, 2);
    })
    .await;
}

#[tokio::test]
async fn contracts_of_glpi_are_known_again_by_their_number() {
    each(capabilities(), async |test: &TestDb| {
        let town = Town::new(test).await;
        town.as_clerk();
        let path = "/sozlesmeler/ice-aktar";
        let list = "\u{FEFF}\"Name\";\"Number\";\"Contract types\";\"Start date\";\"Expiration\";\"Cost\";\"Notice\"\n\
            \"Sunucu bakımı\";\"2026/14\";\"Maintenance\";\"2026-01-01\";\"2026-12-31\";\"120000.00\";\"2 ay\"\n\
            \"Baskı hizmeti\";\"2026/15\";\"Kiralık\";\"2026-02-01\";\"2027-01-31\";\"\";\"\"\n";
        let asked = first_at(&town, path, list).await.ok().says("GLPI dışa aktarımı olarak tanındı").says("Kiralık");
        let preview = on_at(&town, path, &asked, &[("soz-type-0", "service")]).await.ok().says("2 yeni");
        on_at(&town, path, &preview, &[]).await.leads_to("/sozlesmeler");
        let sql = "SELECT document || '|' || title || '|' || type || '|' || until_on || '|' || note FROM agreement ORDER BY document";
        let rows: Vec<String> = town.test.db.column(sql, vec![]).await.unwrap();
        assert_eq!(
            rows,
            [
                "2026/14|Sunucu bakımı|maintenance|2026-12-31|Notice: 2 ay",
                "2026/15|Baskı hizmeti|service|2027-01-31|"
            ]
        );
        let later = list.replace("2026-12-31", "2027-12-31");
        first_at(&town, path, &later).await.ok().says("1 güncellenen").says("1 değişmeyen");
        assert_eq!(town.count("SELECT count(*) FROM agreement").await, 2);
    })
    .await;
}
