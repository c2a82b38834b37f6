//! Archives under bad luck and foreign hands, and every kind of value through every pair of databases.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use files::{Store, StoreConfig};
use kernel::db::Sql;
use kernel::migrate::{Migration, create};
use kernel::schema::Table;
use kernel::schema::live::{self, Cell};
use kernel::secret::Key;
use kernel::{Capability, Clock, Registry};
use testkit::{TestDb, dbs, each};

use crate::{Error, Source, Target, check, restore, take};

fn capabilities() -> Vec<Capability> {
    let up = |backend| create(backend, &[every_type(), tree()]);
    let probe = Capability {
        id: "probe",
        migrations: vec![Migration { id: "probe/0001_tables", up }],
        ..Capability::default()
    };
    vec![seal::audit::capability(), crate::capability(), probe]
}

fn every_type() -> Table {
    Table::new("probe_value", "a column of every type")
        .text("place", "first part of the key")
        .int("number", "second part of the key")
        .uuid_null("id", "uuid")
        .text_null("words", "text")
        .column("is_so", kernel::schema::Type::Bool, false, "truth")
        .bytes_null("bytes", "bytes")
        .key(&["place", "number"])
}

/// Rows that point at rows after them, as units point at the unit above.
fn tree() -> Table {
    Table::new("probe_tree", "a tree").id().uuid_null("parent_id", "row above").references("probe_tree")
}

struct Stand {
    folder: tempfile::TempDir,
    store: Store,
    key: Key,
}

