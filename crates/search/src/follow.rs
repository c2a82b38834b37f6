//! The follower: one task of each node that makes the index from the records and keeps it up with the event log. Where it is
//! stands in the commit of the index itself, so that index and place are never of different moments; whatever is done twice
//! leaves the same. Acts are followed in the order of their seals, in which none comes late; those of the last seconds, which
//! have no seal yet, are looked at beforehand and once more when they have.

mod pen;
mod place;

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kernel::job::JobContext;
use kernel::record::Kind;
use kernel::{Db, Error, Result};
use tokio::sync::watch;
use uuid::Uuid;

use crate::fields::{declaration, kinds};
use crate::gather;
use crate::index::{Index, State};
use crate::store::{self, Act};
use pen::{Opening, Pen};
use place::Building;
pub(crate) use place::Place;

/// Between two looks at the log.
const PAUSE: Duration = Duration::from_secs(1);
/// After something went wrong.
const REST: Duration = Duration::from_secs(20);
/// Records that are read at once.
const BATCH: u32 = 100;
/// Acts that are read at once.
const ACTS: u32 = 2_000;
/// Looks ahead at most so far; the rest is seen when it is sealed.
const MOST_AHEAD: usize = 50_000;
/// Records of a rebuild between two commits: so many are read again after a crash.
const BETWEEN_COMMITS: u64 = 20_000;
/// Acts without news between two commits of the place alone.
const ACTS_BETWEEN_COMMITS: u64 = 20_000;
/// No transaction stays open so long. Acts that began so long before a rebuild are in it.
const LONGEST_MS: u64 = 3_600_000;
/// What leaves a record's texts as they are.
pub(crate) const QUIET: [&str; 4] = ["commented", "downloaded", "exported", "imported"];

/// Works until `stop` is set. Never fails: what goes wrong is logged, said by [`Index::state`], and tried again.
pub async fn follow(context: JobContext, index: Index, mut stop: watch::Receiver<bool>) {
    let mut follower = Follower::new(context, index);
    while !*stop.borrow() {
        let pause = match follower.turn().await {
            Ok(true) => continue,
            Ok(false) => PAUSE,
            Err(error) => {
                follower.failed(&error);
                REST
            }
        };
        let _ = tokio::time::timeout(pause, stop.changed()).await;
    }
    // Parts that are being merged are not waited for: the next who opens the index finds those of before.
    if let Err(error) = blocking(move || drop(follower)).await {
        tracing::warn!(%error, "the index of texts was not closed in order");
    }
}

impl Index {
    /// Brings the index up to this moment, without a task of its own: for tests and measurements.
    pub async fn catch_up(&self, context: &JobContext) -> Result<()> {
        let mut follower = Follower::new(context.clone(), self.clone());
        while follower.turn().await? {}
        follower.end().await
    }
}

struct Follower {
    context: JobContext,
    index: Index,
    pen: Option<Arc<Mutex<Pen>>>,
    place: Place,
    /// Acts without a seal that are in the index already.
    ahead: HashSet<Uuid>,
    passed: u64,
    is_told_busy: bool,
}

impl Follower {
    fn new(context: JobContext, index: Index) -> Self {
        Self {
            context,
            index,
            pen: None,
            place: Place::default(),
            ahead: HashSet::new(),
            passed: 0,
            is_told_busy: false,
        }
    }

    /// One step; answers whether there is more to do at once.
    async fn turn(&mut self) -> Result<bool> {
        if self.index.is_doubted() {
            self.pen = None;
        }
        if self.pen.is_none() && !self.open().await? {
            return Ok(false);
        }
        if self.place.building.is_some() { self.build().await } else { self.catch_up().await }
    }

    fn failed(&mut self, error: &Error) {
        tracing::error!(%error, "the index of texts could not be kept up");
        // Let go of what was not committed; it is read again.
        self.pen = None;
        self.index.set_state(State::Failing(error.to_string()));
    }

