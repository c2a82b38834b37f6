//! What KamuSM has left, and what an operator learns of the server.

use access::actions::open_account::{NewAccount, open_account};
use kernel::db::Sql;
use kernel::job::Services;
use kernel::notice;
use testkit::{Manner, TestDb, each};
use uuid::Uuid;

use super::world::{World, capabilities, set, with};
use crate::StampPassword;

fn services() -> Services {
    Services::default().with(StampPassword("gizli".into()))
}

async fn count(test: &TestDb, sql: &str) -> i64 {
    test.db.scalar(sql, vec![]).await.unwrap().unwrap()
}

async fn admin(test: &TestDb) -> Uuid {
    let tx = test.begin().await;
    access::sync_roles(&tx, &test.registry).await.unwrap();
    let (username, role) = ("yonetici".to_owned(), "admin".into());
    let new = NewAccount { name: username.clone(), username, role, ..NewAccount::default() };
    let id = open_account(&tx, &new).await.unwrap();
    notice::mark_read(&tx, id, &notice::MarkedBy::UpTo(Uuid::max())).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn unread(test: &TestDb, account: Uuid) -> Vec<String> {
    let page = notice::page(&test.db, account, None, 50).await.unwrap();
    page.lines.into_iter().filter(|line| !line.is_read()).map(|line| line.key).collect()
}

#[tokio::test]
async fn credit_that_runs_low_is_told_once_and_stands_on_the_administrators_day() {
    let world = World::make();
    world.server.serve_only(1234, "gizli");
    each(capabilities(), async |test| {
        set(test, "documents.stamp_url", &format!("{}/tsa", world.server.address)).await;
        let admin = admin(test).await;
        let job = crate::credit::job();
        let ask = async || (job.run)(&with(test, services()), &serde_json::Value::Null).await.unwrap();
        // Without an account nothing is asked.
        ask().await;
        assert_eq!(count(test, "SELECT count(*) FROM stamp_credit").await, 0);
        set(test, "documents.stamp_user", "1234").await;
        for _ in 0..2 {
            ask().await;
        }
        assert_eq!(count(test, "SELECT stamps_left FROM stamp_credit").await, 42);
        assert_eq!(unread(test, admin).await, ["documents.stamp_credit_low"]);
        let day = async |role: &str| {
            let actor = testkit::role_actor(&test.registry, role, &[], None);
            crate::credit::day(&test.db, &actor, test.clock.now()).await.unwrap()
        };
        assert_eq!(day("admin").await[0].count, 42);
        assert!(day("clerk").await.is_empty());
        world.server.behave(Manner::Page);
        ask().await;
        assert!(day("admin").await[0].label_tr.contains("sorulamıyor"));
        // Enough again.
        world.server.behave(Manner::Honest);
        let found = crate::examine(&with(test, services())).await.unwrap().unwrap();
        assert_eq!((found.left, found.least, found.answered.is_ok()), (Some(42), 100, true));
        set(test, "documents.stamp_low", "10").await;
        ask().await;
        assert!(day("admin").await.is_empty());
        // Who does not prove the password is told nothing.
        let wrong = Services::default().with(StampPassword("baska".into()));
        let found = crate::examine(&with(test, wrong)).await.unwrap().unwrap();
        assert!(found.answered.unwrap_err().message_tr.contains("Kimlik dogrulanamadi"));
    })
    .await;
}

#[tokio::test]
async fn an_operator_learns_whether_the_server_answers_and_buys_no_stamp_for_it() {
    let world = World::make();
    each(capabilities(), async |test| {
        world.server.behave(Manner::Honest);
        set(test, "documents.stamp_url", &format!("{}/tsa", world.server.address)).await;
        let look = async |services| crate::examine(&with(test, services)).await;
        let asked = world.server.asked();
        let found = look(Services::default()).await.unwrap().unwrap();
        assert!(found.answered.is_ok() && found.left.is_none(), "{found:?}");
        assert_eq!(world.server.asked(), asked, "no stamp was asked for");
        // A customer number without its password is a fault of the configuration.
        set(test, "documents.stamp_user", "1234").await;
        assert!(look(Services::default()).await.unwrap_err().to_string().contains("stamp_password"));
        world.server.behave(Manner::Page);
        let found = look(services()).await.unwrap().unwrap();
        assert!(found.answered.is_err() && found.left.is_none(), "{found:?}");
        set(test, "documents.stamp_user", "").await;
        set(test, "documents.stamp_url", "http://127.0.0.1:1/").await;
        let said = look(Services::default()).await.unwrap().unwrap().answered.unwrap_err().to_string();
        assert!(said.contains("ulaşılamadı"), "{said}");
        set(test, "documents.stamp_url", "").await;
        assert!(look(Services::default()).await.unwrap().is_none());
    })
    .await;
}

/// Databases of before were given the table by the register's migration.
#[tokio::test]
async fn a_database_that_has_the_table_already_is_brought_up_to_date() {
    each(capabilities(), async |test| {
        let tx = test.begin().await;
        tx.without_event("a schema of before");
        tx.run("INSERT INTO stamp_credit (name, stamps_left, is_low, error, asked_at) VALUES ('kamusm', 7, $1, '', 0)", vec![false.into()]).await.unwrap();
        tx.run("DELETE FROM migration WHERE id = 'time_stamps/0001_credit'", vec![]).await.unwrap();
        tx.commit().await.unwrap();
        let migrations = test.registry.migrations();
        let applied = kernel::migrate::migrate(&test.db, &test.clock, &migrations).await.unwrap();
        assert_eq!(applied, ["time_stamps/0001_credit"]);
        assert_eq!(count(test, "SELECT stamps_left FROM stamp_credit").await, 7);
    })
    .await;
}
