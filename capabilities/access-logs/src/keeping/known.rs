//! The sources as lines on their way in need them, remembered for some seconds: by sender, without a query for each batch.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use kernel::{Db, Result};
use lines::Format;

use crate::source::store::{self, Source};

/// What lines of a source are kept with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct As {
    pub number: u32,
    pub format: Option<Format>,
    pub offset_minutes: i16,
    pub is_refused: bool,
    /// Its lines are those of other devices, which their headers name.
    pub is_relay: bool,
}

/// New senders in an hour that become sources by themselves; a flood of forged addresses fills no table.
const NEW_IN_AN_HOUR: usize = 200;
const HOUR_US: i64 = 3_600_000_000;

#[derive(Default)]
pub(crate) struct Known(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    by_sender: HashMap<String, As>,
    names: HashMap<u32, String>,
    made: Vec<i64>,
}

impl Known {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub async fn refresh(&self, db: &Db) -> Result<()> {
        let all = store::all(db).await?;
        let mut inner = self.inner();
        inner.by_sender = all.iter().map(|one| (one.sender.clone(), kept_as(one))).collect();
        inner.names = all.into_iter().map(|one| (number_of(&one), one.name)).collect();
        Ok(())
    }

    pub fn find(&self, sender: &str) -> Option<As> {
        self.inner().by_sender.get(sender).copied()
    }

    /// What people call a source.
    pub fn name(&self, number: u32) -> Option<String> {
        self.inner().names.get(&number).cloned()
    }

    /// Number, name and what is believed of each.
    pub fn names(&self) -> Vec<(u32, String)> {
        let mut all: Vec<_> =
            self.inner().names.iter().map(|(number, name)| (*number, name.clone())).collect();
        all.sort_unstable();
        all
    }

    /// Whether one more may become a source now.
    pub fn may_make(&self, now_us: i64) -> bool {
        let mut inner = self.inner();
        inner.made.retain(|at| now_us.saturating_sub(*at) < HOUR_US);
        let may = inner.made.len() < NEW_IN_AN_HOUR;
        if may {
            inner.made.push(now_us);
        }
        may
    }
}

fn number_of(source: &Source) -> u32 {
    u32::try_from(source.number).unwrap_or_default()
}

fn kept_as(source: &Source) -> As {
    As {
        number: number_of(source),
        format: Format::named(&source.format),
        offset_minutes: i16::try_from(source.offset_minutes).unwrap_or(access_stream::TURKIYE_MINUTES),
        is_refused: source.state == "refused",
        is_relay: source.is_relay,
    }
}
