//! Restoring an archive that was checked: schema, rows and files in one transaction, compared with the manifest before
//! it commits. Whatever goes wrong, the database is as it was; files that were copied already are only names nobody
//! refers to, and a second try finds them there.

use std::io::Read;
use std::path::Path;

use files::Store;
use kernel::migrate::{Migration, apply};
use kernel::schema::live::{self, LiveTable};
use kernel::{Act, Clock, Db, NewEvent, Ref, Registry, Source, Tx, tr};

use crate::error::{Error, Outcome};
use crate::manifest::{Head, TableHead};
use crate::read::{Checked, Entry, entry_of, lines, next, open};
use crate::rows::{read_line, sum};

/// Where an archive is restored to.
pub struct Target<'a> {
    pub db: &'a Db,
    pub store: &'a Store,
    pub clock: &'a Clock,
    pub registry: &'a Registry,
}

/// What was restored.
#[derive(Debug, Default)]
pub struct Restored {
    pub tables: usize,
    pub rows: u64,
    pub files: u64,
    /// Schema steps of this version that the archive did not have yet.
    pub migrated: Vec<&'static str>,
}

/// Restores `path`, which [`check`](crate::check) found whole, into an empty database; with `replace` also into one
/// that holds an installation, which is destroyed.
pub async fn restore(
    target: &Target<'_>,
    path: &Path,
    checked: &Checked,
    replace: bool,
) -> Outcome<Restored> {
    let migrations = known_migrations(&checked.head, target.registry)?;
    let act = Act::system(target.clock, Source::CommandLine, "belde restore");
    let tx = target.db.begin(&act).await?;
    make_room(&tx, replace).await?;
    tx.without_event("the restored rows bring their own events");
    apply(&tx, &migrations).await?;
    let tables = arranged(&tx, &checked.head).await?;
    let held = live::hold_references(&tx).await?;
    for table in &tables {
        // What a migration put into its tables comes back with the rows of the archive.
        table.clear(&tx).await?;
    }
    let indexes = live::drop_indexes(&tx).await?;
    let mut restored = Restored { tables: tables.len(), ..Restored::default() };
    load(&tx, target.store, path, checked, &tables, &mut restored).await?;
    live::release_references(&tx, held).await?;
    live::make_indexes(&tx, indexes).await?;
    for (table, told) in tables.iter().zip(&checked.manifest.tables) {
        if sum(&tx, table).await? != (told.rows, told.sha256.clone()) {
            return Err(Error::Differs(table.name.clone()));
        }
    }
    restored.migrated = apply(&tx, &target.registry.migrations()).await?;
    record(&tx, path, checked, &restored).await?;
    tx.commit().await?;
    Ok(restored)
}

/// The steps that the archive's database had, in the order of this version. One that this version does not know comes
/// from a newer Belde.
fn known_migrations(head: &Head, registry: &Registry) -> Outcome<Vec<Migration>> {
    let all = registry.migrations();
    if let Some(id) = head.migrations.iter().find(|id| !all.iter().any(|one| one.id == **id)) {
        return Err(Error::NewerSchema { version: head.version.clone(), migration: id.clone() });
    }
    Ok(all.into_iter().filter(|one| head.migrations.iter().any(|id| one.id == id)).collect())
}

/// An empty database stays; one of Belde is emptied when that was asked for; another program's is never touched.
async fn make_room(tx: &Tx, replace: bool) -> Outcome<()> {
    let there = live::tables(tx).await?;
    if there.is_empty() {
        return Ok(());
    }
    if !there.iter().any(|table| table.name == "migration") {
        return Err(Error::NotOurs(there[0].name.clone()));
    }
    if !replace {
        let mut rows = 0;
        for table in &there {
            rows += table.count(tx).await?;
        }
        return Err(Error::NotEmpty { tables: there.len(), rows });
    }
    live::drop_tables(tx, &there).await?;
    Ok(())
}

/// The tables of the database in the archive's order of tables, columns and keys.
async fn arranged(tx: &Tx, head: &Head) -> Outcome<Vec<LiveTable>> {
    let there = live::tables(tx).await?;
    let arrange = |wanted: &TableHead| {
        let columns: Vec<String> = wanted.columns.iter().map(|column| column.name.clone()).collect();
        let found = there.iter().find(|table| table.name == wanted.name);
        let arranged = found.and_then(|table| table.arranged(&columns, &wanted.key));
        let fits = |table: &LiveTable| TableHead::from(table) == *wanted;
        arranged.filter(fits).ok_or_else(|| {
            Error::Changed(format!("table {} is not as its schema steps make it", wanted.name))
        })
    };
    head.tables.iter().map(arrange).collect()
}

async fn load(
    tx: &Tx,
    store: &Store,
    path: &Path,
    checked: &Checked,
    tables: &[LiveTable],
    restored: &mut Restored,
) -> Outcome<()> {
    let mut archive = open(path)?;
    let mut entries = archive.entries().map_err(Error::io(path))?;
    let mut is_first = true;
    while let Some((name, size, mut entry)) = next(&mut entries, path, is_first)? {
        is_first = false;
        match entry_of(&name) {
            Some(Entry::Rows { table, .. }) => {
                let at = tables.iter().position(|one| one.name == table);
                let at = at.ok_or_else(|| Error::Changed(name.clone()))?;
                let head = &checked.head.tables[at];
                let lines = lines(&mut entry, &name, size)?;
                let rows = lines.lines().map(|line| read_line(line, head)).collect::<Option<Vec<_>>>();
                let rows = rows.ok_or_else(|| Error::Changed(name.clone()))?;
                tables[at].insert(tx, &rows).await?;
                restored.rows += rows.len() as u64;
            }
            Some(Entry::File(digest)) if !checked.manifest.files.damaged.contains(&digest.to_hex()) => {
                if store.size(&digest).await? != Some(size) {
                    let stored = store.put_stream(pieces(&mut entry), size).await?;
                    if stored.sha256 != digest {
                        return Err(Error::Changed(format!("stored file {digest}")));
                    }
                }
                restored.files += 1;
            }
            _ => {}
        }
    }
    Ok(())
}

/// The bytes of an entry as the store takes them.
fn pieces<R: Read>(entry: &mut R) -> impl futures_util::Stream<Item = std::io::Result<bytes::Bytes>> + '_ {
    futures_util::stream::try_unfold(entry, |entry| async move {
        let mut piece = vec![0; 256 * 1024];
        let read = entry.read(&mut piece)?;
        piece.truncate(read);
        Ok((read > 0).then(|| (piece.into(), entry)))
    })
}

async fn record(tx: &Tx, path: &Path, checked: &Checked, restored: &Restored) -> Outcome<()> {
    let title = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let note = format!(
        "{} anındaki yedekten dönüldü: {} kayıt satırı, {} dosya.",
        checked.head.taken_at,
        tr::grouped(i64::try_from(restored.rows).unwrap_or(i64::MAX)),
        tr::grouped(i64::try_from(restored.files).unwrap_or(i64::MAX)),
    );
    let event = NewEvent::new(Ref::new("backup", tx.new_id()), title, crate::RESTORED).note(note);
    tx.record(event).await?;
    Ok(())
}
