//! What proves a duty now: evidence of all capabilities judged by age; and the evidence this part offers itself.

use kernel::capability::{Evidence, EvidenceNow};
use kernel::{Boxed, Db, Instant, Registry, Result};

use super::store;

/// How a piece of evidence, or all of a duty's, stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Fresh,
    Old,
    None,
}

impl State {
    /// As stored.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Old => "old",
            Self::None => "none",
        }
    }

    pub(crate) fn label_tr(self) -> &'static str {
        let choice = super::EVIDENCE_STATES.iter().find(|choice| choice.code == self.code());
        choice.map_or("", |choice| choice.label_tr)
    }

    pub(crate) fn tone(self) -> ui::Tone {
        match self {
            Self::Fresh => ui::Tone::Done,
            Self::Old => ui::Tone::Waiting,
            Self::None => ui::Tone::Bad,
        }
    }
}

/// One piece of evidence as it stands now.
#[derive(Clone, Debug)]
pub(crate) struct Proof {
    pub duty: &'static str,
    pub label_tr: &'static str,
    pub path: &'static str,
    pub state: State,
    pub count: i64,
    pub last_at: Option<Instant>,
    pub sentence_tr: String,
}

/// Evidence whose day is not known counts as old: nobody can say that it is recent.
pub(crate) fn judge(found: &EvidenceNow, fresh_days: i64, now: Instant) -> State {
    match (found.count, found.last_at) {
        (..=0, _) => State::None,
        (_, Some(last)) if now.0 - last.0 <= fresh_days.saturating_mul(Instant::DAY_US) => State::Fresh,
        _ => State::Old,
    }
}

/// Runs the evidence of one duty, or of all. A piece that cannot be read is said to be unreadable and proves nothing.
pub(crate) async fn prove(db: &Db, registry: &Registry, duty: Option<&str>, now: Instant) -> Vec<Proof> {
    let mut proofs = Vec::new();
    for evidence in registry.evidence().filter(|one| duty.is_none_or(|code| code == one.duty)) {
        let found = (evidence.run)(db).await.unwrap_or_else(|error| {
            tracing::warn!(duty = evidence.duty, label = evidence.label_tr, %error, "evidence could not be read");
            EvidenceNow { sentence_tr: "Bu kanıt şu anda okunamadı.".into(), ..EvidenceNow::default() }
        });
        proofs.push(Proof {
            duty: evidence.duty,
            label_tr: evidence.label_tr,
            path: evidence.path,
            state: judge(&found, evidence.fresh_days, now),
            count: found.count,
            last_at: found.last_at,
            sentence_tr: found.sentence_tr,
        });
    }
    proofs
}

/// Evidence of this part.
pub(super) fn all() -> Vec<Evidence> {
    vec![
        Evidence {
            duty: "REG-1",
            label_tr: "Teyit edilen dayanak maddeler",
            path: "/gorevler?coverage=confirmed",
            fresh_days: 730,
            run: confirmed,
        },
        Evidence {
            duty: "REG-3",
            label_tr: "Sorumlusu belirlenen görevler",
            path: "/denetim",
            fresh_days: 730,
            run: assigned,
        },
    ]
}

fn confirmed(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = store::count_confirmed(db).await?;
        let sentence_tr =
            format!("Yürürlükteki yönetmelikte görevi teyit edilmiş dayanak: {}.", found.number);
        Ok(EvidenceNow { count: found.number, last_at: found.last_at.map(Instant), sentence_tr })
    })
}

fn assigned(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = store::count_assigned(db).await?;
        let sentence_tr = format!("Birimi, unvanı ya da kişisi belirlenmiş görev: {}.", found.number);
        Ok(EvidenceNow { count: found.number, last_at: found.last_at.map(Instant), sentence_tr })
    })
}
