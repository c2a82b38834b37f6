//! Taking a backup: one snapshot of the database, then every stored file, into a temporary file that gets its name
//! when it is whole. The server may run meanwhile; nobody waits for it.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use files::Store;
use flate2::{Compression, GzBuilder};
use futures_util::TryStreamExt;
use kernel::db::{Snapshot, Sql};
use kernel::schema::live::{self, Class, LiveTable};
use kernel::secret::Key;
use kernel::{Act, Clock, Db, Instant, NewEvent, Ref, Registry, Source as From, tr};
use sha2::{Digest, Sha256};

use crate::error::{Error, Outcome};
use crate::manifest::{
    FORMAT, FileSum, HEAD, Head, MANIFEST, MARK, Manifest, TableHead, TableSum, key_check, manifest_mark,
    rows_name,
};
use crate::rows::Lines;

/// Lines of one entry before packing; a longer row makes an entry of its own.
const CHUNK_BYTES: usize = 4 * 1024 * 1024;
/// Names that a manifest lists at most.
const MOST_NAMED: usize = 100;

/// What is backed up.
pub struct Source<'a> {
    pub db: &'a Db,
    pub store: &'a Store,
    pub key: &'a Key,
    pub clock: &'a Clock,
    pub registry: &'a Registry,
    /// Version of this Belde.
    pub version: &'a str,
}

/// What was written.
#[derive(Debug)]
pub struct Taken {
    pub path: PathBuf,
    pub size_bytes: u64,
    /// SHA-256 of the archive itself; it is in the audit log too.
    pub sha256: String,
    pub rows: u64,
    pub manifest: Manifest,
}

/// `belde-2026-11-05-1000.tar`, in Türkiye's time.
pub fn default_name(at: Instant) -> String {
    let local = at.plus_us(kernel::value::TURKIYE_OFFSET_US).utc();
    format!("belde-{}-{:02}{:02}.tar", at.day(), local.hour(), local.minute())
}

/// Writes the archive to `path` and records that it was taken. An archive that is there is replaced only with
/// `overwrite`, and only when the new one is whole.
pub async fn take(source: &Source<'_>, path: &Path, overwrite: bool) -> Outcome<Taken> {
    if !overwrite && path.exists() {
        return Err(Error::FileExists(path.into()));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut name = tempfile::Builder::new();
    let file =
        name.prefix(".belde-backup-").suffix(".part").tempfile_in(folder).map_err(Error::io(folder))?;
    let at = source.clock.now();
    let handle = file.reopen().map_err(Error::io(path))?;
    let mut out = Output { file: handle, hash: Sha256::new(), size_bytes: 0, path, seconds: seconds(at) };
    let manifest = write_all(source, at, &mut out).await?;
    out.write(&[0; 1024])?; // A tar ends with two empty blocks.
    out.file.sync_all().map_err(Error::io(path))?;
    let kept = if overwrite { file.persist(path) } else { file.persist_noclobber(path) };
    kept.map_err(|error| match error.error.kind() {
        std::io::ErrorKind::AlreadyExists => Error::FileExists(path.into()),
        _ => Error::io(path)(error.error),
    })?;
    // The name is on disk only when its folder is.
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(Error::io(folder))?;
    let rows = manifest.tables.iter().map(|table| table.rows).sum();
    let sha256 = hex::encode(out.hash.finalize());
    let taken = Taken { path: path.into(), size_bytes: out.size_bytes, sha256, rows, manifest };
    record(source, &taken).await?;
    Ok(taken)
}

fn seconds(at: Instant) -> u64 {
    u64::try_from(at.0 / Instant::SECOND_US).unwrap_or(0)
}

/// Writing blocks the thread; a command of its own runs this, and nobody else waits for it.
struct Output<'a> {
    file: File,
    hash: Sha256,
    size_bytes: u64,
    path: &'a Path,
    seconds: u64,
}

