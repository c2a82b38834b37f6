//! Problems and changes (SD-1, SD-3).

use kernel::db::Sql;
use testkit::{TestDb, each};

use super::town::{Town, capabilities};

#[tokio::test]
async fn a_problem_shows_what_helps_meanwhile_and_its_solution_is_theirs_too() {
    each(capabilities(), async |test: &TestDb| {
        let town = Town::new(test).await;
        town.as_mehmet();
        let fault = town.report("İnternet kesilip geliyor", &[]).await;
        let other = town.report("Sayfalar açılmıyor", &[]).await;
        town.as_technician();
        let problem = town.report("Omurga anahtarı yeniden başlıyor", &[("kind", "problem")]).await;
        let id = problem.rsplit('/').next().unwrap().to_string();
        for ticket in [&fault, &other] {
            let hang = [("parent_id", id.as_str()), ("surum", "1")];
            town.app.post(&format!("{ticket}/duzenle"), &hang).await.leads_to(ticket);
        }
        let helps = [("workaround", "Kablosuz ağa bağlanın."), ("surum", "1")];
        town.app.post(&format!("{problem}/duzenle"), &helps).await.leads_to(&problem);
        town.as_mehmet();
        town.app.get(&fault).await.ok().says("Bağlı olduğu problem").says("Şimdilik: Kablosuz ağa bağlanın.");
        town.as_technician();
        town.act(&other, "vazgec", "Yanlışlıkla açılmış").await.leads_to(&other);
        town.act(&problem, "coz", "Güç kaynağı değişti.").await.leads_to(&problem);
        let states = "SELECT state FROM ticket WHERE title LIKE 'İnternet%'";
        assert_eq!(town.text(states).await, "solved");
        assert_eq!(town.text("SELECT state FROM ticket WHERE title LIKE 'Sayfalar%'").await, "cancelled");
        town.as_mehmet();
        town.app.get(&fault).await.ok().says("çözüldü: Güç kaynağı değişti.");
        town.act(&fault, "cozulmedi", "Hâlâ kesiliyor").await.leads_to(&fault);
    })
    .await;
}

async fn planned(town: &Town<'_>, more: &[(&str, &str)]) -> testkit::Page {
    let ayse = town.ayse.to_string();
    let mut fields = vec![
        ("title", "Omurga anahtarının yazılımı"),
        ("reason", "Güvenlik güncellemesi"),
        ("risk", "high"),
        ("staff_id", ayse.as_str()),
        ("starts_at", "01.01.2020 18:00"),
        ("ends_at", "01.01.2030 20:00"),
        ("steps", "Yedek al"),
    ];
    fields.retain(|(name, _)| !more.iter().any(|(known, _)| known == name));
    fields.extend(more);
    town.app.post("/degisiklikler/yeni", &fields).await
}

#[tokio::test]
async fn a_change_is_agreed_to_by_another_and_done_in_its_window() {
    each(capabilities(), async |test: &TestDb| {
        let town = Town::new(test).await;
        town.as_technician();
        planned(&town, &[("ends_at", "01.01.2020 17:00")]).await.status(422).says("Bitiş başlamadan sonra");
        let change = planned(&town, &[]).await.location().unwrap();
        town.act(&change, "sun", "").await.status(422).says("geri dönüş yolunu yazın");
        let way = [("way_back", "Eski sürüm yüklenir"), ("surum", "1")];
        town.app.post(&format!("{change}/duzenle"), &way).await.leads_to(&change);
        town.act(&change, "sun", "").await.leads_to(&change);
        // The technician carries it out and may not agree to it; the director does.
        assert_eq!(town.act(&change, "uygundur", "").await.status, 403);
        town.app.sign_in_as("director", &[town.desk], Some(town.ayse));
        town.act(&change, "uygundur", "").await.status(422).says("Kendi yapacağınız");
        town.app.sign_in_as("director", &[town.desk], Some(town.mehmet));
        town.act(&change, "uygundur", "").await.leads_to(&change);
        town.as_technician();
        let version = town.count("SELECT version FROM it_change").await.to_string();
        let late = [("way_back", "Başka"), ("surum", version.as_str())];
        town.app.post(&format!("{change}/duzenle"), &late).await.status(422).says("değiştirilemez");
        town.act(&change, "basla", "").await.leads_to(&change);
        town.act(&change, "bitir", "Yüklendi, üç kat denendi").await.leads_to(&change);
        town.app.get(&change).await.ok().says("Yapıldı").says("üç kat denendi");
        // Whose window is over is planned anew.
        let late =
            planned(&town, &[("risk", "low"), ("ends_at", "02.01.2020 18:00")]).await.location().unwrap();
        town.act(&late, "sun", "").await.leads_to(&late);
        town.app.sign_in_as("director", &[town.desk], Some(town.mehmet));
        town.act(&late, "uygundur", "").await.leads_to(&late);
        town.as_technician();
        town.act(&late, "basla", "").await.status(422).says("Yalnız kararlaştırılan saatte başlanır");
    })
    .await;
}

#[tokio::test]
async fn two_changes_of_one_device_do_not_meet() {
    each(capabilities(), async |test: &TestDb| {
        let town = Town::new(test).await;
        town.as_technician();
        let device = kernel::db::Sql::scalar::<uuid::Uuid>(
            &test.db,
            "SELECT id FROM staff ORDER BY id LIMIT 1",
            vec![],
        );
        // Any id stands for a device of the capability that keeps them, which is not here.
        let device = device.await.unwrap().unwrap();
        let mut all = Vec::new();
        for _ in 0..2 {
            let change = planned(&town, &[("risk", "low")]).await.location().unwrap();
            let tx = test.begin().await;
            tx.without_event("stands for a device that was chosen");
            tx.run("UPDATE it_change SET asset_id = $1", vec![device.into()]).await.unwrap();
            tx.commit().await.unwrap();
            town.act(&change, "sun", "").await.leads_to(&change);
            all.push(change);
        }
        town.app.sign_in_as("director", &[town.desk], Some(town.mehmet));
        town.act(&all[0], "uygundur", "").await.leads_to(&all[0]);
        town.act(&all[1], "uygundur", "").await.status(422).says("aynı saatte onaylı bir değişiklik var");
    })
    .await;
}
