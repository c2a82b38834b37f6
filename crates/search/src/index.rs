//! The index of this node: where it is, how it is doing, and questions to it. Whatever becomes of it, the rest of the product
//! goes on: opening it never fails, and what is broken is made again by its follower.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use kernel::{Actor, Error, ErrorKind, Registry, Result};
use tantivy::directory::MmapDirectory;
use tantivy::{IndexReader, IndexSettings, ReloadPolicy};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::ask::{self, Answer, Question};
use crate::fields::{ANALYSIS, Fields, kinds};
use crate::gather::Beside;
use crate::seen::Layers;
use crate::words::Stems;

/// Questions that are answered at the same time; others wait, and are sent away after a while.
const AT_ONCE: usize = 4;
const WAIT: Duration = Duration::from_secs(5);
/// An answer that takes longer is not waited for.
const LIMIT: Duration = Duration::from_secs(10);

/// How an index is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Being made: so many records of about so many are in it.
    Building { done: u64, of: u64 },
    /// Everything that happened until a moment ago is in it.
    Ready,
    /// It cannot be written now; what it has can still be asked for. Says why, for the log and the administrator.
    Failing(String),
}

/// The index of a node. Clone freely.
#[derive(Clone)]
pub struct Index(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    fields: Fields,
    beside: Box<dyn Beside>,
    state: RwLock<State>,
    reader: RwLock<Option<IndexReader>>,
    layers: Layers,
    room: Arc<Semaphore>,
    /// Found broken, or asked to be made again.
    is_doubted: AtomicBool,
    /// Records that the index has otherwise than the database.
    stale: Mutex<Vec<(&'static str, Uuid)>>,
}

/// An index as it lies on the disk.
pub(crate) struct Opened {
    pub index: tantivy::Index,
    pub reader: IndexReader,
}

/// Stale records that are remembered until the follower comes to them.
const MOST_STALE: usize = 1_000;

impl Index {
    /// The index in this folder, which need not be there. Nothing is opened before [`crate::follow`] does.
    pub fn new(folder: &Path, beside: impl Beside + 'static) -> Self {
        Self(Arc::new(Inner {
            folder: folder.to_path_buf(),
            fields: Fields::new(),
            beside: Box::new(beside),
            state: RwLock::new(State::Building { done: 0, of: 0 }),
            reader: RwLock::default(),
            layers: Layers::default(),
            room: Arc::new(Semaphore::new(AT_ONCE)),
            is_doubted: AtomicBool::new(false),
            stale: Mutex::default(),
        }))
    }

    pub fn state(&self) -> State {
        self.0.state.read().expect("no panic holds the lock").clone()
    }

    /// Throws the index away; the follower makes it again from the records.
    pub fn rebuild(&self) {
        self.0.is_doubted.store(true, Ordering::SeqCst);
    }

    /// Records that were found and turned out to be otherwise, or no more: the follower looks at them again.
    pub fn doubt(&self, records: impl IntoIterator<Item = (&'static str, Uuid)>) {
        let mut stale = self.0.stale.lock().expect("no panic holds the lock");
        stale.extend(records);
        stale.truncate(MOST_STALE);
    }

    /// Which records the person may see have what is looked for. Fails with `Unavailable` while there is no index, or too much
    /// to do.
    pub async fn ask(&self, registry: &Arc<Registry>, actor: &Actor, question: &Question) -> Result<Answer> {
        let reader = self.0.reader.read().expect("no panic holds the lock").clone();
        let Some(reader) = reader else {
            return match self.state() {
                // Nothing is in it yet; the page says that it is being made.
                State::Building { .. } => Ok(Answer::default()),
                _ => Err(unavailable(
                    "ARA-001",
                    "Metin araması şu anda çalışmıyor. Sistem yöneticisine haber verin.",
                )),
            };
        };
        if question.wanted.is_empty() {
            return Ok(Answer::default());
        }
        let busy =
            || unavailable("ARA-002", "Şu anda çok sayıda arama yapılıyor. Biraz sonra yeniden deneyin.");
        let room = tokio::time::timeout(WAIT, self.0.room.clone().acquire_owned()).await;
        let room = room.map_err(|_| busy())?.map_err(Error::internal)?;
        let (inner, registry, actor) = (self.0.clone(), registry.clone(), actor.clone());
        let question = question.clone();
        let work = tokio::task::spawn_blocking(move || {
            let _room = room;
            let searcher = reader.searcher();
            ask::answer(&searcher, &inner.fields, &inner.layers, (&kinds(&registry), &actor), &question)
        });
        match tokio::time::timeout(LIMIT, work).await {
            Err(_) => Err(busy()),
            Ok(Ok(Ok(answer))) => Ok(answer),
            // A panic in there is a broken file, too.
            Ok(Ok(Err(error))) => Err(self.broken(&error.to_string())),
            Ok(Err(error)) => Err(self.broken(&error.to_string())),
        }
    }

    fn broken(&self, why: &str) -> Error {
        tracing::error!(why, "the index of texts is broken and will be made again");
        self.rebuild();
        unavailable("ARA-003", "Metin araması yeniden kuruluyor. Birkaç dakika sonra yeniden deneyin.")
    }

    pub(crate) fn set_state(&self, state: State) {
        *self.0.state.write().expect("no panic holds the lock") = state;
    }

    pub(crate) fn is_doubted(&self) -> bool {
        self.0.is_doubted.load(Ordering::SeqCst)
    }

    pub(crate) fn take_stale(&self) -> Vec<(&'static str, Uuid)> {
        std::mem::take(&mut *self.0.stale.lock().expect("no panic holds the lock"))
    }

    pub(crate) fn fields(&self) -> &Fields {
        &self.0.fields
    }

    /// What hangs on records, for whoever shows their texts.
    pub fn beside(&self) -> &dyn Beside {
        self.0.beside.as_ref()
    }

    /// Opens what is in the folder, or begins anew there. What cannot be opened is thrown away.
    pub(crate) fn open(&self) -> tantivy::Result<Opened> {
        let opened = match self.try_open() {
            Ok(opened) => opened,
            Err(error) => {
                tracing::warn!(%error, "the index of texts cannot be opened and is made again");
                self.wipe()?;
                self.try_open()?
            }
        };
        *self.0.reader.write().expect("no panic holds the lock") = Some(opened.reader.clone());
        Ok(opened)
    }

    fn try_open(&self) -> tantivy::Result<Opened> {
        std::fs::create_dir_all(&self.0.folder)?;
        let directory = MmapDirectory::open(&self.0.folder)?;
        let builder = tantivy::Index::builder().schema(self.0.fields.schema.clone());
        let index = builder.settings(IndexSettings::default()).open_or_create(directory)?;
        index.tokenizers().register(ANALYSIS, Stems);
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Opened { index, reader })
    }

    /// Removes the files; readers keep theirs until they are let go. The folder stays: it may be a disk of its own, with a folder
    /// in it that is the system's.
    pub(crate) fn wipe(&self) -> std::io::Result<()> {
        *self.0.reader.write().expect("no panic holds the lock") = None;
        self.0.is_doubted.store(false, Ordering::SeqCst);
        let all = match std::fs::read_dir(&self.0.folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            all => all?,
        };
        for entry in all {
            let entry = entry?;
            if !entry.file_type()?.is_dir() {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

fn unavailable(code: &'static str, text: &str) -> Error {
    Error::new(ErrorKind::Unavailable, format!("{text} ({code})"))
}
