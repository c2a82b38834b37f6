//! A whole installation as one archive that restores into either database: every table in words of no database, every
//! stored file, and what proves that nothing is missing or changed. The bytes are described in docs/formats/backup.md.
//! Options and output of the commands are the binary's; when a backup is taken is the operator's.

mod error;
mod manifest;
mod read;
mod restore;
mod rows;
mod take;

use kernel::capability::{Capability, Evidence, EvidenceNow};
use kernel::db::Sql;
use kernel::event::VerbLabel;
use kernel::{Boxed, Db, Instant, Result, tr};

pub use error::{Error, Outcome};
pub use manifest::{FORMAT, FileSum, Head, Manifest, TableHead, TableSum};
pub use read::{Checked, check};
pub use restore::{Restored, Target, restore};
pub use take::{Source, Taken, default_name, take};

/// The verb of the event that a finished backup leaves.
pub const TAKEN: &str = "backed_up";
/// The verb of the event that a restore leaves in what it restored.
pub const RESTORED: &str = "restored_from_backup";
/// A backup older than this many days counts as old.
pub const FRESH_DAYS: i64 = 7;

pub fn capability() -> Capability {
    Capability {
        id: "backup",
        name_tr: "Yedek",
        verbs: vec![
            VerbLabel { verb: TAKEN, label_tr: "Yedek alındı", is_official: false },
            VerbLabel { verb: RESTORED, label_tr: "Yedekten dönüldü", is_official: false },
        ],
        subjects: vec![("backup", "yedek")],
        evidence: vec![Evidence {
            duty: "BA-2",
            label_tr: "Belde’nin kendi yedekleri",
            path: "/kayitlar?verb=backed_up",
            fresh_days: FRESH_DAYS,
            run: evidence,
        }],
        ..Capability::default()
    }
}

/// When the last backup was finished.
pub async fn last_taken_at(db: &impl Sql) -> Result<Option<Instant>> {
    db.scalar("SELECT max(at) FROM event WHERE verb = $1", vec![TAKEN.into()]).await
}

fn evidence(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let sql = "SELECT count(*) FROM (SELECT 1 FROM event WHERE verb = $1 LIMIT 10000) AS taken";
        let count: i64 = db.scalar(sql, vec![TAKEN.into()]).await?.unwrap_or(0);
        Ok(EvidenceNow {
            count,
            last_at: last_taken_at(db).await?,
            sentence_tr: format!("Belde’nin {} yedeği alındı.", tr::grouped(count)),
        })
    })
}

#[cfg(test)]
mod tests;
