//! Vouchers, a year's account and its end (AS-8).

use testkit::{Page, each};

use super::town::{Town, capabilities};

/// A line long enough to be somebody's hand.
const DRAWN: &str = "20,150 90,40 160,150 230,60;300,100 420,90";

async fn moved(town: &Town<'_>, fields: &[(&str, &str)]) -> Page {
    town.app.post("/stok-hareketleri/yeni", fields).await
}

/// A card under a code, a room, and a year of movements: 30 came for 1 TL and 10 for 3 TL, 25 went.
async fn a_year(town: &Town<'_>) -> (String, String) {
    town.as_technician();
    let code = town.new_at("/tasinir-kodlari", &[("code", "150.13"), ("name", "Yedek parçalar")]).await;
    let room = town.new_at("/ambarlar", &[("name", "Ana ambar")]).await;
    let card = [
        ("name", "HP 59A toner"),
        ("category", "toner"),
        ("measure", "piece"),
        ("minimum", "0"),
        ("wanted", "0"),
        ("movable_code_id", &code),
    ];
    let toner = town.new_at("/malzemeler", &card).await;
    let common = [("consumable_id", toner.as_str()), ("store_room_id", room.as_str())];
    let mehmet = town.mehmet.to_string();
    for more in [
        [("kind", "receipt"), ("quantity", "20"), ("price_kurus", "1,00"), ("moved_on", "2024-12-30")],
        [("kind", "receipt"), ("quantity", "10"), ("price_kurus", "1,00"), ("moved_on", "2025-02-01")],
        [("kind", "receipt"), ("quantity", "10"), ("price_kurus", "3,00"), ("moved_on", "2025-05-01")],
        [("kind", "issue"), ("quantity", "25"), ("staff_id", mehmet.as_str()), ("moved_on", "2025-06-01")],
    ] {
        moved(town, &[common.as_slice(), &more].concat()).await.location().unwrap();
    }
    (toner, room)
}

#[tokio::test]
async fn a_years_account_carries_over_and_what_is_left_came_last() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let (toner, room) = a_year(&town).await;
        let other = town.new_at("/ambarlar", &[("name", "Dolap")]).await;
        let page = town.app.get("/tasinir-hesabi?yil=2025").await.ok();
        // 20 carried, 20 came, 25 went, 15 left: ten at 3 TL and five at 1 TL.
        page.says("150.13").says("20 adet 20 adet 25 adet 15 adet 35,00 TL");
        town.app.get("/tasinir-hesabi?yil=2024").await.ok().says("0 adet 20 adet 0 adet 20 adet 20,00 TL");
        town.app
            .get(&format!("/tasinir-hesabi?yil=2025&ambar={other}"))
            .await
            .ok()
            .says("yazılmış hareket yok");
        // Carried from room to room it neither came nor went, but each room sees it.
        let carried = [
            ("kind", "transfer"),
            ("quantity", "5"),
            ("consumable_id", toner.as_str()),
            ("store_room_id", room.as_str()),
            ("to_room_id", other.as_str()),
            ("moved_on", "2025-07-01"),
        ];
        moved(&town, &carried).await.location().unwrap();
        town.app.get("/tasinir-hesabi?yil=2025").await.ok().says("20 adet 20 adet 25 adet 15 adet");
        let there = format!("/tasinir-hesabi?yil=2025&ambar={other}");
        town.app.get(&there).await.ok().says("0 adet 5 adet 0 adet 5 adet 11,66 TL");
        let sheet = town.app.get("/tasinir-hesabi/cetvel?yil=2025").await.ok();
        sheet.says("Kalanların tutarı: 35,00 TL").says("150.13 | HP 59A toner");
    })
    .await;
}

