//! How far each file was kept, in a small JSON file that is replaced as a whole.

use super::followed::Followed;
use super::{HEAD_BYTES, digest_of};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// What tells files apart while both are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Identity {
    pub device: u64,
    pub inode: u64,
}

impl Identity {
    /// Of a plain file that is there.
    pub fn at(path: &Path) -> Option<Self> {
        std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|it| Self::of(&it))
    }

    pub fn of(metadata: &std::fs::Metadata) -> Self {
        Self { device: metadata.dev(), inode: metadata.ino() }
    }
}

/// What is known of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Known {
    /// The name that it had when it was found.
    pub path: PathBuf,
    device: u64,
    inode: u64,
    /// The name of its places: the digest of what its head was when it was first seen.
    pub id: [u8; 16],
    /// Its first bytes, as far as they are known, up to [`HEAD_BYTES`].
    head_bytes: usize,
    head: [u8; 16],
    /// Everything before this was kept.
    pub offset: u64,
}

impl Known {
    pub fn new(path: &Path, identity: Identity, head: &[u8]) -> Self {
        let digest = digest_of(head);
        let Identity { device, inode } = identity;
        Self {
            path: path.to_owned(),
            device,
            inode,
            id: digest,
            head_bytes: head.len(),
            head: digest,
            offset: 0,
        }
    }

    pub fn identity(&self) -> Identity {
        Identity { device: self.device, inode: self.inode }
    }

    /// The same bytes, lying elsewhere now. It keeps the name under which it was found.
    pub fn moved_to(&self, identity: Identity) -> Self {
        let Identity { device, inode } = identity;
        Self { device, inode, ..self.clone() }
    }

    /// Whether a file with this head is this file.
    pub fn fits(&self, head: &[u8]) -> bool {
        head.len() >= self.head_bytes && digest_of(&head[..self.head_bytes]) == self.head
    }

    /// A file that has grown is known by more bytes.
    pub fn learn(&mut self, head: &[u8]) {
        if self.head_bytes < HEAD_BYTES && head.len() > self.head_bytes && self.fits(head) {
            self.head_bytes = head.len();
            self.head = digest_of(head);
        }
    }

    pub fn knows_whole_head(&self) -> bool {
        self.head_bytes >= HEAD_BYTES
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct State {
    files: Vec<Known>,
}

impl State {
    pub fn read(path: &Path) -> std::io::Result<Self> {
        match std::fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(std::io::Error::other),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// Either the old state is there or the new one, whenever the power goes.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        let mut beside = path.as_os_str().to_owned();
        beside.push(".new");
        let mut file = std::fs::File::create(&beside)?;
        file.write_all(&serde_json::to_vec(self).map_err(std::io::Error::other)?)?;
        file.sync_data()?;
        std::fs::rename(&beside, path)
    }

    pub fn known(&self, identity: Identity) -> Option<&Known> {
        self.files.iter().find(|it| it.identity() == identity)
    }

    /// What the file under this name was when it was looked at last.
    pub fn known_as(&self, path: &Path) -> Option<&Known> {
        self.files.iter().rev().find(|it| it.path == path)
    }

    pub fn put(&mut self, known: Known) {
        self.files.retain(|it| it.identity() != known.identity());
        self.files.push(known);
    }

    pub fn drop_identity(&mut self, identity: Identity) {
        self.files.retain(|it| it.identity() != identity);
    }

    pub fn files(&self) -> &[Known] {
        &self.files
    }

    /// The file that begins so, if we read it before.
    pub fn known_by_head(&self, head: &[u8]) -> Option<&Known> {
        self.files.iter().find(|it| it.fits(head))
    }

    /// Files that are neither there nor read are forgotten, but for the last of a name: by it we know, when the name is
    /// there again, what was missed.
    pub fn forget_gone(&mut self, listed: &[(PathBuf, Identity)], followed: &[Followed]) {
        let paths: Vec<PathBuf> = self.files.iter().map(|it| it.path.clone()).collect();
        let mut index = 0;
        self.files.retain(|known| {
            let is_last_of_name = !paths[index + 1..].contains(&known.path);
            index += 1;
            let is_there = listed.iter().any(|(_, identity)| *identity == known.identity());
            let is_read = followed.iter().any(|it| it.identity == known.identity());
            let is_name_there = listed.iter().any(|(path, _)| *path == known.path);
            is_there || is_read || (is_last_of_name && !is_name_there)
        });
    }
}
