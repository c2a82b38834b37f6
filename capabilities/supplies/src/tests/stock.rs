//! The ledger and what follows from it (AS-6).

use testkit::each;

use super::town::{Town, capabilities};

struct Store {
    toner: String,
    main: String,
    cupboard: String,
}

async fn store(town: &Town<'_>) -> Store {
    town.as_technician();
    let main = town.new_at("/ambarlar", &[("name", "Ana ambar")]).await;
    let cupboard = town.new_at("/ambarlar", &[("name", "Dolap")]).await;
    let card = [
        ("name", "HP 59A toner"),
        ("category", "toner"),
        ("measure", "piece"),
        ("minimum", "5"),
        ("wanted", "20"),
    ];
    let toner = town.new_at("/malzemeler", &card).await;
    Store { toner, main, cupboard }
}

async fn moved(
    town: &Town<'_>,
    store: &Store,
    kind: &str,
    quantity: &str,
    more: &[(&str, &str)],
) -> testkit::Page {
    let mut fields = vec![
        ("kind", kind),
        ("consumable_id", store.toner.as_str()),
        ("store_room_id", store.main.as_str()),
        ("quantity", quantity),
    ];
    fields.extend(more);
    town.app.post("/stok-hareketleri/yeni", &fields).await
}

#[tokio::test]
async fn how_much_there_is_follows_from_the_movements_and_nothing_else() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let store = store(&town).await;
        let mehmet = town.mehmet.to_string();
        let to = [("staff_id", mehmet.as_str())];
        moved(&town, &store, "receipt", "12", &[("document", "Fatura 42")]).await.location().unwrap();
        moved(&town, &store, "issue", "13", &to).await.status(422).says("Bu ambarda 12 adet var.");
        moved(&town, &store, "issue", "3", &[]).await.status(422).says("kişiyi seçin");
        moved(&town, &store, "transfer", "2", &[]).await.status(422).says("öbür ambarı seçin");
        moved(&town, &store, "receipt", "0", &[]).await.status(422).says("sıfırdan büyük");
        let other = [("to_room_id", store.cupboard.as_str())];
        moved(&town, &store, "transfer", "2", &other).await.location().unwrap();
        moved(&town, &store, "issue", "3", &to).await.location().unwrap();
        moved(&town, &store, "return", "1", &to).await.location().unwrap();
        moved(&town, &store, "count", "7", &[]).await.location().unwrap();
        let sum = "SELECT on_hand FROM consumable";
        assert_eq!(town.count(sum).await, 9, "seven counted here, two in the cupboard");
        let card = format!("/malzemeler/{}", store.toner);
        let page = town.app.get(&card).await.ok().says("Ambarlara göre").says("7 adet").says("2 adet");
        page.says("Sayım: HP 59A toner, 7 adet");
        // Nobody writes the sum by hand.
        let edit = town.app.get(&format!("{card}/duzenle")).await.ok();
        let version = edit.value("surum").unwrap();
        let fields = [
            ("surum", version.as_str()),
            ("name", "HP 59A"),
            ("on_hand", "500"),
            ("minimum", "5"),
            ("wanted", "20"),
        ];
        town.app.post(&format!("{card}/duzenle"), &fields).await.leads_to(&card);
        assert_eq!(town.count(sum).await, 9);
        town.app.get("/malzemeler/kullanim").await.ok().says("Fen İşleri Müdürlüğü").says("2 adet");
    })
    .await;
}

