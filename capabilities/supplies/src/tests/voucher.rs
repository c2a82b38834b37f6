//! One movable voucher with several lines (AS-6, AS-8).

use testkit::{Page, each};

use super::town::{Town, capabilities};

const PATH: &str = "/tasinir-islem-fisleri";

struct Store {
    main: String,
    toner: String,
}

async fn store(town: &Town<'_>) -> Store {
    town.as_technician();
    let main = town.new_at("/ambarlar", &[("name", "Ana ambar")]).await;
    let card = |name, measure| {
        [("name", name), ("category", "stationery"), ("measure", measure), ("minimum", "5"), ("wanted", "20")]
    };
    let toner = town.new_at("/malzemeler", &card("HP 59A toner", "piece")).await;
    town.new_at("/malzemeler", &card("A4 kâğıt", "ream")).await;
    Store { main, toner }
}

async fn make_out(town: &Town<'_>, store: &Store, kind: &str, lines: &str, more: &[(&str, &str)]) -> Page {
    let mut fields = vec![("kind", kind), ("store_room_id", store.main.as_str()), ("lines", lines)];
    fields.extend(more);
    town.app.post(&format!("{PATH}/yeni"), &fields).await
}

#[tokio::test]
async fn several_lines_on_one_voucher_are_as_many_movements_with_one_number_and_one_signature() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let store = store(&town).await;
        // The form offers the cards, and an option begins the line with the card's name.
        let form = town.app.get(&format!("{PATH}/yeni")).await.ok().html();
        assert!(
            form.contains("data-each-line=\"/ara/secenek?tur=consumable&amp;durum=active&amp;satir=ad\" data-after=\"; \""),
            "{form}"
        );
        let offered = town.app.get_part("/ara/secenek?tur=consumable&satir=ad&q=toner").await.ok().html();
        assert!(offered.contains("data-value=\"HP 59A toner\""), "{offered}");
        // Typed in a hurry: small letters and no hat mean the same card.
        let received = "hp 59a toner; 10; 1.250,50\nA4 kağıt; 40; 95";
        let receipt = make_out(&town, &store, "receipt", received, &[("document", "Fatura 42")]).await;
        let receipt = receipt.location().unwrap();
        let page = town
            .app
            .get(&receipt)
            .await
            .ok()
            .says("2026-TF-000001")
            .says("Giriş: HP 59A toner ve 1 malzeme daha");
        page.says("12.505,00 TL").says("16.305,00 TL").says("Geçerli");
        assert_eq!(town.count("SELECT on_hand FROM consumable WHERE name = 'A4 kâğıt'").await, 40);
        assert_eq!(
            town.text("SELECT number FROM stock_movement WHERE quantity = 40").await,
            "2026-TF-000001/2"
        );
        // What cannot be is said line by line, and nothing of it is written.
        let to = [("staff_id", &*town.mehmet.to_string())];
        let wrong = "HP 59A toner; 11\nA4 defter; 1\nA4 kâğıt\nA4 kâğıt; 1\nA4 kâğıt; 2";
        let refused = make_out(&town, &store, "issue", wrong, &to).await.status(422);
        let twice = refused.html().matches("5. satır: “A4 kâğıt” daha").count();
        assert_eq!(twice, 2, "every line is said at the field, too, not in the summary alone");
        let refused = refused
            .says("1. satır: 11 adet istendi, bu ambarda 10 adet var.")
            .says("2. satır: “A4 defter” adlı, kullanımda bir malzeme kartı yok. Şunlar var: “A4 kâğıt”.");
        refused
            .says("3. satır: malzemenin adını")
            .says("5. satır: “A4 kâğıt” daha yukarıda")
            .says("A4 defter; 1");
        make_out(&town, &store, "issue", "A4 kâğıt; 1", &[]).await.status(422).says("kişiyi seçin");
        assert_eq!(town.count("SELECT count(*) FROM stock_movement").await, 2);
        let issued = make_out(&town, &store, "issue", "HP 59A toner; 3\nA4 kâğıt; 5", &to).await;
        let issued = issued.location().unwrap();
        // A single movement goes on in the same numbers.
        let single = [
            ("kind", "issue"),
            ("consumable_id", store.toner.as_str()),
            ("store_room_id", store.main.as_str()),
            ("quantity", "1"),
            ("staff_id", to[0].1),
        ];
        town.app.post("/stok-hareketleri/yeni", &single).await.location().unwrap();
        assert_eq!(town.text("SELECT number FROM stock_movement WHERE quantity = 1").await, "2026-TF-000003");
        town.act(&issued, "teslim-aldim", "").await.status(403);
        town.as_mehmet();
        town.app.get("/").await.ok().says("Teyidinizi bekleyen malzeme fişi");
        let page =
            town.app.get(&issued).await.ok().says("1. HP 59A toner, 3 adet").says("2. A4 kâğıt, 5 top");
        page.says("Teslim bekliyor");
        town.act(&issued, "teslim-aldim", "").await.leads_to(&issued);
        town.as_technician();
        let paper = town.app.get(&format!("{issued}/pdf")).await.ok().html();
        assert!(paper.contains("Fiş no: 2026-TF-000002") && paper.contains("Mehmet Demir"), "{paper}");
        town.act(&issued, "ters-kayit", "Yanlış kişi").await.leads_to(&issued);
        assert_eq!(town.count("SELECT on_hand FROM consumable WHERE name = 'A4 kâğıt'").await, 40);
        assert_eq!(town.count("SELECT on_hand FROM consumable WHERE name = 'HP 59A toner'").await, 9);
        town.act(&receipt, "ters-kayit", "Yanlış fatura").await.status(422).says("önce o çıkışı düzeltin");
        assert_eq!(town.count("SELECT count(*) FROM stock_movement WHERE state = 'reversed'").await, 2);
    })
    .await;
}
