//! The folder that scanners write to (CO-7). A file is written down first and moved afterwards; a node that dies between the two
//! meets it again and finds that it knows it. Links are never followed, and a folder is only read where whoever keeps the server
//! made the two folders for it: so no setting makes other files of the server disappear into the register.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use files::{Limits, Spooled, Store};
use kernel::job::{Job, JobContext};
use kernel::setting::Settings;
use kernel::{Boxed, Result};
use serde_json::Value as Json;

use super::arrive::{self, Doors, blocking};
use super::signatures::Judge;
use super::{SCAN_FOLDER, store as items};

/// Files of one run; the rest waits a minute.
const AT_ONCE: usize = 50;
/// A file that is still being written changes.
const STILL: Duration = Duration::from_secs(5);
const TAKEN: &str = "alindi";
const REFUSED: &str = "alinamadi";
const WAY: &str = "scan_folder";

pub(crate) fn job() -> Job {
    Job {
        name: "documents.read_scan_folder",
        label_tr: "Tarama klasörünü okuma",
        every_seconds: Some(60),
        max_attempts: 3,
        limit_seconds: 600,
        run: read,
    }
}

fn read<'a>(context: &'a JobContext, _payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let settings = Settings::load(&context.db, &context.registry.settings()).await?;
        let folder = settings.text(SCAN_FOLDER);
        let Ok(files) = context.services.get::<Store>() else { return Ok(()) };
        if folder.is_empty() {
            return Ok(());
        }
        let judge = Judge::for_job(context).await?;
        let outcome = all(context, (files, &judge), PathBuf::from(folder)).await?;
        let tx = context.db.begin(&context.act("tarama klasörü")).await?;
        tx.without_event("whether the folder can be read is not an act");
        if let Err(error) = &outcome {
            tracing::warn!(%error, "the scan folder could not be read");
        }
        let said = outcome.err().map(|error| error.to_string());
        items::note_way(&tx, WAY, said.as_deref()).await?;
        tx.commit().await
    })
}

/// The outer error is ours and comes back as a failed job; the inner is the folder's.
async fn all(context: &JobContext, store: (&Store, &Judge), folder: PathBuf) -> Result<std::io::Result<()>> {
    let until =
        Duration::from_micros(u64::try_from(context.clock.now().0).unwrap_or(0)).saturating_sub(STILL);
    let looked = folder.clone();
    let names = match blocking(move || waiting(&looked, until)).await? {
        Ok(names) => names,
        Err(error) => return Ok(Err(error)),
    };
    // A file that cannot be read does not stop the others.
    let mut outcome = Ok(());
    for name in names {
        let at = folder.join(&name);
        let (mark, file) = match blocking(move || opened(&at)).await? {
            Ok(opened) => opened,
            Err(error) => {
                outcome = Err(error);
                continue;
            }
        };
        let most = <Doors as web::SpoolLimit>::most_bytes(&name, Limits::default().max_bytes);
        let files = store.0.clone();
        let why = match blocking(move || spooled(&files, file, most)).await? {
            Ok(spooled) => one(context, store, &name, spooled).await?,
            Err(error) if error.kind == files::ErrorKind::TooLarge => Some(error.message_tr),
            Err(error) => return Err(arrive::unavailable(&error)),
        };
        let folder = folder.clone();
        if let Err(error) = blocking(move || move_away(&folder, &name, &mark, why.as_deref())).await? {
            outcome = Err(error);
        }
    }
    Ok(outcome)
}

/// Takes one file; answers why not, where it is refused.
async fn one(
    context: &JobContext,
    store: (&Store, &Judge),
    name: &str,
    spooled: Spooled,
) -> Result<Option<String>> {
    let digest = spooled.stored.sha256.to_hex();
    let file_name = files::name::clean_name(name);
    if items::is_taken(&context.db, &digest, &file_name).await? {
        return Ok(None);
    }
    match arrive::read(store, WAY, name, spooled).await? {
        Ok(one) => {
            arrive::enter(&context.db, &context.act("tarama klasörü"), &one).await?;
            Ok(None)
        }
        Err(why) => Ok(Some(why)),
    }
}

fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
}

/// Names of the files that have been still for long enough, oldest first.
fn waiting(folder: &Path, until: Duration) -> std::io::Result<Vec<String>> {
    for part in [TAKEN, REFUSED] {
        if !is_folder(&folder.join(part)) {
            let text = format!("{}: “{part}” alt klasörü yok", folder.display());
            return Err(std::io::Error::other(text));
        }
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let seen = fs::symlink_metadata(entry.path())?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let changed = seen.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        if seen.is_file() && !name.starts_with('.') && changed <= until {
            found.push((changed, name));
        }
    }
    found.sort();
    Ok(found.into_iter().map(|(_, name)| name).take(AT_ONCE).collect())
}

/// What tells a file from one that was put in its place: device, number, size, last change.
#[derive(Debug, PartialEq, Eq)]
struct Mark([i128; 5]);

impl Mark {
    fn of(found: &fs::Metadata) -> Self {
        let (seconds, rest) = (found.mtime().into(), found.mtime_nsec().into());
        Self([found.dev().into(), found.ino().into(), found.len().into(), seconds, rest])
    }
}

/// What was opened must be what was seen, so that no link is put in its place.
fn opened(path: &Path) -> std::io::Result<(Mark, fs::File)> {
    let seen = fs::symlink_metadata(path)?;
    let mark = Mark::of(&seen);
    let file = fs::File::open(path)?;
    if !seen.is_file() || mark != Mark::of(&file.metadata()?) {
        return Err(std::io::Error::other(format!("{}: dosya okunurken değişti", path.display())));
    }
    Ok((mark, file))
}

/// A copy of the file in the store's spool.
fn spooled(store: &Store, mut file: fs::File, most: u64) -> files::Result<Spooled> {
    let mut spool = store.spool_writer(most)?;
    let copied = std::io::copy(&mut file, &mut spool);
    let spooled = spool.finish()?;
    copied.map_err(|error| files::Error::new(files::ErrorKind::Interrupted, error.to_string()))?;
    Ok(spooled)
}

/// Out of the way of the scanners; what was refused says why beside it. What a scanner wrote anew meanwhile stays for the next run.
fn move_away(folder: &Path, name: &str, mark: &Mark, why: Option<&str>) -> std::io::Result<()> {
    if Mark::of(&fs::symlink_metadata(folder.join(name))?) != *mark {
        return Ok(());
    }
    let to = folder.join(if why.is_some() { REFUSED } else { TAKEN });
    let mut target = to.join(name);
    let mut again = 1;
    while fs::symlink_metadata(&target).is_ok() {
        again += 1;
        if again > 10_000 {
            return Err(std::io::Error::other(format!("{name}: bu adda çok dosya var")));
        }
        target = to.join(format!("{again}-{name}"));
    }
    if let Some(why) = why {
        let mut note = target.clone().into_os_string();
        note.push(".txt");
        fs::write(note, format!("{why}\n"))?;
    }
    fs::rename(folder.join(name), target)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_a_scanner_writes_anew_meanwhile_is_not_moved_away_unread() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bir.pdf");
        fs::create_dir(folder.path().join(TAKEN)).unwrap();
        fs::write(&file, "bir").unwrap();
        let (mark, read) = opened(&file).unwrap();
        assert_eq!(std::io::read_to_string(read).unwrap(), "bir");
        fs::write(&file, "iki sayfa").unwrap();
        move_away(folder.path(), "bir.pdf", &mark, None).unwrap();
        assert!(file.exists());
        let (mark, _) = opened(&file).unwrap();
        move_away(folder.path(), "bir.pdf", &mark, None).unwrap();
        assert!(!file.exists() && folder.path().join("alindi/bir.pdf").exists());
    }
}
