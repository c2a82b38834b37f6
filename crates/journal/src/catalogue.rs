//! What segments there are, and which of them may have a value, without listing the store or opening one: the chains
//! are followed from where they were read last, and the parts of the index of values lie on this node's disk. All of
//! it can be made again, and a segment that is not in the index is opened as if there were none.

use crate::chain::{Entry, Event};
use crate::error::{Error, Result};
use crate::index::{self, Listed, Marks, Part, mark};
use crate::journal::{Inner, Journal};
use crate::log::publish;
use crate::names::{self, SegmentName};
use crate::query::{Condition, Test};
use crate::schema::Cell;
use crate::side::by_side;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, MutexGuard, PoisonError};

/// Parts of about the same size that become one.
const MERGED: usize = 16;
/// Segments of a part that is not merged any more.
const MOST_SEGMENTS: usize = 4_096;
/// Segments that are put into the index in one go.
const AT_ONCE: usize = 64;
/// How often the store is listed, in case that a chain does not tell of a segment.
const LISTED_EVERY_US: i64 = 3_600_000_000;

/// What is known of the stream's segments.
#[derive(Default)]
pub struct Catalogue {
    is_loaded: bool,
    segments: BTreeMap<SegmentName, (u64, (i64, i64))>,
    /// Those that no part of the index has.
    bare: BTreeSet<SegmentName>,
    /// The next entry of each node's chain.
    next: BTreeMap<String, u64>,
    parts: Vec<Arc<Part>>,
    listed_at_us: Option<i64>,
    /// The highest number of a part so far.
    last_part: u64,
}

impl Catalogue {
    fn add(&mut self, listed: Listed) {
        if self.segments.insert(listed.name.clone(), (listed.size, listed.at)).is_none() {
            self.bare.insert(listed.name);
        }
    }

    fn remove(&mut self, name: &SegmentName) {
        self.segments.remove(name);
        self.bare.remove(name);
    }

    fn take(&mut self, entry: Entry) {
        match entry.event {
            Event::Sealed(segments) => segments.into_iter().for_each(|it| {
                if let Some(name) = SegmentName::parse(&it.path) {
                    self.add(Listed { name, size: it.bytes, at: it.at });
                }
            }),
            Event::Deleted { segments, .. } => {
                segments
                    .iter()
                    .filter_map(|it| SegmentName::parse(&it.0))
                    .for_each(|name| self.remove(&name));
            }
            Event::Held { .. } | Event::Released { .. } => {}
        }
    }

    fn take_part(&mut self, part: Part) {
        for it in &part.segments {
            self.segments.entry(it.name.clone()).or_insert((it.size, it.at));
            self.bare.remove(&it.name);
        }
        self.parts.push(Arc::new(part));
    }

    /// A part cannot be read: what it covers is opened again, until it is put into another.
    fn drop_part(&mut self, bad: &Arc<Part>) {
        self.parts.retain(|part| !Arc::ptr_eq(part, bad));
        let covered: BTreeSet<&SegmentName> =
            self.parts.iter().flat_map(|part| &part.segments).map(|it| &it.name).collect();
        let names = bad.segments.iter().map(|it| &it.name);
        let bare = names.filter(|name| self.segments.contains_key(name) && !covered.contains(name));
        self.bare.extend(bare.cloned());
        // It is no loss, and would be tried again at the next start.
        let _ = std::fs::remove_file(&bad.path);
    }
}

/// The marks that a test asks for; `None` when the index cannot answer it.
fn marks_of(test: &Test) -> Option<Vec<u32>> {
    match test {
        Test::OneOf(values) => Some(values.iter().map(|value| mark(value)).collect()),
        Test::Numbers(numbers) => Some(numbers.iter().map(|it| mark(&it.to_le_bytes())).collect()),
        _ => None,
    }
}

impl Inner {
    fn catalogue(&self) -> MutexGuard<'_, Catalogue> {
        self.catalogue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn index_folder(&self) -> PathBuf {
        self.options.folder.join("index")
    }

