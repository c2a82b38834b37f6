//! The demo town loads whole, by the rules, and grows.

use kernel::capability::DemoContext;
use kernel::db::Sql;
use testkit::each;

use super::*;

async fn number(test: &TestDb, sql: &str) -> i64 {
    test.db.scalar(sql, vec![]).await.unwrap().unwrap()
}

#[tokio::test]
async fn the_demo_town_loads_by_the_rules_and_grows_with_its_scale() {
    each(capabilities(), async |test| {
        // A trial of size names its own: 1667 makes a hundred thousand people.
        let scale: u32 = std::env::var("BELDE_TEST_SCALE").ok().and_then(|it| it.parse().ok()).unwrap_or(12);
        let context = DemoContext { db: test.db.clone(), clock: test.clock.clone(), act: test.act(), scale };
        for capability in test.registry.capabilities() {
            (capability.demo.unwrap())(&context).await.unwrap();
        }
        assert_eq!(number(test, "SELECT count(*) FROM staff").await, i64::from(scale) * 60);
        let without_post = "SELECT count(*) FROM staff AS s WHERE NOT EXISTS \
            (SELECT 1 FROM staff_position AS p WHERE p.staff_id = s.id AND p.to_on IS NULL)";
        assert_eq!(number(test, without_post).await, 0);
        let unknown = "SELECT count(*) FROM staff AS s WHERE NOT EXISTS \
            (SELECT 1 FROM record AS r WHERE r.kind = 'staff' AND r.id = s.id)";
        assert_eq!(number(test, unknown).await, 0);
        let crowd = (i64::from(scale) - 1) * 60;
        let acts =
            "SELECT count(*) FROM event WHERE subject_kind = 'staff' AND at < (SELECT max(at) FROM event)";
        assert!(number(test, acts).await >= crowd * 10, "everybody has a history");
        let columns = kernel::event::COLUMNS;
        let newest = format!("SELECT {columns} FROM event ORDER BY id DESC LIMIT 500");
        let newest: Vec<kernel::event::Event> = test.db.rows(&newest, vec![]).await.unwrap();
        assert!(newest.iter().all(|event| event.canonical_digest().as_slice() == event.digest.as_slice()));
        let linked = "SELECT count(*) FROM account WHERE staff_id IS NOT NULL";
        assert_eq!(number(test, linked).await, access::demo::ACCOUNTS.len() as i64);
        let kinds: Vec<_> = test.registry.kinds().collect();
        let found = kernel::record::search(&test.db, &kinds, &Actor::system("x"), "20660", 5).await;
        assert_eq!(found.unwrap().len(), 1, "one of the crowd is found by number");
        let evidence = crate::evidence::all();
        let norms = (evidence[1].run)(&test.db).await.unwrap();
        assert!(norms.sentence_tr.contains("aşılan satır: 0"), "{}", norms.sentence_tr);
        assert_eq!((evidence[2].run)(&test.db).await.unwrap().count, 1);
    })
    .await;
}