impl Output<'_> {
    fn write(&mut self, bytes: &[u8]) -> Outcome<()> {
        self.file.write_all(bytes).map_err(Error::io(self.path))?;
        self.hash.update(bytes);
        self.size_bytes += bytes.len() as u64;
        Ok(())
    }

    fn begin(&mut self, name: &str, size_bytes: u64) -> Outcome<()> {
        let mut header = tar::Header::new_gnu();
        header.set_path(name).map_err(Error::io(self.path))?;
        header.set_size(size_bytes);
        header.set_mode(0o600);
        header.set_mtime(self.seconds);
        header.set_cksum();
        self.write(header.as_bytes())
    }

    /// Fills the last block of an entry.
    fn end(&mut self, size_bytes: u64) -> Outcome<()> {
        let rest = usize::try_from(size_bytes.next_multiple_of(512) - size_bytes).unwrap_or(0);
        self.write(&[0; 512][..rest])
    }

    fn entry(&mut self, name: &str, bytes: &[u8]) -> Outcome<()> {
        self.begin(name, bytes.len() as u64)?;
        self.write(bytes)?;
        self.end(bytes.len() as u64)
    }
}

async fn write_all(source: &Source<'_>, at: Instant, out: &mut Output<'_>) -> Outcome<Manifest> {
    // The snapshot is before the list of files: whatever a row in it speaks of was stored before.
    let view = source.db.snapshot().await?;
    let tables = live::tables(&view).await?;
    let head = head(source, at, &view, &tables).await?;
    let head_bytes = serde_json::to_vec_pretty(&head).map_err(kernel::Error::from)?;
    out.entry(HEAD, &head_bytes)?;
    let mut sums = Vec::new();
    for table in &tables {
        sums.push(write_table(&view, table, out).await?);
    }
    let (mut files, names) = write_files(source.store, out).await?;
    files.missing = missing(&view, &tables, names).await?;
    let anchor = match tables.iter().any(|table| table.name == "seal") {
        true => seal::audit::last_anchor(&view).await?,
        false => None,
    };
    let manifest = Manifest {
        head_sha256: hex::encode(Sha256::digest(&head_bytes)),
        tables: sums,
        files,
        anchor: anchor.map(|anchor| format!("{}:{}", anchor.no, hex::encode(anchor.hash))),
    };
    let bytes = serde_json::to_vec_pretty(&manifest).map_err(kernel::Error::from)?;
    out.entry(MANIFEST, &bytes)?;
    out.entry(MARK, manifest_mark(source.key, &bytes).as_bytes())?;
    Ok(manifest)
}

async fn head(source: &Source<'_>, at: Instant, view: &Snapshot, tables: &[LiveTable]) -> Outcome<Head> {
    let migrations: Vec<String> = view.column("SELECT id FROM migration ORDER BY at, id", vec![]).await?;
    let known = source.registry.migrations();
    if let Some(id) = migrations.iter().find(|id| !known.iter().any(|one| one.id == **id)) {
        return Err(Error::NewerDatabase(id.clone()));
    }
    let backend = format!("{:?}", source.db.backend()).to_lowercase();
    Ok(Head {
        format: FORMAT,
        version: source.version.into(),
        taken_at: at.iso(),
        backend,
        key_check: key_check(source.key),
        migrations,
        tables: tables.iter().map(TableHead::from).collect(),
    })
}

async fn write_table(view: &Snapshot, table: &LiveTable, out: &mut Output<'_>) -> Outcome<TableSum> {
    let mut lines = Lines::new(table);
    let mut chunk = Vec::new();
    let mut number = 0;
    loop {
        let is_more = lines.next(view, &mut chunk).await?;
        if chunk.len() >= CHUNK_BYTES || (!is_more && !chunk.is_empty()) {
            number += 1;
            out.entry(&rows_name(&table.name, number), &packed(&chunk)?)?;
            chunk.clear();
        }
        if !is_more {
            return Ok(TableSum { name: table.name.clone(), rows: lines.rows, sha256: lines.sha256() });
        }
    }
}

fn packed(lines: &[u8]) -> kernel::Result<Vec<u8>> {
    let mut packer = GzBuilder::new().write(Vec::new(), Compression::fast());
    packer.write_all(lines)?;
    Ok(packer.finish()?)
}

