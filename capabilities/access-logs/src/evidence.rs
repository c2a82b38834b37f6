//! What the record can prove of its duties.

use kernel::capability::{Evidence, EvidenceNow};
use kernel::{Boxed, Db, Result, tr};

use crate::source::store;
use crate::{request, source, watching};

pub(crate) fn all() -> Vec<Evidence> {
    let evidence = |duty, label_tr, path, run| Evidence { duty, label_tr, path, fresh_days: 1, run };
    vec![
        evidence("AC-1", "Tutulan erişim kayıtları", source::PATH, kept),
        evidence("AC-1", "Yanıtlanan kayıt talepleri", request::PATH, answered),
        evidence("AC-3", "Kayıt kaynaklarının izlenmesi", watching::PATH, watched),
    ]
}

fn kept(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = store::totals(db).await?;
        let (sources, lines) = (tr::grouped(found.sources), tr::grouped(found.lines));
        let sentence_tr = format!("Kayıt gönderen kaynak: {sources}; tutulan satır: {lines}.");
        Ok(EvidenceNow { count: found.lines, last_at: found.last_at, sentence_tr })
    })
}

fn answered(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = request::store::answers(db).await?;
        let (requests, answered) = (tr::grouped(found.requests), tr::grouped(found.answered));
        let sentence_tr = format!("Kayıt talebi: {requests}; yanıtlanan: {answered}.");
        Ok(EvidenceNow { count: found.answered, last_at: found.last_at, sentence_tr })
    })
}

fn watched(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = store::totals(db).await?;
        let open = watching::unexplained(db).await?;
        let sentence_tr = format!(
            "İzlenen kaynak: {}; açıklanmamış bulgu: {}.",
            tr::grouped(found.sources),
            tr::grouped(open)
        );
        Ok(EvidenceNow { count: found.sources, last_at: found.last_at, sentence_tr })
    })
}
