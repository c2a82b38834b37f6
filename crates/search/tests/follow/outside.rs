//! The index as an operator's command sees it, beside the server that keeps it.

use kernel::db::Sql;
use search::{Examined, Index, examine};
use testkit::{TestDb, each};
use uuid::Uuid;

use super::town::{self, Files, capability, new};

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_learns_how_far_the_index_is_without_touching_it() {
    each(capability(), async |test: &TestDb| {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("search");
        let look = async || examine(&place, &test.registry, &test.db).await.unwrap();
        assert_eq!(look().await, Examined::Missing);
        std::fs::create_dir(&place).unwrap();
        assert_eq!(look().await, Examined::Missing);
        // The first of all acts, by which a database is known.
        let first = Uuid::from_u128((testkit::START.0 as u128 / 1_000 - 30 * 60_000) << 80);
        town::write_with_event_id(test, "İlk", "altyapı", first).await;
        for number in 0..230 {
            new(test, "Kayıt", &format!("altyapı {number}"), None, None, "open").await;
        }
        let files = Files::default();
        let index = Index::new(&place, files.clone());
        files.fail_after(2);
        assert!(index.catch_up(&test.jobs()).await.is_err());
        assert_eq!(look().await, Examined::Building { done: 0, of: 0 }, "nothing was committed");
        files.fail_after(usize::MAX);
        super::wait_and_catch_up(test, &index, 230).await;
        town::seal(test, 0).await;
        index.catch_up(&test.jobs()).await.unwrap();
        assert_eq!(look().await, Examined::Following { behind: 0, since: None });
        // Acts that change no text are none that it is behind by.
        let begun = Uuid::from_u128((testkit::START.0 as u128 / 1_000 - 20 * 60_000) << 80);
        town::write_with_event_id(test, "Geride", "doğalgaz", begun).await;
        let quiet =
            town::write_with_event_id(test, "Sessiz", "fiber", Uuid::from_u128(begun.as_u128() + 1)).await;
        let tx = test.begin().await;
        tx.without_event("arranged");
        tx.run("UPDATE event SET verb = 'commented' WHERE subject_id = $1", vec![quiet.into()])
            .await
            .unwrap();
        tx.commit().await.unwrap();
        town::seal(test, 1).await;
        let since = Some(kernel::Instant(testkit::START.0 - 20 * 60 * kernel::Instant::SECOND_US));
        assert_eq!(look().await, Examined::Following { behind: 1, since });
        assert_eq!(test.db.scalar::<i64>("SELECT count(*) FROM event", vec![]).await.unwrap(), Some(233));
        index.catch_up(&test.jobs()).await.unwrap();
        assert_eq!(look().await, Examined::Following { behind: 0, since: None });
        let other = testkit::dbs(capability()).await.remove(0);
        new(&other, "Yabancı", "altyapı", None, None, "open").await;
        assert_eq!(examine(&place, &other.registry, &other.db).await.unwrap(), Examined::Foreign);
        std::fs::write(place.join("meta.json"), "{").unwrap();
        assert!(matches!(look().await, Examined::Broken(_)));
    })
    .await;
}