    /// Reads the parts and how far the chains were followed.
    fn load(&self, catalogue: &mut Catalogue) -> Result<()> {
        let (folder, failed) = (self.index_folder(), Error::disk("reading the index of values"));
        std::fs::create_dir_all(&folder).map_err(&failed)?;
        let mut parts = Vec::new();
        for file in std::fs::read_dir(&folder).map_err(&failed)? {
            let path = file.map_err(&failed)?.path();
            let Some(number) = part_number(&path) else { continue };
            catalogue.last_part = catalogue.last_part.max(number);
            match Part::open(&path) {
                Ok(part) => parts.push(part),
                Err(error) => {
                    tracing::warn!(%error, "a part of the index of values is made again");
                    std::fs::remove_file(&path).map_err(&failed)?;
                }
            }
        }
        // A crash may have left the parts that another was made of.
        parts.sort_by_key(|part| std::cmp::Reverse(part.segments.len()));
        let mut covered = BTreeSet::new();
        for part in parts {
            let names = part.segments.iter().map(|it| it.name.clone());
            if names.filter(|name| covered.insert(name.clone())).count() == 0 {
                std::fs::remove_file(&part.path).map_err(&failed)?;
                continue;
            }
            catalogue.take_part(part);
        }
        let upto = std::fs::read_to_string(folder.join("upto")).unwrap_or_default();
        let line =
            |line: &str| Some((line.split_once(' ')?.0.to_owned(), line.split_once(' ')?.1.parse().ok()?));
        // Where a part is missing, the chains are followed from their beginning.
        let is_whole = upto.lines().last() == Some(&format!("parts {}", catalogue.parts.len()));
        if is_whole {
            catalogue.next = upto.lines().filter(|it| !it.starts_with("parts ")).filter_map(line).collect();
        }
        catalogue.is_loaded = true;
        Ok(())
    }

    /// Reads what the chains say since they were read last.
    async fn follow(&self) -> Result<()> {
        let _alone = self.following.lock().await;
        {
            let mut catalogue = self.catalogue();
            if !catalogue.is_loaded {
                self.load(&mut catalogue)?;
            }
        }
        let stream = self.schema().stream();
        for node in self.stores.folders(&names::chains(stream)).await? {
            let mut next = self.catalogue().next.get(&node).copied().unwrap_or(0);
            loop {
                let path = names::entry(stream, &node, next);
                let text = match self.stores.whole(&path).await {
                    Err(Error::Store(object_store::Error::NotFound { .. })) => break,
                    text => text?,
                };
                next += 1;
                let mut catalogue = self.catalogue();
                // One that cannot be read is a finding of `verify`; what it sealed is found by the list.
                if let Ok(entry) = Entry::parse(&path, &String::from_utf8_lossy(&text)) {
                    catalogue.take(entry);
                }
                catalogue.next.insert(node.clone(), next);
            }
        }
        Ok(())
    }

    /// A segment was deleted.
    pub fn forget(&self, path: &str) {
        if let Some(name) = SegmentName::parse(path) {
            self.catalogue().remove(&name);
        }
    }

    /// The segments of these days that may have rows within the instants that meet the conditions, as far as is known
    /// without opening them.
    pub async fn asked(
        &self,
        days: (i32, i32),
        within: (i64, i64),
        conditions: &[Condition],
    ) -> Result<Vec<Listed>> {
        self.follow().await?;
        let sought: Vec<(String, Vec<u32>)> = conditions
            .iter()
            .map(|condition| (self.schema().about(condition.column), &condition.test))
            // A number that is meant by its digits has another mark.
            .filter(|(column, test)| column.is_sought && (column.kind.is_bytes() || !test.is_of_texts()))
            .filter_map(|(column, test)| Some((column.name.clone(), marks_of(test)?)))
            .collect();
        let named = (!sought.is_empty()).then_some(sought);
        let named = match named {
            Some(sought) => Some(self.named(sought).await?),
            None => None,
        };
        let catalogue = self.catalogue();
        let fits = |(name, (_, at)): &(&SegmentName, &(u64, (i64, i64)))| {
            (days.0..=days.1).contains(&name.day) && at.0 < within.1 && at.1 >= within.0
        };
        let listed = |(name, (size, at)): (&SegmentName, &(u64, (i64, i64)))| Listed {
            name: name.clone(),
            size: *size,
            at: *at,
        };
        Ok(match named {
            None => catalogue.segments.iter().filter(fits).map(listed).collect(),
            Some(names) => {
                let all = names.iter().chain(catalogue.bare.iter()).collect::<BTreeSet<_>>();
                let known = all.into_iter().filter_map(|name| catalogue.segments.get_key_value(name));
                known.filter(fits).map(listed).collect()
            }
        })
    }

