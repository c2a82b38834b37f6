//! Writing into the index. Blocks: called from threads that may.

use kernel::{Error, Result};
use tantivy::directory::error::LockError;
use tantivy::{IndexReader, IndexWriter, TantivyError};
use uuid::Uuid;

use crate::fields::{Entry, Fields};
use crate::index::{Index, Opened};

/// What the writer keeps in memory before it writes a part of the index.
const MEMORY: usize = 50_000_000;

pub(super) struct Pen {
    writer: IndexWriter,
    reader: IndexReader,
    fields: Fields,
}

pub(super) enum Opening {
    /// With what the last commit says of its place; empty in a new index.
    Taken(Box<Pen>, String),
    /// Another process writes here.
    Busy,
}

impl Pen {
    /// Opens the index and takes it for writing. One whose files are not as they were written is thrown away.
    pub fn open(index: &Index) -> Result<Opening> {
        if index.is_doubted() {
            index.wipe()?;
        }
        let mut opened = index.open().map_err(Error::internal)?;
        let writer = match writer(&opened) {
            Ok(writer) => writer,
            Err(TantivyError::LockFailure(LockError::LockBusy, _)) => return Ok(Opening::Busy),
            Err(error) => return Err(Error::internal(error)),
        };
        let is_whole = opened.index.validate_checksum().is_ok_and(|damaged| damaged.is_empty());
        let writer = if is_whole {
            writer
        } else {
            tracing::warn!("files of the index of texts are damaged; it is made again");
            drop(writer);
            index.wipe()?;
            opened = index.open().map_err(Error::internal)?;
            self::writer(&opened).map_err(Error::internal)?
        };
        // What a writer left that could not finish keeps no room: on a full disk it would be the room that is missing.
        if let Err(error) = writer.garbage_collect_files().wait() {
            tracing::warn!(%error, "what was left of an earlier try could not be cleared away");
        }
        let payload = opened.index.load_metas().map_err(Error::internal)?.payload.unwrap_or_default();
        let pen = Self { writer, reader: opened.reader, fields: index.fields().clone() };
        Ok(Opening::Taken(Box::new(pen), payload))
    }

    /// Throws everything away and begins at this place.
    pub fn anew(self, index: &Index, place: &str) -> Result<Self> {
        // Ends its threads before their files go.
        drop(self);
        index.wipe()?;
        let opened = index.open().map_err(Error::internal)?;
        let writer = writer_of(&opened)?;
        let mut pen = Self { writer, reader: opened.reader, fields: index.fields().clone() };
        pen.commit(place).map_err(Error::internal)?;
        Ok(pen)
    }

    /// These entries instead of whatever is known of these records; of a new index nothing is.
    pub fn put(&mut self, kind: &str, ids: &[Uuid], entries: &[Entry], is_new: bool) -> tantivy::Result<()> {
        if !is_new {
            for id in ids {
                self.writer.delete_term(self.fields.key_of(kind, *id));
            }
        }
        for entry in entries {
            self.writer.add_document(self.fields.document(kind, entry))?;
        }
        Ok(())
    }

    pub fn commit(&mut self, place: &str) -> tantivy::Result<()> {
        let mut prepared = self.writer.prepare_commit()?;
        prepared.set_payload(place);
        prepared.commit()?;
        self.reader.reload()
    }

    pub fn end(self) -> tantivy::Result<()> {
        self.writer.wait_merging_threads()
    }
}

fn writer(opened: &Opened) -> tantivy::Result<IndexWriter> {
    // One thread: a server has better things to do with the others, and its memory is all there is.
    opened.index.writer_with_num_threads(1, MEMORY)
}

fn writer_of(opened: &Opened) -> Result<IndexWriter> {
    writer(opened).map_err(Error::internal)
}