#[tokio::test]
async fn what_falls_below_its_minimum_is_told_once_and_proposed_for_order() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let store = store(&town).await;
        let mehmet = town.mehmet.to_string();
        let to = [("staff_id", mehmet.as_str())];
        moved(&town, &store, "receipt", "6", &[]).await.location().unwrap();
        moved(&town, &store, "issue", "2", &to).await.location().unwrap();
        moved(&town, &store, "issue", "1", &to).await.location().unwrap();
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'stock_low'").await, 1);
        town.app.get("/malzemeler?level=low").await.ok().says("HP 59A toner");
        town.app.get("/malzemeler/siparis").await.ok().says("HP 59A toner").says("17 adet");
        let paper = town.app.get("/malzemeler/siparis/liste").await.ok().text();
        assert!(paper.contains("1 | HP 59A toner | 3 adet | 5 adet | 17 adet"), "{paper}");
        let table = town.app.get("/malzemeler/siparis/tablo").await.ok();
        let table = printing::sheet::read(&table.bytes).unwrap();
        assert_eq!(table.rows[0].cells[..5], ["HP 59A toner", "adet", "3", "5", "17"]);
        moved(&town, &store, "issue", "3", &to).await.location().unwrap();
        assert_eq!(town.text("SELECT level FROM consumable").await, "out");
        moved(&town, &store, "receipt", "20", &[]).await.location().unwrap();
        town.app
            .get("/malzemeler/siparis")
            .await
            .ok()
            .says("Sipariş edilecek malzeme yok")
            .hides("Liste (PDF)");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_movement_is_reversed_by_another_and_both_stay() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let store = store(&town).await;
        let mehmet = town.mehmet.to_string();
        let received = moved(&town, &store, "receipt", "5", &[]).await.location().unwrap();
        let issued =
            moved(&town, &store, "issue", "4", &[("staff_id", mehmet.as_str())]).await.location().unwrap();
        // What has gone out already cannot be unreceived.
        town.act(&received, "ters-kayit", "Yanlış fatura").await.status(422).says("önce o çıkışı düzeltin");
        town.act(&issued, "ters-kayit", "Yanlış kişi").await.leads_to(&issued);
        town.act(&issued, "ters-kayit", "Bir daha").await.status(409);
        assert_eq!(town.count("SELECT on_hand FROM consumable").await, 5);
        assert_eq!(town.count("SELECT count(*) FROM stock_line").await, 3, "nothing was rubbed out");
        town.act(&received, "ters-kayit", "Yanlış fatura").await.leads_to(&received);
        assert_eq!(town.count("SELECT on_hand FROM consumable").await, 0);
    })
    .await;
}

#[tokio::test]
async fn whoever_got_it_says_so_and_nobody_else() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let store = store(&town).await;
        let mehmet = town.mehmet.to_string();
        moved(&town, &store, "receipt", "5", &[]).await.location().unwrap();
        let issued =
            moved(&town, &store, "issue", "1", &[("staff_id", mehmet.as_str())]).await.location().unwrap();
        town.act(&issued, "teslim-aldim", "").await.status(403);
        town.as_mehmet();
        town.app.get("/").await.ok().says("Teyidinizi bekleyen malzeme çıkışı");
        town.act(&issued, "teslim-aldim", "").await.leads_to(&issued);
        assert_eq!(town.text("SELECT state FROM stock_movement WHERE kind = 'issue'").await, "confirmed");
        town.app.get("/malzemeler").await.status(403);
        let list = town.app.get("/stok-hareketleri").await.ok();
        list.says("Çıkış: HP 59A toner").hides("Giriş: HP 59A toner");
    })
    .await;
}

const DRAWN: &str = "20,150 90,40 160,150 230,60;300,100 420,90";