    /// Takes the index, or begins a new one where there is none or it is another's; `false` while another process has it.
    async fn open(&mut self) -> Result<bool> {
        self.ahead.clear();
        let declared = declaration(&self.context.registry);
        let index = self.index.clone();
        let opening = blocking(move || Pen::open(&index)).await??;
        let (pen, payload) = match opening {
            Opening::Taken(pen, payload) => (pen, payload),
            Opening::Busy => {
                if !std::mem::replace(&mut self.is_told_busy, true) {
                    tracing::warn!(
                        "another process keeps the index of texts in this folder; it is only read here"
                    );
                }
                self.index.set_state(State::Ready);
                return Ok(false);
            }
        };
        let known = Place::parse(&payload).filter(|place| place.declared == declared);
        let known = match known {
            // After a restore the folder may hold the index of another history.
            Some(place) if is_of_database(&place, &self.context.db).await? => Some(place),
            _ => None,
        };
        if let Some(place) = known {
            self.place = place;
            self.pen = Some(Arc::new(Mutex::new(*pen)));
            return Ok(true);
        }
        self.place = self.beginning(declared).await?;
        let (index, place) = (self.index.clone(), self.place.text());
        let pen = blocking(move || pen.anew(&index, &place)).await??;
        self.pen = Some(Arc::new(Mutex::new(pen)));
        tracing::info!("the index of texts is made from the records");
        Ok(true)
    }

    /// The place of an index that has nothing: from here on the log is followed once all records are in it.
    async fn beginning(&self, declared: String) -> Result<Place> {
        let db = &self.context.db;
        let first = store::first_act(db).await?;
        let last = store::last_sealed(db).await?;
        let now_ms = u64::try_from(self.context.clock.now().0 / 1_000).unwrap_or(0);
        Ok(Place {
            declared,
            first,
            seal: last.as_ref().and_then(|act| act.seal_no.zip(act.leaf_no)).unwrap_or((-1, -1)),
            last: last.map(|act| act.id),
            known_ms: now_ms.saturating_sub(LONGEST_MS),
            building: Some(Building::default()),
        })
    }

    /// Puts one batch of records into a new index.
    async fn build(&mut self) -> Result<bool> {
        let registry = self.context.registry.clone();
        let all = kinds(&registry);
        let Some(mut building) = self.place.building.clone() else { return Ok(true) };
        if building.of == 0 {
            for kind in &all {
                building.of += u64::try_from(store::count(&self.context.db, kind.table).await?).unwrap_or(0);
            }
        }
        let Some(kind) = all.get(building.kind) else {
            self.place.building = None;
            self.commit().await?;
            tracing::info!(records = building.done, "the index of texts is made");
            return Ok(true);
        };
        self.index.set_state(State::Building { done: building.done, of: building.of.max(building.done) });
        let ids = store::ids_after(&self.context.db, kind.table, building.after, BATCH).await?;
        match ids.last() {
            Some(last) => {
                self.put((building.kind, kind), &ids, true).await?;
                building.after = *last;
                building.done += ids.len() as u64;
            }
            None => {
                building.kind += 1;
                building.after = Uuid::nil();
            }
        }
        let is_due = building.done - building.committed >= BETWEEN_COMMITS;
        if is_due {
            building.committed = building.done;
        }
        self.place.building = Some(building);
        if is_due {
            self.commit().await?;
        }
        Ok(true)
    }

    /// Follows the log; answers whether more of it is there.
    async fn catch_up(&mut self) -> Result<bool> {
        let registry = self.context.registry.clone();
        let sealed = store::sealed_after(&self.context.db, self.place.seal, ACTS).await?;
        let is_more = sealed.len() == ACTS as usize;
        let mut news: Vec<Act> = Vec::new();
        for act in &sealed {
            let is_known = self.ahead.remove(&act.id) || began_ms(act.id) < self.place.known_ms;
            if !is_known {
                news.push(act.clone());
            }
        }
        if let Some(last) = sealed.last() {
            self.place.seal = last.seal_no.zip(last.leaf_no).unwrap_or(self.place.seal);
            self.place.last = Some(last.id);
            self.passed += sealed.len() as u64;
        }
        let mut ahead = Vec::new();
        if !is_more {
            ahead = self.look_ahead(&registry).await?;
            news.extend(ahead.iter().cloned());
        }
        let mut changed = self.changed(&kinds(&registry), &news).await?;
        for (kind, id) in self.index.take_stale() {
            if let Some(place) = kinds(&registry).iter().position(|one| one.id == kind) {
                changed.entry(place).or_default().insert(id);
            }
        }
        let all = kinds(&registry);
        for (place, ids) in &changed {
            let ids: Vec<Uuid> = ids.iter().copied().collect();
            for part in ids.chunks(BATCH as usize) {
                self.put((*place, all[*place]), part, false).await?;
            }
        }
        if self.place.first.is_none() && !news.is_empty() {
            self.place.first = store::first_act(&self.context.db).await?;
        }
        if !changed.is_empty() || self.passed >= ACTS_BETWEEN_COMMITS {
            self.commit().await?;
        }
        self.ahead.extend(ahead.into_iter().map(|act| act.id));
        if !is_more {
            self.index.set_state(State::Ready);
        }
        Ok(is_more)
    }

