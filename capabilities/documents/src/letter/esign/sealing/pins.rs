//! Which PIN may be entered. A module locks itself after a few wrong ones, and several servers may have the same wrong PIN in their
//! files: so each try is written down before it is made, where all of them see it, under a mark that tells nothing of the PIN to
//! whoever has only the database.

use std::time::Duration;

use kernel::job::JobContext;
use kernel::secret::Key;
use kernel::{Instant, Result};
use signing::KeyError;
use signing::token::{Entered, PinEntry, PinGate};
use tokio::runtime::Handle;

use super::store;

/// A module answers sooner; whoever has not written down by then what it said was cut off.
pub(super) const LONGEST_TRY: i64 = 60;
/// So often it is looked whether another has ended its try, and so long.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
const LOOKS: usize = 25;

/// A PIN that was entered at some time. At most one of a module's PINs is `entering`.
#[derive(Clone, Debug, PartialEq, Eq, sea_orm::FromQueryResult)]
pub(crate) struct Known {
    pub mark: String,
    /// entering, right, wrong
    pub state: String,
    /// The module took it before.
    pub was_right: bool,
    pub at: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Enter,
    /// Somebody enters one just now.
    Wait,
    Refuse,
}

/// Whether the PIN with this mark, in a file that was written then, may be entered now.
pub(super) fn decide(known: &[Known], (mark, written_at): (&str, Instant), now: Instant) -> Decision {
    let is_cut_off = |one: &Known| one.at.plus_seconds(LONGEST_TRY) <= now;
    if known.iter().any(|one| one.state == "entering" && !is_cut_off(one)) {
        return Decision::Wait;
    }
    // What was cut off before its answer came was wrong, as far as anybody knows, unless it was right before.
    let is_wrong = |one: &Known| one.state == "wrong" || (one.state == "entering" && !one.was_right);
    if let Some(own) = known.iter().find(|one| one.mark == mark) {
        return if is_wrong(own) { Decision::Refuse } else { Decision::Enter };
    }
    // A PIN nobody knows: after another was wrong only from a file that somebody wrote since.
    let last = |wrong: bool| known.iter().filter(|one| is_wrong(one) == wrong).map(|one| one.at).max();
    match (last(true), last(false)) {
        (Some(wrong), right) if right.is_none_or(|right| right <= wrong) && written_at <= wrong => {
            Decision::Refuse
        }
        _ => Decision::Enter,
    }
}

/// Stands before the PINs of the municipality's own keys, for all servers together. Used from threads that may block.
#[derive(Clone)]
pub(crate) struct Gate {
    context: JobContext,
    runtime: Handle,
}

impl Gate {
    pub(crate) fn of(context: &JobContext) -> Self {
        Self { context: context.clone(), runtime: Handle::current() }
    }

    fn mark(&self, entry: &PinEntry) -> Result<String> {
        let key = self.context.services.get::<Key>()?;
        Ok(key.mark("belde pin v1", format!("{}\n{}", entry.card, entry.pin).as_bytes()))
    }

    async fn claim(&self, entry: &PinEntry<'_>) -> Result<Decision> {
        let mark = self.mark(entry)?;
        let tx = self.context.db.begin(&self.context.act("PIN")).await?;
        tx.without_event("a PIN that is entered is no act; what is done with the key is one");
        store::queue_up(&tx, &entry.card).await?;
        let known = store::known_pins(&tx, &entry.card).await?;
        let written_at = (entry.written_at.unix_timestamp_nanos() / 1_000).try_into().unwrap_or(i64::MAX);
        let decision = decide(&known, (&mark, Instant(written_at)), tx.at());
        if decision == Decision::Enter {
            store::note_entering(&tx, &entry.card, &mark).await?;
        }
        tx.commit().await?;
        Ok(decision)
    }

    async fn end(&self, entry: &PinEntry<'_>, outcome: Entered) -> Result<()> {
        let mark = self.mark(entry)?;
        let tx = self.context.db.begin(&self.context.act("PIN")).await?;
        tx.without_event("a PIN that was entered is no act; what is done with the key is one");
        store::queue_up(&tx, &entry.card).await?;
        store::note_entered(&tx, (&entry.card, &mark), outcome).await?;
        tx.commit().await
    }
}

impl PinGate for Gate {
    fn open(&self, entry: &PinEntry) -> std::result::Result<(), KeyError> {
        self.runtime.block_on(async {
            for _ in 0..LOOKS {
                match self.claim(entry).await.map_err(|error| KeyError::NotNoted(error.message_tr))? {
                    Decision::Enter => return Ok(()),
                    Decision::Refuse => return Err(KeyError::RefusesAnotherTry),
                    Decision::Wait => tokio::time::sleep(LOOK_AGAIN).await,
                }
            }
            Err(KeyError::TriedElsewhere)
        })
    }

    /// What cannot be written down stays a try that was cut off, after which nobody tries.
    fn entered(&self, entry: &PinEntry, outcome: Entered) {
        if let Err(error) = self.runtime.block_on(self.end(entry, outcome)) {
            tracing::error!(%error, "what a module said of its PIN could not be written down");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant(1_000 * Instant::SECOND_US);

    fn known(mark: &str, state: &str, was_right: bool, seconds_ago: i64) -> Known {
        Known { mark: mark.into(), state: state.into(), was_right, at: NOW.plus_seconds(-seconds_ago) }
    }

    #[test]
    fn a_pin_is_entered_unless_it_or_another_was_wrong_or_is_being_tried() {
        use Decision::{Enter, Refuse, Wait};
        let written = |seconds_ago: i64| NOW.plus_seconds(-seconds_ago);
        let wrong = known("a", "wrong", false, 100);
        for (all, mark, written_at, expected, why) in [
            (vec![], "a", written(900), Enter, "nobody tried anything"),
            (vec![wrong.clone()], "a", written(1), Refuse, "the same PIN, however often its file is written"),
            (vec![wrong.clone()], "b", written(200), Refuse, "another server's PIN from before the refusal"),
            (vec![wrong.clone()], "b", written(50), Enter, "a PIN that somebody wrote since"),
            (
                vec![wrong.clone(), known("b", "right", true, 50)],
                "c",
                written(900),
                Enter,
                "one was right since",
            ),
            (
                vec![wrong.clone(), known("b", "right", true, 500)],
                "c",
                written(900),
                Refuse,
                "right only before",
            ),
            (vec![wrong, known("b", "right", true, 50)], "a", written(1), Refuse, "still wrong"),
            (vec![known("a", "entering", false, 5)], "a", written(900), Wait, "another enters it"),
            (vec![known("a", "entering", true, 5)], "b", written(1), Wait, "another enters another"),
            (
                vec![known("a", "entering", false, 61)],
                "a",
                written(1),
                Refuse,
                "nobody knows what came of it",
            ),
            (vec![known("a", "entering", false, 61)], "b", written(90), Refuse, "it may have been wrong"),
            (vec![known("a", "entering", true, 61)], "a", written(900), Enter, "it was right before"),
            (vec![known("a", "right", true, 5)], "a", written(900), Enter, "it is right"),
        ] {
            assert_eq!(decide(&all, (mark, written_at), NOW), expected, "{why}");
        }
    }
}
