//! What a new keeper of a store brings along (AS-6, AS-8).

use kernel::db::Sql;
use testkit::{Page, each};

use super::town::{Town, capabilities};

const PATH: &str = "/acilis-stoku/ice-aktar";
const TABLE: &str = "Malzeme;Ambar;Miktar;Birim bedeli\nHP 59A toner;Ana ambar;12;450,00\nKalem, mavi;Ana ambar;1.240;\n\
    Kalem, mavi;Dolap;10;3,50\nYok böyle;Ana ambar;5;\nHP 59A toner;Dolap;0;\n";

async fn first(town: &Town<'_>, text: &str) -> Page {
    town.app.upload(PATH, &[], &[("dosya", "stok.csv", text.as_bytes())]).await
}

async fn on(town: &Town<'_>, page: &Page) -> Page {
    let fields = page.sent_by(PATH);
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    town.app.upload(PATH, &fields, &[]).await
}

async fn store(town: &Town<'_>) {
    town.as_technician();
    for name in ["Ana ambar", "Dolap"] {
        town.new_at("/ambarlar", &[("name", name)]).await;
    }
    for (name, category) in [("HP 59A toner", "toner"), ("Kalem, mavi", "stationery")] {
        let card = [
            ("name", name),
            ("category", category),
            ("measure", "piece"),
            ("minimum", "5"),
            ("wanted", "20"),
        ];
        town.new_at("/malzemeler", &card).await;
    }
}

#[tokio::test]
async fn a_new_keeper_brings_the_stock_in_on_one_voucher_for_each_room_and_not_twice() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        store(&town).await;
        let preview = first(&town, TABLE).await.ok().says("3 yeni").says("2 hatalı");
        let preview = preview.says("“Yok böyle” bulunamadı").says("3 satırı yaz");
        assert_eq!(town.count("SELECT count(*) FROM stock_movement").await, 0, "nothing is written yet");
        on(&town, &preview).await.leads_to("/acilis-stoku");
        let sql = "SELECT m.number || '|' || m.kind || '|' || m.ground || '|' || m.title FROM stock_movement AS m ORDER BY m.number";
        let rows: Vec<String> = test.db.column(sql, vec![]).await.unwrap();
        assert_eq!(
            rows,
            [
                "2026-TF-000001/1|receipt|opening|Giriş: HP 59A toner, 12 adet",
                "2026-TF-000001/2|receipt|opening|Giriş: Kalem, mavi, 1.240 adet",
                "2026-TF-000002/1|receipt|opening|Giriş: Kalem, mavi, 10 adet"
            ]
        );
        let lines = "SELECT lines FROM stock_voucher ORDER BY number";
        let lines: Vec<String> = test.db.column(lines, vec![]).await.unwrap();
        assert_eq!(lines, ["HP 59A toner; 12; 450,00\nKalem, mavi; 1.240", "Kalem, mavi; 10; 3,50"]);
        let first_voucher = "SELECT id FROM stock_voucher ORDER BY number LIMIT 1";
        let voucher: uuid::Uuid = test.db.scalar(first_voucher, vec![]).await.unwrap().unwrap();
        let page = town.app.get(&format!("/tasinir-islem-fisleri/{voucher}")).await.ok();
        page.says("Açılış devri").says("5.400,00 TL").says("1.240 adet");
        let paper = town.app.get(&format!("/tasinir-islem-fisleri/{voucher}/pdf")).await.ok();
        assert!(paper.text().contains("İşlem çeşidi: Açılış devri"), "{}", paper.text());
        assert_eq!(town.count("SELECT CAST(sum(on_hand) AS BIGINT) FROM consumable").await, 1_262);
        // The same file again writes nothing, and one form more nothing twice.
        first(&town, TABLE).await.ok().says("3 değişmeyen").says("2 hatalı").hides("satırı yaz");
        // What was brought in is not overwritten: what is wrong is reversed first.
        let more = TABLE.replace(";12;", ";15;");
        let refused = first(&town, &more).await.ok().says("2 değişmeyen").says("3 hatalı");
        refused.says("önce hareketini ters kayıtla düzeltin");
        let wrong = "SELECT id FROM stock_movement WHERE number = '2026-TF-000001/1'";
        let wrong: uuid::Uuid = test.db.scalar(wrong, vec![]).await.unwrap().unwrap();
        town.act(&format!("/stok-hareketleri/{wrong}"), "ters-kayit", "Yanlış sayılmış").await;
        assert_eq!(town.count("SELECT CAST(sum(on_hand) AS BIGINT) FROM consumable").await, 1_250);
        let preview = first(&town, &more).await.ok().says("1 güncellenen").says("2 değişmeyen");
        on(&town, &preview).await.leads_to("/acilis-stoku");
        assert_eq!(town.count("SELECT CAST(sum(on_hand) AS BIGINT) FROM consumable").await, 1_265);
        assert_eq!(town.count("SELECT count(*) FROM stock_voucher").await, 3);
        town.app.get("/acilis-stoku").await.ok().says("HP 59A toner, Ana ambar").says("2026-TF-000003");
    })
    .await;
}

#[tokio::test]
async fn a_single_opening_is_typed_once_and_two_files_are_two_vouchers() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        store(&town).await;
        let card: uuid::Uuid = test
            .db
            .scalar("SELECT id FROM consumable ORDER BY name_key LIMIT 1", vec![])
            .await
            .unwrap()
            .unwrap();
        let room: uuid::Uuid =
            test.db.scalar("SELECT id FROM store_room WHERE name = 'Dolap'", vec![]).await.unwrap().unwrap();
        let (card, room) = (card.to_string(), room.to_string());
        let typed = [
            ("consumable_id", card.as_str()),
            ("store_room_id", &room),
            ("quantity", "7"),
            ("moved_on", "1.1.2026"),
        ];
        let id = town.new_at("/acilis-stoku", &typed).await;
        town.app.get(&format!("/acilis-stoku/{id}")).await.ok().says("2026-TF-000001").says("01.01.2026");
        town.app.post("/acilis-stoku/yeni", &typed).await.status(422).says("zaten yazılmış");
        assert_eq!(town.text("SELECT moved_on FROM stock_movement").await, "2026-01-01");
        for (place, quantity) in [("Ana ambar", "3"), ("Dolap", "4")] {
            let table = format!("Malzeme;Ambar;Miktar\nKalem, mavi;{place};{quantity}\n");
            let preview = first(&town, &table).await.ok().says("1 yeni");
            on(&town, &preview).await.leads_to("/acilis-stoku");
        }
        assert_eq!(town.count("SELECT count(*) FROM stock_voucher").await, 3);
    })
    .await;
}
