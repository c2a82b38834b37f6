//! Lines on their way into the journal: whose they are, and when they are durable.

use std::sync::Arc;

use access_stream::Received;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use intake::{Batch, NotKept, Origin, Shape, Sink};
use journal::{Incoming, Receipt};
use kernel::job::JobContext;

use super::AccessLogs;
use super::known::As;
use crate::source;

/// Takes batches for the journal.
pub(crate) struct Arriving {
    logs: AccessLogs,
    context: JobContext,
}

/// Lines of senders that are no sources: the others, or all while the database is away. Whose they are stands in their rows.
const OF_NOBODY: As = As {
    number: source::OTHERS,
    format: None,
    offset_minutes: access_stream::TURKIYE_MINUTES,
    is_refused: false,
};

impl Arriving {
    pub fn new(logs: AccessLogs, context: JobContext) -> Self {
        Self { logs, context }
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

    async fn keep(&self, batch: Arc<Batch>) -> Result<(), NotKept> {
        let later = |error: &dyn std::fmt::Display| NotKept::Later(error.to_string());
        let sender = sender_of(&batch.origin);
        let kept_as = self.whose(&sender).await;
        if kept_as.is_refused {
            return Err(NotKept::Never(format!("{sender} is refused")));
        }
        let receipt = loop {
            let (logs, batch, sender) = (self.logs.clone(), batch.clone(), sender.clone());
            // Taking lines apart is work for a core, not for the threads that serve pages.
            let appended = tokio::task::spawn_blocking(move || append(&logs, &batch, &sender, kept_as)).await;
            match appended.map_err(|error| later(&error))? {
                // Segments are made as fast as the machine can; whoever is offered again a second later wastes it.
                Err(journal::Error::Behind) if self.has_room().await => {}
                receipt => break receipt.map_err(|error| later(&error))?,
            }
        };
        receipt.durable().await.map_err(|error| later(&error))
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

fn append(logs: &AccessLogs, batch: &Batch, sender: &str, kept_as: As) -> journal::Result<Receipt> {
    let journal = logs.journal().map_err(|error| journal::Error::Refused(error.message_tr))?;
    let (mut bytes, mut ends) = (Vec::with_capacity(batch.byte_count() + batch.len() * 32), Vec::new());
    for line in batch.lines() {
        let received = Received {
            source: kept_as.number,
            sender,
            format: kept_as.format,
            offset_minutes: kept_as.offset_minutes,
            is_old: matches!(*batch.origin, Origin::Import(_)),
            is_cut: matches!(
                line.shape,
                Shape::Truncated | Shape::Unended | Shape::Piece { is_last: false, .. }
            ),
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
