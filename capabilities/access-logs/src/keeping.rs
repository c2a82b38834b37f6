//! The journal of access logs on this node, as a service beside the server: its doors, its sources and how they are. Opened by
//! [`follow`], so that a disk or a port that is not to be had keeps no page from being shown; the pages say so.

pub(crate) mod arriving;
pub(crate) mod doors;
mod health;
mod known;
mod losses;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use access_stream::{LineEncoder, Tally};
use intake::{Counters, Taking};
use journal::{Journal, SigningKey};
use kernel::job::JobContext;
use kernel::secret::Key;
use kernel::{Error, ErrorKind, Result};
use object_store::ObjectStore;
use tokio::sync::watch;

pub(crate) use arriving::Arriving;
pub(crate) use arriving::sender_of;
pub use doors::{Doors, Examined};
pub(crate) use health::hour_of;
use known::Known;
pub(crate) use losses::{Lost, forget_lost, gaps, lost_around, lost_since, migration as losses};

/// Where the lines are kept, and who this node is among those that keep them.
pub struct Place {
    /// A folder of this node's disk, for this alone.
    pub folder: PathBuf,
    /// Where all nodes' segments lie; a local folder must sync its files.
    pub store: Arc<dyn ObjectStore>,
    /// This node's name, different from all others'.
    pub node: String,
    /// The name under which lines were ever kept here; none in a folder that was only restored from a backup, which leaves the
    /// record out.
    pub here: Option<String>,
    /// The installation's key, of which every node's signing key is made.
    pub key: Key,
    /// What is listened on.
    pub doors: Doors,
    /// When logs become segments.
    pub limits: journal::Limits,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct AccessLogs(Arc<Inner>);

pub(crate) struct Inner {
    pub place: Place,
    pub encoder: Arc<LineEncoder>,
    pub counters: Arc<Counters>,
    pub known: Known,
    /// Becomes true when lines are no longer taken.
    stopping: watch::Sender<bool>,
    /// Lines that are written down as lost.
    lost: Mutex<losses::Seen>,
    /// Figures that could not be written down yet.
    unwritten: Mutex<Vec<(u32, Tally)>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    journal: Option<Arc<Journal>>,
    standing: Standing,
    stamps: Option<time_stamps::Standing>,
}

/// How the service stands, for the page that shows it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Standing {
    /// Why the journal cannot be opened or served.
    pub trouble: Option<String>,
    /// What is listened on, such as `udp 0.0.0.0:514`.
    pub open: Vec<String>,
    /// What cannot be listened on, and why.
    pub closed: Vec<(String, String)>,
    /// What the kernel keeps of datagrams, and what was asked for; 0 without such a door.
    pub udp_buffer: (usize, usize),
    /// Why segments were not handed over to the folder or bucket of all nodes.
    pub handing_over: Option<String>,
}

/// Names of senders that are counted each for itself.
const MOST_SENDERS: usize = 4096;
/// How often the journal and the figures are looked after.
const TURN: Duration = Duration::from_secs(1);
/// Before what failed is tried again.
const REST: Duration = Duration::from_secs(5);
/// Turns between two writings of the figures.
const FIGURES_EVERY: u64 = 10;
/// Turns between two hand-overs.
const HAND_OVER_EVERY: u64 = 5;
/// For what a word derives the signing keys from the installation's.
const KEY_PURPOSE: &str = "belde access logs signing v1";

impl AccessLogs {
    /// Nothing is opened yet. Errors: none that a started program could have.
    pub fn new(place: Place) -> Result<Self> {
        let encoder = Arc::new(LineEncoder::new().map_err(Error::internal)?);
        let counters = Arc::new(Counters::new(MOST_SENDERS));
        Ok(Self(Arc::new(Inner {
            place,
            encoder,
            counters,
            known: Known::default(),
            stopping: watch::Sender::new(false),
            lost: Mutex::default(),
            unwritten: Mutex::default(),
            state: Mutex::default(),
        })))
    }

    /// The journal, once it is open.
    pub fn journal(&self) -> Result<Arc<Journal>> {
        let state = self.0.state();
        state.journal.clone().ok_or_else(|| {
            let why = state.standing.trouble.as_deref().map(|why| format!(" ({why})")).unwrap_or_default();
            let text = format!(
                "Erişim kayıtları bu sunucuda şu anda açık değil{why}. Kayıtların durumu sayfasına bakın."
            );
            Error::new(ErrorKind::Unavailable, text)
        })
    }

    pub(crate) fn encoder(&self) -> &Arc<LineEncoder> {
        &self.0.encoder
    }

    pub(crate) fn counters(&self) -> &Counters {
        &self.0.counters
    }

    pub(crate) fn standing(&self) -> Standing {
        self.0.state().standing.clone()
    }

    /// How the last try for a time stamp on this node went.
    pub(crate) fn stamps(&self) -> Option<time_stamps::Standing> {
        self.0.state().stamps.clone()
    }

    pub(crate) fn note_stamps(&self, standing: Option<time_stamps::Standing>) {
        self.0.state().stamps = standing;
    }

    pub(crate) fn node(&self) -> &str {
        &self.0.place.node
    }

    /// The name under which lines were ever kept here.
    pub(crate) fn here(&self) -> Option<&str> {
        self.0.place.here.as_deref()
    }

    /// The public key that a node's chain is checked with.
    pub fn public_key(&self, node: &str) -> journal::PublicKey {
        signing_key(&self.0.place.key, node).public()
    }

