//! Lines on their way into the journal: whose they are, and when they are durable.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use access_stream::{FilePlace, Received};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use intake::{Batch, Line, NotKept, Origin, Shape, Sink};
use journal::{Incoming, Query, Receipt, Test};
use kernel::Instant;
use kernel::job::JobContext;
use lines::{Moment, Taken};

use super::AccessLogs;
use super::known::As;
use crate::source;

/// Takes batches for the journal.
pub(crate) struct Arriving {
    logs: AccessLogs,
    context: JobContext,
    /// When the last line of an archive was written.
    as_of_us: Option<i64>,
    again: Mutex<Again>,
}

/// Lines of senders that are no sources: the others, or all while the database is away. Whose they are stands in their rows.
const OF_NOBODY: As = As {
    number: source::OTHERS,
    format: None,
    offset_minutes: access_stream::TURKIYE_MINUTES,
    is_refused: false,
    is_relay: false,
};

/// Whose lines of a batch are.
struct Whose {
    owners: Vec<(String, As)>,
    /// Of each line its owner; all are the first's where nobody is named.
    of_line: Vec<usize>,
}

impl Arriving {
    pub fn new(logs: AccessLogs, context: JobContext) -> Self {
        Self { logs, context, as_of_us: None, again: Mutex::default() }
    }

    /// The same for an archive whose last line was written then.
    pub fn of_archive(self, as_of_us: Option<i64>) -> Self {
        Self { as_of_us, ..self }
    }

    /// What a sender's lines are kept as; a new one becomes a source first.
    async fn whose(&self, sender: &str) -> As {
        let known = &self.logs.inner().known;
        if let Some(found) = known.find(sender) {
            return found;
        }
        if !known.may_make(self.context.clock.now().0) {
            return OF_NOBODY;
        }
        let made = async {
            let tx = self.context.db.begin(&self.context.act("kayıt alma")).await?;
            source::found(&tx, sender).await?;
            tx.commit().await
        };
        if let Err(error) = made.await {
            tracing::warn!(%error, sender, "a new sender of logs is not a source yet");
        }
        if let Err(error) = known.refresh(&self.context.db).await {
            tracing::warn!(%error, "the sources of logs could not be read");
        }
        known.find(sender).unwrap_or(OF_NOBODY)
    }

    /// The devices behind a relay, each a sender of its own: `RELAY/DEVICE`. What names nobody is the relay's.
    async fn behind(&self, batch: &Batch, whose: &mut Whose) {
        let offset_minutes = whose.owners[0].1.offset_minutes.into();
        let moment = Moment { received_us: batch.received_at_us, offset_minutes };
        let (mut taken, mut known) = (Taken::default(), HashMap::new());
        for line in batch.lines() {
            let owner = match lines::device(line.bytes, moment, &mut taken) {
                None => 0,
                Some(device) => match known.get(device) {
                    Some(owner) => *owner,
                    None => {
                        let sender = format!("{}/{device}", whose.owners[0].0);
                        let kept_as = self.whose(&sender).await;
                        whose.owners.push((sender, kept_as));
                        known.insert(device, whose.owners.len() - 1);
                        whose.owners.len() - 1
                    }
                },
            };
            whose.of_line.push(owner);
        }
    }

    async fn keep(&self, batch: Arc<Batch>) -> Result<(), NotKept> {
        let later = |error: &dyn std::fmt::Display| NotKept::Later(error.to_string());
        let sender = sender_of(&batch.origin);
        let kept_as = self.whose(&sender).await;
        if kept_as.is_refused {
            return Err(NotKept::Never(format!("{sender} is refused")));
        }
        let mut whose = Whose { owners: vec![(sender, kept_as)], of_line: Vec::new() };
        if kept_as.is_relay {
            self.behind(&batch, &mut whose).await;
        }
        let known = self.known_of(&batch, &whose.owners[0].0).await.map_err(|error| later(&error))?;
        let asked = Arc::new((whose, known));
        let receipt = loop {
            let (logs, batch, asked, as_of_us) =
                (self.logs.clone(), batch.clone(), asked.clone(), self.as_of_us);
            // Taking lines apart is work for a core, not for the threads that serve pages.
            let appended =
                tokio::task::spawn_blocking(move || append(&logs, &batch, (&asked.0, &asked.1), as_of_us))
                    .await;
            match appended.map_err(|error| later(&error))? {
                // Segments are made as fast as the machine can; whoever is offered again a second later wastes it.
                Err(journal::Error::Behind) if self.has_room().await => {}
                receipt => break receipt.map_err(|error| later(&error))?,
            }
        };
        receipt.durable().await.map_err(|error| later(&error))?;
        self.forget(&batch);
        Ok(())
    }
}

impl Arriving {
    async fn has_room(&self) -> bool {
        match self.logs.journal() {
            Ok(journal) => journal.room().await,
            Err(_) => false,
        }
    }
}

impl Sink for Arriving {
    fn take(&self, batch: Arc<Batch>) -> BoxFuture<'_, Result<(), NotKept>> {
        self.keep(batch).boxed()
    }
}