#[tokio::test]
async fn who_has_no_account_signs_on_the_screen_or_on_paper() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let store = store(&town).await;
        let mehmet = town.mehmet.to_string();
        let to = [("staff_id", mehmet.as_str())];
        let received = moved(&town, &store, "receipt", "5", &[]).await.location().unwrap();
        town.app.get(&received).await.ok().hides("Ekranda imzalat").hides("İmzalanan metin");
        let issued = moved(&town, &store, "issue", "2", &to).await.location().unwrap();
        let page = town.app.get(&issued).await.ok().says("Teslim bekliyor").says("Ambar: Ana ambar");
        page.says("1. HP 59A toner, 2 adet").says("Teslim alan: Mehmet Demir");
        town.app
            .post(&format!("{issued}/eylem"), &[("eylem", "imzalat")])
            .await
            .ok()
            .says("İmza: Mehmet Demir")
            .says("teslim aldım");
        let drawn = [("eylem", "imzalat"), ("onayli", "evet"), ("imza", DRAWN)];
        town.app.post(&format!("{issued}/eylem"), &drawn).await.leads_to(&issued);
        town.app.get(&issued).await.ok().says("Teslim alındı").says("Ekranda imzaladı");
        town.app.get(&format!("{issued}/fis")).await.ok().says("Teslim alan Mehmet Demir (çizildi)");
        // On paper: what cannot be seen does not count.
        let other = moved(&town, &store, "issue", "1", &to).await.location().unwrap();
        town.act(&other, "imzali-fis", "").await.status(422).says("taramasını");
        let file: &[(&str, &str, &[u8])] = &[("dosya", "imzali.pdf", b"%PDF-1.4 imzali")];
        town.app.upload(&format!("{other}/ek"), &[], file).await.leads_to(&other);
        town.act(&other, "imzali-fis", "").await.leads_to(&other);
        assert_eq!(town.count("SELECT count(*) FROM stock_movement WHERE state = 'confirmed'").await, 2);
        // A remark may be added; what moved stays.
        let edit = town.app.get(&format!("{other}/duzenle")).await.ok().hides("Miktar");
        let version = edit.value("surum").unwrap();
        let fields = [("surum", version.as_str()), ("note", "Kutusu açıktı"), ("quantity", "9")];
        town.app.post(&format!("{other}/duzenle"), &fields).await.leads_to(&other);
        assert_eq!(town.count("SELECT on_hand FROM consumable").await, 2);
    })
    .await;
}

#[tokio::test]
async fn what_a_printer_used_is_told_between_two_days() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let store = store(&town).await;
        let (mehmet, printer) = (town.mehmet.to_string(), uuid::Uuid::from_u128(5).to_string());
        let ticket = uuid::Uuid::from_u128(6).to_string();
        moved(&town, &store, "receipt", "9", &[]).await.location().unwrap();
        for (day, counter) in [("1.10.2026", "10000"), ("20.10.2026", "12600"), ("4.11.2026", "15000")] {
            let more = [
                ("staff_id", mehmet.as_str()),
                ("asset_id", printer.as_str()),
                ("ticket_id", ticket.as_str()),
                ("counter", counter),
                ("moved_on", day),
            ];
            moved(&town, &store, "issue", "1", &more).await.location().unwrap();
        }
        assert_eq!(town.count("SELECT count(*) FROM stock_movement WHERE ticket_id IS NOT NULL").await, 3);
        let page = town.app.get("/malzemeler/kullanim").await.ok();
        page.says("Birimlere göre").says("Cihazlara göre").says("3 adet").says("2.500");
        let page = town.app.get("/malzemeler/kullanim?baslangic=15.10.2026&bitis=31.10.2026").await.ok();
        page.says("15.10.2026 – 31.10.2026").says("1 adet").hides("2.500");
        town.app.get("/malzemeler/kullanim?baslangic=dün").await.status(422).says("5.11.2026 biçiminde");
        let wrong = town.app.get("/malzemeler/kullanim?baslangic=5.11.2026&bitis=1.11.2026").await;
        wrong.status(422).says("önce olamaz");
    })
    .await;
}

#[tokio::test]
async fn two_who_take_the_last_one_at_the_same_moment_do_not_both_get_it() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let store = store(&town).await;
        let mehmet = town.mehmet.to_string();
        moved(&town, &store, "receipt", "1", &[]).await.location().unwrap();
        let to = [("staff_id", mehmet.as_str())];
        let (one, two) =
            tokio::join!(moved(&town, &store, "issue", "1", &to), moved(&town, &store, "issue", "1", &to));
        let got = [one.status, two.status].into_iter().filter(|status| *status == 303).count();
        assert_eq!(got, 1, "{} {}", one.text(), two.text());
        assert_eq!(town.count("SELECT on_hand FROM consumable").await, 0);
    })
    .await;
}

#[test]
fn nothing_is_used_for_what_left_the_town_or_was_closed() {
    let kind = crate::movement::kind();
    for (field, state, may) in [
        ("asset_id", "in_use", true),
        ("asset_id", "written_off", false),
        ("ticket_id", "in_progress", true),
        ("ticket_id", "solved", true),
        ("ticket_id", "closed", false),
    ] {
        assert_eq!(kind.field(field).unwrap().among.contains(&state), may, "{field} {state}");
    }
}