/// The first eight bytes of a file's name: enough to tell whether one is missing, and eight bytes a file of memory.
type Names = Vec<u64>;

fn short(sha256: &[u8; 32]) -> u64 {
    u64::from_be_bytes(sha256[..8].try_into().expect("a digest has 32 bytes"))
}

async fn write_files(store: &Store, out: &mut Output<'_>) -> Outcome<(FileSum, Names)> {
    let mut sum = FileSum::default();
    let mut hash = Sha256::new();
    let mut names = Names::new();
    let mut listed = store.list();
    while let Some(file) = listed.try_next().await? {
        let mut blob = match store.get_stream(&file.sha256).await {
            Ok(blob) => blob,
            Err(error) if error.kind == files::ErrorKind::NotFound => continue,
            Err(error) => return Err(error.into()),
        };
        out.begin(&format!("files/{}", file.sha256.fan_out()), blob.size_bytes)?;
        let mut content = Sha256::new();
        let mut left = blob.size_bytes;
        while let Some(bytes) = blob.stream.try_next().await? {
            let bytes = &bytes[..bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX))];
            content.update(bytes);
            out.write(bytes)?;
            left -= bytes.len() as u64;
        }
        while left > 0 {
            // The entry has promised its size; what the store did not give makes the file a damaged one.
            let zeros = [0; 8192];
            let some = usize::try_from(left).unwrap_or(zeros.len()).min(zeros.len());
            content.update(&zeros[..some]);
            out.write(&zeros[..some])?;
            left -= some as u64;
        }
        out.end(blob.size_bytes)?;
        if content.finalize().as_slice() != file.sha256.as_bytes() {
            sum.damaged.push(file.sha256.to_hex());
        }
        hash.update(format!("{}\n", file.sha256.to_hex()));
        names.push(short(file.sha256.as_bytes()));
        sum.count += 1;
        sum.bytes += blob.size_bytes;
    }
    sum.sha256 = hex::encode(hash.finalize());
    names.sort_unstable();
    Ok((sum, names))
}

/// Files that rows speak of and the store did not have. By the custom of the house a text column called `sha256` names
/// a stored file.
async fn missing(view: &Snapshot, tables: &[LiveTable], names: Names) -> Outcome<Vec<String>> {
    let mut missing = Vec::new();
    let speaks = |table: &&LiveTable| {
        table.columns.iter().any(|column| column.name == "sha256" && column.class() == Class::Text)
    };
    for table in tables.iter().filter(speaks) {
        let sql = format!(
            "SELECT DISTINCT sha256 FROM {} WHERE sha256 > $1 ORDER BY sha256 LIMIT 5000",
            table.name
        );
        let mut after = String::new();
        loop {
            let page: Vec<String> = view.column(&sql, vec![after.clone().into()]).await?;
            let Some(last) = page.last() else { break };
            after.clone_from(last);
            for name in &page {
                let digest = name.parse::<files::Digest>().ok();
                let is_there =
                    digest.is_some_and(|digest| names.binary_search(&short(digest.as_bytes())).is_ok());
                if !is_there && missing.len() < MOST_NAMED {
                    missing.push(name.clone());
                }
            }
        }
    }
    Ok(missing)
}

async fn record(source: &Source<'_>, taken: &Taken) -> kernel::Result<()> {
    let act = Act::system(source.clock, From::CommandLine, "belde backup");
    let tx = source.db.begin(&act).await?;
    let title = taken.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let note = format!(
        "{} kayıt satırı, {} dosya, {}. SHA-256: {}",
        tr::grouped(i64::try_from(taken.rows).unwrap_or(i64::MAX)),
        tr::grouped(i64::try_from(taken.manifest.files.count).unwrap_or(i64::MAX)),
        tr::file_size(taken.size_bytes),
        taken.sha256
    );
    tx.record(NewEvent::new(Ref::new("backup", tx.new_id()), title, crate::TAKEN).note(note)).await?;
    tx.commit().await
}