    /// Acts of the last seconds that are not sealed yet and not known.
    async fn look_ahead(&self, registry: &kernel::Registry) -> Result<Vec<Act>> {
        let all = kinds(registry);
        let with = all.iter().flat_map(|kind| kind.texts.map_or(&[][..], |texts| texts.with));
        let about: Vec<&str> = all.iter().map(|kind| kind.id).chain(with.map(|(kind, _)| *kind)).collect();
        let mut found = Vec::new();
        // What began before the records were read is in them.
        let mut after = Uuid::from_u128(u128::from(self.place.known_ms) << 80);
        while !about.is_empty() && self.ahead.len() + found.len() < MOST_AHEAD {
            let acts = store::unsealed(&self.context.db, &about, after, ACTS).await?;
            let Some(last) = acts.last() else { break };
            after = last.id;
            let is_last = acts.len() < ACTS as usize;
            found.extend(acts.into_iter().filter(|act| !self.ahead.contains(&act.id)));
            if is_last {
                break;
            }
        }
        Ok(found)
    }

    /// The records whose texts these acts may have changed, by the place of their kind.
    async fn changed(&self, all: &[&Kind], acts: &[Act]) -> Result<BTreeMap<usize, HashSet<Uuid>>> {
        let mut changed: BTreeMap<usize, HashSet<Uuid>> = BTreeMap::new();
        let of_kind = |kind: &str| -> Vec<Uuid> {
            let acts =
                acts.iter().filter(|act| act.subject_kind == kind && !QUIET.contains(&act.verb.as_str()));
            acts.map(|act| act.subject_id).collect::<HashSet<_>>().into_iter().collect()
        };
        for (place, kind) in all.iter().enumerate() {
            let mut ids: HashSet<Uuid> = of_kind(kind.id).into_iter().collect();
            for (other, find) in kind.texts.map_or(&[][..], |texts| texts.with) {
                for part in of_kind(other).chunks(BATCH as usize) {
                    ids.extend(find(&self.context.db, part).await?);
                }
            }
            if !ids.is_empty() {
                changed.insert(place, ids);
            }
        }
        Ok(changed)
    }

    async fn put(&self, (place, kind): (usize, &Kind), ids: &[Uuid], is_new: bool) -> Result<()> {
        let entries = gather::entries(&self.context, self.index.beside(), (place, kind), ids).await?;
        let (ids, kind) = (ids.to_vec(), kind.id);
        self.with_pen(move |pen| pen.put(kind, &ids, &entries, is_new)).await
    }

    async fn commit(&mut self) -> Result<()> {
        self.passed = 0;
        let text = self.place.text();
        self.with_pen(move |pen| pen.commit(&text)).await
    }

    /// Writing may wait for the disk.
    async fn with_pen(
        &self,
        work: impl FnOnce(&mut Pen) -> tantivy::Result<()> + Send + 'static,
    ) -> Result<()> {
        let Some(pen) = self.pen.clone() else { return Err(Error::internal("the index is not open")) };
        blocking(move || match pen.lock() {
            Ok(mut pen) => work(&mut pen).map_err(Error::internal),
            Err(_) => Err(Error::internal("the writer of the index panicked")),
        })
        .await?
    }

    /// Lets merges end, so that the next who opens finds everything in order. Nothing is lost without it.
    async fn end(mut self) -> Result<()> {
        let Some(pen) = self.pen.take().and_then(Arc::into_inner) else { return Ok(()) };
        let pen = pen.into_inner().map_err(|_| Error::internal("the writer of the index panicked"))?;
        blocking(move || pen.end()).await?.map_err(Error::internal)
    }
}

/// Whether an index at this place was made from this database.
pub(crate) async fn is_of_database(place: &Place, db: &Db) -> Result<bool> {
    if place.first != store::first_act(db).await? {
        return Ok(false);
    }
    match place.last {
        Some(last) => Ok(store::sealed_at(db, place.seal).await? == Some(last)),
        None => Ok(true),
    }
}

/// When an act was begun, as its id says (RFC 9562, version 7).
pub(crate) fn began_ms(id: Uuid) -> u64 {
    (id.as_u128() >> 80) as u64
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}
