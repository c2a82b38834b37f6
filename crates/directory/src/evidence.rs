//! What the directory can prove: the chart and its past, norms kept, two-step appointments, powers that returned.

use kernel::capability::{Evidence, EvidenceNow};
use kernel::db::Sql;
use kernel::{Boxed, Db, Instant, Result};
use sea_orm::FromQueryResult;

pub(crate) fn all() -> Vec<Evidence> {
    let evidence = |duty, label_tr, path, fresh_days, run| Evidence { duty, label_tr, path, fresh_days, run };
    vec![
        evidence("ORG-1", "Teşkilat şeması ve eski sürümleri", "/teskilat/sema", 730, chart),
        evidence("ORG-2", "Norm kadro cetveli ve doluluğu", "/teskilat/norm-kadro", 730, norms),
        evidence(
            "ORG-3",
            "Öneri ve onayla yapılan görevlendirmeler",
            "/teskilat/sorumlular",
            730,
            appointments,
        ),
        evidence("ORG-6", "Vekâletler", "/teskilat/vekaletler", 365, actings),
    ]
}

#[derive(FromQueryResult)]
struct Totals {
    number: i64,
    other: i64,
}

async fn now(db: &Db, sql: &str, kind: &str, sentence: fn(i64, i64) -> String) -> Result<EvidenceNow> {
    let totals: Totals = db.row(sql, vec![]).await?.unwrap_or(Totals { number: 0, other: 0 });
    let last: Option<i64> =
        db.scalar("SELECT max(at) FROM event WHERE subject_kind = $1", vec![kind.into()]).await?;
    Ok(EvidenceNow {
        count: totals.number,
        last_at: last.map(Instant),
        sentence_tr: sentence(totals.number, totals.other),
    })
}

fn chart(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    let sql = "SELECT count(*) AS number, (SELECT count(*) FROM unit_version WHERE valid_to_on IS NOT NULL) AS other \
               FROM unit WHERE state = 'open'";
    Box::pin(now(db, sql, "unit", |open, past| {
        format!("{open} açık birim var; {past} eski sürüm saklanıyor.")
    }))
}

fn norms(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    let sql = "SELECT count(*) AS number, (SELECT count(*) FROM (SELECT n.id FROM staffing_norm AS n JOIN staff AS s \
                 ON s.title_id = n.title_id AND s.unit_id = n.unit_id AND s.state = 'active' \
                 GROUP BY n.id, n.count HAVING count(*) > n.count) AS over_norm) AS other FROM staffing_norm";
    Box::pin(now(db, sql, "staffing_norm", |rows, over| {
        format!("Norm kadro cetvelinde {rows} satır var; aşılan satır: {over}.")
    }))
}

fn appointments(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    let sql = "SELECT count(*) AS number, (SELECT count(*) FROM appointment WHERE state = 'proposed') AS other \
               FROM appointment WHERE approved_at IS NOT NULL AND state IN ('approved', 'ended')";
    Box::pin(now(db, sql, "appointment", |approved, waiting| {
        format!("Onaylanmış görevlendirme: {approved}; onay bekleyen: {waiting}.")
    }))
}

fn actings(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    let sql = "SELECT count(*) AS number, (SELECT count(*) FROM event WHERE acting_for_id IS NOT NULL) AS other \
               FROM acting WHERE state IN ('approved', 'ended')";
    Box::pin(now(db, sql, "acting", |given, acts| {
        format!("Verilmiş vekâlet: {given}; vekâleten yapılan ve kayda geçen işlem: {acts}.")
    }))
}