    /// The segments of the index that may have all of what is sought.
    async fn named(&self, sought: Vec<(String, Vec<u32>)>) -> Result<BTreeSet<SegmentName>> {
        let parts = self.catalogue().parts.clone();
        let looking = tokio::task::spawn_blocking(move || {
            let (mut names, mut bad) = (BTreeSet::new(), Vec::new());
            for part in parts {
                match find(&part, &sought) {
                    Ok(found) => names.extend(found),
                    Err(error) => {
                        tracing::warn!(%error, "a part of the index of values is made again");
                        bad.push(part);
                    }
                }
            }
            (names, bad)
        });
        let (names, bad) = looking.await.map_err(|error| Error::Refused(error.to_string()))?;
        bad.iter().for_each(|part| self.catalogue().drop_part(part));
        Ok(names)
    }

    /// The values of a segment's sought columns.
    async fn marks(&self, listed: &Listed) -> Result<Option<Marks>> {
        let Some(segment) = self.open_segment(&listed.name, listed.size).await? else { return Ok(None) };
        let mut all = Marks::new();
        for id in self.schema().sought() {
            let marks = all.entry(self.schema().about(id).name.clone()).or_default();
            let mut take = |cell: Cell<'_>| match cell {
                Cell::Bytes(value) => marks.push((mark(value), 0)),
                Cell::Number(number) => marks.push((mark(&number.to_le_bytes()), 0)),
            };
            segment.distinct(&self.stores, id, &mut take).await?;
            marks.sort_unstable();
            marks.dedup();
        }
        Ok(Some(all))
    }

    /// Adds what the store has and no chain told, and forgets what it has not.
    async fn compare_with_store(&self) -> Result<()> {
        let known: Vec<SegmentName> = self.catalogue().segments.keys().cloned().collect();
        let listed = self.stores.list(&format!("stream={}", self.schema().stream())).await?;
        let there: BTreeMap<SegmentName, u64> =
            listed.into_iter().filter_map(|(path, size)| Some((SegmentName::parse(&path)?, size))).collect();
        let mut catalogue = self.catalogue();
        known.iter().filter(|name| !there.contains_key(name)).for_each(|name| catalogue.remove(name));
        for (name, size) in there {
            if !catalogue.segments.contains_key(&name) {
                catalogue.add(Listed { name, size, at: (i64::MIN, i64::MAX) });
            }
        }
        Ok(())
    }

    /// Puts segments that no part has into a new part, at most so many, and gives how many.
    async fn index_some(self: &Arc<Self>) -> Result<usize> {
        let some: Vec<Listed> = {
            let catalogue = self.catalogue();
            let bare = catalogue.bare.iter().rev().take(AT_ONCE);
            let known = bare.filter_map(|name| catalogue.segments.get_key_value(name));
            known.map(|(name, (size, at))| Listed { name: name.clone(), size: *size, at: *at }).collect()
        };
        let reading: Vec<_> = some
            .into_iter()
            .map(|listed| (self.clone(), listed))
            .map(|(inner, listed)| async move { Ok((inner.marks(&listed).await, listed)) })
            .collect();
        let (mut segments, mut marks, mut gone) = (Vec::new(), Marks::new(), Vec::new());
        by_side(reading, |(found, listed)| match found {
            Ok(Some(found)) => {
                let place = segments.len() as u32;
                for (name, some) in found {
                    marks.entry(name).or_default().extend(some.into_iter().map(|(mark, _)| (mark, place)));
                }
                segments.push(listed);
            }
            Ok(None) => gone.push(listed.name),
            // It stays without: whoever asks for its rows is told what is wrong with it.
            Err(error) => tracing::warn!(%error, "a segment cannot be put into the index of values"),
        })
        .await?;
        gone.iter().for_each(|name| self.catalogue().remove(name));
        if segments.is_empty() {
            return Ok(0);
        }
        let path = self.new_part();
        index::write(&path, &segments, marks)?;
        let part = Part::open(&path)?;
        self.catalogue().take_part(part);
        Ok(segments.len())
    }

    fn new_part(&self) -> PathBuf {
        let mut catalogue = self.catalogue();
        catalogue.last_part += 1;
        self.index_folder().join(format!("{:010}.part", catalogue.last_part))
    }

    /// Makes one part of many of about one size.
    fn merge(&self) -> Result<()> {
        loop {
            let parts = self.catalogue().parts.clone();
            let mut levels = BTreeMap::<u32, Vec<Arc<Part>>>::new();
            for part in parts.into_iter().filter(|part| part.segments.len() < MOST_SEGMENTS) {
                levels.entry((part.segments.len() as u32).max(1).ilog(MERGED as u32)).or_default().push(part);
            }
            let Some(full) = levels.into_values().find(|parts| parts.len() >= MERGED) else { return Ok(()) };
            let kept: BTreeSet<SegmentName> = self.catalogue().segments.keys().cloned().collect();
            let path = self.new_part();
            let of: Vec<&Part> = full.iter().map(|part| &**part).collect();
            Part::merge(&path, &of, |name| kept.contains(name))?;
            let merged = Part::open(&path)?;
            let mut catalogue = self.catalogue();
            catalogue.parts.retain(|part| !full.iter().any(|old| Arc::ptr_eq(part, old)));
            catalogue.take_part(merged);
            drop(catalogue);
            for old in full {
                std::fs::remove_file(&old.path).map_err(Error::disk("removing a part of the index"))?;
            }
        }
    }
}