impl Stand {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = store_in(&folder.path().join("files"));
        Self { store, key: Key::from_hex(&"5a".repeat(32)).unwrap(), folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn take(&self, test: &TestDb, name: &str) -> crate::Outcome<crate::Taken> {
        let source = Source {
            db: &test.db,
            store: &self.store,
            key: &self.key,
            clock: &test.clock,
            registry: &test.registry,
            version: "1.2.3",
        };
        take(&source, &self.path(name), false).await
    }

    /// Restores over what the test database holds.
    async fn restore(&self, test: &TestDb, name: &str) -> crate::Outcome<crate::Restored> {
        let checked = check(&self.path(name), Some(&self.key))?;
        restore(&target(test, &self.store), &self.path(name), &checked, true).await
    }
}

fn store_in(dir: &Path) -> Store {
    Store::open(&StoreConfig::Local { dir: dir.into() }).unwrap()
}

fn target<'a>(test: &'a TestDb, store: &'a Store) -> Target<'a> {
    Target { db: &test.db, store, clock: &test.clock, registry: &test.registry }
}

async fn fill(test: &TestDb) {
    let tx = test.begin().await;
    tx.without_event("rows of this test");
    let ids: Vec<uuid::Uuid> = (0..4).map(|_| tx.new_id()).collect();
    for (at, id) in ids.iter().enumerate().rev() {
        let parent = ids.get(at + 1).copied();
        let sql = "INSERT INTO probe_tree (id, parent_id) VALUES ($1, $2)";
        tx.run(sql, vec![(*id).into(), parent.into()]).await.unwrap();
    }
    let sql =
        "INSERT INTO probe_value (place, number, id, words, is_so, bytes) VALUES ($1, $2, $3, $4, $5, $6)";
    let texts = ["", "ığdır \"tırnak\" \\ \n satır", "\u{1F3DB} \u{2028} \u{FEFF}", "null"];
    for (number, text) in texts.iter().enumerate() {
        for place in ["a", "A", "ç", "z\u{301}", ""] {
            let values = vec![
                place.into(),
                (i64::MIN + number as i64).into(),
                ids[number].into(),
                (*text).into(),
                (number % 2 == 0).into(),
                vec![0_u8, 255, number as u8].into(),
            ];
            tx.run(sql, values).await.unwrap();
        }
    }
    tx.run("INSERT INTO probe_value (place, number) VALUES ('yok', $1)", vec![i64::MAX.into()])
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn rows(test: &TestDb, table: &str) -> Vec<Vec<Cell>> {
    let tables = live::tables(&test.db).await.unwrap();
    let table = tables.iter().find(|one| one.name == table).unwrap();
    table.page(&test.db, None, 10_000).await.unwrap()
}

async fn indexes(test: &TestDb) -> Vec<String> {
    let sql = match test.name {
        "SQLite" => "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name",
        _ => "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname",
    };
    test.db.column(sql, vec![]).await.unwrap()
}

#[tokio::test]
async fn every_kind_of_value_goes_from_each_database_into_each() {
    for from in dbs(capabilities()).await {
        let stand = Stand::new();
        fill(&from).await;
        stand.store.put_bytes("bir dosya").await.unwrap();
        let taken = stand.take(&from, "a.tar").await.unwrap();
        assert_eq!((taken.manifest.files.count, taken.manifest.files.bytes), (1, 9));
        for to in dbs(capabilities()).await {
            fill(&to).await;
            let before = indexes(&to).await;
            assert!(before.len() > 10);
            let other = store_in(&stand.path(to.name));
            let checked = check(&stand.path("a.tar"), Some(&stand.key)).unwrap();
            let restored = restore(&target(&to, &other), &stand.path("a.tar"), &checked, true).await.unwrap();
            assert_eq!((restored.rows, restored.files), (taken.rows, 1));
            for table in ["probe_value", "probe_tree", "migration"] {
                assert_eq!(rows(&from, table).await, rows(&to, table).await, "{} → {}", from.name, to.name);
            }
            assert_eq!(rows(&to, "probe_value").await.len(), 21);
            assert_eq!(indexes(&to).await, before, "an index is not made again");
            other.verify(&files::Digest::of("bir dosya".as_bytes())).await.unwrap();
            // References are strict again, and the restored database can be backed up in turn.
            let tx = to.begin().await;
            let orphan = vec![tx.new_id().into(), tx.new_id().into()];
            assert!(tx.run("INSERT INTO probe_tree (id, parent_id) VALUES ($1, $2)", orphan).await.is_err());
            drop(tx);
            let again = stand.take(&to, &format!("{}-{}.tar", from.name, to.name)).await.unwrap();
            let sum = |manifest: &crate::Manifest| {
                manifest.tables.iter().find(|one| one.name == "probe_value").unwrap().sha256.clone()
            };
            assert_eq!(sum(&again.manifest), sum(&taken.manifest));
        }
    }
}

#[tokio::test]
async fn a_snapshot_sees_nothing_that_is_written_after_it_and_keeps_nobody_from_writing() {
    each(capabilities(), async |test: &TestDb| {
        let view = test.db.snapshot().await.unwrap();
        fill(test).await;
        let count = "SELECT count(*) FROM probe_value";
        assert_eq!(view.scalar::<i64>(count, vec![]).await.unwrap(), Some(0));
        assert_eq!(test.db.scalar::<i64>(count, vec![]).await.unwrap(), Some(21));
        assert!(view.run("DELETE FROM probe_value", vec![]).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn an_archive_that_was_cut_off_or_changed_anywhere_is_refused() {
    let test = &dbs(capabilities()).await[0];
    let stand = Stand::new();
    fill(test).await;
    stand.store.put_bytes(vec![7; 3_000]).await.unwrap();
    stand.take(test, "a.tar").await.unwrap();
    let whole = std::fs::read(stand.path("a.tar")).unwrap();
    let broken = stand.path("broken.tar");
    for length in (0..whole.len() - 1024).step_by(509) {
        std::fs::write(&broken, &whole[..length]).unwrap();
        assert!(check(&broken, Some(&stand.key)).is_err(), "cut at {length} of {}", whole.len());
    }
    let mut bytes = whole.clone();
    for at in (0..whole.len() - 1024).step_by(97) {
        // The zeros that fill a block mean nothing.
        if whole[at] == 0 {
            continue;
        }
        bytes[at] ^= 0x11;
        std::fs::write(&broken, &bytes).unwrap();
        assert!(check(&broken, Some(&stand.key)).is_err(), "byte {at} of {}", whole.len());
        bytes[at] = whole[at];
    }
    assert!(check(&stand.path("a.tar"), Some(&stand.key)).is_ok());
}

/// Somebody without the key may make everything fit together but the mark of the manifest.
#[tokio::test]
async fn a_row_changed_with_all_its_sums_is_refused_because_the_mark_needs_the_key() {
    let test = &dbs(capabilities()).await[0];
    let stand = Stand::new();
    fill(test).await;
    stand.take(test, "a.tar").await.unwrap();
    let forger = Stand { key: Key::from_hex(&"77".repeat(32)).unwrap(), ..Stand::new() };
    forger.take(test, "b.tar").await.unwrap();
    assert!(matches!(check(&forger.path("b.tar"), Some(&stand.key)), Err(Error::OtherKey)));
    // The head that tells which key it is can be copied; the mark cannot be made.
    let parts = |path: PathBuf| {
        let mut archive = tar::Archive::new(std::fs::File::open(path).unwrap());
        let entries = archive.entries().unwrap().map(|entry| {
            let mut entry = entry.unwrap();
            let name = entry.path().unwrap().display().to_string();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
            (name, bytes)
        });
        entries.collect::<Vec<_>>()
    };
    let (own, foreign) = (parts(stand.path("a.tar")), parts(forger.path("b.tar")));
    let head: crate::Head = serde_json::from_slice(&own[0].1).unwrap();
    let mut forged: crate::Head = serde_json::from_slice(&foreign[0].1).unwrap();
    forged.key_check = head.key_check;
    let forged = serde_json::to_vec(&forged).unwrap();
    let mut out = tar::Builder::new(std::fs::File::create(stand.path("c.tar")).unwrap());
    for (name, mut bytes) in foreign {
        match name.as_str() {
            "belde-backup.json" => bytes.clone_from(&forged),
            "manifest.json" => {
                let mut manifest: crate::Manifest = serde_json::from_slice(&bytes).unwrap();
                manifest.head_sha256 = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&forged));
                bytes = serde_json::to_vec(&manifest).unwrap();
            }
            _ => {}
        }
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        out.append_data(&mut header, name, bytes.as_slice()).unwrap();
    }
    out.finish().unwrap();
    let refused = check(&stand.path("c.tar"), Some(&stand.key)).unwrap_err().to_string();
    assert!(refused.contains("not written by this installation"), "{refused}");
    assert!(
        !check(&stand.path("c.tar"), None).unwrap().is_marked_by_key,
        "without the key it cannot be told"
    );
}

#[tokio::test]
async fn an_archive_of_a_newer_belde_is_refused_before_anything_is_touched() {
    each(capabilities(), async |test: &TestDb| {
        let stand = Stand::new();
        fill(test).await;
        stand.take(test, "a.tar").await.unwrap();
        let checked = check(&stand.path("a.tar"), Some(&stand.key)).unwrap();
        let older = Registry::new(vec![seal::audit::capability(), crate::capability()]);
        let target = Target { registry: &older, ..target(test, &stand.store) };
        let refused = restore(&target, &stand.path("a.tar"), &checked, true).await.unwrap_err().to_string();
        assert!(refused.contains("probe/0001_tables") && refused.contains("1.2.3"), "{refused}");
        assert_eq!(rows(test, "probe_value").await.len(), 21);
    })
    .await;
    let newer = br#"{"format": 2, "whatever": true}"#;
    let refused = crate::read::head(newer, Path::new("x")).unwrap_err().to_string();
    assert!(refused.contains("format 2"), "{refused}");
}

#[tokio::test]
async fn an_older_archive_is_brought_up_to_this_version() {
    let older: Vec<Capability> = capabilities().into_iter().filter(|one| one.id != "probe").collect();
    for from in dbs(older).await {
        let stand = Stand::new();
        stand.take(&from, "a.tar").await.unwrap();
        for to in dbs(capabilities()).await {
            let restored = stand.restore(&to, "a.tar").await.unwrap();
            assert_eq!(restored.migrated, ["probe/0001_tables"]);
            assert!(rows(&to, "probe_value").await.is_empty());
        }
    }
}

#[tokio::test]
async fn a_restore_that_fails_half_way_leaves_what_was_there() {
    each(capabilities(), async |test: &TestDb| {
        let stand = Stand::new();
        stand.store.put_bytes(vec![1; 5_000]).await.unwrap();
        stand.take(test, "a.tar").await.unwrap();
        fill(test).await;
        let checked = check(&stand.path("a.tar"), Some(&stand.key)).unwrap();
        // Cut off between the check and the restore: the rows went in already when the end is found.
        let whole = std::fs::read(stand.path("a.tar")).unwrap();
        std::fs::write(stand.path("a.tar"), &whole[..whole.len() - 8_000]).unwrap();
        let other = store_in(&stand.path("other"));
        let refused = restore(&target(test, &other), &stand.path("a.tar"), &checked, true).await;
        assert!(refused.is_err());
        assert_eq!(rows(test, "probe_value").await.len(), 21);
        let events = "SELECT count(*) FROM event WHERE verb = 'restored_from_backup'";
        assert_eq!(test.db.scalar::<i64>(events, vec![]).await.unwrap(), Some(0));
    })
    .await;
}

#[tokio::test]
async fn what_is_there_is_destroyed_only_when_asked_and_never_when_it_is_anothers() {
    each(capabilities(), async |test: &TestDb| {
        let stand = Stand::new();
        stand.take(test, "a.tar").await.unwrap();
        fill(test).await;
        let checked = check(&stand.path("a.tar"), Some(&stand.key)).unwrap();
        let target = target(test, &stand.store);
        let refused = restore(&target, &stand.path("a.tar"), &checked, false).await.unwrap_err();
        let expected = live::tables(&test.db).await.unwrap().len();
        assert!(
            matches!(refused, Error::NotEmpty { tables, rows } if tables == expected && rows >= 25),
            "{refused}"
        );
        assert_eq!(rows(test, "probe_value").await.len(), 21);
        test.db.execute_housekeeping("DROP TABLE migration").await.unwrap();
        let refused = restore(&target, &stand.path("a.tar"), &checked, true).await.unwrap_err();
        assert!(matches!(refused, Error::NotOurs(_)), "{refused}");
        assert_eq!(rows(test, "probe_value").await.len(), 21);
    })
    .await;
}

#[tokio::test]
async fn an_archive_gets_its_name_only_when_it_is_whole_and_replaces_none() {
    let test = &dbs(capabilities()).await[0];
    let stand = Stand::new();
    std::fs::write(stand.path("a.tar"), "önceki yedek").unwrap();
    assert!(matches!(stand.take(test, "a.tar").await, Err(Error::FileExists(_))));
    assert_eq!(std::fs::read_to_string(stand.path("a.tar")).unwrap(), "önceki yedek");
    test.db.execute_housekeeping("INSERT INTO migration (id, at) VALUES ('later/0001', 1)").await.unwrap();
    assert!(matches!(stand.take(test, "b.tar").await, Err(Error::NewerDatabase(_))));
    let names = std::fs::read_dir(stand.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    assert_eq!(names, ["a.tar", "files"], "a half archive stays behind");
    let taken = test.db.scalar::<i64>("SELECT count(*) FROM event WHERE verb = 'backed_up'", vec![]).await;
    assert_eq!(taken.unwrap(), Some(0));
}

#[tokio::test]
async fn files_that_the_store_lost_or_spoilt_are_named_and_the_rest_is_saved() {
    let test = &dbs(with_attachments()).await[0];
    let stand = Stand::new();
    let good = stand.store.put_bytes("sağlam").await.unwrap();
    let spoilt = stand.store.put_bytes("bozulacak").await.unwrap();
    let lost = files::Digest::of(b"kayip");
    let tx = test.begin().await;
    tx.without_event("rows of this test");
    for digest in [good.sha256, spoilt.sha256, lost, lost] {
        let sql = "INSERT INTO probe_file (id, sha256) VALUES ($1, $2)";
        tx.run(sql, vec![tx.new_id().into(), digest.to_hex().into()]).await.unwrap();
    }
    tx.commit().await.unwrap();
    std::fs::write(stand.path("files").join(spoilt.sha256.fan_out()), "BOZULACAK").unwrap();
    let taken = stand.take(test, "a.tar").await.unwrap();
    assert_eq!(taken.manifest.files.missing, [lost.to_hex()]);
    assert_eq!(taken.manifest.files.damaged, [spoilt.sha256.to_hex()]);
    let other = store_in(&stand.path("other"));
    let checked = check(&stand.path("a.tar"), Some(&stand.key)).unwrap();
    let restored = restore(&target(test, &other), &stand.path("a.tar"), &checked, true).await.unwrap();
    assert_eq!(restored.files, 1);
    other.verify(&good.sha256).await.unwrap();
    assert!(!other.exists(&spoilt.sha256).await.unwrap());
}

fn with_attachments() -> Vec<Capability> {
    let up = |backend| {
        create(backend, &[Table::new("probe_file", "speaks of stored files").id().text("sha256", "digest")])
    };
    let probe = Capability {
        id: "probe",
        migrations: vec![Migration { id: "probe/0001_files", up }],
        ..Capability::default()
    };
    vec![seal::audit::capability(), crate::capability(), probe]
}

#[test]
fn an_archive_is_named_by_the_day_and_hour_in_turkiye() {
    let late = Clock::at(testkit::START).now().plus_seconds(13 * 3_600 + 1_800);
    assert_eq!(crate::default_name(late), "belde-2026-11-05-2330.tar");
    assert_eq!(crate::default_name(late.plus_seconds(3_600)), "belde-2026-11-06-0030.tar");
}
