//! What the database knows of the record beside the record itself: heads of chains, lost lines, reasons why lines were not read, what
//! is usual of a source.

use intake::Origin;
use kernel::Instant;
use kernel::db::Sql;
use testkit::{TestDb, each};

use super::seals::all;
use super::town::{Stand, capabilities, stand};

const LINE: &str = "<30>dhcpd[77]: DHCPACK on 10.20.4.17 to 4c:55:41:a0:fa:99 (fen-pc) via eth0.60";

fn sender() -> Origin {
    Origin::Udp("10.0.0.9".parse().unwrap())
}

fn chain(stand: &Stand) -> Vec<std::path::PathBuf> {
    let mut open = vec![stand.place().join("all")];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            match entry.path() {
                path if path.is_dir() => open.push(path),
                path if path.to_string_lossy().contains("_seals") => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_a_database_that_came_from_elsewhere_the_record_begins_anew_and_says_so_once() {
    each(all(), async |test: &TestDb| {
        let tx = test.begin().await;
        tx.without_event("remembered where the record was");
        let sql = "INSERT INTO log_chain_head (node, no, digest, noted_at) VALUES ('n9', 4, $1, $2)";
        tx.run(sql, vec!["ab".repeat(32).into(), tx.at().into()]).await.unwrap();
        tx.commit().await.unwrap();
        let stand = stand(test).await;
        let begun = "SELECT count(*) FROM event WHERE verb = 'log_begun_anew' AND note LIKE '%n9:4:abab%'";
        assert_eq!(test.db.scalar::<i64>(begun, vec![]).await.unwrap(), Some(1));
        assert!(stand.logs.verify(&stand.context, &[], false).await.unwrap().findings.is_empty());
        // From here on what is sealed here is remembered, and missed.
        stand.send(sender(), &[LINE]).await;
        crate::seals::stamp(&stand.context).await.unwrap();
        std::fs::remove_dir_all(stand.place().join("all")).unwrap();
        std::fs::create_dir_all(stand.place().join("all")).unwrap();
        assert!(!stand.logs.verify(&stand.context, &[], false).await.unwrap().findings.is_empty());
        assert_eq!(test.db.scalar::<i64>(begun, vec![]).await.unwrap(), Some(1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_that_is_cut_with_its_stamps_or_removed_whole_is_not_called_whole() {
    each(all(), async |test: &TestDb| {
        let stand = stand(test).await;
        let app = stand.app(test);
        app.sign_in_as("admin", &[], None);
        for _ in 0..3 {
            stand.send(sender(), &[LINE]).await;
            crate::seals::stamp(&stand.context).await.unwrap();
        }
        crate::seals::check(&stand.context, false).await.unwrap();
        let page = app.get(crate::seals::PATH).await.ok().says("uyumsuzluk: 0").html();
        let files = chain(&stand);
        assert_eq!(files.len(), 3, "{files:?}");
        // Whoever wrote the last seal down finds the cut without the database, too.
        let digest = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(std::fs::read(&files[2]).unwrap()));
        let anchor = format!("n1:2:{digest}");
        assert!(page.contains(&anchor), "{anchor}");
        assert!(
            crate::parse_anchor(&anchor).is_some_and(|one| one.no == 2)
                && crate::parse_anchor("2:ab").is_none()
        );
        std::fs::remove_file(&files[2]).unwrap();
        let report = stand.logs.verify(&stand.context, &[], false).await.unwrap();
        assert!(!report.findings.is_empty());
        crate::seals::check(&stand.context, false).await.unwrap();
        app.get(crate::seals::PATH).await.ok().says("mühür yok; 2 numaralıya kadar");
        app.get(crate::watching::PATH).await.ok().says("uyumsuzluk bulundu: ").says("mühür yok");
        let id: Option<uuid::Uuid> = test.db.scalar("SELECT id FROM log_finding", vec![]).await.unwrap();
        let finding = app.get(&format!("{}/{}", crate::watching::PATH, id.unwrap())).await.ok();
        assert!(finding.html().contains(&format!("href=\"{}", crate::seals::PATH)), "it leads to the seals");

        std::fs::remove_dir_all(stand.place().join("all")).unwrap();
        std::fs::create_dir_all(stand.place().join("all")).unwrap();
        let report = stand.logs.verify(&stand.context, &[], false).await.unwrap();
        assert!(
            report.findings.iter().any(|one| matches!(one.what, journal::What::EntryMissing { last: 2 }))
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_lines_are_remembered_a_finding_and_shown() {
    each(capabilities(), async |test: &TestDb| {
        let stand = stand(test).await;
        let app = stand.app(test);
        app.sign_in_as("admin", &[], None);
        app.get(crate::standing::PATH).await.ok().says("kaybolduğu bilinen satır yok");
        stand.logs.counters().note_lost(&sender(), 7);
        stand.logs.turn(&stand.context).await.unwrap();
        stand.logs.turn(&stand.context).await.unwrap();
        let lines: Option<i64> = test.db.scalar("SELECT lines FROM log_loss", vec![]).await.unwrap();
        assert_eq!(lines, Some(7));
        let now = stand.context.clock.now();
        assert_eq!(crate::keeping::lost_around(&test.db, now).await.unwrap(), (7, 0));
        assert_eq!(
            crate::keeping::lost_around(&test.db, Instant(now.0 - 5 * 3_600_000_000)).await.unwrap(),
            (0, 0)
        );
        crate::watching::watch(&stand.context).await.unwrap();
        app.get(crate::watching::PATH).await.ok().says("Satır kayboldu").says("UDP kapısında en az 7 satır");
        app.get(crate::standing::PATH).await.ok().says("10.0.0.9").hides("kaybolduğu bilinen satır yok");
        test.advance_seconds(3 * 60 * 60);
        crate::watching::watch(&stand.context).await.unwrap();
        app.get(crate::watching::PATH).await.ok().says("Bitti, açıklanmadı");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_followed_file_that_was_gone_is_a_finding_shown_and_a_doubt_since_its_last_line() {
    each(capabilities(), async |test: &TestDb| {
        let stand = stand(test).await;
        let app = stand.app(test);
        app.sign_in_as("admin", &[], None);
        let file = Origin::File("/var/log/dhcpd.log".into());
        stand.send(file.clone(), &[LINE]).await;
        stand.logs.turn(&stand.context).await.unwrap();
        let last = stand.context.clock.now();
        test.advance_seconds(30 * 60 * 60);
        stand.logs.counters().note_gap(&file);
        stand.logs.turn(&stand.context).await.unwrap();
        stand.logs.turn(&stand.context).await.unwrap();
        let hours = |count: i64| Instant(last.0 + count * 3_600_000_000);
        for (at, gaps) in [(hours(-5), 0), (hours(0), 1), (hours(12), 1), (hours(30), 1), (hours(36), 0)] {
            assert_eq!(crate::keeping::lost_around(&test.db, at).await.unwrap(), (0, gaps));
        }
        crate::watching::watch(&stand.context).await.unwrap();
        app.get(crate::watching::PATH).await.ok().says("izlenen dosya 1 kez sonuna dek okunmadan değişti");
        let page = app.get(crate::standing::PATH).await.ok();
        page.says("dosya:/var/log/dhcpd.log").says("dosya okunmadan değişti, son satırı");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_that_were_not_read_are_counted_by_reason_and_found() {
    each(capabilities(), async |test: &TestDb| {
        let stand = stand(test).await;
        let app = stand.app(test);
        app.sign_in_as("admin", &[], None);
        stand.send(sender(), &[LINE, "<30>Nov 30 10:00:00 gw garip: 1 2 3"]).await;
        stand.send(sender(), &["<30>Nov 30 10:00:00 gw garip: 4 5 6", "bambaşka"]).await;
        let id: Option<uuid::Uuid> = test.db.scalar("SELECT id FROM log_source", vec![]).await.unwrap();
        let page = app.get(&format!("/kayit-kaynaklari/{}", id.unwrap())).await.ok();
        let html = page.says("iletisi hiçbir türe uymadı").says("Başlığı da iletisi de tanınmadı").html();
        let href = html.split("href=\"").find(|it| it.contains("okunamadi=message")).unwrap();
        let href = href.split('"').next().unwrap().replace("&amp;", "&");
        app.get(&href).await.ok().says("neden baktığınızı");
        let asked = format!("{}&neden=deneme", href.replace("&hazir=evet", ""));
        app.get(&asked).await.ok().says("2 satır").says("garip").hides("fen-pc").hides("bambaşka");
        app.get("/erisim-kayitlari?okunamadi=hepsi&neden=deneme").await.ok().says("3 satır");
        assert!(app.get(crate::standing::PATH).await.ok().html().contains("okunamadi=hepsi"));
    })
    .await;
}

/// Writes down what came in an hour: lines, and those that say a translated address.
async fn came(test: &TestDb, hour: Instant, lines: i64, translated: i64) {
    let tx = test.begin().await;
    tx.without_event("figures of a test");
    let one = crate::source::store::Came {
        number: 1,
        node: "n1",
        hour,
        lines,
        bytes: lines * 100,
        cut: 0,
        unread: 0,
        doubts: Vec::new(),
        named: [translated, 0, 0],
        last_at: Instant(hour.0 + 3_599_000_000),
        format: "fortigate",
        skew_us: None,
    };
    crate::source::store::add(&tx, &one).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_of_few_lines_that_slows_down_or_leaves_a_field_out_is_a_finding_after_days() {
    each(capabilities(), async |test: &TestDb| {
        const HOUR_US: i64 = 3_600_000_000;
        let stand = stand(test).await;
        let app = stand.app(test);
        app.sign_in_as("admin", &[], None);
        stand.send(sender(), &[LINE]).await;
        let last = Instant(crate::keeping::hour_of(stand.context.clock.now()).0 - HOUR_US);
        for days in 1..=8 {
            came(test, Instant(last.0 - days * Instant::DAY_US), 40, 40).await;
        }
        came(test, last, 40, 40).await;
        crate::watching::watch(&stand.context).await.unwrap();
        app.get(crate::watching::PATH).await.ok().hides("olağandan çok az").hides("yazmıyor");
        let undo = async |sql: &str| {
            let tx = test.begin().await;
            tx.without_event("figures of a test");
            tx.run(sql, vec![last.into()]).await.unwrap();
            tx.commit().await.unwrap();
        };
        undo("UPDATE log_source_hour SET lines = 3, translated = 3 WHERE hour = $1").await;
        crate::watching::watch(&stand.context).await.unwrap();
        app.get(crate::watching::PATH).await.ok().says("olağandan çok az");
        // A fifth of the usual is no finding for one hour, and is one when it lasts.
        undo("UPDATE log_source_hour SET lines = 8, translated = 8 WHERE hour = $1").await;
        crate::watching::watch(&stand.context).await.unwrap();
        app.get(&format!("{}?state=open&what=slow", crate::watching::PATH))
            .await
            .ok()
            .hides("olağandan çok az");
        for hours in [1, 2] {
            let at = Instant(last.0 - hours * HOUR_US);
            for days in 1..=8 {
                came(test, Instant(at.0 - days * Instant::DAY_US), 40, 40).await;
            }
            came(test, at, 8, 8).await;
        }
        crate::watching::watch(&stand.context).await.unwrap();
        let open = "SELECT count(*) FROM log_finding WHERE what = 'slow' AND to_at IS NULL";
        assert_eq!(test.db.scalar::<i64>(open, vec![]).await.unwrap(), Some(1));
        undo("UPDATE log_source_hour SET lines = 40, translated = 0 WHERE hour = $1").await;
        crate::watching::watch(&stand.context).await.unwrap();
        app.get(crate::watching::PATH).await.ok().says("satırlarda çevrilmiş (NAT) adres yazmıyor");
    })
    .await;
}
