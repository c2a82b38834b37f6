//! Any record is tied to a ticket and seen from both ends, by whoever may see both; of the others nothing is told but that they are.

use testkit::{Page, each};
use uuid::Uuid;

use super::town::{Town, capabilities};

async fn tie(town: &Town<'_>, address: &str, typed: &str, how: &str) -> Page {
    let fields = [("kayit", ""), ("kayit_metin", typed), ("nasil", how)];
    town.app.post(&format!("{address}/baglar"), &fields).await
}

async fn tie_to(town: &Town<'_>, address: &str, other: &str, how: &str) -> Page {
    let id = other.rsplit('/').next().unwrap();
    let fields = [("kayit", &*format!("ticket:{id}")), ("kayit_metin", ""), ("nasil", how)];
    town.app.post(&format!("{address}/baglar"), &fields).await
}

#[tokio::test]
async fn a_ticket_is_tied_to_any_record_and_both_ends_say_so() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_mehmet();
        let cause = town.report("Sunucu kapandı", &[]).await;
        let effect = town.report("İnternet yok", &[]).await;
        town.app.get(&cause).await.ok().hides("Kayıt bağla");
        town.app.get(&format!("{cause}/baglar")).await.status(403);
        tie(&town, &effect, "Sunucu kapandı", "cause").await.status(403);
        town.as_technician();
        town.app.get(&effect).await.ok().says("Kayıt bağla");
        town.app.get(&format!("{effect}/baglar")).await.ok().says("Sebebi").says("Buna dayanan");
        tie(&town, &effect, "", "cause").await.status(422).says("Bağlanacak kaydı seçin");
        tie(&town, &effect, "olmayan bir söz", "cause").await.status(422).says("uyan bir kayıt bulunamadı");
        tie(&town, &effect, "İnternet yok", "cause").await.status(422).says("kendisine bağlanamaz");
        tie(&town, &effect, "Sunucu kapandı", "akraba").await.status(422).says("nasıl bağlı");
        tie(&town, &effect, "Sunucu kapandı", "cause").await.leads_to(&effect);
        town.app.get(&effect).await.ok().says("Sebebi: ").says("Sunucu kapandı").says("Kayıt bağlandı");
        town.app.get(&cause).await.ok().says("Sonucu: ").says("İnternet yok").says("Kayıt bağlandı");
        // Once tied they are, from whichever end and by whatever word.
        tie(&town, &cause, "İnternet yok", "related").await.status(422).says("zaten bağlı");
        // A person is a record, too.
        tie(&town, &effect, "Mehmet Demir", "related").await.leads_to(&effect);
        town.app.get(&effect).await.ok().says("Mehmet Demir");
        assert_eq!(town.count("SELECT count(*) FROM record_link").await, 2);
        // Untied from the other end; whoever was slower learns that it is done.
        let sql = "SELECT id FROM record_link WHERE relation <> 'related'";
        let id: Uuid = kernel::db::Sql::scalar(&test.db, sql, vec![]).await.unwrap().unwrap();
        let gone = [("kaldir", &*id.to_string())];
        town.app.post(&format!("{cause}/baglar"), &gone).await.leads_to(&cause);
        town.app.post(&format!("{cause}/baglar"), &gone).await.leads_to(&cause);
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'unlinked'").await, 1);
        town.app.get(&effect).await.ok().says("Bağ kaldırıldı");
    })
    .await;
}

#[tokio::test]
async fn whoever_may_not_see_the_other_end_learns_only_that_there_is_one() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_mehmet();
        let seen = town.report("Yazıcı bozuk", &[]).await;
        town.as_technician();
        let hidden = town.report("Gizli iş", &[]).await;
        let both = town.report("Gizli öteki iş", &[]).await;
        // Where a word fits several they are offered.
        let asked = tie(&town, &seen, "Gizli", "basis").await.status(422);
        asked.says("birden çok kayıt uyuyor").says("Gizli öteki iş");
        tie_to(&town, &seen, &hidden, "basis").await.leads_to(&seen);
        town.app.get(&seen).await.ok().says("Dayanağı: ").says("Gizli iş");
        town.as_mehmet();
        let page = town.app.get(&seen).await.ok().says("Görme yetkiniz olmayan 1 kayıt da bağlı");
        page.says("görme yetkiniz olmayan bir kayıt").hides("Gizli iş");
        // The chief of the unit ties, too, but only what may be seen, and unties nothing else.
        town.app.sign_in_as("chief", &[town.works], Some(town.mehmet));
        town.app.get(&format!("{seen}/baglar")).await.ok().hides("Gizli iş");
        tie(&town, &seen, "Gizli", "related").await.status(422).says("uyan bir kayıt bulunamadı");
        tie_to(&town, &seen, &both, "related").await.status(422).says("Böyle bir kayıt yok");
        let id: Uuid =
            kernel::db::Sql::scalar(&test.db, "SELECT id FROM record_link", vec![]).await.unwrap().unwrap();
        town.app.post(&format!("{seen}/baglar"), &[("kaldir", &*id.to_string())]).await.status(404);
        assert_eq!(town.count("SELECT count(*) FROM record_link").await, 1);
        let options = town.app.get_part("/ara/secenek?tur=&q=gizli").await.ok();
        options.says("Uyan kayıt yok");
    })
    .await;
}
