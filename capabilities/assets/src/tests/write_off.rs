//! Hardware that goes out of the register (AS-7).

use testkit::each;

use super::town::{DRAWN, Town, capabilities};

async fn entered(town: &Town<'_>, name: &str, serial: &str) -> String {
    town.enter(name, serial).await;
    town.text(&format!("SELECT number FROM asset WHERE name = '{name}'")).await
}

#[tokio::test]
async fn a_machine_goes_by_report_commission_decision_erasure_and_voucher() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let number = entered(&town, "Eski dizüstü", "SN-2001").await;
        let people = [town.ayse, town.mehmet, town.veli].map(|one| one.to_string());
        let typed = |reason, repair: &str, second: usize| {
            [
                ("asset_numbers", number.clone()),
                ("reason", String::from(reason)),
                ("report", "1. Anakartı yanmış.\n2. Parçası yok.".into()),
                ("repair_kurus", repair.into()),
                ("replacement", "Yeni dizüstü".into()),
                ("head_id", people[0].clone()),
                ("member_id", people[1].clone()),
                ("second_member_id", people[second].clone()),
            ]
        };
        let post = async |address: &str, fields: &[(&str, String)]| {
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            town.app.post(address, &fields).await
        };
        let new = "/kayittan-dusme/yeni";
        post(new, &typed("uneconomic", "", 1))
            .await
            .status(422)
            .says("onarım bedelini yazın")
            .says("iki kez");
        let one = post(new, &typed("uneconomic", "12.500,00", 2)).await.location().unwrap();
        town.act(&one, "komisyona-sun").await.leads_to(&one);
        assert_eq!(town.text("SELECT state FROM asset").await, "condemned");
        post(new, &typed("broken", "", 2)).await.status(422).says("zaten hurdaya ayrılmış");
        town.act(&one, "karara-bagla").await.says("üç imzasını ekranda alın");
        // What the commission has before it does not change behind its back.
        let version = town.count("SELECT version FROM write_off").await.to_string();
        let mut changed = typed("broken", "12.500,00", 2).to_vec();
        changed.push(("surum", version));
        let refused = post(&format!("{one}/duzenle"), &changed).await.status(422);
        refused.says("Komisyona sunulan rapor değiştirilemez");
        for verb in ["baskan-imzala", "uye-imzala", "ikinci-uye-imzala"] {
            town.draw(&one, verb, DRAWN).await.leads_to(&one);
        }
        let minutes = town.app.get(&format!("{one}/tutanak")).await.ok().html();
        for part in [
            "1 | ",
            "SN-2001",
            "Teknik rapor: 1. Anakartı yanmış.",
            "2. Parçası yok.",
            "12.500,00",
            "Komisyon başkanı\nAyşe Kaya (çizildi)",
            "Üye\nVeli Ak (çizildi)",
        ] {
            assert!(minutes.contains(part), "{part} in {minutes}");
        }
        assert!(!minutes.contains("2 | "), "a numbered line of the report is no asset");
        town.act(&one, "karara-bagla").await.leads_to(&one);
        town.act(&one, "kayittan-dus").await.says("verinin nasıl silindiğini yazın");
        assert_eq!(town.text("SELECT state FROM asset").await, "condemned");
    })
    .await;
}

#[tokio::test]
async fn what_was_written_off_keeps_its_story_and_its_erased_data_a_certificate() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let number = entered(&town, "Eski dizüstü", "SN-2001").await;
        let one = town.write_off(&number).await;
        assert_eq!(town.text("SELECT state FROM asset").await, "written_off");
        let asset = town.find("asset", "name", "Eski dizüstü").await;
        let page = town.app.get(&asset).await.ok();
        page.says("Hurdaya ayrılması önerildi").says("Kayıttan düşüldü").says("Taşınır işlem fişi: 2026/418");
        let paper = town.app.get(&format!("{one}/silme")).await.ok().html();
        for part in ["Disk parçalandı", "SN-2001", "Veriyi silen\nAyşe Kaya", "geri getirilemeyecek"] {
            assert!(paper.contains(part), "{part} in {paper}");
        }
        town.act(&one, "elden-cikar").await.says("kimin teslim aldığını yazın");
        // The serial is free for a machine that comes back from the maker under it.
        town.enter("Yeni dizüstü", "SN-2001").await;
    })
    .await;
}

#[tokio::test]
async fn whoever_holds_it_is_told_and_gives_it_back_first() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let number = entered(&town, "Eski dizüstü", "SN-2001").await;
        let (holder, head, second) = (town.mehmet.to_string(), town.ayse.to_string(), town.veli.to_string());
        let given = [("holder_id", holder.as_str()), ("asset_numbers", number.as_str())];
        town.app.post("/zimmetler/yeni", &given).await.location().unwrap();
        let typed = [
            ("asset_numbers", number.as_str()),
            ("reason", "obsolete"),
            ("report", "On yıllık."),
            ("replacement", "Yeni dizüstü"),
            ("head_id", &head),
            ("member_id", &holder),
            ("second_member_id", &second),
        ];
        let one = town.app.post("/kayittan-dusme/yeni", &typed).await.location().unwrap();
        let told = "SELECT count(*) FROM event WHERE verb = 'scrap_proposed' AND owner_id IS NOT NULL";
        assert_eq!(town.count(told).await, 1);
        town.act(&one, "komisyona-sun").await.says("Mehmet Demir adına zimmetli");
        town.app.post("/zimmet-iadeleri/yeni", &[("holder_id", holder.as_str())]).await.location().unwrap();
        town.act(&one, "komisyona-sun").await.leads_to(&one);
        town.app.post("/zimmetler/yeni", &given).await.status(422).says("hurdaya ayrılmış");
        town.act(&one, "vazgec").await.leads_to(&one);
        assert_eq!(town.text("SELECT state FROM asset").await, "in_stock");
    })
    .await;
}
