//! Keeps the duty records true: the catalogue of this binary, and what can be derived for each duty from clauses,
//! people and evidence. Runs as a job; the derived columns also after every act of this part.

use std::collections::HashMap;

use kernel::event::Change;
use kernel::job::JobContext;
use kernel::record::{self, Kind};
use kernel::{NewEvent, Ref, Result, Tx};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::store::{self, DutyRow, Stated};
use super::{Proof, State, kind, prove};
use crate::catalogue::{Catalogue, Duty};
use crate::inspection::gaps;

/// Longest text of who does a duty; more people are counted instead.
const MOST_NAMED: usize = 3;

/// The job: catalogue first, then everything derived.
pub(super) async fn run(context: &JobContext) -> Result<()> {
    let act = context.act("görev kanıtları");
    let tx = context.db.begin(&act).await?;
    tx.without_event("nothing may differ; what differs records its own event");
    sync(&tx).await?;
    tx.commit().await?;
    let proofs = prove(&context.db, &context.registry, None, context.clock.now()).await;
    let tx = context.db.begin(&act).await?;
    tx.without_event("derived columns; the acts behind them have their own events");
    restate(&tx, Some(&proofs)).await?;
    tx.commit().await
}

/// The id of a duty's record follows from its code, so that it is the same in every installation.
pub(crate) fn id_of(code: &str) -> Uuid {
    let digest = Sha256::digest(format!("belde duty {code}"));
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Brings the table to the catalogue: new duties are added, changed texts renewed, missing ones retired.
pub(crate) async fn sync(tx: &Tx) -> Result<()> {
    let kind = kind();
    let known: HashMap<String, DutyRow> =
        store::duties(tx).await?.into_iter().map(|row| (row.code.clone(), row)).collect();
    let catalogue = Catalogue::built_in().duties();
    for (place, duty) in catalogue.iter().enumerate() {
        let order = i64::try_from(place).unwrap_or(i64::MAX - 1) + 1;
        match known.get(duty.id.as_str()) {
            None => add(tx, &kind, duty, order).await?,
            Some(row) if differs(row, duty, order) => renew(tx, &kind, row, duty, order).await?,
            Some(_) => {}
        }
    }
    let gone =
        |row: &&DutyRow| row.state == "active" && !catalogue.iter().any(|duty| duty.id.as_str() == row.code);
    for row in known.values().filter(gone) {
        store::retire_duty(tx, row.id).await?;
        let change = Change {
            field: "state".into(),
            label: "Durum".into(),
            before: "Katalogda".into(),
            after: "Katalogdan çıktı".into(),
        };
        tx.record(NewEvent::new(Ref::new("duty", row.id), &row.title, "changed").changes(vec![change]))
            .await?;
    }
    Ok(())
}

fn differs(row: &DutyRow, duty: &Duty, order: i64) -> bool {
    row.state != "active"
        || row.order_no != order
        || row.family != duty.family
        || row.title != duty.title_tr
        || row.text != duty.text_tr
        || row.works_when != duty.works_when_tr
}

async fn add(tx: &Tx, kind: &Kind, duty: &Duty, order: i64) -> Result<()> {
    let id = id_of(duty.id.as_str());
    store::insert_duty(tx, &Stated { id, order_no: order, duty }).await?;
    record::index(tx, kind, &record::get(tx, kind, id).await?).await?;
    tx.record(NewEvent::new(Ref::new("duty", id), &duty.title_tr, "created")).await?;
    Ok(())
}

async fn renew(tx: &Tx, kind: &Kind, row: &DutyRow, duty: &Duty, order: i64) -> Result<()> {
    store::restate_duty(tx, &Stated { id: row.id, order_no: order, duty }).await?;
    record::index(tx, kind, &record::get(tx, kind, row.id).await?).await?;
    let mut changes = Vec::new();
    for (field, label, before, after) in [
        ("title", "Görev", &row.title, &duty.title_tr),
        ("text", "Görevin metni", &row.text, &duty.text_tr),
        ("works_when", "Yapılmış sayılması", &row.works_when, &duty.works_when_tr),
    ] {
        if before != after {
            let (before, after) = (before.clone(), after.clone());
            changes.push(Change { field: field.into(), label: label.into(), before, after });
        }
    }
    tx.record(NewEvent::new(Ref::new("duty", row.id), &duty.title_tr, "changed").changes(changes)).await?;
    Ok(())
}

/// Works out the derived columns and writes the rows that differ. Without `proofs` the evidence stays as it was.
pub(crate) async fn restate(tx: &Tx, proofs: Option<&[Proof]>) -> Result<()> {
    let coverage = store::coverage(tx).await?;
    let mut people: HashMap<Uuid, Vec<String>> = HashMap::new();
    for one in store::assignments(tx, None).await? {
        people.entry(one.duty_id).or_default().push(one.in_words());
    }
    let registry = tx.registry().cloned();
    for before in store::duties(tx).await? {
        let mut after = before.clone();
        after.coverage = coverage.get(&before.code).copied().unwrap_or("none").into();
        after.responsible = in_words(people.get(&before.id).map_or(&[][..], Vec::as_slice));
        if let Some(proofs) = proofs {
            set_evidence(&mut after, proofs);
        }
        let is_served =
            registry.as_ref().is_some_and(|registry| super::page::is_served(registry, &before.code));
        after.has_gap = after.state == "active" && !gaps(&after, is_served).is_empty();
        if after != before {
            store::set_derived(tx, &after).await?;
        }
    }
    Ok(())
}

fn in_words(people: &[String]) -> String {
    let more = people.len().saturating_sub(MOST_NAMED);
    let named = people.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join("; ");
    if more > 0 { format!("{named} ve {more} sorumlu daha") } else { named }
}

/// A duty stands as well as its best evidence; the newest is the one shown.
fn set_evidence(row: &mut DutyRow, proofs: &[Proof]) {
    let own: Vec<&Proof> = proofs.iter().filter(|proof| proof.duty == row.code).collect();
    let has = |state: State| own.iter().any(|proof| proof.state == state);
    let state = match (has(State::Fresh), has(State::Old)) {
        (true, _) => State::Fresh,
        (false, true) => State::Old,
        (false, false) => State::None,
    };
    let newest = own.iter().filter(|proof| proof.count > 0).max_by_key(|proof| proof.last_at);
    row.evidence_state = state.code().into();
    row.evidence_count = own.iter().map(|proof| proof.count.max(0)).sum();
    row.evidence_at = newest.and_then(|proof| proof.last_at).map(|at| at.0);
    row.evidence = newest.map(|proof| proof.sentence_tr.clone()).unwrap_or_default();
    row.evidence_path = newest.map(|proof| proof.path.to_string()).unwrap_or_default();
}