    /// Signs what is given out with lines of this node's record; checked with its public key.
    pub(crate) fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        signing_key(&self.0.place.key, &self.0.place.node).sign(bytes)
    }

    /// Says "this comes from this installation", for a purpose.
    pub(crate) fn mark(&self, purpose: &str, message: &str) -> String {
        self.0.place.key.mark(purpose, message.as_bytes())
    }

    /// Takes lines; durable when it answers.
    pub(crate) fn sink(&self, context: &JobContext) -> Arc<Arriving> {
        Arc::new(Arriving::new(self.clone(), context.clone()))
    }

    /// The same for an archive whose last line was written then.
    pub(crate) fn taking_old(&self, context: &JobContext, as_of_us: Option<i64>) -> Taking {
        let sink = Arc::new(Arriving::new(self.clone(), context.clone()).of_archive(as_of_us));
        Taking { sink, ..self.taking(context) }
    }

    /// What whoever hands lines over needs.
    pub(crate) fn taking(&self, context: &JobContext) -> Taking {
        let clock = context.clock.clone();
        Taking {
            sink: self.sink(context),
            clock: Arc::new(move || clock.now().0),
            stopped: self.0.stopping.subscribe(),
            counters: self.0.counters.clone(),
        }
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    /// Opens the journal. Errors: the folder belongs to another process, a disk or the store refuses.
    pub async fn open(&self, context: &JobContext) -> Result<Arc<Journal>> {
        let place = &self.0.place;
        let clock = context.clock.clone();
        let options = journal::Options {
            schema: self.0.encoder.schema().clone(),
            encoder: self.0.encoder.clone(),
            node: place.node.clone(),
            folder: place.folder.clone(),
            store: place.store.clone(),
            key: signing_key(&place.key, &place.node),
            clock: Arc::new(move || clock.now().0),
            limits: place.limits,
        };
        let opened = Journal::open(options).await;
        // What a stop left in the log was counted when it came; what a crash kept from being written down is missing in the
        // figures of a source, never in the record.
        self.0.encoder.take_tallies();
        let journal = match opened {
            Ok(journal) => Arc::new(journal),
            Err(error) => {
                self.0.state().standing.trouble = Some(error.to_string());
                return Err(
                    Error::new(ErrorKind::Unavailable, "Erişim kayıtları açılamadı.").with_context(error)
                );
            }
        };
        if self.here() == Some(self.node()) {
            crate::seals::begin_anew(self, context, &journal).await?;
        }
        let mut state = self.0.state();
        state.journal = Some(journal.clone());
        state.standing.trouble = None;
        Ok(journal)
    }

    /// Writes down what came of each source, makes segments of old logs, hands them over. One turn, without a task of its
    /// own: for tests.
    pub async fn turn(&self, context: &JobContext) -> Result<()> {
        self.0.known.refresh(&context.db).await?;
        health::write(self, context).await?;
        self.look_after(context, true).await;
        Ok(())
    }

    /// Lets the journal go; what is in its log stays there.
    pub(crate) fn close(&self) {
        self.0.state().journal = None;
    }

    async fn look_after(&self, context: &JobContext, is_handed_over: bool) {
        let Ok(journal) = self.journal() else { return };
        if let Err(error) = journal.tick(context.clock.now().0) {
            tracing::warn!(%error, "a full log could not be ended");
        }
        if is_handed_over {
            let handed = journal.hand_over().await.map_err(|error| error.to_string()).err();
            if let Some(why) = &handed {
                tracing::warn!(why, "segments were not handed over");
            }
            self.0.state().standing.handing_over = handed;
        }
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lost(&self) -> MutexGuard<'_, losses::Seen> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unwritten(&self) -> MutexGuard<'_, Vec<(u32, Tally)>> {
        self.unwritten.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Each node signs with a key of its own; whoever has the installation's key knows all of them.
fn signing_key(key: &Key, node: &str) -> SigningKey {
    let mark = key.mark(KEY_PURPOSE, node.as_bytes());
    let mut seed = [0; 32];
    for (at, byte) in seed.iter_mut().enumerate() {
        *byte =
            mark.get(2 * at..2 * at + 2).and_then(|two| u8::from_str_radix(two, 16).ok()).unwrap_or_default();
    }
    SigningKey::from_seed(&seed)
}

/// Keeps lines until we are stopped: opens the journal and the doors, and looks after both.
pub async fn follow(context: JobContext, logs: AccessLogs, mut stopped: watch::Receiver<bool>) {
    while let Err(error) = logs.open(&context).await {
        tracing::error!(error = %error.context, "the journal of access logs is not open");
        if rested(&mut stopped, REST).await {
            return;
        }
    }
    if let Err(error) = logs.0.known.refresh(&context.db).await {
        tracing::warn!(%error, "the sources of logs could not be read");
    }
    logs.0.stopping.send_replace(false);
    let mut doors = doors::Opening::new(&logs.0.place, logs.taking(&context));
    for turn in 0_u64.. {
        doors.open(|standing| standing(&mut logs.0.state().standing)).await;
        if turn % FIGURES_EVERY == 0 {
            let written = match logs.0.known.refresh(&context.db).await {
                Ok(()) => health::write(&logs, &context).await,
                failed => failed,
            };
            if let Err(error) = written {
                tracing::warn!(%error, "figures of log sources wait to be written");
            }
        }
        logs.look_after(&context, turn % HAND_OVER_EVERY == 0).await;
        if rested(&mut stopped, TURN).await {
            break;
        }
    }
    logs.0.stopping.send_replace(true);
    doors.ended().await;
    if let Err(error) = health::write(&logs, &context).await {
        tracing::warn!(%error, "the last figures of log sources were not written");
    }
    logs.close();
}

/// Waits, and answers whether we were stopped.
async fn rested(stopped: &mut watch::Receiver<bool>, pause: Duration) -> bool {
    let waited = tokio::time::timeout(pause, stopped.wait_for(|it| *it)).await;
    // An end of the sender is an end for us, too.
    waited.is_ok()
}
