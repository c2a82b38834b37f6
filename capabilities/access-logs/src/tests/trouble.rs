//! A full disk and a bucket that is away: nothing acknowledged is lost, the page says what is wrong, and it goes on by itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use intake::{Batch, NotKept, Origin, Shape, Sink as _};
use journal::Query;
use testkit::{Disk, TestDb, each};

use super::town::{Stand, capabilities, stand, stand_in};

async fn send(stand: &Stand, numbers: std::ops::Range<usize>) -> Result<(), NotKept> {
    let origin = Arc::new(Origin::Tcp("10.0.0.9".parse().unwrap()));
    let mut batch = Batch::new(origin, stand.context.clock.now().0);
    for number in numbers {
        let line =
            format!("<30>dhcpd[77]: DHCPACK on 10.20.4.17 to 4c:55:41:a0:fa:99 (pc-{number}) via eth0.60");
        batch.push(line.as_bytes(), Shape::Whole, None);
    }
    stand.logs.sink(&stand.context).take(Arc::new(batch)).await
}

/// The numbers of all lines that are there; each must be there once.
async fn numbers(stand: &Stand) -> BTreeSet<usize> {
    let rows = stand.logs.journal().unwrap().query(&Query::newest(1_000_000)).await.unwrap();
    let all: Vec<usize> = rows
        .iter()
        .map(|row| {
            let line = String::from_utf8(stand.logs.encoder().line(row).unwrap()).unwrap();
            line.split_once("(pc-").unwrap().1.split_once(')').unwrap().0.parse().unwrap()
        })
        .collect();
    let once: BTreeSet<usize> = all.iter().copied().collect();
    assert_eq!(all.len(), once.len(), "a line is there twice");
    once
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_senders_wait_and_what_was_acknowledged_is_there_once() {
    each(capabilities(), async |test: &TestDb| {
        let place = tempfile::tempdir().unwrap();
        let Some(disk) = Disk::mount(&place.path().join("disk"), 48) else { return };
        let stand = stand_in(test, crate::Doors::default(), &place.path().join("disk")).await;
        stand.logs.open(&stand.context).await.unwrap();
        let mut kept = BTreeSet::new();
        send(&stand, 0..1_000).await.unwrap();
        kept.extend(0..1_000);
        disk.fill();
        for step in 1..6 {
            match send(&stand, step * 1_000..(step + 1) * 1_000).await {
                Ok(()) => kept.extend(step * 1_000..(step + 1) * 1_000),
                Err(NotKept::Later(_)) => {}
                Err(other) => panic!("{other}"),
            }
        }
        assert!(kept.len() < 6_000, "nobody noticed that the disk is full");
        disk.free();
        // What waits is offered again until it is kept.
        send(&stand, 6_000..7_000).await.unwrap();
        kept.extend(6_000..7_000);
        assert!(numbers(&stand).await.is_superset(&kept));
        stand.logs.close();
        stand.logs.open(&stand.context).await.unwrap();
        let found = numbers(&stand).await;
        assert!(found.is_superset(&kept), "{} of {}", found.len(), kept.len());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_bucket_away_lines_stay_on_the_nodes_own_disk_and_are_found() {
    each(capabilities(), async |test: &TestDb| {
        let stand = stand(test).await;
        let app = stand.app(test);
        app.sign_in_as("admin", &[], None);
        let (bucket, away) = (stand.place().join("all"), stand.place().join("away"));
        send(&stand, 0..500).await.unwrap();
        stand.logs.journal().unwrap().seal_now().await.unwrap();
        stand.logs.turn(&stand.context).await.unwrap();
        std::fs::rename(&bucket, &away).unwrap();
        std::fs::write(&bucket, "no folder").unwrap();
        send(&stand, 500..1_000).await.unwrap();
        stand.logs.journal().unwrap().seal_now().await.unwrap();
        send(&stand, 1_000..1_500).await.unwrap();
        stand.logs.turn(&stand.context).await.unwrap();
        app.get("/erisim-kayitlari/durum").await.ok().says("ortak depoya aktarılamıyor").says("kaybolan yok");
        std::fs::remove_file(&bucket).unwrap();
        std::fs::rename(&away, &bucket).unwrap();
        stand.logs.turn(&stand.context).await.unwrap();
        app.get("/erisim-kayitlari/durum").await.ok().hides("ortak depoya aktarılamıyor");
        assert_eq!(numbers(&stand).await, (0..1_500).collect());
        let asked = "/erisim-kayitlari?metin=pc-700)&neden=deneme";
        app.get(asked).await.ok().says("1 satır");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_bad_addresses_is_held_against_what_is_kept() {
    each(capabilities(), async |test: &TestDb| {
        let stand = stand(test).await;
        send(&stand, 0..3).await.unwrap();
        let app = stand.app(test);
        app.sign_in_as("admin", &[], None);
        let path = crate::hunt::PATH;
        app.get(path).await.ok().says("Zararlı adresler");
        app.post(path, &[("liste", "not an address"), ("neden", "")])
            .await
            .status(422)
            .says("USOM bildiriminin sayısı");
        let list = "# USOM\nhxxp://10.20.4[.]17/a\n10.9.9.9\nkotu.example\n??";
        let page = app.post(path, &[("liste", list), ("neden", "USOM 2026/77"), ("sure", "30")]).await.ok();
        page.says("3 adres ve addan 1 tanesi kayıtlarda görüldü")
            .says("hxxp://10.20.4[.]17/a")
            .says("1 satır adres, aralık ya da ad olarak okunamadı");
        let clean =
            app.post(path, &[("liste", "10.9.9.9"), ("neden", "USOM 2026/77"), ("sure", "7")]).await.ok();
        clean.says("hiçbiri kayıtlarda görülmedi");
        for range in ["10.20.4.0/24", "10.20.0.0/16"] {
            let page =
                app.post(path, &[("liste", range), ("neden", "USOM 2026/78"), ("sure", "30")]).await.ok();
            let html = page.says("1 adres ve addan 1 tanesi").says("Dikkat").html();
            assert!(html.contains("/erisim-kayitlari?adres=10.20."), "each row leads to a search");
        }
        let wide = app.post(path, &[("liste", "0.0.0.0/0"), ("neden", "x")]).await;
        wide.status(422).says("adres aralığı");
        let long = "10.9.9.9\n".repeat(23_000);
        app.post(path, &[("liste", &long), ("neden", "x")]).await.status(422).says("dosya olarak yükleyin");
        let mut list: String = (0..20_000).map(|at| format!("10.77.{}.{}\n", at / 250, at % 250)).collect();
        list.push_str("10.20.4.17\n");
        let files: [(&str, &str, &[u8]); 1] = [("dosyalar", "usom.txt", list.as_bytes())];
        let typed = [("neden", "USOM 2026/79"), ("sure", "30")];
        app.upload(path, &typed, &files).await.ok().says("20.001 adres ve addan 1 tanesi");
        let typed = [("neden", "USOM 2026/79"), ("sure", "30"), ("cikti", "csv")];
        let csv = app.upload(path, &typed, &files).await.ok();
        assert!(String::from_utf8_lossy(&csv.bytes).contains("10.20.4.17"));
    })
    .await;
}
