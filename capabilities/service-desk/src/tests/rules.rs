//! Who works on what comes in, and the same matter reported twice (SD-1).

use testkit::each;

use super::town::{Town, capabilities};

async fn rule(town: &Town<'_>, fields: &[(&str, &str)]) -> testkit::Page {
    town.app.post("/atama-kurallari/yeni", fields).await
}

#[tokio::test]
async fn the_first_rule_that_fits_decides_and_says_so() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_technician();
        let (person, unit, desk) = (town.ayse.to_string(), town.works.to_string(), town.desk.to_string());
        rule(&town, &[("place", "1")]).await.status(422).says("Ekibi ya da görevliyi seçin");
        // Three tickets of the past to try it on.
        town.as_mehmet();
        for text in ["Yazıcı kâğıt sıkıştırıyor.", "YAZICI açılmıyor.", "İnternet yok."] {
            town.report(text, &[]).await;
        }
        town.as_technician();
        let typed = [
            ("place", "2"),
            ("category", "any"),
            ("words", "yazıcı\ntarayıcı"),
            ("unit_id", unit.as_str()),
            ("assignee_id", person.as_str()),
        ];
        let printers = rule(&town, &typed).await.location().unwrap();
        let page = town.app.get(&printers).await.ok();
        page.says("İçinde yazıcı ya da tarayıcı geçiyorsa, birimi Fen İşleri Müdürlüğü: görevli Ayşe Kaya")
            .says("Son 3 kayıttan 2 tanesine uyuyor")
            .says("Başkasına verilmişti");
        let all = rule(&town, &[("place", "9"), ("category", "any"), ("team_id", desk.as_str())]).await;
        let all = all.location().unwrap();
        town.app
            .get(&all)
            .await
            .ok()
            .says("Her kayıtta: ekip Bilgi İşlem Müdürlüğü")
            .says("2 tanesini daha önceki bir kural alıyor");
        town.as_mehmet();
        let fault = town.report("Yazıcıdan çıktı alamıyorum.", &[]).await;
        let other = town.report("Telefon çalmıyor.", &[]).await;
        town.as_technician();
        town.app.get(&fault).await.ok().says("Atandı").says("Ayşe Kaya").says("Atayan kural");
        town.app.get(&other).await.ok().says("Yeni").says("Her kayıtta: ekip Bilgi İşlem Müdürlüğü");
        // What the desk says itself is not overruled; a stopped rule decides nothing.
        let said = town.report("Yazıcı bozuk.", &[("team_id", desk.as_str())]).await;
        town.app.get(&said).await.ok().says("Yeni").hides("Atayan kural");
        town.act(&printers, "durdur", "").await.leads_to(&printers);
        let later = town.report("Yazıcı yine bozuk.", &[]).await;
        town.app.get(&later).await.ok().says("Her kayıtta: ekip");
    })
    .await;
}

#[tokio::test]
async fn the_same_matter_reported_twice_is_solved_once_and_both_are_told() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_technician();
        let first = town.report("İnternet yok, bütün kat.", &[]).await;
        let number = town.text("SELECT number FROM ticket").await;
        town.as_mehmet();
        let second = town.report("İnternete giremiyorum.", &[]).await;
        town.as_technician();
        for (wrong, why) in [("2026-DK-999999", "bir destek kaydı yok"), ("", "numarası yazın")] {
            town.act(&second, "birlestir", wrong).await.says(why);
        }
        town.act(&first, "birlestir", &number).await.says("kendisiyle birleştirilemez");
        town.act(&second, "birlestir", &number).await.leads_to(&second);
        town.app.get(&second).await.ok().says("Birleştirildi");
        town.app.get(&first).await.ok().says("Bir kayıt buna katıldı").says("İnternete giremiyorum");
        assert_eq!(town.count("SELECT count(*) FROM ticket WHERE is_open = TRUE").await, 1);
        town.act(&first, "ustlen", "").await.leads_to(&first);
        town.act(&first, "coz", "Anahtar değiştirildi.").await.leads_to(&first);
        town.as_mehmet();
        town.app.get(&second).await.ok().says("Katıldığı kayıt çözüldü").says("Anahtar değiştirildi.");
        let told = "SELECT count(*) FROM event WHERE verb = 'ticket_solved_with' AND owner_id IS NOT NULL";
        assert_eq!(town.count(told).await, 1);
        town.as_technician();
        town.act(&second, "birlestir", &number).await.status(409);
    })
    .await;
}
