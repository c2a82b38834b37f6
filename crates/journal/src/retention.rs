//! How long rows are kept: whole days are deleted by policy, with an entry in the chain that says what and why, and
//! a day may be held.

use crate::chain::{Event, sha256};
use crate::error::Result;
use crate::journal::{Journal, Stores};
use crate::names;
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};
use std::collections::BTreeSet;

/// A day that is kept although its time is up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// The day, counted from 1970-01-01.
    pub day: i32,
    /// Why, as it was said.
    pub reason: String,
}

/// What was deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deleted {
    /// Segments.
    pub segments: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Their rows.
    pub rows: u64,
    /// Their days, first and last.
    pub days: Option<(i32, i32)>,
    /// Days that stay because they are held.
    pub held: Vec<i32>,
}

impl Journal {
    /// Keeps a day although its time will be up.
    pub async fn hold(&self, day: i32, reason: &str) -> Result<()> {
        let path = Path::from(names::hold(self.schema().stream(), day));
        self.stores().all.put(&path, PutPayload::from(reason.to_owned())).await?;
        self.note(Event::Held { day, reason: reason.to_owned() })
    }

    /// No longer keeps a day.
    pub async fn release(&self, day: i32, reason: &str) -> Result<()> {
        self.note(Event::Released { day, reason: reason.to_owned() })?;
        Stores::remove(&*self.stores().all, &names::hold(self.schema().stream(), day)).await
    }

    /// The days that are held.
    pub async fn holds(&self) -> Result<Vec<Hold>> {
        let folder = format!("_holds/{}", self.schema().stream());
        let mut holds = Vec::new();
        for (path, _) in self.stores().list(&folder).await? {
            let day = path.rsplit('/').next().and_then(|file| names::parse_day(file.strip_suffix(".txt")?));
            let reason = String::from_utf8_lossy(&self.stores().whole(&path).await?).into_owned();
            holds.extend(day.map(|day| Hold { day, reason }));
        }
        Ok(holds)
    }

    /// Deletes every segment, of all nodes, of the days before `day` that are not held. What is deleted and why is in
    /// the chain, and handed over, before the first file goes; a crash in between is made good by the next call.
    pub async fn delete_before(&self, day: i32, reason: &str) -> Result<Deleted> {
        self.hand_over().await?;
        let held: BTreeSet<i32> = self.holds().await?.into_iter().map(|hold| hold.day).collect();
        let mut deleted = Deleted::default();
        let (mut said, mut days) = (Vec::new(), BTreeSet::new());
        for (name, size) in self.segments(Some((0, day.saturating_sub(1)))).await? {
            if held.contains(&name.day) {
                days.insert(name.day);
                continue;
            }
            // Another node may be deleting by the same policy.
            let Some(bytes) = Stores::found(self.stores().whole(&name.path()).await)? else { continue };
            let rows = self
                .inner()
                .open_segment(&name, size)
                .await
                .ok()
                .flatten()
                .map_or(0, |segment| segment.rows() as u64);
            said.push((name.path(), sha256(&bytes), rows));
            (deleted.segments, deleted.bytes) = (deleted.segments + 1, deleted.bytes + size);
            let (first, last) = deleted.days.unwrap_or((name.day, name.day));
            (deleted.rows, deleted.days) =
                (deleted.rows + rows, Some((first.min(name.day), last.max(name.day))));
        }
        deleted.held = days.into_iter().collect();
        if said.is_empty() {
            return Ok(deleted);
        }
        let paths: Vec<String> = said.iter().map(|(path, _, _)| path.clone()).collect();
        self.note(Event::Deleted { segments: said, reason: reason.to_owned() })?;
        self.hand_over().await?;
        for path in paths {
            Stores::remove(&*self.stores().all, &path).await?;
            self.inner().forget(&path);
        }
        Ok(deleted)
    }
}
