//! The office's mailbox (CO-8), with Debian's Dovecot holding it.

use std::sync::Arc;

use kernel::job::{JobContext, Services};
use testkit::{Dovecot, TestDb, each};

use super::intake::message;
use super::town::{Town, capabilities};
use crate::OfficeMailbox;

/// What the job that reads the mailbox of `dovecot` is run with.
fn context(dovecot: &Dovecot, test: &TestDb, password: &str) -> JobContext {
    let address = format!("imap://evrak:{password}@127.0.0.1:{}/INBOX", dovecot.port);
    let place = files::StoreConfig::Local { dir: dovecot.folder.path().join("dosyalar") };
    let services = Services::default()
        .with(OfficeMailbox(address.parse().unwrap()))
        .with(files::Store::open(&place).unwrap());
    JobContext { services: Arc::new(services), ..test.jobs() }
}

async fn read(context: &JobContext) {
    (crate::intake::mailbox::job().run)(context, &serde_json::Value::Null).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mailbox_is_read_once_and_one_that_cannot_be_read_is_told() {
    each(capabilities(), async |test| {
        let Some(post) = Dovecot::start() else { return };
        let town = Town::new(test).await;
        post.deliver("1", &message("Talep", "", &[("dilekce.txt", b"Hat istegi")]));
        let wrong = context(&post, test, "yanlis");
        read(&wrong).await;
        town.as_clerk();
        town.app.get("/").await.ok().says("Evrak posta kutusu okunamıyor");
        let right = context(&post, test, "gizli");
        read(&right).await;
        read(&right).await;
        assert_eq!(town.text("SELECT title FROM intake_item").await, "Talep");
        assert_eq!(town.count("SELECT count(*) FROM intake_item").await, 1);
        assert_eq!(post.flags(), ["S"]);
        town.as_clerk();
        town.app.get("/").await.ok().hides("okunamıyor").says("Kutuda bekleyen e-posta");
    })
    .await;
}
