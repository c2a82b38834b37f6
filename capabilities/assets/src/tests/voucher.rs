//! Movable vouchers of devices (AS-8).

use testkit::each;

use super::town::{DRAWN, Town, capabilities};

const PATH: &str = "/demirbas-fisleri/yeni";

#[tokio::test]
async fn devices_come_in_and_go_out_by_vouchers_whose_numbers_have_no_gap() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let unit = town.unit.to_string();
        for (name, price) in [("SN-71", "25.000,00"), ("SN-72", "")] {
            let typed = [
                ("name", name),
                ("category", "desktop"),
                ("serial", name),
                ("unit_id", unit.as_str()),
                ("price_kurus", price),
                ("registry_code", name),
            ];
            town.app.post("/varliklar/yeni", &typed).await.location().unwrap();
        }
        let number =
            async |name: &str| town.text(&format!("SELECT number FROM asset WHERE name = '{name}'")).await;
        let both = format!("{}\nSN-72", number("SN-71").await);
        let form = [("ground", "purchase"), ("asset_numbers", both.as_str()), ("document", "Fatura 42")];
        let wrong = [("ground", "scrapped"), ("asset_numbers", both.as_str()), ("moved_on", "1.1.2030")];
        let refused = town.app.post(PATH, &wrong).await.status(422);
        refused.says("Hurdaya ayırma çıkıştır").says("Henüz olmamış");
        let entry = town.app.post(PATH, &form).await.location().unwrap();
        let page =
            town.app.get(&entry).await.ok().says("2026-TG-000001").says("Satın alma").says("25.000,00 TL");
        page.says("SN-72");
        let paper = town.app.get(&format!("{entry}/pdf")).await.ok().html();
        for part in ["1 | ", "1 adet, 25.000,00 TL", "bedeli yazılmamış", "Toplam: 25.000,00 TL", "Fatura 42"]
        {
            assert!(paper.contains(part), "{part}: {paper}");
        }
        // Nothing comes in twice, until the first voucher is reversed.
        town.app.post(PATH, &form).await.status(422).says("2026-TG-000001 sayılı fişle işlenmiş");
        town.act(&entry, "ters-kayit").await.leads_to(&entry);
        let again = town.app.post(PATH, &form).await.location().unwrap();
        town.app.get(&again).await.ok().says("2026-TG-000002");
        // What the commission gives up goes out by a voucher that nobody has to write.
        let people = [town.ayse, town.mehmet, town.veli].map(|one| one.to_string());
        let report = [
            ("asset_numbers", "SN-72"),
            ("reason", "broken"),
            ("report", "Anakartı yanmış."),
            ("head_id", people[0].as_str()),
            ("member_id", people[1].as_str()),
            ("second_member_id", people[2].as_str()),
        ];
        let scrap = town.app.post("/kayittan-dusme/yeni", &report).await.location().unwrap();
        let later = [
            ("erasure", "destroyed"),
            ("erased_by_id", people[0].as_str()),
            ("erased_on", "2026-11-01"),
            ("surum", "1"),
        ];
        town.app.post(&format!("{scrap}/duzenle"), &later).await.leads_to(&scrap);
        town.act(&scrap, "komisyona-sun").await.leads_to(&scrap);
        for verb in ["baskan-imzala", "uye-imzala", "ikinci-uye-imzala"] {
            town.draw(&scrap, verb, DRAWN).await.leads_to(&scrap);
        }
        town.act(&scrap, "karara-bagla").await.leads_to(&scrap);
        town.act(&scrap, "kayittan-dus").await.leads_to(&scrap);
        assert_eq!(town.text("SELECT voucher FROM write_off").await, "2026-TC-000001");
        let exit = town.text_id("SELECT id FROM movable_voucher WHERE direction = 'exit'").await;
        let exit = format!("/demirbas-fisleri/{exit}");
        town.app.get(&exit).await.ok().says("Hurdaya ayırma").says("SN-72");
        town.act(&exit, "ters-kayit").await.status(422).says("ters kayıtla düzeltilemez");
        for book in crate::capability().books {
            let years = kernel::number::years(&test.db, &book).await.unwrap();
            assert!(years.iter().all(kernel::number::BookYear::is_whole), "{}: {years:?}", book.name_tr);
        }
    })
    .await;
}
