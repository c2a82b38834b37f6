//! What the inventory finds becomes work, whoever is there (AS-5). That a count finds anew what still stands the whole product shows.

use kernel::{NewEvent, Ref};
use testkit::{TestDb, each};
use uuid::Uuid;

use super::town::{Town, capabilities};

const PROGRAM: Uuid = Uuid::from_u128(77);

/// As the hourly count tells it: nobody does it.
async fn told(test: &TestDb, verb: &'static str, note: &str) {
    let tx = test.begin().await;
    let event = NewEvent::new(Ref::new("software", PROGRAM), "Torrent", verb).note(note);
    tx.record(event).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_finding_has_a_ticket_also_where_the_team_has_no_head() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.with_team().await;
        told(test, "software_found", "Yasaklanan program 2 makinede kurulu: BLG-1, BLG-2.").await;
        told(test, "software_found", "Yasaklanan program 3 makinede kurulu.").await;
        assert_eq!(town.count("SELECT count(*) FROM ticket").await, 1, "one at a time");
        let sql = "SELECT title || ' ' || channel || ' ' || state FROM ticket";
        assert_eq!(town.text(sql).await, "Program denetimi: Torrent finding new");
        assert_eq!(
            town.count("SELECT count(*) FROM ticket WHERE software_id IS NOT NULL AND team_id IS NOT NULL")
                .await,
            1
        );
        let id: Uuid =
            kernel::db::Sql::scalar(&test.db, "SELECT id FROM ticket", vec![]).await.unwrap().unwrap();
        town.as_technician();
        let address = format!("/destek/{id}");
        town.app.get(&address).await.ok().says("BLG-1, BLG-2").says("Sahipsiz");
        // It is gone, and comes again, while somebody works on it.
        told(test, "software_settled", "Kurulu makine: 0; lisansın yettiği: 0.").await;
        assert_eq!(town.count("SELECT count(*) FROM ticket WHERE settled_at IS NOT NULL").await, 1);
        town.app.get(&address).await.ok().says("Bulgu ortadan kalktı").says("Kurulu makine: 0");
        told(test, "software_found", "Yasaklanan program 1 makinede kurulu.").await;
        town.app.get(&address).await.ok().says("Bulgu yeniden görüldü").says("1 makinede");
        assert_eq!(town.count("SELECT count(*) FROM ticket WHERE settled_at IS NULL").await, 1);
        // Ended while it stands: the next that is told of it opens another, which goes on with the first.
        town.act(&address, "vazgec", "Sonra bakılacak").await.leads_to(&address);
        told(test, "software_found", "Yasaklanan program 1 makinede kurulu.").await;
        assert_eq!(town.count("SELECT count(*) FROM ticket").await, 2);
        assert_eq!(town.count("SELECT count(*) FROM ticket WHERE parent_id IS NOT NULL").await, 1);
    })
    .await;
}