impl Journal {
    /// Puts segments that came since into the index of values, which tells where an address is without opening every
    /// segment; gives how many. [`Journal::hand_over`] does it as well. What is not in it yet is found all the same.
    pub async fn index(&self) -> Result<usize> {
        let inner = self.inner();
        let _alone = inner.indexing.lock().await;
        inner.follow().await?;
        let now = inner.now_us();
        let is_due =
            inner.catalogue().listed_at_us.is_none_or(|at| now.saturating_sub(at) >= LISTED_EVERY_US);
        if is_due {
            inner.compare_with_store().await?;
            inner.catalogue().listed_at_us = Some(now);
        }
        let mut indexed = 0;
        loop {
            match inner.index_some().await? {
                0 => break,
                some => indexed += some,
            }
        }
        let merging = inner.clone();
        let merged = tokio::task::spawn_blocking(move || merging.merge()).await;
        merged.map_err(|error| Error::Refused(error.to_string()))??;
        let upto = {
            let catalogue = inner.catalogue();
            // What is not in a part must be told by the chains again.
            let lines = catalogue.next.iter().map(|(node, next)| format!("{node} {next}\n"));
            let upto: String = lines.chain([format!("parts {}", catalogue.parts.len())]).collect();
            catalogue.bare.is_empty().then_some(upto)
        };
        if let Some(upto) = upto.filter(|_| indexed > 0) {
            publish(&inner.index_folder().join("upto"), upto.as_bytes())?;
        }
        Ok(indexed)
    }
}

/// The segments of a part that may have all of what is sought.
fn find(part: &Part, sought: &[(String, Vec<u32>)]) -> Result<Vec<SegmentName>> {
    let mut places: Option<BTreeSet<u32>> = None;
    for (column, marks) in sought {
        if let Some(found) = part.find(column, marks)? {
            places = Some(match places {
                Some(places) => places.intersection(&found).copied().collect(),
                None => found,
            });
        }
    }
    let name = |at: usize| part.segments.get(at).map(|it| it.name.clone());
    Ok(match places {
        Some(places) => places.into_iter().filter_map(|at| name(at as usize)).collect(),
        None => part.segments.iter().map(|it| it.name.clone()).collect(),
    })
}

fn part_number(path: &std::path::Path) -> Option<u64> {
    path.extension().filter(|it| *it == "part")?;
    path.file_stem()?.to_str()?.parse().ok()
}