/// What is kept of a file behind the place from which it is read again: after a power cut the last batch comes a second time.
#[derive(Default)]
pub(crate) struct Again {
    /// By the name of the file: each line by where it is over.
    files: HashMap<String, HashMap<u64, Vec<u8>>>,
}

/// Lines of a file that are looked at; a batch has some thousand.
const MOST_AGAIN: usize = 100_000;
/// Nobody waits longer to start a server again; and a file of next week may begin with the same words.
const AGAIN_US: i64 = Instant::DAY_US;

impl Arriving {
    /// Which lines of a batch are kept already. A line is the same only when it ends at the same place and has the same bytes.
    async fn known_of(&self, batch: &Batch, sender: &str) -> journal::Result<HashSet<usize>> {
        let Some(place) = batch.place.filter(|_| matches!(*batch.origin, Origin::File(_))) else {
            return Ok(HashSet::new());
        };
        let name = FilePlace { file: place.file, to: place.to }.name();
        let is_first = !self.again().files.contains_key(&name);
        if is_first {
            let kept = self.kept_behind(sender, &name, place.from, batch.received_at_us).await?;
            self.again().files.insert(name.clone(), kept);
        }
        let again = self.again();
        let Some(kept) = again.files.get(&name).filter(|kept| !kept.is_empty()) else {
            return Ok(HashSet::new());
        };
        let is_known = |(number, line): (usize, Line<'_>)| {
            let kept = kept.get(&batch.offset(number)?)?;
            (kept == line.bytes).then_some(number)
        };
        Ok(batch.lines().enumerate().filter_map(is_known).collect())
    }

    /// A batch was kept, and does not come again.
    fn forget(&self, batch: &Batch) {
        let Some(place) = batch.place else { return };
        if let Some(kept) = self.again().files.get_mut(&FilePlace { file: place.file, to: place.to }.name()) {
            kept.retain(|offset, _| *offset > place.to);
        }
    }

    fn again(&self) -> MutexGuard<'_, Again> {
        self.again.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn kept_behind(
        &self,
        sender: &str,
        file: &str,
        from: u64,
        now_us: i64,
    ) -> journal::Result<HashMap<u64, Vec<u8>>> {
        let journal = self.logs.journal().map_err(|error| journal::Error::Refused(error.message_tr))?;
        let (encoder, own) = (self.logs.encoder(), self.logs.encoder().own());
        let one = |text: &str| Test::OneOf(vec![text.as_bytes().to_vec()]);
        let query = Query::newest(MOST_AGAIN)
            .with(own.file, one(file))
            .with(own.sender, one(sender))
            .with(own.file_offset, Test::Between(from.saturating_add(1), u64::MAX));
        let rows = journal.query(&query).await?;
        let is_late = |row: &&journal::Row| now_us.saturating_sub(row.received_at_us) < AGAIN_US;
        let line = |row: &journal::Row| Some((row.get_number(own.file_offset)?, encoder.line(row)?));
        Ok(rows.iter().filter(is_late).filter_map(line).collect())
    }
}

fn append(
    logs: &AccessLogs,
    batch: &Batch,
    (whose, known): (&Whose, &HashSet<usize>),
    as_of_us: Option<i64>,
) -> journal::Result<Receipt> {
    let journal = logs.journal().map_err(|error| journal::Error::Refused(error.message_tr))?;
    let (mut bytes, mut ends) = (Vec::with_capacity(batch.byte_count() + batch.len() * 32), Vec::new());
    for (number, line) in batch.lines().enumerate() {
        let owner = whose.of_line.get(number).copied().unwrap_or(0);
        let (sender, kept_as) = &whose.owners[owner];
        // Who said that a device's lines are not wanted wants none through a relay, either.
        if kept_as.is_refused || known.contains(&number) {
            continue;
        }
        let place = batch.place.filter(|_| matches!(*batch.origin, Origin::File(_)));
        let received = Received {
            source: kept_as.number,
            sender,
            format: kept_as.format,
            offset_minutes: kept_as.offset_minutes,
            is_old: matches!(*batch.origin, Origin::Import(_)),
            as_of_us,
            is_cut: matches!(
                line.shape,
                Shape::Truncated | Shape::Unended | Shape::Piece { is_last: false, .. }
            ),
            place: place.zip(batch.offset(number)).map(|(place, to)| FilePlace { file: place.file, to }),
            line: line.bytes,
        };
        received.write(&mut bytes);
        ends.push(bytes.len());
    }
    let mut from = 0;
    let records: Vec<Incoming<'_>> = ends
        .into_iter()
        .map(|to| {
            let payload = &bytes[from..to];
            from = to;
            Incoming { received_at_us: batch.received_at_us, payload }
        })
        .collect();
    journal.append(&records)
}

/// How a sender is called: an address as it is, anything else with a word for what it is.
pub(crate) fn sender_of(origin: &Origin) -> String {
    match origin {
        Origin::Udp(address) | Origin::Tcp(address) | Origin::Tls(address, _) => {
            address.to_canonical().to_string()
        }
        Origin::Http(name) => format!("http:{name}"),
        Origin::File(path) => format!("dosya:{}", path.display()),
        Origin::Import(name) => format!("arşiv:{name}"),
    }
}
