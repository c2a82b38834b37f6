//! The seals of the record: stamped by a real authority, checked, and a changed byte named.

use std::path::{Path, PathBuf};

use intake::Origin;
use kernel::Clock;
use kernel::db::Sql;
use kernel::job::{JobContext, Services};
use std::sync::Arc;
use testkit::{Manner, StampServer, TestDb, each};

use super::town::{Stand, capabilities, stand};

const LINE: &str = "<30>dhcpd[77]: DHCPACK on 10.20.4.17 to 4c:55:41:a0:fa:99 (fen-pc) via eth0.60";

pub(super) fn all() -> Vec<kernel::Capability> {
    [capabilities(), vec![time_stamps::capability()]].concat()
}

pub(super) async fn set(test: &TestDb, key: &str, value: &str) {
    let tx = test.begin().await;
    let declared = test.registry.settings();
    let setting = declared.iter().find(|one| one.key == key).unwrap();
    kernel::setting::set(&tx, setting, &setting.parse(value).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Tokens carry the machine's time.
pub(super) fn follow_the_machine(test: &TestDb) {
    let behind_us = Clock::System.now().0 - test.clock.now().0;
    test.advance_seconds(behind_us / 1_000_000 + 2);
}

fn context(stand: &Stand, folder: &Path) -> JobContext {
    let pem = std::fs::read(folder.join("root.pem")).unwrap();
    let roots = signing::Certificate::from_pem_or_der(&pem).unwrap();
    let services = Services::default().with(stand.logs.clone()).with(time_stamps::Roots(roots));
    JobContext { services: Arc::new(services), ..stand.context.clone() }
}

fn segments(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(segments(&path)),
            path if path.extension().is_some_and(|it| it == "parquet") => found.push(path),
            _ => {}
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn seals_are_stamped_checked_and_a_changed_byte_is_named() {
    let authority = tempfile::tempdir().unwrap();
    let server = StampServer::alone(authority.path());
    each(all(), async |test: &TestDb| {
        server.behave(Manner::Honest);
        follow_the_machine(test);
        let stand = stand(test).await;
        set(test, "documents.stamp_url", &format!("{}/tsa", server.address)).await;
        let context = context(&stand, authority.path());
        let app = stand.app(test);
        app.sign_in_as("admin", &[], None);
        app.get(crate::seals::PATH).await.ok().says("Henüz mühür yok");
        stand.send(Origin::Udp("10.0.0.9".parse().unwrap()), &[LINE]).await;
        crate::seals::stamp(&context).await.unwrap();
        crate::seals::check(&context, true).await.unwrap();
        let page = app
            .get(crate::seals::PATH)
            .await
            .ok()
            .says("Son zaman damgası")
            .says("1 satır, 1 zaman damgası denetlendi");
        page.says("uyumsuzluk: 0").says("bütün");
        let key = app.get(&format!("{}?sunucu=n1", crate::seals::KEY)).await.ok();
        assert_eq!(key.bytes, stand.logs.public_key("n1").der());

        server.behave(Manner::Down);
        stand.send(Origin::Udp("10.0.0.9".parse().unwrap()), &[LINE]).await;
        crate::seals::stamp(&context).await.unwrap();
        app.get(crate::seals::PATH).await.ok().says("bir sonraki damga hepsini kapsar");
        app.get(crate::watching::PATH).await.ok().hides("anından beri alınamıyor");
        test.advance_seconds(4 * 60 * 60);
        crate::seals::stamp(&context).await.unwrap();
        app.get(crate::watching::PATH).await.ok().says("anından beri alınamıyor");
        server.behave(Manner::Honest);
        // A second has one stamp.
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        crate::seals::stamp(&context).await.unwrap();
        app.get("/kayit-bulgulari?state=ended").await.ok().says("anından beri alınamıyor");

        let files = segments(&stand.place().join("all"));
        let mut bytes = std::fs::read(&files[0]).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&files[0], bytes).unwrap();
        crate::seals::check(&context, false).await.unwrap();
        let name = files[0].file_name().unwrap().to_str().unwrap();
        app.get(crate::seals::PATH).await.ok().says(name).says("uyumsuz");
        app.get(crate::watching::PATH).await.ok().says("mühürlerinde 1 uyumsuzluk bulundu");
        let told = "SELECT count(*) FROM event WHERE verb = 'log_seals_checked' AND note LIKE $1";
        let told: Option<i64> = test.db.scalar(told, vec![format!("%{name}%").into()]).await.unwrap();
        assert_eq!(told, Some(1));
        app.post(crate::seals::CHECK, &[("satirlar", "hayir")]).await.leads_to(crate::seals::PATH);
        app.sign_in_as("auditor", &[], None);
        app.get(crate::seals::PATH).await.ok().hides("Şimdi denetle");
    })
    .await;
}