#[tokio::test]
async fn a_year_closes_once_all_is_counted_and_signed_and_stays_closed() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let (toner, room) = a_year(&town).await;
        let later =
            town.app.post("/yil-sonu-sayimlari/yeni", &[("year", "2099"), ("store_room_id", &room)]).await;
        later.status(422).says("Gelmemiş bir yıl");
        let (ayse, mehmet) = (town.ayse.to_string(), town.mehmet.to_string());
        let begun =
            [("year", "2025"), ("store_room_id", room.as_str()), ("head_id", &ayse), ("member_id", &mehmet)];
        let address = format!("/yil-sonu-sayimlari/{}", town.new_at("/yil-sonu-sayimlari", &begun).await);
        town.app.post("/yil-sonu-sayimlari/yeni", &begun).await.status(422).says("zaten var");
        town.act(&address, "cetveli-cikar", "").await.status(422).says("kurulun başkanını ve iki üyesini");
        let veli = town.third().await.to_string();
        let twice = [("second_member_id", ayse.as_str()), ("surum", "1")];
        town.app.post(&format!("{address}/duzenle"), &twice).await.status(422).says("aynı kişi iki kez");
        let third = [("second_member_id", veli.as_str()), ("surum", "1")];
        town.app.post(&format!("{address}/duzenle"), &third).await.leads_to(&address);
        town.act(&address, "cetveli-cikar", "")
            .await
            .status(422)
            .says("sayılmamış malzeme var: HP 59A toner");
        let count = [
            ("kind", "count"),
            ("quantity", "14"),
            ("consumable_id", toner.as_str()),
            ("store_room_id", room.as_str()),
            ("moved_on", "2025-12-31"),
        ];
        let counted = moved(&town, &count).await.location().unwrap();
        town.act(&address, "cetveli-cikar", "").await.leads_to(&address);
        town.act(&address, "yili-kapat", "").await.status(422).says("üç imzasını");
        for verb in ["baskan-imzala", "uye-imzala", "ikinci-uye-imzala"] {
            let fields = [("eylem", verb), ("onayli", "evet"), ("imza", DRAWN)];
            town.app.post(&format!("{address}/eylem"), &fields).await.leads_to(&address);
        }
        town.act(&address, "yili-kapat", "").await.leads_to(&address);
        let paper = town.app.get(&format!("{address}/cetvel")).await.ok();
        let paper =
            paper.says("1 | 150.13 | HP 59A toner | 20 adet | 20 adet | 26 adet | 14 adet | 34,00 TL");
        paper.says("Kurul başkanı Ayşe Kaya (çizildi)").says("Üye Mehmet Demir (çizildi)");
        // What is closed stays as it was signed.
        let late = [
            ("kind", "receipt"),
            ("quantity", "1"),
            ("consumable_id", toner.as_str()),
            ("store_room_id", room.as_str()),
            ("moved_on", "2025-11-01"),
        ];
        moved(&town, &late).await.status(422).says("2025 yılı sayılıp kapatıldı");
        town.act(&counted, "ters-kayit", "Yanlış").await.status(422).says("Kapanan yılın hareketi");
    })
    .await;
}

#[tokio::test]
async fn a_movement_prints_as_its_movable_voucher() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let (toner, room) = a_year(&town).await;
        let receipt = [
            ("kind", "receipt"),
            ("quantity", "2"),
            ("price_kurus", "450,50"),
            ("document", "Fatura 418"),
            ("consumable_id", toner.as_str()),
            ("store_room_id", room.as_str()),
        ];
        let wrong = [receipt.as_slice(), &[("ground", "consumption")]].concat();
        moved(&town, &wrong).await.status(422).says("böyle bir hareketin olamaz");
        let address = moved(&town, &receipt).await.location().unwrap();
        let paper = town.app.get(&format!("{address}/fis")).await.ok();
        paper
            .says("İşlem çeşidi: Satın alma")
            .says("Dayanağı: Fatura 418")
            .says("150.13 | HP 59A toner | 2 adet | 450,50 TL | 901,00 TL")
            .says("Taşınır kayıt yetkilisi");
        town.as_mehmet();
        town.app.get(&format!("{address}/fis")).await.status(404);
    })
    .await;
}

#[tokio::test]
async fn the_list_of_movable_codes_is_imported_as_data() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_technician();
        let list = "Kodu;Adı\n255.02.01;Bilgisayarlar ve sunucular\n255.02.02;Bilgisayar çevre birimleri\n157.01;Olmayan\n";
        let file: &[(&str, &str, &[u8])] = &[("dosya", "kodlar.csv", list.as_bytes())];
        let preview = town.app.upload("/tasinir-kodlari/ice-aktar", &[], file).await.ok();
        let preview = preview.says("2 yeni").says("1 hatalı").says("150, 253, 254 ya da 255 ile başlayan");
        let sent = preview.sent_by("/tasinir-kodlari/ice-aktar");
        let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        town.app.upload("/tasinir-kodlari/ice-aktar", &sent, &[]).await.leads_to("/tasinir-kodlari");
        town.app.get("/tasinir-kodlari?account=255").await.ok().says("Bilgisayar çevre birimleri");
    })
    .await;
}
